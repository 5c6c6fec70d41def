"""Build the steps of one flow: trigger, waits from the group's own rhythm, consent before each message, and the ways out."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field

from segkit.model.company import FlowSettings
from segkit.model.flow import (
    Channel,
    ConditionKind,
    Delay,
    FlowCondition,
    Message,
    Node,
    QuietHours,
    Reentry,
    Split,
    Task,
    Trigger,
    TriggerKind,
    UpdateProfile,
    WaitFor,
)
from segkit.strategy.flow_waits import (
    ASKED_FOR,
    MONTH_DAYS,
    SUNSET_KINDS,
    Setting,
    first_wait,
    message_gaps,
    silence_days,
    silent_months,
    tell_silent_months,
)
from segkit.words.figures import plural
from segkit.words.flow_steps import (
    ISSUE_QUESTION,
    SETTLE_NAME,
    SETTLE_TEXT,
    STEPS,
    SUNSET,
    StepWords,
    deadline_text,
    may_question,
    season_text,
    task_name,
)

_AFTER_PURCHASE = frozenset({"thank_you", "review_request", "loyalty"})
"""Kinds that a further order does not end."""
_PRODUCT_EXIT = {"replenishment": "product", "cross_sell": "second"}
_REENTRY_DAYS = {
    "abandoned_cart": 7,
    "browse_abandonment": 14,
    "promotion": 180,
    "re_engagement": 90,
    "thank_you": 30,
    "review_request": 180,
    "cross_sell": 90,
    "back_in_stock": 1,
    "anniversary": 330,
    "win_back": 365,
}
DAYS_BEFORE_DATE = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The built flow without its reasons; ``waits`` say where each wait comes from."""

    trigger: Trigger
    entry: str
    nodes: tuple[Node, ...]
    exit_when: tuple[FlowCondition, ...]
    audience: tuple[FlowCondition, ...]
    reentry: Reentry
    quiet_hours: QuietHours
    purchase: str
    waits: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    """Nodes in reading order while they are put together, and what was said about the waits."""

    nodes: list[Node] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)


def build_steps(setting: Setting) -> Steps:
    """Build trigger, nodes and rules of one flow.

    Returns
    -------
    Steps
        Nodes in reading order; the first is the entry.
    """
    words = STEPS[setting.kind.id]
    draft = _Draft()
    gaps, later = message_gaps(setting, words)
    _open_matters(draft)
    wait, told = first_wait(setting)
    draft.nodes += [wait] if wait else []
    draft.waits += [*([told] if told else []), *tell_silent_months(setting), *later]
    _messages(setting, words, gaps, draft)
    nodes = _linked(draft.nodes)
    longest = sum(node.days for node in nodes if isinstance(node, Delay)) + sum(
        node.timeout_days for node in nodes if isinstance(node, WaitFor)
    )
    return Steps(
        trigger=_trigger(setting, words),
        entry=nodes[0].id,
        nodes=nodes,
        exit_when=_exits(setting),
        audience=_audience(setting),
        reentry=_reentry(setting, words, longest),
        quiet_hours=_quiet(setting.settings),
        purchase=_fill(words.purchase, setting),
        waits=tuple(draft.waits),
    )


def _fill(text: str, setting: Setting, *, days: int = 0) -> str:
    wait = silence_days(setting) or 0
    season = setting.test.season.months if setting.test.season else ()
    dates = [(one.day, one.month) for one in setting.test.deadlines]
    filled = text.format(
        product=setting.product,
        second=setting.second,
        days=plural(days, "day"),
        wait=plural(wait, "day"),
        season=deadline_text(dates) if dates else season_text(season),
        before=plural(DAYS_BEFORE_DATE, "day"),
        date=setting.date_text,
    )
    return filled[:1].upper() + filled[1:]


def _trigger(setting: Setting, words: StepWords) -> Trigger:
    kind = setting.kind
    event = kind.event or ("placed_order" if kind.trigger is TriggerKind.EVENT else "")
    dated = kind.trigger is TriggerKind.DATE
    return Trigger(
        kind=kind.trigger,
        text=_fill(words.trigger, setting),
        event=event,
        product=_plain(setting.product)
        if kind.id in {*_PRODUCT_EXIT, "onboarding"} and setting.facts.categories + setting.facts.products
        else "",
        days_since_order=silence_days(setting) if kind.id in SUNSET_KINDS else None,
        date_property=setting.date_name if dated else "",
        days_before=DAYS_BEFORE_DATE if dated else 0,
    )


def _open_matters(draft: _Draft) -> None:
    draft.nodes += [
        Split(
            id="issue",
            condition=FlowCondition(kind=ConditionKind.OPEN_ISSUE, text=ISSUE_QUESTION),
            yes="settle",
            no="*",
        ),
        Task(id="settle", name=SETTLE_NAME, text=SETTLE_TEXT, next=""),
    ]


def _blackout(setting: Setting, draft: _Draft, *, number: int, then: str) -> str:
    """Ask right before a message whether it is a month without any, and wait it out; return the id to lead to."""
    months = silent_months(setting)
    for place, month in enumerate(months):
        name, following = calendar.month_name[month], then
        if place + 1 < len(months):
            following = f"month-{months[place + 1]}-{number}"
        condition = FlowCondition(
            kind=ConditionKind.HAS_PROPERTY, text=f"Is it {name}?", name="current_month", value=str(month)
        )
        asked, waited = f"month-{month}-{number}", f"after-{month}-{number}"
        draft.nodes += [
            Split(id=asked, condition=condition, yes=waited, no=following),
            Delay(
                id=waited,
                days=MONTH_DAYS,
                next=following,
                reason=f"nothing is sent to this group in {name}",
            ),
        ]
    return f"month-{months[0]}-{number}" if months else then


