"""Evidence from the order history: measured, corrected for the number of tests, ranked, and put into sentences.

Feature table and groups in, an `EvidenceBook` out. Every trait is compared in every segment; what made the groups
gets no p-value; all others are one Benjamini-Hochberg family. Two or three findings per segment are chosen across
factors, each for the segment it separates best; what speaks against a segment is kept beside them, and what is
missing is said. `recompute_statistic` gives the stored numbers back from the same table.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from segkit.analysis.circularity import in_model_features
from segkit.analysis.factors import FeatureTable
from segkit.analysis.selection import (
    MIN_CLAIMS,
    Chosen,
    Counter,
    choose_counter_evidence,
    choose_findings,
    drop_copies,
)
from segkit.analysis.statistics import adjust_p_values_bh
from segkit.analysis.traits import (
    MIN_EFFECT,
    SHARE_DIFFERENCE,
    STRONG_EFFECT,
    Finding,
    Trait,
    basis_of,
    measure_trait,
    measure_traits,
    segment_codes,
    trait_values,
    with_q,
)
from segkit.errors import InputError
from segkit.model.evidence import Direction, Evidence, EvidenceBook, EvidenceGap, Source, Statistic
from segkit.model.feature import FeatureKind
from segkit.model.segment import Method, Segment, SegmentationSummary
from segkit.words.claims import (
    against_story,
    claim_sentence,
    definition_of,
    exceptions_sentence,
    gap_few_claims,
    gap_in_model_only,
    gap_no_counter,
    locator_of,
    mind_changer,
    where_to_look,
)
from segkit.words.figures import SMALL_BOOK
from segkit.words.grades import INFERENTIAL_Q, limits_sentence, strength_of

APPENDIX_SIZE = 25
"""Findings per segment kept beside the chosen ones."""


class Grouped(Protocol):
    """What is needed of ``segkit.analysis.segments.Segmentation``."""

    @property
    def summary(self) -> SegmentationSummary:
        """How the groups were made."""
        ...

    @property
    def assignments(self) -> pd.Series:
        """Segment id by customer id."""
        ...


def extract_evidence(
    table: FeatureTable,
    segmentation: Grouped,
    *,
    source: Source,
    sources: Mapping[str, Source] | None = None,
    reject: Collection[str] = (),
    measured: tuple[tuple[Finding, ...], int] | None = None,
    seed: int = 0,
) -> EvidenceBook:
    """Find, test and word what sets each segment apart.

    Parameters
    ----------
    table : FeatureTable
        Features of all customers.
    segmentation : Segmentation
        Groups with their summary (features used and held out, rules) and assignments. At about equal rank a
        held-out feature comes first; one that turns out to copy a grouping feature still counts as in-model.
    source : Source
        The order history.
    sources : mapping of str to Source, optional
        Source of each further file (``customers.csv``, ``survey.csv``) by its name; features of a file that is
        not named here are cited with ``source``.
    reject : collection of str
        Keys of findings the user does not want to see; they are still tested and counted.
    measured : tuple, optional
        What `measure_book` gave, where it was called before.
    seed : int
        Of bootstrap and permutation draws.

    Returns
    -------
    EvidenceBook
        ``evidence`` per segment: two or three findings for it, then one against it; ``appendix`` the next best.

    See Also
    --------
    recompute_statistic : the check of a stored statistic.

    Notes
    -----
    q-values: Benjamini-Hochberg over every test made, traits x segments without the in-model ones; their number
    is ``n_tests``. Rank: size of the effect times the share of the segment it is true of.
    """
    if measured is None:
        model = model_features(table, segmentation.summary)
        measured = measure_book(table, segmentation, in_model=model, seed=seed)
    findings, n_tests = measured
    anchors = segment_anchors(segmentation.assignments)
    wanted = tuple(f for f in findings if finding_key(f, anchors) not in reject)
    restating = _rule_features(segmentation.summary)
    chosen = choose_findings(
        wanted,
        table,
        restating=restating,
        held_out=frozenset(segmentation.summary.held_out),
        files=dict(table.files),
    )
    cite = _Citations(
        table=table, source=source, sources=dict(sources or {}), n_tests=n_tests, anchors=anchors
    )
    evidence: list[Evidence] = []
    appendix: list[Evidence] = []
    gaps: list[EvidenceGap] = []
    changers: list[tuple[int, str]] = []
    for segment in segmentation.summary.segments:
        picked = chosen.get(segment.id, ())  # customers who are all alike give no finding
        mine = tuple(finding for finding in wanted if finding.segment_id == segment.id)
        evidence += [
            cite.claim(finding, f"S{segment.id}-{position}")
            for position, finding in enumerate(picked, start=1)
        ]
        counter = choose_counter_evidence(mine, picked)
        if counter is not None:
            evidence.append(cite.counter(counter, f"S{segment.id}-X"))
        rest = drop_copies([f for f in mine if f.notable and f not in picked], table, beside=picked)[
            :APPENDIX_SIZE
        ]
        appendix += [
            cite.claim(finding, f"S{segment.id}-A{position:02d}")
            for position, finding in enumerate(rest, start=1)
        ]
        gaps += _gaps(segment, picked, has_counter=counter is not None)
        if picked:
            best = next((finding for finding in picked if not finding.in_model), picked[0])
            feature, threshold = best.trait.feature, MIN_EFFECT[SHARE_DIFFERENCE]
            found = mind_changer(feature, best.statistic, threshold=threshold)
            place = where_to_look(feature, best.statistic, file=dict(table.files).get(feature.name, ""))
            changers.append((segment.id, f"{found} {place}"))
    return EvidenceBook(
        sources=cite.cited([*evidence, *appendix]),
        evidence=tuple(evidence),
        appendix=tuple(appendix),
        n_tests=n_tests,
        gaps=tuple(gaps),
        mind_changers=tuple(changers),
    )


def segment_anchors(assignments: pd.Series) -> dict[int, str]:
    """Return the customer that keys name a segment by: the first of its ids in order.

    Examples
    --------
    >>> segment_anchors(pd.Series([2, 1, 1], index=["C3", "C2", "C1"]))
    {1: 'C1', 2: 'C3'}
    """
    found: dict[int, str] = {}
    for customer, segment_id in sorted(zip(map(str, assignments.index), assignments.to_list(), strict=True)):
        found.setdefault(int(segment_id), customer)
    return found


def finding_key(finding: Finding, anchors: Mapping[int, str]) -> str:
    """Return what ``company.toml`` knows a finding by: the trait and a customer of its segment."""
    return f"{finding.trait.key}:{anchors.get(finding.segment_id, '')}"


def model_features(table: FeatureTable, summary: SegmentationSummary) -> tuple[str, ...]:
    """Return every feature that made the groups, is a function of one that did, or copies a rule's row set.

    The rules of a clustering only describe it afterwards, so their row sets say nothing about how it was made.
    """
    rules = (
        () if summary.method is Method.KMEANS else [segment.rule.alternatives for segment in summary.segments]
    )
    return in_model_features(table.frame, table.features, used=summary.features, rules=rules)


def measure_book(
    table: FeatureTable, segmentation: Grouped, *, in_model: Sequence[str], seed: int = 0
) -> tuple[tuple[Finding, ...], int]:
    """Measure every trait in every segment and correct for all tests made.

    Returns
    -------
    tuple of (tuple of Finding, int)
        All findings with their q, and the number of tests.
    """
    findings = measure_traits(table, segmentation.assignments, in_model=in_model, seed=seed)
    p_values = [finding.statistic.p for finding in findings if finding.statistic.p is not None]
    q_values = iter(adjust_p_values_bh(np.asarray(p_values)).tolist())
    corrected = tuple(
        finding if finding.statistic.p is None else with_q(finding, next(q_values)) for finding in findings
    )
    return corrected, len(p_values)


def family_p_values(table: FeatureTable, segmentation: Grouped, *, seed: int = 0) -> tuple[float, ...]:
    """Return the p-values of every test of a report, sorted: what a stored q is recomputed from."""
    model = model_features(table, segmentation.summary)
    findings, _ = measure_book(table, segmentation, in_model=model, seed=seed)
    return tuple(sorted(f.statistic.p for f in findings if f.statistic.p is not None))


def recompute_statistic(
    evidence: Evidence,
    table: FeatureTable,
    assignments: pd.Series,
    *,
    family: Sequence[float] = (),
    seed: int = 0,
) -> Statistic:
    """Compute a stored statistic again from the data.

    Parameters
    ----------
    evidence : Evidence
        With a statistic.
    table : FeatureTable
        Built again from the same files.
    assignments : pandas.Series
        Segment id by customer id.
    family : sequence of float
        All p-values of the report (`family_p_values`); without them q is left out of the result.
    seed : int
        As in the report.

    Returns
    -------
    Statistic
        Equal to the stored one to rtol 1e-9.

    Raises
    ------
    InputError
        When the evidence holds no statistic, or its feature or segment no longer exists.
    """
    stored = evidence.statistic
    if stored is None:
        raise InputError(f"evidence {evidence.id!r} holds no statistic; only statistics can be recomputed.")
    trait = Trait(feature=table.feature(stored.feature), level=_level_of(stored, table))
    members = segment_codes(table, assignments) == evidence.segment_id
    again = measure_trait(trait, trait_values(trait, table), members, seed=seed, tested=stored.p is not None)
    if again is None:
        raise InputError(
            f"evidence {evidence.id!r} compares customers who are no longer there; rebuild the report from these files."
        )
    if again.p is None or not len(family):
        return again
    finding = Finding(
        trait=trait, segment_id=evidence.segment_id, statistic=again, in_model=False, size=1, others=1
    )
    p_values = np.sort(np.asarray(family, dtype=np.float64))
    # the family holds this very p; rounding may move it by an ulp
    position = int(np.argmin(np.abs(p_values - again.p)))
    return with_q(finding, float(adjust_p_values_bh(p_values)[position])).statistic


def _level_of(stored: Statistic, table: FeatureTable) -> str:
    return stored.level if table.feature(stored.feature).kind is FeatureKind.CATEGORICAL else ""


def _rule_features(summary: SegmentationSummary) -> dict[int, frozenset[str]]:
    """Return, per segment, the features its rule is stated in: a claim on them restates the rule."""
    return {
        segment.id: frozenset(
            condition.feature for alternative in segment.rule.alternatives for condition in alternative
        )
        for segment in summary.segments
    }


def _gaps(segment: Segment, picked: Chosen, *, has_counter: bool) -> list[EvidenceGap]:
    """Return what the order history lacks for a segment."""
    found = []
    if len(picked) < MIN_CLAIMS:
        found.append(("pieces", gap_few_claims(segment.name, len(picked))))
    if picked and all(finding.in_model or finding.tied for finding in picked):
        found.append(("validity", gap_in_model_only(segment.name)))
    if not has_counter:
        found.append(("counter", gap_no_counter(segment.name, segment.size)))
    return [EvidenceGap(segment_id=segment.id, about=about, sentence=sentence) for about, sentence in found]


class _Citations:
    """Turns findings into evidence with their source."""

    def __init__(
        self,
        *,
        table: FeatureTable,
        source: Source,
        sources: dict[str, Source],
        n_tests: int,
        anchors: Mapping[int, str],
    ) -> None:
        self._files = dict(table.files)
        self._source = source
        self._sources = sources
        self._n = len(table.frame)
        self._n_tests = n_tests
        self._anchors = anchors

    def claim(self, finding: Finding, evidence_id: str) -> Evidence:
        """Return a finding as evidence for its segment."""
        sentence = claim_sentence(finding.trait.feature, finding.statistic)
        return self._evidence(finding, evidence_id, sentence, Direction.SUPPORTS)

    def counter(self, counter: Counter, evidence_id: str) -> Evidence:
        """Return a finding as evidence against its segment's story."""
        finding, picture = counter
        feature, statistic = finding.trait.feature, finding.statistic
        if picture is None:
            sentence = exceptions_sentence(feature, statistic)
        else:
            sentence = against_story(claim_sentence(feature, statistic), picture=picture.statistic)
        return self._evidence(finding, evidence_id, sentence, Direction.CONTRADICTS)

    def cited(self, items: Sequence[Evidence]) -> tuple[Source, ...]:
        """Return the order history and every other source that an item cites."""
        used = {item.source_id for item in items}
        others = [source for _, source in sorted(self._sources.items()) if source.id in used]
        return tuple(dict.fromkeys([self._source, *others]))

    def _evidence(self, finding: Finding, evidence_id: str, sentence: str, direction: Direction) -> Evidence:
        feature, statistic = finding.trait.feature, finding.statistic
        strength, reasons = strength_of(
            statistic,
            in_model=finding.in_model,
            n_customers=self._n,
            threshold=STRONG_EFFECT[statistic.effect_name],
            n_tests=self._n_tests,
            tied=finding.tied,
        )
        source = self._sources.get(self._files.get(feature.name, ""), self._source)
        return Evidence(
            id=evidence_id,
            segment_id=finding.segment_id,
            factor=feature.factor,
            claim=sentence,
            kind="statistic",
            direction=direction,
            source_id=source.id,
            locator=locator_of(feature, finding.trait.level),
            in_model=finding.in_model,
            strength=strength,
            strength_reasons=reasons,
            limits=limits_sentence(feature, statistic, n_customers=self._n),
            statistic=statistic,
            basis=basis_of(finding, n_customers=self._n, small=SMALL_BOOK, limit=INFERENTIAL_Q),
            definition=definition_of(feature, finding.trait.level),
            key=finding_key(finding, self._anchors),
        )
