"""Many small k-means problems at once: what resampling a small book needs.

A hundred resamples of ten customers are a hundred tiny problems; started one by one they cost seconds of
set-up, together a few milliseconds. Used for resamples and for structureless data only; the groups of a
report come from :func:`segkit.analysis.kmeans.fit_kmeans`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from segkit.analysis.effects import Floats
from segkit.analysis.silhouettes import Labels
from segkit.analysis.threads import one_thread

SMALL_PROBLEM = 300
"""Up to this many rows problems are solved together; above, one by one is as quick."""
MAX_ITERATIONS = 100
CELLS = 8_000_000
"""Distances held in memory at a time."""


def group_many(
    problems: Floats, included: npt.NDArray[np.bool_], n_clusters: int, *, seed: int, n_init: int = 10
) -> Labels:
    """Solve several k-means problems of the same shape.

    Parameters
    ----------
    problems : ndarray of shape (n_problems, n, p)
        The points of each; may be a broadcast view.
    included : ndarray of bool, shape (n_problems, n)
        Which points take part; the others get the label of the nearest centroid and have no say.
    n_clusters, seed, n_init : int
        Groups, seed of the k-means++ starts, starts per problem (the best is kept).

    Returns
    -------
    ndarray of shape (n_problems, n)
        Labels 0..n_clusters-1; some unused when too few points are distinct.
    """
    rng = np.random.default_rng(seed)
    step = max(1, CELLS // (problems.shape[1] * n_init * max(n_clusters, problems.shape[2])))
    parts = [
        _group_some(problems[i : i + step], included[i : i + step], n_clusters, rng, n_init)
        for i in range(0, len(problems), step)
    ]
    return np.concatenate(parts)


def _group_some(
    problems: Floats, included: npt.NDArray[np.bool_], n_clusters: int, rng: np.random.Generator, n_init: int
) -> Labels:
    points = np.repeat(problems, n_init, axis=0)
    weights = np.repeat(included, n_init, axis=0).astype(np.float64)
    with one_thread():
        centers = _starts(points, weights, n_clusters, rng)
        labels = _nearest(points, centers)
        moving = np.arange(len(points))  # runs that have not settled yet
        for _ in range(MAX_ITERATIONS):
            centers[moving] = _centers(points[moving], weights[moving], labels[moving], centers[moving])
            new = _nearest(points[moving], centers[moving])
            changed = (new != labels[moving]).any(axis=1)
            labels[moving] = new
            moving = moving[changed]
            if not moving.size:
                break
    own = np.take_along_axis(centers, labels[:, :, np.newaxis], axis=1)
    inertias = (((points - own) ** 2).sum(axis=2) * weights).sum(axis=1).reshape(-1, n_init)
    best = inertias.argmin(axis=1) + np.arange(len(problems)) * n_init
    return np.asarray(labels[best], dtype=np.int64)


def _starts(points: Floats, weights: Floats, n_clusters: int, rng: np.random.Generator) -> Floats:
    """Return k-means++ starts: each next one drawn in proportion to its squared distance."""
    runs = np.arange(len(points))
    odds = weights
    centers = np.empty((len(points), n_clusters, points.shape[2]))
    for cluster in range(n_clusters):
        totals = odds.cumsum(axis=1)
        flat = totals[:, -1] <= 0  # every point is a start already
        totals[flat] = weights[flat].cumsum(axis=1)
        goals = rng.random(len(points)) * totals[:, -1]
        chosen = (totals > goals[:, np.newaxis]).argmax(axis=1)
        centers[:, cluster] = points[runs, chosen]
        gaps = ((points - centers[:, cluster : cluster + 1]) ** 2).sum(axis=2) * weights
        odds = gaps if cluster == 0 else np.minimum(odds, gaps)
    return centers


def _nearest(points: Floats, centers: Floats) -> Labels:
    """Return the nearest center of each point, shape (runs, n); a point's own square decides nothing."""
    nearness = points @ centers.transpose(0, 2, 1) - (centers**2).sum(axis=2)[:, np.newaxis, :] / 2
    return np.asarray(nearness.argmax(axis=2), dtype=np.int64)


def _centers(points: Floats, weights: Floats, labels: Labels, centers: Floats) -> Floats:
    """Return the mean of each group; an empty group keeps its center."""
    members = (labels[:, :, np.newaxis] == np.arange(centers.shape[1])) * weights[:, :, np.newaxis]
    sizes = members.sum(axis=1)[:, :, np.newaxis]
    sums = members.transpose(0, 2, 1) @ points
    return np.where(sizes > 0, sums / np.maximum(sizes, 1), centers)
