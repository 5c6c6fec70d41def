"""Segments as values: money to the cent, measures beside the book's, edge cases tried, names tested."""

from decimal import Decimal
from types import SimpleNamespace

import pandas as pd
import pytest

from segkit.analysis.grouping import group_customers
from segkit.analysis.rules import place_customer
from segkit.analysis.segments import apportion, describe_segments
from segkit.model.company import SegmentationSettings, SegmentDefinition
from segkit.model.factor import Factor
from segkit.model.segment import Method
from tests.analysis.shop_tables import small_shop

EURO = SimpleNamespace(currency="EUR")


def describe(table, customers, *, currency="EUR", **changes):
    wanted = SegmentationSettings(**changes)
    grouping = group_customers(table, customers, settings=wanted)
    return describe_segments(
        grouping, table, customers, orders=SimpleNamespace(currency=currency), settings=wanted
    )


@pytest.fixture(scope="module")
def shop():
    table, customers = small_shop()
    return table, customers, describe(table, customers)


def test_sizes_shares_orders_and_revenue_add_up_to_the_book(shop):
    _, customers, found = shop
    segments = found.summary.segments
    assert sum(segment.size for segment in segments) == found.summary.n_customers == 10
    assert sum(segment.share for segment in segments) == pytest.approx(1)
    assert sum(segment.revenue_share for segment in segments) == pytest.approx(1)
    assert (
        sum(segment.orders for segment in segments) == found.summary.n_orders == customers["frequency"].sum()
    )
    assert sum(segment.revenue for segment in segments) == found.summary.revenue
    assert found.summary.revenue == Decimal(int(customers["monetary_total"].sum())) / 10_000


def test_fractions_of_a_cent_are_handed_out_so_that_the_total_holds():
    table, customers = small_shop()
    odd = customers.assign(monetary_total=customers["monetary_total"] + 33)
    found = describe(table, odd).summary
    total = int(odd["monetary_total"].sum())
    assert found.revenue == (Decimal(total) / 10_000).quantize(Decimal("0.01"))
    assert sum(segment.revenue for segment in found.segments) == found.revenue


@pytest.mark.parametrize(("currency", "digits"), [("JPY", 0), ("KWD", 3), ("EUR", 2)])
def test_revenue_has_the_decimals_of_its_currency(currency, digits):
    table, customers = small_shop()
    found = describe(table, customers, currency=currency).summary
    assert all(-segment.revenue.as_tuple().exponent == digits for segment in found.segments)
    assert -found.revenue.as_tuple().exponent == digits


