"""Read a CRM export: the optional ``pipeline.*`` of a company folder and the history of its stages.

Comes in: the folder and the orders that were read. Goes out: :class:`Pipeline`, one row per opportunity with its customer as
in the orders, its moves between stages, and a log in which every row is used or dropped for a stated reason.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from segkit.errors import BadValueError, InputError
from segkit.intake.company import TABLE_SUFFIXES, refuse_outside
from segkit.intake.engine import connect_engine
from segkit.intake.orders import Orders
from segkit.intake.pipeline_accounts import find_accounts
from segkit.intake.pipeline_cells import read_cells
from segkit.intake.pipeline_columns import (
    PipelineColumns,
    choose_history_columns,
    choose_pipeline_columns,
)
from segkit.intake.pipeline_frames import fetch_moves, fetch_opportunities
from segkit.intake.pipeline_log import find_currencies, note_columns, note_stages, pipeline_source, write_log
from segkit.intake.pipeline_moves import History, judge_moves, open_history, write_moves
from segkit.intake.pipeline_remarks import check_fields, note_presets, plain_encoding, say_repeated
from segkit.intake.pipeline_rows import judge_rows, log_faults
from segkit.intake.pipeline_stages import StageReading, read_stages, read_status
from segkit.intake.tables import open_table
from segkit.intake.text_table import TextTable, fetch_count, fetch_rows
from segkit.model.cleaning import LogEntry
from segkit.model.company import Company
from segkit.model.evidence import Source
from segkit.model.opportunity import PipelineLog

PIPELINE_STEM = "pipeline"
HISTORY_STEM = "stage_events"
MAX_NAMES = 200
"""Distinct names of stages; more are no names of stages."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Pipeline:
    """The opportunities of a CRM export.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per opportunity: the columns of ``OPPORTUNITY_COLUMNS``, then the file's further ones, sorted by
        created_at and opportunity_id. Texts are objects with None where missing, days datetime64 with NaT, ``amount``
        float with NaN.
    moves : pandas.DataFrame or None
        The columns of ``MOVE_COLUMNS``; None without a stage history.
    sources : tuple of Source
        The export (id ``pipeline``) and the history (id ``stage_events``).
    log : PipelineLog
        How both were read.
    """

    table: pd.DataFrame
    moves: pd.DataFrame | None
    sources: tuple[Source, ...]
    log: PipelineLog

    @property
    def inputs(self) -> tuple[tuple[str, str], ...]:
        """Return path and hash of the files, for the manifest."""
        return tuple((file.path, file.sha256) for file in self.log.files)


def find_pipeline_files(company: Company) -> tuple[Path | None, Path | None]:
    """Return the CRM export of a company folder and the history of its stages, each None where there is none.

    Raises
    ------
    InputError
        There are two, one named in ``[pipeline]`` is missing, a history has no export, or a file leads out of the folder.
    """
    folder, settings = Path(company.folder), company.pipeline
    export = _find(folder, settings.file, stem=PIPELINE_STEM, key="file")
    history = _find(folder, settings.history, stem=HISTORY_STEM, key="history")
    if history is not None and export is None:
        raise InputError(
            f"{folder.name} has a history of stages ({history.name}) and no export of opportunities; save that as pipeline.csv, "
            'or name it in company.toml: [pipeline] file = "...".',
            path=history.name,
        )
    return export, history


def read_pipeline(company: Company, orders: Orders) -> Pipeline | None:
    """Read the CRM export of a company.

    Parameters
    ----------
    company : Company
        Says where, and in ``[pipeline]`` how columns, stages, days and amounts are to be read.
    orders : Orders
        The order history; says who is a customer, and when observation ends.

    Returns
    -------
    Pipeline or None
        None where the folder has no such file.

    Raises
    ------
    MissingColumnError
        No column says which opportunity, or in which stage it stands.
    BadValueError
        A stage has no place in the list, days are ambiguous, or 1 % or more of the rows share a fault.
    InputError
        A file is empty or broken, or there are two.
    """
    export, history = find_pipeline_files(company)
    if export is None:
        return None
    with connect_engine() as connection:
        return _read(connection, company, orders, export=export, history=history)


