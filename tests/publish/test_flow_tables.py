"""The chapter on flows in tables: what was chosen, against what, on which triggers, and all flows together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.model.flow import Message
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import Stage, stage_definitions
from segkit.publish import flow_cards, flow_tables
from segkit.publish.records import Tone


def changed(plan, **values):
    return replace(plan, flows=replace(plan.flows, **values))


def test_the_answer_names_every_group_its_flow_and_its_part_of_the_life_cycle(example_plan):
    told = " ".join(flow_tables.answer(example_plan).paragraphs)
    for flow in example_plan.flows.flows:
        assert flow.segment_name in told
        assert flow_kinds()[flow.kind].label.lower() in told
        assert stage_definitions()[flow.stage].label.lower() in told


def test_every_flow_has_a_row_that_leads_to_its_card(example_plan):
    table = flow_tables.overview(example_plan)
    ids = {block.id for block in flow_cards.flow_cards(example_plan)}
    assert len(table.rows) == len(table.links) == len(table.marks) == 4
    assert {link.removeprefix("#") for link in table.links} <= ids
    for flow, row in zip(example_plan.flows.flows, table.rows, strict=True):
        facts = example_plan.flows.facts.of_segment(flow.segment_id)
        first = next(node for node in flow.nodes if isinstance(node, Message))
        reach = next(item for item in facts.reach if item.channel is first.channel)
        assert row[0] == flow.segment_name
        assert f"{reach.reachable} of {facts.size}" in row
        assert row[-1] == str(facts.test(flow.kind).fires_last_year)


def test_every_table_has_as_many_cells_as_columns(example_plan):
    for table in (
        flow_tables.overview(example_plan),
        flow_tables.scores(example_plan),
        flow_tables.triggers(example_plan),
    ):
        assert table.rows
        assert {len(row) for row in table.rows} == {len(table.columns)}
        assert len(table.numeric) == len(table.columns)


def test_each_group_has_the_chosen_kind_first_and_then_the_next_best(example_plan):
    table = flow_tables.scores(example_plan)
    by_group: dict[str, list[tuple[str, ...]]] = {}
    for row in table.rows:
        by_group.setdefault(row[0], []).append(row)
    assert list(by_group) == [flow.segment_name for flow in example_plan.flows.flows]
    totals = table.columns.index("Points")
    for flow in example_plan.flows.flows:
        rows = by_group[flow.segment_name]
        assert 1 < len(rows) <= flow_tables.SCORES_SHOWN
        assert flow_kinds()[flow.kind].label in rows[0][1]
        assert len({row[1] for row in rows}) == len(rows)
        others = [int(row[totals]) for row in rows[1:]]
        assert others == sorted(others, reverse=True)
        told = " ".join(rows[0]).casefold()
        assert any(word in told for word in ("chosen", "yes"))


def test_the_points_of_a_row_add_up_to_its_sum(example_plan):
    table = flow_tables.scores(example_plan)
    for row in table.rows:
        total, *parts = (int(cell) for cell in row if cell.isdigit())
        assert sum(parts) == total, row


def test_every_kind_of_the_catalogue_has_its_verdict_and_the_unseen_have_no_figure(example_plan):
    table = flow_tables.triggers(example_plan)
    assert [row[0] for row in table.rows] == [kind.label for kind in flow_kinds().values()]
    for row, kind in zip(table.rows, flow_kinds().values(), strict=True):
        tests = [segment.test(kind.id) for segment in example_plan.flows.facts.segments]
        if all(test.observability == "not_observable_in_source" for test in tests):
            assert row[2:4] == ("", "")
            assert kind.close in row[4]
        else:
            assert row[2] == str(sum(test.fires for test in tests))
            assert row[3] == str(sum(test.customers for test in tests))


def test_what_orders_alone_do_not_show_is_said_once_with_the_way_out(example_plan):
    gap = flow_tables.missing_events(example_plan)
    for kind in flow_kinds().values():
        assert (kind.label in gap.missing) == (kind.needs == "events")
    facts = replace(example_plan.flows.facts, events=("cart_added",))
    assert flow_tables.missing_events(changed(example_plan, facts=facts)) is None


def test_unserved_stages_and_problems_are_shown_only_where_there_are_any(example_plan):
    assert flow_tables.unserved(example_plan).bullets == example_plan.flows.unserved
    assert flow_tables.unserved(changed(example_plan, unserved=())) is None
    assert flow_tables.problems(example_plan) is None
    told = flow_tables.problems(changed(example_plan, problems=("A rule is broken.",)))
    assert told.bullets == ("A rule is broken.",)
    assert told.tone is Tone.CAUTION


def test_a_worst_week_above_what_is_allowed_is_a_caution(example_plan):
    pressure = example_plan.flows.pressure
    assert flow_tables.pressure(example_plan).tone is Tone.PLAIN
    over = replace(pressure, worst=pressure.allowed + 1)
    assert flow_tables.pressure(changed(example_plan, pressure=over)).tone is Tone.CAUTION


def test_the_export_names_the_company_and_the_number_of_flows(example_plan):
    told = " ".join(flow_tables.exports(example_plan).paragraphs)
    assert example_plan.foundation.company.slug in told
    assert "4 flows" in told
    assert f"{len(example_plan.messages)} of their messages" in told
    assert "`" not in told  # a block's text is no Markdown


def test_the_hours_in_which_nothing_is_sent_stand_beside_all_flows(example_plan):
    assert example_plan.flows.flows[0].quiet_hours.text in flow_tables.pressure(example_plan).bullets


@pytest.mark.parametrize("gone", ["unserved", "problems"])
def test_blocks_of_the_chapter_leave_out_what_is_empty(gone, example_plan):
    blocks = flow_tables.flow_blocks(changed(example_plan, **{gone: ()}))
    assert all(block is not None for block in blocks)
    ids = [block.id for block in blocks]
    assert len(ids) == len(set(ids))


def test_served_and_unserved_stages_are_all_stages(example_plan):
    served = {flow.stage for flow in example_plan.flows.flows}
    assert len(served) + len(flow_tables.unserved(example_plan).bullets) == len(Stage)
