"""What the assignment and its criteria ask: every item, whether the report has it, where, and how to close what is open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How far an item is met; ``YOURS`` stands for what no program can tell."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"
    YOURS = "yours to judge"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One thing that is asked for.

    Parameters
    ----------
    id, task, item : str
        Its name for machines, the part of the assignment, and what is asked.
    status : Status
    where : str
        ``#`` and the id of the block that answers it; empty where no block does.
    why : str
        What was found, with its counts.
    criterion : str
        The criterion it belongs to, "C1" to "C32", or "".
    close : str
        The way to close it; empty where it is met.
    later : bool
        Whether it belongs to a chapter that no report has yet.
    """

    id: str
    task: str
    item: str
    status: Status
    where: str
    why: str
    criterion: str = ""
    close: str = ""
    later: bool = False

    @property
    def open(self) -> bool:
        """Return whether something is left to do that a report can hold today."""
        return self.status in {Status.PARTLY, Status.MISSING} and not self.later
