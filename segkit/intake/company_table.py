"""What every table of ``company.toml`` shares: strictness, and how a value is refused."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class Table(BaseModel):
    """A TOML table: nothing converted, nothing unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def refuse(message: str) -> PydanticCustomError:
    """Return the error of a value: what is wrong; the way out."""
    return PydanticCustomError("segkit", message)


def nearest(word: str, known: Sequence[str]) -> str:
    """Return ", did you mean ...?" or the list of choices."""
    close = difflib.get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}" if close else f"use one of {', '.join(map(repr, sorted(known)))}"
