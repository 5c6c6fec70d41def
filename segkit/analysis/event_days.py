"""Events by customer number and day: views, baskets, checkouts, stock notices, complaints as the flows need them.

The events table of intake in; a small frame with the numbers of the order lines out. Events of people who never
ordered, and those after ``as_of``, are left out.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from segkit.analysis.purchase_days import FlowLines

VIEWS = frozenset({"product_viewed"})
BASKETS = frozenset({"cart_added", "checkout_started"})
CONVERTING = BASKETS | {"stock_notice", "quote_requested"}
"""Events that leave something open which an order closes."""
_EPOCH = pd.Timestamp("1970-01-01").toordinal()


def collect_event_days(lines: FlowLines, events: Any) -> pd.DataFrame:
    """Collect the events of known customers on or before ``as_of``.

    Parameters
    ----------
    lines : FlowLines
        From ``open_lines``.
    events : Events or None
        Of intake; its ``table`` has ``customer_id``, ``event``, ``at`` and maybe ``product`` and ``reference``.

    Returns
    -------
    pandas.DataFrame
        ``number``, ``day``, ``event``, ``product`` and ``reference`` (text, "" where missing), sorted by all of them;
        empty without events.
    """
    names = ["number", "day", "event", "product", "reference"]
    table = getattr(events, "table", None)
    if table is None or not len(table):
        return pd.DataFrame({name: [] for name in names}).astype({"number": "int64", "day": "int64"})
    at = pd.to_datetime(table["at"]).to_numpy(dtype="datetime64[D]")
    found = pd.DataFrame(
        {
            "number": lines.numbers_of(table["customer_id"]),
            "day": np.where(np.isnat(at), 0, at.astype(np.int64) + _EPOCH),
            "event": table["event"].astype(object).to_numpy(),
            "product": _texts(table, "product"),
            "reference": _texts(table, "reference"),
        }
    )
    kept = (found["number"] >= 0) & (found["day"] > 0) & (found["day"] <= lines.as_of.toordinal())
    return found[kept].sort_values(names, kind="stable").reset_index(drop=True)


def last_event_days(found: pd.DataFrame, names: Collection[str], *, n_customers: int) -> np.ndarray:
    """Return the last day of any of the named events by customer number, 0 where there is none."""
    last = np.zeros(n_customers, dtype=np.int64)
    rows = found[found["event"].isin(list(names))]
    np.maximum.at(last, rows["number"].to_numpy(dtype=np.int64), rows["day"].to_numpy(dtype=np.int64))
    return last


def _texts(table: pd.DataFrame, name: str) -> Any:
    if name not in table:
        return np.full(len(table), "", dtype=object)
    values = table[name].astype(object)
    return values.where(values.notna(), "").astype(str).to_numpy(dtype=object)
