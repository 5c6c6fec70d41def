"""Every drawing of a flow shows each step once, nothing overlaps, and nothing leaves its page."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.publish.flow_layout import NARROW, WIDE, lay_narrow, lay_wide
from segkit.publish.flow_outline import StepKind, outline_flow, reached_steps
from segkit.publish.flow_tree import (
    DETAIL_SIZE,
    HEAD_SIZE,
    LABEL_SIZE,
    PAD,
    text_rows,
)
from segkit.publish.text_width import text_width

SIZES = {"head": (HEAD_SIZE, False), "label": (LABEL_SIZE, True), "detail": (DETAIL_SIZE, False)}
LAYOUTS = pytest.mark.parametrize(("lay", "width"), [(lay_wide, WIDE), (lay_narrow, NARROW)])


def areas(layout):
    boxes = [(b.x, b.y, b.x + b.card.width, b.bottom) for b in layout.boxes]
    return [*boxes, *((w.x, w.y, w.x + w.width, w.y + w.height) for w in layout.ways)]


def overlapping(layout):
    return [
        (one, other)
        for one, other in itertools.combinations(areas(layout), 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 0.01
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.01
    ]


@LAYOUTS
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_overlaps_and_all_lies_on_the_page(flow_samples, lay, width, data):
    layout = lay(data.draw(flow_samples.flows()))
    assert overlapping(layout) == []
    for left, top, right, bottom in areas(layout):
        assert left >= 0
        assert right <= width + 0.01
        assert top >= 0
        assert bottom <= layout.height


@LAYOUTS
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_each_reached_step_is_drawn_once_and_each_leaf_ends_in_a_chip(flow_samples, lay, width, data):
    flow = data.draw(flow_samples.flows())
    boxes = lay(flow).boxes
    drawn = [box.twig.number for box in boxes if box.twig.number and box.twig.kind is not StepKind.CONTINUES]
    reached = reached_steps(flow)
    assert sorted(drawn) == [step.number for step in outline_flow(flow) if step.node_id in reached]
    for box in boxes:
        assert box.twig.is_chip is not bool(box.twig.children)


@LAYOUTS
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_every_edge_is_right_angled_and_ends_at_a_box_or_a_word(flow_samples, lay, width, data):
    layout = lay(data.draw(flow_samples.flows()))
    for edge in layout.edges:
        for (x0, y0), (x1, y1) in itertools.pairwise(edge.points):
            assert abs(x0 - x1) < 0.01 or abs(y0 - y1) < 0.01
        x, y = edge.points[-1]
        assert any(
            left - 0.01 <= x <= right + 0.01 and top - 0.01 <= y <= bottom + 0.01
            for left, top, right, bottom in areas(layout)
        )


@LAYOUTS
def test_text_stays_inside_its_box(flow_samples, lay, width):
    for flow in (flow_samples.long_words(), flow_samples.every_kind(), flow_samples.hostile()):
        for box in lay(flow).boxes:
            if box.twig.is_chip:
                continue
            for part, x, y, line in text_rows(box.card, x=box.x, y=box.y):
                size, bold = SIZES[part]
                assert x + text_width(line, size=size, bold=bold) <= box.x + box.card.width - PAD + 0.01
                assert box.y + size * 0.7 < y < box.bottom - 2


def test_a_parent_of_the_tree_stands_at_the_mean_of_its_first_and_last_child(flow_samples):
    layout = lay_wide(flow_samples.every_kind())
    place = {id(box.twig): box.center for box in layout.boxes}
    for box in layout.boxes:
        if box.twig.children:
            first, last = box.twig.children[0], box.twig.children[-1]
            assert box.center == pytest.approx((place[id(first)] + place[id(last)]) / 2)


def test_a_flow_of_very_many_ways_becomes_a_list_on_wide_pages_too(flow_samples):
    from segkit.model.flow import Branch, MultiSplit

    ways = [f"e{place}" for place in range(13)]
    branches = tuple(Branch(name=way, next=way, condition=flow_samples.ask(way)) for way in ways)
    split = MultiSplit(id="m", branches=branches)
    layout = lay_wide(flow_samples.flow(split, *(flow_samples.message(way, way) for way in ways)))
    assert {box.x for box in layout.boxes if box.twig.kind is StepKind.EMAIL} == {layout.boxes[0].x + 40}


def test_a_flow_without_nodes_leads_from_the_start_to_the_exit(flow_samples):
    kinds = [box.twig.kind for box in lay_narrow(flow_samples.flow()).boxes]
    assert kinds == [StepKind.START, StepKind.EXIT]
