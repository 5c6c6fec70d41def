"""A shop of three groups with pages, notes and order texts of a few lines: what tests of quotations are made of.

Group 1 sends presents, group 2 comes back for refills every 49 days, group 3 is schools. Every value is made by hand;
nothing is read or measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pandas as pd

from segkit.analysis.evidence_book import compose_book
from segkit.analysis.queries import segment_queries
from segkit.analysis.quotations import Quotations, collect_quotations, search_topics
from segkit.analysis.traits import CLIFFS_DELTA, SHARE_DIFFERENCE, Finding, Trait
from segkit.model.company import EvidenceSettings
from segkit.model.document import Document, Library, Origin, Passage
from segkit.model.evidence import (
    Direction,
    Evidence,
    EvidenceBook,
    Provenance,
    Source,
    SourceType,
    Statistic,
    Strength,
)
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Basis, Rule, Segment

COMPANY = "Wool & Co"
NAMES = {1: "Gift buyers", 2: "Refillers", 3: "Schools"}
ASSIGNMENTS = pd.Series([1, 1, 2, 2, 3, 3], index=["G1", "G2", "R1", "R2", "S1", "S2"])
GIFT = "Presents are posted to somebody else with a personal message on a card."
GIFT_AGAIN = "People who send a present choose the personal message before they choose the wool."
REFILL = "Most knitters come back for refills, two or three skeins at a time."
SCHOOL = "Schools and studios pay on invoice and order for a whole class at once."
SEVEN_WEEKS = "Respondents said that they reorder yarn every seven weeks."
SEVEN_MONTHS = "Respondents said that they reorder yarn every seven months."
RESEARCH, WEBSITE, ORDERS = SourceType.RESEARCH, SourceType.WEBSITE, SourceType.ORDER_HISTORY


def document(
    name: str,
    *texts: str,
    kind: SourceType = RESEARCH,
    origin: Origin = Origin.PUBLICATION,
    quotable: bool = True,
    heading: str = "",
    **of_source: object,
) -> Document:
    """Return a document whose passages are the texts, an empty line apart."""
    passages, start = [], 0
    for number, text in enumerate(texts):
        passages.append(
            Passage(
                id=f"{name}-{number}",
                source_id=name,
                text=text,
                start=start,
                end=start + len(text),
                heading=heading,
                locator=f"part {number}",
                quotable=quotable,
                provenance=Provenance.TRANSCRIBED if origin is Origin.NOTE else Provenance.ORIGINAL,
            )
        )
        start += len(text) + 2
    folder = {WEBSITE: "website/{}.html", RESEARCH: "research/{}.md"}.get(kind, "{}")
    known: dict[str, object] = {"title": name, "path": folder.format(name), "sha256": name}
    if kind is RESEARCH:
        known |= {"authors": ("Bell, Rosa",), "published": "2025", "n": 400, "population": "Adults who knit."}
    if kind is WEBSITE:
        known |= {"retrieved": "2026-09-10"}
    source = Source(id=name, type=kind, **(known | of_source))
    return Document(source=source, origin=origin, text="\n\n".join(texts), passages=tuple(passages))


def library(*documents: Document) -> Library:
    """Return documents as the reader orders them."""
    return Library(documents=tuple(sorted(documents, key=lambda item: item.source.id)))


def flag(name: str, segment_id: int, factor: Factor = Factor.NEED_BASED, *, level: str = "") -> Finding:
    """Return a yes/no trait that only this group has."""
    return _finding(
        Feature(
            name=name,
            factor=factor,
            kind=FeatureKind.CATEGORICAL if level else FeatureKind.FLAG,
            label=name,
        ),
        segment_id,
        level=level,
        name="share of customers",
        unit="share",
        value=1.0,
        comparator=0.0,
        k_group=2,
        k_rest=0,
        effect_name=SHARE_DIFFERENCE,
        effect=1.0,
    )


def number(
    name: str, segment_id: int, value: float, comparator: float, *, unit: str = "days", effect: float = -1.0
) -> Finding:
    """Return a number in which the group differs from everybody else."""
    return _finding(
        Feature(name=name, factor=Factor.BEHAVIORAL, kind=FeatureKind.NUMERIC, label=name, unit=unit),
        segment_id,
        name="median",
        unit=unit,
        value=value,
        comparator=comparator,
        effect_name=CLIFFS_DELTA,
        effect=effect,
    )


def _finding(feature: Feature, segment_id: int, *, level: str = "", **values: object) -> Finding:
    effect = float(str(values["effect"]))
    statistic = Statistic(
        feature=feature.name, level=level, n_group=2, n_rest=4, ci_low=effect, ci_high=effect, ci_level=0.95, p=None,
        q=None, method="", **values,
    )  # fmt: skip
    return Finding(
        trait=Trait(feature=feature, level=level),
        segment_id=segment_id,
        statistic=statistic,
        in_model=False,
        size=2,
        others=4,
    )


FINDINGS = (
    flag("sent_gift_message", 1),
    flag("ships_to_another_name", 1, Factor.BEHAVIORAL),
    flag("favourite_category", 2, level="refills"),
    number("median_gap_days", 2, 49.0, 120.0),
    flag("household", 3, Factor.DEMOGRAPHIC, level="organization"),
    flag("favourite_payment_method", 3, Factor.TECHNOGRAPHIC, level="invoice"),
)


def quotations(
    *documents: Document,
    assignments: pd.Series = ASSIGNMENTS,
    findings: Sequence[Finding] = FINDINGS,
    names: dict[int, str] | None = None,
    authors: dict[str, frozenset[str]] | None = None,
    **settings: object,
) -> Quotations:
    """Collect what the documents say, with the settings of ``[evidence]`` given by name."""
    return collect_quotations(
        library(*documents),
        queries=segment_queries(findings),
        assignments=assignments,
        names=names or NAMES,
        findings=findings,
        settings=EvidenceSettings(**settings),
        company=COMPANY,
        authors=authors,
    )


def told(piles: Sequence[Evidence]) -> list[tuple[int, str]]:
    """Return group and words of each piece."""
    return [(item.segment_id, item.quote.exact if item.quote else item.claim) for item in piles]


def segments(names: dict[int, str] | None = None) -> tuple[Segment, ...]:
    """Return the groups as a report lists them."""
    return tuple(
        Segment(
            id=number, name=name, size=2, share=1 / 3, revenue=Decimal(100), revenue_share=1 / 3, orders=4,
            stability=1.0, basis=Basis.DESCRIPTIVE, rule=Rule(order=number, alternatives=(), sentence=""), profile=(),
            measures=(), name_holds_for=2,
        )
        for number, name in (names or NAMES).items()
    )  # fmt: skip


ORDER_SOURCE = Source(id="orders", type=ORDERS, title="Order history", path="orders.csv", sha256="0")
SURVEY_SOURCE = Source(
    id="survey", type=SourceType.SURVEY, title="Customer survey", path="survey.csv", sha256="1"
)


def claim(
    finding: Finding,
    *,
    anchor: str,
    source: Source = ORDER_SOURCE,
    direction: Direction = Direction.SUPPORTS,
    sentence: str = "",
) -> Evidence:
    """Return a finding as the order history's evidence."""
    return Evidence(
        id=f"old-{finding.trait.key}",
        segment_id=finding.segment_id,
        factor=finding.trait.feature.factor,
        claim=sentence or f"2 of 2 have {finding.trait.key}, 0 of 4 others do.",
        kind="statistic",
        direction=direction,
        source_id=source.id,
        locator="",
        in_model=finding.in_model,
        strength=Strength.DESCRIPTIVE,
        strength_reasons=("fewer than 30 customers",),
        limits="",
        statistic=finding.statistic,
        key=f"{finding.trait.key}:{anchor}",
    )


