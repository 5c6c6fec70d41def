"""A flow as numbered steps in reading order, each in words: what drawings, tables and text formats share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from segkit.errors import RenderError
from segkit.model.flow import (
    Channel,
    Delay,
    Flow,
    Message,
    MultiSplit,
    Node,
    RandomSplit,
    Split,
    Task,
    UpdateProfile,
    WaitFor,
    links_of,
)
from segkit.words.figures import lower_first, plural

STEP_COLUMNS = ("Step", "Kind", "What", "Then")
"""The columns of a flow as a table: with its note it says everything that the drawing says, in words."""


class StepKind(StrEnum):
    """What a step is; the value is the word that stands in every drawing of it."""

    START = "Start"
    WAIT = "Wait"
    WAIT_FOR = "Wait for an event"
    QUESTION = "Question"
    LOT = "By lot"
    EMAIL = "Email"
    SMS = "Text message"
    PUSH = "Push message"
    TASK = "Task for a person"
    PROFILE = "Note on the profile"
    EXIT = "Exit"
    CONTINUES = "Continues"


_CHANNELS = {
    Channel.EMAIL: StepKind.EMAIL,
    Channel.SMS: StepKind.SMS,
    Channel.PUSH: StepKind.PUSH,
    Channel.PERSON: StepKind.TASK,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLink:
    """One way on: what it is called ("" where there is only one), and the number it leads to, None for the exit."""

    label: str
    number: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One node in words. ``details`` are lines below the label; steps are numbered from 1 in reading order."""

    number: int
    node_id: str
    kind: StepKind
    label: str
    details: tuple[str, ...]
    links: tuple[StepLink, ...]

    @property
    def head(self) -> str:
        """Number and kind, as they stand above the label."""
        return f"{self.number} · {self.kind.value}"


def outline_flow(flow: Flow) -> tuple[Step, ...]:
    """Return the steps of a flow in reading order: each branch to its end before the next; a shared step once.

    Nodes that nothing leads to come last.

    Raises
    ------
    RenderError
        A link leads to no node, or two nodes have one id.
    """
    nodes = {node.id: node for node in flow.nodes}
    if len(nodes) < len(flow.nodes):
        raise RenderError(f"flow {flow.id!r} has two nodes of one id; give each node its own.")
    order = list(dict.fromkeys((*_walk(flow, nodes), *nodes)))
    numbers: dict[str, int | None] = {name: number for number, name in enumerate(order, start=1)}
    numbers[""] = None
    for node in flow.nodes:
        for link in links_of(node):
            if link not in numbers:
                raise RenderError(
                    f"node {node.id!r} of flow {flow.id!r} leads to {link!r}, which is no node; "
                    "name a node or leave the link empty for the exit."
                )
    return tuple(_step(nodes[name], numbers) for name in order)


def reached_steps(flow: Flow) -> frozenset[str]:
    """Return the ids of the nodes that a customer can get to."""
    return frozenset(_walk(flow, {node.id: node for node in flow.nodes}))


def _walk(flow: Flow, nodes: dict[str, Node]) -> Iterator[str]:
    if flow.entry and flow.entry not in nodes:
        raise RenderError(
            f"flow {flow.id!r} starts at {flow.entry!r}, which is no node; name one of its nodes."
        )
    seen: set[str] = set()
    stack = [flow.entry]
    while stack:
        name = stack.pop()
        if name in nodes and name not in seen:
            seen.add(name)
            yield name
            stack.extend(reversed(links_of(nodes[name])))


def _step(node: Node, numbers: dict[str, int | None]) -> Step:
    kind, label, details = _describe(node)
    labels = link_labels(node)
    return Step(
        number=numbers[node.id] or 0,
        node_id=node.id,
        kind=kind,
        label=label.strip() or node.id,
        details=tuple(detail for detail in details if detail.strip()),
        links=tuple(
            StepLink(label=text, number=numbers[link])
            for text, link in zip(labels, links_of(node), strict=True)
        ),
    )


