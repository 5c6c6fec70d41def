"""Sentences about offers that disagree: both sources, both values, and what flows and messages do meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from segkit.words.figures import format_quantity, join_words, plural

# not from strftime, which follows the language of the machine
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def say_day(day: date) -> str:
    """Return a day as people write it, with its weekday.

    Examples
    --------
    >>> say_day(date(2026, 12, 16))
    'Wednesday 16 December 2026'
    """
    return f"{_WEEKDAYS[day.weekday()]} {_plain_day(day)}"


def _plain_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_deadlines(subject: str, *, one: tuple[str, date], other: tuple[str, date]) -> str:
    """Say that two pages give two last order days.

    Examples
    --------
    >>> say_deadlines("last order day for Christmas, UK", one=("a.html", date(2026, 12, 16)), other=("b.html", date(2026, 12, 18)))
    'Last order day for Christmas, UK: a.html says Wednesday 16 December 2026, b.html says Friday 18 December 2026.'
    """
    return f"{subject[:1].upper()}{subject[1:]}: {one[0]} says {say_day(one[1])}, {other[0]} says {say_day(other[1])}."


def rule_deadlines(earlier: date) -> str:
    """Say what to do while a deadline is in doubt."""
    return f"name neither date until the pages agree; promise nothing for orders after {say_day(earlier)}"


def say_weekday(where: str, *, written: str, day: date) -> str:
    """Say that a weekday does not fit its date.

    Examples
    --------
    >>> say_weekday("a.html", written="Friday 17 December 2026", day=date(2026, 12, 17))
    'a.html says “Friday 17 December 2026”, but 17 December 2026 is a Thursday.'
    """
    return f"{where} says “{written}”, but {_plain_day(day)} is a {_WEEKDAYS[day.weekday()]}."


RULE_WEEKDAY = "leave the date out until the page is corrected"


def say_prices(name: str, *, one: tuple[str, str], other: tuple[str, str], orders: bool = False) -> str:
    """Say that a product has two prices; ``orders`` where the second is what customers paid.

    Examples
    --------
    >>> say_prices("Hat kit", one=("a.html", "29.50 GBP"), other=("order 7, price", "31.00 GBP"), orders=True)
    '“Hat kit” costs 29.50 GBP on a.html, but was last sold for 31.00 GBP before discounts (order 7, price); a sale or a new price may explain it.'
    """
    if orders:
        return (
            f"“{name}” costs {one[1]} on {one[0]}, but was last sold for {other[1]} before discounts ({other[0]}); "
            "a sale or a new price may explain it."
        )
    return f"“{name}” costs {one[1]} on {one[0]} and {other[1]} on {other[0]}; a sale may explain it."


RULE_PRICE = "name no price for it; link to the product instead"


def say_ended_code(code: str, *, where: str, ended: date, saved: date | None, more: int = 0) -> str:
    """Say that a page still shows a code that has ended.

    Examples
    --------
    >>> say_ended_code("WOOL15", where="a.html", ended=date(2025, 12, 14), saved=date(2026, 9, 10))
    'a.html still showed the code WOOL15 on Thursday 10 September 2026, but by its own words it ended on Sunday 14 December 2025.'
    """
    shown = f"still showed the code {code} on {say_day(saved)}" if saved else f"still shows the code {code}"
    others = f" (so do {plural(more, 'other page')})" if more else ""
    return f"{where} {shown}{others}, but by its own words it ended on {say_day(ended)}."


def say_used_after_end(code: str, *, where: str, ended: date, order: str, last: date) -> str:
    """Say that a code was taken after its end.

    Examples
    --------
    >>> say_used_after_end("WOOL15", where="a.html", ended=date(2025, 12, 14), order="order 9", last=date(2026, 1, 2))
    'a.html says that the code WOOL15 ended on Sunday 14 December 2025, but order 9 still used it on Friday 2 January 2026.'
    """
    return f"{where} says that the code {code} ended on {say_day(ended)}, but {order} still used it on {say_day(last)}."


def say_codes(code: str, *, one: tuple[str, str], other: tuple[str, str]) -> str:
    """Say that two pages describe a code in two ways.

    Examples
    --------
    >>> say_codes("WOOL15", one=("a.html", "15 % off"), other=("b.html", "10 % off"))
    'The code WOOL15 is “15 % off” on a.html and “10 % off” on b.html.'
    """
    return f"The code {code} is “{one[1]}” on {one[0]} and “{other[1]}” on {other[0]}."


def say_code_share(code: str, *, where: str, percent: float, taken: Sequence[float], order: str) -> str:
    """Say that orders with a code were given another percentage than the page promises.

    Examples
    --------
    >>> say_code_share("WOOL15", where="a.html", percent=15, taken=(20.0, 20.0), order="order 9")
    'a.html gives 15 % off with the code WOOL15, but it took 20 % off 2 orders (order 9) and 15 % of no part of them.'
    """
    seen = join_words([f"{share:.3g} %" for share in sorted(set(taken))[:3]])
    return (
        f"{where} gives {percent:g} % off with the code {code}, but it took {seen} off {plural(len(taken), 'order')} "
        f"({order}) and {percent:g} % of no part of them."
    )


RULE_CODE = "leave the code out"


def say_amounts(subject: str, *, one: tuple[str, str], other: tuple[str, str]) -> str:
    """Say that two pages give two charges, thresholds or periods.

    Examples
    --------
    >>> say_amounts("free delivery, UK", one=("a.html", "from £60"), other=("b.html", "from £50"))
    'On “free delivery, UK”, a.html says “from £60” and b.html says “from £50”.'
    """
    return f"On “{subject}”, {one[0]} says “{one[1]}” and {other[0]} says “{other[1]}”."


def rule_amounts(subject: str) -> str:
    """Say what to do while a charge, threshold or period is in doubt."""
    return f"say nothing of {subject} until the pages agree"


def say_pro_forma(where: str, *, words: str, terms: str, order: str, place: int) -> str:
    """Say that an order was given other terms than the page lays down.

    Examples
    --------
    >>> say_pro_forma("a.html", words="Studios: pro forma for the first two orders.", terms="Net 30", order="order 9", place=2)
    'a.html says “Studios: pro forma for the first two orders.”, but order 9 had “Net 30” as order number 2 of its customer.'
    """
    return f"{where} says “{words}”, but {order} had “{terms}” as order number {place} of its customer."


RULE_TERMS = "name no payment terms; ask whoever grants them"


def say_broken_promise(where: str, *, words: str, order: str, note: str) -> str:
    """Say that a note in an order records what a page says is not done.

    Examples
    --------
    >>> say_broken_promise("a.html", words="We do not chase schools in August.", order="order 9, Notes", note="Reminder sent 17 August")
    'a.html says “We do not chase schools in August.”, but order 9, Notes reads “Reminder sent 17 August”.'
    """
    return f"{where} says “{words}”, but {order} reads “{note}”."


RULE_PROMISE = "keep to what the page promises"


def say_amount(amount: float, unit: str) -> str:
    """Return an amount with its unit, as a ledger shows it.

    Examples
    --------
    >>> say_amount(30, "days"), say_amount(15, "%")
    ('30 days', '15 %')
    """
    return f"{amount:g} %" if unit == "%" else format_quantity(amount, unit).replace("\u00a0", " ")
