"""Fit lifelines' curves to durations and outcomes; run in the oracle's environment, never imported by segkit.

    .oracle/bin/python tests/oracles/lifelines_curves.py FILE.npz OUT.json [ROWS]

FILE holds ``days`` and ``outcome`` (0 open, 1 won, 2 lost). OUT gets days and shares of Kaplan-Meier with its median and limits,
both Aalen-Johansen curves of the first ROWS rows, and the CPU seconds each took.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path


def main(source: str, target: str, rows: str = "") -> None:
    import numpy as np
    from lifelines import AalenJohansenFitter, KaplanMeierFitter
    from lifelines.utils import median_survival_times

    warnings.simplefilter("ignore")
    with np.load(source) as data:
        days, outcome = data["days"].astype(float), data["outcome"]
    start = time.process_time()
    kaplan_meier = KaplanMeierFitter().fit(days, outcome > 0)
    found = {"km_seconds": time.process_time() - start}
    found["km"] = [
        kaplan_meier.survival_function_.index.tolist(),
        kaplan_meier.survival_function_.iloc[:, 0].tolist(),
    ]
    found["median"] = float(kaplan_meier.median_survival_time_)
    found["median_limits"] = median_survival_times(kaplan_meier.confidence_interval_).iloc[0].tolist()
    alone = KaplanMeierFitter().fit(days, outcome == 1)
    found["won_alone"] = float(1 - alone.survival_function_.iloc[-1, 0])
    n = int(rows or len(days))
    start = time.process_time()
    for name, event in (("won", 1), ("lost", 2)):
        fitter = AalenJohansenFitter(calculate_variance=False, seed=0).fit(
            days[:n], outcome[:n], event_of_interest=event
        )
        found[name] = [
            fitter.cumulative_density_.index.tolist(),
            fitter.cumulative_density_.iloc[:, 0].tolist(),
        ]
    found["aj_seconds"] = time.process_time() - start
    Path(target).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
