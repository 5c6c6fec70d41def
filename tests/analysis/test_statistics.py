"""Fixtures 1-10 of the evidence reference, and the edges around them."""

import numpy as np
import pytest
from scipy import stats

from segkit.analysis import significance
from segkit.analysis.statistics import (
    adjust_p_values_bh,
    bootstrap_interval,
    cliff_reading,
    cliffs_delta,
    compare_flag,
    compare_numeric,
    cramers_v,
    cramers_v_corrected,
    delta_interval,
    epsilon_squared,
    eta_squared,
    explained_share,
    fisher_exact,
    hodges_lehmann,
    newcombe_interval,
    odds_ratio,
    permutation_p,
    wilson_interval,
)
from segkit.errors import BadValueError, NotEnoughDataError


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(3, 3, 0.4385, 1), (2, 2, 0.3424, 1), (0, 7, 0, 0.3543), (2, 10, 0.0567, 0.5098)],
)
def test_wilson_limits_equal_the_reference(k, n, low, high):
    interval = wilson_interval(k, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


def test_newcombe_limits_equal_the_reference():
    interval = newcombe_interval(3, 3, 0, 7)
    assert (interval.low, interval.high) == pytest.approx((0.3361, 1), abs=1e-4)


def test_fisher_of_a_perfect_group_is_one_over_the_number_of_groups():
    assert fisher_exact(3, 3, 0, 7, alternative="greater") == pytest.approx(1 / 120, abs=1e-9)
    assert fisher_exact(2, 2, 0, 8, alternative="greater") == pytest.approx(1 / 45, abs=1e-9)


def test_fisher_tastes_tea_as_published():
    assert fisher_exact(3, 4, 1, 4, alternative="greater") == pytest.approx(0.242857, abs=1e-6)
    assert odds_ratio(3, 4, 1, 4) == 9


def test_the_odds_ratio_has_a_value_at_its_borders():
    assert odds_ratio(4, 4, 1, 4) == float("inf")
    assert np.isnan(odds_ratio(0, 4, 0, 4))


def test_exact_permutation_of_means_equals_the_reference():
    result = permutation_p([1, 2, 3], [4, 5, 6, 7, 8, 9, 10])
    assert result.p == pytest.approx(2 / 120, abs=1e-9)
    assert result.method == "exact permutation"


@pytest.mark.parametrize(("k", "p"), [(1, 0.2), (2, 0.04444), (3, 0.01667), (4, 0.00952), (5, 0.00794)])
def test_exact_rank_sums_equal_exact_mann_whitney(k, p):
    values = list(range(10))
    assert permutation_p(values[-k:], values[:-k], statistic="rank sum").p == pytest.approx(p, abs=1e-5)


def test_bh_gives_the_published_q_values():
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275]
    p += [0.34, 0.341, 0.384, 0.569, 0.594, 0.696, 0.762, 0.94, 0.942, 0.975, 0.986]
    expected = [0.025, 0.1, 0.21, 0.21, 0.21, 0.25]
    assert adjust_p_values_bh(p)[:6] == pytest.approx(expected, abs=1e-4)
    assert adjust_p_values_bh(p) == pytest.approx(stats.false_discovery_control(p))


def test_bh_of_no_tests_is_empty_and_of_a_missing_one_refused():
    assert adjust_p_values_bh([]).tolist() == []
    with pytest.raises(BadValueError, match="p_values"):
        adjust_p_values_bh([0.1, float("nan")])


def test_cliffs_delta_equals_the_hand_count():
    assert cliffs_delta([1, 2, 3], [2, 3, 4]) == pytest.approx(-5 / 9, abs=1e-12)
    assert cliff_reading(-5 / 9) == "large"


@pytest.mark.parametrize(
    ("table", "raw", "corrected"),
    [([[2, 1, 0], [1, 0, 2], [1, 2, 1]], 0.4751, 0.0668), ([[30, 10], [10, 30]], 0.5, 0.4903)],
)
def test_cramers_v_equals_the_reference_raw_and_corrected(table, raw, corrected):
    assert cramers_v(table) == pytest.approx(raw, abs=1e-4)
    assert cramers_v_corrected(table) == pytest.approx(corrected, abs=1e-4)


def test_without_association_raw_v_is_large_and_corrected_v_is_not():
    rng = np.random.default_rng(0)
    raw, corrected = [], []
    for _ in range(1_000):
        table = np.zeros((4, 3))
        np.add.at(table, (rng.integers(0, 4, 10), rng.integers(0, 3, 10)), 1)
        raw.append(cramers_v(table))
        corrected.append(cramers_v_corrected(table))
    assert np.mean(raw) == pytest.approx(0.542, abs=0.03)
    assert np.mean(corrected) == pytest.approx(0.160, abs=0.03)
    assert np.mean(np.array(raw) > 0.5) == pytest.approx(0.615, abs=0.03)


