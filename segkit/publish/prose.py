"""Markdown cells to HTML: cleaned, cited, with headings that a contents list can point to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import mistune

from segkit.publish.records import CITATION
from segkit.publish.references import References
from segkit.publish.safety import clean_html, escape

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ANCHOR = re.compile(r'<a href="#([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One heading of the page: its level after demotion, anchor and plain text."""

    level: int
    anchor: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """A Markdown cell as HTML, its headings, and the anchors of the page that it links to."""

    html: str
    headings: tuple[Heading, ...]
    links: tuple[str, ...]


def slugify(text: str) -> str:
    """Return an anchor made from words.

    Examples
    --------
    >>> slugify("Who are the customers?"), slugify("2024"), slugify("Über uns")
    ('who-are-the-customers', 'h-2024', 'über-uns')
    """
    slug = re.sub(r"[^\w]+", "-", text.lower()).strip("-_")
    return slug if slug[:1].isalpha() else f"h-{slug}"


def render_prose(source: str, refs: References, *, demote: int, taken: set[str]) -> Prose:
    r"""Return a Markdown cell as HTML.

    Parameters
    ----------
    source : str
        Markdown; HTML inside passes the allow-list of `segkit.publish.safety`; ``[@id]`` cites a source.
    refs : References
        Where citations lead.
    demote : int
        How many levels headings are moved down, so that a page keeps one ``h1``.
    taken : set of str
        Anchors in use; those of the new headings are added.

    Examples
    --------
    >>> prose = render_prose("# Groups\n\nFour <script>x()</script>of them.", References(), demote=1, taken=set())
    >>> prose.html
    '<h2 id="groups">Groups</h2>\n<p>Four of them.</p>\n'
    """
    headings: list[Heading] = []

    def anchored(match: re.Match[str]) -> str:
        level, text = min(int(match[1]) + demote, 6), unescape(_TAG.sub("", match[2])).strip()
        anchor = _free(slugify(text), taken)
        headings.append(Heading(level=level, anchor=anchor, text=text))
        return f'<h{level} id="{escape(anchor)}">{match[2]}</h{level}>'

    html = _HEADING.sub(anchored, clean_html(_markdown(refs)(source)))
    html = html.replace("<table>", '<div class="scroll" role="group" tabindex="0" aria-label="Table"><table>')
    html = html.replace("</table>", "</table></div>")
    links = tuple(dict.fromkeys(unescape(link) for link in _ANCHOR.findall(html)))
    return Prose(html=html, headings=tuple(headings), links=links)


def _free(slug: str, taken: set[str]) -> str:
    anchor, number = slug, 2
    while anchor in taken:
        anchor, number = f"{slug}-{number}", number + 1
    taken.add(anchor)
    return anchor


def _markdown(refs: References) -> Any:
    """Return a Markdown renderer that knows citations; HTML is let through, because it is cleaned afterwards."""

    def parse(_inline: Any, match: re.Match[str], state: Any) -> int:
        state.append_token({"type": "citation", "raw": match.group("source")})
        return match.end()

    def plugin(markdown: Any) -> None:
        pattern = CITATION.pattern.replace("(", "(?P<source>", 1)
        markdown.inline.register("citation", pattern, parse, before="link")
        markdown.renderer.register("citation", lambda _renderer, source: refs.cite(source))

    plugins: list[Any] = ["table", "strikethrough", plugin]
    renderer = mistune.HTMLRenderer(
        escape=False, allow_harmful_protocols=True
    )  # cleaned by our own allow-list
    return mistune.create_markdown(renderer=renderer, plugins=plugins)
