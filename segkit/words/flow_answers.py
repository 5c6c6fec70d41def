"""The answer of the chapter on flows, and how flows leave the report."""

from __future__ import annotations

from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowPlan
from segkit.model.lifecycle import stage_definitions
from segkit.words.figures import SMALL_BOOK, format_count, join_words, plural

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")
_LISTED = 5


def answer_sentences(plan: FlowPlan) -> tuple[str, ...]:
    """Say which flow each group gets, at which part of the life cycle, and how far the orders carry it."""
    told = [
        f"{flow.segment_name} get {flow_kinds()[flow.kind].label.lower()} ({stage_definitions()[flow.stage].label.lower()})"
        for flow in plan.flows
    ]
    n_stages = len({flow.stage for flow in plan.flows})
    parts = "different parts" if n_stages == len(plan.flows) else plural(n_stages, "part")
    count = _NUMBERS[len(plan.flows)] if len(plan.flows) < len(_NUMBERS) else format_count(len(plan.flows))
    stop = ":" if len(told) <= _LISTED else "."  # more than that are a sentence of their own
    first = f"{count.capitalize()} groups, {count} flows, {parts} of the life cycle{stop} {join_words(told)}."
    if plan.facts.n_customers < SMALL_BOOK:
        second = (
            f"{plural(plan.facts.n_customers, 'customer')} show when each flow would have started and for whom. They are too few to "
            "show what a flow would change, and no sentence here says that."
        )
    else:
        second = "The orders show when each flow would have started and what customers did anyway; what a flow changes only a test can show."
    return first, second


def export_sentences(slug: str, n_flows: int, n_drafts: int) -> tuple[str, ...]:
    """Say how the flows get into a marketing system."""
    command = f"segkit export reports/{slug} --to klaviyo"
    imported = (
        f"The command {command} (or --to dittofeed) writes {plural(n_flows, 'flow')} for import, {n_drafts} of their messages in words and the others named. Nothing is switched on: every message is a draft, "
        "and ids of your account (lists, metrics, templates) are named placeholders in bindings.json."
    )
    return (
        imported,
        "results/flows/ holds each drawing as text too (.dot and Mermaid), and results/messages/ the emails as .eml, .html and .txt.",
    )
