"""Quotations are found exactly, or they do not count (reference/evidence.md, section 6 and fixtures 11 to 15)."""

from __future__ import annotations

import hashlib
import re
import time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from segkit.analysis.quotes import find_quote, normalise_text, quote_problem
from segkit.model.document import Document, Origin, Passage
from segkit.model.evidence import Provenance, Source, SourceType

SURVEY = (
    "Our first finding. Sixty-two percent of par-\n"
    "ents re\u00adorder a \u201cstarter\u201d\u00a0kit within six weeks. The rest wait."
)


def document_of(
    text: str, *, origin: Origin = Origin.PUBLICATION, passages: tuple[Passage, ...] = ()
) -> Document:
    """Return a document that holds one passage with everything, unless passages are given."""
    source = Source(
        id="survey",
        type=SourceType.RESEARCH,
        title="A survey",
        path="research/survey.md",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )
    whole = Passage(
        id="survey-000000", source_id="survey", text=text, start=0, end=len(text), heading="Findings", page=3
    )
    return Document(source=source, origin=origin, text=text, passages=passages or (whole,))


def passage_of(
    text: str, part: str, *, quotable: bool = True, provenance: Provenance = Provenance.ORIGINAL
) -> Passage:
    """Return the passage that holds a part of a text."""
    start = text.index(part)
    return Passage(
        id=f"survey-{start:06x}",
        source_id="survey",
        text=part,
        start=start,
        end=start + len(part),
        quotable=quotable,
        provenance=provenance,
    )


def test_fixture_11_a_plainly_typed_quote_is_found_in_typeset_text() -> None:
    """Line-end hyphen, soft hyphen, curly quotes and no-break space do not hide the words; the raw span comes back."""
    quote = find_quote(
        'Sixty-two percent of parents reorder a "starter" kit within six weeks.', document_of(SURVEY)
    )
    assert (quote.n_hits, quote.verified, quote.verbatim) == (1, True, False)
    assert quote.exact == SURVEY[quote.start : quote.end]
    assert quote.exact.startswith("Sixty-two percent of par-\nents")
    assert quote.exact.endswith("six weeks.")
    assert (quote.prefix, quote.suffix) == ("Our first finding. ", " The rest wait.")
    assert (quote.passage_id, quote.heading, quote.page, quote.n_words) == (
        "survey-000000",
        "Findings",
        3,
        11,
    )


def test_the_context_has_at_most_32_characters_on_either_side() -> None:
    """Prefix and suffix are raw text of 32 characters, as a W3C TextQuoteSelector has them."""
    text = "a" * 50 + " and then the very words " + "b" * 50
    quote = find_quote("the very words", document_of(text))
    assert quote.prefix == text[quote.start - 32 : quote.start]
    assert quote.suffix == text[quote.end : quote.end + 32]


def test_a_quote_that_equals_the_raw_text_is_verbatim() -> None:
    """Verbatim says that nothing had to be normalised."""
    assert find_quote("The rest wait.", document_of(SURVEY)).verbatim


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Most SWITCH To the Refill", "most switch to the refill"),
        ("most  switch\n\tto   the refill", "most switch to the refill"),
        ("they \ufb01nd the o\ufb03ce shelf", "they find the office shelf"),
        ("within 6\u201312 weeks \u2014 or never", "within 6-12 weeks - or never"),
        ("the Stra\u00dfe in Caf\u00e9s", "the strasse in cafe\u0301s"),
        ("zero\u200bwidth\u2060 words \ufeffhere", "zerowidth words here"),
        ("they don\u2019t \u201ereally\u201c ask", 'they don\'t "really" ask'),
    ],
)
def test_fixture_12_case_spaces_ligatures_and_dashes_do_not_matter(text: str, words: str) -> None:
    """What a typesetter changes is not a different quotation."""
    quote = find_quote(words, document_of(f"Before it. {text}, they said."))
    assert (quote.verified, quote.verbatim) == (True, False)
    assert quote.exact == text


