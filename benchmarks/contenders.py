"""What is compared: the full customers table four ways, and bare R, F and M three ways, each from Parquet to pandas."""

from __future__ import annotations

import resource
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

AS_OF = date(2025, 1, 1)
ORACLE = Path(__file__).resolve().parent.parent / "tests" / "engines" / "customers.sql"


def measure(name: str, path: str) -> dict[str, float]:
    """Run one contender after a warm-up on its imports; return CPU and wall seconds, peak MB and rows."""
    job = CONTENDERS[name](path)
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    rows = len(job())
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"cpu": cpu, "wall": wall, "memory": _peak_megabytes(), "rows": rows}


def _peak_megabytes() -> float:
    """Return this process's own peak. ``ru_maxrss`` survives exec on Linux and would show the parent's peak instead."""
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(
            line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines() if ":" in line
        )
        return int(fields["VmHWM"].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def hand_sql(path: str):
    import duckdb

    duckdb.connect().sql("SELECT 'warm' AS a").df()
    query = ORACLE.read_text(encoding="utf-8").format(lines=f"'{path}'", as_of=AS_OF)
    return lambda: duckdb.connect().sql(query).df()


def segkit_on(engine: str):
    def prepare(path: str):
        import duckdb
        import pandas as pd

        from segkit.analysis.customers import collect_customers, describe_customers

        warm = pd.DataFrame(
            {
                "customer_id": ["a"],
                "order_id": ["1"],
                "order_date": pd.to_datetime(["2024-01-01"]),
                "amount": [1],
            }
        )
        if engine == "duckdb":
            read = lambda: duckdb.connect().read_parquet(path)  # noqa: E731
            first = duckdb.from_df(warm)
        elif engine == "polars":
            import polars as pl

            read = lambda: pl.scan_parquet(path)  # noqa: E731
            first = pl.from_pandas(warm).lazy()
        else:
            read = lambda: pd.read_parquet(path)  # noqa: E731
            first = warm
        collect_customers(describe_customers(first, as_of=AS_OF))
        return lambda: collect_customers(describe_customers(read(), as_of=AS_OF))

    return prepare


def hand_pandas(path: str):
    """The same columns as an experienced analyst writes them: sorts and groupbys, no Python loop over customers."""
    import pandas as pd

    def favourite(rows, column):
        counts = (
            rows.dropna(subset=[column])
            .groupby(["customer_id", column], sort=False)
            .size()
            .rename("n")
            .reset_index()
        )
        counts = counts.sort_values(["customer_id", "n", column], ascending=[True, False, True])
        return counts.drop_duplicates("customer_id").set_index("customer_id")[column].rename(
            f"favourite_{column}"
        ), counts

    def job():
        lines = pd.read_parquet(path)
        lines["order_date"] = pd.to_datetime(lines["order_date"])
        lines = lines[lines["order_date"] <= pd.Timestamp(AS_OF)]
        lines["discounted"] = lines["discount"] > 0
        orders = lines.groupby(["customer_id", "order_id"]).agg(
            day=("order_date", "min"), amount=("amount", "sum"), order_lines=("line_no", "size"),
            returned=("is_return", "sum"), discounted=("discounted", "sum"), country=("country", "min"), device=("device", "min"),
        ).reset_index().sort_values(["customer_id", "day", "order_id"])  # fmt: skip
        by_customer = orders.groupby("customer_id")
        orders["gap"] = by_customer["day"].diff().dt.days
        orders["new_day"] = orders["gap"] > 0
        orders["weekend"] = orders["day"].dt.weekday >= 5
        weekdays = pd.get_dummies(orders["day"].dt.weekday).groupby(orders["customer_id"]).sum()
        quarters = pd.get_dummies(orders["day"].dt.quarter).groupby(orders["customer_id"]).sum()
        table = orders.groupby("customer_id").agg(
            first_order=("day", "min"), last_order=("day", "max"), frequency=("day", "size"), amount=("amount", "sum"),
            order_lines=("order_lines", "sum"), returned=("returned", "sum"), discounted=("discounted", "sum"),
            median_gap_days=("gap", "median"), new_days=("new_day", "sum"), weekend=("weekend", "sum"),
        )  # fmt: skip
        as_of = pd.Timestamp(AS_OF)
        table["recency_days"] = (as_of - table["last_order"]).dt.days
        table["tenure_days"] = (as_of - table["first_order"]).dt.days
        table["active_span_days"] = table["tenure_days"] - table["recency_days"]
        table["average_order_value"] = table["amount"] / (table["frequency"] * 10_000)
        table["mean_gap_days"] = table["active_span_days"] / (table["frequency"] - 1).where(
            table["frequency"] > 1
        )
        table["return_share"] = table["returned"] / table["order_lines"]
        table["discount_share"] = table["discounted"] / table["order_lines"]
        table["weekend_share"] = table["weekend"] / table["frequency"]
        table["favourite_weekday"] = weekdays.idxmax(axis=1)
        for quarter in (1, 2, 3, 4):
            table[f"quarter_{quarter}_share"] = quarters[quarter] / table["frequency"]
        bought = lines[~lines["is_return"]]
        table["distinct_products"] = bought.groupby("customer_id")["sku"].nunique()
        favourite_category, counts = favourite(bought, "category")
        counts["squared"] = counts["n"] ** 2
        sums = counts.groupby("customer_id")[["n", "squared"]].sum()
        table["category_hhi"] = sums["squared"] / sums["n"] ** 2
        table = table.join(favourite_category)
        for column in ("device", "country"):
            table = table.join(favourite(orders, column)[0])
        return table.reset_index()

    return job


def core_segkit(engine: str):
    def prepare(path: str):
        import duckdb
        import pandas as pd

        from segkit.analysis.customers import collect_customers, measure_rfm

        frame = pd.read_parquet(path, columns=["customer_id", "order_id", "order_date", "amount"])
        frame["order_date"] = pd.to_datetime(frame["order_date"])
        read = (lambda: duckdb.connect().from_df(frame)) if engine == "duckdb" else (lambda: frame)
        collect_customers(measure_rfm(frame.head(10), as_of=AS_OF))
        return lambda: collect_customers(measure_rfm(read(), as_of=AS_OF))

    return prepare


def core_sql(path: str):
    import duckdb
    import pandas as pd

    frame = pd.read_parquet(path, columns=["customer_id", "order_id", "order_date", "amount"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    query = f"""SELECT customer_id, min(day) AS first_order, max(day) AS last_order, count(*) AS frequency,
        CAST(sum(amount) AS BIGINT) AS monetary_total FROM (SELECT customer_id, order_id, min(order_date) AS day,
        sum(amount) AS amount FROM frame WHERE order_date <= DATE '{AS_OF}' GROUP BY ALL) GROUP BY customer_id ORDER BY 1"""
    duckdb.connect().sql("SELECT 'warm' AS a").df()

    def job():
        connection = duckdb.connect()
        connection.register("frame", frame)
        return connection.sql(query).df()

    return job


def core_pandas(path: str):
    import pandas as pd

    frame = pd.read_parquet(path, columns=["customer_id", "order_id", "order_date", "amount"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])

    def job():
        kept = frame[frame["order_date"] <= pd.Timestamp(AS_OF)]
        orders = kept.groupby(["customer_id", "order_id"]).agg(
            day=("order_date", "min"), amount=("amount", "sum")
        )
        return orders.groupby("customer_id").agg(
            first_order=("day", "min"),
            last_order=("day", "max"),
            frequency=("day", "size"),
            monetary_total=("amount", "sum"),
        )

    return job


def core_lifetimes(path: str):
    warnings.simplefilter("ignore")  # an archived package on new pandas
    import pandas as pd
    from lifetimes.utils import summary_data_from_transaction_data

    frame = pd.read_parquet(path, columns=["customer_id", "order_date", "amount"])
    frame["order_date"] = pd.to_datetime(frame["order_date"])
    return lambda: summary_data_from_transaction_data(
        frame, "customer_id", "order_date", monetary_value_col="amount", observation_period_end=AS_OF
    )


CUSTOMERS: dict[str, Callable[[str], Callable[[], object]]] = {
    "hand SQL": hand_sql,
    "segkit/duckdb": segkit_on("duckdb"),
    "segkit/polars": segkit_on("polars"),
    "segkit/pandas": segkit_on("pandas"),
    "hand pandas": hand_pandas,
}
CORE_RFM: dict[str, Callable[[str], Callable[[], object]]] = {
    "core RFM: hand SQL": core_sql,
    "core RFM: segkit/duckdb": core_segkit("duckdb"),
    "core RFM: segkit/pandas": core_segkit("pandas"),
    "core RFM: hand pandas": core_pandas,
    "core RFM: lifetimes": core_lifetimes,
}
"""In memory, four columns. Not quite one job: lifetimes merges the orders of a day."""
CONTENDERS = {**CUSTOMERS, **CORE_RFM}
