"""Outputs that are no blocks: native where they can be made safe, words where not, named where nothing is left."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import lxml.html
import mistune

from segkit.errors import RenderError
from segkit.publish.document import described
from segkit.publish.docx.markdown import html_words, write_code, write_markdown
from segkit.publish.docx.paper import TEXT_WIDTH, Paper
from segkit.publish.docx.pictures import Picture, draw_picture
from segkit.publish.safety import clean_html

_NEEDS_TWIN = {
    "application/vnd.plotly.v1+json": "An interactive chart",
    "application/vnd.jupyter.widget-view+json": "A widget",
    "application/vnd.vegalite.v5+json": "An interactive chart",
}
_WIDEST, _TALLEST = TEXT_WIDTH / 1440, 7.6
_MOST_COLUMNS = 12
_MOST_ROWS = 200
_MOST_PIXELS = 50_000_000
_NO_WORDS = "Picture without a description"
_PARSE = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough"])


def write_foreign(paper: Paper, data: Mapping[str, Any]) -> None:
    """Write the best safe form of an output bundle.

    Parameters
    ----------
    data : mapping
        Media type to content, as a notebook stores it.
    """
    for media, words in _NEEDS_TWIN.items():
        if media in data and not ({"image/png", "image/jpeg", "image/svg+xml"} & set(data)):
            paper.line("Gap").say(
                f"{words} stood here without a picture of it, so a document cannot show it."
            )
            return
    if "text/html" in data and _write_table(paper, _joined(data["text/html"])):
        return
    if "text/markdown" in data:
        tokens = _PARSE(_joined(data["text/markdown"]))
        write_markdown(paper, tokens if isinstance(tokens, list) else [])
    elif not _write_any_picture(paper, data):
        _write_words(paper, data)


def _joined(content: object) -> str:
    return "".join(map(str, content)) if isinstance(content, list) else str(content)


def _write_words(paper: Paper, data: Mapping[str, Any]) -> None:
    if "text/plain" in data:
        write_code(paper, _joined(data["text/plain"]))
    elif "text/html" in data:
        words = html_words(_joined(data["text/html"]))
        if words:
            paper.line().say(words)


def _write_table(paper: Paper, source: str) -> bool:
    """Write one plain table; return False when the HTML is anything else."""
    cleaned = clean_html(source)
    if cleaned.count("<table") != 1 or "colspan" in cleaned or "rowspan" in cleaned:
        return False
    table = lxml.html.fragment_fromstring(cleaned, create_parent="div").find(".//table")
    if table is None:
        return False
    rows = [
        [" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")] for row in table.iter("tr")
    ]
    heads = [row for row in table.iter("tr") if not row.xpath("./td")]
    rows = [row for row in rows if row]
    width = max((len(row) for row in rows), default=0)
    if not rows or not 0 < width <= _MOST_COLUMNS or len(rows) > _MOST_ROWS:
        return False
    first = bool(heads)
    columns = rows[0] if first else []
    body = rows[1:] if first else rows
    named = bool(table.xpath(".//tbody//th"))
    paper.table(
        [*columns, *[""] * (width - len(columns))] if first else [],
        [[_plain(cell) for cell in row] for row in body],
        numeric=[_is_numeric(body, place) for place in range(width)],
        row_headers=named,
        description="Table",
    )
    paper.gap()
    return True


def _plain(text: str) -> Any:
    """Return a cell that is written as it is: what looks like a citation in a stranger's table is none."""
    return lambda line: line.say(text)


def _is_numeric(rows: list[list[str]], place: int) -> bool:
    cells = [row[place] for row in rows if place < len(row) and row[place]]
    return bool(cells) and all(
        any(sign.isdigit() for sign in cell) and len(cell) < 16 and not cell.isalpha() for cell in cells
    )


def _write_any_picture(paper: Paper, data: Mapping[str, Any]) -> bool:
    for media in ("image/png", "image/jpeg"):
        if media in data:
            return _write_picture(paper, _joined(data[media]), alt=described(data, _NO_WORDS))
    if "image/svg+xml" not in data:
        return False
    try:
        made = draw_picture(
            _joined(data["image/svg+xml"]), name="drawing", label="Drawing", width=_WIDEST, height=_TALLEST
        )
    except (RenderError, ValueError):
        return False
    paper.picture(made, alt=described(data, _NO_WORDS), name="drawing")
    paper.gap()
    return True


def _write_picture(paper: Paper, encoded: str, *, alt: str) -> bool:
    """Write a PNG or JPEG at its own size, at most as large as the page; return False when it is none."""
    from docx.image.exceptions import (  # noqa: PLC0415 - an extra
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        UnrecognizedImageError,
    )
    from docx.image.image import Image  # noqa: PLC0415

    try:
        blob = base64.b64decode("".join(encoded.split()), validate=True)
        image = Image.from_blob(blob)
        wide, high = image.px_width, image.px_height
    except (
        binascii.Error,
        ValueError,
        KeyError,
        InvalidImageStreamError,
        UnexpectedEndOfFileError,
        UnrecognizedImageError,
    ):
        return False
    if image.content_type not in {"image/png", "image/jpeg"} or not 0 < wide * high <= _MOST_PIXELS:
        return False
    scale = min(1 / 96, _WIDEST / wide, _TALLEST / high)
    paper.picture(Picture(png=blob, width=wide * scale, height=high * scale), alt=alt, name="picture")
    paper.gap()
    return True
