"""Print what the back-test of a flow costs: CPU, wall and memory of segkit beside a plain pandas groupby and shift.

    python benchmarks/flows.py                         # 1,000,000 orders of 100,000 customers
    python benchmarks/flows.py --orders 10000000       # of 1,000,000 customers
    python benchmarks/flows.py --only "segkit, all 13 kinds"

The job: purchase days, Kaplan-Meier waits and the re-engagement back-test for four segments, from Parquet to figures. Both
must give the same waits, firings and rates, which is checked. Every run is a fresh process on the same seeded file; ratios of
CPU time are the figures to trust, because wall time depends on what else the machine does.
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
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parent))

from contenders import _peak_megabytes

AS_OF = date(2026, 1, 1)
HORIZON = 30
ORDERS_PER_CUSTOMER = 10
SEGMENTS = (1, 2, 3, 4)


def main() -> int:
    """Parse the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--repetitions", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", nargs="*", default=[], metavar="CONTENDER", help=", ".join(CONTENDERS))
    parser.add_argument("--measure", nargs=2, metavar=("CONTENDER", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return 0
    names = arguments.only or list(CONTENDERS)
    with tempfile.TemporaryDirectory(prefix="segkit-bench-") as folder:
        path = Path(folder) / "orders.parquet"
        orders, customers = write_orders(path, orders=arguments.orders, seed=arguments.seed)
        print(f"{orders:,} orders of {customers:,} customers, {path.stat().st_size / 1e6:,.0f} MB Parquet, {os.cpu_count()} cores, "
              f"{arguments.repetitions} run(s) in fresh processes")  # fmt: skip
        results = {name: [run(name, path) for _ in range(arguments.repetitions)] for name in names}
    show(results)
    return 0


def write_orders(path: Path, *, orders: int, seed: int) -> tuple[int, int]:
    """Write about so many orders as intake writes them: four segments with rhythms of their own, and people who stop."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"""
        CREATE TABLE buyers AS SELECT i AS buyer, hash(i * 7919 + {seed}) AS luck FROM range({orders // ORDERS_PER_CUSTOMER}) t(i);
        CREATE TABLE placed AS SELECT buyer, luck, unnest(range(0, 1 + CAST(floor(
            -ln((luck % 1000000 + 1) / 1000001.0) * {ORDERS_PER_CUSTOMER * 1.02}) AS BIGINT))) AS place FROM buyers;
        CREATE TABLE gaps AS SELECT buyer, luck, place, CASE WHEN place = 0 THEN (luck // 64) % 700 ELSE ceil(
            -ln((hash(buyer * 1000003 + place * 7 + {seed}) % 1000000 + 1) / 1000001.0) * (20 + 20 * (buyer % 4))) END AS gap
            FROM placed;
        COPY (
            SELECT 'C' || lpad(CAST(buyer AS VARCHAR), 8, '0') AS customer_id,
                'O' || lpad(CAST(buyer * 1000 + place AS VARCHAR), 12, '0') AS order_id,
                DATE '2022-01-01' + CAST(day AS INTEGER) AS order_date, place AS line_no,
                CAST((100 + h % 49900) * 100 AS BIGINT) AS amount, false AS is_return,
                'Product ' || lpad(CAST(h % 2000 AS VARCHAR), 4, '0') AS product,
                'Category ' || chr(CAST(65 + (h // 31) % 18 AS INTEGER)) AS category
            FROM (SELECT buyer, place, sum(gap) OVER (PARTITION BY buyer ORDER BY place) AS day,
                hash(buyer * 999983 + place * 101 + {seed}) AS h FROM gaps)
            WHERE day < {(AS_OF - date(2022, 1, 1)).days} ORDER BY customer_id, order_date, order_id
        ) TO '{path}' (FORMAT parquet);
    """)
    counted = connection.execute(f"SELECT count(*), count(DISTINCT customer_id) FROM '{path}'").fetchone()
    connection.close()
    return counted or (0, 0)


def segments_of(path: str):
    """Return the customer table and the assignments, which exist before flows are measured."""
    import duckdb
    import pandas as pd

    ids = (
        duckdb.sql(f"SELECT DISTINCT customer_id FROM '{path}' ORDER BY 1").df()["customer_id"].astype(object)
    )
    segment = ids.str[1:].astype("int64") % 4 + 1
    return pd.DataFrame({"customer_id": ids}), pd.Series(segment.to_numpy(), index=pd.Index(ids))


def given(path: str):
    import pyarrow.parquet as pq

    columns = tuple(pq.read_schema(path).names)
    return SimpleNamespace(
        path=path, columns=columns, as_of=AS_OF, attributes=None, contacts=None, currency="EUR"
    )


def segkit_back_test(path: str):
    from segkit.analysis.firings import fire_after_silence
    from segkit.analysis.outcomes import measure_outcome
    from segkit.analysis.purchase_days import collect_purchase_days, open_lines
    from segkit.analysis.survival import find_quantile, fit_curve
    from segkit.model.flow_facts import BackTest, Observability

    customers, assignments = segments_of(path)

    def job():
        lines = open_lines(given(path), customers=customers, assignments=assignments)
        days = collect_purchase_days(lines)
        figures = []
        for segment in SEGMENTS:
            own = days.of(lines.segment == segment)
            wait = int(find_quantile(fit_curve(*own.gaps()), 0.5) or 0)
            test = BackTest(
                kind="re_engagement",
                segment_id=segment,
                observability=Observability.OBSERVABLE,
                horizon_days=HORIZON,
            )
            fired = fire_after_silence(own, wait=wait)
            done = measure_outcome(test, fired, as_of=days.as_of, small=False, open_only=True)
            figures.append((wait, done.fires, done.observed, done.returned, done.rate.value))
        return figures

    return job


def segkit_all_kinds(path: str):
    from segkit.analysis.flow_facts import measure_flows

    customers, assignments = segments_of(path)

    def job():
        names = {segment: f"Segment {segment}" for segment in SEGMENTS}
        facts = measure_flows(given(path), customers=customers, assignments=assignments, names=names)
        found = []
        for item in facts.segments:
            test = item.test("re_engagement")
            found.append((test.wait_days, test.fires, test.observed, test.returned, test.rate.value))
        return found

    return job


def pandas_back_test(path: str):
    """The same figures as an analyst writes them: drop duplicates, sort, groupby and shift."""
    import pandas as pd

    _, assignments = segments_of(path)
    as_of = pd.Timestamp(AS_OF)

    def survival(gaps, closed):
        table = pd.DataFrame({"gap": gaps, "closed": closed})
        events = table[table["closed"]].groupby("gap").size()
        at_risk = table.groupby("gap").size().sort_index(ascending=False).cumsum()
        return (1 - events / at_risk.reindex(events.index)).cumprod()

    def job():
        lines = pd.read_parquet(path, columns=["customer_id", "order_date", "amount", "is_return"])
        lines["order_date"] = pd.to_datetime(lines["order_date"]).dt.normalize()
        lines = lines[(lines["order_date"] <= as_of) & ~lines["is_return"] & (lines["amount"] >= 0)]
        days = (
            lines[["customer_id", "order_date"]].drop_duplicates().sort_values(["customer_id", "order_date"])
        )
        days["next"] = days.groupby("customer_id")["order_date"].shift(-1)
        days["segment"] = days["customer_id"].map(assignments)
        figures = []
        for _, own in days.groupby("segment"):
            closed = own["next"].notna()
            gap = (own["next"].fillna(as_of) - own["order_date"]).dt.days
            curve = survival(gap, closed)
            wait = int(curve.index[curve <= 0.5 + 1e-12][0])
            fired_on = own["order_date"] + pd.Timedelta(days=wait)
            fires = own[(fired_on <= as_of) & (own["next"].isna() | (own["next"] > fired_on))].assign(
                on=fired_on
            )
            lasting = (fires["next"].fillna(as_of) - fires["on"]).dt.days
            back = fires["next"].notna()
            watched = fires["on"] + pd.Timedelta(days=HORIZON) <= as_of
            after = survival(lasting, back)
            rate = 1 - after[after.index <= HORIZON].iloc[-1]
            returned = int((watched & back & (lasting <= HORIZON)).sum())
            figures.append((wait, len(fires), int(watched.sum()), returned, round(float(rate), 6)))
        return figures

    return job


CONTENDERS = {
    "segkit": segkit_back_test,
    "pandas groupby": pandas_back_test,
    "segkit, all 13 kinds": segkit_all_kinds,
}


def measure(name: str, path: str) -> dict[str, object]:
    """Run one contender after its imports; return CPU and wall seconds, peak MB and the figures."""
    import resource
    import time

    job = CONTENDERS[name](path)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    figures = job()
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": wall, "memory": _peak_megabytes(), "figures": figures}


def run(name: str, path: Path) -> dict[str, object]:
    command = [sys.executable, __file__, "--measure", name, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["killed, most likely out of memory"])[-1]
        raise SystemExit(f"{name}: did not finish ({reason})")
    return json.loads(done.stdout.splitlines()[-1])


def show(results: dict[str, list[dict]]) -> None:
    best = {
        name: {key: min(run[key] for run in runs) for key in ("cpu", "wall", "memory")}
        for name, runs in results.items()
    }
    yardstick = best.get("pandas groupby")
    print(f"{'contender':24}{'CPU s':>8}{'wall s':>8}{'MB':>8}   (least of the runs; ratios to pandas)")
    for name, row in best.items():
        print(f"{name:24}{row['cpu']:8.2f}{row['wall']:8.2f}{row['memory']:8.0f}", end="")
        print(
            "   " + "  ".join(f"{key} x {row[key] / yardstick[key]:.3f}" for key in row) if yardstick else ""
        )
    figures = {name: runs[0]["figures"] for name, runs in results.items()}
    first = next(iter(figures.values()))
    for segment, (wait, fires, observed, returned, rate) in zip(SEGMENTS, first, strict=True):
        print(f"  segment {segment}: fires after {wait} silent days; {fires:,} firings, {observed:,} watched for {HORIZON} days, "
              f"{returned:,} of them followed by an order; Kaplan-Meier rate {rate:.4f}")  # fmt: skip
    if len(figures) == 1:
        return
    same = all(other == first for other in figures.values())
    print("  all contenders give the same figures" if same else "  (!) the contenders differ")


if __name__ == "__main__":
    raise SystemExit(main())
