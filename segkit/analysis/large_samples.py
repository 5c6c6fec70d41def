"""Numbers of many customers compared by counting distinct values: one sort for all segments.

Beside `segkit.analysis.statistics`, whose functions sort again for every segment. From 200 customers on the test is the
normal limit of the rank-sum permutation and the interval of Cliff's delta that of the placements; both depend only on
how often each distinct value occurs inside and outside a segment, so they are summed over distinct values.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedSample:
    """Distinct known values of a feature, ascending, with the position of each customer's value in them.

    ``positions`` is -1 where the value is not known.
    """

    values: Floats
    positions: Integers


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedComparison:
    """A segment against the rest: Cliff's delta, its interval, two-sided p, medians and means."""

    n_group: int
    n_rest: int
    delta: float
    ci_low: float
    ci_high: float
    p: float
    medians: tuple[float, float]
    means: tuple[float, float]


def count_values(values: Floats) -> CountedSample:
    """Sort a feature once.

    Examples
    --------
    >>> sample = count_values(np.array([5.0, 2.0, np.nan, 5.0]))
    >>> sample.values.tolist(), sample.positions.tolist()
    ([2.0, 5.0], [1, 0, -1, 1])
    """
    known = ~np.isnan(values)
    distinct, inverse = np.unique(values[known], return_inverse=True)
    positions = np.full(len(values), -1, dtype=np.int64)
    positions[known] = inverse
    return CountedSample(values=distinct, positions=positions)


def compare_counted(
    sample: CountedSample, members: NDArray[np.bool_], *, level: float = 0.95
) -> CountedComparison:
    """Compare a segment with the rest on a sorted feature.

    Parameters
    ----------
    sample : CountedSample
        From `count_values`.
    members : ndarray of bool
        Who is in the segment; at least two known values on either side.
    level : float
        Confidence level, 0..1.

    Returns
    -------
    CountedComparison

    Notes
    -----
    With g, r the counts of a distinct value inside and outside, delta is the sum of g * (r below - r above) over
    n_group * n_rest. O(n_customers) a segment after one sort. The interval of a segment that does not overlap the rest
    has no width; `segkit.analysis.statistics.delta_interval` covers that case.

    References
    ----------
    DeLong, DeLong and Clarke-Pearson (1988), *Biometrics* 44, 837-845 (interval).
    """
    size = len(sample.values)
    known = sample.positions >= 0
    group = np.bincount(sample.positions[known & members], minlength=size).astype(np.float64)
    rest = np.bincount(sample.positions[known & ~members], minlength=size).astype(np.float64)
    n, m = float(group.sum()), float(rest.sum())
    placed_group = _balance(rest) / m
    placed_rest = -_balance(group) / n
    delta = _dot(group, placed_group) / n
    error = np.sqrt(_variance(placed_group, group) / n + _variance(placed_rest, rest) / m)
    half = float(stats.norm.ppf(0.5 + level / 2) * error)
    whole = group + rest
    scores = _balance(whole)
    spread = np.sqrt(n * m / ((n + m) * (n + m - 1)) * _dot(whole, scores**2))
    p = float(2 * stats.norm.sf(abs(_dot(group, scores)) / spread)) if spread > 0 else 1.0
    return CountedComparison(
        n_group=int(n),
        n_rest=int(m),
        delta=delta,
        ci_low=max(-1.0, delta - half),
        ci_high=min(1.0, delta + half),
        p=p,
        medians=(_median(sample.values, group), _median(sample.values, rest)),
        means=(_dot(group, sample.values) / n, _dot(rest, sample.values) / m),
    )


def _dot(one: Floats, other: Floats) -> float:
    """Return the sum of products, in an order that does not depend on the number of threads."""
    return float((one * other).sum())


def _balance(counts: Floats) -> Floats:
    """Return, for each distinct value, how many counted values lie below it minus how many lie above."""
    up_to = np.cumsum(counts)
    balance: Floats = (up_to - counts) - (up_to[-1] - up_to)
    return balance


def _variance(values: Floats, counts: Floats) -> float:
    """Return the sample variance of values that occur with these counts."""
    n = float(counts.sum())
    mean = _dot(counts, values) / n
    return _dot(counts, (values - mean) ** 2) / (n - 1)


def _median(values: Floats, counts: Floats) -> float:
    """Return the median of values that occur with these counts."""
    up_to = np.cumsum(counts)
    n = up_to[-1]
    low = values[np.searchsorted(up_to, (n - 1) // 2, side="right")]
    high = values[np.searchsorted(up_to, n // 2, side="right")]
    return float((low + high) / 2)
