"""Cleaning is visible: every row read is used or dropped for a stated reason, every switch shows its other side."""

from __future__ import annotations

from decimal import Decimal

import pytest

from segkit.errors import BadValueError, NotEnoughDataError
from segkit.intake.cleaning import RULES, in_use
from segkit.model.company import OrderSettings

LINE = {
    "customer_id": "1",
    "invoice_no": "500",
    "order_date": "2024-01-31",
    "stock_code": "A1",
    "quantity": "2",
    "unit_price": "3.50",
}


def dropped(orders):
    return {entry.rule: entry.rows for entry in orders.log.dropped}


def kept(orders):
    return {entry.rule: entry.rows for entry in orders.log.kept}


def switches(orders):
    return {option.switch: option.revenue for option in orders.log.alternatives}


BOOK = (
    LINE,
    LINE | {"invoice_no": "501", "quantity": "1"},
    LINE | {"invoice_no": "C502", "quantity": "-1"},
    LINE | {"invoice_no": "503", "unit_price": "0"},
    LINE | {"invoice_no": "504", "stock_code": "POST", "quantity": "1", "unit_price": "9"},
    LINE | {"invoice_no": "505", "stock_code": "gift_0001_20"},
    LINE | {"invoice_no": "506"},
    LINE | {"invoice_no": "506"},
)


def test_every_row_is_used_or_dropped_for_one_reason(read):
    orders = read(*BOOK)
    assert dropped(orders) == {"cancellations": 1, "free lines": 1}
    assert orders.log.rows_read == orders.log.rows_used + sum(dropped(orders).values()) == 8
    assert {"non-products": 2, "exact duplicates": 1}.items() <= kept(orders).items()


def test_every_switch_that_changes_something_shows_its_other_side(read):
    orders = read(*BOOK)
    revenue = orders.log.revenue
    assert revenue == Decimal("40.5")
    assert switches(orders) == {
        'cancellations = "net"': revenue - Decimal("3.5"),
        'non_products = "drop"': revenue - 16,
        'free_lines = "keep"': revenue,
        'duplicates = "drop"': revenue - 7,
    }


@pytest.mark.parametrize(
    ("switch", "value"),
    [("cancellations", "net"), ("non_products", "drop"), ("free_lines", "keep"), ("duplicates", "drop")],
)
def test_an_alternative_tells_what_the_switch_then_gives(read, switch, value):
    told = switches(read(*BOOK))[f'{switch} = "{value}"']
    orders = read(*BOOK, **{switch: value})
    assert orders.log.revenue == told
    assert orders.log.rows_read == orders.log.rows_used + sum(dropped(orders).values())


def test_a_negative_line_that_is_kept_is_a_return(read):
    frame = read(*BOOK, cancellations="net").scan("pandas").to_native()
    assert frame[frame["is_return"]]["order_id"].tolist() == ["C502"]
    assert frame["amount"].min() == -35_000


def test_a_cancel_invoice_is_known_by_its_letter_only_among_numbers(read):
    numbers = read(LINE, LINE | {"invoice_no": "501"}, LINE | {"invoice_no": "C502"})
    letters = read(LINE | {"invoice_no": "C500"}, LINE | {"invoice_no": "C501"})
    assert dropped(numbers) == {"cancellations": 1}
    assert dropped(letters) == {}


def test_bad_debt_invoices_are_no_product(read):
    orders = read(LINE, LINE | {"invoice_no": "501"}, LINE | {"invoice_no": "A502"}, non_products="drop")
    assert dropped(orders) == {"non-products": 1}


def test_a_line_that_says_it_is_a_refund_nets_and_never_adds(read):
    orders = read(LINE | {"is_refund": "no"}, LINE | {"is_refund": "yes", "quantity": "1"})
    assert orders.log.revenue == Decimal("3.5")
    assert orders.log.orders == 1


@pytest.mark.parametrize(
    ("status", "rule"),
    [
        ("Cancelled", "cancelled orders"),
        ("storniert", "cancelled orders"),
        ("returned", "returned orders"),
        ("Retourniert", "returned orders"),
    ],
)
def test_the_status_of_an_order_takes_it_out(read, status, rule):
    orders = read(LINE | {"status": "completed"}, LINE | {"status": status, "invoice_no": "9"})
    assert dropped(orders) == {rule: 1}


