"""A pipeline in words: intervals, open deals counted as open, definitions printed, and a score that may be worth nothing."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from datetime import date
from pathlib import Path

from segkit.model.pipeline_facts import GroupShare, LeadScore, LostReason
from segkit.strategy.pipeline_readings import read_pipeline_facts

_spec = importlib.util.spec_from_file_location(
    "sales_facts_by_hand", Path(__file__).with_name("sales_facts_by_hand.py")
)
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)


def readings(**changes):
    return {item.name: item for item in read_pipeline_facts(hand.pipeline(**changes))}


def told(name, **changes):
    return " ".join(readings(**changes)[name].sentences)


def test_the_win_rate_has_its_interval_and_leaves_open_deals_out():
    text = told("win_rate")
    assert "27 of 52 decided deals (52 %; 95 % interval 39 to 65 %) were won" in text
    assert "The 8 open deals stand in neither number" in text


def test_larger_losses_are_told_in_money():
    assert "Lost deals are larger: 1,500\u00a0EUR at the median against 700\u00a0EUR" in told("win_rate")


def test_sources_whose_intervals_overlap_are_not_ranked():
    assert "these intervals overlap, so none of the levels can be called better" in told("win_rate")
    assert "Deals of one account are not independent" in told("win_rate")
    assert "not independent" not in told("win_rate", fields=())
    assert "The 52 decided deals come from 30 accounts; those of one account" in told(
        "win_rate", decided_accounts=30
    )
    assert "not independent" not in told("win_rate", decided_accounts=52)
    apart = (
        GroupShare(field="source", level="phone", share=hand.share(19, 20), amount=1.0),
        GroupShare(field="source", level="fair", share=hand.share(5, 30), amount=1.0),
    )
    assert "do not overlap" in told("win_rate", fields=apart)


def test_interval_closed_only_mean_and_median_with_open_deals_stand_together():
    text = told("time_to_close")
    assert "The 52 closed deals took 38 days on average" in text
    assert (
        "With the 8 open deals counted for as long as they were watched, half of the 60 are decided by day 47"
        in text
    )
    assert "After 60 days 35 % are won, 25 % lost and 40 % still open (Aalen-Johansen" in text
    assert "would promise 60 % won in the end instead of 45 %" in text
    assert "closed ones alone average 38" in readings()["time_to_close"].title


def test_no_median_is_given_where_half_are_still_open():
    closing = replace(hand.closing(), median_days=None)
    assert "there is no median to give" in told("time_to_close", time_to_close=closing)


def test_the_first_quarter_is_an_artefact_of_the_window():
    text = told("quarters")
    assert "The file begins on 10 January 2025. In 2025 Q1 only deals that were decided quickly" in text
    assert "From 2025 Q2 on the intervals of all quarters overlap" in text


def test_every_velocity_prints_its_definition_and_how_far_it_moves():
    text = told("velocity")
    assert "52 closed deals x 700.00\u00a0EUR x 52 % won / 38 days of a closed deal" in text
    assert "the choice of the cycle moves it by 15 % and the choice of deals by a factor of 6.5" in text


def test_velocity_is_held_against_what_was_won_in_the_days_of_the_file():
    reading = readings()["velocity"]
    assert reading.title == (
        "33.27\u00a0EUR a day were won; the velocity formula gives 88.00\u00a0EUR to 573\u00a0EUR, by what is counted"
    )
    text = " ".join(reading.sentences)
    assert "18,900\u00a0EUR were won in the 568 days from 10 January 2025 to 1 August 2026" in text
    assert "it treats all 52 closed deals of these days as if they were worked on at once" in text


def test_without_won_amounts_velocity_has_no_check():
    reading = readings(won_value=None)["velocity"]
    assert reading.title.startswith("Sales velocity is")
    assert "Held against" not in " ".join(reading.sentences)


def test_the_forecast_has_a_range_and_the_origin_of_its_chances():
    text = told("forecast")
    assert "come to 9,000\u00a0EUR; all of them won would bring 16,000\u00a0EUR" in text
    assert "The 95 % range of the weighted sum is 5,080\u00a0EUR to 12,920\u00a0EUR" in text
    assert "The chances are measured" in text
    assert "The open ones are 2,000\u00a0EUR at the median, where a won one was 700\u00a0EUR" in text
    assert "ceiling" not in text


def test_presets_are_called_presets_with_what_systems_disagree_on():
    stages = tuple(replace(item, basis="preset", probability=0.5, preset=50) for item in hand.STAGES)
    forecast = replace(hand.pipeline().forecast, basis="preset")
    text = told("forecast", stages=stages, forecast=forecast)
    assert "presets and not knowledge" in text
    assert "“Value Proposition” is preset to 50 in EspoCRM and to 30 in SuiteCRM" in text


def test_several_currencies_are_not_added_up():
    facts = {
        "forecast": None,
        "velocity": (),
        "problem": "Amounts are in EUR and GBP; choose one in [pipeline] currency.",
    }
    out = readings(**facts)
    assert "velocity" not in out
    assert out["forecast"].title == "Amounts are not added up"
    assert "choose one" in out["forecast"].sentences[0]


def test_ageing_names_the_deal_its_days_and_those_of_won_ones():
    text = told("ageing")
    assert "D-1 (A-1, 5,000\u00a0EUR) has stood in Scoping for 280 days" in text
    assert (
        "three quarters of won deals left it within 10 days and nearly all within 15 (95th percentile), n = 20"
        in text
    )
    assert "its planned close was moved once" in text
    assert "The planned close is past for D-1 by 100 days." in text
    assert "next step" not in text
    assert "an end" not in text


def test_a_recorded_next_step_is_pointed_to():
    text = told("ageing", deals=(hand.open_deal(next_step="Call on Friday"), hand.open_deal("D-2")))
    assert "What the CRM records as the next step stands in the table for 1 of them" in text


def test_many_late_deals_are_counted_and_not_listed():
    deals = tuple(hand.open_deal(f"D-{i}", stage_days=100 + i, overdue_days=0) for i in range(8))
    text = told("ageing", deals=deals, n_stale=8)
    assert "Beyond the same line stand 5 more, for 100 to 104 days in their stage" in text


def test_slow_and_unjudged_deals_are_told_apart():
    deals = (
        hand.open_deal("D-1", reading="slow", overdue_days=0),
        hand.open_deal("D-2", reading="unknown", overdue_days=0),
    )
    text = told("ageing", deals=deals, n_stale=0)
    assert "D-1 is slower than three quarters of the won deals" in text
    assert "1 deal stands in a stage that fewer than 5 won deals passed" in text


def test_a_worthless_score_is_called_no_better_than_the_base_rate():
    assert "no better than the base rate" in readings()["lead_score"].title
    assert "no better than the base rate" in told("lead_score")


def test_a_score_that_works_says_what_it_may_be_used_for():
    score = replace(hand.pipeline().lead_score, better=True, auc=0.7)
    assert "It beats the base rate on deals it had not seen" in told("lead_score", lead_score=score)


def test_a_refused_score_says_why():
    score = LeadScore(fields=("source",), refused="There are 58 closed deals; 100 are needed.")
    assert (
        told("lead_score", lead_score=score)
        == "There is no lead score: there are 58 closed deals; 100 are needed."
    )


def test_reasons_say_what_a_lower_price_would_not_have_answered():
    text = told("reasons")
    assert "“no decision” 10 and “price” 6" in text
    assert "9 lost deals have no reason" in text
    assert "A lower price could have answered 6 of them; the other 19" in text


def test_no_reasons_make_no_reading():
    assert "reasons" not in readings(lost_reasons=(LostReason(reason="", n=25),))


def test_a_file_without_moves_says_what_it_hides():
    out = readings(has_history=False, chain=())
    assert out["history"].title == "What a file without stage history hides"
    assert "no conversion between open stages is given" in out["history"].sentences[0]
    assert "chain" not in out


def test_moved_dates_are_counted():
    assert "Of 60 deals with a planned close 20 had it moved later" in told("history")


def test_the_chain_gives_its_n_and_calls_thin_rows_thin():
    text = told("chain")
    assert "Lead 45 % (n = 58) and Contract 90 % (n = 29)" in text
    assert "Contract rests on fewer than 30 deals" in text
    assert "To every move that the list of stages allows 0.1 was added" in text


def test_nothing_measured_is_nothing_said():
    bare = hand.pipeline(
        win_rate=None, quarters=(), time_to_close=None, velocity=(), forecast=None, deals=(), n_stale=0, n_overdue=0,
        chain=(), lead_score=None, lost_reasons=(), n_slipped=None, n_dates=0, first=date(2026, 1, 1),
    )  # fmt: skip
    assert [item.name for item in read_pipeline_facts(bare)] == ["history"]


def test_no_sentence_is_told_twice_across_readings():
    sentences = [text for item in readings().values() for text in item.sentences]
    assert len(sentences) == len(set(sentences))


def test_a_forecast_whose_deals_have_grown_old_is_told_by_stage_and_by_age():
    forecast = replace(hand.pipeline().forecast, weighted=26_000.0, by_age=4_700.0, above_won=1)
    reading = readings(forecast=forecast)["forecast"]
    assert reading.title.startswith("By age the open pipeline is worth 4,700")
    assert reading.title.endswith("by stage 26,000\u00a0EUR")
    text = " ".join(reading.sentences)
    assert "plan with 4,700" in text
    assert (
        "The largest deal that was ever won is 1,400\u00a0EUR; 1 of 8 open deals is larger and holds 5,000\u00a0EUR of the 16,000\u00a0EUR (31 %)"
        in text
    )
    assert "and the chances of their stages hold for deals as old as these" in text


def test_a_forecast_that_is_the_same_by_age_keeps_one_figure_in_its_title():
    forecast = replace(hand.pipeline().forecast, weighted=5_000.0, by_age=4_900.0, above_won=0)
    reading = readings(forecast=forecast)["forecast"]
    assert "age" not in reading.title
    assert "plan with" not in " ".join(reading.sentences)
