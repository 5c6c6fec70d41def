"""The plan of all flows: scored, chosen together, designed, checked, with what is left unserved.

``plan_flows`` is the one call; frozen values in, a frozen :class:`~segkit.model.flow_plan.FlowPlan` out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.document import Library
from segkit.model.evidence import EvidenceBook
from segkit.model.flow import Flow
from segkit.model.flow_facts import FlowFacts
from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowPlan, FlowScore
from segkit.model.ledger import Ledger
from segkit.model.lifecycle import Stage, stage_definitions
from segkit.model.segment import Segment
from segkit.strategy.contact_pressure import weigh_pressure
from segkit.strategy.flow_checks import check_flow, check_flow_set
from segkit.strategy.flow_choice import choose_flows, score_flows
from segkit.strategy.flow_design import Grounds, design_flow
from segkit.strategy.limits import find_limits
from segkit.words.flow_plan import override_problem, unserved_sentence


def plan_flows(
    facts: FlowFacts,
    *,
    segments: Sequence[Segment],
    evidence: EvidenceBook,
    ledger: Ledger,
    library: Library,
    settings: FlowSettings,
    members: Mapping[str, int] | None = None,
) -> FlowPlan:
    """Choose and design one flow for each segment.

    Parameters
    ----------
    facts : FlowFacts
        What the orders and events say.
    segments : sequence of Segment
        Highest revenue first.
    evidence, ledger, library
        What speaks for each group, what pages and orders say of prices and dates, and the pages themselves.
    settings : FlowSettings
        ``[flows]`` of ``company.toml``.
    members : mapping of str to int, optional
        Segment id of the customers whom overrides name.

    Returns
    -------
    FlowPlan
        One flow per segment; what an override breaks stands in ``problems``.
    """
    overrides, lost = _overrides(settings, members or {})
    scores = score_flows(facts, evidence)
    picks = choose_flows(scores, segments=[segment.id for segment in segments], fixed=overrides)
    grounds = Grounds(
        facts=facts,
        segments=tuple(segments),
        evidence=evidence,
        ledger=ledger,
        settings=settings,
        limits=find_limits(ledger, library, evidence=evidence, segments=segments),
        overrides=overrides,
    )
    designed = [design_flow(pick, grounds=grounds, scores=scores, picks=picks) for pick in picks]
    flows = tuple(flow for flow, _ in designed)
    return FlowPlan(
        flows=flows,
        reasons=tuple(reasons for _, reasons in designed),
        scores=_mark(scores, picks),
        unserved=tuple(_unserved(flows, facts)),
        pressure=weigh_pressure(flows, allowed=settings.max_per_week, limits=grounds.limits),
        problems=(*lost, *_problems(flows, picks, segments)),
        facts=facts,
    )


def _overrides(
    settings: FlowSettings, members: Mapping[str, int]
) -> tuple[dict[int, FlowOverride], tuple[str, ...]]:
    """Return overrides by segment, and a sentence for each whose customer is in no group."""
    found, lost = {}, []
    for item in settings.overrides:
        segment = members.get(item.contains)
        if segment is None:
            lost.append(override_problem(item.contains))
        else:
            found[segment] = item
    return found, tuple(lost)


def _mark(scores: Sequence[FlowScore], picks: Sequence[FlowScore]) -> tuple[FlowScore, ...]:
    """Put the chosen scores in their places."""
    chosen = {(pick.segment_id, pick.kind, pick.stage): pick for pick in picks}
    known = {(score.segment_id, score.kind, score.stage) for score in scores}
    added = [pick for key, pick in chosen.items() if key not in known]
    return (*(chosen.get((item.segment_id, item.kind, item.stage), item) for item in scores), *added)


def _unserved(flows: Sequence[Flow], facts: FlowFacts) -> Iterator[str]:
    """Name every stage of the life cycle that no flow serves, and who stands there."""
    served = {flow.stage for flow in flows}
    for stage in Stage:
        if stage in served:
            continue
        there = sum(
            item.customers for segment in facts.segments for item in segment.stages if item.stage is stage
        )
        kinds = [kind for kind in flow_kinds().values() if stage in kind.stages and kind.close]
        unseen = stage_definitions()[stage].source == "events" and not facts.events
        yield unserved_sentence(stage, there, unseen=unseen, close=kinds[0].close if kinds else "")


def _problems(
    flows: Sequence[Flow], picks: Sequence[FlowScore], segments: Sequence[Segment]
) -> Iterator[str]:
    """Yield what the checks find, and every chosen flow whose trigger the files do not show."""
    for flow in flows:
        yield from (fault.sentence for fault in check_flow(flow))
    yield from (
        fault.sentence
        for fault in check_flow_set(flows, segments={segment.id: segment.name for segment in segments})
    )
    names = {flow.segment_id: flow.name for flow in flows}
    yield from (f"{names[pick.segment_id]}: {pick.excluded}" for pick in picks if pick.excluded)
