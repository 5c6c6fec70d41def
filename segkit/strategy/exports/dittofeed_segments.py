"""Questions about a customer as Dittofeed's segments: a journey asks nothing itself, it asks whether a segment holds them.

A segment is a small tree of nodes. There is no "not": where an answer must be no, the journey swaps the ways of its split.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from segkit.model.flow import Channel, ConditionKind, Flow, FlowCondition
from segkit.strategy.exports.export import Remarks
from segkit.strategy.exports.lowering import ORDER, product_of, starts_with_order
from segkit.strategy.flow_graph import HOURS_PER_DAY
from segkit.words.figures import plural

Node = dict[str, Any]
DAY_SECONDS = 86_400
HOUR_SECONDS = 3_600
WHERE_GROUPS = "Dittofeed: Subscription groups; the id stands in the address of the group's page"
WHERE_EVENTS = "the name under which your shop sends the event; Dittofeed lists it under Events"


def stable_id(*parts: str) -> str:
    """Return an id in the form that Dittofeed asks for, the same for the same words.

    Examples
    --------
    >>> stable_id("shop", "flow") == stable_id("shop", "flow") != stable_id("shop", "other")
    True
    """
    digest = hashlib.sha256(json.dumps(parts).encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def event_name(event: str, remarks: Remarks) -> str:
    """Return the placeholder of an event's name."""
    return remarks.bind("event", event, what=f"the event {event.replace('_', ' ')!r}", where=WHERE_EVENTS)


def subscription_group(channel: Channel, remarks: Remarks) -> str:
    """Return the placeholder of the group of those who may be written to on a channel."""
    return remarks.bind(
        "group",
        channel.value,
        what=f"the subscription group of {channel.value} marketing",
        where=WHERE_GROUPS,
    )


@dataclass(slots=True)
class SegmentShelf:
    """The segments of one journey, each once: two questions that are the same share one."""

    flow: Flow
    company: str
    remarks: Remarks
    segments: dict[str, Node] = field(default_factory=dict)

    def add(self, name: str, nodes: list[Node], *, every: bool = True) -> str:
        """Put a segment on the shelf and return its id.

        Parameters
        ----------
        name : str
        nodes : list of dict
            Questions, one or more, each a node without an id.
        every : bool
            Whether all of them must hold, or one of them is enough.
        """
        definition = _definition(nodes, "And" if every else "Or")
        key = json.dumps(definition, sort_keys=True)
        if key not in self.segments:
            taken = {segment["name"] for segment in self.segments.values()}
            full, number = f"{self.flow.name}: {name}", 1
            while full in taken:
                number += 1
                full = f"{self.flow.name}: {name} ({number})"
            identifier = stable_id(self.company, self.flow.id, "segment", full)
            self.segments[key] = {"id": identifier, "name": full, "definition": definition}
        return str(self.segments[key]["id"])

    def nodes_of(self, condition: FlowCondition, *, at: str, hours: int = 0, leaving: bool = False) -> Node:
        """Return one question as a node.

        Parameters
        ----------
        condition : FlowCondition
        at : str
            What asks, for the warnings.
        hours : int
            How long after entry it is asked at the latest.
        leaving : bool
            Whether a yes ends the flow, so that only what happened since its start counts.
        """
        kind = condition.kind
        if kind is ConditionKind.ORDERED_SINCE_START:
            return self._ordered(at, hours)
        if kind is ConditionKind.BOUGHT_PRODUCT:
            again = leaving and self._starts_with(condition.name)
            days = _days(hours) if leaving else 0
            return self.bought(condition.name, at=at, within_days=days, at_least=2 if again else 1)
        if kind is ConditionKind.MAY_RECEIVE and condition.channel not in {None, Channel.PERSON}:
            return self._consent(condition)
        return self._trait(condition, at)

    def _starts_with(self, product: str) -> bool:
        """Return whether an order of this very product starts the flow."""
        own = product_of(self.flow.trigger.product)
        return starts_with_order(self.flow) and own == product_of(product)

    def bought(self, product: str, *, at: str, within_days: int = 0, at_least: int = 1) -> Node:
        """Return the question whether a product was bought, lately or at any time."""
        name = product_of(product)
        self.remarks.warn(
            at,
            f"the product {name!r} is looked for in the order event's property 'product'; make sure that your "
            "shop sends it.",
        )
        node = performed(event_name(ORDER, self.remarks), at_least=at_least)
        node["properties"] = [{"path": "product", "operator": {"type": "Equals", "value": name}}]
        return node | ({"withinSeconds": within_days * DAY_SECONDS} if within_days else {})

    def _ordered(self, at: str, hours: int) -> Node:
        days = _days(hours)
        own = starts_with_order(self.flow)
        besides = ", besides the order that starts it" if own else ""
        self.remarks.warn(
            at,
            f"Dittofeed does not know since when a customer is in a journey; the export asks for an order in the last "
            f"{plural(days, 'day')}{besides}, the longest a customer can have been in it by then.",
        )
        node = performed(event_name(ORDER, self.remarks), at_least=2 if own else 1)
        return node | {"withinSeconds": days * DAY_SECONDS}

    def _consent(self, condition: FlowCondition) -> Node:
        channel = condition.channel or Channel.EMAIL
        return {
            "type": "SubscriptionGroup",
            "subscriptionGroupId": subscription_group(channel, self.remarks),
            "subscriptionGroupType": "OptIn",
        }

    def _trait(self, condition: FlowCondition, at: str) -> Node:
        if condition.kind is ConditionKind.IN_SEGMENT:
            self.remarks.warn(
                at,
                f"a Dittofeed segment cannot hold another one; the export reads the group {condition.name!r} from the "
                "user trait 'segment', so send it for each customer (results/customers.csv says who is in which).",
            )
            return trait("segment", condition.name)
        if condition.kind is ConditionKind.OPEN_ISSUE:
            self.remarks.warn(
                at,
                f"Dittofeed knows of no complaints, returns or unpaid invoices ({condition.text!r}); the export reads "
                "the user trait 'open_issue', so set it to 'yes' while something is open and to 'no' after.",
            )
            return trait("open_issue", "yes")
        if condition.kind is ConditionKind.MAY_RECEIVE:
            self.remarks.warn(
                at,
                f"Dittofeed keeps no consent to be called or visited ({condition.text!r}); the export reads the user "
                "trait 'may_be_called', so set it to 'yes'.",
            )
            return trait("may_be_called", "yes")
        self.remarks.warn(
            at, f"{condition.text!r} is read from the user trait {condition.name!r}; keep it up to date."
        )
        return trait(condition.name, condition.value)


def _days(hours: int) -> int:
    """Return hours as whole days, at least one."""
    return max(1, -(-hours // HOURS_PER_DAY))


def performed(event: str, *, at_least: int) -> Node:
    """Return the question whether an event happened so often."""
    return {"type": "Performed", "event": event, "times": at_least, "timesOperator": ">="}


def trait(path: str, value: str) -> Node:
    """Return the question whether a trait has a value, or any value where none is given."""
    return {
        "type": "Trait",
        "path": path,
        "operator": {"type": "Equals", "value": value} if value else {"type": "Exists"},
    }


def _definition(nodes: list[Node], joint: str) -> Node:
    """Return a segment's tree: a single question is its own root."""
    named = [{"id": f"question-{number}", **node} for number, node in enumerate(nodes, start=1)]
    if len(named) == 1:
        return {"entryNode": named[0], "nodes": []}
    root = {
        "type": joint,
        "id": "all" if joint == "And" else "any",
        "children": [node["id"] for node in named],
    }
    return {"entryNode": root, "nodes": named}
