"""Prices, fees, thresholds, dates and codes that a message may name: which ledger entries apply, and which are left out and why.

A message needs no offer. What is in doubt is not named: an ended code, a date on which two pages disagree, a code for first orders
in a letter to people who have ordered, a price that two pages state differently.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from segkit.model.company import Company, OwnOffer
from segkit.model.flow_facts import SegmentFacts
from segkit.model.ledger import Conflict, Ledger, LedgerEntry, LedgerKind
from segkit.model.message import Offer
from segkit.strategy.draft_statements import content_words
from segkit.words import message_notes as notes
from segkit.words.number_names import MONTHS

STATED_BY_ORDERS = ("orders", "orders-text")
"""Sources of prices that were paid and notes that were written: facts about the past, no offer of today."""
_FIRST_ORDER = re.compile(
    r"\b(?:first (?:order|purchase)|new (?:customers?|here)|join|sign(?:ing)? up|welcome)\b", re.IGNORECASE
)
_LATER_ORDER = re.compile(
    r"\b(?P<which>second|third|fourth|fifth|2nd|3rd) (?:order|purchase)\b", re.IGNORECASE
)
_ORDER_TERMS = re.compile(
    r"\b(?:second|third|fourth|fifth|2nd|3rd) (?:order|purchase)\b(?: (?:of|over|above|from) [^\s,.;]*\d[\d.]*(?: or more)?)?",
    re.IGNORECASE,
)
_WITHIN = re.compile(r"\bwithin \w+ (?:days|weeks|months)(?: of the first order)?", re.IGNORECASE)
_PERCENT = re.compile(r"\d ?%")
_LONGEST_TERMS = 200
_SMALLEST = re.compile(r"\b(?:smallest|minimum) order\b", re.IGNORECASE)
_NOT_ON = re.compile(
    r"\b(?:not (?:valid |applicable )?(?:on|for)|excludes?|excluding|except)\b(?P<what>[^.;]*)", re.IGNORECASE
)
_TRADE = re.compile(r"\b(?:for (?:school|studio|trade|business|wholesale)|trade)\b", re.IGNORECASE)
_COUNTRIES = {
    "GB": ("uk", "united kingdom", "britain", "great britain", "england"),
    "US": ("us", "usa", "united states"),
    "DE": ("germany", "deutschland"),
    "AT": ("austria",),
    "CH": ("switzerland",),
    "IE": ("ireland",),
    "FR": ("france",),
    "NL": ("netherlands",),
}
_IN_COUNTRY = {
    "GB": " in the UK",
    "US": " in the US",
    "DE": " in Germany",
    "IE": " in Ireland",
    "FR": " in France",
}
_WINDOW = 300
_DAY_AND_MONTH = re.compile(
    r"\b(\d{1,2})\.? (january|february|march|april|may|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
_MONTHS = [month.lower() for month in MONTHS]
SELLING = frozenset({"promotion", "re_engagement", "win_back", "abandoned_cart", "loyalty", "anniversary"})
"""Kinds of flow in which a code can be the matter; elsewhere it would change the subject."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Whom a message is for, as far as offers ask: the group, its goods, whether it is the trade, and where the shop is."""

    facts: SegmentFacts
    as_of: date
    trade: bool
    delivered: bool
    country: str
    kind: str
    topics: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """A last order day that nothing disputes: its day as it is said, and the website's sentence."""

    day: date
    said: str
    offer: Offer


def usable_entries(ledger: Ledger, *, as_of: date) -> tuple[LedgerEntry, ...]:
    """Return the entries a message may rest on: stated by a page, not over, and in no conflict.

    Examples
    --------
    >>> usable_entries(Ledger(), as_of=date(2026, 9, 10))
    ()
    """
    named = {entry for conflict in ledger.conflicts for entry in conflict.entries}
    dead = {
        entry.subject.casefold()
        for entry in ledger.of_kind(LedgerKind.CODE)
        if entry.id in named or _is_over(entry, as_of)
    }
    return tuple(
        entry
        for entry in ledger.entries
        if entry.source_id not in STATED_BY_ORDERS
        and entry.id not in named
        and not _is_over(entry, as_of)
        and not (entry.kind is LedgerKind.CODE and entry.subject.casefold() in dead)
    )


