"""From features to the numeric matrix that is clustered: every factor with the same say.

Comes after :mod:`segkit.analysis.factors`, goes to :mod:`segkit.analysis.clustering`. Everything that was
left out, filled or merged is part of the result, because a report names it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from segkit.analysis.effects import Floats
from segkit.analysis.threads import one_thread
from segkit.errors import MissingColumnError, NotEnoughDataError
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

NEAR_CONSTANT = 0.98
"""A feature of which at least this share of customers has the same value cannot separate groups."""
NEAR_DUPLICATE = 0.95
"""A feature is left out when each of its columns correlates by rank above this with an earlier column."""
LOWEST_COVERAGE = 0.5
"""Below this share of known values the median would be invented for most customers."""
SKEWED = 1.0
"""Skewness from which a number is logged: signed log1p, which keeps refunds apart from small orders."""
RANK_ROWS = 100_000
"""Above this many customers rank correlations use that many evenly spaced ones."""

_IDENTIFIER = re.compile(
    r"(?:^|[_ .-])(?:id|ids|key|no|nr|number|code|uuid|phone|zip|postcode|postal_code|email)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """The matrix to cluster, and how each column came about.

    Parameters
    ----------
    matrix : ndarray of shape (n, p)
        Centered, scaled and weighted, read-only.
    columns, feature_of_column : tuple of str
        Column names (``"fav_category=Tea"`` for a level) and the feature behind each.
    factor_of_column : tuple of Factor
        The factor behind each.
    weights : ndarray of shape (p,)
        What each column was multiplied by: one over the first singular value of its factor's block (divided
        by sqrt(n)), so the strongest direction of every factor has variance 1.
    logged : tuple of str
        Features taken as sign(x) * log(1 + |x|).
    filled : tuple of (str, str)
        Features with missing values, and what stands in for them.
    merged : tuple of (str, str)
        Categorical features with rare levels, and how many were merged into "other".
    dropped : tuple of (str, str)
        Features left out, and why.
    """

    matrix: Floats
    columns: tuple[str, ...]
    feature_of_column: tuple[str, ...]
    factor_of_column: tuple[Factor, ...]
    weights: Floats
    logged: tuple[str, ...]
    filled: tuple[tuple[str, str], ...]
    merged: tuple[tuple[str, str], ...]
    dropped: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only: a design does not change once clustered."""
        self.matrix.setflags(write=False)
        self.weights.setflags(write=False)

    @property
    def features(self) -> tuple[str, ...]:
        """The features that went in, in order."""
        return tuple(dict.fromkeys(self.feature_of_column))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """One feature, encoded: its columns, or the reason why it has none."""

    columns: tuple[str, ...] = ()
    encoded: Floats | None = None
    reason: str = ""
    logged: bool = False
    filled: str = ""
    merged: str = ""


