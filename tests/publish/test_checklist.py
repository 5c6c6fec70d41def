"""The checklist says what a report holds, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from segkit.model.checklist import Status
from segkit.model.cleaning import CleaningLog, FactorCoverage
from segkit.model.evidence import Direction, Evidence, EvidenceBook, Source, SourceType, Strength
from segkit.model.factor import Factor
from segkit.model.segment import Basis, Method, Rule, Segment, SegmentationSummary
from segkit.publish.checklist import build_checklist


def make_segment(number: int, *, size: int = 3, fidelity: float = 1.0) -> Segment:
    rule = Rule(order=number, alternatives=(), sentence="everyone else", fidelity=fidelity)
    return Segment(
        id=number, name=f"Group {number}", size=size, share=size / 12, revenue=Decimal(10), revenue_share=0.25,
        orders=size, stability=None, basis=Basis.DESCRIPTIVE, rule=rule, profile=(), measures=(), name_holds_for=size,
    )  # fmt: skip


def make_summary(*segments: Segment, n_customers: int = 12) -> SegmentationSummary:
    return SegmentationSummary(
        method=Method.RULES, n_segments=4, n_customers=n_customers, n_orders=20, revenue=Decimal(40), currency="EUR",
        basis=Basis.DESCRIPTIVE, supported=False, verdict="", why_this_number="", precedence="", features=(),
        held_out=(), dropped_features=(), segments=segments, options=(), cluster_counts=(), edge_cases=(),
    )  # fmt: skip


def make_evidence(
    segment_id: int, number: int, *, in_model: bool = False, source: str = "orders"
) -> Evidence:
    return Evidence(
        id=f"e{segment_id}-{number}", segment_id=segment_id, factor=Factor.BEHAVIORAL, claim="A claim.",
        kind="statistic", direction=Direction.SUPPORTS, source_id=source, locator="", in_model=in_model,
        strength=Strength.DESCRIPTIVE, strength_reasons=(), limits="",
    )  # fmt: skip


ORDERS = Source(id="orders", type=SourceType.ORDER_HISTORY, title="Orders", path="orders.csv", sha256="0")
LOG = CleaningLog(
    sources=(), format="generic", format_label="own columns", identity_rule="", rows_read=5, rows_used=5, dropped=(),
    repaired=(), kept=(), unknown_columns=(), first_order=date(2026, 1, 1), last_order=date(2026, 2, 1), customers=12,
    orders=20, revenue=Decimal(40), currency="EUR", timezone_note="", alternatives=(),
    coverage=(FactorCoverage(factor=Factor.BEHAVIORAL, columns=("date",), share_of_customers=1.0),),
)  # fmt: skip
FOUR = tuple(make_segment(number) for number in (1, 2, 3, 4))
BOOK = EvidenceBook(
    sources=(ORDERS,),
    evidence=tuple(make_evidence(segment, number) for segment in (1, 2, 3, 4) for number in (1, 2)),
    appendix=(),
    n_tests=8,
)


def status_of(item_id: str, *, summary=None, book=BOOK, log=LOG) -> Status:
    checked = build_checklist(summary or make_summary(*FOUR), book, log)
    return next(item.status for item in checked if item.id == item_id)


def test_four_groups_with_everyone_placed_meet_the_first_items():
    assert status_of("groups") is Status.MET
    assert status_of("placed") is Status.MET


def test_three_groups_are_only_part_of_what_was_asked():
    assert status_of("groups", summary=make_summary(*FOUR[:3], n_customers=9)) is Status.PARTLY


def test_a_customer_outside_every_group_shows():
    assert status_of("placed", summary=make_summary(*FOUR, n_customers=13)) is Status.PARTLY


def test_rules_that_place_customers_elsewhere_are_only_partly_rules():
    blurred = (replace(FOUR[0], rule=replace(FOUR[0].rule, fidelity=0.6)), *FOUR[1:])
    assert status_of("rules", summary=make_summary(*blurred)) is Status.PARTLY


@pytest.mark.parametrize("pieces", [1, 4])
def test_a_group_needs_two_or_three_pieces_of_evidence(pieces: int):
    first = tuple(make_evidence(1, number) for number in range(pieces))
    rest = tuple(item for item in BOOK.evidence if item.segment_id != 1)
    assert status_of("evidence", book=replace(BOOK, evidence=first + rest)) is Status.PARTLY
    assert status_of("evidence") is Status.MET


def test_evidence_from_orders_alone_is_not_three_sources():
    assert status_of("sources") is Status.PARTLY


def test_all_three_source_kinds_meet_the_item():
    more = (
        Source(id="page", type=SourceType.WEBSITE, title="", path="", sha256=""),
        Source(id="note", type=SourceType.RESEARCH, title="", path="", sha256=""),
    )
    quoted = [make_evidence(n, k, source=s) for n in (1, 2, 3, 4) for k, s in ((8, "page"), (9, "note"))]
    evidence = (*BOOK.evidence, *quoted)
    assert status_of("sources", book=replace(BOOK, sources=(ORDERS, *more), evidence=evidence)) is Status.MET


def test_three_source_kinds_in_one_group_are_not_three_in_each():
    more = (
        Source(id="page", type=SourceType.WEBSITE, title="", path="", sha256=""),
        Source(id="note", type=SourceType.RESEARCH, title="", path="", sha256=""),
    )
    evidence = (*BOOK.evidence, make_evidence(1, 8, source="page"), make_evidence(1, 9, source="note"))
    book = replace(BOOK, sources=(ORDERS, *more), evidence=evidence)
    (item,) = (i for i in build_checklist(make_summary(*FOUR), book, LOG) if i.id == "sources")
    assert item.status is Status.PARTLY
    assert "research missing in" in item.why
    assert "website missing in" in item.why


def test_evidence_that_built_the_groups_does_not_make_them_valid():
    circular = tuple(replace(item, in_model=True) for item in BOOK.evidence)
    assert status_of("validity", book=replace(BOOK, evidence=circular)) is Status.PARTLY


def test_chapters_that_do_not_exist_yet_stand_as_missing():
    for item_id in ("flows", "drafts", "qualification", "monitoring"):
        assert status_of(item_id) is Status.MISSING


def test_a_factor_without_a_column_is_named():
    (item,) = (i for i in build_checklist(make_summary(*FOUR), BOOK, LOG) if i.id == "factors")
    assert "psychographic" in item.why
