"""The company: its settings as plain values, after validation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from segkit.model.argument import OwnText


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
class BrandSettings:
    """How the company speaks and who a message comes from. Empty texts are said to be missing, never invented."""

    tone: str = ""
    sender: str = ""  # "Name <address>"
    reply_to: str = ""
    postal_address: str = ""
    signature: str = ""
    sms_sender: str = ""  # a number, or at most 11 letters and digits
    color: str = ""  # "#225577", the button of an email
    logo: str = ""  # an https address
    logo_alt: str = ""
    unsubscribe_url: str = ""
    privacy_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowOverride:
    """What the user decided about one group's flow; the group is named by one of its customers."""

    contains: str
    kind: str = ""  # an id of flow_kinds.toml
    stage: str = ""
    reason: str = ""
    wait_days: int | None = None
    kpi_target: float | None = None  # a share, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSettings:
    """Rules for all flows: quiet hours of the shop's day, messages a week, what breaks even, and overrides by group.

    ``margin`` is the share of revenue left after goods, ``message_cost`` what one message costs; together they give the
    break-even rate a target is made from.
    """

    quiet_start: int = 20
    quiet_end: int = 8
    max_per_week: int = 2
    margin: float | None = None
    message_cost: float | None = None
    overrides: tuple[FlowOverride, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnOffer:
    """An offer that the website does not show, as the user states it."""

    text: str
    code: str = ""
    until: date | None = None
    contains: str = ""  # a customer of the group it is for; empty: every group


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMessage:
    """A message in the user's own words: it replaces ours and passes the same lints."""

    contains: str
    channel: str  # "email" | "sms"
    subject: str = ""
    preheader: str = ""
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    action_label: str = ""
    action_url: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSettings:
    """Which groups get a draft (by a customer of each), the user's offers and the user's own wording."""

    drafts: tuple[str, ...] = ()
    offers: tuple[OwnOffer, ...] = ()
    own: tuple[OwnMessage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCriterion:
    """What the user decided about one criterion: whether it applies, why, the question, and from which amount or days on it is met."""

    criterion: str  # an id of criteria.toml
    applies: str = ""  # "yes" | "partly" | "no" | "not_observable"
    reason: str = ""
    question: str = ""
    threshold: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStage:
    """What the user decided about one of the six stages."""

    stage: str
    applies: str = ""
    reason: str = ""
    enters: str = ""
    leaves: str = ""
    does: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesSettings:
    """How the company sells: framework and its rule, when a silent customer counts as lost, who does what in each stage.

    ``needed`` None takes the framework's own rule; ``lost_after`` is how many times the own median gap.
    """

    framework: str = "BANT"
    needed: int | None = None
    lost_after: float = 3.0
    opportunity: str = ""  # the user's own definition of an opportunity
    example: str = ""  # an order or opportunity id to follow through the stages
    criteria: tuple[OwnCriterion, ...] = ()
    stages: tuple[OwnStage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPipelineStage:
    """One stage of the company's own list: its name in the CRM, which of the six it belongs to, and a preset of 0..100."""

    name: str
    stage: str
    probability: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSettings:
    """How the CRM export is read. What is left out is guessed from the file, and logged.

    ``file`` and ``history`` are names in the company folder; ``naming`` is an id of ``sales_stages.toml`` ("" is guessed); ``columns`` are
    (our name, the file's), ``stages`` (the file's name of a stage, an id or label of the list, or one of the six); ``own`` replaces
    the list. ``currency`` keeps only opportunities in it where there are several; ``fields`` are the columns the lead score learns from.
    """

    file: str = ""
    history: str = ""
    naming: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    history_columns: tuple[tuple[str, str], ...] = ()
    stages: tuple[tuple[str, str], ...] = ()
    own: tuple[OwnPipelineStage, ...] = ()
    currency: str = ""
    day_first: bool | None = None
    decimal: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """What stands on the cover of a hand-in, how sources are cited, and what the group says of its use of AI.

    ``submitted`` is printed as given and never taken from the clock. ``worksheet`` leaves segkit's own arguments out and puts the
    question that each answers in their place.
    """

    citation_style: str = "apa"
    title: str = ""
    authors: tuple[str, ...] = ()
    course: str = ""
    institution: str = ""
    lecturer: str = ""
    submitted: date | None = None
    ai_use: str = ""
    worksheet: bool = False
    identifiable: bool = False  # never read from a file: asked for on the command line, each time


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """One company folder, validated.

    ``folder`` is absolute; ``slug`` names the report folder; ``texts`` are the paragraphs a user wrote in place of ours; ``extra`` keeps
    the tables of later steps (needs) as plain mappings.
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
    brand: BrandSettings = field(default_factory=BrandSettings)
    flows: FlowSettings = field(default_factory=FlowSettings)
    messages: MessageSettings = field(default_factory=MessageSettings)
    sales: SalesSettings = field(default_factory=SalesSettings)
    pipeline: PipelineSettings = field(default_factory=PipelineSettings)
    report: ReportSettings = field(default_factory=ReportSettings)
    texts: tuple[OwnText, ...] = ()
    extra: tuple[tuple[str, object], ...] = ()
