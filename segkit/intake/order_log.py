"""The cleaning log of one reading: what was read, used, dropped and repaired, and what a reader must know.

Comes in: what the steps of a reading found, and the tables they left in DuckDB. Goes out: a
:class:`segkit.model.cleaning.CleaningLog`.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from segkit.intake.attributes import CustomerAttributes
from segkit.intake.cleaning import count_totals, in_use, list_alternatives, log_rules
from segkit.intake.coverage import measure_coverage
from segkit.intake.formats import OrderFormat, unknown_names
from segkit.intake.identity import IdentityRule
from segkit.intake.mapping import Mapping
from segkit.intake.oddities import notice_oddities
from segkit.intake.pricing import Pricing, log_pricing
from segkit.intake.shaping import ShapedLines
from segkit.intake.sources import SourceRows
from segkit.intake.staging import LineFacts, notice_lines
from segkit.intake.text_table import fetch_row
from segkit.intake.typed_lines import TypedLines
from segkit.model.cleaning import CleaningLog, LogEntry
from segkit.model.company import OrderSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the steps of one reading found, for the log."""

    rows: SourceRows
    form: OrderFormat | None
    mapping: Mapping
    shaped: ShapedLines
    typed: TypedLines
    pricing: Pricing
    identity: IdentityRule
    facts: LineFacts
    currency: str
    settings: OrderSettings


def computed_sources(reading: Reading) -> dict[str, str]:
    """Name the columns behind canonical ones that are computed."""
    names = reading.shaped.names
    basis = reading.pricing.basis
    behind = {"unit_price": ["quantity", "unit_price"]}.get(basis, [basis])
    return {
        "amount": " x ".join(names[name] for name in behind if name in names),
        "discount": names.get("order_discount", names.get("order_subtotal", "")),
        "order_time": names.get("order_date", ""),
        "device": names.get("user_agent", ""),
        "customer_id": names.get(reading.identity.kinds[0], ""),
    }


def write_log(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    *,
    sources: dict[str, str],
    extra: CustomerAttributes,
    factors: Table[str, str],
    path: Path,
) -> CleaningLog:
    """Put the cleaning log together."""
    settings, rows, priced = reading.settings, reading.rows, bool(reading.pricing.basis)
    used = in_use(settings)
    totals = count_totals(connection, settings=settings, priced=priced)
    dropped, kept = log_rules(connection, settings=settings, labels=rows.labels, priced=priced)
    repaired, remarks = log_pricing(connection, reading.pricing, used=used)
    remarks += notice_lines(connection, reading.facts, used=used)
    remarks += notice_oddities(
        connection, used=used, has_order_id=reading.facts.has("order_id"), orders_per=settings.orders_per
    )
    first, last = fetch_row(connection, "SELECT min(order_date), max(order_date) FROM used_lines")
    kinds = connection.execute("SELECT kind, count(*) FROM customers GROUP BY kind").fetchall()
    counts = {str(kind): int(number) for kind, number in kinds}
    assert isinstance(first, date)  # noqa: S101 - a date column
    assert isinstance(last, date)  # noqa: S101 - a date column
    return CleaningLog(
        sources=(*rows.sources, *extra.files),
        format=reading.form.name if reading.form else "mapped",
        format_label=reading.form.label if reading.form else "a table with its own columns",
        identity_rule=reading.identity.sentence(
            [(kind, counts.get(kind, 0)) for kind in reading.identity.kinds]
        ),
        rows_read=rows.rows_read,
        rows_used=totals.rows,
        dropped=(*rows.rejected, *dropped),
        repaired=(*rows.notes, *reading.shaped.repaired, *reading.typed.notes, *repaired),
        kept=(*kept, *remarks, *_explain(reading, sources, rows=totals.rows), *extra.notes),
        unknown_columns=_unknown(reading),
        first_order=first,
        last_order=last,
        customers=totals.customers,
        orders=totals.orders,
        revenue=totals.revenue,
        currency=reading.currency,
        timezone_note=reading.typed.timezone_note,
        coverage=measure_coverage(
            connection,
            path=path.as_posix(),
            sources=sources,
            attributes=extra.frame,
            surveys=extra.surveys,
            factors=factors,
            customers=totals.customers,
        ),
        alternatives=list_alternatives(connection, settings=settings, totals=totals, priced=priced),
    )


def _explain(reading: Reading, sources: Table[str, str], *, rows: int) -> list[LogEntry]:
    """Say what a reader could not know from the counts; ``rows`` are the rows it concerns."""
    form, mapping = reading.form, reading.mapping
    told: list[tuple[str, str, str]] = []
    if form and form.note:
        told.append(("amounts", form.note, ""))
    guessed = [f"{guess.canonical} = {guess.source!r}" for guess in mapping.guesses]
    if guessed:
        told.append(("columns recognised", f"columns taken as {', '.join(guessed)}", "columns"))
    if not reading.facts.has("order_id"):
        each = "customer and day" if reading.settings.orders_per == "day" else "row"
        told.append(("no order id", f"no order id in the file, so one order per {each}", "orders_per"))
    if mapping.withheld:
        told.append(
            ("personal columns", f"personal columns not passed on: {', '.join(mapping.withheld)}", "")
        )
    renamed = [
        f"{source!r} as {name!r}"
        for name, source in sources.items()
        if name != source and source in reading.typed.passed.values()
    ]
    if renamed:
        told.append(("columns renamed", f"columns passed on under a free name: {', '.join(renamed)}", ""))
    notes = [LogEntry(rule=rule, reason=reason, rows=rows, switch=switch) for rule, reason, switch in told]
    if reading.identity.ambiguous:
        text = "phones, e-mails or names that several customers share; they join none of them"
        notes.append(LogEntry(rule="shared keys", reason=text, rows=reading.identity.ambiguous))
    return notes


def _unknown(reading: Reading) -> tuple[str, ...]:
    """Return the columns that nobody asked for: unknown to the vendor's format, or withheld."""
    if reading.form is None:
        return reading.mapping.withheld
    own = [name for name in reading.rows.table.columns if name not in reading.rows.joined_columns]
    return unknown_names(reading.form, own)
