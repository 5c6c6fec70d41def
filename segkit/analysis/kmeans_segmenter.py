"""k-means as a scikit-learn estimator: fit on last year, apply next quarter, use in a ``Pipeline``."""

from __future__ import annotations

from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from segkit.analysis.design_matrix import signed_log1p
from segkit.analysis.effects import Floats
from segkit.analysis.kmeans import fit_kmeans, relabel
from segkit.errors import BadValueError, NotEnoughDataError


class KMeansSegmenter(ClusterMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Group customers by k-means on logged and standardized numbers, with labels that keep their meaning.

    Parameters
    ----------
    n_clusters : int, default=4
        Number of groups, 1 to the number of customers.
    order_by : int or str, default=0
        Column whose group mean decides the labels: 0 is the group with the highest mean, then descending;
        ties go by the next columns from the left. A number, or a name when fitted on a DataFrame.
    log : bool, default=True
        Take sign(x) * log(1 + abs(x)) of every column first: spend and orders are skewed.
    n_init : int, default=10
        Starts, of which the best is kept.
    random_state : int, default=0
        Seed of the starts. The same seed gives the same groups on any number of cores.

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        Group of each customer, 0 to n_clusters - 1.
    cluster_centers_ : ndarray of shape (n_clusters, n_features_in_)
        Centers in original units: what maps onto the fitted centroid. With ``log`` they lie below the group
        mean, as a geometric mean does.
    inertia_ : float
        Sum of squared distances on the scaled columns.
    silhouette_ : float
        -1..1, high is good; the full one up to 10,000 customers, the simplified one above.
    silhouette_name_ : str
        Which of the two.
    n_features_in_ : int
        Number of columns. With a DataFrame also ``feature_names_in_``.

    See Also
    --------
    segkit.analysis.clustering.choose_n_clusters : how many groups the data supports.

    Notes
    -----
    A constant column has no say and raises no error. New customers go to the nearest fitted centroid.

    Examples
    --------
    >>> orders_and_spend = [[1, 20.0], [2, 35.0], [1, 25.0], [12, 900.0], [9, 700.0]]
    >>> segmenter = KMeansSegmenter(n_clusters=2, order_by=1).fit(orders_and_spend)
    >>> segmenter.labels_.tolist(), segmenter.predict([[10, 500.0]]).tolist()
    ([1, 1, 1, 0, 0], [0])
    """

    def __init__(
        self,
        n_clusters: int = 4,
        *,
        order_by: int | str = 0,
        log: bool = True,
        n_init: int = 10,
        random_state: int = 0,
    ) -> None:
        self.n_clusters = n_clusters
        self.order_by = order_by
        self.log = log
        self.n_init = n_init
        self.random_state = random_state

    def fit(self, X: npt.ArrayLike, y: object = None) -> Self:  # noqa: ARG002 - scikit-learn's signature
        """Find the groups.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Customers by columns, finite numbers.
        y : ignored
            Present for use in a ``Pipeline``.

        Returns
        -------
        KMeansSegmenter
            This estimator.

        Raises
        ------
        NotEnoughDataError
            With fewer customers, or fewer distinct ones, than groups.
        BadValueError
            When ``order_by`` names no column.
        """
        numbers = validate_data(self, X, dtype=np.float64)
        if len(numbers) < self.n_clusters:
            raise NotEnoughDataError(
                f"n_clusters is {self.n_clusters} but n_samples = {len(numbers)}; choose 1 to {len(numbers)}."
            )
        column = self._order_column()
        logged = self._logged(numbers)
        self.mean_ = logged.mean(axis=0)
        spread = np.sqrt(((logged - self.mean_) ** 2).mean(axis=0))
        self.scale_ = np.where(spread > 0, spread, 1.0)
        found = fit_kmeans(
            (logged - self.mean_) / self.scale_,
            n_clusters=self.n_clusters,
            seed=self.random_state,
            n_init=self.n_init,
        )
        found = relabel(found, _descending(_means(numbers, found.labels, self.n_clusters), column))
        self.labels_ = np.array(found.labels)
        self.scaled_centers_ = np.array(found.centroids)
        self.cluster_centers_ = self._original(self.scaled_centers_)
        self.inertia_ = found.inertia
        self.silhouette_ = found.silhouette
        self.silhouette_name_ = found.silhouette_name
        return self

    def predict(self, X: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Return the nearest group of each customer; of two equally near ones the lower number.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            The columns of ``fit``.

        Returns
        -------
        ndarray of shape (n_samples,)
        """
        check_is_fitted(self)
        numbers = validate_data(self, X, dtype=np.float64, reset=False)
        scaled = (self._logged(numbers) - self.mean_) / self.scale_
        return np.asarray(cdist(scaled, self.scaled_centers_, "sqeuclidean").argmin(axis=1), dtype=np.int64)

    def _logged(self, numbers: Floats) -> Floats:
        return signed_log1p(numbers) if self.log else numbers

    def _original(self, scaled: Floats) -> Floats:
        """Undo scaling and logarithm."""
        logged = scaled * self.scale_ + self.mean_
        return np.asarray(
            np.sign(logged) * np.expm1(np.abs(logged)) if self.log else logged, dtype=np.float64
        )

    def _order_column(self) -> int:
        """Return the position of ``order_by``."""
        names = [str(name) for name in getattr(self, "feature_names_in_", [])]
        if isinstance(self.order_by, str):
            if self.order_by in names:
                return names.index(self.order_by)
            raise BadValueError(f"order_by is {self.order_by!r}; choose a column of X (has {names[:5]}).")
        if not -self.n_features_in_ <= self.order_by < self.n_features_in_:
            raise BadValueError(f"order_by is {self.order_by}; choose 0 to {self.n_features_in_ - 1}.")
        return int(self.order_by)


def _means(numbers: Floats, labels: npt.NDArray[np.int64], n_clusters: int) -> Floats:
    return np.array([numbers[labels == label].mean(axis=0) for label in range(n_clusters)])


def _descending(means: Floats, column: int) -> list[int]:
    """Return the labels by descending mean of a column, then of the columns from the left."""
    keys = [(-row[column], *(-row)) for row in means]
    return sorted(range(len(keys)), key=lambda label: keys[label])
