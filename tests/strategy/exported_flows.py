"""Flows of every trigger and every node, and the drafts of their messages, for the tests of exports."""

from __future__ import annotations

from dataclasses import replace

from segkit.model.flow import (
    Branch,
    Channel,
    ConditionKind,
    Delay,
    Flow,
    FlowCondition,
    Message,
    MultiSplit,
    QuietHours,
    RandomSplit,
    Reentry,
    Split,
    Task,
    Trigger,
    TriggerKind,
    UpdateProfile,
    WaitFor,
)
from segkit.model.lifecycle import Stage
from segkit.model.message import Action, EmailContent, MergeField, MessageDraft, SmsContent

COMPANY = "Tenter & Fold"


def ask(kind: ConditionKind, **values: object) -> FlowCondition:
    return FlowCondition(kind=kind, text=f"Is it so: {kind.value}?", **values)


EMAIL_OK = ask(ConditionKind.MAY_RECEIVE, channel=Channel.EMAIL)
SMS_OK = ask(ConditionKind.MAY_RECEIVE, channel=Channel.SMS)
PUSH_OK = ask(ConditionKind.MAY_RECEIVE, channel=Channel.PUSH)
CALL_OK = ask(ConditionKind.MAY_RECEIVE, channel=Channel.PERSON)
ORDERED = ask(ConditionKind.ORDERED_SINCE_START)
BOUGHT = ask(ConditionKind.BOUGHT_PRODUCT, name="“Ash beret”")
ISSUE = ask(ConditionKind.OPEN_ISSUE)
MEMBER = ask(ConditionKind.HAS_PROPERTY, name="member")
GOLD = ask(ConditionKind.HAS_PROPERTY, name="tier", value="gold")
REGULAR = ask(ConditionKind.IN_SEGMENT, name="Regulars")
EVERY_CONDITION = (EMAIL_OK, SMS_OK, PUSH_OK, CALL_OK, ORDERED, BOUGHT, ISSUE, MEMBER, GOLD, REGULAR)


def message(name: str, following: str, channel: Channel = Channel.EMAIL) -> Message:
    return Message(
        id=name,
        channel=channel,
        content_id=f"c-{name}",
        name=f"Message {name}",
        purpose=f"Bring {name}",
        next=following,
    )


def flow(*nodes: object, **changes: object) -> Flow:
    return replace(
        Flow(
            id="cart-2",
            name="Abandoned cart: Regulars",
            kind="abandoned_cart",
            stage=Stage.CONVERT,
            segment_id=2,
            segment_name="Regulars",
            trigger=Trigger(
                kind=TriggerKind.EVENT, text="A checkout without an order", event="checkout_started"
            ),
            audience=(EMAIL_OK, REGULAR),
            exit_when=(ORDERED,),
            reentry=Reentry(days=30, text="After 30 days"),
            quiet_hours=QuietHours(start=20, end=8, text="From 20 to 8"),
            entry=nodes[0].id,
            nodes=nodes,
            evidence_ids=("E1",),
        ),
        **changes,
    )


# the flow of the acceptance fixtures: delay of four hours, email, split by consent, SMS, re-entry after 30 days
FIXTURE = flow(
    Delay(id="wait", days=0, hours=4, next="email"),
    message("email", "may-text"),
    Split(id="may-text", condition=SMS_OK, yes="text", no=""),
    message("text", "", Channel.SMS),
)

EVERY_NODE = flow(
    RandomSplit(id="lot", percent=90, yes="wait", no=""),
    Delay(id="wait", days=2, hours=6, until="10:30", next="email"),
    message("email", "reply"),
    WaitFor(
        id="reply", event="review_left", timeout_days=7, happened="note", timeout="which", text="A review?"
    ),
    UpdateProfile(id="note", property="reviewed", value="yes", next="call"),
    MultiSplit(
        id="which",
        branches=(
            Branch(name="Text", next="text", condition=SMS_OK),
            Branch(name="Push", next="push", condition=PUSH_OK),
            Branch(name="Gold", next="visit", condition=GOLD),
            Branch(name="Everyone else", next="call"),
        ),
    ),
    message("text", "call", Channel.SMS),
    message("push", "", Channel.PUSH),
    message("visit", "", Channel.PERSON),
    Task(id="call", name="Call", text="Ask what kept them", next=""),
)

TRIGGERS = {
    "checkout": Trigger(
        kind=TriggerKind.EVENT, text="A checkout", event="checkout_started", product="Ash beret"
    ),
    "order": Trigger(kind=TriggerKind.EVENT, text="An order"),
    "order of a product": Trigger(
        kind=TriggerKind.EVENT, text="An order of a beret", event="placed_order", product="“Ash beret”"
    ),
    "silence": Trigger(kind=TriggerKind.SEGMENT, text="No order for 49 days", days_since_order=49),
    "season": Trigger(kind=TriggerKind.SEGMENT, text="The season opens"),
    "date": Trigger(kind=TriggerKind.DATE, text="Birthday", date_property="birthday", days_before=7),
    "stock": Trigger(
        kind=TriggerKind.INVENTORY, text="It is back", event="stock_notice", product="Ash beret"
    ),
}


def drafts() -> dict[str, MessageDraft]:
    """Return a draft for each message above."""
    name = MergeField(name="first_name", fallback="there", worst_case="Maximiliane")
    size = MergeField(name="hat_size", fallback="your size", worst_case="58 cm")
    shared = {
        "flow_id": "cart-2",
        "segment_id": 2,
        "segment_name": "Regulars",
        "purpose": "Bring back the basket",
        "channel_reason": (),
    }
    email = EmailContent(
        subject="{{ first_name | default: 'there' }}, your basket is kept",
        preheader="Two berets & a hat, for two days",
        heading="Kept for you",
        paragraphs=("Hello {{ first_name | default: 'there' }}, <soon> it goes.",),
        action=Action(
            label="Open my basket", url="https://shop.example/cart?utm_source=email&utm_medium=flow"
        ),
        sender="Tenter & Fold <hello@shop.example>",
        reply_to="hello@shop.example",
        postal_address="1 Mill Lane, Ashby",
        unsubscribe="You get this because you asked for our letters.",
        bullets=("Free returns",),
        secondary=(("Not now", "https://shop.example/later"),),
        signature="The shop",
    )
    sms = SmsContent(
        body="Tenter & Fold: {{ hat_size | default: 'your size' }} is kept: {{ link }}",
        sender="TENTERFOLD",
        opt_out="Reply STOP to opt out",
        url="https://shop.example/c",
    )
    push = replace(sms, opt_out="", body="Your basket is kept", url="")
    return {
        "c-email": MessageDraft(
            id="c-email", name="Kept", channel=Channel.EMAIL, email=email, merge_fields=(name,), **shared
        ),
        "c-text": MessageDraft(
            id="c-text", name="Text", channel=Channel.SMS, sms=sms, merge_fields=(size,), **shared
        ),
        "c-push": MessageDraft(
            id="c-push",
            name="Push",
            channel=Channel.PUSH,
            sms=push,
            stopped="The price is disputed.",
            **shared,
        ),
    }
