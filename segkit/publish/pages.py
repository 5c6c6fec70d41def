"""Executed notebooks in, one self-contained HTML page out.

The page is written by our own nbconvert template; it loads nothing, runs only its own scripts (by hash) and reads
without them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter
from nbformat import NotebookNode

from segkit import __version__
from segkit.errors import RenderError
from segkit.model.company import Company
from segkit.publish.chapters import PAGE_TITLE, Part, join_chapters, split_report
from segkit.publish.files import write_atomically
from segkit.publish.foreign import render_foreign
from segkit.publish.html import render_html
from segkit.publish.outline import Outline, plan_page
from segkit.publish.palette import SWATCHES, css_variables
from segkit.publish.prose import Heading
from segkit.publish.records import MIME, Kind
from segkit.publish.safety import content_policy, escape, script_json
from segkit.publish.sprite import draw_icons_once
from segkit.publish.table_files import table_paths
from segkit.words.figures import long_date

_ID = re.compile(r' id="([^"]+)"')
_LINK = re.compile(r'href="#([^"]+)"')
_TEMPLATES = resources.files("segkit.publish") / "templates"


def build_page(
    notebooks: Sequence[NotebookNode],
    *,
    title: str = "",
    company: Company | None = None,
    as_of: date | None = None,
    interactive: bool = False,
) -> str:
    """Return one HTML page made from executed notebooks.

    Parameters
    ----------
    notebooks : sequence of NotebookNode
        Executed, in reading order; see `segkit.publish.notebooks.run_notebook`.
    title : str, optional
        The page's heading; by default the first heading of a single notebook.
    company : Company, optional
        Whose report: its name, and whether it is fictional.
    as_of : date, optional
        The end of observation, printed under the title.
    interactive : bool, default False
        Embed Plotly and the specifications of Plotly blocks (about 5 MB); their static twins stay.

    Returns
    -------
    str
        The same bytes for the same notebooks: no time, path or random id enters.

    Raises
    ------
    RenderError
        When a cell failed, a record is malformed, an id is used twice, or a citation or link leads nowhere.

    See Also
    --------
    save_page : writes it, whole or not at all.

    Examples
    --------
    >>> notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# Ten customers")])
    >>> "<h1>Ten customers</h1>" in build_page([notebook])
    True
    """
    chapters = join_chapters(notebooks)
    outline = plan_page(chapters, title=title, interactive=interactive)
    return _render(chapters, _Page(outline, company=company, as_of=as_of))


def build_pages(
    notebooks: Mapping[str, NotebookNode],
    *,
    company: Company | None = None,
    as_of: date | None = None,
    interactive: bool = False,
    tables: bool = False,
) -> dict[str, str]:
    """Return the pages of a report: the first one, one a chapter, and one for what backs each chapter up.

    Parameters
    ----------
    notebooks : mapping of str to NotebookNode
        Executed chapters by the name of their page, in reading order.
    company, as_of, interactive
        As for `build_page`.
    tables : bool, default False
        Link under each table and figure the file that `segkit.publish.table_files` makes of it; they stand beside the pages.

    Returns
    -------
    dict of str to str
        File name to HTML; ``index.html`` first. Numbers of figures, tables and sources run through the whole report.

    Raises
    ------
    RenderError
        As `build_page`.
    """
    chapters = join_chapters(list(notebooks.values()))
    whole = plan_page(chapters, title=PAGE_TITLE, interactive=interactive)
    parts = split_report(list(notebooks), chapters)
    labels = {**whole.references.labels, **{part.anchor: part.title for part in parts}}
    references = replace(whole.references, labels=labels, files=table_paths(chapters) if tables else {})
    pages = {}
    for place, part in enumerate(parts):
        notebook = NotebookNode(cells=list(part.cells))
        outline = plan_page([notebook], title=part.title, within=references)
        page = _Page(outline, company=company, as_of=as_of, parts=parts, place=place)
        pages[f"{part.name}.html"] = _render([notebook], page)
    return _join_pages(pages)


def _join_pages(pages: Mapping[str, str]) -> dict[str, str]:
    """Let every link find its place: on its own page where that has it, else on the chapter's, else on the first."""
    ids = {name: set(_ID.findall(html)) for name, html in pages.items()}
    homes: dict[str, str] = {}
    for name in reversed([*list(pages)[1:], *list(pages)[:1]]):
        homes.update(dict.fromkeys(ids[name], name))

    def relinked(name: str, html: str) -> str:
        def place(match: re.Match[str]) -> str:
            target = unescape(match[1])
            if target not in homes:
                raise RenderError(
                    f"link to '#{target}' in the text leads nowhere in this report; correct the link."
                )
            return f'href="{"" if target in ids[name] else homes[target]}#{match[1]}"'

        return _LINK.sub(place, html)

    return {name: relinked(name, html) for name, html in pages.items()}


