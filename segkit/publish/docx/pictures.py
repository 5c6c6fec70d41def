"""Drawings as pictures: Word shows no SVG everywhere, so each becomes a PNG; the letters come from matplotlib's own font."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from segkit.publish.palette import SWATCHES
from segkit.publish.svg import clean_svg

PIXELS_PER_INCH = 200
_FONT = "DejaVu Sans"
_FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSans-BoldOblique.ttf")
_VARIABLE = re.compile(r"var\(--([a-z0-9]+)\)")
_BOX = re.compile(r'viewBox="[-\d.]+[ ,]+[-\d.]+[ ,]+([\d.]+)[ ,]+([\d.]+)"')
_ROOT_SIZE = re.compile(r'(<svg\b[^>]*?) (?:width|height)="[^"]*"')
_FAMILY = re.compile(r'(font-family[:=]\s*"?)[^";>]*')
_MOST_PIXELS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG and how large it is meant to be, in inches."""

    png: bytes
    width: float
    height: float


def draw_picture(svg: str, *, name: str, label: str, width: float, height: float) -> Picture:
    """Return a drawing as a PNG that fits into a box.

    The drawing passes the allow-list of pages first, because it may come from a stranger's notebook: what is left can
    neither read a file nor ask the network.

    Parameters
    ----------
    svg : str
        One SVG document.
    name, label : str
        Id and description of the figure.
    width, height : float
        The box, in inches; the drawing keeps its proportions and fills one of the two.

    Raises
    ------
    RenderError
        When the text is no SVG.

    Examples
    --------
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="9" height="9"/></svg>'
    >>> made = draw_picture(svg, name="f", label="A bar", width=6, height=2)
    >>> made.width, made.height, made.png[1:4]
    (4.0, 2.0, b'PNG')
    """
    import resvg_py  # noqa: PLC0415 - an extra

    clean = _in_light_colors(clean_svg(svg, prefix=name, label=label))
    match = _BOX.search(clean)
    wide, high = (float(match[1]), float(match[2])) if match else (4.0, 3.0)
    wide, high = max(wide, 1.0), max(high, 1.0)
    scale = min(width / wide, height / high)
    inches = (wide * scale, high * scale)
    pixels = [min(_MOST_PIXELS, max(1, round(side * PIXELS_PER_INCH))) for side in inches]
    sized = _sized(clean, wide, high)
    png = resvg_py.svg_to_bytes(
        svg_string=sized,
        background="#ffffff",
        width=pixels[0],
        dpi=96,
        skip_system_fonts=True,
        font_files=_font_files(),
        font_family=_FONT,
        sans_serif_family=_FONT,
    )
    return Picture(png=bytes(png), width=inches[0], height=inches[1])


def _in_light_colors(svg: str) -> str:
    light = {swatch.name: swatch.light for swatch in SWATCHES}
    plain = _VARIABLE.sub(lambda match: light.get(match[1], light["ink"]), svg)
    return _FAMILY.sub(rf"\g<1>{_FONT}", plain)


def _sized(svg: str, width: float, height: float) -> str:
    """Write namespace and size on the root, which pages leave to their style sheet."""
    head, closing, rest = svg.partition(">")
    while _ROOT_SIZE.search(head):
        head = _ROOT_SIZE.sub(r"\1", head)
    if "viewBox" not in head:
        head += f' viewBox="0 0 {width:g} {height:g}"'
    spaces = ' xmlns="http://www.w3.org/2000/svg"' if "xmlns=" not in head else ""
    return f'{head}{spaces} width="{width:g}" height="{height:g}"{closing}{rest}'


def _font_files() -> list[str]:
    from matplotlib import get_data_path  # noqa: PLC0415 - costs time, and only documents need it

    folder = Path(get_data_path()) / "fonts" / "ttf"
    return [str(folder / face) for face in _FACES]
