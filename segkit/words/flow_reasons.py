"""Why this flow for this group: sentences from measured values, each kind of flow argued in its own way."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import date

from segkit.model.evidence import Direction, Evidence, SourceType
from segkit.model.flow import Channel
from segkit.model.flow_facts import BackTest, FlowFacts, Observability, Reach, SegmentFacts
from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowScore, ScorePart
from segkit.model.lifecycle import stage_definitions
from segkit.words.figures import (
    format_count,
    format_number,
    format_percent,
    format_share,
    join_words,
    lower_first,
    plural,
)
from segkit.words.flow_scores import CHANNEL_WORDS
from segkit.words.flow_steps import season_text

QUOTED_WORDS = 36


def fit_sentence(test: BackTest, segment: SegmentFacts) -> str:
    """Say what in the orders makes this kind of flow the group's own."""
    tell = _FITS.get(test.kind, _fit_generally)
    return tell(test, segment)


def _fit_onboarding(test: BackTest, segment: SegmentFacts) -> str:
    first = sum(item.customers for item in segment.stages if item.stage == "onboard")
    text = f"{format_share(first, segment.size)} {segment.name} stand after their first order today"
    if test.wait_days:
        text += f". Second orders have their time: {test.wait_reason}"
    return f"{text}."


def _fit_replenishment(test: BackTest, segment: SegmentFacts) -> str:
    again = test.again
    if again is None or again.median_days is None:
        return _fit_generally(test, segment)
    short = (
        f"; the finished waits alone would say {format_number(again.closed_median_days, 0)}, because those who still wait "
        "are not in them"
        if again.closed_median_days is not None and round(again.closed_median_days) < round(again.median_days)
        else ""
    )
    return (
        f"{format_share(again.n_customers, segment.size)} {segment.name} bought “{again.name}” again, half of the times "
        f"within {plural(round(again.median_days), 'day')} ({plural(again.n_closed, 'finished wait')} and {again.n_open} still "
        f"open){short}. A reminder on that day reaches only those who have not come by themselves."
    )


def _fit_cross_sell(test: BackTest, segment: SegmentFacts) -> str:
    pair = test.pair
    if pair is None:
        return _fit_generally(test, segment)
    lag = (
        f", {plural(round(pair.median_lag_days), 'day')} later at the median" if pair.median_lag_days else ""
    )
    return (
        f"Of {plural(pair.n_first, 'buyer')} of “{pair.first}”, {pair.support} went on to “{pair.second}” on a later day{lag}: "
        f"{format_number(pair.lift, 1)} times as often as customers at large. {segment.name} already build a set; the flow names the "
        "next piece to those who lack it."
    )


def _fit_promotion(test: BackTest, segment: SegmentFacts) -> str:
    season = test.season
    if test.deadlines:
        return _fit_deadlines(test, segment)
    if season is None:
        return _fit_generally(test, segment)
    even = season.n * len(season.months) / 12
    years = "one year only, so the season is seen once" if season.years < 2 else plural(season.years, "year")
    return (
        f"{segment.name} buy by the calendar: {season.k} of their {plural(season.n, 'purchase day')} lie in "
        f"{season_text(season.months)}, where an even spread would put {format_number(even, 1)} ({years}). A flow that opens "
        "with the season meets them when they decide, and leaves them alone for the rest of the year."
    )


def _fit_deadlines(test: BackTest, segment: SegmentFacts) -> str:
    told = " and ".join(f"“{one.exact.rstrip('.')}” [@{one.source_id}]" for one in test.deadlines)
    return (
        f"The page that speaks to {segment.name} names the last days to order: {told}. The flow opens four weeks before each, while an "
        "order can still be quoted, signed and delivered."
    )


def _fit_re_engagement(test: BackTest, segment: SegmentFacts) -> str:
    return (
        f"{segment.name} had {plural(test.fires, 'silence')} longer than {plural(test.wait_days or 0, 'day')}, and "
        f"{plural(test.customers_now, 'customer')} {'is' if test.customers_now == 1 else 'are'} in one today. The line is theirs: "
        f"{_basis(test)}. That is late enough not to nag and early enough to be remembered."
    )


def _fit_win_back(test: BackTest, segment: SegmentFacts) -> str:
    return (
        f"After {plural(test.wait_days or 0, 'day')} without an order most of those {segment.name} who came back had come back: "
        f"{_basis(test)}. {plural(test.customers_now, 'customer')} {'is' if test.customers_now == 1 else 'are'} beyond it today."
    )


