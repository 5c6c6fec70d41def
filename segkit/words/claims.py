"""Sentences of evidence: what was found, what speaks against it, what would overturn it, and what is missing.

Plain values in, one sentence out. Under thirty customers people are counted, not turned into percentages, and no
sentence says "significant". A claim holds no personal data: only levels that two or more customers share reach here.
"""

from __future__ import annotations

from segkit.model.evidence import Statistic
from segkit.model.factor import Factor, factor_definitions
from segkit.model.feature import Feature, FeatureKind
from segkit.words.claim_wording import NUMERIC_SENTENCES, PICTURES
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_number,
    format_percent,
    format_quantity,
    join_words,
    plural,
)
from segkit.words.predicates import Predicate, level_words, predicate

_COUNTERS = frozenset(
    {"frequency", "repeat_orders", "purchase_days", "monetary_total", "distinct_products", "active_span_days"}
)
"""Measures that only grow while a customer orders: "it falls" cannot happen to anybody."""
_CLOCKS = frozenset({"recency_days", "tenure_days"})
"""Measures that grow by themselves, day by day."""


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


def _count_sentence(what: Predicate, statistic: Statistic) -> str:
    k, n, others, m = statistic.k_group or 0, statistic.n_group, statistic.k_rest or 0, statistic.n_rest
    if n + m < SMALL_BOOK:
        if statistic.effect < 0:
            return f"{f'Only {k}' if k else 'None'} of {n} {what.said_of(k)}; {others} of the other {m} {what.echoed_of(others)}."
        return f"{k} of {n} {what.said_of(k)}; {others} of the other {m} {what.echoed_of(others)}."
    share = format_percent(k / n)
    if statistic.effect < 0:
        share = f"Only {share}" if share[0].isdigit() else f"{share[0].upper()}{share[1:]}"
    return (
        f"{share} of these {plural(n, 'customer')} {what.text} ({format_count(k)}); "
        f"{format_percent(others / m)} of the other {format_count(m)} {what.echo} ({format_count(others)})."
    )


def _numeric_sentence(feature: Feature, statistic: Statistic) -> str:
    own, other = format_pair(statistic)
    family = "share_of_quarter" if feature.name.startswith("quarter_") else feature.name.partition("=")[0]
    template = NUMERIC_SENTENCES.get(family, "")
    if feature.unit == "points":
        template = "For the {label} these {n} customers gave {a} at the median; the other {m} gave {b}"
    if statistic.n_group == 1 or statistic.n_rest == 1 or not template:
        template = "The {name} of the {label} is {a} for {these} and {b} for {those}"
    sentence = template.format(
        a=f"only {own}" if statistic.effect < 0 < statistic.value else own,
        b=other,
        n=format_count(statistic.n_group),
        m=format_count(statistic.n_rest),
        these=f"these {plural(statistic.n_group, 'customer')}"
        if statistic.n_group > 1
        else "the one customer here",
        those=f"the other {format_count(statistic.n_rest)}" if statistic.n_rest > 1 else "the one other",
        label=feature.label,
        level=level_words(feature, feature.level or feature.name.partition("=")[2]),
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


def _nested(text: str) -> str:
    """Return a phrase for use inside quotation marks."""
    return text.replace("“", "'").replace("”", "'")


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
            f"Not a clean line: put a member beside another customer, and in {against} of such pairs the member's figure is "
            f"the {word} one ({feature.label}; ties count half; n {format_count(statistic.n_group)} and {format_count(statistic.n_rest)})."
        )
    text = _nested(predicate(feature, statistic.level).text)
    n, m = format_count(statistic.n_group), format_count(statistic.n_rest)
    if statistic.n_group + statistic.n_rest >= SMALL_BOOK:
        return _exceptions_in_shares(text, statistic)
    if statistic.effect >= 0:
        own, other = statistic.n_group - statistic.k_group, statistic.k_rest
        members = (
            f"untrue of {format_count(own)} of the {n} and true" if own else f"true of all {n}, and also"
        )
        return f"Not a clean line: “{text}” is {members} of {format_count(other)} of the other {m}."
    own, other = statistic.k_group, statistic.n_rest - statistic.k_rest
    members = f"true of {format_count(own)} of the {n} all the same" if own else f"untrue of all {n}"
    return f"Not a clean line: “{text}” is {members}, and untrue of {format_count(other)} of the other {m} as well."


def _exceptions_in_shares(text: str, statistic: Statistic) -> str:
    """Return the exceptions of a yes/no claim in a large book."""
    k, n, others, m = statistic.k_group or 0, statistic.n_group, statistic.k_rest or 0, statistic.n_rest
    own, left, word, other_word = (n - k, others, "untrue", "true")
    if statistic.effect < 0:
        own, left, word, other_word = k, m - others, "true", "untrue"
    return (
        f"Not a clean line: “{text}” is {word} of {format_percent(own / n)} of these {format_count(n)} customers "
        f"({format_count(own)}) and {other_word} of {format_percent(left / m)} of the other {format_count(m)} ({format_count(left)})."
    )


def against_story(claim: str, *, picture: Statistic) -> str:
    """Return a finding that spoils the picture which recency, frequency or order value paint of a group.

    Parameters
    ----------
    claim : str
        The sentence of the finding.
    picture : Statistic
        The comparison that painted the picture, on ``recency_days``, ``frequency`` or ``average_order_value``.
    """
    more, less = PICTURES[picture.feature]
    said = (
        claim
        if claim.startswith(("1", "2", "3", "4", "5", "6", "7", "8", "9", "0"))
        else f"{claim[0].lower()}{claim[1:]}"
    )
    n = format_count(picture.n_group)
    return f"They {more if picture.effect > 0 else less}, yet {said.replace(f'these {n} customers', f'the same {n}')}"


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
        if statistic.feature in _COUNTERS:
            return (
                f"No difference in the “{_nested(feature.label)}” between members and others with as many orders: "
                f"then the number of orders tells them from the other {format_count(statistic.n_rest)}, not this."
            )
        if statistic.feature in _CLOCKS:
            return (
                f"A {statistic.name} of {other} in the “{_nested(feature.label)}” of those who join this group next: "
                f"then they stand where the other {format_count(statistic.n_rest)} stand."
            )
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
    if statistic.feature in _COUNTERS:
        return f"To find it, compare {column} in the first orders of {whom} and of the others."
    if statistic.feature in _CLOCKS:
        return f"To find it, read {column} in the next export, for the members who are new in it."
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
        f"{segment}: no finding against it; with {plural(size, 'member')} that proves little; ask one of them what does not fit."
        if size < SMALL_BOOK
        else f"{segment}: no finding against it clears the threshold; look for a study of such customers that found otherwise."
    )
