"""The questions of ``segkit ask``: at most twelve, the most valuable first, none of them another one with a different name."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings

from segkit.analysis.evidence import segment_anchors
from segkit.model.argument import Section
from segkit.model.evidence import Direction, EvidenceGap, SourceType
from segkit.model.segment import Basis, Method, SegmentationSummary
from segkit.publish.sales import make_sales
from segkit.strategy.questions import MOST, choose_questions, raise_questions
from segkit.strategy.questions_groups import ask_flows, ask_groups, pick_kinds

_home = Path(__file__).parent / "hand_made.py"
_spec = importlib.util.spec_from_file_location("hand_made_for_questions", _home)
by_hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(by_hand)


@pytest.fixture(scope="module")
def sales(example_plan):
    return make_sales(example_plan)


@pytest.fixture(scope="module")
def raised(sales):
    return raise_of_example(sales)


def raise_of_example(sales, **changes):
    ground = sales.plan.foundation
    values = {
        "evidence": ground.evidence,
        "plan": sales.plan.flows,
        "messages": sales.plan.messages,
        "cycle": sales.cycle,
        "anchors": segment_anchors(ground.segmentation.assignments),
    }
    return raise_questions(ground.segmentation.summary, **(values | changes))


def summary_of(facts) -> SegmentationSummary:
    return SegmentationSummary(
        method=Method.RULES,
        n_segments=len(facts.segments),
        n_customers=facts.n_customers,
        n_orders=50,
        revenue=Decimal(1000),
        currency="GBP",
        basis=Basis.DESCRIPTIVE,
        supported=True,
        verdict="A pattern.",
        why_this_number="",
        precedence="",
        features=(),
        held_out=(),
        dropped_features=(),
        segments=tuple(by_hand.segment(item) for item in facts.segments),
        options=(),
        cluster_counts=(),
        edge_cases=(),
    )


def bare(text: str, names: list[str]) -> str:
    """Return a question without names, numbers and quotations."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), "X", text, flags=re.IGNORECASE)
    return re.sub(r"“[^”]*”|\d[\d,.]*", "0", text)


def test_there_are_at_most_twelve_and_the_most_valuable_come_first(raised):
    chosen = choose_questions(raised)
    assert len(chosen) == MOST == 12
    assert [item.value for item in chosen] == sorted((item.value for item in chosen), reverse=True)


def test_each_group_a_flow_both_drafts_a_verdict_a_stage_and_the_whole_are_asked_about(raised):
    asked = [item.section for item in choose_questions(raised)]
    assert asked.count(Section.GROUP) == 4
    assert asked.count(Section.FLOW) >= 2
    assert asked.count(Section.MESSAGE) == 2
    assert all(asked.count(section) == 1 for section in (Section.CRITERION, Section.STAGE, Section.SUMMARY))


def test_every_section_that_argues_raises_a_question_of_its_own(raised, sales):
    places = [(item.section, item.about) for item in raised]
    assert len(places) == len(set(places)) == 4 + 4 + 2 + 4 + 6 + 1 + 1
    assert len({item.asks for item in raised}) == len(raised)


def test_no_two_questions_are_the_same_but_for_names(raised, sales):
    names = [segment.name for segment in sales.plan.foundation.segmentation.summary.segments]
    asked = [bare(item.asks, names) for item in choose_questions(raised)]
    assert len(set(asked)) == len(asked)


def test_each_question_stands_beside_facts_with_their_numbers_and_what_would_change_ones_mind(raised):
    for item in choose_questions(raised):
        assert item.facts, item.asks
        assert any(character.isdigit() for fact in item.facts for character in fact), item.asks
        assert item.mind, item.asks


def test_the_quotations_are_those_of_the_evidence_character_by_character(raised, sales):
    exact = {item.quote.exact for item in sales.plan.foundation.evidence.evidence if item.quote}
    for item in raised:
        if item.section in {Section.GROUP, Section.FLOW, Section.MESSAGE}:
            assert {quotation.exact for quotation in item.quotations} <= exact


