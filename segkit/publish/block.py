"""What every block is: an id, one plain JSON record, and its forms for the lab and the terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, ClassVar

from segkit.publish.html import render_for_lab
from segkit.publish.plain import render_plain
from segkit.publish.records import MIME, VERSION, Kind, Record, check_record


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What all blocks share: an id that is unique in the report, a record, and rich forms of it."""

    kind: ClassVar[Kind]

    id: str

    def __post_init__(self) -> None:
        """Check the record at once, so that the error points at the cell that made the block."""
        check_record(self.record())

    def record(self) -> Record:
        """Return the block as plain JSON values, with its kind and version."""
        return {"kind": self.kind.value, "version": VERSION, **_fields(self)}

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:  # noqa: ARG002 - IPython's signature
        record = self.record()
        return {MIME: record, "text/html": render_for_lab(record), "text/plain": render_plain(record)}


def _fields(value: Any) -> Record:
    return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: text, numbers, lists and objects only."""
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return _fields(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