def _messages(setting: Setting, words: StepWords, gaps: Sequence[int], draft: _Draft) -> None:
    """Add consent, messages and what follows them; then the second channel, then the task for whom nobody may write to."""
    told = words.messages[: len(gaps) + 1]
    place = len(draft.nodes)
    first = _way_to(setting, draft, number=1)
    refused = "other" if setting.other_channel else "person"
    draft.nodes.insert(place, _may("may-first", setting.channel, yes=first, no=refused))
    sunset = setting.kind.id in SUNSET_KINDS
    for number, (name, purpose) in enumerate(told, start=1):
        last = number > len(gaps)
        after = "" if last and not sunset else f"answer-{number}"
        draft.nodes.append(_message(setting, number, name, purpose, after))
        if not after:
            continue
        days = setting.kind.horizon_days if last else gaps[number - 1]
        place = len(draft.nodes)
        timeout = "quiet" if last else _way_to(setting, draft, number=number + 1)
        answer = WaitFor(
            id=after,
            event="placed_order",
            timeout_days=days,
            happened="",
            timeout=timeout,
            text=f"An order within {plural(days, 'day')}?",
        )
        draft.nodes.insert(place, answer)
    if sunset:
        draft.nodes.append(UpdateProfile(id="quiet", property="marketing_pause", value=SUNSET, next=""))
    if setting.other_channel:
        _second_channel(setting, told[0], draft, channel=setting.other_channel)
    draft.nodes.append(
        Task(id="person", name=task_name(setting.channel), text=_fill(words.task, setting), next="")
    )


def _way_to(setting: Setting, draft: _Draft, *, number: int) -> str:
    """Return the step that leads to a message: the message itself, or the question for a month without any."""
    return _blackout(setting, draft, number=number, then=f"message-{number}")


def _second_channel(setting: Setting, told: tuple[str, str], draft: _Draft, *, channel: Channel) -> None:
    name, purpose = told
    draft.nodes += [
        _may("other", channel, yes="message-1b", no="person"),
        Message(
            id="message-1b",
            channel=channel,
            content_id=f"{setting.flow_id}-1b",
            name=name,
            purpose=_fill(purpose, setting),
            next="",
        ),
    ]


def _may(node_id: str, channel: Channel, *, yes: str, no: str) -> Split:
    condition = FlowCondition(kind=ConditionKind.MAY_RECEIVE, text=may_question(channel), channel=channel)
    return Split(id=node_id, condition=condition, yes=yes, no=no)


def _message(setting: Setting, number: int, name: str, purpose: str, after: str) -> Message:
    return Message(
        id=f"message-{number}",
        channel=setting.channel,
        content_id=f"{setting.flow_id}-{number}",
        name=name,
        purpose=_fill(purpose, setting),
        next=after,
    )


def _linked(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Fill in "the next step" (``*``): the next node that is no side step of the one before."""
    linked: list[Node] = []
    for place, node in enumerate(nodes):
        following = next((other.id for other in nodes[place + 1 :] if other.id != "settle"), "")
        if isinstance(node, Split) and node.no == "*":
            node = Split(id=node.id, condition=node.condition, yes=node.yes, no=following)  # noqa: PLW2901 - the same step, linked
        elif isinstance(node, Delay) and node.next == "*":
            node = Delay(id=node.id, days=node.days, next=following, until=node.until, reason=node.reason)  # noqa: PLW2901 - the same step, linked
        linked.append(node)
    return tuple(linked)


def _audience(setting: Setting) -> tuple[FlowCondition, ...]:
    """Return whom the flow is for; a newcomer is in no group yet, so a first order is asked for instead of one."""
    if setting.kind.id == "onboarding":
        return ()
    name = setting.facts.name
    return (FlowCondition(kind=ConditionKind.IN_SEGMENT, text=f"Belongs to {name}", name=name),)


def _plain(name: str) -> str:
    """Return what was bought without the quotation marks of the prose."""
    return name.strip("“”")


def _exits(setting: Setting) -> tuple[FlowCondition, ...]:
    kind = setting.kind.id
    if kind in _AFTER_PURCHASE:
        return (
            FlowCondition(
                kind=ConditionKind.OPEN_ISSUE, text="A return, refund or complaint since the start"
            ),
        )
    if kind in _PRODUCT_EXIT:
        name = setting.product if _PRODUCT_EXIT[kind] == "product" else setting.second
        return (
            FlowCondition(
                kind=ConditionKind.BOUGHT_PRODUCT,
                text=f"Has bought {name} since the start",
                name=_plain(name),
            ),
        )
    return (FlowCondition(kind=ConditionKind.ORDERED_SINCE_START, text="Has ordered since the start"),)


def _reentry(setting: Setting, words: StepWords, longest: int) -> Reentry:
    kind = setting.kind.id
    if kind in {"onboarding", "loyalty"}:
        return Reentry(days=None, text=_fill(words.reentry, setting))
    rules = [limit.per_days or 0 for limit in setting.limits if limit.channel in {None, setting.channel}]
    ruled = 0 if kind in ASKED_FOR else max(rules, default=0)
    days = max(_REENTRY_DAYS.get(kind, setting.test.wait_days or 30), longest, ruled, 1)
    return Reentry(days=days, text=_fill(words.reentry, setting, days=days))


def _quiet(settings: FlowSettings) -> QuietHours:
    start, end = settings.quiet_start, settings.quiet_end
    return QuietHours(
        start=start,
        end=end,
        text=f"Nothing is sent between {start:02d}:00 and {end:02d}:00, the shop's time.",
    )
