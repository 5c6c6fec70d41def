"""Open any file or frame as an all-text table.

In: a path or a frame. Out: a :class:`~segkit.intake.text_table.TextTable` in DuckDB. This module looks at what the
thing is, by its first bytes and then by its name, and hands it to the reader of its kind; what cannot be read is
refused in one sentence with the way out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from segkit.intake.delimited import open_delimited
from segkit.intake.frames import open_frame, open_parquet
from segkit.intake.kinds import recognise
from segkit.intake.layouts import melt_wide
from segkit.intake.spreadsheets import open_workbook
from segkit.intake.text_table import ROW, TextTable

__all__ = ["ROW", "TextTable", "open_table"]


def open_table(
    source: Path | str | Any,
    *,
    connection: duckdb.DuckDBPyConnection,
    name: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    label: str = "",
    footer: bool = False,
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
    header : bool, default True
        False where the first row of a file is data; columns are then named column_1, column_2, ...
    label : str, optional
        The file's name in messages and in the log; by default its file name.
    footer : bool, default False
        Whether lines of one field below the rows of a text file are a report's footer and no rows.

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
    if not isinstance(source, str | Path):
        return melt_wide(open_frame(source, connection=connection, name=name, label=label))
    path = Path(source)
    label = label or path.name
    kind = recognise(path, label=label, encoding=encoding)
    if kind == "parquet":
        table = open_parquet(path, connection=connection, name=name, label=label)
    elif kind == "xlsx":
        table = open_workbook(path, connection=connection, name=name, label=label, header=header)
    else:
        table = open_delimited(
            path,
            connection=connection,
            name=name,
            label=label,
            encoding=encoding,
            delimiter=delimiter,
            header=header,
            footer=footer,
        )
    return melt_wide(table)
