"""The words of an email as plain HTML in a vendor's own tags, so that a template can be made of it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from segkit.model.message import EmailContent

_TAG = re.compile(r"(\{\{.*?\}\}|\{%.*?%\})", re.DOTALL)


def email_html(email: EmailContent, *, say: Callable[[str], str], leave: str) -> str:
    """Return the words of an email as plain HTML.

    Parameters
    ----------
    email : EmailContent
    say : callable
        Puts a text into the vendor's tags.
    leave : str
        The vendor's tag for the link to unsubscribe; added where the email has none.
    """
    return _Writer(say=say).write(email, leave)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    say: Callable[[str], str]

    def write(self, email: EmailContent, leave: str) -> str:
        parts = [
            f'<div style="display:none">{self.said(email.preheader)}</div>',
            f"<h1>{self.said(email.heading)}</h1>",
            *map(self.paragraph, email.paragraphs),
            f"<ul>{''.join(f'<li>{self.said(each)}</li>' for each in email.bullets)}</ul>"
            if email.bullets
            else "",
            f"<p>{self.link(email.action.label, email.action.url)}</p>",
            *map(self.paragraph, email.after_action),
            *(f"<p>{self.link(label, url)}</p>" for label, url in email.secondary),
            self.paragraph(email.signature) if email.signature else "",
            self.paragraph(email.postal_address),
            f"<p>{self.said(email.unsubscribe)}{'' if 'unsubscribe_url' in email.unsubscribe else f' {leave}'}</p>",
        ]
        return "\n".join(part for part in parts if part) + "\n"

    def paragraph(self, text: str) -> str:
        return f"<p>{self.said(text)}</p>"

    def link(self, label: str, url: str) -> str:
        return f'<a href="{self.said(url)}">{self.said(label)}</a>'

    def said(self, text: str) -> str:
        """Return a text safe in HTML; its tags stay as they are, because their quotation marks are code."""
        tokens = _TAG.split(self.say(text))
        return "".join(token if _TAG.fullmatch(token) else html.escape(token) for token in tokens)
