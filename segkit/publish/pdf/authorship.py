"""Paragraphs that argue: who wrote them, what in them is not traced, and the empty field of a worksheet."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.pdf.nodes import Layout, Node, Run, bullets, clean, para, run

_Record = Mapping[str, Any]


def argument(
    record: _Record, paragraphs: Sequence[str], layout: Layout, *, listed: bool = False, look: str = ""
) -> list[Node]:
    """Return the paragraphs of a block that argues, with their writer; where a worksheet asks for them, a field to write in.

    Parameters
    ----------
    record : mapping
        A block's record with ``author``, ``by``, ``untraced`` and ``asks``.
    paragraphs : sequence of str
        What it argues.
    layout : Layout
    listed : bool, default False
        Set segkit's own sentences as a list; what a person wrote stands in paragraphs.
    look : str
        The look of a paragraph.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> record = {"author": "user", "by": "Jo Bell", "untraced": ["7 of 9"], "asks": ""}
    >>> said, signed, found = argument(record, ["So 7 of 9 came."], Layout(refs=References()))
    >>> said["runs"][2], signed["runs"], found["runs"]
    ({'t': ' [not traced]', 's': True}, [{'t': 'Written by Jo Bell'}], [{'t': 'Not traced to the evidence of this report: 7 of 9'}])
    """
    if not paragraphs:
        return [{"type": "field", "runs": [run(record["asks"])]}] if record["asks"] else []
    said = [para(argued(text, record["untraced"], layout), look) for text in paragraphs]
    made: list[Node] = said
    if listed and record["author"] == Author.SEGKIT:
        made = [bullets([[one] for one in said])]
    return [*made, *signed(record)]


def argued(text: str, untraced: Sequence[str], layout: Layout) -> list[Run]:
    """Return a sentence with what is not traced marked in it; digits inside a citation or a longer number are none of it."""
    runs = layout.inline(text)
    wanted = "|".join(re.escape(clean(item)) for item in sorted(untraced, key=len, reverse=True) if item)
    if not wanted:
        return runs
    marks = re.compile(rf"(?<![\w.,])({wanted})(?!\w|[.,]\d)")
    made: list[Run] = []
    for one in runs:
        if "l" in one:
            made.append(one)
            continue
        for place, part in enumerate(marks.split(one["t"])):
            if place % 2:
                made += [{**one, "t": part, "m": True}, {"t": " [not traced]", "s": True}]
            elif part:
                made.append({**one, "t": part})
    return made


def signed(record: _Record) -> list[Node]:
    """Return who wrote the paragraphs, nothing where this program did, and what in them is not traced."""
    made: list[Node] = []
    by = record["by"]
    if record["author"] == Author.LANGUAGE_MODEL:
        made.append(para([run(f"Written with a language model{f' ({by})' if by else ''}")], "small"))
    elif record["author"] == Author.USER:
        made.append(para([run(f"Written by {by or 'the authors of this report'}")], "small"))
    if record["untraced"]:
        found = "; ".join(record["untraced"])
        made.append(para([run(f"Not traced to the evidence of this report: {found}")], "small"))
    return made
