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
    assert "stands on 4 of 9 trade orders, all of C008." in told


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
    need = letters[Criterion.NEED].reason[0]
    assert need == (
        "A need is written down for all 60 deals, so it tells none of them apart; 10 of 25 lost deals ended in “no decision”, which names no reason."
    )


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
    small = " ".join(verdicts(hand.shop())[Criterion.MONEY].reason)
    large = " ".join(verdicts(hand.shop(n_customers=300))[Criterion.MONEY].reason)
    assert "%" not in small
    assert "(24 %)" in large


def test_a_letter_lists_four_figures_at_most_and_none_that_its_reason_tells():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        for item in verdicts(facts).values():
            assert len(item.proxies) <= 4
    told = verdicts(hand.supplier())[Criterion.MONEY]
    assert "20 of 26" in told.reason[0]
    assert not any("20 of 26" in text for text in told.proxies)


def test_an_open_deal_with_a_recorded_no_is_told_that_none_such_was_won():
    facts = hand.supplier()
    none = hand.proxy(Criterion.MONEY, "money_no_won", share=hand.share(0, 16))
    kept = tuple(item for item in facts.proxies if item.name != "money_no_won")
    deal = replace(
        facts.opportunities[0],
        marks=(hand.mark(Criterion.MONEY, Mark.NOT_MET, "money_no"), *facts.opportunities[0].marks[1:]),
        decision=Decision.QUALIFIED,
    )
    row = hand.write_up(replace(facts, proxies=(*kept, none), opportunities=(deal,))).qualification.rows[0]
    assert row.decision == "qualified by the rule, but 0 of 16 deals without a budget were won"
    some = hand.write_up(replace(facts, opportunities=(deal,))).qualification.rows[0]
    assert some.decision == "qualified"


def test_a_number_on_orders_is_told_with_whose_orders_they_are():
    levels = (("customers with one", 5), ("their orders", 40), ("customers without", 35))
    numbers = hand.proxy(
        Criterion.AUTHORITY, "purchase_order_numbers", share=hand.share(38, 400), levels=levels
    )
    told = verdicts(hand.supplier(proxies=(numbers,)))[Criterion.AUTHORITY].proxies
    assert told == (
        "A purchase-order number stands on 38 of 400 orders (10 %): 5 accounts give one, on 38 of their 40 orders, and 35 accounts never do.",
    )


def test_the_rule_is_held_against_decided_deals():
    tried = (
        ("qualified", hand.share(20, 30)),
        ("both_yes", hand.share(16, 19)),
    )
    note = hand.write_up(hand.supplier(rule_tried=tried)).qualification.row_note
    assert (
        "Tried on the decided deals: of those it calls qualified 20 of 30 were won; with budget and decision maker both yes 16 of 19; "
        "with a recorded no for the budget 1 of 18." in note
    )


def test_what_the_rule_hides_is_said_under_the_rows():
    silent = replace(hand.ann(), decision=Decision.QUALIFIED)
    note = hand.write_up(hand.shop(customers=(silent,))).qualification.row_note
    assert "Authority counts as met for 1 customer because nobody else can say no" in note
    assert "1 of 1 qualified customer is past the line of silence" in note


def test_a_page_that_speaks_of_schools_is_not_read_for_every_trade_buyer():
    facts = hand.mixed(stated=(replace(hand.LIMIT, audience="school"), hand.SIGNER))
    assert "With a school it is agreed beforehand: “Schools:" in verdicts(facts)[Criterion.MONEY].reason[1]


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
    assert others["CHAMP"].startswith("Fits")
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
    assert hand.PRO_FORMA.exact in exact
    assert hand.QUOTE.exact not in exact
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


def test_levels_and_other_figures_are_one_sentence_each():
    extra = (
        hand.proxy(Criterion.TIMING, "kaplan_meier", levels=(("q25", 45), ("q50", 70))),
        hand.proxy(Criterion.TIMING, "season", levels=(("May", 9), ("June", 3), ("July", 2))),
        hand.proxy(Criterion.AUTHORITY, "shared_household", levels=(("couple", 6), ("alone", 4))),
        hand.proxy(Criterion.MONEY, "largest_order", spread=hand.spread(80.0, n=10)),
        hand.proxy(Criterion.MONEY, "own_share", share=hand.share(2, 10)),
        hand.proxy(Criterion.MONEY, "own_spread", spread=hand.spread(80.0, n=10)),
        hand.proxy(Criterion.NEED, "unknown_levels", levels=(("a", 1),)),
        hand.proxy(Criterion.NEED, "nothing"),
    )
    letters = verdicts(hand.shop(proxies=extra))
    assert letters[Criterion.TIMING].proxies == (
        "With open gaps counted, a quarter is back by day 45 and half by day 70 (Kaplan-Meier, n = 48 gaps).",
        "The fullest months are May (9) and June (3), of 14 purchase days in all.",
    )
    assert letters[Criterion.AUTHORITY].proxies == ()
    assert letters[Criterion.MONEY].proxies == (
        "The largest order of a customer is 80.00\u00a0EUR at the median and 160.00\u00a0EUR at most (n = 10 customers).",
        "2 of 10: own_share.",
        "own_spread: 80.00\u00a0EUR at the median (n = 10).",
    )
    assert letters[Criterion.NEED].proxies == ()


