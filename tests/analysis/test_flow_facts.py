"""The whole of flow facts: what changes nothing, what must not crash, the bundled example and ten real-size customers."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.analysis.flow_facts import measure_flows
from segkit.model.flow import Channel
from segkit.model.flow_facts import Observability
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import Stage
from tests.analysis.flow_orders import (
    SomeEvents,
    book_a_frame,
    customers_of,
    facts_of,
    one_segment,
    read_frame,
)

FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def book_a():
    return facts_of(book_a_frame())


@pytest.fixture(scope="module")
def example(example_study):
    segments = example_study.segmentation.summary.segments
    return measure_flows(
        example_study.orders,
        customers=example_study.customers,
        assignments=example_study.segmentation.assignments,
        names={segment.id: segment.name for segment in segments},
    )


# --- what changes nothing -----------------------------------------------------------------------------------------------


@FEW
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(book_a, random):
    rows = list(book_a_frame().itertuples(index=False))
    random.shuffle(rows)
    assert facts_of(pd.DataFrame(rows)) == book_a


@FEW
@given(st.sampled_from([2, 3, 1000]))
def test_other_amounts_change_nothing_that_is_counted(book_a, factor):
    frame = book_a_frame()
    assert facts_of(frame.assign(amount=frame["amount"] * factor)) == book_a


def test_splitting_orders_into_lines_changes_nothing(book_a):
    frame = book_a_frame()
    halves = pd.concat([frame, frame]).assign(amount=lambda table: table["amount"] / 2)
    assert facts_of(halves) == book_a


def test_the_same_input_gives_the_same_facts_twice(book_a):
    assert facts_of(book_a_frame()) == book_a


def test_other_segments_leave_the_thresholds_and_the_sums_of_firings_alone(book_a):
    segments = {f"C{number:02d}": number % 3 for number in range(1, 11)}
    split = facts_of(book_a_frame(), segments=segments)
    assert (split.onboard_days, split.lapse_days) == (book_a.onboard_days, book_a.lapse_days)
    for kind in ("onboarding", "thank_you", "review_request", "loyalty", "anniversary"):
        parts = [item.test(kind) for item in split.segments]
        whole = book_a.segments[0].test(kind)
        for field in ("fires", "customers", "observed", "returned", "still_open", "customers_now"):
            assert sum(getattr(part, field) for part in parts) == getattr(whole, field), (kind, field)


@pytest.mark.parametrize("days", [1, 45, 365])
def test_a_later_last_day_never_unmakes_a_firing(book_a, days):
    later = facts_of(book_a_frame(), as_of=date.fromordinal(date(2026, 10, 31).toordinal() + days))
    for kind in ("onboarding", "thank_you", "review_request", "anniversary", "loyalty"):
        before, after = book_a.segments[0].test(kind), later.segments[0].test(kind)
        assert after.fires >= before.fires
        assert after.observed >= before.observed


def test_orders_after_the_last_day_are_left_out(book_a):
    frame = book_a_frame()
    more = pd.DataFrame(
        {"customer_id": ["C02", "C11"], "order_date": ["2026-11-20", "2026-11-21"], "amount": [9.0, 9.0]}
    )
    orders = read_frame(pd.concat([frame, more]), as_of=date(2026, 12, 1))
    cut = replace(orders, as_of=date(2026, 10, 31))
    customers = customers_of(cut)
    facts = measure_flows(cut, customers=customers, assignments=one_segment(customers), names={1: "Group 1"})
    assert facts == book_a


def test_firings_and_their_parts_add_up_everywhere(book_a, example):
    for item in (*book_a.segments, *example.segments):
        for test in item.tests:
            assert test.observed + test.still_open == test.fires
            assert test.returned <= test.observed
            assert test.customers <= min(test.fires, item.size)
            assert test.fires_last_year <= test.fires
            assert test.customers_now <= item.size
            assert bool(test.missing) or test.observability == Observability.OBSERVABLE
            assert bool(test.stands_in) == (test.observability == Observability.PROXY)


# --- what must not crash -------------------------------------------------------------------------------------------------

ONCE = pd.DataFrame({"customer_id": list("abcdef"), "order_date": [f"2026-05-0{n}" for n in range(1, 7)]})
HARD = {
    "everybody once, no amounts, no products": ONCE,
    "one purchase day in the file": ONCE.assign(order_date="2026-05-01", product="Tin"),
    "one customer": pd.DataFrame(
        {"customer_id": ["a"] * 3, "order_date": ["2026-05-01", "2026-05-09", "2026-06-01"]}
    ),
    "blank products": pd.concat([ONCE, ONCE.assign(order_date="2026-07-01")]).assign(
        product="", category=None
    ),
    "odd names": pd.concat([ONCE, ONCE.assign(order_date="2026-07-01")]).assign(product='it\'s "a" ?; %s'),
}


@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("segments", ["together", "apart"])
def test_a_poor_history_gives_facts_with_what_is_missing(name, segments):
    frame = HARD[name]
    ids = sorted(set(frame["customer_id"]))
    groups = None if segments == "together" else {one: place % 2 for place, one in enumerate(ids)}
    facts = facts_of(frame, segments=groups, events=SomeEvents(()))
    assert facts.n_customers == len(ids)
    assert sum(item.size for item in facts.segments) == len(ids)
    for item in facts.segments:
        assert len(item.tests) == len(flow_kinds())
        assert sum(count.customers for count in item.stages) == item.size
    assert facts.events == ()


def test_the_last_day_may_be_the_only_day():
    facts = facts_of(ONCE.assign(order_date="2026-05-01"), as_of=date(2026, 5, 1))
    assert (facts.first_day, facts.as_of) == (date(2026, 5, 1), date(2026, 5, 1))
    assert facts.segments[0].test("onboarding").still_open == 6


def test_a_segment_without_a_customer_has_nothing_and_does_not_crash():
    orders = read_frame(ONCE)
    customers = customers_of(orders)
    facts = measure_flows(
        orders, customers=customers, assignments=one_segment(customers), names={1: "All", 2: "None"}
    )
    empty = facts.of_segment(2)
    assert (empty.size, empty.rhythm.n_customers, empty.cases) == (0, 0, ())
    assert all(test.fires == 0 for test in empty.tests)


def test_a_day_of_returns_only_is_no_purchase_day():
    frame = pd.DataFrame(
        [
            ("a", "1", "2026-01-01", 10.0),
            ("a", "2", "2026-02-01", -10.0),
            ("a", "3", "2026-03-01", 10.0),
            ("b", "4", "2026-03-01", 1.0),
        ],
        columns=["customer_id", "order_id", "order_date", "amount"],
    )
    facts = facts_of(frame, cancellations="net")
    assert facts.segments[0].cases[0].purchase_days == 2
    assert facts.segments[0].rhythm.n_closed == 1


# --- open matters ---------------------------------------------------------------------------------------------------------


def test_an_unpaid_order_a_fresh_return_and_a_complaint_are_held_against_promotion():
    frame = book_a_frame().assign(order_id=lambda table: [f"O{n}" for n in range(len(table))])
    frame["status"] = "paid"
    frame.loc[frame["order_date"] == "2026-10-15", "status"] = "pending"
    frame.loc[frame["order_date"] == "2026-10-28", "status"] = "partially_refunded"
    frame.loc[frame["order_date"] == "2026-01-05", "status"] = "partially_refunded"  # long ago
    frame["Payment terms"] = ["Net 14" if status == "pending" else None for status in frame["status"]]
    events = SomeEvents(
        (
            ("C02", "complaint", "2026-10-01"),
            ("C03", "complaint", "2026-10-01"),
            ("C03", "complaint_resolved", "2026-10-03"),
            ("C09", "complaint", "2026-03-05"),  # too long ago to be open
        )
    )
    facts = facts_of(frame, events=events)
    held = {case.customer_id: case.holds for case in facts.segments[0].cases if case.holds}
    assert {name: [hold.kind for hold in holds] for name, holds in held.items()} == {
        "C01": ["return"],
        "C02": ["complaint"],
        "C08": ["invoice"],
    }
    assert facts.segments[0].holds == 3
    invoice = held["C08"][0]
    assert (invoice.since, invoice.due, invoice.amount) == (date(2026, 10, 15), date(2026, 10, 29), 450.0)
    assert "450.00" in invoice.sentence
    assert "was due on 2026-10-29" in invoice.sentence


# --- the bundled example --------------------------------------------------------------------------------------------------


def test_the_refillers_of_the_example_come_back_every_49_days(example):
    refillers = next(item for item in example.segments if item.name == "Refillers")
    assert refillers.rhythm.kaplan_meier.q50 == 49
    assert (refillers.rhythm.n_closed, refillers.rhythm.n_open) == (21, 3)
    test = refillers.test("re_engagement")
    assert (test.wait_days, test.fires, test.returned, test.customers_now) == (49, 9, 8, 1)
    again = refillers.test("replenishment").again
    assert (again.name, again.level, again.median_days) == ("Refill", "category", 49)
    stages = {case.customer_id: case.stage for case in refillers.cases}
    assert stages == {"C001": Stage.WIN_BACK, "C006": Stage.ADVOCATE, "C009": Stage.ADVOCATE}


def test_the_unpaid_order_of_the_school_is_held_with_its_due_day(example):
    school = next(case for item in example.segments for case in item.cases if case.customer_id == "C008")
    assert [(hold.kind, hold.due) for hold in school.holds] == [("invoice", date(2026, 8, 8))]
    assert "#TF5540" in school.holds[0].sentence


def test_the_example_says_who_refused_letters_and_text_messages(example):
    gifts = next(item for item in example.segments if item.name == "Gift buyers")
    reach = {item.channel: item for item in gifts.reach}
    assert (reach[Channel.EMAIL].agreed, reach[Channel.EMAIL].refused) == (2, 1)
    assert (reach[Channel.SMS].agreed, reach[Channel.SMS].refused) == (2, 1)
    assert next(case for case in gifts.cases if case.customer_id == "C002").channels == (Channel.PERSON,)


def test_gift_buyers_of_the_example_go_by_the_days_that_they_named_for_an_occasion(example):
    gifts = next(item for item in example.segments if item.name == "Gift buyers")
    assert {item.name for item in gifts.occasions} == {"Christmas", "Birthday", "Mother's Day", "New baby"}
    test = gifts.test("anniversary")
    assert (test.dates, test.wait_days, test.missing) == ("occasions", 0, "")
    assert "14 days before the days that 3 customers of Gift buyers named for an occasion" in test.wait_reason
    due = {case.customer_id: dict(case.next_due)["anniversary"] for case in gifts.cases}
    assert due == {"C002": date(2026, 12, 6), "C003": date(2026, 11, 18), "C007": date(2026, 12, 5)}
    fired = {
        case.customer_id: [item.on for item in case.firings if item.kind == "anniversary"]
        for case in gifts.cases
    }
    assert fired == {"C002": [date(2026, 3, 14)], "C003": [], "C007": [date(2026, 5, 16)]}


def test_who_names_a_day_but_no_occasion_in_the_example_goes_by_the_first_order(example):
    schools = next(item for item in example.segments if item.name == "Class pack buyers")
    test = schools.test("anniversary")
    assert test.dates == "first orders"
    assert "only a year of birth" in test.missing
    assert "deliver_by (3 orders)" in test.missing


def test_a_book_of_ten_gets_no_share_anywhere(example):
    for item in example.segments:
        assert all((test.rate, test.naive, test.holdout_per_arm) == (None, None, None) for test in item.tests)
        assert len(item.cases) == item.size


def test_no_case_carries_personal_data(example, example_study):
    keys = [key for _, key in example_study.orders.identities]
    assert keys
    text = repr(example)
    assert not [key for key in keys if key in text]
    assert "@" not in text


# --- larger books ---------------------------------------------------------------------------------------------------------


def test_a_birthday_in_the_customer_file_is_the_date_that_comes_round():
    orders = read_frame(book_a_frame())
    attributes = pd.DataFrame(
        {"birthday": pd.to_datetime(["1980-03-10", "1990-12-24"])},
        index=pd.Index(["C02", "C01"], name="customer_id"),
    )
    told = replace(orders, attributes=attributes, attribute_sources=(("birthday", "customers.csv"),))
    customers = customers_of(told)
    facts = measure_flows(told, customers=customers, assignments=one_segment(customers), names={1: "All"})
    test = facts.segments[0].test("anniversary")
    assert (test.fires, test.customers, test.missing) == (1, 1, "")
    assert "birthday, known of 2 customers" in test.wait_reason
    cases = {case.customer_id: case for case in facts.segments[0].cases}
    assert [str(item.on) for item in cases["C02"].firings if item.kind == "anniversary"] == ["2026-03-10"]
    assert dict(cases["C01"].next_due)["anniversary"] == date(2026, 12, 24)


def test_a_larger_book_shows_one_example_for_each_kind_that_fired():
    rows = [
        (f"K{n:03d}", f"2026-0{month}-{n % 28 + 1:02d}")
        for n in range(60)
        for month in range(1, 8)
        if month <= n % 6 + 1
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "order_date"]).assign(amount=3.0)
    facts = facts_of(frame)
    segment = facts.segments[0]
    fired = {test.kind for test in segment.tests if test.fires}
    assert fired <= {firing.kind for case in segment.cases for firing in case.firings}
    assert 1 <= len(segment.cases) <= len(flow_kinds())
    assert segment.test("onboarding").rate is not None


def test_ten_real_customers_give_counts(shared_data):
    frame = pd.read_csv(shared_data / "ten_customers" / "uci_10_customers.csv", dtype=str)
    golden = pd.read_csv(shared_data / "ten_customers" / "golden_rfm_uci.csv", dtype={"CustomerID": str})
    facts = facts_of(frame, as_of=date(2011, 12, 3))
    assert facts.n_customers == len(golden) == 10
    bought = frame[~frame["InvoiceNo"].str.startswith("C")]
    bought = bought.assign(day=pd.to_datetime(bought["InvoiceDate"]).dt.date)
    purchases = bought.groupby("CustomerID")["day"].nunique()
    assert {case.customer_id: case.purchase_days for case in facts.segments[0].cases} == purchases.to_dict()
    assert facts.segments[0].test("onboarding").fires == 10
