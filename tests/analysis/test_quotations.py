"""Quotations: suggested by retrieval, decided by a person or a number, never counted without their words (issue 3)."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from segkit.analysis.quotation_desk import QuotationDesk
from segkit.analysis.quotations import resolve_key
from segkit.model.company import OwnQuote
from segkit.model.document import Origin
from segkit.model.evidence import Direction, Provenance, Status, Strength
from tests.analysis.quoted_shop import (
    ASSIGNMENTS,
    COMPANY,
    FINDINGS,
    GIFT,
    GIFT_AGAIN,
    NAMES,
    ORDERS,
    REFILL,
    SCHOOL,
    SEVEN_MONTHS,
    SEVEN_WEEKS,
    WEBSITE,
    document,
    library,
    quotations,
    told,
)

STUDY = document("study", GIFT, REFILL, SCHOOL)
PRESENTS = [
    f"In {town} they send a present with a personal message on a card."
    for town in ("Leeds", "Sheffield", "Derby", "Hull", "York")
]
LONG = " ".join(f"word{number}" for number in range(60)) + " and a present with a personal message on a card"


# ----------------------------------------------------------------------------- suggested, and what a person makes of it


def test_a_retrieved_passage_is_suggested_as_context_and_counts_for_nothing():
    found = quotations(STUDY)
    assert told(found.suggested) == [(1, GIFT), (2, REFILL), (3, SCHOOL)]
    assert {item.direction for item in found.suggested} == {Direction.CONTEXT}
    assert {item.status for item in found.suggested} == {Status.SUGGESTED}
    assert found.valid == found.invalid == found.unmatched == ()


def test_a_suggestion_says_what_it_was_found_by():
    suggested = quotations(STUDY).suggested[1]
    assert "found by searching for “people who buy refills”" in suggested.definition
    assert "refills" in suggested.definition.partition(";")[2]


@pytest.mark.parametrize(
    ("pile", "direction"), [("accept", Direction.SUPPORTS), ("against", Direction.CONTRADICTS)]
)
def test_a_person_turns_a_suggestion_into_evidence_for_or_against(pile: str, direction: Direction):
    found = quotations(STUDY, **{pile: ("study-0:G1",)})
    assert told(found.valid) == [(1, GIFT)]
    assert (found.valid[0].direction, found.valid[0].reviewed_by) == (direction, "user")
    assert found.valid[0].status is Status.VALID
    assert told(found.suggested) == [(2, REFILL), (3, SCHOOL)]


def test_a_key_works_with_any_customer_of_the_group_and_comes_back_as_this_run_writes_it():
    (item,) = quotations(STUDY, accept=("study-0:G2",)).valid
    assert (item.segment_id, item.key) == (1, "study-0:G1")


def test_a_key_survives_a_run_that_numbers_the_groups_anew():
    turned = pd.Series([3, 3, 1, 1, 2, 2], index=ASSIGNMENTS.index)
    names = {3: "Gift buyers", 1: "Refillers", 2: "Schools"}
    (item,) = quotations(STUDY, assignments=turned, names=names, accept=("study-0:G1",)).valid
    assert item.segment_id == 3


def test_a_customer_id_may_hold_a_colon():
    assignments = pd.Series([1, 2], index=["shop:7", "7"])
    assert resolve_key("study-0:shop:7", assignments) == ("study-0", 1)
    assert resolve_key("study-0:7", assignments) == ("study-0", 2)
    assert resolve_key("study-0", assignments) is None


def test_a_passage_that_no_query_finds_can_still_be_accepted():
    plain = document("plain", "The mill was built of brick beside a canal in another century.")
    (item,) = quotations(plain, accept=("plain-0:S1",)).valid
    assert (item.segment_id, item.direction) == (3, Direction.SUPPORTS)


def test_a_rejected_passage_is_gone_and_is_not_offered_to_the_next_group():
    found = quotations(STUDY, reject=("study-0:G2",))
    assert told(found.suggested) == [(2, REFILL), (3, SCHOOL)]
    assert found.unmatched == ()


def test_a_passage_rejected_for_one_group_stays_with_the_group_it_fits():
    assert told(quotations(STUDY, reject=("study-0:S1",)).suggested)[0] == (1, GIFT)


def test_a_passage_rejected_without_a_customer_is_gone_everywhere():
    found = quotations(STUDY, reject=("study-0",), accept=("study-0:G1", "study-0:R1"))
    assert told(found.valid) == []
    assert GIFT not in [words for _, words in told(found.suggested)]
    assert found.unmatched == ()


def test_a_rejected_passage_makes_room_for_the_next():
    many = document("many", *PRESENTS)
    before = [item.key for item in quotations(many).suggested]
    after = [item.key for item in quotations(many, reject=(before[0],)).suggested]
    assert len(before) == len(after) == 3
    assert after[:2] == before[1:]
    assert after[2] not in before


def test_what_is_rejected_is_not_accepted_and_against_beats_accept():
    found = quotations(
        STUDY,
        accept=("study-0:G1", "study-1:R1"),
        against=("study-1:R2",),
        reject=("study-0:G2",),
    )
    assert [(item.key, item.direction) for item in found.valid] == [("study-1:R1", Direction.CONTRADICTS)]


def test_a_key_written_twice_counts_once():
    assert len(quotations(STUDY, accept=("study-0:G1", "study-0:G1", "study-0:G2")).valid) == 1


def test_a_person_may_put_one_passage_beside_two_groups():
    found = quotations(STUDY, accept=("study-0:G1", "study-0:R1"))
    assert told(found.valid) == [(1, GIFT), (2, GIFT)]


@pytest.mark.parametrize("pile", ["accept", "against", "reject"])
@pytest.mark.parametrize("key", ["study-9:G1", "study-0:Nobody", "nonsense", "", ":"])
def test_a_key_that_fits_nothing_is_told_in_one_sentence(pile: str, key: str):
    (sentence,) = quotations(STUDY, **{pile: (key,)}).unmatched
    assert sentence.startswith(f"[evidence] {pile} names {key!r}")
    assert sentence.count("\n") == 0


def test_a_rejected_finding_is_no_unknown_key():
    assert quotations(STUDY, reject=("sent_gift_message:G2",)).unmatched == ()


# ----------------------------------------------------------------------------- whose passage it is


def test_a_passage_goes_to_the_one_group_that_it_fits_best():
    both = document("both", f"{REFILL[:-1]}, and send presents posted to somebody else.")
    assert len(quotations(both).suggested) == 1


def test_a_passage_goes_to_the_group_that_it_names():
    named = "Teachers and schools send presents posted to somebody else with a personal message on a card."
    found = quotations(document("page-named", named, kind=WEBSITE))
    assert {item.segment_id for item in (*found.suggested, *found.valid)} <= {3}


def test_a_text_in_an_order_speaks_only_for_the_group_of_its_customer():
    texts = document(
        "orders-text", "Please post this present to my sister with the personal message", kind=ORDERS
    )
    for customer, expected in (("G1", [1]), ("R1", []), ("gone", [])):
        found = quotations(texts, authors={"orders-text-0": frozenset({customer})})
        assert [item.segment_id for item in found.suggested] == expected


def test_at_most_three_suggestions_a_group_and_kind_and_different_documents_first():
    found = quotations(
        document("one", *PRESENTS), document("two", GIFT), document("page-gift", PRESENTS[0], kind=WEBSITE)
    )
    kinds = [item.source_id for item in found.suggested]
    assert kinds.count("one") == 2
    assert kinds.count("two") == kinds.count("page-gift") == 1


def test_a_note_takers_own_words_are_never_suggested():
    noted = document("note", GIFT, origin=Origin.NOTE, quotable=False)
    found = quotations(noted)
    assert found.suggested == found.valid == found.invalid == ()


def test_a_note_takers_own_words_do_not_count_when_accepted():
    noted = document("note", GIFT, origin=Origin.NOTE, quotable=False)
    found = quotations(noted, accept=("note-0:G1",))
    assert found.valid == ()
    assert "note-taker" in found.invalid[0].errors[0]


def test_a_passage_too_long_for_a_quotation_gives_its_best_sentences():
    long = document("long", f"{GIFT} {' '.join(['Wool is warm and washes well.'] * 12)}")
    (item,) = quotations(long).suggested
    assert item.quote.exact.startswith(GIFT)
    assert item.quote.n_words <= 60


def test_a_sentence_of_more_than_sixty_words_is_not_suggested():
    found = quotations(document("long", LONG))
    assert found.suggested == found.valid == found.invalid == ()


def test_a_passage_that_stands_twice_is_suggested_where_its_context_settles_it():
    twice = document("twice", "First.", GIFT, "Second.", GIFT, "Third.")
    (item, *_) = quotations(twice).suggested
    assert item.status is Status.SUGGESTED
    assert item.quote.verified
    assert item.quote.n_hits == 2


def test_a_passage_whose_place_cannot_be_settled_is_not_suggested():
    found = quotations(document("again", *[GIFT] * 4))
    assert all(item.quote.verified for item in found.suggested)
    assert {item.status for item in found.suggested} <= {Status.SUGGESTED}


def test_rows_of_tables_methods_and_tags_are_not_statements():
    study = document("study", "presents | 12 | posted to somebody else | personal message on a card")
    method = document("method", GIFT, heading="Report > Method")
    tag = document("tag", "Presents, personal message, card")
    assert quotations(study, method, tag).suggested == ()


def test_the_same_words_on_three_pages_are_asked_about_once():
    pages = [document(f"page-{name}", GIFT_AGAIN, kind=WEBSITE) for name in ("one", "two", "three")]
    assert told(quotations(*pages).suggested) == [(1, GIFT_AGAIN)]


def test_the_publication_is_suggested_before_notes_that_repeat_it():
    note, study = document("a-note", GIFT, origin=Origin.NOTE), document("study", GIFT)
    (item,) = quotations(note, study).suggested
    assert (item.source_id, item.quote.provenance) == ("study", Provenance.ORIGINAL)


@pytest.mark.parametrize(
    "decided",
    [{"accept": ("page-two-0:G1",)}, {"against": ("page-two-0:G1",)}, {"reject": ("page-two-0:G1",)}],
)
def test_what_is_decided_on_one_page_is_not_asked_again_for_another(decided: dict):
    pages = [document(f"page-{name}", GIFT_AGAIN, kind=WEBSITE) for name in ("one", "two", "three")]
    assert quotations(*pages, **decided).suggested == ()


def test_the_publication_is_still_offered_where_only_a_note_of_it_was_accepted():
    note, study = document("a-note", GIFT, origin=Origin.NOTE), document("study", GIFT)
    assert [item.source_id for item in quotations(note, study, accept=("a-note-0:G1",)).suggested] == [
        "study"
    ]
    assert quotations(note, study, accept=("study-0:G1",)).suggested == ()


def test_the_same_words_of_another_kind_of_source_are_another_question():
    page, study = document("page-gifts", GIFT, kind=WEBSITE), document("study", GIFT)
    assert [item.source_id for item in quotations(page, study).suggested] == ["page-gifts", "study"]


def test_words_between_two_passages_may_be_quoted_by_the_user():
    study = document("study", GIFT, REFILL)
    title = replace(study, text=f"{study.text}\n\nA line that is in no passage", passages=study.passages)
    found = quotations(title, own=(own("A line that is in no passage"),))
    assert told(found.valid) == [(1, "A line that is in no passage")]
    assert len(found.suggested) == 2


def test_a_number_that_two_files_repeat_decides_once():
    assert len(quotations(document("one", SEVEN_WEEKS), document("two", SEVEN_WEEKS)).valid) == 1


# ----------------------------------------------------------------------------- numbers decide


def test_a_number_near_ours_supports_and_names_both_populations():
    (item,) = quotations(document("study", SEVEN_WEEKS)).valid
    assert (item.segment_id, item.direction, item.reviewed_by) == (2, Direction.SUPPORTS, "number")
    said = f"{item.definition} {item.limits}"
    assert "49 days" in said
    assert "120 days" in said
    assert "Two populations are compared, not one." in item.limits
    assert item.claim.startswith("Of adults who knit (n = 400), Bell (2025) reports")


def test_a_number_far_from_ours_speaks_against_and_is_kept():
    (item,) = quotations(document("study", SEVEN_MONTHS)).valid
    assert (item.segment_id, item.direction, item.reviewed_by) == (2, Direction.CONTRADICTS, "number")


def test_a_number_between_near_and_far_waits_for_a_person():
    found = quotations(document("study", SEVEN_WEEKS.replace("seven", "twelve")))
    assert found.valid == ()
    assert [item.status for item in found.suggested] == [Status.SUGGESTED]


def test_a_number_decides_when_any_query_for_its_measure_finds_the_passage():
    both = document("both", "People who buy refills told us that they reorder every seven weeks.")
    found = quotations(both)
    assert [(item.direction, item.reviewed_by) for item in found.valid] == [(Direction.SUPPORTS, "number")]


def test_a_number_in_a_passage_that_no_query_for_its_measure_found_decides_nothing():
    both = document("both", "People who buy refills told us that they reorder every seven weeks.")
    desk = QuotationDesk(
        library(both), names=NAMES, assignments=ASSIGNMENTS, findings=FINDINGS, company=COMPANY
    )
    item = desk.suggested(desk.plain_match(both.passages[0].id, 2))
    assert (item.status, item.direction) == (Status.SUGGESTED, Direction.CONTEXT)


@pytest.mark.parametrize(
    ("pile", "expected"),
    [("accept", [(Direction.SUPPORTS, "user")]), ("reject", [])],
)
def test_a_person_overrules_a_number(pile: str, expected: list):
    found = quotations(document("study", SEVEN_MONTHS), **{pile: ("study-0:R1",)})
    assert [(item.direction, item.reviewed_by) for item in found.valid] == expected
    assert found.suggested == ()


# ----------------------------------------------------------------------------- how far it carries


def test_a_page_is_never_above_moderate_even_when_accepted_or_decided_by_a_number():
    page = document(
        "page-all", GIFT_AGAIN, SEVEN_WEEKS, "For schools: we send an invoice for a class set.", kind=WEBSITE
    )
    found = quotations(page, accept=("page-all-0:G1", "page-all-2:S1"))
    assert len(found.valid) == 3
    assert {item.strength for item in found.valid} <= {Strength.MODERATE, Strength.WEAK}
    assert "who buys" in found.valid[0].strength_reasons[0]


def test_a_transcribed_quotation_is_never_strong_and_asks_for_the_original():
    note = document("note", GIFT, origin=Origin.NOTE)
    (item,) = quotations(note, accept=("note-0:G1",)).valid
    assert item.quote.provenance is Provenance.TRANSCRIBED
    assert item.strength is Strength.MODERATE
    assert "Check against the original." in item.limits


def test_the_same_words_in_the_publication_are_strong():
    (item,) = quotations(STUDY, accept=("study-0:G1",)).valid
    assert (item.quote.provenance, item.strength) == (Provenance.ORIGINAL, Strength.STRONG)


def test_one_text_in_one_order_is_weak_and_an_observation():
    texts = document(
        "orders-text", "Please post this present with the personal message on a card", kind=ORDERS
    )
    (item,) = quotations(texts, accept=("orders-text-0:G1",)).valid
    assert (item.kind, item.strength) == ("observation", Strength.WEAK)


# ----------------------------------------------------------------------------- quotations of the user's own


def own(quote: str, source: str = "research/study.md", contains: str = "G2", **more: str) -> OwnQuote:
    return OwnQuote(contains=contains, factor="need-based", source=source, quote=quote, **more)


@pytest.mark.parametrize(
    "source", ["research/study.md", "research\\study.md", "study.md", "study", "RESEARCH/Study.MD", " study "]
)
def test_an_own_quotation_counts_when_its_words_stand_there(source: str):
    found = quotations(STUDY, own=(own("posted to somebody else", source),))
    (item,) = found.valid
    assert (item.segment_id, item.direction, item.created_by, item.reviewed_by) == (
        1,
        Direction.SUPPORTS,
        "user",
        "user",
    )
    assert item.quote.exact == "posted to somebody else"
    assert found.unmatched == found.invalid == ()


def test_an_own_quotation_comes_back_in_the_words_of_the_source():
    curly = document("study", "The “little  card” is what they choose first, long before the wool itself.")
    (item,) = quotations(curly, own=(own('the "little card" is what they choose'),)).valid
    assert item.quote.exact == "The “little  card” is what they choose"
    assert item.quote.verified
    assert not item.quote.verbatim


@pytest.mark.parametrize("direction", ["supports", "contradicts", "context"])
def test_an_own_quotation_says_its_direction(direction: str):
    (item,) = quotations(STUDY, own=(own(GIFT, direction=direction),)).valid
    assert item.direction == direction


def test_words_that_are_not_in_the_source_do_not_count_and_the_closest_passage_is_shown():
    found = quotations(
        STUDY, own=(own("Presents are handed to somebody else with a long personal message."),)
    )
    assert found.valid == ()
    (item,) = found.invalid
    assert item.status is Status.INVALID
    assert item.errors[0].startswith(
        "not found in research/study.md; the closest passage is “Presents are posted"
    )


def test_words_that_stand_twice_need_their_context():
    twice = document("study", f"In May: {GIFT}", f"In June: {GIFT}")
    assert "2 times" in quotations(twice, own=(own(GIFT),)).invalid[0].errors[0]
    (item,) = quotations(twice, own=(own(GIFT, prefix="In June: "),)).valid
    assert item.quote.start > len(GIFT)
    wrong = quotations(twice, own=(own(GIFT, prefix="In July: "),))
    assert wrong.valid == ()
    assert wrong.invalid[0].errors


def test_more_than_sixty_words_do_not_count():
    found = quotations(document("study", LONG), own=(own(LONG),))
    assert found.valid == ()
    assert "at most 60" in found.invalid[0].errors[0]


def test_a_note_takers_words_do_not_count_as_an_own_quotation():
    note = document("study", GIFT, origin=Origin.NOTE, quotable=False)
    found = quotations(note, own=(own("posted to somebody else"),))
    assert found.valid == ()
    assert "note-taker" in found.invalid[0].errors[0]


@pytest.mark.parametrize("source", ["research/other.md", "../study.md", "/etc/passwd", "", "."])
def test_an_unknown_source_is_told_with_those_that_were_read(source: str):
    found = quotations(STUDY, own=(own(GIFT, source),))
    assert found.valid == found.invalid == ()
    (sentence,) = found.unmatched
    assert repr(source) in sentence
    assert "research/study.md" in sentence


def test_an_unknown_customer_is_told():
    found = quotations(STUDY, own=(own(GIFT, contains="C999"),))
    assert found.valid == found.invalid == ()
    assert "'C999'" in found.unmatched[0]


def test_an_own_sentence_is_used_and_one_with_a_strange_number_is_not():
    kept, refused = (
        quotations(STUDY, own=(own(GIFT, claim=sentence),))
        for sentence in ("Of 400 knitters, many send a present.", "Nine of 10, that is 90 %, send a present.")
    )
    assert kept.valid[0].claim == "Of 400 knitters, many send a present."
    assert kept.unmatched == ()
    assert "Bell (2025) reports" in refused.valid[0].claim
    assert "90" in refused.unmatched[0]


def test_the_same_own_quotation_twice_counts_once():
    assert len(quotations(STUDY, own=(own(GIFT, direction="contradicts"),) * 2).valid) == 1


def test_a_passage_that_the_user_quotes_is_not_suggested_any_more():
    found = quotations(STUDY, own=(own("posted to somebody else"),))
    assert (1, GIFT) not in told(found.suggested)


def test_a_passage_accepted_and_quoted_by_the_user_counts_once():
    found = quotations(STUDY, accept=("study-0:G1",), own=(own("posted to somebody else"),))
    assert told(found.valid) == [(1, "posted to somebody else")]


# ----------------------------------------------------------------------------- the same again


def test_two_runs_are_equal():
    documents = (STUDY, document("page-gifts", GIFT_AGAIN, kind=WEBSITE), document("weeks", SEVEN_WEEKS))
    assert quotations(*documents) == quotations(*documents)


def test_without_documents_there_is_nothing_and_nothing_fails():
    found = quotations(accept=("study-0:G1",))
    assert found.valid == found.suggested == found.invalid == ()
    assert len(found.unmatched) == 1


def test_without_findings_a_person_can_still_decide():
    assert told(quotations(STUDY, findings=(), accept=("study-0:G1",)).valid) == [(1, GIFT)]
    assert len(FINDINGS) == 6


def test_a_search_by_meaning_without_its_extra_is_told(monkeypatch):
    monkeypatch.setattr("segkit.analysis.quotations.find_encoder", lambda: None)
    monkeypatch.setattr("segkit.analysis.semantic.find_encoder", lambda: None)
    (sentence,) = quotations(STUDY, semantic=True).unmatched
    assert "segkit[semantic]" in sentence
