"""How orders ended, who buys, and how long it takes until the next purchase: counted by hand."""

import pandas as pd
import pytest

from segkit.model.flow_facts import Observability
from segkit.model.sales_stage import SalesStage
from tests.analysis.flow_orders import SomeEvents, read_frame
from tests.analysis.sales.sales_books import attributes, book, proxy, sales_of

ENDED = (
    ("a", "1", "2026-01-01", 10.0, "paid", "tea"),
    ("a", "2", "2026-01-11", 20.0, "partially_refunded", "tea"),
    ("a", "3", "2026-01-31", 30.0, "pending", "tea"),
    ("b", "4", "2026-02-01", 40.0, "voided", "tea"),
    ("b", "5", "2026-02-02", 50.0, "paid", "tea"),
    ("b", "6", "2026-03-02", 60.0, "refunded", "tea"),
)


@pytest.fixture(scope="module")
def orders():
    return book(*ENDED)


@pytest.fixture(scope="module")
def ended(orders):
    return sales_of(orders)


def test_orders_are_counted_by_how_they_ended(ended):
    found = ended.outcomes
    assert (found.orders, found.paid, found.awaiting, found.cancelled, found.taken_back) == (6, 3, 1, 1, 1)
    assert found.orders == found.paid + found.awaiting + found.cancelled + found.taken_back
    assert (found.partly, found.status_known) == (1, True)
    assert (found.paid_amount, found.awaiting_amount) == (80.0, 30.0)


def test_an_order_whose_lines_all_came_back_is_taken_back_and_one_with_a_part_is_paid():
    orders = book(
        ("a", "1", "2026-01-01", 10.0, "paid", "tea"),
        ("a", "1", "2026-01-01", -10.0, "credit note", "tea"),
        ("a", "2", "2026-02-01", 10.0, "paid", "tea"),
        ("a", "2", "2026-02-01", -4.0, "credit note", "tea"),
    )
    found = sales_of(orders).outcomes
    assert (found.paid, found.partly, found.taken_back) == (1, 1, 1)
    assert found.paid_amount == 6.0


def test_a_cancelled_order_that_was_placed_again_or_is_worth_nothing_is_not_lost():
    more = ("sku", "note")
    found = sales_of(
        book(
            ("a", "1", "2026-01-05", 30.0, "voided", "tea", "T1", ""),
            ("a", "1", "2026-01-05", 12.0, "voided", "tea", "T2", ""),
            ("a", "2", "2026-01-07", 55.0, "paid", "tea", "T1", ""),
            (
                "a",
                "2",
                "2026-01-07",
                12.0,
                "paid",
                "tea",
                "T2",
                "",
            ),  # all articles of order 1 and more of one
            ("b", "3", "2026-01-05", 20.0, "cancelled", "tea", "T3", ""),
            ("b", "4", "2026-01-08", 20.0, "paid", "tea", "T4", ""),  # the amount of order 3
            ("b", "5", "2026-02-05", 20.0, "cancelled", "tea", "T4", ""),  # nothing near: lost
            ("b", "6", "2026-03-05", 25.0, "cancelled", "tea", "T4", "Wrong size, ordered anew"),
            ("b", "7", "2026-04-05", 0.0, "cancelled", "tea", "T9", ""),
            (
                "c",
                "8",
                "2026-04-05",
                9.0,
                "cancelled",
                "tea",
                "T4",
                "May be ordered in autumn",
            ),  # a first order is lost too
            columns=more,
        )
    ).outcomes
    assert (found.cancelled, found.cancelled_replaced, found.cancelled_empty) == (6, 3, 1)
    assert found.cancelled_lost == 2


def test_an_unpaid_order_is_overdue_by_its_due_day_its_terms_or_its_status():
    more = ("payment_terms", "due_date", "sales_channel")
    found = sales_of(
        book(
            ("a", "1", "2026-06-01", 30.0, "pending", "tea", "Net 14", "", "draft order"),
            ("a", "2", "2026-06-20", 30.0, "pending", "tea", "Net 14", "", "shop"),
            ("a", "3", "2026-06-20", 30.0, "pending", "tea", "Net 14", "2026-06-30", "shop"),
            ("b", "4", "2026-06-25", 30.0, "overdue", "tea", "", "", "shop"),
            ("b", "5", "2026-06-01", 30.0, "paid", "tea", "Net 14", "", "shop"),
            columns=more,
        ),
        business_model="b2b",
    ).outcomes
    assert (found.awaiting, found.awaiting_overdue) == (4, 3)


