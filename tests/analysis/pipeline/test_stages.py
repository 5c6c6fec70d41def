"""Stages: who reached each, by moves or without; days in them; probabilities and where they come from."""

from dataclasses import replace

import pytest

from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.sales_stage import stage_models
from tests.analysis.pipeline.pipelines import MODEL, draw_pipeline, make_moves, make_table, measure

WON = {"status": "won", "stage": "won", "created_at": "2026-01-01", "closed_at": "2026-01-31"}
LOST = {"status": "lost", "stage": "lost", "created_at": "2026-01-01", "closed_at": "2026-01-31"}


def stages(table, moves=None, **more):
    return {item.stage_id: item for item in measure(table, moves, **more).stages}


def counts(item):
    return item.reached, item.decided, item.advanced, item.lost, item.open_here


def test_stages_that_were_skipped_count_as_passed():
    moves = make_moves(("O0", None, "evaluating", "2026-01-01"), ("O0", "evaluating", "lost", "2026-01-31"))
    found = stages(make_table(LOST), moves)
    assert counts(found["prospecting"]) == (1, 1, 1, 0, 0)
    assert counts(found["discovery"]) == (1, 1, 1, 0, 0)
    assert counts(found["evaluating"]) == (1, 1, 0, 1, 0)
    assert counts(found["closing"]) == (0, 0, 0, 0, 0)
    assert found["closing"].conversion is None


def test_who_was_won_has_passed_every_stage():
    moves = make_moves(("O0", None, "prospecting", "2026-01-01"), ("O0", "prospecting", "won", "2026-01-31"))
    found = stages(make_table(WON), moves)
    assert all(
        counts(found[name])[:3] == (1, 1, 1) for name in ("prospecting", "discovery", "evaluating", "closing")
    )
    assert found["won"].reached == 1


def test_going_back_does_not_count_twice_and_takes_nothing_away():
    moves = make_moves(
        ("O0", None, "prospecting", "2026-01-01"),
        ("O0", "prospecting", "evaluating", "2026-01-05"),
        ("O0", "evaluating", "discovery", "2026-01-09"),
    )
    table = make_table({"status": "open", "stage": "discovery", "created_at": "2026-01-01"})
    found = stages(table, moves)
    assert counts(found["prospecting"]) == (1, 1, 1, 0, 0)
    assert counts(found["discovery"]) == (1, 1, 1, 0, 1)
    assert counts(found["evaluating"]) == (1, 0, 0, 0, 0)


def test_an_open_opportunity_is_not_decided_where_it_stands():
    moves = make_moves(("O0", None, "closing", "2026-01-01"))
    found = stages(make_table({"status": "open", "stage": "closing", "created_at": "2026-01-01"}), moves)
    assert counts(found["closing"]) == (1, 0, 0, 0, 1)
    assert found["closing"].win_share is None


def test_a_closing_that_was_taken_back_is_no_end():
    moves = make_moves(
        ("O0", None, "prospecting", "2026-01-01"),
        ("O0", "prospecting", "lost", "2026-01-05"),
        ("O0", "lost", "discovery", "2026-01-09"),
        ("O0", "discovery", "won", "2026-01-31"),
    )
    facts = measure(make_table(WON), moves)
    assert {row.stage_id: row.n for row in facts.chain} == {"prospecting": 1, "discovery": 1}
    assert facts.stages[0].lost == 0


def test_the_table_says_how_it_ended_and_moves_say_how_far_it_came():
    table = make_table(LOST, {**LOST, "stage": "closing"})
    moves = make_moves(("O0", None, "discovery", "2026-01-01"), ("O1", None, "prospecting", "2026-01-01"))
    found = stages(table, moves)
    assert found["discovery"].lost == 1
    assert found["closing"].lost == 1
    assert found["lost"].reached == 2


def test_a_first_move_tells_the_stage_before_it():
    moves = make_moves(("O0", "evaluating", "lost", "2026-01-31"))
    found = stages(make_table(LOST), moves)
    assert found["evaluating"].lost == 1


def test_opportunities_without_a_move_stay_out_of_conversion():
    table = make_table(WON, LOST, WON, {"status": "open", "stage": "discovery"})
    moves = make_moves(("O1", None, "discovery", "2026-01-01"), ("O1", "discovery", "lost", "2026-01-31"))
    found = stages(table, moves)
    assert counts(found["discovery"]) == (2, 1, 0, 1, 1)
    assert found["discovery"].win_share.n == 1
    assert (found["won"].reached, found["lost"].reached) == (2, 1)


def test_a_move_that_only_closes_tells_no_stage():
    table = make_table(LOST, {**LOST, "stage": "lost"})
    facts = measure(table, make_moves(("O0", None, "lost", "2026-01-31")))
    assert [item.decided for item in facts.stages[:4]] == [0, 0, 0, 0]
    assert facts.chain == ()


