"""The cells of a CRM export with types: days, amounts, ids, texts.

Comes in: an export as text and the meaning of its columns. Goes out: the table ``typed``, one row per row of the export.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from segkit.errors import BadValueError
from segkit.intake.amounts import AmountReading, parse_numbers
from segkit.intake.columns import normalise
from segkit.intake.dates import DateReading, parse_dates
from segkit.intake.identifiers import read_ids
from segkit.intake.pipeline_columns import PipelineColumns, tables
from segkit.intake.text_table import ROW, TextTable, fetch_count, quote_name, quote_text
from segkit.model.cleaning import LogEntry
from segkit.model.opportunity import OPPORTUNITY_COLUMNS

FEW = 3
"""So many rows are a matter of rows, however small the file is."""
SHARE = 0.01
"""From this share of rows on a fault is a matter of the column, and the file is refused."""
DAYS = ("created_at", "expected_close", "first_expected_close", "closed_at", "close", "won_at", "lost_at")
TEXTS = ("name", "lost_reason", "owner", "source", "product", "next_step", "order_id")
ANSWERS = ("money", "authority", "need", "timing")
FLAGS = ("is_won", "is_closed")
_SPLIT = "segkit_currency"
_INSIDE = {
    *OPPORTUNITY_COLUMNS,
    "account_name",
    "contact",
    "close",
    "won_at",
    "lost_at",
    "is_won",
    "is_closed",
    "line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedCells:
    """What reading the cells found.

    ``further`` are pairs of a column of ``typed`` (x0, x1, ...) and its name in ``Pipeline.table``; ``currency`` is the one
    that amounts carry, or "".
    """

    further: tuple[tuple[str, str], ...]
    currency: str
    notes: tuple[LogEntry, ...]


def is_many(rows: int, cells: int) -> bool:
    """Say whether so many faulty rows make it a fault of the column.

    Examples
    --------
    >>> is_many(3, 4), is_many(4, 100), is_many(9, 1000)
    (False, True, False)
    """
    return rows > FEW and rows >= SHARE * cells


def read_days(
    table: TextTable,
    columns: Sequence[str],
    *,
    day_first: bool | None,
    timezone: str,
    setting: str = "[pipeline] day_first",
) -> dict[str, DateReading]:
    """Read several columns of days; one that settles the order of day and month settles it for all.

    Raises
    ------
    BadValueError
        A column is ambiguous and no other settles it, two settle it differently, or too many cells are no days.
    """
    readings: dict[str, DateReading] = {}
    failed: dict[str, BadValueError] = {}
    for column in dict.fromkeys(columns):
        try:
            readings[column] = parse_dates(table, column, day_first=day_first, timezone=timezone)
        except BadValueError as error:
            failed[column] = error.with_traceback(None)  # its frames would keep the orders' files alive
    proofs = {
        found.day_first: column
        for column, found in readings.items()
        if found.day_first is not None and any("since row" in note.reason for note in found.notes)
    }
    if len(proofs) > 1:
        raise BadValueError(
            f"{table.source.path} writes days first in {proofs[True]!r} and months first in {proofs[False]!r}; "
            "write all dates as 2024-12-31.",
            path=table.source.path,
            column=proofs[False],
        )
    order = next(iter(proofs), None)
    for column, problem in failed.items():
        if order is None:
            raise _with_setting(problem, setting)
        readings[column] = parse_dates(table, column, day_first=order, timezone=timezone)
    for column, found in readings.items():
        if order is not None and found.day_first not in {None, order}:
            readings[column] = parse_dates(table, column, day_first=order, timezone=timezone)
        _refuse_unread(readings[column], label=table.source.path, what="days of 1970 to 2100")
    return readings


def read_cells(
    table: TextTable, columns: PipelineColumns, *, decimal: str | None, day_first: bool | None, timezone: str
) -> TypedCells:
    """Write ``typed``: the cells of an export under our names, with types.

    Raises
    ------
    BadValueError
        Days or amounts that cannot be read, or not for certain; ids that a spreadsheet shortened.
    """
    table, taken = _split_currencies(table, columns.taken)
    days = read_days(
        table,
        [taken[name] for name in DAYS if name in taken],
        day_first=day_first,
        timezone=timezone,
    )
    notes: list[LogEntry] = [note for found in days.values() for note in found.notes]
    notes += _note_zone({offset for found in days.values() for offset in found.offsets}, timezone=timezone)
    amount = _read_amount(table, taken, decimal=decimal)
    ids, tidied = read_ids(table, taken["opportunity_id"])
    cells = {
        "opportunity_id": f"nullif(trim({ids}), '')",
        "stage_raw": text_of(taken.get("stage")),
        "status_raw": text_of(taken.get("status")),
        "amount": amount.sql if amount else "CAST(NULL AS DOUBLE)",
        "currency_raw": text_of(taken.get("currency")),
        **{name: days[taken[name]].day_sql if name in taken else "CAST(NULL AS DATE)" for name in DAYS},
        **{name: text_of(taken.get(name)) for name in TEXTS},
        **{name: _answer(taken.get(name)) for name in ANSWERS},
        **{name: _flag(taken.get(name)) for name in FLAGS},
    }
    further = _further_names(columns.unused)
    cells |= {key: text_of(column) for (key, _), column in zip(further, columns.unused, strict=True)}
    picked = ", ".join(f"{sql} AS {name}" for name, sql in cells.items())
    table.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE typed AS SELECT {ROW} AS line, {picked} FROM {table.name}"
    )
    notes += [*tidied, *(amount.notes if amount else ())]
    notes += [entry for found in days.values() for entry in unread_note(found)]
    notes += unread_note(amount) if amount else ()
    return TypedCells(
        further=further, currency=amount.currency if amount else "", notes=tuple(map(_plain_switch, notes))
    )


def _note_zone(offsets: Collection[str], *, timezone: str) -> list[LogEntry]:
    """Say which zone decides the day where times carry an offset and no zone is set."""
    if not offsets or timezone:
        return []
    reason = (
        f"Times with an offset ({', '.join(sorted(offsets))}) were read as they stand, so that offset decides the day; "
        "name the company's zone to have its days."
    )
    return [LogEntry(rule="time zone", reason=reason, rows=0, switch="company.timezone")]


def text_of(column: str | None) -> str:
    """Return the SQL of a text on one line, without control characters; missing where there is no such column."""
    if column is None:
        return "CAST(NULL AS VARCHAR)"
    cell = quote_name(column)
    plain = f"CASE WHEN regexp_matches({cell}, '[\\x00-\\x1f\\x7f]') THEN regexp_replace({cell}, '[\\x00-\\x1f\\x7f]+', ' ', 'g') ELSE {cell} END"
    return f"nullif(trim({plain}), '')"


def unread_note(reading: DateReading | AmountReading) -> tuple[LogEntry, ...]:
    """Say how many cells of a column could not be read and count as missing."""
    if not reading.failures:
        return ()
    what = "day" if isinstance(reading, DateReading) else "number"
    reason = f"Cells of {reading.column!r} that are no {what} were read as missing."
    return (LogEntry(rule=f"no {what}", reason=reason, rows=reading.failures, examples=reading.examples),)


def _refuse_unread(reading: DateReading | AmountReading, *, label: str, what: str) -> None:
    if is_many(reading.failures, reading.cells):
        raise BadValueError(
            f"{label} has {reading.failures} of {reading.cells} cells in {reading.column!r} that are no {what} "
            f"(got {', '.join(reading.examples)}); correct them in the file, or name another column in [pipeline.columns].",
            path=label,
            column=reading.column,
        )


def _split_currencies(table: TextTable, taken: Mapping[str, str]) -> tuple[TextTable, Mapping[str, str]]:
    """Give amounts that name several currencies a column of currencies: ``EUR 1,200.50`` beside ``USD 5.00``."""
    if "amount" not in taken or "currency" in taken:
        return table, taken
    cell = quote_name(taken["amount"])
    code = f"regexp_extract(trim({cell}), '^([A-Z]{{3}}|[€£$])|([A-Z]{{3}}|[€£$])$', 0)"
    found = fetch_count(
        table.connection,
        f"SELECT count(DISTINCT {code}) FROM {table.name} WHERE {cell} IS NOT NULL AND {code} <> ''",
    )
    if found < 2:
        return table, taken
    bare = f"nullif(trim(regexp_replace(trim({cell}), '^([A-Z]{{3}}|[€£$])|([A-Z]{{3}}|[€£$])$', '')), '')"
    table.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW split_pipeline AS SELECT * REPLACE ({bare} AS {cell}), nullif({code}, '') AS {_SPLIT} "
        f"FROM {table.name}"
    )
    split = replace(table, name="split_pipeline", columns=(*table.columns, _SPLIT))
    return split, {**taken, "currency": _SPLIT}


def _read_amount(table: TextTable, taken: Mapping[str, str], *, decimal: str | None) -> AmountReading | None:
    if "amount" not in taken:
        return None
    try:
        reading = parse_numbers(table, taken["amount"], decimal=decimal)
    except BadValueError as error:
        raise _with_setting(error, "[pipeline] decimal") from None
    _refuse_unread(reading, label=table.source.path, what="amounts")
    return reading


def _with_setting(error: BadValueError, setting: str) -> BadValueError:
    """Return the error with the setting that is for this file."""
    key = setting.rpartition(" ")[2]
    text = str(error).replace(f"[orders] {key}", setting)
    return BadValueError(text, path=error.path, column=error.column, rows=error.rows)


def _plain_switch(note: LogEntry) -> LogEntry:
    """Return a note with the setting that is for this file."""
    return (
        replace(note, switch=f"pipeline.{note.switch}") if note.switch in {"day_first", "decimal"} else note
    )


def _further_names(columns: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return a key inside and the normalised name of every further column, none twice and none of ours."""
    names: list[str] = []
    for column in columns:
        wanted = normalise(column) or "column"
        name, number = wanted, 1
        while name in _INSIDE or name in names:
            number += 1
            name = f"{wanted}_{number}"
        names.append(name)
    return tuple((f"x{place}", name) for place, name in enumerate(names))


def _answer(column: str | None) -> str:
    """Return the SQL of an answer: yes, no, another text as it stands, or nothing."""
    cell = text_of(column)
    words = tables()["answers"]
    whens = " ".join(
        f"WHEN lower({cell}) IN ({', '.join(map(quote_text, words[name]))}) THEN '{name}'"
        for name in ("yes", "no")
    )
    return f"CASE {whens} ELSE {cell} END" if column else cell


def _flag(column: str | None) -> str:
    """Return the SQL of a yes or no as BOOLEAN."""
    if column is None:
        return "CAST(NULL AS BOOLEAN)"
    return f"CASE {_answer(column)} WHEN 'yes' THEN true WHEN 'no' THEN false END"
