"""The results of flow design: flows and messages as files beside those of the segmentation."""

from __future__ import annotations

from pathlib import Path

from segkit.analysis.study import Study
from segkit.errors import FlowError
from segkit.model.checklist import ChecklistItem
from segkit.publish.checklist import build_checklist
from segkit.publish.files import update_folder
from segkit.publish.flow_texts import flow_dot, flow_mermaid
from segkit.publish.json_values import json_text
from segkit.publish.own_words import arguments
from segkit.publish.plan import Plan
from segkit.publish.results import write_results
from segkit.publish.schemas import schema_files
from segkit.strategy.exports import VENDORS, Export, export_files, export_flows
from segkit.strategy.sms import whole_text


def write_plan(plan: Plan, folder: str | Path) -> tuple[ChecklistItem, ...]:
    """Add flows and messages to the results, whole or not at all.

    Parameters
    ----------
    plan : Plan
    folder : str or Path
        ``results/`` of the report; where the segmentation left none, its files are written too. Empty writes nothing.

    Returns
    -------
    tuple of ChecklistItem
        The checklist with the chapter on flows in it.
    """
    checklist = plan_checklist(plan)
    if not str(folder):
        return checklist
    target = Path(folder)
    if not (target / "manifest.json").is_file() and isinstance(plan.foundation, Study):
        write_results(plan.foundation, target)
    update_folder(target, plan_files(plan) | schema_files(), without=("flows", "messages", "exports"))
    return checklist


def plan_checklist(plan: Plan) -> tuple[ChecklistItem, ...]:
    """Return the checklist of a report with the chapter on flows."""
    ground = plan.foundation
    return build_checklist(
        ground.segmentation.summary,
        ground.evidence,
        ground.orders.log,
        flows=plan.flows,
        messages=plan.messages,
        arguments=arguments(plan),
    )


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Return every file of flow design by its name in ``results/``; nothing is written."""
    texts = {
        "flows.json": json_text(plan.flows),
        "messages.json": json_text({"email_layout": plan.email_layout, "messages": plan.messages}),
        "checklist.json": json_text({"checklist": plan_checklist(plan)}),
    }
    for flow in plan.flows.flows:
        texts[f"flows/{flow.id}.dot"] = flow_dot(flow)
        texts[f"flows/{flow.id}.mmd"] = flow_mermaid(flow)
    for draft in plan.messages:
        if draft.sms is not None:
            texts[f"messages/{draft.id}.txt"] = whole_text(draft.sms) + "\n"
    files = {name: text.encode("utf-8") for name, text in texts.items()}
    for name, email in plan.emails:
        files[f"messages/{name}.html"] = email.html.encode("utf-8")
        files[f"messages/{name}.txt"] = email.text.encode("utf-8")
        files[f"messages/{name}.eml"] = email.eml
    return files | _exports(plan)


def _exports(plan: Plan) -> dict[str, bytes]:
    """Return the importable drafts of the flows; what a system cannot take stands in a text beside them."""
    drafts = {draft.id: draft for draft in plan.messages}
    company = plan.foundation.company.name
    found: dict[str, bytes] = {}
    for vendor in VENDORS:
        exported: list[Export] = []
        refused: list[str] = []
        for flow in plan.flows.flows:
            try:
                exported += export_flows([flow], drafts, company=company, vendor=vendor)
            except FlowError as error:
                refused.append(str(error))
        for name, text in export_files(exported).items() if exported else ():
            found[f"exports/{vendor}/{name}"] = text.encode("utf-8")
        if refused:
            found[f"exports/{vendor}/not-exported.txt"] = ("\n".join(refused) + "\n").encode("utf-8")
    return found
