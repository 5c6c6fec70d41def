"""Read an order history: any export or table in, canonical order lines and a visible cleaning log out.

This is the front door of intake. The steps are one file each: open and stack (:mod:`.sources`), recognise
(:mod:`.formats`, :mod:`.mapping`), shape and type the lines, price them, resolve who ordered, stage and clean.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd

from segkit.errors import BadValueError, InputError, NotEnoughDataError, UnsupportedFormatError
from segkit.intake.attributes import read_attributes
from segkit.intake.cancelled import sort_cancelled
from segkit.intake.canonical import name_passed, optional_columns, write_canonical
from segkit.intake.cleaning import count_orders_left_out, count_totals, in_use, log_rules
from segkit.intake.contacts import find_contacts
from segkit.intake.engine import connect_engine
from segkit.intake.formats import OrderFormat, detect_format, find_format
from segkit.intake.identity import collect_keys, label_customers
from segkit.intake.mapping import map_columns, require_columns
from segkit.intake.order_log import Reading, computed_sources, write_log
from segkit.intake.pricing import Pricing, price_lines, refund_lines
from segkit.intake.shaping import shape_lines
from segkit.intake.sources import join_table, stack_files
from segkit.intake.staging import LineFacts, check_currency, find_identities, stage_lines
from segkit.intake.text_table import fetch_row
from segkit.intake.typed_lines import type_lines
from segkit.model.cleaning import CleaningLog, LogEntry
from segkit.model.company import OrderSettings
from segkit.words.figures import join_words, with_article

AMOUNT_SCALES = (1, 10, 100, 1000, 10_000)
ENGINES = ("duckdb", "polars", "pandas")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, weakref_slot=True)
class Orders:
    """Canonical order lines in a Parquet file, with how they came about.

    Parameters
    ----------
    path : Path
        The Parquet file, one row per used line, sorted by customer, day, order and line. It lies in a private
        folder that goes when this object does.
    columns : tuple of str
        Columns present, in file order; ``amount`` and ``discount`` are in 1/10,000 of the currency unit.
    source_columns : tuple of (str, str)
        Canonical column and its name in the user's file.
    currency : str
        ISO code, or "" where neither file nor settings name one.
    as_of : date
        End of observation.
    log : CleaningLog
        Every row read is used or dropped for a stated reason.
    attributes : pandas.DataFrame or None
        Index ``customer_id``; numbers as float, yes/no as bool, dates as datetime, text as str, missing as NA.
    attribute_sources : tuple of (str, str)
        Attribute column and its file.
    identities : tuple of (str, str)
        Label and personal key, where labels stand for e-mails, phones or names.
    contacts : pandas.DataFrame or None
        Index ``customer_id``; ``has_email`` and ``has_phone``: whether one is on file, in the orders or in
        ``customers.*``. None where no file has such a column.
    keys : pyarrow.Table or None
        ``kind``, ``key``, ``customer_id`` of every key, where the chain has several. Personal, never written: it
        finds whose an event is.
    left_out : tuple of (str, int)
        Rule and number of whole orders that were left out because they were cancelled, returned or not paid.
    cancelled : tuple of (str, int)
        How many of the cancelled ones were "replaced" and, of the others, "empty"; nothing without cancelled orders.
    """

    path: Path
    columns: tuple[str, ...]
    source_columns: tuple[tuple[str, str], ...]
    currency: str
    as_of: date
    log: CleaningLog
    attributes: pd.DataFrame | None = None
    attribute_sources: tuple[tuple[str, str], ...] = ()
    identities: tuple[tuple[str, str], ...] = ()
    contacts: pd.DataFrame | None = None
    keys: Any = field(default=None, repr=False)
    left_out: tuple[tuple[str, int], ...] = ()
    cancelled: tuple[tuple[str, int], ...] = ()

    def scan(self, engine: str = "duckdb") -> Any:
        """Return the lines as a narwhals frame.

        Parameters
        ----------
        engine : {"duckdb", "polars", "pandas"}
            DuckDB and Polars stay lazy and read from the file; pandas loads it.

        Raises
        ------
        InputError
            For another engine.
        """
        if engine == "duckdb":
            return nw.from_native(connect_engine().read_parquet(str(self.path)))
        if engine == "polars":
            import polars as pl  # noqa: PLC0415 - an extra, only loaded where asked for

            return nw.from_native(pl.scan_parquet(self.path))
        if engine == "pandas":
            import pyarrow.parquet as pq  # noqa: PLC0415 - only this engine needs it

            return nw.from_native(pq.read_table(self.path).to_pandas(date_as_object=False))
        raise InputError(f"there is no engine {engine!r}; use one of {', '.join(map(repr, ENGINES))}.")


def read_orders(
    source: Any,
    *,
    settings: OrderSettings | None = None,
    timezone: str = "",
    currency: str = "",
    factors: Table[str, str] | None = None,
    attributes: Sequence[str | Path] = (),
    folder: str | Path | None = None,
    **switches: Any,
) -> Orders:
    """Read an order history into canonical order lines.

    Parameters
    ----------
    source : path, list of paths, or frame
        CSV, TSV, Parquet or XLSX files (exports may overlap), or any frame that narwhals knows.
    settings : OrderSettings, optional
        How to read; default: everything decided by the data.
    timezone : str
        Zone of the shop, such as ``"Europe/Berlin"``; decides to which day an order belongs.
    currency : str
        Code to use where the file has none.
    factors : mapping of str to str, optional
        Column = factor, where the name alone does not tell.
    attributes : sequence of path
        Files with one row per customer.
    folder : path, optional
        Where joined tables lie; default: beside the first file.
    **switches
        Override fields of ``settings``: ``cancellations="net"``, ``duplicates="drop"``, ``free_lines="keep"``,
        ``non_products="drop"``, ``returned="keep"``, ``include_pending=False``, ``orders_per="line"``,
        ``columns={...}``, ``day_first=True``, ``as_of=date(...)`` ...

    Returns
    -------
    Orders

    Raises
    ------
    MissingColumnError
        No column says when, or who; the message names the columns seen and the way out.
    BadValueError
        Dates are ambiguous, currencies are mixed, a switch is unknown.
    UnsupportedFormatError
        The export cannot answer the question, whatever its content.
    NotEnoughDataError
        No row is left after cleaning.

    Examples
    --------
    >>> frame = pd.DataFrame({"customer_id": ["b", "a", "a"], "order_date": ["2024-01-31"] * 3, "amount": [2, 3, 4.5]})
    >>> orders = read_orders(frame, currency="EUR")
    >>> orders.log.customers, orders.log.orders, str(orders.log.revenue), orders.as_of.isoformat()
    (2, 2, '9.5000', '2024-02-01')
    """
    chosen = _apply_switches(settings or OrderSettings(), switches)
    sources = _as_list(source)
    place = Path(folder) if folder else _folder_of(sources)
    work = Path(tempfile.mkdtemp(prefix="segkit-"))
    try:
        with connect_engine(str(work / "intake.duckdb")) as connection:
            connection.execute(f"SET temp_directory = '{work.as_posix()}'")
            reading = stage_orders(
                connection, sources, settings=chosen, timezone=timezone, currency=currency, folder=place
            )
            orders = _finish(
                connection, reading, work / "orders.parquet", factors=factors or {}, attributes=attributes
            )
        (work / "intake.duckdb").unlink()
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    weakref.finalize(orders, shutil.rmtree, work, ignore_errors=True)
    return orders


def stage_orders(
    connection: duckdb.DuckDBPyConnection,
    sources: list[Any],
    *,
    settings: OrderSettings,
    timezone: str,
    currency: str,
    folder: Path | None,
) -> Reading:
    """Run the steps up to the table ``staged``: every line with its order, customer, day and amount, before cleaning."""
    rows = stack_files(sources, connection=connection, settings=settings)
    form = choose_format(rows.table.columns, settings=settings, label=rows.table.source.path)
    for number, join in enumerate(settings.joins):
        if folder is None:
            raise InputError("[orders] join needs order files in a folder; join the frame before it is read.")
        rows = join_table(rows, join, folder=folder, form=form, settings=settings, number=number)
    if len(rows.labels) > 1:
        for label, names in zip(rows.labels, rows.file_columns, strict=True):
            require_columns((*names, *rows.joined_columns), file=label, form=form, given=settings.columns)
    mapping = map_columns(
        rows.table.columns,
        file=rows.table.source.path,
        form=form,
        given=settings.columns,
        joined=rows.joined_columns,
    )
    shaped = shape_lines(rows, mapping, form=form)
    typed = type_lines(shaped, form=form, settings=settings, timezone=timezone)
    facts = LineFacts(
        columns=typed.columns, form=form, settings=settings, labels=rows.labels, pricing=Pricing(basis="")
    )
    code = check_currency(connection, facts, given=currency or typed.currency_sign)
    pricing = price_lines(connection, columns=typed.columns, form=form, currency=code)
    refund_lines(connection, columns=typed.columns)
    facts = replace(facts, pricing=pricing)
    identity = find_identities(connection, facts)
    stage_lines(connection, rows, facts)
    return Reading(
        rows=rows,
        form=form,
        mapping=mapping,
        shaped=shaped,
        typed=typed,
        pricing=pricing,
        identity=identity,
        facts=facts,
        currency=code,
        settings=settings,
    )


def _finish(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    path: Path,
    *,
    factors: Table[str, str],
    attributes: Sequence[str | Path],
) -> Orders:
    """Write the canonical file and everything that is told about it."""
    used = in_use(reading.settings)
    _refuse_empty(connection, reading)
    connection.execute(f"CREATE OR REPLACE TEMP VIEW used_lines AS SELECT * FROM staged WHERE {used}")
    identities = label_customers(connection, lines="used_lines", rule=reading.identity)
    columns, sources = _write(connection, reading, path, used=used)
    extra = read_attributes(
        [Path(file) for file in attributes],
        connection=connection,
        identity_names={
            kind: name for kind, name in reading.shaped.names.items() if kind in reading.identity.kinds
        },
        day_first=reading.settings.day_first,
        decimal=reading.settings.decimal,
    )
    last = fetch_row(connection, "SELECT max(order_date) FROM used_lines")[0]
    assert isinstance(last, date)  # noqa: S101 - a date column
    log = write_log(connection, reading, sources=sources, extra=extra, factors=factors, path=path)
    return Orders(
        path=path,
        columns=columns,
        source_columns=tuple(sources.items()),
        currency=reading.currency,
        as_of=reading.settings.as_of or last + timedelta(days=1),
        log=log,
        attributes=extra.frame,
        attribute_sources=extra.sources,
        identities=identities,
        contacts=find_contacts(
            connection, columns=reading.typed.columns, rule=reading.identity, tables=extra.tables
        ),
        keys=collect_keys(connection, rule=reading.identity),
        left_out=count_orders_left_out(connection, settings=reading.settings),
        cancelled=sort_cancelled(connection, settings=reading.settings, columns=reading.typed.columns),
    )


def _write(
    connection: duckdb.DuckDBPyConnection, reading: Reading, path: Path, *, used: str
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Write the Parquet file; return its columns and what the user calls them."""
    typed, form = reading.typed, reading.form
    texts = optional_columns(typed.columns)
    names = name_passed(texts, list(typed.passed.values()))
    joined = set(reading.rows.joined_columns)
    of_line = set(form.line_columns) if form else set()
    passed = {
        alias: (names[source], form is None or source in of_line or source in joined)
        for alias, source in typed.passed.items()
    }
    columns = write_canonical(
        connection,
        path,
        used=used,
        texts=texts,
        passed=passed,
        facts={
            "order_time": typed.has_time,
            "amount": bool(reading.pricing.basis),
            "quantity": "quantity" in typed.columns,
            "discount": reading.pricing.has_discount,
        },
    )
    sources = {
        canonical: source for canonical, source in reading.shaped.names.items() if canonical in columns
    }
    sources |= {name: source for source, name in names.items()}
    sources |= {
        canonical: source
        for canonical, source in computed_sources(reading).items()
        if canonical in columns and canonical not in sources
    }
    return columns, {name: sources[name] for name in columns if name in sources}


