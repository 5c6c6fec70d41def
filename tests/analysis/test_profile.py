"""The six-factor profile: six readings per segment, each with figures, and silence said as silence."""

import numpy as np
import pandas as pd

from segkit.analysis.factors import assemble_features
from segkit.analysis.profile import DISTINGUISHES, NO_COLUMN, NO_DIFFERENCE, profile_segment, profile_segments
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

INDEX = pd.Index([f"C{n:02d}" for n in range(10)], name="customer_id")
SEGMENTS = pd.Series([1, 1, 1, 1, 2, 2, 2, 2, 2, 2], index=INDEX)


def make_table(*columns):
    return assemble_features(
        [
            (
                Feature(name=name, factor=factor, kind=kind, label=label, unit=unit, columns=(name,)),
                pd.Series(values),
            )
            for name, factor, kind, label, unit, values in columns
        ],
        index=INDEX,
    )


TABLE = make_table(
    ("age_years", Factor.DEMOGRAPHIC, FeatureKind.NUMERIC, "age in years", "years", [30, 41, 52, 38, 33, 45, 50, 39, 36, 47]),
    ("favourite_channel", Factor.TECHNOGRAPHIC, FeatureKind.CATEGORICAL, "channel", "", ["pos"] * 4 + ["web"] * 6),
    ("attitude", Factor.PSYCHOGRAPHIC, FeatureKind.NUMERIC, "survey answer “price”", "points", [5.0] + [np.nan] * 3 + [1, 2, 3, 4, 2, 1]),
)  # fmt: skip


def reading(factor, segment_id=1, **settings):
    return {item.factor: item for item in profile_segment(TABLE, SEGMENTS, segment_id, **settings)}[factor]


def test_all_six_factors_are_read_in_order_for_every_segment():
    profiles = profile_segments(TABLE, SEGMENTS)
    assert sorted(profiles) == [1, 2]
    assert all([item.factor for item in readings] == list(Factor) for readings in profiles.values())


def test_what_distinguishes_is_one_sentence_with_its_column():
    item = reading(Factor.TECHNOGRAPHIC)
    assert item.status == DISTINGUISHES
    assert item.text == "4 of 4 placed most orders at the shop till (pos); 0 of the other 6 did."
    assert item.columns == ("favourite_channel",)
    assert not item.in_model


def test_a_factor_that_looks_useful_but_does_not_separate_shows_its_figures():
    item = reading(Factor.DEMOGRAPHIC)
    assert item.status == NO_DIFFERENCE
    assert item.text == (
        "No clear difference; the closest is the age in years: median 39.5 years for these 4, 42 years for the other 6."
    )


def test_a_factor_without_a_column_says_how_to_close_the_gap():
    item = reading(Factor.GEOGRAPHIC)
    assert item.status == NO_COLUMN
    assert "to close the gap, export the delivery city" in item.text


def test_a_factor_known_of_few_members_is_too_thin():
    item = reading(Factor.PSYCHOGRAPHIC)
    assert item.status == NO_DIFFERENCE
    assert item.text == "Too thin to compare: the survey answer “price” is known for 1 member of this group."


def test_what_made_the_groups_is_marked():
    assert reading(Factor.TECHNOGRAPHIC, in_model=("favourite_channel",)).in_model


def test_the_same_sentence_is_not_used_for_two_segments():
    profiles = profile_segments(TABLE, SEGMENTS)
    told = [item.text for readings in profiles.values() for item in readings if item.status != NO_COLUMN]
    assert len(told) == len(set(told))


def test_chance_in_a_large_book_is_no_difference():
    rng = np.random.default_rng(5)
    index = pd.Index([f"C{n:04d}" for n in range(600)])
    feature = Feature(name="coin", factor=Factor.BEHAVIORAL, kind=FeatureKind.FLAG, label="tossed heads")
    table = assemble_features([(feature, pd.Series((rng.random(600) < 0.5).astype(float)))], index=index)
    segments = pd.Series(rng.integers(1, 4, 600), index=index)
    for readings in profile_segments(table, segments).values():
        assert readings[4].status == NO_DIFFERENCE
