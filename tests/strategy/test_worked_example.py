"""Worked examples: one real opportunity step by step, held against what the company's own pages ask."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

from segkit.model.criterion import Mark
from segkit.model.ledger import Conflict, Ledger, LedgerEntry, LedgerKind
from segkit.model.sales_facts import CaseStep
from segkit.model.sales_stage import SalesStage

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
    assert (
        "One thing to settle: the second order of C004 had Net 30" in hand.write_up(hand.mixed()).answer[-1]
    )


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
        "274.50\u00a0EUR by the own median of 3 gaps."
    )
    assert example.checks[0].sentence == (
        "486.00\u00a0EUR is outstanding with this order, which stays within the limit."
    )
    assert example.checks[1].sentence == "It is given: 1 September 2026."


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
