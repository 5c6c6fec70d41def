"""How many groups the data supports, and the groups: k-means, its silhouettes, nulls and stability.

Comes after :mod:`segkit.analysis.design_matrix`, which makes the matrix; goes to
:mod:`segkit.analysis.grouping`, which weighs the result against rule groups. The answer may be "no stable
clustering found": that is a finding, not a failure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segkit.analysis.effects import Floats
from segkit.analysis.kmeans import (
    Clustering,
    check_matrix,
    check_n_clusters,
    fit_kmeans,
    relabel,
    run_kmeans,
)
from segkit.analysis.silhouettes import (
    Labels,
    full_silhouettes,
    measure_silhouettes,
    sampled_silhouette,
    silhouette_name,
    simplified_silhouette,
)
from segkit.analysis.small_kmeans import SMALL_PROBLEM, group_many
from segkit.analysis.stability import (
    LeaveOneOut,
    Stability,
    clusterwise_jaccard,
    leave_one_customer_out,
    stability_reading,
)
from segkit.analysis.threads import one_thread
from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.segment import ClusterCount

__all__ = [
    "ClusterChoice",
    "Clustering",
    "GapStatistic",
    "LeaveOneOut",
    "NullSilhouette",
    "Stability",
    "choose_n_clusters",
    "clusterwise_jaccard",
    "fit_kmeans",
    "full_silhouettes",
    "gap_statistic",
    "leave_one_customer_out",
    "measure_silhouettes",
    "null_silhouette",
    "relabel",
    "sampled_silhouette",
    "silhouette_name",
    "simplified_silhouette",
    "stability_reading",
]

CANDIDATES = tuple(range(2, 9))
STABLE = 0.75
"""Lowest mean Jaccard that every group of a supported clustering reaches (Hennig 2007)."""
SMALLEST_SHARE, SMALLEST_SIZE = 0.05, 2
"""Every group holds at least this share of the customers and this many."""
MANY_ROWS = 100_000
"""Above this many customers a candidate is fitted from three starts instead of ten."""
NULL_ROWS = 300
"""Structureless data is simulated with at most so many rows: fewer rows look clearer, so this is strict."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NullSilhouette:
    """What the best silhouette of structureless data looks like under the index ``name``."""

    mean: float
    percentile_95: float
    name: str
    n_draws: int
    n_rows: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterChoice:
    """The numbers of groups tried, and the one the data supports.

    ``chosen`` is None when no number is supported. ``counts`` holds one row per candidate, ascending;
    ``stabilities`` the bootstrap behind each; ``note`` says what was measured on a subsample, or "".
    """

    counts: tuple[ClusterCount, ...]
    chosen: int | None
    silhouette_name: str
    null: NullSilhouette
    stabilities: tuple[Stability, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GapStatistic:
    """Gap of each number of groups 1, 2, ..., its error, and the number it picks (1: no groups)."""

    gaps: tuple[float, ...]
    errors: tuple[float, ...]
    n_clusters: int
    n_references: int
    seed: int


def choose_n_clusters(
    matrix: npt.ArrayLike,
    *,
    candidates: Iterable[int] = CANDIDATES,
    seed: int = 0,
    n_resamples: int = 100,
    n_null: int = 100,
) -> ClusterChoice:
    """Try several numbers of groups and say which one, if any, the data supports.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns, n >= 3, for example :attr:`Design.matrix`.
    candidates : iterable of int
        Numbers of groups to try; those below 2 or not below n are left out.
    seed : int
        Of starts, resamples and structureless data; the same seed gives the same result to the last bit.
    n_resamples, n_null : int
        Bootstrap resamples per candidate, and structureless data sets.

    Returns
    -------
    ClusterChoice

    Raises
    ------
    NotEnoughDataError
        When no candidate lies between 2 and n - 1, or too few customers differ from each other.

    See Also
    --------
    clusterwise_jaccard, null_silhouette : the two measures it weighs.

    Notes
    -----
    Supported: every group's mean Jaccard at least .75, the smallest group with at least two customers and
    5 % of them, and a silhouette above the 95th percentile of structureless data. The best silhouette among
    the supported wins, the smaller number at a tie. Linear in n above 10,000 customers.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> blobs = np.concatenate([rng.normal(center, 0.3, (20, 2)) for center in (0, 4, 8)])
    >>> choose_n_clusters(blobs, candidates=range(2, 5), n_resamples=20).chosen
    3
    """
    points = check_matrix(matrix)
    tried = sorted({int(k) for k in candidates if 2 <= k < len(points)})
    if not tried:
        raise NotEnoughDataError(
            f"no number of groups to try for {len(points)} customers; "
            "give candidates from 2 to one fewer than the customers."
        )
    fits = [_fit(points, k, seed) for k in tried]
    silhouettes = measure_silhouettes(points, fits)
    null = null_silhouette(points, candidates=tried, seed=seed, n_draws=n_null)
    stabilities = tuple(
        clusterwise_jaccard(points, labels, seed=seed, n_resamples=n_resamples) for labels in fits
    )
    counts = tuple(
        _judge(labels, silhouette, null.percentile_95, stability.lowest)
        for labels, silhouette, stability in zip(fits, silhouettes, stabilities, strict=True)
    )
    supported = [count for count in counts if count.supported]
    best = max(supported, key=lambda count: (count.silhouette, -count.n_clusters), default=None)
    return ClusterChoice(
        counts=counts,
        chosen=best.n_clusters if best else None,
        silhouette_name=silhouette_name(len(points)),
        null=null,
        stabilities=stabilities,
        note=_subsample_note(stabilities[0]),
    )


def _fit(points: Floats, n_clusters: int, seed: int) -> Labels:
    n_init = 10 if len(points) <= MANY_ROWS else 3
    labels, centroids, _ = run_kmeans(points, n_clusters, seed=seed, n_init=n_init)
    if len(centroids) < n_clusters:
        raise NotEnoughDataError(
            f"only {len(centroids)} customers differ from each other; try at most that many groups."
        )
    return labels


def _judge(labels: Labels, silhouette: float, null_95: float, min_jaccard: float) -> ClusterCount:
    """Return the row of one candidate, with what speaks against it."""
    sizes = np.bincount(labels)
    smallest = int(sizes.min())
    needed = max(SMALLEST_SIZE, int(np.ceil(SMALLEST_SHARE * len(labels) - 1e-9)))
    against = []
    if min_jaccard < STABLE:
        against.append(
            f"the least stable group comes back with a Jaccard of {min_jaccard:.2f}, under {STABLE}"
        )
    if smallest < needed:
        against.append(f"the smallest group has {smallest:,} of at least {needed:,} customers")
    if silhouette <= null_95:
        against.append(
            f"a silhouette of {silhouette:.2f} is within reach of structureless data ({null_95:.2f})"
        )
    return ClusterCount(
        n_clusters=len(sizes),
        silhouette=silhouette,
        null_95=null_95,
        min_jaccard=min_jaccard,
        smallest=smallest,
        supported=not against,
        reason="; ".join(against)
        or "every group comes back, none is too small, and chance gives less clear ones",
    )


def _subsample_note(stability: Stability) -> str:
    if stability.n_rows == stability.n_customers:
        return ""
    return f"stability was measured on a fixed sample of {stability.n_rows:,} of {stability.n_customers:,} customers"


def null_silhouette(
    matrix: npt.ArrayLike, *, candidates: Iterable[int] = CANDIDATES, seed: int = 0, n_draws: int = 100
) -> NullSilhouette:
    """Simulate how clear groups look in data without any, for a matrix of this shape and spread.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        The data at hand; only its shape and covariance are used.
    candidates : iterable of int
        Numbers of groups of which the best silhouette is taken, 2 to n - 1.
    seed, n_draws : int
        Of the simulation.

    Returns
    -------
    NullSilhouette

    Notes
    -----
    Each draw is Gaussian with the covariance of the matrix, so correlated or unequally weighted columns are
    no evidence of groups. At most 300 rows are drawn: with fewer rows chance groups look clearer, so the
    limit errs on the strict side. The index is the one used for n customers.

    Examples
    --------
    >>> ten = np.random.default_rng(3).normal(size=(10, 3))
    >>> 0.3 < null_silhouette(ten, candidates=range(2, 6)).mean < 0.5
    True
    """
    points = check_matrix(matrix)
    n_rows = min(len(points), NULL_ROWS)
    tried = sorted({int(k) for k in candidates if 2 <= k < n_rows})
    if not tried or n_draws < 1:
        raise BadValueError(
            f"a null silhouette needs 1 draw or more and a number of groups from 2 to {n_rows - 1}."
        )
    spreads = _principal_spreads(points)
    draws = np.random.default_rng(seed).normal(size=(n_draws, n_rows, spreads.size)) * spreads
    everyone = np.ones((n_draws, n_rows), dtype=np.bool_)
    groupings = [group_many(draws, everyone, k, seed=seed, n_init=3) for k in tried]
    name = silhouette_name(len(points))
    best = np.array(
        [_clearest(draw, [labels[i] for labels in groupings], name) for i, draw in enumerate(draws)]
    )
    return NullSilhouette(
        mean=float(best.mean()),
        percentile_95=float(np.quantile(best, 0.95)),
        name=name,
        n_draws=n_draws,
        n_rows=n_rows,
        seed=seed,
    )


def _principal_spreads(points: Floats) -> Floats:
    """Return the standard deviations along the principal axes, the only part of a covariance k-means sees."""
    with one_thread():
        covariance = np.atleast_2d(np.cov(points, rowvar=False))
        variances = np.linalg.eigvalsh(covariance)
    kept = variances[variances > variances.max() * 1e-12]
    return np.sqrt(kept) if kept.size else np.ones(1)


def _clearest(points: Floats, labelings: Sequence[Labels], name: str) -> float:
    """Return the best silhouette of one structureless data set under the index of the real one."""
    if name == "silhouette":
        return max(full_silhouettes(points, labelings))
    return max(simplified_silhouette(points, labels) for labels in labelings)


def gap_statistic(
    matrix: npt.ArrayLike, *, max_clusters: int = 8, n_references: int = 50, seed: int = 0
) -> GapStatistic:
    """Compare the tightness of k groups with that of evenly spread data; may answer that there is one group.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns.
    max_clusters : int
        Largest number of groups tried, 2 to n - 1.
    n_references, seed : int
        Evenly spread data sets, and their seed.

    Returns
    -------
    GapStatistic

    Notes
    -----
    References are uniform in the box of the principal components. The answer is the smallest k with
    Gap(k) >= Gap(k + 1) - s(k + 1), or ``max_clusters`` when there is none. It is the only index here that
    can answer 1, and not infallible: it says 5 for the three iris species, and may say 1 for three groups
    equally far apart, because two groups explain them no better than one.

    References
    ----------
    Tibshirani, Walther and Hastie (2001), *Journal of the Royal Statistical Society B* 63, 411-423.

    Examples
    --------
    >>> gap_statistic(np.random.default_rng(0).normal(size=(40, 2)), max_clusters=4).n_clusters
    1
    """
    points = check_matrix(matrix)
    check_n_clusters(max_clusters + 1, len(points))
    with one_thread():
        centered = points - points.mean(axis=0)
        axes = np.linalg.svd(centered, full_matrices=False)[2]
        scores = centered @ axes.T
    low, high = scores.min(axis=0), scores.max(axis=0)
    uniform = np.random.default_rng(seed).random((n_references, *scores.shape))
    observed = _log_inertias(scores[np.newaxis], max_clusters, seed)[:, 0]
    references = _log_inertias(low + uniform * (high - low), max_clusters, seed)
    gaps = references.mean(axis=1) - observed
    errors = references.std(axis=1) * np.sqrt(1 + 1 / n_references)
    enough = gaps[:-1] >= gaps[1:] - errors[1:]
    return GapStatistic(
        gaps=tuple(gaps.tolist()),
        errors=tuple(errors.tolist()),
        n_clusters=int(enough.argmax()) + 1 if enough.any() else max_clusters,
        n_references=n_references,
        seed=seed,
    )


def _log_inertias(problems: Floats, max_clusters: int, seed: int) -> Floats:
    """Return log W of each number of groups 1..max_clusters for each data set, shape (max_clusters, problems)."""
    result = np.empty((max_clusters, len(problems)))
    everyone = np.ones(problems.shape[:2], dtype=np.bool_)
    for k in range(1, max_clusters + 1):
        if problems.shape[1] <= SMALL_PROBLEM:
            labelings = group_many(problems, everyone, k, seed=seed)
            inertias = [_inertia(p, labels) for p, labels in zip(problems, labelings, strict=True)]
        else:
            inertias = [run_kmeans(p, k, seed=seed, n_init=3)[2] for p in problems]
        # a data set with as many distinct points as groups has no spread left; the floor keeps its log finite
        result[k - 1] = np.log(np.maximum(inertias, np.finfo(np.float64).tiny))
    return result


def _inertia(points: Floats, labels: Labels) -> float:
    codes = np.unique(labels, return_inverse=True)[1]
    sizes = np.bincount(codes)
    sums = np.column_stack([np.bincount(codes, weights=column) for column in points.T])
    return float(((points - (sums / sizes[:, np.newaxis])[codes]) ** 2).sum())
