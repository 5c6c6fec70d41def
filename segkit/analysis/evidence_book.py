"""The evidence of one report: findings and quotations side by side, two or three pieces per segment, and the gaps.

The book of findings and the quotations in, one `EvidenceBook` out. Each source type speaks first with its best piece,
on different factors where it can; pinned pieces come before; what does not fit goes to the appendix; what is missing is
said with the way to close it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from segkit.analysis.evidence import segment_anchors
from segkit.analysis.quotations import Quotations, resolve_key
from segkit.analysis.selection import MAX_CLAIMS, MIN_CLAIMS
from segkit.model.company import EvidenceSettings
from segkit.model.document import Library
from segkit.model.evidence import Direction, Evidence, EvidenceBook, EvidenceGap, Source, SourceType, Strength
from segkit.model.segment import Segment
from segkit.words.claims import gap_few_claims
from segkit.words.quotations import (
    gap_no_documents,
    gap_no_passage,
    gap_only_against,
    gap_undecided,
    gap_without_place,
    new_numbers,
    pin_without_place,
    refused_rewording,
    unknown_key,
)

RESEARCH = frozenset({SourceType.RESEARCH, SourceType.SURVEY})
"""A survey of the company's own customers is own research too."""
_KINDS = (frozenset({SourceType.ORDER_HISTORY, SourceType.OTHER}), RESEARCH, frozenset({SourceType.WEBSITE}))
_RANK = {Strength.STRONG: 0, Strength.MODERATE: 1, Strength.DESCRIPTIVE: 2, Strength.WEAK: 3}


def compose_book(
    findings: EvidenceBook,
    quotations: Quotations,
    *,
    segments: Sequence[Segment],
    assignments: pd.Series,
    library: Library,
    topics: Mapping[int, str],
    settings: EvidenceSettings,
) -> EvidenceBook:
    """Put findings and quotations together.

    Parameters
    ----------
    findings : EvidenceBook
        What `extract_evidence` made of the order history and the customer files.
    quotations : Quotations
        What `collect_quotations` made of pages, notes and order texts.
    segments : sequence of Segment
        In the order of the report.
    assignments : pandas.Series
        Segment id by customer id.
    library : Library
        For what was there to be searched.
    topics : mapping of int to str
        Per segment what to look for, in words people use.
    settings : EvidenceSettings
        Pins and rewordings.

    Returns
    -------
    EvidenceBook
        With new ids: ``S1-1`` for the pieces, ``S1-X`` against, ``S1-A01`` appendix, ``S1-Q1`` suggested, ``S1-I1`` invalid.
    """
    types = {source.id: source.type for source in findings.sources}
    types |= {document.source.id: document.source.type for document in library.documents}
    anchors = segment_anchors(assignments)
    pins, unmatched = _canonical(settings.pin, assignments, anchors, where="pin")
    chosen: list[Evidence] = []
    appendix: list[Evidence] = []
    gaps: list[EvidenceGap] = []
    for segment in segments:
        supporting = [
            *findings.supporting(segment.id),
            *_of(quotations.valid, segment.id, Direction.SUPPORTS),
        ]
        further = [item for item in findings.appendix if item.segment_id == segment.id]
        pinned = [item for item in [*supporting, *further] if item.key in pins]
        pieces = _choose(supporting, sorted(pinned, key=lambda item: pins[item.key]), types)
        against = [*findings.against(segment.id), *_of(quotations.valid, segment.id, Direction.CONTRADICTS)]
        against, orphans = _against_pieces(against, pieces, supporting)
        rest = [item for item in [*supporting, *further] if item not in pieces] + orphans
        rest += _of(quotations.valid, segment.id, Direction.CONTEXT)
        chosen += _numbered(pieces, f"S{segment.id}-")
        chosen += _numbered(against, f"S{segment.id}-X", plain_first=True)
        appendix += _numbered(rest, f"S{segment.id}-A", width=2)
        waiting = [item for item in quotations.suggested if item.segment_id == segment.id]
        gaps += _gaps(
            segment,
            pieces,
            against,
            waiting,
            spare=[item for item in rest if item.quote is not None and item.direction is Direction.SUPPORTS],
            findings=findings,
            types=types,
            library=library,
            topic=topics.get(segment.id, ""),
        )
    suggested = _by_segment(quotations.suggested, segments, "Q")
    invalid = _by_segment(quotations.invalid, segments, "I")
    piles = (chosen, appendix, suggested, invalid)
    known = {item.key for pile in piles for item in pile}
    rewords, lost = _canonical(tuple(dict(settings.reword)), assignments, anchors, where="reword")
    texts = {canonical: settings.reword[position][1] for canonical, position in rewords.items()}
    unmatched += lost
    claimed = {item.key for item in [*chosen, *appendix] if item.direction is Direction.SUPPORTS}
    for pile in piles:
        unmatched += _reword(pile, texts, claimed=claimed)
    unmatched += [unknown_key(key, "pin") for key in pins if key not in known]
    unmatched += [
        pin_without_place(item.key, n_pieces=MAX_CLAIMS if pile is appendix else 0)
        for pile in (appendix, suggested)
        for item in pile
        if item.key in pins and item.key not in {piece.key for piece in chosen}
        if pile is suggested or item.direction is Direction.SUPPORTS
    ]
    unmatched += [unknown_key(key, "reword") for key in texts if key not in known]
    return replace(
        findings,
        sources=_cited(findings, library, [item for pile in piles for item in pile]),
        evidence=tuple(chosen),
        appendix=tuple(appendix),
        gaps=tuple(gaps),
        suggested=tuple(suggested),
        invalid=tuple(invalid),
        unmatched=tuple(dict.fromkeys([*quotations.unmatched, *unmatched])),
    )


