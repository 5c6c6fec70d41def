"""Kaplan-Meier on whole days: how many have come back by a day, when some could not yet.

Gaps between purchase days go in, finished and still open ones apart; quantiles, the curve and shares with their limits
come out. Open gaps count for as long as they were watched, which a mean over finished gaps leaves out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from segkit.analysis.intervals import normal_quantile, wilson_interval
from segkit.errors import BadValueError
from segkit.model.flow_facts import Quantiles, Rate, SurvivalStep

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

MAX_STEPS = 200
"""Steps of a curve that are handed over; longer curves keep evenly spaced ones."""
POWER = 0.8
ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """A Kaplan-Meier curve at the days on which somebody came back.

    Parameters
    ----------
    day : array
        Days with at least one return, ascending.
    waiting : array
        Share still waiting after that day.
    at_risk, returned : array
        Gaps watched up to that day, and those that ended on it.
    n_closed, n_open : int
        Finished and open gaps.
    last : int
        The longest gap watched, finished or open.
    """

    day: Integers
    waiting: Floats
    at_risk: Integers
    returned: Integers
    n_closed: int
    n_open: int
    last: int

    def waiting_after(self, day: int) -> float:
        """Return the share still waiting after a day."""
        place = int(np.searchsorted(self.day, day, side="right"))
        return float(self.waiting[place - 1]) if place else 1.0

    def reaches(self, day: int) -> bool:
        """Return whether the curve says anything about a day: somebody was watched so long, or all came back before."""
        return self.last >= day or (bool(len(self.waiting)) and self.waiting[-1] == 0)


def fit_curve(closed: npt.ArrayLike, still_open: npt.ArrayLike) -> Curve:
    """Fit the Kaplan-Meier curve of finished and open gaps.

    Parameters
    ----------
    closed : array-like of int
        Days from one purchase day to the next, >= 0.
    still_open : array-like of int
        Days from the last purchase day to the end of observation, >= 0. A gap that is open on day d was at risk on day d.

    Raises
    ------
    BadValueError
        With a negative gap.

    References
    ----------
    Kaplan & Meier (1958), *Journal of the American Statistical Association* 53, 457-481.

    Examples
    --------
    >>> curve = fit_curve([10, 20], [15, 30])
    >>> [(int(day), round(float(share), 3)) for day, share in zip(curve.day, curve.waiting)]
    [(10, 0.75), (20, 0.375)]
    """
    finished = np.asarray(closed, dtype=np.int64).ravel()
    watched = np.asarray(still_open, dtype=np.int64).ravel()
    lowest = min(finished.min(initial=0), watched.min(initial=0))
    if lowest < 0:
        raise BadValueError(f"a gap is negative (got {lowest} days); give days up to the end of observation.")
    length = int(max(finished.max(initial=0), watched.max(initial=0))) + 1
    events = np.bincount(finished, minlength=length)
    leaving = events + np.bincount(watched, minlength=length)
    risk = leaving[::-1].cumsum()[::-1]
    day = np.flatnonzero(events)
    waiting = np.cumprod(1 - events[day] / risk[day]) if len(day) else np.empty(0)
    return Curve(
        day=day.astype(np.int64),
        waiting=waiting.astype(np.float64),
        at_risk=risk[day].astype(np.int64),
        returned=events[day].astype(np.int64),
        n_closed=len(finished),
        n_open=len(watched),
        last=length - 1 if len(finished) + len(watched) else 0,
    )


def find_quantile(curve: Curve, share: float) -> float | None:
    """Return the first day by which a share has come back, None where so many never did.

    Examples
    --------
    >>> curve = fit_curve([10, 20], [15, 30])
    >>> find_quantile(curve, 0.25), find_quantile(curve, 0.75)
    (10.0, None)
    """
    low = np.flatnonzero(curve.waiting <= 1 - share + 1e-12)
    return float(curve.day[low[0]]) if len(low) else None


def find_quantile_of_returners(curve: Curve, share: float) -> float | None:
    """Return the first day by which a share of those who are ever seen to come back has come back.

    The curve's last value stands for those who do not come back within what was watched.

    Examples
    --------
    >>> find_quantile_of_returners(fit_curve([10, 20, 30], [400]), 0.75)
    30.0
    """
    if not len(curve.waiting):
        return None
    returned = 1 - curve.waiting
    enough = np.flatnonzero(returned >= share * returned[-1] - 1e-12)
    return float(curve.day[enough[0]])


def read_quantiles(curve: Curve) -> Quantiles:
    """Return the days by which a quarter, half and three quarters have come back."""
    return Quantiles(
        q25=find_quantile(curve, 0.25), q50=find_quantile(curve, 0.5), q75=find_quantile(curve, 0.75)
    )


def read_closed_quantiles(closed: npt.ArrayLike) -> Quantiles:
    """Return the quartiles of finished gaps alone, which are too short: the slow ones are still open.

    Examples
    --------
    >>> read_closed_quantiles([14, 14, 14, 14, 28, 51, 102, 102, 110, 153]).q50
    39.5
    """
    gaps = np.asarray(closed, dtype=np.float64).ravel()
    if not len(gaps):
        return Quantiles(q25=None, q50=None, q75=None)
    q25, q50, q75 = (float(value) for value in np.quantile(gaps, [0.25, 0.5, 0.75]))
    return Quantiles(q25=q25, q50=q50, q75=q75)


def list_steps(curve: Curve) -> tuple[SurvivalStep, ...]:
    """Return the curve as steps, at most `MAX_STEPS` of them, the first and the last always."""
    n = len(curve.day)
    places = (
        np.arange(n) if n <= MAX_STEPS else np.unique(np.linspace(0, n - 1, MAX_STEPS).round().astype(int))
    )
    return tuple(
        SurvivalStep(day=int(curve.day[i]), waiting=float(curve.waiting[i]), at_risk=int(curve.at_risk[i]))
        for i in places
    )


def estimate_rate(
    durations: npt.ArrayLike, returned: npt.ArrayLike, *, horizon: int, customer: npt.ArrayLike | None = None
) -> Rate | None:
    """Estimate the share that comes back within a horizon, with a 95 % interval.

    Parameters
    ----------
    durations : array-like of int
        Days from a firing to the return, or to the end of observation.
    returned : array-like of bool
        Whether the duration ends with a return.
    horizon : int
        Days.
    customer : array-like of int, optional
        Whom each firing concerns. Firings of one customer go together, so the interval then counts customers and not firings.

    Returns
    -------
    Rate or None
        None where nobody was watched for the whole horizon. The limits are Greenwood's on the log(-log) scale, or by
        customers the infinitesimal jackknife's on the same scale; where nobody or everybody came back, Wilson's over those
        watched to the end.

    References
    ----------
    Kalbfleisch & Prentice (2002), *The Statistical Analysis of Failure Time Data*, section 1.4; Williams (1995),
    *Lifetime Data Analysis* 1, 171-186, for several times of one customer.

    Examples
    --------
    >>> rate = estimate_rate([5, 12, 30, 30, 30, 8], [True, True, False, False, False, False], horizon=30)
    >>> round(rate.value, 3), round(rate.low, 3), round(rate.high, 3), rate.n
    (0.375, 0.107, 0.858, 6)
    """
    lasting = np.asarray(durations, dtype=np.int64).ravel()
    back = np.asarray(returned, dtype=bool).ravel()
    curve = fit_curve(lasting[back], lasting[~back])
    if not len(lasting) or not curve.reaches(horizon):
        return None
    waiting = curve.waiting_after(horizon)
    if waiting in {0.0, 1.0}:
        watched = int(np.count_nonzero(back & (lasting <= horizon)) + np.count_nonzero(lasting >= horizon))
        groups = watched if customer is None else min(watched, len(np.unique(np.asarray(customer))))
        limits = wilson_interval(groups if waiting == 0 else 0, max(groups, 1))
        return _rate(1 - waiting, limits.low, limits.high, n=len(lasting))
    if customer is None:
        variance = _greenwood(curve, horizon)
    else:
        variance = _by_customer(curve, lasting, back, np.asarray(customer, dtype=np.int64), horizon)
    spread = normal_quantile(0.95) * math.sqrt(variance) / abs(math.log(waiting))
    high, low = waiting ** math.exp(-spread), waiting ** math.exp(spread)
    return _rate(1 - waiting, 1 - high, 1 - low, n=len(lasting))


def _rate(value: float, low: float, high: float, *, n: int) -> Rate:
    """Return a rate with six decimals, the same on every machine."""
    return Rate(value=round(value, 6), low=round(low, 6), high=round(high, 6), n=n)


def _greenwood(curve: Curve, horizon: int) -> float:
    """Return the variance of the log of the share waiting."""
    counted = curve.day <= horizon
    risk, events = curve.at_risk[counted], curve.returned[counted]
    return float(np.sum(events / (risk * (risk - events))))


def _by_customer(
    curve: Curve, lasting: Integers, back: npt.NDArray[np.bool_], customer: Integers, horizon: int
) -> float:
    """Return the same variance with a customer's firings taken together: each customer's pull on the curve, squared."""
    counted = curve.day <= horizon
    day, risk, events = curve.day[counted], curve.at_risk[counted], curve.returned[counted]
    stays = np.concatenate([[0.0], np.cumsum(1 / (risk - events) - 1 / risk)])
    pull = stays[np.searchsorted(day, lasting, side="right")]
    ended = back & (lasting <= horizon)
    pull[ended] -= 1 / (risk - events)[np.searchsorted(day, lasting[ended])]
    _, group = np.unique(customer, return_inverse=True)
    sums = np.bincount(group, weights=pull)
    n = len(sums)
    return float(np.sum(sums**2) * n / max(n - 1, 1))


def size_holdout(share: float, better: float, *, power: float = POWER, alpha: float = ALPHA) -> int:
    """Return the customers per arm that a test needs to tell two shares apart.

    Parameters
    ----------
    share, better : float
        What happens without the flow, and what it should become; both within 0..1, not equal.
    power, alpha : float
        Chance to see the difference where it exists, and to see one where there is none (two-sided).

    References
    ----------
    Fleiss, Levin & Paik (2003), *Statistical Methods for Rates and Proportions*, formula without continuity correction.

    Examples
    --------
    >>> size_holdout(0.10, 0.15)
    686
    """
    if not (0 <= share <= 1 and 0 <= better <= 1 and share != better):
        raise BadValueError(
            f"two shares cannot be told apart by a test (got {share} and {better}); give two different shares from 0 to 1."
        )
    z_alpha, z_beta = float(stats.norm.ppf(1 - alpha / 2)), float(stats.norm.ppf(power))
    middle = (share + better) / 2
    root = z_alpha * math.sqrt(2 * middle * (1 - middle))
    root += z_beta * math.sqrt(share * (1 - share) + better * (1 - better))
    return math.ceil(root**2 / (better - share) ** 2)
