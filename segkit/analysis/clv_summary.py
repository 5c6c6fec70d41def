"""The hand-over to customer-lifetime-value models, in their own vocabulary.

"Recency" means days *since* the last order in RFM and days from first to *last* purchase in CLV. This is the one place
where the second meaning is used, under the names that those models read.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import pandas as pd

from segkit.analysis.customers import MONEY_UNITS, collect_customers
from segkit.analysis.orders_table import adopt_until, hold_rows, summarise_orders
from segkit.errors import MissingColumnError


def to_clv_summary(lines: Any, *, as_of: date) -> pd.DataFrame:
    """Return the summary that customer-lifetime-value models take, with the meaning lifetimes gives its names.

    Parameters
    ----------
    lines : frame
        Canonical order lines with ``amount``, as for :func:`describe_customers`.
    as_of : datetime.date
        End of observation; later lines are left out.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id`` (sorted); ``frequency`` = days with a purchase after the first such day, ``recency`` =
        days from first to last purchase (not days since), ``T`` = days from first purchase to ``as_of``,
        ``monetary_value`` = mean spend per repeat purchase day in currency units, 0 without one.

    Raises
    ------
    MissingColumnError
        A key column or ``amount`` is absent.

    Notes
    -----
    Orders of one day are merged, which :func:`describe_customers` does not do: ``frequency`` here is at most its
    ``repeat_orders``.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({
    ...     "customer_id": ["C04", "C04"], "order_id": ["1", "2"],
    ...     "order_date": pd.to_datetime(["2026-05-05", "2026-08-15"]), "amount": [450_000, 450_000],
    ... })
    >>> to_clv_summary(lines, as_of=date(2026, 10, 31))
                 frequency  recency    T  monetary_value
    customer_id
    C04                  1      102  179            45.0
    """
    kept = adopt_until(lines, as_of=as_of)
    if "amount" not in kept.collect_schema().names():
        raise MissingColumnError(
            "order lines lack column 'amount' (got none); a lifetime value needs money, so map it in read_orders.",
            column="amount",
        )
    orders = summarise_orders(kept)
    days = orders.group_by("customer_id", "day").agg(nw.col("amount").sum())
    days = hold_rows(days.with_columns(nw.col("amount").cast(nw.Int64)))
    ends = days.group_by("customer_id").agg(
        nw.col("day").min().alias("first"),
        nw.col("day").max().alias("last"),
        nw.len().alias("days"),
        nw.col("amount").sum().alias("total"),
    )
    ends = ends.with_columns(nw.col("days").cast(nw.Int64), nw.col("total").cast(nw.Int64))
    opening = days.select("customer_id", nw.col("day").alias("first"), nw.col("amount").alias("opening"))
    table = collect_customers(ends.join(opening, on=["customer_id", "first"], how="inner"))
    repeats = table["days"] - 1
    spend = (table["total"] - table["opening"]) / (repeats.where(repeats > 0, 1) * MONEY_UNITS)
    return pd.DataFrame(
        {
            "frequency": repeats.to_numpy(),
            "recency": (table["last"] - table["first"]).to_numpy(),
            "T": (as_of.toordinal() - table["first"]).to_numpy(),
            "monetary_value": spend.where(repeats > 0, 0.0).to_numpy(),
        },
        index=pd.Index(table["customer_id"], name="customer_id"),
    )
