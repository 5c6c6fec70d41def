"""Pictures in a user's Markdown: PNG and JPEG of the company folder travel inside the report, anything else is named and left out."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from nbformat import NotebookNode

from segkit.errors import InputError
from segkit.publish.safety import IMAGE

MOST_BYTES = 1_000_000
"""A picture larger than this would weigh more than the page around it."""
_MAGIC = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_PICTURE = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|!\[(?P<alt>[^\]\n]*)\](?:\(\s*(?:<(?P<pointed>[^>\n]*)>|(?P<plain>(?:[^\s()]|\([^\s()]*\))*))(?:\s+[\"'(][^\n]*?[\"')])?\s*\)|\[[^\]\n]*\])"
    r"|<img\b(?P<html>[^>]*)>",
    re.IGNORECASE | re.DOTALL,
)
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_SRC = re.compile(r"\bsrc\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)


def embed_pictures(
    notebook: NotebookNode, *, base: Path, folder: Path
) -> tuple[NotebookNode, tuple[str, ...]]:
    """Return a notebook whose Markdown carries its pictures, and a sentence for each that was left out.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed.
    base : Path
        Where relative addresses start: the folder the notebook lies in.
    folder : Path
        The company folder, out of which no picture is taken.
    """
    cells: list[NotebookNode] = []
    notes: list[str] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "markdown":
            cells.append(cell)
            continue
        attached = cell.get("attachments") or {}
        source, left_out = embed_in_markdown(cell.source, attached=attached, base=base, folder=folder)
        kept = {key: value for key, value in cell.items() if key != "attachments"}
        cells.append(NotebookNode({**kept, "source": source}))
        notes += [f"cell {number}: {sentence}" for sentence in left_out]
    return NotebookNode({**notebook, "cells": cells}), tuple(notes)


def embed_in_markdown(
    source: str, *, attached: Mapping[str, Mapping[str, object]], base: Path, folder: Path
) -> tuple[str, list[str]]:
    r"""Return Markdown with its pictures as data, and what was left out; code stays as it is.

    Examples
    --------
    >>> here = Path()
    >>> embed_in_markdown("![Stall](https://example.org/a.png)", attached={}, base=here, folder=here)
    ('*(Picture left out: Stall)*', ["the picture 'https://example.org/a.png' was left out (it is not a file of the company folder)"])
    >>> embed_in_markdown("```\n![a](b.png)\n```", attached={}, base=here, folder=here)
    ('```\n![a](b.png)\n```', [])
    """
    left_out: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        html = match["html"]
        found = _SRC.search(html) if html is not None else None
        target = (
            next((part for part in found.groups() if part), "")
            if found
            else (match["pointed"] or match["plain"] or "")
        )
        words = _ALT.search(html) if html is not None else None
        alt = (words[1] or words[2] or "") if words else (match["alt"] or "")
        alt = re.sub(r"[\[\]<>*_`]", "", alt)
        try:
            return f"![{alt}]({_find(target, attached, base, folder)})"
        except InputError as reason:
            left_out.append(f"the picture {target[:60]!r} was left out ({reason})")
        return f"*(Picture left out: {alt})*" if alt else "*(Picture left out)*"

    return "".join(
        part if is_code else _PICTURE.sub(replaced, part) for is_code, part in _stretches(source)
    ), left_out


def _stretches(source: str) -> list[tuple[bool, str]]:
    """Split Markdown into fenced code and the rest."""
    found: list[tuple[bool, str]] = []
    fence = ""
    lines: list[str] = []
    for line in source.splitlines(keepends=True):
        opened = _FENCE.match(line)
        if not fence and opened:
            found.append((False, "".join(lines)))
            fence, lines = opened[1], [line]
        elif fence and opened and opened[1][0] == fence[0] and len(opened[1]) >= len(fence):
            found.append((True, "".join([*lines, line])))
            fence, lines = "", []
        else:
            lines.append(line)
    found.append((bool(fence), "".join(lines)))
    return found


def _find(target: str, attached: Mapping[str, Mapping[str, object]], base: Path, folder: Path) -> str:
    """Return a picture as a data address; the error is the reason why there is none."""
    if target.startswith("data:"):
        if not IMAGE.fullmatch(target):
            raise InputError(_FORMATS)
        return target
    if target.startswith("attachment:"):
        return _attached(attached.get(unquote(target.removeprefix("attachment:")), {}))
    if not target or re.match(r"[a-z][a-z0-9+.-]*:|//|\\", target, re.IGNORECASE):
        raise InputError(_OUTSIDE)
    return _in_folder(target, base, folder)


def _attached(held: Mapping[str, object]) -> str:
    for media in ("image/png", "image/jpeg"):
        address = f"data:{media};base64,{''.join(str(held.get(media, '')).split())}"
        if media in held and IMAGE.fullmatch(address):
            if len(address) > MOST_BYTES * 4 / 3 + 100:
                raise InputError(_TOO_LARGE)
            return address
    raise InputError("it is not attached as PNG or JPEG")


def _in_folder(target: str, base: Path, folder: Path) -> str:
    name = unquote(target)
    if "\0" in name:
        raise InputError(_OUTSIDE)
    try:
        path = (base / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise InputError(_OUTSIDE)
        if path.stat().st_size > MOST_BYTES:
            raise InputError(_TOO_LARGE)
        content = path.read_bytes()
    except (OSError, RuntimeError):
        raise InputError("it cannot be read") from None
    media = next((media for magic, media in _MAGIC.items() if content.startswith(magic)), "")
    if not media:
        raise InputError(_FORMATS)
    return f"data:{media};base64,{base64.b64encode(content).decode()}"


_TOO_LARGE = f"it is larger than {MOST_BYTES // 1_000_000} MB"
_FORMATS = "only PNG and JPEG pictures are shown"
_OUTSIDE = "it is not a file of the company folder"
