"""When each kind of flow would have fired: by hand on Book A, and the verdicts on what cannot be seen."""

import dataclasses
from datetime import date, timedelta

import pandas as pd
import pytest

from segkit.model.flow_facts import BackTest, Observability
from segkit.model.flow_kind import flow_kinds
from tests.analysis.flow_orders import SomeEvents, book_a_frame, facts_of

NO_FIGURE = {"kind", "segment_id", "observability", "missing", "close", "horizon_days"}
EVENT_KINDS = ("abandoned_cart", "browse_abandonment", "back_in_stock")


@pytest.fixture(scope="module")
def book_a():
    return facts_of(book_a_frame())


def weekly_shop(customers=40, orders=6, gap=20, **columns):
    """Customers who buy every ``gap`` days, each entering a day later than the one before."""
    rows = []
    for number in range(customers):
        for place in range(orders):
            day = date(2024, 1, 1) + timedelta(days=number + place * gap)
            rows.append(
                {"customer_id": f"K{number:03d}", "order_date": day.isoformat(), "amount": 10.0, **columns}
            )
    return pd.DataFrame(rows)


def firings_of(case, kind):
    return [
        (str(item.on), item.returned_on and str(item.returned_on))
        for item in case.firings
        if item.kind == kind
    ]


def case_of(facts, customer):
    return next(case for item in facts.segments for case in item.cases if case.customer_id == customer)


def test_every_kind_of_the_catalogue_is_tested_in_every_segment(book_a):
    for item in book_a.segments:
        assert [test.kind for test in item.tests] == list(flow_kinds())


@pytest.mark.parametrize("kind", EVENT_KINDS)
def test_an_abandoned_basket_a_view_and_stock_are_not_observable_in_orders_and_get_no_figure(book_a, kind):
    test = book_a.segments[0].test(kind)
    assert test.observability.value == "not_observable_in_source"
    assert test.missing == flow_kinds()[kind].missing
    assert test.close == flow_kinds()[kind].close
    empty = BackTest(kind=kind, segment_id=1, observability=Observability.NOT_OBSERVABLE)
    for field in dataclasses.fields(BackTest):
        if field.name not in NO_FIGURE:
            assert getattr(test, field.name) == getattr(empty, field.name), field.name


def test_re_engagement_fires_after_the_kaplan_meier_median_of_110_days_and_not_after_39_and_a_half(book_a):
    test = book_a.segments[0].test("re_engagement")
    assert test.wait_days == 110
    # silent for more than 110 days: C01 never (gaps 51, 110, 102, 28, open 3), C02, C03, C06, C07, C09 once, C10 once
    assert (test.fires, test.customers) == (6, 6)
    assert firings_of(case_of(book_a, "C10"), "re_engagement") == [("2026-07-20", "2026-09-01")]
    assert firings_of(case_of(book_a, "C07"), "re_engagement") == [("2026-10-25", None)]
    assert firings_of(case_of(book_a, "C01"), "re_engagement") == []


def test_an_order_on_the_very_day_keeps_a_silence_from_firing(book_a):
    # C01 bought on 2026-03-02 and again 110 days later, on 2026-06-20
    assert firings_of(case_of(book_a, "C01"), "re_engagement") == []


def test_firings_cut_off_by_the_end_of_the_data_are_open_and_not_lost(book_a):
    test = book_a.segments[0].test("re_engagement")
    # within 30 days of 2026-10-31: only C07 (fired on 2026-10-25); C10 came back 43 days after its firing
    assert (test.observed, test.still_open, test.returned) == (5, 1, 0)
    assert test.observed + test.still_open == test.fires


def test_books_under_thirty_customers_get_counts_and_no_share(book_a):
    for test in book_a.segments[0].tests:
        assert (test.rate, test.naive, test.holdout_per_arm, test.detect_to) == (None, None, None, None)


