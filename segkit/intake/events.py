"""Read what customers did besides ordering: the optional ``events.*`` of a company folder.

Comes in: the folder and the orders that were read. Goes out: :class:`Events`, one row per event with its customer as in
the orders, and a log in which every row of the file is used or dropped for a stated reason.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd

from segkit.errors import BadValueError, InputError
from segkit.intake.amounts import AmountReading, parse_numbers
from segkit.intake.company import TABLE_SUFFIXES, refuse_outside
from segkit.intake.dates import DateReading
from segkit.intake.engine import connect_engine
from segkit.intake.event_names import EventColumns, choose_columns, name_event, show_event
from segkit.intake.event_people import find_people
from segkit.intake.event_times import check_clock, read_times
from segkit.intake.orders import Orders
from segkit.intake.tables import open_table
from segkit.intake.text_table import (
    ROW,
    TextTable,
    fetch_row,
    fetch_rows,
    quote_name,
    quote_text,
)
from segkit.intake.typed_lines import MAX_FAILURES
from segkit.model.cleaning import LogEntry
from segkit.model.company import Company
from segkit.model.event_log import EventLog, EventName
from segkit.model.evidence import Source, SourceType

EVENTS_STEM = "events"
SOURCE_ID = "events"
COLUMNS = ("customer_id", "event", "at", "product", "quantity", "value", "reference")
"""Columns of ``Events.table``."""
MAX_NAMES = 500
"""Distinct names of events; more are no names."""
_REASONS = {
    "no event": "rows that do not say what happened",
    "no time": "rows without a time",
    "unreadable time": "rows whose time cannot be read",
    "after as_of": "events after the end of observation",
    "repeated": "rows that repeat another in every cell",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Events:
    """What customers did besides ordering.

    Parameters
    ----------
    table : pandas.DataFrame
        ``customer_id`` (as in the orders; None for people the orders do not know), ``event`` (our name for it, else its
        own in lower_snake), ``at`` (shop-local, naive), ``product``, ``quantity``, ``value``, ``reference`` (cart, order
        or quote), sorted by at, customer_id, event, product.
    source : Source
        The file as a source, id ``events``.
    log : EventLog
        How it was read.
    """

    table: pd.DataFrame
    source: Source
    log: EventLog

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Return path and hash of the file, for the manifest."""
        return ((self.log.file.path, self.log.file.sha256),)


def find_event_file(folder: Path) -> Path | None:
    """Return ``events.*`` of a company folder, or None.

    Raises
    ------
    InputError
        There are two, or it leads out of the folder.
    """
    found = [path for suffix in TABLE_SUFFIXES if os.path.lexists(path := folder / f"{EVENTS_STEM}{suffix}")]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise InputError(f"{folder.name} has {names}; keep one of them.", path=found[1].name)
    for path in found:
        refuse_outside(path, folder)
    return found[0] if found else None


def read_events(company: Company, orders: Orders) -> Events | None:
    """Read the events file of a company.

    Parameters
    ----------
    company : Company
        Says where, in which time zone, and how dates and numbers are written (``[orders]`` day_first, decimal).
    orders : Orders
        The order history; says who is a customer, and when observation ends.

    Returns
    -------
    Events or None
        None where the folder has no such file.

    Raises
    ------
    MissingColumnError
        No column says who, what or when.
    BadValueError
        Times are ambiguous, or a column holds something else than its name says.
    InputError
        The file is empty or broken, or there are two.
    """
    path = find_event_file(Path(company.folder))
    if path is None:
        return None
    with connect_engine() as connection:
        table = open_table(path, connection=connection, name="events")
        columns = choose_columns(table.columns, file=path.name, own=orders.source_columns)
        columns = check_clock(table, columns)
        names = _name_events(table, columns.event, product=bool(columns.product or columns.sku))
        timed, dates, converted = read_times(table, columns, company=company)
        _refuse_unread(dates, label=path.name)
        numbers = {
            meaning: _read_number(table, column, decimal=company.orders.decimal)
            for meaning, column in (("quantity", columns.quantity), ("value", columns.value))
            if column
        }
        people = find_people(table, columns.customer, orders=orders)
        _judge(connection, timed, columns, source=table.name, dates=dates, numbers=numbers, orders=orders)
        log = _write_log(connection, table, columns, names=names)
        log = replace(
            log,
            notes=(*table.notes, *people, *converted, *dates.notes, *_notes_of(numbers)),
            timezone_note=dates.note,
        )
        return Events(table=_fetch(connection), source=_source(log), log=log)


