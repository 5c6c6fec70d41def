"""What may serve as validation: which columns are kept out of a model, and which count as part of it.

Testing a grouping on what it was made from always "succeeds" (Gao, Bien & Witten 2022), so two questions are settled
here, by rules that look at no result: which features are held out before the grouping is made, and which features are
so close to a grouping feature that they count as in-model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.rules import Alternatives, condition_holds
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

MAX_OVERLAP = 0.8
"""Row sets with a larger Jaccard overlap than this say the same thing (reference: segmentation, section 5)."""

MAX_CORRELATION = 0.95
"""Numeric features with a larger absolute rank correlation count as copies of each other (project convention)."""

PERMISSION = re.compile(r"consent|accepts|agreed|opt_?in|newsletter|subscribe", re.IGNORECASE)
"""Permissions say whom one may write to, not who somebody is: they are always held out."""

RFM_FEATURES = frozenset(
    {
        "recency_days",
        "frequency",
        "repeat_orders",
        "monetary_total",
        "average_order_value",
        "tenure_days",
        "active_span_days",
    }
)
"""Recency, frequency, money and their own functions: a grouping on these alone is an RFM grouping."""


def family_of(feature: Feature) -> str:
    """Return the family of a feature: levels and the favourite of one source column belong together.

    Shares of one category add up to 1, so one of them says something about the others; a family enters a model or
    stays out of it as a whole.

    Examples
    --------
    >>> family_of(Feature(name="share_of_category=Gift", factor=Factor.NEED_BASED, kind=FeatureKind.NUMERIC,
    ...                   label="share of spend on Gift", level="Gift", columns=("Category",)))
    'Category'
    """
    if (
        feature.level
        or feature.kind is FeatureKind.CATEGORICAL
        or (feature.derived_from and not is_rfm(feature))
    ):
        return ", ".join(feature.columns) or feature.name.partition("=")[0]
    return feature.name


def choose_held_out(features: Sequence[Feature]) -> tuple[str, ...]:
    """Choose the features that stay out of the model, by an order fixed before any result is seen.

    Within each factor the families are ordered by coverage (most first), then as they stand in the table; the second,
    fifth, eighth ... family is held out. Recency, frequency, money and their functions, and the only family of a
    factor, always stay available; permissions (consent to marketing) are always held out. No value of any customer is looked at.

    Parameters
    ----------
    features : sequence of Feature
        All features of the table.

    Returns
    -------
    tuple of str
        Names of the held-out features, in table order.
    """
    held: set[str] = set()
    for factor in Factor:
        families: dict[str, float] = {}
        for feature in features:
            if feature.factor is factor and not is_rfm(feature) and not PERMISSION.search(feature.name):
                key = family_of(feature)
                families[key] = max(families.get(key, 0.0), feature.coverage)
        ordered = sorted(families, key=lambda key: -round(families[key], 6))  # stable: ties keep table order
        held |= {key for position, key in enumerate(ordered) if position % 3 == 1}
    return tuple(
        feature.name
        for feature in features
        if PERMISSION.search(feature.name) or (family_of(feature) in held and not is_rfm(feature))
    )


def is_rfm(feature: Feature) -> bool:
    """Tell whether a feature is recency, frequency, money or a function of them."""
    return feature.name in RFM_FEATURES or bool(set(feature.derived_from) & RFM_FEATURES)


@dataclass(frozen=True, slots=True, eq=False)
class Relations:
    """Which features of a table say the same thing, computed once.

    ``related[i, j]`` is True where feature j counts as in-model when feature i is used. ``row_sets`` (sets, n) are the
    customers that features mark, ``owner`` the feature of each set.
    """

    names: tuple[str, ...]
    related: NDArray[np.bool_]
    row_sets: NDArray[np.bool_]
    owner: NDArray[np.intp]

    def in_model(self, used: Iterable[str], rows: Iterable[NDArray[np.bool_]] = ()) -> NDArray[np.bool_]:
        """Mark the features that count as in-model when ``used`` features and conditions with ``rows`` made the groups."""
        wanted = set(used)
        marked: NDArray[np.bool_] = np.array(
            self.related[[name in wanted for name in self.names]].any(axis=0)
        )
        for chosen in rows:
            overlap = np.maximum(jaccard(self.row_sets, chosen), jaccard(self.row_sets, ~chosen))
            marked[self.owner[overlap > MAX_OVERLAP]] = True
        return marked


def relate_features(frame: pd.DataFrame, features: Sequence[Feature]) -> Relations:
    """Work out which features say the same thing.

    Two features are related when one is a function of the other (``derived_from``), when they belong to the same
    family, or when both are numeric and their rank correlation exceeds .95 in size. The row sets are for the second
    test: a feature that marks nearly the same customers as a condition.

    Parameters
    ----------
    frame : DataFrame
        Feature table, one row per customer.
    features : sequence of Feature
        Its columns in words.
    """
    families = [family_of(feature) for feature in features]
    related = np.array([[one == other for other in families] for one in families], dtype=bool)
    related = related.reshape(len(features), len(features))
    for i, one in enumerate(features):
        for j, other in enumerate(features):
            related[i, j] |= i == j or _is_function(one, other) or _is_function(other, one)
    numeric = [position for position, feature in enumerate(features) if feature.kind is FeatureKind.NUMERIC]
    if numeric:
        copies = np.abs(_rank_correlations(frame[[features[i].name for i in numeric]]))
        related[np.ix_(numeric, numeric)] |= copies > MAX_CORRELATION
    sets = [
        (position, rows)
        for position, feature in enumerate(features)
        for rows in row_sets_of(frame[feature.name], feature)
    ]
    return Relations(
        names=tuple(feature.name for feature in features),
        related=related,
        row_sets=np.array([rows for _, rows in sets], dtype=bool).reshape(len(sets), len(frame)),
        owner=np.array([position for position, _ in sets], dtype=np.intp),
    )


def in_model_features(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    *,
    used: Iterable[str],
    rules: Iterable[Alternatives] = (),
) -> tuple[str, ...]:
    """Return every feature that counts as part of the model, in table order.

    A feature counts when it was used, when it is related to a used one (:func:`relate_features`), or when a row set of
    it overlaps the row set of a rule's condition, or of its opposite, by Jaccard > .8; without rules, the row sets of the
    used features themselves.

    Parameters
    ----------
    frame : DataFrame
        Feature table, one row per customer.
    features : sequence of Feature
        Its columns in words.
    used : iterable of str
        Names of the features that made the groups.
    rules : iterable of alternatives
        Rules of the groups, where rules made them.
    """
    conditions = dict.fromkeys(
        condition
        for alternatives in rules
        for part in alternatives
        for condition in part
        if condition.feature in frame.columns
    )
    rows = [condition_holds(condition, frame) for condition in conditions]
    used = tuple(used)
    if not rows:
        rows = [
            mark for item in features if item.name in used for mark in row_sets_of(frame[item.name], item)
        ]
    marked = relate_features(frame, features).in_model(used, rows)
    return tuple(feature.name for feature, inside in zip(features, marked, strict=True) if inside)


def row_sets_of(column: pd.Series, feature: Feature) -> list[NDArray[np.bool_]]:
    """Return the sets of customers a feature marks: its levels, its flag, or a share above nothing and above half."""
    if feature.kind is FeatureKind.CATEGORICAL:
        values = column.to_numpy(dtype=object)
        return [np.asarray(values == level, dtype=bool) for level in sorted(set(column.dropna()))]
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    if feature.kind is FeatureKind.FLAG:
        return [numbers == 1.0]
    return [numbers > 0, numbers > 0.5] if feature.unit == "share" else []


def jaccard(sets: NDArray[np.bool_], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the overlap of each set of customers with ``rows``: intersection over union, 0 where both are empty.

    Examples
    --------
    >>> jaccard(np.array([[True, True, False]]), np.array([True, False, False]))
    array([0.5])
    """
    union = (sets | rows).sum(axis=1)
    shared: NDArray[np.float64] = np.divide(
        (sets & rows).sum(axis=1), union, out=np.zeros(len(sets)), where=union > 0
    )
    return shared


def _is_function(feature: Feature, of: Feature) -> bool:
    return of.name in feature.derived_from or of.name.partition("=")[0] in feature.derived_from


def _rank_correlations(frame: pd.DataFrame) -> NDArray[np.float64]:
    """Return Spearman correlations over the customers with both values, 0 where fewer than 3 have them."""
    ranks = frame.rank().corr(min_periods=3)
    return np.asarray(np.nan_to_num(ranks.to_numpy(dtype=float)), dtype=np.float64)
