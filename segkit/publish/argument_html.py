"""The paragraphs of a block that argue, as HTML: who wrote them, what in them is not traced, or an empty field to write in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.records import CITATION
from segkit.publish.references import References
from segkit.publish.safety import escape, strip_control
from segkit.publish.untraced import split_untraced
from segkit.words.arguments import not_traced, written_by

LINES = 5
"""Ruled lines of an empty field."""


def render_argument(
    record: Mapping[str, Any],
    paragraphs: Sequence[str],
    refs: References,
    *,
    listed: bool = False,
    after: str = "",
) -> str:
    """Return the paragraphs of a block that argues; a block without any whose worksheet asks for them gets a field to write in.

    Parameters
    ----------
    record : mapping
        A block's record with ``author``, ``by``, ``untraced`` and ``asks``.
    paragraphs : sequence of str
        What it argues.
    refs : References
        Where its citations lead.
    listed : bool, default False
        Set segkit's own sentences as a list; what a person wrote stands in paragraphs.
    after : str, optional
        HTML that belongs to the argument and stands above the line that names its author.

    Examples
    --------
    >>> record = {"id": "s", "author": "user", "by": "Jo Bell", "untraced": ["7 of 9"], "asks": ""}
    >>> print(render_argument(record, ["So 7 of 9 came back."], References()))
    <p>So <mark class="untraced">7 of 9 <small>not traced</small></mark> came back.</p><p class="byline">Written by Jo Bell</p><p class="not-traced">Not traced to the evidence of this report: 7 of 9</p>
    """
    if not (paragraphs or after):
        return _field(record)
    own = record["author"] != Author.SEGKIT
    said = [argued(text, record["untraced"], refs) for text in paragraphs]
    if listed and not own and said:
        body = f"<ul>{''.join(f'<li>{text}</li>' for text in said)}</ul>"
    else:
        body = "".join(f"<p>{text}</p>" for text in said)
    return f"{body}{after}{byline(record)}{_untraced(record)}"


def argued(text: str, untraced: Sequence[str], refs: References) -> str:
    """Return a sentence as HTML with what is not traced marked in it; digits inside a citation or a longer number are none of it."""
    parts, end = [], 0
    for match in CITATION.finditer(text):
        parts += [_marked(text[end : match.start()], untraced), refs.inline(match[0])]
        end = match.end()
    return "".join([*parts, _marked(text[end:], untraced)])


def byline(record: Mapping[str, Any]) -> str:
    """Return who wrote the paragraphs, ``""`` where this program did."""
    said = written_by(record["author"], record["by"])
    return f'<p class="byline">{escape(said)}</p>' if said else ""


def _marked(text: str, untraced: Sequence[str]) -> str:
    return "".join(
        escape(piece)
        if traced
        else f'<mark class="untraced">{escape(piece)} <small>not traced</small></mark>'
        for piece, traced in split_untraced(strip_control(text), untraced)
    )


def _untraced(record: Mapping[str, Any]) -> str:
    said = not_traced(record["untraced"])
    return f'<p class="not-traced">{escape(said)}</p>' if said else ""


def _field(record: Mapping[str, Any]) -> str:
    """Return an empty, ruled field under the question that a worksheet asks."""
    if not record["asks"]:
        return ""
    lines = "<i></i>" * LINES
    return f'<div class="field"><p class="asks">{escape(record["asks"])}</p><div class="lines" aria-hidden="true">{lines}</div></div>'