def test_onboarding_fires_once_per_customer_on_the_first_day(book_a):
    test = book_a.segments[0].test("onboarding")
    assert (test.fires, test.customers) == (10, 10)
    # second purchase day within 60 days: C01 (51) and C06 (14); C08 (14) is too young to count, as is C05
    assert (test.observed, test.still_open, test.returned) == (8, 2, 2)
    assert firings_of(case_of(book_a, "C06"), "onboarding") == [("2026-01-05", "2026-01-19")]


def test_two_lines_of_one_day_are_one_purchase_day(book_a):
    assert case_of(book_a, "C07").purchase_days == 1
    assert book_a.segments[0].test("thank_you").fires == 20


def test_loyalty_fires_on_the_fifth_purchase_day(book_a):
    assert book_a.segments[0].test("loyalty").fires == 1
    assert firings_of(case_of(book_a, "C01"), "loyalty") == [("2026-10-28", None)]


def test_the_anniversary_of_the_first_order_fires_every_year_and_says_that_no_birthday_is_known():
    facts = facts_of(book_a_frame(), as_of=date(2028, 3, 1))
    case = case_of(facts, "C02")
    assert firings_of(case, "anniversary") == [("2027-02-14", None), ("2028-02-14", None)]
    assert dict(case.next_due)["anniversary"] == date(2029, 2, 14)
    test = facts.segments[0].test("anniversary")
    assert test.observability == Observability.OBSERVABLE
    assert "birthday" in test.missing


def test_someone_who_first_ordered_on_29_february_has_the_day_on_1_march():
    frame = pd.DataFrame({"customer_id": ["a", "b"], "order_date": ["2024-02-29"] * 2, "amount": [1.0, 2.0]})
    facts = facts_of(frame, as_of=date(2025, 6, 1))
    assert firings_of(case_of(facts, "a"), "anniversary") == [("2025-03-01", None)]


def test_a_silence_long_enough_for_most_never_counts_before_twice_the_usual_time():
    test = facts_of(weekly_shop(), as_of=date(2024, 12, 31)).segments[0].test("win_back")
    assert test.wait_days == 40
    assert "twice the usual 20 days" in test.wait_reason


def test_a_large_book_gets_a_rate_with_limits_and_the_size_of_a_holdout():
    test = facts_of(weekly_shop(orders=2), as_of=date(2024, 12, 31)).segments[0].test("onboarding")
    assert (test.fires, test.returned, test.naive) == (40, 40, 1.0)
    assert (test.rate.value, test.rate.n) == (1.0, 40)
    assert test.holdout_per_arm is None  # nothing above everybody can be detected
    frame = pd.concat(
        [weekly_shop(orders=2), weekly_shop(customers=80, orders=1).replace("K", "L", regex=True)]
    )
    test = facts_of(frame, as_of=date(2024, 12, 31)).segments[0].test("onboarding")
    assert test.rate.value == pytest.approx(40 / 120)
    assert test.rate.low < 40 / 120 < test.rate.high
    assert test.detect_to == pytest.approx(test.rate.value + 0.05)
    assert 1_400 < test.holdout_per_arm < 1_500


def test_below_five_firings_there_is_no_share():
    frame = pd.concat([weekly_shop(orders=1), weekly_shop(customers=4, orders=5)])
    test = facts_of(frame, as_of=date(2024, 12, 31)).segments[0].test("loyalty")
    assert (test.fires, test.rate, test.naive) == (4, None, None)


def test_a_group_without_a_rhythm_takes_the_books_and_says_so():
    frame = pd.concat([weekly_shop(), weekly_shop(customers=3, orders=1).replace("K", "L", regex=True)])
    segments = {name: 1 if name.startswith("K") else 2 for name in frame["customer_id"].unique()}
    test = facts_of(frame, segments=segments, as_of=date(2024, 12, 31)).segments[1].test("re_engagement")
    assert test.wait_days == 20
    assert "too few of its own" in test.wait_reason
    assert test.fires == 3


