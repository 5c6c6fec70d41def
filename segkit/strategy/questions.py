"""What the first run still asks of a person: at most twelve questions, the most valuable first.

A report argues; a program can only lay out what it argues from. ``raise_questions`` finds what every section asks, ``choose_questions``
what is worth asking first: the need of each group, why this flow, the channel of the drafts, the verdict that rests on the least, the
stage that nobody sees, and who at the company is to confirm it. The same values give the same questions in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from segkit.model.argument import Section
from segkit.model.criterion import Applies
from segkit.model.evidence import EvidenceBook
from segkit.model.flow_facts import Observability
from segkit.model.flow_plan import FlowPlan
from segkit.model.message import MessageDraft
from segkit.model.question import Question
from segkit.model.sales_cycle import CriterionVerdict, OpportunityDefinition, SalesCycle, StageVerdict
from segkit.model.sales_stage import SalesStage
from segkit.model.segment import SegmentationSummary
from segkit.strategy.questions_groups import CONTRADICTION, ask_flows, ask_groups, ask_messages
from segkit.words import questions as words

MOST = 12
CRITERION, SUMMARY, STAGE, OPPORTUNITY = 72, 70, 62, 58
_UNSEEN = {Observability.NOT_OBSERVABLE: 6, Observability.PROXY: 2, Observability.OBSERVABLE: 0}
_UNSURE = {Applies.NOT_OBSERVABLE: 3, Applies.PARTLY: 2, Applies.NO: 1, Applies.YES: 0}
FEW_PROXIES = 2
_ONCE = (Section.CRITERION, Section.STAGE)
_SURE = {
    Section.GROUP: 1,
    Section.FLOW: 1,
    Section.MESSAGE: 2,
    Section.CRITERION: 1,
    Section.STAGE: 1,
    Section.SUMMARY: 1,
}
"""How many questions of a section are asked in any case; the assignment wants two drafts."""


def raise_questions(
    summary: SegmentationSummary,
    *,
    evidence: EvidenceBook,
    plan: FlowPlan,
    messages: Sequence[MessageDraft],
    cycle: SalesCycle,
    anchors: Mapping[int, str],
) -> tuple[Question, ...]:
    """Return one question for every section that argues, the most valuable first.

    Parameters
    ----------
    summary, evidence, plan, messages, cycle
        What the three chapters hold.
    anchors : mapping of int to str
        A customer of each group, which names the group in files that the user keeps.
    """
    found = (
        *ask_groups(summary, evidence, anchors),
        *ask_flows(plan, evidence, anchors),
        *ask_messages(messages, evidence, anchors),
        *ask_sales(cycle),
        _ask_summary(summary, plan, cycle),
    )
    return tuple(sorted(found, key=lambda question: -question.value))


def choose_questions(raised: Sequence[Question], *, most: int = MOST) -> tuple[Question, ...]:
    """Return the questions worth asking first: the best of each section, both drafts, then the best of the rest.

    One criterion and one stage are asked about, those that rest on the least. No two are of one kind: they would be the same
    question with another name in it.
    """
    ranked = _one_of_a_kind(sorted(raised, key=lambda question: -question.value))
    first = [item for section, count in _SURE.items() for item in _of(section, ranked)[:count]]
    rest = [item for item in ranked if item not in first and item.section not in _ONCE]
    return tuple(sorted([*first, *rest][:most], key=lambda question: -question.value))


def _one_of_a_kind(ranked: Sequence[Question]) -> list[Question]:
    seen: set[tuple[Section, str]] = set()
    kept = []
    for item in ranked:
        if (item.section, item.kind) not in seen:
            kept.append(item)
            seen.add((item.section, item.kind))
    return kept


def ask_sales(cycle: SalesCycle) -> tuple[Question, ...]:
    """Return what each criterion, each stage and the definition of an opportunity is asked."""
    leaking = _leaking(cycle)
    return (
        *map(_ask_criterion, cycle.qualification.verdicts),
        *(_ask_stage(verdict, place, leaking=leaking) for place, verdict in enumerate(cycle.stages)),
        _ask_opportunity(cycle.opportunity),
    )


def _of(section: Section, ranked: Sequence[Question]) -> list[Question]:
    return [item for item in ranked if item.section is section]


def _ask_criterion(verdict: CriterionVerdict) -> Question:
    weak = _UNSURE[verdict.applies] + (not verdict.quotations) + (not verdict.evidence_ids)
    weak += len(verdict.proxies) < FEW_PROXIES
    return Question(
        section=Section.CRITERION,
        about=verdict.criterion.value,
        asks=words.ask_criterion(verdict.label, verdict.applies, verdict.criterion),
        facts=(*verdict.reason, *verdict.proxies, verdict.threshold),
        quotations=verdict.quotations,
        mind=" ".join(
            part
            for part in (verdict.blind_spot, f"To ask: {verdict.question}" if verdict.question else "")
            if part
        ),
        value=CRITERION + (0 if verdict.overridden else weak),
        kind=verdict.criterion.value,
    )


def _leaking(cycle: SalesCycle) -> SalesStage | None:
    """Return the stage in which the smallest share went on, where a pipeline shows it."""
    pipeline = cycle.facts.pipeline
    seen = (
        [
            (item.conversion.k / item.conversion.n, item)
            for item in pipeline.stages
            if item.conversion and item.conversion.n
        ]
        if pipeline
        else []
    )
    return min(seen, key=lambda pair: pair[0])[1].stage if seen else None


def _ask_stage(verdict: StageVerdict, place: int, *, leaking: SalesStage | None) -> Question:
    """Ask of a stage; of those nobody sees the one nearest to the order matters most, of seen ones the leaking one."""
    unseen = 0 if verdict.overridden or verdict.stage.is_closed else _UNSEEN[verdict.observability]
    return Question(
        section=Section.STAGE,
        about=verdict.stage.value,
        asks=words.ask_stage(verdict.label, verdict.observability, verdict.stage),
        facts=tuple(text for text in (*verdict.reason, verdict.observed) if text),
        quotations=verdict.quotations,
        mind=verdict.not_observed,
        value=STAGE + unseen + (place if unseen else 0) + (verdict.stage is leaking),
        kind=verdict.stage.value,
    )


def _ask_opportunity(found: OpportunityDefinition) -> Question:
    return Question(
        section=Section.OPPORTUNITY,
        about="",
        asks=words.ask_opportunity(),
        facts=tuple(text for text in (found.answer, found.who, found.value, found.when) if text),
        mind=found.not_one,
        value=OPPORTUNITY,
    )


def _ask_summary(summary: SegmentationSummary, plan: FlowPlan, cycle: SalesCycle) -> Question:
    return Question(
        section=Section.SUMMARY,
        about="",
        asks=words.ask_summary(len(summary.segments)),
        facts=tuple(_summary_facts(summary, plan, cycle)),
        mind=words.mind_of_groups(
            summary.leave_one_out_changes, summary.leave_one_out_total, summary.n_customers
        ),
        value=SUMMARY,
    )


def _summary_facts(summary: SegmentationSummary, plan: FlowPlan, cycle: SalesCycle) -> Iterator[str]:
    """Yield how far the groups hold, what the plan leaves undone, and what is to be settled."""
    yield summary.verdict
    yield from plan.unserved[:2]
    contradictions = [text for reasons in plan.reasons for text in reasons.conflicts if CONTRADICTION in text]
    yield from list(dict.fromkeys(contradictions))[:2]
    yield from cycle.answer[-1:]
