"""Intervals: how far off a share, a difference or an effect may be, given how few customers there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize, stats

from segkit.analysis.effects import Floats, Integers, as_sample, cliffs_delta
from segkit.errors import BadValueError

LEVEL = 0.95
"""Confidence level of every interval in a report."""
SMALL_SIDE = 50
"""Below this many customers on one side the normal limit is not trusted, however large the book."""
CHUNK = 1_000_000
"""Resampled values held in memory at a time."""

Positions = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper limit, in the unit of the estimate."""

    low: float
    high: float


def normal_quantile(level: float) -> float:
    """Return the two-sided standard normal quantile of a confidence level in (0, 1).

    Examples
    --------
    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    if not 0 < level < 1:
        raise BadValueError(f"level is {level!r} but a confidence level lies between 0 and 1; try 0.95.")
    return float(stats.norm.ppf(0.5 + level / 2))


def wilson_interval(k: int, n: int, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval for k of n.

    Parameters
    ----------
    k, n : int
        Customers with the property, and all of them; 0 <= k <= n, n >= 1.
    level : float
        Confidence level, 0..1.

    Returns
    -------
    Interval
        Limits of the share, within 0..1; never empty, not even for 0 of n or n of n.

    Raises
    ------
    BadValueError
        When k of n is not a share.

    References
    ----------
    Wilson (1927), *Journal of the American Statistical Association* 22, 209-212.

    Examples
    --------
    >>> interval = wilson_interval(3, 3)
    >>> round(interval.low, 4), interval.high
    (0.4385, 1.0)
    """
    check_count(k, n)
    z = normal_quantile(level)
    share = k / n
    scale = 1 + z * z / n
    center = (share + z * z / (2 * n)) / scale
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    # 0 of n and n of n reach the border exactly; floating point would miss it by an ulp
    low = 0.0 if k == 0 else float(max(0.0, center - half))
    high = 1.0 if k == n else float(min(1.0, center + half))
    return Interval(low, high)


def newcombe_interval(k1: int, n1: int, k2: int, n2: int, level: float = LEVEL) -> Interval:
    """Return Newcombe's hybrid score interval for the difference of two shares, k1/n1 - k2/n2.

    Parameters
    ----------
    k1, n1, k2, n2 : int
        Counts of the group and of the rest.
    level : float
        Confidence level, 0..1.

    References
    ----------
    Newcombe (1998), *Statistics in Medicine* 17, 873-890, method 10.

    Examples
    --------
    >>> interval = newcombe_interval(3, 3, 0, 7)
    >>> round(interval.low, 4), interval.high
    (0.3361, 1.0)
    """
    first, second = wilson_interval(k1, n1, level), wilson_interval(k2, n2, level)
    p1, p2 = k1 / n1, k2 / n2
    low = p1 - p2 - np.hypot(p1 - first.low, second.high - p2)
    high = p1 - p2 + np.hypot(first.high - p1, p2 - second.low)
    return Interval(float(max(-1.0, low)), float(min(1.0, high)))


def check_count(k: int, n: int) -> None:
    """Refuse a count that is not k of n with 0 <= k <= n and n >= 1."""
    if n < 1 or not 0 <= k <= n:
        raise BadValueError(f"{k!r} of {n!r} is not a share; give 0 <= k <= n and n >= 1.")


def bootstrap_interval(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    statistic: Callable[[Floats, Floats], float],
    *,
    seed: int,
    n_resamples: int = 1_000,
) -> Interval:
    """Return the 95 % percentile bootstrap interval of a two-sample statistic.

    Parameters
    ----------
    x, y : array-like of shape (m,), (n,)
        Finite numbers of the group and of the rest; each is resampled on its own, at its own size.
    statistic : callable
        Takes two arrays, returns a float. :func:`~segkit.analysis.effects.cliffs_delta` is recognised and
        counted over the distinct values, all resamples at once.
    seed : int
        Of the resamples; the same seed gives the same limits to the last bit.
    n_resamples : int
        At least 1.

    Notes
    -----
    Two samples without overlap give a delta of 1 in every resample and so an interval without width;
    :func:`delta_interval` covers that case.

    References
    ----------
    Efron and Tibshirani (1993), *An Introduction to the Bootstrap*, chapter 13.

    Examples
    --------
    >>> interval = bootstrap_interval([5, 6, 9], [1, 2, 7, 3], lambda a, b: a.mean() - b.mean(), seed=0)
    >>> interval.low < 3.4 < interval.high
    True
    """
    group, rest = as_sample(x, "x"), as_sample(y, "y")
    if n_resamples < 1:
        raise BadValueError(f"n_resamples is {n_resamples!r}; give 1 or more.")
    rng = np.random.default_rng(seed)
    if statistic is cliffs_delta:
        replicates = _delta_replicates(group, rest, rng, n_resamples)
    else:
        replicates = np.empty(n_resamples)
        for row in range(n_resamples):
            first = rng.integers(0, group.size, group.size)
            second = rng.integers(0, rest.size, rest.size)
            replicates[row] = statistic(group[first], rest[second])
    low, high = np.quantile(replicates, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))


