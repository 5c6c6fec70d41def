"""Dates and times: from text to the local calendar day and the local wall clock.

In: a column of an all-text table. Out: a :class:`DateReading`: SQL expressions for day and time, and what was found on
the way. The format is decided from the whole column: a value above 12 settles the order of day and month, and where
none does, the file is refused until the user says which it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from segkit.errors import BadValueError
from segkit.intake.date_formats import SERIAL, ZONE, find_format
from segkit.intake.day_order import ZONED, ZONED_SHAPE, DateColumn, settle_order
from segkit.intake.text_table import TextTable, distinct_cells, fetch_rows, quote_name, quote_text
from segkit.model.cleaning import LogEntry
from segkit.words.figures import join_words

NO_TIME = "CAST(NULL AS TIMESTAMP)"
FIRST, BEYOND = "1970-01-01", "2101-01-01"
"""Days outside are failures: no order history reaches there."""
ENOUGH = 4
"""So many different cells of each kind must agree before a pattern among days is no accident."""
SAMPLE = 20_000
"""So many distinct cells are looked at for formats before all cells are held against those found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateReading:
    """How a column of dates is read.

    Parameters
    ----------
    column : str
        The column's name.
    day_sql : str
        Expression over the table: the local day, DATE, NULL where blank or a failure.
    time_sql : str
        Expression over the table: local day and time, TIMESTAMP, NULL where the cell has no time of day; a constant
        NULL where no cell has one other than midnight.
    has_time : bool
        Whether any cell has a time of day other than midnight.
    formats : tuple of str
        The formats met, in the notation of ``strftime``.
    day_first : bool or None
        The order of day and month where it mattered.
    cells, blanks, failures : int
        Rows; blank cells; cells that are no date between 1970 and 2100.
    examples : tuple of str
        At most three failures with their rows.
    offsets : tuple of str
        Offsets from UTC that cells carry.
    first, last : date or None
        The first and the last local day.
    note : str
        How time zones were treated, in one sentence.
    notes : tuple of LogEntry
        What was decided or converted.
    """

    column: str
    day_sql: str
    time_sql: str
    has_time: bool
    formats: tuple[str, ...]
    day_first: bool | None
    cells: int
    blanks: int
    failures: int
    examples: tuple[str, ...]
    offsets: tuple[str, ...]
    first: date | None
    last: date | None
    note: str
    notes: tuple[LogEntry, ...]


def parse_dates(
    table: TextTable,
    column: str,
    *,
    day_first: bool | None = None,
    timezone: str = "",
    source_timezone: str = "",
) -> DateReading:
    """Read a column of dates or timestamps as local days and times.

    Parameters
    ----------
    table : TextTable
        Holds the column.
    column : str
        Its name.
    day_first : bool, optional
        Settles the order of day and month; by default the column decides.
    timezone : str, optional
        Name of the company's zone, such as ``"Europe/Berlin"``. Times with an offset are converted to it; without it
        the day and time stay as written.
    source_timezone : str, optional
        Zone of the times that carry no offset, for exports known to be in UTC; by default they are local.

    Returns
    -------
    DateReading

    Raises
    ------
    MissingColumnError
        When the table has no such column.
    BadValueError
        When no cell is a date, when day and month cannot be told apart, or when both orders occur.

    Notes
    -----
    Two-digit years 69 to 99 belong to 1969 to 1999. Five-digit numbers are spreadsheet day numbers and are
    converted. Nothing is compared with the clock.

    Examples
    --------
    >>> import duckdb
    >>> from segkit.intake.tables import open_table
    >>> connection = duckdb.connect()
    >>> frame = connection.sql("SELECT unnest(['03/04/2024 09:15', '25/12/2024 18:00']) AS sold")
    >>> table = open_table(frame, connection=connection, name="orders")
    >>> reading = parse_dates(table, "sold")
    >>> reading.formats, str(reading.first), str(reading.last)
    (('%d/%m/%Y %H:%M',), '2024-04-03', '2024-12-25')
    """
    for zone in filter(None, (timezone, source_timezone)):
        _check_zone(table, zone)
    with distinct_cells(table, column) as cells:
        found = _find_formats(table, column, cells)
        found, order_notes = settle_order(found, cells, day_first=day_first)
        return _reading(found, cells, order_notes, zones=_Zones(local=timezone, source=source_timezone))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Zones:
    """The company's zone, and that of times without an offset; blank where unknown."""

    local: str
    source: str


