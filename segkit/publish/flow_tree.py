"""What a drawing of a flow consists of: a tree of boxes, one Exit a leaf, every step once.

A flow may join again; a drawing of a tree may not. So a step is drawn where the reader first comes to it, and each
later way to it ends in a chip "Continues at 4".
"""

from __future__ import annotations

from dataclasses import dataclass

from segkit.model.flow import Flow
from segkit.publish.flow_outline import Step, StepKind, StepLink, outline_flow, reached_steps
from segkit.publish.text_width import text_width, wrap_text

PAD = 12.0
"""Between the edge of a box and its text."""
ICON = 16.0
"""Width and height of an icon; text beside it begins 6 further right."""
CHIP_HEIGHT = 28.0
HEAD_SIZE, LABEL_SIZE, DETAIL_SIZE, EDGE_SIZE = 13.0, 14.5, 13.0, 13.0
HEAD_LINE, LABEL_LINE, DETAIL_LINE, EDGE_LINE = 17.0, 18.5, 16.5, 17.0
TOP = 8.0
"""Above the first line of a box and below its last."""
_BETWEEN = 2.0  # between head, label and details


@dataclass(frozen=True, slots=True, kw_only=True)
class Twig:
    """One box of the drawing and what hangs below it; ``way`` is the word on the edge that leads to it."""

    kind: StepKind
    head: str
    label: str = ""
    details: tuple[str, ...] = ()
    way: str = ""
    number: int | None = None
    children: tuple[Twig, ...] = ()

    @property
    def is_chip(self) -> bool:
        """Whether it is one line only: an exit or a continuation."""
        return self.kind in {StepKind.EXIT, StepKind.CONTINUES}


def grow_tree(flow: Flow) -> Twig:
    """Return the flow as a tree below its trigger; steps that nothing leads to are left out."""
    reached = reached_steps(flow)
    steps = {step.number: step for step in outline_flow(flow) if step.node_id in reached}
    first = StepLink(label="", number=1 if steps else None)
    whom = f"For {flow.segment_name}" if flow.segment_name.strip() else ""
    return Twig(
        kind=StepKind.START,
        head=StepKind.START.value,
        label=flow.trigger.text,
        details=(whom,) if whom else (),
        children=(_grow(first, steps, set()),),
    )


def _grow(link: StepLink, steps: dict[int, Step], drawn: set[int]) -> Twig:
    if link.number is None:
        return Twig(kind=StepKind.EXIT, head=StepKind.EXIT.value, way=link.label)
    if link.number in drawn:
        head = f"{StepKind.CONTINUES.value} at {link.number}"
        return Twig(kind=StepKind.CONTINUES, head=head, way=link.label, number=link.number)
    drawn.add(link.number)
    step = steps[link.number]
    return Twig(
        kind=step.kind,
        head=step.head,
        label=step.label,
        details=step.details,
        way=link.label,
        number=step.number,
        children=tuple(_grow(onward, steps, drawn) for onward in step.links),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """The text of a box, wrapped, and the size it needs."""

    width: float
    height: float
    head: tuple[str, ...]
    label: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    beside: float = 0.0


def set_card(twig: Twig, *, width: float) -> Card:
    """Return a box of a given width, as high as its text needs; a chip is as wide as its line needs."""
    if twig.is_chip:
        line = text_width(twig.head, size=HEAD_SIZE, bold=True)
        return Card(width=PAD * 2 + ICON + 6 + line, height=CHIP_HEIGHT, head=(twig.head,))
    room = width - 2 * PAD
    head = wrap_text(twig.head, width=room - ICON - 6, size=HEAD_SIZE)
    label = wrap_text(twig.label, width=room, size=LABEL_SIZE, bold=True)
    beside = _beside(twig, room=room)
    details = tuple(line for text in twig.details for line in wrap_text(text, width=room, size=DETAIL_SIZE))
    height = 2 * TOP + len(head) * HEAD_LINE + len(details) * DETAIL_LINE + _BETWEEN * bool(details)
    if not beside:
        height += len(label) * LABEL_LINE + _BETWEEN * bool(label)
    return Card(width=width, height=height, head=head, label=label, details=details, beside=beside)


def _beside(twig: Twig, *, room: float) -> float:
    """Return how far right of the icon a short label of a wait stands on the line of its head, 0 for below."""
    if twig.kind is not StepKind.WAIT:
        return 0.0
    head = text_width(twig.head, size=HEAD_SIZE) + 10
    label = text_width(" ".join(twig.label.split()), size=LABEL_SIZE, bold=True)
    return head if ICON + 6 + head + label <= room else 0.0


def text_rows(card: Card, *, x: float, y: float) -> list[tuple[str, float, float, str]]:
    """Return the lines of a box as (part, x, baseline, text), for a box whose upper left corner is (x, y)."""
    rows: list[tuple[str, float, float, str]] = []
    top = y + TOP
    groups = (
        ("head", card.head, HEAD_LINE, HEAD_SIZE, ICON + 6),
        ("label", card.label, LABEL_LINE, LABEL_SIZE, ICON + 6 + card.beside if card.beside else 0.0),
        ("detail", card.details, DETAIL_LINE, DETAIL_SIZE, 0.0),
    )
    for part, lines, height, size, indent in groups:
        if part == "label" and card.beside:
            rows += [(part, x + PAD + indent, rows[-1][2], line) for line in lines]
            continue
        for line in lines:
            rows.append((part, x + PAD + indent, top + (height + size * 0.7) / 2, line))
            top += height
        if lines:
            top += _BETWEEN
    return rows
