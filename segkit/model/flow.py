"""Flows: a marketing-automation flow as plain values, the same for every vendor.

A flow is a graph without loops. Edges live on the nodes, by id; an edge to ``""`` leaves the flow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from segkit.model.lifecycle import Stage


class Channel(StrEnum):
    """How a message reaches a customer; ``person`` is a task for somebody of the company."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    PERSON = "person"


class TriggerKind(StrEnum):
    """What starts a flow."""

    EVENT = "event"  # something the customer did
    SEGMENT = "segment"  # a state that is reached, such as "no order for 49 days"
    DATE = "date"  # a date that comes round every year
    INVENTORY = "inventory"  # a product is back


class ConditionKind(StrEnum):
    """What a split, a filter or an exit asks."""

    ORDERED_SINCE_START = "ordered_since_start"
    BOUGHT_PRODUCT = "bought_product"
    MAY_RECEIVE = "may_receive"  # consent and an address for ``channel``
    OPEN_ISSUE = "open_issue"  # complaint, return or unpaid invoice
    HAS_PROPERTY = "has_property"
    IN_SEGMENT = "in_segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCondition:
    """One question with the answer yes or no; ``text`` asks it in words.

    ``channel`` belongs to ``may_receive``; ``name`` is a product, property or segment; ``value`` a property's value.
    """

    kind: ConditionKind
    text: str
    channel: Channel | None = None
    name: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What starts the flow: ``event`` for events, ``date_property`` and ``days_before`` for dates, days for states."""

    kind: TriggerKind
    text: str
    event: str = ""
    product: str = ""
    days_since_order: int | None = None
    date_property: str = ""
    days_before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """Wait so many days and hours, then until a time of day ("10:00") where one is given."""

    id: str
    type: Literal["delay"] = "delay"
    days: int
    next: str
    hours: int = 0
    until: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """Ask one question and part."""

    id: str
    type: Literal["split"] = "split"
    condition: FlowCondition
    yes: str
    no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """One way out of a split of several ways; the last branch has no condition and takes everyone else."""

    name: str
    next: str
    condition: FlowCondition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiSplit:
    """Try questions in order; the first yes decides."""

    id: str
    type: Literal["multi_split"] = "multi_split"
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomSplit:
    """Send ``percent`` of the customers to ``yes`` by lot, the rest to ``no``."""

    id: str
    type: Literal["random_split"] = "random_split"
    percent: int
    yes: str
    no: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitFor:
    """Wait for an event; after ``timeout_days`` go on without it."""

    id: str
    type: Literal["wait_for"] = "wait_for"
    event: str
    timeout_days: int
    happened: str
    timeout: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Send one message. ``content_id`` names its draft; ``purpose`` says what it is to bring about."""

    id: str
    type: Literal["message"] = "message"
    channel: Channel
    content_id: str
    name: str
    purpose: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Ask a person of the company to do something."""

    id: str
    type: Literal["task"] = "task"
    name: str
    text: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateProfile:
    """Note something on the customer's profile."""

    id: str
    type: Literal["update_profile"] = "update_profile"
    property: str
    value: str
    next: str


Node = Delay | Split | MultiSplit | RandomSplit | WaitFor | Message | Task | UpdateProfile


def links_of(node: Node) -> tuple[str, ...]:
    """Return the ids a node leads to, in reading order; ``""`` is the exit.

    Examples
    --------
    >>> links_of(Delay(id="wait", days=2, next=""))
    ('',)
    """
    if isinstance(node, (Split, RandomSplit)):
        return (node.yes, node.no)
    if isinstance(node, MultiSplit):
        return tuple(branch.next for branch in node.branches)
    if isinstance(node, WaitFor):
        return (node.happened, node.timeout)
    return (node.next,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reentry:
    """Whether a customer may enter again: after so many days, or never (None)."""

    days: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When nothing is sent: from ``start`` to ``end``, hours of the shop's day."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One flow for one segment at one stage of the life cycle, ready to be checked, drawn and exported.

    ``audience`` are conditions asked at entry and again before each message; ``exit_when`` ends the flow at any step.
    ``evidence_ids`` are those of ``evidence.json``.
    """

    id: str
    name: str
    kind: str  # an id of flow_kinds.toml
    stage: Stage
    segment_id: int
    segment_name: str
    trigger: Trigger
    audience: tuple[FlowCondition, ...]
    exit_when: tuple[FlowCondition, ...]
    reentry: Reentry
    quiet_hours: QuietHours
    entry: str
    nodes: tuple[Node, ...]
    evidence_ids: tuple[str, ...] = ()

    def node(self, node_id: str) -> Node:
        """Return the node of an id.

        Raises
        ------
        KeyError
            No node has it.
        """
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)
