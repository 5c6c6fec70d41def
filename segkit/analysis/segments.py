"""Segments as values: size, money, measures, rule, name and profile of each group, and the summary of all.

Comes after :mod:`segkit.analysis.grouping`; its summary is all that the writing half gets to see. Customer ids stay in
:attr:`Segmentation.assignments`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import numpy as np
import pandas as pd

from segkit.analysis.factors import FeatureTable
from segkit.analysis.grouping import Grouping
from segkit.analysis.naming import GroupName, name_groups
from segkit.analysis.profile import profile_segments
from segkit.analysis.rules import find_edge_cases, place_customer, rule_features
from segkit.model.company import SegmentationSettings
from segkit.model.segment import FactorReading, Measure, Segment, SegmentationSummary
from segkit.words.figures import minor_digits
from segkit.words.segments import write_double_case, write_edge_case, write_missing_case, write_precedence

AMOUNT_SCALE = 10_000
"""Canonical amounts are integers in 1/10,000 of the currency unit."""

MAX_EDGE_CASES = 8

_MEASURES = (  # feature, label; medians of customers
    ("recency_days", "Days since the last order (median)"),
    ("frequency", "Orders per customer (median)"),
    ("median_gap_days", "Days between orders (median of medians)"),
    ("tenure_days", "Days since the first order (median)"),
)


class HasCurrency(Protocol):
    """What is needed of the orders: their currency."""

    @property
    def currency(self) -> str:
        """ISO code or empty."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Segmentation:
    """Who is in which segment, and everything that can be said without naming a customer.

    Parameters
    ----------
    assignments : Series
        Segment id by customer id; 1 has the highest spend.
    summary : SegmentationSummary
    in_model : tuple of str
        Features that count as part of the model and so cannot validate it.
    """

    assignments: pd.Series
    summary: SegmentationSummary
    in_model: tuple[str, ...]


def describe_segments(
    grouping: Grouping,
    table: FeatureTable,
    customers: pd.DataFrame,
    *,
    orders: HasCurrency,
    settings: SegmentationSettings,
) -> Segmentation:
    """Describe every segment: size, money, measures, rule, name and six-factor profile.

    Parameters
    ----------
    grouping : Grouping
        From :func:`segkit.analysis.grouping.group_customers`.
    table : FeatureTable
        The features that the grouping saw.
    customers : DataFrame
        The customers table, ``customer_id`` as a column or as the index.
    orders : object with ``currency``
        ISO code of the amounts, or empty.
    settings : SegmentationSettings
        The seed of the profile's tests.

    Returns
    -------
    Segmentation
        Segment revenues add up to the ledger total to the smallest unit of the currency.
    """
    base = customers.set_index("customer_id") if "customer_id" in customers.columns else customers
    base = base.set_axis(base.index.astype(str)).reindex(grouping.assignments.index)
    frame = table.frame.set_axis(table.frame.index.astype(str)).reindex(base.index)
    ids = grouping.assignments.to_numpy(dtype=np.int64)
    names = name_groups(
        frame,
        table.features,
        ids - 1,
        rules=[rule.alternatives for rule in grouping.rules],
        fixed=grouping.names,
    )
    revenues, total = _revenues(base, ids, orders.currency)
    profiles = profile_segments(table, grouping.assignments, in_model=grouping.in_model, seed=settings.seed)
    segments = tuple(
        _describe_segment(
            grouping, number, names[number - 1], base, frame, ids,
            revenue=revenues[number - 1] if revenues else None,
            total=total,
            profile=profiles[number],
            currency=orders.currency,
        )
        for number in range(1, len(grouping.rules) + 1)
    )  # fmt: skip
    ordered = sorted(segments, key=lambda segment: segment.rule.order)
    summary = SegmentationSummary(
        method=grouping.method,
        n_segments=len(segments),
        n_customers=len(base),
        n_orders=int(base["frequency"].sum()),
        revenue=total,
        currency=orders.currency,
        basis=grouping.basis,
        supported=grouping.supported,
        verdict=grouping.verdict,
        why_this_number=grouping.why_this_number,
        precedence=write_precedence([segment.name for segment in ordered], fidelity=ordered[0].rule.fidelity),
        features=grouping.features,
        held_out=grouping.held_out,
        dropped_features=(*grouping.dropped, *(f"{name}: {reason}" for name, reason in table.excluded)),
        segments=segments,
        options=grouping.options,
        cluster_counts=grouping.cluster_counts,
        edge_cases=_edge_cases(ordered, frame, table),
        leave_one_out_changes=grouping.leave_one_out_changes,
        leave_one_out_total=grouping.leave_one_out_total,
        notes=grouping.notes,
    )
    return Segmentation(assignments=grouping.assignments, summary=summary, in_model=grouping.in_model)


