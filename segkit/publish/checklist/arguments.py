"""Who wrote the paragraphs that argue: those left to segkit count as partly, whoever else may like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segkit.model.argument import Argument, Author, Section
from segkit.publish.checklist.judging import Asked, Found
from segkit.words.figures import join_words

Arguments = Mapping[Section, Sequence[Argument]]
"""The paragraphs that stand in a report, by what they argue about; a section that is not there is in segkit's words."""


def ask_for_own_words(item_id: str, what: str, sections: Sequence[Section]) -> Asked:
    """Return the item that asks for a chapter's arguments in the user's own words."""
    files = join_words([f"text/{section}.md" for section in sections])
    return Asked(
        id=item_id,
        item=f"{what} in your own words",
        close=f"They stand in segkit's words: put them in your own in {files}; segkit ask asks you the questions.",
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
    return Found(met=0 < total <= mine, why=why, where=where)


def untraced(arguments: Arguments) -> list[str]:
    """Return the numbers and quotations in text of others than segkit that no evidence holds, each once."""
    found = [words for written in arguments.values() for argument in written for words in argument.untraced]
    return list(dict.fromkeys(found))
