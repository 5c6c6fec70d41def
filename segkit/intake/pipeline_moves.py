"""The history of stages: moves of opportunities from one stage into the next.

Comes in: a history as text. Goes out: first its names of stages, then the table ``moved`` and the log's entries.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from segkit.errors import BadValueError, InputError
from segkit.intake.dates import DateReading
from segkit.intake.identifiers import read_ids
from segkit.intake.pipeline_cells import is_many, read_days, text_of, unread_note
from segkit.intake.text_table import ROW, TextTable, fetch_count, fetch_rows, quote_text
from segkit.model.cleaning import LogEntry
from segkit.model.company import Company

_DROPPED = {
    "other field": "rows on other fields than the stage",
    "no opportunity": "moves without an opportunity",
    "no stage": "moves into no stage",
    "no day": "moves without a day",
    "unknown opportunity": "moves of opportunities that are not in use",
    "after as_of": "moves after the end of observation",
    "no change": "rows that repeat the stage before",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A history that was opened: its table, its columns by meaning, its days, and the names of its stages with their rows."""

    table: TextTable
    columns: Mapping[str, str]
    days: DateReading
    names: Mapping[str, int]
    notes: tuple[LogEntry, ...]


def open_history(table: TextTable, columns: Mapping[str, str], *, company: Company) -> History:
    """Write ``steps``: the cells of a history with types, and ``numbers``: a number for each id of the export.

    Raises
    ------
    BadValueError
        Days that cannot be read, or ids that a spreadsheet shortened.
    """
    day_first = company.pipeline.day_first
    days = read_days(
        table,
        [columns["at"]],
        day_first=company.orders.day_first if day_first is None else day_first,
        timezone=company.timezone,
    )[columns["at"]]
    ids, tidied = read_ids(table, columns["opportunity_id"])
    field = (
        f"regexp_replace(lower({text_of(columns['field'])}), '[^a-z]', '', 'g')"
        if "field" in columns
        else "'stage'"
    )
    table.connection.execute(
        "CREATE OR REPLACE TEMP TABLE numbers AS SELECT opportunity_id, row_number() OVER () AS number FROM "
        "(SELECT DISTINCT opportunity_id FROM typed WHERE opportunity_id IS NOT NULL)"
    )
    table.connection.execute(
        "CREATE OR REPLACE TEMP TABLE steps AS SELECT * EXCLUDE (opportunity_id), opportunity_id IS NOT NULL AS named FROM ("
        f"SELECT {ROW} AS line, nullif(trim({ids}), '') AS opportunity_id, {text_of(columns.get('from_stage'))} AS from_raw, "
        f"{text_of(columns['to_stage'])} AS to_raw, {days.day_sql} AS moved_on, "
        f"contains({field}, 'stage') OR contains({field}, 'phase') AS staged FROM {table.name}) "
        "LEFT JOIN numbers USING (opportunity_id)"
    )
    names = fetch_rows(
        table.connection,
        "SELECT raw, count(*) FROM (SELECT to_raw AS raw, staged FROM steps UNION ALL SELECT from_raw, staged FROM steps) "
        "WHERE staged AND raw IS NOT NULL GROUP BY raw ORDER BY raw",
    )
    return History(
        table=table,
        columns=columns,
        days=days,
        names={str(raw): int(rows) for raw, rows in names},
        notes=(*table.notes, *days.notes, *tidied, *unread_note(days)),
    )


