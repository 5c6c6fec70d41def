"""The steps of every kind of flow: sound, bound by what pages promise, and waiting as long as the group's own rhythm says."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.flow import (
    Channel,
    ConditionKind,
    Delay,
    Flow,
    Message,
    Split,
    Task,
    TriggerKind,
    UpdateProfile,
    WaitFor,
)
from segkit.model.flow_kind import flow_kinds
from segkit.strategy.flow_checks import check_flow
from segkit.strategy.flow_graph import longest_hours
from segkit.strategy.flow_steps import build_steps
from segkit.strategy.flow_waits import Setting
from segkit.words.flow_steps import STEPS

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

kinds = pytest.mark.parametrize("kind", hand.KINDS)
TWO_MESSAGES = [
    kind for kind in hand.KINDS if len(STEPS[kind].messages) > 1 and len(flow_kinds()[kind].waits) > 1
]
LIMITS = (hand.ONCE, hand.ONE_MESSAGE, hand.MONTHLY, hand.AUGUST)
TEXT_MONTHLY = replace(hand.MONTHLY, channel=Channel.SMS)
HARVEST = replace(hand.AUGUST, months=(10, 9))
CASES = {
    "by email": {},
    "by text message": {"channel": Channel.SMS},
    "with every limit": {"limits": LIMITS},
    "by text with every limit": {"channel": Channel.SMS, "limits": LIMITS},
    "once a month": {"limits": (hand.MONTHLY,)},
    "with two months of silence": {"limits": (HARVEST,)},
    "by text with email as the second channel": {"channel": Channel.SMS, "other_channel": Channel.EMAIL},
    "by text with email as the second channel and a month of silence": {
        "channel": Channel.SMS,
        "other_channel": Channel.EMAIL,
        "limits": (hand.AUGUST,),
    },
    "with a wait of the user's": {"override": FlowOverride(contains="K1", wait_days=200)},
    "without any measured wait": {"test": {"wait_days": None, "wait_reason": ""}},
}


def setting(kind: str, *, test: dict[str, object] | None = None, **changes: object) -> Setting:
    values: dict[str, object] = {
        "flow_id": f"{kind}-1",
        "kind": flow_kinds()[kind],
        "facts": hand.group(),
        "test": hand.back_test(kind, **(test or {})),
        "channel": Channel.EMAIL,
        "settings": FlowSettings(),
        "product": "“Tea”",
        "second": "“Cup”",
        "date_name": "occasion_date",
    }
    return Setting(**{**values, **changes})


def built(kind: str, **changes: object) -> Flow:
    """Return the flow of some steps."""
    given = setting(kind, **changes)
    steps = build_steps(given)
    return Flow(
        id=given.flow_id,
        name=kind,
        kind=kind,
        stage=given.kind.stages[0],
        segment_id=1,
        segment_name="Group 1",
        trigger=steps.trigger,
        audience=steps.audience,
        exit_when=steps.exit_when,
        reentry=steps.reentry,
        quiet_hours=steps.quiet_hours,
        entry=steps.entry,
        nodes=steps.nodes,
        evidence_ids=("S1-1",),
    )


def messages(flow: Flow) -> list[Message]:
    return [node for node in flow.nodes if isinstance(node, Message)]


def gap(flow: Flow) -> int:
    """Return the days between the first and the second message."""
    return next(node.timeout_days for node in flow.nodes if node.id == "answer-1")


# sound


@kinds
@pytest.mark.parametrize("case", CASES)
def test_every_kind_builds_a_sound_flow(kind, case):
    flow = built(kind, **CASES[case])
    assert check_flow(flow) == ()
    assert messages(flow)


@kinds
@pytest.mark.parametrize("case", CASES)
def test_nobody_enters_again_before_the_longest_way_is_over(kind, case):
    flow = built(kind, **CASES[case])
    assert flow.reentry.days is None or 24 * flow.reentry.days >= longest_hours(flow)


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_facts_limits_and_settings_build_a_sound_flow(data):
    kind = data.draw(st.sampled_from(hand.KINDS))
    facts = data.draw(hand.groups(1))
    channel, other = data.draw(
        st.sampled_from([(Channel.EMAIL, None), (Channel.SMS, None), (Channel.SMS, Channel.EMAIL)])
    )
    flow = built(
        kind,
        facts=facts,
        test={"wait_days": data.draw(st.none() | st.integers(0, 365)), "season": None},
        channel=channel,
        other_channel=other,
        settings=FlowSettings(
            quiet_start=data.draw(st.integers(12, 23)), quiet_end=data.draw(st.integers(0, 11))
        ),
        limits=tuple(data.draw(st.lists(st.sampled_from([*LIMITS, TEXT_MONTHLY, HARVEST]), unique=True))),
    )
    assert check_flow(flow) == ()


@kinds
def test_the_same_setting_builds_the_same_steps(kind):
    assert build_steps(setting(kind)) == build_steps(setting(kind))


@kinds
def test_every_text_of_a_kind_is_filled_in(kind):
    text = repr(built(kind, **CASES["by text with email as the second channel and a month of silence"]))
    assert "{" not in text
    assert "}" not in text


# the first steps and the ways out


@kinds
def test_an_open_matter_comes_first_and_goes_to_a_person(kind):
    flow = built(kind)
    first = flow.node(flow.entry)
    assert isinstance(first, Split)
    assert first.condition.kind is ConditionKind.OPEN_ISSUE
    assert isinstance(flow.node(first.yes), Task)
    assert flow.node(first.yes).next == ""


@kinds
@pytest.mark.parametrize("case", CASES)
def test_whoever_may_not_be_written_to_goes_to_a_person_and_gets_no_message(kind, case):
    flow = built(kind, **CASES[case])
    node = flow.node(flow.entry)
    for _ in range(99):
        if isinstance(node, Task):
            break
        assert not isinstance(node, Message)
        node = flow.node(node.no if isinstance(node, Split) else node.next)
    assert node.id == "person"


@kinds
def test_who_is_reached_by_the_second_channel_only_gets_the_first_message_there_and_nothing_else(kind):
    flow = built(kind, channel=Channel.SMS, other_channel=Channel.EMAIL)
    for way in hand.ways(flow):
        steps = [step for _, step in way]
        if "message-1b" in steps:
            assert [step for step in steps if step.startswith("message")] == ["message-1b"]
    assert {node.channel for node in messages(flow)} == {Channel.EMAIL, Channel.SMS}


@kinds
def test_every_message_has_a_content_of_its_own(kind):
    found = [
        node.content_id for node in messages(built(kind, channel=Channel.SMS, other_channel=Channel.EMAIL))
    ]
    assert len(found) == len(set(found))
    assert all(name.startswith(f"{kind}-1-") for name in found)


@kinds
def test_an_order_ends_the_flow_except_where_thanks_or_a_question_follow_it(kind):
    ends = {condition.kind for condition in built(kind).exit_when}
    after = {"thank_you", "review_request", "loyalty"}
    product = {"replenishment", "cross_sell"}
    assert ends == {
        ConditionKind.OPEN_ISSUE
        if kind in after
        else ConditionKind.BOUGHT_PRODUCT
        if kind in product
        else ConditionKind.ORDERED_SINCE_START
    }


def test_the_flow_for_a_product_ends_with_that_product_and_the_cross_sell_with_the_second():
    names = {kind: built(kind).exit_when[0].name for kind in ("replenishment", "cross_sell")}
    assert names == {"replenishment": "Tea", "cross_sell": "Cup"}


@pytest.mark.parametrize("kind", ["win_back", "re_engagement"])
def test_a_flow_for_the_silent_ends_in_quiet(kind):
    flow = built(kind)
    for way in hand.ways(flow):
        steps = [step for _, step in way]
        if "message-2" in steps and "quiet" not in steps:
            assert steps[-1] == "answer-2"
    assert isinstance(flow.node("quiet"), UpdateProfile)


# triggers


@kinds
def test_the_trigger_is_of_the_kind_that_the_catalogue_names(kind):
    trigger = built(kind).trigger
    assert trigger.kind is flow_kinds()[kind].trigger
    assert bool(trigger.event) == (trigger.kind in {TriggerKind.EVENT, TriggerKind.INVENTORY})
    assert bool(trigger.date_property) == (trigger.kind is TriggerKind.DATE)


@pytest.mark.parametrize("kind", ["win_back", "re_engagement"])
@pytest.mark.parametrize("days", [28, 73])
def test_a_flow_for_the_silent_starts_after_the_silence_that_was_measured(kind, days):
    assert built(kind, test={"wait_days": days}).trigger.days_since_order == days


# waits


@pytest.mark.parametrize(
    ("kind", "measured", "days"),
    [
        ("replenishment", 49, 49),
        ("replenishment", 19, 19),
        ("replenishment", 1, 1),
        ("replenishment", 112, 112),
        ("cross_sell", 30, 30),
        ("cross_sell", 3, 3),
    ],
)
def test_the_wait_before_a_product_message_is_the_measured_one(kind, measured, days):
    assert built(kind, test={"wait_days": measured}).node("wait").days == days


@kinds
def test_what_was_not_measured_waits_as_the_catalogue_says(kind):
    flow = built(kind, test={"wait_days": None})
    waits = [node.days for node in flow.nodes if node.id == "wait"]
    assert waits == [days for days in flow_kinds()[kind].waits[:1] if days]


SILENCE = ["win_back", "re_engagement"]


@pytest.mark.parametrize("kind", [kind for kind in hand.KINDS if kind not in SILENCE])
def test_the_users_own_wait_replaces_what_was_measured(kind):
    flow = built(kind, override=FlowOverride(contains="K1", wait_days=77))
    assert flow.node("wait").days == 77
    assert "company.toml" in flow.node("wait").reason


@pytest.mark.parametrize("kind", SILENCE)
def test_the_users_own_wait_is_the_silence_that_starts_a_flow_for_the_silent(kind):
    free, own = built(kind), built(kind, override=FlowOverride(contains="K1", wait_days=77))
    assert (free.trigger.days_since_order, own.trigger.days_since_order) == (40, 77)
    assert "77 days" in own.trigger.text
    assert [node.days for node in own.nodes if node.id == "wait"] == [
        node.days for node in free.nodes if node.id == "wait"
    ]


def test_the_second_welcome_comes_when_second_orders_come():
    assert gap(built("onboarding", test={"wait_days": 56})) == 55
    assert gap(built("onboarding", test={"wait_days": 2})) == 4


@pytest.mark.parametrize(
    ("hour", "start", "end", "until"),
    [
        (15, 20, 8, "15:00"),
        (23, 20, 8, "19:00"),
        (20, 20, 8, "19:00"),
        (3, 20, 8, "08:00"),
        (8, 20, 8, "08:00"),
        (None, 20, 8, "10:00"),
        (2, 1, 6, "06:00"),
        (0, 1, 6, "00:00"),
        (23, 22, 0, "21:00"),
    ],
)
def test_a_message_leaves_at_the_groups_hour_outside_the_quiet_hours(hour, start, end, until):
    facts = replace(hand.group(), rhythm=hand.rhythm(hour=hour))
    flow = built("onboarding", facts=facts, settings=FlowSettings(quiet_start=start, quiet_end=end))
    assert flow.node("wait").until == until
    assert (flow.quiet_hours.start, flow.quiet_hours.end) == (start, end)


@given(st.integers(0, 23), st.integers(0, 23), st.integers(0, 23))
def test_no_hour_of_sending_lies_in_the_quiet_hours(hour, start, end):
    facts = replace(hand.group(), rhythm=hand.rhythm(hour=hour))
    flow = built("onboarding", facts=facts, settings=FlowSettings(quiet_start=start, quiet_end=end))
    sent = int(flow.node("wait").until[:2])
    quiet = start <= sent < end if start < end else (sent >= start or sent < end)
    assert not quiet or start == end


# limits


@pytest.mark.parametrize("kind", TWO_MESSAGES)
def test_one_text_takes_the_second_text_away_and_no_email(kind):
    assert len(messages(built(kind, channel=Channel.SMS))) == 2
    assert len(messages(built(kind, channel=Channel.SMS, limits=(hand.ONCE,)))) == 1
    assert len(messages(built(kind, limits=(hand.ONCE,)))) == 2


@pytest.mark.parametrize("kind", TWO_MESSAGES)
@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_one_message_takes_the_second_away_on_every_channel(kind, channel):
    assert len(messages(built(kind, channel=channel, limits=(hand.ONE_MESSAGE, hand.MONTHLY)))) == 1


@pytest.mark.parametrize("kind", TWO_MESSAGES)
def test_one_email_a_month_puts_a_month_between_two_emails_and_shortens_no_wait(kind):
    before, after = built(kind), built(kind, limits=(hand.MONTHLY,))
    assert gap(after) == max(gap(before), 30)
    assert gap(built(kind, channel=Channel.SMS, limits=(hand.MONTHLY,))) == gap(before)
    quarterly = replace(hand.MONTHLY, per_days=91, channel=None)
    assert gap(built(kind, limits=(hand.MONTHLY, quarterly))) == max(gap(before), 91)


@kinds
def test_a_limit_that_takes_or_moves_a_message_is_named_among_the_waits(kind):
    free = build_steps(setting(kind)).waits
    bound = build_steps(setting(kind, limits=(hand.ONE_MESSAGE,))).waits
    named = [wait for wait in bound if hand.ONE_MESSAGE.text.rstrip(".").lower() in wait.lower()]
    assert len(named) == (kind in TWO_MESSAGES)
    assert not any(hand.ONE_MESSAGE.text.lower() in wait.lower() for wait in free)


ASKED_FOR = ["back_in_stock", "thank_you"]
REMINDERS = [kind for kind in hand.KINDS if kind not in ASKED_FOR]


@pytest.mark.parametrize("kind", REMINDERS)
def test_one_email_a_month_holds_from_one_run_of_the_flow_to_the_next(kind):
    flow = built(kind, limits=(hand.MONTHLY,))
    assert flow.reentry.days is None or flow.reentry.days >= 30


def sent(flow: Flow, start: date) -> list[date]:
    """Return the days of the messages for somebody who starts on a day, may be written to and does not answer."""
    found, day, node_id = [], start, flow.entry
    while node_id:
        node = flow.node(node_id)
        if isinstance(node, Split):
            asked = node.condition
            yes = asked.kind is ConditionKind.MAY_RECEIVE or (
                asked.name == "current_month" and str(day.month) == asked.value
            )
            node_id = node.yes if yes else node.no
            continue
        if isinstance(node, Message):
            found.append(day)
        if isinstance(node, (Delay, WaitFor)):
            day += timedelta(days=node.days if isinstance(node, Delay) else node.timeout_days)
        node_id = node.timeout if isinstance(node, WaitFor) else node.next
    return found


@pytest.mark.parametrize("kind", ASKED_FOR)
def test_what_the_customer_asked_for_waits_for_no_month_and_no_other_message(kind):
    quarterly = replace(hand.MONTHLY, per_days=91)
    free, bound = built(kind), built(kind, limits=(quarterly, hand.AUGUST, HARVEST))
    assert bound.reentry == free.reentry
    assert not any(node.id.startswith("month") for node in bound.nodes)


@pytest.mark.parametrize("kind", REMINDERS)
@pytest.mark.parametrize("limit", [hand.AUGUST, HARVEST], ids=["August", "September and October"])
def test_nothing_is_sent_in_a_month_of_silence_whenever_the_flow_starts(kind, limit):
    flow = built(kind, limits=(limit,))
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    broken = [(start, day) for start in days for day in sent(flow, start) if day.month in limit.months]
    assert broken == []


@kinds
def test_without_a_month_of_silence_no_month_is_asked_for(kind):
    assert not any(
        isinstance(node, Split) and node.condition.name == "current_month" for node in built(kind).nodes
    )


def test_the_waits_of_the_example_are_those_its_back_test_measured(example_plan):
    facts = example_plan.flows.facts
    measured = 0
    for flow in example_plan.flows.flows:
        test = facts.of_segment(flow.segment_id).test(flow.kind)
        if flow.kind == "replenishment":
            assert flow.node("wait").days == test.wait_days
        elif flow.kind in {"win_back", "re_engagement"}:
            assert flow.trigger.days_since_order == test.wait_days
        elif flow.kind == "onboarding" and len(messages(flow)) > 1:
            assert gap(flow) == max(test.wait_days - 1, 4)
        else:
            continue
        measured += 1
    assert measured
