"""Where each box of a flow stands: a tidy tree for wide pages, an indented list for narrow ones.

In the tree a parent stands at the mean of its first and last child, and each subtree moves left until something of it
stands beside something of its neighbor, so that nothing can overlap. Where the tree is too wide for readable boxes, the
list is drawn on wide pages too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from segkit.model.flow import Flow
from segkit.publish.flow_tree import CHIP_HEIGHT, EDGE_LINE, EDGE_SIZE, Card, Twig, grow_tree, set_card
from segkit.publish.text_width import text_width, wrap_text

WIDE, NARROW = 768.0, 328.0
"""The page's column, and what a phone of 360 px leaves: drawn one to one there."""
TALLEST = 1040.0
"""A tree higher than this fills more than a printed page; the list is taken where it is lower."""
_LONE_BOX, _TRUNK_BOX, _WIDEST_BOX, _NARROWEST_BOX, _LIST_BOX = 420, 380, 300, 148, 460
_MARGIN = 2.0
_MOST_LEAVES = 12
_BETWEEN = 16.0  # between neighbours in the tree
_DROP = 20.0  # one edge without a word
_BUS = 16.0  # from a box to the line its ways part on
_ARROW = 14.0  # from a word to the box below it
_INDENT, _LIST_INDENT = 22.0, 40.0
_LEAST_ROOM = 212.0  # a box in the list is never narrower
_LIST_GAP = 12.0
_AWAY = 22.0  # from a box or word to the chip beside it
_INSIDE = 14.0  # edges begin under the box, whose corners may be round


_Area = tuple[float, float, float, float]  # left, right, top, bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One placed box: its upper left corner, its text and its size."""

    twig: Twig
    card: Card
    x: float
    y: float

    @property
    def center(self) -> float:
        """Horizontal middle."""
        return self.x + self.card.width / 2

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.card.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The word on an edge, in a box of its own that nothing overlaps."""

    x: float
    y: float
    width: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        """Height of all lines."""
        return len(self.lines) * EDGE_LINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A right-angled line; the last point carries an arrowhead unless it leads to a word."""

    points: tuple[tuple[float, float], ...]
    arrow: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A placed flow: everything lies inside ``width`` and ``height``."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    edges: tuple[Edge, ...]


def lay_wide(flow: Flow) -> Layout:
    """Return the drawing for pages and paper: a tree, or the list where a tree would be unreadable."""
    tree = grow_tree(flow)
    listed = _lay_list(tree, width=WIDE, indent=_LIST_INDENT, widest=_LIST_BOX)
    drawn = _lay_tree(tree)
    if drawn is None or (drawn.height > TALLEST and listed.height < drawn.height):
        return listed
    return drawn


def lay_narrow(flow: Flow) -> Layout:
    """Return the drawing for phones: one column, each branch indented under its question."""
    return _lay_list(grow_tree(flow), width=NARROW, indent=_INDENT, widest=NARROW)


# ---- the tree


@dataclass(slots=True)
class _Part:
    """A placed subtree; ``center`` is the middle of its root."""

    center: float
    boxes: list[Box]
    ways: list[Way]
    edges: list[Edge]

    def adopt(self, part: _Part, shift: float) -> None:
        """Take everything of another part, moved to the right."""
        self.boxes += [replace(box, x=box.x + shift) for box in part.boxes]
        self.ways += [replace(way, x=way.x + shift) for way in part.ways]
        self.edges += [
            replace(edge, points=tuple((x + shift, y) for x, y in edge.points)) for edge in part.edges
        ]

    def areas(self) -> list[_Area]:
        """Return what it covers."""
        lines = [line for edge in self.edges for line in pairwise(edge.points)]
        return [
            *((box.x, box.x + box.card.width, box.y, box.bottom) for box in self.boxes),
            *((way.x, way.x + way.width, way.y, way.y + way.height) for way in self.ways),
            *((min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)) for (x0, y0), (x1, y1) in lines),
        ]


