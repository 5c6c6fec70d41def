"""Ageing: open opportunities against those that were won, closes that moved later, and closes that are past."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.pipeline.moves import Trace
from segkit.analysis.pipeline.opportunities import (
    MIN_WON,
    OPEN,
    WON,
    Flags,
    Floats,
    Integers,
    Opportunities,
    count_days,
)
from segkit.intake.masking import WORD, mask_text
from segkit.model.pipeline_facts import OpenDeal

SLOW_SHARE = 0.75
"""Share of won ones that were quicker than what is called slow."""
STALE_SHARE = 0.95
"""Share of won ones that were quicker than what is called stale."""
MAX_DEALS = 200
"""Open opportunities that are listed, the oldest first."""
LONGEST_STEP = 80
"""Characters of a recorded next step that are shown."""
READINGS = ("unknown", "in time", "slow", "stale")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ageing:
    """How old the open opportunities are; every array has a place for each of them, in the order of ``row``.

    Parameters
    ----------
    row : array of int
        Rows of the table.
    age_days, stage_days : array of float
        Days since creation, and in the present stage; NaN where not known.
    reading : array of int
        Place in `READINGS`.
    overdue_days : array of int
        Days since the expected close; 0 where it is to come or not known.
    """

    row: Integers
    age_days: Floats
    stage_days: Floats
    reading: Integers
    overdue_days: Integers


def read_ages(days: npt.ArrayLike, won_days: npt.ArrayLike) -> Integers:
    """Read ages against the days of won opportunities.

    Parameters
    ----------
    days : array-like of float
        Days so far; NaN where not known.
    won_days : array-like of float
        Days that won opportunities took, in the same stage or in all.

    Returns
    -------
    array of int
        Place in `READINGS`: above the 95th percentile "stale", above the 75th "slow", else "in time"; "unknown" without days,
        and everywhere when fewer than `MIN_WON` were won.

    Examples
    --------
    >>> [READINGS[place] for place in read_ages([5, 17, 40, np.nan], [4, 8, 9, 12, 15, 20])]
    ['in time', 'slow', 'stale', 'unknown']
    """
    age = np.asarray(days, dtype=np.float64).ravel()
    won = np.asarray(won_days, dtype=np.float64).ravel()
    if len(won) < MIN_WON:
        return np.zeros(len(age), dtype=np.int64)
    slow, stale = np.quantile(won, [SLOW_SHARE, STALE_SHARE])
    return np.where(np.isnan(age), 0, 1 + (age > slow) + (age > stale)).astype(np.int64)


def measure_ageing(pipeline: Opportunities, trace: Trace | None) -> Ageing:
    """Compare each open opportunity with won ones: days in its stage where a history tells, else days since creation."""
    row = np.flatnonzero(pipeline.status == OPEN)
    as_of = np.datetime64(pipeline.as_of, "D")
    age, watched = count_days(pipeline.created[row], as_of), pipeline.watched_days()
    reading = read_ages(age, watched[(pipeline.status == WON) & ~np.isnan(watched)])
    in_stage = np.full(len(row), np.nan)
    if trace is not None:
        in_stage = count_days(trace.entered[row], as_of)
        stage = pipeline.stage[row]
        for place in np.unique(stage[~np.isnan(in_stage)]):
            stays = trace.stay_days[trace.stay_stage == place]
            here = (stage == place) & ~np.isnan(in_stage)
            if len(stays) >= MIN_WON:
                reading[here] = read_ages(in_stage[here], stays)
    overdue = count_days(pipeline.expected[row], as_of)
    return Ageing(
        row=row,
        age_days=age,
        stage_days=in_stage,
        reading=reading,
        overdue_days=np.nan_to_num(overdue).astype(np.int64),
    )


def find_slips(pipeline: Opportunities) -> tuple[Flags, Flags]:
    """Return which opportunities have both expected closes, and whose was moved later."""
    dated = ~(np.isnat(pipeline.expected) | np.isnat(pipeline.first_expected))
    return dated, dated & (pipeline.expected > pipeline.first_expected)


def list_deals(
    pipeline: Opportunities,
    ageing: Ageing,
    table: pd.DataFrame,
    *,
    stage_ids: tuple[str, ...],
    probability: Floats,
    by_age: Floats,
    score: Floats,
) -> tuple[OpenDeal, ...]:
    """List open opportunities, the oldest first, at most `MAX_DEALS`; those of unknown age come last.

    ``probability``, ``by_age`` and ``score`` have a place for each row of the table, NaN where there is none.
    """
    dated, slipped = find_slips(pipeline)
    customers = table["customer_id"] if "customer_id" in table else pd.Series([None] * len(table))
    people = find_people(table)
    deals = []
    for place in _find_oldest(ageing, table["opportunity_id"]):
        row = int(ageing.row[place])
        customer, stage, expected = customers.iloc[row], int(pipeline.stage[row]), pipeline.expected[row]
        deals.append(
            OpenDeal(
                opportunity_id=str(table["opportunity_id"].iloc[row]),
                customer_id="" if pd.isna(customer) else str(customer),
                stage_id=stage_ids[stage] if stage >= 0 else "",
                amount=_number(pipeline.amount[row]),
                age_days=_whole(ageing.age_days[place]),
                stage_days=_whole(ageing.stage_days[place]),
                reading=READINGS[ageing.reading[place]],
                slips=int(slipped[row]) if dated[row] else None,
                overdue_days=int(ageing.overdue_days[place]),
                expected_close=None if np.isnat(expected) else expected.item(),
                probability=_number(probability[row]),
                probability_by_age=_number(by_age[row]),
                score=_number(score[row]),
                next_step=read_next_step(table, row, people),
            )
        )
    return tuple(deals)


def find_people(table: pd.DataFrame) -> frozenset[str]:
    """Return the words of the owners' names, lower case: whoever owns an opportunity is named in its notes."""
    owners = table["owner"].dropna().unique() if "owner" in table else ()
    return frozenset(word.group().lower() for owner in owners for word in WORD.finditer(str(owner)))


def read_next_step(table: pd.DataFrame, row: int, people: frozenset[str]) -> str:
    """Return the recorded next step without personal data, on one line; "" where none is recorded."""
    cell = table["next_step"].iloc[row] if "next_step" in table else None
    text = "" if pd.isna(cell) else mask_text(str(cell), names=people)
    return textwrap.shorten(text, LONGEST_STEP, placeholder=" …")


def _find_oldest(ageing: Ageing, ids: pd.Series) -> list[int]:
    """Return places of the oldest open opportunities, ties by id; only those that can be listed are ever sorted by id."""
    age = np.nan_to_num(ageing.age_days, nan=-1)
    if len(age) > MAX_DEALS:
        kept = np.flatnonzero(age >= np.partition(age, -MAX_DEALS)[-MAX_DEALS])
    else:
        kept = np.arange(len(age))
    names = ids.iloc[ageing.row[kept]].astype(str)
    order = sorted(zip(-age[kept], names, kept, strict=True))
    return [int(place) for _, _, place in order[:MAX_DEALS]]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)
