"""Figures in sentences that a person wrote: amounts of money, percentages, shares, times, days and counts, as values.

Both what a user states and what the report's evidence says are read here, so that the two can be compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from segkit.analysis.written_numbers import DIGITS, GAP, NUMBER, SPELLED, WORDS, read_values
from segkit.words.number_names import MONTHS


class FigureKind(StrEnum):
    """What a figure says: a count without unit, an amount, a percentage, k of n, a time in days, a clock time, a day, a name."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    SHARE = "share"
    TIME = "time"
    CLOCK = "clock"
    DAY = "day"
    CODE = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a sentence.

    ``values`` are the readings of its digits ("1.234" is two numbers); of a share they are k and n. ``unit`` is a currency, or the
    days in one unit of time. ``word`` is what does not compare as a number: a code, a clock time, or a day as ``yyyy-mm-dd`` with ``?``
    for what is left open. ``hedge`` is "about", "over" or "under"; ``spelled`` says that it is written in letters;
    ``nouns`` are the next words after a count, in one form: what is counted.
    """

    kind: FigureKind
    text: str
    start: int
    end: int
    values: tuple[float, ...] = ()
    unit: str = ""
    scale: float = 1.0
    decimals: int = 0
    word: str = ""
    hedge: str = ""
    spelled: bool = False
    nouns: tuple[str, ...] = ()


_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
_CURRENCIES = {
    "£": "GBP",
    "€": "EUR",
    "$": "$",
    "pounds": "GBP",
    "pound": "GBP",
    "euros": "EUR",
    "euro": "EUR",
    "dollars": "$",
    "dollar": "$",
}
_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 30.4375,
    "quarter": 91.3125,
    "year": 365.25,
}

_CODES = (
    "GBP|EUR|USD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|CAD|AUD|NZD|JPY|INR|BRL|MXN|ZAR|TRY|SGD|HKD|CNY|KRW|ILS|RON|BGN"
)
_SIGN = rf"£|€|\$|(?:{_CODES})(?![A-Za-z])"
_NAME = r"(?:pounds?|euros?|dollars?)\b"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" if name != "May" else name for name in MONTHS).replace(
    "Sep(?:tember)?", "Sept?(?:ember)?"
)
_UNITS = "|".join(_DAYS)
_BETWEEN = r"(?:(?:working|business|full|calendar|more|further|quiet)[ -])?"
_HEDGES = (
    ("over", r"(?:more than|over|at least|above|upwards of|no fewer than|not less than|well over)"),
    (
        "under",
        r"(?:less than|under|fewer than|at most|below|up to|nearly|almost|close to|not quite|just under)",
    ),
    ("about", r"(?:about|around|roughly|some|approximately|approx\.?|circa|ca\.?|c\.|~|≈|on the order of)"),
)
_BEFORE = tuple(
    (name, re.compile(rf"(?<!\w){words}\s*(?:[£€$]\s?)?\Z", re.IGNORECASE)) for name, words in _HEDGES
)
_RANGE = re.compile(rf"{GAP}*(?:to|and|or|\u2013|\u2014|-){GAP}*", re.IGNORECASE)

_AFTER = re.compile(r"[^\W\d_]{2,}")
_AFTER_GAP = re.compile(r"[ \u00a0-][^\W\d_]")
_SMALL_WORDS = re.compile(
    r"of|in|on|at|to|and|or|but|by|for|from|with|the|a|an|it|thi|that|these|those|is|are|was|were|be"
    "|been|ha|have|had|not|than|per|out|each|every|so|if|which|who|while|when|because|more|le|fewer"
    "|most|least|only|also"
)
_SAME = {
    "buyer": "customer",
    "client": "customer",
    "people": "customer",
    "shopper": "customer",
    "purchase": "order",
}
"""Words for what the evidence calls customers and orders."""
_COUNTING = frozenset({FigureKind.COUNT, FigureKind.SHARE})
_HAS_NUMBER = re.compile(rf"\d|(?<![\w-])(?:{SPELLED}|half|third|quarter)", re.IGNORECASE)

_UNSEEN = re.compile(r"https?://\S+|\[@[^\]]*\]|\(@[^)\s]*\)|\S+@\S+\.\w+")
_FLAGS = re.IGNORECASE
_DAY = re.compile(
    rf"(?<![\d.])(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})(?!\d)"
    rf"|(?<![\d.,])(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\b\.?(?:,?\s+(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?![.,]?\d)(?:,?\s+(?P<year2>\d{{4}})\b)?"
    rf"|\b(?P<month4>{_MONTH})\.?,?\s+(?P<year4>\d{{4}})\b"
    rf"|(?<![\d.,])(?P<day3>\d{{1,2}})[./](?P<month3>\d{{1,2}})[./](?P<year3>\d{{4}})(?!\d)",
    _FLAGS,
)
_CLOCK = re.compile(
    r"(?<![\d.,:])(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<half>[ap](?:m\b|\.m\.))|(?<![\d.,:])(?P<clock>\d{1,2}:\d{2})(?![\d:])",
    _FLAGS,
)
_CODE = re.compile(r"(?<![\w-])(?=[\w-]*\d)[A-Za-z#][A-Za-z]*-?(?:[\w]*\d[\w-]*|\d)(?![\w])|#\d+\b")
_ORDINAL = re.compile(r"(?<![\w.,])\d+(?:st|nd|rd|th)\b", _FLAGS)
_SHARE = re.compile(
    rf"(?P<k>{NUMBER})\s+(?:out\s+of|of|in)\s+(?:(?:the|its|their|our|all|these|those|every)\s+){{0,2}}(?P<n>{NUMBER})(?!\s?%|[.,]?\d)"
    rf"|(?<![\w/.,])(?P<k2>\d+)/(?P<n2>\d+)(?![\w/])",
    _FLAGS,
)
_FRACTION = re.compile(
    r"(?<![\w-])(?P<top>a|one|two|three|four|five|seven|nine)[ -](?P<part>half|third|quarter|fifth|sixth|eighth|tenth)s?(?=\s+of\b)"
    r"|(?<![\w-])(?P<top2>two|three)[ -](?P<part2>third|quarter)s\b"
    r"|(?<![\w-])(?P<part3>half)(?=\s+(?:of|the|its|their|all|our|these|those)\b)",
    _FLAGS,
)
_MONEY = re.compile(
    rf"(?P<sign>{_SIGN}){GAP}?(?P<amount>{DIGITS})|(?P<amount2>{NUMBER}){GAP}?(?P<sign2>(?:{_SIGN})|{_NAME})",
    _FLAGS,
)
_PERCENT = re.compile(
    rf"(?P<number>{NUMBER})[\s-]?(?:%|per\s?cent\b|percent\b|percentage\s+points?\b|pp\b)", _FLAGS
)
_TIME = re.compile(rf"(?P<number>{NUMBER})[\s-]{{1,2}}{_BETWEEN}(?P<unit>{_UNITS})s?\b", _FLAGS)
_COUNT = re.compile(rf"(?P<number>{NUMBER})", _FLAGS)


def find_figures(text: str) -> tuple[Figure, ...]:
    """Return the figures of a text in their order; no stretch of it counts twice.

    Examples
    --------
    >>> [(figure.kind.value, figure.text) for figure in find_figures("Nine of ten pay about 290 GBP within two weeks, 12 % by May 2026.")]
    [('share', 'Nine of ten'), ('money', '290 GBP'), ('time', 'two weeks'), ('percent', '12 %'), ('day', 'May 2026')]
    """
    if not _HAS_NUMBER.search(text):
        return ()
    rest = _UNSEEN.sub(lambda match: " " * len(match[0]), text)
    found: list[Figure] = []
    for finder in (
        _days,
        _clocks,
        _codes,
        _ordinals,
        _shares,
        _fractions,
        _amounts,
        _percents,
        _times,
        _counts,
    ):
        for figure in finder(rest):
            if figure.text:
                nouns = _nouns(text, figure.end) if figure.kind in _COUNTING else ()
                found.append(replace(figure, hedge=_hedge(text, figure.start), nouns=nouns))
            rest = f"{rest[: figure.start]}{chr(0) * (figure.end - figure.start)}{rest[figure.end :]}"
    return _joined(sorted(found, key=lambda figure: figure.start), text)


def _figure(match: re.Match[str], kind: FigureKind, number: str, **more: object) -> Figure:
    values, decimals = read_values(number)
    return Figure(
        kind=kind,
        text=match[0].strip(),
        start=match.start(),
        end=match.end(),
        values=values,
        decimals=decimals,
        spelled=not number[:1].isdigit(),
        **more,  # type: ignore[arg-type]
    )


def _days(text: str) -> Iterator[Figure]:
    for match in _DAY.finditer(text):
        word = _day(match)
        yield Figure(
            kind=FigureKind.DAY, text=match[0].strip(), start=match.start(), end=match.end(), word=word
        )


def _day(match: re.Match[str]) -> str:
    """Return a day with a question mark for each part that is left open."""
    if match["iso"]:
        return match["iso"]
    if match["day3"]:
        return f"{match['year3']}-{int(match['month3']):02}-{int(match['day3']):02}"
    name = (match["month"] or match["month2"] or match["month4"]).casefold()[:3]
    month = next(index for index, each in enumerate(MONTHS, start=1) if each.casefold().startswith(name))
    day = match["day"] or match["day2"]
    year = match["year"] or match["year2"] or match["year4"] or "?"
    return f"{year}-{month:02}-{int(day):02}" if day else f"{year}-{month:02}-?"


def _clocks(text: str) -> Iterator[Figure]:
    for match in _CLOCK.finditer(text):
        yield Figure(
            kind=FigureKind.CLOCK,
            text=match[0].strip(),
            start=match.start(),
            end=match.end(),
            word=_clock(match),
        )


def _clock(match: re.Match[str]) -> str:
    if match["clock"]:
        hour, minute = match["clock"].split(":")
        return f"{int(hour)}:{minute}"
    hours = int(match["hour"]) % 12 + (12 if match["half"].casefold().startswith("p") else 0)
    return f"{hours}:{match['minute'] or '00'}"


def _codes(text: str) -> Iterator[Figure]:
    for match in _CODE.finditer(text):
        if sum(map(str.isdigit, match[0])) >= 2:
            yield Figure(
                kind=FigureKind.CODE,
                text=match[0],
                start=match.start(),
                end=match.end(),
                word=match[0].casefold(),
            )
        else:  # a name such as B2B: no figure, and its digit is none either
            yield Figure(kind=FigureKind.CODE, text="", start=match.start(), end=match.end())


def _ordinals(text: str) -> Iterator[Figure]:
    """Take the order of things out of the text: "their 3rd order" states no quantity."""
    for match in _ORDINAL.finditer(text):
        yield Figure(kind=FigureKind.COUNT, text="", start=match.start(), end=match.end())


def _shares(text: str) -> Iterator[Figure]:
    for match in _SHARE.finditer(text):
        k, n = match["k"] or match["k2"], match["n"] or match["n2"]
        part, whole = read_values(k)[0][-1], read_values(n)[0][-1]
        year = 1900 <= whole <= 2100 and re.search(r"\bin\s+\d{4}\Z", match[0])
        if part <= whole and whole > 1 and not year:
            yield Figure(
                kind=FigureKind.SHARE,
                text=match[0].strip(),
                start=match.start(),
                end=match.end(),
                values=(part, whole),
                spelled=not n[:1].isdigit(),
            )


def _fractions(text: str) -> Iterator[Figure]:
    for match in _FRACTION.finditer(text):
        part = (match["part"] or match["part2"] or match["part3"]).casefold()
        top = (match["top"] or match["top2"] or "a").casefold()
        values = (1.0 if top == "a" else WORDS[top], float(_PARTS[part]))
        yield Figure(
            kind=FigureKind.SHARE,
            text=match[0].strip(),
            start=match.start(),
            end=match.end(),
            values=values,
            spelled=True,
            word="part",
        )


def _amounts(text: str) -> Iterator[Figure]:
    for match in _MONEY.finditer(text):
        sign = match["sign"] or match["sign2"]
        currency = _CURRENCIES.get(sign.casefold(), sign.upper())
        yield _figure(match, FigureKind.MONEY, match["amount"] or match["amount2"], unit=currency)


def _percents(text: str) -> Iterator[Figure]:
    for match in _PERCENT.finditer(text):
        yield _figure(match, FigureKind.PERCENT, match["number"])


def _times(text: str) -> Iterator[Figure]:
    for match in _TIME.finditer(text):
        unit = match["unit"].casefold()
        if match[0].casefold() != "one day":  # "one day" is mostly no measure of time
            yield _figure(match, FigureKind.TIME, match["number"], unit="days", scale=_DAYS[unit])


def _counts(text: str) -> Iterator[Figure]:
    for match in _COUNT.finditer(text):
        yield _figure(match, FigureKind.COUNT, match["number"])


def _nouns(text: str, end: int) -> tuple[str, ...]:
    """Return what is counted: the two words after a number, in the singular, where they are no small words."""
    words = (
        [word for word in _AFTER.findall(text[end : end + 60]) if word] if _AFTER_GAP.match(text, end) else []
    )
    plain = [word.casefold().removesuffix("s") for word in words[:2]]
    kept = plain if plain and not _SMALL_WORDS.fullmatch(plain[0]) else []
    return tuple(_SAME.get(word, word) for word in kept if not _SMALL_WORDS.fullmatch(word))


def _hedge(text: str, start: int) -> str:
    before = text[max(0, start - 24) : start]
    return next((name for name, pattern in _BEFORE if pattern.search(before)), "")


def _joined(figures: list[Figure], text: str) -> tuple[Figure, ...]:
    """Return the figures with the first of a range in the unit of its second: "30 to 40 days", "10-12 %"."""
    joined: list[Figure] = []
    following: Figure | None = None
    for figure in reversed(figures):
        here = figure
        if (
            following is not None
            and figure.kind is FigureKind.COUNT
            and following.kind in {FigureKind.TIME, FigureKind.PERCENT, FigureKind.MONEY}
            and _RANGE.fullmatch(text[figure.end : following.start])
        ):
            here = replace(figure, kind=following.kind, unit=following.unit, scale=following.scale)
        joined.append(here)
        following = here
    return tuple(reversed(joined))


def day_word(day: date) -> str:
    """Return a day in the form that figures of days compare in.

    Examples
    --------
    >>> day_word(date(2026, 5, 3))
    '2026-05-03'
    """
    return day.isoformat()