def apportion(amounts: Sequence[int], unit: int) -> tuple[int, ...]:
    """Round integers to multiples of ``unit`` so that they add up to the rounded total (largest remainder).

    Parameters
    ----------
    amounts : sequence of int
        May be negative.
    unit : int
        At least 1; 100 turns 1/10,000 units into cents.

    Returns
    -------
    tuple of int
        In units; ties go to the earlier amount, an exact half of the total rounds up.

    Examples
    --------
    >>> apportion([3350, 3350, 3300], 100), apportion([3340, 3340, 3340], 100)
    ((34, 33, 33), (34, 33, 33))
    """
    total = (sum(amounts) + unit // 2) // unit
    floors = [amount // unit for amount in amounts]
    missing = total - sum(floors)
    order = sorted(range(len(amounts)), key=lambda index: (-(amounts[index] % unit), index))
    for index in order[:missing]:
        floors[index] += 1
    return tuple(floors)


def _revenues(
    customers: pd.DataFrame, ids: np.ndarray, currency: str
) -> tuple[tuple[Decimal, ...] | None, Decimal | None]:
    """Return the revenue of each segment and of the book, in currency units, or None without amounts."""
    if "monetary_total" not in customers.columns:
        return None, None
    amounts = customers["monetary_total"].to_numpy(dtype=np.int64)
    sums = [int(amounts[ids == number].sum()) for number in range(1, int(ids.max()) + 1)]
    digits = minor_digits(currency)
    minor = apportion(sums, AMOUNT_SCALE // 10**digits)
    revenues = tuple(Decimal(value).scaleb(-digits) for value in minor)
    return revenues, sum(revenues, Decimal(0).scaleb(-digits))


def _describe_segment(
    grouping: Grouping,
    number: int,
    name: GroupName,
    customers: pd.DataFrame,
    frame: pd.DataFrame,
    ids: np.ndarray,
    *,
    revenue: Decimal | None,
    total: Decimal | None,
    profile: tuple[FactorReading, ...],
    currency: str,
) -> Segment:  # fmt: skip
    inside = ids == number
    size = int(inside.sum())
    share = float(revenue / total) if revenue is not None and total else None
    return Segment(
        id=number,
        name=name.text,
        size=size,
        share=size / len(ids),
        revenue=revenue,
        revenue_share=share,
        orders=int(customers["frequency"].to_numpy()[inside].sum()),
        stability=grouping.stability[number - 1] if grouping.stability else None,
        basis=grouping.basis,
        rule=grouping.rules[number - 1],
        profile=profile,
        measures=_measure(customers, frame, inside, currency),
        name_holds_for=name.holds_for,
        name_exceptions=name.exceptions,
        note=grouping.descriptions[number - 1],
    )


def _measure(
    customers: pd.DataFrame, frame: pd.DataFrame, inside: np.ndarray, currency: str
) -> tuple[Measure, ...]:
    """Return the headline figures of a segment beside the book's; a figure nobody has is left out."""
    measures = []
    for column, label in _MEASURES:
        source = customers if column in customers.columns else frame
        if column in source.columns:
            values = source[column].astype(float)
            if values[inside].notna().any():
                unit = "orders" if column == "frequency" else "days"
                measures.append(_median(label, values, inside, unit))
    if "monetary_total" in customers.columns:
        spend = customers["monetary_total"].astype(float) / AMOUNT_SCALE
        orders = customers["frequency"].astype(float)
        own = float(spend[inside].sum() / max(orders[inside].sum(), 1))
        book = float(spend.sum() / max(orders.sum(), 1))
        measures.append(
            Measure(label="Average order value (spend / orders)", value=own, overall=book, unit=currency)
        )
        measures.append(_median("Spend per customer (median)", spend, inside, currency))
    return tuple(measures)


def _median(label: str, values: pd.Series, inside: np.ndarray, unit: str) -> Measure:
    return Measure(
        label=label, value=float(values[inside].median()), overall=float(values.median()), unit=unit
    )


def _edge_cases(ordered: Sequence[Segment], frame: pd.DataFrame, table: FeatureTable) -> tuple[str, ...]:
    """Write down where constructed customers go: at each cut point, between two rules, and with nothing known."""
    rules = [segment.rule for segment in ordered]
    name_of = {segment.rule.order: segment.name for segment in ordered}
    named = {feature.name: feature for feature in table.features}
    sentences = [
        write_edge_case(
            named[case.condition.feature],
            value=case.value,
            beyond=case.beyond,
            like=name_of[case.order],
            placed=name_of[case.placed],
            placed_beyond=name_of[case.placed_beyond],
        )
        for case in find_edge_cases(rules, frame, table.features)[:MAX_EDGE_CASES]
        if case.condition.feature in named
    ]
    first = _double_case(ordered)
    if first:
        sentences.append(first)
    if any(rule_features(rule.alternatives) for rule in rules):
        sentences.append(write_missing_case(name_of[place_customer(rules, {})]))
    return tuple(sentences)


def _double_case(ordered: Sequence[Segment]) -> str:
    """Construct a customer whom the first two rules fit, where both can hold at once, and say who wins."""
    if len(ordered) < 3 or any(len(segment.rule.alternatives) == 0 for segment in ordered[:2]):
        return ""
    first, second = ordered[0].rule.alternatives[0], ordered[1].rule.alternatives[0]
    if {item.feature for item in first} & {item.feature for item in second}:
        return ""
    values: dict[str, object] = {}
    for condition in (*first, *second):
        if condition.operator == "!=" or (isinstance(condition.value, str) and condition.operator != "=="):
            return ""
        step = {">": 1.0, "<": -1.0}.get(condition.operator, 0.0)
        values[condition.feature] = (
            condition.value if isinstance(condition.value, str | bool) else float(condition.value) + step
        )
    placed = place_customer([segment.rule for segment in ordered], values)
    if placed != ordered[0].rule.order:
        return ""
    return write_double_case(ordered[0].name, ordered[1].name)