def canonical_keys(keys: Sequence[str], assignments: pd.Series) -> frozenset[str]:
    """Return keys as this run writes them: with the first customer of the segment that the named customer is in."""
    found, _ = _canonical(tuple(keys), assignments, segment_anchors(assignments), where="")
    return frozenset(found)


def _canonical(
    keys: Sequence[str], assignments: pd.Series, anchors: Mapping[int, str], *, where: str
) -> tuple[dict[str, int], list[str]]:
    """Return each key as this run writes it with its position, and sentences for those that fit nobody."""
    found: dict[str, int] = {}
    lost = []
    for position, key in enumerate(keys):
        choice = resolve_key(key, assignments)
        if choice is None:
            lost.append(unknown_key(key, where))
        else:
            found.setdefault(f"{choice[0]}:{anchors[choice[1]]}", position)
    return found, lost


def _of(items: Sequence[Evidence], segment_id: int, direction: Direction) -> list[Evidence]:
    return [item for item in items if item.segment_id == segment_id and item.direction is direction]


def _choose(
    supporting: Sequence[Evidence], pinned: Sequence[Evidence], types: Mapping[str, SourceType]
) -> list[Evidence]:
    """Return two or three pieces: the pinned ones, then the best of each source kind, then the next best findings."""
    pieces = list(dict.fromkeys(pinned))[:MAX_CLAIMS]
    for kind in _KINDS:
        if len(pieces) >= MAX_CLAIMS or any(types[item.source_id] in kind for item in pieces):
            continue
        factors = {item.factor for item in pieces}
        candidates = [item for item in supporting if types[item.source_id] in kind and item not in pieces]
        if candidates:
            pieces.append(min(candidates, key=lambda item: (_merit(item), item.factor in factors)))
    for item in supporting:  # the findings come best first
        if len(pieces) < MAX_CLAIMS and item not in pieces and item.quote is None:
            pieces.append(item)
    for item in supporting:
        if len(pieces) < MIN_CLAIMS and item not in pieces:
            pieces.append(item)
    order = list(dict.fromkeys(item.key for item in [*pinned, *supporting]))
    return sorted(pieces, key=lambda item: order.index(item.key))


