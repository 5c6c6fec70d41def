"""Whose words an argument is, what in it is not traced, and the empty field of a worksheet."""

from __future__ import annotations

import json
import re

import pytest

from segkit.model.argument import Author
from segkit.publish.argument_html import argued, render_argument
from segkit.publish.docx.blocks import write_record
from segkit.publish.docx.paper import Paper
from segkit.publish.html import render_html
from segkit.publish.pdf.blocks import render_block
from segkit.publish.pdf.nodes import Layout
from segkit.publish.plain import render_plain
from segkit.publish.references import References

REFS = References(citations={"survey-2026": 1})


def record(**changes):
    return {"id": "s", "author": "segkit", "by": "", "untraced": [], "asks": "", **changes}


def test_what_segkit_wrote_carries_no_name():
    assert render_argument(record(), ["Ten came back."], REFS) == "<p>Ten came back.</p>"


@pytest.mark.parametrize(
    ("author", "by", "said"),
    [
        ("user", "Jo Bell", "Written by Jo Bell"),
        ("user", "", "Written by the authors of this report"),
        ("language model", "Jo Bell", "Written with a language model (Jo Bell)"),
        ("language model", "", "Written with a language model"),
        ("user", "<b>Jo</b>", "Written by &lt;b&gt;Jo&lt;/b&gt;"),
    ],
)
def test_what_somebody_else_wrote_names_who(author, by, said):
    html = render_argument(record(author=author, by=by), ["Ours."], REFS)
    assert html == f'<p>Ours.</p><p class="byline">{said}</p>'


def test_own_words_are_paragraphs_where_segkits_are_a_list():
    assert render_argument(record(), ["a", "b"], REFS, listed=True) == "<ul><li>a</li><li>b</li></ul>"
    assert render_argument(record(author="user", by="J"), ["a", "b"], REFS, listed=True).startswith(
        "<p>a</p><p>b</p>"
    )


def test_what_is_not_traced_is_marked_in_words_and_listed():
    html = render_argument(
        record(untraced=["41 %", "“half <i> left”"]), ["So 41 % and “half <i> left”."], REFS
    )
    assert html.count('<mark class="untraced">') == 2
    assert '<mark class="untraced">41 % <small>not traced</small></mark>' in html
    assert "“half &lt;i&gt; left” <small>not traced</small>" in html
    assert html.endswith(
        '<p class="not-traced">Not traced to the evidence of this report: 41 %; “half &lt;i&gt; left”</p>'
    )


def test_a_number_is_marked_only_where_it_stands_alone_and_never_in_a_citation():
    html = argued("26, 2026, 1.26, 26.5, 26,000 and x26 [@survey-2026], 26.", ["26", "2026"], REFS)
    assert html.count("<mark") == 3
    assert 'href="#ref-survey-2026">[1]</a>' in html
    assert html.endswith(', <mark class="untraced">26 <small>not traced</small></mark>.')


def test_an_empty_argument_asks_its_question_over_ruled_lines():
    html = render_argument(record(asks="Why these <four>?"), [], REFS)
    assert '<p class="asks">Why these &lt;four&gt;?</p>' in html
    assert html.count("<i></i>") == 5
    assert render_argument(record(), [], REFS) == ""


@pytest.mark.parametrize("kind", ["text", "segment", "flow", "verdict", "message"])
def test_every_block_that_argues_says_who_does_and_can_be_left_to_its_reader(samples, kind):
    block = next(block for name, block in samples.every_block().items() if name.value == kind)
    field = {"text": "paragraphs", "message": "reasons"}.get(kind, "why")
    refs = References(lab=True)
    own = {
        **block.record(),
        field: ["We think 99 of them stay."],
        "author": Author.USER.value,
        "by": "Jo Bell",
        "untraced": ["99"],
    }
    html = render_html(own, refs)
    assert "Written by Jo Bell" in html
    assert '<mark class="untraced">99 <small>not traced</small></mark>' in html
    asked = {
        **block.record(),
        field: [],
        "asks": "What do you think?",
        **({"bullets": []} if kind == "text" else {}),
    }
    assert '<p class="asks">What do you think?</p>' in render_html(asked, refs)


@pytest.mark.parametrize("form", ["html", "pdf", "docx", "plain"])
def test_what_argues_for_a_message_is_its_channel_and_the_words_stay_segkits(form, samples):
    own = {
        "reasons": ["We write because 99 of them read letters."],
        "fit": ["They buy two at a time."],
        "author": Author.USER.value,
        "by": "Jo Bell",
        "untraced": ["99"],
    }
    said = words_of(form, {**samples.message("message", "here").record(), **own})
    assert said.index("We write because") < said.index("Jo Bell")
    assert said.index("Jo Bell") < said.index("Not traced to")
    if form != "plain":  # a terminal shows the words of the message, not why they are its words
        assert said.index("Why this channel") < said.index("We write because")
        assert said.index("Not traced to") < said.index("Why these words for this group")


@pytest.mark.parametrize("form", ["html", "pdf", "docx", "plain"])
def test_a_worksheet_asks_for_the_channel_of_a_message(form, samples):
    asked = {**samples.message("message", "here").record(), "reasons": [], "fit": [], "asks": "Why an email?"}
    said = words_of(form, asked)
    assert "Why an email?" in said
    assert form == "plain" or said.index("Why this channel") < said.index("Why an email?")
    assert "Why these words for this group" not in said


def words_of(form: str, record) -> str:
    """Return what a form of the report says of a record, in reading order."""
    refs = References(citations={"orders": 1}, lab=True)
    if form == "html":
        return re.sub(r"<[^>]+>", " ", render_html(record, refs))
    if form == "plain":
        return render_plain(record)
    if form == "pdf":
        return json.dumps(render_block(record, Layout(refs=refs)))
    paper = Paper(refs, frozenset())
    write_record(paper, record)
    return " ".join(paragraph.text for paragraph in paper.document.paragraphs)


def test_a_group_with_reasons_gives_them_before_its_rule(samples):
    block = next(block for name, block in samples.every_block().items() if name.value == "segment")
    html = render_html({**block.record(), "why": ["They come in spring."]}, References(lab=True))
    assert html.index("They come in spring.") < html.index('<p class="rule">')
