"""What is known of customers besides their orders: ``customers.csv`` and ``survey.csv``, typed and joined on identity.

Comes in: files with one row per customer and an identity column. Goes out: one frame, index ``customer_id``, with
personal columns left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pandas as pd

from segkit.errors import BadValueError, MissingColumnError
from segkit.intake.amounts import parse_numbers
from segkit.intake.canonical import free_name
from segkit.intake.columns import is_personal, normalise
from segkit.intake.dates import parse_dates
from segkit.intake.identifiers import tidy_id
from segkit.intake.identity import normalised_key
from segkit.intake.mapping import guess_columns
from segkit.intake.tables import open_table
from segkit.intake.text_table import TextTable, fetch_count, fetch_row, quote_name, quote_text
from segkit.model.cleaning import LogEntry, SourceFile
from segkit.model.factor import Factor, factor_of_column

ATTRIBUTE_STEMS = ("customers", "survey")
"""Names of the files that a company folder may hold."""
_YES, _NO = ("yes", "true", "y", "ja", "wahr"), ("no", "false", "n", "nein", "falsch")
_MISSING = ("NA", "N/A", "#N/A", "NULL", "NONE", "NAN", "-", "UNKNOWN", "K. A.", "KEINE ANGABE")
_CODES = ("postcode", "zip", "plz", "postleitzahl", "postal_code", "zip_code", "id", "sku", "code")
"""Columns whose digits are no number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CustomerAttributes:
    """What the attribute files said.

    Parameters
    ----------
    frame : pandas.DataFrame or None
        Index ``customer_id`` (every customer in use, sorted).
    sources : tuple of (str, str)
        Column and its file.
    files : tuple of SourceFile
        The files read.
    surveys : frozenset of str
        Columns that are survey answers.
    notes : tuple of LogEntry
        Rows without orders, repeated rows, columns left out.
    tables : tuple of (TextTable, str)
        The files as text, each with the name of its table of ``_row`` and ``customer_id``.
    """

    frame: pd.DataFrame | None = None
    sources: tuple[tuple[str, str], ...] = ()
    files: tuple[SourceFile, ...] = ()
    surveys: frozenset[str] = frozenset()
    notes: tuple[LogEntry, ...] = ()
    tables: tuple[tuple[TextTable, str], ...] = ()


def read_attributes(
    paths: Sequence[Path],
    *,
    connection: duckdb.DuckDBPyConnection,
    identity_names: Mapping[str, str],
    day_first: bool | None = None,
    decimal: str | None = None,
) -> CustomerAttributes:
    """Read attribute files and join them to the customers in use.

    Parameters
    ----------
    paths : sequence of Path
        Files with one row per customer.
    connection : duckdb.DuckDBPyConnection
        Where ``customers`` and ``key_owners`` live.
    identity_names : mapping of str to str
        Kind of key -> column of the order file; the same name here means the same.
    day_first, decimal
        As in ``OrderSettings``.

    Returns
    -------
    CustomerAttributes

    Raises
    ------
    MissingColumnError
        A file has no column that names a customer the way the orders do.
    """
    if not paths:
        return CustomerAttributes()
    index = connection.execute("SELECT customer_id FROM customers ORDER BY customer_id").df()["customer_id"]
    frame = pd.DataFrame(index=pd.Index(index.astype(object), name="customer_id"))
    sources: list[tuple[str, str]] = []
    files: list[SourceFile] = []
    notes: list[LogEntry] = []
    tables: list[tuple[TextTable, str]] = []
    for number, path in enumerate(paths):
        table = open_table(path, connection=connection, name=f"attributes_{number}")
        keys = _join_columns(connection, table, identity_names)
        columns = [name for name in table.columns if name not in keys and not is_personal(name)]
        held = [name for name in table.columns if is_personal(name)]
        table, blanks = _blank_out(connection, table, columns, label=path.name)
        found = _match(connection, table, keys, columns, day_first=day_first, decimal=decimal)
        renamed: dict[str, str] = {}
        for name in columns:
            renamed[name] = free_name(name, [*map(str, frame.columns), *renamed.values()])
        found = found.rename(columns=renamed).reindex(frame.index)
        frame = pd.concat([frame, found], axis=1)
        sources += [(name, path.name) for name in renamed.values()]
        files.append(table.source)
        tables.append((table, f"{table.name}_owner"))
        notes += [*table.rejected, *table.notes, *blanks, *_count_unmatched(connection, table, path.name)]
        if held:
            text = f"personal columns of {path.name} not passed on: {', '.join(held)}"
            notes.append(LogEntry(rule="personal columns", reason=text, rows=0))
    surveys = frozenset(name for name, file in sources if "survey" in file.lower())
    return CustomerAttributes(
        frame=frame,
        sources=tuple(sources),
        files=tuple(files),
        surveys=surveys,
        notes=tuple(notes),
        tables=tuple(tables),
    )


