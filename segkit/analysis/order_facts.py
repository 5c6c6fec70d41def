"""What the orders themselves say of prices, codes and terms, to hold against the company's pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import narwhals as nw

from segkit.intake.columns import normalise
from segkit.intake.orders import Orders

MAX_PRODUCTS = 2_000
"""Products whose prices are kept, those with most lines first."""
RECENT_DAYS = 180
"""Prices paid within so many days before a product's last order count as present ones."""
SAMPLES = 8
"""Orders of one code that are looked at line by line."""


class FactKind(StrEnum):
    """What an order fact is about."""

    PRICE = "price"
    CODE = "code"
    TERMS = "terms"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """One thing that the orders say.

    Parameters
    ----------
    kind : FactKind
        A product's unit price before discounts, a discount code's use, or payment terms.
    subject : str
        Product name, code, or terms as the orders have them.
    first, last : date
        First and last day.
    orders : int
        Distinct orders.
    amount : float or None
        The last price.
    unit : str
        Currency.
    recent : tuple of float
        Every unit price of the 180 days before the last order, ascending.
    samples : tuple of (float, tuple of float)
        For a code: money taken off an order, and the list value of each of its lines; the latest orders.
    tags : tuple of str
        For terms: the words of the order's tags.
    earliest : int
        For terms: the earliest place among a customer's orders at which they were given (1: the first order).
    locator : str
        The order that shows it, and the column.
    """

    kind: FactKind
    subject: str
    first: date
    last: date
    orders: int
    locator: str
    amount: float | None = None
    unit: str = ""
    recent: tuple[float, ...] = ()
    samples: tuple[tuple[float, tuple[float, ...]], ...] = ()
    tags: tuple[str, ...] = ()
    earliest: int = 0


def collect_order_facts(orders: Orders) -> tuple[OrderFact, ...]:
    """Collect prices, codes and payment terms from the order lines.

    Returns
    -------
    tuple of OrderFact
        Prices by product name (at most 2,000 products), then codes, then terms.
    """
    lines = nw.to_native(orders.scan())
    return (*_prices(orders, lines), *_codes(orders, lines), *_terms(orders, lines))


def _rows(lines: Any, query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = lines.query("lines", query).fetchall()
    return found


def _gross(orders: Orders) -> str:
    return "(amount + coalesce(discount, 0))" if "discount" in orders.columns else "amount"


def _prices(orders: Orders, lines: Any) -> Iterator[OrderFact]:
    if not {"product", "amount", "quantity"} <= set(orders.columns):
        return
    bought = (
        f"SELECT product, order_id, order_date AS day, round({_gross(orders)} / 10000.0 / quantity, 2) AS price "  # noqa: S608 - own names only
        "FROM lines WHERE product IS NOT NULL AND quantity > 0 AND amount > 0 AND NOT is_return"
    )
    query = (
        f"WITH bought AS ({bought}), known AS (SELECT product, min(day) AS first, max(day) AS last, count(*) AS n, "  # noqa: S608 - own names only
        "count(DISTINCT order_id) AS orders FROM bought GROUP BY 1 ORDER BY n DESC, product "
        f"LIMIT {MAX_PRODUCTS}) SELECT product, any_value(first), any_value(last), any_value(k.orders), "
        "list_sort(list_distinct(list(price))), arg_max(price, (day, order_id, price)), max_by(order_id, (day, order_id, price)) "
        f"FROM bought b JOIN known k USING (product) WHERE b.day >= k.last - INTERVAL {RECENT_DAYS} DAY GROUP BY 1 ORDER BY 1"
    )
    column = dict(orders.source_columns).get("amount", "amount")
    for product, first, last, n, recent, price, order in _rows(lines, query):
        yield OrderFact(
            kind=FactKind.PRICE,
            subject=str(product),
            first=_day(first),
            last=_day(last),
            orders=int(n),
            amount=float(price),
            unit=orders.currency,
            recent=tuple(float(one) for one in recent),
            locator=f"order {order}, {column}",
        )


def _codes(orders: Orders, lines: Any) -> Iterator[OrderFact]:
    if "coupon" not in orders.columns:
        return
    off = "coalesce(discount, 0)" if "discount" in orders.columns else "0"
    whole = (
        "SELECT trim(coupon) AS code, order_id, min(order_date) AS day, "  # noqa: S608 - own names only
        f"sum({off}) / 10000.0 AS taken, list(round({_gross(orders)} / 10000.0, 2) ORDER BY line_no) AS values "
        "FROM lines WHERE trim(coupon) <> '' AND NOT is_return GROUP BY 1, 2"
    )
    query = (
        f"WITH whole AS ({whole}), numbered AS (SELECT *, row_number() OVER (PARTITION BY code ORDER BY day DESC, order_id) AS n "  # noqa: S608 - own names only
        "FROM whole) SELECT code, min(day), max(day), count(*), max_by(order_id, (day, order_id)), "
        f"list((taken, values) ORDER BY n) FILTER (WHERE n <= {SAMPLES}) FROM numbered GROUP BY 1 ORDER BY 1"
    )
    column = dict(orders.source_columns).get("coupon", "coupon")
    for code, first, last, n, order, samples in _rows(lines, query):
        yield OrderFact(
            kind=FactKind.CODE,
            subject=str(code),
            first=_day(first),
            last=_day(last),
            orders=int(n),
            unit=orders.currency,
            samples=tuple((float(taken), tuple(map(float, values))) for taken, values in samples),
            locator=f"order {order}, {column}",
        )


def _terms(orders: Orders, lines: Any) -> Iterator[OrderFact]:
    column = next((name for name in orders.columns if is_terms_column(name)), "")
    if not column:
        return
    name = '"' + column.replace('"', '""') + '"'
    tags = "max(tags)" if "tags" in orders.columns else "''"
    whole = (
        f"SELECT customer_id, order_id, min(order_date) AS day, max(trim({name})) AS terms, {tags} AS tags "  # noqa: S608 - own names only
        "FROM lines GROUP BY 1, 2"
    )
    query = (
        f"WITH whole AS ({whole}), ranked AS (SELECT *, row_number() OVER (PARTITION BY customer_id ORDER BY day, order_id) AS place "  # noqa: S608 - own names only
        "FROM whole) SELECT terms, lower(coalesce(tags, '')) AS kinds, min(day), max(day), count(*), min(place), "
        "arg_min(order_id, (place, day, order_id)) FROM ranked WHERE terms <> '' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    for terms, kinds, first, last, n, place, order in _rows(lines, query):
        yield OrderFact(
            kind=FactKind.TERMS,
            subject=str(terms),
            first=_day(first),
            last=_day(last),
            orders=int(n),
            tags=tuple(word.strip() for word in str(kinds).split(",") if word.strip()),
            earliest=int(place),
            locator=f"order {order}, {column}",
        )


def is_terms_column(column: str) -> bool:
    """Return whether a column holds payment terms.

    Examples
    --------
    >>> is_terms_column("Payment Terms Name"), is_terms_column("payment_terms_id")
    (True, False)
    """
    plain = normalise(column)
    return any(
        cue in plain for cue in ("payment_terms", "zahlungsbedingung", "zahlungsziel")
    ) and not plain.endswith("_id")


def _day(value: Any) -> date:
    """Return a day, whether the engine gave a date or a moment."""
    return date(value.year, value.month, value.day)
