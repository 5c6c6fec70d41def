"""The six stages of the assignment, and the stage lists of well-known systems."""

import pytest

from segkit.model.sales_stage import SalesStage, sales_stages, stage_models


def test_the_six_stages_carry_both_of_their_names():
    names = [(item.label, item.also) for item in sales_stages().values()]
    assert names == [
        ("Prospecting", "Qualifying"),
        ("Discovery", "Needs Analysis"),
        ("Customer Evaluating", "Proposal"),
        ("Closing", "Negotiation"),
        ("Closed Won", ""),
        ("Closed Lost", ""),
    ]


@pytest.mark.parametrize("name", list(stage_models()))
def test_every_list_ends_in_won_and_lost_and_runs_through_the_six_in_order(name):
    stages = stage_models()[name].stages
    order = list(SalesStage)
    places = [order.index(item.stage) for item in stages]
    assert places == sorted(places)
    assert [item.stage for item in stages[-2:]] == [SalesStage.WON, SalesStage.LOST]
    assert len({item.id for item in stages}) == len(stages)


def test_one_name_has_several_presets_so_none_of_them_is_knowledge():
    presets = {
        model.find("value_proposition").probability
        for model in (stage_models()["espocrm"], stage_models()["suitecrm"])
    }
    assert presets == {50, 30}


def test_no_list_has_one_alias_for_two_stages():
    for model in stage_models().values():
        names = [name for item in model.stages for name in {item.label.lower(), *item.aliases}]
        assert len(set(names)) == len(names), model.id
