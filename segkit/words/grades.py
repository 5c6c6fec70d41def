"""How far a piece of evidence carries: strength with its reasons, chance and interval in plain words, limits.

Plain values in, sentences out; beside `segkit.words.claims`, which says what was found. The word "significant" is not
used: under thirty customers a finding is descriptive, above it the reasons say what was and was not reached.
"""

from __future__ import annotations

from segkit.model.evidence import Statistic, Strength
from segkit.model.feature import Feature
from segkit.model.lexicon import factor_lexicon
from segkit.words.figures import SMALL_BOOK, format_count, format_percent, plural

STRONG_SIZE = 30
"""Members a group needs before a difference can be called strong evidence."""
STRONG_Q = 0.05
_ACCUMULATING = (
    "bought_",
    "used_coupon",
    "tagged=",
    "gave_occasion=",
    "distinct_products",
    "tenure_days",
    "active_span_days",
)
"""Features that only grow while a customer orders, by the beginning of their names."""
_SEASON = "behavioral/season"
INFERENTIAL_Q = 0.10
"""Reference: evidence, section 1 and 5."""


def strength_of(
    statistic: Statistic,
    *,
    in_model: bool,
    n_customers: int,
    threshold: float,
    n_tests: int = 0,
    tied: bool = False,
) -> tuple[Strength, tuple[str, ...]]:
    """Grade a finding by the rubric and give the reasons (reference: evidence, section 5).

    Parameters
    ----------
    statistic : Statistic
        With p and q where it was tested.
    in_model : bool
        Whether the feature helped to make the groups.
    n_customers : int
        Customers in the book.
    threshold : float
        Size of effect that counts as worth acting on.
    n_tests : int
        Tests of the report, the family that q counts.
    tied : bool
        Whether it moves by arithmetic with a feature that made the groups.

    Returns
    -------
    tuple of (Strength, tuple of str)
    """
    if in_model:
        return Strength.DESCRIPTIVE, (
            "defines the group: the feature, or one it is a function of, helped to make the groups, so no test is valid",
        )
    if n_customers < SMALL_BOOK:
        reasons = [
            f"{plural(n_customers, 'customer')}, fewer than {SMALL_BOOK}: true of these customers, not a claim about others"
        ]
        return Strength.DESCRIPTIVE, (*reasons, *chance_reasons(statistic, n_tests))
    misses = []
    if accumulates(statistic.feature):
        misses.append("it grows with time and with every order, so these may be all that it shows")
    if tied:
        misses.append(
            "it moves by arithmetic with a measure that made the groups, so part of the difference is the rule"
        )
    if statistic.n_group < STRONG_SIZE:
        misses.append(
            f"the group has {plural(statistic.n_group, 'customer')} with a value, fewer than {STRONG_SIZE}"
        )
    if statistic.q is None or statistic.q >= STRONG_Q:
        misses.append("it does not stand out from chance once all tests are counted")
    if abs(statistic.effect) < threshold:
        misses.append(f"the {statistic.effect_name} is below {_decimal(threshold)}")
    tested = (*chance_reasons(statistic, n_tests), "the feature was not used to make the groups")
    if misses:
        return Strength.WEAK, (*misses, *tested)
    return Strength.STRONG, (f"the {statistic.effect_name} is at least {_decimal(threshold)}", *tested)


def accumulates(feature: str) -> bool:
    """Return whether a feature can only grow while a customer orders, so that more orders mean more of it.

    Examples
    --------
    >>> accumulates("distinct_products"), accumulates("share_of_category=Gift")
    (True, False)
    """
    return feature.startswith(_ACCUMULATING)


def is_seasonal(feature: Feature) -> bool:
    """Return whether a feature is about goods of a season: who did not order in it could not show it.

    Examples
    --------
    >>> from segkit.model.factor import Factor
    >>> from segkit.model.feature import FeatureKind
    >>> name = "share_of_orders_with=christmas"
    >>> is_seasonal(Feature(name=name, factor=Factor.NEED_BASED, kind=FeatureKind.NUMERIC, label="share"))
    True
    """
    level = feature.level or feature.name.partition("=")[2]
    goods = feature.name.startswith(("share_of_orders_with", "share_of_category", "bought_category"))
    return goods and any(mention.topic.key == _SEASON for mention in factor_lexicon().mentions(level))


def chance_reasons(statistic: Statistic, n_tests: int = 0) -> tuple[str, ...]:
    """Return p and q in plain words, nothing where no test was made."""
    if statistic.p is None:
        return ()
    said = f"drawing the group by lot would give so large a difference {_how_often(statistic.p)}"
    if statistic.q is None:
        return (said,)
    tests = f"all {plural(n_tests, 'test')}" if n_tests else "every test"
    return (f"{said}; q = {_decimal(statistic.q)} after counting {tests} of this report",)


def _how_often(p: float) -> str:
    """Return a probability as a frequency."""
    if p < 0.0005:
        return "less than once in 2,000 draws"
    if p < 0.01:
        return f"about {plural(max(1, round(p * 1000)), 'time')} in 1,000"
    return f"about {plural(max(1, round(p * 100)), 'time')} in 100"


def _decimal(value: float) -> str:
    """Return a number below one as statistics write it: .05, never .00."""
    if 0 < value < 0.001:
        return "under .001"
    text = f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
    return text.lstrip("0") if value < 1 else text


def interval_sentence(statistic: Statistic) -> str:
    """Read the interval of the effect in plain words.

    A difference of shares is read in percentage points. Cliff's delta is read as the share of pairs of one member and one
    other customer in which the member's value is the higher one, ties counting half.
    """
    if statistic.ci_low is None or statistic.ci_high is None:
        return ""
    level = format_percent(statistic.ci_level)
    if statistic.k_group is not None:
        low, high = (f"{value * 100:.0f}" for value in (statistic.ci_low, statistic.ci_high))
        return (
            f"The share differs by {statistic.effect * 100:+.0f} points ({level} interval {low} to {high})."
        )
    pairs = [f"{(value + 1) * 50:.0f}" for value in (statistic.effect, statistic.ci_low, statistic.ci_high)]
    return f"A member has the higher value in {pairs[0]} of 100 pairs with another customer ({level} interval {pairs[1]} to {pairs[2]})."


def limits_sentence(feature: Feature, statistic: Statistic, *, n_customers: int) -> str:
    """Return how exact a finding is and what it does not say."""
    parts = [interval_sentence(statistic)]
    known = statistic.n_group + statistic.n_rest
    if known < n_customers:
        parts.append(f"Known for {format_count(known)} of {format_count(n_customers)} customers.")
    if accumulates(feature.name):
        parts.append("Customers with more orders have had more chances to show it.")
    if is_seasonal(feature):
        parts.append("Goods of a season: who did not order in it could not show it.")
    if feature.unit == "points" or feature.label.startswith(("survey answer", "answered")):
        parts.append("Self-reported in a survey.")
    return " ".join(part for part in parts if part)
