"""The ``segkit`` command: registers the commands and turns every failure into one sentence and an exit code.

Exit codes: 0 done; 1 the input was refused; 2 the command line is wrong; 3 a report could not be made;
70 an error in segkit itself; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback

import typer

from segkit.cli import ask, check, export, lab, new, report, sample, verify
from segkit.cli.terminal import REFUSED, exit_code, say_error
from segkit.errors import SegkitError

BUG, INTERRUPTED = 70, 130

app = typer.Typer(
    name="segkit",
    help="From an order history to customer segments whose every claim can be checked.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(show: bool) -> None:
    if show:
        from segkit import __version__

        typer.echo(f"segkit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_version, is_eager=True
    ),
) -> None:
    """From an order history to customer segments whose every claim can be checked."""


app.command("new")(new.new)
app.command("check")(check.check)
app.command("report")(report.report)
app.command("verify")(verify.verify)
app.command("export")(export.export)
app.command("lab")(lab.lab)
app.command("sample")(sample.sample)
app.command("ask")(ask.ask)


def main() -> None:
    """Run the command line; the entry point of the ``segkit`` command."""
    try:
        app()
    except SegkitError as error:
        say_error(str(error))
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        say_error("interrupted; nothing half-written was kept.")
        sys.exit(INTERRUPTED)
    except OSError as error:
        say_error(
            f"{error.filename or 'the disk'}: {error.strerror or error}; check the path and its permissions."
        )
        sys.exit(REFUSED)
    except Exception as error:  # noqa: BLE001 - the last net: a sentence for the user, the trace on request
        if os.environ.get("SEGKIT_DEBUG"):
            traceback.print_exc()
        say_error(
            f"segkit itself failed ({type(error).__name__}: {error}); "
            "run again with SEGKIT_DEBUG=1 and report what it prints."
        )
        sys.exit(BUG)
