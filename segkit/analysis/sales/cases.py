"""Real opportunities told step by step: one worked example, the largest open deal, and orders on terms that the company's own pages rule out.

Which one is the example is a rule and no choice: the one that company.toml names; else the won deal closed last whose stages and
order are known; else the open order of highest value; else the latest order of a customer with three orders or more; else the latest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from segkit.analysis.purchase_days import quote_column
from segkit.analysis.sales.buyers import align
from segkit.analysis.sales.case_events import steps_before
from segkit.analysis.sales.check_rules import due_day
from segkit.analysis.sales.checks import Checker
from segkit.analysis.sales.columns import OPENED, find_attribute
from segkit.analysis.sales.deal_case import find_deal, largest_open_deal, last_won_deal, tell_deal
from segkit.analysis.sales.order_book import SalesBook
from segkit.analysis.sales.outcomes import QUOTED, Pace
from segkit.errors import InputError
from segkit.intake.columns import normalise
from segkit.intake.order_texts import SOURCE_ID
from segkit.intake.pipeline import Pipeline
from segkit.model.document import Library
from segkit.model.sales_facts import CaseStep, OpportunityCase
from segkit.model.sales_stage import SalesStage

MAX_EXCEPTIONS = 3
"""Orders on terms that a page rules out that are told; all of them are counted."""
ENOUGH_ORDERS = 3
EXAMPLE, OPEN, EXCEPTION = "example", "open", "exception"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseMaterial:
    """What cases are told from."""

    book: SalesBook
    pace: Pace
    checker: Checker
    pipeline: Pipeline | None
    events: Any
    library: Library


def tell_cases(material: CaseMaterial, *, example: str) -> tuple[tuple[OpportunityCase, ...], int]:
    """Tell the example, the largest open deal of a pipeline, and the exceptions.

    Parameters
    ----------
    material : CaseMaterial
        Orders, pipeline, events and pages.
    example : str
        Order or opportunity id of ``company.toml``; "" leaves it to the rule.

    Returns
    -------
    tuple of (tuple of OpportunityCase, int)
        The example first, then the open deal where it is another one, then at most three exceptions, the latest first; and how many orders are exceptions.

    Raises
    ------
    InputError
        ``example`` names no order and no opportunity.
    """
    found = material.checker.find_exceptions()
    cases = [_tell_example(material, example)] if len(material.book.orders) else []
    told = {case.key for case in cases}
    largest = largest_open_deal(material.book, material.pipeline)
    if largest is not None and material.pipeline is not None:
        deal = tell_deal(material.book, material.pipeline, largest, role=OPEN)
        if deal.key not in told:
            cases.append(_with_next(material, deal))
    most = len(cases) + MAX_EXCEPTIONS
    for row, _ in found:
        if len(cases) >= most:
            break
        case = _tell_order(material, row, role=EXCEPTION)
        if case.key not in told:
            told.add(case.key)
            cases.append(case)
    return tuple(cases), len(found)


def _tell_example(material: CaseMaterial, example: str) -> OpportunityCase:
    book = material.book
    deal = find_deal(material.pipeline, example) if example else last_won_deal(book, material.pipeline)
    if deal is not None and material.pipeline is not None:
        return _with_next(material, _with_order(material, tell_deal(book, material.pipeline, deal)))
    if example:
        rows = np.flatnonzero(book.orders["order_id"] == example)
        if not len(rows):
            known = book.orders["order_id"].iloc[-1]
            raise InputError(
                f"[sales] example names no order and no opportunity (got {example!r}); give an id as the files have it, such as {known!r}."
            )
        return _tell_order(material, int(rows[-1]), role=EXAMPLE)
    return _tell_order(material, _choose_order(book), role=EXAMPLE)


def _choose_order(book: SalesBook) -> int:
    """Return the row of the open order of highest value, else of the latest order of somebody who has ordered before."""
    frame = book.orders
    amount = frame["amount"].to_numpy(dtype=np.float64)
    day = frame["day"].to_numpy()
    waiting = np.flatnonzero(frame["awaiting"].to_numpy(dtype=bool))
    if len(waiting):
        return int(waiting[np.lexsort((waiting, -day[waiting], -amount[waiting]))[0]])
    many = np.bincount(frame["number"], minlength=book.n_customers)[frame["number"]] >= ENOUGH_ORDERS
    for rows in (np.flatnonzero(many & book.won), np.flatnonzero(book.won), np.arange(len(frame))):
        if len(rows):
            return int(rows[np.lexsort((rows, -day[rows]))[0]])
    raise AssertionError("an order book has an order")  # pragma: no cover - intake refuses an empty file


def _tell_order(material: CaseMaterial, row: int, *, role: str) -> OpportunityCase:
    book = material.book
    order = book.orders.iloc[row]
    number, placed = int(order["number"]), book.day(order["day"])
    due, wanted = due_day(book, order), _day(book, order["dated"])
    paid = _day(book, order["paid"])
    status = "open" if order["awaiting"] else "lost" if order["taken_back"] else "won"
    before = steps_before(book, material.events, number=number, day=int(order["day"]))
    if not any(step.what == "signed_up" for step in before):
        before += _opened(material, number, placed)
    product, n_products = _main_product(book, number, str(order["order_id"]))
    case = OpportunityCase(
        kind="order",
        role=role,
        key=str(order["order_id"]),
        customer_id=book.label(number),
        segment_id=book.segment_of(number),
        status=status,
        amount=round(float(order["amount"]), 2),
        opened=placed,
        steps=(*_before_order(order, placed, before), *_order_steps(material, row)),
        checks=material.checker.check(row),
        closed=paid if status == "won" else None,
        expected=due or wanted,
        terms=str(order["terms"]),
        place=int(order["place"]),
        product=product,
        n_products=n_products,
    )
    return _with_next(material, case)


def _opened(material: CaseMaterial, number: int, placed: date) -> list[CaseStep]:
    """Return the day on which the customer file says that the account was opened, where that was before the order."""
    attributes = material.checker.attributes
    column = find_attribute(attributes.columns, OPENED) if attributes is not None else ""
    if attributes is None or not column:
        return []
    opened = pd.to_datetime(align(material.book, attributes[column]), errors="coerce").iloc[number]
    if pd.isna(opened) or opened.date() > placed:
        return []
    return [CaseStep(stage=SalesStage.PROSPECTING, what="opened", on=opened.date())]


def _before_order(order: pd.Series, placed: date, before: Iterable[CaseStep]) -> list[CaseStep]:
    """Return the first three stages: what events and the order itself show, and what nobody recorded."""
    seen = list(before)
    if any(word in str(order["channel"]).lower() for word in QUOTED):
        seen.append(
            CaseStep(stage=SalesStage.EVALUATING, what="quoted", on=placed, detail=str(order["channel"]))
        )
    stages = (
        (SalesStage.PROSPECTING, "known_by"),
        (SalesStage.DISCOVERY, "asked"),
        (SalesStage.EVALUATING, "weighed"),
    )
    steps = []
    for stage, what in stages:
        of = [step for step in seen if step.stage is stage]
        steps += of or [CaseStep(stage=stage, what=what, observed=False)]
    return steps


def _order_steps(material: CaseMaterial, row: int) -> list[CaseStep]:
    """Return what the order records from the day it was placed."""
    book = material.book
    order = book.orders.iloc[row]
    placed, due, paid = book.day(order["day"]), due_day(book, order), _day(book, order["paid"])
    wanted = _day(book, order["dated"])
    closing = SalesStage.CLOSING
    steps = [
        CaseStep(
            stage=closing,
            what="order_placed",
            on=placed,
            detail=str(order["channel"]),
            amount=round(float(order["amount"]), 2),
        )
    ]
    if order["purchase_order"]:
        steps.append(
            CaseStep(stage=closing, what="purchase_order", on=placed, detail=str(order["purchase_order"]))
        )
    if order["terms"]:
        steps.append(CaseStep(stage=closing, what="terms", on=placed, detail=str(order["terms"])))
    dated = [("promised", wanted), ("due", due)]
    steps += [
        CaseStep(stage=closing, what=what, on=on, days=(on - placed).days)
        for what, on in sorted(((what, on) for what, on in dated if on), key=lambda pair: pair[1])
    ]
    steps += [
        CaseStep(stage=closing, what="note", detail=text)
        for text in _notes(material.library, str(order["order_id"]))
    ]
    late = book.as_of - due.toordinal() if due else 0
    if order["awaiting"]:
        what = "overdue" if late > 0 else "unpaid"
        steps.append(
            CaseStep(
                stage=closing,
                what=what,
                on=date.fromordinal(book.as_of),
                days=late if late > 0 else None,
            )
        )
    elif order["taken_back"]:
        steps.append(CaseStep(stage=SalesStage.LOST, what="taken_back"))
    else:
        days = (paid - placed).days if paid else None
        # a column that intake does not read is no blank cell
        unread = book.status_known and paid is None and not book.columns.paid
        what = "paid_undated" if unread else "paid"
        steps.append(
            CaseStep(stage=SalesStage.WON, what=what, on=paid, observed=book.status_known, days=days)
        )
    return steps


def _notes(library: Library, order_id: str) -> list[str]:
    """Return the notes of an order that may be quoted, with personal data masked as intake left them."""
    document = library.document(SOURCE_ID)
    if document is None:
        return []
    begins = f"order {order_id}, "
    return [
        passage.text
        for passage in document.passages
        if passage.quotable
        and passage.locator.startswith(begins)
        and normalise(passage.locator.removeprefix(begins)) in {"note", "notes", "order_note", "order_notes"}
    ]


def _with_order(material: CaseMaterial, case: OpportunityCase) -> OpportunityCase:
    """Return a deal with what its order records, where the orders have it."""
    book = material.book
    order_id = next((step.detail for step in case.steps if step.what == "order_placed"), "")
    rows = np.flatnonzero(book.orders["order_id"] == order_id)
    if not len(rows):
        return case
    row = int(rows[-1])
    order = book.orders.iloc[row]
    product, n_products = _main_product(book, int(order["number"]), order_id)
    placed, *after = _order_steps(material, row)
    steps = [
        replace(step, on=placed.on, amount=placed.amount) if step.what == "order_placed" else step
        for step in case.steps
    ]
    return replace(
        case,
        steps=(*steps, *(replace(step, stage=SalesStage.WON) for step in after if step.what != "note")),
        checks=material.checker.check(row),
        terms=str(order["terms"]),
        place=int(order["place"]),
        product=product or case.product,
        n_products=n_products,
    )


def _with_next(material: CaseMaterial, case: OpportunityCase) -> OpportunityCase:
    """Return a case with the customer's next purchase by the own median gap and the own median order."""
    book, pace = material.book, material.pace
    number = int(book.lines.numbers_of(pd.Series([case.customer_id]))[0])
    if number < 0 or np.isnan(pace.median_gap[number]):
        return case
    own = book.orders[(book.orders["number"] == number).to_numpy() & book.won]["amount"]
    gaps = np.diff(np.sort(book.days.day[book.days.customer == number].astype(np.int64)))
    last = int(pace.last[number])
    return replace(
        case,
        next_on=date.fromordinal(last + round(float(pace.median_gap[number]))),
        next_from=date.fromordinal(last + int(gaps.min())),
        next_to=date.fromordinal(last + int(gaps.max())),
        next_amount=round(float(own.median()), 2) if book.has_amount and len(own) else None,
        next_n=int(pace.gaps[number]),
        next_orders=len(own) if book.has_amount else 0,
    )


def _main_product(book: SalesBook, number: int, order_id: str) -> tuple[str, int]:
    """Return the article that most of an order's money went into, and how many different ones the order has."""
    column = book.lines.find_column("product", "category", "sku")
    if not column:
        return "", 0
    amount = "amount" if book.has_amount else "1"
    article = quote_column("sku" if book.has("sku") else column)
    rows = book.lines.rows(
        f"SELECT {quote_column(column)}, sum(count(DISTINCT {article})) OVER () FROM lines "  # noqa: S608 - quoted names
        f"WHERE number = ? AND CAST(order_id AS VARCHAR) = ? AND {quote_column(column)} IS NOT NULL "
        f"GROUP BY 1 ORDER BY sum({amount}) DESC, 1 LIMIT 1",
        [number, order_id],
    )
    return (str(rows[0][0]), int(rows[0][1])) if rows else ("", 0)


def _day(book: SalesBook, number: float) -> date | None:
    return None if np.isnan(number) else book.day(number)
