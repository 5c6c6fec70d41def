"""What ``segkit report`` says about the assignment's list: the counts, and what to close first."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import shorten
from typing import Any

from segkit.cli.terminal import say

MOST_LINES = 10
"""Items printed; the report has all of them."""
_WIDTH = 150


def say_checklist(page: Path, *, short: bool = False) -> None:
    """Print the checklist of a report that was just made.

    Parameters
    ----------
    page : Path
        ``index.html`` of the report, with ``results/checklist.json`` beside it.
    short : bool
        Only the counts, for a line among those of other companies.
    """
    from segkit.publish.checklist_parts import part_items

    parts = part_items(_items(page))
    say(f"Checklist: {parts.counts}.")
    if short:
        return
    for item in parts.todo[:MOST_LINES]:
        line = shorten(f"{item['item']}: {item['close']}", _WIDTH, placeholder=" …")
        say(f"  {item['status']:8}{line}")
    left = len(parts.todo) - MOST_LINES
    if left > 0:
        say(f"  and {left} more in {page.name}")


def _items(page: Path) -> list[dict[str, Any]]:
    found = json.loads((page.parent / "results" / "checklist.json").read_text(encoding="utf-8"))
    items: list[dict[str, Any]] = found["checklist"]
    return items
