"""What the groups, their flows and their drafts still ask of a person: for each, the questions that its values raise.

Every candidate is a kind, a worth and a sentence. :func:`pick_kinds` gives each group the most valuable kind that no other group has,
so that two groups are asked the same only where their values leave nothing else to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from segkit.model.argument import Section
from segkit.model.evidence import Direction, Evidence, EvidenceBook, SourceType
from segkit.model.factor import Factor
from segkit.model.flow import Flow
from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowPlan, FlowReasons
from segkit.model.message import MessageDraft, Severity
from segkit.model.question import Question
from segkit.model.sales_cycle import Quotation
from segkit.model.segment import Segment, SegmentationSummary
from segkit.words import questions as words
from segkit.words.figures import format_percent, lower_first

GROUP, FLOW, MESSAGE = 90, 80, 68
"""What a question is worth before its own weakness is added: the need of a group first."""
CLOSE = 1
"""Points between two flows that hardly tell them apart."""
RICH = 2
"""So many times its share of customers a group spends before its spend is asked about."""
THIN = 5
"""Past cases of a flow that carry no rate."""
CONTRADICTION = "Until somebody settles it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One question that the values of a section raise; ``fact`` is the sentence it turns on, which is told first."""

    kind: str
    worth: int
    asks: str
    fact: str = ""


def pick_kinds(raised: Sequence[Sequence[Candidate]]) -> tuple[Candidate, ...]:
    """Choose one candidate for each section, no kind twice where another is left; the sections come in their order of worth."""
    order = sorted(range(len(raised)), key=lambda place: (-max(item.worth for item in raised[place]), place))
    chosen: dict[int, Candidate] = {}
    used: set[str] = set()
    for place in order:
        ranked = sorted(raised[place], key=lambda item: -item.worth)
        chosen[place] = next((item for item in ranked if item.kind not in used), ranked[0])
        used.add(chosen[place].kind)
    return tuple(chosen[place] for place in range(len(raised)))


def ask_groups(
    summary: SegmentationSummary, book: EvidenceBook, anchors: Mapping[int, str]
) -> tuple[Question, ...]:
    """Return what each group is asked about its need."""
    segments = [segment for segment in summary.segments if segment.id in anchors]
    picked = pick_kinds([tuple(_of_group(segment, book)) for segment in segments])
    return tuple(
        Question(
            section=Section.GROUP,
            about=anchors[segment.id],
            asks=choice.asks,
            facts=_led_by(choice.fact, _group_facts(segment, summary, book)),
            quotations=_quotations(book.of_segment(segment.id)),
            mind=book.mind_changer(segment.id),
            value=GROUP + choice.worth,
            kind=choice.kind,
        )
        for segment, choice in zip(segments, picked, strict=True)
    )


def _of_group(segment: Segment, book: EvidenceBook) -> Iterator[Candidate]:
    """Yield what a group may be asked: by its evidence, then by how it is cut."""
    yield from _of_evidence(segment, book)
    name, size = segment.name, segment.size
    if not segment.rule.alternatives:
        yield Candidate(kind="rest", worth=4, asks=words.ask_rest(name, size))
    if segment.name_holds_for < size:
        asks = words.ask_exceptions(name, size - segment.name_holds_for, size)
        yield Candidate(kind="exceptions", worth=3, asks=asks)
    if segment.revenue_share is not None and segment.revenue_share >= RICH * segment.share:
        asks = words.ask_revenue(name, size, format_percent(segment.revenue_share))
        yield Candidate(kind="revenue", worth=1, asks=asks)
    yield Candidate(kind="need", worth=0, asks=words.ask_need(name, size))


