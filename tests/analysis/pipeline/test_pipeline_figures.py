"""Win rates, velocity, forecast, ageing and the whole, on small pipelines whose answers can be counted."""

from dataclasses import asdict
from datetime import date

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.pipeline.ageing import LONGEST_STEP, MAX_DEALS, read_ages
from segkit.analysis.pipeline.chain import absorbing_chain
from segkit.analysis.pipeline.forecast import weighted_forecast
from segkit.analysis.pipeline.velocity import sales_velocity
from segkit.analysis.pipeline.win_rates import MAX_LEVELS
from segkit.errors import BadValueError, MissingColumnError, NotEnoughDataError
from segkit.model.sales_stage import SalesStage, stage_models
from tests.analysis.pipeline.pipelines import draw_pipeline, make_moves, make_table, measure


def won(closed_at, created_at="2026-01-01", amount=100.0, **more):
    return {
        "status": "won",
        "stage": "won",
        "created_at": created_at,
        "closed_at": closed_at,
        "amount": amount,
        **more,
    }


def lost(closed_at, created_at="2026-01-01", **more):
    return {"status": "lost", "stage": "lost", "created_at": created_at, "closed_at": closed_at, **more}


def still_open(created_at="2026-08-01", stage="closing", **more):
    return {"status": "open", "stage": stage, "created_at": created_at, **more}


def test_open_opportunities_are_no_part_of_the_win_rate():
    facts = measure(make_table(won("2026-02-01"), lost("2026-02-01"), still_open(), still_open()))
    assert (facts.win_rate.k, facts.win_rate.n) == (1, 2)
    assert (facts.won_of_all.k, facts.won_of_all.n) == (1, 4)
    assert (facts.n, facts.n_open, facts.n_won, facts.n_lost) == (4, 2, 1, 1)
    assert (facts.first, facts.last) == (date(2026, 1, 1), date(2026, 8, 1))


def test_three_deals_give_counts_and_limits_and_nothing_else():
    facts = measure(make_table(won("2026-02-01"), lost("2026-02-01"), still_open(amount=5.0)))
    assert facts.win_rate.high - facts.win_rate.low > 0.8
    assert (facts.velocity, facts.forecast, facts.chain, facts.fields) == ((), None, (), ())
    assert facts.deals[0].reading == "unknown"
    assert facts.lead_score.refused.startswith("No field")


@pytest.mark.parametrize("rows", [[still_open()], [won("2026-02-01")], [lost(None)], [{"status": "open"}]])
def test_a_single_opportunity_of_any_kind_is_measured(rows):
    facts = measure(make_table(*rows))
    assert facts.n == 1
    assert (facts.win_rate is None) == (rows[0]["status"] == "open")


def test_win_rates_by_quarter_stand_in_order_with_their_won_amount():
    facts = measure(
        make_table(won("2026-04-01"), lost("2026-03-31"), won("2026-03-01", amount=None), lost(None))
    )
    assert [(item.level, item.share.k, item.share.n, item.amount) for item in facts.quarters] == [
        ("2026 Q1", 1, 2, None),
        ("2026 Q2", 1, 1, 100.0),
    ]


def test_a_quarter_that_began_before_a_slow_one_could_be_closed_is_early():
    rows = [lost("2025-05-01", created_at="2025-01-01"), *[won("2026-06-01", created_at="2026-01-01")] * 3]
    assert measure(make_table(*rows)).early == ("2025 Q2",)
    assert measure(make_table(lost("2026-05-01", created_at=None))).early == ()
    assert measure(make_table(still_open())).early == ()


def test_win_rates_by_field_begin_with_the_level_of_most_closed_ones():
    rows = [
        won("2026-02-01", source="fair"),
        *[lost("2026-02-01", source="web")] * 2,
        still_open(source="phone"),
    ]
    facts = measure(make_table(*rows, won("2026-02-01")))
    assert [(item.field, item.level, item.share.k, item.share.n, item.amount) for item in facts.fields] == [
        ("source", "web", 0, 2, 0.0),
        ("source", "fair", 1, 1, 100.0),
    ]


def test_a_field_without_a_closed_opportunity_has_no_rate():
    assert (
        measure(make_table(still_open(source="web"), still_open(source="fair"), won("2026-02-01"))).fields
        == ()
    )


def test_a_field_with_one_level_is_no_comparison():
    assert measure(make_table(won("2026-02-01", source="web"), lost("2026-02-01", source="web"))).fields == ()


