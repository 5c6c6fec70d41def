"""The plan: one flow for each segment, chosen together, with every reason beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from segkit.model.flow import Channel, Flow
from segkit.model.flow_facts import FlowFacts
from segkit.model.lifecycle import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One aspect of how well a kind of flow suits a segment: 0 to 3 points, and why."""

    name: str  # "entrants" | "own" | "room" | "evidence" | "reach" | "today"
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowScore:
    """How well a kind of flow at one stage suits a segment; ``excluded`` says why it cannot be chosen at all."""

    segment_id: int
    kind: str
    stage: Stage
    parts: tuple[ScorePart, ...]
    total: int
    excluded: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """The strongest kind of flow that a segment did not get, and why it lost."""

    kind: str
    stage: Stage
    total: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A rule that binds flows, in the words of a page or a study.

    ``channel`` None means every channel; ``most`` messages within ``per_days`` (None: in one run of the flow); ``months`` in
    which nothing is sent; ``segments`` it binds, empty for all.
    """

    text: str
    source_id: str
    exact: str
    channel: Channel | None = None
    most: int | None = None
    per_days: int | None = None
    months: tuple[int, ...] = ()
    segments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """What a flow is judged by: baseline as counts, a target only where somebody or the break-even sets one."""

    name: str
    definition: str
    horizon_days: int
    baseline_k: int
    baseline_n: int
    baseline: str
    target: float | None
    target_reason: str
    test: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One customer walked through the flow: what would have happened, and what happens next and when."""

    customer_id: str
    stage: Stage
    past: str
    next: str
    next_on: date | None = None
    by: Channel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowReasons:
    """Everything said about one flow, as sentences that were composed from measured values."""

    flow_id: str
    segment_id: int
    why: tuple[str, ...]
    rival: Rival | None
    back_test: tuple[str, ...]
    audience: str
    waits: tuple[str, ...]
    purchase: str
    kpi: Kpi
    limits: tuple[Limit, ...] = ()
    conflicts: tuple[str, ...] = ()
    overridden: str = ""
    walks: tuple[Walk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """How many messages a customer can get in a week: by flow, and over all flows."""

    by_flow: tuple[tuple[str, int], ...]
    worst: int
    allowed: int
    sentences: tuple[str, ...]
    priority: tuple[str, ...]  # flow ids, the one that goes first first


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowPlan:
    """The flows of one company and what they stand on."""

    flows: tuple[Flow, ...]
    reasons: tuple[FlowReasons, ...]
    scores: tuple[FlowScore, ...]
    unserved: tuple[str, ...]
    pressure: Pressure
    problems: tuple[str, ...]
    facts: FlowFacts

    def reasons_of(self, flow_id: str) -> FlowReasons:
        """Return what is said about one flow."""
        return next(item for item in self.reasons if item.flow_id == flow_id)