def test_v_of_a_single_level_is_zero():
    assert cramers_v([[3, 4]]) == 0
    assert cramers_v_corrected([[3, 0], [4, 0]]) == 0
    assert cramers_v_corrected([[1, 0], [0, 1]]) == 0  # n = 2 leaves the correction no room


@pytest.mark.parametrize("table", [[[1, -1], [2, 3]], [[1, float("nan")], [2, 3]]])
def test_a_table_that_is_not_counts_is_refused(table):
    with pytest.raises(BadValueError, match="counts"):
        cramers_v(table)


def test_an_empty_table_is_refused():
    with pytest.raises(NotEnoughDataError, match="no counts"):
        cramers_v([[0, 0], [0, 0]])


def test_hodges_lehmann_of_many_pairs_stays_next_to_the_exact_median():
    rng = np.random.default_rng(1)
    x, y = rng.lognormal(0.3, 1, 1_500), rng.lognormal(0, 1, 2_500)
    exact = float(np.median(np.subtract.outer(x, y)))
    assert hodges_lehmann(x, y) == pytest.approx(exact, abs=2e-3)
    assert hodges_lehmann(x[:20], y[:20]) == float(np.median(np.subtract.outer(x[:20], y[:20])))


def test_hodges_lehmann_keeps_a_small_side_whole():
    y = np.arange(1_000_001.0)
    assert hodges_lehmann([500_100.0], y) == pytest.approx(100, abs=1_000)


def test_all_pairs_and_the_sorted_count_give_the_same_delta():
    rng = np.random.default_rng(2)
    x, y = rng.integers(0, 9, 60), rng.integers(0, 9, 90)
    pairs = np.sign(np.subtract.outer(x, y)).sum()
    assert cliffs_delta(x, y) == pairs / (60 * 90)


@pytest.mark.parametrize(
    ("values", "error"),
    [([], NotEnoughDataError), ([float("nan")], BadValueError), ([float("inf")], BadValueError)],
)
def test_a_sample_without_numbers_is_refused(values, error):
    with pytest.raises(error):
        cliffs_delta(values, [1.0])


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3), (0, 0)])
def test_a_count_that_is_no_share_is_refused(k, n):
    with pytest.raises(BadValueError, match="not a share"):
        wilson_interval(k, n)


def test_a_level_outside_zero_to_one_is_refused():
    with pytest.raises(BadValueError, match="level"):
        wilson_interval(1, 2, level=95)


