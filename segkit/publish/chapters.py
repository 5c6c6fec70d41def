"""Notebooks as chapters of one page: what each closes with stands once, at the end of the last."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from itertools import takewhile

from nbformat import NotebookNode

PAGE_TITLE = "Customer groups, what to send them, and how a sale is made"
"""The heading of a report of several chapters."""
CLOSING = "closing"
"""The tag of cells that every notebook ends on: the checklist, the sources, how it was made."""


def join_chapters(notebooks: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return the notebooks of a page without the closing cells of all but the last, and without headings of nothing.

    Each notebook stands alone in the lab, so each ends with its checklist and sources; those of the last hold everything. A section
    whose cells show nothing for this company has no place on its page either.

    Examples
    --------
    >>> import nbformat
    >>> cell = nbformat.v4.new_markdown_cell("## Sources", metadata={"tags": ["closing"]})
    >>> first, last = (nbformat.v4.new_notebook(cells=[copy.deepcopy(cell)]) for _ in range(2))
    >>> [len(notebook.cells) for notebook in join_chapters([first, last])]
    [0, 1]
    """
    joined = []
    for place, notebook in enumerate(notebooks, start=1):
        chapter = copy.copy(notebook)
        chapter.cells = [
            cell
            for cell in _without_empty_sections(notebook.cells)
            if place == len(notebooks) or CLOSING not in cell.metadata.get("tags", ())
        ]
        joined.append(chapter)
    return joined


def _without_empty_sections(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells but for Markdown that opens a section (never a chapter) whose code, all of it, shows nothing."""
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown" and cell.source.startswith("##"):
            code = list(takewhile(lambda other: other.cell_type == "code", cells[place + 1 :]))
            if code and not any(other.get("outputs") for other in code):
                continue
        yield cell
