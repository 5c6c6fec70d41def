"""Numbers that a text states about our measures: found by cue words only, in our units, and weighed against ours."""

from __future__ import annotations

import pytest

from segkit.analysis.comparable import ComparableNumber, comparable_numbers, compare_number
from segkit.analysis.number_words import read_amounts, read_number
from segkit.model.evidence import Direction, Statistic


def only(text: str) -> ComparableNumber:
    """The one number that a text states."""
    (number,) = comparable_numbers(text)
    return number


def measured(
    value: float, comparator: float, *, feature: str = "median_gap_days", unit: str = "days"
) -> Statistic:
    """A group and the rest on one measure."""
    return Statistic(
        name="median",
        feature=feature,
        value=value,
        comparator=comparator,
        unit=unit,
        n_group=3,
        n_rest=7,
        effect_name="Cliff's delta",
        effect=-1.0,
        ci_low=None,
        ci_high=None,
        ci_level=0.95,
        p=None,
        q=None,
        method="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "measure", "value", "unit"),
    [
        ("They reorder every seven weeks.", "median_gap_days", 49.0, "days"),
        ("On average 60 days lie between two orders.", "median_gap_days", 60.0, "days"),
        ("Most restock after a fortnight, that is every two weeks.", "median_gap_days", 14.0, "days"),
        ("They buy again every other week.", "median_gap_days", 14.0, "days"),
        ("Buyers repurchase within 2 months.", "median_gap_days", 60.875, "days"),
        ("Their average order is worth £1,054.20.", "average_order_value", 1054.2, "GBP"),
        ("Die Bons: a typical basket of 54,20 EUR.", "average_order_value", 54.2, "EUR"),
        ("The median age was 41.", "age_years", 41.0, "years"),
        ("A typical 35-year-old comes on foot.", "age_years", 35.0, "years"),
        ("Their return rate was 12 %.", "return_share", 0.12, "share"),
        ("Of 200 orders, 14 were sent back.", "return_share", 0.07, "share"),
        ("38 of 61 orders were placed at the weekend.", "weekend_share", 38 / 61, "share"),
        ("Thirty-five per cent of orders come in the evening.", "evening_share", 0.35, "share"),
        ("A quarter of purchases were made at a discount.", "discount_share", 0.25, "share"),
        ("One in four customers ordered again.", "repeat_share", 0.25, "share"),
        ("They order three times a year.", "orders_per_year", 3.0, "orders per year"),
        ("They buy twice a year.", "orders_per_year", 2.0, "orders per year"),
    ],
)
def test_a_stated_number_comes_in_our_unit(text: str, measure: str, value: float, unit: str) -> None:
    """Digits, words, shares of n, other currencies and other spans of time."""
    number = only(text)
    assert (number.measure, number.unit) == (measure, unit)
    assert number.value == pytest.approx(value)
    assert number.low is None


@pytest.mark.parametrize(
    "text",
    [
        "Parcels arrive within three days.",
        "You may return it within 14 days and order again.",
        "Orders over £60 are delivered free of charge.",
        "Reorder before the invoice is due in 30 days.",
        "The survey took seven weeks.",
        "Kits for children aged 5 to 7.",
        "A whisky aged 25 years.",
        "12 % of our yarn is nylon.",
        "62 % of them like it.",
        "In 2025 we moved to Leeds.",
        "Refills every seven weeks for socks and every twelve weeks for blankets.",
        "40 % of customers never came back.",
        "",
    ],
)
def test_without_a_cue_or_with_two_meanings_there_is_no_number(text: str) -> None:
    """Delivery, returns, terms, materials, children and two figures in one sentence are not our measures."""
    assert comparable_numbers(text) == ()


def test_a_figure_with_a_range_keeps_both_and_points_at_its_clause() -> None:
    """The clause can be quoted: it is the exact stretch of the text, over a line end too."""
    text = 'On rhythm: "The median time between two yarn purchases was seven weeks, half lay between five\nand ten weeks." Next.'
    number = only(text)
    assert (number.value, number.low, number.high) == (49.0, 35.0, 70.0)
    assert text[number.start : number.end] == number.exact
    assert number.exact.startswith("On rhythm")
    assert number.exact.endswith("ten weeks")


