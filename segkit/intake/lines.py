"""The lines of a delimited file: which were used, rejected, blank or inside quoted cells, and which row is where.

In: the cells the engine accepted and the records it rejected. Out: a :class:`LineBook` whose counts add up to the
lines of the file, and the line number of every row. The engine reports neither; without the sum, a stray quote
swallows rows and nobody hears of it.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import duckdb
import numpy as np
import pyarrow as pa

from segkit.errors import InputError
from segkit.intake.text_table import fetch_count, looks_like_total, note_total, quote_text
from segkit.model.cleaning import LogEntry
from segkit.words.figures import plural

REFUSED_SHARE = 0.01
"""From this share of malformed rows on a file is refused (order-data reference, section 3, rule 8)."""
KEPT_TEXT = 10_000
"""The engine keeps at most this many bytes of a rejected record."""
BLOCK = 1_000_000
FOOTER_LINES = 8
"""At most so many lines of one field at the end of a report are its footer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The part of a file from its header line on, as the reader sees it.

    ``above`` counts the lines cut off before it; ``blank_lines`` are sorted, counted from 1 within the body.
    """

    lines: int
    blank_lines: tuple[int, ...]
    header_lines: int
    above: int
    delimiter: str
    width: int
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """A record that could not be placed: its first line in the body, its lines that are not blank, its text.

    ``cut`` says that the text was too long to be kept whole, ``blank`` that it holds only delimiters and spaces.
    """

    line: int
    lines: int
    text: str
    stray_quote: bool = False
    cut: bool = False
    blank: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBook:
    """Where every line of a body went.

    ``breaks`` holds, per accepted record that spans several lines, its position (counted from 0) and its further
    lines; ``swallowed`` the positions of accepted records that are several rows run together.
    """

    body: Body
    accepted: int
    rejects: tuple[Reject, ...]
    breaks: tuple[tuple[int, int], ...]
    swallowed: tuple[int, ...]

    @property
    def regular(self) -> bool:
        """Whether row numbers are record numbers plus a constant."""
        last = self.body.lines - len(self.body.blank_lines)
        inner = bisect_right(self.body.blank_lines, last)  # blank lines at the very end shift nothing
        return not (self.rejects or self.breaks or inner)


def balance(
    body: Body, rejects: Sequence[Reject], *, connection: duckdb.DuckDBPyConnection, cells: str
) -> LineBook:
    """Account for every line of a body, or refuse the file.

    Parameters
    ----------
    body : Body
        The file from its header on.
    rejects : sequence of Reject
        In the order of the file.
    connection, cells
        Where the accepted records are: columns ``c0`` to ``c{width-1}``, in the order of the file.

    Returns
    -------
    LineBook

    Raises
    ------
    InputError
        When lines are missing from the sum and no single open quote explains them.
    """
    accepted = fetch_count(connection, f"SELECT count(*) FROM {cells}")
    filled = body.lines - len(body.blank_lines)
    inside = filled - body.header_lines - accepted - sum(reject.lines for reject in rejects)
    breaks, swallowed = find_breaks(connection, cells, body) if inside else ((), ())
    missing = inside - sum(further for _, further in breaks)
    if missing:
        rejects = blame_open_quote(rejects, missing, body=body)
    return LineBook(body=body, accepted=accepted, rejects=tuple(rejects), breaks=breaks, swallowed=swallowed)


def cut_footer(book: LineBook) -> tuple[LineBook, tuple[LogEntry, ...]]:
    """Take the footer of a report (its name, who made it, the copyright) out of the rejected records, and say so.

    A footer is lines of one field at the very end. A single one counts only below a blank line: it may be a row that broke off.
    What it says is not repeated, since it names people.
    """
    body = book.body
    end = body.lines - len(body.blank_lines)
    footer: list[Reject] = []
    for reject in reversed(book.rejects):
        before = reject.line - 1 - bisect_left(body.blank_lines, reject.line)
        single = len(split_cells(reject.text, body.delimiter)) == 1 or reject.blank
        if before + reject.lines != end or reject.stray_quote or reject.cut or not single:
            break
        footer.append(reject)
        end = before
    lines = [reject for reject in footer if not reject.blank]
    if not 0 < len(lines) <= FOOTER_LINES or body.width == 1:
        return book, ()
    first = footer[-1].line
    apart = footer[-1].blank or first - 1 in set(body.blank_lines)
    if len(lines) == 1 and not apart:
        return book, ()
    entry = LogEntry(
        rule="footer",
        reason=f"{body.label} ends with a footer of {plural(len(lines), 'line')}, which are no rows and were skipped.",
        rows=0,
        examples=(f"from row {lines[-1].line + body.above} on",),
    )
    return replace(book, rejects=book.rejects[: len(book.rejects) - len(footer)]), (entry,)


def blame_open_quote(rejects: Sequence[Reject], missing: int, *, body: Body) -> list[Reject]:
    """Add the missing lines to the one rejected record whose text was too long to keep."""
    cut = [i for i, reject in enumerate(rejects) if reject.cut]
    if missing < 0 or len(cut) != 1:
        first = rejects[cut[0]].line + body.above if cut else body.above + 1
        raise InputError(
            f"{body.label} has {abs(missing)} lines that cannot be told apart from cells with line breaks "
            f"(from line {first} on); close every quote, or export it again with quoted text.",
            path=body.label,
            rows=(first,),
        )
    found = list(rejects)
    found[cut[0]] = replace(found[cut[0]], lines=found[cut[0]].lines + missing)
    return found


def find_breaks(
    connection: duckdb.DuckDBPyConnection, cells: str, body: Body
) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Find records that span several lines, and among them those that are rows run together.

    A record is rows run together when each of its lines alone has as many cells as the header: two stray quotes
    then made one cell of everything between them.
    """
    columns = [f"c{i}" for i in range(body.width)]
    text = f" || {quote_text(body.delimiter)} || ".join(f"coalesce({column}, '')" for column in columns)
    where = " OR ".join(f"contains({column}, chr(10))" for column in columns)
    delimiter = quote_text(body.delimiter)
    rows = connection.execute(
        f"""
        SELECT position,
               len(parts) - 1 - len(list_filter(parts[2:-2], lambda part: trim(part, chr(13)) = '')),
               len(list_filter(parts, lambda part: len(string_split(part, {delimiter})) <> {body.width})) = 0
        FROM (SELECT rowid AS position, string_split({text}, chr(10)) AS parts FROM {cells} WHERE {where})
        ORDER BY position
        """
    ).fetchall()
    breaks = tuple((int(position), int(further)) for position, further, _ in rows)
    return breaks, tuple(int(position) for position, _, together in rows if together)


