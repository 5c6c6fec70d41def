"""The plan as a whole: one flow a group, the user's word followed and told, and what is left unserved."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.flow_facts import StageCount
from segkit.model.flow_kind import flow_kinds
from segkit.model.ledger import Ledger
from segkit.model.lifecycle import Stage, stage_definitions
from segkit.strategy.flow_checks import check_flow, check_flow_set
from segkit.strategy.flow_graph import longest_hours

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

FOUR = tuple(hand.group(number) for number in (1, 2, 3, 4))


def planned(*overrides: FlowOverride, facts=FOUR, **changes):
    return hand.plan(hand.book(*facts), overrides=overrides, **changes)


def kinds(plan) -> dict[int, str]:
    return {flow.segment_id: flow.kind for flow in plan.flows}


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(hand.books())
def test_random_facts_give_every_group_one_sound_flow_with_its_reasons(facts):
    made = hand.plan(facts)
    assert [flow.segment_id for flow in made.flows] == [1, 2, 3, 4]
    assert [reasons.flow_id for reasons in made.reasons] == [flow.id for flow in made.flows]
    assert len({flow.id for flow in made.flows}) == 4
    for flow in made.flows:
        assert check_flow(flow) == ()
        assert flow.reentry.days is None or 24 * flow.reentry.days >= longest_hours(flow)
        reasons = made.reasons_of(flow.id)
        assert reasons.kpi.baseline_k <= reasons.kpi.baseline_n
        assert reasons.why
        assert reasons.back_test
    chosen = {score.segment_id: score for score in made.scores if score.chosen}
    assert {number: score.kind for number, score in chosen.items()} == kinds(made)
    told = [fault.sentence for fault in check_flow_set(made.flows)]
    assert [sentence for sentence in made.problems if sentence in told] == told
    assert len(made.problems) == len(told) + sum(bool(score.excluded) for score in chosen.values())


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_there_are_as_many_flows_as_groups(count):
    made = planned(facts=[hand.group(number) for number in range(1, count + 1)])
    assert len(made.flows) == len(made.reasons) == count
    assert made.problems == ()


def test_with_more_groups_than_stages_the_plan_says_which_stage_is_served_twice():
    made = planned(facts=[hand.group(number) for number in range(1, 9)])
    assert len(made.flows) == 8
    assert {flow.stage for flow in made.flows} == set(Stage)
    twice = next(stage for stage in Stage if [flow.stage for flow in made.flows].count(stage) == 2)
    assert any(stage_definitions()[twice].label in sentence for sentence in made.problems)


def test_the_same_facts_give_the_same_plan():
    assert planned() == planned()


def test_scores_say_what_was_chosen_and_all_the_others():
    made = planned()
    assert sum(score.chosen for score in made.scores) == 4
    assert len(made.scores) == 4 * sum(len(kind.stages) for kind in flow_kinds().values())


# overrides


def test_an_override_is_followed_and_said_with_its_reason():
    made = planned(FlowOverride(contains="K2", kind="review_request", reason="we were asked to"))
    assert kinds(made)[2] == "review_request"
    flow = next(flow for flow in made.flows if flow.segment_id == 2)
    assert "we were asked to" in made.reasons_of(flow.id).overridden
    assert not any(made.reasons_of(other.id).overridden for other in made.flows if other is not flow)
    assert made.problems == ()


def test_an_override_of_the_wait_or_target_is_followed_and_chooses_nothing():
    free = planned()
    segment_id = next(flow.segment_id for flow in free.flows)
    made = planned(FlowOverride(contains=f"K{segment_id}", wait_days=33, kpi_target=0.25))
    assert kinds(made) == kinds(free)
    flow = next(flow for flow in made.flows if flow.segment_id == segment_id)
    assert flow.node("wait").days == 33
    assert made.reasons_of(flow.id).kpi.target == 0.25
    assert made.reasons_of(flow.id).overridden == ""


def test_an_override_that_repeats_a_stage_is_followed_and_the_plan_names_the_stage():
    made = planned(*(FlowOverride(contains=f"K{number}", kind="win_back") for number in (1, 2)))
    assert [kinds(made)[number] for number in (1, 2)] == ["win_back", "win_back"]
    assert any(stage_definitions()[Stage.WIN_BACK].label in sentence for sentence in made.problems)


def test_an_override_that_puts_a_kind_into_a_stage_of_another_is_followed_and_told():
    made = planned(FlowOverride(contains="K1", kind="win_back", stage="onboard"))
    flow = made.flows[0]
    assert (flow.kind, flow.stage) == ("win_back", Stage.ONBOARD)
    assert any("onboard" in sentence for sentence in made.problems)
    assert sum(score.chosen for score in made.scores) == 4


def test_an_override_that_asks_for_what_cannot_be_seen_is_followed_and_told():
    blind = replace(FOUR[0], tests=(hand.unseen("abandoned_cart"), *FOUR[0].tests))
    made = planned(FlowOverride(contains="K1", kind="abandoned_cart"), facts=(blind, *FOUR[1:]))
    assert kinds(made)[1] == "abandoned_cart"
    assert any("Nothing shows it." in sentence for sentence in made.problems)
    assert made.reasons[0].back_test == ("Nothing shows it.", "Save it.")
    assert check_flow(made.flows[0]) == ()


def test_an_override_for_a_customer_nobody_knows_changes_nothing_and_is_told():
    made = planned(FlowOverride(contains="K99", kind="win_back"))
    assert made.flows == planned().flows
    (problem,) = made.problems
    assert "'K99'" in problem


def test_a_group_whose_triggers_all_stayed_silent_still_gets_a_flow_and_the_plan_says_so():
    silent = replace(FOUR[2], tests=tuple(replace(test, fires=0) for test in FOUR[2].tests))
    made = planned(facts=(*FOUR[:2], silent, FOUR[3]))
    assert len(made.flows) == 4
    assert any(sentence.startswith(made.flows[2].name) for sentence in made.problems)


# what is left


def test_every_stage_is_served_or_named_as_unserved():
    made = planned()
    served = {flow.stage for flow in made.flows}
    assert len(made.unserved) == len(Stage) - len(served)
    for stage in set(Stage) - served:
        assert sum(sentence.startswith(stage_definitions()[stage].label) for sentence in made.unserved) == 1


def test_an_unserved_stage_counts_who_stands_there():
    stages = tuple(StageCount(stage=stage, customers=3) for stage in Stage)
    made = planned(facts=[replace(item, stages=stages) for item in FOUR])
    assert all("12 customers" in sentence for sentence in made.unserved)


def test_a_stage_that_no_file_shows_is_said_to_be_unseen_with_the_way_out():
    blind = [
        replace(
            item,
            tests=tuple(t if t.kind != "browse_abandonment" else hand.unseen(t.kind) for t in item.tests),
        )
        for item in FOUR
    ]
    made = planned(facts=blind)
    (told,) = [line for line in made.unserved if line.startswith(stage_definitions()[Stage.CONSIDER].label)]
    assert flow_kinds()["browse_abandonment"].close in told


def test_limits_of_pages_reach_the_flows_they_bind():
    ledger = Ledger(
        entries=(
            hand.policy("how often we write", "We send one reminder.", source="gifts"),
            hand.policy("no reminding", "We do not chase schools in August.", source="gifts", number=2),
        )
    )
    pieces = hand.evidence(hand.piece(3, "They buy presents.", source="gifts"), hand.piece(1, "They buy."))
    made = planned(ledger=ledger, pieces=pieces)
    assert [len(reasons.limits) for reasons in made.reasons] == [0, 0, 2, 0]
    asked = [any(node.id.startswith("month-8") for node in flow.nodes) for flow in made.flows]
    assert asked == [False, False, True, False]


def test_quiet_hours_of_the_settings_stand_in_every_flow():
    made = planned(settings=FlowSettings(quiet_start=18, quiet_end=9))
    assert {(flow.quiet_hours.start, flow.quiet_hours.end) for flow in made.flows} == {(18, 9)}
    for flow in made.flows:
        assert all("09:00" <= node.until < "18:00" for node in flow.nodes if node.id == "wait")


# the example


def test_the_plan_of_the_example_breaks_no_rule(example_plan):
    assert example_plan.flows.problems == ()
    assert len(example_plan.flows.unserved) == 3


def test_every_flow_of_the_example_stands_on_evidence_of_its_own_group(example_plan):
    book = example_plan.foundation.evidence
    for flow in example_plan.flows.flows:
        own = {item.id for item in book.of_segment(flow.segment_id)}
        assert flow.evidence_ids
        assert set(flow.evidence_ids) <= own


def test_what_the_orders_of_the_example_do_not_show_is_chosen_for_nobody(example_plan):
    unseen = {"abandoned_cart", "browse_abandonment", "back_in_stock"}
    assert not unseen & {flow.kind for flow in example_plan.flows.flows}
    for score in example_plan.flows.scores:
        if score.kind in unseen:
            assert score.excluded
            assert (score.parts, score.total) == ((), 0)
