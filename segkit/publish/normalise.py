"""An executed notebook without what differs between two runs: times, ids, addresses, paths, stream chunks."""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from typing import Any

from nbformat import NotebookNode

from segkit.publish.records import MIME

_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
_KEPT_METADATA = ("tags", "jupyter")


def normalise_notebook(notebook: NotebookNode, *, replace: Sequence[tuple[str, str]] = ()) -> NotebookNode:
    """Return an executed notebook that is the same for the same results.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; it is not changed.
    replace : sequence of (str, str), optional
        Texts that belong to this machine (absolute paths) and what stands for them.

    Returns
    -------
    NotebookNode
        Cell ids by position; no papermill or execution metadata; outputs that carry a record keep no second copy as
        HTML; adjacent chunks of a stream are one; memory addresses read ``0x…``.
    """
    result = copy.deepcopy(notebook)
    swaps = sorted({pair for pair in replace if pair[0]}, key=lambda pair: (-len(pair[0]), pair))
    result.metadata = NotebookNode(
        kernelspec=NotebookNode(_KERNEL), language_info=NotebookNode(name="python")
    )
    for position, cell in enumerate(result.cells, start=1):
        cell["id"] = f"cell-{position:03d}"
        cell.metadata = NotebookNode(
            {key: cell.metadata[key] for key in _KEPT_METADATA if cell.metadata.get(key)}
        )
        if cell.cell_type == "code":
            if "injected-parameters" in cell.metadata.get("tags", ()):
                cell.source = _swap(cell.source, swaps)
            cell.outputs = [_clean_output(output, swaps) for output in _merge_streams(cell.outputs)]
    return result


def _merge_streams(outputs: Sequence[Any]) -> list[Any]:
    merged: list[Any] = []
    for output in outputs:
        last = merged[-1] if merged else None
        if (
            last is not None
            and output.output_type == last.output_type == "stream"
            and output.name == last.name
        ):
            last.text += output.text
        else:
            merged.append(output)
    return merged


def _clean_output(output: Any, swaps: Sequence[tuple[str, str]]) -> Any:
    if output.output_type == "stream":
        output.text = _ADDRESS.sub("0x…", _swap(output.text, swaps))
    elif "data" in output:
        if MIME in output.data:
            output.data.pop(
                "text/html", None
            )  # the page renders the record; a copy would double every drawing
        output.metadata = NotebookNode()
        for media, content in output.data.items():
            swapped = _swap_all(content, swaps)
            output.data[media] = _ADDRESS.sub("0x…", swapped) if media == "text/plain" else swapped
    return output


def _swap(text: str, swaps: Sequence[tuple[str, str]]) -> str:
    for found, instead in swaps:
        text = text.replace(found, instead)
    return text


def _swap_all(value: Any, swaps: Sequence[tuple[str, str]]) -> Any:
    if isinstance(value, str):
        return _swap(value, swaps)
    if isinstance(value, dict):
        return NotebookNode({key: _swap_all(inner, swaps) for key, inner in value.items()})
    if isinstance(value, list):
        return [_swap_all(inner, swaps) for inner in value]
    return value
