"""Where pages and orders disagree about an offer, a date or a promise.

A conflict that is none costs more trust than one that is missed: entries are held against each other only where they
speak of the same thing, place, service and customers, and where one source does not itself give several values.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations

from segkit.analysis import ledger_patterns as cues
from segkit.analysis.broken_promises import find_broken_promises
from segkit.analysis.ledger_statements import Material, Statement, make_conflict
from segkit.analysis.order_facts import FactKind, OrderFact
from segkit.model.ledger import Conflict, LedgerEntry, LedgerKind
from segkit.words import ledger as words

FRESH = timedelta(days=180)
"""An order may contradict a page's price if it is at most so much older than the saved page."""
TAXES = (
    1.05,
    1.055,
    1.07,
    1.077,
    1.08,
    1.081,
    1.1,
    1.13,
    1.15,
    1.19,
    1.2,
    1.21,
    1.22,
    1.23,
    1.24,
    1.25,
    1.255,
    1.27,
)
"""Ratios by which a page with tax and orders without it differ."""


def find_conflicts(material: Material) -> tuple[Conflict, ...]:
    """Return every conflict, by kind, subject and sources."""
    found = [
        *_deadlines(material),
        *_weekdays(material),
        *_prices(material),
        *_sold_prices(material),
        *_codes(material),
        *_amounts(material),
        *find_broken_promises(material),
    ]
    unique = {conflict.id: conflict for conflict in found}
    return tuple(sorted(unique.values(), key=lambda one: (one.kind, one.subject, one.entries)))


def _deadlines(material: Material) -> Iterator[Conflict]:
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in _one_day_a_page(material):
        groups[one.scope.occasion, one.scope.services, _due(one).year].append(one)
    for group in groups.values():
        seen: set[tuple[date, date]] = set()
        # a thousand pages that say the same are one voice, or pairs would be a million
        distinct = {(one.scope, _due(one)): one for one in sorted(group, key=_order, reverse=True)}
        for one, other in combinations(sorted(distinct.values(), key=_order), 2):
            first, second = sorted((one, other), key=_due)
            days = (_due(first), _due(second))
            past = first.entry.ended and second.entry.ended
            if past or days[0] == days[1] or days in seen or not _same_deadline(first, second, group):
                continue
            seen.add(days)
            named = max((first, second), key=lambda item: len(item.scope.places))
            yield make_conflict(
                [first.entry, second.entry],
                words.say_deadlines(
                    named.entry.subject,
                    one=(material.where(first.entry), days[0]),
                    other=(material.where(second.entry), days[1]),
                ),
                words.rule_deadlines(days[0]),
                subject=named.entry.subject,
            )


def _one_day_a_page(material: Material) -> list[Statement]:
    """Leave out what a page gives several days for: it tells services apart that are not known here."""
    dated = [
        one for one in material.of(LedgerKind.DEADLINE) if one.entry.day and one.scope.occasion and one.fits
    ]
    days: dict[tuple[object, ...], set[date]] = defaultdict(set)
    for one in dated:
        days[one.entry.source_id, one.scope, _due(one).year].add(_due(one))
    return [one for one in dated if len(days[one.entry.source_id, one.scope, _due(one).year]) == 1]


def _due(statement: Statement) -> date:
    return statement.entry.day or date.max


def _same_deadline(earlier: Statement, later: Statement, group: Sequence[Statement]) -> bool:
    """Say whether two days cannot both be the last.

    A day for some goods may come before the general one, never after it. A day that names no place is held against
    the latest of the days that name one: later than that it is too late for every place.
    """
    if earlier.scope.object and earlier.scope.object != later.scope.object:
        return False
    if earlier.scope.places == later.scope.places:
        return True
    if earlier.scope.places and not later.scope.places:
        latest = max((_due(one) for one in group if one.scope.places and not one.scope.object), default=None)
        return _due(earlier) == latest
    return False


def _weekdays(material: Material) -> Iterator[Conflict]:
    for one in material.of(LedgerKind.DEADLINE):
        if not one.fits and one.entry.day and not one.entry.ended:
            sentence = words.say_weekday(material.where(one.entry), written=one.written, day=one.entry.day)
            yield make_conflict([one.entry], sentence, words.RULE_WEEKDAY)


