"""What a text promises in figures: prices, percentages, days, codes, things for free, times; found and made comparable."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from segkit.words.number_names import MONTHS, SMALL_NUMBERS


class ClaimKind(StrEnum):
    """What a text promises."""

    PRICE = "price"
    PERCENTAGE = "percentage"
    DATE = "date"
    CODE = "code"
    FREE = "free"
    STOCK = "stock"
    TERM = "term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One promise: its kind, its value in a form that compares, and the words that say it."""

    kind: ClaimKind
    value: tuple[str, ...]
    text: str

    def agrees(self, other: Claim) -> bool:
        """Return whether two claims say the same; a day without a year agrees with one that has it."""
        if self.kind is not other.kind:
            return False
        return all(mine == theirs for mine, theirs in zip(self.value, other.value, strict=False))


_MONTHS = tuple(month.lower() for month in MONTHS)
_MONTH = "|".join(f"{month[:3]}(?:{month[3:]})?" if month != "may" else month for month in _MONTHS).replace(
    "sep(?:tember)?", "sept?(?:ember)?"
)
_WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_NUMBERS = {word: str(number) for number, word in enumerate(SMALL_NUMBERS[:16])} | {
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "ninety": "90",
    "hundred": "100",
    "couple of": "2",
    "fortnight": "2",
}
_NUMBER = rf"\d+(?:[.,]\d+)?|{'|'.join(word for word in _NUMBERS if word != 'fortnight')}"
_CURRENCIES = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "pounds": "GBP",
    "pound": "GBP",
    "euros": "EUR",
    "euro": "EUR",
    "dollars": "USD",
    "dollar": "USD",
}
_SIGN = r"£|€|\$|GBP|EUR|USD|CHF|SEK|NOK|DKK|PLN|CAD|AUD"
_AMOUNT = r"\d{1,3}(?:[ ,.\u2019']\d{3})*(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d{1,2})?"

_PRICE = re.compile(
    rf"(?P<sign>{_SIGN})\s?(?P<amount>{_AMOUNT})|(?P<amount2>{_AMOUNT})\s?(?P<sign2>(?:{_SIGN})(?!\w)|(?:pounds?|euros?|dollars?)\b)"
)
_PERCENT = re.compile(
    rf"\b(?P<number>{_NUMBER})\s?(?:%|per\s?cent\b)|\b(?P<half>half[- ]price|half off)\b", re.IGNORECASE
)
_DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?(?:,?\s+(?P<year>\d{{4}}))?"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year2>\d{{4}}))?"
    rf"|\b(?P<day3>\d{{1,2}})[./](?P<month3>\d{{1,2}})[./](?P<year3>\d{{4}})\b"
    rf"|\b(?:by|until|till|before|on|ends)\s+(?:(?:this|next)\s+)?(?P<weekday>{_WEEKDAYS})\b",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\bcode:?\s+[\"“'\u2018]?(?P<named>[A-Z0-9][A-Z0-9_-]{2,})\b|\b(?P<bare>(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z]{2})[A-Z0-9][A-Z0-9-]{3,})\b"
)
_FREE = re.compile(
    r"\bfree\s+(?:\w+\s+)?(?P<what>delivery|shipping|postage|returns?|exchanges?|gift|gifts|samples?|wrapping|trial|workshop|skein|refill|lesson|consultation|shade card)\b"
    r"|\b(?P<nothing>free of charge|at no (?:extra )?(?:cost|charge)|no extra charge|complimentary|for free)\b",
    re.IGNORECASE,
)
_STOCK = re.compile(
    rf"\b(?:only|just|last)\s+(?P<number>{_NUMBER})\s+(?:\w+\s+)?(?:left|remain\w*|available|places?|seats?|chairs?)\b",
    re.IGNORECASE,
)
_TERM = re.compile(
    rf"\b(?P<number>{_NUMBER})[ -]+(?:(?:working|business|full|calendar)\s+)?(?P<unit>minute|hour|day|week|month|year)s?\b"
    r"|\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?\s?(?P<half>am|pm|a\.m\.|p\.m\.)|\b(?P<clock>\d{1,2}:\d{2})\b|\b(?P<noon>noon|midday|midnight)\b",
    re.IGNORECASE,
)


