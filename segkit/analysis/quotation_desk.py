"""The desk where matches become evidence: the words anchored, the source named, the strength graded.

A passage with a segment in, one quoted `Evidence` out: suggested, decided by a person, decided by a comparable number,
or invalid because its words do not stand in the source. What is looked for, and for whom, is settled in
`segkit.analysis.quotations`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from segkit.analysis.comparable import comparable_numbers, compare_number
from segkit.analysis.evidence import segment_anchors
from segkit.analysis.queries import names_segment, segment_words
from segkit.analysis.quotes import CONTEXT, MAX_WORDS, find_quote, normalise_text, quote_problem
from segkit.analysis.traits import Finding
from segkit.model.company import OwnQuote
from segkit.model.document import Document, Library, Passage
from segkit.model.evidence import Direction, Evidence, Provenance, Quote, SourceType, Status, Strength
from segkit.model.factor import Factor
from segkit.model.lexicon import factor_lexicon
from segkit.words.quotations import (
    TWO_POPULATIONS,
    grade_quote,
    new_numbers,
    quote_claim,
    quote_limits,
    refused_claim,
    searched_text,
    unknown_customer,
    unknown_source,
)

_SENTENCE = re.compile(r"(?<=[.!?])[\"”)]*\s+(?=[\w“\"£€$(])")


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageMatch:
    """A passage for a segment, and how it was found."""

    segment_id: int
    factor: Factor
    passage: Passage
    score: float = 0.0
    query: str = ""
    matched: tuple[str, ...] = ()
    trait: str = ""
    traits: frozenset[str] = frozenset()  # of every query that found it


class QuotationDesk:
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

    def weight(self, match: PassageMatch) -> float:
        """Return how much of a segment's difference the query of a match speaks of, 0..1."""
        return self._weights.get((match.segment_id, match.trait), 0.0)

    def plain_match(self, passage_id: str, segment_id: int) -> PassageMatch:
        """Return a match that a person made and no query did."""
        passage = self.passages[passage_id]
        return PassageMatch(segment_id=segment_id, factor=_factor_of(passage), passage=passage)

    def decided(self, match: PassageMatch, *, against: bool) -> Evidence:
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

    def suggested(self, match: PassageMatch) -> Evidence:
        """Return a passage as a suggestion, or decided where a comparable number settles it."""
        document = self._documents[match.passage.source_id]
        quote = _anchor(document, match)
        for number in comparable_numbers(quote.exact):
            if match.traits.isdisjoint(number.features):
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
        match = PassageMatch(
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
        match: PassageMatch,
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


def _anchor(document: Document, match: PassageMatch) -> Quote:
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
