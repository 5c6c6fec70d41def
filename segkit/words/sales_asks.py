"""What a page asks of a buyer, told apart from what it promises one."""

from __future__ import annotations

import re

_FEWEST = 5
_ASK = re.compile(
    r"(?i)\b(?:need|please|send us|must|minimum|at least|or more|fewer than|pro forma|up to|order by)\b"
)
_PROMISE = re.compile(
    r"(?i)\b(?:you will|we (?:hold|send|visit|write|call|deliver|keep|pack|chase)|(?:quote|offer) (?:holds|is valid)|from the invoice)\b"
)


def is_asked(exact: str) -> bool:
    """Return whether words of a page ask something of a buyer: no promise to one, and no fragment.

    Parameters
    ----------
    exact : str
        As they stand on the page.

    Examples
    --------
    >>> is_asked("The minimum order is 60 EUR."), is_asked("We need a purchase order number before we pack.")
    (True, True)
    >>> is_asked("A quote holds for 30 days."), is_asked("from the approved proof")
    (False, False)
    """
    if len(exact.split()) < _FEWEST:
        return False
    return _PROMISE.search(exact) is None or _ASK.search(exact) is not None
