"""The ledger on the page: what the sources promise, and where two of them disagree."""

from __future__ import annotations

from segkit.analysis.study import Foundation
from segkit.model.ledger import LedgerEntry, LedgerKind
from segkit.publish.blocks import Table
from segkit.publish.passages import one_line, plain
from segkit.words.figures import format_count, join_words

LEDGER_ROWS = 12
"""Statements shown; all of them are in the results."""
_SHOWN_FIRST = (
    LedgerKind.CODE,
    LedgerKind.DEADLINE,
    LedgerKind.THRESHOLD,
    LedgerKind.FEE,
    LedgerKind.POLICY,
    LedgerKind.PRICE,
)
"""What a message goes wrong by soonest."""
_PLURALS = {LedgerKind.POLICY: "policies"}


def conflicts(study: Foundation) -> Table | None:
    """Return what pages and orders say that cannot all be true, and what flows and messages do meanwhile."""
    found = study.ledger.conflicts
    if not found:
        return None
    entries = {entry.id: entry for entry in study.ledger.entries}
    return Table(
        id="conflicts",
        caption="Statements that cannot all be true",
        columns=("Conflict", "What the sources say", "Until somebody decides"),
        rows=tuple(
            (
                plain(conflict.sentence),
                "; ".join(_statement(entries[each]) for each in conflict.entries if each in entries),
                plain(conflict.rule[:1].upper() + conflict.rule[1:]),
            )
            for conflict in found
        ),
    )


def _statement(entry: LedgerEntry) -> str:
    said = f"“{plain(one_line(entry.exact))}”" if entry.exact else plain(entry.value)
    where = f", {plain(entry.locator)}" if entry.locator else ""
    return f"{said}{where} [@{entry.source_id}]"


def ledger(study: Foundation) -> Table | None:
    """Return codes, deadlines, fees, policies and prices as the sources state them: each statement once, the first few."""
    groups: dict[tuple[LedgerKind, str, str, str], list[LedgerEntry]] = {}
    for entry in study.ledger.entries:
        groups.setdefault((entry.kind, entry.subject, entry.value, _until(entry)), []).append(entry)
    if not groups:
        return None
    ordered = sorted(groups.items(), key=lambda pair: _SHOWN_FIRST.index(pair[0][0]))
    rows = tuple(
        (
            plain(subject[:1].upper() + subject[1:]),
            kind.value.capitalize(),
            plain(value),
            until,
            _where(entries),
        )
        for (kind, subject, value, until), entries in ordered[:LEDGER_ROWS]
    )
    return Table(
        id="ledger",
        caption="What pages and orders promise",
        columns=("About", "Kind", "Statement", "Until", "Where"),
        rows=rows,
        note=_left_out([key[0] for key, _ in ordered[LEDGER_ROWS:]]),
    )


def _until(entry: LedgerEntry) -> str:
    day = f"{entry.day.day}\u00a0{entry.day:%b}\u00a0{entry.day.year}" if entry.day else ""
    return f"{day} (ended)".strip() if entry.ended else day


def _left_out(kinds: list[LedgerKind]) -> str:
    """Return how many statements of each kind are not shown."""
    if not kinds:
        return ""
    counted = [
        f"{format_count(kinds.count(kind))} {kind.value if kinds.count(kind) == 1 else _PLURALS.get(kind, f'{kind.value}s')}"
        for kind in _SHOWN_FIRST
        if kind in kinds
    ]
    return f"Read but not shown here: {join_words(counted)}."


def _where(entries: list[LedgerEntry]) -> str:
    cited = list(dict.fromkeys(entry.source_id for entry in entries))
    if len(entries) == 1 and entries[0].locator:
        return f"[@{cited[0]}], {plain(entries[0].locator)}"
    return " ".join(f"[@{source_id}]" for source_id in cited)
