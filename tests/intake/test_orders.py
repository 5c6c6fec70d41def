"""The canonical lines: types, order, totals; files that overlap, join or clash; frames of any kind."""

from __future__ import annotations

import gc
from datetime import date
from decimal import Decimal

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from segkit.errors import (
    BadValueError,
    InputError,
    MissingColumnError,
    NotEnoughDataError,
    UnsupportedFormatError,
)
from segkit.intake.orders import read_orders
from segkit.model.company import Join

ROW = {
    "customer_id": "7",
    "order_id": "1",
    "order_date": "2024-01-31",
    "quantity": "2",
    "unit_price": "1.50",
    "product": "Mug",
}


def frame_of(orders):
    return orders.scan("pandas").to_native()


def test_the_parquet_file_has_the_promised_types_and_order(read):
    orders = read(
        ROW | {"customer_id": "8"}, ROW | {"order_id": "0"}, ROW | {"order_date": "2024-01-30 09:00"}
    )
    schema = pq.read_schema(orders.path)
    types = {field.name: str(field.type) for field in schema}
    assert types == {
        "customer_id": "string",
        "order_id": "string",
        "order_date": "date32[day]",
        "order_time": "timestamp[us]",
        "line_no": "int64",
        "amount": "int64",
        "quantity": "double",
        "is_return": "bool",
        "product": "string",
    }
    assert orders.columns == tuple(types)
    assert frame_of(orders)["line_no"].tolist() == [3, 2, 1]
    assert orders.as_of == date(2024, 2, 1)


def test_all_engines_show_the_same_lines(read):
    orders = read(ROW, ROW | {"product": "Bowl"})
    lazy = orders.scan("polars").collect().to_native()
    assert lazy["amount"].to_list() == frame_of(orders)["amount"].tolist() == [30_000, 30_000]
    assert orders.scan().collect("pandas").to_native()["product"].tolist() == ["Mug", "Bowl"]
    with pytest.raises(InputError, match="no engine 'spark'"):
        orders.scan("spark")


def test_the_files_of_a_reading_go_with_it(read):
    orders = read(ROW)
    folder = orders.path.parent
    assert [path.name for path in folder.iterdir()] == ["orders.parquet"]
    del orders
    gc.collect()
    assert not folder.exists()


