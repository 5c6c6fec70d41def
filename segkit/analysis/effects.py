"""Effect sizes: how large a difference between a group and the rest is, whatever its p-value.

Arrays of finite numbers come in (missing values already left out), plain floats go out. Everything is exact
and deterministic unless a docstring says otherwise. Intervals are in :mod:`segkit.analysis.intervals`, tests
in :mod:`segkit.analysis.significance`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.feature import FeatureKind

ALL_PAIRS_LIMIT = 1_000_000
"""Up to this many differences Hodges-Lehmann takes the median of all of them."""
SUMMARY_POINTS = 1_001
"""Above it, each sample is first summarised by this many evenly spaced order statistics."""
CLIFF_BANDS = ((0.147, "negligible"), (0.33, "small"), (0.474, "medium"))
"""Upper limits of the readings of |Cliff's delta| (Romano et al. 2006); from .474 on it is large."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def as_sample(values: npt.ArrayLike, name: str) -> Floats:
    """Return a flat array of finite numbers, or refuse.

    Raises
    ------
    NotEnoughDataError
        Without a single value.
    BadValueError
        With a missing or infinite value: the caller decides what to leave out, and counts it.
    """
    sample = np.asarray(values, dtype=np.float64).ravel()
    if not sample.size:
        raise NotEnoughDataError(f"{name} has no values (got 0); compare groups of at least 1 customer.")
    if not np.isfinite(sample).all():
        bad = int(np.count_nonzero(~np.isfinite(sample)))
        raise BadValueError(f"{name} holds missing or infinite values (got {bad}); leave them out first.")
    return sample


