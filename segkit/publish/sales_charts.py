"""The charts of the sales cycle: the stages and what is seen of them, the pipeline, and how long a deal takes."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from segkit.model.criterion import Applies
from segkit.model.flow_facts import Observability
from segkit.model.pipeline_facts import CloseStep, PipelineFacts, Share, StageFacts, TimeToClose
from segkit.model.sales_cycle import SalesCycle, StageVerdict
from segkit.model.sales_stage import sales_stages
from segkit.publish.blocks import Figure, Table
from segkit.publish.drawing import draw_svg
from segkit.publish.palette import DIVERGING, INK, MUTED, SOFT
from segkit.publish.passages import plain
from segkit.publish.sales import Sales
from segkit.publish.sales_drawing import Look, StageRow, draw_stage_rows
from segkit.publish.sales_texts import VERDICT_WORDS, counted, stage_name
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_number,
    format_percent,
    format_quantity,
    format_share,
    join_words,
    plural,
)

_LOOKS = {Observability.OBSERVABLE: Look.COUNTED, Observability.PROXY: Look.BY_RULE}
_WON, _OPEN, _LOST = DIVERGING[4], SOFT, DIVERGING[0]


def funnel(sales: Sales) -> Figure:
    """Draw the six stages: a bar for what these files count in each, a hatched band only where they show nothing."""
    cycle = sales.cycle
    rows = tuple(_stage_row(verdict) for verdict in cycle.stages)
    title = _funnel_title(cycle)
    told = " ".join(f"{row.label}: {row.words}." for row in rows)
    wide, narrow = _draw(rows, "sales-funnel", title, told)
    unseen = sum(row.look is Look.UNSEEN for row in rows)
    hatched = "; a hatched band has no size, because nothing was counted there" if unseen else ""
    drawn = [plural(len(rows) - unseen, "bar") + " with counts"] if unseen < len(rows) else []
    drawn += [plural(unseen, "hatched band") + " without a count"] if unseen else []
    return Figure(
        id="sales-funnel",
        title=plain(title),
        subtitle=f"What these files count in each stage{hatched}",
        alt=f"The {len(rows)} sales stages under each other, from {rows[0].label} to {rows[-1].label}: {join_words(drawn)}.",
        desc=plain(told),
        source=_source(sales),
        n=_funnel_n(cycle),
        svg=wide,
        svg_narrow=narrow,
        data=Table(
            id="sales-funnel-data",
            caption="What is counted in each stage",
            columns=("Stage", "Applies", "Counted", "Of what"),
            numeric=(False, False, True, False),
            rows=tuple(_stage_cells(verdict) for verdict in cycle.stages),
        ),
    )


def _stage_row(verdict: StageVerdict) -> StageRow:
    look = Look.UNSEEN if verdict.n is None else _LOOKS.get(verdict.observability, Look.UNSEEN)
    words = "does not apply here" if verdict.n is None and verdict.applies is Applies.NO else counted(verdict)
    words += ", by a rule" if look is Look.BY_RULE else ""
    return StageRow(
        label=verdict.label,
        below=VERDICT_WORDS[verdict.applies],
        look=look,
        words=words,
        value=0 if look is Look.UNSEEN else verdict.n or 0,
    )


def _stage_cells(verdict: StageVerdict) -> tuple[str, ...]:
    cells = ("", counted(verdict)) if verdict.n is None else (format_count(verdict.n), verdict.unit)
    return (stage_name(verdict), VERDICT_WORDS[verdict.applies], *cells)


def _funnel_title(cycle: SalesCycle) -> str:
    total = len(cycle.stages)
    seen = [item.label for item in cycle.stages if item.n is not None]
    first, *_, won, lost = cycle.stages
    if len(seen) == total and first.unit == won.unit == lost.unit:
        return (
            f"Of {format_quantity(first.n or 0, first.unit)} {format_count(won.n or 0)} are won so far and "
            f"{format_count(lost.n or 0)} lost"
        )
    if len(seen) == total:
        return f"These files count something in each of the {total} stages"
    if not seen:
        return f"These files show none of the {total} stages"
    return f"These files show {len(seen)} of the {total} stages: {join_words(seen)}"


def _funnel_n(cycle: SalesCycle) -> str:
    if cycle.facts.pipeline is not None:
        return f"n = {plural(cycle.facts.pipeline.n, 'opportunity', 'opportunities')}"
    return (
        f"n = {plural(cycle.facts.outcomes.orders, 'order')} of {plural(cycle.facts.n_customers, 'customer')}"
    )


def pipeline_stages(sales: Sales) -> Figure | None:
    """Draw how many opportunities reached each stage of the company's own list, and how many went on."""
    facts = sales.cycle.facts.pipeline
    if facts is None:
        return None
    open_stages = [stage for stage in facts.stages if not stage.stage.is_closed]
    if not open_stages:
        return None
    rows = tuple(_pipeline_row(stage, history=facts.has_history) for stage in open_stages)
    title = _pipeline_title(open_stages)
    told = " ".join(f"{row.label}: {row.words}{f'; {row.note}' if row.note else ''}." for row in rows)
    wide, narrow = _draw(rows, "pipeline-stages", title, told)
    return Figure(
        id="pipeline-stages",
        title=plain(title),
        subtitle="Opportunities that reached each stage, and of those with a known outcome there the share that went on (95 % interval)"
        if facts.has_history
        else "Opportunities that reached each stage, by the stage they stand in or were closed in; no history of stages was given",
        alt=f"Bars of {plural(len(rows), 'stage')}, from {rows[0].label} to {rows[-1].label}, with the count that reached each.",
        desc=plain(told),
        source=_source(sales),
        n=_pipeline_n(facts),
        svg=wide,
        svg_narrow=narrow,
        data=_pipeline_table(facts),
    )


