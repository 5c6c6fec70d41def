"""The search for rule lists: readable, total, at most three features, never RFM alone, judged by what it did not use."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.analysis.circularity import (
    choose_held_out,
    family_of,
    in_model_features,
    is_rfm,
    jaccard,
    relate_features,
    row_sets_of,
)
from segkit.analysis.explained import (
    correct_for_chance,
    explain_labels,
    explained_by_feature,
    permutation_p,
    prepare_judges,
)
from segkit.analysis.rule_pieces import make_conditions, make_pieces, reading_cost
from segkit.analysis.rule_search import (
    MAX_FEATURES,
    adjusted_rand,
    balance_of,
    count_changes,
    measure_agreement,
    measure_group_stability,
    pick_distinct,
    rephrase,
    search_rule_lists,
)
from segkit.analysis.rules import CATCH_ALL, place_customers
from segkit.model.factor import Factor
from segkit.model.feature import FeatureKind
from segkit.model.segment import Condition, Rule
from tests.analysis.shop_tables import C, F, N, bare_table, bought, feature, share_of, small_shop

PLANTED = np.array([0, 0, 0, 1, 1, 1, 2, 2, 3, 3])


@pytest.fixture(scope="module")
def shop():
    table, _ = small_shop()
    return table


@pytest.fixture(scope="module")
def searched(shop):
    names = [item.name for item in shop.features]
    judges = prepare_judges(shop.frame, shop.features, names)
    pieces = make_pieces(shop.frame, shop.features, groupable=names, judges=judges)
    return pieces, judges, search_rule_lists(pieces, judges, n_customers=10, n_segments=4)


def test_the_four_planted_kinds_are_found(searched):
    _, _, found = searched
    assert adjusted_rand(found[4][0].labels, PLANTED) == 1.0


def test_every_number_from_two_to_one_more_than_asked_is_searched(searched):
    assert sorted(searched[2]) == [2, 3, 4, 5]


def test_every_list_is_total_and_places_customers_as_its_labels_say(searched, shop):
    for lists in searched[2].values():
        for item in lists:
            rules = [
                Rule(order=place + 1, alternatives=part, sentence="")
                for place, part in enumerate((*item.rules, CATCH_ALL))
            ]
            assert (place_customers(rules, shop.frame) == item.labels + 1).all()
            assert sum(item.sizes) == 10


def test_no_list_uses_more_than_three_features_or_two_conditions_a_rule(searched):
    for lists in searched[2].values():
        for item in lists:
            assert len(item.features) <= MAX_FEATURES
            assert all(len(part) <= 2 for rule in item.rules for part in rule)
            assert item.conditions >= len(item.rules)


def test_no_group_of_one_where_it_can_be_avoided(searched):
    assert all(min(item.sizes) >= 2 for lists in searched[2].values() for item in lists)


def test_recency_frequency_and_money_alone_never_group(searched, shop):
    named = {item.name: item for item in shop.features}
    for lists in searched[2].values():
        for item in lists:
            assert not all(is_rfm(named[name]) for name in item.features)


def test_a_table_of_recency_frequency_and_money_is_still_grouped(shop):
    features = [item for item in shop.features if is_rfm(item)]
    frame = shop.frame[[item.name for item in features]]
    names = [item.name for item in features]
    judges = prepare_judges(frame, features, names)
    pieces = make_pieces(frame, features, groupable=names, judges=judges)
    assert 4 in search_rule_lists(pieces, judges, n_customers=10, n_segments=4)


def test_nothing_to_write_rules_with_finds_nothing():
    frame = pd.DataFrame({"x": [1.0, 1.0, 1.0]}, index=["a", "b", "c"])
    features = [feature("x", Factor.BEHAVIORAL, N)]
    judges = prepare_judges(frame, features, ["x"])
    pieces = make_pieces(frame, features, groupable=["x"], judges=judges)
    assert pieces == []
    assert search_rule_lists(pieces, judges, n_customers=3, n_segments=2) == {}


def test_singles_come_only_where_pairs_are_impossible():
    frame = pd.DataFrame(
        {"x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, 5.0], "z": [0.0, 0.0, 1.0, 1.0]}, index=list("abcd")
    )
    features = [feature(name, factor, N) for name, factor in zip("xyz", Factor, strict=False)]
    judges = prepare_judges(frame, features, list("xyz"))
    pieces = make_pieces(frame, features, groupable=list("xyz"), judges=judges)
    found = search_rule_lists(pieces, judges, n_customers=4, n_segments=4)
    assert sorted(found[2][0].sizes) == [2, 2]
    assert sorted(found[4][0].sizes) == [1, 1, 1, 1]


def test_the_best_three_really_differ(searched):
    best = pick_distinct(searched[2][4])
    assert len(best) == 3
    assert all(adjusted_rand(one.labels, other.labels) < 0.9 for one, other in combinations(best, 2))
    assert pick_distinct([]) == ()


def test_other_words_for_the_same_groups_move_nobody(searched):
    pieces, judges, found = searched
    for item in found[4][:5]:
        plain = rephrase(item, pieces, judges)
        assert adjusted_rand(plain.labels, item.labels) == 1.0
        assert len(plain.features) <= MAX_FEATURES


def test_groups_that_no_piece_can_say_keep_their_words(searched):
    pieces, judges, found = searched
    item = found[4][0]
    assert rephrase(item, [], judges) is item
    assert pieces


def test_leaving_a_customer_out_is_measured_per_group_and_in_all():
    labels = np.array([0, 0, 1, 1])
    same = np.tile(labels, (4, 1))
    np.fill_diagonal(same, -1)
    assert measure_agreement(labels, same) == 1.0
    assert measure_group_stability(labels, same) == (1.0, 1.0)
    assert count_changes(labels, same) == 0
    moved = same.copy()
    moved[0] = [-1, 0, 0, 1]  # without customer 0, customer 2 joins the other group
    assert count_changes(labels, moved) == 1
    assert measure_group_stability(labels, moved)[1] == pytest.approx((0.5 + 3) / 4)
    assert measure_agreement(labels, moved) < 1.0


def test_a_group_whose_only_member_is_left_out_has_no_say():
    labels = np.array([0, 1])
    without = np.array([[-1, 1], [0, -1]])
    assert measure_group_stability(labels, without) == (1.0, 1.0)


def test_agreement_equals_the_adjusted_rand_index():
    rng = np.random.default_rng(1)
    for _ in range(20):
        left, right = rng.integers(0, 4, 15), rng.integers(0, 3, 15)
        assert adjusted_rand(left, right) == pytest.approx(adjusted_rand_score(left, right))
    assert adjusted_rand(np.array([0]), np.array([0])) == 1.0


def test_one_group_has_no_balance():
    assert balance_of(np.array([7])) == 0.0


def test_conditions_on_numbers_cut_at_the_widest_gaps():
    column = pd.Series([1.0, 2.0, 3.0, 50.0, 51.0])
    cuts = {item.value for item in make_conditions(column, feature("x", Factor.BEHAVIORAL, N), max_cuts=1)}
    assert len(cuts) == 1
    assert 3 <= cuts.pop() < 50


def test_conditions_on_flags_and_levels_name_each_value():
    flag = list(make_conditions(pd.Series([1.0, 0.0]), feature("f", Factor.BEHAVIORAL, F)))
    assert [item.value for item in flag] == [True, False]
    levels = make_conditions(pd.Series(["b", "a", None], dtype=object), feature("c", Factor.BEHAVIORAL, C))
    assert [item.value for item in levels] == ["a", "b"]
    assert list(make_conditions(pd.Series([2.0, 2.0]), feature("x", Factor.BEHAVIORAL, N))) == []


def test_words_a_person_would_use_cost_less():
    recency = feature("recency_days", Factor.BEHAVIORAL, N, unit="days")
    mostly = reading_cost(Condition(feature="s", operator=">", value=0.5), share_of("Gift"))
    odd = reading_cost(Condition(feature="s", operator=">", value=0.13), share_of("Gift"))
    any_of_it = reading_cost(Condition(feature="s", operator=">", value=0.0), share_of("Gift"))
    yes = reading_cost(Condition(feature="b", operator="==", value=True), bought("Gift"))
    no = reading_cost(Condition(feature="b", operator="==", value=False), bought("Gift"))
    recent = reading_cost(Condition(feature="recency_days", operator="<=", value=90.0), recency)
    married = reading_cost(
        Condition(feature="marital_status", operator="==", value="S"),
        feature("marital_status", Factor.DEMOGRAPHIC, C),
    )
    word = reading_cost(
        Condition(feature="w", operator="==", value=True), feature("bought_word=bag", Factor.NEED_BASED, F)
    )
    season = reading_cost(
        Condition(feature="q", operator=">", value=0.5),
        feature("quarter_1_share", Factor.BEHAVIORAL, N, unit="share"),
    )
    assert yes == mostly == 0.0
    assert min(no, odd, any_of_it, recent, married, word, season) > 0.0
    assert any_of_it > yes
    assert odd > any_of_it


def test_families_join_the_levels_and_the_favourite_of_one_column():
    favourite = feature("favourite_category", Factor.NEED_BASED, C, columns=("Category",))
    hhi = feature(
        "category_hhi", Factor.NEED_BASED, N, columns=("Category",), derived_from=("share_of_category",)
    )
    assert {family_of(item) for item in (share_of("Gift"), bought("Tea"), favourite, hhi)} == {"Category"}
    assert family_of(feature("weekend_share", Factor.BEHAVIORAL, N)) == "weekend_share"


def test_what_is_held_out_depends_on_no_customer(shop):
    ten_times_the_amounts, _ = small_shop(scale=10.0)
    assert choose_held_out(shop.features) == choose_held_out(ten_times_the_amounts.features)


def test_the_second_fifth_and_eighth_family_of_each_factor_is_held_out():
    features = [feature(f"f{number}", Factor.BEHAVIORAL, N) for number in range(9)]
    assert choose_held_out(features) == ("f1", "f4", "f7")


def test_core_features_and_only_families_stay_and_permissions_judge(shop):
    held = choose_held_out(shop.features)
    assert held == ("favourite_payment_method",)
    consent = feature("sms_consent", Factor.BEHAVIORAL, F)
    assert choose_held_out([consent, *shop.features]) == ("sms_consent", "favourite_payment_method")


def test_functions_families_and_copies_of_a_used_feature_count_as_in_model(shop):
    inside = in_model_features(shop.frame, shop.features, used=["frequency"])
    assert {"frequency", "monetary_total"} <= set(inside)
    inside = in_model_features(shop.frame, shop.features, used=["monetary_total"])
    assert {"frequency", "average_order_value", "monetary_total"} <= set(inside)
    inside = in_model_features(shop.frame, shop.features, used=["share_of_category=Gift"])
    assert {"bought_category=Refill", "share_of_category=Workshop"} <= set(inside)


def test_a_prefix_in_derived_from_covers_all_levels():
    hhi = feature(
        "category_spread", Factor.NEED_BASED, N, columns=("Other",), derived_from=("share_of_category",)
    )
    frame = pd.DataFrame({"share_of_category=Gift": [0.1, 0.9, 0.4], "category_spread": [0.3, 0.1, 0.5]})
    assert in_model_features(frame, [share_of("Gift"), hhi], used=["category_spread"]) == tuple(frame.columns)


def test_a_numeric_copy_counts_as_in_model_and_a_short_column_does_not():
    frame = pd.DataFrame(
        {"x": [1.0, 2.0, 3.0, 9.0], "copy": [-1.0, -4.0, -9.0, -10.0], "few": [1.0, 2.0, np.nan, np.nan]}
    )
    features = [feature(name, Factor.BEHAVIORAL, N) for name in frame]
    assert in_model_features(frame, features, used=["x"]) == ("x", "copy")


def test_a_column_that_marks_the_same_customers_counts_as_in_model(shop):
    rule = ((Condition(feature="bought_category=Workshop", operator="==", value=True),),)
    inside = in_model_features(shop.frame, shop.features, used=["bought_category=Workshop"], rules=[rule])
    assert "favourite_channel" in inside  # the till marks exactly the three workshop goers
    assert "city" in inside
    assert "attitude_origin" not in inside


def test_without_rules_the_row_sets_of_the_used_features_decide(shop):
    assert "city" in in_model_features(shop.frame, shop.features, used=["favourite_channel"])


def test_row_sets_are_levels_flags_and_shares_above_nothing_and_half():
    shares = pd.Series([0.0, 0.4, 0.6])
    assert [rows.tolist() for rows in row_sets_of(shares, share_of("Gift"))] == [
        [False, True, True],
        [False, False, True],
    ]
    assert row_sets_of(pd.Series([1.0, 2.0]), feature("x", Factor.BEHAVIORAL, N)) == []
    assert jaccard(np.zeros((1, 2), dtype=bool), np.zeros(2, dtype=bool)).tolist() == [0.0]


def test_a_table_without_features_has_no_relations():
    relations = relate_features(pd.DataFrame(index=["a"]), [])
    assert relations.in_model([], []).tolist() == []


def test_chance_is_taken_out_exactly():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"x": rng.normal(size=12), "c": list("aabbccddaabb")}, index=[f"C{i}" for i in range(12)]
    )
    features = [feature("x", Factor.BEHAVIORAL, N), feature("c", Factor.GEOGRAPHIC, C)]
    judges = prepare_judges(frame, features, ["x", "c"])
    labels = np.repeat([0, 1, 2], 4)
    shares = [explained_by_feature(judges, rng.permutation(labels)) for _ in range(4000)]
    assert np.mean(shares, axis=0) == pytest.approx([0.0, 0.0], abs=0.01)


def test_a_column_that_equals_the_groups_is_explained_in_full():
    frame = pd.DataFrame({"c": ["a", "a", "b", "b"], "f": [1.0, 1.0, 0.0, np.nan]}, index=list("wxyz"))
    features = [feature("c", Factor.GEOGRAPHIC, C), feature("f", Factor.BEHAVIORAL, F)]
    judges = prepare_judges(frame, features, ["c", "f"])
    labels = np.array([0, 0, 1, 1])
    assert explained_by_feature(judges, labels)[0] == pytest.approx(1.0)
    assert explain_labels(judges, labels, excluded=["f"]) == pytest.approx(1.0)
    assert explain_labels(judges, labels, excluded=["c", "f"]) == 0.0


def test_constant_sparse_and_identifying_columns_do_not_judge():
    frame = pd.DataFrame(
        {
            "same": [1.0] * 4,
            "sparse": [1.0, np.nan, np.nan, np.nan],
            "id": list("abcd"),
            "ok": [1.0, 2.0, 3.0, 4.0],
        },
        index=list("wxyz"),
    )
    kinds = {
        "same": FeatureKind.NUMERIC,
        "sparse": FeatureKind.NUMERIC,
        "id": FeatureKind.CATEGORICAL,
        "ok": FeatureKind.NUMERIC,
    }
    table = bare_table(frame, [feature(name, Factor.BEHAVIORAL, kind) for name, kind in kinds.items()])
    assert prepare_judges(table.frame, table.features, list(kinds)).names == ("ok",)
    assert prepare_judges(table.frame.iloc[:1], table.features, list(kinds)).names == ()


def test_without_a_judge_nothing_is_explained_and_every_shuffle_ties():
    judges = prepare_judges(pd.DataFrame(index=list("abcd")), [], [])
    labels = np.array([0, 0, 1, 1])
    assert explain_labels(judges, labels) == 0.0
    assert permutation_p(judges, labels, excluded=[], seed=0, n_draws=9) == 1.0


def test_every_customer_alone_cannot_be_corrected():
    assert correct_for_chance(np.array([1.0]), n=3, k=3).tolist() == [0.0]


def test_a_planted_grouping_beats_its_shuffles(shop):
    judges = prepare_judges(shop.frame, shop.features, ["favourite_channel", "city", "household"])
    assert permutation_p(judges, PLANTED, excluded=[], seed=0, n_draws=199) == pytest.approx(
        1 / 200, abs=0.01
    )
