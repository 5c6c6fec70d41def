"""The stages of the life cycle as SVG: a path from top to bottom with who stands where beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segkit.publish.drawing_parts import layered
from segkit.publish.flow_layout import NARROW, WIDE
from segkit.publish.icons import segment_shape
from segkit.publish.palette import FONTS, GRID, INK, MUTED, PAPER, SOFT, segment_style
from segkit.publish.safety import escape
from segkit.publish.text_width import text_width, wrap_text
from segkit.words.figures import format_count

SIZE, LINE, LARGE = 13.0, 17.0, 15.0
_RADIUS, _TOP, _MARK = 13.0, 12.0, 14.0
_LEGEND_GAP = 14.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many customers of a group stand at a stage."""

    segment_id: int
    name: str
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A flow that serves a stage, and how many of its group stand there."""

    number: int
    name: str
    segment_id: int
    segment_name: str
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One stage; ``note`` says why nobody can be counted there, "" where counting works."""

    label: str
    short: str
    standing: tuple[Standing, ...]
    served: tuple[Served, ...]
    note: str = ""

    @property
    def customers(self) -> int:
        """All who stand there."""
        return sum(item.customers for item in self.standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Columns:
    """Left edges and widths of what stands beside the path; narrow drawings put it all in one column."""

    width: float
    stage: tuple[float, float]
    people: tuple[float, float]
    flows: tuple[float, float]

    @property
    def stacked(self) -> bool:
        return self.people[0] == self.stage[0]


_WIDE = _Columns(width=WIDE, stage=(40.0, 132.0), people=(190.0, 268.0), flows=(490.0, 276.0))
_NARROW = _Columns(width=NARROW, stage=(40.0, 286.0), people=(40.0, 286.0), flows=(40.0, 286.0))


def draw_stages(
    rows: Sequence[Row], segments: Sequence[tuple[int, str]], *, narrow: bool, title: str, told: str
) -> str:
    """Return the path of stages as SVG; ``segments`` are (id, name) for the legend."""
    columns = _NARROW if narrow else _WIDE
    parts, y = _legend(segments, columns.width)
    most = max((item.customers for row in rows for item in row.standing), default=0)
    centers = []
    rules: list[str] = []
    for number, row in enumerate(rows, start=1):
        drawn, height = _stage(row, columns, y=y, most=most)
        centers.append(y + _TOP + _RADIUS)
        rules.append(f"M{columns.stage[0]:g} {y:.1f}H{columns.width:g}")
        parts += [*drawn, *_stop(number, y + _TOP + _RADIUS, served=bool(row.served))]
        y += height
    spine = f'<path d="M{_RADIUS + 1:g} {centers[0]:.1f}V{centers[-1]:.1f}" stroke="{MUTED}" stroke-width="3" fill="none"/>'
    ruled = f'<path d="{"".join(rules)}" stroke="{GRID}" fill="none"/>'
    parts.sort(key=lambda part: 'rx="4"' not in part)  # marks stand on the cards
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns.width:g} {y:.0f}" '
        f'width="{columns.width:g}" height="{y:.0f}" font-family="{FONTS}" font-size="{SIZE:g}" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>{ruled}{spine}{layered(parts)}</svg>"
    )


def _stop(number: int, center: float, *, served: bool) -> tuple[str, str]:
    """Return the numbered stop on the path: filled where a flow serves the stage; the words beside it say so too."""
    fill, text = (INK, PAPER) if served else (PAPER, INK)
    return (
        f'<circle cx="{_RADIUS + 1:g}" cy="{center:.1f}" r="{_RADIUS:g}" fill="{fill}" stroke="{INK}" stroke-width="1.4"/>',
        (
            f'<text x="{_RADIUS + 1:g}" y="{center + 4.6:.1f}" text-anchor="middle" font-weight="bold" fill="{text}">'
            f"{number}</text>"
        ),
    )


def _legend(segments: Sequence[tuple[int, str]], width: float) -> tuple[list[str], float]:
    """Return marker and name of each group, in as many rows as the width asks for."""
    parts: list[str] = []
    x, y = 0.0, 4.0
    for number, name in segments:
        lines = wrap_text(name, width=width - 22, size=SIZE)
        wide = 22 + max((text_width(line, size=SIZE) for line in lines), default=0.0)
        if x and x + wide > width:
            x, y = 0.0, y + LINE + 3
        parts.append(_mark(number, x, y + 1))
        parts.append(_text(lines, x + 20, y))
        if len(lines) > 1:
            x, y = 0.0, y + LINE * len(lines) + 3
        else:
            x += wide + _LEGEND_GAP
    return parts, y + (LINE if x else 0.0) + _LEGEND_GAP


