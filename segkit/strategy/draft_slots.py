"""What fills the slots of a letter: products, seasons, prices and dates, each only where it is known.

A slot that is missing makes the letter say less; nothing is put in its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from segkit.model.company import Company
from segkit.model.flow import Flow
from segkit.model.flow_facts import BackTest, SegmentFacts
from segkit.model.ledger import Ledger, LedgerEntry
from segkit.model.message import Offer
from segkit.strategy.draft_names import NO_NAME, ProductName, clean_text, name_goods, name_product, singular
from segkit.strategy.landing import Landing
from segkit.strategy.offers import Audience, Deadline, find_delivery, find_fee, find_least, find_price
from segkit.words.figures import join_words, lower_first
from segkit.words.number_names import MONTHS, SMALL_NUMBERS

FIRST_NAME = "{{ first_name | default: 'there' }}"
OCCASION = "{{ occasion | default: 'a day to remember' }}"
_BOUGHT = frozenset(
    {"onboarding", "thank_you", "review_request", "cross_sell", "replenishment", "back_in_stock"}
)
"""Kinds whose words claim that the customer has the product: it must be the one that starts the flow."""
_EXTRA = re.compile(
    r"\b(?:wrap\w*|card|delivery|shipping|postage|voucher|gift card|fee|manual|discount|deposit|samples?)\b",
    re.IGNORECASE,
)
ATTENDED = re.compile(
    r"\b(?:workshops?|courses?|class(?:es)?(?! pack| need| set)|lessons?|seats?|events?|tickets?|webinars?|training)\b",
    re.IGNORECASE,
)
_MONTHS = list(MONTHS)
_NUMBER = ("no", *SMALL_NUMBERS[1:13])
_PLAIN_START = re.compile(
    r"(?:for|order|orders|please|the|to|if|we|our|your|all|last|place|send|by|anything|everything|what)\b",
    re.IGNORECASE,
)
_LONGEST_SEASON = 4
_LONGEST_LIST = 3
_SEVERAL = 2


def brand_name(company: Company) -> str:
    """Return the shop's short name as it opens a text: what the user gave, what follows "at" in the sender, or the name.

    Examples
    --------
    >>> brand_name(Company(folder="", slug="x", name="Long Name of a Shop Ltd"))
    'Long Name of a Shop'
    """
    if any(char.isalpha() for char in company.brand.sms_sender):  # a number is where answers go, no name
        return company.brand.sms_sender
    sender = company.brand.sender.split("<")[0].strip()
    after = re.split(r"\b(?:at|from|von|bei)\b", sender)[-1].strip()
    if after and after.casefold() in company.name.casefold():
        return after
    return re.sub(r"[,]?\s+(?:Ltd|Limited|Inc|LLC|GmbH|AG|plc|Co)\.?$", "", clean_text(company.name))


def main_goods(facts: SegmentFacts) -> str:
    """Return the category that most of the group buy, as a plural in a sentence."""
    return next((name for one in facts.categories for name in [name_goods(one.name)] if name), "")


def find_product(flow: Flow, facts: SegmentFacts, test: BackTest | None) -> tuple[str, ProductName]:
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
    return _liked(facts, by=_SEVERAL)


def _liked(facts: SegmentFacts, *, by: int) -> tuple[str, ProductName]:
    """Return the first product, no mere extra, that at least so many of the group bought."""
    for one in facts.products:
        named = name_product(one.name, category=main_goods(facts))
        if one.customers >= by and named.core and not _EXTRA.search(one.name):
            return one.name, named
    return "", NO_NAME


def _common_noun(facts: SegmentFacts) -> str:
    """Return what most of the group's goods are called ("skein"), or the singular of their category."""
    goods = singular(main_goods(facts))
    if ATTENDED.search(goods):
        return goods
    nouns: Counter[str] = Counter()
    for one in facts.products:
        if (noun := name_product(one.name).noun) and not _EXTRA.search(one.name):
            nouns[noun] += one.orders
    noun, count = max(sorted(nouns.items()), key=lambda pair: pair[1], default=("", 0))
    return noun if count > sum(nouns.values()) / 2 else goods


def find_following(flow: Flow, test: BackTest | None) -> tuple[str, str]:
    """Return what is bought next: its full name where it is a product, and how a sentence calls it."""
    if flow.kind != "cross_sell" or test is None or test.pair is None:
        return "", ""
    if test.pair.level == "category":
        return "", name_goods(test.pair.second)
    named = name_product(test.pair.second).item
    return test.pair.second, f"the {named}" if named else ""


