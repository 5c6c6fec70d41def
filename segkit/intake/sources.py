"""The source rows: several files stacked by column name, completed by joined tables, every row numbered once.

Comes in: paths or frames. Goes out: :class:`SourceRows`, an all-text relation ``source_rows`` with ``line_no`` (a
running number over all files), ``file_no``, ``row_no`` (the row as its file shows it) and the files' own columns.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from segkit.errors import BadValueError, InputError, MissingColumnError
from segkit.intake.amounts import parse_amounts
from segkit.intake.formats import OrderFormat
from segkit.intake.mapping import guess_columns
from segkit.intake.tables import TextTable, open_table
from segkit.intake.text_table import fetch_count, fetch_row, quote_name
from segkit.model.cleaning import LogEntry, SourceFile
from segkit.model.company import Join, OrderSettings

OWN = ("line_no", "file_no", "row_no", "lid", "grp")
"""Columns that this module adds; a user's column of the same name is renamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRows:
    """All rows of the order files as text.

    Parameters
    ----------
    table : TextTable
        The stacked relation; its ``_row`` is the row in its own file.
    labels : tuple of str
        File names by ``file_no``.
    sources : tuple of SourceFile
        Order files, then joined files.
    rows_read : int
        Data rows of the order files, rejected ones included.
    rejected, notes : tuple of LogEntry
        From opening the files.
    file_columns : tuple of tuple of str
        Columns of each order file, by ``file_no``.
    joined_columns : tuple of str
        Columns that joined tables brought.
    """

    table: TextTable
    labels: tuple[str, ...]
    sources: tuple[SourceFile, ...]
    rows_read: int
    rejected: tuple[LogEntry, ...]
    notes: tuple[LogEntry, ...]
    file_columns: tuple[tuple[str, ...], ...] = field(default=())
    joined_columns: tuple[str, ...] = field(default=())


def stack_files(
    sources: Sequence[Path | Any], *, connection: duckdb.DuckDBPyConnection, settings: OrderSettings
) -> SourceRows:
    """Open files or frames and put their rows under one another, matching columns by name.

    Raises
    ------
    InputError
        A file cannot be read.
    """
    tables = [
        _open_one(source, connection=connection, name=f"file_{number}", settings=settings)
        for number, source in enumerate(sources)
    ]
    columns = _all_columns(tables)
    parts = []
    offset = 0
    for number, table in enumerate(tables):
        own = {_fold(name): name for name in table.columns}
        cells = ", ".join(
            f"{quote_name(own[_fold(name)]) if _fold(name) in own else 'NULL::VARCHAR'} AS {quote_name(alias)}"
            for name, alias in columns
        )
        gaps = fetch_count(
            connection, f"SELECT coalesce(max(_row) - min(_row) + 1, 0) - count(*) FROM {table.name}"
        )
        first = fetch_count(connection, f"SELECT coalesce(min(_row), 0) FROM {table.name}")
        running = "row_number() OVER (ORDER BY _row)" if gaps else f"_row - {first} + 1"
        parts.append(
            f"SELECT ({running} + {offset})::BIGINT AS line_no, {number} AS file_no, _row, {cells} FROM {table.name}"
        )
        offset += table.rows
    connection.execute(f"CREATE OR REPLACE TEMP VIEW source_rows AS {' UNION ALL BY NAME '.join(parts)}")
    typed = {
        alias: kind
        for table in tables
        for name, kind in table.typed.items()
        for n, alias in columns
        if n == name
    }
    stacked = TextTable(
        connection=connection,
        name="source_rows",
        columns=tuple(alias for _, alias in columns),
        source=replace(tables[0].source, path=_label(tables)),
        rows=offset,
        typed=typed,
    )
    return SourceRows(
        table=stacked,
        labels=tuple(table.source.path for table in tables),
        sources=tuple(table.source for table in tables),
        rows_read=sum(table.source.rows for table in tables),
        rejected=tuple(entry for table in tables for entry in table.rejected),
        notes=tuple(entry for table in tables for entry in table.notes),
        file_columns=tuple(table.columns for table in tables),
    )


