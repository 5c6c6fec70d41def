"""The sales cycle card by card: each criterion, the opportunity, each stage, and real opportunities followed step by step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import groupby

from segkit.model.argument import Argument, Section
from segkit.model.criterion import Applies
from segkit.model.sales_cycle import CriterionVerdict, ExampleStep, Quotation, StageVerdict, WorkedExample
from segkit.publish import flow_cards
from segkit.publish.authorship import statement
from segkit.publish.blocks import Block, CitedWords, Sources, Table, VerdictCard
from segkit.publish.cards import checklist as checklist_block
from segkit.publish.flow_blocks import Term
from segkit.publish.flow_tables import flow_blocks
from segkit.publish.own_words import argument_for
from segkit.publish.passages import anchor, one_line, plain
from segkit.publish.records import citations_of
from segkit.publish.sales import Sales
from segkit.publish.sales_results import sales_checklist
from segkit.publish.sales_tables import funnel_steps, sales_blocks
from segkit.publish.sales_texts import VERDICT_WORDS, cited, stage_name, unsaid, upper_first
from segkit.publish.tables import how_made
from segkit.publish.tables import sources as source_list
from segkit.words.figures import format_count, join_words
from segkit.words.messages import split_sentences

MOST_OF_A_NAME = 40
"""Characters of a title before its colon that still name something."""
_HOLDS = {"yes": "holds", "no": "does not hold", "unknown": "cannot be told"}


def criterion_cards(sales: Sales) -> tuple[VerdictCard, ...]:
    """Return one card for each letter: why it applies or not, what stands for it, what to ask, from where on it is met."""
    return tuple(_criterion_card(sales, verdict) for verdict in sales.cycle.qualification.verdicts)


def _criterion_card(sales: Sales, verdict: CriterionVerdict) -> VerdictCard:
    argument = _argument(sales, Section.CRITERION, verdict.criterion.value, verdict.reason)
    return VerdictCard(
        id=f"criterion-{verdict.criterion}",
        name=f"{verdict.letter}: {verdict.label}",
        verdict=_verdict(verdict.applies),
        applies=verdict.applies.value,
        why=argument.paragraphs,
        author=argument.author,
        by=argument.by,
        untraced=argument.untraced,
        asks=argument.asks,
        terms=_terms(
            ("Seen as", " ".join(unsaid(_known(sales, verdict.proxies), said=argument.paragraphs))),
            ("Threshold", verdict.threshold),
            ("Not seen", verdict.blind_spot),
        ),
        quotes=_quotes(verdict.quotations, told=(*argument.paragraphs, verdict.threshold)),
        cautions=_overridden(verdict.overridden),
        links=_links(sales, verdict.evidence_ids),
    )


def _argument(sales: Sales, section: Section, about: str, paragraphs: Sequence[str]) -> Argument:
    return argument_for(sales.plan.foundation, section, about, paragraphs, plan=sales.plan, sales=sales)


def _known(sales: Sales, proxies: Iterable[str]) -> list[str]:
    """Return what stands for a criterion without what only another file would show, where the list of files says so."""
    files = " ".join(sales.cycle.unobserved)
    parts = [(text, text.partition(": that needs ")[2].rstrip(".")) for text in proxies]
    return [text for text, file in parts if not file or file not in files]


def opportunity_card(sales: Sales) -> VerdictCard:
    """Return what an opportunity is for this company: who, what, worth how much, by when, and what is none."""
    found = sales.cycle.opportunity
    said = tuple(text for text in (found.answer, *found.sentences) if text not in sales.cycle.answer)
    argument = _argument(sales, Section.OPPORTUNITY, "", said)
    return VerdictCard(
        id="opportunity",
        name=f"An opportunity of {sales.plan.foundation.company.name}",
        why=argument.paragraphs,
        author=argument.author,
        by=argument.by,
        untraced=argument.untraced,
        asks=argument.asks,
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
    """Return one card for each of the six stages; what the table, a figure or a card before it says is not said again."""
    cards: list[VerdictCard] = []
    quoted = [
        text
        for verdict in sales.cycle.qualification.verdicts
        for text in (*_said(sales, verdict), verdict.threshold, *(item.exact for item in verdict.quotations))
    ]
    for verdict in sales.cycle.stages:
        owned = _shared_owner(sales) if cards else ()
        cards.append(_stage_card(sales, verdict, told=quoted, owned=owned))
        quoted += [*cards[-1].why, *(item.exact for item in verdict.quotations)]
    return tuple(cards)


def _said(sales: Sales, verdict: CriterionVerdict) -> tuple[str, ...]:
    """Return what the card of a criterion says."""
    return _argument(sales, Section.CRITERION, verdict.criterion.value, verdict.reason).paragraphs


def _stage_card(
    sales: Sales, verdict: StageVerdict, *, told: Sequence[str], owned: Collection[str]
) -> VerdictCard:
    own = tuple(label for label in verdict.own_labels if label != verdict.label)
    argument = _argument(sales, Section.STAGE, verdict.stage.value, verdict.reason)
    return VerdictCard(
        id=f"stage-{verdict.stage}",
        name=stage_name(verdict),
        verdict=_verdict(verdict.applies),
        applies=verdict.applies.value,
        why=argument.paragraphs,
        author=argument.author,
        by=argument.by,
        untraced=argument.untraced,
        asks=argument.asks,
        terms=_terms(
            ("The company", verdict.does),
            ("Who owns it", "" if verdict.owner in owned else verdict.owner),
            ("Its own stages in it", join_words(own)),
            ("Seen", _seen(sales, verdict.observed)),
            _not_seen(verdict.not_observed, files=" ".join(sales.cycle.unobserved)),
        ),
        quotes=_quotes(verdict.quotations, told=(*told, *argument.paragraphs)),
        cautions=_overridden(verdict.overridden),
        links=_links(sales, verdict.evidence_ids),
    )


def _shared_owner(sales: Sales) -> tuple[str, ...]:
    """Return the one owner of all stages, who is named on the first card only."""
    owners = {verdict.owner for verdict in sales.cycle.stages}
    return tuple(owners) if len(owners) == 1 else ()


def _seen(sales: Sales, text: str) -> str:
    """Return what is seen of a stage without the rates that the table of steps or the figure of the pipeline gives."""
    facts = sales.cycle.facts
    rates = [step.onward for step in facts.funnel] if funnel_steps(sales) is not None else []
    rates += [stage.conversion for stage in facts.pipeline.stages] if facts.pipeline is not None else []
    given = [f" {format_count(rate.k)} of {format_count(rate.n)} " for rate in rates if rate is not None]
    return " ".join(
        sentence
        for sentence in split_sentences(text)
        if "went on" not in sentence or not any(rate in f" {sentence}" for rate in given)
    )


def _not_seen(text: str, *, files: str) -> tuple[str, str]:
    """Return what is not seen under its own name, without the file that would show it where the list of files has that."""
    said, cut, file = text.partition(" What would show it: ")
    said = said if cut and file.rstrip(".") in files else text
    for name, opening in (("Not observable", "Not observable in this source: "), ("Not seen", "Not seen: ")):
        if said.startswith(opening):
            return name, upper_first(said.removeprefix(opening))
    return "Not seen", said


def examples(sales: Sales) -> tuple[Block, ...]:
    """Return each worked example: what it shows, its steps by date, and the company's own criteria held against it."""
    return tuple(
        block
        for number, example in enumerate(_open_first(sales.cycle.examples), start=1)
        for block in _example(example, number, as_of=sales.cycle.facts.as_of)
    )


