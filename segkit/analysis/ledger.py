"""The ledger: what pages and orders say of prices, codes, deadlines, fees, thresholds and policies, with conflicts.

Comes in: the documents of a company and what its orders say. Goes out: a :class:`~segkit.model.ledger.Ledger` that
flows and messages respect. One passage is read by :mod:`.ledger_entries`, disagreement found by :mod:`.conflicts`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from segkit.analysis import ledger_patterns as cues
from segkit.analysis.conflicts import find_conflicts
from segkit.analysis.ledger_entries import read_passage
from segkit.analysis.ledger_statements import Material, Statement, make_entry, saved_on
from segkit.analysis.order_facts import FactKind, OrderFact, collect_order_facts
from segkit.model.document import Document, Library, Passage
from segkit.model.evidence import SourceType
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from segkit.words.ledger import say_amount, say_day

__all__ = ["FactKind", "OrderFact", "build_ledger", "collect_order_facts"]

ORDERS = "orders"
"""Source id of the order history."""
KEPT_PRICES = 200
"""Prices in orders that the ledger keeps beside those in a conflict, of the products in most orders; all are compared."""


def build_ledger(library: Library, *, order_facts: Sequence[OrderFact] = (), as_of: date) -> Ledger:
    """Build the ledger of a company.

    Parameters
    ----------
    library : Library
        Pages of the website, read passage by passage; texts in the orders, if they are among the documents, only show
        promises that were not kept. Research says nothing of the company's own offers and is left alone.
    order_facts : sequence of OrderFact
        What :func:`collect_order_facts` returned.
    as_of : date
        A code or deadline that lies before it has ended.

    Returns
    -------
    Ledger
        Entries by kind, subject and source; conflicts by kind and subject.

    Examples
    --------
    >>> build_ledger(Library(), as_of=date(2026, 9, 7))
    Ledger(entries=(), conflicts=())
    """
    pages = [item for item in library.documents if item.source.type is SourceType.WEBSITE]
    statements = [one for page in pages for one in _read_page(page, as_of=as_of)]
    facts = tuple((fact, _fact_entry(fact)) for fact in order_facts)
    notes = tuple((passage, _note_entry(passage)) for passage in _notes(library))
    material = Material(
        statements=tuple(statements),
        as_of=as_of,
        facts=facts,
        notes=notes,
        names={item.source.id: item.source.path or item.source.title for item in library.documents},
    )
    conflicts = find_conflicts(material)
    cited = {entry_id for conflict in conflicts for entry_id in conflict.entries}
    entries = [
        *(one.entry for one in statements),
        *(entry for fact, entry in facts if fact.kind is FactKind.TERMS or entry.id in cited),
        *(entry for fact, entry in facts if fact.kind is FactKind.CODE and " " not in fact.subject),
        *(entry for _, entry in _best_sold(facts)),
        *(entry for _, entry in notes if entry.id in cited),
    ]
    unique = {entry.id: entry for entry in entries}
    ordered = sorted(
        unique.values(), key=lambda one: (one.kind, one.subject, one.source_id, one.start, one.id)
    )
    return Ledger(entries=tuple(ordered), conflicts=conflicts)


def _read_page(page: Document, *, as_of: date) -> Iterator[Statement]:
    for passage in page.passages:
        yield from read_passage(passage, page, as_of=as_of)
    for product in page.products:
        try:
            amount = cues.read_number(product.price)
        except ValueError:
            continue
        yield Statement(
            entry=make_entry(
                LedgerKind.PRICE,
                product.name,
                value=f"{product.price} {product.currency}".strip(),
                source_id=page.source.id,
                exact="",
                locator="structured data",
                amount=amount,
                unit=product.currency,
                seen_on=saved_on(page),
            ),
            words=cues.subject_words(product.name),
            structured=True,
        )


def _notes(library: Library) -> Iterator[Passage]:
    for document in library.documents:
        if document.source.type is SourceType.ORDER_HISTORY:
            yield from (passage for passage in document.passages if passage.quotable)


def _note_entry(passage: Passage) -> LedgerEntry:
    return make_entry(
        LedgerKind.POLICY,
        "a note in an order",
        value=passage.text,
        source_id=passage.source_id,
        exact=passage.text,
        locator=passage.locator,
        start=passage.start,
        end=passage.end,
    )


def _best_sold(
    facts: Sequence[tuple[OrderFact, LedgerEntry]],
) -> list[tuple[OrderFact, LedgerEntry]]:
    """Return the prices of the products that stand in most orders."""
    prices = [pair for pair in facts if pair[0].kind is FactKind.PRICE]
    return sorted(prices, key=lambda pair: (-pair[0].orders, pair[0].subject))[:KEPT_PRICES]


def _fact_entry(fact: OrderFact) -> LedgerEntry:
    """Return what the orders say as an entry."""
    if fact.kind is FactKind.PRICE:
        kind, subject, value = LedgerKind.PRICE, fact.subject, say_amount(fact.amount or 0.0, fact.unit)
    elif fact.kind is FactKind.CODE:
        kind, subject = LedgerKind.CODE, fact.subject
        value = f"used from {say_day(fact.first)} to {say_day(fact.last)}"
    else:
        kind, subject = LedgerKind.POLICY, ", ".join(("payment terms in orders", *fact.tags))
        value = fact.subject
    return make_entry(
        kind,
        subject,
        value=value,
        source_id=ORDERS,
        exact=fact.subject,
        locator=fact.locator,
        amount=fact.amount,
        unit=fact.unit if fact.amount is not None else "",
        seen_on=fact.last,
    )
