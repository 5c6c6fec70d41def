"""Seasons: the months in which a group's purchase days pile up, against an even spread over the days observed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from scipy import stats

from segkit.analysis.purchase_days import PurchaseDays
from segkit.model.flow_facts import Season

PILE = 1.5
"""A run of months stands out from so many times its even share on."""
MIN_DAYS = 3
"""Purchase days below which no run stands out."""
MIN_CUSTOMERS = 2
LONGEST = 3
"""Months in a run; a season may have several runs."""
LEVEL = 0.05
YEAR = 365


def find_season(days: PurchaseDays, *, first_day: int, small: bool) -> Season | None:
    """Find the months in which a group buys more than an even spread over the observed days would give.

    Parameters
    ----------
    days : PurchaseDays
        Of the group.
    first_day : int
        First day of the book: from it to ``as_of`` counts as observed.
    small : bool
        Whether the book has under 30 customers: each run of months is then looked at by itself, and the answer describes
        these customers only.

    Returns
    -------
    Season or None
        Runs of one to three months with at least 1.5 times their even share, 3 purchase days and 2 customers, which an even
        spread would give less often than once in 20 (binomial, one-sided; in books from 30 customers on once in 20 for any of
        the 36 runs). The clearest run comes first, others join unless they overlap. ``years`` are full years observed, at
        least 1.
    """
    observed = _days_by_month(first_day, days.as_of)
    month = _months(days.day)
    counts = np.bincount(month, minlength=13)[1:]
    n = int(counts.sum())
    if not n:
        return None
    share = observed / observed.sum()
    limit = LEVEL if small else LEVEL / (12 * LONGEST)
    found = []
    for run in _runs():
        k, even = int(counts[run].sum()), float(share[run].sum())
        if k < max(MIN_DAYS, PILE * even * n) or even >= 1 or (counts[run] < share[run] * n).any():
            continue
        if len(np.unique(days.customer[np.isin(month, run + 1)])) < MIN_CUSTOMERS:
            continue
        chance = float(stats.binom.sf(k - 1, n, even))
        if chance <= limit:
            found.append((chance, len(run), run))
    chosen: set[int] = set()
    for _, _, run in sorted(found, key=lambda one: (one[0], one[1], int(one[2][0]))):
        if not chosen & set(run.tolist()):
            chosen |= set(run.tolist())
    if not chosen:
        return None
    months = sorted(chosen)
    return Season(
        months=tuple(one + 1 for one in months),
        k=int(counts[months].sum()),
        n=n,
        years=max(1, (days.as_of - first_day + 1) // YEAR),
    )


def _runs() -> list[np.ndarray]:
    """Return all runs of one to three neighboring months as places 0..11; December and January are neighbors."""
    return [np.arange(start, start + length) % 12 for length in range(1, LONGEST + 1) for start in range(12)]


def season_starts(season: Season, *, first_day: int, last_day: int) -> list[int]:
    """Return the day before each run of season months begins, within two days (numbers) and beyond the first."""
    starts = []
    for year in range(date.fromordinal(first_day).year, date.fromordinal(last_day).year + 2):
        for month in season.months:
            before = 12 if month == 1 else month - 1
            if before in season.months and len(season.months) < 12:
                continue
            eve = (date(year, month, 1) - timedelta(days=1)).toordinal()
            if first_day <= eve <= last_day:
                starts.append(eve)
    return sorted(starts)


def _months(day: np.ndarray) -> np.ndarray:
    stamps = (day.astype(np.int64) - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    return stamps.astype("datetime64[M]").astype(np.int64) % 12 + 1


def _days_by_month(first: int, last: int) -> np.ndarray:
    """Return how many days of each month of the year lie within two days, both included."""
    return np.bincount(_months(np.arange(first, last + 1)), minlength=13)[1:].astype(np.float64)
