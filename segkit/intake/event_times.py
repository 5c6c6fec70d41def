"""When events happened: the forms that machines write, which are many and need no guessing, and all others as in orders.

Comes in: an events file as text. Goes out: the same with times that :mod:`segkit.intake.dates` reads, and the reading.
"""

from __future__ import annotations

from dataclasses import replace

from segkit.intake.dates import BEYOND, FIRST, DateReading, parse_dates
from segkit.intake.event_names import EventColumns
from segkit.intake.text_table import ROW, TextTable, fetch_count, fetch_rows, quote_name, quote_text
from segkit.model.cleaning import LogEntry
from segkit.model.company import Company

_EPOCH = r"\s*[0-9]{9,10}(?:[.,][0-9]{1,9})?\s*|\s*[0-9]{12,13}\s*|\s*[0-9]{15,16}\s*"
"""Seconds, milliseconds and microseconds since 1970; days, serials and compact dates have fewer digits."""
_CLOCK = r"\s*[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?( ?[AaPp][Mm])?\s*"
_ZONE = " ?([Zz]|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
_ISO = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,9}})?)?(?:{_ZONE})?"
_MOMENT = "segkit_moment"


def read_times(
    table: TextTable, columns: EventColumns, *, company: Company
) -> tuple[TextTable, DateReading, tuple[LogEntry, ...]]:
    """Read when events happened.

    Parameters
    ----------
    table : TextTable
        The events.
    columns : EventColumns
        Which column says when; a clock beside it is joined to the day.
    company : Company
        Its time zone, and the order of day and month.

    Returns
    -------
    tuple
        The table to ask, the reading of its times, and what was converted.

    Raises
    ------
    BadValueError
        As :func:`segkit.intake.dates.parse_dates`.
    """
    timed, notes = _with_moments(table, columns)
    fast = _read_iso(timed, columns.time, zone=company.timezone)
    reading = parse_dates(
        fast or timed, columns.time, day_first=company.orders.day_first, timezone=company.timezone
    )
    if fast is None:
        return timed, reading, notes
    whole = replace(
        reading,
        time_sql=_MOMENT,
        day_sql=f"CAST({_MOMENT} AS DATE)",
        cells=table.rows,
        blanks=fetch_count(table.connection, f"SELECT count(*) - count({_MOMENT}) FROM {timed.name}_iso"),
    )
    return replace(timed, name=f"{timed.name}_iso"), whole, notes


def check_clock(table: TextTable, columns: EventColumns) -> EventColumns:
    """Drop the day where the clock's column holds whole timestamps: then it says when by itself."""
    if not columns.clock:
        return columns
    cell = quote_name(columns.clock)
    whole = fetch_count(
        table.connection,
        f"SELECT count(*) FROM {table.name} WHERE {cell} IS NOT NULL AND NOT regexp_full_match({cell}, {quote_text(_CLOCK)})",
    )
    return replace(columns, time=columns.clock, clock="") if whole else columns


def _with_moments(table: TextTable, columns: EventColumns) -> tuple[TextTable, tuple[LogEntry, ...]]:
    """Join day and time of day, and write seconds since 1970 as times in UTC."""
    cell, connection = quote_name(columns.time), table.connection
    if columns.clock:
        joined = (
            f"CASE WHEN {cell} IS NOT NULL THEN concat_ws(' ', {cell}, trim({quote_name(columns.clock)})) END"
        )
        return _view(table, columns.time, joined), ()
    test = f"regexp_full_match({cell}, {quote_text(_EPOCH)})"
    ((rows, first),) = fetch_rows(
        connection, f"SELECT count(*), min(({ROW}, {cell})) FROM {table.name} WHERE {test}"
    )
    if not rows:
        return table, ()
    number = f"TRY_CAST(replace(trim({cell}), ',', '.') AS DOUBLE)"
    digits = f"length(regexp_extract(trim({cell}), '^[0-9]+'))"
    scale = f"CASE WHEN {digits} <= 10 THEN 1e6 WHEN {digits} <= 13 THEN 1e3 ELSE 1 END"
    moment = (
        f"strftime(make_timestamp(CAST(round({number} * {scale}) AS BIGINT)), '%Y-%m-%d %H:%M:%S.%f+00:00')"
    )
    reason = f"Cells of {columns.time!r} count seconds (or thousandths, millionths) since 1970; they were read as times in UTC."
    entry = LogEntry(
        rule="seconds since 1970", reason=reason, rows=int(rows), examples=(f"row {first[0]}: {first[1]!r}",)
    )
    return _view(table, columns.time, f"CASE WHEN {test} THEN {moment} ELSE {cell} END"), (entry,)


def _view(table: TextTable, column: str, sql: str) -> TextTable:
    view = f"{table.name}_timed"
    table.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * REPLACE ({sql} AS {quote_name(column)}) FROM {table.name}"
    )
    return replace(table, name=view)


def _read_iso(table: TextTable, column: str, *, zone: str) -> TextTable | None:
    """Read a column of 2024-12-31T18:00:00+01:00 and its like at once; return the few rows that tell its zones.

    None where a cell is anything else. A million different times take a second or two here, a minute where formats
    are looked for; both read the same.
    """
    connection, cell = table.connection, f"trim({quote_name(column)})"
    other = f"NOT regexp_full_match({cell}, {quote_text(_ISO)})"
    if fetch_count(
        connection, f"SELECT count(*) FROM {table.name} WHERE {quote_name(column)} <> '' AND {other}"
    ):
        return None
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE iso_walls AS SELECT {ROW}, {cell} AS cell, "
        f"TRY_CAST(regexp_replace({cell}, {quote_text(_ZONE + '$')}, '') AS TIMESTAMP) AS wall, "
        f"upper(regexp_extract({cell}, {quote_text(_ZONE + '$')}, 1)) AS zone FROM {table.name} WHERE {cell} <> ''"
    )
    digits = "replace(zone[2:], ':', '')"
    minutes = (
        f"CASE WHEN zone IN ('', 'Z') THEN 0 ELSE (CASE WHEN zone[1] = '-' THEN -1 ELSE 1 END) * "
        f"(60 * CAST({digits}[:2] AS INTEGER) + coalesce(TRY_CAST({digits}[3:] AS INTEGER), 0)) END"
    )
    local = f"timezone({quote_text(zone)}, timezone('UTC', wall - to_minutes({minutes})))" if zone else "wall"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE iso_moments AS SELECT {ROW}, cell, zone, "
        f"CASE WHEN zone = '' THEN wall ELSE {local} END AS {_MOMENT} FROM iso_walls"
    )
    inside = f"coalesce({_MOMENT} >= TIMESTAMP '{FIRST}' AND {_MOMENT} < TIMESTAMP '{BEYOND}', false)"
    rows, odd = fetch_rows(connection, f"SELECT count(*), count(*) FILTER (NOT {inside}) FROM iso_moments")[0]
    if odd or not rows:
        return None
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {table.name}_iso AS SELECT t.*, m.{_MOMENT} FROM {table.name} t "
        f"LEFT JOIN iso_moments m USING ({ROW})"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {table.name}_few AS SELECT t.* FROM {table.name} t SEMI JOIN "
        f"(SELECT arg_max({ROW}, (cell[12:16] <> '00:00', -{ROW})) AS {ROW} FROM iso_moments GROUP BY zone) USING ({ROW})"
    )
    return replace(table, name=f"{table.name}_few")
