"""Small drawings that stand many times on a page, drawn once: a page of evidence repeats each icon at every claim."""

from __future__ import annotations

import re
from collections import Counter

_ICON = re.compile(
    r'<svg class="(icon|mark)" viewBox="([^"]*)" width="14" height="14" aria-hidden="true"([^>]*)>(.*?)</svg>'
)


def draw_icons_once(html: str) -> str:
    """Return a page on which icons that stand twice or more refer to one drawing of each.

    The names of the drawings begin with an underscore, as no block's id does.

    Examples
    --------
    >>> icon = '<svg class="icon" viewBox="0 0 14 14" width="14" height="14" aria-hidden="true" fill="none"><path d="M1 1"/></svg>'
    >>> print(draw_icons_once(f"<main>{icon}{icon}</main>"))
    <main><svg class="icon" aria-hidden="true"><use href="#_1"/></svg><svg class="icon" aria-hidden="true"><use href="#_1"/></svg><svg class="sprite" aria-hidden="true"><symbol id="_1" viewBox="0 0 14 14" fill="none"><path d="M1 1"/></symbol></svg></main>
    """
    seen = Counter(match.groups()[1:] for match in _ICON.finditer(html))
    names = {
        drawing: f"_{number}" for number, (drawing, count) in enumerate(seen.items(), start=1) if count > 1
    }
    if not names:
        return html

    def referred(match: re.Match[str]) -> str:
        name = names.get(match.groups()[1:])
        return f'<svg class="{match[1]}" aria-hidden="true"><use href="#{name}"/></svg>' if name else match[0]

    symbols = "".join(
        f'<symbol id="{name}" viewBox="{box}"{style}>{shape}</symbol>'
        for (box, style, shape), name in names.items()
    )
    head, end, rest = _ICON.sub(referred, html).rpartition("</main>")
    return f'{head}<svg class="sprite" aria-hidden="true">{symbols}</svg>{end}{rest}'
