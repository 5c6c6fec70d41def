"""Each customer's stage on the last day, and the thresholds that part the stages."""

from datetime import date, timedelta

import pandas as pd
import pytest

from segkit.model.lifecycle import Stage
from tests.analysis.flow_orders import SomeEvents, book_a_frame, facts_of


def stages_of(facts):
    return {case.customer_id: case.stage for item in facts.segments for case in item.cases}


@pytest.fixture(scope="module")
def book_a():
    return facts_of(book_a_frame())


def test_the_thresholds_of_book_a_by_hand(book_a):
    # first gaps 14 14 51 102 153 are finished, 1 116 179 242 259 open: waiting .7778, .6667, .5556 and .4167 after 14, 51, 102
    # and 153 days; three quarters of those who come back: .75 * (1 - .4167) = .4375 <= 1 - .5556 = .4444 on day 102
    assert book_a.onboard_days == 102
    # all gaps, since only 5 finished ones follow a second purchase day: .75 * (1 - .3510) = .4868 <= 1 - .5119 -> 102
    assert book_a.lapse_days == 102
    assert "5 of 10 customers have a second purchase day" in book_a.thresholds_from
    assert "all gaps" in book_a.thresholds_from


def test_the_stages_of_book_a(book_a):
    assert stages_of(book_a) == {
        "C01": Stage.ADVOCATE,  # five purchase days, 3 days silent
        "C02": Stage.WIN_BACK,  # once, 259 days ago
        "C03": Stage.WIN_BACK,  # once, 179 days ago
        "C04": Stage.GROW,  # twice, 77 days silent, the group's usual time is 110
        "C05": Stage.ONBOARD,  # yesterday
        "C06": Stage.WIN_BACK,  # four times every 14 days, 257 days silent
        "C07": Stage.WIN_BACK,  # 116 days ago, second orders come by day 102
        "C08": Stage.GROW,
        "C09": Stage.WIN_BACK,
        "C10": Stage.GROW,  # 60 days silent
    }


def test_the_counts_are_in_the_order_of_the_life_cycle_and_add_up(book_a):
    counts = book_a.segments[0].stages
    assert [item.stage for item in counts] == list(Stage)
    assert sum(item.customers for item in counts) == 10


def test_a_customer_with_a_rhythm_of_his_own_is_due_by_it_and_not_by_the_groups():
    rows = [("own", str(date(2026, 1, 1) + timedelta(days=20 * n))) for n in range(4)]  # last on 2026-03-02
    for number in range(4):
        rows += [(f"slow{number}", str(date(2025, 1, 1) + timedelta(days=100 * n))) for n in range(5)]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(amount=1.0)
    stages = stages_of(facts_of(frame, as_of=date(2026, 3, 27)))
    assert stages["own"] == Stage.RETAIN  # 25 days silent, usually 20
    assert stages["slow0"] == Stage.ADVOCATE  # 50 days silent, usually 100


def test_events_after_the_last_order_go_before_what_the_orders_say():
    events = SomeEvents(
        (
            ("C02", "product_viewed", "2026-10-20"),
            ("C03", "product_viewed", "2026-10-20"),
            ("C03", "cart_added", "2026-10-21"),
            ("C06", "checkout_started", "2026-09-20"),  # more than 30 days old
            ("C08", "cart_added", "2026-10-14"),  # bought the day after
            ("C09", "stock_notice", "2026-10-30", "Tin"),
            ("C10", "quote_requested", "2026-10-30"),
        )
    )
    stages = stages_of(facts_of(book_a_frame(), events=events))
    assert stages["C02"] == Stage.CONSIDER
    assert [stages[name] for name in ("C03", "C09", "C10")] == [Stage.CONVERT] * 3
    assert (stages["C06"], stages["C08"]) == (Stage.WIN_BACK, Stage.GROW)


def test_without_second_purchases_the_catalogue_stands_in_and_the_source_says_so():
    frame = pd.DataFrame(
        {"customer_id": ["a", "b"], "order_date": ["2026-10-01", "2026-01-01"], "amount": [1.0, 2.0]}
    )
    facts = facts_of(frame)
    assert (facts.onboard_days, facts.lapse_days) == (60, 120)
    assert "60 days of the catalogue stand in" in facts.thresholds_from
    assert stages_of(facts) == {"a": Stage.ONBOARD, "b": Stage.WIN_BACK}


def test_a_later_last_day_never_moves_a_silent_customer_back_from_win_back():
    frame = book_a_frame()
    for days in (0, 30, 400):
        stages = stages_of(facts_of(frame, as_of=date(2026, 10, 31) + timedelta(days=days)))
        assert stages["C02"] == Stage.WIN_BACK
