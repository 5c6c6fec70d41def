"""Notebooks as chapters of one page: what each ends with stands once, at the end of the last."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest

from segkit.publish.chapters import CLOSING, join_chapters
from segkit.publish.reports import CHAPTERS

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


def notebook(name: str, *closing: str):
    cells = [nbformat.v4.new_markdown_cell(f"# {name}"), nbformat.v4.new_code_cell("1 + 1")]
    cells += [nbformat.v4.new_markdown_cell(text, metadata={"tags": [CLOSING]}) for text in closing]
    return nbformat.v4.new_notebook(cells=cells)


def sources(notebooks) -> list[list[str]]:
    return [[cell.source for cell in item.cells] for item in notebooks]


def test_closing_cells_are_left_out_of_all_but_the_last():
    joined = join_chapters(
        [notebook("One", "## End"), notebook("Two", "## End"), notebook("Three", "## End")]
    )
    assert sources(joined) == [["# One", "1 + 1"], ["# Two", "1 + 1"], ["# Three", "1 + 1", "## End"]]


def test_a_single_notebook_keeps_everything():
    assert sources(join_chapters([notebook("One", "## End", "## Sources")])) == [
        ["# One", "1 + 1", "## End", "## Sources"]
    ]


def test_no_notebook_gives_no_chapter():
    assert join_chapters([]) == []


def test_the_given_notebooks_are_left_as_they_are():
    given = [notebook("One", "## End"), notebook("Two", "## End")]
    before = copy.deepcopy(given)
    join_chapters(given)
    assert given == before


def test_other_tags_close_nothing():
    first = notebook("One")
    first.cells[1].metadata["tags"] = ["parameters"]
    assert sources(join_chapters([first, notebook("Two")]))[0] == ["# One", "1 + 1"]


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_notebook_of_a_report_ends_on_its_closing_cells(name):
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    tagged = [CLOSING in cell.metadata.get("tags", ()) for cell in cells]
    assert any(tagged)
    assert tagged == sorted(tagged)


def test_what_notebooks_close_with_stands_once_on_the_page():
    joined = join_chapters([nbformat.read(NOTEBOOKS / name, as_version=4) for name in CHAPTERS])
    headings = [
        line
        for item in joined
        for cell in item.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("## ")
    ]
    assert len(headings) == len(set(headings))
    assert sum("assignment" in line for line in headings) == 1
    code = "\n".join(cell.source for item in joined for cell in item.cells if cell.cell_type == "code")
    assert code.count("cards.checklist(") == 1
    assert code.count(".sources(") == 1
