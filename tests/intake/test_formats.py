"""Vendor formats: detection by the header's name set, and every quirk that order-data.md lists."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segkit.errors import InputError, UnsupportedFormatError
from segkit.intake.formats import (
    absent_names,
    detect_format,
    find_format,
    format_names,
    order_formats,
    unknown_names,
)
from segkit.intake.orders import read_orders

HEADERS = Path(__file__).resolve().parents[3] / "shared" / "data" / "vendor_formats" / "vendor_headers.json"
NAMES = {
    "shopify_orders_export": "shopify-orders",
    "shopify_customers_export": "shopify-customers",
    "woocommerce_analytics_orders": "woocommerce-analytics",
    "woocommerce_import_export_suite_orders": "woocommerce-suite",
    "etsy_sold_order_items": "etsy-items",
    "etsy_sold_orders": "etsy-orders",
    "square_transactions": "square-transactions",
    "square_items": "square-items",
    "amazon_all_orders": "amazon-orders",
    "stripe_payments": "stripe-payments",
    "magento2_order_grid": "magento-orders",
}
ALL = pytest.mark.parametrize("form", order_formats(), ids=lambda form: form.name)


@ALL
def test_a_full_header_is_detected_as_its_format(form):
    assert detect_format(form.header) is form


@ALL
def test_a_shuffled_header_is_detected(form):
    assert detect_format(sorted(form.header, reverse=True)) is form


@ALL
def test_one_more_column_does_not_disturb_and_is_reported(form):
    names = ["Colour of the box", *form.header]
    assert detect_format(names) is form
    assert unknown_names(form, names) == ("Colour of the box",)


@ALL
def test_one_optional_column_less_does_not_disturb_and_is_reported(form):
    signature = {name.casefold() for name in form.signature}
    used = [source for _, sources in form.columns for source in sources]
    optional = [name for name in form.header if name.casefold() not in signature]
    missing = next((name for name in optional if name in used), optional[0])
    names = [name for name in form.header if name != missing]
    assert detect_format(names) is form
    assert (missing in absent_names(form, names)) is (missing in used)


@ALL
def test_a_signature_column_less_is_no_longer_this_format(form):
    names = [name for name in form.header if name != form.signature[-1]]
    assert detect_format(names) is not form


@ALL
def test_what_a_format_uses_is_in_its_header(form):
    header = set(form.header)
    used = {source for _, sources in form.columns for source in sources}
    assert (
        used | set(form.signature) | set(form.line_columns) | set(form.pass_through) | set(form.amount_less)
        <= header
    )


def test_capitals_and_spaces_of_a_header_do_not_matter():
    names = [f" {name.upper()} " for name in find_format("shopify-orders").header]
    assert detect_format(names) is find_format("shopify-orders")


def test_a_file_with_two_signatures_is_left_to_the_mapping():
    both = (*find_format("etsy-orders").header, *find_format("stripe-payments").header)
    assert detect_format(both) is None


def test_an_unknown_format_name_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="shopify-orders"):
        find_format("bigcommerce")
    assert "bigcommerce" not in format_names()


@pytest.mark.real_data
@pytest.mark.parametrize("key", sorted(NAMES))
def test_the_published_header_is_detected_with_no_name_unknown(key, shared_data):
    entry = json.loads((shared_data / "vendor_formats" / "vendor_headers.json").read_text(encoding="utf-8"))[
        key
    ]
    separator = "\t" if entry["sep"] == "TAB" else entry["sep"]
    names = (entry.get("header") or entry["columns_partial"].removesuffix(",...")).split(separator)
    form = detect_format(names)
    assert form is not None
    assert form.name == NAMES[key]
    assert unknown_names(form, names) == ()


def test_amazon_is_refused_because_nothing_names_the_customer(tmp_path):
    form = find_format("amazon-orders")
    path = tmp_path / "amazon.txt"
    cells = {"purchase-date": "2024-01-02T10:00:00+00:00", "quantity": "1", "item-price": "5.00"}
    path.write_text("\t".join(form.header) + "\n" + "\t".join(cells.get(n, "x") for n in form.header) + "\n")
    with pytest.raises(UnsupportedFormatError, match="no field that identifies the customer"):
        read_orders(path)


def test_shopify_customers_are_refused_as_orders(tmp_path):
    form = find_format("shopify-customers")
    path = tmp_path / "customers_export.csv"
    path.write_text(",".join(form.header) + "\n" + ",".join("1" for _ in form.header) + "\n")
    with pytest.raises(UnsupportedFormatError, match="one row per customer"):
        read_orders(path)
