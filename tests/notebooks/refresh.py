"""Run every notebook on the example company and store its outputs: texts and table records, no figure payloads.

Called by ``make notebooks``. What is stored is what nbval compares, so a diff of a notebook is a diff of its findings.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import nbformat

from segkit.intake.bundled import example_company
from segkit.publish.notebooks import parameter_names, run_notebook
from segkit.publish.records import MIME

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
DRAWN = {"figure", "plotly"}
IGNORE = "nbval-ignore-output"


def store_outputs(path: Path) -> None:
    """Run one notebook and write its outputs into it."""
    kept = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as results:
        given = {"company": str(example_company()), "results": str(Path(results) / "results")}
        parameters = {name: value for name, value in given.items() if name in parameter_names(kept)}
        executed = run_notebook(path, parameters, cwd=NOTEBOOKS, company="example")
    outputs = {cell.source: cell.outputs for cell in executed.cells if cell.cell_type == "code"}
    count = 0
    for cell in kept.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count  # nbval refuses outputs of a cell that was never run
        found = outputs.get(cell.source, [])
        tags = [tag for tag in cell.metadata.get("tags", []) if tag != IGNORE]
        if any(output.get("data", {}).get(MIME, {}).get("kind") in DRAWN for output in found):
            tags.append(IGNORE)
        if tags:
            cell.metadata["tags"] = tags
        cell.outputs = [_light(output) for output in found]
    nbformat.write(kept, path)


def _light(output: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Keep the text of an output and, unless it is drawn, its record."""
    data = dict(output.get("data", {}))
    record = data.get(MIME, {})
    light = {"text/plain": data.get("text/plain", "")}
    if record and record.get("kind") not in DRAWN:
        light[MIME] = record
    return nbformat.from_dict({**output, "data": light})


if __name__ == "__main__":
    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        store_outputs(notebook)
        print(f"stored the outputs of {notebook.name}")  # noqa: T201 - a script that reports