def _delta_replicates(group: Floats, rest: Floats, rng: np.random.Generator, n_resamples: int) -> Floats:
    """Return Cliff's delta of each resample, counted over the distinct values instead of by sorting again."""
    distinct, codes = np.unique(np.concatenate([group, rest]), return_inverse=True)
    sides = (codes[: group.size], codes[group.size :])
    replicates = np.empty(n_resamples)
    step = max(1, CHUNK // codes.size)
    for start in range(0, n_resamples, step):
        rows = min(step, n_resamples - start)
        first, second = (_resampled_counts(side, distinct.size, rng, rows) for side in sides)
        up_to = np.cumsum(second, axis=1)
        surplus = 2 * up_to - second - rest.size  # rest below minus rest above, for each distinct value
        replicates[start : start + rows] = (first * surplus).sum(axis=1)
    return replicates / (group.size * rest.size)


def _resampled_counts(codes: Positions, n_levels: int, rng: np.random.Generator, rows: int) -> Integers:
    """Return how often each level is drawn in each resample, shape (rows, n_levels)."""
    draws = codes[rng.integers(0, codes.size, (rows, codes.size))]
    draws += np.arange(rows)[:, np.newaxis] * n_levels
    return np.bincount(draws.ravel(), minlength=rows * n_levels).reshape(rows, n_levels)


def delta_interval(
    x: npt.ArrayLike, y: npt.ArrayLike, *, seed: int, analytic_from: int = 10_000
) -> tuple[Interval, str]:
    """Return a 95 % interval for Cliff's delta and the name of the method that gave it.

    Parameters
    ----------
    x, y : array-like of shape (m,), (n,)
        Finite numbers of the group and of the rest.
    seed : int
        Of the bootstrap's 1,000 resamples.
    analytic_from : int
        From this many customers on no resampling: the analytic interval agrees with the bootstrap to about
        .001 there and costs one sort.

    Returns
    -------
    tuple of (Interval, str)

    Notes
    -----
    Three methods. Without overlap (delta of 1 or -1) a bootstrap has no spread and would claim certainty
    from two customers: there a score interval. Otherwise the percentile bootstrap. In large books the normal
    interval with the variance of the placements, or the score interval when a side has fewer than 50.

    References
    ----------
    Newcombe (2006), *Statistics in Medicine* 25, 559-573, method 5 (score); DeLong, DeLong and
    Clarke-Pearson (1988), *Biometrics* 44, 837-845 (analytic).

    Examples
    --------
    >>> interval, method = delta_interval([8, 9], [1, 2, 3, 4, 5, 6, 7], seed=0)
    >>> round(interval.low, 2), interval.high, method
    (0.04, 1.0, 'score interval')
    """
    group, rest = np.sort(as_sample(x, "x")), np.sort(as_sample(y, "y"))
    delta = cliffs_delta(group, rest)
    large = group.size + rest.size >= analytic_from
    if abs(delta) == 1 or (large and min(group.size, rest.size) < SMALL_SIDE):
        return _score_interval(delta, group.size, rest.size), "score interval"
    if large:
        half = normal_quantile(LEVEL) * _delta_error(group, rest)
        return Interval(max(-1.0, delta - half), min(1.0, delta + half)), "analytic interval"
    interval = bootstrap_interval(group, rest, cliffs_delta, seed=seed)
    return interval, f"bootstrap (1,000 resamples, seed {seed})"


def _score_interval(delta: float, m: int, n: int) -> Interval:
    """Return the deltas that are within z standard errors of the observed one, each by its own error."""
    z, observed, room = normal_quantile(LEVEL), (delta + 1) / 2, (m + n) / 2 - 1

    def gap(area: float) -> float:
        shape = 1 + room * ((1 - area) / (2 - area) + area / (1 + area))
        return (observed - area) ** 2 - z * z * area * (1 - area) / (m * n) * shape

    # gap is 0 at the very border, where both terms vanish, and negative just inside it
    low = optimize.brentq(gap, 0.0, min(observed, 1 - 1e-9)) if observed > 0 else 0.0
    high = optimize.brentq(gap, max(observed, 1e-9), 1.0) if observed < 1 else 1.0
    return Interval(2 * float(low) - 1, 2 * float(high) - 1)


def _delta_error(group: Floats, rest: Floats) -> float:
    """Return the standard error of delta from the variance of the placements; both sides sorted."""
    variance = 0.0
    for own, other in ((group, rest), (rest, group)):
        below = np.searchsorted(other, own, side="left")
        not_above = np.searchsorted(other, own, side="right")
        placements = (below + not_above) / other.size - 1.0
        variance += float(placements.var(ddof=1)) / own.size
    return float(np.sqrt(variance))
