"""The pipeline in tables: large numbers with their n, readings in full or in a line, open deals that need an eye first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.publish import sales_deals
from segkit.publish.sales import Sales


@pytest.fixture
def shop(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.shop())


@pytest.fixture
def seller(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.seller())


def with_pipeline(seller: Sales, **changes) -> Sales:
    facts = seller.cycle.facts
    facts = replace(facts, pipeline=replace(facts.pipeline, **changes))
    return replace(seller, cycle=replace(seller.cycle, facts=facts))


def test_without_a_pipeline_nothing_is_said_of_it(shop):
    for make in (
        sales_deals.pipeline_figures,
        sales_deals.readings,
        sales_deals.also_measured,
        sales_deals.open_deals,
    ):
        assert make(shop) is None


def test_the_large_numbers_of_a_pipeline_carry_their_n(seller):
    strip = sales_deals.pipeline_figures(seller)
    assert [item.value for item in strip.items] == ["73", "65 %", "58 days", "10,800\u00a0EUR"]
    assert "36 of 55" in strip.items[1].note
    assert "6,880" in strip.items[3].note


def test_a_small_pipeline_gives_counts_and_a_problem_no_sum(seller):
    facts = seller.cycle.facts
    small = replace(
        facts.pipeline, win_rate=replace(facts.pipeline.win_rate, k=2, n=3), forecast=None, time_to_close=None
    )
    strip = sales_deals.pipeline_figures(
        replace(seller, cycle=replace(seller.cycle, facts=replace(facts, pipeline=small)))
    )
    assert [item.value for item in strip.items] == ["73", "2 of 3"]


def test_open_deals_that_stand_longest_come_first_and_the_rest_is_counted(seller):
    table = sales_deals.open_deals(seller)
    assert len(table.rows) == sales_deals.DEALS_SHOWN
    readings = [row[1].rpartition(": ")[2] for row in table.rows]
    assert readings == sorted(readings, key=["stale", "slow", "in time", "unknown"].index)[
        : len(readings)
    ] or (readings[:5] == ["stale"] * 5)
    assert "3 more are open" in table.note
    assert table.rows[0][0] == "O-16 (A-16)"
    assert table.rows[0][3] == "2026-08-01, 32 days past"


def test_a_deal_shows_of_whom_it_is_and_what_comes_next(seller, sales_samples):
    who = replace(sales_samples.facts().customers[0], customer_id="A-1", segment_id=1)
    facts = replace(seller.cycle.facts, customers=(who,))
    deals = [replace(deal, next_step="") for deal in facts.pipeline.deals[:3]]
    deals = (replace(deals[1], next_step="Ask [@who] signs"), replace(deals[2], customer_id=""), deals[0])
    changed = replace(seller, cycle=replace(seller.cycle, facts=facts))
    rows = [(row[0], row[-1]) for row in sales_deals.open_deals(with_pipeline(changed, deals=deals)).rows]
    group = next(item for item in seller.plan.foundation.segmentation.summary.segments if item.id == 1)
    found = dict(rows)
    assert set(found) == {f"O-1 (A-1, {group.name})", "O-2 (prospect)", "O-0 (A-0)"}
    said = found[f"O-1 (A-1, {group.name})"]
    assert said.startswith("Ask ")
    assert "[@who]" not in said
    assert found["O-0 (A-0)"] == "none recorded"


def test_the_forecast_leads_with_the_sum_by_age_where_that_is_known(seller):
    coming = replace(seller.cycle.facts.pipeline.forecast, by_age=4721.4)
    *_, tile = sales_deals.pipeline_figures(with_pipeline(seller, forecast=coming)).items
    assert tile.label == "Weighted pipeline, by age"
    assert tile.value == "4,721\u00a0EUR"
    assert tile.note.startswith("by stage 10,800\u00a0EUR (6,880\u00a0EUR to 14,720\u00a0EUR)")


def test_readings_that_change_little_take_a_line_each(seller, sales_samples):
    brief = (
        sales_samples.Reading(name="lead_score", title="No lead score", sentences=("It needs 100 deals.", "There are 55.")),
        sales_samples.Reading(name="quarters", title="2025 Q1 is too early to compare", sentences=("3 of 4.",)),
        sales_samples.Reading(name="chain", title="The chance to win by stage", sentences=()),
    )  # fmt: skip
    told = replace(seller, cycle=replace(seller.cycle, readings=(*seller.cycle.readings, *brief)))
    assert [item.title for item in sales_deals.readings(told).items] == [
        item.title for item in seller.cycle.readings
    ]
    assert sales_deals.also_measured(seller) is None
    assert sales_deals.also_measured(told).rows == (
        ("Lead score", "It needs 100 deals."),
        ("Win rate by quarter", "2025 Q1 is too early to compare."),
        ("Chance to win by stage", "The chance to win by stage."),
    )


def test_what_is_not_recorded_of_a_deal_is_no_zero(seller):
    facts = seller.cycle.facts
    deal = replace(
        facts.pipeline.deals[0], amount=None, age_days=None, stage_days=None, slips=None, probability=None
    )
    pipeline = replace(facts.pipeline, deals=(deal,), n_open=1)
    table = sales_deals.open_deals(
        replace(seller, cycle=replace(seller.cycle, facts=replace(facts, pipeline=pipeline)))
    )
    (row,) = table.rows
    assert row[1].endswith(f", age not known: {deal.reading}")
    assert row[2] == "no amount"
    assert row[4:] == ("none", "none recorded")
    assert table.caption.startswith("All 1 open opportunity")