def _pipeline_row(stage: StageFacts, *, history: bool) -> StageRow:
    here = f"{format_count(stage.open_here)} {'stands' if stage.open_here == 1 else 'stand'} here now"
    went = f"{_of(stage.conversion)} went on; " if stage.conversion is not None else ""
    return StageRow(
        label=stage.label,
        below=six if (six := sales_stages()[stage.stage].label) != stage.label else "",
        look=Look.COUNTED,
        words=f"{format_count(stage.reached)} reached it"
        if history
        else f"at least {format_count(stage.reached)}",
        value=stage.reached,
        note=f"{went}{here}",
    )


def _of(share: Share) -> str:
    text = format_share(share.k, share.n)
    return (
        text
        if share.n < SMALL_BOOK
        else f"{text[:-1]}, {format_percent(share.low)} to {format_percent(share.high)})"
    )


def _pipeline_title(stages: Sequence[StageFacts]) -> str:
    known = [stage for stage in stages if stage.conversion is not None]
    if not known:
        return "Most of the way cannot be followed: no history of stages was given"
    weakest = min(known, key=lambda stage: stage.conversion.value if stage.conversion else 1.0)
    share = weakest.conversion
    return f"The narrowest stage is {weakest.label}: {format_share(share.k, share.n)} go on" if share else ""


def _pipeline_n(facts: PipelineFacts) -> str:
    return (
        f"n = {plural(facts.n, 'opportunity', 'opportunities')}: {format_count(facts.n_won)} won, "
        f"{format_count(facts.n_lost)} lost, {format_count(facts.n_open)} open"
    )


def _pipeline_table(facts: PipelineFacts) -> Table:
    def cells(stage: StageFacts) -> tuple[str, ...]:
        days = stage.days
        return (
            stage.label,
            format_count(stage.reached),
            format_count(stage.open_here),
            _of(stage.conversion) if stage.conversion else "not known",
            _of(stage.win_share) if stage.win_share else "not known",
            format_number(days.median) if days else "not known",
            f"{format_percent(stage.probability)} ({stage.basis})"
            if stage.probability is not None
            else "none",
        )

    return Table(
        id="pipeline-stages-data",
        caption="The stages of the pipeline",
        columns=(
            "Stage",
            "Reached",
            "Open here",
            "Went on",
            "Won of the closed",
            "Median days of won ones",
            "Probability used",
        ),
        numeric=(False, True, True, True, True, True, True),
        rows=tuple(cells(stage) for stage in facts.stages if not stage.stage.is_closed),
        note="“history”: measured on closed opportunities. “preset”: what the system presets, which is no knowledge.",
    )


def time_to_close(sales: Sales) -> Figure | None:
    """Draw the shares still open, won and lost by days since an opportunity was created, open ones censored."""
    facts = sales.cycle.facts.pipeline
    times = facts.time_to_close if facts else None
    if facts is None or times is None or not times.steps:
        return None

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        axes = canvas.subplots()
        _curves(axes, times, narrow=narrow)
        between = "\n" if narrow else "; "
        canvas.supxlabel(f"days since it was created{between}below: opportunities still watched", fontsize=9)
        canvas.legend(handles=_key(times), loc="outside upper left", ncols=1 if narrow else 2, fontsize=9)

    svg, narrow = draw_svg("time-to-close", paint, height=4.2, narrow_height=4.6)
    last = times.steps[-1]
    return Figure(
        id="time-to-close",
        title=plain(_closing_title(times)),
        subtitle="Share of opportunities won, lost and still open by day; open ones count for as long as they were watched "
        "(Kaplan-Meier, Aalen-Johansen)",
        alt=f"Stacked areas over {plural(last.day, 'day')}: won grows from below to {format_percent(last.won)}, lost from above to "
        f"{format_percent(last.lost)}, what is still open narrows between them to {format_percent(last.open)}.",
        desc=plain(_closing_words(times)),
        source=_source(sales),
        n=_pipeline_n(facts),
        svg=svg,
        svg_narrow=narrow,
        data=_closing_table(times),
    )


