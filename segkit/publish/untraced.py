"""Where in a sentence stands what no evidence holds: one rule for pages, the PDF and the Word file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segkit.publish.safety import strip_control


def split_untraced(text: str, untraced: Sequence[str]) -> list[tuple[str, bool]]:
    """Return a text in pieces and whether each is traced; a number is no part of a longer one.

    Examples
    --------
    >>> split_untraced("30 of 3 bought.", ["3"])
    [('30 of ', True), ('3', False), (' bought.', True)]
    """
    cleaned = {strip_control(item) for item in untraced}
    items = sorted((item for item in cleaned if item.strip()), key=lambda item: (-len(item), item))
    if not items:
        return [(text, True)] if text else []
    pattern = re.compile(rf"(?<![\w.,])({'|'.join(map(re.escape, items))})(?!\w|[.,]\d)")
    return [(piece, place % 2 == 0) for place, piece in enumerate(pattern.split(text)) if piece]
