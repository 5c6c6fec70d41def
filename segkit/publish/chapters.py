"""Notebooks as chapters of one report: what each closes with stands once, and what backs a chapter up stands behind it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import nbformat
from nbformat import NotebookNode

PAGE_TITLE = "Customer groups, what to send them, and how a sale is made"
"""The heading of a report of several chapters."""
CLOSING = "closing"
"""The tag of cells that every notebook ends on: the checklist, the sources, how it was made."""
CHECKLIST = "checklist"
"""The tag of the closing cells that hold the checklist, which a report opens with."""
HEADLINE = "headline"
"""The tag of cells that say what was found: the first thing a reader sees."""
SUMMARY = "summary"
"""The tag of cells that answer a chapter's task in short; the first page shows them, and so does the chapter."""
FIRST_PAGE = "first-page"
"""The tag of summary cells that only the first page shows: the chapter and the document say the same at length."""
APPENDIX = "appendix"
"""The tag of cells that back a chapter up: everything tested, the working, the data behind it."""
INDEX = "index"
"""The name of the page that a report opens on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a report that stands on one page: its name, heading and cells.

    ``chapter`` is the notebook it comes from, counted from 0, and -1 for the first page; ``appendix`` says that it backs that chapter up.
    """

    name: str
    title: str
    cells: tuple[NotebookNode, ...]
    chapter: int = -1
    appendix: bool = False

    @property
    def label(self) -> str:
        """Return the part's name in a list of pages.

        Examples
        --------
        >>> Part(name="groups_appendix", title="Appendix A: Who buys", cells=(), chapter=0, appendix=True).label
        'Appendix A'
        """
        if self.chapter < 0:
            return "Overview"
        return self.title.partition(":")[0] if self.appendix else self.title

    @property
    def anchor(self) -> str:
        """Return the id of the page's heading, by which a link from another page finds it."""
        return f"page-{self.name}"


def join_chapters(notebooks: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Return the notebooks of a page without the closing cells of all but the last, and without headings of nothing.

    Each notebook stands alone in the lab, so each ends with its checklist and sources; those of the last hold everything. A section
    whose cells show nothing for this company has no place on its page either.

    Examples
    --------
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
            if place == len(notebooks) or not has_tag(cell, CLOSING)
        ]
        joined.append(chapter)
    return joined


def split_report(names: Sequence[str], chapters: Sequence[NotebookNode]) -> tuple[Part, ...]:
    """Return the pages of a report: the first, then each chapter, each followed by what backs it up.

    Parameters
    ----------
    names : sequence of str
        What each chapter is called in file names.
    chapters : sequence of NotebookNode
        As `join_chapters` returns them.

    Examples
    --------
    >>> cells = [nbformat.v4.new_markdown_cell("# Who buys"), nbformat.v4.new_markdown_cell("## Tested", metadata={"tags": ["appendix"]})]
    >>> [(part.name, part.title) for part in split_report(["groups"], [nbformat.v4.new_notebook(cells=cells)])]
    [('index', 'Customer groups, what to send them, and how a sale is made'), ('groups', 'Who buys'), ('groups_appendix', 'Appendix A: Who buys')]
    """
    behind: list[Part] = []
    for place, (name, chapter) in enumerate(zip(names, chapters, strict=True)):
        title = _title_of(chapter, default=name)
        elsewhere = (CLOSING, APPENDIX, FIRST_PAGE)
        body = [cell for cell in chapter.cells if not any(has_tag(cell, tag) for tag in elsewhere)]
        behind.append(Part(name=name, title=title, cells=tuple(body), chapter=place))
        working = tuple(cell for cell in chapter.cells if has_tag(cell, APPENDIX))
        if working:
            letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]
            heading = f"Appendix {letter}: {title}"
            behind.append(
                Part(name=f"{name}_appendix", title=heading, cells=working, chapter=place, appendix=True)
            )
    first = Part(name=INDEX, title=PAGE_TITLE, cells=tuple(_first_page(chapters, behind)))
    return (first, *behind)


def has_tag(cell: NotebookNode, tag: str) -> bool:
    """Return whether a cell carries a tag."""
    return tag in cell.metadata.get("tags", ())


def _first_page(chapters: Sequence[NotebookNode], parts: Sequence[Part]) -> Iterator[NotebookNode]:
    """Yield what was found, the checklist, each chapter in short with the way to its pages, and what every chapter closes with."""
    cells = [cell for chapter in chapters for cell in chapter.cells]
    yield from (cell for cell in cells if has_tag(cell, HEADLINE))
    yield from (cell for cell in cells if has_tag(cell, CHECKLIST))
    for number, chapter in enumerate(chapters, start=1):
        short = [cell for cell in chapter.cells if has_tag(cell, SUMMARY)]
        if short:
            yield nbformat.v4.new_markdown_cell(f"## {number} {_title_of(chapter, default='')}".rstrip())
            yield from map(_one_level_down, short)
            yield nbformat.v4.new_markdown_cell(
                _read_on([part for part in parts if part.chapter == number - 1])
            )
    yield from (cell for cell in cells if has_tag(cell, CLOSING) and not has_tag(cell, CHECKLIST))


def _read_on(parts: Sequence[Part]) -> str:
    """Return the links to a chapter's own page and to the one that backs it up, as Markdown."""
    links = [f"[{part.label}](#{part.anchor})" for part in parts]
    behind = f" What stands behind it: {links[1]}" if len(links) > 1 else ""
    return f"**Read on:** {links[0]}.{f'{behind}.' if behind else ''}"


def _one_level_down(cell: NotebookNode) -> NotebookNode:
    if cell.cell_type != "markdown" or not cell.source.startswith("#"):
        return cell
    lower = copy.copy(cell)
    lower.source = f"#{cell.source}"
    return lower


def _title_of(chapter: NotebookNode, *, default: str) -> str:
    headings = (
        line.removeprefix("# ").strip()
        for cell in chapter.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("# ")
    )
    return next(headings, default)


def _without_empty_sections(cells: Sequence[NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells but for Markdown that opens a section (never a chapter) whose code, all of it, shows nothing."""
    for place, cell in enumerate(cells):
        if cell.cell_type == "markdown" and cell.source.startswith("##"):
            code = list(takewhile(lambda other: other.cell_type == "code", cells[place + 1 :]))
            if code and not any(other.get("outputs") for other in code):
                continue
        yield cell
