"""Which letters apply and why: by rules, from the company's own figures and words, and never filled for completeness."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.model.company import OwnCriterion, SalesSettings
from segkit.model.criterion import Applies, Criterion, Decision, Mark
from segkit.model.sales_facts import MarkCount

_spec = importlib.util.spec_from_file_location(
    "sales_facts_by_hand", Path(__file__).with_name("sales_facts_by_hand.py")
)
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)


def verdicts(facts, **more):
    cycle = hand.write_up(facts, **more)
    return {item.criterion: item for item in cycle.qualification.verdicts}


def test_authority_does_not_apply_to_people_who_buy_for_themselves():
    letter = verdicts(hand.shop())[Criterion.AUTHORITY]
    assert letter.applies is Applies.NO
    assert "the 10 customers of Hazel & Thorn it does not apply" in letter.reason[0]
    assert "The 3 who have sent a present" in letter.reason[0]


def test_a_mixed_company_is_told_both_sides():
    letter = verdicts(hand.mixed())[Criterion.AUTHORITY]
    assert letter.applies is Applies.PARTLY
    told = " ".join(letter.reason)
    assert "To the 8 private customers it does not apply" in told
    assert "To the 2 trade customers it does" in told
    assert "“the name of the person who signs” [@page-trade]" in told
    assert "on 4 of their 9 orders" in told


def test_what_is_left_of_a_credit_limit_is_computed():
    told = " ".join(verdicts(hand.mixed())[Criterion.MONEY].reason)
    assert "up to 500 EUR outstanding" in told
    assert "leaves 14.00\u00a0EUR for a next one" in told


def test_nothing_is_left_of_a_limit_that_is_exceeded():
    facts = hand.mixed()
    facts = replace(facts, outcomes=replace(facts.outcomes, awaiting_amount=600.0))
    assert "leaves" not in " ".join(verdicts(facts)[Criterion.MONEY].reason)


def test_all_letters_apply_where_a_crm_says_who_pays_and_who_decides():
    letters = verdicts(hand.supplier())
    assert {item.applies for item in letters.values()} == {Applies.YES}
    assert "With one, 20 of 26 decided ones were won" in letters[Criterion.MONEY].reason[0]
    assert "10 of 25 lost deals ended in “no decision”" in letters[Criterion.NEED].reason[0]


def test_overlapping_intervals_are_called_a_hint():
    reason = verdicts(hand.supplier())[Criterion.AUTHORITY].reason[0]
    assert "which overlap: a hint and not a law" in reason


def test_the_answer_names_every_letter():
    assert hand.write_up(hand.supplier()).qualification.answer.startswith("All four letters of BANT apply")
    assert (
        "Authority applies in part, to the 2 trade customers."
        in hand.write_up(hand.mixed()).qualification.answer
    )
    assert "Authority does not" in hand.write_up(hand.shop()).qualification.answer


def test_two_met_one_not_and_one_unknown_cannot_be_decided():
    row = hand.write_up(hand.shop()).qualification.rows[0]
    assert row.decision == "cannot be decided"
    assert row.met == "2 of 4 met, 1 unknown"
    assert row.marks == (
        "met: 46.20\u00a0EUR an order (8 orders)",
        "met: buys for own use",
        "unknown: one order only",
        "not met: 351 days since the last order, beyond the own line (4 gaps)",
    )


def test_an_unknown_is_never_counted_as_a_no():
    note = hand.write_up(hand.shop()).qualification.row_note
    assert "7 of 10 customers are qualified, 0 are not and 3 cannot be decided" in note


def test_open_deals_have_the_rows_and_their_own_count():
    qualification = hand.write_up(hand.supplier()).qualification
    assert qualification.rows[0].key == "D-2 (prospect)"
    assert "1 cannot be decided" in qualification.row_note
    assert "8 met, 1 not, 1 unknown" in qualification.row_note


def test_a_large_book_without_deals_has_counts_and_no_rows():
    facts = hand.shop(customers=(), n_customers=400)
    qualification = hand.write_up(facts).qualification
    assert qualification.rows == ()
    assert "Need 8 met, 1 not, 1 unknown" in qualification.row_note


def test_percentages_are_for_larger_books():
    small = " ".join(verdicts(hand.shop())[Criterion.MONEY].proxies)
    large = " ".join(verdicts(hand.shop(n_customers=300))[Criterion.MONEY].proxies)
    assert "%" not in small
    assert "(24 %)" in large


def test_a_missing_column_is_said_and_no_figure_is_made():
    told = verdicts(hand.shop())[Criterion.TIMING].proxies
    assert "By when an order must be there is not known: that needs a column of dates." in told


def test_the_thresholds_say_where_they_come_from():
    letters = verdicts(hand.shop())
    assert (
        letters[Criterion.MONEY].threshold
        == "Met from 30.00\u00a0EUR, the lower quartile of the order value."
    )
    assert letters[Criterion.NEED].threshold.startswith("Met when the same category")


@pytest.mark.parametrize("framework", ["ANUM", "CHAMP", "MEDDIC"])
def test_other_frameworks_order_the_same_criteria(framework):
    cycle = hand.write_up(hand.supplier(), settings=SalesSettings(framework=framework))
    assert cycle.qualification.framework == framework
    assert "BANT" in {item.name for item in cycle.qualification.others}
    assert all(item.reason and item.blind_spot for item in cycle.qualification.verdicts)


def test_other_frameworks_are_judged_by_the_companys_figures():
    others = {item.name: item.sentence for item in hand.write_up(hand.supplier()).qualification.others}
    assert "10 of 25 lost deals ended in “no decision” and 6 over the price" in others["CHAMP"]
    assert "700.00\u00a0EUR" in others["MEDDIC"]
    people = {item.name: item.sentence for item in hand.write_up(hand.shop()).qualification.others}
    assert people["ANUM"].startswith("Does not fit")


def test_the_companys_own_verdict_wins_and_is_called_its_own():
    own = OwnCriterion(
        criterion="authority", applies="yes", reason="Parents decide.", question="Who decides?", threshold=2
    )
    letter = verdicts(hand.shop(), settings=SalesSettings(criteria=(own,)))[Criterion.AUTHORITY]
    assert letter.applies is Applies.YES
    assert letter.reason == ("Parents decide.",)
    assert letter.question == "Who decides?"
    assert (
        letter.overridden
        == "In the company's own words (company.toml): applies, reason, question and threshold."
    )


def test_settings_that_fit_nothing_are_named():
    settings = SalesSettings(framework="SPIN", criteria=(OwnCriterion(criterion="champion", applies="no"),))
    problems = hand.write_up(hand.shop(), settings=settings).problems
    assert "[sales] framework is 'SPIN'" in problems[0]
    assert "'champion' is not asked by BANT" in problems[1]


def test_what_else_a_company_asks_is_told_in_its_own_words():
    cycle = hand.write_up(hand.mixed())
    exact = {item.exact for item in cycle.qualification.also}
    assert hand.QUOTE.exact in exact
    assert not exact & {item.exact for one in cycle.qualification.verdicts for item in one.quotations}


def test_no_sentence_is_told_twice_across_letters():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        told = [
            text
            for item in hand.write_up(facts).qualification.verdicts
            for text in (*item.reason, *item.proxies, item.threshold, item.blind_spot)
        ]
        assert len(told) == len(set(told))


def test_reasons_are_short():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        for item in hand.write_up(facts).qualification.verdicts:
            assert 1 <= len(item.reason) <= 3


def test_a_shop_with_one_purchase_each_has_no_timeline():
    following = replace(hand.shop().next_purchase, gaps=None, kaplan_meier=None, n_once=10)
    letter = verdicts(hand.shop(next_purchase=following, proxies=()))[Criterion.TIMING]
    assert letter.applies is Applies.NOT_OBSERVABLE
    assert "no rhythm can be read" in letter.reason[0]


def test_organizations_without_a_crm_are_judged_by_their_orders():
    facts = hand.supplier(pipeline=None, opportunities=(), opportunity_decisions=())
    roles = next(item for item in facts.proxies if item.name == "purchasing_role")
    facts = replace(
        facts, proxies=(roles, hand.proxy(Criterion.MONEY, "on_account_orders", share=hand.share(45, 50)))
    )
    letters = verdicts(facts)
    assert "lets 45 of 50 orders (90 %) be paid later" in letters[Criterion.MONEY].reason[0]
    assert "All 40 accounts are organizations" in letters[Criterion.AUTHORITY].reason[0]


def test_marks_beyond_the_known_ids_still_read():
    odd = replace(hand.ann(), marks=(hand.mark(Criterion.MONEY, Mark.MET, "some_new_id"),), met=1)
    row = hand.write_up(hand.shop(customers=(odd,))).qualification.rows[0]
    assert row.marks[0] == "met: some new id"
    assert row.marks[1] == "unknown: not asked"


def test_decisions_are_counted_from_the_rows_where_no_count_is_given():
    facts = hand.supplier(
        opportunity_decisions=(),
        counts=(MarkCount(criterion=Criterion.NEED, segment_id=None, met=30, not_met=0, unknown=10),),
    )
    note = hand.write_up(
        replace(facts, decisions=((Decision.QUALIFIED, 30), (Decision.UNDECIDED, 10)))
    ).qualification.row_note
    assert "of 1 open deal" in note
    assert "The same rule qualifies 30 accounts, turns down 0 and leaves 10 open." in note
