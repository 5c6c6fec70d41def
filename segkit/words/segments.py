"""Sentences about groups: rules, precedence, edge cases, why this number of groups, and how far the data supports it.

Plain values in, sentences out. A rule is written so that a colleague can place customer no. 11 with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import ClusterCount, Condition, Method
from segkit.words.figures import (
    SMALL_BOOK,
    format_count,
    format_number,
    format_quantity,
    join_words,
    plural,
)
from segkit.words.predicates import predicate

Alternatives = tuple[tuple[Condition, ...], ...]

_TOLD = {  # operator class -> phrase; {v} is the value with its unit
    "recency_days": ("whose last order was more than {v} ago", "whose last order was at most {v} ago"),
    "tenure_days": ("whose first order was more than {v} ago", "whose first order was at most {v} ago"),
    "frequency": ("with more than {v}", "with at most {v}"),
    "monetary_total": ("who spent more than {v} in all", "who spent at most {v} in all"),
    "average_order_value": ("who spent more than {v} per order", "who spent at most {v} per order"),
    "median_gap_days": (
        "who let more than {v} pass between orders (median)",
        "who let at most {v} pass between orders (median)",
    ),
    "age_years": ("older than {v}", "aged {v} or younger"),
}
_AT = {
    "recency_days": "whose last order was {v} ago",
    "tenure_days": "whose first order was {v} ago",
    "frequency": "with {v}",
    "monetary_total": "who spent {v} in all",
    "average_order_value": "who spent {v} per order",
    "median_gap_days": "who let {v} pass between orders (median)",
    "age_years": "aged {v}",
}
_PLURAL_HEAD = re.compile(r"^(median |mean )?(days|orders|items|order lines|lines|products|points)\b")
_CHANCE_WORDS = "0 is what shuffled groups reach, 1 would be everything"


def describe_condition(condition: Condition, feature: Feature | None = None) -> str:
    """Return a condition as it follows "customers": "whose last order was at most 90 days ago".

    Examples
    --------
    >>> describe_condition(Condition(feature="recency_days", operator="<=", value=90.0))
    'whose last order was at most 90 days ago'
    """
    value = condition.value
    label = feature.label if feature else condition.feature.replace("_", " ")
    if isinstance(value, str):
        if condition.operator in {"<=", ">"}:
            return f"whose {label} comes {'after' if condition.operator == '>' else 'up to'} “{value}”"
        if condition.operator == "!=" or feature is None:
            return f"whose {label} {'is not' if condition.operator == '!=' else 'is'} “{value}”"
        return f"who {predicate(feature, value).text}"
    if isinstance(value, bool) or (feature is not None and feature.kind is FeatureKind.FLAG):
        return _describe_flag(label, wanted=bool(value) == (condition.operator != "!="))
    return _describe_number(
        condition.feature, label, condition.operator, float(value), _unit(condition.feature, feature)
    )


def _unit(name: str, feature: Feature | None) -> str:
    if feature is not None:
        return feature.unit
    return {
        "recency_days": "days",
        "tenure_days": "days",
        "frequency": "orders",
        "median_gap_days": "days",
    }.get(name, "")


def _describe_flag(label: str, *, wanted: bool) -> str:
    """Return a yes/no property: labels are verb phrases in the plural ("bought Gift", "have an order tagged gift")."""
    first, _, rest = label.partition(" ")
    if wanted:
        return f"who {label}"
    if first == "are":
        return f"who are not {rest}"
    if first == "have":
        return f"who do not {label}"
    return f"who never {label}"


def _describe_number(name: str, label: str, operator: str, value: float, unit: str) -> str:
    over = operator in {">", ">="}
    if unit == "share" and operator in {">", "<="} and value in {0.0, 0.5}:
        word = name.partition("share_of_orders_with=")[2]
        if value == 0.0 and word:
            return f"who {'bought something' if over else 'never bought anything'} with “{word}” in its name"
        if value == 0.0:
            return f"whose {label} is {'above zero' if over else 'zero'}"
        return f"whose {label} is {'over half' if over else 'at most half'}"
    shown = _shown(value, unit)
    if operator in {">", "<="} and name in _TOLD:
        return _TOLD[name][0 if over else 1].format(v=shown if name != "age_years" else format_number(value))
    words = {
        ">": "more than",
        ">=": "at least",
        "<=": "at most",
        "<": "less than",
        "==": "exactly",
        "!=": "anything but",
    }
    bare = format_number(value, 2) if _PLURAL_HEAD.match(label) or label.startswith("number of") else shown
    if _PLURAL_HEAD.match(label):
        return f"with {words[operator]} {bare} {label}"
    return f"whose {label} is {words[operator]} {bare}"


def _shown(value: float, unit: str) -> str:
    return format_quantity(value, unit) if unit else format_number(value, 2)


def write_rule(alternatives: Alternatives, features: Mapping[str, Feature]) -> str:
    """Return the sentence of a rule; a rule without conditions takes everyone else.

    Examples
    --------
    >>> gift = Condition(feature="sent", operator="==", value=True)
    >>> flag = Feature(name="sent", factor="need-based", kind=FeatureKind.FLAG, label="sent a gift")
    >>> write_rule(((gift,),), {"sent": flag}), write_rule(((),), {})
    ('Customers who sent a gift.', 'Everyone else.')
    """
    if not alternatives or any(not conditions for conditions in alternatives):
        return "Everyone else."
    parts = [
        " and ".join(
            describe_condition(condition, features.get(condition.feature)) for condition in conditions
        )
        for conditions in alternatives
    ]
    return f"Customers {', or '.join(parts)}."


def write_precedence(names: Sequence[str], *, fidelity: float = 1.0) -> str:
    """Say in which order the rules are tried, and on which side a missing value falls.

    Examples
    --------
    >>> write_precedence(["Gift buyers", "Regulars"]).split(";")[0]
    'The rules are tried in this order and the first that fits decides: Gift buyers, then everyone else is Regulars'
    """
    first = ", then ".join(names[:-1])
    text = (
        f"The rules are tried in this order and the first that fits decides: {first}, "
        f"then everyone else is {names[-1]}; a missing value fits no rule."
    )
    if fidelity < 1:
        text += (
            f" The rules describe the groups, they did not make them: they place {format_number(100 * fidelity)} % of the "
            "customers in their own group."
        )
    return text


def write_edge_case(
    feature: Feature, *, value: float, beyond: float, like: str, placed: str, placed_beyond: str
) -> str:
    """Say where a constructed customer at a cut point goes, and one just beyond it."""
    unit = feature.unit
    template = _AT.get(feature.name)
    at = template.format(v=_shown(value, unit)) if template else f"with {_exactly(feature, value)}"
    start = (
        f"A customer like those in {like}, but {at},"
        if not template
        else f"A customer {at} (otherwise like {like})"
    )
    if placed == placed_beyond:
        return f"{start} goes to {placed}, and at {_shown(beyond, unit)} still does: an earlier rule decides."
    return f"{start} goes to {placed}; at {_shown(beyond, unit)}, to {placed_beyond}."


def _exactly(feature: Feature, value: float) -> str:
    if _PLURAL_HEAD.match(feature.label):
        return f"exactly {format_number(value, 2)} {feature.label}"
    article = "" if feature.label.startswith(("number", "total")) else "a "
    return f"{article}{feature.label} of exactly {_shown(value, feature.unit)}"


def write_double_case(first: str, second: str) -> str:
    """Say who wins when two rules fit."""
    return f"A customer whom the rules of both {first} and {second} fit goes to {first}, whose rule is tried first."


def write_missing_case(last: str) -> str:
    """Say where a customer goes of whom nothing is known that the rules ask for."""
    return f"A customer of whom nothing is known that the rules ask for goes to {last}."


def write_losses(
    *,
    explained: float,
    best: float,
    blind_to: Sequence[str],
    alone: int,
    stability: float | None,
    silenced: int,
    rfm_only: bool,
) -> str:
    """Say what a grouping loses: how much less it explains, which factors it is blind to, how shaky it is.

    Parameters
    ----------
    explained, best : float
        Chance-corrected share of the held-out columns, of this grouping and of the best one.
    blind_to : sequence of str
        Factors of whose held-out columns it explains no more than chance would.
    alone : int
        Groups of a single customer.
    stability : float or None
        0..1.
    silenced : int
        Held-out columns that may not judge it because they mark the same customers as its rules.
    rfm_only : bool
        Whether it looks at recency, frequency and money alone.
    """
    parts = []
    if rfm_only:
        parts.append("joins people who spend alike but buy different things in different places")
    if explained < best - 0.005:
        text = f"explains {explained:.2f} of the held-out columns, the best option {best:.2f}"
        if silenced:
            text += f" ({plural(silenced, 'held-out column')} too close to its rules could not speak for it)"
        parts.append(text)
    if blind_to:
        parts.append(f"says nothing about the {join_words(list(blind_to))} side")
    if alone:
        parts.append(f"leaves {plural(alone, 'group')} of a single customer")
    if stability is not None and stability < 0.75:
        parts.append(f"comes back only to {stability:.2f} when customers change (1 is always)")
    return "; ".join(parts) or "nothing measured"


def write_why_rules(k: int, scores: Mapping[int, float], sizes: Mapping[int, Sequence[int]]) -> str:
    """Argue for a number of rule groups with the figures of one fewer and one more.

    Parameters
    ----------
    k : int
        Groups delivered.
    scores : mapping of int to float
        Chance-corrected explained share of the columns that the best rules do not use, by number of groups.
    sizes : mapping of int to sequence of int
        Group sizes, by number of groups.

    Examples
    --------
    >>> write_why_rules(4, {3: 0.2, 4: 0.4, 5: 0.35}, {3: (2, 3, 5), 4: (2, 2, 3, 3), 5: (2, 2, 2, 2, 2)})[:61]
    'The best rules for 3 groups explain 0.20 of the columns they '
    """
    figures = [
        f"for {other} groups explain {score:.2f} (smallest group {format_count(min(sizes[other]))})"
        for other, score in sorted(scores.items())
    ]
    figures[0] = figures[0].replace(" (", " of the columns they do not use (", 1)
    text = f"The best rules {join_words(figures)}; {_CHANCE_WORDS}."
    best = max(scores, key=lambda other: (round(scores[other], 2), -other))
    if best == k:
        fewer = f"Fewer than {k} would join people who differ" if k - 1 in scores else ""
        more = f"more than {k} would split people who are alike" if k + 1 in scores else ""
        reason = ", ".join(part for part in (fewer, more) if part)
        return f"{text} {reason[:1].upper()}{reason[1:]}." if reason else text
    return f"{text} {_how_many(best)} would explain more; {k} were asked for and are delivered."


def _how_many(k: int) -> str:
    words = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine"}
    return f"{words.get(k, str(k))} groups"


def write_why_clusters(k: int, counts: Sequence[ClusterCount], index: str, *, chosen: int | None) -> str:
    """Argue for a number of clusters with silhouette, stability and smallest group of one fewer and one more."""
    near = [count for count in counts if abs(count.n_clusters - k) <= 1]
    figures = [
        f"{count.n_clusters} groups: {index} {count.silhouette:.2f} (structureless data reaches {count.null_95:.2f}), "
        f"least stable group {count.min_jaccard:.2f}, smallest group {format_count(count.smallest)}"
        for count in near
    ]
    if chosen is None:
        verdict = "No number from 2 to 8 passes all three tests."
    elif chosen == k:
        verdict = f"{k} is the number the data supports best."
    else:
        verdict = f"The data supports {chosen} best; {k} were asked for."
    return f"{'; '.join(figures)}. {verdict}" if figures else verdict


def write_verdict(
    *, method: Method, n_customers: int, supported: bool, p_value: float | None, stability: float | None
) -> str:
    """Say in plain words how far the data supports the groups."""
    stable = stability is not None and stability >= 0.75
    how = (
        ""
        if stability is None
        else f" Made anew from other draws, or with one customer left out, they overlap with these by {stability:.2f} (1 is complete)."
    )
    if method is Method.USER:
        return (
            "These groups are defined by the user. The data describes them; it was not asked whether other groups "
            "would fit better."
        )
    if n_customers < SMALL_BOOK:
        chance = "" if p_value is None else f" {_chance(p_value)}"
        reading = "a pattern worth acting on and checking" if supported else "a first sorting, not more"
        return f"Descriptive: with {plural(n_customers, 'customer')} the groups are {reading}.{chance}{how}"
    if supported:
        return f"Supported: every group comes back in resamples, none is too small, and chance gives less clear ones.{how}"
    reading = "A pattern" if stable else "Not supported"
    return f"{reading}: the customers shade into each other, so the groups describe them and prove nothing more.{how}"


def _chance(p_value: float) -> str:
    times = max(1, round(p_value * 1000))
    return (
        f"Random groups of the same sizes did as well on the columns held out in {times} of 1,000 draws"
        " (p, not corrected for other tests)."
    )


def write_search_note(n_columns: int) -> str:
    """Say which columns the search for rules looked at."""
    return (
        f"The search compared rule lists by {plural(n_columns, 'column')} that are not held out: these were looked at "
        "when the groups were chosen, the held-out ones were not."
    )


def write_held_out(held_out: int, groupable: int) -> str:
    """Say how the held-out columns were chosen."""
    return (
        f"{plural(held_out, 'column')} were kept out of the grouping before any result was seen, {groupable} could "
        "group: in each factor the second, fifth, eighth ... kind of column, those known of most customers first."
    )
