"""Figures and quotations of a person's own sentences against what the evidence states."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.analysis.stated_figures import FigureKind, find_figures
from segkit.analysis.tracing import Known, know, trace
from segkit.analysis.written_numbers import read_values
from segkit.model.document import Document, Origin
from segkit.model.evidence import Source, SourceType

PAGE = Document(
    source=Source(id="page", type=SourceType.WEBSITE, title="Our class packs", path="page.html", sha256=""),
    origin=Origin.PUBLICATION,
    text="We pack for schools. Orders of 24 packs leave within 3 working days, and spare needles come free.",
    passages=(),
)
EVIDENCE = (
    "9 of 10 customers ordered online; the median gap is 42 days. They spent 286.20 GBP, 1,234.50 GBP in all.",
    "37 % of orders came in March; 5 customers live in Leeds.",
    "The offer ends on 14 August 2026 at 20:00, with the code WOOL10.",
)


def known() -> Known:
    found = know(EVIDENCE, dates=[date(2026, 9, 7)], names=["C004"])
    return found | Known(documents=(PAGE,), cited=frozenset({"page"}))


@pytest.mark.parametrize(
    "sentence",
    [
        "9 of 10 order online.",
        "Nine of ten order online.",
        "Nine out of ten of them order online.",
        "9/10 order online, that is 90 %.",
        "They spend 286.20 GBP.",
        "They spend GBP 286.20, or £286.",
        "They spend about 290 GBP.",
        "They spend some 300 pounds.",
        "They spend more than 280 GBP and less than 290 GBP.",
        "In all it is 1.234,50 GBP, or 1,234.50 GBP, or 1 234,50 GBP.",
        "In all it is about 1,200 GBP.",
        "They come back after 42 days, which is six weeks.",
        "The wait is forty-two days.",
        "It is a median of 42.",
        "37 % of orders, 37 per cent, 37 percent.",
        "More than a third of orders came in March.",
        "Five customers live in Leeds.",
        "There are two reasons and one flow for each of three groups.",
        "It ends on 14 August, on 14 August 2026, on August 14, or 14.8.2026, and so in August 2026.",
        "By 2026 it is over.",
        "It ends at 8 pm.",
        "Use WOOL10, as C004 did in their 3rd order.",
        "As Miller (2019) and others (Ash, 2021) say.",
        "They write “spare needles come free” and mean it.",
        'They write "orders of 24 packs leave within 3 working days".',
        "They write “We pack for schools … spare needles come free.”",
        "He calls it “wool” and “the best”.",
        "24 packs leave in 3 days [@page].",
        "See https://shop.example/2031/7788 for it.",
        "B2B is H1 news.",
        "",
    ],
)
def test_what_the_evidence_states_is_traced(sentence: str) -> None:
    assert trace(sentence, known()) == ()


@pytest.mark.parametrize(
    ("sentence", "untraced"),
    [
        ("8 of 10 order online.", ("8 of 10",)),
        ("Eight of ten order online.", ("Eight of ten",)),
        ("Half of them order online.", ("Half",)),
        ("They spend 287 GBP.", ("287 GBP",)),
        ("They spend 286 EUR.", ("286 EUR",)),
        ("They spend 300 GBP.", ("300 GBP",)),
        ("They spend 286.21 GBP.", ("286.21 GBP",)),
        ("They spend more than 290 GBP.", ("290 GBP",)),
        ("They come back after 43 days, or two weeks.", ("43 days", "two weeks")),
        ("38 % of orders.", ("38 %",)),
        ("42 % of orders.", ("42 %",)),
        ("Forty-two customers live in Leeds.", ("Forty-two customers",)),
        ("Six customers live in Leeds.", ("Six customers",)),
        ("It ends on 15 August, in May 2026, or in 2031.", ("15 August", "May 2026", "2031")),
        ("It ends at 9 pm.", ("9 pm",)),
        ("Use WOOL20, as C999 did.", ("WOOL20", "C999")),
        ("They write “spare needles come cheap”.", ("“spare needles come cheap”",)),
        ('They write "spare needles come cheap".', ('"spare needles come cheap"',)),
        ("They write „spare needles come cheap“.", ("„spare needles come cheap“",)),
        ("They write «spare needles come cheap».", ("«spare needles come cheap»",)),
        ("They write ‘spare needles come cheap’.", ("‘spare needles come cheap’",)),
        (
            "They write “We pack for schools … needles come cheap.”",
            ("“We pack for schools … needles come cheap.”",),
        ),
        ("24 packs leave in 3 days. It is so [@page].", ("24 packs", "3 days")),
        ("It is so [@other].", ("[@other]",)),
        ("25 packs leave [@page].", ("25 packs",)),
    ],
)
def test_what_no_evidence_states_is_returned_as_written(sentence: str, untraced: tuple[str, ...]) -> None:
    assert trace(sentence, known()) == untraced


@given(st.integers(10_000, 10**9))
def test_a_large_number_that_stands_nowhere_is_never_passed_over(number: int) -> None:
    for written in (
        f"{number}",
        f"{number:,}",
        f"{number:,}".replace(",", "."),
        f"{number} GBP",
        f"£{number:,}",
    ):
        assert trace(f"They have {written} of it.", known()), written


@given(st.integers(1, 99), st.sampled_from(["%", " %", " per cent", " percent"]))
def test_a_percentage_passes_only_where_it_is_a_known_one(number: int, sign: str) -> None:
    assert bool(trace(f"It is {number}{sign} of them.", known())) is (number not in {37, 90})


@given(st.integers(1, 400))
def test_a_number_of_days_passes_only_where_it_is_a_known_one(number: int) -> None:
    assert bool(trace(f"They wait {number} days.", known())) is (number != 42)


@given(st.text(max_size=200))
def test_any_text_is_read_without_an_error_and_what_is_returned_stands_in_it(text: str) -> None:
    assert all(found in text for found in trace(text, known()))


@given(
    st.lists(st.sampled_from(["wool", "kettle", "river", "blue", "seven", "quickly"]), min_size=4, max_size=9)
)
def test_invented_words_in_quotation_marks_are_never_passed_over(words: list[str]) -> None:
    quoted = " ".join(words)
    assert f"“{quoted}”" in trace(f"She said “{quoted}” to us.", known())


@given(st.decimals(min_value="0.01", max_value="999999.99", places=2))
def test_an_amount_reads_the_same_in_english_and_in_german(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_values(english)[0] == read_values(german)[0] == (float(amount),)


def test_the_two_ends_of_a_range_have_one_unit() -> None:
    figures = find_figures("30 to 40 days, 10–12 %")
    assert [figure.kind for figure in figures] == [FigureKind.TIME] * 2 + [FigureKind.PERCENT] * 2


def test_what_is_known_of_two_chapters_is_known_together() -> None:
    both = know(["It is 42 days."]) | know(["It is 61 %."])
    assert trace("42 days and 61 %.", both) == ()
    assert trace("42 days and 61 %.", know(["It is 42 days."])) == ("61 %",)
