"""What ``segkit new`` proposes for a CRM export: the tables [pipeline] of ``company.toml``, with comments.

Comes in: the export in the new folder. Goes out: lines of TOML, and lines for the terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from segkit.errors import InputError
from segkit.intake.engine import connect_engine
from segkit.intake.pipeline_cells import text_of
from segkit.intake.pipeline_columns import (
    PipelineColumns,
    choose_history_columns,
    choose_pipeline_columns,
)
from segkit.intake.pipeline_stages import StageReading, choose_model, place_name, read_status
from segkit.intake.tables import open_table
from segkit.intake.text_table import TextTable, fetch_rows, quote_name
from segkit.intake.toml_text import quote_toml
from segkit.model.company import PipelineSettings
from segkit.model.sales_stage import stage_models

_MAX_NAMES = 40
_WIDTH = 36


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Lines for ``company.toml`` and lines for the terminal."""

    toml: tuple[str, ...]
    told: tuple[str, ...]


def propose_pipeline(export: Path, history: Path | None) -> Proposal:
    """Guess columns and stages of a CRM export, and write them down for the user to confirm.

    Parameters
    ----------
    export : Path
        The export, in the company folder.
    history : Path or None
        The history of its stages.

    Raises
    ------
    InputError
        A file is no table.
    """
    with connect_engine() as connection:
        table = open_table(export, connection=connection, name="pipeline", footer=True)
        head = [
            "",
            f"[pipeline]                         # the CRM export: {export.name}",
            *_files(export, history),
        ]
        try:
            columns = choose_pipeline_columns(table.columns, file=export.name)
        except InputError as problem:
            rest = ", ".join(map(quote_toml, table.columns))
            lines = [
                "# [pipeline.columns]",
                '# opportunity_id = "..."            # NEEDED: the column that says which opportunity a row is',
                '# stage = "..."                     # NEEDED: the column that says in which stage it stands',
                f"# columns of the file: {rest}",
            ]
            return Proposal(toml=(*head, *lines), told=(f"Still to settle: {problem}",))
        columns = _without_odd_status(table, columns)
        names = _stage_names(table, columns.taken["stage"])
        if history is not None:
            names |= _history_names(
                open_table(history, connection=connection, name="stage_events", footer=True)
            )
    reading, unknown = _place_what_fits(names)
    toml = [*head, *_naming(reading), *_column_lines(columns), *_stage_lines(reading, unknown)]
    return Proposal(toml=tuple(toml), told=tuple(_tell(columns, reading, unknown)))


def _files(export: Path, history: Path | None) -> list[str]:
    lines = [f"file = {quote_toml(export.name)}"]
    return [*lines, f"history = {quote_toml(history.name)}"] if history else lines


def _without_odd_status(table: TextTable, columns: PipelineColumns) -> PipelineColumns:
    """Leave a status aside that does not speak of open, won and lost."""
    if "status" not in columns.taken or all(map(read_status, _stage_names(table, columns.taken["status"]))):
        return columns
    taken = {ours: name for ours, name in columns.taken.items() if ours != "status"}
    return replace(columns, taken=taken, unused=(*columns.unused, columns.taken["status"]))


def _stage_names(table: TextTable, column: str) -> dict[str, int]:
    found = fetch_rows(
        table.connection,
        f"SELECT {text_of(column)} AS raw, count(*) FROM {table.name} WHERE {quote_name(column)} IS NOT NULL "
        f"GROUP BY raw ORDER BY count(*) DESC, raw LIMIT {_MAX_NAMES}",
    )
    return {str(raw): int(rows) for raw, rows in found if raw}


def _history_names(table: TextTable) -> dict[str, int]:
    try:
        columns = choose_history_columns(table.columns, file=table.source.path)
    except InputError:
        return {}
    return {} if "field" in columns else _stage_names(table, columns["to_stage"])


def _place_what_fits(names: dict[str, int]) -> tuple[StageReading, list[str]]:
    """Choose the list and place the names that it knows; return the others too."""
    model, chosen = choose_model(names, PipelineSettings())
    found = {raw: place_name(model, raw) for raw in names}
    places = {raw: place for raw, place in found.items() if place is not None}
    return StageReading(model=model, places=places, chosen=chosen), [
        raw for raw in names if raw not in places
    ]


def _naming(reading: StageReading) -> list[str]:
    line = f"naming = {quote_toml(reading.model.id)}"
    others = ", ".join(name for name in stage_models() if name != reading.model.id)
    return [
        f"{line:<{_WIDTH - 1}} # guessed: {reading.model.label}; also {others}",
        '# currency = "EUR"                 # keeps only opportunities in it, where there are several',
        "# fields = []                      # columns that the lead score learns from",
    ]


def _column_lines(columns: PipelineColumns) -> list[str]:
    what = f"recognised: {columns.layout}" if columns.layout else "by their names"
    lines = [
        "",
        f"[pipeline.columns]                 # {what}. Left: what segkit needs. Right: the column of your file.",
    ]
    for ours, name in columns.taken.items():
        rivals = [other for rival, other in columns.rivals if rival == ours]
        line = f"{ours} = {quote_toml(name)}"
        if rivals:
            line = f"{line:<{_WIDTH - 1}} # CHOOSE: {', '.join(map(quote_toml, rivals))} would fit as well"
        elif ours in columns.guessed:
            line = f"{line:<{_WIDTH - 1}} # guessed: check this one"
        lines.append(line)
    if columns.unused:
        lines.append(f"# kept under their own names: {', '.join(map(quote_toml, columns.unused))}")
    if columns.private:
        lines.append(f"# left out, they name people: {', '.join(map(quote_toml, columns.private))}")
    return lines


def _stage_lines(reading: StageReading, unknown: list[str]) -> list[str]:
    guessed = {raw: stage for raw, (stage, sure) in reading.places.items() if sure}
    if not guessed and not unknown:
        return []
    lines = [
        "",
        "[pipeline.stages]                  # Left: the name in your file. Right: a stage of the list, or one of the six.",
    ]
    for raw, stage in guessed.items():
        line = f"{quote_toml(raw)} = {quote_toml(reading.model.find(stage).label)}"
        lines.append(f"{line:<{_WIDTH - 1}} # guessed: check this one")
    choices = ", ".join(stage.id for stage in reading.model.stages)
    lines += [f'# {quote_toml(raw)} = "..."{"":<12}# NEEDED: one of {choices}' for raw in unknown]
    return lines


def _tell(columns: PipelineColumns, reading: StageReading, unknown: list[str]) -> list[str]:
    lines = [
        f"CRM export recognised: {columns.layout}."
        if columns.layout
        else "CRM export: no vendor's; columns recognised by their names."
    ]
    for ours, name in columns.taken.items():
        rivals = [other for rival, other in columns.rivals if rival == ours]
        unsure = f" (guessed; {', '.join(rivals)} would fit as well)" if rivals else " (guessed)"
        lines.append(f"  {ours} = {name}{unsure if ours in columns.guessed or rivals else ''}")
    lines.append(f"Stages are read as {reading.model.label} (guessed):")
    for raw, (stage, guessed) in reading.places.items():
        lines.append(f"  {raw[:60]} = {reading.model.find(stage).label}{' (guessed)' if guessed else ''}")
    lines.append(
        'Where organizations buy, say so in company.toml: [company] business_model = "b2b", or "mixed" beside people.'
    )
    if unknown:
        lines.append(f"Stages to place in [pipeline.stages]: {', '.join(raw[:60] for raw in unknown)}.")
    return lines
