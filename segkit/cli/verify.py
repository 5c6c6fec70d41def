"""``segkit verify``: recompute every statistic, find every quotation again, compare every hash."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from segkit.cli.terminal import REFUSED, say, working_on
from segkit.words.verification import counted_sentences, failure_lines, transcribed_sentence, verdict

if TYPE_CHECKING:
    from segkit.analysis.verification import Verification


def verify(
    report: Path = typer.Argument(help="A report folder, such as reports/tenterfold.", readable=False),
    company: Path | None = typer.Option(
        None, help="The company folder it was made from; default: looked for near by.", readable=False
    ),
    as_json: bool = typer.Option(False, "--json", help="Print counts and failures as JSON for machines."),
) -> None:
    """Check a report against its inputs; exit code 1 when anything differs."""
    from segkit.publish.verification import verify_report

    with working_on(f"Measuring {report.resolve().name} anew"):
        found = verify_report(report, company=company)
    if as_json:
        from segkit.publish.json_values import to_plain

        said = {"passed": not found.failures, **to_plain(found)}
        # escaped, because a stranger's file may hold half characters that no terminal takes
        typer.echo(json.dumps(said, indent=2, ensure_ascii=True))
    else:
        _say_found(found)
    if found.failures:
        raise typer.Exit(REFUSED)


def _say_found(found: Verification) -> None:
    say(
        counted_sentences(
            (
                (found.sources, "source", "compared"),
                (found.statistics, "statistic", "recomputed"),
                (found.quotes, "quotation", "looked for again"),
                (found.links, "link", "followed"),
            )
        )
    )
    if found.transcribed:
        say(transcribed_sentence(found.transcribed, found.quotes))
    for note in found.notes:
        say(note)
    for line in failure_lines([(failure.file, str(failure)) for failure in found.failures]):
        say(f"  {line}")
    say(verdict(len(found.failures)))
