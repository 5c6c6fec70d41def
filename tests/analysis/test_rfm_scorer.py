"""The scikit-learn shell passes scikit-learn's own checks and gives the scores of the core."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.analysis.rfm import score_rfm
from segkit.analysis.rfm_scorer import RFMScorer
from segkit.errors import BadValueError, NotEnoughDataError

COLUMNS = ["recency_days", "frequency", "monetary_total"]


@parametrize_with_checks([RFMScorer(), RFMScorer(n_bins=3, lower_is_better=[0])])
def test_it_passes_every_estimator_check_without_an_exclusion_list(estimator, check):
    check(estimator)


@pytest.fixture
def table():
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "recency_days": rng.integers(0, 40, 300),
            "frequency": rng.geometric(0.5, 300),
            "monetary_total": rng.integers(-50_000, 9_000_000, 300),
        }
    )


@pytest.mark.parametrize("n_bins", [2, 3, 5, 9])
def test_its_scores_are_those_of_the_core(table, n_bins):
    core = score_rfm(table, n_bins=n_bins)[["r_score", "f_score", "m_score"]].to_numpy(dtype=float)
    np.testing.assert_array_equal(RFMScorer(n_bins=n_bins).fit_transform(table), core)


def test_columns_are_oriented_by_position_in_arrays_and_by_name_in_frames(table):
    by_name = RFMScorer().fit_transform(table)
    by_position = RFMScorer(lower_is_better=[0]).fit_transform(table.to_numpy(dtype=float))
    np.testing.assert_array_equal(by_name, by_position)


def test_cut_points_of_one_period_are_applied_to_the_next(table):
    scorer = RFMScorer().fit(table)
    later = table.assign(recency_days=table["recency_days"] + 400)
    assert (scorer.transform(later)[:, 0] == 1).all()


def test_a_level_that_nobody_reaches_has_an_infinite_edge():
    scorer = RFMScorer(lower_is_better=()).fit(np.array([[1.0]] * 7 + [[2.0]] * 3))
    assert scorer.edges_[0].tolist() == [2, 2, 2, math.inf]
    assert sorted(scorer.transform(np.array([[1.0], [2.0], [99.0]])).ravel()) == [1, 4, 4]


def test_a_constant_column_has_no_score():
    scores = RFMScorer().fit_transform(np.array([[1.0, 4.0], [2.0, 4.0]]))
    assert np.isnan(scores[:, 1]).all()
    assert scores[:, 0].tolist() == [1, 5]


def test_it_works_in_a_pipeline_and_keeps_column_names(table):
    pipeline = make_pipeline(RFMScorer(), StandardScaler())
    assert pipeline.fit_transform(table).shape == (300, 3)
    assert RFMScorer().fit(table).get_feature_names_out().tolist() == COLUMNS
    assert clone(RFMScorer(n_bins=3)).n_bins == 3


def test_one_customer_is_refused():
    with pytest.raises(NotEnoughDataError, match="one customer has no rank"):
        RFMScorer().fit(np.array([[1.0, 2.0]]))


@pytest.mark.parametrize("n_bins", [1, 10])
def test_a_number_of_scores_outside_two_to_nine_is_refused(n_bins):
    with pytest.raises(BadValueError, match="n_bins is out of range"):
        RFMScorer(n_bins=n_bins).fit(np.array([[1.0], [2.0]]))


def test_a_position_beyond_the_columns_is_refused():
    with pytest.raises(BadValueError, match="got 7 of 1 columns"):
        RFMScorer(lower_is_better=[7]).fit(np.array([[1.0], [2.0]]))
