"""Stages of sales as SVG: a bar for what was counted, a hatched band of no size for what no file shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from segkit.publish.flow_layout import NARROW, WIDE
from segkit.publish.palette import ACCENT, FONTS, GRID, INK, MUTED, PAPER, SOFT
from segkit.publish.safety import escape
from segkit.publish.text_width import text_width, wrap_text

SIZE, LINE, LARGE = 13.0, 17.0, 15.0
_BAR, _TOP = 24.0, 12.0
_LABELS = 196.0
"""Width of the column of names on wide pages."""


class Look(StrEnum):
    """How a row is drawn: counted, counted by a rule that stands in for it, or not to be seen."""

    COUNTED = "counted"
    BY_RULE = "by rule"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRow:
    """One stage: its name, what stands below the name, the count with its words, and a line below the bar."""

    label: str
    below: str
    look: Look
    words: str
    value: int = 0
    note: str = ""


def draw_stage_rows(rows: Sequence[StageRow], *, name: str, narrow: bool, title: str, told: str) -> str:
    """Return the rows under each other as SVG; ``name`` keeps the ids of two drawings apart."""
    width = NARROW if narrow else WIDE
    most = max((row.value for row in rows), default=0)
    hatch = f"{name}-{'narrow' if narrow else 'wide'}-hatch"
    parts, y = [], 0.0
    for row in rows:
        drawn, height = _row(row, y=y, width=width, narrow=narrow, most=most, hatch=hatch)
        parts += [f'<path d="M0 {y:.1f}H{width:g}" stroke="{GRID}" fill="none"/>', *drawn]
        y += height
    pattern = (
        f'<defs><pattern id="{hatch}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0V8" stroke="{GRID}" stroke-width="5"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {y:.0f}" width="{width:g}" height="{y:.0f}" '
        f'font-family="{FONTS}" font-size="{SIZE:g}" fill="{INK}"><title>{escape(title)}</title><desc>{escape(told)}</desc>'
        f"{pattern}{''.join(parts)}</svg>"
    )


def _row(
    row: StageRow, *, y: float, width: float, narrow: bool, most: int, hatch: str
) -> tuple[list[str], float]:
    """Return one row and its height; on phones the bar stands below the name."""
    room = width if narrow else _LABELS - 16
    label = wrap_text(row.label, width=room, size=LARGE, bold=True)
    below = wrap_text(row.below, width=room, size=SIZE)
    parts = [
        _text(label, 0, y + _TOP, size=LARGE, bold=True),
        _text(below, 0, y + _TOP + LINE * len(label), color=MUTED),
    ]
    names = _TOP + LINE * (len(label) + len(below)) + (8.0 if narrow else _TOP)
    left = 0.0 if narrow else _LABELS
    top = y + (names if narrow else _TOP)
    drawn, tall = _bar(row, x=left, y=top, room=width - left, most=most, hatch=hatch)
    note = wrap_text(row.note, width=width - left, size=SIZE)
    parts += [*drawn, _text(note, left, top + tall + 3, color=MUTED)]
    bottom = top + tall + (3 + LINE * len(note) if note else 0) + _TOP
    return parts, max(bottom - y, 0.0 if narrow else names)


def _bar(row: StageRow, *, x: float, y: float, room: float, most: int, hatch: str) -> tuple[list[str], float]:
    """Return the bar and its height; what cannot be seen gets the whole width, hatched, so that it has no size."""
    if row.look is Look.UNSEEN:
        lines = wrap_text(row.words, width=room - 40, size=SIZE)
        tall = max(_BAR, LINE * len(lines) + 8)
        wide = max((text_width(line, size=SIZE) for line in lines), default=0.0)
        band = f'x="{x + 0.5:.1f}" y="{y:.1f}" width="{room - 1:.1f}" height="{tall:.1f}" rx="3"'
        ground = f'x="{x + 10:.1f}" y="{y + 3:.1f}" width="{wide + 16:.1f}" height="{tall - 6:.1f}"'
        return [
            f'<rect {band} fill="url(#{hatch})" stroke="{MUTED}" stroke-dasharray="4 3"/>',
            f'<rect {ground} fill="{PAPER}"/>',
            _text(lines, x + 18, y + (tall - LINE * len(lines)) / 2, color=MUTED),
        ], tall
    longest = room * 0.42
    lines = wrap_text(row.words, width=longest, size=SIZE, bold=True)
    wide = max(2.0, (room - longest - 12) * row.value / most) if most else 2.0
    tall = max(_BAR, LINE * len(lines) + 6)
    fill, edge = (ACCENT, ACCENT) if row.look is Look.COUNTED else (SOFT, INK)
    return [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{_BAR:g}" fill="{fill}" stroke="{edge}"/>',
        _text(lines, x + wide + 8, y + (_BAR - LINE) / 2, bold=True),
    ], tall


def _text(
    lines: Sequence[str], x: float, y: float, *, color: str = INK, size: float = SIZE, bold: bool = False
) -> str:
    if not lines:
        return ""
    spans = " ".join(
        f'<tspan x="{x:.1f}" y="{y + LINE * (place + 0.76):.1f}">{escape(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return (
        f'<text fill="{color}" font-size="{size:g}"{" font-weight=" + chr(34) + "bold" + chr(34) if bold else ""}>'
        f"{spans}</text>"
    )
