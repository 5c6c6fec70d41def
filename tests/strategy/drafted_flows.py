"""A small world for the tests of drafts: two groups, a website of three pages, a ledger with a trap in it, and flows by hand."""

from __future__ import annotations

from datetime import date

from segkit.model.company import BrandSettings, Company
from segkit.model.document import Document, Library, Origin, Passage
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
from segkit.model.flow import Channel, Flow, Message, QuietHours, Reentry, Trigger
from segkit.model.flow_facts import (
    FlowFacts,
    LevelCount,
    Quantiles,
    Reach,
    Rhythm,
    SegmentFacts,
)
from segkit.model.flow_kind import flow_kinds
from segkit.model.ledger import Conflict, Ledger, LedgerEntry, LedgerKind
from segkit.model.segment import Basis, Rule, Segment

AS_OF = date(2026, 9, 10)
BRAND = BrandSettings(
    tone="plain; no exclamation marks",
    sender="Ada at Woolly <ada@woolly.example>",
    postal_address="Woolly, 1 Yard, Leeds",
)
COMPANY = Company(
    folder="",
    slug="woolly",
    name="Woolly Wool",
    website="https://www.woolly.example",
    country="GB",
    brand=BRAND,
)


def make_flow(kind: str, *, segment: int = 1, channels=(Channel.EMAIL,), **trigger) -> Flow:
    """Return a flow with one message a channel, one after the other."""
    definition = flow_kinds()[kind]
    trigger = {"kind": definition.trigger, "text": definition.starts, **trigger}
    nodes = tuple(
        Message(
            id=f"m{place}",
            channel=channel,
            content_id=f"{kind}-{segment}-{place}",
            name=definition.label,
            purpose="",
            next=f"m{place + 1}" if place + 1 < len(channels) else "",
        )
        for place, channel in enumerate(channels)
    )
    return Flow(
        id=f"{kind}-{segment}", name=definition.label, kind=kind, stage=definition.stages[0], segment_id=segment,
        segment_name=NAMES[segment], trigger=Trigger(**trigger), audience=(), exit_when=(),
        reentry=Reentry(days=None, text="never"), quiet_hours=QuietHours(start=20, end=8, text=""), entry="m0", nodes=nodes,
    )  # fmt: skip


NAMES = {1: "Refillers", 2: "Workshop goers"}


def make_reach(
    channel: Channel, *, n: int = 4, agreed: int = 4, refused: int = 0, address: int | None = None
) -> Reach:
    """Return who can be reached; who neither agreed nor refused was never asked."""
    return Reach(
        channel=channel, n_customers=n, with_address=n if address is None else address, agreed=agreed, refused=refused,
        unknown=n - agreed - refused, reachable=min(agreed, n if address is None else address),
    )  # fmt: skip


def make_group(
    segment: int, *, reach=(), products=(), categories=(), tests=(), holds: int = 0
) -> SegmentFacts:
    """Return the facts of one group of four."""
    nothing = Quantiles(q25=None, q50=None, q75=None)
    return SegmentFacts(
        segment_id=segment,
        name=NAMES[segment],
        size=4,
        rhythm=Rhythm(n_customers=4, n_closed=0, n_open=4, closed=nothing, kaplan_meier=nothing),
        stages=(),
        reach=tuple(reach),
        tests=tuple(tests),
        products=tuple(LevelCount(name=name, customers=3, orders=6) for name in products),
        categories=tuple(LevelCount(name=name, customers=4, orders=9) for name in categories),
        holds=holds,
    )


BOTH = (make_reach(Channel.EMAIL), make_reach(Channel.SMS))
REFILLERS = make_group(1, reach=BOTH, products=("Sock wool refill 100 g - Moss",), categories=("Refill",))
GOERS = make_group(2, reach=BOTH, products=("Workshop: First Hat",), categories=("Workshop",))


def make_facts(*groups: SegmentFacts) -> FlowFacts:
    """Return the facts of a book of these groups."""
    return FlowFacts(
        as_of=AS_OF,
        currency="GBP",
        n_customers=8,
        first_day=date(2025, 1, 1),
        segments=groups or (REFILLERS, GOERS),
    )


def make_segment(segment: int) -> Segment:
    """Return a group without a profile."""
    return Segment(
        id=segment, name=NAMES[segment], size=4, share=0.5, revenue=None, revenue_share=None, orders=9, stability=None,
        basis=Basis.DESCRIPTIVE, rule=Rule(order=1, alternatives=((),), sentence="Everyone."), profile=(), measures=(),
        name_holds_for=4,
    )  # fmt: skip


SEGMENTS = (make_segment(1), make_segment(2))


def make_page(
    name: str, *passages: str, url: str | None = None, title: str = "", kind=SourceType.WEBSITE
) -> Document:
    """Return a saved page with its passages in reading order."""
    source = Source(
        id=name, type=kind, title=title or name.removeprefix("page-").title(), path=f"website/{name}.html", sha256="0",
        url=f"https://www.woolly.example/{name.removeprefix('page-')}" if url is None else url,
    )  # fmt: skip
    text, found = "", []
    for number, passage in enumerate(passages):
        start = len(text)
        text += passage
        found.append(
            Passage(
                id=f"{name}-{number}", source_id=name, text=passage, start=start, end=len(text), heading="Top"
            )
        )
        text += "\n"
    return Document(source=source, origin=Origin.PUBLICATION, text=text, passages=tuple(found))


