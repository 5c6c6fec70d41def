"""Choose one kind of flow for each segment, all together: every stage of the life cycle is served at most once.

Each pair of a segment and a kind gets points for six things that were measured or found; what cannot be observed cannot be
chosen. The assignment with the most points wins, so a segment may get its second best because the first helps another more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from segkit.model.company import FlowOverride
from segkit.model.evidence import Evidence, EvidenceBook
from segkit.model.flow import Channel
from segkit.model.flow_facts import BackTest, FlowFacts, Observability, SegmentFacts
from segkit.model.flow_kind import FlowKind, flow_kinds
from segkit.model.flow_plan import FlowScore, ScorePart
from segkit.model.lifecycle import Stage
from segkit.words.flow_scores import (
    entrants_reason,
    evidence_reason,
    excluded_reason,
    own_reason,
    reach_reason,
    room_reason,
    today_reason,
)

MOST_STATES = 2_000
"""Partial choices kept from segment to segment: every one of them with four segments, the best with many."""
_Used = tuple[frozenset[Stage], frozenset[str]]
FEW_FIRINGS = 3
"""Firings watched to their end below which nothing is made of what followed them."""
PROXY_COST = 2
"""Points a kind loses when something else stands in for its trigger."""
_AFTER_ORDER = frozenset({"onboarding", "thank_you", "review_request", "cross_sell", "loyalty"})
"""Kinds that start with an order: silence shorter than the usual cycle says nothing about them."""
MESSAGE_CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.PUSH)


def score_flows(facts: FlowFacts, evidence: EvidenceBook) -> tuple[FlowScore, ...]:
    """Score every kind of flow for every segment, at each stage that it can serve.

    Returns
    -------
    tuple of FlowScore
        By segment, then in the order of the catalogue.

    Examples
    --------
    >>> from datetime import date
    >>> empty = FlowFacts(as_of=date(2026, 1, 1), currency="", n_customers=0, first_day=date(2025, 1, 1), segments=())
    >>> score_flows(empty, EvidenceBook(sources=(), evidence=(), appendix=(), n_tests=0))
    ()
    """
    return tuple(
        score
        for segment in facts.segments
        for kind in flow_kinds().values()
        for score in _score_kind(segment, kind, facts, evidence)
    )


def _score_kind(
    segment: SegmentFacts, kind: FlowKind, facts: FlowFacts, evidence: EvidenceBook
) -> Iterator[FlowScore]:
    test = segment.test(kind.id)
    excluded = excluded_reason(kind, test, usual_days=segment.rhythm.kaplan_meier.q50)
    pieces = speaking_evidence(kind, evidence, segment.segment_id)
    for stage in kind.stages:
        parts = () if excluded else _parts(segment, kind, stage, pieces, facts)
        cost = PROXY_COST if _stands_in(test) else 0
        yield FlowScore(
            segment_id=segment.segment_id,
            kind=kind.id,
            stage=stage,
            parts=parts,
            total=max(sum(part.points for part in parts) - cost, 0),
            excluded=excluded,
        )


def _stands_in(test: BackTest) -> bool:
    """Return whether something stands in for the trigger: the day of a first order is nobody's birthday."""
    return test.dates == "first orders" or test.observability is Observability.PROXY


def _parts(
    segment: SegmentFacts, kind: FlowKind, stage: Stage, pieces: Sequence[Evidence], facts: FlowFacts
) -> tuple[ScorePart, ...]:
    test = segment.test(kind.id)
    channel = best_channel(segment, kind)
    reachable = max((item.reachable for item in segment.reach if item.channel is channel), default=0)
    today = sum(item.customers for item in segment.stages if item.stage is stage)
    own, others = _firings_a_head(segment, kind.id, facts)
    too_short = _cycle_beyond(segment, kind, test)
    return (
        ScorePart(
            name="entrants",
            points=_share_points(test.customers, segment.size),
            reason=entrants_reason(test, segment.size),
        ),
        ScorePart(name="own", points=_own_points(own, others), reason=own_reason(own, others)),
        ScorePart(
            name="room",
            points=1
            if too_short or test.observed < FEW_FIRINGS
            else _share_points(test.observed - test.returned, test.observed),
            reason=room_reason(test, cycle_days=too_short, few=test.observed < FEW_FIRINGS),
        ),
        ScorePart(
            name="evidence",
            points=(0, 2, 3)[min(len(pieces), 2)],
            reason=evidence_reason([item.id for item in pieces]),
        ),
        ScorePart(
            name="reach",
            points=_share_points(reachable, segment.size),
            reason=reach_reason(channel, reachable, segment.size),
        ),
        ScorePart(
            name="today",
            points=_share_points(today, segment.size),
            reason=today_reason(stage, today, segment.size),
        ),
    )


