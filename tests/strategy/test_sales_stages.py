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


def test_all_six_stages_have_a_verdict_signs_and_an_owner():
    for facts in (hand.shop(), hand.mixed(), hand.supplier()):
        stages = hand.write_up(facts).stages
        assert [item.stage for item in stages] == list(SalesStage)
        assert all(
            item.reason and item.enters and item.leaves and item.does and item.owner for item in stages
        )


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
