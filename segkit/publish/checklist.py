"""The assignment's list, checked against what this report really holds."""

from __future__ import annotations

from segkit.model.checklist import ChecklistItem, Status
from segkit.model.cleaning import CleaningLog
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.model.factor import Factor
from segkit.model.segment import SegmentationSummary
from segkit.words.figures import join_words, plural

_LATER = (
    ("flows", "2 Flow design", "One marketing-automation flow for each group"),
    ("flow_stages", "2 Flow design", "Each flow at a different part of the customer life cycle"),
    ("flow_rationale", "2 Flow design", "Why each flow has the most impact for its group"),
    ("drafts", "2 Flow design", "Drafted content for two of the flows (email or SMS)"),
    ("draft_method", "2 Flow design", "Why this method of communication for each draft"),
    ("draft_action", "2 Flow design", "A clear purpose and a clear call to action in each draft"),
    ("qualification", "3 Sales cycle", "Qualification criteria: does each letter of BANT apply?"),
    ("opportunity", "3 Sales cycle", "What an opportunity is for this company"),
    ("sales_stages", "3 Sales cycle", "Which of the six sales stages apply, and why"),
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


def build_checklist(
    summary: SegmentationSummary, book: EvidenceBook, log: CleaningLog
) -> tuple[ChecklistItem, ...]:
    """Check every item of the assignment against the values of a report.

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
            ChecklistItem(
                id=item_id,
                task=task,
                item=item,
                status=Status.MISSING,
                where="",
                why="not part of this report",
            )
            for item_id, task, item in _LATER
        ),
    )


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