def test_a_field_shows_at_most_so_many_levels():
    rows = [won("2026-02-01", product=f"P{i}") for i in range(30)]
    assert len(measure(make_table(*rows)).fields) == MAX_LEVELS


def test_attributes_of_customers_are_not_compared_unless_they_are_named():
    attributes = pd.DataFrame({"sector": ["cider", "jam"]}, index=pd.Index(["C1", "C2"], name="customer_id"))
    rows = [won("2026-02-01", customer_id="C1")] * 5 + [lost("2026-02-01", customer_id="C2")] * 5
    assert measure(make_table(*rows), attributes=attributes).fields == ()
    named = measure(make_table(*rows), attributes=attributes, fields=("sector",)).fields
    assert {item.field for item in named} == {"sector"}


def test_a_named_field_may_be_a_column_or_an_attribute_and_nothing_else():
    attributes = pd.DataFrame({"sector": ["cider", "jam"]}, index=pd.Index(["C1", "C2"], name="customer_id"))
    rows = [
        won("2026-02-01", customer_id="C1", terms="net"),
        lost("2026-02-01", customer_id="C2", terms="pre"),
    ]
    facts = measure(make_table(*rows), attributes=attributes, fields=("terms", "sector"))
    assert [item.field for item in facts.fields] == ["terms", "terms", "sector", "sector"]
    assert facts.lead_score.fields == ("terms", "sector")
    with pytest.raises(MissingColumnError, match="'mood' is neither a column"):
        measure(make_table(*rows), fields=("mood",))


def test_an_owner_is_no_field_unless_named():
    rows = [won("2026-02-01", owner="NB"), lost("2026-02-01", owner="TC")]
    assert measure(make_table(*rows)).fields == ()
    assert len(measure(make_table(*rows), fields=("owner",)).fields) == 2


def test_reasons_of_lost_ones_are_counted_the_commonest_first():
    rows = [lost(None, lost_reason=reason) for reason in ("price", "time", "price", None, "else")]
    reasons = measure(make_table(*rows, won("2026-02-01", lost_reason="price"))).lost_reasons
    assert [(item.reason, item.n) for item in reasons] == [("price", 2), ("else", 1), ("time", 1)]


def test_sources_count_all_and_accounts_only_the_decided_ones():
    rows = [
        won("2026-02-01", source="phone", customer_id="A", owner="NB"),
        lost("2026-02-01", source="fair", customer_id="A"),
        still_open(source="fair", customer_id="B"),
    ]
    facts = measure(make_table(*rows))
    assert facts.sources == (("fair", 2), ("phone", 1))
    assert facts.decided_accounts == 1
    assert facts.has_owner
    bare = measure(make_table(won("2026-02-01")))
    assert (bare.sources, bare.decided_accounts, bare.has_owner) == ((), None, False)


def test_velocity_says_which_opportunities_and_which_cycle_are_meant():
    rows = [won("2026-01-11", amount=200.0)] * 5 + [lost("2026-01-31")] * 5 + [still_open()] * 2
    closed, by_won, ahead = measure(make_table(*rows)).velocity
    assert (closed.of, closed.cycle, closed.n, closed.cycle_days) == ("closed", "closed", 10, 20.0)
    assert closed.per_day == pytest.approx(10 * 200 * 0.5 / 20)
    assert (by_won.of, by_won.cycle, by_won.cycle_days) == ("closed", "won", 10.0)
    assert (ahead.of, ahead.n, ahead.per_day) == ("open", 2, pytest.approx(2 * 200 * 0.5 / 10))


def test_velocity_needs_five_won_ones_with_a_value_and_days():
    rows = [won("2026-01-11")] * 4 + [won("2026-01-11", amount=None)]
    assert measure(make_table(*rows)).velocity == ()
    assert measure(make_table(*[won("2026-01-01")] * 5)).velocity == ()


@pytest.mark.parametrize(
    ("rate", "days", "message"),
    [(1.2, 9, "between 0 and 1"), (0.5, 0, "more than 0 days"), (0.5, np.inf, "inf")],
)
def test_a_velocity_of_nonsense_is_refused(rate, days, message):
    with pytest.raises(BadValueError, match=message):
        sales_velocity(1, 1, rate, days)


