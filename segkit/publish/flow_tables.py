"""The chapter on flows in tables and sentences: the answer, the choice, what triggers rest on, all flows together."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.flow import Message
from segkit.model.flow_facts import BackTest, Observability
from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowScore
from segkit.model.lifecycle import stage_definitions
from segkit.model.message import MessageDraft
from segkit.publish.blocks import Block, Gap, Table, Text
from segkit.publish.plan import Plan
from segkit.publish.records import Tone
from segkit.strategy.liquid import fill_or_keep
from segkit.words.figures import format_count, format_share, join_words, lower_first
from segkit.words.flow_answers import answer_sentences, export_sentences
from segkit.words.flow_kpis import TOO_SMALL, WHY_NO_TARGET
from segkit.words.flow_scores import CHANNEL_WORDS, PART_LABELS
from segkit.words.messages import split_sentences

SCORES_SHOWN = 4
"""Kinds of flow shown for each group: the chosen one and the next best."""
_VERDICTS = {
    Observability.OBSERVABLE: "observable",
    Observability.PROXY: "by proxy",
    Observability.NOT_OBSERVABLE: "not observable in this source",
}


def answer(plan: Plan) -> Text:
    """Say in two sentences which flow each group gets, and how far the orders carry it."""
    return Text(id="flows-answer", paragraphs=answer_sentences(plan.flows), tone=Tone.ANSWER)


def overview(plan: Plan) -> Table:
    """Return one line for each flow: group, part of the life cycle, start, channel, who can be reached."""
    rows = []
    for flow in plan.flows.flows:
        facts = plan.flows.facts.of_segment(flow.segment_id)
        first = next(node for node in flow.nodes if isinstance(node, Message))
        reach = next((item for item in facts.reach if item.channel is first.channel), None)
        rows.append(
            (
                flow.segment_name,
                flow_kinds()[flow.kind].label,
                stage_definitions()[flow.stage].label,
                flow.trigger.text,
                CHANNEL_WORDS[first.channel].capitalize(),
                format_share(reach.reachable, facts.size) if reach else "not known",
                format_count(facts.test(flow.kind).fires_last_year),
            )
        )
    return Table(
        id="flows",
        caption="One flow for each group",
        columns=(
            "Group",
            "Flow",
            "Life cycle",
            "Starts with",
            "Channel",
            "Reachable today",
            "Fired last year",
        ),
        rows=tuple(rows),
        numeric=(False, False, False, False, False, False, True),
        links=tuple(f"#flow-{flow.id}" for flow in plan.flows.flows),
        marks=tuple(flow.segment_id for flow in plan.flows.flows),
        note="“Fired last year” counts how often the flow would have started in the 365 days before the end of the data.",
    )


def reasons(plan: Plan) -> Table:
    """Return why each group gets its flow and what came second, a sentence each; the cards have the rest."""
    rows = []
    for flow in plan.flows.flows:
        found = plan.flows.reasons_of(flow.id)
        rows.append(
            (
                flow.segment_name,
                _first_sentence(found.why[0] if found.why else ""),
                _first_sentence(found.rival.sentence if found.rival else ""),
            )
        )
    return Table(
        id="flow-reasons",
        caption="Why this flow for this group",
        columns=("Group", "Why", "What came second"),
        rows=tuple(rows),
        links=tuple(f"#flow-{flow.id}" for flow in plan.flows.flows),
        marks=tuple(flow.segment_id for flow in plan.flows.flows),
    )


def _first_sentence(text: str) -> str:
    return next(iter(split_sentences(text)), "")


def drafts(plan: Plan) -> Table | None:
    """Return the drafted messages on a line each: how they open, what for, and what they ask; None where there is none."""
    if not plan.messages:
        return None
    return Table(
        id="drafts",
        caption="The drafted messages in short",
        columns=("Group", "Channel", "Opens with", "What it is for", "Asks to"),
        rows=tuple(
            (
                draft.segment_name,
                CHANNEL_WORDS[draft.channel].capitalize(),
                _opening(draft),
                draft.purpose,
                _request(draft),
            )
            for draft in plan.messages
        ),
        links=tuple(f"#message-{draft.id}" for draft in plan.messages),
        marks=tuple(draft.segment_id for draft in plan.messages),
    )


def _opening(draft: MessageDraft) -> str:
    """Return the subject of an email, or the first sentence of a text message."""
    if draft.email:
        return fill_or_keep(draft.email.subject, {})
    return _first_sentence(fill_or_keep(draft.sms.body, {})) if draft.sms else ""


def _request(draft: MessageDraft) -> str:
    """Return what a message asks its reader to do: the words of its button; a text message has a link or wants an answer."""
    if draft.email:
        return fill_or_keep(draft.email.action.label, {})
    return "Open its link" if draft.sms and draft.sms.url else "Answer"


def unserved(plan: Plan) -> Text | None:
    """Name the parts of the life cycle that no flow serves."""
    if not plan.flows.unserved:
        return None
    return Text(
        id="unserved",
        paragraphs=("No flow serves these parts of the life cycle. That is a choice, and it can be undone.",),
        bullets=plan.flows.unserved,
    )


def problems(plan: Plan) -> Text | None:
    """Say what an override or a check found wrong; None where nothing is."""
    if not plan.flows.problems:
        return None
    return Text(
        id="flow-problems",
        paragraphs=(
            "These flows break a rule. They are shown as asked for, and should not go live as they are.",
        ),
        bullets=plan.flows.problems,
        tone=Tone.CAUTION,
    )


def scores(plan: Plan) -> Table:
    """Return how the kinds of flow compare for each group: points for each part, the chosen one first."""
    names = {flow.segment_id: flow.segment_name for flow in plan.flows.flows}
    rows, marks = [], []
    for segment_id, name in names.items():
        for score in _best(plan.flows.scores, segment_id):
            marks.append(segment_id)
            label = f"{flow_kinds()[score.kind].label} ({stage_definitions()[score.stage].label.lower()})"
            shown = f"{label}, chosen" if score.chosen else label
            rows.append((name, shown, str(score.total), *(str(part.points) for part in score.parts)))
    parts = next((score.parts for score in plan.flows.scores if score.parts), ())
    return Table(
        id="flow-scores",
        caption="The chosen kind of flow and the next best, 0 to 3 points for each part",
        columns=("Group", "Flow", "Points", *(PART_LABELS[part.name] for part in parts)),
        rows=tuple(rows),
        numeric=(False, False, *(True for _ in parts), True),
        marks=tuple(marks),
        note=(
            "Entered: share of the group whom it would have caught. Own: firings a customer last year against the other groups. Room: share "
            "of firings that no order followed. Evidence: pieces that speak for it. Reach: share who can be written to today. Today: share of "
            "the group at this part of the life cycle. Where something stands in for the trigger the sum is 2 lower. The flows are chosen together: most points in all, no part of the life cycle and no "
            "kind twice."
        ),
    )


def _best(found: Sequence[FlowScore], segment_id: int) -> list[FlowScore]:
    """Return the chosen score of a segment and the best others, each kind once, at its best stage."""
    own = [score for score in found if score.segment_id == segment_id and score.parts]
    own.sort(key=lambda score: (not score.chosen, -score.total))
    kinds: dict[str, FlowScore] = {}
    for score in own:
        kinds.setdefault(score.kind, score)
    return list(kinds.values())[:SCORES_SHOWN]


def triggers(plan: Plan) -> Table:
    """Return for each kind of flow whether these files show its trigger, and what it would have done."""
    segments = plan.flows.facts.segments
    rows = []
    for kind in flow_kinds().values():
        tests = [segment.test(kind.id) for segment in segments]
        rows.append((kind.label, _VERDICTS[_verdict(tests)], *_counts(tests), _what(tests)))
    return Table(
        id="triggers",
        caption="Which triggers these files show",
        columns=("Flow", "Trigger", "Fired", "Customers", "What stands behind it, or what is missing"),
        rows=tuple(rows),
        numeric=(False, False, True, True, False),
    )


def _verdict(tests: Sequence[BackTest]) -> Observability:
    found = {test.observability for test in tests}
    order = (Observability.OBSERVABLE, Observability.PROXY, Observability.NOT_OBSERVABLE)
    return next(verdict for verdict in order if verdict in found or verdict is order[-1])


def _counts(tests: Sequence[BackTest]) -> tuple[str, str]:
    if _verdict(tests) is Observability.NOT_OBSERVABLE:
        return "", ""
    return format_count(sum(test.fires for test in tests)), format_count(
        sum(test.customers for test in tests)
    )


def _what(tests: Sequence[BackTest]) -> str:
    kind = flow_kinds()[tests[0].kind]
    if _verdict(tests) is Observability.NOT_OBSERVABLE:
        return f"{tests[0].missing or kind.missing} {tests[0].close or kind.close}"
    proxy = next((test.stands_in for test in tests if test.stands_in), "")
    return f"{kind.starts[:1].upper()}{kind.starts[1:]}{f'; {lower_first(proxy)}' if proxy else ''}."


def pressure(plan: Plan) -> Text:
    """Say how many messages a customer can get in a week, and which flow goes first."""
    found = plan.flows.pressure
    tone = Tone.CAUTION if found.worst > found.allowed else Tone.PLAIN
    common = [flow.quiet_hours.text for flow in plan.flows.flows[:1]]
    kpis = [reasons.kpi for reasons in plan.flows.reasons]
    common += [WHY_NO_TARGET] if any(kpi.target is None for kpi in kpis) else []
    common += [TOO_SMALL] if any(kpi.test.startswith("Too small") for kpi in kpis) else []
    return Text(id="pressure", paragraphs=(), bullets=(*found.sentences, *common), tone=tone)


def missing_events(plan: Plan) -> Gap | None:
    """Say what an events file would add, where there is none."""
    if plan.flows.facts.events:
        return None
    unseen = [kind for kind in flow_kinds().values() if kind.needs == "events"]
    return Gap(
        id="missing-events",
        missing=f"{join_words([kind.label for kind in unseen])} cannot be observed: the files hold orders and nothing that came before them.",
        close=" ".join(kind.close for kind in unseen),
    )


def exports(plan: Plan) -> Text:
    """Say how the flows get into a system, and what has to be filled in."""
    return Text(
        id="flow-exports",
        paragraphs=export_sentences(plan.foundation.company.slug, len(plan.flows.flows), len(plan.messages)),
    )


def flow_blocks(plan: Plan) -> tuple[Block, ...]:
    """Return everything of the chapter that stands once, for checking a page against its inputs."""
    found = (
        answer(plan),
        overview(plan),
        reasons(plan),
        drafts(plan),
        unserved(plan),
        problems(plan),
        scores(plan),
        triggers(plan),
        missing_events(plan),
        pressure(plan),
        exports(plan),
    )
    return tuple(block for block in found if block is not None)
