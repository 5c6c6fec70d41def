"""Possible rules for small books: the conditions a person would write, and what each costs a reader.

Comes before :mod:`segkit.analysis.rule_search`, which puts these pieces into ordered lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.circularity import is_rfm, relate_features
from segkit.analysis.explained import Judges, average_over_factors, between_groups, correct_for_chance
from segkit.analysis.rules import choose_cut, condition_holds
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Condition

MAX_CUTS = 6
MIN_COVERAGE = 0.8
MAX_ATOMS_JOINED = 40
CONDITION_COST = 0.04
CUT_COST = 0.03
NEGATION_COST = 0.02
GAP_COST = 0.1
CALENDAR_COST = 0.06
WORD_COSTS = {"bought_word": 0.05, "share_of_orders_with": 0.02}
"""A word in a product name stands for a need only loosely, and there are many words to choose from."""
PRIVATE_COST = 0.05
PRIVATE_LIFE = re.compile(
    r"gender|(^|_)sex|marital|home_?owner|income|children|religio|ethnic|birth|(^|_)age", re.IGNORECASE
)
"""True of people, but seldom a good reason to treat them differently: other words are preferred where they exist."""
RFM_COST = 0.03
"""Every shop has recency, frequency and money; what people buy and where says more about who they are."""
ANY_COST = 0.035
"""For "some share of it": the yes-or-no feature beside it says the same in plainer words."""
LEVEL_COST = 0.01
"""For each level of a category beyond two: one income band of seven is a narrow thing to be."""
NATURAL_SHARES = (0.0, 0.5)
CALENDAR = re.compile(r"^quarter_|^share_of_quarter|^weekend_share$|^evening_share$")
"""When the few orders of a small book happened to be placed: true of them, and little to act on."""
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A possible rule: its conditions, the rows it holds for, and which judging columns it disqualifies."""

    conditions: tuple[Condition, ...]
    rows: BoolArray
    disqualified: BoolArray
    features: int  # a bit per feature
    cost: float
    rfm_only: bool


def make_conditions(column: pd.Series, feature: Feature, *, max_cuts: int = MAX_CUTS) -> Iterator[Condition]:
    """Yield the conditions on one feature that a person would write.

    Flags: yes, no. Categories: each level. Numbers: over and at most a human cut point, at the widest gaps between
    neighbouring values; shares also at nothing and at half. Widths are relative, so the unit does not matter.
    """
    present = column.dropna()
    if feature.kind is FeatureKind.FLAG:
        for wanted in (True, False):
            yield Condition(feature=feature.name, operator="==", value=wanted)
    elif feature.kind is FeatureKind.CATEGORICAL:
        for level in sorted(set(present.astype(str))):
            yield Condition(feature=feature.name, operator="==", value=level)
    else:
        for cut in _choose_cuts(present.to_numpy(dtype=float), feature, max_cuts):
            yield Condition(feature=feature.name, operator=">", value=cut)
            yield Condition(feature=feature.name, operator="<=", value=cut)


def reading_cost(condition: Condition, feature: Feature) -> float:
    """Return how much a condition costs a reader, in units of the score.

    Nothing for what a person would say anyway: a yes, a level, "mostly", "any". ``CUT_COST`` for a number, twice that
    for an odd share, ``CALENDAR_COST`` for a season or an hour, ``NEGATION_COST`` more for a group defined by what it lacks, and up to ``GAP_COST`` for a feature that
    is not known of everyone.
    """
    share = feature.unit == "share"
    lacks = condition.value is False or (share and condition.operator == "<=")
    if feature.kind is not FeatureKind.NUMERIC or (share and condition.value in NATURAL_SHARES):
        cost = 0.0
    else:
        cost = 2 * CUT_COST if share else CUT_COST
    cost += CALENDAR_COST * bool(CALENDAR.match(feature.name))
    cost += WORD_COSTS.get(feature.name.partition("=")[0], 0.0)
    cost += PRIVATE_COST * bool(PRIVATE_LIFE.search(feature.name))
    cost += RFM_COST * is_rfm(feature)
    cost += ANY_COST * (bool(feature.level) and share and condition.value == 0.0)
    return cost + NEGATION_COST * lacks + GAP_COST * (1.0 - feature.coverage)


