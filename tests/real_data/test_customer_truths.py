"""The customers table of real order histories: totals to the cent, medians, scores and names of the reference.

The canonical lines are made here by hand, so that a fault of intake and a fault of the table cannot cover each other.
"""

import json
from datetime import date
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pytest

from segkit.analysis.clv_summary import to_clv_summary
from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.rfm import fit_rfm_edges, score_customers, score_rfm

pytestmark = pytest.mark.real_data

UCI = """SELECT CAST(CustomerID AS VARCHAR) AS customer_id, CAST(InvoiceNo AS VARCHAR) AS order_id,
  CAST(InvoiceDate AS DATE) AS order_date, row_number() OVER () AS line_no,
  CAST(round(CAST(Quantity AS DECIMAL(18, 4)) * CAST(round(UnitPrice, 4) AS DECIMAL(18, 4)) * 10000) AS BIGINT) AS amount,
  CAST(InvoiceNo AS VARCHAR) LIKE 'C%' AS is_return, StockCode AS sku, Country AS country
  FROM '{path}' WHERE CustomerID IS NOT NULL"""
UCI_CHOICES = {
    "clean": " AND CAST(InvoiceNo AS VARCHAR) NOT LIKE 'C%' AND Quantity > 0 AND UnitPrice > 0",
    "net_of_cancellations_all_identified_lines": "",
}
ADVENTURE = """SELECT CAST(CustomerKey AS VARCHAR) AS customer_id, OrderNumber AS order_id,
  CAST(strptime(OrderDate, '%m/%d/%Y') AS DATE) AS order_date, row_number() OVER () AS line_no,
  CAST(round(CAST(OrderQuantity AS INTEGER) * CAST(ProductPrice AS DECIMAL(18, 4)) * 10000) AS BIGINT) AS amount, false AS is_return,
  CAST(s.ProductKey AS VARCHAR) AS sku, CAST(TerritoryKey AS VARCHAR) AS region
  FROM read_csv('{folder}/AdventureWorks_Sales_*.csv', all_varchar = true) s
  JOIN read_csv('{folder}/AdventureWorks_Products.csv', all_varchar = true) p USING (ProductKey)"""
TEN_ADVENTURE = """SELECT CustomerKey AS customer_id, OrderNumber AS order_id,
  CAST(strptime(OrderDate, '%m/%d/%Y') AS DATE) AS order_date, false AS is_return,
  CAST(round(CAST(OrderQuantity AS INTEGER) * CAST(ProductPrice AS DECIMAL(18, 4)) * 10000) AS BIGINT) AS amount
  FROM read_csv('{folder}/adventureworks_10_customers.csv', all_varchar = true)"""
ENGINES = ("duckdb", "polars", "pandas")


def write_lines(query: str, path: Path) -> Path:
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path


def describe(path: Path, *, as_of: date, engine: str = "duckdb") -> pd.DataFrame:
    if engine == "polars":
        lines = pl.scan_parquet(path)
    elif engine == "pandas":
        lines = pd.read_parquet(path)
    else:
        lines = duckdb.connect().read_parquet(str(path))
    return collect_customers(describe_customers(lines, as_of=as_of))


def assert_truth(table: pd.DataFrame, truth: dict, *, shared_order_ids: int = 0) -> None:
    """Compare a table with one block of a truth.json, whose ``orders`` counts an id that two customers share once."""
    spend = table["monetary_total"]
    assert table["order_lines"].sum() == truth["rows_used"]
    assert len(table) == truth["customers"]
    assert table["frequency"].sum() - shared_order_ids == truth["orders"]
    assert round(spend.sum() / 10_000, 2) == truth["revenue"]
    rfm = truth["rfm"]
    assert table["recency_days"].median() == rfm["recency_days_median"]
    assert table["frequency"].median() == rfm["frequency_median"]
    assert round(table["frequency"].mean(), 4) == rfm["frequency_mean"]
    assert table["frequency"].max() == rfm["frequency_max"]
    assert spend.median() / 10_000 == pytest.approx(rfm["monetary_median"], abs=0.0051)
    assert spend.mean() / 10_000 == pytest.approx(rfm["monetary_mean"], abs=0.0001)
    assert spend.max() / 10_000 == pytest.approx(rfm["monetary_max"], abs=0.0051)
    assert spend.min() / 10_000 == pytest.approx(rfm["monetary_min"], abs=0.0051)
    assert (table["frequency"] > 1).sum() == truth["repeat_customers"]
    assert round((table["frequency"] > 1).mean(), 4) == truth["repeat_share"]


