"""k-means, its silhouettes, what chance gives, and how many groups are supported."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score, silhouette_samples
from threadpoolctl import threadpool_limits

from segkit.analysis import clustering, silhouettes, small_kmeans, stability
from segkit.analysis.clustering import (
    choose_n_clusters,
    fit_kmeans,
    full_silhouettes,
    gap_statistic,
    measure_silhouettes,
    null_silhouette,
    relabel,
    sampled_silhouette,
    simplified_silhouette,
)
from segkit.analysis.small_kmeans import group_many
from segkit.errors import BadValueError, NotEnoughDataError
from tests.analysis.book_a_matrix import book_a_matrix


@pytest.fixture(scope="module")
def book_a():
    return book_a_matrix()


@pytest.fixture(scope="module")
def iris():
    return load_iris().data


@pytest.fixture(scope="module")
def blobs():
    rng = np.random.default_rng(0)
    centers = np.array([[0, 0, 0], [6, 0, 0], [0, 6, 0]])
    return np.repeat(centers, 30, axis=0) + rng.normal(size=(90, 3))


def test_iris_gives_the_reference_figures(iris):
    three, two = fit_kmeans(iris, n_clusters=3), fit_kmeans(iris, n_clusters=2)
    assert three.silhouette == pytest.approx(0.5528, rel=5e-4)
    assert calinski_harabasz_score(iris, three.labels) == pytest.approx(561.63, rel=5e-4)
    assert davies_bouldin_score(iris, three.labels) == pytest.approx(0.6620, rel=5e-4)
    assert three.inertia == pytest.approx(78.851, rel=5e-4)
    assert two.silhouette == pytest.approx(0.6810, rel=5e-4)
    assert three.silhouette_name == "silhouette"


def test_ten_structureless_customers_look_clustered():
    independent = np.linalg.qr(np.column_stack([np.ones(10), np.random.default_rng(0).normal(size=(10, 3))]))[
        0
    ]
    null = null_silhouette(independent[:, 1:], candidates=range(2, 6), n_draws=400)
    assert null.mean == pytest.approx(0.371, abs=0.03)
    assert null.percentile_95 == pytest.approx(0.507, abs=0.03)
    assert (null.n_rows, null.name) == (10, "silhouette")


def test_correlated_columns_look_clearer_by_chance_than_independent_ones():
    rng = np.random.default_rng(1)
    base = rng.normal(size=(40, 1))
    round_cloud, long_cloud = rng.normal(size=(40, 3)), base + 0.2 * rng.normal(size=(40, 3))
    means = [null_silhouette(m, candidates=(2, 3), n_draws=40).mean for m in (round_cloud, long_cloud)]
    assert means[1] > means[0] + 0.1


def test_a_constant_matrix_still_has_a_null():
    assert null_silhouette(np.zeros((6, 2)), candidates=(2,), n_draws=5).mean > 0


def test_the_gap_statistic_finds_one_group_in_book_a_and_misjudges_iris(book_a, iris):
    assert gap_statistic(book_a, max_clusters=5).n_clusters == 1
    assert gap_statistic(iris, max_clusters=6).n_clusters == 5  # three species: the reference says so too


def test_the_gap_statistic_counts_groups_in_a_row(blobs):
    row = blobs + np.repeat([[0, 0, 0], [0, 0, 0], [14, -6, 0]], 30, axis=0)
    assert gap_statistic(row, max_clusters=5, n_references=20).n_clusters == 3


def test_the_gap_statistic_takes_the_largest_when_nothing_is_enough():
    ladder = np.repeat(np.arange(6.0) ** 3, 5)[:, np.newaxis]
    ladder = ladder + np.random.default_rng(0).normal(size=ladder.shape) * 1e-3
    found = gap_statistic(ladder, max_clusters=3, n_references=10)
    assert found.n_clusters == 3
    assert len(found.gaps) == len(found.errors) == 3


def test_the_gap_statistic_solves_large_books_one_by_one():
    rng = np.random.default_rng(0)
    large = np.concatenate([rng.normal(size=(200, 2)), rng.normal(size=(200, 2)) + 9])
    assert gap_statistic(large, max_clusters=3, n_references=5).n_clusters == 2


def test_book_a_supports_no_number_of_groups(book_a):
    choice = choose_n_clusters(book_a, candidates=range(2, 6))
    assert choice.chosen is None
    assert [count.n_clusters for count in choice.counts] == [2, 3, 4, 5]
    assert "the smallest group has 1 of at least 2 customers" in choice.counts[2].reason
    assert "structureless" in choice.counts[0].reason
    assert "Jaccard" in choice.counts[1].reason
    assert choice.note == ""


def test_clear_groups_are_chosen_and_the_reason_says_so(blobs):
    choice = choose_n_clusters(blobs, candidates=range(2, 6), n_resamples=30, n_null=40)
    chosen = choice.counts[1]
    assert choice.chosen == chosen.n_clusters == 3
    assert chosen.supported
    assert chosen.min_jaccard >= 0.75
    assert chosen.silhouette > chosen.null_95 == choice.null.percentile_95
    assert chosen.reason.startswith("every group comes back")
    assert choice.counts[3].supported is False


def test_choosing_twice_gives_the_same_bits_on_any_number_of_threads(blobs):
    with threadpool_limits(limits=1):
        one = choose_n_clusters(blobs, candidates=(2, 3), n_resamples=5, n_null=5)
        fit_one = fit_kmeans(blobs, n_clusters=3)
    with threadpool_limits(limits=2):
        two = choose_n_clusters(blobs, candidates=(2, 3), n_resamples=5, n_null=5)
        fit_two = fit_kmeans(blobs, n_clusters=3)
    assert one == two
    assert fit_one.centroids.tobytes() == fit_two.centroids.tobytes()
    assert fit_one.inertia == fit_two.inertia


def test_large_books_are_judged_by_the_simplified_silhouette_on_a_said_subsample(blobs, monkeypatch):
    monkeypatch.setattr(silhouettes, "FULL_SILHOUETTE_LIMIT", 80)
    monkeypatch.setattr(stability, "BOOTSTRAP_ROWS", 60)
    monkeypatch.setattr(clustering, "MANY_ROWS", 80)
    choice = choose_n_clusters(blobs, candidates=(2, 3, 4), n_resamples=10, n_null=20)
    assert choice.silhouette_name == choice.null.name == "simplified silhouette"
    assert choice.note == "stability was measured on a fixed sample of 60 of 90 customers"
    assert choice.chosen == 3
    assert fit_kmeans(blobs, n_clusters=3).silhouette == choice.counts[1].silhouette


@pytest.mark.parametrize("candidates", [(), (1,), (90, 91)])
def test_without_a_number_to_try_the_choice_is_refused(blobs, candidates):
    with pytest.raises(NotEnoughDataError, match="no number of groups to try for 90 customers"):
        choose_n_clusters(blobs, candidates=candidates)


def test_too_few_different_customers_are_refused():
    twins = np.repeat([[0.0], [1.0]], 5, axis=0)
    with pytest.raises(NotEnoughDataError, match="only 2 customers differ"):
        choose_n_clusters(twins, candidates=(3,))
    with pytest.raises(NotEnoughDataError, match="n_clusters is 3 but only 2 customers differ"):
        fit_kmeans(twins, n_clusters=3)


def test_a_null_needs_draws_and_candidates(blobs):
    with pytest.raises(BadValueError, match="null silhouette"):
        null_silhouette(blobs, n_draws=0)
    with pytest.raises(BadValueError, match="null silhouette"):
        null_silhouette(blobs, candidates=())


@pytest.mark.parametrize("n_clusters", [0, 91])
def test_an_impossible_number_of_groups_is_refused(blobs, n_clusters):
    with pytest.raises(NotEnoughDataError, match="choose 1 to 90"):
        fit_kmeans(blobs, n_clusters=n_clusters)


def test_one_group_has_no_silhouette_and_one_customer_each_is_allowed():
    points = [[0.0], [1.0], [5.0]]
    assert fit_kmeans(points, n_clusters=1).silhouette == 0
    assert fit_kmeans(points, n_clusters=3).silhouette == 0
    assert simplified_silhouette(points, [0, 0, 0]) == 0


@pytest.mark.parametrize(
    ("matrix", "error"),
    [
        ([1.0, 2.0], NotEnoughDataError),
        (np.empty((3, 0)), NotEnoughDataError),
        ([[1.0], [np.nan]], BadValueError),
    ],
)
def test_what_is_no_matrix_of_numbers_is_refused(matrix, error):
    with pytest.raises(error, match="matrix"):
        fit_kmeans(matrix, n_clusters=1)


def test_the_full_silhouette_is_scikit_learns(iris, monkeypatch):
    monkeypatch.setattr(silhouettes, "CHUNK", 1_000)  # several chunks
    labelings = [fit_kmeans(iris, n_clusters=k).labels for k in (2, 5)]
    expected = [silhouette_samples(iris, labels).mean() for labels in labelings]
    assert full_silhouettes(iris, labelings) == pytest.approx(expected, rel=1e-12)
    assert measure_silhouettes(iris, labelings) == full_silhouettes(iris, labelings)


def test_identical_customers_in_two_groups_count_zero():
    assert full_silhouettes(np.zeros((4, 1)), [[0, 0, 1, 1]]) == (0.0,)
    assert simplified_silhouette(np.zeros((4, 1)), [0, 0, 1, 1]) == 0


def test_the_simplified_silhouette_is_the_written_formula(iris, monkeypatch):
    monkeypatch.setattr(silhouettes, "CHUNK", 100)
    found = fit_kmeans(iris, n_clusters=3)
    distances = np.linalg.norm(iris[:, None] - found.centroids, axis=2)
    own = distances[np.arange(150), found.labels]
    distances[np.arange(150), found.labels] = np.inf
    other = distances.min(axis=1)
    expected = ((other - own) / np.maximum(own, other)).mean()
    assert simplified_silhouette(iris, found.labels, found.centroids) == pytest.approx(expected, rel=1e-12)
    assert simplified_silhouette(iris, found.labels) == pytest.approx(expected, rel=1e-3)


def test_a_sampled_silhouette_is_near_the_full_one(iris):
    labels = fit_kmeans(iris, n_clusters=3).labels
    assert sampled_silhouette(iris, labels) == full_silhouettes(iris, [labels])[0]
    assert sampled_silhouette(iris, labels, n_rows=100) == pytest.approx(0.5528, abs=0.05)


@pytest.mark.parametrize("labels", [[0, 1], [0.0, 1.0, 0.0], [0, 2, 0], [-1, 0, 1]])
def test_labels_must_be_numbered_without_a_gap(labels):
    with pytest.raises(BadValueError, match="labels"):
        simplified_silhouette([[0.0], [1.0], [2.0]], labels)


def test_relabeling_changes_numbers_and_nothing_else(iris):
    found = fit_kmeans(iris, n_clusters=3)
    turned = relabel(found, [2, 0, 1])
    assert turned.sizes == tuple(found.sizes[old] for old in (2, 0, 1))
    assert (turned.labels == 0).tolist() == (found.labels == 2).tolist()
    assert turned.centroids[1].tolist() == found.centroids[0].tolist()
    assert (turned.inertia, turned.silhouette) == (found.inertia, found.silhouette)
    with pytest.raises(BadValueError, match="once"):
        relabel(found, [0, 0, 1])


def test_a_clustering_cannot_be_changed(iris):
    found = fit_kmeans(iris, n_clusters=2)
    with pytest.raises(ValueError, match="read-only"):
        found.labels[0] = 5


def test_many_small_problems_reach_the_optimum_of_one_by_one(iris, book_a):
    for points in (iris, book_a):
        alone = fit_kmeans(points, n_clusters=3)
        together = group_many(points[np.newaxis], np.ones((1, len(points)), dtype=bool), 3, seed=0)[0]
        means = np.array([points[together == label].mean(axis=0) for label in range(3)])
        assert ((points - means[together]) ** 2).sum() == pytest.approx(alone.inertia, rel=2e-3)


def test_points_left_out_of_a_small_problem_have_no_say():
    points = np.array([[0.0], [1.0], [10.0], [11.0], [1000.0]])
    included = np.array([[True, True, True, True, False]])
    labels = group_many(points[np.newaxis], included, 2, seed=0)[0]
    assert labels[0] == labels[1] != labels[2] == labels[3]


def test_a_small_problem_that_does_not_settle_is_returned_as_it_stands(iris, monkeypatch):
    monkeypatch.setattr(small_kmeans, "MAX_ITERATIONS", 1)
    labels = group_many(iris[np.newaxis], np.ones((1, 150), dtype=bool), 3, seed=0)
    assert set(labels[0].tolist()) == {0, 1, 2}


def test_identical_points_do_not_stop_a_small_problem():
    labels = group_many(np.zeros((1, 4, 2)), np.ones((1, 4), dtype=bool), 3, seed=0)
    assert set(labels[0].tolist()) == {0}
