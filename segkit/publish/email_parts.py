"""An email part by part, in reading order: what the MJML layout, the plain layout and the text part are all made from."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from segkit.errors import RenderError
from segkit.model.company import BrandSettings
from segkit.model.message import EmailContent, MessageDraft
from segkit.publish.safety import escape, strip_control
from segkit.strategy.contrast import is_color, label_color
from segkit.strategy.liquid import fill_or_keep

GROUND, SHEET, TEXT, QUIET, LINE = "#F1F2F0", "#FFFFFF", "#1B1F24", "#545C66", "#D8DEE4"
FONT = "-apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
WIDTH, INNER = 600, 536
PICTURE_WIDTH, LOGO_WIDTH = INNER, 160
DARK_STYLE = (
    "@media (prefers-color-scheme:dark){body,body>div,.ground{background:#101316!important;background-color:#101316!important}"
    ".sheet,.sheet>table{background:#1B1F24!important;background-color:#1B1F24!important}"
    ".t,.t h1,.t p,.t li,.t a{color:#E9ECEF!important}.q p,.q a{color:#B3BCC6!important}"
    ".b td{border:1px solid #5A6570!important}}"
)
PLAIN_BUTTON_DARK = (
    "@media (prefers-color-scheme:dark){.b td,.b a{background:#E9ECEF!important;color:#1B1F24!important}}"
)
_LINE_LENGTH = 76


class Role(StrEnum):
    """What a part of an email is; headings, texts and small print differ in size, links and pictures in kind."""

    LOGO = "logo"
    BRAND = "brand"
    PICTURE = "picture"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    BUTTON = "button"
    LINK = "link"
    SMALL = "small"
    SMALL_LINK = "small link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: its words (for pictures their alternative text), where it leads or loads from, and a list's items."""

    role: Role
    text: str
    url: str = ""
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """An email ready to be laid out: ``parts`` in reading order, ``leave`` the address or mailto that takes them off."""

    title: str
    preheader: str
    parts: tuple[Part, ...]
    button: str
    button_text: str
    plain_button: bool
    leave: str


def split_email(
    draft: MessageDraft,
    *,
    brand: BrandSettings,
    company: str,
    values: Mapping[str, str] | None,
) -> Email:
    """Return the parts of a drafted email; ``values`` None leaves the merge fields as they are written.

    Raises
    ------
    RenderError
        When the draft is no email.
    """
    email = draft.email
    if email is None:
        raise RenderError(f"message {draft.id!r} is no email; build files of emails only.")

    def say(text: str) -> str:
        filled = text if values is None else fill_or_keep(text, values)
        return strip_control(filled).strip()

    leave = brand.unsubscribe_url or _leave_by_mail(email)
    if values is None:
        leave = "{{ unsubscribe_url }}"
    color = brand.color if is_color(brand.color) else TEXT
    parts = (
        *_top(email, brand, company),
        *_letter(email),
        *_foot(email, brand, leave),
    )
    said = tuple(
        Part(role=part.role, text=say(part.text), url=part.url, items=tuple(say(item) for item in part.items))
        for part in parts
        if part.text.strip() or part.items
    )
    return Email(
        title=_one_line(say(email.subject)),
        preheader=_one_line(say(email.preheader)),
        parts=said,
        button=color,
        button_text=label_color(color),
        plain_button=color == TEXT,
        leave=leave,
    )


def _top(email: EmailContent, brand: BrandSettings, company: str) -> Iterator[Part]:
    name = company or split_sender(email.sender)[0]
    if brand.logo:
        yield Part(role=Role.LOGO, text=brand.logo_alt or name, url=brand.logo)
    else:
        yield Part(role=Role.BRAND, text=name)
    if email.image:
        yield Part(role=Role.PICTURE, text=email.image.alt, url=email.image.url)


def _letter(email: EmailContent) -> Iterator[Part]:
    yield Part(role=Role.HEADING, text=email.heading)
    yield from (Part(role=Role.PARAGRAPH, text=text) for text in email.paragraphs)
    if email.bullets:
        yield Part(role=Role.BULLETS, text="", items=email.bullets)
    yield Part(role=Role.BUTTON, text=email.action.label, url=email.action.url)
    yield from (Part(role=Role.PARAGRAPH, text=text) for text in email.after_action)
    yield from (Part(role=Role.LINK, text=label, url=url) for label, url in email.secondary)
    yield Part(role=Role.PARAGRAPH, text=email.signature)


