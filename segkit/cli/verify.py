"""``segkit verify``: recompute every statistic, find every quotation again, compare every hash."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from segkit.cli.terminal import REFUSED, say, working_on
from segkit.words.verification import counted_sentences, verdict


def verify(
    report: Path = typer.Argument(help="A report folder, such as reports/tenterfold.", readable=False),
    company: Path | None = typer.Option(
        None, help="The company folder it was made from; default: looked for near by.", readable=False
    ),
    as_json: bool = typer.Option(False, "--json", help="Print counts and failures as JSON for machines."),
) -> None:
    """Check a report against its inputs; exit code 1 when anything differs."""
    from segkit.publish.verification import verify_report

    with working_on(f"Measuring {report.name} anew"):
        found = verify_report(report, company=company)
    if as_json:
        from segkit.publish.results import to_plain

        typer.echo(json.dumps(to_plain(found), indent=2, ensure_ascii=False))
    else:
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
            say(
                f"{found.transcribed} of the {found.quotes} quotations stand only in notes; check them against the original."
            )
        for failure in found.failures:
            say(f"  {failure}")
        say(verdict(len(found.failures)))
    if found.failures:
        raise typer.Exit(REFUSED)
