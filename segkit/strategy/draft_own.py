"""The user's own wording in place of ours, with its offers traced where the website states them."""

from __future__ import annotations

import re
from dataclasses import replace

from segkit.model.company import OwnMessage
from segkit.model.flow import Channel
from segkit.model.ledger import LedgerKind
from segkit.model.message import Action, EmailContent, Offer, SmsContent
from segkit.strategy.draft_brief import Brief
from segkit.strategy.offers import own_offers, to_offer


def own_message(brief: Brief, channel: Channel) -> OwnMessage | None:
    """Return the user's message for this group and channel, or None."""
    members = {case.customer_id for case in brief.facts.cases} | {brief.facts.name}
    return next(
        (
            one
            for one in brief.company.messages.own
            if one.contains in members and one.channel == channel.value
        ),
        None,
    )


def replace_words(
    own: OwnMessage, *, email: EmailContent | None, sms: SmsContent | None
) -> tuple[EmailContent | None, SmsContent | None]:
    """Put the user's words in place of ours; what the user left empty keeps ours, but our asides go."""
    if sms is not None:
        url = own.action_url or sms.url
        body = own.body or sms.body
        return None, replace(sms, body=body if url in body or not own.body else f"{body} {url}", url=url)
    if email is None:
        return None, None
    action = Action(
        label=own.action_label or email.action.label,
        url=own.action_url or email.action.url,
        landing="" if own.action_url else email.action.landing,
    )
    mine = bool(own.paragraphs)
    return replace(
        email,
        subject=own.subject or email.subject,
        preheader=own.preheader or email.preheader,
        heading=own.heading or email.heading,
        paragraphs=own.paragraphs or email.paragraphs,
        action=action,
        after_action=() if mine else email.after_action,
        secondary=() if mine else email.secondary,
    ), None


def trace_own(brief: Brief, words: str) -> tuple[Offer, ...]:
    """Find in the user's words what the website or the user's own offers state; what is not found is left to the lints."""
    found = []
    for entry in brief.entries:
        shown = entry.subject if entry.kind is LedgerKind.CODE else _figure(entry.value)
        if shown and re.search(rf"(?<![\w.,]){re.escape(shown)}(?![\w])", words):
            found.append(to_offer(entry, text=shown))
    live, _ = own_offers(brief.company, audience=brief.audience)
    for one in live:
        said = [("offer", one.text), ("code", one.code)]
        found += [
            Offer(kind=kind, text=text, source_id="company.toml", exact=one.text, day=one.until)
            for kind, text in said
            if text and text in words
        ]
    return tuple(dict.fromkeys(found))


def _figure(value: str) -> str:
    match = re.search(r"[£$€]\s?\d[\d.,]*\d|[£$€]\d|\d{1,2} [A-Z][a-z]+(?: \d{4})?|\d+ ?%", value)
    return match.group(0) if match else ""
