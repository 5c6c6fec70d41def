"""The worksheet: a question where an argument would stand, from the same values as the questions of ``segkit ask``.

Evidence, terms and figures stay; what is left out is only what segkit would argue from them.
"""

from __future__ import annotations

from collections.abc import Iterable

from segkit.analysis.study import Foundation
from segkit.model.argument import Section
from segkit.model.question import Question
from segkit.publish.plan import Plan
from segkit.publish.sales import Sales
from segkit.strategy.questions import ask_sales
from segkit.strategy.questions_groups import ask_flows, ask_groups, ask_messages


def worksheet_question(
    foundation: Foundation,
    section: Section,
    about: str | int = "",
    *,
    plan: Plan | None = None,
    sales: Sales | None = None,
) -> str:
    """Return what an empty argument field asks of its reader; "" where the report is no worksheet.

    Parameters
    ----------
    foundation : Foundation
    section : Section
    about : str or int
        The number of a group (group, flow, message), or the id of a criterion or a stage.
    plan, sales : Plan, Sales, optional
        The chapters made so far; a section of a later one asks nothing.
    """
    if not foundation.company.report.worksheet:
        return ""
    raised = _raised(foundation, section, plan=plan or (sales.plan if sales else None), sales=sales)
    return next((item.asks for item in raised if item.section is section and item.about == str(about)), "")


def _raised(
    foundation: Foundation, section: Section, *, plan: Plan | None, sales: Sales | None
) -> Iterable[Question]:
    """Return the questions of a section, its groups named by their numbers."""
    summary, book = foundation.segmentation.summary, foundation.evidence
    numbers = {segment.id: str(segment.id) for segment in summary.segments}
    if section is Section.GROUP:
        return ask_groups(summary, book, numbers)
    if section is Section.FLOW and plan is not None:
        return ask_flows(plan.flows, book, numbers)
    if section is Section.MESSAGE and plan is not None:
        return ask_messages(plan.messages, book, numbers)
    return ask_sales(sales.cycle) if sales is not None else ()
