"""A group against the rest: one feature, everything a reader needs to judge the difference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segkit.analysis.effects import Floats, cliffs_delta, hodges_lehmann
from segkit.analysis.intervals import LEVEL, delta_interval, newcombe_interval
from segkit.analysis.significance import fisher_exact, permutation_p
from segkit.errors import BadValueError, NotEnoughDataError

ANALYTIC_FROM = 10_000
"""Customers from which interval and p are analytic: there their error is below that of the resampling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericComparison:
    """A number in the group and in the rest.

    Medians and ``hodges_lehmann`` are in the unit of the feature; ``delta`` is Cliff's delta (-1..1, positive
    when the group is higher) and ``ci_low..ci_high`` is *its* interval at ``ci_level``. ``n_missing``
    customers had no value and are in neither count.
    """

    n_group: int
    n_rest: int
    n_missing: int
    median_group: float
    median_rest: float
    hodges_lehmann: float
    delta: float
    ci_low: float
    ci_high: float
    ci_level: float
    ci_method: str
    p: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagComparison:
    """A yes/no property in the group and in the rest.

    ``difference`` is share_group - share_rest and ``ci_low..ci_high`` its Newcombe interval. ``lift`` is the
    group's share over the share of everybody; with ``lift_adjusted`` one of the four counts was 0 and .5 was
    added to each of them first.
    """

    k_group: int
    n_group: int
    k_rest: int
    n_rest: int
    share_group: float
    share_rest: float
    difference: float
    ci_low: float
    ci_high: float
    ci_level: float
    ci_method: str
    lift: float
    lift_adjusted: bool
    p: float
    method: str


def compare_numeric(x_group: npt.ArrayLike, x_rest: npt.ArrayLike, *, seed: int = 0) -> NumericComparison:
    """Compare a number between a group and the rest.

    Parameters
    ----------
    x_group, x_rest : array-like
        The feature of both sides; missing values (NaN) are left out and counted.
    seed : int
        Of bootstrap and permutations; the same seed gives the same result to the last bit.

    Returns
    -------
    NumericComparison

    Raises
    ------
    NotEnoughDataError
        When a side has no value.
    BadValueError
        When a value is infinite.

    See Also
    --------
    segkit.analysis.effects.cliffs_delta, segkit.analysis.effects.hodges_lehmann : the two effects.
    segkit.analysis.intervals.delta_interval : the interval and its three methods.
    segkit.analysis.significance.permutation_p : the test, on rank sums.

    Notes
    -----
    From 10,000 customers on interval and p are analytic: their error there is smaller than that of 1,000
    resamples and 9,999 draws.

    Examples
    --------
    >>> result = compare_numeric([120, 150, 135], [40, 60, 55, float("nan"), 80])
    >>> result.n_rest, result.n_missing, result.median_group, result.hodges_lehmann, result.delta
    (4, 1, 135.0, 77.5, 1.0)
    >>> round(result.p, 4), result.method
    (0.0571, 'exact permutation of rank sums')
    """
    group, missing_group = _without_missing(x_group, "the group")
    rest, missing_rest = _without_missing(x_rest, "the rest")
    interval, ci_method = delta_interval(group, rest, seed=seed, analytic_from=ANALYTIC_FROM)
    test = permutation_p(group, rest, statistic="rank sum", seed=seed, analytic_from=ANALYTIC_FROM)
    return NumericComparison(
        n_group=int(group.size),
        n_rest=int(rest.size),
        n_missing=missing_group + missing_rest,
        median_group=float(np.median(group)),
        median_rest=float(np.median(rest)),
        hodges_lehmann=hodges_lehmann(group, rest),
        delta=cliffs_delta(group, rest),
        ci_low=interval.low,
        ci_high=interval.high,
        ci_level=LEVEL,
        ci_method=ci_method,
        p=test.p,
        method=test.method.replace("permutation", "permutation of rank sums"),
    )


def _without_missing(values: npt.ArrayLike, name: str) -> tuple[Floats, int]:
    sample = np.asarray(values, dtype=np.float64).ravel()
    known = sample[~np.isnan(sample)]
    if not known.size:
        raise NotEnoughDataError(
            f"{name} has no values (got 0 of {sample.size}); leave this comparison out and say so."
        )
    if np.isinf(known).any():
        raise BadValueError(f"{name} holds infinite values; correct the column they come from.")
    return known, int(sample.size - known.size)


def compare_flag(k_group: int, n_group: int, k_rest: int, n_rest: int) -> FlagComparison:
    """Compare a yes/no property between a group and the rest.

    Parameters
    ----------
    k_group, n_group, k_rest, n_rest : int
        Customers with the property and customers for whom it is known, in the group and in the rest.

    Returns
    -------
    FlagComparison

    Raises
    ------
    BadValueError
        When a count is not 0 <= k <= n with n >= 1.

    Examples
    --------
    >>> result = compare_flag(3, 3, 0, 7)
    >>> result.difference, round(result.ci_low, 4), round(result.p, 4), round(result.lift, 2)
    (1.0, 0.3361, 0.0083, 2.62)
    """
    interval = newcombe_interval(k_group, n_group, k_rest, n_rest)
    adjusted = 0 in (k_group, n_group - k_group, k_rest, n_rest - k_rest)
    extra = 0.5 if adjusted else 0.0
    share_of_group = (k_group + extra) / (n_group + 2 * extra)
    share_of_all = (k_group + k_rest + 2 * extra) / (n_group + n_rest + 4 * extra)
    return FlagComparison(
        k_group=int(k_group),
        n_group=int(n_group),
        k_rest=int(k_rest),
        n_rest=int(n_rest),
        share_group=k_group / n_group,
        share_rest=k_rest / n_rest,
        difference=k_group / n_group - k_rest / n_rest,
        ci_low=interval.low,
        ci_high=interval.high,
        ci_level=LEVEL,
        ci_method="Newcombe interval",
        lift=share_of_group / share_of_all,
        lift_adjusted=adjusted,
        p=fisher_exact(k_group, n_group, k_rest, n_rest),
        method="Fisher exact test",
    )
