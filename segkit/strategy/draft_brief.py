"""What is known before a message is written: need, products, season, page, offers and statements of one flow's group."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from segkit.model.company import Company
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.model.factor import Factor
from segkit.model.flow import Flow, Message
from segkit.model.flow_facts import BackTest, FlowFacts, SegmentFacts
from segkit.model.ledger import Ledger, LedgerEntry
from segkit.model.lexicon import factor_lexicon
from segkit.model.message import Offer
from segkit.model.segment import Segment
from segkit.strategy.draft_names import NO_NAME, ProductName, clean_text, name_goods, name_product, singular
from segkit.strategy.draft_statements import Statement, choose_statement, content_words, find_statements
from segkit.strategy.landing import Landing, find_landing
from segkit.strategy.offers import (
    Audience,
    Deadline,
    find_deadline,
    find_delivery,
    find_fee,
    find_price,
    usable_entries,
)
from segkit.words.messages import Letter, choose_letter

FIRST_NAME = "{{ first_name | default: 'there' }}"
OCCASION = "{{ occasion | default: 'the day you gave us' }}"
_BOUGHT = frozenset(
    {"onboarding", "thank_you", "review_request", "cross_sell", "replenishment", "back_in_stock"}
)
"""Kinds whose words claim that the customer has the product: it must be the one that starts the flow."""
_EXTRA = re.compile(
    r"\b(?:wrap\w*|card|delivery|shipping|postage|voucher|gift card|fee|manual|discount|deposit|samples?)\b",
    re.IGNORECASE,
)
_ATTENDED = re.compile(
    r"\b(?:workshops?|courses?|class(?:es)?(?! pack| need| set)|lessons?|seats?|events?|tickets?|webinars?|training)\b",
    re.IGNORECASE,
)
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
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NUMBER = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
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
    product: str = ""  # its full name in the orders

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
        if statement.is_brief and self.flow.kind not in _SOON:
            return False
        if self.flow.kind == "cross_sell" and self.slots["core"] and self.slots["core"] in statement.text:
            return "pairs" in statement.roles or "next" in statement.roles
        if self.audience.delivered:
            return not _ATTENDED.search(statement.text)
        return not _POSTED.search(statement.text)


def find_need(segment: Segment, facts: SegmentFacts, evidence: EvidenceBook) -> str:
    """Return the need-based topic that the group's name, goods and evidence speak of most, or an empty text."""
    lexicon = factor_lexicon()
    votes: Counter[str] = Counter()
    texts = [(segment.name, _OWN_NEED), (segment.rule.sentence, 1)]
    texts += [(one.name, _OWN_NEED if index == 0 else 1) for index, one in enumerate(facts.categories[:2])]
    texts += [(item.quote.exact if item.quote else item.claim, 1) for item in evidence.supporting(segment.id)]
    for text, weight in texts:
        for mention in lexicon.mentions(text):
            if mention.topic.factor is Factor.NEED_BASED and not mention.turned:
                votes[mention.topic.name] += weight
    return max(sorted(votes), key=lambda name: votes[name]) if votes else ""


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
) -> Brief:
    """Collect what is known for one message."""
    mine = facts.of_segment(flow.segment_id)
    need = find_need(segment, mine, evidence)
    trade = is_trade(segment, company, need=need)
    letter = choose_letter(flow.kind, need=need, trade=trade)
    test = next((one for one in mine.tests if one.kind == flow.kind), None)
    goods = _goods(mine)
    full, product = _product(flow, mine, test)
    following, follower = _following(flow, test)
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
    deadline = find_deadline(entries, audience, months=months)
    slots, offers = _offer_slots(
        entries, audience, full=full, product=product, following=following, deadline=deadline
    )
    pages = frozenset({landing.source_id, *_quoted_pages(evidence, flow.segment_id)} - {""})
    if content_words(follower) <= content_words(product.item):
        follower = ""
    slots |= _word_slots(flow, company, landing, product=product, following=follower, goods=goods)
    slots |= _time_slots(flow, months, need=need, ledger=ledger, as_of=facts.as_of, deadline=deadline)
    statements = find_statements(library, ledger, sources={page.source.id for page in library.documents})
    slots |= {f"if_{role}": "" for one in statements if one.source_id in pages for role in sorted(one.roles)}
    return Brief(
        flow=flow, message=message, letter=letter, need=need, audience=audience, facts=mine, company=company,
        evidence=evidence, ledger=ledger, entries=entries, landing=landing, slots=slots, offers=tuple(offers),
        statements=statements,
        pages=pages, about=_about(flow, evidence, goods, full, need), names=_names(mine, company, slots), product=full,
    )  # fmt: skip


