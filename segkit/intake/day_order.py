"""Day or month first: settled by the whole column, by the user, or not at all.

In: the formats of a column of dates. Out: the same with day and month in their places, and the reason for the log.
A value above 12 settles the order; both orders in one column, or neither, is a question for the user.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import NoReturn

from segkit.errors import BadValueError
from segkit.intake.date_formats import MONTHS, ZONE, ZONE_VALUE, DateFormat, lead_with_year, order_days
from segkit.intake.text_table import TextTable, fetch_rows, quote_text
from segkit.model.cleaning import LogEntry

ZONED_SHAPE, ZONED = (f"(:[0-9]{{2}}(?:\\.[0-9]+)?(?: ?[ap]m)?) ?({zone})$" for zone in (ZONE, ZONE_VALUE))
"""A time with its offset, to be cut off: where any digit stands for any other, and as a cell has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateColumn:
    """The formats of a column, and how a cell is cleaned before it is held against them."""

    table: TextTable
    column: str
    odd_spaces: bool = False
    capitals: bool = False
    zoned: bool = False
    long_fractions: bool = False
    serials: bool = False
    all_read: bool = True
    day_first: bool | None = None
    formats: tuple[DateFormat, ...] = field(default=())

    def clean(self, cell: str) -> str:
        """Return the expression of a cell in lower case with plain spaces and none around it."""
        if self.odd_spaces:
            cell = f"replace(replace({cell}, chr(160), ' '), chr(8239), ' ')"
        return f"lower(trim({cell}))" if self.capitals else f"trim({cell})"

    def wall(self, cell: str) -> str:
        """Return the expression of a cell without its offset: what the clock on the wall showed."""
        text = self.clean(cell)
        if self.zoned:
            text = f"regexp_replace({text}, {quote_text(ZONED)}, '\\1')"
        if self.long_fractions:
            text = f"regexp_replace({text}, '(:[0-9]{{2}}\\.[0-9]{{6}})[0-9]+', '\\1')"
        return text


def settle_order(
    found: DateColumn, cells: str, *, day_first: bool | None
) -> tuple[DateColumn, tuple[LogEntry, ...]]:
    """Put day and month in their places, by the column's own evidence or by the setting."""
    numeric = [form for form in found.formats if form.numeric]
    if not numeric:
        return found, ()
    wall, pattern = found.wall("v"), "|".join(f"(?:{form.pattern})" for form in numeric)
    parts = f"regexp_extract({wall}, '^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)', [{{}}])"
    parts = parts.format("'a', 'b', 'c'")
    ((day, month, apart, highest, last),) = fetch_rows(
        found.table.connection,
        f"""
        SELECT min((r, v)) FILTER (a BETWEEN 13 AND 31 AND b <= 12), min((r, v)) FILTER (b BETWEEN 13 AND 31 AND a <= 12),
               min((r, v)) FILTER (a <> b AND a <= 12 AND b <= 12), max(a), max(c)
        FROM (SELECT CAST(p.a AS INTEGER) AS a, CAST(p.b AS INTEGER) AS b, CAST(p.c AS INTEGER) AS c, v, r
              FROM (SELECT {parts} AS p, v, first_row AS r FROM {cells}
                    WHERE regexp_full_match({wall}, {quote_text(pattern)})))
        """,
    )
    if all("%1-%2-%y" in form.text for form in numeric):
        if highest > 31:
            turned = tuple(lead_with_year(form) for form in found.formats)
            return replace(found, formats=turned), ()
        if day_first is None and last <= 31 and (apart or day):
            _refuse_year(found, min(cell for cell in (apart, day, month) if cell))
    return _apply_order(found, day=day, month=month, apart=apart, day_first=day_first)


def _apply_order(
    found: DateColumn,
    *,
    day: tuple[int, str] | None,
    month: tuple[int, str] | None,
    apart: tuple[int, str] | None,
    day_first: bool | None,
) -> tuple[DateColumn, tuple[LogEntry, ...]]:
    """Decide from the first cell that can only be day first, only month first, and that differs under the two."""
    where = f"{found.table.source.path} column {found.column!r}"
    reason = "as the setting says"
    if day_first is None:
        if day and month:
            raise BadValueError(
                f"{where} mixes day first (row {day[0]}: {day[1]!r}) and month first (row {month[0]}: {month[1]!r}); "
                "write all dates as 2024-12-31, or settle it in company.toml: [orders] day_first = true or false.",
                path=found.table.source.path,
                column=found.column,
                rows=(day[0], month[0]),
            )
        proof = day or month
        if proof:
            day_first, reason = proof is day, f"since row {proof[0]} is {proof[1]!r}"
        elif apart and any(form.separator != "." for form in found.formats if form.numeric):
            _refuse_order(found, apart)
        else:
            day_first, reason = (
                True,
                "as is usual with points" if apart else "as day and month are the same throughout",
            )
    order = "day first" if day_first else "month first"
    note = LogEntry(
        rule="date order", reason=f"{found.column!r} is read {order}, {reason}.", rows=0, switch="day_first"
    )
    formats = tuple(order_days(form, day_first=day_first) for form in found.formats)
    return replace(found, formats=formats, day_first=day_first), (note,)


def _refuse_year(found: DateColumn, cell: tuple[int, str]) -> NoReturn:
    row, text = cell
    raise BadValueError(
        f"{found.table.source.path} column {found.column!r} is ambiguous: row {row} {text!r} can begin with the day, the "
        "month or the year; write years with four digits, or say it in company.toml: [orders] day_first = true or false.",
        path=found.table.source.path,
        column=found.column,
        rows=(row,),
    )


def _refuse_order(found: DateColumn, cell: tuple[int, str]) -> NoReturn:
    row, text = cell
    first, second, year = (int(part) for part in re.findall("[0-9]+", text)[:3])
    year += 0 if year > 99 else 1900 if year > 68 else 2000
    readings = [f"{a} {MONTHS[b - 1].title()} {year}" for a, b in ((first, second), (second, first))]
    raise BadValueError(
        f"{found.table.source.path} column {found.column!r} is ambiguous: row {row} {text!r} can be "
        f"{readings[0]} or {readings[1]}, and no cell settles it with a value above 12; "
        "say it in company.toml: [orders] day_first = true or false.",
        path=found.table.source.path,
        column=found.column,
        rows=(row,),
    )
