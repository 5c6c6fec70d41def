"""Sales velocity: what a pipeline brings a day, with which opportunities and which cycle are meant."""

from __future__ import annotations

import math

import numpy as np

from segkit.analysis.pipeline.opportunities import MIN_WON, OPEN, WON, Opportunities
from segkit.errors import BadValueError
from segkit.model.pipeline_facts import Velocity


def sales_velocity(n: float, mean_value: float, win_rate: float, cycle_days: float) -> float:
    """Return opportunities x mean value x win rate / cycle days.

    Parameters
    ----------
    n : float
        Opportunities.
    mean_value : float
        Mean value of a won one, in a currency.
    win_rate : float
        Won of closed, 0..1.
    cycle_days : float
        Days from creation to closing, > 0.

    Returns
    -------
    float
        Currency a day.

    Raises
    ------
    BadValueError
        When the win rate is no share or the cycle has no length.

    Examples
    --------
    >>> round(sales_velocity(40, 25_000, 0.25, 90), 2), round(sales_velocity(50, 12_000, 0.25, 90), 2)
    (2777.78, 1666.67)
    """
    if not 0 <= win_rate <= 1:
        raise BadValueError(
            f"a win rate lies between 0 and 1 (got {win_rate}); give won of closed as a share."
        )
    if not (cycle_days > 0 and math.isfinite(cycle_days)):
        raise BadValueError(
            f"a cycle takes more than 0 days (got {cycle_days}); give the mean days to close."
        )
    return n * mean_value * win_rate / cycle_days


def measure_velocity(pipeline: Opportunities) -> tuple[Velocity, ...]:
    """Measure the velocity in three readings: closed opportunities by both cycles, and the open ones by the cycle of won ones.

    The mean value is that of won opportunities. Nothing comes out of fewer than `MIN_WON` won ones with value and days.
    """
    won, closed = pipeline.status == WON, pipeline.status != OPEN
    days, amount = pipeline.watched_days(), pipeline.amount
    values = amount[won & ~np.isnan(amount)]
    cycles = {"closed": days[closed & ~np.isnan(days)], "won": days[won & ~np.isnan(days)]}
    if len(values) < MIN_WON or len(cycles["won"]) < MIN_WON:
        return ()
    n_closed = int(np.count_nonzero(closed))
    counts = {"closed": n_closed, "open": len(pipeline) - n_closed}
    mean_value, win_rate = float(values.mean()), float(np.count_nonzero(won) / n_closed)
    found = []
    for of, cycle in (("closed", "closed"), ("closed", "won"), ("open", "won")):
        cycle_days = float(cycles[cycle].mean())
        if counts[of] and cycle_days > 0:
            found.append(
                Velocity(
                    of=of,
                    cycle=cycle,
                    n=counts[of],
                    mean_value=mean_value,
                    win_rate=win_rate,
                    cycle_days=cycle_days,
                    per_day=sales_velocity(counts[of], mean_value, win_rate, cycle_days),
                )
            )
    return tuple(found)
