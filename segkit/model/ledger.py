"""The ledger: what pages and orders say of prices, codes, deadlines, fees and policies, and where they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class LedgerKind(StrEnum):
    """What an entry is about."""

    PRICE = "price"
    CODE = "code"
    DEADLINE = "deadline"
    FEE = "fee"
    THRESHOLD = "threshold"
    POLICY = "policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One offer, date or rule as one source states it.

    ``subject`` says what it is about in words two sources share ("last order day for Christmas, UK", "Hearth Gift Box",
    "FIRESIDE15"); ``exact`` are the source's words, anchored at ``start..end`` of its text (0..0 for order columns and
    structured data). ``amount`` is in ``unit`` (a currency code, "%", "days", "orders"). ``day`` is the deadline or the
    last day of validity; ``seen_on`` the day the source was saved or the order placed.
    """

    id: str
    kind: LedgerKind
    subject: str
    value: str
    source_id: str
    exact: str
    locator: str
    start: int = 0
    end: int = 0
    amount: float | None = None
    unit: str = ""
    day: date | None = None
    seen_on: date | None = None
    ended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Entries that cannot all be true, as one sentence, with what to do until somebody decides."""

    id: str
    kind: LedgerKind
    subject: str
    entries: tuple[str, ...]
    sentence: str
    rule: str  # what flows and messages do meanwhile: "use neither", "leave the code out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Every entry, by kind, subject and source, and every conflict between them."""

    entries: tuple[LedgerEntry, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    def of_kind(self, kind: LedgerKind) -> tuple[LedgerEntry, ...]:
        """Return the entries of one kind."""
        return tuple(entry for entry in self.entries if entry.kind is kind)
