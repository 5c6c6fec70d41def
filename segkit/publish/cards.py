"""Group by group: the card of each segment, its evidence, and the appendix of everything tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from segkit.analysis.study import Foundation
from segkit.model.argument import Section
from segkit.model.checklist import ChecklistItem
from segkit.model.evidence import Evidence, Provenance, SourceType, Status, Strength
from segkit.model.segment import FactorReading, Segment
from segkit.publish.blocks import (
    Block,
    Checklist,
    EvidenceCard,
    EvidenceItem,
    KeyFigure,
    SegmentCard,
    Table,
    Text,
)
from segkit.publish.ledger_tables import conflicts, ledger
from segkit.publish.own_words import argument_for, summary
from segkit.publish.passages import (
    anchor,
    known_sources,
    one_line,
    passage_anchor,
    passage_of,
    passages,
    plain,
    shown_evidence,
)
from segkit.publish.records import Tone, citations_of
from segkit.words.figures import (
    format_count,
    format_money,
    format_percent,
    format_quantity,
    format_share,
    lower_first,
)
from segkit.words.findings import statistic_text

APPENDIX_ROWS = 24
STRENGTH_MEANINGS = {
    Strength.STRONG: "Strong: measured on at least 30 customers of the group and clear of chance after counting all "
    "tests, or the exact words of a study with its own n.",
    Strength.MODERATE: "Moderate: exact words of research without an n, or of a page that names the group.",
    Strength.WEAK: "Weak: marketing wording, or a figure that misses what strong asks.",
    Strength.DESCRIPTIVE: "Descriptive only: true of these customers, no claim about others.",
}


def segment_cards(study: Foundation) -> tuple[Block, ...]:
    """Return a card and the evidence of each group, highest spend first."""
    blocks: list[Block] = []
    for segment in study.segmentation.summary.segments:
        blocks += [segment_card(study, segment), evidence_card(study, segment)]
    return tuple(blocks)


def segment_card(study: Foundation, segment: Segment) -> SegmentCard:
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
    argument = argument_for(study, Section.GROUP, segment.id)
    return SegmentCard(
        id=f"segment-{segment.id}",
        number=segment.id,
        name=segment.name,
        rule=rule_sentence(segment),
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
        profile=tuple(map(_on_card, segment.profile)),
        exceptions=exceptions,
        note=" ".join(part for part in (segment.note, _mind_changer(study, segment)) if part),
        why=argument.paragraphs,
        author=argument.author,
        by=argument.by,
        untraced=argument.untraced,
        asks=argument.asks,
    )


def _on_card(reading: FactorReading) -> FactorReading:
    """Return a factor's reading; what no column shows of any group is said at length once, beside the coverage."""
    return reading if reading.status != "no column" else replace(reading, text="No column in these files.")


def rule_sentence(segment: Segment) -> str:
    """Return a group's rule; one that is tried after others says so, because it does not hold all whom it fits."""
    rule = segment.rule
    if rule.order == 1 or not rule.alternatives:
        return rule.sentence
    return f"{rule.sentence.removesuffix('.')}, unless an earlier rule fits."


def _mind_changer(study: Foundation, segment: Segment) -> str:
    found = study.evidence.mind_changer(segment.id)
    return f"What would change our mind: {lower_first(found)}." if found else ""


def evidence_card(study: Foundation, segment: Segment) -> EvidenceCard:
    """Return the evidence about one group: what counts, what was refused, what is suggested, what is missing."""
    types = {source_id: source.type for source_id, source in known_sources(study).items()}
    return EvidenceCard(
        id=f"evidence-{segment.id}",
        group=segment.name,
        number=segment.id,
        items=tuple(_item(item, types, study) for item in shown_evidence(study, segment)),
        gaps=tuple(
            _within_card(gap.sentence, segment) for gap in study.evidence.gaps if gap.segment_id == segment.id
        ),
    )


def _within_card(sentence: str, segment: Segment) -> str:
    """Return a sentence about a group without the name that its card already carries."""
    said = sentence.removeprefix(f"{segment.name}: ")
    return plain(said[:1].upper() + said[1:])


def _item(item: Evidence, types: Mapping[str, SourceType], study: Foundation) -> EvidenceItem:
    refused = item.status is Status.INVALID
    quote = item.quote
    return EvidenceItem(
        claim=plain(item.claim),
        factor=item.factor,
        source_type=types.get(item.source_id, SourceType.OTHER),
        strength=item.strength,
        citation="" if refused else item.source_id,
        statistic=plain(f"{statistic_text(item.statistic)}; {item.definition}") if item.statistic else "",
        in_model=item.in_model,
        limits=plain(" ".join(item.errors) or item.limits if refused else item.limits),
        direction=item.direction,
        id="" if refused else anchor("item", item.id),
        kind=item.kind,
        quote=one_line(quote.exact) if quote else "",
        quote_context=passage_anchor(item) if passage_of(study, item) else "",
        provenance=quote.provenance.value if quote else "",
        status=item.status,
        strength_reasons=tuple(plain(reason) for reason in item.strength_reasons),
        key="" if refused else item.key,
        reading=plain(item.definition) if item.reviewed_by == "number" else "",
    )


def legend(study: Foundation) -> Text:
    """Return what the words on the cards mean, once for the page; only words that occur are explained."""
    items = [
        item for segment in study.segmentation.summary.segments for item in shown_evidence(study, segment)
    ]
    counted = [item for item in items if item.status is Status.VALID]
    said = [
        STRENGTH_MEANINGS[strength]
        for strength in Strength
        if any(item.strength is strength for item in counted)
    ]
    types = {source_id: source.type for source_id, source in known_sources(study).items()}
    if any(types.get(item.source_id) is SourceType.WEBSITE for item in items):
        said.append("A page of the website shows whom the company addresses, not who buys.")
    if any(item.in_model for item in counted):
        said.append(
            "What defines a group made it, or falls on the very customers that a rule picks, so it proves nothing about the group."
        )
    if any(item.quote and item.quote.provenance is Provenance.TRANSCRIBED for item in items):
        said.append(
            "Check against the original: the words were found in notes only, not in the saved publication."
        )
    if any(item.status is Status.SUGGESTED for item in items):
        said.append(
            "Suggested passages were found by search and count for nothing; put a key under accept, against or reject "
            "in [evidence] of company.toml to decide."
        )
    return Text(
        id="evidence-legend", paragraphs=("How to read the evidence.",), bullets=tuple(said), tone=Tone.NOTE
    )


def cited_sources(study: Foundation) -> tuple[str, ...]:
    """Return the ids of the sources that the cards, passages and tables here cite, in order of appearance."""
    blocks = [summary(study), *segment_cards(study), passages(study), conflicts(study), ledger(study)]
    cited = [source for block in blocks if block is not None for source in citations_of(block.record())]
    return tuple(dict.fromkeys(cited))


def appendix(study: Foundation) -> Table:
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
