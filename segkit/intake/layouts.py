"""Wide tables made long: a column for each day or month becomes one row for each filled cell.

In: an all-text table. Out: the same, or a table with ``order_date`` and ``amount`` where the columns were days.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from segkit.intake.date_formats import MONTHS, find_format, order_days
from segkit.intake.mapping import guess_columns
from segkit.intake.text_table import ROW, TextTable, fetch_row, quote_name, quote_text
from segkit.model.cleaning import LogEntry

FEWEST = 2
"""So many columns must be days or months before a table counts as wide."""
ZERO = r"[^0-9]*0+(?:[.,]0+)?[^0-9]*"
YEAR = "(?P<year>(?:19|20)[0-9]{2})"
SHORT = "(?P<year>'?[0-9]{2})"
NAME = f"(?P<name>{'|'.join(month[:3] for month in MONTHS)})[a-z]*"
MONTH_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{YEAR}[-/. ]?(?P<month>0[1-9]|1[0-2])",
        rf"{YEAR}[-/.](?P<month>[1-9])",
        rf"(?P<month>0?[1-9]|1[0-2])[-/.]{YEAR}",
        rf"{NAME}\.?[-/ ]?{YEAR}",
        rf"{NAME}\.?[-/ ]{SHORT}",
        rf"{YEAR}[-/ ]?{NAME}",
    )
)


def melt_wide(table: TextTable) -> TextTable:
    """Turn a table with a column for each day or month into one with a row for each filled cell.

    A table is wide when two columns or more are named after days or months, they are half of its columns or more,
    and no other column holds dates. A month stands as its first day; cells of zero are left out, as blank ones are.

    Parameters
    ----------
    table : TextTable
        Any table.

    Returns
    -------
    TextTable
        The same object where the table is not wide.

    Examples
    --------
    >>> import duckdb
    >>> from segkit.intake.tables import open_table
    >>> connection = duckdb.connect()
    >>> frame = connection.sql("SELECT 'C1' AS customer, 10 AS 'Jan 2024', 0 AS 'Feb 2024', 5 AS 'Mar 2024'")
    >>> open_table(frame, connection=connection, name="orders").connection.sql("FROM orders").fetchall()
    [(2, 'C1', '2024-01-01', '10'), (2, 'C1', '2024-03-01', '5')]
    """
    days = {column: day for column in table.columns if (day := read_heading(column))}
    others = [column for column in table.columns if column not in days]
    if len(days) < FEWEST or len(days) < len(others) or not others:
        return table
    if any(guess.canonical == "order_date" for guess in guess_columns(others)):
        return table
    if {"order_date", "amount"} & {column.casefold() for column in others}:
        return table
    connection, wide = table.connection, f"{table.name}__wide"
    connection.execute(f"DROP VIEW IF EXISTS {quote_name(wide)}")
    connection.execute(f"ALTER VIEW {quote_name(table.name)} RENAME TO {quote_name(wide)}")
    kept = ", ".join([ROW, *map(quote_name, others)])
    cells = ", ".join(
        f"({quote_text(day.isoformat())}, {quote_name(column)})" for column, day in days.items()
    )
    pairs = f"SELECT {kept}, unnest([{cells}], recursive := true) FROM {quote_name(wide)}"
    named = ", ".join([ROW, *map(quote_name, others), "order_date", "amount"])
    connection.execute(
        f"CREATE OR REPLACE VIEW {quote_name(table.name)} AS SELECT * FROM ({pairs}) AS melted({named}) "
        f"WHERE amount IS NOT NULL AND NOT regexp_full_match(amount, {quote_text(ZERO)})"
    )
    rows = int(str(fetch_row(connection, f"SELECT count(*) FROM {quote_name(table.name)}")[0]))
    kinds = {table.typed.get(column, "text") for column in days}
    typed = {column: table.typed[column] for column in others if column in table.typed}
    if kinds <= {"int", "float", "decimal"}:
        typed |= {"order_date": "date", "amount": "int" if kinds == {"int"} else "float"}
    first = next(iter(days))
    note = LogEntry(
        rule="wide layout",
        reason=f"{table.source.path} has a column for each day or month; each filled cell became a row of its own.",
        rows=rows,
        examples=(f"column {first!r} is {days[first]}",),
    )
    return replace(
        table,
        columns=(*others, "order_date", "amount"),
        rows=rows,
        source=replace(table.source, rows=rows + sum(entry.rows for entry in table.rejected)),
        notes=(*table.notes, note),
        typed=MappingProxyType(typed),
    )


def read_heading(text: str) -> date | None:
    """Return the day that a column is named after; the first of the month for a month.

    Examples
    --------
    >>> read_heading("2024-03"), read_heading("Mar-24"), read_heading("03.05.2024"), read_heading("total")
    (datetime.date(2024, 3, 1), datetime.date(2024, 3, 1), datetime.date(2024, 5, 3), None)
    """
    lower = text.strip().casefold()
    if not any(character.isdigit() for character in lower):
        return None
    for pattern in MONTH_PATTERNS:
        match = pattern.fullmatch(lower)
        if match:
            found = match.groupdict()
            year = int(found["year"].strip("'"))
            names = [month[:3] for month in MONTHS]
            month = names.index(found["name"]) + 1 if found.get("name") else int(found["month"])
            return date(year + 2000 if year < 100 else year, month, 1)
    form = find_format(lower)
    if form is None or (form.numeric and form.separator != "."):
        return None  # 03/05/2024 could be two days
    try:
        day = datetime.strptime(lower, order_days(form, day_first=True).text).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2100 else None