def test_a_forecast_leaves_out_what_has_no_amount_or_no_probability_and_says_so():
    forecast = weighted_forecast([100, np.nan, 50], [0.5, 0.5, np.nan])
    assert (forecast.n, forecast.weighted, forecast.without, forecast.low, forecast.high) == (
        1,
        50,
        2,
        0,
        100,
    )
    assert weighted_forecast([np.nan], [0.5]) is None
    with pytest.raises(BadValueError, match="got 75"):
        weighted_forecast([1], [75])


def test_a_forecast_is_checked_by_age_and_by_amount():
    rows = [won("2026-01-11", amount=50.0)] * 5 + [lost("2026-01-21")] * 5
    ahead = [
        still_open("2026-08-30", stage="proposal", amount=40.0),
        still_open("2026-01-01", stage="proposal", amount=90.0),
    ]
    facts = measure(make_table(*rows, *ahead), model=stage_models()["salesforce"])
    forecast = facts.forecast
    assert forecast.weighted == pytest.approx(0.75 * 130)
    young = facts.deals[1].probability_by_age
    assert facts.deals[0].probability_by_age == 0
    assert forecast.by_age == pytest.approx(40 * young)
    assert young == pytest.approx(5 / 11)
    assert forecast.above_won == 1
    few = measure(make_table(*rows[1:], *ahead), model=stage_models()["salesforce"])
    assert (few.forecast.by_age, few.deals[0].probability_by_age) == (None, None)


def test_the_forecast_says_where_its_probabilities_come_from():
    table = make_table(*[won("2026-02-01")] * 4, lost("2026-02-01"), still_open(stage="proposal", amount=100.0),
                       still_open(stage="negotiation", amount=100.0))  # fmt: skip
    moves = make_moves(*((f"O{i}", None, "proposal", "2026-01-01") for i in range(6)))
    lost_model = stage_models()["salesforce"]
    preset = measure(table, model=lost_model).forecast
    history = measure(table, moves, model=lost_model).forecast
    assert (preset.basis, preset.weighted) == ("preset", pytest.approx(75 + 90))
    assert (history.basis, history.weighted) == ("mixed", pytest.approx(80 + 90))
    only = measure(table.iloc[:6], moves, model=lost_model).forecast
    assert (only.basis, only.weighted) == ("history", pytest.approx(80))


def test_amounts_in_two_currencies_are_never_summed():
    rows = [won("2026-02-01", currency="EUR", source="web")] * 6 + [
        won("2026-02-01", currency="USD", source="fair"),
        still_open(currency="EUR", amount=9.0),
    ]
    facts = measure(make_table(*rows))
    assert (
        facts.problem
        == "Amounts are in 2 currencies (EUR in 7, USD in 1); choose one before they are summed."
    )
    assert (facts.won_value, facts.open_value, facts.velocity, facts.forecast) == (None, None, (), None)
    assert {item.amount for item in (*facts.quarters, *facts.fields)} == {None}
    assert facts.deals[0].amount is None
    assert facts.win_rate.n == 7


def test_the_one_currency_of_the_table_is_that_of_the_sums():
    assert measure(make_table(won("2026-02-01", currency="USD"))).currency == "USD"
    assert measure(make_table(won("2026-02-01"))).currency == "EUR"
    assert measure(make_table(won("2026-02-01"))[["opportunity_id", "stage", "status"]]).currency == "EUR"


def test_an_open_deal_is_read_against_won_ones_in_its_stage_where_moves_tell():
    table = make_table(*[won("2026-01-31")] * 5, still_open("2026-01-01"), still_open("2026-08-30"))
    moves = make_moves(
        *((f"O{i}", None, "closing", f"2026-01-{21 + i}") for i in range(5)),
        ("O5", None, "closing", "2026-08-30"),
    )
    facts = measure(table, moves)
    old, new = facts.deals
    assert (old.opportunity_id, old.age_days, old.stage_days, old.reading) == ("O5", 243, 2, "in time")
    assert (new.opportunity_id, new.age_days, new.stage_days, new.reading) == ("O6", 2, None, "in time")
    assert measure(table).deals[0].reading == "stale"
    assert (facts.n_stale, measure(table).n_stale) == (0, 1)


def test_ages_are_unknown_with_fewer_than_five_won_ones():
    assert read_ages([1, 1000], [1, 2, 3, 4]).tolist() == [0, 0]


