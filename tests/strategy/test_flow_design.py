"""What is said of a flow is its own: no reason could be put under the flow of another group."""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.intake.bundled import example_company
from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.evidence import Direction
from segkit.model.flow import Channel
from segkit.model.flow_facts import Rate
from segkit.words.flow_kpis import test_text as fair_test
from segkit.words.flow_reasons import back_test_sentences

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)


@pytest.fixture(scope="module")
def second_plan():
    """Return the flows and messages of the second example company."""
    from segkit.analysis.study import open_study
    from segkit.publish.plan import make_plan

    return make_plan(open_study(example_company("ballyquire")))


def said(plan) -> dict[int, list[str]]:
    """Return every sentence about each group's flow: why, rival, yardstick and back-test."""
    return {
        reasons.segment_id: [
            *reasons.why,
            *([reasons.rival.sentence] if reasons.rival else []),
            reasons.kpi.definition,
            reasons.kpi.baseline,
            reasons.kpi.target_reason,
            reasons.kpi.test,
            *reasons.back_test,
        ]
        for reasons in plan.flows.reasons
    }


def masked(sentence: str, names: list[str]) -> str:
    """Return a sentence without the names of groups and products, ids of evidence, and numbers."""
    for name in sorted(names, key=len, reverse=True):
        sentence = sentence.replace(name, "NAME")
    sentence = re.sub(r"\bS\d+-X?\d*\b", "ID", sentence)
    sentence = re.sub(r"\d[\d,.]*", "#", sentence)
    return re.sub(
        r"\b(is|are|has|have|was|were|firing|firings|time|times|day|days|customer|customers)\b", "_", sentence
    )


def names_of(plan) -> list[str]:
    products = {
        item.name for group in plan.flows.facts.segments for item in (*group.products, *group.categories)
    }
    return [*products, *(flow.segment_name for flow in plan.flows.flows)]


def shared(groups: dict[object, list[str]]) -> set[str]:
    places = defaultdict(set)
    for group, sentences in groups.items():
        for sentence in sentences:
            places[sentence].add(group)
    return {sentence for sentence, where in places.items() if len(where) > 1}


def general(plan) -> set[str]:
    """Return the sentences that every flow has, with other numbers: the back-test, the yardstick's baseline and its test."""
    return {
        line
        for reasons in plan.flows.reasons
        for line in (
            reasons.kpi.baseline,
            reasons.kpi.target_reason,
            reasons.kpi.test,
            *reasons.back_test,
        )
    }


WORD_FOR_WORD = 3
"""Sentences that may stand word for word under two flows: what no back-test shows, no target, too few for a test."""


@pytest.mark.parametrize("name", ["example_plan", "second_plan"])
def test_no_sentence_stands_under_two_flows_but_the_general_ones(name, request):
    plan = request.getfixturevalue(name)
    twice = shared(said(plan))
    assert twice <= general(plan)
    assert len(twice) <= WORD_FOR_WORD


@pytest.mark.parametrize("name", ["example_plan", "second_plan"])
def test_without_names_and_numbers_only_the_general_sentences_are_alike(name, request):
    plan = request.getfixturevalue(name)
    names = names_of(plan)
    alike = shared({group: [masked(line, names) for line in lines] for group, lines in said(plan).items()})
    assert alike <= {masked(line, names) for line in general(plan)}


def test_no_reason_of_one_company_stands_in_the_other(example_plan, second_plan):
    both = shared(
        {
            company: [line for lines in said(plan).values() for line in lines]
            for company, plan in (("first", example_plan), ("second", second_plan))
        }
    )
    definitions = {reasons.kpi.definition for reasons in example_plan.flows.reasons}
    assert both <= (general(example_plan) & general(second_plan)) | definitions
    assert len(both - definitions) <= WORD_FOR_WORD


