"""Quotations: what pages, notes and order texts say on a segment, suggested by retrieval and decided by a person.

Documents and the segments' queries in; quoted `Evidence` out, in three piles: valid (a person or a comparable number
decided), suggested (it waits, direction context) and invalid (the words are not in the source). A passage is suggested
for the one segment it fits best; only a person puts it beside a second one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from segkit.analysis.comparable import comparable_numbers, compare_number
from segkit.analysis.evidence import segment_anchors
from segkit.analysis.queries import SegmentQuery, names_segment, segment_words
from segkit.analysis.quotes import CONTEXT, MAX_WORDS, find_quote, normalise_text, quote_problem
from segkit.analysis.retrieval import PassageIndex
from segkit.analysis.semantic import find_encoder
from segkit.analysis.traits import Finding
from segkit.model.company import EvidenceSettings, OwnQuote
from segkit.model.document import Document, Library, Passage
from segkit.model.evidence import Direction, Evidence, Provenance, Quote, SourceType, Status, Strength
from segkit.model.factor import Factor
from segkit.model.lexicon import factor_lexicon
from segkit.words.figures import join_words
from segkit.words.quotations import (
    TWO_POPULATIONS,
    grade_quote,
    missing_extra,
    new_numbers,
    quote_claim,
    quote_limits,
    refused_claim,
    searched_text,
    unknown_customer,
    unknown_key,
    unknown_source,
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
_METHOD = re.compile(
    r"(limit|limitation|caveat|method|methodology|how (it|this) was done|who was asked|about this|this is a fictional)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”)]*\s+(?=[\w“\"£€$(])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotations:
    """Quoted evidence by what became of it."""

    valid: tuple[Evidence, ...] = ()
    suggested: tuple[Evidence, ...] = ()
    invalid: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    """A passage for a segment, and how it was found."""

    segment_id: int
    factor: Factor
    passage: Passage
    score: float = 0.0
    query: str = ""
    matched: tuple[str, ...] = ()
    trait: str = ""


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
    desk = _Desk(library, names=names, assignments=assignments, findings=findings, company=company)
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


def _read_decisions(settings: EvidenceSettings, desk: _Desk) -> tuple[_Decisions, list[str]]:
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
) -> list[_Match]:
    """Return the best match of every passage and segment.

    A passage with a number that is measured here as well needs less in common with a query: the number is the reason.
    """
    types = {document.source.id: document.source.type for document in library.documents}
    passages = [passage for passage in library.passages if _states(passage, types[passage.source_id])]
    numbers = [passage for passage in passages if comparable_numbers(passage.text)]
    best: dict[tuple[str, int], _Match] = {}
    for index in (
        PassageIndex.build(passages, semantic=semantic),
        PassageIndex.build(numbers, floor=NUMBER_FLOOR),
    ):
        for asked in queries:
            for hit in index.search(asked.query, limit=2 * MAX_SUGGESTED):
                choice = (hit.passage.id, asked.segment_id)
                if asked.segment_id not in writers.get(hit.passage.id, frozenset({asked.segment_id})):
                    continue
                if choice not in best or hit.score > best[choice].score:
                    best[choice] = _Match(
                        segment_id=asked.segment_id,
                        factor=asked.factor,
                        passage=hit.passage,
                        score=hit.score,
                        query=asked.query.text,
                        matched=hit.matched,
                        trait=asked.key,
                    )
    return list(best.values())


def _states(passage: Passage, kind: SourceType) -> bool:
    """Return whether a passage says something about people: not a row of a table, a tag, a method or its limits."""
    if not passage.quotable or " | " in passage.text:
        return False
    if _METHOD.match(passage.heading.rpartition(" > ")[2]) or _METHOD.match(passage.text):
        return False
    fewest = MIN_NOTE_WORDS if kind is SourceType.ORDER_HISTORY else MIN_WORDS
    return len(passage.text.split()) >= fewest


def _best_segment_only(matches: Sequence[_Match], desk: _Desk) -> list[_Match]:
    """Return each passage for the one segment it fits best, best first.

    What names the people of a segment is about them: it comes first for that segment and is not suggested for another.
    """
    best: dict[str, tuple[float, _Match]] = {}
    for match in sorted(matches, key=lambda m: (-m.score, m.segment_id)):
        named = desk.named(match.passage)
        if named and match.segment_id not in named:
            continue
        rank = match.score * desk.weight(match) + NAMED_BONUS * (match.segment_id in named)
        if match.passage.id not in best or rank > best[match.passage.id][0]:
            best[match.passage.id] = rank, match
    ordered = sorted(best.values(), key=lambda pair: (-round(pair[0], 6), pair[1].passage.id))
    return [match for _, match in ordered]


def _each_once(matches: Sequence[_Match], desk: _Desk) -> list[_Match]:
    """Return one match for the same words, whatever number of pages and notes repeat them: the publication's first."""
    found: dict[tuple[str, SourceType], _Match] = {}
    for match in matches:
        words, provenance = desk.telling(match.passage.id)
        kept = found.setdefault(words, match)
        if provenance is Provenance.ORIGINAL and kept.passage.provenance is Provenance.TRANSCRIBED:
            found[words] = match
    return list(found.values())


