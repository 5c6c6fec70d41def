"""Print what the figures of a sales pipeline cost: CPU, wall and memory of segkit beside plain pandas and lifelines.

    python benchmarks/pipeline.py                          # 1,000,000 opportunities with their moves
    python benchmarks/pipeline.py --opportunities 100000
    python benchmarks/pipeline.py --lifelines-rows 100000  # fewer rows for lifelines' Aalen-Johansen

Two jobs. All figures: segkit's whole `measure_pipeline` beside an analyst's groupby for stage conversion, win rates and days in
stages only. The curves: `close_curve` beside lifelines' Kaplan-Meier and two Aalen-Johansen curves, which runs in its own
environment (make oracle). Contenders must agree, which is checked. Tables lie in memory before the clock starts, as intake hands
them over; each run is a fresh process on the same seeded files. Ratios of CPU time are the figures to trust.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from contenders import _peak_megabytes

AS_OF = date(2026, 1, 1)
STAGES = ("prospecting", "discovery", "evaluating", "closing")
ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "tests" / "oracles" / "lifelines_curves.py"


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--opportunities", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=1)
    parser.add_argument("--lifelines-rows", type=int, default=0, help="rows of Aalen-Johansen; 0 takes all")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--measure", nargs=2, metavar=("CONTENDER", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return 0
    with tempfile.TemporaryDirectory(prefix="segkit-bench-") as name:
        folder = Path(name)
        moves = write_pipeline(folder, n=arguments.opportunities, seed=arguments.seed)
        print(f"{arguments.opportunities:,} opportunities, {moves:,} moves, {os.cpu_count()} cores, "
              f"{arguments.repetitions} run(s) in fresh processes")  # fmt: skip
        results = {name: [run(name, folder) for _ in range(arguments.repetitions)] for name in CONTENDERS}
        show(results)
        compare_lifelines(results["segkit, curves"], folder, rows=arguments.lifelines_rows)
    return 0


def write_pipeline(folder: Path, *, n: int, seed: int) -> int:
    """Write opportunities and their moves as Parquet, and durations with outcomes for the curves; return the moves."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    created = np.datetime64("2023-01-01") + np.sort(rng.integers(0, 1090, n))
    source = rng.integers(0, 6, n)
    stays = rng.gamma(2.0, [4.0, 6.0, 8.0, 4.0], (n, 4)).astype(np.int64)
    goes_on = rng.random((n, 4)) < 0.68 + 0.03 * source[:, np.newaxis]
    passed = np.where(goes_on.all(axis=1), 4, np.argmin(goes_on, axis=1))
    leaves = created[:, np.newaxis] + stays.cumsum(axis=1)
    seen = leaves <= np.datetime64(AS_OF)
    steps = np.minimum(passed, seen.sum(axis=1))
    closed = (steps == passed) & seen[np.arange(n), np.minimum(passed, 3)]
    status = np.where(closed, np.where(passed == 4, "won", "lost"), "open")
    stage = np.where(closed, status, np.array(STAGES)[np.minimum(steps, 3)])
    closed_at = np.where(closed, leaves[np.arange(n), np.minimum(passed, 3)], np.datetime64("NaT"))
    ids = pd.Series(np.arange(n)).astype(str).str.zfill(8).radd("O").to_numpy(dtype=object)
    expected = created + rng.integers(20, 90, n)
    table = pd.DataFrame(
        {
            "opportunity_id": ids,
            "customer_id": pd.Series(rng.integers(0, n // 20 + 1, n)).astype(str).radd("C"),
            "stage": stage,
            "status": status,
            "amount": rng.lognormal(8, 1, n).round(2),
            "currency": "EUR",
            "created_at": created,
            "expected_close": expected,
            "first_expected_close": expected - 14 * rng.integers(0, 2, n),
            "closed_at": closed_at,
            "lost_reason": np.where(
                status == "lost", np.array(["price", "time", "other"])[rng.integers(0, 3, n)], None
            ),
            "source": np.array(["fair", "phone", "web", "mail", "visit", "tender"])[source],
            "product": np.array([f"Product {i:02d}" for i in range(12)])[rng.integers(0, 12, n)],
        }
    )
    moves = collect_moves(ids, created, leaves, steps=steps, closed=closed, status=status)
    table.to_parquet(folder / "table.parquet")
    moves.to_parquet(folder / "moves.parquet")
    until = np.where(closed, closed_at, np.datetime64(AS_OF))
    codes = np.select([status == "won", status == "lost"], [1, 2], 0)
    np.savez(folder / "curves.npz", days=(until - created).astype(np.int64), outcome=codes)
    return len(moves)


def collect_moves(ids, created, leaves, *, steps, closed, status):
    """Return the moves of each opportunity: into each stage it came to, and into its end."""
    import numpy as np
    import pandas as pd

    entered = np.column_stack([created, leaves[:, :3]])
    parts = []
    for place, name in enumerate(STAGES):
        here = np.flatnonzero(np.minimum(steps, 3) >= place)
        before = STAGES[place - 1] if place else None
        parts.append(
            pd.DataFrame({"row": here, "from_stage": before, "to_stage": name, "at": entered[here, place]})
        )
    ends = np.flatnonzero(closed)
    last = np.minimum(steps[ends], 3)
    parts.append(
        pd.DataFrame(
            {
                "row": ends,
                "from_stage": np.array(STAGES)[last],
                "to_stage": status[ends],
                "at": leaves[ends, last],
            }
        )
    )
    moves = pd.concat(parts, ignore_index=True)
    moves = moves.sort_values("row", kind="stable", ignore_index=True)
    moves.insert(0, "opportunity_id", ids[moves.pop("row")])
    return moves


def load(folder: str):
    """Return table and moves as intake hands them over: texts as objects, days as datetime64."""
    import pandas as pd

    tables = [pd.read_parquet(Path(folder) / name) for name in ("table.parquet", "moves.parquet")]
    for table in tables:
        for column in table.columns:
            if pd.api.types.is_string_dtype(table[column]):
                table[column] = table[column].astype(object).where(table[column].notna(), None)
    return tables


def segkit_all(folder: str):
    from segkit.analysis.pipeline.measure import measure_pipeline
    from segkit.model.sales_stage import stage_models

    table, moves = load(folder)

    def job():
        facts = measure_pipeline(
            table, moves, model=stage_models()["assignment"], as_of=AS_OF, currency="EUR"
        )
        stages = [item for item in facts.stages if not item.stage.is_closed]
        return {
            "conversion": [[item.advanced, item.decided] for item in stages],
            "win rate": [facts.win_rate.k, facts.win_rate.n],
            "groups": sorted(
                [item.field, item.level, item.share.k, item.share.n]
                for item in (*facts.fields, *facts.quarters)
            ),
            "days": [[item.days.median, item.days.high, round(item.p95_days, 6)] for item in stages],
            "closed": [facts.time_to_close.closed.median, facts.time_to_close.won.median],
        }

    return job


def pandas_groupby(folder: str):
    """The same figures as an analyst writes them: merge, groupby, shift and quantile."""
    table, moves = load(folder)

    def job():
        place = {name: number for number, name in enumerate(STAGES)}
        visits = moves[moves["to_stage"].isin(STAGES)]
        furthest = visits["to_stage"].map(place).groupby(visits["opportunity_id"]).max()
        deals = table.assign(furthest=table["opportunity_id"].map(furthest))
        deals.loc[deals["status"] == "won", "furthest"] = 4
        conversion = []
        for number in range(4):
            advanced = int((deals["furthest"] > number).sum())
            lost = int(((deals["furthest"] == number) & (deals["status"] == "lost")).sum())
            conversion.append([advanced, advanced + lost])
        closed = deals[deals["status"] != "open"].copy()
        closed["won"] = closed["status"] == "won"
        closed["quarter"] = (
            closed["closed_at"].dt.year.astype(str) + " Q" + closed["closed_at"].dt.quarter.astype(str)
        )
        groups = [
            [field, str(level), int(row["sum"]), int(row["count"])]
            for field in ("source", "product", "quarter")
            for level, row in closed.groupby(field)["won"].agg(["sum", "count"]).iterrows()
        ]
        ordered = moves.assign(left=moves.groupby("opportunity_id")["at"].shift(-1))
        ordered = ordered.merge(table[["opportunity_id", "status"]], on="opportunity_id")
        stays = ordered[(ordered["status"] == "won") & ordered["to_stage"].isin(STAGES)]
        days = (stays["left"] - stays["at"]).dt.days.groupby(stays["to_stage"]).quantile([0.5, 0.75, 0.95])
        took = (closed["closed_at"] - closed["created_at"]).dt.days
        return {
            "conversion": conversion,
            "win rate": [int(closed["won"].sum()), len(closed)],
            "groups": sorted(groups),
            "days": [[round(float(value), 6) for value in days[name]] for name in STAGES],
            "closed": [float(took.median()), float(took[closed["won"]].median())],
        }

    return job


def segkit_curves(folder: str):
    import numpy as np

    from segkit.analysis.pipeline.closing import close_curve

    with np.load(Path(folder) / "curves.npz") as data:
        days, outcome = data["days"], data["outcome"]

    def job():
        curve = close_curve(days, outcome)
        return {
            "day": curve.day.tolist(),
            "km": curve.open.tolist(),
            "won": curve.won.tolist(),
            "lost": curve.lost.tolist(),
        }

    return job


CONTENDERS = {
    "segkit, all figures": segkit_all,
    "pandas groupby": pandas_groupby,
    "segkit, curves": segkit_curves,
}


def measure(name: str, folder: str) -> dict[str, object]:
    """Run one contender after its imports and its reading; return CPU and wall seconds, MB before and at most, and the figures."""
    import resource
    import time

    job = CONTENDERS[name](folder)
    loaded = _peak_megabytes()
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    figures = job()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": wall, "loaded": loaded, "memory": _peak_megabytes(), "figures": figures}


def run(name: str, folder: Path) -> dict[str, object]:
    command = [sys.executable, __file__, "--measure", name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["killed, most likely out of memory"])[-1]
        raise SystemExit(f"{name}: did not finish ({reason})")
    return json.loads(done.stdout.splitlines()[-1])


def show(results: dict[str, list[dict]]) -> None:
    keys = ("cpu", "wall", "memory")
    best = {
        name: {key: min(run[key] for run in runs) for key in (*keys, "loaded")}
        for name, runs in results.items()
    }
    print(f"{'contender':22}{'CPU s':>8}{'wall s':>8}{'MB':>8}{'loaded MB':>11}   (least of the runs)")
    for name, row in best.items():
        print(f"{name:22}{row['cpu']:8.2f}{row['wall']:8.2f}{row['memory']:8.0f}{row['loaded']:11.0f}")
    ours, theirs = best["segkit, all figures"], best["pandas groupby"]
    print(
        "  all figures of segkit / the few of pandas: "
        + "  ".join(f"{key} x {ours[key] / theirs[key]:.3f}" for key in keys)
    )
    first, second = (results[name][0]["figures"] for name in ("segkit, all figures", "pandas groupby"))
    for part, value in first.items():
        if value != second[part]:
            print(f"  (!) the contenders differ in {part}: {value} and {second[part]}")
    print(f"  win rate {first['win rate'][0]:,} of {first['win rate'][1]:,}; conversion by stage "
          + ", ".join(f"{k:,} of {n:,}" for k, n in first["conversion"]))  # fmt: skip


def compare_lifelines(ours: list[dict], folder: Path, *, rows: int) -> None:
    """Run lifelines on the same arrays in its own environment, and compare the curves at the end of each day."""
    import numpy as np

    python = Path(os.environ.get("SEGKIT_ORACLE") or ROOT / ".oracle") / "bin" / "python"
    if not python.exists():
        print("  lifelines: left out, its environment is missing (make oracle)")
        return
    target = folder / "lifelines.json"
    command = [
        str(python),
        str(SCRIPT),
        str(folder / "curves.npz"),
        str(target),
        *([str(rows)] if rows else []),
    ]
    subprocess.run(command, check=True)
    theirs = json.loads(target.read_text(encoding="utf-8"))
    cpu = min(run["cpu"] for run in ours)
    seconds = theirs["km_seconds"] + theirs["aj_seconds"]
    print(f"lifelines, curves: Kaplan-Meier {theirs['km_seconds']:.2f} s, Aalen-Johansen {theirs['aj_seconds']:.2f} s on "
          f"{rows or 'all'} rows; segkit both {cpu:.3f} s CPU: lifelines / segkit x {seconds / cpu:.0f}")  # fmt: skip
    figures = ours[0]["figures"]
    for name in ("km", *(("won", "lost") if not rows else ())):
        days, values = np.array(theirs[name][0]), np.array(theirs[name][1])
        place = np.searchsorted(days, np.array(figures["day"]) + 0.5, side="right") - 1
        print(f"  largest difference, {name}: {np.abs(values[place] - np.array(figures[name])).max():.1e}")


if __name__ == "__main__":
    raise SystemExit(main())
