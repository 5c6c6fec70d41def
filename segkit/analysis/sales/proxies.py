"""Measured figures that stand for a criterion, from orders, the customer file and events.

One function a criterion. ``share`` is k of the n named here, ``spread`` is over the values named here; a figure that needs a column
which no file has is given without it, with what is missing, for those marked *, and left out for the others.

======================== ========= =============================================================================================
name                     criterion what it is
======================== ========= =============================================================================================
order_value              money     spread of the value of orders that are worth something and were not taken back
largest_order            money     spread of each customer's largest order
discounted_orders *      money     orders with a discount or a code, of orders
unpaid_orders *          money     orders not paid yet, of orders
on_account_orders        money     orders with terms that let pay after delivery, of orders
instalment_orders        money     orders paid in instalments, of orders; only where a payment method says so
contract                 money     customers by whether they have a contract (levels)
trade_customers *        authority customers with a sign of trade, of customers
gift_orders *            authority orders with a sign of a gift, of orders
purchase_order_numbers * authority orders with a purchase order number, of orders of trade customers (levels: customers with one, all their
                                   orders, customers without)
purchasing_role          authority customers by the role of who buys, as stated (levels)
shared_household         authority customers by household, as stated (levels)
repeat_category          need      customers who bought one category on two days or more, of those with two purchase days or more
stock_notices *          need      customers who asked to be told when something is back, of customers
quotes_requested *       need      customers who asked for a quote, of customers
purchase_interval        timing    spread of finished gaps between purchase days
kaplan_meier             timing    days by which a quarter, half and three quarters came back, open gaps counted (levels)
overdue_customers        timing    customers silent longer than the factor times their own median gap, of those with a gap
dated_orders *           timing    orders that name the day by which they must be there, of orders
season                   timing    purchase days by month (levels); only with a year of history or more
======================== ========= =============================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.opportunities import describe_spread, measure_share
from segkit.analysis.purchase_days import quote_column
from segkit.analysis.sales.buyers import Signs, align
from segkit.analysis.sales.columns import CONTRACT, HOUSEHOLD, ROLE, find_attribute
from segkit.analysis.sales.order_book import Flags, SalesBook
from segkit.analysis.sales.outcomes import Pace
from segkit.model.criterion import Criterion
from segkit.model.pipeline_facts import Share
from segkit.model.sales_facts import Lapse, NextPurchase, Proxy

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
YEAR = 365
MAX_LEVELS = 12
_YES_NO = {"true": "yes", "false": "no"}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProxyMaterial:
    """What the proxies are measured on."""

    book: SalesBook
    signs: Signs
    pace: Pace
    lapse: Lapse
    next_purchase: NextPurchase
    attributes: pd.DataFrame | None
    attribute_sources: dict[str, str]
    events: Any

    def attribute(self, wanted: tuple[str, ...]) -> str:
        """Return the column of the customer file with one of the wanted names."""
        return find_attribute(self.attributes.columns, wanted) if self.attributes is not None else ""


def measure_proxies(material: ProxyMaterial) -> tuple[Proxy, ...]:
    """Measure every figure that the files allow, by criterion."""
    return (*_money(material), *_authority(material), *_need(material), *_timing(material))


def _money(material: ProxyMaterial) -> Iterator[Proxy]:
    book = material.book
    if book.has_amount:
        won = book.orders[book.won]
        amount = won["amount"].to_numpy(dtype=np.float64)
        yield _spread("order_value", amount, book, "net value of orders worth more than 0 and not taken back")
        largest = won.groupby("number")["amount"].max().to_numpy(dtype=np.float64)
        yield _spread("largest_order", largest, book, "each customer's largest such order")
    columns = [name for name in ("discount", "coupon") if book.has(name)]
    yield _orders(
        book,
        Criterion.MONEY,
        "discounted_orders",
        "discounted",
        f"{' or '.join(columns)} filled or above 0",
        missing="" if columns else "a column of discounts or codes",
    )
    yield _orders(
        book,
        Criterion.MONEY,
        "unpaid_orders",
        "awaiting",
        "order_status says that it is not paid yet",
        missing="" if book.status_known else "a column that says whether an order is paid",
    )
    if book.columns.terms:
        text = f"{book.columns.terms} lets pay after delivery"
        yield _orders(book, Criterion.MONEY, "on_account_orders", "later", text)
    if book.orders["instalments"].any():
        yield _orders(
            book, Criterion.MONEY, "instalment_orders", "instalments", "payment_method names instalments"
        )
    yield from _levels(material, Criterion.MONEY, "contract", CONTRACT)


def _authority(material: ProxyMaterial) -> Iterator[Proxy]:
    book, signs = material.book, material.signs
    n, trade = book.n_customers, signs.trade
    known = bool(signs.trade_columns) or bool(trade.all())
    yield _share(
        Criterion.AUTHORITY,
        "trade_customers",
        measure_share(int(trade.sum()), n) if known else None,
        f"a sign of trade in {', '.join(signs.trade_columns) or 'business_model'}, of customers",
        missing="" if known else "a column that tells organizations from people",
    )
    gifts = ", ".join(signs.gift_columns)
    yield _orders(
        book,
        Criterion.AUTHORITY,
        "gift_orders",
        "gift",
        f"a sign of a gift in {gifts}",
        missing="" if gifts else "a column that tells gifts from other orders",
    )
    rows = trade[book.orders["number"].to_numpy()]
    column = book.columns.purchase_order
    numbered = (book.orders["purchase_order"] != "").to_numpy() & rows
    yield _share(
        Criterion.AUTHORITY,
        "purchase_order_numbers",
        measure_share(int(numbered.sum()), int(rows.sum())) if column else None,
        f"{column} filled, of orders of trade customers",
        missing="" if column else "a column of purchase order numbers",
        levels=_whose_numbers(book, trade, numbered) if column else (),
    )
    yield from _levels(material, Criterion.AUTHORITY, "purchasing_role", ROLE)
    yield from _levels(material, Criterion.AUTHORITY, "shared_household", HOUSEHOLD)


def _whose_numbers(book: SalesBook, trade: Flags, numbered: Flags) -> tuple[tuple[str, int], ...]:
    """Return how many trade customers have an order with a number, how many orders these have, and how many customers have none."""
    with_one = book.per_customer(numbered) > 0
    orders = int(with_one[book.orders["number"].to_numpy()].sum())
    return (
        ("customers with one", int(with_one.sum())),
        ("their orders", orders),
        ("customers without", int((trade & ~with_one).sum())),
    )


def _need(material: ProxyMaterial) -> Iterator[Proxy]:
    pace = material.pace
    if pace.level:
        again = pace.again >= 2
        asked = pace.purchases > 1
        yield _share(
            Criterion.NEED,
            "repeat_category",
            measure_share(int((again & asked).sum()), int(asked.sum())),
            f"the same {pace.level} on two days or more, of customers with two purchase days or more",
        )
    for name, event in (("stock_notices", "stock_notice"), ("quotes_requested", "quote_requested")):
        yield _event(material, name, event)


def _timing(material: ProxyMaterial) -> Iterator[Proxy]:
    book, following, lapse = material.book, material.next_purchase, material.lapse
    if following.gaps is not None:
        yield Proxy(
            criterion=Criterion.TIMING,
            name="purchase_interval",
            definition="days between one purchase day of a customer and the next, finished gaps",
            source_id="orders",
            spread=following.gaps,
        )
    if following.kaplan_meier is not None:
        found = following.kaplan_meier
        quantiles = (("q25", found.q25), ("q50", found.q50), ("q75", found.q75))
        yield Proxy(
            criterion=Criterion.TIMING,
            name="kaplan_meier",
            definition="days by which a share has bought again (Kaplan-Meier), finished and open gaps",
            source_id="orders",
            levels=tuple((name, int(days)) for name, days in quantiles if days is not None),
        )
    text = f"silent longer than {lapse.factor:g} times the own median gap, of customers with a finished gap"
    yield _share(Criterion.TIMING, "overdue_customers", measure_share(lapse.lapsed, lapse.judged), text)
    column = book.columns.dated
    yield _share(
        Criterion.TIMING,
        "dated_orders",
        measure_share(int(book.orders["dated"].notna().sum()), len(book.orders)) if column else None,
        f"{column} filled, of orders",
        missing="" if column else "a column with the day by which an order must be there",
    )
    days = book.days.day
    if len(days) and book.as_of - int(days.min()) >= YEAR:
        month = pd.to_datetime(pd.Series(days.astype(np.int64) - _EPOCH), unit="D").dt.month
        counts = np.bincount(month.to_numpy(), minlength=13)[1:]
        yield Proxy(
            criterion=Criterion.TIMING,
            name="season",
            definition="purchase days by month of the year",
            source_id="orders",
            levels=tuple((name, int(count)) for name, count in zip(MONTHS, counts, strict=True)),
        )


_EPOCH = pd.Timestamp("1970-01-01").toordinal()


def _spread(name: str, values: np.ndarray, book: SalesBook, definition: str) -> Proxy:
    found = describe_spread(values, book.currency)
    return Proxy(
        criterion=Criterion.MONEY,
        name=name,
        definition=definition,
        source_id="orders",
        spread=found,
        missing="" if found else "an order that is worth something",
    )


def _orders(
    book: SalesBook, criterion: Criterion, name: str, flag: str, definition: str, *, missing: str = ""
) -> Proxy:
    found = None if missing else measure_share(int(book.orders[flag].sum()), len(book.orders))
    return _share(criterion, name, found, f"{definition}, of orders", missing=missing)


def _share(
    criterion: Criterion,
    name: str,
    found: Share | None,
    definition: str,
    *,
    missing: str = "",
    source_id: str = "orders",
    levels: tuple[tuple[str, int], ...] = (),
) -> Proxy:
    if missing:
        definition = ""
    elif found is None:
        missing = "anybody it could be measured on"
    return Proxy(
        criterion=criterion,
        name=name,
        definition=definition,
        source_id=source_id,
        share=found,
        missing=missing,
        levels=levels,
    )


def _levels(
    material: ProxyMaterial, criterion: Criterion, name: str, wanted: tuple[str, ...]
) -> Iterator[Proxy]:
    """Yield customers by the text of an attribute, most first; nothing without such a column."""
    column = material.attribute(wanted)
    if material.attributes is None or not column:
        return
    texts = align(material.book, material.attributes[column]).dropna()
    counts = texts.str.lower().map(lambda text: _YES_NO.get(text, text)).value_counts()
    levels = sorted(
        ((str(level), int(count)) for level, count in counts.items()), key=lambda x: (-x[1], x[0])
    )
    if levels and len(levels) <= MAX_LEVELS:
        file = material.attribute_sources.get(column, "customers")
        yield Proxy(
            criterion=criterion,
            name=name,
            definition=f"{column} as stated, {len(texts):,} of {material.book.n_customers:,} customers",
            source_id=file.rpartition(".")[0] or file,
            levels=tuple(levels),
        )


def _event(material: ProxyMaterial, name: str, event: str) -> Proxy:
    """Return the share of customers with an event; without one such row nobody knows whether it is recorded."""
    table = getattr(material.events, "table", None)
    rows = table[table["event"] == event] if table is not None else None
    if rows is None or not len(rows):
        return _share(
            Criterion.NEED, name, None, "", missing=f"a file of events with {event}", source_id="events"
        )
    known = np.unique(material.book.lines.numbers_of(rows["customer_id"]))
    book = material.book
    found = measure_share(int((known >= 0).sum()), book.n_customers)
    text = f"an event {quote_column(event)}, of customers"
    return _share(Criterion.NEED, name, found, text.replace('"', ""), source_id="events")
