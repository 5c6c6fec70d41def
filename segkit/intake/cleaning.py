"""Which lines count: every rule a named flag, every switch visible, every row accounted for.

Comes in: the table ``staged`` of priced order lines with one yes/no column per rule. Goes out: the SQL condition of
the lines in use, the log entries, and the totals under every other choice. Nothing is deleted on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import duckdb

from segkit.intake.pricing import money
from segkit.intake.sources import row_examples
from segkit.intake.text_table import fetch_row, quote_text
from segkit.model.cleaning import Alternative, LogEntry
from segkit.model.company import OrderSettings

CANCELLED_STATES = (
    "cancelled", "canceled", "cancelled by customer", "voided", "void", "failed", "expired", "declined", "rejected",
    "trash", "storniert", "stornierung", "storno", "abgebrochen", "fehlgeschlagen", "abgelehnt",
)  # fmt: skip
PENDING_STATES = (
    "pending", "pending payment", "pending_payment", "on hold", "on-hold", "unpaid", "awaiting payment",
    "authorized", "offen", "ausstehend", "unbezahlt", "wartet auf zahlung",
)  # fmt: skip
OPEN_STATES = ("open", "overdue", "überfällig")
"""Not paid yet where the same column also says who has paid; "open" may else just as well mean not sent yet."""
PAID_STATES = ("paid", "bezahlt")
RETURNED_STATES = (
    "returned", "return_pending", "return pending", "refunded", "fully refunded", "retourniert", "erstattet",
    "zurückgegeben", "rückerstattet",
)  # fmt: skip
TRUE_WORDS = (
    "true",
    "t",
    "yes",
    "y",
    "1",
    "ja",
    "j",
    "wahr",
    "x",
    "refund",
    "refunded",
    "return",
    "returned",
    "retoure",
)
"""What marks a line in a column that says whether it is a return."""
FALSE_WORDS = (
    "false", "f", "no", "n", "0", "nein", "falsch", "-", "none", "sale", "order", "purchase", "payment", "verkauf", "kauf",
)  # fmt: skip
"""What such a column says of all other lines, besides nothing."""
NON_PRODUCTS = (
    "POST", "DOT", "M", "D", "S", "B", "C2", "CRUK", "PADS", "BANK CHARGES", "AMAZONFEE", "POSTAGE", "SHIPPING",
    "CARRIAGE", "VERSAND", "VERSANDKOSTEN", "PORTO",
)  # fmt: skip
"""Codes of lines that are no product, compared without regard to case; codes that begin with ``gift_`` too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason for which a line may not count.

    ``flag`` is the yes/no column of ``staged``; ``drops`` says whether these settings drop such lines. Where
    ``other`` is given, the rule has a switch, and ``other`` makes the opposite choice.
    """

    flag: str
    name: str
    reason: str
    switch: str = ""
    drops: Callable[[OrderSettings], bool] = lambda _: True
    other: Callable[[OrderSettings], OrderSettings] | None = None
    dropped_words: str = ""
    kept_words: str = ""


RULES = (
    Rule(flag="undated", name="unreadable date", reason="rows without a readable order date"),
    Rule(flag="unpriced", name="unreadable amount", reason="rows without a readable amount"),
    Rule(
        flag="overlapping",
        name="overlapping exports",
        reason="rows of orders that a later export holds again",
    ),
    Rule(flag="late", name="after as_of", reason="rows of orders after the end of observation (as_of)"),
    Rule(flag="anonymous", name="no identity", reason="rows that do not say who ordered"),
    Rule(flag="cancelled", name="cancelled orders", reason="rows of cancelled or voided orders"),
    Rule(
        flag="pending",
        name="pending orders",
        reason="rows of orders that are not paid yet",
        switch="include_pending",
        drops=lambda settings: not settings.include_pending,
        other=lambda settings: replace(settings, include_pending=not settings.include_pending),
        dropped_words="without orders that are not paid yet",
        kept_words="with orders that are not paid yet",
    ),
    Rule(
        flag="returned",
        name="returned orders",
        reason="rows of orders that came back, by their status",
        switch="returned",
        drops=lambda settings: settings.returned == "drop",
        other=lambda settings: replace(settings, returned="keep" if settings.returned == "drop" else "drop"),
        dropped_words="without orders that came back",
        kept_words="with orders that came back",
    ),
    Rule(
        flag="negative",
        name="cancellations",
        reason="cancellation rows (credit invoices, negative quantities or amounts)",
        switch="cancellations",
        drops=lambda settings: settings.cancellations == "drop",
        other=lambda settings: replace(
            settings, cancellations="net" if settings.cancellations == "drop" else "drop"
        ),
        dropped_words="without cancellation rows",
        kept_words="cancellation rows netted against the customer",
    ),
    Rule(
        flag="refunded",
        name="refunds within an order",
        reason="rows with money taken off an order that also has sales, netted against it",
        drops=lambda _: False,
    ),
    Rule(
        flag="non_product",
        name="non-products",
        reason="rows that are no product (postage, fees, adjustments, vouchers)",
        switch="non_products",
        drops=lambda settings: settings.non_products == "drop",
        other=lambda settings: replace(
            settings, non_products="keep" if settings.non_products == "drop" else "drop"
        ),
        dropped_words="without rows that are no product",
        kept_words="with rows that are no product",
    ),
    Rule(
        flag="free",
        name="free lines",
        reason="rows with a price of zero",
        switch="free_lines",
        drops=lambda settings: settings.free_lines == "drop",
        other=lambda settings: replace(
            settings, free_lines="keep" if settings.free_lines == "drop" else "drop"
        ),
        dropped_words="without rows priced at zero",
        kept_words="with rows priced at zero",
    ),
    Rule(
        flag="repeated",
        name="exact duplicates",
        reason="rows that repeat another row exactly",
        switch="duplicates",
        drops=lambda settings: settings.duplicates == "drop",
        other=lambda settings: replace(
            settings, duplicates="keep" if settings.duplicates == "drop" else "drop"
        ),
        dropped_words="without exact duplicates",
        kept_words="with exact duplicates",
    ),
)
"""In the order in which they are tried: the first that holds names why a row is dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What the lines in use add up to."""

    rows: int
    customers: int
    orders: int
    revenue: Decimal | None


def in_use(settings: OrderSettings) -> str:
    """Return the SQL condition of the lines that count under these settings.

    Examples
    --------
    >>> in_use(OrderSettings())[:40]
    'NOT (undated OR unpriced OR overlapping '
    """
    return f"NOT ({' OR '.join(rule.flag for rule in RULES if rule.drops(settings))})"


def tally_lines(connection: duckdb.DuckDBPyConnection) -> None:
    """Write ``tallied``: lines and amount by order and flags, from which every choice adds up at once."""
    flags = ", ".join(rule.flag for rule in RULES)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE tallied AS SELECT kind, key, order_ref, order_of, "
        f"{flags}, count(DISTINCT line_no) FILTER (NOT synthetic) AS n, sum(amount) AS amount FROM staged GROUP BY ALL"
    )


def count_totals(connection: duckdb.DuckDBPyConnection, *, settings: OrderSettings, priced: bool) -> Totals:
    """Add up the lines that count under these settings.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``tallied`` lives.
    settings : OrderSettings
        The switches.
    priced : bool
        Whether the file has amounts.
    """
    rows, customers, orders, revenue = fetch_row(
        connection,
        "SELECT coalesce(sum(n), 0), count(DISTINCT (kind, key)), "
        "count(DISTINCT coalesce(order_ref, concat_ws('|', kind, key, order_of))), sum(amount) "
        f"FROM tallied WHERE {in_use(settings)}",
    )
    return Totals(
        rows=int(str(rows)),
        customers=int(str(customers)),
        orders=int(str(orders)),
        revenue=money(revenue) if priced else None,
    )


def count_orders_left_out(
    connection: duckdb.DuckDBPyConnection, *, settings: OrderSettings
) -> tuple[tuple[str, int], ...]:
    """Count whole orders that were left out because of how they ended.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``tallied`` lives.
    settings : OrderSettings
        The switches.

    Returns
    -------
    tuple of (str, int)
        Name of the rule and its orders, for cancelled, unpaid and returned ones that these settings drop; the log counts rows.
    """
    earlier = [rule.flag for rule in RULES[: _place("cancelled")]]
    order = "coalesce(order_ref, concat_ws('|', kind, key, order_of))"
    found = []
    for flag in ("cancelled", "pending", "returned"):
        rule = RULES[_place(flag)]
        if not rule.drops(settings):
            continue
        (orders,) = fetch_row(
            connection,
            f"SELECT count(DISTINCT {order}) FROM tallied WHERE {flag} AND NOT ({' OR '.join(earlier)})",
        )
        found.append((rule.name, int(str(orders))))
        earlier.append(flag)
    return tuple(found)


def _place(flag: str) -> int:
    return next(place for place, rule in enumerate(RULES) if rule.flag == flag)


def log_rules(
    connection: duckdb.DuckDBPyConnection, *, settings: OrderSettings, labels: Sequence[str], priced: bool
) -> tuple[tuple[LogEntry, ...], tuple[LogEntry, ...]]:
    """Count what each rule dropped and what a switch kept.

    Returns
    -------
    tuple of (dropped, kept)
        Each row is counted once, under the first rule that holds.
    """
    dropping = [rule for rule in RULES if rule.drops(settings)]
    keeping = [rule for rule in RULES if not rule.drops(settings)]
    first = "CASE " + " ".join(f"WHEN {rule.flag} THEN {quote_text(rule.flag)}" for rule in dropping) + " END"
    found = _tally(connection, f"SELECT *, {first} AS why FROM staged", labels)
    dropped = tuple(_entry(rule, *found[rule.flag], priced=priced) for rule in dropping if rule.flag in found)
    kept = []
    for rule in keeping:
        held = _tally(
            connection,
            f"SELECT *, {quote_text(rule.flag)} AS why FROM staged WHERE {rule.flag} AND {in_use(settings)}",
            labels,
        )
        if rule.flag in held:
            kept.append(_entry(rule, *held[rule.flag], priced=priced))
    return dropped, tuple(kept)


def list_alternatives(
    connection: duckdb.DuckDBPyConnection, *, settings: OrderSettings, totals: Totals, priced: bool
) -> tuple[Alternative, ...]:
    """Compute the totals under the other choice of each switch that changes something."""
    options = []
    for rule in RULES:
        if rule.other is None:
            continue
        other = rule.other(settings)
        sums = count_totals(connection, settings=other, priced=priced)
        if sums == totals or not sums.rows:
            continue
        drops = rule.drops(other)
        options.append(
            Alternative(
                choice=rule.dropped_words if drops else rule.kept_words,
                switch=f"{rule.switch} = {_choice(rule.switch, other)}",
                customers=sums.customers,
                orders=sums.orders,
                revenue=sums.revenue,
            )
        )
    return tuple(options)


def _choice(switch: str, settings: OrderSettings) -> str:
    """Write a setting as ``company.toml`` has it."""
    value = getattr(settings, switch)
    return str(value).lower() if isinstance(value, bool) else f'"{value}"'


def _tally(
    connection: duckdb.DuckDBPyConnection, query: str, labels: Sequence[str]
) -> dict[str, tuple[int, object, tuple[str, ...]]]:
    """Return rows, amount and up to five examples by reason."""
    found = connection.execute(
        "SELECT why, count(DISTINCT line_no) AS n, sum(amount), min(line_no, 5) "
        f"FROM ({query}) WHERE why IS NOT NULL AND NOT synthetic GROUP BY why"
    ).fetchall()
    result = {}
    for why, rows, amount, lines in found:
        places = connection.execute(
            "SELECT DISTINCT file_no, row_no FROM staged WHERE line_no IN (SELECT unnest(?)) ORDER BY ALL",
            [lines],
        ).fetchall()
        result[str(why)] = (int(rows), amount, row_examples(labels, places))
    return result


def _entry(rule: Rule, rows: int, amount: object, examples: tuple[str, ...], *, priced: bool) -> LogEntry:
    return LogEntry(
        rule=rule.name,
        reason=rule.reason,
        rows=rows,
        examples=examples,
        amount=money(amount) if priced else None,
        switch=rule.switch,
    )
