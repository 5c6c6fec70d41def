"""Sentences around quotations: who says it of whom, how strong, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.model.evidence import Provenance, Quote, Source, SourceType, Strength
from segkit.words import quotations as words

STUDY = Source(
    id="study", type=SourceType.RESEARCH, title="How people restock", path="research/study.md", sha256="0", kind="survey",
    authors=("Lindqvist, Hanne", "Abara, Tobias"), publisher="Northern Craft Research Office", published="2026", n=412,
    population="Adults in the UK who knit.", fieldwork="February 2026",
)  # fmt: skip
PAGE = Source(
    id="page-gifts", type=SourceType.WEBSITE, title="Gift service | Wool & Co", path="website/gifts.html", sha256="1",
    authors=("Wool & Co",), retrieved="2026-09-10T09:00:00",
)  # fmt: skip
QUOTE = Quote(
    exact="seven weeks", prefix="", suffix="", start=0, end=11, n_hits=1, verified=True, verbatim=True,
    provenance=Provenance.ORIGINAL, heading="Results > On rhythm", n_words=2,
)  # fmt: skip
NOTED = replace(QUOTE, provenance=Provenance.TRANSCRIBED)


def grade(source: Source, quote: Quote = QUOTE, *, names_group: bool = False):
    return words.grade_quote(source, quote, names_group=names_group, company="Wool & Co")


def test_a_study_speaks_for_its_own_population_with_its_n():
    assert words.quote_claim(STUDY, QUOTE, company="Wool & Co") == (
        "Of adults in the UK who knit (n = 412), Lindqvist and Abara (2026) report under “On rhythm”:"
    )


@pytest.mark.parametrize(
    ("population", "start"),
    [("German households", "Of German"), ("UK adults", "Of UK"), ("Customers of a shop", "Of customers")],
)
def test_a_population_keeps_the_capital_of_a_people(population: str, start: str):
    source = replace(STUDY, population=population)
    assert words.quote_claim(source, QUOTE, company="Wool & Co").startswith(start)


def test_a_page_is_named_without_the_shop_name_that_titles_carry():
    claim = words.quote_claim(PAGE, QUOTE, company="Wool & Co")
    assert claim == "On its page “Gift service” Wool & Co says under “On rhythm”:"


def test_a_source_without_author_and_year_says_so():
    bare = replace(STUDY, authors=(), publisher="", published="", population="")
    assert words.quote_claim(bare, QUOTE, company="Wool & Co").startswith(
        "The file research/study.md (no year)"
    )


def test_independent_research_with_its_own_n_found_in_the_publication_is_strong():
    assert grade(STUDY)[0] is Strength.STRONG


@pytest.mark.parametrize(
    ("source", "quote", "reason"),
    [
        (STUDY, NOTED, "check against the original"),
        (replace(STUDY, n=None), QUOTE, "no n"),
        (replace(STUDY, n=22), QUOTE, "fewer than 30"),
        (replace(STUDY, publisher="Wool & Co"), QUOTE, "own research"),
    ],
)
def test_research_that_misses_a_condition_is_moderate_and_says_which(source, quote, reason):
    strength, reasons = grade(source, quote)
    assert strength is Strength.MODERATE
    assert reason in "; ".join(reasons)


def test_research_without_author_or_year_is_weak():
    assert grade(replace(STUDY, published=""))[0] is Strength.WEAK


def test_a_page_is_never_more_than_moderate():
    assert grade(PAGE)[0] is Strength.WEAK
    strength, reasons = grade(PAGE, names_group=True)
    assert strength is Strength.MODERATE
    assert "not who buys" in reasons[0]


def test_limits_name_the_fieldwork_and_the_day_of_saving():
    assert words.quote_limits(STUDY, QUOTE) == "Fieldwork: February 2026."
    assert words.quote_limits(PAGE, QUOTE) == "As saved on 2026-09-10."
    assert words.quote_limits(replace(PAGE, retrieved=""), QUOTE) == "The page carries no date of saving."


def test_a_reworded_sentence_may_not_bring_numbers_of_its_own():
    assert words.new_numbers("3 of 4 buy 1,200 more", "3 of 4 did") == ("1,200",)
    assert words.new_numbers("All 4 of them", "3 of 4 did") == ()


def test_gaps_say_what_to_look_for():
    none = words.gap_no_documents("Gift buyers", SourceType.WEBSITE, "presents")
    assert none == (
        "Gift buyers: no page of the company's website is saved; save the pages on presents into website/."
    )
    assert "found nothing in the one saved study on presents" in words.gap_no_passage(
        "Gift buyers", SourceType.RESEARCH, "presents", 1
    )
    assert "2 passages from research wait for your yes or no" in words.gap_undecided(
        "Gift buyers", SourceType.RESEARCH, 2
    )


def test_one_interview_is_one_voice_and_not_the_population():
    talks = replace(STUDY, kind="interview", n=7, population="Seven customers of the shop")
    assert words.quote_claim(talks, QUOTE, company="Wool & Co") == (
        "Somebody asked by Lindqvist and Abara (2026) said under “On rhythm”:"
    )
    strength, reasons = grade(talks)
    assert strength is Strength.WEAK
    assert "one voice of 7 asked" in reasons[0]
    assert "Asked were seven customers of the shop (n = 7)." in words.quote_limits(talks, QUOTE)
