"""The six stages of one company: whether each applies, its signs of entry and exit, and what is seen of it.

A stage may apply without being seen: the page may promise a quote that orders never show. So the verdict and the
observability are two things, and no rate is given for what is not observed.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from segkit.model.criterion import Applies
from segkit.model.flow_facts import Observability
from segkit.model.ledger import LedgerKind
from segkit.model.pipeline_facts import PipelineFacts, StageFacts
from segkit.model.sales_cycle import Quotation, StageVerdict
from segkit.model.sales_facts import FunnelStep
from segkit.model.sales_stage import SalesStage, SalesStageDefinition, StageModel, sales_stages
from segkit.strategy.sales_grounds import SalesGrounds
from segkit.strategy.sales_signs import posted_rates, quote_days, stage_signs
from segkit.words import sales_deal_stages as deals
from segkit.words import sales_stages as words
from segkit.words.sales_figures import page_words, words_of
from segkit.words.sales_qualification import own_words

MOST_QUOTATIONS = 2
_TOLD = {
    SalesStage.PROSPECTING: re.compile(
        r"(?i)businesses only|who (?:fills?|has not)|new (?:makers|customers) only"
    ),
    SalesStage.DISCOVERY: re.compile(
        r"(?i)\bsend us\b|\bwe visit\b|list what|what you need|asks? (?:you )?how"
    ),
    SalesStage.EVALUATING: re.compile(r"(?i)\bquotes?\b|\bproposal\b|\boffer (?:holds|is valid)"),
    SalesStage.CLOSING: re.compile(
        r"(?i)pro forma|days from the|purchase order|outstanding|person who signs|deposit"
    ),
}
"""Words of a page that describe a stage, in the order in which a quotation is given away."""
_ORDER = (SalesStage.DISCOVERY, SalesStage.EVALUATING, SalesStage.CLOSING, SalesStage.PROSPECTING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """The part of a verdict that depends on what was measured."""

    applies: Applies
    reason: tuple[str, ...]
    observed: str
    not_observed: str
    observability: Observability
    n: int | None = None
    unit: str = ""


def judge_stages(
    grounds: SalesGrounds, *, model: StageModel, used: Collection[str] = ()
) -> tuple[StageVerdict, ...]:
    """Judge the six stages for one company, in order.

    Parameters
    ----------
    grounds : SalesGrounds
    model : StageModel
        The stage list in use; its labels are shown beside the six where a pipeline has them.
    used : collection of str
        Wordings that a letter of the framework quotes already: others are told first.

    Returns
    -------
    tuple of StageVerdict
        Six of them.
    """
    told = _give_away(grounds, used)
    return tuple(
        _verdict(grounds, definition, told=told.get(stage, ()), model=model)
        for stage, definition in sales_stages().items()
    )


def _give_away(grounds: SalesGrounds, used: Collection[str]) -> dict[SalesStage, tuple[Quotation, ...]]:
    """Give each of the page's wordings to one stage only, so that none is told twice."""
    taken: set[str] = set()
    out = {}
    for stage in _ORDER:
        found = [item for item in grounds.told(_TOLD[stage]) if item.exact not in taken]
        mine = ([item for item in found if item.exact not in used] or found)[:MOST_QUOTATIONS]
        taken.update(item.exact for item in mine)
        out[stage] = tuple(mine)
    return out


def _verdict(
    grounds: SalesGrounds, definition: SalesStageDefinition, *, told: tuple[Quotation, ...], model: StageModel
) -> StageVerdict:
    stage = definition.stage
    finding = _find(grounds, definition, told, model)
    own = grounds.own_stage(stage)
    signs = stage_signs(grounds, definition)
    changed = [
        name
        for name in ("applies", "reason", "enters", "leaves", "does", "owner")
        if own and getattr(own, name)
    ]
    return StageVerdict(
        stage=stage,
        label=definition.label,
        also=definition.also,
        applies=Applies(own.applies) if own and own.applies else finding.applies,
        reason=(own.reason,) if own and own.reason else finding.reason,
        enters=own.enters if own and own.enters else signs[0],
        leaves=own.leaves if own and own.leaves else signs[1],
        does=own.does if own and own.does else signs[2],
        owner=own.owner if own and own.owner else signs[3],
        observed=finding.observed,
        not_observed=finding.not_observed,
        observability=finding.observability,
        n=finding.n,
        unit=finding.unit,
        own_labels=_own_labels(grounds, stage),
        quotations=told,
        overridden=own_words(changed) if changed else "",
    )


def _own_labels(grounds: SalesGrounds, stage: SalesStage) -> tuple[str, ...]:
    """Return what the company itself calls a stage, where it has a pipeline."""
    pipeline = grounds.facts.pipeline
    return () if pipeline is None else tuple(item.label for item in pipeline.stages if item.stage is stage)