def read_truth(folder: Path) -> dict:
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def uci(shared_data, tmp_path_factory):
    folder = shared_data / "uci_online_retail"
    made = tmp_path_factory.mktemp("uci")
    query = UCI.format(path=folder / "online_retail.parquet")
    return {name: write_lines(query + where, made / f"{name}.parquet") for name, where in UCI_CHOICES.items()}


@pytest.fixture(scope="module")
def adventure_works(shared_data, tmp_path_factory):
    query = ADVENTURE.format(folder=shared_data / "adventureworks")
    return write_lines(query, tmp_path_factory.mktemp("adventure") / "lines.parquet")


@pytest.fixture(scope="module")
def cdnow(tmp_path_factory):
    """Return lines by file and by what an order is: each line, or a customer's day."""
    try:
        found = {
            file.name: Path(str(file.locate())) for file in files("Lifetimes") or [] if "CDNOW" in file.name
        }
    except PackageNotFoundError:
        pytest.skip("the package Lifetimes is not installed; it carries the CDNOW data")
    made = tmp_path_factory.mktemp("cdnow")
    lines = {}
    for part, key, first in (("master", 0, 1), ("sample", 1, 0)):
        rows = [line.split() for line in found[f"CDNOW_{part}.txt"].read_text(encoding="utf-8").splitlines()][
            first:
        ]
        table = pd.DataFrame(
            {
                "customer_id": [row[key] for row in rows],
                "order_date": pd.to_datetime([row[-3] for row in rows], format="%Y%m%d"),
                "amount": [round(float(row[-1]) * 10_000) for row in rows],
                "is_return": False,
            }
        )
        by_day = table["customer_id"] + "|" + table["order_date"].dt.strftime("%Y-%m-%d")
        by_line = pd.Series(range(len(table))).astype(str)
        for rule, order in (("line", by_line), ("day", by_day)):
            lines[part, rule] = made / f"{part}-{rule}.parquet"
            table.assign(order_id=order).to_parquet(lines[part, rule])
    return lines


@pytest.mark.parametrize("choice", sorted(UCI_CHOICES))
def test_uci_gives_the_documented_answer_for_each_choice(uci, shared_data, choice):
    table = describe(uci[choice], as_of=date(2011, 12, 10))
    assert_truth(table, read_truth(shared_data / "uci_online_retail")[choice])


def test_adventure_works_keeps_four_decimals_until_the_total(adventure_works, shared_data):
    table = describe(adventure_works, as_of=date(2019, 7, 1))
    assert_truth(
        table,
        read_truth(shared_data / "adventureworks")["clean_amount_is_qty_x_list_price"],
        shared_order_ids=2,
    )


@pytest.mark.parametrize(
    ("part", "rule", "truth"),
    [
        ("master", "line", "master_each_line_an_order"),
        ("master", "day", "master_same_day_merged"),
        ("sample", "line", "sample_each_line_an_order"),
        ("sample", "day", "sample_same_day_merged"),
    ],
)
def test_cdnow_gives_the_documented_answer_for_each_meaning_of_an_order(
    cdnow, shared_data, part, rule, truth
):
    table = describe(cdnow[part, rule], as_of=date(1998, 7, 1))
    assert_truth(table, read_truth(shared_data / "cdnow")[truth])


@pytest.mark.parametrize("engine", ENGINES[1:])
@pytest.mark.parametrize("book", ["uci clean", "uci net", "adventure works", "cdnow"])
def test_real_histories_give_the_same_bits_on_every_engine(uci, adventure_works, cdnow, engine, book):
    path, as_of = {
        "uci clean": (uci["clean"], date(2011, 12, 10)),
        "uci net": (uci["net_of_cancellations_all_identified_lines"], date(2011, 12, 10)),
        "adventure works": (adventure_works, date(2019, 7, 1)),
        "cdnow": (cdnow["master", "day"], date(1998, 7, 1)),
    }[book]
    pd.testing.assert_frame_equal(
        describe(path, as_of=as_of, engine=engine), describe(path, as_of=as_of), check_exact=True
    )


