"""What is checked and said of a CRM export beside its rows: fields of the lead score, presets, encodings, time zones, stray files.

Comes in: what was opened and read. Goes out: entries of the log, or one sentence of refusal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from segkit.errors import BadValueError
from segkit.intake.columns import normalise
from segkit.intake.company import TABLE_SUFFIXES
from segkit.intake.company_table import nearest
from segkit.intake.pipeline_columns import PipelineColumns, tables
from segkit.model.cleaning import LogEntry
from segkit.model.company import Company
from segkit.model.opportunity import OPPORTUNITY_COLUMNS

_PRESETS = ("probability", "wahrscheinlichkeit")


def check_fields(
    wanted: Sequence[str],
    columns: PipelineColumns,
    *,
    further: Sequence[str],
    attributes: Sequence[str],
    file: str,
) -> None:
    """Refuse a field of the lead score that is no column of what was read.

    Raises
    ------
    BadValueError
        The field is unknown, names people, or goes by another name once read.
    """
    known = [
        *(name for name in columns.taken if name in OPPORTUNITY_COLUMNS),
        *further,
        *map(normalise, attributes),
    ]
    for name in wanted:
        if name in known:
            continue
        ours = next((ours for ours, column in columns.taken.items() if normalise(column) == name), "")
        if ours in known:
            way = f"write {ours!r}, as which {columns.taken[ours]!r} is read"
        elif name in {normalise(column) for column in columns.private}:
            way = "columns that name people are left out; take it off the list"
        else:
            way = nearest(name, known)
        raise BadValueError(
            f"company.toml pipeline.fields names {name!r}, which is no column of {file} as it is read; {way}.",
            path="company.toml",
            column="pipeline.fields",
        )


def note_presets(columns: PipelineColumns) -> tuple[LogEntry, ...]:
    """Say of a probability in the export that it is the CRM's preset."""
    found = [name for name in columns.unused if any(word in normalise(name) for word in _PRESETS)]
    return tuple(
        LogEntry(
            rule="preset",
            reason=f"{name!r} is a preset of the CRM and enters no figure; it is kept as text.",
            rows=0,
        )
        for name in found
    )


def plain_encoding(notes: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    """Return the notes with a way out for a wrong encoding that this file has: no setting names it."""
    return tuple(
        replace(
            note,
            reason=note.reason.replace(
                "check the line shown", "where its letters look wrong, save it as UTF-8"
            ),
            switch="",
        )
        if note.rule == "encoding"
        else note
        for note in notes
    )


def find_stray_exports(company: Company) -> tuple[str, ...]:
    """Return the names of tables that look like a CRM export and that nothing names."""
    folder, named = Path(company.folder), {company.pipeline.file, company.pipeline.history}
    return tuple(
        sorted(
            path.name
            for path in folder.glob("pipeline*")
            if path.suffix.lower() in TABLE_SUFFIXES and path.stem != "pipeline" and path.name not in named
        )
    )


def say_repeated(column: str) -> str:
    """Say what it means that a column of ids repeats one with other values: a column of names is no id."""
    if normalise(column) in {*tables()["names"]["name"], "dealname", "deal_deal_title", "deal_title"}:
        return (
            f"the name of another row in {column!r}, so this column is no id: names repeat; add the CRM's id of opportunities to the export "
            "and name its column in [pipeline.columns] opportunity_id"
        )
    return (
        f"the id of another row in {column!r} with other values; export one row for each opportunity (without its products), "
        "and moves between stages as stage_events.csv"
    )
