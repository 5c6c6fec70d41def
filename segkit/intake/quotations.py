"""Words in quotation marks: where they stand in a paragraph.

A mark that is never closed quotes nothing, and no quotation leaves its paragraph: what a note-taker says must not pass
for what a source says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

CLOSERS = {
    "“": "”",
    "„": "“”",
    "«": "»",
    "»": "«",
    "\u2039": "\u203a",
    "\u203a": "\u2039",
    '"': '"',
    "”": "”",
}
"""Which marks close which; German texts close with what English ones open with, Swedish ones use one for both."""

OPENERS = frozenset(CLOSERS)
STRAIGHT = {'"', "”"}
"""Marks that open and close alike: what stands beside them decides."""

POINTING_RIGHT = {"»", "\u203a"}
"""They open in German books and close in French ones."""

MARK = re.compile("[" + "".join(CLOSERS) + "]")
SINGLE_OPEN = re.compile(r"(?:(?<=[\s(\[:\u2013\u2014])|^)[\u2018\u201a'](?=[^\W_]|[£$€])")
SINGLE_CLOSE = re.compile(r"(?<=\S)[\u2018\u2019'](?=[\s).,;:!?\]\u2013\u2014]|$)")
SINGLE_WORDS = 3
"""Single marks quote from this many words on; below they are apostrophes or set off a term."""


def find_quotations(text: str) -> list[tuple[int, int]]:
    """Return where the words inside quotation marks stand in one paragraph, without the marks.

    Parameters
    ----------
    text : str
        One paragraph; it may go over several lines.

    Returns
    -------
    list of (start, end)
        In order and never overlapping; a quotation within a quotation belongs to the outer one.

    Examples
    --------
    >>> note = 'On price: "Three named price." He adds that a 12" rule broke, and “never again.”'
    >>> [note[start:end] for start, end in find_quotations(note)]
    ['Three named price.', 'never again.']
    """
    doubles = list(_trimmed(text, _doubles(text)))
    singles = _trimmed(text, _singles(text, doubles))
    return sorted([*doubles, *singles])


def _doubles(text: str) -> Iterator[tuple[int, int]]:
    """Pair double marks in order; an opener that comes before the closer of another starts over."""
    marks = [(match.start(), match.group()) for match in MARK.finditer(text)]
    opened: tuple[int, str] | None = None
    for at, mark in marks:
        if opened and mark in CLOSERS[opened[1]] and _can_close(text, at, mark):
            yield opened[0] + 1, at
            opened = None
        elif mark in CLOSERS and _can_open(text, at, mark) and not (opened and _nests(opened[1], mark)):
            opened = (at, mark)


def _nests(outer: str, mark: str) -> bool:
    """Whether a mark inside an open quotation is one of another kind, which the outer quotation may hold."""
    return mark != outer and outer not in STRAIGHT


def _can_open(text: str, at: int, mark: str) -> bool:
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    if mark in STRAIGHT:
        return not (before.isalnum() or before in set(".,;!?%")) and bool(after) and not after.isspace()
    if mark in POINTING_RIGHT:
        return not before.strip() and bool(after) and not after.isspace()
    return bool(after)


def _can_close(text: str, at: int, mark: str) -> bool:
    before = text[at - 1 : at]
    after = text[at + 1 : at + 2]
    if mark in STRAIGHT:
        return not before.isspace() and not after.isalnum()
    return True


def _singles(text: str, doubles: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Pair single marks only where each opener has its closer, so that an apostrophe never opens a quotation."""
    start = 0
    for first, last in [*doubles, (len(text), len(text))]:
        opens = [match.start() for match in SINGLE_OPEN.finditer(text, start, first)]
        closes = [match.start() for match in SINGLE_CLOSE.finditer(text, start, first)]
        pairs = list(zip(opens, closes, strict=False))
        apart = all(opener < closer for opener, closer in pairs)
        in_order = all(one[1] < other[0] for one, other in pairwise(pairs))
        if len(opens) == len(closes) and apart and in_order:
            for opener, closer in pairs:
                if len(text[opener + 1 : closer].split()) >= SINGLE_WORDS:
                    yield opener + 1, closer
        start = last


def _trimmed(text: str, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for start, end in spans:
        words = text[start:end]
        first = start + len(words) - len(words.lstrip())
        last = end - len(words) + len(words.rstrip())
        if first < last:
            yield first, last