def test_a_close_that_moved_later_is_a_slip_and_one_that_is_past_is_overdue():
    rows = [
        still_open(expected_close="2026-08-22", first_expected_close="2026-08-01", opportunity_id="A"),
        still_open(expected_close="2026-09-22", first_expected_close="2026-09-22", opportunity_id="B"),
        still_open(expected_close="2026-09-01", opportunity_id="C"),
        still_open(created_at=None, opportunity_id="D"),
        won("2026-08-01", expected_close="2026-08-09", first_expected_close="2026-08-01", opportunity_id="E"),
    ]
    facts = measure(make_table(*rows))
    assert [(deal.opportunity_id, deal.slips, deal.overdue_days) for deal in facts.deals] == [
        ("A", 1, 10),
        ("B", 0, 0),
        ("C", None, 0),
        ("D", None, 0),
    ]
    assert (facts.n_slipped, facts.n_dates, facts.n_overdue) == (2, 3, 1)
    assert facts.deals[0].expected_close == date(2026, 8, 22)
    assert facts.deals[3].age_days is None
    assert measure(make_table(still_open())).n_slipped is None


def test_the_oldest_open_deals_are_listed_and_all_are_counted():
    rows = [
        still_open(f"2026-0{1 + i % 8}-01", expected_close="2026-08-01", customer_id=f"C{i}")
        for i in range(400)
    ]
    facts = measure(make_table(*rows))
    assert len(facts.deals) == MAX_DEALS
    assert (facts.n_open, facts.n_overdue) == (400, 400)
    ages = [deal.age_days for deal in facts.deals]
    assert ages == sorted(ages, reverse=True)
    assert [deal.opportunity_id for deal in facts.deals[:3]] == ["O0", "O104", "O112"]


def test_an_open_deal_carries_its_next_step_on_one_line_without_personal_data():
    said = "Call Marek Novak on +43 660 1234567,\nthen " + "send the offer " * 9
    rows = [
        {"status": "open", "stage": "evaluating", "owner": "Marek Novak", "created_at": "2026-01-01", **more}
        for more in ({"next_step": said}, {})
    ]
    with_step, without = measure(make_table(*rows)).deals
    assert with_step.next_step.startswith("Call [name] on [phone], then send the offer")
    assert with_step.next_step.endswith(" …")
    assert len(with_step.next_step) <= LONGEST_STEP
    assert without.next_step == ""


def test_a_chain_is_refused_where_nothing_ends():
    with pytest.raises(NotEnoughDataError, match="stage 2 is never left"):
        absorbing_chain([[0, 1, 0, 0], [0, 0, 0, 0]])
    with pytest.raises(NotEnoughDataError, match="no end can be reached"):
        absorbing_chain([[0, 1, 0, 0], [1, 0, 0, 0]])
    with pytest.raises(BadValueError, match="k rows and k"):
        absorbing_chain([[1, 2], [3, 4]])
    with pytest.raises(BadValueError, match="negative"):
        absorbing_chain([[0, -1, 0]])


def test_smoothing_lets_every_stage_end_and_moves_none_onto_itself():
    chain = absorbing_chain([[0, 1, 0, 0], [0, 0, 0, 0]], smoothing=0.1)
    assert chain.n.tolist() == [1, 0]
    assert chain.won + chain.lost == pytest.approx(np.ones(2))
    assert chain.expected_steps[0] > 1


def test_the_chain_of_a_history_has_a_row_for_every_stage_that_was_left():
    facts = measure(*draw_pipeline(300, seed=1))
    assert [row.stage_id for row in facts.chain] == ["prospecting", "discovery", "evaluating", "closing"]
    assert all(row.won + row.lost == pytest.approx(1) for row in facts.chain)
    assert [row.won for row in facts.chain] == sorted(row.won for row in facts.chain)


def test_measuring_changes_neither_table_nor_moves():
    table, moves = draw_pipeline(50, seed=8)
    before = table.copy(deep=True), moves.copy(deep=True)
    measure(table, moves)
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(moves, before[1])


def test_facts_are_plain_values_that_can_be_written_as_json():
    facts = asdict(measure(*draw_pipeline(300, seed=3)))

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*(kinds(item) for item in value.values()))
        if isinstance(value, list | tuple):
            return set().union(*(kinds(item) for item in value))
        return {type(value)}

    assert kinds(facts) <= {str, int, float, bool, type(None), date, SalesStage}


def test_two_measurements_are_equal():
    table, moves = draw_pipeline(200, seed=9)
    assert measure(table, moves) == measure(table, moves)
