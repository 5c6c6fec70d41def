"""Only narwhals operations that are proven on every engine are used; a new one must be proven first."""

import inspect
import sys
from datetime import date

import narwhals as nw
import pandas as pd
import pytest
from narwhals.expr_dt import ExprDateTimeNamespace

from segkit.analysis.clv_summary import to_clv_summary
from segkit.analysis.customers import describe_customers
from segkit.analysis.rfm import fit_rfm_edges, score_rfm
from tests.engines.hard_lines import make_lines, open_lines, write_parquet

FRAME = {"collect_schema", "select", "with_columns", "filter", "group_by", "join", "sort", "drop", "collect"}
EXPRESSION = {
    "alias", "cast", "shift", "over", "rank", "is_in", "is_null",
    "sum", "min", "max", "median", "count", "first",
}  # fmt: skip
CALENDAR = {"year", "month", "ordinal_day"}
FUNCTION = {"col", "lit", "len", "when", "max_horizontal", "concat_str"}
"""Beyond the list of the reference stand count, first(order_by), dt.month and concat_str: each is proven on DuckDB,
Polars and pandas by test_equality. first(order_by) does not run on PySpark, which is refused."""

NEVER = {"mode", "n_unique", "quantile", "map_batches", "top_k", "join_asof"}


def _public(kind):
    return {name for name, _ in inspect.getmembers(kind, callable) if not name.startswith("_")}


@pytest.fixture
def used(monkeypatch):
    """Record every public narwhals operation that is called."""
    calls = set()

    def record(owner, name, group):
        original = getattr(owner, name)

        def wrapper(*args, **kwargs):
            caller = sys._getframe(1).f_globals.get("__name__", "")
            if caller.startswith("segkit."):
                calls.add((group, name))
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, wrapper)

    for owner, group in (
        (nw.LazyFrame, "frame"),
        (nw.Expr, "expression"),
        (ExprDateTimeNamespace, "calendar"),
    ):
        for name in sorted(_public(owner)):
            record(owner, name, group)
    for name in ("all_horizontal", "any_horizontal", "coalesce", "col", "concat", "concat_str", "format", "len", "lit", "max",
                 "max_horizontal", "mean", "mean_horizontal", "median", "min", "min_horizontal", "nth", "struct", "sum",
                 "sum_horizontal", "when"):  # fmt: skip
        if hasattr(nw, name):
            record(nw, name, "function")
    return calls


@pytest.fixture
def ran(used, tmp_path):
    path = write_parquet(make_lines(5, customers=30), tmp_path / "lines.parquet")
    customers = describe_customers(open_lines(path, "duckdb"), as_of=date(2025, 6, 30))
    edges = fit_rfm_edges(customers)
    score_rfm(customers)
    score_rfm(customers, edges=edges)
    to_clv_summary(open_lines(path, "duckdb"), as_of=date(2025, 6, 30))
    return used


@pytest.mark.parametrize(
    ("group", "safe"),
    [("frame", FRAME), ("expression", EXPRESSION), ("calendar", CALENDAR), ("function", FUNCTION)],
)
def test_no_operation_outside_the_safe_set_is_used(ran, group, safe):
    found = {name for kind, name in ran if kind == group}
    assert found, "the recorder saw nothing, so this test proves nothing"
    assert found <= safe, f"not proven on every engine: {sorted(found - safe)}"
    assert not found & NEVER


def test_the_recorder_notices_a_new_operation(used, monkeypatch):
    import segkit.analysis.favourites as home

    def by_mode(rows, column):
        return rows.group_by("customer_id").agg(nw.col(column).n_unique())

    monkeypatch.setitem(by_mode.__globals__, "__name__", "segkit.analysis.favourites")
    frame = nw.from_native(pd.DataFrame({"customer_id": ["a"], "device": ["app"]})).lazy()
    by_mode(frame, "device")
    assert home.find_favourites
    assert ("expression", "n_unique") in used
