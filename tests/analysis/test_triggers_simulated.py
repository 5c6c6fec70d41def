"""Back-tests where the truth is known: invented customers whose chance to come back was set, watched up to a last day.

Customers enter ever faster (a growing shop), buy at random intervals, and stop for good with a set chance after each purchase.
Many firings are still open on the last day, which is where a plain share goes wrong.
"""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from segkit.analysis.firings import fire_after_silence, fire_on_purchases
from segkit.analysis.outcomes import measure_outcome
from segkit.analysis.purchase_days import OPEN, PurchaseDays
from segkit.analysis.survival import estimate_rate, fit_curve, read_closed_quantiles, read_quantiles
from segkit.model.flow_facts import BackTest, Observability
from tests.analysis.flow_orders import facts_of

START = date(2024, 1, 1).toordinal()
SPAN = 400
AS_OF = START + SPAN
STOPS = 0.25
GAPS = {
    "exponential, mean 45 days": stats.gamma(1, scale=45),
    "gamma, mean 60 days": stats.gamma(3, scale=20),
}


def simulate(gap, *, seed, n=3_000, as_of=AS_OF, frailty=0.0):
    """Return purchase days; ``frailty`` makes some customers faster than others for good."""
    rng = np.random.default_rng(seed)
    entry = START + np.floor(SPAN * np.sqrt(rng.random(n))).astype(int)
    pace = np.exp(frailty * rng.standard_normal(n))[:, None]
    lasting = np.ceil(gap.rvs((n, 60), random_state=rng) * pace).clip(1)
    alive = np.cumprod(rng.random((n, 60)) >= STOPS, axis=1).astype(bool)
    later = entry[:, None] + np.cumsum(lasting, axis=1)
    day = np.column_stack([entry, np.where(alive, later, np.inf)])
    customer = np.broadcast_to(np.arange(n)[:, None], day.shape)
    seen = day <= as_of
    return PurchaseDays(customer=customer[seen].astype(np.int32), day=day[seen].astype(np.int32), as_of=as_of)


def true_rate(gap, wait, horizon):
    """Return the chance to come back within the horizon after ``wait`` silent days."""
    back = (1 - STOPS) * (gap.cdf(wait + horizon) - gap.cdf(wait))
    return back / (STOPS + (1 - STOPS) * gap.sf(wait))


def outcome(days, *, wait, horizon):
    test = BackTest(
        kind="re_engagement", segment_id=1, observability=Observability.OBSERVABLE, horizon_days=horizon
    )
    fired = fire_after_silence(days, wait=wait) if wait else fire_on_purchases(days, place=1)
    return measure_outcome(test, fired, as_of=days.as_of, small=False, open_only=bool(wait))


@pytest.mark.parametrize("name", GAPS)
@pytest.mark.parametrize(("wait", "horizon"), [(0, 60), (40, 30), (60, 60)])
def test_the_kaplan_meier_limits_hold_the_truth_in_about_95_of_100_books(name, wait, horizon):
    truth = true_rate(GAPS[name], wait, horizon)
    results = [
        outcome(simulate(GAPS[name], seed=seed, n=1_000), wait=wait, horizon=horizon) for seed in range(100)
    ]
    held = sum(one.rate.low <= truth <= one.rate.high for one in results)
    assert 89 <= held <= 100
    assert np.mean([one.rate.value for one in results]) == pytest.approx(truth, abs=0.005)


@pytest.mark.parametrize("name", GAPS)
@pytest.mark.parametrize(("wait", "horizon", "short"), [(0, 60, 0.05), (60, 60, 0.05)])
def test_the_plain_share_counts_open_firings_as_lost_and_is_too_low(name, wait, horizon, short):
    truth = true_rate(GAPS[name], wait, horizon)
    result = outcome(simulate(GAPS[name], seed=11), wait=wait, horizon=horizon)
    assert result.still_open > 0.2 * result.fires
    assert truth - result.naive > short
    assert result.naive < result.rate.low <= truth <= result.rate.high


@pytest.mark.parametrize("name", GAPS)
def test_the_share_among_firings_watched_to_the_end_agrees_with_the_curve(name):
    result = outcome(simulate(GAPS[name], seed=3), wait=40, horizon=30)
    assert result.returned / result.observed == pytest.approx(result.rate.value, abs=0.02)


@pytest.mark.parametrize("name", GAPS)
def test_finished_gaps_alone_make_the_usual_time_too_short(name):
    gap = GAPS[name]
    days = simulate(gap, seed=5)
    closed, still_open = days.gaps()
    truth = np.ceil(
        gap.ppf(0.5 / (1 - STOPS))
    )  # the day by which half have come back, stoppers among the other half
    measured = read_quantiles(fit_curve(closed, still_open)).q50
    assert measured == pytest.approx(truth, rel=0.06)
    assert read_closed_quantiles(closed).q50 < 0.7 * truth


def test_customers_of_different_pace_need_limits_by_customer():
    gap, wait, horizon = GAPS["exponential, mean 45 days"], 20, 30
    longer = simulate(gap, seed=99, n=60_000, as_of=AS_OF + horizon, frailty=1.2)
    fired = fire_after_silence(longer, wait=wait)
    early = fired.day <= AS_OF
    back = (fired.returned != OPEN) & (fired.returned <= fired.day + horizon)
    truth = back[early].mean()
    by_customer = by_firing = 0
    for seed in range(100):
        days = simulate(gap, seed=seed, n=150, frailty=1.2)
        shot = fire_after_silence(days, wait=wait)
        returned = shot.returned != OPEN
        lasting = np.where(returned, shot.returned, AS_OF) - shot.day
        apart = estimate_rate(lasting, returned, horizon=horizon)
        together = estimate_rate(lasting, returned, horizon=horizon, customer=shot.customer)
        by_firing += apart.low <= truth <= apart.high
        by_customer += together.low <= truth <= together.high
    assert by_customer >= 88
    assert by_customer >= by_firing


def test_the_whole_way_from_order_lines_gives_the_truth():
    gap = GAPS["exponential, mean 45 days"]
    days = simulate(gap, seed=11)
    frame = pd.DataFrame(
        {
            "customer_id": [f"K{number:05d}" for number in days.customer],
            "order_date": [str(date.fromordinal(int(day))) for day in days.day],
            "amount": 10.0,
        }
    )
    facts = facts_of(frame, as_of=date.fromordinal(START) + timedelta(days=SPAN))
    for kind in ("onboarding", "re_engagement", "win_back"):
        test = facts.segments[0].test(kind)
        wait = 0 if kind == "onboarding" else test.wait_days
        truth = true_rate(gap, wait, test.horizon_days)
        assert test.rate.low <= truth <= test.rate.high, kind
        assert test.naive < truth
        assert test.detect_to == pytest.approx(test.rate.value + 0.05)