def _read(
    connection: duckdb.DuckDBPyConnection,
    company: Company,
    orders: Orders,
    *,
    export: Path,
    history: Path | None,
) -> Pipeline:
    settings = company.pipeline
    day_first = company.orders.day_first if settings.day_first is None else settings.day_first
    table = _open(connection, export, name="pipeline", what="the opportunities")
    columns = choose_pipeline_columns(table.columns, file=export.name, own=settings.columns)
    cells = read_cells(
        table,
        columns,
        decimal=settings.decimal or company.orders.decimal,
        day_first=day_first,
        timezone=company.timezone,
    )
    check_fields(
        settings.fields,
        columns,
        further=[name for _, name in cells.further],
        attributes=[] if orders.attributes is None else [str(name) for name in orders.attributes],
        file=export.name,
    )
    past = _open_history(connection, company, history)
    stages, names = _place_stages(table, columns, past, company=company)
    columns, ignored = _place_status(table, columns, own=dict(settings.columns))
    people = find_accounts(table, columns, orders=orders)
    _release(connection, table.name, "people", "row_people", "seen_people")
    money = find_currencies(connection, cells, company=company, orders=orders, label=export.name)
    turned = write_moves(connection) if past else ()
    _release(connection, "stage_events")
    as_of = orders.as_of.isoformat()
    judge_rows(
        connection,
        stages=stages,
        as_of=as_of,
        currency=money.default,
        wanted_currency=settings.currency,
        history=past is not None,
    )
    faults = log_faults(
        connection,
        file=export.name,
        words=_fault_words(columns, as_of=as_of, currency=settings.currency or money.default),
    )
    _release(connection, "placed_moves", "accounts", "twice")
    connection.execute("CREATE OR REPLACE TEMP VIEW used AS SELECT * FROM judged WHERE reason IS NULL")
    _refuse_nothing_left(connection, faults["dropped"], file=export.name)
    dropped_moves, mended = (
        judge_moves(connection, file=past.table.source.path, as_of=as_of) if past else ((), ())
    )
    _release(connection, "steps", "moved", "left_out")
    names = _count_used(connection, names)
    notes = (
        *plain_encoding(table.notes),
        *cells.notes,
        *(plain_encoding(past.notes) if past else ()),
        *turned,
        *note_columns(columns),
        *note_presets(columns),
        *note_stages(stages, names),
        *ignored,
        *people,
        *money.notes,
        *faults["notes"],
    )
    log = write_log(
        connection,
        files=(table.source, *((past.table.source,) if past else ())),
        columns=columns,
        stages=stages.names(names),
        model=stages.model,
        dropped=(*table.rejected, *faults["dropped"]),
        repaired=(*faults["repaired"], *mended),
        notes=notes,
        dropped_moves=(*past.table.rejected, *dropped_moves) if past else (),
    )
    sources = tuple(
        pipeline_source(log, place, columns=tuple(part.columns))
        for place, part in enumerate(_tables(table, past))
    )
    return Pipeline(
        table=fetch_opportunities(connection, cells.further),
        moves=fetch_moves(connection) if past else None,
        sources=sources,
        log=log,
    )


def _fault_words(columns: PipelineColumns, *, as_of: str, currency: str) -> dict[str, str]:
    """Return what the sentences on faults name: columns of the file, the end of observation, the currency."""

    def first(*names: str) -> str:
        return next((columns.taken[name] for name in names if name in columns.taken), "")

    return {
        "id": first("opportunity_id"),
        "repeated": say_repeated(first("opportunity_id")),
        "stage": first("stage"),
        "status": first("status", "is_closed", "is_won", "won_at", "lost_at"),
        "amount": first("amount"),
        "created": first("created_at"),
        "closed": first("closed_at", "close", "won_at", "lost_at"),
        "as_of": as_of,
        "currency": currency,
    }


def _refuse_nothing_left(
    connection: duckdb.DuckDBPyConnection, dropped: Sequence[LogEntry], *, file: str
) -> None:
    if not fetch_count(connection, "SELECT count(*) FROM used"):
        reasons = "; ".join(f"{entry.reason} ({entry.rows})" for entry in dropped)
        raise InputError(
            f"{file} holds no opportunity that can be used: {reasons}; save another export.", path=file
        )


def _open(connection: duckdb.DuckDBPyConnection, path: Path, *, name: str, what: str) -> TextTable:
    """Open a file as text; what is wrong with it is said of opportunities, not of orders."""
    try:
        return open_table(path, connection=connection, name=name, footer=True)
    except InputError as error:
        text = str(error).replace("the orders", what)
        raise type(error)(text, path=error.path, column=error.column, rows=error.rows) from None


def _release(connection: duckdb.DuckDBPyConnection, *names: str) -> None:
    """Give back the memory of tables that nothing asks any more."""
    tables = {name for (name,) in fetch_rows(connection, "SELECT table_name FROM duckdb_tables()")}
    for name in tables & set(names):
        connection.execute(f"DROP TABLE {name}")


def _tables(table: TextTable, past: History | None) -> tuple[TextTable, ...]:
    return (table, past.table) if past else (table,)


def _open_history(
    connection: duckdb.DuckDBPyConnection, company: Company, path: Path | None
) -> History | None:
    if path is None:
        return None
    table = _open(connection, path, name="stage_events", what="the history")
    columns = choose_history_columns(table.columns, file=path.name, own=company.pipeline.history_columns)
    return open_history(table, columns, company=company)


