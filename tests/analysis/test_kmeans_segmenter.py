"""The estimator: scikit-learn's own checks, labels that keep their meaning, prediction."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import parametrize_with_checks

from segkit.analysis.kmeans_segmenter import KMeansSegmenter
from segkit.errors import BadValueError, NotEnoughDataError


@parametrize_with_checks([KMeansSegmenter(), KMeansSegmenter(n_clusters=3, log=False)])
def test_it_passes_every_estimator_check(estimator, check):
    check(estimator)


@pytest.fixture(scope="module")
def book():
    rng = np.random.default_rng(0)
    level = np.repeat([0.0, 2.0, 4.0], 25)
    return pd.DataFrame(
        {
            "orders": np.exp(level + rng.normal(0, 0.2, 75)),
            "spend": np.exp(6 - level + rng.normal(0, 0.2, 75)),
            "constant": 1.0,
        }
    )


def test_label_zero_has_the_highest_mean_of_the_first_column(book):
    segmenter = KMeansSegmenter(n_clusters=3).fit(book)
    means = book["orders"].groupby(segmenter.labels_).mean()
    assert means.is_monotonic_decreasing
    assert segmenter.labels_[0] == 2


def test_the_order_can_be_given_by_name_or_number(book):
    by_name = KMeansSegmenter(n_clusters=3, order_by="spend").fit(book)
    by_number = KMeansSegmenter(n_clusters=3, order_by=1).fit(book)
    assert by_name.labels_[0] == 0
    assert by_name.labels_.tolist() == by_number.labels_.tolist()


def test_groups_that_tie_on_the_column_are_ordered_by_the_next():
    points = np.array([[1.0, 0.0], [1.0, 0.1], [1.0, 9.0], [1.0, 9.1]])
    assert KMeansSegmenter(n_clusters=2).fit(points).labels_.tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("order_by", ["age", 3, -4])
def test_an_unknown_column_to_order_by_is_refused(book, order_by):
    with pytest.raises(BadValueError, match="order_by"):
        KMeansSegmenter(order_by=order_by).fit(book)


def test_prediction_of_the_fitted_customers_gives_their_labels(book):
    segmenter = KMeansSegmenter(n_clusters=3).fit(book)
    assert segmenter.predict(book).tolist() == segmenter.labels_.tolist()


def test_centers_are_in_original_units_and_predict_themselves(book):
    segmenter = KMeansSegmenter(n_clusters=3).fit(book)
    centers = pd.DataFrame(segmenter.cluster_centers_, columns=book.columns)
    assert segmenter.predict(centers).tolist() == [0, 1, 2]
    assert centers["orders"].tolist() == pytest.approx(np.exp([4, 2, 0]), rel=0.15)
    assert centers["constant"].tolist() == pytest.approx([1, 1, 1])


def test_without_logs_centers_are_plain_means(book):
    segmenter = KMeansSegmenter(n_clusters=2, log=False).fit(book)
    means = book.groupby(segmenter.labels_).mean().to_numpy()
    assert segmenter.cluster_centers_ == pytest.approx(means)


def test_refunds_are_taken_with_their_sign():
    spend = [[-4287.63], [-3900.0], [10.0], [12.0], [9000.0]]
    assert KMeansSegmenter(n_clusters=3).fit_predict(spend).tolist() == [2, 2, 1, 1, 0]


def test_it_says_how_clear_the_groups_are(book):
    segmenter = KMeansSegmenter(n_clusters=3).fit(book)
    assert segmenter.silhouette_ > 0.8
    assert segmenter.silhouette_name_ == "silhouette"
    assert segmenter.inertia_ > 0
    assert segmenter.n_features_in_ == 3


def test_two_fits_give_the_same_bits_and_leave_the_table_alone(book):
    before = book.copy()
    one, two = KMeansSegmenter().fit(book), clone(KMeansSegmenter()).fit(book)
    assert one.cluster_centers_.tobytes() == two.cluster_centers_.tobytes()
    pd.testing.assert_frame_equal(book, before)


def test_fewer_customers_than_groups_are_refused():
    with pytest.raises(NotEnoughDataError, match="n_clusters is 4 but n_samples = 3; choose 1 to 3"):
        KMeansSegmenter().fit([[1.0], [2.0], [3.0]])


def test_it_works_at_the_end_of_a_pipeline(book):
    pipeline = make_pipeline(
        FunctionTransformer(lambda frame: frame[["spend"]]), KMeansSegmenter(n_clusters=3)
    )
    assert sorted(set(pipeline.fit_predict(book).tolist())) == [0, 1, 2]