def _foot(email: EmailContent, brand: BrandSettings, leave: str) -> Iterator[Part]:
    yield Part(role=Role.SMALL, text=email.unsubscribe)
    if leave:
        yield Part(role=Role.SMALL_LINK, text="Unsubscribe", url=leave)
    if brand.privacy_url:
        yield Part(role=Role.SMALL_LINK, text="How we use your data", url=brand.privacy_url)
    yield Part(role=Role.SMALL, text=email.postal_address)


def _leave_by_mail(email: EmailContent) -> str:
    """Return a mailto that asks to be taken off, where no address for leaving is known."""
    address = split_sender(email.reply_to)[1] or split_sender(email.sender)[1]
    return f"mailto:{address}?subject=unsubscribe" if "@" in address else ""


def split_sender(text: str) -> tuple[str, str]:
    """Return the name and the address of "Name <address>"; a comma in the name needs no quotes.

    Examples
    --------
    >>> split_sender("Maya, Tenterfold <maya@shop.example>"), split_sender("maya@shop.example"), split_sender("Maya")
    (('Maya, Tenterfold', 'maya@shop.example'), ('', 'maya@shop.example'), ('Maya', ''))
    """
    said = _one_line(strip_control(text))
    match = re.fullmatch(r"\"?([^<>\"]*?)\"?\s*<([^<>]*)>", said)
    if match:
        return match[1], match[2]
    return ("", said) if "@" in said else (said, "")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def safe_target(url: str) -> str:
    """Return an address that an email may lead to: https, http, mailto, or the field that a system fills in.

    Examples
    --------
    >>> safe_target("https://a.example/b"), safe_target("javascript:x()"), safe_target("{{ unsubscribe_url }}")
    ('https://a.example/b', '', '{{ unsubscribe_url }}')
    """
    cleaned = strip_control(url).strip()
    allowed = re.fullmatch(
        r"https?://[^\s<>\"]+|mailto:[^\s<>\"]+@[^\s<>\"]+|\{\{ [a-z_]+ \}\}", cleaned, re.IGNORECASE
    )
    return cleaned if allowed else ""


def inner_html(part: Part) -> str:
    """Return the words of a part as HTML: the same in every layout, so that every layout says the same."""
    text = escape(part.text).replace("\n", "<br />")
    quiet = f"margin:0;font-size:14px;line-height:1.5;color:{QUIET}"
    target = escape(safe_target(part.url))
    linked = f'<a href="{target}" style="color:{{color}}">{text}</a>' if target else text
    if part.role is Role.HEADING:
        return (
            f'<h1 style="margin:0;font-size:26px;line-height:1.25;font-weight:600;color:{TEXT}">{text}</h1>'
        )
    if part.role is Role.BULLETS:
        style = f"margin:0 0 6px;color:{TEXT}"
        items = "".join(f'<li style="{style}">{escape(item)}</li>' for item in part.items)
        return f'<ul style="margin:0;padding:0 0 0 22px">{items}</ul>'
    if part.role is Role.LINK:
        return f'<p style="margin:0;color:{TEXT}">{linked.replace("{color}", TEXT)}</p>'
    if part.role is Role.SMALL_LINK:
        return f'<p style="{quiet}">{linked.replace("{color}", QUIET)}</p>'
    if part.role in {Role.SMALL, Role.BRAND}:
        return f'<p style="{quiet}">{text}</p>'
    return f'<p style="margin:0;color:{TEXT}">{text}</p>'


def text_part(email: Email) -> str:
    """Return the email as plain text, with its links written out."""
    lines: list[str] = []
    small = False
    for part in email.parts:
        if part.role in {Role.LOGO, Role.PICTURE}:
            continue
        if part.role in {Role.SMALL, Role.SMALL_LINK} and not small:
            small = True
            lines += ["-- ", ""]
        lines += [*_text_lines(part), ""]
    return "\n".join(lines).rstrip() + "\n"


def _text_lines(part: Part) -> list[str]:
    target = safe_target(part.url)
    if part.role is Role.BULLETS:
        return [line for item in part.items for line in _wrap(item, first="- ", rest="  ")]
    if target:
        return [f"{_one_line(part.text)}:", target]
    return [line for each in part.text.split("\n") for line in _wrap(each)]


def _wrap(text: str, *, first: str = "", rest: str = "") -> list[str]:
    return textwrap.wrap(
        text,
        _LINE_LENGTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
