"""One customer walked through a flow, in words: what would have happened, and what happens next."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

from segkit.model.flow import Channel
from segkit.model.flow_facts import CustomerCase, Firing
from segkit.words.figures import join_words, plural
from segkit.words.flow_scores import CHANNEL_WORDS


def short_day(day: date) -> str:
    """Return a day as a reader writes it.

    Examples
    --------
    >>> short_day(date(2026, 9, 6))
    '6 September 2026'
    """
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def past_text(firings: Sequence[Firing], horizon_days: int, *, falls_due: bool = False) -> str:
    """Say when the flow would have started for a customer, and what he or she did anyway.

    ``falls_due`` where a firing is the day a reorder was due, not the flow's start.
    """
    if not firings:
        return "Always ordered again before it fell due." if falls_due else "It would not have started yet."
    last = firings[-1]
    verb = "A reorder was overdue" if falls_due else "It would have started"
    times = (
        f"{verb} {plural(len(firings), 'time')}, {'last ' if len(firings) > 1 else ''}on {short_day(last.on)}"
    )
    if last.returned_on is None:
        return f"{times}; no order since."
    days = (last.returned_on - last.on).days
    came = "the same day" if not days else f"{plural(days, 'day')} later"
    late = "" if days <= horizon_days else ", later than the flow looks"
    return f"{times}; an order followed {came}{late}."


def next_text(
    case: CustomerCase,
    *,
    due: date | None,
    by: Channel | None,
    wanted: Channel,
    message: str,
    passed: bool,
    waiting: bool,
    by_event: bool,
    once: bool,
) -> str:
    """Say what happens to a customer next.

    Parameters
    ----------
    due : date or None
        The day of the next message or start, where one can be computed.
    by : Channel or None
        What reaches the customer; None where nobody may write.
    wanted : Channel
        The flow's channel.
    message : str
        The name of the next message.
    passed : bool
        Whether the flow lies behind the customer for good.
    waiting : bool
        Whether the customer is in the trigger's state already, longer than the flow lasts.
    by_event : bool
        Whether an event starts the flow, so that nobody enters for an earlier one.
    once : bool
        Whether a customer enters only once.
    """
    if case.holds:
        open_matters = join_words([hold.sentence.rstrip(".") for hold in case.holds])
        return f"Before anything else: {open_matters[:1].lower()}{open_matters[1:]}. A person settles it; no message."
    if passed:
        return "It lies behind this customer, and nobody enters it twice."
    if waiting and by_event:
        if once and by is not None:
            return f"Came before the flow was there: “{message}” goes out once, by hand."
        if not once:
            return "Came before the flow was there; the next order of that kind starts it."
    start = "on the day the flow is switched on" if waiting else "once it starts"
    when = start if due is None else f"on {short_day(due)}"
    if by is None:
        said_no = wanted in case.refused
        why = (
            f"has not agreed to {CHANNEL_WORDS[wanted]}"
            if said_no
            else f"cannot be reached by {CHANNEL_WORDS[wanted]}"
        )
        return f"The customer {why}: a task for a person {when}, no message."
    return f"“{message}” by {CHANNEL_WORDS[by]} {when}, if no order comes first."
