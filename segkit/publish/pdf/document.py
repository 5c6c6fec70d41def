"""A document as plain JSON for the template: cover, contents, chapters, checklist, appendices, references; texts are strings throughout."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from segkit.publish.document import Chapter, Document, Foreign, Heading, Item, Shown, Words
from segkit.publish.pdf.blocks import render_block
from segkit.publish.pdf.foreign import render_foreign
from segkit.publish.pdf.nodes import UNSEEN, Layout, Node, clean, para, run
from segkit.publish.pdf.words import render_words
from segkit.publish.prose import slugify
from segkit.publish.records import Kind, ids_of
from segkit.words.arguments import left_out_for_length
from segkit.words.figures import long_date

_NUMBERED = 2
"""Headings down to this level carry a number."""


def lay_out(document: Document) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return a document as JSON for the template, and its pictures by file name.

    Raises
    ------
    RenderError
        When a record is malformed, or a citation or link leads nowhere.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> empty = Document(title="Ten customers", company=None, as_of=None, checklist=(), chapters=(), appendices=(), closing=(), references=References())
    >>> lay_out(empty)[0]["title"], lay_out(empty)[1]
    ('Ten customers', {})
    """
    layout = Layout(refs=document.references, anchors=anchors_of(document))
    body: list[Node] = []
    slugs = _Slugs(document)
    for place, chapter in enumerate(document.chapters):
        body += _chapter(chapter, f"{place + 1}", layout, slugs, opens=place == 0)
    body += _part(_lifted(document.checklist), layout, slugs, opens=not document.chapters)
    for place, appendix in enumerate(document.appendices):
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[place % 26]
        body += _chapter(appendix, "", layout, slugs, opens=place == 0, letter=letter)
    if document.left_out:
        body.append(para([run(left_out_for_length(document.left_out))], "small"))
    body += _part(_lifted(document.closing), layout, slugs)
    if UNSEEN in repr(body):
        body.append(
            para(
                [
                    run(
                        f"{UNSEEN} stands for a letter that this document has no font for; the HTML report shows it."
                    )
                ],
                "small",
            )
        )
    return {**_front(document), "body": body}, layout.files


def anchors_of(document: Document) -> frozenset[str]:
    """Return what a link in the document may lead to."""
    anchors: set[str] = set()
    for item in _items(document):
        if isinstance(item, Shown):
            anchors |= _anchors(item.record)
        elif isinstance(item, Heading):
            anchors.add(slugify(item.text))
    return frozenset(anchors)


def _anchors(record: Mapping[str, Any]) -> set[str]:
    if record["kind"] == Kind.SOURCES:
        return {record["id"], *(f"ref-{entry['id']}" for entry in record["entries"])}
    drawn = record["kind"] in {Kind.FIGURE, Kind.PLOTLY}  # the table behind a figure is not in the document
    return set(ids_of(record)[:-1] if drawn else ids_of(record))


def _items(document: Document) -> Iterator[Item]:
    for chapter in document.chapters:
        yield from chapter.items
    yield from document.checklist
    for appendix in document.appendices:
        yield from appendix.items
    yield from document.closing


class _Slugs:
    """Anchors for headings: each goes to the first heading of its words that no block has taken."""

    def __init__(self, document: Document) -> None:
        self._taken: set[str] = set()
        for item in _items(document):
            if isinstance(item, Shown):
                self._taken |= _anchors(item.record)

    def take(self, text: str) -> str:
        """Return the anchor of a heading, ``""`` where an earlier one has it."""
        slug = slugify(text)
        if slug in self._taken:
            return ""
        self._taken.add(slug)
        return slug


def _chapter(
    chapter: Chapter, number: str, layout: Layout, slugs: _Slugs, *, opens: bool, letter: str = ""
) -> Iterator[Node]:
    """Yield a chapter; the first one and the first appendix open a page, the others run on."""
    yield {
        "type": "heading",
        "level": 1,
        "runs": [run(chapter.title)],
        "number": number,
        "anchor": slugs.take(chapter.title),
        "opens": opens,
    }
    yield from _part(chapter.items, layout, slugs, number=letter or number)


def _lifted(items: Sequence[Item]) -> list[Item]:
    """Return the items with their headings one level up: what stands beside the chapters is one itself."""
    return [
        replace(item, level=max(item.level - 1, 1)) if isinstance(item, Heading) else item for item in items
    ]


def _part(
    items: Iterable[Item], layout: Layout, slugs: _Slugs, *, number: str = "", opens: bool = False
) -> Iterator[Node]:
    """Yield the pieces of a stretch; heading levels never skip one, and sections are numbered within their chapter."""
    level, section, after_heading = 1 if number else 0, 0, False
    for item in items:
        if not isinstance(item, Heading):
            shown = _shown(item, replace(layout, level=max(level, 1)))
            if after_heading and len(shown) == 1 and shown[0]["type"] == "para":
                shown[0]["look"] = "intro"  # stays with what it introduces, and the heading with it
            yield from shown
            after_heading = False
            continue
        level = min(max(item.level, 2 if number else 1), level + 1)
        section += level == _NUMBERED
        yield {
            "type": "heading",
            "level": level,
            "runs": [run(item.text)],
            "number": f"{number}.{section}" if number and level == _NUMBERED else "",
            "anchor": slugs.take(item.text),
            "opens": opens,
        }
        opens, after_heading = False, True


def _shown(item: Item, layout: Layout) -> list[Node]:
    if isinstance(item, Words):
        return render_words(item.tokens, layout)
    if isinstance(item, Shown):
        return render_block(item.record, layout)
    return render_foreign(item.data, layout) if isinstance(item, Foreign) else []


def _front(document: Document) -> dict[str, Any]:
    """Return what stands on the cover and in the file's properties; no date but those that were given."""
    company = document.company
    settings = company.report if company else None
    facts: list[tuple[str, str]] = []
    if settings is not None:
        facts += [
            ("Course", settings.course),
            ("Institution", settings.institution),
            ("Lecturer", settings.lecturer),
        ]
        if settings.submitted is not None:
            facts.append(("Submitted", long_date(settings.submitted)))
    if document.as_of is not None:
        facts.append(("Orders as of", long_date(document.as_of)))
    return {
        "title": clean(document.title),
        "company": clean(company.name) if company else "",
        "fictional": bool(company and company.fictional),
        "identifiable": bool(company and company.report.identifiable),
        "authors": [clean(author) for author in settings.authors] if settings else [],
        "facts": [{"label": label, "value": clean(value)} for label, value in facts if value],
        "date": [document.as_of.year, document.as_of.month, document.as_of.day] if document.as_of else [],
        "lang": "en",
    }