def _join_columns(
    connection: duckdb.DuckDBPyConnection, table: TextTable, identity_names: Mapping[str, str]
) -> dict[str, str]:
    """Return the columns that name a customer, each with its kind of key."""
    kinds = {str(kind) for (kind,) in connection.execute("SELECT DISTINCT kind FROM key_owners").fetchall()}
    same = {name.casefold(): name for name in table.columns}
    keys: dict[str, str] = {}
    for kind, source in identity_names.items():
        if source.casefold() in same:
            keys[same[source.casefold()]] = kind
    for guess in guess_columns([name for name in table.columns if name not in keys]):
        if guess.canonical in kinds and guess.canonical not in keys.values():
            keys[guess.source] = guess.canonical
    usable = {column: kind for column, kind in keys.items() if kind in kinds}
    if usable:
        return usable
    wanted = ", ".join(sorted(repr(identity_names.get(kind, kind)) for kind in kinds))
    raise MissingColumnError(
        f"{table.source.path} has no column that names a customer as the orders do (wanted {wanted}; got "
        f"{', '.join(map(repr, table.columns[:8]))}); add that column.",
        path=table.source.path,
        column="customer_id",
    )


def _blank_out(
    connection: duckdb.DuckDBPyConnection, table: TextTable, columns: Sequence[str], *, label: str
) -> tuple[TextTable, list[LogEntry]]:
    """Read "NA" and its like as missing, except where it is a place: NA is Namibia, and may be North America."""
    words = ", ".join(map(quote_text, _MISSING))
    asked = [name for name in columns if factor_of_column(normalise(name)) is not Factor.GEOGRAPHIC]
    test = {name: f"upper(trim({quote_name(name)})) IN ({words})" for name in asked}
    counts = fetch_row(
        connection,
        f"SELECT 0{''.join(f', count(*) FILTER ({sql})' for sql in test.values())} FROM {table.name}",
    )[1:]
    found = {name: int(str(n)) for name, n in zip(test, counts, strict=True) if n}
    if not found:
        return table, []
    cells = ", ".join(
        f"CASE WHEN NOT {test[name]} THEN {quote_name(name)} END AS {quote_name(name)}" for name in found
    )
    view = f"{table.name}_known"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * REPLACE ({cells}) FROM {table.name}")
    text = f"cells of {label} that say NA, read as missing ({', '.join(map(repr, found))})"
    entry = LogEntry(rule="missing by word", reason=text, rows=sum(found.values()))
    return replace(table, name=view), [entry]


def _match(
    connection: duckdb.DuckDBPyConnection,
    table: TextTable,
    keys: Mapping[str, str],
    columns: Sequence[str],
    *,
    day_first: bool | None,
    decimal: str | None,
) -> pd.DataFrame:
    """Give each row its customer; the first row of a customer counts."""
    postcode = next(
        (name for name in table.columns if normalise(name) in _CODES and "id" not in normalise(name)), ""
    )
    parts = []
    for rank, kind in enumerate(("customer_id", "email", "phone", "name")):
        for column in (column for column, meaning in keys.items() if meaning == kind):
            code = quote_name(postcode) if kind == "name" and postcode else ""
            key = normalised_key(kind, tidy_id(quote_name(column)), postcode=code)
            parts.append(
                f"SELECT _row, {rank} AS rank, {quote_text(kind)} AS kind, {key} AS key FROM {table.name}"
            )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {table.name}_owner AS SELECT _row, c.customer_id, row_number() OVER "
        "(PARTITION BY c.customer_id ORDER BY _row) AS nth FROM (SELECT _row, arg_min({'k': owner_kind, 'v': "
        f"owner_key}}, rank) AS owner FROM ({' UNION ALL '.join(parts)}) JOIN key_owners USING (kind, key) "
        "GROUP BY _row) o JOIN customers c ON c.kind = o.owner.k AND c.key = o.owner.v"
    )
    typed = {name: _type_column(table, name, day_first=day_first, decimal=decimal) for name in columns}
    cells = ", ".join(f"{sql} AS a{position}" for position, (sql, _) in enumerate(typed.values()))
    found = connection.execute(
        f"SELECT o.customer_id{', ' if cells else ''}{cells} FROM {table.name} JOIN {table.name}_owner o USING (_row) "
        "WHERE nth = 1 ORDER BY o.customer_id"
    ).df()
    found = found.set_index(found["customer_id"].astype(object)).drop(columns="customer_id")
    for alias, (_, finish) in zip(found.columns, typed.values(), strict=True):
        found[alias] = finish(found[alias])
    return found.set_axis(list(columns), axis=1)


