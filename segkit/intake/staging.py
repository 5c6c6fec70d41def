"""The staged lines: typed, priced, with their customer and one yes/no column for each cleaning rule.

Comes in: shaped text lines. Goes out: the table ``staged`` that cleaning counts and the canonical file is cut from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from segkit.errors import BadValueError
from segkit.intake.cleaning import (
    CANCELLED_STATES,
    NON_PRODUCTS,
    OPEN_STATES,
    PAID_STATES,
    PENDING_STATES,
    RETURNED_STATES,
    TRUE_WORDS,
    tally_lines,
)
from segkit.intake.formats import OrderFormat
from segkit.intake.identity import IdentityRule, looks_personal, normalised_key, resolve_identities
from segkit.intake.pricing import Pricing
from segkit.intake.sources import SourceRows, row_examples
from segkit.intake.text_table import fetch_count, quote_name, quote_text
from segkit.model.cleaning import LogEntry
from segkit.model.company import OrderSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class LineFacts:
    """What the flags are computed from.

    Parameters
    ----------
    columns : tuple of str
        Canonical columns of ``typed``.
    form : OrderFormat or None
        The vendor format.
    settings : OrderSettings
        The switches.
    labels : tuple of str
        File names by ``file_no``.
    pricing : Pricing
        How amounts were found.
    """

    columns: tuple[str, ...]
    form: OrderFormat | None
    settings: OrderSettings
    labels: tuple[str, ...]
    pricing: Pricing

    def has(self, name: str) -> bool:
        """Say whether ``typed`` has this canonical column."""
        return name in self.columns


def find_identities(connection: duckdb.DuckDBPyConnection, facts: LineFacts) -> IdentityRule:
    """Resolve who ordered each line of ``typed``; write ``identities``.

    Returns
    -------
    IdentityRule
        The chain as it was used, for the log.
    """
    form = facts.form
    chain = form.chain if form else ("customer_id", "email", "phone", "name")
    name_alone = bool(form and form.name_alone) or not facts.has("postcode")
    others = [kind for kind in chain if kind != "name" and facts.has(kind)]
    kinds = tuple(
        kind
        for kind in chain
        if facts.has(kind)
        and not (kind == "name" and name_alone and others and not (form and form.name_alone))
    )
    postcode = "" if name_alone else "postcode"
    missing = form.missing_ids if form else ()
    keys = [
        (kind, normalised_key(kind, kind, postcode=postcode if kind == "name" else "", missing=missing))
        for kind in kinds
    ]
    personal = bool(form and form.personal_id)
    if form is None and "customer_id" in kinds:
        personal = looks_personal(connection, "typed", "customer_id")
    ambiguous = resolve_identities(connection, table="typed", rule_kinds=keys)
    return IdentityRule(kinds=kinds, name_alone=name_alone, personal_id=personal, ambiguous=ambiguous)


def check_currency(connection: duckdb.DuckDBPyConnection, facts: LineFacts, *, given: str) -> str:
    """Return the one currency of the file, else the setting.

    Raises
    ------
    BadValueError
        The file mixes currencies, or holds another one than the settings say.
    """
    if not facts.has("currency"):
        return given
    found = connection.execute(
        "SELECT upper(trim(currency)) AS code, count(*) AS n, arg_min(file_no, line_no), arg_min(row_no, line_no) "
        "FROM typed WHERE currency IS NOT NULL GROUP BY code ORDER BY n DESC, code"
    ).fetchall()
    if not found:
        return given
    codes = [str(code) for code, *_ in found]
    if len(codes) > 1:
        place = row_examples(facts.labels, [(found[1][2], found[1][3])])[0]
        raise BadValueError(
            f"{facts.labels[0]} mixes currencies (got {codes[0]!r} and in {place} {codes[1]!r}); "
            "amounts in several currencies cannot be added, keep the rows of one currency in a file.",
            path=facts.labels[int(found[1][2])],
            column="currency",
            rows=(int(found[1][3]),),
        )
    if given and codes[0] != given:
        place = row_examples(facts.labels, [(found[0][2], found[0][3])])[0]
        raise BadValueError(
            f"{facts.labels[0]} is in {codes[0]} (got {codes[0]!r} in {place}) but currency says {given!r}; "
            "correct [company] currency.",
            path=facts.labels[int(found[0][2])],
            column="currency",
            rows=(int(found[0][3]),),
        )
    return codes[0]


def stage_lines(connection: duckdb.DuckDBPyConnection, rows: SourceRows, facts: LineFacts) -> None:
    """Write ``staged``: lines and refunds with customer, amount and flags.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``typed``, ``priced``, ``refunds`` and ``identities`` live.
    rows : SourceRows
        The source rows, for what repeats exactly.
    facts : LineFacts
        Columns, format and switches.

    Notes
    -----
    ``staged``: lid, text_lid (line whose text columns it shares), line_no, file_no, row_no, grp, kind, key,
    order_ref (NULL without an order id), order_of (never NULL), order_date, order_time, amount, base, quantity, discount, is_return, synthetic, and the flags.
    """
    _find_repeats(connection, rows, facts)
    _place_refund_rows(connection, facts)
    flags = ", ".join(f"coalesce({sql}, false) AS {name}" for name, sql in _flags(connection, facts).items())
    quantity = "t.quantity" if facts.has("quantity") else "NULL::DOUBLE"
    line = " || '|' || t.lid" if facts.settings.orders_per == "line" else ""
    order = f"coalesce(r.order_ref, {_order_reference(facts)}, '|' || t.order_date{line})"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE staged AS SELECT t.lid, t.lid AS text_lid, t.line_no, t.file_no, t.row_no, "
        f"t.grp, i.kind, i.key, coalesce(r.order_ref, {_order_reference(facts)}) AS order_ref, "
        f"coalesce(r.order_date, t.order_date) AS order_date, t.order_time, {_amount(facts)} AS amount, p.base, "
        f"{quantity} AS quantity, p.discount, {order} AS order_of, "
        f"(r.lid IS NOT NULL OR coalesce(p.amount < 0, false) OR coalesce({quantity} < 0, false)) AS is_return, "
        f"false AS synthetic, {flags} "
        "FROM typed t JOIN priced p USING (lid) JOIN identities i USING (lid) LEFT JOIN returns r USING (lid) "
        "LEFT JOIN repeats s USING (line_no)"
    )
    connection.execute(
        "INSERT INTO staged BY NAME SELECT s.* REPLACE ((SELECT max(lid) FROM typed) + place AS lid, "
        "(SELECT max(line_no) FROM typed) + place AS line_no, r.amount AS amount, r.amount AS base, "
        "NULL AS quantity, 0 AS discount, true AS is_return, true AS synthetic, false AS unpriced, "
        "false AS negative, false AS non_product, false AS free, false AS repeated) "
        "FROM (SELECT *, row_number() OVER (ORDER BY first_lid) AS place FROM refunds) r "
        "JOIN staged s ON s.lid = r.first_lid"
    )
    tally_lines(connection)


def _amount(facts: LineFacts) -> str:
    """Return the SQL of the net amount; a row that says it is a return is never positive."""
    return (
        "CASE WHEN r.lid IS NOT NULL THEN -abs(p.amount) ELSE p.amount END"
        if facts.has("is_return")
        else "p.amount"
    )


def _order_reference(facts: LineFacts) -> str:
    """Return the SQL of the order id; NULL where the file has none, filled once customers have their labels."""
    if not facts.has("order_id"):
        return "NULL::VARCHAR"
    if not facts.has("order_key"):
        return "t.order_id"
    return (
        "CASE WHEN t.order_id IS NULL THEN t.order_key WHEN min(t.order_key) OVER (PARTITION BY t.order_id) <> "
        "max(t.order_key) OVER (PARTITION BY t.order_id) THEN t.order_id || ' (' || t.order_key || ')' "
        "ELSE t.order_id END"
    )


def _flags(connection: duckdb.DuckDBPyConnection, facts: LineFacts) -> dict[str, str]:
    """Return the SQL of each rule's flag over ``typed t``, ``priced p``, ``identities i``, ``returns r``, ``repeats s``."""
    form, settings = facts.form, facts.settings
    status = "lower(trim(t.order_status))" if facts.has("order_status") else ""
    cancelled = _one_of(status, form.cancelled if form else CANCELLED_STATES)
    if facts.has("cancelled_at"):
        cancelled = f"({cancelled} OR t.cancelled_at IS NOT NULL)"
    refund_known = facts.has("refunded") or facts.has("adjusted_total")
    returned = "false" if refund_known else _one_of(status, form.returned if form else RETURNED_STATES)
    numbered = facts.has("order_id") and bool(
        fetch_count(
            connection,
            r"SELECT coalesce(avg(regexp_matches(order_id, '^\d+$')::INT) > .5, false)::INT FROM typed",
        )
    )
    negative, mixed = "false", "false"
    if form is None:
        signs = ["p.amount < 0"] if facts.pricing.basis else []
        signs += ["t.quantity < 0"] if facts.has("quantity") else []
        signs += [r"regexp_matches(t.order_id, '^[Cc]\d+$')"] if numbered else []
        negative = (
            f"r.lid IS NULL AND ({' OR '.join(f'coalesce({sign}, false)' for sign in signs)})"
            if signs
            else "false"
        )
        mixed = _in_mixed_orders(connection, facts) if signs else "false"
    no_product = []
    if facts.has("sku"):
        codes = ", ".join(quote_text(code) for code in NON_PRODUCTS)
        no_product.append(f"upper(trim(t.sku)) IN ({codes}) OR starts_with(lower(t.sku), 'gift_')")
    if numbered:
        no_product.append(r"regexp_matches(t.order_id, '^A\d+$')")
    return {
        "undated": "t.order_date IS NULL",
        "unpriced": "p.amount IS NULL" if facts.pricing.basis else "false",
        "overlapping": "s.overlapping",
        "late": f"t.order_date > DATE '{settings.as_of.isoformat()}'" if settings.as_of else "false",
        "anonymous": "i.key IS NULL",
        "cancelled": cancelled,
        "pending": _one_of(status, form.pending if form else _pending_states(connection, status)),
        "returned": returned,
        "negative": f"({negative}) AND NOT {mixed}",
        "refunded": f"({negative}) AND {mixed}",
        "non_product": " OR ".join(f"({sql})" for sql in no_product) or "false",
        "free": "r.lid IS NULL AND (t.unit_price = 0 OR p.base = 0)"
        if facts.pricing.basis == "unit_price"
        else "false",
        "repeated": "s.repeated",
    }


