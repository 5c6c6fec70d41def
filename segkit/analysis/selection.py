"""Which findings speak for a segment, and which against it: ranking, near copies, ownership, counter-evidence.

Measured findings in, two or three per segment out. A trait is claimed for the segment it separates best; another
segment may claim it in the opposite direction, or, when it is short of claims, where the owner did not. Findings outside
the model come first, then those that move with it by arithmetic, and what restates it last; findings of different factors
come before findings of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum

import numpy as np

from segkit.analysis.circularity import MAX_OVERLAP
from segkit.analysis.factors import FeatureTable
from segkit.analysis.traits import Bools, Finding, row_set, trait_values

MIN_CLAIMS, MAX_CLAIMS = 2, 3
SUGGESTIVE = 0.5
"""An effect this large is told although its interval does not leave out "no difference" (project convention)."""
HELD_OUT_WEIGHT = 1.05
"""At about equal rank the column that was kept out on purpose comes first (project convention)."""
STORY_EFFECT = 0.33
"""From here on recency, frequency or order value paint a picture of a segment."""
GOOD_DIRECTION = {
    "recency_days": -1,
    "frequency": 1,
    "average_order_value": 1,
    "monetary_total": 1,
    "discount_share": -1,
    "return_share": -1,
    "used_coupon": -1,
}
"""What a merchant likes to see: +1 more, -1 less. The first three tell the story of a group."""
STORY = ("recency_days", "frequency", "average_order_value")


class Terms(IntEnum):
    """Who may claim a trait, from the strictest terms to the last resort."""

    OWNER = 1  # the segment it separates best, in that direction
    OPPOSITE = 2  # also the one that it separates best in the other direction
    UNCLAIMED = 3  # a segment short of claims may take what its owner left


Chosen = tuple[Finding, ...]
Counter = tuple[Finding, Finding | None]
Test = Callable[[Finding], bool]
Relation = Callable[[Finding, Finding], bool]
Round = tuple[Test, Relation, int]


def choose_findings(
    findings: Sequence[Finding],
    table: FeatureTable,
    *,
    restating: Mapping[int, frozenset[str]],
    held_out: frozenset[str] = frozenset(),
    files: Mapping[str, str] | None = None,
) -> dict[int, Chosen]:
    """Choose at most three findings per segment.

    Parameters
    ----------
    findings : sequence of Finding
        All findings of all segments.
    table : FeatureTable
        For the row sets of near copies.
    restating : mapping of int to frozenset of str
        Features that a segment's own rule is stated in.
    held_out : frozenset of str
        Features kept out of the model on purpose.
    files : mapping of str to str, optional
        Feature to file; the first claim comes from the order history, whose features are not listed.

    Returns
    -------
    dict of int to tuple of Finding
        Best first; fewer than two where the data has no more to say.
    """
    picker = _Picker(findings, table, held_out=held_out)
    stages = _stages(files or {}, restating)
    for rounds in stages:
        for terms in Terms:
            # the loop over rounds is outside the loop over segments: no segment takes all the good ones
            for allowed, relation, limit in rounds:
                for segment_id in picker.chosen:
                    picker.pick(segment_id, allowed, relation, limit=min(limit, MAX_CLAIMS), terms=terms)
    return {segment_id: tuple(picked) for segment_id, picked in picker.chosen.items()}


def _stages(
    elsewhere: Mapping[str, str], restating: Mapping[int, frozenset[str]]
) -> tuple[tuple[Round, ...], ...]:
    """Return what is sought in which order, by how independent of the groups it is.

    What owes nothing to them is sought on all terms before what is tied to them, and what restates them comes last.
    """

    def apart(finding: Finding) -> bool:
        return finding.clear and not finding.in_model and not finding.tied

    def clear(finding: Finding) -> bool:
        return finding.clear and not finding.in_model

    def from_orders(finding: Finding) -> bool:
        return apart(finding) and not elsewhere.get(finding.trait.feature.name)

    def third(finding: Finding) -> bool:
        return apart(finding) and finding.strong

    def large(finding: Finding) -> bool:
        return not finding.in_model and abs(finding.statistic.effect) >= SUGGESTIVE

    def suggestive(finding: Finding) -> bool:
        return large(finding) and not finding.tied

    def not_restating(finding: Finding) -> bool:
        told = restating.get(finding.segment_id, frozenset())
        return finding.clear and told.isdisjoint(
            (finding.trait.feature.name, *finding.trait.feature.derived_from)
        )

    return (
        (
            (from_orders, _other_factor, 1),
            (apart, _other_factor, 2),
            (third, _other_factor, 3),
            (apart, _other_column, 2),
            (apart, _unrelated, 2),
            (suggestive, _other_factor, 2),
            (suggestive, _unrelated, 2),
        ),
        (
            (clear, _other_factor, 2),
            (clear, _other_column, 2),
            (clear, _unrelated, 2),
            (large, _unrelated, 2),
        ),
        (
            (not_restating, _other_factor, 2),
            (not_restating, _other_column, 2),
            (not_restating, _unrelated, 2),
        ),
        ((third, _other_column, 3),),
    )


class _Picker:
    """Holds what every segment has claimed so far."""

    def __init__(self, findings: Sequence[Finding], table: FeatureTable, *, held_out: frozenset[str]) -> None:
        self._rows = _RowSets(table)
        self._best_of = _best_by_direction(findings)
        self._owner = _owners(findings)
        self._claimed: dict[str, list[bool]] = {}
        segments = sorted({finding.segment_id for finding in findings})
        self.chosen: dict[int, list[Finding]] = {segment_id: [] for segment_id in segments}

        def rank(finding: Finding) -> tuple[float, str]:
            favour = HELD_OUT_WEIGHT if finding.trait.feature.name in held_out else 1.0
            return -favour * finding.weight, finding.trait.key

        worth = sorted((finding for finding in findings if finding.worth_saying), key=rank)
        self._ranked = {
            segment_id: [finding for finding in worth if finding.segment_id == segment_id]
            for segment_id in segments
        }

    def pick(self, segment_id: int, allowed: Test, relation: Relation, *, limit: int, terms: Terms) -> None:
        """Claim the best findings that fit until the segment has ``limit`` of them."""
        mine = self.chosen[segment_id]
        for finding in self._ranked[segment_id]:
            if len(mine) >= limit:
                return
            if (
                allowed(finding)
                and self._is_open(finding, terms)
                and all(relation(finding, other) and not self._rows.overlap(finding, other) for other in mine)
            ):
                mine.append(finding)
                self._claimed.setdefault(finding.trait.key, []).append(finding.positive)

    def _is_open(self, finding: Finding, terms: Terms) -> bool:
        """Return whether a segment may claim a trait."""
        claimed = self._claimed.get(finding.trait.key, [])
        if finding.positive in claimed:
            return False
        if terms is Terms.OWNER:
            return self._owner[finding.trait.key] == (finding.segment_id, finding.positive)
        if self._best_of[finding.trait.key, finding.positive] == finding.segment_id:
            return True
        return terms is Terms.UNCLAIMED and len(self.chosen[finding.segment_id]) < MIN_CLAIMS


def _other_factor(finding: Finding, other: Finding) -> bool:
    return finding.trait.feature.factor is not other.trait.feature.factor


def _other_column(finding: Finding, other: Finding) -> bool:
    return not set(finding.trait.feature.columns) & set(other.trait.feature.columns)


def _unrelated(finding: Finding, other: Finding) -> bool:
    """Return whether neither feature is a function of the other and they are not levels of one column."""
    a, b = finding.trait.feature, other.trait.feature
    levels = bool(a.level or finding.trait.level) and bool(b.level or other.trait.level)
    functions = a.name == b.name or a.name in b.derived_from or b.name in a.derived_from
    return not functions and not (levels and a.columns == b.columns)


def _owners(findings: Sequence[Finding]) -> dict[str, tuple[int, bool]]:
    """Return the segment and the direction in which each trait separates best."""
    best: dict[str, Finding] = {}
    for finding in findings:
        key = finding.trait.key
        if key not in best or finding.weight > best[key].weight:
            best[key] = finding
    return {key: (finding.segment_id, finding.positive) for key, finding in best.items()}


def _best_by_direction(findings: Sequence[Finding]) -> dict[tuple[str, bool], int]:
    """Return the segment that each trait separates best, for either direction."""
    best: dict[tuple[str, bool], Finding] = {}
    for finding in findings:
        key = (finding.trait.key, finding.positive)
        if key not in best or finding.score > best[key].score:
            best[key] = finding
    return {key: finding.segment_id for key, finding in best.items()}


class _RowSets:
    """Row sets of traits, computed once."""

    def __init__(self, table: FeatureTable) -> None:
        self._table = table
        self._sets: dict[str, Bools] = {}

    def of(self, finding: Finding) -> Bools:
        """Return the customers a finding's trait marks."""
        key = finding.trait.key
        if key not in self._sets:
            self._sets[key] = row_set(finding.trait, trait_values(finding.trait, self._table))
        return self._sets[key]

    def overlap(self, one: Finding, other: Finding) -> bool:
        """Return whether two findings mark nearly the same customers, or nearly opposite ones."""
        mine, theirs = self.of(one), self.of(other)
        return max(_jaccard(mine, theirs), _jaccard(mine, ~theirs)) > MAX_OVERLAP


