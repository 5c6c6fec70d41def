"""Worked examples: one real opportunity step by step, held against what the company's own pages ask."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from segkit.model.criterion import Mark
from segkit.model.ledger import Conflict, Ledger, LedgerEntry, LedgerKind
from segkit.model.sales_facts import CaseStep
from segkit.model.sales_stage import SalesStage
from segkit.words.sales_examples import check_sentence
from segkit.words.sales_figures import Voice

_spec = importlib.util.spec_from_file_location(
    "sales_facts_by_hand", Path(__file__).with_name("sales_facts_by_hand.py")
)
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)


def examples(**more):
    return hand.write_up(hand.mixed(), **more).examples


def test_the_example_comes_before_the_exception():
    assert [item.role for item in examples()] == ["example", "exception"]


def test_terms_that_a_customer_does_not_qualify_for_are_noticed():
    check = examples()[1].checks[0]
    assert check.holds == "no"
    assert check.sentence == (
        "C004 had Net 30 on its second order; by the page such terms begin later. Either the page or the terms should change: "
        "ask who agreed it (the order's note reads “30 days agreed by phone”)."
    )
    assert "had Net 30" in hand.write_up(hand.mixed()).answer[-1]


def test_what_nobody_recorded_is_said():
    step = examples()[1].steps[0]
    assert not step.observed
    assert step.on is None
    assert "was not recorded" in step.sentence


def test_what_cannot_be_told_is_unknown_and_no_breach():
    example = examples()[1]
    assert example.checks[1].holds == "unknown"
    assert (
        "Of 2 statements on the company's pages 1 does not hold for it, and 1 cannot be told."
        in example.answer
    )


def test_amount_and_expected_day_of_an_open_order_are_told():
    example = examples()[0]
    assert (
        "486.00\u00a0EUR, dates from 9 July 2026 and should be paid by 8 August 2026, which has passed"
        in example.answer
    )
    assert example.next == (
        "First the open 486.00\u00a0EUR, overdue since 8 August 2026. The next purchase of C008 is due about 28 October 2026, "
        "274.50\u00a0EUR by the own median of 3 gaps. As long as 486.00\u00a0EUR is unpaid, it would bring the account to 760.50\u00a0EUR, over the "
        "limit of 500.00\u00a0EUR."
    )
    assert example.checks[0].sentence == (
        "486.00\u00a0EUR is outstanding with this order, which stays within the limit of 500.00\u00a0EUR. Only the limit is checked here, not the days."
    )
    assert example.checks[1].sentence == "It is given: 1 September 2026."


def test_days_of_the_page_that_have_passed_are_a_check_of_their_own():
    late = [item for item in examples()[0].checks if item.holds == "no"]
    assert [item.sentence for item in late] == [
        "The days have passed: it was due on 8 August 2026 and is still unpaid 24 days later."
    ]
    assert "Of 3 statements on the company's pages 1 does not hold for it" in examples()[0].answer


def test_the_next_purchase_has_its_range_and_what_it_is_counted_from():
    case = replace(
        hand.exception_case(), next_from=date(2026, 11, 1), next_to=date(2027, 1, 20), next_orders=5
    )
    told = hand.write_up(hand.mixed(cases=(case,))).examples[0].next
    assert told == (
        "The next purchase of C004 is due about 1 December 2026 (between 1 November 2026 and 20 January 2027 by the middle half of the gaps), "
        "250.00\u00a0EUR, by the own median of 4 gaps and 5 orders."
    )


def test_an_order_is_paid_and_a_deal_is_won():
    order = replace(
        hand.exception_case(),
        role="example",
        product="Class pack",
        n_products=3,
        steps=(CaseStep(stage=SalesStage.WON, what="paid_undated"),),
    )
    told = hand.write_up(hand.mixed(cases=(order,))).examples[0]
    assert told.title.endswith("288.90\u00a0EUR, paid")
    assert "for 3 articles, the largest “Class pack”" in told.answer
    assert "was paid on 28 October 2025" in told.answer
    unknown = replace(order, steps=())
    told = hand.write_up(hand.mixed(cases=(unknown,))).examples[0]
    assert told.title.endswith(", won")
    assert "counts as won" in told.answer
    deal = hand.write_up(hand.mixed(cases=(replace(order, kind="deal"),))).examples[0]
    assert "was won on 28 October 2025" in deal.answer


def test_what_lies_ahead_is_told_as_ahead():
    steps = (
        CaseStep(stage=SalesStage.WON, what="unpaid", on=hand.AS_OF),
        CaseStep(stage=SalesStage.WON, what="promised", on=date(2026, 9, 8), days=11),
        CaseStep(stage=SalesStage.CLOSING, what="due", on=date(2026, 9, 27), days=30),
    )
    case = replace(hand.exception_case(), steps=steps)
    told = [item.sentence for item in hand.write_up(hand.mixed(cases=(case,))).examples[0].steps]
    assert told == [
        "Not paid yet; not due until 27 September 2026.",
        "It is to be there by this day, 11 days after the order.",
        "The invoice is due, 30 days after the order.",
    ]


def test_an_open_deal_shows_no_stage_it_has_not_come_to():
    steps = (
        CaseStep(stage=SalesStage.DISCOVERY, what="stage", on=date(2026, 8, 6), detail="Scoping", days=26),
        CaseStep(stage=SalesStage.EVALUATING, what="weighed", observed=False),
        CaseStep(stage=SalesStage.CLOSING, what="expected", on=date(2026, 10, 16)),
        CaseStep(stage=SalesStage.DISCOVERY, what="next_step", detail="List of needs"),
    )
    case = replace(
        hand.open_case(),
        kind="deal",
        role="open",
        key="D-9",
        steps=steps,
        checks=(),
        expected=date(2026, 10, 16),
    )
    cases = (hand.exception_case(), case, hand.open_case())
    told = hand.write_up(hand.mixed(cases=cases)).examples
    assert [item.role for item in told] == ["example", "open", "exception"]
    assert [item.sentence for item in told[1].steps] == [
        "Entered Scoping and has stood there for 26 days.",
        "The planned close lies ahead.",
        "Next step, as written down: “List of needs”.",
    ]
    assert "is expected to close by 16 October 2026" in told[1].answer


def test_a_next_purchase_that_is_past_is_called_past():
    case = replace(hand.exception_case(), next_on=date(2026, 3, 14))
    example = hand.write_up(hand.mixed(cases=(case,))).examples[0]
    assert "was due about 14 March 2026" in example.next
    assert example.next.endswith("and has not come.")


def test_without_a_gap_the_next_purchase_is_unknown():
    case = replace(hand.exception_case(), next_on=None)
    example = hand.write_up(hand.mixed(cases=(case,))).examples[0]
    assert example.next == "When the next purchase comes is unknown: there is no gap to measure it by."


def test_a_conflict_of_the_ledger_about_this_order_is_told():
    entries = (
        LedgerEntry(id="P", kind=LedgerKind.POLICY, subject="no reminding", value="", source_id="page-trade",
                    exact="We do not chase schools in August.", locator=""),
        LedgerEntry(id="O", kind=LedgerKind.POLICY, subject="a note", value="", source_id="orders-text",
                    exact="Reminder sent 17 August", locator=""),
    )  # fmt: skip
    conflict = Conflict(
        id="c", kind=LedgerKind.POLICY, subject="no reminding", entries=("P", "O"), rule="",
        sentence="The page says so, but order #9, Notes reads otherwise.",
    )  # fmt: skip
    checks = examples(ledger=Ledger(entries=entries, conflicts=(conflict,)))[0].checks
    assert checks[-1].holds == "no"
    assert "“Reminder sent 17 August”" in checks[-1].sentence


def test_a_deal_is_followed_through_its_stages():
    steps = (
        CaseStep(stage=SalesStage.PROSPECTING, what="created", on=date(2026, 5, 1), detail="portal form"),
        CaseStep(stage=SalesStage.DISCOVERY, what="stage", on=date(2026, 5, 4), detail="Scoping", days=7),
        CaseStep(stage=SalesStage.CLOSING, what="slipped", on=date(2026, 5, 9)),
        CaseStep(stage=SalesStage.WON, what="order_placed", on=date(2026, 6, 1), detail="O-1", amount=300.0),
        CaseStep(stage=SalesStage.WON, what="paid"),
        CaseStep(stage=SalesStage.LOST, what="lost", on=date(2026, 6, 1), detail="price"),
    )
    case = replace(
        hand.exception_case(),
        kind="deal",
        role="example",
        key="D-7",
        steps=steps,
        checks=(),
        customer_id="",
        place=None,
    )
    example = hand.write_up(hand.mixed(cases=(case,))).examples[0]
    assert [item.sentence for item in example.steps] == [
        "Entered in the CRM, from “portal form”.",
        "Entered Scoping and stayed 7 days.",
        "The planned close was moved later.",
        "The order followed: O-1, 300.00\u00a0EUR.",
        "Paid; on which day is not in the file.",
        "Lost over “price”.",
    ]
    assert example.title.startswith("D-7 of a prospect")
    assert "pages" not in example.answer


def test_an_unknown_check_still_reads():
    case = hand.exception_case()
    odd = tuple(replace(item, because="some_new_id", mark=Mark.MET) for item in case.checks)
    example = hand.write_up(hand.mixed(cases=(replace(case, checks=odd),))).examples[0]
    assert [item.sentence for item in example.checks] == [
        "The order has Net 30 there.",
        "The files do not say.",
    ]


@pytest.mark.parametrize("number", ["4711", "2026-0029", "20260901", "1e5"])
def test_a_purchase_order_number_stands_as_it_is_however_much_it_looks_like_a_sum_or_a_day(number):
    case = hand.mixed().cases[0]
    check = replace(case.checks[0], because="purchase_order_given", found=number)
    voice = Voice(company="Hazel & Thorn", model="mixed", small=True, currency="EUR")
    assert check_sentence(check, case, voice) == f"The number {number} stands on the order."