def _render(chapters: Sequence[NotebookNode], page: _Page) -> str:
    cells = []
    for chapter, notebook in enumerate(chapters):
        for position, cell in enumerate(notebook.cells):
            placed = copy.deepcopy(cell)
            placed.metadata = NotebookNode(segkit=(chapter, position))
            placed.id = f"cell-{chapter}-{position}"  # notebooks number their cells alike
            cells.append(placed)
    merged = nbformat.v4.new_notebook(cells=cells)
    page.style = _style(messages=any(record["kind"] == Kind.MESSAGE for record in _block_records(cells)))
    html, _ = _exporter().from_notebook_node(merged, resources={"segkit": page})
    return f"{draw_icons_once(html.rstrip())}\n"


def _block_records(cells: Sequence[NotebookNode]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                yield output.data[MIME]


def save_page(html: str, path: Path) -> Path:
    """Write a page; a reader sees the old one or the new one, never half of one."""
    return write_atomically(path, html)


class _Page:
    """What the template asks of a page."""

    def __init__(
        self,
        outline: Outline,
        *,
        company: Company | None,
        as_of: date | None,
        parts: Sequence[Part] = (),
        place: int = 0,
    ) -> None:
        self.outline = outline
        self.title = outline.title
        self.company = company.name if company else ""
        self.fictional = bool(company and company.fictional)
        self.identifiable = bool(company and company.report.identifiable)
        self.full_title = " · ".join(part for part in (self.title, self.company) if part)
        self.facts = [f"As of {long_date(as_of)}"] if as_of else []
        self.parts = parts
        self.part = parts[place] if parts else None
        self.front = bool(parts) and place == 0  # the first page shows no code
        self.before = parts[place - 1] if place else None
        self.after = parts[place + 1] if place + 1 < len(parts) else None
        self.beside = [
            part
            for part in parts
            if self.part and part is not self.part and part.chapter == self.part.chapter
        ]
        self.contents = _nest(outline.headings)
        self.version = __version__
        self.style = ""  # what the page's blocks need of it, see _render
        self.scripts = _scripts(interactive=outline.references.interactive)
        self.policy = content_policy(self.scripts)
        self.foreign = 0  # outputs that are no blocks so far, for ids inside their drawings


def _nest(headings: Sequence[Heading]) -> list[dict[str, Any]]:
    """Return the contents in two levels; deeper headings are found by reading."""
    contents: list[dict[str, Any]] = []
    for heading in headings:
        if heading.level <= 2 or not contents:
            contents.append({"anchor": heading.anchor, "text": heading.text, "inner": []})
        elif heading.level == 3:
            contents[-1]["inner"].append(heading)
    return contents


@cache
def _asset(name: str) -> str:
    return _TEMPLATES.joinpath("report", "static", name).read_text(encoding="utf-8").strip()


@cache
def _style(*, messages: bool) -> str:
    """Return the page's style sheet without its comments; previews of messages need a part of their own."""
    light, dark = css_variables("light"), css_variables("dark")
    segments = "".join(f".s-{i}{{--segment:var(--s{i})}}" for i in range(1, 9))
    style = f"{_asset('report.css')}\n{_asset('messages.css') if messages else ''}"
    style = style.replace("/*LIGHT*/", light).replace("/*DARK*/", dark).replace("/*SEGMENTS*/", segments)
    return re.sub(r"/\*.*?\*/\s*", "", style, flags=re.DOTALL).strip()


def _scripts(*, interactive: bool) -> tuple[str, ...]:
    """Return the page's scripts; the policy lists their hashes, so they are written exactly as they are here."""
    if not interactive:
        return (_asset("report.js"),)
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - 5 MB, read only when asked for

    colors = script_json({swatch.light.lower(): swatch.name for swatch in SWATCHES})
    explore = _asset("explore.js").replace('"COLORS"', colors)
    return (_asset("report.js"), get_plotlyjs().replace("</script", "<\\/script"), explore)


class _PageExporter(TemplateExporter):  # type: ignore[misc] # nbconvert carries no types here
    """nbconvert with our own template: nothing of its themes, no preprocessor that touches the cells."""

    output_mimetype = "text/html"


@cache
def _exporter() -> TemplateExporter:
    exporter = _PageExporter(
        template_name="report",
        extra_template_basedirs=[str(_TEMPLATES)],
        file_extension=".html",
    )
    exporter.register_filter("segkit_escape", escape)
    exporter.register_filter("segkit_prose", _prose)
    exporter.register_filter("segkit_output", _output)
    return exporter


def _prose(place: Sequence[int], page: _Page) -> str:
    return page.outline.prose[place[0], place[1]].html


def _output(data: Mapping[str, Any], place: Sequence[int], page: _Page) -> str:
    chapter, position = place
    refs = page.outline.references.at(page.outline.levels[chapter, position])
    if MIME in data:
        return render_html(data[MIME], refs)
    page.foreign += 1
    return render_foreign(data, refs, prefix=f"output-{page.foreign}")