def _narrowness(column: pd.Series, feature: Feature) -> float:
    """Return the cost of naming one level of many; nothing for numbers and flags."""
    if feature.kind is not FeatureKind.CATEGORICAL:
        return 0.0
    return LEVEL_COST * min(max(int(column.nunique()) - 2, 0), 5)


def _choose_cuts(values: NDArray[np.float64], feature: Feature, max_cuts: int) -> list[float]:
    levels = np.unique(values)
    if len(levels) < 2:
        return []
    span = levels[-1] - levels[0]
    widths = np.round(np.diff(levels) / span, 9)
    ranked = sorted(range(len(widths)), key=lambda gap: (-widths[gap], gap))[:max_cuts]
    whole = bool(np.all(levels == np.round(levels)))
    cuts = [
        choose_cut(levels[gap], levels[gap + 1], unit=feature.unit, whole=whole) for gap in sorted(ranked)
    ]
    natural = (
        [cut for cut in NATURAL_SHARES if levels[0] <= cut < levels[-1]] if feature.unit == "share" else []
    )
    return list(dict.fromkeys([*natural, *cuts]))


def make_pieces(
    frame: pd.DataFrame, features: Sequence[Feature], *, groupable: Sequence[str], judges: Judges
) -> list[Piece]:
    """Return possible rules, one per distinct set of rows, the most readable of each."""
    allowed = set(groupable)
    relations = relate_features(frame, features)
    positions = [relations.names.index(name) for name in judges.names]
    choices: list[tuple[float, int, str, int, Condition, Feature]] = []
    for feature in features:
        if feature.name in allowed and feature.coverage >= MIN_COVERAGE:
            for condition in make_conditions(frame[feature.name], feature):
                cost = reading_cost(condition, feature) + _narrowness(frame[feature.name], feature)
                choices.append((cost, is_rfm(feature), feature.name, len(choices), condition, feature))
    bits = {feature.name: 1 << position for position, feature in enumerate(features)}
    pieces: dict[bytes, Piece] = {}
    for cost, rfm_only, name, _, condition, _ in sorted(choices, key=lambda choice: choice[:4]):
        rows = condition_holds(condition, frame)
        if 0 < rows.sum() < len(frame) and rows.tobytes() not in pieces:
            blocked = relations.in_model([name], [rows])[positions]
            pieces[rows.tobytes()] = Piece((condition,), rows, blocked, bits[name], cost, bool(rfm_only))
    singles = list(pieces.values())
    for left, right in combinations(_most_telling(singles, judges), 2):
        rows = left.rows & right.rows
        if left.features != right.features and rows.sum() >= 2 and rows.tobytes() not in pieces:
            pieces[rows.tobytes()] = _join(left, right, rows)
    return list(pieces.values())


def _join(left: Piece, right: Piece, rows: BoolArray) -> Piece:
    return Piece(
        (*left.conditions, *right.conditions),
        rows,
        left.disqualified | right.disqualified,
        left.features | right.features,
        left.cost + right.cost + CONDITION_COST,
        left.rfm_only and right.rfm_only,
    )


def _most_telling(pieces: list[Piece], judges: Judges) -> list[Piece]:
    """Return the single conditions that explain most when they part the customers in two."""
    if not pieces:
        return []
    rows = np.array([piece.rows for piece in pieces])
    share = between_groups(judges, rows) + between_groups(judges, ~rows)
    blocked = np.array([piece.disqualified for piece in pieces])
    values = average_over_factors(judges, correct_for_chance(share, n=rows.shape[1], k=2), ~blocked)
    ranked = sorted(range(len(pieces)), key=lambda index: (-round(float(values[index]), 9), index))
    return [pieces[index] for index in ranked[:MAX_ATOMS_JOINED]]


def name_piece(piece: Piece) -> str:
    """Return features and operators of a piece, without cut points: a tie-break that no unit can change."""
    return " ".join(f"{item.feature} {item.operator}" for item in piece.conditions)
