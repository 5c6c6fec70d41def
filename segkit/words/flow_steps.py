"""What stands on the steps of a flow: trigger, messages, tasks, waits and re-entry in words, one wording for each kind."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from segkit.model.flow import Channel
from segkit.words.figures import format_count, join_words, plural
from segkit.words.flow_scores import CHANNEL_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWords:
    """The words of one kind of flow; ``{product}`` and ``{second}`` stand for what was measured."""

    trigger: str
    messages: tuple[tuple[str, str], ...]  # name and purpose
    task: str  # for somebody who may not be written to
    reentry: str
    purchase: str


STEPS: dict[str, StepWords] = {
    "onboarding": StepWords(
        trigger="A first order with {product} in it.",
        messages=(
            ("First steps", "Help to use the first {product}, so that the beginning is not also the end."),
            ("Second visit", "Give one reason to come a second time while the first is still fresh."),
        ),
        task="May not be written to: whoever serves this newcomer next asks how the first {product} went.",
        reentry="A first order happens once, so nobody enters twice.",
        purchase="A second order is what the flow is for: it ends at once, and nothing more is sent.",
    ),
    "abandoned_cart": StepWords(
        trigger="A checkout or basket that is left without an order.",
        messages=(
            (
                "Basket kept",
                "Bring back the basket with what is in it, and answer what most often stops people.",
            ),
            ("Before it is emptied", "Ask once more, then let the basket go."),
        ),
        task="May not be written to: the basket is shown to whoever looks after the account, for the next call.",
        reentry="Each new basket may start it again, but not within {days}.",
        purchase="An order ends the flow, whatever is in it; a basket that became an order needs no reminder.",
    ),
    "browse_abandonment": StepWords(
        trigger="A product looked at and not put into a basket.",
        messages=(("The one you looked at", "Show the product again with the one fact that decides."),),
        task="May not be written to: nothing happens, a look is no reason to call.",
        reentry="At most once in {days}, however often somebody looks.",
        purchase="A basket or an order ends the flow.",
    ),
    "promotion": StepWords(
        trigger="The season opens: {season}.",
        messages=(
            (
                "The season opens",
                "Say that the time to order {product} has come, and what has to be known in time.",
            ),
            ("Before it closes", "Remind those who have not ordered while there is still time to deliver."),
        ),
        task="May not be written to: a line on a card, or a word at the next order, that the season has opened.",
        reentry="Once a season: not again within {days}.",
        purchase="Who orders leaves the flow at once and is not reminded of a season already served.",
    ),
    "re_engagement": StepWords(
        trigger="No order for {wait}, longer than half of this group lets pass.",
        messages=(
            ("Is the next one due?", "Ask whether the next {product} is due, with a way to say: not yet."),
            ("Last question", "Ask once more, and then keep quiet until they order."),
        ),
        task="May not be written to: no message; the account is put on the list for the next personal contact.",
        reentry="Not again within {days}, so that silence is respected.",
        purchase="Any order ends the flow; the clock starts anew.",
    ),
    "thank_you": StepWords(
        trigger="Every order.",
        messages=(
            ("Thank you, and how to use it", "Thank for the order and say how {product} is used and kept."),
        ),
        task="May not be written to: the thanks go into the parcel.",
        reentry="After {days} at the earliest, so that frequent buyers are not thanked every week.",
        purchase="Another order does not end it: the thanks belong to the first one.",
    ),
    "review_request": StepWords(
        trigger="An order that has had time to arrive and be used.",
        messages=(("How is it?", "Ask for one honest sentence about {product}."),),
        task="May not be written to: nobody is asked for a review against their wish.",
        reentry="Not again within {days}; one question at a time.",
        purchase="Another order does not end it; a return does.",
    ),
    "cross_sell": StepWords(
        trigger="An order of {product} by somebody who has no {second} yet.",
        messages=(
            ("What goes with it", "Offer {second} to those who have {product} and not yet the other."),
        ),
        task="May not be written to: {second} is named in person when {product} is next ordered.",
        reentry="Not again within {days}, even when {product} is ordered again.",
        purchase="Buying {second} ends the flow; any other order does not.",
    ),
    "back_in_stock": StepWords(
        trigger="A product that somebody asked to be told about is back.",
        messages=(("It is back", "Tell who waited that it is there, before anybody else is told."),),
        task="May not be written to: whoever looks after the account tells them.",
        reentry="For each product waited for; two notices come at least {days} apart.",
        purchase="Any order ends the flow, and so does selling out again.",
    ),
    "anniversary": StepWords(
        trigger="{before} before a date that comes round every year: {date}.",
        messages=(
            (
                "A date to remember",
                "Remind of the date in time to order {product}, with a way to skip it this year.",
            ),
        ),
        task="May not be written to: nothing is sent; the date is kept, and used when they next get in touch.",
        reentry="Once a year: not again within {days}.",
        purchase="Who has already ordered for the date leaves the flow.",
    ),
    "replenishment": StepWords(
        trigger="An order of {product}.",
        messages=(
            (
                "Running low",
                "Ask those who have not reordered {product} by their usual day, and make the next order easy.",
            ),
        ),
        task="May not be written to: no message; a reminder card goes into the next parcel of {product}.",
        reentry="Every order of {product} starts it again; two reminders are at least {days} apart.",
        purchase="Buying {product} again ends the flow and starts the wait anew.",
    ),
    "win_back": StepWords(
        trigger="No order for {wait}: most who ever came back had come back by then.",
        messages=(
            ("Still welcome", "Ask why the orders stopped, and make one return easy."),
            ("We will be quiet now", "Say that this is the last letter, and how to come back."),
        ),
        task="May not be written to: one personal call or card, then silence.",
        reentry="Once a year at most: not again within {days}.",
        purchase="Any order ends the flow and makes them a customer in rhythm again.",
    ),
    "loyalty": StepWords(
        trigger="The fifth day with an order.",
        messages=(
            ("For regulars", "Say what regular customers get, and let it be used with the next {product}."),
        ),
        task="May not be written to: the reward is handed over in person or laid into the parcel.",
        reentry="The fifth order comes once, so nobody enters twice.",
        purchase="An order does not end it before the reward was offered.",
    ),
}
"""The wording of each kind; every kind of the catalogue has one (a test says so)."""

DATE_TEXTS = {
    "birthdays": "the customer's birthday",
    "occasions": "the day on which a present had to be there the year before",
    "first orders": "the day of the first order",
}
"""Which date an anniversary goes by."""
ISSUE_QUESTION = "Is an invoice unpaid, a return open or a complaint unanswered?"
SETTLE_NAME = "Settle it first"
SETTLE_TEXT = "Somebody settles the open matter in person; no promotion until it is closed."
SUNSET = "Kept quiet until the next order"


def may_question(channel: Channel) -> str:
    """Return the question of consent and address for a channel.

    Examples
    --------
    >>> may_question(Channel.SMS)
    'Agreed to text messages, and a number on file?'
    """
    return {
        Channel.EMAIL: "Agreed to marketing email, and an address on file?",
        Channel.SMS: "Agreed to text messages, and a number on file?",
        Channel.PUSH: "Has the app with notices switched on?",
        Channel.PERSON: "May be called?",
    }[channel]


def task_name(channel: Channel) -> str:
    """Return the name of the task for those who may not be written to by a channel."""
    return f"Instead of {CHANNEL_WORDS[channel]}: a person"


def season_text(months: Sequence[int]) -> str:
    """Return months as they follow "the season".

    Examples
    --------
    >>> season_text((10, 11, 12)), season_text((3, 7)), season_text(())
    ('October to December', 'March and July', 'the months in which this group buys')
    """
    if not months:
        return "the months in which this group buys"
    months = _from_the_start(months)
    names = [calendar.month_name[month] for month in months]
    running = len(months) > 2 and all(b == a % 12 + 1 for a, b in pairwise(months))
    return f"{names[0]} to {names[-1]}" if running else join_words(names)


def _from_the_start(months: Sequence[int]) -> list[int]:
    """Return the months of a season that runs over New Year from its first one on."""
    ordered = sorted(months)
    start = next((place for place, month in enumerate(ordered) if (month - 2) % 12 + 1 not in ordered), 0)
    over_new_year = 1 in ordered and 12 in ordered
    return [*ordered[start:], *ordered[:start]] if over_new_year else ordered


def deadline_text(dates: Sequence[tuple[int, int]]) -> str:
    """Return last days to order, (day, month), as they follow "the season opens".

    Examples
    --------
    >>> deadline_text([(20, 3), (10, 7)])
    'four weeks before 20 March and 10 July, the last days to order'
    """
    named = join_words([f"{day} {calendar.month_name[month]}" for day, month in dates])
    return f"four weeks before {named}, the last {'day' if len(dates) == 1 else 'days'} to order"


def until_reason(hour: int | None, weekday: str, k: int, n: int) -> str:
    """Say why a message leaves at its hour."""
    if hour is None:
        return ""
    text = f"sent at {hour:02d}:00, the hour around which this group orders"
    return (
        f"{text}; {format_count(k)} of its {plural(n, 'purchase day')} were a {weekday}"
        if weekday and n
        else text
    )


def wait_reason(days: int, basis: str) -> str:
    """Say where the wait before the first message comes from.

    Examples
    --------
    >>> wait_reason(49, "half had bought it again by day 49 (24 gaps)")
    '49 days: half had bought it again by day 49 (24 gaps)'
    """
    if not basis:
        return f"{plural(days, 'day')}, a starting point, because the orders give no better one"
    return f"{plural(days, 'day')}: {basis}"


def gap_reason(days: int, limit: str) -> str:
    """Say why the second message waits as long as it does."""
    why = f"as long as the rule asks ({limit.rstrip('.').lower()})" if limit else "time to answer the first"
    return f"{plural(days, 'day')} to the second message: {why}"


def dropped_reason(limit: str) -> str:
    """Say why there is no second message."""
    return f"No second message: {limit[:1].lower()}{limit[1:]}"


def too_late_reason(limit: str) -> str:
    """Say why a second message would come after the last day to order."""
    return f"No second message: with {limit.rstrip('.').lower()} it would come after the last day to order."


def runs_caution(dates: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Return what to change from run to run where a flow has several last days, (day, month)."""
    if len(dates) < 2:
        return ()
    named = join_words([f"{day} {calendar.month_name[month]}" for day, month in dates], "or")
    return (f"The message names one last day; put the right one in for each run: {named}.",)
