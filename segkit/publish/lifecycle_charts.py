"""The life cycle of the customers, and how long each group waits until it buys again."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D

from segkit.model.flow import Flow
from segkit.model.flow_facts import FlowFacts, Rhythm, SegmentFacts
from segkit.model.lifecycle import Stage, StageDefinition, stage_definitions
from segkit.publish.blocks import Figure, Table
from segkit.publish.drawing import draw_svg
from segkit.publish.lifecycle_drawing import Row, Served, Standing, draw_stages
from segkit.publish.palette import GRID, INK, MUTED, PAPER, segment_style
from segkit.publish.passages import plain
from segkit.publish.text_width import wrap_text
from segkit.words.figures import SMALL_BOOK, format_count, format_percent, format_quantity, join_words, plural

NOT_SEEN = "cannot be seen without a file of events"
"""What stands where a stage shows in events only and none were given."""
SMALL_SHIFT = 0.1
"""A share of the median by which the open gaps must move it before that is the finding."""


def lifecycle_figure(facts: FlowFacts, flows: Sequence[Flow]) -> Figure:
    """Draw the life cycle as a path of its seven stages: who stands there, and which flow serves it.

    Parameters
    ----------
    facts : FlowFacts
        Customers per stage and segment on ``as_of``.
    flows : sequence of Flow
        In the order in which the report numbers them, from 1.
    """
    rows = tuple(_row(definition, facts, flows) for definition in stage_definitions().values())
    segments = tuple((segment.segment_id, segment.name) for segment in facts.segments)
    title = _lifecycle_title(rows, facts.n_customers)
    desc = plain(" ".join(_told(row) for row in rows))
    wide, narrow = (
        draw_stages(rows, segments, narrow=small, title=title, told=desc) for small in (False, True)
    )
    return Figure(
        id="lifecycle",
        title=plain(title),
        subtitle=f"Customers by stage on {facts.as_of}, by group, and the flow that serves the stage",
        alt=f"Path of the {len(rows)} stages of the life cycle from {rows[0].label} to {rows[-1].label}, with the customers of "
        f"{plural(len(segments), 'group')} who stand there and the flow that serves it.",
        desc=desc,
        source=f"Order history{' and events' if facts.events else ''}, as of {facts.as_of}",
        n=f"n = {format_count(facts.n_customers)} customers",
        svg=wide,
        svg_narrow=narrow,
        data=_lifecycle_table(rows, facts),
    )


def _row(definition: StageDefinition, facts: FlowFacts, flows: Sequence[Flow]) -> Row:
    standing = tuple(
        Standing(segment_id=segment.segment_id, name=segment.name, customers=_at(segment, definition.stage))
        for segment in facts.segments
    )
    served = tuple(
        Served(
            number=number,
            name=flow.name,
            segment_id=flow.segment_id,
            segment_name=flow.segment_name,
            customers=next((s.customers for s in standing if s.segment_id == flow.segment_id), 0),
        )
        for number, flow in enumerate(flows, start=1)
        if flow.stage is definition.stage
    )
    seen = definition.source == "orders" or bool(facts.events)
    return Row(
        label=definition.label,
        short=definition.short,
        standing=standing,
        served=served,
        note="" if seen else NOT_SEEN,
    )


def _at(segment: SegmentFacts, stage: Stage) -> int:
    return sum(count.customers for count in segment.stages if count.stage is stage)


def _lifecycle_title(rows: Sequence[Row], n_customers: int) -> str:
    """Say where most customers stand and which stages with customers no flow serves."""
    seen = [row for row in rows if not row.note]
    fullest = max(seen, key=lambda row: row.customers)  # the first of equals
    share = f" ({format_percent(fullest.customers / n_customers)})" if n_customers >= SMALL_BOOK else ""
    counted = f"{format_count(fullest.customers)} of {plural(n_customers, 'customer')}{share}"
    most = f"{counted} {'stands' if fullest.customers == 1 else 'stand'} at {fullest.label}"
    unserved = [row.label for row in seen if row.customers and not row.served]
    if not any(row.served for row in rows):
        return f"{most}; no flow serves a stage yet"
    if not unserved:
        return f"{most}; a flow serves every stage at which customers stand"
    return f"{most}; no flow serves {join_words(unserved, 'or')}"


def _told(row: Row) -> str:
    there = ", ".join(f"{s.name} {format_count(s.customers)}" for s in row.standing if s.customers)
    if row.note:
        who = row.note
    elif there:
        who = f"{plural(row.customers, 'customer')} ({there})"
    else:
        who = "nobody"
    return f"{row.label} ({row.short}): {who}; {_served_words(row)}."


def _served_words(row: Row) -> str:
    if not row.served:
        return "no flow serves this stage"
    return join_words([f"flow {item.number}, {item.name}, for {item.segment_name}" for item in row.served])


def _lifecycle_table(rows: Sequence[Row], facts: FlowFacts) -> Table:
    names = [segment.name for segment in facts.segments]
    unseen = f"Not seen: {NOT_SEEN}."
    return Table(
        id="lifecycle-data",
        caption=f"Customers at each stage on {facts.as_of}",
        columns=("Stage", *(plain(name) for name in names), "All", "Flow"),
        numeric=(False, *(True for _ in names), True, False),
        rows=tuple(
            (
                row.label,
                *("not seen" if row.note else format_count(s.customers) for s in row.standing),
                "not seen" if row.note else format_count(row.customers),
                plain(
                    "; ".join(f"{item.number}. {item.name}" for item in row.served)
                    or "no flow serves this stage"
                ),
            )
            for row in rows
        ),
        note=plain(
            " ".join(note for note in ("" if facts.events else unseen, facts.thresholds_from) if note)
        ),
    )


def rhythm_figure(facts: FlowFacts) -> Figure:
    """Draw for each group how many still wait for their next purchase day, and both medians of that wait.

    The median of finished gaps alone is too short, because whoever takes long is still waiting; the Kaplan-Meier median
    counts the open gaps too.
    """
    segments = facts.segments
    drawn = [segment for segment in segments if segment.rhythm.steps] or list(segments)
    last = max((step.day for segment in segments for step in segment.rhythm.steps), default=0)

    def paint(canvas: Canvas, *, narrow: bool) -> None:
        size = 9 if narrow else 10
        columns = 1 if narrow else 2
        grid = canvas.subplots(
            max(1, -(-len(drawn) // columns)), columns, sharex=True, sharey=True, squeeze=False
        )
        for axes, segment in zip(grid.flat, drawn, strict=False):
            _waiting(axes, segment, last=last, narrow=narrow)
        for axes in grid.flat[len(drawn) :]:
            axes.set_axis_off()
        for axes in grid.flat[max(0, len(drawn) - columns) : len(drawn)]:
            axes.tick_params(labelbottom=True)  # nothing stands below it
        canvas.supxlabel("days since the last purchase day", fontsize=size)
        canvas.supylabel("still waiting for the next one", fontsize=size)
        canvas.legend(handles=_KEY, loc="outside upper left", ncols=1 if narrow else 2, fontsize=9)

    svg, narrow = draw_svg(
        "rhythm",
        paint,
        height=1.0 + 2.45 * max(1, -(-len(drawn) // 2)),
        narrow_height=1.2 + 2.1 * max(1, len(drawn)),
    )
    told = [_rhythm_words(segment) for segment in segments]
    closed, still_open = (
        sum(segment.rhythm.n_closed for segment in segments),
        sum(segment.rhythm.n_open for segment in segments),
    )
    return Figure(
        id="rhythm",
        title=plain(_rhythm_title(segments)),
        subtitle=_rhythm_subtitle(segments),
        alt=f"{plural(len(segments), 'small chart')}, one per group: falling step curves of the share that has not bought "
        f"again, over {plural(last, 'day')}, with two medians marked.",
        desc=plain(" ".join(told)),
        source=f"Order history, {facts.first_day} to {facts.as_of}",
        n=f"n = {format_count(closed)} finished and {format_count(still_open)} open gaps of "
        f"{format_count(sum(segment.rhythm.n_customers for segment in segments))} customers",
        svg=svg,
        svg_narrow=narrow,
        data=_rhythm_table(segments),
    )


_KEY = (
    Line2D([], [], color=INK, marker="o", linestyle="-", label="half bought again, open gaps counted"),
    Line2D(
        [], [], color=MUTED, marker="|", markersize=9, linestyle="--", label="half of the finished gaps only"
    ),
)


def _waiting(axes: Axes, segment: SegmentFacts, *, last: int, narrow: bool) -> None:
    rhythm, style = segment.rhythm, segment_style(segment.segment_id)
    wrapped = wrap_text(segment.name, width=190 if narrow else 235, size=9 if narrow else 10)
    heading = "\n".join((*wrapped, _medians(rhythm)))
    axes.set_title(heading.replace("$", r"\$"), fontsize=9 if narrow else 10)
    axes.tick_params(labelsize=9)
    axes.set_ylim(0, 1.04)
    axes.set_xlim(0, max(1, last) * 1.02)
    axes.set_yticks((0, 0.5, 1), ("0 %", "50 %", "100 %"))
    axes.locator_params(axis="x", nbins=5, integer=True)
    if not rhythm.steps:
        return
    axes.axhline(0.5, color=GRID, linewidth=1.2)
    days = [0, *(step.day for step in rhythm.steps)]
    waiting = [1.0, *(step.waiting for step in rhythm.steps)]
    axes.step(days, waiting, where="post", color=style.color, linewidth=2)
    closed, all_gaps = rhythm.closed.q50, rhythm.kaplan_meier.q50
    if closed is not None:
        axes.plot([closed, closed], [0, 0.5], color=MUTED, linestyle="--", linewidth=1.2)
        axes.plot([closed], [0.5], color=MUTED, marker="|", markersize=10, markeredgewidth=1.6)
    if all_gaps is not None:
        axes.plot([all_gaps, all_gaps], [0, 0.5], color=INK, linewidth=1.4)
        axes.plot([all_gaps], [0.5], color=INK, marker="o", markersize=6, markeredgecolor=PAPER)


def _medians(rhythm: Rhythm) -> str:
    if not rhythm.n_closed:
        return "nobody bought again yet"
    median = rhythm.kaplan_meier.q50
    half = "fewer than half came back" if median is None else f"median {_days(median)}"
    return f"{half}\nfinished gaps only: {_days(rhythm.closed.q50)}"


def _days(value: float | None) -> str:
    return "no median" if value is None else format_quantity(value, "days")


def _rhythm_subtitle(segments: Sequence[SegmentFacts]) -> str:
    """Say what is measured, and which groups are not drawn because nobody of them bought again."""
    missing = [segment.name for segment in segments if not segment.rhythm.steps]
    said = "Share of gaps between purchase days that are not over yet, by day, for each group (Kaplan-Meier)"
    return (
        plain(f"{said}; without a curve, as nobody bought again: {join_words(missing)}") if missing else said
    )


def _rhythm_title(segments: Sequence[SegmentFacts]) -> str:
    """Say where leaving out the open gaps would mislead most; where it would not, who comes back soonest."""
    known = [segment for segment in segments if segment.rhythm.closed.q50 is not None]
    if not known:
        return "Nobody in these groups bought on two days, so there is no rhythm to see"
    widest = max(known, key=lambda segment: (_misled_by(segment.rhythm), -segment.segment_id))
    closed, all_gaps = widest.rhythm.closed.q50 or 0.0, widest.rhythm.kaplan_meier.q50
    if all_gaps is None:
        return f"Fewer than half of the waits of {widest.name} have ended; finished ones alone would say {_days(closed)}"
    if abs(all_gaps - closed) >= max(1.0, SMALL_SHIFT * closed):
        return (
            f"{widest.name} usually take {_days(all_gaps)} to buy again, not the {_days(closed)} that finished "
            "gaps alone show"
        )
    pace = sorted((segment.rhythm.kaplan_meier.q50 or 0.0, segment.name) for segment in known)
    (soon, first), (late, last) = pace[0], pace[-1]
    if soon == late:
        return f"{join_words([name for _, name in pace])} usually buy again after {_days(soon)}"
    return f"{first} usually buy again after {_days(soon)}, {last} after {_days(late)}"


def _misled_by(rhythm: Rhythm) -> float:
    if rhythm.kaplan_meier.q50 is None:
        return float("inf")
    return abs(rhythm.kaplan_meier.q50 - (rhythm.closed.q50 or 0.0))


def _rhythm_words(segment: SegmentFacts) -> str:
    rhythm = segment.rhythm
    gaps = (
        f"{plural(rhythm.n_closed, 'finished gap')} and {plural(rhythm.n_open, 'open gap')} of "
        f"{plural(rhythm.n_customers, 'customer')}"
    )
    if not rhythm.n_closed:
        return f"{segment.name}: nobody bought on a second day yet ({gaps})."
    if rhythm.kaplan_meier.q50 is None:
        half = "fewer than half have bought again"
    else:
        half = f"half have bought again after {_days(rhythm.kaplan_meier.q50)}"
    return (
        f"{segment.name}: {half}{_still_waiting(rhythm)}; half of the finished gaps took at most "
        f"{_days(rhythm.closed.q50)} ({gaps})."
    )


def _still_waiting(rhythm: Rhythm) -> str:
    """Say how many wait at the end of the curve; nothing for few gaps, whose shares say little."""
    if not rhythm.steps or rhythm.n_closed + rhythm.n_open < SMALL_BOOK:
        return ""
    last = rhythm.steps[-1]
    share = f"{format_percent(last.waiting)} still wait" if last.waiting > 0 else "nobody still waits"
    return f", {share} after {plural(last.day, 'day')}"


def _rhythm_table(segments: Sequence[SegmentFacts]) -> Table:
    def cell(value: float | None, rhythm: Rhythm) -> str:
        if value is not None:
            return format_quantity(value, "")
        return "not reached" if rhythm.n_closed else "no gap"

    return Table(
        id="rhythm-data",
        caption="Days between purchase days, by which a share has bought again",
        columns=("Group", "Finished gaps", "Open gaps", "25 %", "50 %", "75 %", "50 % of finished gaps only"),
        numeric=(False, *(True,) * 6),
        rows=tuple(
            (
                plain(segment.name),
                format_count(segment.rhythm.n_closed),
                format_count(segment.rhythm.n_open),
                *(
                    cell(value, segment.rhythm)
                    for value in (
                        segment.rhythm.kaplan_meier.q25,
                        segment.rhythm.kaplan_meier.q50,
                        segment.rhythm.kaplan_meier.q75,
                        segment.rhythm.closed.q50,
                    )
                ),
            )
            for segment in segments
        ),
        marks=tuple(segment.segment_id for segment in segments),
    )
