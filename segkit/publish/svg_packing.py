"""A drawing in few bytes that looks the same: what a program wrote once per mark is said once.

Works on the cleaned tree of :mod:`segkit.publish.svg`, so everything here is on its allow-list already. Charts come
with a definition for every tick, a clip for every grid line and a style on every word; half of a page was that.
"""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

from segkit.publish.svg_paths import Segment, join_numbers, moved, read_path, write_number, write_path
from segkit.publish.svg_styles import Styles, restyle

_REFERENCE = re.compile(r"#([^)\s'\"]+)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?|-?\.\d+")
_MOVE = re.compile(r"translate\(\s*(-?[\d.]+)[\s,]+(-?[\d.]+)\s*\)")
_PLAIN_TRANSFORM = re.compile(r"(?:\s*(?:translate|rotate)\([^()]*\))+\s*")
_MOVABLE = {"path": (), "circle": ("cx", "cy"), "use": ("x", "y"), "rect": ("x", "y")}
_SCALE = re.compile(r"scale|matrix|skew")
_LENGTHS = frozenset("x y x1 y1 x2 y2 cx cy r rx ry dx dy width height stroke-width font-size".split())  # noqa: SIM905 - read at a glance
_SHORT_OUTLINE = 26
"""A definition of up to this many characters costs less where it is used than its name does."""


def pack(root: ET.Element, *, short: str) -> None:
    """Rewrite a cleaned drawing in place so that it takes fewer bytes and looks the same.

    Parameters
    ----------
    root : Element
        The ``svg`` element, names without namespace.
    short : str
        Begins every id that is left; unique on the page.
    """
    for name in ("title", "desc"):  # said by the root's label and under the figure
        for node in root.findall(name):
            root.remove(node)
    if "viewBox" in root.attrib:  # the page gives the width
        root.attrib.pop("width", None)
        root.attrib.pop("height", None)
    _inline(root)
    _unclip(root)
    _drop_unused(root)
    for node in root.iter():
        _tidy(node)
    scaled = any(_SCALE.search(node.get("transform", "")) for node in root.iter())
    _write_numbers(root, decimals=2 if scaled else 1)
    restyle(root)
    _rename(root, short)


def _references(root: ET.Element) -> Counter[str]:
    return Counter(
        found for node in root.iter() for name, value in node.attrib.items() if name != "id" and "#" in value
        for found in _REFERENCE.findall(value)
    )  # fmt: skip


def _inline(root: ET.Element) -> None:
    """Draw an outline where it is used, when it is used once or is a tick."""
    parents = {child: parent for parent in root.iter() for child in parent}
    outlines = {
        node.get("id", ""): node
        for node in root.iter("path")
        if parents[node].tag == "defs" and set(node.attrib) <= {"id", "d", "style"}
    }
    counts = _references(root)
    for use in list(root.iter("use")):
        name = use.get("href", "")[1:]
        outline = outlines.get(name)
        segments = read_path(outline.get("d", "")) if outline is not None else None
        if outline is None or not segments or set(use.attrib) - {"href", "x", "y", "style", "clip-path"}:
            continue
        if counts[name] > 1 and len(outline.get("d", "")) > _SHORT_OUTLINE:
            continue
        merged = {**Styles.read(use.get("style", "")), **Styles.read(outline.get("style", ""))}
        if "opacity" in merged:
            continue
        at = float(use.get("x", "0")), float(use.get("y", "0"))
        use.tag = "path"
        for key in ("href", "x", "y", "style"):
            use.attrib.pop(key, None)
        use.set("d", write_path(moved(segments, *at), decimals=3))
        if merged:
            use.set("style", Styles.write(merged))


def _unclip(root: ET.Element) -> None:
    """Drop a clip from what lies inside it anyway."""
    if any("transform" in node.attrib and node.tag in {"svg", "g", "clipPath"} for node in root.iter()):
        return
    boxes = {
        f"url(#{node.get('id')})": node[0]
        for node in root.iter("clipPath")
        if len(node) == 1 and node[0].tag == "rect" and set(node.attrib) == {"id"}
        and set(node[0].attrib) <= {"x", "y", "width", "height"}
    }  # fmt: skip
    for node in root.iter():
        box = boxes.get(node.get("clip-path", ""))
        if box is not None and all(_lies_inside(part, box) for part in node.iter() if part.tag != "g"):
            del node.attrib["clip-path"]


