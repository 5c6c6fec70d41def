"""What holds for every order history, on generated ones."""

from datetime import date, timedelta

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.rfm import fit_rfm_edges, score_rfm
from segkit.model.rfm_grid import default_grid

AS_OF = date(2026, 12, 31)
FEW = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])

lines_of_a_book = st.lists(
    st.fixed_dictionaries(
        {
            "customer_id": st.sampled_from(["a", "b", "c", "d", "e", "ä"]),
            "order_id": st.sampled_from(["1", "2", "3", "4"]),
            "order_date": st.dates(date(2023, 12, 30), AS_OF),
            "amount": st.integers(-(10**9), 10**12),
            "category": st.sampled_from(["Tea", "tea", "Öl", None]),
            "is_return": st.booleans(),
        }
    ),
    min_size=1,
    max_size=40,
)


def to_frame(rows):
    lines = pd.DataFrame(rows)
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    lines["category"] = lines["category"].astype(object)
    return lines


def describe(lines, as_of=AS_OF):
    return collect_customers(describe_customers(lines, as_of=as_of))


@FEW
@given(lines_of_a_book, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(rows, shuffler):
    shuffled = list(rows)
    shuffler.shuffle(shuffled)
    left, right = (score_rfm(describe(to_frame(some))) for some in (rows, shuffled))
    pd.testing.assert_frame_equal(left, right, check_exact=True)


@FEW
@given(lines_of_a_book)
def test_the_sums_of_the_customers_are_the_sums_of_the_lines(rows):
    lines, table = to_frame(rows), describe(to_frame(rows))
    assert table["monetary_total"].sum() == lines["amount"].sum()
    assert table["order_lines"].sum() == len(lines)
    assert table["frequency"].sum() == lines.groupby(["customer_id", "order_id"]).ngroups


@FEW
@given(lines_of_a_book, st.integers(1, 800))
def test_a_later_as_of_never_lowers_recency(rows, days):
    now, later = describe(to_frame(rows)), describe(to_frame(rows), as_of=AS_OF + timedelta(days=days))
    assert ((later["recency_days"] - now["recency_days"]) == days).all()


@FEW
@given(lines_of_a_book)
def test_splitting_a_line_keeps_orders_and_spend(rows):
    whole = to_frame(rows)
    first = whole.iloc[[0]].assign(amount=7)
    split = pd.concat([whole, first], ignore_index=True)
    split.loc[0, "amount"] -= 7
    columns = ["frequency", "monetary_total", "recency_days", "median_gap_days"]
    pd.testing.assert_frame_equal(describe(whole)[columns], describe(split)[columns])


@FEW
@given(lines_of_a_book)
def test_shares_lie_between_0_and_1_and_quarters_sum_to_1(rows):
    table = describe(to_frame(rows))
    shares = table[[name for name in table if name.endswith("_share")] + ["category_hhi"]]
    assert (shares.isna() | ((shares >= 0) & (shares <= 1))).all(axis=None)
    assert (table[[f"quarter_{number}_share" for number in (1, 2, 3, 4)]].sum(axis=1) - 1).abs().max() < 1e-12


@FEW
@given(lines_of_a_book)
def test_scores_keep_under_rising_transforms_and_every_full_code_has_one_name(rows):
    table = describe(to_frame(rows)).drop(columns="tenure_days")
    scored = score_rfm(table)
    stretched = score_rfm(
        table.assign(frequency=table["frequency"] ** 3, monetary_total=table["monetary_total"] * 2 + 1)
    )
    assert scored["rfm_score"].tolist() == stretched["rfm_score"].tolist()
    full = scored[~scored["rfm_score"].str.contains("-")]
    assert [default_grid().name_of(code) for code in full["rfm_score"]] == full["rfm_name"].tolist()


@FEW
@given(lines_of_a_book, st.integers(2, 9))
def test_freezing_and_scoring_the_same_table_gives_the_scores_back(rows, n_bins):
    table = describe(to_frame(rows))
    relative = score_rfm(table, n_bins=n_bins)
    frozen = score_rfm(table, edges=fit_rfm_edges(table, n_bins=n_bins))
    assert relative["rfm_score"].tolist() == frozen["rfm_score"].tolist()


@FEW
@given(lines_of_a_book)
def test_better_customers_never_score_lower(rows):
    scored = score_rfm(describe(to_frame(rows)))
    for column, score, sign in (
        ("recency_days", "r_score", -1),
        ("frequency", "f_score", 1),
        ("monetary_total", "m_score", 1),
    ):
        if scored[score].notna().all():
            ordered = scored.assign(key=scored[column] * sign).sort_values("key")
            assert ordered[score].is_monotonic_increasing
            by_value = scored.groupby(column)[score]
            assert (by_value.min() == by_value.max()).all()
