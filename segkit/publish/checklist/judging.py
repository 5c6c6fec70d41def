"""How an item is judged: what is asked, what was found, and the item the two make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from segkit.model.checklist import ChecklistItem, Status

ABSENT = "not part of this report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One item: what is asked, by which criterion, and the usual way to close it."""

    id: str
    item: str
    criterion: str = ""
    close: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a report has of an item: met, else partly where there is ``some`` of it; ``close`` where the way is a special one."""

    met: bool
    why: str
    where: str = ""
    some: bool = True
    close: str = ""


def judge(task: str, asked: Sequence[Asked], found: Mapping[str, Found]) -> Iterator[ChecklistItem]:
    """Yield each item with what was found of it, in the order in which they are asked.

    Examples
    --------
    >>> asked = [Asked(id="groups", item="Four groups", close="Run with four.")]
    >>> [item] = judge("1", asked, {"groups": Found(met=False, why="3 groups", where="#rules")})
    >>> item.status.value, item.close
    ('partly', 'Run with four.')
    """
    for one in asked:
        got = found[one.id]
        status = Status.MET if got.met else Status.PARTLY if got.some else Status.MISSING
        yield ChecklistItem(
            id=one.id,
            task=task,
            item=one.item,
            status=status,
            where=got.where,
            why=got.why,
            criterion=one.criterion,
            close="" if got.met else got.close or one.close,
        )


def absent(task: str, asked: Sequence[Asked], *, close: str, later: bool = False) -> Iterator[ChecklistItem]:
    """Yield each item of a chapter that is not there."""
    for one in asked:
        yield ChecklistItem(
            id=one.id,
            task=task,
            item=one.item,
            status=Status.MISSING,
            where="",
            why=ABSENT,
            criterion=one.criterion,
            close=close,
            later=later,
        )


def yours(task: str, asked: Asked, where: str) -> ChecklistItem:
    """Return an item that only a person can judge, with what to do about it."""
    return ChecklistItem(
        id=asked.id,
        task=task,
        item=asked.item,
        status=Status.YOURS,
        where=where,
        why="no program can tell",
        criterion=asked.criterion,
        close=asked.close,
    )


def first_of(ids: Sequence[str], fallback: str = "") -> str:
    """Return a link to the first of the blocks that lack something, else to another one.

    Examples
    --------
    >>> first_of(["segment-2", "segment-3"]), first_of([], "segment-1")
    ('#segment-2', '#segment-1')
    """
    name = ids[0] if ids else fallback
    return f"#{name}" if name else ""
