"""Messages in the user's own words: ``messages/*.md`` of a company folder, front matter and paragraphs.

A file says whom it is for and over which channel; its body is the text, one paragraph a block:

    ---
    contains: C004
    channel: email
    subject: Your cones for the autumn term
    action_label: Order by 10 July
    action_url: https://www.shop.example/schools
    ---
    The first paragraph.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from segkit.errors import BadValueError, InputError
from segkit.intake.company_writing import OwnMessageTable, parse_own_message
from segkit.model.company import OwnMessage

FOLDER = "messages"
MOST_BYTES = 200_000
_FRONT = re.compile(r"\A---[ \t]*\n(?P<front>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


def find_message_files(folder: Path) -> tuple[Path, ...]:
    """Return the user's own messages of a company folder, by name; links that lead out are not followed."""
    try:
        place = (folder / FOLDER).resolve()
        if not place.is_dir() or not place.is_relative_to(folder.resolve()):
            return ()
        found = sorted(place.glob("*.md"))
        return tuple(path for path in found if path.is_file() and path.resolve().is_relative_to(place))
    except (OSError, RuntimeError):  # a link in a circle, or a folder that may not be read
        return ()


def read_own_messages(folder: Path) -> tuple[OwnMessage, ...]:
    """Read ``messages/*.md``.

    Raises
    ------
    InputError, BadValueError
        A file is no text, lacks its front matter, or has a key or value that cannot be used; the sentence names it.
    """
    return tuple(_read_message(path, f"{FOLDER}/{path.name}") for path in find_message_files(folder))


def _read_message(path: Path, name: str) -> OwnMessage:
    if path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{name} is larger than any message (got {path.stat().st_size:,} bytes); keep to the text.",
            path=name,
        )
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InputError(f"{name} is not UTF-8 text; save it as UTF-8.", path=name) from None
    found = _FRONT.match(text)
    if found is None:
        raise InputError(
            f"{name} has no front matter; begin with a line '---', then contains: and channel:, and '---' again.",
            path=name,
        )
    try:
        values: Any = yaml.load(found["front"], Loader=yaml.BaseLoader)  # noqa: S506 - texts only, builds no objects
    except (yaml.YAMLError, RecursionError) as error:
        first = (str(error).splitlines() or [""])[0]
        raise InputError(
            f"{name} has front matter that is no YAML ({first}); write one 'key: value' a line.", path=name
        ) from None
    if not isinstance(values, dict):
        raise BadValueError(
            f"{name} has front matter without keys (got {values!r:.40}); write contains: and channel:.",
            path=name,
        )
    table = parse_own_message({str(key): value for key, value in values.items()}, name)
    return _with_body(table, text[found.end() :].strip())


def _with_body(table: OwnMessageTable, body: str) -> OwnMessage:
    values = table.model_dump(exclude={"paragraphs"})
    paragraphs = tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", body) if part.strip())
    if table.channel == "sms":
        return OwnMessage(**{**values, "body": table.body or " ".join(paragraphs)})
    return OwnMessage(**values, paragraphs=paragraphs or tuple(table.paragraphs))
