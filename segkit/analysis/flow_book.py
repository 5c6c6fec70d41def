"""What every trigger is tested on: the purchase days of the book and of each group, their rhythm, pairs and events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.associations import find_pairs, find_repeats
from segkit.analysis.event_days import collect_event_days
from segkit.analysis.lifecycle_stages import (
    Histories,
    Thresholds,
    assign_stages,
    collect_histories,
    set_thresholds,
)
from segkit.analysis.purchase_days import FlowLines, PurchaseDays, collect_purchase_days, open_lines
from segkit.analysis.rhythm import Gaps, collect_gaps
from segkit.analysis.stock_gaps import StockGap, find_stock_gaps
from segkit.intake.orders import Orders
from segkit.model.flow_facts import AnnualDate, ProductPair, ProductRhythm
from segkit.words.figures import SMALL_BOOK


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlowGroup:
    """One segment: who is in it, when they bought, and what they buy after what."""

    id: int
    name: str
    members: npt.NDArray[np.bool_]
    days: PurchaseDays
    gaps: Gaps
    pair: ProductPair | None
    again: ProductRhythm | None
    events: pd.DataFrame
    deadlines: tuple[AnnualDate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlowBook:
    """The whole book, opened once for all groups and kinds of flow.

    Parameters
    ----------
    orders : Orders
        As intake gave them.
    lines : FlowLines
        The same in the engine.
    days : PurchaseDays
        Of all customers.
    histories, stages : Histories, array
        By customer number.
    first_day : int
        Day number of the first purchase of the book.
    events : pandas.DataFrame
        From ``collect_event_days``.
    """

    orders: Orders
    lines: FlowLines
    days: PurchaseDays
    gaps: Gaps
    histories: Histories
    thresholds: Thresholds
    stages: npt.NDArray[np.int8]
    first_day: int
    events: pd.DataFrame
    groups: tuple[FlowGroup, ...]
    stock_gaps: tuple[StockGap, ...]

    @property
    def small(self) -> bool:
        """Whether the book has under 30 customers."""
        return len(self.lines.customer_ids) < SMALL_BOOK

    @property
    def as_of(self) -> int:
        """Day number of the end of observation."""
        return self.days.as_of

    @property
    def event_names(self) -> tuple[str, ...]:
        """Names of the events of known customers."""
        return tuple(sorted(set(self.events["event"])))


def open_book(
    orders: Orders,
    *,
    customers: pd.DataFrame,
    assignments: pd.Series,
    names: Mapping[int, str],
    events: Any = None,
    deadlines: Mapping[int, tuple[AnnualDate, ...]] | None = None,
) -> FlowBook:
    """Open the order lines and measure what all kinds of flow need."""
    lines = open_lines(orders, customers=customers, assignments=assignments)
    days = collect_purchase_days(lines)
    happened = collect_event_days(lines, events)
    gaps = collect_gaps(days)
    thresholds = set_thresholds(gaps)
    histories = collect_histories(days, n_customers=len(lines.customer_ids))
    groups = _open_groups(lines, days, names=names, events=happened, deadlines=deadlines or {})
    return FlowBook(
        orders=orders,
        lines=lines,
        days=days,
        gaps=gaps,
        histories=histories,
        thresholds=thresholds,
        stages=assign_stages(
            histories,
            thresholds=thresholds,
            usual=_usual_by_customer(lines, groups, gaps),
            events=happened,
            as_of=days.as_of,
        ),
        first_day=int(days.day.min()) if len(days.day) else days.as_of,
        events=happened,
        groups=groups,
        stock_gaps=find_stock_gaps(lines),
    )


def _open_groups(
    lines: FlowLines,
    days: PurchaseDays,
    *,
    names: Mapping[int, str],
    events: pd.DataFrame,
    deadlines: Mapping[int, tuple[AnnualDate, ...]],
) -> tuple[FlowGroup, ...]:
    pairs, repeats = find_pairs(lines), find_repeats(lines)
    groups = []
    for number in sorted(names):
        members = lines.segment == number
        own = days.of(members)
        inside = members[events["number"].to_numpy(dtype=np.int64)]
        groups.append(
            FlowGroup(
                id=number,
                name=names[number],
                members=members,
                days=own,
                gaps=collect_gaps(own),
                pair=pairs.get(number),
                again=repeats.get(number),
                events=events[inside].reset_index(drop=True),
                deadlines=deadlines.get(number, ()),
            )
        )
    return tuple(groups)


def _usual_by_customer(
    lines: FlowLines, groups: tuple[FlowGroup, ...], book: Gaps
) -> npt.NDArray[np.float64]:
    """Return the usual time of each customer's group, of the book for groups without one."""
    whole = book.usual
    usual = np.full(len(lines.customer_ids), np.nan if whole is None else float(whole))
    for group in groups:
        own = group.gaps.usual
        if own is not None:
            usual[group.members] = own
    return usual
