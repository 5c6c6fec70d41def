"""Time to close: curves with open opportunities, their limits, and what is left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.analysis.pipeline.closing import (
    MAX_STEPS,
    close_curve,
    list_close_steps,
    won_if_lost_could_return,
)
from segkit.errors import BadValueError
from tests.analysis.pipeline.pipelines import draw_pipeline, make_table, measure

ENDINGS = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 2)), min_size=1, max_size=80)


@given(ENDINGS)
def test_open_won_and_lost_always_sum_to_one(endings):
    curve = close_curve(*zip(*endings, strict=True))
    assert curve.open + curve.won + curve.lost == pytest.approx(np.ones(len(curve.day)), abs=1e-12)
    assert (np.diff(curve.open) < 0).all()


@given(ENDINGS)
def test_won_alone_never_claims_less_than_the_share_won(endings):
    days, outcomes = zip(*endings, strict=True)
    curve = close_curve(days, outcomes)
    assert won_if_lost_could_return(days, outcomes) >= (curve.won[-1] if len(curve.won) else 0) - 1e-12


def test_without_open_ones_the_curve_is_the_share_that_is_left():
    curve = close_curve([1, 2, 2, 4], [1, 2, 1, 1])
    assert curve.open.tolist() == pytest.approx([0.75, 0.25, 0])
    assert (curve.won[-1], curve.lost[-1]) == pytest.approx((0.75, 0.25))


def test_who_is_open_on_a_day_was_at_risk_on_it():
    assert close_curve([5, 5], [1, 0]).open.tolist() == [0.5]


def test_greenwoods_variance_without_open_ones_is_that_of_a_share():
    curve = close_curve(range(1, 101), [1] * 100)
    assert curve.variance()[39] == pytest.approx(0.6 * 0.4 / 100)
    assert np.isnan(curve.variance()[-1])


def test_the_limits_hold_the_curve_and_the_median_its_own_limits():
    rng = np.random.default_rng(3)
    curve = close_curve(rng.integers(1, 90, 400), rng.integers(0, 3, 400))
    low, high = curve.limits()
    known = ~np.isnan(low)
    assert (low[known] < curve.open[known]).all()
    assert (curve.open[known] < high[known]).all()
    middle, least, most = curve.median()
    assert least <= middle <= most


def test_a_median_that_was_not_reached_is_none_and_so_is_its_upper_limit():
    middle, _, most = close_curve([3, 100, 100, 100], [1, 0, 0, 0]).median()
    assert (middle, most) == (None, None)


def test_the_curve_before_its_first_day_is_all_open():
    step = close_curve([5, 9], [1, 0]).after(4)
    assert (step.open, step.won, step.lost, step.at_risk) == (1.0, 0.0, 0.0, 2)


@pytest.mark.parametrize(
    ("days", "outcomes", "message"),
    [
        ([-1], [1], "negative"),
        ([1], [3], "an outcome is"),
        ([1, 2], [1], "2 durations cannot have 1 outcomes"),
    ],
)
def test_what_cannot_be_a_duration_or_an_outcome_is_refused(days, outcomes, message):
    with pytest.raises(BadValueError, match=message):
        close_curve(days, outcomes)


def test_a_long_curve_is_handed_over_in_few_steps_with_both_ends():
    curve = close_curve(range(1000), [1] * 1000)
    steps = list_close_steps(curve)
    assert len(steps) == MAX_STEPS
    assert (steps[0].day, steps[-1].day) == (0, 999)


def test_an_empty_curve_has_no_steps():
    assert list_close_steps(close_curve([4], [0])) == ()


def test_opportunities_without_their_days_are_not_timed():
    table = make_table(
        {"status": "won", "stage": "won", "created_at": "2026-08-01", "closed_at": "2026-08-11"},
        {"status": "won", "stage": "won", "created_at": "2026-08-01"},
        {"status": "open", "stage": "closing"},
        {"status": "lost", "stage": "lost", "created_at": "2026-08-20", "closed_at": "2026-08-11"},
        {"status": "open", "stage": "closing", "created_at": "2026-08-02"},
    )
    times = measure(table).time_to_close
    assert (times.n, times.n_won, times.n_lost, times.n_open) == (2, 1, 0, 1)
    assert times.older_than_any_closed == 1
    assert times.open_age.median == 30


@given(ENDINGS, st.integers(0, 310))
def test_the_chance_to_be_won_later_is_a_share_and_shares_out_what_is_still_open(endings, age):
    curve = close_curve(*zip(*endings, strict=True))
    chance = float(curve.chance_later([age])[0])
    step = curve.after(age)
    if step.open > 0:
        assert 0 <= chance <= 1 + 1e-12
        won = curve.won[-1] if len(curve.won) else 0
        assert step.won + step.open * chance == pytest.approx(won)
    else:
        assert np.isnan(chance)


def test_beyond_the_last_won_one_no_chance_is_left():
    curve = close_curve([2, 3, 9, 9], [1, 2, 0, 0])
    assert curve.chance_later([0, 1, 2, 50]).tolist() == pytest.approx([0.25, 0.25, 0, 0])
    assert np.isnan(curve.chance_later([np.nan])).all()


def test_without_any_day_nothing_is_timed():
    assert measure(make_table({"status": "open", "stage": "closing"})).time_to_close is None


def test_the_closed_only_mean_is_shorter_than_the_curve_says():
    table, moves = draw_pipeline(400, seed=5)
    times = measure(table, moves).time_to_close
    assert times.n == times.n_won + times.n_lost + times.n_open == 400
    assert times.won_alone > times.steps[-1].won
    assert [mark.day for mark in times.marks][:3] == [7, 14, 30]
    assert times.closed.n == times.won.n + times.lost.n


def test_marks_end_where_nobody_was_watched_any_longer():
    table = make_table(
        {"status": "won", "stage": "won", "created_at": "2026-08-01", "closed_at": "2026-08-11"},
        {"status": "open", "stage": "closing", "created_at": "2026-08-12"},
    )
    assert [mark.day for mark in measure(table).time_to_close.marks] == [7, 14]
