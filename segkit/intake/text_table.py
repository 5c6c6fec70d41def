"""The all-text table: what every file becomes before anything in it is interpreted.

In: a file or frame (see :mod:`segkit.intake.tables`). Out: a relation in DuckDB whose columns are all text, with the
row numbers a person sees in the file, and the log of what opening it changed. Dates and amounts are read from it by
:mod:`segkit.intake.dates` and :mod:`segkit.intake.amounts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import duckdb

from segkit.errors import MissingColumnError
from segkit.model.cleaning import LogEntry, SourceFile

ROW = "_row"
"""Name of the column that holds the row number as the file shows it."""

SUMMING_ROWS = 5
"""At most this many rows at the end (subtotal, tax, total) are taken for totals."""
TOTAL_WORDS = frozenset(
    {
        "total", "totals", "grand total", "sum", "overall",  # English
        "summe", "gesamt", "gesamtsumme", "endsumme", "insgesamt",  # German
        "somme", "total général", "total general", "suma", "totale", "totaal", "celkem", "razem",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A file or frame as text, in a DuckDB connection.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where the relation lives; it lives as long as the connection. Connect to a database file for data larger
        than memory.
    name : str
        Name of the relation: ``_row`` BIGINT, then ``columns``, all VARCHAR, NULL where the cell is blank.
        ``_row`` is the line (sheet row, frame row) on which the row begins, the header being row 1.
    columns : tuple of str
        Names as in the file, trimmed and made unique without regard to case.
    source : SourceFile
        ``source.rows`` equals ``rows`` plus the rows of all ``rejected`` entries.
    rows : int
        Rows of the relation.
    rejected : tuple of LogEntry
        Rows of the file that are not in the relation: malformed rows, a total row at the end.
    notes : tuple of LogEntry
        What was noticed or repaired without losing a row: encoding, preamble, renamed headers, blank rows.
    typed : mapping of str to str
        For files and frames with types: ``column -> "date" | "timestamp" | "timestamptz" | "int" | "float" |
        "decimal" | "bool" | "text"``. Empty for text files, where every column is text.
    """

    connection: duckdb.DuckDBPyConnection = field(repr=False)
    name: str
    columns: tuple[str, ...]
    source: SourceFile
    rows: int
    rejected: tuple[LogEntry, ...] = ()
    notes: tuple[LogEntry, ...] = ()
    typed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def quote_name(name: str) -> str:
    """Return a name as an SQL identifier.

    Examples
    --------
    >>> quote_name('Size 24" wide')
    '"Size 24"" wide"'
    """
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a text as an SQL literal.

    Examples
    --------
    >>> quote_text("Miller's")
    "'Miller''s'"
    """
    return "'" + text.replace("'", "''") + "'"


def fetch_rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """Return all rows of a query, which therefore never blocks its connection."""
    return connection.execute(query).fetchall()


@contextmanager
def distinct_cells(table: TextTable, column: str) -> Iterator[str]:
    """Give the name of a passing table of a column's distinct cells: ``v``, how many ``n``, ``first_row``.

    What a column holds is found out on these, of which there are far fewer than rows; ``v`` is NULL where blank.
    """
    if column not in table.columns:
        raise MissingColumnError(
            f"{table.source.path} lacks column {column!r}; has {', '.join(map(repr, table.columns[:5]))}.",
            path=table.source.path,
            column=column,
        )
    cell = quote_name(column)
    table.connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE segkit_distinct_cells AS
        SELECT CASE WHEN trim({cell}) = '' THEN NULL ELSE {cell} END AS v, count(*) AS n, min({ROW}) AS first_row
        FROM {quote_name(table.name)} GROUP BY 1
        """
    )
    try:
        yield "segkit_distinct_cells"
    finally:
        table.connection.execute("DROP TABLE IF EXISTS segkit_distinct_cells")


def fetch_row(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    """Return the one row of a query that always has one."""
    (row,) = connection.execute(query).fetchall()
    return tuple(row)


def fetch_count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """Return the one integer of a query that counts."""
    (value,) = fetch_row(connection, query)
    return int(str(value))


def name_columns(header: Sequence[str], *, label: str) -> tuple[tuple[str, ...], tuple[LogEntry, ...]]:
    """Trim header cells and make them unique, as text and without regard to case.

    Parameters
    ----------
    header : sequence of str
        Header cells as in the file.
    label : str
        The file's name, for the log.

    Returns
    -------
    tuple
        The names, and a log entry when any was changed.

    Examples
    --------
    >>> name_columns([" Id ", "Total", "", "total"], label="orders.csv")[0]
    ('Id', 'Total', 'column_3', 'total_2')
    """
    names: list[str] = []
    changed: list[str] = []
    taken = {ROW} | {cell.strip().casefold() for cell in header}
    seen = {ROW}
    for position, cell in enumerate(header, start=1):
        wanted = " ".join(cell.split()) or f"column_{position}"
        name, number = wanted, 1
        while name.casefold() in seen or (number > 1 and name.casefold() in taken):
            number += 1
            name = f"{wanted}_{number}"
        seen.add(name.casefold())
        names.append(name)
        if number > 1 or not cell.strip():
            changed.append(f"column {position} is now {name!r}")
    if not changed:
        return tuple(names), ()
    entry = LogEntry(
        rule="header names made unique",
        reason=f"{label} has blank or repeated column names; each column needs its own.",
        rows=0,
        examples=tuple(changed[:5]),
    )
    return tuple(names), (entry,)


def looks_like_total(cells: Sequence[str | None], before: Sequence[str | None]) -> bool:
    """Tell whether the last row of a table sums it up rather than being an order.

    It does when a cell says so ("Total", "Summe", ...) and the row has more blanks than the row before.

    Examples
    --------
    >>> looks_like_total(["Total", None, "30.00"], ["C1", "2024-01-05", "10.00"])
    True
    >>> looks_like_total(["C2", "Total", "30.00"], ["C1", "2024-01-05", "10.00"])
    False
    """
    words = {(cell or "").strip().rstrip(":").strip().casefold() for cell in cells}
    return not words.isdisjoint(TOTAL_WORDS) and blanks(cells) > blanks(before)


def find_totals(tail: Sequence[Sequence[str | None]]) -> int:
    """Return how many rows at the end of a table sum it up."""
    for count in range(len(tail) - 1, 0, -1):
        before = tail[-count - 1]
        if all(looks_like_total(row, before) for row in tail[-count:]):
            return count
    return 0


def note_total(rows: Sequence[tuple[int, str]], *, label: str) -> LogEntry:
    """Log rows at the end of a table that sum it up."""
    return LogEntry(
        rule="total row",
        reason=f"{label} ends with a row that sums up the others; it is no order.",
        rows=len(rows),
        examples=tuple(f"row {line}: {text[:80]}" for line, text in rows[:5]),
    )


def blanks(cells: Sequence[str | None]) -> int:
    """Count the blank cells of a row."""
    return sum(not (cell or "").strip() for cell in cells)
