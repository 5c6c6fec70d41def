"""The signs of a stage that one company's files or pages can show: of entry, of exit, what is done in it and who owns it."""

from __future__ import annotations

import re

from segkit.model.ledger import LedgerKind
from segkit.model.pipeline_facts import PipelineFacts
from segkit.model.sales_stage import SalesStage, SalesStageDefinition
from segkit.strategy.sales_grounds import SalesGrounds
from segkit.words import sales_signs as words
from segkit.words.figures import format_number, plural

_ON_PAGES = {
    "signed_up": re.compile(
        r"(?i)\bsign(?:ed)?[ -]?up\b|\bnewsletter\b|\b(?:monthly|weekly) letter\b|\bmailing list\b"
    ),
    "cart_added": re.compile(r"(?i)\bbaskets?\b|\bshopping cart\b|\badd to cart\b"),
    "checkout_started": re.compile(r"(?i)\bcheckout\b"),
    "quote_requested": re.compile(r"(?i)\bquotes?\b"),
}
"""Words of a page that speak of a step of the funnel."""


def stage_signs(grounds: SalesGrounds, definition: SalesStageDefinition) -> tuple[str, str, str, str]:
    """Return the signs of entry and exit, what is done and by whom, for the people or the organizations a company sells to.

    Parameters
    ----------
    grounds : SalesGrounds
    definition : SalesStageDefinition

    Returns
    -------
    tuple of str
        Entry, exit, what the company does, and the owner: "" where no file names one.
    """
    stage, pipeline = definition.stage, grounds.facts.pipeline
    if grounds.is_b2b:
        enters, leaves, does = _of_organizations(grounds, definition)
    else:
        enters, leaves, does = _of_people(grounds, definition)
        if grounds.trade and stage is not SalesStage.WON:
            trade = _of_organizations(grounds, definition)
            enters = words.with_trade(enters, trade[0])
            if stage is not SalesStage.LOST:
                leaves, does = words.with_trade(leaves, trade[1]), words.with_trade(does, trade[2])
    if pipeline is not None:
        enters, leaves = _in_the_crm(pipeline, stage, enters, leaves)
    return enters, leaves, does, words.DEAL_OWNER if pipeline is not None and pipeline.has_owner else ""


def quote_days(grounds: SalesGrounds) -> float | None:
    """Return for how many days a quote holds by the company's pages; None where none says so in days."""
    entries = grounds.ledger.entries
    return next(
        (
            item.amount
            for item in entries
            if item.subject == "how long a quote holds" and item.amount and item.unit == "days"
        ),
        None,
    )


def posted_rates(grounds: SalesGrounds) -> str:
    """Return what a page takes off the price of everybody it speaks to: codes, a trade rate, both or neither."""
    pages = [item for item in grounds.ledger.entries if item.source_id.startswith("page-")]
    codes = any(item.kind is LedgerKind.CODE for item in pages)
    trade = any(
        item.kind is LedgerKind.THRESHOLD and "trade" in item.subject and "%" in item.exact for item in pages
    )
    return words.rates_text(codes=codes, trade=trade)


def _shown(grounds: SalesGrounds) -> set[str]:
    """Return the steps of the funnel that events show or a page speaks of."""
    seen = {item.name for item in grounds.facts.funnel if item.n is not None}
    pages = [item.text for item in grounds.library.documents if item.source.id.startswith("page-")]
    return seen | {name for name, pattern in _ON_PAGES.items() if any(pattern.search(text) for text in pages)}


def _of_people(grounds: SalesGrounds, definition: SalesStageDefinition) -> tuple[str, str, str]:
    stage, facts, shown = definition.stage, grounds.facts, _shown(grounds)
    enters, leaves, does = definition.enters, definition.leaves, definition.does
    if stage is SalesStage.PROSPECTING and "signed_up" in shown:
        enters = words.SIGNS_UP
    elif stage is SalesStage.DISCOVERY and "cart_added" in shown:
        leaves = words.FILLS_BASKET
    elif stage is SalesStage.EVALUATING:
        enters = words.chosen_text(shown) or enters
        window = next((item.window_days for item in facts.funnel if item.name == "cart_added"), None)
        leaves = words.basket_ends(window) if window else leaves
    elif stage is SalesStage.CLOSING and facts.outcomes.awaiting_overdue and not grounds.trade:
        does = f"{does}; {words.REMINDS}"
    elif stage is SalesStage.WON and not facts.outcomes.status_known:
        enters = words.PLACED
    elif stage is SalesStage.LOST:
        enters = words.lost_signs(facts.outcomes, facts.lapse, enters)
    return enters, leaves, does


def _of_organizations(grounds: SalesGrounds, definition: SalesStageDefinition) -> tuple[str, str, str]:
    stage, facts = definition.stage, grounds.facts
    enters, leaves, does = definition.enters_b2b, definition.leaves_b2b, definition.does_b2b
    if not _sends_samples(grounds):
        does = does.replace("; sends samples", "")
    days = quote_days(grounds)
    if stage is SalesStage.EVALUATING and days is not None:
        leaves = f"{leaves}; a quote that is not answered ends after {format_number(days)} days"
    quoted = days is not None or facts.outcomes.by_quote is not None or "quote_requested" in _shown(grounds)
    if not quoted:
        enters, leaves, does = (words.without_quotes(text) for text in (enters, leaves, does))
    if stage is SalesStage.CLOSING and facts.outcomes.awaiting_overdue:
        does = f"{does}; {words.REMINDS}"
    if stage is SalesStage.LOST and facts.pipeline is not None:
        known = sum(item.n for item in facts.pipeline.lost_reasons if item.reason)
        if known:
            does = f"{does} (it is known of {known} of {plural(facts.pipeline.n_lost, 'lost deal')})"
    return enters, leaves, does


def _sends_samples(grounds: SalesGrounds) -> bool:
    """Return whether a page speaks of samples: nothing is said to be sent that the company does not offer."""
    return any(
        "sample" in item.text.lower()
        for item in grounds.library.documents
        if item.source.id.startswith("page-")
    )


def _in_the_crm(pipeline: PipelineFacts, stage: SalesStage, enters: str, leaves: str) -> tuple[str, str]:
    """Add the moves of the company's own list that show entry and exit."""
    labels = [item.label for item in pipeline.stages]
    mine = [place for place, item in enumerate(pipeline.stages) if item.stage is stage]
    if not mine:
        return enters, leaves
    enters = words.crm_entry(enters, labels[mine[0]])
    if stage.is_closed:
        return enters, leaves
    following = [item.label for item in pipeline.stages[mine[-1] + 1 :] if item.stage is not SalesStage.LOST]
    return enters, words.crm_exit(leaves, following[0]) if following else leaves
