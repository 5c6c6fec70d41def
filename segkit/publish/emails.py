"""A drafted email as files: the HTML, its plain-text twin, and an .eml that a mail program opens as a draft.

The same draft gives the same bytes: the boundary and the message id come from the content, the date from the data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from segkit.errors import RenderError
from segkit.model.company import BrandSettings
from segkit.model.message import EmailContent, MessageDraft
from segkit.publish.email_mjml import mjml_engine, render_mjml
from segkit.publish.email_parts import Email, split_email, split_sender, text_part
from segkit.publish.email_plain import render_plain_layout

Engine = Literal["auto", "mjml", "plain"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailFiles:
    """One email as files.

    ``html``, ``text`` and ``eml`` are filled in and can be read; ``template`` is the HTML with its merge fields, for a
    sending system; ``engine`` says which layout was used.
    """

    html: str
    text: str
    eml: bytes
    template: str
    engine: str


def build_email(
    draft: MessageDraft,
    *,
    brand: BrandSettings,
    as_of: date,
    company: str,
    values: Mapping[str, str] | None = None,
    engine: Engine = "auto",
) -> EmailFiles:
    """Return the files of a drafted email.

    Parameters
    ----------
    draft : MessageDraft
        One with an email in it.
    brand : BrandSettings
        Color, logo and where to unsubscribe.
    as_of : date
        The end of observation; noon of that day in UTC becomes the date of the email.
    company : str
        The company's name, at the top where the brand has no logo.
    values : mapping of str to str, optional
        Values of merge fields; the fallbacks where there are none.
    engine : {"auto", "mjml", "plain"}, default "auto"
        MJML's engine where it is installed, and a plain layout of the same structure where it is not.

    Raises
    ------
    RenderError
        When the draft is no email, or MJML is asked for and not installed.

    See Also
    --------
    segkit.strategy.lints.lint_message : takes the size of ``html`` and the ``text``.
    """
    email = draft.email
    if email is None:
        raise RenderError(f"message {draft.id!r} is no email; build files of emails only.")
    used = ("mjml" if mjml_engine() else "plain") if engine == "auto" else engine
    render = render_mjml if used == "mjml" else render_plain_layout
    filled = split_email(draft, brand=brand, company=company, values=values or {})
    template = split_email(draft, brand=brand, company=company, values=None)
    html, text = render(filled), text_part(filled)
    return EmailFiles(
        html=html,
        text=text,
        eml=_eml(email, filled, html=html, text=text, as_of=as_of),
        template=render(template),
        engine=used,
    )


def _eml(email: EmailContent, filled: Email, *, html: str, text: str, as_of: date) -> bytes:
    """Return the email as a file of RFC 5322, plain text first, marked as not sent."""
    sender, reply_to = _address(email.sender), _address(email.reply_to)
    digest = hashlib.sha256(f"{email.sender}\0{filled.title}\0{text}\0{html}".encode()).hexdigest()
    message = EmailMessage(policy=SMTP)
    message["Subject"] = filled.title
    if sender:
        message["From"] = sender
    if reply_to:
        message["Reply-To"] = reply_to
    message["Date"] = datetime(as_of.year, as_of.month, as_of.day, 12, tzinfo=UTC)
    message["Message-ID"] = f"<{digest[:32]}@{sender.domain if sender else 'segkit.invalid'}>"
    if filled.leave:
        message["List-Unsubscribe"] = f"<{filled.leave}>"
    if filled.leave.startswith("https://"):
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Unsent"] = "1"
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{digest[:40]}")
    return message.as_bytes()


def _address(text: str) -> Address | None:
    """Return an address as headers take it, None where the text is none (the checks say so)."""
    name, address = split_sender(text)
    local, at, domain = address.rpartition("@")
    if not (at and local and domain) or not address.isascii():
        return None
    try:
        return Address(display_name=name, username=local, domain=domain)
    except (ValueError, IndexError):  # the standard library raises either for a malformed address
        return None
