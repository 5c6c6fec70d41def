"""Segments: groups of customers with a rule, a name, a profile and how far the data supports them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from segkit.model.factor import Factor


class Basis(StrEnum):
    """Whether claims may reach beyond these customers."""

    DESCRIPTIVE = "descriptive"
    INFERENTIAL = "inferential"


class Method(StrEnum):
    """How the groups were made."""

    KMEANS = "k-means"
    RULES = "ordered rules"
    RFM_RULE = "RFM rule"
    USER = "defined by the user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """``feature operator value`` with operator one of ``<= > == !=``."""

    feature: str
    operator: str
    value: float | str | bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A segment's testable rule. Rules are tried in ``order``; the first that holds places the customer.

    ``conditions`` are joined by "and", alternatives (an outer tuple) by "or"; an empty outer tuple is the
    catch-all ("everyone else"). ``fidelity`` is the share of customers that the rules place as the groups
    do: 1.0 for rule groups, below it where the rule only describes a clustering.
    """

    order: int
    alternatives: tuple[tuple[Condition, ...], ...]
    sentence: str
    fidelity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorReading:
    """What one factor says about one segment.

    ``status`` is "distinguishes", "no difference" or "no column".
    """

    factor: Factor
    status: str
    text: str
    columns: tuple[str, ...] = ()
    in_model: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A headline figure of a segment: label, value with unit, the book's value beside it."""

    label: str
    value: float
    overall: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One group. Holds counts and shares only; who is in it stays in the analysis."""

    id: int
    name: str
    size: int
    share: float
    revenue: Decimal | None
    revenue_share: float | None
    orders: int
    stability: float | None
    basis: Basis
    rule: Rule
    profile: tuple[FactorReading, ...]
    measures: tuple[Measure, ...]
    name_holds_for: int
    name_exceptions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterCount:
    """One row of the table that argues for a number of groups."""

    n_clusters: int
    silhouette: float
    null_95: float
    min_jaccard: float
    smallest: int
    supported: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingOption:
    """One way to group the customers, with what it explains and what it loses."""

    label: str
    method: Method
    features: tuple[str, ...]
    sizes: tuple[int, ...]
    explained_held_out: float
    stability: float | None
    loses: str
    chosen: bool
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentationSummary:
    """All that the writing half needs to know about how the groups were made."""

    method: Method
    n_segments: int
    n_customers: int
    n_orders: int
    revenue: Decimal | None
    currency: str
    basis: Basis
    supported: bool
    verdict: str
    why_this_number: str
    precedence: str
    features: tuple[str, ...]
    held_out: tuple[str, ...]
    dropped_features: tuple[str, ...]
    segments: tuple[Segment, ...]
    options: tuple[GroupingOption, ...]
    cluster_counts: tuple[ClusterCount, ...]
    edge_cases: tuple[str, ...]
    leave_one_out_changes: int | None = None
    leave_one_out_total: int | None = None
    notes: tuple[str, ...] = ()
