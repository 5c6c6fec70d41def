"""Traits: every yes/no or numeric property that a group can be compared by, and the comparison itself.

Between the feature table and the sentences. A numeric feature or a flag is one trait, a categorical feature one
trait per shared level. A measured trait is a `Finding`: one trait, one segment, one recomputable statistic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.factors import OTHER, FeatureTable
from segkit.analysis.large_samples import CountedComparison, CountedSample, compare_counted, count_values
from segkit.analysis.statistics import cliffs_delta, compare_flag, delta_interval, permutation_p
from segkit.model.evidence import Statistic
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Basis
from segkit.words.grades import is_seasonal

ANALYTIC_FROM = 200
"""Customers from which tests and intervals of numbers are analytic (reference: segmentation, section 4)."""
MIN_ANALYTIC_GROUP = 30
"""Below this many members the interval stays a bootstrap, however large the book."""
SHARE_DIFFERENCE = "difference in share"
CLIFFS_DELTA = "Cliff's delta"
MIN_EFFECT = {SHARE_DIFFERENCE: 0.10, CLIFFS_DELTA: 0.147}
"""Below it a difference is no difference: ten points, or the border of "negligible" (project convention)."""
STRONG_EFFECT = {SHARE_DIFFERENCE: 0.20, CLIFFS_DELTA: 0.33}
"""From it on a difference is worth acting on: twenty points, or the border of "medium" (project convention)."""
CI_LEVEL = 0.95
MIN_SHARE_GAP = 0.05
"""Mean shares closer than five points look alike to a reader, whatever the ranks say (project convention)."""
MIN_COVERAGE = 0.5
"""Share of a segment, and of the others, for which a trait must be known before it is spoken of."""
ABSENCE_WEIGHT = 0.6
"""A trait that a group lacks says less about it than one it has (project convention)."""
NUMBER_WEIGHT = 0.9
"""At equal size a count of people is easier to check than a median (project convention)."""

SAME_SHARE = 0.8
"""Share of a group's members for whom two measures are equal from which they are one measure there (as for row sets)."""
TIES: Mapping[str, tuple[str, ...]] = {
    "distinct_products": ("frequency", "monetary_total"),
    "category_hhi": ("frequency",),
    "tenure_days": ("frequency", "recency_days"),
    "median_gap_days": ("frequency",),
    "mean_gap_days": ("frequency",),
    "items_per_order": ("monetary_total", "average_order_value"),
    "lines_per_order": ("monetary_total", "average_order_value"),
    "quarter_1_share": ("recency_days",),
    "quarter_2_share": ("recency_days",),
    "quarter_3_share": ("recency_days",),
    "quarter_4_share": ("recency_days",),
}
"""Measures that move with another by arithmetic: who orders more often has tried more, who came last month came in its quarter."""
RESTATES: Mapping[str, frozenset[str]] = {"tenure_days": frozenset(("recency_days", "frequency"))}
"""Measures that are a part of the model where all of these made the groups: few orders, the last of them lately, is a young customer."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """One property to compare by: a feature, or one level of a categorical feature."""

    feature: Feature
    level: str = ""

    @property
    def key(self) -> str:
        """Name that is unique in a table."""
        return f"{self.feature.name}={self.level}" if self.level else self.feature.name

    @property
    def yes_no(self) -> bool:
        """Whether customers have it or not, rather than more or less of it."""
        return self.feature.kind is not FeatureKind.NUMERIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One trait of one segment against everybody else."""

    trait: Trait
    segment_id: int
    statistic: Statistic
    in_model: bool
    size: int
    others: int
    tied: bool = False
    """Whether the trait moves by arithmetic with a feature that made the groups (`TIES`), so that part of it is the rule."""

    @property
    def positive(self) -> bool:
        """Whether the segment has more of it than the rest."""
        return self.statistic.effect > 0

    @property
    def support(self) -> int:
        """Members of whom the finding is true: with the trait, without it where it is rarer, or with a value."""
        if self.statistic.k_group is None:
            return self.statistic.n_group
        return self.statistic.k_group if self.positive else self.statistic.n_group - self.statistic.k_group

    @property
    def score(self) -> float:
        """Size of the effect times the share of the segment it is true of, 0..1."""
        return abs(self.statistic.effect) * self.support / self.size

    @property
    def weight(self) -> float:
        """Rank among the findings of a segment: the score, less for a number or an absence than for a trait it has."""
        if not self.trait.yes_no:
            return round(NUMBER_WEIGHT * self.score, 9)
        if self.positive:
            return round(self.score, 9)
        # what a group lacks is told by those who have it: the others
        return round(ABSENCE_WEIGHT * abs(self.statistic.effect) * self.statistic.comparator, 9)

    @property
    def notable(self) -> bool:
        """Whether the difference is large enough to be spoken of."""
        return abs(self.statistic.effect) >= MIN_EFFECT[self.statistic.effect_name]

    @property
    def strong(self) -> bool:
        """Whether the difference is large enough to act on."""
        return abs(self.statistic.effect) >= STRONG_EFFECT[self.statistic.effect_name]

    @property
    def clear(self) -> bool:
        """Whether the interval of the effect leaves out "no difference"."""
        low, high = self.statistic.ci_low or 0.0, self.statistic.ci_high or 0.0
        return low > 0 or high < 0

    @property
    def covered(self) -> bool:
        """Whether the trait is known of at least half of the segment and half of the others."""
        statistic = self.statistic
        return (
            statistic.n_group >= MIN_COVERAGE * self.size and statistic.n_rest >= MIN_COVERAGE * self.others
        )

    @property
    def worth_saying(self) -> bool:
        """Whether a difference is notable and true of at least two people, unless the group is one person.

        A trait the group lacks must be one that at least two others have, and the figures shown must point the way the
        effect points (a few large values can pull a mean the other way).
        """
        if not self.notable or not self.covered or (self.size > 1 and self.support < 2):
            return False
        return self.visible and (self.positive or self.statistic.k_rest is None or self.statistic.k_rest >= 2)

    @property
    def visible(self) -> bool:
        """Whether the figures shown differ as the effect says: shares by five points, and all in its direction."""
        statistic = self.statistic
        gap = statistic.value - statistic.comparator
        told = statistic.k_rest is not None or statistic.unit != "share" or abs(gap) >= MIN_SHARE_GAP
        return told and (statistic.k_rest is not None or gap * statistic.effect > 0)