def _fit_anniversary(test: BackTest, segment: SegmentFacts) -> str:
    if test.dates == "occasions":
        named = join_words([f"{one.name} ({plural(one.orders, 'order')})" for one in segment.occasions[:3]])
        return (
            f"{segment.name} say what they buy for and when it has to be there: {named}. {plural(test.fires, 'such day')} of "
            f"{format_share(test.customers, segment.size)} came round within these files. Whoever buys for a date needs no reason to buy, only the "
            "date in time."
        )
    what = "birthday" if test.dates == "birthdays" else "anniversary of the first order"
    return (
        f"{format_share(test.customers, segment.size)} {segment.name} have had a {what} since they first bought, {plural(test.fires, 'time')} "
        "in all; a date of one's own is noticed when an offer is not."
    )


def _fit_loyalty(test: BackTest, segment: SegmentFacts) -> str:
    return (
        f"{format_share(test.customers, segment.size)} {segment.name} have reached a fifth day with an order; they have shown "
        "what they like, so a reward can name it."
    )


def _fit_thank_you(test: BackTest, segment: SegmentFacts) -> str:
    return (
        f"{segment.name} gave {plural(test.fires, 'order')} to say thanks for, {test.fires_last_year} of them in the last year; "
        "the day after the parcel is when use is decided."
    )


def _fit_review(test: BackTest, segment: SegmentFacts) -> str:
    proxy = lower_first(test.stands_in.rstrip(".")) or "a waiting time stands in for the delivery date"
    return f"{plural(test.fires, 'order')} of {segment.name} had time to arrive and be used; {proxy}."


def _fit_cart(test: BackTest, segment: SegmentFacts) -> str:
    open_ones = test.observed - test.returned
    return (
        f"{segment.name} left {plural(test.fires, 'checkout')} without an order at first; {open_ones} of the {test.observed} seen to "
        f"their end never became one within {plural(test.horizon_days, 'day')}. {plural(test.customers_now, 'account')} "
        f"{'has' if test.customers_now == 1 else 'have'} one open today: nobody is nearer to an order."
    )


def _fit_browse(test: BackTest, segment: SegmentFacts) -> str:
    return (
        f"{format_share(test.customers, segment.size)} {segment.name} looked at goods and put nothing into a basket, "
        f"{plural(test.fires, 'time')} in all; {test.returned} of {test.observed} looks seen to their end were followed by an order "
        f"within {plural(test.horizon_days, 'day')}."
    )


def _fit_stock(test: BackTest, segment: SegmentFacts) -> str:
    if test.observability is Observability.PROXY:
        proxy = lower_first(test.stands_in.rstrip("."))
        return f"{segment.name}: {proxy}; {plural(test.fires, 'gap')} of that kind in their products."
    return (
        f"{format_share(test.customers, segment.size)} {segment.name} asked to be told when something is back, "
        f"{plural(test.fires, 'time')} in all: they have decided already, and wait for the company."
    )


def _fit_generally(test: BackTest, segment: SegmentFacts) -> str:
    kind = flow_kinds()[test.kind]
    return (
        f"{kind.label} would have started {plural(test.fires, 'time')} for {format_share(test.customers, segment.size)} "
        f"{segment.name} in the time these files cover."
    )


_FITS: dict[str, Callable[[BackTest, SegmentFacts], str]] = {
    "onboarding": _fit_onboarding,
    "replenishment": _fit_replenishment,
    "cross_sell": _fit_cross_sell,
    "promotion": _fit_promotion,
    "re_engagement": _fit_re_engagement,
    "win_back": _fit_win_back,
    "anniversary": _fit_anniversary,
    "loyalty": _fit_loyalty,
    "thank_you": _fit_thank_you,
    "review_request": _fit_review,
    "abandoned_cart": _fit_cart,
    "browse_abandonment": _fit_browse,
    "back_in_stock": _fit_stock,
}


def _basis(test: BackTest) -> str:
    return test.wait_reason or "a starting point"


