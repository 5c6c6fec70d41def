"""Names: a claim that holds for two thirds of the members, said in at most three words, never twice alike."""

import numpy as np
import pandas as pd
import pytest

from segkit.analysis.naming import MAX_EXCEPTIONS, MUST_HOLD, name_groups
from segkit.analysis.rules import CATCH_ALL, condition_holds
from segkit.model.factor import Factor
from segkit.model.segment import Condition
from segkit.words.segment_names import MAX_WORDS
from tests.analysis.shop_tables import CHANNEL, FREQUENCY, F, N, feature, large_shop, share_of, small_shop


def index(n):
    return [f"C{number:02d}" for number in range(n)]


def test_groups_are_named_by_what_they_buy_and_the_claim_is_tested_on_each_member():
    table, _ = small_shop()
    labels = np.array([0, 0, 0, 1, 1, 1, 2, 2, 3, 3])
    names = name_groups(table.frame, table.features, labels)
    assert [name.text for name in names][:3] == ["Refillers", "Workshop goers", "Gift buyers"]
    for label, name in enumerate(names):
        held = np.logical_and.reduce([condition_holds(claim, table.frame) for claim in name.claims])
        assert name.holds_for == int((held & (labels == label)).sum())
        assert name.holds_for >= MUST_HOLD * (labels == label).sum()
        assert set(name.exceptions) == set(table.frame.index[(labels == label) & ~held])


def test_a_name_true_of_under_two_thirds_is_not_taken():
    frame = pd.DataFrame({"share_of_category=Tea": [0.9, 0.9, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0]}, index=index(8))
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    names = name_groups(frame, [share_of("Tea")], labels)
    assert [name.text for name in names] == ["Everyone else", "Mixed customers"]
    assert all(name.claims == () and name.exceptions == () for name in names)


def test_exceptions_are_printed_and_at_most_ten():
    values = [0.9] * 40 + [0.1] * 15 + [0.0] * 45
    frame = pd.DataFrame({"share_of_category=Tea": values}, index=index(100))
    labels = np.array([0] * 55 + [1] * 45)
    tea = name_groups(frame, [share_of("Tea")], labels)[0]
    assert (tea.text, tea.holds_for, len(tea.exceptions)) == ("Tea buyers", 40, MAX_EXCEPTIONS)


def test_the_catch_all_takes_the_neutral_name_first():
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0]}, index=index(4))
    rules = [((Condition(feature="x", operator=">", value=2.0),),), CATCH_ALL]
    names = name_groups(frame, [feature("x", Factor.BEHAVIORAL, N)], np.array([0, 0, 1, 1]), rules=rules)
    assert [name.text for name in names] == ["Mixed customers", "Everyone else"]


def test_two_groups_that_buy_the_same_are_told_apart_by_another_word():
    frame = pd.DataFrame(
        {
            "share_of_category=Tea": [0.9] * 6 + [0.0] * 4,
            "frequency": [9.0, 8.0, 9.0, 1.0, 2.0, 1.0, 4.0, 5.0, 4.0, 5.0],
        },
        index=index(10),
    )
    names = name_groups(frame, [share_of("Tea"), FREQUENCY], np.array([0, 0, 0, 1, 1, 1, 2, 2, 2, 2]))
    texts = [name.text for name in names]
    assert len(set(texts)) == 3
    assert sum("ea buyers" in text for text in texts) <= 1


def test_an_adjective_joins_a_noun_where_neither_alone_sets_the_group_apart():
    gap = feature("median_gap_days", Factor.BEHAVIORAL, N, unit="days")
    frame = pd.DataFrame(
        {
            "share_of_category=Refill": [0.9] * 6 + [0.0] * 3,
            "median_gap_days": [30.0, 31.0, 29.0, 200.0, 210.0, 190.0, 30.0, 31.0, 30.0],
        },
        index=index(9),
    )
    names = name_groups(frame, [share_of("Refill"), gap], np.array([0, 0, 0, 1, 1, 1, 2, 2, 2]))
    assert names[0].text == "Monthly refillers"
    assert len(names[0].claims) == 3


def test_the_rules_own_feature_comes_first():
    frame = pd.DataFrame(
        {
            "bought_category=Tea": [1.0, 1.0, 0.0, 0.0],
            "favourite_channel": pd.Series(["pos", "pos", "web", "web"], dtype=object, index=index(4)),
        },
        index=index(4),
    )
    tea = feature("bought_category=Tea", Factor.NEED_BASED, F, level="Tea")
    labels = np.array([0, 0, 1, 1])
    till = [((Condition(feature="favourite_channel", operator="==", value="pos"),),), CATCH_ALL]
    assert name_groups(frame, [tea, CHANNEL], labels)[0].text == "Tea buyers"
    assert name_groups(frame, [tea, CHANNEL], labels, rules=till)[0].text == "Shop visitors"


def test_a_given_name_is_taken_as_it_is_and_its_words_are_spoken_for():
    table, _ = small_shop()
    labels = np.array([0, 0, 0, 1, 1, 1, 2, 2, 3, 3])
    names = name_groups(table.frame, table.features, labels, fixed=["", "Refill club", "", ""])
    assert names[1].text == "Refill club"
    assert (names[1].holds_for, names[1].exceptions) == (3, ())
    assert "Refill" not in names[0].text


def test_more_groups_than_neutral_names_are_numbered():
    frame = pd.DataFrame({"x": np.arange(24.0)}, index=index(24))
    names = name_groups(frame, [feature("x", Factor.BEHAVIORAL, N)], np.repeat(np.arange(12), 2))
    assert len({name.text for name in names}) == 12
    assert names[-1].text == "Group 12"


@pytest.mark.parametrize("seed", range(4))
def test_names_are_short_distinct_and_plain(seed):
    table, _, _ = large_shop(n=60, seed=seed)
    labels = np.random.default_rng(seed).permutation(np.arange(60) % 5)
    names = name_groups(table.frame, table.features, labels)
    texts = [name.text for name in names]
    assert len(set(texts)) == 5
    assert all(len(text.split()) <= MAX_WORDS for text in texts)
