"""The canonical order lines: one Parquet file that everything after intake reads.

Comes in: ``staged`` lines in use, with ``customers``. Goes out: the file and the columns in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from segkit.intake.columns import OPTIONAL_TEXT
from segkit.intake.text_table import quote_name, quote_text

FIXED = (
    "customer_id",
    "order_id",
    "order_date",
    "order_time",
    "line_no",
    "amount",
    "quantity",
    "discount",
    "is_return",
)
"""Columns with a type of their own; no passed column may take such a name."""
LINE_LEVEL = frozenset({"product", "sku", "category", "vendor"})
"""Text that belongs to a line, not to its order: a refund line of an order has none of it."""
_YES = ("yes", "true", "y", "t", "1", "ja", "j", "wahr", "oui", "si")
_NO = ("no", "false", "n", "f", "0", "nein", "falsch", "non")


def free_name(name: str, taken: Sequence[str]) -> str:
    """Return a name that no other column has, whatever its capitals.

    Examples
    --------
    >>> free_name("Region", ["region"]), free_name("Colour", ["region"])
    ('Region_2', 'Colour')
    """
    used = {other.casefold() for other in taken}
    number, free = 1, name
    while free.casefold() in used:
        number += 1
        free = f"{name}_{number}"
    return free


def name_passed(columns: Sequence[str], passed: Sequence[str]) -> dict[str, str]:
    """Name the passed columns in the canonical file.

    Parameters
    ----------
    columns : sequence of str
        Canonical columns present.
    passed : sequence of str
        Columns of the user's file.

    Returns
    -------
    dict
        Name in the user's file -> name in the canonical file.
    """
    names: dict[str, str] = {}
    for name in passed:
        names[name] = free_name(name, [*FIXED, *columns, *names.values()])
    return names


def write_canonical(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    used: str,
    texts: Sequence[str],
    passed: Mapping[str, tuple[str, bool]],
    facts: Mapping[str, bool],
) -> tuple[str, ...]:
    """Write the lines in use, sorted by customer, day, order and line.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``staged``, ``typed`` and ``customers`` live.
    path : Path
        The Parquet file to write.
    used : str
        SQL condition of the lines in use.
    texts : sequence of str
        Optional canonical columns present.
    passed : mapping of str to (str, bool)
        Column of ``typed`` (p0, p1, ...) -> name in the file, and whether it belongs to a line rather than to an order.
    facts : mapping of str to bool
        Whether ``order_time``, ``amount``, ``quantity`` and ``discount`` are present.

    Returns
    -------
    tuple of str
        Columns in file order.
    """
    cells = {
        "customer_id": "c.customer_id",
        "order_id": "coalesce(s.order_ref, c.customer_id || s.order_of)",
        "order_date": "s.order_date",
        "order_time": "s.order_time",
        "line_no": "s.line_no",
        "amount": "s.amount",
        "quantity": "s.quantity",
        "discount": "s.discount",
        "is_return": "s.is_return",
    }
    cells = {name: sql for name, sql in cells.items() if facts.get(name, True)}
    for name in texts:
        text = _flag(f"t.{name}") if name == "accepts_marketing" else f"t.{name}"
        cells[name] = f"CASE WHEN NOT synthetic THEN {text} END" if name in LINE_LEVEL else text
    for source, (name, of_line) in passed.items():
        text = f"t.{source}"
        cells[name] = f"CASE WHEN NOT synthetic THEN {text} END" if of_line else text
    picked = ", ".join(f"{sql} AS {quote_name(name)}" for name, sql in cells.items())
    connection.execute(
        f"COPY (SELECT {picked} FROM (SELECT * FROM staged WHERE {used}) s "
        "JOIN customers c ON c.kind = s.kind AND c.key = s.key JOIN typed t ON t.lid = s.text_lid "
        f"ORDER BY c.customer_id, s.order_date, 2, s.line_no, s.lid) TO {quote_text(str(path))} (FORMAT parquet)"
    )
    return tuple(cells)


def _flag(column: str) -> str:
    """Return the SQL of yes and no as a boolean."""
    yes, no = (", ".join(map(quote_text, words)) for words in (_YES, _NO))
    text = f"lower(trim({column}))"
    return f"CASE WHEN {text} IN ({yes}) THEN true WHEN {text} IN ({no}) THEN false END"


def optional_columns(columns: Sequence[str]) -> tuple[str, ...]:
    """Return the optional text columns among these, in canonical order."""
    return tuple(name for name in OPTIONAL_TEXT if name in columns)
