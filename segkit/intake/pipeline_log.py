"""The log of a CRM export: what was guessed, which currencies there are, and what became of the rows.

Comes in: the tables ``typed``, ``used`` and ``moves``. Goes out: a :class:`~segkit.model.opportunity.PipelineLog` and the sources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from segkit.errors import BadValueError
from segkit.intake.orders import Orders
from segkit.intake.pipeline_cells import TypedCells
from segkit.intake.pipeline_columns import PipelineColumns
from segkit.intake.pipeline_stages import StageReading
from segkit.intake.text_table import fetch_count, fetch_row, fetch_rows
from segkit.model.cleaning import LogEntry, SourceFile
from segkit.model.company import Company
from segkit.model.evidence import Source, SourceType
from segkit.model.opportunity import Outcome, PipelineLog, StageName
from segkit.model.sales_stage import StageModel

_SIGNS = {"€": "EUR", "£": "GBP", "EURO": "EUR", "EUROS": "EUR", "US$": "USD"}
_SOURCES = (
    (
        "pipeline",
        "CRM export of opportunities",
        "Written by sellers in a CRM: stages, days and amounts are what they entered.",
    ),
    (
        "stage_events",
        "History of stages from the CRM",
        "Written by the CRM whenever a seller changed the stage.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The currency of rows that name none, and what was noticed."""

    default: str
    notes: tuple[LogEntry, ...] = ()


def find_currencies(
    connection: duckdb.DuckDBPyConnection, cells: TypedCells, *, company: Company, orders: Orders, label: str
) -> Money:
    """Write ``currencies`` (raw, code); settle the currency of rows that name none.

    It is the only one of the file, else that of the amounts' signs, else that of the orders; with several in the file it is not known.

    Raises
    ------
    BadValueError
        ``[pipeline] currency`` is in no row.
    """
    raws = [
        str(raw)
        for (raw,) in fetch_rows(
            connection, "SELECT DISTINCT currency_raw FROM typed WHERE currency_raw IS NOT NULL ORDER BY 1"
        )
    ]
    codes = {raw: _code(raw) for raw in raws}
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE currencies AS SELECT unnest(?::VARCHAR[]) AS raw, unnest(?::VARCHAR[]) AS code",
        [list(codes), list(codes.values())],
    )
    found = sorted({code for code in codes.values() if code})
    own = company.currency or orders.currency
    # with several in the file, a row that names none could be in any
    default = found[0] if len(found) == 1 else "" if found else _code(cells.currency) or own
    wanted = company.pipeline.currency
    if wanted and wanted not in {*found, default}:
        seen = ", ".join(found) or default or "none"
        raise BadValueError(
            f"{label} has no opportunity in {wanted!r}, which [pipeline] currency asks for (has {seen}); correct it in company.toml.",
            path=label,
            column="currency",
        )
    if not fetch_count(connection, "SELECT count(amount) FROM typed"):
        reason = "No opportunity has an amount; what deals are worth is not in the file."
        return Money(default=default, notes=(LogEntry(rule="no amounts", reason=reason, rows=0),))
    notes = []
    if default and not found and not cells.currency:
        reason = f"Amounts name no currency and were read as {default}, that of the orders."
        notes.append(
            LogEntry(rule="currency of the orders", reason=reason, rows=0, switch="company.currency")
        )
    if default and own and default != own:
        reason = f"Amounts are in {default}, the orders in {own}; they are not added up together."
        notes.append(LogEntry(rule="another currency", reason=reason, rows=0))
    return Money(default=default, notes=tuple(notes))


def _code(raw: str) -> str | None:
    plain = raw.strip().upper()
    if len(plain) == 3 and plain.isascii() and plain.isalpha():
        return plain
    if plain[:3].isalpha() and plain[3:4] in {" ", "-"}:
        return _code(plain[:3])
    return _SIGNS.get(plain)


