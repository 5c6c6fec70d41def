"""Deadlines of a group: the last days to order that its own pages state, undisputed, to start a flow before them."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date, timedelta

from segkit.model.evidence import EvidenceBook
from segkit.model.flow_facts import AnnualDate
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind

LEAD_DAYS = 28
"""A flow starts so many days before a deadline: time to read, to ask, to have it signed."""
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_DAY_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{'|'.join(_MONTHS)})\b", re.IGNORECASE
)


def find_deadlines(
    ledger: Ledger, evidence: EvidenceBook, segment_ids: Iterable[int]
) -> dict[int, tuple[AnnualDate, ...]]:
    """Return the yearly deadlines of each segment: those on the pages that speak for it.

    A deadline that another page contradicts is left out, and so is one with a year in it: it will not come round again.
    """
    disputed = {entry for conflict in ledger.conflicts for entry in conflict.entries}
    stated = [
        (entry, found)
        for entry in ledger.of_kind(LedgerKind.DEADLINE)
        if entry.id not in disputed and not entry.ended and (found := _read_date(entry)) is not None
    ]
    deadlines = {}
    for segment in segment_ids:
        pages = {item.source_id for item in evidence.supporting(segment)}
        own = [found for entry, found in stated if entry.source_id in pages]
        if own:
            deadlines[segment] = tuple(sorted(own, key=lambda one: (one.month, one.day, one.subject)))
    return deadlines


def _read_date(entry: LedgerEntry) -> AnnualDate | None:
    if entry.day is not None:
        return None
    match = _DAY_MONTH.search(entry.value)
    if match is None:
        return None
    month, day = _MONTHS[match["month"].lower()], int(match["day"])
    if not 1 <= day <= calendar.monthrange(2023, month)[1]:
        return None
    return AnnualDate(
        month=month, day=day, subject=entry.subject, source_id=entry.source_id, exact=entry.exact
    )


def deadline_starts(deadlines: Iterable[AnnualDate], *, first_day: int, last_day: int) -> list[int]:
    """Return the day numbers, within two, on which a flow starts before its deadlines.

    Examples
    --------
    >>> july = AnnualDate(month=7, day=10, subject="", source_id="", exact="")
    >>> start = deadline_starts([july], first_day=date(2025, 1, 1).toordinal(), last_day=date(2025, 12, 31).toordinal())
    >>> [date.fromordinal(day).isoformat() for day in start]
    ['2025-06-12']
    """
    years = range(date.fromordinal(first_day).year, date.fromordinal(last_day).year + 2)
    starts = {
        (date(year, one.month, one.day) - timedelta(days=LEAD_DAYS)).toordinal()
        for one in deadlines
        for year in years
    }
    return sorted(day for day in starts if first_day <= day <= last_day)
