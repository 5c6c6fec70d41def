"""Rules: first match places, missing values fit nothing, cut points are human, the language is small and safe."""

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.rule_grammar import MAX_ALTERNATIVES, parse_rule
from segkit.analysis.rules import (
    CATCH_ALL,
    CUSTOMER_ID,
    alternatives_hold,
    choose_cut,
    condition_holds,
    find_edge_cases,
    is_catch_all,
    place_customer,
    place_customers,
    rule_features,
    step_of,
)
from segkit.errors import BadValueError
from segkit.model.factor import Factor
from segkit.model.feature import FeatureKind
from segkit.model.segment import Condition, Rule
from tests.analysis.shop_tables import RECENCY, feature

COLUMNS = {
    "frequency": FeatureKind.NUMERIC,
    "recency_days": FeatureKind.NUMERIC,
    "channel": FeatureKind.CATEGORICAL,
    "vip": FeatureKind.FLAG,
    "share_of_category=Gift": FeatureKind.NUMERIC,
}
BOOK = pd.DataFrame(
    {
        "frequency": [1.0, 3.0, np.nan],
        "recency_days": [10.0, 90.0, 91.0],
        "channel": pd.Series(["pos", None, "web"], index=["a", "b", "c"], dtype=object),
        "vip": [1.0, 0.0, np.nan],
        "share_of_category=Gift": [0.0, 0.6, 0.5],
    },
    index=["a", "b", "c"],
)


def condition(name, operator, value):
    return Condition(feature=name, operator=operator, value=value)


def rule(order, *alternatives):
    return Rule(order=order, alternatives=alternatives, sentence="")


def holds(text):
    return alternatives_hold(parse_rule(text, columns=COLUMNS), BOOK).tolist()


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("<=", 3.0, [True, True, False]),
        ("<", 3.0, [True, False, False]),
        (">", 1.0, [False, True, False]),
        (">=", 1.0, [True, True, False]),
        ("==", 3.0, [False, True, False]),
        ("!=", 3.0, [True, False, False]),
    ],
)
def test_a_missing_number_satisfies_no_comparison(operator, value, expected):
    assert condition_holds(condition("frequency", operator, value), BOOK).tolist() == expected


def test_a_missing_text_satisfies_neither_equal_nor_unequal():
    assert condition_holds(condition("channel", "==", "pos"), BOOK).tolist() == [True, False, False]
    assert condition_holds(condition("channel", "!=", "pos"), BOOK).tolist() == [False, False, True]


def test_a_flag_compares_with_true_and_false():
    assert condition_holds(condition("vip", "==", True), BOOK).tolist() == [True, False, False]
    assert condition_holds(condition("vip", "==", False), BOOK).tolist() == [False, True, False]


def test_a_condition_may_name_the_customer():
    assert condition_holds(condition(CUSTOMER_ID, "<=", "b"), BOOK).tolist() == [True, True, False]


def test_a_rule_on_an_unknown_column_is_refused():
    with pytest.raises(BadValueError, match="needs column 'colour', which the table lacks"):
        condition_holds(condition("colour", "==", "red"), BOOK)


def test_the_first_rule_that_holds_places_a_customer_whatever_the_order_of_the_tuple():
    rules = [
        rule(3),
        rule(1, (condition("recency_days", "<=", 90.0),)),
        rule(2, (condition("share_of_category=Gift", ">", 0.4),)),
    ]
    assert place_customers(rules, BOOK).tolist() == [1, 1, 2]


def test_rules_without_a_catch_all_are_refused_because_somebody_could_fall_between():
    with pytest.raises(ValueError, match="last rule must take everyone"):
        place_customers([rule(1, (condition("vip", "==", True),))], BOOK)
    with pytest.raises(ValueError, match="last rule"):
        place_customers([], BOOK)


def test_customer_number_eleven_is_placed_from_values_alone():
    rules = [rule(1, (condition("recency_days", "<=", 90.0), condition("vip", "==", True))), rule(2)]
    assert place_customer(rules, {"recency_days": 90, "vip": 1.0}) == 1
    assert place_customer(rules, {"recency_days": 91, "vip": 1.0}) == 2
    assert place_customer(rules, {}) == 2
    assert place_customer([rule(1)], {}) == 1


def test_catch_alls_are_recognised_in_both_forms():
    assert is_catch_all(CATCH_ALL)
    assert is_catch_all(((),))
    assert not is_catch_all(((condition("vip", "==", True),),))
    assert alternatives_hold(((),), BOOK).all()


def test_features_of_a_rule_are_listed_once_in_order_of_mention():
    parts = ((condition("b", ">", 1.0), condition("a", ">", 1.0)), (condition("b", ">", 2.0),))
    assert rule_features(parts) == ("b", "a")


@pytest.mark.parametrize(
    ("low", "high", "unit", "whole", "cut"),
    [
        (61, 133, "days", True, 90),
        (20, 21, "days", True, 20),
        (0.12, 0.81, "share", False, 0.5),
        (0.0, 0.1, "share", False, 0.0),
        (1, 2, "orders", True, 1),
        (142.7, 260.1, "EUR", False, 200),
        (0.0, 10_000.0, "EUR", False, 5_000),
        (-40.0, 60.0, "EUR", False, 0),
        (0.301, 0.302, "", False, 0.3015),
    ],
)
def test_a_cut_is_round_and_parts_the_two_values(low, high, unit, whole, cut):
    found = choose_cut(low, high, unit=unit, whole=whole)
    assert found == pytest.approx(cut)
    assert low <= found < high


