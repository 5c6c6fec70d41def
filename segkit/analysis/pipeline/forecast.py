"""The weighted pipeline: what open opportunities are worth by the probability of their stage, with how far off that may be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from segkit.analysis.intervals import LEVEL, normal_quantile
from segkit.analysis.pipeline.opportunities import OPEN, WON, Floats, Opportunities
from segkit.errors import BadValueError
from segkit.model.pipeline_facts import Forecast, StageFacts


def weighted_forecast(
    amounts: npt.ArrayLike, probabilities: npt.ArrayLike, *, basis: str = "preset"
) -> Forecast | None:
    """Weigh amounts by their probability.

    Parameters
    ----------
    amounts : array-like of float
        Of open opportunities, in one currency; NaN where not known.
    probabilities : array-like of float
        To be won, 0..1; NaN where not known.
    basis : str
        Where the probabilities come from: "history", "preset" or "mixed".

    Returns
    -------
    Forecast or None
        The sum of amount x probability; its standard deviation is the root of the sum of amount^2 x p x (1 - p), which holds
        where opportunities are won independently of each other. None where no opportunity has both.

    Raises
    ------
    BadValueError
        With a probability outside 0..1.

    Examples
    --------
    >>> forecast = weighted_forecast([1_000, 2_000, 4_000], [0.10, 0.75, 0.90])
    >>> forecast.weighted, round(forecast.sd, 2), forecast.total
    (5200.0, 1509.97, 7000.0)
    """
    amount = np.asarray(amounts, dtype=np.float64).ravel()
    chance = np.asarray(probabilities, dtype=np.float64).ravel()
    wrong = chance[(chance < 0) | (chance > 1)]
    if len(wrong):
        raise BadValueError(f"a probability lies between 0 and 1 (got {wrong[0]}); divide per cent by 100.")
    known = ~(np.isnan(amount) | np.isnan(chance))
    if not known.any():
        return None
    value, p = amount[known], chance[known]
    weighted, total = float(value @ p), float(value.sum())
    sd = float(np.sqrt(np.sum(value**2 * p * (1 - p))))
    half = normal_quantile(LEVEL) * sd
    return Forecast(
        n=len(value),
        weighted=weighted,
        sd=sd,
        low=max(0.0, weighted - half),
        high=min(total, weighted + half),
        total=total,
        without=int(np.count_nonzero(~known)),
        basis=basis,
    )


def stage_probabilities(pipeline: Opportunities, stages: tuple[StageFacts, ...]) -> Floats:
    """Return for each opportunity the probability of the stage it stands in, NaN where there is none."""
    standing = [item.probability for item in stages if not item.stage.is_closed]
    by_stage = np.array([np.nan if value is None else value for value in standing] + [np.nan])
    return by_stage[pipeline.stage]


def measure_forecast(
    pipeline: Opportunities, probability: Floats, by_age: Floats, stages: tuple[StageFacts, ...]
) -> Forecast | None:
    """Weigh the open opportunities by the probability of the stage they stand in, and check it by age and amount.

    ``probability`` and ``by_age`` have a place for each opportunity, NaN where there is none.
    """
    still_open = pipeline.status == OPEN
    used = still_open & ~np.isnan(pipeline.amount) & ~np.isnan(probability)
    open_stages = [item for item in stages if not item.stage.is_closed]
    bases = {open_stages[place].basis for place in np.unique(pipeline.stage[used])}
    basis = bases.pop() if len(bases) == 1 else "mixed"
    forecast = weighted_forecast(pipeline.amount[still_open], probability[still_open], basis=basis)
    if forecast is None:
        return None
    amount = pipeline.amount[used]
    won = pipeline.amount[(pipeline.status == WON) & ~np.isnan(pipeline.amount)]
    return replace(
        forecast,
        by_age=None if np.isnan(by_age[used]).any() else float(amount @ by_age[used]),
        above_won=int(np.count_nonzero(amount > won.max())) if len(won) else 0,
    )
