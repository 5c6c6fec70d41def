"""What a customer chooses most: favourites, and how concentrated the choice of categories is.

Favourites are counted, never guessed by ``mode()``, which breaks ties by the order of rows or threads. The highest
count wins and ties go to the first name in code-point order, on every engine.
"""

from __future__ import annotations

import narwhals as nw

from segkit.analysis.orders_table import Frame

ORDER_COLUMNS = (
    "channel",
    "device",
    "payment_method",
    "shipping_method",
    "country",
    "region",
    "city",
    "postcode",
    "sales_rep",
    "coupon",
    "order_status",
)
"""Columns that describe an order; their favourites count orders. Every other column is counted in lines."""

DEFAULT_FAVOURITES = (
    "category",
    "vendor",
    "channel",
    "device",
    "payment_method",
    "shipping_method",
    "country",
    "region",
    "city",
)
"""Favourites that are always computed where the column exists."""


def count_choices(rows: Frame, column: str) -> Frame:
    """Count rows per customer and name; rows without a name are left out."""
    named = rows.filter(~nw.col(column).is_null())
    return (
        named.group_by("customer_id", column)
        .agg(nw.len().alias("times"))
        .with_columns(nw.col("times").cast(nw.Int64))
    )


def find_favourites(rows: Frame, column: str) -> Frame:
    """Return each customer's most frequent name in a column.

    Parameters
    ----------
    rows : narwhals frame
        One row per line or order, with ``customer_id`` and the text column.
    column : str
        The column.

    Returns
    -------
    narwhals frame
        ``customer_id`` and ``favourite_<column>`` for customers with at least one name.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> rows = pd.DataFrame({"customer_id": ["C01"] * 3, "device": ["tablet", "app", None]})
    >>> find_favourites(nw.from_native(rows), "device").to_native()
      customer_id favourite_device
    0         C01              app
    """
    return _pick_favourite(count_choices(rows, column), column)


def find_category_habits(lines: Frame) -> Frame:
    """Return ``favourite_category`` and ``category_hhi`` from one count of purchased lines.

    ``category_hhi`` is the Herfindahl index: the sum of squared shares of lines over categories, 1 when all lines fall
    in one category and 1/k when they spread evenly over k. One division of two integers, so equal on every engine.
    """
    counts = count_choices(lines, "category").with_columns(
        (nw.col("times") * nw.col("times")).alias("squared")
    )
    habits = _pick_favourite(counts, "category", nw.col("times").sum(), nw.col("squared").sum())
    total = nw.col("times").cast(nw.Float64)
    return habits.with_columns(
        (nw.col("squared").cast(nw.Float64) / (total * total)).alias("category_hhi")
    ).select("customer_id", "category_hhi", "favourite_category")


def _pick_favourite(counts: Frame, column: str, *sums: nw.Expr) -> Frame:
    """Return the first name of each customer, ordered by falling count, then by name."""
    ordered = counts.with_columns((0 - nw.col("times")).alias("seldom"))
    favourite = nw.col(column).first(order_by=["seldom", column]).alias(f"favourite_{column}")
    return ordered.group_by("customer_id").agg(favourite, *sums)


def count_products(lines: Frame, column: str) -> Frame:
    """Return the number of different names each customer bought, as ``distinct_products``.

    Two counts in a row instead of a distinct count: some engines add up the distinct counts of their parts.
    """
    products = count_choices(lines, column)
    return products.group_by("customer_id").agg(nw.len().alias("distinct_products"))
