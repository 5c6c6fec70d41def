"""Flow facts: everything that is measured per customer for the design of flows, as plain values.

The last step of the analysis before flows are designed: order lines, segments and events in, one frozen ``FlowFacts`` out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.cases import walk_cases
from segkit.analysis.flow_book import FlowBook, FlowGroup, open_book
from segkit.analysis.holds import Holds, collect_holds
from segkit.analysis.levels import Levels, count_devices, count_levels, count_occasions
from segkit.analysis.lifecycle_stages import count_stages
from segkit.analysis.preferences import collect_preferences, count_preferred
from segkit.analysis.reach import Answers, collect_answers, count_reach
from segkit.analysis.rhythm import measure_rhythm, median_hours
from segkit.analysis.triggers import back_test, try_kinds
from segkit.intake.orders import Orders
from segkit.model.flow_facts import AnnualDate, FlowFacts, SegmentFacts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Measured:
    """What is asked of the whole book once, for all segments."""

    answers: tuple[Answers, ...]
    preferences: npt.NDArray[np.int8]
    holds: Holds
    hours: dict[int, int]
    products: Levels
    categories: Levels
    devices: Levels
    occasions: Levels


def measure_flows(
    orders: Orders,
    *,
    customers: pd.DataFrame,
    assignments: pd.Series,
    names: Mapping[int, str],
    events: Any = None,
    deadlines: Mapping[int, tuple[AnnualDate, ...]] | None = None,
) -> FlowFacts:
    """Measure what the files say about flows, for every segment.

    Parameters
    ----------
    orders : Orders
        Canonical order lines; those after ``as_of`` are left out.
    customers : pandas.DataFrame
        Of ``collect_customers``.
    assignments : pandas.Series
        Segment id by customer id.
    names : mapping of int to str
        Segment name by id; these segments are measured.
    events : Events, optional
        Of intake: views, baskets, checkouts, stock notices.
    deadlines : mapping of int to tuple of AnnualDate, optional
        Last days to order on the pages of each segment (:func:`segkit.analysis.deadlines.find_deadlines`).

    Returns
    -------
    FlowFacts
        Counts, days and rates with their n. They say when a flow would have fired and what customers did anyway, never
        what a flow would have earned.

    See Also
    --------
    segkit.analysis.customers.collect_customers : the customers.
    """
    book = open_book(
        orders, customers=customers, assignments=assignments, names=names, events=events, deadlines=deadlines
    )
    measured = _measure_book(book)
    return FlowFacts(
        as_of=orders.as_of,
        currency=orders.currency,
        n_customers=len(book.lines.customer_ids),
        first_day=date.fromordinal(book.first_day),
        segments=tuple(_measure_group(book, group, measured) for group in book.groups),
        events=book.event_names,
        onboard_days=book.thresholds.onboard_days,
        lapse_days=book.thresholds.lapse_days,
        thresholds_from=book.thresholds.source,
    )


def _measure_book(book: FlowBook) -> _Measured:
    lines = book.lines
    return _Measured(
        answers=collect_answers(book.orders, lines, book.events),
        preferences=collect_preferences(book.orders, lines),
        holds=collect_holds(lines, book.events, currency=book.orders.currency),
        hours=median_hours(lines),
        products=count_levels(lines, lines.find_column("product", "sku")),
        categories=count_levels(lines, lines.find_column("category")),
        devices=count_devices(lines),
        occasions=count_occasions(lines),
    )


def _measure_group(book: FlowBook, group: FlowGroup, measured: _Measured) -> SegmentFacts:
    trials = try_kinds(book, group)
    held = measured.holds.customers()
    return SegmentFacts(
        segment_id=group.id,
        name=group.name,
        size=int(group.members.sum()),
        rhythm=measure_rhythm(group.days, hour=measured.hours.get(group.id)),
        stages=count_stages(book.stages[group.members]),
        reach=tuple(
            replace(
                count_reach(answer, group.members),
                preferred=count_preferred(measured.preferences, group.members, answer.channel),
            )
            for answer in measured.answers
        ),
        tests=tuple(back_test(trial, book) for trial in trials),
        products=measured.products.get(group.id, ()),
        categories=measured.categories.get(group.id, ()),
        devices=measured.devices.get(group.id, ()),
        occasions=measured.occasions.get(group.id, ()),
        holds=int(np.sum(group.members[held])),
        cases=walk_cases(book, group, trials, answers=measured.answers, holds=measured.holds),
    )