def _lies_inside(node: ET.Element, box: ET.Element) -> bool:
    if node.tag == "use":
        points = [(float(node.get("x", "0")), float(node.get("y", "0")))]
    elif node.tag == "path" and "transform" not in node.attrib:
        points = [point for _, part in read_path(node.get("d", "")) or () for point in part]
    else:
        return False
    left, top, width, height = (float(box.get(key, "0")) for key in ("x", "y", "width", "height"))
    inside = (left - 1 <= x <= left + width + 1 and top - 1 <= y <= top + height + 1 for x, y in points)
    return bool(points) and all(inside)


def _drop_unused(root: ET.Element) -> None:
    used = _references(root)
    for node in root.iter():
        if node.get("id") and node.get("id") not in used:
            del node.attrib["id"]
    for parent in list(root.iter()):
        for child in list(parent):
            loose = parent.tag == "defs" or child.tag == "clipPath"
            if (loose and not any("id" in part.attrib for part in child.iter())) or _is_point(child):
                parent.remove(child)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == "defs" and len(child) == 0:
                parent.remove(child)


def _is_point(node: ET.Element) -> bool:
    """Return whether a path goes nowhere, as the line under a lone marker."""
    segments = read_path(node.get("d", "")) if node.tag == "path" and "id" not in node.attrib else None
    return segments is not None and len(segments) == 1


def _tidy(node: ET.Element) -> None:
    """Say a place without a transform, and one line of text without a span."""
    if node.tag == "g" and len(node) == 1 and "transform" in node.attrib:
        said = (
            {*node.attrib, *node[0].attrib} - {"transform"}
            if "transform" not in node[0].attrib
            else {"clip-path"}
        )
        if "clip-path" not in said:
            node[0].set("transform", node.attrib.pop("transform"))
    transform = _MOVE.fullmatch(node.get("transform", "").strip())
    if node.tag == "text" and transform and not len(node) and not {"x", "y"} & set(node.attrib):
        del node.attrib["transform"]
        node.attrib.update({"x": transform[1], "y": transform[2]})
    if transform and node.tag in _MOVABLE:
        _move(node, float(transform[1]), float(transform[2]))
    if node.tag == "text" and len(node) == 1 and not (node.text or "").strip():
        span = node[0]
        if (
            span.tag == "tspan"
            and not len(span)
            and not set(span.attrib) & set(node.attrib)
            and not span.tail
        ):
            node.text = span.text
            node.attrib.update(span.attrib)
            node.remove(span)


def _move(node: ET.Element, dx: float, dy: float) -> None:
    """Move a form by its own coordinates instead of a transform."""
    if node.tag == "path":
        segments = read_path(node.get("d", ""))
        if not segments:
            return
        node.set("d", write_path(moved(segments, dx, dy), decimals=2))
    else:
        for name, by in zip(_MOVABLE[node.tag], (dx, dy), strict=True):
            if not _NUMBER.fullmatch(node.get(name, "0")):
                return
            node.set(name, write_number(float(node.get(name, "0")) + by))
    del node.attrib["transform"]


def _write_numbers(node: ET.Element, *, decimals: int) -> None:
    """Round to a tenth of a unit, inside definitions to a hundredth: marks are small."""
    for name, value in list(node.attrib.items()):
        if name in _LENGTHS and _NUMBER.fullmatch(value):
            places = 2 if name in {"stroke-width", "font-size"} else decimals
            node.set(name, write_number(round(float(value), places)))
        elif name == "transform" and _PLAIN_TRANSFORM.fullmatch(value):
            node.set(name, _NUMBER.sub(lambda match: write_number(round(float(match[0]), 1)), value.strip()))
        elif name == "d":
            segments: list[Segment] | None = read_path(value)
            if segments:
                node.set(name, write_path(segments, decimals=decimals))
        elif name == "points":
            numbers = [round(float(number), decimals) for number in _NUMBER.findall(value)]
            if not _NUMBER.sub("", value).replace(",", "").strip():
                node.set(name, join_numbers(numbers))
    for child in node:
        small = child.tag in {"defs", "symbol", "marker", "pattern"}
        _write_numbers(child, decimals=2 if small else decimals)


def _rename(root: ET.Element, short: str) -> None:
    """Give the ids that are left the shortest names."""
    names = {
        node.get("id", ""): f"{short}{place}"
        for place, node in enumerate(n for n in root.iter() if n.get("id"))
    }
    for node in root.iter():
        for name, value in node.attrib.items():
            if name == "id":
                node.set(name, names[value])
            elif "#" in value:
                node.set(
                    name,
                    _REFERENCE.sub(
                        lambda match: f"#{names[match[1]]}" if match[1] in names else match[0], value
                    ),
                )
