"""Comparable numbers: what a passage states about a measure that the order history knows as well.

A text in, numbers in our units out, each with the words it stands in; then number and measured statistic side by side.
Strict on purpose: without a word that names the measure, with two different figures in one sentence, or about children
instead of customers, there is no number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from segkit.analysis.number_words import AGE, DURATION, MONEY, RATE, SHARE, Amount, read_amounts
from segkit.model.evidence import Direction, Statistic
from segkit.words.figures import format_quantity

NEAR = 1.5
"""A group within this factor of a stated figure is near it (project convention)."""
FAR = 2.0
"""Beyond this factor it is somewhere else (project convention)."""
_CLAUSE = re.compile(r"(?:[^.!?;\n]|[.](?=\d)|\n(?!\s*\n))+")
_GOODS = r"(?:orders|order lines|lines|purchases|items|goods|articles|products|parcels|sales|pieces)"
_PEOPLE = r"(?:customers|buyers|shoppers|people|clients|respondents|participants|members|subscribers|users|attendees|households|visitors)"


@dataclass(frozen=True, slots=True)
class _Rule:
    """What names a measure in a clause, and what says that something else is meant."""

    measure: str
    kind: str
    cue: re.Pattern[str]
    unless: re.Pattern[str] | None = None


def _rule(measure: str, kind: str, cue: str, unless: str = "") -> _Rule:
    flags = re.IGNORECASE
    return _Rule(measure, kind, re.compile(cue, flags), re.compile(unless, flags) if unless else None)


_RULES = (
    _rule(
        "median_gap_days",
        DURATION,
        r"\bre-?order|\b(?:order|ordered|ordering|buy|bought|buying|purchase[ds]?|shop) again\b|\brestock|\breplenish"
        r"|\brefill(?:s|ed|ing)? (?:every|after|again)|\brepurchase|\b(?:next|follow-up|second) (?:order|purchase)\b"
        r"|\bbetween (?:(?:two|one|their|consecutive) )?(?:[\w-]+ ){0,2}(?:orders|purchases|order and|purchase and)|\bpurchase interval|\border interval"
        r"|\b(?:order|buy|purchase)s? (?:something |one |a \w+ )?every\b|\bcome back (?:every|after)",
        r"\b(?:deliver|dispatch|refund|money back|return(?:s|ed)? (?:the|it|goods|within)|in advance|before the occasion|notice|stopped|fieldwork"
        r"|invoice|payment|due|interviewed|weeks of (?:the )?survey)",
    ),
    _rule(
        "average_order_value",
        MONEY,
        r"\b(?:average|median|mean|typical) (?:\w+ )?(?:order|basket|purchase)\b|\b(?:order|basket) values?\b"
        r"|\bspen[dt]s? (?:\w+ ){0,4}(?:per|an|each) order\b|\bper order\b",
        r"\b(?:free|minimum|from|over|above|deliver|shipping|carriage|postage|fee|voucher|discount)\b",
    ),
    _rule(
        "age_years",
        AGE,
        r"\b(?:aged|(?:average|median|mean) age|years old|years of age|[- ]year[- ]olds?)\b|\bin their\b",
        r"\b(?:child|children|pupils?|kids?|toddlers?|bab(?:y|ies)|sons?|daughters?|grandchild\w*|dogs?|cats?|wine|cheese|whisky|timber)\b",
    ),
    _rule(
        "return_share",
        SHARE,
        rf"\bof (?:all |the |their |our )?(?:\w+ )?{_GOODS}\b.*\b(?:returned|sent back|come back to us|came back to us)\b"
        r"|\breturn rate\b|\breturns? (?:made up|make up|account)",
    ),
    _rule(
        "discount_share",
        SHARE,
        rf"\bof (?:all |the |their |our )?(?:\w+ )?{_GOODS}\b.*\b(?:at a discount|discounted|with a (?:discount )?code|on offer|reduced|in (?:a|the) sale|with a coupon)\b",
    ),
    _rule(
        "weekend_share",
        SHARE,
        rf"\bof (?:all |the |their |our )?(?:\w+ )?{_GOODS}\b.*\b(?:weekends?|saturdays? (?:and|or) sundays?)\b",
    ),
    _rule(
        "evening_share",
        SHARE,
        rf"\bof (?:all |the |their |our )?(?:\w+ )?{_GOODS}\b.*\b(?:evenings?|after (?:18[:.]00|six|6 ?pm|6 p\.m))",
    ),
    _rule(
        "repeat_share",
        SHARE,
        rf"\b(?:of (?:all |the |these |those |our )?(?:\w+ )?{_PEOPLE}|{_PEOPLE}|came|come)\b.*\b(?:came back|come back|ordered again|order again|bought again|buy again"
        r"|re-?ordered|placed (?:a second|another) order|returned to (?:buy|order))\b|\brepeat(?: purchase)? rate\b",
        r"\b(?:never|not|no longer|did not|does not|without)\b",
    ),
    _rule(
        "orders_per_year",
        RATE,
        r"\b(?:order|orders|ordered|buy|buys|bought|purchase|purchases|purchased|shop|shops)\b",
        r"\b(?:newsletter|write|letter|workshop|sale)\b",
    ),
)
FEATURES = {
    "median_gap_days": ("median_gap_days", "mean_gap_days"),
    "average_order_value": ("average_order_value",),
    "age_years": ("age_years",),
    "return_share": ("return_share",),
    "discount_share": ("discount_share",),
    "weekend_share": ("weekend_share",),
    "evening_share": ("evening_share",),
    "repeat_share": (),
    "orders_per_year": (),
}
"""Features that measure the same; "repeat_share" and "orders_per_year" are no features, their statistic is made elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparableNumber:
    """A number that a text states about a measure of ours, in our unit.

    ``low`` and ``high`` are the stated range; without one both are None. ``value`` is the stated figure, or the middle of the
    range. ``exact`` is ``text[start:end]``: the clause it stands in.
    """

    measure: str
    value: float
    unit: str
    low: float | None
    high: float | None
    exact: str
    start: int
    end: int

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the features it can be compared with."""
        return FEATURES[self.measure]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberComparison:
    """What a stated number says about a measured one, and by which rule.

    ``rule`` is one of "inside", "outside", "both inside", "near", "far", "between", "other unit", "other measure".
    """

    direction: Direction
    rule: str
    reason: str


def comparable_numbers(text: str) -> tuple[ComparableNumber, ...]:
    """Return the numbers that a text states about our measures, in order of appearance.

    Examples
    --------
    >>> [(number.measure, number.value, number.low) for number in comparable_numbers("They reorder every seven weeks.")]
    [('median_gap_days', 49.0, None)]
    >>> comparable_numbers("Parcels arrive within three days.")
    ()
    """
    found: list[ComparableNumber] = []
    for start, exact in _clauses(text):
        clause = exact.replace("\n", " ")
        for rule in _RULES:
            if not rule.cue.search(clause) or (rule.unless and rule.unless.search(clause)):
                continue
            stated = _one_statement(read_amounts(clause, kind=rule.kind))
            if stated is None or not _possible(rule, stated):
                continue
            found.append(
                ComparableNumber(
                    measure=rule.measure,
                    value=stated.value,
                    unit=stated.unit,
                    low=stated.low,
                    high=stated.high,
                    exact=exact,
                    start=start,
                    end=start + len(exact),
                )
            )
    return tuple(found)


def _clauses(text: str) -> Iterator[tuple[int, str]]:
    for match in _CLAUSE.finditer(text):
        clause = match.group()
        lead = len(clause) - len(clause.lstrip())
        if clause.strip():
            yield match.start() + lead, clause.strip()


def _one_statement(amounts: tuple[Amount, ...]) -> Amount | None:
    """Return the one figure of a clause, with its range where both are given; None when there are several."""
    points = [amount for amount in amounts if amount.low is None]
    ranges = [amount for amount in amounts if amount.low is not None]
    if len(points) > 1 or len(ranges) > 1 or not amounts or len({amount.unit for amount in amounts}) > 1:
        return None
    if not ranges:
        return points[0]
    value = points[0].value if points else ranges[0].value
    return Amount(value=value, unit=ranges[0].unit, low=ranges[0].low, high=ranges[0].high)


def _possible(rule: _Rule, stated: Amount) -> bool:
    if rule.kind == SHARE:
        return 0 <= stated.value <= 1
    if rule.measure == "age_years":
        return 14 <= stated.value <= 100  # younger people have no customer account of their own
    return stated.value > 0


def compare_number(number: ComparableNumber, statistic: Statistic) -> NumberComparison:
    """Say whether a stated number supports a measured difference.

    Parameters
    ----------
    number : ComparableNumber
    statistic : Statistic
        Of the same measure: ``value`` of the group, ``comparator`` of the rest.

    Returns
    -------
    NumberComparison
        A stated range supports a group inside it and contradicts one outside; where the rest lies inside as well it tells
        them not apart and stays context. A stated figure supports a group within a factor of 1.5 that is nearer to it than the
        rest, and contradicts beyond a factor of 2.

    Examples
    --------
    >>> statistic = Statistic(name="median", feature="median_gap_days", value=49.0, comparator=86.0, unit="days", n_group=3,
    ...     n_rest=7, effect_name="Cliff's delta", effect=-1.0, ci_low=None, ci_high=None, ci_level=0.95, p=None, q=None, method="")
    >>> (number,) = comparable_numbers("Respondents restock every six to eight weeks.")
    >>> compare_number(number, statistic).direction
    <Direction.SUPPORTS: 'supports'>
    """
    if statistic.feature not in {*number.features, number.measure}:
        rule = "other measure"
    elif statistic.unit != number.unit:
        rule = "other unit"
    elif number.low is not None and number.high is not None:
        rule = _place_in_range(number.low, number.high, statistic)
    else:
        rule = _place_by_figure(number.value, statistic)
    reason = _REASONS[rule].format(
        said=_said(number),
        group=format_quantity(statistic.value, statistic.unit),
        rest=format_quantity(statistic.comparator, statistic.unit),
    )
    return NumberComparison(direction=_DIRECTIONS.get(rule, Direction.CONTEXT), rule=rule, reason=reason)


def _place_in_range(low: float, high: float, statistic: Statistic) -> str:
    if not low <= statistic.value <= high:
        return "outside"
    return "both inside" if low <= statistic.comparator <= high else "inside"


def _place_by_figure(value: float, statistic: Statistic) -> str:
    apart, others_apart = _times(statistic.value, value), _times(statistic.comparator, value)
    if apart <= NEAR and apart < others_apart:
        return "near"
    return "far" if apart > FAR else "between"


def _times(one: float, other: float) -> float:
    """Return how many times the smaller the larger is."""
    if one == other:
        return 1.0
    return math.inf if min(one, other) <= 0 else max(one, other) / min(one, other)


_REASONS = {
    "inside": "The source states {said}; this group stands inside it at {group}, the others outside it at {rest}.",
    "outside": "The source states {said}; this group stands outside it at {group} (the others: {rest}).",
    "both inside": "The source states {said}; group ({group}) and others ({rest}) both stand inside it, so it tells them not apart.",
    "near": "The source states {said}; this group stands near it at {group}, nearer than the others at {rest}.",
    "far": "The source states {said}; this group stands more than a factor of 2 from it at {group} (the others: {rest}).",
    "between": "The source states {said}; neither near enough to {group} nor far enough from it to decide (the others: {rest}).",
    "other unit": "The source states {said}, in another unit than the {group} measured here.",
    "other measure": "The source states {said}, about something else than is measured here.",
}
_DIRECTIONS = {
    "inside": Direction.SUPPORTS,
    "near": Direction.SUPPORTS,
    "outside": Direction.CONTRADICTS,
    "far": Direction.CONTRADICTS,
}


def _said(number: ComparableNumber) -> str:
    if number.low is None or number.high is None:
        return format_quantity(number.value, number.unit)
    low, high = (format_quantity(value, number.unit) for value in (number.low, number.high))
    return f"{low} to {high}"
