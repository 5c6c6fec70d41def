"""From one passage to ledger entries: the prices, codes, deadlines, fees, thresholds and policies it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from segkit.analysis import ledger_patterns as cues
from segkit.analysis.ledger_patterns import Money, WrittenDate
from segkit.analysis.ledger_phrases import days_apart, is_name, stands_alone
from segkit.analysis.ledger_policies import read_policy
from segkit.analysis.ledger_statements import Scope, Statement, make_entry, saved_on
from segkit.model.document import Document, Passage
from segkit.model.ledger import LedgerEntry, LedgerKind

CELL = " | "


def read_passage(passage: Passage, document: Document, *, as_of: date) -> tuple[Statement, ...]:
    """Return everything one passage of a website states, in its order."""
    reader = _Reader(passage, document, as_of)
    found: list[Statement] = []
    if CELL in passage.text:
        found += reader.row()
    else:
        previous: Statement | None = None
        for start, end in cues.split_clauses(passage.text):
            said = list(reader.sentence(start, end, previous=previous))
            previous = next((one for one in said if one.entry.kind is LedgerKind.DEADLINE), None)
            found += said
        found += reader.lone_price()
    known = [one.entry for one in found if one.entry.kind is LedgerKind.DEADLINE]
    found += reader.wrong_weekdays(known)
    return tuple(found)


class _Reader:
    """Reads one passage; holds what all its sentences share."""

    def __init__(self, passage: Passage, document: Document, as_of: date) -> None:
        self.passage = passage
        self.text = passage.text
        self.as_of = as_of
        self.saved = saved_on(document)
        self.leaf = passage.heading.rsplit(" > ", 1)[-1]
        years = set(re.findall(r"\b(20\d{2})\b", passage.heading))
        self.year = int(min(years)) if len(years) == 1 else None
        self.title = cues.subject_words(document.source.title)
        self.products = {product.name for product in document.products}

    def entry(
        self,
        kind: LedgerKind,
        subject: str,
        start: int,
        end: int,
        *,
        value: str,
        day: date | None = None,
        **rest: object,
    ) -> LedgerEntry:
        return make_entry(
            kind,
            subject,
            value=" ".join(value.split()),
            source_id=self.passage.source_id,
            exact=self.text[start:end],
            locator=self.passage.locator,
            start=self.passage.start + start,
            end=self.passage.start + end,
            day=day,
            seen_on=self.saved,
            ended=day is not None and day < self.as_of,
            **rest,
        )

    def dates(self, words: str) -> tuple[WrittenDate, ...]:
        return cues.find_dates(words, year=self.year, saved=self.saved)

    # sentences -------------------------------------------------------------------------------------------------

    def sentence(self, start: int, end: int, *, previous: Statement | None) -> Iterator[Statement]:
        words = self.text[start:end]
        codes = list(self.codes(start, end))
        yield from codes
        deadline = list(self.deadline(start, end, previous))
        yield from deadline
        yield from self.policies(start, end)
        money = cues.find_money(words)
        if codes or not money:
            return
        charged = list(self.charges(words, money, start, end))
        yield from charged
        if not charged:
            yield from self.prices(words, money, start)

    def codes(self, start: int, end: int) -> Iterator[Statement]:
        words = self.text[start:end]
        found = {match["code"] for match in cues.CODE.finditer(words)}
        for code in sorted(found):
            rewarding = cues.PERCENT.search(words) or cues.REWARD.search(words) or cues.find_money(words)
            if code in cues.NOT_CODES or not (re.search(r"\d", code) or rewarding):
                continue
            percents = {cues.read_number(one) for one in cues.PERCENT.findall(words)}
            amount, unit = (min(percents), "%") if len(percents) == 1 else (None, "")
            off = [
                one
                for one in cues.find_money(words)
                if re.match(r"\s?(?:off|Rabatt|discount)\b", words[one.end :])
            ]
            if not percents and len(off) == 1:
                amount, unit = off[0].amount, off[0].currency
            until = [one for one in self.dates(words) if cues.UNTIL.search(words[: one.start])]
            parts = [f"{amount:g} {unit} off" if amount is not None else ""]
            parts.append("first order only" if cues.FIRST_ORDER.search(words) else "")
            parts.append(f"until {until[0].words}" if until else "")
            yield Statement(
                entry=self.entry(
                    LedgerKind.CODE,
                    code,
                    start,
                    end,
                    value=", ".join(part for part in parts if part) or "named without its terms",
                    amount=amount,
                    unit=unit,
                    day=until[0].day if until else None,
                ),
                written=until[0].words if until else "",
            )

    def deadline(self, start: int, end: int, previous: Statement | None) -> Iterator[Statement]:
        words = self.text[start:end]
        dates = self.dates(words)
        cue = cues.DEADLINE.search(words)
        if cue:
            dates = tuple(one for one in dates if one.start >= cue.end() - 1)
        if not dates:
            return
        first = dates[0]
        occasion = self.occasion(words)
        what: frozenset[str] = frozenset()
        if cue:
            what = cues.subject_words((cue["what"] or "") + " " + (cue["was"] or "")) - {
                "now",
                "your",
                "today",
                "online",
            }
        elif previous and cues.ALSO.search(words[: first.start]):
            occasion = occasion or previous.scope.occasion
        else:
            return
        if not occasion:
            return
        object_words = f" ({(cue['what'] or cue['was'] or '').strip()})" if cue and what else ""
        for one, about in days_apart(words, dates, begin=cue.end() if cue else 0):
            places, services = cues.name_set(about, cues.PLACES), cues.name_set(about, cues.SERVICES)
            place = ", ".join(sorted(places))
            yield Statement(
                entry=self.entry(
                    LedgerKind.DEADLINE,
                    f"last order day for {occasion}{', ' + place if place else ''}{object_words}",
                    start,
                    end,
                    value=one.words,
                    day=one.day,
                ),
                scope=Scope(places=places, services=services, occasion=occasion, object=what),
                fits=one.fits,
                written=one.words,
            )

    def occasion(self, words: str) -> str:
        """Return the one occasion that a sentence, or else its heading, speaks of."""
        for text in (words, self.leaf):
            named = cues.name_set(text, cues.OCCASIONS)
            if named:
                return min(named) if len(named) == 1 else ""
        return ""

    # money -----------------------------------------------------------------------------------------------------

    def charges(self, words: str, money: tuple[Money, ...], start: int, end: int) -> Iterator[Statement]:
        """Read delivery and wrapping charges, free delivery thresholds and smallest orders."""
        about_delivery = bool(cues.DELIVERY.search(words))
        for one in money:
            before, after = words[: one.start], words[one.end :]
            from_here = bool(cues.FROM.search(before) or cues.OR_MORE.match(after))
            if cues.MINIMUM.search(words) and len(money) == 1:
                yield self.amount(LedgerKind.THRESHOLD, "smallest order", words, one, start, end)
            elif cues.TRADE_ORDERS.search(before):
                yield self.amount(LedgerKind.THRESHOLD, "terms of trade orders", words, one, start, end)
            elif about_delivery and cues.FREE.search(words) and from_here:
                yield self.amount(LedgerKind.THRESHOLD, "free delivery", words, one, start, end)
            elif re.search(
                r"\b(?:delivery|shipping|postage|carriage|versand\w*|porto)\b[^.,;]{0,40}$",
                before,
                re.IGNORECASE,
            ):
                about = "return postage" if cues.RETURN_POSTAGE.search(words) else "delivery"
                yield self.amount(
                    LedgerKind.FEE,
                    about,
                    words,
                    one,
                    start,
                    end,
                    conditional=bool(cues.CONDITION.search(words)),
                )
            elif cues.WRAPPING.search(before):
                yield self.amount(LedgerKind.FEE, "gift wrap", words, one, start, end)

    def amount(
        self,
        kind: LedgerKind,
        about: str,
        words: str,
        one: Money,
        start: int,
        end: int,
        *,
        conditional: bool = False,
    ) -> Statement:
        places = cues.name_set(words, cues.PLACES)
        audiences = cues.name_set(words, cues.AUDIENCES)
        services = cues.name_set(words, cues.SERVICES)
        subject = ", ".join(
            (about, *sorted(places), *sorted(services), *(f"for {name}" for name in sorted(audiences)))
        )
        return Statement(
            entry=self.entry(
                kind,
                subject,
                start,
                end,
                value=("from " if kind is LedgerKind.THRESHOLD else "") + words[one.start : one.end],
                amount=one.amount,
                unit=one.currency,
            ),
            scope=Scope(
                places=places,
                services=services,
                audiences=audiences,
                conditional=conditional or bool(cues.PASSING.search(words)),
            ),
            about=about,
        )

    def prices(self, words: str, money: tuple[Money, ...], start: int) -> Iterator[Statement]:
        """Read "Name, £54.00" where what stands before the amount is a name and no sentence."""
        last, named = 0, ""
        for one in money:
            before = words[last : one.start]
            last = one.end
            starting = bool(re.search(r"\b(?:from|ab)\s*$", before, re.IGNORECASE))
            name = re.sub(r"\b(?:from|ab)\s*$", "", before, flags=re.IGNORECASE)
            name = re.sub(r"^[\s,;:]*(?:and|und|or|oder)?\s+", "", f" {name}").strip(" ,;:|\u2013\u2014-(")
            told = cues.COSTS.match(name)
            name = told["name"] if told else name
            continued = re.match(r"\d+ [^\W\d_]+$", name)
            if continued and named:
                name = f"{named.rsplit(',', 1)[0]}, {name}"
            separated = bool(cues.SEPARATED.search(before)) or told is not None
            if is_name(name) and (separated or stands_alone(name)):
                named = name
                yield self.price(name, one, start + one.start, start + one.end, starting=starting)
        # "24 pupils, £222.00" goes on where the clause before it ended in a price
        if not named and len(money) == 1:
            head = re.match(r"(?P<name>\d+ [^\W\d_]+), $", words[: money[0].start])
            earlier = re.search(r"(?P<name>[^.;]+), \d+ [^\W\d_]+, \S+;\s*$", self.text[:start])
            if head and earlier and is_name(earlier["name"].strip()):
                name = f"{earlier['name'].strip()}, {head['name']}"
                yield self.price(name, money[0], start + money[0].start, start + money[0].end)

    def price(
        self, name: str, one: Money, start: int, end: int, *, starting: bool = False, sure: bool = True
    ) -> Statement:
        return Statement(
            entry=self.entry(
                LedgerKind.PRICE,
                name,
                start,
                end,
                value=("from " if starting else "") + self.text[start:end],
                amount=one.amount,
                unit=one.currency,
            ),
            words=cues.subject_words(name),
            scope=Scope(conditional=starting or not sure),
        )

    def lone_price(self) -> Iterator[Statement]:
        """Read a passage that is nothing but a price under the name of the product."""
        money = cues.find_money(self.text)
        rest = (
            re.sub(r"(?i)\b(?:price|preis)\b:?", "", self.text[: money[0].start] + self.text[money[0].end :])
            if money
            else "x"
        )
        if len(money) != 1 or rest.strip(" .*\n") or not self.leaf or cues.OTHER_PRODUCTS.search(self.leaf):
            return
        if is_name(self.leaf, plain=True):
            # only the page's own product is sure; a card in a list may stand under the heading of the list
            sure = self.leaf in self.products or cues.subject_words(self.leaf) <= self.title
            yield self.price(self.leaf, money[0], money[0].start, money[0].end, sure=sure)

    # tables ----------------------------------------------------------------------------------------------------

    def row(self) -> Iterator[Statement]:
        """Read a table row: a price of its first cell, or a charge where the table is about delivery."""
        cells = self.text.split(CELL)
        delivery = bool(cues.DELIVERY.search(self.passage.heading))
        at = 0
        for number, cell in enumerate(cells):
            place, at = at, at + len(cell) + len(CELL)
            money = cues.find_money(cell)
            if delivery:
                yield from self.charge_cell(cell, number, place, money)
            elif number and len(money) == 1 and self.price_cell(cells, cell, money[0]):
                first = money[0]
                start, end = place + first.start, place + first.end
                yield self.price(cells[0].strip(), first, start, end, starting=first.start > 0)

    def price_cell(self, cells: list[str], cell: str, one: Money) -> bool:
        """Say whether a cell is the one price in its row, behind a name."""
        alone = re.fullmatch(r"(?i)(?:from |ab )?", cell[: one.start]) and not cell[one.end :].strip(" *")
        return (
            bool(alone)
            and is_name(cells[0], plain=True)
            and sum(bool(cues.find_money(c)) for c in cells) == 1
        )

    def charge_cell(
        self, cell: str, number: int, place: int, money: tuple[Money, ...]
    ) -> Iterator[Statement]:
        for one in money:
            limited = bool(cues.FROM.search(cell[: one.start]) or cues.OR_MORE.match(cell[one.end :]))
            moved = replace(one, start=place + one.start, end=place + one.end)
            if limited and cues.FREE.search(self.text):
                yield self.amount(LedgerKind.THRESHOLD, "free delivery", self.text, moved, 0, len(self.text))
            elif number and not limited:
                weighed = bool(cues.CONDITION.search(self.text) or re.search(r"\d ?(?:kg|g)\b", self.text))
                yield self.amount(
                    LedgerKind.FEE, "delivery", self.text, moved, 0, len(self.text), conditional=weighed
                )

    # policies --------------------------------------------------------------------------------------------------

    def policies(self, start: int, end: int) -> Iterator[Statement]:
        words = self.text[start:end]
        policy = read_policy(words)
        if policy is None:
            return
        audiences = cues.name_set(words, cues.AUDIENCES)
        subject = ", ".join((policy.about, *(f"for {name}" for name in sorted(audiences))))
        yield Statement(
            entry=self.entry(
                LedgerKind.POLICY,
                subject,
                start,
                end,
                value=words,
                amount=float(policy.days) if policy.days else None,
                unit="days" if policy.days else "",
            ),
            scope=Scope(
                audiences=audiences, places=cues.name_set(words, cues.PLACES), conditional=policy.exceptional
            ),
            about=policy.about,
        )

    # weekdays --------------------------------------------------------------------------------------------------

    def wrong_weekdays(self, known: list[LedgerEntry]) -> Iterator[Statement]:
        """Read dates whose weekday is wrong, outside the deadlines that were read already."""
        for one in self.dates(self.text):
            at = self.passage.start + one.start
            if one.fits or one.day is None or any(entry.start <= at < entry.end for entry in known):
                continue
            yield Statement(
                entry=self.entry(
                    LedgerKind.DEADLINE,
                    f"date under “{self.leaf}”" if self.leaf else "date",
                    one.start,
                    one.end,
                    value=one.words,
                    day=one.day,
                ),
                fits=False,
                written=one.words,
            )
