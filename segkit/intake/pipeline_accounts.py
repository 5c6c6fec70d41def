"""Whose an opportunity is: accounts of a CRM export held against the customers of the order history.

Comes in: an export as text, and the orders. Goes out: the table ``accounts`` (line, customer_id, account).
"""

from __future__ import annotations

from segkit.intake.event_people import find_people
from segkit.intake.identifiers import tidy_id
from segkit.intake.identity import looks_personal
from segkit.intake.orders import Orders
from segkit.intake.pipeline_columns import PipelineColumns
from segkit.intake.text_table import ROW, TextTable, quote_name
from segkit.model.cleaning import LogEntry

_KINDS = {"account": "customer_id", "account_name": "name", "contact": "email"}


def find_accounts(table: TextTable, columns: PipelineColumns, *, orders: Orders) -> tuple[LogEntry, ...]:
    """Write ``accounts``: customer as in the orders, and the file's key, or a label where the key is a name or an address.

    Names and addresses of accounts never leave the reading: prospects known by them are prospect-1, prospect-2, ... in the
    order of their names.
    """
    connection = table.connection
    keys = [(columns.taken[ours], kind) for ours, kind in _KINDS.items() if ours in columns.taken]
    if not keys:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE accounts AS SELECT {ROW} AS line, CAST(NULL AS VARCHAR) AS customer_id, "
            f"CAST(NULL AS VARCHAR) AS account FROM {table.name}"
        )
        return ()
    notes = find_people(table, keys, orders=orders)
    known = columns.taken.get("account")
    bare = known is not None and not looks_personal(connection, table.name, known)
    cell = tidy_id(f"ltrim({quote_name(known)}, '''')") if known else "NULL"
    own = (
        f"CASE WHEN NOT contains({cell}, '@') THEN nullif({cell}, '') END"
        if known and bare
        else "CAST(NULL AS VARCHAR)"
    )
    label = "CASE WHEN stranger IS NOT NULL THEN 'prospect-' || dense_rank() OVER (PARTITION BY stranger IS NULL ORDER BY stranger) END"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE accounts AS SELECT p._row AS line, p.customer_id, coalesce({own}, p.customer_id, p.label) AS account "
        f"FROM (SELECT *, {label} AS label FROM people) p JOIN {table.name} t ON t.{ROW} = p._row"
    )
    return notes
