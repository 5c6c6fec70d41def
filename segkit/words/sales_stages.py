"""Sentences about the six stages of one company: what is seen of each, what is not, and why it applies."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.pipeline_facts import GroupShare, PipelineFacts, StageFacts
from segkit.model.sales_facts import Buyers, FunnelStep, Lapse, OrderOutcomes, Proxy
from segkit.model.sales_stage import SalesStage
from segkit.words.figures import format_count, format_number, join_words, plural
from segkit.words.sales_figures import Voice, middle_text, rate_text, value_text

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
TRADE_OWNERS = {
    SalesStage.PROSPECTING: "whoever answers trade enquiries",
    SalesStage.DISCOVERY: "whoever will write the quote",
    SalesStage.EVALUATING: "whoever wrote the quote",
    SalesStage.CLOSING: "whoever grants terms and sends reminders",
}
"""Who owns an open stage with trade buyers in a shop that sells to people."""


def pipeline_observed(rows: Sequence[StageFacts], *, history: bool) -> str:
    """Say how many deals were seen in the stages that belong to one of the six, and what came of them."""
    return " ".join(_row(row, history=history) for row in rows)


def _row(row: StageFacts, *, history: bool) -> str:
    here = f"{format_count(row.open_here)} {'stands' if row.open_here == 1 else 'stand'} in it now"
    if not history:
        lost = "" if row.lost is None else f", {format_count(row.lost)} were lost from it"
        return f"{row.label}: {here}{lost}."
    text = f"{row.label}: {plural(row.reached, 'deal')} reached it, {here}."
    if row.conversion:
        text += f" Of those decided here {rate_text(row.conversion)} went on"
        text += f" and {format_count(row.lost)} ended." if row.lost else "."
    if row.days:
        text += f" Won deals stayed {value_text(row.days, row.days.median)} at the median (middle half {middle_text(row.days)}, n = {row.days.n})."
    return text


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
            f"; {format_count(step.undecided)} more {'is' if step.undecided == 1 else 'are'} too young to tell"
            if step.undecided
            else ""
        )
        text += f" {rate_text(step.onward)} went on to an order{window}{young}."
    return text


# ---------------------------------------------------------------- reasons with a pipeline


def deal_start_reason(
    facts: PipelineFacts, rows: Sequence[StageFacts], sources: Sequence[GroupShare]
) -> tuple[str, ...]:
    """Say why the first stage applies where deals are recorded from it on."""
    labels = join_words([f"“{row.label}”" for row in rows])
    reached = max((row.reached for row in rows), default=0)
    out = [
        f"{_of(reached, facts.n)} deals of the CRM were seen in {labels}: whether an offer makes sense is found out before anything is quoted."
    ]
    lost = sum(row.lost or 0 for row in rows)
    if lost:
        out.append(f"{plural(lost, 'deal')} ended there, before anybody wrote a quote.")
    if len(sources) > 1:
        top = sorted(sources, key=lambda item: -item.share.n)[:3]
        told = join_words([f"{item.level} {item.share.n}" for item in top])
        out.append(f"Most decided deals came in by {told}.")
    return tuple(out)


def deal_stage_reason(
    rows: Sequence[StageFacts], *, stage: SalesStage, facts: PipelineFacts
) -> tuple[str, ...]:
    """Say why a middle stage applies: how many deals pass it and where they are lost."""
    labels = join_words([f"“{row.label}”" for row in rows])
    reached = max((row.reached for row in rows), default=0)
    lost = sum(row.lost or 0 for row in rows)
    out = []
    if stage is SalesStage.DISCOVERY:
        out.append(
            f"{_of(reached, facts.n)} deals got as far as {labels}, where need, quantity and date are worked out."
        )
    elif stage is SalesStage.EVALUATING:
        out.append(f"In {_of(reached, facts.n)} deals the buyer had a proposal to weigh ({labels}).")
    else:
        out.append(f"{_of(reached, facts.n)} deals came to {labels}, where terms and signature are settled.")
    if facts.n_lost and lost:
        out.append(
            f"{_of(lost, facts.n_lost)} lost deals ended there"
            + (", more than in any other stage." if stage is _costliest(facts) else ".")
        )
    elif facts.n_lost and facts.has_history:
        out.append(f"None of the {format_count(facts.n_lost)} lost deals ended there.")
    return tuple(out)


def _of(k: int, n: int) -> str:
    return f"All {format_count(n)}" if k == n > 1 else f"{format_count(k)} of {format_count(n)}"


def _costliest(facts: PipelineFacts) -> SalesStage | None:
    sums: dict[SalesStage, int] = {}
    for row in facts.stages:
        if not row.stage.is_closed:
            sums[row.stage] = sums.get(row.stage, 0) + (row.lost or 0)
    ranked = sorted(sums.items(), key=lambda item: -item[1])
    if len(ranked) > 1 and ranked[0][1] > ranked[1][1]:
        return ranked[0][0]
    return None


def unused_stage_reason(label: str, model: str) -> tuple[str, ...]:
    """Say that the company's own list has no stage of this kind."""
    return (
        f"{model[:1].upper()}{model[1:]} has no stage of the kind “{label}”, so no deal can be seen in it.",
    )