def _jaccard(one: Bools, other: Bools) -> float:
    union = int(np.count_nonzero(one | other))
    return np.count_nonzero(one & other) / union if union else 0.0


def drop_copies(
    findings: Sequence[Finding], table: FeatureTable, *, beside: Sequence[Finding] = ()
) -> list[Finding]:
    """Return findings best first, without those that mark nearly the same customers as a better one.

    What a reader could not see in the figures, and what is known of few members, is left out. A measure of the model is
    the definition of the group and stays, whatever else marks the same customers.
    """
    rows = _RowSets(table)
    kept: list[Finding] = []
    telling = [finding for finding in findings if finding.visible and finding.covered]
    for finding in sorted(telling, key=lambda f: (-f.score, f.trait.key)):
        others = [other for other in [*beside, *kept] if other.in_model or not finding.in_model]
        if not any(rows.overlap(finding, other) for other in others):
            kept.append(finding)
    return kept


def choose_counter_evidence(mine: Sequence[Finding], picked: Sequence[Finding]) -> Counter | None:
    """Choose the strongest finding against a segment's story.

    First what contradicts the picture that recency, frequency and order value paint (people who place large orders, and
    send much back); then the chosen claim with the most exceptions; then a weaker contradiction. Recency and spend of a group
    that was made by both are its definition, whichever way they point, and come last.

    Returns
    -------
    tuple of (Finding, Finding or None), or None
        What speaks against the segment, and the finding whose picture it spoils; without one the finding is a claim
        whose exceptions count. None when nothing speaks against the segment.
    """
    contradiction = _contradiction(mine, claimed=frozenset(finding.trait.key for finding in picked))
    if contradiction and contradiction[0].strong and not _defining(contradiction[0]):
        return contradiction
    misfits = [(round(_misfit(finding), 9), -position, finding) for position, finding in enumerate(picked)]
    worst = max(misfits, key=lambda item: item[:2], default=None)
    if worst is not None and worst[0] > 0:
        return worst[2], None
    return contradiction