def _day(day: date) -> str:
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def piece_sentence(item: Evidence, source_type: SourceType, *, consequence: str = "") -> str:
    """Say what one piece of evidence adds, in its own words, with its citation.

    ``consequence`` follows a piece that speaks against the group: what the flow does about it.
    """
    where = {
        SourceType.RESEARCH: "Research",
        SourceType.WEBSITE: "The website",
        SourceType.SURVEY: "The survey",
    }.get(source_type, "The order history")
    said = _shortened(item.quote.exact) if item.quote else item.claim.rstrip(".")
    told = f"“{said}”" if item.quote else said[:1].lower() + said[1:]
    if item.direction is Direction.CONTRADICTS:
        text = f"Against it stands {item.id}: {told} [@{item.source_id}]"
        return f"{text}; {consequence}." if consequence else f"{text}."
    return f"{where} says so too ({item.id}): {told} [@{item.source_id}]."


def _shortened(quote: str) -> str:
    words = quote.split()
    return " ".join(words) if len(words) <= QUOTED_WORDS else f"{' '.join(words[:QUOTED_WORDS])} …"


CONSEQUENCES = {
    "onboarding": "so the first message helps and sells nothing",
    "replenishment": "so the message asks and offers a pause, and no discount pushes a full drawer",
    "cross_sell": "so the second product is named once and not urged",
    "promotion": "so nobody who comes anyway is paid with a discount to come",
    "re_engagement": "so two questions are asked and then there is quiet",
    "win_back": "so the first message asks for the reason before it offers anything",
    "anniversary": "so there is one reminder, and silence after it is taken as the answer",
    "loyalty": "so the reward is named plainly, because many do not know what they hold",
    "thank_you": "so the thanks ask for nothing",
    "review_request": "so the question can be left unanswered without a second one",
    "abandoned_cart": "so the basket is shown as it was, without pressure",
    "browse_abandonment": "so there is one message, not a series",
    "back_in_stock": "so the notice is one line, without a discount",
}


def room_sentence(test: BackTest, order_value: str) -> str:
    """Say how much a flow could change at most: the firings that no order followed, and what an order is worth.

    Examples
    --------
    >>> from segkit.model.flow_facts import BackTest, Observability
    >>> test = BackTest(kind="onboarding", segment_id=1, observability=Observability.OBSERVABLE, horizon_days=60, observed=3, returned=2)
    >>> room_sentence(test, "20.00 EUR")
    '2 of 3 newcomers watched for 60 days came a second time unasked; one did not in that time, at 20.00 EUR an order.'
    """
    if not test.observed:
        return "How many would have come back without it is not known yet: no firing is observed to its end."
    left = test.observed - test.returned
    worth = f", at {order_value} an order" if order_value else ""
    return _ROOMS[test.kind].format(
        returned=format_count(test.returned),
        of=format_share(test.returned, test.observed),
        observed=format_count(test.observed),
        orders=plural(test.returned, "order"),
        times=plural(test.returned, "time"),
        chances=plural(test.observed, "time"),
        left="one" if left == 1 else format_count(left),
        days=plural(test.horizon_days, "day"),
        worth=worth,
    )


_ROOMS = {
    "onboarding": "{of} newcomers watched for {days} came a second time unasked; {left} did not in that time{worth}.",
    "abandoned_cart": "{of} baskets left behind became an order within {days} by themselves. What is left to win: {left}{worth}.",
    "browse_abandonment": "{of} looks ended in an order within {days} without a word; the flow can win only among the other {left}{worth}.",
    "promotion": "{chances} such a day came near and could be watched, and {times} an order came unasked within {days}. That leaves {left}{worth}.",
    "re_engagement": "Of {observed} silences {returned} ended by themselves within {days}. The flow can only change the other {left}{worth}.",
    "thank_you": "{of} orders had another one within {days} without any thanks; thanks can matter for the other {left}{worth}.",
    "review_request": "{of} orders were followed by another within {days} unasked; the question serves the other {left} as well, and costs nothing.",
    "cross_sell": "{of} first buyers went on to the second thing within {days} unasked; the flow speaks to the other {left}{worth}.",
    "back_in_stock": "{of} notices were followed by an order within {days}. What is left to win: {left}{worth}.",
    "anniversary": "{orders} came unasked within {days} of {observed} such dates; at most the flow can add the other {left}{worth}.",
    "replenishment": (
        "{chances} the usual time ran out without an order, and {times} one followed unasked within {days}. A reminder serves "
        "those who are late, not the many who come anyway: it can win the other {left}{worth}."
    ),
    "win_back": "Of {observed} who fell silent so long {returned} returned within {days} by themselves; ask the other {left} for the reason{worth}.",
    "loyalty": "{of} frequent customers ordered again within {days} without a reward; it can help to keep the other {left}{worth}.",
}
"""What is left for each kind of flow to win; every kind of the catalogue has one (a test says so)."""


