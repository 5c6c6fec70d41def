"""What a pipeline says, figure by figure: the win rate with its interval, time to close with open deals counted, and the rest.

Values in (:class:`~segkit.model.pipeline_facts.PipelineFacts`), readings out; whatever was not measured has no reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from segkit.model.pipeline_facts import PipelineFacts
from segkit.model.sales_cycle import Reading
from segkit.words.figures import format_count, join_words, plural
from segkit.words.flow_walks import short_day
from segkit.words.sales_open_deals import (
    ageing_sentences,
    basis_sentence,
    forecast_sentences,
    forecast_title,
    preset_sentence,
    velocity_check,
    velocity_sentence,
    velocity_spread,
    won_per_day,
)
from segkit.words.sales_pipeline import (
    chain_sentences,
    close_sentences,
    early_sentences,
    field_sentences,
    history_sentences,
    reason_sentences,
    score_sentences,
    win_rate_sentences,
)

LEAST_LEVEL = 5
"""Decided deals a level of a field needs before its rate is compared."""


def read_pipeline_facts(facts: PipelineFacts | None) -> tuple[Reading, ...]:
    """Put a pipeline's figures into words, the most asked for first.

    Parameters
    ----------
    facts : PipelineFacts or None
        None where there is no pipeline.

    Returns
    -------
    tuple of Reading
        One per figure that was measured.

    Examples
    --------
    >>> read_pipeline_facts(None)
    ()
    """
    return () if facts is None else tuple(_readings(facts))


def _readings(facts: PipelineFacts) -> Iterator[Reading]:
    for tell in (
        _win_rate,
        _quarters,
        _closing,
        _velocity,
        _forecast,
        _ageing,
        _reasons,
        _chain,
        _score,
        _history,
    ):
        yield from tell(facts)


def _win_rate(facts: PipelineFacts) -> Iterator[Reading]:
    if facts.win_rate is None:
        return
    sentences = win_rate_sentences(
        facts.win_rate,
        n_open=facts.n_open,
        of_all=facts.won_of_all,
        won=facts.won_value,
        lost=facts.lost_value,
    )
    fields = [
        (name, groups)
        for name, levels in groupby(facts.fields, key=lambda item: item.field)
        if len(groups := [item for item in levels if item.share.n >= LEAST_LEVEL]) > 1
    ]
    yield Reading(
        name="win_rate",
        title=f"{format_count(facts.win_rate.k)} of {format_count(facts.win_rate.n)} decided deals were won",
        sentences=(
            *sentences,
            *field_sentences(fields[:3], decided=facts.win_rate.n, accounts=facts.decided_accounts),
        ),
    )


def _quarters(facts: PipelineFacts) -> Iterator[Reading]:
    if len(facts.quarters) < 2 or facts.first is None:
        return
    title = (
        f"{join_words(list(facts.early))} {'is' if len(facts.early) == 1 else 'are'} too early to compare"
        if facts.early
        else "The win rate by quarter of closing"
    )
    yield Reading(
        name="quarters",
        title=title,
        sentences=early_sentences(facts.quarters, first=short_day(facts.first), early=facts.early),
    )


def _closing(facts: PipelineFacts) -> Iterator[Reading]:
    closing = facts.time_to_close
    if closing is None:
        return
    if closing.median_days is None:
        title = "Fewer than half of the deals are decided within what the file shows"
    elif closing.closed and round(closing.closed.mean) != round(closing.median_days):
        title = f"Half of the deals are decided by day {format_count(closing.median_days)}; closed ones alone average {closing.closed.mean:.0f}"
    elif closing.older_than_any_closed:
        title = (
            f"Half of the deals are decided by day {format_count(closing.median_days)}, and {closing.older_than_any_closed} open "
            f"{'one is' if closing.older_than_any_closed == 1 else 'ones are'} older than any that closed"
        )
    else:
        title = f"Half of the deals are decided by day {format_count(closing.median_days)}"
    yield Reading(name="time_to_close", title=title, sentences=close_sentences(closing))


def _velocity(facts: PipelineFacts) -> Iterator[Reading]:
    if not facts.velocity:
        return
    title, moved = velocity_spread(facts.velocity, facts.currency, won_a_day=won_per_day(facts))
    told = [velocity_sentence(item, facts.currency) for item in facts.velocity]
    check = velocity_check(facts)
    yield Reading(name="velocity", title=title, sentences=(*told, *([check] if check else []), moved))


def _forecast(facts: PipelineFacts) -> Iterator[Reading]:
    if facts.problem:
        yield Reading(name="forecast", title="Amounts are not added up", sentences=(facts.problem,))
    if facts.forecast is None:
        return
    forecast = facts.forecast
    basis = basis_sentence(forecast, facts.stages)
    extra = (
        (f"The presets of the stage list were left aside. {preset_sentence()}",)
        if forecast.basis == "history" and any(item.preset is not None for item in facts.stages)
        else ()
    )
    yield Reading(
        name="forecast",
        title=forecast_title(forecast, facts.currency),
        sentences=(*forecast_sentences(facts, forecast), basis, *extra),
    )


def _ageing(facts: PipelineFacts) -> Iterator[Reading]:
    older = facts.time_to_close.older_than_any_closed if facts.time_to_close else 0
    overdue = sorted(
        (item for item in facts.deals if item.overdue_days > 0), key=lambda item: -item.overdue_days
    )
    sentences = ageing_sentences(
        facts.deals,
        stages={item.stage_id: item for item in facts.stages},
        currency=facts.currency,
        older=older,
        overdue=overdue,
    )
    if not sentences:
        return
    title = (
        f"{facts.n_stale} of {plural(facts.n_open, 'open deal')} {'has' if facts.n_stale == 1 else 'have'} stood in {'its' if facts.n_stale == 1 else 'their'} "
        "stage longer than nearly every won deal did"
        if facts.n_stale
        else f"{plural(len(overdue), 'open deal')} past the planned close"
        if overdue
        else "How long open deals have stood"
    )
    yield Reading(name="ageing", title=title, sentences=sentences)


def _reasons(facts: PipelineFacts) -> Iterator[Reading]:
    reasons = [(item.reason, item.n) for item in facts.lost_reasons]
    named = [item for item in reasons if item[0]]
    if not named:
        return
    yield Reading(
        name="reasons",
        title=f"Of {plural(facts.n_lost, 'lost deal')} most are put down to “{named[0][0]}” ({named[0][1]})"
        if len(named) == 1 or named[0][1] > named[1][1]
        else f"No reason stands out among {plural(facts.n_lost, 'lost deal')}",
        sentences=reason_sentences(reasons, n_lost=facts.n_lost),
    )


def _chain(facts: PipelineFacts) -> Iterator[Reading]:
    if facts.chain:
        yield Reading(
            name="chain",
            title=f"The chance to win by stage, from {facts.chain[0].label} to {facts.chain[-1].label}",
            sentences=chain_sentences(facts.chain),
        )


def _score(facts: PipelineFacts) -> Iterator[Reading]:
    score = facts.lead_score
    if score is None:
        return
    if score.refused:
        title = "No lead score"
    else:
        title = (
            "The lead score beats the base rate"
            if score.better
            else "The lead score is no better than the base rate"
        )
    yield Reading(name="lead_score", title=title, sentences=score_sentences(score))


def _history(facts: PipelineFacts) -> Iterator[Reading]:
    title = "What the stage history shows" if facts.has_history else "What a file without stage history hides"
    yield Reading(
        name="history",
        title=title,
        sentences=history_sentences(
            has_history=facts.has_history, moves_later=facts.n_slipped, dates=facts.n_dates
        ),
    )
