"""The sales cycle in tables and sentences: the answer, the criteria, the customers held against them, the stages, the pipeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segkit.model.criterion import Criterion, Mark
from segkit.model.sales_facts import FunnelStep, MarkCount, Qualified
from segkit.model.sales_stage import sales_stages
from segkit.publish import sales_deals
from segkit.publish.blocks import Block, Table, Text
from segkit.publish.passages import one_line, plain
from segkit.publish.records import Tone
from segkit.publish.sales import Sales
from segkit.publish.sales_texts import (
    VERDICT_WORDS,
    cited,
    counted,
    is_sentence,
    sentences,
    stage_name,
    upper_first,
)
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_percent,
    format_quantity,
    format_share,
    join_words,
    plural,
    with_article,
)

ROWS_SHOWN = 30
"""Customers or opportunities in the table of marks; the rest is counted."""
NO_PIPELINE = (
    "To see how many opportunities reach a stage, how long they stay and which are won: the opportunities of your CRM as "
    "pipeline.csv, and the history of their stages as stage_events.csv."
)


def answer(sales: Sales) -> Text:
    """Say first which letters and stages apply, and how far the files carry it."""
    return Text(id="sales-answer", paragraphs=sales.cycle.answer, tone=Tone.ANSWER)


def problems(sales: Sales) -> Text | None:
    """Name settings that fit nothing; None where all do."""
    if not sales.cycle.problems:
        return None
    return Text(
        id="sales-problems",
        paragraphs=("These settings fit nothing in the files and were left aside.",),
        bullets=sales.cycle.problems,
        tone=Tone.CAUTION,
    )


def qualification(sales: Sales) -> Table:
    """Return one line for each letter: the verdict, how many meet it, and what a seller would ask."""
    found = sales.cycle.qualification
    facts = sales.cycle.facts
    counts = {count.criterion: count for count in facts.counts if count.segment_id is None}
    if facts.opportunities:
        counts = _deal_counts(facts.opportunities)
    asked = {verdict.criterion: counts.get(verdict.criterion) for verdict in found.verdicts}
    return Table(
        id="qualification",
        caption=f"{found.framework}: which letters apply here",
        columns=(
            "Letter",
            "Verdict",
            f"{'Open deals' if facts.opportunities else 'Customers'} that meet it",
            "What a seller would ask",
        ),
        rows=tuple(
            (
                f"{verdict.letter}: {verdict.label}",
                VERDICT_WORDS[verdict.applies],
                _met(asked[verdict.criterion]),
                verdict.question,
            )
            for verdict in found.verdicts
        ),
        links=tuple(f"#criterion-{verdict.criterion}" for verdict in found.verdicts),
        note=f"Qualified is whoever meets {found.rule}; what is not known counts neither for nor against anybody.",
    )


def _deal_counts(rows: Sequence[Qualified]) -> dict[Criterion, MarkCount]:
    """Count the marks of open opportunities: with a pipeline these are held against the criteria, not the customers."""
    marks = [mark for row in rows for mark in row.marks]
    return {
        criterion: MarkCount(
            criterion=criterion,
            segment_id=None,
            **{
                kind.value: sum(mark.criterion is criterion and mark.mark is kind for mark in marks)
                for kind in Mark
            },
        )
        for criterion in Criterion
    }


def _met(count: MarkCount | None) -> str:
    if count is None or not count.n:
        return "not asked"
    rest = [
        f"{format_count(n)} {word}"
        for n, word in (
            (count.not_met, "does not" if count.not_met == 1 else "do not"),
            (count.unknown, "unknown"),
        )
        if n
    ]
    return "; ".join([format_share(count.met, count.n), *([", ".join(rest)] if rest else [])])


def marks(sales: Sales) -> Table | None:
    """Return each customer or open opportunity against the criteria; long books show the first and count the rest."""
    found = sales.cycle.qualification
    if not found.rows:
        return None
    shown = found.rows[:ROWS_SHOWN]
    groups = {segment.name: segment.id for segment in sales.plan.foundation.segmentation.summary.segments}
    deals = {item.opportunity_id for item in sales.cycle.facts.opportunities if item.opportunity_id}
    what, many = (
        ("open opportunity", "open opportunities")
        if shown[0].key.partition(" (")[0] in deals
        else ("customer", "customers")
    )
    more = (
        f"{format_count(len(found.rows) - len(shown))} more stand in sales_cycle.json."
        if len(found.rows) > len(shown)
        else ""
    )
    return Table(
        id="qualified",
        caption=f"{f'The first {len(shown)} of {plural(len(found.rows), what, many)}' if more else f'Every {what}'} held against the criteria",
        columns=(what.capitalize(), *(verdict.label for verdict in found.verdicts), "Decision"),
        rows=tuple((row.key, *row.marks, f"{row.met}: {row.decision}") for row in shown),
        marks=tuple(groups.get(row.segment, 0) for row in shown),
        note=sentences(found.row_note, more),
    )


def frameworks(sales: Sales) -> Table | None:
    """Return what the other frameworks would ask of the same customers."""
    found = sales.cycle.qualification.others
    if not found:
        return None
    return Table(
        id="other-frameworks",
        caption="The same criteria in other frameworks",
        columns=("Framework", "Its letters here", "What it would change"),
        rows=tuple((item.name, _by_verdict(item.letters), item.sentence) for item in found),
    )


def _by_verdict(letters: Sequence[tuple[str, str]]) -> str:
    """Return letters by their verdict, each verdict said once."""
    verdicts = dict.fromkeys(verdict for _, verdict in letters)
    return "; ".join(
        f"{verdict}: {join_words([label for label, its in letters if its == verdict])}"
        for verdict in verdicts
    )


def also_asked(sales: Sales) -> Text | None:
    """Return what the company's own pages ask and promise in whole sentences that stand nowhere else in the chapter."""
    told = one_line(" ".join(_told_words(sales)))
    found = [
        quotation
        for quotation in sales.cycle.qualification.also
        if is_sentence(quotation.exact) and plain(one_line(quotation.exact)).rstrip(".!?") not in told
    ]
    if not found:
        return None
    return Text(
        id="also-asked",
        paragraphs=("Further terms on the company's own pages, asked of a buyer or promised:",),
        bullets=tuple(
            sentences(cited(quotation), f"(under “{quotation.heading}”)" if quotation.heading else "")
            for quotation in found
        ),
    )


