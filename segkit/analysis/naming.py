"""Names for groups: chosen by what sets a group apart, tested on every member.

A name is a claim. It must hold for at least two thirds of the members, else a weaker name is taken; the exceptions
are printed beside it. Properties that the group's own rule names come first. No two groups share a name or the word
that makes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.rules import Alternatives, condition_holds, is_catch_all, rule_features
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Condition
from segkit.words.segment_names import MAX_WORDS, NEUTRAL_NAMES, NamePhrase, level_of, phrases_of

MUST_HOLD = 2 / 3
"""Share of the members for whom a name must be true."""
MIN_DIFFERENCE = 0.2
"""A name must be true of so much more of the members than of everybody else."""
MAX_EXCEPTIONS = 10
"""Exceptions listed by name; at most this many ids, in order."""
RULE_BONUS = 0.15
PAIR_COST = 0.2
_PLAIN_WORDS = frozenset(
    word.removesuffix("s").removesuffix("er").removesuffix("e")
    for word in (
        "buyers",
        "customers",
        "shoppers",
        "senders",
        "payers",
        "accounts",
        "users",
        "goers",
        "orderers",
    )
)
"""What people are called in general: two names may share these."""

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupName:
    """A name with its claim, for how many members it holds and who the exceptions are (the first ten ids)."""

    text: str
    claims: tuple[Condition, ...]
    holds_for: int
    exceptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Claim:
    """A phrase with the rows it is true of, and how well it sets each group apart.

    ``joins`` tells whether an adjective may stand before it: "Monthly refillers", but not "Low-spend big-basket buyers".
    """

    text: str
    claims: tuple[Condition, ...]
    rows: BoolArray
    scores: NDArray[np.float64]
    adjective: bool
    joins: bool


def name_groups(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    labels: NDArray[np.int64],
    *,
    rules: Sequence[Alternatives] = (),
    fixed: Sequence[str] = (),
) -> tuple[GroupName, ...]:
    """Name every group by what sets it apart.

    Parameters
    ----------
    frame : DataFrame
        Feature table, index customer ids.
    features : sequence of Feature
        Its columns in words.
    labels : ndarray of int, shape (n,)
        Groups 0..k-1.
    rules : sequence of alternatives
        Rule of each group, by label; their features are preferred.
    fixed : sequence of str
        Names given by the user, by label; empty where the name is to be found. A given name is taken as it is; its
        claim is the group's rule.

    Returns
    -------
    tuple of GroupName
        By label, no two alike.
    """
    groups = [labels == label for label in range(int(labels.max()) + 1)]
    given = list(fixed) if fixed else [""] * len(groups)
    claims = _collect_claims(frame, features, groups, rules)
    chosen: dict[int, _Claim | str] = {label: text for label, text in enumerate(given) if text}
    taken = frozenset().union(*(_key_words(text) for text in given if text))
    options = [
        (-round(float(claim.scores[label]), 9), claim.text, label, position)
        for position, claim in enumerate(claims)
        if not claim.adjective
        for label in range(len(groups))
        if claim.scores[label] > 0
    ]
    options += _pair_options(claims, groups, offset=len(claims))
    for _, text, label, position in sorted(options):
        if label not in chosen and not _key_words(text) & taken:
            chosen[label] = claims[position]
            taken |= _key_words(text)
    neutral = iter([text for text in NEUTRAL_NAMES if not _key_words(text) & taken])
    order = sorted(range(len(groups)), key=lambda label: not (rules and is_catch_all(rules[label])))
    for label in order:
        if label not in chosen:
            chosen[label] = next(neutral, f"Group {label + 1}")
    return tuple(_test_name(chosen[label], groups[label], frame.index) for label in range(len(groups)))


def _collect_claims(
    frame: pd.DataFrame, features: Sequence[Feature], groups: list[BoolArray], rules: Sequence[Alternatives]
) -> list[_Claim]:
    """Test every phrase of every feature on every group."""
    claims: list[_Claim] = []
    for feature in features:
        for phrase in _phrases(frame[feature.name], feature):
            rows = np.logical_and.reduce([condition_holds(condition, frame) for condition in phrase.claims])
            scores = _scores(rows, groups, phrase.weight)
            for label, rule in enumerate(rules):
                named = {name.partition("=")[2] or name for name in rule_features(rule)}
                if scores[label] > 0 and (level_of(feature) or feature.name) in named:
                    scores[label] += RULE_BONUS
            joins = feature.kind is not FeatureKind.NUMERIC or bool(level_of(feature))
            claims.append(_Claim(phrase.text, phrase.claims, rows, scores, phrase.adjective, joins))
    return claims


def _phrases(column: pd.Series, feature: Feature) -> tuple[NamePhrase, ...]:
    if feature.kind is FeatureKind.CATEGORICAL:
        return phrases_of(feature, middle=0.0, levels=tuple(sorted(set(column.dropna().astype(str)))))
    return phrases_of(feature, middle=float(column.median()))


def _scores(rows: BoolArray, groups: list[BoolArray], weight: float) -> NDArray[np.float64]:
    """Return for each group how well a claim sets it apart, 0 where it may not be its name."""
    total, n = int(rows.sum()), len(rows)
    scores = np.zeros(len(groups))
    for label, group in enumerate(groups):
        size = int(group.sum())
        inside = int((rows & group).sum())
        difference = inside / size - (total - inside) / max(n - size, 1)
        if inside >= MUST_HOLD * size - 1e-9 and difference >= MIN_DIFFERENCE:
            scores[label] = weight * difference * inside / size
    return scores


def _pair_options(
    claims: list[_Claim], groups: list[BoolArray], *, offset: int
) -> list[tuple[float, str, int, int]]:
    """Add names of an adjective and a noun ("Monthly refillers") to the claims, and return them as options."""
    options = []
    added: list[_Claim] = []
    for label, group in enumerate(groups):
        nouns = sorted(
            (c for c in claims if not c.adjective and c.joins), key=lambda c: (-_truth(c, group), c.text)
        )[:12]
        adjectives = [claim for claim in claims if claim.adjective and _truth(claim, group) >= MUST_HOLD]
        for noun in nouns:
            for adjective in adjectives:
                text = f"{adjective.text} {noun.text[0].lower() if noun.text[1:2].islower() else noun.text[0]}{noun.text[1:]}"
                same = {c.feature for c in noun.claims} & {c.feature for c in adjective.claims}
                if same or len(text.split()) > MAX_WORDS or adjective.text.lower() in noun.text.lower():
                    continue
                rows = noun.rows & adjective.rows
                scores = _scores(rows, [group], 0.8)
                if scores[0] > PAIR_COST:
                    options.append(
                        (-round(float(scores[0]) - PAIR_COST, 9), text, label, offset + len(added))
                    )
                    added.append(
                        _Claim(
                            text,
                            (*adjective.claims, *noun.claims),
                            rows,
                            scores,
                            adjective=False,
                            joins=False,
                        )
                    )
    claims.extend(added)
    return options


def _truth(claim: _Claim, group: BoolArray) -> float:
    return float((claim.rows & group).sum() / max(1, group.sum()))


def _key_words(text: str) -> frozenset[str]:
    """Return the words that make a name; two names that share one of them are alike.

    Examples
    --------
    >>> sorted(_key_words("New-year tire buyers") & _key_words("Tire buyers"))
    ['tir']
    """
    words = [word.removesuffix("s").removesuffix("er").removesuffix("e") for word in text.lower().split()]
    return frozenset(word for word in words if word not in _PLAIN_WORDS) or frozenset({text.lower()})


def _test_name(chosen: _Claim | str, group: BoolArray, index: pd.Index) -> GroupName:
    if isinstance(chosen, str):
        return GroupName(text=chosen, claims=(), holds_for=int(group.sum()), exceptions=())
    failing = group & ~chosen.rows
    exceptions = tuple(str(customer) for customer in index[failing][:MAX_EXCEPTIONS])
    return GroupName(
        text=chosen.text,
        claims=chosen.claims,
        holds_for=int((group & chosen.rows).sum()),
        exceptions=exceptions,
    )
