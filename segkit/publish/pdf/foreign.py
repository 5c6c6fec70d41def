"""Outputs that are no blocks, as pieces of a document: a picture, a plain table, or the words."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import mistune
import nh3
from lxml import html as lxml_html

from segkit.errors import RenderError
from segkit.publish.document import described
from segkit.publish.pdf.blocks import picture
from segkit.publish.pdf.nodes import Layout, Node, box, clean, para, run
from segkit.publish.pdf.tables import table
from segkit.publish.pdf.words import html_words, preformatted, render_words
from segkit.publish.safety import strip_control

_PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
    '<image width="{width}" height="{height}" href="data:{media};base64,{content}"/></svg>'
)
"""The layout takes text files only, so a picture travels inside a drawing."""
_NEEDS_TWIN = ("application/vnd.plotly.v1+json", "application/vnd.jupyter.widget-view+json")
_WIDEST, _LONGEST = 14, 200
"""A table larger than this is shown as its text."""
_MOST_PIXELS = 50_000_000
_BROADEST, _TALLEST = 480, 700
"""What a page has room for, 96 to the inch."""
_PARSE = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


def render_foreign(data: Mapping[str, Any], layout: Layout) -> list[Node]:
    r"""Return an output as pieces of a document; nothing in it acts, and nothing is fetched.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> render_foreign({"text/plain": "a  <b>"}, Layout(refs=References()))
    [{'type': 'pre', 'lines': ['a\xa0\xa0<b>']}]
    """
    if any(media in data for media in _NEEDS_TWIN):
        words = "Something to explore stood here without a static twin, so this document cannot show it."
        return [box([para([run(words)])], "gap")]
    for media, render in _RENDERERS.items():
        if media in data:
            content = data[media]
            made = render("".join(content) if isinstance(content, list) else str(content), media, layout)
            if made:
                return [_named(one, data) for one in made]
    html = data.get("text/html", "")
    return _words("".join(html) if isinstance(html, list) else str(html))


def _named(node: Node, data: Mapping[str, Any]) -> Node:
    return {**node, "alt": described(data, node["alt"])} if node["type"] == "picture" else node


def _markdown(content: str, _media: str, layout: Layout) -> list[Node]:
    tokens = _PARSE(strip_control(content))
    return render_words(tokens if isinstance(tokens, list) else [], layout)


def _plain(content: str, _media: str, _layout: Layout) -> list[Node]:
    return [preformatted(content)]


def _words(content: str) -> list[Node]:
    words = clean(html_words(content)).strip()
    return [para([run(words)])] if words else []


def _picture(content: str, media: str, layout: Layout) -> list[Node]:
    """Return a picture that is what it says it is; anything else gives way to the output's text."""
    try:
        raw = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        return []
    size = _size_of(raw) if raw.startswith(_PICTURES[media]) else None
    if size is None:
        return []
    file = f"picture-{len(layout.files) + 1}.svg"
    layout.files[file] = _FRAME.format(
        width=size[0], height=size[1], media=media, content=base64.b64encode(raw).decode()
    ).encode()
    return [{"type": "picture", "file": file, "alt": "Picture without a description"}]


def _size_of(raw: bytes) -> tuple[float, float] | None:
    """Return width and height on paper, 96 to the inch; None where a pixel cannot be read, as half a picture stops the layout."""
    from PIL import Image  # noqa: PLC0415 - comes with matplotlib, and only pictures of the user need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw)) as image:
                image.verify()  # the sums of a PNG, which reading its pixels passes over
            with Image.open(io.BytesIO(raw)) as image:
                if not 0 < image.width * image.height <= _MOST_PIXELS:
                    return None
                image.load()
                scale = min(1, _BROADEST / image.width, _TALLEST / image.height)
                return image.width * scale, image.height * scale
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None  # what Pillow raises depends on where the picture is broken


def _drawing(content: str, _media: str, layout: Layout) -> list[Node]:
    try:
        file = picture(content, f"foreign-{len(layout.files) + 1}", layout)
    except RenderError:
        return []
    return [{"type": "picture", "file": file, "alt": "Drawing without a description"}]


def _table(content: str, _media: str, _layout: Layout) -> list[Node]:
    """Return a table of a data frame, where it is one plain grid; nothing otherwise."""
    clean_html = nh3.clean(
        strip_control(content),
        tags={"table", "thead", "tbody", "tr", "th", "td"},
        clean_content_tags={"script", "style"},
        attributes={"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    )
    if clean_html.count("<table") != 1 or "span=" in clean_html:
        return []
    found = lxml_html.fromstring(f"<div>{clean_html}</div>").find(".//table")
    rows: list[Sequence[str]] = [
        [clean(cell.text_content()).strip() for cell in row.iter("th", "td")] for row in found.iter("tr")
    ]
    if (
        len(rows) < 2
        or len({len(row) for row in rows}) != 1
        or not 0 < len(rows[0]) <= _WIDEST
        or len(rows) > _LONGEST
    ):
        return []
    head, *body = [[[run(cell)] for cell in row] for row in rows]
    numeric = [all(_is_number(row[place]) for row in rows[1:]) for place in range(len(rows[0]))]
    return [table(head, body, anchor="", numeric=numeric)]


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()


_RENDERERS: dict[str, Callable[[str, str, Layout], list[Node]]] = {
    "image/png": _picture,
    "image/jpeg": _picture,
    "text/html": _table,
    "text/markdown": _markdown,
    "image/svg+xml": _drawing,
    "text/plain": _plain,
}