def choose_format(names: Sequence[str], *, settings: OrderSettings, label: str) -> OrderFormat | None:
    """Return the format that settings or header name, refusing those that cannot be an order history.

    Raises
    ------
    UnsupportedFormatError
        The format has no customer, or no orders.
    """
    form = detect_format(names) if settings.format == "auto" else find_format(settings.format)
    if form is not None and settings.format != "auto":
        missing = [name for name in form.signature if name.casefold() not in {n.casefold() for n in names}]
        if missing:
            raise UnsupportedFormatError(
                f"{label} does not look like {form.label} (it lacks {', '.join(map(repr, missing[:3]))}); "
                'set [orders] format = "auto".',
                path=label,
            )
    if form is not None and form.refuse:
        raise UnsupportedFormatError(f"{label} is {with_article(form.label)} and {form.refuse}.", path=label)
    return form


def _refuse_empty(connection: duckdb.DuckDBPyConnection, reading: Reading) -> None:
    """Refuse a file of which no row is left, and say why."""
    if count_totals(connection, settings=reading.settings, priced=False).rows:
        return
    dropped, _ = log_rules(connection, settings=reading.settings, labels=reading.rows.labels, priced=False)
    why = ", ".join(f"{entry.rows} {entry.reason}" for entry in dropped)
    raise NotEnoughDataError(
        f"{reading.rows.table.source.path} has no order left after cleaning (dropped: {why}); "
        f"{_way_to_orders(connection, reading, max(dropped, key=lambda entry: entry.rows))}."
    )


