"""The list of the assignment and its criteria, checked against what this report really holds; no grade is predicted."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.checklist import ChecklistItem
from segkit.model.cleaning import CleaningLog
from segkit.model.evidence import EvidenceBook
from segkit.model.flow_plan import FlowPlan
from segkit.model.message import MessageDraft
from segkit.model.sales_cycle import SalesCycle
from segkit.model.segment import SegmentationSummary
from segkit.publish.checklist import flows as flow_chapter
from segkit.publish.checklist import messages as message_chapter
from segkit.publish.checklist import sales as sales_chapter
from segkit.publish.checklist.arguments import Arguments
from segkit.publish.checklist.judging import absent
from segkit.publish.checklist.segments import check_segments
from segkit.publish.checklist.whole import check_whole

__all__ = ["Arguments", "build_checklist"]

_NEXT = "Run segkit report: it runs this chapter too."


def build_checklist(
    summary: SegmentationSummary,
    book: EvidenceBook,
    log: CleaningLog,
    *,
    flows: FlowPlan | None = None,
    messages: Sequence[MessageDraft] = (),
    sales: SalesCycle | None = None,
    arguments: Arguments | None = None,
) -> tuple[ChecklistItem, ...]:
    """Check every item of the assignment and its criteria against the values of a report.

    Parameters
    ----------
    flows, messages : FlowPlan, sequence of MessageDraft, optional
        The chapter on flows; without it its items stand as missing.
    sales : SalesCycle, optional
        The chapter on the sales cycle; likewise.
    arguments : mapping of Section to sequence of Argument, optional
        The paragraphs that argue, by section, with their authors; without them all are taken for segkit's.

    Returns
    -------
    tuple of ChecklistItem
        In the order of the assignment; items of later chapters stand as missing, and what only a person can tell is nobody's but theirs.
    """
    written = arguments or {}
    taken_up = None
    if flows is not None:
        ids = [*(flow.evidence_ids for flow in flows.flows), *(draft.evidence_ids for draft in messages)]
        taken_up = frozenset(one for found in ids for one in found)
    return (
        *check_segments(summary, book, log, arguments=written, taken_up=taken_up),
        *(
            flow_chapter.check_flows(flows, book, arguments=written)
            if flows
            else absent(flow_chapter.TASK, flow_chapter.ASKED, close=_NEXT)
        ),
        *(
            message_chapter.check_messages(messages, arguments=written)
            if flows
            else absent(message_chapter.TASK, message_chapter.ASKED, close=_NEXT)
        ),
        *(
            sales_chapter.check_sales(sales, arguments=written)
            if sales
            else absent(sales_chapter.TASK, sales_chapter.ASKED, close=_NEXT)
        ),
        *check_whole(summary, book, arguments=written),
    )
