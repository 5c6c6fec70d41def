"""The pipeline in tables and sentences: its large numbers, what they say, and the open opportunities to look at."""

from __future__ import annotations

from segkit.model.pipeline_facts import Forecast, OpenDeal
from segkit.model.sales_cycle import Reading
from segkit.publish.blocks import Finding, Findings, KeyFigure, KeyFigures, Table
from segkit.publish.passages import plain
from segkit.publish.sales import Sales
from segkit.publish.sales_texts import sentences
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_percent,
    format_quantity,
    format_share,
    plural,
)
from segkit.words.messages import split_sentences

DEALS_SHOWN = 15
"""Open opportunities in the table; the rest is counted."""
BRIEF = {
    "quarters": "Win rate by quarter",
    "chain": "Chance to win by stage",
    "lead_score": "Lead score",
    "history": "History of stages",
}
"""Readings that take one line: what they say changes little; sales_cycle.json has them in full."""


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
        items.append(_coming(facts.forecast, facts.currency))
    return KeyFigures(id="pipeline-figures", items=tuple(items)) if len(items) > 1 else None


def _coming(coming: Forecast, currency: str) -> KeyFigure:
    """Return what the open ones may bring: by their age where that can be told, since a stage does not know how long one stood in it."""
    weighted = _rounded(coming.weighted, currency)
    between = f"{_rounded(coming.low, currency)} to {_rounded(coming.high, currency)}"
    total = f"all {plural(coming.n, 'open one')} won would be {_rounded(coming.total, currency)}"
    if coming.by_age is None:
        return KeyFigure(
            label="Weighted pipeline, by stage", value=weighted, note=f"95 % range {between}; {total}"
        )
    return KeyFigure(
        label="Weighted pipeline, by age",
        value=_rounded(coming.by_age, currency),
        note=f"by stage {weighted} ({between}); {total}",
    )


def _rounded(amount: float, currency: str) -> str:
    """Return an amount without its small coins: a forecast is not known to the penny."""
    return f"{format_count(amount)}\u00a0{currency}".rstrip()


def readings(sales: Sales) -> Findings | None:
    """Return the figures of the pipeline in words: what each says, and what it does not."""
    found = [item for item in sales.cycle.readings if item.name not in BRIEF]
    if not found:
        return None
    return Findings(
        id="pipeline-readings",
        items=tuple(Finding(title=item.title, text=" ".join(item.sentences)) for item in found),
    )


def also_measured(sales: Sales) -> Table | None:
    """Return what else was measured of the pipeline, a line each; None where nothing was."""
    found = [item for item in sales.cycle.readings if item.name in BRIEF]
    if not found:
        return None
    return Table(
        id="also-measured",
        caption="Also measured",
        columns=("Figure", "Result"),
        rows=tuple((BRIEF[item.name], _one_line(item)) for item in found),
        note="Each stands in full in sales_cycle.json.",
    )


def _one_line(item: Reading) -> str:
    """Return the first sentence of a reading, or its title where that says more than a name."""
    first = next(iter(split_sentences(" ".join(item.sentences))), "")
    return f"{item.title}." if item.name == "quarters" or not first else first


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
    buyers = _buyers(sales)
    return Table(
        id="open-deals",
        caption=f"{'The' if more else 'All'} {plural(len(shown), 'open opportunity', 'open opportunities')}"
        f"{' to look at first' if more else ''}, as of {sales.cycle.facts.as_of}",
        columns=(
            "Opportunity",
            "Stage, days old (in it)",
            f"Amount ({facts.currency})" if facts.currency else "Amount",
            "Planned close",
            "Chance by stage (by age)",
            "Next step recorded",
        ),
        numeric=(False, False, True, False, False, False),
        rows=tuple(_deal_cells(deal, labels, buyers) for deal in shown),
        note=sentences(
            "Stale: in its stage for longer than 95 % of the won ones were; slow: than 75 %. By age: the chance that an opportunity so old "
            "is still won, whatever its stage.",
            f"{format_count(more)} more are open." if more > 0 else "",
        ),
    )


def _buyers(sales: Sales) -> dict[str, str]:
    """Return the group of each customer by its name."""
    names = {segment.id: segment.name for segment in sales.plan.foundation.segmentation.summary.segments}
    facts = sales.cycle.facts
    return {
        row.customer_id: names.get(row.segment_id, "") if row.segment_id is not None else ""
        for row in (*facts.opportunities, *facts.customers)
        if row.customer_id
    }


def _deal_cells(deal: OpenDeal, labels: dict[str, str], buyers: dict[str, str]) -> tuple[str, ...]:
    group = buyers.get(deal.customer_id, "")
    whose = f"{deal.customer_id}{f', {group}' if group else ''}" if deal.customer_id else "prospect"
    days = "age not known" if deal.age_days is None else format_count(deal.age_days)
    in_stage = "" if deal.stage_days is None else f" ({format_count(deal.stage_days)})"
    by_age = "" if deal.probability_by_age is None else f" ({format_percent(deal.probability_by_age)})"
    late = f", {plural(deal.overdue_days, 'day')} past" if deal.overdue_days else ""
    return (
        f"{deal.opportunity_id} ({whose})",
        f"{labels.get(deal.stage_id, deal.stage_id)}, {days}{in_stage}: {deal.reading}",
        "no amount" if deal.amount is None else format_count(deal.amount),
        f"{deal.expected_close}{late}" if deal.expected_close else "none",
        f"{'none' if deal.probability is None else format_percent(deal.probability)}{by_age}",
        plain(deal.next_step) or "none recorded",
    )
