"""How much of a column the groups explain, corrected for chance, averaged over the six factors.

The explained share of one column is 1 - W/T on its ranks (numbers) or levels (categories: Goodman and Kruskal's tau),
with missing values left out of the comparison at the column's mean. A random grouping of n customers into k groups
explains (k - 1)/(n - 1) on average, exactly, under permutation; the corrected share subtracts this and rescales, so
that 0 means "no better than chance" and 1 "everything", whatever n and k are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.circularity import family_of
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

MIN_COVERAGE = 0.5
"""Columns with values for fewer customers than this do not judge a grouping."""

MAX_LEVELS = 12
"""Levels of a category that are told apart; rarer ones judge together."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Judges:
    """Columns prepared to judge groupings: one centred block per feature, total variation 1.

    ``columns`` is (n, p); column j of it belongs to feature ``block[j]``. ``weights`` (features, factors) averages the
    features of a family, then the families of a factor.
    """

    names: tuple[str, ...]
    columns: Floats
    block: NDArray[np.intp]
    factor: NDArray[np.intp]
    family_weight: Floats
    factors: tuple[Factor, ...]


def prepare_judges(frame: pd.DataFrame, features: Sequence[Feature], names: Collection[str]) -> Judges:
    """Prepare the columns ``names`` to judge groupings; constant, sparse and identifier-like ones are left out."""
    blocks: list[Floats] = []
    kept: list[Feature] = []
    for feature in features:
        if feature.name in names:
            block = _block(frame[feature.name], feature)
            if block is not None:
                blocks.append(block)
                kept.append(feature)
    factors = tuple(factor for factor in Factor if any(feature.factor is factor for feature in kept))
    families = [family_of(feature) for feature in kept]
    return Judges(
        names=tuple(feature.name for feature in kept),
        columns=np.column_stack(blocks) if blocks else np.zeros((len(frame), 0)),
        block=np.repeat(np.arange(len(kept)), [block.shape[1] for block in blocks]),
        factor=np.array([factors.index(feature.factor) for feature in kept], dtype=np.intp),
        family_weight=np.array([1.0 / families.count(family) for family in families], dtype=np.float64),
        factors=factors,
    )


def _block(column: pd.Series, feature: Feature) -> Floats | None:
    """Return the centred columns of one feature, scaled to total variation 1, or None where it cannot judge."""
    n = len(column)
    present = column.notna().to_numpy(dtype=bool)
    if n < 2 or present.mean() < MIN_COVERAGE:
        return None
    if feature.kind is FeatureKind.CATEGORICAL:
        counts = column.dropna().astype(str).value_counts()
        if len(counts) > max(2, n / 2):
            return None
        levels = sorted(counts.index, key=lambda level: (-counts[level], level))[:MAX_LEVELS]
        values = column.astype(str).to_numpy(dtype=object)
        raw = np.column_stack([(values == level).astype(float) for level in levels])
    elif feature.kind is FeatureKind.FLAG:
        raw = column.to_numpy(dtype=float, na_value=0.0)[:, None].astype(float)
    else:
        raw = column.rank().to_numpy(dtype=float, na_value=0.0)[:, None].astype(float)
    centred = np.where(present[:, None], raw - raw[present].mean(axis=0), 0.0)
    total = float((centred**2).sum())
    return centred / np.sqrt(total) if total > 1e-12 else None


def between_groups(judges: Judges, masks: NDArray[np.bool_]) -> Floats:
    """Return for each set of customers its part of the variation between groups, shape (sets, features).

    The explained share of a grouping is the sum of the rows of its groups.
    """
    sizes = np.maximum(masks.sum(axis=1), 1)
    sums = masks.astype(float) @ judges.columns
    squares = sums**2 / sizes[:, None]
    indicator = (judges.block[:, None] == np.arange(len(judges.names))).astype(float)
    return np.asarray(squares @ indicator, dtype=np.float64)


def correct_for_chance(shares: Floats, *, n: int, k: int) -> Floats:
    """Return explained shares with what a random grouping would explain taken out; negative: worse than chance.

    Examples
    --------
    >>> correct_for_chance(np.array([1.0, 1 / 3]), n=10, k=4)
    array([1., 0.])
    """
    chance = (k - 1) / (n - 1)
    if chance >= 1:
        return np.zeros_like(shares)
    return (shares - chance) / (1 - chance)


def average_over_factors(judges: Judges, corrected: Floats, available: NDArray[np.bool_]) -> Floats:
    """Return the mean over factors of the mean over families; a factor with nothing left to judge has no say.

    Parameters
    ----------
    judges : Judges
        The columns that judge.
    corrected : ndarray of shape (groupings, features)
        Chance-corrected shares.
    available : ndarray of bool, same shape
        False where a feature counts as in-model and so may not judge.
    """
    if not judges.names:
        return np.zeros(len(corrected))
    weight = available * judges.family_weight
    indicator = (judges.factor[:, None] == np.arange(len(judges.factors))).astype(float)
    totals = weight @ indicator
    sums = (weight * corrected) @ indicator
    per_factor = np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0)
    factors = np.maximum((totals > 0).sum(axis=1), 1)
    return np.asarray(per_factor.sum(axis=1) / factors, dtype=np.float64)


def explain_labels(judges: Judges, labels: NDArray[np.int64], *, excluded: Collection[str] = ()) -> float:
    """Return how much of the judging columns a grouping explains: chance-corrected, mean over factors.

    Parameters
    ----------
    judges : Judges
        From :func:`prepare_judges`.
    labels : ndarray of int, shape (n,)
        Group of each customer.
    excluded : collection of str
        Features that count as in-model for this grouping.

    Returns
    -------
    float
        At most 1; around 0 for a grouping that has nothing to do with the judging columns.
    """
    corrected = explained_by_feature(judges, labels)[None, :]
    available = np.array([[name not in excluded for name in judges.names]], dtype=bool)
    return float(average_over_factors(judges, corrected, available)[0])


def explained_by_feature(judges: Judges, labels: NDArray[np.int64]) -> Floats:
    """Return the chance-corrected explained share of each judging feature."""
    groups = np.unique(labels)
    masks = labels[None, :] == groups[:, None]
    return correct_for_chance(between_groups(judges, masks).sum(axis=0), n=len(labels), k=len(groups))


def permutation_p(
    judges: Judges, labels: NDArray[np.int64], *, excluded: Collection[str], seed: int, n_draws: int = 999
) -> float:
    """Return how often shuffled groups of the same sizes explain the judging columns at least as well.

    Resampled permutation test, (1 + hits) / (1 + draws) (Phipson & Smyth 2010).
    """
    observed = explain_labels(judges, labels, excluded=excluded)
    rng = np.random.default_rng(seed)
    hits = sum(
        explain_labels(judges, rng.permutation(labels), excluded=excluded) >= observed - 1e-12
        for _ in range(n_draws)
    )
    return (1 + hits) / (1 + n_draws)
