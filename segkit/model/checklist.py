"""The assignment's own list: every item, whether the report has it, where, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How far an item of the assignment is met."""

    MET = "met"
    PARTLY = "partly"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One item that the assignment asks for."""

    id: str
    task: str
    item: str
    status: Status
    where: str
    why: str
