"""What a lint looks at: a draft's texts one by one, as it is written and as a customer without a name reads it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from segkit.errors import BadValueError
from segkit.model.company import BrandSettings
from segkit.model.flow import Flow
from segkit.model.message import EmailContent, LintFinding, MessageDraft, Severity, SmsContent
from segkit.strategy.liquid import render_liquid
from segkit.strategy.readability import split_sentences

_TOKEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_STRAIGHT = str.maketrans({"\u2019": "'", "\u2018": "'", "\u00a0": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One text of a message: where it stands, as written in Liquid, and as read where nothing personal is known."""

    where: str
    written: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A draft with everything around it that a lint may need.

    ``html_bytes`` is the size of the email's HTML and ``text_part`` its plain-text part, both empty until they are built;
    ``company`` its name, ``country`` two letters.
    """

    draft: MessageDraft
    brand: BrandSettings
    as_of: date
    company: str = ""
    country: str = ""
    flow: Flow | None = None
    html_bytes: int = 0
    text_part: str = ""
    pieces: tuple[Piece, ...] = ()

    @property
    def email(self) -> EmailContent:
        """The email; lints of emails are asked only where there is one."""
        if self.draft.email is None:
            raise BadValueError(f"draft {self.draft.id!r} is no email; ask for its text message.")
        return self.draft.email

    @property
    def sms(self) -> SmsContent:
        """The text message; its lints are asked only where there is one."""
        if self.draft.sms is None:
            raise BadValueError(f"draft {self.draft.id!r} is no text message; ask for its email.")
        return self.draft.sms

    @property
    def body(self) -> str:
        """All that is read of the message, a line a piece."""
        return "\n".join(piece.read for piece in self.pieces)

    def sentences(self) -> tuple[tuple[str, str], ...]:
        """Return every sentence with where it stands."""
        return tuple((piece.where, said) for piece in self.pieces for said in split_sentences(piece.read))


def read_draft(
    draft: MessageDraft,
    *,
    brand: BrandSettings,
    as_of: date,
    company: str = "",
    country: str = "",
    flow: Flow | None = None,
    html_bytes: int = 0,
    text_part: str = "",
) -> Reading:
    """Return a draft as lints read it."""
    written = [*_email_texts(draft.email), *_sms_texts(draft.sms)]
    pieces = tuple(
        Piece(where=where, written=text, read=_without_fields(text)) for where, text in written if text
    )
    return Reading(
        draft=draft,
        brand=brand,
        as_of=as_of,
        company=company,
        country=country,
        flow=flow,
        html_bytes=html_bytes,
        text_part=text_part,
        pieces=pieces,
    )


def _email_texts(email: EmailContent | None) -> list[tuple[str, str]]:
    if email is None:
        return []
    return [
        ("subject", email.subject),
        ("preheader", email.preheader),
        ("heading", email.heading),
        *(("text", text) for text in email.paragraphs),
        *(("list", text) for text in email.bullets),
        ("action", email.action.label),
        *(("limits", text) for text in email.after_action),
        *(("link", label) for label, _ in email.secondary),
        ("signature", email.signature),
        *(("picture", image.alt) for image in (email.image,) if image),
    ]


def _sms_texts(sms: SmsContent | None) -> list[tuple[str, str]]:
    return [] if sms is None else [("text", sms.body), ("opt-out", sms.opt_out)]


def _without_fields(text: str) -> str:
    """Return a text with the fallbacks in place; where it cannot be filled in, without its fields."""
    try:
        return render_liquid(text, {})
    except BadValueError:
        return " ".join(_TOKEN.sub(" ", text).split())


def finding(identifier: str, severity: Severity, sentence: str, fix: str, where: str = "") -> LintFinding:
    """Return one finding of a lint."""
    return LintFinding(id=identifier, severity=severity, sentence=sentence, fix=fix, where=where)


@cache
def word_lists() -> Mapping[str, Any]:
    """Return the words that lints look for, as ``message_words.toml`` has them."""
    text = (resources.files("segkit.strategy") / "message_words.toml").read_text(encoding="utf-8")
    tables: Mapping[str, Any] = tomllib.loads(text)
    return tables


def find_phrase(text: str, phrases: Sequence[str]) -> str:
    """Return the first words of a text that are one of the phrases, or an empty text.

    A phrase ends where a word ends; a star at its end takes any ending.

    Examples
    --------
    >>> find_phrase("We've noticed that you left.", ["we've notic*"])
    "We've noticed"
    >>> find_phrase("A pensive owl", ["pen"])
    ''
    """
    plain = text.translate(_STRAIGHT)
    match = _pattern(tuple(phrases)).search(plain)
    return text[match.start() : match.end()] if match else ""


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    said = sorted(phrases, key=len, reverse=True)
    parts = [
        re.escape(phrase.removesuffix("*")).replace(r"\ ", r"\s+") + (r"\w*" if phrase.endswith("*") else "")
        for phrase in said
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)" if parts else r"(?!)", re.IGNORECASE)
