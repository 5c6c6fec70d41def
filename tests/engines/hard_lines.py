"""Order lines that are hard on purpose, and every frame the customer table accepts."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

AS_OF = date(2025, 6, 30)
ENGINES = (
    "duckdb",
    "polars lazy",
    "polars eager",
    "pandas",
    "pandas on arrow",
    "pandas with date objects",
    "pyarrow",
)
NAMES = ("Zug", "apfel", "Apfel", "Ärger", "Éclair", "\U0001f381 Geschenk", "\uff21", "a", "AA")


def make_lines(seed: int, customers: int = 400) -> pd.DataFrame:
    """Return canonical lines with ties, gaps in the text, returns, orders of one day, leap days and late lines."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        for number in range(int(rng.geometric(0.35))):
            day = pd.Timestamp("2023-12-25") + pd.Timedelta(days=int(rng.integers(0, 640)))
            device = rng.choice(["tablet", "app", "Phone"])
            order = f"{customer:04d}-{number % 7}"
            rows += [_line(rng, customer, order, day, str(device)) for _ in range(int(rng.integers(1, 5)))]
    return pd.DataFrame(rows)


def _line(rng, customer, order, day, device):
    return {
        "customer_id": f"K{customer:04d}",
        "order_id": order,
        "order_date": day,
        "amount": int(rng.integers(-99_999, 5_000_001)),
        "discount": int(rng.choice([0, 0, 0, 12_345])),
        "is_return": bool(rng.random() < 0.1),
        "sku": None if rng.random() < 0.05 else f"S{rng.integers(0, 30):02d}",
        "category": None if rng.random() < 0.1 else str(rng.choice(NAMES)),
        "country": None if rng.random() < 0.3 else str(rng.choice(["DE", "AT", "CH"])),
        "device": device if rng.random() < 0.9 else str(rng.choice(["tablet", "app"])),
    }


def write_parquet(lines: pd.DataFrame, path: Path) -> Path:
    """Write lines as intake does: days as DATE."""
    table = pa.Table.from_pandas(lines, preserve_index=False)
    position = table.schema.get_field_index("order_date")
    pq.write_table(table.set_column(position, "order_date", table["order_date"].cast(pa.date32())), path)
    return path


def open_lines(path: Path, engine: str):
    """Open a Parquet file of lines as one of ``ENGINES``."""
    openers = {
        "duckdb": lambda: duckdb.connect().read_parquet(str(path)),
        "polars lazy": lambda: pl.scan_parquet(path),
        "polars eager": lambda: pl.read_parquet(path),
        "pandas": lambda: pd.read_parquet(path).astype({"order_date": "datetime64[us]"}),
        "pandas on arrow": lambda: pd.read_parquet(path, dtype_backend="pyarrow"),
        "pandas with date objects": lambda: pd.read_parquet(path),
        "pyarrow": lambda: pq.read_table(path),
    }
    return openers[engine]()
