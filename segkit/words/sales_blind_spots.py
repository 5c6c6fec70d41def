"""Sentences on what the figures behind a criterion do not show."""

from __future__ import annotations

from segkit.model.criterion import Criterion
from segkit.model.pipeline_facts import PipelineFacts, Share
from segkit.model.sales_facts import Buyers, Lapse, NextPurchase, OrderOutcomes, Proxy
from segkit.words.figures import format_count, format_number, join_words, plural
from segkit.words.sales_figures import Voice


def blind_money(outcomes: OrderOutcomes, voice: Voice) -> str:
    """Say what an order value hides."""
    return f"{voice.money(outcomes.value.median)} is what was paid, a lower bound: what anybody would have paid stays unknown."


def blind_money_deals(known: Proxy, won_without: Share | None) -> str:
    """Say what a budget field hides."""
    blank = dict(known.levels).get("blank", 0)
    n = known.share.n if known.share else 0
    text = f"{plural(blank, 'deal')} of {format_count(n)} {'has' if blank == 1 else 'have'} no entry, which is not a no"
    if won_without and won_without.k:
        return f"{text}; {plural(won_without.k, 'deal')} {'was' if won_without.k == 1 else 'were'} won without a budget."
    return f"{text}. A “no” may have been entered after a deal was lost, so the gap may be wider on paper than at the table."


def blind_authority(buyers: Buyers, voice: Voice) -> str:
    """Say which buyers look like something they are not."""
    columns = dict.fromkeys(column_words(name) for name in (*buyers.gift_columns, *buyers.trade_columns))
    read = (
        f" Signs were looked for in {'the column' if len(columns) == 1 else 'the columns'} of {join_words(list(columns))}."
        if columns
        else ""
    )
    if voice.model == "b2b":
        return f"Who placed an order is not always who allowed it.{read}"
    return f"A present that was not marked as one looks like a purchase for oneself.{read}"


def column_words(name: str) -> str:
    """Return a column's name as a reader says it.

    Examples
    --------
    >>> column_words("Payment Terms Name"), column_words("po_number"), column_words("gift_message")
    ('payment terms', 'purchase-order numbers', 'gift message')
    """
    plain = " ".join(name.replace("_", " ").split()).lower().removesuffix(" name")
    return {"po number": "purchase-order numbers", "purchase order": "purchase-order numbers"}.get(
        plain, plain
    )


def blind_authority_deals(without: Share | None) -> str:
    """Say what a field about the decision maker hides."""
    if without and without.k:
        return f"“Met” does not say that he or she signs: {plural(without.k, 'deal')} {'was' if without.k == 1 else 'were'} won though nobody who decides was met."
    return "“Met” does not say that he or she signs."


def blind_need(following: NextPurchase, voice: Voice) -> str:
    """Say what a category hides of the need behind it."""
    once = (
        f"; with one purchase day, as for {voice.count(following.n_once)}, not even a return can be seen"
        if following.n_once
        else ""
    )
    return f"Orders name the goods and not the reason{once}."


def blind_need_deals(facts: PipelineFacts) -> str:
    """Say what a need field hides."""
    return f"The need is in the seller's words; what the {format_count(facts.n)} buyers would have called it is not recorded."


def blind_timing(lapse: Lapse, voice: Voice) -> str:
    """Say what a rhythm hides."""
    line = f"The line at {format_number(lapse.factor)} times the own gap is a rule"
    if not lapse.lapsed:
        return f"{line}; nobody is beyond it today."
    return f"{line}; {voice.count(lapse.lapsed)} beyond it may still come back."


def blind_timing_deals(facts: PipelineFacts) -> str:
    """Say what a planned close hides."""
    return f"A planned close is the seller's; whether the {format_count(facts.n_open)} buyers of the open deals have a date of their own is not recorded."


def blind_further(criterion: Criterion) -> str:
    """Say where a further criterion would have to be asked for."""
    return {
        Criterion.METRICS: "Only the buyer knows it; it would have to be asked after the first delivery.",
        Criterion.CRITERIA: "Reasons for a loss show what decided against, never what decides for.",
        Criterion.PROCESS: "A page says what the seller asks for, not what happens inside the buyer's house.",
        Criterion.CHAMPION: "A name in an order is whoever ordered, not whoever wanted it.",
    }[criterion]
