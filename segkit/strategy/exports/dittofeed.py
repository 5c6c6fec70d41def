"""A flow as a bundle for Dittofeed: a journey that is not started, the segments it asks, the templates it sends.

A journey cannot ask anything by itself, has no filter that holds all along and no "not"; so what must hold before a message is
asked by splits before each message. Ids inside the bundle are made from names and stay the same in every run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.errors import FlowError
from segkit.model.flow import Flow, TriggerKind
from segkit.model.message import MessageDraft
from segkit.strategy.exports.dittofeed_nodes import EXIT, NodeWriter
from segkit.strategy.exports.dittofeed_segments import (
    DAY_SECONDS,
    SegmentShelf,
    event_name,
    performed,
    stable_id,
    trait,
)
from segkit.strategy.exports.export import Export, Remarks
from segkit.strategy.exports.links import journey_faults
from segkit.strategy.exports.lowering import (
    ORDER,
    Mailbox,
    event_of,
    product_of,
    refuse_faults,
    starts_with_first_order,
    warn_of_audience,
)
from segkit.words.figures import plural

VENDOR = "dittofeed"
WHERE_WORKSPACE = "Dittofeed: what GET /api/admin/workspaces answers"


def export_dittofeed(flow: Flow, messages: Mapping[str, MessageDraft], *, company: str) -> Export:
    """Return a flow as a bundle of a journey, its segments and its templates.

    Parameters
    ----------
    flow : Flow
    messages : mapping of str to MessageDraft
        Drafts by content id.
    company : str
        Its name; ids are made from it.

    Returns
    -------
    Export
        ``payload`` is ``{journey, segments, templates}``.

    Raises
    ------
    FlowError
        The flow is not sound.
    """
    refuse_faults(flow)
    remarks = Remarks()
    warn_of_audience(flow, remarks)
    _warn_of_limits(flow, remarks)
    shelf = SegmentShelf(flow=flow, company=company, remarks=remarks)
    writer = NodeWriter(
        flow=flow,
        mailbox=Mailbox(flow=flow, drafts=messages, remarks=remarks),
        shelf=shelf,
        remarks=remarks,
        company=company,
    )
    entry, opening = _entry(flow, writer, shelf, remarks)
    nodes = [*opening, *(node for each in flow.nodes for node in writer.nodes(each))]
    workspace = remarks.bind("workspace", "id", what="the id of your workspace", where=WHERE_WORKSPACE)
    payload = {
        "journey": {
            "id": stable_id(company, flow.id, "journey"),
            "workspaceId": workspace,
            "name": flow.name,
            "status": "NotStarted",
            "canRunMultiple": flow.reentry.days is not None,
            "definition": {"entryNode": entry, "exitNode": {"type": EXIT}, "nodes": nodes},
        },
        "segments": [segment | {"workspaceId": workspace} for segment in shelf.segments.values()],
        "templates": [template | {"workspaceId": workspace} for template in writer.templates.values()],
    }
    broken = journey_faults(payload)
    if broken:
        raise FlowError(f"flow {flow.id!r} cannot be a Dittofeed journey: {broken[0]}", flow_id=flow.id)
    return Export(
        vendor=VENDOR,
        flow_id=flow.id,
        payload=payload,
        warnings=remarks.warnings,
        bindings=tuple(remarks.bindings.values()),
    )


def _warn_of_limits(flow: Flow, remarks: Remarks) -> None:
    quiet = flow.quiet_hours
    if quiet.start != quiet.end:
        remarks.warn(
            "Quiet hours",
            f"Dittofeed has none; {quiet.start}:00 to {quiet.end}:00 is kept only where a wait ends at a time of "
            "day.",
        )
    if flow.reentry.days:
        remarks.warn(
            "Re-entry",
            f"Dittofeed can let a customer in again or not, but not after {plural(flow.reentry.days, 'day')}; the export lets "
            "them in again.",
        )


def _entry(
    flow: Flow, writer: NodeWriter, shelf: SegmentShelf, remarks: Remarks
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the entry node and the nodes between it and the flow's own first one."""
    first = writer.target(flow.entry)
    kind = flow.trigger.kind
    if kind in {TriggerKind.EVENT, TriggerKind.INVENTORY}:
        return _event_entry(flow, writer, shelf, remarks)
    asked = [shelf.nodes_of(condition, at="Audience") for condition in flow.audience]
    opening: list[dict[str, Any]] = []
    if kind is TriggerKind.SEGMENT:
        asked += _state(flow, remarks)
    else:
        asked.append(trait(flow.trigger.date_property, ""))
        wait = writer.added("trigger", "date")
        opening, first = [_until_date(flow, wait, first, remarks)], wait
    entry = {
        "type": "EntryNode",
        "segment": shelf.add("may enter", asked),
        "child": first,
        "reEnter": flow.reentry.days is not None,
    }
    return entry, opening


