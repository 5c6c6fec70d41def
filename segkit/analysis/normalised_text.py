"""Texts as quotations are compared: normalised alike, every character with the raw characters it came from."""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

BREAK = "\x00"
"""Stands where a word was divided at a line end: it may be read as nothing, as a hyphen, or as a hyphen and a space."""
_TOKEN = re.compile(
    r"(?P<line_end>(?<=\w)[-\u2010\u00ad][^\S\r\n]*(?:\r\n?|\n)\s*(?=\w))"
    r"|(?P<space>\s+)|(?P<plain>[!-,.-~]+|-)|(?P<other>.)",
    re.DOTALL,
)
_TYPOGRAPHY = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u2039\u203a\u0060\u00b4\uff07", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb\uff02", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class NormalisedText:
    """A text as quotations are compared, with the raw span of every character.

    ``starts[i]`` and ``ends[i]`` are the raw offsets that ``text[i]`` came from: one raw ligature gives two characters
    with the same span, a letter and its accent give one.
    """

    text: str
    starts: array[int]
    ends: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw span of ``text[start:end]``, which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def normalise_text(text: str) -> NormalisedText:
    r"""Return a text as quotations are compared, with an offset map to the raw text.

    Examples
    --------
    >>> normal = normalise_text("Sixty-two percent of par-\nents re\u00adorder a \u201cstarter\u201d kit")
    >>> normal.text
    'sixty-two percent of parents reorder a "starter" kit'
    >>> normal.span(21, 28)
    (21, 30)
    """
    marked = mark_text(text)
    if BREAK not in marked.text:
        return marked
    characters: list[str] = []
    starts, ends = array("q"), array("q")
    for position, character in enumerate(marked.text):
        written = character
        if character == BREAK:
            written = "" if _between_letters(marked.text, position) else "-"
        if written:
            characters.append(written)
            starts.append(marked.starts[position])
            ends.append(marked.ends[position])
    return NormalisedText("".join(characters), starts, ends)


def mark_text(text: str) -> NormalisedText:
    """Normalise a text, leaving ``BREAK`` where a word was divided at a line end."""
    writer = _Writer()
    done = 0
    for token in _TOKEN.finditer(text):
        start, end = max(token.start(), done), token.end()
        kind = token.lastgroup
        if start >= end:
            continue  # an accent that was taken with its letter
        if kind == "line_end":
            writer.put(BREAK, start, end)
        elif kind == "space":
            writer.put(" ", start, end)
        else:
            plain_until = start
            if kind == "plain":
                plain_until = end - 1 if end < len(text) and _extends(text[end]) else end
                writer.copy(text[start:plain_until].lower().replace("`", "'"), start)
            done = end
            if plain_until < end:
                done = _cluster_end(text, plain_until)
                writer.put(_fold(text[plain_until:done]), plain_until, done)
    return NormalisedText("".join(writer.pieces), writer.starts, writer.ends)


class _Writer:
    """Collects output characters with their raw spans; runs of white space become one blank."""

    __slots__ = ("ends", "pieces", "starts")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: array[int] = array("q")
        self.ends: array[int] = array("q")

    def copy(self, plain: str, start: int) -> None:
        """Add characters that stand for themselves."""
        if plain:
            self.pieces.append(plain)
            self.starts.extend(range(start, start + len(plain)))
            self.ends.extend(range(start + 1, start + len(plain) + 1))

    def put(self, written: str, start: int, end: int) -> None:
        """Add characters that all stand for the same raw span."""
        for character in written:
            if character.isspace() and self.pieces and self.pieces[-1] == " ":
                self.ends[-1] = end
                continue
            self.pieces.append(" " if character.isspace() else character)
            self.starts.append(start)
            self.ends.append(end)


def _cluster_end(text: str, start: int) -> int:
    end = start + 1
    while end < len(text) and _extends(text[end]):
        end += 1
    return end


def _extends(character: str) -> bool:
    """Say whether a character composes with the one before it."""
    if character < "\u0300":
        return False
    if unicodedata.category(character) in {"Mn", "Mc", "Me"}:
        return True
    # conjoining Hangul vowels and finals, and half-width Japanese voice marks, compose although they are letters
    return "\u1160" <= character <= "\u11ff" or character in "\uff9e\uff9f"


@lru_cache(maxsize=65536)
def _fold(cluster: str) -> str:
    plain = unicodedata.normalize("NFKC", cluster.translate(_TYPOGRAPHY)).casefold()
    plain = unicodedata.normalize("NFKC", plain).translate(_TYPOGRAPHY)
    return "".join(c for c in plain if c.isspace() or unicodedata.category(c) not in {"Cf", "Cc"})


def _between_letters(text: str, position: int) -> bool:
    return text[position - 1 : position].isalpha() and text[position + 1 : position + 2].isalpha()
