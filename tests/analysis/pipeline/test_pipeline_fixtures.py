"""The acceptance figures of the sales cycle, one test for each row of their table."""

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.intervals import wilson_interval
from segkit.analysis.pipeline.chain import absorbing_chain
from segkit.analysis.pipeline.closing import close_curve, won_if_lost_could_return
from segkit.analysis.pipeline.forecast import weighted_forecast
from segkit.analysis.pipeline.lead_score import fit_leads, score_leads
from segkit.analysis.pipeline.velocity import sales_velocity

DAYS = [2, 3, 3, 5, 6, 8, 8, 10]
OUTCOMES = [1, 1, 2, 0, 2, 1, 0, 0]
LEADS = """
1 1 1 1 1 lost | 1 2 2 2 2 lost | 1 3 3 3 3 won | 1 1 2 3 2 open | 1 2 2 2 1 open | 2 1 2 2 3 lost | 2 1 2 3 2 lost
| 2 1 3 3 1 won | 2 1 2 3 2 open | 2 2 1 2 2 open | 3 2 2 2 3 won | 3 1 2 1 1 lost | 3 2 3 3 1 lost | 3 1 2 3 2 open
"""


@pytest.mark.parametrize(
    ("k", "n", "low", "high", "tolerance"),
    [(4238, 6711, 0.619887, 0.642964, 1e-6), (3, 3, 0.4385, 1, 1e-4), (2, 10, 0.0567, 0.5098, 1e-4)],
)
def test_wilsons_limits_are_those_of_the_reference(k, n, low, high, tolerance):
    limits = wilson_interval(k, n)
    assert (limits.low, limits.high) == pytest.approx((low, high), abs=tolerance)


def test_velocity_is_that_of_the_two_worked_examples():
    assert sales_velocity(40, 25_000, 0.25, 90) == pytest.approx(2777.78, abs=0.01)
    assert sales_velocity(50, 12_000, 0.25, 90) == pytest.approx(1666.67, abs=0.01)


def test_velocity_of_the_public_file_needs_unrounded_means():
    rate = 4238 / 6711
    assert sales_velocity(6711, 10_005_534 / 4238, rate, 322_030 / 6711) == pytest.approx(
        208_512.06, abs=0.01
    )
    assert sales_velocity(6711, 2360.909, rate, 47.9854) == pytest.approx(208_512.01, abs=0.01)


def test_the_absorbing_chain_is_that_of_the_reference():
    advance = np.array([0.5, 0.6, 0.7, 0.8])
    counts = np.zeros((4, 6))
    counts[range(3), range(1, 4)] = advance[:3]
    counts[3, 4] = advance[3]
    counts[:, 5] = 1 - advance
    chain = absorbing_chain(counts)
    assert chain.won == pytest.approx([0.168, 0.336, 0.56, 0.8], abs=1e-12)
    assert chain.lost == pytest.approx([0.832, 0.664, 0.44, 0.2], abs=1e-12)
    assert chain.expected_steps == pytest.approx([2.01, 2.02, 1.7, 1], abs=1e-12)
    assert chain.won + chain.lost == pytest.approx(np.ones(4), abs=1e-12)


def test_the_curve_of_the_worked_example_is_that_of_the_reference():
    curve = close_curve(DAYS, OUTCOMES)
    assert curve.day.tolist() == [2, 3, 6, 8]
    assert curve.at_risk.tolist() == [8, 7, 4, 3]
    assert curve.n_won.tolist() == [1, 1, 0, 1]
    assert curve.n_lost.tolist() == [0, 1, 1, 0]
    assert curve.open == pytest.approx([0.875, 0.625, 0.46875, 0.3125], abs=1e-12)
    assert curve.won == pytest.approx([0.125, 0.25, 0.25, 0.40625], abs=1e-12)
    assert curve.lost == pytest.approx([0, 0.125, 0.28125, 0.28125], abs=1e-12)
    assert curve.open + curve.won + curve.lost == pytest.approx(np.ones(4), abs=1e-12)


def test_one_minus_kaplan_meier_of_won_alone_overstates_the_chance_to_win():
    alone = won_if_lost_could_return(DAYS, OUTCOMES)
    assert alone == pytest.approx(0.5, abs=1e-12)
    assert alone > close_curve(DAYS, OUTCOMES).won[-1] == pytest.approx(0.40625, abs=1e-12)


def leads():
    rows = [row.split() for row in LEADS.split("|")]
    return pd.DataFrame(rows, columns=["team", "country", "state", "source", "stage", "status"], dtype=object)


def score(table, lead):
    model = fit_leads(table, fields=["country", "state", "source"], stages=["1", "2", "3", "70"])
    return 100 * score_leads(model, table)[lead]


@pytest.mark.parametrize(("lead", "expected"), [(3, 33.49), (8, 7.74), (13, 35.09)])
def test_the_lead_score_is_that_of_the_reference(lead, expected):
    assert score(leads(), lead) == pytest.approx(expected, abs=0.005)


def test_a_lead_without_a_team_is_scored_with_the_pooled_tables():
    table = leads()
    table.loc[10:, "team"] = None
    assert score(table, 13) == pytest.approx(35.19, abs=0.005)


def test_fields_that_are_empty_in_all_leads_change_no_score():
    table = leads().assign(email=None, phone=None)
    model = fit_leads(
        table, fields=["country", "state", "source", "email", "phone"], stages=["1", "2", "3", "70"]
    )
    assert 100 * score_leads(model, table)[3] == pytest.approx(33.49, abs=0.005)


def test_the_weighted_pipeline_has_the_spread_of_the_reference():
    forecast = weighted_forecast([1_000, 2_000, 4_000], [0.10, 0.75, 0.90])
    assert forecast.weighted == pytest.approx(5_200, abs=0.01)
    assert forecast.sd**2 == pytest.approx(2_280_000, abs=0.01)
    assert forecast.sd == pytest.approx(1_509.97, abs=0.01)
    assert (forecast.total, forecast.high) == (7_000, 7_000)
    assert forecast.low == pytest.approx(5_200 - 1.959964 * 1_509.967, abs=0.01)
