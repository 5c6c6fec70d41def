"""The sales cycle card by card: each criterion, the opportunity, each stage, and real opportunities followed step by step."""

from __future__ import annotations

from collections.abc import Iterable

from segkit.model.criterion import Applies
from segkit.model.sales_cycle import CriterionVerdict, Quotation, StageVerdict, WorkedExample
from segkit.publish import flow_cards
from segkit.publish.blocks import Block, CitedWords, Sources, Table, VerdictCard
from segkit.publish.cards import checklist as checklist_block
from segkit.publish.flow_blocks import Term
from segkit.publish.flow_tables import flow_blocks
from segkit.publish.passages import anchor, one_line, plain
from segkit.publish.records import citations_of
from segkit.publish.sales import Sales
from segkit.publish.sales_results import sales_checklist
from segkit.publish.sales_tables import sales_blocks
from segkit.publish.sales_texts import VERDICT_WORDS, cited, stage_name
from segkit.publish.tables import how_made
from segkit.publish.tables import sources as source_list
from segkit.words.figures import join_words

MOST_OF_A_NAME = 40
"""Characters of a title before its colon that still name something."""
_HOLDS = {"yes": "holds", "no": "does not hold", "unknown": "cannot be told"}


def criterion_cards(sales: Sales) -> tuple[VerdictCard, ...]:
    """Return one card for each letter: why it applies or not, what stands for it, what to ask, from where on it is met."""
    return tuple(_criterion_card(sales, verdict) for verdict in sales.cycle.qualification.verdicts)


def _criterion_card(sales: Sales, verdict: CriterionVerdict) -> VerdictCard:
    return VerdictCard(
        id=f"criterion-{verdict.criterion}",
        name=f"{verdict.letter}: {verdict.label}",
        verdict=_verdict(verdict.applies),
        applies=verdict.applies.value,
        why=verdict.reason,
        terms=_terms(
            ("Seen as", " ".join(verdict.proxies)),
            ("Threshold", verdict.threshold),
            ("Not seen", verdict.blind_spot),
        ),
        quotes=_quotes(verdict.quotations, told=(*verdict.reason, verdict.threshold)),
        cautions=_overridden(verdict.overridden),
        links=_links(sales, verdict.evidence_ids),
    )


def opportunity_card(sales: Sales) -> VerdictCard:
    """Return what an opportunity is for this company: who, what, worth how much, by when, and what is none."""
    found = sales.cycle.opportunity
    return VerdictCard(
        id="opportunity",
        name=f"An opportunity of {sales.plan.foundation.company.name}",
        why=(found.answer, *found.sentences),
        terms=_terms(
            ("Who", found.who),
            ("What", found.what),
            ("Worth", found.value),
            ("By when", found.when),
            ("Not one", found.not_one),
        ),
        links=_links(sales, found.evidence_ids),
    )


def stage_cards(sales: Sales) -> tuple[VerdictCard, ...]:
    """Return one card for each of the six stages."""
    return tuple(_stage_card(sales, verdict) for verdict in sales.cycle.stages)


def _stage_card(sales: Sales, verdict: StageVerdict) -> VerdictCard:
    return VerdictCard(
        id=f"stage-{verdict.stage}",
        name=stage_name(verdict),
        verdict=_verdict(verdict.applies),
        applies=verdict.applies.value,
        why=verdict.reason,
        terms=_terms(
            ("Begins with", verdict.enters),
            ("Ends with", verdict.leaves),
            ("The company", verdict.does),
            ("Who owns it", verdict.owner),
            ("Its own stages in it", join_words(verdict.own_labels)),
            ("Seen", verdict.observed),
            ("Not seen", verdict.not_observed),
        ),
        quotes=_quotes(verdict.quotations, told=verdict.reason),
        cautions=_overridden(verdict.overridden),
        links=_links(sales, verdict.evidence_ids),
    )


