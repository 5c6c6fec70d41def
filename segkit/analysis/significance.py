"""Tests: how often chance alone would give as large a difference, and what survives testing many of them."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, combinations
from math import comb
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from segkit.analysis.effects import Floats, as_sample
from segkit.analysis.intervals import SMALL_SIDE, check_count
from segkit.errors import BadValueError

EXACT_LIMIT = 100_000
"""Up to this many ways to choose the group, all of them are tried (every book of fewer than 20 customers)."""
ANALYTIC_FROM = 100_000
"""From this many customers on the permutation distribution is replaced by its normal limit."""
N_DRAWS = 9_999
"""Random groups drawn in between."""
CHUNK = 1_000_000
"""Random keys held in memory at a time."""
PERMUTATION_STATISTICS = ("mean difference", "rank sum")

Alternative = Literal["two-sided", "greater", "less"]
Bits = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.intp]


class PermutationTest(NamedTuple):
    """Two-sided p-value and how it was computed."""

    p: float
    method: str


def fisher_exact(k1: int, n1: int, k2: int, n2: int, *, alternative: Alternative = "two-sided") -> float:
    """Return Fisher's exact p for k1 of n1 against k2 of n2.

    Parameters
    ----------
    k1, n1, k2, n2 : int
        Counts of the group and of the rest.
    alternative : {"two-sided", "greater", "less"}
        "greater": the group's share is higher.

    Examples
    --------
    >>> round(fisher_exact(3, 3, 0, 7), 6), round(fisher_exact(3, 4, 1, 4, alternative="greater"), 6)
    (0.008333, 0.242857)
    """
    check_count(k1, n1)
    check_count(k2, n2)
    result = stats.fisher_exact(np.array([[k1, n1 - k1], [k2, n2 - k2]]), alternative=alternative)
    return float(min(1.0, result[1]))


def permutation_p(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    statistic: str = "mean difference",
    seed: int = 0,
    analytic_from: int = ANALYTIC_FROM,
) -> PermutationTest:
    """Return a two-sided permutation p for "the group could be any customers of the book".

    Parameters
    ----------
    x, y : array-like of shape (m,), (n,)
        Finite numbers of the group and of the rest.
    statistic : {"mean difference", "rank sum"}
        What is compared. "rank sum" is the Mann-Whitney test with mid-ranks: valid with ties, moved by no
        single large order, and the companion of Cliff's delta.
    seed : int
        Of the 9,999 resampled permutations, where not all can be tried.
    analytic_from : int
        Number of customers from which the normal limit is used, if both sides have at least 50.

    Returns
    -------
    PermutationTest
        ``p`` in (0, 1] and ``method``: ``"exact permutation"`` while there are at most 100,000 ways to
        choose the group, ``"permutation (9,999 draws, seed 0)"`` in between, and ``"asymptotic
        Mann-Whitney (n >= 100,000)"`` or ``"asymptotic permutation (n >= 100,000)"`` above.

    Notes
    -----
    Two-sided: the share of arrangements whose statistic is as far from its mean as the observed one. A
    resampled p is (1 + hits) / (1 + draws), never 0. Draws depend on the group sizes and the seed only and
    are remembered, so the features of one group share them.

    References
    ----------
    Phipson and Smyth (2010), *Statistical Applications in Genetics and Molecular Biology* 9, 39.

    Examples
    --------
    >>> result = permutation_p([1, 2, 3], [4, 5, 6, 7, 8, 9, 10])
    >>> round(result.p, 6), result.method
    (0.016667, 'exact permutation')
    """
    group, rest = as_sample(x, "x"), as_sample(y, "y")
    if statistic not in PERMUTATION_STATISTICS:
        choices = " or ".join(repr(name) for name in PERMUTATION_STATISTICS)
        raise BadValueError(f"statistic is {statistic!r}; choose {choices}.")
    scores = _centered_scores(np.concatenate([group, rest]), statistic)
    n, k = scores.size, group.size
    observed = abs(float(scores[:k].sum()))
    # sums of equal members in another order may differ by rounding; ranks are whole numbers and exact
    reach = observed - 1e-12 * float(np.abs(scores).sum())
    smaller = min(k, n - k)  # the two sums mirror each other, so the cheaper one decides
    # ten or more out of twenty or more are always too many; comb of a million would take seconds
    if smaller < 10 and comb(n, smaller) <= EXACT_LIMIT:
        sums = scores[_arrangements(n, smaller)].sum(axis=1)
        return PermutationTest(float(np.mean(np.abs(sums) >= reach)), "exact permutation")
    if n >= analytic_from and smaller >= SMALL_SIDE:
        name = "asymptotic Mann-Whitney" if statistic == "rank sum" else "asymptotic permutation"
        return PermutationTest(_normal_p(scores, k, observed), f"{name} (n >= {analytic_from:,})")
    sums = _drawn_sums(np.sort(scores), smaller, seed)  # sorted: the order of customers has no say
    hits = int(np.count_nonzero(np.abs(sums) >= reach))
    return PermutationTest((1 + hits) / (1 + N_DRAWS), f"permutation ({N_DRAWS:,} draws, seed {seed})")


def _centered_scores(values: Floats, statistic: str) -> Floats:
    """Return what is summed over the group: the values or twice their mid-ranks, with mean zero."""
    if statistic == "rank sum":
        return np.asarray(2 * stats.rankdata(values) - (values.size + 1), dtype=np.float64)
    return np.asarray(values - values.mean(), dtype=np.float64)


def _normal_p(scores: Floats, k: int, observed: float) -> float:
    n = scores.size
    spread = np.sqrt(k * (n - k) / (n * (n - 1)) * float((scores**2).sum()))
    return float(2 * stats.norm.sf(observed / spread)) if spread > 0 else 1.0


@lru_cache(maxsize=16)
def _arrangements(n: int, k: int) -> Positions:
    """Return every choice of k out of n positions, one a row."""
    flat = np.fromiter(chain.from_iterable(combinations(range(n), k)), dtype=np.intp, count=comb(n, k) * k)
    return flat.reshape(-1, k)


def _drawn_sums(scores: Floats, k: int, seed: int) -> Floats:
    """Return the sum of scores over each of the drawn groups of k."""
    sums = np.empty(N_DRAWS)
    if k * k <= scores.size:
        sums[:] = scores[_drawn_few(scores.size, k, seed)].sum(axis=1)
        return sums
    packed = _drawn_many(scores.size, k, seed)
    step = max(1, CHUNK // scores.size)
    for start in range(0, N_DRAWS, step):
        members = np.unpackbits(packed[start : start + step], axis=1, count=scores.size)
        sums[start : start + step] = members.astype(np.float64) @ scores
    return sums


@lru_cache(maxsize=4)
def _drawn_few(n: int, k: int, seed: int) -> Positions:
    """Return random groups of a few out of n, one a row: draws with a repeated member are drawn again."""
    rng = np.random.default_rng(seed)
    groups = np.sort(rng.integers(0, n, (N_DRAWS, k)), axis=1)
    while (repeated := (np.diff(groups, axis=1) == 0).any(axis=1)).any():
        groups[repeated] = np.sort(rng.integers(0, n, (int(repeated.sum()), k)), axis=1)
    return groups


@lru_cache(maxsize=4)
def _drawn_many(n: int, k: int, seed: int) -> Bits:
    """Return random groups of k out of n, one a row, eight members a byte."""
    rng = np.random.default_rng(seed)
    packed = np.empty((N_DRAWS, (n + 7) // 8), dtype=np.uint8)
    step = max(1, CHUNK // n)
    for start in range(0, N_DRAWS, step):
        rows = min(step, N_DRAWS - start)
        chosen = np.argpartition(rng.random((rows, n)), k, axis=1)[:, :k]
        members = np.zeros((rows, n), dtype=np.uint8)
        np.put_along_axis(members, chosen, 1, axis=1)
        packed[start : start + rows] = np.packbits(members, axis=1)
    return packed


def adjust_p_values_bh(p_values: npt.ArrayLike) -> Floats:
    """Return Benjamini-Hochberg q-values, in the order of the p-values.

    Parameters
    ----------
    p_values : array-like of shape (m,)
        All tests of one report, 0..1. Their number m is part of the result: print it.

    Returns
    -------
    ndarray of shape (m,)
        Declaring everything with q <= .10 keeps the expected share of false findings at .10 or less.

    References
    ----------
    Benjamini and Hochberg (1995), *Journal of the Royal Statistical Society B* 57, 289-300.

    Examples
    --------
    >>> adjust_p_values_bh([0.04, 0.01, 0.03]).round(3).tolist()
    [0.04, 0.03, 0.04]
    """
    p = np.asarray(p_values, dtype=np.float64).ravel()
    if not ((p >= 0) & (p <= 1)).all():
        raise BadValueError("p_values must lie in 0..1; leave out tests that were not made.")
    order = np.argsort(p, kind="stable")[::-1]
    scaled = p[order] * p.size / np.arange(p.size, 0, -1)
    q = np.empty_like(p)
    q[order] = np.minimum(np.minimum.accumulate(scaled), 1.0)
    return q
