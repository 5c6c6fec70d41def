"""Which notebook a chapter runs: the user's copy in ``notebooks/`` of the company folder, or the one that travels with segkit.

A copy may say and show more than ours, but it runs nothing that nobody looked at: code that is not ours runs when the user says
so (``--trust``). Jupyter's own signature does not count, because saving a stranger's notebook signs it.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from segkit.errors import InputError, SegkitError
from segkit.intake.bundled import bundled_notebooks
from segkit.intake.company import refuse_outside
from segkit.publish.chapters import APPENDIX, CHECKLIST, CLOSING, FIRST_PAGE, HEADLINE, SUMMARY
from segkit.publish.files import write_atomically
from segkit.publish.notebooks import read_notebook
from segkit.publish.own_pictures import embed_pictures

FOLDER = "notebooks"
"""Where in the company folder the copies lie."""
RECORD = ".segkit.json"
"""What was copied there, by its fingerprint."""
PARAMETERS, INJECTED = "parameters", "injected-parameters"
PAGE_TAGS = frozenset({HEADLINE, SUMMARY, FIRST_PAGE, APPENDIX, CLOSING, CHECKLIST})
MOST_BYTES = 20_000_000
"""A copy larger than this is no notebook of ours with a few cells more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What a chapter runs: a notebook without outputs, and whether it is the user's copy."""

    name: str
    notebook: NotebookNode
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The notebooks of a report by name, and what the user is told about them."""

    chapters: Mapping[str, Chapter]
    notes: tuple[str, ...] = ()


def choose_notebooks(
    folder: Path, names: Sequence[str], *, trust: bool = False, bundled: bool = False
) -> Chosen:
    """Choose the notebook of each chapter.

    Parameters
    ----------
    folder : Path
        The company folder.
    names : sequence of str
        File names of the chapters.
    trust : bool
        Run code that is not segkit's.
    bundled : bool
        Leave the copies aside.

    Raises
    ------
    InputError
        A copy holds code that nobody has vouched for, or it lacks what its chapter cannot be made without.
    """
    ours = {path.name: path for path in bundled_notebooks()}
    record = read_record(folder)
    chapters: dict[str, Chapter] = {}
    notes: list[str] = []
    for name in names:
        source = read_notebook(ours[name])
        path = folder / FOLDER / name
        chapters[name] = Chapter(name=name, notebook=source, own=False)
        if bundled or not path.is_file():
            continue
        copy = _read_copy(path, folder)
        if fingerprint(copy) in {fingerprint(source), record.get(name)}:
            if fingerprint(copy) != fingerprint(source):
                notes.append(
                    f"{FOLDER}/{name} is as an earlier segkit copied it, so today's notebook was run; "
                    "`segkit lab` renews the copy."
                )
            continue
        found, said = _judge(copy, source, name=name, trusted=trust)
        found, left_out = embed_pictures(found, base=path.parent, folder=folder)
        chapters[name] = Chapter(name=name, notebook=found, own=True)
        notes += [f"{FOLDER}/{name} is your copy, and it is what this chapter is made from.", *said]
        notes += [f"{FOLDER}/{name}, {sentence}." for sentence in left_out]
    return Chosen(chapters=chapters, notes=tuple(notes))


def _read_copy(path: Path, folder: Path) -> NotebookNode:
    """Read a copy as data: inside the folder, of a size a notebook has, and valid."""
    refuse_outside(path, folder)
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{FOLDER}/{path.name} has {path.stat().st_size:,} bytes (at most {MOST_BYTES:,} are read); "
            "clear its outputs in JupyterLab and save it, or move it out of notebooks/.",
            path=f"{FOLDER}/{path.name}",
        )
    notebook = read_notebook(path)
    try:
        nbformat.validate(notebook, relax_add_props=True)
    except (nbformat.ValidationError, RecursionError):
        raise InputError(
            f"{FOLDER}/{path.name} is not a valid notebook; open it in JupyterLab and save it again, or remove it.",
            path=f"{FOLDER}/{path.name}",
        ) from None
    return notebook


def _judge(
    copy: NotebookNode, source: NotebookNode, *, name: str, trusted: bool
) -> tuple[NotebookNode, list[str]]:
    """Return the copy ready to run and what is said of it, or refuse it in a sentence."""
    place = f"{FOLDER}/{name}"
    known = {_code(cell): cell for cell in source.cells if cell.cell_type == "code"}
    [ours] = [cell for cell in source.cells if has_parameters(cell)]
    notes: list[str] = []
    cells, seen, places = [], set(), 0
    for number, cell in enumerate(copy.cells, start=1):
        code = _code(cell)
        if cell.cell_type != "code":
            cells.append(_bare(cell))
        elif has_parameters(cell):
            places += 1
            if code != _code(ours):
                notes.append(
                    f"{place} has other parameters than segkit's; a report takes them from company.toml and the command line."
                )
            cells.append(_bare(ours))  # the values come with the run, so what stood here plays no part
            seen.add(_code(ours))
        elif code in known:
            cells.append(_bare(known[code], tags=_tags(cell) or _tags(known[code])))
            seen.add(code)
        elif not code or INJECTED in cell.metadata.get("tags", ()):
            continue  # the values of an earlier run make way for today's
        elif trusted:
            cells.append(_bare(cell))
        else:
            raise InputError(
                f"{place} holds code that is not segkit's (cell {number}: {_first_line(cell.source)!r}); look through it "
                "and add --trust to run it, or --bundled to leave your copies aside; a copy that an older segkit made is "
                "renewed by removing it and running `segkit lab` again.",
                path=place,
            )
    if places != 1:
        raise InputError(
            f"{place} has {places} cells tagged 'parameters' and needs one; remove the copy and run `segkit lab` "
            "for a new one, then add your cells again.",
            path=place,
        )
    notes += _missing(known, seen, place=place)
    return NotebookNode({**source, "cells": cells}), notes


def _missing(known: Mapping[str, NotebookNode], seen: set[str], *, place: str) -> list[str]:
    """Say which of today's cells a copy lacks; without one that gives a value to others there is no chapter."""
    lacking = [code for code in known if code not in seen]
    needed = next((code for code in lacking if any(isinstance(n, ast.Assign) for n in _parsed(code))), None)
    if needed is not None:
        raise InputError(
            f"{place} lacks a cell that the chapter cannot be made without ({_first_line(needed)!r}); move your cells "
            "into a new copy: rename this one and run `segkit lab`.",
            path=place,
        )
    if not lacking:
        return []
    count = f"{len(lacking)} cell" + ("" if len(lacking) == 1 else "s")
    sentence = (
        f"{place} lacks {count} of today's notebook (the first: {_first_line(lacking[0])!r}); if you did not "
        "take them out, rename the copy, run `segkit lab` for a new one and move your cells there."
    )
    return [sentence]


