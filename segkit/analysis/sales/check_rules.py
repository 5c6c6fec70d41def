"""How one order is held against one statement: a judge for each rule.

Each judge takes the book, the statement and the order's row, and returns the mark, the id of the reason and what the order has there;
None where the statement does not speak of such an order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from segkit.analysis import ledger_patterns as written
from segkit.analysis.sales.order_book import Floats, SalesBook
from segkit.analysis.sales.stated_cues import (
    CREDIT_LIMIT,
    DATE,
    PRO_FORMA,
    PURCHASE_ORDER,
    SIGNER,
    SMALLEST,
    TERMS,
)
from segkit.model.criterion import Mark
from segkit.model.sales_facts import StatedCriterion
from segkit.words.figures import minor_digits

Verdict = tuple[Mark, str, str]
NOT_RECORDED: Verdict = (Mark.UNKNOWN, "not_recorded", "")


def judge_pro_forma(book: SalesBook, item: StatedCriterion, row: int) -> Verdict:
    """Judge "pro forma for the first orders" by an order's place and terms."""
    order = book.orders.iloc[row]
    early, later, terms = order["place"] <= (item.amount or 0), bool(order["later"]), str(order["terms"])
    if early and later:
        return Mark.NOT_MET, "terms_before_due", terms
    if later:
        return Mark.MET, "terms_earned", terms
    return (Mark.MET, "pro_forma_kept", terms) if early and terms else NOT_RECORDED


def judge_terms(book: SalesBook, item: StatedCriterion, row: int) -> Verdict:
    """Judge "60 days from the invoice date" by an order's terms."""
    terms = str(book.orders["terms"].iloc[row])
    if not terms:
        return NOT_RECORDED
    return _judge(terms_days(terms) == item.amount, "terms_kept", "terms_differ", terms)


def judge_credit(book: SalesBook, item: StatedCriterion, row: int) -> Verdict:
    """Judge "up to ... outstanding at a time" by what the customer owed on the day of an order, the order included."""
    owed = outstanding(book, row)
    if owed is None:
        return NOT_RECORDED
    return _judge(owed <= (item.amount or 0), "within_limit", "over_limit", _write(owed, book))


def judge_smallest(book: SalesBook, item: StatedCriterion, row: int) -> Verdict:
    """Judge the smallest order by an order's value."""
    if not book.has_amount:
        return NOT_RECORDED
    amount = float(book.orders["amount"].iloc[row])
    return _judge(amount >= (item.amount or 0), "above_smallest", "below_smallest", _write(amount, book))


def judge_purchase_order(book: SalesBook, item: StatedCriterion, row: int) -> Verdict:  # noqa: ARG001 - all judges are asked alike
    """Judge whether an order has a purchase order number."""
    if not book.columns.purchase_order:
        return NOT_RECORDED
    number = str(book.orders["purchase_order"].iloc[row])
    return _judge(bool(number), "purchase_order_given", "purchase_order_missing", number)


def judge_signer(book: SalesBook, item: StatedCriterion, row: int) -> Verdict:  # noqa: ARG001 - no order file names who signs
    """Judge who signs: nobody records it in an order file."""
    return Mark.UNKNOWN, "signer_unknown", ""


def judge_date(book: SalesBook, item: StatedCriterion, row: int) -> Verdict | None:
    """Judge "order by" where the order names the day that the page promises; without dates, whether a day was named at all."""
    order = book.orders.iloc[row]
    placed = book.day(order["day"])
    wanted = None if np.isnan(order["dated"]) else book.day(order["dated"])
    dates = [one.day for one in written.find_dates(item.exact, year=placed.year) if one.day is not None]
    if not dates:
        if not book.columns.dated:
            return NOT_RECORDED
        # a blank says that nobody wrote a day down, not that none was agreed
        return (Mark.MET, "date_given", wanted.isoformat()) if wanted else (Mark.UNKNOWN, "no_date", "")
    if len(dates) == 2 and dates[1] == wanted:
        return _judge(placed <= dates[0], "ordered_in_time", "ordered_late", placed.isoformat())
    return None


JUDGES: dict[str, Callable[[SalesBook, StatedCriterion, int], Verdict | None]] = {
    PRO_FORMA: judge_pro_forma,
    TERMS: judge_terms,
    CREDIT_LIMIT: judge_credit,
    SMALLEST: judge_smallest,
    PURCHASE_ORDER: judge_purchase_order,
    SIGNER: judge_signer,
    DATE: judge_date,
}
"""By rule; a statement without a rule is quoted and judged by nobody."""


def _judge(holds: bool, yes: str, no: str, found: str) -> Verdict:  # noqa: FBT001 - the one thing that is judged
    return (Mark.MET, yes, found) if holds else (Mark.NOT_MET, no, found)


def _write(amount: float, book: SalesBook) -> str:
    return f"{amount:,.{minor_digits(book.currency)}f}"


def terms_days(terms: str) -> float | None:
    """Return the days that terms give.

    Examples
    --------
    >>> terms_days("Net 30"), terms_days("Pro forma")
    (30.0, None)
    """
    found = re.search(r"\b\d{1,3}\b", terms)
    return float(found.group()) if found else None


def days_of_all(terms: pd.Series) -> Floats:
    """Return the days that the terms of every order give, NaN where they give none."""
    days = {text: terms_days(str(text)) for text in terms.unique()}
    return terms.map(days).to_numpy(dtype=np.float64, na_value=np.nan)


def outstanding(book: SalesBook, row: int) -> float | None:
    """Return what the customer of an order owed on its day, this order included; None where the file does not say when was paid."""
    frame = book.orders
    order = frame.iloc[row]
    if not book.has_amount or not book.status_known or not (order["awaiting"] or book.columns.paid):
        return None
    own = frame[(frame["number"] == order["number"]) & (frame["day"] <= order["day"]) & ~frame["taken_back"]]
    # without a day of payment a paid order of before counts as settled: it may have been owed then, and nobody can tell
    owed = own["awaiting"] | (own["paid"] > order["day"])
    owed |= own["order_id"] == order["order_id"]
    return round(float(own.loc[owed, "amount"].sum()), 2)


def due_day(book: SalesBook, order: pd.Series) -> date | None:
    """Return when the payment of an order is due: by its column, else by its terms."""
    if not np.isnan(order["due"]):
        return book.day(order["due"])
    days = terms_days(str(order["terms"])) if order["later"] else None
    return book.day(order["day"] + days) if days else None
