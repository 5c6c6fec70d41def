"""What a number of customers allows, at the borders of the ladder."""

import pytest

from segkit.errors import NotEnoughDataError
from segkit.model.ladder import allowed_at


@pytest.mark.parametrize(
    ("n", "inferential", "full_grid", "clusters"),
    [
        (1, False, False, 0),
        (29, False, False, 0),
        (30, True, False, 3),
        (199, True, False, 3),
        (200, True, True, 9),
    ],
)
def test_the_ladder_has_its_steps_at_30_and_200_customers(n, inferential, full_grid, clusters):
    allowed = allowed_at(n)
    assert (allowed.inferential, allowed.full_grid, len(allowed.n_clusters)) == (
        inferential,
        full_grid,
        clusters,
    )


def test_a_small_book_prints_leave_one_out_and_refuses_a_lifetime_value():
    allowed = allowed_at(10, n_repeaters=10)
    assert allowed.leave_one_out
    assert not allowed.lifetime_value
    assert allowed.step == 2


@pytest.mark.parametrize(
    ("n", "repeaters", "allowed"), [(29, 29, False), (30, 5, True), (200, 99, False), (200, 100, True)]
)
def test_a_lifetime_value_needs_repeaters_from_200_customers_on(n, repeaters, allowed):
    assert allowed_at(n, n_repeaters=repeaters).lifetime_value is allowed


def test_an_empty_book_is_refused():
    with pytest.raises(NotEnoughDataError, match="no customer is left"):
        allowed_at(0)