def _check_zone(table: TextTable, zone: str) -> None:
    names = fetch_rows(
        table.connection,
        f"SELECT name FROM pg_timezone_names() ORDER BY jaro_winkler_similarity(name, {quote_text(zone)}) DESC, name",
    )
    if (zone,) not in names:
        raise BadValueError(f"timezone {zone!r} is unknown; the nearest name is {names[0][0]!r}.")


def _find_formats(table: TextTable, column: str, cells: str) -> DateColumn:
    """Find the formats of all cells: those of a sample, then those of the cells that match none of them."""
    ((odd, capitals),) = fetch_rows(
        table.connection,
        f"""
        SELECT coalesce(bool_or(contains(v, chr(160)) OR contains(v, chr(8239))), false),
               coalesce(bool_or(v <> lower(v)), false) FROM {cells}
        """,
    )
    found = DateColumn(table=table, column=column, odd_spaces=bool(odd), capitals=bool(capitals))
    found = _add_shapes(found, f"SELECT v FROM {cells} WHERE v IS NOT NULL LIMIT {SAMPLE}")
    known = "|".join(f"(?:{form.pattern})" for form in found.formats) or "-"
    known = f"(?:{known})(?: ?{ZONE})?" if found.zoned else known
    known = f"{known}|{SERIAL}" if found.serials else known
    return _add_shapes(
        replace(found, all_read=True),
        f"SELECT v FROM {cells} WHERE NOT regexp_full_match({found.clean('v')}, {quote_text(known)})",
    )


def _add_shapes(found: DateColumn, query: str) -> DateColumn:
    """Add the formats of the cells that a query gives."""
    shapes = fetch_rows(
        found.table.connection,
        f"SELECT DISTINCT translate({found.clean('v')}, '012345678', '999999999') FROM ({query}) ORDER BY 1",
    )
    formats = list(found.formats)
    for (shape,) in shapes:
        bare = re.sub(ZONED_SHAPE, r"\1", shape)
        form = find_format(bare)
        if form is not None:
            formats += [form] if form not in formats else []
            zoned, long = bare != shape, bool(re.search(r"\.9{7,9}$", bare))
            found = replace(found, zoned=found.zoned or zoned, long_fractions=found.long_fractions or long)
        elif re.fullmatch(SERIAL, shape):
            found = replace(found, serials=True)
        else:
            found = replace(found, all_read=False)
    return replace(found, formats=tuple(sorted(formats, key=lambda form: form.text)))


def _moment(found: DateColumn, cell: str, zones: _Zones) -> tuple[str, str]:
    """Return the expressions of the local moment, and of whether the cell has a time of day."""
    wall = found.wall(cell)
    branches = [(form.pattern, f"try_strptime({wall}, {quote_text(form.text)})") for form in found.formats]
    if found.serials:
        seconds = f"CAST(round(TRY_CAST(replace({wall}, ',', '.') AS DOUBLE) * 86400) AS BIGINT)"
        branches.append((SERIAL, f"TIMESTAMP '1899-12-30' + to_seconds({seconds})"))
    moment = branches[0][1] if branches else "NULL"
    if len(branches) > 1 or not found.all_read:
        whens = " ".join(f"WHEN regexp_full_match({wall}, {quote_text(p)}) THEN {sql}" for p, sql in branches)
        moment = f"CASE {whens} END" if whens else "CAST(NULL AS TIMESTAMP)"
    timed = f"contains({wall}, ':')"
    if found.serials:
        timed += f" OR regexp_full_match({wall}, '[0-9]{{5}}[.,][0-9]+')"
    if zones.local:
        moment = _to_local(found, cell, moment, timed=timed, zones=zones)
    moment = (
        f"CASE WHEN {moment} >= TIMESTAMP '{FIRST}' AND {moment} < TIMESTAMP '{BEYOND}' THEN {moment} END"
    )
    return moment, timed


