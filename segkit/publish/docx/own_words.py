"""Paragraphs that argue: who wrote them, what in them is not traced, and the empty field of a worksheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.docx.paper import Paper, clean, make

_Record = Mapping[str, Any]


def write_argument(
    paper: Paper,
    record: _Record,
    sentences: Sequence[str] | None,
    *,
    anchors: Sequence[str] = (),
    bullets: bool = False,
) -> None:
    """Write what a block argues, then who wrote it; with nothing said and a question asked, a field to write in.

    Parameters
    ----------
    sentences : sequence of str or None
        None when they stand already, and only their author is missing.
    """
    if sentences is not None and not sentences and record["asks"]:
        _field(paper, record["asks"], anchors)
        return
    own = record["author"] != Author.SEGKIT  # what a person wrote stands in paragraphs
    for place, sentence in enumerate(sentences or ()):
        line = paper.line("ListBullet" if bullets and not own else "Normal")
        line.mark(*anchors if place == 0 else ()).inline(sentence, untraced=record["untraced"])
    if sentences is not None and not sentences:
        return
    said = [authorship(record)]
    if record["untraced"]:
        said.append(f"Not traced to the evidence of this report: {'; '.join(record['untraced'])}")
    for words in filter(None, said):
        paper.line("Small").say(words)


def authorship(record: _Record) -> str:
    """Return who wrote an argument, "" for segkit itself.

    Examples
    --------
    >>> authorship({"author": "user", "by": "Ada"}), authorship({"author": "language model", "by": ""})
    ('Written by Ada', 'Written with a language model')
    """
    author, by = Author(record["author"]), clean(record["by"]).strip()
    if author is Author.SEGKIT:
        return ""
    if author is Author.USER:
        return f"Written by {by or 'the authors of this report'}"
    return f"Written with a language model{f' ({by})' if by else ''}"


def _field(paper: Paper, question: str, anchors: Sequence[str]) -> None:
    """Write the question and a content control under it: the words in it go when somebody begins to write."""
    paper.line("Question").mark(*anchors).say(question)
    placeholder = paper.line("Answerfield")
    placeholder.element.append(
        make("w:r", make("w:rPr", make("w:rStyle", val="PlaceholderText")), _words("Write here."))
    )
    body = placeholder.element.getparent()
    place = body.index(placeholder.element)
    control = make(
        "w:sdt",
        make("w:sdtPr", make("w:alias", val=clean(question)[:60]), make("w:showingPlcHdr")),
        make("w:sdtContent"),
    )
    control[1].append(placeholder.element)
    body.insert(place, control)


def _words(text: str) -> Any:
    words = make("w:t")
    words.text = text
    return words
