"""What a hand-in holds: the chapters at length, and nothing that still waits for somebody's decision."""

from __future__ import annotations

import nbformat
import pytest

from segkit.publish.block import Block
from segkit.publish.chapters import FIRST_PAGE, SUMMARY
from segkit.publish.document import Document, Heading, Shown, plan_document
from segkit.publish.records import MIME, Kind


def shown(document: Document) -> list[str]:
    return [
        item.record["id"]
        for chapter in document.chapters
        for item in chapter.items
        if isinstance(item, Shown)
    ]


@pytest.fixture
def report(samples):
    return samples.report()


def test_suggested_evidence_stays_on_the_page_and_is_not_handed_in(samples, report):
    card = next(
        record
        for cell in report.cells
        for output in cell.get("outputs", ())
        if (record := output.data.get(MIME, {})).get("kind") == "evidence"
    )
    waiting = [item["id"] for item in card["items"] if item["status"] == "suggested"]
    decided = [item["id"] for item in card["items"] if item["status"] != "suggested"]
    document = plan_document({"groups": report})
    handed = [
        item["id"]
        for chapter in document.chapters
        for part in chapter.items
        if isinstance(part, Shown) and part.record["kind"] == "evidence"
        for item in part.record["items"]
    ]
    assert waiting
    assert handed == decided


def test_a_short_form_of_what_the_chapter_says_is_not_handed_in_and_takes_no_number(samples, report):
    from segkit.publish.blocks import Table

    def table(identifier: str) -> Block:
        return Table(id=identifier, caption="x", columns=("a",), rows=(("b",),))

    notebook = samples.notebook("# Shop", "## In short", table("short"), "## At length", table("long"))
    for cell in notebook.cells[1:3]:
        cell.metadata["tags"] = [SUMMARY, FIRST_PAGE]
    document = plan_document({"shop": notebook})
    assert shown(document) == ["long"]
    assert [item.text for item in document.chapters[0].items if isinstance(item, Heading)] == ["At length"]
    assert document.references.labels["long"] == "Table 1"


def test_a_chapter_begins_under_its_own_heading_once():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell("# Who buys\n\nTen customers.\n\n## Found")]
    )
    (chapter,) = plan_document({"groups": notebook}).chapters
    assert chapter.title == "Who buys"
    assert [item.text for item in chapter.items if isinstance(item, Heading)] == ["Found"]


@pytest.mark.parametrize("kind", [Kind.SEGMENT, Kind.FLOW, Kind.MESSAGE, Kind.VERDICT])
def test_a_link_to_a_card_says_the_name_that_the_card_carries(samples, report, kind):
    card = samples.every_block()[kind]
    assert plan_document({"groups": report}).references.labels[card.id] == card.name