@pytest.mark.parametrize("name", ["example_plan", "second_plan"])
def test_every_reason_names_its_group_a_piece_of_its_evidence_or_its_counts(name, request):
    plan = request.getfixturevalue(name)
    ids = {item.id for item in plan.foundation.evidence.evidence}
    for flow in plan.flows.flows:
        own = {item.id for item in plan.foundation.evidence.of_segment(flow.segment_id)}
        others = [item.segment_name for item in plan.flows.flows if item is not flow]
        for line in plan.flows.reasons_of(flow.id).why:
            assert flow.segment_name in line or re.search(r"\d", line), line
            assert not any(other in line for other in others), line
            assert set(re.findall(r"\bS\d+-X?\d*\b", line)) & ids <= own, line


@pytest.mark.parametrize("name", ["example_plan", "second_plan"])
def test_four_flows_have_four_stages_and_four_kinds_and_break_no_rule(name, request):
    flows = request.getfixturevalue(name).flows
    assert (
        len(flows.flows)
        == len({flow.stage for flow in flows.flows})
        == len({f.kind for f in flows.flows})
        == 4
    )
    assert flows.problems == ()


@pytest.mark.parametrize("name", ["example_plan", "second_plan"])
def test_citations_of_reasons_lead_to_sources_of_the_report(name, request):
    plan = request.getfixturevalue(name)
    known = {item.id for item in plan.foundation.evidence.sources} | {
        item.source.id for item in plan.foundation.library.documents
    }
    cited = {
        source
        for lines in said(plan).values()
        for line in lines
        for source in re.findall(r"\[@([\w-]+)\]", line)
    }
    assert cited
    assert cited <= known


def test_customers_of_the_larger_company_are_examples_of_their_own_group(second_plan):
    groups = second_plan.foundation.segmentation.assignments
    for reasons in second_plan.flows.reasons:
        assert reasons.walks
        assert {groups[walk.customer_id] for walk in reasons.walks} == {reasons.segment_id}


def test_a_flow_that_nobody_sees_says_what_is_missing_and_no_figure(example_plan):
    test = next(
        item
        for item in example_plan.flows.facts.segments[0].tests
        if item.observability == "not_observable_in_source"
    )
    lines = back_test_sentences(test, example_plan.flows.facts)
    assert not any(re.search(r"\d", line) for line in lines)


# the rival


def test_the_rival_is_the_best_kind_the_group_did_not_get(example_plan):
    for flow in example_plan.flows.flows:
        rival = example_plan.flows.reasons_of(flow.id).rival
        others = [
            score
            for score in example_plan.flows.scores
            if score.segment_id == flow.segment_id and score.kind != flow.kind and not score.excluded
        ]
        assert rival.kind != flow.kind
        assert rival.total == max(score.total for score in others)


def test_a_rival_worth_as_much_or_more_names_the_group_it_went_to(example_plan):
    for flow in example_plan.flows.flows:
        rival = example_plan.flows.reasons_of(flow.id).rival
        own = next(s for s in example_plan.flows.scores if s.chosen and s.segment_id == flow.segment_id)
        holder = [
            item
            for item in example_plan.flows.flows
            if item is not flow and (item.kind == rival.kind or item.stage is rival.stage)
        ]
        if holder and rival.total >= own.total:
            assert any(item.segment_name in rival.sentence for item in holder)


def test_a_group_with_one_possible_flow_has_no_rival():
    facts = hand.group()
    only = replace(
        facts, tests=tuple(test if test.kind == "loyalty" else replace(test, fires=0) for test in facts.tests)
    )
    (reasons,) = hand.plan(hand.book(only)).reasons
    assert reasons.rival is None


# the yardstick


def kpi(*, settings=None, override=None, **test):
    facts = hand.group()
    facts = replace(
        facts, tests=tuple(replace(item, **test) if item.kind == "loyalty" else item for item in facts.tests)
    )
    overrides = (replace(override or FlowOverride(contains="K1"), kind="loyalty"),)
    made = hand.plan(hand.book(facts), settings=replace(settings or FlowSettings(), overrides=overrides))
    return made.reasons[0].kpi


def test_the_baseline_is_what_happened_without_the_flow():
    found = kpi(observed=9, returned=4)
    assert (found.baseline_k, found.baseline_n) == (4, 9)
    assert "4 of 9" in found.baseline


