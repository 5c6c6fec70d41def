"""Ids stay text for ever; this module finds those that a spreadsheet has already destroyed.

In: an id column of an all-text table. Out: nothing, or a refusal that names the rows.
"""

from __future__ import annotations

from segkit.errors import BadValueError
from segkit.intake.text_table import TextTable, distinct_cells, fetch_rows, quote_text

SHORTENED = r"\s*[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}\s*"
"""How a spreadsheet writes a long number; what it left out cannot be found again."""


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
