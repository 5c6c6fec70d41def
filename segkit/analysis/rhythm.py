"""The rhythm of a group: its gaps, and the waits of its flows that follow from them.

Purchase days in; the curve, the thresholds of the life cycle and a wait with its reason in words out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segkit.analysis.customers import WEEKDAYS
from segkit.analysis.purchase_days import OPEN, FlowLines, PurchaseDays
from segkit.analysis.survival import (
    Curve,
    find_quantile,
    find_quantile_of_returners,
    fit_curve,
    list_steps,
    read_closed_quantiles,
    read_quantiles,
)
from segkit.model.flow_facts import Rhythm
from segkit.words.figures import format_count, format_number, plural

MIN_CLOSED = 3
"""Finished gaps below which a group has no rhythm of its own."""
MIN_REPEAT_GAPS = 20
"""Finished gaps after the second purchase day below which the first gaps are counted too."""
RETURNER_SHARE = 0.75
"""Of those who are ever seen to come back, the share that has come by a threshold of the life cycle."""
LATE = 2
"""Nobody counts as silent too long before so many times the usual gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Days to wait and why; None where the data gives no wait."""

    days: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gaps:
    """The gaps of a group in three readings: all of them, the first of each customer, and those after the first."""

    everyone: Curve
    first: Curve
    repeat: Curve

    @property
    def usual(self) -> int | None:
        """The usual time between purchase days: the Kaplan-Meier median, else three quarters of the finished gaps."""
        return usual_wait(self, name="", book=None).days

    @property
    def lapse(self) -> int | None:
        """The time by which three quarters of those who come back have come; never before twice the usual time."""
        found, _ = lapse_threshold(self)
        return found


def collect_gaps(days: PurchaseDays) -> Gaps:
    """Fit the curves of a group's gaps."""
    following, place = days.next_day, days.place
    closed, first = following != OPEN, place == 1
    lasting = np.where(closed, following, days.as_of) - days.day
    return Gaps(
        everyone=fit_curve(lasting[closed], lasting[~closed]),
        first=fit_curve(lasting[closed & first], lasting[~closed & first]),
        repeat=fit_curve(lasting[closed & ~first], lasting[~closed & ~first]),
    )


def measure_rhythm(days: PurchaseDays, *, hour: int | None) -> Rhythm:
    """Measure the time between purchase days of a group, and its weekday."""
    closed, still_open = days.gaps()
    curve = fit_curve(closed, still_open)
    counts = np.bincount((days.day - 1) % 7, minlength=7)  # day 1 was a Monday
    top = int(counts.argmax())
    return Rhythm(
        n_customers=len(still_open),
        n_closed=len(closed),
        n_open=len(still_open),
        closed=read_closed_quantiles(closed),
        kaplan_meier=read_quantiles(curve),
        steps=list_steps(curve),
        weekday=WEEKDAYS[top] if counts[top] else "",
        weekday_k=int(counts[top]),
        weekday_n=int(counts.sum()),
        hour=hour,
    )


def median_hours(lines: FlowLines) -> dict[int, int]:
    """Return the median hour of ordering by segment; nothing without times."""
    if "order_time" not in lines.columns:
        return {}
    rows = lines.rows(
        "SELECT segment, quantile_disc(hour(moment), 0.5) FROM (SELECT segment, number, order_id, min(order_time) AS moment "
        "FROM bought WHERE order_time IS NOT NULL GROUP BY ALL) WHERE moment IS NOT NULL GROUP BY segment ORDER BY segment"
    )
    return {int(segment): int(hour) for segment, hour in rows}


def usual_wait(gaps: Gaps, *, name: str, book: Gaps | None) -> Wait:
    """Return the usual time between purchase days of a group, and which figure it is.

    Parameters
    ----------
    gaps : Gaps
        Of the group.
    name : str
        What the group is called in the reason.
    book : Gaps or None
        Of all customers, for groups without a rhythm of their own.
    """
    curve = gaps.everyone
    n = f"{_gaps(curve.n_closed, 'finished')} and {_gaps(curve.n_open, 'open')}"
    if curve.n_closed >= MIN_CLOSED:
        median = find_quantile(curve, 0.5)
        if median is not None:
            days = max(1, int(median))
            return Wait(
                days=days,
                reason=f"half of the gaps of {name or 'the group'} were over by day {days} (Kaplan-Meier, {n})",
            )
        late = find_quantile_of_returners(curve, RETURNER_SHARE)
        if late is not None:
            days = max(1, int(late))
            return Wait(
                days=days,
                reason=f"fewer than half of the gaps of {name or 'the group'} were over in the data; three quarters of those had ended by day "
                f"{days} (Kaplan-Meier, {n})",
            )
    if book is not None:
        whole = usual_wait(book, name="all customers", book=None)
        if whole.days is not None:
            return Wait(
                days=whole.days,
                reason=f"{name} has {_gaps(curve.n_closed, 'finished')}, too few of its own; {whole.reason}",
            )
    return Wait(days=None, reason=f"no rhythm: {n}, and {MIN_CLOSED} finished ones are needed")


def lapse_wait(gaps: Gaps, *, name: str, book: Gaps) -> Wait:
    """Return the silence after which a customer of the group counts as lost, and which figure it is."""
    usual = usual_wait(gaps, name=name, book=book)
    if usual.days is None:
        return usual
    curve = gaps.everyone
    own = curve.n_closed >= MIN_CLOSED
    late = find_quantile(curve, 0.75) if own else None
    if late is not None:
        reason = f"three quarters of the gaps of {name} were over by day {int(late)} (Kaplan-Meier)"
    else:
        source = gaps if own else book
        late, which = lapse_threshold(source)
        who = name if own else "all customers"
        reason = f"three quarters of those of {who} who come back had come by day {late} ({which})"
    days = int(late) if late is not None else 0
    if days < LATE * usual.days:
        return Wait(days=LATE * usual.days, reason=f"twice the usual {usual.days} days; {reason}")
    return Wait(days=days, reason=reason)


def onboard_threshold(gaps: Gaps) -> tuple[int | None, str]:
    """Return the time by which second purchases come: three quarters of those that are ever seen."""
    curve = gaps.first
    if curve.n_closed < MIN_CLOSED:
        return None, f"{plural(curve.n_closed, 'second purchase')}, too few for a threshold"
    days = find_quantile_of_returners(curve, RETURNER_SHARE)
    return (None if days is None else max(1, int(days))), (
        f"{format_count(curve.n_closed)} of {plural(curve.n_closed + curve.n_open, 'customer')} have a second purchase day; "
        f"three quarters of these had it by day {format_number(days or 0)} (Kaplan-Meier)"
    )


def lapse_threshold(gaps: Gaps) -> tuple[int | None, str]:
    """Return the time by which those who come back have come, never before twice the usual time, and from which gaps."""
    enough = gaps.repeat.n_closed >= MIN_REPEAT_GAPS
    curve = gaps.repeat if enough else gaps.everyone
    which = (
        "gaps after the second purchase day"
        if enough
        else "all gaps, because few come after the second purchase day"
    )
    if curve.n_closed < MIN_CLOSED:
        return None, which
    days = find_quantile_of_returners(curve, RETURNER_SHARE)
    return (None if days is None else max(1, int(days))), which


def _gaps(n: int, kind: str) -> str:
    return f"{format_count(n)} {kind} {'gap' if n == 1 else 'gaps'}"
