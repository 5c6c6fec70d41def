"""``segkit sample``: a few customers of an order file, so that each group of a class has its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from segkit.cli.terminal import say, working_on

if TYPE_CHECKING:
    from segkit.model.company import Company


def sample(
    file: Path = typer.Argument(..., help="The order file: CSV, TSV, Parquet or XLSX.", readable=False),
    customers: int = typer.Option(10, "--customers", help="How many customers a sample holds."),
    seed: int = typer.Option(
        0, "--seed", help="Decides who is drawn; the same seed draws the same customers."
    ),
    groups: int = typer.Option(
        1, "--groups", help="How many samples; none shares a customer while they last."
    ),
    out: Path | None = typer.Option(
        None,
        "--out",
        help="File to write; default: <name>-sample-<seed> beside the order file.",
        readable=False,
    ),
) -> None:
    """Write a copy of an order file that holds a few customers drawn at random, all their orders whole."""
    from segkit.intake.sampling import describe_sampling, sample_orders

    with working_on(f"Drawing customers from {file.name}"):
        found = sample_orders(
            file, customers=customers, seed=seed, groups=groups, out=out, company=_company_of(file)
        )
    for line in describe_sampling(found, customers=customers):
        say(line)


def _company_of(file: Path) -> Company | None:
    """Return the company in whose folder a file lies, whose settings then say how it is read."""
    from segkit.intake.company import read_company

    return read_company(file.parent) if (file.parent / "company.toml").is_file() else None
