"""Quoted words in the text they were taken from, source by source, and the anchors between a claim and its passage."""

from __future__ import annotations

import re
from collections.abc import Mapping

from segkit.analysis.study import Foundation
from segkit.model.document import Document
from segkit.model.evidence import Evidence, Source, SourceType, Status
from segkit.model.segment import Segment
from segkit.publish.blocks import PassageQuote, Passages, PassageSource
from segkit.publish.csl_records import csl_record

SUGGESTIONS = 3
"""Suggested passages that a card shows; `segkit check` lists all."""
CONTEXT_WORDS = 60
"""Words of the source shown on each side of a quotation."""
CONTEXT_CHARACTERS = 1500
NO_CITATION = "\N{WORD JOINER}"
"""What stands between the marks of a citation in somebody else's words, so that they are none."""
_PARAGRAPH = "\N{PILCROW SIGN}\N{WORD JOINER}"


def known_sources(study: Foundation) -> dict[str, Source]:
    """Return every source by its id: those of the evidence, of the documents read, and of the files beside the orders."""
    documents = [document.source for document in study.library.documents]
    files = [
        *([study.events.source] if study.events else []),
        *(study.pipeline.sources if study.pipeline else ()),
    ]
    return {source.id: source for source in (*files, *documents, *study.evidence.sources)}


def shown_evidence(study: Foundation, segment: Segment) -> tuple[Evidence, ...]:
    """Return what the card of a group shows: counted evidence, then what was refused, then a few suggestions."""
    book = study.evidence
    suggested = [item for item in book.suggested if item.segment_id == segment.id]
    refused = [item for item in book.invalid if item.segment_id == segment.id]
    return (*book.of_segment(segment.id), *refused, *suggested[:SUGGESTIONS])


def passages(study: Foundation) -> Passages | None:
    """Return every quotation that the cards show in its context, source by source, or None where nothing is quoted."""
    found: dict[str, dict[str, list[Evidence]]] = {}
    for segment in study.segmentation.summary.segments:
        for item in shown_evidence(study, segment):
            if passage_of(study, item):
                found.setdefault(item.source_id, {}).setdefault(passage_anchor(item), []).append(item)
    known = known_sources(study)
    ordered = sorted(found, key=lambda each: (known[each].type.value, each))
    sources = tuple(_passage_source(study, known[source_id], found[source_id]) for source_id in ordered)
    return Passages(id="passages", sources=sources) if sources else None


def passage_of(study: Foundation, item: Evidence) -> Document | None:
    """Return the document that holds the words of a piece of evidence, or None where they are not settled in one."""
    if item.quote is None or not item.quote.verified or item.status is Status.INVALID:
        return None
    return study.library.document(item.source_id)


def passage_anchor(item: Evidence) -> str:
    """Return the anchor of quoted words in their context: the same for all claims that quote the same place."""
    quote = item.quote
    return anchor("passage", item.source_id, *([quote.start, quote.end] if quote else []))


def _passage_source(study: Foundation, source: Source, places: Mapping[str, list[Evidence]]) -> PassageSource:
    by_place = sorted(
        places.values(),
        key=lambda items: (items[0].quote.start, items[0].quote.end) if items[0].quote else (0, 0),
    )
    return PassageSource(
        citation=source.id,
        title=csl_record(source)["title"],
        path=source.path,
        published=source.published,
        saved=source.retrieved[:10],
        sha256=source.sha256,
        quotes=tuple(quote for items in by_place if (quote := _passage_quote(study, items)) is not None),
    )


def _passage_quote(study: Foundation, items: list[Evidence]) -> PassageQuote | None:
    quote, document = items[0].quote, passage_of(study, items[0])
    if quote is None or document is None:
        return None
    passage = next((each for each in document.passages if each.id == quote.passage_id), None)
    low, high = 0, len(document.text)
    if document.source.type is SourceType.ORDER_HISTORY:  # what stands beside it is another customer's order
        low, high = (passage.start, passage.end) if passage else (quote.start, quote.end)
    locator = passage.locator if passage is not None else ""
    return PassageQuote(
        id=passage_anchor(items[0]),
        quote=one_line(document.text[quote.start : quote.end]),
        before=words_before(document.text[low : quote.start]),
        after=words_after(document.text[quote.end : high]),
        where=locator
        or (f"page {quote.page}" if quote.page else "")
        or (f"under “{quote.heading}”" if quote.heading else ""),
        provenance=quote.provenance.value,
        links=tuple(anchor("item", item.id) for item in items),
    )


def one_line(text: str) -> str:
    """Return text with every white space as one blank."""
    return " ".join(text.split())


def plain(text: str) -> str:
    """Return somebody else's words so that nothing in them is read as a citation."""
    return text.replace("[@", f"[{NO_CITATION}@")


def words_before(text: str, *, limit: int = CONTEXT_WORDS) -> str:
    r"""Return the last words of a text, a line a paragraph, with the white space at its end kept and a cut shown.

    Examples
    --------
    >>> words_before("one two\nthree ", limit=2)
    '… two three '
    """
    near = text[-CONTEXT_CHARACTERS:]
    words = _words(near)
    cut = len(words) > limit or len(near) < len(text)
    return (
        _joined(["… " if cut else "", " ".join(words[-limit:]), " " if near[-1:].isspace() else ""])
        if words
        else ""
    )


def words_after(text: str, *, limit: int = CONTEXT_WORDS) -> str:
    r"""Return the first words of a text, a line a paragraph, with the white space at its start kept and a cut shown.

    Examples
    --------
    >>> words_after(", and\n\ntwo more", limit=4)
    ', and\ntwo …'
    """
    near = text[:CONTEXT_CHARACTERS]
    words = _words(near)
    cut = len(words) > limit or len(near) < len(text)
    return (
        _joined([" " if near[:1].isspace() else "", " ".join(words[:limit]), " …" if cut else ""])
        if words
        else ""
    )


def _words(text: str) -> list[str]:
    return re.sub(r"\n\s*\n", f" {_PARAGRAPH} ", text).split()


def _joined(parts: list[str]) -> str:
    return re.sub(f" *{_PARAGRAPH} *", "\n", "".join(parts))


def anchor(*parts: object) -> str:
    """Return parts as one id that a link can lead to."""
    return re.sub(r"[^A-Za-z0-9_.:-]+", "-", "-".join(str(part) for part in parts))
