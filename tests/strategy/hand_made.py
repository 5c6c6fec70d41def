"""Flow facts, scores, limits and segments written by hand, for the tests of how flows are chosen and built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from segkit.model.company import FlowOverride, FlowSettings
from segkit.model.document import Library
from segkit.model.evidence import (
    Direction,
    Evidence,
    EvidenceBook,
    Provenance,
    Quote,
    Source,
    SourceType,
    Strength,
)
from segkit.model.factor import Factor
from segkit.model.flow import Channel, Delay, Flow, WaitFor, links_of
from segkit.model.flow_facts import (
    BackTest,
    CustomerCase,
    Firing,
    FlowFacts,
    LevelCount,
    Observability,
    ProductPair,
    ProductRhythm,
    Quantiles,
    Reach,
    Rhythm,
    Season,
    SegmentFacts,
    StageCount,
)
from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowPlan, FlowScore, Limit, ScorePart
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind
from segkit.model.lifecycle import Stage
from segkit.model.segment import Basis, Rule, Segment
from segkit.strategy.flow_plan import plan_flows

AS_OF = date(2026, 9, 7)
KINDS = tuple(flow_kinds())
EMPTY_BOOK = EvidenceBook(sources=(), evidence=(), appendix=(), n_tests=0)
ONCE = Limit(text="One text, once.", source_id="page", exact="one text", channel=Channel.SMS, most=1)
ONE_MESSAGE = Limit(text="One message, once.", source_id="page", exact="one reminder", most=1)
MONTHLY = Limit(
    text="One email a month.",
    source_id="page",
    exact="once a month",
    channel=Channel.EMAIL,
    most=1,
    per_days=30,
)
AUGUST = Limit(text="None in August.", source_id="page", exact="not in August", months=(8,))


def back_test(kind: str, segment_id: int = 1, **changes: object) -> BackTest:
    """Return a trigger that was seen: 6 firings for 4 customers, one of 5 followed by an order."""
    return replace(
        BackTest(
            kind=kind,
            segment_id=segment_id,
            observability=Observability.OBSERVABLE,
            wait_days=40,
            wait_reason="half were back by day 40 (Kaplan-Meier)",
            horizon_days=flow_kinds()[kind].horizon_days,
            fires=6,
            customers=4,
            fires_last_year=3,
            customers_now=1,
            observed=5,
            returned=1,
            still_open=1,
        ),
        **changes,
    )


def unseen(kind: str, segment_id: int = 1) -> BackTest:
    """Return a trigger that the files do not show."""
    return BackTest(
        kind=kind,
        segment_id=segment_id,
        observability=Observability.NOT_OBSERVABLE,
        missing="Nothing shows it.",
        close="Save it.",
    )


def reach(channel: Channel, reachable: int, *, size: int = 5, preferred: int = 0) -> Reach:
    """Return how many of a group can be reached by a channel."""
    return Reach(
        channel=channel,
        n_customers=size,
        with_address=size,
        agreed=reachable,
        refused=size - reachable,
        unknown=0,
        reachable=reachable,
        preferred=preferred,
    )


def rhythm(median: float | None = 40, *, hour: int | None = 15) -> Rhythm:
    """Return a group's time between orders."""
    quantiles = Quantiles(q25=None, q50=median, q75=None)
    return Rhythm(
        n_customers=5,
        n_closed=9,
        n_open=5,
        closed=quantiles,
        kaplan_meier=quantiles,
        weekday="Monday",
        weekday_k=4,
        weekday_n=14,
        hour=hour,
    )


def group(segment_id: int = 1, **changes: object) -> SegmentFacts:
    """Return a group of five in which every kind of flow was seen, all reached by email."""
    values = {
        "segment_id": segment_id,
        "name": f"Group {segment_id}",
        "size": 5,
        "rhythm": rhythm(),
        "stages": tuple(StageCount(stage=stage, customers=0) for stage in Stage),
        "reach": (reach(Channel.EMAIL, 5), reach(Channel.SMS, 0), reach(Channel.PERSON, 5)),
        "tests": tuple(back_test(kind, segment_id) for kind in KINDS),
        "products": (LevelCount(name=f"Tea {segment_id}", customers=4, orders=9),),
    }
    return SegmentFacts(**{**values, **changes})


