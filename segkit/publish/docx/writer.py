"""A whole document: cover, contents, chapters, checklist, appendices, references; then one file with fixed bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from lxml import etree

from segkit.publish.document import Document, Foreign, Heading, Item, Shown, Words
from segkit.publish.docx.blocks import write_record
from segkit.publish.docx.foreign import write_foreign
from segkit.publish.docx.front import write_contents, write_cover, write_footer
from segkit.publish.docx.guard import SEAL, pack
from segkit.publish.docx.markdown import write_markdown
from segkit.publish.docx.paper import Paper, clean
from segkit.publish.docx.styles import LANGUAGE, numbering_xml, settings_xml, styles_xml
from segkit.publish.records import ids_of

_Part = tuple[str, bool, tuple[Item, ...]]
_NO_DATE = date(2000, 1, 1)
"""What stands in a file without an end of observation: never the clock."""
_LONGEST_PROPERTY = 255
_UNUSED = {"thumbnail", "stylesWithEffects", "customXml", "webSettings", "fontTable", "theme"}
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>segkit</Application></Properties>"
)
_CUSTOM = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"


def write_document(document: Document) -> bytes:
    """Return a document as a DOCX file; see `segkit.publish.docx.docx_bytes`."""
    paper = Paper(document.references, _places(document))
    parts = _parts(document)
    contents = _contents(parts)
    write_cover(paper, document)
    write_contents(paper, contents)
    anchors = iter(anchor for _, _, anchor in contents)
    for title, fresh, items in parts:
        if title:
            if fresh:
                paper.end_page()
            line = paper.heading(title, level=1, anchors=[next(anchors)])
            if fresh:
                paper.page_break(line)
            paper.level = 1
        for item, following in zip(items, (*items[1:], None), strict=True):
            _write_item(paper, item, anchors)
            if isinstance(item, Words) and isinstance(following, Shown):
                paper.hold()
    write_footer(paper, document.title)
    _set_properties(paper.document, document)
    return _file(paper)


def _parts(document: Document) -> list[_Part]:
    """Return title, whether a page begins, and the items of each part; the checklist and what closes bring their own headings."""
    chapters = [(chapter.title, True, chapter.items) for chapter in document.chapters]
    appendices = [
        (chapter.title, place == 0, chapter.items) for place, chapter in enumerate(document.appendices)
    ]
    checklist = _promoted(document.checklist)
    closing = _promoted(document.closing)
    parts = [*chapters, ("", True, checklist), *appendices, ("", True, closing)]
    return [_with_title(part) for part in parts if part[0] or part[2]]


def _promoted(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(
        Heading(level=max(1, item.level - 1), text=item.text) if isinstance(item, Heading) else item
        for item in items
    )


def _with_title(part: _Part) -> _Part:
    """Take the first heading of a part without a title as its title."""
    title, fresh, items = part
    if not title and items and isinstance(items[0], Heading):
        return items[0].text, fresh, items[1:]
    return part


def _contents(parts: Sequence[_Part]) -> list[tuple[int, str, str]]:
    """Return level, words and anchor of the headings that the contents list."""
    headings = []
    for title, _, items in parts:
        headings += [(1, title)] if title else []
        headings += [
            (item.level, item.text) for item in items if isinstance(item, Heading) and item.level <= 2
        ]
    return [(level, text, f"heading {number}") for number, (level, text) in enumerate(headings, start=1)]


def _places(document: Document) -> frozenset[str]:
    """Return every id that stands in this document; appendices may have been left out."""
    parts = (
        document.checklist,
        document.closing,
        *(part.items for part in (*document.chapters, *document.appendices)),
    )
    places: set[str] = set()
    for items in parts:
        for item in items:
            if isinstance(item, Shown):
                places |= {name for name in ids_of(item.record) if name in document.references.labels}
                places |= {f"ref-{entry['id']}" for entry in item.record.get("entries", ())}
    return frozenset(places)


def _write_item(paper: Paper, item: Item, anchors: Any) -> None:
    if isinstance(item, Heading):
        paper.heading(item.text, level=item.level, anchors=[next(anchors)] if item.level <= 2 else [])
        paper.level = item.level
    elif isinstance(item, Words):
        write_markdown(paper, item.tokens)
    elif isinstance(item, Shown):
        write_record(paper, item.record)
    elif isinstance(item, Foreign):
        write_foreign(paper, item.data)


def _set_properties(made: Any, document: Document) -> None:
    day = document.as_of or _NO_DATE
    moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a day; python-docx writes it as UTC
    company = document.company
    properties = made.core_properties
    properties.title = clean(document.title)[:_LONGEST_PROPERTY]
    properties.author = clean(", ".join(company.report.authors) if company else "")[:_LONGEST_PROPERTY]
    properties.last_modified_by = properties.author
    properties.subject = clean(company.name if company else "")[:_LONGEST_PROPERTY]
    properties.keywords = properties.comments = ""
    properties.created = properties.modified = moment
    properties.revision = 1
    properties.language = LANGUAGE


def _file(paper: Paper) -> bytes:
    """Return the package: python-docx's parts, our styles, nothing of its template, and the seal."""
    made = paper.document
    for holder in (made.part.package, made.part):
        for identifier, relation in list(holder.rels.items()):
            if relation.reltype.rpartition("/")[2] in _UNUSED:
                del holder.rels[identifier]
    stream = io.BytesIO()
    made.save(stream)
    with zipfile.ZipFile(stream) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["word/styles.xml"] = styles_xml()
    parts["word/numbering.xml"] = numbering_xml(paper.lists)
    parts["word/settings.xml"] = settings_xml()
    parts["docProps/app.xml"] = _APP.encode()
    parts["[Content_Types].xml"] = _added(
        parts["[Content_Types].xml"], f"{{{_TYPES}}}Override", PartName=f"/{SEAL}", ContentType=_CUSTOM
    )
    parts["_rels/.rels"] = _added(
        parts["_rels/.rels"],
        f"{{{_RELATIONS}}}Relationship",
        Id="rIdSeal",
        Type=_CUSTOM_RELATION,
        Target=SEAL,
    )
    return pack(parts)


def _added(xml: bytes, tag: str, **attributes: str) -> bytes:
    root = etree.fromstring(xml)
    etree.SubElement(root, tag, attrib=attributes)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content