def build_design(frame: pd.DataFrame, features: Sequence[Feature]) -> Design:
    """Encode features as a numeric matrix in which every factor weighs the same.

    Parameters
    ----------
    frame : DataFrame of shape (n_customers, >= len(features))
        One column per feature: float64 for numbers and flags (0.0, 1.0), text for levels; missing values as
        NaN or None. Left as it is.
    features : sequence of Feature
        What to use; the order is the order of the columns, and decides which of two near-duplicates stays.

    Returns
    -------
    Design

    Raises
    ------
    MissingColumnError
        When the frame lacks a feature.
    NotEnoughDataError
        When no feature is left, or there are fewer than 2 customers.

    See Also
    --------
    segkit.analysis.clustering.fit_kmeans : the next step.

    Notes
    -----
    Numbers: skewed ones (|skewness| > 1, shares excepted) are logged with their sign, then all are
    standardized. Levels: one-hot, centered and divided by the square root of their share, so that a rare
    level is neither lost nor dominant; levels with fewer than two customers or 2 % of them are merged into
    "other". Missing numbers take the median, missing levels the average of all customers. Left out: constant
    and near-constant features (98 % one value, or all but one customer), features known for fewer than half
    of the customers, identifiers, and near-duplicates (|Spearman| > .95 with earlier columns, column by
    column). Then each factor's block is divided by its first singular value.

    References
    ----------
    Escofier and Pages (1994), *Computational Statistics & Data Analysis* 18, 121-140 (multiple factor
    analysis); Pages (2014), *Multiple Factor Analysis by Example Using R* (mixed types).

    Examples
    --------
    >>> frame = pd.DataFrame({"orders": [1.0, 2.0, 6.0, 9.0], "city": ["Bonn", "Bonn", "Ulm", "Ulm"]})
    >>> orders = Feature(name="orders", factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label="orders")
    >>> city = Feature(name="city", factor=Factor.GEOGRAPHIC, kind=FeatureKind.CATEGORICAL, label="city")
    >>> design = build_design(frame, [orders, city])
    >>> design.columns, design.matrix.shape
    (('orders', 'city=Bonn', 'city=Ulm'), (4, 3))
    """
    absent = [feature.name for feature in features if feature.name not in frame.columns]
    if absent:
        raise MissingColumnError(
            f"the feature table lacks {absent[0]!r}; choose among its {len(frame.columns)} columns.",
            column=absent[0],
        )
    if len(frame) < 2:
        raise NotEnoughDataError(f"a design needs at least 2 customers (got {len(frame)}); add orders.")
    kept, dropped = _without_duplicates(frame, features)
    if not kept:
        raise NotEnoughDataError(
            f"none of {len(features)} features can separate customers; "
            f"add a column that differs between them{_first_reason(dropped)}."
        )
    blocks = [block for _, block in kept]
    raw = np.column_stack([block.encoded for block in blocks if block.encoded is not None])
    factors = tuple(feature.factor for feature, block in kept for _ in block.columns)
    weights = _factor_weights(raw, factors)
    return Design(
        matrix=np.ascontiguousarray(raw * weights),
        columns=tuple(column for block in blocks for column in block.columns),
        feature_of_column=tuple(feature.name for feature, block in kept for _ in block.columns),
        factor_of_column=factors,
        weights=weights,
        logged=tuple(feature.name for feature, block in kept if block.logged),
        filled=tuple((feature.name, block.filled) for feature, block in kept if block.filled),
        merged=tuple((feature.name, block.merged) for feature, block in kept if block.merged),
        dropped=dropped,
    )


def _first_reason(dropped: tuple[tuple[str, str], ...]) -> str:
    return f" ({dropped[0][0]}: {dropped[0][1]})" if dropped else ""


def _without_duplicates(
    frame: pd.DataFrame, features: Sequence[Feature]
) -> tuple[list[tuple[Feature, _Block]], tuple[tuple[str, str], ...]]:
    """Encode the features in order, leaving out those that earlier ones already say."""
    rows = np.unique(np.linspace(0, len(frame) - 1, min(len(frame), RANK_ROWS)).astype(np.int64))
    kept: list[tuple[Feature, _Block]] = []
    dropped: list[tuple[str, str]] = []
    seen: list[tuple[str, Floats]] = []
    for feature in features:
        block = _encode(frame[feature.name], feature)
        if block.encoded is None:
            dropped.append((feature.name, block.reason))
            continue
        ranks = [_unit_ranks(column[rows]) for column in block.encoded.T]
        twins = [next((name for name, other in seen if _same(own, other)), "") for own in ranks]
        if all(twins):
            dropped.append((feature.name, f"says the same as {twins[0]}"))
            continue
        kept.append((feature, block))
        seen.extend((feature.name, own) for own in ranks)
    return kept, tuple(dropped)


def _unit_ranks(values: Floats) -> Floats:
    """Return centered mid-ranks of length one, so that a dot product is Spearman's correlation."""
    ranks = stats.rankdata(values)
    ranks -= ranks.mean()
    length = np.sqrt((ranks**2).sum())
    return np.asarray(ranks / length if length > 0 else ranks, dtype=np.float64)


def _same(own: Floats, other: Floats) -> bool:
    return bool(abs((own * other).sum()) > NEAR_DUPLICATE)


def _encode(column: pd.Series[float] | pd.Series[str], feature: Feature) -> _Block:
    known = int(column.notna().sum())
    if known < LOWEST_COVERAGE * len(column):
        return _Block(reason=f"known for {known:,} of {len(column):,} customers only")
    if feature.kind is FeatureKind.CATEGORICAL:
        return _encode_levels(np.asarray(column, dtype=np.object_), feature)
    return _encode_number(np.asarray(column, dtype=np.float64), feature)