def offer_slots(
    entries: Sequence[LedgerEntry],
    audience: Audience,
    *,
    full: str,
    product: ProductName,
    following: str,
    deadline: Deadline | None,
) -> tuple[dict[str, str], list[Offer]]:
    """Return the prices, fees and dates that may be named, and the offers behind them."""
    fee, free, where = find_delivery(entries, audience)
    found = {
        "price": find_price(entries, full, title_words=product.core) if product.core else None,
        "next_price": find_price(entries, following, title_words=name_product(following).core)
        if following
        else None,
        "fee": fee,
        "free_from": free,
        "least": find_least(entries) if audience.trade else None,
        "wrap": find_fee(entries, "wrap"),
        "deadline": deadline.offer if deadline else None,
    }
    slots = {name: offer.text for name, offer in found.items() if offer is not None}
    if deadline is not None:
        slots["deadline_words"] = " ".join(deadline.offer.exact.split())
        slots["deadline_said"] = _after_greeting(slots["deadline_words"])
    if {"price", "wrap", "free_from"} <= set(slots) and figure(slots["price"]) + figure(
        slots["wrap"]
    ) < figure(slots["free_from"]):
        slots["if_below"] = ""
    return slots | {"where": where}, [offer for offer in found.values() if offer is not None]


def _after_greeting(sentence: str) -> str:
    """Return a sentence as it goes on after "Hello Ada,": small where its first word is no name; empty where it may be one."""
    return lower_first(sentence) + "." if _PLAIN_START.match(sentence) and sentence.endswith(".") else ""


def figure(money: str) -> Decimal:
    """Return the number of an amount as a page writes it.

    Examples
    --------
    >>> figure("£1,118.00")
    Decimal('1118.00')
    """
    return Decimal(re.sub(r"[^\d.]", "", money.replace(",", "")) or "0")


def word_slots(
    flow: Flow,
    company: Company,
    landing: Landing,
    *,
    facts: SegmentFacts,
    product: ProductName,
    following: str,
    goods: str,
) -> dict[str, str]:
    """Return the names that a message may use."""
    return {
        "first": FIRST_NAME,
        "company": clean_text(company.name),
        "brand": brand_name(company),
        "item": product.item,
        "core": product.core,
        "noun": product.noun or singular(goods),
        "next": following,
        "favourite": _liked(facts, by=_SEVERAL)[1].item,
        "goods": goods,
        "page": landing.title,
        "occasion_field": OCCASION
        if re.search(r"occasion|birthday|remember", flow.trigger.date_property)
        else "",
    }


def time_slots(
    flow: Flow, months: Sequence[int], *, need: str, ledger: Ledger, as_of: date, deadline: Deadline | None
) -> dict[str, str]:
    """Return what a message may say about when."""
    ahead = flow.trigger.days_before
    slots = {"ahead": _span(ahead) if ahead else "", "season": _season(months)}
    if need == "gift":
        slots["occasion"] = _occasion(ledger, months, as_of=as_of)
    if deadline is not None:
        slots |= {"deadline": deadline.said, "if_deadline": ""}
    return slots


def _span(days: int) -> str:
    """Return a span in words: 14 days are two weeks."""
    if days % 7 == 0 and 0 < days // 7 < len(_NUMBER):
        return f"{_NUMBER[days // 7]} week{'s' if days > 7 else ''}"
    return f"{_NUMBER[days]} day{'s' if days > 1 else ''}" if days < len(_NUMBER) else ""


def _season(months: Sequence[int]) -> str:
    """Return the months of a season in words, in the order in which they come, also over the turn of the year.

    Examples
    --------
    >>> _season((1, 12)), _season((8, 9, 10))
    ('December and January', 'August to October')
    """
    known = sorted(set(months))
    if not known or len(known) > _LONGEST_SEASON:
        return ""
    gaps = [(later - one) % 12 or 12 for one, later in zip(known, [*known[1:], known[0]], strict=True)]
    first = (gaps.index(max(gaps)) + 1) % len(known)
    names = [_MONTHS[month - 1] for month in (*known[first:], *known[:first])]
    return join_words(names) if len(names) < _LONGEST_LIST else f"{names[0]} to {names[-1]}"


def _occasion(ledger: Ledger, months: Sequence[int], *, as_of: date) -> str:
    """Return the occasion that the season is about, where the website speaks of it."""
    spoken = " ".join(
        f"{one.subject} {one.exact}" for one in ledger.entries if one.source_id != "orders-text"
    )
    near = set(months) & {11, 12} if months else as_of.month >= 9
    return "Christmas" if near and "Christmas" in spoken else ""