def _to_local(found: DateColumn, cell: str, moment: str, *, timed: str, zones: _Zones) -> str:
    """Return a moment moved from its offset, or from the source's zone, to the company's zone."""
    whens = ""
    if found.zoned:
        zone = f"regexp_extract({found.clean(cell)}, {quote_text(ZONED)}, 2)"
        digits = f"regexp_replace({zone}, '[^0-9]', '', 'g')"
        minutes = (
            f"(CASE WHEN contains({zone}, '-') THEN -1 ELSE 1 END * (60 * coalesce(TRY_CAST({digits}[:2] AS INTEGER), 0)"
            f" + coalesce(TRY_CAST({digits}[3:4] AS INTEGER), 0)))"
        )
        universal = f"timezone('UTC', {moment} - to_minutes({minutes}))"
        whens += f"WHEN {zone} <> '' THEN timezone({quote_text(zones.local)}, {universal}) "
    if zones.source:
        known = f"timezone({quote_text(zones.source)}, {moment})"
        whens += f"WHEN {timed} THEN timezone({quote_text(zones.local)}, {known}) "
    return f"CASE {whens}ELSE {moment} END" if whens else moment


def _reading(found: DateColumn, cells: str, notes: tuple[LogEntry, ...], *, zones: _Zones) -> DateReading:
    """Count what the expressions give on the distinct cells, and put the reading together."""
    connection = found.table.connection
    moment, timed = _moment(found, "v", zones)
    judged = f"SELECT v, n, first_row, {moment} AS t, {timed} AS timed FROM {cells}"
    serial = f"regexp_full_match({found.wall('v')}, {quote_text(SERIAL)})" if found.serials else "false"
    ((total, filled, failures, first, last, has_time, serials, example),) = fetch_rows(
        connection,
        f"""
        SELECT coalesce(sum(n), 0), coalesce(sum(n) FILTER (v IS NOT NULL), 0),
               coalesce(sum(n) FILTER (v IS NOT NULL AND t IS NULL), 0), CAST(min(t) AS DATE), CAST(max(t) AS DATE),
               coalesce(bool_or(timed AND CAST(t AS TIME) <> TIME '00:00:00'), false),
               coalesce(sum(n) FILTER ({serial} AND t IS NOT NULL), 0), min((first_row, v)) FILTER ({serial})
        FROM ({judged})
        """,
    )
    failed = fetch_rows(
        connection,
        f"SELECT first_row, v FROM ({judged}) WHERE v IS NOT NULL AND t IS NULL ORDER BY first_row LIMIT 3",
    )
    examples = tuple(f"row {row}: {text[:40]!r}" for row, text in failed)
    if filled and filled == failures:
        raise BadValueError(
            f"{found.table.source.path} column {found.column!r} holds no dates ({examples[0]}); "
            "name the column that does, or write dates as 2024-12-31.",
            path=found.table.source.path,
            column=found.column,
            rows=tuple(row for row, _ in failed),
        )
    _refuse_swapped(found, judged)
    notes += _note_short_years(found, judged)
    if serials:
        notes += (
            LogEntry(
                rule="date serials",
                reason=f"Cells of {found.column!r} hold a spreadsheet's day numbers and were converted to dates.",
                rows=int(serials),
                examples=(f"row {example[0]}: {example[1]!r}",),
            ),
        )
    offsets = _offsets(found, cells)
    moment, timed = _moment(found, quote_name(found.column), zones)
    return DateReading(
        column=found.column,
        day_sql=f"CAST({moment} AS DATE)",
        time_sql=f"CASE WHEN {timed} THEN {moment} END" if has_time else NO_TIME,
        has_time=bool(has_time),
        formats=tuple(form.text for form in found.formats) + (("serial",) if serials else ()),
        day_first=found.day_first,
        cells=int(total),
        blanks=int(total) - int(filled),
        failures=int(failures),
        examples=examples,
        offsets=offsets,
        first=first,
        last=last,
        note=_say_zone(offsets, has_time=bool(has_time), zones=zones),
        notes=notes,
    )


