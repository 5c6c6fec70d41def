"""Opportunities: the columns of a pipeline under names of our own, and the log of how a CRM export was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segkit.model.cleaning import LogEntry, SourceFile
from segkit.model.sales_stage import StageModel


class Outcome(StrEnum):
    """How an opportunity stands at the end of observation."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


OPPORTUNITY_COLUMNS = (
    "opportunity_id",
    "customer_id",
    "account",
    "name",
    "stage",
    "status",
    "amount",
    "currency",
    "created_at",
    "expected_close",
    "first_expected_close",
    "closed_at",
    "lost_reason",
    "owner",
    "source",
    "product",
    "money",
    "authority",
    "need",
    "timing",
    "next_step",
    "order_id",
)
"""Columns of ``Pipeline.table``; what the file lacks is missing in every row.

``customer_id`` is as in the orders (None for prospects); ``account`` the file's own key; ``stage`` an id of the stage list, that of
the stage it stands in or was closed in; ``status`` an :class:`Outcome`; ``amount`` in units of ``currency``; dates are days without
a time. ``money``, ``authority``, ``need`` and ``timing`` hold "yes", "no", another text as it stands, or None. Every further column
of the file is kept under its own normalised name, as text.
"""
MOVE_COLUMNS = ("opportunity_id", "from_stage", "to_stage", "at")
"""Columns of ``Pipeline.moves``: stage ids (``from_stage`` None for the first), sorted by opportunity, day and order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageName:
    """One name of a stage as the file has it, the stage it was read as, its rows, and whether that was guessed."""

    raw: str
    stage_id: str
    rows: int
    guessed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineLog:
    """How a CRM export was read: ``rows_read == rows_used + sum of dropped rows``, always.

    Parameters
    ----------
    files : tuple of SourceFile
        The export, and the file of its stage history where there is one.
    layout : str
        "Salesforce", "HubSpot", "Pipedrive", "Maven", ...; "" for columns of one's own.
    columns : tuple of (str, str)
        Our name of a column, and the file's.
    unused : tuple of str
        Columns that no name of ours was found for; they are kept as further fields.
    stages : tuple of StageName
        Every stage name seen, in the order of the stage list.
    model : StageModel
        The stage list in use.
    rows_read, rows_used : int
        Rows of the export; rows that became opportunities.
    dropped, repaired, notes : tuple of LogEntry
        Rows left out; values mended; what was decided or noticed.
    outcomes : tuple of (str, int)
        How the opportunities in use stand, and how many stand so.
    customers, prospects : int
        Opportunities of customers of the order history; opportunities of others.
    moves : int or None
        Moves between stages in use; None without a stage history.
    moves_read : int
        Rows of the history; ``moves_read == moves + sum of moves_dropped``.
    moves_dropped : tuple of LogEntry
        Rows of the history that were left out.
    currencies : tuple of str
        In order of rows; more than one forbids sums until one is chosen.
    first, last : date or None
        First and last day an opportunity was created.
    """

    files: tuple[SourceFile, ...]
    layout: str
    columns: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    stages: tuple[StageName, ...]
    model: StageModel
    rows_read: int
    rows_used: int
    dropped: tuple[LogEntry, ...] = ()
    repaired: tuple[LogEntry, ...] = ()
    notes: tuple[LogEntry, ...] = ()
    outcomes: tuple[tuple[str, int], ...] = ()
    customers: int = 0
    prospects: int = 0
    moves: int | None = None
    moves_read: int = 0
    moves_dropped: tuple[LogEntry, ...] = ()
    currencies: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        """Refuse a log that does not add up: it would hide lost rows."""
        lost = self.rows_read - self.rows_used - sum(entry.rows for entry in self.dropped)
        if lost:
            raise AssertionError(f"pipeline log does not add up: {lost} rows unaccounted for")
        lost = self.moves_read - (self.moves or 0) - sum(entry.rows for entry in self.moves_dropped)
        if lost and self.moves_read:
            raise AssertionError(f"pipeline log does not add up: {lost} moves unaccounted for")
