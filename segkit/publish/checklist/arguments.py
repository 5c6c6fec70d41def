"""Who wrote the paragraphs that argue: those left to segkit count as partly, whoever else may like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segkit.model.argument import Argument, Author, Section
from segkit.publish.checklist.judging import Asked, Found

Arguments = Mapping[Section, Sequence[Argument]]
"""What others than segkit argue in a report, and the fields a worksheet leaves empty; a section that is not there is in segkit's words."""
TEXTS = "in text/ (segkit ask writes a file for each question)"
"""Where own words stand; the files are named after customers, criteria and stages, so no single name fits."""


def ask_for_own_words(item_id: str, what: str) -> Asked:
    """Return the item that asks for a chapter's arguments in the user's own words."""
    return Asked(
        id=item_id,
        item=f"{what} in your own words",
        close=f"They stand in segkit's words: put them in your own {TEXTS}.",
    )


def own_words(arguments: Arguments, expected: Mapping[Section, int], *, where: str) -> Found:
    """Return how many of a chapter's arguments a person wrote.

    Examples
    --------
    >>> own_words({}, {Section.FLOW: 4}, where="#flows").why
    '0 of 4 arguments are in your own words'
    """
    total = sum(expected.values())
    written = [argument for section in expected for argument in arguments.get(section, ())]
    mine = sum(argument.author is Author.USER for argument in written)
    model = sum(argument.author is Author.LANGUAGE_MODEL for argument in written)
    why = f"{mine} of {total} arguments are in your own words"
    if model:
        why += f", {model} in those of a language model"
    empty = any(argument.asks for argument in written)
    close = f"Nothing stands there yet: answer the questions {TEXTS}." if empty else ""
    return Found(met=0 < total <= mine, why=why, where=where, close=close)


def untraced(arguments: Arguments) -> list[str]:
    """Return the numbers and quotations in text of others than segkit that no evidence holds, each once."""
    found = [words for written in arguments.values() for argument in written for words in argument.untraced]
    return list(dict.fromkeys(found))
