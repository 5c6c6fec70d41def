"""Whether groups come back from other customers, and with one customer left out."""

import numpy as np
import pytest

from segkit.analysis import stability
from segkit.analysis.clustering import (
    clusterwise_jaccard,
    fit_kmeans,
    leave_one_customer_out,
    stability_reading,
)
from segkit.errors import BadValueError, NotEnoughDataError
from tests.analysis.book_a_matrix import book_a_matrix


@pytest.fixture(scope="module")
def book_a():
    return book_a_matrix()


@pytest.fixture(scope="module")
def two_blobs():
    rng = np.random.default_rng(0)
    return np.concatenate([rng.normal(size=(200, 2)), rng.normal(size=(200, 2)) + 8])


@pytest.mark.parametrize(
    ("k", "expected"), [(2, [0.97, 0.99]), (3, [0.62, 0.73, 0.79]), (4, [0.64, 0.72, 0.74, 0.87])]
)
def test_book_a_gives_the_reference_jaccards(book_a, k, expected):
    labels = fit_kmeans(book_a, n_clusters=k).labels
    found = clusterwise_jaccard(book_a, labels, n_resamples=100)
    assert sorted(found.jaccard) == pytest.approx(expected, abs=0.05)
    assert found.lowest == min(found.jaccard)


def test_book_a_reads_as_the_reference_says():
    assert stability_reading(0.5) == "dissolved"
    assert stability_reading(0.62) == "a pattern, membership doubtful"
    assert stability_reading(0.85) == "highly stable"


def test_recovered_and_dissolved_are_counted_per_group(book_a):
    found = clusterwise_jaccard(book_a, fit_kmeans(book_a, n_clusters=2).labels, n_resamples=50)
    assert all(
        recovered + dissolved <= 50
        for recovered, dissolved in zip(found.recovered, found.dissolved, strict=True)
    )
    assert min(found.recovered) >= 45


def test_a_group_of_which_nobody_was_drawn_has_not_come_back():
    points = np.array([[0.0]] * 9 + [[9.0]])
    points[:9, 0] += np.linspace(0, 0.1, 9)
    found = clusterwise_jaccard(points, [0] * 9 + [1], n_resamples=200)
    assert found.jaccard[1] == pytest.approx(1 - 0.9**10, abs=0.1)


def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(book_a):
    labels = fit_kmeans(book_a, n_clusters=3).labels
    one, two, other = (clusterwise_jaccard(book_a, labels, seed=seed, n_resamples=30) for seed in (0, 0, 1))
    assert one == two
    assert one.jaccard != other.jaccard


def test_larger_books_are_clustered_one_by_one_and_agree(two_blobs):
    labels = np.repeat([0, 1], 200)
    found = clusterwise_jaccard(two_blobs, labels, n_resamples=10)
    assert found.lowest == 1
    assert found.recovered == (10, 10)


def test_above_the_limit_a_subsample_is_used_and_counted(two_blobs, monkeypatch):
    monkeypatch.setattr(stability, "BOOTSTRAP_ROWS", 100)
    found = clusterwise_jaccard(two_blobs, np.repeat([0, 1], 200), n_resamples=5)
    assert (found.n_rows, found.n_customers) == (100, 400)
    assert found.lowest == 1


def test_rule_groups_are_judged_by_their_own_regrouping(two_blobs):
    labels = (two_blobs[:, 0] > 4).astype(int)

    def by_rule(rows):
        return (two_blobs[rows, 0] > 4).astype(int)

    assert clusterwise_jaccard(two_blobs, labels, n_resamples=5, regroup=by_rule).lowest == 1
    assert leave_one_customer_out(two_blobs[:20], labels[:20], regroup=lambda rows: labels[rows]).changes == 0


def test_leaving_one_out_counts_the_others_who_move(book_a):
    firm = leave_one_customer_out(book_a, fit_kmeans(book_a, n_clusters=2).labels)
    loose = leave_one_customer_out(book_a, fit_kmeans(book_a, n_clusters=3).labels)
    assert (firm.changes, firm.total) == (0, 90)
    assert loose.changes == sum(loose.by_customer) > 0
    assert len(loose.by_customer) == 10


def test_renumbered_groups_are_no_change():
    points = np.array([[0.0], [0.1], [5.0], [5.1]])

    def turned(rows):
        return 1 - np.array([0, 0, 1, 1])[rows]

    assert leave_one_customer_out(points, [0, 0, 1, 1], regroup=turned).changes == 0


def test_a_group_that_vanishes_moves_its_members():
    points = np.array([[0.0], [0.1], [5.0], [5.1]])
    found = leave_one_customer_out(points, [0, 0, 1, 1], regroup=lambda rows: np.zeros(len(rows), dtype=int))
    assert found.by_customer == (1, 1, 1, 1)


def test_one_customer_cannot_be_left_out():
    with pytest.raises(NotEnoughDataError, match="at least 2 customers"):
        leave_one_customer_out([[1.0]], [0])


def test_labels_of_other_customers_are_refused(book_a):
    with pytest.raises(BadValueError, match="labels"):
        clusterwise_jaccard(book_a, [0, 1])
