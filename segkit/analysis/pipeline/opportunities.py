"""A table of opportunities as arrays, in which every later step reads.

Days are numpy days, codes are whole numbers, and what is missing stays missing: -1 of a code, NaN of a number, NaT of a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.intervals import wilson_interval
from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.opportunity import Outcome
from segkit.model.pipeline_facts import Share, Spread
from segkit.model.sales_stage import StageModel

OPEN, WON, LOST = 0, 1, 2
"""Codes of an outcome, wherever outcomes are an array."""
OUTCOMES = (Outcome.OPEN, Outcome.WON, Outcome.LOST)
MIN_WON = 5
"""Won opportunities below which nothing is compared with them, and closed ones below which a stage has no history."""

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Opportunities:
    """One place for each opportunity, in the order of the table.

    Parameters
    ----------
    stage : array of int
        Place in ``model.open_stages``; -1 where it stands in a closed stage or in none that is known.
    listed : array of int
        Place in ``model.stages``, closed ones too; -1 where the stage is not known.
    status : array of int
        `OPEN`, `WON` or `LOST`.
    amount : array of float
        In the pipeline's currency.
    created, closed, expected, first_expected : array of days
        As in the table; ``closed`` only of closed ones.
    as_of : date
        End of observation.
    """

    stage: Integers
    listed: Integers
    status: Integers
    amount: Floats
    created: Days
    closed: Days
    expected: Days
    first_expected: Days
    as_of: date

    def __len__(self) -> int:
        return len(self.status)

    def watched_days(self) -> Floats:
        """Return days from creation to closing, or to the end of observation; NaN where a day is missing or they run backwards."""
        until = np.where(self.status == OPEN, np.datetime64(self.as_of, "D"), self.closed)
        return count_days(self.created, until)


def read_opportunities(table: pd.DataFrame, *, model: StageModel, as_of: date) -> Opportunities:
    """Turn the table of a pipeline into arrays.

    Raises
    ------
    NotEnoughDataError
        Without a row.
    BadValueError
        With a status or a stage that is not in the list.
    """
    if table.empty:
        raise NotEnoughDataError("the pipeline has no opportunity (got 0 rows); give at least 1.")
    status = encode(_column(table, "status"), [item.value for item in OUTCOMES], "status")
    if (status < 0).any():
        raise BadValueError(
            f"{int((status < 0).sum())} opportunities have no status; give open, won or lost."
        )
    listed = encode(_column(table, "stage"), [item.id for item in model.stages], "stage")
    return Opportunities(
        stage=open_places(model)[listed],
        listed=listed,
        status=status,
        amount=pd.to_numeric(_column(table, "amount")).to_numpy(dtype=np.float64, na_value=np.nan),
        created=as_days(_column(table, "created_at")),
        closed=as_days(_column(table, "closed_at")),
        expected=as_days(_column(table, "expected_close")),
        first_expected=as_days(_column(table, "first_expected_close")),
        as_of=as_of,
    )


def open_places(model: StageModel) -> Integers:
    """Return for each stage of a list its place among the open ones, -1 for the closed; the last entry answers for "unknown"."""
    places = np.full(len(model.stages) + 1, -1, dtype=np.int64)
    is_open = [not item.stage.is_closed for item in model.stages]
    places[:-1][is_open] = np.arange(sum(is_open))
    return places


def encode(values: pd.Series, levels: Sequence[str], what: str) -> Integers:
    """Return the place of each value in a list, -1 where it is missing.

    Raises
    ------
    BadValueError
        With a value that is not in the list.
    """
    codes = find_places(pd.Index(levels, dtype=object), values)
    strange = values[codes < 0].dropna()
    if len(strange):
        raise BadValueError(
            f"the {what} {strange.iloc[0]!r} is not in the list; give one of {', '.join(levels)}."
        )
    return codes


def find_places(levels: pd.Index, values: pd.Series) -> Integers:
    """Return the place of each value among levels, -1 where it is none of them; each distinct value is looked up once."""
    codes, distinct = split_levels(values)
    return np.append(levels.get_indexer(distinct), -1)[codes].astype(np.int64)


def split_levels(values: pd.Series) -> tuple[Integers, pd.Index]:
    """Return the code of each value, -1 where it is missing, and the distinct values as objects; categories cost nothing."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return values.cat.codes.to_numpy().astype(np.int64), values.cat.categories.astype(object)
    codes, distinct = pd.factorize(values.to_numpy(dtype=object))
    return codes.astype(np.int64), pd.Index(distinct, dtype=object)


def as_category(values: pd.Series) -> pd.Series:
    """Return texts as categories in the order of appearance, numbered from 0, so that they are looked up only once."""
    codes, distinct = split_levels(values)
    return pd.Series(pd.Categorical.from_codes(codes, distinct))


def as_days(values: pd.Series) -> Days:
    """Return dates as numpy days, NaT where missing."""
    return pd.to_datetime(values).to_numpy().astype("datetime64[D]")


def count_days(first: Days | np.datetime64, last: Days | np.datetime64) -> Floats:
    """Return whole days between two days as numbers; NaN where one is missing or the last is before the first.

    Examples
    --------
    >>> count_days(np.array(["2026-01-01", "NaT"], "M8[D]"), np.datetime64("2026-02-01")).tolist()
    [31.0, nan]
    """
    between = np.atleast_1d(last - first)
    days = between.astype(np.int64).astype(np.float64)
    days[np.isnat(between) | (days < 0)] = np.nan
    return days


def measure_share(k: int, n: int) -> Share | None:
    """Return k of n with Wilson's interval, None of nothing.

    Examples
    --------
    >>> share = measure_share(3, 3)
    >>> round(share.low, 4), share.high, measure_share(0, 0)
    (0.4385, 1.0, None)
    """
    return rate_share(k, n) if n else None


def rate_share(k: int, n: int) -> Share:
    """Return k of n with Wilson's interval; n is at least 1."""
    limits = wilson_interval(int(k), int(n))
    return Share(k=int(k), n=int(n), low=limits.low, high=limits.high)


def describe_spread(values: npt.ArrayLike, unit: str) -> Spread | None:
    """Describe where numbers lie, missing ones left out; None of nothing.

    Examples
    --------
    >>> spread = describe_spread([4, 1, float("nan"), 2, 3], "days")
    >>> spread.n, spread.low, spread.median, spread.high, spread.mean
    (4, 1.75, 2.5, 3.25, 2.5)
    """
    given = np.asarray(values, dtype=np.float64).ravel()
    known = np.sort(given[~np.isnan(given)])
    if not len(known):
        return None
    low, median, high = (float(value) for value in np.quantile(known, [0.25, 0.5, 0.75]))
    return Spread(
        n=len(known),
        low=low,
        median=median,
        high=high,
        mean=float(known.mean()),
        least=float(known[0]),
        most=float(known[-1]),
        unit=unit,
    )


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    """Return a column, or a missing one where the table lacks it."""
    return table[name] if name in table else pd.Series([None] * len(table), index=table.index, dtype=object)
