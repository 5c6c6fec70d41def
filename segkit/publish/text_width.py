"""How wide a text is before a browser draws it, and where it is wrapped.

Drawings keep their text as text, so its width depends on the reader's font. The table holds the widths of DejaVu Sans,
the widest of the fonts the page names: what fits with it fits with the others.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from segkit.publish.safety import strip_control

_REGULAR = {
    0.28: "'ijl",
    0.3: "IJ",
    0.32: " ,.\xa0\xb7\u2018\u2019",
    0.34: "/:;\\|",
    0.36: "f",
    0.37: "-",
    0.38: "\u013e",
    0.4: "()[]t",
    0.41: "!",
    0.42: "r",
    0.46: '"',
    0.5: "*_`\u2013",
    0.52: "\u201c\u201d",
    0.53: "sz",
    0.54: "?",
    0.55: "c",
    0.56: "L",
    0.58: "Fk",
    0.6: "vxy",
    0.61: "P",
    0.62: "TYaeo",
    0.64: "$0123456789ESbdghnpqu{}\u20ac",
    0.66: "K",
    0.69: "ABVXZ",
    0.7: "CR",
    0.74: "U",
    0.75: "N",
    0.76: "H",
    0.78: "&DG",
    0.79: "OQ",
    0.82: "w",
    0.84: "#+<=>^~",
    0.87: "M",
    0.96: "%",
    0.97: "\xbc\xbd\xbe",
    0.98: "m\xc6",
    0.99: "W\xe6",
    1.0: "@\u2014\u2026\xa9\xae",
    1.03: "\u0153",
    1.07: "\u0152",
}
_BOLD = {
    0.31: "'",
    0.35: " ijl\xa0",
    0.37: "/\\|",
    0.38: ",.IJ\xb7\u2018\u2019",
    0.4: ":;",
    0.42: "-",
    0.44: "f",
    0.46: "!()[]",
    0.48: "t\u013e",
    0.5: "_`r\u2013",
    0.53: '"*',
    0.59: "?z",
    0.6: "cs",
    0.64: "L",
    0.65: "x",
    0.66: "vy\u201c\u201d",
    0.67: "k",
    0.68: "ae",
    0.69: "EFTo",
    0.7: "$0123456789\u20ac",
    0.72: "bdghnpqu{}",
    0.73: "SYZ",
    0.74: "CP",
    0.77: "B",
    0.78: "AKRVX",
    0.82: "U",
    0.83: "G",
    0.84: "#+<=>DHN^~",
    0.86: "OQ",
    0.88: "&",
    0.93: "w",
    1.0: "@M\u2014\u2026",
    1.01: "%",
    1.05: "m",
    1.11: "W",
    1.17: "\u0152",
}
_OTHER = {False: 0.95, True: 1.1}
"""Letters outside the table: the wider ones of Greek and Cyrillic."""
_WIDE = 1.1
"""Chinese, Japanese and Korean signs and pictographs."""
_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")


def text_width(text: str, *, size: float, bold: bool = False) -> float:
    """Return the width of one line in the unit of ``size``; at least as wide as a reader's browser draws it.

    Examples
    --------
    >>> text_width("Wait", size=10) < text_width("Wait", size=10, bold=True)
    True
    """
    return sum(_em(character, bold=bold) for character in text) * size


@lru_cache(maxsize=4096)  # the same words are set at many widths until a drawing fits
def wrap_text(text: str, *, width: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """Return a text as lines no wider than ``width``; nothing is cut, only a word wider than a line is parted.

    Examples
    --------
    >>> wrap_text("Is the next order due?", width=80, size=10)
    ('Is the next', 'order due?')
    """
    lines: list[str] = []
    line = ""
    for word in _SPACE.split(strip_control(text)):
        joined = f"{line} {word}" if line else word
        if text_width(joined, size=size, bold=bold) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        *parts, line = _part(word, width=width, size=size, bold=bold)
        lines.extend(parts)
    return (*lines, line) if line else tuple(lines)


def _part(word: str, *, width: float, size: float, bold: bool) -> list[str]:
    parts = [""]
    for character in word:
        joined = parts[-1] + character
        if not parts[-1] or text_width(joined, size=size, bold=bold) <= width:
            parts[-1] = joined
        else:
            parts.append(character)
    return parts


@cache
def _table(*, bold: bool) -> dict[str, float]:
    groups = _BOLD if bold else _REGULAR
    return {character: width for width, characters in groups.items() for character in characters}


@cache
def _em(character: str, *, bold: bool) -> float:
    table = _table(bold=bold)
    if character in table:
        return table[character]
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0.0
    if unicodedata.east_asian_width(character) in {"W", "F"}:
        return _WIDE
    base = unicodedata.normalize("NFD", character)[0]
    return table.get(base, _OTHER[bold])