def won_deals_reason(facts: PipelineFacts, outcomes: OrderOutcomes, voice: Voice) -> tuple[str, ...]:
    """Say what counts as won where deals and orders are both recorded."""
    value = (
        f", worth {voice.money(facts.won_value.median)} at the median (n = {facts.won_value.n})"
        if facts.won_value and not facts.problem
        else ""
    )
    return (
        f"{plural(facts.n_won, 'deal')} of the CRM {'is' if facts.n_won == 1 else 'are'} won{value}.",
        f"Most of the business never was a deal there: the file has {plural(outcomes.paid + outcomes.awaiting, 'standing order')}, and a reorder is "
        "won the moment it is placed."
        if outcomes.paid + outcomes.awaiting > 2 * facts.n_won
        else f"Beside them stand {plural(outcomes.paid + outcomes.awaiting, 'order')} that were neither cancelled nor taken back.",
    )


def lost_deals_reason(facts: PipelineFacts) -> tuple[str, ...]:
    """Say what counts as lost where a CRM records refusals."""
    reasons = [item for item in facts.lost_reasons if item.reason][:2]
    told = join_words([f"“{item.reason}” ({item.n})" for item in reasons])
    why = f", most often over {told}" if told else ""
    return (
        f"{plural(facts.n_lost, 'deal')} {'was' if facts.n_lost == 1 else 'were'} recorded as lost{why}: here a refusal is seen and not inferred.",
    )


# ---------------------------------------------------------------- reasons from orders and events