def support_floor(n_customers: int) -> int:
    """Return how many customers a level needs to stand for itself: 2, or 2 % of them.

    Examples
    --------
    >>> support_floor(10), support_floor(2000)
    (2, 40)
    """
    return max(2, int(np.ceil((1 - NEAR_CONSTANT) * n_customers - 1e-9)))


def _encode_number(values: Floats, feature: Feature) -> _Block:
    """Fill, log when skewed, standardize."""
    missing = ~np.isfinite(values)
    n = values.size
    median = float(np.median(values[~missing])) if not missing.all() else 0.0
    numbers = np.where(missing, median, values)
    distinct, counts = np.unique(numbers, return_counts=True)
    if distinct.size == 1:
        return _Block(reason="the same for every customer")
    if n - int(counts.max()) < support_floor(n):
        return _Block(reason=f"the same for {int(counts.max()):,} of {n:,} customers")
    if _IDENTIFIER.search(feature.name) and distinct.size > n / 2 and (numbers % 1 == 0).all():
        return _Block(reason="looks like an identifier, not a measure")
    logged = feature.kind is FeatureKind.NUMERIC and feature.unit != "share" and _skewness(numbers) > SKEWED
    if logged:
        numbers = signed_log1p(numbers)
    centered = numbers - numbers.mean()
    spread = np.sqrt((centered**2).mean())
    return _Block(
        columns=(feature.name,),
        encoded=(centered / spread)[:, np.newaxis],
        logged=logged,
        filled=f"{int(missing.sum()):,} of {n:,} set to the median" if missing.any() else "",
    )


def signed_log1p(values: npt.ArrayLike) -> Floats:
    """Return sign(x) * log(1 + |x|): a logarithm that also takes zero and refunds.

    Examples
    --------
    >>> signed_log1p([-1, 0, 1]).round(3).tolist()
    [-0.693, 0.0, 0.693]
    """
    numbers = np.asarray(values, dtype=np.float64)
    return np.asarray(np.sign(numbers) * np.log1p(np.abs(numbers)), dtype=np.float64)


def _skewness(values: Floats) -> float:
    centered = values - values.mean()
    spread = np.sqrt((centered**2).mean())
    return float(abs(((centered / spread) ** 3).mean()))


def _encode_levels(values: npt.NDArray[np.object_], feature: Feature) -> _Block:
    """One-hot with rare levels merged, each column divided by the square root of its share."""
    codes, names = pd.factorize(values, sort=True)
    n, floor = values.size, support_floor(values.size)
    known = codes >= 0
    counts = np.bincount(codes[known], minlength=len(names))
    common = np.flatnonzero(counts >= floor)
    if len(names) == 1:
        return _Block(reason="the same for every customer")
    if counts[common].sum() < known.sum() / 2:
        return _Block(reason=f"{len(names):,} different values for {n:,} customers, too many to group by")
    labels = [str(names[level]) for level in common]
    indicators = [codes == level for level in common]
    other = known & ~np.isin(codes, common)
    rare = len(names) - len(common)
    if int(other.sum()) >= floor:
        labels.append("other")
        indicators.append(other)
    if int(known.sum()) - int(counts.max()) < floor:
        return _Block(reason=f"the same for {int(counts.max()):,} of {int(known.sum()):,} customers")
    columns = []
    for indicator in indicators:
        share = float(indicator.sum() / known.sum())
        columns.append(np.where(known, (indicator - share) / np.sqrt(share), 0.0))
    return _Block(
        columns=tuple(f"{feature.name}={label}" for label in labels),
        encoded=np.column_stack(columns),
        filled="" if known.all() else f"{int((~known).sum()):,} of {n:,} set to the average customer",
        merged=f"{rare:,} levels with fewer than {floor:,} customers each" if rare else "",
    )


def _factor_weights(raw: Floats, factors: tuple[Factor, ...]) -> Floats:
    """Return one over the first singular value of each factor's block, divided by sqrt(n)."""
    weights = np.empty(raw.shape[1])
    for factor in dict.fromkeys(factors):
        members = [i for i, own in enumerate(factors) if own is factor]
        block = raw[:, members]
        with one_thread():
            largest = float(np.linalg.eigvalsh(block.T @ block / len(block))[-1])
        weights[members] = 1 / np.sqrt(largest)
    return weights
