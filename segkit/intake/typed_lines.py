"""Order lines with types: days, money in 1/10,000 units, quantities; all other columns stay text.

Comes in: shaped text lines. Goes out: the table ``typed`` with canonical column names, passed columns as p0, p1, ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from segkit.errors import BadValueError
from segkit.intake.amounts import AmountReading, parse_amounts, parse_numbers
from segkit.intake.cleaning import FALSE_WORDS, TRUE_WORDS
from segkit.intake.columns import MONEY_COLUMNS
from segkit.intake.dates import DateReading, parse_dates
from segkit.intake.formats import OrderFormat
from segkit.intake.identifiers import read_ids
from segkit.intake.pricing import UNITS
from segkit.intake.shaping import ShapedLines
from segkit.intake.text_table import distinct_cells, fetch_rows, quote_name, quote_text
from segkit.model.cleaning import LogEntry
from segkit.model.company import OrderSettings

MAX_FAILURES = 0.01
"""From this share of unreadable dates or amounts on, the file is refused."""
_KEYS = ("lid", "line_no", "file_no", "grp")
_IDS = ("customer_id", "order_id", "order_key", "phone", "postcode", "sku")
_SHARED_SIGNS = {"$", "¥", "kr", "Rs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLines:
    """What typing found.

    Parameters
    ----------
    columns : tuple of str
        Canonical columns of ``typed``.
    passed : mapping of str to str
        Column of ``typed`` (p0, p1, ...) -> name in the user's file.
    has_time : bool
        Whether the order date carries a time of day.
    timezone_note : str
        One sentence.
    currency_sign : str
        Currency that the amounts themselves show, as a code, else "".
    notes : tuple of LogEntry
        Repairs on the way.
    """

    columns: tuple[str, ...]
    passed: Mapping[str, str]
    has_time: bool
    timezone_note: str
    currency_sign: str
    notes: tuple[LogEntry, ...]


def type_lines(
    shaped: ShapedLines, *, form: OrderFormat | None, settings: OrderSettings, timezone: str
) -> TypedLines:
    """Read dates, money and quantities; write ``typed``.

    Raises
    ------
    BadValueError
        Dates or amounts are ambiguous, mixed, or unreadable in 1 % of the rows or more.
    """
    table = shaped.table
    day_first = settings.day_first
    dates = parse_dates(
        table,
        shaped.names["order_date"],
        day_first=form.day_first if form and day_first is None else day_first,
        timezone=timezone,
        source_timezone=form.source_timezone if form else "",
    )
    _refuse_failures(dates, label=table.source.path)
    cells = {"row_no": "_row", "order_date": dates.day_sql, "order_time": dates.time_sql}
    numbers = _read_numbers(shaped, settings)
    cells |= {canonical: reading.sql for canonical, reading in numbers.items()}
    texts, tidied = _read_texts(shaped, form)
    cells |= texts
    if "order_total" in cells:
        less = [name for name in (form.amount_less if form else ()) if name in table.columns]
        parts = [f"coalesce({parse_amounts(table, name, decimal=settings.decimal).sql}, 0)" for name in less]
        cells["less"] = " + ".join(parts) or "0"
    passed = {f"p{position}": name for position, name in enumerate(shaped.pass_through)}
    cells |= {alias: quote_name(name) for alias, name in passed.items()}
    picked = ", ".join(f"{sql} AS {name}" for name, sql in cells.items())
    table.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE typed AS SELECT {', '.join(_KEYS)}, {picked} FROM {table.name}"
    )
    return TypedLines(
        columns=tuple(name for name in cells if name not in passed and name not in {"row_no", "less"}),
        passed=passed,
        has_time=dates.has_time,
        timezone_note=dates.note,
        currency_sign=_one_sign(numbers, label=table.source.path),
        notes=(*dates.notes, *(note for reading in numbers.values() for note in reading.notes), *tidied),
    )


def _read_numbers(shaped: ShapedLines, settings: OrderSettings) -> dict[str, AmountReading]:
    """Read money and quantities; a column without any value is as good as absent, exports write unused ones."""
    found = {}
    for canonical, column in shaped.names.items():
        if canonical == "quantity":
            reading = parse_numbers(shaped.table, column, decimal=settings.decimal)
        elif canonical in MONEY_COLUMNS:
            scale = UNITS // settings.amount_scale
            reading = parse_amounts(shaped.table, column, decimal=settings.decimal, scale=scale)
        else:
            continue
        _refuse_failures(reading, label=shaped.table.source.path)
        if reading.blanks < reading.cells:
            found[canonical] = reading
    return found


def _read_texts(shaped: ShapedLines, form: OrderFormat | None) -> tuple[dict[str, str], tuple[LogEntry, ...]]:
    """Return the SQL of every other column, and repairs; ids that a spreadsheet shortened are refused."""
    cells: dict[str, str] = {}
    notes: list[LogEntry] = []
    for canonical, column in shaped.names.items():
        if canonical == "is_return" and not (form and form.refund_events):
            _refuse_unclear(shaped, column)
        if canonical in _IDS:
            cells[canonical], tidied = read_ids(shaped.table, column)
            notes += tidied
        elif canonical == "user_agent":
            cells["device"] = _device(quote_name(column))
        elif canonical not in {"order_date", "order_time", "timezone", "quantity", *MONEY_COLUMNS}:
            cells[canonical] = quote_name(column)
    if form and form.open_column in shaped.table.columns:
        cells["open_marker"] = quote_name(form.open_column)
    return cells, tuple(notes)


def _refuse_unclear(shaped: ShapedLines, column: str) -> None:
    """Refuse a column of returns that says neither yes nor no: read as no, it would count money that went back."""
    known = ", ".join(map(quote_text, (*TRUE_WORDS, *FALSE_WORDS)))
    with distinct_cells(shaped.table, column) as cells:
        unclear = fetch_rows(
            shaped.table.connection,
            f"SELECT first_row, v FROM {cells} WHERE lower(trim(v)) NOT IN ({known}) ORDER BY first_row LIMIT 3",
        )
    if unclear:
        seen = ", ".join(f"row {row}: {text[:40]!r}" for row, text in unclear)
        raise BadValueError(
            f"{shaped.table.source.path} has cells in {column!r}, taken as is_return, that say neither yes nor no "
            f"(got {seen}); write yes or no, or rename the column.",
            path=shaped.table.source.path,
            column=column,
            rows=tuple(row for row, _ in unclear),
        )


def _one_sign(numbers: Mapping[str, AmountReading], *, label: str) -> str:
    """Return the currency that the amounts themselves show, or refuse several."""
    signs = {reading.currency for reading in numbers.values()} - {"", *_SHARED_SIGNS}
    if len(signs) > 1:
        raise BadValueError(
            f"{label} shows several currencies in its amounts (got {', '.join(sorted(signs))}); "
            "keep the rows of one currency in a file.",
            path=label,
        )
    return min(signs, default="")


def _device(column: str) -> str:
    """Return the SQL of the kind of device that a browser named; the browser's full line is personal and stays out."""
    return (
        f"CASE WHEN {column} IS NULL THEN NULL WHEN regexp_matches({column}, '(?i)ipad|tablet|kindle') THEN 'tablet' "
        f"WHEN regexp_matches({column}, '(?i)mobi|iphone|android') THEN 'phone' ELSE 'computer' END"
    )


def _refuse_failures(reading: AmountReading | DateReading, *, label: str) -> None:
    """Refuse a column of which too much cannot be read: the rest would not be the same business."""
    how = ""
    if isinstance(reading, DateReading):
        order = {True: ", day first,", False: ", month first,", None: ""}[reading.day_first]
        how = f"{order} as days of 1970 to 2100"
    if reading.failures and reading.failures >= MAX_FAILURES * reading.cells:
        raise BadValueError(
            f"{label} has {reading.failures} of {reading.cells} cells in {reading.column!r} that cannot be read{how} "
            f"(got {', '.join(reading.examples)}); correct them in the file, or map the right column in "
            "company.toml: [orders] columns.",
            path=label,
            column=reading.column,
        )
