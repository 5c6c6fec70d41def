"""A flow as the body of Klaviyo's Create Flow request; every action is a draft.

The form is that of API revision 2026-07-15. New actions carry a ``temporary_id``, a null link ends the flow, and the
profile filter is asked again before every action, which is what `Flow.audience` and `Flow.exit_when` mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.model.flow import ConditionKind, Flow, FlowCondition, Trigger, TriggerKind
from segkit.model.message import MessageDraft
from segkit.strategy.exports.export import Export, Remarks
from segkit.strategy.exports.klaviyo_actions import ActionWriter
from segkit.strategy.exports.klaviyo_filters import (
    EVER,
    WHERE_LISTS,
    Condition,
    Filter,
    condition_of,
    counted,
    filter_of,
    metric_id,
)
from segkit.strategy.exports.lowering import (
    ORDER,
    Mailbox,
    added_name,
    clock,
    event_of,
    product_of,
    refuse_faults,
    starts_with_first_order,
    warn_of_audience,
)

VENDOR = "klaviyo"
REVISION = "2026-07-15"
"""Revision of the vendor's API that the form belongs to; it is sent as the header ``revision``."""
ENDPOINT = "POST https://a.klaviyo.com/api/flows"


def export_klaviyo(flow: Flow, messages: Mapping[str, MessageDraft], *, company: str) -> Export:
    """Return a flow as the body of a Create Flow request.

    Parameters
    ----------
    flow : Flow
    messages : mapping of str to MessageDraft
        Drafts by content id.
    company : str
        Its name, as customers know it.

    Returns
    -------
    Export
        ``payload`` is the body; ids of the account are placeholders.

    Raises
    ------
    FlowError
        The flow is not sound, or a message says what Klaviyo cannot.
    """
    refuse_faults(flow)
    remarks = Remarks()
    warn_of_audience(flow, remarks)
    _warn_of_quiet_hours(flow, remarks)
    mailbox = Mailbox(flow=flow, drafts=messages, remarks=remarks)
    writer = ActionWriter(flow=flow, mailbox=mailbox, remarks=remarks, company=company)
    opening = _opening(flow)
    definition = {
        "triggers": [_trigger(flow, remarks)],
        "profile_filter": _profile_filter(flow, remarks),
        "actions": [*opening, *(action for node in flow.nodes for action in writer.actions(node))],
        "entry_action_id": opening[0]["temporary_id"] if opening else flow.entry,
        "reentry_criteria": _reentry(flow),
    }
    payload = {"data": {"type": "flow", "attributes": {"name": flow.name, "definition": definition}}}
    return Export(
        vendor=VENDOR,
        flow_id=flow.id,
        payload=payload,
        warnings=remarks.warnings,
        bindings=tuple(remarks.bindings.values()),
        templates=tuple(writer.templates.items()),
    )


def _opening(flow: Flow) -> list[dict[str, Any]]:
    """Return the action that holds customers back until the product is there."""
    if flow.trigger.kind is not TriggerKind.INVENTORY:
        return []
    name = added_name("trigger", "wait", flow)
    return [{"temporary_id": name, "type": "back-in-stock-delay", "links": {"next": flow.entry}}]


def _trigger(flow: Flow, remarks: Remarks) -> dict[str, Any]:
    trigger = flow.trigger
    if trigger.kind is TriggerKind.SEGMENT:
        return {"type": "segment", "id": _state(flow, remarks)}
    if trigger.kind is TriggerKind.DATE:
        return _date(flow, remarks)
    event = "stock_notice" if trigger.kind is TriggerKind.INVENTORY else event_of(trigger.event)
    if trigger.kind is TriggerKind.INVENTORY:
        remarks.warn(
            "Trigger",
            "Klaviyo's Create Flow has no trigger for a product that is back; the flow starts when somebody "
            "asks to be told and waits in a back-in-stock delay.",
        )
    return {
        "type": "metric",
        "id": metric_id(event, remarks),
        "trigger_filter": _product(trigger, event, remarks),
    }


def _product(trigger: Trigger, event: str, remarks: Remarks) -> Filter | None:
    product = product_of(trigger.product)
    if not product:
        return None
    remarks.warn(
        "Trigger",
        f"the product {product!r} is looked for in the metric's property 'Items'; check that your shop's "
        "integration fills it.",
    )
    test = {"type": "list", "operator": "contains", "value": product}
    return filter_of(
        {"type": "metric-property", "metric_id": metric_id(event, remarks), "field": "Items", "filter": test}
    )


def _state(flow: Flow, remarks: Remarks) -> str:
    """Return the placeholder of the segment that a customer enters when the flow starts."""
    days = flow.trigger.days_since_order
    if days is None:
        name, what = (
            flow.kind,
            f"a segment of those in {flow.segment_name!r} for whom this holds: {flow.trigger.text}",
        )
    else:
        name = f"no_order_for_{days}_days"
        what = (
            f"a segment of {flow.segment_name!r}: Placed Order at least once over all time, and zero times in the last {days} days "
            f"({flow.trigger.text})"
        )
    return remarks.bind("segment", f"{flow.segment_name} {name}", what=what, where=WHERE_LISTS)


def _date(flow: Flow, remarks: Remarks) -> dict[str, Any]:
    time = clock(flow)
    remarks.warn(
        "Trigger", f"Klaviyo asks for a time of day; the export says {time[:5]} in each customer's time zone."
    )
    return {
        "type": "date",
        "date_field_type": "profile-property",
        "date_profile_property": flow.trigger.date_property,
        "timedelta_unit_before_date": "days",
        "timedelta_value_before_date": flow.trigger.days_before,
        "recurrence_frequency": "annually",
        "timezone": "profile",
        "trigger_time": time,
    }


def _profile_filter(flow: Flow, remarks: Remarks) -> Filter | None:
    """Return what must hold before every action: yes to the audience, no to what ends the flow."""
    asked: list[Condition] = [
        condition_of(condition, yes=True, node="Audience", remarks=remarks) for condition in flow.audience
    ]
    if starts_with_first_order(flow, remarks):
        asked.append(counted(ORDER, operator="equals", value=1, timeframe=EVER, remarks=remarks))
    asked += [_no(condition, remarks) for condition in flow.exit_when]
    return filter_of(*asked)


def _no(condition: FlowCondition, remarks: Remarks) -> Condition:
    leaving = condition.kind is ConditionKind.BOUGHT_PRODUCT
    return condition_of(condition, yes=False, node="Exit", remarks=remarks, leaving=leaving)


def _reentry(flow: Flow) -> dict[str, Any]:
    """Return the re-entry rule; with the unit "alltime" 1 means never again and 0 at any time."""
    days = flow.reentry.days
    if days:
        return {"duration": days, "unit": "day"}
    return {"duration": 1 if days is None else 0, "unit": "alltime"}


def _warn_of_quiet_hours(flow: Flow, remarks: Remarks) -> None:
    quiet = flow.quiet_hours
    if quiet.start != quiet.end:
        remarks.warn(
            "Quiet hours",
            f"Klaviyo keeps them for the whole account and for SMS only; set {quiet.start}:00 to {quiet.end}:00 "
            "there. An email keeps them where the wait before it ends at a time of day.",
        )
