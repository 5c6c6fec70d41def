"""Flows and flow facts that several tests draw: every kind of node, several shapes, hostile words."""

from dataclasses import replace
from datetime import date

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
from segkit.model.flow_facts import FlowFacts, Quantiles, Rhythm, SegmentFacts, StageCount, SurvivalStep
from segkit.model.lifecycle import Stage

ATTACK = "<script>window.ran=1</script>\"'&]]>--> [@x] `x` end; #quot; -->|a| \\N"


def ask(text: str) -> FlowCondition:
    return FlowCondition(kind=ConditionKind.HAS_PROPERTY, text=text)


def message(node_id: str, name: str, next_id: str = "", channel: Channel = Channel.EMAIL) -> Message:
    return Message(
        id=node_id,
        channel=channel,
        content_id=node_id,
        name=name,
        purpose="Says what it is for.",
        next=next_id,
    )


def flow(*nodes, **changes) -> Flow:
    fields = {
        "id": "flow",
        "name": "Welcome",
        "kind": "onboarding",
        "stage": Stage.ONBOARD,
        "segment_id": 1,
        "segment_name": "Regulars",
        "trigger": Trigger(kind=TriggerKind.EVENT, text="The customer places the first order", event="order"),
        "audience": (ask("May the customer be written to by email?"),),
        "exit_when": (ask("Has the customer ordered since the flow began?"),),
        "reentry": Reentry(days=90, text="Once in 90 days."),
        "quiet_hours": QuietHours(start=20, end=8, text="Nothing between 20:00 and 8:00."),
        "entry": nodes[0].id if nodes else "",
        "nodes": nodes,
    }
    return Flow(**{**fields, **changes})


def short() -> Flow:
    return flow(
        Delay(id="w", days=1, hours=2, until="10:00", next="m", reason="Half come back within 24 days."),
        message("m", "Welcome and first steps", "u"),
        UpdateProfile(id="u", property="welcomed", value="yes", next=""),
    )


def every_kind() -> Flow:
    """Return a flow with every kind of node, in which step "wf" has three ways to it."""
    return flow(
        Split(id="q", condition=ask("Is a complaint open?"), yes="t", no="r"),
        Task(id="t", name="Solve the open issue", text="Within one working day.", next="r"),
        RandomSplit(id="r", percent=80, yes="mm", no="", reason="The rest hear nothing."),
        MultiSplit(
            id="mm",
            branches=(
                Branch(name="Gift buyers", next="e", condition=ask("Bought with gift wrap?")),
                Branch(name="Subscribers", next="s", condition=ask("Has a subscription?")),
                Branch(name="All others", next="p"),
            ),
        ),
        message("e", "Gift ideas", "wf"),
        message("s", "A short word", "wf", Channel.SMS),
        message("p", "We kept your favourites", "wf", Channel.PUSH),
        WaitFor(
            id="wf",
            event="checkout_started",
            timeout_days=5,
            happened="",
            timeout="d",
            text="A checkout begins",
        ),
        Delay(id="d", days=2, next="h"),
        message("h", "Phone call", "u", Channel.PERSON),
        UpdateProfile(id="u", property="round", value="1", next=""),
        name="Every kind",
    )


def hostile() -> Flow:
    return flow(
        Delay(id=ATTACK, days=1, next="b", reason=ATTACK),
        MultiSplit(
            id="b",
            branches=(Branch(name=ATTACK, next="c", condition=ask(ATTACK)), Branch(name=ATTACK, next="")),
        ),
        message("c", ATTACK),
        id=ATTACK,
        name=ATTACK,
        segment_name=ATTACK,
        trigger=Trigger(kind=TriggerKind.EVENT, text=ATTACK),
        audience=(ask(ATTACK),),
        exit_when=(ask(ATTACK),),
    )


def long_words() -> Flow:
    word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 2
    return flow(
        Split(id="q", condition=ask(f"Has the customer bought {word} or anything like it?"), yes="a", no="b"),
        message("a", "https://example.org/an/address/without/any/blank/in/it?with=many&more=parameters"),
        message("b", " ".join(["a name that nobody shortened"] * 6)),
    )


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