def list_traits(table: FeatureTable) -> tuple[Trait, ...]:
    """Return all traits of a table; levels of fewer than two customers and joined rare levels are none.

    Of two levels that are each other's opposite only the first in code-point order is kept.
    """
    traits: list[Trait] = []
    for feature in table.features:
        if feature.kind is not FeatureKind.CATEGORICAL:
            traits.append(Trait(feature=feature))
            continue
        counts = table.frame[feature.name].value_counts()
        levels = sorted(str(level) for level, count in counts.items() if count >= 2 and level != OTHER)
        if len(counts) == 2 and len(levels) == 2:
            levels = levels[:1]
        traits += [Trait(feature=feature, level=level) for level in levels]
    return tuple(traits)


def trait_values(trait: Trait, table: FeatureTable) -> Floats:
    """Return a trait per customer: a number, or 1.0 and 0.0 for yes and no; NaN where it is not known."""
    column = table.frame[trait.feature.name]
    if trait.feature.kind is not FeatureKind.CATEGORICAL:
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    yes = (column == trait.level).to_numpy(dtype=np.float64)
    return np.where(column.notna().to_numpy(dtype=bool), yes, np.nan)


def row_set(trait: Trait, values: Floats) -> Bools:
    """Return the customers a trait marks: those who have it, or those above the median."""
    if trait.yes_no:
        return np.asarray(values == 1.0, dtype=bool)
    known = values[~np.isnan(values)]
    return np.asarray(values > (np.median(known) if known.size else np.inf), dtype=bool)