def _prices(material: Material) -> Iterator[Conflict]:
    """Hold pages and structured data against each other."""
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    pages = material.of(LedgerKind.PRICE)
    known = {one.words for one in pages if one.structured}
    known |= {cues.subject_words(fact.subject) for fact, _ in material.facts if fact.kind is FactKind.PRICE}
    for one in pages:
        if not one.scope.conditional and (one.words in known or _distinctive(one.words)):
            groups[one.words, one.entry.unit].append(one)
    for group in groups.values():
        by_origin: dict[tuple[str, bool], set[float]] = defaultdict(set)
        for one in group:
            by_origin[one.entry.source_id, one.structured].add(one.entry.amount or 0.0)
        sure = [one for one in group if len(by_origin[one.entry.source_id, one.structured]) == 1]
        first = min(sure, key=_order, default=None)
        other = next(
            (one for one in sorted(sure, key=_order) if first and one.entry.amount != first.entry.amount),
            None,
        )
        if first and other:
            yield make_conflict(
                [one.entry for one in sorted(sure, key=_order)],
                words.say_prices(
                    first.entry.subject, one=_page_price(material, first), other=_page_price(material, other)
                ),
                words.RULE_PRICE,
            )


def _distinctive(name: frozenset[str]) -> bool:
    """Say whether a name says which product is meant: "Small" and "Gift card" are sold by every page."""
    return len([word for word in name - cues.GENERIC if not word[0].isdigit()]) > 1


def _order(statement: Statement) -> tuple[str, bool, int, str]:
    return statement.entry.source_id, statement.structured, statement.entry.start, statement.entry.id


def _page_price(material: Material, one: Statement) -> tuple[str, str]:
    where = material.where(one.entry) + (" (structured data)" if one.structured else "")
    return where, words.say_amount(one.entry.amount or 0.0, one.entry.unit)


def _sold_prices(material: Material) -> Iterator[Conflict]:
    """Hold pages against what was paid, unless all differ by one rate, which is tax."""
    known = [
        (fact, entry, cues.subject_words(fact.subject))
        for fact, entry in material.facts
        if fact.kind is FactKind.PRICE
    ]
    by_word: dict[str, list[int]] = defaultdict(list)
    for number, (_, _, name) in enumerate(known):
        for word in name:
            by_word[word].append(number)
    differing: list[tuple[Statement, OrderFact, LedgerEntry]] = []
    agreeing = 0
    for one in material.of(LedgerKind.PRICE):
        rare = min(one.words, key=lambda word: (len(by_word[word]), word), default="")
        fits = [known[number] for number in by_word[rare] if one.words <= known[number][2]]
        same = [item for item in fits if item[0].unit == one.entry.unit]
        if not same or one.scope.conditional:
            continue
        exact = [item for item in same if item[2] == one.words]
        if any(abs(price - (one.entry.amount or 0)) < 0.005 for fact, _, _ in same for price in fact.recent):
            agreeing += 1
        elif exact and _fresh(one, exact[0][0]) and exact[0][0].orders > 1:
            differing.append((one, exact[0][0], exact[0][1]))
    ratios = [(one.entry.amount or 0) / fact.amount for one, fact, _ in differing if fact.amount]
    if not agreeing and ratios and max(ratios) - min(ratios) < 0.01 and _is_tax(ratios[0]):
        return
    for one, fact, entry in differing:
        sold = words.say_amount(fact.amount or 0.0, fact.unit)
        yield make_conflict(
            [one.entry, entry],
            words.say_prices(
                one.entry.subject, one=_page_price(material, one), other=(fact.locator, sold), orders=True
            ),
            words.RULE_PRICE,
        )


def _fresh(one: Statement, fact: OrderFact) -> bool:
    return one.entry.seen_on is None or fact.last >= one.entry.seen_on - FRESH


def _is_tax(ratio: float) -> bool:
    return any(abs(max(ratio, 1 / ratio) - tax) < 0.004 for tax in TAXES)


def _codes(material: Material) -> Iterator[Conflict]:
    used = {
        fact.subject.upper(): (fact, entry) for fact, entry in material.facts if fact.kind is FactKind.CODE
    }
    groups: dict[str, list[Statement]] = defaultdict(list)
    for one in sorted(material.of(LedgerKind.CODE), key=_order):
        groups[one.entry.subject.upper()].append(one)
    for code, group in groups.items():
        yield from _ended_codes(material, group)
        if code in used:
            yield from _used_codes(material, group, *used[code])
        distinct = {(one.entry.amount, one.entry.unit, one.entry.day): one for one in reversed(group)}
        pairs = combinations(sorted(distinct.values(), key=_order), 2)
        otherwise = next(
            ((one, other) for one, other in pairs if _described_otherwise(one.entry, other.entry)), None
        )
        if otherwise:
            first, second = (statement.entry for statement in otherwise)
            sentence = words.say_codes(
                first.subject,
                one=(material.where(first), first.value),
                other=(material.where(second), second.value),
            )
            yield make_conflict([first, second], sentence, words.RULE_CODE)


