"""The documented answers of real order histories, reached by named switches and exact to the cent."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from importlib.metadata import files
from pathlib import Path

import pandas as pd
import pytest

from segkit.errors import InputError
from segkit.intake.orders import read_orders
from segkit.model.company import Join

pytestmark = pytest.mark.real_data


def truth(folder, name):
    return json.loads((folder / "truth.json").read_text(encoding="utf-8"))[name]


def cdnow(name):
    (found,) = [file for file in files("Lifetimes") or () if file.name == name]
    return Path(str(found.locate()))


def cents(amount):
    return amount.quantize(Decimal("0.01"))


def assert_truth(orders, expected):
    log = orders.log
    assert (log.rows_used, log.customers, log.orders) == (
        expected["rows_used"],
        expected["customers"],
        expected["orders"],
    )
    assert cents(log.revenue) == Decimal(str(expected["revenue"])).quantize(Decimal("0.01"))
    assert log.first_order.isoformat() == expected["date_min"][:10]
    assert log.last_order.isoformat() == expected["date_max"][:10]
    assert orders.as_of.isoformat() == expected["snapshot_date"]


def customers(orders):
    """Compute R, F and M from the canonical lines alone."""
    frame = orders.scan("pandas").to_native()
    table = frame.groupby("customer_id").agg(
        last=("order_date", "max"),
        first=("order_date", "min"),
        frequency=("order_id", "nunique"),
        monetary=("amount", "sum"),
    )
    as_of = pd.Timestamp(orders.as_of)
    table["recency_days"] = (as_of - table["last"]).dt.days
    table["tenure_days"] = (as_of - table["first"]).dt.days
    return table


@pytest.fixture(scope="module")
def uci(shared_data):
    return shared_data / "uci_online_retail"


@pytest.mark.parametrize(
    ("answer", "switches"),
    [
        ("clean", {}),
        ("clean_dedup", {"duplicates": "drop"}),
        ("net_of_cancellations_all_identified_lines", {"cancellations": "net", "free_lines": "keep"}),
    ],
)
def test_the_three_answers_of_the_online_retail_file(uci, answer, switches):
    expected = truth(uci, answer)
    orders = read_orders(uci / "online_retail.parquet", currency="GBP", **switches)
    assert_truth(orders, expected)
    table = customers(orders)
    assert table["recency_days"].median() == expected["rfm"]["recency_days_median"]
    assert table["frequency"].median() == expected["rfm"]["frequency_median"]
    assert table["frequency"].max() == expected["rfm"]["frequency_max"]
    assert table["monetary"].median() / 10_000 == pytest.approx(
        expected["rfm"]["monetary_median"], abs=0.0051
    )
    assert round(table["monetary"].min() / 10_000, 2) == expected["rfm"]["monetary_min"]
    assert int((table["frequency"] > 1).sum()) == expected["repeat_customers"]


def test_the_online_retail_log_counts_what_the_reference_counts(uci):
    raw = truth(uci, "raw")
    log = read_orders(uci / "online_retail.parquet", currency="GBP").log
    assert log.rows_read == raw["lines"]
    dropped = {entry.rule: entry.rows for entry in log.dropped}
    assert dropped["no identity"] == raw["missing_CustomerID"]
    assert (
        dropped["cancellations"] + dropped["free lines"] == raw["lines"] - raw["missing_CustomerID"] - 397_884
    )
    options = {option.switch: option for option in log.alternatives}
    assert options['duplicates = "drop"'].revenue == Decimal("8887208.894")
    netted = options['cancellations = "net"']  # alone, without free_lines: one customer has only a free line
    assert (netted.customers, netted.revenue) == (4371, Decimal("8300065.814"))


@pytest.mark.parametrize(
    ("answer", "per"), [("master_each_line_an_order", "line"), ("master_same_day_merged", "day")]
)
def test_the_cdnow_master_by_line_and_by_day(shared_data, answer, per):
    orders = read_orders(cdnow("CDNOW_master.txt"), orders_per=per, currency="USD")
    assert_truth(orders, truth(shared_data / "cdnow", answer))
    kept = {entry.rule: entry.rows for entry in orders.log.kept}
    raw = truth(shared_data / "cdnow", "raw_master")
    assert kept["exact duplicates"] == raw["dup_exact_rows"]
    assert customers(orders).index[0] == "00001"


@pytest.mark.parametrize(
    ("answer", "per"), [("sample_each_line_an_order", "line"), ("sample_same_day_merged", "day")]
)
def test_the_cdnow_sample_has_no_header_and_is_read_by_position(shared_data, answer, per):
    positions = {"customer_id": 2, "order_date": 3, "quantity": 4, "amount": 5}
    orders = read_orders(
        cdnow("CDNOW_sample.txt"), header=False, columns=positions, orders_per=per, currency="USD"
    )
    assert_truth(orders, truth(shared_data / "cdnow", answer))


def test_the_cdnow_sample_without_settings_is_refused_with_the_way_out():
    with pytest.raises(InputError, match="header"):
        read_orders(cdnow("CDNOW_sample.txt"))


def test_adventureworks_gets_its_prices_by_a_join_and_its_people_as_attributes(shared_data):
    folder = shared_data / "adventureworks"
    orders = read_orders(
        [folder / f"AdventureWorks_Sales_{year}.csv" for year in (2017, 2018, 2019)],
        joins=(Join(file="AdventureWorks_Products.csv", on="ProductKey"),),
        attributes=[folder / "AdventureWorks_Customers.csv"],
        currency="USD",
    )
    assert_truth(orders, truth(folder, "clean_amount_is_qty_x_list_price"))
    people = orders.attributes
    assert people.shape[0] == 17_411
    assert people.loc["11000", "AnnualIncome"] == 90_000
    assert people.loc["11000", "BirthDate"] == pd.Timestamp("1966-04-08")
    assert people["HomeOwner"].dtype == "boolean"
    assert people["Gender"].isna().sum() == 123
    assert not {"FirstName", "LastName", "EmailAddress"} & set(people.columns)
    notes = {entry.rule: entry.rows for entry in orders.log.kept}
    assert notes["missing by word"] == 130
    assert notes["attributes without orders"] == 18_148 - 17_411


@pytest.mark.parametrize(
    ("answer", "returned"), [("all_orders", "keep"), ("excluding_returned_and_return_pending", "drop")]
)
def test_jaffle_shop_adds_up_payments_in_cents(shared_data, answer, returned):
    folder = shared_data / "jaffle_shop"
    orders = read_orders(
        folder / "raw_orders.csv",
        joins=(Join(file="raw_payments.csv", on="id = order_id"),),
        amount_scale=100,
        returned=returned,
    )
    expected = truth(folder, answer)
    assert_truth(orders, expected)
    assert customers(orders)["recency_days"].median() == expected["rfm"]["recency_days_median"]


@pytest.mark.parametrize(
    ("name", "as_of", "total"),
    [
        ("uci", date(2011, 12, 3), Decimal("7227.52")),
        ("adventureworks", date(2019, 6, 7), Decimal("22885.15")),
    ],
)
def test_the_ten_customer_cuts_equal_their_golden_files(shared_data, name, as_of, total):
    folder = shared_data / "ten_customers"
    orders = read_orders(folder / f"{name}_10_customers.csv")
    golden = pd.read_csv(folder / f"golden_rfm_{name}.csv", dtype={"CustomerID": str, "CustomerKey": str})
    golden = golden.set_index(golden.columns[0]).sort_index()
    table = customers(orders).sort_index()
    assert (orders.as_of, cents(orders.log.revenue)) == (as_of, total)
    assert table.index.tolist() == golden.index.tolist()
    for column in ("frequency", "recency_days", "tenure_days"):
        assert table[column].tolist() == golden[column].tolist(), column
    assert [round(value / 10_000, 2) for value in table["monetary"]] == pytest.approx(
        golden["monetary"].tolist(), abs=0.006
    )