def _pending_states(connection: duckdb.DuckDBPyConnection, status: str) -> tuple[str, ...]:
    """Return the states of an order that is not paid yet in a table of the user's own."""
    if not status:
        return PENDING_STATES
    told = fetch_count(
        connection, f"SELECT coalesce(bool_or({_one_of(status, PAID_STATES)}), false)::INT FROM typed t"
    )
    return (*PENDING_STATES, *OPEN_STATES) if told else PENDING_STATES


def _in_mixed_orders(connection: duckdb.DuckDBPyConnection, facts: LineFacts) -> str:
    """Return the SQL that a row's order has both sales and money taken off: a refund within it, not a cancellation."""
    if not (facts.has("order_id") and facts.pricing.basis):
        return "false"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE mixed_orders AS SELECT t.order_id FROM typed t JOIN priced p USING (lid) "
        "WHERE t.order_id IS NOT NULL GROUP BY t.order_id HAVING min(p.amount) < 0 AND max(p.amount) > 0"
    )
    return "coalesce(t.order_id IN (SELECT order_id FROM mixed_orders), false)"


def _one_of(value: str, words: Sequence[str]) -> str:
    """Return the SQL that a text is one of these words; false without a column or words."""
    return f"{value} IN ({', '.join(quote_text(word) for word in words)})" if value and words else "false"


