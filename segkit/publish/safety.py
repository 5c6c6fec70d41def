"""What may enter a page: escaped text, cleaned HTML, and the policy that catches the rest.

Order matters: every value is escaped where it is written, foreign HTML and SVG pass an allow-list, and the content
security policy is the net below both, not the fix.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from html import escape as _escape
from typing import Any

import nh3

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


HTML_TAGS = _names(
    """
    a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins
    kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var
    """
)
"""Elements that foreign HTML may keep: no script, style, frame, form, svg or object."""
_HTML_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
    "col": {"span"},
}

IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]+")
"""The only pictures a page embeds."""


def strip_control(text: str) -> str:
    r"""Return text without control characters, which no document format carries.

    Examples
    --------
    >>> strip_control("a\x00b\tc")
    'ab\tc'
    """
    return _CONTROL.sub("", text)


def escape(text: object) -> str:
    """Return text safe inside an element or a quoted attribute.

    Examples
    --------
    >>> escape('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return _escape(strip_control(str(text)), quote=True)


def safe_url(url: str) -> str:
    """Return an http(s) address or in-page anchor, and ``""`` for anything else.

    Examples
    --------
    >>> safe_url("https://example.org/a"), safe_url("#top"), safe_url("javascript:alert(1)")
    ('https://example.org/a', '#top', '')
    """
    cleaned = strip_control(url).strip()
    return cleaned if re.match(r"https?://[^\s/]|#[A-Za-z0-9_.:-]+$", cleaned, re.IGNORECASE) else ""


def script_json(value: Any) -> str:
    r"""Return JSON that may stand inside a script element: no character of it can end the element.

    Examples
    --------
    >>> script_json({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def clean_html(html: str) -> str:
    """Return foreign HTML with the allowed elements only; links lead to http(s) or the page, images are embedded.

    Examples
    --------
    >>> clean_html('<p onclick="x()">Hi <script>x()</script><a href="javascript:x()">link</a></p>')
    '<p>Hi <a rel="noopener noreferrer">link</a></p>'
    """
    return nh3.clean(
        strip_control(html),
        tags=set(HTML_TAGS),
        attributes=_HTML_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes={"http", "https", "data"},
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _filter_attribute(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return safe_url(value) or None
    if attribute == "src":
        return value if IMAGE.fullmatch(value.strip()) else None
    return None if attribute in {"title", "lang"} else value  # nh3 lets these two pass everywhere


def script_hash(script: str) -> str:
    """Return the CSP source expression of an inline script.

    Examples
    --------
    >>> script_hash("")
    "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    """
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def content_policy(scripts: Sequence[str]) -> str:
    """Return the page's content security policy: nothing from anywhere, these inline scripts by their hashes.

    Styles stay ``'unsafe-inline'`` because drawings carry style attributes.

    Examples
    --------
    >>> content_policy([]).split("; ")[0]
    "default-src 'none'"
    """
    hashes = " ".join(script_hash(script) for script in scripts) or "'none'"
    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src 'unsafe-inline'; font-src data:; script-src {hashes}"
    )
