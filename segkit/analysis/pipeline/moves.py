"""The stage history of a pipeline: how far each opportunity came, how long it stayed, and which moves were made.

A visit is a stay in one open stage. A move into the stage an opportunity already stands in is no move; a closing that was
taken back is left out of the path. Stages that were skipped count as passed, and going back takes nothing away.
"""

from __future__ import annotations

from dataclasses import dataclass

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
    as_days,
    count_days,
    encode,
    open_places,
)
from segkit.errors import BadValueError
from segkit.model.sales_stage import StageModel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trace:
    """What the moves say of each opportunity.

    Parameters
    ----------
    depth : array of int
        The furthest open stage, by place; the number of open stages where it was won; -1 where no move tells.
    entered : array of days
        When an open opportunity entered the stage it stands in; NaT where no move tells.
    stay_stage : array of int
    stay_days : array of float
        Completed visits of won opportunities, in whole days.
    counts : array of shape (k, k + 2)
        Moves from each open stage to each open stage, to won and to lost.
    stood : array of bool, shape (n, k)
        Which open stages each opportunity stood in itself, for however short; a stage that was skipped is not among them.
    """

    depth: Integers
    entered: Days
    stay_stage: Integers
    stay_days: Floats
    counts: Integers
    stood: Flags

    @property
    def known(self) -> Flags:
        """Return which opportunities have a history."""
        return self.depth >= 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Path:
    """Visits and closings in order: whose, which open stage (-1: closed), since when."""

    row: Integers
    stage: Integers
    since: Days

    def keep(self, kept: Flags) -> _Path:
        return _Path(row=self.row[kept], stage=self.stage[kept], since=self.since[kept])

    @property
    def ends(self) -> Flags:
        """Return which entries are the last of their opportunity."""
        return np.append(self.row[1:] != self.row[:-1], True)[: len(self.row)]


def trace_moves(
    pipeline: Opportunities, table: pd.DataFrame, moves: pd.DataFrame | None, *, model: StageModel
) -> Trace | None:
    """Read the stage history; None where there is none.

    Raises
    ------
    BadValueError
        When two opportunities share an id, or a move names a stage that is not in the list.
    """
    if moves is None or moves.empty:
        return None
    path = _collect_path(table, moves, model)
    if not len(path.row):
        return None
    k = len(model.open_stages)
    visited = path.keep(path.stage >= 0)
    depth = np.full(len(pipeline), -1, dtype=np.int64)
    if len(visited.row):
        begins = np.flatnonzero(np.append(True, visited.ends[:-1]))
        depth[visited.row[begins]] = np.maximum.reduceat(visited.stage, begins)
    known = depth >= 0
    depth[known] = np.maximum(depth, pipeline.stage)[known]
    depth[known & (pipeline.status == WON)] = k
    following = _Path(
        row=path.row,
        stage=np.append(path.stage[1:], -1),
        since=np.append(path.since[1:], np.datetime64("NaT", "D")),
    )
    last = path.ends
    until = np.where(last, pipeline.closed[path.row], following.since)
    stays = count_days(path.since, until)
    stood = np.zeros((len(pipeline), k), dtype=bool)
    stood[visited.row, visited.stage] = True
    done = (path.stage >= 0) & (pipeline.status[path.row] == WON) & ~np.isnan(stays)
    return Trace(
        depth=depth,
        entered=_find_entries(pipeline, path),
        stay_stage=path.stage[done],
        stay_days=stays[done],
        counts=_count_moves(pipeline, path, following.stage, k),
        stood=stood,
    )


def _collect_path(table: pd.DataFrame, moves: pd.DataFrame, model: StageModel) -> _Path:
    """Return visits and closings by opportunity and day, without repeats and without closings that were taken back."""
    ids = pd.Index(table["opportunity_id"], dtype=object)
    if not ids.is_unique:
        twice = ids[ids.duplicated()][0]
        raise BadValueError(f"opportunity {twice!r} stands in two rows; give every opportunity one row.")
    row = _find_rows(ids, moves["opportunity_id"])
    places, names = open_places(model), [item.id for item in model.stages]
    listed = encode(moves["to_stage"], names, "stage")
    at = as_days(moves["at"])
    used = np.flatnonzero((row >= 0) & (listed >= 0))
    day = at.astype(np.int64)
    if _is_unsorted(row[used], day[used]):
        used = used[np.lexsort((day[used], row[used]))]
    row, stage, at = row[used], places[listed[used]], at[used]
    first = np.flatnonzero(np.append(True, row[1:] != row[:-1])[: len(row)])
    came = places[encode(moves["from_stage"].iloc[used[first]], names, "stage")]
    before = first[came >= 0]
    path = _Path(
        row=np.insert(row, before, row[before]),
        stage=np.insert(stage, before, came[came >= 0]),
        since=np.insert(at, before, np.datetime64("NaT", "D")),
    )
    path = path.keep((path.stage >= 0) | path.ends)
    return path.keep(
        np.append(True, (path.row[1:] != path.row[:-1]) | (path.stage[1:] != path.stage[:-1]))[
            : len(path.row)
        ]
    )


def _is_unsorted(row: Integers, day: Integers) -> bool:
    """Return whether moves stand in another order than by opportunity and day."""
    same = row[1:] == row[:-1]
    return bool((row[1:] < row[:-1]).any() or (same & (day[1:] < day[:-1])).any())


def _find_rows(ids: pd.Index, wanted: pd.Series) -> Integers:
    """Return the row of each move's opportunity, -1 where it has none; neighbours of one opportunity are looked up once."""
    names = wanted.to_numpy(dtype=object)
    begins = np.append(True, names[1:] != names[:-1])[: len(names)]
    found = ids.get_indexer(pd.Index(names[begins], dtype=object)).astype(np.int64)
    rows: Integers = found[np.cumsum(begins) - 1]
    return rows


def _find_entries(pipeline: Opportunities, path: _Path) -> Days:
    """Return when each open opportunity entered the stage it stands in."""
    entered = np.full(len(pipeline), np.datetime64("NaT"), dtype="datetime64[D]")
    last = path.keep(path.ends)
    here = (last.stage >= 0) & (last.stage == pipeline.stage[last.row]) & (pipeline.status[last.row] == OPEN)
    entered[last.row[here]] = last.since[here]
    return entered


def _count_moves(pipeline: Opportunities, path: _Path, following: Integers, k: int) -> Integers:
    """Return how often each open stage was left for each other, for won and for lost; the table says how it ended."""
    closes = path.ends | (following < 0)
    status = pipeline.status[path.row]
    ends = np.select([status == WON, status == LOST], [k, k + 1], -1)
    target = np.where(closes, ends, following)
    counted = (path.stage >= 0) & (target >= 0)
    cells = path.stage[counted] * (k + 2) + target[counted]
    return np.bincount(cells, minlength=k * (k + 2)).reshape(k, k + 2).astype(np.int64)
