"""``segkit export``: the flows of a finished report as files for the system that sends them."""

from __future__ import annotations

from pathlib import Path

import typer

from segkit.cli.terminal import say, say_rows


def export(
    report: Path = typer.Argument(help="A report folder, such as reports/tenterfold.", readable=False),
    vendor: str = typer.Option(..., "--to", help="klaviyo or dittofeed."),
    out: Path | None = typer.Option(
        None, "--out", help="Where the files go; default: exports/<system> in the report folder."
    ),
) -> None:
    """Write the flows of a report as drafts for Klaviyo or Dittofeed; nothing is sent."""
    from segkit.publish.files import write_atomically
    from segkit.publish.stored_flows import read_stored_flows
    from segkit.strategy.exports import export_files, export_flows
    from segkit.strategy.exports.files import all_bindings
    from segkit.words.figures import plural

    stored = read_stored_flows(report)
    exports = export_flows(stored.flows, stored.messages, company=stored.company, vendor=vendor)
    files = export_files(exports)
    folder = out or report / "exports" / vendor
    for name, text in files.items():
        write_atomically(folder / name, text)
    say(f"{plural(len(exports), 'flow')} as drafts for {vendor.capitalize()}, in {folder}; nothing was sent.")
    say_rows([(f"{each.flow_id}.json", plural(len(each.warnings), "warning")) for each in exports])
    bindings = all_bindings(exports)
    say(f"{plural(len(bindings), 'value')} of your account to fill in, described in bindings.json:")
    say_rows([(binding.placeholder, binding.what) for binding in bindings])
    say("Read README.txt for the steps and for what the system says differently.")
