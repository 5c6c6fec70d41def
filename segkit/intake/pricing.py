"""What each line brought in: quantities and prices, discounts and refunds, in 1/10,000 of the currency unit.

Comes in: the table ``typed`` of order lines with whatever money columns the file has. Goes out: ``priced`` with one
net amount per line, ``refunds`` with what was paid back by order, and a log entry for each repair.
Integers throughout: sums do not depend on the order of rows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from segkit.intake.formats import OrderFormat
from segkit.intake.text_table import fetch_count, fetch_row
from segkit.model.cleaning import LogEntry
from segkit.words.figures import minor_digits

UNITS = 10_000
"""Amounts are whole numbers of 1/10,000 of the currency unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """How amounts were found.

    Parameters
    ----------
    basis : str
        ``"amount"``, ``"unit_price"``, ``"order_total"`` or ``""`` (the file has no amounts).
    has_discount : bool
        Whether a discount column results.
    totals_spread, discounts_spread, subtotals, discount_shares : bool
        What was done on the way, for :func:`log_pricing`.
    """

    basis: str
    has_discount: bool = False
    totals_spread: bool = False
    discounts_spread: bool = False
    subtotals: bool = False
    discount_shares: bool = False


def money(value: object) -> Decimal:
    """Return 1/10,000 units as an exact amount.

    Examples
    --------
    >>> money(123450)
    Decimal('12.3450')
    """
    return (Decimal(int(str(value or 0))) / UNITS).quantize(Decimal("0.0001"))


def price_basis(columns: Collection[str]) -> str:
    """Choose where amounts come from: line amounts before prices before order totals.

    Examples
    --------
    >>> price_basis({"unit_price", "quantity"}), price_basis({"order_total", "amount"}), price_basis({"sku"})
    ('unit_price', 'amount', '')
    """
    return next((name for name in ("amount", "unit_price", "order_total") if name in columns), "")


def price_lines(
    connection: duckdb.DuckDBPyConnection,
    *,
    columns: Collection[str],
    form: OrderFormat | None,
    currency: str,
) -> Pricing:
    """Write ``priced``: lid, base, discount, amount of every line.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``typed`` lives: lid, grp (order), the money columns present, ``quantity``, ``less`` where the
        format subtracts shipping and taxes.
    columns : collection of str
        Canonical columns present.
    form : OrderFormat or None
        The vendor format.
    currency : str
        Decides the smallest coin to which a discount is spread.

    Returns
    -------
    Pricing

    Notes
    -----
    A discount of a whole order is spread over its lines in proportion to their value by largest remainder, so
    that the lines add up to the order to the last coin.
    """
    basis = price_basis(columns)
    coin = 10 ** (4 - minor_digits(currency))
    if not basis:
        connection.execute(
            "CREATE OR REPLACE TEMP VIEW priced AS SELECT lid, NULL::BIGINT AS base, NULL::BIGINT AS discount, "
            "NULL::BIGINT AS amount FROM typed"
        )
        return Pricing(basis="")
    totals_spread = basis == "order_total" and _base_from_totals(connection, columns=columns, coin=coin)
    if basis != "order_total":
        _base_from_lines(connection, columns=columns, basis=basis)
    subtract = basis == "unit_price" or bool(form and form.gross_amount)
    shares = form is None and _discounts_are_shares(connection, columns)
    _line_discounts(connection, columns=columns, subtract=subtract, shares=shares)
    of_order = subtract and bool({"order_subtotal", "order_discount"} & set(columns))
    if of_order:
        _spread_order_discounts(connection, columns=columns, coin=coin)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW priced AS SELECT lid, base, discount, "
        f"{'base - discount' if subtract else 'base'} AS amount FROM {'netted' if of_order else 'with_discount'}"
    )
    return Pricing(
        basis=basis,
        has_discount="discount" in columns or of_order,
        totals_spread=totals_spread,
        discounts_spread=of_order,
        subtotals=of_order and "order_subtotal" in columns,
        discount_shares=shares,
    )


def _base_from_lines(connection: duckdb.DuckDBPyConnection, *, columns: Collection[str], basis: str) -> None:
    """Take the line amount, or quantity times unit price; exact halves go up."""
    quantity = "coalesce(quantity, 1)" if "quantity" in columns else "1"
    product = f"floor({quantity} * unit_price::DOUBLE + 0.5)::BIGINT"
    if basis == "unit_price":
        base = product
    else:
        base = f"coalesce(amount, {product})" if {"unit_price", "quantity"} <= set(columns) else "amount"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE based AS SELECT lid, grp, {base} AS base FROM typed")