def _lay_tree(tree: Twig) -> Layout | None:
    """Return the tree with the widest boxes that fit, or None where not even the narrowest do."""
    leaves = _leaves(tree)
    if leaves > _MOST_LEAVES:
        return None
    for width in range(_WIDEST_BOX if leaves > 1 else _LONE_BOX, _NARROWEST_BOX - 1, -8):
        for trunk in {max(width, _TRUNK_BOX): None, width: None}:
            part = _place(tree, y=_MARGIN, width=float(width), trunk=float(trunk))
            left, right = min(area[0] for area in part.areas()), max(area[1] for area in part.areas())
            if right - left <= WIDE - 2 * _MARGIN:
                return _settle(part, shift=(WIDE - right - left) / 2)
    return None


def _leaves(twig: Twig) -> int:
    return sum(_leaves(child) for child in twig.children) or 1


def _place(twig: Twig, *, y: float, width: float, trunk: float) -> _Part:
    """Return a subtree whose boxes are ``width`` wide; ``trunk`` up to its first parting, where nothing stands beside."""
    card = set_card(twig, width=trunk)
    if not twig.children:
        return _Part(card.width / 2, [Box(twig=twig, card=card, x=0.0, y=y)], [], [])
    words = [_word(child, width=width) for child in twig.children]
    zone = max(len(lines) for lines, _ in words) * EDGE_LINE
    parted = len(twig.children) > 1 or zone > 0
    below = y + card.height + (_BUS + zone + 8 + _ARROW if parted else _DROP)
    joined = _Part(0.0, [], [], [])
    centers = []
    for child, (lines, wide) in zip(twig.children, words, strict=True):
        part = _place(child, y=below, width=width, trunk=trunk if len(twig.children) == 1 else width)
        if lines:
            top = y + card.height + _BUS + 4
            part.ways.insert(0, Way(x=part.center - wide / 2, y=top, width=wide, lines=lines))
        shift = _clearance(joined, part) if joined.boxes else 0.0
        joined.adopt(part, shift)
        centers.append(part.center + shift)
    joined.center = (centers[0] + centers[-1]) / 2
    box = Box(twig=twig, card=card, x=joined.center - card.width / 2, y=y)
    joined.boxes.insert(0, box)
    joined.edges[:0] = [_tree_edge(box, center, below, parted=parted) for center in centers]
    return joined


def _clearance(placed: _Part, part: _Part) -> float:
    """Return how far a part must move right to stand beside everything placed so far."""
    areas = part.areas()
    return max(
        right + _BETWEEN - left
        for _, right, top, bottom in placed.areas()
        for left, _, upper, lower in areas
        if upper < bottom + _BETWEEN and top < lower + _BETWEEN
    )


def _word(twig: Twig, *, width: float) -> tuple[tuple[str, ...], float]:
    """Return the lines of the word on the edge to a box, and their width."""
    lines = wrap_text(twig.way, width=width - 12, size=EDGE_SIZE, bold=True)
    longest = max((text_width(line, size=EDGE_SIZE, bold=True) for line in lines), default=0.0)
    return lines, longest + 12 if lines else 0.0


def _tree_edge(box: Box, center: float, below: float, *, parted: bool) -> Edge:
    if not parted or abs(center - box.center) < 0.01:
        return Edge(points=((box.center, box.bottom), (box.center, below)))
    bus = box.bottom + _BUS / 2
    return Edge(points=((box.center, box.bottom), (box.center, bus), (center, bus), (center, below)))


def _settle(part: _Part, *, shift: float) -> Layout:
    """Return a part as the whole drawing, moved to the middle of the page."""
    middle = _Part(0.0, [], [], [])
    middle.adopt(part, shift)
    height = max(box.bottom for box in middle.boxes) + _MARGIN
    return Layout(
        width=WIDE,
        height=height,
        boxes=tuple(middle.boxes),
        ways=tuple(middle.ways),
        edges=tuple(middle.edges),
    )


