"""The score rule, its ties, its edges and its names, against the figures of the reference."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.rfm import (
    RFMEdges,
    VariableEdges,
    fit_rfm_edges,
    name_rfm_code,
    score_customers,
    score_rfm,
)
from segkit.analysis.rfm_stability import leave_one_out_names
from segkit.errors import BadValueError, MissingColumnError, NotEnoughDataError
from segkit.model.rfm_grid import grid_from_mapping
from tests.analysis.book_a import AS_OF, book_a_lines


def table_of(frequency, recency=None, money=None, **columns):
    n = len(frequency)
    table = {
        "recency_days": recency if recency is not None else list(range(n, 0, -1)),
        "frequency": frequency,
    }
    if money is not None:
        table["monetary_total"] = money
    return pd.DataFrame({**table, **columns})


def f_scores(values, n_bins=5):
    return score_rfm(table_of(values), n_bins=n_bins)["f_score"].tolist()


@pytest.fixture(scope="module")
def book_a():
    return collect_customers(describe_customers(book_a_lines(), as_of=AS_OF))


class TestScoreRule:
    @pytest.mark.parametrize(
        ("values", "n_bins", "scores"),
        [
            (range(10), 5, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]),
            (range(10), 3, [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]),
            (range(3), 5, [1, 3, 5]),
            ([1] * 7 + [2] * 3, 5, [1] * 7 + [4] * 3),
            ([1] * 5 + [2] * 2 + [3, 4, 5], 5, [1] * 5 + [3, 3, 4, 5, 5]),
        ],
    )
    def test_the_examples_of_the_reference(self, values, n_bins, scores):
        assert f_scores(list(values), n_bins) == scores

    @pytest.mark.parametrize("n", [2, 3, 4, 6, 7, 11, 26, 51, 101, 500])
    @pytest.mark.parametrize("n_bins", [2, 3, 5, 9])
    def test_the_integer_rule_equals_percent_rank(self, n, n_bins):
        values = np.random.default_rng(n).integers(0, n, n)
        values[:2] = [0, n]
        worse = np.array([(values < value).sum() for value in values])
        expected = np.minimum(n_bins, np.floor(n_bins * worse / (n - 1) + 1e-12) + 1)
        assert f_scores(values, n_bins) == expected.tolist()

    def test_low_recency_is_good(self):
        assert score_rfm(table_of([1, 2, 3], recency=[1, 9, 5]))["r_score"].tolist() == [5, 1, 3]

    def test_a_tie_block_at_the_bottom_scores_one(self):
        assert f_scores([1] * 98 + [2, 3])[:98] == [1] * 98

    def test_a_tie_block_at_the_top_scores_below_five(self):
        assert f_scores([1, 2, 3, 9, 9, 9])[-1] < 5

    def test_doubling_all_amounts_keeps_the_m_score(self):
        money = [-500, 20, 20, 7_000, 90_000]
        scores = [
            score_rfm(table_of([1] * 4 + [2], money=[k * m for m in money]))["m_score"].tolist()
            for k in (1, 2)
        ]
        assert scores[0] == scores[1]

    def test_a_constant_column_has_no_score_and_no_name(self):
        scored = score_rfm(table_of([1, 1, 1], money=[10, 20, 30]))
        assert scored["f_score"].isna().all()
        assert scored["rfm_score"].tolist() == ["1-1", "3-3", "5-5"]
        assert scored["rfm_name"].isna().all()

    def test_one_customer_has_no_score(self):
        scored = score_rfm(table_of([4], money=[10]))
        assert scored[["r_score", "f_score", "m_score"]].isna().all(axis=None)
        assert scored["rfm_score"].tolist() == ["---"]

    def test_without_money_there_are_two_digits_and_the_grid_without_spend(self):
        scored = score_rfm(table_of([1, 2, 9]))
        assert scored["rfm_score"].tolist() == ["11", "33", "55"]
        assert scored["rfm_name"].tolist() == ["Hibernating", "Need Attention", "Champions"]
        assert "m_score" not in scored

    def test_other_bins_have_codes_but_no_names(self):
        scored = score_rfm(table_of([1, 2, 9], money=[1, 2, 3]), n_bins=3)
        assert scored["rfm_score"].tolist() == ["111", "222", "333"]
        assert "rfm_name" not in scored

    def test_the_input_is_untouched(self, book_a):
        before = book_a.copy()
        score_rfm(book_a)
        score_customers(book_a)
        pd.testing.assert_frame_equal(book_a, before)

    @pytest.mark.parametrize("n_bins", [1, 0, 10])
    def test_a_number_of_scores_outside_two_to_nine_is_refused(self, n_bins):
        with pytest.raises(BadValueError, match=f"n_bins is out of range .got {n_bins}."):
            score_rfm(table_of([1, 2]), n_bins=n_bins)

    def test_a_table_without_recency_is_refused(self):
        with pytest.raises(MissingColumnError, match="lacks column 'recency_days'"):
            score_rfm(pd.DataFrame({"frequency": [1]}))


class TestNames:
    @pytest.mark.parametrize(
        ("code", "name"),
        [("555", "Champions"), ("214", "Cannot Lose Them"), ("111", "Lost"), ("51", "New Customers")],
    )
    def test_a_code_has_the_name_of_the_grid(self, code, name):
        assert name_rfm_code(code) == name

    def test_new_also_requires_a_recent_first_order(self):
        recency = [1, 2, 30, 40, 50, 60, 70, 80, 90, 100]
        table = table_of(
            [1, 1, 5, 6, 7, 8, 9, 9, 9, 9],
            recency=recency,
            money=list(range(10)),
            tenure_days=[1, 900, *recency[2:]],
        )
        for scored in (score_rfm(table), score_rfm(table, edges=fit_rfm_edges(table))):
            assert scored["rfm_score"].tolist()[:2] == ["511", "511"]
            assert scored["rfm_name"].tolist()[:2] == ["New Customers", "Promising"]

    def test_without_tenure_the_code_alone_names(self):
        table = table_of([1, 1, 5, 6, 7], recency=[1, 2, 30, 40, 50], money=[1, 2, 3, 4, 5])
        assert score_rfm(table)["rfm_name"].tolist()[0] == "New Customers"

    def test_a_grid_of_the_user_names_the_codes(self):
        grid = grid_from_mapping(
            "halves", {"n_bins": 2, "digits": 2, "cells": {"Here": ["21", "22"], "Gone": ["11", "12"]}}
        )
        assert score_rfm(table_of([1, 2, 9]), n_bins=2, grid=grid)["rfm_name"].tolist() == [
            "Gone",
            "Here",
            "Here",
        ]

    def test_a_grid_that_does_not_fit_the_scores_is_refused(self):
        grid = grid_from_mapping(
            "halves", {"n_bins": 2, "digits": 2, "cells": {"Here": ["21", "22"], "Gone": ["11", "12"]}}
        )
        with pytest.raises(
            BadValueError,
            match=r"'halves' does not fit the scores .got codes of 2 digits 1..2 for 3 scores 1..5",
        ):
            score_rfm(table_of([1, 2], money=[1, 2]), grid=grid)


class TestEdges:
    def test_the_cut_points_of_book_a_are_those_of_the_reference(self, book_a):
        edges = fit_rfm_edges(book_a)
        assert edges.of("frequency").edges == (2, 2, 4, 4)
        assert [edge / 10_000 for edge in edges.of("monetary_total").edges] == [70.05, 87, 95, 635]
        assert edges.of("recency_days").edges == (-242, -116, -60, -3)

    @pytest.mark.parametrize("n_bins", [2, 3, 5, 9])
    def test_freezing_and_scoring_the_same_table_gives_the_scores_back(self, book_a, n_bins):
        frozen = score_rfm(book_a, edges=fit_rfm_edges(book_a, n_bins=n_bins))
        pd.testing.assert_frame_equal(frozen, score_rfm(book_a, n_bins=n_bins), check_dtype=False)

    def test_a_score_that_nobody_reaches_has_an_infinite_edge(self):
        edges = fit_rfm_edges(table_of([1] * 7 + [2] * 3))
        assert edges.of("frequency").edges == (2, 2, 2, math.inf)
        assert edges.of("frequency").counts == (7, 0, 0, 3, 0)

    def test_the_largest_tie_block_is_reported_with_its_share(self):
        tie = fit_rfm_edges(table_of([3] * 6 + [1, 2, 2, 5])).of("frequency")
        assert (tie.largest_tie, tie.largest_tie_share) == (3, 0.6)

    def test_equal_tie_blocks_report_the_lower_value(self):
        assert fit_rfm_edges(table_of([5, 5, 1, 1])).of("frequency").largest_tie == 1

    def test_frozen_edges_put_later_customers_beyond_the_first_table(self, book_a):
        edges = fit_rfm_edges(book_a)
        later = book_a.assign(recency_days=book_a["recency_days"] + 1_000)
        assert set(score_rfm(later, edges=edges)["r_score"]) == {1}

    def test_a_variable_without_a_score_stays_without_one_when_frozen(self):
        edges = fit_rfm_edges(table_of([1, 1, 1]))
        assert edges.of("frequency").edges == ()
        assert "All 3 customers have the same frequency" in " ".join(edges.notes)
        assert score_rfm(table_of([1, 5, 9]), edges=edges)["f_score"].isna().all()

    def test_edges_without_recency_scores_name_nobody_new(self):
        edges = fit_rfm_edges(table_of([1, 2, 3], recency=[7, 7, 7], tenure_days=[7, 7, 7]))
        scored = score_rfm(table_of([1, 2, 3], tenure_days=[7, 7, 7]), edges=edges)
        assert scored["rfm_score"].tolist() == ["-1", "-3", "-5"]

    def test_edges_that_lack_a_column_are_refused(self, book_a):
        edges = fit_rfm_edges(book_a.drop(columns="monetary_total"))
        assert "There is no amount" in edges.notes[-1]
        with pytest.raises(MissingColumnError, match="edges lack column 'monetary_total'"):
            score_rfm(book_a, edges=edges)

    @pytest.mark.parametrize("edges", [(3.0, 2.0), (1.0, math.nan)])
    def test_edges_that_do_not_rise_are_refused(self, edges):
        with pytest.raises(BadValueError, match="do not rise"):
            VariableEdges(column="frequency", edges=edges)

    def test_edges_of_the_wrong_number_are_refused(self):
        variable = VariableEdges(column="frequency", edges=(1.0, 2.0))
        with pytest.raises(BadValueError, match=r"do not fit 5 scores .got 2.; give 4"):
            RFMEdges(n_bins=5, n_customers=0, variables=(variable,))

    def test_an_empty_table_has_no_edges(self, book_a):
        with pytest.raises(NotEnoughDataError, match="got 0 customers"):
            fit_rfm_edges(book_a.head(0))


class TestBookA:
    def test_codes_and_names_are_those_of_the_reference(self, book_a):
        scored = score_rfm(book_a).set_index("customer_id")
        expected = {
            "C01": ("555", "Champions"), "C02": ("111", "Lost"), "C03": ("211", "Hibernating"),
            "C04": ("333", "Potential Loyalist"), "C05": ("514", "Promising"), "C06": ("153", "At Risk"),
            "C07": ("314", "Promising"), "C08": ("435", "Loyal"), "C09": ("211", "Hibernating"),
            "C10": ("432", "Potential Loyalist"),
        }  # fmt: skip
        found = {customer: (row["rfm_score"], row["rfm_name"]) for customer, row in scored.iterrows()}
        assert found == expected

    def test_leaving_one_out_changes_17_of_90_names(self, book_a):
        result = leave_one_out_names(book_a)
        assert (result.changes, result.total) == (17, 90)
        assert result.share == 17 / 90
        assert sum(count for _, count in result.by_renamed) == 17

    def test_leaving_one_out_compares_codes_where_there_are_no_names(self, book_a):
        assert leave_one_out_names(book_a, n_bins=2).total == 90

    def test_leaving_one_out_of_two_is_refused(self, book_a):
        with pytest.raises(NotEnoughDataError, match="needs at least 3"):
            leave_one_out_names(book_a.head(2))


class TestHardData:
    """Fixture 20: a result with notes, never an exception."""

    def test_all_customers_with_one_order(self):
        lines = book_a_lines().drop_duplicates("customer_id")
        scores = score_customers(collect_customers(describe_customers(lines, as_of=AS_OF)))
        assert scores.table["f_score"].isna().all()
        assert scores.table["rfm_name"].tolist() == [None] * 10
        assert any("same frequency" in note for note in scores.notes)

    def test_half_of_the_customers_with_one_order(self):
        scores = score_customers(
            table_of([1] * 5 + [2, 3, 4, 5, 6], money=range(10), customer_id=list("abcdefghij"))
        )
        assert scores.table["f_score"].tolist() == [1] * 5 + [3, 4, 4, 5, 5]
        assert any("holds 5 customers, 50 % of all" in note for note in scores.notes)

    def test_no_amount(self):
        lines = book_a_lines().drop(columns="amount")
        scores = score_customers(collect_customers(describe_customers(lines, as_of=AS_OF)))
        assert "m_score" not in scores.table
        assert scores.table["rfm_name"].notna().all()
        assert scores.grid.digits == 2

    def test_one_customer(self):
        scores = score_customers(table_of([4], money=[10], customer_id=["a"]))
        assert scores.table["rfm_score"].tolist() == ["---"]
        assert any("There is one customer" in note for note in scores.notes)

    def test_scores_are_kept_without_names_for_other_bins(self):
        scores = score_customers(table_of([1, 2, 3], money=[1, 2, 3], customer_id=list("abc")), n_bins=3)
        assert scores.table["rfm_name"].tolist() == [None] * 3

    def test_given_edges_are_kept_with_the_scores(self, book_a):
        edges = fit_rfm_edges(book_a)
        assert score_customers(book_a, edges=edges).edges is edges

    def test_spend_below_zero_is_ranked_like_any_other(self):
        assert score_rfm(table_of([1, 2, 3], money=[-42_876_300, 0, 5]))["m_score"].tolist() == [1, 3, 5]

    def test_leap_days_and_far_years(self):
        lines = book_a_lines().assign(order_date=pd.to_datetime("2024-02-29"))
        table = collect_customers(describe_customers(lines, as_of=date(2124, 2, 29)))
        assert set(table["recency_days"]) == {36_525 - 1}
