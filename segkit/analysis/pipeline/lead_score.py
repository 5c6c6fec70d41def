"""A lead score by naive Bayes, and whether it is worth anything.

The score follows the public description of Odoo's predictive lead scoring (:func:`fit_leads`). What that lacks is added: the
score is tried on opportunities closed later than those it was learned from, beside the base rate for everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.opportunities import (
    LOST,
    OUTCOMES,
    WON,
    Flags,
    Floats,
    Integers,
    encode,
    find_places,
    split_levels,
)
from segkit.errors import BadValueError

SMOOTHING = 0.1
"""Added to the won and to the lost count of every value that was seen."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeadModel:
    """What was learned from closed leads; tables of counts, the smoothing already in them.

    Parameters
    ----------
    fields, stages, teams : tuple
        Names in the order of the tables; a team of None is that of leads without one.
    levels : tuple of pandas.Index
        Values of each field.
    stage_counts : array of shape (n_teams + 1, n_stages, 2)
        Won and lost by stage; the last table is the pooled one, the sum of the others. 0 where nothing was seen.
    counts : tuple of arrays of shape (n_teams + 1, n_levels, 2)
        The same by value of each field.
    """

    fields: tuple[str, ...]
    stages: tuple[str, ...]
    teams: tuple[Any, ...]
    levels: tuple[pd.Index, ...]
    stage_counts: Floats
    counts: tuple[Floats, ...]


def fit_leads(
    leads: pd.DataFrame, *, fields: Sequence[str], stages: Sequence[str], smoothing: float = SMOOTHING
) -> LeadModel:
    """Count won and lost leads by value, stage and team.

    Parameters
    ----------
    leads : DataFrame
        ``status`` ("won", "lost" or "open"; open ones are not counted), ``stage`` (the furthest one reached), the fields, and
        ``team`` where there are teams.
    fields : sequence of str
        Columns that are scored.
    stages : sequence of str
        Stages in order.
    smoothing : float
        Added to both counts of every value seen, > 0.

    Returns
    -------
    LeadModel
        A won lead counts in all stages, a lost one in those up to its own. Leads without a team have a table of their own in
        the sum, and are scored with the pooled one.

    Raises
    ------
    BadValueError
        When the smoothing is not positive: one empty cell would then decide every score.

    References
    ----------
    Odoo documentation, *Assign leads based on likelihood to close: predictive lead scoring*.

    Examples
    --------
    >>> leads = pd.DataFrame({"source": ["fair", "web", "web"], "stage": ["new"] * 3, "status": ["won", "lost", "open"]})
    >>> model = fit_leads(leads, fields=["source"], stages=["new"])
    >>> score_leads(model, leads).round(2).tolist()
    [0.92, 0.08, 0.08]
    """
    if not smoothing > 0:
        raise BadValueError(f"smoothing is {smoothing!r}; give a number above 0, such as {SMOOTHING}.")
    status = encode(leads["status"], [item.value for item in OUTCOMES], "status")
    closed = np.isin(status, (WON, LOST))
    lost = (status[closed] == LOST).astype(np.int64)
    team, teams = pd.factorize(_teams(leads)[closed], use_na_sentinel=False)
    n_teams = max(len(teams), 1)
    stage = np.maximum(encode(leads["stage"], list(stages), "stage")[closed], 0)
    counts, levels = [], []
    for field in fields:
        codes, names = split_levels(leads[field][closed])
        seen = codes >= 0
        counts.append(_pool(_count(team[seen], codes[seen], lost[seen], (n_teams, len(names), 2)), smoothing))
        levels.append(names)
    return LeadModel(
        fields=tuple(fields),
        stages=tuple(stages),
        teams=tuple(None if pd.isna(name) else name for name in teams),
        levels=tuple(levels),
        stage_counts=_pool(_count_stages(team, stage, lost, (n_teams, len(stages), 2)), smoothing),
        counts=tuple(counts),
    )


def score_leads(model: LeadModel, leads: pd.DataFrame) -> Floats:
    """Return the probability of each lead to be won, 0..1, by the model.

    Prior and stage come from the stage table, whose totals are those of the first stage; other fields divide by the sum over
    their values. A value never seen, and a field without counts, is skipped. A team that was never seen is scored with the
    pooled tables, as are leads without a team. NaN where nothing closed was learned from.
    """
    table = _choose_tables(model, leads)
    stage = encode(leads["stage"], list(model.stages), "stage")
    first = model.stage_counts[table, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(first / first.sum(axis=1, keepdims=True))
    logs += _log_factors(model.stage_counts, model.stage_counts[:, 0], table, stage)
    for field, levels, counts in zip(model.fields, model.levels, model.counts, strict=True):
        logs += _log_factors(counts, counts.sum(axis=1), table, find_places(levels, leads[field]))
    score: Floats = 1 / (1 + np.exp(np.clip(logs[:, 1] - logs[:, 0], -700, 700)))
    return score


def _teams(leads: pd.DataFrame) -> pd.Series:
    return (
        leads["team"] if "team" in leads else pd.Series([None] * len(leads), index=leads.index, dtype=object)
    )


def _count(team: Integers, codes: Integers, lost: Integers, shape: tuple[int, int, int]) -> Floats:
    """Count leads by team, value and outcome."""
    cells = (team * shape[1] + codes) * 2 + lost
    return np.bincount(cells, minlength=int(np.prod(shape))).reshape(shape).astype(np.float64)


def _count_stages(team: Integers, stage: Integers, lost: Integers, shape: tuple[int, int, int]) -> Floats:
    """Count won leads in every stage, and lost ones in the stages up to their own."""
    counts = _count(team, stage, lost, shape)
    counts[:, :, 0] = counts[:, :, 0].sum(axis=1, keepdims=True)
    counts[:, :, 1] = counts[:, ::-1, 1].cumsum(axis=1)[:, ::-1]
    return counts


def _pool(counts: Floats, smoothing: float) -> Floats:
    """Smooth every value that a team has seen, and append the sum of all teams."""
    smoothed = np.where(counts.sum(axis=2, keepdims=True) > 0, counts + smoothing, 0.0)
    return np.concatenate([smoothed, smoothed.sum(axis=0, keepdims=True)])


def _choose_tables(model: LeadModel, leads: pd.DataFrame) -> Integers:
    """Return the table each lead is scored with."""
    pooled = len(model.stage_counts) - 1
    named = [(name, place) for place, name in enumerate(model.teams) if name is not None]
    if not named:
        return np.full(len(leads), pooled, dtype=np.int64)
    names, places = zip(*named, strict=True)
    found = find_places(pd.Index(names, dtype=object), _teams(leads))
    return np.where(found >= 0, np.array(places)[found], pooled).astype(np.int64)


def _log_factors(counts: Floats, totals: Floats, table: Integers, codes: Integers) -> Floats:
    """Return the logarithm of each lead's share of won and of lost; 0, which changes nothing, where it is skipped."""
    summed = np.all(totals > 0, axis=1, keepdims=True)
    seen: Flags = (counts.sum(axis=2) > 0) & summed
    shares = np.divide(
        counts, totals[:, np.newaxis, :], out=np.ones_like(counts), where=seen[:, :, np.newaxis]
    )
    logs = np.log(shares)
    unknown = np.zeros((len(counts), 1, 2))
    return np.concatenate([logs, unknown], axis=1)[table, codes]