def test_a_refused_file_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(MissingColumnError):
        read_orders(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.csv"]


@pytest.mark.parametrize("kind", ["pandas", "polars", "lazy", "arrow", "duckdb"])
def test_a_frame_of_any_kind_is_read_and_left_untouched(kind):
    data = {"customer_id": [7, 8], "order_date": [date(2024, 1, 31)] * 2, "amount": [1.5, 2.25]}
    frame = {
        "pandas": lambda: pd.DataFrame(data),
        "polars": lambda: pl.DataFrame(data),
        "lazy": lambda: pl.LazyFrame(data),
        "arrow": lambda: pa.table(data),
        "duckdb": lambda: duckdb.connect().from_arrow(pa.table(data)),
    }[kind]()
    before = frame.copy() if kind == "pandas" else None
    orders = read_orders(frame)
    assert orders.log.revenue == Decimal("3.75")
    assert frame_of(orders)["customer_id"].tolist() == ["7", "8"]
    if before is not None:
        pd.testing.assert_frame_equal(frame, before)


def test_amounts_are_exact_to_the_ten_thousandth(read):
    orders = read(ROW | {"quantity": "3", "unit_price": "2049.0982"})
    assert frame_of(orders)["amount"].tolist() == [61_472_946]


def test_a_fractional_quantity_rounds_halves_up(read):
    orders = read(
        ROW | {"quantity": "0.5", "unit_price": "0.0003"},
        ROW | {"quantity": "-0.5", "unit_price": "0.0003"},
        cancellations="net",
    )
    assert sorted(frame_of(orders)["amount"]) == [-1, 2]


def test_a_line_amount_goes_before_quantity_times_price_which_fills_its_gaps(read):
    orders = read(ROW | {"line_total": "9.99"}, ROW | {"line_total": ""})
    assert orders.log.revenue == Decimal("12.99")


def test_a_repeated_order_total_counts_once_and_is_spread_by_quantity(read):
    base = {"customer_id": "7", "order_id": "1", "order_date": "2024-01-31", "order_total": "10.00"}
    orders = read(
        base | {"quantity": "1"}, base | {"quantity": "2"}, base | {"order_id": "2", "quantity": "1"}
    )
    assert orders.log.revenue == 20
    assert frame_of(orders)["amount"].tolist() == [33_300, 66_700, 100_000]


def test_order_totals_that_differ_by_line_are_line_amounts(read):
    base = {"customer_id": "7", "order_id": "1", "order_date": "2024-01-31"}
    assert read(base | {"order_total": "10.00"}, base | {"order_total": "4.00"}).log.revenue == 14


def test_a_discount_in_money_comes_off_the_price(read):
    orders = read(ROW | {"discount": "1.25"})
    assert orders.log.revenue == Decimal("1.75")
    assert frame_of(orders)["discount"].tolist() == [12_500]


def test_a_discount_in_shares_comes_off_the_price_as_a_share(read):
    orders = read(ROW | {"discount": "0.2"}, ROW | {"discount": "0"}, ROW | {"discount": "0.25"})
    assert orders.log.revenue == Decimal("2.4") + 3 + Decimal("2.25")
    assert [entry.rows for entry in orders.log.repaired if entry.rule == "discount shares"] == [2]


def test_a_discount_share_beside_a_net_amount_tells_what_was_taken_off(read):
    base = {"customer_id": "7", "order_id": "1", "order_date": "2024-01-31"}
    orders = read(base | {"sales": "8.00", "discount": "0.2"}, base | {"sales": "5.00", "discount": "1"})
    assert orders.log.revenue == 13
    assert frame_of(orders)["discount"].tolist() == [20_000, 0]


def test_amounts_in_cents_are_scaled(read):
    base = {"customer_id": "7", "order_date": "2024-01-31"}
    assert read(base | {"amount": "1999"}, amount_scale=100).log.revenue == Decimal("19.99")


def test_without_an_order_id_a_customer_has_one_order_a_day(read):
    base = {"customer_id": "7", "order_date": "2024-01-31", "amount": "1"}
    by_day = read(base, base | {"amount": "2"})
    assert frame_of(by_day)["order_id"].unique().tolist() == ["7|2024-01-31"]
    by_line = read(base, base | {"amount": "2"}, orders_per="line")
    assert (by_day.log.orders, by_line.log.orders) == (1, 2)
    assert any(entry.rule == "no order id" for entry in by_day.log.kept)


def test_a_blank_order_id_falls_back_to_customer_and_day(read):
    orders = read(ROW, ROW | {"order_id": ""}, ROW | {"order_id": ""})
    assert sorted(set(frame_of(orders)["order_id"])) == ["1", "7|2024-01-31"]
    assert orders.log.orders == 2


def test_an_order_id_that_two_customers_share_is_told(read):
    orders = read(ROW, ROW | {"customer_id": "8"})
    assert [entry.rows for entry in orders.log.kept if entry.rule == "shared order ids"] == [1]


def test_rows_of_two_files_are_matched_by_name_and_numbered_on(tmp_path, exports):
    first = exports.write_csv(tmp_path / "a.csv", [ROW, ROW | {"product": "Bowl"}])
    second = exports.write_csv(
        tmp_path / "b.csv",
        [
            {
                "Colour": "red",
                "ORDER_DATE": "2024-02-01",
                "Order_ID": "2",
                "customer_id": "7",
                "unit_price": "4",
            }
        ],
    )
    orders = read_orders([first, second])
    frame = frame_of(orders)
    assert frame["line_no"].tolist() == [1, 2, 3]
    assert frame["Colour"].tolist()[2] == "red"
    assert orders.log.revenue == 10
    assert [source.path for source in orders.log.sources] == ["a.csv", "b.csv"]


def test_the_same_row_in_two_files_of_no_vendor_counts_once_only_with_an_order_id(tmp_path, exports):
    without_id = {name: value for name, value in ROW.items() if name != "order_id"}
    for row, used in ((ROW, 2), (without_id, 4)):
        files = [exports.write_csv(tmp_path / name, [row, row]) for name in ("a.csv", "b.csv")]
        orders = read_orders(files, duplicates="keep")
        assert orders.log.rows_used == used, row
        assert orders.log.rows_read == 4


def test_an_overlap_and_a_duplicate_are_told_apart(tmp_path, exports):
    files = [exports.write_csv(tmp_path / name, [ROW, ROW]) for name in ("a.csv", "b.csv")]
    log = read_orders(files, duplicates="drop").log
    assert {entry.rule: entry.rows for entry in log.dropped} == {
        "overlapping exports": 2,
        "exact duplicates": 1,
    }
    assert log.dropped[0].examples == ("a.csv row 2", "a.csv row 3")


def test_a_joined_table_brings_prices_and_categories(tmp_path, exports):
    path = exports.write_csv(
        tmp_path / "orders.csv",
        [
            {"customer_id": "1", "order_date": "2024-01-31", "sku": "A"},
            {"customer_id": "1", "order_date": "2024-01-31", "sku": "B"},
        ],
    )
    exports.write_csv(
        tmp_path / "products.csv", [{"SKU": "a ", "price": "2.50", "category": "Cups", "sku_note": "x"}]
    )
    orders = read_orders(path, joins=(Join(file="products.csv", on="sku"),))
    assert orders.log.revenue == Decimal("2.5")
    assert frame_of(orders)["category"].tolist() == ["Cups"]
    assert {entry.rule: entry.rows for entry in orders.log.repaired}["no match in joined table"] == 1
    assert {entry.rule: entry.rows for entry in orders.log.dropped} == {"unreadable amount": 1}
    assert [source.path for source in orders.log.sources] == ["orders.csv", "products.csv"]


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("colour", "orders.csv lacks the join column 'colour'"),
        ("order_id = colour", "side.csv lacks the join column"),
    ],
)
def test_a_join_without_its_key_names_the_columns(tmp_path, exports, on, message):
    path = exports.write_csv(tmp_path / "orders.csv", [ROW])
    exports.write_csv(tmp_path / "side.csv", [{"weight": "1", "size": "2"}])
    with pytest.raises(MissingColumnError, match=message):
        read_orders(path, joins=(Join(file="side.csv", on=on),))


