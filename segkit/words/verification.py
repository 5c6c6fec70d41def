"""Sentences of a verification: one line for each thing that is not as the report says."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.words.figures import format_count, join_words, plural

_SHOWN = 70


def shown(value: object) -> str:
    """Return a stored or recomputed value as a line can hold it.

    Examples
    --------
    >>> shown(None), shown("a" * 80)[-2:], shown(0.25)
    ('nothing', 'a…', '0.25')
    """
    if value is None or value == "":
        return "nothing"
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def changed_field(name: str, stored: object, found: object) -> str:
    """Return that a stored field is not what the inputs give."""
    return f"{name} says {shown(stored)}, the inputs give {shown(found)}"


def changed_file(path: str, stored: str, found: str) -> str:
    """Return that a source has other bytes than when the report was made."""
    return f"{path} has changed since the report was made (sha256 {stored[:12]}…, now {found[:12]}…)"


def missing_file(path: str) -> str:
    """Return that a source is gone."""
    return f"{path} is missing from the company folder"


def counted_sentences(counts: Sequence[tuple[int, str, str]]) -> str:
    """Return what was checked: "12 statistics recomputed, 5 quotes found again"."""
    return f"{join_words([f'{plural(count, noun)} {done}' for count, noun, done in counts])}."


def verdict(failures: int) -> str:
    """Return the closing line."""
    if not failures:
        return "Everything is as the report says."
    return f"{format_count(failures)} {'thing is' if failures == 1 else 'things are'} not as the report says."