def test_without_any_second_purchase_no_silence_can_be_long():
    facts = facts_of(weekly_shop(orders=1), as_of=date(2024, 12, 31))
    for kind in ("re_engagement", "win_back"):
        test = facts.segments[0].test(kind)
        assert (test.wait_days, test.fires, test.rate) == (None, 0, None)
        assert "no rhythm" in test.wait_reason


# --- what is bought after what ------------------------------------------------------------------------------------------


def pair_shop():
    """Five buy a kit and 10 days later a refill, one a refill only, one buys both on one day; four buy a lamp once."""
    rows = []
    for number in range(5):
        rows += [
            (f"a{number}", f"2026-01-{number + 1:02d}", "Kit"),
            (f"a{number}", f"2026-01-{number + 11:02d}", "Refill"),
        ]
    rows += [("b0", "2026-02-01", "Refill"), ("c0", "2026-02-01", "Kit"), ("c0", "2026-02-01", "Refill")]
    rows += [(f"d{number}", "2026-03-01", "Lamp") for number in range(4)]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "product"])
    return frame.assign(amount=10.0)


def test_a_pair_counts_customers_who_bought_the_second_on_a_later_day():
    test = facts_of(pair_shop()).segments[0].test("cross_sell")
    pair = test.pair
    assert (pair.first, pair.second, pair.level, pair.scope) == ("Kit", "Refill", "product", "segment")
    assert (pair.support, pair.n_first, pair.median_lag_days) == (5, 6, 10)
    assert pair.lift == pytest.approx(5 / (6 * 7 / 11))
    # c0 had both on the first day: nothing to sell any more
    assert (test.fires, test.returned, test.wait_days) == (5, 5, 10)


def test_a_pair_of_two_customers_is_insufficient():
    frame = pair_shop()
    test = facts_of(frame[frame["customer_id"].isin(["a0", "a1", "b0", "d0"])]).segments[0].test("cross_sell")
    assert test.pair is None
    assert "insufficient" in test.wait_reason
    assert test.fires == 0


def test_a_second_purchase_half_a_year_later_is_no_pair():
    frame = pair_shop()
    frame.loc[frame["product"] == "Refill", "order_date"] = "2026-09-30"
    assert facts_of(frame).segments[0].test("cross_sell").pair is None


def test_a_group_without_a_pair_of_its_own_takes_the_books_where_it_buys_the_first_part():
    frame = pair_shop()
    more = pd.DataFrame(
        {"customer_id": ["e0", "e1"], "order_date": "2026-04-01", "product": "Kit", "amount": 10.0}
    )
    frame = pd.concat([frame, more])
    segments = {name: {"e": 2, "d": 3}.get(name[0], 1) for name in frame["customer_id"].unique()}
    facts = facts_of(frame, segments=segments)
    kits, lamps = facts.of_segment(2).test("cross_sell"), facts.of_segment(3).test("cross_sell")
    assert kits.pair.scope == "book"
    assert (kits.fires, kits.returned) == (2, 0)
    assert lamps.pair is None


def test_replenishment_takes_the_time_between_orders_of_the_same_thing():
    rows = []
    for number in range(4):
        rows += [(f"a{number}", f"2026-0{month}-{number + 1:02d}", "Soap") for month in range(1, 6)]
        rows += [(f"a{number}", f"2026-01-{number + 20:02d}", "Lamp")]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "product"]).assign(amount=5.0)
    test = facts_of(frame, as_of=date(2026, 6, 20)).segments[0].test("replenishment")
    assert (test.again.name, test.again.n_customers, test.again.n_closed, test.again.n_open) == (
        "Soap",
        4,
        16,
        4,
    )
    assert test.again.closed_median_days == 30.5
    assert test.wait_days == test.again.median_days == 31
    # gaps 31, 28, 31, 30 of each, open 50 at the end: only the last one exceeds 31
    assert (test.fires, test.returned, test.customers_now) == (4, 0, 4)


# --- season ---------------------------------------------------------------------------------------------------------------


