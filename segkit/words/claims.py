"""Sentences of evidence: what was found, how far it carries, what it cannot say, and what is missing.

Plain values in, one sentence out. Under thirty customers people are counted, not turned into percentages, and no
sentence says "significant". A claim holds no personal data: only levels that two or more customers share reach here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from segkit.model.evidence import Statistic, Strength
from segkit.model.factor import Factor, factor_definitions
from segkit.model.feature import Feature, FeatureKind
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_number,
    format_percent,
    format_quantity,
    join_words,
    plural,
)

STRONG_SIZE = 30
"""Members a group needs before a difference can be called strong evidence."""
STRONG_Q = 0.05
INFERENTIAL_Q = 0.10
"""Reference: evidence, section 1 and 5."""

_CHANNELS = {
    "pos": "at the shop till (pos)",
    "web": "in the web shop (web)",
    "online": "online",
    "app": "in the app",
    "iphone": "in the app (iphone)",
    "android": "in the app (android)",
    "shopify_draft_order": "by draft order (shopify_draft_order)",
    "phone": "by phone",
    "mail": "by mail",
}
_NUMERIC_SENTENCES = {
    "recency_days": "These {n} customers last ordered {a} ago at the median; the other {m} did {b} ago",
    "frequency": "These {n} customers placed {a} each at the median; the other {m} placed {b}",
    "average_order_value": "A typical order of these {n} customers is worth {a}; one of the other {m} is worth {b} (medians)",
    "monetary_total": "These {n} customers spent {a} each in all at the median; the other {m} spent {b}",
    "tenure_days": "These {n} customers first ordered {a} ago at the median; the other {m} did {b} ago",
    "active_span_days": "From first to last order {a} passed for these {n} customers and {b} for the other {m} (medians)",
    "repeat_orders": "These {n} customers came back for {a} after the first at the median; the other {m} came back for {b}",
    "median_gap_days": "These {n} customers let {a} pass between two orders; the other {m} let {b} pass (medians)",
    "mean_gap_days": "On average {a} lie between two orders of these {n} customers and {b} for the other {m} (medians)",
    "distinct_products": "These {n} customers have tried {a} at the median; the other {m} have tried {b}",
    "items_per_order": "These {n} customers put {a} into an order at the median; the other {m} put in {b}",
    "return_share": "These {n} customers sent back {a} of their order lines on average; the other {m} sent back {b}",
    "discount_share": "On average {a} of the order lines of these {n} customers were bought at a discount; of the other {m}, {b}",
    "weekend_share": "On average {a} of the orders of these {n} customers fall on a weekend; of the other {m}, {b}",
    "evening_share": "On average {a} of the orders of these {n} customers come in after 18:00; of the other {m}, {b}",
    "share_of_category": "These {n} customers put {a} of their spending into {level} on average; the other {m} put in {b}",
    "share_of_quarter": "On average {a} of the orders of these {n} customers fall in {level}; of the other {m}, {b}",
    "share_of_orders_with": "On average {a} of the orders of these {n} customers hold something with “{level}” in its name; of the other {m}, {b}",
    "age_years": "These {n} customers are {a} old at the median; the other {m} are {b} old",
}


@dataclass(frozen=True, slots=True)
class _Predicate:
    """What is true of a customer: "bought Refill", echoed by "did"."""

    text: str
    echo: str


def claim_sentence(feature: Feature, statistic: Statistic) -> str:
    """Return what sets a group apart, as one sentence with n and the comparison.

    Parameters
    ----------
    feature : Feature
        What was compared.
    statistic : Statistic
        The comparison; ``level`` names the level of a categorical feature.

    Returns
    -------
    str

    Examples
    --------
    >>> feature = Feature(name="favourite_channel", factor=Factor.TECHNOGRAPHIC, kind=FeatureKind.CATEGORICAL,
    ...                   label="channel of most orders", columns=("Source",))
    >>> statistic = Statistic(name="share of customers", feature="favourite_channel", level="pos", value=1.0,
    ...     comparator=0.0, unit="share", n_group=4, n_rest=6, k_group=4, k_rest=0, effect_name="difference in share",
    ...     effect=1.0, ci_low=0.4, ci_high=1.0, ci_level=0.95, p=0.005, q=0.2, method="Fisher exact test")
    >>> claim_sentence(feature, statistic)
    '4 of 4 placed most orders at the shop till (pos); 0 of the other 6 did.'
    """
    if statistic.k_group is not None and statistic.k_rest is not None:
        return _count_sentence(predicate(feature, statistic.level), statistic)
    return _numeric_sentence(feature, statistic)


def _count_sentence(what: _Predicate, statistic: Statistic) -> str:
    k, n, others, m = statistic.k_group or 0, statistic.n_group, statistic.k_rest or 0, statistic.n_rest
    if n + m < SMALL_BOOK:
        return f"{k} of {n} {what.text}; {others} of the other {m} {what.echo}."
    return (
        f"{format_percent(k / n)} of these {plural(n, 'customer')} {what.text} ({format_count(k)}); "
        f"{format_percent(others / m)} of the other {format_count(m)} {what.echo} ({format_count(others)})."
    )


def _numeric_sentence(feature: Feature, statistic: Statistic) -> str:
    own, other = format_pair(statistic)
    family = "share_of_quarter" if feature.name.startswith("quarter_") else feature.name.partition("=")[0]
    template = _NUMERIC_SENTENCES.get(family, "")
    if feature.unit == "points":
        template = "For the {label} these {n} customers gave {a} at the median; the other {m} gave {b}"
    if statistic.n_group == 1 or statistic.n_rest == 1 or not template:
        template = "The {name} of the {label} is {a} for {these} and {b} for {those}"
    sentence = template.format(
        a=own,
        b=other,
        n=format_count(statistic.n_group),
        m=format_count(statistic.n_rest),
        these=f"these {plural(statistic.n_group, 'customer')}"
        if statistic.n_group > 1
        else "the one customer here",
        those=f"the other {format_count(statistic.n_rest)}" if statistic.n_rest > 1 else "the one other",
        label=feature.label,
        level=feature.level,
        name=statistic.name,
    )
    apart = abs(statistic.effect) == 1 and statistic.n_group + statistic.n_rest < SMALL_BOOK
    return f"{sentence}; the two ranges do not overlap." if apart else f"{sentence}."


def format_pair(statistic: Statistic) -> tuple[str, str]:
    """Return the group's and the others' value with their unit, told apart where rounding would make them equal.

    Examples
    --------
    >>> pair = Statistic(name="mean", feature="x", value=0.0812, comparator=0.0846, unit="share", n_group=40, n_rest=60,
    ...     effect_name="Cliff's delta", effect=-0.2, ci_low=None, ci_high=None, ci_level=0.95, p=None, q=None, method="")
    >>> format_pair(pair)
    ('8.1 %', '8.5 %')
    """
    own, other = (format_quantity(value, statistic.unit) for value in (statistic.value, statistic.comparator))
    if own != other or statistic.value == statistic.comparator:
        return own, other
    if statistic.unit == "share":
        return f"{statistic.value * 100:.1f} %", f"{statistic.comparator * 100:.1f} %"
    pair = [format_number(value, 3) for value in (statistic.value, statistic.comparator)]
    return f"{pair[0]} {statistic.unit}".strip(), f"{pair[1]} {statistic.unit}".strip()


def predicate(feature: Feature, level: str = "") -> _Predicate:
    """Return what is said of a customer with a flag or a level, and the verb that echoes it."""
    if feature.kind is FeatureKind.FLAG:
        first = feature.label.partition(" ")[0]
        return _Predicate(feature.label, {"have": "do", "are": "are"}.get(first, "did"))
    column = feature.name.removeprefix("favourite_")
    if column == feature.name:
        if feature.label.startswith("survey answer "):
            question = feature.label.removeprefix("survey answer ")
            return _Predicate(f"answered {question} with “{level}”", "did")
        return _Predicate(f"are recorded with {feature.label} “{level}”", "are")
    phrases = {
        "channel": f"placed most orders {_CHANNELS.get(level, f'through “{level}”')}",
        "device": f"placed most orders on “{level}”",
        "payment_method": f"paid most orders by {level}",
        "sales_rep": f"placed most orders with {level}",
        "vendor": f"bought mostly goods of {level}",
    }
    if column in phrases:
        return _Predicate(phrases[column], "did")
    if feature.factor is Factor.GEOGRAPHIC:
        return _Predicate(f"have most orders in {level}", "do")
    return _Predicate(f"have “{level}” as the {feature.label}", "do")


def locator_of(feature: Feature, level: str = "") -> str:
    """Return the row query of a claim.

    Examples
    --------
    >>> flag = Feature(name="used_coupon", factor=Factor.BEHAVIORAL, kind=FeatureKind.FLAG, label="used a discount code")
    >>> locator_of(flag)
    'customers where used_coupon == 1'
    """
    if feature.kind is FeatureKind.CATEGORICAL:
        return f'customers where {feature.name} == "{level}"'
    if feature.kind is FeatureKind.FLAG:
        return f"customers where {feature.name} == 1"
    return f"customers where {feature.name} is known"


def definition_of(feature: Feature, level: str = "") -> str:
    """Return columns and filter of a claim: what was measured, from which columns of the user's file."""
    columns = join_words([f"“{column}”" for column in feature.columns]) or "the order lines"
    what = (
        f"{feature.label} = “{level}”" if level and feature.kind is FeatureKind.CATEGORICAL else feature.label
    )
    return f"{what}, from {columns}; customers without a value are left out."


