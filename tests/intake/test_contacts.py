"""Who can be written to: yes or no for each customer, and never the address."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from segkit.intake.company import read_company, read_company_orders
from segkit.intake.contacts import address_columns
from segkit.intake.orders import read_orders

DAY = {"order_date": "2024-01-31", "amount": "5"}


def on_file(orders):
    return {
        customer: (bool(email), bool(phone))
        for customer, email, phone in orders.contacts.itertuples(index=True, name=None)
    }


def test_a_file_without_either_column_says_nothing(read):
    assert read({"customer_id": "1", **DAY}).contacts is None


def test_each_customer_has_a_row_and_only_yes_or_no_leaves_intake(read):
    orders = read(
        {"customer_id": "2", "email": "bo@x.example", **DAY},
        {"customer_id": "1", "email": "", **DAY},
    )
    assert orders.contacts.index.tolist() == ["1", "2"]
    assert orders.contacts.index.name == "customer_id"
    assert list(orders.contacts.columns) == ["has_email", "has_phone"]
    assert orders.contacts.dtypes.tolist() == [bool, bool]
    assert on_file(orders) == {"1": (False, False), "2": (True, False)}
    assert "email" not in orders.columns


def test_one_filled_line_of_a_customer_is_enough(read):
    orders = read(
        {"customer_id": "1", "phone": "", **DAY},
        {"customer_id": "1", "phone": "0114 496 0123", **DAY},
        {"customer_id": "2", "phone": "", **DAY},
    )
    assert on_file(orders) == {"1": (False, True), "2": (False, False)}


def test_a_cancelled_order_leaves_its_address(read):
    orders = read(
        {"customer_id": "1", "email": "", "status": "paid", **DAY},
        {"customer_id": "1", "email": "ann@x.example", "status": "cancelled", **DAY},
    )
    assert orders.log.rows_used == 1
    assert on_file(orders) == {"1": (True, False)}


@pytest.mark.parametrize("cell", ["n/a", "-", "no", "@", "ann at x.example", "  "])
def test_what_is_no_address_does_not_count(read, cell):
    orders = read(
        {"customer_id": "1", "email": cell, **DAY}, {"customer_id": "2", "email": "b@x.example", **DAY}
    )
    assert on_file(orders)["1"] == (False, False)


def test_customers_known_by_email_alone_have_one(read):
    orders = read({"email": "a@x.example", **DAY}, {"email": "b@x.example", **DAY})
    assert on_file(orders) == {"C001": (True, False), "C002": (True, False)}
    assert orders.keys is None


def test_ids_that_are_emails_are_addresses(read):
    orders = read({"customer": "a@x.example", **DAY}, {"customer": "b@x.example", **DAY})
    assert on_file(orders) == {"C001": (True, False), "C002": (True, False)}


def test_an_attribute_file_may_bring_what_the_orders_lack(tmp_path, exports):
    path = exports.write_csv(
        tmp_path / "orders.csv", [{"customer_id": "1", **DAY}, {"customer_id": "2", **DAY}]
    )
    people = exports.write_csv(
        tmp_path / "customers.csv",
        [
            {"customer_id": "1", "E-Mail": "a@x.example", "Mobile": "", "email_consent_date": "2024-01-01"},
            {"customer_id": "2", "E-Mail": "", "Mobile": "+44 7700 900123", "email_consent_date": ""},
            {"customer_id": "9", "E-Mail": "z@x.example", "Mobile": "", "email_consent_date": ""},
        ],
    )
    orders = read_orders(path, attributes=[people])
    assert on_file(orders) == {"1": (True, False), "2": (False, True)}
    assert "E-Mail" not in orders.attributes


def test_an_attribute_file_without_such_a_column_says_nothing(tmp_path, exports):
    path = exports.write_csv(tmp_path / "orders.csv", [{"customer_id": "1", **DAY}])
    people = exports.write_csv(
        tmp_path / "customers.csv",
        [{"customer_id": "1", "email_consent": "yes", "phone_model": "Nokia 3310000"}],
    )
    assert read_orders(path, attributes=[people]).contacts is None


def test_columns_about_addresses_hold_none():
    names = ["phone_verified", "Phone type", "accepts_sms", "phone_opt_in_at", "Mobile number", "Telefon"]
    assert address_columns(names, "phone") == ["Mobile number", "Telefon"]


def test_keys_of_a_customer_with_several_are_known_in_memory_only(read):
    orders = read(
        {"customer_id": "1", "email": "Ann@x.example", **DAY},
        {"customer_id": "2", "email": "both@x.example", **DAY},
        {"customer_id": "3", "email": "both@x.example", **DAY},
    )
    rows = {(row["kind"], row["key"]): row["customer_id"] for row in orders.keys.to_pylist()}
    assert rows == {
        ("customer_id", "1"): "1",
        ("customer_id", "2"): "2",
        ("customer_id", "3"): "3",
        ("email", "ann@x.example"): "1",
    }
    assert "ann@" not in repr(orders)
    assert sorted(path.name for path in orders.path.parent.iterdir()) == ["orders.parquet"]


def test_the_bundled_example_agrees_with_its_own_files(example_folder):
    orders = read_company_orders(read_company(example_folder))
    rows = []
    for path in sorted(example_folder.glob("orders_export*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows += list(csv.DictReader(stream))
    keys = dict(orders.identities)
    for label, known in on_file(orders).items():
        own = [row for row in rows if row["Email"].strip().lower() == keys[label]]
        own = [row for row in rows if row["Name"] in {other["Name"] for other in own}]
        if own:
            assert known[0]
            assert known[1] or not any(
                row["Phone"] or row["Billing Phone"] or row["Shipping Phone"] for row in own
            )
    assert orders.contacts["has_email"].sum() >= len(orders.contacts) - 1


@pytest.mark.real_data
def test_uci_has_neither_column(shared_data):
    sample = pd.read_parquet(shared_data / "uci_online_retail" / "online_retail.parquet").head(5000)
    assert read_orders(sample).contacts is None
