"""Cancelled orders by what became of them: replaced by another one, empty, or lost.

Staged lines in, two counts out. A cancelled order that the customer placed again the same week is no lost order.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from segkit.intake.cleaning import RULES, in_use
from segkit.intake.text_table import fetch_count, fetch_row, quote_text
from segkit.model.company import OrderSettings

DAYS = 3
"""Days before and after a cancelled order in which a kept one with the same amount or articles stands for it."""
ANEW = (
    r"\bordered (?:anew|again|twice)\b|\bduplicate|\breplaced by\b|\bdoppelt bestellt\b|\b(?:neu|erneut|nochmals) bestellt\b|"
    r"\bersetzt durch\b"
)
"""How a note says that an order was placed a second time."""


def sort_cancelled(
    connection: duckdb.DuckDBPyConnection, *, settings: OrderSettings, columns: Iterable[str]
) -> tuple[tuple[str, int], ...]:
    """Count the cancelled orders that were replaced, and the others that were worth nothing.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``staged`` and ``typed`` live.
    settings : OrderSettings
        The switches.
    columns : iterable of str
        Canonical columns of ``typed``.

    Returns
    -------
    tuple of (str, int)
        "replaced": the same customer has a kept order within three days with the same amount or with every one of its articles, or
        its own note says that it was ordered again. "empty": not replaced, and its amount is 0. Nothing without a cancelled order.
    """
    given = set(columns)
    earlier = [
        rule.flag for rule in RULES[: next(n for n, rule in enumerate(RULES) if rule.flag == "cancelled")]
    ]
    dropped = f"s.cancelled AND NOT ({' OR '.join(f's.{flag}' for flag in earlier)})"
    if not fetch_count(connection, f"SELECT count(*) FROM staged s WHERE {dropped}"):
        return ()
    article = next((f"t.{name}" for name in ("sku", "product") if name in given), "NULL::VARCHAR")
    note = f"coalesce(string_agg(DISTINCT {'t.note' if 'note' in given else 'NULL::VARCHAR'}, ' '), '')"
    order = (
        "SELECT s.kind, s.key, coalesce(s.order_ref, s.order_of) AS number, min(s.order_date) AS day, sum(s.amount) AS amount, "
        f"list(DISTINCT {article}) FILTER ({article} IS NOT NULL) AS articles, {note} AS note "
        "FROM staged s LEFT JOIN typed t ON t.lid = s.text_lid WHERE "
    )
    replaced, empty = fetch_row(
        connection,
        f"WITH gone AS ({order} {dropped} GROUP BY ALL), "
        f"kept AS ({order} s.lid IN (SELECT lid FROM staged WHERE {in_use(settings)}) AND NOT s.is_return "
        "AND (s.kind, s.key) IN (SELECT (kind, key) FROM gone) GROUP BY ALL), "
        f"judged AS (SELECT g.amount, regexp_matches(lower(g.note), {quote_text(ANEW)}) OR EXISTS (SELECT 1 FROM kept k WHERE k.kind = g.kind "
        f"AND k.key = g.key AND abs(date_diff('day', g.day, k.day)) <= {DAYS} AND ((g.amount > 0 AND k.amount = g.amount) "
        "OR (len(g.articles) > 0 AND list_has_all(k.articles, g.articles)))) AS anew FROM gone g) "
        "SELECT count(*) FILTER (anew), count(*) FILTER (NOT anew AND amount = 0) FROM judged",
    )
    return ("replaced", int(str(replaced))), ("empty", int(str(empty)))
