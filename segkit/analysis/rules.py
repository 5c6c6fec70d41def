"""Rules that place customers: conditions evaluated on a feature table, cut points a person would choose.

A rule is a value of :mod:`segkit.model.segment`. Rules are tried in order and the first that holds places the
customer; the last one is the catch-all, so nobody falls between. **A missing value satisfies no condition**, neither
``==`` nor ``!=``: a customer without a value goes on to the next rule.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.errors import BadValueError
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Condition, Rule

Alternatives = tuple[tuple[Condition, ...], ...]
BoolArray = NDArray[np.bool_]

CATCH_ALL: Alternatives = ()
"""No alternative at all: it holds for everyone."""

CUSTOMER_ID = "customer_id"
"""Rules may name a customer id where nothing else tells customers apart; it is the index of the table."""

OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_DAY_CUTS = (7, 14, 30, 60, 90, 120, 180, 270, 365, 540, 730, 1095)


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeCase:
    """One constructed customer at a cut point, and one just beyond it.

    ``order`` is the rule with the cut point; ``placed`` and ``placed_beyond`` are the orders of the rules that
    take the two customers. All other values are those of a real customer whom that rule places.
    """

    condition: Condition
    order: int
    value: float
    beyond: float
    placed: int
    placed_beyond: int


def condition_holds(condition: Condition, frame: pd.DataFrame) -> BoolArray:
    """Tell for each customer whether a condition holds; a missing value never satisfies one.

    Examples
    --------
    >>> frame = pd.DataFrame({"recency_days": [10.0, 90.0, None]})
    >>> condition_holds(Condition(feature="recency_days", operator="<=", value=90.0), frame)
    array([ True,  True, False])
    """
    by_id = condition.feature == CUSTOMER_ID and CUSTOMER_ID not in frame.columns
    if condition.feature not in frame.columns and not by_id:
        raise BadValueError(
            f"rule needs column {condition.feature!r}, which the table lacks; define the rule on its columns.",
            column=condition.feature,
        )
    column = frame.index.to_series() if by_id else frame[condition.feature]
    present = column.notna().to_numpy(dtype=bool)
    compare = OPERATORS[condition.operator]
    result = np.zeros(len(frame), dtype=bool)
    if isinstance(condition.value, str):
        values = column.to_numpy(dtype=object)[present]
        result[present] = np.asarray(compare(values, condition.value), dtype=bool)
        return result
    numbers = column.to_numpy(dtype=float, na_value=np.nan)[present]
    result[present] = np.asarray(compare(numbers, float(condition.value)), dtype=bool)
    return result


def alternatives_hold(alternatives: Alternatives, frame: pd.DataFrame) -> BoolArray:
    """Tell for each customer whether any alternative holds with all of its conditions; the catch-all always does."""
    if is_catch_all(alternatives):
        return np.ones(len(frame), dtype=bool)
    result = np.zeros(len(frame), dtype=bool)
    for conditions in alternatives:
        met = np.ones(len(frame), dtype=bool)
        for condition in conditions:
            met &= condition_holds(condition, frame)
        result |= met
    return result


def place_customers(rules: Sequence[Rule], frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return for each customer the ``order`` of the first rule that holds.

    Parameters
    ----------
    rules : sequence of Rule
        The one with the highest order must be the catch-all.
    frame : DataFrame
        One row per customer with the columns that the rules name.

    Raises
    ------
    ValueError
        The last rule is not a catch-all, so somebody could fall between.

    Examples
    --------
    >>> frame = pd.DataFrame({"frequency": [1.0, 5.0, None]})
    >>> often = Rule(order=1, alternatives=((Condition(feature="frequency", operator=">", value=2.0),),), sentence="")
    >>> place_customers([often, Rule(order=2, alternatives=CATCH_ALL, sentence="")], frame)
    array([2, 1, 2])
    """
    ordered = sorted(rules, key=lambda rule: rule.order)
    if not ordered or not is_catch_all(ordered[-1].alternatives):
        raise ValueError("the last rule must take everyone who is left; add a rule without conditions.")
    placed = np.zeros(len(frame), dtype=np.int64)
    for rule in ordered:
        placed[(placed == 0) & alternatives_hold(rule.alternatives, frame)] = rule.order
    return placed


def place_customer(rules: Sequence[Rule], values: Mapping[str, object]) -> int:
    """Return the ``order`` of the rule that takes one customer, given as feature values.

    Features that are not given are missing, and so satisfy no condition: "customer no. 11" in one call.
    """
    names = sorted({condition.feature for rule in rules for part in rule.alternatives for condition in part})
    row = {name: [values.get(name)] for name in names}
    return int(place_customers(rules, pd.DataFrame(row, index=[0], dtype=object))[0])