def brand_name(company: Company) -> str:
    """Return the shop's short name as it opens a text: what the user gave, what follows "at" in the sender, or the name.

    Examples
    --------
    >>> brand_name(Company(folder="", slug="x", name="Long Name of a Shop Ltd"))
    'Long Name of a Shop'
    """
    if company.brand.sms_sender:
        return company.brand.sms_sender
    sender = company.brand.sender.split("<")[0].strip()
    after = re.split(r"\b(?:at|from|von|bei)\b", sender)[-1].strip()
    if after and after.casefold() in company.name.casefold():
        return after
    return re.sub(r"[,]?\s+(?:Ltd|Limited|Inc|LLC|GmbH|AG|plc|Co)\.?$", "", clean_text(company.name))


def _goods(facts: SegmentFacts) -> str:
    return next((name for one in facts.categories for name in [name_goods(one.name)] if name), "")


def _product(flow: Flow, facts: SegmentFacts, test: BackTest | None) -> tuple[str, ProductName]:
    """Return the product the words may name: the one that starts the flow, or where it is only a suggestion, a favourite."""
    categories = {one.name.casefold() for one in facts.categories}
    started = [flow.trigger.product]
    if test and test.pair and test.pair.level == "product" and flow.kind == "cross_sell":
        started.append(test.pair.first)
    if test and test.again and test.again.level == "product" and flow.kind == "replenishment":
        started.append(test.again.name)
    for title in (one.strip(' “”"') for one in started):
        if title and title.casefold() not in categories and (named := name_product(title)).core:
            return title, named
    if flow.kind in _BOUGHT:
        return "", ProductName("", "", _common_noun(facts))
    for one in facts.products:
        if not _EXTRA.search(one.name) and (named := name_product(one.name, category=_goods(facts))).core:
            return one.name, named
    return "", NO_NAME


def _common_noun(facts: SegmentFacts) -> str:
    """Return what most of the group's goods are called ("skein"), or the singular of their category."""
    goods = singular(_goods(facts))
    if _ATTENDED.search(goods):
        return goods
    nouns: Counter[str] = Counter()
    for one in facts.products:
        if (noun := name_product(one.name).noun) and not _EXTRA.search(one.name):
            nouns[noun] += one.orders
    noun, count = max(sorted(nouns.items()), key=lambda pair: pair[1], default=("", 0))
    return noun if count > sum(nouns.values()) / 2 else goods


def _following(flow: Flow, test: BackTest | None) -> tuple[str, str]:
    """Return what is bought next: its full name where it is a product, and how a sentence calls it."""
    if flow.kind != "cross_sell" or test is None or test.pair is None:
        return "", ""
    if test.pair.level == "category":
        return "", name_goods(test.pair.second)
    named = name_product(test.pair.second).item
    return test.pair.second, f"the {named}" if named else ""


def _is_delivered(facts: SegmentFacts, segment: Segment) -> bool:
    goods = _goods(facts)
    told = any(
        "needs delivery “no”" in one.text and re.match(r"(\d+) of \1\b", one.text) for one in segment.profile
    )
    return not told and not _ATTENDED.search(goods)


