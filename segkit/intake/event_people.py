"""Whose an event is: the keys of an events file held against those of the orders.

Comes in: an events file as text, and the orders. Goes out: the table ``people``, and what was noticed.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from segkit.intake.identifiers import read_ids
from segkit.intake.identity import normalised_key
from segkit.intake.orders import Orders
from segkit.intake.text_table import ROW, TextTable, quote_name, quote_text
from segkit.model.cleaning import LogEntry


def find_people(
    table: TextTable, columns: Sequence[tuple[str, str]], *, orders: Orders
) -> tuple[LogEntry, ...]:
    """Write ``people``: row, customer as in the orders, or for somebody the orders do not know a passing number.

    Parameters
    ----------
    table : TextTable
        The events.
    columns : sequence of (str, str)
        Column and kind of key, the surest first.
    orders : Orders
        Whose customers they may be.

    Notes
    -----
    A key is compared as in the orders: case and blanks of an e-mail address, signs of a phone number and blanks around
    an id make no difference. The first key that belongs to a customer counts. A column of ids may hold
    e-mail addresses or names, and ids that a data frame wrote as ``12.0``.
    """
    connection = table.connection
    _collect_known(connection, orders)
    cells: dict[str, str] = {}
    notes: list[LogEntry] = []
    for column, kind in columns:
        cells[column] = quote_name(column)
        if kind == "customer_id":
            cells[column], tidied = read_ids(table, column)
            notes += tidied
    picked = ", ".join(f"coalesce({sql}, '') AS c{n}" for n, sql in enumerate(cells.values()))
    names = ", ".join(f"c{n}" for n in range(len(cells)))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE row_people AS SELECT {ROW}, {picked} FROM {table.name}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE seen_people AS SELECT *, row_number() OVER (ORDER BY {names}) AS pid "
        f"FROM (SELECT DISTINCT {names} FROM row_people)"
    )
    keys = [pair for n, (_, kind) in enumerate(columns) for pair in _keys(kind, f"c{n}")]
    tries = " UNION ALL ".join(
        f"SELECT pid, {rank} AS rank, {quote_text(kind)} AS kind, {sql} AS key FROM seen_people"
        for rank, (kind, sql) in enumerate(keys)
    )
    someone = f"coalesce({', '.join(sql for _, sql in keys)})"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE people AS SELECT r._row, o.customer_id, "
        "CASE WHEN o.customer_id IS NULL THEN s.someone END AS stranger FROM row_people r "
        f"JOIN (SELECT *, {someone} AS someone FROM seen_people) s USING ({names}) LEFT JOIN "
        f"(SELECT pid, arg_min(customer_id, rank) AS customer_id FROM ({tries}) JOIN known USING (kind, key) GROUP BY pid) o "
        "USING (pid)"
    )
    return tuple(notes)


def _keys(kind: str, cell: str) -> list[tuple[str, str]]:
    """Return the kinds of key that a column may hold, each with the SQL of its key."""
    if kind != "customer_id":
        return [(kind, normalised_key(kind, cell))]
    return [
        ("customer_id", normalised_key("customer_id", cell)),
        ("email", normalised_key("email", cell)),
        ("name", normalised_key("name", cell)),
        ("customer_id", f"nullif(regexp_extract(trim({cell}), '^([0-9]+)\\.0$', 1), '')"),
    ]


def _collect_known(connection: duckdb.DuckDBPyConnection, orders: Orders) -> None:
    """Write ``known`` (kind, key, customer_id): every key of the orders' customers."""
    if orders.keys is not None:
        connection.register("order_keys", orders.keys)
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE found AS SELECT kind, key, customer_id FROM order_keys"
        )
        connection.unregister("order_keys")
    else:
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE labels AS SELECT unnest(?::VARCHAR[]) AS customer_id, unnest(?::VARCHAR[]) AS key",
            [[label for label, _ in orders.identities], [key for _, key in orders.identities]],
        )
        kinds = " UNION ALL ".join(
            f"SELECT {quote_text(kind)} AS kind, key, customer_id FROM labels WHERE {normalised_key(kind, 'key')} = key"
            for kind in ("customer_id", "email", "phone", "name")
        )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE found AS {kinds} UNION ALL SELECT DISTINCT 'customer_id', customer_id, customer_id "
            f"FROM read_parquet({quote_text(str(orders.path))}) ANTI JOIN labels USING (customer_id)"
        )
    # where ids are e-mail addresses or names, their case makes no second customer
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE known AS SELECT kind, key, min(customer_id) AS customer_id FROM (FROM found UNION ALL "
        f"SELECT k.kind, CASE k.kind WHEN 'email' THEN {normalised_key('email', 'key')} ELSE {normalised_key('name', 'key')} END, "
        "customer_id FROM found, (VALUES ('email'), ('name')) k(kind) WHERE found.kind = 'customer_id') "
        "WHERE key IS NOT NULL GROUP BY kind, key HAVING count(DISTINCT customer_id) = 1"
    )
