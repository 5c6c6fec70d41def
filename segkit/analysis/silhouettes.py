"""Silhouettes: how much nearer customers are to their own group than to the next one.

Two indices, never mixed: the full silhouette looks at all pairs of customers and is used up to 10,000 of
them; the simplified one looks at distances to centroids and is used above. Each is compared with what
structureless data gives under the *same* index (:func:`segkit.analysis.clustering.null_silhouette`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist

from segkit.analysis.effects import Floats
from segkit.analysis.threads import one_thread
from segkit.errors import BadValueError

FULL_SILHOUETTE_LIMIT = 10_000
"""Up to this many customers the full silhouette is affordable: its cost is quadratic."""
CHUNK = 4_000_000
"""Distances held in memory at a time."""

Labels = npt.NDArray[np.int64]


def silhouette_name(n_customers: int) -> str:
    """Return which index is used for so many customers.

    Examples
    --------
    >>> silhouette_name(10_000), silhouette_name(10_001)
    ('silhouette', 'simplified silhouette')
    """
    return "silhouette" if n_customers <= FULL_SILHOUETTE_LIMIT else "simplified silhouette"


def measure_silhouettes(matrix: npt.ArrayLike, labelings: Sequence[npt.ArrayLike]) -> tuple[float, ...]:
    """Return the index of :func:`silhouette_name` for several labelings of the same customers.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns, as clustered.
    labelings : sequence of array-like of shape (n,)
        Each with labels 0..k-1, every label in use.

    Returns
    -------
    tuple of float
        One per labeling, -1..1, high is good.
    """
    points = np.asarray(matrix, dtype=np.float64)
    if silhouette_name(len(points)) == "silhouette":
        return full_silhouettes(points, labelings)
    return tuple(simplified_silhouette(points, labels) for labels in labelings)


def full_silhouettes(matrix: npt.ArrayLike, labelings: Sequence[npt.ArrayLike]) -> tuple[float, ...]:
    """Return the mean silhouette of several labelings, computing each distance once.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns.
    labelings : sequence of array-like of shape (n,)
        Each with labels 0..k-1, every label in use.

    Returns
    -------
    tuple of float
        Means of s_i = (b - a) / max(a, b), with a the mean distance to the own group and b to the nearest
        other one; a customer alone in a group counts 0, and so does a labeling with a single group.

    References
    ----------
    Rousseeuw (1987), *Journal of Computational and Applied Mathematics* 20, 53-65.

    Examples
    --------
    >>> full_silhouettes([[0.0], [0.0], [1.0], [1.0]], [[0, 0, 1, 1], [0, 1, 0, 1]])
    (1.0, -0.5)
    """
    points = np.asarray(matrix, dtype=np.float64)
    checked = [check_labels(labels, len(points)) for labels in labelings]
    members = [
        (labels[:, np.newaxis] == np.arange(labels.max() + 1)).astype(np.float64) for labels in checked
    ]
    totals = [0.0] * len(checked)
    step = max(1, CHUNK // len(points))
    for start in range(0, len(points), step):
        distances = cdist(points[start : start + step], points)
        for i, labels in enumerate(checked):
            if members[i].shape[1] < 2:
                continue
            with one_thread():
                sums = distances @ members[i]
            own = labels[start : start + step]
            totals[i] += float(_silhouette_values(sums, own, members[i].sum(axis=0)).sum())
    return tuple(total / len(points) for total in totals)


def _silhouette_values(sums: Floats, own: Labels, sizes: Floats) -> Floats:
    """Return s_i from the summed distances of some customers to every group."""
    rows = np.arange(len(own))
    others = sizes[own] - 1
    inside = sums[rows, own] / np.maximum(others, 1)
    means = sums / sizes
    means[rows, own] = np.inf
    outside = means.min(axis=1)
    widest = np.maximum(inside, outside)
    values = np.divide(outside - inside, widest, out=np.zeros_like(inside), where=widest > 0)
    return np.where(others > 0, values, 0.0)


def simplified_silhouette(
    matrix: npt.ArrayLike, labels: npt.ArrayLike, centroids: npt.ArrayLike | None = None
) -> float:
    """Return the mean simplified silhouette: distances to centroids instead of to all customers.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns.
    labels : array-like of shape (n,)
        Labels 0..k-1, every label in use.
    centroids : array-like of shape (k, p), optional
        Default: the mean of each group.

    Returns
    -------
    float
        0 with a single group. Another index than the full silhouette: never compare the two.

    References
    ----------
    Hruschka, de Castro and Campello (2004), *IEEE International Conference on Data Mining*, 403-406.

    Examples
    --------
    >>> simplified_silhouette([[0.0], [0.0], [1.0], [1.0]], [0, 0, 1, 1])
    1.0
    """
    points = np.asarray(matrix, dtype=np.float64)
    own = check_labels(labels, len(points))
    means = group_means(points, own) if centroids is None else np.asarray(centroids, dtype=np.float64)
    if len(means) < 2:
        return 0.0
    total = 0.0
    step = max(1, CHUNK // len(means))
    for start in range(0, len(points), step):
        distances = cdist(points[start : start + step], means)
        rows = np.arange(len(distances))
        inside = distances[rows, own[start : start + step]]
        distances[rows, own[start : start + step]] = np.inf
        outside = distances.min(axis=1)
        widest = np.maximum(inside, outside)
        total += float(np.divide(outside - inside, widest, out=np.zeros_like(inside), where=widest > 0).sum())
    return total / len(points)


def sampled_silhouette(
    matrix: npt.ArrayLike, labels: npt.ArrayLike, *, seed: int = 0, n_rows: int = 5_000
) -> float:
    """Return the full silhouette on a fixed-seed sample of customers, as information beside the simplified.

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Customers by columns.
    labels : array-like of shape (n,)
        Labels 0..k-1. Groups that the sample misses are left out.
    seed, n_rows : int
        Of the sample; with n <= n_rows all customers are used.
    """
    points = np.asarray(matrix, dtype=np.float64)
    own = check_labels(labels, len(points))
    rows = sample_rows(len(points), n_rows, seed)
    return full_silhouettes(points[rows], [np.unique(own[rows], return_inverse=True)[1]])[0]


def sample_rows(n: int, n_rows: int, seed: int) -> npt.NDArray[np.int64]:
    """Return at most n_rows of n row numbers, sorted, the same for the same seed."""
    if n <= n_rows:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, n_rows, replace=False, shuffle=False))


def check_labels(labels: npt.ArrayLike, n: int) -> Labels:
    """Return labels as integers, or refuse what is not one label 0..k-1 per customer, all in use."""
    own = np.asarray(labels)
    if own.shape != (n,) or not np.issubdtype(own.dtype, np.integer):
        raise BadValueError(
            f"labels need one whole number per customer (got shape {own.shape} of {own.dtype} for {n} customers)."
        )
    if own.size and (own.min() < 0 or (np.bincount(own) == 0).any()):
        raise BadValueError("labels must be 0, 1, ... without a gap; number the groups that are in use.")
    return own.astype(np.int64, copy=False)


def group_means(points: Floats, labels: Labels) -> Floats:
    """Return the mean of each column in each group, shape (k, p)."""
    sizes = np.bincount(labels)
    sums = [np.bincount(labels, weights=column) for column in points.T]
    return np.column_stack(sums) / sizes[:, np.newaxis]