def _of_evidence(segment: Segment, book: EvidenceBook) -> Iterator[Candidate]:
    name, lacks = segment.name, {gap.about for gap in book.gaps if gap.segment_id == segment.id}
    supporting = book.supporting(segment.id)
    needs = [item for item in supporting if item.factor is Factor.NEED_BASED]
    if SourceType.RESEARCH.value in lacks:
        yield Candidate(kind="no research", worth=8, asks=words.ask_no_research(name))
    if SourceType.WEBSITE.value in lacks:
        yield Candidate(kind="no page", worth=6, asks=words.ask_no_page(name))
    for item in book.against(segment.id):
        if item.quote:
            yield Candidate(kind="against", worth=5, asks=words.ask_against(name, item.quote.exact))
        else:
            asks = words.ask_misfit(name, item.claim)
            yield Candidate(kind="misfit", worth=4, asks=asks, fact=say_evidence(item))
    if supporting and not needs:
        yield Candidate(kind="purpose", worth=3, asks=words.ask_purpose(name, len(supporting)))
    for item in needs:
        if item.quote:
            asks = words.ask_own_words(name, item.quote.exact, segment.size)
            yield Candidate(kind="own words", worth=2, asks=asks)


def _group_facts(segment: Segment, summary: SegmentationSummary, book: EvidenceBook) -> Iterator[str]:
    share = "" if segment.revenue_share is None else format_percent(segment.revenue_share)
    yield words.say_group(segment.rule.sentence, segment.size, summary.n_customers, share)
    yield from (say_evidence(item) for item in book.of_segment(segment.id) if not item.quote)
    yield from (
        f"Missing: {lower_first(gap.sentence.removeprefix(f'{segment.name}: '))}."
        for gap in book.gaps
        if gap.segment_id == segment.id
    )
    waiting = sum(item.segment_id == segment.id for item in book.suggested)
    if waiting:
        yield words.say_waiting(waiting)


def _led_by(first: str, facts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in (first, *facts) if text))


def say_evidence(item: Evidence) -> str:
    """Return one figure with its id and source; what speaks against the group says so."""
    side = " speaks against it" if item.direction is Direction.CONTRADICTS else ""
    return f"{item.id}{side}: {item.claim.removesuffix('.')} [@{item.source_id}]."


def _quotations(items: Sequence[Evidence]) -> tuple[Quotation, ...]:
    return tuple(
        Quotation(source_id=item.source_id, exact=item.quote.exact, heading=item.id)
        for item in items
        if item.quote
    )


def ask_flows(plan: FlowPlan, book: EvidenceBook, anchors: Mapping[int, str]) -> tuple[Question, ...]:
    """Return what each flow is asked: why this one, and what would end it."""
    flows = [flow for flow in plan.flows if flow.segment_id in anchors]
    picked = pick_kinds([tuple(_of_flow(flow, plan, book)) for flow in flows])
    return tuple(
        _flow_question(flow, plan, book, choice, about=anchors[flow.segment_id])
        for flow, choice in zip(flows, picked, strict=True)
    )


def _flow_question(
    flow: Flow, plan: FlowPlan, book: EvidenceBook, choice: Candidate, *, about: str
) -> Question:
    reasons = plan.reasons_of(flow.id)
    rival = flow_kinds()[reasons.rival.kind].label if reasons.rival else ""
    cited = [item for item in book.of_segment(flow.segment_id) if item.id in flow.evidence_ids]
    return Question(
        section=Section.FLOW,
        about=about,
        asks=choice.asks,
        facts=_led_by(
            choice.fact,
            (
                *(text for text in reasons.why if "[@" not in text),
                *([reasons.rival.sentence] if reasons.rival else []),
                *reasons.back_test[:2],
                *reasons.conflicts,
            ),
        ),
        quotations=_quotations(cited),
        mind=words.mind_of_flow(
            rival,
            _points(flow, plan),
            (reasons.kpi.baseline_k, reasons.kpi.baseline_n),
            reasons.kpi.horizon_days,
        ),
        value=FLOW + choice.worth,
        kind=choice.kind,
    )


