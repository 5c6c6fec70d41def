"""The sales cycle in tables and sentences: the answer, the criteria, the customers held against them, the stages, the pipeline."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.criterion import Criterion, Mark
from segkit.model.pipeline_facts import OpenDeal
from segkit.model.sales_facts import FunnelStep, MarkCount, Qualified
from segkit.model.sales_stage import sales_stages
from segkit.publish.blocks import Block, Finding, Findings, Gap, KeyFigure, KeyFigures, Table, Text
from segkit.publish.records import Tone
from segkit.publish.sales import Sales
from segkit.publish.sales_texts import VERDICT_WORDS, cited, counted, sentences, stage_name
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_percent,
    format_quantity,
    format_share,
    plural,
    with_article,
)

ROWS_SHOWN = 30
"""Customers or opportunities in the table of marks; the rest is counted."""
DEALS_SHOWN = 15
"""Open opportunities in the table; the rest is counted."""


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
        for n, word in ((count.not_met, "do not"), (count.unknown, "unknown"))
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
        rows=tuple(
            (item.name, "; ".join(f"{label}: {verdict}" for label, verdict in item.letters), item.sentence)
            for item in found
        ),
    )


def also_asked(sales: Sales) -> Text | None:
    """Return what else the company's own pages ask of a buyer, in their words."""
    found = sales.cycle.qualification.also
    if not found:
        return None
    return Text(
        id="also-asked",
        paragraphs=("What else the company's own pages ask of a buyer:",),
        bullets=tuple(
            sentences(cited(quotation), f"(under “{quotation.heading}”)" if quotation.heading else "")
            for quotation in found
        ),
    )


