"""The cells of each table and figure as a CSV file beside the pages, safe to open in a spreadsheet.

Spreadsheets run what begins like a formula. So tabs and line breaks become blanks, and a cell that then begins with ``=``, ``+``, ``-`` or
``@`` and is no plain number gets an apostrophe before it, which makes it text. Numbers lose the commas between their thousands.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from segkit.publish.outline import plan_page
from segkit.publish.records import CITATION, MIME, Kind, figure_of
from segkit.publish.references import References
from segkit.publish.safety import strip_control

FOLDER = "tables"
"""Where the files stand in a report."""
_RISKY = ("=", "+", "-", "@", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones of East Asian keyboards
_BREAKS = re.compile(r"[\t\r\n]+")
"""A line break that a reader takes for the end of a row would let the rest of a cell begin the next one."""
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
BYTE_ORDER_MARK = "\ufeff"
"""The mark by which spreadsheets tell UTF-8 from the code page of their country."""


def table_files(chapters: Sequence[NotebookNode]) -> dict[str, str]:
    """Return the files of the tables and figures that the pages of a report show.

    Parameters
    ----------
    chapters : sequence of NotebookNode
        Executed, as `segkit.publish.chapters.join_chapters` returns them.

    Returns
    -------
    dict of str to str
        Path in the report folder to content.

    Raises
    ------
    RenderError
        As `segkit.publish.outline.plan_page`.
    """
    refs = plan_page(chapters, title=FOLDER).references
    paths = table_paths(chapters)
    return {paths[identifier]: _csv(table, refs) for identifier, table in _tables(chapters)}


def table_paths(chapters: Sequence[NotebookNode]) -> dict[str, str]:
    """Return the file of each table and figure by its id; two ids that differ in their case only get two files."""
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for identifier, _ in _tables(chapters):
        stem = name = identifier.replace(":", "-")
        number = 2
        while name.lower() in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name.lower())
        paths[identifier] = f"{FOLDER}/{name}.csv"
    return paths


def _tables(chapters: Iterable[NotebookNode]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the id under which a table or figure is shown, and the table that holds its cells."""
    for notebook in chapters:
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                record = output.get("data", {}).get(MIME)
                if record is None:
                    continue
                figure = figure_of(record)
                if figure is not None:
                    yield figure["id"], figure["data"]
                elif record["kind"] == Kind.TABLE:
                    yield record["id"], record


def _csv(table: Mapping[str, Any], refs: References) -> str:
    """Return a table as CSV; a citation stands in it as in the text."""
    numeric = table["numeric"] or [False] * len(table["columns"])
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([guard(column) for column in table["columns"]])
    for row in table["rows"]:
        cells = [CITATION.sub(lambda match: refs.said(match[1]), text) for text in row]
        writer.writerow(
            [guard(_plain_number(text) if flag else text) for text, flag in zip(cells, numeric, strict=True)]
        )
    return f"{BYTE_ORDER_MARK}{stream.getvalue()}"


def _plain_number(text: str) -> str:
    r"""Return a number as a spreadsheet reads it; what is more than a number stays.

    Examples
    --------
    >>> _plain_number("1,610.00"), _plain_number("\N{MINUS SIGN}3"), _plain_number("4 of 10")
    ('1610.00', '-3', '4 of 10')
    """
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if _GROUPED.fullmatch(plain):
        return plain.replace(",", "")
    return plain if _NUMBER.fullmatch(plain) else text


def guard(text: str) -> str:
    r"""Return a cell on one line that no spreadsheet takes for a formula.

    Examples
    --------
    >>> guard("=1+1"), guard("-4.5"), guard("-4.5+2"), guard("\t@SUM(A1)"), guard("4 of 10")
    ("'=1+1", '-4.5', "'-4.5+2", "'@SUM(A1)", '4 of 10')
    """
    cell = _BREAKS.sub(" ", strip_control(text)).strip()
    return f"'{cell}" if cell.startswith(_RISKY) and not _NUMBER.fullmatch(cell) else cell