def _way_to_orders(connection: duckdb.DuckDBPyConnection, reading: Reading, most: LogEntry) -> str:
    """Say what to change where one rule dropped (nearly) everything."""
    if most.rule == "after as_of":
        (first,) = fetch_row(connection, "SELECT min(order_date) FROM staged")
        return f"the first order is of {first}, so set [orders] as_of later than that (got {reading.settings.as_of})"
    names = reading.shaped.names
    if most.rule == "unreadable date":
        return f"fill column {names['order_date']!r}, or name the one that holds the dates: [orders] columns"
    if most.rule == "no identity":
        keys = join_words([repr(names[kind]) for kind in reading.identity.kinds if kind in names], last="or")
        return f"fill {keys}, or name the column that says who ordered: [orders] columns"
    if most.switch:
        return f"change [orders] {most.switch}, or give a file with more orders"
    return "give a file with more orders"


def _apply_switches(settings: OrderSettings, switches: Table[str, Any]) -> OrderSettings:
    """Override settings by keyword, checked by name."""
    known = [field.name for field in fields(OrderSettings)]
    for name in switches:
        if name not in known:
            raise BadValueError(
                f"read_orders has no switch {name!r}; use one of {', '.join(known)}.", column=name
            )
    values = dict(switches)
    for name in ("columns",):
        if isinstance(values.get(name), dict):
            values[name] = tuple((key, str(value)) for key, value in values[name].items())
    for name, choices in _CHOICES.items():
        if name in values and values[name] not in choices:
            raise BadValueError(
                f"{name} is not a valid choice (got {values[name]!r}); use {' or '.join(map(repr, choices))}.",
                column=name,
            )
    chosen = replace(settings, **values)
    if chosen.amount_scale not in AMOUNT_SCALES:
        raise BadValueError(
            f"amount_scale is not a scale of money (got {chosen.amount_scale!r}); use 1, or 100 for cents, "
            "or another of 10, 1000 and 10000.",
            column="amount_scale",
        )
    return chosen


_CHOICES = {
    "cancellations": ("drop", "net"),
    "free_lines": ("drop", "keep"),
    "duplicates": ("keep", "drop"),
    "non_products": ("keep", "drop"),
    "returned": ("drop", "keep"),
    "orders_per": ("day", "line"),
}


def _as_list(source: Any) -> list[Any]:
    """Return paths or frames as a list."""
    many = list(source) if isinstance(source, (list, tuple)) else [source]
    if not many:
        raise InputError("read_orders was given no file; pass a path, a list of paths or a frame.")
    return [Path(one) if isinstance(one, (str, Path)) else one for one in many]


def _folder_of(sources: list[Any]) -> Path | None:
    return sources[0].parent if isinstance(sources[0], Path) else None
