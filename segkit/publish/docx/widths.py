"""How wide the columns of a table are: each gets what its longest word needs, then the rest goes where the words are."""

from __future__ import annotations

from collections.abc import Sequence

_PADDING = 180
_WORD = 1.2
"""Bold letters and capitals are wider than the average: no word is cut because of them."""


def column_widths(rows: Sequence[Sequence[str]], *, total: int, letter: int) -> list[int]:
    """Return the width of each column; together they fill the page.

    Parameters
    ----------
    rows : sequence of sequence of str
        What stands in the cells, the header first.
    total, letter : int
        The width of the page and of a letter, in one unit.

    Examples
    --------
    >>> column_widths([["Group", "What it buys"], ["A", "A long sentence about everything it buys"]], total=3000, letter=50)
    [541, 2459]
    """
    columns = list(zip(*rows, strict=True))
    least = [letter * _WORD * max(_longest_word(text) for text in column) + _PADDING for column in columns]
    wanted = [
        max(need, letter * max(len(text) for text in column) + _PADDING)
        for need, column in zip(least, columns, strict=True)
    ]
    if sum(wanted) <= total:
        return _fill(wanted, total)
    if sum(least) >= total:
        return _fill(least, total)
    room = total - sum(least)
    weights = [1.0 + sum(len(text) for text in column) for column in columns]
    asked = [want - need for want, need in zip(wanted, least, strict=True)]
    return _fill([need + more for need, more in zip(least, _share(room, asked, weights), strict=True)], total)


def _longest_word(text: str) -> int:
    return max((len(word) for word in text.replace("-", "- ").replace("/", "/ ").split()), default=1)


def _share(room: float, asked: Sequence[float], weights: Sequence[float]) -> list[float]:
    """Share out room by weight; what a column does not ask for goes to the others."""
    given = [0.0] * len(asked)
    open_columns = {place for place, ask in enumerate(asked) if ask > 0}
    while open_columns and room > 1:
        weight = sum(weights[place] for place in open_columns)
        step = {
            place: min(room * weights[place] / weight, asked[place] - given[place]) for place in open_columns
        }
        for place, more in step.items():
            given[place] += more
        room -= sum(step.values())
        open_columns = {place for place in open_columns if asked[place] - given[place] > 1}
    return given


def _fill(widths: Sequence[float], total: int) -> list[int]:
    """Scale widths to fill the page to the unit."""
    whole = [int(width * total / sum(widths)) for width in widths]
    whole[-1] += total - sum(whole)
    return whole