def stages(sales: Sales) -> Table:
    """Return one line for each of the six stages: the verdict, what is counted, and why."""
    return Table(
        id="sales-stages",
        caption="The six stages: which apply here, and what these files count",
        columns=("Stage", "Verdict", "Counted", "Why"),
        rows=tuple(
            (
                stage_name(verdict),
                VERDICT_WORDS[verdict.applies],
                counted(verdict),
                verdict.reason[0] if verdict.reason else "",
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
    return Table(
        id="funnel-steps",
        caption="From the first visit to the order: what is counted, and how many went on",
        columns=("Step", "Stage", "Counted", "Went on", "Too young to say"),
        numeric=(False, False, True, True, True),
        rows=tuple(_step_cells(step) for step in found),
        note="Whoever is too young to have an outcome counts neither way.",
    )


def _step_cells(step: FunnelStep) -> tuple[str, ...]:
    name = step.name.replace("_", " ").capitalize()
    if step.n is None:
        return name, sales_stages()[step.stage].label, "not observable", "", ""
    onward = format_share(step.onward.k, step.onward.n) if step.onward else ""
    if step.onward and step.onward.n >= SMALL_BOOK:
        onward = f"{onward[:-1]}, {format_percent(step.onward.low)} to {format_percent(step.onward.high)})"
    return (
        name,
        sales_stages()[step.stage].label,
        format_quantity(step.n, step.unit),
        f"{onward} to {with_article(step.onward_to)}" if onward and step.onward_to else onward,
        format_count(step.undecided) if step.onward else "",
    )


def unobserved(sales: Sales) -> Text | None:
    """Say what of the cycle no file shows."""
    if not sales.cycle.unobserved:
        return None
    return Text(
        id="sales-unobserved",
        paragraphs=("Not observable in these files, and therefore without a figure:",),
        bullets=sales.cycle.unobserved,
        tone=Tone.NOTE,
    )


def missing_pipeline(sales: Sales) -> Gap | None:
    """Say what a CRM export would add, where there is none."""
    if sales.cycle.facts.pipeline is not None:
        return None
    return Gap(
        id="missing-pipeline",
        missing="No CRM export is there: how many opportunities reach a stage, how long they stay and which of them are won cannot be "
        "counted. No rate is given for them.",
        close="Save the opportunities of your CRM as pipeline.csv in the company folder, and the history of their stages as "
        "stage_events.csv if it keeps one.",
    )


def pipeline_figures(sales: Sales) -> KeyFigures | None:
    """Return the pipeline in a few large numbers."""
    facts = sales.cycle.facts.pipeline
    if facts is None:
        return None
    items = [
        KeyFigure(
            label="Opportunities",
            value=format_count(facts.n),
            note=f"{format_count(facts.n_won)} won, {format_count(facts.n_lost)} lost, {format_count(facts.n_open)} open",
        )
    ]
    if facts.win_rate is not None:
        rate = facts.win_rate
        items.append(
            KeyFigure(
                label="Won of the closed",
                value=format_percent(rate.value) if rate.n >= SMALL_BOOK else format_share(rate.k, rate.n),
                note=f"{format_share(rate.k, rate.n)}; 95 % interval {format_percent(rate.low)} to {format_percent(rate.high)}",
            )
        )
    times = facts.time_to_close
    if times is not None and times.median_days is not None:
        items.append(
            KeyFigure(
                label="Half are closed after",
                value=format_quantity(times.median_days, "days"),
                note="open ones counted as long as they were watched",
            )
        )
    if facts.forecast is not None:
        coming = facts.forecast
        by_age = (
            f"by the age of each {_rounded(coming.by_age, facts.currency)}; "
            if coming.by_age is not None
            else ""
        )
        items.append(
            KeyFigure(
                label="Weighted pipeline",
                value=_rounded(coming.weighted, facts.currency),
                note=f"between {_rounded(coming.low, facts.currency)} and {_rounded(coming.high, facts.currency)}; "
                f"{by_age}all {plural(coming.n, 'open one')} together would bring {_rounded(coming.total, facts.currency)}",
            )
        )
    return KeyFigures(id="pipeline-figures", items=tuple(items)) if len(items) > 1 else None


def _rounded(amount: float, currency: str) -> str:
    """Return an amount without its small coins: a forecast is not known to the penny."""
    return f"{format_count(amount)}\u00a0{currency}".rstrip()


def readings(sales: Sales) -> Findings | None:
    """Return the figures of the pipeline in words: what each says, and what it does not."""
    found = sales.cycle.readings
    if not found:
        return None
    return Findings(
        id="pipeline-readings",
        items=tuple(Finding(title=item.title, text=" ".join(item.sentences)) for item in found),
    )


def open_deals(sales: Sales) -> Table | None:
    """Return the open opportunities that need somebody's eye first, against those that were won from the same stage."""
    facts = sales.cycle.facts.pipeline
    if facts is None or not facts.deals:
        return None
    order = {"stale": 0, "slow": 1}
    ranked = sorted(
        facts.deals,
        key=lambda deal: (
            order.get(deal.reading, 2),
            -deal.overdue_days,
            -(deal.age_days or 0),
            deal.opportunity_id,
        ),
    )
    shown = ranked[:DEALS_SHOWN]
    more = facts.n_open - len(shown)
    labels = {stage.stage_id: stage.label for stage in facts.stages}
    return Table(
        id="open-deals",
        caption=f"{'The' if more else 'All'} {plural(len(shown), 'open opportunity', 'open opportunities')}"
        f"{' to look at first' if more else ''}, as of {sales.cycle.facts.as_of}",
        columns=(
            "Opportunity",
            "Stage",
            f"Amount ({facts.currency})" if facts.currency else "Amount",
            "Days old",
            "Days in stage",
            "Against won ones",
            "Days overdue",
            "Chance by stage",
            "Chance by age",
        ),
        numeric=(False, False, True, True, True, False, True, True, True),
        rows=tuple(_deal_cells(deal, labels) for deal in shown),
        note=sentences(
            "Stale: in its stage for longer than 95 % of the won ones were; slow: than 75 %. By age: the chance that an opportunity so old "
            "is still won, whatever its stage.",
            f"{format_count(more)} more are open." if more > 0 else "",
        ),
    )


def _deal_cells(deal: OpenDeal, labels: dict[str, str]) -> tuple[str, ...]:
    return (
        deal.opportunity_id,
        labels.get(deal.stage_id, deal.stage_id),
        "no amount" if deal.amount is None else format_count(deal.amount),
        "not known" if deal.age_days is None else format_count(deal.age_days),
        "not known" if deal.stage_days is None else format_count(deal.stage_days),
        deal.reading,
        format_count(deal.overdue_days) if deal.overdue_days else "",
        "none" if deal.probability is None else format_percent(deal.probability),
        "not known" if deal.probability_by_age is None else format_percent(deal.probability_by_age),
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
        unobserved(sales),
        missing_pipeline(sales),
        pipeline_figures(sales),
        readings(sales),
        open_deals(sales),
    )
    return tuple(block for block in found if block is not None)
