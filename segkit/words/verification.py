"""Sentences of a verification: one line for each thing that is not as the report says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segkit.words.figures import format_count, join_words, plural

_SHOWN = 70
MOST_FIELDS = 5
"""Values of one record or file that a line names before it counts the rest."""
MOST_LINES = 12
"""Lines about one file that a terminal shows before it counts the rest."""


def shown(value: object) -> str:
    """Return a stored or recomputed value as a line can hold it.

    Examples
    --------
    >>> shown(None), shown("a" * 80)[-2:], shown(0.25)
    ('nothing', 'a…', '0.25')
    """
    if value is None or value == "":
        return "nothing"
    whole = str(value)
    text = " ".join(whole[: 2 * _SHOWN].encode("utf-8", "replace").decode("utf-8").split())
    return text if len(text) <= _SHOWN and len(whole) <= 2 * _SHOWN else f"{text[:_SHOWN]}…"


def changed_field(name: str, stored: object, found: object) -> str:
    """Return that a stored field is not what the inputs give.

    Examples
    --------
    >>> changed_field("n_tests", 165, 164)
    'n_tests says 165, the inputs give 164'
    """
    return f"{shown(name)} says {shown(stored)}, the inputs give {shown(found)}"


def joined(found: Sequence[str]) -> str:
    """Return what is wrong with one record or file as one line.

    Examples
    --------
    >>> joined(list("abcdefg"))
    'a; b; c; d; e; and 2 more'
    """
    more = len(found) - MOST_FIELDS
    return "; ".join(found[:MOST_FIELDS]) + (f"; and {format_count(more)} more" if more > 0 else "")


def changed_file(path: str, stored: str, found: str) -> str:
    """Return that a source has other bytes than when the report was made."""
    return f"{shown(path)} has changed since the report was made (sha256 {shown(stored[:12])}…, now {found[:12]}…)"


def missing_file(path: str) -> str:
    """Return that a source is gone."""
    return f"{shown(path)} is missing from the company folder"


def added_file(path: str) -> str:
    """Return that a source was not there when the report was made."""
    return f"{shown(path)} is in the company folder, and the report was made without it"


def other_version(package: str, stored: str, found: str) -> str:
    """Return that a report was made with another version of a package."""
    return f"{shown(package)} {shown(stored)} (here {found})"


def made_with(versions: Sequence[str]) -> str:
    """Return with which other versions a report was made; that alone is no failure."""
    return f"The report was made with other versions: {join_words(list(versions))}."


def counted_sentences(counts: Sequence[tuple[int, str, str]]) -> str:
    """Return what was checked.

    Examples
    --------
    >>> counted_sentences([(12, "statistic", "recomputed"), (1, "quotation", "looked for again")])
    '12 statistics recomputed and 1 quotation looked for again.'
    """
    return f"{join_words([f'{plural(count, noun)} {done}' for count, noun, done in counts])}."


def transcribed_sentence(transcribed: int, quotes: int) -> str:
    """Return how many quotations were found in notes only.

    Examples
    --------
    >>> transcribed_sentence(1, 3)
    '1 of 3 quotations stands only in notes; check it against the original.'
    """
    verb, them = ("stands", "it") if transcribed == 1 else ("stand", "them")
    return (
        f"{format_count(transcribed)} of {plural(quotes, 'quotation')} {verb} only in notes; "
        f"check {them} against the original."
    )


def failure_lines(failures: Sequence[tuple[str, str]]) -> list[str]:
    """Return the lines to print for failures, file by file, so that one changed file hides no other.

    Parameters
    ----------
    failures : sequence of (str, str)
        The file a failure was found in, and its line.

    Examples
    --------
    >>> failure_lines([("evidence.json", f"S{n}") for n in range(14)])[-2:]
    ['S11', 'and 2 more in evidence.json']
    """
    files: Mapping[str, list[str]] = {file: [] for file, _ in failures}
    for file, line in failures:
        files[file].append(line)
    lines = []
    for file, found in files.items():
        lines += found[:MOST_LINES]
        if len(found) > MOST_LINES:
            lines.append(f"and {format_count(len(found) - MOST_LINES)} more in {file}")
    return lines


def verdict(failures: int) -> str:
    """Return the closing line.

    Examples
    --------
    >>> verdict(0), verdict(1)
    ('Everything is as the report says.', '1 thing is not as the report says.')
    """
    if not failures:
        return "Everything is as the report says."
    return f"{format_count(failures)} {'thing is' if failures == 1 else 'things are'} not as the report says."
