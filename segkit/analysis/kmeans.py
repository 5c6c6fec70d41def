"""k-means on a numeric matrix: one frozen value with labels, centroids and how clear the groups are."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from segkit.analysis.effects import Floats
from segkit.analysis.silhouettes import Labels, measure_silhouettes, silhouette_name
from segkit.analysis.threads import one_thread
from segkit.errors import BadValueError, NotEnoughDataError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Clustering:
    """Groups found by k-means.

    Parameters
    ----------
    labels : ndarray of shape (n,)
        0..n_clusters-1, read-only. Their order means nothing until :func:`relabel` gives it one.
    centroids : ndarray of shape (n_clusters, p)
        Group means in the space of the matrix, read-only.
    inertia : float
        Sum of squared distances to the own centroid.
    silhouette : float
        -1..1, high is good; which of the two indices says ``silhouette_name``.
    silhouette_name : str
        "silhouette" up to 10,000 customers, "simplified silhouette" above.
    n_clusters, n_init, seed : int
        As asked for.
    """

    labels: Labels
    centroids: Floats
    inertia: float
    silhouette: float
    silhouette_name: str
    n_clusters: int
    n_init: int
    seed: int

    def __post_init__(self) -> None:
        """Make the arrays read-only: a fitted value does not change."""
        self.labels.setflags(write=False)
        self.centroids.setflags(write=False)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Customers per group, in label order."""
        return tuple(int(size) for size in np.bincount(self.labels, minlength=self.n_clusters))


def fit_kmeans(matrix: npt.ArrayLike, *, n_clusters: int, seed: int = 0, n_init: int = 10) -> Clustering:
    """Group the rows of a matrix by k-means (Lloyd, k-means++ starts, the best of ``n_init``).

    Parameters
    ----------
    matrix : array-like of shape (n, p)
        Finite numbers on comparable scales, for example :attr:`Design.matrix`.
    n_clusters : int
        1 to n.
    seed : int
        Of the starts. The same seed gives the same result to the last bit, on any number of cores.
    n_init : int
        Starts, at least 1.

    Returns
    -------
    Clustering

    Raises
    ------
    NotEnoughDataError
        With fewer distinct rows than groups.
    BadValueError
        With missing or infinite numbers.

    Examples
    --------
    >>> found = fit_kmeans([[0.0], [0.1], [5.0], [5.1], [5.2]], n_clusters=2)
    >>> sorted(found.sizes), round(found.inertia, 3), found.silhouette > 0.9
    ([2, 3], 0.025, True)
    """
    points = check_matrix(matrix)
    check_n_clusters(n_clusters, len(points))
    labels, centroids, inertia = run_kmeans(points, n_clusters, seed=seed, n_init=n_init)
    if len(centroids) < n_clusters:
        raise NotEnoughDataError(
            f"n_clusters is {n_clusters} but only {len(centroids)} customers differ from each other; "
            f"choose {len(centroids)} or fewer."
        )
    return Clustering(
        labels=labels,
        centroids=centroids,
        inertia=inertia,
        silhouette=measure_silhouettes(points, [labels])[0],
        silhouette_name=silhouette_name(len(points)),
        n_clusters=n_clusters,
        n_init=n_init,
        seed=seed,
    )


def run_kmeans(points: Floats, n_clusters: int, *, seed: int, n_init: int) -> tuple[Labels, Floats, float]:
    """Return labels, centroids and inertia; fewer groups come back when fewer rows are distinct."""
    estimator = KMeans(n_clusters=min(n_clusters, len(points)), n_init=n_init, random_state=seed)
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer distinct rows than groups: seen below
        estimator.fit(points)
    used, labels = np.unique(estimator.labels_, return_inverse=True)
    centroids = np.asarray(estimator.cluster_centers_[used], dtype=np.float64)
    return labels.astype(np.int64), centroids, float(estimator.inertia_)


def relabel(clustering: Clustering, order: Sequence[int]) -> Clustering:
    """Return the same groups under new numbers: ``order[0]`` becomes 0, ``order[1]`` becomes 1 and so on.

    Parameters
    ----------
    clustering : Clustering
        Left as it is.
    order : sequence of int
        Every present label once, for example by descending spend.

    Raises
    ------
    BadValueError
        When a label is missing or named twice.

    Examples
    --------
    >>> found = fit_kmeans([[0.0], [9.0], [9.5]], n_clusters=2)
    >>> highest_first = relabel(found, found.centroids[:, 0].argsort()[::-1])
    >>> highest_first.labels.tolist(), highest_first.centroids.tolist()
    ([1, 0, 0], [[9.25], [0.0]])
    """
    wanted = np.asarray(order, dtype=np.int64)
    if sorted(wanted.tolist()) != list(range(clustering.n_clusters)):
        raise BadValueError(
            f"order must name each label 0..{clustering.n_clusters - 1} once (got {wanted.tolist()})."
        )
    rank = np.empty_like(wanted)
    rank[wanted] = np.arange(wanted.size)
    return replace(clustering, labels=rank[clustering.labels], centroids=clustering.centroids[wanted])


def check_matrix(matrix: npt.ArrayLike) -> Floats:
    """Return a contiguous float matrix, or refuse what cannot be clustered."""
    points = np.ascontiguousarray(matrix, dtype=np.float64)
    if points.ndim != 2 or 0 in points.shape:
        raise NotEnoughDataError(
            f"matrix has shape {points.shape}; clustering needs customers in rows and at least 1 column."
        )
    if not np.isfinite(points).all():
        raise BadValueError("matrix holds missing or infinite numbers; fill or drop them first.")
    return points


def check_n_clusters(n_clusters: int, n_customers: int) -> None:
    """Refuse a number of groups that so many customers cannot fill."""
    if not 1 <= n_clusters <= n_customers:
        raise NotEnoughDataError(
            f"n_clusters is {n_clusters} but there are {n_customers} customers; choose 1 to {n_customers}."
        )
