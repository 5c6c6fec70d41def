"""Parquet files and frames into an all-text table, with the types they had kept beside it.

In: a Parquet path, or any frame that narwhals knows. Out: a :class:`~segkit.intake.text_table.TextTable` whose
``typed`` says what each column was, so that nothing needs to be guessed back from its text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import narwhals as nw
import pyarrow as pa
import pyarrow.parquet as pq

from segkit.errors import InputError, UnsupportedFormatError
from segkit.intake.encodings import read_chunks
from segkit.intake.text_table import (
    ROW,
    TextTable,
    fetch_count,
    fetch_rows,
    name_columns,
    quote_name,
    quote_text,
)
from segkit.model.cleaning import LogEntry, SourceFile

EXACT = 2**53
"""Floats hold every whole number up to here."""
INTEGERS = frozenset(
    {
        "TINYINT",
        "SMALLINT",
        "INTEGER",
        "BIGINT",
        "HUGEINT",
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    }
)


def open_parquet(path: Path, *, connection: duckdb.DuckDBPyConnection, name: str, label: str) -> TextTable:
    """Make a relation of text columns over a Parquet file, which stays where it is.

    Raises
    ------
    InputError
        When the file is damaged or has no rows.
    """
    hashed = hashlib.sha256()
    for chunk in read_chunks(path):
        hashed.update(chunk)
    try:
        zones = _zones(pq.read_schema(path))
        scan = f"read_parquet({quote_text(escape_wildcards(path))}, file_row_number = true, binary_as_string = true)"
        types = fetch_rows(connection, f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {scan}")
    except (pa.ArrowException, OSError, duckdb.Error) as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise InputError(
            f"{label} is a damaged Parquet file ({reason}); write it again.", path=label
        ) from None
    columns = [(str(column), str(kind)) for column, kind, *_ in types]
    source = SourceFile(path=label, sha256=hashed.hexdigest(), rows=0)
    return _as_text(_Typed(scan, "file_row_number", columns, zones), source, connection=connection, name=name)


def open_frame(frame: Any, *, connection: duckdb.DuckDBPyConnection, name: str, label: str) -> TextTable:
    """Copy a frame into a relation of text columns; the frame is not changed.

    Raises
    ------
    InputError
        When the object is no frame, has no rows, or repeats a column name.
    UnsupportedFormatError
        When its engine cannot hand over its rows in order.
    """
    label = label or "the frame"
    arrow = to_arrow(frame, label=label)
    names, renamed = name_columns(arrow.column_names, label=label)
    if not arrow.num_rows or not names:
        raise InputError(f"{label} has no rows; export it again with its rows.", path=label)
    arrow = arrow.rename_columns(list(names))
    connection.register("segkit_frame", arrow)
    cells = quote_name(f"{name}__cells")
    connection.execute(f"CREATE OR REPLACE TABLE {cells} AS SELECT * FROM segkit_frame")
    connection.unregister("segkit_frame")
    types = fetch_rows(connection, f"DESCRIBE {cells}")
    columns = [(str(column), str(kind)) for column, kind, *_ in types]
    typed = _Typed(cells, "rowid", columns, _zones(arrow.schema))
    return _as_text(
        typed, SourceFile(path=label, sha256="", rows=0), connection=connection, name=name, notes=renamed
    )


def to_arrow(frame: Any, *, label: str) -> pa.Table:
    """Return any frame as an Arrow table."""
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return frame.to_arrow_table()
    try:
        known = nw.from_native(frame)
    except TypeError:
        raise InputError(
            f"{label} is neither a path nor a frame (got {type(frame).__name__}); pass a path, or a frame of pandas, "
            "Polars, PyArrow or DuckDB.",
            path=label,
        ) from None
    except nw.exceptions.DuplicateError:
        raise InputError(f"{label} has two columns of one name; rename one of them.", path=label) from None
    if known.implementation.is_dask():
        raise UnsupportedFormatError(
            f"{label} is a Dask frame, which has no order of rows; write Parquet and pass the path.",
            path=label,
        )
    if isinstance(known, nw.LazyFrame):
        known = known.collect("pyarrow")
    try:
        return known.to_arrow()
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError):
        return pa.table({str(column): _mixed_column(known[column].to_list()) for column in known.columns})


def _mixed_column(values: Sequence[Any]) -> pa.Array:
    """Return a column as it is, or as text where it holds values of several types."""
    try:
        return pa.array(values, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None or value != value else str(value) for value in values])  # noqa: PLR0124 - NaN is the value that differs from itself


@dataclass(frozen=True, slots=True)
class _Typed:
    """A typed relation: where it is, its running number from 0, columns with engine types, zones of timestamps."""

    scan: str
    position: str
    columns: Sequence[tuple[str, str]]
    zones: Mapping[str, str]


def _zones(schema: pa.Schema) -> dict[str, str]:
    """Return the time zones of timestamp columns."""
    return {f.name: f.type.tz for f in schema if pa.types.is_timestamp(f.type) and f.type.tz}


def _as_text(
    typed: _Typed,
    source: SourceFile,
    *,
    connection: duckdb.DuckDBPyConnection,
    name: str,
    notes: tuple[LogEntry, ...] = (),
) -> TextTable:
    """Make the view ``name`` of text columns over a typed relation."""
    label = source.path
    rows = fetch_count(connection, f"SELECT count(*) FROM {typed.scan}")
    if not rows or not typed.columns:
        raise InputError(f"{label} has no rows; export it again with its rows.", path=label)
    names, renamed = name_columns([column for column, _ in typed.columns], label=label)
    whole, odd = _look_at_floats(typed, connection=connection)
    cells, kinds = [], {}
    for (column, kind), given in zip(typed.columns, names, strict=True):
        sql, kinds[given] = _cell(column, kind, whole=column in whole, zone=typed.zones.get(column, "UTC"))
        cells.append(f"{sql} AS {quote_name(given)}")
    connection.execute(
        f"CREATE OR REPLACE VIEW {quote_name(name)} AS "
        f"SELECT {typed.position} + 2 AS {ROW}, {', '.join(cells)} FROM {typed.scan}"
    )
    if odd:
        reason = f"{label} has cells that are no number (NaN) in {', '.join(map(repr, odd))}; they were read as blank."
        notes = (*notes, LogEntry(rule="NaN as blank", reason=reason, rows=sum(odd.values())))
    return TextTable(
        connection=connection,
        name=name,
        columns=names,
        source=SourceFile(path=label, sha256=source.sha256, rows=rows),
        rows=rows,
        notes=(*notes, *renamed),
        typed=MappingProxyType(kinds),
    )


def _look_at_floats(
    typed: _Typed, *, connection: duckdb.DuckDBPyConnection
) -> tuple[frozenset[str], dict[str, int]]:
    """Return the float columns of whole numbers only (ids with blanks), and how many NaN each column has."""
    floats = [column for column, kind in typed.columns if kind in {"FLOAT", "DOUBLE"}]
    if not floats:
        return frozenset(), {}
    tests = ", ".join(
        f"coalesce(bool_and({c} = floor({c}) AND abs({c}) < {EXACT}) FILTER (NOT isnan({c})), false), "
        f"count(*) FILTER (isnan({c}))"
        for c in map(quote_name, floats)
    )
    ((*found,),) = fetch_rows(connection, f"SELECT {tests} FROM {typed.scan}")
    whole = frozenset(column for column, is_whole in zip(floats, found[::2], strict=True) if is_whole)
    return whole, {column: int(n) for column, n in zip(floats, found[1::2], strict=True) if n}


def _cell(column: str, kind: str, *, whole: bool, zone: str) -> tuple[str, str]:
    """Return the text expression of a typed column, and the word for its type."""
    cell = quote_name(column)
    text = f"CAST({cell} AS VARCHAR)"
    if kind in INTEGERS:
        return text, "int"
    if kind in {"FLOAT", "DOUBLE"}:
        number = f"CAST({cell} AS BIGINT)" if whole else cell
        return f"CASE WHEN NOT isnan({cell}) THEN CAST({number} AS VARCHAR) END", "float"
    if kind == "TIMESTAMP WITH TIME ZONE":
        local = f"timezone({quote_text(zone)}, {cell})"
        minutes = f"date_diff('minute', timezone('UTC', {cell}), {local})"
        sign = f"CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END"
        offset = f"{sign} || printf('%02d:%02d', abs({minutes}) // 60, abs({minutes}) % 60)"
        return f"CAST({local} AS VARCHAR) || {offset}", "timestamptz"
    for start, word in (
        ("DECIMAL", "decimal"),
        ("TIMESTAMP", "timestamp"),
        ("DATE", "date"),
        ("BOOLEAN", "bool"),
    ):
        if kind.startswith(start):
            return text, word
    return f"CASE WHEN trim({text}) <> '' THEN {text} END", "text"


def escape_wildcards(path: Path) -> str:
    """Return a path in which the engine sees no wildcards.

    Examples
    --------
    >>> escape_wildcards(Path("/orders [new]*.csv"))
    '/orders [[]new][*].csv'
    """
    return re.sub(r"([\[*?])", r"[\1]", str(path.resolve()))
