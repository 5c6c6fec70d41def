"""Walk customers through a flow: what would have happened to each, and what happens next and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from segkit.model.flow import (
    Channel,
    ConditionKind,
    Delay,
    Flow,
    Message,
    Node,
    Split,
    TriggerKind,
    WaitFor,
    links_of,
)
from segkit.model.flow_facts import BackTest, CustomerCase, Firing
from segkit.model.flow_plan import Walk
from segkit.words.flow_walks import next_text, past_text


def walk_customers(
    cases: Sequence[CustomerCase], *, flow: Flow, test: BackTest, as_of: date
) -> tuple[Walk, ...]:
    """Walk each given customer of the flow's segment through it.

    Parameters
    ----------
    test : BackTest
        Of the flow's kind: its firings count from other days than the flow's start for some kinds.
    as_of : date
        End of observation.

    Returns
    -------
    tuple of Walk
        In the order of the cases; every customer of a small book, an example in a large one.
    """
    return tuple(_walk(case, flow=flow, test=test, as_of=as_of) for case in cases)


def telling_cases(cases: Sequence[CustomerCase], kind: str) -> tuple[CustomerCase, ...]:
    """Return the examples of a large book that show a kind of flow: at most three, those it fired for last.

    One with something open and one who refused come along where there are any, because they take another way.
    """
    fired = [case for case in cases if any(firing.kind == kind for firing in case.firings)]
    latest = sorted(
        fired or cases, key=lambda case: (_last_firing(case, kind), case.customer_id), reverse=True
    )
    ways = (
        next((case for case in latest if not case.holds and case.channels), None),
        next((case for case in latest if case.holds), None),
        next((case for case in latest if case.refused and not case.holds), None),
    )
    found = dict.fromkeys(case.customer_id for case in ways if case is not None)
    return tuple(case for case in cases if case.customer_id in found)


def _last_firing(case: CustomerCase, kind: str) -> date:
    return max((firing.on for firing in case.firings if firing.kind == kind), default=case.first_order)


def _walk(case: CustomerCase, *, flow: Flow, test: BackTest, as_of: date) -> Walk:
    firings = [firing for firing in case.firings if firing.kind == flow.kind]
    messages = list(_first_messages(flow))
    by = next((message.channel for message in messages if message.channel in case.channels), None)
    steps = _timetable(flow, by or messages[0].channel)
    open_since = (as_of - firings[-1].on).days if firings and firings[-1].returned_on is None else None
    step = _running(steps, firings, open_since, shift=_start_shift(flow, test), as_of=as_of)
    due = step.day if step else _first_due(case, flow, steps, shift=_due_shift(flow, test))
    passed = (
        step is None
        and bool(firings)
        and flow.reentry.days is None
        and (open_since is None or open_since > test.horizon_days)
    )
    told = next_text(
        case,
        once=flow.reentry.days is None,
        by_event=flow.trigger.kind is TriggerKind.EVENT,
        waiting=step is None and due is None and open_since is not None,
        due=due,
        by=by,
        wanted=messages[0].channel,
        message=step.name if step else messages[0].name,
        passed=passed,
    )
    return Walk(
        customer_id=case.customer_id,
        stage=case.stage,
        past=past_text(firings, test.horizon_days, falls_due=flow.kind == "replenishment"),
        next=told,
        next_on=None if case.holds or passed else due,
        by=None if passed else Channel.PERSON if case.holds or by is None else by,
    )


def _start_shift(flow: Flow, test: BackTest) -> int:
    """Return the days from a firing of the back-test to the start of the flow.

    A refill falls due after its cycle while the flow starts with the order; a birthday fires on the day, the flow before it.
    """
    if flow.kind == "replenishment":
        return -(test.wait_days or 0)
    if flow.kind == "anniversary" and test.dates != "occasions":
        return -flow.trigger.days_before
    return 0


def _due_shift(flow: Flow, test: BackTest) -> int:
    """Return the same for the next date, which counts the wait of a cross-sell in already."""
    return -(test.wait_days or 0) if flow.kind == "cross_sell" else _start_shift(flow, test)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A message that is still to come, and its day."""

    name: str
    day: date


def _running(
    steps: Sequence[tuple[str, int]],
    firings: Sequence[Firing],
    open_since: int | None,
    *,
    shift: int,
    as_of: date,
) -> _Step | None:
    """Return the next message for somebody who entered lately and has not ordered since."""
    if open_since is None:
        return None
    started = firings[-1].on + timedelta(days=shift)
    days = [_Step(name=name, day=started + timedelta(days=days)) for name, days in steps]
    return next((step for step in days if step.day >= as_of), None)


def _first_due(
    case: CustomerCase, flow: Flow, steps: Sequence[tuple[str, int]], *, shift: int
) -> date | None:
    """Return the day of the first message of the next round, where its start can be computed."""
    start = dict(case.next_due).get(flow.kind)
    return None if start is None else start + timedelta(days=shift + (steps[0][1] if steps else 0))


def _timetable(flow: Flow, channel: Channel) -> list[tuple[str, int]]:
    """Return the messages on a customer's way with their days after the start, as if nobody orders.

    ``channel`` is the one that reaches the customer: at each question of consent it decides the way.
    """
    days, node_id = 0, flow.entry
    found: list[tuple[str, int]] = []
    while node_id:
        node = flow.node(node_id)
        if isinstance(node, Message):
            found.append((node.name, days))
        days += (
            node.days if isinstance(node, Delay) else node.timeout_days if isinstance(node, WaitFor) else 0
        )
        node_id = _way_on(node, channel)
    return found


def _way_on(node: Node, channel: Channel) -> str:
    """Return the step after a node for a customer without open matters, reached by a channel, who does not order."""
    if isinstance(node, Split):
        may = node.condition.kind is ConditionKind.MAY_RECEIVE and node.condition.channel is channel
        return node.yes if may else node.no
    return links_of(node)[-1]


def _first_messages(flow: Flow) -> Iterator[Message]:
    """Yield the first message, then those that stand in for it on another channel."""
    found = [node for node in flow.nodes if isinstance(node, Message)]
    yield found[0]
    yield from (node for node in found[1:] if node.channel is not found[0].channel)
