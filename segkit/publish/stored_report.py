"""A report folder as a stranger may have left it: files read within bounds, and the company it was made from.

Whatever is wrong with a file is an `InputError` of one sentence; nothing in it is trusted to be of a kind or size.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from segkit.errors import InputError
from segkit.intake.bundled import example_companies
from segkit.intake.company import slugify
from segkit.words.verification import shown

MOST_BYTES = 100_000_000
"""Bytes of a file of a report that are read; the report of a thousand pages stays below a tenth of it."""
DEEPEST = 40
"""Levels of a result file; reports have about eight."""
MOST_NEIGHBORS = 500
"""Folders beside a report that are looked at for its company."""
_AGAIN = "render the report again"


def read_text(path: Path, *, root: Path) -> str:
    """Return the text of a file inside a report.

    Raises
    ------
    InputError
        It is a link out of the report, cannot be read, is no UTF-8 text, or is larger than any report.
    """
    name = path.relative_to(root).as_posix()
    try:
        if not path.resolve().is_relative_to(root.resolve()):
            raise InputError(f"{name} is a link that leads out of the report; {_AGAIN}.", path=str(path))
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(
                f"{name} holds {size / 1e6:,.0f} MB, more than any report; {_AGAIN}.", path=str(path)
            )
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{name} is no UTF-8 text; {_AGAIN}.", path=str(path)) from None
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        reason = error.strerror if isinstance(error, OSError) else "it leads back to itself"
        raise InputError(
            f"{name} cannot be read ({reason}); check its permissions.", path=str(path)
        ) from None


def read_values(path: Path, *, root: Path) -> dict[str, Any]:
    """Return the values of a result file.

    Raises
    ------
    InputError
        As `read_text`; and where the text is no JSON table, names a value twice, or is nested beyond reason.
    """
    name = path.relative_to(root).as_posix()
    try:
        found = json.loads(
            read_text(path, root=root), object_pairs_hook=_once, parse_constant=_refuse_constant
        )
    except InputError:
        raise
    except RecursionError:
        found, problem = None, f"is nested deeper than {DEEPEST} levels"
    except ValueError as error:
        found, problem = None, f"is no JSON ({shown(error)})"
    else:
        problem = "" if isinstance(found, dict) else f"holds {shown(found)} instead of a table of values"
        problem = f"is nested deeper than {DEEPEST} levels" if _too_deep(found) else problem
    if problem or not isinstance(found, dict):
        raise InputError(f"{name} {problem}; {_AGAIN}.", path=str(path))
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it says {shown(twice)} twice")
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")


def _too_deep(value: Any) -> bool:
    layer = [value]
    for _ in range(DEEPEST):
        layer = [
            inner
            for item in layer
            if isinstance(item, (dict, list))
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not layer:
            return False
    return True


def sha256_of(path: Path) -> str:
    """Return the hash of a file of any size."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def inputs_of(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the input files that a manifest names."""
    found = manifest.get("inputs")
    return [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []


def find_company_of(report: Path, manifest: Mapping[str, Any]) -> Path:
    """Return the company folder of a report: near by, recognised by its ``company.toml``, else by its name.

    Looked at are the working folder, the folder that holds ``reports/``, their folders and those in their ``data/``,
    and the bundled examples.

    Raises
    ------
    InputError
        None is near.
    """
    report = report.resolve()
    near = list(dict.fromkeys(_near(report)))
    named = [path for path in near if slugify(path.name) == report.name]
    wanted = {entry.get("sha256") for entry in inputs_of(manifest) if entry.get("path") == "company.toml"}
    for path in [*named, *near]:
        if sha256_of(path / "company.toml") in wanted:
            return path
    if named:
        return named[0]
    raise InputError(
        f"the company folder of {report.name} was not found near {Path.cwd().name} or the report; "
        "give it with --company DIR."
    )


def _near(report: Path) -> Iterator[Path]:
    for place in (Path.cwd(), report.parent.parent):
        for folder in (place, place / "data"):
            yield from _companies(folder)
    yield from example_companies()


def _companies(folder: Path) -> Iterator[Path]:
    """Yield a folder and the folders in it, where they hold a readable ``company.toml``."""
    try:
        inside = sorted(islice(folder.iterdir(), MOST_NEIGHBORS))
    except OSError:
        return
    for path in (folder, *inside):
        try:
            with (path / "company.toml").open("rb"):
                yield path.resolve()
        except (OSError, RuntimeError):
            continue