def _place_refund_rows(connection: duckdb.DuckDBPyConnection, facts: LineFacts) -> None:
    """Write ``returns``: rows that say they are refunds, each with the order that it takes back.

    That is the sale of the same order id, else the customer's latest sale up to its day; a refund is no purchase
    and must not look like one. Where there is none, it keeps its own id and day.
    """
    if not facts.has("is_return"):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE returns (lid BIGINT, order_ref VARCHAR, order_date DATE)"
        )
        return
    words = facts.form.refund_events if facts.form and facts.form.refund_events else TRUE_WORDS
    marked = _one_of("lower(trim(is_return))", words)
    reference = "order_id" if facts.has("order_id") else "NULL::VARCHAR"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE marked AS SELECT lid, kind, key, {reference} AS order_ref, order_date, "
        f"coalesce({marked}, false) AS back FROM typed JOIN identities USING (lid)"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE returns AS WITH sales AS (SELECT kind, key, order_ref, min(order_date) AS "
        "order_date FROM marked WHERE NOT back AND order_ref IS NOT NULL GROUP BY ALL), "
        "latest AS (SELECT kind, key, order_date, max(order_ref) AS order_ref FROM sales GROUP BY ALL) "
        "SELECT b.lid, coalesce(s.order_ref, l.order_ref, b.order_ref) AS order_ref, "
        "coalesce(s.order_date, l.order_date, b.order_date) AS order_date FROM (FROM marked WHERE back) b "
        "LEFT JOIN sales s ON s.kind = b.kind AND s.key = b.key AND s.order_ref = b.order_ref "
        "ASOF LEFT JOIN latest l ON l.kind = b.kind AND l.key = b.key AND b.order_date >= l.order_date"
    )


