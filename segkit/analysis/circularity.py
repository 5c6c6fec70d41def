"""What may serve as validation: which columns are kept out of a model, and which count as part of it.

Testing a grouping on what it was made from always "succeeds" (Gao, Bien & Witten 2022), so two questions are settled
here, by rules that look at no result: which features are held out before the grouping is made, and which features are
so close to a grouping feature that they count as in-model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

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
    if feature.level or feature.kind is FeatureKind.CATEGORICAL or (feature.derived_from and not is_rfm(feature)):
        return ", ".join(feature.columns) or feature.name.partition("=")[0]
    return feature.name


def choose_held_out(features: Sequence[Feature]) -> tuple[str, ...]:
    """Choose the features that stay out of the model, by an order fixed before any result is seen.

    Within each factor the families are ordered by coverage (most first), then as they stand in the table; the second,
    fifth, eighth ... family is held out. Recency, frequency and average order value, their functions, and the only family of a factor
    always stay available. No value of any customer is looked at.

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
            if feature.factor is factor and not is_rfm(feature):
                key = family_of(feature)
                families[key] = max(families.get(key, 0.0), feature.coverage)
        ordered = sorted(families, key=lambda key: -round(families[key], 6))  # stable: ties keep table order
        held |= {key for position, key in enumerate(ordered) if position % 3 == 1}
    return tuple(feature.name for feature in features if family_of(feature) in held and not is_rfm(feature))


def _is_core(feature: Feature) -> bool:
    return feature.name in RFM_FEATURES or bool(set(feature.derived_from) & RFM_FEATURES)


def in_model_features(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    *,
    used: Iterable[str],
    rules: Iterable[Alternatives] = (),
) -> tuple[str, ...]:
    """Return every feature that counts as part of the model, in table order.

    A feature counts when it was used, when it or a used feature is a function of the other (``derived_from``), when
    it belongs to the same family, when a row set of it overlaps the row set of a rule's condition (or of its
    opposite) by Jaccard > .8, or when it is numeric and its rank correlation with a used feature exceeds .95 in size.

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
    named = {feature.name: feature for feature in features}
    taken = [named[name] for name in used if name in named]
    used_names = {feature.name for feature in taken} | {feature.name.partition("=")[0] for feature in taken}
    families = {family_of(feature) for feature in taken}
    parents = {parent for feature in taken for parent in feature.derived_from}
    row_sets = _condition_rows(frame, rules)
    ranks = {
        feature.name: _ranks(frame[feature.name]) for feature in taken if feature.kind is FeatureKind.NUMERIC
    }
    found = []
    for feature in features:
        related = (
            family_of(feature) in families
            or feature.name in used_names | parents
            or feature.name.partition("=")[0] in parents
            or bool(used_names & set(feature.derived_from))
        )
        if (
            related
            or _overlaps(frame[feature.name], feature, row_sets)
            or _copies(frame[feature.name], feature, ranks)
        ):
            found.append(feature.name)
    return tuple(found)


def _condition_rows(frame: pd.DataFrame, rules: Iterable[Alternatives]) -> list[NDArray[np.bool_]]:
    conditions = dict.fromkeys(
        condition
        for alternatives in rules
        for part in alternatives
        for condition in part
        if condition.feature in frame.columns
    )
    return [condition_holds(condition, frame) for condition in conditions]


def row_sets_of(column: pd.Series, feature: Feature) -> list[NDArray[np.bool_]]:
    """Return the sets of customers a feature marks: its levels, its flag, or a share above nothing and above half."""
    if feature.kind is FeatureKind.CATEGORICAL:
        values = column.to_numpy(dtype=object)
        return [values == level for level in sorted(set(column.dropna()))]
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    if feature.kind is FeatureKind.FLAG:
        return [numbers == 1.0]
    return [numbers > 0, numbers > 0.5] if feature.unit == "share" else []


def jaccard(left: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """Return the overlap of two sets of rows: size of the intersection over size of the union, 0 for two empty sets."""
    union = int((left | right).sum())
    return int((left & right).sum()) / union if union else 0.0


def _overlaps(column: pd.Series, feature: Feature, row_sets: list[NDArray[np.bool_]]) -> bool:
    if not row_sets:
        return False
    own = row_sets_of(column, feature)
    return any(
        max(jaccard(mine, rows), jaccard(mine, ~rows)) > MAX_OVERLAP for mine in own for rows in row_sets
    )


def _ranks(column: pd.Series) -> NDArray[np.float64]:
    return np.asarray(column.rank(), dtype=np.float64)


def _copies(column: pd.Series, feature: Feature, ranks: dict[str, NDArray[np.float64]]) -> bool:
    if feature.kind is not FeatureKind.NUMERIC or not ranks:
        return False
    own = _ranks(column)
    return any(abs(_correlation(own, other)) > MAX_CORRELATION for other in ranks.values())


def _correlation(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    both = ~(np.isnan(left) | np.isnan(right))
    if both.sum() < 3:
        return 0.0
    x, y = left[both] - left[both].mean(), right[both] - right[both].mean()
    scale = float(np.sqrt((x @ x) * (y @ y)))
    return float(x @ y) / scale if scale > 0 else 0.0
