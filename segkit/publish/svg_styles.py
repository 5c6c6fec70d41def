"""How the parts of a drawing are painted, said once for as many of them as possible."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_INITIAL = {
    "fill": "#000", "fill-opacity": "1", "fill-rule": "nonzero", "stroke": "none", "stroke-width": "1",
    "stroke-opacity": "1", "stroke-linecap": "butt", "stroke-linejoin": "miter", "stroke-dasharray": "none",
    "stroke-dashoffset": "0", "font-size": "", "font-weight": "normal", "font-style": "normal", "text-anchor": "start",
}  # fmt: skip
"""What holds where nothing is said; the size of letters comes from the page."""
_FONT = ("font-size", "font-weight", "font-style", "text-anchor")
_STROKE = tuple(name for name in _INITIAL if name.startswith("stroke-"))
_SHAPES = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use"])
_OPAQUE = frozenset(["pattern", "marker", "symbol", "linearGradient", "radialGradient"])
"""What inherits from where it is defined; drawings with these keep their styles as they are."""
_PLAIN = re.compile(r"[-\w.#(), ]+")
_RELATIVE = re.compile(
    r"inherit|initial|unset|revert|rgba|hsla|#[0-9a-fA-F]{8}|#[0-9a-fA-F]{4}\b|\d(?:em|rem|ex|ch|%)"
)
_LOOK_AHEAD = 400

_Paint = dict[str, str]


class Styles:
    """Reads and writes the ``style`` attribute."""

    @staticmethod
    def read(text: str) -> _Paint:
        """Return the declarations.

        Examples
        --------
        >>> Styles.read("fill:red;stroke:none")
        {'fill': 'red', 'stroke': 'none'}
        """
        pairs = (part.partition(":") for part in text.split(";") if ":" in part)
        return {name.strip(): value.strip() for name, _, value in pairs}

    @staticmethod
    def write(declared: _Paint) -> str:
        """Return the declarations as text.

        Examples
        --------
        >>> Styles.write({"fill": "red"})
        'fill:red'
        """
        return ";".join(f"{name}:{value}" for name, value in declared.items())


def restyle(root: ET.Element) -> None:
    """Put each style on the outermost element for which that is shorter; drawings that are too unusual stay.

    Examples
    --------
    >>> drawing = ET.fromstring('<svg><g><text fill="red">a</text><text fill="red">b</text></g></svg>')
    >>> restyle(drawing)
    >>> ET.tostring(drawing, encoding="unicode")
    '<svg fill="red"><text>a</text><text>b</text></svg>'
    """
    if not _is_usual(root):
        return
    paints: dict[ET.Element, _Paint] = {}
    _collect(root, {}, paints)
    _flatten(root)
    _merge_lines(root, paints)
    _emit(root, {}, paints)


def _is_usual(root: ET.Element) -> bool:
    for node in root.iter():
        if node.tag in _OPAQUE or (node.tag == "svg" and node is not root):
            return False
        if node.tag == "defs" and any(part.tag in {"text", "use"} for part in node.iter()):
            return False
        declared = Styles.read(node.get("style", ""))
        for name, value in (*node.attrib.items(), *declared.items()):
            if name == "font" or (
                name in _INITIAL and (_RELATIVE.search(value) or not _PLAIN.fullmatch(value))
            ):
                return False
    return True


def _collect(node: ET.Element, inherited: _Paint, paints: dict[ET.Element, _Paint]) -> None:
    """Take the styles off the tree and note for each part what it is painted with."""
    if node.tag in {"defs", "clipPath", "title", "desc"}:
        return
    declared = Styles.read(node.attrib.pop("style", ""))
    own = {name: node.attrib.pop(name) for name in _INITIAL if name in node.attrib}
    own |= {name: value.removesuffix("px") for name, value in declared.items() if name in _INITIAL}
    rest = {name: value for name, value in declared.items() if name not in _INITIAL}
    if rest:
        node.set("style", Styles.write(rest))
    painted = {**inherited, **own}
    if node.tag in {"svg", "g"}:
        for child in node:
            _collect(child, painted, paints)
    else:
        paints[node] = _needed(node, painted)


def _needed(node: ET.Element, painted: _Paint) -> _Paint:
    """Return what an element needs to be said, empty for what must not be said, without what does not matter."""
    names = ["fill", "stroke"] if node.tag in _SHAPES or node.tag == "text" else []
    if node.tag == "use":
        names += ["fill-opacity", "fill-rule", *_STROKE]
    elif names:
        names += ["fill-opacity", "fill-rule"] if painted.get("fill") != "none" else []
        names += _STROKE if painted.get("stroke", "none") != "none" else []
    if node.tag == "text":
        names += _FONT
    needed = {name: painted.get(name, "") for name in names}
    return {name: "" if value == _INITIAL[name] else value for name, value in needed.items()}


def _flatten(node: ET.Element) -> None:
    """Take groups apart that say nothing any more; a lone member takes the transform of its group."""
    children: list[ET.Element] = []
    for child in list(node):
        node.remove(child)
        if child.tag == "g":
            _flatten(child)
        if child.tag == "g" and not child.attrib:
            children.extend(child)
        elif (
            child.tag == "g"
            and len(child) == 1
            and not set(child.attrib) & set(child[0].attrib)
            and "id" not in child.attrib
        ):
            child[0].attrib.update(child.attrib)
            children.append(child[0])
        else:
            children.append(child)
    node.extend(children)


def _merge_lines(node: ET.Element, paints: dict[ET.Element, _Paint]) -> None:
    """Draw neighboring lines of one look with one path."""
    last: ET.Element | None = None
    for child in list(node):
        if child.tag == "g":
            _merge_lines(child, paints)
        if (
            last is not None
            and _is_line(child, paints)
            and paints[child] == paints[last]
            and _same(child, last)
        ):
            last.set("d", last.get("d", "") + child.get("d", ""))
            node.remove(child)
        else:
            last = child if _is_line(child, paints) else None


def _is_line(node: ET.Element, paints: dict[ET.Element, _Paint]) -> bool:
    paint = paints.get(node, {})
    solid = paint.get("fill") == "none" and not paint.get("stroke-opacity") and paint.get("stroke")
    return node.tag == "path" and bool(solid) and not {"style", "opacity", "id"} & set(node.attrib) and (
        node.get("d", "").startswith("M")
    )  # fmt: skip


def _same(one: ET.Element, other: ET.Element) -> bool:
    return {**one.attrib, "d": ""} == {**other.attrib, "d": ""}


def _emit(node: ET.Element, inherited: _Paint, paints: dict[ET.Element, _Paint]) -> None:
    """Write the styles back, the shared ones on the container."""
    below = [paints[part] for part in _parts(node) if part in paints]
    known = dict(inherited)
    for name, initial in _INITIAL.items():
        now = _known(inherited, name)
        best = _cheapest(name, below, now)
        if best != now:
            known[name] = best or initial
            node.set(name, known[name])
    children = list(node)
    for child in children:
        node.remove(child)
    node.extend(_grouped(children, known, paints))


def _parts(node: ET.Element) -> Iterator[ET.Element]:
    for child in node:
        if child.tag == "g":
            yield from _parts(child)
        else:
            yield child


def _cheapest(name: str, below: list[_Paint], now: str) -> str:
    """Return the value that leaves the least to say; nothing said is the empty text."""
    wanted = Counter(paint[name] for paint in below if name in paint)
    if not wanted or (name == "font-size" and "" in wanted):
        return now

    def cost(value: str) -> int:
        rest = sum(count * _length(name, other) for other, count in wanted.items() if other != value)
        return rest + (_length(name, value) if value != now else 0)

    return min((now, *sorted(wanted)), key=cost)


def _length(name: str, value: str) -> int:
    return len(name) + len(value or _INITIAL[name]) + 4


def _grouped(children: list[ET.Element], known: _Paint, paints: dict[ET.Element, _Paint]) -> list[ET.Element]:
    """Return the children with their styles, runs that share one in a group."""
    left = [_left(paints[child], known) if child in paints else None for child in children]
    written: list[ET.Element] = []
    place = 0
    while place < len(children):
        child = children[place]
        if child.tag == "g":
            _emit(child, known, paints)
        end, shared = _run(left, place)
        if shared:
            group = ET.Element("g", shared)
            group.extend(_grouped(children[place:end], {**known, **shared}, paints))
            written.append(group)
            place = end
            continue
        child.attrib.update(left[place] or {})
        written.append(child)
        place += 1
    return written


def _left(paint: _Paint, known: _Paint) -> _Paint:
    return {name: value or _INITIAL[name] for name, value in paint.items() if value != _known(known, name)}


def _known(known: _Paint, name: str) -> str:
    value = known.get(name, "")
    return "" if value == _INITIAL[name] else value


def _run(left: list[_Paint | None], start: int) -> tuple[int, _Paint]:
    """Return the end of the run from here that is worth a group, and what its members share."""
    shared = dict(left[start] or {})
    best, end, kept = 0, start, dict[str, str]()
    for place in range(start + 1, min(len(left), start + _LOOK_AHEAD)):
        other = left[place]
        if not shared or other is None:
            break
        shared = {name: value for name, value in shared.items() if other.get(name) == value}
        size = sum(_length(name, value) for name, value in shared.items())
        gain = size * (place - start) - 7
        if gain > best:
            best, end, kept = gain, place + 1, dict(shared)
    return end, kept
