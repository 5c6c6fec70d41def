"""Notebooks as chapters of one page: what each ends with stands once, at the end of the last."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest

from segkit.publish.chapters import (
    APPENDIX,
    CHECKLIST,
    CLOSING,
    FIRST_PAGE,
    HEADLINE,
    PAGE_TITLE,
    SUMMARY,
    join_chapters,
    split_report,
)
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


# pages


def tagged(source: str, *tags: str):
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def chapter(name: str, *, appendix: bool = True):
    cells = [
        tagged(f"# {name}"),
        tagged(f"{name}: found", HEADLINE),
        tagged(f"## {name} in short", SUMMARY),
        tagged(f"## {name} at length"),
        *([tagged(f"## {name} tested", APPENDIX)] if appendix else []),
        tagged("## The list", CLOSING, CHECKLIST),
        tagged("## Sources", CLOSING),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def parts():
    return split_report(["one", "two"], join_chapters([chapter("One"), chapter("Two", appendix=False)]))


def test_the_first_page_is_found_list_short_write_ups_and_sources_in_this_order():
    first = parts()[0]
    assert (first.name, first.title, first.label) == ("index", PAGE_TITLE, "Overview")
    assert [cell.source for cell in first.cells] == [
        "One: found",
        "Two: found",
        "## The list",
        "## 1 One",
        "### One in short",
        "**Read on:** [One](#page-one). What stands behind it: [Appendix A](#page-one_appendix).",
        "## 2 Two",
        "### Two in short",
        "**Read on:** [Two](#page-two).",
        "## Sources",
    ]


def test_a_chapter_keeps_what_the_first_page_shows_and_leaves_out_what_backs_it_up_and_closes_it():
    _, one, _, _ = parts()
    assert [cell.source for cell in one.cells] == [
        "# One",
        "One: found",
        "## One in short",
        "## One at length",
    ]


def test_what_backs_a_chapter_up_stands_behind_it_under_a_letter():
    assert [(part.name, part.label, part.chapter, part.appendix) for part in parts()] == [
        ("index", "Overview", -1, False),
        ("one", "One", 0, False),
        ("one_appendix", "Appendix A", 0, True),
        ("two", "Two", 1, False),
    ]
    assert [cell.source for cell in parts()[2].cells] == ["## One tested"]


def test_the_notebooks_cells_are_not_changed_by_splitting_them():
    given = join_chapters([chapter("One")])
    before = copy.deepcopy(given)
    split_report(["one"], given)
    assert given == before


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_notebook_of_a_report_has_something_for_the_first_page_and_for_an_appendix(name):
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    for tag in (SUMMARY, APPENDIX, CHECKLIST):
        assert any(tag in cell.metadata.get("tags", ()) for cell in cells), tag


def test_a_short_form_stands_on_the_first_page_only():
    whole = chapter("One")
    whole.cells.insert(3, tagged("## Drafts in short", SUMMARY, FIRST_PAGE))
    first, one, *_ = split_report(["one"], join_chapters([whole]))
    assert "### Drafts in short" in [cell.source for cell in first.cells]
    assert "## Drafts in short" not in [cell.source for cell in one.cells]
