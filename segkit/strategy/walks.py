"""Walk customers through a flow: what would have happened to each, and what happens next and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from segkit.model.flow import Channel, Flow, Message
from segkit.model.flow_facts import CustomerCase
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


def _walk(case: CustomerCase, *, flow: Flow, horizon_days: int, as_of: date) -> Walk:
    firings = [firing for firing in case.firings if firing.kind == flow.kind]
    messages = list(_first_messages(flow))
    wanted = messages[0]
    by = next((message.channel for message in messages if message.channel in case.channels), None)
    due = dict(case.next_due).get(flow.kind)
    return Walk(
        customer_id=case.customer_id,
        stage=case.stage,
        past=past_text(firings, horizon_days),
        next=next_text(case, due=due, as_of=as_of, by=by, wanted=wanted.channel, first=wanted.name),
        next_on=None if case.holds else due,
        by=Channel.PERSON if case.holds or by is None else by,
    )


def _first_messages(flow: Flow) -> Iterator[Message]:
    """Yield the first message, then those that stand in for it on another channel."""
    found = [node for node in flow.nodes if isinstance(node, Message)]
    yield found[0]
    yield from (node for node in found[1:] if node.channel is not found[0].channel)
