"""``segkit check``: what was read, repaired and dropped; what this data can and cannot show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from segkit.cli.terminal import say, say_rows, working_on
from segkit.errors import NotEnoughDataError
from segkit.model.cleaning import CleaningLog, LogEntry
from segkit.model.company import Company, EvidenceSettings
from segkit.model.factor import factor_definitions
from segkit.words.figures import format_count, format_money, join_words
from segkit.words.intake import coverage_sentence, log_entry_text, reading_sentences, too_few_customers
from segkit.words.pipeline_log import describe_pipeline, describe_stage

if TYPE_CHECKING:
    from segkit.intake.orders import Orders
    from segkit.intake.pipeline import Pipeline


def check(
    folder: Path | None = typer.Argument(
        None,
        help="Company folder; default: the bundled example.",
        readable=False,  # refused by name below
    ),
    as_json: bool = typer.Option(False, "--json", help="Print the cleaning log as JSON for machines."),
) -> None:
    """Say what was read, repaired and dropped, and what this data can and cannot show."""
    from segkit.analysis.study import find_company
    from segkit.intake.company import read_company, read_company_orders
    from segkit.intake.pipeline import read_pipeline
    from segkit.intake.pipeline_remarks import find_stray_exports

    company = read_company(find_company(folder))
    with working_on(f"Reading the orders of {company.name}"):
        orders = read_company_orders(company)
    if as_json:
        from segkit.publish.json_values import to_plain

        pipeline = read_pipeline(company, orders)
        log = to_plain(orders.log) | ({"pipeline": to_plain(pipeline.log)} if pipeline else {})
        typer.echo(json.dumps(log, indent=2, ensure_ascii=False))
    else:
        _say_log(company.name, orders.log)
    asked = company.segmentation.n_segments
    if orders.log.customers < asked:
        raise NotEnoughDataError(too_few_customers(orders.log.customers, asked))
    if not as_json:
        _say_events(company, orders)
        _say_pipeline(company, read_pipeline(company, orders))
        for name in find_stray_exports(company):
            say(
                f"  {name} was not read; rename it to pipeline{Path(name).suffix}, or name it in company.toml: "
                f'[pipeline] file = "{name}".'
            )
        _say_documents(company, orders)


def _say_events(company: Company, orders: Orders) -> None:
    """Say what the file of events makes visible, or what its absence leaves unseen."""
    from segkit.intake.events import read_events
    from segkit.words.events import describe_events

    say("Events besides orders")
    for sentence in describe_events(read_events(company, orders)):
        say(f"  {sentence}")


def _say_pipeline(company: Company, pipeline: Pipeline | None) -> None:
    """Say what was read of the CRM export, how its stages were understood, and what became of its rows."""
    sentences = describe_pipeline(pipeline, business_model=company.business_model)
    if not sentences:
        return
    say("Opportunities of the CRM")
    for sentence in sentences:
        say(f"  {sentence}")
    if pipeline is None:
        return
    log = pipeline.log
    say(f"Stages, by {log.model.label}")
    say_rows([describe_stage(name, log) for name in log.stages])
    _say_entries("Opportunities dropped", log.dropped, "")
    _say_entries("Moves dropped", log.moves_dropped, "")
    _say_entries("Opportunities repaired", log.repaired, "")
    _say_entries("Opportunities: decided and noticed", log.notes, "")


def _say_documents(company: Company, orders: Orders) -> None:
    """Say what pages and notes hold; where there are none, nothing is measured."""
    from segkit.analysis.study import measure_company
    from segkit.cli.documents import say_evidence, say_library
    from segkit.intake.documents import read_documents

    pages = read_documents(company.folder, company_name=company.name)
    say_library(pages)
    if pages.documents or company.evidence != EvidenceSettings():
        with working_on("Looking for evidence in pages and notes"):
            study = measure_company(company, orders=orders, pages=pages)
        say_evidence(study)


def _say_log(name: str, log: CleaningLog) -> None:
    say(name)
    for sentence in reading_sentences(log):
        say(f"  {sentence}")
    _say_entries("Dropped", log.dropped, log.currency)
    _say_entries("Repaired", log.repaired, log.currency)
    _say_entries("Kept and said", log.kept, log.currency)
    if log.alternatives:
        say("Under another choice")
        say_rows(
            [
                (
                    option.choice,
                    f"{format_count(option.customers)} customers",
                    f"{format_count(option.orders)} orders",
                    format_money(option.revenue, log.currency),
                    option.switch,
                )
                for option in log.alternatives
            ]
        )
    say("What the data can show")
    definitions = factor_definitions()
    say_rows([(definitions[row.factor].label, coverage_sentence(row, log.customers)) for row in log.coverage])
    if log.unknown_columns:
        say(f"Columns not used: {join_words([repr(column) for column in log.unknown_columns])}")


def _say_entries(title: str, entries: tuple[LogEntry, ...], currency: str) -> None:
    if entries:
        say(title)
        say_rows(
            [
                (format_count(entry.rows) if entry.rows else "", log_entry_text(entry, currency))
                for entry in entries
            ]
        )