def test_values_too_close_for_a_round_number_are_cut_at_the_lower_one():
    low = 1.0
    high = np.nextafter(1.0, 2.0)
    assert low <= choose_cut(low, high) < high
    assert choose_cut(3, 4, whole=True) == 3.0


def test_edge_cases_are_tried_at_the_cut_and_one_step_beyond():
    rules = [rule(1, (condition("recency_days", "<=", 90.0),)), rule(2)]
    (case,) = find_edge_cases(rules, BOOK, [RECENCY])
    assert (case.value, case.beyond, case.placed, case.placed_beyond) == (90.0, 91.0, 1, 2)


def test_an_edge_case_may_stay_with_an_earlier_rule():
    rules = [
        rule(1, (condition("vip", "==", True),)),
        rule(2, (condition("vip", "==", True), condition("recency_days", "<=", 90.0))),
        rule(3),
    ]
    (case,) = find_edge_cases(rules, BOOK, [RECENCY])
    assert case.order == 2
    assert {case.placed, case.placed_beyond} == {1}


def test_no_edge_case_without_numbers_or_customers():
    assert find_edge_cases([rule(1)], BOOK, []) == ()
    assert find_edge_cases([rule(1, (condition("vip", "==", True),)), rule(2)], BOOK, []) == ()
    assert find_edge_cases([rule(1, (condition("vip", "==", True),)), rule(2)], BOOK.iloc[:0], []) == ()
    by_id = [rule(1, (condition(CUSTOMER_ID, "<=", "a"),)), rule(2)]
    assert find_edge_cases(by_id, BOOK, []) == ()


@pytest.mark.parametrize(
    ("unit", "kind", "value", "step"),
    [
        ("share", FeatureKind.NUMERIC, 0.5, 0.01),
        ("days", FeatureKind.NUMERIC, 90.0, 1.0),
        ("", FeatureKind.FLAG, 0.0, 1.0),
        ("EUR", FeatureKind.NUMERIC, 100.0, 0.01),
        ("", FeatureKind.NUMERIC, 2.0, 1.0),
        ("", FeatureKind.NUMERIC, 2.5, 0.01),
    ],
)
def test_the_step_beyond_a_cut_is_the_smallest_a_reader_thinks_of(unit, kind, value, step):
    assert step_of(feature("x", Factor.BEHAVIORAL, kind, unit=unit), value) == step


def test_a_feature_without_words_steps_by_one():
    assert step_of(None, 3.0) == 1.0


def test_and_binds_before_or():
    assert holds("vip or frequency >= 3 and channel == 'web'") == [True, False, False]
    assert holds("(vip or frequency >= 3) and recency_days >= 90") == [False, True, False]


def test_not_turns_comparisons_round_and_leaves_missing_values_out():
    assert holds("not frequency >= 3") == [True, False, False]
    assert holds("not (vip or recency_days > 90)") == [False, True, False]
    assert holds("not (vip and recency_days < 50)") == [False, True, True]
    assert holds("not vip") == [False, True, False]


def test_membership_lists_values_and_can_be_negated():
    assert holds("channel in ['pos', \"web\"]") == [True, False, True]
    assert holds("channel not in ['pos']") == [False, False, True]
    assert holds("not channel in ['pos', 'web']") == [False, False, False]
    assert holds("frequency in [1, 3]") == [True, True, False]


def test_names_with_signs_stand_in_backticks_and_words_ignore_case():
    assert holds("`share_of_category=Gift` > 0.5 AND vip == FALSE") == [False, True, False]
    assert holds("`share_of_category=Gift` >= 5e-1") == [False, True, True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty at position 1"),
        ("chanel == 'pos'", r"unknown column 'chanel' at position 1; the nearest known column is 'channel'"),
        ("vip and frequncy > 3", r"unknown column 'frequncy' at position 9; .*'frequency'"),
        ("channel = 'pos'", "position 9; compare with '==' instead of '='"),
        ("channel == 'pos", "position 12; close the quotation mark"),
        ("channel == pos", r"needs a value \(got 'pos'\) at position 12"),
        ("channel ==", r"needs a value \(got ''\) at position 11"),
        ("channel == 3", "holds text, with 3.0"),
        ("frequency == '3'", "holds numbers, with '3'"),
        ("channel < 'web'", "orders the text column 'channel'"),
        ("frequency", "without a comparison"),
        ("vip not true", "'not' after a column without 'in'"),
        ("(vip", r"lacks a closing '\)'"),
        ("vip)", r"has '\)' where the rule should end"),
        ("channel in 'pos'", r"lacks '\[' after 'in'"),
        ("channel in ['pos' 'web']", r"lacks ',' or '\]'"),
        ("and vip", r"needs a column \(got 'and'\)"),
        ("vip & frequency", "position 5; use names"),
        ("__import__('os')", "unknown column '__import__'"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where_and_what_to_do(text, message):
    with pytest.raises(BadValueError, match=message):
        parse_rule(text, columns=COLUMNS)


def test_a_rule_without_any_column_to_name_is_refused():
    with pytest.raises(BadValueError, match="the table has no columns"):
        parse_rule("a == 1", columns={})


def test_a_rule_that_nobody_could_read_is_refused():
    part = "(frequency == 1 or frequency == 2 or frequency == 3)"
    text = " and ".join(part.replace("1", str(number)) for number in range(4, 10))
    with pytest.raises(BadValueError, match=f"more than {MAX_ALTERNATIVES} alternatives"):
        parse_rule(text, columns=COLUMNS)
