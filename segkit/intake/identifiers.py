"""Ids stay text for ever; this module finds those that a spreadsheet has already destroyed.

In: an id column of an all-text table. Out: nothing, or a refusal that names the rows.
"""

from __future__ import annotations

from segkit.errors import BadValueError
from segkit.intake.text_table import TextTable, distinct_cells, fetch_rows, quote_name, quote_text
from segkit.model.cleaning import LogEntry

SHORTENED = r"\s*[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}\s*"
"""How a spreadsheet writes a long number; what it left out cannot be found again."""


BLANKS = " \t\r\n\u00a0\u2009\u202f\u200b\u2060\ufeff"
"""Blanks of every kind, those without a width included."""
GUARD = "'"
"""What spreadsheets put before a code so that it stays text."""


def refuse_shortened_ids(table: TextTable, column: str) -> None:
    """Refuse a column of ids in which a spreadsheet put scientific notation for digits.

    Parameters
    ----------
    table : TextTable
        Holds the column.
    column : str
        An id, order number, phone or postcode.

    Raises
    ------
    BadValueError
        Naming the first rows: several ids may have become one.
    MissingColumnError
        When the table has no such column.

    Examples
    --------
    >>> import duckdb
    >>> from segkit.intake.tables import open_table
    >>> connection = duckdb.connect()
    >>> table = open_table(connection.sql("SELECT '1.23E+12' AS id"), connection=connection, name="orders", label="o.csv")
    >>> refuse_shortened_ids(table, "id")
    Traceback (most recent call last):
    segkit.errors.BadValueError: o.csv column 'id' has 1 ids that a spreadsheet shortened (row 2: '1.23E+12'); ...
    """
    with distinct_cells(table, column) as cells:
        _refuse_shortened(table, column, cells)


def read_ids(table: TextTable, column: str) -> tuple[str, tuple[LogEntry, ...]]:
    """Return the SQL of a column of ids, and what was done so that one id is one id.

    Blanks around an id (the kinds that do not show included) and two ways to write the same accented letter make
    no second customer. Apostrophes with which spreadsheets guard codes are no part of them.

    Raises
    ------
    BadValueError
        As :func:`refuse_shortened_ids`.

    Examples
    --------
    >>> import duckdb
    >>> from segkit.intake.tables import open_table
    >>> connection = duckdb.connect()
    >>> frame = connection.sql("SELECT unnest(['K1', 'K1 ', 'K2']) AS id")
    >>> table = open_table(frame, connection=connection, name="orders", label="o.csv")
    >>> sql, notes = read_ids(table, "id")
    >>> connection.sql(f"SELECT count(DISTINCT {sql}) FROM orders").fetchall(), notes[0].rows
    ([(2,)], 1)
    """
    plain = f"ltrim({quote_name(column)}, {quote_text(GUARD)})"
    trimmed = f"trim(v, {quote_text(BLANKS)})"
    with distinct_cells(table, column) as cells:
        _refuse_shortened(table, column, cells)
        ((padded, blank, decomposed, letters),) = fetch_rows(
            table.connection,
            f"SELECT sum(n) FILTER (v <> {trimmed}), min((first_row, v)) FILTER (v <> {trimmed}), "
            "sum(n) FILTER (v <> nfc_normalize(v)), min((first_row, v)) FILTER (v <> nfc_normalize(v)) "
            f"FROM {cells}",
        )
    notes = []
    if padded:
        reason = f"Cells of {column!r} with blanks around them were read without."
        notes.append(_entry("blanks around ids", reason, padded, blank))
    if decomposed:
        reason = (
            f"Cells of {column!r} that write the same letters in another way (accents apart) were made alike."
        )
        notes.append(_entry("letters made alike", reason, decomposed, letters))
    return (tidy_id(plain) if notes else plain), tuple(notes)


def tidy_id(cell: str) -> str:
    """Return the SQL of an id without blanks around it and with one way to write each letter."""
    return f"nfc_normalize(trim({cell}, {quote_text(BLANKS)}))"


def _entry(rule: str, reason: str, rows: object, first: tuple[int, str]) -> LogEntry:
    return LogEntry(
        rule=rule, reason=reason, rows=int(str(rows)), examples=(f"row {first[0]}: {first[1][:40]!r}",)
    )


def _refuse_shortened(table: TextTable, column: str, cells: str) -> None:
    found = fetch_rows(
        table.connection,
        f"SELECT sum(n) OVER (), first_row, v FROM {cells} "
        f"WHERE regexp_full_match(v, {quote_text(SHORTENED)}) ORDER BY first_row LIMIT 5",
    )
    if found:
        count, row, text = found[0]
        raise BadValueError(
            f"{table.source.path} column {column!r} has {count} ids that a spreadsheet shortened (row {row}: {text!r}); "
            "export the original again, or format the column there as a number without decimals before saving as CSV.",
            path=table.source.path,
            column=column,
            rows=tuple(row for _, row, _ in found),
        )