def _find(
    grounds: SalesGrounds, definition: SalesStageDefinition, told: tuple[Quotation, ...], model: StageModel
) -> _Finding:
    stage = definition.stage
    pipeline = grounds.facts.pipeline
    if stage is SalesStage.WON:
        return _won(grounds)
    if stage is SalesStage.LOST:
        return _lost(grounds)
    steps = [item for item in grounds.facts.funnel if item.stage is stage and item.n is not None]
    if pipeline is not None:
        return _from_pipeline(grounds, pipeline, definition, steps, model)
    if steps and any(item.observability is not Observability.NOT_OBSERVABLE for item in steps):
        return _from_events(grounds, definition, steps)
    return _from_orders(grounds, definition, told)


def _from_pipeline(
    grounds: SalesGrounds,
    pipeline: PipelineFacts,
    definition: SalesStageDefinition,
    steps: list[FunnelStep],
    model: StageModel,
) -> _Finding:
    rows: list[StageFacts] = [item for item in pipeline.stages if item.stage is definition.stage]
    funnel = " ".join(text for item in steps if (text := words.funnel_observed(item, grounds.voice)))
    if not rows:
        return _Finding(
            applies=Applies.NO,
            reason=deals.unused_stage_reason(definition.label, model.label),
            observed=funnel,
            not_observed=words.not_observable(
                "a stage that the list does not have", "a stage of that kind in the CRM"
            ),
            observability=Observability.OBSERVABLE if steps else Observability.NOT_OBSERVABLE,
        )
    reached = max(item.reached for item in rows)
    reason = (
        deals.deal_start_reason(pipeline, rows)
        if definition.stage is SalesStage.PROSPECTING
        else deals.deal_stage_reason(rows, stage=definition.stage, facts=pipeline)
    )
    if definition.stage is SalesStage.EVALUATING and (waiting := _outlasted(grounds, pipeline, rows)):
        reason = (*reason, waiting)
    seen = deals.pipeline_observed(rows, history=pipeline.has_history)
    return _Finding(
        applies=Applies.YES if reached else Applies.PARTLY,
        reason=reason,
        observed=f"{seen} {funnel}".strip(),
        not_observed=deals.pipeline_hides(
            definition.stage,
            label=definition.label,
            history=pipeline.has_history,
            events=bool(grounds.facts.funnel),
        ),
        observability=Observability.OBSERVABLE,
        n=reached if pipeline.has_history else None,
        unit="deals" if pipeline.has_history else "",
    )


def _outlasted(grounds: SalesGrounds, pipeline: PipelineFacts, rows: list[StageFacts]) -> str:
    """Say how many deals have waited for an answer longer than a quote holds; "" where that cannot be told of all of them."""
    days, ids = quote_days(grounds), {item.stage_id for item in rows}
    waiting = [item.stage_days for item in pipeline.deals if item.stage_id in ids]
    if days is None or None in waiting or len(waiting) != sum(item.open_here for item in rows):
        return ""
    return deals.outlasted_sentence(
        len(waiting), sum(item > days for item in waiting if item is not None), days=days
    )


def _from_events(
    grounds: SalesGrounds, definition: SalesStageDefinition, steps: list[FunnelStep]
) -> _Finding:
    first = steps[0]
    proxy = all(item.observability is Observability.PROXY for item in steps)
    return _Finding(
        applies=Applies.YES
        if definition.stage is not SalesStage.CLOSING or grounds.trade
        else Applies.PARTLY,
        reason=words.seen_reason(steps, stage=definition.stage, voice=grounds.voice),
        observed=" ".join(text for item in steps if (text := words.funnel_observed(item, grounds.voice))),
        not_observed=words.events_hide(definition.stage),
        observability=Observability.PROXY if proxy else Observability.OBSERVABLE,
        n=first.n,
        unit=first.unit,
    )