def _describe(node: Node) -> tuple[StepKind, str, tuple[str, ...]]:
    """Return kind, label and details of a node."""
    details: tuple[str, ...] = ()
    match node:
        case Delay():
            kind, label, details = StepKind.WAIT, wait_text(node), (node.reason,)
        case Split():
            kind, label = StepKind.QUESTION, node.condition.text
        case MultiSplit():
            kind, label = StepKind.QUESTION, "Which of these holds first?"
            details = tuple(
                f"{branch.name}: {branch.condition.text}" if branch.condition else f"Otherwise: {branch.name}"
                for branch in node.branches
            )
        case RandomSplit():
            kind, details = StepKind.LOT, (node.reason,)
            label = f"{node.percent} % of the customers, drawn by lot, go one way"
        case WaitFor():
            kind, label = StepKind.WAIT_FOR, node.text or node.event.replace("_", " ")
            details = (f"At most {plural(node.timeout_days, 'day')}.",)
        case Message():
            kind, label, details = _CHANNELS[node.channel], node.name, (node.purpose,)
        case Task():
            kind, label, details = StepKind.TASK, node.name, (node.text,)
        case UpdateProfile():
            kind, label = StepKind.PROFILE, f"Set {node.property} to {node.value}"
    return kind, label, details


def wait_text(delay: Delay) -> str:
    """Return how long a delay lasts.

    Examples
    --------
    >>> wait_text(Delay(id="a", days=2, hours=1, until="10:00", next=""))
    '2 days and 1 hour, then until 10:00'
    >>> wait_text(Delay(id="a", days=0, until="10:00", next=""))
    'Until 10:00'
    """
    counted = ((delay.days, "day"), (delay.hours, "hour"))
    spans = " and ".join(plural(count, noun) for count, noun in counted if count)
    if delay.until:
        return f"{spans}, then until {delay.until}" if spans else f"Until {delay.until}"
    return spans or "No time"


def link_labels(node: Node) -> tuple[str, ...]:
    """Return what the ways out of a node are called, in the order of ``links_of``; "" for a single way."""
    match node:
        case Split():
            return ("Yes", "No")
        case MultiSplit():
            return tuple(branch.name for branch in node.branches)
        case RandomSplit():
            return (f"Drawn ({node.percent} %)", f"Not drawn ({100 - node.percent} %)")
        case WaitFor():
            return ("It happens", f"Not within {plural(node.timeout_days, 'day')}")
        case _:
            return ("",)


def destination(number: int | None) -> str:
    """Return where a link leads, in words.

    Examples
    --------
    >>> destination(4), destination(None)
    ('step 4', 'exit')
    """
    return "exit" if number is None else f"step {number}"


def then_text(step: Step) -> str:
    """Return where a step leads: "Step 4" or "Yes: step 4; no: exit"."""
    ways = [
        f"{link.label}: {destination(link.number)}" if link.label else destination(link.number)
        for link in step.links
    ]
    text = "; ".join(ways)
    return text[:1].upper() + text[1:]


def told_steps(flow: Flow) -> str:
    """Return the flow told step by step, for who cannot see the drawing."""
    reached = reached_steps(flow)
    told = [f"Starts when: {lower_first(flow.trigger.text)}."]
    for step in outline_flow(flow):
        what = " ".join(_sentence(part) for part in (step.label, *step.details))
        away = "" if step.node_id in reached else " Nothing leads to this step."
        told.append(f"Step {step.number}, {step.kind.value.lower()}: {what} {_onward(step)}{away}")
    told.extend(f"{heading}: {'; '.join(lines)}." for heading, lines in standing_notes(flow))
    return " ".join(told)


def standing_notes(flow: Flow) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return what holds at every step, as headings with lines: the audience, and what ends the flow early."""
    notes = (
        ("Asked at the start and before each message", flow.audience),
        ("Ends the flow at any step", flow.exit_when),
    )
    return tuple(
        (heading, tuple(condition.text.strip().removesuffix(".") for condition in conditions))
        for heading, conditions in notes
        if conditions
    )


def _onward(step: Step) -> str:
    ways = [
        f"{link.label}: {destination(link.number)}" if link.label else f"Then {destination(link.number)}"
        for link in step.links
    ]
    return f"{'; '.join(ways)}."


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "?", "!")) else f"{text}."
