"""What a report states, chapter by chapter: the ground that figures in the user's own sentences are traced to.

What the user decided and wrote elsewhere is left out: one's own words are no evidence for one's own words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any

import pandas as pd

from segkit.analysis.study import Foundation
from segkit.analysis.tracing import Known, know
from segkit.model.company import Company
from segkit.model.evidence import Evidence, EvidenceBook
from segkit.model.factor import Factor
from segkit.model.sales_stage import SalesStage
from segkit.publish.passages import known_sources
from segkit.publish.plan import Plan
from segkit.publish.sales import Sales
from segkit.words.figures import format_percent, format_quantity, format_share
from segkit.words.findings import statistic_text
from segkit.words.intake import log_entry_text, reading_sentences

LIST_CUSTOMERS_UP_TO = 40
"""Customers up to which the report lists each, so that a text may speak of one."""
MONEY_UNITS = 10_000
_COUNTED = {
    "customers": "customer",
    "size": "customer",
    "people": "customer",
    "met": "customer",
    "not_met": "customer",
    "judged": "customer",
    "lapsed": "customer",
    "orders": "order",
    "fires": "time",
    "products": "product",
    "open": "opportunity",
    "won": "opportunity",
    "lost": "opportunity",
}
"""What the fields of facts count, by their names."""
_MONEY_FIELDS = ("amount", "revenue", "paid", "price")


@lru_cache(maxsize=1)
def segmentation_ground(foundation: Foundation) -> Known:
    """Return what the first chapter states: groups, evidence, orders, prices and every customer of a small book."""
    summary, ledger = foundation.segmentation.summary, foundation.ledger
    seen = _Seen(without=_own_words(foundation.company))
    seen.walk(ledger.conflicts)
    texts = [
        *seen.texts,
        *_summary_texts(foundation),
        *_book_texts(foundation.evidence),
        *(text for entry in ledger.entries for text in (entry.value, entry.exact, entry.subject)),
    ]
    book = know(
        [text for text in texts if not seen.is_own(text)],
        counts=[
            ("factor", len(Factor)),
            ("stage", len(SalesStage)),
            ("comparison", foundation.evidence.n_tests),
            ("test", foundation.evidence.n_tests),
            ("group", len(summary.segments)),
            ("segment", len(summary.segments)),
            *(("order", segment.orders) for segment in summary.segments),
        ],
        amounts=[(entry.unit, entry.amount) for entry in ledger.entries if entry.amount is not None],
        dates=[
            foundation.orders.as_of,
            *(day for entry in ledger.entries for day in (entry.day, entry.seen_on) if day),
        ],
        names=[*_ids(foundation), *(source.title for source in known_sources(foundation).values())],
    )
    documents = Known(documents=foundation.library.documents, cited=frozenset(known_sources(foundation)))
    return book | _orders(foundation) | _customers(foundation) | documents


@lru_cache(maxsize=1)
def plan_ground(plan: Plan) -> Known:
    """Return what the second chapter states: facts, flows and their reasons."""
    return _walked(plan.flows, plan.foundation)


@lru_cache(maxsize=1)
def sales_ground(sales: Sales) -> Known:
    """Return what the third chapter states: verdicts, stages, deals and worked examples."""
    return _walked(sales.cycle, sales.plan.foundation)


def _walked(value: object, foundation: Foundation) -> Known:
    seen = _Seen(without=_own_words(foundation.company))
    seen.walk(value)
    amounts = [(foundation.orders.currency, amount) for amount in seen.amounts]
    return know(
        [text for text in seen.texts if not seen.is_own(text)],
        counts=seen.counts,
        amounts=amounts,
        shares=seen.shares,
        times=seen.times,
        dates=seen.dates,
    )


@lru_cache(maxsize=4)
def _own_words(company: Company) -> frozenset[str]:
    """Return what the user wrote in the settings and stands among the reasons of the report."""
    own = [
        *(item.reason for item in company.flows.overrides),
        *(text for item in company.sales.criteria for text in (item.reason, item.question)),
        *(t for item in company.sales.stages for t in (item.reason, item.enters, item.leaves, item.does)),
        company.sales.opportunity,
        *(item.note for item in company.segmentation.definitions),
        *(item.claim for item in company.evidence.own),
    ]
    return frozenset(text for text in own if text)


@dataclass(slots=True)
class _Seen:
    """What a frozen value holds, by the names of its fields: sentences, counts, k of n, days, amounts and dates."""

    without: frozenset[str]
    texts: list[str] = field(default_factory=list)
    counts: list[tuple[str, float]] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)
    shares: list[tuple[float, float]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    dates: list[date] = field(default_factory=list)

    def is_own(self, text: str) -> bool:
        """Return whether a sentence holds what the user wrote."""
        return any(own in text for own in self.without)

    def walk(self, value: object, name: str = "") -> None:
        """Collect what a value holds."""
        if isinstance(value, Enum) or value is None or isinstance(value, bool):
            return
        if isinstance(value, str):
            self.texts.append(value)
        elif is_dataclass(value) and not isinstance(value, type):
            self._share(value)
            for each in fields(value):
                self.walk(getattr(value, each.name), each.name)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self.walk(item, name)
        elif isinstance(value, datetime):
            self.dates.append(value.date())
        elif isinstance(value, date):
            self.dates.append(value)
        elif isinstance(value, (int, float, Decimal)):
            self._number(float(value), name, whole=isinstance(value, int))

    def _number(self, value: float, name: str, *, whole: bool) -> None:
        if "days" in name:
            self.times.append(value)
        elif any(part in name for part in _MONEY_FIELDS):
            self.amounts.append(value)
        elif (
            whole
            and (noun := _COUNTED.get(name.removeprefix("n_"), "" if name.startswith("n_") else None))
            is not None
        ):
            self.counts.append((noun, value))

    def _share(self, value: Any) -> None:
        k, n = getattr(value, "k", None), getattr(value, "n", None)
        if isinstance(k, int) and isinstance(n, int) and n:
            self.shares.append((k, n))
            self.counts += [("", k), ("", n)]
        unit, middle = getattr(value, "unit", ""), getattr(value, "median", None)
        if isinstance(middle, float) and isinstance(unit, str):
            found = [
                getattr(value, each, None) for each in ("low", "median", "high", "mean", "least", "most")
            ]
            spread = [each for each in found if isinstance(each, float)]
            if unit in {"days", ""}:
                self.times += spread
            elif unit.isupper():
                self.amounts += spread
            else:
                self.counts += [(unit.removesuffix("s"), each) for each in spread]


def _summary_texts(foundation: Foundation) -> Iterator[str]:
    summary = foundation.segmentation.summary
    yield from (
        summary.verdict,
        summary.why_this_number,
        summary.precedence,
        *summary.edge_cases,
        *summary.notes,
    )
    for segment in summary.segments:
        yield from (segment.name, segment.rule.sentence, *segment.name_exceptions, segment.note)
        yield from (reading.text for reading in segment.profile)
        yield f"{format_share(segment.size, summary.n_customers)} customers"
        yield f"{segment.size} customers"
        yield format_percent(segment.share)
        if segment.revenue is not None:
            yield format_quantity(float(segment.revenue), summary.currency)
        if segment.revenue_share is not None:
            yield format_percent(segment.revenue_share)
        for measure in segment.measures:
            yield format_quantity(measure.value, measure.unit)
            yield format_quantity(measure.overall, measure.unit)


def _book_texts(book: EvidenceBook) -> Iterator[str]:
    for item in (*book.evidence, *book.appendix):
        if not item.reviewed_by or item.reviewed_by == "number":
            yield item.claim
        yield from (item.definition, item.limits, *_statistic_texts(item))
    yield from (gap.sentence for gap in book.gaps)
    yield from (text for _, text in book.mind_changers)


def _statistic_texts(item: Evidence) -> Iterator[str]:
    """Yield the figures of a statistic in their units."""
    found = item.statistic
    if found is None:
        return
    yield statistic_text(found)
    for value in (found.value, found.comparator):
        yield format_quantity(value, found.unit)
    for k, n in ((found.k_group, found.n_group), (found.k_rest, found.n_rest)):
        if k is not None:
            yield f"{k} of {n} customers"


def _orders(foundation: Foundation) -> Known:
    log = foundation.orders.log
    average = [log.revenue / log.orders] if log.revenue is not None and log.orders else []
    revenue = [log.revenue] if log.revenue is not None else []
    entries = [*log.dropped, *log.repaired, *log.kept]
    return know(
        [*reading_sentences(log), *(log_entry_text(entry, log.currency) for entry in entries)],
        counts=[
            ("customer", log.customers),
            ("order", log.orders),
            *(("row", rows) for rows in (log.rows_read, log.rows_used, *(entry.rows for entry in entries))),
        ],
        amounts=[(log.currency, float(value)) for value in (*revenue, *average)],
        dates=[log.first_order, log.last_order],
        names=[f"{year}-?-?" for year in range(log.first_order.year, log.last_order.year + 1)],
        times=[(log.last_order - log.first_order).days + 1],
    )


def _customers(foundation: Foundation) -> Known:
    """Return what a small book shows of each customer: days since orders, how many, how much, and when."""
    table = foundation.customers
    if len(table) > LIST_CUSTOMERS_UP_TO:
        return Known()
    currency = foundation.orders.currency
    sums = [value / MONEY_UNITS for value in _column(table, "monetary_total")]
    return know(
        counts=[
            (noun, value)
            for noun, name in (("order", "frequency"), ("day", "purchase_days"), ("line", "order_lines"))
            for value in _column(table, name)
        ],
        times=[
            value
            for name in (
                "recency_days",
                "tenure_days",
                "active_span_days",
                "median_gap_days",
                "mean_gap_days",
            )
            for value in _column(table, name)
        ],
        amounts=[(currency, value) for value in (*sums, *_column(table, "average_order_value"))],
    ) | _single_orders(foundation)


def _single_orders(foundation: Foundation) -> Known:
    """Return the day and the value of each order of a small book; the report draws them one by one."""
    orders = foundation.orders
    wanted = [name for name in ("order_id", "order_date", "amount") if name in orders.columns]
    lines = orders.scan().select(*wanted).collect().to_pandas()
    values = lines.groupby("order_id")["amount"].sum() / MONEY_UNITS if len(wanted) == 3 else pd.Series()
    return know(
        amounts=[(orders.currency, float(value)) for value in values.dropna()],
        dates=[day.date() for day in pd.to_datetime(lines["order_date"]).dropna()],
        names=[str(each) for each in lines["order_id"].dropna()] if "order_id" in wanted else [],
    )


def _column(table: pd.DataFrame, name: str) -> Iterable[float]:
    return [float(value) for value in table[name].dropna()] if name in table else []


def _ids(foundation: Foundation) -> list[str]:
    """Return the ids that a text may name: customers, and the codes of the ledger."""
    customers = [str(customer) for customer in foundation.segmentation.assignments.index]
    return [*customers, *(entry.subject for entry in foundation.ledger.entries)]