@pytest.mark.parametrize(
    "words",
    [
        "Seventy percent of parents",
        "Sixty-two percent of parents reorder a kit",
        "Sixtytwo percent of parents",
    ],
)
def test_fixture_13_an_invented_sentence_is_refused(words: str) -> None:
    """A changed number, a left-out word and a lost hyphen are not in the source."""
    quote = find_quote(words, document_of(SURVEY))
    assert (quote.verified, quote.n_hits, quote.exact) == (False, 0, words)


@pytest.mark.parametrize("text", ["In a Caf\u00e9 we met.", "In a Cafe\u0301 we met."])
def test_fixture_13_a_missing_accent_is_another_word(text: str) -> None:
    """An accent counts, whether it is one character with its letter or two."""
    assert not find_quote("in a cafe we met", document_of(text)).verified
    assert find_quote("in a caf\u00e9 we met", document_of(text)).verified


def test_fixture_14_a_quote_that_occurs_twice_needs_its_context() -> None:
    """Two hits are no place; prefix and suffix together must leave one."""
    text = "Parents said: it runs out. Teachers said: it runs out. Nobody knew why: it runs out! The end."
    document = document_of(text)
    twice = find_quote("it runs out", document)
    assert (twice.n_hits, twice.verified) == (3, False)
    assert quote_problem(twice, "it runs out", document=document) == (
        "the words stand 3 times in research/survey.md; give prefix and suffix"
    )
    settled = find_quote("it runs out", document, prefix="Teachers said: ", suffix=". Nobody")
    assert (settled.n_hits, settled.verified) == (3, True)
    assert settled.start == text.index("it runs out", text.index("Teachers"))
    # a prefix that fits two places is not rescued by being given, and a suffix alone may not settle it wrongly
    assert not find_quote("it runs out", document, prefix="said: ").verified
    assert not find_quote("it runs out", document, prefix="Teachers said: ", suffix="! The end").verified


@pytest.mark.parametrize("words", ["no-scales kit", "No-scales\u00a0KIT", "no-\nscales kit"])
def test_fixture_15_a_true_hyphen_at_a_line_end_is_kept(words: str) -> None:
    """Joining would lose the hyphen of a compound, so that the hyphen may also stay."""
    assert (
        find_quote(words, document_of("They sell a no-\nscales kit for beginners.")).exact
        == "no-\nscales kit"
    )


def test_a_divided_word_a_true_hyphen_and_a_suspended_one_may_meet_in_one_quote() -> None:
    """Each line end decides for itself."""
    text = "The no-\nscales kit helps par-\nents before pre-\nand after-school clubs."
    quote = find_quote("no-scales kit helps parents before pre- and after-school clubs", document_of(text))
    assert quote.verified
    assert not find_quote(
        "no-scales kit helps par-ents before preand afterschool clubs", document_of(text)
    ).verified


def test_numbers_are_never_joined_across_a_line_end() -> None:
    """A range that is divided after its hyphen is not a larger number."""
    document = document_of("They wait 10-\n20 days before they order.")
    assert find_quote("wait 10-20 days", document).verified
    assert find_quote("wait 1020 days", document).n_hits == 0


def test_words_typed_off_a_divided_line_are_found_in_running_text() -> None:
    """A quote copied from a PDF brings its own line ends along."""
    assert find_quote("most par-\nents re-\norder", document_of("We saw that most parents reorder.")).verified


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("grandparents reorder a starter kit", "parents reorder a starter kit"),
        ("most parents reordered a starter", "most parents reorder"),
        ("in 162 percent of cases", "62 percent of cases"),
        ("about 62.5 percent of cases", "5 percent of cases"),
        ("they paid 1,250 on average", "they paid 1"),
    ],
)
def test_a_quote_never_begins_or_ends_inside_a_word_or_a_number(text: str, words: str) -> None:
    """Half a word can say the opposite, and half a number always does."""
    assert find_quote(words, document_of(text)).n_hits == 0


def test_scripts_without_blanks_can_be_quoted_anywhere() -> None:
    """Where nobody writes blanks between words, a quote may begin between any two characters."""
    assert find_quote("毛糸を買いました", document_of("私は昨日毛糸を買いました。")).verified


