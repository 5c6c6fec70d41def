"""When the messages of a flow go out: the waits, the hour and the months of silence, from the group's own rhythm.

Comes in: the :class:`Setting` of one flow. Goes out: days, an hour, and a sentence for each that says where it comes from.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.flow import Channel, Delay
from segkit.model.flow_facts import BackTest, SegmentFacts
from segkit.model.flow_kind import FlowKind
from segkit.model.flow_plan import Limit
from segkit.words.figures import plural
from segkit.words.flow_steps import (
    StepWords,
    dropped_reason,
    gap_reason,
    too_late_reason,
    until_reason,
    wait_reason,
)

SUNSET_KINDS = frozenset({"re_engagement", "win_back"})
ASKED_FOR = frozenset({"back_in_stock", "thank_you"})
"""Kinds whose message the customer waits for: a month without reminders does not hold it back."""
DEADLINE_LEAD_DAYS = 28
"""As the back-test has it: four weeks before a last day to order."""
DEFAULT_HOUR = 10
MONTH_DAYS = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the steps are built from."""

    flow_id: str
    kind: FlowKind
    facts: SegmentFacts
    test: BackTest
    channel: Channel
    settings: FlowSettings
    limits: tuple[Limit, ...] = ()
    product: str = "it"
    second: str = "it"
    other_channel: Channel | None = None
    override: FlowOverride | None = None
    date_name: str = ""
    date_text: str = ""


def silence_days(setting: Setting) -> int | None:
    """Return the days without an order that start a flow on silence: the user's, else those measured."""
    own = setting.override.wait_days if setting.override else None
    return own if own is not None else setting.test.wait_days


def silent_months(setting: Setting) -> list[int]:
    """Return the months in which nothing is sent to the group on this channel."""
    if setting.kind.id in ASKED_FOR:
        return []
    binding = [limit for limit in setting.limits if limit.channel in {None, setting.channel}]
    months = {month for limit in binding for month in limit.months}
    if setting.test.deadlines:  # such a flow starts on known days only
        months &= {start_month(one.month, one.day) for one in setting.test.deadlines}
    return sorted(months)


def start_month(month: int, day: int) -> int:
    """Return the month in which a flow starts before a last day to order.

    Examples
    --------
    >>> start_month(7, 10), start_month(3, 20)
    (6, 2)
    """
    return (date(2027, month, day) - timedelta(days=DEADLINE_LEAD_DAYS)).month


def tell_silent_months(setting: Setting) -> list[str]:
    """Say in which months a message waits."""
    return [
        f"In {calendar.month_name[month]} a message waits {plural(MONTH_DAYS, 'day')}, as the company's page promises"
        for month in silent_months(setting)
    ]


def first_wait(setting: Setting) -> tuple[Delay | None, str]:
    """Return the wait before the first message, None where it goes out at once, and the sentence about it."""
    own = setting.override.wait_days if setting.override else None
    measured = setting.test.wait_days
    if own is not None and setting.kind.id not in SUNSET_KINDS:
        days, reason = own, f"{plural(own, 'day')}: set in company.toml"
    elif setting.kind.id in {"replenishment", "cross_sell"} and measured:
        days = measured
        reason = wait_reason(days, setting.test.wait_reason)
    else:
        days = setting.kind.waits[0]
        reason = wait_reason(days, "")
    rhythm = setting.facts.rhythm
    hour = _hour(setting)
    when = until_reason(
        hour if rhythm.hour is not None else None, rhythm.weekday, rhythm.weekday_k, rhythm.weekday_n
    )
    if not days:
        return None, f"First message {when}" if when else ""
    wait = Delay(id="wait", days=days, next="*", until=f"{hour:02d}:00", reason=reason)
    return wait, f"First message after {reason}{f'; {when}' if when else ''}"


def _hour(setting: Setting) -> int:
    """Return the group's usual hour of ordering, moved out of the quiet hours."""
    hour = setting.facts.rhythm.hour
    hour = DEFAULT_HOUR if hour is None else hour
    start, end = setting.settings.quiet_start, setting.settings.quiet_end
    if end <= start:
        return min(max(hour, end), max(start - 1, end))
    return hour if not start <= hour < end else end


def message_gaps(setting: Setting, words: StepWords) -> tuple[list[int], list[str]]:
    """Return the days between messages, and why; a limit lengthens a gap or takes the later message away."""
    said: list[str] = []
    wanted = list(setting.kind.waits[1 : len(words.messages)])
    if setting.kind.id == "onboarding" and setting.test.wait_days:
        wanted = [max(wanted[0], setting.test.wait_days - setting.kind.waits[0])]
    gaps: list[int] = []
    for days in wanted:
        binding = [
            limit for limit in setting.limits if limit.most == 1 and limit.channel in {None, setting.channel}
        ]
        once = next((limit for limit in binding if limit.per_days is None), None)
        if once is not None:
            said.append(dropped_reason(once.text))
            break
        longest = max(binding, key=lambda limit: limit.per_days or 0, default=None)
        needed = (longest.per_days or 0) if longest else 0
        if longest is not None and needed > days and setting.test.deadlines:
            said.append(too_late_reason(longest.text))
            break
        gaps.append(max(days, needed))
        said.append(gap_reason(gaps[-1], longest.text if longest and needed > days else ""))
    return gaps, said
