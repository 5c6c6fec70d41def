"""Sentences that say what an opportunity is for one company: who, what, worth how much, by when, and what is none."""

from __future__ import annotations

from dataclasses import dataclass

from segkit.model.pipeline_facts import PipelineFacts, Spread
from segkit.model.sales_facts import Buyers, FunnelStep, Lapse, NextPurchase, OrderOutcomes
from segkit.words.figures import format_count, format_number, plural
from segkit.words.sales_figures import Voice, middle_text, value_text


def deal_answer(facts: PipelineFacts, voice: Voice) -> str:
    """Say in one sentence what an opportunity is where a CRM records deals."""
    worth = voice.money(facts.won_value.median) if facts.won_value and not facts.problem else ""
    return (
        f"For {voice.company} an opportunity is a need that a seller entered in the CRM with an amount and a date; a typical won one is worth "
        f"{worth or 'an amount in its own currency'}."
    )


def deal_short(facts: PipelineFacts) -> str:
    """Say in a few words what an opportunity is where a CRM records deals, and how many there are today."""
    return f"An opportunity is a need with an amount and a date in the CRM; {format_count(facts.n_open)} {'is' if facts.n_open == 1 else 'are'} open today."


def purchase_short(voice: Voice, *, trade: int) -> str:
    """Say in a few words what an opportunity is where only orders are known."""
    article = "an" if voice.buyer == "account" else "a"
    if trade:
        return "An opportunity is a customer's next purchase, and with an organization a quote or an order on invoice until it is paid."
    return f"An opportunity at {voice.company} is {article} {voice.buyer}'s next purchase."


@dataclass(frozen=True, slots=True)
class Kind:
    """The next purchase and the order value of one kind of buyer, in a book that sells to people and to organizations."""

    following: NextPurchase
    value: Spread


def purchase_answer(
    outcomes: OrderOutcomes,
    following: NextPurchase,
    voice: Voice,
    *,
    trade: int,
    apart: tuple[Kind, Kind] | None = None,
) -> str:
    """Say in one sentence what an opportunity is where only orders are known; ``apart`` are private and trade orders."""
    if apart and trade:
        private, invoiced = apart
        return (
            f"For {voice.company} an opportunity is the next purchase of one customer: with the {format_count(following.n_customers - trade)} private "
            f"ones an order of about {voice.money(private.value.median)}; with the {plural(trade, 'trade customer')} it is a quote or an order on "
            f"invoice of about {voice.money(invoiced.value.median)}, and it stays open until it is paid."
        )
    days = following.kaplan_meier.q50 if following.kaplan_meier else None
    when = f", due about {plural(round(days), 'day')} after the last" if days is not None else ""
    worth = f"around {voice.money(outcomes.value.median)}"
    if trade:
        return (
            f"For {voice.company} an opportunity is the next purchase of one customer, {worth}{when}; with the {plural(trade, 'trade customer')} it "
            "is a quote or an order on invoice, and it stays open until it is paid."
        )
    return f"For {voice.company} an opportunity is the next purchase of one {voice.buyer}, {worth}{when}."


def who_sentence(voice: Voice, *, following: NextPurchase, buyers: Buyers) -> str:
    """Say who can be an opportunity."""
    text = f"One of the {voice.count(following.n_customers)} of the file"
    if voice.model == "mixed" and buyers.trade:
        people = following.n_customers - buyers.trade
        return f"{text}: {format_count(people)} who buy for themselves or as a present, {format_count(buyers.trade)} who {'buys' if buyers.trade == 1 else 'buy'} for an organization."
    if voice.model == "b2c" and buyers.gift:
        return f"{text}; {format_count(buyers.gift)} of them {'has' if buyers.gift == 1 else 'have'} bought a present, and then the payer is not the one it is for."
    return f"{text}."


def deal_who(facts: PipelineFacts, voice: Voice, *, prospects: int) -> str:
    """Say who stands behind the open deals."""
    known = facts.n_open - prospects
    others = f" and {format_count(prospects)} of prospects without an order" if prospects else ""
    article = "An" if voice.buyer == "account" else "A"
    return (
        f"{article} {voice.buyer} or a prospect with a need of its own: of {plural(facts.n_open, 'open deal')} {format_count(known)} "
        f"{'is' if known == 1 else 'are'} of {voice.buyer}s{others}."
    )


def what_sentence(voice: Voice, *, basket: FunnelStep | None, trade: int) -> str:
    """Say what the opportunity consists of."""
    if basket and basket.n is not None:
        return f"The next order, and before it the basket: {plural(basket.n, 'basket')} were seen, {format_count(basket.undecided)} of them still open."
    if trade:
        return "The next order; with trade buyers the written quote comes first."
    return f"The next order. A basket would be the earlier sign, but the files of {voice.company} hold none."