def _offer_slots(
    entries: Sequence[LedgerEntry],
    audience: Audience,
    *,
    full: str,
    product: ProductName,
    following: str,
    deadline: Deadline | None,
) -> tuple[dict[str, str], list[Offer]]:
    fee, free, where = find_delivery(entries, audience)
    found = {
        "price": find_price(entries, full, title_words=product.core) if product.core else None,
        "next_price": find_price(entries, following, title_words=name_product(following).core)
        if following
        else None,
        "fee": fee,
        "free_from": free,
        "wrap": find_fee(entries, "wrap"),
        "deadline": deadline.offer if deadline else None,
    }
    slots = {name: offer.text for name, offer in found.items() if offer is not None}
    if deadline is not None:
        slots["deadline_words"] = " ".join(deadline.offer.exact.split())
    if {"price", "wrap", "free_from"} <= set(slots) and figure(slots["price"]) + figure(
        slots["wrap"]
    ) < figure(slots["free_from"]):
        slots["if_below"] = ""
    return slots | {"where": where}, [offer for offer in found.values() if offer is not None]


def figure(money: str) -> Decimal:
    """Return the number of an amount as a page writes it.

    Examples
    --------
    >>> figure("£1,118.00")
    Decimal('1118.00')
    """
    return Decimal(re.sub(r"[^\d.]", "", money.replace(",", "")) or "0")


def _word_slots(
    flow: Flow, company: Company, landing: Landing, *, product: ProductName, following: str, goods: str
) -> dict[str, str]:
    return {
        "first": FIRST_NAME,
        "company": clean_text(company.name),
        "brand": brand_name(company),
        "item": product.item,
        "core": product.core,
        "noun": product.noun or singular(goods),
        "next": following,
        "goods": goods,
        "page": landing.title,
        "occasion_field": OCCASION
        if re.search(r"occasion|birthday|remember", flow.trigger.date_property)
        else "",
    }


def _time_slots(
    flow: Flow, months: Sequence[int], *, need: str, ledger: Ledger, as_of: date, deadline: Deadline | None
) -> dict[str, str]:
    ahead = flow.trigger.days_before
    slots = {"ahead": _span(ahead) if ahead else "", "season": _season(months)}
    if need == "gift":
        slots["occasion"] = _occasion(ledger, months, as_of=as_of)
    if deadline is not None:
        slots["deadline"] = deadline.said
    return slots


def _span(days: int) -> str:
    """Return a span in words: 14 days are two weeks."""
    if days % 7 == 0 and 0 < days // 7 < len(_NUMBER):
        return f"{_NUMBER[days // 7]} week{'s' if days > 7 else ''}"
    return f"{_NUMBER[days]} day{'s' if days > 1 else ''}" if days < len(_NUMBER) else ""


def _season(months: Sequence[int]) -> str:
    names = [
        _MONTHS[month - 1]
        for month in sorted(set(months), key=lambda month: (month < min(months) + 0, month))
    ]
    if not names or len(names) > 4:
        return ""
    if len(names) < 3:
        return " and ".join(names)
    return f"{names[0]} to {names[-1]}"


def _occasion(ledger: Ledger, months: Sequence[int], *, as_of: date) -> str:
    """Return the occasion that the season is about, where the website speaks of it."""
    spoken = " ".join(
        f"{one.subject} {one.exact}" for one in ledger.entries if one.source_id != "orders-text"
    )
    near = set(months) & {11, 12} if months else as_of.month >= 9
    return "Christmas" if near and "Christmas" in spoken else ""


def _quoted_pages(evidence: EvidenceBook, segment_id: int) -> frozenset[str]:
    websites = {source.id for source in evidence.sources if source.type is SourceType.WEBSITE}
    items = evidence.of_segment(segment_id)
    return frozenset(item.source_id for item in items if item.source_id in websites)


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
