"""Dates that come round every year: the day of the first order, or a birthday where a file holds one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segkit.analysis.firings import fire_on_anniversaries
from segkit.analysis.flow_book import FlowBook, FlowGroup
from segkit.analysis.purchase_days import Integers, quote_column
from segkit.analysis.trials import Trial, start_test
from segkit.intake.columns import normalise
from segkit.model.flow_facts import Observability
from segkit.model.flow_kind import FlowKind
from segkit.words.figures import join_words, plural

BIRTHDAYS = frozenset(
    {"birthday", "birth_date", "birthdate", "date_of_birth", "dob", "geburtstag", "geburtsdatum"}
)
BIRTH_YEARS = frozenset({"birth_year", "year_of_birth", "geburtsjahr"})
DATED = ("occasion", "anlass", "deliver_by", "delivery_by", "wanted_on", "liefertermin")
"""Columns of orders that speak of a date to remember, compared after `normalise`."""
_EPOCH = pd.Timestamp("1970-01-01").toordinal()


def try_anniversary(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Test the yearly date of a group: birthdays where at least one is known, else the first order's day."""
    birthdays = find_birthdays(book)
    known = int(np.count_nonzero((birthdays > 0) & group.members))
    if known:
        test = start_test(
            kind,
            group,
            Observability.OBSERVABLE,
            wait_days=0,
            wait_reason=f"the birthday, known of {plural(known, 'customer')} of {group.name}",
        )
        return Trial(
            test=test, firings=fire_on_anniversaries(group.days, first_days=birthdays, birthdays=True)
        )
    test = start_test(
        kind,
        group,
        Observability.OBSERVABLE,
        wait_days=0,
        wait_reason="the day of the first order, every year after it",
        missing=_describe_dates(book, group),
        close="Ask for day and month of the birthday and save them as column birthday in customers.csv.",
    )
    first = np.where(book.histories.first > 0, book.histories.first, 0)
    return Trial(test=test, firings=fire_on_anniversaries(group.days, first_days=first))


def find_birthdays(book: FlowBook) -> Integers:
    """Return each customer's birthday as a day number, 0 where none is known."""
    found = np.zeros(len(book.lines.customer_ids), dtype=np.int64)
    table = book.orders.attributes
    column = (
        next((name for name in table.columns if normalise(str(name)) in BIRTHDAYS), "")
        if table is not None
        else ""
    )
    if table is None or not column:
        return found
    values = table[column]
    if not pd.api.types.is_datetime64_any_dtype(values.dtype):
        values = pd.to_datetime(values.astype(object), errors="coerce", format="ISO8601")
    days = values.to_numpy(dtype="datetime64[D]")
    place = book.lines.numbers_of(pd.Series(table.index))
    kept = (place >= 0) & ~np.isnat(days)
    found[place[kept]] = days[kept].astype(np.int64) + _EPOCH
    return found


def _describe_dates(book: FlowBook, group: FlowGroup) -> str:
    """Say that no birthday is known, and which other dates the files hold."""
    parts = ["No file holds a birthday with day and month"]
    table = book.orders.attributes
    if table is not None and any(normalise(str(name)) in BIRTH_YEARS for name in table.columns):
        parts[0] += ", only a year of birth"
    dated = [name for name in book.lines.columns if normalise(name) in DATED]
    held = []
    for name in dated:
        column = quote_column(name)
        ((orders,),) = book.lines.rows(
            f"SELECT count(DISTINCT order_id) FROM bought WHERE segment = ? AND {column} IS NOT NULL "  # noqa: S608 - quoted name
            f"AND trim(CAST({column} AS VARCHAR)) <> ''",
            [group.id],
        )
        if orders:
            held.append(f"{name} ({plural(int(orders), 'order')})")
    if held:
        parts.append(f"the orders of {group.name} carry {join_words(held)}, dates that can come round too")
    return "; ".join(parts) + "."
