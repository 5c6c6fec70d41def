"""A page of a report as verification reads it: the text of each element with an id, and every link."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from urllib.parse import unquote

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_UNSEEN = frozenset({"script", "style", "template"})


class Page(HTMLParser):
    """A page as the texts of its elements with an id, and its links; time and memory grow with its length."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.files: list[str] = []
        self.elsewhere: list[tuple[str, str]] = []
        self.twice: list[str] = []
        self._spans: dict[str, tuple[int, int]] = {}
        self._parts: list[str] = []
        self._open: list[tuple[str, str, int]] = []
        self._names: Counter[str] = Counter()
        self.feed(html)
        self.close()
        while self._open:
            self._shut()

    @property
    def ids(self) -> tuple[str, ...]:
        """Return every id, in the order of the page."""
        return tuple(sorted(self._spans, key=lambda name: self._spans[name]))

    def text(self, identifier: str) -> str | None:
        """Return the text inside the element of an id, or None where there is none."""
        span = self._spans.get(identifier)
        return None if span is None else "".join(self._parts[slice(*span)])

    def __contains__(self, identifier: str) -> bool:
        """Return whether an element has this id."""
        return identifier in self._spans

    @property
    def smallest_first(self) -> tuple[str, ...]:
        """Return every id, those of the shortest texts first."""
        return tuple(
            sorted(self._spans, key=lambda name: (self._spans[name][1] - self._spans[name][0], name))
        )

    def holds(self, outer: str, inner: str) -> bool:
        """Return whether the element of one id holds that of another."""
        (start, end), (first, last) = self._spans[outer], self._spans[inner]
        return start <= first and last <= end

    @property
    def whole(self) -> str:
        """Return all text of the page."""
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        values = dict(attrs)
        target = (values.get("href") or "").strip()
        if tag == "a" and target.startswith("#") and len(target) > 1:
            self.links.append(unquote(target[1:]))
        elif tag == "a" and target and ":" not in target.partition("/")[0] and not target.startswith("//"):
            name, _, place = target.partition("#")
            self.files.append(unquote(name.partition("?")[0]))
            if place:
                self.elsewhere.append((self.files[-1], unquote(place)))
        identifier = values.get("id") or ""
        if identifier in self._spans:
            self.twice.append(identifier)
            identifier = ""
        if identifier:
            self._spans[identifier] = len(self._parts), len(self._parts)
        if tag not in VOID:
            self._open.append((tag, identifier, len(self._parts)))
            self._names[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close an element of a drawing."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and those within it that were left open."""
        while self._names[tag]:
            if self._shut() == tag:
                return

    def handle_data(self, data: str) -> None:
        """Keep what a reader sees."""
        if not any(self._names[name] for name in _UNSEEN):
            self._parts.append(data)

    def _shut(self) -> str:
        name, identifier, start = self._open.pop()
        self._names[name] -= 1
        if identifier:
            self._spans[identifier] = start, len(self._parts)
        return name