def join_table(
    rows: SourceRows,
    join: Join,
    *,
    folder: Path,
    form: OrderFormat | None,
    settings: OrderSettings,
    number: int,
) -> SourceRows:
    """Complete the rows by a table that shares a key column with them.

    Parameters
    ----------
    rows : SourceRows
        What :func:`stack_files` returned.
    join : Join
        File and key; ``on`` is a column of both, or ``"left = right"``.
    folder : Path
        Where the file lies.
    form : OrderFormat or None
        Lets ``on`` name a column by its canonical name.
    settings : OrderSettings
        Encoding, and the user's own mapping.
    number : int
        Position among the joins.

    Raises
    ------
    MissingColumnError
        The key is not in one of the two.
    BadValueError
        A key occurs more than once in the joined table and it carries no amounts that could be added up.

    Notes
    -----
    A joined table with several rows for a key (payments of an order) has its amounts added up; of its other
    columns the first row's value is taken. No row of the order file is lost or doubled.
    """
    connection = rows.table.connection
    path = folder / join.file
    if not path.is_file():
        raise InputError(
            f"[orders] join names {join.file!r}, which is not in {folder.name}; save it there or correct the name.",
            path=join.file,
        )
    table = _open_one(
        path, connection=connection, name=f"joined_{number}", settings=replace(settings, header=True)
    )
    left, right = _join_keys(rows, table, join, form=form, settings=settings)
    renamed = _free_names(table, rows.table.columns, without=right)
    key = f"lower(trim({quote_name(right)}))"
    repeats, example = fetch_row(
        connection,
        f"SELECT count(*), min(k) FROM (SELECT {key} AS k, count(*) AS n FROM {table.name} "
        f"WHERE {quote_name(right)} IS NOT NULL GROUP BY 1 HAVING n > 1)",
    )
    notes = list(rows.notes)
    cells = {name: f"arg_min({quote_name(name)}, _row)" for name in renamed}
    if repeats:
        cells |= _sums(table, renamed, join=join, settings=settings, example=str(example))
        notes.append(
            LogEntry(
                rule="joined rows added up",
                reason=f"keys with several rows in {join.file}; amounts are added up, other columns come from the first row",
                rows=int(str(repeats)),
            )
        )
    picked = ", ".join(f"{sql} AS {quote_name(renamed[name])}" for name, sql in cells.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE side_{number} AS SELECT {key} AS join_key{', ' + picked if picked else ''} "
        f"FROM {table.name}{'_money' if repeats else ''} WHERE {quote_name(right)} IS NOT NULL GROUP BY 1"
    )
    view = f"source_rows_{number}"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT l.*, r.* EXCLUDE (join_key) FROM {rows.table.name} l "
        f"LEFT JOIN side_{number} r ON r.join_key = lower(trim(l.{quote_name(left)}))"
    )
    missing = fetch_count(
        connection,
        f"SELECT count(*) FROM {rows.table.name} l ANTI JOIN side_{number} r "
        f"ON r.join_key = lower(trim(l.{quote_name(left)}))",
    )
    if missing:
        notes.append(
            LogEntry(
                rule="no match in joined table", reason=f"rows without a match in {join.file}", rows=missing
            )
        )
    brought = tuple(renamed.values())
    typed = {
        **rows.table.typed,
        **{renamed[name]: kind for name, kind in table.typed.items() if name in renamed},
    }
    return replace(
        rows,
        table=replace(rows.table, name=view, columns=(*rows.table.columns, *brought), typed=typed),
        sources=(*rows.sources, table.source),
        notes=(*notes, *table.notes),
        joined_columns=(*rows.joined_columns, *brought),
    )


def _open_one(
    source: Path | Any, *, connection: duckdb.DuckDBPyConnection, name: str, settings: OrderSettings
) -> TextTable:
    return open_table(
        source, connection=connection, name=name, encoding=settings.encoding, header=settings.header
    )


def _all_columns(tables: Sequence[TextTable]) -> list[tuple[str, str]]:
    """Return (name, alias) of every column of any file, first seen first; our own names are kept free."""
    found: dict[str, str] = {}
    for table in tables:
        for name in table.columns:
            found.setdefault(_fold(name), name)
    return [(name, f"{name}_2" if _fold(name) in OWN else name) for name in found.values()]


