"""The feature table: one row per customer, one column per measured property, each with its factor and its words.

Comes after the customers table; feeds grouping, profile and evidence. Four origins are put side by side: how people
buy (customers table and order dates), what and where and with what (text columns of the lines), words of product
names where there is no category, and attributes (``customers.csv``, ``survey.csv``). Columns that cannot separate
people honestly - personal data, free text, identifiers, constants - are left out and named with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

import pandas as pd

from segkit.analysis.attribute_features import attribute_features
from segkit.analysis.behavior_features import behavior_features
from segkit.analysis.category_features import category_features
from segkit.analysis.need_words import word_features
from segkit.analysis.orders_table import adopt_lines, keep_until
from segkit.errors import InputError
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

IDENTIFIER_SHARE = 0.9
"""A text column in which more than this share of customers has a value of their own identifies people."""
MIN_CUSTOMERS = 2
"""A feature known of fewer customers than this compares nobody."""
MAX_LEVELS = 12
"""Levels kept of a text feature; rarer ones are joined as ``OTHER``."""
OTHER = "(other)"


class OrderHistory(Protocol):
    """What is needed of ``segkit.intake.orders.Orders``; a test may hand in anything that has it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Canonical columns present."""
        ...

    @property
    def source_columns(self) -> tuple[tuple[str, str], ...]:
        """(canonical column, name in the user's file)."""
        ...

    @property
    def currency(self) -> str:
        """ISO code or empty."""
        ...

    @property
    def as_of(self) -> date:
        """End of observation."""
        ...

    @property
    def attributes(self) -> pd.DataFrame | None:
        """One row per customer of ``customers.csv`` and ``survey.csv``."""
        ...

    @property
    def attribute_sources(self) -> tuple[tuple[str, str], ...]:
        """(attribute column, file)."""
        ...

    def scan(self, engine: str = "duckdb") -> Any:
        """Return the canonical order lines on an engine."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureTable:
    """Measured properties of customers, with their words.

    Parameters
    ----------
    frame : pandas.DataFrame
        Index ``customer_id`` (sorted), one column per feature: float64 for numbers, 0.0/1.0/NaN for flags, text
        objects with None for categories.
    features : tuple of Feature
        Same order as the columns: by factor, then as computed.
    excluded : tuple of (str, str)
        Columns of the user's files that became no feature, each with the reason.
    files : tuple of (str, str)
        (feature, file) for features that come from another file than the order history.
    """

    frame: pd.DataFrame
    features: tuple[Feature, ...]
    excluded: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    _position: dict[str, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a table whose words and columns disagree."""
        names = [feature.name for feature in self.features]
        if names != [str(column) for column in self.frame.columns]:
            raise AssertionError("features and columns of a FeatureTable must be the same, in the same order")
        self._position.update({name: position for position, name in enumerate(names)})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all features, in order."""
        return tuple(feature.name for feature in self.features)

    def feature(self, name: str) -> Feature:
        """Return one feature by name.

        Raises
        ------
        InputError
            If there is no such feature; the message names the nearest ones.
        """
        if name not in self._position:
            near = ", ".join(repr(other) for other in self.names if name.partition("=")[0] in other)[:200]
            way_out = f"use one of {near}" if near else f"the table has {len(self.features)} features"
            raise InputError(f"there is no feature {name!r}; {way_out}.")
        return self.features[self._position[name]]

    def of_factor(self, factor: Factor) -> tuple[Feature, ...]:
        """Return the features that speak for a factor."""
        return tuple(feature for feature in self.features if feature.factor is factor)

    def file_of(self, name: str) -> str:
        """Return the file a feature comes from, ``""`` for the order history."""
        return dict(self.files).get(name, "")


def build_features(
    orders: OrderHistory, customers: pd.DataFrame, *, factors: Mapping[str, Factor] | None = None
) -> FeatureTable:
    """Measure every customer on all factors the data carries.

    Parameters
    ----------
    orders : Orders
        Canonical order lines with attributes; any object with the properties of `OrderHistory`.
    customers : pandas.DataFrame
        The customers table, sorted by ``customer_id`` (column or index); ``monetary_total`` in 1/10,000 of the
        currency unit.
    factors : mapping of str to Factor, optional
        Factor of a column where the name alone does not tell (``[factors]`` of ``company.toml``). Keys are the
        user's column names.

    Returns
    -------
    FeatureTable
        Money features are in currency units, shares 0..1.

    See Also
    --------
    segkit.analysis.evidence.extract_evidence : what the features say about the groups.

    Notes
    -----
    Lines are aggregated on the engine; the rest is vectorised over customers, O(n_customers x n_features).
    """
    overrides = {str(column): Factor(factor) for column, factor in (factors or {}).items()}
    base = customers if "customer_id" not in customers.columns else customers.set_index("customer_id")
    base = base.sort_index()
    base.index = base.index.astype(str)
    index = pd.Index(base.index, name="customer_id")
    names = dict(orders.source_columns)
    lines = keep_until(adopt_lines(orders.scan()), as_of=orders.as_of)
    excluded: list[tuple[str, str]] = []
    columns = behavior_features(lines, base, orders.columns, names=names, currency=orders.currency)
    by_level, unused = category_features(
        lines, orders.columns, customers=base, names=names, overrides=overrides
    )
    columns += by_level
    excluded += unused
    columns += word_features(lines, orders.columns, columns, index=index, names=names)
    files: dict[str, str] = {}
    if orders.attributes is not None:
        found, unused = attribute_features(
            orders.attributes.reindex(index),
            files=dict(orders.attribute_sources),
            overrides=overrides,
            as_of=orders.as_of,
            taken=frozenset(feature.name for feature, _ in columns),
        )
        sources = dict(orders.attribute_sources)
        files = {feature.name: sources.get(feature.columns[0], "") for feature, _ in found}
        columns += found
        excluded += unused
    return assemble_features(columns, index=index, excluded=excluded, files=files)


def assemble_features(
    columns: Iterable[tuple[Feature, pd.Series]],
    *,
    index: pd.Index,
    excluded: Iterable[tuple[str, str]] = (),
    files: Mapping[str, str] | None = None,
) -> FeatureTable:
    """Put measured columns into one table; leave out what cannot separate people and say why.

    Parameters
    ----------
    columns : iterable of (Feature, pandas.Series)
        Values are aligned to ``index``; coverage is measured here.
    index : pandas.Index
        The customers.
    excluded : iterable of (str, str)
        Columns left out before, kept in front.
    files : mapping of str to str, optional
        File of a feature that does not come from the order history.

    Returns
    -------
    FeatureTable
        Features ordered by factor, within a factor as given.

    Examples
    --------
    >>> ids = pd.Index(["C1", "C2"], name="customer_id")
    >>> age = Feature(name="age", factor=Factor.DEMOGRAPHIC, kind=FeatureKind.NUMERIC, label="age", unit="years")
    >>> same = Feature(name="same", factor=Factor.DEMOGRAPHIC, kind=FeatureKind.NUMERIC, label="same")
    >>> table = assemble_features([(age, pd.Series([30, 41])), (same, pd.Series([1, 1]))], index=ids)
    >>> table.names, table.excluded
    (('age',), (('same', 'the same for every customer'),))
    """
    kept: dict[str, tuple[Feature, pd.Series]] = {}
    left_out = list(excluded)
    for feature, values in columns:
        column = _typed(values, feature.kind, index)
        reason = _useless(feature, column)
        if reason:
            named = (
                feature.columns[0]
                if feature.kind is FeatureKind.CATEGORICAL and feature.columns
                else feature.label
            )
            left_out.append((named, reason))
            continue
        if feature.kind is FeatureKind.CATEGORICAL:
            column = _join_rare_levels(column)
        coverage = float(column.notna().mean())
        kept[feature.name] = (replace(feature, coverage=coverage), column)
    order = {factor: position for position, factor in enumerate(Factor)}
    chosen = [
        (replace(feature, derived_from=_parents(feature, kept)), column)
        for feature, column in sorted(kept.values(), key=lambda pair: order[pair[0].factor])
    ]
    frame = pd.DataFrame({feature.name: column for feature, column in chosen}, index=index)
    known = dict(files or {})
    return FeatureTable(
        frame=frame,
        features=tuple(feature for feature, _ in chosen),
        excluded=tuple(dict.fromkeys(left_out)),
        files=tuple((feature.name, known[feature.name]) for feature, _ in chosen if known.get(feature.name)),
    )


def _parents(feature: Feature, kept: Mapping[str, object]) -> tuple[str, ...]:
    """Return the parents of a feature; a parent named without its level stands for all its levels."""
    parents = []
    for parent in feature.derived_from:
        levels = [name for name in kept if name.startswith(f"{parent}=")]
        parents += levels or [parent]
    return tuple(parents)


def _typed(values: pd.Series, kind: FeatureKind, index: pd.Index) -> pd.Series:
    """Return values under the index as float64, or as text with None."""
    if kind is not FeatureKind.CATEGORICAL:
        return pd.Series(values.to_numpy(dtype="float64", na_value=float("nan")), index=index)
    texts = values.astype(object)
    texts.index = index
    return texts.where(texts.notna(), None)


def _useless(feature: Feature, column: pd.Series) -> str:
    """Return why a column cannot separate people, or an empty text."""
    known = int(column.notna().sum())
    if known < MIN_CUSTOMERS:
        return "known of fewer than 2 customers"
    distinct = int(column.nunique())
    if distinct == 1:
        return "the same for every customer"
    if feature.kind is FeatureKind.CATEGORICAL and distinct > max(2, IDENTIFIER_SHARE * known):
        return "nearly every customer has a value of their own"
    return ""


def _join_rare_levels(column: pd.Series) -> pd.Series:
    """Keep the most frequent levels (ties in code-point order) and join the others."""
    counts = column.value_counts()
    if len(counts) <= MAX_LEVELS:
        return column
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    keep = {level for level, _ in ranked[:MAX_LEVELS]}
    return column.where(column.isna() | column.isin(keep), OTHER)
