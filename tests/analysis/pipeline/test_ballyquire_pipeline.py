"""The pipeline of the bundled B2B company, read by intake: figures that its data dictionary states."""

import shutil

import pytest

from segkit.analysis.pipeline.measure import measure_pipeline
from segkit.intake.company import read_company, read_company_orders
from segkit.intake.pipeline import read_pipeline
from tests.conftest import ROOT


def read(folder):
    company = read_company(folder)
    orders = read_company_orders(company)
    pipeline = read_pipeline(company, orders)
    return pipeline, measure_pipeline(
        pipeline.table,
        pipeline.moves,
        model=pipeline.log.model,
        as_of=orders.as_of,
        currency=orders.currency,
        attributes=orders.attributes,
    )


@pytest.fixture(scope="module")
def ballyquire():
    return read(ROOT / "data" / "ballyquire")


def test_outcomes_and_values_are_those_of_the_data_dictionary(ballyquire):
    _, facts = ballyquire
    assert (facts.n, facts.n_won, facts.n_lost, facts.n_open) == (73, 30, 28, 15)
    sums = [item.mean * item.n for item in (facts.won_value, facts.lost_value, facts.open_value)]
    assert sums == pytest.approx([19_785.14, 44_070.00, 41_180.00], abs=0.01)
    assert (facts.n_slipped, facts.n_dates) == (32, 73)


def test_the_two_planted_stale_ones_are_the_oldest_and_four_closes_are_past(ballyquire):
    _, facts = ballyquire
    assert [(deal.opportunity_id, deal.age_days, deal.reading) for deal in facts.deals[:2]] == [
        ("OPP-335", 288, "stale"),
        ("OPP-339", 225, "stale"),
    ]
    overdue = {deal.opportunity_id for deal in facts.deals if deal.overdue_days}
    assert overdue == {"OPP-335", "OPP-339", "OPP-352", "OPP-368"}
    assert facts.time_to_close.closed.most == 58


def test_every_opportunity_has_a_history_and_every_stage_its_own_share(ballyquire):
    pipeline, facts = ballyquire
    assert facts.has_history
    assert len(pipeline.moves) == 284
    stages = [item for item in facts.stages if not item.stage.is_closed]
    assert [item.reached for item in stages] == [73, 67, 52, 34]
    assert [(item.conversion.k, item.conversion.n) for item in stages] == [
        (67, 71),
        (52, 61),
        (34, 46),
        (30, 33),
    ]
    assert facts.forecast.basis == "history"
    assert facts.lead_score.refused


def test_without_its_history_the_same_pipeline_gives_no_conversion(ballyquire, tmp_path):
    shutil.copytree(ROOT / "data" / "ballyquire", tmp_path / "company")
    (tmp_path / "company" / "stage_events.csv").unlink()
    _, facts = read(tmp_path / "company")
    assert not facts.has_history
    assert {item.conversion for item in facts.stages} == {None}
    assert facts.win_rate == ballyquire[1].win_rate
    assert facts.time_to_close == ballyquire[1].time_to_close


def test_only_the_quarter_in_which_the_crm_began_is_early_and_only_fields_of_the_deal_are_compared(
    ballyquire,
):
    _, facts = ballyquire
    assert facts.early == ("2024 Q3",)
    assert {item.field for item in facts.fields} <= {"source", "product"}