def measure_trait(
    trait: Trait,
    values: Floats,
    members: Bools,
    *,
    seed: int = 0,
    tested: bool = True,
    counted: CountedSample | None = None,
) -> Statistic | None:
    """Compare a segment with the rest on one trait.

    Parameters
    ----------
    trait : Trait
        What is compared.
    values : ndarray of shape (n_customers,)
        From `trait_values`; customers without a value are left out.
    members : ndarray of bool, shape (n_customers,)
        Who is in the segment.
    seed : int
        Of bootstrap and permutation draws.
    tested : bool
        False leaves p out: the trait made the groups, so no test is valid.
    counted : CountedSample, optional
        ``values`` sorted before (`count_values`), to be shared by the segments of a large book.

    Returns
    -------
    Statistic or None
        Without q, which needs all tests of the report; None when a side has no known value.

    Notes
    -----
    Yes/no: difference in share, Newcombe interval, Fisher's exact test. Numbers: Cliff's delta with the median of
    both sides (for shares, or where the medians are equal, the mean: the median would say nothing); exact or drawn
    permutation of rank sums below 200 customers, its normal limit and the placement variance from there on.
    """
    known = ~np.isnan(values)
    sides = int(np.count_nonzero(members & known)), int(np.count_nonzero(~members & known))
    if not trait.yes_no and sum(sides) >= ANALYTIC_FROM and min(sides) >= MIN_ANALYTIC_GROUP:
        result = compare_counted(counted or count_values(values), members, level=CI_LEVEL)
        if abs(result.delta) < 1:
            return _counted_statistic(trait, result, tested=tested)
    group, rest = values[members & known], values[~members & known]
    if not group.size or not rest.size:
        return None
    if trait.yes_no:
        flag = compare_flag(int(group.sum()), group.size, int(rest.sum()), rest.size)
        return Statistic(
            name="share of customers",
            feature=trait.feature.name,
            level=trait.level,
            value=flag.share_group,
            comparator=flag.share_rest,
            unit="share",
            n_group=flag.n_group,
            n_rest=flag.n_rest,
            k_group=flag.k_group,
            k_rest=flag.k_rest,
            effect_name=SHARE_DIFFERENCE,
            effect=flag.difference,
            ci_low=flag.ci_low,
            ci_high=flag.ci_high,
            ci_level=CI_LEVEL,
            p=flag.p if tested else None,
            q=None,
            method=f"{flag.method}, {flag.ci_method}" if tested else flag.ci_method,
        )
    return _measure_numbers(trait, group, rest, seed=seed, tested=tested)


def _counted_statistic(trait: Trait, result: CountedComparison, *, tested: bool) -> Statistic:
    """Return the comparison of a large book as a statistic."""
    by_mean = trait.feature.unit == "share" or result.medians[0] == result.medians[1]
    value, comparator = result.means if by_mean else result.medians
    test = f"asymptotic permutation of rank sums (n >= {ANALYTIC_FROM})"
    return Statistic(
        name="mean" if by_mean else "median",
        feature=trait.feature.name,
        value=value,
        comparator=comparator,
        unit=trait.feature.unit,
        n_group=result.n_group,
        n_rest=result.n_rest,
        effect_name=CLIFFS_DELTA,
        effect=result.delta,
        ci_low=result.ci_low,
        ci_high=result.ci_high,
        ci_level=CI_LEVEL,
        p=result.p if tested else None,
        q=None,
        method=f"{test}, analytic interval" if tested else "analytic interval",
    )


def _measure_numbers(trait: Trait, group: Floats, rest: Floats, *, seed: int, tested: bool) -> Statistic:
    """Compare a number between a segment and the rest, in a small book or for a small or separate segment."""
    interval, ci_method = delta_interval(group, rest, seed=seed, analytic_from=group.size + rest.size + 1)
    p, method = None, ci_method
    if tested:
        test = permutation_p(group, rest, statistic="rank sum", seed=seed, analytic_from=ANALYTIC_FROM)
        p, method = test.p, f"{test.method.replace('permutation', 'permutation of rank sums')}, {ci_method}"
    by_mean = trait.feature.unit == "share" or np.median(group) == np.median(rest)
    average = np.mean if by_mean else np.median
    return Statistic(
        name="mean" if by_mean else "median",
        feature=trait.feature.name,
        value=float(average(group)),
        comparator=float(average(rest)),
        unit=trait.feature.unit,
        n_group=int(group.size),
        n_rest=int(rest.size),
        effect_name=CLIFFS_DELTA,
        effect=cliffs_delta(group, rest),
        ci_low=interval.low,
        ci_high=interval.high,
        ci_level=CI_LEVEL,
        p=p,
        q=None,
        method=method,
        seed=seed if "seed" in method else None,
    )


