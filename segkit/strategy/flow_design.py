"""Design one flow: its steps, its audience, its reasons, its rival, its yardstick and the walk through it.

Comes after the choice (:mod:`.flow_choice`); goes out as a :class:`~segkit.model.flow.Flow` and its reasons. No table enters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.model.flow import Channel, Flow
from segkit.model.flow_facts import BackTest, FlowFacts, SegmentFacts
from segkit.model.flow_kind import FlowKind, flow_kinds
from segkit.model.flow_plan import FlowReasons, FlowScore, Kpi, Limit, Rival
from segkit.model.ledger import Conflict, Ledger
from segkit.model.segment import Segment
from segkit.strategy.flow_choice import best_channel, speaking_evidence
from segkit.strategy.flow_steps import build_steps
from segkit.strategy.flow_waits import Setting
from segkit.strategy.limits import limits_of
from segkit.strategy.walks import telling_cases, walk_customers
from segkit.words.figures import SMALL_BOOK, format_money
from segkit.words.flow_kpis import NO_TARGET, baseline_text, break_even_text, test_text
from segkit.words.flow_reasons import (
    CONSEQUENCES,
    audience_sentence,
    back_test_sentences,
    fit_sentence,
    piece_sentence,
    rival_sentence,
    room_sentence,
)
from segkit.words.flow_steps import DATE_TEXTS, runs_caution

MOST_PIECES = 2
"""Pieces of evidence repeated beside a flow; the others stand with their group."""
_DATE_PROPERTIES = {"birthdays": "birthday", "occasions": "occasion_date", "first orders": "first_order_date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What every flow of a company is designed on."""

    facts: FlowFacts
    segments: tuple[Segment, ...]
    evidence: EvidenceBook
    ledger: Ledger
    settings: FlowSettings
    limits: tuple[Limit, ...]
    overrides: Mapping[int, FlowOverride]

    def segment(self, segment_id: int) -> Segment:
        """Return a segment by its id."""
        return next(item for item in self.segments if item.id == segment_id)


def design_flow(
    chosen: FlowScore, *, grounds: Grounds, scores: Sequence[FlowScore], picks: Sequence[FlowScore]
) -> tuple[Flow, FlowReasons]:
    """Design the flow that a segment was given.

    Parameters
    ----------
    chosen : FlowScore
        The segment's own.
    grounds : Grounds
        Facts, evidence, ledger and settings.
    scores, picks : sequence of FlowScore
        All scores, and those chosen for all segments: the rival comes from them.
    """
    setting = _setting(chosen, grounds)
    steps = build_steps(setting)
    segment, facts, kind = grounds.segment(chosen.segment_id), setting.facts, setting.kind
    pieces = speaking_evidence(kind, grounds.evidence, chosen.segment_id)
    flow = Flow(
        id=setting.flow_id,
        name=f"{kind.label}: {segment.name}",
        kind=kind.id,
        stage=chosen.stage,
        segment_id=segment.id,
        segment_name=segment.name,
        trigger=steps.trigger,
        audience=steps.audience,
        exit_when=steps.exit_when,
        reentry=steps.reentry,
        quiet_hours=steps.quiet_hours,
        entry=steps.entry,
        nodes=steps.nodes,
        evidence_ids=tuple(item.id for item in pieces) or _defining_evidence(grounds.evidence, segment.id),
    )
    override = grounds.overrides.get(segment.id)
    reasons = FlowReasons(
        flow_id=flow.id,
        segment_id=segment.id,
        why=_why(setting, segment, grounds),
        rival=_rival(chosen, scores, picks, grounds),
        back_test=back_test_sentences(setting.test, grounds.facts),
        audience=audience_sentence(facts.reach, setting.channel, segment.name),
        waits=steps.waits,
        purchase=steps.purchase,
        kpi=_kpi(kind, setting.test, segment, grounds, override),
        limits=setting.limits,
        conflicts=(
            *_conflicts(grounds.ledger, grounds.evidence, segment.id),
            *runs_caution([(one.day, one.month) for one in setting.test.deadlines]),
        ),
        overridden=_override_text(override),
        walks=walk_customers(
            facts.cases if grounds.facts.n_customers < SMALL_BOOK else telling_cases(facts.cases, kind.id),
            flow=flow,
            test=setting.test,
            as_of=grounds.facts.as_of,
        ),
    )
    return flow, reasons


def _setting(chosen: FlowScore, grounds: Grounds) -> Setting:
    facts, kind = grounds.facts.of_segment(chosen.segment_id), flow_kinds()[chosen.kind]
    test = facts.test(chosen.kind)
    channel = best_channel(facts, kind)
    product, second = _products(facts, test)
    other = _other_channel(facts, channel)
    return Setting(
        flow_id=f"{kind.id.replace('_', '-')}-{chosen.segment_id}",
        kind=kind,
        facts=facts,
        test=test,
        channel=channel,
        settings=grounds.settings,
        limits=tuple(
            limit
            for limit in limits_of(grounds.limits, chosen.segment_id)
            if limit.channel in {None, channel, other}
        ),
        product=product,
        second=second,
        other_channel=other,
        override=grounds.overrides.get(chosen.segment_id),
        date_name=_DATE_PROPERTIES.get(test.dates, "first_order_date"),
        date_text=DATE_TEXTS.get(test.dates, DATE_TEXTS["first orders"]),
    )


