"""Paragraphs that argue: who wrote them, what in them is not traced, and the empty field of a worksheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from segkit.model.argument import Author
from segkit.publish.docx.paper import Paper, clean, make
from segkit.words.arguments import not_traced, written_by

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
    said = (written_by(record["author"], clean(record["by"]).strip()), not_traced(record["untraced"]))
    for words in filter(None, said):
        paper.line("Small").say(words)


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