def test_a_join_may_name_its_key_by_meaning(tmp_path, exports):
    path = exports.write_csv(
        tmp_path / "orders.csv", [{"Kundennr": "1", "Datum": "2024-01-31", "Betrag": "2", "Artikelnr": "A"}]
    )
    exports.write_csv(tmp_path / "side.csv", [{"sku": "A", "Farbe": "rot", "Kundennr": "x"}])
    orders = read_orders(path, joins=(Join(file="side.csv", on="sku"),))
    assert frame_of(orders)["Farbe"].tolist() == ["rot"]
    assert frame_of(orders)["Kundennr (side)"].tolist() == ["x"]


def test_a_join_with_several_rows_and_no_amounts_is_refused(tmp_path, exports):
    path = exports.write_csv(tmp_path / "orders.csv", [ROW])
    exports.write_csv(tmp_path / "side.csv", [{"order_id": "1", "x": "a"}, {"order_id": "1", "x": "b"}])
    with pytest.raises(BadValueError, match="several rows for the key '1'"):
        read_orders(path, joins=(Join(file="side.csv", on="order_id"),))


def test_a_join_file_that_is_missing_is_named(tmp_path, exports):
    path = exports.write_csv(tmp_path / "orders.csv", [ROW])
    with pytest.raises(InputError, match=r"'products.csv', which is not in"):
        read_orders(path, joins=(Join(file="products.csv", on="sku"),))
    with pytest.raises(InputError, match="join the frame"):
        read_orders(pd.DataFrame([ROW]), joins=(Join(file="products.csv", on="sku"),))


def test_mixed_currencies_are_refused_with_a_row(read):
    with pytest.raises(BadValueError, match=r"mixes currencies.*'EUR' and in row 4 'USD'") as caught:
        read(*[ROW | {"currency": "EUR"}] * 2, ROW | {"currency": "usd"})
    assert caught.value.rows == (4,)


def test_the_currency_comes_from_the_file_else_from_the_settings(read):
    assert read(ROW | {"currency": "eur"}).currency == "EUR"
    assert read(ROW | {"currency": ""}, ROW | {"currency": ""}, currency="CHF").currency == "CHF"
    assert read(ROW, currency="CHF").currency == "CHF"
    assert read(ROW | {"unit_price": "€ 4.00"}).currency == "EUR"
    with pytest.raises(BadValueError, match=r"is in EUR \(got 'EUR' in row 2\) but currency says 'USD'"):
        read(ROW | {"currency": "EUR"}, currency="USD")
    with pytest.raises(BadValueError, match="several currencies"):
        read(ROW | {"unit_price": "€ 4.00", "discount": "£ 1.00"})


def test_ambiguous_dates_stop_until_the_user_settles_them(read):
    row = ROW | {"order_date": "03/04/2024"}
    with pytest.raises(BadValueError, match="order_date"):
        read(row)
    assert read(row, day_first=True).log.first_order == date(2024, 4, 3)
    assert read(row, day_first=False).log.first_order == date(2024, 3, 4)


