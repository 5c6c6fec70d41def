"""The trial of the lead score: learned from what was closed first, tried on what was closed later, beside the base rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from segkit.analysis.effects import cliffs_delta
from segkit.analysis.intervals import Interval, delta_interval
from segkit.analysis.pipeline.lead_score import fit_leads, score_leads
from segkit.analysis.pipeline.opportunities import Days, Flags, as_days, split_levels
from segkit.model.opportunity import Outcome
from segkit.model.pipeline_facts import LeadScore, ScoreField

MIN_CLOSED = 100
"""Closed opportunities below which no score is learned."""
MIN_TEST = 20
"""Closed opportunities of the hold-out below which a score is not tried, and so not shown."""
SPLIT_SHARE = 0.75
"""Share of the closed opportunities, the first closed, that a score is learned from."""
MAX_LEVELS = 20
"""Levels of a field that are shown, those with the most closed opportunities first."""


def measure_auc(won: npt.ArrayLike, lost: npt.ArrayLike) -> tuple[float, Interval]:
    """Return the area under the ROC curve with its 95 % interval.

    Parameters
    ----------
    won, lost : array-like of float
        Scores of won and of lost opportunities, at least one each.

    Returns
    -------
    tuple of (float, Interval)
        The chance that a won one has the higher score, ties half. The interval is DeLong's; where a side has fewer than 50 or
        the two do not overlap it is Newcombe's score interval, which never has no width.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), *Biometrics* 44, 837-845; Newcombe (2006), *Statistics in Medicine* 25, 559-573.

    Examples
    --------
    >>> area, limits = measure_auc([0.4, 0.6, 0.8], [0.2, 0.4])
    >>> round(area, 4), 0 < limits.low < area < limits.high <= 1
    (0.9167, True)
    """
    limits, _ = delta_interval(won, lost, seed=0, analytic_from=0)
    return (cliffs_delta(won, lost) + 1) / 2, Interval((limits.low + 1) / 2, (limits.high + 1) / 2)


def brier_score(probabilities: npt.ArrayLike, won: npt.ArrayLike) -> float:
    """Return the mean squared distance of probabilities from what happened; smaller is better.

    References
    ----------
    Brier (1950), *Monthly Weather Review* 78, 1-3.

    Examples
    --------
    >>> brier_score([0.5, 0.5], [True, False]), brier_score([1, 0], [True, False])
    (0.25, 0.0)
    """
    return float(np.mean((np.asarray(probabilities, dtype=float) - np.asarray(won, dtype=float)) ** 2))


def try_lead_score(
    leads: pd.DataFrame, *, fields: Sequence[str], stages: Sequence[str], split: date | None = None
) -> LeadScore:
    """Learn a lead score from what was closed before a day, and try it on what was closed from then on.

    Parameters
    ----------
    leads : DataFrame
        As for :func:`~segkit.analysis.pipeline.lead_score.fit_leads`, with ``closed_at``.
    fields, stages : sequence of str
        Fields that are scored; stages in order. Leads of the hold-out are scored as they stood in the first stage.
    split : date, optional
        First day of the hold-out; the day by which `SPLIT_SHARE` were closed where none is given.

    Returns
    -------
    LeadScore
        With ``refused`` where there is too little to learn from or to try.
    """
    closed_at = as_days(leads["closed_at"])
    closed: Flags = (leads["status"] != Outcome.OPEN).to_numpy() & ~np.isnat(closed_at)
    n = int(np.count_nonzero(closed))
    if not fields:
        return LeadScore(
            fields=(),
            refused="No field of the export says what kind of opportunity it is, so there is nothing to score.",
        )
    if n < MIN_CLOSED:
        return LeadScore(
            fields=tuple(fields),
            refused=f"A lead score needs {MIN_CLOSED} closed opportunities with a day; there are {n}.",
        )
    begins = split or _find_split(closed_at[closed])
    first_test = np.datetime64(begins, "D")
    won = (leads["status"] == Outcome.WON).to_numpy()
    train, test = closed & (closed_at < first_test), closed & (closed_at >= first_test)
    refused = _refuse(won[train], won[test], begins)
    if refused:
        return LeadScore(fields=tuple(fields), refused=refused)
    model = fit_leads(leads[train], fields=fields, stages=stages)
    scores = score_leads(model, leads[test].assign(stage=stages[0]))
    auc, limits = measure_auc(scores[won[test]], scores[~won[test]])
    brier = brier_score(scores, won[test])
    base_brier = brier_score(np.full(len(scores), won[train].mean()), won[test])
    return LeadScore(
        fields=tuple(fields),
        n_train=int(np.count_nonzero(train)),
        n_test=len(scores),
        split=begins,
        auc=auc,
        auc_low=limits.low,
        auc_high=limits.high,
        brier=brier,
        base_brier=base_brier,
        better=brier < base_brier and limits.low > 0.5,
        levels=list_levels(leads[closed], fields),
    )


def list_levels(closed: pd.DataFrame, fields: Sequence[str]) -> tuple[ScoreField, ...]:
    """Return won and lost by level of each field, the levels with the most closed opportunities first."""
    won = (closed["status"] == Outcome.WON).to_numpy()
    found = []
    for field in fields:
        codes, names = split_levels(closed[field])
        n = np.bincount(codes[codes >= 0], minlength=len(names))
        n_won = np.bincount(codes[(codes >= 0) & won], minlength=len(names))
        order = sorted((-int(n[place]), str(name), place) for place, name in enumerate(names))
        found += [
            ScoreField(field=field, level=name, won=int(n_won[place]), lost=int(n[place] - n_won[place]))
            for _, name, place in order[:MAX_LEVELS]
        ]
    return tuple(found)


def _find_split(closed_at: Days) -> date:
    """Return the day by which so many were closed; days with several are never divided."""
    days = np.sort(closed_at)
    place = min(int(np.ceil(SPLIT_SHARE * len(days))), len(days) - 1)
    return date.fromisoformat(str(days[place]))


def _refuse(train: Flags, test: Flags, split: date) -> str:
    """Return why a score cannot be tried, "" where it can."""
    if len(test) < MIN_TEST:
        return f"A lead score is tried on {MIN_TEST} later opportunities; from {split:%Y-%m-%d} on {len(test)} were closed."
    for name, outcomes in ((f"before {split:%Y-%m-%d}", train), (f"from {split:%Y-%m-%d} on", test)):
        n_won = int(np.count_nonzero(outcomes))
        if not 0 < n_won < len(outcomes):
            return f"A lead score needs won and lost opportunities on both sides of its trial; {name} {n_won} of {len(outcomes)} were won."
    return ""
