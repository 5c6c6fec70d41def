"""How many messages can meet in one week, counted on flows drawn by hand."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.model.flow import (
    Branch,
    Channel,
    ConditionKind,
    Delay,
    Flow,
    FlowCondition,
    Message,
    MultiSplit,
    QuietHours,
    Reentry,
    Split,
    Task,
    Trigger,
    TriggerKind,
    WaitFor,
)
from segkit.model.lifecycle import Stage
from segkit.strategy.contact_pressure import weigh_pressure

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

ASKED = FlowCondition(kind=ConditionKind.ORDERED_SINCE_START, text="Has ordered?")


def mail(name: str, following: str = "") -> Message:
    return Message(
        id=name, channel=Channel.EMAIL, content_id=name, name=name, purpose="Says so.", next=following
    )


def wait(name: str, days: int, following: str) -> Delay:
    return Delay(id=name, days=days, next=following)


def reply(name: str, days: int, happened: str, timeout: str) -> WaitFor:
    return WaitFor(id=name, event="placed_order", timeout_days=days, happened=happened, timeout=timeout)


def flow(*nodes, name: str = "one", stage: Stage = Stage.GROW, again: int | None = 365) -> Flow:
    return Flow(
        id=name,
        name=name,
        kind="loyalty",
        stage=stage,
        segment_id=1,
        segment_name="Regulars",
        trigger=Trigger(kind=TriggerKind.EVENT, text="An order"),
        audience=(),
        exit_when=(),
        reentry=Reentry(days=again, text="Seldom."),
        quiet_hours=QuietHours(start=20, end=8, text="At night."),
        entry=nodes[0].id,
        nodes=nodes,
    )


def most(*nodes, **changes) -> int:
    ((_, count),) = weigh_pressure([flow(*nodes, **changes)], allowed=2, limits=()).by_flow
    return count


SHAPES = {
    "one message": ([mail("a")], 1),
    "no message": ([Task(id="t", name="Call", text="Call.", next="")], 0),
    "two at once": ([mail("a", "b"), mail("b")], 2),
    "six days apart": ([mail("a", "w"), wait("w", 6, "b"), mail("b")], 2),
    "seven days apart": ([mail("a", "w"), wait("w", 7, "b"), mail("b")], 1),
    "three in a week after a long wait": (
        [
            wait("w", 60, "a"),
            mail("a", "v"),
            wait("v", 3, "b"),
            mail("b", "u"),
            wait("u", 3, "c"),
            mail("c"),
        ],
        3,
    ),
    "a window in the middle": (
        [
            mail("a", "w"),
            wait("w", 5, "b"),
            mail("b", "v"),
            wait("v", 4, "c"),
            mail("c", "u"),
            wait("u", 2, "d"),
            mail("d"),
        ],
        3,
    ),
    "on two ways that never meet": (
        [Split(id="s", condition=ASKED, yes="a", no="b"), mail("a"), mail("b")],
        1,
    ),
    "on the fuller of two ways": (
        [Split(id="s", condition=ASKED, yes="a", no="b"), mail("a"), mail("b", "c"), mail("c")],
        2,
    ),
    "of several ways": (
        [
            MultiSplit(
                id="m",
                branches=(Branch(name="A", next="a", condition=ASKED), Branch(name="Else", next="b")),
            ),
            mail("a", "b"),
            mail("b"),
        ],
        2,
    ),
    "after an answer at once": ([mail("a", "r"), reply("r", 30, "b", ""), mail("b")], 2),
    "only after no answer": ([mail("a", "r"), reply("r", 30, "", "b"), mail("b")], 1),
    "after no answer within the week": ([mail("a", "r"), reply("r", 6, "", "b"), mail("b")], 2),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_worst_week_of_one_flow_is_that_of_its_worst_way(name):
    nodes, count = SHAPES[name]
    assert most(*nodes) == count


def test_a_flow_that_starts_again_within_the_week_counts_each_start():
    assert most(mail("a"), again=1) == 7
    assert most(mail("a"), again=7) == 1


def test_the_worst_week_of_all_is_that_of_the_two_fullest_flows():
    flows = [
        flow(mail("a"), name="one"),
        flow(mail("a", "b"), mail("b"), name="two"),
        flow(mail("a", "b"), mail("b", "c"), mail("c"), name="three"),
    ]
    found = weigh_pressure(flows, allowed=2, limits=())
    assert found.by_flow == (("one", 1), ("two", 2), ("three", 3))
    assert (found.worst, found.allowed) == (5, 2)
    assert weigh_pressure(flows[:1], allowed=2, limits=()).worst == 1
    assert weigh_pressure((), allowed=2, limits=()).worst == 0


def test_the_flow_nearest_to_an_order_goes_first():
    flows = [flow(mail("a"), name=stage.value, stage=stage) for stage in Stage]
    expected = ("convert", "onboard", "retain", "consider", "grow", "advocate", "win_back")
    assert weigh_pressure(flows, allowed=2, limits=()).priority == expected
    assert weigh_pressure(flows[::-1], allowed=2, limits=()).priority == expected


def test_a_worst_week_above_what_is_allowed_says_how_many_messages_and_what_to_do():
    two = [flow(mail("a", "b"), mail("b"), name=name) for name in ("one", "two")]
    over, within = (weigh_pressure(two, allowed=allowed, limits=()).sentences for allowed in (2, 4))
    assert any("4 messages" in sentence for sentence in over)
    assert over != within
    assert len(" ".join(over)) > len(" ".join(within))


def test_a_rule_for_everybody_is_named_with_its_source_and_one_for_a_group_is_not():
    bound = replace(hand.MONTHLY, source_id="workshops", segments=(2,))
    sentences = " ".join(
        weigh_pressure(
            [flow(mail("a"))], allowed=2, limits=(hand.MONTHLY, bound, hand.ONCE, hand.AUGUST)
        ).sentences
    )
    assert "[@page]" in sentences
    assert hand.MONTHLY.exact in sentences
    assert "workshops" not in sentences
    assert hand.ONCE.exact not in sentences


def test_no_week_of_the_example_is_above_what_its_company_allows(example_plan):
    found = example_plan.flows.pressure
    counts = dict(found.by_flow)
    assert set(counts) == {flow.id for flow in example_plan.flows.flows}
    assert found.worst == sum(sorted(counts.values())[-2:])
    assert found.worst <= found.allowed == 2
    assert set(found.priority) == {flow.id for flow in example_plan.flows.flows}