def strength_of(
    statistic: Statistic, *, in_model: bool, n_customers: int, threshold: float
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
        return Strength.DESCRIPTIVE, (*reasons, *chance_reasons(statistic))
    misses = []
    if statistic.n_group < STRONG_SIZE:
        misses.append(
            f"the group has {plural(statistic.n_group, 'customer')} with a value, fewer than {STRONG_SIZE}"
        )
    if statistic.q is None or statistic.q >= STRONG_Q:
        misses.append("it does not stand out from chance once all tests are counted")
    if abs(statistic.effect) < threshold:
        misses.append(f"the {statistic.effect_name} is below {_decimal(threshold)}")
    tested = (*chance_reasons(statistic), "the feature was not used to make the groups")
    if misses:
        return Strength.WEAK, (*misses, *tested)
    return Strength.STRONG, (f"the {statistic.effect_name} is at least {_decimal(threshold)}", *tested)


def chance_reasons(statistic: Statistic) -> tuple[str, ...]:
    """Return p and q in plain words, nothing where no test was made."""
    if statistic.p is None:
        return ()
    said = f"drawing the group by lot would give so large a difference {_how_often(statistic.p)} ({statistic.method})"
    if statistic.q is None:
        return (said,)
    return (f"{said}; q = {_decimal(statistic.q)} after counting every test of this report",)


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
    if feature.name.startswith(("bought_", "used_coupon", "tagged=", "gave_occasion=", "distinct_products")):
        parts.append("Customers with more orders have had more chances to show it.")
    if feature.unit == "points" or feature.label.startswith(("survey answer", "answered")):
        parts.append("Self-reported in a survey.")
    return " ".join(part for part in parts if part)


def exceptions_sentence(feature: Feature, statistic: Statistic) -> str:
    """Return how far a claim does *not* fit: members without the trait, others with it.

    Examples
    --------
    >>> feature = Feature(name="used_coupon", factor=Factor.BEHAVIORAL, kind=FeatureKind.FLAG, label="used a discount code")
    >>> statistic = Statistic(name="share of customers", feature="used_coupon", value=0.75, comparator=0.5, unit="share",
    ...     n_group=4, n_rest=6, k_group=3, k_rest=3, effect_name="difference in share", effect=0.25, ci_low=-0.3,
    ...     ci_high=0.6, ci_level=0.95, p=0.57, q=1.0, method="Fisher exact test")
    >>> exceptions_sentence(feature, statistic)
    'Not a clean line: “used a discount code” is untrue of 1 of the 4 and true of 3 of the other 6.'
    """
    if statistic.k_group is None or statistic.k_rest is None:
        against = format_percent((1 - abs(statistic.effect)) / 2)
        word = "higher" if statistic.effect < 0 else "lower"
        return (
            f"Not a clean line: in {against} of the pairs of a member and another customer it is the member whose "
            f"{feature.label} is {word} (ties count half; n {format_count(statistic.n_group)} and {format_count(statistic.n_rest)})."
        )
    text = predicate(feature, statistic.level).text
    n, m = format_count(statistic.n_group), format_count(statistic.n_rest)
    if statistic.effect >= 0:
        own, other = statistic.n_group - statistic.k_group, statistic.k_rest
        return f"Not a clean line: “{text}” is untrue of {format_count(own)} of the {n} and true of {format_count(other)} of the other {m}."
    own, other = statistic.k_group, statistic.n_rest - statistic.k_rest
    return f"Not a clean line: “{text}” is true of {format_count(own)} of the {n} all the same, and untrue of {format_count(other)} of the other {m}."


def against_story(claim: str, *, valuable: bool) -> str:
    """Return a finding that runs against the picture of a valuable, or of a weak, group."""
    picture = "a group that looks valuable" if valuable else "a group that looks weak"
    return f"Against the picture of {picture}: {claim[0].lower()}{claim[1:]}"


def mind_changer(feature: Feature, statistic: Statistic, *, threshold: float) -> str:
    """Return the finding that would take the ground from a claim, from its own numbers.

    Parameters
    ----------
    feature : Feature
        What the claim compares.
    statistic : Statistic
        Its comparison.
    threshold : float
        Difference in share below which the claim would not be made.
    """
    if statistic.k_group is None or statistic.k_rest is None:
        _, other = format_pair(statistic)
        side = "as high as" if statistic.effect < 0 else "as low as"
        return f"A {statistic.name} {feature.label} {side} {other} in this group: then its members do what the other {format_count(statistic.n_rest)} customers do."
    text = predicate(feature, statistic.level).text
    k, n, share = statistic.k_group, statistic.n_group, statistic.k_rest / statistic.n_rest
    if statistic.effect >= 0:
        flips = next(j for j in range(1, k + 1) if (k - j) / n - share < threshold or j == k)
        return (
            f"{format_count(flips)} of the {format_count(k)} members behind “{text}” turning out otherwise: "
            f"then the group is no longer told apart from the other {format_count(statistic.n_rest)} by it."
        )
    flips = next(j for j in range(1, n - k + 1) if share - (k + j) / n < threshold or k + j == n)
    return (
        f"{format_count(flips)} more of the {format_count(n)} members of whom “{text}” becomes true: "
        f"then the group is no longer told apart from the other {format_count(statistic.n_rest)} by it."
    )


def no_difference_sentence(feature: Feature, statistic: Statistic) -> str:
    """Return that a factor does not set a group apart, with the figures of its best candidate."""
    if statistic.k_group is not None and statistic.k_rest is not None:
        text = predicate(feature, statistic.level).text
        figures = f"{statistic.k_group} of {statistic.n_group} {text}, and {statistic.k_rest} of the other {statistic.n_rest}"
        if statistic.n_group + statistic.n_rest >= SMALL_BOOK:
            own, other = format_pair(statistic)
            figures = f"{own} of {format_count(statistic.n_group)} {text}, and {other} of the other {format_count(statistic.n_rest)}"
        return f"No clear difference; the closest: {figures}."
    own, other = format_pair(statistic)
    return (
        f"No clear difference; the closest is the {feature.label}: {own} for these {format_count(statistic.n_group)}, "
        f"{other} for the other {format_count(statistic.n_rest)}."
    )


def too_few_sentence(feature: Feature, n_known: int) -> str:
    """Return that the columns of a factor are known of too few members to compare."""
    return f"Too thin to compare: the {feature.label} is known for {plural(n_known, 'member')} of this group."


def no_column_sentence(factor: Factor) -> str:
    """Return that the files are silent on a factor, and how to close the gap.

    Examples
    --------
    >>> no_column_sentence(Factor.GEOGRAPHIC)
    'No column in these files answers "where are they?"; to close the gap, export the delivery city, postcode or country with the orders.'
    """
    definition = factor_definitions()[factor]
    question = f"{definition.question[0].lower()}{definition.question[1:]}"
    return f'No column in these files answers "{question}"; to close the gap, {definition.close_the_gap}.'


def gap_few_claims(segment: str, count: int) -> str:
    """Return that a segment has fewer order findings than the assignment asks for."""
    found = "no finding" if count == 0 else "one finding"
    return f"{segment}: {found} from the data clears the threshold, two or three are asked for; collect one more column on these customers, or ask them."


def gap_in_model_only(segment: str) -> str:
    """Return that nothing independent of the grouping supports a segment."""
    return f"{segment}: every difference found rests on columns that made the groups, so nothing independent supports it yet; hold out a period or add a column."


def gap_no_counter(segment: str, size: int) -> str:
    """Return that nothing was found against a segment."""
    return (
        f"{segment}: no finding against it; with {plural(size, 'member')} that proves little."
        if size < SMALL_BOOK
        else f"{segment}: no finding against it clears the threshold."
    )


def names_of(columns: Sequence[str]) -> str:
    """Return column names as a reader sees them."""
    return join_words([f"“{column}”" for column in columns])
