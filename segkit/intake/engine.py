"""The embedded engine, set up the one way segkit uses it."""

from __future__ import annotations

from contextlib import suppress

import duckdb


def connect_engine(database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    """Open DuckDB without its progress bar, which a notebook would keep as a widget in the page.

    Parameters
    ----------
    database : str
        Path of the database file; in memory by default.

    Examples
    --------
    >>> connect_engine().execute("SELECT 1 + 1").fetchone()
    (2,)
    """
    connection = duckdb.connect(database)
    with suppress(
        duckdb.InvalidInputException
    ):  # a notebook without ipywidgets has no bar, and refuses the setting
        connection.execute("SET enable_progress_bar = false")
    return connection
