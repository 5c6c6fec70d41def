"""How a chart becomes SVG: fixed ids and no date, text that stays text, one wide and one narrow drawing."""

from __future__ import annotations

import io
import re
from typing import Any, Protocol

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas

from segkit.publish.palette import FONTS, GRID, INK, MUTED

WIDE_INCHES, NARROW_INCHES = 7.4, 3.4
RASTER_ABOVE = 1000
"""Above this many marks they are rasterised inside the SVG; text and axes stay vectors."""


class Painter(Protocol):
    """Draws one chart on an empty figure; ``narrow`` says that it is for a phone."""

    def __call__(self, canvas: Canvas, *, narrow: bool) -> None:
        """Draw."""


_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "lines.solid_capstyle": "butt",
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "figure.dpi": 100,
    "savefig.transparent": True,
}


def draw_svg(figure_id: str, paint: Painter, *, height: float, narrow_height: float) -> tuple[str, str]:
    """Draw a chart twice and return the wide and the narrow SVG.

    Parameters
    ----------
    figure_id : str
        Unique in the report; salts the ids inside the SVG, so that the same chart has the same bytes.
    paint : callable
        ``paint(canvas, narrow=...)`` draws on an empty matplotlib figure.
    height, narrow_height : float
        Inches; the widths are fixed (page column and phone).
    """
    wide = _draw(f"{figure_id}-w", paint, (WIDE_INCHES, height), narrow=False)
    narrow = _draw(f"{figure_id}-n", paint, (NARROW_INCHES, narrow_height), narrow=True)
    return wide, narrow


def _draw(salt: str, paint: Painter, size: tuple[float, float], *, narrow: bool) -> str:
    style: Any = {**_STYLE, "svg.hashsalt": salt, "font.size": 8.5 if narrow else 10}
    with mpl.rc_context(style):
        canvas = Canvas(figsize=size, layout="constrained")
        paint(canvas, narrow=narrow)
        canvas.draw_without_rendering()  # places the ticks
        for axes in canvas.axes:
            _plain_frame(axes)
        buffer = io.StringIO()
        canvas.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _clean(buffer.getvalue())


def _plain_frame(axes: Axes) -> None:
    """Draw all grid lines of an axis as one mark, and the frame with the ends that they have: half of a chart was that."""
    for spine in axes.spines.values():
        spine.set_capstyle("butt")
        spine.set_joinstyle("round")
    for axis, across in ((axes.xaxis, axes.get_xaxis_transform()), (axes.yaxis, axes.get_yaxis_transform())):
        lines = [tick.gridline for tick in axis.get_major_ticks() if tick.gridline.get_visible()]
        if not lines or not axis.get_visible() or not axes.axison:
            continue
        low, high = sorted(axis.get_view_interval())
        places = [place for place in axis.get_majorticklocs() if low <= place <= high]
        across_lines = [
            ((place, 0), (place, 1)) if axis is axes.xaxis else ((0, place), (1, place)) for place in places
        ]
        first = lines[0]
        axes.add_collection(
            LineCollection(
                across_lines, colors=first.get_color(), linewidths=first.get_linewidth(), transform=across, zorder=0.4,
            ),
            autolim=False,
        )  # fmt: skip
        axis.grid(visible=False)


def _clean(svg: str) -> str:
    """Keep what draws: no document header, no ids but those referred to, fonts said once and left to the reader.

    Ids are made unique in the page when the record is rendered; here they only have to be stable.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    svg = re.sub(r'\sid="([^"]*)"', lambda match: match.group(0) if match.group(1) in used else "", svg)
    svg = re.sub(r"font-family: ?[^;\"]*;? ?", "", svg)
    svg = re.sub(r"font: ?([0-9.]+px)[^;\"]*", r"font-size: \1", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^)]*\)"', "", svg)
    svg = re.sub(r"<g>\s*</g>\s*", "", svg)
    return svg.replace("<svg ", f'<svg font-family="{FONTS}" ', 1).strip()