REFILL_PAGE = make_page(
    "page-refills",
    "What you need is the next skein, in the same colour.",
    "If your drawer is full, tap Pause and we will keep quiet until you tap it again.",
    "Winter offer: 15 % off refills with the code WOOL15, until 14 December 2025.",
)
WORKSHOP_PAGE = make_page(
    "page-workshops",
    "Everyone who has taken First Hat gets a knit night free within eight weeks of the class. Bring what you started.",
    "Tell us seven days before the workshop and we refund the seat in full.",
)
GIFT_PAGE = make_page(
    "page-gifts", "Order presents by Friday 18 December 2026 and they will be there before Christmas."
)
HOME = make_page("page-index", "We sell wool and teach.", url="https://www.woolly.example/")
STUDY = make_page(
    "study-2025",
    "Of 290 customers, 203 would accept a text message about an order, and 41 would accept one about an offer.",
    "After a second promotional text, 118 of 290 said that they would opt out of everything.",
    "A monthly email was acceptable to 214 of 290.",
    kind=SourceType.RESEARCH,
    url="",
)
LIBRARY = Library(documents=(GIFT_PAGE, HOME, REFILL_PAGE, STUDY, WORKSHOP_PAGE))


def make_entry(identity: str, kind: LedgerKind, subject: str, value: str, **more) -> LedgerEntry:
    """Return a ledger entry of a page."""
    return LedgerEntry(
        id=identity, kind=kind, subject=subject, value=value, locator="",
        **{"source_id": "page-refills", "exact": value, **more},
    )  # fmt: skip


ENDED = make_entry(
    "code-1", LedgerKind.CODE, "WOOL15", "15 % off, until 14 December 2025", day=date(2025, 12, 14), ended=True,
    exact="Winter offer: 15 % off refills with the code WOOL15, until 14 December 2025.", amount=15.0, unit="%",
)  # fmt: skip
WELCOME = make_entry(
    "code-2", LedgerKind.CODE, "HELLO10", "10 % off, first order only", source_id="page-index", amount=10.0,
    exact="Take 10 % off your first order with the code HELLO10.",
)  # fmt: skip
EARLIER = make_entry(
    "deadline-1", LedgerKind.DEADLINE, "last order day for Christmas, UK", "Wednesday 16 December 2026",
    day=date(2026, 12, 16), source_id="page-delivery",
)  # fmt: skip
LATER = make_entry(
    "deadline-2", LedgerKind.DEADLINE, "last order day for Christmas (refill gifts)", "Friday 18 December 2026",
    day=date(2026, 12, 18),
)  # fmt: skip
PRICE = make_entry("price-1", LedgerKind.PRICE, "Sock wool refill, 100 g", "£16.50", amount=16.5, unit="GBP")
FEE = make_entry("fee-1", LedgerKind.FEE, "delivery, UK", "£4.20", amount=4.2, source_id="page-delivery")
ABROAD = make_entry(
    "fee-2", LedgerKind.FEE, "delivery, European Union", "£14.50", amount=14.5, source_id="page-delivery"
)
FREE = make_entry(
    "free-1", LedgerKind.THRESHOLD, "free delivery, UK", "from £60", amount=60.0, source_id="page-delivery"
)
LEDGER = Ledger(
    entries=(ENDED, WELCOME, EARLIER, LATER, PRICE, FEE, ABROAD, FREE),
    conflicts=(
        Conflict(
            id="conflict-1", kind=LedgerKind.CODE, subject="WOOL15", entries=("code-1",), sentence="WOOL15 has ended.",
            rule="leave the code out",
        ),
        Conflict(
            id="conflict-2", kind=LedgerKind.DEADLINE, subject="last order day for Christmas, UK",
            entries=("deadline-1", "deadline-2"), sentence="Two pages give two days.", rule="name neither date",
        ),
    ),
)  # fmt: skip


def make_quote(
    identity: str, *, segment: int, source: str, exact: str, direction=Direction.SUPPORTS
) -> Evidence:
    """Return a quoted piece of evidence."""
    quote = Quote(
        exact=exact, prefix="", suffix="", start=0, end=len(exact), n_hits=1, verified=True, verbatim=True,
        provenance=Provenance.ORIGINAL,
    )  # fmt: skip
    return Evidence(
        id=identity, segment_id=segment, factor=Factor.NEED_BASED, claim="It is said:", kind="quote", direction=direction,
        source_id=source, locator="", in_model=False, strength=Strength.MODERATE, strength_reasons=(), limits="", quote=quote,
    )  # fmt: skip


def make_answer(identity: str, claim: str, *, segment: int) -> Evidence:
    """Return a measured claim, such as an answer of the group's own survey."""
    return Evidence(
        id=identity, segment_id=segment, factor=Factor.PSYCHOGRAPHIC, claim=claim, kind="statistic",
        direction=Direction.SUPPORTS, source_id="survey", locator="", in_model=False, strength=Strength.DESCRIPTIVE,
        strength_reasons=(), limits="",
    )  # fmt: skip


EVIDENCE = EvidenceBook(
    sources=tuple(page.source for page in LIBRARY.documents),
    evidence=(
        make_quote("S1-1", segment=1, source="page-refills", exact="What you need is the next skein"),
        make_quote(
            "S1-X", segment=1, source="study-2025", direction=Direction.CONTRADICTS,
            exact="Of 61 who stopped buying refills, 38 named a full drawer as the reason.",
        ),
        make_quote("S2-1", segment=2, source="page-workshops", exact="Bring what you started."),
    ),
    appendix=(make_answer("S2-A1", "4 of 4 answered “preferred contact” with “text”; 0 of 4 did.", segment=2),),
    n_tests=0,
)  # fmt: skip
EMPTY_BOOK = EvidenceBook(sources=(), evidence=(), appendix=(), n_tests=0)