def _type_column(
    table: TextTable, name: str, *, day_first: bool | None, decimal: str | None
) -> tuple[str, Callable[[pd.Series], pd.Series]]:
    """Return the SQL of a column in its type and what turns it into the promised dtype."""
    cell, connection = quote_name(name), table.connection
    words = ", ".join(map(quote_text, (*_YES, *_NO)))
    text = f"lower(trim({cell}))"
    filled, yes_no, zeros = fetch_row(
        connection,
        f"SELECT count({cell}), count(*) FILTER ({text} IN ({words})), "
        f"count(*) FILTER (regexp_matches({cell}, '^\\s*0[0-9]')) FROM {table.name}",
    )
    if filled and filled == yes_no:
        yes = ", ".join(map(quote_text, _YES))
        return f"{text} IN ({yes})", lambda values: values.astype("boolean")
    plain = f"nullif(trim({cell}), '')"
    if not filled or zeros or normalise(name) in _CODES:
        sql = plain
        if filled and zeros and (dates := _as_dates(table, name, day_first=day_first)):
            return dates, pd.to_datetime
        return sql, lambda values: values.astype("string")
    if numbers := _as_numbers(table, name, decimal=decimal):
        return numbers, lambda values: values.astype("float64")
    if dates := _as_dates(table, name, day_first=day_first):
        return dates, pd.to_datetime
    return plain, lambda values: values.astype("string")


def _as_numbers(table: TextTable, name: str, *, decimal: str | None) -> str:
    """Return the SQL of a column in which every cell is a number, else an empty text.

    Where "90,000" could be two numbers, the comma stands between thousands: what is told of people (income,
    followers) is seldom known to three decimals.
    """
    for sign in dict.fromkeys((decimal, ".")):
        try:
            numbers = parse_numbers(table, name, decimal=sign)
        except BadValueError:
            continue
        return "" if numbers.failures else numbers.sql
    return ""


def _as_dates(table: TextTable, name: str, *, day_first: bool | None) -> str:
    """Return the SQL of a column in which every cell is a date, else an empty text."""
    formats: tuple[str, ...] = ("%Y-%m-%d",)
    try:
        dates = parse_dates(table, name, day_first=day_first)
    except BadValueError:  # ambiguous, or every birthday before the days of order histories
        pass
    else:
        if not dates.failures:
            return dates.day_sql
        formats = dates.formats
    # an order before 1970 is a mistake, a birthday is not: the same formats, without the limits of an order date
    cell = f"trim({quote_name(name)})"
    tries = ", ".join(f"try_strptime({cell}, {quote_text(form)})" for form in formats)
    unread = fetch_count(
        table.connection,
        f"SELECT count(*) FROM {table.name} WHERE {quote_name(name)} IS NOT NULL AND coalesce({tries}) IS NULL",
    )
    return "" if unread else f"CAST(coalesce({tries}) AS DATE)"


def _count_unmatched(connection: duckdb.DuckDBPyConnection, table: TextTable, label: str) -> list[LogEntry]:
    """Count rows of people without orders in use, and rows that repeat a customer."""
    notes = []
    strangers = fetch_count(
        connection, f"SELECT count(*) FROM {table.name} ANTI JOIN {table.name}_owner USING (_row)"
    )
    if strangers:
        text = f"rows of {label} whose customer has no order in use"
        notes.append(LogEntry(rule="attributes without orders", reason=text, rows=strangers))
    repeated = fetch_count(connection, f"SELECT count(*) FROM {table.name}_owner WHERE nth > 1")
    if repeated:
        text = f"further rows of {label} for a customer; the first row counts"
        notes.append(LogEntry(rule="repeated attributes", reason=text, rows=repeated))
    return notes