def find_price(entries: Sequence[LedgerEntry], title: str, *, title_words: str = "") -> Offer | None:
    """Return the price of a product as the website states it; None where pages give several or none.

    ``title`` is the product's full name in the orders, ``title_words`` the short one that the message uses.
    """
    wanted = content_words(title_words or title)
    if not wanted:
        return None
    full = content_words(title)
    fitting = [
        entry
        for entry in entries
        if entry.kind is LedgerKind.PRICE
        and entry.exact
        and wanted <= (words := content_words(entry.subject))
        and (words <= full or not words - wanted - _sizes(entry.subject))
    ]
    if len({entry.amount for entry in fitting}) != 1:
        return None
    return to_offer(fitting[0], text=_money(fitting[0]))


def find_delivery(
    entries: Sequence[LedgerEntry], audience: Audience
) -> tuple[Offer | None, Offer | None, str]:
    """Return the fee, the amount from which it falls away, and where that holds; None where the pages are not plain."""
    if not audience.delivered:
        return None, None, ""
    known = [one for one in entries if _is_delivery(one, audience)]
    fee = _one(_for_group([one for one in known if one.kind is LedgerKind.FEE], audience))
    free = _one(_for_group([one for one in known if one.kind is LedgerKind.THRESHOLD], audience))
    named = any(_region(one) for one in (fee, free) if one)
    where = _IN_COUNTRY.get(audience.country, "") if named and not audience.trade else ""
    return (
        to_offer(fee, text=_money(fee)) if fee else None,
        to_offer(free, text=_money(free)) if free else None,
        where,
    )


def find_fee(entries: Sequence[LedgerEntry], subject: str) -> Offer | None:
    """Return the one fee of a service such as gift wrap."""
    fitting = [one for one in entries if one.kind is LedgerKind.FEE and subject in one.subject.casefold()]
    if len({one.amount for one in fitting}) != 1:
        return None
    return to_offer(fitting[0], text=_money(fitting[0]))


def find_least(entries: Sequence[LedgerEntry]) -> Offer | None:
    """Return the smallest order that is taken."""
    fitting = [one for one in entries if one.kind is LedgerKind.THRESHOLD and _SMALLEST.search(one.subject)]
    return (
        to_offer(fitting[0], text=_money(fitting[0])) if len({one.amount for one in fitting}) == 1 else None
    )


def find_deadline(
    entries: Sequence[LedgerEntry], audience: Audience, *, months: Sequence[int] = ()
) -> Deadline | None:
    """Return the next last order day that concerns the group, in or after the season's months where they are known."""
    found = [
        (day, said, entry)
        for entry in entries
        if entry.kind is LedgerKind.DEADLINE and _concerns(entry, audience)
        for day, said in [_next_day(entry, audience.as_of)]
        if day is not None
    ]
    ahead = [one for one in found if (one[0] - audience.as_of).days <= _WINDOW]
    season = [one for one in ahead if one[0].month in months or (one[0].month - 1) in months]
    best = min(season or ahead, key=lambda one: (one[0], one[2].id), default=None)
    if best is None:
        return None
    day, said, entry = best
    return Deadline(day=day, said=said, offer=to_offer(entry, text=said))


