"""The nodes of a flow as Klaviyo's actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from segkit.errors import BadValueError
from segkit.model.flow import (
    Channel,
    Delay,
    Flow,
    Message,
    MultiSplit,
    Node,
    RandomSplit,
    Split,
    Task,
    UpdateProfile,
    WaitFor,
)
from segkit.model.message import EmailContent, MessageDraft, SmsContent
from segkit.strategy.exports.email_body import email_html
from segkit.strategy.exports.export import Remarks
from segkit.strategy.exports.klaviyo_filters import (
    SINCE_START,
    Condition,
    condition_of,
    counted,
    filter_of,
)
from segkit.strategy.exports.lowering import Mailbox, added_name, event_of, sms_text
from segkit.strategy.liquid import to_klaviyo
from segkit.words.figures import plural

Action = dict[str, Any]
DRAFT = "draft"
WHERE_TEMPLATES = "Klaviyo: Content > Templates; the id stands in the address of the template's page"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionWriter:
    """Writes the actions of one flow and collects the templates of its emails."""

    flow: Flow
    mailbox: Mailbox
    remarks: Remarks
    company: str
    templates: dict[str, str] = field(default_factory=dict)

    def actions(self, node: Node) -> list[Action]:
        """Return the actions of a node, the one that others link to first."""
        return self._wait_for(node) if isinstance(node, WaitFor) else [self._action(node)]

    def _action(
        self, node: Delay | Split | MultiSplit | RandomSplit | Message | Task | UpdateProfile
    ) -> Action:
        if isinstance(node, Delay):
            return _linear(node.id, "time-delay", node.next, data=_delay(node))
        if isinstance(node, MultiSplit):
            return self._multi_split(node)
        if isinstance(node, RandomSplit):
            sample = {"type": "profile-sample", "percentage": node.percent}
            return _split(node.id, sample, yes=node.yes, no=node.no)
        if isinstance(node, Split):
            asked = condition_of(node.condition, yes=True, node=_at(node), remarks=self.remarks)
            return _split(node.id, asked, yes=node.yes, no=node.no)
        return _update(node) if isinstance(node, UpdateProfile) else self._sent(node)

    def _sent(self, node: Message | Task) -> Action:
        if isinstance(node, Task):
            return self._alert(node, node.text)
        if node.channel is Channel.PERSON:
            return self._alert(node, node.purpose)
        draft = self.mailbox.draft(node)
        try:
            kind, message = self._message(node, draft)
        except BadValueError as error:
            raise self.mailbox.refuse(node, error) from None
        return _linear(node.id, kind, node.next, data={"status": DRAFT, "message": message})

    def _message(self, node: Message, draft: MessageDraft | None) -> tuple[str, dict[str, Any]]:
        if node.channel is Channel.EMAIL:
            return "send-email", self._email(node, draft.email if draft else None)
        if node.channel is Channel.SMS:
            return "send-sms", self._sms(node, draft.sms if draft else None)
        return "send-mobile-push", self._push(node, draft.sms if draft else None)

    def _email(self, node: Message, email: EmailContent | None) -> dict[str, Any]:
        made_of = (
            f"made from templates/{node.content_id}.html"
            if email
            else f"that is still to be written: {node.purpose}"
        )
        template = self.remarks.bind(
            "template", node.content_id, what=f"the template {made_of} ({node.name})", where=WHERE_TEMPLATES
        )
        message: dict[str, Any] = {
            "name": node.name,
            "template_id": template,
            "smart_sending_enabled": True,
            "transactional": False,
            "add_tracking_params": False,
        }
        if email is None:
            return message
        self.templates[node.content_id] = email_html(email, say=to_klaviyo, leave="{% unsubscribe %}")
        self.remarks.warn(
            _at(node),
            "Klaviyo keeps an email's words in a template; the export brings them in plain HTML, the designed page is "
            f"results/messages/{node.content_id}.html.",
        )
        label, address = parseaddr(email.sender)
        _, reply_to = parseaddr(email.reply_to)
        return message | {
            "from_email": address or None,
            "from_label": label or self.company,
            "reply_to_email": reply_to or None,
            "subject_line": to_klaviyo(email.subject),
            "preview_text": to_klaviyo(email.preheader),
        }

    def _sms(self, node: Message, sms: SmsContent | None) -> dict[str, Any]:
        body = to_klaviyo(sms_text(sms)) if sms else self._words(node)
        if sms and sms.opt_out:
            self.remarks.warn(
                _at(node),
                f"Klaviyo adds its own words to opt out, in place of {sms.opt_out!r}; check them in the account.",
            )
        named = sms is not None and body.casefold().startswith(
            (self.company.casefold(), sms.sender.casefold() or " ")
        )
        return {
            "name": node.name,
            "body": body,
            "add_org_prefix": not named,
            "add_opt_out_language": True,
            "sms_quiet_hours_enabled": True,
            "smart_sending_enabled": True,
            "transactional": False,
        }

    def _push(self, node: Message, words: SmsContent | None) -> dict[str, Any]:
        self.remarks.warn(
            _at(node),
            "a push message is exported with title and text only; set its link and picture in Klaviyo.",
        )
        body = to_klaviyo(sms_text(words)) if words else self._words(node)
        return {"name": node.name, "title": self.company, "body": body, "smart_sending_enabled": True}

    def _words(self, node: Message) -> str:
        return self.remarks.bind(
            "text",
            node.content_id,
            what=f"the words of {node.name!r}: {node.purpose}",
            where="written by you",
        )

    def _alert(self, node: Message | Task, text: str) -> Action:
        self.remarks.warn(
            _at(node),
            f"Klaviyo has no task for a person; the export sends an internal alert to your team, whose text "
            f"lies in a template: {text}",
        )
        bind = self.remarks.bind
        message = {
            "name": node.name,
            "from_email": bind(
                "address", "sender", what="the address alerts come from", where="Klaviyo: Settings > Email"
            ),
            "from_label": self.company,
            "to_emails": [
                bind("address", "team", what="the address of who does the tasks", where="your own team")
            ],
            "subject_line": node.name,
            "template_id": bind(
                "template",
                f"{self.flow.id} {node.id}",
                what=f"a template that says: {text.removesuffix('.')}",
                where=WHERE_TEMPLATES,
            ),
        }
        return _linear(node.id, "send-internal-alert", node.next, data={"status": DRAFT, "message": message})

    def _wait_for(self, node: WaitFor) -> list[Action]:
        asks = added_name(node.id, "happened", self.flow)
        self.remarks.warn(
            _at(node),
            f"Klaviyo cannot let a customer go on as soon as {node.event!r} happens; the export waits "
            f"{plural(node.timeout_days, 'day')} and then asks whether it happened since the start of the flow.",
        )
        event = event_of(node.event)
        happened = counted(
            event, operator="greater-than", value=0, timeframe=SINCE_START, remarks=self.remarks
        )
        return [
            _linear(node.id, "time-delay", asks, data={"value": node.timeout_days, "unit": "days"}),
            _split(asks, happened, yes=node.happened, no=node.timeout),
        ]

    def _multi_split(self, node: MultiSplit) -> Action:
        branches = []
        for number, branch in enumerate(node.branches, start=1):
            asked = (
                condition_of(branch.condition, yes=True, node=_at(node), remarks=self.remarks)
                if branch.condition
                else None
            )
            branches.append(
                {
                    "branch_id": added_name(node.id, str(number), self.flow),
                    "order": number,
                    "name": branch.name,
                    "is_else": branch.condition is None,
                    "branch_filter": filter_of(asked) if asked else None,
                    "links": {"next": branch.next or None},
                }
            )
        return {
            "temporary_id": node.id,
            "type": "multi-branch-split",
            "data": {"name": node.id, "branches": branches},
        }


def _at(node: Node) -> str:
    return f"Node {node.id!r}"


def _linear(name: str, kind: str, following: str, *, data: dict[str, Any]) -> Action:
    return {"temporary_id": name, "type": kind, "links": {"next": following or None}, "data": data}


def _split(name: str, asked: Condition, *, yes: str, no: str) -> Action:
    return {
        "temporary_id": name,
        "type": "conditional-split",
        "links": {"next_if_true": yes or None, "next_if_false": no or None},
        "data": {"profile_filter": filter_of(asked)},
    }


def _delay(node: Delay) -> dict[str, Any]:
    in_hours = node.hours and not node.days
    data: dict[str, Any] = {
        "value": node.hours if in_hours else node.days,
        "unit": "hours" if in_hours else "days",
    }
    if node.days and node.hours:
        data["secondary_value"] = node.hours
    if node.until:
        data |= {"timezone": "profile", "delay_until_time": f"{node.until}:00"}
    return data


def _update(node: UpdateProfile) -> Action:
    operation = {
        "operator": "update",
        "property_type": "string",
        "property_key": node.property,
        "property_value": node.value,
    }
    return _linear(
        node.id, "update-profile", node.next, data={"status": DRAFT, "profile_operations": [operation]}
    )
