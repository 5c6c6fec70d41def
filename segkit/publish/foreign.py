"""Outputs that are no blocks: shown when they can be made safe, named when they cannot, never dropped in silence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from segkit.publish.prose import render_prose
from segkit.publish.references import References
from segkit.publish.safety import IMAGE, clean_html, escape
from segkit.publish.svg import clean_svg

_NEEDS_TWIN = {
    "application/vnd.plotly.v1+json": "An interactive chart",
    "application/vnd.jupyter.widget-view+json": "A widget",
    "application/vnd.vegalite.v5+json": "An interactive chart",
}


def render_foreign(data: Mapping[str, Any], refs: References, *, prefix: str) -> str:
    """Return the best safe form of an output bundle as HTML.

    Parameters
    ----------
    data : mapping
        Media type to content, as a notebook stores it.
    refs : References
        For Markdown outputs.
    prefix : str
        Unique on the page; put before ids inside a drawing.

    Returns
    -------
    str
        HTML; scripts and everything else that could act is gone.

    Examples
    --------
    >>> render_foreign({"text/plain": "a < b"}, References(), prefix="o")
    '<pre class="output" tabindex="0">a &lt; b</pre>'
    >>> render_foreign({"application/javascript": "alert(1)"}, References(), prefix="o")
    ''
    """
    for media, words in _NEEDS_TWIN.items():
        if media in data:
            return f'<p class="box gap">{words} stood here without a static twin, so this page cannot show it.</p>'
    for media, html in (
        ("text/html", _html),
        ("text/markdown", _markdown),
        ("image/svg+xml", _svg),
        ("image/png", _picture),
        ("image/jpeg", _picture),
        ("text/plain", _plain),
    ):
        if media in data:
            content = data[media]
            return html("".join(content) if isinstance(content, list) else str(content), media, refs, prefix)
    return ""


def _html(content: str, _media: str, _refs: References, _prefix: str) -> str:
    return f'<div class="output scroll" role="group" tabindex="0" aria-label="Output">{clean_html(content)}</div>'


def _markdown(content: str, _media: str, refs: References, _prefix: str) -> str:
    return f'<div class="prose">{render_prose(content, refs, demote=refs.level, taken={""}).html}</div>'


def _svg(content: str, _media: str, _refs: References, prefix: str) -> str:
    return f'<div class="drawing">{clean_svg(content, prefix=prefix, label="Drawing")}</div>'


def _picture(content: str, media: str, _refs: References, _prefix: str) -> str:
    address = f"data:{media};base64,{''.join(content.split())}"
    return (
        f'<div class="drawing"><img src="{address}" alt="Picture without a description"></div>'
        if IMAGE.fullmatch(address)
        else ""
    )


def _plain(content: str, _media: str, _refs: References, _prefix: str) -> str:
    return f'<pre class="output" tabindex="0">{escape(content)}</pre>'