def note_columns(columns: PipelineColumns) -> tuple[LogEntry, ...]:
    """Say which columns were guessed, which others would fit, and which were left out because they hold people."""
    notes = []
    for ours in columns.guessed:
        others = [name for rival, name in columns.rivals if rival == ours]
        reason = f"{columns.taken[ours]!r} was taken for {ours} by its name"
        reason += f"; {', '.join(map(repr, others))} would fit as well." if others else "."
        notes.append(
            LogEntry(rule="guessed column", reason=reason, rows=0, switch=f"pipeline.columns.{ours}")
        )
    if columns.private:
        names = ", ".join(map(repr, columns.private))
        notes.append(
            LogEntry(
                rule="personal columns", reason=f"Columns that name people were left out: {names}.", rows=0
            )
        )
    return tuple(notes)


def note_stages(stages: StageReading, names: Mapping[str, int]) -> tuple[LogEntry, ...]:
    """Say which stage list was chosen and which names were guessed."""
    notes = []
    if stages.chosen:
        known = sum(not guessed for _, guessed in stages.places.values())
        reason = f"The stage list was guessed: {stages.model.label}, with {known} of the {len(stages.places)} names in it."
        notes.append(LogEntry(rule="guessed stage list", reason=reason, rows=0, switch="pipeline.naming"))
    for raw, (stage, guessed) in stages.places.items():
        if guessed:
            reason = f"Stage {raw[:40]!r} was read as {stages.model.find(stage).label}."
            notes.append(
                LogEntry(rule="guessed stage", reason=reason, rows=names[raw], switch="pipeline.stages")
            )
    return tuple(notes)


def write_log(
    connection: duckdb.DuckDBPyConnection,
    *,
    files: tuple[SourceFile, ...],
    columns: PipelineColumns,
    stages: tuple[StageName, ...],
    model: StageModel,
    dropped: tuple[LogEntry, ...],
    repaired: tuple[LogEntry, ...],
    notes: tuple[LogEntry, ...],
    dropped_moves: tuple[LogEntry, ...],
) -> PipelineLog:
    """Count what became of the rows."""
    rows, customers, prospects = (
        int(str(value))
        for value in fetch_row(
            connection,
            "SELECT count(*), count(customer_id), count(*) FILTER (customer_id IS NULL AND account IS NOT NULL) FROM used",
        )
    )
    currencies = fetch_rows(
        connection,
        "SELECT money_code FROM used WHERE money_code IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1",
    )
    counted = dict(fetch_rows(connection, "SELECT status, count(*) FROM used GROUP BY 1"))
    ((first, last),) = fetch_rows(connection, "SELECT min(created_at), max(created_at) FROM used")
    history = len(files) > 1
    return PipelineLog(
        files=files,
        layout=columns.layout,
        columns=tuple(columns.taken.items()),
        unused=columns.unused,
        stages=stages,
        model=model,
        rows_read=files[0].rows,
        rows_used=rows,
        dropped=dropped,
        repaired=repaired,
        notes=notes,
        outcomes=tuple((name.value, int(counted[name])) for name in Outcome if name in counted),
        customers=customers,
        prospects=prospects,
        moves=fetch_count(connection, "SELECT count(*) FROM moves") if history else None,
        moves_read=files[1].rows if history else 0,
        moves_dropped=dropped_moves,
        currencies=tuple(str(code) for (code,) in currencies),
        first=first,
        last=last,
    )


def pipeline_source(log: PipelineLog, place: int, *, columns: tuple[str, ...]) -> Source:
    """Return a file as a source: the export (0) or the history (1)."""
    identifier, title, note = _SOURCES[place]
    if place == 0 and log.first and log.last:
        note += f" Created from {log.first} to {log.last}."
    file = log.files[place]
    return Source(
        id=identifier,
        type=SourceType.OTHER,
        title=title,
        path=file.path,
        sha256=file.sha256,
        n_rows=log.rows_used if place == 0 else log.moves,
        columns=columns,
        reliability_note=note,
        kind=identifier,
    )
