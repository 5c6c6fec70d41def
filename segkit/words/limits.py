"""Limits on writing to people, as sentences."""

from __future__ import annotations

import calendar
from collections.abc import Sequence

from segkit.model.flow import Channel
from segkit.words.figures import join_words

_ONE = {
    Channel.EMAIL: ("one marketing email", "marketing emails"),
    Channel.SMS: ("one text message", "text messages"),
    Channel.PUSH: ("one app notice", "app notices"),
    Channel.PERSON: ("one call", "calls"),
    None: ("one message", "messages"),
}
_SPANS = {1: "a day", 7: "a week", 30: "a month", 91: "a quarter", 365: "a year"}


def limit_text(
    channel: Channel | None, *, most: int | None, per_days: int | None, months: Sequence[int] = ()
) -> str:
    """Return what a limit asks of a flow.

    Examples
    --------
    >>> limit_text(Channel.SMS, most=1, per_days=30, months=())
    'At most one text message a month.'
    >>> limit_text(Channel.SMS, most=1, per_days=None, months=())
    'One text message, once: no second one in this flow.'
    >>> limit_text(None, most=None, per_days=None, months=(8,))
    'No reminders in August.'
    """
    if months:
        what = _ONE[channel][1] if channel else "reminders"
        return f"No {what} in {join_words([calendar.month_name[month] for month in months])}."
    one = _ONE[channel][0]
    if per_days:
        return f"At most {one} {_SPANS.get(per_days, f'in {per_days} days')}."
    return f"{one[:1].upper()}{one[1:]}, once: no second one in this flow." if most == 1 else ""
