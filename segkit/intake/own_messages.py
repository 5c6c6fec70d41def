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

from segkit.errors import InputError
from segkit.intake.company_writing import OwnMessageTable, parse_own_message
from segkit.intake.front_matter import find_text_files, read_marked_text
from segkit.model.company import OwnMessage

FOLDER = "messages"
MOST_BYTES = 200_000


def find_message_files(folder: Path) -> tuple[Path, ...]:
    """Return the user's own messages of a company folder, by name; links that lead out are not followed."""
    return find_text_files(folder, FOLDER)


def read_own_messages(folder: Path) -> tuple[OwnMessage, ...]:
    """Read ``messages/*.md``.

    Raises
    ------
    InputError, BadValueError
        A file is no text, lacks its front matter, or has a key or value that cannot be used; the sentence names it.
    """
    return tuple(_read_message(path, f"{FOLDER}/{path.name}") for path in find_message_files(folder))


def _read_message(path: Path, name: str) -> OwnMessage:
    text = read_marked_text(path, name, most_bytes=MOST_BYTES, what="message", keys="contains: and channel:")
    if text.values is None:
        raise InputError(
            f"{name} has no front matter; begin with a line '---', then contains: and channel:, and '---' again.",
            path=name,
        )
    return _with_body(parse_own_message(text.values, name), text.body)


def _with_body(table: OwnMessageTable, body: str) -> OwnMessage:
    values = table.model_dump(exclude={"paragraphs"})
    paragraphs = tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", body) if part.strip())
    if table.channel == "sms":
        return OwnMessage(**{**values, "body": table.body or " ".join(paragraphs)})
    return OwnMessage(**values, paragraphs=paragraphs or tuple(table.paragraphs))
