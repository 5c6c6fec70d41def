"""Before a page is written: what is on it, in which order, what is called what and what points where."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from segkit.errors import RenderError
from segkit.publish.chapters import FIRST_PAGE, has_tag
from segkit.publish.prose import Heading, Prose, render_prose
from segkit.publish.records import (
    MIME,
    Kind,
    check_record,
    citations_of,
    figure_of,
    ids_of,
    links_of,
    named_sources,
)
from segkit.publish.references import References

_FIXED = {"contents", "main", "top"}
"""Anchors of the page itself."""
_NAMED = {Kind.SEGMENT, Kind.FLOW, Kind.MESSAGE, Kind.VERDICT}
"""Cards with a name of their own, which links to them say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The plan of a page.

    Parameters
    ----------
    title : str
        The one ``h1``.
    headings : tuple of Heading
        The contents, in order.
    prose : mapping of (int, int) to Prose
        The Markdown cells by chapter and position.
    levels : mapping of (int, int) to int
        The heading level in force at each cell.
    references : References
        Numbers of sources, labels of blocks.
    """

    title: str
    headings: tuple[Heading, ...]
    prose: Mapping[tuple[int, int], Prose]
    levels: Mapping[tuple[int, int], int]
    references: References = field(default_factory=References)


def plan_page(
    notebooks: Sequence[NotebookNode],
    *,
    title: str,
    interactive: bool = False,
    within: References | None = None,
) -> Outline:
    """Read executed notebooks once and settle all that needs the whole page.

    With one notebook its first ``h1`` is the page's title (``title``, when given, stands in its place); with
    several, each becomes a chapter, one level down. ``within`` are the references of a report of which this is one page: numbers and
    labels are the report's, and a link may lead to another page of it.

    Raises
    ------
    RenderError
        When an output is an error, a record is malformed, an id is used twice, or a citation or link leads nowhere.
    """
    records = [record for notebook in notebooks for record in _records(notebook)]
    refs = within or References(
        citations=_number_sources(records),
        in_text=_in_text(records),
        labels=_label_blocks(records, unnumbered=_only_on_the_first_page(notebooks)),
        interactive=interactive,
    )
    taken = _unique_ids(records) | set(refs.labels)
    for record in records:
        for source in named_sources(record):
            refs.cite(source)
        for link in links_of(record):
            refs.link(link)
    demote = 1 if len(notebooks) > 1 else 0
    prose: dict[tuple[int, int], Prose] = {}
    levels: dict[tuple[int, int], int] = {}
    level = 1
    for chapter, notebook in enumerate(notebooks):
        for position, cell in enumerate(notebook.cells):
            if cell.cell_type == "markdown":
                rendered = render_prose(cell.source, refs, demote=demote, taken=taken)
                prose[chapter, position] = rendered
                level = rendered.headings[-1].level if rendered.headings else level
            levels[chapter, position] = level
    own_title, prose = _take_title(prose) if demote == 0 else ("", prose)
    if (
        within is None
    ):  # a page of a report may lead to another one; its links are checked when all pages are there
        _check_all_cited(records, prose)
        _check_links(prose, taken, refs)
    if not (title or own_title):
        raise RenderError("the page has no title; start the notebook with '# Title' or pass title=.")
    headings = tuple(heading for rendered in prose.values() for heading in rendered.headings)
    return Outline(title=title or own_title, headings=headings, prose=prose, levels=levels, references=refs)


def _records(notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    for position, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise RenderError(
                    f"cell {position} of the notebook ends in an error ({output.ename}: {output.evalue:.200}); correct it and run the notebook again.",
                    cell=position,
                )
            record = output.get("data", {}).get(MIME)
            if record is not None:
                check_record(record)
                yield record


def _unique_ids(records: Sequence[Mapping[str, Any]]) -> set[str]:
    taken = set(_FIXED)
    for record in records:
        sources = [f"ref-{entry['id']}" for entry in record.get("entries", ())]
        for identifier in (*ids_of(record), *sources):
            if identifier in taken:
                raise RenderError(
                    f"id {identifier!r} is used twice in this report; give every block its own."
                )
            taken.add(identifier)
    return taken


def _number_sources(records: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    entries = [
        entry["id"] for record in records if record["kind"] == Kind.SOURCES for entry in record["entries"]
    ]
    return {source: number for number, source in enumerate(entries, start=1)}


def _in_text(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what stands in the text for each source whose entry says so."""
    return {
        entry["id"]: entry["in_text"]
        for record in records
        if record["kind"] == Kind.SOURCES
        for entry in record["entries"]
        if entry["in_text"]
    }


