"""What must hold of every statistic, for any numbers."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from segkit.analysis.statistics import (
    adjust_p_values_bh,
    cliffs_delta,
    compare_flag,
    cramers_v_corrected,
    eta_squared,
    explained_share,
    hodges_lehmann,
    newcombe_interval,
    permutation_p,
    wilson_interval,
)

numbers = st.lists(st.integers(-50, 50), min_size=1, max_size=12)
quick = settings(max_examples=60, deadline=None)


@quick
@given(numbers, numbers)
def test_delta_and_shift_change_sign_when_the_sides_are_swapped(x, y):
    assert cliffs_delta(x, y) == -cliffs_delta(y, x)
    assert hodges_lehmann(x, y) == -hodges_lehmann(y, x)


@quick
@given(numbers, numbers)
def test_delta_is_the_average_sign_over_all_pairs(x, y):
    assert np.isclose(cliffs_delta(x, y), np.sign(np.subtract.outer(x, y)).mean(), atol=1e-12)


@quick
@given(numbers, numbers, st.integers(1, 9))
def test_ranks_do_not_see_the_unit(x, y, factor):
    scaled = [[value * factor + 7 for value in side] for side in (x, y)]
    assert cliffs_delta(*scaled) == cliffs_delta(x, y)
    assert permutation_p(*scaled, statistic="rank sum").p == permutation_p(x, y, statistic="rank sum").p


@quick
@given(numbers, numbers, st.randoms(use_true_random=False))
def test_the_order_of_customers_does_not_matter(x, y, random):
    shuffled = random.sample(x, len(x))
    assert np.isclose(permutation_p(shuffled, y).p, permutation_p(x, y).p)
    assert hodges_lehmann(shuffled, y) == hodges_lehmann(x, y)


@quick
@given(numbers, numbers)
def test_an_exact_p_is_at_least_one_arrangement(x, y):
    assert 0 < permutation_p(x[:4], y[:4]).p <= 1


@quick
@given(st.integers(1, 500), st.data())
def test_wilson_holds_the_share_and_mirrors(n, data):
    k = data.draw(st.integers(0, n))
    interval, mirror = wilson_interval(k, n), wilson_interval(n - k, n)
    assert 0 <= interval.low <= k / n <= interval.high <= 1
    assert np.isclose(interval.low, 1 - mirror.high)


@quick
@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_newcombe_holds_the_difference_and_flags_agree(n1, n2, data):
    k1, k2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
    interval = newcombe_interval(k1, n1, k2, n2)
    result = compare_flag(k1, n1, k2, n2)
    assert -1 <= interval.low <= result.difference <= interval.high <= 1
    assert 0 < result.p <= 1
    assert result.lift > 0


@quick
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_q_values_keep_the_order_and_never_undercut_p(p):
    q = adjust_p_values_bh(p)
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= 0).all()
    assert (q >= np.array(p) - 1e-15).all()
    assert (q <= 1).all()


@quick
@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=2, max_size=4))
def test_corrected_v_is_a_share_and_blind_to_the_order_of_rows(table):
    table[0][0] += 1
    value = cramers_v_corrected(table)
    assert 0 <= value <= 1
    assert np.isclose(value, cramers_v_corrected(table[::-1]))


@quick
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(0, 3)), min_size=2, max_size=40))
def test_explained_variance_is_a_share_and_does_not_see_label_names(pairs):
    values, labels = map(np.array, zip(*pairs, strict=True))
    share = eta_squared(values, labels)
    assert 0 <= share <= 1
    assert np.isclose(share, eta_squared(values, 7 - labels))
    assert 0 <= explained_share(values.astype(str).astype(object), labels, "categorical") <= 1
