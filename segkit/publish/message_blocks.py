"""The block of a drafted message: what a customer gets, why, where its promises stand, and what the checks found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from segkit.errors import BadValueError
from segkit.model.argument import Author
from segkit.model.company import BrandSettings
from segkit.model.flow import Channel
from segkit.model.message import EmailContent, MergeField, MessageDraft, Offer, Severity, SmsContent
from segkit.publish.block import Block
from segkit.publish.records import Kind
from segkit.strategy.contrast import is_color
from segkit.strategy.liquid import fields_of, fill_or_keep, worst_case
from segkit.strategy.sms import count_sms, whole_text

OWN_SETTINGS = "company.toml"
"""The source of an offer that the user states."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewLink:
    """A link as the reader sees it, and where it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailPreview:
    """An email as a customer without personal details reads it; ``longest`` are the lines that change for the longest ones.

    ``picture`` is the alternative text, ``brand`` what stands at the top, ``color`` the button as ``#RRGGBB`` or empty.
    """

    subject: str
    preheader: str
    sender: str
    reply_to: str
    headline: str
    lines: tuple[str, ...]
    action: PreviewLink
    postal_address: str
    unsubscribe: str
    points: tuple[str, ...] = ()
    landing: str = ""
    limits: tuple[str, ...] = ()
    links: tuple[PreviewLink, ...] = ()
    picture: str = ""
    signature: str = ""
    color: str = ""
    brand: str = ""
    longest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsPreview:
    """A text message as it arrives, at its longest, and how that is counted."""

    sender: str
    text: str
    longest: str
    encoding: str
    units: int
    parts: int
    offending: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """What the message promises and where it stands; ``citation`` is a source id, or empty for the user's own word."""

    kind: str
    text: str
    exact: str = ""
    citation: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """What one check found, and the way out."""

    id: str
    severity: Severity
    sentence: str
    fix: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A merge field: what stands there when it is unknown, and the longest value that was counted."""

    name: str
    fallback: str
    longest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePreview(Block):
    """One drafted message with everything that speaks for it; ``email`` and ``sms`` hold one preview or none.

    ``purpose``, ``reasons``, ``fit`` and ``left_out`` are sentences that may cite; ``number`` is the segment's number,
    for its marker (0: none).
    """

    kind: ClassVar[Kind] = Kind.MESSAGE
    name: str
    group: str
    channel: Channel
    purpose: str
    number: int = 0
    reasons: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    stopped: str = ""
    own_words: bool = False
    email: tuple[EmailPreview, ...] = ()
    sms: tuple[SmsPreview, ...] = ()
    offers: tuple[OfferLine, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    fields: tuple[FieldLine, ...] = ()
    evidence: tuple[str, ...] = ()
    author: Author = Author.SEGKIT
    by: str = ""
    untraced: tuple[str, ...] = ()
    asks: str = ""


def message_preview(
    draft: MessageDraft, *, brand: BrandSettings | None = None, number: int = 0, name: str = ""
) -> MessagePreview:
    """Return the block that shows a draft.

    Parameters
    ----------
    draft : MessageDraft
        With the findings of `segkit.strategy.lints.lint_message` in it.
    brand : BrandSettings, optional
        For the button's color and the logo's words.
    number : int, default 0
        The segment's number, for its marker.
    name : str, optional
        The company's name, at the top of the email where the brand has no logo.

    Raises
    ------
    RenderError
        When the draft's id cannot be an anchor.
    """
    return MessagePreview(
        id=f"message-{draft.id}",
        name=draft.name,
        group=draft.segment_name,
        channel=draft.channel,
        purpose=draft.purpose,
        number=number,
        reasons=draft.channel_reason,
        fit=draft.fit,
        left_out=draft.left_out,
        stopped=draft.stopped,
        own_words=draft.own_words,
        email=(_email(draft.email, draft.merge_fields, brand or BrandSettings(), name),)
        if draft.email
        else (),
        sms=(_sms(draft.sms, draft.merge_fields),) if draft.sms else (),
        offers=tuple(_offer(offer) for offer in draft.offers),
        findings=tuple(
            FindingLine(
                id=item.id, severity=item.severity, sentence=item.sentence, fix=item.fix, where=item.where
            )
            for item in draft.findings
        ),
        fields=tuple(
            FieldLine(name=field.name, fallback=field.fallback, longest=field.worst_case)
            for field in draft.merge_fields
        ),
        evidence=draft.evidence_ids,
    )


def _email(
    email: EmailContent, fields: Sequence[MergeField], brand: BrandSettings, name: str
) -> EmailPreview:
    said = {field.name: field.worst_case for field in fields}
    texts = (email.subject, email.preheader, email.heading, *email.paragraphs, *email.bullets)
    return EmailPreview(
        subject=fill_or_keep(email.subject, {}),
        preheader=fill_or_keep(email.preheader, {}),
        sender=email.sender,
        reply_to=email.reply_to,
        headline=fill_or_keep(email.heading, {}),
        lines=tuple(fill_or_keep(text, {}) for text in email.paragraphs),
        points=tuple(fill_or_keep(text, {}) for text in email.bullets),
        action=PreviewLink(label=fill_or_keep(email.action.label, {}), url=email.action.url),
        landing=email.action.landing,
        limits=tuple(fill_or_keep(text, {}) for text in email.after_action),
        links=tuple(PreviewLink(label=fill_or_keep(label, {}), url=url) for label, url in email.secondary),
        picture=email.image.alt if email.image else "",
        signature=fill_or_keep(email.signature, {}),
        postal_address=email.postal_address,
        unsubscribe=fill_or_keep(email.unsubscribe, {}),
        color=brand.color if is_color(brand.color) else "",
        brand=brand.logo_alt or name or email.sender.split(" <")[0],
        longest=tuple(fill_or_keep(text, said) for text in texts if fields_of(text)),
    )


def _sms(sms: SmsContent, fields: Sequence[MergeField]) -> SmsPreview:
    written = whole_text(sms)
    try:
        longest = worst_case(written, fields)
    except BadValueError:
        longest = written
    count = count_sms(longest)
    return SmsPreview(
        sender=sms.sender,
        text=fill_or_keep(written, {}),
        longest=longest,
        encoding=count.encoding,
        units=count.units,
        parts=count.parts,
        offending=count.offending,
    )


def _offer(offer: Offer) -> OfferLine:
    own = offer.source_id in {"", OWN_SETTINGS}
    return OfferLine(
        kind=offer.kind,
        text=offer.text,
        exact=offer.exact,
        citation="" if own else offer.source_id,
        until=_until(offer.day, ended=offer.ended),
    )


def _until(day: date | None, *, ended: bool) -> str:
    if ended:
        return "ended"
    return f"until {day.day} {day:%B %Y}" if day else ""
