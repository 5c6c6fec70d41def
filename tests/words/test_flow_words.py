"""Sentences about flows: one wording for every kind, counts as counts, numbers agreeing with their nouns."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from segkit.model.flow import Channel
from segkit.model.flow_facts import (
    BackTest,
    CustomerCase,
    Firing,
    Hold,
    Observability,
    ProductPair,
    Quantiles,
    Rate,
    Rhythm,
    SegmentFacts,
)
from segkit.model.flow_kind import flow_kinds
from segkit.model.flow_plan import FlowScore, ScorePart
from segkit.model.lifecycle import Stage
from segkit.words.flow_kpis import baseline_text
from segkit.words.flow_kpis import test_text as fair_test
from segkit.words.flow_plan import unserved_sentence
from segkit.words.flow_reasons import (
    CONSEQUENCES,
    QUOTED_WORDS,
    back_test_sentences,
    fit_sentence,
    rival_sentence,
    room_sentence,
)
from segkit.words.flow_scores import CHANNEL_WORDS, PART_LABELS, excluded_reason, own_reason
from segkit.words.flow_steps import STEPS, may_question, season_text, task_name, wait_reason
from segkit.words.flow_walks import next_text, past_text
from segkit.words.limits import limit_text

KINDS = tuple(flow_kinds())
QUANTILES = Quantiles(q25=None, q50=40, q75=None)
RHYTHM = Rhythm(n_customers=5, n_closed=9, n_open=5, closed=QUANTILES, kaplan_meier=QUANTILES)
CASE = CustomerCase(
    customer_id="K1",
    segment_id=1,
    stage=Stage.GROW,
    first_order=date(2025, 5, 1),
    last_order=date(2026, 7, 1),
    purchase_days=3,
    median_gap_days=40.0,
    last_product="Tea",
    channels=(Channel.EMAIL,),
    refused=(),
)


def group(*tests: BackTest) -> SegmentFacts:
    return SegmentFacts(
        segment_id=1, name="Regulars", size=5, rhythm=RHYTHM, stages=(), reach=(), tests=tests
    )


def seen(kind: str, **changes: object) -> BackTest:
    return replace(
        BackTest(
            kind=kind,
            segment_id=1,
            observability=Observability.OBSERVABLE,
            wait_days=40,
            wait_reason="half were back by day 40",
            fires=6,
            customers=4,
            fires_last_year=3,
            observed=5,
            returned=1,
        ),
        **changes,
    )


# every kind has its words


def test_every_kind_of_the_catalogue_has_steps_and_a_consequence():
    assert set(STEPS) == set(CONSEQUENCES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_words_of_a_kind_are_whole_sentences_filled_from_what_was_measured(kind):
    words = STEPS[kind]
    assert words.messages
    for text in (words.trigger, words.task, words.reentry, words.purchase, *(p for _, p in words.messages)):
        assert text.endswith(".")
    known = {"product", "second", "days", "wait", "season", "before", "date"}
    assert set(re.findall(r"{(\w+)}", repr(words))) <= known


@pytest.mark.parametrize("kind", KINDS)
def test_reentry_after_days_names_the_days_and_never_names_none(kind):
    never = kind in {"onboarding", "loyalty"}
    assert ("{days}" in STEPS[kind].reentry) != never


def test_no_two_kinds_share_a_sentence():
    texts = [
        text
        for words in STEPS.values()
        for text in (
            words.trigger,
            words.task,
            words.reentry,
            words.purchase,
            *(p for _, p in words.messages),
        )
    ]
    assert len(texts) == len(set(texts))
    assert len(set(CONSEQUENCES.values())) == len(CONSEQUENCES)


@pytest.mark.parametrize("kind", KINDS)
def test_why_a_kind_fits_is_one_text_with_the_groups_name_and_a_count(kind):
    test = seen(kind)
    told = fit_sentence(test, group(test))
    assert "Regulars" in told
    assert re.search(r"\d", told)
    assert told.endswith(".")
    assert "None" not in told


def test_why_a_kind_fits_differs_from_kind_to_kind():
    told = {re.sub(r"\d+", "#", fit_sentence(seen(kind), group(seen(kind)))) for kind in KINDS}
    assert len(told) == len(KINDS)


@pytest.mark.parametrize("channel", list(Channel))
def test_every_channel_has_its_question_its_task_and_its_word(channel):
    assert may_question(channel).endswith("?")
    assert CHANNEL_WORDS[channel] in task_name(channel)


# counts


@pytest.mark.parametrize(("fires", "noun"), [(1, "1 time "), (2, "2 times ")])
def test_numbers_agree_with_their_nouns(fires, noun):
    from segkit.model.flow_facts import FlowFacts

    facts = FlowFacts(
        as_of=date(2026, 9, 7), currency="GBP", n_customers=10, first_day=date(2025, 3, 9), segments=()
    )
    lines = back_test_sentences(seen("loyalty", fires=fires, customers=1), facts)
    assert noun in lines[0]
    assert "1 customer " in lines[0]


def test_a_back_test_by_proxy_says_what_stands_for_what_and_one_without_firings_seen_gives_no_share():
    from segkit.model.flow_facts import FlowFacts

    facts = FlowFacts(
        as_of=date(2026, 9, 7), currency="GBP", n_customers=10, first_day=date(2025, 3, 9), segments=()
    )
    proxy = seen("review_request", observability=Observability.PROXY, stands_in="A wait stands in.")
    assert any("A wait stands in" in line for line in back_test_sentences(proxy, facts))
    young = seen("loyalty", observed=0, returned=0)
    assert not any(" of 0" in line for line in back_test_sentences(young, facts))
    assert "%" not in room_sentence(young, "")
    rate = Rate(value=0.2, low=0.1, high=0.4, n=40)
    both = " ".join(back_test_sentences(seen("loyalty", rate=rate, naive=0.15), facts))
    assert all(figure in both for figure in ("15 %", "20 %", "10 %", "40 %", "n = 40"))


@pytest.mark.parametrize("kind", KINDS)
def test_room_is_counted_and_said_in_the_words_of_its_kind(kind):
    told = [room_sentence(seen(kind, returned=returned), "9.00 GBP") for returned in (0, 3)]
    assert told[0] != told[1]
    assert all(re.search(r"\b5\b", text) and text.endswith(".") for text in told)
    others = {room_sentence(seen(other, returned=3), "9.00 GBP") for other in KINDS if other != kind}
    assert told[1] not in others


def test_a_baseline_without_a_firing_seen_to_its_end_gives_no_figure():
    assert not re.search(r"\d", baseline_text(seen("loyalty", observed=0, returned=0)))
    assert "1 of 5" in baseline_text(seen("loyalty"))


def test_a_small_group_gets_no_sample_size():
    assert "arm" not in fair_test(seen("loyalty", holdout_per_arm=400, detect_to=0.4), 5)


def test_what_is_excluded_says_what_is_missing_or_that_it_never_fired():
    cart = flow_kinds()["abandoned_cart"]
    unseen = BackTest(
        kind="abandoned_cart", segment_id=1, observability=Observability.NOT_OBSERVABLE, missing="No baskets."
    )
    assert excluded_reason(cart, unseen) == "No baskets."
    assert excluded_reason(cart, replace(unseen, missing="")) == cart.missing
    assert cart.starts in excluded_reason(cart, seen("abandoned_cart", fires=0))
    assert excluded_reason(cart, seen("abandoned_cart")) == ""


def test_a_wait_of_more_than_a_year_excludes_a_kind():
    again = flow_kinds()["replenishment"]
    assert "366 days" in excluded_reason(again, seen("replenishment", wait_days=366))
    assert excluded_reason(again, seen("replenishment", wait_days=365)) == ""


def test_the_day_of_a_first_order_is_no_occasion_for_who_orders_more_than_twice_a_year():
    dates = flow_kinds()["anniversary"]
    by_first_order = seen("anniversary", dates="first orders")
    assert "every 49 days" in excluded_reason(dates, by_first_order, usual_days=49)
    assert excluded_reason(dates, by_first_order, usual_days=300) == ""
    assert excluded_reason(dates, by_first_order) == ""
    assert excluded_reason(dates, seen("anniversary", dates="occasions"), usual_days=49) == ""


def test_a_second_product_that_follows_no_more_often_than_elsewhere_is_no_cross_sell():
    pair = ProductPair(
        first="Tea", second="Cup", level="product", support=3, n_first=4, lift=0.5, median_lag_days=30.0
    )
    kind = flow_kinds()["cross_sell"]
    assert "“Cup” follows “Tea”" in excluded_reason(kind, seen("cross_sell", pair=pair))
    assert excluded_reason(kind, seen("cross_sell", pair=replace(pair, lift=1.5))) == ""


def test_firings_a_head_agree_with_their_noun_and_one_group_has_no_others():
    assert "1 time " in own_reason(1.0, 2.0)
    assert "1 time " in own_reason(1.004, 2.0)
    assert "1.04 times" in own_reason(1.04, 2.0)
    assert "0.5 times" in own_reason(0.5, None)
    assert "no other group" in own_reason(0.5, None)


# the rival


def points(kind: str, stage: Stage, **parts: int) -> FlowScore:
    made = tuple(
        ScorePart(name=name, points=count, reason=f"because of {name}") for name, count in parts.items()
    )
    return FlowScore(segment_id=1, kind=kind, stage=stage, parts=made, total=sum(parts.values()))


def test_a_rival_loses_on_the_parts_in_which_it_has_fewer_points():
    chosen = points("loyalty", Stage.ADVOCATE, entrants=3, room=2, reach=1)
    rival = points("win_back", Stage.WIN_BACK, entrants=1, room=1, reach=3)
    told = rival_sentence(chosen, rival)
    assert "5 points against 6" in told
    assert "because of entrants" in told
    assert "because of room" in told
    assert "because of reach" not in told
    assert PART_LABELS["reach"].lower() in told


def test_a_rival_that_another_group_got_names_it():
    chosen = points("loyalty", Stage.ADVOCATE, entrants=1)
    told = rival_sentence(chosen, points("win_back", Stage.WIN_BACK, entrants=3), holder="Lapsed")
    assert "Lapsed" in told
    assert "because of" not in told


def test_a_rival_that_is_equal_in_everything_says_so():
    chosen = points("loyalty", Stage.ADVOCATE, entrants=1)
    told = rival_sentence(chosen, points("win_back", Stage.WIN_BACK, entrants=1))
    assert "because of" not in told
    assert told.endswith(".")


def test_a_flow_chosen_by_the_user_against_the_points_has_a_rival_sentence_too():
    unseen = FlowScore(
        segment_id=1, kind="abandoned_cart", stage=Stage.CONVERT, parts=(), total=0, excluded="No."
    )
    assert rival_sentence(unseen, points("win_back", Stage.WIN_BACK, entrants=1)).endswith(".")


# steps, seasons and limits


@pytest.mark.parametrize(
    ("months", "text"),
    [
        ((10, 11, 12), "October to December"),
        ((3, 7), "March and July"),
        ((5,), "May"),
        ((1, 2), "January and February"),
    ],
)
def test_months_read_as_a_person_says_them(months, text):
    assert season_text(months) == text


def test_a_wait_that_was_not_measured_is_called_a_starting_point():
    assert wait_reason(1, "") != wait_reason(1, "half were back")
    assert "half were back" in wait_reason(30, "half were back")
    assert "30 days" in wait_reason(30, "half were back")


@pytest.mark.parametrize(("days", "span"), [(1, "a day"), (7, "a week"), (30, "a month"), (45, "in 45 days")])
def test_a_limit_names_its_span_as_a_person_does(days, span):
    assert span in limit_text(Channel.EMAIL, most=1, per_days=days)


# walks


def test_the_past_says_whether_an_order_followed_in_time():
    start = date(2026, 5, 1)
    lines = {
        past_text((), 30),
        past_text((Firing(kind="k", on=start),), 30),
        past_text((Firing(kind="k", on=start, returned_on=date(2026, 5, 11)),), 30),
        past_text((Firing(kind="k", on=start, returned_on=date(2026, 7, 1)),), 30),
        past_text((Firing(kind="k", on=start, returned_on=start),), 30),
    }
    assert len(lines) == 5
    assert any("10 days" in line for line in lines)
    assert any("61 days" in line and "later than" in line for line in lines)


def following(**changes: object) -> str:
    values = {
        "due": None,
        "by": Channel.EMAIL,
        "wanted": Channel.EMAIL,
        "message": "Hello",
        "passed": False,
        "waiting": False,
        "by_event": False,
        "once": False,
    }
    case = changes.pop("case", CASE)
    return next_text(case, **{**values, **changes})


def test_an_open_matter_is_told_before_anything_else():
    hold = Hold(kind="invoice", sentence="Order 7 is not paid.", since=date(2026, 7, 1))
    told = following(case=replace(CASE, holds=(hold,)), due=date(2026, 10, 1), passed=True)
    assert "order 7 is not paid" in told
    assert "Hello" not in told
    assert "October" not in told


def test_what_comes_next_names_the_message_the_channel_and_the_day():
    told = following(due=date(2026, 10, 1))
    assert "“Hello” by email on 1 October 2026" in told
    assert following(waiting=True) != following()


def test_who_did_the_event_before_the_flow_was_there_enters_with_the_next_one_only():
    told = following(waiting=True, by_event=True)
    assert "Hello" not in told
    assert "switched on" not in told
    assert following(by_event=True) == following()


def test_who_may_enter_only_once_is_written_to_by_hand_where_the_event_came_before_the_flow():
    told = following(waiting=True, by_event=True, once=True)
    assert "“Hello” goes out once, by hand" in told
    assert following(once=True) == following()


def test_who_may_not_be_written_to_is_told_of_no_message():
    refused = following(case=replace(CASE, refused=(Channel.EMAIL,)), by=None)
    unreached = following(by=None)
    assert "Hello" not in refused
    assert "Hello" not in unreached
    assert "has not agreed to email" in refused
    assert "agreed" not in unreached


def test_who_may_not_be_written_to_is_not_written_to_by_hand_either():
    told = following(waiting=True, by_event=True, once=True, by=None)
    assert "Hello" not in told
    assert "a task for a person" in told


def test_an_unserved_stage_with_nobody_gives_no_number():
    assert not re.search(r"\d", unserved_sentence(Stage.GROW, 0, unseen=False, close=""))
    assert "1 customer stands" in unserved_sentence(Stage.GROW, 1, unseen=False, close="")
    assert "Save it." in unserved_sentence(Stage.CONSIDER, 0, unseen=True, close="Save it.")


def test_a_long_quotation_is_cut_and_shows_that_it_was():
    from segkit.words.flow_reasons import _shortened

    assert _shortened("word " * QUOTED_WORDS) == ("word " * QUOTED_WORDS).strip()
    assert _shortened("word " * (QUOTED_WORDS + 1)).endswith(" …")
