"""Flow by flow on the page: the card with reasons and rules, the drawing, and the customers walked through it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from segkit.model.flow_plan import Limit
from segkit.model.lifecycle import stage_definitions
from segkit.publish import flow_cards, flow_tables
from segkit.publish.blocks import Figure, Table
from segkit.publish.flow_blocks import FlowCard
from segkit.publish.json_values import to_plain


@pytest.fixture(scope="module")
def cards(example_plan):
    return {
        block.number: block for block in flow_cards.flow_cards(example_plan) if isinstance(block, FlowCard)
    }


def with_reasons(plan, number: int, **changes):
    """Return the plan with other reasons for one flow."""
    reasons = tuple(
        replace(item, **changes) if item.segment_id == number else item for item in plan.flows.reasons
    )
    return replace(plan, flows=replace(plan.flows, reasons=reasons))


def term(card: FlowCard, label: str) -> str:
    return next((item.text for item in card.terms if item.label == label), "")


def test_each_flow_has_a_card_and_a_drawing_in_the_order_of_the_groups(example_plan):
    blocks = flow_cards.flow_cards(example_plan)
    assert [type(block) for block in blocks] == [FlowCard, Figure] * 4
    assert [block.number for block in blocks[::2]] == [flow.segment_id for flow in example_plan.flows.flows]


def test_the_customers_walked_through_each_flow_stand_in_the_order_of_the_groups(example_plan):
    tables = flow_cards.walked_customers(example_plan)
    assert all(type(table) is Table for table in tables)
    assert [table.id for table in tables] == [f"walks-{flow.id}" for flow in example_plan.flows.flows]


def test_ids_of_all_blocks_of_the_chapter_are_given_once(example_plan):
    blocks = flow_cards.chapter_blocks(example_plan)
    ids = [block.id for block in blocks]
    assert len(ids) == len(set(ids))


def test_a_card_says_what_was_planned(example_plan, cards):
    for flow in example_plan.flows.flows:
        card, reasons = cards[flow.segment_id], example_plan.flows.reasons_of(flow.id)
        assert (card.name, card.group) == (flow.name, flow.segment_name)
        assert card.stage == stage_definitions()[flow.stage].label
        assert card.why == reasons.why
        assert card.rival == reasons.rival.sentence
        assert card.cautions == reasons.conflicts


def test_a_card_has_every_rule_that_the_assignment_asks_for(example_plan, cards):
    for flow in example_plan.flows.flows:
        card, reasons = cards[flow.segment_id], example_plan.flows.reasons_of(flow.id)
        texts = [item.text for item in card.terms]
        assert flow.trigger.text in texts
        assert flow.reentry.text in texts
        assert reasons.audience in texts
        assert reasons.purchase in texts
        assert reasons.kpi.baseline in texts
        assert all(item.text and item.label for item in card.terms)
        assert len({item.label for item in card.terms}) == len(card.terms)


def test_a_rule_of_the_group_stands_on_its_card_and_one_for_everybody_beside_all_flows(example_plan, cards):
    everywhere = " ".join(flow_tables.pressure(example_plan).bullets)
    for reasons in example_plan.flows.reasons:
        own = " ".join(item.text for item in cards[reasons.segment_id].terms)
        for limit in reasons.limits:
            told = own if limit.segments else everywhere
            assert limit.exact in told
            assert f"[@{limit.source_id}]" in told


@pytest.mark.parametrize("rule", [{"most": 1}, {"months": (8,)}])
def test_a_rule_for_everybody_without_a_span_of_days_is_still_told(example_plan, rule):
    flow = example_plan.flows.flows[0]
    limit = Limit(text="One message, once.", source_id="page-about", exact="one reminder, once", **rule)
    card = flow_cards.flow_card(with_reasons(example_plan, flow.segment_id, limits=(limit,)), flow)
    assert any("one reminder, once" in item.text for item in card.terms)


def test_a_flow_bound_by_nothing_has_no_such_rule(example_plan, cards):
    number = example_plan.flows.flows[0].segment_id
    flow = example_plan.flows.flows[0]
    free = flow_cards.flow_card(with_reasons(example_plan, number, limits=()), flow)
    assert len(free.terms) == len(cards[number].terms) - 1


def test_links_lead_to_pieces_that_count(example_plan, cards):
    from segkit.publish.passages import anchor

    for flow in example_plan.flows.flows:
        known = {
            anchor("item", item.id) for item in example_plan.foundation.evidence.of_segment(flow.segment_id)
        }
        assert cards[flow.segment_id].links
        assert set(cards[flow.segment_id].links) <= known


def test_what_the_user_decided_is_among_the_cautions(example_plan):
    flow = example_plan.flows.flows[0]
    changed = with_reasons(example_plan, flow.segment_id, overridden="Chosen by the user.", rival=None)
    card = flow_cards.flow_card(changed, flow)
    assert card.cautions[-1] == "Chosen by the user."
    assert card.rival == ""


def test_a_target_is_a_share_with_its_reason(example_plan):
    flow = example_plan.flows.flows[0]
    kpi = replace(example_plan.flows.reasons[0].kpi, target=0.4, target_reason="Set by you.")
    card = flow_cards.flow_card(with_reasons(example_plan, flow.segment_id, kpi=kpi), flow)
    assert any("40 %" in item.text and "Set by you." in item.text for item in card.terms)


def test_a_flow_without_waits_says_so(example_plan):
    flow = example_plan.flows.flows[0]
    before = flow_cards.flow_card(example_plan, flow)
    card = flow_cards.flow_card(with_reasons(example_plan, flow.segment_id, waits=()), flow)
    assert term(card, "Waits")
    assert term(card, "Waits") != term(before, "Waits")


def test_every_customer_of_the_example_stands_in_one_row(example_plan):
    rows = [row for flow in example_plan.flows.flows for row in flow_cards.walks(example_plan, flow).rows]
    assert sorted(row[0] for row in rows) == [f"C{number:03d}" for number in range(1, 11)]
    assert all(len(row) == 4 and all(row) for row in rows)


def test_a_flow_that_nobody_was_walked_through_has_no_table(example_plan):
    flow = example_plan.flows.flows[0]
    changed = with_reasons(example_plan, flow.segment_id, walks=())
    assert flow_cards.walks(changed, flow) is None
    assert len(flow_cards.walked_customers(changed)) == 3


def test_each_draft_is_shown_once(example_plan):
    shown = flow_cards.messages(example_plan)
    assert len(shown) == len(example_plan.messages) >= 2
    assert {block.number for block in shown} == {draft.segment_id for draft in example_plan.messages}


def test_what_flows_cite_stands_among_the_sources_of_the_report(example_plan):
    listed = json.dumps(to_plain(flow_cards.sources(example_plan).record()))
    cited = {limit.source_id for reasons in example_plan.flows.reasons for limit in reasons.limits}
    assert cited
    assert all(source in listed for source in cited)


def test_the_same_plan_gives_the_same_blocks(example_plan):
    one, other = (
        [to_plain(block.record()) for block in flow_cards.chapter_blocks(example_plan)] for _ in range(2)
    )
    assert one == other
