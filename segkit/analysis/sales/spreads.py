"""Shares and spreads as plain values: k of n with Wilson's interval, and where a set of values lies."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from segkit.analysis.intervals import wilson_interval
from segkit.model.pipeline_facts import Share, Spread


def share_of(k: int, n: int) -> Share | None:
    """Return k of n with Wilson's 95 % interval; None of nobody.

    Examples
    --------
    >>> share = share_of(2, 10)
    >>> round(share.low, 4), round(share.high, 4)
    (0.0567, 0.5098)
    """
    if n < 1:
        return None
    limits = wilson_interval(int(k), int(n))
    return Share(k=int(k), n=int(n), low=round(limits.low, 6), high=round(limits.high, 6))


def spread_of(values: npt.ArrayLike, unit: str) -> Spread | None:
    """Return where values lie; None without any.

    Examples
    --------
    >>> spread = spread_of([10, 20, 30, 40], "days")
    >>> spread.low, spread.median, spread.high, spread.n
    (17.5, 25.0, 32.5, 4)
    """
    known = np.asarray(values, dtype=np.float64).ravel()
    known = known[~np.isnan(known)]
    if not len(known):
        return None
    low, median, high = (float(value) for value in np.quantile(known, [0.25, 0.5, 0.75]))
    return Spread(
        n=len(known),
        low=round(low, 6),
        median=round(median, 6),
        high=round(high, 6),
        mean=round(float(known.mean()), 6),
        least=float(known.min()),
        most=float(known.max()),
        unit=unit,
    )
