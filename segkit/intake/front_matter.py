"""A text file of the user's own: front matter between lines of dashes, then the body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from segkit.errors import BadValueError, InputError

_FRONT = re.compile(r"\A---[ \t]*\n(?P<front>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedText:
    """A text with its front matter as texts; ``values`` is None where the file has none."""

    values: dict[str, Any] | None
    body: str


def find_text_files(folder: Path, name: str) -> tuple[Path, ...]:
    """Return the ``*.md`` files of a subfolder of a company folder, by name; links that lead out are not followed."""
    try:
        place = (folder / name).resolve()
        if not place.is_dir() or not place.is_relative_to(folder.resolve()):
            return ()
        found = sorted(place.glob("*.md"))
        return tuple(path for path in found if path.is_file() and path.resolve().is_relative_to(place))
    except (OSError, RuntimeError):  # a link in a circle, or a folder that may not be read
        return ()


def read_marked_text(path: Path, name: str, *, most_bytes: int, what: str, keys: str) -> MarkedText:
    """Read a file with its front matter.

    Parameters
    ----------
    path : Path
    name : str
        How sentences name the file.
    most_bytes : int
        A larger file is refused.
    what : str
        What the file is, for the sentence about its size: "message".
    keys : str
        What front matter holds, for the sentence about its absence: "contains: and channel:".

    Raises
    ------
    InputError, BadValueError
        The file is too large, no UTF-8 text, or its front matter is no YAML or has no keys.
    """
    size = path.stat().st_size
    if size > most_bytes:
        raise InputError(
            f"{name} is larger than any {what} (got {size:,} bytes); keep to the text.", path=name
        )
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text; save it as UTF-8.", path=name) from None
    found = _FRONT.match(text)
    if found is None:
        return MarkedText(values=None, body=text.strip())
    try:
        values: Any = yaml.load(found["front"], Loader=yaml.BaseLoader)  # noqa: S506 - texts only, builds no objects
    except (yaml.YAMLError, RecursionError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise InputError(
            f"{name} has front matter that is no YAML ({first}); write one 'key: value' a line.", path=name
        ) from None
    if not isinstance(values, dict):
        raise BadValueError(
            f"{name} has front matter without keys (got {values!r:.40}); write {keys}.", path=name
        )
    return MarkedText(
        values={str(key): value for key, value in values.items()}, body=text[found.end() :].strip()
    )
