"""Which grouping is delivered: always the number asked for, everyone once, and the user's word where there is one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from segkit.analysis import book as book_module
from segkit.analysis import grouping_clusters
from segkit.analysis.book import check_features, open_book, without_unit
from segkit.analysis.grouping import group_customers
from segkit.analysis.grouping_user import defines_groups
from segkit.analysis.rule_search import adjusted_rand
from segkit.analysis.rules import place_customers
from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.company import SegmentationSettings, SegmentDefinition
from segkit.model.factor import Factor
from segkit.model.segment import Basis, Method
from tests.analysis.shop_tables import N, bare_table, customers_of, feature, large_shop, small_shop

PLANTED = np.array([0, 0, 0, 1, 1, 1, 2, 2, 3, 3])


def settings(**changes):
    return SegmentationSettings(**changes)


@pytest.fixture(scope="module")
def small():
    table, customers = small_shop()
    return table, customers, group_customers(table, customers, settings=settings())


@pytest.fixture(scope="module")
def large():
    table, customers, kind = large_shop(n=80)
    return table, customers, kind, group_customers(table, customers, settings=settings())


def test_a_small_book_is_grouped_by_rules_into_its_planted_kinds(small):
    _, _, found = small
    assert found.method is Method.RULES
    assert adjusted_rand(found.assignments.to_numpy(), PLANTED) == 1.0
    assert found.basis is Basis.DESCRIPTIVE


def test_the_rules_place_everyone_exactly_as_assigned(small):
    table, _, found = small
    placed = place_customers(found.rules, table.frame.loc[found.assignments.index])
    order_of = {rule.order: number for number, rule in enumerate(found.rules, start=1)}
    assert [order_of[order] for order in placed] == found.assignments.tolist()
    assert all(rule.fidelity == 1.0 for rule in found.rules)


def test_segments_are_numbered_by_descending_spend(small):
    _, customers, found = small
    spend = customers.set_index("customer_id")["monetary_total"].groupby(found.assignments).sum()
    assert spend.tolist() == sorted(spend, reverse=True)


def test_equal_spend_is_ordered_by_the_smallest_customer_id():
    table, customers = small_shop()
    found = group_customers(table, customers.assign(monetary_total=0), settings=settings())
    first = found.assignments.groupby(found.assignments).apply(lambda group: min(group.index))
    assert first.tolist() == sorted(first)


def test_options_show_rules_clusters_and_the_rfm_rule_with_one_chosen(small):
    _, _, found = small
    methods = [option.method for option in found.options]
    assert methods.count(Method.RULES) == 3
    assert Method.KMEANS in methods
    assert Method.RFM_RULE in methods
    assert [option.chosen for option in found.options] == [True] + [False] * (len(methods) - 1)
    assert all(option.loses and sum(option.sizes) == 10 for option in found.options)
    assert found.options[0].rules[-1] == "Everyone else."


def test_held_out_features_never_group(small, large):
    for found in (small[2], large[3]):
        assert found.held_out
        assert not set(found.held_out) & set(found.features)


def test_leaving_one_customer_out_is_counted(small):
    _, _, found = small
    assert found.leave_one_out_total == 90
    assert 0 <= found.leave_one_out_changes <= 90
    assert len(found.stability) == 4


def test_why_this_number_gives_figures_for_one_fewer_and_one_more(small, large):
    assert "3 groups explain" in small[2].why_this_number
    assert "5 groups explain" in small[2].why_this_number
    for k in (3, 4, 5):
        assert f"{k} groups: silhouette" in large[3].why_this_number


@pytest.mark.parametrize("k", [2, 5, 7, 10])
def test_a_small_book_gets_exactly_the_number_of_groups_asked_for(k):
    table, customers = small_shop()
    found = group_customers(table, customers, settings=settings(n_segments=k))
    assert sorted(set(found.assignments)) == list(range(1, k + 1))
    assert sorted(rule.order for rule in found.rules) == list(range(1, k + 1))


def test_fewer_customers_than_groups_are_refused_with_the_way_out():
    table, customers = small_shop(rows=["A1", "B1", "C1"])
    with pytest.raises(NotEnoughDataError) as caught:
        group_customers(table, customers, settings=settings())
    assert str(caught.value) == (
        "3 customers but 4 groups asked for; set [segmentation] n_segments to 2 or 3, or add orders."
    )


def test_one_customer_cannot_be_grouped_at_all():
    table, customers = small_shop(rows=["A1", "B1"])
    one = bare_table(table.frame.iloc[:1], table.features)
    with pytest.raises(NotEnoughDataError, match=r"^1 customer but 4 groups asked for; add orders\.$"):
        group_customers(one, customers.iloc[:1], settings=settings())


def test_one_group_is_no_grouping():
    table, customers = small_shop()
    with pytest.raises(BadValueError, match="n_segments is 1; set it to 2 or more"):
        group_customers(table, customers, settings=settings(n_segments=1))


def test_customers_who_differ_in_nothing_are_still_placed_once_each():
    index = pd.Index([f"C{i}" for i in range(6)], name="customer_id")
    features = [feature("recency_days", Factor.BEHAVIORAL, N, unit="days")]
    table = bare_table(pd.DataFrame({"recency_days": [5.0] * 6}, index=index), features)
    same = pd.Series([5] * 6, index=index)
    found = group_customers(table, customers_of(same, same, same), settings=settings())
    assert found.method is Method.RFM_RULE
    assert sorted(set(found.assignments)) == [1, 2, 3, 4]


def test_a_book_with_planted_clusters_is_clustered_and_supported(large):
    _, _, kind, found = large
    assert found.method is Method.KMEANS
    assert found.supported
    assert found.basis is Basis.INFERENTIAL
    assert adjusted_rand(found.assignments.to_numpy(), kind) > 0.95
    assert found.verdict.startswith("Supported")
    assert [count.n_clusters for count in found.cluster_counts] == list(range(2, 9))
    assert found.rules[0].fidelity > 0.9
    assert [option.method for option in found.options] == [Method.KMEANS, Method.RFM_RULE]


def test_a_book_without_clusters_still_gets_its_groups_and_is_told_so():
    table, customers, _ = large_shop(n=60, seed=1, separation=0.0)
    found = group_customers(table, customers, settings=settings(seed=2))
    assert sorted(set(found.assignments)) == [1, 2, 3, 4]
    assert not found.supported
    assert found.basis is Basis.DESCRIPTIVE
    assert found.verdict.startswith(("A pattern", "Not supported"))
    assert len(found.options) == 2


def test_a_book_that_cannot_be_clustered_falls_back_on_the_rfm_rule():
    index = pd.Index([f"C{i:02d}" for i in range(40)], name="customer_id")
    features = [feature("recency_days", Factor.BEHAVIORAL, N, unit="days")]
    table = bare_table(pd.DataFrame({"recency_days": [5.0] * 40}, index=index), features)
    same = pd.Series([5] * 40, index=index)
    found = group_customers(table, customers_of(same, same, same), settings=settings())
    assert found.method is Method.RFM_RULE
    assert len(set(found.assignments)) == 4
    assert found.cluster_counts == ()


def test_more_groups_than_the_table_of_counts_are_delivered(large):
    table, customers, _, _ = large
    found = group_customers(table, customers, settings=settings(n_segments=10))
    assert len(set(found.assignments)) == 10


def test_a_large_book_is_clustered_on_a_sample_and_everyone_joins_a_centre(monkeypatch):
    monkeypatch.setattr(grouping_clusters, "FIT_ROWS", 80)
    monkeypatch.setattr(book_module, "SAMPLE_ROWS", 90)
    table, customers, kind = large_shop(n=160)
    found = group_customers(table, customers, settings=settings())
    assert adjusted_rand(found.assignments.to_numpy(), kind) > 0.9
    assert any("fixed sample of 80 of 160" in note for note in found.notes)


def test_the_better_supported_grouping_is_the_usable_one_then_the_telling_one_then_the_stable_one(large):
    table, customers, _, _ = large
    opened = open_book(table, customers, features=(), seed=0)
    clusters = grouping_clusters._cluster(opened, 4)
    rule_draft = grouping_clusters.group_by_rfm_rule(opened, n_segments=4)
    assert grouping_clusters._better(clusters, rule_draft, (0.5, 0.1))
    assert not grouping_clusters._better(clusters, rule_draft, (0.1, 0.5))
    assert grouping_clusters._better(clusters, rule_draft, (0.3, 0.3)) == (
        min(clusters.stability) >= min(rule_draft.stability)
    )
    assert not grouping_clusters._is_usable(np.array([0] * 99 + [1]), (1.0, 1.0))
    assert not grouping_clusters._is_usable(np.array([0, 0, 1, 1]), (1.0, 0.5))


def test_the_unusable_grouping_loses_whatever_it_explains(large):
    table, customers, _, _ = large
    opened = open_book(table, customers, features=(), seed=0)
    clusters = replace(grouping_clusters._cluster(opened, 4), stability=(0.2, 0.9, 0.9, 0.9))
    rule_draft = replace(grouping_clusters.group_by_rfm_rule(opened, n_segments=4), stability=(0.9,) * 4)
    assert not grouping_clusters._better(clusters, rule_draft, (0.9, 0.1))


def test_features_asked_for_are_the_only_ones_that_group(small):
    table, customers, _ = small
    found = group_customers(table, customers, settings=settings(features=("share_of_category", "city")))
    assert all(name.startswith("share_of_category") or name == "city" for name in found.features)


def test_an_unknown_feature_is_refused_with_the_nearest_one(small):
    table, customers, _ = small
    with pytest.raises(BadValueError, match="unknown feature 'recency_day'; the nearest is 'recency_days'"):
        group_customers(table, customers, settings=settings(features=("recency_day",)))
    with pytest.raises(BadValueError, match="the table has none"):
        check_features(["x"], [])


def test_amounts_are_not_needed():
    table, customers = small_shop()
    found = group_customers(table, customers.drop(columns="monetary_total"), settings=settings())
    assert len(set(found.assignments)) == 4


def test_money_without_a_middle_keeps_its_unit():
    money = feature("spend", Factor.BEHAVIORAL, N, unit="EUR")
    frame = pd.DataFrame({"spend": [0.0, 0.0, 5.0]})
    assert without_unit(frame, [money])["spend"].tolist() == [0.0, 0.0, 5.0]


def define(*definitions):
    return settings(definitions=tuple(SegmentDefinition(**item) for item in definitions))


def test_a_note_or_name_alone_defines_nothing():
    assert not defines_groups([SegmentDefinition(name="Refillers", contains="A1")])
    assert defines_groups([SegmentDefinition(rule="x == 1")])


def test_groups_defined_by_rules_are_tried_in_file_order_and_the_rest_is_said(small):
    table, customers, _ = small
    found = group_customers(
        table,
        customers,
        settings=define(
            {"name": "Till", "rule": "channel == 'pos'", "note": "come in"},
            {"name": "Often", "rule": "frequency >= 4"},
        ),
    )
    sizes = {
        name: int((found.assignments == number).sum()) for number, name in enumerate(found.names, start=1)
    }
    assert found.method is Method.USER
    assert sizes == {"Till": 3, "Often": 6, "Everyone else": 1}
    assert found.descriptions[found.names.index("Till")] == "come in"
    assert any("1 customer fit both Till and Often" in note for note in found.notes)
    assert any("fit no definition" in note for note in found.notes)
    assert "favourite_channel" in found.features
    assert found.stability is None


def test_groups_may_list_their_members(small):
    table, customers, _ = small
    found = group_customers(
        table,
        customers,
        settings=define(
            {"name": "Schools", "members": ("D1", "D2")}, {"name": "Rest", "rule": "frequency > 0"}
        ),
    )
    schools = found.names.index("Schools") + 1
    assert found.assignments.index[found.assignments == schools].tolist() == ["D1", "D2"]
    assert found.rules[schools - 1].sentence == "The customers listed by the user: D1, D2."
    last = found.rules[found.names.index("Rest")]
    assert last.alternatives == ()
    assert last.sentence.endswith("Also everyone whom no other group takes.")


def test_a_long_list_of_members_is_cut_in_the_sentence():
    table, customers, _ = large_shop(n=40)
    ids = tuple(customers["customer_id"][:14])
    found = group_customers(table, customers, settings=define({"name": "Panel", "members": ids}))
    assert "and 4 more." in found.rules[found.names.index("Panel")].sentence


def test_a_column_gives_one_group_per_level(small):
    table, customers, _ = small
    found = group_customers(table, customers, settings=define({"column": "city"}))
    assert sorted(found.names) == ["Hull", "Kendal", "London", "Sheffield", "York"]
    assert found.notes == ()


def test_a_yes_no_column_gives_two_groups(small):
    table, customers, _ = small
    found = group_customers(
        table, customers, settings=define({"name": "Gift", "column": "bought_category=Gift"})
    )
    assert sorted(found.names) == ["Gift 0", "Gift 1"] or sorted(found.names) == ["Gift 0.0", "Gift 1.0"]


def test_a_numeric_column_of_the_customers_table_may_be_named(small):
    table, customers, _ = small
    found = group_customers(
        table,
        customers.assign(visits=range(10)),
        settings=define({"name": "Visitors", "rule": "visits >= 5"}),
    )
    assert (found.assignments == found.names.index("Visitors") + 1).sum() == 5


def test_an_empty_group_is_left_out_and_said(small):
    table, customers, _ = small
    found = group_customers(
        table,
        customers,
        settings=define(
            {"name": "Never", "rule": "frequency > 99"}, {"name": "Till", "rule": "channel == 'pos'"}
        ),
    )
    assert "Never" not in found.names
    assert "Nobody is in Never; the group was left out." in found.notes


@pytest.mark.parametrize(
    ("definitions", "message"),
    [
        ([{"rule": "frequency > 1"}], "defines a group without a name"),
        (
            [{"name": "A", "rule": "frequency > 1"}, {"name": "A", "rule": "frequency > 2"}],
            "two .* are called 'A'",
        ),
        (
            [{"name": "A", "members": ("A9",)}],
            r"names customer 'A9', who is not in the orders; the nearest id is 'A\d'",
        ),
        ([{"name": "A", "column": "town"}], "unknown column 'town'; the nearest is"),
        ([{"name": "A", "column": "average_order_value"}], "has 10 different values; use one with at most 8"),
        ([{"name": "A", "rule": "frequenzy > 1"}], "unknown column 'frequenzy' at position 1"),
    ],
)
def test_a_definition_that_cannot_be_used_is_refused_in_one_sentence(small, definitions, message):
    table, customers, _ = small
    with pytest.raises(BadValueError, match=message):
        group_customers(table, customers, settings=define(*definitions))


def test_definitions_that_put_everyone_together_are_refused(small):
    table, customers, _ = small
    with pytest.raises(NotEnoughDataError, match="all customers into one group"):
        group_customers(table, customers, settings=define({"name": "All", "rule": "frequency > 0"}))


def test_a_name_binds_to_the_segment_that_holds_the_customer(small):
    table, customers, before = small
    found = group_customers(
        table, customers, settings=define({"contains": "A1", "name": "Sock club", "note": "say hello"})
    )
    segment = before.assignments["A1"]
    assert found.names[segment - 1] == "Sock club"
    assert found.descriptions[segment - 1] == "say hello"
    assert [name for name in found.names if name] == ["Sock club"]


def test_a_binding_to_an_unknown_customer_is_one_sentence(small):
    table, customers, _ = small
    with pytest.raises(
        BadValueError, match=r"contains = 'A7' is not a customer in the orders; the nearest id is 'A\d'"
    ):
        group_customers(table, customers, settings=define({"contains": "A7", "name": "X"}))


def test_two_names_for_one_segment_are_refused(small):
    table, customers, _ = small
    with pytest.raises(BadValueError, match="'A1' and 'A2' are in the same group"):
        group_customers(
            table,
            customers,
            settings=define({"contains": "A1", "name": "X"}, {"contains": "A2", "name": "Y"}),
        )


def test_input_is_left_as_it_was(small):
    table, customers, _ = small
    before, rows = table.frame.copy(), customers.copy()
    group_customers(table, customers, settings=settings())
    pd.testing.assert_frame_equal(table.frame, before)
    pd.testing.assert_frame_equal(customers, rows)
