"""Customers walked through a flow: everybody once, the open matter first, and never a message against a refusal."""

from __future__ import annotations

import importlib.util
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from segkit.model.flow import Channel
from segkit.model.flow_facts import Hold
from segkit.strategy.walks import walk_customers

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

OPEN = Hold(kind="invoice", sentence="Order 7 is not paid.", since=date(2026, 7, 1))
DUE = date(2026, 10, 1)


def flow_of(kind: str, facts=None):
    """Return the flow of a kind for one group that was asked for by the user."""
    from segkit.model.company import FlowOverride

    made = hand.plan(hand.book(facts or hand.group()), overrides=[FlowOverride(contains="K1", kind=kind)])
    (flow,) = made.flows
    assert flow.kind == kind
    return flow


def walked(case, kind: str = "onboarding", *, facts=None, as_of=hand.AS_OF):
    group = facts or hand.group()
    (walk,) = walk_customers([case], flow=flow_of(kind, group), test=group.test(kind), as_of=as_of)
    return walk


def with_dates(dates: str):
    """Return a group whose yearly date is of a kind: birthdays, occasions or first orders."""
    tests = tuple(
        replace(test, dates=dates) if test.kind == "anniversary" else test for test in hand.group().tests
    )
    return replace(hand.group(), tests=tests)


def with_text():
    """Return a group in which one of five is reached by text message only."""
    return replace(hand.group(), reach=(hand.reach(Channel.EMAIL, 4), hand.reach(Channel.SMS, 1)))


def test_everybody_is_walked_once_in_the_given_order():
    cases = [hand.case(f"K{number}") for number in (3, 1, 2)]
    test = hand.group().test("loyalty")
    found = walk_customers(cases, flow=flow_of("loyalty"), test=test, as_of=hand.AS_OF)
    assert [walk.customer_id for walk in found] == ["K3", "K1", "K2"]


def test_an_open_matter_comes_before_everything_and_goes_to_a_person():
    walk = walked(hand.case("K1", holds=(OPEN,), next_due=(("loyalty", DUE),)), "loyalty")
    assert walk.by is Channel.PERSON
    assert walk.next_on is None
    assert "order 7 is not paid" in walk.next


@pytest.mark.parametrize("refused", [(), (Channel.EMAIL,)])
def test_who_cannot_be_written_to_gets_a_task_on_the_day(refused):
    walk = walked(
        hand.case("K1", channels=(Channel.PERSON,), refused=refused, next_due=(("loyalty", DUE),)),
        "loyalty",
    )
    assert walk.by is Channel.PERSON
    assert walk.next_on == DUE + timedelta(days=flow_of("loyalty").node("wait").days)
    assert ("has not agreed" in walk.next) == bool(refused)
    assert "“" not in walk.next


def test_who_refused_texts_is_told_by_email_where_the_flow_has_a_second_channel():
    case = hand.case("K1", refused=(Channel.SMS,), next_due=(("loyalty", DUE),))
    mostly_texts = replace(hand.group(), reach=(hand.reach(Channel.SMS, 4), hand.reach(Channel.EMAIL, 1)))
    only_texts = replace(hand.group(), reach=(hand.reach(Channel.SMS, 4), hand.reach(Channel.EMAIL, 0)))
    assert walked(case, "loyalty", facts=mostly_texts).by is Channel.EMAIL
    assert walked(case, "loyalty", facts=only_texts).by is Channel.PERSON


def test_who_refused_email_gets_no_text_in_its_place():
    case = hand.case("K1", channels=(Channel.SMS,), refused=(Channel.EMAIL,), next_due=(("loyalty", DUE),))
    assert walked(case, "loyalty", facts=with_text()).by is Channel.PERSON


def test_the_next_message_of_somebody_who_entered_lately_has_its_day():
    start = hand.AS_OF - timedelta(days=10)
    walk = walked(hand.case("K1", firings=(hand.fired("onboarding", start),)))
    flow = flow_of("onboarding")
    second = {step: day for day, step in max(hand.ways(flow), key=len)}["message-2"]
    assert walk.next_on == start + timedelta(days=second)
    assert flow.node("message-2").name in walk.next
    assert walk.by is Channel.EMAIL


def test_on_the_day_of_a_message_it_is_still_to_come():
    start = hand.AS_OF - timedelta(days=1)
    walk = walked(hand.case("K1", firings=(hand.fired("onboarding", start),)))
    assert walk.next_on == hand.AS_OF
    assert flow_of("onboarding").node("message-1").name in walk.next


def test_who_has_ordered_since_hears_no_more_of_this_run():
    start = hand.AS_OF - timedelta(days=10)
    walk = walked(hand.case("K1", firings=(hand.fired("onboarding", start, start + timedelta(days=3)),)))
    assert (walk.next_on, walk.by) == (None, None)


def test_who_entered_once_for_all_and_heard_everything_gets_nothing_more():
    walk = walked(hand.case("K1", firings=(hand.fired("loyalty", date(2025, 6, 1)),)), "loyalty")
    assert (walk.next_on, walk.by) == (None, None)


def test_who_stands_in_the_triggers_state_enters_when_the_flow_is_switched_on():
    walk = walked(hand.case("K1", firings=(hand.fired("win_back", date(2025, 6, 1)),)), "win_back")
    assert walk.next_on is None
    assert walk.by is Channel.EMAIL


