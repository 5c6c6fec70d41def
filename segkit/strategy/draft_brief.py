"""What is known before a message is written: need, products, season, page, offers and statements of one flow's group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segkit.model.company import Company
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.model.factor import Factor
from segkit.model.flow import Flow, Message
from segkit.model.flow_facts import AnnualDate, FlowFacts, SegmentFacts
from segkit.model.ledger import Ledger, LedgerEntry
from segkit.model.lexicon import factor_lexicon
from segkit.model.message import Offer
from segkit.model.segment import Segment
from segkit.strategy.draft_slots import (
    ATTENDED,
    find_following,
    find_product,
    main_goods,
    offer_slots,
    time_slots,
    word_slots,
)
from segkit.strategy.draft_statements import Statement, choose_statement, content_words
from segkit.strategy.flow_graph import HOURS_PER_DAY, find_cycles, hours_until, links_by_id
from segkit.strategy.landing import Landing, find_landing, is_home
from segkit.strategy.offers import (
    Audience,
    find_deadline,
    find_trade_terms,
    usable_entries,
)
from segkit.words.messages import Letter, choose_letter, split_sentences

_ORGANISED = re.compile(
    r"\b(?:organi[sz]ations?|schools?|studios?|business(?:es)?|compan(?:y|ies)|wholesale|trade|teachers?|offices?|firms?)\b",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"\b(?:parcels?|send back|delivery|postage|posted|dispatch\w*|basket|arrives|goods)\b", re.IGNORECASE
)
_SOON = frozenset({"onboarding", "thank_you"})
"""Kinds that come soon enough after an order for what holds only for a while."""
_NEED_WORDS = {
    "gift": "gift present christmas wrapped mother birthday valentine easter",
    "class_use": "school class term pupils invoiced financial budget studio teacher",
    "trade": "school class term invoiced financial budget studio trade wholesale business",
    "learning": "workshop class course lesson beginner",
    "refill": "refill",
}
_OWN_NEED = 3
_ALL_PAGES = frozenset({"returns", "refund", "delivery"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Everything a message may use. ``slots`` fill the letter; ``offers`` stand behind those of them that are prices or dates."""

    flow: Flow
    message: Message
    letter: Letter
    need: str
    audience: Audience
    facts: SegmentFacts
    company: Company
    evidence: EvidenceBook
    ledger: Ledger
    entries: tuple[LedgerEntry, ...]
    landing: Landing
    slots: Mapping[str, str]
    offers: tuple[Offer, ...]
    statements: tuple[Statement, ...]
    pages: frozenset[str]
    about: frozenset[str]
    names: tuple[str, ...]
    product: str  # its full name in the orders
    days: int  # from what starts the flow to the message, at the latest
    around: Mapping[str, str]  # the passage in which each entry of the ledger stands
    deadlines: tuple[AnnualDate, ...] = ()  # every last day before which the flow runs
    research: tuple[
        tuple[str, str], ...
    ] = ()  # source and sentence of the studies that the group's evidence cites

    def statement(
        self, roles: Sequence[str], *, used: Sequence[Statement] = (), longest: int = 265, full: bool = False
    ) -> Statement | None:
        """Return what the website says for one of the roles, as this group would want to hear it."""
        taken = [one.passage_id for one in used]
        fitting = [one for one in self.statements if self._suits(one)]
        for role in roles:
            pool = [one for one in fitting if role in _ALL_PAGES or one.source_id in self.pages]
            found = choose_statement(
                pool,
                roles=(role,),
                about=self.about,
                prefer=self.landing.source_id,
                used=taken,
                longest=longest,
                full=full,
            )
            if found is not None:
                return found
        return None

    def _suits(self, statement: Statement) -> bool:
        """Say whether a statement is about what this group buys, and still holds when the message comes."""
        holds = statement.holds_days
        if holds is not None and (self.flow.kind not in _SOON or self.days > holds / 2):
            return False
        if self.flow.kind == "cross_sell" and self.slots["core"] and self.slots["core"] in statement.text:
            return "pairs" in statement.roles or "next" in statement.roles
        if self.audience.delivered:
            return not ATTENDED.search(statement.text)
        return not _POSTED.search(statement.text)


def find_need(segment: Segment, facts: SegmentFacts, evidence: EvidenceBook) -> str:
    """Return the need-based topic that the group's name, goods and quoted evidence speak of most, or an empty text.

    One mention is not enough: letters for a need say what the customer has done, and must not say it of anybody else.
    """
    lexicon = factor_lexicon()
    votes: Counter[str] = Counter()
    texts = [(segment.name, _OWN_NEED), (segment.rule.sentence, 1)]
    texts += [(one.name, _OWN_NEED if index == 0 else 1) for index, one in enumerate(facts.categories[:2])]
    texts += [(item.quote.exact, 1) for item in evidence.supporting(segment.id) if item.quote is not None]
    for text, weight in texts:
        for mention in lexicon.mentions(text):
            if mention.topic.factor is Factor.NEED_BASED and not mention.turned:
                votes[mention.topic.name] += weight
    best = max(sorted(votes), key=lambda name: votes[name], default="")
    return best if votes[best] >= _OWN_NEED else ""


def is_trade(segment: Segment, company: Company, *, need: str) -> bool:
    """Say whether the group orders for organisations."""
    if company.business_model == "b2b":
        return True
    if company.business_model == "b2c":
        return False
    told = " ".join(
        [segment.name, *(one.text.split(";")[0] for one in segment.profile if one.status == "distinguishes")]
    )
    return need == "class_use" or bool(
        _ORGANISED.search(told) and not re.search(r"\bnone of\b|^0 of", told, re.IGNORECASE)
    )


