"""The company: its settings as plain values, after validation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """A table that completes the order lines: its file and the shared key column."""

    file: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSettings:
    """How the order files are read. ``None`` means: decided by the data, and logged."""

    files: tuple[str, ...] = ()
    format: str = "auto"
    columns: tuple[tuple[str, str], ...] = ()
    joins: tuple[Join, ...] = ()
    as_of: date | None = None
    day_first: bool | None = None
    decimal: str | None = None
    encoding: str | None = None
    include_pending: bool = True
    cancellations: str = "drop"  # "drop" | "net"
    free_lines: str = "drop"  # "drop" | "keep"
    duplicates: str = "keep"  # "keep" | "drop"
    non_products: str = "keep"  # "keep" | "drop"
    amount_scale: int = 1  # 100 where amounts are in cents
    returned: str = "drop"  # "drop" | "keep": orders whose status says that everything came back
    orders_per: str = "day"  # "day" | "line": what one order is where the file has no order id
    header: bool = True  # False where the first row is already data; columns are then given by position


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDefinition:
    """A group the user names or defines: by a contained customer, a rule, members or a column."""

    name: str = ""
    note: str = ""
    contains: str = ""
    rule: str = ""
    members: tuple[str, ...] = ()
    column: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentationSettings:
    """How many groups, from which features, with which seed."""

    n_segments: int = 4
    features: tuple[str, ...] = ()
    seed: int = 0
    definitions: tuple[SegmentDefinition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnQuote:
    """A quotation the user brings: words, the file they stand in, and a customer of the group they speak of."""

    contains: str
    factor: str
    source: str
    quote: str
    prefix: str = ""
    suffix: str = ""
    claim: str = ""
    direction: str = "supports"  # "supports" | "contradicts" | "context"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceSettings:
    """What the user decided about evidence, by the keys that ``segkit check`` prints."""

    accept: tuple[str, ...] = ()
    against: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    pin: tuple[str, ...] = ()
    reword: tuple[tuple[str, str], ...] = ()
    own: tuple[OwnQuote, ...] = ()
    semantic: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One company folder, validated.

    ``folder`` is absolute; ``slug`` names the report folder; ``extra`` keeps the tables of later steps
    (brand, flows, messages, sales, pipeline, report, needs) as plain mappings.
    """

    folder: str
    slug: str
    name: str
    website: str = ""
    country: str = ""
    currency: str = ""
    timezone: str = ""
    industry: str = ""
    about: str = ""
    business_model: str = "b2c"
    fictional: bool = False
    orders: OrderSettings = field(default_factory=OrderSettings)
    segmentation: SegmentationSettings = field(default_factory=SegmentationSettings)
    factors: tuple[tuple[str, str], ...] = ()
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    extra: tuple[tuple[str, object], ...] = ()
