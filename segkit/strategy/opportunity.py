"""What an opportunity is for one company, from what its files can show of it."""

from __future__ import annotations

from segkit.model.evidence import Evidence
from segkit.model.sales_cycle import OpportunityDefinition
from segkit.model.sales_facts import FunnelStep
from segkit.strategy.sales_grounds import SalesGrounds
from segkit.words import sales_opportunity as words

_VALUE_FEATURES = frozenset({"average_order_value", "largest_order", "median_order_value"})
_RHYTHM_FEATURES = frozenset({"median_gap_days", "mean_gap_days"})


def define_opportunity(grounds: SalesGrounds) -> OpportunityDefinition:
    """Define an opportunity: a deal where a CRM records deals, else a customer's next purchase.

    Parameters
    ----------
    grounds : SalesGrounds

    Returns
    -------
    OpportunityDefinition
        The company's own definition (``[sales] opportunity``) stands first where there is one.
    """
    definition = _deal(grounds) if grounds.facts.pipeline else _purchase(grounds)
    own = grounds.company.sales.opportunity
    if not own:
        return definition
    return OpportunityDefinition(
        answer=own,
        who=definition.who,
        what=definition.what,
        value=definition.value,
        when=definition.when,
        not_one=definition.not_one,
        sentences=(
            "The definition is the company's own (company.toml); the figures beside it are measured.",
        ),
        evidence_ids=definition.evidence_ids,
    )


def _purchase(grounds: SalesGrounds) -> OpportunityDefinition:
    facts, voice = grounds.facts, grounds.voice
    trade = 0 if grounds.is_b2b else grounds.trade
    kinds = {name: words.Kind(following, value) for name, following, value in facts.by_kind if value.n}
    apart = (kinds["private"], kinds["trade"]) if trade and {"private", "trade"} <= kinds.keys() else None
    return OpportunityDefinition(
        answer=words.purchase_answer(facts.outcomes, facts.next_purchase, voice, trade=trade, apart=apart),
        who=words.who_sentence(voice, following=facts.next_purchase, buyers=facts.buyers),
        what=words.what_sentence(voice, basket=_step(grounds, "cart_added"), trade=trade),
        value=words.value_sentence(facts.outcomes.value, voice, apart=apart),
        when=words.when_sentence(facts.next_purchase, voice, apart=apart),
        not_one=words.not_an_opportunity(voice, lapse=facts.lapse, deals=False, gifts=facts.buyers.gift),
        evidence_ids=tuple(item.id for item in grounds.pieces() if _speaks(item)),
    )


def _deal(grounds: SalesGrounds) -> OpportunityDefinition:
    facts, voice = grounds.facts, grounds.voice
    pipeline = facts.pipeline
    if pipeline is None:  # pragma: no cover - the caller asked
        raise AssertionError("a deal needs a pipeline")
    return OpportunityDefinition(
        answer=words.deal_answer(pipeline, voice),
        who=words.deal_who(pipeline, voice, prospects=sum(not item.customer_id for item in pipeline.deals)),
        what=words.deal_what(pipeline, quotes=_step(grounds, "quote_requested")),
        value=words.deal_value(pipeline),
        when=words.deal_when(pipeline),
        not_one=words.not_an_opportunity(voice, lapse=facts.lapse, deals=True, gifts=None),
        evidence_ids=tuple(item.id for item in grounds.pieces() if _speaks(item)),
    )


def _step(grounds: SalesGrounds, name: str) -> FunnelStep | None:
    return next((item for item in grounds.facts.funnel if item.name == name and item.n is not None), None)


def _speaks(item: Evidence) -> bool:
    return item.statistic is not None and item.statistic.feature in _VALUE_FEATURES | _RHYTHM_FEATURES
