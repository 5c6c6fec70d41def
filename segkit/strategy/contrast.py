"""Contrast of two colors as readers with weak sight need it.

References
----------
Web Content Accessibility Guidelines 2.2, success criterion 1.4.3 and the definition of contrast ratio.
"""

from __future__ import annotations

import re

READABLE = 4.5
"""The least contrast of text with its ground."""
WHITE = "#FFFFFF"
BLACK = "#000000"
_HEX = re.compile(r"#[0-9A-Fa-f]{6}")


def is_color(text: str) -> bool:
    """Return whether a text is a color as ``#RRGGBB``.

    Examples
    --------
    >>> is_color("#225577"), is_color("teal")
    (True, False)
    """
    return _HEX.fullmatch(text) is not None


def contrast_ratio(first: str, second: str) -> float:
    """Return the contrast of two colors, 1 (none) to 21 (black on white).

    Examples
    --------
    >>> contrast_ratio("#000000", "#FFFFFF"), round(contrast_ratio("#225577", "#FFFFFF"), 1)
    (21.0, 8.0)
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def label_color(ground: str) -> str:
    """Return white or black, whichever reads better on a ground; one of them always reads well enough.

    Examples
    --------
    >>> label_color("#225577"), label_color("#E69F00")
    ('#FFFFFF', '#000000')
    """
    return WHITE if contrast_ratio(ground, WHITE) >= READABLE else BLACK


def _luminance(color: str) -> float:
    """Return the relative luminance of ``#RRGGBB``."""
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
