"""Orders held against what the company's own pages ask: one order against everything, and all orders against the terms.

A statement about some customers ("Studios and makers: ...") is held only against those whom tags or the customer file name so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from segkit.analysis.sales.buyers import Signs, align
from segkit.analysis.sales.check_rules import JUDGES, days_of_all, outstanding
from segkit.analysis.sales.columns import CONTRACT, OPENED, ROLE, find_attribute
from segkit.analysis.sales.order_book import Flags, SalesBook
from segkit.analysis.sales.stated import find_head, name_audiences
from segkit.analysis.sales.stated_cues import (
    CREDIT_LIMIT,
    DATE,
    PRO_FORMA,
    PURCHASE_ORDER,
    SIGNER,
    TERMS,
)
from segkit.model.criterion import Mark
from segkit.model.document import Library
from segkit.model.sales_facts import CriterionCheck, StatedCriterion

MAX_LEVELS = 50
"""Texts of an attribute above which it names no kind of customer."""
_OWNER = r"\bowner|\binhaber|managing director|geschäftsführ"
_YES = ("true", "yes", "ja", "1")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Members:
    """Who belongs to an audience, as far as tags and the customer file say; ``known`` is False where neither names it."""

    flags: Flags
    known: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Checker:
    """What orders are held against."""

    book: SalesBook
    signs: Signs
    stated: tuple[StatedCriterion, ...]
    attributes: pd.DataFrame | None
    names: Mapping[int, str] = field(default_factory=dict)
    met: frozenset[str] = frozenset()
    """Orders of deals in which the person who decides was met."""

    def members(self, item: StatedCriterion) -> Members:
        """Return whom a statement is about; everybody where it names nobody."""
        n = self.book.n_customers
        phrases = name_audiences(find_head(item.exact)) or name_audiences(item.audience)
        if not phrases:
            return Members(flags=np.ones(n, dtype=bool), known=True)
        flags = np.zeros(n, dtype=bool)
        for phrase in phrases:
            flags |= self._named(phrase)
        return Members(flags=flags, known=bool(flags.any()))

    def with_page_audience(self, library: Library) -> Checker:
        """Return a checker whose statements without an audience take that of their page, where its heading names one that is known."""
        titles = {
            document.source.id: next(
                (one.heading.partition(" > ")[0] for one in document.passages if one.heading), ""
            )
            for document in library.documents
        }
        known: dict[str, str] = {}
        for source, title in titles.items():
            said = title.strip().lower().removeprefix("for ")
            phrases = name_audiences(said)
            known[source] = said if phrases and all(self._named(one).any() for one in phrases) else ""
        stated = tuple(
            replace(item, audience=known.get(item.source_id, ""))
            if not item.audience and not name_audiences(find_head(item.exact))
            else item
            for item in self.stated
        )
        return replace(self, stated=stated)

    def _signs_himself(self, row: int) -> str:
        """Return how it is known that whoever signs was asked for an order; "" where nothing says so."""
        order = self.book.orders.iloc[row]
        if str(order["order_id"]) in self.met:
            return "the decision maker was met"
        role = find_attribute(self.attributes.columns, ROLE) if self.attributes is not None else ""
        if self.attributes is None or not role:
            return ""
        found = align(self.book, self.attributes[role]).iloc[int(order["number"])]
        return (
            "the buyer is the owner" if not pd.isna(found) and re.search(_OWNER, str(found).lower()) else ""
        )

    def _named(self, phrase: str) -> Flags:
        """Flag the customers whom a group's name, a tag, a text of the customer file or a contract calls so."""
        pattern = rf"(?:^|,)\s*{re.escape(phrase)}s?\s*(?:,|$)"
        tagged = self.book.orders["tags"].str.contains(pattern, regex=True)
        flags = self.book.per_customer(tagged.to_numpy(dtype=bool)) > 0
        groups = [
            number for number, name in self.names.items() if name.strip().lower() in {phrase, f"{phrase}s"}
        ]
        flags |= np.isin(self.book.lines.segment, groups)
        if self.attributes is None:
            return flags
        for column in self.attributes.columns:
            texts = align(self.book, self.attributes[column]).str.lower()
            if texts.nunique() <= MAX_LEVELS:
                flags |= texts.isin([phrase, f"{phrase}s"]).to_numpy(dtype=bool)
        contract = find_attribute(self.attributes.columns, CONTRACT)
        if contract and phrase.split(maxsplit=1)[0] == "contract":
            texts = align(self.book, self.attributes[contract]).str.lower()
            flags |= texts.isin(_YES).to_numpy(dtype=bool)
        return flags

    def check(self, row: int) -> tuple[CriterionCheck, ...]:
        """Hold one order, given by its row, against every statement that is about its customer."""
        number = int(self.book.orders["number"].iloc[row])
        found = []
        for item in _once_a_rule(self.stated):
            members = self.members(item)
            if not members.flags[number] or (item.rule in _OF_TRADE and not self.signs.trade[number]):
                continue
            judge = JUDGES.get(item.rule)
            verdict = judge(self.book, item, row) if judge else None
            if item.rule == SIGNER and (signer := self._signs_himself(row)):
                verdict = Mark.MET, "signer_met", signer
            if verdict is not None:
                mark, because, value = verdict
                place = int(self.book.orders["place"].iloc[row])
                found.append(
                    CriterionCheck(stated=item, mark=mark, because=because, found=value, place=place)
                )
        return tuple(found)

    def find_exceptions(self) -> list[tuple[int, StatedCriterion]]:
        """Return the rows of orders with terms that a page rules out, the latest first, one statement each."""
        found: dict[int, StatedCriterion] = {}
        for item in self.stated:
            for row in self._rows_against(item):
                found.setdefault(row, item)
        days = self.book.orders["day"].to_numpy()
        return sorted(found.items(), key=lambda pair: (-int(days[pair[0]]), pair[0]))

    def _rows_against(self, item: StatedCriterion) -> Iterator[int]:
        members, frame = self.members(item), self.book.orders
        if not members.known or item.amount is None:
            return
        inside = members.flags[frame["number"].to_numpy()]
        if item.rule == PRO_FORMA:
            early = frame["later"].to_numpy(dtype=bool) & (frame["place"].to_numpy() <= item.amount)
            yield from np.flatnonzero(inside & early & self._seen_from_the_start()).tolist()
        elif item.rule == TERMS and item.audience:
            days = days_of_all(frame["terms"])
            yield from np.flatnonzero(~inside & (days == item.amount)).tolist()
        elif item.rule == CREDIT_LIMIT:
            for row in np.flatnonzero(inside & frame["later"].to_numpy(dtype=bool)).tolist():
                owed = outstanding(self.book, row)
                if owed is not None and owed > item.amount:
                    yield row

    def _seen_from_the_start(self) -> Flags:
        """Flag the orders of customers who did not begin before the file does, as far as the customer file says."""
        number = self.book.orders["number"].to_numpy()
        column = find_attribute(self.attributes.columns, OPENED) if self.attributes is not None else ""
        if self.attributes is None or not column:
            return np.ones(len(number), dtype=bool)
        opened = pd.to_datetime(align(self.book, self.attributes[column]), errors="coerce")
        first = pd.Timestamp(self.book.day(self.book.orders["day"].min()))
        late = (opened >= first) | opened.isna()
        flags: Flags = late.to_numpy(dtype=bool)[number]
        return flags


_OF_TRADE = (SIGNER, PURCHASE_ORDER)
"""Rules that are meant for organizations, whoever is named."""


def _once_a_rule(stated: Sequence[StatedCriterion]) -> list[StatedCriterion]:
    """Return one statement for each rule and audience, the longest; those of dates and without a rule all."""
    kept: dict[tuple[object, ...], StatedCriterion] = {}
    for item in stated:
        key = (item.rule, item.audience) if item.rule not in {"", DATE} else (item.exact,)
        if key not in kept or len(item.exact) > len(kept[key].exact):
            kept[key] = item
    return list(kept.values())
