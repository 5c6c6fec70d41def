"""The results contract: whole, valid, reconciled and the same bytes twice."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

from segkit.publish.json_values import to_plain
from segkit.publish.results import write_identities, write_results

JSON_FILES = ("cleaning", "segments", "evidence", "checklist")


@pytest.fixture(scope="module")
def results(example_study, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "results"
    write_results(example_study, folder)
    return folder


def load(results: Path, name: str):
    return json.loads((results / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", JSON_FILES)
def test_a_results_file_is_valid_by_its_own_schema(results: Path, name: str):
    schema = json.loads((results / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(load(results, name), schema)


def test_a_damaged_results_file_is_not_valid(results: Path):
    schema = json.loads((results / "schemas" / "segments.schema.json").read_text(encoding="utf-8"))
    damaged = load(results, "segments")
    del damaged["segments"][0]["name"]
    with pytest.raises(jsonschema.ValidationError, match="name"):
        jsonschema.validate(damaged, schema)


def test_segments_add_up_to_the_ledger_to_the_cent(results: Path):
    ledger = load(results, "cleaning")["revenue"]
    parts = [segment["revenue"] for segment in load(results, "segments")["segments"]]
    assert round(sum(parts), 2) == round(ledger, 2) == 4978.16


def test_customers_add_up_to_the_ledger_and_each_has_a_segment(results: Path):
    text = (results / "customers.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    assert len(rows) == 10
    assert round(sum(float(row["monetary_total"]) for row in rows), 2) == 4978.16
    assert {row["segment_id"] for row in rows} == {"1", "2", "3", "4"}


def test_rows_read_are_used_or_dropped_for_a_reason(results: Path):
    cleaning = load(results, "cleaning")
    assert cleaning["rows_read"] == cleaning["rows_used"] + sum(
        entry["rows"] for entry in cleaning["dropped"]
    )


def test_two_writes_give_the_same_bytes(example_study, results: Path, tmp_path: Path):
    write_results(example_study, tmp_path / "again")
    for path in sorted(results.rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "again" / path.relative_to(results)).read_bytes(), path.name


def test_a_write_replaces_what_stood_there_and_leaves_nothing_beside_it(example_study, tmp_path: Path):
    target = tmp_path / "results"
    target.mkdir()
    (target / "old.json").write_text("{}")
    write_results(example_study, target)
    assert not (target / "old.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_no_person_appears_in_the_results(example_study, results: Path):
    keys = [key for _, key in example_study.orders.identities]
    assert len(keys) == 10
    for path in results.rglob("*.*"):
        text = path.read_text(encoding="utf-8")
        assert not [key for key in keys if key in text], path.name


def test_who_is_who_stays_in_the_company_folder(example_study, tmp_path: Path):
    from dataclasses import replace

    company = replace(example_study.company, folder=str(tmp_path))
    path = write_identities(replace(example_study, company=company))
    assert path == tmp_path / "identities.csv"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 11


def test_what_json_cannot_hold_becomes_null():
    assert to_plain([float("inf"), float("nan"), 1.5]) == [None, None, 1.5]


def test_an_empty_path_writes_nothing_and_still_returns_the_checklist(example_study):
    assert len(write_results(example_study, "")) > 15


def test_a_pipeline_and_the_settings_of_the_sales_cycle_stand_in_the_manifest(example_study):
    from types import SimpleNamespace

    from segkit.publish.manifest import describe_run

    files = SimpleNamespace(inputs=(("pipeline.csv", "ab"), ("stage_events.csv", "cd")))
    given = example_study.company, example_study.orders, example_study.library, None
    before, after = describe_run(*given), describe_run(*given, files)
    added = [entry["path"] for entry in after["inputs"] if entry not in before["inputs"]]
    assert added == ["pipeline.csv", "stage_events.csv"]
    assert after["parameters"]["sales"].framework == "BANT"
    assert after["parameters"]["pipeline"] == example_study.company.pipeline
