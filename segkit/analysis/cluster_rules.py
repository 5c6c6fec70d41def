"""Testable rules for groups that were not made by rules: a shallow tree that explains a clustering.

The tree has one branch per group (a decision list, Rivest 1987): each branch asks at most two conditions, perhaps in
two alternatives, and takes who fits; the last group is everyone else. So the rules are total, have an order of
precedence, and nobody falls between. Their fidelity, the share of customers they place as the clustering does, is
measured on everybody and printed: below 1 the rules describe the clustering, they do not define it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.rules import (
    CATCH_ALL,
    CUSTOMER_ID,
    Alternatives,
    alternatives_hold,
    choose_cut,
    condition_holds,
)
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Condition

MAX_ROWS = 6_000
"""Customers that the rules are learned from; fidelity is always measured on all."""
N_QUANTILES = 12
MAX_JOINED = 30
MIN_GAIN = 0.02
"""A second condition or alternative must raise the F-score of its group by this much to be worth reading."""
NEGATION_PENALTY = 0.01

BoolArray = NDArray[np.bool_]
Labels = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Rules for given groups: ``(label, alternatives)`` in order of precedence, the last a catch-all.

    ``fidelity`` is the share of customers whom the rules place in their own group, 0..1.
    """

    rules: tuple[tuple[int, Alternatives], ...]
    fidelity: float


@dataclass(frozen=True, slots=True, eq=False)
class _Atoms:
    """Conditions and the rows of the learning sample that they hold for, shape (conditions, rows)."""

    conditions: tuple[Condition, ...]
    rows: BoolArray
    penalty: NDArray[np.float64]


def explain_groups(
    frame: pd.DataFrame, features: Sequence[Feature], labels: Labels, *, names: Sequence[str], seed: int = 0
) -> Explanation:
    """Write one short rule per group, in an order of precedence.

    Each group in turn is tried as "everyone else"; the others are peeled off one by one, the clearest first (F-score
    among those not yet placed). The list with the highest fidelity wins, the one with fewer conditions on ties.

    Parameters
    ----------
    frame : DataFrame
        Feature table, one row per customer; a missing value satisfies no condition.
    features : sequence of Feature
        Its columns in words.
    labels : ndarray of int, shape (n,)
        Groups 0..k-1.
    names : sequence of str
        Features that rules may use.
    seed : int
        Draws the learning sample from more than ``MAX_ROWS`` customers.

    Returns
    -------
    Explanation
    """
    sample = _sample(len(frame), seed)
    small, known = frame.iloc[sample], labels[sample]
    atoms = _make_atoms(small, [feature for feature in features if feature.name in set(names)])
    if not atoms.conditions:
        atoms = _atoms_by_id(small, known)
    n_groups = int(labels.max()) + 1
    best: tuple[float, int, int, list[tuple[int, Alternatives]]] | None = None
    for last in range(n_groups):
        rules = _peel(atoms, known, last=last, n_groups=n_groups)
        agreed = float((_place(rules, small) == known).mean())
        length = sum(len(part) for _, alternatives in rules for part in alternatives)
        if best is None or (-round(agreed, 6), length, last) < best[:3]:
            best = (-round(agreed, 6), length, last, rules)
    chosen = tuple(best[3]) if best else ()
    return Explanation(rules=chosen, fidelity=float((_place(chosen, frame) == labels).mean()))


def _sample(n: int, seed: int) -> Labels:
    if n <= MAX_ROWS:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, MAX_ROWS, replace=False))


def _place(rules: Sequence[tuple[int, Alternatives]], frame: pd.DataFrame) -> Labels:
    placed = np.full(len(frame), -1, dtype=np.int64)
    for label, alternatives in rules:
        placed[(placed < 0) & alternatives_hold(alternatives, frame)] = label
    return placed


def _make_atoms(frame: pd.DataFrame, features: Sequence[Feature]) -> _Atoms:
    conditions: list[Condition] = []
    penalties: list[float] = []
    for feature in features:
        for condition in _conditions_on(frame[feature.name], feature):
            conditions.append(condition)
            lacks = condition.value is False or (feature.unit == "share" and condition.operator == "<=")
            penalties.append(NEGATION_PENALTY * lacks)
    rows = np.array([condition_holds(condition, frame) for condition in conditions], dtype=bool)
    return _Atoms(tuple(conditions), rows.reshape(len(conditions), len(frame)), np.array(penalties))


def _atoms_by_id(frame: pd.DataFrame, labels: Labels) -> _Atoms:
    """Return conditions on the customer id, for groups of customers whom no property tells apart."""
    ends = np.flatnonzero(np.diff(labels) != 0)[:N_QUANTILES]
    conditions = tuple(
        Condition(feature=CUSTOMER_ID, operator="<=", value=str(frame.index[end])) for end in ends
    )
    rows = np.array([condition_holds(condition, frame) for condition in conditions], dtype=bool)
    return _Atoms(conditions, rows.reshape(len(conditions), len(frame)), np.zeros(len(conditions)))