def test_ids_that_a_spreadsheet_shortened_are_refused(read):
    with pytest.raises(BadValueError, match="spreadsheet shortened"):
        read(ROW | {"customer_id": "1.23E+12"})


def test_columns_of_the_user_that_clash_with_ours_get_a_free_name(read):
    orders = read(ROW | {"State": "Bavaria", "Region": "South", "line_no": "9", "lid": "x", "grp": "y"})
    frame = frame_of(orders)
    assert sorted([*frame["region"], *frame["Region_2"]]) == ["Bavaria", "South"]
    names = dict(orders.source_columns)
    assert len({name.casefold() for name in orders.columns}) == len(orders.columns)
    assert {"State", "Region"} <= set(names.values())
    assert any(entry.rule == "columns renamed" for entry in orders.log.kept)


def test_hostile_text_stays_inert_text(read):
    evil = {
        "product": '=HYPERLINK("http://x")',
        "Remark": "<script>alert(1)</script>",
        "sku": "'; DROP TABLE staged; --",
    }
    frame = frame_of(read(ROW | evil))
    assert frame["product"].tolist() == [evil["product"]]
    assert frame["Remark"].tolist() == [evil["Remark"]]


def test_hostile_column_names_are_only_names(read):
    name = 'a"; DROP TABLE typed; --'
    assert frame_of(read(ROW | {name: "1"}))[name].tolist() == ["1"]


def test_personal_columns_never_reach_the_lines(read):
    orders = read(ROW | {"IP address": "10.0.0.1", "First name": "Ann", "email": "a@x.example"})
    assert not {"IP address", "First name", "email"} & set(orders.columns)
    assert orders.log.unknown_columns == ("IP address", "First name")


def test_shuffling_rows_changes_no_total(read):
    rows = [ROW | {"order_id": str(n), "customer_id": str(n % 3), "product": str(n)} for n in range(9)]
    one, other = read(*rows), read(*rows[::-1])
    assert (one.log.revenue, one.log.orders, one.log.customers) == (
        other.log.revenue,
        other.log.orders,
        other.log.customers,
    )


def test_reading_twice_gives_the_same_log_and_the_same_bytes(read):
    rows = [ROW | {"order_id": str(n), "customer_id": str(n % 3)} for n in range(9)]
    one, other = read(*rows), read(*rows)
    assert one.log == other.log
    assert one.path.read_bytes() == other.path.read_bytes()


def test_coverage_counts_customers_with_a_value(read):
    orders = read(
        ROW | {"country": "DE", "accepts_marketing": "yes", "BirthDate": "", "Colour": "red"},
        ROW
        | {
            "customer_id": "8",
            "country": "",
            "accepts_marketing": "maybe",
            "BirthDate": "1980-02-03",
            "Colour": "red",
        },
        factors={"Colour": "psychographic"},
    )
    cover = {row.factor.value: (row.columns, row.share_of_customers) for row in orders.log.coverage}
    assert cover["geographic"] == (("country",), 0.5)
    assert cover["demographic"] == (("BirthDate",), 0.5)
    assert cover["psychographic"] == (("Colour",), 1.0)
    assert cover["technographic"] == ((), 0.0)
    assert "accepts_marketing" in cover["behavioral"][0]
    assert frame_of(orders)["accepts_marketing"].fillna(value="none").tolist() == [True, "none"]


@pytest.mark.parametrize(
    ("switches", "message"),
    [
        ({"cancellations": "keep"}, "use 'drop' or 'net'"),
        ({"colums": {}}, "no switch 'colums'"),
        ({"amount_scale": 7}, "amount_scale"),
        ({"format": "bigcommerce"}, "no order format"),
    ],
)
def test_a_switch_that_is_wrong_is_named(read, switches, message):
    with pytest.raises(InputError, match=message):
        read(ROW, **switches)


def test_a_named_format_that_does_not_fit_is_refused(read):
    with pytest.raises(UnsupportedFormatError, match="does not look like Etsy"):
        read(ROW, format="etsy-items")


def test_no_source_at_all_is_refused():
    with pytest.raises(InputError, match="no file"):
        read_orders([])


def test_a_file_without_header_is_read_by_position(tmp_path):
    for text in (
        "7,2024-01-31,5\n8,2024-02-01,6\n",
        "7 2024-01-31 5\n8 2024-02-01 6\n",
        "\ufeff7;2024-01-31;5\n8;2024-02-01;6\n",
    ):
        path = tmp_path / "bare.txt"
        path.write_text(text, encoding="utf-8")
        orders = read_orders(path, header=False, columns={"customer_id": 1, "order_date": 2, "amount": 3})
        assert orders.log.revenue == 11
        assert orders.log.rows_read == 2
    with pytest.raises(InputError, match="does not exist"):
        read_orders(tmp_path / "none.csv", header=False)


