"""A report of several pages: every link finds its page, one h1 each, the way on and back, and files beside tables."""

from __future__ import annotations

import re

import nbformat
import pytest

from segkit.errors import RenderError
from segkit.publish.blocks import SourceEntry, Sources, Table, Text
from segkit.publish.pages import build_page, build_pages

SUMMARY, APPENDIX = ["summary"], ["appendix"]


@pytest.fixture
def notebooks(samples):
    one = samples.notebook(
        "# Groups",
        "## In short",
        Text(id="short", paragraphs=("Ten customers [@orders].",)),
        "## At length",
        samples.table("long"),
        "## Tested",
        samples.table("tested", links=("#long", "")),
    )
    for place, tags in ((1, SUMMARY), (2, SUMMARY), (5, APPENDIX), (6, APPENDIX)):
        one.cells[place].metadata["tags"] = tags
    two = samples.notebook(
        "# Flows",
        "As in [the groups](#at-length).",
        samples.figure("value"),
        "## Sources",
        Sources(id="sources", entries=(SourceEntry(id="orders", text="Orders"),)),
    )
    for place in (3, 4):
        two.cells[place].metadata["tags"] = ["closing"]
    return {"groups": one, "flows": two}


def test_a_report_is_a_page_for_the_overview_each_chapter_and_each_appendix(notebooks):
    assert list(build_pages(notebooks)) == ["index.html", "groups.html", "groups_appendix.html", "flows.html"]


def test_every_page_has_one_h1_a_language_and_says_where_it_stands(notebooks):
    for name, page in build_pages(notebooks).items():
        assert page.count("<h1") == 1, name
        assert '<html lang="en">' in page
        assert re.findall(r'<a href="([^"]*)" aria-current="page">', page) == [name]


def test_links_lead_to_the_page_that_has_the_place(notebooks):
    pages = build_pages(notebooks)
    assert '<a href="groups.html#long">' in pages["groups_appendix.html"]
    assert '<a class="cite" href="index.html#ref-orders">' in pages["groups.html"]
    assert '<a class="cite" href="#ref-orders">' in pages["index.html"]
    assert '<a href="groups.html#at-length" rel="noopener noreferrer">the groups</a>' in pages["flows.html"]


def test_every_link_of_every_page_finds_its_target(notebooks):
    pages = build_pages(notebooks)
    ids = {name: set(re.findall(r' id="([^"]+)"', page)) for name, page in pages.items()}
    links = [
        (target or name, place)
        for name, page in pages.items()
        for target, place in re.findall(r'<a [^>]*href="([\w.]*)#([^"]+)"', page)
    ]
    assert len(links) > 10
    assert [link for link in links if link[1] not in ids[link[0]]] == []


def test_a_link_to_nowhere_in_the_whole_report_is_refused_by_name(notebooks):
    notebooks["flows"].cells[1].source = "As in [the groups](#nowhere)."
    with pytest.raises(RenderError, match="link to '#nowhere' in the text leads nowhere"):
        build_pages(notebooks)


def test_the_first_page_sends_its_reader_on_and_each_page_to_its_neighbors(notebooks):
    pages = build_pages(notebooks)
    assert (
        '<strong>Read on:</strong> <a href="groups.html#page-groups" rel="noopener noreferrer">Groups</a>'
        in pages["index.html"]
    )
    around = {name: re.findall(r'<a rel="(prev|next)" href="([^"]+)"', page) for name, page in pages.items()}
    assert around == {
        "index.html": [("next", "groups.html")],
        "groups.html": [("prev", "index.html"), ("next", "groups_appendix.html")],
        "groups_appendix.html": [("prev", "groups.html"), ("next", "flows.html")],
        "flows.html": [("prev", "groups_appendix.html")],
    }


def test_a_chapter_and_its_appendix_name_each_other_under_the_title(notebooks):
    pages = build_pages(notebooks)
    assert (
        'What stands behind this page: <a href="groups_appendix.html">Appendix A</a>' in pages["groups.html"]
    )
    assert 'Stands behind: <a href="groups.html">Groups</a>' in pages["groups_appendix.html"]
    assert "tands behind" not in pages["flows.html"]


def test_the_first_page_shows_no_code_and_the_chapters_do(notebooks):
    notebooks["groups"].cells[2].source = "show(short)"
    pages = build_pages(notebooks)
    assert "show(short)" not in pages["index.html"]
    assert "show(short)" in pages["groups.html"]


def test_figures_and_tables_keep_one_number_in_the_whole_report(notebooks, samples):
    notebooks["flows"].cells.insert(2, samples.notebook(samples.table("late")).cells[0])
    pages = build_pages(notebooks)
    assert '<span class="label">Table 3</span>' in pages["flows.html"]
    assert '<span class="label">Table 2</span>' in pages["groups_appendix.html"]


def test_tables_and_figures_link_their_files_only_in_a_report_folder(notebooks, samples):
    with_files, alone = build_pages(notebooks, tables=True), build_pages(notebooks)
    assert (
        '<a class="csv" href="tables/long.csv" aria-label="Table 1 as CSV">CSV</a>'
        in with_files["groups.html"]
    )
    assert (
        '<a class="csv" href="tables/value.csv" aria-label="Figure 1 as CSV">CSV</a>'
        in with_files["flows.html"]
    )
    assert not any('class="csv"' in page for page in alone.values())
    assert 'class="csv"' not in build_page([samples.report()])


def test_a_title_with_brackets_still_leads_to_its_page(notebooks):
    notebooks["groups"].cells[0].source = "# Groups [draft] & more"
    pages = build_pages(notebooks)
    assert (
        '<a href="groups.html#page-groups" rel="noopener noreferrer">Groups [draft] &amp; more</a>'
        in pages["index.html"]
    )


def test_styles_of_messages_stand_only_where_messages_do(notebooks, samples):
    notebooks["flows"].cells.insert(2, samples.notebook(samples.message("m", "now")).cells[0])
    pages = build_pages(notebooks)
    assert ".mail-letter" in pages["flows.html"]
    assert ".mail-letter" not in pages["groups.html"]


def test_an_icon_that_stands_often_is_drawn_once(samples):
    page = build_page([samples.report()])
    drawn = re.findall(r'<symbol id="(_\d+)"', page)
    used = re.findall(r'<use href="#(_\d+)"', page)
    assert drawn
    assert set(drawn) == set(used)
    assert all(used.count(name) > 1 for name in drawn)


def test_the_same_notebooks_give_the_same_pages_and_are_not_changed(notebooks):
    before = {name: nbformat.writes(notebook) for name, notebook in notebooks.items()}
    assert build_pages(notebooks) == build_pages(notebooks)
    assert {name: nbformat.writes(notebook) for name, notebook in notebooks.items()} == before


def test_tables_of_many_columns_scroll_and_tables_of_words_stack(samples):
    wide = Table(id="wide", caption="Wide", columns=tuple("abcdefgh"), rows=(tuple("abcdefgh"),))
    words = Table(id="words", caption="Words", columns=tuple("abcdefg"), rows=(tuple("abcdefg"),))
    page = build_page([samples.notebook("# T", wide, words)])
    assert re.search(r'<div class="table short" id="wide">.*?<table><caption', page)
    assert re.search(r'<div class="table short" id="words">.*?<table class="stacks" role="table">', page)