def _place_stages(
    table: TextTable, columns: PipelineColumns, past: History | None, *, company: Company
) -> tuple[StageReading, dict[str, int]]:
    """Write ``stage_places`` (raw, stage, named); return the reading, and every name with its rows in the export."""
    names = _count_names(table, "stage_raw", columns.taken["stage"])
    together = {**(past.names if past else {}), **names}
    if not together:
        raise BadValueError(
            f"{table.source.path} has no stage in any cell of {columns.taken['stage']!r}; name the right column in company.toml: "
            '[pipeline.columns] stage = "...".',
            path=table.source.path,
            column=columns.taken["stage"],
        )
    elsewhere = (
        (past.table.source.path, past.columns["to_stage"], set(together) - set(names))
        if past
        else ("", "", ())
    )
    reading = read_stages(
        together,
        settings=company.pipeline,
        file=table.source.path,
        column=columns.taken["stage"],
        elsewhere=elsewhere,
    )
    status = {
        stage.id: stage.stage.value if stage.stage.is_closed else "open" for stage in reading.model.stages
    }
    places = [(raw, *place) for raw, place in reading.places.items()]
    table.connection.execute(
        "CREATE OR REPLACE TEMP TABLE stage_places AS SELECT unnest(?::VARCHAR[]) AS raw, unnest(?::VARCHAR[]) AS stage, "
        "unnest(?::VARCHAR[]) AS named",
        [
            [raw for raw, _, _ in places],
            [stage for _, stage, _ in places],
            [status[stage] for _, stage, _ in places],
        ],
    )
    return reading, {raw: names.get(raw, 0) for raw in together}


def _count_names(table: TextTable, cell: str, column: str) -> dict[str, int]:
    found = fetch_rows(
        table.connection,
        f"SELECT {cell}, count(*) FROM typed WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY 1 LIMIT {MAX_NAMES + 1}",
    )
    if len(found) > MAX_NAMES:
        raise BadValueError(
            f"{table.source.path} column {column!r} holds more than {MAX_NAMES} different texts, so they are no stages "
            f'(got {str(found[0][0])[:40]!r}); name the right column in company.toml: [pipeline.columns] stage = "...".',
            path=table.source.path,
            column=column,
        )
    return {str(raw): int(rows) for raw, rows in found}


def _count_used(connection: duckdb.DuckDBPyConnection, names: dict[str, int]) -> dict[str, int]:
    """Return the names of stages with the rows that are used."""
    used = dict(
        fetch_rows(connection, "SELECT t.stage_raw, count(*) FROM used JOIN typed t USING (line) GROUP BY 1")
    )
    return {raw: int(used.get(raw, 0)) for raw in names}


def _place_status(
    table: TextTable, columns: PipelineColumns, *, own: dict[str, str]
) -> tuple[PipelineColumns, tuple[LogEntry, ...]]:
    """Write ``status_places`` (raw, status); a column that does not speak of open, won and lost is left aside, and that is said."""
    words: dict[str, str | None] = {}
    notes: tuple[LogEntry, ...] = ()
    if "status" in columns.taken:
        raws = fetch_rows(
            table.connection,
            f"SELECT DISTINCT status_raw FROM typed WHERE status_raw IS NOT NULL ORDER BY 1 LIMIT {MAX_NAMES + 1}",
        )
        found = {str(raw): read_status(str(raw)) for (raw,) in raws}
        strange = [raw for raw, status in found.items() if status is None]
        if strange and "status" in own:
            raise BadValueError(
                f"{table.source.path} column {columns.taken['status']!r} holds {strange[0][:40]!r}, which is neither open, won nor lost; "
                "correct it, or take the column out of [pipeline.columns].",
                path=table.source.path,
                column=columns.taken["status"],
            )
        if strange:
            reason = f"{columns.taken['status']!r} does not say open, won or lost in every cell; only the stage says how an opportunity stands."
            notes = (
                LogEntry(rule="status left aside", reason=reason, rows=0, examples=(f"{strange[0][:40]!r}",)),
            )
        else:
            words = {raw: status.value for raw, status in found.items() if status is not None}
    table.connection.execute(
        "CREATE OR REPLACE TEMP TABLE status_places AS SELECT unnest(?::VARCHAR[]) AS raw, unnest(?::VARCHAR[]) AS status",
        [list(words), list(words.values())],
    )
    return columns, notes


def _find(folder: Path, name: str, *, stem: str, key: str) -> Path | None:
    if name:
        path = folder / name
        if not path.is_file() and not path.is_symlink():
            raise InputError(
                f"{folder.name} has no file {name!r} that [pipeline] {key} asks for; save the export there or correct the name "
                "in company.toml.",
                path=name,
            )
        refuse_outside(path, folder)
        return path
    found = [path for suffix in TABLE_SUFFIXES if os.path.lexists(path := folder / f"{stem}{suffix}")]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise InputError(
            f'{folder.name} has {names}; keep one of them, or name it in company.toml: [pipeline] {key} = "{found[0].name}".',
            path=found[1].name,
        )
    for path in found:
        refuse_outside(path, folder)
    return found[0] if found else None