def _find_repeats(connection: duckdb.DuckDBPyConnection, rows: SourceRows, facts: LineFacts) -> None:
    """Write ``repeats``: rows that another export or another row holds as well.

    Where a vendor's order id is unique in the shop, the whole order counts from the export that reaches furthest.
    Elsewhere a row of another file is the same only where every cell is, the order id included.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE repeats (line_no BIGINT PRIMARY KEY, overlapping BOOLEAN, repeated BOOLEAN)"
    )
    key = "order_key" if facts.has("order_key") else "order_id" if facts.has("order_id") else ""
    by_order = bool(facts.form and not facts.form.refund_events and key)
    if len(facts.labels) > 1:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE reach AS SELECT file_no, row_number() OVER (ORDER BY max(order_date) "
            "NULLS FIRST, file_no) AS place FROM typed GROUP BY file_no"
        )
        if by_order:
            connection.execute(
                f"INSERT INTO repeats SELECT DISTINCT line_no, true, false FROM typed JOIN reach USING (file_no) "
                f"JOIN (SELECT {key}, max(place) AS best FROM typed JOIN reach USING (file_no) WHERE {key} IS NOT NULL "
                f"GROUP BY {key}) b USING ({key}) WHERE place < best"
            )
    _find_equal_rows(connection, rows)
    if len(facts.labels) > 1 and not by_order and key:
        connection.execute(
            "INSERT INTO repeats SELECT line_no, true, false FROM (SELECT line_no, row_number() OVER "
            "(PARTITION BY print, nth ORDER BY place DESC) AS copy FROM (SELECT e.line_no, print, place, row_number() "
            "OVER (PARTITION BY print, e.file_no ORDER BY e.line_no) AS nth FROM equal_rows e JOIN reach USING (file_no) "
            f"SEMI JOIN (SELECT line_no FROM typed WHERE {key} IS NOT NULL) t ON t.line_no = e.line_no)) WHERE copy > 1"
        )
    connection.execute(
        "INSERT INTO repeats SELECT line_no, false, true FROM (SELECT line_no, row_number() OVER (PARTITION BY print "
        "ORDER BY line_no) AS nth FROM equal_rows ANTI JOIN repeats USING (line_no)) WHERE nth > 1"
    )


def _find_equal_rows(connection: duckdb.DuckDBPyConnection, rows: SourceRows) -> None:
    """Write ``equal_rows``: rows that share all their cells with another, with a fingerprint of those cells."""
    own = [quote_name(name) for name in rows.table.columns if name not in rows.joined_columns]
    cells = ", ".join(f"coalesce({name}, chr(30))" for name in own)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE prints AS SELECT line_no, hash({', '.join(own)}) AS h FROM {rows.table.name}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE suspects AS SELECT line_no FROM prints SEMI JOIN "
        "(SELECT h FROM prints GROUP BY h HAVING count(*) > 1) d USING (h)"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE equal_rows AS SELECT line_no, file_no, md5(concat_ws(chr(31), {cells})) AS print "
        f"FROM {rows.table.name} SEMI JOIN suspects USING (line_no)"
    )


def notice_lines(
    connection: duckdb.DuckDBPyConnection, facts: LineFacts, *, used: str
) -> tuple[LogEntry, ...]:
    """Say what the reader should know about lines that are in use: free orders, open orders, shared order ids.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``staged`` lives.
    facts : LineFacts
        Columns and format.
    used : str
        SQL condition of the lines in use.
    """
    notes = []
    if facts.pricing.basis:
        orders = fetch_count(
            connection,
            "SELECT count(*) FROM (SELECT kind, key, order_of FROM staged "
            f"WHERE {used} GROUP BY ALL HAVING sum(abs(amount)) = 0)",
        )
        if orders:
            notes.append(
                LogEntry(
                    rule="zero-amount orders", reason="orders worth nothing, counted as orders", rows=orders
                )
            )
    shared = fetch_count(
        connection,
        "SELECT count(*) FROM (SELECT order_ref FROM staged "
        f"WHERE {used} AND order_ref IS NOT NULL GROUP BY order_ref HAVING count(DISTINCT (kind, key)) > 1)",
    )
    if shared:
        text = (
            "order ids that several customers share; each customer's part counts as an order of that customer"
        )
        notes.append(LogEntry(rule="shared order ids", reason=text, rows=shared))
    form = facts.form
    if form and form.open_label and "open_marker" in facts.columns:
        lines = fetch_count(
            connection,
            f"SELECT count(*) FROM staged JOIN typed USING (lid) WHERE {used} AND open_marker IS NULL",
        )
        if lines:
            notes.append(LogEntry(rule="open orders", reason=form.open_label, rows=lines))
    if facts.has("is_return"):
        moved = fetch_count(
            connection,
            f"SELECT count(*) FROM staged JOIN returns USING (lid) WHERE {used}",
        )
        if moved:
            notes.append(
                LogEntry(
                    rule="refund rows",
                    reason="refund rows, netted against the customer's order that they take back",
                    rows=moved,
                )
            )
    return tuple(notes)
