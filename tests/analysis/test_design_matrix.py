"""The matrix that is clustered: what goes in, what stays out, and that every factor weighs the same."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from segkit.analysis.clustering import fit_kmeans
from segkit.analysis.design_matrix import build_design
from segkit.errors import MissingColumnError, NotEnoughDataError
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind


def feature(name, kind="numeric", factor=Factor.BEHAVIORAL, unit=""):
    return Feature(name=name, factor=factor, kind=FeatureKind(kind), label=name, unit=unit)


def reason(design, name):
    return dict(design.dropped)[name]


def test_a_number_is_standardized():
    design = build_design(pd.DataFrame({"age": [20.0, 30.0, 40.0, 50.0]}), [feature("age")])
    assert design.matrix.mean() == pytest.approx(0)
    assert design.matrix.std() == pytest.approx(1)
    assert design.logged == ()


def test_skewed_money_is_logged_with_its_sign():
    spend = pd.DataFrame({"spend": [-4287.63, 5.0, 8.0, 10.0, 12.0, 9.0, 7.0, 90000.0]})
    design = build_design(spend, [feature("spend", unit="EUR")])
    assert design.logged == ("spend",)
    assert design.matrix[:, 0].argsort().tolist() == spend["spend"].to_numpy().argsort().tolist()
    assert abs(design.matrix).max() < 2.5


def test_a_share_is_never_logged():
    shares = pd.DataFrame({"discount": [0.0] * 7 + [0.1, 1.0, 0.9]})
    assert build_design(shares, [feature("discount", unit="share")]).logged == ()


def test_a_missing_number_takes_the_median_and_that_is_said():
    frame = pd.DataFrame({"gap": [1.0, 2.0, np.nan, 4.0, 9.0]})
    design = build_design(frame, [feature("gap")])
    assert design.filled == (("gap", "1 of 5 set to the median"),)
    assert frame["gap"].isna().sum() == 1  # the table is left alone


def test_a_missing_level_stands_at_the_average_customer():
    frame = pd.DataFrame({"city": ["a", "a", "b", "b", None]})
    design = build_design(frame, [feature("city", "categorical")])
    assert design.columns == ("city=a", "city=b")
    assert design.matrix[4].tolist() == [0.0, 0.0]
    assert design.filled == (("city", "1 of 5 set to the average customer"),)


def test_rare_levels_become_other_when_together_they_have_support():
    frame = pd.DataFrame({"city": ["a"] * 5 + ["b"] * 3 + ["c", "d"]})
    design = build_design(frame, [feature("city", "categorical")])
    assert design.columns == ("city=a", "city=b", "city=other")
    assert design.merged == (("city", "2 levels with fewer than 2 customers each"),)


def test_a_single_rare_customer_gets_no_column_of_its_own():
    frame = pd.DataFrame({"city": ["a"] * 5 + ["b"] * 4 + ["c"]})
    assert build_design(frame, [feature("city", "categorical")]).columns == ("city=a", "city=b")


@pytest.mark.parametrize(
    ("values", "kind", "why"),
    [
        ([1.0] * 10, "numeric", "the same for every customer"),
        (["x"] * 10, "categorical", "the same for every customer"),
        ([0.0] * 9 + [1.0], "flag", "the same for 9 of 10 customers"),
        (["x"] * 9 + ["y"], "categorical", "the same for 9 of 10 customers"),
        ([np.nan] * 6 + [1.0, 2.0, 3.0, 4.0], "numeric", "known for 4 of 10 customers only"),
        ([None] * 10, "categorical", "known for 0 of 10 customers only"),
        (list("abcdefghij"), "categorical", "10 different values for 10 customers, too many to group by"),
    ],
)
def test_what_cannot_separate_customers_is_left_out_with_the_reason(values, kind, why):
    frame = pd.DataFrame({"bad": pd.Series(values, dtype=object if kind == "categorical" else float)})
    frame["good"] = np.arange(10.0)
    design = build_design(frame, [feature("bad", kind), feature("good")])
    assert reason(design, "bad") == why
    assert design.features == ("good",)


def test_two_percent_is_the_floor_in_larger_books():
    flags = pd.DataFrame({"few": [1.0] * 3 + [0.0] * 197, "enough": [1.0] * 4 + [0.0] * 196})
    design = build_design(
        flags.assign(few=flags["few"][::-1].to_numpy()), [feature("few", "flag"), feature("enough", "flag")]
    )
    assert design.features == ("enough",)


def test_an_identifier_is_left_out_but_days_are_not():
    frame = pd.DataFrame({"customer_no": np.arange(10.0) ** 2, "recency_days": np.arange(10.0)[::-1] % 7})
    design = build_design(frame, [feature("customer_no"), feature("recency_days")])
    assert reason(design, "customer_no") == "looks like an identifier, not a measure"
    assert design.features == ("recency_days",)


def test_the_later_of_two_near_duplicates_is_left_out():
    rng = np.random.default_rng(0)
    spend = rng.lognormal(3, 1, 50)
    frame = pd.DataFrame({"spend": spend, "orders": rng.poisson(5, 50) * 1.0, "cubed": -(spend**3)})
    design = build_design(frame, [feature(name) for name in frame])
    assert reason(design, "cubed") == "says the same as spend"
    assert design.features == ("spend", "orders")


def test_a_flag_and_the_same_two_levels_are_near_duplicates():
    frame = pd.DataFrame(
        {"web": [1.0, 1.0, 0.0, 0.0, 0.0], "channel": ["web", "web", "shop", "shop", "shop"]}
    )
    design = build_design(frame, [feature("web", "flag"), feature("channel", "categorical")])
    assert reason(design, "channel") == "says the same as web"


def test_every_factor_has_the_same_strongest_direction():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({f"n{i}": rng.normal(size=60) for i in range(6)})
    frame["city"] = rng.choice(list("abcdefgh"), 60)
    features = [feature(f"n{i}") for i in range(6)]
    features.append(feature("city", "categorical", Factor.GEOGRAPHIC))
    design = build_design(frame, features)
    for factor in (Factor.BEHAVIORAL, Factor.GEOGRAPHIC):
        members = [i for i, own in enumerate(design.factor_of_column) if own is factor]
        largest = np.linalg.svd(design.matrix[:, members], compute_uv=False)[0]
        assert largest / np.sqrt(60) == pytest.approx(1)
        assert len(set(design.weights[members])) == 1


def test_columns_follow_the_features_and_levels_are_sorted():
    frame = pd.DataFrame({"city": ["b", "a", "b", "a"], "age": [1.0, 2.0, 3.0, 5.0]})
    design = build_design(frame, [feature("age"), feature("city", "categorical")])
    assert design.columns == ("age", "city=a", "city=b")
    assert design.feature_of_column == ("age", "city", "city")


def test_a_wide_block_of_noise_does_not_hide_groups_of_other_factors():
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(4), 50)
    frame = pd.DataFrame({f"noise{i}": rng.normal(size=200) for i in range(12)})
    frame["device"] = np.where(
        rng.random(200) < 0.95, np.array(["app", "web"], dtype=object)[groups % 2], "app"
    )
    frame["age"] = groups // 2 * 30 + rng.normal(30, 3, 200)
    features = [feature(f"noise{i}") for i in range(12)]
    features += [
        feature("device", "categorical", Factor.TECHNOGRAPHIC),
        feature("age", factor=Factor.DEMOGRAPHIC),
    ]
    design = build_design(frame, features)
    unweighted = design.matrix / design.weights
    weighted_score, plain_score = (
        adjusted_rand_score(groups, fit_kmeans(matrix, n_clusters=4).labels)
        for matrix in (design.matrix, unweighted)
    )
    assert weighted_score > 0.6
    assert weighted_score > plain_score


def test_the_design_is_read_only_and_repeats():
    frame = pd.DataFrame({"age": [1.0, 2.0, 3.0, 5.0]})
    first, second = (build_design(frame, [feature("age")]) for _ in range(2))
    assert first.matrix.tobytes() == second.matrix.tobytes()
    with pytest.raises(ValueError, match="read-only"):
        first.matrix[0, 0] = 1


def test_an_absent_feature_is_named():
    with pytest.raises(MissingColumnError, match="lacks 'age'") as caught:
        build_design(pd.DataFrame({"x": [1.0, 2.0]}), [feature("age")])
    assert caught.value.column == "age"


def test_without_any_usable_feature_or_customers_there_is_no_design():
    with pytest.raises(NotEnoughDataError, match="none of 1 features can separate customers"):
        build_design(pd.DataFrame({"x": [1.0, 1.0, 1.0]}), [feature("x")])
    with pytest.raises(NotEnoughDataError, match="none of 0 features"):
        build_design(pd.DataFrame({"x": [1.0, 1.0]}), [])
    with pytest.raises(NotEnoughDataError, match="at least 2 customers"):
        build_design(pd.DataFrame({"x": [1.0]}), [feature("x")])
