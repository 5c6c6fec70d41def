"""What a person sees on the terminal: a spinner there, plain lines in a pipe."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from segkit.errors import InputError, NotEnoughDataError, RenderError, SegkitError

REFUSED, FAILED = 1, 3


_MOVING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that move, color or turn what a terminal shows; a column name may hold them."""


def say(text: str = "") -> None:
    """Print lines to standard output, without what could move the terminal's cursor."""
    typer.echo(_MOVING.sub("\N{REPLACEMENT CHARACTER}", text))


def say_error(sentence: str) -> None:
    """Print one sentence to standard error, with what it is in front."""
    one_line = " ".join(sentence.splitlines())
    typer.echo(f"error: {_MOVING.sub(chr(0xFFFD), one_line)}", err=True)


@contextmanager
def working_on(what: str) -> Iterator[None]:
    """Show that something runs: a spinner on a terminal, one plain line in a pipe."""
    if sys.stderr.isatty():
        from rich.console import Console

        with Console(stderr=True).status(f"{what} …"):
            yield
    else:
        typer.echo(f"{what} …", err=True)
        yield


def say_rows(rows: list[tuple[str, ...]], indent: str = "  ") -> None:
    """Print rows in aligned columns."""
    if not rows:
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        say(f"{indent}{'  '.join(cells).rstrip()}")


def exit_code(error: SegkitError) -> int:
    """Return the exit code of a failure: refused input is refused wherever it was found, in a notebook too."""
    refused = (InputError, NotEnoughDataError)
    if isinstance(error, RenderError) and not isinstance(error.__cause__, refused):
        return FAILED
    return REFUSED
