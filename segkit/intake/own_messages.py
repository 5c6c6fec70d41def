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
    place = (folder / FOLDER).resolve()
    if not place.is_dir() or not place.is_relative_to(folder.resolve()):
        return ()
    return tuple(
        path for path in sorted(place.glob("*.md")) if path.is_file() and path.resolve().is_relative_to(place)
    )


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
        values: Any = yaml.safe_load(found["front"])
    except yaml.YAMLError as error:
        first = str(error).splitlines()[0]
        raise InputError(
            f"{name} has front matter that is no YAML ({first}); write one 'key: value' a line.", path=name
        ) from None
    if not isinstance(values, dict):
        raise BadValueError(
            f"{name} has front matter without keys (got {values!r:.40}); write contains: and channel:.",
            path=name,
        )
    table = parse_own_message({str(key): _text(value) for key, value in values.items()}, name)
    return _with_body(table, text[found.end() :].strip())


def _text(value: Any) -> Any:
    """Return a scalar as text: an id such as 1041 is a name here, not a number."""
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _with_body(table: OwnMessageTable, body: str) -> OwnMessage:
    values = table.model_dump(exclude={"paragraphs"})
    paragraphs = tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", body) if part.strip())
    if table.channel == "sms":
        return OwnMessage(**{**values, "body": table.body or " ".join(paragraphs)})
    return OwnMessage(**values, paragraphs=paragraphs or tuple(table.paragraphs))