def _curves(axes: Axes, times: TimeToClose, *, narrow: bool) -> None:
    days = [0, *(step.day for step in times.steps)]
    won = [0.0, *(step.won for step in times.steps)]
    not_lost = [1.0, *(1 - step.lost for step in times.steps)]
    axes.fill_between(days, 0, won, step="post", color=_WON, linewidth=0)
    axes.fill_between(days, won, not_lost, step="post", color=_OPEN, linewidth=0)
    axes.fill_between(days, not_lost, 1, step="post", color=_LOST, linewidth=0)
    for line in (won, not_lost):
        axes.step(days, line, where="post", color=INK, linewidth=1.2)
    if times.closed is not None:
        axes.axvline(times.closed.mean, color=MUTED, linestyle="--", linewidth=1.4)
    if times.median_days is not None:
        axes.axvline(times.median_days, color=INK, linewidth=1.6)
    last = max(1, days[-1])
    for word, low, high in (
        ("won", 0.0, won[-1]),
        ("still open", won[-1], not_lost[-1]),
        ("lost", not_lost[-1], 1.0),
    ):
        if high - low >= 0.07:
            axes.text(last * 0.985, (low + high) / 2, word, ha="right", va="center", fontsize=9)
    axes.set_xlim(0, last)
    axes.set_ylim(0, 1)
    axes.grid(visible=False)
    axes.set_yticks((0, 0.25, 0.5, 0.75, 1), ("0 %", "25 %", "50 %", "75 %", "100 %"))
    ticks = _ticks(last, most=4 if narrow else 6)
    axes.set_xticks(ticks, [f"{tick}\n{format_count(_at_risk(times, tick))}" for tick in ticks])
    axes.tick_params(labelsize=9)


def _ticks(last: int, *, most: int) -> list[int]:
    """Return round days from 0 on, at most ``most`` steps of them."""
    for step in (1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825, 3650):
        if last / step <= most:
            return list(range(0, last + 1, step))
    return [0, last]


def _at_risk(times: TimeToClose, day: int) -> int:
    """Return how many were watched on a day; after the last closing the last figure stands."""
    return next((step.at_risk for step in times.steps if step.day >= day), times.steps[-1].at_risk)


def _key(times: TimeToClose) -> list[Line2D]:
    handles = []
    if times.median_days is not None:
        days = format_quantity(times.median_days, "days")
        handles.append(Line2D([], [], color=INK, linewidth=1.6, label=f"half are closed: {days}"))
    if times.closed is not None:
        mean = format_quantity(times.closed.mean, "days")
        handles.append(
            Line2D(
                [],
                [],
                color=MUTED,
                linestyle="--",
                linewidth=1.4,
                label=f"mean of the closed ones alone: {mean}",
            )
        )
    return handles


def _closing_title(times: TimeToClose) -> str:
    alone = (
        f"the closed ones alone took {format_quantity(times.closed.mean, 'days')} in the mean"
        if times.closed
        else ""
    )
    if times.median_days is None:
        said = "Fewer than half are closed within what was watched"
    else:
        said = f"Half of the opportunities are closed after {format_quantity(times.median_days, 'days')}"
    return f"{said}; {alone}" if alone else said


def _closing_words(times: TimeToClose) -> str:
    marks = times.marks or times.steps[-1:]
    told = [
        f"After {plural(step.day, 'day')} {format_percent(step.won)} are won, {format_percent(step.lost)} lost and "
        f"{format_percent(step.open)} open, with {format_count(step.at_risk)} still watched."
        for step in marks
    ]
    return f"{_closing_title(times)}. {' '.join(told)}"


def _closing_table(times: TimeToClose) -> Table:
    def cells(step: CloseStep) -> tuple[str, ...]:
        shares = (format_percent(value) for value in (step.open, step.won, step.lost))
        return (format_count(step.day), *shares, format_count(step.at_risk))

    return Table(
        id="time-to-close-data",
        caption="Won, lost and open by days since an opportunity was created",
        columns=("Days", "Still open", "Won", "Lost", "Watched on that day"),
        numeric=(True,) * 5,
        rows=tuple(cells(step) for step in (times.marks or times.steps[-1:])),
        note=f"Counting lost ones as still open would claim {format_percent(times.won_alone)} won in the end, more than the "
        f"{format_percent(times.steps[-1].won)} above.",
    )


def _draw(rows: Sequence[StageRow], name: str, title: str, told: str) -> tuple[str, str]:
    wide, narrow = (
        draw_stage_rows(rows, name=name, narrow=small, title=title, told=told) for small in (False, True)
    )
    return wide, narrow


def _source(sales: Sales) -> str:
    facts = sales.cycle.facts
    names = ["Order history"]
    names += ["events"] if sales.plan.foundation.events is not None else []
    names += ["pipeline"] if facts.pipeline is not None else []
    return f"{join_words(names)}, as of {facts.as_of}"
