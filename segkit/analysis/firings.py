"""Firings: the days on which a kind of flow would have started for a customer, and the return that followed anyway.

Purchase days in, flat arrays out. Kinds that start with something the customer does fire on that day; kinds that start with
a silence or a due date fire when it is reached.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.purchase_days import OPEN, Integers, PurchaseDays

YEAR = 365
_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Firings:
    """Firings of one kind in one group.

    Parameters
    ----------
    customer, day : arrays
        Whom, and on which day number (at most ``as_of``).
    returned : array
        Day of the purchase that followed, `OPEN` (0) where none did yet; never before ``day``.
    due_customer, due_day : arrays
        Firings after ``as_of`` that can be foreseen, if no purchase comes before.
    """

    customer: Integers
    day: Integers
    returned: Integers
    due_customer: Integers = field(default_factory=lambda: _NONE)
    due_day: Integers = field(default_factory=lambda: _NONE)

    @property
    def open_now(self) -> int:
        """Customers with a firing that no purchase has followed yet."""
        return len(np.unique(self.customer[self.returned == OPEN]))


def _firings(
    customer: npt.ArrayLike,
    day: npt.ArrayLike,
    returned: npt.ArrayLike,
    due: tuple[npt.ArrayLike, npt.ArrayLike] = (_NONE, _NONE),
) -> Firings:
    whole = [np.asarray(values, dtype=np.int64) for values in (customer, day, returned, *due)]
    order = np.lexsort((whole[1], whole[0]))
    return Firings(
        customer=whole[0][order],
        day=whole[1][order],
        returned=whole[2][order],
        due_customer=whole[3],
        due_day=whole[4],
    )


def fire_on_purchases(days: PurchaseDays, *, place: int = 0, after: int = 0) -> Firings:
    """Fire on each purchase day, or on each customer's first, fifth ... one.

    Parameters
    ----------
    days : PurchaseDays
        Of the group.
    place : int
        Which purchase day of a customer; 0 for all.
    after : int
        Days from the purchase to the firing. Purchases in between are returns all the same, but do not fire: the purchase
        that ends the wait starts its own.
    """
    following = days.next_day.astype(np.int64)
    start = days.day.astype(np.int64)
    fire = start + after
    kept = days.place == place if place else np.ones(len(start), dtype=bool)
    waited = (following == OPEN) | (following > fire) if after else kept
    reached = fire <= days.as_of
    now, later = kept & waited & reached, kept & (following == OPEN) & ~reached
    return _firings(days.customer[now], fire[now], following[now], (days.customer[later], fire[later]))


def fire_after_silence(days: PurchaseDays, *, wait: int) -> Firings:
    """Fire when a customer has let ``wait`` days pass without a purchase.

    An order at t fires at t + wait when there is none in (t, t + wait] and t + wait is within the data.
    """
    return fire_on_purchases(days, after=wait)


def fire_on_pair(first: PurchaseDays, second: PurchaseDays, *, n_customers: int, wait: int) -> Firings:
    """Fire on a customer's first purchase of one thing, if the other was not bought before; a return is the other's.

    Buying both on the first day does not fire. ``wait`` gives the days to the message, for what is due next.
    """
    start = _first_days(first, n_customers)
    target = _first_days(second, n_customers)
    fires = (start != OPEN) & ((target == OPEN) | (target > start))
    customer = np.flatnonzero(fires)
    waiting = fires & (target == OPEN) & (start + wait > first.as_of)
    due = np.flatnonzero(waiting)
    return _firings(customer, start[customer], target[customer], (due, start[due] + wait))


def fire_on_anniversaries(days: PurchaseDays, *, first_days: Integers, birthdays: bool = False) -> Firings:
    """Fire every year on the day of the first purchase, or on a birthday.

    Parameters
    ----------
    days : PurchaseDays
        Of the group.
    first_days : array of shape (n_customers,)
        Day number whose month and day come round, 0 or less where unknown.
    birthdays : bool
        Whether the day lies outside the history: then the first firing is the first one after the first purchase.
    """
    bought = np.unique(days.customer).astype(np.int64)
    bought = bought[first_days[bought] > 0]
    entered = _first_days(days, int(first_days.shape[0]))
    customers, fired, due_customer, due_day = [], [], [], []
    if len(bought):
        base = first_days[bought]
        earliest = int(entered[bought].min())
        for year in range(date.fromordinal(earliest).year, date.fromordinal(days.as_of).year + 2):
            day = _same_day(base, year)
            after = day >= entered[bought] if birthdays else day > base
            now = after & (day <= days.as_of)
            later = (day > days.as_of) & (day <= days.as_of + YEAR + 1) & after
            customers.append(bought[now])
            fired.append(day[now])
            due_customer.append(bought[later])
            due_day.append(day[later])
    customer, day = _joined(customers), _joined(fired)
    return _firings(
        customer, day, next_purchase(days, customer, day), first_due(_joined(due_customer), _joined(due_day))
    )


def fire_on_yearly_dates(days: PurchaseDays, *, customer: Integers, first: Integers, before: int) -> Firings:
    """Fire every year so many days before a date that a customer once named; a return is the next purchase day.

    Parameters
    ----------
    days : PurchaseDays
        Of the group.
    customer, first : arrays
        Whose date, and its first day number; the same customer may have several.
    before : int
        Days from the firing to the date.
    """
    customers, fired, due_customer, due_day = [], [], [], []
    if len(customer):
        for year in range(date.fromordinal(int(first.min())).year, date.fromordinal(days.as_of).year + 2):
            day = _same_day(first, year)
            start, comes = day - before, day > first
            now = comes & (start <= days.as_of)
            later = comes & (start > days.as_of) & (start <= days.as_of + YEAR + 1)
            customers.append(customer[now])
            fired.append(start[now])
            due_customer.append(customer[later])
            due_day.append(start[later])
    who, when = _joined(customers), _joined(fired)
    return _firings(
        who, when, next_purchase(days, who, when), first_due(_joined(due_customer), _joined(due_day))
    )


def fire_on_dates(days: PurchaseDays, *, dates: list[int], due: list[int]) -> Firings:
    """Fire on given days for every customer who had bought by then (a promotion before a season)."""
    entered = pd.Series(days.day).groupby(days.customer).min() if len(days.day) else pd.Series(dtype="int64")
    known = entered.index.to_numpy(dtype=np.int64)
    first = entered.to_numpy(dtype=np.int64)
    customers = [known[first <= day] for day in dates]
    fired = [np.full(len(one), day, dtype=np.int64) for one, day in zip(customers, dates, strict=True)]
    customer, day = _joined(customers), _joined(fired)
    next_one = min(due, default=0)
    later = (known, np.full(len(known), next_one, dtype=np.int64)) if next_one else (_NONE, _NONE)
    return _firings(customer, day, next_purchase(days, customer, day), later)


def fire_on_events(days: PurchaseDays, *, customer: Integers, day: Integers) -> Firings:
    """Fire on given days of given customers; a return is the next purchase day after it."""
    return _firings(customer, day, next_purchase(days, customer, day))


def next_purchase(days: PurchaseDays, customer: Integers, after: Integers) -> Integers:
    """Return each customer's first purchase day after a day, `OPEN` where there is none."""
    keys = days.customer.astype(np.int64) << 22 | days.day
    wanted = customer.astype(np.int64) << 22 | after
    place = np.searchsorted(keys, wanted, side="right")
    found = np.full(len(wanted), OPEN, dtype=np.int64)
    inside = place < len(keys)
    same = inside.copy()
    same[inside] = days.customer[place[inside]] == customer[inside]
    found[same] = days.day[place[same]]
    return found


def first_due(customer: Integers, day: Integers) -> tuple[Integers, Integers]:
    """Return the earliest coming day of each customer."""
    order = np.lexsort((day, customer))
    known, place = np.unique(customer[order], return_index=True)
    return known, day[order][place]


def _first_days(days: PurchaseDays, n_customers: int) -> Integers:
    first = np.full(n_customers, OPEN, dtype=np.int64)
    begins = days.place == 1
    first[days.customer[begins]] = days.day[begins]
    return first


def _same_day(base: Integers, year: int) -> Integers:
    """Return the day numbers of the same month and day in a year; 29 February moves to 1 March."""
    epoch = date(1970, 1, 1).toordinal()
    stamps = (base - epoch).astype("datetime64[D]")
    months = stamps.astype("datetime64[M]")
    offset = (stamps - months).astype(np.int64)
    month = months.astype(np.int64) % 12
    start = ((year - 1970) * 12 + month).astype("datetime64[M]").astype("datetime64[D]")
    whole: Integers = start.astype(np.int64) + offset + epoch
    return whole


def _joined(parts: list[Integers]) -> Integers:
    return np.concatenate(parts) if parts else _NONE
