"""The customers as grouping sees them: features and spend in one order, with what may group and what must judge.

Everything is sorted by customer id first, so that the order of rows changes nothing. Money features are measured in
percent of the book's median before they are clustered, so that the currency unit changes nothing either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.circularity import choose_held_out, in_model_features
from segkit.analysis.explained import Judges, explain_labels, explained_by_feature, prepare_judges
from segkit.analysis.factors import FeatureTable
from segkit.analysis.rules import Alternatives
from segkit.errors import BadValueError
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import ClusterCount, GroupingOption, Method

SAMPLE_ROWS = 20_000
"""Above this many customers relations between columns are measured on a fixed-seed sample of this size."""

Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """One company's customers, ready to be grouped.

    ``frame`` and ``customers`` share the index (customer ids, sorted). ``groupable`` features may make groups,
    ``held_out`` ones only judge them. ``judges`` are the held-out columns on ``rows``, a sample of a large book.
    """

    frame: pd.DataFrame
    customers: pd.DataFrame
    features: tuple[Feature, ...]
    groupable: tuple[str, ...]
    held_out: tuple[str, ...]
    rows: Labels
    judges: Judges
    currency: str
    seed: int

    @property
    def named(self) -> dict[str, Feature]:
        """Features by name."""
        return {feature.name: feature for feature in self.features}

    @property
    def sample(self) -> pd.DataFrame:
        """The rows that relations and explained shares are measured on."""
        return self.frame.iloc[self.rows]

    @property
    def spend(self) -> NDArray[np.float64]:
        """Total spend in 1/10,000 units; the number of orders where the data has no amounts."""
        column = "monetary_total" if "monetary_total" in self.customers.columns else "frequency"
        return self.customers[column].to_numpy(dtype=float)

    def in_model(self, used: Iterable[str], rules: Iterable[Alternatives] = ()) -> frozenset[str]:
        """Return the features that count as part of a model."""
        return frozenset(in_model_features(self.sample, self.features, used=used, rules=rules))

    def explained(self, labels: Labels, inside: frozenset[str]) -> float:
        """Return how much of the held-out columns groups explain, corrected for chance (0) up to 1."""
        return explain_labels(self.judges, labels[self.rows], excluded=inside)

    def blind_factors(self, labels: Labels, inside: frozenset[str]) -> tuple[str, ...]:
        """Return the factors of whose judging columns the groups explain no more than chance would."""
        shares = dict(
            zip(self.judges.names, explained_by_feature(self.judges, labels[self.rows]), strict=True)
        )
        named = self.named
        by_factor: dict[Factor, list[float]] = {}
        for name, share in shares.items():
            if name not in inside:
                by_factor.setdefault(named[name].factor, []).append(float(share))
        return tuple(
            factor.value for factor in Factor if factor in by_factor and max(by_factor[factor]) <= 0.0
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draft:
    """Groups before they are numbered: labels 0..k-1 with one rule each, in an order of precedence.

    ``order`` holds the label of each rule in the order of trying; ``alternatives`` are by label. ``stability`` is by
    label, None where it was not measured. ``names``, ``descriptions`` and ``sentences`` are by label, and empty unless
    the user gave them.
    """

    method: Method
    labels: Labels
    alternatives: tuple[Alternatives, ...]
    order: tuple[int, ...]
    fidelity: float
    used: tuple[str, ...]
    stability: tuple[float, ...] | None
    supported: bool
    verdict: str
    why_this_number: str
    options: tuple[GroupingOption, ...] = ()
    cluster_counts: tuple[ClusterCount, ...] = ()
    dropped: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    descriptions: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    changes: int | None = None
    changes_total: int | None = None
    notes: tuple[str, ...] = ()


def open_book(table: FeatureTable, customers: pd.DataFrame, *, features: Sequence[str], seed: int) -> Book:
    """Sort and align features and customers, and settle what may group before any result is seen.

    Parameters
    ----------
    table : FeatureTable
        One row per customer.
    customers : DataFrame
        The customers table with ``customer_id`` as a column or as the index.
    features : sequence of str
        Features that the user wants to group by; empty for all but the held-out ones.
    seed : int
        Of the sample in a large book.

    Raises
    ------
    BadValueError
        A feature asked for does not exist.
    """
    base = customers.set_index("customer_id") if "customer_id" in customers.columns else customers
    base = base.set_axis(base.index.astype(str)).sort_index()
    frame = table.frame.set_axis(table.frame.index.astype(str)).reindex(base.index)
    wanted = check_features(features, table.features)
    held = tuple(name for name in choose_held_out(table.features) if name not in wanted)
    groupable = wanted or tuple(feature.name for feature in table.features if feature.name not in held)
    rows = np.arange(len(frame))
    if len(rows) > SAMPLE_ROWS:
        rows = np.sort(np.random.default_rng(seed).choice(len(rows), SAMPLE_ROWS, replace=False))
    currencies = {feature.unit for feature in table.features if is_money(feature)}
    return Book(
        frame=frame,
        customers=base,
        features=table.features,
        groupable=groupable,
        held_out=held,
        rows=rows,
        judges=prepare_judges(frame.iloc[rows], table.features, held),
        currency=min(currencies, default=""),
        seed=seed,
    )


def check_features(wanted: Sequence[str], features: Sequence[Feature]) -> tuple[str, ...]:
    """Return the features a user asked for in table order; a prefix such as ``share_of_category`` means all levels."""
    known = [feature.name for feature in features]
    chosen = {name for asked in wanted for name in known if asked in {name, name.partition("=")[0]}}
    for asked in wanted:
        if not any(asked in {name, name.partition("=")[0]} for name in known):
            nearest = get_close_matches(asked, known, n=1, cutoff=0.0)
            way_out = f"the nearest is {nearest[0]!r}" if nearest else "the table has none"
            raise BadValueError(
                f"[segmentation] features names unknown feature {asked!r}; {way_out}.", column=asked
            )
    return tuple(name for name in known if name in chosen)


def is_money(feature: Feature) -> bool:
    """Tell whether a feature is measured in a currency."""
    return feature.kind is FeatureKind.NUMERIC and len(feature.unit) == 3 and feature.unit.isupper()


def without_unit(frame: pd.DataFrame, features: Sequence[Feature]) -> pd.DataFrame:
    """Return the features with money in percent of the book's median amount: the currency unit drops out."""
    scaled = {}
    for feature in features:
        column = frame[feature.name]
        middle = float(column.abs().median()) if is_money(feature) else 0.0
        scaled[feature.name] = column * (100.0 / middle) if middle > 0 else column
    return pd.DataFrame(scaled, index=frame.index)
