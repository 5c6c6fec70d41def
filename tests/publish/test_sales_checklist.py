"""The three items of the sales cycle are met only by what a reader could use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.model.checklist import Status
from segkit.publish.sales_checklist import SALES_ITEMS, SALES_TASK, check_sales_items


def status(cycle, name: str) -> Status:
    return next(item.status for item in check_sales_items(cycle) if item.id == name)


def with_verdict(cycle, **changes):
    first, *rest = cycle.qualification.verdicts
    return replace(
        cycle, qualification=replace(cycle.qualification, verdicts=(replace(first, **changes), *rest))
    )


def with_stage(cycle, **changes):
    first, *rest = cycle.stages
    return replace(cycle, stages=(replace(first, **changes), *rest))


def test_a_whole_cycle_meets_all_three(sales_samples):
    for cycle in (sales_samples.shop(), sales_samples.seller()):
        items = list(check_sales_items(cycle))
        assert [(item.id, item.item) for item in items] == list(SALES_ITEMS)
        assert {item.status for item in items} == {Status.MET}
        assert all(item.task == SALES_TASK and item.why and item.where.startswith("#") for item in items)


@pytest.mark.parametrize(
    "changes",
    [{"reason": ("It applies.",)}, {"reason": ()}, {"question": ""}, {"proxies": (), "blind_spot": ""}],
    ids=["one sentence", "no reason", "no question", "no figure and no blind spot"],
)
def test_a_letter_without_argument_figure_or_question_is_only_part(changes, sales_samples):
    assert status(with_verdict(sales_samples.shop(), **changes), "qualification") is Status.PARTLY


def test_a_blind_spot_stands_for_figures_that_no_file_gives(sales_samples):
    assert status(with_verdict(sales_samples.shop(), proxies=()), "qualification") is Status.MET


def test_three_letters_are_part_and_none_is_missing(sales_samples):
    cycle = sales_samples.shop()
    three = replace(cycle.qualification, verdicts=cycle.qualification.verdicts[:3])
    assert status(replace(cycle, qualification=three), "qualification") is Status.PARTLY
    none = replace(cycle.qualification, verdicts=())
    assert status(replace(cycle, qualification=none), "qualification") is Status.MISSING


@pytest.mark.parametrize("name", ["who", "what", "value", "when"])
def test_an_opportunity_needs_each_of_its_parts(name, sales_samples):
    cycle = sales_samples.shop()
    changed = replace(cycle, opportunity=replace(cycle.opportunity, **{name: ""}))
    assert status(changed, "opportunity") is Status.PARTLY


def test_an_opportunity_needs_a_worked_example_with_steps(sales_samples):
    cycle = sales_samples.shop()
    assert status(replace(cycle, examples=()), "opportunity") is Status.PARTLY
    bare = replace(cycle.examples[0], steps=())
    assert status(replace(cycle, examples=(bare,)), "opportunity") is Status.PARTLY


@pytest.mark.parametrize(
    "changes",
    [{"reason": ()}, {"enters": ""}, {"leaves": ""}, {"observed": "", "not_observed": ""}],
    ids=["no reason", "no entry", "no exit", "seen or not is not said"],
)
def test_a_stage_without_reason_signs_or_sight_is_only_part(changes, sales_samples):
    assert status(with_stage(sales_samples.shop(), **changes), "sales_stages") is Status.PARTLY


def test_five_stages_or_one_twice_are_part(sales_samples):
    cycle = sales_samples.shop()
    assert status(replace(cycle, stages=cycle.stages[:5]), "sales_stages") is Status.PARTLY
    twice = (*cycle.stages[:5], cycle.stages[0])
    assert status(replace(cycle, stages=twice), "sales_stages") is Status.PARTLY
    assert status(replace(cycle, stages=()), "sales_stages") is Status.MISSING