def test_whole_orders_are_counted_by_the_state_that_took_them_out(read):
    rows = (
        LINE | {"status": "completed"},
        LINE | {"status": "voided", "invoice_no": "8"},
        LINE | {"status": "voided", "invoice_no": "8", "stock_code": "B2"},
        LINE | {"status": "returned", "invoice_no": "9"},
        LINE | {"status": "offen", "invoice_no": "10"},
    )
    assert dict(read(*rows).left_out) == {"cancelled orders": 1, "returned orders": 1}
    assert dict(read(*rows, include_pending=False).left_out)["pending orders"] == 1


def test_orders_that_are_not_paid_yet_count_unless_the_switch_says_no(read):
    rows = (LINE | {"status": "completed"}, LINE | {"status": "offen", "invoice_no": "9"})
    assert kept(read(*rows))["pending orders"] == 1
    assert dropped(read(*rows, include_pending=False)) == {"pending orders": 1}


@pytest.mark.parametrize(("other", "pending"), [("paid", 1), ("shipped", 0)])
def test_open_means_not_paid_only_where_the_column_says_who_has_paid(read, other, pending):
    orders = read(LINE | {"status": other}, LINE | {"status": "open", "invoice_no": "9"})
    assert kept(orders).get("pending orders", 0) == pending


def test_an_order_with_money_paid_back_is_netted_not_dropped(read):
    orders = read(
        LINE | {"status": "refunded", "refunded_amount": "2.00"}, LINE | {"invoice_no": "9", "status": "paid"}
    )
    assert orders.log.revenue == Decimal(12)


def test_a_zero_order_in_an_amount_only_file_is_kept_and_counted(read):
    rows = [
        {"customer_id": "1", "order_date": f"2024-01-{day}", "amount": amount}
        for day, amount in ((13, "0"), (14, "5"))
    ]
    orders = read(*rows)
    assert (orders.log.orders, dropped(orders), kept(orders)["zero-amount orders"]) == (2, {}, 1)


def test_without_amounts_there_is_recency_and_frequency_only(read):
    orders = read(
        {"customer_id": "1", "order_date": "2024-01-13"}, {"customer_id": "1", "order_date": "2024-01-14"}
    )
    assert orders.log.revenue is None
    assert orders.log.orders == 2
    assert "amount" not in orders.columns


def test_a_negative_quantity_without_amounts_is_a_cancellation(read):
    rows = [
        {"customer_id": "1", "order_date": "2024-01-13", "quantity": quantity} for quantity in ("1", "-1")
    ]
    assert dropped(read(*rows)) == {"cancellations": 1}


def test_a_few_unreadable_cells_are_dropped_and_counted(read):
    rows = [LINE | {"invoice_no": str(number)} for number in range(300)]
    orders = read(*rows, LINE | {"order_date": "soon"}, LINE | {"unit_price": "much"})
    assert dropped(orders) == {"unreadable date": 1, "unreadable amount": 1}
    assert orders.log.dropped[0].examples == ("row 302",)


def test_many_unreadable_cells_refuse_the_file(read):
    with pytest.raises(BadValueError, match=r"10 of 30 cells in 'unit_price'.*much"):
        read(*[LINE] * 20, *[LINE | {"unit_price": "much"}] * 10)


def test_a_file_without_any_usable_row_says_why(read):
    with pytest.raises(NotEnoughDataError, match="2 rows that do not say who ordered"):
        read(LINE | {"customer_id": ""}, LINE | {"customer_id": ""})


def test_rows_after_the_end_of_observation_are_dropped(read):
    from datetime import date

    orders = read(LINE, LINE | {"order_date": "2024-02-13", "invoice_no": "9"}, as_of=date(2024, 2, 1))
    assert dropped(orders) == {"after as_of": 1}
    assert orders.as_of == date(2024, 2, 1)


def test_rules_have_distinct_names_and_every_switch_has_words():
    assert len({rule.name for rule in RULES}) == len({rule.flag for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert bool(rule.switch) == bool(rule.other) == bool(rule.dropped_words and rule.kept_words)


def test_the_opposite_choice_taken_twice_is_the_first_again():
    for rule in RULES:
        if rule.other:
            assert rule.other(rule.other(OrderSettings())) == OrderSettings()
            assert in_use(rule.other(OrderSettings())) != in_use(OrderSettings())
