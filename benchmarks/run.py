"""Print what the customers table costs: CPU, wall and memory of segkit beside hand-written SQL, pandas and lifetimes.

    python benchmarks/run.py                        # 1,000,000 lines, 3 repetitions
    python benchmarks/run.py --lines 10000000 --repetitions 1
    python benchmarks/run.py --only "hand SQL" segkit/duckdb
    python benchmarks/run.py --report               # and what a report costs, beside nbconvert's templates

Every repetition runs in a fresh process on the same seeded Parquet file. Ratios of CPU time are the figures to trust:
wall time depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from contenders import CONTENDERS, CORE_RFM, CUSTOMERS, measure
from order_lines import write_lines

GOALS = {  # contender: (yardstick, measure, at most)
    "segkit/duckdb": [("hand SQL", "cpu", 1.25), ("hand SQL", "memory", 1.2), ("hand pandas", "cpu", 0.5)],
    "segkit/pandas": [("hand pandas", "cpu", 1.0)],
    "core RFM: segkit/duckdb": [("core RFM: lifetimes", "cpu", 0.25)],
    "core RFM: segkit/pandas": [("core RFM: lifetimes", "cpu", 0.25)],
}


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--lines", type=int, nargs="+", default=[1_000_000], help="order lines, one or more sizes"
    )
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], metavar="CONTENDER", help=", ".join(CONTENDERS))
    parser.add_argument("--json", type=Path, help="also write every single measurement here")
    parser.add_argument("--report", action="store_true", help="also print what a report costs (report.py)")
    parser.add_argument("--measure", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return 0
    names = arguments.only or list(CONTENDERS)
    unknown = [name for name in names if name not in CONTENDERS]
    if unknown:
        parser.error(f"unknown contender {unknown[0]!r}; choose from {', '.join(CONTENDERS)}")
    kept = []
    with tempfile.TemporaryDirectory(prefix="segkit-bench-") as folder:
        for lines in arguments.lines:
            path = Path(folder) / f"{lines}.parquet"
            shape = write_lines(path, lines=lines, seed=arguments.seed)
            print(f"\n{shape['lines']:,} order lines, {shape['orders']:,} orders, {shape['customers']:,} customers, "
                  f"{path.stat().st_size / 1e6:,.0f} MB Parquet, {os.cpu_count()} cores, "
                  f"{arguments.repetitions} repetition(s) in fresh processes")  # fmt: skip
            results = repeat(names, path, arguments.repetitions)
            kept.append({"shape": shape, "results": results})
            show(results)
            path.unlink()
    if arguments.json:
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    if arguments.report:
        subprocess.run([sys.executable, str(Path(__file__).with_name("report.py"))], check=True)
    return 0


def repeat(names: list[str], path: Path, repetitions: int) -> dict[str, list[dict[str, float]]]:
    """Measure each contender in turn, round by round, so that a slow minute of the machine hits all alike."""
    results: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for _ in range(repetitions):
        for name in names:
            command = [sys.executable, __file__, "--measure", name, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or ["killed, most likely out of memory"])[-1]
                print(f"  {name}: did not finish ({reason})", flush=True)
                continue
            results[name].append(json.loads(done.stdout.splitlines()[-1]))
    return {name: runs for name, runs in results.items() if runs}


def show(results: dict[str, list[dict[str, float]]]) -> None:
    """Print medians, ratios to the yardstick of each job, and the goals."""
    middle = {
        name: {key: statistics.median(run[key] for run in runs) for key in ("cpu", "wall", "memory", "rows")}
        for name, runs in results.items()
    }
    for title, group in (("Customers table", CUSTOMERS), ("Core RFM (recency, frequency, money)", CORE_RFM)):
        present = [name for name in group if name in middle]
        if not present:
            continue
        base = middle[present[0]]
        print(f"\n{title}: medians, ratios to {present[0]}")
        print(
            f"  {'contender':28}{'CPU s':>8}{'wall s':>8}{'MB':>8}{'CPU x':>8}{'wall x':>8}{'mem x':>8}  CPU s, each run"
        )
        for name in present:
            row = middle[name]
            each = " ".join(f"{run['cpu']:.2f}" for run in results[name])
            print(f"  {name.removeprefix('core RFM: '):28}{row['cpu']:8.2f}{row['wall']:8.2f}{row['memory']:8.0f}"
                  f"{row['cpu'] / base['cpu']:8.2f}{row['wall'] / base['wall']:8.2f}{row['memory'] / base['memory']:8.2f}  {each}")  # fmt: skip
        if len({middle[name]["rows"] for name in present}) > 1:
            print("  (!) the contenders returned different numbers of customers")
    print("\nGoals")
    for name, goals in GOALS.items():
        for yardstick, key, limit in goals:
            if name in middle and yardstick in middle:
                ratio = middle[name][key] / middle[yardstick][key]
                verdict = "met" if ratio <= limit else "missed"
                print(f"  {name} / {yardstick}, {key}: {ratio:.3f} (at most {limit}) {verdict}")


if __name__ == "__main__":
    raise SystemExit(main())