def examples(sales: Sales) -> tuple[Block, ...]:
    """Return each worked example: what it shows, its steps by date, and the company's own criteria held against it."""
    return tuple(
        block
        for number, example in enumerate(sales.cycle.examples, start=1)
        for block in _example(example, number)
    )


def _example(example: WorkedExample, number: int) -> Iterable[Block]:
    short = _short(example.title)
    yield VerdictCard(
        id=f"example-{number}",
        name=example.title.rstrip("."),
        why=(example.answer,),
        terms=_terms(("What comes next", example.next)),
    )
    yield Table(
        id=f"example-{number}-steps",
        caption=f"{short}: step by step",
        columns=("Stage", "Day", "What happened"),
        numeric=(False, True, False),  # a date is never broken over two lines
        rows=tuple(
            (
                step.label,
                str(step.on) if step.on else "not recorded",
                step.sentence if step.observed else f"Not observed. {step.sentence}",
            )
            for step in example.steps
        ),
    )
    if example.checks:
        yield Table(
            id=f"example-{number}-checks",
            caption=f"{short}: held against what the company's own pages ask",
            columns=("What the page says", "Here", "What follows"),
            rows=tuple(
                (cited(check.quotation), _HOLDS.get(check.holds, check.holds), check.sentence)
                for check in example.checks
            ),
        )


def _short(title: str) -> str:
    """Return the beginning of a title that names the order or deal, where it has one."""
    head, colon, _ = title.rstrip(".").partition(":")
    return head if colon and len(head) <= MOST_OF_A_NAME else title.rstrip(".")


def sources(sales: Sales) -> Sources:
    """Return the reference list of the whole report: what all three chapters cite."""
    plan = sales.plan
    blocks = [
        *flow_blocks(plan),
        *flow_cards.flow_cards(plan),
        *flow_cards.messages(plan),
        *cited_blocks(sales),
    ]
    cited_ids = [source for block in blocks for source in citations_of(block.record())]
    return source_list(plan.foundation, also=cited_ids)


def cited_blocks(sales: Sales) -> tuple[Block, ...]:
    """Return every block of words and tables of the chapter but those it closes with."""
    return (
        *sales_blocks(sales),
        *criterion_cards(sales),
        opportunity_card(sales),
        *stage_cards(sales),
        *examples(sales),
    )


def chapter_blocks(sales: Sales) -> tuple[Block, ...]:
    """Return every block of words and tables of the chapter, for checking a page against its inputs."""
    closing = (
        checklist_block(sales_checklist(sales)),
        sources(sales),
        how_made(sales.plan.foundation),
    )
    return (*cited_blocks(sales), *closing)


def _verdict(applies: Applies) -> str:
    text = VERDICT_WORDS[applies]
    return f"{text[:1].upper()}{text[1:]}"


def _terms(*pairs: tuple[str, str]) -> tuple[Term, ...]:
    return tuple(Term(label=label, text=_sentence(text)) for label, text in pairs if text)


def _sentence(text: str) -> str:
    """Return a text as a sentence: its first letter large, a stop at its end."""
    large = f"{text[:1].upper()}{text[1:]}"
    return large if large.rstrip("”\"'").endswith((".", "?", "!", "]")) else f"{large}."


def _quotes(found: Iterable[Quotation], *, told: Iterable[str]) -> tuple[CitedWords, ...]:
    """Return the words that a card rests on, but for those that its sentences quote already."""
    said = one_line(" ".join(told))
    words = [(one_line(item.exact), item) for item in found]
    return tuple(
        CitedWords(quote=exact, citation=item.source_id, heading=item.heading)
        for exact, item in words
        if plain(exact.rstrip(".;:,")) not in said
    )


def _overridden(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _links(sales: Sales, ids: Iterable[str]) -> tuple[str, ...]:
    """Return the anchors of the pieces of evidence that stand on the page; others are told in words."""
    counted = {item.id for item in sales.plan.foundation.evidence.evidence}
    return tuple(anchor("item", item) for item in ids if item in counted)
