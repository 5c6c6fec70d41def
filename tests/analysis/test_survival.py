"""Kaplan-Meier by hand, against the reference, and against its own alternatives."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from segkit.analysis.purchase_days import collect_purchase_days, open_lines
from segkit.analysis.survival import (
    estimate_rate,
    find_quantile,
    find_quantile_of_returners,
    fit_curve,
    list_steps,
    read_closed_quantiles,
    read_quantiles,
    size_holdout,
)
from segkit.errors import BadValueError
from tests.analysis.flow_orders import book_a_frame, customers_of, one_segment, read_frame

GAPS = st.lists(st.integers(0, 400), max_size=40)


@pytest.fixture(scope="module")
def book_a_gaps():
    orders = read_frame(book_a_frame())
    customers = customers_of(orders)
    lines = open_lines(orders, customers=customers, assignments=one_segment(customers))
    return collect_purchase_days(lines).gaps()


def test_book_a_has_the_ten_finished_and_ten_open_gaps_of_the_reference(book_a_gaps):
    closed, still_open = book_a_gaps
    assert sorted(closed.tolist()) == [14, 14, 14, 14, 28, 51, 102, 102, 110, 153]
    assert sorted(still_open.tolist()) == [1, 3, 16, 60, 77, 116, 179, 242, 257, 259]


@pytest.mark.parametrize(
    ("day", "waiting"),
    [(14, 0.7778), (28, 0.7179), (51, 0.6581), (102, 0.5119), (110, 0.4387), (153, 0.3510)],
)
def test_book_a_gives_the_curve_of_the_reference(book_a_gaps, day, waiting):
    assert fit_curve(*book_a_gaps).waiting_after(day) == pytest.approx(waiting, abs=1e-4)


def test_the_median_of_book_a_is_39_and_a_half_days_by_finished_gaps_and_110_with_the_open_ones(book_a_gaps):
    closed, still_open = book_a_gaps
    assert read_closed_quantiles(closed).q50 == 39.5
    assert read_quantiles(fit_curve(closed, still_open)).q50 == 110


def test_a_quantile_that_was_never_reached_is_none(book_a_gaps):
    assert find_quantile(fit_curve(*book_a_gaps), 0.75) is None


def test_of_those_who_come_back_three_quarters_come_by_a_day_that_always_exists(book_a_gaps):
    curve = fit_curve(*book_a_gaps)
    assert find_quantile_of_returners(curve, 0.75) == 102  # 1 - .5119 = .4881 >= .75 * (1 - .3510) = .4868


def test_a_return_and_an_open_gap_of_the_same_length_leave_the_open_one_at_risk():
    curve = fit_curve([10], [10])
    assert curve.waiting_after(10) == 0.5


def test_greenwood_limits_on_the_log_log_scale_by_hand():
    rate = estimate_rate([5, 12, 30, 30, 30, 8], [True, True, False, False, False, False], horizon=30)
    waiting = 5 / 6 * 3 / 4
    variance = 1 / (6 * 5) + 1 / (4 * 3)
    spread = 1.959964 * math.sqrt(variance) / abs(math.log(waiting))
    assert rate.value == pytest.approx(1 - waiting)
    assert rate.low == pytest.approx(1 - waiting ** math.exp(-spread), abs=1e-6)
    assert rate.high == pytest.approx(1 - waiting ** math.exp(spread), abs=1e-6)


def test_one_firing_per_customer_gives_nearly_greenwoods_limits():
    rng = np.random.default_rng(5)
    lasting, back = rng.integers(1, 90, 400), rng.random(400) < 0.6
    plain = estimate_rate(lasting, back, horizon=60)
    by_customer = estimate_rate(lasting, back, horizon=60, customer=np.arange(400))
    assert by_customer.value == plain.value
    assert by_customer.low == pytest.approx(plain.low, abs=0.004)
    assert by_customer.high == pytest.approx(plain.high, abs=0.004)


def test_ten_equal_firings_of_a_customer_say_no_more_than_one():
    lasting, back = np.array([5, 12, 30, 30, 30, 8]), np.array([True, True, False, False, False, False])
    once = estimate_rate(lasting, back, horizon=30, customer=np.arange(6))
    often = estimate_rate(
        np.repeat(lasting, 10), np.repeat(back, 10), horizon=30, customer=np.repeat(np.arange(6), 10)
    )
    assert often.value == pytest.approx(once.value)
    assert often.high - often.low == pytest.approx(once.high - once.low, rel=0.2)
    naive = estimate_rate(np.repeat(lasting, 10), np.repeat(back, 10), horizon=30)
    assert naive.high - naive.low < 0.5 * (often.high - often.low)


def test_nobody_watched_to_the_horizon_gives_no_rate():
    assert estimate_rate([5, 8], [True, False], horizon=30) is None
    assert estimate_rate([], [], horizon=30) is None


def test_nobody_back_gives_zero_with_an_upper_limit_and_everybody_back_one_with_a_lower():
    none = estimate_rate([30] * 8, [False] * 8, horizon=30)
    assert (none.value, none.low) == (0, 0)
    assert 0.2 < none.high < 0.4
    everyone = estimate_rate([3] * 8, [True] * 8, horizon=30)
    assert (everyone.value, everyone.high) == (1, 1)
    assert 0.6 < everyone.low < 0.8


@pytest.mark.parametrize(("share", "better", "n"), [(0.10, 0.15, 686), (0.50, 0.55, 1565), (0.02, 0.07, 269)])
def test_holdout_sizes_of_the_textbook_formula(share, better, n):
    middle = (share + better) / 2
    root = 1.959964 * math.sqrt(2 * middle * (1 - middle))
    root += 0.841621 * math.sqrt(share * (1 - share) + better * (1 - better))
    assert size_holdout(share, better) == n == math.ceil(root**2 / (better - share) ** 2)


def test_two_equal_shares_cannot_be_told_apart():
    with pytest.raises(BadValueError, match="cannot be told apart"):
        size_holdout(0.3, 0.3)


def test_a_negative_gap_is_refused():
    with pytest.raises(BadValueError, match="negative"):
        fit_curve([-1], [])


@given(GAPS, GAPS)
def test_the_curve_falls_from_one_and_never_below_zero(closed, still_open):
    waiting = fit_curve(closed, still_open).waiting
    assert ((waiting >= 0) & (waiting <= 1)).all()
    assert (np.diff(waiting) < 0).all()


@given(GAPS)
def test_without_open_gaps_the_curve_is_the_share_of_longer_gaps(closed):
    curve = fit_curve(closed, [])
    for day in (0, 14, 90, 400):
        longer = np.mean(np.asarray(closed) > day) if closed else 1.0
        assert curve.waiting_after(day) == pytest.approx(longer, abs=1e-12)


@given(GAPS, GAPS, st.integers(0, 400))
def test_one_more_open_gap_never_shortens_the_wait(closed, still_open, more):
    before, after = fit_curve(closed, still_open), fit_curve(closed, [*still_open, more])
    for day in (0, 14, 90, 400):
        assert after.waiting_after(day) >= before.waiting_after(day) - 1e-12


@given(GAPS, GAPS)
def test_steps_carry_the_curve_and_its_risk(closed, still_open):
    curve = fit_curve(closed, still_open)
    steps = list_steps(curve)
    assert [step.day for step in steps] == sorted({int(day) for day in closed})
    assert all(step.at_risk >= 1 for step in steps)


def test_a_long_curve_is_thinned_to_200_steps_with_both_ends():
    steps = list_steps(fit_curve(range(1, 1001), []))
    assert len(steps) == 200
    assert (steps[0].day, steps[-1].day) == (1, 1000)