def test_a_list_with_two_closed_stages_of_a_kind_counts_each_opportunity_once():
    stages = (*MODEL.stages, replace(MODEL.find("lost"), id="no_answer", label="No answer"))
    table = make_table(LOST, {**LOST, "stage": "no_answer"}, {**LOST, "stage": "closing"}, WON)
    found = measure(table, model=replace(MODEL, stages=stages)).stages
    assert {item.stage_id: item.reached for item in found[4:]} == {"won": 1, "lost": 2, "no_answer": 1}


def test_without_a_history_only_the_present_stage_and_that_of_closing_are_known():
    table = make_table(WON, {**LOST, "stage": "evaluating"}, {"status": "open", "stage": "evaluating"})
    facts = measure(table)
    found = {item.stage_id: item for item in facts.stages}
    assert not facts.has_history
    assert counts(found["evaluating"]) == (2, None, None, None, 1)
    assert found["evaluating"].conversion is None
    assert found["evaluating"].days is None
    assert counts(found["prospecting"])[0] == 0
    assert (found["won"].reached, found["lost"].reached) == (1, 1)
    assert facts.chain == ()


def test_an_empty_history_is_none():
    assert not measure(make_table(WON), make_moves()).has_history
    assert not measure(make_table(WON), make_moves(("unknown", None, "closing", "2026-01-01"))).has_history


def test_days_are_the_finished_stays_of_won_ones():
    table = make_table(WON, LOST)
    moves = make_moves(
        ("O0", None, "prospecting", "2026-01-01"),
        ("O0", "prospecting", "discovery", "2026-01-04"),
        ("O0", "discovery", "discovery", "2026-01-06"),
        ("O0", "discovery", "closing", "2026-01-14"),
        ("O1", None, "prospecting", "2026-01-01"),
        ("O1", "prospecting", "lost", "2026-01-31"),
    )
    found = stages(table, moves)
    assert (found["prospecting"].days.n, found["prospecting"].days.median) == (1, 3)
    assert found["discovery"].days.median == 10
    assert found["closing"].days.median == 17
    assert found["evaluating"].days is None
    assert found["closing"].p95_days is None


def test_moves_out_of_order_are_put_in_order():
    table, moves = draw_pipeline(60, seed=2)
    shuffled = moves.iloc[::-1].groupby("opportunity_id", sort=False).head(100)
    by_day = shuffled.sort_values(["at"], kind="stable")
    ordered = moves.sort_values(["at"], kind="stable")
    assert measure(table, ordered) == measure(table, moves)
    assert measure(table, by_day).stages[0].reached == measure(table, moves).stages[0].reached


def test_history_replaces_the_preset_from_five_closed_ones_on():
    model = stage_models()["espocrm"]
    moves = make_moves(*((f"O{i}", None, "proposal", "2026-01-01") for i in range(6)))
    few = stages(make_table(*[WON] * 3, LOST), moves, model=model)["proposal"]
    enough = stages(make_table(*[WON] * 3, LOST, LOST), moves, model=model)["proposal"]
    assert (few.probability, few.basis, few.win_share.n) == (0.75, "preset", 4)
    assert (enough.probability, enough.basis, enough.preset) == (0.6, "history", 0.75)


def test_without_history_and_preset_there_is_no_probability():
    found = stages(make_table(WON))["closing"]
    assert (found.probability, found.basis) == (None, "")


def test_two_opportunities_of_one_id_cannot_have_moves():
    table = make_table(WON, WON).assign(opportunity_id="O0")
    with pytest.raises(BadValueError, match="'O0' stands in two rows"):
        measure(table, make_moves(("O0", None, "closing", "2026-01-01")))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"status": "won", "stage": "signed"}, "the stage 'signed' is not in the list"),
        ({"status": "maybe", "stage": "won"}, "the status 'maybe' is not in the list"),
        ({"stage": "won"}, "have no status"),
    ],
)
def test_what_is_not_in_the_list_is_refused(row, message):
    with pytest.raises(BadValueError, match=message):
        measure(make_table({"status": None, **row}))


def test_a_pipeline_without_opportunities_is_refused():
    with pytest.raises(NotEnoughDataError, match="0 rows"):
        measure(make_table(WON).iloc[:0])


def test_a_stage_that_every_closed_one_skipped_gives_no_chance_to_those_who_stand_in_it():
    won = [WON] * 6
    table = make_table(*won, {"status": "open", "stage": "closing", "created_at": "2026-01-01"})
    moves = make_moves(
        *((f"O{i}", None, "evaluating", "2026-01-01") for i in range(6)),
        *((f"O{i}", "evaluating", "won", "2026-01-31") for i in range(6)),
        ("O6", None, "closing", "2026-01-01"),
    )
    found = stages(table, moves)
    assert (found["closing"].reached, found["closing"].skipped) == (7, 6)
    assert found["closing"].win_share is None
    assert found["closing"].probability is None
    assert (found["evaluating"].win_share.k, found["evaluating"].win_share.n) == (6, 6)
