"""Pauses in a product's sales far above its usual one: what an order history shows of goods that were sold out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segkit.analysis.associations import level_column
from segkit.analysis.firings import next_purchase
from segkit.analysis.flow_book import FlowBook, FlowGroup
from segkit.analysis.purchase_days import Integers, collect_purchase_days, quote_column

MIN_SALES_DAYS = 12
"""Days with a sale below which a product has no usual pause."""
TIMES = 8
"""How many times the usual pause (its 75 % point) a pause must last."""
MIN_PAUSE = 30
MAX_ITEMS = 20
"""Products looked at, those with the longest pause against their usual one first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockGap:
    """A product that was not sold between two days although it usually is."""

    item: str
    since: int
    back: int
    days: int
    usual: int


def find_stock_gaps(book: FlowBook) -> tuple[StockGap, ...]:
    """Find finished pauses of products that sell on at least 12 days: 8 times their usual pause and 30 days or more.

    Returns
    -------
    tuple of StockGap
        At most 20, one per product (its longest), in the order of item names; empty where no product is named.
    """
    column = level_column(book.lines, "product")
    if not column:
        return ()
    name = quote_column(column)
    rows = book.lines.rows(
        f"WITH sold AS (SELECT DISTINCT {name} AS item, day FROM bought WHERE {name} IS NOT NULL AND trim({name}) <> ''), "  # noqa: S608 - quoted name
        "pauses AS (SELECT item, day AS since, lead(day) OVER (PARTITION BY item ORDER BY day) AS back FROM sold), "
        "known AS (SELECT item, quantile_disc(back - since, 0.75) AS usual FROM pauses WHERE back IS NOT NULL GROUP BY item "
        f"HAVING count(*) >= {MIN_SALES_DAYS - 1}) "
        "SELECT item, arg_max(since, (back - since, since)), arg_max(back, (back - since, since)), max(back - since) AS days, usual "
        f"FROM pauses JOIN known USING (item) WHERE back - since >= greatest({MIN_PAUSE}, {TIMES} * usual) "
        f"GROUP BY item, usual ORDER BY days / usual DESC, item LIMIT {MAX_ITEMS}"
    )
    return tuple(
        StockGap(item=str(item), since=int(since), back=int(back), days=int(days), usual=int(usual))
        for item, since, back, days, usual in sorted(rows)
    )


def list_waiting(
    book: FlowBook, group: FlowGroup, gaps: tuple[StockGap, ...]
) -> tuple[Integers, Integers, Integers]:
    """Return earlier buyers of each product, the day before it was sold again, and their next order of it.

    The day before, so that an order on the day of its return counts as one that followed.
    """
    customers, days, returned = [], [], []
    column = level_column(book.lines, "product")
    for gap in gaps:
        bought = collect_purchase_days(book.lines, column=column, item=gap.item).of(group.members)
        earlier = np.unique(bought.customer[bought.day <= gap.since]).astype(np.int64)
        fired = np.full(len(earlier), gap.back - 1, dtype=np.int64)
        customers.append(earlier)
        days.append(fired)
        returned.append(next_purchase(bought, earlier, fired))
    return tuple(np.concatenate(parts) for parts in (customers, days, returned))  # type: ignore[return-value]
