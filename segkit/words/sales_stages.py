"""Sentences about the six stages of one company: what is seen of each, what is not, and why it applies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from segkit.model.sales_facts import Buyers, FunnelStep, Lapse, OrderOutcomes, Proxy
from segkit.model.sales_stage import SalesStage
from segkit.words.figures import format_count, format_number, join_words, plural, with_article
from segkit.words.flow_walks import short_day
from segkit.words.sales_figures import Voice, rate_text

STEP_NOUNS = {
    "visit": "visit",
    "signed_up": "sign-up",
    "product_viewed": "product view",
    "cart_added": "basket",
    "checkout_started": "checkout",
    "quote_requested": "request for a quote",
    "stock_notice": "stock notice",
    "order": "order",
}
"""How a step of the funnel is counted."""


def funnel_observed(step: FunnelStep, voice: Voice) -> str:
    """Say how many took a step of the funnel, and how many of those whose outcome is known went on."""
    if step.n is None:
        return ""
    if step.unit == "people":
        noun = _plural_of(STEP_NOUNS.get(step.name, step.name.replace("_", " ")))
        text = f"{noun[0].upper()}{noun[1:]} of {voice.count(step.n)}."
    else:
        who = "" if step.people is None else f" of {voice.count(step.people)}"
        text = f"{step_count(step)}{who}."
    if step.onward:
        window = f" within {plural(step.window_days, 'day')}" if step.window_days else ""
        young = (
            f"; {format_count(step.undecided)} more {'is' if step.undecided == 1 else 'are'} "
            f"{'not decided yet' if 'deal' in step.onward_to else 'too young to tell'}"
            if step.undecided
            else ""
        )
        goal = with_article(step.onward_to or "order")
        text += f" {rate_text(step.onward)} went on to {goal}{window}{young}."
    return text


def seen_reason(steps: Sequence[FunnelStep], *, stage: SalesStage, voice: Voice) -> tuple[str, ...]:
    """Say why an open stage applies where events show it."""
    named = join_words([step_count(step) for step in steps if step.n])
    return {
        SalesStage.PROSPECTING: (
            f"{voice.buyer.capitalize()}s make themselves known to {voice.company} before they order: {named} in the events.",
        ),
        SalesStage.DISCOVERY: (f"What is being considered leaves a trace: {named} in the events.",),
        SalesStage.EVALUATING: (
            f"With every basket or quote an offer lies on the table: {named} in the events.",
        ),
        SalesStage.CLOSING: (f"The step before paying is recorded: {named} in the events.",),
    }[stage]


def step_count(step: FunnelStep) -> str:
    """Return how many took a step: "336 baskets", "1 request for a quote"."""
    noun = STEP_NOUNS.get(step.name, step.name.replace("_", " "))
    return plural(step.n or 0, noun, _plural_of(noun))


def _plural_of(noun: str) -> str:
    head, space, tail = noun.partition(" ")
    return f"{head}s {tail}" if head == "request" else f"{head}{space}{tail}s"


def unseen_start(outcomes: OrderOutcomes, voice: Voice, *, n_customers: int, told: str) -> tuple[str, ...]:
    """Say why the first stage cannot be seen in orders; ``told`` are a page's words to people who have not ordered."""
    return (
        *([f"{voice.company} does speak to people who have not ordered yet: {told}."] if told else []),
        f"All {voice.count(n_customers)} of the file have ordered, so nobody in it is a prospect any more.",
        f"Whoever looked or signed up and never ordered is missing; the {plural(outcomes.orders, 'order')} cannot say how many that were.",
    )


def unseen_need(outcomes: OrderOutcomes, voice: Voice, *, told: str) -> tuple[str, ...]:
    """Say what orders hide of the needs analysis; ``told`` are a page's words about asking for it, with their citation."""
    hidden = f"What was looked at or asked before the {plural(outcomes.orders, 'order')} is not recorded"
    if told:
        return (
            f"{voice.company} asks for the need in writing where it sells to organizations: {told}.",
            f"{hidden}; the file begins with the order.",
        )
    return (f"{hidden}, so neither the stage nor who left in it can be seen.",)


def unseen_offer(outcomes: OrderOutcomes, buyers: Buyers, voice: Voice, *, told: str) -> tuple[str, ...]:
    """Say what orders hide of proposals; ``told`` are a page's words about quotes, with their citation."""
    if told:
        beside = (
            f" beside the {plural(buyers.trade_orders, 'order')} of trade buyers"
            if buyers.trade_orders
            else ""
        )
        return (
            f"Where {voice.company} sells to organizations, the page sets the clock: {told}.",
            f"A quote that was refused or ran out leaves no trace{beside}, so no share of quotes is given.",
        )
    return (
        f"Only baskets that became one of the {plural(outcomes.orders, 'order')} are known; those left behind are not in the file.",
    )