def find_codes(
    entries: Sequence[LedgerEntry],
    audience: Audience,
    *,
    pages: Sequence[str] = (),
    around: Mapping[str, str] | None = None,
) -> tuple[tuple[LedgerEntry, ...], tuple[str, ...]]:
    """Return the codes that hold for the group today, and why those are left out that its ``pages`` or kind of flow suggest.

    ``around`` gives, by entry, the passage in which a code stands: its terms may go on after the sentence that names it.
    """
    fitting, refused = [], []
    for entry in entries:
        if entry.kind is not LedgerKind.CODE:
            continue
        reason = _why_not(entry, audience, around=(around or {}).get(entry.id, ""))
        if not reason and (audience.kind in SELLING or _LATER_ORDER.search(entry.exact)):
            fitting.append(entry)
        elif reason and (audience.kind in SELLING or entry.source_id in pages):
            refused.append(notes.code_left_out(entry.subject, reason=reason, source=entry.source_id))
    return tuple(fitting), tuple(dict.fromkeys(refused))


def own_offers(company: Company, *, audience: Audience) -> tuple[tuple[OwnOffer, ...], tuple[str, ...]]:
    """Return the user's own offers for a group, and a sentence for each that has ended."""
    members = {case.customer_id for case in audience.facts.cases} | {audience.facts.name}
    mine = [one for one in company.messages.offers if not one.contains or one.contains in members]
    live = tuple(one for one in mine if one.until is None or one.until >= audience.as_of)
    over = tuple(
        notes.own_offer_ended(one.text, until=one.until) for one in mine if one not in live and one.until
    )
    return live, over


def to_offer(entry: LedgerEntry, *, text: str) -> Offer:
    """Return what a message says of a ledger entry, with the entry behind it."""
    return Offer(
        kind=entry.kind.value,
        text=text,
        source_id=entry.source_id,
        entry_id=entry.id,
        exact=entry.exact or entry.value,
    )


def left_out_conflicts(ledger: Ledger, *, pages: Sequence[str], audience: Audience) -> tuple[str, ...]:
    """Say which disputed or ended offers of the group's pages a message does not name."""
    by_id = {entry.id: entry for entry in ledger.entries}
    return tuple(
        notes.conflict_left_out(conflict)
        for conflict in ledger.conflicts
        if _touches(conflict, [by_id[one] for one in conflict.entries if one in by_id], pages, audience)
    )


def _touches(
    conflict: Conflict, entries: Sequence[LedgerEntry], pages: Sequence[str], audience: Audience
) -> bool:
    near = any(entry.source_id in pages for entry in entries)
    return near and (audience.trade or not _TRADE.search(conflict.subject))


def _is_over(entry: LedgerEntry, as_of: date) -> bool:
    return entry.ended or (entry.day is not None and entry.day < as_of)


def _why_not(entry: LedgerEntry, audience: Audience, *, around: str = "") -> str:
    terms = f"{entry.value} {entry.exact}"
    if _FIRST_ORDER.search(terms):
        return notes.FIRST_ORDER_ONLY
    later = _LATER_ORDER.search(terms)
    if later and (audience.kind != "onboarding" or later["which"].lower() not in ("second", "2nd")):
        return notes.for_one_order(_order_terms(entry, later, around))
    if entry.day is None:
        return notes.NO_LAST_DAY
    excluded = content_words(" ".join(found["what"] for found in _NOT_ON.finditer(terms)))
    goods = content_words(" ".join(one.name for one in audience.facts.categories[:1]))
    if excluded & goods:
        return notes.NOT_ON_THESE_GOODS
    return ""


def _order_terms(entry: LedgerEntry, later: re.Match[str], around: str) -> str:
    """Return which order a code is for, in the page's words, with the days it has for it where they are told."""
    told = _ORDER_TERMS.search(entry.exact)
    days = _WITHIN.search(entry.exact) or _WITHIN.search(around)
    which = told.group(0).strip() if told else later.group(0)
    return which if days is None or days.group(0) in which else f"{which} {days.group(0)}"


