"""From firings to figures: how many, how many were watched to the end, how many came back anyway, how large a test must be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from segkit.analysis.firings import YEAR, Firings
from segkit.analysis.purchase_days import OPEN
from segkit.analysis.survival import estimate_rate, size_holdout
from segkit.model.flow_facts import BackTest

MIN_FIRINGS = 5
"""Firings below which no share is given."""
BETTER_BY = 0.05
"""A test must be able to see five percentage points more than what happens anyway."""


def measure_outcome(
    test: BackTest, firings: Firings, *, as_of: int, small: bool, open_only: bool
) -> BackTest:
    """Fill in what happened after the firings.

    Parameters
    ----------
    test : BackTest
        Kind, segment, wait and horizon.
    firings : Firings
        On or before ``as_of``.
    as_of : int
        Day number of the end of observation.
    small : bool
        Whether the book has under 30 customers: counts only then, no share.
    open_only : bool
        Whether the trigger is a state that lasts until an order (a silence); else a firing counts as current within its
        horizon only.

    Notes
    -----
    ``naive`` divides the returns within the horizon by all firings, those too that could not be watched to the end. The rate
    is the Kaplan-Meier share over the same firings, its limits by customers.
    """
    horizon = test.horizon_days
    day, returned = firings.day, firings.returned
    back = returned != OPEN
    lasting = np.where(back, returned, as_of) - day
    within = back & (lasting <= horizon)
    watched = day + horizon <= as_of
    n = len(day)
    current = ~back if open_only else ~back & (lasting < horizon)
    counted = replace(
        test,
        fires=n,
        customers=len(np.unique(firings.customer)),
        fires_last_year=int(np.sum(day > as_of - YEAR)),
        customers_now=len(np.unique(firings.customer[current])),
        observed=int(watched.sum()),
        returned=int((within & watched).sum()),
        still_open=int(n - watched.sum()),
    )
    if small or n < MIN_FIRINGS:
        return counted
    rate = estimate_rate(lasting, back, horizon=horizon, customer=firings.customer)
    if rate is None or rate.value + BETTER_BY > 1:
        return replace(counted, naive=float(within.sum() / n), rate=rate)
    better = round(rate.value + BETTER_BY, 6)
    return replace(
        counted,
        naive=float(within.sum() / n),
        rate=rate,
        detect_to=better,
        holdout_per_arm=size_holdout(rate.value, better),
    )
