"""Quotations: what pages, notes and order texts say on a segment, suggested by retrieval and decided by a person.

Documents and the segments' queries in; quoted `Evidence` out, in three piles: valid (a person or a comparable number
decided), suggested (it waits, direction context) and invalid (the words are not in the source). A passage is suggested
for the one segment it fits best; only a person puts it beside a second one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from segkit.analysis.comparable import comparable_numbers
from segkit.analysis.queries import SegmentQuery
from segkit.analysis.quotation_desk import PassageMatch, QuotationDesk
from segkit.analysis.retrieval import PassageIndex
from segkit.analysis.semantic import find_encoder
from segkit.analysis.traits import Finding
from segkit.model.company import EvidenceSettings
from segkit.model.document import Library, Passage
from segkit.model.evidence import Evidence, Provenance, SourceType, Status
from segkit.model.factor import Factor
from segkit.words.figures import join_words
from segkit.words.quotations import (
    missing_extra,
    unknown_key,
)

MAX_SUGGESTED = 3
"""Suggestions kept per segment and source type."""
NAMED_BONUS = 0.5
"""A passage that names the people of a segment comes before one that shares a topic (project convention)."""
TOPICS = 2
"""Queries that a gap line names."""
MIN_WORDS, MIN_NOTE_WORDS = 8, 4
"""Words of a statement on a page and in an order; what is shorter is a tag or a price (project convention)."""
NUMBER_FLOOR = 0.1
"""Score from which a passage with a comparable number is looked at (project convention)."""
_PRICE_ROW = re.compile(r"^[^.!?]{0,80}[:,] ?(?:from )?[£€$] ?\d[\d.,]*(?: each| a \w+| per \w+)?\.?$")
"""A name with its price and nothing else."""
_METHOD = re.compile(
    r"(limit|limitation|caveat|method|methodology|how (it|this) was done|who was asked|about this|this is a fictional)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotations:
    """Quoted evidence by what became of it."""

    valid: tuple[Evidence, ...] = ()
    suggested: tuple[Evidence, ...] = ()
    invalid: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decisions:
    """What the user decided, by passage and segment; ``for_all`` holds passages rejected everywhere."""

    accept: frozenset[tuple[str, int]] = frozenset()
    against: frozenset[tuple[str, int]] = frozenset()
    reject: frozenset[tuple[str, int]] = frozenset()
    for_all: frozenset[str] = frozenset()
    rank: Mapping[tuple[str, int], int] = field(default_factory=dict)

    @property
    def taken(self) -> list[tuple[str, int]]:
        """Passages the user wants, in the order they were written."""
        wanted = (choice for choice in self.accept | self.against if not self.rejects(choice))
        return sorted(wanted, key=lambda item: self.rank[item])

    def rejects(self, choice: tuple[str, int]) -> bool:
        """Return whether the user does not want a passage for a segment, or for none."""
        return choice in self.reject or choice[0] in self.for_all


def collect_quotations(
    library: Library,
    *,
    queries: Sequence[SegmentQuery],
    assignments: pd.Series,
    names: Mapping[int, str],
    findings: Sequence[Finding],
    settings: EvidenceSettings,
    company: str,
    authors: Mapping[str, frozenset[str]] | None = None,
) -> Quotations:
    """Find, check and grade quotations for every segment.

    Parameters
    ----------
    library : Library
        Pages, notes and the texts in orders.
    queries : sequence of SegmentQuery
        What to look for, by segment and factor.
    assignments : pandas.Series
        Segment id by customer id.
    names : mapping of int to str
        Name of each segment.
    findings : sequence of Finding
        Measured traits, for numbers that a source gives of the same measure.
    settings : EvidenceSettings
        What the user accepted, turned against, rejected and brought.
    company : str
        Name of the company.
    authors : mapping of str to frozenset of str, optional
        Passage to the customers in whose orders it stands; such a text speaks only for their segment.

    Returns
    -------
    Quotations
        Without evidence ids; each pile by segment, then best first.
    """
    no_encoder = [missing_extra()] if settings.semantic and find_encoder() is None else []
    desk = QuotationDesk(library, names=names, assignments=assignments, findings=findings, company=company)
    decisions, unmatched = _read_decisions(settings, desk)
    matches = _retrieve(
        library,
        queries,
        semantic=settings.semantic,
        writers=_segments_of(authors or {}, assignments),
    )
    known = {(match.passage.id, match.segment_id): match for match in matches}
    decided = [
        desk.decided(known.get(choice) or desk.plain_match(*choice), against=choice in decisions.against)
        for choice in decisions.taken
    ]
    brought = [desk.own(own) for own in settings.own]
    own = list(dict.fromkeys(item for item, _ in brought if item is not None))
    quoted = {(item.key, item.direction) for item in own if item.status is Status.VALID}
    # the user's own cut of a passage is that passage, not a second piece
    decided = [item for item in decided if (item.key, item.direction) not in quoted]
    taken = {passage for passage, _ in decisions.taken} | {
        item.quote.passage_id
        for item in own
        if item.status is Status.VALID and item.quote and item.quote.passage_id in desk.passages
    }
    settled: list[Evidence] = []
    suggested: list[Evidence] = []
    decided_words = {desk.telling(passage) for passage in taken}
    rejected = {(desk.words(passage), segment) for passage, segment in decisions.reject}
    rejected_for_all = {desk.words(passage) for passage in decisions.for_all}
    for match in _each_once(_best_segment_only(matches, desk), desk):
        words, provenance = desk.telling(match.passage.id)
        if {(words, Provenance.ORIGINAL), (words, provenance)} & decided_words:
            continue
        if words in rejected_for_all or (words, match.segment_id) in rejected:
            continue
        item = desk.suggested(match)
        if item.status is not Status.INVALID:  # a person could not accept it either
            (settled if item.status is Status.VALID else suggested).append(item)
    piles = [*decided, *settled, *own]
    return Quotations(
        valid=tuple(item for item in piles if item.status is Status.VALID),
        suggested=_few(suggested, desk),
        invalid=tuple(item for item in [*own, *decided] if item.status is not Status.VALID),
        unmatched=(*no_encoder, *unmatched, *(problem for _, problem in brought if problem)),
    )


def search_topics(queries: Sequence[SegmentQuery]) -> dict[int, str]:
    """Return, per segment, what to look for in words: the strongest query of the need, then of another factor."""
    found: dict[int, list[str]] = {}
    for asked in sorted(queries, key=lambda q: q.factor is not Factor.NEED_BASED):
        texts = found.setdefault(asked.segment_id, [])
        if len(texts) < TOPICS and asked.query.text not in texts:
            texts.append(asked.query.text)
    return {segment_id: join_words(texts, "or") for segment_id, texts in found.items()}


def resolve_key(key: str, assignments: pd.Series) -> tuple[str, int] | None:
    """Return the finding or passage that a key names, and the segment of its customer.

    Examples
    --------
    >>> resolve_key("page-gifts-12ab34:C002", pd.Series([1, 2], index=["C001", "C002"]))
    ('page-gifts-12ab34', 2)
    """
    for place in (match.start() for match in re.finditer(":", key)):
        name, customer = key[:place], key[place + 1 :]
        if customer in assignments.index:
            return name, int(assignments.loc[customer])
    return None


def _read_decisions(settings: EvidenceSettings, desk: QuotationDesk) -> tuple[_Decisions, list[str]]:
    """Read the keys that name passages; those of findings are somebody else's."""
    found: dict[str, set[tuple[str, int]]] = {"accept": set(), "against": set(), "reject": set()}
    for_all: set[str] = set()
    rank: dict[tuple[str, int], int] = {}
    unmatched = []
    for where, keys in (
        ("accept", settings.accept),
        ("against", settings.against),
        ("reject", settings.reject),
    ):
        for key in keys:
            choice = resolve_key(key, desk.assignments)
            if choice is not None and choice[0] in desk.passages:
                found[where].add(choice)
                rank.setdefault(choice, len(rank))
            elif where == "reject" and key in desk.passages:
                for_all.add(key)
            elif where != "reject" or choice is None or choice[0] not in desk.traits:
                unmatched.append(unknown_key(key, where))
    accept = found["accept"] - found["against"] - found["reject"]
    against = found["against"] - found["reject"]
    return (
        _Decisions(
            accept=frozenset(accept),
            against=frozenset(against),
            reject=frozenset(found["reject"]),
            for_all=frozenset(for_all),
            rank=rank,
        ),
        unmatched,
    )


