"""What is open between a customer and the shop and comes before any promotion: an unpaid invoice, a return, a complaint.

Order lines and events in; dated holds by customer number out.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from segkit.analysis.purchase_days import FlowLines, Integers, quote_column
from segkit.intake.columns import normalise
from segkit.model.flow_facts import Hold
from segkit.words.figures import format_money

UNPAID = (
    "pending", "pending payment", "pending_payment", "unpaid", "overdue", "partially_paid", "partially paid", "on hold",
    "on-hold", "awaiting payment", "payment due", "offen", "ausstehend", "unbezahlt", "überfällig", "wartet auf zahlung",
)  # fmt: skip
BACK = (
    "refunded",
    "partially_refunded",
    "partially refunded",
    "returned",
    "return_pending",
    "return pending",
    "erstattet",
    "retourniert",
)
RETURN_DAYS = 30
COMPLAINT_DAYS = 90
"""A complaint that nobody closed counts as open for so long."""
SOLVED = ("complaint_resolved", "complaint_closed", "resolved", "ticket_closed", "complaint_solved")
_TERMS = re.compile(r"\b(?:net|netto|within|innerhalb)\s*(\d{1,3})\b", re.IGNORECASE)
_UNITS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holds:
    """Who has something open, and what, one row each, sorted by customer, kind and day.

    ``rows`` has ``number``, ``kind``, ``since`` (day number), ``reference``, ``amount`` and ``terms``.
    """

    rows: pd.DataFrame
    currency: str

    def customers(self) -> Integers:
        """Return the numbers of customers with something open."""
        return np.unique(self.rows["number"].to_numpy(dtype=np.int64))

    def of(self, numbers: list[int]) -> dict[int, tuple[Hold, ...]]:
        """Return the holds of some customers as sentences."""
        found: dict[int, list[Hold]] = defaultdict(list)
        for row in self.rows[self.rows["number"].isin(numbers)].itertuples(index=False):
            found[int(str(row.number))].append(_hold(row, self.currency))
        return {number: tuple(holds) for number, holds in found.items()}


def collect_holds(lines: FlowLines, events: pd.DataFrame, *, currency: str) -> Holds:
    """Collect unpaid orders, returns of the last 30 days and complaints without an answer.

    Parameters
    ----------
    lines : FlowLines
        From ``open_lines``.
    events : pandas.DataFrame
        From ``collect_event_days``.
    currency : str
        ISO code or "".

    Notes
    -----
    A refund booked on its order is dated by the order, because order files seldom say when the money went back.
    """
    parts = [_unpaid(lines), _returns(lines), _complaints(events, as_of=lines.as_of.toordinal())]
    kept = [part for part in parts if len(part)]
    names = ["number", "kind", "since", "reference", "amount", "terms"]
    if not kept:
        return Holds(rows=pd.DataFrame({name: [] for name in names}), currency=currency)
    rows = pd.concat([part[names].astype(object) for part in kept], ignore_index=True)
    rows["number"] = rows["number"].astype("int64")
    return Holds(
        rows=rows.sort_values(["number", "kind", "since", "reference"], kind="stable").reset_index(drop=True),
        currency=currency,
    )


def _unpaid(lines: FlowLines) -> pd.DataFrame:
    if "order_status" not in lines.columns:
        return pd.DataFrame()
    states = ", ".join(f"'{state}'" for state in UNPAID)
    terms = next(
        (name for name in lines.columns if "terms" in normalise(name) or "zahlungsziel" in normalise(name)),
        "",
    )
    due = next(
        (
            name
            for name in lines.columns
            if normalise(name) in {"next_payment_due_at", "due_date", "payment_due", "faellig_am"}
        ),
        "",
    )
    said = f"max(CAST({quote_column(due)} AS VARCHAR))" if due else "NULL"
    named = f"max(CAST({quote_column(terms)} AS VARCHAR))" if terms else "NULL"
    return _orders_where(
        lines,
        f"lower(trim(order_status)) IN ({states})",
        kind="invoice",
        terms=f"coalesce({said}, {named}, '')",
    )


def _returns(lines: FlowLines) -> pd.DataFrame:
    after = lines.as_of.toordinal() - RETURN_DAYS
    marks = ["coalesce(is_return, false)"] if "is_return" in lines.columns else []
    if "order_status" in lines.columns:
        states = ", ".join(f"'{state}'" for state in BACK)
        marks.append(f"lower(trim(coalesce(order_status, ''))) IN ({states})")
    if not marks:
        return pd.DataFrame()
    return _orders_where(
        lines, f"day >= {after} AND ({' OR '.join(marks)})", kind="return", terms="''", amount=False
    )


def _orders_where(
    lines: FlowLines, where: str, *, kind: str, terms: str, amount: bool = True
) -> pd.DataFrame:
    """Return one row per order of the lines that meet a condition."""
    money = f"sum(amount) / {_UNITS}.0" if amount and "amount" in lines.columns else "NULL"
    found: pd.DataFrame = lines.connection.execute(
        f"SELECT number, '{kind}' AS kind, min(day) AS since, CAST(order_id AS VARCHAR) AS reference, {money} AS amount, "  # noqa: S608 - own words
        f"{terms} AS terms FROM lines WHERE {where} GROUP BY number, order_id"
    ).df()
    return found


def _complaints(events: pd.DataFrame, *, as_of: int) -> pd.DataFrame:
    """Return each customer's last complaint, unless something later closed it."""
    made = events[(events["event"] == "complaint") & (events["day"] > as_of - COMPLAINT_DAYS)]
    if not len(made):
        return pd.DataFrame()
    last = made.groupby("number", as_index=False).agg(since=("day", "max"), reference=("reference", "last"))
    solved = events[events["event"].isin(SOLVED)].groupby("number")["day"].max()
    closed = last["number"].map(solved).fillna(0).to_numpy() >= last["since"].to_numpy()
    return last[~closed].assign(kind="complaint", amount=None, terms="")


def _hold(row: Any, currency: str) -> Hold:
    since = date.fromordinal(int(row.since))
    if row.kind == "complaint":
        return Hold(
            kind="complaint", sentence=f"A complaint of {since:%Y-%m-%d} has no answer yet.", since=since
        )
    if row.kind == "return":
        sentence = f"Order {row.reference} of {since:%Y-%m-%d} was returned or refunded, in whole or in part."
        return Hold(kind="return", sentence=sentence, since=since)
    amount = None if row.amount is None or pd.isna(row.amount) else float(row.amount)
    due = _due(str(row.terms or ""), since)
    money = f", {format_money(amount, currency)} without shipping" if amount is not None else ""
    when = f" and was due on {due:%Y-%m-%d}" if due else ""
    sentence = f"Order {row.reference} of {since:%Y-%m-%d}{money} is not paid{when}."
    return Hold(kind="invoice", sentence=sentence, since=since, amount=amount, due=due)


def _due(terms: str, since: date) -> date | None:
    """Return the day on which an order is due, from a date or from terms such as "Net 30".

    Examples
    --------
    >>> _due("Net 30", date(2026, 7, 9))
    datetime.date(2026, 8, 8)
    """
    days = _TERMS.search(terms)
    if days:
        return since + timedelta(days=int(days.group(1)))
    try:
        return date.fromisoformat(terms.strip()[:10])
    except ValueError:
        return None