def _against_pieces(
    against: Sequence[Evidence], pieces: Sequence[Evidence], supporting: Sequence[Evidence]
) -> tuple[list[Evidence], list[Evidence]]:
    """Part what speaks against a segment from exceptions to a finding that gave way to a quotation."""
    told, displaced = {item.key for item in pieces}, {item.key for item in supporting}
    orphans = [item for item in against if item.key in displaced and item.key not in told]
    if len(orphans) == len(against):
        return list(against), []  # rather an exception to a weaker finding than none
    return [item for item in against if item not in orphans], orphans


def _merit(item: Evidence) -> tuple[bool, int]:
    """Return how good a piece is within its kind, smallest best: independent of the model, then what a person chose."""
    return item.in_model, _RANK[item.strength] if item.quote else _RANK[Strength.DESCRIPTIVE]


def _numbered(
    items: Sequence[Evidence], stem: str, *, width: int = 1, plain_first: bool = False
) -> list[Evidence]:
    return [
        replace(item, id=stem if plain_first and position == 1 else f"{stem}{position:0{width}d}")
        for position, item in enumerate(items, start=1)
    ]


def _by_segment(items: Sequence[Evidence], segments: Sequence[Segment], letter: str) -> list[Evidence]:
    """Return a pile in the order of the segments, numbered within each."""
    return [
        item
        for segment in segments
        for item in _numbered([i for i in items if i.segment_id == segment.id], f"S{segment.id}-{letter}")
    ]


def _reword(pile: list[Evidence], texts: Mapping[str, str], *, claimed: set[str]) -> list[str]:
    """Replace claims by the user's sentences in place; a number that the evidence does not hold is refused.

    The exceptions of a claim go by its key, but the sentence was written for the claim.
    """
    refused = []
    for position, item in enumerate(pile):
        text = texts.get(item.key, "").strip()
        if not text or (item.direction is Direction.CONTRADICTS and item.key in claimed):
            continue
        strange = new_numbers(text, item.claim, item.quote.exact if item.quote else "")
        if strange:
            refused.append(refused_rewording(item.key, strange))
        else:
            pile[position] = replace(item, claim=text, created_by="user")
    return refused


def _gaps(
    segment: Segment,
    pieces: Sequence[Evidence],
    against: Sequence[Evidence],
    waiting: Sequence[Evidence],
    *,
    spare: Sequence[Evidence],
    findings: EvidenceBook,
    types: Mapping[str, SourceType],
    library: Library,
    topic: str,
) -> list[EvidenceGap]:
    """Return what a segment still lacks, each gap with the way to close it."""
    found = [
        gap
        for gap in findings.gaps
        if gap.segment_id == segment.id and not (gap.about == "counter" and against) and gap.about != "pieces"
    ]
    if len(pieces) < MIN_CLAIMS:
        sentence = gap_few_claims(segment.name, len(pieces))
        found.append(EvidenceGap(segment_id=segment.id, about="pieces", sentence=sentence))
    for about, kind in (
        (SourceType.RESEARCH, RESEARCH),
        (SourceType.WEBSITE, frozenset({SourceType.WEBSITE})),
    ):
        if any(types[item.source_id] in kind for item in pieces):
            continue
        count = sum(types[item.source_id] is about for item in waiting)
        documents = sum(document.source.type is about for document in library.documents)
        if count:
            sentence = gap_undecided(segment.name, about, count)
        elif any(types[item.source_id] in kind for item in spare):
            sentence = gap_without_place(segment.name, about)
        elif any(types[item.source_id] in kind for item in against):
            sentence = gap_only_against(segment.name, about, topic)
        elif documents:
            sentence = gap_no_passage(segment.name, about, topic, documents)
        else:
            sentence = gap_no_documents(segment.name, about, topic)
        found.append(EvidenceGap(segment_id=segment.id, about=about.value, sentence=sentence))
    return found


def _cited(findings: EvidenceBook, library: Library, items: Sequence[Evidence]) -> tuple[Source, ...]:
    """Return the sources of the findings, then every document that an item cites."""
    used = {item.source_id for item in items}
    documents = [document.source for document in library.documents if document.source.id in used]
    return tuple(dict.fromkeys([*findings.sources, *documents]))
