"""Queries for a segment: from what separates it, in words people use."""

from __future__ import annotations

import pytest

from segkit.analysis.queries import (
    SegmentQuery,
    names_segment,
    query_of,
    segment_queries,
    segment_words,
    separates,
)
from segkit.analysis.traits import SHARE_DIFFERENCE, Finding, Trait
from segkit.model.document import Passage
from segkit.model.evidence import Statistic
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

YES_NO = {FeatureKind.FLAG, FeatureKind.CATEGORICAL}


def finding(
    name: str,
    *,
    factor: Factor = Factor.BEHAVIORAL,
    kind: FeatureKind = FeatureKind.FLAG,
    level: str = "",
    effect: float = 0.8,
    segment_id: int = 1,
    feature_level: str = "",
) -> Finding:
    """A finding of 20 members against 80 others, clear unless the effect is small."""
    feature = Feature(name=name, factor=factor, kind=kind, label=name, level=feature_level)
    counted = kind in YES_NO
    sides = (0.9, 0.9 - effect) if effect > 0 else (0.05, 0.05 - effect)
    statistic = Statistic(
        name="share of customers" if counted else "median",
        feature=name,
        level=level,
        value=sides[0],
        comparator=sides[1],
        unit="share" if counted else "days",
        n_group=20,
        n_rest=80,
        k_group=round(20 * sides[0]) if counted else None,
        k_rest=round(80 * sides[1]) if counted else None,
        effect_name=SHARE_DIFFERENCE if counted else "Cliff's delta",
        effect=effect,
        ci_low=effect - 0.2,
        ci_high=effect + 0.2,
        ci_level=0.95,
        p=None,
        q=None,
        method="",
    )  # fmt: skip
    trait = Trait(feature=feature, level=level)
    return Finding(
        trait=trait, segment_id=segment_id, statistic=statistic, in_model=False, size=20, others=80
    )


def text_of(item: Finding) -> str:
    """The words that a finding is looked for by."""
    query = query_of(item)
    return "" if query is None else query.text


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (finding("ships_to_another_name"), "presents posted to somebody else"),
        (
            finding("favourite_channel", kind=FeatureKind.CATEGORICAL, level="iphone"),
            "orders through the app",
        ),
        (
            finding("favourite_payment_method", kind=FeatureKind.CATEGORICAL, level="Bank Deposit"),
            "paid on invoice by bank transfer",
        ),
        (
            finding("mean_gap_days", kind=FeatureKind.NUMERIC, effect=-0.9),
            "time between purchases, reorder every few weeks",
        ),
        (finding("mean_gap_days", kind=FeatureKind.NUMERIC), "long intervals between orders"),
        (finding("city", kind=FeatureKind.CATEGORICAL, level="Leeds"), "people in Leeds"),
        (finding("bought_category=Dog food", feature_level="Dog food"), "people who buy dog food"),
        (finding("share_of_orders_with=candle", kind=FeatureKind.NUMERIC), "buyers of candle products"),
        (finding("motivation_quick_finish", kind=FeatureKind.NUMERIC), "quick finish"),
        (finding("used_coupon=HELLO10", feature_level="HELLO10"), "buying at a discount with a code"),
    ],
)
def test_a_finding_is_asked_for_in_words_people_use(item: Finding, text: str) -> None:
    """Channels, payments, rhythm, places, products, attitudes and codes."""
    assert text_of(item) == text


@pytest.mark.parametrize(
    "item",
    [
        finding("bought_category=Gift", feature_level="Gift", effect=-0.8),  # what a group lacks
        finding("favourite_needs_delivery", kind=FeatureKind.CATEGORICAL, level="no"),
        finding("favourite_sku", kind=FeatureKind.CATEGORICAL, level="AB123"),
        finding("recency_days", kind=FeatureKind.NUMERIC, effect=-0.9),  # nobody looks for "recently"
        finding("category_hhi", kind=FeatureKind.NUMERIC),
    ],
)
def test_a_finding_without_words_of_its_own_asks_nothing(item: Finding) -> None:
    """Absences, yes and no, codes and figures of ours have no words in pages."""
    assert query_of(item) is None


def test_a_finding_that_does_not_separate_asks_nothing() -> None:
    """A small or doubtful difference is not looked for."""
    small = finding("ships_to_another_name", effect=0.15)
    assert not separates(small)
    assert segment_queries([small]) == ()


