"""How people buy, as features: recency, frequency, money, rhythm, basket, season, returns and discounts.

Takes what the customers table already holds and adds, from the order lines on the engine, items per order and the
share of orders placed in the evening. Relations between features are stated here (``monetary_total`` is ``frequency`` times
``average_order_value``), because a function of a grouping feature cannot validate the groups.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import pandas as pd

from segkit.analysis.lines import purchases, share_of_orders, to_pandas
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

MONEY_SCALE = 10_000
"""Canonical amounts are integers in 1/10,000 of the currency unit."""
FULL_YEAR_DAYS = 330
"""Below this tenure a customer has no season: a quarter without orders may lie before the first one."""
EVENING_STARTS = 18
QUARTERS = {
    "quarter_1_share": "January to March",
    "quarter_2_share": "April to June",
    "quarter_3_share": "July to September",
    "quarter_4_share": "October to December",
}
MONEY = "money"
"""Stands for the company's currency in the list below."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A column of the customers table that is a feature."""

    name: str
    label: str
    unit: str
    columns: tuple[str, ...]
    derived_from: tuple[str, ...] = ()
    factor: Factor = Factor.BEHAVIORAL


_KNOWN = (
    _Known("recency_days", "days since the last order", "days", ("order_date",)),
    _Known("frequency", "number of orders", "orders", ("order_id", "order_date")),
    _Known("average_order_value", "spend per order", MONEY, ("amount", "order_id")),
    _Known("monetary_total", "total spend", MONEY, ("amount",), ("frequency", "average_order_value")),
    _Known("tenure_days", "days since the first order", "days", ("order_date",)),
    _Known(
        "active_span_days",
        "days from first to last order",
        "days",
        ("order_date",),
        ("tenure_days", "recency_days"),
    ),
    _Known("repeat_orders", "orders after the first", "orders", ("order_id", "order_date"), ("frequency",)),
    _Known("purchase_days", "days with an order", "days", ("order_date",), ("frequency",)),
    _Known("median_gap_days", "median days between orders", "days", ("order_date",)),
    _Known(
        "mean_gap_days",
        "mean days between orders",
        "days",
        ("order_date",),
        ("active_span_days", "repeat_orders"),
    ),
    _Known("distinct_products", "number of different products", "products", ("product", "sku")),
    _Known("lines_per_order", "order lines per order", "lines", ("order_id",)),
    _Known("return_share", "share of lines returned", "share", ("amount", "quantity")),
    _Known("discount_share", "share of lines bought at a discount", "share", ("discount",)),
    _Known("weekend_share", "share of orders placed at the weekend", "share", ("order_date",)),
    _Known(
        "category_hhi",
        "concentration on few categories, 0 to 1",
        "",
        ("category",),
        ("share_of_category",),
        Factor.NEED_BASED,
    ),
)


def behavior_features(
    lines: Any, customers: pd.DataFrame, columns: Sequence[str], *, names: Mapping[str, str], currency: str
) -> list[tuple[Feature, pd.Series]]:
    """Return the behavioral features.

    Parameters
    ----------
    lines : narwhals frame
        Canonical order lines, none after ``as_of``.
    customers : pandas.DataFrame
        The customers table under its ``customer_id`` index; unknown columns are ignored.
    columns : sequence of str
        Canonical columns present in ``lines``.
    names : mapping of str to str
        Canonical column to the user's column.
    currency : str
        ISO code, the unit of money features.

    Returns
    -------
    list of (Feature, pandas.Series)
        Money in currency units, shares 0..1.
    """
    found = []
    for known in (*_KNOWN, *_seasons(customers)):
        if known.name not in customers.columns:
            continue
        values = customers[known.name].astype("float64")
        if known.name == "monetary_total":
            values = values / MONEY_SCALE
        if known.name in QUARTERS:
            # whoever came less than a year ago had no chance to order in every quarter
            values = values.where(customers["tenure_days"] >= FULL_YEAR_DAYS)
        feature = Feature(
            name=known.name,
            factor=known.factor,
            kind=FeatureKind.NUMERIC,
            label=known.label,
            unit=currency if known.unit == MONEY else known.unit,
            columns=_source_names(known.columns, columns, names),
            derived_from=known.derived_from,
            level=QUARTERS.get(known.name, ""),
        )
        found.append((feature, values))
    bought = purchases(lines)
    if "quantity" in columns:
        found.append(_items(bought, columns, names=names, index=customers.index))
    if "order_time" in columns:
        found.append(_evenings(bought, columns, names=names, index=customers.index))
    return found


def _seasons(customers: pd.DataFrame) -> tuple[_Known, ...]:
    """Return the quarters of the year; they are known of customers for a year or more."""
    if "tenure_days" not in customers.columns:
        return ()
    return tuple(
        _Known(name, f"share of orders placed from {months}", "share", ("order_date",))
        for name, months in QUARTERS.items()
    )


def _source_names(wanted: Sequence[str], present: Sequence[str], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the user's names of those canonical columns that exist."""
    found = [names.get(column, column) for column in wanted if column in present]
    return tuple(dict.fromkeys(found)) or (names.get("order_date", "order_date"),)


def _items(
    bought: Any, columns: Sequence[str], *, names: Mapping[str, str], index: pd.Index
) -> tuple[Feature, pd.Series]:
    """Return items per order."""
    rows = bought.select("customer_id", "order_id", nw.col("quantity").cast(nw.Float64).alias("items"))
    by_order = rows.group_by("customer_id", "order_id").agg(nw.col("items").sum())
    sums = to_pandas(by_order.group_by("customer_id").agg(nw.len().alias("orders"), nw.col("items").sum()))
    sums = sums.set_index("customer_id").reindex(index).astype("float64")
    feature = Feature(
        name="items_per_order",
        factor=Factor.BEHAVIORAL,
        kind=FeatureKind.NUMERIC,
        label="items per order",
        unit="items",
        columns=_source_names(("quantity", "order_id"), columns, names),
    )
    return feature, sums["items"] / sums["orders"]


def _evenings(
    bought: Any, columns: Sequence[str], *, names: Mapping[str, str], index: pd.Index
) -> tuple[Feature, pd.Series]:
    """Return the share of orders placed in the evening."""
    shares = share_of_orders(
        bought, [("evening", nw.col("order_time").dt.hour() >= EVENING_STARTS)], index=index
    )
    feature = Feature(
        name="evening_share",
        factor=Factor.BEHAVIORAL,
        kind=FeatureKind.NUMERIC,
        label=f"share of orders placed after {EVENING_STARTS}:00",
        unit="share",
        columns=_source_names(("order_time",), columns, names),
    )
    return feature, shares["evening"]