@pytest.mark.parametrize(
    ("amounts", "unit", "expected"),
    [
        ([3350, 3350, 3300], 100, (34, 33, 33)),
        ([-150, 150], 100, (-1, 1)),
        ([-50, -50], 100, (0, -1)),
        ([1, 2, 3], 1, (1, 2, 3)),
        ([], 100, ()),
    ],
)
def test_apportioned_amounts_add_up_to_the_rounded_total(amounts, unit, expected):
    found = apportion(amounts, unit)
    assert found == expected
    assert sum(found) == (sum(amounts) + unit // 2) // unit


def test_without_amounts_there_is_no_revenue():
    table, customers = small_shop()
    found = describe(table, customers.drop(columns="monetary_total")).summary
    assert found.revenue is None
    assert all(segment.revenue is None and segment.revenue_share is None for segment in found.segments)
    assert all(
        "spend" not in measure.label.lower() for segment in found.segments for measure in segment.measures
    )


def test_a_book_that_took_no_money_has_no_shares_of_it():
    table, customers = small_shop()
    found = describe(table, customers.assign(monetary_total=0)).summary
    assert all(segment.revenue_share is None for segment in found.segments)


def test_measures_stand_beside_the_book(shop):
    table, _, found = shop
    first = found.summary.segments[0]
    recency = next(
        measure for measure in first.measures if measure.label.startswith("Days since the last order")
    )
    members = found.assignments.index[found.assignments == 1]
    assert recency.value == table.frame.loc[members, "recency_days"].median()
    assert recency.overall == table.frame["recency_days"].median()
    assert recency.unit == "days"


def test_a_measure_that_nobody_in_the_segment_has_is_left_out():
    table, customers = small_shop()
    found = describe(table, customers)
    members = found.assignments.index[found.assignments == 1]
    table.frame.loc[members, "median_gap_days"] = float("nan")
    again = describe(table, customers).summary.segments
    gaps = [any("between orders" in measure.label for measure in segment.measures) for segment in again]
    assert not all(gaps)
    assert any(gaps)


def test_every_segment_reads_all_six_factors(shop):
    for segment in shop[2].summary.segments:
        assert [reading.factor for reading in segment.profile] == list(Factor)


def test_names_are_distinct_and_their_claims_counted(shop):
    segments = shop[2].summary.segments
    names = [segment.name for segment in segments]
    assert len(set(names)) == 4
    assert {"Refillers", "Workshop goers", "Gift buyers"} <= set(names)
    assert all(segment.name_holds_for + len(segment.name_exceptions) == segment.size for segment in segments)


def test_a_users_name_and_note_survive_renumbering():
    definition = SegmentDefinition(contains="A1", name="Sock club", note="say hello")
    for amount in (1, 1_000_000):
        table, customers = small_shop()
        customers.loc[customers["customer_id"] == "A1", "monetary_total"] *= amount
        found = describe(table, customers, definitions=(definition,))
        mine = found.summary.segments[found.assignments["A1"] - 1]
        assert (mine.name, mine.note) == ("Sock club", "say hello")


def test_precedence_names_every_segment_in_the_order_of_trying(shop):
    found = shop[2].summary
    ordered = sorted(found.segments, key=lambda segment: segment.rule.order)
    positions = [found.precedence.index(segment.name) for segment in ordered]
    assert positions == sorted(positions)


def test_an_edge_case_sentence_is_true_of_the_customer_it_describes():
    table, customers = small_shop()
    definitions = (
        SegmentDefinition(name="Recent", rule="recency_days <= 40"),
        SegmentDefinition(name="Big orders", rule="average_order_value > 50"),
    )
    found = describe(table, customers, definitions=definitions)
    by_order = {segment.rule.order: segment.name for segment in found.summary.segments}
    rules = [segment.rule for segment in found.summary.segments]
    first = next(text for text in found.summary.edge_cases if "40 days ago" in text)
    assert "goes to Recent; at 41 days, to" in first
    assert by_order[place_customer(rules, {"recency_days": 40})] == "Recent"
    assert by_order[place_customer(rules, {"recency_days": 41})] == "Everyone else"
    assert any(
        text.startswith("A customer whom the rules of both Recent and Big orders fit")
        for text in found.summary.edge_cases
    )
    assert any(text.endswith("ask for goes to Everyone else.") for text in found.summary.edge_cases)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("recency_days <= 40", "recency_days <= 80"),
        ("channel != 'pos'", "recency_days <= 80"),
        ("customer_visits < 3", "recency_days <= 80"),
    ],
)
def test_two_rules_are_only_tried_together_where_a_customer_can_be_constructed(first, second):
    table, customers = small_shop()
    found = describe(
        table,
        customers.assign(customer_visits=range(10)),
        definitions=(SegmentDefinition(name="One", rule=first), SegmentDefinition(name="Two", rule=second)),
    )
    doubles = [text for text in found.summary.edge_cases if "the rules of both" in text]
    assert len(doubles) == (1 if "visits" in first else 0)


def test_groups_without_conditions_have_no_edge_cases():
    table, customers = small_shop()
    ids = tuple(customers["customer_id"])
    found = describe(
        table,
        customers,
        definitions=(
            SegmentDefinition(name="One", members=ids[:5]),
            SegmentDefinition(name="Two", members=ids[5:]),
        ),
    )
    assert found.summary.method is Method.USER
    assert not any("like those in" in text for text in found.summary.edge_cases)


def test_customers_may_carry_their_id_as_index(shop):
    table, customers, found = shop
    by_index = describe(table, customers.set_index("customer_id"))
    pd.testing.assert_series_equal(by_index.assignments, found.assignments)


def test_columns_that_became_no_feature_are_named():
    table, customers = small_shop()
    excluded = type(table)(frame=table.frame, features=table.features, excluded=(("phone", "personal data"),))
    assert "phone: personal data" in describe(excluded, customers).summary.dropped_features
