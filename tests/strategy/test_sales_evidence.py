"""Which evidence speaks for which criterion: each piece for one at most, and none by force; and whose words a reason takes."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.model.company import Company
from segkit.model.criterion import Criterion
from segkit.model.document import Library
from segkit.model.evidence import (
    Direction,
    Evidence,
    EvidenceBook,
    Provenance,
    Quote,
    Source,
    SourceType,
    Statistic,
    Strength,
)
from segkit.model.factor import Factor
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from segkit.model.segment import Basis, Rule, Segment
from segkit.strategy.sales_cycle import describe_sales

_spec = importlib.util.spec_from_file_location(
    "sales_facts_by_hand", Path(__file__).with_name("sales_facts_by_hand.py")
)
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)
GIVERS = Segment(
    id=1,
    name="Givers",
    size=3,
    share=0.3,
    revenue=None,
    revenue_share=None,
    orders=9,
    stability=None,
    basis=Basis.DESCRIPTIVE,
    rule=Rule(order=1, alternatives=(), sentence=""),
    profile=(),
    measures=(),
    name_holds_for=3,
)


def piece(key, *, factor=Factor.BEHAVIORAL, words="", feature="", source="page-a", against=False):
    """Return one piece of evidence: a quotation, or a statistic on a feature."""
    quote = Quote(
        exact=words, prefix="", suffix="", start=0, end=len(words), n_hits=1, verified=True, verbatim=True,
        provenance=Provenance.ORIGINAL,
    )  # fmt: skip
    statistic = Statistic(
        name=feature, feature=feature, value=1, comparator=2, unit="", n_group=3, n_rest=7, effect_name="", effect=0,
        ci_low=None, ci_high=None, ci_level=0.95, p=None, q=None, method="",
    )  # fmt: skip
    return Evidence(
        id=key,
        segment_id=1,
        factor=factor,
        claim=key,
        kind="quote" if words else "statistic",
        direction=Direction.CONTRADICTS if against else Direction.SUPPORTS,
        source_id=source,
        locator="",
        in_model=False,
        strength=Strength.MODERATE,
        strength_reasons=(),
        limits="",
        statistic=None if words else statistic,
        quote=quote if words else None,
    )


def source(key, kind):
    return Source(id=key, type=kind, title=key, path="", sha256="")


PIECES = (
    piece("E-money", feature="average_order_value"),
    piece("E-price", words="We offer a contract from €5,000 a year."),
    piece("E-sign", words="The person who signs sees the list first."),
    piece("E-need", factor=Factor.NEED_BASED, words="Most who give do not knit.", source="page-gifts"),
    piece(
        "E-press", factor=Factor.NEED_BASED, words="A kept day was named first by 41 of 63.", source="study"
    ),
    piece("E-full", words="Of those who stopped, 38 had a full drawer.", source="study", against=True),
    piece("E-gap", feature="median_gap_days"),
    piece("E-quarter", feature="quarter_4_share"),
    piece("E-weeks", words="Half wait seven weeks."),
    piece("E-other", feature="hair_color"),
    piece("E-none", words="We are in Sheffield."),
)
BOOK = EvidenceBook(
    sources=(
        source("page-a", SourceType.WEBSITE),
        source("page-gifts", SourceType.WEBSITE),
        source("study", SourceType.RESEARCH),
    ),
    evidence=PIECES,
    appendix=(),
    n_tests=0,
)


def letters(facts, *, ledger=None):
    cycle = describe_sales(
        facts,
        company=Company(folder="", slug="x", name="Hazel", business_model=facts.business_model),
        segments=(GIVERS,),
        evidence=BOOK,
        ledger=ledger or Ledger(),
        library=Library(),
    )
    return cycle, {item.criterion: item for item in cycle.qualification.verdicts}


@pytest.mark.parametrize(
    ("criterion", "ids"),
    [
        (Criterion.MONEY, ("E-money", "E-price")),
        (Criterion.AUTHORITY, ("E-sign",)),
        (Criterion.NEED, ("E-need", "E-press")),
        (Criterion.TIMING, ("E-gap", "E-quarter", "E-weeks")),
    ],
)
def test_each_piece_speaks_for_one_criterion_and_none_is_forced(criterion, ids):
    assert letters(hand.shop())[1][criterion].evidence_ids == ids


def test_a_shop_names_the_need_in_its_pages_words_and_what_silence_may_mean():
    reason = letters(hand.shop())[1][Criterion.NEED].reason
    assert reason[1] == "What it is, in the shop's words: “Most who give do not knit” [@page-gifts]."
    assert reason[2].startswith(
        "Who falls silent need not have lost it: “Of those who stopped, 38 had a full drawer”"
    )


def test_deals_are_told_what_research_says_presses_the_largest_group():
    reason = letters(hand.supplier())[1][Criterion.NEED].reason
    assert reason[1] == (
        "Research on buyers like the Givers says what presses: “A kept day was named first by 41 of 63” [@study]."
    )


def test_an_opportunity_names_the_evidence_on_value_and_rhythm():
    assert letters(hand.shop())[0].opportunity.evidence_ids == ("E-money", "E-gap")


def test_a_page_that_speaks_to_people_without_an_order_makes_prospecting_apply_in_part():
    entry = LedgerEntry(
        id="C", kind=LedgerKind.CODE, subject="HELLO", value="10 % off", source_id="page-index",
        exact="Take 10 % off your first order with HELLO.", locator="",
    )  # fmt: skip
    stage = letters(hand.shop(), ledger=Ledger(entries=(entry,)))[0].stages[0]
    assert stage.applies.value == "partly"
    assert "“Take 10 % off your first order with HELLO” [@page-index]" in stage.reason[0]
    ended = letters(hand.shop(), ledger=Ledger(entries=(replace(entry, ended=True),)))[0].stages[0]
    assert ended.applies.value == "not_observable"
