"""Faults along the paths of a flow: consent before each message, no message twice at once, time to re-enter.

Paths are not listed, for there can be as many as two to the power of the splits. Instead each node learns from those
before it what holds on *every* path to it (consent) and on *some* path (a message just sent).
"""

from __future__ import annotations

from collections.abc import Iterator

from segkit.model.flow import (
    Channel,
    ConditionKind,
    Delay,
    Flow,
    FlowCondition,
    Message,
    MultiSplit,
    Node,
    Split,
    WaitFor,
    links_of,
)
from segkit.strategy.flow_fault import FlowFault
from segkit.strategy.flow_graph import (
    HOURS_PER_DAY,
    hours_of,
    in_order,
    links_by_id,
    longest_hours,
    nodes_by_id,
)
from segkit.words.figures import format_number


def path_faults(flow: Flow) -> tuple[FlowFault, ...]:
    """Return the faults along the paths of a flow without loops."""
    return (*_consent_faults(flow), *_repeated_messages(flow), *_reentry_faults(flow))


def _granted(condition: FlowCondition | None) -> frozenset[Channel]:
    """Return the channel that a yes to a condition permits."""
    if (
        condition is not None
        and condition.kind is ConditionKind.MAY_RECEIVE
        and condition.channel is not None
    ):
        return frozenset({condition.channel})
    return frozenset()


def _ways(node: Node) -> Iterator[tuple[str, frozenset[Channel]]]:
    """Yield each way out of a node with what it permits."""
    if isinstance(node, Split):
        yield node.yes, _granted(node.condition)
        yield node.no, frozenset()
    elif isinstance(node, MultiSplit):
        yield from ((branch.next, _granted(branch.condition)) for branch in node.branches)
    else:
        yield from ((link, frozenset()) for link in links_of(node))


def _consent_faults(flow: Flow) -> list[FlowFault]:
    nodes = nodes_by_id(flow)
    asked = frozenset[Channel]().union(*(_granted(condition) for condition in flow.audience))
    permitted = {flow.entry: asked}
    faults = []
    for name in in_order(flow.entry, links_by_id(flow)):
        node, may = nodes[name], permitted[name]
        if isinstance(node, Message) and node.channel is not Channel.PERSON and node.channel not in may:
            faults.append(
                FlowFault(
                    id="no_consent",
                    flow_id=flow.id,
                    node=name,
                    sentence=f"node {name!r} of flow {flow.id!r} can reach a customer who was not asked for consent "
                    f"(got a path without 'may receive {node.channel.value}'); ask it in the audience or in a split "
                    "before the message.",
                )
            )
        for link, grants in _ways(node):
            if link in nodes:
                here = may | grants
                permitted[link] = permitted.get(link, here) & here
    return faults


def _repeated_messages(flow: Flow) -> list[FlowFault]:
    nodes = nodes_by_id(flow)
    just_sent: dict[str, frozenset[str]] = {flow.entry: frozenset()}
    faults = []
    for name in in_order(flow.entry, links_by_id(flow)):
        node, sent = nodes[name], just_sent[name]
        if isinstance(node, (Delay, WaitFor)) and hours_of(node) > 0:
            sent = frozenset()
        elif isinstance(node, Message) and node.content_id:
            if node.content_id in sent:
                faults.append(
                    FlowFault(
                        id="repeated_message",
                        flow_id=flow.id,
                        node=name,
                        sentence=f"node {name!r} of flow {flow.id!r} sends what was just sent "
                        f"(got content {node.content_id!r} twice without a wait between); put a wait between or write "
                        "a second message.",
                    )
                )
            sent |= {node.content_id}
        for link in links_of(node):
            if link in nodes:
                just_sent[link] = just_sent.get(link, frozenset()) | sent
    return faults


def _reentry_faults(flow: Flow) -> list[FlowFault]:
    hours = longest_hours(flow)
    if flow.reentry.days is None or flow.reentry.days * HOURS_PER_DAY >= hours:
        return []
    return [
        FlowFault(
            id="early_reentry",
            flow_id=flow.id,
            sentence=f"flow {flow.id!r} lets a customer in again before the first run has ended "
            f"(got {flow.reentry.days} days, longest path {format_number(hours / HOURS_PER_DAY)} days); "
            "lengthen the re-entry or shorten the waits.",
        )
    ]