def test_a_season_is_found_with_its_months_its_count_and_its_years():
    rows = [(f"a{n}", f"{year}-12-{n + 1:02d}") for n in range(5) for year in (2023, 2024)]
    rows += [(f"a{n}", f"{year}-0{n + 2}-10") for n in range(5) for year in (2023, 2024)]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(amount=9.0)
    test = facts_of(frame, as_of=date(2025, 2, 9)).segments[0].test("promotion")
    assert (test.season.months, test.season.k, test.season.n, test.season.years) == ((12,), 10, 20, 2)
    # the eve of December, for those who had bought by then: 2023 and 2024
    assert (test.fires, test.customers, test.returned) == (10, 5, 10)


def test_an_even_year_has_no_season():
    rows = [(f"a{n}", f"2024-{month:02d}-{n + 3:02d}") for n in range(5) for month in range(1, 13)]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(amount=9.0)
    test = facts_of(frame, as_of=date(2025, 1, 2)).segments[0].test("promotion")
    assert (test.season, test.fires) == (None, 0)
    assert "no month stands out" in test.wait_reason


# --- with events ----------------------------------------------------------------------------------------------------------


def test_a_checkout_without_an_order_that_day_is_an_abandoned_basket():
    events = SomeEvents(
        (
            ("C02", "checkout_started", "2026-10-05 10:00"),  # never ordered again
            ("C08", "checkout_started", "2026-10-14 21:00"),  # ordered the next day
            ("C08", "checkout_started", "2026-10-15 09:00"),  # ordered on that day
            ("C08", "cart_added", "2026-10-14 20:00"),  # the same basket
            ("Z99", "checkout_started", "2026-10-05 10:00"),  # never a customer
            ("C02", "checkout_started", "2026-11-05 10:00"),  # after the end of observation
        )
    )
    facts = facts_of(book_a_frame(), events=events)
    test = facts.segments[0].test("abandoned_cart")
    assert (test.observability, test.event) == (Observability.OBSERVABLE, "checkout_started")
    assert (test.fires, test.customers, test.observed, test.returned) == (2, 2, 2, 1)
    assert firings_of(case_of(facts, "C08"), "abandoned_cart") == [("2026-10-14", "2026-10-15")]
    assert facts.events == ("cart_added", "checkout_started")


def test_a_basket_filled_over_several_days_is_left_once_on_its_last_day():
    events = SomeEvents(
        (
            ("C02", "cart_added", "2026-10-05 10:00", None, "B1"),
            ("C02", "cart_added", "2026-10-06 10:00", None, "B1"),
            ("C02", "checkout_started", "2026-10-08 10:00", None, "B1"),
            ("C02", "checkout_started", "2026-10-20 10:00", None, "B2"),
        )
    )
    facts = facts_of(book_a_frame(), events=events)
    assert firings_of(case_of(facts, "C02"), "abandoned_cart") == [("2026-10-08", None), ("2026-10-20", None)]