def _segments_of(authors: Mapping[str, frozenset[str]], assignments: pd.Series) -> dict[str, frozenset[int]]:
    groups = {str(customer): int(segment) for customer, segment in assignments.items()}
    return {
        passage: frozenset(groups[customer] for customer in customers if customer in groups)
        for passage, customers in authors.items()
    }


def _retrieve(
    library: Library,
    queries: Sequence[SegmentQuery],
    *,
    semantic: bool,
    writers: Mapping[str, frozenset[int]],
) -> list[PassageMatch]:
    """Return the best match of every passage and segment.

    A passage with a number that is measured here as well needs less in common with a query: the number is the reason.
    """
    types = {document.source.id: document.source.type for document in library.documents}
    passages = [passage for passage in library.passages if _states(passage, types[passage.source_id])]
    numbers = [passage for passage in passages if comparable_numbers(passage.text)]
    best: dict[tuple[str, int], PassageMatch] = {}
    traits: dict[tuple[str, int], set[str]] = {}
    for index in (
        PassageIndex.build(passages, semantic=semantic),
        PassageIndex.build(numbers, floor=NUMBER_FLOOR),
    ):
        for asked in queries:
            for hit in index.search(asked.query, limit=2 * MAX_SUGGESTED):
                choice = (hit.passage.id, asked.segment_id)
                if asked.segment_id not in writers.get(hit.passage.id, frozenset({asked.segment_id})):
                    continue
                traits.setdefault(choice, set()).add(asked.key.partition("=")[0])
                if choice not in best or hit.score > best[choice].score:
                    best[choice] = PassageMatch(
                        segment_id=asked.segment_id,
                        factor=asked.factor,
                        passage=hit.passage,
                        score=hit.score,
                        query=asked.query.text,
                        matched=hit.matched,
                        trait=asked.key,
                    )
    return [replace(match, traits=frozenset(traits[choice])) for choice, match in best.items()]


