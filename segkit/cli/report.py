"""``segkit report``: run the notebooks, write the page and the results."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path

import typer

from segkit.cli.checklist import say_checklist
from segkit.cli.terminal import exit_code, say, say_error, working_on
from segkit.errors import SegkitError


class Written(StrEnum):
    """What ``--format`` may name; `segkit.publish.hand_in.Format` by its values, which would slow down ``--help``."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


def report(
    folders: list[Path] = typer.Argument(
        None,
        help="Company folders; default: the bundled example company.",
        readable=False,  # refused by name below
    ),
    out: Path = typer.Option(Path("reports"), "--out", help="Where the report folders are written."),
    interactive: bool = typer.Option(False, "--interactive", help="Add charts to explore (adds about 5 MB)."),
    n_segments: int | None = typer.Option(
        None, "--segments", min=2, max=12, help="How many groups to deliver."
    ),
    worksheet: bool = typer.Option(
        False, "--worksheet", help="Facts and evidence only: a question where an argument would stand."
    ),
    identifiable: bool = typer.Option(
        False, "--identifiable", help="Name the people behind the labels, in pages and documents only."
    ),
    trust: bool = typer.Option(
        False, "--trust", help="Run your own code in the notebooks/ of the company folder."
    ),
    bundled: bool = typer.Option(
        False, "--bundled", help="Leave the notebooks/ of the company folder aside."
    ),
    formats: list[Written] = typer.Option(
        [], "--format", help="A document to hand in beside the pages; repeat it for both."
    ),
    pages: int | None = typer.Option(
        None, "--pages", min=1, help="Pages the document may have; appendices are left out, the last first."
    ),
) -> None:
    """Run the notebooks and write reports/<company>/index.html with its results beside it."""
    from segkit.analysis.study import find_company
    from segkit.publish.hand_in import Format, check_formats
    from segkit.publish.own_notebooks import choose_notebooks
    from segkit.publish.reports import CHAPTERS, render_report

    asked = [Format(one.value) for one in dict.fromkeys(formats)]
    check_formats(asked, pages)

    chosen: list[Path | None] = [*folders] if folders else [None]
    failed: list[SegkitError] = []
    for folder in chosen:
        started = time.perf_counter()
        try:
            company = find_company(folder)
            notebooks = choose_notebooks(company, CHAPTERS, trust=trust, bundled=bundled)
            for note in notebooks.notes:
                say(note)
            with working_on(f"Rendering {folder or 'the example company'}"):
                made = render_report(
                    company,
                    out,
                    notebooks=notebooks,
                    interactive=interactive,
                    n_segments=n_segments,
                    worksheet=worksheet,
                    identifiable=identifiable,
                    formats=asked,
                    pages=pages,
                )
        except SegkitError as error:
            if len(chosen) == 1:
                raise
            failed.append(error)
            say_error(str(error))
            continue
        seconds = time.perf_counter() - started
        say(f"{_short(made.page)}  ({_size(made.page)}, {seconds:.1f} s)")
        for one in made.hand_in.written:
            say(f"{_short(one.path)}  ({_size(one.path)}{f', {one.pages} pages' if one.pages else ''})")
        for note in made.hand_in.notes:
            say(note)
        say_checklist(made.page, short=len(chosen) > 1)
    if failed:
        say(f"{len(chosen) - len(failed)} of {len(chosen)} reports made.")
        raise typer.Exit(max(exit_code(error) for error in failed))


def _size(path: Path) -> str:
    return f"{path.stat().st_size / 1000:,.0f} kB"


def _short(path: Path) -> Path:
    """Return the path as the user would type it from here."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