def _name_events(table: TextTable, column: str, *, product: bool) -> dict[str, str]:
    """Write ``event_names`` (raw, plain, with_product); return how each name may be shown."""
    cell = quote_name(column)
    raws = [
        str(raw)
        for (raw,) in fetch_rows(
            table.connection,
            f"SELECT DISTINCT {cell} FROM {table.name} WHERE {cell} IS NOT NULL ORDER BY 1 LIMIT {MAX_NAMES + 1}",
        )
    ]
    if len(raws) > MAX_NAMES:
        raise BadValueError(
            f"{table.source.path} column {column!r} holds more than {MAX_NAMES} different texts, so they are no names of "
            f"events (got {show_event(raws[0])[:40]!r}); call the column with the names 'event'.",
            path=table.source.path,
            column=column,
        )
    plain = [name_event(raw) or None for raw in raws]
    with_product = [name_event(raw, product=product) or None for raw in raws]
    shown = [show_event(raw) for raw in raws]
    table.connection.execute(
        "CREATE OR REPLACE TEMP TABLE event_names AS SELECT unnest(?::VARCHAR[]) AS raw, unnest(?::VARCHAR[]) AS plain, "
        "unnest(?::VARCHAR[]) AS with_product",
        [raws, plain, with_product],
    )
    return dict(zip(raws, shown, strict=True))


def _read_number(table: TextTable, column: str, *, decimal: str | None) -> AmountReading:
    reading = parse_numbers(table, column, decimal=decimal)
    _refuse_unread(reading, label=table.source.path)
    return reading


def _refuse_unread(reading: AmountReading | DateReading, *, label: str) -> None:
    """Refuse a column of which 1 % or more cannot be read; less is dropped and shown."""
    if reading.failures and reading.failures >= MAX_FAILURES * reading.cells:
        what = "times of 1970 to 2100" if isinstance(reading, DateReading) else "numbers"
        raise BadValueError(
            f"{label} has {reading.failures} of {reading.cells} cells in {reading.column!r} that are no {what} "
            f"(got {', '.join(reading.examples)}); correct them in the file, or rename the column if it means something else.",
            path=label,
            column=reading.column,
        )


def _judge(
    connection: duckdb.DuckDBPyConnection,
    table: TextTable,
    columns: EventColumns,
    *,
    source: str,
    dates: DateReading,
    numbers: dict[str, AmountReading],
    orders: Orders,
) -> None:
    """Write ``judged``: every row with its values and, where it is left out, the reason."""
    _name_products(connection, orders)
    cells = {
        "raw": quote_name(columns.event),
        "moment": f"coalesce({dates.time_sql}, CAST({dates.day_sql} AS TIMESTAMP))",
        "blank": f"{quote_name(columns.time)} IS NULL",
        "title": _filled(columns.product),
        "code": _filled((columns.sku,) if columns.sku else ()),
        "quantity": _number(numbers, "quantity"),
        "value": _number(numbers, "value"),
        "reference": _filled(columns.reference),
    }
    picked = ", ".join(f"{sql} AS e_{name}" for name, sql in cells.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE typed_events AS SELECT {ROW}, {picked} FROM {table.name}"
    )
    every = ", ".join(map(quote_name, table.columns))
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE judged AS SELECT *, CASE WHEN event IS NULL THEN 'no event' "
        "WHEN e_blank THEN 'no time' WHEN e_moment IS NULL THEN 'unreadable time' "
        f"WHEN CAST(e_moment AS DATE) > DATE '{orders.as_of.isoformat()}' THEN 'after as_of' "
        "WHEN again THEN 'repeated' END AS reason FROM (SELECT e.*, w.customer_id, w.stranger, "
        "coalesce(e_title, p.product, e_code) AS product, f._row IS NULL AS again, "
        "CASE WHEN coalesce(e_title, e_code) IS NULL THEN n.plain ELSE n.with_product END AS event "
        "FROM typed_events e LEFT JOIN event_names n ON n.raw = e_raw LEFT JOIN people w USING (_row) "
        "LEFT JOIN products p ON p.sku = upper(e_code) "
        f"LEFT JOIN (SELECT min({ROW}) AS _row FROM {source} GROUP BY {every}) f USING (_row))"
    )


def _name_products(connection: duckdb.DuckDBPyConnection, orders: Orders) -> None:
    """Write ``products``: for a product's code the name that the orders have for it most often."""
    known = {"sku", "product"} <= set(orders.columns)
    lines = f"read_parquet({quote_text(str(orders.path))})" if known else "(SELECT '' AS sku, '' AS product)"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE products AS SELECT code AS sku, arg_max(product, (n, product)) AS product FROM "
        f"(SELECT upper(trim(sku)) AS code, product, count(*) AS n FROM {lines} WHERE sku <> '' AND product <> '' "
        "GROUP BY code, product) GROUP BY code"
    )


