"""Qualification: marks, decisions and the frameworks as ordered choices of the same criteria."""

import itertools

import pytest

from segkit.model.criterion import Criterion, Decision, Mark, criteria, decide, frameworks

FOUR = {Criterion.MONEY, Criterion.AUTHORITY, Criterion.NEED, Criterion.TIMING}


def test_two_met_one_not_and_one_unknown_cannot_be_decided_under_three_of_four():
    marks = (Mark.MET, Mark.MET, Mark.NOT_MET, Mark.UNKNOWN)
    assert decide(marks, needed=3) is Decision.UNDECIDED
    assert decide(marks, needed=3).value == "cannot_be_decided"


def test_nobody_is_turned_down_for_what_is_unknown():
    unknown = (Mark.UNKNOWN,) * 4
    assert decide(unknown, needed=3) is Decision.UNDECIDED
    assert decide((Mark.NOT_MET, *unknown[:3]), needed=3) is Decision.UNDECIDED
    assert decide((Mark.NOT_MET, Mark.NOT_MET, *unknown[:2]), needed=3) is Decision.NOT_QUALIFIED


@pytest.mark.parametrize("needed", [1, 2, 3, 4])
def test_a_decision_is_what_every_answer_to_the_unknown_ones_would_give(needed):
    for marks in itertools.product(Mark, repeat=4):
        answers = itertools.product((Mark.MET, Mark.NOT_MET), repeat=marks.count(Mark.UNKNOWN))
        found = set()
        for answer in answers:
            rest = iter(answer)
            filled = [next(rest) if mark is Mark.UNKNOWN else mark for mark in marks]
            found.add(filled.count(Mark.MET) >= needed)
        expected = {True: Decision.QUALIFIED, False: Decision.NOT_QUALIFIED}
        wanted = expected[found.pop()] if len(found) == 1 else Decision.UNDECIDED
        assert decide(marks, needed=needed) is wanted


def test_bant_anum_and_champ_are_three_orders_of_the_same_four_criteria():
    names = ("BANT", "ANUM", "CHAMP")
    assert all(set(frameworks()[name].criteria) == FOUR for name in names)
    assert len({frameworks()[name].criteria for name in names}) == len(names)


def test_meddic_adds_the_four_criteria_that_the_others_do_not_ask():
    asked = {criterion for framework in frameworks().values() for criterion in framework.criteria}
    assert asked == set(Criterion)
    assert set(Criterion) - FOUR <= set(frameworks()["MEDDIC"].criteria)


def test_every_criterion_has_a_question_for_people_and_one_for_organizations():
    for item in criteria().values():
        assert item.question.endswith("?")
        assert item.question_b2b.endswith("?")
        assert item.question != item.question_b2b