@st.composite
def flows(draw) -> Flow:
    """Draw a flow without loops: each node leads to later ones or out."""
    count = draw(st.integers(1, 14))
    names = [f"n{place}" for place in range(count)]
    nodes = []
    for place, name in enumerate(names):
        onward = st.sampled_from([*names[place + 1 :], ""])
        kind = draw(st.integers(0, 7))
        words = draw(_WORDS)
        if kind == 0:
            node = Delay(id=name, days=draw(st.integers(0, 99)), next=draw(onward), reason=words)
        elif kind == 1:
            node = Split(id=name, condition=ask(words), yes=draw(onward), no=draw(onward))
        elif kind == 2:
            ways = draw(st.integers(2, 5))
            branches = (
                Branch(name=draw(_WORDS), next=draw(onward), condition=ask(words)) for _ in range(ways)
            )
            node = MultiSplit(id=name, branches=tuple(branches))
        elif kind == 3:
            node = RandomSplit(id=name, percent=draw(st.integers(1, 99)), yes=draw(onward), no=draw(onward))
        elif kind == 4:
            node = WaitFor(
                id=name,
                event="order",
                timeout_days=3,
                happened=draw(onward),
                timeout=draw(onward),
                text=words,
            )
        elif kind == 5:
            node = message(name, words, draw(onward), draw(st.sampled_from(list(Channel))))
        elif kind == 6:
            node = Task(id=name, name=words, text=draw(_WORDS), next=draw(onward))
        else:
            node = UpdateProfile(id=name, property=words, value="1", next=draw(onward))
        nodes.append(node)
    return flow(*nodes)


def rhythm(*, closed: float | None, median: float | None, steps=()) -> Rhythm:
    def at(half):
        return Quantiles(q25=None, q50=half, q75=None)

    return Rhythm(
        n_customers=12,
        n_closed=0 if closed is None else 40,
        n_open=12,
        closed=at(closed),
        kaplan_meier=at(median),
        steps=tuple(SurvivalStep(day=day, waiting=waiting, at_risk=9) for day, waiting in steps),
    )


def facts(*, events: tuple[str, ...] = ()) -> FlowFacts:
    names = ("Regulars", "Gift buyers", "Once only", "Offices & $B2B$")
    counts = ((0, 0, 3, 20, 22, 14, 1), (0, 0, 10, 4, 0, 0, 22), (0, 0, 5, 0, 0, 0, 9), (0, 0, 2, 1, 0, 0, 4))
    rhythms = (
        rhythm(closed=35, median=110, steps=((10, 0.8), (35, 0.6), (110, 0.5), (150, 0.4))),
        rhythm(closed=60, median=64, steps=((60, 0.55), (64, 0.5), (300, 0.45))),
        rhythm(closed=None, median=None),
        rhythm(closed=20, median=20, steps=((20, 0.5), (30, 0.1))),
    )
    segments = tuple(
        SegmentFacts(
            segment_id=number,
            name=name,
            size=sum(own),
            rhythm=pace,
            stages=tuple(StageCount(stage=s, customers=c) for s, c in zip(Stage, own, strict=True)),
            reach=(),
            tests=(),
        )
        for number, (name, own, pace) in enumerate(zip(names, counts, rhythms, strict=True), start=1)
    )
    return FlowFacts(
        as_of=date(2026, 6, 30),
        currency="EUR",
        n_customers=117,
        first_day=date(2024, 1, 3),
        segments=segments,
        events=events,
    )


def designed() -> tuple[Flow, ...]:
    """Return four flows at four stages, for the four groups of ``facts``."""
    stages = (Stage.RETAIN, Stage.ONBOARD, Stage.WIN_BACK, Stage.CONVERT)
    names = ("Restock", "Welcome", "Win back", "Back in stock")
    groups = ("Regulars", "Gift buyers", "Once only", "Offices & $B2B$")
    return tuple(
        replace(short(), id=f"f{place}", name=name, stage=stage, segment_id=place, segment_name=group)
        for place, (name, stage, group) in enumerate(zip(names, stages, groups, strict=True), start=1)
    )
