"""Sentences about qualification: why a criterion applies to one company, from its own figures and its own pages' words."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.criterion import Applies, Criterion
from segkit.model.pipeline_facts import PipelineFacts, Share
from segkit.model.sales_facts import Buyers, NextPurchase, OrderOutcomes, Proxy
from segkit.words.figures import (
    format_count,
    format_share,
    join_words,
    plural,
    with_article,
)
from segkit.words.sales_figures import Voice, interval_text, overlap, value_text

APPLIES_WORDS = {
    Applies.YES: "applies",
    Applies.PARTLY: "applies in part",
    Applies.NO: "does not apply",
    Applies.NOT_OBSERVABLE: "cannot be observed",
}


# ---------------------------------------------------------------- money


def money_of_people(
    outcomes: OrderOutcomes, discounts: Share | None, voice: Voice, *, posted: bool
) -> tuple[str, ...]:
    """Say how money shows where people order and pay at once; prices are called posted only where a page posts them."""
    value = outcomes.value
    if not value.n:
        return (f"The orders of {voice.company} carry no amounts, so what anybody can spend cannot be read.",)
    lowered = (
        f"; {voice.share(discounts, 'orders')} were bought at a lower price"
        if discounts and discounts.k
        else ""
    )
    prices = f"prices at {voice.company} are posted, and an" if posted else "an"
    return (
        (
            f"It applies without being asked: {prices} order of {voice.money(value.median)} at the median (n = {format_count(value.n)} orders) is its "
            f"own proof that the money was there{lowered}."
        ),
        f"A question about it is worth asking above {voice.money(value.high)}, where the largest quarter of the orders begins.",
    )


def money_of_trade(
    trade: int, outcomes: OrderOutcomes, voice: Voice, *, told: str, limit: float | None, audience: str = ""
) -> str:
    """Say where money is a real question in a shop that also sells on invoice; ``audience`` is whom the page speaks of."""
    who = "the one trade customer" if trade == 1 else f"the {format_count(trade)} trade customers"
    if audience and told:
        who = audience if audience.split(maxsplit=1)[0].endswith("s") else with_article(audience)
    line = f": {told}" if told else ""
    text = f"With {who} it is agreed beforehand{line}."
    if not outcomes.awaiting:
        return text
    due = f" {plural(outcomes.awaiting, 'order')} of {voice.money(outcomes.awaiting_amount)} {'is' if outcomes.awaiting == 1 else 'are'} unpaid today"
    if limit is not None and outcomes.awaiting == 1 and outcomes.awaiting_amount <= limit:
        return f"{text}{due}, which leaves {voice.money(limit - outcomes.awaiting_amount)} for a next one of the same customer."
    return f"{text}{due}."


def money_of_deals(known: Proxy, won: Share | None, lost: Share | None) -> str:
    """Say how often a budget is known, and whether deals with one are won more often."""
    if known.share is None:
        return ""
    text = f"A budget is known for {format_count(known.share.k)} of {plural(known.share.n, 'deal')}"
    return f"{text}{_compared(won, lost, yes='With one', no='where the CRM says there is none')}."


def money_of_accounts(outcomes: OrderOutcomes, account: Share | None, voice: Voice) -> str:
    """Say how money shows in the orders of organizations."""
    terms = f" lets {voice.share(account, 'orders')} be paid later" if account and account.k else ""
    return f"{voice.company}{terms or ' sells to organizations'}, so it has to know who can pay; an order comes to {voice.money(outcomes.value.median)} at the median (n = {format_count(outcomes.value.n)})."


def own_line(told: str) -> str:
    """Introduce the sum from which a company makes somebody an offer of its own."""
    return f"How much a buyer spends also decides what is offered: {told}."


def credit_terms(told: str) -> str:
    """Introduce the terms under which a company gives credit."""
    return f"Who gets credit, and when, is written down: {told}."


def _compared(yes_share: Share | None, no_share: Share | None, *, yes: str, no: str) -> str:
    if yes_share is None or no_share is None:
        return ""
    text = (
        f". {yes}, {yes_share.k} of {yes_share.n} decided ones were won; {no}, {no_share.k} of {no_share.n}"
    )
    if overlap(yes_share, no_share):
        return f"{text} (95 % intervals {interval_text(yes_share)} and {interval_text(no_share)}, which overlap: a hint and not a law)"
    return f"{text} (95 % intervals {interval_text(yes_share)} and {interval_text(no_share)})"


# ---------------------------------------------------------------- authority


def authority_of_people(people: int, buyers: Buyers, voice: Voice, *, mixed: bool) -> str:
    """Say why nobody has to be asked who decides where people buy for themselves."""
    whose = (
        f"the {format_count(people)} private customers"
        if mixed
        else f"the {voice.count(people)} of {voice.company}"
    )
    gift = ""
    if buyers.gift:
        gift = (
            f" The {'one who has' if buyers.gift == 1 else f'{format_count(buyers.gift)} who have'} sent a present {'decides' if buyers.gift == 1 else 'decide'} as well, only the taste is somebody else's "
            f"({plural(buyers.gift_orders or 0, 'order')})."
        )
    if buyers.gift is None and buyers.trade is None:
        return (
            f"Nothing in the file of {voice.company} points to a second person, and it is taken as a shop for people (business_model in company.toml), so it is "
            "taken not to apply."
        )
    return f"To {whose} it does not apply: who chooses also orders and pays.{gift}"


def authority_of_trade(
    trade: int, numbers: Share | None, *, told: str, whose: Sequence[tuple[str, int]] = ()
) -> str:
    """Say where authority does apply in a shop that also sells to organizations; ``whose`` are orders with a number by buyer."""
    page = f": who wants a quote has to give {told}" if told else ""
    seen = (
        f" A purchase-order number, the one trace of a second person, stands on {numbers.k} of {plural(numbers.n, 'trade order')}{whose_text(whose)}."
        if numbers
        else ""
    )
    who = "To the one trade customer" if trade == 1 else f"To the {format_count(trade)} trade customers"
    return f"{who} it does{page}.{seen}"


def holders_text(numbers: Proxy, voice: Voice) -> str:
    """Return how many buyers give a purchase-order number, on how many of their own orders, and how many never do."""
    counts, share = dict(numbers.levels), numbers.share
    givers, theirs, never = (
        counts.get(name) for name in ("customers with one", "their orders", "customers without")
    )
    if share is None or not givers or theirs is None or never is None:
        return ""
    every = "every one" if share.k == theirs else format_count(share.k)
    rest = f", and {voice.count(never)} never {'does' if never == 1 else 'do'}" if never else ""
    return f": {voice.count(givers)} {'gives' if givers == 1 else 'give'} one, on {every} of their {format_count(theirs)} orders{rest}"


def whose_text(whose: Sequence[tuple[str, int]]) -> str:
    """Return whose orders carry a number; empty where nobody is known.

    Examples
    --------
    >>> whose_text([("C008", 4)]), whose_text([("school", 4), ("studio", 1)])
    (', all of C008', ' (school 4 and studio 1)')
    """
    if len(whose) == 1:
        return f", all of {whose[0][0]}"
    named = [f"{name} {format_count(n)}" for name, n in whose[:4]]
    if len(whose) > len(named):
        named.append(f"{len(whose) - len(named)} others {format_count(sum(n for _, n in whose[4:]))}")
    return f" ({join_words(named)})" if named else ""


def authority_unseen(voice: Voice) -> str:
    """Say what is missing to tell presents and trade apart."""
    return f"No column of {voice.company} tells presents or organizations apart, so exceptions cannot be counted."


def authority_of_deals(
    met: Proxy, won: Share | None, lost: Share | None, *, roles: Proxy | None
) -> tuple[str, ...]:
    """Say how often the decision maker was met, whether it shows in what was won, and who orders."""
    if met.share is None:
        return ()
    text = f"The decision maker was met in {format_count(met.share.k)} of {plural(met.share.n, 'deal')}"
    out = [f"{text}{_compared(won, lost, yes='With him or her', no='without')}."]
    if roles and roles.levels:
        n = sum(count for _, count in roles.levels)
        ranked = sorted(roles.levels, key=lambda item: -item[1])
        told = join_words([f"{name} ({format_count(k)})" for name, k in ranked[:5]])
        out.append(
            f"Who orders in {plural(n, 'account')} is recorded: {told}. Whether that person signs is not."
        )
    return tuple(out)


def authority_of_accounts(roles: Proxy | None, voice: Voice, *, n: int) -> str:
    """Say who orders in the organizations a company sells to, where no CRM says who was met."""
    if roles and roles.levels:
        told = join_words(
            [f"{name} {format_count(k)}" for name, k in sorted(roles.levels, key=lambda item: -item[1])[:4]]
        )
        return f"All {voice.count(n)} are organizations, and who orders there is recorded: {told}."
    return f"All {voice.count(n)} are organizations, and no column says who signs in them."


def signer_of_deals(told: str, *, audience: str) -> str:
    """Introduce a page's words about who has to see an offer; ``audience`` is whom the page speaks of."""
    if audience:
        whom = audience if audience.split(maxsplit=1)[0].endswith("s") else with_article(audience)
        return f"Of {whom} the page asks: {told}."
    return f"Whom an offer has to reach stands on the page: {told}."


