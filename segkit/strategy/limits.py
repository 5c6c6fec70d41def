"""Limits: what pages promise and studies advise about writing to people, as rules that bind flows.

A page says "we send one text when a chair comes free": a flow for the group of that page may send one text, once. A study says
that a second promotional text within a month makes people leave: no flow sends a second one.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.model.flow import Channel
from segkit.model.flow_plan import Limit
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from segkit.model.segment import Segment
from segkit.words.limits import limit_text

_OFTEN = re.compile(
    r"\b(?:once|(?:one|a single) \w+(?: message)?) (?:a|per|every) (?P<unit>day|week|month|quarter|year)\b"
    r"|\b(?P<adverb>daily|weekly|monthly|quarterly)\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"\b(?:one|a single) (?P<what>text(?: message)?|sms|reminder|email|e-mail|message|letter|notice|call)\b(?!(?: message)? (?:a|per|every) )",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"\bsecond\b[^.]{0,40}\b(?P<what>text|sms|email|e-mail|message)s?\b[^.]{0,30}\bwithin (?:a|one) (?P<unit>week|month)\b",
    re.IGNORECASE,
)
_LEAVE = re.compile(r"opt(?:ed)? out|unsubscrib|block the sender", re.IGNORECASE)
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_ADVERBS = {"daily": 1, "weekly": 7, "monthly": 30, "quarterly": 91}
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MOST_WORDS = 60


def find_limits(
    ledger: Ledger, library: Library, *, evidence: EvidenceBook, segments: Sequence[Segment]
) -> tuple[Limit, ...]:
    """Find what binds the flows of each segment.

    Parameters
    ----------
    ledger : Ledger
        Its policies say how often the company writes, and when it does not.
    library : Library
        Research that counts who leaves after one message too many.
    evidence : EvidenceBook
        Says which page speaks of which segment.
    segments : sequence of Segment

    Returns
    -------
    tuple of Limit
        Pages first, then research, each in the order of its source.
    """
    found = [
        limit for entry in ledger.of_kind(LedgerKind.POLICY) if (limit := _from_policy(entry)) is not None
    ]
    bound = [_bind(limit, evidence, segments) for limit in found]
    return (*bound, *_from_research(library))


def _from_policy(entry: LedgerEntry) -> Limit | None:
    if entry.source_id.startswith("orders"):
        return None
    if entry.subject == "how often we write":
        often, one = _OFTEN.search(entry.exact), _ONE.search(entry.exact)
        if often:
            unit, adverb = often["unit"], often["adverb"]
            days = _DAYS[unit.lower()] if unit else _ADVERBS[adverb.lower()]
            noun = re.match(r"(?:one|a single) (\w+)", often[0], re.IGNORECASE)
            channel = _channel(noun[1]) if noun else Channel.EMAIL
            return _limit(entry, channel or Channel.EMAIL, most=1, per_days=days)
        return _limit(entry, _channel(one["what"]), most=1) if one else None
    months = tuple(number for name, number in _MONTHS.items() if re.search(rf"\b{name}\b", entry.exact))
    if entry.subject.startswith("no ") and months and not entry.subject.startswith("no expiry"):
        return _limit(entry, _refrained(entry.subject), months=months)
    return None


def _limit(
    entry: LedgerEntry,
    channel: Channel | None,
    *,
    most: int | None = None,
    per_days: int | None = None,
    months: tuple[int, ...] = (),
) -> Limit:
    return Limit(
        text=limit_text(channel, most=most, per_days=per_days, months=months),
        source_id=entry.source_id,
        exact=entry.exact,
        channel=channel,
        most=most,
        per_days=per_days,
        months=months,
    )


def _channel(what: str) -> Channel | None:
    what = what.lower()
    if what.startswith(("text", "sms")):
        return Channel.SMS
    if what in {"email", "e-mail", "letter"}:
        return Channel.EMAIL
    return Channel.PUSH if what == "notice" else Channel.PERSON if what == "call" else None


def _refrained(subject: str) -> Channel | None:
    """Return the one channel that a company keeps quiet on; None where it keeps quiet altogether."""
    cues = {
        Channel.PERSON: ("call", "phon", "visit"),
        Channel.SMS: ("text", "sms"),
        Channel.EMAIL: ("mail", "letter"),
    }
    return next((channel for channel, words in cues.items() if any(word in subject for word in words)), None)


def _bind(limit: Limit, evidence: EvidenceBook, segments: Sequence[Segment]) -> Limit:
    """Bind a page's rule to the segments whose evidence stands on that page; a page of nobody's binds all."""
    named = tuple(
        segment.id
        for segment in segments
        if any(item.source_id == limit.source_id for item in evidence.of_segment(segment.id))
    )
    if not named:
        return limit
    return replace(limit, segments=named)


def _from_research(library: Library) -> Iterator[Limit]:
    for document in library.documents:
        if document.source.type is not SourceType.RESEARCH:
            continue
        for passage in document.passages:
            second = _SECOND.search(passage.text)
            if second and passage.quotable and _LEAVE.search(passage.text):
                channel, days = _channel(second["what"]), _DAYS[second["unit"].lower()]
                yield Limit(
                    text=limit_text(channel, most=1, per_days=days),
                    source_id=document.source.id,
                    exact=_sentence_around(passage.text, second.start()),
                    channel=channel,
                    most=1,
                    per_days=days,
                )


def _sentence_around(text: str, place: int) -> str:
    """Return the sentence in which a place lies, at most sixty words of it."""
    start = max(text.rfind(mark, 0, place) + len(mark) for mark in (". ", "\n")) if place else 0
    start = start if start > 1 else 0
    end = text.find(". ", place)
    sentence = text[start : end + 1 if end >= 0 else len(text)].strip().strip('"“”')
    return " ".join(sentence.split()[:MOST_WORDS])


def limits_of(limits: Sequence[Limit], segment_id: int) -> tuple[Limit, ...]:
    """Return the limits that bind one segment."""
    return tuple(item for item in limits if not item.segments or segment_id in item.segments)
