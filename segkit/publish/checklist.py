"""The assignment's list, checked against what this report really holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segkit.model.checklist import ChecklistItem, Status
from segkit.model.cleaning import CleaningLog
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.model.factor import Factor
from segkit.model.flow_plan import FlowPlan
from segkit.model.message import MessageDraft, Severity
from segkit.model.sales_cycle import SalesCycle
from segkit.model.segment import SegmentationSummary
from segkit.publish.sales_checklist import SALES_ITEMS, SALES_TASK, check_sales_items
from segkit.words.figures import join_words, plural

_FLOW_TASK = "2 Flow design"
_LATER = (
    ("value", "4 Strategy", "Groups prioritised by revenue potential"),
    ("kpis", "4 Strategy", "KPIs for each group"),
    ("stakeholders", "4 Strategy", "Validation with stakeholders"),
    ("journey", "4 Strategy", "Customer journey and personas"),
    ("monitoring", "4 Strategy", "Monitoring as behavior shifts"),
)


_KINDS = {
    "orders": frozenset({SourceType.ORDER_HISTORY, SourceType.OTHER}),
    "research": frozenset({SourceType.RESEARCH, SourceType.SURVEY}),
    "website": frozenset({SourceType.WEBSITE}),
}
"""The kinds of source the assignment asks for; a survey of one's own customers is own research."""


_FLOWS = (
    ("flows", "One marketing-automation flow for each group"),
    ("flow_stages", "Each flow at a different part of the customer life cycle"),
    ("flow_rationale", "Why each flow has the most impact for its group"),
    ("drafts", "Drafted content for two of the flows (email or SMS)"),
    ("draft_method", "Why this method of communication for each draft"),
    ("draft_action", "A clear purpose and a clear call to action in each draft"),
)


def build_checklist(
    summary: SegmentationSummary,
    book: EvidenceBook,
    log: CleaningLog,
    *,
    flows: FlowPlan | None = None,
    messages: Sequence[MessageDraft] = (),
    sales: SalesCycle | None = None,
) -> tuple[ChecklistItem, ...]:
    """Check every item of the assignment against the values of a report.

    Parameters
    ----------
    flows, messages : FlowPlan, sequence of MessageDraft, optional
        The chapter on flows; without it its items stand as missing.
    sales : SalesCycle, optional
        The chapter on the sales cycle; likewise.

    Returns
    -------
    tuple of ChecklistItem
        In the order of the assignment; items of later chapters stand as missing.
    """
    return (
        _groups(summary),
        _placed(summary),
        _rules(summary),
        _factors(log),
        _evidence(summary, book),
        _source_kinds(summary, book),
        _validity(summary, book),
        _cleaning(log),
        *(
            _check_flows(flows, messages, book)
            if flows
            else (_missing(name, _FLOW_TASK, item) for name, item in _FLOWS)
        ),
        *(
            check_sales_items(sales)
            if sales
            else (_missing(name, SALES_TASK, item) for name, item in SALES_ITEMS)
        ),
        *(_missing(name, task, item) for name, task, item in _LATER),
    )


def _missing(item_id: str, task: str, item: str) -> ChecklistItem:
    return ChecklistItem(
        id=item_id, task=task, item=item, status=Status.MISSING, where="", why="not part of this report"
    )


def _check_flows(
    plan: FlowPlan, messages: Sequence[MessageDraft], book: EvidenceBook
) -> Iterator[ChecklistItem]:
    """Check the items of flow design against the plan itself."""
    stages = {flow.stage for flow in plan.flows}
    cited = sum(bool(flow.evidence_ids) for flow in plan.flows)
    speaking = sum(
        any(item.id in flow.evidence_ids for item in book.of_segment(flow.segment_id)) for flow in plan.flows
    )
    ready = [draft for draft in messages if not draft.stopped]
    errors = sum(finding.severity is Severity.ERROR for draft in messages for finding in draft.findings)
    argued = sum(bool(draft.channel_reason) for draft in messages)
    asked = sum(bool(_action_of(draft)) for draft in messages)
    total, drafts = len(plan.flows), len(messages)
    first = f"#message-{messages[0].id}" if messages else ""
    found = (
        (
            total >= 4 and not plan.problems,
            "#flows",
            f"{plural(total, 'flow')}; {plural(len(plan.problems), 'broken rule')}",
        ),
        (
            len(stages) == total,
            "#lifecycle",
            f"{plural(len(stages), 'part')} served by {plural(total, 'flow')}",
        ),
        (
            cited == total == speaking,
            "#flow-scores",
            f"{speaking} of {total} flows stand on evidence of their group, each with the flow that came second",
        ),
        (
            drafts >= 2 and len(ready) == drafts and not errors,
            first,
            f"{plural(drafts, 'draft')}, {len(ready)} ready to send; {plural(errors, 'error')} found by the checks",
        ),
        (
            drafts >= 2 and argued == drafts,
            first,
            f"{argued} of {drafts} drafts argue for their channel and against the other",
        ),
        (drafts >= 2 and asked == drafts, first, f"{asked} of {drafts} drafts make one request"),
    )
    for (name, item), (met, where, why) in zip(_FLOWS, found, strict=True):
        status = (
            Status.MET
            if met
            else Status.PARTLY
            if total and (drafts or not name.startswith("draft"))
            else Status.MISSING
        )
        yield ChecklistItem(id=name, task=_FLOW_TASK, item=item, status=status, where=where, why=why)


