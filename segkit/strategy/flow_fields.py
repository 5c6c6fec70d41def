"""Faults in single fields of a flow: empty texts, waits, percentages, conditions, hours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.model.flow import (
    ConditionKind,
    Delay,
    Flow,
    FlowCondition,
    Message,
    MultiSplit,
    Node,
    RandomSplit,
    Split,
    Task,
    TriggerKind,
    UpdateProfile,
    WaitFor,
)
from segkit.strategy.flow_fault import FlowFault
from segkit.strategy.flow_graph import HOURS_PER_DAY, hours_of

MOST_DAYS = 365
"""Days that a flow may wait at one node; who waits longer is met by a trigger of their own."""
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NAMED = {ConditionKind.BOUGHT_PRODUCT, ConditionKind.HAS_PROPERTY, ConditionKind.IN_SEGMENT}


def field_faults(flow: Flow) -> tuple[FlowFault, ...]:
    """Return the faults in single fields of a flow."""
    return (
        *_empty_texts(flow),
        *_condition_faults(flow),
        *_trigger_faults(flow),
        *(fault for node in flow.nodes for fault in _node_faults(flow, node)),
        *_hour_faults(flow),
    )


def _fault(flow: Flow, name: str, node: str, rest: str) -> FlowFault:
    subject = f"node {node!r} of flow {flow.id!r}" if node else f"flow {flow.id!r}"
    return FlowFault(id=name, flow_id=flow.id, node=node, sentence=f"{subject} {rest}")


def _conditions(flow: Flow) -> Iterator[tuple[str, FlowCondition]]:
    """Yield every condition with its node, "" for those of the whole flow."""
    yield from (("", condition) for condition in (*flow.audience, *flow.exit_when))
    for node in flow.nodes:
        if isinstance(node, Split):
            yield node.id, node.condition
        elif isinstance(node, MultiSplit):
            yield from (
                (node.id, branch.condition) for branch in node.branches if branch.condition is not None
            )


def _texts(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Yield every text that a person reads: its node, its name, its value."""
    yield from (
        ("", "id", flow.id),
        ("", "name", flow.name),
        ("", "segment name", flow.segment_name),
        ("", "trigger", flow.trigger.text),
        ("", "re-entry", flow.reentry.text),
        ("", "quiet hours", flow.quiet_hours.text),
    )
    yield from (
        (node, f"condition {condition.kind.value!r}", condition.text) for node, condition in _conditions(flow)
    )
    for node in flow.nodes:
        if not node.id:
            yield "", "node id", node.id
        elif isinstance(node, (Message, Task)):
            yield node.id, "name", node.name
            yield node.id, "text", node.purpose if isinstance(node, Message) else node.text
        elif isinstance(node, UpdateProfile):
            yield node.id, "property", node.property
        elif isinstance(node, WaitFor):
            yield node.id, "event", node.event
        elif isinstance(node, MultiSplit):
            yield from ((node.id, "branch name", branch.name) for branch in node.branches)


def _empty_texts(flow: Flow) -> list[FlowFault]:
    return [
        _fault(flow, "empty_text", node, f"has no {what} (got {text!r}); write one.")
        for node, what, text in _texts(flow)
        if not text.strip()
    ]


def _condition_faults(flow: Flow) -> list[FlowFault]:
    faults = []
    for node, condition in _conditions(flow):
        if condition.kind is ConditionKind.MAY_RECEIVE and condition.channel is None:
            rest = f"asks for consent without a channel (got {condition.text!r}); name email, sms or push."
            faults.append(_fault(flow, "incomplete_condition", node, rest))
        elif condition.kind in _NAMED and not condition.name.strip():
            rest = f"asks {condition.kind.value!r} without saying which (got {condition.text!r}); name it."
            faults.append(_fault(flow, "incomplete_condition", node, rest))
    return faults


def _trigger_faults(flow: Flow) -> list[FlowFault]:
    trigger = flow.trigger  # an event trigger without an event means the order itself and is no fault
    if trigger.kind is TriggerKind.DATE and not trigger.date_property.strip():
        rest = f"starts on a date that nothing holds (got {trigger.text!r}); name the property with the date."
        return [_fault(flow, "incomplete_trigger", "", rest)]
    days = {
        "days since the last order": trigger.days_since_order,
        "days before the date": trigger.days_before,
    }
    return [
        _fault(
            flow,
            "trigger_days",
            "",
            f"starts at a time that does not exist (got {value} {name}); give 0 or more.",
        )
        for name, value in days.items()
        if value is not None and value < 0
    ]


def _node_faults(flow: Flow, node: Node) -> list[FlowFault]:
    if isinstance(node, (Delay, WaitFor)):
        return _wait_faults(flow, node)
    if isinstance(node, RandomSplit) and not 1 <= node.percent <= 99:
        rest = f"sends a share that leaves one way empty (got {node.percent} %); give 1 to 99."
        return [_fault(flow, "percent_out_of_range", node.id, rest)]
    if isinstance(node, Message) and not node.content_id.strip():
        rest = f"sends nothing (got content {node.content_id!r}); name the draft it sends."
        return [_fault(flow, "no_content", node.id, rest)]
    return []


def _wait_faults(flow: Flow, node: Delay | WaitFor) -> list[FlowFault]:
    hours = hours_of(node)
    until = node.until if isinstance(node, Delay) else ""
    parts = (node.days, node.hours) if isinstance(node, Delay) else (node.timeout_days,)
    faults = []
    if min(parts) < 0 or (hours <= 0 and not until):
        rest = f"waits for no time (got {hours} hours); give a positive time or take the wait out."
        faults.append(_fault(flow, "no_wait", node.id, rest))
    if hours > MOST_DAYS * HOURS_PER_DAY:
        rest = f"waits longer than a year (got {hours // HOURS_PER_DAY} days); wait for {MOST_DAYS} days or less."
        faults.append(_fault(flow, "long_wait", node.id, rest))
    if until and not _TIME.fullmatch(until):
        rest = f"waits until a time that no clock shows (got {until!r}); write it as '10:00'."
        faults.append(_fault(flow, "bad_time", node.id, rest))
    return faults


def _hour_faults(flow: Flow) -> list[FlowFault]:
    start, end = flow.quiet_hours.start, flow.quiet_hours.end
    if not (0 <= start <= HOURS_PER_DAY and 0 <= end <= HOURS_PER_DAY):
        rest = f"is quiet at hours that no day has (got {start} to {end}); give hours from 0 to 24."
        return [_fault(flow, "bad_quiet_hours", "", rest)]
    if end - start == HOURS_PER_DAY:
        rest = f"is quiet all day and never sends (got {start} to {end}); leave some hours open."
        return [_fault(flow, "bad_quiet_hours", "", rest)]
    return []
