"""One company's report: run its notebooks, build the page, put the folder in place whole or not at all."""

from __future__ import annotations

import contextlib
import json
import shutil
from datetime import date
from pathlib import Path

from segkit.errors import InputError, NotEnoughDataError, RenderError
from segkit.intake.bundled import bundled_notebooks
from segkit.intake.company import read_company
from segkit.model.company import Company
from segkit.publish.chapters import join_chapters
from segkit.publish.files import write_atomically
from segkit.publish.notebooks import run_notebook, save_notebook
from segkit.publish.pages import build_pages, save_page
from segkit.publish.table_files import table_files

CHAPTERS = ("segmentation.ipynb", "flow_design.ipynb", "sales_cycle.ipynb")
"""The notebooks of a report, in reading order."""
MARK = "results/manifest.json"
"""What only a report holds: a folder without it is never replaced."""


def render_company(
    folder: Path, out: Path, *, interactive: bool = False, n_segments: int | None = None
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
    company = read_company(folder)
    target = out.resolve() / company.slug
    _guard(target, Path(company.folder))
    draft = target.with_name(f".{company.slug}.part")
    shutil.rmtree(draft, ignore_errors=True)
    made = [parent for parent in draft.parents if not parent.exists()]
    try:
        draft.mkdir(parents=True)
        _write_report(company, draft, interactive=interactive, n_segments=n_segments)
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
    return target / "index.html"


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


def _write_report(company: Company, draft: Path, *, interactive: bool, n_segments: int | None) -> None:
    parameters: dict[str, str | int | bool] = {
        "company": company.folder,
        "results": str(draft / "results"),
        "n_segments": n_segments or 0,
        "interactive": interactive,
    }
    bundled = {notebook.name: notebook for notebook in bundled_notebooks()}
    executed = {
        name: run_notebook(bundled[name], parameters, cwd=Path(company.folder), company=company.name)
        for name in CHAPTERS
    }
    manifest = json.loads((draft / "results" / "manifest.json").read_text(encoding="utf-8"))
    pages = build_pages(
        {name.removesuffix(".ipynb"): executed[name] for name in CHAPTERS},
        company=company,
        as_of=date.fromisoformat(manifest["as_of"]),
        interactive=interactive,
        tables=True,
    )
    for name, html in pages.items():
        save_page(html, draft / name)
    for name, text in table_files(join_chapters([executed[name] for name in CHAPTERS])).items():
        write_atomically(draft / name, text)
    (draft / "notebooks").mkdir()
    for name, notebook in executed.items():
        save_notebook(notebook, draft / "notebooks" / name)
