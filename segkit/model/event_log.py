"""Events: what customers did besides ordering, under names of our own, and the log of how they were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from segkit.model.cleaning import LogEntry, SourceFile

EVENTS = {
    "product_viewed": "somebody looked at a product",
    "cart_added": "something was put into a basket",
    "checkout_started": "a checkout was begun",
    "stock_notice": "somebody asked to be told when a product is back",
    "back_in_stock": "a product is for sale again",
    "signed_up": "somebody joined the mailing list or opened an account",
    "unsubscribed": "somebody asked not to be written to",
    "review_left": "a review was written",
    "complaint": "somebody complained",
    "complaint_resolved": "a complaint was settled",
    "quote_requested": "somebody asked for a quote",
}
"""Events with a name of our own, each with what it says; all others keep theirs, in lower_snake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventName:
    """One name of an event as the file has it, the name it was read as, and its rows in use."""

    raw: str
    name: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLog:
    """How an events file was read: ``rows_read == rows_used + sum of dropped rows``, always.

    Parameters
    ----------
    file : SourceFile
        Name in the company folder, hash, rows.
    columns : tuple of (str, str)
        What was needed, and the column taken for it.
    rows_read, rows_used : int
        Rows of the file; rows that became events.
    dropped, notes : tuple of LogEntry
        Rows left out, each with its reason; what was decided or repaired.
    names : tuple of EventName
        Events seen, most rows first.
    customers : int
        Customers of the order history with an event.
    strangers, stranger_rows : int
        People whom the order history does not know, and their rows; kept, without a customer.
    nobody_rows : int
        Rows that name nobody, such as a product that is back; kept, without a customer.
    first, last : date or None
        Days of the first and the last event in use.
    timezone_note : str
        How times were read, in one sentence.
    """

    file: SourceFile
    columns: tuple[tuple[str, str], ...]
    rows_read: int
    rows_used: int
    dropped: tuple[LogEntry, ...] = ()
    notes: tuple[LogEntry, ...] = ()
    names: tuple[EventName, ...] = ()
    customers: int = 0
    strangers: int = 0
    stranger_rows: int = 0
    nobody_rows: int = 0
    first: date | None = None
    last: date | None = None
    timezone_note: str = ""

    def __post_init__(self) -> None:
        """Refuse a log that does not add up: it would hide lost rows."""
        lost = self.rows_read - self.rows_used - sum(entry.rows for entry in self.dropped)
        if lost:
            raise AssertionError(f"event log does not add up: {lost} rows unaccounted for")

    def rows_of(self, name: str) -> int:
        """Return how many events of a name are in use.

        Examples
        --------
        >>> file = SourceFile(path="events.csv", sha256="ab", rows=2)
        >>> seen = (EventName(raw="view_item", name="product_viewed", rows=2),)
        >>> log = EventLog(file=file, columns=(), rows_read=2, rows_used=2, names=seen)
        >>> log.rows_of("product_viewed"), log.rows_of("complaint")
        (2, 0)
        """
        return sum(event.rows for event in self.names if event.name == name)