def is_catch_all(alternatives: Alternatives) -> bool:
    """Tell whether a rule takes everyone: no alternative at all, or one without conditions."""
    return not alternatives or any(not conditions for conditions in alternatives)


def rule_features(alternatives: Alternatives) -> tuple[str, ...]:
    """Return the features that a rule names, in the order of first mention."""
    return tuple(dict.fromkeys(condition.feature for part in alternatives for condition in part))


def choose_cut(low: float, high: float, *, unit: str = "", whole: bool = False) -> float:
    """Return the roundest cut point c with ``low <= c < high``: "at most c" parts the two values.

    Days prefer weeks, months and years; everything else prefers few digits, near the middle of the gap.

    Parameters
    ----------
    low, high : float
        Neighbouring values, ``low < high``.
    unit : str
        Unit of the feature, "days" and "share" have habits of their own.
    whole : bool
        Whether the feature takes whole numbers only, so that the cut is one too.

    Examples
    --------
    >>> choose_cut(61, 133, unit="days", whole=True), choose_cut(0.12, 0.81, unit="share"), choose_cut(1, 2, whole=True)
    (90.0, 0.5, 1.0)
    """
    if unit == "share" and low <= 0 < high <= 0.2:
        return 0.0
    centre, quarter = (low + high) / 2, (high - low) / 4
    inner = (low + quarter, high - quarter)
    if unit == "days":
        fitting = [float(day) for day in _DAY_CUTS if inner[0] <= day <= inner[1]]
        if fitting:
            return min(fitting, key=lambda day: (abs(day - centre), day))
    smallest = 0 if whole else floor(log10(high - low)) - 3
    for exponent in range(ceil(log10(max(abs(low), abs(high), 1e-12))) + 1, smallest - 1, -1):
        for step in (5.0, 2.0, 1.0):
            unit_step = step * 10.0**exponent
            cut = round(round(centre / unit_step) * unit_step, max(0, -exponent))
            if inner[0] <= cut <= inner[1] and low <= cut < high:
                return cut
    return float(floor(low)) if whole else float(low)


def find_edge_cases(
    rules: Sequence[Rule], frame: pd.DataFrame, features: Sequence[Feature]
) -> tuple[EdgeCase, ...]:
    """Try every numeric cut point on a constructed customer: exactly there, and one step beyond.

    Parameters
    ----------
    rules : sequence of Rule
        Complete rules, the last a catch-all.
    frame : DataFrame
        The customers the constructed ones are modelled on.
    features : sequence of Feature
        Units and kinds of the features that the rules name.
    """
    ordered = sorted(rules, key=lambda rule: rule.order)
    named = dict.fromkeys(name for rule in ordered for name in rule_features(rule.alternatives))
    names = [name for name in named if name in frame.columns]
    if len(names) < len(named) or not names or frame.empty:
        return ()
    kinds = {feature.name: feature for feature in features}
    placed = place_customers(ordered, frame)
    cases: dict[tuple[str, float], EdgeCase] = {}
    for rule in ordered:
        members = frame.loc[placed == rule.order, names]
        for conditions in rule.alternatives:
            for condition in conditions:
                key = (
                    condition.feature,
                    float(condition.value) if not isinstance(condition.value, str) else 0.0,
                )
                if condition.operator not in {"<=", ">"} or isinstance(condition.value, str) or key in cases:
                    continue
                base = _typical_member(members, conditions, frame[names])
                cases[key] = _edge_case(ordered, rule.order, condition, base, kinds.get(condition.feature))
    return tuple(cases.values())


def _typical_member(
    members: pd.DataFrame, conditions: tuple[Condition, ...], everyone: pd.DataFrame
) -> dict[str, object]:
    """Return the values of the first customer whom the rule places by these conditions."""
    fitting = members[alternatives_hold((conditions,), members)] if len(members) else members
    chosen = fitting if len(fitting) else everyone
    return {str(name): value for name, value in chosen.iloc[0].items()}


def _edge_case(
    rules: Sequence[Rule], order: int, condition: Condition, base: dict[str, object], feature: Feature | None
) -> EdgeCase:
    value = float(condition.value)
    beyond = value + step_of(feature, value)
    at_cut = place_customer(rules, {**base, condition.feature: value})
    past_cut = place_customer(rules, {**base, condition.feature: beyond})
    return EdgeCase(
        condition=condition, order=order, value=value, beyond=beyond, placed=at_cut, placed_beyond=past_cut
    )


def step_of(feature: Feature | None, value: float) -> float:
    """Return the smallest step a reader would think of: a day, an order, a percentage point, a cent."""
    if feature is not None and feature.unit == "share":
        return 0.01
    if feature is not None and (feature.unit in {"days", "orders"} or feature.kind is FeatureKind.FLAG):
        return 1.0
    return 0.01 if value != int(value) or (feature is not None and len(feature.unit) == 3) else 1.0