def test_payments_of_an_order_are_added_up_by_the_join(tmp_path, exports):
    path = exports.write_csv(
        tmp_path / "orders.csv", [{"id": "1", "user_id": "7", "order_date": "2024-01-31"}]
    )
    payments = [
        {"order": "1", "amount": "1.50", "payment_method": "card"},
        {"order": "1", "amount": "2", "payment_method": "gift"},
    ]
    exports.write_csv(tmp_path / "payments.csv", payments)
    orders = read_orders(path, joins=(Join(file="payments.csv", on="id = order"),))
    assert orders.log.revenue == Decimal("3.5")
    assert frame_of(orders)["payment_method"].tolist() == ["card"]
    assert {entry.rule: entry.rows for entry in orders.log.repaired}["joined rows added up"] == 1


def test_a_join_to_a_vendor_export_may_use_the_meaning_of_its_key(tmp_path, exports):
    rows = exports.shopify_order(1, {"Lineitem sku": "A"})
    path = exports.vendor_csv(tmp_path / "orders.csv", "shopify-orders", rows)
    exports.write_csv(tmp_path / "products.csv", [{"sku": "A", "product_type": "Cups"}])
    for on in ("sku", "Lineitem sku", "Lineitem sku = sku"):
        orders = read_orders(path, joins=(Join(file="products.csv", on=on),))
        assert frame_of(orders)["category"].tolist() == ["Cups"], on


def test_blanks_around_ids_and_accents_apart_make_no_second_customer(tmp_path):
    ids = ["René", "Rene\u0301", " René\u00a0", "K2"]
    frame = pd.DataFrame({"customer_id": ids, "order_date": ["2024-01-31"] * 4, "amount": ["1"] * 4})
    orders = read_orders(frame)
    assert orders.log.customers == 2
    rules = {entry.rule: entry.rows for entry in orders.log.repaired}
    assert (rules["blanks around ids"], rules["letters made alike"]) == (1, 1)


def test_a_column_of_returns_that_says_neither_yes_nor_no_is_refused():
    frame = pd.DataFrame([ROW | {"is_return": "no"}, ROW | {"is_return": "perhaps"}])
    with pytest.raises(BadValueError, match=r"'is_return'.*neither yes nor no \(got row 3: 'perhaps'\)"):
        read_orders(frame)


def test_years_without_an_order_are_told():
    days = ["2024-01-31", "2024-02-28", "2099-01-01"]
    orders = read_orders(pd.DataFrame({"customer_id": list("abc"), "order_date": days, "amount": ["1"] * 3}))
    (entry,) = [entry for entry in orders.log.kept if entry.rule == "years without orders"]
    assert (entry.rows, "2024-02-28 to 2099-01-01" in entry.reason) == (1, True)


def test_one_of_several_files_without_dates_is_refused_by_name_unless_a_join_brings_them(tmp_path):
    (tmp_path / "a.csv").write_text("customer_id,order_date,amount\nx,2024-01-31,1\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("customer_id,shelf\nx,3\n", encoding="utf-8")
    with pytest.raises(MissingColumnError, match=r"^b\.csv has no column that says when an order was placed"):
        read_orders([tmp_path / "a.csv", tmp_path / "b.csv"])


def test_a_repeated_header_that_matters_is_a_tie(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("customer_id,order_date,amount,amount\nx,2024-01-31,1,2\n", encoding="utf-8")
    with pytest.raises(BadValueError, match=r"2 columns that could be 'amount' \(got 'amount', 'amount_2'\)"):
        read_orders(path)
    assert read_orders(path, columns={"amount": "amount_2"}).log.revenue == Decimal(2)


def test_a_file_of_which_nothing_is_left_says_what_to_change():
    frame = pd.DataFrame({"customer_id": ["a"], "order_date": ["2024-01-31"], "amount": ["1"]})
    with pytest.raises(NotEnoughDataError, match=r"first order is of 2024-01-31.*\(got 2020-01-01\)\.$"):
        read_orders(frame, as_of=date(2020, 1, 1))
    with pytest.raises(NotEnoughDataError, match=r"fill 'customer_id', or name the column"):
        read_orders(frame.assign(customer_id=[""]))