def test_thresholds_of_pages_settings_and_rhythm_are_told_apart():
    page = hand.Threshold(
        criterion=Criterion.MONEY, value=60.0, unit="EUR", basis="page", definition="", source_id="page-trade",
        exact="The minimum order is 60 EUR.", audience="trade",
    )  # fmt: skip
    setting = replace(page, basis="setting", audience="", value=25.0)
    line = replace(
        page,
        criterion=Criterion.TIMING,
        unit="times the own median gap",
        value=3.0,
        basis="setting",
        audience="",
    )
    letters = verdicts(hand.shop(thresholds=(page, setting, line)))
    assert letters[Criterion.MONEY].threshold == (
        "For trade buyers met from 60.00\u00a0EUR: “The minimum order is 60 EUR” [@page-trade]. "
        "Met from 25.00\u00a0EUR, as set in company.toml."
    )
    assert letters[Criterion.TIMING].threshold == (
        "Met while the silence is no longer than 3 times the own median gap (set in company.toml)."
    )


def test_an_own_threshold_that_was_not_measured_with_is_still_told():
    own = OwnCriterion(criterion="money", threshold=75.0)
    letter = verdicts(hand.shop(), settings=SalesSettings(criteria=(own,)))[Criterion.MONEY]
    assert letter.threshold == "Met from 75.00\u00a0EUR, as set in company.toml."


def test_a_supplier_is_told_in_its_pages_words():
    line = hand.stated(
        Criterion.MONEY, "We offer a contract from 5,000 EUR a year.", amount=5000.0, unit="EUR"
    )
    date = hand.stated(Criterion.TIMING, "Order by 10 July.", rule="date")
    asked = hand.stated(Criterion.TIMING, "the day of delivery", rule="date")
    need = hand.stated(Criterion.NEED, "For makers who fill jars.")
    facts = hand.supplier(stated=(line, hand.SIGNER, date, asked, need))
    told = {key: " ".join(item.reason) for key, item in verdicts(facts).items()}
    assert (
        "How much a buyer spends also decides what is offered: “We offer a contract" in told[Criterion.MONEY]
    )
    assert (
        "Whom an offer has to reach stands on the page: “the name of the person who signs”"
        in told[Criterion.AUTHORITY]
    )
    assert "One such need in the company's own words: “For makers who fill jars”" in told[Criterion.NEED]
    assert "The seller sets some dates: “Order by 10 July”" in told[Criterion.TIMING]


def test_a_supplier_without_a_crm_says_who_gets_credit():
    facts = hand.supplier(
        pipeline=None, opportunities=(), opportunity_decisions=(), stated=(hand.PRO_FORMA, hand.SIGNER)
    )
    told = {key: " ".join(item.reason) for key, item in verdicts(facts).items()}
    assert "Who gets credit, and when, is written down: “Studios: pro forma" in told[Criterion.MONEY]
    assert "The page asks for it: “the name of the person who signs”" in told[Criterion.AUTHORITY]


def test_nobody_who_came_back_and_no_column_of_presents_are_said():
    facts = hand.shop()
    facts = replace(
        facts,
        proxies=(hand.proxy(Criterion.NEED, "repeat_category", share=hand.share(0, 9)),),
        buyers=replace(facts.buyers, gift=None, trade=None),
    )
    letters = verdicts(facts)
    assert letters[Criterion.NEED].reason == (
        "None of 9 customers with two purchase days came back for the same category.",
        "Each purchase may have met a need for good, so the orders do not show one that returns.",
    )
    assert letters[Criterion.NEED].applies is Applies.NOT_OBSERVABLE
    assert "tells presents or organizations apart" in letters[Criterion.AUTHORITY].reason[1]


def test_a_long_quotation_ends_with_a_sentence():
    long = "One. " + "word " * 60 + "end."
    facts = hand.mixed(stated=(replace(hand.LIMIT, exact=long),))
    assert "“One” [@page-trade]" in verdicts(facts)[Criterion.MONEY].reason[1]
    unbroken = hand.mixed(stated=(replace(hand.LIMIT, exact="word " * 60),))
    assert "word …” [@page-trade]" in verdicts(unbroken)[Criterion.MONEY].reason[1]
