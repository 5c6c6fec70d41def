"""The notebooks are thin, parameterised and run; their committed outputs are what they print today."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[2] / "notebooks").glob("*.ipynb"))
LOGIC = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try,
         ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)  # fmt: skip


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_no_logic(path: Path):
    for number, cell in enumerate(code_cells(path), start=1):
        found = [type(node).__name__ for node in ast.walk(ast.parse(cell.source)) if isinstance(node, LOGIC)]
        assert not found, f"code cell {number} holds {found}; logic lives in the library"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_asks_in_short_cells(path: Path):
    cells = code_cells(path)
    assert len(cells) <= 25
    asking = [
        cell for cell in cells if "parameters" not in cell.metadata.get("tags", ())
    ]  # those are settings
    assert len(asking) == len(cells) - 1
    assert (
        max(len(ast.parse(cell.source).body) for cell in asking) <= 5
    )  # statements; the formatter breaks lines


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_one_cell_of_plain_parameters(path: Path):
    tagged = [cell for cell in code_cells(path) if "parameters" in cell.metadata.get("tags", [])]
    assert len(tagged) == 1
    for statement in ast.parse(tagged[0].source).body:
        assert isinstance(statement, ast.Assign)
        ast.literal_eval(statement.value)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_cell_after_the_parameters_ends_on_a_block(path: Path):
    for cell in code_cells(path):
        if "parameters" in cell.metadata.get("tags", []):
            continue
        last = ast.parse(cell.source).body[-1]
        assert isinstance(last, ast.Expr)
        assert isinstance(last.value, ast.Call)
        assert ast.unparse(last.value.func).endswith("show")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_figure_payloads(path: Path):
    text = path.read_text(encoding="utf-8")
    assert "<svg" not in text
    assert "image/png" not in text
    assert any(cell.get("outputs") for cell in code_cells(path)), (
        "outputs are committed; run `make notebooks`"
    )


def test_the_committed_outputs_are_what_the_notebooks_show_today():
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "-p", "nbval_records",
               "-p", "no:cacheprovider", "-W", "default", *map(str, NOTEBOOKS)]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)}, cwd=NOTEBOOKS[0].parent,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
