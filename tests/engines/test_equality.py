"""The same customers table, to the last bit, from every engine and from SQL written by hand."""

from pathlib import Path

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pytest

from segkit.analysis.clv_summary import to_clv_summary
from segkit.analysis.customers import collect_customers, describe_customers, measure_rfm
from segkit.analysis.rfm import fit_rfm_edges, score_rfm
from tests.engines.hard_lines import AS_OF, ENGINES, make_lines, open_lines, write_parquet

ORACLE = Path(__file__).with_name("customers.sql").read_text(encoding="utf-8")
OTHERS = [engine for engine in ENGINES if engine != "duckdb"]


def customers_of(path, engine):
    return collect_customers(describe_customers(open_lines(path, engine), as_of=AS_OF))


def assert_same_bits(left, right):
    """Compare types, missing values and the bits of every float."""
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    for column in left.select_dtypes("float64"):
        known = left[column].notna().to_numpy()
        np.testing.assert_array_equal(
            left[column].to_numpy()[known].view("int64"),
            right[column].to_numpy()[known].view("int64"),
            err_msg=column,
        )


@pytest.fixture(scope="module")
def reference(hard_lines):
    return customers_of(hard_lines, "duckdb")


def test_the_default_engine_equals_the_sql_written_by_hand(hard_lines, reference):
    by_hand = duckdb.connect().sql(ORACLE.format(lines=f"'{hard_lines}'", as_of=AS_OF))
    by_hand = collect_customers(by_hand)
    assert set(by_hand.columns) == set(reference.columns)
    assert_same_bits(by_hand[list(reference.columns)], reference)


@pytest.mark.parametrize("engine", OTHERS)
def test_every_engine_gives_the_same_bits(hard_lines, reference, engine):
    assert_same_bits(customers_of(hard_lines, engine), reference)


@pytest.mark.parametrize("engine", ["duckdb", "polars lazy", "pandas"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_changes_nothing(tmp_path, engine, seed):
    lines = make_lines(seed, customers=60)
    straight = write_parquet(lines, tmp_path / "straight.parquet")
    shuffled = write_parquet(lines.sample(frac=1, random_state=seed), tmp_path / "shuffled.parquet")
    assert_same_bits(customers_of(straight, engine), customers_of(shuffled, engine))


@pytest.mark.parametrize("engine", OTHERS)
def test_scores_and_names_are_the_same_on_every_engine(hard_lines, engine):
    def scored(which):
        return collect_customers(score_rfm(describe_customers(open_lines(hard_lines, which), as_of=AS_OF)))

    assert_same_bits(scored(engine), scored("duckdb"))


@pytest.mark.parametrize("engine", OTHERS)
def test_cut_points_are_the_same_on_every_engine(hard_lines, engine):
    fitted = [
        fit_rfm_edges(describe_customers(open_lines(hard_lines, which), as_of=AS_OF))
        for which in (engine, "duckdb")
    ]
    assert fitted[0] == fitted[1]


@pytest.mark.parametrize("engine", OTHERS)
def test_frozen_cut_points_score_the_same_on_every_engine(hard_lines, reference, engine):
    edges = fit_rfm_edges(reference.head(150))
    frame = describe_customers(open_lines(hard_lines, engine), as_of=AS_OF)
    assert_same_bits(
        collect_customers(score_rfm(frame, edges=edges)), collect_customers(score_rfm(reference, edges=edges))
    )


@pytest.mark.parametrize("engine", OTHERS)
def test_the_lifetime_value_summary_is_the_same_on_every_engine(hard_lines, engine):
    assert_same_bits(
        *(to_clv_summary(open_lines(hard_lines, which), as_of=AS_OF) for which in (engine, "duckdb"))
    )


@pytest.mark.parametrize(
    ("engine", "lazy"), [("duckdb", True), ("polars lazy", True), ("polars eager", False), ("pandas", False)]
)
def test_lazy_stays_lazy_and_eager_stays_on_its_engine(hard_lines, engine, lazy):
    frame = describe_customers(open_lines(hard_lines, engine), as_of=AS_OF)
    assert isinstance(frame, nw.LazyFrame) is lazy
    assert str(frame.implementation.value) == engine.split()[0]


@pytest.mark.parametrize("engine", ["polars eager", "pandas", "pandas with date objects", "pyarrow"])
def test_the_callers_frame_is_left_as_it_was(hard_lines, engine):
    lines = open_lines(hard_lines, engine)
    before = lines.clone() if hasattr(lines, "clone") else lines.copy() if hasattr(lines, "copy") else lines
    collect_customers(describe_customers(lines, as_of=AS_OF))
    assert lines.equals(before)


def test_a_table_on_a_users_own_connection_leaves_no_table_behind(hard_lines):
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE history AS FROM '{hard_lines}'")
    collect_customers(describe_customers(connection.table("history"), as_of=AS_OF))
    assert connection.sql("SELECT table_name FROM information_schema.tables").fetchall() == [("history",)]


@pytest.mark.parametrize("engine", ENGINES)
def test_core_rfm_is_the_first_columns_of_the_whole_table(hard_lines, reference, engine):
    core = collect_customers(measure_rfm(open_lines(hard_lines, engine), as_of=AS_OF))
    assert_same_bits(core, reference[list(core.columns)])
    assert list(core.columns) == list(reference.columns[: len(core.columns)])
