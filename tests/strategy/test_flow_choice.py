"""Which kind of flow each group gets: all together, at most once a stage, and never what cannot be seen."""

from __future__ import annotations

import importlib.util
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.model.company import FlowOverride
from segkit.model.flow import Channel
from segkit.model.flow_facts import Observability, StageCount
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import Stage
from segkit.strategy.flow_choice import PROXY_COST, best_channel, choose_flows, score_flows, speaking_evidence

_spec = importlib.util.spec_from_file_location("hand_made", Path(__file__).with_name("hand_made.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

slowly = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
PAIRS = [(kind.id, stage) for kind in flow_kinds().values() for stage in kind.stages]


def parts(score) -> dict[str, int]:
    return {part.name: part.points for part in score.parts}


def score_of(facts, kind: str, *, segment_id: int = 1, book=hand.EMPTY_BOOK):
    return next(
        item for item in score_flows(facts, book) if (item.segment_id, item.kind) == (segment_id, kind)
    )


def with_test(segment_id: int, kind: str, **changes):
    """Return a group in which one kind of flow was seen otherwise."""
    facts = hand.group(segment_id)
    tests = tuple(replace(item, **changes) if item.kind == kind else item for item in facts.tests)
    return replace(facts, tests=tests)


# points


def test_every_kind_is_scored_for_every_group_at_every_stage_it_can_serve():
    found = score_flows(hand.book(hand.group(1), hand.group(2)), hand.EMPTY_BOOK)
    assert [(item.segment_id, item.kind, item.stage) for item in found] == [
        (number, kind, stage) for number in (1, 2) for kind, stage in PAIRS
    ]


def test_points_are_0_to_3_and_add_up():
    for item in score_flows(hand.book(hand.group(1), hand.group(2)), hand.EMPTY_BOOK):
        assert all(0 <= part.points <= 3 and part.reason for part in item.parts)
        assert item.total == sum(part.points for part in item.parts)


def test_a_kind_that_the_files_do_not_show_is_excluded_with_the_reason():
    facts = replace(hand.group(), tests=(*hand.group().tests[1:], hand.unseen("onboarding")))
    found = score_of(hand.book(facts), "onboarding")
    assert (found.excluded, found.parts, found.total) == ("Nothing shows it.", (), 0)


def test_a_kind_that_never_fired_is_excluded():
    found = score_of(hand.book(with_test(1, "loyalty", fires=0)), "loyalty")
    assert found.excluded
    assert found.total == 0


def test_a_trigger_by_proxy_costs_points():
    sure = score_of(hand.book(hand.group()), "review_request")
    proxy = score_of(
        hand.book(with_test(1, "review_request", observability=Observability.PROXY)), "review_request"
    )
    assert proxy.total == sure.total - PROXY_COST
    assert proxy.parts == sure.parts


@pytest.mark.parametrize(("customers", "points"), [(0, 0), (2, 1), (3, 2), (4, 3), (5, 3)])
def test_who_would_have_entered_gives_points_from_half_and_from_four_fifths(customers, points):
    facts = hand.book(with_test(1, "loyalty", customers=customers))
    assert parts(score_of(facts, "loyalty"))["entrants"] == points


@pytest.mark.parametrize(("own", "points"), [(0, 0), (7, 0), (8, 1), (12, 1), (13, 2), (19, 2), (20, 3)])
def test_what_fires_more_often_than_elsewhere_is_the_groups_own(own, points):
    facts = hand.book(
        with_test(1, "loyalty", fires_last_year=own), with_test(2, "loyalty", fires_last_year=10)
    )
    assert parts(score_of(facts, "loyalty"))["own"] == points


def test_with_one_group_nothing_is_its_own():
    assert parts(score_of(hand.book(hand.group()), "loyalty"))["own"] == 0


@pytest.mark.parametrize(
    ("observed", "returned", "points"), [(5, 5, 0), (5, 4, 1), (5, 2, 2), (5, 1, 3), (0, 0, 1)]
)
def test_the_room_left_is_the_share_that_no_order_followed_and_little_where_it_is_unknown(
    observed, returned, points
):
    facts = hand.book(with_test(1, "win_back", observed=observed, returned=returned))
    assert parts(score_of(facts, "win_back"))["room"] == points


def test_silence_within_a_cycle_longer_than_the_horizon_is_no_room():
    slow = replace(hand.group(), rhythm=hand.rhythm(90))
    assert parts(score_of(hand.book(slow), "thank_you"))["room"] == 1
    assert parts(score_of(hand.book(hand.group()), "thank_you"))["room"] == 3
    assert parts(score_of(hand.book(slow), "win_back"))["room"] == 3


def test_one_piece_of_evidence_gives_2_points_and_more_give_3():
    pieces = [
        hand.piece(1, "They lost a stamp card.", number=1),
        hand.piece(1, "A reward is due.", number=2),
        hand.piece(1, "Our loyal members.", number=3),
        hand.piece(2, "A card for others.", number=1),
    ]
    facts = hand.book(hand.group())
    points = [
        parts(score_of(facts, "loyalty", book=hand.evidence(*pieces[:count])))["evidence"]
        for count in range(4)
    ]
    assert points == [0, 2, 3, 3]
    assert parts(score_of(facts, "loyalty", book=hand.evidence(pieces[3])))["evidence"] == 0


def test_a_cue_is_found_at_the_beginning_of_a_word_only():
    loyalty = flow_kinds()["loyalty"]
    found = hand.evidence(
        hand.piece(1, "The timestamp is missing."), hand.piece(1, "Stamps are handed out.", number=2)
    )
    assert [item.id for item in speaking_evidence(loyalty, found, 1)] == ["S1-2"]


def test_customers_at_the_stage_today_give_points_only_to_the_kinds_of_that_stage():
    stages = tuple(StageCount(stage=stage, customers=5 * (stage is Stage.RETAIN)) for stage in Stage)
    facts = hand.book(replace(hand.group(), stages=stages))
    for item in score_flows(facts, hand.EMPTY_BOOK):
        assert parts(item)["today"] == (3 if item.stage is Stage.RETAIN else 0)


# the channel


@pytest.mark.parametrize(
    ("reach", "channel"),
    [
        ([(Channel.EMAIL, 4, 0), (Channel.SMS, 5, 0)], Channel.SMS),
        ([(Channel.EMAIL, 5, 0), (Channel.SMS, 5, 1)], Channel.SMS),
        ([(Channel.SMS, 5, 0), (Channel.EMAIL, 5, 0)], Channel.EMAIL),
        ([(Channel.EMAIL, 0, 5), (Channel.SMS, 1, 0)], Channel.SMS),
        ([(Channel.PERSON, 5, 5)], Channel.EMAIL),
        ([], Channel.EMAIL),
    ],
)
def test_the_channel_is_the_one_that_reaches_most_then_the_one_preferred_then_the_usual(reach, channel):
    found = tuple(hand.reach(one, count, preferred=wish) for one, count, wish in reach)
    assert best_channel(replace(hand.group(), reach=found), flow_kinds()["loyalty"]) is channel


def test_a_person_is_never_the_channel_of_a_flow():
    only = replace(hand.group(), reach=(hand.reach(Channel.PERSON, 5),))
    assert {best_channel(only, kind) for kind in flow_kinds().values()} <= {Channel.EMAIL, Channel.SMS}


# the choice


def rank(pick) -> tuple[int, int]:
    """Return what an assignment is judged by: as few repeats as possible, then most points."""
    repeats = 2 * len(pick) - len({item.stage for item in pick}) - len({item.kind for item in pick})
    return -repeats, sum(item.total for item in pick)


def best_by_hand(scores, segments) -> tuple[int, int]:
    own = [[item for item in scores if item.segment_id == number] for number in segments]
    possible = [[item for item in items if not item.excluded] or items for items in own]
    return max(rank(pick) for pick in itertools.product(*possible))


@st.composite
def score_tables(draw, segments: int = 4, most: int = 6):
    """Draw points for some kinds of flow in each group; some of them excluded."""
    found = []
    for number in range(1, segments + 1):
        for kind, stage in draw(st.lists(st.sampled_from(PAIRS), unique=True, min_size=1, max_size=most)):
            excluded = "never fired" if draw(st.integers(0, 4)) == 0 else ""
            total = 0 if excluded else draw(st.integers(0, 18))
            found.append(hand.score(number, kind, stage, total, excluded=excluded))
    return found


def distinct(pick) -> bool:
    return rank(pick)[0] == 0


@slowly
@given(score_tables())
def test_where_no_stage_or_kind_need_be_repeated_the_choice_is_the_best_of_all_combinations(scores):
    best = best_by_hand(scores, (1, 2, 3, 4))
    chosen = choose_flows(scores, segments=(1, 2, 3, 4), fixed={})
    assert [item.segment_id for item in chosen] == [1, 2, 3, 4]
    assert all(item.chosen for item in chosen)
    if best[0] == 0:
        assert rank(chosen) == best


@slowly
@given(score_tables())
def test_where_something_must_be_repeated_it_is_repeated_as_little_as_possible(scores):
    assert (
        rank(choose_flows(scores, segments=(1, 2, 3, 4), fixed={}))[0]
        == best_by_hand(scores, (1, 2, 3, 4))[0]
    )


@slowly
@given(score_tables())
def test_what_is_excluded_is_never_chosen_while_a_group_can_get_something_else(scores):
    for item in choose_flows(scores, segments=(1, 2, 3, 4), fixed={}):
        possible = [one for one in scores if one.segment_id == item.segment_id and not one.excluded]
        assert not (item.excluded and possible)


@slowly
@given(score_tables(), st.randoms(use_true_random=False))
def test_the_order_of_the_scores_changes_no_points(scores, random):
    shuffled = list(scores)
    random.shuffle(shuffled)
    one, other = (choose_flows(each, segments=(1, 2, 3, 4), fixed={}) for each in (scores, shuffled))
    if distinct(one):
        assert rank(one) == rank(other)


@slowly
@given(hand.books())
def test_four_groups_of_random_facts_get_four_stages_and_four_kinds_wherever_that_can_be(facts):
    scores = score_flows(facts, hand.EMPTY_BOOK)
    chosen = choose_flows(scores, segments=(1, 2, 3, 4), fixed={})
    possible = {
        number: [item for item in scores if item.segment_id == number and not item.excluded]
        for number in (1, 2, 3, 4)
    }

    def can_be(number: int, taken: tuple) -> bool:
        return number > 4 or any(
            can_be(number + 1, (*taken, item))
            for item in possible[number]
            if all(item.stage is not other.stage and item.kind != other.kind for other in taken)
        )

    if can_be(1, ()):
        assert distinct(chosen)
        assert not any(item.excluded for item in chosen)


def test_a_group_gets_its_second_best_where_the_best_helps_another_more():
    scores = [
        hand.score(1, "replenishment", Stage.RETAIN, 10),
        hand.score(1, "loyalty", Stage.ADVOCATE, 9),
        hand.score(2, "replenishment", Stage.RETAIN, 9),
        hand.score(2, "onboarding", Stage.ONBOARD, 2),
    ]
    assert [item.kind for item in choose_flows(scores, segments=(1, 2), fixed={})] == [
        "loyalty",
        "replenishment",
    ]


def test_where_points_are_equal_the_group_with_more_revenue_keeps_its_best():
    scores = [
        hand.score(number, kind, stage, total)
        for number in (1, 2)
        for kind, stage, total in (("loyalty", Stage.ADVOCATE, 9), ("win_back", Stage.WIN_BACK, 5))
    ]
    for order in ((1, 2), (2, 1)):
        chosen = choose_flows(scores, segments=order, fixed={})
        assert [(item.segment_id, item.kind) for item in chosen] == [
            (order[0], "loyalty"),
            (order[1], "win_back"),
        ]


def test_no_group_gets_no_flow():
    assert choose_flows((), segments=(), fixed={}) == ()


# more groups


def everything(segments: int):
    return [
        hand.score(number, kind, stage, (7 * number + 3 * place) % 13)
        for number in range(1, segments + 1)
        for place, (kind, stage) in enumerate(PAIRS)
    ]


@pytest.mark.parametrize("segments", [5, 6, 7])
def test_up_to_seven_groups_get_a_stage_and_a_kind_of_their_own(segments):
    chosen = choose_flows(everything(segments), segments=range(1, segments + 1), fixed={})
    assert len(chosen) == segments
    assert distinct(chosen)


@pytest.mark.parametrize(("segments", "kept"), [(8, 20_000), (10, 500), (13, 500)])
def test_more_groups_than_stages_all_get_a_flow_and_every_stage_is_served(segments, kept, monkeypatch):
    monkeypatch.setattr("segkit.strategy.flow_choice.MOST_STATES", kept)
    chosen = choose_flows(everything(segments), segments=range(1, segments + 1), fixed={})
    assert [item.segment_id for item in chosen] == list(range(1, segments + 1))
    assert {item.stage for item in chosen} == set(Stage)


def test_five_groups_share_no_stage_even_where_the_only_free_one_is_the_tenth_best_of_a_group():
    blocked = [pair for pair in PAIRS if pair[1] in {Stage.CONVERT, Stage.RETAIN, Stage.ADVOCATE}]
    free = [pair for pair in PAIRS if pair not in blocked]
    scores = [hand.score(1, *pair, 12) for pair in blocked] + [hand.score(1, *pair, 3) for pair in free]
    scores += [
        hand.score(2, "abandoned_cart", Stage.CONVERT, 9),
        hand.score(3, "replenishment", Stage.RETAIN, 9),
        hand.score(4, "review_request", Stage.ADVOCATE, 9),
        hand.score(5, "win_back", Stage.WIN_BACK, 9),
    ]
    assert distinct(choose_flows(scores, segments=(1, 2, 3, 4, 5), fixed={}))


# the user's word


def test_an_override_is_followed_whatever_its_points():
    scores = score_flows(hand.book(*(hand.group(number) for number in (1, 2, 3, 4))), hand.EMPTY_BOOK)
    chosen = choose_flows(
        scores, segments=(1, 2, 3, 4), fixed={2: FlowOverride(contains="K2", kind="review_request")}
    )
    assert chosen[1].kind == "review_request"
    assert distinct(chosen)


def test_an_override_of_the_stage_leaves_the_kind_open():
    scores = score_flows(hand.book(*(hand.group(number) for number in (1, 2))), hand.EMPTY_BOOK)
    chosen = choose_flows(scores, segments=(1, 2), fixed={1: FlowOverride(contains="K1", stage="grow")})
    assert chosen[0].stage is Stage.GROW
    assert "grow" in flow_kinds()[chosen[0].kind].stages


def test_an_override_may_put_a_kind_where_it_does_not_belong():
    scores = score_flows(hand.book(hand.group()), hand.EMPTY_BOOK)
    override = FlowOverride(contains="K1", kind="win_back", stage="onboard")
    (chosen,) = choose_flows(scores, segments=(1,), fixed={1: override})
    assert (chosen.kind, chosen.stage) == ("win_back", Stage.ONBOARD)


def test_an_override_may_ask_for_what_cannot_be_seen():
    facts = replace(hand.group(), tests=(*hand.group().tests, hand.unseen("abandoned_cart"))[::-1])
    scores = score_flows(hand.book(facts), hand.EMPTY_BOOK)
    override = FlowOverride(contains="K1", kind="abandoned_cart")
    (chosen,) = choose_flows(scores, segments=(1,), fixed={1: override})
    assert chosen.kind == "abandoned_cart"
    assert chosen.excluded


@pytest.mark.parametrize("override", [FlowOverride(contains="K1", wait_days=3), FlowOverride(contains="K1")])
def test_an_override_without_kind_or_stage_leaves_the_choice_as_it_is(override):
    scores = score_flows(hand.book(hand.group(1), hand.group(2)), hand.EMPTY_BOOK)
    assert choose_flows(scores, segments=(1, 2), fixed={1: override}) == choose_flows(
        scores, segments=(1, 2), fixed={}
    )


def test_two_overrides_that_clash_are_both_followed_and_the_others_add_no_further_repeat():
    scores = score_flows(hand.book(*(hand.group(number) for number in (1, 2, 3, 4))), hand.EMPTY_BOOK)
    scores = [
        replace(item, total=18) if item.segment_id < 3 and item.kind == "replenishment" else item
        for item in scores
    ]
    fixed = {number: FlowOverride(contains=f"K{number}", kind="replenishment") for number in (3, 4)}
    chosen = choose_flows(scores, segments=(1, 2, 3, 4), fixed=fixed)
    assert [item.kind for item in chosen[2:]] == ["replenishment", "replenishment"]
    assert rank(chosen)[0] == -2


# the example


def test_the_four_groups_of_the_example_get_four_stages_and_four_kinds(example_plan):
    flows = example_plan.flows.flows
    assert len(flows) == len({flow.stage for flow in flows}) == len({flow.kind for flow in flows}) == 4
    assert {flow.segment_id for flow in flows} == {1, 2, 3, 4}


def test_the_choice_for_the_example_is_the_best_of_all_combinations(example_plan):
    scores = example_plan.flows.scores
    chosen = [item for item in scores if item.chosen]
    assert rank(chosen) == best_by_hand(scores, (1, 2, 3, 4))
    assert not any(item.excluded for item in chosen)
