"""What a reader sees first: the cover, and contents that lead somewhere before any program has counted pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from segkit.publish.document import Document
from segkit.publish.docx.paper import Line, Paper, make
from segkit.words.arguments import left_out_for_length
from segkit.words.figures import long_date

UPDATE = (
    "Page numbers come with the first update: click into this list and press F9 (Word), or right-click it and choose "
    "Update Index (LibreOffice). Until then each entry is a link; this sentence goes with the update."
)


def write_cover(paper: Paper, document: Document) -> None:
    """Write title, company, who hands in, where, to whom, and the state of the data."""
    company = document.company
    paper.line("Title").say(document.title)
    if company:
        paper.line("Subtitle").say(company.name)
        if company.fictional:
            paper.line("Note").say("Fictional company. ", "bold").say(
                f"{company.name} was invented for this project. Its customers, orders, pages and the studies about it are made up."
            )
        report = company.report
        if report.identifiable:
            paper.line("Note").say("This copy names customers. ", "bold").say(
                "Give it only to who may know them."
            )
        for label, value in (
            ("Authors", ", ".join(report.authors)),
            ("Course", report.course),
            ("Institution", report.institution),
            ("Lecturer", report.lecturer),
            ("Submitted", _said(report.submitted)),
        ):
            if value:
                paper.line("CoverLine").say(f"{label}: ", "muted").say(value)
    if document.as_of:
        paper.line("CoverLine").say("Orders as of: ", "muted").say(_said(document.as_of))
    if document.left_out:
        paper.line("Small").say(left_out_for_length(document.left_out))


def _said(day: date | None) -> str:
    return long_date(day) if day else ""


def write_contents(paper: Paper, entries: Sequence[tuple[int, str, str]]) -> None:
    """Write a table of contents as a field that holds its entries already.

    Parameters
    ----------
    entries : sequence of (int, str, str)
        Level, words and anchor of each heading.
    """
    title = paper.line("TOCHeading").say("Contents")
    paper.page_break(title)
    line: Line | None = None
    for level, words, anchor in entries:
        opened = line is None
        line = paper.line(f"TOC{level}")
        if opened:
            line.open_field(' TOC \\o "1-2" \\h \\z \\u ')
        link = make("w:hyperlink", anchor=paper.bookmark(anchor), history="1")
        inner = Line(paper, link)
        inner.say(words)
        line.element.append(link)
    if line is not None:
        paper.line("Small").say(UPDATE).close_field()


def write_footer(paper: Paper, title: str) -> None:
    """Write title and page number under every page but the cover."""
    section = paper.document.sections[0]
    section.footer.is_linked_to_previous = False
    footer = section.footer._element  # noqa: SLF001 - python-docx offers paragraphs only, no fields
    for old in list(footer):
        footer.remove(old)
    outer, paper.target = paper.target, footer
    line = paper.line("Footer").say(title)
    line.element.append(make("w:r", make("w:tab")))
    line.say("Page ").field(" PAGE ", "1").say(" of ").field(" NUMPAGES ", "1")
    paper.target = outer