def seen_reason(steps: Sequence[FunnelStep], *, stage: SalesStage, voice: Voice) -> tuple[str, ...]:
    """Say why an open stage applies where events show it."""
    named = join_words([step_count(step) for step in steps if step.n])
    return {
        SalesStage.PROSPECTING: (
            f"People make themselves known to {voice.company} before they order: {named} in the events.",
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


def unseen_start(outcomes: OrderOutcomes, voice: Voice, *, n_customers: int) -> tuple[str, ...]:
    """Say why the first stage cannot be seen in orders."""
    return (
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


def unseen_offer(outcomes: OrderOutcomes, buyers: Buyers, *, told: str) -> tuple[str, ...]:
    """Say what orders hide of proposals; ``told`` are a page's words about quotes, with their citation."""
    if told:
        trade = (
            f"The {plural(buyers.trade_orders, 'order')} of trade buyers are the quotes that were taken"
            if buyers.trade_orders
            else "An order is a quote that was taken"
        )
        return (
            f"The page describes this stage: {told}.",
            f"{trade}; one that was refused or ran out leaves no trace, so no share of quotes is given.",
        )
    return (
        f"Only baskets that became one of the {plural(outcomes.orders, 'order')} are known; those left behind are not in the file.",
    )


def closing_reason(
    outcomes: OrderOutcomes, discounts: Proxy | None, voice: Voice, *, told: str, account: Proxy | None
) -> tuple[str, ...]:
    """Say how far there is anything to settle where prices are posted: in counts, never as a rate of the stage."""
    out = []
    if discounts and discounts.share:
        out.append(
            f"Prices are posted, so there is little to haggle over; a code or a discount lowered {plural(discounts.share.k, 'order')}."
        )
    else:
        out.append(
            f"Prices are posted and an order is paid when it is placed, {plural(outcomes.paid, 'time')} in this file."
        )
    if account and account.share and account.share.k:
        out.append(f"Terms are a matter for the {plural(account.share.k, 'order')} that could be paid later.")
    if outcomes.awaiting:
        out.append(
            f"{plural(outcomes.awaiting, 'order')} worth {voice.money(outcomes.awaiting_amount)} "
            f"{'waits' if outcomes.awaiting == 1 else 'wait'} for payment: closing is not finished before the money is there."
        )
    if told:
        out.append(f"What is asked for before that stands on the page: {told}.")
    return tuple(out)


def won_reason(outcomes: OrderOutcomes, voice: Voice) -> tuple[str, ...]:
    """Say what counts as won in an order file."""
    if not outcomes.status_known:
        return (
            f"The file has {plural(outcomes.orders, 'order')} and no column of payment, so every one of them counts as won.",
        )
    partly = f"; {plural(outcomes.partly, 'of them', 'of them')} came back in part" if outcomes.partly else ""
    return (
        f"{format_count(outcomes.paid)} of {plural(outcomes.orders, 'order')} are paid and stand, {voice.money(outcomes.paid_amount)} together{partly}.",
    )


def lost_reason(outcomes: OrderOutcomes) -> tuple[str, ...]:
    """Say what was seen lost in an order file: never a customer who is merely silent."""
    if not outcomes.status_known:
        return (
            "The file has no column that says which orders were cancelled or came back, so no loss can be seen in it.",
        )
    gone = outcomes.cancelled + outcomes.taken_back
    if not gone:
        return (f"None of the {plural(outcomes.orders, 'order')} was cancelled or taken back in full.",)
    parts = [
        text
        for n, text in (
            (outcomes.cancelled, f"{format_count(outcomes.cancelled)} cancelled"),
            (outcomes.taken_back, f"{format_count(outcomes.taken_back)} paid back in full"),
        )
        if n
    ]
    return (f"Seen lost: {join_words(parts)} of {plural(outcomes.orders, 'order')}.",)


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
WON_HIDES = "Not seen yet: parcels that come back after the last day of the file."
WON_DEALS_HIDE = (
    "Not seen: what a won deal brings after its first order, unless each later order is tied to it."
)


def pipeline_hides(stage: SalesStage, *, history: bool, events: bool) -> str:
    """Say what a CRM export does not show of an open stage."""
    if not history:
        return "Not observable in this source: deals that passed through and have left it, because only the stage of today or of closing is kept."
    if stage is SalesStage.PROSPECTING:
        seen = (
            "The events show who looked, not who was meant."
            if events
            else "Nor does anything show who looked and went away."
        )
        return f"Whom nobody entered as a deal is not there. {seen}"
    if stage is SalesStage.DISCOVERY:
        return "What was said in the conversation is not there, only that the deal moved on."
    if stage is SalesStage.EVALUATING:
        return "Which rival offer lay beside ours is known only where the seller wrote it down as a reason."
    return "What was given away to close, in price or terms, is not a column of the export."


def events_hide(stage: SalesStage) -> str:
    """Say what events do not show of an open stage."""
    return {
        SalesStage.PROSPECTING: "Visitors who were not signed in are nobody in this file.",
        SalesStage.DISCOVERY: "Why somebody looked is not recorded.",
        SalesStage.EVALUATING: "What it was weighed against is not recorded.",
        SalesStage.CLOSING: "What stopped a payment is not recorded.",
    }[stage]


def closing_seen(outcomes: OrderOutcomes, voice: Voice) -> str:
    """Say what orders show of payments that are due."""
    if not outcomes.awaiting:
        return ""
    return (
        f"Payment is due for {plural(outcomes.awaiting, 'order')}, {voice.money(outcomes.awaiting_amount)}."
    )


def won_seen(outcomes: OrderOutcomes) -> str:
    """Say how many orders ended how."""
    if not outcomes.status_known:
        return f"{plural(outcomes.orders, 'order')}; the file has no column of payment."
    waiting = f", {format_count(outcomes.awaiting)} not paid yet" if outcomes.awaiting else ""
    return f"{format_count(outcomes.paid)} paid{waiting}, of {plural(outcomes.orders, 'order')}."


def won_deals_seen(facts: PipelineFacts, outcomes: OrderOutcomes) -> str:
    """Say how many deals are won, and how many orders stand."""
    return f"{plural(facts.n_won, 'deal')} won of {format_count(facts.n)}; {won_seen(outcomes)}"


def lost_seen(outcomes: OrderOutcomes) -> str:
    """Say how many orders ended lost."""
    return f"{format_count(outcomes.cancelled)} cancelled, {format_count(outcomes.taken_back)} taken back in full."


def lost_deals_seen(facts: PipelineFacts) -> str:
    """Say how many deals are lost, and that open ones are not among them."""
    open_ones = f"; the {plural(facts.n_open, 'open one')} are not counted as lost" if facts.n_open else ""
    return f"{plural(facts.n_lost, 'deal')} lost of {format_count(facts.n)}{open_ones}."


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


def with_trade(people: str, trade: str) -> str:
    """Return a sign for people with the one for trade buyers beside it.

    Examples
    --------
    >>> with_trade("a basket", "a quote has been sent")
    'a basket; with trade buyers: a quote has been sent'
    """
    return f"{people}; with trade buyers: {trade}"