def _event_entry(
    flow: Flow, writer: NodeWriter, shelf: SegmentShelf, remarks: Remarks
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    trigger = flow.trigger
    name, product = event_of(trigger.event), product_of(trigger.product)
    if trigger.kind is TriggerKind.INVENTORY:
        name = "back_in_stock"
        remarks.warn(
            "Trigger",
            "Dittofeed knows of no stock; send it the event 'back in stock' for each customer who waits for the "
            "product.",
        )
    asked = [shelf.nodes_of(condition, at="Audience") for condition in flow.audience]
    if product and name == ORDER:
        asked.append(shelf.bought(product, at="Trigger", within_days=1))
    elif product:
        remarks.warn(
            "Trigger", f"a Dittofeed journey starts with every event {name!r}; send it for {product!r} only."
        )
    if starts_with_first_order(flow, remarks):
        asked.append(performed(event_name(ORDER, remarks), at_least=1) | {"timesOperator": "="})
    first, opening = writer.target(flow.entry), []
    if asked:
        split = writer.added("trigger", "audience")
        opening = [writer.split(split, shelf.add("may enter", asked), yes=first, no=EXIT, name="May enter")]
        first = split
        remarks.warn(
            "Trigger",
            "Dittofeed asks nothing when an event starts a journey; the export asks in a split right after it, which "
            "needs the segment to be computed by then.",
        )
    entry = {"type": "EventEntryNode", "event": event_name(name, remarks), "child": first}
    return entry | ({"key": writer.key()} if writer.waits_for_events else {}), opening


def _state(flow: Flow, remarks: Remarks) -> list[dict[str, Any]]:
    days = flow.trigger.days_since_order
    if days is None:
        remarks.warn(
            "Trigger",
            f"{flow.trigger.text!r} cannot be computed by Dittofeed; the export reads the user trait "
            f"'ready_for_{flow.kind}', so set it to 'yes' when it holds.",
        )
        return [trait(f"ready_for_{flow.kind}", "yes")]
    order = event_name(ORDER, remarks)
    lately = performed(order, at_least=1) | {"timesOperator": "<", "withinSeconds": days * DAY_SECONDS}
    return [performed(order, at_least=1), lately]


def _until_date(flow: Flow, name: str, following: str, remarks: Remarks) -> dict[str, Any]:
    trigger = flow.trigger
    remarks.warn(
        "Trigger",
        f"Dittofeed waits for the date that stands in the user property {trigger.date_property!r} once, not every "
        "year; put the next date there after each time.",
    )
    return {
        "type": "DelayNode",
        "id": name,
        "child": following,
        "variant": {
            "type": "UserProperty",
            "userProperty": remarks.bind(
                "property",
                trigger.date_property,
                what=f"the user property with the date {trigger.date_property!r}",
                where="Dittofeed: User properties; the id stands in the address of its page",
            ),
            "offsetSeconds": trigger.days_before * DAY_SECONDS,
            "offsetDirection": "before",
        },
    }
