"""What one source states, with what is needed to hold it against another source."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from segkit.analysis.order_facts import OrderFact
from segkit.model.document import Document, Passage
from segkit.model.ledger import Conflict, LedgerEntry, LedgerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom and where something holds; two entries are held against each other only where this agrees."""

    places: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    occasion: str = ""
    object: frozenset[str] = frozenset()
    conditional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An entry with what is needed to compare it, which the ledger itself does not print."""

    entry: LedgerEntry
    scope: Scope = Scope()
    about: str = ""  # what a fee, threshold or policy is about: "delivery", "free delivery", "returns", "reminding" ...
    words: frozenset[str] = frozenset()  # of a product's name
    structured: bool = False  # from JSON-LD or microdata rather than from the text
    fits: bool = True  # whether a date's weekday is right
    written: str = ""  # the date as written


def make_entry(
    kind: LedgerKind, subject: str, *, source_id: str, exact: str, start: int = 0, **rest: object
) -> LedgerEntry:
    """Return an entry with an id that depends on nothing but what it says and where."""
    digits = hashlib.sha256("\n".join((kind, subject, source_id, exact, str(start))).encode()).hexdigest()[:6]
    return LedgerEntry(
        id=f"{kind}-{digits}",
        kind=kind,
        subject=subject,
        source_id=source_id,
        exact=exact,
        start=start,
        **rest,  # type: ignore[arg-type]
    )


def saved_on(document: Document) -> date | None:
    """Return the day a page was saved, where it is known to the day."""
    try:
        return date.fromisoformat(document.source.retrieved[:10])
    except ValueError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that conflicts are looked for in.

    ``facts`` pairs what the orders say with its ledger entry; ``names`` gives each source as a reader knows it.
    """

    statements: tuple[Statement, ...]
    as_of: date
    facts: tuple[tuple[OrderFact, LedgerEntry], ...] = ()
    notes: tuple[tuple[Passage, LedgerEntry], ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, kind: LedgerKind) -> list[Statement]:
        """Return the statements of one kind."""
        return [one for one in self.statements if one.entry.kind is kind]

    def where(self, entry: LedgerEntry) -> str:
        """Name the source of an entry."""
        return self.names.get(entry.source_id, entry.source_id)


def make_conflict(entries: Sequence[LedgerEntry], sentence: str, rule: str, *, subject: str = "") -> Conflict:
    """Return a conflict with an id that depends on its entries and its rule."""
    ids = tuple(entry.id for entry in entries)
    first = entries[0]
    digits = hashlib.sha256("\n".join(("conflict", rule, *ids)).encode()).hexdigest()[:6]
    return Conflict(
        id=f"conflict-{digits}",
        kind=first.kind,
        subject=subject or first.subject,
        entries=ids,
        sentence=sentence,
        rule=rule,
    )
