"""What every exporter needs of a flow: its checks, its messages, names for the nodes it must add, its events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from segkit.errors import BadValueError, FlowError
from segkit.model.flow import ConditionKind, Delay, Flow, Message, TriggerKind
from segkit.model.message import MessageDraft, SmsContent
from segkit.strategy.exports.export import Remarks
from segkit.strategy.flow_checks import check_flow
from segkit.strategy.flow_graph import in_order, links_by_id, nodes_by_id
from segkit.strategy.liquid import SYSTEM_FIELDS

ORDER = "placed_order"
"""The event of an order; an event trigger without an event means it."""
_ORDERS = {"", "order", "order_placed", ORDER, "ordered"}
_FIRST_ORDER_KINDS = {"onboarding"}
_LINK = re.compile(r"\{\{\s*link\s*(?:\|[^{}]*)?\}\}")
_ALWAYS_THERE = SYSTEM_FIELDS | {"first_name"}
MORNING = 10
"""The hour of a date trigger where a flow names none."""


def refuse_faults(flow: Flow) -> None:
    """Refuse a flow that is not sound.

    Raises
    ------
    FlowError
        With the first fault and how many more there are.
    """
    faults = check_flow(flow)
    if faults:
        more = f" ({len(faults) - 1} more)" if len(faults) > 1 else ""
        raise FlowError(
            f"{faults[0].sentence.removesuffix('.')}{more}.", flow_id=flow.id, node=faults[0].node
        )


def event_of(name: str) -> str:
    """Return an event's name, orders always by the same one.

    Examples
    --------
    >>> event_of(""), event_of("ordered"), event_of("review_left")
    ('placed_order', 'placed_order', 'review_left')
    """
    return ORDER if name in _ORDERS else name


def product_of(name: str) -> str:
    """Return a product's name without the quotation marks it is spoken of with.

    Examples
    --------
    >>> product_of("\N{LEFT DOUBLE QUOTATION MARK}Beret\N{RIGHT DOUBLE QUOTATION MARK}")
    'Beret'
    """
    return name.strip("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK} ")


def starts_with_first_order(flow: Flow, remarks: Remarks) -> bool:
    """Return whether only a customer's first order starts the flow; says where a later one does."""
    if starts_with_order(flow) and flow.kind == "loyalty":
        remarks.warn(
            "Trigger",
            f"the export starts with every order, the flow with one of them ({flow.trigger.text}); add how many "
            "orders there must have been.",
        )
    return starts_with_order(flow) and flow.kind in _FIRST_ORDER_KINDS


def starts_with_order(flow: Flow) -> bool:
    """Return whether an order starts the flow, so that it is itself an order since the start."""
    return flow.trigger.kind is TriggerKind.EVENT and event_of(flow.trigger.event) == ORDER


def added_name(node: str, suffix: str, flow: Flow) -> str:
    """Return an id for a node that the exporter adds to one of the flow's, unlike every other id.

    The two are joined by as many dashes as no id of the flow holds in a row.
    """
    joint = "-"
    while any(joint in name for name in nodes_by_id(flow)):
        joint += "-"
    return f"{node}{joint}{suffix}"


def clock(flow: Flow) -> str:
    """Return the time of day at which a date trigger starts: the first one that is waited for, else in the morning."""
    nodes = nodes_by_id(flow)
    for name in in_order(flow.entry, links_by_id(flow)):
        node = nodes[name]
        if isinstance(node, Delay) and node.until:
            return f"{node.until}:00"
    quiet = flow.quiet_hours
    open_at = MORNING if not is_quiet(MORNING, quiet.start, quiet.end) else quiet.end % 24
    return f"{open_at:02d}:00:00"


def is_quiet(hour: int, start: int, end: int) -> bool:
    """Return whether an hour lies in quiet hours that may go past midnight.

    Examples
    --------
    >>> is_quiet(23, 20, 8), is_quiet(7, 20, 8), is_quiet(8, 20, 8), is_quiet(9, 20, 8)
    (True, True, False, False)
    """
    return start <= hour < end if start <= end else hour >= start or hour < end


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """The drafts of a flow's messages, with what is to be said of each."""

    flow: Flow
    drafts: Mapping[str, MessageDraft]
    remarks: Remarks

    def draft(self, node: Message) -> MessageDraft | None:
        """Return the draft of a message, None where there is none; says so, and why one must not be sent yet."""
        draft = self.drafts.get(node.content_id)
        if draft is None:
            self.remarks.warn(
                f"Node {node.id!r}",
                f"there is no draft {node.content_id!r} yet; write its words before the flow is set live.",
            )
            return None
        if draft.stopped:
            self.remarks.warn(f"Node {node.id!r}", f"not ready to be sent: {draft.stopped}")
        fields = [field.name for field in draft.merge_fields if field.name not in _ALWAYS_THERE]
        if fields:
            named = ", ".join(repr(field) for field in fields)
            self.remarks.warn(
                f"Node {node.id!r}", f"the message fills in {named}; make sure that profiles carry it."
            )
        return draft

    def refuse(self, node: Message, error: BadValueError) -> FlowError:
        """Return the error of a message whose words the vendor cannot say."""
        return FlowError(
            f"message {node.content_id!r} of flow {self.flow.id!r}: {error}",
            flow_id=self.flow.id,
            node=node.id,
        )


def sms_text(sms: SmsContent) -> str:
    """Return the words of a text message with its link in place, without the opt-out.

    Examples
    --------
    >>> sms_text(SmsContent(body="Back: {{ link }}", sender="Shop", opt_out="Reply STOP", url="https://a.example"))
    'Back: https://a.example'
    """
    body = _LINK.sub(sms.url, sms.body) if sms.url else sms.body
    return f"{body} {sms.url}" if sms.url and sms.url not in body else body


def warn_of_audience(flow: Flow, remarks: Remarks) -> None:
    """Note where a flow is for a group but asks nobody whether they belong to it."""
    if not any(condition.kind is ConditionKind.IN_SEGMENT for condition in flow.audience):
        remarks.warn(
            "Audience",
            f"the flow is made for {flow.segment_name!r} but does not ask whether a customer belongs to it; "
            "everyone who meets its trigger and its conditions enters. Add the group as a filter if others may not.",
        )
