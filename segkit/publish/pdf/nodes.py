"""The pieces that a document is laid out from: plain JSON, in which a text is a string and never markup.

The template knows each ``type``; what stands in a string is shown as it is, whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from segkit.publish.records import CITATION
from segkit.publish.references import References
from segkit.publish.safety import safe_url, strip_control

Run = dict[str, Any]
"""A stretch of text in one look: ``t`` the text, ``b`` ``i`` ``c`` ... its looks, ``u`` an address, ``l`` an anchor in the document."""
Node = dict[str, Any]

UNSEEN = "□"
_SPACE = re.compile(r"[ \t\r\n]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LOOKS = {
    "italic": "i",
    "bold": "b",
    "underline": "ul",
    "superscript": "sup",
    "subscript": "sub",
    "small-caps": "sc",
}


def clean(text: object) -> str:
    r"""Return text as one line that fonts and PDFs carry: no control characters, no half characters, ``□`` for a letter of no font here.

    Examples
    --------
    >>> clean("#strong[x]\x00\n$y$")
    '#strong[x] $y$'
    """
    return seen(_SPACE.sub(" ", _SURROGATE.sub("", strip_control(str(text)))))


def seen(text: str) -> str:
    """Return text with ``□`` for each character that the fonts of a document do not have.

    Such a letter would be shown as a sign that stands for many, and be read aloud as another one.

    Examples
    --------
    >>> seen("Müller → 毛糸")
    'Müller → □□'
    """
    if text.isascii():
        return text
    known = _letters()
    return "".join(letter if ord(letter) in known else UNSEEN for letter in text)


@cache
def _letters() -> frozenset[int]:
    """Return the characters of the sans serif that every machine has with matplotlib; the serif's are among them."""
    from matplotlib import get_data_path  # noqa: PLC0415
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415

    return frozenset(FT2Font(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))).get_charmap())


def run(text: object, *, look: str = "", url: str = "", anchor: str = "") -> Run:
    """Return text in one look, perhaps linked.

    Examples
    --------
    >>> run("A", look="italic"), run("x", url="javascript:x()"), run("y", look="b", anchor="map")
    ({'t': 'A', 'i': True}, {'t': 'x'}, {'t': 'y', 'b': True, 'l': 'map'})
    """
    made: Run = {"t": clean(text)}
    if look:
        made[_LOOKS.get(look, look)] = True
    address = safe_url(url)
    if address and not address.startswith("#"):
        made["u"] = clean(address)
    if anchor:
        made["l"] = anchor
    return made


def strong(text: object) -> Run:
    """Return text in bold."""
    return run(text, look="b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What a renderer needs to know of the document around it.

    Parameters
    ----------
    refs : References
        The report's numbers and labels.
    anchors : frozenset of str
        What a link may lead to; a link to what a page limit left out is shown as words.
    level : int, default 1
        The heading level above the piece.
    files : dict of str to bytes
        Pictures by file name; filled while the document is laid out.
    """

    refs: References
    anchors: frozenset[str] = frozenset()
    level: int = 1
    files: dict[str, bytes] = field(default_factory=dict)

    def inline(self, text: str, *, look: str = "") -> list[Run]:
        """Return a sentence with its ``[@id]`` citations linked; what names no source of the report stands as it is.

        Examples
        --------
        >>> Layout(refs=References(citations={"orders": 1})).inline("4 < 6 [@orders]")
        [{'t': '4 < 6 '}, {'t': '[1]', 'l': 'ref-orders'}]
        """
        runs: list[Run] = []
        for place, part in enumerate(CITATION.split(text)):
            if place % 2 and part in self.refs.citations:
                runs.append(self.cite(part))
            elif part:
                runs.append(run(f"[@{part}]" if place % 2 else part, look=look))
        return runs

    def cite(self, source: str) -> Run:
        """Return a citation as the pages word it, linked to the reference list.

        Raises
        ------
        RenderError
            When no list of the report has this source.
        """
        self.refs.cite(source)
        return run(self.refs.said(source), anchor=f"ref-{source}")

    def link(self, target: str, words: str = "") -> Run:
        """Return a link to a block, in its label or in other words; of one that a page limit left out it says where it is.

        Raises
        ------
        RenderError
            When no block of the report has this id.
        """
        self.refs.link(target)
        said = words or self.refs.labels[target]
        return run(said, anchor=target) if target in self.anchors else run(f"{said} (HTML report)")

    def linked(self, runs: Sequence[Run], target: str) -> list[Run]:
        """Return runs linked to ``#block-id`` or an http(s) address; anything else stays without a link."""
        address = safe_url(target)
        if not address:
            return list(runs)
        if address.startswith("#"):
            self.refs.link(address[1:])
            return [{**one, "l": address[1:]} if address[1:] in self.anchors else one for one in runs]
        return [{**one, "u": clean(address)} for one in runs]

    def heading(self, text: Sequence[Run], *, below: int = 1, **more: object) -> Node:
        """Return a heading so many levels below the current one."""
        return {"type": "heading", "level": min(self.level + below, 6), "runs": list(text), **more}


def joined(runs: Iterable[Run], between: str = ", ") -> list[Run]:
    """Return runs with text between them.

    Examples
    --------
    >>> joined([{"t": "a"}, {"t": "b"}])
    [{'t': 'a'}, {'t': ', '}, {'t': 'b'}]
    """
    result: list[Run] = []
    for one in runs:
        result += [{"t": between}, one] if result else [one]
    return result


def plain(runs: Iterable[Run]) -> str:
    """Return the words of runs."""
    return "".join(one["t"] for one in runs)


def para(runs: Sequence[Run], look: str = "") -> Node:
    """Return a paragraph; ``look`` is ``""``, ``"lead"``, ``"small"``, ``"word"`` or ``"quote"``."""
    return {"type": "para", "runs": list(runs), "look": look}


def bullets(items: Sequence[Sequence[Node]], *, ordered: bool = False, start: int = 1) -> Node:
    """Return a list; each item holds nodes."""
    return {"type": "list", "ordered": ordered, "start": start, "items": [list(item) for item in items]}


def sentences(texts: Iterable[str], layout: Layout) -> Node:
    """Return sentences as a list."""
    return bullets([[para(layout.inline(text))] for text in texts])


def box(children: Sequence[Node], tone: str) -> Node:
    """Return nodes in a box; ``tone`` is ``note``, ``caution``, ``gap`` or ``quiet``."""
    return {"type": "box", "tone": tone, "children": list(children)}


def card(children: Sequence[Node], *, anchor: str, color: str = "") -> Node:
    """Return nodes beside a rule in a group's color; a card may go on on the next page."""
    return {"type": "card", "anchor": anchor, "color": color, "children": list(children)}


def terms(pairs: Sequence[tuple[Sequence[Run], Sequence[Run]]]) -> Node:
    """Return labels with what is said of each."""
    return {
        "type": "terms",
        "items": [{"term": list(term), "text": list(text)} for term, text in pairs],
    }


def at(anchor: str, node: Node) -> Node:
    """Return a node that links can lead to."""
    return {"type": "at", "anchor": anchor, "children": [node]}