def find_trade_terms(
    entries: Sequence[LedgerEntry], audience: Audience, *, pages: Collection[str], around: Mapping[str, str]
) -> Offer | None:
    """Return what the group's pages take off every trade order, with its condition, or None; no code and no first order."""
    fitting = [
        entry
        for entry in entries
        if audience.trade
        and entry.kind in (LedgerKind.THRESHOLD, LedgerKind.POLICY)
        and entry.source_id in pages
        and _PERCENT.search(entry.exact)
        and _TRADE.search(entry.exact)
        and not _FIRST_ORDER.search(around.get(entry.id, entry.exact))
    ]
    if len({entry.exact for entry in fitting}) != 1:
        return None
    whole = around.get(fitting[0].id, "")
    exact = whole if fitting[0].exact in whole and len(whole) <= _LONGEST_TERMS else fitting[0].exact
    return Offer(
        kind=fitting[0].kind.value,
        text=exact,
        source_id=fitting[0].source_id,
        entry_id=fitting[0].id,
        exact=exact,
    )


def _is_delivery(entry: LedgerEntry, audience: Audience) -> bool:
    subject = entry.subject.casefold()
    if not re.search(r"\b(?:delivery|shipping|postage|carriage)\b", subject):
        return False
    return _region(entry) in ("", audience.country)


def _for_group(entries: list[LedgerEntry], audience: Audience) -> list[LedgerEntry]:
    """Keep what is stated for the trade where the group is the trade and anything is, else what is stated for everybody."""
    stated = [one for one in entries if _TRADE.search(one.subject)]
    if audience.trade and stated:
        return stated
    return [one for one in entries if one not in stated]


def _region(entry: LedgerEntry) -> str:
    """Return the country an entry's subject names, "?" for another place, "" for none."""
    places = [part.strip().casefold() for part in entry.subject.split(",")[1:]]
    places = [place for place in places if place and not place.startswith("for ")]
    for country, names in _COUNTRIES.items():
        if any(place in names for place in places):
            return country
    return "?" if places else ""


def _concerns(entry: LedgerEntry, audience: Audience) -> bool:
    if _region(entry) not in ("", audience.country):
        return False
    subject = content_words(f"{entry.subject} {entry.exact}")
    return bool(subject & audience.topics)


def _next_day(entry: LedgerEntry, as_of: date) -> tuple[date | None, str]:
    """Return the day of a deadline and how it is said; a day without a year comes round every year."""
    if entry.day is not None:
        return (entry.day, entry.value) if entry.day >= as_of else (None, "")
    found = _DAY_AND_MONTH.search(entry.value)
    if found is None:
        return None, ""
    month = _MONTHS.index(found.group(2).lower()) + 1
    for year in (as_of.year, as_of.year + 1):
        try:
            day = date(year, month, int(found.group(1)))
        except ValueError:
            return None, ""
        if day >= as_of:
            return day, found.group(0)
    return None, ""


def _one(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    """Return the entry that names the place, or the only one; None where amounts differ."""
    named = [one for one in entries if _region(one)] or list(entries)
    return named[0] if named and len({one.amount for one in named}) == 1 else None


def _sizes(subject: str) -> frozenset[str]:
    return frozenset(word for word in content_words(subject) if any(char.isdigit() for char in word)) | {
        "gbp"
    }


def _money(entry: LedgerEntry) -> str:
    """Return an amount as the page writes it, "from" left out."""
    found = re.search(r"[£$€¥]\s?\d[\d.,]*\d|[£$€¥]\s?\d|\d[\d.,]*\s?(?:[A-Z]{3}|[£$€¥])", entry.value)
    return found.group(0) if found else entry.value.removeprefix("from ")


def amounts(text: str) -> Iterator[str]:
    """Yield the figures of a text as they stand there.

    Examples
    --------
    >>> list(amounts("From £60 on, 10 % less until 14 March."))
    ['60', '10', '14']
    """
    for found in re.finditer(r"\d+(?:[.,]\d+)*", text):
        yield found.group(0)
