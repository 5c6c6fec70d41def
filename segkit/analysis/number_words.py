"""Amounts in running text: durations, money, ages and shares, in digits or written out, as figures or as ranges.

A clause in, amounts in our units out: days, an ISO currency, years, shares of one, orders per year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from segkit.words.number_names import SMALL_NUMBERS

DURATION, MONEY, AGE, SHARE, RATE = "days", "money", "years", "share", "orders per year"
DAYS = {"day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.4375, "year": 365.25}
"""Days of a unit; a month is a twelfth of a year."""
_CURRENCIES = {
    "£": "GBP",
    "€": "EUR",
    "$": "USD",
    "gbp": "GBP",
    "eur": "EUR",
    "usd": "USD",
    "chf": "CHF",
    "pounds": "GBP",
    "euros": "EUR",
    "euro": "EUR",
    "dollars": "USD",
}
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: float(value) for value, word in enumerate(SMALL_NUMBERS)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, start=2)
}
_FRACTIONS = {
    "half": 0.5,
    "a third": 1 / 3,
    "one third": 1 / 3,
    "two thirds": 2 / 3,
    "a quarter": 0.25,
    "one quarter": 0.25,
    "three quarters": 0.75,
}
_NAMED = {**_FRACTIONS, "once": 1.0, "twice": 2.0}

_WORD = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(SMALL_NUMBERS[1:10])}))?|{'|'.join(sorted(SMALL_NUMBERS, key=len, reverse=True))})"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d{1,2})?"
_NUMBER = rf"(?:{_DIGITS}|\b{_WORD}\b)"
_TO = "\\s*(?:to|\u2013|\u2014|-|and|or|bis)\\s*"
_FLAGS = re.IGNORECASE


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A figure, or a range with its middle as the value."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None


_UNIT = r"(?P<unit>days?|weeks?|fortnights?|months?)"
_PATTERNS = {
    DURATION: (
        rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?[\s-]*{_UNIT}\b",
        rf"\bevery (?P<other>other )?{_UNIT}\b",
    ),
    MONEY: (
        rf"(?P<unit>[£€$]|\b(?:GBP|EUR|USD|CHF)\b)\s*(?P<low>{_DIGITS})(?:{_TO}(?:[£€$]|GBP|EUR|USD|CHF)?\s*(?P<high>{_DIGITS}))?",
        rf"(?P<low>{_DIGITS})(?:{_TO}(?P<high>{_DIGITS}))?\s*(?P<unit>[€£$]|GBP\b|EUR\b|USD\b|CHF\b|pounds\b|euros?\b|dollars\b)",
    ),
    AGE: (
        rf"\baged (?:between )?(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?",
        rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?[\s-]years?[\s-](?:olds?\b|of age\b)",
        rf"\b(?:average|median|mean) age (?:\w+ ){{0,5}}?(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))?",
        r"\bin their (?P<part>early |mid-?|late )?(?P<decade>twenties|thirties|forties|fifties|sixties|seventies|[2-9]0s)\b",
    ),
    SHARE: (
        rf"(?P<low>{_NUMBER})(?:\s*(?:%|percent|per cent))?(?:{_TO}(?P<high>{_NUMBER}))?\s*(?:%|percent\b|per cent\b)",
        rf"(?P<part>{_NUMBER}) (?:out )?of (?:the |these |those |all )?(?P<whole>{_NUMBER})\b(?! ?(?:%|percent|per cent|days|weeks))",
        rf"\b(?P<part>{_WORD}) in (?P<whole>{_WORD}|\d+)\b",
        rf"\bof (?:the |these |those |all )?(?P<whole>{_NUMBER}) \w+(?: \w+){{0,6}}?, (?P<part>{_NUMBER})\b",
        rf"\b(?P<fraction>{'|'.join(_FRACTIONS)})\b",
    ),
    RATE: (
        rf"(?P<low>{_NUMBER})(?:{_TO}(?P<high>{_NUMBER}))? (?:orders|purchases|times) (?:a|per|each|every) year\b",
        r"\b(?P<times>once|twice) (?:a|per|each|every) year\b",
    ),
}
_COMPILED = {
    kind: tuple(re.compile(pattern, _FLAGS) for pattern in patterns) for kind, patterns in _PATTERNS.items()
}


def read_amounts(clause: str, *, kind: str) -> tuple[Amount, ...]:
    """Return the amounts of one kind in a clause, in order; no stretch of text counts twice.

    Parameters
    ----------
    clause : str
    kind : str
        "days", "money", "years", "share" or "orders per year".

    Examples
    --------
    >>> read_amounts("every five to nine weeks", kind="days")
    (Amount(value=49.0, unit='days', low=35.0, high=63.0),)
    >>> read_amounts("62 % of them, 38 of 61", kind="share")[0].value
    0.62
    """
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Amount]] = []
    for pattern in _COMPILED[kind]:
        for match in pattern.finditer(clause):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            amount = _amount(match.groupdict(), kind)
            if amount is not None:
                taken.append((start, end))
                found.append((start, amount))
    return tuple(amount for _, amount in sorted(found, key=lambda pair: pair[0]))


def _amount(parts: dict[str, str | None], kind: str) -> Amount | None:
    """Return the amount that the parts of a match stand for."""
    if parts.get("decade"):
        return _decade(parts["decade"] or "", (parts.get("part") or "").strip(" -").lower())
    if parts.get("whole"):
        part, whole = read_number(parts["part"] or ""), read_number(parts["whole"] or "")
        return Amount(value=part / whole, unit=kind) if whole and part <= whole else None
    named = (parts.get("fraction") or parts.get("times") or "").lower()
    return Amount(value=_NAMED[named], unit=kind) if named else _measured(parts, kind)


def _measured(parts: dict[str, str | None], kind: str) -> Amount | None:
    """Return a figure or a range with its unit; None for a range that falls ("nine or two")."""
    unit, scale = _unit((parts.get("unit") or "").lower(), kind)
    if not parts.get("low"):
        return Amount(value=scale * (2 if parts.get("other") else 1), unit=unit)
    low = read_number(parts["low"] or "") * scale
    if not parts.get("high"):
        return Amount(value=low, unit=unit)
    high = read_number(parts["high"] or "") * scale
    return Amount(value=(low + high) / 2, unit=unit, low=low, high=high) if low < high else None


def _unit(written: str, kind: str) -> tuple[str, float]:
    if kind == DURATION:
        return kind, DAYS[written.removesuffix("s")]
    if kind == MONEY:
        return _CURRENCIES[written], 1.0
    return kind, 0.01 if kind == SHARE else 1.0


def _decade(word: str, part: str) -> Amount:
    """Return the ages of "in their late twenties"."""
    names = ("twenties", "thirties", "forties", "fifties", "sixties", "seventies")
    start = 10.0 * (names.index(word.lower()) + 2) if word.lower() in names else float(word[:2])
    low, high = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}.get(part, (0, 9))
    return Amount(value=start + (low + high) / 2, unit=AGE, low=start + low, high=start + high)


def read_number(text: str) -> float:
    """Return a number in digits or words.

    Examples
    --------
    >>> read_number("1,250.50"), read_number("2,5"), read_number("Twenty-five"), read_number("seven")
    (1250.5, 2.5, 25.0, 7.0)
    """
    plain = text.strip().lower()
    if plain[0].isdigit():
        if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
            return float(plain.replace(",", ""))
        return float(plain.replace(",", "."))
    return sum(_WORDS[word] for word in re.split(r"[- ]", plain))