def _open_first(found: Sequence[WorkedExample]) -> list[WorkedExample]:
    """Return the examples with the open one first: it is the one that somebody can still do something about."""
    return sorted(found, key=lambda example: example.role != "open")


def _example(example: WorkedExample, number: int, *, as_of: date) -> Iterable[Block]:
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
        rows=_step_rows(example.steps, as_of=as_of),
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


def _step_rows(steps: Sequence[ExampleStep], *, as_of: date) -> tuple[tuple[str, ...], ...]:
    """Return the steps as rows; those next to each other that nobody recorded share one."""
    rows: list[tuple[str, ...]] = []
    for seen, group in groupby(steps, key=lambda step: step.observed):
        if seen:
            rows += [(step.label, _day(step.on, as_of=as_of), step.sentence) for step in group]
        else:
            found = list(group)
            names = join_words(list(dict.fromkeys(step.label for step in found)))
            told = " ".join(dict.fromkeys(step.sentence for step in found))
            rows.append((names, "not recorded", f"Not observed. {told}"))
    return tuple(rows)


def _day(day: date | None, *, as_of: date) -> str:
    if day is None:
        return "not recorded"
    return f"{day} (to come)" if day > as_of else str(day)


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
        statement(sales),
        how_made(sales.plan.foundation),
    )
    return (*cited_blocks(sales), *closing)


def _verdict(applies: Applies) -> str:
    return upper_first(VERDICT_WORDS[applies])


def _terms(*pairs: tuple[str, str]) -> tuple[Term, ...]:
    return tuple(Term(label=label, text=_sentence(text)) for label, text in pairs if text)


def _sentence(text: str) -> str:
    """Return a text as a sentence: its first letter large, a stop at its end."""
    large = upper_first(text)
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