def segment_codes(table: FeatureTable, assignments: pd.Series) -> NDArray[np.int64]:
    """Return the segment of each customer of the table, in table order; 0 for a customer without one."""
    ids = assignments.copy()
    ids.index = ids.index.astype(str)
    return ids.reindex(table.frame.index).fillna(0).to_numpy(dtype=np.int64)


def measure_traits(
    table: FeatureTable,
    assignments: pd.Series,
    *,
    in_model: Sequence[str],
    seed: int = 0,
    traits: Sequence[Trait] | None = None,
) -> tuple[Finding, ...]:
    """Compare every segment with the rest on every trait.

    Parameters
    ----------
    table : FeatureTable
        Features of all customers.
    assignments : pandas.Series
        Segment id by customer id.
    in_model : sequence of str
        Features that made the groups or count as such; they get no p-value.
    seed : int
        Of bootstrap and permutation draws.
    traits : sequence of Trait, optional
        Default: all traits of the table.

    Returns
    -------
    tuple of Finding
        By trait, then by segment id; without q.

    Notes
    -----
    A trait that equals a measure of the model for nearly all members of a segment is that measure there: of customers with
    one order, the days since the first order are the days since the last. Goods of a season move with recency as its quarter
    does: who was there at Christmas bought for Christmas.
    """
    codes = segment_codes(table, assignments)
    segments = [(int(code), codes == code) for code in np.unique(codes[codes > 0])]
    model = frozenset(in_model)
    findings = []
    for trait in traits if traits is not None else list_traits(table):
        values = trait_values(trait, table)
        name = trait.feature.name
        listed = name in model or (name in RESTATES and RESTATES[name] <= model)
        copies = [] if listed else _same_unit(trait, table, model)
        ties = ("recency_days",) if is_seasonal(trait.feature) else TIES.get(name, ())
        tied = not listed and not model.isdisjoint(ties)
        large = not trait.yes_no and len(values) >= ANALYTIC_FROM
        counted = count_values(values) if large else None
        for segment_id, members in segments:
            inside = listed or any(_equal_in(values, copy, members) for copy in copies)
            statistic = measure_trait(trait, values, members, seed=seed, tested=not inside, counted=counted)
            if statistic is not None:
                size = int(members.sum())
                finding = Finding(
                    trait=trait,
                    segment_id=segment_id,
                    statistic=statistic,
                    in_model=inside,
                    size=size,
                    others=len(members) - size,
                    tied=tied and not inside,
                )
                findings.append(finding)
    return tuple(findings)


def _same_unit(trait: Trait, table: FeatureTable, model: frozenset[str]) -> list[Floats]:
    """Return the measures of the model that are counted in the unit of a number."""
    if trait.yes_no or not trait.feature.unit:
        return []
    return [
        trait_values(Trait(feature=feature), table)
        for feature in table.features
        if feature.name in model
        and feature.kind is FeatureKind.NUMERIC
        and feature.unit == trait.feature.unit
        and feature.unit != "share"
    ]


def _equal_in(values: Floats, other: Floats, members: Bools) -> bool:
    """Return whether two measures are equal for nearly all members of whom both are known."""
    known = members & ~np.isnan(values) & ~np.isnan(other)
    n = int(np.count_nonzero(known))
    return n > 0 and int(np.count_nonzero(values[known] == other[known])) > SAME_SHARE * n


def with_q(finding: Finding, q: float | None) -> Finding:
    """Return the finding with its q-value."""
    return replace(finding, statistic=replace(finding.statistic, q=q))


def basis_of(finding: Finding, *, n_customers: int, small: int, limit: float) -> Basis:
    """Return whether a finding may reach beyond these customers."""
    q = finding.statistic.q
    inferential = not finding.in_model and n_customers >= small and q is not None and q <= limit
    return Basis.INFERENTIAL if inferential else Basis.DESCRIPTIVE
