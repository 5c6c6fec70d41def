"""Phrases of the ledger: whether words are the name of a product, and which day of a sentence is for where."""

from __future__ import annotations

import re
from collections.abc import Iterator

from segkit.analysis import ledger_patterns as cues
from segkit.analysis.ledger_patterns import WrittenDate

MAX_NAME_WORDS = 10


def days_apart(
    words: str, dates: tuple[WrittenDate, ...], *, begin: int
) -> Iterator[tuple[WrittenDate, str]]:
    """Yield each day of a deadline with the words that say for where: "16 May in the UK and 9 May for the rest of Europe".

    The places stand behind each day or before each day. Where they do neither, the first day is that of all.
    """
    ends = [one.end for one in dates]
    behind = [
        words[end : dates[number + 1].start if number + 1 < len(dates) else len(words)]
        for number, end in enumerate(ends)
    ]
    before = [
        words[begin if not number else ends[number - 1] : one.start] for number, one in enumerate(dates)
    ]
    for parts in (behind, before):
        if len(dates) > 1 and all(
            cues.name_set(part, cues.PLACES) | cues.name_set(part, cues.SERVICES) for part in parts
        ):
            yield from zip(dates, parts, strict=True)
            return
    yield dates[0], words


def stands_alone(name: str) -> bool:
    """Say whether words directly before an amount are a name: "First Hat kit £29.50", but not "Donate £5"."""
    words = name.split()
    return len(words) > 1 and not any(re.fullmatch(r"[a-z]+(?:ed|ing)", word) for word in words)


def is_name(text: str, *, plain: bool = False) -> bool:
    """Say whether a phrase can be the name of a product; ``plain`` where its place already says so."""
    words = re.findall(r"[^\W_]+", text)
    if (
        not 0 < len(words) <= MAX_NAME_WORDS
        or not re.search(r"[^\W\d_]{2}", text)
        or re.search(r"[.!?;](?:\s|$)", text)
    ):
        return False
    if plain:
        return True
    if words[0].lower() in cues.NOT_FIRST or words[-1].lower() in cues.NOT_LAST:
        return False
    return text[0].isupper() and not {word.lower() for word in words} & cues.NOT_A_NAME
