"""``segkit ask``: what only the authors can say, as at most twelve questions beside their facts, each with a file to answer in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from segkit.cli.terminal import say, working_on
from segkit.errors import InputError

if TYPE_CHECKING:
    from segkit.model.company import Company
    from segkit.publish.question_files import QuestionFile
    from segkit.publish.sales import Sales


def ask(
    folder: Path | None = typer.Argument(
        None, help="Company folder; default: the one you stand in.", readable=False
    ),
    out: Path = typer.Option(
        Path("reports"),
        "--out",
        help="Where a report made earlier may stand; a fresh one saves the measuring.",
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the questions as JSON for machines."),
) -> None:
    """Ask what only you can say, at most twelve questions with their facts, and make a file for each answer."""
    from segkit.analysis.study import find_company
    from segkit.intake.company import read_company
    from segkit.publish.question_files import raise_of, write_question_files
    from segkit.strategy.questions import choose_questions

    company = read_company(find_company(folder))
    _refuse_bundled(company)
    with working_on(f"Looking for what {company.name} still leaves open"):
        sales = _open(company, out)
    members = sales.plan.foundation.segmentation.assignments
    files = write_question_files(
        Path(company.folder),
        choose_questions(raise_of(sales)),
        members={str(customer): int(group) for customer, group in members.items()},
    )
    if as_json:
        typer.echo(json.dumps([_plain(item) for item in files], indent=2, ensure_ascii=False))
    else:
        _say(files, folder)


def _refuse_bundled(company: Company) -> None:
    """Refuse to write answers into the installed package, where they would be lost with the next version."""
    from segkit.intake.bundled import example_companies

    if Path(company.folder) in {path.resolve() for path in example_companies()}:
        raise InputError(
            f"segkit ask writes into the company folder, and {company.name} is an example of segkit itself; copy its folder first."
        )


def _open(company: Company, out: Path) -> Sales:
    """Return the three chapters: from a report that is fresh, else measured now."""
    from segkit.publish.sales import open_sales

    results = out / company.slug / "results"
    if results.is_dir():
        try:
            return open_sales(company.folder, results=results)
        except InputError:  # made from other files: it says so itself, and measuring anew is the way out
            pass
    return open_sales(company.folder)


def _say(files: tuple[QuestionFile, ...], folder: Path | None) -> None:
    """Print each question with its first fact and its file."""
    for number, item in enumerate(files, start=1):
        state = "answered" if item.answered else "kept" if item.kept else "new"
        say(f"{number}. {item.question.asks}")
        if item.question.facts:
            say(f"   {' '.join(item.question.facts[0].split())}")
        say(f"   {item.path} ({state})")
    written = sum(not item.kept for item in files)
    answered = sum(item.answered for item in files)
    say()
    say(f"{len(files)} questions; {written} files written, {len(files) - written} kept, {answered} answered.")
    say(f"Answer below the comment of each file, then: segkit report {folder or ''}".rstrip())


def _plain(item: QuestionFile) -> dict[str, Any]:
    question = item.question
    return {
        "question": question.asks,
        "section": question.section.value,
        "about": question.about,
        "facts": list(question.facts),
        "quotations": [
            {"source": quotation.source_id, "exact": quotation.exact} for quotation in question.quotations
        ],
        "mind": question.mind,
        "file": item.path,
        "kept": item.kept,
        "answered": item.answered,
    }
