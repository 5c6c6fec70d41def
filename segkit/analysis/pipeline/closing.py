"""Time to close: how long opportunities take until they are won or lost, the open ones counted for as long as they were watched.

A mean over closed opportunities is too short, because the slow ones are still open. The curve of any closing is
Kaplan-Meier's; won and lost compete, and their shares are Aalen and Johansen's: open, won and lost sum to 1 on every day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from segkit.analysis.intervals import LEVEL, normal_quantile
from segkit.analysis.pipeline.opportunities import (
    LOST,
    MIN_WON,
    OPEN,
    WON,
    Floats,
    Integers,
    Opportunities,
    describe_spread,
)
from segkit.analysis.survival import fit_curve
from segkit.errors import BadValueError
from segkit.model.pipeline_facts import CloseStep, TimeToClose

MAX_STEPS = 200
"""Steps of a curve that are handed over; longer curves keep evenly spaced ones."""
MARK_DAYS = (7, 14, 30, 60, 90, 180, 365, 730)
"""Round days at which the curve is read out, as far as somebody was watched."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CloseCurve:
    """What has become of opportunities by each day on which one was closed.

    Parameters
    ----------
    day : array
        Days with at least one closing, ascending.
    at_risk, n_won, n_lost : array
        Opportunities watched up to that day; those won and lost on it.
    open, won, lost : array
        Shares after that day; they sum to 1.
    durations : array
        All days that went in, ascending.
    """

    day: Integers
    at_risk: Integers
    n_won: Integers
    n_lost: Integers
    open: Floats
    won: Floats
    lost: Floats
    durations: Integers

    def variance(self) -> Floats:
        """Return Greenwood's variance of the share still open, NaN once nobody is left.

        Examples
        --------
        >>> close_curve([2, 3, 3, 5], [WON, WON, LOST, OPEN]).variance().round(4).tolist()
        [0.0469, 0.0469]
        """
        return np.where(self.open > 0, self.open**2, np.nan) * self._log_variance()

    def chance_later(self, age: npt.ArrayLike) -> Floats:
        """Return the chance to be won later of an opportunity that is still open at an age; NaN where none was open so long.

        What is open at the end of the curve counts as not won, so the chance is 0 beyond the last day on which one was won.

        Examples
        --------
        >>> curve = close_curve([2, 3, 3, 5, 6, 8, 8, 10], [WON, WON, LOST, OPEN, LOST, WON, OPEN, OPEN])
        >>> curve.chance_later([0, 5, 8]).round(5).tolist()
        [0.40625, 0.25, 0.0]
        """
        days = np.asarray(age, dtype=np.float64)
        place = np.searchsorted(self.day, days, side="right")
        still, won = np.append(1.0, self.open)[place], np.append(0.0, self.won)[place]
        later = np.append(0.0, self.won)[-1] - won
        known = (still > 0) & ~np.isnan(days)
        chance = np.full(days.shape, np.nan)
        np.divide(later, still, out=chance, where=known)
        return chance

    def after(self, day: int) -> CloseStep:
        """Return what has become of opportunities after a day, and how many were at risk on it."""
        place = int(np.searchsorted(self.day, day, side="right")) - 1
        still, won, lost = (
            (float(self.open[place]), float(self.won[place]), float(self.lost[place]))
            if place >= 0
            else (1.0, 0.0, 0.0)
        )
        at_risk = len(self.durations) - int(np.searchsorted(self.durations, day, side="left"))
        return CloseStep(day=day, open=still, won=won, lost=lost, at_risk=at_risk)

    def median(self) -> tuple[float | None, float | None, float | None]:
        """Return the first day by which half are closed, with its 95 % limits; None where there is no such day.

        References
        ----------
        Brookmeyer & Crowley (1982), *Biometrics* 38, 29-41, on the log(-log) scale.

        Examples
        --------
        >>> close_curve([2, 3, 3, 5, 6, 8, 8, 10], [WON, WON, LOST, OPEN, LOST, WON, OPEN, OPEN]).median()
        (6.0, 2.0, None)
        """
        low, high = self.limits()
        found = np.flatnonzero(self.open <= 0.5 + 1e-12)
        return (
            float(self.day[found[0]]) if len(found) else None,
            _first_half(self.day, low),
            _first_half(self.day, high),
        )

    def limits(self) -> tuple[Floats, Floats]:
        """Return the 95 % limits of the share still open, on the log(-log) scale; NaN where all or none are open."""
        inside = (self.open > 0) & (self.open < 1)
        share = np.where(inside, self.open, np.nan)
        spread = normal_quantile(LEVEL) * np.sqrt(self._log_variance()) / np.abs(np.log(share))
        return share ** np.exp(spread), share ** np.exp(-spread)

    def _log_variance(self) -> Floats:
        closed = self.n_won + self.n_lost
        left = self.at_risk - closed
        terms = np.divide(closed, self.at_risk * left, out=np.full(len(left), np.nan), where=left > 0)
        return np.cumsum(terms)


