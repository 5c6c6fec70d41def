"""The nodes of a flow as nodes of a Dittofeed journey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from segkit.model.flow import (
    Channel,
    Delay,
    Flow,
    FlowCondition,
    Message,
    MultiSplit,
    Node,
    RandomSplit,
    Split,
    Task,
    TriggerKind,
    UpdateProfile,
    WaitFor,
)
from segkit.strategy.exports.dittofeed_segments import (
    DAY_SECONDS,
    HOUR_SECONDS,
    SegmentShelf,
    event_name,
    performed,
    stable_id,
    subscription_group,
)
from segkit.strategy.exports.dittofeed_templates import template_of
from segkit.strategy.exports.export import Remarks
from segkit.strategy.exports.lowering import Mailbox, added_name, event_of
from segkit.strategy.flow_graph import hours_until, nodes_by_id
from segkit.words.figures import plural

EXIT = "ExitNode"
RESERVED = frozenset({EXIT, "EntryNode", "EventEntryNode"})
VARIANTS = {Channel.EMAIL: "Email", Channel.SMS: "Sms", Channel.PUSH: "MobilePush"}
JourneyNode = dict[str, Any]


@dataclass(slots=True)
class NodeWriter:
    """Writes the nodes of one journey and collects the templates it needs."""

    flow: Flow
    mailbox: Mailbox
    shelf: SegmentShelf
    remarks: Remarks
    company: str
    templates: dict[str, dict[str, Any]] = field(default_factory=dict)

    def added(self, node: str, suffix: str) -> str:
        """Return an id for a node that the exporter adds to one of the flow's."""
        return added_name(node, suffix, self.flow)

    @property
    def waits_for_events(self) -> bool:
        """Whether a node waits for an event."""
        return any(isinstance(node, WaitFor) for node in self.flow.nodes)

    def key(self) -> str:
        """Return the placeholder of the property that ties an awaited event to the one that started the journey."""
        return self.remarks.bind(
            "property",
            f"{self.flow.id} key",
            what="the property that the starting event and the awaited one share: a basket's number, else the customer's",
            where=f"the events that your shop sends: {self.flow.trigger.text}",
        )

    def target(self, link: str) -> str:
        """Return the id in the journey that a link of the flow leads to."""
        node = nodes_by_id(self.flow).get(link)
        while isinstance(node, UpdateProfile):  # left out: its successor takes its place
            link = node.next
            node = nodes_by_id(self.flow).get(link)
        if node is None:
            return EXIT
        guards = self._guards(node)
        return guards[0][0] if guards else self._name(node.id)

    def nodes(self, node: Node) -> list[JourneyNode]:
        """Return the nodes of the journey for one node of the flow."""
        if isinstance(node, UpdateProfile):
            self.remarks.warn(
                _at(node),
                f"a Dittofeed journey cannot change a user; the node is left out, so set {node.property!r} to "
                f"{node.value!r} in your shop.",
            )
            return []
        if isinstance(node, Delay):
            return self._delay(node)
        if isinstance(node, (Split, MultiSplit)):
            return self._cascade(node)
        if isinstance(node, RandomSplit):
            return [self._cohorts(node)]
        return [self._wait_for(node)] if isinstance(node, WaitFor) else self._sent(node)

    def split(self, identifier: str, segment: str, *, yes: str, no: str, name: str) -> JourneyNode:
        """Return a split by a segment."""
        variant = {"type": "Boolean", "segment": segment, "trueChild": yes, "falseChild": no}
        return {"type": "SegmentSplitNode", "id": identifier, "name": name, "variant": variant}

    def _name(self, identifier: str) -> str:
        return self.added(identifier, "node") if identifier in RESERVED else identifier

    def _delay(self, node: Delay) -> list[JourneyNode]:
        seconds = node.days * DAY_SECONDS + node.hours * HOUR_SECONDS
        following, nodes = self.target(node.next), []
        if node.until:
            hour, minute = node.until.split(":")
            name = self.added(node.id, "until") if seconds else self._name(node.id)
            variant = {"type": "LocalTime", "hour": int(hour), "minute": int(minute)}
            nodes.append(_wait(name, variant, following))
            following = name
        if seconds:
            nodes.insert(0, _wait(self._name(node.id), {"type": "Second", "seconds": seconds}, following))
        return nodes

    def _cascade(self, node: Split | MultiSplit) -> list[JourneyNode]:
        asked: list[tuple[FlowCondition, str]] = []
        if isinstance(node, Split):
            asked, otherwise = [(node.condition, node.yes)], node.no
        else:
            asked = [(branch.condition, branch.next) for branch in node.branches if branch.condition]
            otherwise = node.branches[-1].next
            self.remarks.warn(
                _at(node),
                f"Dittofeed parts two ways only; the export asks the {len(asked)} questions one after the other.",
            )
        names = [self._name(node.id)]
        names += [self.added(node.id, str(number)) for number in range(2, len(asked) + 1)]
        after = [*names[1:], self.target(otherwise)]
        hours = hours_until(self.flow).get(node.id, 0)
        nodes = []
        for (condition, yes), name, no in zip(asked, names, after, strict=True):
            question = self.shelf.nodes_of(condition, at=_at(node), hours=hours)
            segment = self.shelf.add(condition.text, [question])
            nodes.append(self.split(name, segment, yes=self.target(yes), no=no, name=condition.text))
        return nodes

    def _cohorts(self, node: RandomSplit) -> JourneyNode:
        children = [
            {"id": self.target(node.yes), "percent": node.percent, "name": "yes"},
            {"id": self.target(node.no), "percent": 100 - node.percent, "name": "no"},
        ]
        return {"type": "RandomCohortNode", "id": self._name(node.id), "children": children}

    def _wait_for(self, node: WaitFor) -> JourneyNode:
        event = event_name(event_of(node.event), self.remarks)
        if self.flow.trigger.kind in {TriggerKind.EVENT, TriggerKind.INVENTORY}:
            self.remarks.warn(
                _at(node),
                "a journey that starts with an event can wait only for an event with the same key; both events "
                "must carry the property that the binding of the key names.",
            )
            # where an order waits for an order, the first of the two has started the journey
            again = 2 if event_of(node.event) == event_of(self.flow.trigger.event) else 1
            question: dict[str, Any] = performed(event, at_least=again)
            question |= {"type": "KeyedPerformed", "key": self.key()}
        else:
            self.remarks.warn(
                _at(node),
                f"Dittofeed goes on at once for a customer with this event in the last {plural(node.timeout_days, 'day')}, "
                "even from before the wait.",
            )
            question = performed(event, at_least=1) | {"withinSeconds": node.timeout_days * DAY_SECONDS}
        segment = self.shelf.add(node.text or f"{node.event} happened", [question])
        return {
            "type": "WaitForNode",
            "id": self._name(node.id),
            "timeoutSeconds": node.timeout_days * DAY_SECONDS,
            "timeoutChild": self.target(node.timeout),
            "segmentChildren": [{"id": self.target(node.happened), "segmentId": segment}],
        }

    def _sent(self, node: Message | Task) -> list[JourneyNode]:
        guards = self._guards(node)
        names = [*(name for name, _, _ in guards), self._name(node.id)]
        nodes = []
        for (name, segment, goes_on), following in zip(guards, names[1:], strict=True):
            yes, no = (following, EXIT) if goes_on else (EXIT, following)
            title = "Still in the audience" if goes_on else "Has a reason to leave"
            nodes.append(self.split(name, segment, yes=yes, no=no, name=title))
        if isinstance(node, Task) or node.channel is Channel.PERSON:
            return [*nodes, self._task(node)]
        return [*nodes, self._message(node)]

    def _message(self, node: Message) -> JourneyNode:
        draft = self.mailbox.draft(node)
        identifier = stable_id(self.company, self.flow.id, "template", node.content_id)
        self.templates.setdefault(
            node.content_id,
            {
                "id": identifier,
                "name": f"{self.flow.name}: {node.name}",
                "definition": template_of(node, draft),
            },
        )
        if draft is not None and draft.email is not None:
            self.remarks.warn(
                _at(node),
                f"the template holds the words in plain HTML; the designed page is "
                f"results/messages/{node.content_id}.html.",
            )
        return {
            "type": "MessageNode",
            "id": self._name(node.id),
            "name": node.name,
            "subscriptionGroupId": subscription_group(node.channel, self.remarks),
            "variant": {"type": VARIANTS[node.channel], "templateId": identifier},
            "child": self.target(node.next),
        }

    def _task(self, node: Message | Task) -> JourneyNode:
        text = node.text if isinstance(node, Task) else node.purpose
        self.remarks.warn(
            _at(node),
            f"Dittofeed has no task for a person; the export calls a webhook, whose template you make so that it "
            f"tells your team: {text}",
        )
        template = self.remarks.bind(
            "template",
            f"{self.flow.id} {node.id}",
            what=f"a webhook template that tells your team: {text.removesuffix('.')}",
            where="Dittofeed: Templates; the id stands in the address of the template's page",
        )
        return {
            "type": "MessageNode",
            "id": self._name(node.id),
            "name": node.name,
            "variant": {"type": "Webhook", "templateId": template},
            "child": self.target(node.next),
        }

    def _guards(self, node: Node) -> list[tuple[str, str, bool]]:
        """Return what is asked before a message: the split's id, its segment, and whether a yes goes on."""
        if not isinstance(node, (Message, Task)):
            return []
        guards = []
        at, hours = f"Before node {node.id!r}", hours_until(self.flow).get(node.id, 0)
        for conditions, suffix, goes_on in (
            (self.flow.audience, "audience", True),
            (self.flow.exit_when, "exit", False),
        ):
            if conditions:
                segment = self._question(conditions, at=at, hours=hours, every=goes_on)
                guards.append((self.added(node.id, suffix), segment, goes_on))
        if guards:
            self.remarks.warn(
                at,
                "Dittofeed has no filter that holds all along; the export asks audience and exit in splits before the "
                "message, so a customer leaves there and not earlier.",
            )
        return guards

    def _question(self, conditions: Sequence[FlowCondition], *, at: str, hours: int, every: bool) -> str:
        name = "still in the audience" if every else "has a reason to leave"
        nodes = [self.shelf.nodes_of(each, at=at, hours=hours, leaving=not every) for each in conditions]
        return self.shelf.add(name, nodes, every=every)


def _wait(name: str, variant: dict[str, Any], following: str) -> JourneyNode:
    return {"type": "DelayNode", "id": name, "variant": variant, "child": following}


def _at(node: Node) -> str:
    return f"Node {node.id!r}"