def test_queries_come_by_segment_and_factor_and_no_two_ask_alike() -> None:
    """The tag says what the product type says: it is asked once, for the need."""
    found = segment_queries(
        [
            finding("tagged=refill", feature_level="refill"),
            finding("bought_category=Refill", feature_level="Refill", factor=Factor.NEED_BASED, effect=0.7),
            finding(
                "city", kind=FeatureKind.CATEGORICAL, level="Leeds", factor=Factor.GEOGRAPHIC, segment_id=2
            ),
            finding("mean_gap_days", kind=FeatureKind.NUMERIC, effect=-0.9),
            finding("median_gap_days", kind=FeatureKind.NUMERIC, effect=-0.8),
        ]
    )
    assert [(query.segment_id, query.factor, query.key) for query in found] == [
        (1, Factor.BEHAVIORAL, "mean_gap_days"),
        (1, Factor.NEED_BASED, "bought_category=Refill"),
        (2, Factor.GEOGRAPHIC, "city=Leeds"),
    ]


def test_a_factor_asks_a_few_queries_the_strongest_first() -> None:
    """Weights decide, not the order of the list."""
    cities = [
        finding(f"bought_category={level}", feature_level=level, factor=Factor.NEED_BASED, effect=effect)
        for level, effect in (("Tea", 0.6), ("Soap", 0.9), ("Rope", 0.7), ("Lamp", 0.8))
    ]
    found = segment_queries(cities, per_factor=2)
    assert [query.query.text for query in found] == ["people who buy soap", "people who buy lamp"]
    assert found == segment_queries(cities[::-1], per_factor=2)
    assert all(isinstance(query, SegmentQuery) for query in found)


def test_a_query_carries_the_topics_its_words_belong_to() -> None:
    """The search widens it by them."""
    query = query_of(finding("ships_to_another_name", factor=Factor.NEED_BASED))
    assert query is not None
    assert query.factor is Factor.NEED_BASED
    assert "need-based/gift" in query.expansions


def class_packs(segment_id: int = 1, effect: float = 0.8) -> Finding:
    """A group that buys class packs."""
    return finding(
        "bought_category=Class pack",
        feature_level="Class pack",
        factor=Factor.NEED_BASED,
        segment_id=segment_id,
        effect=effect,
    )


def page(text: str, heading: str = "") -> Passage:
    """A passage of a page."""
    return Passage(id="p", source_id="s", text=text, start=0, end=len(text), heading=heading)


def test_a_page_that_names_the_people_of_a_segment_is_recognized() -> None:
    """Class packs are for schools; the product is also what "people who" buy."""
    words = segment_words([class_packs()], segment_id=1, name="Class pack buyers")
    assert "school" in words
    assert names_segment(page("For schools and studios: sets of twenty."), words)
    assert names_segment(page("Sets of twenty.", heading="For teachers"), words)
    assert names_segment(page("Most people who order a class pack come back."), words)
    assert not names_segment(page("Free delivery from £60. Class pack, £118."), words)
    assert not names_segment(page("People who knit. A class pack has twelve."), words)


def test_a_word_names_only_the_segment_that_it_sets_apart_most() -> None:
    """Otherwise one page would speak for two groups."""
    findings = [class_packs(1, 0.8), class_packs(2, 0.6)]
    assert "school" in segment_words(findings, segment_id=1)
    assert segment_words(findings, segment_id=2) == ()


def test_how_people_buy_does_not_name_them() -> None:
    """An app names nobody."""
    app = finding("favourite_channel", kind=FeatureKind.CATEGORICAL, level="app", factor=Factor.TECHNOGRAPHIC)
    assert segment_words([app], segment_id=1) == ()
    assert not names_segment(page("Order in the app."), ())


def test_a_word_that_also_means_something_else_names_nobody() -> None:
    """A regular price is no regular, and a family-run shop is not for families."""
    refills = finding("bought_category=Refill", feature_level="Refill", factor=Factor.NEED_BASED)
    words = segment_words([refills], segment_id=1)
    assert not names_segment(page("The regular price of a refill is £12."), words)
    assert names_segment(page("For people who refill twice a year."), words)


def test_a_word_out_of_product_names_names_nobody() -> None:
    """ "Who the Road-150 is for" is not about people who buy much with "road" in its name."""
    road = finding(
        "share_of_orders_with=road", kind=FeatureKind.NUMERIC, factor=Factor.NEED_BASED, effect=0.6
    )
    assert segment_words([road], segment_id=1) == ()
