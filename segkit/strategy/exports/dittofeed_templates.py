"""Message drafts as Dittofeed's templates, in its Liquid: a customer's field is ``user.first_name`` there."""

from __future__ import annotations

import html
import re
from typing import Any

from segkit.model.flow import Channel, Message
from segkit.model.message import EmailContent, MessageDraft
from segkit.strategy.exports.email_body import email_html
from segkit.strategy.exports.lowering import sms_text

_TOKEN = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)
_FIELD = re.compile(r"^(\{\{\s*|\{%\s*(?:if|elsif)\s+)([a-z_][a-z0-9_]*)")


def to_dittofeed(text: str) -> str:
    """Return a text in Dittofeed's Liquid.

    Examples
    --------
    >>> to_dittofeed("Hi {{ first_name | default: 'there' }}, {{ unsubscribe_url }}")
    "Hi {{ user.first_name | default: 'there' }}, {% unsubscribe_url %}"
    >>> to_dittofeed("{% if size == 'M' %}one{% else %}two{% endif %}")
    "{% if user.size == 'M' %}one{% else %}two{% endif %}"
    """
    return "".join(_say(token) if _TOKEN.fullmatch(token) else token for token in _TOKEN.split(text))


def _say(token: str) -> str:
    found = _FIELD.match(token)
    if found is None:
        return token
    if found[2] == "unsubscribe_url":
        return "{% unsubscribe_url %}"
    return f"{found[1]}user.{found[2]}{token[found.end() :]}"


def template_of(node: Message, draft: MessageDraft | None) -> dict[str, Any]:
    """Return the template of a message; without a draft it says what the message is for."""
    if node.channel is Channel.EMAIL:
        email = draft.email if draft else None
        if email:
            return _email(email)
        return {
            "type": "Email",
            "from": "",
            "subject": node.name,
            "body": f"<p>{html.escape(node.purpose)}</p>",
        }
    sms = draft.sms if draft else None
    words = to_dittofeed(sms_text(sms)) if sms else node.purpose
    if node.channel is Channel.SMS:
        return {"type": "Sms", "body": f"{words} {sms.opt_out}" if sms and sms.opt_out else words}
    return {"type": "MobilePush", "title": node.name, "body": words}


def _email(email: EmailContent) -> dict[str, Any]:
    template = {
        "type": "Email",
        "from": email.sender,
        "subject": to_dittofeed(email.subject),
        "body": email_html(email, say=to_dittofeed, leave="{% unsubscribe_link %}"),
    }
    return template | ({"replyTo": email.reply_to} if email.reply_to else {})
