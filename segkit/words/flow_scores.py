"""Why a kind of flow gets its points for a segment: one short clause for each part, with its counts."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.flow import Channel
from segkit.model.flow_facts import BackTest, Observability
from segkit.model.flow_kind import FlowKind
from segkit.model.lifecycle import Stage, stage_definitions
from segkit.words.figures import format_count, format_number, format_share, join_words, plural

CHANNEL_WORDS = {
    Channel.EMAIL: "email",
    Channel.SMS: "text message",
    Channel.PUSH: "app notice",
    Channel.PERSON: "a person",
}
LONGEST_WAIT = 365
"""Days beyond which nobody remembers what a message is about."""
LEAST_LIFT = 1.2
"""How much more often one thing must follow another here than at large to build a flow on it."""
HALF_A_YEAR = 182
PART_LABELS = {
    "entrants": "Entered",
    "own": "Own",
    "room": "Room",
    "evidence": "Evidence",
    "reach": "Reach",
    "today": "Today",
}


def excluded_reason(kind: FlowKind, test: BackTest, *, usual_days: float | None = None) -> str:
    """Return why a kind cannot be chosen, or "" where it can.

    ``usual_days`` is the group's usual time between orders: who orders every few weeks has no use for the day of a first order.

    Examples
    --------
    >>> from segkit.model.flow_kind import flow_kinds
    >>> cart = flow_kinds()["abandoned_cart"]
    >>> excluded_reason(cart, BackTest(kind="abandoned_cart", segment_id=1, observability=Observability.NOT_OBSERVABLE))
    'An order history holds finished orders only: no basket that was left.'
    """
    if test.observability is Observability.NOT_OBSERVABLE:
        return test.missing or kind.missing or f"{kind.label} cannot be observed in these files."
    if (test.wait_days or 0) > LONGEST_WAIT:
        return f"{kind.label} would wait {format_count(test.wait_days or 0)} days, longer than a year: no flow waits so long."
    if test.pair is not None and test.pair.lift < LEAST_LIFT:
        return f"“{test.pair.second}” follows “{test.pair.first}” here no more often than elsewhere ({format_number(test.pair.lift, 2)} times)."
    if test.dates == "first orders" and usual_days is not None and usual_days < HALF_A_YEAR:
        return f"These customers order about every {plural(round(usual_days), 'day')}; the day of a first order is no occasion for them."
    if not test.fires:
        return f"Its trigger, {kind.starts}, never fired in this group."
    return ""


def entrants_reason(test: BackTest, size: int) -> str:
    """Say how many customers the trigger would have caught."""
    return f"{format_share(test.customers, size)} would have entered, {plural(test.fires, 'time')} in all"


def own_reason(own: float, others: float | None) -> str:
    """Say how often the trigger fired last year, a head, here and elsewhere.

    Examples
    --------
    >>> own_reason(2.5, 1.0)
    'fired 2.5 times a customer last year, 1 elsewhere'
    """
    often = f"fired {format_number(own, 2)} {'time' if format_number(own, 2) == '1' else 'times'} a customer last year"
    return (
        f"{often}; there is no other group"
        if others is None
        else f"{often}, {format_number(others, 2)} elsewhere"
    )


def room_reason(test: BackTest, *, cycle_days: int = 0, few: bool = False) -> str:
    """Say how many fully observed firings were followed by no order.

    ``cycle_days`` where silence says nothing yet, ``few`` where too few firings were watched to their end.
    """
    if cycle_days:
        return f"orders usually come {plural(cycle_days, 'day')} apart, so {plural(test.horizon_days, 'day')} without one say nothing"
    if few:
        return f"{plural(test.observed, 'firing')} watched to the end, too few to tell"
    left = test.observed - test.returned
    return f"{format_share(left, test.observed)} firings had no order within {test.horizon_days} days"


def evidence_reason(ids: Sequence[str]) -> str:
    """Name the pieces of evidence that speak for the kind."""
    return (
        f"{join_words(ids)} {'speaks' if len(ids) == 1 else 'speak'} for it"
        if ids
        else "no piece speaks for it"
    )


def reach_reason(channel: Channel, reachable: int, size: int) -> str:
    """Say how many can be reached today."""
    return f"{format_share(reachable, size)} can be reached by {CHANNEL_WORDS[channel]} today"


def today_reason(stage: Stage, k: int, size: int) -> str:
    """Say how many stand at the stage today."""
    return f"{format_share(k, size)} stand at {stage_definitions()[stage].label.lower()} today"