def close_curve(days: npt.ArrayLike, outcome: npt.ArrayLike) -> CloseCurve:
    """Fit the curve of any closing, and the shares won and lost as competing ends.

    Parameters
    ----------
    days : array-like of int
        Whole days from creation to closing, or to the end of observation where still open; >= 0.
    outcome : array-like of int
        `WON`, `LOST`, or `OPEN` for those that are censored. Who is open on day d was at risk on day d, and everything that
        happens on a day happens at once.

    Returns
    -------
    CloseCurve
        Shares open, won and lost, which sum to 1.

    Raises
    ------
    BadValueError
        With negative days, another outcome, or arrays of two lengths.

    References
    ----------
    Kaplan & Meier (1958), *Journal of the American Statistical Association* 53, 457-481; Aalen & Johansen (1978),
    *Scandinavian Journal of Statistics* 5, 141-150; Greenwood (1926) for the variance.

    Examples
    --------
    >>> curve = close_curve([2, 3, 3, 5, 6, 8, 8, 10], [WON, WON, LOST, OPEN, LOST, WON, OPEN, OPEN])
    >>> [(int(day), *np.round(ends, 5).tolist()) for day, *ends in zip(curve.day, curve.open, curve.won, curve.lost)]
    [(2, 0.875, 0.125, 0.0), (3, 0.625, 0.25, 0.125), (6, 0.46875, 0.25, 0.28125), (8, 0.3125, 0.40625, 0.28125)]
    """
    lasting = np.asarray(days, dtype=np.int64).ravel()
    ending = np.asarray(outcome, dtype=np.int64).ravel()
    if len(lasting) != len(ending):
        raise BadValueError(
            f"{len(lasting)} durations cannot have {len(ending)} outcomes; give one outcome each."
        )
    if len(ending) and not (ending.min() >= OPEN and ending.max() <= LOST):
        raise BadValueError(
            f"an outcome is {OPEN} (open), {WON} (won) or {LOST} (lost), got {ending.min()} to {ending.max()}."
        )
    closed = fit_curve(lasting[ending != OPEN], lasting[ending == OPEN])
    length = int(closed.day[-1]) + 1 if len(closed.day) else 0
    n_won = np.bincount(lasting[ending == WON], minlength=length)[closed.day]
    before = np.concatenate([[1.0], closed.waiting[:-1]])[: len(closed.day)]
    return CloseCurve(
        day=closed.day,
        at_risk=closed.at_risk,
        n_won=n_won,
        n_lost=closed.returned - n_won,
        open=closed.waiting,
        won=np.cumsum(before * n_won / closed.at_risk),
        lost=np.cumsum(before * (closed.returned - n_won) / closed.at_risk),
        durations=np.sort(lasting),
    )


def won_if_lost_could_return(days: npt.ArrayLike, outcome: npt.ArrayLike) -> float:
    """Return 1 - Kaplan-Meier of won on the last day, lost ones treated as if they could still be won: it overstates.

    Examples
    --------
    >>> won_if_lost_could_return([2, 3, 3, 5, 6, 8, 8, 10], [WON, WON, LOST, OPEN, LOST, WON, OPEN, OPEN])
    0.5
    """
    lasting = np.asarray(days, dtype=np.int64).ravel()
    ending = np.asarray(outcome, dtype=np.int64).ravel()
    alone = fit_curve(lasting[ending == WON], lasting[ending != WON])
    return float(1 - alone.waiting[-1]) if len(alone.waiting) else 0.0


def measure_time_to_close(pipeline: Opportunities) -> TimeToClose | None:
    """Measure how long opportunities take; None where not one has both its days.

    An opportunity without a day of creation, or closed without a day, cannot be timed and is left out.
    """
    watched = pipeline.watched_days()
    known = ~np.isnan(watched)
    if not known.any():
        return None
    days, outcome = watched[known].astype(np.int64), pipeline.status[known]
    curve = close_curve(days, outcome)
    median, low, high = curve.median()
    closed, still_open = days[outcome != OPEN], days[outcome == OPEN]
    return TimeToClose(
        n=len(days),
        n_won=int(np.count_nonzero(outcome == WON)),
        n_lost=int(np.count_nonzero(outcome == LOST)),
        n_open=len(still_open),
        closed=describe_spread(closed, "days"),
        won=describe_spread(days[outcome == WON], "days"),
        lost=describe_spread(days[outcome == LOST], "days"),
        median_days=median,
        median_low=low,
        median_high=high,
        steps=list_close_steps(curve),
        marks=tuple(curve.after(day) for day in MARK_DAYS if len(closed) and day <= curve.durations[-1]),
        won_alone=won_if_lost_could_return(days, outcome),
        older_than_any_closed=int(np.count_nonzero(still_open > closed.max())) if len(closed) else 0,
        open_age=describe_spread(still_open, "days"),
    )


def chances_by_age(pipeline: Opportunities) -> Floats:
    """Return for each open opportunity the chance that one of its age is still won; NaN elsewhere, or where too few were won."""
    watched = pipeline.watched_days()
    known = ~np.isnan(watched)
    chances = np.full(len(pipeline), np.nan)
    if np.count_nonzero(known & (pipeline.status == WON)) >= MIN_WON:
        curve = close_curve(watched[known].astype(np.int64), pipeline.status[known])
        still_open = pipeline.status == OPEN
        chances[still_open] = curve.chance_later(watched[still_open])
    return chances


def list_close_steps(curve: CloseCurve) -> tuple[CloseStep, ...]:
    """Return the curve as steps, at most `MAX_STEPS` of them, the first and the last always."""
    n = len(curve.day)
    places = np.unique(np.linspace(0, n - 1, min(n, MAX_STEPS)).round().astype(int))
    return tuple(
        CloseStep(
            day=int(curve.day[i]),
            open=float(curve.open[i]),
            won=float(curve.won[i]),
            lost=float(curve.lost[i]),
            at_risk=int(curve.at_risk[i]),
        )
        for i in places
    )


def _first_half(day: Integers, share: Floats) -> float | None:
    """Return the first day on which a limit is at or below one half, None where it never is."""
    found = np.flatnonzero(share <= 0.5)
    return float(day[found[0]]) if len(found) else None
