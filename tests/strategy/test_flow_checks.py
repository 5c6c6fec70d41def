"""What is wrong with a flow is found and named: one sound flow, and one change at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    RandomSplit,
    Reentry,
    Split,
    Task,
    Trigger,
    TriggerKind,
    UpdateProfile,
    WaitFor,
)
from segkit.model.lifecycle import Stage
from segkit.strategy.flow_checks import check_flow, check_flow_set
from segkit.strategy.flow_graph import hours_until, longest_hours

EMAIL_OK = FlowCondition(kind=ConditionKind.MAY_RECEIVE, text="May receive email", channel=Channel.EMAIL)
SMS_OK = FlowCondition(kind=ConditionKind.MAY_RECEIVE, text="May receive SMS", channel=Channel.SMS)
ORDERED = FlowCondition(kind=ConditionKind.ORDERED_SINCE_START, text="Has ordered since the start")


def mail(name: str, following: str, **changes: object) -> Message:
    return replace(
        Message(
            id=name,
            channel=Channel.EMAIL,
            content_id=f"draft-{name}",
            name=name,
            purpose="To bring them back",
            next=following,
        ),
        **changes,
    )


def text(name: str, following: str) -> Message:
    return mail(name, following, channel=Channel.SMS)


NODES = (
    Delay(id="wait", days=2, hours=3, until="10:00", next="lot"),
    RandomSplit(id="lot", percent=90, yes="first", no=""),
    mail("first", "reply"),
    WaitFor(id="reply", event="review_left", timeout_days=7, happened="thanks", timeout="phone"),
    UpdateProfile(id="thanks", property="reviewed", value="yes", next=""),
    Split(id="phone", condition=SMS_OK, yes="text", no="worth"),
    text("text", ""),
    MultiSplit(
        id="worth",
        branches=(
            Branch(name="Ordered", next="", condition=ORDERED),
            Branch(name="Everyone else", next="call"),
        ),
    ),
    Task(id="call", name="Call", text="Ask how it went", next=""),
)
SOUND = Flow(
    id="win-back",
    name="Win-back",
    kind="win_back",
    stage=Stage.WIN_BACK,
    segment_id=3,
    segment_name="Gone quiet",
    trigger=Trigger(kind=TriggerKind.SEGMENT, text="No order for 120 days", days_since_order=120),
    audience=(EMAIL_OK,),
    exit_when=(ORDERED,),
    reentry=Reentry(days=180, text="After 180 days"),
    quiet_hours=QuietHours(start=20, end=8, text="From 20 to 8"),
    entry="wait",
    nodes=NODES,
    evidence_ids=("E1",),
)


def changed(name: str, **values: object) -> Flow:
    """Return the sound flow with some values of one node changed."""
    nodes = tuple(replace(node, **values) if node.id == name else node for node in NODES)
    return replace(SOUND, nodes=nodes)


def more(*nodes: object) -> Flow:
    return replace(SOUND, nodes=(*NODES, *nodes))


def ids(flow: Flow) -> list[str]:
    return [fault.id for fault in check_flow(flow)]


def test_a_sound_flow_has_no_fault():
    assert check_flow(SOUND) == ()
    assert check_flow_set([SOUND], segments={3: "Gone quiet"}) == ()


BROKEN: dict[str, tuple[Flow, list[str], str]] = {
    "two nodes share an id": (
        more(mail("first", "")),
        ["repeated_node"],
        "node 'first' of flow 'win-back' shares its id (got 2 nodes)",
    ),
    "a link leads nowhere": (
        changed("call", next="ghost"),
        ["dangling_link"],
        "node 'call' of flow 'win-back' leads to a node that does not exist (got 'ghost')",
    ),
    "a node is never reached": (
        more(Task(id="lonely", name="Wave", text="Wave", next="")),
        ["unreached_node"],
        "node 'lonely' of flow 'win-back' is never reached (got no path from 'wait')",
    ),
    "the flow comes round again": (
        changed("call", next="phone"),
        ["cycle"],
        "node 'phone' of flow 'win-back' comes round again (got phone → worth → call → phone)",
    ),
    "no path ends": (
        replace(SOUND, nodes=(mail("a", "b"), mail("b", "a")), entry="a"),
        ["cycle", "no_exit"],
        "flow 'win-back' never ends (got no link to '')",
    ),
    "there is no node": (replace(SOUND, nodes=()), ["no_nodes"], "flow 'win-back' has no node"),
    "there is no entry": (replace(SOUND, entry=""), ["no_entry"], "flow 'win-back' has no entry"),
    "the entry is no node": (
        replace(SOUND, entry="start"),
        ["unknown_entry"],
        "(got 'start'); name one of 'wait', 'lot', 'first', 'reply' or 'thanks' (4 more).",
    ),
    "a split leads both ways to one place": (
        changed("phone", yes="worth", no="worth"),
        ["unreached_node", "equal_branches"],
        "node 'phone' of flow 'win-back' parts and leads both ways to the same place (got 'worth')",
    ),
    "a lot leads both ways out": (
        replace(SOUND, entry="lot", nodes=(RandomSplit(id="lot", percent=50, yes="", no=""),)),
        ["equal_branches"],
        "(got the exit)",
    ),
    "several ways lead to one place": (
        changed(
            "worth",
            branches=(Branch(name="A", next="call", condition=ORDERED), Branch(name="B", next="call")),
        ),
        ["equal_branches"],
        "parts and leads every way to the same place (got 'call')",
    ),
    "a split of several ways has one": (
        changed("worth", branches=(Branch(name="All", next="call"),)),
        ["too_few_branches"],
        "parts into fewer than two ways (got 1)",
    ),
    "a split of several ways forgets the others": (
        changed(
            "worth",
            branches=(
                Branch(name="Ordered", next="", condition=ORDERED),
                Branch(name="Text", next="call", condition=SMS_OK),
            ),
        ),
        ["no_else_branch"],
        "leaves out everyone who meets no condition (got branch 'Text' last)",
    ),
    "a branch takes everyone too early": (
        changed(
            "worth",
            branches=(Branch(name="Everyone", next=""), Branch(name="Nobody", next="call")),
        ),
        ["early_else_branch"],
        "takes everyone before its last branch (got branch 'Everyone' without a condition)",
    ),
    "a message is sent without consent": (
        replace(SOUND, audience=()),
        ["no_consent"],
        "node 'first' of flow 'win-back' can reach a customer who was not asked for consent",
    ),
    "a message is sent to those who said no": (
        changed("phone", yes="worth", no="text"),
        ["no_consent"],
        "node 'text'",
    ),
    "one of two paths has no consent": (
        changed("thanks", next="text"),
        ["no_consent"],
        "node 'text'",
    ),
    "a wait takes no time": (
        changed("wait", days=0, hours=0, until=""),
        ["no_wait"],
        "node 'wait' of flow 'win-back' waits for no time (got 0 hours)",
    ),
    "a wait goes back in time": (changed("wait", days=-1, hours=48), ["no_wait"], "(got 24 hours)"),
    "a wait for an event takes no time": (
        changed("reply", timeout_days=0),
        ["no_wait"],
        "node 'reply'",
    ),
    "a wait takes more than a year": (
        replace(changed("wait", days=366), reentry=Reentry(days=None, text="Never")),
        ["long_wait"],
        "waits longer than a year (got 366 days)",
    ),
    "a wait ends at no time of day": (changed("wait", until="25:00"), ["bad_time"], "(got '25:00')"),
    "a lot sends nobody": (changed("lot", percent=0), ["percent_out_of_range"], "(got 0 %)"),
    "a lot sends everybody": (changed("lot", percent=100), ["percent_out_of_range"], "(got 100 %)"),
    "a message has no content": (changed("first", content_id=" "), ["no_content"], "node 'first'"),
    "a message is sent twice at once": (
        replace(
            SOUND,
            entry="a",
            nodes=(
                mail("a", "b"),
                Task(id="b", name="Call", text="Call", next="c"),
                mail("c", "", content_id="draft-a"),
            ),
        ),
        ["repeated_message"],
        "node 'c' of flow 'win-back' sends what was just sent (got content 'draft-a' twice without a wait between)",
    ),
    "a name is empty": (replace(SOUND, name=" "), ["empty_text"], "flow 'win-back' has no name (got ' ')"),
    "a trigger is not described": (
        replace(SOUND, trigger=replace(SOUND.trigger, text="")),
        ["empty_text"],
        "flow 'win-back' has no trigger",
    ),
    "a condition is not asked in words": (
        changed("phone", condition=replace(SMS_OK, text="")),
        ["empty_text"],
        "node 'phone' of flow 'win-back' has no condition 'may_receive'",
    ),
    "a node has no id": (
        more(Task(id="", name="Wave", text="Wave", next="")),
        ["empty_text"],
        "flow 'win-back' has no node id",
    ),
    "a task says nothing": (
        changed("call", text=""),
        ["empty_text"],
        "node 'call' of flow 'win-back' has no text",
    ),
    "a branch has no name": (
        changed("worth", branches=(replace(NODES[7].branches[0], name=""), NODES[7].branches[1])),
        ["empty_text"],
        "node 'worth' of flow 'win-back' has no branch name",
    ),
    "a property has no name": (changed("thanks", property=""), ["empty_text"], "has no property"),
    "an awaited event has no name": (changed("reply", event=""), ["empty_text"], "has no event"),
    "consent to nothing": (
        changed("phone", condition=replace(SMS_OK, channel=None)),
        ["no_consent", "incomplete_condition"],
        "asks for consent without a channel (got 'May receive SMS')",
    ),
    "a product is not named": (
        replace(SOUND, exit_when=(replace(ORDERED, kind=ConditionKind.BOUGHT_PRODUCT),)),
        ["incomplete_condition"],
        "asks 'bought_product' without saying which",
    ),
    "a date stands nowhere": (
        replace(SOUND, trigger=Trigger(kind=TriggerKind.DATE, text="Birthday")),
        ["incomplete_trigger"],
        "starts on a date that nothing holds (got 'Birthday')",
    ),
    "a date is before itself": (
        replace(SOUND, trigger=replace(SOUND.trigger, days_before=-2)),
        ["trigger_days"],
        "(got -2 days before the date)",
    ),
    "a customer comes back too soon": (
        replace(SOUND, reentry=Reentry(days=9, text="After 9 days")),
        ["early_reentry"],
        "(got 9 days, longest path 9.1 days)",
    ),
    "a day has 25 hours": (
        replace(SOUND, quiet_hours=QuietHours(start=20, end=25, text="At night")),
        ["bad_quiet_hours"],
        "(got 20 to 25)",
    ),
    "the day is all quiet": (
        replace(SOUND, quiet_hours=QuietHours(start=0, end=24, text="Always")),
        ["bad_quiet_hours"],
        "is quiet all day and never sends (got 0 to 24)",
    ),
}


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_a_broken_flow_is_rejected_by_the_name_of_its_fault(case):
    flow, expected, words = BROKEN[case]
    faults = check_flow(flow)
    assert [fault.id for fault in faults] == expected
    assert any(words in fault.sentence for fault in faults), [fault.sentence for fault in faults]


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_each_fault_is_one_sentence_with_what_was_got_and_a_way_out(case):
    for fault in check_flow(BROKEN[case][0]):
        assert fault.flow_id == "win-back"
        assert "(got " in fault.sentence
        assert "; " in fault.sentence
        assert fault.sentence.endswith(".")
        assert "\n" not in fault.sentence


def test_a_fault_of_a_node_says_which_node():
    faults = {fault.id: fault.node for case in BROKEN.values() for fault in check_flow(case[0])}
    assert faults["cycle"]
    assert faults["no_nodes"] == faults["early_reentry"] == ""


def test_a_wait_between_lets_the_same_message_go_out_again():
    again = mail("c", "", content_id="draft-a")
    nodes = (mail("a", "b"), Delay(id="b", days=1, next="c"), again)
    assert ids(replace(SOUND, entry="a", nodes=nodes)) == []


def test_consent_on_every_path_is_enough_and_a_task_needs_none():
    def fork(yes: str, no: str) -> tuple:
        return (
            Split(id="a", condition=ORDERED, yes=yes, no=no),
            Split(id="b", condition=SMS_OK, yes="sms", no=""),
            MultiSplit(
                id="c",
                branches=(
                    Branch(name="Text", next="sms", condition=SMS_OK),
                    Branch(name="Rest", next="task"),
                ),
            ),
            text("sms", "task"),
            mail("task", "", channel=Channel.PERSON),
        )

    assert ids(replace(SOUND, entry="a", nodes=fork("b", "c"), audience=())) == []


def test_every_loop_is_named_once_also_where_nothing_leads():
    nodes = (mail("a", ""), mail("b", "c"), mail("c", "b"), mail("d", "d"))
    faults = [fault for fault in check_flow(replace(SOUND, entry="a", nodes=nodes)) if fault.id == "cycle"]
    assert [fault.sentence.split("(got ")[1].split(")")[0] for fault in faults] == ["b → c → b", "d → d"]


def test_time_is_that_of_the_longest_path():
    assert longest_hours(SOUND) == 2 * 24 + 3 + 7 * 24
    assert hours_until(SOUND)["first"] == 51
    assert hours_until(SOUND)["call"] == 51 + 168


@pytest.mark.parametrize(("yes", "no"), [("slow", "fast"), ("fast", "slow")])
def test_of_two_ways_to_a_node_the_slower_counts_whichever_comes_first(yes, no):
    nodes = (
        Split(id="a", condition=ORDERED, yes=yes, no=no),
        Delay(id="slow", days=9, next="end"),
        Delay(id="fast", days=1, next="end"),
        mail("end", ""),
    )
    flow = replace(SOUND, entry="a", nodes=nodes)
    assert hours_until(flow)["end"] == longest_hours(flow) == 9 * 24


def test_a_chain_of_thousands_is_checked():
    nodes = tuple(
        Delay(id=f"n{i}", hours=1, days=0, next=f"n{i + 1}" if i < 4999 else "") for i in range(5000)
    )
    long = replace(SOUND, entry="n0", nodes=nodes, reentry=Reentry(days=None, text="Never"))
    assert check_flow(long) == ()
    assert longest_hours(long) == 5000


def test_many_diamonds_in_a_row_are_checked_without_listing_their_paths():
    nodes = []
    for number in range(60):
        nodes += [
            Split(id=f"s{number}", condition=ORDERED, yes=f"a{number}", no=f"b{number}"),
            mail(f"a{number}", f"s{number + 1}" if number < 59 else ""),
            mail(f"b{number}", f"s{number + 1}" if number < 59 else ""),
        ]
    assert check_flow(replace(SOUND, entry="s0", nodes=tuple(nodes))) == ()


# sets


def other(name: str, **changes: object) -> Flow:
    return replace(
        SOUND, **{"id": name, "stage": Stage.RETAIN, "kind": "re_engagement", "segment_id": 4, **changes}
    )


SETS: dict[str, tuple[list[Flow], str, str]] = {
    "two flows in one stage": (
        [SOUND, other("retain", stage=Stage.WIN_BACK)],
        "repeated_stage",
        "stage 'Win back' is served by 2 flows (got win-back and retain)",
    ),
    "two flows for one segment": (
        [SOUND, other("retain", segment_id=3)],
        "repeated_segment",
        "segment 'Gone quiet' has 2 flows (got win-back and retain)",
    ),
    "two flows with one id": (
        [SOUND, other("win-back")],
        "repeated_flow",
        "flow id 'win-back' stands for 2 flows",
    ),
    "a segment without a flow": (
        [SOUND],
        "segment_without_flow",
        "segment 'Regulars' has no flow (got flows for 'Gone quiet')",
    ),
    "a stage the kind cannot serve": (
        [replace(SOUND, stage=Stage.ONBOARD)],
        "stage_not_served",
        "flow 'win-back' stands in a stage that 'Win-back' cannot serve (got 'onboard'); put it into win_back.",
    ),
    "a kind nobody knows": (
        [replace(SOUND, kind="winback")],
        "unknown_kind",
        "flow 'win-back' is of no known kind (got 'winback'); did you mean 'win_back'?",
    ),
    "a kind like no other": (
        [replace(SOUND, kind="…")],
        "unknown_kind",
        "choose one of onboarding, abandoned_cart",
    ),
    "no evidence": ([replace(SOUND, evidence_ids=())], "no_evidence", "rests on no evidence"),
}


@pytest.mark.parametrize("case", SETS, ids=str)
def test_a_broken_set_is_rejected_by_the_name_of_its_fault(case):
    flows, expected, words = SETS[case]
    segments = {3: "Gone quiet", 4: "Regulars"} if expected == "segment_without_flow" else None
    faults = check_flow_set(flows, segments=segments)
    assert [fault.id for fault in faults] == [expected]
    assert words in faults[0].sentence


def test_four_flows_with_a_repeated_stage_name_the_stage():
    stages = (Stage.ONBOARD, Stage.RETAIN, Stage.WIN_BACK, Stage.RETAIN)
    kinds = ("onboarding", "re_engagement", "win_back", "anniversary")
    flows = [
        other(f"f{number}", stage=stage, kind=kind, segment_id=number)
        for number, (stage, kind) in enumerate(zip(stages, kinds, strict=True))
    ]
    faults = check_flow_set(flows)
    assert [fault.id for fault in faults] == ["repeated_stage"]
    assert "'Retain'" in faults[0].sentence
    assert "f1 and f3" in faults[0].sentence


# random sound flows


@st.composite
def sound_flows(draw) -> Flow:
    """Nodes in a row, each leading to later ones only; every node is led to by the one before it."""
    count = draw(st.integers(1, 12))
    names = [f"n{number}" for number in range(count)]
    nodes = []
    for number, name in enumerate(names):
        following = names[number + 1] if number + 1 < count else ""
        later = [link for link in (*names[number + 2 :], "") if link != following]
        kind = draw(st.sampled_from(["delay", "mail", "task", "note", "split", "lot", "wait", "multi"]))
        if kind in {"split", "lot", "wait", "multi"} and later:
            far = draw(st.sampled_from(later))
            nodes.append(
                {
                    "split": Split(id=name, condition=ORDERED, yes=following, no=far),
                    "lot": RandomSplit(id=name, percent=draw(st.integers(1, 99)), yes=far, no=following),
                    "wait": WaitFor(
                        id=name,
                        event="click",
                        timeout_days=draw(st.integers(1, 30)),
                        happened=far,
                        timeout=following,
                    ),
                    "multi": MultiSplit(
                        id=name,
                        branches=(
                            Branch(name="Yes", next=following, condition=ORDERED),
                            Branch(name="Else", next=far),
                        ),
                    ),
                }[kind]
            )
        elif kind == "delay":
            nodes.append(Delay(id=name, days=draw(st.integers(1, 30)), next=following))
        elif kind == "task":
            nodes.append(Task(id=name, name="Call", text="Call them", next=following))
        elif kind == "note":
            nodes.append(UpdateProfile(id=name, property="seen", value="yes", next=following))
        else:
            nodes.append(mail(name, following))
    order = draw(st.permutations(nodes))
    return replace(SOUND, entry="n0", nodes=tuple(order), reentry=Reentry(days=None, text="Never"))


@given(sound_flows())
def test_random_flows_without_loops_have_no_fault(flow):
    assert check_flow(flow) == ()


@given(sound_flows(), st.data())
def test_a_random_flow_with_one_link_cut_names_the_node(flow, data):
    ending = [node for node in flow.nodes if isinstance(node, (Delay, Task, UpdateProfile, Message))]
    if ending:
        cut = data.draw(st.sampled_from(ending))
        nodes = tuple(replace(node, next="ghost") if node is cut else node for node in flow.nodes)
        faults = check_flow(replace(flow, nodes=nodes))
        assert ("dangling_link", cut.id) in {(fault.id, fault.node) for fault in faults}
