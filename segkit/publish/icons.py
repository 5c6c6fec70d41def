"""Small inline drawings: segment markers, kinds of source, steps of strength. Never without a word beside them."""

from __future__ import annotations

from segkit.model.evidence import SourceType, Strength
from segkit.publish.palette import segment_style

_SHAPES = {
    "o": '<circle cx="7" cy="7" r="5.5"/>',
    "s": '<path d="M2 2h10v10H2z"/>',
    "^": '<path d="M7 1.2 13 12.2H1z"/>',
    "D": '<path d="M7 .8 13.2 7 7 13.2.8 7z"/>',
    "v": '<path d="M7 12.8 1 1.8h12z"/>',
    "P": '<path d="M5 1h4v4h4v4H9v4H5V9H1V5h4z"/>',
    "X": '<path d="M3.5 1 7 4.5 10.5 1 13 3.5 9.5 7l3.5 3.5-2.5 2.5L7 9.5 3.5 13 1 10.5 4.5 7 1 3.5z"/>',
    "*": '<path d="M7 .5l1.9 4.3 4.7.4-3.6 3.1 1.1 4.6L7 10.5l-4.1 2.4L4 8.3.4 5.2l4.7-.4z"/>',
}
_SOURCE_PATHS = {
    SourceType.ORDER_HISTORY: "M2 1.5h10v11l-2-1.2-1.5 1.2L7 11.3l-1.5 1.2L4 11.3l-2 1.2zM4.5 5h5M4.5 7.8h5",
    SourceType.RESEARCH: "M2.5 1.5h6l3 3v8h-9zM4.8 6h4.4M4.8 8.3h4.4M4.8 10.5h2.6",
    SourceType.WEBSITE: "M1.5 2.5h11v9h-11zM1.5 5.2h11M3.3 3.9h.1M5 3.9h.1",
    SourceType.SURVEY: "M2.5 1.5h9v11h-9zM4.5 4.8l.9.9 1.6-1.8M4.5 8.8l.9.9L7 7.9M8.5 5h1.2M8.5 9h1.2",
    SourceType.OTHER: "M7 1.5a5.5 5.5 0 1 0 .01 0M7 6.3v3.9M7 4.2v.1",
}
SOURCE_WORDS = {
    SourceType.ORDER_HISTORY: "Order history",
    SourceType.RESEARCH: "Research",
    SourceType.WEBSITE: "Website",
    SourceType.SURVEY: "Survey",
    SourceType.OTHER: "Other source",
}
_KIND_WORDS = {"statistic": "measured", "quote": "quotation", "observation": "observation"}
_STEPS = {Strength.STRONG: 3, Strength.MODERATE: 2, Strength.WEAK: 1, Strength.DESCRIPTIVE: 0}
STRENGTH_WORDS = {
    Strength.STRONG: "Strong evidence",
    Strength.MODERATE: "Moderate evidence",
    Strength.WEAK: "Weak evidence",
    Strength.DESCRIPTIVE: "Descriptive only",
}


def marker(number: int) -> str:
    """Return the marker of a segment as an inline drawing, ``""`` for number 0.

    Examples
    --------
    >>> 'var(--s2)' in marker(2), marker(0)
    (True, '')
    """
    if number < 1:
        return ""
    style = segment_style(number)
    swatch = (number - 1) % 8 + 1
    edge = ' stroke="var(--ink)"' if style.outline else ""
    return (
        f'<svg class="mark" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" fill="var(--s{swatch})"{edge}>'
        f"{_SHAPES[style.marker]}</svg>"
    )


def segment_shape(number: int) -> str:
    """Return the bare shape of a segment's marker, 14 wide and high, for drawings that give it colour and place.

    Examples
    --------
    >>> segment_shape(1)
    '<circle cx="7" cy="7" r="5.5"/>'
    """
    return _SHAPES[segment_style(number).marker]


def source_icon(source: SourceType) -> str:
    """Return the icon of a kind of source; its word stands beside it."""
    return (
        '<svg class="icon" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" fill="none" '
        f'stroke="currentColor" stroke-width="1.2"><path d="{_SOURCE_PATHS[source]}"/></svg>'
    )


def kind_words(source: SourceType, kind: str) -> str:
    """Return what a piece of evidence is; a website says whom the company addresses, not who buys.

    Examples
    --------
    >>> kind_words(SourceType.SURVEY, "statistic"), kind_words(SourceType.WEBSITE, "quote")
    ('Survey: measured', 'Website: whom the company addresses')
    """
    what = "whom the company addresses" if source is SourceType.WEBSITE else _KIND_WORDS[kind]
    return f"{SOURCE_WORDS[source]}: {what}"


def against_icon() -> str:
    """Return the icon of counter-evidence; its words stand beside it."""
    return (
        '<svg class="icon" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" fill="none" '
        'stroke="currentColor" stroke-width="1.6"><circle cx="7" cy="7" r="5.6"/><path d="M4 7h6"/></svg>'
    )


def strength_icon(strength: Strength) -> str:
    """Return three steps, as many filled as the strength reaches; the words stand beside it."""
    bars = "".join(
        f'<rect x="{1 + 4.5 * i:g}" y="{9 - 3 * i}" width="3" height="{4 + 3 * i}" '
        f'fill="{"currentColor" if i < _STEPS[strength] else "none"}"/>'
        for i in range(3)
    )
    return (
        '<svg class="icon" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" stroke="currentColor" '
        f'stroke-width=".8">{bars}</svg>'
    )
