"""Pauses in a product's sales far above its usual one: what an order history shows of goods that were sold out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segkit.analysis.associations import level_column
from segkit.analysis.firings import next_purchase
from segkit.analysis.purchase_days import Flags, FlowLines, Integers, collect_purchase_days, quote_column

MIN_SALES_DAYS = 12
"""Days with a sale below which a product has no usual pause."""
TIMES = 8
"""How many times the usual pause (its 75 % point) a pause must last at least."""
MIN_PAUSE = 30
LEVEL = 0.05
"""Pauses of this length that chance would give in the whole book, were sales spread at random."""
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


def find_stock_gaps(lines: FlowLines) -> tuple[StockGap, ...]:
    """Find finished pauses of products that sell on at least 12 days: 30 days or more, and 8 times their usual pause.

    Returns
    -------
    tuple of StockGap
        At most 20, one per product (its longest), by item name; empty where no product is named.

    Notes
    -----
    Pauses are compared by how many order lines the whole shop sold in them, so that a quiet month, a closed shop or a shop
    that grows make no pause. The more products there are, the longer the longest pause by chance alone: it must also be
    longer than random sales at the product's pace would give .05 times in the whole book, ln(pauses / .05) / ln 4 times its
    75 % point.
    """
    column = level_column(lines, "product")
    if not column:
        return ()
    name = quote_column(column)
    rows = lines.rows(
        "WITH clock AS (SELECT day, sum(count(*)) OVER (ORDER BY day) AS sales FROM bought GROUP BY day), "  # noqa: S608 - quoted name
        f"sold AS (SELECT item, day, sales FROM (SELECT DISTINCT {name} AS item, day FROM bought WHERE {name} IS NOT NULL "
        f"AND trim({name}) <> '') JOIN clock USING (day)), "
        "pauses AS (SELECT item, day AS since, lead(day) OVER later AS back, lead(sales) OVER later - sales AS missed FROM sold "
        "WINDOW later AS (PARTITION BY item ORDER BY day)), "
        "known AS (SELECT item, quantile_disc(back - since, 0.75) AS usual, quantile_disc(missed, 0.75) AS usually_missed "
        f"FROM pauses WHERE back IS NOT NULL GROUP BY item HAVING count(*) >= {MIN_SALES_DAYS - 1}), "
        f"rule AS (SELECT greatest({TIMES}, ln(count(*) / {LEVEL}) / ln(4)) AS times FROM pauses JOIN known USING (item)) "
        "SELECT item, arg_max(since, (missed, since)), arg_max(back, (missed, since)), arg_max(back - since, (missed, since)), usual "
        f"FROM pauses JOIN known USING (item), rule WHERE back - since >= {MIN_PAUSE} AND missed >= times * usually_missed "
        f"GROUP BY item, usual, usually_missed ORDER BY max(missed) / usually_missed DESC, item LIMIT {MAX_ITEMS}"
    )
    return tuple(
        StockGap(item=str(item), since=int(since), back=int(back), days=int(days), usual=int(usual))
        for item, since, back, days, usual in sorted(rows)
    )


def list_waiting(
    lines: FlowLines, members: Flags, gaps: tuple[StockGap, ...]
) -> tuple[Integers, Integers, Integers]:
    """Return earlier buyers of each product, the day before it was sold again, and their next order of it.

    The day before, so that an order on the day of its return counts as one that followed.
    """
    customers, days, returned = [], [], []
    column = level_column(lines, "product")
    for gap in gaps:
        bought = collect_purchase_days(lines, column=column, item=gap.item).of(members)
        earlier = np.unique(bought.customer[bought.day <= gap.since]).astype(np.int64)
        fired = np.full(len(earlier), gap.back - 1, dtype=np.int64)
        customers.append(earlier)
        days.append(fired)
        returned.append(next_purchase(bought, earlier, fired))
    return np.concatenate(customers), np.concatenate(days), np.concatenate(returned)
