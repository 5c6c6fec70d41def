"""The results of the sales cycle: one file beside those of the segmentation and of flow design."""

from __future__ import annotations

from pathlib import Path

from segkit.model.checklist import ChecklistItem
from segkit.publish.checklist import build_checklist
from segkit.publish.files import update_folder
from segkit.publish.json_values import json_text
from segkit.publish.own_words import arguments
from segkit.publish.plan import Plan, make_plan
from segkit.publish.plan_results import write_plan
from segkit.publish.sales import Sales
from segkit.publish.schemas import schema_files
from segkit.publish.stored_flows import FLOWS, MESSAGES

SALES_CYCLE = "sales_cycle.json"


def write_sales(sales: Sales, folder: str | Path) -> tuple[ChecklistItem, ...]:
    """Add the sales cycle to the results, whole or not at all.

    Parameters
    ----------
    sales : Sales
    folder : str or Path
        ``results/`` of the report; where the chapters before left no files, theirs are written too. Empty writes nothing.

    Returns
    -------
    tuple of ChecklistItem
        The checklist with all three chapters in it.
    """
    checklist = sales_checklist(sales)
    if not str(folder):
        return checklist
    target = Path(folder)
    if not all((target / name).is_file() for name in (FLOWS, MESSAGES)):
        write_plan(_whole(sales.plan), target)
    update_folder(target, sales_files(sales) | schema_files())
    return checklist


def _whole(plan: Plan) -> Plan:
    """Return a plan with its emails: one that was read back has none, since nothing but its own files needs them."""
    lacking = not plan.emails and any(draft.email is not None for draft in plan.messages)
    return make_plan(plan.foundation) if lacking else plan


def sales_checklist(sales: Sales) -> tuple[ChecklistItem, ...]:
    """Return the checklist of a report of three chapters."""
    plan, ground = sales.plan, sales.plan.foundation
    return build_checklist(
        ground.segmentation.summary,
        ground.evidence,
        ground.orders.log,
        flows=plan.flows,
        messages=plan.messages,
        sales=sales.cycle,
        arguments=arguments(sales),
    )


def sales_files(sales: Sales) -> dict[str, bytes]:
    """Return every file of the sales cycle by its name in ``results/``; nothing is written."""
    return {
        SALES_CYCLE: json_text(sales.cycle).encode("utf-8"),
        "checklist.json": json_text({"checklist": sales_checklist(sales)}).encode("utf-8"),
    }