def deal_what(facts: PipelineFacts, *, quotes: FunnelStep | None) -> str:
    """Say what a deal is made of."""
    asked = f" {plural(quotes.n, 'request')} for a quote stand in the events." if quotes and quotes.n else ""
    return (
        f"What is needed, for how much and by when, as entered for {plural(facts.n, 'deal')} so far.{asked}"
    )


def value_sentence(value: Spread, voice: Voice, *, apart: tuple[Kind, Kind] | None = None) -> str:
    """Say what a next purchase is worth; ``apart`` are private and trade orders, where a book has both."""
    if apart:
        private, trade = (
            f"{voice.money(kind.value.median)} at the median (middle half {middle_text(kind.value)}, n = {format_count(kind.value.n)} orders)"
            for kind in apart
        )
        return f"With private customers {private}; with trade buyers {trade}."
    text = f"{voice.money(value.median)} at the median, {middle_text(value)} for the middle half (n = {format_count(value.n)} orders)"
    return f"{text}; {'an' if voice.buyer == 'account' else 'a'} {voice.buyer}'s own median is nearer than the book's."


def deal_value(facts: PipelineFacts) -> str:
    """Say what deals are worth: won ones, and those that are open."""
    if facts.problem:
        return facts.problem
    parts = [
        f"{name} {value_text(item, item.median)} at the median (n = {item.n})"
        for name, item in (
            ("a won deal", facts.won_value),
            ("a lost one", facts.lost_value),
            ("an open one", facts.open_value),
        )
        if item
    ]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else "The CRM has no amounts."


def when_sentence(following: NextPurchase, voice: Voice, *, apart: tuple[Kind, Kind] | None = None) -> str:
    """Say by when a next purchase is due, with the purchases that have not come counted as open; ``apart`` of two kinds of buyer."""
    once = (
        f" For {voice.count(following.n_once)} with one purchase only it is unknown."
        if following.n_once
        else ""
    )
    if apart:
        private, trade = map(_half, apart)
        return f"Half of the next purchases come {private} with private customers, {trade} with trade buyers (Kaplan-Meier).{once}"
    if following.gaps is None:
        return f"Unknown: nobody in the file has bought twice.{once}"
    days = following.kaplan_meier.q50 if following.kaplan_meier else None
    finished = f"{plural(round(following.gaps.median), 'day')} after the last one by the {plural(following.gaps.n, 'finished gap')}"
    if days is None:
        return f"Half come {finished}; with the {format_count(following.n_open)} open ones counted fewer than half have come.{once}"
    return (
        f"Half come {finished}, {plural(round(days), 'day')} once the {format_count(following.n_open)} that {'is' if following.n_open == 1 else 'are'} still open count too "
        f"(Kaplan-Meier).{once}"
    )


def _half(kind: Kind) -> str:
    """Return when half of one kind's next purchases have come, open gaps counted."""
    gaps, days = kind.following.gaps, kind.following.kaplan_meier
    if gaps is None or days is None or days.q50 is None:
        return "at an unknown time"
    return f"within {plural(round(days.q50), 'day')} ({plural(gaps.n, 'finished gap')} and {format_count(kind.following.n_open)} open)"


def deal_when(facts: PipelineFacts) -> str:
    """Say by when a deal is decided, open ones counted."""
    closing = facts.time_to_close
    if closing is None:
        return "The CRM does not say when deals began and ended."
    if closing.median_days is None:
        return (
            f"Fewer than half of {format_count(closing.n)} deals are decided yet, so there is no usual time."
        )
    return (
        f"Half are decided within {plural(round(closing.median_days), 'day')} of the first entry, the open ones counted "
        f"(Kaplan-Meier, n = {format_count(closing.n)})."
    )


def not_an_opportunity(voice: Voice, *, lapse: Lapse, deals: bool, gifts: int | None) -> str:
    """Say what is no opportunity here."""
    silent = f"{format_count(lapse.lapsed)} of {voice.count(lapse.judged)}"
    line = f"{format_number(lapse.factor)} times the own gap"
    if deals:
        article = "an" if voice.buyer == "account" else "a"
        bare = f"{article.capitalize()} {voice.buyer} without an entry of its own in the CRM is none, however often it orders"
        if not lapse.lapsed:
            return f"{bare}."
        return (
            f"{bare}. Silence alone is none either: {silent} {'is' if lapse.lapsed == 1 else 'are'} past {line}, and only an open deal makes one of "
            "them an opportunity."
        )
    presents = (
        f", nor anybody who was sent a present by {'the one giver' if gifts == 1 else f'one of the {format_count(gifts)} givers'}"
        if gifts
        else ""
    )
    if not lapse.lapsed:
        return f"An address on a mailing list is none{presents}."
    return (
        f"An address on a mailing list is none{presents}. Silence is none either: {silent} {'is' if lapse.lapsed == 1 else 'are'} past {line}, which is worth "
        "one question and no place in a forecast."
    )
