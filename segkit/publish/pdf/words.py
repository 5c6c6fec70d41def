"""Markdown, as mistune's tokens, to pieces of a document; raw HTML inside it counts as its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import unquote

import nh3

from segkit.publish.document import plain_text
from segkit.publish.pdf.nodes import Layout, Node, Run, box, bullets, clean, para, run, strong
from segkit.publish.pdf.tables import table
from segkit.publish.safety import strip_control

_Token = Mapping[str, Any]

_LOOKS = {"emphasis": "i", "strong": "b", "strikethrough": "x", "codespan": "c"}


def render_words(tokens: Sequence[_Token], layout: Layout) -> list[Node]:
    """Return Markdown without headings as pieces of a document.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> tokens = [{"type": "paragraph", "children": [{"type": "strong", "children": [{"type": "text", "raw": "Four"}]}]}]
    >>> render_words(tokens, Layout(refs=References()))
    [{'type': 'para', 'runs': [{'t': 'Four', 'b': True}], 'look': ''}]
    """
    made: list[Node] = []
    for token in tokens:
        made += _block(token, layout)
    return made


def _block(token: _Token, layout: Layout) -> list[Node]:
    kind, children = token["type"], token.get("children", ())
    made: list[Node] = []
    if kind in {"paragraph", "block_text"}:
        runs = inline(children, layout)
        made = [para(runs)] if runs else []
    elif kind == "heading":  # of a Markdown output, which has no place in the contents
        made = [para([strong(plain_text(children))])]
    elif kind == "list":
        items = [render_words(item.get("children", ()), layout) for item in children]
        attrs = token.get("attrs", {})
        made = [bullets(items, ordered=bool(attrs.get("ordered")), start=int(attrs.get("start", 1)))]
    elif kind == "block_quote":
        made = [box(render_words(children, layout), "quiet")]
    elif kind == "block_code":
        made = [preformatted(str(token.get("raw", "")))]
    elif kind == "block_html":
        said = clean(html_words(str(token.get("raw", "")))).strip()
        made = [para([run(said)])] if said else []
    elif kind == "table":
        made = [_table(token, layout)]
    return made


def preformatted(text: str) -> Node:
    """Return text whose lines stay as they are."""
    return {
        "type": "pre",
        "lines": [
            clean(line.replace("\t", "    ").replace(" ", "\u00a0")) for line in text.rstrip("\n").split("\n")
        ],
    }


def html_words(html: str) -> str:
    """Return the words of HTML without its elements, scripts and styles.

    Examples
    --------
    >>> html_words("<p>4 &lt; 6<script>x()</script></p>")
    '4 < 6'
    """
    return unescape(nh3.clean(strip_control(html), tags=set(), clean_content_tags={"script", "style"}))


def _table(token: _Token, layout: Layout) -> Node:
    head, body = token["children"][0], token["children"][1:]
    rows = [row["children"] for part in body for row in part["children"]]
    return table(
        [inline(cell["children"], layout) for cell in head["children"]],
        [[inline(cell["children"], layout) for cell in row] for row in rows],
        anchor="",
        numeric=[cell["attrs"].get("align") == "right" for cell in head["children"]],
    )


def inline(tokens: Sequence[_Token], layout: Layout, looks: tuple[str, ...] = ()) -> list[Run]:
    """Return inline tokens as runs, citations linked."""
    runs: list[Run] = []
    words = ""
    for token in tokens:
        if token["type"] in {"text", "softbreak", "linebreak"}:
            words += " " if token["type"] != "text" else str(token["raw"])
            continue
        runs += _looked(layout.inline(words), looks)
        words = ""
        runs += _span(token, layout, looks)
    return [*runs, *_looked(layout.inline(words), looks)]


def _looked(runs: Sequence[Run], looks: tuple[str, ...]) -> list[Run]:
    return [{**one, **dict.fromkeys(looks, True)} for one in runs]


def _span(token: _Token, layout: Layout, looks: tuple[str, ...]) -> list[Run]:
    kind = token["type"]
    if kind == "link":
        return _link(token, layout, looks)
    if kind in _LOOKS and "children" in token:
        return inline(token["children"], layout, (*looks, _LOOKS[kind]))
    if kind == "image":
        return [run(plain_text(token.get("children", ())) or "Picture", look="i")]
    if kind == "inline_html":
        said = html_words(str(token["raw"]))
        return _looked([run(said)], looks) if said.strip() else []
    looks = (*looks, _LOOKS[kind]) if kind in _LOOKS else looks
    return _looked([run(plain_text([token]))], looks)


def _link(token: _Token, layout: Layout, looks: tuple[str, ...]) -> list[Run]:
    url = unquote(str(token["attrs"]["url"]))
    runs = inline(token["children"], layout, looks)
    if not url.startswith("#"):
        return layout.linked(runs, url)
    target = url[1:]
    return [{**one, "l": target} for one in runs] if target in layout.anchors else runs