def _few(suggested: Sequence[Evidence], desk: _Desk) -> tuple[Evidence, ...]:
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


class _Desk:
    """Turns matches into evidence: the words anchored, the source named, the strength graded."""

    def __init__(
        self,
        library: Library,
        *,
        names: Mapping[int, str],
        assignments: pd.Series,
        findings: Sequence[Finding],
        company: str,
    ) -> None:
        self._library = library
        self._documents = {document.source.id: document for document in library.documents}
        self.passages = {passage.id: passage for passage in library.passages}
        self.assignments = pd.Series(
            assignments.to_numpy(), index=assignments.index.astype(str), dtype=assignments.dtype
        )
        self._anchors = segment_anchors(assignments)
        self._statistics = {
            (f.segment_id, f.trait.feature.name): f.statistic for f in findings if not f.trait.yes_no
        }
        self._audience = {
            segment_id: segment_words(findings, segment_id=segment_id, name=name)
            for segment_id, name in names.items()
        }
        self._company = company
        self.traits = frozenset(f.trait.key for f in findings)
        self._weights = {(f.segment_id, f.trait.key): f.weight for f in findings}
        self._named: dict[str, frozenset[int]] = {}
        self._words: dict[str, tuple[str, SourceType]] = {}

    def type_of(self, source_id: str) -> SourceType:
        """Return the type of a source."""
        return self._documents[source_id].source.type

    def named(self, passage: Passage) -> frozenset[int]:
        """Return the segments whose people a passage names."""
        if passage.id not in self._named:
            self._named[passage.id] = frozenset(
                segment_id
                for segment_id, audience in self._audience.items()
                if names_segment(passage, audience)
            )
        return self._named[passage.id]

    def words(self, passage_id: str) -> tuple[str, SourceType]:
        """Return what a passage says, as quotations are compared, and in which type of source."""
        if passage_id not in self._words:
            passage = self.passages[passage_id]
            self._words[passage_id] = normalise_text(passage.text).text, self.type_of(passage.source_id)
        return self._words[passage_id]

    def telling(self, passage_id: str) -> tuple[tuple[str, SourceType], Provenance]:
        """Return what a passage says, and whether it is the publication that says so."""
        return self.words(passage_id), self.passages[passage_id].provenance

    def weight(self, match: _Match) -> float:
        """Return how much of a segment's difference the query of a match speaks of, 0..1."""
        return self._weights.get((match.segment_id, match.trait), 0.0)

    def plain_match(self, passage_id: str, segment_id: int) -> _Match:
        """Return a match that a person made and no query did."""
        passage = self.passages[passage_id]
        return _Match(segment_id=segment_id, factor=_factor_of(passage), passage=passage)

    def decided(self, match: _Match, *, against: bool) -> Evidence:
        """Return what a person accepted as evidence for or against a segment."""
        document = self._documents[match.passage.source_id]
        quote = _anchor(document, match)
        return self._evidence(
            document,
            quote,
            match,
            direction=Direction.CONTRADICTS if against else Direction.SUPPORTS,
            reviewed_by="user",
        )

    def suggested(self, match: _Match) -> Evidence:
        """Return a passage as a suggestion, or decided where a comparable number settles it."""
        document = self._documents[match.passage.source_id]
        quote = _anchor(document, match)
        for number in comparable_numbers(quote.exact):
            if match.trait.partition("=")[0] not in number.features:
                continue  # found for another reason: then the group is not known to be alike or unlike in it
            for feature in number.features:
                statistic = self._statistics.get((match.segment_id, feature))
                verdict = compare_number(number, statistic) if statistic is not None else None
                if verdict is not None and verdict.direction is not Direction.CONTEXT:
                    item = self._evidence(
                        document, quote, match, direction=verdict.direction, reviewed_by="number"
                    )
                    limits = f"{TWO_POPULATIONS} {item.limits}".strip()
                    return replace(item, definition=verdict.reason, limits=limits)
        item = self._evidence(document, quote, match, direction=Direction.CONTEXT, reviewed_by="")
        return replace(item, status=Status.SUGGESTED) if item.status is Status.VALID else item

    def own(self, own: OwnQuote) -> tuple[Evidence | None, str]:
        """Return a quotation the user brought, valid or invalid, or the sentence why it has no source."""
        wanted = own.source.strip().replace("\\", "/").casefold()
        document = next(
            (
                document
                for document in self._library.documents
                if wanted
                in (
                    document.source.id.casefold(),
                    document.source.path.casefold(),
                    document.source.path.rpartition("/")[2].casefold(),
                )
            ),
            None,
        )
        if document is None:
            return None, unknown_source(own.source, [d.source.path for d in self._library.documents])
        if own.contains not in self.assignments.index:
            return None, unknown_customer(own.contains)
        quote = find_quote(own.quote, document, prefix=own.prefix, suffix=own.suffix)
        passage = self.passages.get(quote.passage_id) or Passage(
            id=document.source.id, source_id=document.source.id, text=own.quote, start=0, end=0
        )
        match = _Match(
            segment_id=int(self.assignments.loc[own.contains]), factor=Factor(own.factor), passage=passage
        )
        item = self._evidence(
            document, quote, match, direction=Direction(own.direction), reviewed_by="user", words=own.quote
        )
        item = replace(item, created_by="user")
        strange = new_numbers(own.claim, item.claim, quote.exact)
        if not own.claim.strip() or strange:
            return item, refused_claim(item.key, strange) if strange else ""
        return replace(item, claim=own.claim.strip()), ""

    def _evidence(
        self,
        document: Document,
        quote: Quote,
        match: _Match,
        *,
        direction: Direction,
        reviewed_by: str,
        words: str = "",
    ) -> Evidence:
        source = document.source
        problem = quote_problem(quote, words or quote.exact, document=document)
        strength, reasons = grade_quote(
            source,
            quote,
            names_group=match.segment_id in self.named(match.passage),
            company=self._company,
        )
        return Evidence(
            id="",
            segment_id=match.segment_id,
            factor=match.factor,
            claim=quote_claim(source, quote, company=self._company),
            kind="observation" if source.type is SourceType.ORDER_HISTORY else "quote",
            direction=direction,
            source_id=source.id,
            locator=match.passage.locator or source.path,
            in_model=False,
            strength=strength if not problem else Strength.WEAK,
            strength_reasons=reasons,
            limits=quote_limits(source, quote),
            status=Status.INVALID if problem else Status.VALID,
            definition=searched_text(match.query, match.matched) if match.query else "",
            quote=quote,
            errors=(problem,) if problem else (),
            key=f"{match.passage.id}:{self._anchors.get(match.segment_id, '')}",
            reviewed_by=reviewed_by,
        )