def test_no_target_is_invented():
    assert kpi().target is None
    assert kpi(settings=FlowSettings(margin=0.5)).target is None
    assert kpi(settings=FlowSettings(message_cost=0.1)).target is None
    assert kpi(settings=FlowSettings(margin=0.5, message_cost=0.1), observed=0, returned=0).target is None


def test_the_target_is_the_baseline_plus_what_pays_for_the_messages():
    found = kpi(settings=FlowSettings(margin=0.5, message_cost=1.0), observed=5, returned=1)
    assert found.target == pytest.approx(1 / 5 + 1.0 / (1000 / 11 * 0.5))
    assert kpi(settings=FlowSettings(margin=0.5, message_cost=1000.0)).target == 1.0


def test_the_users_own_target_wins():
    found = kpi(
        settings=FlowSettings(margin=0.5, message_cost=1.0),
        override=FlowOverride(contains="K1", kpi_target=0.4),
    )
    assert found.target == 0.4


def test_a_group_too_small_for_a_test_is_told_so_and_a_large_one_how_long():
    rate = Rate(value=0.2, low=0.1, high=0.3, n=400)
    values = {"rate": rate, "naive": 0.18, "detect_to": 0.3, "holdout_per_arm": 300, "fires_last_year": 600}
    test = hand.back_test("loyalty", **values)
    assert "300" in fair_test(test, 100)
    assert "300" not in fair_test(test, 29)
    assert "12 months" in fair_test(test, 100)
    assert "300" not in fair_test(replace(test, rate=None), 100)
    assert "cannot be run" in fair_test(replace(test, fires_last_year=0), 100)
    assert "years" in fair_test(replace(test, fires_last_year=100), 100)


# audience and channel


def test_a_second_channel_is_there_only_for_those_whom_the_first_does_not_reach():
    def channels(email: int, text: int) -> set[Channel]:
        facts = replace(hand.group(), reach=(hand.reach(Channel.EMAIL, email), hand.reach(Channel.SMS, text)))
        (flow,) = hand.plan(hand.book(facts)).flows
        return {node.channel for node in flow.nodes if node.type == "message"}

    assert channels(5, 4) == {Channel.EMAIL}
    assert channels(4, 0) == {Channel.EMAIL}
    assert channels(2, 5) == {Channel.SMS}
    assert channels(2, 4) == {Channel.SMS, Channel.EMAIL}
    assert channels(0, 4) == {Channel.SMS}


def test_a_text_never_stands_in_for_an_email():
    facts = replace(hand.group(), reach=(hand.reach(Channel.EMAIL, 4), hand.reach(Channel.SMS, 2)))
    (flow,) = hand.plan(hand.book(facts)).flows
    assert {node.channel for node in flow.nodes if node.type == "message"} == {Channel.EMAIL}


def test_the_audience_adds_up_to_the_group_of_the_example(example_plan):
    for flow in example_plan.flows.flows:
        group = example_plan.flows.facts.of_segment(flow.segment_id)
        for found in group.reach:
            assert found.agreed + found.refused + found.unknown == found.n_customers == group.size
            assert found.reachable <= min(found.agreed, found.with_address)


def test_evidence_against_a_group_stands_among_the_reasons(example_plan):
    book = example_plan.foundation.evidence
    for flow in example_plan.flows.flows:
        against = [
            item.id
            for item in book.of_segment(flow.segment_id)
            if item.direction is Direction.CONTRADICTS and item.quote
        ]
        told = " ".join(example_plan.flows.reasons_of(flow.id).why)
        assert not against or any(name in told for name in against)


def test_a_contradiction_of_the_pages_is_told_where_its_group_stands(example_plan):
    told = {reasons.segment_id: " ".join(reasons.conflicts) for reasons in example_plan.flows.reasons}
    names = {flow.segment_name: flow.segment_id for flow in example_plan.flows.flows}
    assert "FIRESIDE15" in told[names["Gift buyers"]]
    assert "FIRESIDE15" not in told[names["Refillers"]]
    assert "August" in told[names["Class pack buyers"]]