def signer_studied(told: str, *, who: str) -> str:
    """Introduce research on who signs, and from what amount on."""
    return (
        f"Research on buyers like the {who} says who signs: {told}."
        if who
        else f"Research says who signs: {told}."
    )


def signer_of_accounts(told: str) -> str:
    """Introduce a page's words about who signs, where no CRM says who was met."""
    return f"The page asks for it: {told}."


# ---------------------------------------------------------------- need


def need_of_orders(repeat: Share | None, voice: Voice, *, quoted: str, against: str) -> tuple[str, ...]:
    """Say how a need shows in orders, with what a page says it is and what research says against reading silence."""
    if repeat and repeat.k:
        seen = voice.share(repeat, f"{voice.buyer}s")
        out = [
            f"{seen[0].upper()}{seen[1:]} who bought on two days or more came back for the same category, so the need returns."
        ]
    elif repeat:
        out = [
            f"None of {voice.count(repeat.n)} with two purchase days came back for the same category.",
            "Each purchase may have met a need for good, so the orders do not show one that returns.",
        ]
    else:
        out = ["Nobody has bought on two days yet, so a need that returns cannot be seen."]
    if quoted:
        whose = "company's own" if voice.model == "b2b" else "shop's"
        out.append(f"What it is, in the {whose} words: {quoted}.")
    if against:
        out.append(f"Who falls silent need not have lost it: {against}.")
    return tuple(out)


