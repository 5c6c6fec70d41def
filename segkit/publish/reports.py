"""One company's report: run its notebooks, build the page, put the folder in place whole or not at all."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from segkit.errors import InputError, NotEnoughDataError, RenderError
from segkit.intake.company import read_company
from segkit.model.company import Company
from segkit.publish.chapters import join_chapters
from segkit.publish.document import Document, plan_document
from segkit.publish.files import write_atomically
from segkit.publish.hand_in import Format, HandIn, check_formats, keep_files, write_hand_in
from segkit.publish.identifiable import name_customers, read_identities
from segkit.publish.json_values import json_text
from segkit.publish.notebooks import run_notebook, save_notebook
from segkit.publish.own_notebooks import Chosen, choose_notebooks
from segkit.publish.pages import build_pages, save_page
from segkit.publish.table_files import table_files

CHAPTERS = ("segmentation.ipynb", "flow_design.ipynb", "sales_cycle.ipynb")
"""The notebooks of a report, in reading order."""
MARK = "results/manifest.json"
"""What only a report holds: a folder without it is never replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A report in its place: its first page, and the documents to hand in beside it."""

    page: Path
    hand_in: HandIn


def render_company(
    folder: Path,
    out: Path,
    *,
    interactive: bool = False,
    n_segments: int | None = None,
    worksheet: bool = False,
    notebooks: Chosen | None = None,
) -> Path:
    """Run the notebooks of a company and write ``<out>/<company>/`` with page, results and notebooks.

    Parameters
    ----------
    folder : Path
        Company folder.
    out : Path
        Folder that holds the reports; made when absent.
    interactive : bool
        Embed Plotly and the interactive twins of charts.
    n_segments : int, optional
        Groups to deliver instead of those in ``company.toml``.
    worksheet : bool
        Leave segkit's arguments out and ask for the reader's in their place.
    notebooks : Chosen, optional
        What each chapter runs; the user's copies by default, where nothing in them needs trust.

    Returns
    -------
    Path
        The page, ``<out>/<company>/index.html``.

    Raises
    ------
    InputError, NotEnoughDataError
        The company's files cannot be used; nothing is written.
    RenderError
        A notebook failed; a report that stood there before still stands.
    """
    return render_report(
        folder,
        out,
        interactive=interactive,
        n_segments=n_segments,
        worksheet=worksheet,
        notebooks=notebooks,
    ).page


def render_report(
    folder: Path,
    out: Path,
    *,
    interactive: bool = False,
    n_segments: int | None = None,
    worksheet: bool = False,
    identifiable: bool = False,
    notebooks: Chosen | None = None,
    formats: Collection[Format] = (),
    pages: int | None = None,
) -> Rendered:
    """Do what `render_company` does, and write the report as documents too.

    Parameters
    ----------
    folder, out, interactive, n_segments, worksheet, notebooks
        As for `render_company`.
    identifiable : bool
        Say the person beside each label in pages, tables and documents; results and notebooks keep the labels.
    formats : collection of Format
        What to write beside the pages.
    pages : int, optional
        How many pages a document may have; appendices are left out to keep to it.
    """
    check_formats(formats, pages)
    company = read_company(folder)
    target = out.resolve() / company.slug
    _guard(target, Path(company.folder))
    draft = target.with_name(f".{company.slug}.part")
    shutil.rmtree(draft, ignore_errors=True)
    made = [parent for parent in draft.parents if not parent.exists()]
    try:
        draft.mkdir(parents=True)
        chosen = notebooks or choose_notebooks(Path(company.folder), CHAPTERS)
        if identifiable:
            company = replace(company, report=replace(company.report, identifiable=True))
        parameters = {"n_segments": n_segments or 0, "interactive": interactive, "worksheet": worksheet}
        document = _write_report(company, draft, chosen, parameters)
        hand_in = write_hand_in(document, draft, company.slug, formats=formats, pages=pages, before=target)
        keep_files(target, draft, company.slug)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
    except RenderError as error:
        if isinstance(error.__cause__, (InputError, NotEnoughDataError)):
            raise error.__cause__ from None  # the user's files are at fault, not the notebook
        raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
        for parent in made:
            with contextlib.suppress(OSError):  # a folder that now holds a report stays
                parent.rmdir()
    placed = tuple(replace(one, path=target / one.path.name) for one in hand_in.written)
    return Rendered(page=target / "index.html", hand_in=replace(hand_in, written=placed))


def _guard(target: Path, folder: Path) -> None:
    """Refuse to replace a folder that a report did not make, above all the company's own."""
    if target == folder or target in folder.parents:
        raise InputError(
            f"the report folder {target} would replace the company folder; choose another --out."
        )
    blocked = next((place for place in target.parents if place.exists() and not place.is_dir()), None)
    if blocked:
        raise InputError(
            f"the report cannot be written into {blocked}, which is a file; choose another --out."
        )
    if target.is_symlink():
        raise InputError(f"{target} is a link, which no report replaces; choose another --out or remove it.")
    ours = target.is_dir() and ((target / MARK).is_file() or not any(target.iterdir()))
    if target.exists() and not ours:
        raise InputError(f"{target} exists and is not a report; choose another --out or remove it.")


def _write_report(company: Company, draft: Path, chosen: Chosen, asked: Mapping[str, int | bool]) -> Document:
    """Write the pages with what they stand on; return the same as a document."""
    parameters: dict[str, str | int | bool] = {
        "company": company.folder,
        "results": str(draft / "results"),
        **asked,
    }
    sources = {
        name: save_notebook(chosen.chapters[name].notebook, draft / "notebooks" / name) for name in CHAPTERS
    }
    executed = {
        name: run_notebook(source, parameters, cwd=Path(company.folder), company=company.name)
        for name, source in sources.items()
    }
    manifest = json.loads((draft / MARK).read_text(encoding="utf-8"))
    chapters = {name.removesuffix(".ipynb"): executed[name] for name in CHAPTERS}
    if company.report.identifiable:
        manifest["parameters"]["report"]["identifiable"] = True
        write_atomically(draft / MARK, json_text(manifest))
        people = read_identities(Path(company.folder))
        chapters = {name: name_customers(notebook, people) for name, notebook in chapters.items()}
    as_of = date.fromisoformat(manifest["as_of"])
    pages = build_pages(
        chapters, company=company, as_of=as_of, interactive=bool(asked["interactive"]), tables=True
    )
    for name, html in pages.items():
        save_page(html, draft / name)
    for name, text in table_files(join_chapters(list(chapters.values()))).items():
        write_atomically(draft / name, text)
    for name, notebook in executed.items():
        save_notebook(notebook, draft / "notebooks" / name)
    return plan_document(chapters, company=company, as_of=as_of)
