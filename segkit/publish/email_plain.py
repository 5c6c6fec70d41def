"""An email laid out by ourselves where MJML is not installed: the same parts in the same order, in one column."""

from __future__ import annotations

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

_TABLE = '<table role="presentation" border="0" cellpadding="0" cellspacing="0"'
_RESET = (
    "body{margin:0;padding:0;-webkit-text-size-adjust:100%}table{border-collapse:collapse}"
    "img{border:0;max-width:100%;height:auto}@media (max-width:480px){.pad{padding-left:20px!important;padding-right:20px!important}}"
)


def render_plain_layout(email: Email) -> str:
    """Return an email as HTML in one column of tables."""
    small = {Role.SMALL, Role.SMALL_LINK}
    letter = "".join(_row(part, email) for part in email.parts if part.role not in small)
    foot = "".join(_row(part, email) for part in email.parts if part.role in small)
    style = _RESET + DARK_STYLE + (PLAIN_BUTTON_DARK if email.plain_button else "")
    title = escape(email.title)
    return (
        f'<!doctype html><html lang="en" dir="auto"><head><title>{title}</title>'
        '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><style type="text/css">{style}</style></head>'
        f'<body style="margin:0;padding:0;background-color:{GROUND}">'
        '<div style="display:none;font-size:1px;line-height:1px;max-height:0;max-width:0;opacity:0;overflow:hidden">'
        f"{escape(email.preheader)}</div>"
        f'<div class="ground" role="article" aria-roledescription="email" aria-label="{title}" lang="en" dir="auto" style="background-color:{GROUND}">'
        f"{_box(letter, css='sheet', style=f'background-color:{SHEET}', padding='32px 32px 16px')}"
        f"{_box(foot, css='foot', style='', padding='20px 32px 32px', rule=True)}</div></body></html>\n"
    )


def _box(rows: str, *, css: str, style: str, padding: str, rule: bool = False) -> str:
    line = f"border-top:1px solid {LINE};padding-top:16px" if rule else ""
    return (
        f'<div class="{css}" style="max-width:{WIDTH}px;margin:0 auto;{style}">{_TABLE} width="100%"><tbody><tr><td class="pad" style="padding:{padding}">'
        f'<div style="{line}">{_TABLE} width="100%"><tbody>{rows}</tbody></table></div></td></tr></tbody></table></div>'
    )


def _row(part: Part, email: Email) -> str:
    quiet = part.role in {Role.SMALL, Role.SMALL_LINK, Role.BRAND}
    gap = "0 0 8px" if quiet and part.role is not Role.BRAND else "0 0 16px"
    if part.role is Role.BUTTON:
        gap = "8px 0 24px"
    font = f"font-family:{FONT};font-size:16px;line-height:1.55;color:{TEXT};word-break:break-word"
    content = _content(part, email)
    return f'<tr><td class="{"q" if quiet else "t"}" style="padding:{gap};{font}">{content}</td></tr>'


def _content(part: Part, email: Email) -> str:
    target = escape(safe_target(part.url))
    if part.role in {Role.LOGO, Role.PICTURE}:
        width = LOGO_WIDTH if part.role is Role.LOGO else PICTURE_WIDTH
        return f'<img src="{target}" alt="{escape(part.text)}" width="{width}" style="display:block;width:100%;max-width:{width}px" />'
    if part.role is Role.BUTTON:
        look = (
            f"display:inline-block;padding:14px 26px;background:{email.button};color:{email.button_text};font-size:16px;"
            "line-height:120%;font-weight:600;text-decoration:none;border-radius:5px"
        )
        return (
            f'{_TABLE} class="b" style="border-collapse:separate"><tbody><tr><td style="background:{email.button};border-radius:5px">'
            f'<a href="{target}" target="_blank" style="{look}">{escape(part.text)}</a></td></tr></tbody></table>'
        )
    return inner_html(part)