def test_ages_come_as_ranges() -> None:
    """A span or a decade of life."""
    assert (only("Attendees were aged 25 to 34.").low, only("Attendees were aged 25 to 34.").high) == (
        25.0,
        34.0,
    )
    late = only("Most are in their late twenties.")
    assert (late.low, late.high) == (27.0, 29.0)


def test_a_decimal_point_ends_no_sentence() -> None:
    """6.5 weeks is one number."""
    assert only("They reorder every 6.5 weeks").value == pytest.approx(45.5)


@pytest.mark.parametrize(
    ("group", "rest", "direction", "rule"),
    [
        (49.0, 86.0, Direction.SUPPORTS, "inside"),
        (35.0, 71.0, Direction.SUPPORTS, "inside"),
        (71.0, 49.0, Direction.CONTRADICTS, "outside"),
        (49.0, 60.0, Direction.CONTEXT, "both inside"),
    ],
)
def test_a_range_decides_by_who_stands_inside(
    group: float, rest: float, direction: Direction, rule: str
) -> None:
    """Where both stand inside, the source does not tell them apart."""
    number = only("They reorder every five to ten weeks.")
    comparison = compare_number(number, measured(group, rest))
    assert (comparison.direction, comparison.rule) == (direction, rule)


@pytest.mark.parametrize(
    ("group", "rest", "direction", "rule"),
    [
        (60.0, 100.0, Direction.SUPPORTS, "near"),
        (60.0, 50.0, Direction.CONTEXT, "between"),  # the rest is nearer
        (90.0, 200.0, Direction.CONTEXT, "between"),
        (99.0, 49.0, Direction.CONTRADICTS, "far"),
        (0.0, 49.0, Direction.CONTRADICTS, "far"),
    ],
)
def test_a_figure_decides_by_factors(group: float, rest: float, direction: Direction, rule: str) -> None:
    """Within 1.5 and nearer than the rest, beyond 2, or in between."""
    number = only("They reorder every seven weeks.")
    comparison = compare_number(number, measured(group, rest))
    assert (comparison.direction, comparison.rule) == (direction, rule)


def test_the_reason_shows_both_sides_with_units() -> None:
    """A reader can check it."""
    comparison = compare_number(only("They reorder every five to ten weeks."), measured(49.0, 86.0))
    assert comparison.reason == (
        "The source states 35 days to 70 days; this group stands inside it at 49 days, the others outside it at 86 days."
    )


def test_another_currency_or_measure_decides_nothing() -> None:
    """Pounds are not euros, and an age is no rhythm."""
    spend = only("Their average order is worth £50.")
    euros = measured(50.0, 90.0, feature="average_order_value", unit="EUR")
    assert compare_number(spend, euros).rule == "other unit"
    assert compare_number(spend, measured(50.0, 90.0)).rule == "other measure"
    assert compare_number(spend, euros).direction is Direction.CONTEXT


def test_a_rate_that_is_no_feature_can_still_be_compared() -> None:
    """The share who come back is measured outside the feature table."""
    number = only("One in four customers ordered again.")
    assert number.features == ()
    statistic = measured(0.3, 0.9, feature="repeat_share", unit="share")
    assert compare_number(number, statistic).direction is Direction.SUPPORTS


def test_amounts_do_not_overlap_and_impossible_shares_are_none() -> None:
    """ "Nine of two" is no share; a falling range is none either."""
    assert read_amounts("9 of 2", kind="share") == ()
    assert read_amounts("nine to two weeks", kind="days") == ()
    assert [amount.value for amount in read_amounts("62 % (38 of 61)", kind="share")] == [0.62, 38 / 61]


def test_numbers_are_read_in_digits_and_words() -> None:
    """Thousands, decimal commas and tens with units."""
    assert [read_number(text) for text in ("1,250", "2,5", "0.25", "twenty-five", "Forty two")] == [
        1250.0,
        2.5,
        0.25,
        25.0,
        42.0,
    ]
