"""The statistics of evidence, under one name: effects, intervals, tests and whole comparisons.

Numbers in, frozen values out; nothing here knows a customer, a column or a sentence. Definitions and their
limits: reference *evidence*, section 3. The parts are in :mod:`~segkit.analysis.effects`,
:mod:`~segkit.analysis.intervals`, :mod:`~segkit.analysis.significance` and
:mod:`~segkit.analysis.comparisons`.
"""

from __future__ import annotations

from segkit.analysis.comparisons import (
    FlagComparison,
    NumericComparison,
    compare_flag,
    compare_numeric,
)
from segkit.analysis.effects import (
    cliff_reading,
    cliffs_delta,
    cramers_v,
    cramers_v_corrected,
    epsilon_squared,
    eta_squared,
    explained_share,
    hodges_lehmann,
    odds_ratio,
)
from segkit.analysis.intervals import (
    Interval,
    bootstrap_interval,
    delta_interval,
    newcombe_interval,
    wilson_interval,
)
from segkit.analysis.significance import (
    PermutationTest,
    adjust_p_values_bh,
    fisher_exact,
    permutation_p,
)

__all__ = [
    "FlagComparison",
    "Interval",
    "NumericComparison",
    "PermutationTest",
    "adjust_p_values_bh",
    "bootstrap_interval",
    "cliff_reading",
    "cliffs_delta",
    "compare_flag",
    "compare_numeric",
    "cramers_v",
    "cramers_v_corrected",
    "delta_interval",
    "epsilon_squared",
    "eta_squared",
    "explained_share",
    "fisher_exact",
    "hodges_lehmann",
    "newcombe_interval",
    "odds_ratio",
    "permutation_p",
    "wilson_interval",
]
