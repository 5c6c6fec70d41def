"""Orders over time, as small tables that a chart can draw: single orders of a small book, months of a large one."""

from __future__ import annotations

import narwhals as nw
import pandas as pd

from segkit.intake.orders import Orders

MONEY_UNITS = 10_000


def list_orders(orders: Orders) -> pd.DataFrame:
    """Return one row per order, sorted by customer, day and order id.

    Returns
    -------
    pandas.DataFrame
        Columns ``customer_id``, ``order_id``, ``order_date`` (datetime64) and, where the data has amounts,
        ``amount`` (currency units, net of refunds).
    """
    lines = nw.from_native(orders.scan()).lazy()
    keys = ["customer_id", "order_id"]
    wanted = [nw.col("order_date").min()]
    if "amount" in orders.columns:
        wanted.append(nw.col("amount").sum())
    frame = lines.group_by(keys).agg(*wanted).sort("customer_id", "order_date", "order_id").collect()
    table: pd.DataFrame = frame.to_pandas()
    table["order_date"] = pd.to_datetime(table["order_date"])
    if "amount" in table:
        table["amount"] = table["amount"].astype("int64") / MONEY_UNITS
    return table


def sum_months(orders: Orders, assignments: pd.Series) -> pd.DataFrame:
    """Return orders and revenue per calendar month and segment.

    Parameters
    ----------
    assignments : pandas.Series
        Segment id by customer id.

    Returns
    -------
    pandas.DataFrame
        Columns ``segment_id``, ``month`` (datetime64, first day), ``orders`` and, with amounts, ``amount``.
    """
    table = list_orders(orders)
    table["segment_id"] = table["customer_id"].map(assignments)
    table["month"] = table["order_date"].dt.to_period("M").dt.to_timestamp()
    sums = {"orders": ("order_id", "count")}
    if "amount" in table:
        sums["amount"] = ("amount", "sum")
    return table.groupby(["segment_id", "month"], as_index=False).agg(**sums)