def test_without_a_status_every_order_counts_as_paid_and_nothing_is_known_of_cancelled_ones():
    frame = pd.DataFrame([("a", "2026-01-01", 5.0), ("b", "2026-01-02", 6.0)])
    frame.columns = ["customer_id", "order_date", "amount"]
    found = sales_of(read_frame(frame))
    assert (found.outcomes.paid, found.outcomes.awaiting, found.outcomes.cancelled) == (2, 0, 0)
    assert not found.outcomes.status_known
    assert proxy(found, "unpaid_orders").share is None
    assert proxy(found, "unpaid_orders").missing


@pytest.mark.parametrize(("other", "awaiting"), [("paid", 1), ("shipped", 0)])
def test_open_means_unpaid_only_where_the_column_says_who_has_paid(other, awaiting):
    orders = book(("a", "1", "2026-01-01", 10.0, "open", "tea"), ("a", "2", "2026-01-02", 10.0, other, "tea"))
    assert sales_of(orders).outcomes.awaiting == awaiting


def test_a_customer_is_lapsed_beyond_the_factor_times_the_own_median_gap_and_unknown_after_one_order():
    orders = book(
        *(("a", f"a{n}", day, 5.0, "paid", "tea") for n, day in enumerate(("2026-01-01", "2026-01-11"))),
        *(("b", f"b{n}", day, 5.0, "paid", "tea") for n, day in enumerate(("2026-01-01", "2026-04-01"))),
        ("c", "c0", "2026-01-01", 5.0, "paid", "tea"),
    )
    # a: 171 days of silence against 3 x 10; b: 91 against 3 x 90
    found = sales_of(orders).lapse
    assert (found.judged, found.lapsed, found.unknown, found.factor) == (2, 1, 1, 3.0)
    assert sales_of(orders, sales={"lost_after": 20.0}).lapse.lapsed == 0


def test_the_next_purchase_has_finished_gaps_and_counts_the_open_ones():
    orders = book(
        ("a", "1", "2026-06-01", 5.0, "paid", "tea"),
        ("a", "2", "2026-06-11", 5.0, "paid", "tea"),
        ("b", "3", "2026-06-16", 5.0, "paid", "tea"),
    )
    found = sales_of(orders).next_purchase
    assert (found.n_customers, found.n_once, found.n_open) == (2, 1, 2)
    assert (found.gaps.n, found.gaps.median) == (1, 10.0)
    # three at risk on day 10, one comes back
    assert found.kaplan_meier.q25 == 10.0
    assert found.kaplan_meier.q50 is None


def test_signs_of_trade_and_of_gifts_are_counted_with_their_columns():
    orders = book(
        ("a", "1", "2026-01-01", 5.0, "paid", "tea", "Net 30", "", ""),
        ("b", "2", "2026-01-02", 5.0, "paid", "tea", "", "birthday", ""),
        ("c", "3", "2026-01-03", 5.0, "paid", "tea", "", "", "wholesale"),
        ("c", "4", "2026-01-04", 5.0, "paid", "tea", "", "", "wholesale"),
        columns=("payment_terms", "occasion", "tags"),
    )
    found = sales_of(orders).buyers
    assert (found.trade, found.trade_orders, found.gift, found.gift_orders) == (2, 3, 1, 1)
    assert set(found.trade_columns) == {"payment_terms", "tags"}
    assert found.gift_columns == ("occasion",)


def test_without_a_column_that_could_show_it_nobody_is_counted(ended):
    assert ended.buyers.trade is None
    assert ended.buyers.gift is None
    assert proxy(ended, "gift_orders").share is None


def test_in_a_company_that_sells_to_organizations_all_are_trade():
    assert sales_of(book(*ENDED), business_model="b2b").buyers.trade == 2