def _check_all_cited(records: Sequence[Mapping[str, Any]], prose: Mapping[tuple[int, int], Prose]) -> None:
    """Refuse a reference list with an entry that nothing on the page cites."""
    cited = {source for record in records for source in citations_of(record)}
    cited |= {link.removeprefix("ref-") for rendered in prose.values() for link in rendered.links}
    uncited = [source for source in _number_sources(records) if source not in cited]
    if uncited:
        named = ", ".join(repr(source) for source in uncited[:5])
        raise RenderError(
            f"reference list holds what nothing on the page cites ({named}); cite it as [@id] or leave it out of the sources block."
        )


def _only_on_the_first_page(notebooks: Sequence[NotebookNode]) -> set[str]:
    """Return the ids of blocks that documents leave out, so that their numbers would be missing there."""
    return {
        str(output.data[MIME].get("id"))
        for notebook in notebooks
        for cell in notebook.cells
        if has_tag(cell, FIRST_PAGE)
        for output in cell.get("outputs", ())
        if MIME in output.get("data", {})
    }


def _label_blocks(records: Sequence[Mapping[str, Any]], *, unnumbered: Collection[str]) -> dict[str, str]:
    """Return what a link to each block says; figures and tables are numbered in order of appearance."""
    labels: dict[str, str] = {}
    figures = tables = 0
    for record in records:
        figure = figure_of(record)
        if figure is not None:
            figures += 1
            labels[figure["id"]] = labels[record["id"]] = f"Figure {figures}"
        elif record["kind"] == Kind.TABLE and record["id"] in unnumbered:
            labels[record["id"]] = ""
        elif record["kind"] == Kind.TABLE:
            tables += 1
            labels[record["id"]] = f"Table {tables}"
        else:
            labels[record["id"]] = _label(record)
        labels.update(_inner_labels(record))
    return labels


def _label(record: Mapping[str, Any]) -> str:
    if record["kind"] in _NAMED:
        return str(record["name"])
    if record["kind"] == Kind.EVIDENCE:
        return f"Evidence: {record['group']}"
    words: str = record["id"].replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def _inner_labels(record: Mapping[str, Any]) -> dict[str, str]:
    """Return what links to the anchors inside a card of evidence or a list of passages say."""
    if record["kind"] == Kind.EVIDENCE:
        return {item["id"]: f"the claim about {record['group']}" for item in record["items"] if item["id"]}
    if record["kind"] == Kind.PASSAGES:
        return {quote["id"]: "its context" for source in record["sources"] for quote in source["quotes"]}
    return {}


def _take_title(prose: dict[tuple[int, int], Prose]) -> tuple[str, dict[tuple[int, int], Prose]]:
    """Take the first h1 out of the flow; any other h1 becomes an h2, since a page has one."""
    title, result = "", {}
    for place, rendered in prose.items():
        html, headings = rendered.html, []
        for heading in rendered.headings:
            if heading.level > 1:
                headings.append(heading)
            elif not title:
                title = heading.text
                start = html.index("<h1")
                html = html[:start] + html[html.index("</h1>") + len("</h1>") :].lstrip("\n")
            else:
                html = html.replace("<h1", "<h2", 1).replace("</h1>", "</h2>", 1)
                headings.append(Heading(level=2, anchor=heading.anchor, text=heading.text))
        result[place] = Prose(html=html, headings=tuple(headings), links=rendered.links)
    return title, result


def _check_links(prose: Mapping[tuple[int, int], Prose], taken: set[str], refs: References) -> None:
    known = taken | {f"ref-{source}" for source in refs.citations}
    for rendered in prose.values():
        for link in rendered.links:
            if link not in known:
                raise RenderError(
                    f"link to '#{link}' in the text leads nowhere on this page; correct the link."
                )