def back_test_sentences(test: BackTest, facts: FlowFacts) -> tuple[str, ...]:
    """Tell the back-test: firings, what followed anyway, what is still open, and what it cannot say."""
    if test.observability is Observability.NOT_OBSERVABLE:
        return (test.missing, test.close)
    span = f"from {_day(facts.first_day)} to {_day(facts.as_of)}"
    found = [
        f"It would have fired {plural(test.fires, 'time')} for {plural(test.customers, 'customer')} {span}, {test.fires_last_year} of them in the last 365 days."
    ]
    if test.stands_in:
        found.append(f"By proxy: {test.stands_in.rstrip('.')}.")
    if test.observed:
        cut = (
            f"; {plural(test.still_open, 'firing')} {'is' if test.still_open == 1 else 'are'} too recent to tell"
            if test.still_open
            else ""
        )
        found.append(
            f"{format_share(test.returned, test.observed)} that could be watched for {plural(test.horizon_days, 'day')} were followed "
            f"by an order with no flow at all{cut}."
        )
    if test.rate is not None and test.naive is not None:
        found.append(
            f"Counting recent ones as lost would give {format_percent(test.naive)}; counting them as still open (Kaplan-Meier) gives "
            f"{format_percent(test.rate.value)}, 95 % interval {format_percent(test.rate.low)} to {format_percent(test.rate.high)}, n = {test.rate.n}."
        )
    found.append("This shows when the flow would have fired, never what it would have earned.")
    return tuple(found)


def audience_sentence(reach: Sequence[Reach], channel: Channel, name: str) -> str:
    """Say who of the group can be reached today by the flow's channel, and why not the others."""
    found = next((item for item in reach if item.channel is channel), None)
    if found is None or not found.n_customers:
        return f"Whether {name} can be reached by {CHANNEL_WORDS[channel]} is not in these files."
    parts = [
        f"{format_share(found.reachable, found.n_customers)} {name} can be reached by {CHANNEL_WORDS[channel]} today"
    ]
    no_address = found.n_customers - found.with_address
    why = [
        f"{format_count(count)} {told}"
        for count, told in (
            (found.refused, "did not agree"),
            (found.unknown, "were never asked, as far as the files show"),
            (no_address, "have no address on file"),
        )
        if count
    ]
    source = f" (from {found.source})" if found.source else ""
    return f"{parts[0]}{source}" + (f"; {join_words(why)}." if why else ".")


def rival_sentence(chosen: FlowScore, rival: FlowScore, *, holder: str = "", overridden: bool = False) -> str:
    """Say why the strongest rejected kind of flow lost: on which parts, or to which other group.

    ``holder`` is the group that got the rival's stage or kind.
    """
    kind, label = flow_kinds()[rival.kind], stage_definitions()[rival.stage].label
    if overridden:
        return f"{kind.label} ({label.lower()}) would have come with {rival.total} points against {chosen.total}; the choice was made in company.toml."
    points = f"{rival.total} points against {chosen.total}"
    if rival.total == chosen.total:
        points = f"as many points ({rival.total})"
    start = f"{kind.label} ({label.lower()}) came next with {points}"
    own = {part.name: part for part in chosen.parts}
    lost = [part for part in rival.parts if part.points < own[part.name].points] if chosen.parts else []
    won = [part for part in rival.parts if part.name in own and part.points > own[part.name].points]
    why = join_words([_part_against(part, own[part.name].points) for part in lost[:2]])
    if holder and rival.total >= chosen.total:
        instead = flow_kinds()[chosen.kind].label.lower()
        return f"{start}; its place went to {holder}, and with {instead} here the plan as a whole has the most points."
    better = f" It is stronger on {join_words([_PART_NOUNS[part.name] for part in won[:2]])}." if won else ""
    return (
        f"{start}. It loses on {why}.{better}"
        if why
        else f"{start}. Nothing measured sets the two apart; the order of the catalogue decided."
    )


_PART_NOUNS = {
    "entrants": "how many would enter",
    "own": "how much it is this group's own",
    "room": "the room it leaves",
    "evidence": "evidence",
    "reach": "reach",
    "today": "who stands there today",
}


def _part_against(part: ScorePart, chosen: int) -> str:
    """Say on what a rival lost, with its reason and both points."""
    return f"{_PART_NOUNS[part.name]} ({part.reason}: {part.points} against {chosen})"
