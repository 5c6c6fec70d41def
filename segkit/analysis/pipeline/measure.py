"""All figures of a pipeline: table and moves in, one value with everything that can be measured out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.ageing import READINGS, find_slips, list_deals, measure_ageing
from segkit.analysis.pipeline.chain import measure_chain
from segkit.analysis.pipeline.closing import chances_by_age, measure_time_to_close
from segkit.analysis.pipeline.forecast import measure_forecast, stage_probabilities
from segkit.analysis.pipeline.lead_score import fit_leads, score_leads
from segkit.analysis.pipeline.moves import Trace, trace_moves
from segkit.analysis.pipeline.opportunities import (
    LOST,
    OPEN,
    OUTCOMES,
    WON,
    Floats,
    Opportunities,
    as_category,
    describe_spread,
    measure_share,
    rate_share,
    read_opportunities,
    split_levels,
)
from segkit.analysis.pipeline.reaching import measure_stages
from segkit.analysis.pipeline.score_trial import try_lead_score
from segkit.analysis.pipeline.velocity import measure_velocity
from segkit.analysis.pipeline.win_rates import (
    count_reasons,
    find_early_quarters,
    rate_fields,
    rate_quarters,
)
from segkit.errors import MissingColumnError
from segkit.intake.columns import normalise
from segkit.model.pipeline_facts import LeadScore, PipelineFacts, StageFacts
from segkit.model.sales_stage import StageModel

FIELDS = ("source", "product")
"""Columns of an opportunity that say what kind it is. Its owner does not: who works on a lead is no property of the lead."""


def measure_pipeline(
    table: pd.DataFrame,
    moves: pd.DataFrame | None,
    *,
    model: StageModel,
    as_of: date,
    currency: str,
    attributes: pd.DataFrame | None = None,
    fields: tuple[str, ...] = (),
) -> PipelineFacts:
    """Measure everything that a CRM export says.

    Parameters
    ----------
    table : DataFrame
        One row per opportunity, columns as in :data:`~segkit.model.opportunity.OPPORTUNITY_COLUMNS`.
    moves : DataFrame or None
        Its stage history, columns as in :data:`~segkit.model.opportunity.MOVE_COLUMNS`; None where there is none.
    model : StageModel
        The stage list in use.
    as_of : date
        End of observation: open opportunities are open on that day.
    currency : str
        Of amounts whose currency the table does not name.
    attributes : DataFrame, optional
        What is known of customers, index ``customer_id``; read only for the ``fields`` that name one.
    fields : tuple of str
        Further columns of the table, or attributes, that win rates and the lead score use.

    Returns
    -------
    PipelineFacts
        What cannot be measured is None or empty, however few opportunities there are.

    Raises
    ------
    NotEnoughDataError
        Without an opportunity.
    BadValueError
        With a status or a stage that is not in the list, or two opportunities of one id in a pipeline with moves.
    MissingColumnError
        When a field is neither a column nor an attribute.

    Examples
    --------
    >>> from segkit.model.sales_stage import stage_models
    >>> table = pd.DataFrame({"opportunity_id": ["O1", "O2", "O3"], "stage": ["won", "lost", "closing"], "status": ["won", "lost", "open"]})
    >>> facts = measure_pipeline(table, None, model=stage_models()["assignment"], as_of=date(2026, 9, 1), currency="EUR")
    >>> facts.n_open, facts.win_rate.k, facts.win_rate.n, round(facts.win_rate.low, 2), facts.forecast
    (1, 1, 2, 0.09, None)
    """
    pipeline = read_opportunities(table, model=model, as_of=as_of)
    problem, own = _find_currency(table)
    if problem:
        pipeline = replace(pipeline, amount=np.full(len(pipeline), np.nan))
    trace = trace_moves(pipeline, table, moves, model=model)
    stages = measure_stages(pipeline, trace, model=model)
    kinds = _collect_fields(table, attributes, fields)
    lead_score, score = _measure_lead_score(pipeline, trace, kinds, model=model)
    facts = _look_ahead(
        _count(pipeline, own or currency, stages), pipeline=pipeline, trace=trace, table=table, score=score
    )
    return replace(
        facts,
        has_history=trace is not None,
        quarters=rate_quarters(pipeline),
        early=find_early_quarters(pipeline),
        fields=rate_fields(pipeline, kinds),
        velocity=measure_velocity(pipeline),
        time_to_close=measure_time_to_close(pipeline),
        chain=() if trace is None else measure_chain(trace.counts, model),
        lead_score=lead_score,
        lost_reasons=count_reasons(pipeline, table["lost_reason"]) if "lost_reason" in table else (),
        problem=problem,
        sources=_count_levels(table["source"]) if "source" in table else (),
        decided_accounts=_count_accounts(pipeline, table),
        has_owner="owner" in table and bool(table["owner"].notna().any()),
        as_of=as_of,
    )


def _count_levels(values: pd.Series) -> tuple[tuple[str, int], ...]:
    """Count the opportunities of each level, most first; those without one are not counted."""
    codes, names = split_levels(values)
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    pairs = ((str(name), int(n)) for name, n in zip(names, counts, strict=True) if n)
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _count_accounts(pipeline: Opportunities, table: pd.DataFrame) -> int | None:
    """Return how many customers the decided opportunities belong to; None where one of them names none."""
    if "customer_id" not in table:
        return None
    owners = table["customer_id"].to_numpy()[pipeline.status != OPEN]
    return None if pd.isna(owners).any() else len(pd.unique(owners))


def _count(pipeline: Opportunities, currency: str, stages: tuple[StageFacts, ...]) -> PipelineFacts:
    """Return the counts and values that any pipeline has."""
    n_open, n_won, n_lost = (int(np.count_nonzero(pipeline.status == code)) for code in (OPEN, WON, LOST))
    created = pipeline.created[~np.isnat(pipeline.created)]
    return PipelineFacts(
        n=len(pipeline),
        n_open=n_open,
        n_won=n_won,
        n_lost=n_lost,
        currency=currency,
        first=created.min().item() if len(created) else None,
        last=created.max().item() if len(created) else None,
        has_history=False,
        win_rate=measure_share(n_won, n_won + n_lost),
        won_of_all=rate_share(n_won, len(pipeline)),
        won_value=describe_spread(pipeline.amount[pipeline.status == WON], currency),
        lost_value=describe_spread(pipeline.amount[pipeline.status == LOST], currency),
        open_value=describe_spread(pipeline.amount[pipeline.status == OPEN], currency),
        stages=stages,
    )


def _look_ahead(
    facts: PipelineFacts, *, pipeline: Opportunities, trace: Trace | None, table: pd.DataFrame, score: Floats
) -> PipelineFacts:
    """Add what concerns open opportunities and expected closes."""
    probability, ageing = stage_probabilities(pipeline, facts.stages), measure_ageing(pipeline, trace)
    by_age = chances_by_age(pipeline)
    dated, slipped = find_slips(pipeline)
    n_dates = int(np.count_nonzero(dated))
    ids = tuple(item.stage_id for item in facts.stages if not item.stage.is_closed)
    return replace(
        facts,
        forecast=measure_forecast(pipeline, probability, by_age, facts.stages),
        deals=list_deals(
            pipeline, ageing, table, stage_ids=ids, probability=probability, by_age=by_age, score=score
        ),
        n_stale=int(np.count_nonzero(ageing.reading == READINGS.index("stale"))),
        n_overdue=int(np.count_nonzero(ageing.overdue_days)),
        n_slipped=int(np.count_nonzero(slipped)) if n_dates else None,
        n_dates=n_dates,
    )


def _find_currency(table: pd.DataFrame) -> tuple[str, str]:
    """Return why amounts cannot be summed, and the one currency of the table; both "" where it names none."""
    if "currency" not in table:
        return "", ""
    codes, names = split_levels(table["currency"])
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    named = sorted((-int(n), str(name)) for name, n in zip(names, counts, strict=True))
    if len(named) < 2:
        return "", named[0][1] if named else ""
    listed = ", ".join(f"{name} in {-n}" for n, name in named)
    return f"Amounts are in {len(named)} currencies ({listed}); choose one before they are summed.", ""


def _collect_fields(
    table: pd.DataFrame, attributes: pd.DataFrame | None, names: Sequence[str]
) -> dict[str, pd.Series]:
    """Return the fields that say what kind of opportunity it is, a row per opportunity.

    A customer's other attributes are left out: of a dozen answers and consents one always looks telling by chance.
    """
    others: dict[str, pd.Series] = {}
    if attributes is not None and "customer_id" in table:
        known = attributes.reindex(pd.Index(table["customer_id"])).reset_index(drop=True)
        others = {key: known[name] for name in known for key in (str(name), normalise(str(name)))}
    kinds: dict[str, pd.Series] = {}
    for name in dict.fromkeys((*FIELDS, *names)):
        if name in table:
            kinds[name] = as_category(table[name])
        elif name in names and name in others:
            kinds[name] = as_category(others[name])
        elif name in names:
            raise MissingColumnError(
                f"the field {name!r} is neither a column of the pipeline nor an attribute of customers; "
                f"name one of {', '.join(sorted({*map(str, table.columns), *others}))}.",
                column=name,
            )
    return {name: values for name, values in kinds.items() if name in names or len(values.cat.categories)}


def _measure_lead_score(
    pipeline: Opportunities, trace: Trace | None, kinds: dict[str, pd.Series], *, model: StageModel
) -> tuple[LeadScore, Floats]:
    """Return the trial of the lead score, and the score of open opportunities where it is better than the base rate."""
    stages = [item.id for item in model.open_stages]
    furthest = pipeline.stage if trace is None else np.where(trace.known, trace.depth, pipeline.stage)
    leads = pd.DataFrame(kinds, index=range(len(pipeline)))
    leads["status"] = pd.Categorical.from_codes(pipeline.status, pd.Index([item.value for item in OUTCOMES]))
    leads["stage"] = pd.Categorical.from_codes(np.clip(furthest, 0, len(stages) - 1), pd.Index(stages))
    leads["closed_at"] = pipeline.closed
    trial = try_lead_score(leads, fields=list(kinds), stages=stages)
    score = np.full(len(pipeline), np.nan)
    if trial.better:
        still_open = pipeline.status == OPEN
        standing = leads[still_open] if trace is not None else leads[still_open].assign(stage=stages[0])
        score[still_open] = score_leads(fit_leads(leads, fields=list(kinds), stages=stages), standing)
    return trial, score
