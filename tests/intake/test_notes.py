"""Research notes: front matter, quotation marks, Markdown."""

from __future__ import annotations

import pytest

from segkit.errors import BadValueError
from segkit.intake.notes import read_note, separate_quotations, split_front_matter
from segkit.intake.passages import cut_passages
from segkit.intake.quotations import find_quotations
from segkit.model.document import Origin


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in find_quotations(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('She said "I come for the table" and left.', ["I come for the table"]),
        ("She said “I come for the table” and left.", ["I come for the table"]),
        ("Sie sagte „Ich komme wegen des Tisches“ und ging.", ["Ich komme wegen des Tisches"]),
        ("Elle dit « Je viens pour la table » et part.", ["Je viens pour la table"]),
        ("Sie sagte »Ich komme wegen des Tisches« und ging.", ["Ich komme wegen des Tisches"]),
        ("Hon sa ”jag kommer för bordet” och gick.", ["jag kommer för bordet"]),
        ("She said ‘I come for the table’ and left.", ["I come for the table"]),
        ("She said 'I don't come for wool' and left.", ["I don't come for wool"]),
        ('"One." Then "two."', ["One.", "two."]),
        ("“He said ‘never again’ and left.”", ["He said ‘never again’ and left."]),
        ('It goes\n"over two\nlines" here.', ["over two\nlines"]),
    ],
)
def test_words_in_quotation_marks_of_many_kinds_are_found_without_the_marks(text, words):
    assert quoted(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "The dogs' bowls and the cats' beds don't match.",
        "It's the teachers' choice, isn't it?",
        "In the '90s and the '80s nobody asked.",
        'A 12" needle and a 14" needle are stocked.',
        'He said "yes and left the shop without another word.',
        "“No end to this one.",
        "no start to this one”",
    ],
)
def test_apostrophes_inches_and_marks_without_a_partner_quote_nothing(text):
    assert quoted(text) == []


def test_an_unbalanced_mark_does_not_swallow_the_next_quotation():
    assert quoted('He said "yes and left. Then she said "no, never" twice.') == ["no, never"]


def test_an_unbalanced_mark_ends_with_its_paragraph():
    note = read_note(
        'A mark " opens "here and\n\nmy own remark stands here.\n\n"These are their words."', markdown=True
    )
    cut = separate_quotations(note, origin=Origin.NOTE, kind="")
    passages = cut_passages(cut, source_id="note")
    assert [item.text for item in passages if item.quotable] == ["These are their words."]


def test_remarks_between_quotations_are_kept_and_not_quotable():
    note = read_note('"They order late." That surprised me a lot. "They pay later."', markdown=True)
    passages = cut_passages(separate_quotations(note, origin=Origin.NOTE, kind=""), source_id="note")
    assert [(item.text, item.quotable) for item in passages] == [
        ("They order late.", True),
        ("That surprised me a lot.", False),
        ("They pay later.", True),
    ]


def test_what_leads_to_a_quotation_is_its_locator():
    note = read_note('## Results\n\nOn price: "Three of them named price."', markdown=True)
    (passage,) = cut_passages(separate_quotations(note, origin=Origin.NOTE, kind=""), source_id="note")
    assert passage.locator == "under “Results”, after “On price”"


def test_markdown_signs_are_gone_and_the_words_stay():
    body = (
        "Title\n=====\n\nSee **this** [page](https://a.example) and `code`.\n\n* one *small* thing\n  that goes on\n"
        "* two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n> quoted block\n\n<!-- not for readers -->\n```\ncode stays\n```\n"
    )
    assert read_note(body, markdown=True).text == (
        "Title\n\nSee this page and code.\n\none small thing\nthat goes on\ntwo\n\na | b\n1 | 2\n\nquoted block\n\ncode stays"
    )


def test_stars_and_underscores_that_mean_themselves_stay_in_a_plain_text():
    assert (
        read_note("5 * 3 and snake_case_name, **bold**", markdown=False).text
        == "5 * 3 and snake_case_name, **bold**"
    )


def test_front_matter_values_stay_as_they_were_written():
    values, body = split_front_matter(
        "---\nTitle: No\nyear: 2025\nretrieved: 2026-08-17\nlanguage: no\nauthor:\n  - Bell, Rory\nmap: {a: 1}\n---\nText",
        label="n.md",
    )
    assert values == {
        "title": "No",
        "year": "2025",
        "retrieved": "2026-08-17",
        "language": "no",
        "author": ("Bell, Rory",),
    }
    assert body == "Text"


def test_a_rule_at_the_top_of_a_note_is_no_front_matter():
    text = "---\nA note that begins with a rule\nand never closes it."
    assert split_front_matter(text, label="n.md") == ({}, text)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ('title: "open\nauthor: x', "line 3"),
        ("a: &a [x, x]\nb: [*a, *a]", "line 3.*aliases"),
        ("[" * 20_000, "line 2.*lists within lists"),
        ("x: " + "y" * 70_000, "64 kB"),
        ("title: a\n\ttabbed: b", "line 3"),
    ],
)
def test_front_matter_that_is_not_plain_yaml_is_refused_with_its_line(head, words):
    with pytest.raises(BadValueError, match=words) as caught:
        split_front_matter(f"---\n{head}\n---\nText", label="research/n.md")
    assert caught.value.path == "research/n.md"
    assert "\n" not in str(caught.value)


def test_a_long_paragraph_is_cut_at_sentence_ends_and_a_list_of_tiny_items_is_one_passage():
    sentences = " ".join(f"Sentence number {n} has exactly these nine words here." for n in range(40))
    note = read_note(f"{sentences}\n\n- Moss\n- Plum\n- Slate\n- Oatmeal\n- £5.00", markdown=True)
    passages = cut_passages(note, source_id="note")
    *parts, colors, price = [item.text for item in passages]
    assert colors == "Moss\nPlum\nSlate\nOatmeal"
    assert price == "£5.00"
    assert len(parts) == 4
    assert all(part.endswith("here.") and part.startswith("Sentence") for part in parts)
    assert " ".join(parts) == sentences


def test_an_abbreviation_does_not_end_a_sentence():
    long = (
        "Of the shops, e.g. Miller and Dr. Bell in St. Ives, "
        + "some agreed and " * 60
        + "others did not. Then came May."
    )
    texts = [item.text for item in cut_passages(read_note(long, markdown=True), source_id="note")]
    assert "Then came May." in texts[-1]
    assert not any(text.endswith(("e.g.", "Dr.", "St.")) for text in texts)