def _join_keys(
    rows: SourceRows, table: TextTable, join: Join, *, form: OrderFormat | None, settings: OrderSettings
) -> tuple[str, str]:
    """Find the key in the order rows and in the joined table."""
    left_word, _, right_word = (part.strip() for part in join.on.partition("="))
    right_word = right_word or left_word
    canonical = {g.source: g.canonical for g in guess_columns(rows.table.columns)}
    if form is not None:
        canonical = {source: name for name, sources in form.columns for source in sources}
    canonical |= {source: name for name, source in settings.columns}
    left = _named(left_word, rows.table.columns)
    if not left:
        left = next((source for source, name in canonical.items() if name == left_word), "")
        left = _named(left, rows.table.columns) if left else ""
    right = _named(right_word, table.columns)
    if not right and left:
        means = next((name for source, name in canonical.items() if _fold(source) == _fold(left)), "")
        right = next((g.source for g in guess_columns(table.columns) if g.canonical == means), "")
    for word, found, label, names in (
        (left_word, left, rows.table.source.path, rows.table.columns),
        (right_word, right, join.file, table.columns),
    ):
        if not found:
            close = difflib.get_close_matches(word, names, n=1)
            hint = f"did you mean {close[0]!r}" if close else f"it has {', '.join(map(repr, names[:12]))}"
            raise MissingColumnError(
                f'{label} lacks the join column {word!r}; {hint} (write on = "left = right" where the names differ).',
                path=label,
                column=word,
            )
    return left, right


def _named(word: str, names: Sequence[str]) -> str:
    return next((name for name in names if _fold(name) == _fold(word)), "")


def _free_names(table: TextTable, taken: Sequence[str], *, without: str) -> dict[str, str]:
    """Give the joined columns names that the order rows do not have."""
    stem = Path(table.source.path).stem
    used = {_fold(name) for name in (*taken, *OWN, "_row")}
    renamed = {}
    for name in table.columns:
        if name == without:
            continue
        free = name if _fold(name) not in used else f"{name} ({stem})"
        used.add(_fold(free))
        renamed[name] = free
    return renamed


def _sums(
    table: TextTable, renamed: dict[str, str], *, join: Join, settings: OrderSettings, example: str
) -> dict[str, str]:
    """Add up the amounts of a joined table with several rows for a key, or refuse."""
    given = {source: name for name, source in settings.columns}
    meaning = {guess.source: guess.canonical for guess in guess_columns(table.columns)} | given
    amounts = [
        name for name in renamed if meaning.get(name) in {"amount", "order_total", "refunded", "discount"}
    ]
    if not amounts:
        raise BadValueError(
            f"{join.file} has several rows for the key {example!r} and no amounts to add up; "
            "keep one row for each key, or make it the order file and join the other one.",
            path=join.file,
        )
    parsed = [(name, parse_amounts(table, name, decimal=settings.decimal)) for name in amounts]
    columns = ", ".join(f"{amount.sql} AS {quote_name(name + ' in units')}" for name, amount in parsed)
    table.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {table.name}_money AS SELECT *, {columns} FROM {table.name}"
    )
    return {
        name: f"CAST(sum({quote_name(name + ' in units')})::DECIMAL(38, 0) * 0.0001 AS VARCHAR)"
        for name in amounts
    }


def _label(tables: Sequence[TextTable]) -> str:
    names = [table.source.path for table in tables]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _fold(name: str) -> str:
    return " ".join(name.casefold().split())


def row_examples(labels: Sequence[str], rows: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Write rows as their files show them.

    Examples
    --------
    >>> row_examples(("a.csv",), [(0, 12)]), row_examples(("a.csv", "b.csv"), [(1, 7)])
    (('row 12',), ('b.csv row 7',))
    """
    prefix = [f"{label} " if len(labels) > 1 else "" for label in labels]
    return tuple(f"{prefix[file]}row {row}" for file, row in rows)
