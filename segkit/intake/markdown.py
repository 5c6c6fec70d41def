"""The lines of a note as headings, paragraphs, list items and table rows, without Markdown's signs.

In: the body of a ``.md`` or ``.txt`` file. Out: :class:`Paragraph` values for ``notes``. This is no renderer: it keeps the
words and drops the signs, and what it does not know stays as it was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from segkit.intake.passages import clean_text

ATX = re.compile(r"(#{1,6})\s+(.*?)[\s#]*$")
UNDERLINE = re.compile(r"(?:=+|-+)$")
RULE = re.compile(r"(?:[-*_]\s*){3,}$")
TABLE_RULE = re.compile(r"[|:\s-]*-{2,}[|:\s-]*$")
CELL_EDGE = re.compile(r"(?<!\\)\|")
ITEM = re.compile(r"(?:[-*+\u2022\u2013]|\d{1,3}[.)])\s+(?=\S)")
FENCE = re.compile(r"(?:```|~~~)")
COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
INLINE = (
    (re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)"), r"\1"),
    (re.compile(r"<(https?://[^<>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^<>]{0,200}>"), ""),
    (re.compile(r"(?<!\\)`([^`]+)`"), r"\1"),
    (re.compile(r"(?<!\\)\*\*(?=\S)([^*]+)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![\w\\])__(?=\S)([^_]+)(?<=\S)__(?!\w)"), r"\1"),
    (re.compile(r"(?<![\\*])\*(?=\S)([^*]+)(?<=[^\s\\])\*"), r"\1"),
    (re.compile(r"(?<![\w\\])_(?=\S)([^_]+)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!<>|~\"'])"), r"\1"),
)
SHOUTED_WORDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines that belong together: what they are and their text."""

    kind: str  # "heading" | "text" | "item" | "row"
    text: str
    level: int = 0


def read_markdown(text: str) -> Iterator[Paragraph]:
    r"""Yield the parts of a Markdown text without its signs.

    Examples
    --------
    >>> [(part.kind, part.text) for part in read_markdown("## Limits\n\n- *small*\n- one [shop](https://a.example)")]
    [('heading', 'Limits'), ('item', 'small'), ('item', 'one shop')]
    """
    lines = _Lines(markdown=True)
    fenced = False
    for raw in COMMENT.sub("", text).split("\n"):
        line = raw.strip()
        if FENCE.match(line):
            fenced = not fenced
            yield from lines.settle()
        elif fenced:
            yield from lines.add(line)
        else:
            yield from _read_line(line.lstrip(">").strip() if line.startswith(">") else line, lines)
    yield from lines.settle()


def _read_line(line: str, lines: _Lines) -> Iterator[Paragraph]:
    heading = ATX.match(line)
    if heading:
        yield from lines.settle()
        yield from _heading(heading[2], level=len(heading[1]))
    elif UNDERLINE.match(line) and lines.is_single:
        yield from _heading(lines.take(), level=1 if line.startswith("=") else 2)
    elif RULE.match(line) or TABLE_RULE.match(line):
        yield from lines.settle()
    elif line.startswith("|") and len(CELL_EDGE.findall(line)) > 1:
        yield from lines.settle()
        cells = [plain_text(cell).strip() for cell in CELL_EDGE.split(line.strip("|"))]
        yield Paragraph(kind="row", text=" | ".join(cells))
    else:
        yield from lines.add(line)


def _heading(text: str, *, level: int) -> Iterator[Paragraph]:
    title = " ".join(plain_text(text).split())
    if title:
        yield Paragraph(kind="heading", text=title, level=level)


def read_plain(text: str) -> Iterator[Paragraph]:
    r"""Yield the paragraphs of a plain text; a short line of capitals that opens one is a heading.

    Examples
    --------
    >>> [(part.kind, part.text) for part in read_plain("SHOP LOG, MAY\nSat 9 May: 27 visits.\n\nTwo\nlines")]
    [('heading', 'SHOP LOG, MAY'), ('text', 'Sat 9 May: 27 visits.'), ('text', 'Two\nlines')]
    """
    lines = _Lines(markdown=False)
    for raw in text.split("\n"):
        line = raw.strip()
        if lines.is_empty and _is_shouted(line):
            yield Paragraph(kind="heading", text=line, level=2)
        else:
            yield from lines.add(line)
    yield from lines.settle()


def _is_shouted(line: str) -> bool:
    return line.isupper() and 1 < len(line.split()) <= SHOUTED_WORDS and line[-1] not in ".!?,;"


class _Lines:
    """Lines held until the paragraph or item that they belong to is complete."""

    def __init__(self, *, markdown: bool) -> None:
        self._markdown = markdown
        self._held: list[str] = []
        self._kind = "text"

    @property
    def is_empty(self) -> bool:
        """Whether no paragraph is open."""
        return not self._held

    @property
    def is_single(self) -> bool:
        """Whether one line of plain text is held, which a line of dashes would make a heading."""
        return len(self._held) == 1 and self._kind == "text"

    def take(self) -> str:
        """Return what is held and start anew."""
        text = "\n".join(self._held)
        self._held, self._kind = [], "text"
        return text

    def settle(self) -> Iterator[Paragraph]:
        """Yield the paragraph or item that is complete."""
        kind = self._kind
        text = self.take()
        plain = (plain_text(text) if self._markdown else text).strip()
        if plain:
            yield Paragraph(kind=kind, text=plain)

    def add(self, line: str) -> Iterator[Paragraph]:
        """Add a line; an empty one and the sign of an item complete what came before.

        A number at the beginning of a line within a paragraph (a sentence that goes on with "12.") is no item.
        """
        item = ITEM.match(line)
        begins = item is not None and (not self._held or self._kind == "item" or not line[0].isdigit())
        if not line or begins:
            yield from self.settle()
        if item is not None and begins:
            self._held, self._kind = [line[item.end() :]], "item"
        elif line:
            self._held.append(line)


def plain_text(text: str) -> str:
    """Remove the signs of Markdown that stand within a line.

    Examples
    --------
    >>> plain_text("**Three** named `price` &amp; one named 5 * 3 or snake_case_words")
    'Three named price & one named 5 * 3 or snake_case_words'
    """
    for pattern, kept in INLINE:
        text = pattern.sub(kept, text)
    return clean_text(html.unescape(text))