def find_claims(text: str) -> tuple[Claim, ...]:
    """Return what a text promises in figures, in order of kind and place.

    Examples
    --------
    >>> [(claim.kind.value, claim.value) for claim in find_claims("£4.50 posted by 12 December, 10% off with code WOOL10")]
    [('price', ('GBP', '4.5')), ('percentage', ('10',)), ('date', ('12', '12')), ('code', ('WOOL10',))]
    """
    return tuple(
        Claim(kind=kind, value=value(match), text=match[0].strip())
        for kind, pattern, value in _FINDERS
        for match in pattern.finditer(text)
    )


def _price(match: re.Match[str]) -> tuple[str, ...]:
    sign, amount = match["sign"] or match["sign2"], match["amount"] or match["amount2"]
    return (_CURRENCIES.get(sign.casefold(), sign.upper()), _amount(amount))


def _amount(text: str) -> str:
    """Return an amount in one form: the last comma or point with one or two digits is the decimal one."""
    digits = re.sub(r"[ \u2019']", "", text)
    match = re.fullmatch(r"(.*)[.,](\d{1,2})", digits)
    whole, cents = (match[1], match[2]) if match else (digits, "0")
    return _plain(f"{re.sub(r'[.,]', '', whole)}.{cents}")


def _plain(text: str) -> str:
    return f"{Decimal(text).normalize():f}"


def _number(text: str) -> str:
    said = text.casefold()
    return _NUMBERS[said] if said in _NUMBERS else _plain(said.replace(",", "."))


def _percent(match: re.Match[str]) -> tuple[str, ...]:
    return ("50",) if match["half"] else (_number(match["number"]),)


def _date(match: re.Match[str]) -> tuple[str, ...]:
    if match["iso"]:
        year, month, day = match["iso"].split("-")
        return (str(int(month)), str(int(day)), year)
    if match["weekday"]:
        return (match["weekday"].casefold(),)
    if match["day3"]:
        return (str(int(match["month3"])), str(int(match["day3"])), match["year3"])
    name = (match["month"] or match["month2"]).casefold()[:3]
    number = next(index for index, month in enumerate(_MONTHS, start=1) if month.startswith(name))
    year = match["year"] or match["year2"]
    return (str(number), str(int(match["day"] or match["day2"])), *([year] if year else []))


def _code(match: re.Match[str]) -> tuple[str, ...]:
    return (match["named"] or match["bare"],)


def _free(match: re.Match[str]) -> tuple[str, ...]:
    return (match["what"].casefold().rstrip("s"),) if match["what"] else ()


def _stock(match: re.Match[str]) -> tuple[str, ...]:
    return (_number(match["number"]),)


def _term(match: re.Match[str]) -> tuple[str, ...]:
    if match["unit"]:
        return (match["unit"].casefold(), _number(match["number"]))
    return ("clock", _clock(match))


def _clock(match: re.Match[str]) -> str:
    """Return a time of day as hours and minutes."""
    if match["noon"]:
        return "0:00" if match["noon"].casefold() == "midnight" else "12:00"
    if match["clock"]:
        hours, minutes = match["clock"].split(":")
        return f"{int(hours)}:{minutes}"
    hour = int(match["hour"]) % 12 + (12 if match["half"].casefold().startswith("p") else 0)
    return f"{hour}:{match['minute'] or '00'}"


_FINDERS: tuple[tuple[ClaimKind, re.Pattern[str], Callable[[re.Match[str]], tuple[str, ...]]], ...] = (
    (ClaimKind.PRICE, _PRICE, _price),
    (ClaimKind.PERCENTAGE, _PERCENT, _percent),
    (ClaimKind.DATE, _DATE, _date),
    (ClaimKind.CODE, _CODE, _code),
    (ClaimKind.FREE, _FREE, _free),
    (ClaimKind.STOCK, _STOCK, _stock),
    (ClaimKind.TERM, _TERM, _term),
)