def _base_from_totals(connection: duckdb.DuckDBPyConnection, *, columns: Collection[str], coin: int) -> bool:
    """Count an order total once, however many lines repeat it; totals that differ by line are line amounts.

    Returns
    -------
    bool
        Whether totals were spread over several lines.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE totals AS SELECT grp, count(*) AS n, count(DISTINCT order_total) AS kinds, "
        "max(order_total - less) AS total FROM typed GROUP BY grp"
    )
    differing, several = fetch_row(
        connection, "SELECT count(*) FILTER (kinds > 1), count(*) FILTER (n > 1) FROM totals"
    )
    if differing or not several:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE based AS SELECT lid, grp, order_total - less AS base FROM typed"
        )
        return False
    weight = "greatest(coalesce(quantity, 0), 0)::HUGEINT" if "quantity" in columns else "1::HUGEINT"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW to_spread AS SELECT lid, grp, total, {weight} AS weight "
        "FROM typed JOIN totals USING (grp)"
    )
    _spread(connection, into="based", part="base", coin=coin)
    return True


def _discounts_are_shares(connection: duckdb.DuckDBPyConnection, columns: Collection[str]) -> bool:
    """Say whether a discount column holds shares of the price: none above 1, most of them fractions."""
    if "discount" not in columns:
        return False
    between = f"discount > 0 AND discount < {UNITS}"
    return bool(
        fetch_count(
            connection,
            f"SELECT coalesce(min(discount) > 0 AND max(discount) <= {UNITS} AND 2 * count(*) FILTER ({between}) "
            ">= count(*), false)::INT FROM typed WHERE discount <> 0",
        )
    )


def _line_discounts(
    connection: duckdb.DuckDBPyConnection, *, columns: Collection[str], subtract: bool, shares: bool
) -> None:
    """Put the discount beside the base; a column of shares (0 to 1) becomes money first."""
    if "discount" not in columns:
        connection.execute(
            "CREATE OR REPLACE TEMP VIEW with_discount AS SELECT lid, grp, base, 0::BIGINT AS discount FROM based"
        )
        return
    if not shares:
        value = "abs(discount)"
    elif subtract:
        value = f"floor(base::DOUBLE * discount / {UNITS} + 0.5)::BIGINT"
    else:  # the amount is already net: what was taken off is a share of the price before
        value = (
            f"CASE WHEN discount < {UNITS} THEN "
            f"floor(base::DOUBLE * discount / ({UNITS} - discount) + 0.5)::BIGINT END"
        )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE with_discount AS SELECT lid, based.grp, base, "
        f"CASE WHEN base > 0 THEN coalesce({value}, 0) ELSE 0 END AS discount FROM based JOIN typed USING (lid)"
    )


def _spread_order_discounts(
    connection: duckdb.DuckDBPyConnection, *, columns: Collection[str], coin: int
) -> None:
    """Spread what the order lost over its lines, so that its lines add up to the subtotal.

    What a line already shows as its own discount stays with it; only the rest is spread.
    """
    subtotal = "max(order_subtotal)" if "order_subtotal" in columns else "NULL::BIGINT"
    given = "max(abs(order_discount))" if "order_discount" in columns else "NULL::BIGINT"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE order_money AS SELECT d.grp, sum(base)::BIGINT AS gross, "
        f"sum(d.discount)::BIGINT AS by_line, {subtotal} AS subtotal, {given} AS given "
        "FROM with_discount d JOIN typed USING (lid) GROUP BY d.grp"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE lost AS SELECT grp, off, by_line <= off AS lines_fit, "
        "off - CASE WHEN by_line <= off THEN by_line ELSE 0 END AS rest FROM (SELECT *, "
        "least(greatest(coalesce(gross - subtotal, given, by_line), 0), greatest(gross, 0)) AS off FROM order_money)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW to_spread AS SELECT lid, grp, rest AS total, "
        "greatest(base - CASE WHEN lines_fit THEN discount ELSE 0 END, 0)::HUGEINT AS weight "
        "FROM with_discount JOIN lost USING (grp)"
    )
    _spread(connection, into="shares_of_discount", part="part", coin=coin)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE netted AS SELECT lid, w.grp, base, "
        "CASE WHEN lines_fit THEN discount ELSE 0 END + part AS discount "
        "FROM with_discount w JOIN lost USING (grp) JOIN shares_of_discount USING (lid)"
    )


def _spread(connection: duckdb.DuckDBPyConnection, *, into: str, part: str, coin: int) -> None:
    """Spread ``total`` over the lines of ``to_spread`` by weight with largest remainders; ties to the first line.

    Whole coins where the total is whole coins; equal weights where all weights are zero.
    """
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS WITH weighted AS (SELECT lid, grp, total, "
        f"CASE WHEN total % {coin} = 0 THEN {coin} ELSE 1 END AS coin, "
        "CASE WHEN sum(weight) OVER (PARTITION BY grp) > 0 THEN weight ELSE 1::HUGEINT END AS weight "
        "FROM to_spread), "
        "summed AS (SELECT *, abs(total)::HUGEINT // coin AS coins, "
        "(sum(weight) OVER (PARTITION BY grp))::HUGEINT AS whole FROM weighted), "
        "shared AS (SELECT *, (coins * weight) // whole AS share, (coins * weight) % whole AS rest FROM summed), "
        "placed AS (SELECT *, coins - sum(share) OVER (PARTITION BY grp) AS over, "
        "row_number() OVER (PARTITION BY grp ORDER BY rest DESC, lid) AS place FROM shared) "
        f"SELECT lid, grp, (sign(total) * (share + (place <= over)::INT) * coin)::BIGINT AS {part} FROM placed"
    )


def refund_lines(connection: duckdb.DuckDBPyConnection, *, columns: Collection[str]) -> None:
    """Write ``refunds``: one return line for each order that paid money back, never more than its products.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``typed`` and ``priced`` live.
    columns : collection of str
        Canonical columns present; ``refunded``, or ``order_total`` with ``adjusted_total``.

    Notes
    -----
    A refund may include shipping and tax; what exceeds the products of the order is not product revenue and is
    logged. An adjusted total of zero is how one vendor writes "not adjusted", so it only counts where the status
    speaks of a refund.
    """
    if "refunded" in columns:
        back = "max(abs(refunded))"
    elif {"adjusted_total", "order_total"} <= set(columns):
        status = "lower(order_status) LIKE '%refund%'" if "order_status" in columns else "false"
        back = (
            f"max(CASE WHEN adjusted_total > 0 OR (adjusted_total = 0 AND {status}) "
            "THEN greatest(order_total - adjusted_total, 0) END)"
        )
    else:
        back = "0"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE refunds AS SELECT grp, first_lid, refunded, products, "
        "-least(refunded, products) AS amount FROM (SELECT t.grp, min(t.lid) AS first_lid, "
        f"({back})::BIGINT AS refunded, greatest(sum(p.amount), 0)::BIGINT AS products "
        "FROM typed t JOIN priced p USING (lid) GROUP BY t.grp) WHERE refunded > 0 AND products > 0"
    )


def log_pricing(
    connection: duckdb.DuckDBPyConnection, pricing: Pricing, *, used: str
) -> tuple[tuple[LogEntry, ...], tuple[LogEntry, ...]]:
    """Say how amounts were computed, for the lines in use.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``staged`` lives.
    pricing : Pricing
        What :func:`price_lines` returned.
    used : str
        SQL condition of the lines in use.

    Returns
    -------
    tuple of (repaired, kept)
    """
    if not pricing.basis:
        return (), ()
    repaired = []
    if pricing.discount_shares:
        (lines,) = fetch_row(
            connection, f"SELECT count(*) FROM staged WHERE {used} AND NOT synthetic AND discount > 0"
        )
        repaired.append(
            _entry("discount shares", "rows whose discount is a share of the price (0 to 1)", lines)
        )
    if pricing.totals_spread:
        lines, orders = fetch_row(
            connection,
            "SELECT count(DISTINCT line_no), count(DISTINCT grp) FROM staged JOIN "
            f"(SELECT grp FROM totals WHERE n > 1) USING (grp) WHERE {used} AND NOT synthetic",
        )
        text = (
            f"rows of {orders} orders with only the order's total, counted once and spread over their lines"
        )
        repaired.append(_entry("order total counted once", text, lines))
    if pricing.discounts_spread:
        lines, amount = fetch_row(
            connection,
            "SELECT count(*), sum(part) FROM staged JOIN shares_of_discount USING (lid) "
            f"WHERE {used} AND NOT synthetic AND part > 0",
        )
        repaired.append(
            _entry(
                "order discount spread",
                "rows that share an order's discount, by value to the last coin",
                lines,
                amount,
            )
        )
    orders, amount = fetch_row(
        connection, f"SELECT count(*), sum(amount) FROM staged WHERE {used} AND synthetic"
    )
    repaired.append(
        _entry(
            "refunds netted",
            "orders with money paid back, each a return line on the day of the order",
            orders,
            amount,
        )
    )
    more, excess = fetch_row(
        connection,
        "SELECT count(*), sum(r.refunded - r.products) FROM staged s JOIN refunds r ON r.first_lid = s.text_lid "
        f"WHERE {used} AND synthetic AND r.refunded > r.products",
    )
    kept = [
        _entry(
            "refund beyond products",
            "refunds above the products of the order; the rest was shipping or tax",
            more,
            excess,
        )
    ]
    if pricing.subtotals:
        above, beyond = fetch_row(
            connection,
            "SELECT count(*) FILTER (subtotal > gross), count(*) FILTER (given > greatest(gross - subtotal, 0)) "
            f"FROM order_money SEMI JOIN (SELECT grp FROM staged WHERE {used}) USING (grp)",
        )
        kept.append(
            _entry(
                "subtotal above its lines",
                "orders with a subtotal above their lines; the lines are used",
                above,
            )
        )
        kept.append(
            _entry("discount beyond products", "orders with a discount that also paid for shipping", beyond)
        )
    return tuple(entry for entry in repaired if entry.rows), tuple(entry for entry in kept if entry.rows)


def _entry(rule: str, reason: str, rows: object, amount: object = None) -> LogEntry:
    return LogEntry(
        rule=rule, reason=reason, rows=int(str(rows)), amount=None if amount is None else money(amount)
    )
