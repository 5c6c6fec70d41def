"""Colours, markers and their CSS variables: one list for charts and pages.

Charts draw with the hexadecimal values below; only the HTML renderer swaps them for CSS variables, so that a page
can follow the reader's light or dark theme while the record stays plain. The groups take Okabe and Ito's colours,
chosen for readers with any kind of colour vision, and always a marker shape and a label beside the colour.

References
----------
Okabe, M. and Ito, K. (2008). Color Universal Design. https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from dataclasses import dataclass

INK = "#1B1F24"
"""Text, axes that matter, outlines of pale fills."""
MUTED = "#59626D"
"""Secondary text: units, sources, tick labels."""
GRID = "#D8DEE4"
"""Grid lines and borders: meant to be overlooked."""
SOFT = "#EEF1F4"
"""Quiet fills: the rest of a bar, a band behind points."""
PAPER = "#FFFFFF"
"""The ground."""
ACCENT = "#0072B2"
"""The one emphasis colour of a chart without groups; also group 1."""
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
"""What a drawing is lettered in; the page takes the same."""
DIVERGING = ("#F3B896", "#FADFCF", "#F1F3F5", "#D3E6F4", "#9CC9EA")
"""Far below, below, near, above, far above the book: pale enough to carry ink text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swatch:
    """A colour as charts draw it, its twin on the dark ground and its CSS variable."""

    name: str
    light: str
    dark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentStyle:
    """How one segment is drawn everywhere: colour, marker and the words for both.

    ``marker`` is matplotlib's code; ``outline`` says that the colour is too pale on white to stand without an
    outline in ink.
    """

    number: int
    color: str
    color_name: str
    marker: str
    shape: str
    outline: bool


_SEGMENTS = (
    ("#0072B2", "#4BA3DB", "blue"),
    ("#D55E00", "#E8792B", "vermilion"),
    ("#009E73", "#1FB68B", "green"),
    ("#CC79A7", "#D68FB6", "purple"),
    ("#E69F00", "#E69F00", "orange"),
    ("#56B4E9", "#7CC8F2", "sky blue"),
    ("#F0E442", "#F0E442", "yellow"),
    ("#6B7480", "#9AA4B0", "grey"),
)
_PALE = frozenset({"#E69F00", "#56B4E9", "#F0E442"})
_MARKERS = (
    ("o", "circle"),
    ("s", "square"),
    ("^", "triangle"),
    ("D", "diamond"),
    ("v", "triangle down"),
    ("P", "plus"),
    ("X", "cross"),
    ("*", "star"),
)

SWATCHES: tuple[Swatch, ...] = (
    Swatch(name="ink", light=INK, dark="#E9ECEF"),
    Swatch(name="muted", light=MUTED, dark="#A3ADB8"),
    Swatch(name="grid", light=GRID, dark="#363E47"),
    Swatch(name="soft", light=SOFT, dark="#20262C"),
    Swatch(name="paper", light=PAPER, dark="#14171B"),
    *(Swatch(name=f"s{i}", light=light, dark=dark) for i, (light, dark, _) in enumerate(_SEGMENTS, start=1)),
    *(
        Swatch(name=f"d{i}", light=light, dark=dark)
        for i, (light, dark) in enumerate(
            zip(DIVERGING, ("#7C3D12", "#4A2C18", "#252B31", "#17384F", "#0F5583"), strict=True), start=1
        )
    ),
)
"""Every colour that follows the theme, in the order in which the style sheet lists them."""


def segment_style(number: int) -> SegmentStyle:
    """Return colour and marker of a segment, counted from 1; beyond eight, colours repeat with another marker.

    Examples
    --------
    >>> segment_style(1).color, segment_style(1).shape
    ('#0072B2', 'circle')
    >>> segment_style(9).color, segment_style(9).shape
    ('#0072B2', 'square')
    """
    index = number - 1
    color, _, color_name = _SEGMENTS[index % len(_SEGMENTS)]
    marker, shape = _MARKERS[(index + index // len(_SEGMENTS)) % len(_MARKERS)]
    return SegmentStyle(
        number=number,
        color=color,
        color_name=color_name,
        marker=marker,
        shape=shape,
        outline=color in _PALE,
    )


def css_variables(theme: str) -> str:
    """Return the CSS declarations of one theme, ``"light"`` or ``"dark"``.

    Examples
    --------
    >>> css_variables("light").split(";")[0]
    '--ink:#1B1F24'
    """
    return ";".join(
        f"--{swatch.name}:{swatch.light if theme == 'light' else swatch.dark}" for swatch in SWATCHES
    )


def themed(color: str) -> str:
    """Return ``var(--name)`` for a colour of the palette, any other colour unchanged.

    Examples
    --------
    >>> themed("#0072b2"), themed("#123456")
    ('var(--s1)', '#123456')
    """
    swatch = _BY_COLOR.get(color.strip().upper())
    return color if swatch is None else f"var(--{swatch.name})"


_BY_COLOR = {swatch.light: swatch for swatch in SWATCHES}
