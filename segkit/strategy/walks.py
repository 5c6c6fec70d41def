"""Walk customers through a flow: what would have happened to each, and what happens next and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from segkit.model.flow import Channel, ConditionKind, Delay, Flow, Message, Node, Split, WaitFor, links_of
from segkit.model.flow_facts import CustomerCase, Firing
from segkit.model.flow_plan import Walk
from segkit.words.flow_walks import next_text, past_text


def walk_customers(
    cases: Sequence[CustomerCase], *, flow: Flow, horizon_days: int, as_of: date
) -> tuple[Walk, ...]:
    """Walk each given customer of the flow's segment through it.

    Returns
    -------
    tuple of Walk
        In the order of the cases; every customer of a small book, an example in a large one.
    """
    return tuple(_walk(case, flow=flow, horizon_days=horizon_days, as_of=as_of) for case in cases)


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


def _walk(case: CustomerCase, *, flow: Flow, horizon_days: int, as_of: date) -> Walk:
    firings = [firing for firing in case.firings if firing.kind == flow.kind]
    messages = list(_first_messages(flow))
    wanted = messages[0]
    by = next((message.channel for message in messages if message.channel in case.channels), None)
    step = _next_step(flow, firings, as_of=as_of)
    due = step.day if step else dict(case.next_due).get(flow.kind)
    open_since = (as_of - firings[-1].on).days if firings and firings[-1].returned_on is None else None
    passed = (
        step is None
        and bool(firings)
        and flow.reentry.days is None
        and (open_since is None or open_since > horizon_days)
    )
    waiting = step is None and due is None and open_since is not None
    told = next_text(
        case,
        waiting=waiting,
        due=due,
        by=by,
        wanted=wanted.channel,
        message=step.name if step else wanted.name,
        passed=passed,
    )
    return Walk(
        customer_id=case.customer_id,
        stage=case.stage,
        past=past_text(firings, horizon_days),
        next=told,
        next_on=None if case.holds or passed else due,
        by=None if passed else Channel.PERSON if case.holds or by is None else by,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A message that is still to come, and its day."""

    name: str
    day: date


def _next_step(flow: Flow, firings: Sequence[Firing], *, as_of: date) -> _Step | None:
    """Return the next message for somebody who entered lately and has not ordered since."""
    if not firings or firings[-1].returned_on is not None:
        return None
    started = firings[-1].on
    steps = [_Step(name=name, day=started + timedelta(days=days)) for name, days in _timetable(flow)]
    return next((step for step in steps if step.day >= as_of), None)


def _timetable(flow: Flow) -> Iterator[tuple[str, int]]:
    """Yield the messages of the main way with their days after the start, as if nobody orders."""
    days, node_id = 0, flow.entry
    while node_id:
        node = flow.node(node_id)
        if isinstance(node, Message):
            yield node.name, days
        days += (
            node.days if isinstance(node, Delay) else node.timeout_days if isinstance(node, WaitFor) else 0
        )
        node_id = _main_way(node)


def _main_way(node: Node) -> str:
    """Return the step after a node for a customer without open matters who may be written to and does not order."""
    if isinstance(node, Split):
        return node.yes if node.condition.kind is ConditionKind.MAY_RECEIVE else node.no
    return links_of(node)[-1]


def _first_messages(flow: Flow) -> Iterator[Message]:
    """Yield the first message, then those that stand in for it on another channel."""
    found = [node for node in flow.nodes if isinstance(node, Message)]
    yield found[0]
    yield from (node for node in found[1:] if node.channel is not found[0].channel)
