"""The second example company: its groups are supported, named, and each backed by three kinds of source."""

from __future__ import annotations

import pytest

from segkit.analysis.study import open_study
from segkit.intake.bundled import example_company
from segkit.model.evidence import Direction

NAMES = {"Kitchens with several sites": 8, "Steady jar fillers": 16, "Harvest bottlers": 10, "New makers": 14}


@pytest.fixture(scope="module")
def study():
    return open_study(example_company("ballyquire"))


def test_four_groups_of_unequal_size_and_value_come_back_in_resamples(study):
    summary = study.segmentation.summary
    assert summary.supported
    assert {segment.name: segment.size for segment in summary.segments} == NAMES
    shares = [segment.revenue_share for segment in summary.segments]
    assert shares[0] > 10 * shares[-1]


def test_one_account_is_placed_elsewhere_than_it_was_written(study):
    assignments = study.segmentation.assignments
    assert assignments["A-1064"] == assignments["A-1054"] != assignments["A-1006"]


def test_every_group_has_evidence_of_three_kinds_and_something_against_it(study):
    kinds = {source.id: source.type for source in study.evidence.sources}
    assert not study.evidence.gaps
    assert not study.evidence.invalid
    assert not study.evidence.unmatched
    for segment in study.segmentation.summary.segments:
        mine = [item for item in study.evidence.evidence if item.segment_id == segment.id]
        supporting = [item for item in mine if item.direction is Direction.SUPPORTS]
        assert len(supporting) >= 3
        assert {"research", "website"} < {str(kinds[item.source_id]) for item in supporting}
        assert any(item.direction is Direction.CONTRADICTS for item in mine)


def test_the_planted_contradictions_are_found(study):
    told = " ".join(conflict.sentence for conflict in study.ledger.conflicts)
    for words in ("ORCHARD10", "9 December 2026", "Called 14 October", "order BQ-21196"):
        assert words in told
