"""The six-factor profile of a segment: what distinguishes it, what does not, and where the data is silent.

Feature table and groups in, six readings per segment out, always in the order of the factors. A factor that looks
useful but does not separate is said with its figures, a factor without a column with the way to close the gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from segkit.analysis.factors import FeatureTable
from segkit.analysis.traits import Finding, list_traits, measure_traits, segment_codes
from segkit.model.factor import Factor
from segkit.model.feature import Feature
from segkit.model.segment import FactorReading
from segkit.words.claims import claim_sentence, no_column_sentence, no_difference_sentence, too_few_sentence

DISTINGUISHES = "distinguishes"
NO_DIFFERENCE = "no difference"
NO_COLUMN = "no column"


def profile_segments(
    table: FeatureTable, assignments: pd.Series, *, in_model: Iterable[str] = (), seed: int = 0
) -> dict[int, tuple[FactorReading, ...]]:
    """Read all six factors for every segment.

    Parameters
    ----------
    table : FeatureTable
        Features of all customers.
    assignments : pandas.Series
        Segment id by customer id.
    in_model : iterable of str
        Features that made the groups or count as such (`segkit.analysis.evidence.model_features`).
    seed : int
        Of permutation draws.

    Returns
    -------
    dict of int to tuple of FactorReading
        Six readings per segment id, in the order of the factors.

    See Also
    --------
    segkit.analysis.evidence.extract_evidence : the same comparisons, corrected for their number.
    """
    model = tuple(in_model)
    findings = measure_traits(table, assignments, in_model=model, seed=seed, traits=list_traits(table))
    codes = segment_codes(table, assignments)
    members = {int(code): codes == code for code in np.unique(codes[codes > 0])}
    by_place: dict[tuple[int, Factor], list[Finding]] = {}
    for finding in findings:
        by_place.setdefault((finding.segment_id, finding.trait.feature.factor), []).append(finding)
    return {
        segment_id: tuple(
            _read(
                factor,
                by_place.get((segment_id, factor), []),
                table.of_factor(factor),
                table.frame.loc[rows],
            )
            for factor in Factor
        )
        for segment_id, rows in members.items()
    }


def profile_segment(
    table: FeatureTable,
    assignments: pd.Series,
    segment_id: int,
    *,
    in_model: Iterable[str] = (),
    seed: int = 0,
) -> tuple[FactorReading, ...]:
    """Read all six factors for one segment; see `profile_segments` for all of them at once."""
    return profile_segments(table, assignments, in_model=in_model, seed=seed)[segment_id]


def _read(
    factor: Factor,
    findings: Sequence[Finding],
    features: Sequence[Feature],
    members: pd.DataFrame,
) -> FactorReading:
    """Return what one factor says about one segment."""
    if not features:
        return FactorReading(factor=factor, status=NO_COLUMN, text=no_column_sentence(factor))
    known = [finding for finding in findings if finding.covered]
    if not known:
        best_known = max(
            features, key=lambda feature: (int(members[feature.name].notna().sum()), feature.name)
        )
        text = too_few_sentence(best_known, int(members[best_known.name].notna().sum()))
        return FactorReading(factor=factor, status=NO_DIFFERENCE, text=text, columns=best_known.columns)
    best = max(known, key=lambda finding: (_distinguishes(finding), finding.weight, finding.trait.key))
    feature, statistic = best.trait.feature, best.statistic
    if _distinguishes(best):
        status, text = DISTINGUISHES, claim_sentence(feature, statistic)
    else:
        status, text = NO_DIFFERENCE, no_difference_sentence(feature, statistic)
    return FactorReading(
        factor=factor, status=status, text=text, columns=feature.columns, in_model=best.in_model
    )


def _distinguishes(finding: Finding) -> bool:
    """Return whether a difference is worth saying and its interval leaves out "no difference"."""
    return finding.worth_saying and finding.clear