def closing_reason(
    outcomes: OrderOutcomes,
    discounts: Proxy | None,
    voice: Voice,
    *,
    told: str,
    account: Proxy | None,
    posted: bool,
    rates: str,
) -> tuple[str, ...]:
    """Say how far there is anything to settle before the money is there: in counts, never as a rate of the stage.

    ``posted`` says whether a page gives prices; ``rates`` is what the pages offer to everybody who asks ("codes and a trade rate").
    """
    out = []
    if discounts and discounts.share and discounts.share.k:
        out.append(_lowered(discounts.share.k, rates=rates))
    elif discounts and discounts.share and posted and voice.model != "b2b":
        out.append(
            f"Prices of {voice.company} are posted and none of the {plural(discounts.share.n, 'order')} was placed below them by a code or a discount, so "
            "nothing shows a negotiated price."
        )
    elif voice.model == "b2b" or (discounts and discounts.share):
        pass
    elif outcomes.status_known and not outcomes.awaiting:
        out.append(f"No order of {voice.company} waits for its payment, so nothing was left to settle.")
    elif not outcomes.status_known:
        out.append(
            f"How the {plural(outcomes.orders, 'order')} of {voice.company} were paid, with which code and on which terms is in no column, so it "
            "cannot be told whether anything is settled after the choice."
        )
    if account and account.share and account.share.k:
        out.append(
            f"{plural(account.share.k, 'order')} {'was' if account.share.k == 1 else 'were'} placed on account, to be paid later."
        )
    if outcomes.awaiting:
        out.append(
            f"{plural(outcomes.awaiting, 'order')} worth {voice.money(outcomes.awaiting_amount)} "
            f"{'waits' if outcomes.awaiting == 1 else 'wait'} for payment{_due(outcomes)}."
        )
    if told:
        out.append(f"What is asked for before that stands on the page: {told}.")
    return tuple(out)


def _lowered(orders: int, *, rates: str) -> str:
    """Say what a code or a discount took off, and that what a page offers to everybody is no negotiation."""
    text = f"A code or a discount lowered {plural(orders, 'order')}"
    if rates:
        return f"{text}; {rates} stand on the company's pages and are no negotiation. Nothing in the file shows a negotiated price."
    return f"{text}; whether any of it was negotiated is in no column."


def _due(outcomes: OrderOutcomes) -> str:
    """Return how many unpaid orders are overdue, with the colon before it; an empty text where none is known to be."""
    late, rest = outcomes.awaiting_overdue, outcomes.awaiting - outcomes.awaiting_overdue
    if not late:
        return ""
    if not rest:
        return ": it is overdue" if late == 1 else ": all are overdue"
    return f": {format_count(rest)} {'is' if rest == 1 else 'are'} not due yet and {format_count(late)} {'is' if late == 1 else 'are'} overdue"


def won_reason(outcomes: OrderOutcomes, voice: Voice) -> tuple[str, ...]:
    """Say what counts as won in an order file."""
    if not outcomes.status_known:
        return (
            f"The file has {plural(outcomes.orders, 'order')} and no column of payment, so every one of them counts as won.",
        )
    partly = f"; {format_count(outcomes.partly)} of them came back in part" if outcomes.partly else ""
    won = f"{format_count(outcomes.paid)} of {plural(outcomes.orders, 'order')} are paid and stand, {voice.money(outcomes.paid_amount)} together{partly}."
    if not outcomes.awaiting:
        return (won,)
    return (
        won,
        (
            f"{format_count(outcomes.awaiting)} more, worth {voice.money(outcomes.awaiting_amount)}, {'counts' if outcomes.awaiting == 1 else 'count'} once "
            f"{'it is' if outcomes.awaiting == 1 else 'they are'} paid{_due(outcomes)}."
        ),
    )


def lost_reason(outcomes: OrderOutcomes) -> tuple[str, ...]:
    """Say what was seen lost in an order file: never a customer who is merely silent."""
    if not outcomes.status_known:
        return (
            "The file has no column that says which orders were cancelled or came back, so no loss can be seen in it.",
        )
    void = _void(outcomes)
    lost = outcomes.cancelled_lost
    if not lost and not outcomes.taken_back:
        none = f"Of {plural(outcomes.orders, 'order')} none was {'lost by cancelling' if void else 'cancelled'} or taken back in full."
        return (none, *void)
    parts = []
    if lost:
        parts.append(f"{format_count(lost)} {'was' if lost == 1 else 'were'} cancelled")
    if outcomes.taken_back:
        parts.append(
            f"{format_count(outcomes.taken_back)} {'was' if outcomes.taken_back == 1 else 'were'} paid back in full"
        )
    return (f"Of {plural(outcomes.orders, 'order')} {join_words(parts)}.", *void)


