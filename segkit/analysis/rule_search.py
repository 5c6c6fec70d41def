"""Small books: search short ordered rule lists over all factors, and keep the best that really differ.

Below 30 customers a clustering cannot be trusted, but a person can still write down who belongs where. The search
writes such lists: each group one readable condition (at most two joined by "and"), the last group "everyone else". At
most three features may group, so that the others remain to judge the result. A list is scored by

* how much of the columns it did not use it explains, corrected for chance, averaged over the six factors;
* the balance of its group sizes (entropy, 0..1), weight ``BALANCE_WEIGHT``;
* leave-one-customer-out stability (adjusted Rand, 0..1), weight ``STABILITY_WEIGHT``;
* simplicity: what the conditions cost a reader (:mod:`segkit.analysis.rule_pieces`).

The weights are conventions of this project. Columns held out for validation (:mod:`segkit.analysis.circularity`) are
never seen by the search. Equal scores are broken by the number of conditions, then by feature names and row sets, so
that the order of rows and the currency unit change nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from segkit.analysis.explained import (
    Judges,
    average_over_factors,
    between_groups,
    correct_for_chance,
)
from segkit.analysis.rule_pieces import Piece, name_piece
from segkit.analysis.rules import Alternatives, rule_features

MAX_FEATURES = 3
BEAM_WIDTH = 120
POOL_SIZE = 400
FINALISTS = 40
RIVALS = 25
SAME_GROUPS = 2
"""Finalists with the very same groups; more would crowd out other groupings."""
WORDINGS = 8
MAX_REORDERED = 5
"""Up to so many groups every order of precedence is tried in words; more keep the order in which they were found."""
BALANCE_WEIGHT = 0.15
STABILITY_WEIGHT = 0.10
CATCH_ALL_COST = 0.05
FEATURE_COST = 0.005

BoolArray = NDArray[np.bool_]
Labels = NDArray[np.int64]
_Candidate = tuple[float, str, int, int, float]  # minus the score so far, name, state, piece, explained


@dataclass(frozen=True, slots=True, eq=False)
class RuleList:
    """One grouping by ordered rules, as found by the search.

    ``rules`` are in order of precedence without the catch-all; ``labels`` counts groups from 0 in that order, the
    last being everyone else. ``explained`` is the chance-corrected share of the judging columns; row i of ``without``
    holds the groups that win without customer i (marked -1), ``agreement`` how alike they are (adjusted Rand).
    """

    rules: tuple[Alternatives, ...]
    labels: Labels
    explained: float
    score: float
    without: Labels
    agreement: float = 0.0

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
class _State:
    """A rule list under construction."""

    pieces: tuple[Piece, ...]
    groups: tuple[BoolArray, ...]
    left: BoolArray
    features: int
    disqualified: BoolArray
    cost: float = 0.0
    explained: float = 0.0


def search_rule_lists(
    pieces: Sequence[Piece], judges: Judges, *, n_customers: int, n_segments: int
) -> dict[int, tuple[RuleList, ...]]:
    """Search rule lists for 2 to ``n_segments`` + 1 groups.

    Parameters
    ----------
    pieces : sequence of Piece
        Possible rules, from :func:`segkit.analysis.rule_pieces.make_pieces`.
    judges : Judges
        Columns that judge; a column that counts as in-model for a list does not judge that list.
    n_customers : int
        Rows of the feature table, at most a few dozen.
    n_segments : int
        Groups wanted, at least 2.

    Returns
    -------
    dict of int to tuple of RuleList
        For each number of groups the finalists, best first; a number without any list is absent.

    Notes
    -----
    Groups of a single customer are tried only where no list with larger ones reaches ``n_segments``.
    A beam search: after each rule the ``BEAM_WIDTH`` best distinct partial lists go on. A list whose rules all use
    recency, frequency and money alone is never a finalist, unless the table holds nothing else.
    """
    found: dict[int, tuple[RuleList, ...]] = {}
    for smallest in (2, 1):
        if n_segments not in found and n_customers >= smallest * n_segments:
            found = _search(list(pieces), judges, n_customers, n_segments, smallest=smallest)
    return found


def _search(
    pieces: list[Piece], judges: Judges, n_customers: int, n_segments: int, *, smallest: int
) -> dict[int, tuple[RuleList, ...]]:
    """Search lists whose groups have at least ``smallest`` customers; one more group than asked may have single ones."""
    mixed = any(not piece.rfm_only for piece in pieces)
    found: dict[int, tuple[RuleList, ...]] = {}
    everyone = np.ones(n_customers, dtype=bool)
    nobody = np.zeros(len(judges.names), dtype=bool)
    beam = [_State((), (), everyone, 0, nobody)]
    for k in range(2, min(n_segments + 1, n_customers) + 1):
        grown = _grow(beam, pieces, judges, smallest=smallest)
        if not grown and k > n_segments:
            grown = _grow(beam, pieces, judges, smallest=1)
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
        if all(adjusted_rand(candidate.labels, other.labels) < max_agreement for other in chosen):
            chosen.append(candidate)
        if len(chosen) == count:
            break
    return tuple(chosen)


def _grow(beam: list[_State], pieces: list[Piece], judges: Judges, *, smallest: int) -> list[_State]:
    """Add one rule to every list of the beam; return the best distinct ones, best first."""
    if not pieces:
        return []
    all_rows = np.array([piece.rows for piece in pieces])
    blocked = np.array([piece.disqualified for piece in pieces])
    costs = np.array([piece.cost for piece in pieces])
    candidates: list[_Candidate] = []
    for at, state in enumerate(beam):
        new = all_rows & state.left
        rest = state.left & ~all_rows
        fits = (new.sum(axis=1) >= smallest) & (rest.sum(axis=1) >= smallest)
        fits &= np.array([(state.features | piece.features).bit_count() <= MAX_FEATURES for piece in pieces])
        chosen = np.flatnonzero(fits)
        if not len(chosen):
            continue
        fixed = between_groups(judges, np.array(state.groups)).sum(axis=0) if state.groups else 0.0
        share = fixed + between_groups(judges, new[chosen]) + between_groups(judges, rest[chosen])
        corrected = correct_for_chance(share, n=len(state.left), k=len(state.groups) + 2)
        values = average_over_factors(judges, corrected, ~(blocked[chosen] | state.disqualified))
        net = values - state.cost - costs[chosen]
        candidates.extend(
            (-round(float(net[i]), 9), name_piece(pieces[chosen[i]]), at, int(chosen[i]), float(values[i]))
            for i in np.argsort(-net, kind="stable")[:POOL_SIZE]
        )
    return _distinct_states(sorted(candidates), beam, pieces)


def _distinct_states(candidates: list[_Candidate], beam: list[_State], pieces: list[Piece]) -> list[_State]:
    """Build the best states, one per partition and set of features."""
    states: list[_State] = []
    seen: set[tuple[frozenset[bytes], int]] = set()
    for _, _, at, index, explained in candidates:
        state, piece = beam[at], pieces[index]
        group, left = piece.rows & state.left, state.left & ~piece.rows
        groups = (*state.groups, group)
        features = state.features | piece.features
        key = (frozenset(rows.tobytes() for rows in (*groups, left)), features)
        if key in seen:
            continue
        seen.add(key)
        blocked = state.disqualified | piece.disqualified
        cost = state.cost + piece.cost
        states.append(_State((*state.pieces, piece), groups, left, features, blocked, cost, explained))
        if len(states) == POOL_SIZE:
            break
    return states


def _finish(states: list[_State], judges: Judges) -> tuple[RuleList, ...]:
    """Score states as complete lists, the finalists with leave-one-out stability, best first."""
    lists = [_as_rule_list(state) for state in states]
    order = sorted(range(len(lists)), key=lambda index: _rank(lists[index]))
    rivals: dict[int, list[int]] = {}
    for index in order:
        rivals.setdefault(states[index].features, []).append(index)
    finalists: list[RuleList] = []
    alike: dict[frozenset[bytes], int] = {}
    for index in order:
        groups = frozenset(rows.tobytes() for rows in (*states[index].groups, states[index].left))
        alike[groups] = alike.get(groups, 0) + 1
        if alike[groups] > SAME_GROUPS or len(finalists) == FINALISTS:
            continue
        same = rivals[states[index].features][:RIVALS]
        item = lists[index]
        without = _leave_each_out(item, [states[i] for i in same], [lists[i] for i in same], judges)
        agreement = measure_agreement(item.labels, without)
        score = item.score + STABILITY_WEIGHT * agreement
        finalists.append(replace(item, agreement=agreement, without=without, score=score))
    return tuple(sorted(finalists, key=_rank))


def _as_rule_list(state: _State) -> RuleList:
    labels = np.full(len(state.left), len(state.groups), dtype=np.int64)
    for position, rows in enumerate(state.groups):
        labels[rows] = position
    rules = tuple((piece.conditions,) for piece in state.pieces)
    score = state.explained + BALANCE_WEIGHT * balance_of(np.bincount(labels)) - state.cost
    alone = np.tile(labels, (len(labels), 1))
    return RuleList(rules=rules, labels=labels, explained=state.explained, score=score, without=alone)


def _rank(item: RuleList) -> tuple[float, int, tuple[str, ...], bytes]:
    return (-round(item.score, 9), item.conditions, item.features, item.labels.tobytes())


def adjusted_rand(left: Labels, right: Labels) -> float:
    """Return the agreement of two groupings corrected for chance: 1 the same, around 0 unrelated (Hubert & Arabie 1985).

    Examples
    --------
    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([5, 5, 3, 3]))
    1.0
    """
    same_left = left[:, None] == left[None, :]
    same_right = right[:, None] == right[None, :]
    pairs = len(left) * (len(left) - 1) / 2
    both = ((same_left & same_right).sum() - len(left)) / 2
    first, second = (same_left.sum() - len(left)) / 2, (same_right.sum() - len(left)) / 2
    expected = first * second / pairs if pairs else 0.0
    most = (first + second) / 2
    return 1.0 if most == expected else float((both - expected) / (most - expected))


def balance_of(sizes: Labels) -> float:
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


def _leave_each_out(item: RuleList, states: list[_State], lists: list[RuleList], judges: Judges) -> Labels:
    """Return the grouping that wins when each customer in turn is left out and the same features choose again.

    The rivals are the best lists on the same features; without one customer they are scored anew. Row i holds the
    groups without customer i, who is marked -1.
    """
    n = len(item.labels)
    blocked = np.array([state.disqualified for state in states])
    labels = np.array([rival.labels for rival in lists])
    balance = np.array([rival.score - rival.explained for rival in lists])
    winners = np.tile(item.labels, (n, 1))
    for absent in range(n if n >= 4 else 0):
        kept = np.arange(n) != absent
        values = _scores_without(judges, labels[:, kept], kept, ~blocked) + balance
        winners[absent] = labels[int(np.argmax(np.round(values, 9)))]
    np.fill_diagonal(winners, -1)
    return winners


def measure_agreement(labels: Labels, without: Labels) -> float:
    """Return the mean adjusted Rand index with the groupings that leave one customer out, 0..1."""
    values = [adjusted_rand(labels[row >= 0], row[row >= 0]) for row in without]
    return max(0.0, float(np.mean(values)))


def measure_group_stability(labels: Labels, without: Labels) -> tuple[float, ...]:
    """Return for each group the mean Jaccard with its best match when one customer is left out, 0..1."""
    means = []
    for group in range(int(labels.max()) + 1):
        best = []
        for row in without:
            kept = row >= 0
            own = (labels == group) & kept
            if own.any():
                matches = [row == other for other in np.unique(row[kept])]
                best.append(max((own & match).sum() / (own | match).sum() for match in matches))
        means.append(float(np.mean(best)) if best else 0.0)
    return tuple(means)


def count_changes(labels: Labels, without: Labels) -> int:
    """Return how many of the other customers change group over all leave-one-out runs, groups matched at best."""
    changes = 0
    for row in without:
        kept = row >= 0
        counts = np.zeros((int(labels.max()) + 1, int(row.max()) + 1), dtype=np.int64)
        np.add.at(counts, (labels[kept], row[kept]), 1)
        changes += int(kept.sum()) - int(counts[linear_sum_assignment(counts, maximize=True)].sum())
    return changes


def _scores_without(
    judges: Judges, labels: Labels, kept: BoolArray, available: BoolArray
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


def rephrase(item: RuleList, pieces: Sequence[Piece], judges: Judges) -> RuleList:
    """Say the same groups in the plainest words: other rules and another order, nobody placed differently.

    Of all orders of the groups and all pieces that give exactly these groups, the cheapest to read is taken; the
    catch-all should be the group nearest the average customer, because it takes whoever is not described.
    """
    groups = [item.labels == label for label in range(len(item.rules) + 1)]
    distance = _distance_from_average(judges, np.array(groups))
    mixed = any(not piece.rfm_only for piece in pieces)
    best: tuple[float, float, str, RuleList] | None = None
    orders = permutations(range(len(groups))) if len(groups) <= MAX_REORDERED else [tuple(range(len(groups)))]
    for order in orders:
        penalty = CATCH_ALL_COST * distance[order[-1]]
        for chosen in _ways_to_say([groups[index] for index in order], pieces):
            if mixed and all(piece.rfm_only for piece in chosen):
                continue
            listed = _list_of(chosen, [groups[index] for index in order], judges, item)
            cost = penalty + sum(piece.cost for piece in chosen) + FEATURE_COST * len(listed.features)
            key = (
                round(cost, 9),
                -round(listed.explained, 9),
                " ".join(name_piece(piece) for piece in chosen),
            )
            if best is None or key < best[:3]:
                best = (*key, listed)
    return item if best is None else best[3]


def _ways_to_say(groups: list[BoolArray], pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Yield sequences of pieces whose first matches are exactly the groups, the last left over."""
    left = np.ones(len(groups[0]), dtype=bool)
    rows = np.array([piece.rows for piece in pieces], dtype=bool).reshape(len(pieces), len(left))
    options: list[list[Piece]] = []
    for group in groups[:-1]:
        fitting = [pieces[int(index)] for index in np.flatnonzero(((rows & left) == group).all(axis=1))]
        options.append(sorted(fitting, key=lambda piece: piece.cost)[:WORDINGS])
        left = left & ~group
    for chosen in product(*options):
        features = 0
        for piece in chosen:
            features |= piece.features
        if features.bit_count() <= MAX_FEATURES:
            yield chosen


def _list_of(chosen: tuple[Piece, ...], groups: list[BoolArray], judges: Judges, item: RuleList) -> RuleList:
    labels = np.zeros(len(item.labels), dtype=np.int64)
    for position, rows in enumerate(groups):
        labels[rows] = position
    blocked = np.any([piece.disqualified for piece in chosen], axis=0)
    share = between_groups(judges, np.array(groups)).sum(axis=0)[None, :]
    corrected = correct_for_chance(share, n=len(labels), k=len(groups))
    explained = float(average_over_factors(judges, corrected, ~blocked[None, :])[0])
    return replace(
        item, rules=tuple((piece.conditions,) for piece in chosen), labels=labels, explained=explained
    )


def _distance_from_average(judges: Judges, groups: BoolArray) -> NDArray[np.float64]:
    """Return how far each group lies from the average customer, 0..1 of the farthest one."""
    corrected = between_groups(judges, groups) / groups.sum(axis=1)[:, None]
    far = average_over_factors(judges, corrected, np.ones_like(corrected, dtype=bool))
    return far / max(float(far.max()), 1e-12)