def _contradiction(mine: Sequence[Finding], *, claimed: frozenset[str]) -> Counter | None:
    """Return the strongest finding against the picture of value, if there is a picture."""
    judged = {
        finding.trait.key: (GOOD_DIRECTION[finding.trait.key] * finding.statistic.effect, finding)
        for finding in mine
        if finding.trait.key in GOOD_DIRECTION
    }
    story = [judged[name] for name in STORY if name in judged]
    if not story:
        return None
    lead, picture = max(story, key=lambda pair: abs(pair[0]))
    against = [
        (abs(good), key, finding)
        for key, (good, finding) in judged.items()
        if good * lead < 0
        and finding.worth_saying
        and key not in claimed  # a claim cannot speak against itself
    ]
    if abs(lead) < STORY_EFFECT or not against:
        return None
    return max(against, key=lambda item: (not _defining(item[2]), *item[:2]))[2], picture


def _defining(finding: Finding) -> bool:
    """Return whether a finding is recency, frequency or money of groups that were made by them."""
    return finding.in_model and finding.trait.key in (*STORY, "monetary_total")


def _misfit(finding: Finding) -> float:
    """Return how badly a claim fits: the share of customers, or pairs, on the wrong side."""
    statistic = finding.statistic
    if statistic.k_group is None or statistic.k_rest is None:
        return (1 - abs(statistic.effect)) / 2
    wrong = statistic.n_group - statistic.k_group + statistic.k_rest
    total = statistic.n_group + statistic.n_rest
    return (wrong if finding.positive else total - wrong) / total
