"""Small books: search short ordered rule lists over all factors, and keep the best that really differ.

Below 30 customers a clustering cannot be trusted, but a person can still write down who belongs where. The search
writes such lists: each group one readable condition (at most two joined by "and"), the last group "everyone else". At
most three features may group, so that the others remain to judge the result. A list is scored by

* how much of the columns it did not use it explains, corrected for chance, averaged over the six factors;
* the balance of its group sizes (entropy, 0..1), weight ``BALANCE_WEIGHT``;
* leave-one-customer-out stability (adjusted Rand, 0..1), weight ``STABILITY_WEIGHT``;
* simplicity: each condition beyond one per rule costs ``CONDITION_COST``.

The weights are conventions of this project. Columns held out for validation (:mod:`segkit.analysis.circularity`) are
never seen by the search. Equal scores are broken by the number of conditions, then by feature names and row sets, so
that the order of rows and the currency unit change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from segkit.analysis.circularity import in_model_features, is_rfm
from segkit.analysis.explained import (
    Judges,
    average_over_factors,
    between_groups,
    correct_for_chance,
)
from segkit.analysis.rules import Alternatives, choose_cut, condition_holds, rule_features
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Condition

MAX_FEATURES = 3
MAX_CUTS = 6
MIN_COVERAGE = 0.8
MAX_ATOMS_JOINED = 40
BEAM_WIDTH = 120
POOL_SIZE = 400
FINALISTS = 40
RIVALS = 25
BALANCE_WEIGHT = 0.15
STABILITY_WEIGHT = 0.10
CONDITION_COST = 0.02

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class RuleList:
    """One grouping by ordered rules, as found by the search.

    ``rules`` are in order of precedence without the catch-all; ``labels`` counts groups from 0 in that order, the
    last being everyone else. ``explained`` is the chance-corrected share of the judging columns.
    """

    rules: tuple[Alternatives, ...]
    labels: NDArray[np.int64]
    explained: float
    score: float
    stability: float = 0.0

    @property
    def features(self) -> tuple[str, ...]:
        """Features that group, in the order of first mention."""
        return tuple(dict.fromkeys(name for rule in self.rules for name in rule_features(rule)))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of customers in each group, in order of precedence."""
        return tuple(int(count) for count in np.bincount(self.labels, minlength=len(self.rules) + 1))

    @property
    def conditions(self) -> int:
        """Number of conditions over all rules."""
        return sum(len(part) for rule in self.rules for part in rule)


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """A possible rule: its conditions, the rows it holds for, and which judging columns it disqualifies."""

    conditions: tuple[Condition, ...]
    rows: BoolArray
    disqualified: BoolArray
    rfm_only: bool

    @property
    def features(self) -> frozenset[str]:
        return frozenset(condition.feature for condition in self.conditions)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """A rule list under construction."""

    pieces: tuple[_Piece, ...]
    groups: tuple[BoolArray, ...]
    left: BoolArray
    features: frozenset[str]
    disqualified: BoolArray
    explained: float = 0.0


def search_rule_lists(
    frame: pd.DataFrame,
    features: Sequence[Feature],
    *,
    groupable: Sequence[str],
    judges: Judges,
    n_segments: int,
) -> dict[int, tuple[RuleList, ...]]:
    """Search rule lists for 2 to ``n_segments`` + 1 groups.

    Parameters
    ----------
    frame : DataFrame
        Feature table, at most a few dozen rows.
    features : sequence of Feature
        Its columns in words.
    groupable : sequence of str
        Features that may group; held-out columns are not among them.
    judges : Judges
        Columns that judge; a column that counts as in-model for a list does not judge that list.
    n_segments : int
        Groups wanted, at least 2.

    Returns
    -------
    dict of int to tuple of RuleList
        For each number of groups the finalists, best first; a number without any list is absent.
    """
    pieces = _make_pieces(frame, features, groupable=groupable, judges=judges)
    mixed = any(not piece.rfm_only for piece in pieces)
    found: dict[int, tuple[RuleList, ...]] = {}
    everyone = np.ones(len(frame), dtype=bool)
    nobody = np.zeros(len(judges.names), dtype=bool)
    beam = [_State((), (), everyone, frozenset(), nobody)]
    for k in range(2, min(n_segments + 1, len(frame)) + 1):
        smallest = 2 if len(frame) >= 2 * k else 1
        grown = _grow(beam, pieces, judges, smallest=smallest) or _grow(beam, pieces, judges, smallest=1)
        if not grown:
            break
        eligible = [
            state for state in grown if not mixed or not all(piece.rfm_only for piece in state.pieces)
        ]
        if eligible:
            found[k] = _finish(eligible, judges)
        beam = grown[:BEAM_WIDTH]
    return found


def pick_distinct(
    candidates: Sequence[RuleList], *, count: int = 3, max_agreement: float = 0.9
) -> tuple[RuleList, ...]:
    """Return the best lists that really differ: adjusted Rand index below ``max_agreement`` with all before."""
    chosen: list[RuleList] = []
    for candidate in candidates:
        if all(adjusted_rand_score(candidate.labels, other.labels) < max_agreement for other in chosen):
            chosen.append(candidate)
        if len(chosen) == count:
            break
    return tuple(chosen)


