"""An email laid out with MJML, whose engine writes the tables that old mail programs need.

The engine drops a tag that it does not know without a word and can read other files, so every tag is checked first.
"""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from segkit.errors import RenderError
from segkit.publish.email_parts import (
    DARK_STYLE,
    FONT,
    GROUND,
    LINE,
    LOGO_WIDTH,
    PICTURE_WIDTH,
    PLAIN_BUTTON_DARK,
    SHEET,
    TEXT,
    WIDTH,
    Email,
    Part,
    Role,
    inner_html,
    safe_target,
)
from segkit.publish.safety import escape

ALLOWED_TAGS = frozenset(
    {
        "mjml",
        "mj-head",
        "mj-title",
        "mj-preview",
        "mj-attributes",
        "mj-all",
        "mj-style",
        "mj-body",
        "mj-section",
        "mj-column",
        "mj-text",
        "mj-image",
        "mj-button",
        "mj-divider",
        "h1",
        "p",
        "a",
        "ul",
        "li",
        "br",
    }
)
"""The only tags that reach the engine."""
_HEAD_END = "</head>"
_SCHEMES = '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'


def mjml_engine() -> Callable[..., str] | None:
    """Return the engine's function, None where the ``email`` extra is not installed."""
    try:
        from mjml import mjml2html  # noqa: PLC0415 - an extra
    except ImportError:  # nothing is installed, or another package of the same name
        return None
    return mjml2html


def render_mjml(email: Email) -> str:
    """Return an email as HTML, laid out by MJML's engine.

    Raises
    ------
    RenderError
        When the engine is not installed, or a tag is not allowed.
    """
    engine = mjml_engine()
    if engine is None:
        raise RenderError(
            "MJML's engine is not installed; install segkit[email], or take the plain layout (engine='plain')."
        )
    source = mjml_source(email)
    check_mjml(source)
    html = engine(source, disable_comments=True, fonts={})
    return html.replace(_HEAD_END, f"{_SCHEMES}{_HEAD_END}", 1).rstrip() + "\n"


def check_mjml(source: str) -> None:
    """Refuse MJML with a tag that is not on the list, or that reads another file.

    Raises
    ------
    RenderError
        Naming the tag.

    Examples
    --------
    >>> check_mjml('<mjml><mj-body><mj-include path="/etc/passwd" /></mj-body></mjml>')
    Traceback (most recent call last):
    segkit.errors.RenderError: MJML holds 'mj-include', which reads another file; write its content into the email.
    """
    tags = _Tags()
    tags.feed(source)
    tags.close()
    for tag in tags.found:
        if tag == "mj-include":
            raise RenderError(
                "MJML holds 'mj-include', which reads another file; write its content into the email."
            )
        if tag not in ALLOWED_TAGS:
            raise RenderError(
                f"MJML holds the tag {tag!r}, which the engine may drop without a word; use one of {', '.join(sorted(ALLOWED_TAGS))}."
            )


class _Tags(HTMLParser):
    """Every tag of a text, opened or closed, in order; a declaration or instruction counts as one that is not allowed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser's signature
        self.found[tag] = None

    def handle_endtag(self, tag: str) -> None:
        self.found[tag] = None

    def handle_decl(self, decl: str) -> None:
        self.found[f"!{decl}"] = None

    def handle_pi(self, data: str) -> None:
        self.found[f"?{data}"] = None


def mjml_source(email: Email) -> str:
    """Return an email as MJML: a sheet with the letter, and the small print under it."""
    small = {Role.SMALL, Role.SMALL_LINK}
    letter = "".join(_component(part, email) for part in email.parts if part.role not in small)
    foot = "".join(_component(part, email) for part in email.parts if part.role in small)
    style = DARK_STYLE + (PLAIN_BUTTON_DARK if email.plain_button else "")
    return (
        f'<mjml lang="en"><mj-head><mj-title>{escape(email.title)}</mj-title><mj-preview>{escape(email.preheader)}</mj-preview>'
        f'<mj-attributes><mj-all font-family="{FONT}" /><mj-text font-size="16px" line-height="1.55" color="{TEXT}" padding="0 0 16px" />'
        f"</mj-attributes><mj-style>{style}</mj-style></mj-head>"
        f'<mj-body background-color="{GROUND}" width="{WIDTH}px">'
        f'<mj-section background-color="{SHEET}" css-class="sheet" padding="32px 32px 16px"><mj-column>{letter}</mj-column></mj-section>'
        f'<mj-section padding="20px 32px 32px"><mj-column border-top="1px solid {LINE}" padding="16px 0 0">{foot}</mj-column></mj-section>'
        "</mj-body></mjml>"
    )


def _component(part: Part, email: Email) -> str:
    target = escape(safe_target(part.url))
    if part.role in {Role.LOGO, Role.PICTURE}:
        width = LOGO_WIDTH if part.role is Role.LOGO else PICTURE_WIDTH
        place = ' align="left"' if part.role is Role.LOGO else ""
        return f'<mj-image src="{target}" alt="{escape(part.text)}" width="{width}px"{place} font-size="16px" padding="0 0 20px" />'
    if part.role is Role.BUTTON:
        return (
            f'<mj-button href="{target}" css-class="b" align="left" background-color="{email.button}" color="{email.button_text}" '
            f'font-size="16px" font-weight="600" inner-padding="14px 26px" border-radius="5px" padding="8px 0 24px">{escape(part.text)}</mj-button>'
        )
    quiet = part.role in {Role.SMALL, Role.SMALL_LINK, Role.BRAND}
    gap = "8px" if quiet and part.role is not Role.BRAND else "16px"
    return f'<mj-text css-class="{"q" if quiet else "t"}" padding="0 0 {gap}">{inner_html(part)}</mj-text>'
