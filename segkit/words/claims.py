"""Sentences of evidence: what was found, what speaks against it, what would overturn it, and what is missing.

Plain values in, one sentence out. Under thirty customers people are counted, not turned into percentages, and no
sentence says "significant". A claim holds no personal data: only levels that two or more customers share reach here.
"""

from __future__ import annotations

from dataclasses import dataclass

from segkit.model.evidence import Statistic
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

_SINGULAR = {"have": "has", "are": "is", "do": "does"}
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
    "category_hhi": "Spread over categories, where 1 means all in one: {a} for these {n} customers and {b} for the other {m} (medians)",
    "share_of_quarter": "On average {a} of the orders of these {n} customers fall in {level}; of the other {m}, {b}",
    "share_of_orders_with": "On average {a} of the orders of these {n} customers hold something with “{level}” in its name; of the other {m}, {b}",
    "age_years": "These {n} customers are {a} old at the median; the other {m} are {b} old",
}

_PICTURES = {
    "recency_days": ("have been away for long", "bought recently"),
    "frequency": ("order often", "order seldom"),
    "average_order_value": ("place large orders", "place small orders"),
}
"""What more and what less of it says about people."""


@dataclass(frozen=True, slots=True)
class _Predicate:
    """What is true of a customer: "bought Refill", echoed by "did"."""

    text: str
    echo: str

    def said_of(self, count: int) -> str:
        """Return the text in agreement with a count: "have" of two, "has" of one."""
        first, _, rest = self.text.partition(" ")
        return f"{_SINGULAR[first]} {rest}" if count == 1 and first in _SINGULAR else self.text

    def echoed_of(self, count: int) -> str:
        """Return the echo in agreement with a count."""
        return _SINGULAR.get(self.echo, self.echo) if count == 1 else self.echo


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
        return f"{k} of {n} {what.said_of(k)}; {others} of the other {m} {what.echoed_of(others)}."
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
        level=_level_words(feature, feature.level or feature.name.partition("=")[2]),
        name=statistic.name,
    )
    if statistic.name == "mean":
        sentence = sentence.replace(" each at the median", " each on average").replace(
            "at the median", "on average"
        )
        sentence = sentence.replace("(medians)", "(means)")
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


def _level_words(feature: Feature, level: str) -> str:
    """Return a level a reader understands: a bare code is told with its column."""
    return f"{feature.columns[0]} {level}" if level.isdigit() and feature.columns else level


def _nested(text: str) -> str:
    """Return a phrase for use inside quotation marks."""
    return text.replace("“", "'").replace("”", "'")


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
        "vendor": f"bought mostly goods of {level}",
    }
    if column in phrases:
        return _Predicate(phrases[column], "did")
    if feature.factor is Factor.GEOGRAPHIC:
        return _Predicate(f"have most orders in {_level_words(feature, level)}", "do")
    return _Predicate(f"have most orders with {feature.label.partition(' of most ')[0]} “{level}”", "do")


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
    text = _nested(predicate(feature, statistic.level).text)
    n, m = format_count(statistic.n_group), format_count(statistic.n_rest)
    if statistic.effect >= 0:
        own, other = statistic.n_group - statistic.k_group, statistic.k_rest
        members = (
            f"untrue of {format_count(own)} of the {n} and true" if own else f"true of all {n}, and also"
        )
        return f"Not a clean line: “{text}” is {members} of {format_count(other)} of the other {m}."
    own, other = statistic.k_group, statistic.n_rest - statistic.k_rest
    members = f"true of {format_count(own)} of the {n} all the same" if own else f"untrue of all {n}"
    return f"Not a clean line: “{text}” is {members}, and untrue of {format_count(other)} of the other {m} as well."


def against_story(claim: str, *, picture: Statistic) -> str:
    """Return a finding that spoils the picture which recency, frequency or order value paint of a group.

    Parameters
    ----------
    claim : str
        The sentence of the finding.
    picture : Statistic
        The comparison that painted the picture, on ``recency_days``, ``frequency`` or ``average_order_value``.
    """
    more, less = _PICTURES[picture.feature]
    said = (
        claim
        if claim.startswith(("1", "2", "3", "4", "5", "6", "7", "8", "9", "0"))
        else f"{claim[0].lower()}{claim[1:]}"
    )
    return f"They {more if picture.effect > 0 else less}, yet {said}"


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
        moving = "rising" if statistic.effect < 0 else "falling"
        return (
            f"The {statistic.name} of “{_nested(feature.label)}” {moving} to {other} in this group: "
            f"then it stands where the other {format_count(statistic.n_rest)} stand."
        )
    text = _nested(predicate(feature, statistic.level).text)
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


def where_to_look(feature: Feature, statistic: Statistic, *, file: str = "") -> str:
    """Return where the finding that would change one's mind could be found.

    Parameters
    ----------
    feature, statistic
        What the claim compares.
    file : str
        The customer file or survey the feature comes from; empty for the orders.

    Examples
    --------
    >>> feature = Feature(name="used_coupon", factor=Factor.BEHAVIORAL, kind=FeatureKind.FLAG, label="used a discount code",
    ...                   columns=("Discount Code",))
    >>> statistic = Statistic(name="share of customers", feature="used_coupon", value=0.75, comparator=0.5, unit="share",
    ...     n_group=4, n_rest=6, k_group=3, k_rest=3, effect_name="difference in share", effect=0.25, ci_low=-0.3,
    ...     ci_high=0.6, ci_level=0.95, p=0.57, q=1.0, method="Fisher exact test")
    >>> where_to_look(feature, statistic)
    'To find it, read “Discount Code” in the next orders of these 4 customers.'
    """
    whom = f"these {plural(statistic.n_group, 'customer')}" if statistic.n_group > 1 else "this customer"
    if file.startswith("survey"):
        return f"To find it, put the question again to {whom}."
    if file:
        return f"To find it, ask {whom} whether {file} still says what is true of them."
    column = join_words([f"“{name}”" for name in feature.columns[:2]]) or "dates and amounts"
    return f"To find it, read {column} in the next orders of {whom}."


def no_difference_sentence(feature: Feature, statistic: Statistic) -> str:
    """Return that a factor does not set a group apart, with the figures of its best candidate."""
    if statistic.k_group is not None and statistic.k_rest is not None:
        what = predicate(feature, statistic.level)
        text = what.text
        figures = (
            f"{statistic.k_group} of {statistic.n_group} {what.said_of(statistic.k_group)}, "
            f"and {statistic.k_rest} of the other {statistic.n_rest}"
        )
        if statistic.n_group + statistic.n_rest >= SMALL_BOOK:
            own, other = format_pair(statistic)
            figures = f"{own} of {format_count(statistic.n_group)} {text}, and {other} of the other {format_count(statistic.n_rest)}"
        return f"No clear difference; the closest: {figures}."
    own, other = format_pair(statistic)
    members = f"these {format_count(statistic.n_group)}" if statistic.n_group > 1 else "the one member known"
    return (
        f"No clear difference; the closest is the {feature.label}: {statistic.name} {own} for {members}, "
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
