"""Group by group: the card of each segment, its evidence, and the appendix of everything tested."""

from __future__ import annotations

from segkit.analysis.pipeline import Study
from segkit.model.checklist import ChecklistItem
from segkit.model.evidence import Evidence, SourceType
from segkit.model.segment import Segment
from segkit.publish.blocks import (
    Block,
    Checklist,
    EvidenceCard,
    EvidenceItem,
    KeyFigure,
    SegmentCard,
    Table,
)
from segkit.words.figures import (
    format_count,
    format_money,
    format_percent,
    format_quantity,
    format_share,
    join_words,
    lower_first,
)
from segkit.words.findings import chance_text, statistic_text

APPENDIX_ROWS = 24


def segment_cards(study: Study) -> tuple[Block, ...]:
    """Return a card and the evidence of each group, highest spend first."""
    blocks: list[Block] = []
    for segment in study.segmentation.summary.segments:
        blocks += [segment_card(study, segment), evidence_card(study, segment)]
    return tuple(blocks)


def segment_card(study: Study, segment: Segment) -> SegmentCard:
    """Return one group on half a page: rule, size, value, six factors, and for whom the name does not hold."""
    summary = study.segmentation.summary
    revenue = ""
    if segment.revenue is not None and segment.revenue_share is not None:
        revenue = (
            f"{format_money(segment.revenue, summary.currency)} ({format_percent(segment.revenue_share)})"
        )
    exceptions = tuple(segment.name_exceptions)
    if not exceptions and segment.name_holds_for < segment.size:
        exceptions = (
            f"The name holds for {format_share(segment.name_holds_for, segment.size)} of its customers.",
        )
    return SegmentCard(
        id=f"segment-{segment.id}",
        number=segment.id,
        name=segment.name,
        rule=segment.rule.sentence,
        size=f"{format_share(segment.size, summary.n_customers)} customers",
        share=format_percent(segment.share) if summary.n_customers >= 30 else "",
        revenue=revenue,
        measures=tuple(
            KeyFigure(
                label=measure.label,
                value=format_quantity(measure.value, measure.unit),
                note=f"all customers: {format_quantity(measure.overall, measure.unit)}",
            )
            for measure in segment.measures
        ),
        profile=segment.profile,
        exceptions=exceptions,
        note=" ".join(part for part in (segment.note, _mind_changer(study, segment)) if part),
    )


def _mind_changer(study: Study, segment: Segment) -> str:
    found = study.evidence.mind_changer(segment.id)
    return f"What would change our mind: {lower_first(found)}." if found else ""


def evidence_card(study: Study, segment: Segment) -> EvidenceCard:
    """Return the evidence about one group, with a visible line for each source kind that is silent."""
    book = study.evidence
    types = {source.id: source.type for source in book.sources}
    items = book.of_segment(segment.id)
    used = {types[item.source_id] for item in items}
    silent = [
        kind.value.replace("_", " ")
        for kind in (SourceType.ORDER_HISTORY, SourceType.RESEARCH, SourceType.WEBSITE)
        if kind not in used
    ]
    own_gaps = tuple(gap for gap in book.gaps if gap.startswith(f"{segment.name}:"))
    missing = (f"No evidence from {join_words(silent, 'or')} in this report.",) if silent else ()
    return EvidenceCard(
        id=f"evidence-{segment.id}",
        group=segment.name,
        number=segment.id,
        items=tuple(_item(item, types[item.source_id]) for item in items),
        gaps=(*own_gaps, *missing),
    )


def _item(item: Evidence, source_type: SourceType) -> EvidenceItem:
    return EvidenceItem(
        claim=item.claim,
        factor=item.factor,
        source_type=source_type,
        strength=item.strength,
        citation=item.source_id,
        statistic=chance_text(item.statistic) if item.statistic else "",
        in_model=item.in_model,
        limits=item.limits,
        direction=item.direction,
    )


def appendix(study: Study) -> Table:
    """Return the other findings that were tested, strongest first."""
    names = {segment.id: segment.name for segment in study.segmentation.summary.segments}
    book = study.evidence
    shown = book.appendix[:APPENDIX_ROWS]
    left = len(book.appendix) - len(shown)
    note = f"{format_count(book.n_tests)} comparisons were tested in this report; q is corrected for all of them."
    if left > 0:
        note += f" {format_count(left)} weaker ones are in results/evidence.json."
    return Table(
        id="appendix",
        caption="Other findings from the order history",
        columns=("Group", "Factor", "Finding", "Effect", "Strength", "Built the groups"),
        rows=tuple(
            (
                names[item.segment_id],
                item.factor.value,
                item.claim,
                statistic_text(item.statistic) if item.statistic else "",
                item.strength.value,
                "yes" if item.in_model else "no",
            )
            for item in shown
        ),
        row_headers=False,
        note=note,
    )


def checklist(items: tuple[ChecklistItem, ...]) -> Checklist:
    """Return the assignment's list with what this report has of it."""
    return Checklist(id="checklist", items=items)
