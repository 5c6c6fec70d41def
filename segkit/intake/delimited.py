"""Delimited text files (CSV, TSV, ``;``, ``|``) into an all-text table, with every line of the file accounted for.

In: a path. Out: a :class:`~segkit.intake.text_table.TextTable`. The engine infers nothing: it reads text columns whose
number and delimiter were found in the head, and keeps malformed records apart, which :mod:`segkit.intake.lines`
accounts for.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from segkit.errors import InputError
from segkit.intake.encodings import PreparedText, prepare_text, read_chunks
from segkit.intake.frames import escape_wildcards
from segkit.intake.heads import SPACES, Head, read_head
from segkit.intake.lines import (
    KEPT_TEXT,
    Body,
    LineBook,
    Reject,
    balance,
    cut_footer,
    describe_malformed,
    number_rows,
)
from segkit.intake.text_table import (
    ROW,
    SUMMING_ROWS,
    TextTable,
    fetch_count,
    find_totals,
    name_columns,
    note_total,
    quote_name,
    quote_text,
)
from segkit.model.cleaning import LogEntry, SourceFile
from segkit.words.figures import plural


def open_delimited(
    source: Path,
    *,
    connection: duckdb.DuckDBPyConnection,
    name: str,
    label: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    header: bool = True,
    footer: bool = False,
) -> TextTable:
    """Read a delimited text file into a table of text columns.

    Parameters
    ----------
    source : Path
        The file; it is not changed.
    connection : duckdb.DuckDBPyConnection
        Receives the relation ``name``.
    name : str
        A name that is free in the connection, as is ``name`` followed by ``__cells``.
    label : str
        The file's name in messages and in the log.
    encoding, delimiter : str, optional
        Override what the file shows.
    header : bool, default True
        False where the first row is data; columns are then named column_1, column_2, ...
    footer : bool, default False
        Whether lines of one field below the rows are a report's footer and no rows.

    Returns
    -------
    TextTable

    Raises
    ------
    InputError
        When the file holds no table, no rows, or malformed rows are 1 % of the rows or more.
    """
    with tempfile.TemporaryDirectory(prefix="segkit-") as folder:
        prepared = prepare_text(source, folder=Path(folder), encoding=encoding, label=label)
        head = read_head(prepared.path, delimiter=delimiter, label=label, named=header)
        names, renamed = name_columns(head.header, label=label)
        path, body = cut_body(prepared, head, folder=Path(folder), label=label)
        rejects = load_cells(path, body, connection=connection, name=name)
    book = balance(body, rejects, connection=connection, cells=quote_name(f"{name}__cells"))
    book, below = cut_footer(book) if footer else (book, ())
    if not book.accepted and not book.rejects:
        raise InputError(f"{label} has a header but no rows; export it again with its rows.", path=label)
    rejected, rows, blank = build_relation(book, names, connection=connection, name=name)
    return TextTable(
        connection=connection,
        name=name,
        columns=names,
        rows=rows,
        source=SourceFile(
            path=label,
            sha256=prepared.sha256,
            rows=rows + sum(entry.rows for entry in rejected),
            encoding=prepared.encoding,
            delimiter="space" if head.delimiter == SPACES else head.delimiter,
        ),
        rejected=rejected,
        notes=(*prepared.notes, *note_head(head, label=label), *renamed, *note_blank(body, blank), *below),
    )


def cut_body(prepared: PreparedText, head: Head, *, folder: Path, label: str) -> tuple[Path, Body]:
    """Return the file from its header on, in a copy when lines above it or aligned columns require one."""
    above = len(head.skipped)
    aligned = head.delimiter == SPACES
    path = prepared.path
    if above or aligned:
        path = folder / "body.csv"
        with path.open("wb") as target:
            copy_body(prepared.path, target.write, above=above, aligned=aligned)
    return path, Body(
        lines=prepared.lines - above,
        blank_lines=tuple(line - above for line in prepared.blank_lines if line > above),
        header_lines=head.header_lines,
        above=above,
        delimiter="\t" if aligned else head.delimiter,
        width=len(head.header),
        label=label,
    )


def copy_body(source: Path, write: Callable[[bytes], object], *, above: int, aligned: bool) -> None:
    """Write a file without its first lines, and with tabs for runs of spaces where columns are aligned."""
    held = b""
    for chunk in read_chunks(source):
        text = held + chunk
        while above and (end := text.find(b"\n")) >= 0:
            text = text[end + 1 :]
            above -= 1
        cut = text.rfind(b"\n") + 1
        text, held = (text[:cut], text[cut:]) if not above else (b"", text[cut:])
        write(align(text) if aligned else text)
    write(align(held) if aligned else held)


def align(text: bytes) -> bytes:
    """Put tabs for runs of spaces, none at the ends of lines."""
    return re.sub(rb" +", b"\t", re.sub(rb" *(\r?\n|^|$) *", rb"\1", text))


def load_cells(path: Path, body: Body, *, connection: duckdb.DuckDBPyConnection, name: str) -> list[Reject]:
    """Read all records after the header as text into ``name__cells`` and return the rejected ones."""
    columns = ", ".join(f"'c{i}': 'VARCHAR'" for i in range(body.width))
    cells = ", ".join(
        f"CASE WHEN c{i} < '!' AND trim(c{i}) = '' THEN NULL ELSE c{i} END AS c{i}" for i in range(body.width)
    )
    rejects, scan = quote_name(f"{name}__rejects"), quote_name(f"{name}__scan")
    try:
        connection.execute(
            f"""
            CREATE OR REPLACE TABLE {quote_name(name + "__cells")} AS
            SELECT {cells} FROM read_csv({quote_text(escape_wildcards(path))}, auto_detect = false, columns = {{{columns}}},
                header = false, skip = {min(1, body.header_lines)}, delim = {quote_text(body.delimiter)}, quote = '"', escape = '"',
                store_rejects = true, rejects_limit = 0, rejects_table = {quote_text(name + "__rejects")},
                rejects_scan = {quote_text(name + "__scan")})
            """
        )
        found = connection.execute(
            f"""
            SELECT line_byte_position, any_value(csv_line),
                   bool_or(error_type NOT IN ('MISSING COLUMNS', 'TOO MANY COLUMNS'))
            FROM {rejects} GROUP BY line_byte_position ORDER BY line_byte_position
            """
        ).fetchall()
        connection.execute(f"DROP TABLE {rejects}; DROP TABLE {scan}")
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise InputError(
            f"{body.label} cannot be read as text with delimiter {body.delimiter!r} ({reason}); export it again as CSV UTF-8.",
            path=body.label,
        ) from None
    return place_rejects(path, [(int(b), str(text), bool(quote)) for b, text, quote in found], body=body)


def place_rejects(path: Path, found: Sequence[tuple[int, str, bool]], *, body: Body) -> list[Reject]:
    """Find on which line each rejected record begins, and how many lines it has."""
    starts = [
        position - 1 + len(text.encode()) - len(text.lstrip("\r\n").encode()) for position, text, _ in found
    ]
    lines = lines_at(path, starts)
    rejects = []
    for line, (_, text, stray_quote) in zip(lines, found, strict=True):
        inner = text.strip("\r\n").split("\n")
        rejects.append(
            Reject(
                line=line,
                lines=1 + sum(bool(part.strip("\r")) for part in inner[1:]),
                text=text.strip("\r\n"),
                stray_quote=stray_quote,
                cut=len(text.encode()) > KEPT_TEXT - 5,
                blank=not text.strip(body.delimiter + ' "\t\r\n'),
            )
        )
    return rejects


def lines_at(path: Path, starts: Sequence[int]) -> list[int]:
    """Return the line numbers, counted from 1, of sorted byte positions."""
    if not starts:
        return []
    numbers: list[int] = []
    line, passed = 1, 0
    for chunk in read_chunks(path):
        at = 0
        while len(numbers) < len(starts) and starts[len(numbers)] < passed + len(chunk):
            until = starts[len(numbers)] - passed
            line += chunk.count(b"\n", at, until)
            at = until
            numbers.append(line)
        line += chunk.count(b"\n", at)
        passed += len(chunk)
    return numbers


def build_relation(
    book: LineBook, names: Sequence[str], *, connection: duckdb.DuckDBPyConnection, name: str
) -> tuple[tuple[LogEntry, ...], int, int]:
    """Make the relation ``name`` from the cells: row numbers in, blank rows and totals out.

    Returns the entries of rows left out, the rows of the relation and the number of blank rows.
    """
    cells = quote_name(f"{name}__cells")
    columns = [f"c{i}" for i in range(len(names))]
    all_blank = " AND ".join(f"{column} IS NULL" for column in columns)
    blank = fetch_count(connection, f"SELECT count(*) FROM {cells} WHERE {all_blank}")
    blank_rejects = sum(reject.blank for reject in book.rejects)
    row, swallowed = f"rowid + {book.body.header_lines + book.body.above + 1}", []
    if blank or not book.regular:
        swallowed = place_rows(book, connection=connection, name=name, all_blank=all_blank)
        cells, row = quote_name(f"{name}__rows"), "line"
    rows = book.accepted - blank - len(swallowed)
    listed = ", ".join(columns)
    tail = connection.execute(
        f"SELECT {row}, {listed} FROM {cells} WHERE rowid >= {rows - SUMMING_ROWS - 1} ORDER BY rowid"
    ).fetchall()
    totals = find_totals([cells for _, *cells in tail])
    last = tail[-1][1:] if tail else ()
    rejected = describe_malformed(book, last_row=last, swallowed=swallowed)
    if totals:
        texts = [(line, ", ".join(cell for cell in cells if cell)) for line, *cells in tail[-totals:]]
        rejected = (*rejected, note_total(texts, label=book.body.label))
        rows -= totals
    if not rows:
        raise InputError(
            f"{book.body.label} has a header but no rows of data; export it again with its rows.",
            path=book.body.label,
        )
    named = ", ".join(
        f"{column} AS {quote_name(given)}" for column, given in zip(columns, names, strict=True)
    )
    where = f" WHERE rowid < {rows}" if totals else ""
    connection.execute(
        f"CREATE OR REPLACE VIEW {quote_name(name)} AS SELECT {row} AS {ROW}, {named} FROM {cells}{where}"
    )
    return rejected, rows, blank + blank_rejects


def place_rows(
    book: LineBook, *, connection: duckdb.DuckDBPyConnection, name: str, all_blank: str
) -> list[int]:
    """Put line numbers beside the cells and leave out what is no row; return the lines of swallowed rows."""
    lines, cells = quote_name(f"{name}__lines"), quote_name(f"{name}__cells")
    schema = pa.schema([("line", pa.int64()), ("keep", pa.bool_())])
    connection.register("segkit_lines", pa.RecordBatchReader.from_batches(schema, number_rows(book)))
    connection.execute(f"CREATE OR REPLACE TABLE {lines} AS SELECT * FROM segkit_lines")
    connection.unregister("segkit_lines")
    swallowed = connection.execute(f"SELECT line FROM {lines} WHERE NOT keep ORDER BY line").fetchall()
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE {quote_name(name + "__rows")} AS
        SELECT * EXCLUDE (keep) FROM {lines} POSITIONAL JOIN {cells} WHERE keep AND NOT ({all_blank});
        DROP TABLE {lines}; DROP TABLE {cells}
        """
    )
    return [int(line) for (line,) in swallowed]