def test_the_verdict_that_rests_on_the_least_and_the_stage_that_nobody_sees_are_asked_about(raised):
    chosen = {item.section: item for item in choose_questions(raised)}
    assert chosen[Section.CRITERION].about == "authority"
    assert chosen[Section.STAGE].about == "closing"
    assert chosen[Section.STAGE].asks.startswith("Closing is not observable in these files: ")


def test_a_contradiction_that_binds_a_flow_is_asked_about_before_the_other_flows(raised):
    flows = [item for item in choose_questions(raised) if item.section is Section.FLOW]
    assert "contradict each other" in flows[0].asks
    assert "“We do not chase schools in August.”" in flows[0].facts[0]


def test_the_same_values_give_the_same_words_whatever_the_seed(sales, raised):
    ground = sales.plan.foundation
    company = replace(ground.company, segmentation=replace(ground.company.segmentation, seed=99))
    again = replace(sales, plan=replace(sales.plan, foundation=replace(ground, company=company)))
    assert raise_of_example(again) == raised


def test_what_the_user_decided_in_the_settings_is_asked_about_less(sales, raised):
    verdicts = tuple(
        replace(item, overridden="company.toml says so.") if item.criterion.value == "authority" else item
        for item in sales.cycle.qualification.verdicts
    )
    qualification = replace(sales.cycle.qualification, verdicts=verdicts)
    decided = raise_of_example(sales, cycle=replace(sales.cycle, qualification=qualification))
    chosen = {item.section: item for item in choose_questions(decided)}
    assert chosen[Section.CRITERION].about != "authority"


def test_a_group_without_research_is_asked_for_it_first_and_told_how_to_close_the_gap():
    facts = by_hand.book(by_hand.group(1), by_hand.group(2))
    gap = EvidenceGap(
        segment_id=2, about=SourceType.RESEARCH.value, sentence="Group 2: no study; save one in research/."
    )
    book = replace(
        by_hand.evidence(by_hand.piece(1, "They buy."), by_hand.piece(2, "They buy.")), gaps=(gap,)
    )
    first = max(ask_groups(summary_of(facts), book, {1: "A", 2: "B"}), key=lambda item: item.value)
    assert first.about == "B"
    assert first.asks.startswith("No study or interview speaks for ")
    assert any(fact.startswith("Missing: ") and "research/" in fact for fact in first.facts)


def test_what_speaks_against_a_group_is_put_into_its_question():
    facts = by_hand.book(by_hand.group(1))
    against = replace(by_hand.piece(1, "They left."), id="S1-X", direction=Direction.CONTRADICTS)
    book = by_hand.evidence(by_hand.piece(1, "They buy."), against)
    question = ask_groups(summary_of(facts), book, {1: "A"})[0]
    assert "“They left.” speaks against" in question.asks


def test_a_group_that_no_customer_names_is_not_asked_about():
    facts = by_hand.book(by_hand.group(1), by_hand.group(2))
    asked = ask_groups(summary_of(facts), by_hand.EMPTY_BOOK, {2: "B"})
    assert [item.about for item in asked] == ["B"]


def test_a_kind_is_given_twice_only_where_nothing_else_is_left(raised):
    from segkit.strategy.questions_groups import Candidate

    a, b = Candidate(kind="a", worth=5, asks="a"), Candidate(kind="b", worth=1, asks="b")
    assert pick_kinds([(a, b), (a, b), (a, b)]) == (a, b, a)
    assert pick_kinds([(b,), (a, b)]) == (b, a)


@settings(max_examples=25, deadline=None)
@given(by_hand.books())
def test_over_generated_companies_no_two_chosen_questions_are_the_same_but_for_names(facts):
    plan = by_hand.plan(facts)
    summary = summary_of(facts)
    anchors = {item.segment_id: f"K{item.segment_id}" for item in facts.segments}
    book = by_hand.evidence(*(by_hand.piece(item.segment_id, "They buy.") for item in facts.segments))
    found = (*ask_groups(summary, book, anchors), *ask_flows(plan, book, anchors))
    asked = [bare(item.asks, [item.name for item in facts.segments]) for item in choose_questions(found)]
    assert len(set(asked)) == len(asked) > 0
    for question in found:
        assert "None" not in question.asks
        assert "nan" not in question.asks.split()
        assert "_" not in question.asks
