"""Where citations and links lead: numbers, labels and anchors, resolved once for a whole page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from segkit.errors import RenderError
from segkit.publish.records import CITATION
from segkit.publish.safety import escape, safe_url

_LOOKS = {
    "italic": ("<i>", "</i>"),
    "bold": ("<b>", "</b>"),
    "underline": ("<u>", "</u>"),
    "superscript": ("<sup>", "</sup>"),
    "subscript": ("<sub>", "</sub>"),
    "small-caps": ('<span class="small-caps">', "</span>"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What a fragment needs to know of the page around it.

    Parameters
    ----------
    citations : mapping of str to int
        Source id to its number in the reference list.
    in_text : mapping of str to str
        Source id to what stands in the text ("(Marchetti, 2025)"); its number in brackets where there is none.
    labels : mapping of str to str
        Block id to what a link to it says ("Figure 2").
    level : int, default 2
        The heading level above the fragment.
    lab : bool, default False
        In JupyterLab each output stands alone: citations and links are shown as words, and unknown ones pass.
    interactive : bool, default False
        Whether Plotly specifications are written beside their static twins.
    files : mapping of str to str
        Id of a table or figure to the file beside the page that holds its cells.
    """

    citations: Mapping[str, int] = field(default_factory=dict)
    in_text: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    level: int = 2
    lab: bool = False
    interactive: bool = False
    files: Mapping[str, str] = field(default_factory=dict)

    def at(self, level: int) -> References:
        """Return the same references below a heading of another level."""
        return replace(self, level=level)

    def heading(self, content: str, *, css: str = "", anchor: str = "") -> str:
        """Return a heading one level below the current one; ``content`` is HTML."""
        level = min(self.level + 1, 6)
        attributes = (f' id="{escape(anchor)}"' if anchor else "") + (f' class="{css}"' if css else "")
        return f"<h{level}{attributes}>{content}</h{level}>"

    def cite(self, source: str) -> str:
        """Return the link to a source's entry in the reference list.

        Raises
        ------
        RenderError
            When no list on the page has this source.
        """
        if self.lab:
            return f'<span class="cite">[{escape(source)}]</span>'
        if source not in self.citations:
            known = ", ".join(sorted(self.citations)[:5]) or "none"
            raise RenderError(
                f"citation {source!r} names no source of this report (known: {known}); add it to the sources block."
            )
        return f'<a class="cite" href="#ref-{escape(source)}">{escape(self.said(source))}</a>'

    def said(self, source: str) -> str:
        """Return what stands in the text for a source: its author and year, or its number in brackets."""
        return self.in_text.get(source) or f"[{self.citations.get(source, source)}]"

    def link(self, target: str) -> str:
        """Return the link to a block of this page.

        Raises
        ------
        RenderError
            When no block of the page has this id.
        """
        if self.lab:
            return f'<span class="cite">{escape(target)}</span>'
        if target not in self.labels:
            raise RenderError(
                f"link to {target!r} leads nowhere: no block of this report has that id; correct the id."
            )
        return f'<a href="#{escape(target)}">{escape(self.labels[target])}</a>'

    def linked(self, content: str, target: str) -> str:
        """Wrap HTML in a link to ``#block-id`` or an http(s) address; anything else stays without a link."""
        if target.startswith("#") and not self.lab:
            self.link(target[1:])
        address = safe_url(target)
        if not address or (self.lab and address.startswith("#")):
            return content
        outside = "" if address.startswith("#") else ' rel="noopener noreferrer"'
        return f'<a href="{escape(address)}"{outside}>{content}</a>'

    def file(self, identifier: str) -> str:
        """Return the link to the cells of a table or figure as a file, ``""`` where the page stands alone."""
        path = self.files.get(identifier, "")
        if not path or self.lab:
            return ""
        name = self.labels.get(identifier, identifier)
        return f'<a class="csv" href="{escape(path)}" aria-label="{escape(name)} as CSV">CSV</a>'

    def inline(self, text: str) -> str:
        """Return a sentence as HTML: escaped, with its ``[@id]`` citations linked.

        What looks like the citation of a source that the report has not stands as it is: a product may be called so.

        Examples
        --------
        >>> References(citations={"orders": 1}).inline("4 < 6 [@orders]")
        '4 &lt; 6 <a class="cite" href="#ref-orders">[1]</a>'
        """

        def cited(match: re.Match[str]) -> str:
            return self.cite(match[1]) if self.lab or match[1] in self.citations else match[0]

        return CITATION.sub(cited, escape(text))


def run_html(text: str, *, look: str = "", url: str = "") -> str:
    """Return a stretch of a reference as HTML: escaped, in its look, linked where the address is http(s).

    Examples
    --------
    >>> run_html("A & B", look="italic"), run_html("x", url="javascript:x()")
    ('<i>A &amp; B</i>', 'x')
    """
    opening, closing = _LOOKS.get(look, ("", ""))
    content = f"{opening}{escape(text)}{closing}"
    address = safe_url(url)
    if not address or address.startswith("#"):
        return content
    return f'<a href="{escape(address)}" rel="noopener noreferrer">{content}</a>'
