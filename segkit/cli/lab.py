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


def lab(
    folder: Path | None = typer.Argument(
        None, help="Company folder; default: the bundled example, copied here."
    ),
    port: int = typer.Option(8888, help="Port of JupyterLab."),
) -> None:
    """Open the notebooks in JupyterLab (copies in the company folder, yours to change)."""
    from segkit.intake.bundled import bundled_notebooks, example_company
    from segkit.intake.company import read_company

    if find_spec("jupyterlab") is None:
        raise InputError("JupyterLab is not installed; install it with: pip install 'segkit[lab]'.")
    if folder is None:
        example = example_company()
        folder = Path.cwd() / example.name
        if not folder.exists():
            shutil.copytree(example, folder)
            say(f"The example company was copied to {folder}.")
    company = read_company(folder)
    target = Path(company.folder) / "notebooks"
    target.mkdir(exist_ok=True)
    for notebook in bundled_notebooks():
        copy = target / notebook.name
        if copy.exists():
            say(f"kept   {copy} (yours)")
        else:
            shutil.copyfile(notebook, copy)  # opened there, it finds the company.toml above it
            say(f"copied {copy}")
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}", f"--notebook-dir={company.folder}"]
    raise typer.Exit(subprocess.call(command))  # noqa: S603 - our own interpreter and a validated folder