@pytest.mark.parametrize("text", ["buy Woolly\u2122 kits", "they like Woolly\u00b2", "so Woolly\u2026 again"])
def test_a_sign_set_behind_a_word_is_not_part_of_it(text: str) -> None:
    """A trade mark, the figure of a footnote and an ellipsis do not hide the end of a word."""
    assert find_quote("Woolly", document_of(text)).verified


def test_a_quote_of_more_than_60_words_is_found_but_does_not_count() -> None:
    """Sixty words are a quotation, sixty-one are a reprint."""
    text = " ".join(f"word{i}" for i in range(100))
    document = document_of(text)
    long = " ".join(f"word{i}" for i in range(61))
    quote = find_quote(long, document)
    assert (quote.n_words, quote.n_hits, quote.verified) == (61, 1, False)
    assert quote_problem(quote, long, document=document) == "61 words; at most 60"
    assert find_quote(" ".join(f"word{i}" for i in range(60)), document).verified


def test_a_note_takers_own_words_are_not_the_sources() -> None:
    """Only what stands in quotation marks can be quoted from notes, also where the span reaches beyond them."""
    text = "I think they are lazy. She writes: “the drawer is full”, and so on."
    passages = (
        passage_of(
            text, "I think they are lazy. She writes:", quotable=False, provenance=Provenance.TRANSCRIBED
        ),
        passage_of(text, "the drawer is full", provenance=Provenance.TRANSCRIBED),
        passage_of(text, ", and so on.", quotable=False, provenance=Provenance.TRANSCRIBED),
    )
    document = document_of(text, origin=Origin.NOTE, passages=passages)
    quoted = find_quote("The drawer is full", document)
    assert (quoted.verified, quoted.provenance, quoted.passage_id) == (
        True,
        Provenance.TRANSCRIBED,
        passages[1].id,
    )
    for words in ("they are lazy", 'writes: "the drawer is full'):
        remark = find_quote(words, document)
        assert (remark.n_hits, remark.verified) == (1, False)
        assert quote_problem(remark, words, document=document).startswith("these are the note-taker's words")


def test_a_quote_across_passages_takes_the_first() -> None:
    """Passages are cut for retrieval; a sentence may run over the cut."""
    text = "One thing first. Then another."
    passages = (passage_of(text, "One thing first."), passage_of(text, "Then another."))
    quote = find_quote("thing first. Then another", document_of(text, passages=passages))
    assert (quote.verified, quote.passage_id) == (True, passages[0].id)


def test_the_closest_passage_is_shown_and_never_counted() -> None:
    """A near miss helps the user to correct the quote."""
    document = document_of(SURVEY)
    words = "Sixty-three percent of parents reorder a starter kit within six weeks."
    problem = quote_problem(find_quote(words, document), words, document=document)
    assert problem.startswith(
        "not found in research/survey.md; the closest passage is “Sixty-two percent of par- ents"
    )
    words = "Completely unrelated zebra xylophones"
    problem = quote_problem(find_quote(words, document), words, document=document)
    assert problem == "not found in research/survey.md; nothing there comes near; check the words"


def test_an_empty_quote_and_a_wrong_context_are_said() -> None:
    """Every refusal has its own sentence, a verified quote none."""
    document = document_of(SURVEY)
    assert "is empty" in quote_problem(find_quote(" “” ", document), " “” ", document=document)
    wrong = find_quote("The rest wait", document, prefix="something else")
    assert "not between the prefix and suffix given" in quote_problem(
        wrong, "The rest wait", document=document
    )
    assert quote_problem(find_quote("The rest wait", document), "The rest wait", document=document) == ""


LETTERS = st.characters(
    codec="utf-8", categories=("Lu", "Ll", "Nd", "Po", "Zs", "Pd", "Mn", "Pi", "Pf", "Lo")
)


@given(st.text(LETTERS, max_size=80), st.text(LETTERS, max_size=80))
def test_every_output_character_knows_its_raw_span(left: str, right: str) -> None:
    """Spans are in order, lie inside the text and together leave out only what is dropped."""
    raw = f"{left} -\n{right}"
    normal = normalise_text(raw)
    assert len(normal.text) == len(normal.starts) == len(normal.ends)
    spans = list(zip(normal.starts, normal.ends, strict=True))
    assert all(0 <= start < end <= len(raw) for start, end in spans)
    assert spans == sorted(spans)


