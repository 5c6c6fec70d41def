"""From where on money and timing count as met for a customer: by the company's settings, its pages, else its orders."""

from __future__ import annotations

import math

import numpy as np

from segkit.analysis.sales.order_book import Floats, SalesBook
from segkit.model.company import SalesSettings
from segkit.model.criterion import Criterion
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from segkit.model.sales_facts import Threshold

TIMING_UNIT = "times the own median gap"


def find_thresholds(book: SalesBook, *, settings: SalesSettings, ledger: Ledger) -> tuple[Threshold, ...]:
    """Return from where on money and timing count as met.

    Parameters
    ----------
    book : SalesBook
        The orders.
    settings : SalesSettings
        A threshold given there comes first; ``lost_after`` is that of timing.
    ledger : Ledger
        The smallest order that pages of the company name. From where on a page takes something off is no sign of a budget.

    Notes
    -----
    Where neither settings nor pages name a smallest order, it is the lower quartile of the order values: a convention, which three of
    four orders reach by construction.
    """
    return (*_money(book, settings=settings, ledger=ledger), _timing(settings))


def _money(book: SalesBook, *, settings: SalesSettings, ledger: Ledger) -> list[Threshold]:
    own = next(
        (
            item.threshold
            for item in settings.criteria
            if item.criterion == Criterion.MONEY and item.threshold
        ),
        None,
    )
    if own is not None:
        return [_threshold(float(own), book.currency, "setting", "company.toml [[sales.criteria]] threshold")]
    entries = [
        entry
        for entry in ledger.of_kind(LedgerKind.THRESHOLD)
        if entry.amount is not None and entry.unit == book.currency
    ]
    smallest = _first(entries, "smallest order")
    if smallest is not None:
        return [_from_page(smallest, "the smallest order that a page names")]
    if not book.has_amount:
        return []
    values: Floats = book.orders["amount"].to_numpy(dtype=np.float64)[book.won]
    if not len(values):
        return []
    quartile = round(float(np.quantile(values, 0.25)), 2)
    text = (
        f"lower quartile of the value of {len(values):,} orders, a convention that three of four orders reach"
    )
    return [_threshold(quartile, book.currency, "orders", text)]


def _timing(settings: SalesSettings) -> Threshold:
    own = next(
        (
            item.threshold
            for item in settings.criteria
            if item.criterion == Criterion.TIMING and item.threshold
        ),
        None,
    )
    return Threshold(
        criterion=Criterion.TIMING,
        value=float(own or settings.lost_after),
        unit=TIMING_UNIT,
        basis="setting",
        definition="days since the last purchase day, held against the customer's own median gap",
    )


def _first(entries: list[LedgerEntry], subject: str) -> LedgerEntry | None:
    found = [entry for entry in entries if entry.subject.startswith(subject)]
    return min(found, key=lambda entry: entry.amount or 0.0, default=None)


def _from_page(entry: LedgerEntry, definition: str) -> Threshold:
    return Threshold(
        criterion=Criterion.MONEY,
        value=float(entry.amount or 0.0),
        unit=entry.unit,
        basis="page",
        definition=definition,
        source_id=entry.source_id,
        exact=entry.exact,
    )


def _threshold(value: float, unit: str, basis: str, definition: str) -> Threshold:
    return Threshold(
        criterion=Criterion.MONEY,
        value=value,
        unit=unit,
        basis=basis,
        definition=definition,
        source_id="" if basis == "setting" else "orders",
    )


def money_threshold(thresholds: tuple[Threshold, ...]) -> float:
    """Return the threshold of money, NaN where there is none."""
    return next((item.value for item in thresholds if item.criterion is Criterion.MONEY), math.nan)


def timing_factor(thresholds: tuple[Threshold, ...]) -> float:
    """Return how many times the own median gap a customer may be silent."""
    return next(item.value for item in thresholds if item.criterion is Criterion.TIMING)
