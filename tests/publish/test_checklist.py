"""The checklist says what a report holds, how to close what is open, and never more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from segkit.model.argument import Argument, Author, Section
from segkit.model.checklist import ChecklistItem, Status
from segkit.model.cleaning import Alternative, CleaningLog, FactorCoverage
from segkit.model.evidence import (
    Direction,
    Evidence,
    EvidenceBook,
    Provenance,
    Quote,
    Source,
    SourceType,
    Statistic,
    Strength,
)
from segkit.model.factor import Factor
from segkit.model.flow_facts import Observability
from segkit.model.message import LintFinding, Severity
from segkit.model.segment import Basis, FactorReading, Method, Rule, Segment, SegmentationSummary
from segkit.publish.checklist import build_checklist
from segkit.publish.checklist_parts import part_items
from segkit.publish.plan_results import plan_checklist

MET, PARTLY, MISSING = Status.MET, Status.PARTLY, Status.MISSING
STATISTIC = Statistic(
    name="median", feature="f", value=2.0, comparator=1.0, unit="orders", n_group=3, n_rest=9, effect_name="A", effect=0.9,
    ci_low=0.6, ci_high=1.0, ci_level=0.95, p=None, q=None, method="",
)  # fmt: skip
QUOTE = Quote(
    exact="We wait for you.", prefix="", suffix="", start=0, end=16, n_hits=1, verified=True, verbatim=True,
    provenance=Provenance.ORIGINAL,
)  # fmt: skip
SOURCES = (
    Source(id="orders", type=SourceType.ORDER_HISTORY, title="Orders", path="orders.csv", sha256="0"),
    Source(id="page", type=SourceType.WEBSITE, title="", path="website/a.html", sha256=""),
    Source(id="study", type=SourceType.RESEARCH, title="", path="research/a.md", sha256="", authors=("Bell, Rory",),
           published="2025", publisher="An office", n=40, population="Forty people"),
)  # fmt: skip


def make_segment(number: int, *, size: int = 3, fidelity: float = 1.0, idle: bool = True) -> Segment:
    rule = Rule(order=number, alternatives=(), sentence="everyone else", fidelity=fidelity)
    profile = tuple(
        FactorReading(
            factor=factor, status="no difference" if idle and not index else "distinguishes", text=""
        )
        for index, factor in enumerate(Factor)
    )
    return Segment(
        id=number, name=f"Group {number}", size=size, share=size / 12, revenue=Decimal(20 - number), revenue_share=0.25,
        orders=size, stability=None, basis=Basis.DESCRIPTIVE, rule=rule, profile=profile, measures=(), name_holds_for=size,
    )  # fmt: skip


FOUR = tuple(make_segment(number) for number in (1, 2, 3, 4))
SUMMARY = SegmentationSummary(
    method=Method.RULES, n_segments=4, n_customers=12, n_orders=20, revenue=Decimal(40), currency="EUR",
    basis=Basis.DESCRIPTIVE, supported=False, verdict="", why_this_number="Four fit best.", precedence="", features=(),
    held_out=(), dropped_features=(), segments=FOUR, options=(), cluster_counts=(), edge_cases=("Someone with both.",),
)  # fmt: skip


def make_evidence(segment_id: int, source: str, **changes) -> Evidence:
    kind = "statistic" if source == "orders" else "quote"
    made = Evidence(
        id=f"e{segment_id}-{source}", segment_id=segment_id, factor=Factor.BEHAVIORAL, claim="A claim.", kind=kind,
        direction=Direction.SUPPORTS, source_id=source, locator="", in_model=False, strength=Strength.DESCRIPTIVE,
        strength_reasons=(), limits="", definition="from “a”", statistic=STATISTIC if kind == "statistic" else None,
        quote=QUOTE if kind == "quote" else None,
    )  # fmt: skip
    return replace(made, **changes)


AGAINST = make_evidence(1, "study", id="against", direction=Direction.CONTRADICTS)
BOOK = EvidenceBook(
    sources=SOURCES,
    evidence=(*(make_evidence(n, source.id) for n in (1, 2, 3, 4) for source in SOURCES), AGAINST),
    appendix=(),
    n_tests=8,
    mind_changers=tuple((number, "The opposite.") for number in (1, 2, 3, 4)),
)
LOG = CleaningLog(
    sources=(), format="generic", format_label="own columns", identity_rule="By email.", rows_read=5, rows_used=5,
    dropped=(), repaired=(), kept=(), unknown_columns=(), first_order=date(2026, 1, 1), last_order=date(2026, 2, 1),
    customers=12, orders=20, revenue=Decimal(40), currency="EUR", timezone_note="",
    alternatives=(Alternative(choice="with refunds", switch="", customers=12, orders=20, revenue=Decimal(41)),),
    coverage=(FactorCoverage(factor=Factor.BEHAVIORAL, columns=("date",), share_of_customers=1.0),),
)  # fmt: skip


def checked(item_id: str, *, summary=SUMMARY, book=BOOK, log=LOG, **more) -> ChecklistItem:
    (item,) = (one for one in build_checklist(summary, book, log, **more) if one.id == item_id)
    return item


def groups(*segments: Segment, **changes) -> dict:
    return {"summary": replace(SUMMARY, segments=segments, **changes)}


def each(**changes) -> dict:
    return groups(*(replace(segment, **changes) for segment in FOUR))


def pieces(*evidence: Evidence, **changes) -> dict:
    return {"book": replace(BOOK, evidence=evidence, **changes)}


def without(*sources: str) -> dict:
    return pieces(*(item for item in BOOK.evidence if item.source_id not in sources))


def every_piece(**changes) -> dict:
    return pieces(*(replace(item, **changes) for item in BOOK.evidence))


def first_piece(source: str, **changes) -> dict:
    place = next(index for index, item in enumerate(BOOK.evidence) if item.source_id == source)
    found = list(BOOK.evidence)
    found[place] = replace(found[place], **changes)
    return pieces(*found)


def study(**changes) -> dict:
    return {"book": replace(BOOK, sources=(*SOURCES[:2], replace(SOURCES[2], **changes)))}


def blurred(fidelity: float) -> Rule:
    return Rule(order=1, alternatives=(), sentence="everyone", fidelity=fidelity)


def all_alike() -> dict:
    return groups(*(make_segment(number, idle=False) for number in (1, 2, 3, 4)))


def told(author: Author, count: int, section: Section = Section.GROUP, **changes) -> dict:
    return {"arguments": {section: [Argument(paragraphs=("So.",), author=author, **changes)] * count}}


@pytest.mark.parametrize(
    ("item_id", "status", "changes"),
    [
        ("groups", MET, {}),
        ("groups", PARTLY, groups(*FOUR[:3])),
        ("groups", MISSING, groups()),
        ("why_four", MET, {}),
        ("why_four", MISSING, groups(*FOUR, why_this_number="")),
        ("placed", MET, {}),
        ("placed", PARTLY, groups(*FOUR, n_customers=13)),
        ("placed", MISSING, each(size=0)),
        ("rules", MET, {}),
        ("rules", PARTLY, each(rule=blurred(0.6))),
        ("rules", PARTLY, groups(*FOUR, edge_cases=())),
        ("rules", MISSING, each(rule=replace(blurred(0.0), sentence=""))),
        ("factors", MET, {}),
        ("factors", PARTLY, each(profile=FOUR[0].profile[:5])),
        ("factors", MISSING, {**each(profile=()), "log": replace(LOG, coverage=())}),
        ("factor_apart", MET, {}),
        ("factor_apart", PARTLY, all_alike()),
        ("factor_apart", MISSING, each(profile=())),
        ("evidence", MET, {}),
        ("evidence", PARTLY, pieces(*(i for i in BOOK.evidence if i.segment_id != 2 or i.source_id == "page"))),
        ("evidence", PARTLY, pieces(*BOOK.evidence, make_evidence(1, "page", id="fourth"))),
        ("evidence", MISSING, pieces()),
        ("mind_changer", MET, {}),
        ("mind_changer", PARTLY, {"book": replace(BOOK, mind_changers=BOOK.mind_changers[:3])}),
        ("mind_changer", MISSING, {"book": replace(BOOK, mind_changers=())}),
        ("sources", MET, {}),
        ("sources", PARTLY, without("page")),
        ("sources", MISSING, pieces()),
        ("order_figures", MET, {}),
        ("order_figures", PARTLY, first_piece("orders", statistic=None)),
        ("order_figures", PARTLY, first_piece("orders", definition="")),
        ("order_figures", MISSING, without("orders")),
        ("research", MET, {}),
        ("research", PARTLY, study(authors=())),
        ("research", PARTLY, study(published="")),
        ("research", PARTLY, study(publisher="")),
        ("research", PARTLY, study(n=None)),
        ("research", MISSING, without("study")),
        ("website", MET, {}),
        ("website", PARTLY, first_piece("page", quote=replace(QUOTE, verified=False))),
        ("website", MISSING, without("page")),
        ("counter_evidence", PARTLY, {}),
        ("counter_evidence", MISSING, pieces(*BOOK.evidence[:-1])),
        ("validity", MET, {}),
        ("validity", PARTLY, first_piece("orders", in_model=True)),
        ("validity", MISSING, every_piece(in_model=True)),
        ("small_n", MET, {}),
        ("small_n", PARTLY, first_piece("orders", statistic=replace(STATISTIC, ci_low=None))),
        ("small_n", PARTLY, first_piece("orders", basis=Basis.INFERENTIAL)),
        ("small_n", MISSING, without("orders")),
        ("cleaning", MET, {}),
        ("cleaning", PARTLY, {"log": replace(LOG, identity_rule="")}),
        ("group_words", MET, told(Author.USER, 4)),
        ("group_words", PARTLY, {}),
        ("group_words", PARTLY, told(Author.USER, 3)),
        ("group_words", PARTLY, told(Author.SEGKIT, 4)),
        ("group_words", PARTLY, told(Author.LANGUAGE_MODEL, 4)),
        ("references", MET, {}),
        ("references", PARTLY, pieces(*BOOK.evidence, make_evidence(1, "lost"))),
        ("references", MISSING, pieces()),
        ("traced", MET, told(Author.USER, 1, by="Ana")),
        ("traced", PARTLY, told(Author.USER, 1, by="Ana", untraced=("73 %",))),
        ("ranked", MET, {}),
        ("ranked", PARTLY, groups(*reversed(FOUR))),
        ("ranked", MISSING, each(revenue=None)),
        ("rerun", MET, {}),
    ],
)  # fmt: skip
def test_an_item_is_met_only_by_what_the_report_really_holds(item_id, status, changes):
    item = checked(item_id, **changes)
    assert item.status is status
    assert bool(item.close) is (status is not MET)
    assert item.why


def test_words_that_no_evidence_holds_stand_in_the_checklist_as_they_were_written():
    item = checked("traced", **told(Author.USER, 1, by="Ana", untraced=("73 %", "“always”")))
    assert "“73 %” and ““always””" in item.why


def test_a_group_without_a_kind_of_source_is_named_and_linked():
    item = checked(
        "sources", **pieces(*(i for i in BOOK.evidence if (i.segment_id, i.source_id) != (3, "study")))
    )
    assert item.status is PARTLY
    assert item.why == "research missing in Group 3"
    assert item.where == "#evidence-3"
    assert "research/" in item.close


def test_passages_that_wait_are_the_first_way_to_close_a_gap():
    waiting = replace(BOOK, suggested=(make_evidence(1, "page"),), evidence=without("page")["book"].evidence)
    item = checked("sources", book=waiting)
    assert "1 passage waits for your yes or no" in item.why
    assert item.close.startswith("Decide on the suggested passages")


def test_chapters_that_are_not_there_stand_as_missing_and_fold_into_sentences():
    items = build_checklist(SUMMARY, BOOK, LOG)
    for item_id in ("flows", "drafts", "qualification", "monitoring"):
        (item,) = (one for one in items if one.id == item_id)
        assert item.status is MISSING
        assert not item.where
        assert item.close
    parts = part_items([vars_of(item) for item in items])
    assert len(parts.absent) == 2
    assert all(item["where"] for item in parts.todo)


def vars_of(item: ChecklistItem) -> dict:
    return {
        name: getattr(item, name) for name in ("item", "status", "where", "why", "close", "criterion", "task")
    }


def test_what_no_program_can_tell_is_left_to_the_reader_and_never_met(example_plan):
    yours = [item for item in plan_checklist(example_plan) if item.status is Status.YOURS]
    assert {item.id for item in yours} == {"which_factor", "reasons_convince", "tact", "brevity"}
    assert all(item.close and item.criterion for item in yours)


def test_no_item_predicts_a_grade(example_plan):
    for item in plan_checklist(example_plan):
        said = f"{item.item} {item.why} {item.close}".lower()
        assert not {"grade", "exceeds", "expectations", "points", "score"} & set(said.split())


def test_ids_are_given_once_and_criteria_run_from_one_to_thirty_two(example_plan):
    items = plan_checklist(example_plan)
    assert len({item.id for item in items}) == len(items)
    named = {item.criterion for item in items if item.criterion}
    assert named == {f"C{number}" for number in range(1, 33)}


def planned(plan, item_id: str, *, flows=None, messages=None, book=None, arguments=None) -> ChecklistItem:
    ground = plan.foundation
    items = build_checklist(
        ground.segmentation.summary,
        book or ground.evidence,
        ground.orders.log,
        flows=flows or plan.flows,
        messages=plan.messages if messages is None else messages,
        arguments=arguments,
    )
    (item,) = (one for one in items if one.id == item_id)
    return item


def first_flow(plan, **changes):
    flow, *rest = plan.flows.flows
    return replace(plan.flows, flows=(replace(flow, **changes), *rest))


def reasons(plan, count: int = 1, **changes):
    found = plan.flows.reasons
    return replace(plan.flows, reasons=(*(replace(one, **changes) for one in found[:count]), *found[count:]))


def unseen(plan, count: int = 1, **changes):
    flows = {flow.segment_id: flow.kind for flow in plan.flows.flows[:count]}
    segments = tuple(
        replace(
            segment,
            tests=tuple(
                replace(test, **changes) if flows.get(segment.segment_id) == test.kind else test
                for test in segment.tests
            ),
        )
        for segment in plan.flows.facts.segments
    )
    return replace(plan.flows, facts=replace(plan.flows.facts, segments=segments))


def deaf(plan):
    segments = tuple(
        replace(segment, reach=tuple(replace(one, reachable=0) for one in segment.reach))
        for segment in plan.flows.facts.segments
    )
    return replace(plan.flows, facts=replace(plan.flows.facts, segments=segments))


def kpis(plan, count: int = 4, **changes):
    found = plan.flows.reasons
    return replace(
        plan.flows,
        reasons=(*(replace(one, kpi=replace(one.kpi, **changes)) for one in found[:count]), *found[count:]),
    )


SECRET = {"observability": Observability.NOT_OBSERVABLE, "close": "Save an events.csv."}
FLOW_CASES = {
    ("flows", MET): lambda plan: plan.flows,
    ("flows", PARTLY): lambda plan: replace(plan.flows, flows=plan.flows.flows[:3]),
    ("walks", MET): lambda plan: plan.flows,
    ("walks", PARTLY): lambda plan: reasons(plan, walks=()),
    ("walks", MISSING): lambda plan: reasons(plan, 4, walks=()),
    ("flow_stages", MET): lambda plan: plan.flows,
    ("flow_stages", PARTLY): lambda plan: first_flow(plan, stage=plan.flows.flows[1].stage),
    ("flow_rules", MET): lambda plan: plan.flows,
    ("flow_rules", PARTLY): lambda plan: first_flow(plan, exit_when=()),
    ("flow_rules", MISSING): lambda plan: reasons(plan, 4, purchase=""),
    ("flow_steps", MET): lambda plan: plan.flows,
    ("flow_steps", PARTLY): lambda plan: first_flow(plan, nodes=()),
    ("flow_steps", MISSING): lambda plan: reasons(plan, 4, waits=()),
    ("flow_rationale", MET): lambda plan: plan.flows,
    ("flow_rationale", PARTLY): lambda plan: first_flow(plan, evidence_ids=()),
    ("flow_rationale", MISSING): lambda plan: reasons(plan, 4, rival=None),
    ("flow_feasible", MET): lambda plan: plan.flows,
    ("flow_feasible", PARTLY): lambda plan: unseen(plan, **SECRET),
    ("flow_feasible", MISSING): deaf,
    ("flow_kpis", MET): lambda plan: kpis(plan, target=0.4),
    ("flow_kpis", PARTLY): lambda plan: plan.flows,
    ("flow_kpis", MISSING): lambda plan: kpis(plan, baseline=""),
}


@pytest.mark.parametrize(("item_id", "status"), FLOW_CASES, ids=str)
def test_an_item_on_flows_is_met_only_by_what_the_plan_holds(item_id, status, example_plan):
    item = planned(example_plan, item_id, flows=FLOW_CASES[item_id, status](example_plan))
    assert item.status is status
    assert bool(item.close) is (status is not MET)
    assert item.where.startswith("#")


def test_a_broken_rule_is_named_in_the_item_on_flows(example_plan):
    item = planned(example_plan, "flows", flows=replace(example_plan.flows, problems=("Two flows at Grow.",)))
    assert item.status is PARTLY
    assert "1 rule broken: Two flows at Grow" in item.why
    assert item.where == "#flow-problems"


def test_a_flow_that_nothing_can_start_says_how_to_record_its_event(example_plan):
    item = planned(example_plan, "flow_feasible", flows=unseen(example_plan, **SECRET))
    assert item.close == "Save an events.csv."
    assert example_plan.flows.flows[0].name in item.why


def test_evidence_against_a_group_counts_where_a_flow_or_a_draft_takes_it_up(example_plan):
    assert planned(example_plan, "counter_evidence").status is MET
    deaf_flows = replace(
        example_plan.flows,
        flows=tuple(replace(flow, evidence_ids=()) for flow in example_plan.flows.flows),
    )
    drafts = tuple(replace(draft, evidence_ids=()) for draft in example_plan.messages)
    item = planned(example_plan, "counter_evidence", flows=deaf_flows, messages=drafts)
    assert item.status is PARTLY
    assert item.close.startswith("Say in text/ ")


def drafts(plan, **changes):
    first, *rest = plan.messages
    return (replace(first, **changes), *rest)


def finding(identifier: str, severity: Severity = Severity.ERROR) -> tuple[LintFinding, ...]:
    return (LintFinding(id=identifier, severity=severity, sentence="It is wrong.", fix="Mend it."),)


def email(plan, **changes):
    return drafts(plan, email=replace(plan.messages[0].email, **changes))


DRAFT_CASES = {
    ("drafts", "one draft"): lambda plan: plan.messages[:1],
    ("drafts", "two of one flow"): lambda plan: drafts(plan, flow_id=plan.messages[1].flow_id),
    ("drafts", "stopped"): lambda plan: drafts(plan, stopped="An offer has ended."),
    ("drafts", "no preview"): lambda plan: email(plan, preheader=""),
    ("drafts", "an error"): lambda plan: drafts(plan, findings=finding("merge-field-fallback")),
    ("draft_purpose", "no purpose"): lambda plan: drafts(plan, purpose=""),
    ("draft_purpose", "an error"): lambda plan: drafts(plan, findings=finding("purpose-first-line")),
    ("draft_action", "no button"): lambda plan: email(
        plan, action=replace(plan.messages[0].email.action, label="")
    ),
    ("draft_action", "an error"): lambda plan: drafts(plan, findings=finding("second-request")),
    ("draft_fit", "no reason"): lambda plan: drafts(plan, fit=()),
    ("draft_fit", "an error"): lambda plan: drafts(plan, findings=finding("private-trait")),
    ("draft_offers", "ended"): lambda plan: drafts(
        plan, offers=(replace(plan.messages[0].offers[0], ended=True),)
    ),
    ("draft_offers", "an error"): lambda plan: drafts(plan, findings=finding("offer-untraced")),
    ("draft_method", "one sentence"): lambda plan: drafts(plan, channel_reason=("Because.",)),
    ("draft_hygiene", "no way out"): lambda plan: email(plan, unsubscribe=""),
    ("draft_hygiene", "an error"): lambda plan: drafts(plan, findings=finding("sms-length")),
}


@pytest.mark.parametrize("item_id", dict.fromkeys(item_id for item_id, _ in DRAFT_CASES))
def test_two_whole_drafts_meet_an_item_and_none_is_missing(item_id, example_plan):
    assert planned(example_plan, item_id).status is MET
    item = planned(example_plan, item_id, messages=())
    assert item.status is MISSING
    assert item.close


@pytest.mark.parametrize(("item_id", "what"), DRAFT_CASES, ids=str)
def test_a_fault_of_a_draft_makes_its_item_partly_met_with_the_way_out(item_id, what, example_plan):
    item = planned(example_plan, item_id, messages=DRAFT_CASES[item_id, what](example_plan))
    assert item.status is PARTLY
    assert item.close == "Mend it." if what == "an error" else item.close
    assert item.where.startswith("#message-")


def test_a_warning_of_the_checks_is_no_error(example_plan):
    messages = drafts(example_plan, findings=finding("sms-length", Severity.WARNING))
    assert planned(example_plan, "draft_hygiene", messages=messages).status is MET


@pytest.mark.parametrize(
    ("item_id", "section", "count"),
    [("flow_words", Section.FLOW, 4), ("draft_words", Section.MESSAGE, 2)],
)
def test_arguments_left_to_segkit_are_partly_met_in_every_chapter(item_id, section, count, example_plan):
    assert planned(example_plan, item_id).status is PARTLY
    close = planned(example_plan, item_id).close
    assert "segkit's words" in close
    assert "in text/ (segkit ask writes a file for each question)" in close
    own = {section: [Argument(paragraphs=("So.",), author=Author.USER)] * count}
    assert planned(example_plan, item_id, arguments=own).status is MET


@pytest.mark.parametrize(
    ("item_id", "section", "count"),
    [("flow_words", Section.FLOW, 4), ("draft_words", Section.MESSAGE, 2)],
)
def test_an_empty_field_of_a_worksheet_is_in_nobodys_words(item_id, section, count, example_plan):
    item = planned(example_plan, item_id, arguments={section: [Argument(asks="Why?")] * count})
    assert item.status is PARTLY
    assert item.why == f"0 of {count} arguments are in your own words"
    assert item.close.startswith("Nothing stands there yet")
    assert "segkit's words" not in item.close
