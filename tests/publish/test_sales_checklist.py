"""The items of the sales cycle are met only by what a reader could use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.model.argument import Argument, Author, Section
from segkit.model.checklist import ChecklistItem, Status
from segkit.model.sales_cycle import Reading
from segkit.publish.checklist.sales import ASKED, TASK, check_sales


def checked(cycle, name: str, **arguments) -> ChecklistItem:
    return next(item for item in check_sales(cycle, arguments=arguments) if item.id == name)


def status(cycle, name: str) -> Status:
    item = checked(cycle, name)
    assert bool(item.close) is (item.status is not Status.MET)
    return item.status


def timed(cycle):
    reading = Reading(name="time_to_close", title="Time to close", sentences=("Half are closed by day 40.",))
    return replace(cycle, readings=(reading,))


def with_verdict(cycle, **changes):
    first, *rest = cycle.qualification.verdicts
    return replace(
        cycle, qualification=replace(cycle.qualification, verdicts=(replace(first, **changes), *rest))
    )


def with_stage(cycle, **changes):
    first, *rest = cycle.stages
    return replace(cycle, stages=(replace(first, **changes), *rest))


def test_a_whole_cycle_meets_all_but_the_words_that_are_left_to_segkit(sales_samples):
    for cycle in (sales_samples.shop(), timed(sales_samples.seller())):
        items = list(check_sales(cycle, arguments={}))
        assert [(item.id, item.item, item.criterion) for item in items] == [
            (one.id, one.item, one.criterion) for one in ASKED
        ]
        assert {item.id for item in items if item.status is not Status.MET} == {"sales_words"}
        assert all(item.task == TASK and item.why and item.where.startswith("#") for item in items)


@pytest.mark.parametrize(
    "changes",
    [{"reason": ("It applies.",)}, {"reason": ()}, {"question": ""}, {"proxies": (), "blind_spot": ""}],
    ids=["one sentence", "no reason", "no question", "no figure and no blind spot"],
)
def test_a_letter_without_argument_figure_or_question_is_only_part(changes, sales_samples):
    cycle = with_verdict(sales_samples.shop(), **changes)
    assert status(cycle, "qualification") is Status.PARTLY
    letter = cycle.qualification.verdicts[0].criterion
    assert checked(cycle, "qualification").where == f"#criterion-{letter}"


def test_a_blind_spot_stands_for_figures_that_no_file_gives(sales_samples):
    assert status(with_verdict(sales_samples.shop(), proxies=()), "qualification") is Status.MET


def test_three_letters_are_part_and_none_is_missing(sales_samples):
    cycle = sales_samples.shop()
    three = replace(cycle.qualification, verdicts=cycle.qualification.verdicts[:3])
    assert status(replace(cycle, qualification=three), "qualification") is Status.PARTLY
    none = replace(cycle.qualification, verdicts=())
    assert status(replace(cycle, qualification=none), "qualification") is Status.MISSING


@pytest.mark.parametrize(
    ("name", "said"), [("who", "who"), ("what", "what"), ("value", "worth"), ("when", "by when")]
)
def test_an_opportunity_needs_each_of_its_parts(name, said, sales_samples):
    cycle = sales_samples.shop()
    changed = replace(cycle, opportunity=replace(cycle.opportunity, **{name: ""}))
    assert status(changed, "opportunity") is Status.PARTLY
    assert checked(changed, "opportunity").why.endswith(f"; {said} missing")


def test_an_opportunity_needs_a_worked_example_with_steps(sales_samples):
    cycle = sales_samples.shop()
    assert status(replace(cycle, examples=()), "opportunity") is Status.PARTLY
    bare = replace(cycle.examples[0], steps=())
    assert status(replace(cycle, examples=(bare,)), "opportunity") is Status.PARTLY


def test_without_an_answer_the_opportunity_is_missing(sales_samples):
    cycle = sales_samples.shop()
    nothing = replace(cycle.opportunity, answer="", who="")
    assert status(replace(cycle, opportunity=nothing), "opportunity") is Status.MISSING


@pytest.mark.parametrize(
    "changes",
    [{"reason": ()}, {"enters": ""}, {"leaves": ""}, {"observed": "", "not_observed": ""}],
    ids=["no reason", "no entry", "no exit", "seen or not is not said"],
)
def test_a_stage_without_reason_signs_or_sight_is_only_part(changes, sales_samples):
    cycle = with_stage(sales_samples.shop(), **changes)
    assert status(cycle, "sales_stages") is Status.PARTLY
    assert checked(cycle, "sales_stages").where == f"#stage-{cycle.stages[0].stage}"


def test_five_stages_or_one_twice_are_part(sales_samples):
    cycle = sales_samples.shop()
    assert status(replace(cycle, stages=cycle.stages[:5]), "sales_stages") is Status.PARTLY
    twice = (*cycle.stages[:5], cycle.stages[0])
    assert status(replace(cycle, stages=twice), "sales_stages") is Status.PARTLY
    assert status(replace(cycle, stages=()), "sales_stages") is Status.MISSING


def test_a_cycle_that_hides_what_no_file_shows_is_only_partly_honest(sales_samples):
    cycle = sales_samples.shop()
    blind = replace(
        cycle, unobserved=(), stages=tuple(replace(stage, not_observed="") for stage in cycle.stages)
    )
    assert status(blind, "sales_figures") is Status.PARTLY
    assert "what is not observable is not told" in checked(blind, "sales_figures").why


def test_a_pipeline_without_its_time_to_close_is_only_partly_honest(sales_samples):
    cycle = sales_samples.seller()
    assert status(timed(cycle), "sales_figures") is Status.MET
    assert status(replace(cycle, readings=()), "sales_figures") is Status.PARTLY


def test_a_setting_that_fits_nothing_stands_beside_the_figures(sales_samples):
    cycle = replace(sales_samples.shop(), problems=("No stage is called “Sent”.",))
    item = checked(cycle, "sales_figures")
    assert item.status is Status.PARTLY
    assert item.why.endswith("No stage is called “Sent”")
    assert "company.toml" in item.close


def test_without_any_stage_shown_no_rate_is_claimed(sales_samples):
    cycle = sales_samples.shop()
    bare = replace(cycle, facts=replace(cycle.facts, funnel=(), pipeline=None))
    assert checked(bare, "sales_figures").why.startswith("no rate is given")


def test_verdicts_count_as_the_users_only_when_all_are_theirs(sales_samples):
    cycle = sales_samples.shop()
    own = Argument(paragraphs=("So.",), author=Author.USER)
    counts = {
        Section.CRITERION: [own] * len(cycle.qualification.verdicts),
        Section.OPPORTUNITY: [own],
        Section.STAGE: [own] * len(cycle.stages),
    }
    assert next(i for i in check_sales(cycle, arguments=counts) if i.id == "sales_words").status is Status.MET
    counts[Section.OPPORTUNITY] = [replace(own, author=Author.LANGUAGE_MODEL, by="a chatbot")]
    item = next(i for i in check_sales(cycle, arguments=counts) if i.id == "sales_words")
    assert item.status is Status.PARTLY
    assert item.why == "10 of 11 arguments are in your own words, 1 in those of a language model"