def _products(facts: SegmentFacts, test: BackTest) -> tuple[str, str]:
    """Return what the flow speaks of: the measured pair or cycle, else what most of the group buy."""
    if test.pair is not None:
        return f"“{test.pair.first}”", f"“{test.pair.second}”"
    if test.again is not None:
        return f"“{test.again.name}”", "it"
    most = facts.categories or facts.products
    return (f"“{most[0].name}”" if most else "what they buy"), "it"


def _other_channel(facts: SegmentFacts, channel: Channel) -> Channel | None:
    """Return email for those whom a text or notice does not reach; a text never stands in for an email nobody asked for."""
    reach = {item.channel: item.reachable for item in facts.reach}
    if channel is Channel.EMAIL or reach.get(channel, 0) >= facts.size:
        return None
    return Channel.EMAIL if reach.get(Channel.EMAIL) else None


def _defining_evidence(evidence: EvidenceBook, segment_id: int) -> tuple[str, ...]:
    """Return the group's first two pieces: a flow always stands on something."""
    return tuple(item.id for item in evidence.supporting(segment_id)[:2])


def _why(setting: Setting, segment: Segment, grounds: Grounds) -> tuple[str, ...]:
    kind, test = setting.kind, setting.test
    types = {source.id: source.type for source in grounds.evidence.sources}
    pieces = (
        speaking_evidence(kind, grounds.evidence, segment.id) or grounds.evidence.supporting(segment.id)[:1]
    )
    against = [
        item
        for item in grounds.evidence.against(segment.id)
        if item.quote and item not in pieces[:MOST_PIECES]
    ]
    shown = [*pieces[:MOST_PIECES], *against[:1]]
    sentences = [
        fit_sentence(test, setting.facts),
        room_sentence(test, _order_value(segment, grounds)),
        *(
            piece_sentence(
                item, types.get(item.source_id, SourceType.OTHER), consequence=CONSEQUENCES[kind.id]
            )
            for item in shown
        ),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def _order_value(segment: Segment, grounds: Grounds) -> str:
    if segment.revenue is None or not segment.orders:
        return ""
    return format_money(segment.revenue / segment.orders, grounds.facts.currency)


def _rival(
    chosen: FlowScore, scores: Sequence[FlowScore], picks: Sequence[FlowScore], grounds: Grounds
) -> Rival | None:
    """Return the best kind the segment did not get; what cannot be observed is no rival."""
    others = [
        item
        for item in scores
        if item.segment_id == chosen.segment_id and item.kind != chosen.kind and not item.excluded
    ]
    if not others:
        return None
    best = max(others, key=lambda item: item.total)
    holder = next(
        (
            grounds.segment(pick.segment_id).name
            for pick in picks
            if pick.segment_id != chosen.segment_id and (pick.kind == best.kind or pick.stage is best.stage)
        ),
        "",
    )
    return Rival(
        kind=best.kind,
        stage=best.stage,
        total=best.total,
        sentence=rival_sentence(
            chosen,
            best,
            holder=holder,
            overridden=bool(_override_text(grounds.overrides.get(chosen.segment_id))),
        ),
    )


def _kpi(
    kind: FlowKind, test: BackTest, segment: Segment, grounds: Grounds, override: FlowOverride | None
) -> Kpi:
    target, reason = _target(test, segment, grounds, override)
    return Kpi(
        name=kind.kpi,
        definition=kind.kpi_definition,
        horizon_days=test.horizon_days,
        baseline_k=test.returned,
        baseline_n=test.observed,
        baseline=baseline_text(test),
        target=target,
        target_reason=reason,
        test=test_text(test, segment.size),
    )


def _target(
    test: BackTest, segment: Segment, grounds: Grounds, override: FlowOverride | None
) -> tuple[float | None, str]:
    """Return the target: the user's own, else the break-even on top of the baseline, else none."""
    if override is not None and override.kpi_target is not None:
        return override.kpi_target, "Set in company.toml (kpi_target)."
    margin, cost = grounds.settings.margin, grounds.settings.message_cost
    if margin is None or cost is None or segment.revenue is None or not segment.orders or not test.observed:
        return None, NO_TARGET
    earned = float(segment.revenue) / segment.orders * margin
    if earned <= 0:
        return None, NO_TARGET
    share = cost / earned
    currency = grounds.facts.currency
    text = break_even_text(share, format_money(cost, currency), format_money(earned, currency))
    return min(test.returned / test.observed + share, 1.0), text


def _conflicts(ledger: Ledger, evidence: EvidenceBook, segment_id: int) -> tuple[str, ...]:
    """Return the contradictions on the pages of a group, with what its flow does until they are settled."""
    kinds = {source.id: source.type for source in evidence.sources}
    cited = {item.source_id for item in evidence.of_segment(segment_id)}
    pages = {source_id for source_id in cited if kinds.get(source_id) is SourceType.WEBSITE}
    sources = {entry.id: entry.source_id for entry in ledger.entries}
    return tuple(
        _conflict_text(item)
        for item in ledger.conflicts
        if pages & {sources.get(one) for one in item.entries}
    )


def _conflict_text(conflict: Conflict) -> str:
    rule = conflict.rule.rstrip(".")
    return f"{conflict.sentence} Until somebody settles it the flow keeps to this: {rule}."


def _override_text(override: FlowOverride | None) -> str:
    if override is None or not (override.kind or override.stage):
        return ""
    why = f": {override.reason}" if override.reason else ", without a reason given"
    return f"Chosen by the user in company.toml{why}"
