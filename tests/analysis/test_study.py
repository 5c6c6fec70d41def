"""The whole analysis of one company: which folder, whose overrides, which sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from segkit.analysis.labels import label_overrides
from segkit.analysis.study import attribute_sources, find_company
from segkit.intake.bundled import example_company
from segkit.model.company import SegmentDefinition
from segkit.model.evidence import SourceType


def test_a_given_folder_is_taken_as_it_is(tmp_path: Path):
    assert find_company(tmp_path) == tmp_path


def test_without_a_folder_the_nearest_company_above_is_taken(tmp_path: Path, monkeypatch):
    (tmp_path / "company.toml").write_text('[company]\nname = "Shop"\n')
    inner = tmp_path / "notebooks" / "drafts"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert find_company("") == tmp_path


def test_without_any_company_above_the_example_is_taken(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_company("") == example_company()


def test_an_override_may_name_a_customer_by_email_as_well_as_by_label(example_study):
    label, key = example_study.orders.identities[0]
    definition = SegmentDefinition(name="Ours", contains=key.upper(), members=(key, "C002"))
    settings = replace(example_study.company.segmentation, definitions=(definition,))
    company = label_overrides(replace(example_study.company, segmentation=settings), example_study.orders)
    (resolved,) = company.segmentation.definitions
    assert resolved.contains == label
    assert resolved.members == (label, "C002")


def test_a_survey_counts_those_who_answered(example_study, example_folder: Path):
    sources = attribute_sources(example_study.orders, example_folder)
    assert sources["survey.csv"].type is SourceType.SURVEY
    assert sources["survey.csv"].n_rows == 8
    assert sources["customers.csv"].n_rows == 10
