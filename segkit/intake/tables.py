"""Open any file or frame as an all-text table.

In: a path or a frame. Out: a :class:`~segkit.intake.text_table.TextTable` in DuckDB. This module looks at what the
thing is, by its first bytes and then by its name, and hands it to the reader of its kind; what cannot be read is
refused in one sentence with the way out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from segkit.errors import InputError, UnsupportedFormatError
from segkit.intake.delimited import open_delimited
from segkit.intake.text_table import ROW, TextTable

__all__ = ["ROW", "TextTable", "open_table"]

TEXT_SUFFIXES = frozenset({"", ".csv", ".tsv", ".txt", ".tab", ".psv", ".dat"})


def open_table(  # noqa: PLR0913 - two required names and what may override the file's own evidence
    source: Path | str | Any,
    *,
    connection: duckdb.DuckDBPyConnection,
    name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    label: str = "",
) -> TextTable:
    r"""Open a file or frame as a relation of text columns.

    Parameters
    ----------
    source : Path, str or frame
        A CSV, TSV, Parquet or XLSX file, or any frame that narwhals knows. It is not changed.
    connection : duckdb.DuckDBPyConnection
        Receives the relation. For data larger than memory, connect to a database file.
    name : str
        Name of the relation, free in the connection.
    encoding, delimiter : str, optional
        Override what a text file shows.
    label : str, optional
        The file's name in messages and in the log; by default its file name.

    Returns
    -------
    TextTable

    Raises
    ------
    InputError
        When the file is missing, empty, malformed or without rows.
    UnsupportedFormatError
        When this kind of file holds no table that can be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "orders.csv"
    ...     _ = path.write_text("customer;paid\n0012;1,50\n")
    ...     table = open_table(path, connection=duckdb.connect(), name="orders")
    ...     table.connection.sql("SELECT * FROM orders").fetchall()
    [(2, '0012', '1,50')]
    """
    path = Path(source)
    label = label or path.name
    if not path.is_file():
        raise InputError(f"{label} is not a file; give the path of an order history.", path=label)
    if path.suffix.casefold() not in TEXT_SUFFIXES:
        raise UnsupportedFormatError(f"{label} cannot be read; export it as CSV or XLSX.", path=label)
    return open_delimited(
        path, connection=connection, name=name, encoding=encoding, delimiter=delimiter, label=label
    )