def book(*groups: SegmentFacts) -> FlowFacts:
    """Return the facts of a small company."""
    return FlowFacts(
        as_of=AS_OF,
        currency="GBP",
        n_customers=sum(item.size for item in groups),
        first_day=date(2025, 3, 9),
        segments=groups,
    )


def segment(facts: SegmentFacts) -> Segment:
    """Return the segment that facts are about."""
    return Segment(
        id=facts.segment_id,
        name=facts.name,
        size=facts.size,
        share=0.25,
        revenue=Decimal(1000) / facts.segment_id,
        revenue_share=1 / (1 + facts.segment_id),
        orders=10 + facts.segment_id,
        stability=None,
        basis=Basis.DESCRIPTIVE,
        rule=Rule(order=facts.segment_id, alternatives=(), sentence="Everyone else."),
        profile=(),
        measures=(),
        name_holds_for=facts.size,
    )


def piece(segment_id: int, words: str, *, number: int = 1, source: str = "note") -> Evidence:
    """Return a quotation that speaks for a group."""
    return Evidence(
        id=f"S{segment_id}-{number}",
        segment_id=segment_id,
        factor=Factor.BEHAVIORAL,
        claim="They say so",
        kind="quote",
        direction=Direction.SUPPORTS,
        source_id=source,
        locator="",
        in_model=False,
        strength=Strength.DESCRIPTIVE,
        strength_reasons=(),
        limits="",
        quote=Quote(
            exact=words,
            prefix="",
            suffix="",
            start=0,
            end=len(words),
            n_hits=1,
            verified=True,
            verbatim=True,
            provenance=Provenance.ORIGINAL,
        ),
    )


def evidence(*pieces: Evidence) -> EvidenceBook:
    """Return the evidence book of some pieces."""
    sources = tuple(
        Source(id=name, type=SourceType.WEBSITE, title=name, path=f"{name}.html", sha256="0" * 64)
        for name in dict.fromkeys(item.source_id for item in pieces)
    )
    return EvidenceBook(sources=sources, evidence=pieces, appendix=(), n_tests=0)


def policy(subject: str, words: str, *, source: str = "page", number: int = 1) -> LedgerEntry:
    """Return what a page says of how the company writes."""
    return LedgerEntry(
        id=f"L{number}",
        kind=LedgerKind.POLICY,
        subject=subject,
        value=words,
        source_id=source,
        exact=words,
        locator=f"website/{source}.html",
    )


def plan(
    facts: FlowFacts,
    *,
    pieces: EvidenceBook | None = None,
    ledger: Ledger | None = None,
    settings: FlowSettings | None = None,
    overrides: Sequence[FlowOverride] = (),
) -> FlowPlan:
    """Plan flows for groups written by hand; customer ``K1`` belongs to group 1, and so on."""
    return plan_flows(
        facts,
        segments=[segment(item) for item in facts.segments],
        evidence=pieces or evidence(*(piece(item.segment_id, "They buy.") for item in facts.segments)),
        ledger=ledger or Ledger(),
        library=Library(),
        settings=settings or FlowSettings(overrides=tuple(overrides)),
        members={f"K{item.segment_id}": item.segment_id for item in facts.segments},
    )


def score(segment_id: int, kind: str, stage: Stage, total: int, *, excluded: str = "") -> FlowScore:
    """Return the points of a kind of flow for a group."""
    parts = () if excluded else (ScorePart(name="entrants", points=min(total, 3), reason="seen"),)
    return FlowScore(
        segment_id=segment_id, kind=kind, stage=stage, parts=parts, total=total, excluded=excluded
    )