WORDS = st.lists(
    st.sampled_from(
        [
            "Wool",
            "office",
            "don't",
            '"starter"',
            "Straße",
            "6-12",
            "caf\u00e9",
            "full,",
            "knit.",
            "no-scales",
            "naïve",
            "ﬁne",
            *("they", "said", "refill", "drawer", "twelve", "first", "the", "a", "Tin;"),
        ]
    ),
    min_size=12,
    max_size=60,
)
BLANKS = st.sampled_from([" ", "  ", "\n", "\u00a0", " \t", "\r\n", " \u200b", "\u2009"])


def retyped(text: str, draw: st.DataObject) -> str:
    """Return a text as another hand, or another typesetter, would write it."""
    swaps = [
        ("'", st.sampled_from("'\u2019")),
        ('"', st.sampled_from('"\u201c\u201d\u201e')),
        ("-", st.sampled_from("-\u2010\u2011\u2013")),
        ("ffi", st.sampled_from(["ffi", "\ufb03", "f\ufb01", "f\u00adfi"])),
        ("\u00e9", st.sampled_from(["\u00e9", "e\u0301"])),
        (" ", BLANKS),
    ]
    for plain, choice in swaps:
        text = "".join(draw.draw(choice) if part == plain else part for part in re.split(f"({plain})", text))
    case = draw.draw(st.sampled_from([str, str.upper, str.lower, str.title]))
    return case(text)


@settings(max_examples=150, deadline=None)
@given(WORDS, st.data())
def test_any_stretch_of_a_text_is_found_at_its_place_however_it_is_typed(
    words: list[str], draw: st.DataObject
) -> None:
    """Re-typed words are found where they stand; with one word altered they are not."""
    first = draw.draw(st.integers(0, len(words) - 5))
    last = draw.draw(st.integers(first + 4, len(words)))
    plain = " ".join(words[first:last])
    assume(len(plain.replace(" ", "")) >= 12)
    before, after = " ".join(["xx", *words[:first], ""]), " ".join(["", *words[last:], "yy"])
    middle = retyped(plain, draw)
    raw = retyped(before, draw) + middle + retyped(after, draw)
    document = document_of(raw)
    typed = retyped(plain, draw)
    start = raw.index(middle)
    quote = find_quote(typed, document, prefix=raw[:start], suffix=raw[start + len(middle) :])
    assert quote.n_hits >= 1
    assert (quote.start, quote.end, quote.verified) == (start, start + len(middle), True)
    again = find_quote(quote.exact, document, prefix=quote.prefix, suffix=quote.suffix)
    assert again.n_hits == quote.n_hits
    altered = plain.split()
    altered[draw.draw(st.integers(0, len(altered) - 1))] = "altered"
    assert find_quote(" ".join(altered), document).n_hits == 0


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from("ab fi\n-\u00ad\ufb01\u0301e'\u2019"), max_size=60), st.data())
def test_what_was_found_once_is_found_again_by_its_own_words_and_context(
    text: str, draw: st.DataObject
) -> None:
    """A stored quotation, with the context that was stored with it, settles on the same place when it is checked again."""
    start = draw.draw(st.integers(0, len(text)))
    document = document_of(f"x {text} y")
    found = find_quote(text[start:], document)
    assume(found.verified)
    again = find_quote(found.exact, document, prefix=found.prefix, suffix=found.suffix)
    assert (again.start, again.end, again.verified) == (found.start, found.end, True)


def test_a_thousand_quotes_in_a_long_document_take_seconds_at_most() -> None:
    """A document is normalised once, whatever is asked of it."""
    text = "\n".join(
        f"Line {i} says that customer {i} reorders a \ufb01ne kit after re-\nading {i} pages."
        for i in range(4000)
    )
    document = document_of(text)
    began = time.perf_counter()
    found = [
        find_quote(f"customer {i} reorders a fine kit after reading {i} pages", document) for i in range(1000)
    ]
    assert all(quote.verified for quote in found)
    assert time.perf_counter() - began < 10
