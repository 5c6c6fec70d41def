"""A report that says who is who: labels of customers with the person behind them, in the pages and documents only.

Results and stored notebooks keep the labels. What is shown to a reader on request is decided here and nowhere else.
"""

from __future__ import annotations

import copy
import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from segkit.publish.records import MIME
from segkit.publish.safety import strip_control

_VERBATIM = frozenset(
    {"id", "kind", "version", "key", "link", "links", "url", "svg", "svg_narrow", "spec", "quote", "before", "after"}
)  # fmt: skip
"""Fields that are anchors, addresses, drawings or somebody's exact words: nothing in them is replaced."""


def read_identities(folder: Path) -> dict[str, str]:
    """Return label and person from ``identities.csv`` of a company folder; empty where there is none.

    Examples
    --------
    >>> read_identities(Path("nowhere"))
    {}
    """
    path = folder / "identities.csv"
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        next(rows, None)
        return {row[0]: row[1] for row in rows if len(row) == 2}


def name_customers(notebook: NotebookNode, identities: Mapping[str, str]) -> NotebookNode:
    """Return an executed notebook whose records say the person beside each label: ``anna@post.example (C004)``.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it stays as it is.
    identities : mapping of str to str
        Label to person, as `read_identities` returns them.

    Examples
    --------
    >>> import nbformat
    >>> record = {"kind": "gap", "version": 1, "id": "C1", "title": "", "missing": "C1 has no e-mail.", "close": "Ask C10."}
    >>> output = nbformat.v4.new_output("display_data", data={MIME: record})
    >>> cell = nbformat.v4.new_code_cell("", outputs=[output])
    >>> shown = name_customers(nbformat.v4.new_notebook(cells=[cell]), {"C1": "ann@post.example"})
    >>> shown.cells[0].outputs[0].data[MIME]["missing"], shown.cells[0].outputs[0].data[MIME]["id"]
    ('ann@post.example (C1) has no e-mail.', 'C1')
    """
    if not identities:
        return notebook
    labels = sorted(identities, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, labels))})(?![\w-])")

    def replaced(text: str) -> str:
        return pattern.sub(lambda match: f"{strip_control(identities[match[0]])} ({match[0]})", text)

    def named(value: Any) -> Any:
        if isinstance(value, str):
            return replaced(value)
        if isinstance(value, Mapping):
            return {name: inner if name in _VERBATIM else named(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [named(inner) for inner in value]
        return value

    shown = copy.deepcopy(notebook)
    for cell in shown.cells:
        for output in cell.get("outputs", ()):
            if MIME in output.get("data", {}):
                output.data[MIME] = named(output.data[MIME])
    return shown