def test_ten_uci_customers_equal_their_golden_file(shared_data, tmp_path):
    folder = shared_data / "ten_customers"
    query = UCI.format(path=folder / "uci_10_customers.csv") + UCI_CHOICES["clean"]
    table = describe(write_lines(query, tmp_path / "lines.parquet"), as_of=date(2011, 12, 3)).set_index(
        "customer_id"
    )
    assert_golden(
        table, pd.read_csv(folder / "golden_rfm_uci.csv", dtype={"CustomerID": str}).set_index("CustomerID")
    )


def test_ten_adventure_works_customers_equal_their_golden_file(shared_data, tmp_path):
    folder = shared_data / "ten_customers"
    query = TEN_ADVENTURE.format(folder=folder)
    table = describe(write_lines(query, tmp_path / "lines.parquet"), as_of=date(2019, 6, 7)).set_index(
        "customer_id"
    )
    golden = pd.read_csv(folder / "golden_rfm_adventureworks.csv", dtype={"CustomerKey": str}).set_index(
        "CustomerKey"
    )
    assert_golden(table, golden)


def assert_golden(table: pd.DataFrame, golden: pd.DataFrame) -> None:
    golden = golden.sort_index()
    assert table.index.tolist() == golden.index.tolist()
    assert table["recency_days"].tolist() == golden["recency_days"].tolist()
    assert table["tenure_days"].tolist() == golden["tenure_days"].tolist()
    assert table["frequency"].tolist() == golden["frequency"].tolist()
    assert table["order_lines"].tolist() == golden["lines"].tolist()
    assert (table["monetary_total"] / 10_000).round(2).tolist() == golden["monetary"].tolist()


class TestCdnowFixtures:
    def test_the_summary_of_the_sample_has_946_repeaters(self, cdnow):
        summary = to_clv_summary(
            duckdb.connect().read_parquet(str(cdnow["sample", "day"])), as_of=date(1997, 9, 30)
        )
        assert (len(summary), (summary["frequency"] > 0).sum()) == (2357, 946)

    def test_the_summary_equals_the_published_one(self, cdnow):
        published = next(
            Path(str(f.locate())) for f in files("Lifetimes") or [] if f.name == "cdnow_customers_summary.csv"
        )
        truth = pd.read_csv(published)
        summary = to_clv_summary(
            duckdb.connect().read_parquet(str(cdnow["sample", "day"])), as_of=date(1997, 9, 30)
        )
        assert summary["frequency"].tolist() == truth["frequency"].tolist()
        assert (summary["T"].to_numpy() / 7 - truth["T"]).abs().max() < 0.01
        assert (summary["recency"].to_numpy() / 7 - truth["recency"]).abs().max() < 0.01

    def test_scores_and_names_are_those_of_the_reference(self, cdnow):
        scores = score_customers(describe(cdnow["sample", "day"], as_of=date(1998, 6, 30)))
        assert scores.table["rfm_name"].value_counts().to_dict() == {
            "Champions": 533, "Hibernating": 333, "Lost": 319, "About To Sleep": 197, "Potential Loyalist": 179,
            "Cannot Lose Them": 176, "Need Attention": 165, "Loyal": 158, "New Customers": 147, "Promising": 95,
            "At Risk": 55,
        }  # fmt: skip
        counts = {variable.column: variable.counts for variable in scores.edges.variables}
        assert counts["recency_days"] == (482, 471, 463, 470, 471)
        assert counts["frequency"] == (1218, 0, 403, 358, 378)
        assert counts["monetary_total"] == (481, 462, 472, 470, 472)
        assert round(scores.edges.of("frequency").largest_tie_share, 3) == 0.517

    def test_the_share_keeping_its_name_depends_on_frozen_or_own_edges(self, cdnow):
        before = describe(cdnow["sample", "day"], as_of=date(1997, 9, 30))
        after = describe(cdnow["sample", "day"], as_of=date(1998, 6, 30))
        edges = fit_rfm_edges(before)
        assert edges.of("frequency").edges == (2, 2, 3, 4)
        assert [edge / 10_000 for edge in edges.of("monetary_total").edges] == [14.97, 28.13, 46.04, 93.76]
        assert edges.of("recency_days").edges == (-241, -218, -197, -98)
        names = score_rfm(before)["rfm_name"]
        staying = {
            "frozen": (names == score_rfm(after, edges=edges)["rfm_name"]).mean(),
            "own": (names == score_rfm(after)["rfm_name"]).mean(),
        }
        assert staying == {
            "frozen": pytest.approx(0.32796, abs=1e-5),
            "own": pytest.approx(0.64658, abs=1e-5),
        }