def _ended_codes(material: Material, group: Sequence[Statement]) -> Iterator[Conflict]:
    """Find pages that were saved when the code they show had ended."""
    shown = [
        one.entry
        for one in group
        if one.entry.day
        and one.entry.ended
        and (one.entry.seen_on is None or one.entry.seen_on > one.entry.day)
    ]
    if shown and shown[0].day:
        more = len({entry.source_id for entry in shown}) - 1
        sentence = words.say_ended_code(
            shown[0].subject,
            where=material.where(shown[0]),
            ended=shown[0].day,
            saved=shown[0].seen_on,
            more=more,
        )
        yield make_conflict(shown, sentence, words.RULE_CODE)


def _used_codes(
    material: Material, group: Sequence[Statement], fact: OrderFact, order: LedgerEntry
) -> Iterator[Conflict]:
    """Find codes that orders used after their end, or that took another percentage off."""
    dated = next((one.entry for one in group if one.entry.day and fact.last > one.entry.day), None)
    if dated and dated.day:
        sentence = words.say_used_after_end(
            dated.subject, where=material.where(dated), ended=dated.day, order=fact.locator, last=fact.last
        )
        yield make_conflict([dated, order], sentence, words.RULE_CODE)
    stated = [one.entry for one in group if one.entry.unit == "%" and one.entry.amount]
    if stated and stated[0].amount and all(_never_so_much(entry.amount or 0.0, fact) for entry in stated):
        sentence = words.say_code_share(
            stated[0].subject,
            where=material.where(stated[0]),
            percent=stated[0].amount,
            taken=[round(100 * taken / sum(lines), 1) for taken, lines in fact.samples if sum(lines) > 0],
            order=fact.locator,
        )
        yield make_conflict(
            [stated[0], order], sentence, f"{words.RULE_CODE} until its percentage is settled"
        )


def _described_otherwise(one: LedgerEntry, other: LedgerEntry) -> bool:
    amounts = (
        one.amount is not None
        and other.amount is not None
        and one.unit == other.unit
        and one.amount != other.amount
    )
    return amounts or (one.day is not None and other.day is not None and one.day != other.day)


def _never_so_much(percent: float, fact: OrderFact) -> bool:
    """Say that in no order a percentage of any of its lines together gives the discount (two orders or more)."""
    usable = [
        (taken, lines)
        for taken, lines in fact.samples
        if taken > 0 and 0 < len(lines) <= 12 and sum(lines) > 0
    ]
    return len(usable) > 1 and not any(_explained(percent, taken, lines) for taken, lines in usable)


def _explained(percent: float, taken: float, lines: Sequence[float]) -> bool:
    sums = {0.0}
    for line in lines:
        sums |= {round(total + line, 2) for total in sums}
    return any(abs(total * percent / 100 - taken) <= 0.01 + 0.005 * len(lines) for total in sums)


def _amounts(material: Material) -> Iterator[Conflict]:
    """Hold charges, thresholds and periods against each other where one page gives one value."""
    groups: dict[tuple[object, ...], list[Statement]] = defaultdict(list)
    for one in material.statements:
        if _comparable(one):
            scope = (one.scope.places, one.scope.services, one.scope.audiences)
            groups[one.entry.kind, one.about, one.entry.unit, *scope].append(one)
    for group in groups.values():
        by_page: dict[str, set[float]] = defaultdict(set)
        for one in group:
            by_page[one.entry.source_id].add(one.entry.amount or 0.0)
        if any(len(values) > 1 for values in by_page.values()):
            continue
        ordered = sorted(group, key=_order)
        other = next((one for one in ordered if one.entry.amount != ordered[0].entry.amount), None)
        if other:
            yield make_conflict(
                [one.entry for one in ordered],
                words.say_amounts(
                    ordered[0].entry.subject,
                    one=(material.where(ordered[0].entry), ordered[0].entry.value),
                    other=(material.where(other.entry), other.entry.value),
                ),
                words.rule_amounts(ordered[0].entry.subject),
            )


def _comparable(one: Statement) -> bool:
    if one.scope.conditional or one.entry.amount is None:
        return False
    if one.entry.kind is LedgerKind.FEE:
        return bool(one.scope.places) or one.about == "gift wrap"
    if one.entry.kind is LedgerKind.POLICY:
        return one.about in {"returns", "how long a quote holds"}
    return one.entry.kind is LedgerKind.THRESHOLD and one.about != "terms of trade orders"
