"""The drawing of a flow as a figure: boxes from top to bottom, words on every way, all of it told in words too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from segkit.model.flow import Flow
from segkit.publish.blocks import Figure, Table
from segkit.publish.drawing_parts import layered
from segkit.publish.flow_layout import Box, Edge, Layout, Way, lay_narrow, lay_wide
from segkit.publish.flow_outline import (
    STEP_COLUMNS,
    StepKind,
    outline_flow,
    reached_steps,
    standing_notes,
    then_text,
    told_steps,
)
from segkit.publish.flow_shapes import LOOKS, shape
from segkit.publish.flow_tree import (
    DETAIL_LINE,
    DETAIL_SIZE,
    EDGE_LINE,
    EDGE_SIZE,
    HEAD_LINE,
    HEAD_SIZE,
    LABEL_SIZE,
    PAD,
    TOP,
    text_rows,
)
from segkit.publish.palette import FONTS, GRID, INK, MUTED, PAPER
from segkit.publish.passages import plain
from segkit.publish.safety import escape
from segkit.publish.text_width import wrap_text
from segkit.words.figures import plural

_SIZES = {
    "head": f'font-size="{HEAD_SIZE:g}"',
    "label": f'font-size="{LABEL_SIZE:g}" font-weight="bold"',
    "detail": f'font-size="{DETAIL_SIZE:g}"',
}
_NOTES_ABOVE, _NOTES_BETWEEN = 18.0, 6.0


def flow_figure(
    flow: Flow, *, number: int, title: str, subtitle: str = "", source: str = "", n: str = ""
) -> Figure:
    """Draw a flow from its trigger down to its exits, for wide pages and for phones.

    A step that several ways lead to is drawn once; the later ways end in a chip that names its number.

    Parameters
    ----------
    flow : Flow
    number : int
        Which flow of the report it is, counted from 1; makes the figure's id ``flow-diagram-1``.
    title : str
        What the flow does or finds, as a sentence.
    subtitle, source, n : str, optional
        Printed under the title and under the drawing.

    Raises
    ------
    RenderError
        A link of the flow leads to no node.
    """
    told = told_steps(flow)
    wide, narrow = lay_wide(flow), lay_narrow(flow)
    exits = sum(box.twig.kind is StepKind.EXIT for box in narrow.boxes)
    return Figure(
        id=f"flow-diagram-{number}",
        title=plain(title),
        subtitle=subtitle,
        alt=f"Flow chart of {plain(flow.name or flow.id)}: {plural(len(flow.nodes), 'step')} from the start to "
        f"{plural(exits, 'exit')}.",
        desc=plain(told),
        source=source,
        n=n,
        svg=_draw(flow, wide, prefix=f"f{number}", title=title, told=told),
        svg_narrow=_draw(flow, narrow, prefix=f"f{number}n", title=title, told=told),
        data=_table(flow, number),
    )


def _table(flow: Flow, number: int) -> Table:
    reached = reached_steps(flow)
    start = ("Start", "Trigger", plain(flow.trigger.text), "Step 1" if flow.entry else "Exit")
    rows = [
        (
            str(step.number),
            step.kind.value,
            plain("\n".join((step.label, *step.details)).replace("\n", " · ")),
            plain(then_text(step)) + ("" if step.node_id in reached else " (nothing leads to this step)"),
        )
        for step in outline_flow(flow)
    ]
    return Table(
        id=f"flow-diagram-{number}-data",
        caption="The steps of the flow",
        columns=STEP_COLUMNS,
        rows=(start, *rows),
        note=" ".join(f"{heading}: {plain('; '.join(lines))}." for heading, lines in standing_notes(flow)),
    )


def _draw(flow: Flow, layout: Layout, *, prefix: str, title: str, told: str) -> str:
    notes, height = _notes(flow, layout)
    kinds = dict.fromkeys(box.twig.kind for box in layout.boxes)
    names = {kind: f"{prefix}-{place}" for place, kind in enumerate(kinds)}
    icons = "".join(f'<path id="{name}" d="{LOOKS[kind].icon}"/>' for kind, name in names.items())
    looks = [LOOKS[box.twig.kind] for box in layout.boxes]
    parts = (
        f"<defs>{icons}</defs>",
        *_edges(layout.edges),
        *_grounds(layout.ways),
        *(_form(box) for box in layout.boxes),
        *(
            _icons([box for box in layout.boxes if LOOKS[box.twig.kind].text == color], names, color)
            for color in dict.fromkeys(look.text for look in looks)
        ),
        *(_way(way) for way in layout.ways),
        *(text for box in layout.boxes for text in _texts(box)),
        *notes,
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:g} {height:.0f}" '
        f'width="{layout.width:g}" height="{height:.0f}" font-family="{FONTS}" fill="{INK}" stroke-linejoin="round">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{layered(parts)}</svg>"
    )


def _edges(edges: Sequence[Edge]) -> tuple[str, ...]:
    """Return all lines as one path and all arrow heads as another."""
    if not edges:
        return ()
    lines = "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in edge.points) for edge in edges if len(edge.points) > 1
    )
    drawn = f'<path d="{lines}" fill="none" stroke="{MUTED}" stroke-width="1.4"/>'
    heads = "".join(_head(edge) for edge in edges if edge.arrow)
    return (drawn, f'<path d="{heads}" fill="{MUTED}"/>') if heads else (drawn,)


def _head(edge: Edge) -> str:
    (x0, y0), (x, y) = edge.points[-2:]
    if (x, y) == (x0, y0):
        return ""
    if y > y0:
        return f"M{x:.1f} {y:.1f}L{x - 4:.1f} {y - 7:.1f}H{x + 4:.1f}z"
    return f"M{x:.1f} {y:.1f}L{x - 7:.1f} {y - 4:.1f}V{y + 4:.1f}z"


def _grounds(ways: Sequence[Way]) -> tuple[str, ...]:
    """Return a ground under each word on an edge, so that no line runs through it."""
    if not ways:
        return ()
    boxes = "".join(
        f"M{way.x:.1f} {way.y - 1:.1f}H{way.x + way.width:.1f}V{way.y + way.height + 1:.1f}H{way.x:.1f}z"
        for way in ways
    )
    return (f'<path d="{boxes}" fill="{PAPER}"/>',)


def _way(way: Way) -> str:
    lines = (
        f'<tspan x="{way.x + way.width / 2:.1f}" y="{way.y + (place + 0.76) * EDGE_LINE:.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(way.lines)
    )
    return f'<text font-size="{EDGE_SIZE:g}" font-weight="bold" text-anchor="middle">{"".join(lines)}</text>'


def _form(box: Box) -> str:
    return shape(LOOKS[box.twig.kind], x=box.x, y=box.y, width=box.card.width, height=box.card.height)


def _icons(boxes: Sequence[Box], names: Mapping[StepKind, str], color: str) -> str:
    """Return the icons of one color, each drawn once and used where it is needed."""
    drawn = []
    for box in boxes:
        top = box.y + ((box.card.height - 16) / 2 if box.twig.is_chip else TOP + (HEAD_LINE - 16) / 2)
        drawn.append(f'<use href="#{names[box.twig.kind]}" x="{box.x + PAD - 1:.1f}" y="{top:.1f}"/>')
    return f'<g fill="none" stroke="{color}" stroke-width="1.4" stroke-linecap="round">{"".join(drawn)}</g>'


def _texts(box: Box) -> list[str]:
    look = LOOKS[box.twig.kind]
    if box.twig.is_chip:
        middle = box.y + box.card.height / 2 + 4.6
        return [
            (
                f'<text x="{box.x + PAD + 22:.1f}" y="{middle:.1f}" font-size="{HEAD_SIZE:g}" font-weight="bold">'
                f"{escape(box.card.head[0])}</text>"
            )
        ]
    rows = text_rows(box.card, x=box.x, y=box.y)
    texts = []
    for part in ("head", "label", "detail"):
        lines = [
            f'<tspan x="{x:.1f}" y="{y:.1f}">{escape(line)}</tspan>'
            for own, x, y, line in rows
            if own == part
        ]
        if lines:
            color = look.text if part == "label" else look.quiet
            texts.append(f'<text {_SIZES[part]} fill="{color}">{" ".join(lines)}</text>')
    return texts


def _notes(flow: Flow, layout: Layout) -> tuple[list[str], float]:
    """Return what holds at every step, under the drawing, and the height of it all."""
    y = layout.height
    parts: list[str] = []
    for heading, conditions in standing_notes(flow):
        y += _NOTES_BETWEEN if parts else _NOTES_ABOVE
        if not parts:
            parts.append(
                f'<path d="M0 {y - _NOTES_ABOVE / 2:.1f}H{layout.width:g}" stroke="{GRID}" fill="none"/>'
            )
        lines = [(0.0, line) for line in _wrapped(f"{heading}:", layout.width, bold=True)]
        heads = len(lines)
        for text in conditions:
            first, *more = _wrapped(text, layout.width - 10) or ("",)
            lines += [(0.0, f"· {first}"), *((8.0, line) for line in more)]
        spans = []
        for place, (x, line) in enumerate(lines):
            y += DETAIL_LINE
            weight = ' font-weight="bold"' if place < heads else ""
            spans.append(f'<tspan x="{x:g}" y="{y - 4:.1f}"{weight}>{escape(line)}</tspan>')
        parts.append(f'<text font-size="{DETAIL_SIZE:g}">{" ".join(spans)}</text>')
    return parts, y + 2


def _wrapped(text: str, width: float, *, bold: bool = False) -> tuple[str, ...]:
    return wrap_text(text, width=width, size=DETAIL_SIZE, bold=bold)
