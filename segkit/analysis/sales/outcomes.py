"""How orders ended: paid, not paid yet, taken back, cancelled; and how long customers take to come back or stay away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.opportunities import describe_spread, measure_share
from segkit.analysis.purchase_days import OPEN, quote_column
from segkit.analysis.sales.buyers import Signs
from segkit.analysis.sales.check_rules import days_of_all
from segkit.analysis.sales.order_book import Flags, Floats, Integers, SalesBook
from segkit.analysis.survival import fit_curve, read_quantiles
from segkit.intake.orders import Orders
from segkit.model.pipeline_facts import Share, Spread
from segkit.model.sales_facts import Lapse, NextPurchase, OrderOutcomes

QUOTED = ("draft", "quote", "angebot")
"""Words in the channel of an order that came about by a quote."""
_OVERDUE = r"overdue|überfällig|ueberfaellig|past due"


def count_outcomes(book: SalesBook, orders: Orders, signs: Signs) -> OrderOutcomes:
    """Count orders by how they ended; cancelled ones are those that intake left out by their status.

    Notes
    -----
    ``value`` is over orders that are worth something and were not taken back, paid or not; without a status column every order
    counts as paid, also one that later lines took back.
    """
    frame, left_out = book.orders, dict(orders.left_out)
    known = book.status_known or bool(sum(left_out.values()))
    awaiting = frame["awaiting"].to_numpy(dtype=bool) & known
    taken_back = frame["taken_back"].to_numpy(dtype=bool) & known
    paid = ~awaiting & ~taken_back
    amount = frame["amount"].to_numpy(dtype=np.float64)
    cancelled = left_out.get("cancelled orders", 0)
    unpaid, returned = left_out.get("pending orders", 0), left_out.get("returned orders", 0)
    value = describe_spread(amount[book.won], book.currency) if book.has_amount else None
    return OrderOutcomes(
        orders=len(frame) + cancelled + unpaid + returned,
        paid=int(paid.sum()),
        awaiting=int(awaiting.sum()) + unpaid,
        cancelled=cancelled,
        taken_back=int(taken_back.sum()) + returned,
        partly=int((frame["partly"].to_numpy(dtype=bool) & paid & known).sum()),
        status_known=known,
        first=orders.log.first_order,
        last=orders.log.last_order,
        value=value
        or Spread(n=0, low=0.0, median=0.0, high=0.0, mean=0.0, least=0.0, most=0.0, unit=book.currency),
        paid_amount=round(float(amount[paid].sum()), 2),
        awaiting_amount=round(float(amount[awaiting].sum()), 2),
        cancelled_replaced=dict(orders.cancelled).get("replaced", 0),
        cancelled_empty=dict(orders.cancelled).get("empty", 0),
        awaiting_overdue=int((awaiting & _is_overdue(book)).sum()),
        by_quote=_count_quoted(book, signs),
    )


def _is_overdue(book: SalesBook) -> Flags:
    """Flag the orders whose due day has passed, by its column, else by their terms, and those that their status calls so."""
    frame = book.orders
    by_terms = np.where(frame["later"], frame["day"] + days_of_all(frame["terms"]), np.nan)
    due = frame["due"].fillna(pd.Series(by_terms, index=frame.index)).to_numpy(dtype=np.float64)
    said = frame["status"].str.contains(_OVERDUE, regex=True).to_numpy(dtype=bool)
    return np.asarray((due < book.as_of) | said)


def _count_quoted(book: SalesBook, signs: Signs) -> Share | None:
    """Count the orders that came by a quote; None where no channel says so, which is then no evidence that there was none."""
    channel = book.orders["channel"].str.lower()
    quoted = channel.str.contains("|".join(QUOTED), regex=True).to_numpy(dtype=bool)
    if not quoted.any():
        return None
    trade = signs.trade[book.orders["number"].to_numpy()]
    of = trade if trade.any() and signs.told_apart else np.ones(len(quoted), dtype=bool)
    return measure_share(int((quoted & of).sum()), int(of.sum()))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pace:
    """Each customer's own pace, by number: purchase days, days since the last, and the median of the own gaps (NaN below two).

    ``again`` are the most days on which one level of the column ``level`` was bought; 0 everywhere where ``level`` is "".
    """

    purchases: Integers
    last: Integers
    silent: Integers
    median_gap: Floats
    again: Integers
    level: str

    @property
    def gaps(self) -> Integers:
        """Return the finished gaps of each customer."""
        return np.maximum(self.purchases - 1, 0)


def measure_pace(book: SalesBook) -> Pace:
    """Measure how often each customer buys, and since when he or she has not."""
    days, n = book.days, book.n_customers
    purchases = np.bincount(days.customer, minlength=n).astype(np.int64)
    last = np.zeros(n, dtype=np.int64)
    np.maximum.at(last, days.customer, days.day)
    same = days.customer[1:] == days.customer[:-1]
    gap = np.diff(days.day.astype(np.int64))[same]
    owner = days.customer[1:][same].astype(np.int64)
    order = np.lexsort((gap, owner))
    gap, count = gap[order], np.bincount(owner, minlength=n)
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    median = np.full(n, np.nan)
    some = count > 0
    low, high = start[some] + (count[some] - 1) // 2, start[some] + count[some] // 2
    median[some] = (gap[low] + gap[high]) / 2
    level = book.lines.find_column("category", "product", "sku")
    return Pace(
        purchases=purchases,
        last=last,
        silent=np.where(purchases > 0, book.as_of - last, 0).astype(np.int64),
        median_gap=median,
        again=_category_days(book, level) if level else np.zeros(n, dtype=np.int64),
        level=level,
    )


def _category_days(book: SalesBook, column: str) -> Integers:
    """Return, by customer number, the most days on which one category was bought, without orders that were taken back."""
    back = book.orders[book.orders["taken_back"]][["number", "order_id"]]
    book.lines.connection.register("taken_back_orders", back)
    found = book.lines.arrays(
        f"SELECT number, max(days) AS days FROM (SELECT number, {quote_column(column)} AS level, count(DISTINCT day) AS days FROM bought b "  # noqa: S608
        f"WHERE {quote_column(column)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM taken_back_orders t WHERE t.number = b.number "
        "AND t.order_id = CAST(b.order_id AS VARCHAR)) GROUP BY ALL) GROUP BY number"
    )
    book.lines.connection.unregister("taken_back_orders")
    days = np.zeros(book.n_customers, dtype=np.int64)
    days[np.asarray(found["number"], dtype=np.int64)] = np.asarray(found["days"], dtype=np.int64)
    return days


def count_lapsed(pace: Pace, *, factor: float) -> Lapse:
    """Count customers who have been silent for longer than a factor times their own median gap."""
    known = ~np.isnan(pace.median_gap)
    lapsed = known & (pace.silent > factor * np.nan_to_num(pace.median_gap))
    return Lapse(
        factor=factor, judged=int(known.sum()), lapsed=int(lapsed.sum()), unknown=int((~known).sum())
    )


def measure_next_purchase(book: SalesBook, who: Flags | None = None) -> NextPurchase:
    """Measure the time to the next purchase of all customers or of some, open gaps counted for as long as they were watched."""
    days = book.days
    of = np.ones(len(days.customer), dtype=bool) if who is None else who[days.customer]
    following = days.next_day
    done = following != OPEN
    closed, still_open = (following - days.day)[of & done], days.as_of - days.day[of & ~done]
    purchases = np.bincount(days.customer[of], minlength=book.n_customers)
    return NextPurchase(
        n_customers=int((purchases > 0).sum()),
        n_once=int((purchases == 1).sum()),
        gaps=describe_spread(closed, "days"),
        n_open=len(still_open),
        kaplan_meier=read_quantiles(fit_curve(closed, still_open)) if len(closed) else None,
    )


def measure_by_kind(
    book: SalesBook, signs: Signs, *, business_model: str
) -> tuple[tuple[str, NextPurchase, Spread], ...]:
    """Measure next purchase and order value apart for private and trade customers of a mixed company; nothing where one has none."""
    if business_model != "mixed" or not signs.told_apart or not book.has_amount:
        return ()
    amount = book.orders["amount"].to_numpy(dtype=np.float64)
    of_trade = signs.trade[book.orders["number"].to_numpy()]
    found = []
    for kind, who, rows in (("private", ~signs.trade, ~of_trade), ("trade", signs.trade, of_trade)):
        value = describe_spread(amount[book.won & rows], book.currency)
        if value is None:
            return ()
        found.append((kind, measure_next_purchase(book, who), value))
    return tuple(found)
