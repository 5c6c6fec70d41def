"""The order of the parts of a drawn diagram: forms first, then words, those of one look together."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PLACE = re.compile(r'\s(?:x|y)="[^"]*"')


def layered(parts: Iterable[str]) -> str:
    """Return the parts as one text: forms in their order, then the words, grouped by how they look.

    Words never lie under a form, so this changes nothing that is seen; neighbors of one look share what is said of it.

    Examples
    --------
    >>> layered(['<text x="1" fill="red">a</text>', "<path/>", '<text fill="blue">b</text>', '<text fill="red">c</text>'])
    '<path/><text x="1" fill="red">a</text><text fill="red">c</text><text fill="blue">b</text>'
    """
    forms: list[str] = []
    words: dict[str, list[str]] = {}
    for part in parts:
        if part.startswith("<text"):
            words.setdefault(_PLACE.sub("", part[: part.index(">")]), []).append(part)
        else:
            forms.append(part)
    return "".join((*forms, *(text for texts in words.values() for text in texts)))