def case(customer: str, segment_id: int = 1, **changes: object) -> CustomerCase:
    """Return a customer who may be written to by email."""
    values = {
        "customer_id": customer,
        "segment_id": segment_id,
        "stage": Stage.GROW,
        "first_order": date(2025, 5, 1),
        "last_order": date(2026, 7, 1),
        "purchase_days": 3,
        "median_gap_days": 40.0,
        "last_product": "Tea",
        "channels": (Channel.EMAIL, Channel.PERSON),
        "refused": (),
    }
    return CustomerCase(**{**values, **changes})


def fired(kind: str, on: date, returned: date | None = None) -> Firing:
    """Return one start of a flow for a customer."""
    return Firing(kind=kind, on=on, returned_on=returned)


def ways(flow: Flow, node_id: str | None = None, day: int = 0) -> list[list[tuple[int, str]]]:
    """Return every way through a flow as (day, step); nobody answers before a wait for an event ends."""
    node_id = flow.entry if node_id is None else node_id
    if not node_id:
        return [[]]
    node = flow.node(node_id)
    later = day + (node.days if isinstance(node, Delay) else 0)
    found = []
    for place, link in enumerate(links_of(node)):
        waited = node.timeout_days if isinstance(node, WaitFor) and place == 1 else 0
        found += [[(day, node_id), *rest] for rest in ways(flow, link, later + waited)]
    return found


@st.composite
def tests_of(draw, kind: str, segment_id: int, size: int) -> BackTest:
    """Draw what was seen of a kind of flow: nothing, a trigger that never fired, or any counts that agree."""
    seen = draw(st.sampled_from(Observability))
    if seen is Observability.NOT_OBSERVABLE:
        return unseen(kind, segment_id)
    fires = draw(st.integers(0, 12))
    observed = draw(st.integers(0, fires))
    return back_test(
        kind,
        segment_id,
        observability=seen,
        fires=fires,
        customers=draw(st.integers(min(fires, 1), max(min(size, fires), min(fires, 1)))),
        fires_last_year=draw(st.integers(0, fires)),
        observed=observed,
        returned=draw(st.integers(0, observed)),
        still_open=fires - observed,
        wait_days=draw(st.none() | st.integers(0, 300)),
        season=draw(st.none() | st.just(Season(months=(10, 11, 12), k=5, n=8, years=2))),
        pair=draw(st.none() | st.just(PAIR)),
        again=draw(st.none() | st.just(AGAIN)),
    )


PAIR = ProductPair(
    first="Tea", second="Cup", level="product", support=3, n_first=4, lift=2.0, median_lag_days=30.0
)
AGAIN = ProductRhythm(
    name="Tea",
    level="product",
    n_customers=4,
    n_closed=6,
    n_open=4,
    median_days=49.0,
    closed_median_days=42.0,
)


@st.composite
def groups(draw, segment_id: int) -> SegmentFacts:
    """Draw a group: its size, whom each channel reaches, its hour of ordering and what was seen of each kind."""
    size = draw(st.integers(1, 60))
    channels = tuple(
        reach(channel, draw(st.integers(0, size)), size=size, preferred=draw(st.integers(0, 3)))
        for channel in draw(st.lists(st.sampled_from(Channel), unique=True))
    )
    return group(
        segment_id,
        size=size,
        reach=channels,
        rhythm=rhythm(draw(st.none() | st.integers(1, 400)), hour=draw(st.none() | st.integers(0, 23))),
        tests=tuple(draw(tests_of(kind, segment_id, size)) for kind in KINDS),
        occasions=draw(st.sampled_from([(), (LevelCount(name="Birthday", customers=1, orders=2),)])),
    )


@st.composite
def books(draw, *, least: int = 4, most: int = 4) -> FlowFacts:
    """Draw the facts of a company with some groups."""
    count = draw(st.integers(least, most))
    return book(*(draw(groups(number)) for number in range(1, count + 1)))
