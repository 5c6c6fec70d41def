"""Notebooks as chapters of one page: what each closes with stands once, at the end of the last."""

from __future__ import annotations

import copy
from collections.abc import Sequence

from nbformat import NotebookNode

PAGE_TITLE = "Customer groups, what to send them, and how a sale is made"
"""The heading of a report of several chapters."""
CLOSING = "closing"
"""The tag of cells that every notebook ends on: the checklist, the sources, how it was made."""


def join_chapters(notebooks: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return the notebooks of a page without the closing cells of all but the last.

    Each notebook stands alone in the lab, so each ends with its checklist and sources; those of the last hold everything.

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
        if place < len(notebooks):
            chapter = copy.copy(notebook)
            chapter.cells = [cell for cell in notebook.cells if CLOSING not in cell.metadata.get("tags", ())]
            joined.append(chapter)
        else:
            joined.append(notebook)
    return joined
