"""The six stages: verdict and observability are two things, and what is not seen has no rate."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

from segkit.model.company import OwnStage, SalesSettings
from segkit.model.criterion import Applies
from segkit.model.flow_facts import Observability
from segkit.model.sales_facts import FunnelStep
from segkit.model.sales_stage import OPEN_STAGES, SalesStage

_spec = importlib.util.spec_from_file_location(
    "sales_facts_by_hand", Path(__file__).with_name("sales_facts_by_hand.py")
)
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)
_RATE = re.compile(r"%|\b\d+ of \d+\b")


def texts(stage):
    return " ".join((*stage.reason, stage.observed, stage.not_observed, stage.enters, stage.leaves))


def test_orders_alone_show_no_open_stage_and_give_no_rate():
    for facts in (hand.shop(), hand.mixed()):
        cycle = hand.write_up(facts)
        for name in OPEN_STAGES:
            stage = cycle.stage(name)
            assert stage.observability is Observability.NOT_OBSERVABLE
            assert stage.n is None
            assert not _RATE.search(texts(stage)), texts(stage)
            assert "Not observable in this source" in stage.not_observed


def test_all_six_stages_have_a_verdict_and_signs():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        stages = hand.write_up(facts).stages
        assert [item.stage for item in stages] == list(SalesStage)
        assert all(item.reason and item.enters and item.leaves and item.does for item in stages)


def test_a_stage_the_page_describes_applies_in_part_though_it_is_not_seen():
    stage = hand.write_up(hand.mixed()).stage(SalesStage.EVALUATING)
    assert stage.applies is Applies.PARTLY
    assert "“You will have a written quote within two working days”" in stage.reason[0]
    assert "a quote that is not answered ends after 30 days" in stage.leaves


def test_posted_prices_leave_little_to_close():
    facts = hand.shop(proxies=())
    assert hand.write_up(facts, ledger=hand.Ledger()).stage(SalesStage.CLOSING).applies is Applies.NO
    unpaid = hand.write_up(hand.mixed()).stage(SalesStage.CLOSING)
    assert unpaid.applies is Applies.PARTLY
    assert "1 order worth 486.00\u00a0EUR waits for payment" in " ".join(unpaid.reason)


def outcomes(facts, **changes):
    return replace(facts, outcomes=replace(facts.outcomes, **changes))


def test_what_a_page_takes_off_for_everybody_is_no_negotiation():
    code = hand.LedgerEntry(
        id="L2", kind=hand.LedgerKind.CODE, subject="HELLO", value="10 %", source_id="page-index", exact="10 % off with HELLO", locator=""
    )  # fmt: skip
    told = " ".join(
        hand.write_up(hand.mixed(), ledger=hand.Ledger(entries=(code,))).stage(SalesStage.CLOSING).reason
    )
    assert "lowered 12 orders; codes stand on the company's pages and are no negotiation" in told
    assert "6 orders were placed on account" in told
    unposted = " ".join(hand.write_up(hand.mixed()).stage(SalesStage.CLOSING).reason)
    assert "whether any of it was negotiated is in no column" in unposted


def test_a_cancellation_that_was_ordered_anew_is_no_loss():
    facts = outcomes(hand.shop(), paid=45, cancelled=4, cancelled_replaced=2, cancelled_empty=1)
    stage = hand.write_up(facts).stage(SalesStage.LOST)
    assert "1 was cancelled and 1 was paid back in full" in stage.reason[0]
    assert stage.reason[1] == (
        "3 more cancellations lost nothing: 2 were ordered anew or twice by the same customer and 1 was worth nothing."
    )
    assert stage.n == 2
    facts = outcomes(hand.shop(), cancelled_replaced=1, taken_back=0, paid=49)
    stage = hand.write_up(facts).stage(SalesStage.LOST)
    assert "none was lost by cancelling" in stage.reason[0]
    assert stage.reason[1].endswith("lost nothing: it was ordered anew or twice by the same customer.")


def test_unpaid_orders_that_are_overdue_are_told_from_those_not_due_yet():
    facts = outcomes(hand.mixed(), paid=45, awaiting=3, awaiting_overdue=1)
    cycle = hand.write_up(facts)
    assert "wait for payment: 2 are not due yet and 1 is overdue" in " ".join(
        cycle.stage(SalesStage.CLOSING).reason
    )
    assert "sends a reminder for what is overdue" in cycle.stage(SalesStage.CLOSING).does
    late = hand.write_up(outcomes(hand.mixed(), awaiting_overdue=1))
    assert "waits for payment: it is overdue." in " ".join(late.stage(SalesStage.CLOSING).reason)


def test_orders_by_quote_are_a_proxy_of_the_proposal():
    stage = hand.write_up(outcomes(hand.mixed(), by_quote=hand.share(8, 9))).stage(SalesStage.EVALUATING)
    assert stage.observability is Observability.PROXY
    assert stage.observed == "8 orders came by quote; quotes that were refused are not seen."
    assert (stage.n, stage.unit) == (8, "orders")


def test_deals_that_wait_longer_than_a_quote_holds_are_counted():
    waiting = tuple(hand.open_deal(f"D-{days}", stage_id="evaluating", stage_days=days) for days in (12, 45))
    facts = hand.supplier(pipeline=hand.pipeline(deals=waiting))
    told = " ".join(hand.write_up(facts).stage(SalesStage.EVALUATING).reason)
    assert "1 of 2 deals that wait there has stood longer than the 30 days that a quote holds" in told
    silent = hand.supplier(pipeline=hand.pipeline(deals=waiting[:1]))
    assert "that wait there" not in " ".join(hand.write_up(silent).stage(SalesStage.EVALUATING).reason)


def test_signs_name_only_what_files_or_pages_show():
    stages = {item.stage: item for item in hand.write_up(hand.shop(), ledger=hand.Ledger()).stages}
    told = " ".join(item.enters + item.leaves + item.does for item in stages.values())
    assert not re.search("basket|checkout|quote|signs up", told)
    assert all(item.owner == "" for item in stages.values())


def test_a_crm_names_the_moves_and_the_owner():
    stage = hand.write_up(hand.supplier(pipeline=hand.pipeline(has_owner=True))).stage(SalesStage.EVALUATING)
    assert "in the CRM the deal stands in “Offer”" in stage.enters
    assert "in the CRM it goes on to “Contract” or is closed as lost" in stage.leaves
    assert stage.owner == "whoever owns the deal in the CRM"


def test_sources_are_counted_over_all_deals():
    facts = hand.supplier(pipeline=hand.pipeline(sources=(("phone", 19), ("fair", 13))))
    told = " ".join(hand.write_up(facts).stage(SalesStage.PROSPECTING).reason)
    assert "Most often they came by phone (19) and fair (13), of 32 whose source is recorded" in told


def test_lapse_is_called_a_rule_and_kept_apart_from_losses():
    stage = hand.write_up(hand.shop()).stage(SalesStage.LOST)
    assert "1 was cancelled and 1 was paid back in full" in stage.reason[0]
    assert stage.n == 2
    assert "By a rule and not by observation 2 of 9 customers count as lapsed" in stage.not_observed
    assert "3 times the own median gap" in stage.not_observed


def test_without_a_status_no_loss_is_seen():
    facts = hand.shop()
    facts = replace(
        facts, outcomes=replace(facts.outcomes, status_known=False, cancelled=0, taken_back=0, paid=50)
    )
    cycle = hand.write_up(facts)
    assert cycle.stage(SalesStage.LOST).observability is Observability.NOT_OBSERVABLE
    assert cycle.stage(SalesStage.LOST).n is None
    assert "no column of payment" in cycle.stage(SalesStage.WON).reason[0]


def test_a_pipeline_shows_each_stage_with_its_interval_and_days():
    stage = hand.write_up(hand.supplier()).stage(SalesStage.EVALUATING)
    assert stage.applies is Applies.YES
    assert stage.own_labels == ("Offer",)
    assert stage.n == 45
    assert "31 of 43 (72 %; 95 % interval 52 to 92 %) went on" in stage.observed
    assert "Won deals stayed 8 days at the median" in stage.observed
    assert "12 of 25 lost deals ended there, more than in any other stage" in stage.reason[1]


def without_history():
    rows = tuple(
        replace(item, decided=None, advanced=None, conversion=None, days=None, p95_days=None)
        for item in hand.STAGES
    )
    return hand.supplier(pipeline=hand.pipeline(has_history=False, stages=rows, chain=()))


def test_a_pipeline_without_history_gives_no_conversion():
    stage = hand.write_up(without_history()).stage(SalesStage.DISCOVERY)
    assert stage.n is None
    assert "went on" not in stage.observed
    assert "Only the stage of today or of closing is kept" in stage.not_observed
    assert "where 2 deals stand today" in stage.reason[0]


def test_a_stage_that_a_list_lacks_does_not_apply():
    rows = tuple(item for item in hand.STAGES if item.stage is not SalesStage.CLOSING)
    cycle = hand.write_up(hand.supplier(pipeline=hand.pipeline(stages=rows)))
    assert cycle.stage(SalesStage.CLOSING).applies is Applies.NO
    assert "has no stage of the kind “Closing”" in cycle.stage(SalesStage.CLOSING).reason[0]


def test_events_fill_the_stages_of_a_shop_with_undecided_ones_counted_apart():
    basket = FunnelStep(
        stage=SalesStage.EVALUATING,
        name="cart_added",
        observability=Observability.OBSERVABLE,
        unit="baskets",
        n=90,
        undecided=6,
        onward=hand.share(63, 84),
        window_days=7,
        people=9,
    )
    signed = FunnelStep(
        stage=SalesStage.PROSPECTING,
        name="signed_up",
        observability=Observability.OBSERVABLE,
        unit="people",
        n=12,
    )
    cycle = hand.write_up(hand.shop(funnel=(signed, basket)))
    stage = cycle.stage(SalesStage.EVALUATING)
    assert stage.observability is Observability.OBSERVABLE
    assert "90 baskets of 9 customers" in stage.observed
    assert "6 more are too young to tell" in stage.observed
    assert (
        "21 baskets of 84 whose outcome is known became no order within 7 days"
        in cycle.stage(SalesStage.LOST).observed
    )
    assert cycle.stage(SalesStage.DISCOVERY).observability is Observability.NOT_OBSERVABLE
    assert "Before the order the events show 12 sign-ups and 90 baskets" in " ".join(cycle.answer)


def test_the_companys_own_stage_wins_and_is_called_its_own():
    own = OwnStage(stage="closing", applies="no", reason="We do not negotiate.", owner="nobody")
    stage = hand.write_up(hand.mixed(), settings=SalesSettings(stages=(own,))).stage(SalesStage.CLOSING)
    assert stage.applies is Applies.NO
    assert stage.reason == ("We do not negotiate.",)
    assert stage.owner == "nobody"
    assert stage.overridden == "In the company's own words (company.toml): applies, reason and owner."


def test_no_sentence_is_told_twice_across_stages():
    for facts in (hand.shop(), hand.mixed(), hand.supplier(), without_history()):
        told = [
            text
            for item in hand.write_up(facts).stages
            for text in (*item.reason, item.observed, item.not_observed)
        ]
        told = [text for text in told if text]
        assert len(told) == len(set(told))


def test_what_is_not_seen_names_the_file_that_would_show_it():
    unobserved = hand.write_up(hand.shop()).unobserved
    assert "To see Prospecting: a file of visits and sign-ups." in unobserved
    assert any(text.startswith("Who asked to be told when something is back") for text in unobserved)
