"""What must hold for any pipeline, whatever is in it."""

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.pipeline.pipelines import draw_pipeline, measure

SIZES = st.integers(1, 60)
SEEDS = st.integers(0, 10_000)
HISTORY = st.booleans()


def shares(facts):
    """Return every share of a pipeline with its name."""
    found = {"won of all": facts.won_of_all, "win rate": facts.win_rate}
    for item in facts.stages:
        found |= {f"{item.stage_id} conversion": item.conversion, f"{item.stage_id} won": item.win_share}
    found |= {f"{item.field} {item.level}": item.share for item in (*facts.quarters, *facts.fields)}
    return {name: share for name, share in found.items() if share is not None}


@settings(max_examples=40, deadline=None)
@given(SIZES, SEEDS, HISTORY)
def test_the_order_of_rows_changes_nothing(n, seed, history):
    table, moves = draw_pipeline(n, seed=seed, history=history)
    mixed = table.sample(frac=1, random_state=seed)
    first, second = measure(table, moves), measure(mixed, moves)
    for left, right in zip(shares(first).items(), shares(second).items(), strict=True):
        assert left == right
    assert first.deals == second.deals
    assert first.time_to_close == second.time_to_close
    assert (first.chain, first.lead_score, first.early) == (second.chain, second.lead_score, second.early)


@settings(max_examples=40, deadline=None)
@given(SIZES, SEEDS, HISTORY, st.sampled_from([0.5, 2.0, 1024.0]))
def test_scaling_amounts_scales_money_and_leaves_rates(n, seed, history, factor):
    table, moves = draw_pipeline(n, seed=seed, history=history)
    first, second = measure(table, moves), measure(table.assign(amount=table["amount"] * factor), moves)
    assert shares(first) == shares(second)
    assert (first.time_to_close, first.chain) == (second.time_to_close, second.chain)
    for left, right in zip(first.velocity, second.velocity, strict=True):
        assert right.per_day == pytest.approx(left.per_day * factor)
        assert right.cycle_days == left.cycle_days
    if first.forecast:
        for name in ("weighted", "sd", "low", "high", "total"):
            assert getattr(second.forecast, name) == pytest.approx(getattr(first.forecast, name) * factor)
    for left, right in zip(first.quarters, second.quarters, strict=True):
        assert right.amount == pytest.approx(left.amount * factor)


@settings(max_examples=40, deadline=None)
@given(SIZES, SEEDS, HISTORY)
def test_every_pipeline_twice_has_the_same_rates_and_narrower_limits(n, seed, history):
    table, moves = draw_pipeline(n, seed=seed, history=history)
    twin = table.assign(opportunity_id=table["opportunity_id"] + "b")
    twice = pd.concat([table, twin], ignore_index=True)
    moved = None
    if moves is not None:
        moved = pd.concat(
            [moves, moves.assign(opportunity_id=moves["opportunity_id"] + "b")], ignore_index=True
        )
    first, second = measure(table, moves), measure(twice, moved)
    assert set(shares(first)) == set(shares(second))
    for name, share in shares(first).items():
        double = shares(second)[name]
        assert double.value == pytest.approx(share.value)
        assert double.n == 2 * share.n
        assert double.high - double.low < share.high - share.low
    assert second.time_to_close.median_days == first.time_to_close.median_days
    ends = [[(step.open, step.won) for step in facts.time_to_close.steps[-1:]] for facts in (first, second)]
    assert ends[0] == [pytest.approx(end) for end in ends[1]]


@settings(max_examples=60, deadline=None)
@given(SIZES, SEEDS, HISTORY)
def test_counts_add_up_and_shares_are_shares(n, seed, history):
    table, moves = draw_pipeline(n, seed=seed, history=history)
    facts = measure(table, moves)
    assert facts.n == facts.n_open + facts.n_won + facts.n_lost == n
    assert sum(item.open_here for item in facts.stages) == facts.n_open
    for share in shares(facts).values():
        assert 0 <= share.low <= share.value <= share.high <= 1
    for step in (*facts.time_to_close.steps, *facts.time_to_close.marks):
        assert step.open + step.won + step.lost == pytest.approx(1, abs=1e-12)
    assert len(facts.deals) == facts.n_open
    if facts.forecast:
        ahead = facts.forecast
        assert 0 <= ahead.low <= ahead.weighted <= ahead.high <= ahead.total
        assert ahead.by_age is None or 0 <= ahead.by_age <= ahead.total


@settings(max_examples=40, deadline=None)
@given(SIZES, SEEDS)
def test_with_a_history_who_reached_a_stage_went_on_was_lost_or_is_still_open(n, seed):
    facts = measure(*draw_pipeline(n, seed=seed))
    stages = [item for item in facts.stages if not item.stage.is_closed]
    assert stages[0].reached == facts.n
    assert sum(item.lost for item in stages) == facts.n_lost
    for item, following in pairwise(stages):
        assert item.decided == item.advanced + item.lost
        assert item.advanced == following.reached
        assert item.reached >= item.decided
    assert stages[-1].advanced == facts.n_won
