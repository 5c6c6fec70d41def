"""Questions to the order lines that the features need, answered on the engine the lines live on.

Comes after intake: the canonical order lines go in, small pandas tables (one row per customer and level) come out.
Every question is one or two ``group_by`` calls, so nothing larger than its answer enters Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from numpy.typing import NDArray

Lines = Any  # narwhals LazyFrame or DataFrame; the two share every method used here

NO_VALUE = frozenset({"", "-", "na", "n/a", "nan", "none", "null", "unknown"})
"""Ways in which exports write "nothing"."""


def to_pandas(frame: Lines) -> pd.DataFrame:
    """Return a narwhals frame, lazy or not, as pandas."""
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect("pandas")
    result: pd.DataFrame = frame.to_pandas()
    return result


def purchases(lines: Lines) -> Lines:
    """Return the lines that are not returns: what people chose, not what they sent back."""
    return lines.filter(~nw.col("is_return"))


def tally_levels(lines: Lines, column: str, *, has_amount: bool) -> pd.DataFrame:
    """Count orders and spend per customer and level of a text column.

    Parameters
    ----------
    lines : narwhals frame
        Canonical order lines; ``customer_id, order_id, is_return`` and ``column`` are read.
    column : str
        The text column; lines without a value are left out.
    has_amount : bool
        Whether ``amount`` (1/10,000 of the currency unit) exists; without it every line weighs 1.

    Returns
    -------
    pandas.DataFrame
        ``customer_id``, ``level``, ``orders`` (distinct orders) and ``spend``, sorted by the first two.
    """
    weight = nw.col("amount") if has_amount else nw.lit(1)
    kept = purchases(lines).filter(~nw.col(column).is_null())
    kept = kept.select(
        "customer_id", "order_id", nw.col(column).cast(nw.String).alias("level"), weight.alias("weight")
    )
    by_order = kept.group_by("customer_id", "order_id", "level").agg(nw.col("weight").sum().alias("spend"))
    by_order = by_order.with_columns(nw.col("spend").cast(nw.Float64))
    tally = to_pandas(
        by_order.group_by("customer_id", "level").agg(nw.len().alias("orders"), nw.col("spend").sum())
    )
    tally["level"] = tally["level"].astype(str).str.strip()
    tally = tally[~tally["level"].str.lower().isin(NO_VALUE)]
    tally = tally.groupby(["customer_id", "level"], as_index=False, sort=True)[["orders", "spend"]].sum()
    return tally.astype({"orders": "float64", "spend": "float64"})


def share_of_orders(lines: Lines, marks: Sequence[tuple[str, Any]], *, index: pd.Index) -> pd.DataFrame:
    """Return, for each mark, the share of a customer's orders with at least one marked line.

    Parameters
    ----------
    lines : narwhals frame
        Canonical order lines without returns.
    marks : sequence of (str, narwhals expression)
        Name and boolean expression over the lines; a missing value counts as no.
    index : pandas.Index
        Customers wanted, in order.

    Returns
    -------
    pandas.DataFrame
        One column per mark, shares 0..1, NaN for customers without a purchase.
    """
    names = [f"mark_{position}" for position in range(len(marks))]
    yes_no = [
        nw.when(expression).then(nw.lit(1)).otherwise(nw.lit(0)).alias(name)
        for name, (_, expression) in zip(names, marks, strict=True)
    ]
    by_order = lines.select("customer_id", "order_id", *yes_no)
    by_order = by_order.group_by("customer_id", "order_id").agg(*(nw.col(name).max() for name in names))
    counts = to_pandas(
        by_order.group_by("customer_id").agg(
            nw.len().alias("orders"), *(nw.col(name).sum() for name in names)
        )
    )
    counts = counts.set_index("customer_id").reindex(index).astype("float64")
    shares = counts[names].div(counts["orders"], axis=0)
    shares.columns = pd.Index([label for label, _ in marks])
    return shares


def spread(tally: pd.DataFrame, levels: Sequence[str], *, index: pd.Index, value: str) -> NDArray[np.float64]:
    """Spread a tally into a customers x levels matrix, 0 where a customer never met the level."""
    matrix = np.zeros((len(index), len(levels)))
    rows = index.get_indexer(pd.Index(tally["customer_id"]))
    columns = pd.Index(levels).get_indexer(pd.Index(tally["level"]))
    known = (rows >= 0) & (columns >= 0)
    matrix[rows[known], columns[known]] = tally[value].to_numpy()[known]
    return matrix


def totals(tally: pd.DataFrame, *, index: pd.Index, value: str) -> NDArray[np.float64]:
    """Return the sum of ``value`` over all levels for each customer, 0 for those not in the tally."""
    rows = index.get_indexer(pd.Index(tally["customer_id"]))
    known = rows >= 0
    weights = tally[value].to_numpy(dtype=np.float64)[known]
    return np.bincount(rows[known], weights=weights, minlength=len(index)).astype(np.float64)


def favourites(tally: pd.DataFrame, *, index: pd.Index) -> pd.Series:
    """Return each customer's level with the most orders; ties go to the first in code-point order.

    Returns
    -------
    pandas.Series
        Text, None for customers without a level; index as given.
    """
    ranked = tally.sort_values(
        ["customer_id", "orders", "level"], ascending=[True, False, True], kind="stable"
    )
    first = ranked.drop_duplicates("customer_id").set_index("customer_id")["level"]
    series = first.reindex(index).astype(object)
    return series.where(series.notna(), None)
