"""Single customers walked through: stage, dates, what is open, when each kind of flow fired and when it fires next.

Every customer of a book under 30; in larger books one example per segment and kind of flow. Only labels as in the outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from segkit.analysis.flow_book import FlowBook, FlowGroup
from segkit.analysis.holds import Holds
from segkit.analysis.lifecycle_stages import stage_of
from segkit.analysis.purchase_days import OPEN, quote_column
from segkit.analysis.reach import Answers
from segkit.analysis.trials import Trial
from segkit.model.flow_facts import CustomerCase, Firing, Hold


def walk_cases(
    book: FlowBook,
    group: FlowGroup,
    trials: Sequence[Trial],
    *,
    answers: Sequence[Answers],
    holds: Holds,
) -> tuple[CustomerCase, ...]:
    """Walk through customers of a group.

    Parameters
    ----------
    book, group : FlowBook, FlowGroup
        From ``open_book``.
    trials : sequence of Trial
        All kinds tried on the group.
    answers : sequence of Answers
        By channel.
    holds : Holds
        Of the book.

    Returns
    -------
    tuple of CustomerCase
        By customer id.
    """
    numbers = _everyone(book, group) if book.small else _examples(trials)
    open_matters = holds.of(numbers)
    products = _last_products(book, numbers)
    return tuple(
        _walk(
            book,
            group,
            trials,
            number,
            answers=answers,
            holds=open_matters.get(number, ()),
            product=products.get(number, ""),
        )
        for number in numbers
    )


def _everyone(book: FlowBook, group: FlowGroup) -> list[int]:
    return [int(number) for number in np.flatnonzero(group.members & (book.histories.purchase_days > 0))]


def _examples(trials: Sequence[Trial]) -> list[int]:
    """Return, for each kind, the customer for whom it fired last; ties to the first id."""
    found = set()
    for trial in trials:
        if trial.firings is None or not len(trial.firings.day):
            continue
        latest = trial.firings.day == trial.firings.day.max()
        found.add(int(trial.firings.customer[latest].min()))
    return sorted(found)


def _walk(
    book: FlowBook,
    group: FlowGroup,
    trials: Sequence[Trial],
    number: int,
    *,
    answers: Sequence[Answers],
    holds: tuple[Hold, ...],
    product: str,
) -> CustomerCase:
    known, stage = book.histories, stage_of(int(book.stages[number]))
    assert stage is not None  # noqa: S101 - only customers with a purchase day are walked through
    gap = float(known.median_gap[number])
    return CustomerCase(
        customer_id=str(book.lines.customer_ids[number]),
        segment_id=group.id,
        stage=stage,
        first_order=date.fromordinal(int(known.first[number])),
        last_order=date.fromordinal(int(known.last[number])),
        purchase_days=int(known.purchase_days[number]),
        median_gap_days=None if np.isnan(gap) else gap,
        last_product=product,
        channels=tuple(answer.channel for answer in answers if answer.reachable[number]),
        refused=tuple(answer.channel for answer in answers if answer.agreed[number] == 0),
        holds=holds,
        firings=_list_firings(trials, number),
        next_due=_list_due(trials, number),
    )


def _list_firings(trials: Sequence[Trial], number: int) -> tuple[Firing, ...]:
    """Return a customer's firings by day, then by kind."""
    found = []
    for trial in trials:
        if trial.firings is None:
            continue
        for place in np.flatnonzero(trial.firings.customer == number):
            back = int(trial.firings.returned[place])
            found.append(
                Firing(
                    kind=trial.test.kind,
                    on=date.fromordinal(int(trial.firings.day[place])),
                    returned_on=date.fromordinal(back) if back != OPEN else None,
                )
            )
    return tuple(sorted(found, key=lambda firing: (firing.on, firing.kind)))


def _list_due(trials: Sequence[Trial], number: int) -> tuple[tuple[str, date], ...]:
    """Return the next day of each kind that can be foreseen, the earliest first."""
    found = []
    for trial in trials:
        if trial.firings is None:
            continue
        days = trial.firings.due_day[trial.firings.due_customer == number]
        if len(days):
            found.append((trial.test.kind, date.fromordinal(int(days.min()))))
    return tuple(sorted(found, key=lambda item: (item[1], item[0])))


def _last_products(book: FlowBook, numbers: Sequence[int]) -> dict[int, str]:
    """Return what each customer bought first in his or her last order; "" where the orders name nothing."""
    column = book.lines.find_column("product", "sku", "category")
    if not column or not numbers:
        return {}
    name = quote_column(column)
    line = "line_no" if "line_no" in book.lines.columns else "day"
    wanted = ", ".join(str(int(number)) for number in numbers)
    rows: list[tuple[Any, ...]] = book.lines.rows(
        f"SELECT number, arg_max({name}, (day, order_id, -{line})) FROM bought WHERE {name} IS NOT NULL AND number IN ({wanted}) "  # noqa: S608 - own numbers
        "GROUP BY number"
    )
    return {int(number): str(product) for number, product in rows}