def test_a_customer_type_in_the_customer_file_is_a_sign_of_trade():
    orders = attributes(book(*ENDED), customer_type={"a": "private", "b": "School"})
    found = sales_of(orders)
    assert found.buyers.trade == 1
    assert proxy(found, "trade_customers").share.k == 1


def test_proxies_are_shares_of_what_they_say(ended):
    found = ended
    assert (proxy(found, "unpaid_orders").share.k, proxy(found, "unpaid_orders").share.n) == (1, 4)
    assert (proxy(found, "repeat_category").share.k, proxy(found, "repeat_category").share.n) == (1, 1)
    assert proxy(found, "order_value").spread.n == 4
    assert proxy(found, "dated_orders").missing


# the funnel -------------------------------------------------------------------------------------------------------


def test_without_events_no_step_before_the_order_has_a_figure(ended):
    *before, order = ended.funnel
    assert {step.observability for step in before} == {Observability.NOT_OBSERVABLE}
    assert {step.n for step in before} == {None}
    assert {step.onward for step in before} == {None}
    assert (order.stage, order.n) == (SalesStage.WON, 4)


@pytest.fixture
def funnel_of(orders):
    return lambda *rows: _funnel(orders, rows)


def _funnel(orders, rows):
    facts = sales_of(orders, events=_Rows(rows))
    return {step.name: step for step in facts.funnel}


class _Rows:
    """Stands for what intake reads from events.csv."""

    def __init__(self, rows):
        self.table = SomeEvents(tuple(rows)).table
        self.source = type("Source", (), {"id": "events"})()


def test_a_basket_goes_on_within_seven_days_and_a_young_one_has_no_outcome_yet(funnel_of):
    steps = funnel_of(
        ("a", "cart_added", "2026-01-05 10:00", "tea", "B1"),
        ("a", "cart_added", "2026-01-06 10:00", "tea", "B1"),  # 5 days before order 2
        ("a", "cart_added", "2026-01-20 10:00", "tea", "B2"),  # 11 days before order 3
        ("b", "checkout_started", "2026-06-28 10:00", None, "B3"),  # 3 days before the end
    )
    cart = steps["cart_added"]
    assert (cart.n, cart.undecided, cart.onward.k, cart.onward.n) == (3, 1, 1, 2)
    assert (cart.unit, cart.window_days, cart.onward_to) == ("baskets", 7, "order")
    checkout = steps["checkout_started"]
    assert (checkout.n, checkout.undecided, checkout.onward) == (1, 1, None)
    assert steps["product_viewed"].observability is Observability.NOT_OBSERVABLE


def test_baskets_of_people_whom_the_orders_do_not_know_were_left(funnel_of):
    cart = funnel_of(
        (None, "cart_added", "2026-01-05 10:00", "tea", "B1"),
        ("a", "cart_added", "2026-01-05 10:00", "tea", "B2"),
    )["cart_added"]
    assert (cart.n, cart.onward.k, cart.onward.n, cart.people) == (2, 1, 2, 1)


def test_a_file_that_names_customers_only_gives_no_share_of_sign_ups(funnel_of):
    known = funnel_of(("a", "signed_up", "2025-12-20 10:00"))["signed_up"]
    assert (known.n, known.onward) == (1, None)
    both = funnel_of(("a", "signed_up", "2025-12-20 10:00"), (None, "signed_up", "2026-01-01 10:00"))
    assert (both["signed_up"].n, both["signed_up"].onward.k, both["signed_up"].onward.n) == (2, 1, 2)


def test_a_view_goes_on_to_a_basket_and_people_count_once(funnel_of):
    view = funnel_of(
        ("a", "product_viewed", "2026-01-01 10:00", "tea"),
        ("a", "product_viewed", "2026-01-02 10:00", "tea"),
        ("a", "cart_added", "2026-01-20 10:00", "tea", "B1"),
        ("b", "product_viewed", "2026-01-01 10:00", "tea"),
    )["product_viewed"]
    assert (view.n, view.onward.k, view.onward.n, view.window_days) == (2, 1, 2, 30)
    assert view.onward_to == "basket"
