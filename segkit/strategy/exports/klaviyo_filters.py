"""Questions about a customer in Klaviyo's form: groups that must all hold, each of conditions of which one must hold."""

from __future__ import annotations

from typing import Any

from segkit.model.flow import Channel, ConditionKind, FlowCondition
from segkit.strategy.exports.export import Remarks
from segkit.strategy.exports.lowering import ORDER, product_of

METRICS = {
    ORDER: "Placed Order",
    "checkout_started": "Started Checkout",
    "cart_added": "Added to Cart",
    "product_viewed": "Viewed Product",
    "stock_notice": "Subscribed to Back in Stock",
    "fulfilled": "Fulfilled Order",
}
"""What Klaviyo's shop integrations call an event; others keep their name."""
WHERE_METRICS = "Klaviyo: Analytics > Metrics; the id stands in the address of the metric's page"
WHERE_LISTS = "Klaviyo: Audience > Lists & segments; the id stands in the address of its page"
SINCE_START = {"type": "date", "operator": "flow-start"}
EVER = {"type": "date", "operator": "alltime"}

Condition = dict[str, Any]
Filter = dict[str, Any]


def filter_of(*conditions: Condition) -> Filter | None:
    """Return a filter that all conditions must pass; None where there are none."""
    groups = [{"conditions": [condition]} for condition in conditions]
    return {"condition_groups": groups} if groups else None


def metric_id(event: str, remarks: Remarks) -> str:
    """Return the placeholder of a metric."""
    name = METRICS.get(event, event)
    return remarks.bind("metric", name, what=f"the metric {name!r}", where=WHERE_METRICS)


def counted(
    event: str,
    *,
    operator: str,
    value: int,
    timeframe: dict[str, str],
    remarks: Remarks,
    metric_filters: list[dict[str, Any]] | None = None,
) -> Condition:
    """Return the condition that an event was counted so often."""
    return {
        "type": "profile-metric",
        "metric_id": metric_id(event, remarks),
        "measurement": "count",
        "measurement_filter": {"type": "numeric", "operator": operator, "value": value},
        "timeframe_filter": dict(timeframe),
        "metric_filters": metric_filters,
    }


def property_filter(name: str, value: str, *, yes: bool) -> Condition:
    """Return the condition that a profile property has a value, or any value where none is given."""
    if value:
        test = {"type": "string", "operator": "equals" if yes else "not-equals", "value": value}
    else:
        test = {"type": "existence", "operator": "is-set" if yes else "not-set"}
    key = name.replace("\\", "\\\\").replace("'", "\\'")
    return {"type": "profile-property", "property": f"properties['{key}']", "filter": test}


def condition_of(
    condition: FlowCondition, *, yes: bool, node: str, remarks: Remarks, leaving: bool = False
) -> Condition:
    """Return one question in Klaviyo's form.

    Parameters
    ----------
    condition : FlowCondition
    yes : bool
        Whether the answer must be yes; an exit asks for a no.
    node : str
        What asks, for the warnings.
    remarks : Remarks
    leaving : bool
        Whether the question ends the flow, so that only what happened since its start counts.

    Returns
    -------
    dict
        A warning says where Klaviyo asks something else.
    """
    kind = condition.kind
    if kind is ConditionKind.ORDERED_SINCE_START:
        operator = "greater-than" if yes else "equals"
        return counted(ORDER, operator=operator, value=0, timeframe=SINCE_START, remarks=remarks)
    if kind is ConditionKind.BOUGHT_PRODUCT:
        return _bought(condition, yes=yes, node=node, remarks=remarks, leaving=leaving)
    if kind is ConditionKind.MAY_RECEIVE:
        return _consent(condition, yes=yes, node=node, remarks=remarks)
    if kind is ConditionKind.IN_SEGMENT:
        group = remarks.bind(
            "segment",
            condition.name,
            what=f"the list or segment with the customers of {condition.name!r} (results/customers.csv names them)",
            where=WHERE_LISTS,
        )
        return {"type": "profile-group-membership", "is_member": yes, "group_ids": [group]}
    if kind is ConditionKind.OPEN_ISSUE:
        remarks.warn(
            node,
            f"Klaviyo knows of no complaints, returns or unpaid invoices ({condition.text!r}); the export asks "
            "whether the profile property 'open_issue' is set, so set it while something is open and clear it after.",
        )
        return property_filter("open_issue", "", yes=yes)
    remarks.warn(
        node, f"{condition.text!r} is read from the profile property {condition.name!r}; keep it up to date."
    )
    return property_filter(condition.name, condition.value, yes=yes)


def _bought(condition: FlowCondition, *, yes: bool, node: str, remarks: Remarks, leaving: bool) -> Condition:
    span = "since the start of the flow" if leaving else "at any time"
    remarks.warn(
        node,
        f"{condition.text!r} is asked of the metric 'Ordered Product' {span}, by its property 'Name'; check "
        "that your shop's integration fills it.",
    )
    named = {"type": "string", "operator": "equals", "value": product_of(condition.name)}
    return counted(
        "Ordered Product",
        operator="greater-than" if yes else "equals",
        value=0,
        timeframe=SINCE_START if leaving else EVER,
        remarks=remarks,
        metric_filters=[{"property": "Name", "filter": named}],
    )


def _consent(condition: FlowCondition, *, yes: bool, node: str, remarks: Remarks) -> Condition:
    channel = condition.channel
    if channel is None or channel is Channel.PERSON:
        remarks.warn(
            node,
            f"Klaviyo keeps no consent to be called or visited ({condition.text!r}); the export reads the profile "
            "property 'may_be_called', so set it to 'yes'.",
        )
        return property_filter("may_be_called", "yes", yes=yes)
    subscribed = yes and channel is not Channel.PUSH  # push has no list of its own
    return {
        "type": "profile-marketing-consent",
        "consent": {
            "channel": channel.value,
            "can_receive_marketing": yes,
            "consent_status": {"subscription": "subscribed" if subscribed else "any"},
        },
    }
