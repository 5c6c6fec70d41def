"""Flow facts: what the orders and events say about when a flow would fire, for whom, and what happened anyway.

Measured by the analysis, read by the writing half. Everything is a count, a day or a rate with its n; nothing here
says what a flow would have earned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from segkit.model.flow import Channel
from segkit.model.lifecycle import Stage


class Observability(StrEnum):
    """Whether a trigger can be seen in the given files."""

    OBSERVABLE = "observable"
    PROXY = "proxy"
    NOT_OBSERVABLE = "not_observable_in_source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantiles:
    """Days by which a quarter, half and three quarters have come back; None where that many never did."""

    q25: float | None
    q50: float | None
    q75: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurvivalStep:
    """Share still waiting after ``day``, and how many were at risk there."""

    day: int
    waiting: float
    at_risk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """Time between purchase days of a group.

    ``closed`` are quantiles of finished gaps only, which are biased short; ``kaplan_meier`` counts the last, open gap of each
    customer too. ``weekday`` is the most frequent one (``weekday_k`` of ``weekday_n`` purchase days); ``hour`` the
    median hour of ordering, None without times.
    """

    n_customers: int
    n_closed: int
    n_open: int
    closed: Quantiles
    kaplan_meier: Quantiles
    steps: tuple[SurvivalStep, ...] = ()
    weekday: str = ""
    weekday_k: int = 0
    weekday_n: int = 0
    hour: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """A share that came back within the horizon, open cases counted as open, with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPair:
    """After ``first``, ``second``: support in customers, lift, and the median days between the two.

    ``scope`` says in whom it was counted: the "segment" itself, or the whole "book" where the segment has no pair of its own.
    """

    first: str
    second: str
    level: str  # "category" or "product"
    support: int
    n_first: int
    lift: float
    median_lag_days: float | None
    scope: str = "segment"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRhythm:
    """How long until the same product or category is bought again."""

    name: str
    level: str
    n_customers: int
    n_closed: int
    n_open: int
    median_days: float | None
    closed_median_days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """The months (1..12) in which a group's purchase days pile up: k of n days against an even spread."""

    months: tuple[int, ...]
    k: int
    n: int
    years: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualDate:
    """A last day to order that comes round every year, as a page of the company states it."""

    month: int
    day: int
    subject: str
    source_id: str
    exact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """When a kind of flow would have fired for a segment, and what its customers did anyway.

    Kinds that start with something the customer does (an order, a basket) fire on that day, and the wait follows; kinds that
    start with a silence or with something falling due fire when the wait is over.

    Parameters
    ----------
    stands_in : str
        For a proxy: what stands for what.
    missing, close : str
        For what cannot be observed: what is missing, and how to get it.
    wait_days, wait_reason : int, str
        The wait before the firing or after it (see above), taken from the segment's own rhythm, and from which figure.
    fires, customers : int
        Firings over the whole history, and how many customers they concern.
    fires_last_year : int
        Firings in the 365 days before ``as_of``.
    customers_now : int
        Customers in the trigger's state on ``as_of``: silent since the firing, or fired within the horizon and not back yet.
    observed, returned : int
        Firings with the whole horizon observed, and those among them that were followed by an order within it.
    still_open : int
        Firings whose horizon is cut off by the end of the data.
    naive : float or None
        Orders within the horizon over all firings, open ones counted as lost: the biased figure.
    rate : Rate or None
        Kaplan-Meier share with an order within the horizon. None below 5 firings.
    holdout_per_arm : int or None
        Customers per arm a test needs to see ``detect_to`` instead of the organic rate (power .8, alpha .05).
    """

    kind: str
    segment_id: int
    observability: Observability
    stands_in: str = ""
    missing: str = ""
    close: str = ""
    wait_days: int | None = None
    wait_reason: str = ""
    horizon_days: int = 30
    fires: int = 0
    customers: int = 0
    fires_last_year: int = 0
    customers_now: int = 0
    observed: int = 0
    returned: int = 0
    still_open: int = 0
    naive: float | None = None
    rate: Rate | None = None
    detect_to: float | None = None
    holdout_per_arm: int | None = None
    pair: ProductPair | None = None
    again: ProductRhythm | None = None
    season: Season | None = None
    deadlines: tuple[AnnualDate, ...] = ()
    event: str = ""
    dates: str = ""  # of an anniversary: "birthdays", "occasions" or "first orders"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Who can be reached by a channel today: an address on file and no refusal.

    ``agreed`` said yes, ``refused`` said no, ``unknown`` were never asked as far as the files show; ``reachable`` have an
    address and agreed; ``preferred`` named this channel when asked. ``source`` names the columns.
    """

    channel: Channel
    n_customers: int
    with_address: int
    agreed: int
    refused: int
    unknown: int
    reachable: int
    source: str = ""
    preferred: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCount:
    """How many customers stand at a stage on ``as_of``."""

    stage: Stage
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelCount:
    """A product, category, device, channel or occasion: bought or used by ``customers`` in ``orders`` orders."""

    name: str
    customers: int
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something open that comes before any promotion: an unpaid invoice, a return, a complaint."""

    kind: str  # "invoice" | "return" | "complaint"
    sentence: str
    since: date
    amount: float | None = None
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One time at which a flow would have started for a customer, and the next order after it, if any yet."""

    kind: str
    on: date
    returned_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerCase:
    """One customer, walked through: stage, dates, holds, channels, and when each kind of flow fired and fires next.

    ``next_due`` holds the next date per kind of flow where one can be computed; ``channels`` are those that reach the
    customer today; ``refused`` those he or she said no to.
    """

    customer_id: str
    segment_id: int
    stage: Stage
    first_order: date
    last_order: date
    purchase_days: int
    median_gap_days: float | None
    last_product: str
    channels: tuple[Channel, ...]
    refused: tuple[Channel, ...]
    holds: tuple[Hold, ...] = ()
    firings: tuple[Firing, ...] = ()
    next_due: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFacts:
    """Everything that flow design knows about one segment."""

    segment_id: int
    name: str
    size: int
    rhythm: Rhythm
    stages: tuple[StageCount, ...]
    reach: tuple[Reach, ...]
    tests: tuple[BackTest, ...]
    products: tuple[LevelCount, ...] = ()
    categories: tuple[LevelCount, ...] = ()
    devices: tuple[LevelCount, ...] = ()
    occasions: tuple[LevelCount, ...] = ()
    holds: int = 0
    cases: tuple[CustomerCase, ...] = ()

    def test(self, kind: str) -> BackTest:
        """Return the back-test of one kind of flow.

        Raises
        ------
        KeyError
            No test of that kind was made.
        """
        for item in self.tests:
            if item.kind == kind:
                return item
        raise KeyError(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFacts:
    """What the given files say about flows, for every segment.

    ``events`` are the event names seen, empty without an events file; ``onboard_days`` and ``lapse_days`` the thresholds of the
    life cycle as measured on the whole book.
    """

    as_of: date
    currency: str
    n_customers: int
    first_day: date
    segments: tuple[SegmentFacts, ...]
    events: tuple[str, ...] = ()
    onboard_days: int | None = None
    lapse_days: int | None = None
    thresholds_from: str = ""

    def of_segment(self, segment_id: int) -> SegmentFacts:
        """Return the facts of one segment."""
        return next(item for item in self.segments if item.segment_id == segment_id)
