"""From order lines to one row per order: the first step of the customer table, on the engine the lines live on.

Takes the canonical order lines of intake as any frame that is proven to give the same bits (DuckDB relation, Polars,
pandas), keeps the lines on or before ``as_of`` and returns one row per customer and order. Everything downstream
(customers, favourites, CLV summary) starts from here, so the meaning of "an order" is written once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import narwhals as nw
import pandas as pd

from segkit.errors import BadValueError, MissingColumnError, NotEnoughDataError, UnsupportedFormatError

Frame: TypeAlias = Any
"""A narwhals LazyFrame or DataFrame; both have every method used here, and the lazy one never becomes eager."""

_KEYS = ("customer_id", "order_id", "order_date")
_REFUSED = {
    "dask": "Dask cannot order rows within a customer and miscounts distinct values",
    "pyspark": "PySpark has no ordered first value within a group",
    "modin": "Modin was not compared with the other engines",
    "cudf": "cuDF was not compared with the other engines",
    "ibis": "Ibis was not compared with the other engines",
}


def adopt_lines(lines: Any) -> Frame:
    """Return order lines as a narwhals frame on an engine that is proven to agree with the others.

    DuckDB relations, Polars frames (lazy or eager) and pandas frames stay where they are. A bare pyarrow Table cannot
    order rows within a group, so it is handed to DuckDB without a copy. The caller's frame is never changed.

    Parameters
    ----------
    lines : frame
        Canonical order lines, native or narwhals; ``customer_id``, ``order_id``, ``order_date`` not null.

    Raises
    ------
    UnsupportedFormatError
        The engine cannot do the job or was never compared; the message names the way out.
    MissingColumnError
        A key column is absent.
    BadValueError
        ``amount`` is not an integer, or ``order_date`` is neither a date nor a naive timestamp.
    """
    frame: Frame = nw.from_native(lines)
    engine = str(frame.implementation.value)
    if engine == "pyarrow":
        frame, engine = _hand_to_duckdb(nw.to_native(frame)), "duckdb"
    if engine not in {"duckdb", "polars", "pandas"}:
        reason = _REFUSED.get(engine, f"{engine} was not compared with the other engines")
        raise UnsupportedFormatError(
            f"order lines cannot stay on {engine} (got {reason}); write Parquet and pass the path."
        )
    columns = frame.collect_schema()
    for key in _KEYS:
        if key not in columns:
            raise MissingColumnError(
                f"order lines lack column {key!r} (got {list(columns)[:5]}); read them with read_orders(path).",
                column=key,
            )
    if engine == "pandas" and columns["order_date"] == nw.Object:
        native = nw.to_native(frame)
        frame = nw.from_native(native.assign(order_date=pd.to_datetime(native["order_date"])))
        columns = frame.collect_schema()
    if "amount" in columns and not columns["amount"].is_integer():
        raise BadValueError(
            f"column 'amount' is not a whole number of 1/10,000 currency units (got {columns['amount']}); "
            "read the file with read_orders(path), which converts it exactly.",
            column="amount",
        )
    when = columns["order_date"]
    if when != nw.Date and not (isinstance(when, nw.Datetime) and when.time_zone is None):
        raise BadValueError(
            f"column 'order_date' is not a calendar day (got {when}); convert it to the company's local day first.",
            column="order_date",
        )
    return frame


def _hand_to_duckdb(table: Any) -> Frame:
    from segkit.intake.engine import connect_engine  # noqa: PLC0415  pandas and Polars users never load it

    return nw.from_native(connect_engine().from_arrow(table))


def hold_rows(frame: Frame) -> Frame:
    """Compute a frame once where it would otherwise run again on each use.

    A DuckDB relation is a recipe and runs each time it is read; Polars shares common parts of a plan by itself and
    pandas has its rows already. The only place where the engines are treated differently: rows are the same.

    Parameters
    ----------
    frame : narwhals frame

    Returns
    -------
    narwhals frame
        The same rows; still lazy where it was lazy.
    """
    if str(frame.implementation.value) != "duckdb":
        return frame
    relation = nw.to_native(frame)
    if hasattr(relation, "materialize"):
        return nw.from_native(relation.materialize())
    return nw.from_native(relation.execute())  # pragma: no cover  (DuckDB 1.x keeps the executed rows)


def day_number(column: str) -> nw.Expr:
    """Return the day number of a date column, equal to :meth:`datetime.date.toordinal`.

    Written out in integers because differences of dates have no unit that all engines share.

    Examples
    --------
    >>> import narwhals as nw, pandas as pd
    >>> frame = nw.from_native(pd.DataFrame({"day": pd.to_datetime(["2024-02-29"])}))
    >>> int(frame.select(day_number("day"))["day"][0]), date(2024, 2, 29).toordinal()
    (738945, 738945)
    """
    year = nw.col(column).dt.year().cast(nw.Int64) - 1
    return year * 365 + year // 4 - year // 100 + year // 400 + nw.col(column).dt.ordinal_day().cast(nw.Int64)


def mark(condition: nw.Expr) -> nw.Expr:
    """Return 1 where a condition holds and null elsewhere, so that counting the column counts the hits.

    Counting is cheaper than adding up zeros and ones (DuckDB adds in 128 bits), and equal by construction.
    """
    return nw.when(condition).then(nw.lit(1))


def keep_until(lines: Frame, *, as_of: date) -> Frame:
    """Return the lines dated on or before ``as_of``."""
    if isinstance(lines.collect_schema()["order_date"], nw.Datetime):
        midnight = datetime(as_of.year, as_of.month, as_of.day) + timedelta(days=1)  # noqa: DTZ001  local calendar day
        return lines.filter(nw.col("order_date") < nw.lit(midnight))
    return lines.filter(nw.col("order_date") <= nw.lit(date(as_of.year, as_of.month, as_of.day)))


def adopt_until(lines: Any, *, as_of: date) -> Frame:
    """Return the lines on or before ``as_of`` on a proven engine; eager frames without any are refused at once."""
    kept = keep_until(adopt_lines(lines), as_of=as_of)
    if isinstance(kept, nw.DataFrame) and len(kept) == 0:
        raise NotEnoughDataError(
            f"no order line is dated on or before {as_of:%Y-%m-%d} (got 0 lines); choose a later as_of."
        )
    return kept


def summarise_orders(lines: Frame, *, text_columns: Sequence[str] = ()) -> Frame:
    """Return one row per customer and order.

    Parameters
    ----------
    lines : narwhals frame
        Canonical order lines (:func:`adopt_lines`), already cut at ``as_of``.
    text_columns : sequence of str
        Columns that describe the order as a whole (device, country ...). Where the lines of an order disagree, the
        first name in code-point order stands for it.

    Returns
    -------
    narwhals frame
        ``customer_id, order_id, order_date`` (first day), ``day`` (its number), ``order_lines`` and, where the input
        has them, ``amount`` (net, 1/10,000), ``returned`` and ``discounted`` (lines), and the text columns.

    Notes
    -----
    An order of refund lines only is an order too: the default reading of intake drops cancellations or books a refund
    under the order it belongs to, and its net reading counts cancel documents on purpose.
    """
    columns = lines.collect_schema().names()
    flags = {}
    if "is_return" in columns:
        flags["returned"] = mark(nw.col("is_return"))
    if "discount" in columns:
        flags["discounted"] = mark(nw.col("discount") > 0)
    if flags:
        lines = lines.with_columns(**flags)
    whole = ["order_lines", *flags]
    totals = [
        nw.col("order_date").min(),
        nw.len().alias("order_lines"),
        *(nw.col(name).count() for name in flags),
    ]
    if "amount" in columns:
        whole.append("amount")
        totals.append(nw.col("amount").sum())
    totals += [nw.col(name).min() for name in text_columns]
    orders = lines.group_by("customer_id", "order_id").agg(*totals)
    return orders.with_columns(
        day_number("order_date").alias("day"), *(nw.col(name).cast(nw.Int64) for name in whole)
    )
