"""The signs of entry and exit of a stage in words, as far as one company's files or pages can show them."""

from __future__ import annotations

from collections.abc import Collection

from segkit.model.sales_facts import Lapse, OrderOutcomes
from segkit.words.figures import format_number, join_words, plural

DEAL_OWNER = "whoever owns the deal in the CRM"
"""Who owns a stage where the CRM names an owner."""
SIGNS_UP = "somebody without an order signs up"
FILLS_BASKET = "a basket is filled, or nothing more"
REMINDS = "sends a reminder for what is overdue"
PLACED = "an order is placed; the file does not say whether it was paid"


def with_trade(people: str, trade: str) -> str:
    """Return a sign for people with the one for trade buyers beside it.

    Examples
    --------
    >>> with_trade("a basket", "a quote has been sent")
    'a basket; with trade buyers: a quote has been sent'
    """
    return f"{people}; with trade buyers: {trade}"


def chosen_text(shown: Collection[str]) -> str:
    """Return what shows that goods were chosen and not ordered yet; "" where nothing would.

    Examples
    --------
    >>> chosen_text({"cart_added", "checkout_started"}), chosen_text({"checkout_started"}), chosen_text({"visit"})
    ('a basket is filled or a checkout begun', 'a checkout is begun', '')
    """
    if "cart_added" in shown:
        return f"a basket is filled{' or a checkout begun' if 'checkout_started' in shown else ''}"
    return "a checkout is begun" if "checkout_started" in shown else ""


def basket_ends(days: int) -> str:
    """Return when a basket has come to an end, by the window in which an order after it is looked for.

    Examples
    --------
    >>> basket_ends(7)
    'the order is placed, or 7 days pass without one'
    """
    return f"the order is placed, or {plural(days, 'day')} pass without one"


def lost_signs(outcomes: OrderOutcomes, lapse: Lapse, ended: str) -> str:
    """Return what shows a loss: ``ended`` orders where the file has their state, and silence by its rule."""
    silence = f"by a rule, silence beyond {format_number(lapse.factor)} times the own median gap"
    return f"{ended}; or, {silence}" if outcomes.status_known else silence


def without_quotes(text: str) -> str:
    """Return a sign without quotes, where no file and no page speaks of any.

    Examples
    --------
    >>> without_quotes("a quote is sent"), without_quotes("the customer says yes, no, or asks for another quote")
    ('an offer is sent', 'the customer says yes, no, or asks for another offer')
    """
    return text.replace("a quote", "an offer").replace("quote", "offer")


def rates_text(*, codes: bool, trade: bool) -> str:
    """Return which price cuts stand on a page.

    Examples
    --------
    >>> rates_text(codes=True, trade=True), rates_text(codes=False, trade=False)
    ('codes and the trade rate', '')
    """
    return join_words([name for name, there in (("codes", codes), ("the trade rate", trade)) if there])


def crm_entry(sign: str, label: str) -> str:
    """Return a sign of entry with the stage of the CRM that records it."""
    return f"{sign}; in the CRM the deal stands in “{label}”"


def crm_exit(sign: str, following: str) -> str:
    """Return a sign of exit with the moves of the CRM that record it."""
    return f"{sign}; in the CRM it goes on to “{following}” or is closed as lost"
