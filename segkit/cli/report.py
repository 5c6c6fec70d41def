"""``segkit report``: run the notebooks, write the page and the results."""

from __future__ import annotations

import time
from pathlib import Path

import typer

from segkit.cli.terminal import say, working_on


def report(
    folders: list[Path] = typer.Argument(None, help="Company folders; default: the bundled example company."),
    out: Path = typer.Option(Path("reports"), "--out", help="Where the report folders are written."),
    interactive: bool = typer.Option(False, "--interactive", help="Add charts to explore (adds about 5 MB)."),
    n_segments: int | None = typer.Option(None, "--segments", min=2, max=12, help="How many groups to deliver."),
) -> None:
    """Run the notebooks and write reports/<company>/index.html with its results beside it."""
    from segkit.analysis.pipeline import find_company
    from segkit.publish.reports import render_company

    for folder in folders or [None]:
        started = time.perf_counter()
        with working_on(f"Rendering {folder or 'the example company'}"):
            done = render_company(find_company(folder), out, interactive=interactive, n_segments=n_segments)
        for line in done.lines:
            say(line)
        seconds = time.perf_counter() - started
        size_kb = done.page.stat().st_size / 1000
        say(f"{_short(done.page)}  ({size_kb:,.0f} kB, {seconds:.1f} s)")


def _short(path: Path) -> Path:
    """Return the path as the user would type it from here."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
