"""Dates that come round every year: birthdays, the days that orders name for an occasion, else the day of the first order."""

from __future__ import annotations

import numpy as np
import pandas as pd

from segkit.analysis.firings import fire_on_anniversaries, fire_on_yearly_dates
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
OCCASIONS = ("occasion", "anlass")
ARRIVALS = ("deliver_by", "delivery_by", "wanted_on", "liefertermin")
DAYS_BEFORE = 14
"""A reminder comes two weeks before the day: time to choose, wrap and post."""
_EPOCH = pd.Timestamp("1970-01-01").toordinal()


def try_anniversary(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Test the yearly date of a group: birthdays where one is known, else occasions, else the first order's day."""
    birthdays = find_birthdays(book)
    known = int(np.count_nonzero((birthdays > 0) & group.members))
    if known:
        test = start_test(
            kind,
            group,
            Observability.OBSERVABLE,
            wait_days=0,
            dates="birthdays",
            wait_reason=f"the birthday, known of {plural(known, 'customer')} of {group.name}",
        )
        return Trial(
            test=test, firings=fire_on_anniversaries(group.days, first_days=birthdays, birthdays=True)
        )
    named = _named_dates(book, group)
    if len(named[0]):
        test = start_test(
            kind,
            group,
            Observability.OBSERVABLE,
            wait_days=0,
            wait_reason=f"{DAYS_BEFORE} days before the days that {plural(len(np.unique(named[0])), 'customer')} of {group.name} "
            f"named for an occasion ({plural(len(named[0]), 'date')})",
            dates="occasions",
        )
        return Trial(
            test=test,
            firings=fire_on_yearly_dates(group.days, customer=named[0], first=named[1], before=DAYS_BEFORE),
        )
    test = start_test(
        kind,
        group,
        Observability.OBSERVABLE,
        wait_days=0,
        dates="first orders",
        wait_reason="the day of the first order, every year after it",
        missing=_describe_dates(book, group),
        close="Ask for day and month of the birthday and save them as column birthday in customers.csv.",
    )
    first = np.where(book.histories.first > 0, book.histories.first, 0)
    return Trial(test=test, firings=fire_on_anniversaries(group.days, first_days=first))


def _named_dates(book: FlowBook, group: FlowGroup) -> tuple[Integers, Integers]:
    """Return the customers and days of a group's occasions: orders that name an occasion and the day it must arrive."""
    columns = {normalise(name): name for name in book.lines.columns}
    occasion = next((columns[name] for name in OCCASIONS if name in columns), "")
    wanted = next((columns[name] for name in ARRIVALS if name in columns), "")
    nothing = np.empty(0, dtype=np.int64)
    if not occasion or not wanted:
        return nothing, nothing
    day = f"TRY_CAST({quote_column(wanted)} AS DATE)"
    found = book.lines.arrays(
        f"SELECT DISTINCT number, date_diff('day', DATE '0001-01-01', {day}) + 1 AS named FROM bought "  # noqa: S608 - quoted names
        f"WHERE segment = ? AND {day} IS NOT NULL AND trim(CAST({quote_column(occasion)} AS VARCHAR)) <> '' ORDER BY 1, 2",
        [group.id],
    )
    return np.asarray(found["number"], dtype=np.int64), np.asarray(found["named"], dtype=np.int64)


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
