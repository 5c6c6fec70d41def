"""Each customer's stage of the life cycle on ``as_of``, by the definitions of ``model/lifecycle.toml``.

Purchase days and events in; one stage per customer and the thresholds used, with where they come from, out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.event_days import CONVERTING, VIEWS, last_event_days
from segkit.analysis.purchase_days import PurchaseDays
from segkit.analysis.rhythm import LATE, Gaps, lapse_threshold, onboard_threshold
from segkit.model.flow_facts import StageCount
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import Stage

FREQUENT_DAYS = 5
"""Purchase days that make a frequent customer."""
OPEN_DAYS = 30
"""Days after which a view or a basket no longer counts as open."""
OWN_GAPS = 2
"""Finished gaps from which on a customer's own median counts, not the group's."""
NO_STAGE = -1
_CODES = {stage: code for code, stage in enumerate(Stage)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """The days that part the stages of a book, and where they come from."""

    onboard_days: int
    lapse_days: int
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Histories:
    """What a stage hangs on, one value per customer number; -1 or NaN where there is nothing.

    Parameters
    ----------
    first, last : arrays
        First and last purchase day.
    purchase_days : array
        How many; 0 for customers who only sent things back.
    median_gap : array
        Median days between purchase days.
    """

    first: npt.NDArray[np.int64]
    last: npt.NDArray[np.int64]
    purchase_days: npt.NDArray[np.int64]
    median_gap: npt.NDArray[np.float64]


def set_thresholds(book: Gaps) -> Thresholds:
    """Set the two thresholds of the life cycle from the gaps of the whole book.

    Returns
    -------
    Thresholds
        ``onboard_days``: by it three quarters of the second purchase days that are ever seen had come. ``lapse_days``: the
        same of the gaps after the second purchase day, or of all gaps where fewer than 20 of those are finished. Books
        without three finished gaps take the horizon of the catalogue, and twice that.
    """
    onboard, why = onboard_threshold(book)
    lapse, which = lapse_threshold(book)
    horizon = flow_kinds()["onboarding"].horizon_days
    parts = [f"Onboard: {why}."]
    if onboard is None:
        onboard = horizon
        parts = [f"Onboard: {why}; the {horizon} days of the catalogue stand in."]
    if lapse is None:
        lapse = LATE * onboard
        parts.append(
            f"Win back: fewer than three finished gaps; twice the {onboard} days of onboarding stand in."
        )
    else:
        parts.append(
            f"Win back: three quarters of the customers who come back had come by day {lapse} (Kaplan-Meier, {which}); "
            "nobody counts as silent too long before twice his or her usual time."
        )
    parts.append(
        f"A customer's usual time is the median of at least {OWN_GAPS} own gaps, else the usual time of the group."
    )
    return Thresholds(onboard_days=onboard, lapse_days=lapse, source=" ".join(parts))


def collect_histories(days: PurchaseDays, *, n_customers: int) -> Histories:
    """Collect first and last day, count and median gap of each customer."""
    count = np.bincount(days.customer, minlength=n_customers).astype(np.int64)
    ends = np.cumsum(count)
    starts = ends - count
    first = np.full(n_customers, -1, dtype=np.int64)
    last = np.full(n_customers, -1, dtype=np.int64)
    known = count > 0
    first[known] = days.day[starts[known]]
    last[known] = days.day[ends[known] - 1]
    return Histories(first=first, last=last, purchase_days=count, median_gap=_median_gaps(days, count))


def _median_gaps(days: PurchaseDays, count: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return each customer's median gap, NaN with one purchase day."""
    following = days.next_day
    closed = following != 0
    customer, gap = days.customer[closed].astype(np.int64), (following - days.day)[closed].astype(np.int64)
    ordered = np.sort(customer << 22 | gap) & ((1 << 22) - 1)
    n = np.maximum(count - 1, 0)
    place = np.concatenate([[0], np.cumsum(n)[:-1]]) if len(n) else n
    median = np.full(len(count), np.nan)
    has = n > 0
    low, high = place[has] + (n[has] - 1) // 2, place[has] + n[has] // 2
    median[has] = (ordered[low] + ordered[high]) / 2
    return median


def assign_stages(
    histories: Histories,
    *,
    thresholds: Thresholds,
    usual: npt.NDArray[np.float64],
    events: pd.DataFrame,
    as_of: int,
) -> npt.NDArray[np.int8]:
    """Return each customer's stage on ``as_of``.

    Parameters
    ----------
    histories : Histories
        From `collect_histories`.
    thresholds : Thresholds
        From `set_thresholds`.
    usual : array
        Usual days between purchase days of each customer's group; own gaps go first.
    events : pandas.DataFrame
        From ``collect_event_days``; may be empty.
    as_of : int
        Day number.

    Returns
    -------
    array of int8
        Places in ``tuple(Stage)`` (`stage_of`), one each. An open basket or a view after the last order goes before what the
        orders say; `NO_STAGE` for customers without a purchase day.
    """
    silent = as_of - histories.last
    n_days = histories.purchase_days
    own = n_days > OWN_GAPS
    time = np.where(own, histories.median_gap, usual)
    time = np.where(np.isnan(time), thresholds.onboard_days, time)
    late = np.maximum(thresholds.lapse_days, LATE * time)
    n = len(n_days)
    basket = last_event_days(events, CONVERTING, n_customers=n)
    view = last_event_days(events, VIEWS, n_customers=n)
    fresh_basket = (basket > histories.last) & (as_of - basket <= OPEN_DAYS)
    fresh_view = (view > histories.last) & (as_of - view <= OPEN_DAYS)
    once = n_days == 1
    rules = (
        (n_days == 0, None),
        (fresh_basket, Stage.CONVERT),
        (fresh_view, Stage.CONSIDER),
        (once & (silent <= thresholds.onboard_days), Stage.ONBOARD),
        (once, Stage.WIN_BACK),
        ((silent <= time) & (n_days >= FREQUENT_DAYS), Stage.ADVOCATE),
        (silent <= time, Stage.GROW),
        (silent <= late, Stage.RETAIN),
    )
    stages = np.full(n, _CODES[Stage.WIN_BACK], dtype=np.int8)
    for holds, stage in reversed(rules):
        stages[holds] = NO_STAGE if stage is None else _CODES[stage]
    return stages


def stage_of(code: int) -> Stage | None:
    """Return the stage of a code of `assign_stages`.

    Examples
    --------
    >>> stage_of(0), stage_of(NO_STAGE)
    (<Stage.CONSIDER: 'consider'>, None)
    """
    return None if code == NO_STAGE else tuple(Stage)[code]


def count_stages(stages: npt.NDArray[np.int8]) -> tuple[StageCount, ...]:
    """Count customers by stage, in the order of the life cycle, zeros too."""
    return tuple(StageCount(stage=stage, customers=int(np.sum(stages == _CODES[stage]))) for stage in Stage)
