"""``segkit report``: run the notebooks, write the page and the results."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from segkit.cli.checklist import say_checklist
from segkit.cli.terminal import exit_code, say, say_error, working_on
from segkit.errors import SegkitError


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
) -> None:
    """Run the notebooks and write reports/<company>/index.html with its results beside it."""
    from segkit.analysis.study import find_company
    from segkit.publish.reports import render_company

    chosen: list[Path | None] = [*folders] if folders else [None]
    failed: list[SegkitError] = []
    for folder in chosen:
        started = time.perf_counter()
        try:
            with working_on(f"Rendering {folder or 'the example company'}"):
                page = render_company(
                    find_company(folder), out, interactive=interactive, n_segments=n_segments
                )
        except SegkitError as error:
            if len(chosen) == 1:
                raise
            failed.append(error)
            say_error(str(error))
            continue
        seconds = time.perf_counter() - started
        say(f"{_short(page)}  ({page.stat().st_size / 1000:,.0f} kB, {seconds:.1f} s)")
        say_checklist(page, short=len(chosen) > 1)
    if failed:
        say(f"{len(chosen) - len(failed)} of {len(chosen)} reports made.")
        raise typer.Exit(max(exit_code(error) for error in failed))


def _short(path: Path) -> Path:
    """Return the path as the user would type it from here."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
