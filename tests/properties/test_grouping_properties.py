"""What holds for every grouping, on generated books."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from segkit.analysis.factors import FeatureTable
from segkit.analysis.grouping import group_customers
from segkit.analysis.rfm_rule import group_by_rfm
from segkit.analysis.rule_grammar import parse_rule
from segkit.analysis.rules import alternatives_hold, choose_cut, place_customers
from segkit.analysis.segments import apportion
from segkit.errors import BadValueError
from segkit.model.company import SegmentationSettings
from segkit.model.feature import FeatureKind
from tests.analysis.shop_tables import SMALL, large_shop, small_shop

FEW = settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.too_slow])
QUICK = settings(max_examples=60, deadline=None)
COLUMNS = {"x": FeatureKind.NUMERIC, "c": FeatureKind.CATEGORICAL, "f": FeatureKind.FLAG}


def partition(assignments):
    return {frozenset(assignments.index[assignments == number]) for number in set(assignments)}


@FEW
@given(order=st.permutations(SMALL["name"]), n_segments=st.integers(2, 5))
def test_the_order_of_rows_changes_nothing(order, n_segments):
    wanted = SegmentationSettings(n_segments=n_segments)
    table, customers = small_shop()
    shuffled = FeatureTable(frame=table.frame.loc[list(order)], features=table.features)
    base = group_customers(table, customers, settings=wanted)
    other = group_customers(
        shuffled, customers.sample(frac=1, random_state=len(order[0])).reset_index(drop=True), settings=wanted
    )
    pd.testing.assert_series_equal(base.assignments, other.assignments)
    assert base.rules == other.rules


@FEW
@given(scale=st.sampled_from([0.01, 0.7, 3.0, 100.0, 1234.5]))
def test_the_currency_unit_changes_no_grouping(scale):
    base = group_customers(*small_shop(), settings=SegmentationSettings())
    other = group_customers(*small_shop(scale=scale), settings=SegmentationSettings())
    assert partition(base.assignments) == partition(other.assignments)


@pytest.mark.parametrize("scale", [0.01, 100.0])
def test_the_currency_unit_changes_no_clustering(scale):
    base = group_customers(*large_shop(n=60)[:2], settings=SegmentationSettings())
    other = group_customers(*large_shop(n=60, scale=scale)[:2], settings=SegmentationSettings())
    pd.testing.assert_series_equal(base.assignments, other.assignments)


@FEW
@given(
    rows=st.lists(st.sampled_from(SMALL["name"]), min_size=4, max_size=10, unique=True),
    n_segments=st.integers(2, 4),
    holes=st.integers(0, 10_000),
)
def test_everyone_is_in_exactly_one_group_and_no_group_is_empty(rows, n_segments, holes):
    table, customers = small_shop(rows=rows)
    gone = np.random.default_rng(holes).random(table.frame.shape) < 0.2
    with_holes = FeatureTable(frame=table.frame.mask(gone), features=table.features)
    found = group_customers(with_holes, customers, settings=SegmentationSettings(n_segments=n_segments))
    assert sorted(found.assignments.index) == sorted(rows)
    assert sorted(set(found.assignments)) == list(range(1, n_segments + 1))


@QUICK
@given(
    values=st.lists(
        st.tuples(
            st.one_of(st.none(), st.floats(-5, 5)),
            st.sampled_from(["a", "b", None]),
            st.sampled_from([0.0, 1.0, None]),
        ),
        min_size=1,
        max_size=20,
    ),
    text=st.sampled_from(
        ["x <= 1 and c == 'a'", "not (f or x > 0)", "c in ['a', 'b'] or x == 2", "c not in ['a']"]
    ),
)
def test_a_rule_and_its_negation_never_hold_together_and_leave_out_only_missing_values(values, text):
    frame = pd.DataFrame(
        values, columns=["x", "c", "f"], dtype=object, index=[f"C{i}" for i in range(len(values))]
    )
    frame = frame.astype({"x": float, "f": float})
    yes = alternatives_hold(parse_rule(text, columns=COLUMNS), frame)
    no = alternatives_hold(parse_rule(f"not ({text})", columns=COLUMNS), frame)
    assert not (yes & no).any()
    assert ((yes | no) | frame.isna().any(axis=1).to_numpy()).all()


@QUICK
@given(text=st.text(alphabet="xcf <>=!()[],'\"andortrue1.5`", max_size=25))
def test_any_text_is_a_rule_or_refused_in_one_sentence(text):
    said = ""
    rule = ()
    try:
        rule = parse_rule(text, columns=COLUMNS)
    except BadValueError as error:
        said = str(error)
    assert all(condition.feature in COLUMNS for part in rule for condition in part)
    assert rule or ("at position" in said and said.endswith("."))


@QUICK
@given(
    low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6), unit=st.sampled_from(["", "days", "share", "EUR"])
)
def test_a_cut_point_always_parts_the_two_values(low, width, unit):
    cut = choose_cut(low, low + width, unit=unit)
    assert low <= cut < low + width


@QUICK
@given(
    amounts=st.lists(st.integers(-(10**12), 10**12), max_size=8), unit=st.sampled_from([1, 10, 100, 10_000])
)
def test_apportioned_amounts_always_add_up(amounts, unit):
    found = apportion(amounts, unit)
    assert sum(found) == (sum(amounts) + unit // 2) // unit
    assert all(abs(part * unit - amount) <= unit for part, amount in zip(found, amounts, strict=True))


@QUICK
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 9), st.integers(-50, 500)), min_size=2, max_size=25
    ),
    n_segments=st.integers(2, 8),
)
def test_the_rfm_rule_always_delivers_the_number_asked_for(rows, n_segments):
    book = pd.DataFrame(rows, columns=["recency_days", "frequency", "monetary_total"])
    k = min(n_segments, len(book))
    found = group_by_rfm(book, n_segments=k)
    assert sorted(set(found.labels.tolist())) == list(range(k))


def test_nobody_falls_between_the_rules_of_a_clustering_on_customers_made_up():
    table, customers, _ = large_shop(n=60)
    found = group_customers(table, customers, settings=SegmentationSettings())
    rng = np.random.default_rng(0)
    made_up = table.frame.apply(lambda column: rng.permutation(column.to_numpy()))
    made_up = made_up.mask(rng.random(made_up.shape) < 0.4)
    assert set(place_customers(found.rules, made_up)) <= {1, 2, 3, 4}
