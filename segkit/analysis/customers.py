"""From orders to customers: one row per customer, the table on which everything else stands.

One definition, written in narwhals expressions, runs on the frame the lines are in (DuckDB by default, Polars,
pandas) and gives the same bits on each. The rules that make it so: money is an integer from the line on, every mean
and share is one division of two integers, ties are broken by name, sequences have a total order, and only operations
of a short proven list are used (``tests/engines`` fails when another one appears).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from segkit.analysis.favourites import (
    DEFAULT_FAVOURITES,
    ORDER_COLUMNS,
    count_products,
    find_category_habits,
    find_favourites,
)
from segkit.analysis.orders_table import Frame, adopt_until, hold_rows, mark, summarise_orders
from segkit.errors import BadValueError, MissingColumnError, NotEnoughDataError

MONEY_UNITS = 10_000
"""Amounts are whole numbers of 1/10,000 of the currency unit."""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUARTERS = (1, 2, 3, 4)
_DAYS = ("first_order", "last_order")


def describe_customers(lines: Any, *, as_of: date, favourites: Sequence[str] | None = None) -> Frame:
    """Describe each customer by days, counts, money, rhythm, shares and favourites.

    Parameters
    ----------
    lines : frame
        Canonical order lines, native or narwhals: ``customer_id``, ``order_id``, ``order_date`` (never null) and any
        of ``amount`` (integer, 1/10,000 of the currency unit, refunds negative), ``is_return``, ``discount``,
        ``sku``, ``product``, ``category`` and text columns.
    as_of : datetime.date
        End of observation; later lines are left out. Nothing here reads the clock.
    favourites : sequence of str, optional
        Columns whose most frequent name becomes ``favourite_<column>``. Default: those of
        ``favourites.DEFAULT_FAVOURITES`` that the lines have.

    Returns
    -------
    narwhals frame
        On the engine of the input, lazy where that was lazy, one row per customer, sorted by ``customer_id``:

        ==================================  ==================================================================
        ``customer_id``                     text, unique
        ``first_order``, ``last_order``     calendar day of the first and last order on or before ``as_of``
        ``recency_days``                    ``as_of`` minus ``last_order``, >= 0, low is good
        ``tenure_days``                     ``as_of`` minus ``first_order``, >= 0
        ``active_span_days``                ``last_order`` minus ``first_order``, >= 0
        ``frequency``, ``repeat_orders``    distinct order ids, >= 1; the same minus 1
        ``order_lines``                     lines used, >= 1
        ``monetary_total``                  net spend in 1/10,000 of the currency unit, may be negative
        ``average_order_value``             ``monetary_total / frequency`` in currency units
        ``purchase_days``                   distinct days with an order, >= 1
        ``lines_per_order``                 ``order_lines / frequency``
        ``median_gap_days``                 median days between consecutive orders; null with one order
        ``mean_gap_days``                   ``active_span_days / repeat_orders``; null with one order
        ``return_share``                    share of lines that are returns, 0..1
        ``discount_share``                  share of lines with a discount, 0..1
        ``weekend_share``                   share of orders on Saturday or Sunday, 0..1
        ``favourite_weekday``               weekday with most orders, ties to the earlier one from Monday on
        ``quarter_1_share`` .. ``_4_share``  share of orders per quarter of the year, together 1
        ``distinct_products``               different ``sku`` (else ``product``) bought, returns left out
        ``category_hhi``                    sum of squared shares of purchased lines over categories, 0..1
        ``favourite_<column>``              most frequent name, ties to the first in code-point order: counted in
                                            purchased lines for what is bought, in orders for what describes an
                                            order (channel, device, country ...); null where nothing is known
        ==================================  ==================================================================

        What the input has no column for is left out, never filled.

    Raises
    ------
    MissingColumnError
        A key column or a favourite asked for is absent.
    BadValueError
        ``amount`` is not an integer or ``order_date`` not a day.
    UnsupportedFormatError
        The frame's engine was not proven to give the same results.
    NotEnoughDataError
        No line is dated on or before ``as_of`` (raised here for eager frames, else when collected).

    See Also
    --------
    collect_customers : the same table as pandas.
    segkit.analysis.rfm.score_rfm : the next step.

    Notes
    -----
    The orders table is computed once and used for the base columns and for the favourites of orders. Gaps are between
    orders sorted by day, then order id, so two orders of one day have a gap of 0.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({
    ...     "customer_id": ["C01", "C01", "C02"], "order_id": ["1", "2", "3"],
    ...     "order_date": pd.to_datetime(["2026-01-01", "2026-01-11", "2026-01-05"]), "amount": [100_000, 50_000, 9_900],
    ... })
    >>> table = collect_customers(describe_customers(lines, as_of=date(2026, 1, 31)))
    >>> table[["customer_id", "recency_days", "frequency", "average_order_value", "median_gap_days"]]
      customer_id  recency_days  frequency  average_order_value  median_gap_days
    0         C01            20          2                 7.50             10.0
    1         C02            26          1                 0.99              NaN
    """
    kept = adopt_until(lines, as_of=as_of)
    columns = kept.collect_schema().names()
    wanted = _wanted_favourites(columns, favourites)
    of_orders = [column for column in wanted if column in ORDER_COLUMNS]
    of_lines = [column for column in wanted if column not in ORDER_COLUMNS and column != "category"]
    orders = hold_rows(summarise_orders(kept, text_columns=of_orders))
    bought = kept.filter(~nw.col("is_return")) if "is_return" in columns else kept

    blocks = []
    product = next((column for column in ("sku", "product") if column in columns), "")
    if product:
        blocks.append(count_products(bought, product))
    if "category" in wanted:
        blocks.append(find_category_habits(bought))
    blocks += [find_favourites(bought, column) for column in of_lines]
    blocks += [find_favourites(orders, column) for column in of_orders]

    table = _describe_rhythm(orders, as_of=as_of)
    for block in blocks:
        table = table.join(block, on="customer_id", how="left")
    if product:
        known = (
            nw.when(nw.col("distinct_products").is_null())
            .then(nw.lit(0))
            .otherwise(nw.col("distinct_products"))
        )
        table = table.with_columns(known.cast(nw.Int64).alias("distinct_products"))
    return table.sort("customer_id")


def measure_rfm(lines: Any, *, as_of: date) -> Frame:
    """Measure recency, frequency and money only: the first columns of :func:`describe_customers`, several times faster.

    Parameters
    ----------
    lines : frame
        Canonical order lines, as for :func:`describe_customers`; ``customer_id``, ``order_id``, ``order_date`` and
        ``amount`` are read.
    as_of : datetime.date
        End of observation; later lines are left out.

    Returns
    -------
    narwhals frame
        ``customer_id`` up to ``average_order_value`` of :func:`describe_customers`, sorted by ``customer_id``.

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({
    ...     "customer_id": ["C01"], "order_id": ["1"], "order_date": pd.to_datetime(["2026-01-01"]), "amount": [75_000],
    ... })
    >>> collect_customers(measure_rfm(lines, as_of=date(2026, 1, 31)))[["recency_days", "frequency", "monetary_total"]]
       recency_days  frequency  monetary_total
    0            30          1           75000
    """
    kept = adopt_until(lines, as_of=as_of)
    read = [
        name
        for name in ("customer_id", "order_id", "order_date", "amount")
        if name in kept.collect_schema().names()
    ]
    table = _sum_orders(summarise_orders(kept.select(*read)))
    return table.select(*_rfm_columns(table, as_of=as_of)).sort("customer_id")


def collect_customers(customers: Any) -> pd.DataFrame:
    """Return a customers table as pandas, with the same types whatever engine computed it.

    Parameters
    ----------
    customers : frame
        Result of :func:`describe_customers`, optionally scored; native or narwhals, lazy or eager.

    Returns
    -------
    pandas.DataFrame
        Sorted by ``customer_id``, index 0..n-1. Counts, days and money int64, shares and means float64 (NaN where
        unknown), text as ``object`` with None where unknown, days as ``datetime64[us]`` at midnight.

    Raises
    ------
    NotEnoughDataError
        The table is empty.
    """
    frame: Frame = nw.from_native(customers)
    table = (
        _through_arrow(frame) if str(frame.implementation.value) != "pandas" else nw.to_native(frame).copy()
    )
    if not len(table):
        raise NotEnoughDataError(
            "no order is left to describe customers by (got 0 customers); choose a later as_of."
        )
    for column in table.columns:
        table[column] = _plain_column(table[column], is_day=column in _DAYS)
    if table["customer_id"].is_monotonic_increasing:
        return table.reset_index(drop=True)
    return table.sort_values("customer_id", kind="stable").reset_index(drop=True)


def _wanted_favourites(columns: Sequence[str], favourites: Sequence[str] | None) -> list[str]:
    if favourites is None:
        return [column for column in DEFAULT_FAVOURITES if column in columns]
    for column in favourites:
        if column not in columns:
            raise MissingColumnError(
                f"order lines lack column {column!r} asked for as a favourite (got {list(columns)[:5]}); "
                "name columns that the lines have.",
                column=column,
            )
    if "customer_id" in favourites:
        raise BadValueError("favourites cannot name 'customer_id' (got the key itself); name a text column.")
    return list(dict.fromkeys(favourites))


def _describe_rhythm(orders: Frame, *, as_of: date) -> Frame:
    """Return days, counts, money, gaps and shares from the orders table."""
    previous = nw.col("day").shift(1).over("customer_id", order_by=["day", "order_id"])
    weekday = nw.col("day") - nw.col("day") // 7 * 7  # 0 is Sunday; % is missing on one engine
    quarter = (nw.col("order_date").dt.month().cast(nw.Int64) + 2) // 3
    orders = orders.with_columns(
        (nw.col("day") - previous).alias("gap"), weekday.alias("weekday"), quarter.alias("quarter")
    )
    orders = orders.with_columns(
        mark(nw.col("gap") > 0).alias("new_days"),
        *(mark(nw.col("weekday") == number % 7).alias(name) for number, name in enumerate(WEEKDAYS, start=1)),
        *(mark(nw.col("quarter") == number).alias(f"quarter_{number}") for number in QUARTERS),
    )
    counted = ["new_days", *WEEKDAYS, *(f"quarter_{number}" for number in QUARTERS)]
    added = [name for name in ("returned", "discounted") if name in orders.collect_schema().names()]
    totals = [nw.col("gap").median().alias("median_gap_days"), *(nw.col(name).sum() for name in added)]
    table = _sum_orders(orders, *totals, *(nw.col(name).count() for name in counted))
    table = table.with_columns(*(nw.col(name).cast(nw.Int64) for name in [*added, *counted]))
    return table.select(*_rfm_columns(table, as_of=as_of), *_rhythm_columns(added))


def _sum_orders(orders: Frame, *more: nw.Expr) -> Frame:
    """Return one row per customer: first and last day, orders, lines and money, and what else is asked for."""
    added = [name for name in ("order_lines", "amount") if name in orders.collect_schema().names()]
    table = orders.group_by("customer_id").agg(
        nw.col("order_date").min().alias("first_order"),
        nw.col("order_date").max().alias("last_order"),
        nw.col("day").min().alias("first_day"),
        nw.col("day").max().alias("last_day"),
        nw.len().alias("frequency"),
        *(nw.col(name).sum() for name in added),
        *more,
    )
    return table.with_columns(*(nw.col(name).cast(nw.Int64) for name in ["frequency", *added]))


def _rfm_columns(table: Frame, *, as_of: date) -> list[nw.Expr]:
    """Return the columns of days, counts and money: every mean is one division of two integers."""
    end = nw.lit(as_of.toordinal())
    shown = [
        nw.col("customer_id"),
        nw.col("first_order"),
        nw.col("last_order"),
        (end - nw.col("last_day")).cast(nw.Int64).alias("recency_days"),
        (end - nw.col("first_day")).cast(nw.Int64).alias("tenure_days"),
        (nw.col("last_day") - nw.col("first_day")).alias("active_span_days"),
        nw.col("frequency"),
        (nw.col("frequency") - 1).alias("repeat_orders"),
        nw.col("order_lines"),
    ]
    if "amount" in table.collect_schema().names():
        shown += [
            nw.col("amount").alias("monetary_total"),
            _divide(nw.col("amount"), nw.col("frequency") * MONEY_UNITS).alias("average_order_value"),
        ]
    return shown


def _rhythm_columns(added: Sequence[str]) -> list[nw.Expr]:
    """Return the columns of gaps, shares, weekdays and quarters."""
    span = nw.col("last_day") - nw.col("first_day")
    repeats = nw.col("frequency") - 1
    shares = {"returned": "return_share", "discounted": "discount_share"}
    return [
        (nw.col("new_days") + 1).alias("purchase_days"),
        _divide(nw.col("order_lines"), nw.col("frequency")).alias("lines_per_order"),
        nw.col("median_gap_days").cast(nw.Float64),
        nw.when(repeats > 0).then(_divide(span, repeats)).alias("mean_gap_days"),
        *(_divide(nw.col(name), nw.col("order_lines")).alias(shares[name]) for name in added),
        _divide(nw.col("Saturday") + nw.col("Sunday"), nw.col("frequency")).alias("weekend_share"),
        _first_of_the_highest(WEEKDAYS).alias("favourite_weekday"),
        *(
            _divide(nw.col(f"quarter_{number}"), nw.col("frequency")).alias(f"quarter_{number}_share")
            for number in QUARTERS
        ),
    ]


def _divide(numerator: nw.Expr, denominator: nw.Expr) -> nw.Expr:
    """Return one correctly rounded division of two integers, the same double everywhere."""
    return numerator.cast(nw.Float64) / denominator.cast(nw.Float64)


def _first_of_the_highest(names: Sequence[str]) -> nw.Expr:
    """Return the name of the largest column, the first one on a tie."""
    top = nw.max_horizontal(*names)
    chosen = nw.lit(names[-1])
    for name in reversed(names[:-1]):
        chosen = nw.when(nw.col(name) == top).then(nw.lit(name)).otherwise(chosen)
    return chosen


def _through_arrow(frame: Frame) -> pd.DataFrame:
    """Collect a frame column by column; text becomes objects directly, each name held once."""
    if isinstance(frame, nw.LazyFrame) and str(frame.implementation.value) == "polars":
        frame = frame.collect("polars", engine="streaming")
    elif isinstance(frame, nw.LazyFrame):
        frame = frame.collect("pyarrow")
    table = frame.to_arrow()
    columns = {}
    for name in table.column_names:
        column = table.column(name)
        if str(column.type) not in {"string", "large_string", "string_view"}:
            columns[name] = column.to_pandas()
        elif name == "customer_id":  # unique: nothing to share
            columns[name] = pd.Series(column.to_numpy(), dtype=object)
        else:
            coded = column.cast("large_string").combine_chunks().dictionary_encode()
            names = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
            columns[name] = pd.Series(names[coded.indices.fill_null(len(names) - 1).to_numpy()], dtype=object)
    return pd.DataFrame(columns)


def _plain_column(values: pd.Series, *, is_day: bool) -> pd.Series:
    """Return a column in the types that :func:`collect_customers` promises."""
    kinds = pd.api.types
    if is_day:
        return pd.to_datetime(values).dt.normalize().astype("datetime64[us]")
    if kinds.is_integer_dtype(values.dtype):
        return values.astype("int64") if not values.isna().any() else values.astype("Int64")
    if kinds.is_numeric_dtype(values.dtype):
        return values.astype("float64")
    text = values.astype(object)
    missing = text.isna()
    return text.where(~missing, None) if missing.any() else text
