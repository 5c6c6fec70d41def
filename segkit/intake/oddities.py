"""What a reader should know about lines in use that no rule drops: blank order ids, days years apart.

Comes in: the table ``staged``. Goes out: rows of the log's "kept and said".
"""

from __future__ import annotations

import duckdb

from segkit.intake.text_table import fetch_count
from segkit.model.cleaning import LogEntry

LONG_GAP_DAYS = 5 * 365
"""So long a time without any order is more often a mistyped date than a business that slept."""


def notice_oddities(
    connection: duckdb.DuckDBPyConnection, *, used: str, has_order_id: bool, orders_per: str
) -> tuple[LogEntry, ...]:
    """Notice blank order ids in a file that has order ids, and days that lie years apart from all others.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``staged`` lives.
    used : str
        SQL condition of the lines in use.
    has_order_id : bool
        Whether the file has order ids.
    orders_per : str
        What one order is without an id: ``"day"`` or ``"line"``.
    """
    notes = []
    blank = has_order_id and fetch_count(
        connection, f"SELECT count(*) FROM staged WHERE {used} AND NOT synthetic AND order_ref IS NULL"
    )
    if blank:
        each = "customer and day" if orders_per == "day" else "row"
        text = f"rows without an order id, counted as one order per {each}"
        notes.append(LogEntry(rule="blank order ids", reason=text, rows=blank))
    gaps = connection.execute(
        "SELECT before, day, least(n_before, total - n_before) FROM (SELECT order_date AS day, lag(order_date) OVER days "
        "AS before, sum(n) OVER days - n AS n_before, sum(n) OVER () AS total FROM (SELECT order_date, count(*) AS n "
        f"FROM staged WHERE {used} GROUP BY order_date) WINDOW days AS (ORDER BY order_date)) "
        f"WHERE day - before > {LONG_GAP_DAYS} ORDER BY day LIMIT 3"
    ).fetchall()
    for before, day, rows in gaps:
        years = (day - before).days // 365
        text = f"rows on one side of {years} years without an order ({before} to {day}); look for a mistyped date"
        notes.append(LogEntry(rule="years without orders", reason=text, rows=int(rows)))
    return tuple(notes)
