"""Stability: whether the same groups come back from slightly other customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment

from segkit.analysis.effects import Floats
from segkit.analysis.kmeans import check_matrix, run_kmeans
from segkit.analysis.silhouettes import Labels, check_labels, sample_rows
from segkit.analysis.small_kmeans import SMALL_PROBLEM, group_many
from segkit.errors import NotEnoughDataError

BOOTSTRAP_ROWS = 20_000
"""Above this many customers the bootstrap works on a fixed-seed subsample of this size, and says so: a mean
Jaccard of so many customers no longer changes in the second decimal, and a hundred resamples stay affordable."""
STARTS = ((300, 10), (1_000, 4), (10_000, 2))
"""k-means starts in each resample up to so many customers; one start above."""
DISSOLVED, RECOVERED = 0.5, 0.75
"""Jaccard up to which a group counts as dissolved, and above which as recovered, in one resample."""

Rows = npt.NDArray[np.int64]
Regroup = Callable[[Rows], Labels]
"""Takes row numbers, returns a label for each of these rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How well each group came back, in label order.

    ``jaccard`` holds means over the resamples (0..1, high is good); ``dissolved`` and ``recovered`` count the
    resamples with a Jaccard of at most .5 and of more than .75. ``n_rows`` of ``n_customers`` took part.
    """

    jaccard: tuple[float, ...]
    dissolved: tuple[int, ...]
    recovered: tuple[int, ...]
    n_resamples: int
    n_rows: int
    n_customers: int
    seed: int

    @property
    def lowest(self) -> float:
        """The least stable group's mean Jaccard."""
        return min(self.jaccard)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """How many of the other customers change group when one is left out.

    ``changes`` of ``total`` = n * (n - 1) placements; ``by_customer[i]`` when row i is left out.
    """

    changes: int
    total: int
    by_customer: tuple[int, ...]


def stability_reading(jaccard: float) -> str:
    """Return the usual reading of a mean Jaccard.

    References
    ----------
    Hennig (2007), thresholds as in the documentation of the R package fpc.

    Examples
    --------
    >>> [stability_reading(value) for value in (0.4, 0.55, 0.7, 0.8, 0.9)]
    ['dissolved', 'not to be trusted', 'a pattern, membership doubtful', 'stable', 'highly stable']
    """
    if jaccard <= DISSOLVED:
        return "dissolved"
    bands = ((0.6, "not to be trusted"), (0.75, "a pattern, membership doubtful"), (0.85, "stable"))
    return next((word for limit, word in bands if jaccard < limit), "highly stable")


def clusterwise_jaccard(
    matrix: npt.ArrayLike,
    labels: npt.ArrayLike,
    *,
    seed: int = 0,
    n_resamples: int = 100,
    regroup: Regroup | None = None,
) -> Stability:
    """Measure how well each group comes back when customers are drawn anew.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns, as clustered.
    labels : array-like of shape (n,)
        The groups, 0..k-1.
    seed, n_resamples : int
        Of the bootstrap; the same seed gives the same result to the last bit.
    regroup : callable, optional
        Takes the row numbers of a resample (sorted, without repeats) and returns a label for each: so rule
        groups are judged like clusters. Default: k-means with as many groups, started anew each time.

    Returns
    -------
    Stability

    Notes
    -----
    For each resample: repeated draws are dropped, the rest is grouped again, and each original group C,
    restricted to the drawn customers, takes its best match, max over D of |C and D| / |C or D|. A group of
    which nobody was drawn has not come back: 0, so a single customer reaches about .65 at most. k-means
    starts ten times up to 300 customers, less often above and once above 10,000: a missed optimum counts
    as instability, never as stability. Stable groups need not be real ones: compare the silhouette with its null too.

    References
    ----------
    Hennig (2007), *Computational Statistics & Data Analysis* 52, 258-271.

    Examples
    --------
    >>> points = [[0.0], [0.1], [0.2], [9.0], [9.1], [9.2]]
    >>> found = clusterwise_jaccard(points, [0, 0, 0, 1, 1, 1], n_resamples=20)
    >>> found.lowest > 0.85, found.n_rows
    (True, 6)
    """
    points = check_matrix(matrix)
    own = check_labels(labels, len(points))
    rng = np.random.default_rng(seed)
    rows = sample_rows(len(points), BOOTSTRAP_ROWS, seed)
    n_groups = int(own.max()) + 1
    samples = [rows[np.unique(rng.integers(0, rows.size, rows.size))] for _ in range(n_resamples)]
    again = _regroup_all(points, samples, n_groups, seed) if regroup is None else map(regroup, samples)
    best = np.array(
        [
            _best_jaccards(own[drawn], np.asarray(new), n_groups)
            for drawn, new in zip(samples, again, strict=True)
        ]
    )
    return Stability(
        jaccard=tuple(best.mean(axis=0).tolist()),
        dissolved=tuple((best <= DISSOLVED).sum(axis=0).tolist()),
        recovered=tuple((best > RECOVERED).sum(axis=0).tolist()),
        n_resamples=n_resamples,
        n_rows=int(rows.size),
        n_customers=len(points),
        seed=seed,
    )


