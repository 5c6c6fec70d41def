"""Paragraphs that argue: who wrote them, what in them is not traced, and the empty field of a worksheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.pdf.nodes import Layout, Node, Run, bullets, para, run
from segkit.publish.untraced import split_untraced
from segkit.words.arguments import not_traced, written_by

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
    made: list[Run] = []
    for one in layout.inline(text):
        if "l" in one:
            made.append(one)
            continue
        for piece, traced in split_untraced(one["t"], untraced):
            made += (
                [{**one, "t": piece}]
                if traced
                else [{**one, "t": piece, "m": True}, {"t": " [not traced]", "s": True}]
            )
    return made


def signed(record: _Record) -> list[Node]:
    """Return who wrote the paragraphs, nothing where this program did, and what in them is not traced."""
    said = (written_by(record["author"], record["by"]), not_traced(record["untraced"]))
    return [para([run(words)], "small") for words in said if words]