def test_eta_squared_is_the_between_share_and_epsilon_takes_chance_out():
    rng = np.random.default_rng(3)
    labels = np.array([0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
    noise = rng.normal(size=(2_000, 10))
    assert np.mean([eta_squared(row, labels) for row in noise]) == pytest.approx(1 / 3, abs=0.02)
    assert np.median([epsilon_squared(row, labels) for row in noise]) < 0.05
    assert epsilon_squared([1, 2], [0, 1]) == 0  # as many groups as customers say nothing


def test_missing_values_leave_with_their_labels():
    assert eta_squared([1, 1, 3, float("nan")], [0, 0, 1, 1]) == 1
    assert eta_squared([float("nan")] * 2, [0, 1]) == 0


def test_explained_share_follows_the_kind():
    labels = np.repeat([0, 1], 20)
    levels = np.repeat(np.array(["a", "b"], dtype=object), 20)
    assert explained_share(levels, labels, "categorical") == pytest.approx(1)
    assert explained_share(labels.astype(float), labels, "flag") == pytest.approx(1)
    assert explained_share(labels, labels, "numeric") == pytest.approx(1)
    assert explained_share([None, None], [0, 1], "categorical") == 0
    assert explained_share(np.tile(["a", "b"], 20), labels, "categorical") == 0


def test_a_bootstrap_interval_repeats_and_covers():
    rng = np.random.default_rng(4)
    x, y = rng.normal(0.5, 1, 80), rng.normal(0, 1, 120)

    def slow(a, b):
        return cliffs_delta(a, b)

    fast_one = bootstrap_interval(x, y, cliffs_delta, seed=0)
    slow_one = bootstrap_interval(x, y, slow, seed=0)
    assert fast_one == bootstrap_interval(x, y, cliffs_delta, seed=0)
    assert fast_one.low < cliffs_delta(x, y) < fast_one.high
    assert (fast_one.low, fast_one.high) == pytest.approx((slow_one.low, slow_one.high), abs=0.03)
    with pytest.raises(BadValueError, match="n_resamples"):
        bootstrap_interval(x, y, slow, seed=0, n_resamples=0)


def test_perfect_separation_does_not_claim_certainty():
    up, method = delta_interval([8, 9], [1, 2, 3, 4], seed=0)
    down, _ = delta_interval([1, 2, 3, 4], [8, 9], seed=0)
    assert method == "score interval"
    assert up.high == 1
    assert up.low < 0.3
    assert (down.low, down.high) == (-up.high, pytest.approx(-up.low))


def test_the_analytic_interval_agrees_with_the_bootstrap():
    rng = np.random.default_rng(5)
    x, y = rng.lognormal(0.2, 1, 900), rng.lognormal(0, 1, 2_100)
    bootstrap, first = delta_interval(x, y, seed=0)
    analytic, second = delta_interval(x, y, seed=0, analytic_from=3_000)
    assert (first, second) == ("bootstrap (1,000 resamples, seed 0)", "analytic interval")
    assert (analytic.low, analytic.high) == pytest.approx((bootstrap.low, bootstrap.high), abs=0.005)


def test_a_tiny_group_in_a_large_book_gets_a_score_interval():
    rng = np.random.default_rng(6)
    interval, method = delta_interval(rng.normal(1, 1, 8), rng.normal(0, 1, 12_000), seed=0)
    assert method == "score interval"
    assert -0.2 < interval.low < interval.high < 1


def test_permutation_methods_follow_the_number_of_arrangements():
    rng = np.random.default_rng(7)
    x, y = rng.normal(0.4, 1, 40), rng.normal(0, 1, 80)
    drawn = permutation_p(x, y, statistic="rank sum", seed=3)
    assert drawn.method == "permutation (9,999 draws, seed 3)"
    assert drawn == permutation_p(x, y, statistic="rank sum", seed=3)
    exact = stats.mannwhitneyu(x, y, method="exact").pvalue
    assert drawn.p == pytest.approx(exact, abs=0.01)
    mean = permutation_p(x, y, seed=3)
    assert mean.p == pytest.approx(stats.ttest_ind(x, y).pvalue, abs=0.015)


def test_the_normal_limit_is_mann_whitneys_with_ties():
    rng = np.random.default_rng(8)
    x, y = rng.integers(0, 6, 3_000), rng.integers(0, 6, 8_000)
    result = permutation_p(x, y, statistic="rank sum", analytic_from=10_000)
    expected = stats.mannwhitneyu(x, y, method="asymptotic", use_continuity=False).pvalue
    assert result.p == pytest.approx(expected, rel=1e-9)
    assert result.method == "asymptotic Mann-Whitney (n >= 10,000)"
    assert permutation_p(x, y, analytic_from=10_000).method == "asymptotic permutation (n >= 10,000)"
    assert permutation_p(np.ones(100), np.ones(100), analytic_from=200).p == 1


def test_a_tiny_group_in_a_large_book_is_drawn_not_approximated():
    everyone = np.arange(20_000.0)
    result = permutation_p(everyone[-4:], everyone[:-4], statistic="rank sum", analytic_from=10_000)
    assert result.method == "permutation (9,999 draws, seed 0)"
    assert result.p == pytest.approx(1e-4, abs=2e-4)


def test_drawn_groups_are_uniform_and_without_repeats():
    few = significance._drawn_few(100, 5, 0)
    many = np.unpackbits(significance._drawn_many(30, 12, 0), axis=1, count=30)
    assert all(len(set(row)) == 5 for row in few.tolist())
    assert (many.sum(axis=1) == 12).all()
    assert np.bincount(few.ravel(), minlength=100) == pytest.approx(np.full(100, 500), abs=110)
    assert many.mean(axis=0) == pytest.approx(np.full(30, 0.4), abs=0.025)


def test_an_unknown_statistic_is_refused_with_the_choices():
    with pytest.raises(BadValueError, match="'mean difference' or 'rank sum'"):
        permutation_p([1], [2], statistic="median")


def test_a_numeric_comparison_counts_the_missing_and_mirrors():
    group, rest = [1.0, 2.0, float("nan")], [4.0, 5.0, 9.0]
    there, back = compare_numeric(group, rest), compare_numeric(rest, group)
    assert (there.n_group, there.n_rest, there.n_missing) == (2, 3, 1)
    assert there.delta == -back.delta == -1
    assert there.hodges_lehmann == -back.hodges_lehmann
    assert there.p == back.p == pytest.approx(0.2)
    assert there.method == "exact permutation of rank sums"


def test_a_numeric_comparison_without_values_is_refused():
    with pytest.raises(NotEnoughDataError, match="the rest has no values"):
        compare_numeric([1.0], [float("nan")])
    with pytest.raises(BadValueError, match="infinite"):
        compare_numeric([float("inf")], [1.0])


def test_a_numeric_comparison_leaves_its_input_alone():
    group = np.array([3.0, 1.0, 2.0])
    compare_numeric(group, [5.0, 4.0])
    assert group.tolist() == [3.0, 1.0, 2.0]


def test_lift_says_when_half_a_customer_was_added():
    plain, adjusted = compare_flag(3, 6, 2, 14), compare_flag(3, 3, 2, 7)
    assert (plain.lift, plain.lift_adjusted) == (pytest.approx(2.0), False)
    assert (adjusted.lift, adjusted.lift_adjusted) == (pytest.approx((3.5 / 4) / (6 / 12)), True)
    assert plain.difference == pytest.approx(3 / 6 - 2 / 14)
    assert plain.ci_low < plain.difference < plain.ci_high