def _regroup_all(points: Floats, samples: Sequence[Rows], n_clusters: int, seed: int) -> Iterator[Labels]:
    """Yield the k-means labels of each sample of rows, always from fresh starts."""
    n_init = next((starts for limit, starts in STARTS if len(points) <= limit), 1)
    if len(points) > SMALL_PROBLEM:
        for rows in samples:
            yield run_kmeans(points[rows], n_clusters, seed=seed, n_init=n_init)[0]
        return
    included = np.zeros((len(samples), len(points)), dtype=np.bool_)
    for problem, rows in enumerate(samples):
        included[problem, rows] = True
    problems = np.broadcast_to(points, (len(samples), *points.shape))
    for labels, rows in zip(
        group_many(problems, included, n_clusters, seed=seed, n_init=n_init), samples, strict=True
    ):
        yield labels[rows]


def _best_jaccards(old: Labels, new: Labels, n_groups: int) -> Floats:
    """Return for each old group its largest Jaccard with a new one; 0 when nobody of it was drawn."""
    together = overlap_counts(old, new, n_groups)
    old_sizes, new_sizes = together.sum(axis=1), together.sum(axis=0)
    either = old_sizes[:, np.newaxis] + new_sizes - together
    return np.asarray(np.max(together / either, axis=1), dtype=np.float64)


def overlap_counts(old: Labels, new: Labels, n_groups: int) -> Labels:
    """Return how many customers share old group i and new group j, shape (n_groups, number of new)."""
    names, codes = np.unique(new, return_inverse=True)
    counts = np.bincount(old * names.size + codes, minlength=n_groups * names.size)
    return counts.reshape(n_groups, names.size)


def leave_one_customer_out(
    matrix: npt.ArrayLike, labels: npt.ArrayLike, *, seed: int = 0, regroup: Regroup | None = None
) -> LeaveOneOut:
    """Leave out each customer in turn, group the others again and count who changes group.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns, as clustered; meant for small books (n groupings are made).
    labels : array-like of shape (n,)
        The groups, 0..k-1.
    seed : int
        Of the k-means starts.
    regroup : callable, optional
        As in :func:`clusterwise_jaccard`.

    Returns
    -------
    LeaveOneOut

    Raises
    ------
    NotEnoughDataError
        With a single customer.

    Notes
    -----
    New groups take the numbers of the old ones in the pairing that leaves most customers in place; whoever
    is outside it has changed.

    Examples
    --------
    >>> leave_one_customer_out([[0.0], [0.1], [9.0], [9.1]], [0, 0, 1, 1]).changes
    0
    """
    points = check_matrix(matrix)
    own = check_labels(labels, len(points))
    if len(points) < 2:
        raise NotEnoughDataError(
            f"leaving one customer out needs at least 2 customers (got {len(points)}); skip it."
        )
    n_groups = int(own.max()) + 1
    everyone = np.arange(len(points))
    samples = [np.delete(everyone, left_out) for left_out in everyone]
    again = _regroup_all(points, samples, n_groups, seed) if regroup is None else map(regroup, samples)
    changes = []
    for rows, new in zip(samples, again, strict=True):
        counts = overlap_counts(own[rows], np.asarray(new), n_groups)
        stay = counts[linear_sum_assignment(counts, maximize=True)].sum()
        changes.append(int(rows.size - stay))
    return LeaveOneOut(
        changes=sum(changes), total=len(points) * (len(points) - 1), by_customer=tuple(changes)
    )