def number_rows(book: LineBook) -> Iterator[pa.RecordBatch]:
    """Yield the line number of every accepted record, and whether it is a row, in blocks.

    Counted in lines that are not blank: an accepted record stands after its predecessors' lines and after the
    rejected records before it; blank lines are then put back.
    """
    body = book.body
    blank = np.asarray(body.blank_lines, dtype=np.int64)
    break_at = np.asarray([position for position, _ in book.breaks], dtype=np.int64)
    further = np.asarray([0, *accumulate(lines for _, lines in book.breaks)], dtype=np.int64)
    filled_before = [
        reject.line - 1 - bisect_left(body.blank_lines, reject.line) - body.header_lines
        for reject in book.rejects
    ]
    rejected = np.asarray([0, *accumulate(reject.lines for reject in book.rejects)], dtype=np.int64)
    accepted_before = np.asarray(filled_before, dtype=np.int64) - rejected[:-1]
    filled_before_blank = blank - 1 - np.arange(len(blank))
    swallowed = np.asarray(book.swallowed, dtype=np.int64)
    for start in range(0, book.accepted, BLOCK):
        position = np.arange(start, min(start + BLOCK, book.accepted), dtype=np.int64)
        among_accepted = position + further[np.searchsorted(break_at, position, side="left")]
        filled = body.header_lines + among_accepted
        filled += rejected[np.searchsorted(accepted_before, among_accepted, side="right")]
        line = filled + 1 + np.searchsorted(filled_before_blank, filled, side="right")
        keep = ~np.isin(position, swallowed)
        yield pa.record_batch({"line": line + body.above, "keep": keep})


def describe_malformed(
    book: LineBook, *, last_row: Sequence[str | None], swallowed: Sequence[int]
) -> tuple[LogEntry, ...]:
    """Return the log of rejected rows, or refuse the file when they are too many.

    Parameters
    ----------
    book : LineBook
        Where every line went.
    last_row : sequence of str or None
        The last accepted row; a rejected record after it may be a total.
    swallowed : sequence of int
        Line numbers of the records in ``book.swallowed``.

    Returns
    -------
    tuple of LogEntry
    """
    body = book.body
    rejects = [reject for reject in book.rejects if not reject.blank]
    entries: list[LogEntry] = []
    if rejects and is_total(rejects[-1], last_row, body=body):
        total = rejects.pop()
        entries.append(note_total([(total.line + body.above, total.text)], label=body.label))
    further = dict(book.breaks)
    lines = sum(reject.lines for reject in rejects) + sum(1 + further[p] for p in book.swallowed)
    problems = [(reject.line + body.above, describe(reject, body=body)) for reject in rejects]
    problems += [(line, "two stray quotes make one cell of several rows") for line in swallowed]
    problems.sort()
    if not problems:
        return tuple(entries)
    rows = book.accepted - len(book.swallowed) + lines
    if lines >= REFUSED_SHARE * rows:
        first, problem = problems[0]
        raise InputError(
            f"{body.label} is malformed on {lines:,} of {rows:,} rows (row {first}: {problem}); quote cells that "
            f"contain {visible(body.delimiter)}, close every quote, and pass the repaired file.",
            path=body.label,
            rows=tuple(line for line, _ in problems[:5]),
        )
    malformed = LogEntry(
        rule="malformed rows",
        reason=f"Rows of {body.label} whose cells cannot be told apart were left out (under 1 % of its rows).",
        rows=lines,
        examples=tuple(f"row {line}: {problem}" for line, problem in problems[:5]),
    )
    return (malformed, *entries)


def is_total(reject: Reject, last_row: Sequence[str | None], *, body: Body) -> bool:
    """Tell whether the last rejected record is a total of another width at the end of the file."""
    filled = body.lines - len(body.blank_lines)
    before = reject.line - 1 - bisect_left(body.blank_lines, reject.line)
    cells = split_cells(reject.text, body.delimiter)
    padded = cells + [""] * (body.width - len(cells))
    return before + reject.lines == filled and looks_like_total(padded, last_row)


def describe(reject: Reject, *, body: Body) -> str:
    """Say in a few words what is wrong with a rejected record."""
    if reject.stray_quote or reject.cut:
        return "a quote that is not closed" if reject.lines > 1 else "a stray quote"
    return f"{len(split_cells(reject.text, body.delimiter))} fields, expected {body.width}"


def split_cells(text: str, delimiter: str) -> list[str]:
    """Split one record into cells."""
    rows = list(csv.reader([text], delimiter=delimiter))
    return rows[0] if rows else []


def visible(delimiter: str) -> str:
    """Return a delimiter as a reader can see it."""
    return {"\t": "a tab", " ": "a space"}.get(delimiter, f"'{delimiter}'")