def cliffs_delta(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return Cliff's delta: the share of pairs with x above y minus the share with x below y.

    Parameters
    ----------
    x, y : array-like of shape (m,), (n,)
        Finite numbers of the group and of the rest, at least one each.

    Returns
    -------
    float
        From -1 (every x below every y) to 1; positive when the group is higher. Ties count as zero.

    Notes
    -----
    Counted with a sort and two binary searches, O((m + n) log n), never over the m * n pairs.

    References
    ----------
    Cliff (1993), *Psychological Bulletin* 114, 494-509.

    Examples
    --------
    >>> cliffs_delta([1, 2, 3], [2, 3, 4]) == -5 / 9
    True
    """
    group, rest = np.sort(as_sample(x, "x")), np.sort(as_sample(y, "y"))  # sorted queries stay in cache
    below = int(np.searchsorted(rest, group, side="left").sum(dtype=np.int64))
    not_above = int(np.searchsorted(rest, group, side="right").sum(dtype=np.int64))
    above = group.size * rest.size - not_above
    return (below - above) / (group.size * rest.size)


def cliff_reading(delta: float) -> str:
    """Return the usual word for the size of a Cliff's delta.

    References
    ----------
    Romano et al. (2006), the bands as in the R package effsize.

    Examples
    --------
    >>> cliff_reading(0.1), cliff_reading(-0.2), cliff_reading(0.4), cliff_reading(-0.9)
    ('negligible', 'small', 'medium', 'large')
    """
    return next((word for limit, word in CLIFF_BANDS if abs(delta) < limit), "large")


def hodges_lehmann(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Return the Hodges-Lehmann shift: the median of all differences x_i - y_j, in the unit of the values.

    Parameters
    ----------
    x, y : array-like of shape (m,), (n,)
        Finite numbers of the group and of the rest, at least one each.

    Notes
    -----
    Exact up to a million pairs. Above that each sample longer than 1,001 values is replaced by 1,001 evenly
    spaced order statistics (its deciles, only finer) and the median of their differences is taken: no random
    sampling, O((m + n) log(m + n)), and off by no more than the gap between neighbouring order statistics.

    References
    ----------
    Hodges and Lehmann (1963), *Annals of Mathematical Statistics* 34, 598-611.

    Examples
    --------
    >>> hodges_lehmann([1, 2, 3], [2, 3, 4])
    -1.0
    """
    group, rest = as_sample(x, "x"), as_sample(y, "y")
    if group.size * rest.size > ALL_PAIRS_LIMIT:
        group, rest = _order_statistics(group), _order_statistics(rest)
    return float(np.median(np.subtract.outer(group, rest)))


def _order_statistics(sample: Floats) -> Floats:
    if sample.size <= SUMMARY_POINTS:
        return sample
    ranks = (np.arange(SUMMARY_POINTS) + 0.5) / SUMMARY_POINTS * sample.size
    return np.asarray(np.sort(sample)[ranks.astype(np.int64)], dtype=np.float64)


def odds_ratio(k_group: int, n_group: int, k_rest: int, n_rest: int) -> float:
    """Return the sample odds ratio of two shares; infinite when only its denominator is zero.

    Examples
    --------
    >>> odds_ratio(3, 4, 1, 4)
    9.0
    """
    over = k_group * (n_rest - k_rest)
    under = k_rest * (n_group - k_group)
    if under == 0:
        return float("inf") if over else float("nan")
    return over / under


def cramers_v(table: npt.ArrayLike) -> float:
    """Return Cramer's V of a table of counts, 0..1, without bias correction.

    Rows and columns without any count are left out. Below n = 100 print the corrected one instead: with no
    association at all, ten customers in a 4 x 3 table average .54.

    Examples
    --------
    >>> cramers_v([[30, 10], [10, 30]])
    0.5
    """
    counts, phi2 = _phi_squared(table)
    smaller = min(counts.shape) - 1
    return float(np.sqrt(phi2 / smaller)) if smaller > 0 else 0.0


def cramers_v_corrected(table: npt.ArrayLike) -> float:
    """Return the bias-corrected Cramer's V of a table of counts, 0..1.

    Parameters
    ----------
    table : array-like of shape (r, k)
        Counts, for example segments by levels. Empty rows and columns are left out.

    Returns
    -------
    float
        0 where one side has a single level, or where the association is no larger than chance makes it.

    References
    ----------
    Bergsma (2013), *Journal of the Korean Statistical Society* 42, 323-328.

    Examples
    --------
    >>> round(cramers_v_corrected([[30, 10], [10, 30]]), 4)
    0.4903
    """
    counts, phi2 = _phi_squared(table)
    n = float(counts.sum())
    if min(counts.shape) < 2 or n < 2:
        return 0.0
    rows, columns = counts.shape
    corrected = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    row_room = rows - (rows - 1) ** 2 / (n - 1) - 1
    column_room = columns - (columns - 1) ** 2 / (n - 1) - 1
    room = min(row_room, column_room)
    return float(min(1.0, np.sqrt(corrected / room))) if room > 0 else 0.0


def _phi_squared(table: npt.ArrayLike) -> tuple[Floats, float]:
    """Return the table without its empty rows and columns, and chi-squared over n."""
    counts = np.atleast_2d(np.asarray(table, dtype=np.float64))
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise BadValueError(f"table needs counts of 0 or more in rows and columns (got {table!r}).")
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if not counts.size:
        raise NotEnoughDataError("table holds no counts (got only zeros); tabulate at least 1 customer.")
    n = counts.sum()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    return counts, float(((counts - expected) ** 2 / expected).sum() / n)


def eta_squared(values: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Return the share of a number's variance that lies between the groups, 0..1.

    Parameters
    ----------
    values : array-like of shape (n,)
        Numbers; missing ones are left out with their labels.
    labels : array-like of shape (n,)
        The group of each.

    Returns
    -------
    float
        Between-group sum of squares over the total; 0 for a constant or without any value.

    Notes
    -----
    Biased upward in small books: with no difference at all it averages (groups - 1) / (n - 1), a third for
    four groups of ten customers. :func:`epsilon_squared` takes that out.

    Examples
    --------
    >>> eta_squared([1, 1, 3, 3], [0, 0, 1, 1]), eta_squared([1, 3, 1, 3], [0, 0, 1, 1])
    (1.0, 0.0)
    """
    return _variance_shares(values, labels)[0]


def epsilon_squared(values: npt.ArrayLike, labels: npt.ArrayLike) -> float:
    """Return :func:`eta_squared` without its small-sample bias, 0..1 (negative estimates are 0).

    References
    ----------
    Kelley (1935), *Proceedings of the National Academy of Sciences* 21, 554-559.

    Examples
    --------
    >>> epsilon_squared([1, 2, 3, 4], [0, 1, 0, 1])
    0.0
    """
    eta, n, groups = _variance_shares(values, labels)
    return max(0.0, 1 - (1 - eta) * (n - 1) / (n - groups)) if n > groups else 0.0


def _variance_shares(values: npt.ArrayLike, labels: npt.ArrayLike) -> tuple[float, int, int]:
    """Return eta squared, the number of values used and the number of groups among them."""
    numbers = np.asarray(values, dtype=np.float64)
    known = np.isfinite(numbers)
    codes, groups = pd.factorize(np.asarray(labels)[known])
    centered = numbers[known] - (numbers[known].mean() if known.any() else 0.0)
    total = float((centered**2).sum())
    if total <= 0.0:
        return 0.0, int(centered.size), len(groups)
    sums = np.bincount(codes, weights=centered, minlength=len(groups))
    sizes = np.bincount(codes, minlength=len(groups))
    return min(1.0, float((sums**2 / sizes).sum()) / total), int(centered.size), len(groups)


def explained_share(
    values: Sequence[object] | npt.NDArray[np.generic] | pd.Series[float] | pd.Series[str],
    labels: npt.ArrayLike,
    kind: FeatureKind | str,
) -> float:
    """Return how much of a feature the groups explain, 0 (nothing) to 1 (all of it).

    Parameters
    ----------
    values : array-like of shape (n,)
        The feature; missing values (NaN or None) are left out with their labels.
    labels : array-like of shape (n,)
        The group of each customer.
    kind : FeatureKind or {"numeric", "categorical", "flag"}
        Numbers: :func:`eta_squared`. Levels and flags: the square of :func:`cramers_v_corrected`.

    Examples
    --------
    >>> explained_share([1, 1, 3, 3], [0, 0, 1, 1], "numeric")
    1.0
    >>> explained_share(["a", "a", "b", None], [0, 0, 1, 1], "categorical") > 0
    True
    """
    if FeatureKind(kind) is FeatureKind.NUMERIC:
        return eta_squared(np.asarray(values, dtype=np.float64), labels)
    levels, level_names = pd.factorize(np.asarray(values, dtype=object))
    known = levels >= 0
    groups, group_names = pd.factorize(np.asarray(labels)[known])
    if not known.any():
        return 0.0
    shape = (len(group_names), len(level_names))
    table = np.bincount(groups * shape[1] + levels[known], minlength=shape[0] * shape[1]).reshape(shape)
    return cramers_v_corrected(table) ** 2