def _void(outcomes: OrderOutcomes) -> tuple[str, ...]:
    """Say which cancellations lost nothing, and why."""
    again, empty = outcomes.cancelled_replaced, outcomes.cancelled_empty
    if not again and not empty:
        return ()
    told = ((again, "ordered anew or twice by the same customer"), (empty, "worth nothing"))
    one = again + empty == 1
    parts = [
        f"{'it' if one else format_count(n)} {'was' if n == 1 else 'were'} {what}" for n, what in told if n
    ]
    also = "more " if outcomes.cancelled_lost else ""
    n = again + empty
    return (
        f"{format_count(n)} {also}{'cancellation' if n == 1 else 'cancellations'} lost nothing: {join_words(parts)}.",
    )


def lapse_sentence(lapse: Lapse, voice: Voice) -> str:
    """Say how many are called lost by the rule of silence, with its factor, never mixed with what was seen."""
    unknown = (
        f"; {voice.count(lapse.unknown)} with a single purchase {'has' if lapse.unknown == 1 else 'have'} no gap to be measured by and "
        f"{'stays' if lapse.unknown == 1 else 'stay'} unknown"
        if lapse.unknown
        else ""
    )
    return (
        f"By a rule and not by observation {format_count(lapse.lapsed)} of {voice.count(lapse.judged)} "
        f"{'counts' if lapse.lapsed == 1 else 'count'} as lapsed, silent for more than {format_number(lapse.factor)} times the own median gap{unknown}. "
        "They are kept apart from the losses above, because whoever is silent may still come."
    )


def not_observable(what: str, file: str) -> str:
    """Say what a source does not show and which file would."""
    return f"Not observable in this source: {what}. What would show it: {file}."


ORDERS_HIDE = {
    SalesStage.PROSPECTING: "visits, sign-ups and questions of people who have not ordered",
    SalesStage.DISCOVERY: "what somebody looked at, searched for or asked before the order",
    SalesStage.EVALUATING: "baskets and quotes that did not become an order",
    SalesStage.CLOSING: "payments that were begun and given up, and what was agreed by telephone",
}
"""What an order file does not show of each open stage."""
LOST_SHOWS = "a column with the state of each order (cancelled, returned), and a file of baskets"
"""What would show losses where the orders have no state."""
CLOSING_SHOWS = "the payment provider's log of attempts, and a note of what was agreed"
"""What would show the last step where the orders already have payment states."""


def events_hide(stage: SalesStage) -> str:
    """Say what events do not show of an open stage."""
    return {
        SalesStage.PROSPECTING: "Visitors who were not signed in are nobody in this file.",
        SalesStage.DISCOVERY: "Why somebody looked is not recorded.",
        SalesStage.EVALUATING: "What it was weighed against is not recorded.",
        SalesStage.CLOSING: "What stopped a payment is not recorded.",
    }[stage]


def won_hides(last: date) -> str:
    """Say what an order file does not show of won orders yet."""
    return f"Parcels that come back after {short_day(last)}, the last day of the file."


def closing_seen(outcomes: OrderOutcomes, voice: Voice) -> str:
    """Say what orders show of payments that are due."""
    if not outcomes.awaiting:
        return ""
    return f"Not paid yet: {plural(outcomes.awaiting, 'order')}, {voice.money(outcomes.awaiting_amount)}{_due(outcomes)}."


def won_seen(outcomes: OrderOutcomes) -> str:
    """Say how many orders ended how."""
    if not outcomes.status_known:
        return f"{plural(outcomes.orders, 'order')}; the file has no column of payment."
    waiting = f", {format_count(outcomes.awaiting)} not paid yet" if outcomes.awaiting else ""
    return f"{format_count(outcomes.paid)} paid{waiting}, of {plural(outcomes.orders, 'order')}."


def lost_seen(outcomes: OrderOutcomes) -> str:
    """Say how many orders ended lost."""
    return f"{format_count(outcomes.cancelled_lost)} lost by cancelling, {format_count(outcomes.taken_back)} taken back in full."


def quotes_seen(orders: int) -> str:
    """Say how many orders came by a quote, and that the others' quotes are not seen."""
    return f"{plural(orders, 'order')} came by quote; quotes that were refused are not seen."


def lost_limits(*, known: bool) -> str:
    """Say what an order file leaves out of the losses."""
    if known:
        return "Whoever decided against buying before an order left nothing that could be counted."
    return "Silence is the only sign left, and silence is no answer."


def expired_sentence(step: FunnelStep) -> str:
    """Say how many baskets or checkouts came to nothing within their window."""
    if step.onward is None:
        return ""
    noun = STEP_NOUNS[step.name]
    gone = step.onward.n - step.onward.k
    window = f" within {plural(step.window_days, 'day')}" if step.window_days else ""
    return f"{plural(gone, noun)} of {format_count(step.onward.n)} whose outcome is known became no order{window}."