def make_brief(
    flow: Flow,
    message: Message,
    *,
    facts: FlowFacts,
    segment: Segment,
    evidence: EvidenceBook,
    ledger: Ledger,
    library: Library,
    company: Company,
    statements: tuple[Statement, ...],
) -> Brief:
    """Collect what is known for one message; ``statements`` are those of all pages."""
    mine = facts.of_segment(flow.segment_id)
    need = find_need(segment, mine, evidence)
    trade = is_trade(segment, company, need=need)
    letter = choose_letter(flow.kind, need=need, trade=trade)
    test = next((one for one in mine.tests if one.kind == flow.kind), None)
    goods = main_goods(mine)
    full, product = find_product(flow, mine, test)
    following, follower = find_following(flow, test)
    landing = find_landing(
        flow, products=[name for name in (following or full, full) if name], goods=goods, evidence=evidence,
        library=library, company=company,
    )  # fmt: skip
    entries = usable_entries(ledger, as_of=facts.as_of)
    topics = content_words(f"{goods} {_NEED_WORDS.get('trade' if trade else need, '')} {product.core}")
    audience = Audience(
        facts=mine, as_of=facts.as_of, trade=trade, delivered=_is_delivered(mine, segment), country=company.country,
        kind=flow.kind, topics=topics,
    )  # fmt: skip
    months = test.season.months if test and test.season else ()
    # a flow that anybody may enter on any day can name no date: it would be past for most
    deadline = find_deadline(entries, audience, months=months) if flow.kind == "promotion" else None
    slots, offers = offer_slots(
        entries, audience, full=full, product=product, following=following, deadline=deadline
    )
    pages = _own_pages(landing, evidence, library, flow.segment_id)
    if content_words(follower) <= content_words(product.item):
        follower = ""
    slots |= word_slots(flow, company, landing, facts=mine, product=product, following=follower, goods=goods)
    slots |= time_slots(flow, months, need=need, ledger=ledger, as_of=facts.as_of, deadline=deadline)
    around = _passages(entries, library)
    terms = find_trade_terms(entries, audience, pages=pages, around=around)
    if terms is not None:
        slots["trade_terms"] = terms.text
        offers.append(terms)
    slots |= {f"if_{role}": "" for one in statements if one.source_id in pages for role in sorted(one.roles)}
    return Brief(
        flow=flow, message=message, letter=letter, need=need, audience=audience, facts=mine, company=company,
        evidence=evidence, ledger=ledger, entries=entries, landing=landing, slots=slots, offers=tuple(offers),
        statements=statements,
        pages=pages, about=_about(flow, evidence, goods, full, need), names=_names(mine, company, slots), product=full, days=_days_until(flow, message),
        around=around, deadlines=test.deadlines if test else (),
        research=_cited_sentences(evidence, library, flow.segment_id),
    )  # fmt: skip


def _is_delivered(facts: SegmentFacts, segment: Segment) -> bool:
    goods = main_goods(facts)
    told = any(
        "needs delivery “no”" in one.text and re.match(r"(\d+) of \1\b", one.text) for one in segment.profile
    )
    return not told and not ATTENDED.search(goods)


def _own_pages(landing: Landing, evidence: EvidenceBook, library: Library, segment_id: int) -> frozenset[str]:
    """Return the pages that speak to the group: where the link leads and those its evidence quotes.

    The home page speaks to everybody in turn, so it counts only where there is no other.
    """
    websites = {
        page.source.id: page.source.url
        for page in library.documents
        if page.source.type is SourceType.WEBSITE
    }
    found = {item.source_id for item in evidence.of_segment(segment_id) if item.source_id in websites}
    found |= {landing.source_id} & set(websites)
    inner = {page for page in found if not is_home(websites[page])}
    return frozenset(inner or found)


def _passages(entries: Sequence[LedgerEntry], library: Library) -> dict[str, str]:
    """Return the passage around each entry, on one line."""
    pages = {page.source.id: page for page in library.documents}
    return {
        entry.id: " ".join(passage.text.split())
        for entry in entries
        if entry.end > 0 and entry.source_id in pages
        for passage in pages[entry.source_id].passages
        if passage.start <= entry.start < passage.end
    }


def _days_until(flow: Flow, message: Message) -> int:
    """Return how many days after its start a flow sends a message, at the latest."""
    if find_cycles(links_by_id(flow)):
        return 0
    return hours_until(flow).get(message.id, 0) // HOURS_PER_DAY


def _cited_sentences(
    evidence: EvidenceBook, library: Library, segment_id: int
) -> tuple[tuple[str, str], ...]:
    """Return what the group's own studies say with a figure, sentence by sentence."""
    cited = {item.source_id for item in evidence.of_segment(segment_id)}
    return tuple(
        (document.source.id, sentence)
        for document in library.documents
        if document.source.id in cited and document.source.type is SourceType.RESEARCH
        for passage in document.passages
        if passage.quotable
        for sentence in split_sentences(" ".join(passage.text.split()))
        if any(char.isdigit() for char in sentence)
    )


def _about(flow: Flow, evidence: EvidenceBook, goods: str, product: str, need: str) -> frozenset[str]:
    quotes = " ".join(item.quote.exact for item in evidence.of_segment(flow.segment_id) if item.quote)
    return content_words(f"{quotes} {goods} {product} {flow.trigger.product} {_NEED_WORDS.get(need, '')}")


def _names(facts: SegmentFacts, company: Company, slots: Mapping[str, str]) -> tuple[str, ...]:
    """Return what is masked when two messages are compared."""
    filled = [
        slots.get(name, "")
        for name in (
            "brand",
            "company",
            "item",
            "core",
            "noun",
            "next",
            "goods",
            "page",
            "season",
            "occasion",
        )
    ]
    return tuple(dict.fromkeys(one for one in (*filled, facts.name, company.name) if one))
