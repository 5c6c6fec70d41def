"""Numbers as people write them, in digits of several countries or in words: the patterns that find them, and their values."""

from __future__ import annotations

import re

from segkit.words.number_names import SMALL_NUMBERS

_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
WORDS = {word: float(value) for value, word in enumerate(SMALL_NUMBERS)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, start=2)
}
WORDS |= {
    f"{ten}{gap}{one}": WORDS[ten] + WORDS[one]
    for ten in _TENS
    for one in SMALL_NUMBERS[1:10]
    for gap in "- "
}
WORDS |= {f"{one} hundred": WORDS[one] * 100 for one in SMALL_NUMBERS[1:13]}
WORDS |= {f"{one} thousand": WORDS[one] * 1000 for one in SMALL_NUMBERS[1:13]}
WORDS |= {"a hundred": 100.0, "a thousand": 1000.0, "a dozen": 12.0, "dozen": 12.0, "a million": 1e6}
"""Each number that is written in words, with its value."""
GAP = "[ \u00a0\u2009\u202f]"
DIGITS = rf"\d{{1,3}}(?:(?:[,.'\u2019]|{GAP})\d{{3}})+(?:[.,]\d{{1,2}})?(?!\d)|\d+(?:[.,]\d+)?"
_ONES = "|".join(SMALL_NUMBERS[1:10])
SPELLED = (
    rf"(?:{'|'.join(_TENS)})(?:[- ](?:{_ONES})\b)?|(?:a|{'|'.join(SMALL_NUMBERS[12:0:-1])}) (?:hundred|thousand)\b|a million|a dozen|dozen"
    rf"|{'|'.join(sorted(SMALL_NUMBERS, key=len, reverse=True))}"
)
NUMBER = rf"(?:{DIGITS}|(?<![\w-])(?:{SPELLED})(?![\w]))"


def read_values(text: str) -> tuple[tuple[float, ...], int]:
    """Return the numbers that digits or words can stand for, and the decimals.

    Examples
    --------
    >>> read_values("1,234.50"), read_values("1.234,50"), read_values("1.234"), read_values("10,000"), read_values("Nine")
    (((1234.5,), 2), ((1234.5,), 2), ((1.234, 1234.0), 3), ((10000.0,), 0), ((9.0,), 0))
    """
    word = re.sub(r"\s+", " ", text.casefold())
    if word in WORDS:
        return (WORDS[word],), 0
    digits = re.sub(rf"['\u2019]|{GAP}", "", text)
    marks = [mark for mark in digits if mark in ".,"]
    if not marks:
        return (float(digits),), 0
    head, _, tail = digits.rpartition(marks[-1])
    whole = re.sub(r"[.,]", "", head)
    grouped = len(set(marks)) == 1 and len(tail) == 3 and len(head) <= 3 * len(marks) + len(marks) - 1
    if not grouped or head == "0":
        return (float(f"{whole}.{tail}"),), len(tail)
    if marks == ["."] and not tail.endswith("0"):  # "1.234" is a thousand in German, one and a bit in English
        return (float(f"{whole}.{tail}"), float(whole + tail)), 3
    return (float(whole + tail),), 0
