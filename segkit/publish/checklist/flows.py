"""The flows: one for each group, apart in the life cycle, complete, argued for, feasible and measurable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from segkit.model.argument import Section
from segkit.model.checklist import ChecklistItem
from segkit.model.evidence import EvidenceBook
from segkit.model.flow import Flow, Message
from segkit.model.flow_facts import BackTest, Observability
from segkit.model.flow_plan import FlowPlan
from segkit.publish.checklist.arguments import TEXTS, Arguments, ask_for_own_words, own_words
from segkit.publish.checklist.judging import Asked, Found, first_of, judge, yours
from segkit.words.figures import join_words, plural

TASK = "2 Flow design"
WANTED = 4
_WORDS = ask_for_own_words("flow_words", "Why each flow has the most impact for its group,")
ASKED = (
    Asked(
        id="flows",
        item="One marketing-automation flow for each group",
        criterion="C13",
        close="Change the override that breaks a rule, or give the group a flow in [[flows.override]].",
    ),
    Asked(
        id="walks",
        item="A customer of the file walked through each flow",
        criterion="C13",
        close="Take one customer of the group from customers.csv and say on which days the flow would have met them.",
    ),
    Asked(
        id="flow_stages",
        item="Each flow at a different part of the customer life cycle, and the unserved parts named",
        criterion="C14",
        close="Give one of the flows that share a part another stage in [[flows.override]].",
    ),
    Asked(
        id="flow_rules",
        item="Trigger, audience, exit and re-entry of each flow, and what a purchase on the way does",
        criterion="C15",
        close=f"Say {TEXTS} what is missing on the card.",
    ),
    Asked(
        id="flow_steps",
        item="Steps in order, with channel and waits taken from the group's own rhythm",
        criterion="C16",
        close="Set wait_days in [[flows.override]] and say why in reason.",
    ),
    Asked(
        id="flow_rationale",
        item="Why each flow has the most impact for its group, against the flow that came second",
        criterion="C17",
        close=f"Accept a passage that speaks for the flow under accept in [evidence], or say {TEXTS} why it beats the second.",
    ),
    Asked(
        id="flow_feasible",
        item="Feasible today: the event is recorded and somebody with consent can be reached",
        criterion="C18",
        close="Save the missing event in events.csv, or choose a flow that these files can start.",
    ),
    Asked(
        id="flow_kpis",
        item="A success measure for each flow: baseline, target and a fair test",
        criterion="C19",
        close="Set margin and message_cost under [flows], or kpi_target in [[flows.override]], in company.toml.",
    ),
    _WORDS,
)
_REASONS = Asked(
    id="reasons_convince",
    item="Whether each reason convinces",
    criterion="C17",
    close="Read the reasons to somebody who prefers the flow that came second, and answer what they ask.",
)


def check_flows(plan: FlowPlan, book: EvidenceBook, *, arguments: Arguments) -> Iterator[ChecklistItem]:
    """Yield the items on flows."""
    found = {
        "flows": _flows(plan),
        "walks": _walks(plan),
        "flow_stages": _stages(plan),
        "flow_rules": _rules(plan),
        "flow_steps": _steps(plan),
        "flow_rationale": _rationale(plan, book),
        "flow_feasible": _feasible(plan),
        "flow_kpis": _kpis(plan),
        _WORDS.id: own_words(arguments, {Section.FLOW: len(plan.flows)}, where=_card(plan.flows[:1])),
    }
    yield from judge(TASK, ASKED, found)
    yield yours(TASK, _REASONS, "#flow-scores")


def _card(flows: Sequence[Flow]) -> str:
    return first_of([f"flow-{flow.id}" for flow in flows], "flows")


def _counted(plan: FlowPlan, lacking: Sequence[Flow], what: str, *, where: str = "") -> Found:
    """Return how many flows have something, with a link to the first that lacks it."""
    total = len(plan.flows)
    why = f"{total - len(lacking)} of {plural(total, 'flow')} {what}"
    return Found(
        met=total > 0 and not lacking,
        some=len(lacking) < total,
        why=why,
        where=_card(lacking) if lacking else where or _card(plan.flows[:1]),
    )


def _flows(plan: FlowPlan) -> Found:
    served = {flow.segment_id for flow in plan.flows}
    groups = {segment.segment_id for segment in plan.facts.segments}
    why = f"{plural(len(plan.flows), 'flow')} for {plural(len(groups), 'group')}"
    if plan.problems:
        why += f"; {plural(len(plan.problems), 'rule')} broken: {plan.problems[0].rstrip('.')}"
    met = len(plan.flows) >= WANTED and groups <= served and not plan.problems
    return Found(
        met=met, some=bool(plan.flows), why=why, where="#flow-problems" if plan.problems else "#flows"
    )


def _walks(plan: FlowPlan) -> Found:
    lacking = [flow for flow in plan.flows if not plan.reasons_of(flow.id).walks]
    walked = [flow for flow in plan.flows if flow not in lacking]
    where = first_of([f"walks-{flow.id}" for flow in walked])
    return _counted(plan, lacking, "have a customer walked through", where=where)


def _stages(plan: FlowPlan) -> Found:
    stages = {flow.stage for flow in plan.flows}
    why = f"{plural(len(stages), 'part')} served by {plural(len(plan.flows), 'flow')}"
    why += f"; {plural(len(plan.unserved), 'unserved part')} named"
    apart = len(stages) == len(plan.flows) > 0
    return Found(met=apart, some=bool(stages), why=why, where="#lifecycle")


def _rules(plan: FlowPlan) -> Found:
    lacking = []
    for flow in plan.flows:
        reasons = plan.reasons_of(flow.id)
        told = (flow.trigger.text, reasons.audience, flow.exit_when, flow.reentry.text, reasons.purchase)
        if not all(told):
            lacking.append(flow)
    return _counted(plan, lacking, "say all five")


def _steps(plan: FlowPlan) -> Found:
    lacking = [flow for flow in plan.flows if not (_messages(flow) and plan.reasons_of(flow.id).waits)]
    return _counted(plan, lacking, "have messages with a channel, and a reason for when they are sent")


def _messages(flow: Flow) -> list[Message]:
    return [node for node in flow.nodes if isinstance(node, Message)]


def _rationale(plan: FlowPlan, book: EvidenceBook) -> Found:
    lacking = []
    for flow in plan.flows:
        own = {item.id for item in book.of_segment(flow.segment_id)}
        if not own & set(flow.evidence_ids) or plan.reasons_of(flow.id).rival is None:
            lacking.append(flow)
    return _counted(plan, lacking, "stand on evidence of their group and name the flow that came second")


def _feasible(plan: FlowPlan) -> Found:
    unseen, unreached = [], []
    for flow in plan.flows:
        test = _test(plan, flow)
        if test is None or test.observability is Observability.NOT_OBSERVABLE:
            unseen.append(flow)
        elif not _reachable(plan, flow):
            unreached.append(flow)
    lacking = [flow for flow in plan.flows if flow in unseen or flow in unreached]
    found = _counted(plan, lacking, "can start and reach somebody today")
    why = found.why
    if unseen:
        why += f"; nothing in the files starts {join_words([flow.name for flow in unseen])}"
    if unreached:
        why += f"; nobody with consent for {join_words([flow.name for flow in unreached])}"
    too_often = [
        flow for flow in plan.flows if dict(plan.pressure.by_flow).get(flow.id, 0) > plan.pressure.allowed
    ]
    if too_often:
        why += f"; {join_words([flow.name for flow in too_often])} can send more than {plan.pressure.allowed} messages in a week"
    ways = [test.close for flow in unseen if (test := _test(plan, flow)) is not None and test.close]
    asked = ["Ask these customers for consent at the next order."] if unreached else []
    asked += (
        [
            f"Cap messages at {plan.pressure.allowed} a week in your system, or raise max_per_week under [flows]."
        ]
        if too_often
        else []
    )
    return Found(
        met=found.met and not too_often, some=found.some, why=why, where=found.where, close=" ".join(dict.fromkeys([*ways, *asked]))
    )  # fmt: skip


def _test(plan: FlowPlan, flow: Flow) -> BackTest | None:
    tests = plan.facts.of_segment(flow.segment_id).tests
    return next((test for test in tests if test.kind == flow.kind), None)


def _reachable(plan: FlowPlan, flow: Flow) -> bool:
    channels = {message.channel for message in _messages(flow)}
    reach = plan.facts.of_segment(flow.segment_id).reach
    return any(one.reachable > 0 for one in reach if one.channel in channels)


def _kpis(plan: FlowPlan) -> Found:
    kpis = [(flow, plan.reasons_of(flow.id).kpi) for flow in plan.flows]
    lacking = [flow for flow, kpi in kpis if not (kpi.baseline and kpi.test) or kpi.target is None]
    measured = sum(bool(kpi.baseline) for _, kpi in kpis)
    tested = sum(bool(kpi.test) for _, kpi in kpis)
    aimed = sum(kpi.target is not None for _, kpi in kpis)
    total = plural(len(kpis), "flow")
    why = f"of {total} {measured} have a baseline, {aimed} a target and {tested} a fair test"
    return Found(
        met=bool(kpis) and not lacking,
        some=measured > 0,
        why=why,
        where=_card(lacking) if lacking else "#flows",
    )
