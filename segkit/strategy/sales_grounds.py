"""What every part of the sales chapter reads: the facts, the company's settings, its groups, its evidence and its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segkit.model.company import Company, OwnCriterion, OwnStage
from segkit.model.criterion import Criterion
from segkit.model.document import Library
from segkit.model.evidence import Evidence, EvidenceBook, SourceType, Status
from segkit.model.ledger import Ledger, LedgerKind
from segkit.model.sales_cycle import Quotation
from segkit.model.sales_facts import Proxy, SalesFacts, StatedCriterion
from segkit.model.sales_stage import SalesStage
from segkit.model.segment import Segment
from segkit.words.figures import SMALL_BOOK
from segkit.words.sales_figures import Voice

_COUNTED = re.compile(r"\b\d+ of (?:the )?\d+\b")
_MARKS = "“”\"' \n"
_SENTENCE = re.compile(r"(?<=[.!?])[”\"]?\s+")
TRADE_ONLY = frozenset({"trade_customers", "gift_orders"})
"""Proxies that say nothing where every buyer is an organization."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesGrounds:
    """The values one company's sales chapter is written from."""

    facts: SalesFacts
    company: Company
    segments: tuple[Segment, ...]
    evidence: EvidenceBook
    ledger: Ledger
    library: Library

    @property
    def voice(self) -> Voice:
        """Return how the company is spoken of."""
        return Voice(
            company=self.company.name,
            model=self.facts.business_model,
            small=self.facts.n_customers < SMALL_BOOK,
            currency=self.facts.currency,
        )

    @property
    def is_b2b(self) -> bool:
        """Return whether every buyer is an organization."""
        return self.facts.business_model == "b2b"

    @property
    def trade(self) -> int:
        """Return how many customers buy for an organization, as far as the files tell."""
        if self.is_b2b:
            return self.facts.n_customers
        return self.facts.buyers.trade or 0

    @property
    def posts_prices(self) -> bool:
        """Return whether a page of the company gives a price."""
        return any(item.source_id.startswith("page-") for item in self.ledger.of_kind(LedgerKind.PRICE))

    def proxy(self, name: str) -> Proxy | None:
        """Return a measured proxy by name; None where it was not measured or has no figure."""
        found = next((item for item in self.facts.proxies if item.name == name), None)
        return None if found is None or found.missing else found

    def number_holders(self) -> tuple[tuple[str, int], ...]:
        """Return whose orders carry a purchase-order number, most first, by the marks of a small book."""
        numbers = self.proxy("purchase_order_numbers")
        if numbers is None or numbers.share is None or not numbers.share.k:
            return ()
        held = [
            (item.customer_id, mark.n or 0)
            for item in self.facts.customers
            for mark in item.marks
            if mark.because == "purchase_order"
        ]
        return (
            tuple(sorted(held, key=lambda one: -one[1])) if sum(n for _, n in held) == numbers.share.k else ()
        )

    def segment_name(self, segment_id: int | None) -> str:
        """Return a group's name, or an empty text."""
        return next((item.name for item in self.segments if item.id == segment_id), "")

    def own_criterion(self, criterion: Criterion) -> OwnCriterion | None:
        """Return what company.toml says of a criterion."""
        return next((item for item in self.company.sales.criteria if item.criterion == criterion.value), None)

    def own_stage(self, stage: SalesStage) -> OwnStage | None:
        """Return what company.toml says of a stage."""
        return next((item for item in self.company.sales.stages if item.stage == stage.value), None)

    def stated(self, criterion: Criterion) -> tuple[StatedCriterion, ...]:
        """Return what pages ask of a buyer under one criterion, each wording once."""
        return tuple(unique(item for item in self.facts.stated if item.criterion is criterion))

    def pieces(self) -> tuple[Evidence, ...]:
        """Return the evidence that counts, best of each group first."""
        return tuple(item for item in self.evidence.evidence if item.status is Status.VALID)

    def studied(self, pattern: re.Pattern[str]) -> tuple[Quotation, str] | None:
        """Return a sentence of research that a pattern finds, and the name of the group it was taken for.

        Only research that the evidence book accepted a piece from is read; a finding with a count comes before one voice.
        """
        research = {item.id for item in self.evidence.sources if item.type is SourceType.RESEARCH}
        groups = {item.source_id: item.segment_id for item in reversed(self.pieces())}
        found = [
            (item.source_id, sentence)
            for item in self.library.passages
            if item.quotable and item.source_id in research & groups.keys()
            for sentence in _sentences(item.text)
            if pattern.search(" ".join(sentence.split()))
        ]
        if not found:
            return None
        source_id, exact = min(found, key=lambda one: (not _COUNTED.search(one[1]), len(one[1])))
        return Quotation(source_id=source_id, exact=exact), self.segment_name(groups[source_id])

    def told(self, pattern: re.Pattern[str]) -> tuple[Quotation, ...]:
        """Return the company's own words that a pattern finds, from what it asks of buyers and from its policies."""
        found = [
            (item.exact, item.source_id, item.heading)
            for item in self.facts.stated
            if pattern.search(item.exact)
        ]
        found += [
            (item.exact, item.source_id, "")
            for item in self.ledger.of_kind(LedgerKind.POLICY)
            if item.source_id.startswith("page-") and pattern.search(item.exact)
        ]
        quotations: dict[str, Quotation] = {}
        for exact, source_id, heading in found:
            quotations.setdefault(_key(exact), Quotation(source_id=source_id, exact=exact, heading=heading))
        return tuple(quotations.values())


def _sentences(text: str) -> Iterable[str]:
    """Return the sentences of a passage without the quotation marks around them; each still stands in the passage."""
    return (part.strip(_MARKS) for part in _SENTENCE.split(text))


def unique(items: Iterable[StatedCriterion]) -> Sequence[StatedCriterion]:
    """Return stated criteria, each wording once: two pages often say the same."""
    seen: dict[str, StatedCriterion] = {}
    for item in items:
        seen.setdefault(_key(item.exact), item)
    return tuple(seen.values())


def as_quotation(item: StatedCriterion) -> Quotation:
    """Return a stated criterion as words to be cited."""
    return Quotation(source_id=item.source_id, exact=item.exact, heading=item.heading)


def _key(exact: str) -> str:
    return " ".join(exact.lower().split()).rstrip(".")
