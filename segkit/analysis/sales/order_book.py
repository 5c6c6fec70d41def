"""One row per order with what the sales cycle asks of it: when, how much, on which terms, by when, whether it is paid.

Order lines in; a frame of orders and the purchase days of each customer out. Everything else in this package reads these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.holds import UNPAID
from segkit.analysis.purchase_days import FlowLines, PurchaseDays, collect_purchase_days, open_lines
from segkit.analysis.sales.columns import (
    GIFT_WORDS,
    INSTALMENTS,
    LATER,
    TRADE_WORDS,
    SalesColumns,
    day_of,
    find_columns,
    text_of,
    words_of,
)
from segkit.intake.cleaning import OPEN_STATES, PAID_STATES, PENDING_STATES
from segkit.intake.orders import Orders

AWAITING = tuple(dict.fromkeys((*PENDING_STATES, *UNPAID)))
"""States of an order that is not paid yet."""
TAKEN_BACK = (
    "refunded",
    "fully refunded",
    "returned",
    "retourniert",
    "erstattet",
    "zurückgegeben",
    "rückerstattet",
)
PARTLY = ("partially_refunded", "partially refunded", "partly refunded", "teilweise erstattet")
UNITS = 10_000

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SalesBook:
    """The orders of one company as the sales cycle reads them.

    ``orders`` has one row per order, sorted by customer, day and order: ``number`` (position in ``lines.customer_ids``),
    ``order_id``, ``day``, ``moment`` (seconds since 1970, NaN without an hour), ``amount`` (net of what came back), ``lines``, ``back`` (lines that came back), ``place`` (1 for the customer's first
    order in the file), ``status``, ``awaiting``, ``taken_back``, ``partly``, ``terms``, ``later`` (terms that let pay after delivery),
    ``purchase_order``, ``dated``, ``due`` and ``paid`` (day numbers, NaN where missing), ``tags``, ``trade``, ``gift``, ``discounted``,
    ``instalments``, ``channel``.
    """

    lines: FlowLines
    columns: SalesColumns
    orders: pd.DataFrame
    days: PurchaseDays
    status_known: bool
    has_amount: bool
    currency: str

    @property
    def as_of(self) -> int:
        """Day number of the end of observation."""
        return self.lines.as_of.toordinal()

    @property
    def n_customers(self) -> int:
        """Return how many customers have an order in use."""
        return len(self.lines.customer_ids)

    def label(self, number: int) -> str:
        """Return the id of a customer."""
        return str(self.lines.customer_ids[number])

    def segment_of(self, number: int) -> int | None:
        """Return the segment of a customer; None for nobody (-1) and for customers without one."""
        segment = int(self.lines.segment[number]) if number >= 0 else -1
        return segment if segment >= 0 else None

    def day(self, number: float) -> date:
        """Return a day number as a date."""
        return date.fromordinal(int(number))

    def has(self, name: str) -> bool:
        """Return whether the order file has a canonical column."""
        return name in self.lines.columns

    def per_customer(self, flags: npt.ArrayLike) -> Integers:
        """Count the orders with a flag by customer number."""
        rows = self.orders["number"].to_numpy()[np.asarray(flags, dtype=bool)]
        return np.bincount(rows, minlength=self.n_customers).astype(np.int64)

    @property
    def won(self) -> Flags:
        """Flag the orders that were not taken back and are worth something, paid or not."""
        kept = ~self.orders["taken_back"].to_numpy(dtype=bool)
        if not self.has_amount:
            return kept
        return kept & (self.orders["amount"].to_numpy(dtype=np.float64) > 0)


def open_sales_book(orders: Orders, *, customers: pd.DataFrame, assignments: pd.Series) -> SalesBook:
    """Read order lines into one row per order.

    Parameters
    ----------
    orders : Orders
        The canonical order lines.
    customers : pandas.DataFrame
        Of ``collect_customers``.
    assignments : pandas.Series
        Segment id by customer id.

    Notes
    -----
    An order is paid unless its status says otherwise; without a status column every order counts as paid.
    """
    lines = open_lines(orders, customers=customers, assignments=assignments)
    columns = find_columns(orders.columns)
    frame = _collect(lines, columns)
    return SalesBook(
        lines=lines,
        columns=columns,
        orders=frame,
        days=collect_purchase_days(lines),
        status_known=bool(len(frame)) and bool((frame["status"] != "").any()),
        has_amount="amount" in orders.columns,
        currency=orders.currency,
    )


def _collect(lines: FlowLines, columns: SalesColumns) -> pd.DataFrame:
    """Group the lines by customer and order."""
    # a credit invoice under a number of its own is no order
    grouped = f"SELECT * FROM ({_grouped(lines, columns)}) WHERE NOT (amount < 0 AND gross <= 0)"  # noqa: S608 - own names and quoted columns
    frame: pd.DataFrame = lines.connection.execute(
        f"SELECT *, row_number() OVER (PARTITION BY number ORDER BY day, order_id) AS place FROM ({grouped}) "  # noqa: S608 - as above
        "ORDER BY number, day, order_id"
    ).df()
    for name in ("awaiting", "taken_back", "partly", "later", "trade", "gift", "discounted", "instalments"):
        frame[name] = frame[name].fillna(value=False).astype(bool)
    for name in ("dated", "due", "paid", "moment"):
        frame[name] = frame[name].astype("float64")
    returned = (frame["back"] > 0) & (frame["amount"] <= 0) & (frame["gross"] > 0)
    frame["taken_back"] = frame["taken_back"] | returned
    frame["partly"] = (frame["partly"] | (frame["back"] > 0)) & ~frame["taken_back"]
    frame["awaiting"] = frame["awaiting"] & ~frame["taken_back"]
    return frame


def _grouped(lines: FlowLines, columns: SalesColumns) -> str:
    """Return the query of one row per order."""
    given = set(lines.columns)
    amount = "coalesce(amount, 0)" if "amount" in given else "0"
    back = " OR ".join(
        (["coalesce(is_return, false)"] if "is_return" in given else []) + [f"{amount} < 0"],
    )
    status = "lower(trim(CAST(order_status AS VARCHAR)))" if "order_status" in given else "NULL"
    tags = f"lower({text_of(columns.tags)})"
    off = [f"coalesce({name}, 0) > 0" for name in ("discount",) if name in given]
    off += [f"{text_of('coupon')} IS NOT NULL"] if "coupon" in given else []
    moment = "min(epoch(order_time))" if "order_time" in given else "NULL"
    method = text_of("payment_method" if "payment_method" in given else "")
    channel = text_of("channel" if "channel" in given else "")
    return (
        f"SELECT number, CAST(order_id AS VARCHAR) AS order_id, min(day) AS day, {moment} AS moment, sum({amount}) / {UNITS}.0 AS amount, "  # noqa: S608
        f"sum(CASE WHEN {amount} > 0 THEN {amount} ELSE 0 END) / {UNITS}.0 AS gross, "
        f"count(*) AS lines, count(*) FILTER ({back}) AS back, "
        f"coalesce(string_agg(DISTINCT {status}, '|'), '') AS status, "
        f"bool_or({_among(status, _waiting_states(lines))}) AS awaiting, bool_or({_among(status, TAKEN_BACK)}) AS taken_back, "
        f"bool_or({_among(status, PARTLY)}) AS partly, "
        f"coalesce(max({text_of(columns.terms)}), '') AS terms, "
        f"bool_or(regexp_matches(lower({text_of(columns.terms)}), '{LATER}')) AS later, "
        f"coalesce(max({text_of(columns.purchase_order)}), '') AS purchase_order, "
        f"max({day_of(columns.dated)}) AS dated, max({day_of(columns.due)}) AS due, max({day_of(columns.paid)}) AS paid, "
        f"coalesce(max({tags}), '') AS tags, bool_or({_trade(columns, tags)}) AS trade, bool_or({_gift(columns, tags)}) AS gift, "
        f"bool_or({' OR '.join(off) or 'false'}) AS discounted, "
        f"bool_or(regexp_matches(lower({method}), '{INSTALMENTS}')) AS instalments, "
        f"coalesce(max({channel}), '') AS channel "
        "FROM lines GROUP BY number, CAST(order_id AS VARCHAR)"
    )


def _waiting_states(lines: FlowLines) -> tuple[str, ...]:
    """Return the states of an order that is not paid yet in this file."""
    if "order_status" not in lines.columns:
        return AWAITING
    text = "lower(trim(CAST(order_status AS VARCHAR)))"
    (told,) = lines.rows(f"SELECT coalesce(bool_or({_among(text, PAID_STATES)}), false) FROM lines")[0]  # noqa: S608 - own words
    return (*AWAITING, *OPEN_STATES) if told else AWAITING


def _among(value: str, states: tuple[str, ...]) -> str:
    return f"{value} IN ({', '.join(repr(state) for state in states)})"


def _trade(columns: SalesColumns, tags: str) -> str:
    """Return the SQL of a sign that an organization ordered."""
    signs = [
        f"{text_of(name)} IS NOT NULL"
        for name in (columns.company, columns.tax_number, columns.purchase_order)
        if name
    ]
    signs += (
        [f"regexp_matches(lower({text_of(columns.terms)}), '{LATER}|pro.?forma')"] if columns.terms else []
    )
    signs += [f"regexp_matches({tags}, '{words_of(TRADE_WORDS)}')"] if columns.tags else []
    return " OR ".join(f"coalesce({sign}, false)" for sign in signs) or "false"


def _gift(columns: SalesColumns, tags: str) -> str:
    """Return the SQL of a sign that somebody else receives the goods as a present."""
    signs = [f"{text_of(name)} IS NOT NULL" for name in (columns.occasion, columns.gift_message) if name]
    signs += [f"regexp_matches({tags}, '{words_of(GIFT_WORDS)}')"] if columns.tags else []
    billed, shipped = columns.ship_to
    signs += [f"lower({text_of(billed)}) <> lower({text_of(shipped)})"] if billed and shipped else []
    return " OR ".join(f"coalesce({sign}, false)" for sign in signs) or "false"
