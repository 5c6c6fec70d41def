"""RFM scores as a scikit-learn transformer: learn the cut points on one period, apply them to the next.

A thin shell: the same score rule as :mod:`segkit.analysis.rfm`, column by column on a numeric matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from segkit.errors import BadValueError, NotEnoughDataError

Floats = NDArray[np.float64]


class RFMScorer(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]  # untyped bases
    """Score each column from 1 (worst) to ``n_bins`` (best) by rank among the customers it was fitted on.

    Parameters
    ----------
    n_bins : int, default 5
        Number of scores, 2..9.
    lower_is_better : sequence of str or int, default ("recency_days",)
        Columns where a low value is good, by name (frames) or position (arrays). Names that the data lacks are ignored.

    Attributes
    ----------
    edges_ : list of ndarray of shape (n_bins - 1,)
        Per column, the smallest value that reaches score 2 .. n_bins, oriented so that high is good; ``inf`` where
        no customer reaches the score, NaN throughout for a constant column.
    lower_is_better_ : ndarray of bool of shape (n_features,)
        Columns whose sign was turned.
    n_features_in_ : int
        Columns seen at fit.
    feature_names_in_ : ndarray of str
        Their names, where all are text.

    See Also
    --------
    segkit.analysis.rfm.score_rfm : the same rule on a customers table.

    Notes
    -----
    A column with one value has no score: it becomes NaN, never 1 for everyone. Complexity O(n log n) per column.

    Examples
    --------
    >>> import numpy as np
    >>> RFMScorer(lower_is_better=[0]).fit_transform(np.array([[3.0, 9], [40, 2], [200, 1]]))
    array([[5., 5.],
           [3., 3.],
           [1., 1.]])
    """

    edges_: list[Floats]
    lower_is_better_: NDArray[np.bool_]
    n_features_in_: int

    def __init__(self, n_bins: int = 5, lower_is_better: Sequence[str | int] = ("recency_days",)) -> None:
        self.n_bins = n_bins
        self.lower_is_better = lower_is_better

    def fit(self, X: Any, y: object = None) -> Self:  # noqa: ARG002  scikit-learn's signature
        """Learn the cut points of each column.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_features)
            Finite numbers; at least 2 customers.
        y : None
            Ignored.
        """
        if not 2 <= self.n_bins <= 9:
            raise BadValueError(f"n_bins is out of range (got {self.n_bins!r}); choose 2 to 9.")
        X = validate_data(self, X, dtype=np.float64)
        if len(X) < 2:
            raise NotEnoughDataError(
                "one customer has no rank (got 1 sample, n_samples = 1); fit on at least 2 customers."
            )
        self.lower_is_better_ = self._find_lower_is_better()
        self.edges_ = [_fit_edges(column, self.n_bins) for column in self._orient(X).T]
        return self

    def transform(self, X: Any) -> Floats:
        """Return the scores on the fitted cut points.

        Parameters
        ----------
        X : array-like of shape (n_customers, n_features)
            Finite numbers, columns as at fit.

        Returns
        -------
        ndarray of shape (n_customers, n_features)
            1 .. n_bins as floats; NaN in columns that were constant at fit.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        scores: Floats = np.empty(X.shape, dtype=np.float64)
        for position, column in enumerate(self._orient(X).T):
            edges = self.edges_[position]
            scored = 1.0 + np.searchsorted(edges, column, side="right")
            scores[:, position] = np.nan if np.isnan(edges).any() else scored
        return scores

    def _orient(self, X: Floats) -> Floats:
        turned: Floats = np.where(self.lower_is_better_, -X, X)
        return turned

    def _find_lower_is_better(self) -> NDArray[np.bool_]:
        names = list(getattr(self, "feature_names_in_", []))
        marked = np.zeros(self.n_features_in_, dtype=bool)
        for wanted in self.lower_is_better:
            if isinstance(wanted, str):
                marked |= np.array([name == wanted for name in names] or [False] * self.n_features_in_)
            elif 0 <= wanted < self.n_features_in_:
                marked[wanted] = True
            else:
                raise BadValueError(
                    f"lower_is_better names a column that is not there (got {wanted!r} of {self.n_features_in_} "
                    f"columns); use 0 to {self.n_features_in_ - 1} or a name."
                )
        return marked


def _fit_edges(values: Floats, n_bins: int) -> Floats:
    """Return the smallest value that reaches each score from 2 on, by the integer rank rule."""
    ordered = np.sort(values)
    if ordered[0] == ordered[-1]:
        return np.full(n_bins - 1, np.nan)
    worse = np.searchsorted(ordered, ordered, side="left")
    scores = np.minimum(n_bins, n_bins * worse // (len(ordered) - 1) + 1)
    reached = np.searchsorted(scores, np.arange(2, n_bins + 1), side="left")
    return np.append(ordered, np.inf)[reached]
