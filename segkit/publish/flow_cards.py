"""Flow by flow: the card with reasons and rules, the drawing, and the customers walked through it."""

from __future__ import annotations

from dataclasses import replace

from segkit.model.argument import Section
from segkit.model.flow import Flow
from segkit.model.flow_plan import FlowReasons
from segkit.model.lifecycle import stage_definitions
from segkit.model.message import MessageDraft
from segkit.publish.authorship import statement
from segkit.publish.blocks import Block, Sources, Table
from segkit.publish.cards import checklist as checklist_block
from segkit.publish.flow_blocks import FlowCard, Term
from segkit.publish.flow_diagrams import flow_figure
from segkit.publish.flow_tables import flow_blocks
from segkit.publish.message_blocks import MessagePreview, message_preview
from segkit.publish.own_words import argument_for
from segkit.publish.passages import anchor
from segkit.publish.plan import Plan
from segkit.publish.plan_results import plan_checklist
from segkit.publish.records import citations_of
from segkit.publish.tables import how_made
from segkit.publish.tables import sources as source_list
from segkit.words.figures import SMALL_BOOK, format_percent, join_words, plural
from segkit.words.flow_cards import drawing_title, exit_text


def flow_cards(plan: Plan) -> tuple[Block, ...]:
    """Return card and drawing of each flow, in the order of the groups."""
    return tuple(block for flow in plan.flows.flows for block in (flow_card(plan, flow), flow_drawing(flow)))


def walked_customers(plan: Plan) -> tuple[Table, ...]:
    """Return the customers walked through each flow; a flow without any has no table."""
    return tuple(table for flow in plan.flows.flows if (table := walks(plan, flow)))


def flow_card(plan: Plan, flow: Flow) -> FlowCard:
    """Return why this flow, what came second, its rules, and what has to be settled before it goes live."""
    reasons = plan.flows.reasons_of(flow.id)
    stage = stage_definitions()[flow.stage]
    counted = {item.id for item in plan.foundation.evidence.of_segment(flow.segment_id)}
    argument = argument_for(plan.foundation, Section.FLOW, flow.segment_id, reasons.why, plan=plan)
    return FlowCard(
        id=f"flow-{flow.id}",
        number=flow.segment_id,
        group=flow.segment_name,
        name=flow.name,
        stage=stage.label,
        stage_text=stage.definition,
        why=argument.paragraphs,
        author=argument.author,
        by=argument.by,
        untraced=argument.untraced,
        asks=argument.asks,
        rival=reasons.rival.sentence if reasons.rival else "",
        terms=_terms(flow, reasons),
        cautions=(*reasons.conflicts, *([reasons.overridden] if reasons.overridden else [])),
        links=tuple(anchor("item", item) for item in flow.evidence_ids if item in counted),
    )


def _terms(flow: Flow, reasons: FlowReasons) -> tuple[Term, ...]:
    kpi = reasons.kpi
    target = (
        f"{format_percent(kpi.target)}. {kpi.target_reason}" if kpi.target is not None else kpi.target_reason
    )
    rules = [
        f"{limit.text} “{limit.exact}” [@{limit.source_id}]"
        for limit in reasons.limits
        if limit.segments or not limit.per_days
    ]
    terms = [
        ("Starts with", flow.trigger.text),
        ("For whom", reasons.audience),
        (
            "Waits",
            " ".join(f"{wait[:1].upper()}{wait[1:].rstrip('.')}." for wait in reasons.waits) or "No wait.",
        ),
        ("Ends with", exit_text(flow)),
        ("A purchase on the way", reasons.purchase),
        ("Re-entry", flow.reentry.text),
        ("Bound by", " ".join(rules)),
        ("Judged by", f"{kpi.name}: {kpi.definition}, {plural(kpi.horizon_days, 'day')}."),
        ("Baseline", kpi.baseline),
        ("Target", target),
        ("A fair test", kpi.test),
        ("On past orders", " ".join(reasons.back_test)),
    ]
    return tuple(Term(label=label, text=text) for label, text in terms if text)


def flow_drawing(flow: Flow) -> Block:
    """Return the drawing of a flow's steps."""
    return flow_figure(
        flow,
        number=flow.segment_id,
        title=drawing_title(flow),
        subtitle=f"The steps of the flow for {flow.segment_name}, from the trigger to the exits",
    )


def walks(plan: Plan, flow: Flow) -> Table | None:
    """Return each customer walked through the flow; in large books one example."""
    found = plan.flows.reasons_of(flow.id).walks
    if not found:
        return None
    whole = plan.flows.facts.n_customers < SMALL_BOOK
    return Table(
        id=f"walks-{flow.id}",
        caption=f"{'Every customer' if whole else 'Examples'} walked through: {flow.name}",
        columns=("Customer", "Stands at", "What would have happened", "What happens next"),
        rows=tuple(
            (walk.customer_id, stage_definitions()[walk.stage].label, walk.past, walk.next) for walk in found
        ),
        note=f"Days are counted up to {join_words([str(plan.flows.facts.as_of)])}, the end of the data.",
    )


def messages(plan: Plan) -> tuple[Block, ...]:
    """Return each drafted message as the customer would see it, with what speaks for it and what the checks found."""
    return tuple(_message(plan, draft) for draft in plan.messages)


def _message(plan: Plan, draft: MessageDraft) -> MessagePreview:
    company = plan.foundation.company
    argument = argument_for(
        plan.foundation, Section.MESSAGE, draft.segment_id, draft.channel_reason, plan=plan
    )
    preview = message_preview(draft, brand=company.brand, number=draft.segment_id, name=company.name)
    return replace(
        preview,
        reasons=argument.paragraphs,
        fit=() if argument.asks else preview.fit,  # a worksheet asks for both
        author=argument.author,
        by=argument.by,
        untraced=argument.untraced,
        asks=argument.asks,
    )


def sources(plan: Plan) -> Sources:
    """Return the reference list of the whole report: what the segmentation cites, and what flows and messages add."""
    blocks = [*flow_blocks(plan), *flow_cards(plan), *walked_customers(plan), *messages(plan)]
    cited = [source for block in blocks for source in citations_of(block.record())]
    return source_list(plan.foundation, also=cited)


def chapter_blocks(plan: Plan) -> tuple[Block, ...]:
    """Return every block of words and tables of the chapter, for checking a page against its inputs."""
    closing = (
        checklist_block(plan_checklist(plan)),
        sources(plan),
        statement(plan),
        how_made(plan.foundation),
    )
    return (*flow_blocks(plan), *flow_cards(plan), *walked_customers(plan), *messages(plan), *closing)
