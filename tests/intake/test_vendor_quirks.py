"""Each vendor's quirks, one small invented export at a time."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from segkit.errors import BadValueError


def lines(orders):
    return orders.scan("pandas").to_native()


def entry(log, rule):
    found = [item for item in (*log.dropped, *log.repaired, *log.kept) if item.rule == rule]
    assert len(found) == 1, [item.rule for item in (*log.dropped, *log.repaired, *log.kept)]
    return found[0]


# Shopify


def test_shopify_continuation_lines_belong_to_their_order(read_vendor, exports):
    rows = exports.shopify_order(
        1, {"Lineitem name": "Mug"}, {"Lineitem name": "Bowl", "Lineitem price": "4.50"}
    )
    orders = read_vendor("shopify-orders", rows)
    frame = lines(orders)
    assert orders.log.orders == orders.log.customers == 1
    assert orders.log.revenue == Decimal("14.5")
    assert frame["order_status"].tolist() == ["paid", "paid"]
    assert frame["product"].tolist() == ["Mug", "Bowl"]
    assert entry(orders.log, "order columns filled").rows == 1


def test_shopify_lines_in_another_order_give_the_same(read_vendor, exports):
    rows = exports.shopify_order(1, {}, {"Lineitem name": "Bowl"}) + exports.shopify_order(2)
    plain = read_vendor("shopify-orders", rows).log
    turned = read_vendor("shopify-orders", rows[::-1]).log
    assert (plain.orders, plain.revenue, plain.customers) == (turned.orders, turned.revenue, turned.customers)


def test_a_shopify_order_discount_is_spread_so_that_lines_add_up_to_the_subtotal(read_vendor, exports):
    rows = exports.shopify_order(
        1,
        {"Lineitem price": "10.00"},
        {"Lineitem price": "10.00"},
        {"Lineitem price": "10.00"},
        Discount_Amount="0.05",
    )
    frame = lines(read_vendor("shopify-orders", rows))
    assert frame["discount"].tolist() == [200, 200, 100]
    assert frame["amount"].sum() == 299_500


def test_a_shopify_discount_on_one_line_stays_on_it(read_vendor, exports):
    rows = exports.shopify_order(
        1, {"Lineitem discount": "2.00"}, {}, Discount_Amount="3.00", Subtotal="17.00"
    )
    frame = lines(read_vendor("shopify-orders", rows))
    assert frame["amount"].tolist() == [75_600, 94_400]
    assert frame["discount"].tolist() == [24_400, 5_600]


def test_a_shopify_shipping_discount_takes_nothing_from_products(read_vendor, exports):
    rows = exports.shopify_order(1, Discount_Amount="4.90", Subtotal="10.00")
    log = read_vendor("shopify-orders", rows).log
    assert log.revenue == 10
    assert entry(log, "discount beyond products").rows == 1


def test_a_shopify_subtotal_above_its_lines_is_told(read_vendor, exports):
    log = read_vendor("shopify-orders", exports.shopify_order(1, Subtotal="12.00")).log
    assert log.revenue == 10
    assert entry(log, "subtotal above its lines").rows == 1


def test_without_subtotal_the_shopify_discount_amount_is_spread(read_vendor, exports):
    log = read_vendor("shopify-orders", exports.shopify_order(1, Discount_Amount="1.50", Subtotal="")).log
    assert log.revenue == Decimal("8.5")


def test_a_shopify_refund_is_a_return_line_no_larger_than_the_products(read_vendor, exports):
    rows = exports.shopify_order(1, {}, {"Lineitem price": "5.00"}, Refunded_Amount="19.90")
    orders = read_vendor("shopify-orders", rows)
    frame = lines(orders)
    assert orders.log.revenue == 0
    assert frame[frame["is_return"]]["amount"].tolist() == [-150_000]
    assert frame["line_no"].tolist() == [1, 2, 3]
    assert frame[frame["is_return"]]["product"].isna().all()
    assert frame[frame["is_return"]]["order_status"].tolist() == ["paid"]
    assert entry(orders.log, "refunds netted").amount == -15
    assert entry(orders.log, "refund beyond products").amount == Decimal("4.9")
    assert orders.log.rows_read == orders.log.rows_used == 2
    assert orders.log.orders == 1


def test_shopify_cancelled_and_voided_orders_are_out_pending_ones_in(read_vendor, exports):
    rows = [
        *exports.shopify_order(1, Cancelled_at="2024-04-01 10:00:00 +0200"),
        *exports.shopify_order(2, Financial_Status="voided"),
        *exports.shopify_order(3, Financial_Status="pending"),
        *exports.shopify_order(4),
    ]
    log = read_vendor("shopify-orders", rows).log
    assert (log.rows_used, entry(log, "cancelled orders").rows, entry(log, "pending orders").rows) == (
        2,
        2,
        1,
    )
    assert [option.switch for option in log.alternatives] == ["include_pending = false"]
    strict = read_vendor("shopify-orders", rows, include_pending=False).log
    assert strict.rows_used == 1
    assert entry(strict, "pending orders").switch == "include_pending"


def test_overlapping_shopify_exports_count_an_order_once_from_the_later_one(read_vendor, exports):
    first = exports.shopify_order(1, {}, {}) + exports.shopify_order(2, Financial_Status="pending")
    second = exports.shopify_order(2) + exports.shopify_order(3, Created_at="2024-05-01 10:00:00 +0200")
    orders = read_vendor("shopify-orders", first, second)
    assert orders.log.orders == 3
    assert entry(orders.log, "overlapping exports").rows == 1
    assert lines(orders)["order_status"].tolist() == ["paid"] * 4
    assert read_vendor("shopify-orders", second, first).log.orders == 3


def test_shopify_names_of_two_shops_do_not_melt_two_orders_into_one(read_vendor, exports):
    first = exports.shopify_order(1, {}, Email="a@x.example")
    second = exports.shopify_order(1, {}, Email="b@x.example", Id="7")
    orders = read_vendor("shopify-orders", first, second)
    assert orders.log.orders == orders.log.customers == 2
    assert sorted(lines(orders)["order_id"]) == ["#1 (6000000000001)", "#1 (7)"]


def test_without_an_id_a_shopify_order_is_known_by_name_and_moment(read_vendor, exports):
    first = exports.shopify_order(1, {}, {}, Id="")
    later = exports.shopify_order(2, {}, Id="", Created_at="2024-06-01 08:00:00 +0200")
    orders = read_vendor("shopify-orders", first, first + later)
    assert (orders.log.rows_read, orders.log.rows_used, orders.log.orders) == (5, 3, 2)


def test_the_day_of_a_shopify_order_is_that_of_the_shops_zone(read_vendor, exports):
    rows = exports.shopify_order(1, Created_at="2024-03-30 23:30:00 -0500") + exports.shopify_order(
        2, Created_at="2024-03-30 23:30:00 +0100"
    )
    orders = read_vendor("shopify-orders", rows, timezone="Europe/Paris")
    assert lines(orders)["order_date"].dt.date.tolist() == [date(2024, 3, 30), date(2024, 3, 31)]
    assert "Europe/Paris" in orders.log.timezone_note


def test_an_apostrophe_guards_a_zip_and_is_no_part_of_it(read_vendor, exports):
    assert lines(read_vendor("shopify-orders", exports.shopify_order(1)))["postcode"].tolist() == ["75008"]


def test_a_cash_on_delivery_shop_knows_its_customers_by_phone(read_vendor, exports):
    rows = [
        *exports.shopify_order(
            1, Email="", Phone="+33 6 12 34 56 78", Financial_Status="pending", Billing_Zip="-"
        ),
        *exports.shopify_order(
            2, Email="", Phone="0033612345678", Financial_Status="pending", Billing_Zip="-"
        ),
        *exports.shopify_order(
            3, Email="", Phone="'+33 6 99 99 99 99", Financial_Status="pending", Billing_Zip="-"
        ),
    ]
    orders = read_vendor("shopify-orders", rows)
    assert orders.log.customers == 2
    assert orders.identities == (("C001", "33612345678"), ("C002", "33699999999"))
    assert "2 by phone" in orders.log.identity_rule


def test_shopify_note_attributes_become_columns(read_vendor, exports):
    note = "occasion: Birthday\ngift_message: <b>Hi</b>\nVendor: x"
    orders = read_vendor("shopify-orders", exports.shopify_order(1, Note_Attributes=note))
    frame = lines(orders)
    assert frame["gift_message"].tolist() == ["<b>Hi</b>"]
    assert frame["occasion"].tolist() == ["Birthday"]
    assert frame["Vendor (Note Attributes)"].tolist() == ["x"]
    need = next(row for row in orders.log.coverage if row.factor.value == "need-based")
    assert {"gift_message", "occasion"} <= set(need.columns)


def test_note_attributes_that_are_free_text_stay_out(read_vendor, exports):
    note = "\n".join(f"key{number}: value" for number in range(40))
    orders = read_vendor("shopify-orders", exports.shopify_order(1, Note_Attributes=note))
    assert "key1" not in orders.columns


def test_no_payment_reference_and_no_address_leaves_intake(read_vendor, exports):
    rows = exports.shopify_order(1, Billing_Street="Rue 1", Payment_Reference="r1")
    assert not {"Billing Street", "Payment Reference", "Email", "Phone"} & set(
        read_vendor("shopify-orders", rows).columns
    )


# WooCommerce


WOO = {
    "Date": "2024-05-04 10:11:12",
    "Order #": "77",
    "N. Revenue (formatted)": "$30.01",
    "Status": "completed",
    "Customer": "Ann Lee",
    "Product(s)": "2× Mug, blue, 1× Bowl",
    "Items sold": "3",
    "Net Sales": "30.01",
    "Customer type": "new",
}


def test_woocommerce_products_in_one_cell_become_lines(read_vendor):
    orders = read_vendor("woocommerce-analytics", [WOO])
    frame = lines(orders)
    assert frame["product"].tolist() == ["Mug, blue", "Bowl"]
    assert frame["quantity"].tolist() == [2, 1]
    assert frame["amount"].tolist() == [200_100, 100_000]
    assert frame["line_no"].tolist() == [1, 1]
    assert (orders.log.rows_read, orders.log.rows_used, orders.log.orders) == (1, 1, 1)
    assert orders.log.revenue == Decimal("30.01")
    assert orders.identities == (("C001", "ann lee"),)


def test_a_letter_x_in_a_product_name_is_no_count(read_vendor):
    frame = lines(read_vendor("woocommerce-analytics", [WOO | {"Product(s)": "1× Board, 2 x 4 m"}]))
    assert frame["product"].tolist() == ["Board, 2 x 4 m"]


def test_a_woocommerce_order_without_products_keeps_its_row(read_vendor):
    frame = lines(read_vendor("woocommerce-analytics", [WOO | {"Product(s)": ""}, WOO | {"Order #": "78"}]))
    assert frame["amount"].sum() == 600_200


def test_woocommerce_refunded_and_failed_orders_are_out(read_vendor):
    rows = [WOO, WOO | {"Order #": "78", "Status": "refunded"}, WOO | {"Order #": "79", "Status": "failed"}]
    log = read_vendor("woocommerce-analytics", rows).log
    assert (log.orders, entry(log, "returned orders").rows, entry(log, "cancelled orders").rows) == (1, 1, 1)


SUITE = {
    "order_id": "900",
    "order_number": "N-1",
    "order_date": "04/13/2024 09:10:11",
    "status": "completed",
    "order_total": "25.00",
    "shipping_total": "4.00",
    "tax_total": "3.50",
    "fee_total": "",
    "order_currency": "EUR",
    "customer_id": "12",
    "customer_email": "a@x.example",
    "customer_user_agent": "Mozilla/5.0 (iPhone; Mobile)",
    "customer_ip_address": "10.0.0.1",
}


def test_the_woocommerce_suite_gives_products_without_shipping_and_tax(read_vendor):
    orders = read_vendor("woocommerce-suite", [SUITE])
    assert orders.log.revenue == Decimal("17.5")
    assert lines(orders)["order_date"].dt.date.tolist() == [date(2024, 4, 13)]


def test_a_browser_becomes_a_kind_of_device_and_no_address_passes(read_vendor):
    rows = [
        SUITE,
        SUITE | {"order_id": "901", "order_number": "N-2", "customer_user_agent": "Mozilla (iPad)"},
        SUITE | {"order_id": "902", "order_number": "N-3", "customer_user_agent": "Mozilla (X11)"},
        SUITE | {"order_id": "903", "order_number": "N-4", "customer_user_agent": ""},
    ]
    orders = read_vendor("woocommerce-suite", rows)
    frame = lines(orders)
    assert frame["device"].fillna("").tolist() == ["phone", "tablet", "computer", ""]
    assert not {"customer_user_agent", "customer_ip_address"} & set(orders.columns)
    assert ("device", "customer_user_agent") in orders.source_columns


def test_a_woocommerce_guest_zero_is_no_customer_and_falls_back_to_the_email(read_vendor):
    rows = [
        SUITE | {"customer_id": "0", "customer_user": "0", "customer_email": "guest@x.example"},
        SUITE | {"order_id": "901", "order_number": "N-2"},
    ]
    orders = read_vendor("woocommerce-suite", rows)
    assert orders.log.customers == 2
    assert orders.identities == (("C001", "guest@x.example"),)


def test_a_suite_file_with_a_row_per_item_counts_the_total_once(read_vendor):
    orders = read_vendor("woocommerce-suite", [SUITE | {"item_name": "Mug"}, SUITE | {"item_name": "Bowl"}])
    frame = lines(orders)
    assert orders.log.revenue == Decimal("17.5")
    assert frame["amount"].tolist() == [87_500, 87_500]
    assert entry(orders.log, "order total counted once").rows == 2


# Etsy


ETSY = {
    "Sale Date": "03/04/24",
    "Item Name": "Print",
    "Buyer": "coolbuyer42",
    "Quantity": "2",
    "Price": "$5.00",
    "Discount Amount": "$0.50",
    "Currency": "USD",
    "Transaction ID": "1",
    "Listing ID": "2",
    "Order ID": "3001",
    "Ship Name": "Jane Doe",
}


def test_etsy_dates_are_month_first_and_prices_may_carry_a_dollar_sign(read_vendor):
    orders = read_vendor("etsy-items", [ETSY])
    assert lines(orders)["order_date"].dt.date.tolist() == [date(2024, 3, 4)]
    assert orders.log.revenue == Decimal("9.5")
    assert orders.currency == "USD"
    assert orders.identities == (("C001", "coolbuyer42"),)


def test_a_blank_etsy_ship_date_is_an_open_order_that_counts(read_vendor):
    rows = [ETSY, ETSY | {"Order ID": "3002", "Transaction ID": "9", "Date Shipped": "03/05/24"}]
    log = read_vendor("etsy-items", rows).log
    assert (log.orders, entry(log, "open orders").rows) == (2, 1)


ETSY_ORDER = {
    "Sale Date": "03/04/24",
    "Order ID": "1",
    "Buyer User ID": "u1",
    "Order Value": "20.00",
    "Discount Amount": "2.00",
    "Order Total": "24.90",
    "Currency": "EUR",
    "SKU": "A,B",
    "Status": "Shipped",
}


def test_an_etsy_order_is_its_value_less_the_discount(read_vendor):
    orders = read_vendor("etsy-orders", [ETSY_ORDER])
    assert orders.log.revenue == 18
    assert lines(orders)["discount"].tolist() == [20_000]


def test_an_adjusted_etsy_total_is_a_refund_and_a_zero_only_with_the_status(read_vendor):
    rows = [
        ETSY_ORDER | {"Adjusted Order Total": "19.90"},
        ETSY_ORDER | {"Order ID": "2", "Adjusted Order Total": "0.00"},
        ETSY_ORDER | {"Order ID": "3", "Adjusted Order Total": "0.00", "Status": "Fully Refunded"},
    ]
    orders = read_vendor("etsy-orders", rows)
    assert orders.log.revenue == 13 + 18 + 0
    assert entry(orders.log, "refund beyond products").amount == Decimal("6.9")


# Square


SQUARE = {
    "Date": "2022-11-10",
    "Time": "13:05:00",
    "Time Zone": "Eastern Time (US & Canada)",
    "Net Sales": "$1,240.00",
    "Total Collected": "$1,300.00",
    "Transaction ID": "T1",
    "Event Type": "Payment",
    "Customer ID": "K1",
    "Channel": "Shop",
}


def test_square_refund_rows_net_against_the_order_they_take_back(read_vendor):
    refund = {"Date": "2022-12-01", "Transaction ID": "T2", "Event Type": "Refund", "Net Sales": "-$45.00"}
    orders = read_vendor("square-transactions", [SQUARE, SQUARE | refund])
    frame = lines(orders)
    assert orders.log.revenue == 1195
    assert orders.log.orders == 1
    assert frame["order_id"].tolist() == ["T1", "T1"]
    assert frame["is_return"].tolist() == [False, True]
    assert orders.as_of == date(2022, 11, 11)
    assert entry(orders.log, "refund rows").rows == 1


def test_a_square_refund_without_an_earlier_sale_keeps_its_own_order(read_vendor):
    refund = {"Date": "2022-11-01", "Transaction ID": "T2", "Event Type": "Refund", "Net Sales": "$45.00"}
    orders = read_vendor("square-transactions", [SQUARE, SQUARE | refund])
    assert orders.log.revenue == 1195
    assert orders.log.orders == 2


def test_square_date_and_time_are_two_columns_of_one_moment(read_vendor):
    afternoon = {"Date": "10/05/2026", "Time": "01:05:00 PM", "Transaction ID": "T9"}
    frame = lines(read_vendor("square-transactions", [SQUARE | afternoon]))
    assert frame["order_time"].astype(str).tolist() == ["2026-10-05 13:05:00"]


def test_square_refunds_in_a_later_export_are_not_taken_for_copies(read_vendor):
    refund = SQUARE | {"Date": "2022-12-01", "Event Type": "Refund", "Net Sales": "-$45.00"}
    orders = read_vendor("square-transactions", [SQUARE], [SQUARE, refund])
    assert orders.log.revenue == 1195
    assert entry(orders.log, "overlapping exports").rows == 1


def test_square_items_carry_category_and_variant(read_vendor):
    item = {
        "Date": "2022-11-10",
        "Time": "13:05:00",
        "Time Zone": "Eastern Time (US & Canada)",
        "Category": "Tea",
        "Item": "Green",
        "Qty": "2.0",
        "Price Point Name": "Large",
        "Net Sales": "$8.00",
        "Transaction ID": "T1",
        "Event Type": "Payment",
        "Customer Name": "Ann Lee",
    }
    orders = read_vendor("square-items", [item])
    assert {"category", "Price Point Name"} <= set(orders.columns)
    assert orders.log.customers == 1


# Stripe and Magento


STRIPE = {
    "id": "py_1",
    "Created (UTC)": "2024-03-30 23:30:00",
    "Amount": "20.00",
    "Amount Refunded": "5.00",
    "Currency": "usd",
    "Status": "Paid",
    "Customer Email": "A@x.example",
    "Customer ID": "cus_1",
    "Card Name": "Ann Lee",
}


def test_stripe_times_are_utc_and_its_customers_are_known_by_email(read_vendor):
    rows = [
        STRIPE,
        STRIPE
        | {"id": "py_2", "Customer ID": "cus_2", "Customer Email": "a@X.example ", "Amount Refunded": ""},
        STRIPE | {"id": "py_3", "Customer Email": "", "Amount Refunded": ""},
        STRIPE | {"id": "py_4", "Status": "Failed"},
    ]
    orders = read_vendor("stripe-payments", rows, timezone="Europe/Berlin")
    assert orders.log.customers == 1
    assert orders.log.orders == 3
    assert orders.log.revenue == 55
    assert orders.currency == "USD"
    assert lines(orders)["order_date"].dt.date.unique().tolist() == [date(2024, 3, 31)]


MAGENTO = {
    "ID": "000000001",
    "Purchase Point": "Main Website",
    "Purchase Date": "2024-04-13 10:00:00",
    "Bill-to Name": "Ann Lee",
    "Grand Total (Purchased)": "€24.00",
    "Status": "complete",
}


def test_magento_prices_may_carry_a_sign_and_closed_orders_came_back(read_vendor):
    rows = [
        MAGENTO,
        MAGENTO | {"ID": "000000002", "Status": "closed"},
        MAGENTO | {"ID": "000000003", "Status": "canceled"},
    ]
    orders = read_vendor("magento-orders", rows)
    assert orders.log.revenue == 24
    assert orders.currency == "EUR"
    assert lines(orders)["order_id"].tolist() == ["000000001"]


def test_a_magento_subtotal_goes_before_the_grand_total(read_vendor):
    rows = [MAGENTO | {"Subtotal": "20.00", "Total Refunded": "3.00", "Grand Total (Purchased)": "24.00"}]
    assert read_vendor("magento-orders", rows).log.revenue == 17


def test_a_named_format_that_does_not_fit_is_refused(read_vendor):
    with pytest.raises(BadValueError, match="no switch 'cancelations'"):
        read_vendor("magento-orders", [MAGENTO], cancelations="net")