def _filled(columns: tuple[str, ...]) -> str:
    """Return the SQL of the first filled of some columns."""
    return f"coalesce({', '.join(map(_clean, columns))}, NULL)" if columns else "CAST(NULL AS VARCHAR)"


def _clean(column: str) -> str:
    """Return the SQL of a text on one line, without control characters."""
    return f"nullif(trim(regexp_replace({quote_name(column)}, '[\\x00-\\x1f\\x7f]+', ' ', 'g')), '')"


def _number(numbers: dict[str, AmountReading], meaning: str) -> str:
    return numbers[meaning].sql if meaning in numbers else "CAST(NULL AS DOUBLE)"


def _write_log(
    connection: duckdb.DuckDBPyConnection, table: TextTable, columns: EventColumns, *, names: dict[str, str]
) -> EventLog:
    """Count what became of the rows."""
    dropped = [
        LogEntry(rule=rule, reason=reason, rows=int(n), examples=tuple(f"row {row}" for row in rows))
        for rule, reason in _REASONS.items()
        for n, rows in fetch_rows(
            connection,
            f"SELECT count(*), list(_row ORDER BY _row)[:3] FROM judged WHERE reason = {quote_text(rule)} HAVING count(*) > 0",
        )
    ]
    connection.execute("CREATE OR REPLACE TEMP VIEW used AS SELECT * FROM judged WHERE reason IS NULL")
    rows, customers, strangers, stranger_rows, nobody = fetch_row(
        connection,
        "SELECT count(*), count(DISTINCT customer_id), count(DISTINCT stranger), count(stranger), "
        "count(*) FILTER (customer_id IS NULL AND stranger IS NULL) FROM used",
    )
    ((first, last),) = fetch_rows(
        connection, "SELECT CAST(min(e_moment) AS DATE), CAST(max(e_moment) AS DATE) FROM used"
    )
    return EventLog(
        file=table.source,
        columns=columns.taken(),
        rows_read=table.source.rows,
        rows_used=int(str(rows)),
        dropped=(*table.rejected, *dropped),
        names=_names(connection, names),
        customers=int(str(customers)),
        strangers=int(str(strangers)),
        stranger_rows=int(str(stranger_rows)),
        nobody_rows=int(str(nobody)),
        first=first,
        last=last,
    )


def _names(connection: duckdb.DuckDBPyConnection, shown: dict[str, str]) -> tuple[EventName, ...]:
    """Return the events in use by name, those that are shown alike put together."""
    counts: dict[tuple[str, str], int] = {}
    for raw, name, rows in fetch_rows(connection, "SELECT e_raw, event, count(*) FROM used GROUP BY ALL"):
        pair = shown[raw], str(name)
        counts[pair] = counts.get(pair, 0) + int(rows)
    found = [EventName(raw=raw, name=name, rows=rows) for (raw, name), rows in counts.items()]
    return tuple(sorted(found, key=lambda event: (-event.rows, event.name, event.raw)))


def _fetch(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the events in use as a frame; what is missing is None in text and NaN in numbers."""
    named = {"at": "moment"}
    own = ("quantity", "value", "reference", "at")
    picked = ", ".join(f'e_{named.get(name, name)} AS "{name}"' if name in own else name for name in COLUMNS)
    frame = connection.execute(
        f"SELECT {picked} FROM used ORDER BY e_moment, customer_id NULLS LAST, event, product NULLS LAST, _row"
    ).df()
    for name in ("customer_id", "event", "product", "reference"):
        column = frame[name].astype(object)
        frame[name] = column.where(column.notna(), None)
    return frame


def _notes_of(numbers: dict[str, AmountReading]) -> list[LogEntry]:
    """Return what reading the numbers decided, and cells that are none."""
    notes = [note for reading in numbers.values() for note in reading.notes]
    for reading in numbers.values():
        if reading.failures:
            text = f"cells of {reading.column!r} that are no number, read as missing"
            notes.append(
                LogEntry(rule="no number", reason=text, rows=reading.failures, examples=reading.examples)
            )
    return notes


def _source(log: EventLog) -> Source:
    note = (
        "Written by the shop's own systems: what was seen of people who were logged in or opened a message."
    )
    if log.first and log.last:
        note += f" Covers {log.first} to {log.last}."
    return Source(
        id=SOURCE_ID,
        type=SourceType.OTHER,
        title="Event log",
        path=log.file.path,
        sha256=log.file.sha256,
        n_rows=log.rows_used,
        columns=tuple(dict.fromkeys(column for _, column in log.columns)),
        reliability_note=note,
        kind="events",
    )
