"""What happened to the rows on the way in: the cleaning log and what the data covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from segkit.model.factor import Factor


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One input file: its name inside the company folder, hash and row count."""

    path: str
    sha256: str
    rows: int
    encoding: str = ""
    delimiter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One rule of the cleaning log.

    ``rows`` counts rows of the source files; ``amount`` is the money they carried, in order currency.
    ``examples`` are at most five: a row number or id as the file shows it.
    """

    rule: str
    reason: str
    rows: int
    examples: tuple[str, ...] = ()
    amount: Decimal | None = None
    switch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorCoverage:
    """Which source columns feed a factor, and for what share of customers (0..1)."""

    factor: Factor
    columns: tuple[str, ...]
    share_of_customers: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What the totals would be under another choice of one switch."""

    choice: str
    switch: str
    customers: int
    orders: int
    revenue: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningLog:
    """The visible log: ``rows_read == rows_used + sum of dropped rows``, always."""

    sources: tuple[SourceFile, ...]
    format: str
    format_label: str
    identity_rule: str
    rows_read: int
    rows_used: int
    dropped: tuple[LogEntry, ...]
    repaired: tuple[LogEntry, ...]
    kept: tuple[LogEntry, ...]
    unknown_columns: tuple[str, ...]
    first_order: date
    last_order: date
    customers: int
    orders: int
    revenue: Decimal | None
    currency: str
    timezone_note: str
    coverage: tuple[FactorCoverage, ...]
    alternatives: tuple[Alternative, ...]

    def __post_init__(self) -> None:
        """Refuse a log that does not add up: it would hide lost rows."""
        lost = self.rows_read - self.rows_used - sum(entry.rows for entry in self.dropped)
        if lost:
            raise AssertionError(f"cleaning log does not add up: {lost} rows unaccounted for")
