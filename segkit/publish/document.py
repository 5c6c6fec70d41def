"""The report as one document to hand in: cover, chapters in the order of the assignment, checklist, appendices, references.

A document is a plain sequence of headings, words and records; the PDF and the Word file are each made from it, and never from the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import mistune
from nbformat import NotebookNode

from segkit.model.company import Company
from segkit.model.evidence import Status
from segkit.publish.chapters import CHECKLIST, CLOSING, PAGE_TITLE, has_tag, join_chapters, split_report
from segkit.publish.outline import plan_page
from segkit.publish.records import MIME, Kind, check_record
from segkit.publish.references import References
from segkit.publish.safety import IMAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading: 1 for a chapter or an appendix, 2 for a section in it, and so on."""

    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A stretch of Markdown without headings, as the tokens of mistune's syntax tree; foreign when a user wrote it."""

    tokens: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A block's record, checked."""

    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """What is no block, an output or a picture in Markdown: media types and contents, as a notebook stores them; never trusted."""

    data: Mapping[str, Any]


Item = Heading | Words | Shown | Foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter or an appendix: its name, its heading and what stands in it."""

    name: str
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One document.

    Parameters
    ----------
    title : str
    company : Company or None
        With what stands on the cover in ``company.report``.
    as_of : date or None
        The end of observation; also the only date a file may carry.
    checklist : tuple of Item
        The checklist of the assignment, which pages open with; on paper it stands behind the chapters, before the appendices.
    chapters, appendices : tuple of Chapter
        In reading order.
    closing : tuple of Item
        References and how the report was made.
    left_out : tuple of str
        Titles of the appendices that a page limit left no room for.
    references : References
        Numbers and labels that run through the whole report, the same as on its pages.
    """

    title: str
    company: Company | None
    as_of: date | None
    checklist: tuple[Item, ...]
    chapters: tuple[Chapter, ...]
    appendices: tuple[Chapter, ...]
    closing: tuple[Item, ...]
    references: References
    left_out: tuple[str, ...] = ()


def plan_document(
    notebooks: Mapping[str, NotebookNode], *, company: Company | None = None, as_of: date | None = None
) -> Document:
    """Return the document that executed notebooks make.

    Parameters
    ----------
    notebooks : mapping of str to NotebookNode
        Executed chapters by name, in reading order.
    company, as_of
        As for `segkit.publish.pages.build_pages`.

    Raises
    ------
    RenderError
        When a cell failed, a record is malformed, an id is used twice, or a citation or link leads nowhere.
    """
    chapters = join_chapters(list(notebooks.values()))
    whole = plan_page(chapters, title=PAGE_TITLE)
    parts = [part for part in split_report(list(notebooks), chapters) if part.chapter >= 0]
    made = [
        (part, Chapter(name=part.name, title=part.title, items=tuple(_items(part.cells, skip=part.title))))
        for part in parts
    ]
    closing = [cell for chapter in chapters for cell in chapter.cells if has_tag(cell, CLOSING)]
    settings = company.report if company else None
    return Document(
        title=(settings.title if settings else "") or PAGE_TITLE,
        company=company,
        as_of=as_of,
        checklist=tuple(_items([cell for cell in closing if has_tag(cell, CHECKLIST)])),
        chapters=tuple(chapter for part, chapter in made if not part.appendix),
        appendices=tuple(chapter for part, chapter in made if part.appendix),
        closing=tuple(_items([cell for cell in closing if not has_tag(cell, CHECKLIST)])),
        references=whole.references,
    )


def _items(cells: Sequence[NotebookNode], *, skip: str = "") -> Iterator[Item]:
    """Yield what the cells show; the chapter's own heading stands on the chapter already."""
    for cell in cells:
        if cell.cell_type == "markdown":
            yield from _prose(cell.source, skip=skip)
        for output in cell.get("outputs", ()):
            yield from _output(output)


def _prose(source: str, *, skip: str) -> Iterator[Item]:
    tokens = _PARSE(source)
    words: list[Mapping[str, Any]] = []
    for token in tokens if isinstance(tokens, list) else []:
        if token["type"] != "heading":
            for piece in _apart(token):
                if isinstance(piece, Foreign):
                    yield from _said(words)
                    words = []
                    yield piece
                else:
                    words.append(piece)
            continue
        yield from _said(words)
        words = []
        text = plain_text(token.get("children", ()))
        if text != skip:
            yield Heading(level=int(token["attrs"]["level"]), text=text)
    yield from _said(words)


def _said(words: Sequence[Mapping[str, Any]]) -> Iterator[Words]:
    if any(token["type"] != "blank_line" for token in words):
        yield Words(tokens=tuple(words))


def _apart(token: Mapping[str, Any]) -> Iterator[Mapping[str, Any] | Foreign]:
    """Yield a paragraph's words and the pictures it carries in reading order; any other token is one piece."""
    line: list[Mapping[str, Any]] = []
    pieces: list[Mapping[str, Any] | Foreign] = []
    for child in token.get("children", ()) if token["type"] == "paragraph" else ():
        address = str(child["attrs"].get("url", "")) if child["type"] == "image" else ""
        if IMAGE.fullmatch(address):
            media, _, content = address.removeprefix("data:").partition(";base64,")
            words = plain_text(child.get("children", ()))
            pieces += [*_paragraph(token, line), Foreign(data={media: content, "text/plain": words})]
            line = []
        else:
            line.append(child)
    yield from [*pieces, *_paragraph(token, line)] if pieces else [token]


def _paragraph(token: Mapping[str, Any], line: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{**token, "children": line}] if plain_text(line).strip() else []


def _output(output: NotebookNode) -> Iterator[Item]:
    if output.output_type == "stream":
        if output.name == "stdout":
            yield Foreign(data={"text/plain": output.text})
    elif MIME in output.get("data", {}):
        check_record(output.data[MIME])
        yield Shown(record=_decided(output.data[MIME]))
    elif output.get("data"):
        yield Foreign(data=output.data)


def _decided(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record without evidence that waits for somebody's yes or no: it counts for nothing, so nobody hands it in."""
    if record["kind"] != Kind.EVIDENCE:
        return record
    decided = [item for item in record["items"] if item["status"] != Status.SUGGESTED]
    said: set[str] = set()
    items = []
    for item in decided:  # the key is for company.toml, and a limit that all pieces share is read once
        items.append({**item, "key": "", "limits": "" if item["limits"] in said else item["limits"]})
        said.add(item["limits"])
    return {**record, "items": items}


def described(data: Mapping[str, Any], default: str) -> str:
    """Return the words that stand for a picture: its text, unless that is only the address of an object.

    Examples
    --------
    >>> described({"text/plain": "Our stall"}, "Picture"), described({"text/plain": "<Figure size 4x2>"}, "Picture")
    ('Our stall', 'Picture')
    """
    held = data.get("text/plain", "")
    words = "".join(map(str, held)) if isinstance(held, list) else str(held)
    return default if not words.strip() or words.startswith("<") else words[:200]


def plain_text(tokens: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of inline tokens without their looks.

    Examples
    --------
    >>> plain_text([{"type": "text", "raw": "Four "}, {"type": "strong", "children": [{"type": "text", "raw": "groups"}]}])
    'Four groups'
    """
    return "".join(
        plain_text(token["children"])
        if "children" in token
        else {"softbreak": " ", "linebreak": " "}.get(token["type"], str(token.get("raw", "")))
        for token in tokens
    )


_PARSE = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])