def _refuse_swapped(found: DateColumn, judged: str) -> None:
    """Refuse a column in which a spreadsheet turned the days up to 12 into dates, day and month swapped, and left the rest.

    It reads 04/05/2024 as a date of its own country and keeps 13/05/2024 as text: then every text has a day above
    12 and no converted cell has one.
    """
    texts = [form for form in found.formats if re.match("%[dm][/.-]%[dm]", form.text)]
    if not texts or (len(texts) == len(found.formats) and not found.serials):
        return
    pattern = "|".join(f"(?:{form.pattern})" for form in texts)
    is_text = f"regexp_full_match({found.wall('v')}, {quote_text(pattern)})"
    ((lowest, highest, n_texts, n_converted, text, converted),) = fetch_rows(
        found.table.connection,
        f"""
        SELECT min(day(t)) FILTER ({is_text}), max(day(t)) FILTER (NOT {is_text}), count(*) FILTER ({is_text}),
               count(*) FILTER (NOT {is_text}), min((first_row, v)) FILTER ({is_text}),
               min((first_row, v)) FILTER (NOT {is_text})
        FROM ({judged}) WHERE t IS NOT NULL
        """,
    )
    if min(n_texts, n_converted) >= ENOUGH and lowest > 12 >= highest:
        raise BadValueError(
            f"{found.table.source.path} column {found.column!r} has days above 12 only as text (row {text[0]}: {text[1]!r}) "
            f"and days up to 12 only as converted dates (row {converted[0]}: {converted[1]!r}); a spreadsheet has swapped "
            "day and month there, so export the original again.",
            path=found.table.source.path,
            column=found.column,
            rows=(text[0], converted[0]),
        )


def _note_short_years(found: DateColumn, judged: str) -> tuple[LogEntry, ...]:
    """Say into which century years of two digits were put."""
    short = [form for form in found.formats if "%y" in form.text]
    if not short:
        return ()
    pattern = "|".join(f"(?:{form.pattern})" for form in short)
    ((cells, example),) = fetch_rows(
        found.table.connection,
        f"SELECT coalesce(sum(n), 0), min((first_row, v)) FROM ({judged}) "
        f"WHERE t IS NOT NULL AND regexp_full_match({found.wall('v')}, {quote_text(pattern)})",
    )
    if not cells:
        return ()
    reason = f"Years of {found.column!r} have two digits; 69 to 99 were read as 1969 to 1999, others as 2000 to 2068."
    examples = (f"row {example[0]}: {example[1]!r}",)
    return (LogEntry(rule="two-digit years", reason=reason, rows=int(cells), examples=examples),)


def _offsets(found: DateColumn, cells: str) -> tuple[str, ...]:
    """Return the offsets that cells carry, in order."""
    if not found.zoned:
        return ()
    zone = f"regexp_extract({found.clean('v')}, {quote_text(ZONED)}, 2)"
    rows = fetch_rows(
        found.table.connection, f"SELECT DISTINCT {zone} AS z FROM {cells} WHERE {zone} <> '' ORDER BY z"
    )
    return tuple(str(zone).upper() for (zone,) in rows)


def _say_zone(offsets: tuple[str, ...], *, has_time: bool, zones: _Zones) -> str:
    """Say in one sentence how time zones were treated."""
    if offsets:
        seen = join_words(offsets[:4]) + (" and others" if len(offsets) > 4 else "")
        if zones.local:
            return f"Times carry an offset ({seen}); days and times are those of {zones.local}."
        return f"Times carry an offset ({seen}); no time zone is set, so days and times are as written in the file."
    if not has_time:
        return "Dates carry no time of day."
    if zones.source and zones.local:
        return f"Times are given in {zones.source}; days and times are those of {zones.local}."
    if zones.source:
        return f"Times are given in {zones.source}; no time zone is set, so days and times are those of {zones.source}."
    return "Times carry no time zone; they are read as local time."
