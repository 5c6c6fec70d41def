"""A worksheet: facts and evidence as ever, and a question where an argument would stand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.analysis.study import read_settings
from segkit.model.argument import Author, OwnText, Section
from segkit.publish.flow_cards import flow_cards, messages
from segkit.publish.own_words import arguments_by_author
from segkit.publish.plan import make_plan
from segkit.publish.sales import make_sales
from segkit.publish.sales_cards import criterion_cards, opportunity_card, stage_cards
from segkit.publish.sales_results import sales_checklist
from segkit.publish.verification import _with_parameters
from segkit.publish.worksheet import worksheet_question


def with_report(plan, *, texts=(), worksheet=True):
    """Return a plan whose company asks for a worksheet."""
    company = plan.foundation.company
    company = replace(company, report=replace(company.report, worksheet=worksheet), texts=tuple(texts))
    return replace(plan, foundation=replace(plan.foundation, company=company))


@pytest.fixture(scope="module")
def plan(example_plan):
    return with_report(example_plan)


@pytest.fixture(scope="module")
def sales(plan):
    return make_sales(plan)


def test_flows_ask_where_they_would_argue_and_keep_their_rules(plan, example_plan):
    ours = {card.id: card for card in flow_cards(example_plan) if hasattr(card, "terms")}
    for card in (card for card in flow_cards(plan) if hasattr(card, "terms")):
        assert card.why == ()
        assert card.asks.endswith("?")
        assert (card.terms, card.rival, card.links) == (
            ours[card.id].terms,
            ours[card.id].rival,
            ours[card.id].links,
        )


def test_drafts_ask_where_they_would_argue_and_keep_their_words(plan, example_plan):
    for empty, full in zip(messages(plan), messages(example_plan), strict=True):
        assert (empty.reasons, empty.fit) == ((), ())
        assert empty.asks.endswith("?")
        assert full.asks == ""
        assert (empty.email, empty.sms, empty.left_out) == (full.email, full.sms, full.left_out)


def test_verdicts_ask_where_they_would_argue_and_stay_verdicts(sales):
    cards = (*criterion_cards(sales), *stage_cards(sales), opportunity_card(sales))
    assert len(cards) == 11
    assert len({card.asks for card in cards}) == 11
    assert all(card.why == () and card.asks.endswith("?") for card in cards)
    assert [card.verdict for card in criterion_cards(sales)][:2] == ["Applies", "Applies in part"]


def test_an_empty_field_is_nobodys_argument(sales):
    assert sum(arguments_by_author(criterion_cards(sales)).values()) == 0


def test_its_checklist_says_that_nothing_stands_there_yet(sales):
    items = {item.id: item for item in sales_checklist(sales)}
    for name in ("group_words", "flow_words", "draft_words", "sales_words"):
        assert items[name].close.startswith("Nothing stands there yet")


def test_a_text_of_the_users_own_stands_in_a_worksheet_too(example_plan):
    own = OwnText(section=Section.FLOW, about="C004", paragraphs=("We think so.",))
    cards = {
        card.number: card
        for card in flow_cards(with_report(example_plan, texts=[own]))
        if hasattr(card, "terms")
    }
    group = int(example_plan.foundation.segmentation.assignments["C004"])
    assert (cards[group].why, cards[group].asks, cards[group].author) == (("We think so.",), "", Author.USER)


def test_a_report_that_is_no_worksheet_asks_nothing(example_plan):
    ordinary = with_report(example_plan, worksheet=False)
    assert worksheet_question(ordinary.foundation, Section.FLOW, 1, plan=ordinary) == ""
    assert all(not card.asks for card in flow_cards(ordinary) if hasattr(card, "terms"))


def test_a_chapter_that_is_not_made_yet_asks_nothing(plan):
    assert worksheet_question(plan.foundation, Section.CRITERION, "need", plan=plan) == ""
    assert worksheet_question(plan.foundation, Section.GROUP, 1).endswith("?")


def test_the_setting_travels_by_call_by_company_toml_and_by_the_manifest(example_folder):
    assert read_settings(example_folder, worksheet=True).report.worksheet
    ordinary = read_settings(example_folder)
    assert not ordinary.report.worksheet
    assert _with_parameters(ordinary, {"parameters": {"report": {"worksheet": True}}}).report.worksheet
    assert not _with_parameters(ordinary, {"parameters": {"report": {"worksheet": "yes"}}}).report.worksheet


def test_a_plan_of_a_worksheet_is_the_plan_of_the_report(plan, example_plan):
    again = make_plan(plan.foundation)
    assert again.flows == example_plan.flows
    assert [draft.id for draft in again.messages] == [draft.id for draft in example_plan.messages]
