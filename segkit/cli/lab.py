"""``segkit lab``: the same notebooks in JupyterLab, as copies in the company folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from segkit.cli.terminal import say
from segkit.errors import InputError

QUIET = (
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
)
"""JupyterLab asks for news, newer versions and extensions otherwise; nothing here needs the network."""


def lab(
    folder: Path | None = typer.Argument(
        None, help="Company folder; default: the bundled example, copied here."
    ),
    port: int = typer.Option(8888, help="Port of JupyterLab."),
) -> None:
    """Open the notebooks in JupyterLab (copies in the company folder, yours to change)."""
    from segkit.intake.bundled import example_company
    from segkit.intake.company import read_company
    from segkit.publish.own_notebooks import copy_notebooks

    if find_spec("jupyterlab") is None:
        raise InputError("JupyterLab is not installed; install it with: pip install 'segkit[lab]'.")
    if folder is None:
        example = example_company()
        folder = Path.cwd() / example.name
        if not folder.exists():
            shutil.copytree(example, folder)
            say(f"The example company was copied to {folder}.")
    company = read_company(folder)
    for word, copy in copy_notebooks(Path(company.folder)):
        say(f"{word:<7} {copy}" + (" (yours)" if word == "kept" else ""))
    command = lab_command(Path(company.folder), port=port)
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own interpreter and a validated folder


def lab_command(folder: Path, *, port: int) -> list[str]:
    """Return what starts JupyterLab on a company folder."""
    return [sys.executable, "-m", "jupyterlab", f"--port={port}", f"--notebook-dir={folder}", *QUIET]