def make_conditions(column: pd.Series, feature: Feature, *, max_cuts: int = MAX_CUTS) -> Iterator[Condition]:
    """Yield the conditions on one feature that a person would write.

    Flags: yes, no. Categories: each level. Numbers: at most and over a human cut point, at the widest gaps between
    neighbouring values (by rank where all gaps are alike); widths are relative, so the unit does not matter.
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


def _choose_cuts(values: NDArray[np.float64], feature: Feature, max_cuts: int) -> list[float]:
    levels = np.unique(values)
    if len(levels) < 2:
        return []
    span = levels[-1] - levels[0]
    widths = np.round(np.diff(levels) / span, 9)
    ranked = sorted(range(len(widths)), key=lambda gap: (-widths[gap], gap))[:max_cuts]
    whole = bool(np.all(levels == np.round(levels)))
    return [
        choose_cut(levels[gap], levels[gap + 1], unit=feature.unit, whole=whole) for gap in sorted(ranked)
    ]


def _make_pieces(
    frame: pd.DataFrame, features: Sequence[Feature], *, groupable: Sequence[str], judges: Judges
) -> list[_Piece]:
    """Return possible rules, one per distinct set of rows, the most readable first."""
    allowed = set(groupable)
    usable = [item for item in features if item.name in allowed and item.coverage >= MIN_COVERAGE]
    usable.sort(key=_readability)
    pieces: dict[bytes, _Piece] = {}
    for feature in usable:
        for condition in make_conditions(frame[feature.name], feature):
            rows = condition_holds(condition, frame)
            if 0 < rows.sum() < len(frame) and rows.tobytes() not in pieces:
                blocked = _disqualify(frame, features, judges, (condition,))
                pieces[rows.tobytes()] = _Piece((condition,), rows, blocked, is_rfm(feature))
    singles = list(pieces.values())
    for left, right in combinations(_most_telling(singles, judges), 2):
        rows = left.rows & right.rows
        if left.features != right.features and rows.sum() >= 2 and rows.tobytes() not in pieces:
            pieces[rows.tobytes()] = _Piece(
                (*left.conditions, *right.conditions),
                rows,
                left.disqualified | right.disqualified,
                left.rfm_only and right.rfm_only,
            )
    return list(pieces.values())


def _readability(feature: Feature) -> tuple[int, str]:
    """Order features by how easily a colleague applies a rule on them, then by name."""
    if feature.kind is not FeatureKind.NUMERIC:
        return (0, feature.name)
    if feature.level:
        return (1, feature.name)
    return (3 if is_rfm(feature) else 2, feature.name)


def _disqualify(
    frame: pd.DataFrame, features: Sequence[Feature], judges: Judges, conditions: tuple[Condition, ...]
) -> BoolArray:
    used = [condition.feature for condition in conditions]
    inside = set(in_model_features(frame, features, used=used, rules=[(conditions,)]))
    return np.array([name in inside for name in judges.names], dtype=bool)


def _most_telling(pieces: list[_Piece], judges: Judges) -> list[_Piece]:
    """Return the single conditions that explain most when they part the customers in two."""
    if not pieces:
        return []
    rows = np.array([piece.rows for piece in pieces])
    share = between_groups(judges, rows) + between_groups(judges, ~rows)
    blocked = np.array([piece.disqualified for piece in pieces])
    values = average_over_factors(judges, correct_for_chance(share, n=rows.shape[1], k=2), ~blocked)
    ranked = sorted(range(len(pieces)), key=lambda index: (-round(float(values[index]), 9), index))
    return [pieces[index] for index in ranked[:MAX_ATOMS_JOINED]]


def _grow(beam: list[_State], pieces: list[_Piece], judges: Judges, *, smallest: int) -> list[_State]:
    """Add one rule to every list of the beam; return the best distinct ones, best first."""
    if not pieces:
        return []
    all_rows = np.array([piece.rows for piece in pieces])
    blocked = np.array([piece.disqualified for piece in pieces])
    candidates: list[tuple[float, int, str, int, int]] = []
    for at, state in enumerate(beam):
        new = all_rows & state.left
        rest = state.left & ~all_rows
        fits = (new.sum(axis=1) >= smallest) & (rest.sum(axis=1) >= smallest)
        fits &= np.array([len(state.features | piece.features) <= MAX_FEATURES for piece in pieces])
        chosen = np.flatnonzero(fits)
        if not len(chosen):
            continue
        fixed = between_groups(judges, np.array(state.groups)).sum(axis=0) if state.groups else 0.0
        share = fixed + between_groups(judges, new[chosen]) + between_groups(judges, rest[chosen])
        corrected = correct_for_chance(share, n=len(state.left), k=len(state.groups) + 2)
        values = average_over_factors(judges, corrected, ~(blocked[chosen] | state.disqualified))
        order = np.argsort(-values, kind="stable")[:POOL_SIZE]
        candidates.extend(
            (
                -round(float(values[i]), 9),
                len(pieces[chosen[i]].conditions),
                _name(pieces[chosen[i]]),
                at,
                int(chosen[i]),
            )
            for i in order
        )
    return _distinct_states(sorted(candidates), beam, pieces)


def _name(piece: _Piece) -> str:
    return " ".join(f"{item.feature} {item.operator}" for item in piece.conditions)


def _distinct_states(
    candidates: list[tuple[float, int, str, int, int]], beam: list[_State], pieces: list[_Piece]
) -> list[_State]:
    """Build the best states, one per partition and set of features."""
    states: list[_State] = []
    seen: set[tuple[frozenset[bytes], frozenset[str]]] = set()
    for value, _, _, at, index in candidates:
        state, piece = beam[at], pieces[index]
        group, left = piece.rows & state.left, state.left & ~piece.rows
        groups = (*state.groups, group)
        features = state.features | piece.features
        key = (frozenset(rows.tobytes() for rows in (*groups, left)), features)
        if key in seen:
            continue
        seen.add(key)
        blocked = state.disqualified | piece.disqualified
        states.append(_State((*state.pieces, piece), groups, left, features, blocked, -value))
        if len(states) == POOL_SIZE:
            break
    return states


def _finish(states: list[_State], judges: Judges) -> tuple[RuleList, ...]:
    """Score states as complete lists, the finalists with leave-one-out stability, best first."""
    lists = [_as_rule_list(state) for state in states]
    order = sorted(range(len(lists)), key=lambda index: _rank(lists[index]))
    rivals: dict[frozenset[str], list[int]] = {}
    for index in order:
        rivals.setdefault(states[index].features, []).append(index)
    finalists = []
    for index in order[:FINALISTS]:
        same = rivals[states[index].features][:RIVALS]
        stability = _leave_one_out(lists[index], [states[i] for i in same], [lists[i] for i in same], judges)
        item = lists[index]
        finalists.append(replace(item, stability=stability, score=item.score + STABILITY_WEIGHT * stability))
    return tuple(sorted(finalists, key=_rank))


def _as_rule_list(state: _State) -> RuleList:
    labels = np.full(len(state.left), len(state.groups), dtype=np.int64)
    for position, rows in enumerate(state.groups):
        labels[rows] = position
    rules = tuple((piece.conditions,) for piece in state.pieces)
    extra = sum(len(piece.conditions) - 1 for piece in state.pieces)
    score = state.explained + BALANCE_WEIGHT * balance_of(np.bincount(labels)) - CONDITION_COST * extra
    return RuleList(rules=rules, labels=labels, explained=state.explained, score=score)


def _rank(item: RuleList) -> tuple[float, int, tuple[str, ...], bytes]:
    return (-round(item.score, 9), item.conditions, item.features, item.labels.tobytes())


def balance_of(sizes: NDArray[np.int64]) -> float:
    """Return the evenness of group sizes: entropy over its maximum, 1 for equal groups.

    Examples
    --------
    >>> balance_of(np.array([5, 5])), round(balance_of(np.array([9, 1])), 2)
    (1.0, 0.47)
    """
    shares = sizes[sizes > 0] / sizes.sum()
    if len(shares) < 2:
        return 0.0
    return float(-(shares * np.log(shares)).sum() / np.log(len(shares)))


def _leave_one_out(item: RuleList, states: list[_State], lists: list[RuleList], judges: Judges) -> float:
    """Return how alike the grouping stays when each customer in turn is left out and the same features choose again.

    The rivals are the best lists on the same features. Without one customer they are scored anew; the adjusted Rand
    index compares the winner with the grouping, on the customers that remain. 1 means that nobody's absence matters.
    """
    n = len(item.labels)
    if n < 4 or len(lists) < 2:
        return 1.0
    blocked = np.array([state.disqualified for state in states])
    labels = np.array([rival.labels for rival in lists])
    balance = np.array([rival.score - rival.explained for rival in lists])
    total = 0.0
    for absent in range(n):
        kept = np.arange(n) != absent
        values = _scores_without(judges, labels[:, kept], kept, ~blocked) + balance
        winner = lists[int(np.argmax(np.round(values, 9)))]
        total += float(adjusted_rand_score(item.labels[kept], winner.labels[kept]))
    return max(0.0, total / n)


def _scores_without(
    judges: Judges, labels: NDArray[np.int64], kept: BoolArray, available: BoolArray
) -> NDArray[np.float64]:
    """Score several groupings on the customers kept, judges centred and scaled anew."""
    columns = judges.columns[kept] - judges.columns[kept].mean(axis=0)
    totals = np.bincount(judges.block, weights=(columns**2).sum(axis=0), minlength=len(judges.names))
    scale = np.sqrt(np.where(totals > 1e-12, totals, 1.0))
    again = replace(judges, columns=columns / scale[judges.block])
    k = int(labels.max()) + 1
    share = np.zeros((len(labels), len(judges.names)))
    for group in range(k):
        share += between_groups(again, labels == group)
    return average_over_factors(again, correct_for_chance(share, n=int(kept.sum()), k=k), available)