def _stage(row: Row, columns: _Columns, *, y: float, most: int) -> tuple[list[str], float]:
    """Return one stage and its height."""
    parts: list[str] = []
    ends = []
    cursor = y + _TOP
    x, room = columns.stage
    parts.append(
        f'<text x="{x:g}" y="{cursor + 17:.1f}" font-size="{LARGE:g}" font-weight="bold">{escape(row.label)}</text>'
    )
    lines = wrap_text(row.short, width=room, size=SIZE)
    parts.append(_text(lines, x, cursor + 23, color=MUTED))
    ends.append(cursor + 23 + LINE * len(lines))
    for draw, (left, wide) in ((_people, columns.people), (_flows, columns.flows)):
        top = ends[-1] + 11 if columns.stacked else cursor + 4
        drawn, bottom = draw(row, x=left, y=top, room=wide, most=most)
        parts += drawn
        ends.append(bottom)
    return parts, max(ends) + _TOP - y


def _people(row: Row, *, x: float, y: float, room: float, most: int) -> tuple[list[str], float]:
    """Return a bar with marker and count for each group that stands there, or why there is none."""
    if not row.customers:
        lines = wrap_text(_first_large(row.note) or "Nobody", width=room, size=SIZE)
        return [_text(lines, x, y, color=MUTED)], y + LINE * len(lines)
    parts = []
    longest = text_width(format_count(most), size=SIZE, bold=True)
    for item in row.standing:
        if not item.customers:
            continue
        style = segment_style(item.segment_id)
        wide = max(2.0, (room - 24 - longest - 8) * item.customers / most)
        edge = f' stroke="{INK}"' if style.outline else ""
        bar = f'x="{x + 22:.1f}" y="{y + 2:.1f}" width="{wide:.1f}" height="12"'
        parts += [
            _mark(item.segment_id, x, y + 1),
            f'<rect {bar} fill="{style.color}"{edge}/>',
            f'<text x="{x + 28 + wide:.1f}" y="{y + 12.8:.1f}" font-weight="bold">{format_count(item.customers)}</text>',
        ]
        y += LINE + 2
    return parts, y


def _flows(row: Row, *, x: float, y: float, room: float, most: int) -> tuple[list[str], float]:  # noqa: ARG001 - drawn like the people beside it
    """Return a card for each flow, or in words that there is none."""
    if not row.served:
        words = "No flow serves this stage"
        line = text_width(words, size=SIZE)
        box = (
            f'<rect x="{x:g}" y="{y - 4:.1f}" width="{line + 20:.1f}" height="{LINE + 8:g}" rx="4" fill="none" '
            f'stroke="{MUTED}" stroke-dasharray="4 3"/>'
        )
        return [box, _text((words,), x + 10, y, color=MUTED)], y + LINE + 4
    parts = []
    for item in row.served:
        name = wrap_text(f"Flow {item.number}: {item.name}", width=room - 20, size=SIZE, bold=True)
        there = "" if row.note else _there(item.customers)
        whom = wrap_text(f"For {item.segment_name}", width=room - 40, size=SIZE)
        more = wrap_text(there, width=room - 40, size=SIZE) if there else ()
        height = LINE * (len(name) + len(whom) + len(more)) + 14
        parts += [
            f'<rect x="{x:g}" y="{y - 4:.1f}" width="{room:g}" height="{height:.1f}" rx="4" fill="{SOFT}" stroke="{MUTED}"/>',
            _text(name, x + 10, y + 2, weight="bold"),
            _mark(item.segment_id, x + 10, y + 4 + LINE * len(name)),
            _text((*whom, *more), x + 30, y + 3 + LINE * len(name)),
        ]
        y += height + 8
    return parts, y - 8


def _there(customers: int) -> str:
    if not customers:
        return "Nobody of this group is here now"
    return f"{format_count(customers)} of this group {'stands' if customers == 1 else 'stand'} here now"


def _mark(number: int, x: float, y: float) -> str:
    style = segment_style(number)
    edge = f' stroke="{INK}"' if style.outline else ""
    return f'<g transform="translate({x:.1f} {y:.1f})" fill="{style.color}"{edge}>{segment_shape(number)}</g>'


def _text(lines: Sequence[str], x: float, y: float, *, color: str = INK, weight: str = "normal") -> str:
    spans = " ".join(
        f'<tspan x="{x:.1f}" y="{y + LINE * (place + 0.76):.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    bold = f' font-weight="{weight}"' if weight != "normal" else ""
    return f'<text fill="{color}"{bold}>{spans}</text>'


def _first_large(text: str) -> str:
    return text[:1].upper() + text[1:]