def _factor_of(passage: Passage) -> Factor:
    """Return the factor whose topics a passage has most words of; need-based where it has none."""
    words = Counter[Factor]()
    for mention in factor_lexicon().mentions(passage.text):
        words[mention.topic.factor] += len(mention.words)
    return max(Factor, key=lambda factor: (words[factor], factor is Factor.NEED_BASED))


def _anchor(document: Document, match: _Match) -> Quote:
    """Return the quotation of a retrieved passage: all of it, or its best run of sentences of at most 60 words."""
    start, end = _best_run(match.passage, match.matched)
    text = document.text
    return find_quote(
        text[start:end],
        document,
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )


def _best_run(passage: Passage, matched: Sequence[str]) -> tuple[int, int]:
    if len(passage.text.split()) <= MAX_WORDS:
        return passage.start, passage.end
    spans = list(_sentences(passage.text))
    best, span = (-1, 0), spans[0]
    for first, (start, _) in enumerate(spans):
        for _, end in spans[first:]:
            run = passage.text[start:end]
            if len(run.split()) > MAX_WORDS:
                break
            folded = run.casefold()
            score = (sum(word.casefold() in folded for word in matched), -len(run))
            if score > best:
                best, span = score, (start, end)
    return passage.start + span[0], passage.start + span[1]


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _SENTENCE.finditer(text):
        yield start, gap.start() + len(gap.group().rstrip())
        start = gap.end()
    yield start, len(text)
