"""The user's own texts against the groups they are about: each names a customer of the book, and no two the same group."""

from __future__ import annotations

import difflib
from collections.abc import Container, Iterable, Mapping

from segkit.errors import InputError
from segkit.model.argument import OF_A_GROUP, OwnText, Section

_SUGGESTION = 0.5
"""How alike an id must be to be suggested."""


def check_texts(texts: Iterable[OwnText], assignments: Mapping[str, int]) -> None:
    """Refuse a text about a group that no customer stands for, and a second one about the same group.

    A question that nobody answered yet stands in nobody's way: `left_texts` names those whose customer left the book.

    Parameters
    ----------
    texts : iterable of OwnText
    assignments : mapping of str to int
        The group of each customer, by id.

    Raises
    ------
    InputError
        Naming the text, the id and the nearest one.

    Examples
    --------
    >>> check_texts([OwnText(section=Section.GROUP, about="C04", paragraphs=("So.",), path="text/group-C04.md")], {"C004": 1})
    Traceback (most recent call last):
    ...
    segkit.errors.InputError: text/group-C04.md is about the group of 'C04', who is no customer here; did you mean 'C004'.
    """
    places: dict[tuple[Section, int], str] = {}
    for text in texts:
        if text.section not in OF_A_GROUP or not text.paragraphs:
            continue
        if text.about not in assignments:
            close = difflib.get_close_matches(text.about, list(assignments), n=1, cutoff=_SUGGESTION)
            hint = f"did you mean {close[0]!r}" if close else "give the id of a customer in the group"
            raise InputError(
                f"{text.name} is about the group of {text.about[:60]!r}, who is no customer here; {hint}.",
                path=text.path or "company.toml",
            )
        key = (text.section, assignments[text.about])
        if key in places:
            raise InputError(
                f"{text.name} and {places[key]} are about one {text.section.value}, because their customers are in one "
                "group; put them into one.",
                path=text.path or "company.toml",
            )
        places[key] = text.name


def left_texts(texts: Iterable[OwnText], customers: Container[str]) -> tuple[str, ...]:
    """Return the names of unanswered texts about the group of a customer who is no longer in the book.

    Examples
    --------
    >>> left_texts([OwnText(section=Section.GROUP, about="C9", path="text/group-C9.md")], {"C004": 1})
    ('text/group-C9.md',)
    """
    return tuple(
        text.name
        for text in texts
        if text.section in OF_A_GROUP and not text.paragraphs and text.about not in customers
    )
