"""Drawings that may stand inside a page: an allow-list for SVG, the theme's colours, ids that cannot collide."""

from __future__ import annotations

import re
import zlib
from xml.etree import ElementTree as ET

from segkit.errors import RenderError
from segkit.publish.palette import FONTS, themed
from segkit.publish.safety import IMAGE, strip_control
from segkit.publish.svg_packing import pack

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


SVG_TAGS = _names(
    """
    svg g path rect circle ellipse line polyline polygon text tspan defs clipPath use symbol marker pattern image
    linearGradient radialGradient stop title desc
    """
)
"""Elements that a drawing may keep: no script, style, foreignObject, animation or link."""
SVG_ATTRIBUTES = _names(
    """
    id x y x1 y1 x2 y2 cx cy r rx ry fx fy d dx dy points width height viewBox preserveAspectRatio transform fill
    fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray
    stroke-dashoffset stroke-miterlimit opacity clip-path clip-rule clipPathUnits font-family font-size font-style
    font-weight text-anchor dominant-baseline alignment-baseline letter-spacing rotate textLength lengthAdjust style
    marker-start marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient offset stop-color
    stop-opacity gradientUnits gradientTransform patternUnits patternContentUnits patternTransform href spreadMethod
    vector-effect paint-order
    """
)
_STYLES = _names(
    """
    fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray
    stroke-dashoffset stroke-miterlimit opacity clip-path clip-rule font font-family font-size font-style font-weight
    font-stretch font-variant text-anchor dominant-baseline stop-color stop-opacity image-rendering letter-spacing
    paint-order
    """
)
_COLORED = frozenset({"fill", "stroke", "stop-color"})
_COORDINATES = _names("d points x y x1 y1 x2 y2 cx cy r width height")
_URL_INSIDE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)['\"]?\s*\)")
_LONG_NUMBER = re.compile(r"-?\d*\.\d{3,}")
_RUN_TOGETHER = re.compile(r"\.\d+\.")  # "1.5.5" is two numbers; rounding the first would join them
_AROUND_COMMANDS = re.compile(r" ?([A-DF-Za-df-z]) ?")  # not e, which belongs to a number
_PACKED_FROM = 200.0
"""Drawings from this width on are written in few bytes; smaller ones are small already."""
_FORBIDDEN = ("url(", "expression", "javascript:", "@import", "\\")


def clean_svg(svg: str, *, prefix: str, label: str) -> str:
    """Return a drawing that may stand inside a page.

    Elements and attributes outside the allow-lists go, ids and the references to them get a prefix, the palette's
    colours in fill and stroke become CSS variables, coordinates keep two decimals, and the root gets a role and a
    label. Done for every drawing, because a record may come from a stranger's notebook.

    Parameters
    ----------
    svg : str
        One SVG document; anything before its root element is dropped.
    prefix : str
        Put before every id; unique on the page.
    label : str
        What the drawing shows, for who cannot see it.

    Raises
    ------
    RenderError
        When the text is no SVG.

    Examples
    --------
    >>> clean_svg('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path id="a" style="fill: #0072b2" '
    ...           'onclick="x()"/><script>x()</script></svg>', prefix="f", label="A")
    '<svg viewBox="0 0 9 9" width="9" height="9" role="img" aria-label="A"><path id="f-a" style="fill:var(--s1)"/></svg>'
    """
    start = re.search(r"<(?:\w+:)?svg[\s>]", svg)
    try:
        root = ET.fromstring(svg[start.start() :] if start else svg)  # noqa: S314 - the prolog, where entities are declared, is cut off
    except ET.ParseError as error:
        raise RenderError(f"the drawing of {prefix!r} is not SVG ({error}); draw it again.") from None
    if _local(root.tag) != "svg":
        raise RenderError(f"the drawing of {prefix!r} is not SVG (got <{_local(root.tag)}>); draw it again.")
    rounded_joins = any(
        "stroke-linejoin: round" in (node.text or "") for node in root.iter(f"{{{_SVG}}}style")
    )
    try:
        clean = _clean_node(root, prefix=prefix, coarse=_width_of(root) >= 100)
        _prune(clean, stroked=False)
        if rounded_joins:  # matplotlib's own style rule, which would reach every element of the page
            clean.attrib.update({"stroke-linejoin": "round", "stroke-linecap": "butt"})
        if clean.get("font-family") == FONTS:  # the page says the same
            del clean.attrib["font-family"]
        if _width_of(root) >= _PACKED_FROM:
            pack(clean, short=f"v{zlib.crc32(prefix.encode()):x}-")
    except RecursionError:
        raise RenderError(
            f"the drawing of {prefix!r} nests too deeply to be read; draw it simpler."
        ) from None
    _size(clean)
    clean.attrib.update({"role": "img", "aria-label": strip_control(label)})
    return ET.tostring(clean, encoding="unicode").replace(" />", "/>")


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _clean_node(node: ET.Element, *, prefix: str, coarse: bool) -> ET.Element:
    clean = ET.Element(_local(node.tag))
    for name, value in node.attrib.items():
        namespace, _, local = name.rpartition("}")
        if namespace not in {"", f"{{{_XLINK}"} or local not in SVG_ATTRIBUTES:
            continue
        kept = _clean_attribute(_local(node.tag), local, value, prefix=prefix)
        if kept:
            clean.set(local, _shorten(kept, coarse=coarse) if local in _COORDINATES else kept)
    is_text = clean.tag in {"text", "tspan", "title", "desc"}
    clean.text = strip_control(node.text or "") if is_text else None
    for child in node:
        if _local(child.tag) in SVG_TAGS:
            kept_child = _clean_node(child, prefix=prefix, coarse=coarse)
            kept_child.tail = strip_control(child.tail or "") if is_text else None
            clean.append(kept_child)
    return clean


def _prune(node: ET.Element, *, stroked: bool) -> None:
    """Drop what draws nothing: empty groups, groups that say nothing, and paths without fill and stroke."""
    stroked = stroked or "stroke" in node.attrib or "stroke:" in node.get("style", "")
    for child in list(node):
        _prune(child, stroked=stroked)
    if node.tag in {"text", "tspan"}:
        return
    kept: list[ET.Element] = []
    for child in list(node):
        node.remove(child)
        if child.tag == "g" and not child.attrib:
            kept.extend(child)
        elif not (_is_empty(child) or (not stroked and node.tag in {"svg", "g"} and _is_invisible(child))):
            kept.append(child)
    node.extend(_merge(kept))
    _hoist(node)


def _merge(children: list[ET.Element]) -> list[ET.Element]:
    """Join neighbouring groups that say the same, as charts write one per point."""
    merged: list[ET.Element] = []
    for child in children:
        last = merged[-1] if merged else None
        if last is not None and _joins(child) and last.tag == "g" and last.attrib == child.attrib:
            last.extend(child)
        else:
            merged.append(child)
    for group in merged:
        _hoist(group)
    return merged


def _joins(node: ET.Element) -> bool:
    return node.tag == "g" and set(node.attrib) == {"clip-path"}


def _hoist(node: ET.Element) -> None:
    """Say once, on the group, the style that all its members share and that they inherit."""
    styles = {child.get("style", "") for child in node}
    style = next(iter(styles), "")
    if node.tag != "g" or "style" in node.attrib or len(node) < 2 or len(styles) > 1:
        return
    if style and not any(part.split(":")[0] in {"opacity", "clip-path"} for part in style.split(";")):
        node.set("style", style)
        for child in node:
            del child.attrib["style"]


def _is_empty(node: ET.Element) -> bool:
    return node.tag in {"g", "defs"} and len(node) == 0


def _is_invisible(node: ET.Element) -> bool:
    return node.tag == "path" and node.get("style") == "fill:none" and set(node.attrib) <= {"d", "style"}


def _shorten(value: str, *, coarse: bool) -> str:
    """Return coordinates with two decimals, where the drawing is large enough, and without needless space."""
    if coarse and not _RUN_TOGETHER.search(value):
        value = _LONG_NUMBER.sub(_round, value)
    return _AROUND_COMMANDS.sub(r"\1", " ".join(value.split()))


def _round(match: re.Match[str]) -> str:
    return f"{round(float(match[0]), 2) + 0.0:g}"  # adding zero turns -0 into 0


def _clean_attribute(tag: str, name: str, value: str, *, prefix: str) -> str:
    if name == "id":
        return f"{prefix}-{_anchor(value)}"
    if name == "href":
        if value.startswith("#"):
            return f"#{prefix}-{_anchor(value[1:])}"
        return value if tag == "image" and IMAGE.fullmatch(value.strip()) else ""
    if name == "style":
        pairs = (pair.partition(":") for pair in value.split(";"))
        kept = (
            (key.strip(), _clean_value(key.strip(), inner.strip(), prefix=prefix))
            for key, _, inner in pairs
            if key.strip() in _STYLES
        )
        return ";".join(f"{key}:{inner}" for key, inner in kept if inner)
    return _clean_value(name, value, prefix=prefix)


def _clean_value(name: str, value: str, *, prefix: str) -> str:
    if name in _COLORED:
        value = themed(value)
    referenced = _URL_INSIDE.sub(lambda match: f"url(#{prefix}-{_anchor(match[1])})", value)
    outside = _URL_INSIDE.sub("", value).lower()
    return "" if any(word in outside for word in _FORBIDDEN) else referenced


def _anchor(identifier: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.:-]", "-", identifier)


def _length(text: str) -> float:
    match = re.match(r"\s*([\d.]+)", text)
    return float(match[1]) if match else 0.0


def _width_of(root: ET.Element) -> float:
    box = root.get("viewBox", "").replace(",", " ").split()
    return _length(box[2]) if len(box) == 4 else _length(root.get("width", ""))


def _size(root: ET.Element) -> None:
    """Give the root a viewBox, so that style sheets can scale it."""
    width, height = root.get("width", ""), root.get("height", "")
    attributes = dict(root.attrib)
    root.attrib.clear()
    if "viewBox" not in attributes and _length(width) and _length(height):
        root.set("viewBox", f"0 0 {_length(width):g} {_length(height):g}")
    root.attrib.update(attributes)
