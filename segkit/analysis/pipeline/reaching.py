"""The stages of a pipeline: who reached each, who went on, who was lost there, and how long won ones stayed."""

from __future__ import annotations

import numpy as np

from segkit.analysis.pipeline.ageing import STALE_SHARE
from segkit.analysis.pipeline.moves import Trace
from segkit.analysis.pipeline.opportunities import (
    LOST,
    MIN_WON,
    OPEN,
    WON,
    Opportunities,
    describe_spread,
    measure_share,
)
from segkit.model.pipeline_facts import Share, StageFacts
from segkit.model.sales_stage import PipelineStage, SalesStage, StageModel

MIN_HISTORY = 5
"""Closed opportunities that reached a stage, from which their share of won ones replaces the preset."""


def measure_stages(
    pipeline: Opportunities, trace: Trace | None, *, model: StageModel
) -> tuple[StageFacts, ...]:
    """Measure every stage of the list, in order.

    With a history, opportunities count in every stage up to the furthest they came to, and won ones in all; those without a
    move of their own count only where they stand. Without one, each counts only where it stands or was closed.
    """
    places = {stage.id: place for place, stage in enumerate(model.open_stages)}
    return tuple(
        _measure_open(pipeline, trace, stage, places[stage.id])
        if stage.id in places
        else _count_closed(pipeline, stage, model)
        for stage in model.stages
    )


def _measure_open(
    pipeline: Opportunities, trace: Trace | None, stage: PipelineStage, place: int
) -> StageFacts:
    here = pipeline.stage == place
    open_here = int(np.count_nonzero(here & (pipeline.status == OPEN)))
    preset = None if stage.probability is None else stage.probability / 100
    if trace is None:
        return StageFacts(
            stage_id=stage.id,
            label=stage.label,
            stage=stage.stage,
            reached=int(np.count_nonzero(here)),
            open_here=open_here,
            preset=preset,
            probability=preset,
            basis="" if preset is None else "preset",
        )
    reached = trace.depth >= place
    advanced = int(np.count_nonzero(trace.depth > place))
    lost = int(np.count_nonzero((trace.depth == place) & (pipeline.status == LOST)))
    stood = trace.stood[:, place]
    won = int(np.count_nonzero(stood & (pipeline.status == WON)))
    closed = int(np.count_nonzero(stood & (pipeline.status != OPEN)))
    win_share = measure_share(won, closed)
    probability, basis = choose_probability(win_share, preset)
    stays = trace.stay_days[trace.stay_stage == place]
    return StageFacts(
        stage_id=stage.id,
        label=stage.label,
        stage=stage.stage,
        reached=int(np.count_nonzero(reached | (~trace.known & here))),
        open_here=open_here,
        decided=advanced + lost,
        advanced=advanced,
        lost=lost,
        skipped=int(np.count_nonzero(reached & ~stood)),
        conversion=measure_share(advanced, advanced + lost),
        win_share=win_share,
        days=describe_spread(stays, "days"),
        p95_days=float(np.quantile(stays, STALE_SHARE)) if len(stays) >= MIN_WON else None,
        preset=preset,
        probability=probability,
        basis=basis,
    )


def choose_probability(win_share: Share | None, preset: float | None) -> tuple[float | None, str]:
    """Return the probability of a stage and where it comes from: history, else the preset, else nothing.

    Examples
    --------
    >>> choose_probability(None, 0.75), choose_probability(None, None)
    ((0.75, 'preset'), (None, ''))
    """
    if win_share is not None and win_share.n >= MIN_HISTORY:
        return win_share.value, "history"
    return (preset, "preset") if preset is not None else (None, "")


def _count_closed(pipeline: Opportunities, stage: PipelineStage, model: StageModel) -> StageFacts:
    """Count who ended in a closed stage; who was closed under the name of an open stage counts in the first of its kind."""
    code = WON if stage.stage is SalesStage.WON else LOST
    ended = pipeline.status == code
    own = [place for place, item in enumerate(model.stages) if item.stage is stage.stage]
    counted = ended & (pipeline.listed == model.stages.index(stage))
    if model.stages[own[0]] is stage:
        counted |= ended & ~np.isin(pipeline.listed, own)
    preset = None if stage.probability is None else stage.probability / 100
    return StageFacts(
        stage_id=stage.id,
        label=stage.label,
        stage=stage.stage,
        reached=int(np.count_nonzero(counted)),
        open_here=0,
        preset=preset,
        probability=preset,
        basis="" if preset is None else "preset",
    )