def need_of_deals(stated: Proxy, facts: PipelineFacts, *, quoted: str, who: str = "") -> tuple[str, ...]:
    """Say how a need shows in deals, and how often it was not pressing enough."""
    if stated.share is None:
        return ()
    share = stated.share
    named = (
        f"all {format_count(share.n)}"
        if share.k == share.n
        else f"{format_count(share.k)} of {format_count(share.n)}"
    )
    text = f"A need is written down for {named} deals"
    if share.k == share.n:
        text += ", so it tells none of them apart"
    idle = next((item for item in facts.lost_reasons if "no decision" in item.reason.lower()), None)
    if idle and facts.n_lost:
        text += f"; {format_share(idle.n, facts.n_lost)} lost deals ended in “{idle.reason}”, which names no reason"
    out = [f"{text}."]
    if quoted:
        start = (
            f"Research on buyers like the {who} says what presses"
            if who
            else "One such need in the company's own words"
        )
        out.append(f"{start}: {quoted}.")
    return tuple(out)


# ---------------------------------------------------------------- timing


def timing_of_orders(
    following: NextPurchase, dated: Share | None, voice: Voice, *, told: str, date: bool
) -> str:
    """Say how timing shows in orders: the rhythm, agreed days, and the page's own dates."""
    days = following.kaplan_meier.q50 if following.kaplan_meier else None
    if following.gaps is None:
        text = (
            f"Nobody has bought twice, so no rhythm can be read for the {voice.count(following.n_customers)}"
        )
    elif days is None:
        text = f"Half of the {plural(following.gaps.n, 'finished gap')} are over within {value_text(following.gaps, following.gaps.median)}"
    else:
        text = (
            f"Half of the next purchases come within {plural(round(days), 'day')} (Kaplan-Meier over {format_count(following.gaps.n)} finished and "
            f"{plural(following.n_open, 'open gap')})"
        )
    if dated and dated.k:
        named = "names the day by which it" if dated.k == 1 < dated.n else "name the day by which they"
        text += f", and {voice.share(dated, 'orders')} {named} must be there"
    start = "Some dates are set by the page" if date else "The page asks for it"
    page = f" {start}: {told}." if told else ""
    return f"{text}.{page}"


def timing_once(once: int, voice: Voice) -> str:
    """Say for whom timing is unknown."""
    if not once:
        return ""
    return f"For {voice.count(once)} with one purchase day the next one is unknown, which is neither soon nor never."


def timing_of_deals(dates: Proxy, facts: PipelineFacts, *, told: str, date: bool) -> tuple[str, ...]:
    """Say how timing shows in deals: planned closes, how often they move, and how many are past."""
    if dates.share is None:
        return ()
    share = dates.share
    named = (
        f"All {format_count(share.n)}"
        if share.k == share.n
        else f"{format_count(share.k)} of {format_count(share.n)}"
    )
    text = f"{named} deals have a planned close"
    if facts.n_slipped is not None and facts.n_dates:
        text += f", but {format_share(facts.n_slipped, facts.n_dates)} had it moved later"
    if facts.n_overdue:
        text += f" and {format_count(facts.n_overdue)} of {plural(facts.n_open, 'open one')} {'is' if facts.n_overdue == 1 else 'are'} past it"
    out = [f"{text}."]
    closing = facts.time_to_close
    if closing and closing.median_days is not None:
        out.append(
            f"Half of the deals are decided by day {format_count(closing.median_days)}; a later date is met as well while it lies ahead, and is worth confirming."
        )
    if told:
        out.append(
            f"{'The seller sets some dates' if date else 'The date that binds a buyer is asked for on the page'}: {told}."
        )
    return tuple(out)


# ---------------------------------------------------------------- the other four


def other_criterion(criterion: Criterion, voice: Voice, *, told: str) -> str:
    """Say whether one of the four further criteria shows anywhere."""
    what = {
        Criterion.METRICS: "by which figure a buyer will judge the success",
        Criterion.CRITERIA: "by what offers are compared",
        Criterion.PROCESS: "which steps an order passes through at the buyer's",
        Criterion.CHAMPION: "who speaks for the purchase at the buyer's",
    }[criterion]
    if told:
        return f"Of {what}, {voice.company} says on its pages: {told}."
    return f"Neither orders nor pages of {voice.company} say {what}."


def own_words(changed: Sequence[str]) -> str:
    """Say which parts of a verdict company.toml decided."""
    return f"In the company's own words (company.toml): {join_words(list(changed))}."