def _from_orders(
    grounds: SalesGrounds, definition: SalesStageDefinition, told: tuple[Quotation, ...]
) -> _Finding:
    """Judge an open stage that orders do not show: by the company's pages where they describe it, and never with a rate."""
    facts, voice, stage = grounds.facts, grounds.voice, definition.stage
    page = words_of(told)
    applies = Applies.PARTLY if told else Applies.NOT_OBSERVABLE
    if grounds.is_b2b and told:
        applies = Applies.YES
    seen, seen_n, quoted = "", None, facts.outcomes.by_quote
    if stage is SalesStage.PROSPECTING:
        spoken = words_of(told) or _sign_up_words(grounds)
        applies = Applies.PARTLY if spoken else Applies.NOT_OBSERVABLE
        reason = words.unseen_start(facts.outcomes, voice, n_customers=facts.n_customers, told=spoken)
    elif stage is SalesStage.DISCOVERY:
        reason = words.unseen_need(facts.outcomes, voice, told=page)
    elif stage is SalesStage.EVALUATING:
        reason = words.unseen_offer(facts.outcomes, facts.buyers, voice, told=page)
        if quoted and quoted.k:
            seen, seen_n = words.quotes_seen(quoted.k), quoted.k
    else:
        discounts, account = grounds.proxy("discounted_orders"), grounds.proxy("on_account_orders")
        reason = words.closing_reason(
            facts.outcomes,
            discounts,
            voice,
            told=page,
            account=account,
            posted=grounds.posts_prices,
            rates=posted_rates(grounds),
        )
        seen = words.closing_seen(facts.outcomes, voice)
        settled = bool(facts.outcomes.awaiting or told or (account and account.share and account.share.k))
        seen_at_all = facts.outcomes.status_known or discounts or account
        applies = Applies.PARTLY if settled else Applies.NO if seen_at_all else Applies.NOT_OBSERVABLE
    hidden = words.ORDERS_HIDE[stage]
    return _Finding(
        applies=applies,
        reason=reason,
        observed=seen,
        not_observed=words.not_observable(hidden, shown_by(grounds, definition)),
        observability=Observability.NOT_OBSERVABLE if seen_n is None else Observability.PROXY,
        n=seen_n,
        unit="" if seen_n is None else "orders",
    )


def shown_by(grounds: SalesGrounds, definition: SalesStageDefinition) -> str:
    """Return which file would show a stage that these files do not."""
    if definition.stage is SalesStage.CLOSING and grounds.facts.outcomes.status_known:
        return words.CLOSING_SHOWS
    if definition.stage is SalesStage.LOST:
        return words.LOST_SHOWS
    return definition.shows_b2b if grounds.is_b2b else definition.shows


def _sign_up_words(grounds: SalesGrounds) -> str:
    """Return a page's words to people who have not ordered: what a first order is offered."""
    offers = (
        item
        for item in grounds.ledger.of_kind(LedgerKind.CODE)
        if item.source_id.startswith("page-") and not item.ended and "first order" in item.exact.lower()
    )
    return next((page_words(item.exact, item.source_id) for item in offers), "")


def _won(grounds: SalesGrounds) -> _Finding:
    facts, voice = grounds.facts, grounds.voice
    outcomes, pipeline = facts.outcomes, facts.pipeline
    if pipeline is None:
        return _Finding(
            applies=Applies.YES,
            reason=words.won_reason(outcomes, voice),
            observed=words.won_seen(outcomes),
            not_observed=words.won_hides(outcomes.last),
            observability=Observability.OBSERVABLE,
            n=outcomes.paid,
            unit="orders",
        )
    return _Finding(
        applies=Applies.YES,
        reason=deals.won_deals_reason(pipeline, outcomes, voice),
        observed=deals.won_deals_seen(pipeline, outcomes),
        not_observed=deals.WON_DEALS_HIDE,
        observability=Observability.OBSERVABLE,
        n=pipeline.n_won,
        unit="deals",
    )


def _lost(grounds: SalesGrounds) -> _Finding:
    facts, voice = grounds.facts, grounds.voice
    outcomes, pipeline = facts.outcomes, facts.pipeline
    lapse = words.lapse_sentence(facts.lapse, voice)
    expired = next(
        (item for item in facts.funnel if item.name in {"cart_added", "checkout_started"} and item.onward),
        None,
    )
    baskets = words.expired_sentence(expired) if expired else ""
    if pipeline is not None:
        return _Finding(
            applies=Applies.YES,
            reason=(*deals.lost_deals_reason(pipeline), *words.lost_reason(outcomes)),
            observed=" ".join(filter(None, (deals.lost_deals_seen(pipeline), baskets))),
            not_observed=lapse,
            observability=Observability.OBSERVABLE,
            n=pipeline.n_lost,
            unit="deals",
        )
    gone = outcomes.cancelled_lost + outcomes.taken_back
    known = outcomes.status_known
    return _Finding(
        applies=Applies.YES if known and gone else Applies.PARTLY,
        reason=(*words.lost_reason(outcomes), words.lost_limits(known=known)),
        observed=" ".join(filter(None, (words.lost_seen(outcomes) if known else "", baskets))),
        not_observed=lapse,
        observability=Observability.OBSERVABLE if known else Observability.NOT_OBSERVABLE,
        n=gone if known else None,
        unit="orders" if known else "",
    )