def _action_of(draft: MessageDraft) -> str:
    if draft.email is not None:
        return draft.email.action.label
    return draft.sms.url or draft.sms.body if draft.sms is not None else ""


def _item(item_id: str, item: str, status: Status, where: str, why: str) -> ChecklistItem:
    return ChecklistItem(id=item_id, task="1 Segmentation", item=item, status=status, where=where, why=why)


def _groups(summary: SegmentationSummary) -> ChecklistItem:
    found = len(summary.segments)
    status = Status.MET if found >= 4 else Status.PARTLY
    return _item("groups", "Four customer groups", status, "#rules", f"{plural(found, 'group')} delivered")


def _placed(summary: SegmentationSummary) -> ChecklistItem:
    placed = sum(segment.size for segment in summary.segments)
    whole = placed == summary.n_customers
    return _item(
        "placed",
        "Every customer in exactly one group",
        Status.MET if whole else Status.PARTLY,
        "#rules",
        f"{placed:,} of {summary.n_customers:,} customers placed once",
    )


def _rules(summary: SegmentationSummary) -> ChecklistItem:
    worst = min(segment.rule.fidelity for segment in summary.segments)
    return _item(
        "rules",
        "One rule for each group that a colleague can apply to the next customer",
        Status.MET if worst >= 0.9 else Status.PARTLY,
        "#rules",
        f"the rules place {worst:.0%} of the customers as the groups do",
    )


def _factors(log: CleaningLog) -> ChecklistItem:
    with_columns = [row.factor.value for row in log.coverage if row.columns]
    without = [factor.value for factor in Factor if factor.value not in with_columns]
    why = f"columns for {join_words(with_columns)}"
    if without:
        why += f"; none for {join_words(without)}, and the report says so"
    return _item("factors", "Six factors considered", Status.MET, "#coverage", why)


def _evidence(summary: SegmentationSummary, book: EvidenceBook) -> ChecklistItem:
    counts = [len(book.supporting(segment.id)) for segment in summary.segments]
    enough = all(2 <= count <= 3 for count in counts)
    return _item(
        "evidence",
        "2-3 pieces of evidence for each group",
        Status.MET if enough else Status.PARTLY,
        "#segment-1",
        f"{join_words([str(count) for count in counts])} pieces",
    )


def _source_kinds(summary: SegmentationSummary, book: EvidenceBook) -> ChecklistItem:
    """Judge each group by itself: three kinds of source, or an open line that says which is missing."""
    types = {source.id: source.type for source in book.sources}
    lacking: dict[str, list[str]] = {}
    for segment in summary.segments:
        used = {types[item.source_id] for item in book.supporting(segment.id)}
        for name, kinds in _KINDS.items():
            if not used & kinds:
                lacking.setdefault(name, []).append(segment.name)
    item = "Evidence from orders, research and website for each group"
    if not lacking:
        return _item("sources", item, Status.MET, "#segment-1", "all three in every group")
    total = len(summary.segments)
    why = "; ".join(
        f"{name} missing in {'every group' if len(groups) == total else join_words(groups)}"
        for name, groups in lacking.items()
    )
    waiting = f"; {plural(len(book.suggested), 'passage')} wait for your yes or no" if book.suggested else ""
    return _item("sources", item, Status.PARTLY, "#segment-1", f"{why}{waiting}")


def _validity(summary: SegmentationSummary, book: EvidenceBook) -> ChecklistItem:
    checked = sum(
        any(item.kind == "statistic" and not item.in_model for item in book.supporting(segment.id))
        for segment in summary.segments
    )
    total = len(summary.segments)
    return _item(
        "validity",
        "Why the groups are valid",
        Status.MET if checked == total else Status.PARTLY,
        "#options",
        f"{checked} of {total} groups have evidence that did not help to build them",
    )


def _cleaning(log: CleaningLog) -> ChecklistItem:
    return _item(
        "cleaning",
        "Data cleaned, and the cleaning told",
        Status.MET,
        "#cleaning",
        f"{log.rows_read:,} rows read, {log.rows_used:,} used, each difference with its reason",
    )
