"""Excel workbooks (XLSX) into an all-text table: one sheet, or sheets of one header put under one another.

In: a path. Out: a :class:`~segkit.intake.text_table.TextTable`. The sheet's own types are kept beside the text: a date
is a date, the id 12345.0 is ``12345``, and a text id keeps its zeros. Formulas count by the results stored with them.
"""

from __future__ import annotations

import hashlib
import re
import warnings
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree.ElementTree import ParseError

import duckdb
import openpyxl
import pyarrow as pa

from segkit.errors import InputError, UnsupportedFormatError
from segkit.intake.date_formats import MONTHS
from segkit.intake.encodings import read_chunks
from segkit.intake.heads import HEAD_RECORDS, Record, header_position
from segkit.intake.layouts import read_heading
from segkit.intake.mapping import guess_columns
from segkit.intake.text_table import (
    ROW,
    SUMMING_ROWS,
    TextTable,
    blanks,
    find_totals,
    name_columns,
    note_total,
    quote_name,
)
from segkit.model.cleaning import LogEntry, SourceFile
from segkit.words.figures import join_words

BATCH = 20_000
EXACT = 2**53
"""Floats hold every whole number up to here; larger ids have lost digits and keep their notation to be found."""
IDENTITIES = frozenset({"customer_id", "email", "phone", "name"})
PERIOD = re.compile(
    rf"(?:sheet|tabelle|feuil|hoja|foglio|blad|list|page|q|quarter|quartal|week|kw|year)?[ _-]*[0-9]{{1,4}}|"
    rf"(?:{'|'.join(month[:3] for month in MONTHS)})[a-z]*",
    re.IGNORECASE,
)
"""Titles that name a sheet's number or its period, and so no customer."""
FORMULA = re.compile(rb"<f[ >/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet that holds a table: where its header is, and which of its columns (from 0) are named how."""

    title: str
    header_row: int
    positions: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Load:
    """What was seen while rows of one or several sheets went into the table of cells."""

    rows: int = 0
    blank: int = 0
    kinds: dict[int, set[str]] = field(default_factory=dict)
    totals: list[tuple[int, str]] = field(default_factory=list)


def open_workbook(
    path: Path, *, connection: duckdb.DuckDBPyConnection, name: str, label: str, header: bool = True
) -> TextTable:
    """Read a workbook into a relation of text columns.

    Parameters
    ----------
    path : Path
        The file; it is not changed.
    connection : duckdb.DuckDBPyConnection
        Receives the relation ``name``.
    name : str
        A name that is free in the connection.
    label : str
        The file's name in messages and in the log.
    header : bool, default True
        False where the first row is data.

    Returns
    -------
    TextTable
        Sheets with one header are put under one another; when they name no customer, each sheet is one customer
        and its title the ``customer_id``, else the title is the column ``sheet``. ``_row`` is the row in its sheet.

    Raises
    ------
    InputError
        When the file is damaged, holds no table or no rows, or formulas have no stored results.
    UnsupportedFormatError
        When it holds several sheets with different columns.
    """
    hashed = hashlib.sha256()
    for chunk in read_chunks(path):
        hashed.update(chunk)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which no value depends on
            with workbook_at(path, results=True) as workbook:
                sheets, notes = find_sheets(workbook, label=label, header=header)
                check_formulas(path, sheets, label=label)
                load = load_sheets(workbook, sheets, connection=connection, name=name, header=header)
    except (zipfile.BadZipFile, KeyError, ValueError, ParseError, OSError, EOFError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{label} is a damaged workbook ({type(error).__name__}); open it in the spreadsheet program and save it again.",
            path=label,
        ) from None
    if not load.rows:
        raise InputError(f"{label} has a header but no rows; export it again with its rows.", path=label)
    source = SourceFile(path=label, sha256=hashed.hexdigest(), rows=load.rows + len(load.totals))
    return build_relation(load, sheets, source, notes, connection=connection, name=name)


@contextmanager
def workbook_at(path: Path, *, results: bool) -> Iterator[Any]:
    """Open a workbook for reading row by row: formulas as written, or the results stored with them."""
    with path.open("rb") as stream:
        workbook = openpyxl.load_workbook(stream, read_only=True, data_only=results)
        try:
            yield workbook
        finally:
            workbook.close()


def find_sheets(workbook: Any, *, label: str, header: bool) -> tuple[list[Sheet], tuple[LogEntry, ...]]:
    """Return the sheets that hold the orders, or refuse when several could."""
    found: list[Sheet] = []
    ignored: list[str] = []
    for worksheet in workbook.worksheets:
        sheet = (
            read_sheet_head(worksheet, label=label, header=header)
            if worksheet.sheet_state == "visible"
            else None
        )
        if sheet is None:
            ignored.append(worksheet.title)
        else:
            found.append(sheet)
    if not found:
        raise InputError(
            f"{label} holds no sheet with a table; export the orders as CSV or XLSX again.", path=label
        )
    headers = {frozenset(name.casefold() for name in sheet.names) for sheet in found}
    if len(headers) > 1:
        titles = join_words([repr(sheet.title) for sheet in found[:5]])
        raise UnsupportedFormatError(
            f"{label} holds {len(found)} sheets with different columns ({titles}); "
            "save the sheet with the orders alone, as CSV or XLSX.",
            path=label,
        )
    notes = []
    if ignored:
        reason = f"{label} has sheets without a table, or hidden ones; they were passed over."
        notes.append(LogEntry(rule="sheets passed over", reason=reason, rows=0, examples=tuple(ignored[:5])))
    above = [f"sheet {sheet.title!r}" for sheet in found if sheet.header_row > 1]
    if above and header:
        reason = f"{label} has rows above its header; they were skipped."
        notes.append(LogEntry(rule="preamble", reason=reason, rows=0, examples=tuple(above[:5])))
    return found, tuple(notes)


def read_sheet_head(worksheet: Any, *, label: str, header: bool) -> Sheet | None:
    """Find the header of a sheet; nothing where the sheet has no two columns with values."""
    with closing(filled_rows(worksheet)) as rows:
        records = list(islice(rows, HEAD_RECORDS))
    width = max((len(cells) for _, cells in records), default=0)
    padded = [(row, cells + [""] * (width - len(cells))) for row, cells in records]
    used = list(range(width))
    for _ in range(2):  # the second time without the columns of a title above the header
        used = [i for i in used if any(cells[i] for _, cells in padded)]
        if len(used) < 2:
            return None
        listed: list[Record] = [(row, [cells[i] for i in used]) for row, cells in padded]
        start = header_position(listed)
        padded = padded[start:]
    row, cells = listed[start]
    if not header:
        names, _ = name_columns([""] * len(used), label=label)
        return Sheet(title=worksheet.title, header_row=row, positions=tuple(used), names=names)
    if not any(character.isalpha() for cell in cells for character in cell):
        raise InputError(
            f"{label} sheet {worksheet.title!r} has no header row (row {row} is {', '.join(cells)[:60]!r}); put one above "
            "the rows, such as customer_id, order_date, amount.",
            path=label,
            rows=(row,),
        )
    names, _ = name_columns(cells, label=label)
    return Sheet(title=worksheet.title, header_row=row, positions=tuple(used), names=names)


def filled_rows(worksheet: Any) -> Generator[tuple[int, list[str]]]:
    """Yield the rows of a sheet that hold a value, as text."""
    for row, cells in number_rows(worksheet):
        texts = [to_text(cell)[0] for cell in cells]
        if any(texts):
            yield row, texts


def number_rows(worksheet: Any) -> Generator[tuple[int, tuple[Any, ...]]]:
    """Yield all rows of a sheet with their numbers, whatever size the sheet claims to have."""
    worksheet.reset_dimensions()
    yield from enumerate(worksheet.iter_rows(values_only=True), start=1)


def to_text(value: Any) -> tuple[str, str]:
    """Return a cell as text, and the word for its type; blank text for a blank cell.

    Examples
    --------
    >>> to_text(12345.0), to_text("00012"), to_text(datetime(2024, 1, 5)), to_text(0.1), to_text(" ")
    (('12345', 'int'), ('00012', 'text'), ('2024-01-05', 'date'), ('0.1', 'float'), ('', ''))
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < EXACT:
        return str(int(value)), "int"
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return (value.date().isoformat(), "date") if midnight else (value.isoformat(" "), "timestamp")
    words = {bool: "bool", int: "int", float: "float", date: "date"}
    text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
    return (text, words.get(type(value), "text")) if text.strip() else ("", "")


def check_formulas(path: Path, sheets: Sequence[Sheet], *, label: str) -> None:
    """Refuse formulas whose results the file does not hold: their cells would read as blank."""
    with zipfile.ZipFile(path) as archive:
        parts = [part for part in archive.namelist() if part.startswith("xl/worksheets/")]
        if not any(FORMULA.search(archive.read(part)) for part in parts):
            return
    with workbook_at(path, results=False) as formulas, workbook_at(path, results=True) as results:
        for sheet in sheets:
            missing = find_missing_result(formulas[sheet.title], results[sheet.title])
            if missing:
                row, text = missing
                raise InputError(
                    f"{label} sheet {sheet.title!r} holds formulas without results (row {row}: {text[:40]!r}); "
                    "open it in the spreadsheet program, save it, and pass it again.",
                    path=label,
                    rows=(row,),
                )


def find_missing_result(formulas: Any, results: Any) -> tuple[int, str] | None:
    """Return the first formula of a sheet, with its row, that has no stored result."""
    with closing(number_rows(formulas)) as written_rows, closing(number_rows(results)) as stored_rows:
        for (row, written), (_, stored) in zip(written_rows, stored_rows, strict=False):
            for cell, result in zip(written, stored, strict=False):
                if result is None and isinstance(cell, str) and cell.startswith("="):
                    return row, cell
    return None


def load_sheets(
    workbook: Any, sheets: Sequence[Sheet], *, connection: duckdb.DuckDBPyConnection, name: str, header: bool
) -> Load:
    """Put the rows of all sheets into ``name__cells``, columns in the order of the first sheet."""
    load = Load()
    width = len(sheets[0].names)
    listed = ", ".join(f"c{i} VARCHAR" for i in range(width))
    cells = quote_name(f"{name}__cells")
    connection.execute(f"CREATE OR REPLACE TABLE {cells} ({ROW} BIGINT, sheet VARCHAR, {listed})")
    for sheet in sheets:
        places = {
            given.casefold(): position for given, position in zip(sheet.names, sheet.positions, strict=True)
        }
        order = [places[given.casefold()] for given in sheets[0].names]
        batch: list[tuple[int, list[str]]] = []
        for row, texts in sheet_rows(workbook[sheet.title], sheet, order, load=load, header=header):
            batch.append((row, texts))
            if len(batch) > BATCH + SUMMING_ROWS:
                insert(batch[:BATCH], sheet.title, connection=connection, cells=cells)
                batch = batch[BATCH:]
        totals = find_totals([texts for _, texts in batch[-SUMMING_ROWS - 1 :]])
        load.totals += [(row, ", ".join(filter(None, texts))) for row, texts in batch[len(batch) - totals :]]
        insert(batch[: len(batch) - totals], sheet.title, connection=connection, cells=cells)
        load.rows -= totals
    return load


def sheet_rows(
    worksheet: Any, sheet: Sheet, order: Sequence[int], *, load: Load, header: bool
) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows below a sheet's header as text, noting the types met and blank rows."""
    last = sheet.header_row if header else sheet.header_row - 1
    for row, cells in number_rows(worksheet):
        if row <= last:
            continue
        found = [to_text(cells[position]) if position < len(cells) else ("", "") for position in order]
        texts = [text for text, _ in found]
        if blanks(texts) == len(texts):
            load.blank += 1
            continue
        for position, (_, kind) in enumerate(found):
            if kind:
                load.kinds.setdefault(position, set()).add(kind)
        load.rows += 1
        yield row, texts


def insert(
    batch: Sequence[tuple[int, list[str]]], title: str, *, connection: duckdb.DuckDBPyConnection, cells: str
) -> None:
    """Append rows to the table of cells."""
    if not batch:
        return
    columns = list(zip(*(texts for _, texts in batch), strict=True))
    arrays = {
        f"c{i}": pa.array([text or None for text in column], pa.string()) for i, column in enumerate(columns)
    }
    rows = pa.table(
        {ROW: pa.array([row for row, _ in batch], pa.int64()), "sheet": [title] * len(batch), **arrays}
    )
    connection.register("segkit_batch", rows)
    connection.execute(f"INSERT INTO {cells} SELECT * FROM segkit_batch")
    connection.unregister("segkit_batch")


def build_relation(
    load: Load,
    sheets: Sequence[Sheet],
    source: SourceFile,
    notes: tuple[LogEntry, ...],
    *,
    connection: duckdb.DuckDBPyConnection,
    name: str,
) -> TextTable:
    """Make the view ``name`` over the cells, with the sheet's title where there are several."""
    names = sheets[0].names
    picked = {given: f"c{i}" for i, given in enumerate(names)}
    if len(sheets) > 1:
        known = any(guess.canonical in IDENTITIES for guess in guess_columns(names)) or all(
            PERIOD.fullmatch(sheet.title) or read_heading(sheet.title) for sheet in sheets
        )
        title = name_columns([*names, "sheet" if known else "customer_id"], label=source.path)[0][-1]
        picked = {title: "sheet", **picked}
        what = (
            f"stacked, with their titles in the column {title!r}" if known else "taken for one customer each"
        )
        notes = (
            *notes,
            LogEntry(
                rule="several sheets",
                reason=f"{source.path} has {len(sheets)} sheets with one header; they were {what}.",
                rows=load.rows,
                examples=tuple(sheet.title for sheet in sheets[:5]),
            ),
        )
    listed = ", ".join(f"{cell} AS {quote_name(given)}" for given, cell in picked.items())
    connection.execute(
        f"CREATE OR REPLACE VIEW {quote_name(name)} AS SELECT {ROW}, {listed} FROM {quote_name(name + '__cells')}"
    )
    if load.blank:
        reason = (
            f"Rows of {source.path} without a single value were passed over; they are not counted as rows."
        )
        notes = (*notes, LogEntry(rule="blank rows", reason=reason, rows=load.blank))
    kinds = {given: one_kind(load.kinds.get(i, set())) for i, given in enumerate(names)}
    return TextTable(
        connection=connection,
        name=name,
        columns=tuple(picked),
        source=source,
        rows=load.rows,
        rejected=(note_total(load.totals, label=source.path),) if load.totals else (),
        notes=notes,
        typed=MappingProxyType(kinds),
    )


def one_kind(kinds: set[str]) -> str:
    """Return the one word for the types met in a column.

    Examples
    --------
    >>> one_kind({"int", "float"}), one_kind({"date", "timestamp"}), one_kind({"date", "int"}), one_kind(set())
    ('float', 'timestamp', 'text', 'text')
    """
    for word, covers in (("int", {"int"}), ("float", {"int", "float"}), ("date", {"date"})):
        if kinds and kinds <= covers:
            return word
    if kinds and kinds <= {"date", "timestamp"}:
        return "timestamp"
    return "bool" if kinds == {"bool"} else "text"
