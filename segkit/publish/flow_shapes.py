"""The outline and the icon of each kind of step, so that nobody has to tell kinds by colour."""

from __future__ import annotations

from dataclasses import dataclass

from segkit.publish.flow_outline import StepKind
from segkit.publish.palette import DIVERGING, INK, MUTED, PAPER, SOFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a kind of step is drawn: form of its box, colours, line, and the strokes of its icon on a 16 x 16 ground."""

    form: str  # "pill" | "cut" | "card" | "barred" | "folded"
    fill: str
    icon: str
    line: str = MUTED
    weight: float = 1.2
    dashes: str = ""
    text: str = INK
    quiet: str = MUTED


_PALE_BLUE, _PALE_ORANGE = DIVERGING[3], DIVERGING[1]
LOOKS: dict[StepKind, Look] = {
    StepKind.START: Look(
        form="pill", fill=INK, line=INK, text=PAPER, quiet=PAPER, icon="M4 2.2 13.2 8 4 13.8z"
    ),
    StepKind.WAIT: Look(form="pill", fill=SOFT, icon="M8 1.5a6.5 6.5 0 1 0 .01 0M8 4.4V8l2.6 1.8"),
    StepKind.WAIT_FOR: Look(
        form="pill",
        fill=SOFT,
        dashes="5 3",
        icon="M3.5 1.5h9M3.5 14.5h9M4.7 1.5c0 3.5 3.3 4.6 3.3 6.5s-3.3 3-3.3 6.5M11.3 1.5c0 3.5-3.3 4.6-3.3 6.5s3.3 3 3.3 6.5",
    ),
    StepKind.QUESTION: Look(
        form="cut",
        fill=_PALE_ORANGE,
        icon="M8 1.2a6.8 6.8 0 1 0 .01 0M6 6.3a2 2 0 1 1 2.9 1.8c-.7.4-.9.8-.9 1.4M8 11.6v.2",
    ),
    StepKind.LOT: Look(
        form="cut",
        fill=_PALE_ORANGE,
        dashes="5 3",
        icon="M2 2h12v12H2zM5.2 5.1v.2M10.8 5.1v.2M8 7.9v.2M5.2 10.7v.2M10.8 10.7v.2",
    ),
    StepKind.EMAIL: Look(form="card", fill=_PALE_BLUE, icon="M1.5 3.2h13v9.6h-13zM1.8 3.6 8 8.6l6.2-5"),
    StepKind.SMS: Look(
        form="card",
        fill=_PALE_BLUE,
        icon="M1.5 2.5h13v8.6H7.4l-3.2 2.9v-2.9H1.5zM4.5 6.8h.2M7.9 6.8h.2M11.3 6.8h.2",
    ),
    StepKind.PUSH: Look(
        form="card",
        fill=_PALE_BLUE,
        icon="M8 1.5c-2.8 0-4.2 2-4.2 4.6 0 3.4-1.6 4.4-1.6 5.4h11.6c0-1-1.6-2-1.6-5.4C12.2 3.5 10.8 1.5 8 1.5zM6.3 13.2a1.8 1.8 0 0 0 3.4 0",
    ),
    StepKind.TASK: Look(
        form="barred",
        fill=PAPER,
        line=INK,
        icon="M8 1.6a3 3 0 1 0 .01 0M2.2 14.4c0-3.6 2.5-5.4 5.8-5.4s5.8 1.8 5.8 5.4z",
    ),
    StepKind.PROFILE: Look(
        form="folded", fill=PAPER, icon="M2 14l.8-3.4 8.4-8.4 2.6 2.6-8.4 8.4zM9.6 3.8l2.6 2.6"
    ),
    StepKind.EXIT: Look(form="pill", fill=PAPER, icon="M9.5 2H3v12h6.5M6.5 8h8M11.5 5l3 3-3 3"),
    StepKind.CONTINUES: Look(
        form="card", fill=PAPER, dashes="4 3", icon="M3 2v6.5h10M9.8 5.3 13 8.5l-3.2 3.2"
    ),
}
"""Every kind of step has a look; two kinds of one form differ in fill, line, icon and always in their word."""

_ROUND, _CUT, _FOLD, _BAR = 18.0, 11.0, 13.0, 5.0


def shape(look: Look, *, x: float, y: float, width: float, height: float) -> str:
    """Return the box of a step as SVG."""
    drawn = f'fill="{look.fill}" stroke="{look.line}" stroke-width="{look.weight:g}"'
    if look.dashes:
        drawn += f' stroke-dasharray="{look.dashes}"'
    if look.form in {"cut", "folded"}:
        path = _cut(x, y, width, height) if look.form == "cut" else _folded(x, y, width, height)
        return f'<path d="{path}" {drawn}/>'
    radius = {"pill": min(_ROUND, height / 2), "card": 4.0, "barred": 0.0}[look.form]
    box = _rect(x, y, width, height) + (f' rx="{radius:g}"' if radius else "")
    body = f"<rect {box} {drawn}/>"
    if look.form == "barred":
        body += f'<rect {_rect(x, y, _BAR, height)} fill="{look.line}"/>'
    return body


def _rect(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'


def _cut(x: float, y: float, width: float, height: float) -> str:
    """Return a box whose four corners are cut off."""
    c = min(_CUT, height / 3)
    return (
        f"M{x + c:.1f} {y:.1f}H{x + width - c:.1f}L{x + width:.1f} {y + c:.1f}V{y + height - c:.1f}"
        f"L{x + width - c:.1f} {y + height:.1f}H{x + c:.1f}L{x:.1f} {y + height - c:.1f}V{y + c:.1f}z"
    )


def _folded(x: float, y: float, width: float, height: float) -> str:
    """Return a sheet with one folded corner."""
    right, top = x + width, y
    return (
        f"M{x:.1f} {top:.1f}H{right - _FOLD:.1f}L{right:.1f} {top + _FOLD:.1f}V{y + height:.1f}H{x:.1f}z"
        f"M{right - _FOLD:.1f} {top:.1f}V{top + _FOLD:.1f}H{right:.1f}"
    )
