"""What a person sees on the terminal: a spinner there, plain lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from segkit.errors import InputError, NotEnoughDataError, RenderError, SegkitError

REFUSED, FAILED = 1, 3


def say(text: str = "") -> None:
    """Print one line to standard output."""
    typer.echo(text)


def say_error(sentence: str) -> None:
    """Print one sentence to standard error, with what it is in front."""
    typer.echo(f"error: {sentence}", err=True)


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
        typer.echo(f"{indent}{'  '.join(cells).rstrip()}")


def exit_code(error: SegkitError) -> int:
    """Return the exit code of a failure: refused input is refused wherever it was found, in a notebook too."""
    refused = (InputError, NotEnoughDataError)
    if isinstance(error, RenderError) and not isinstance(error.__cause__, refused):
        return FAILED
    return REFUSED