def test_firings_of_other_kinds_are_not_counted():
    other = tuple(hand.fired("thank_you", date(2026, month, 1)) for month in (1, 2, 3))
    walk = walked(hand.case("K1", firings=other), "loyalty")
    assert walk.past == walked(hand.case("K2"), "loyalty").past


def test_the_past_counts_starts_and_days_to_the_next_order():
    firings = (
        hand.fired("win_back", date(2025, 6, 1), date(2025, 6, 30)),
        hand.fired("win_back", date(2025, 12, 1), date(2026, 3, 1)),
    )
    walk = walked(hand.case("K1", firings=firings), "win_back")
    assert "2 times" in walk.past
    assert "90 days" in walk.past


def test_the_second_channel_sends_the_first_message_only_so_nobody_is_promised_a_second_there():
    start = hand.AS_OF - timedelta(days=10)
    mostly_texts = replace(hand.group(), reach=(hand.reach(Channel.SMS, 4), hand.reach(Channel.EMAIL, 1)))
    case = hand.case("K1", refused=(Channel.SMS,), firings=(hand.fired("onboarding", start),))
    walk = walked(case, facts=mostly_texts)
    assert flow_of("onboarding", mostly_texts).node("message-2").name not in walk.next


@pytest.mark.parametrize("dates", ["birthdays", "first orders"])
def test_a_message_for_a_date_comes_as_many_days_before_it_as_the_flow_says(dates):
    group = with_dates(dates)
    early = timedelta(days=flow_of("anniversary", group).trigger.days_before)
    assert early > timedelta(0)
    walk = walked(hand.case("K1", next_due=(("anniversary", DUE),)), "anniversary", facts=group)
    assert walk.next_on == DUE - early


def test_a_message_for_an_occasion_comes_on_the_day_that_was_counted_back_from_it_already():
    walk = walked(
        hand.case("K1", next_due=(("anniversary", DUE),)), "anniversary", facts=with_dates("occasions")
    )
    assert walk.next_on == DUE


def test_a_refill_message_comes_on_the_day_when_the_measured_cycle_is_over():
    ordered = hand.AS_OF - timedelta(days=5)
    due = ordered + timedelta(days=40)
    walk = walked(hand.case("K1", last_order=ordered, next_due=(("replenishment", due),)), "replenishment")
    assert flow_of("replenishment").node("wait").days == 40
    assert walk.next_on == due


def test_who_is_beyond_the_cycle_is_not_told_to_wait_for_a_second_one():
    due = hand.AS_OF - timedelta(days=3)
    walk = walked(hand.case("K1", firings=(hand.fired("replenishment", due),)), "replenishment")
    assert walk.next_on is None or walk.next_on <= due + timedelta(days=30)


# the example


def walks(plan):
    return {
        walk.customer_id: (flow, walk)
        for flow in plan.flows.flows
        for walk in plan.flows.reasons_of(flow.id).walks
    }


def test_every_customer_of_the_small_book_is_walked_once_and_only_once(example_plan):
    found = Counter(walk.customer_id for reasons in example_plan.flows.reasons for walk in reasons.walks)
    assert found == Counter(map(str, example_plan.foundation.segmentation.assignments.index))
    assert len(found) == 10


def test_each_customer_of_the_example_is_walked_through_the_flow_of_the_own_group(example_plan):
    groups = example_plan.foundation.segmentation.assignments
    for customer, (flow, _) in walks(example_plan).items():
        assert flow.segment_id == groups[customer]


def test_the_open_invoice_of_the_example_comes_first(example_plan):
    _, walk = walks(example_plan)["C008"]
    assert walk.by is Channel.PERSON
    assert walk.next_on is None
    assert "TF5540" in walk.next


def test_who_refused_in_the_example_gets_a_task_and_no_message(example_plan):
    _, walk = walks(example_plan)["C002"]
    assert walk.by is Channel.PERSON
    assert "task" in walk.next


def test_nobody_of_the_example_is_written_to_by_a_refused_channel(example_plan):
    cases = {case.customer_id: case for group in example_plan.flows.facts.segments for case in group.cases}
    for customer, (_, walk) in walks(example_plan).items():
        assert walk.by not in cases[customer].refused
        assert walk.by in {None, *cases[customer].channels}


def test_no_next_day_of_the_example_lies_in_the_past(example_plan):
    as_of = example_plan.flows.facts.as_of
    assert all(walk.next_on is None or walk.next_on >= as_of for _, walk in walks(example_plan).values())


def test_a_message_for_a_date_of_the_example_comes_on_the_day_its_back_test_or_its_flow_says(example_plan):
    groups = {group.segment_id: group for group in example_plan.flows.facts.segments}
    cases = {case.customer_id: case for group in groups.values() for case in group.cases}
    seen = 0
    for customer, (flow, walk) in walks(example_plan).items():
        if flow.kind == "anniversary" and walk.next_on:
            dates = groups[flow.segment_id].test("anniversary").dates
            early = timedelta(days=0 if dates == "occasions" else flow.trigger.days_before)
            assert walk.next_on == dict(cases[customer].next_due)["anniversary"] - early
            seen += 1
    assert seen or "anniversary" not in {flow.kind for flow in example_plan.flows.flows}