def test_a_notice_is_answered_by_an_order_of_that_product_only():
    rows = [
        ("a", "2026-01-01", "Tin"),
        ("a", "2026-03-03", "Lamp"),
        ("a", "2026-03-20", "Tin"),
        ("b", "2026-01-01", "Lamp"),
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date", "product"]).assign(amount=1.0)
    events = SomeEvents(
        (("a", "stock_notice", "2026-02-20", "Tin"), ("b", "back_in_stock", "2026-03-01", "Tin"))
    )
    facts = facts_of(frame, events=events)
    assert firings_of(case_of(facts, "a"), "back_in_stock") == [("2026-03-01", "2026-03-20")]


def test_a_view_followed_by_a_basket_or_an_order_is_no_abandoned_browsing():
    events = SomeEvents(
        (
            ("C02", "product_viewed", "2026-10-05 10:00", "Tin"),
            ("C03", "product_viewed", "2026-10-05 10:00", "Tin"),
            ("C03", "cart_added", "2026-10-06 10:00", "Tin"),
            ("C08", "product_viewed", "2026-10-14 10:00", "Tin"),
        )
    )
    facts = facts_of(book_a_frame(), events=events)
    test = facts.segments[0].test("browse_abandonment")
    assert (test.observability, test.fires) == (Observability.OBSERVABLE, 1)
    assert firings_of(case_of(facts, "C02"), "browse_abandonment") == [("2026-10-06", None)]


def test_events_of_another_kind_do_not_make_a_basket_observable():
    facts = facts_of(book_a_frame(), events=SomeEvents((("C02", "signed_up", "2026-10-05"),)))
    for kind in EVENT_KINDS:
        assert facts.segments[0].test(kind).observability == Observability.NOT_OBSERVABLE


def test_a_stock_notice_fires_on_the_day_its_product_is_back():
    events = SomeEvents(
        (
            ("C08", "stock_notice", "2026-10-03", "Tin"),
            ("C02", "stock_notice", "2026-10-03", "Lamp"),  # never back
            ("C05", "back_in_stock", "2026-10-12", "Tin"),
        )
    )
    facts = facts_of(book_a_frame(), events=events)
    test = facts.segments[0].test("back_in_stock")
    assert (test.observability, test.fires, test.returned) == (Observability.OBSERVABLE, 1, 1)
    assert firings_of(case_of(facts, "C08"), "back_in_stock") == [("2026-10-12", "2026-10-15")]


def test_a_notice_without_a_day_of_return_is_a_proxy_and_says_what_stands_in():
    facts = facts_of(book_a_frame(), events=SomeEvents((("C08", "stock_notice", "2026-10-03", "Tin"),)))
    test = facts.segments[0].test("back_in_stock")
    assert (test.observability, test.fires) == (Observability.PROXY, 1)
    assert "stands in for" in test.stands_in


def tin_shop(*, lamps):
    """Sell a tin every second day, with a pause from February to May; lamps every day, if any."""
    days = [date(2026, 1, 1) + timedelta(days=2 * n) for n in range(20)]
    days += [date(2026, 5, 1) + timedelta(days=2 * n) for n in range(20)]
    rows = [(f"a{n % 8}", str(day), "Tin") for n, day in enumerate(days)]
    if lamps:
        rows += [(f"b{n % 9}", str(date(2026, 1, 1) + timedelta(days=n)), "Lamp") for n in range(160)]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "product"]).assign(amount=9.0)


def test_a_long_pause_in_a_products_sales_stands_in_for_being_out_of_stock():
    test = facts_of(tin_shop(lamps=True)).segments[0].test("back_in_stock")
    assert test.observability == Observability.PROXY
    assert "82 days of Tin, usually 2" in test.stands_in
    # eight earlier buyers; four of them buy it on 1, 3, 5 or 7 May, within a week of the eve of its return
    assert (test.fires, test.returned) == (8, 4)


def test_a_shop_that_sold_nothing_at_all_was_closed_and_not_out_of_stock():
    test = facts_of(tin_shop(lamps=False)).segments[0].test("back_in_stock")
    assert test.observability == Observability.NOT_OBSERVABLE


def test_a_review_request_says_that_the_order_day_stands_in_for_delivery(book_a):
    test = book_a.segments[0].test("review_request")
    assert (test.observability, test.wait_days) == (Observability.PROXY, 14)
    assert "stands in for delivery" in test.stands_in
    # 20 purchase days; C01 (2026-10-28) and C05 (2026-10-30) are not 14 days old, C08's second is of 2026-10-15
    assert test.fires == 18


def test_a_delivery_date_in_the_orders_takes_the_place_of_the_order_day():
    frame = book_a_frame().assign(
        delivered_on=lambda table: pd.to_datetime(table["order_date"]) + pd.Timedelta(days=5)
    )
    frame["delivered_on"] = frame["delivered_on"].dt.strftime("%Y-%m-%d")
    facts = facts_of(frame)
    assert "delivered_on" in facts.segments[0].test("review_request").stands_in
    assert ("2026-03-05", None) in firings_of(case_of(facts, "C02"), "review_request")
