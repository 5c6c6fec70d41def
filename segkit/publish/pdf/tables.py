"""Tables of a document: how wide each column is, in which type, and when the page is turned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from segkit.publish.pdf.nodes import Node, Run, plain

_PAGE, _TURNED = 465.0, 700.0
"""Width of the text in points, upright and turned."""
_SIZES = (9.0, 8.0, 7.2)
_LETTER = 0.48
"""Width of a letter as a share of the type's size."""
_PADDING = 10.0
_STEPS = 60
_ONE_LINE = 0.9
"""How full a line may look by this estimate before its text is taken to break."""
_SHORT = 11
"""A text of at most so many letters, a number with its unit or a list of four sizes, keeps its line."""
_BREAKABLE = 14
"""A word longer than this may be broken in a cell."""


def table(
    columns: Sequence[Sequence[Run]],
    rows: Sequence[Sequence[Sequence[Run]]],
    *,
    anchor: str,
    label: str = "",
    caption: Sequence[Run] = (),
    numeric: Sequence[bool] = (),
    row_headers: bool = False,
    marks: Sequence[str] = (),
    note: Sequence[Run] = (),
    largest: float = _SIZES[0],
) -> Node:
    """Return a table whose columns share the page by what stands in them."""
    flags = list(numeric) or [False] * len(columns)
    texts = [[plain(cell) for cell in row] for row in (columns, *rows)]
    size, turned, widths = fit(texts, largest)
    return {
        "type": "table",
        "anchor": anchor,
        "label": label,
        "caption": list(caption),
        "columns": [list(column) for column in columns],
        "rows": [[list(cell) for cell in row] for row in rows],
        "numeric": flags,
        "row_headers": row_headers,
        "marks": list(marks),
        "note": list(note),
        "size": size,
        "turned": turned,
        "widths": widths,
    }


def fit(texts: Sequence[Sequence[str]], largest: float = _SIZES[0]) -> tuple[float, bool, list[float]]:
    """Return the size of the type, whether the page is turned, and the share of each column.

    Parameters
    ----------
    texts : sequence of sequence of str
        Head and rows.
    largest : float
        The type to begin with; a smaller one is taken where the columns' words ask for it.

    Examples
    --------
    >>> fit([("Group", "Customers"), ("Regulars", "3")])[:2]
    (9.0, False)
    >>> fit([tuple("Unpronounceable" for _ in range(14))])[:2]
    (7.2, True)
    """
    columns: list[tuple[Any, ...]] = list(zip(*texts, strict=True))
    least = [_longest_word(column) for column in columns]
    size, turned, wide = _SIZES[-1], True, _TURNED
    for candidate in _SIZES:
        if candidate <= largest and sum(least) * candidate * _LETTER + _PADDING * len(columns) <= _PAGE:
            size, turned, wide = candidate, False, _PAGE
            break
    floor = [letters * size * _LETTER + _PADDING for letters in least]
    lengths = [[len(text) * size * _LETTER for text in row] for row in texts]
    return size, turned, _share(floor, lengths, wide)


def _share(floor: Sequence[float], lengths: Sequence[Sequence[float]], wide: float) -> list[float]:
    """Give the room that words leave to the columns whose texts make the rows tall, a little at a time."""
    widths = list(floor)
    step = max(wide - sum(floor), 0.0) / _STEPS
    for _ in range(_STEPS):
        lines = [0.0] * len(widths)
        for row in lengths:
            needed = [length / (width - _PADDING) for length, width in zip(row, widths, strict=True)]
            tallest = max(range(len(needed)), key=needed.__getitem__)
            if needed[tallest] > _ONE_LINE:
                lines[tallest] += needed[tallest]
        if not any(lines):  # every row is one line: the rest is shared alike
            return [round(width * wide / sum(widths), 1) for width in widths]
        widths[max(range(len(lines)), key=lines.__getitem__)] += step
    return [round(width, 1) for width in widths]


def _longest_word(column: Sequence[str]) -> int:
    """Return how many letters a column holds at least: its longest word, or a short text as a whole."""
    words = [word for text in column for word in ([text] if len(text) <= _SHORT else text.split())]
    return min(max(map(len, words), default=1), _BREAKABLE) + 1
