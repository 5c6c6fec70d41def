"""Purchase days: from order lines to one row per customer and day, with the gap to the next one.

Comes after intake and grouping; every figure about flows starts here. The lines stay in the engine; what comes out are
two flat arrays sorted by customer and day, small enough for ten million orders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from segkit.intake.engine import connect_engine
from segkit.intake.orders import Orders

Integers = npt.NDArray[np.int64]
Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

OPEN = 0
"""Stands for "no later purchase day yet" among day numbers, which start at 1 (1 January of year 1)."""
_KEY = 1 << 22
"""More than any day number, so that customer and day fit into one integer."""
_DAY = "date_diff('day', DATE '0001-01-01', CAST(order_date AS DATE)) + 1"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurchaseDays:
    """Who bought on which day, sorted by customer and day.

    Parameters
    ----------
    customer : array of shape (n_purchase_days,)
        Number of the customer, a position in ``FlowLines.customer_ids``.
    day : array of shape (n_purchase_days,)
        Day number, equal to :meth:`datetime.date.toordinal`.
    as_of : int
        Day number of the end of observation.
    """

    customer: Days
    day: Days
    as_of: int

    @property
    def next_day(self) -> Days:
        """The customer's next purchase day, `OPEN` for the last one."""
        following = np.full(len(self.day), OPEN, dtype=np.int32)
        same = self.customer[1:] == self.customer[:-1]
        following[:-1][same] = self.day[1:][same]
        return following

    @property
    def place(self) -> Days:
        """1 for a customer's first purchase day, 2 for the second ..."""
        rows = np.arange(len(self.day), dtype=np.int32)
        first = np.empty(len(rows), dtype=bool)
        first[:1] = True
        first[1:] = self.customer[1:] != self.customer[:-1]
        starts = np.maximum.accumulate(np.where(first, rows, 0))
        return (rows - starts + 1).astype(np.int32)

    def of(self, wanted: Flags) -> PurchaseDays:
        """Return the purchase days of some customers, given as one flag per customer."""
        rows = wanted[self.customer]
        return PurchaseDays(customer=self.customer[rows], day=self.day[rows], as_of=self.as_of)

    def gaps(self) -> tuple[Days, Days]:
        """Return the finished gaps, and the open gap of each customer up to ``as_of``."""
        following = self.next_day
        closed = following != OPEN
        return following[closed] - self.day[closed], self.as_of - self.day[~closed]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FlowLines:
    """The order lines on or before ``as_of`` in the engine, with each customer's number and segment.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds the views ``lines`` (every line, with ``number``, ``segment`` and ``day``) and ``bought`` (without returns).
    columns : tuple of str
        Columns of the order file.
    customer_ids : array of shape (n_customers,)
        Ids, sorted; a customer's number is the position.
    segment : array of shape (n_customers,)
        Segment id by number; -1 for customers without one.
    as_of : date
        End of observation.
    """

    connection: Any
    columns: tuple[str, ...]
    customer_ids: npt.NDArray[np.object_]
    segment: Integers
    as_of: date

    def rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query; for answers that are small by nature."""
        found: list[tuple[Any, ...]] = self.connection.execute(query, list(parameters)).fetchall()
        return found

    def arrays(self, query: str, parameters: Sequence[Any] = ()) -> dict[str, npt.NDArray[Any]]:
        """Return the columns of a query as arrays."""
        found: dict[str, npt.NDArray[Any]] = self.connection.execute(query, list(parameters)).fetchnumpy()
        return found

    def find_column(self, *names: str) -> str:
        """Return the first of the columns that the lines have, "" without any."""
        return next((name for name in names if name in self.columns), "")

    def numbers_of(self, customer_ids: pd.Series) -> Integers:
        """Return customers' numbers, -1 for ids that never ordered."""
        return pd.Index(self.customer_ids).get_indexer(pd.Index(customer_ids)).astype(np.int64)


def open_lines(orders: Orders, *, customers: pd.DataFrame, assignments: pd.Series) -> FlowLines:
    """Open the order lines for questions about flows.

    Parameters
    ----------
    orders : Orders
        The canonical order lines.
    customers : pandas.DataFrame
        Of ``collect_customers``; ``customer_id`` is read.
    assignments : pandas.Series
        Segment id by customer id.
    """
    ids = np.sort(customers["customer_id"].to_numpy(dtype=object))
    segment = assignments.reindex(ids).fillna(-1).to_numpy(dtype=np.int64)
    connection = connect_engine()
    members = pa.table(
        {
            "customer_id": pa.array(ids, type=pa.string()),
            "number": pa.array(np.arange(len(ids), dtype=np.int32)),
            "segment": pa.array(segment),
        }
    )
    connection.register("given_members", members)
    connection.execute("CREATE TABLE members AS SELECT * FROM given_members")
    connection.unregister("given_members")
    connection.read_parquet(str(orders.path)).create_view("all_lines")
    kept = f"CAST(order_date AS DATE) <= DATE '{orders.as_of.isoformat()}'"
    connection.execute(
        f"CREATE VIEW lines AS SELECT l.*, m.number, m.segment, {_DAY} AS day "  # noqa: S608 - own names only
        f"FROM all_lines l JOIN members m USING (customer_id) WHERE {kept}"
    )
    paid = " AND coalesce(amount, 0) >= 0" if "amount" in orders.columns else ""
    returned = "NOT coalesce(is_return, false)" if "is_return" in orders.columns else "true"
    connection.execute(f"CREATE VIEW bought AS SELECT * FROM lines WHERE {returned}{paid}")  # noqa: S608 - own names only
    return FlowLines(
        connection=connection,
        columns=orders.columns,
        customer_ids=ids,
        segment=segment,
        as_of=orders.as_of,
    )


def collect_purchase_days(lines: FlowLines, *, column: str = "", item: str = "") -> PurchaseDays:
    """Collect the days on which each customer bought: anything, or one item.

    Parameters
    ----------
    lines : FlowLines
        From `open_lines`.
    column, item : str
        A product or category column and the name in it; every purchase without them.

    Returns
    -------
    PurchaseDays
        A day with return lines only, or with negative amounts only, is no purchase day; the lines of one day are one.
    """
    where, parameters = "", []
    if column:
        where, parameters = f" WHERE {quote_column(column)} = ?", [item]
    query = f"SELECT DISTINCT number::BIGINT * {_KEY} + day AS key FROM bought{where}"  # noqa: S608 - own names only
    keys = np.sort(np.asarray(lines.arrays(query, parameters)["key"], dtype=np.int64))
    return PurchaseDays(
        customer=(keys // _KEY).astype(np.int32),
        day=(keys % _KEY).astype(np.int32),
        as_of=lines.as_of.toordinal(),
    )


def quote_column(name: str) -> str:
    """Return a column's name as the engine reads it.

    Examples
    --------
    >>> quote_column("Payment Terms Name")
    '"Payment Terms Name"'
    """
    return '"' + name.replace('"', '""') + '"'
