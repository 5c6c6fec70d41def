"""Win rates: won of won and lost, open ones left out, by quarter of closing and by the levels of a field."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.opportunities import (
    LOST,
    OPEN,
    WON,
    Days,
    Flags,
    Floats,
    Integers,
    Opportunities,
    rate_share,
    split_levels,
)
from segkit.model.pipeline_facts import GroupShare, LostReason

MAX_LEVELS = 20
"""Levels of a field that are shown, those with the most closed opportunities first."""


def rate_quarters(pipeline: Opportunities) -> tuple[GroupShare, ...]:
    """Return the win rate of each quarter of closing, in order; those closed without a day are left out."""
    dated = (pipeline.status != OPEN) & ~np.isnat(pipeline.closed)
    if not dated.any():
        return ()
    quarter, first = _number_quarters(pipeline.closed[dated])
    counts = _count_outcomes(pipeline, quarter, dated)
    return tuple(
        _group("quarter", _name_quarter(first + place), *counts, place) for place in np.unique(quarter)
    )


def find_early_quarters(pipeline: Opportunities) -> tuple[str, ...]:
    """Return the quarters of closing of which half or more passed before the slowest kind of opportunity could be closed.

    Only quick ones can be closed so soon after the first was created, so the win rate of such a quarter is an artefact of where
    the window begins.
    """
    dated = (pipeline.status != OPEN) & ~np.isnat(pipeline.closed)
    days = pipeline.watched_days()[dated]
    if np.isnan(days).all():
        return ()
    slow = int(np.nanmax(days))
    reached = pipeline.created[~np.isnat(pipeline.created)].min() + np.timedelta64(slow, "D")
    quarter, first = _number_quarters(pipeline.closed[dated])
    return tuple(
        _name_quarter(first + place) for place in np.unique(quarter) if _middle(first + int(place)) < reached
    )


def rate_fields(pipeline: Opportunities, fields: Mapping[str, pd.Series]) -> tuple[GroupShare, ...]:
    """Return the win rate of each level of each field with at least two levels, at most `MAX_LEVELS` of them."""
    found: list[GroupShare] = []
    for name, values in fields.items():
        codes, levels = split_levels(values)
        used = (pipeline.status != OPEN) & (codes >= 0)
        if not used.any():
            continue
        counts = _count_outcomes(pipeline, codes[used], used)
        closed = counts[0] + counts[1]
        names = [str(level) for level in levels]
        order = [
            place
            for _, _, place in sorted(
                (-int(closed[place]), names[place], int(place)) for place in np.flatnonzero(closed)
            )
        ]
        if len(order) > 1:
            found += [_group(name, names[place], *counts, place) for place in order[:MAX_LEVELS]]
    return tuple(found)


def count_reasons(pipeline: Opportunities, reasons: pd.Series) -> tuple[LostReason, ...]:
    """Return why opportunities were lost, the commonest first; those without a reason are not listed."""
    codes, names = split_levels(reasons)
    counts = np.bincount(codes[(codes >= 0) & (pipeline.status == LOST)], minlength=len(names))
    named = sorted((-int(n), str(name).strip()) for name, n in zip(names, counts, strict=True) if n)
    return tuple(LostReason(reason=reason, n=-n) for n, reason in named if reason)


def _count_outcomes(
    pipeline: Opportunities, codes: Integers, used: Flags
) -> tuple[Integers, Integers, Floats]:
    """Return won, lost and the won amount by code; the amount is NaN where none of the won ones has any."""
    size = int(codes.max()) + 1
    won = pipeline.status[used] == WON
    n_won: Integers = np.bincount(codes[won], minlength=size).astype(np.int64)
    n_lost = np.bincount(codes, minlength=size) - n_won
    amount = pipeline.amount[used]
    known = won & ~np.isnan(amount)
    sums: Floats = np.bincount(codes[known], weights=amount[known], minlength=size).astype(np.float64)
    sums[(n_won > 0) & (np.bincount(codes[known], minlength=size) == 0)] = np.nan
    return n_won, n_lost, sums


def _group(field: str, level: str, won: Integers, lost: Integers, amount: Floats, place: int) -> GroupShare:
    share = rate_share(int(won[place]), int(won[place] + lost[place]))
    value = float(amount[place])
    return GroupShare(field=field, level=level, share=share, amount=None if np.isnan(value) else value)


def _number_quarters(days: Days) -> tuple[Integers, int]:
    """Return quarters counted from the first one, and the number of that one since 1970."""
    quarter = days.astype("datetime64[M]").astype(np.int64) // 3
    first = int(quarter.min())
    return quarter - first, first


def _name_quarter(number: int) -> str:
    return f"{1970 + int(number) // 4} Q{int(number) % 4 + 1}"


def _middle(number: int) -> np.datetime64:
    return np.datetime64(f"{1970 + number // 4}-{number % 4 * 3 + 2:02d}-15", "D")