def note_head(head: Head, *, label: str) -> tuple[LogEntry, ...]:
    """Log what stood above the header, and columns that spaces set apart."""
    entries = []
    lines = [line.strip() for line in head.skipped if not line.startswith("sep=")]
    if len(lines) < len(head.skipped):
        reason = f"{label} begins with {head.skipped[0]!r}, which names its delimiter and is no row."
        entries.append(LogEntry(rule="sep= line", reason=reason, rows=0))
    if any(lines):
        were = "it was" if len(lines) == 1 else "they were"
        reason = f"{label} has {plural(len(lines), 'line')} above its header; {were} skipped."
        entries.append(
            LogEntry(rule="preamble", reason=reason, rows=0, examples=tuple(filter(None, lines))[:5])
        )
    if head.delimiter == SPACES:
        reason = f"{label} sets its columns apart by spaces; each run of spaces was read as one delimiter."
        entries.append(LogEntry(rule="aligned columns", reason=reason, rows=0))
    return tuple(entries)


def note_blank(book: Body, blank: int) -> tuple[LogEntry, ...]:
    """Log rows without a single value."""
    if not blank:
        return ()
    reason = f"Rows of {book.label} without a single value were passed over; they are not counted as rows."
    return (LogEntry(rule="blank rows", reason=reason, rows=blank),)