def _told_words(sales: Sales) -> Iterator[str]:
    """Yield where the words of a page stand on cards and in checks: what is quoted there needs no second place."""
    cycle = sales.cycle
    yield from cycle.answer
    for verdict in cycle.qualification.verdicts:
        yield from (*verdict.reason, verdict.threshold, *(plain(item.exact) for item in verdict.quotations))
    for stage in cycle.stages:
        yield from (*stage.reason, *(plain(item.exact) for item in stage.quotations))
    for example in cycle.examples:
        yield from (plain(check.quotation.exact) for check in example.checks)


def stages(sales: Sales) -> Table:
    """Return one line for each of the six stages: the verdict, what is counted, and the signs of its beginning and its end."""
    return Table(
        id="sales-stages",
        caption="The six stages: which apply here, what these files count, and by what each is entered and left",
        columns=("Stage", "Verdict", "Counted", "Begins with", "Ends with"),
        rows=tuple(
            (
                stage_name(verdict),
                VERDICT_WORDS[verdict.applies],
                counted(verdict),
                upper_first(verdict.enters),
                upper_first(verdict.leaves),
            )
            for verdict in sales.cycle.stages
        ),
        links=tuple(f"#stage-{verdict.stage}" for verdict in sales.cycle.stages),
    )


def funnel_steps(sales: Sales) -> Table | None:
    """Return the steps before an order that a file of events shows, and how many went on; None where it shows none."""
    found = sales.cycle.facts.funnel
    if sum(step.n is not None for step in found) < 2:
        return None
    people = "accounts" if sales.cycle.facts.business_model == "b2b" else "people"
    return Table(
        id="funnel-steps",
        caption="From the first visit to the order: what is counted, and how many went on",
        columns=("Step", "Stage", "Counted", "Went on", "Too young to say"),
        numeric=(False, False, True, False, True),
        rows=tuple(_step_cells(step, people=people) for step in found if step.n is not None),
        note="Whoever is too young to have an outcome counts neither way.",
    )


def _step_cells(step: FunnelStep, *, people: str) -> tuple[str, ...]:
    onward = format_share(step.onward.k, step.onward.n) if step.onward else ""
    if step.onward and step.onward.n >= SMALL_BOOK:
        onward = f"{onward[:-1]}, {format_percent(step.onward.low)} to {format_percent(step.onward.high)})"
    if onward and step.onward_to:
        onward += f" to {with_article(step.onward_to)}"
    if onward and step.window_days:
        onward += f" within {plural(step.window_days, 'day')}"
    return (
        step.name.replace("_", " ").capitalize(),
        sales_stages()[step.stage].label,
        format_quantity(step.n or 0, people if step.unit == "people" else step.unit),
        onward,
        format_count(step.undecided) if step.onward else "",
    )


def files_to_get(sales: Sales) -> Text | None:
    """Return the files that would show what these do not: of the steps before an order, and of a pipeline."""
    found = list(sales.cycle.unobserved)
    if sales.cycle.facts.pipeline is None:
        found.append(NO_PIPELINE)
    if not found:
        return None
    return Text(
        id="sales-unobserved",
        paragraphs=("Files that would show what these do not; until then there is no figure for it:",),
        bullets=tuple(found),
        tone=Tone.NOTE,
    )


def sales_blocks(sales: Sales) -> tuple[Block, ...]:
    """Return everything of the chapter in tables and sentences, for checking a page against its inputs."""
    found = (
        answer(sales),
        problems(sales),
        qualification(sales),
        marks(sales),
        frameworks(sales),
        also_asked(sales),
        stages(sales),
        funnel_steps(sales),
        files_to_get(sales),
        sales_deals.pipeline_figures(sales),
        sales_deals.readings(sales),
        sales_deals.also_measured(sales),
        sales_deals.open_deals(sales),
    )
    return tuple(block for block in found if block is not None)