# ---- the list


class _List:
    """The indented list while it is written from top to bottom."""

    def __init__(self, *, width: float, indent: float, widest: float) -> None:
        self.width, self.indent, self.widest = width, indent, widest
        self.y = _MARGIN
        self.boxes: list[Box] = []
        self.ways: list[Way] = []
        self.edges: list[Edge] = []

    def put(self, twig: Twig, x: float) -> Box:
        room = min(self.width - _MARGIN - x, self.widest)
        box = Box(twig=twig, card=set_card(twig, width=room), x=x, y=self.y)
        self.boxes.append(box)
        self.y = box.bottom
        self.below(box)
        return box

    def below(self, box: Box) -> None:
        children = box.twig.children
        if len(children) == 1 and not children[0].way:
            if children[0].is_chip and self.beside(box, children[0]):
                return
            self.y += _DROP
            x = box.x + self.indent / 2 + 8
            self.edges.append(Edge(points=((x, box.bottom - _INSIDE), (x, self.y))))
            self.put(children[0], box.x)
            return
        for child in children:
            self.branch(box, child)

    def beside(self, box: Box, child: Twig) -> bool:
        """Put a chip to the right of the box that leads to it, if there is room."""
        card = set_card(child, width=0.0)
        x, middle = box.x + box.card.width + _AWAY, box.y + box.card.height / 2
        if x + card.width > self.width - _MARGIN:
            return False
        self.boxes.append(Box(twig=child, card=card, x=x, y=middle - card.height / 2))
        self.edges.append(Edge(points=((x - _AWAY, middle), (x, middle))))
        return True

    def branch(self, parent: Box, child: Twig) -> None:
        self.y += _LIST_GAP
        x = parent.x + self.indent
        lines = wrap_text(child.way, width=self.width - _MARGIN - x - 12, size=EDGE_SIZE, bold=True)
        wide = max((text_width(line, size=EDGE_SIZE, bold=True) for line in lines), default=0.0) + 12
        chip = set_card(child, width=0.0) if child.is_chip else None
        beside = (
            chip is not None and len(lines) == 1 and x + wide + _AWAY + chip.width <= self.width - _MARGIN
        )
        top = self.y + ((CHIP_HEIGHT - EDGE_LINE) / 2 if beside else 0)
        way = Way(x=x, y=top, width=wide, lines=lines or ("",))
        rail, middle = parent.x + self.indent / 2, top + EDGE_LINE / 2
        self.ways.append(way)
        self.edges.append(
            Edge(points=((rail, parent.bottom - _INSIDE), (rail, middle), (x + 2, middle)), arrow=False)
        )
        if beside and chip is not None:
            box = Box(twig=child, card=chip, x=x + wide + _AWAY, y=self.y)
            self.boxes.append(box)
            self.edges.append(Edge(points=((x + wide, middle), (box.x, middle))))
            self.y = box.bottom
            return
        self.y = top + way.height + _ARROW + 4
        down = x + self.indent / 2 + 8
        self.edges.append(Edge(points=((down, top + way.height + 1), (down, self.y))))
        self.put(child, x)


def _lay_list(tree: Twig, *, width: float, indent: float, widest: float) -> Layout:
    depth = _depth(tree)
    step = min(indent, (width - _LEAST_ROOM) / depth) if depth else indent
    written = _List(width=width, indent=step, widest=widest)
    written.put(tree, _MARGIN)
    return Layout(
        width=width,
        height=written.y + _MARGIN,
        boxes=tuple(written.boxes),
        ways=tuple(written.ways),
        edges=tuple(written.edges),
    )


def _depth(twig: Twig) -> int:
    """Return how often the list is indented."""
    inner = max((_depth(child) for child in twig.children), default=0)
    parts = len(twig.children) > 1 or any(child.way for child in twig.children)
    return inner + parts