def fingerprint(notebook: NotebookNode) -> str:
    """Return a hash of what a notebook says: its cells, their tags and pictures, without outputs and ids.

    Examples
    --------
    >>> one, other = (nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("a")]) for _ in range(2))
    >>> fingerprint(one) == fingerprint(other)
    True
    """
    said = [
        [cell.cell_type, cell.source, list(cell.metadata.get("tags", ())), cell.get("attachments", {})]
        for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def read_record(folder: Path) -> dict[str, str]:
    """Return the fingerprints of what was copied into a company folder; an unreadable record says nothing."""
    path = folder / FOLDER / RECORD
    try:
        stored: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(stored, dict):
        return {}
    return {str(name): text for name, text in stored.items() if isinstance(text, str)}


def write_record(folder: Path, record: Mapping[str, str]) -> None:
    """Keep the fingerprints of what was copied."""
    write_atomically(folder / FOLDER / RECORD, json.dumps(dict(sorted(record.items())), indent=2) + "\n")


def copy_notebooks(folder: Path) -> tuple[tuple[str, Path], ...]:
    """Put a copy of each notebook into a company folder; what the user changed stays.

    Returns
    -------
    tuple of (str, Path)
        ``"copied"``, ``"renewed"`` (never changed, and segkit's has) or ``"kept"``, with the copy.
    """
    record = read_record(folder)
    done: list[tuple[str, Path]] = []
    for path in bundled_notebooks():
        copy, ours = folder / FOLDER / path.name, fingerprint(read_notebook(path))
        if copy.exists() or copy.is_symlink():
            try:
                there = fingerprint(_read_copy(copy, folder))
            except (
                SegkitError
            ):  # whatever it is, it is not ours to replace; a report says what is wrong with it
                there = ""
            if there == ours or there != record.get(path.name):
                done.append(("kept", copy))
                continue
            word = "renewed"
        else:
            word = "copied"
        write_atomically(
            copy, path.read_text(encoding="utf-8")
        )  # opened there, it finds the company.toml above it
        record[path.name] = ours
        done.append((word, copy))
    write_record(folder, record)
    return tuple(done)


def has_parameters(cell: NotebookNode) -> bool:
    """Return whether a cell is the one that holds the parameters."""
    return cell.cell_type == "code" and PARAMETERS in cell.metadata.get("tags", ())


def _tags(cell: NotebookNode) -> list[str]:
    """Return the tags that decide a cell's page; others could keep it from running or move the parameters."""
    return [tag for tag in cell.metadata.get("tags", ()) if tag in PAGE_TAGS]


def _bare(cell: NotebookNode, *, tags: Sequence[str] | None = None) -> NotebookNode:
    """Return a cell without outputs and with the tags that decide its page only."""
    kept = _tags(cell) if tags is None else list(tags)
    if has_parameters(cell):
        kept = [PARAMETERS]
    made = NotebookNode({**cell, "metadata": NotebookNode({"tags": kept} if kept else {})})
    if cell.cell_type == "code":
        made.outputs, made.execution_count = [], None
    return made


def _code(cell: NotebookNode) -> str:
    """Return a cell's code as it is compared: line ends and blank lines around it play no part."""
    return "\n".join(line.rstrip() for line in cell.source.strip().splitlines())


def _parsed(code: str) -> list[ast.stmt]:
    return ast.parse(code).body


def _first_line(code: str) -> str:
    line = next((line.strip() for line in code.splitlines() if line.strip()), "")
    return line if len(line) <= 60 else f"{line[:57]}..."
