"""Sales facts: what orders, events, a pipeline and the company's pages say about qualification and stages, as plain values.

Measured by the analysis, read by the writing half. What a source cannot show is marked so and has no figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from segkit.model.criterion import Criterion, Decision, Mark
from segkit.model.flow_facts import Observability, Quantiles
from segkit.model.pipeline_facts import PipelineFacts, Share, Spread
from segkit.model.sales_stage import SalesStage


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """One measured figure that stands for a criterion.

    ``name`` is an id that the sentences know (see ``words/sales_proxies``); ``definition`` names the columns and the filter. One of
    ``share`` and ``spread`` is set; both are None where the file has no such column (``missing`` then says what is missing).
    """

    criterion: Criterion
    name: str
    definition: str
    source_id: str
    share: Share | None = None
    spread: Spread | None = None
    missing: str = ""
    levels: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """From where on a criterion counts as met for a customer, and where the figure comes from.

    ``value`` is in ``unit``; ``basis`` is "page" (the company says so: ``exact`` in ``source_id``), "setting" (company.toml) or
    "orders" (a quantile of the book, named in ``definition``). ``audience`` "trade" holds for trade customers only.
    """

    criterion: Criterion
    value: float
    unit: str
    basis: str
    definition: str
    source_id: str = ""
    exact: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerMark:
    """Whether one customer or opportunity meets one criterion; ``because`` is an id with its figures for the sentences.

    ``value`` and ``n`` are the figures behind it (an amount, days, a count), None where there are none.
    """

    criterion: Criterion
    mark: Mark
    because: str
    value: float | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualified:
    """One customer (or open opportunity, ``opportunity_id``) against every criterion, and the decision of the framework's rule."""

    customer_id: str
    segment_id: int | None
    marks: tuple[CustomerMark, ...]
    met: int
    decision: Decision
    opportunity_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkCount:
    """How many customers of a segment (``segment_id`` None: of the book) meet a criterion, do not, or are unknown."""

    criterion: Criterion
    segment_id: int | None
    met: int
    not_met: int
    unknown: int

    @property
    def n(self) -> int:
        """Return how many were asked about."""
        return self.met + self.not_met + self.unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedCriterion:
    """What a page or note of the company asks of a buyer, in its own words.

    ``exact`` stands at ``start..end`` of the text of ``source_id``; ``audience`` is whom it is about ("school", "studio", "new maker"; ""
    for everybody). Where a figure can be read, ``amount`` is in ``unit`` ("days", "orders", a currency code) and ``rule`` names how
    orders are held against it: "pro forma first", "credit limit", "smallest order", "purchase order", "terms", "date", "signer" or "".
    """

    criterion: Criterion
    source_id: str
    exact: str
    start: int
    end: int
    heading: str = ""
    audience: str = ""
    rule: str = ""
    amount: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionCheck:
    """One order or opportunity held against one stated criterion. ``because`` is an id with its figures for the sentences."""

    stated: StatedCriterion
    mark: Mark
    because: str
    found: str = ""
    """What the order has there, as it stands ("Net 30", "BMS-26-0029", "486.00")."""
    place: int | None = None
    """The order's place among its customer's orders, 1 for the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStep:
    """One dated step of a real opportunity; ``what`` is an id for the sentences, ``detail`` a value as it stands.

    ``stage`` of an unobserved step is what nobody recorded; its ``on`` is None.
    """

    stage: SalesStage
    what: str
    on: date | None = None
    observed: bool = True
    detail: str = ""
    amount: float | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityCase:
    """One real opportunity: an order (``kind`` "order") or a deal of the pipeline ("deal"), step by step.

    ``role`` says why it is told: "example" follows one through the stages, "open" is the largest open deal, "exception" has terms that
    the company's own pages rule out. ``next_on`` and ``next_amount`` are the customer's next purchase by the own median gap and order
    value, ``next_n`` the gaps and ``next_orders`` the orders behind them; ``next_from`` and ``next_to`` go by the shortest and the longest own
    gap. ``product`` is the article most of the money went into, of ``n_products`` different ones (0: unknown).
    """

    kind: str
    role: str
    key: str
    customer_id: str
    segment_id: int | None
    status: str  # "open" | "won" | "lost"
    amount: float
    opened: date
    steps: tuple[CaseStep, ...]
    checks: tuple[CriterionCheck, ...] = ()
    closed: date | None = None
    expected: date | None = None
    terms: str = ""
    place: int | None = None
    next_on: date | None = None
    next_amount: float | None = None
    next_n: int = 0
    product: str = ""
    n_products: int = 0
    next_from: date | None = None
    next_to: date | None = None
    next_orders: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelStep:
    """One step that customers take, in order: how many took it, and how many of those whose outcome is known went on.

    ``name`` is an event of ``event_log.EVENTS``, "visit" or "order". ``n`` counts what ``unit`` says ("people", "baskets",
    "orders"); it is None where the source cannot show it. ``undecided`` of them are too young to have an outcome (not within
    ``window_days``) or their deal is open; ``onward`` is None for the last step and where the next is not observable. ``onward_to`` is
    what they went on to, "basket", "order", "won deal" (requests for a quote that name their opportunity; ``window_days`` is then None)
    or "won deal or order", "" without ``onward``.
    """

    stage: SalesStage
    name: str
    observability: Observability
    unit: str
    n: int | None = None
    undecided: int = 0
    onward: Share | None = None
    window_days: int | None = None
    people: int | None = None
    source_id: str = ""
    onward_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOutcomes:
    """Orders by how they ended: ``orders`` of the file = paid + awaiting + cancelled + taken_back; ``partly`` is part of paid.

    ``status_known`` is False where the file has no status: then every order counts as paid, and nothing is known of cancelled ones.
    ``cancelled_replaced`` (ordered again by the same customer) and ``cancelled_empty`` (worth nothing) are parts of cancelled that were
    not lost; ``awaiting_overdue`` is the part of awaiting whose due date has passed or whose status says so. ``by_quote`` counts the
    orders whose channel says that they came by a quote or a draft order, of those of trade customers where they can be told apart,
    else of all; None where no channel ever says so.
    """

    orders: int
    paid: int
    awaiting: int
    cancelled: int
    taken_back: int
    partly: int
    status_known: bool
    first: date
    last: date
    value: Spread
    paid_amount: float
    awaiting_amount: float
    cancelled_replaced: int = 0
    cancelled_empty: int = 0
    awaiting_overdue: int = 0
    by_quote: Share | None = None

    @property
    def cancelled_lost(self) -> int:
        """Return how many orders were lost by cancelling."""
        return self.cancelled - self.cancelled_replaced - self.cancelled_empty


@dataclass(frozen=True, slots=True, kw_only=True)
class Lapse:
    """Customers called lost by the rule "silent longer than ``factor`` times their own median gap"; unknown with one order only."""

    factor: float
    judged: int
    lapsed: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPurchase:
    """The next purchase of a customer as an opportunity: finished gaps, and all gaps with the open ones censored."""

    n_customers: int
    n_once: int
    gaps: Spread | None
    n_open: int
    kaplan_meier: Quantiles | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyers:
    """Who buys: customers with a sign of trade (company, tax number, tag, terms), with gifts, and the orders of both.

    ``trade_columns`` and ``gift_columns`` name what showed it; empty: no such column, and the counts are None.
    """

    customers: int
    trade: int | None
    trade_orders: int | None
    gift: int | None
    gift_orders: int | None
    trade_columns: tuple[str, ...] = ()
    gift_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFacts:
    """What the files say about the sales cycle of one company.

    ``customers`` is every customer in books under 30, else none; ``opportunities`` every open opportunity of a pipeline, at most
    200. ``decisions`` count customers, ``opportunity_decisions`` open opportunities. ``n_exceptions`` orders have terms that the
    company's own pages rule out; at most three of them are among ``cases``. ``rule_tried`` is won of the closed opportunities that the
    rule calls "qualified", "not qualified" or "undecided", and of those with money and authority answered yes ("both_yes").
    """

    as_of: date
    currency: str
    business_model: str
    n_customers: int
    outcomes: OrderOutcomes
    buyers: Buyers
    lapse: Lapse
    next_purchase: NextPurchase
    proxies: tuple[Proxy, ...]
    thresholds: tuple[Threshold, ...]
    counts: tuple[MarkCount, ...]
    customers: tuple[Qualified, ...] = ()
    opportunities: tuple[Qualified, ...] = ()
    decisions: tuple[tuple[Decision, int], ...] = ()
    opportunity_decisions: tuple[tuple[Decision, int], ...] = ()
    stated: tuple[StatedCriterion, ...] = ()
    funnel: tuple[FunnelStep, ...] = ()
    cases: tuple[OpportunityCase, ...] = ()
    n_exceptions: int = 0
    pipeline: PipelineFacts | None = None
    rule_tried: tuple[tuple[str, Share], ...] = ()
    by_kind: tuple[tuple[str, NextPurchase, Spread], ...] = ()
    """Of a mixed company: next purchase and order value of "private" and of "trade" customers."""
