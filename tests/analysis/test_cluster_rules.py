"""Rules that explain a clustering: one per group, total, short, and honest about their fidelity."""

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.cluster_rules import MAX_ROWS, explain_groups
from segkit.analysis.rfm_rule import group_by_rfm
from segkit.analysis.rules import CUSTOMER_ID, is_catch_all, place_customers
from segkit.model.factor import Factor
from segkit.model.segment import Rule
from tests.analysis.shop_tables import C, F, N, feature, large_shop


def as_rules(explanation):
    return [
        Rule(order=order, alternatives=alternatives, sentence="")
        for order, (_, alternatives) in enumerate(explanation.rules, start=1)
    ]


@pytest.fixture(scope="module")
def planted():
    return large_shop(n=200, seed=3)


def test_planted_groups_are_told_apart_by_short_rules(planted):
    table, _, kind = planted
    found = explain_groups(table.frame, table.features, kind, names=table.names)
    assert found.fidelity > 0.95
    assert sorted(label for label, _ in found.rules) == [0, 1, 2, 3]
    assert all(len(part) <= 2 for _, rule in found.rules for part in rule)
    assert all(len(rule) <= 2 for _, rule in found.rules)


def test_fidelity_is_the_share_of_customers_the_rules_place_alike(planted):
    table, _, kind = planted
    found = explain_groups(table.frame, table.features, kind, names=["frequency", "age_years"])
    placed = place_customers(as_rules(found), table.frame)
    labels = np.array([label for label, _ in found.rules])[placed - 1]
    assert found.fidelity == pytest.approx((labels == kind).mean())
    assert found.fidelity < 1


def test_nobody_falls_between_the_rules_on_customers_made_up(planted):
    table, _, kind = planted
    found = explain_groups(table.frame, table.features, kind, names=table.names)
    rng = np.random.default_rng(0)
    made_up = table.frame.apply(lambda column: rng.permutation(column.to_numpy()))
    made_up = made_up.mask(rng.random(made_up.shape) < 0.3)
    placed = place_customers(as_rules(found), made_up)
    assert set(placed) <= {1, 2, 3, 4}
    assert is_catch_all(found.rules[-1][1])


def test_a_second_alternative_is_written_where_a_group_has_two_sides():
    values = np.repeat([0.0, 5.0, 10.0], 20)
    frame = pd.DataFrame({"x": values, "f": np.tile([0.0, 1.0], 30)}, index=[f"C{i:02d}" for i in range(60)])
    labels = np.where(values == 5.0, 0, 1)
    features = [feature("x", Factor.BEHAVIORAL, N), feature("f", Factor.BEHAVIORAL, F)]
    found = explain_groups(frame, features, labels, names=["x", "f"])
    assert found.fidelity == 1.0


def test_two_conditions_are_joined_where_one_is_not_enough():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(
        {"a": rng.random(300), "b": rng.random(300)}, index=[f"C{i:03d}" for i in range(300)]
    )
    labels = ((frame["a"] > 0.5) & (frame["b"] > 0.5)).to_numpy().astype(np.int64)
    features = [feature("a", Factor.BEHAVIORAL, N), feature("b", Factor.BEHAVIORAL, N)]
    found = explain_groups(frame, features, labels, names=["a", "b"])
    assert found.fidelity > 0.97
    assert max(len(part) for _, rule in found.rules for part in rule) == 2 or len(found.rules[0][1]) == 2


def test_groups_that_nothing_tells_apart_are_told_apart_by_customer_id():
    frame = pd.DataFrame({"x": [1.0] * 6}, index=[f"C{i}" for i in range(6)])
    labels = np.array([0, 0, 0, 1, 1, 2])
    found = explain_groups(frame, [feature("x", Factor.BEHAVIORAL, N)], labels, names=["x"])
    assert found.fidelity == 1.0
    assert found.rules[0][1][0][0].feature == CUSTOMER_ID


def test_a_large_book_is_learned_from_a_sample_and_judged_on_everybody():
    n = MAX_ROWS + 2_000
    rng = np.random.default_rng(1)
    x = rng.random(n)
    frame = pd.DataFrame({"x": x, "c": np.where(x > 0.3, "a", "b")}, index=[f"C{i:06d}" for i in range(n)])
    features = [feature("x", Factor.BEHAVIORAL, N), feature("c", Factor.GEOGRAPHIC, C)]
    labels = (x > 0.3).astype(np.int64)
    once = explain_groups(frame, features, labels, names=["x", "c"], seed=5)
    again = explain_groups(frame, features, labels, names=["x", "c"], seed=5)
    assert once.fidelity == 1.0
    assert once.rules == again.rules


def book_a():
    return pd.DataFrame(
        {
            "recency_days": [3, 259, 179, 77, 1, 257, 116, 16, 242, 60],
            "frequency": [5, 1, 1, 2, 1, 4, 1, 2, 1, 2],
            "monetary_total": [635, 60, 60, 90, 300, 87, 95, 950, 60, 70.05],
        },
        index=[f"C{i:02d}" for i in range(1, 11)],
    )


def members(labels):
    return [
        [name for name, label in zip(book_a().index, labels, strict=True) if label == group]
        for group in range(max(labels) + 1)
    ]


def test_the_rfm_rule_gives_the_four_groups_of_the_reference():
    assert members(group_by_rfm(book_a()).labels) == [
        ["C01", "C04", "C08", "C10"],
        ["C05"],
        ["C06"],
        ["C02", "C03", "C07", "C09"],
    ]


@pytest.mark.parametrize("k", range(2, 11))
def test_the_rfm_rule_always_delivers_the_number_asked_for(k):
    found = group_by_rfm(book_a(), n_segments=k)
    assert len(set(found.labels.tolist())) == k
    assert bool(found.notes) == (k != 4)


def test_an_empty_cell_is_filled_by_a_split_that_is_said():
    alike = pd.DataFrame(
        {
            "recency_days": [1, 2, 300, 301, 302],
            "frequency": [5, 6, 1, 1, 1],
            "monetary_total": [90, 80, 10, 5, 1],
        }
    )
    found = group_by_rfm(alike)
    assert len(set(found.labels.tolist())) == 4
    assert any("filled 2 of its 4 cells" in note for note in found.notes)
    assert any("widest spend gap" in note for note in found.notes)


def test_equal_spend_is_split_by_recency_and_equal_customers_by_id():
    recency = pd.DataFrame(
        {"recency_days": [1, 2, 100, 101], "frequency": [1] * 4, "monetary_total": [5] * 4}
    )
    assert group_by_rfm(recency, n_segments=3).labels.max() == 2
    same = pd.DataFrame({"recency_days": [9] * 5, "frequency": [1] * 5, "monetary_total": [5] * 5})
    found = group_by_rfm(same, n_segments=2)
    assert sorted(np.bincount(found.labels).tolist()) == [2, 3]
    assert "by customer id" in found.notes[-1]


def test_without_amounts_the_rule_looks_at_recency_and_frequency():
    book = book_a().drop(columns="monetary_total")
    assert len(set(group_by_rfm(book).labels.tolist())) == 4