def findings_book(*items: Evidence, appendix: tuple[Evidence, ...] = (), gaps: tuple = ()) -> EvidenceBook:
    """Return the book that the order history gives."""
    used = {item.source_id for item in (*items, *appendix)}
    return EvidenceBook(
        sources=tuple(source for source in (ORDER_SOURCE, SURVEY_SOURCE) if source.id in used),
        evidence=items,
        appendix=appendix,
        n_tests=0,
        gaps=gaps,
    )


def all_claims() -> tuple[Evidence, ...]:
    """Return two findings per group as evidence for it."""
    anchors = {1: "G1", 2: "R1", 3: "S1"}
    return tuple(claim(item, anchor=anchors[item.segment_id]) for item in FINDINGS)


def book(
    *documents: Document,
    found: EvidenceBook | None = None,
    quoted: Quotations | None = None,
    assignments: pd.Series = ASSIGNMENTS,
    **settings: object,
) -> EvidenceBook:
    """Compose the book of a report from documents, findings and settings."""
    wanted = {key: value for key, value in settings.items() if key in {"pin", "reword"}}
    others = {key: value for key, value in settings.items() if key not in wanted}
    if quoted is None:
        quoted = quotations(*documents, assignments=assignments, **others)
    return compose_book(
        found or findings_book(*all_claims()),
        quoted,
        segments=segments(),
        assignments=assignments,
        library=library(*documents),
        topics=search_topics(segment_queries(FINDINGS)),
        settings=EvidenceSettings(**settings),
    )


def in_model(item: Finding) -> Finding:
    """Return a finding of a feature that made the groups."""
    return replace(item, in_model=True)