def _states(passage: Passage, kind: SourceType) -> bool:
    """Return whether a passage says something about people: no row of a table, tag, price, method or limits."""
    if not passage.quotable or " | " in passage.text or _PRICE_ROW.search(passage.text):
        return False
    if _METHOD.match(passage.heading.rpartition(" > ")[2]) or _METHOD.match(passage.text):
        return False
    fewest = MIN_NOTE_WORDS if kind is SourceType.ORDER_HISTORY else MIN_WORDS
    return len(passage.text.split()) >= fewest


def _best_segment_only(matches: Sequence[PassageMatch], desk: QuotationDesk) -> list[PassageMatch]:
    """Return each passage for the one segment it fits best, best first.

    What names the people of a segment is about them: it comes first for that segment and is not suggested for another.
    """
    best: dict[str, tuple[float, PassageMatch]] = {}
    for match in sorted(matches, key=lambda m: (-m.score, m.segment_id)):
        named = desk.named(match.passage)
        if named and match.segment_id not in named:
            continue
        rank = match.score * desk.weight(match) + NAMED_BONUS * (match.segment_id in named)
        if match.passage.id not in best or rank > best[match.passage.id][0]:
            best[match.passage.id] = rank, match
    ordered = sorted(best.values(), key=lambda pair: (-round(pair[0], 6), pair[1].passage.id))
    return [match for _, match in ordered]


def _each_once(matches: Sequence[PassageMatch], desk: QuotationDesk) -> list[PassageMatch]:
    """Return one match for the same words, whatever number of pages and notes repeat them: the publication's first."""
    found: dict[tuple[str, SourceType], PassageMatch] = {}
    for match in matches:
        words, provenance = desk.telling(match.passage.id)
        kept = found.setdefault(words, match)
        if provenance is Provenance.ORIGINAL and kept.passage.provenance is Provenance.TRANSCRIBED:
            found[words] = match
    return list(found.values())


def _few(suggested: Sequence[Evidence], desk: QuotationDesk) -> tuple[Evidence, ...]:
    """Return at most a few suggestions per segment and source type, different documents first."""
    seen: dict[tuple[int, str], int] = {}
    rounds: list[tuple[int, Evidence]] = []
    for item in suggested:
        place = (item.segment_id, item.source_id)
        rounds.append((seen.get(place, 0), item))
        seen[place] = seen.get(place, 0) + 1
    kept: list[Evidence] = []
    counts: dict[tuple[int, SourceType], int] = {}
    for _, item in sorted(rounds, key=lambda pair: pair[0]):
        kind = (item.segment_id, desk.type_of(item.source_id))
        counts[kind] = counts.get(kind, 0) + 1
        if counts[kind] <= MAX_SUGGESTED:
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.segment_id))
