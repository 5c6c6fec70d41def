"""``segkit new``: make a company folder from an order file, say what was recognised and what is missing."""

from __future__ import annotations

from pathlib import Path

import typer

from segkit.cli.terminal import say


def new(
    folder: Path = typer.Argument(..., help="The company folder to make."),
    orders: list[Path] = typer.Option(
        ..., "--orders", help="The order history; repeat for several files.", readable=False
    ),
    name: str = typer.Option("", help="The company's name; default: the folder's name."),
    website: Path | None = typer.Option(None, help="A folder with saved pages of the company's website."),
    research: Path | None = typer.Option(None, help="A folder with your research notes."),
    pipeline: Path | None = typer.Option(
        None, help="A CRM's export of opportunities or deals.", readable=False
    ),
    stage_events: Path | None = typer.Option(
        None, help="The history of their stages, where the CRM exports it.", readable=False
    ),
) -> None:
    """Make a company folder; say what was recognised in the orders and what is missing."""
    from segkit.intake.folder import new_company

    made = new_company(
        folder,
        orders=orders,
        name=name,
        website=website,
        research=research,
        pipeline=pipeline,
        stage_events=stage_events,
    )
    for line in made.lines:
        say(line)
    say()
    say(f"Look through {folder / 'company.toml'}, then: segkit check {folder}")