def _conditions_on(column: pd.Series, feature: Feature) -> list[Condition]:
    if feature.kind is FeatureKind.FLAG:
        return [Condition(feature=feature.name, operator="==", value=wanted) for wanted in (True, False)]
    if feature.kind is FeatureKind.CATEGORICAL:
        levels = sorted(set(column.dropna().astype(str)))
        return [Condition(feature=feature.name, operator="==", value=level) for level in levels]
    cuts = _quantile_cuts(column.dropna().to_numpy(dtype=float), feature)
    return [Condition(feature=feature.name, operator=sign, value=cut) for cut in cuts for sign in (">", "<=")]


def _quantile_cuts(values: NDArray[np.float64], feature: Feature) -> list[float]:
    """Return round cut points near evenly spaced quantiles: between neighbours where values are few, else within 2 %."""
    levels = np.unique(values)
    if len(levels) < 2:
        return []
    whole = bool(np.all(levels == np.round(levels)))
    if len(levels) <= N_QUANTILES + 1:
        pairs = list(pairwise(levels))
    else:
        shares = np.arange(1, N_QUANTILES + 1) / (N_QUANTILES + 1)
        low, high = np.quantile(values, shares - 0.02), np.quantile(values, shares + 0.02)
        pairs = [(a, b) for a, b in zip(low, high, strict=True) if a < b]
        pairs += [(levels[0], levels[1])] if (values == levels[0]).mean() > 0.05 else []
    cuts = {choose_cut(float(low), float(high), unit=feature.unit, whole=whole) for low, high in pairs}
    natural = {0.0, 0.5} if feature.unit == "share" else set()
    return sorted(cut for cut in cuts | natural if levels[0] <= cut < levels[-1])


def _peel(atoms: _Atoms, labels: Labels, *, last: int, n_groups: int) -> list[tuple[int, Alternatives]]:
    """Write rules for all groups but ``last``, the clearest first, then the catch-all."""
    left = np.ones(len(labels), dtype=bool)
    waiting = [label for label in range(n_groups) if label != last]
    rules: list[tuple[int, Alternatives]] = []
    while waiting:
        options = [(*_best_rule(atoms, labels == label, left), label) for label in waiting]
        _, alternatives, rows, label = max(options, key=lambda option: (round(option[0], 9), -option[3]))
        rules.append((label, alternatives))
        left = left & ~rows
        waiting.remove(label)
    return [*rules, (last, CATCH_ALL)]


def _best_rule(atoms: _Atoms, group: BoolArray, left: BoolArray) -> tuple[float, Alternatives, BoolArray]:
    """Return the F-score, the rule and its rows for one group among the customers not yet placed."""
    score, first, rows = _best_conjunction(atoms, group, left)
    alternatives: Alternatives = (first,)
    missed = group & left & ~rows
    if missed.sum() >= 2:
        _, second, more = _best_conjunction(atoms, missed, left & ~rows)
        both = _f_scores((rows | more)[None, :], group, left)[0]
        if both >= score + MIN_GAIN * 2:
            score, alternatives, rows = float(both), (first, second), rows | more
    return score, alternatives, rows


def _best_conjunction(
    atoms: _Atoms, group: BoolArray, left: BoolArray
) -> tuple[float, tuple[Condition, ...], BoolArray]:
    """Return the best rule of one or two conditions for a group."""
    scores = _f_scores(atoms.rows, group, left) - atoms.penalty
    order = np.argsort(-np.round(scores, 9), kind="stable")[:MAX_JOINED]
    top = int(order[0])
    conditions: tuple[Condition, ...] = (atoms.conditions[top],)
    best, rows = float(scores[top]), atoms.rows[top]
    reach = (atoms.rows & group & left).sum(axis=1) / max(1, int((group & left).sum()))
    precise = _precision(atoms.rows, group, left) * (reach >= 0.5)
    partners = list(
        dict.fromkeys([*order.tolist(), *np.argsort(-precise, kind="stable")[:MAX_JOINED].tolist()])
    )
    for position, i in enumerate(partners[:MAX_JOINED]):
        others = np.array(partners[position + 1 :], dtype=np.int64)
        if not len(others):
            break
        joined = atoms.rows[others] & atoms.rows[i]
        values = _f_scores(joined, group, left) - atoms.penalty[others] - atoms.penalty[i] - MIN_GAIN
        at = int(np.argmax(np.round(values, 9)))
        if values[at] > best + 1e-9:
            best, rows = float(values[at]), joined[at]
            conditions = (atoms.conditions[i], atoms.conditions[int(others[at])])
    return best, conditions, rows & left


def _f_scores(rows: BoolArray, group: BoolArray, left: BoolArray) -> NDArray[np.float64]:
    """Return 2 tp / (placed + wanted) of several sets of rows for one group."""
    inside = (rows & (group & left)).sum(axis=1)
    placed = (rows & left).sum(axis=1)
    return np.asarray(2.0 * inside / np.maximum(placed + int((group & left).sum()), 1), dtype=np.float64)


def _precision(rows: BoolArray, group: BoolArray, left: BoolArray) -> NDArray[np.float64]:
    placed = (rows & left).sum(axis=1)
    return np.asarray((rows & (group & left)).sum(axis=1) / np.maximum(placed, 1), dtype=np.float64)
