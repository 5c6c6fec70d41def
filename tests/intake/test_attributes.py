"""What is known of customers besides orders: typed, joined on identity, without personal columns."""

from __future__ import annotations

import pandas as pd
import pytest

from segkit.errors import MissingColumnError
from segkit.intake.orders import read_orders

ORDERS = [
    {"customer_id": "1", "email": "ann@x.example", "order_date": "2024-01-31", "amount": "5"},
    {"customer_id": "2", "email": "", "order_date": "2024-01-31", "amount": "5"},
    {"customer_id": "", "email": "guest@x.example", "order_date": "2024-01-31", "amount": "5"},
]


@pytest.fixture
def read_with(tmp_path, exports):
    """Read the orders above with attribute files given as rows."""

    def read(*files, orders=ORDERS):
        path = exports.write_csv(tmp_path / "orders.csv", orders)
        names = ("customers.csv", "survey.csv")
        paths = [exports.write_csv(tmp_path / name, rows) for name, rows in zip(names, files, strict=False)]
        return read_orders(path, attributes=paths)

    return read


def notes(orders):
    return {entry.rule: entry.rows for entry in orders.log.kept}


def test_columns_have_their_types_and_every_customer_a_row(read_with):
    orders = read_with(
        [
            {
                "customer_id": "1",
                "income": "$90,000 ",
                "children": "2",
                "owner": "Y",
                "born": "1966-04-08",
                "zip": "02134",
                "kind": "private",
                "empty": "",
                "first_name": "Ann",
            },
            {
                "customer_id": "2",
                "income": "",
                "children": "",
                "owner": "N",
                "born": "",
                "zip": "1",
                "kind": "NA",
            },
        ]
    )
    people = orders.attributes
    assert people.index.tolist() == ["1", "2", "C001"]
    assert people.index.name == "customer_id"
    assert people["income"].tolist()[0] == 90_000
    assert people["children"].dtype == "float64"
    assert people["owner"].tolist()[:2] == [True, False]
    assert people["owner"].isna().tolist() == [False, False, True]
    assert people["born"].tolist()[0] == pd.Timestamp("1966-04-08")
    assert people["zip"].tolist()[:2] == ["02134", "1"]
    assert people["kind"].isna().tolist() == [False, True, True]
    assert people["empty"].isna().all()
    assert "first_name" not in people
    assert dict(orders.attribute_sources)["income"] == "customers.csv"


def test_a_row_finds_its_customer_by_any_key_of_the_chain(read_with):
    orders = read_with(
        [
            {"email": "ANN@x.example", "kind": "a"},
            {"email": "guest@x.example ", "kind": "g"},
            {"email": "no@x.example", "kind": "n"},
        ]
    )
    assert orders.attributes["kind"].fillna("").to_dict() == {"1": "a", "2": "", "C001": "g"}
    assert notes(orders)["attributes without orders"] == 1


def test_the_first_of_several_rows_of_a_customer_counts(read_with):
    orders = read_with([{"customer_id": "1", "kind": "a"}, {"customer_id": "1", "kind": "b"}])
    assert orders.attributes["kind"].tolist()[0] == "a"
    assert notes(orders)["repeated attributes"] == 1


def test_a_second_file_may_use_the_same_column_name(read_with):
    orders = read_with([{"customer_id": "1", "Kind": "a"}], [{"customer_id": "2", "kind": "b", "mood": "3"}])
    assert list(orders.attributes.columns) == ["Kind", "kind_2", "mood"]
    assert dict(orders.attribute_sources) == {
        "Kind": "customers.csv",
        "kind_2": "survey.csv",
        "mood": "survey.csv",
    }
    assert [source.path for source in orders.log.sources] == ["orders.csv", "customers.csv", "survey.csv"]


def test_survey_answers_are_psychographic_and_its_paperwork_is_not(read_with):
    orders = read_with(
        [{"customer_id": "1", "sms_consent": "yes"}],
        [{"customer_id": "1", "mood": "3", "answered_on": "2024-01-01"}],
    )
    cover = {row.factor.value: (row.columns, row.share_of_customers) for row in orders.log.coverage}
    assert cover["psychographic"] == (("mood",), pytest.approx(1 / 3))


def test_na_is_missing_but_a_country_may_be_called_so(read_with):
    orders = read_with(
        [
            {"customer_id": "1", "country": "NA", "gender": "NA"},
            {"customer_id": "2", "country": "DE", "gender": "F"},
        ]
    )
    assert orders.attributes["country"].tolist()[:2] == ["NA", "DE"]
    assert orders.attributes["gender"].isna().tolist() == [True, False, True]
    assert notes(orders)["missing by word"] == 1


def test_dates_in_an_unknown_order_stay_text(read_with):
    orders = read_with(
        [{"customer_id": "1", "since": "03/04/2020"}, {"customer_id": "2", "since": "05/06/2021"}]
    )
    assert orders.attributes["since"].tolist()[:2] == ["03/04/2020", "05/06/2021"]


def test_a_mixed_column_stays_text(read_with):
    rows = [{"customer_id": "1", "since": "2020-01-31"}, {"customer_id": "2", "since": "long ago"}]
    assert read_with(rows).attributes["since"].tolist()[:2] == ["2020-01-31", "long ago"]


def test_a_file_that_names_nobody_is_refused(read_with):
    with pytest.raises(MissingColumnError, match=r"customers.csv has no column that names a customer"):
        read_with([{"colour": "red", "size": "4"}])


def test_a_shopify_customers_export_is_accepted_as_attributes(tmp_path, exports):
    orders = exports.vendor_csv(
        tmp_path / "orders.csv", "shopify-orders", exports.shopify_order(1, Email="ann@x.example")
    )
    people = exports.vendor_csv(
        tmp_path / "customers.csv",
        "shopify-customers",
        [
            {
                "First Name": "Ann",
                "Last Name": "Lee",
                "Email": "ann@x.example",
                "Total Spent": "9.50",
                "Total Orders": "3",
            }
        ],
    )
    frame = read_orders(orders, attributes=[people]).attributes
    assert frame.loc["C001", "Total Spent"] == 9.5
    assert not {"First Name", "Email", "Phone", "Address1"} & set(frame.columns)


def test_a_name_and_postcode_join_too(tmp_path, exports):
    row = {"customer_name": "Ann Lee", "postcode": "D 1", "order_date": "2024-01-31", "amount": "1"}
    orders = exports.write_csv(tmp_path / "orders.csv", [row])
    people = exports.write_csv(
        tmp_path / "customers.csv", [{"customer_name": "ann lee", "postcode": "d1", "kind": "a"}]
    )
    assert read_orders(orders, attributes=[people]).attributes["kind"].tolist() == ["a"]
