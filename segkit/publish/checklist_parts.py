"""The checklist as a reader needs it: what is left to do first, what only a person can judge, what is met, what is not there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from segkit.model.checklist import Status
from segkit.words.figures import join_words

Item = Mapping[str, Any]
"""One item of a checklist record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The items of a checklist record, parted; each keeps the order of the assignment.

    Of ``todo`` what is missing comes first, and last the chapters whose words are segkit's: that is one work for all of them.
    ``absent`` are sentences: the items of one chapter that is not there, and what to do about them.
    """

    todo: tuple[Item, ...]
    yours: tuple[Item, ...]
    met: tuple[Item, ...]
    absent: tuple[str, ...]

    @property
    def counts(self) -> str:
        """Return how many items are in each part, in words."""
        partly = sum(item["status"] == Status.PARTLY for item in self.todo)
        missing = len(self.todo) - partly
        named = (
            (len(self.met), "met"),
            (partly, "partly met"),
            (missing, "missing"),
            (len(self.yours), "yours to judge"),
        )
        return ", ".join(f"{count} {name}" for count, name in named if count)


def part_items(items: Sequence[Item]) -> Parts:
    """Part the items of a checklist record.

    An item that is missing and leads nowhere belongs to a chapter that is not there: it is named in a sentence and has no row.

    Examples
    --------
    >>> row = {"item": "Personas", "status": "missing", "where": "", "why": "", "close": "Write them."}
    >>> part_items([row]).absent
    ('Not part of this report: Personas. Write them.',)
    """
    away: dict[str, list[str]] = {}
    todo: list[Item] = []
    for item in items:
        if item["status"] == Status.MISSING and not item["where"] and _close(item):
            away.setdefault(_close(item), []).append(str(item["item"]).rstrip("."))
        elif item["status"] in {Status.PARTLY, Status.MISSING}:
            todo.append(item)
    return Parts(
        todo=tuple(sorted(todo, key=_urgency)),
        yours=tuple(item for item in items if item["status"] == Status.YOURS),
        met=tuple(item for item in items if item["status"] == Status.MET),
        absent=tuple(
            f"Not part of this report: {join_items(names)}. {close}" for close, names in away.items()
        ),
    )


def join_items(names: Sequence[str]) -> str:
    """Return a list in words; items with a comma in them are parted by semicolons.

    Examples
    --------
    >>> join_items(["KPIs", "Personas"]), join_items(["Who, what", "KPIs"])
    ('KPIs and Personas', 'Who, what; KPIs')
    """
    return "; ".join(names) if any("," in name for name in names) else join_words(list(names))


def _urgency(item: Item) -> tuple[bool, bool]:
    return str(item.get("id", "")).endswith("_words"), item["status"] != Status.MISSING


def _close(item: Item) -> str:
    return str(item.get("close", ""))