def write_moves(connection: duckdb.DuckDBPyConnection) -> tuple[LogEntry, ...]:
    """Write ``moved``: opportunity, stages as ids, day and place in the order of moves; say when the file's order was turned.

    Moves of one day stand in the order of the file, or against it where fewer breaks follow from that.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE placed_moves AS SELECT s.line, s.number, f.stage AS from_stage, t.stage AS to_stage, s.moved_on "
        "FROM steps s JOIN stage_places t ON t.raw = s.to_raw LEFT JOIN stage_places f ON f.raw = s.from_raw "
        "WHERE s.staged AND s.number IS NOT NULL AND s.moved_on IS NOT NULL"
    )
    chain = "SELECT *, {0}line AS place, lag(to_stage) OVER (PARTITION BY number ORDER BY moved_on, {0}line) AS last_stage FROM placed_moves"
    signs = {
        sign: fetch_count(
            connection, f"SELECT count(*) FROM ({chain.format(sign)}) WHERE from_stage <> last_stage"
        )
        for sign in ("", "-")
    }
    turned = signs["-"] < signs[""]
    connection.execute(f"CREATE OR REPLACE TEMP TABLE moved AS {chain.format('-' if turned else '')}")
    connection.execute("DROP TABLE placed_moves")
    if not turned:
        return ()
    reason = "Moves of one day stand in the file the last one first; they were read from the end."
    return (LogEntry(rule="order of moves", reason=reason, rows=0),)


def judge_moves(
    connection: duckdb.DuckDBPyConnection, *, file: str, as_of: str
) -> tuple[tuple[LogEntry, ...], tuple[LogEntry, ...]]:
    """Write ``moves`` (those in use); return what was left out and what was mended.

    Raises
    ------
    InputError
        No move belongs to an opportunity of the export.
    BadValueError
        The history contradicts the export in many opportunities.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE alive AS SELECT number, created_at, stage AS present FROM used JOIN numbers USING (opportunity_id)"
    )
    late = f"moved_on > DATE {quote_text(as_of)}"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE left_out AS SELECT line, CASE WHEN NOT staged THEN 'other field' "
        "WHEN NOT named THEN 'no opportunity' WHEN to_raw IS NULL THEN 'no stage' WHEN moved_on IS NULL THEN 'no day' "
        "WHEN number IS NULL THEN 'unknown opportunity' END AS reason FROM steps WHERE reason IS NOT NULL UNION ALL "
        f"SELECT line, CASE WHEN a.number IS NULL THEN 'unknown opportunity' WHEN {late} THEN 'after as_of' "
        "WHEN to_stage = last_stage THEN 'no change' END AS reason FROM moved LEFT JOIN alive a USING (number) WHERE reason IS NOT NULL"
    )
    dropped = _entries(connection, _DROPPED)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE chained AS SELECT line, number, from_stage, to_stage, moved_on, place, created_at, present, "
        "lag(to_stage) OVER w AS before, lead(line) OVER w IS NULL AS final FROM moved JOIN alive USING (number) "
        f"WHERE NOT ({late}) AND to_stage IS DISTINCT FROM last_stage WINDOW w AS (PARTITION BY number ORDER BY moved_on, place)"
    )
    used = fetch_count(connection, "SELECT count(*) FROM chained")
    if not used:
        raise InputError(
            f"{file} holds no move of an opportunity of the export; check that both name opportunities by the same ids, "
            "or take the file away.",
            path=file,
        )
    mended = _mend(connection, file=file, moves=used)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW moves AS SELECT opportunity_id, coalesce(before, from_stage) AS from_stage, to_stage, "
        "greatest(moved_on, coalesce(created_at, moved_on)) AS moved_on, place FROM chained JOIN numbers USING (number)"
    )
    return dropped, mended


def _mend(connection: duckdb.DuckDBPyConnection, *, file: str, moves: int) -> tuple[LogEntry, ...]:
    """Count what does not fit together; refuse where it is no matter of single moves."""
    people = fetch_count(connection, "SELECT count(DISTINCT number) FROM chained")
    faults = (
        (
            "broken chain",
            "from_stage <> before",
            moves,
            "moves that do not begin where the one before ended begin there now",
            "moves that do not begin in the stage in which the one before ended; export the whole history",
        ),
        (
            "before creation",
            "moved_on < created_at",
            moves,
            "moves before the day of creation were put on that day",
            "moves before the opportunity was created; check which column says when",
        ),
        (
            "another present stage",
            "final AND to_stage <> present",
            people,
            "opportunities whose last move leads into another stage than the export has; the export's stands",
            "opportunities whose last move leads into another stage than the export has; save both on the same day",
        ),
    )
    entries = []
    for rule, test, cells, reason, refuse in faults:
        rows = fetch_count(connection, f"SELECT count(*) FROM chained WHERE {test}")
        if not rows:
            continue
        first = fetch_rows(connection, f"SELECT line FROM chained WHERE {test} ORDER BY line LIMIT 3")
        examples = tuple(f"row {row}" for (row,) in first)
        if is_many(rows, cells):
            raise BadValueError(
                f"{file} has {rows} of {cells} {refuse} (first: {', '.join(examples)}).",
                path=file,
                rows=tuple(int(row) for (row,) in first),
            )
        entries.append(LogEntry(rule=rule, reason=reason, rows=rows, examples=examples))
    return tuple(entries)


def _entries(connection: duckdb.DuckDBPyConnection, reasons: Mapping[str, str]) -> tuple[LogEntry, ...]:
    counted = dict(fetch_rows(connection, "SELECT reason, count(*) FROM left_out GROUP BY reason"))
    entries = []
    for rule, text in reasons.items():
        if rule not in counted:
            continue
        first = fetch_rows(
            connection,
            f"SELECT line FROM left_out WHERE reason = {quote_text(rule)} ORDER BY line LIMIT 3",
        )
        entries.append(
            LogEntry(
                rule=rule,
                reason=text,
                rows=int(counted[rule]),
                examples=tuple(f"row {row}" for (row,) in first),
            )
        )
    return tuple(entries)