def _firings_a_head(segment: SegmentFacts, kind: str, facts: FlowFacts) -> tuple[float, float | None]:
    """Return last year's firings per customer of a segment, and of all the others."""
    rest = [item for item in facts.segments if item.segment_id != segment.segment_id]
    size = sum(item.size for item in rest)
    own = segment.test(kind).fires_last_year / segment.size if segment.size else 0.0
    return own, sum(item.test(kind).fires_last_year for item in rest) / size if size else None


def _own_points(own: float, others: float | None) -> int:
    """Return 3 where the trigger fires at least twice as often as elsewhere, 2 from a quarter more, 1 from about as often."""
    if not own or others is None:
        return 0
    return next((points for points, times in ((3, 2.0), (2, 1.25), (1, 0.8)) if own >= times * others), 0)


def _cycle_beyond(segment: SegmentFacts, kind: FlowKind, test: BackTest) -> int:
    """Return the usual days between orders where they are more than the flow looks ahead after an order, else 0."""
    usual = segment.rhythm.kaplan_meier.q50 or 0
    return round(usual) if kind.id in _AFTER_ORDER and usual > test.horizon_days else 0


def _share_points(k: int, n: int) -> int:
    """Return 0 for none, 1 below half, 2 from half, 3 from four fifths on."""
    if not k or not n:
        return 0
    return 1 + (2 * k >= n) + (5 * k >= 4 * n)


def best_channel(segment: SegmentFacts, kind: FlowKind) -> Channel:
    """Return the channel for a flow: of those that reach most of a segment today, the one most of them prefer.

    Where nobody said what they prefer, the kind's usual channel wins a draw.
    """
    usable = [item for item in segment.reach if item.channel in MESSAGE_CHANNELS and item.reachable]
    if not usable:
        return kind.channel
    most = max(item.reachable for item in usable)
    best = [item for item in usable if item.reachable == most]
    return max(best, key=lambda item: (item.preferred, item.channel is kind.channel)).channel


def speaking_evidence(kind: FlowKind, evidence: EvidenceBook, segment_id: int) -> tuple[Evidence, ...]:
    """Return the pieces about a segment, for or against it, whose words speak for a kind of flow."""
    pattern = _cue_pattern(kind.cues)
    return tuple(item for item in evidence.of_segment(segment_id) if pattern.search(_words(item)))


def _words(item: Evidence) -> str:
    quote = f"{item.quote.exact} {item.quote.heading}" if item.quote else ""
    own = item.claim if item.kind == "statistic" else ""
    return f"{own} {quote}".casefold()


@cache
def _cue_pattern(cues: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(cue)}" for cue in cues))


def choose_flows(
    scores: Sequence[FlowScore], *, segments: Sequence[int], fixed: Mapping[int, FlowOverride]
) -> tuple[FlowScore, ...]:
    """Choose one score for each segment so that the points together are highest and no stage or kind is served twice.

    Parameters
    ----------
    scores : sequence of FlowScore
        From :func:`score_flows`.
    segments : sequence of int
        Segment ids, highest revenue first; they choose first where the points are equal.
    fixed : mapping of int to FlowOverride
        What the user decided; it is followed even where it breaks a rule, and the plan says so.

    Returns
    -------
    tuple of FlowScore
        One for each segment, in the given order, with ``chosen`` set. With more segments than stages, stages repeat.
    """
    states: dict[_Used, tuple[tuple[int, int], tuple[FlowScore, ...]]] = {
        (frozenset(), frozenset()): ((0, 0), ())
    }
    for segment in segments:
        grown: dict[_Used, tuple[tuple[int, int], tuple[FlowScore, ...]]] = {}
        for (stages, kinds), (rank, picked) in states.items():
            for option in _options(scores, segment, fixed.get(segment)):
                repeats = (option.stage in stages) + (option.kind in kinds)
                better = (rank[0] - repeats, rank[1] + option.total)
                used = (stages | {option.stage}, kinds | {option.kind})
                if used not in grown or better > grown[used][0]:
                    grown[used] = better, (*picked, option)
        states = dict(sorted(grown.items(), key=lambda state: state[1][0], reverse=True)[:MOST_STATES])
    best = max(states.values(), key=lambda state: state[0], default=None)
    return tuple(replace(item, chosen=True) for item in best[1]) if best else ()


def _options(
    scores: Sequence[FlowScore], segment: int, override: FlowOverride | None
) -> tuple[FlowScore, ...]:
    """Return what a segment can get, best first; the user's word leaves only what was asked for."""
    own = [item for item in scores if item.segment_id == segment]
    if override is not None and (override.kind or override.stage):
        asked = [item for item in own if override.kind in {"", item.kind}]
        staged = [item for item in asked if override.stage in {"", item.stage}]
        if staged:
            return (max(staged, key=lambda item: (not item.excluded, item.total)),)
        if asked:
            return (replace(asked[0], stage=Stage(override.stage)),)
    possible = [item for item in own if not item.excluded]
    return tuple(sorted(possible or own, key=lambda item: -item.total))