def _of_flow(flow: Flow, plan: FlowPlan, book: EvidenceBook) -> Iterator[Candidate]:
    reasons, name, label = plan.reasons_of(flow.id), flow.segment_name, flow_kinds()[flow.kind].label
    k, n = reasons.kpi.baseline_k, reasons.kpi.baseline_n
    points = _points(flow, plan)
    rival = flow_kinds()[reasons.rival.kind].label if reasons.rival else ""
    small = lower_first(label)
    told = reasons.rival.sentence if reasons.rival else ""
    tried = next(iter(reasons.back_test[1:2]), "")
    for text in [text for text in reasons.conflicts if CONTRADICTION in text][:1]:
        asks = words.ask_contradiction(name, small)
        yield Candidate(kind="contradiction", worth=12, asks=asks, fact=text)
    if rival and points[0] - points[1] <= CLOSE:
        asks = words.ask_close(name, label, lower_first(rival), points)
        yield Candidate(kind="close", worth=9, asks=asks, fact=told)
    if n > 2 and k * 2 > n and k < n:
        yield Candidate(kind="alone", worth=7, asks=words.ask_alone(name, small, k, n), fact=tried)
    for exact in _standing_against(reasons, flow, book):
        yield Candidate(kind="despite", worth=5, asks=words.ask_despite(name, small, exact))
    if n <= THIN:
        yield Candidate(kind="thin", worth=4, asks=words.ask_stop(name, small, n), fact=tried)
    if rival:
        asks = words.ask_swap(name, small, rival, points)
        yield Candidate(kind="second", worth=2, asks=asks, fact=told)
    yield Candidate(kind="impact", worth=0, asks=words.ask_impact(name, small))


def _standing_against(reasons: FlowReasons, flow: Flow, book: EvidenceBook) -> Iterator[str]:
    told = " ".join(reasons.why)
    for item in book.against(flow.segment_id):
        if item.quote and (item.id in flow.evidence_ids or item.id in told):
            yield item.quote.exact


def _points(flow: Flow, plan: FlowPlan) -> tuple[int, int]:
    """Return the points of a flow and of the one that came second."""
    rival = plan.reasons_of(flow.id).rival
    won = [
        score.total
        for score in plan.scores
        if score.chosen and score.segment_id == flow.segment_id and score.kind == flow.kind
    ]
    lost = rival.total if rival else 0
    return (won[0] if won else lost), lost


def ask_messages(
    drafts: Sequence[MessageDraft], book: EvidenceBook, anchors: Mapping[int, str]
) -> tuple[Question, ...]:
    """Return what the first draft of each group is asked about its channel and what it brings about."""
    first = {draft.segment_id: draft for draft in reversed(drafts) if draft.segment_id in anchors}
    chosen = [draft for draft in drafts if first.get(draft.segment_id) is draft]
    picked = pick_kinds([tuple(_of_message(draft)) for draft in chosen])
    return tuple(
        Question(
            section=Section.MESSAGE,
            about=anchors[draft.segment_id],
            asks=choice.asks,
            facts=_led_by(choice.fact, (draft.purpose, *draft.channel_reason, *draft.left_out)),
            quotations=_quotations(
                [item for item in book.of_segment(draft.segment_id) if item.id in draft.evidence_ids]
            ),
            mind=words.mind_of_message(draft.channel, next(iter(draft.channel_reason), "")),
            value=MESSAGE + choice.worth,
            kind=choice.kind,
        )
        for draft, choice in zip(chosen, picked, strict=True)
    )


def _of_message(draft: MessageDraft) -> Iterator[Candidate]:
    wrong = sum(finding.severity is Severity.ERROR for finding in draft.findings)
    asks = words.ask_channel(draft.segment_name, draft.channel)
    reason = next(iter(draft.channel_reason), "")
    yield Candidate(kind=draft.channel.value, worth=6 + wrong, asks=asks, fact=reason)
    if draft.left_out:
        asks = words.ask_left_out(draft.segment_name, draft.channel, len(draft.left_out))
        yield Candidate(kind="left out", worth=4, asks=asks, fact=draft.left_out[0])
    yield Candidate(kind="action", worth=0, asks=words.ask_action(draft.segment_name, draft.channel))
