"""What the segmentation leaves is what flow design reads: the same values, refused where the inputs have changed since."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest

from segkit.analysis.study import Foundation, Study
from segkit.errors import InputError
from segkit.publish import handover
from segkit.publish.handover import open_foundation
from segkit.publish.json_values import json_text
from segkit.publish.plan import make_plan
from segkit.publish.results import write_results

MEASURED_ONLY = {"in_model"}
"""What of the grouping the results do not keep: which features built it is told by each piece of evidence."""


@pytest.fixture(scope="module")
def shop(example_folder: Path, tmp_path_factory) -> Path:
    """Return a copy of the example company that a test may change and put back."""
    folder = tmp_path_factory.mktemp("companies") / "tenterfold"
    shutil.copytree(example_folder, folder)
    return folder


@pytest.fixture(scope="module")
def results(example_study, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "results"
    write_results(example_study, folder)
    return folder


@pytest.fixture(scope="module")
def read_back(shop: Path, results: Path) -> Foundation:
    return open_foundation(shop, results)


@pytest.fixture
def damaged(results: Path, tmp_path: Path, example_study, monkeypatch) -> Path:
    """Return a copy of the results that a test may break; orders and pages are not read anew for each."""
    monkeypatch.setattr(handover, "read_company_orders", lambda company: example_study.orders)
    monkeypatch.setattr(handover, "read_library", lambda company, orders: (example_study.library, None))
    shutil.copytree(results, tmp_path / "results")
    return tmp_path / "results"


def refused(shop: Path, results: Path) -> str:
    with pytest.raises(InputError) as caught:
        open_foundation(shop, results)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    return sentence


def test_what_is_read_back_is_what_was_measured(read_back, example_study):
    assert not isinstance(read_back, Study)
    for name in ("evidence", "ledger", "library"):
        assert getattr(read_back, name) == getattr(example_study, name), name
    assert json_text(read_back.segmentation.summary) == json_text(example_study.segmentation.summary)
    assert {field.name for field in fields(read_back.segmentation)} == {
        "assignments",
        "summary",
        *MEASURED_ONLY,
    }
    pd.testing.assert_frame_equal(read_back.customers, example_study.customers)
    assert read_back.events is example_study.events is None
    assert read_back.orders.as_of == example_study.orders.as_of
    assert read_back.orders.log == example_study.orders.log


def test_the_groups_read_back_hold_the_same_customers(read_back, example_study):
    one, other = (item.segmentation.assignments for item in (read_back, example_study))
    assert {str(key): int(value) for key, value in one.items()} == {
        str(key): int(value) for key, value in other.items()
    }
    assert one.dtype == "int64"


def test_reading_back_fills_every_field_of_the_foundation(read_back):
    for field in fields(Foundation):
        if field.name not in {"events", "pipeline"}:
            assert getattr(read_back, field.name) is not None, field.name


def test_the_plan_on_what_was_read_back_is_the_plan_on_what_was_measured(read_back, example_plan):
    made = make_plan(read_back)
    assert json_text(made.flows) == json_text(example_plan.flows)
    assert json_text(made.messages) == json_text(example_plan.messages)
    assert made.emails == example_plan.emails


@pytest.mark.parametrize("results", ["", "nowhere/results"])
def test_without_results_the_company_is_measured(results, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(
        "segkit.publish.handover.measure_company", lambda settings: asked.append(settings) or "measured"
    )
    monkeypatch.chdir(tmp_path)
    assert open_foundation("", results) == "measured"
    assert asked[0].name.startswith("Tenterfold")


def test_an_empty_folder_of_results_is_measured_too(monkeypatch, tmp_path, shop):
    monkeypatch.setattr("segkit.publish.handover.measure_company", lambda settings: "measured")
    assert open_foundation(shop, tmp_path) == "measured"


CHANGED = [
    "company.toml",
    "orders_export.csv",
    "customers.csv",
    "products.csv",
    "survey.csv",
    "website/gift-service.html",
    "research/restocking-survey-2026.md",
]


@pytest.mark.parametrize("name", CHANGED)
def test_results_of_another_input_are_refused_naming_the_file(name, shop, results):
    path = shop / name
    before = path.read_bytes()
    comment = {".toml": b"\n# changed\n", ".html": b"\n<!-- changed -->\n", ".md": b"\nMore was said.\n"}
    path.write_bytes(before + comment.get(path.suffix, b"\n"))
    try:
        assert name in refused(shop, results)
    finally:
        path.write_bytes(before)


def test_an_input_that_is_new_or_gone_is_named(shop, results):
    extra = shop / "messages" / "mine.md"
    extra.parent.mkdir()
    extra.write_text("---\ncontains: C004\n---\nWords.\n")
    try:
        assert "messages/mine.md" in refused(shop, results)
    finally:
        shutil.rmtree(extra.parent)
    page = shop / "website" / "about.html"
    before = page.read_bytes()
    page.unlink()
    try:
        assert "website/about.html" in refused(shop, results)
    finally:
        page.write_bytes(before)


def test_results_of_another_number_of_groups_or_another_seed_are_refused(shop, results):
    for changes in ({"n_segments": 3}, {"seed": 9}):
        with pytest.raises(InputError, match="parameters"):
            open_foundation(shop, results, **changes)


@pytest.mark.parametrize("name", ["manifest.json", "segments.json", "evidence.json", "ledger.json"])
@pytest.mark.parametrize(
    "text",
    ["{", "[]", '{"a": NaN}', "", "\udcff", '{"as_of": 1}'],
    ids=["cut", "a list", "NaN", "empty", "no text", "else"],
)
def test_a_broken_result_is_refused_in_one_sentence(name, text, shop, damaged):
    (damaged / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    sentence = refused(shop, damaged)
    assert name in sentence or name == "manifest.json"


@pytest.mark.parametrize("name", ["segments.json", "evidence.json", "ledger.json", "customers.csv"])
def test_a_result_that_is_gone_is_named(name, shop, damaged):
    (damaged / name).unlink()
    assert name in refused(shop, damaged)


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("segments.json", ("segments", 0, "size"), "many"),
        ("segments.json", ("segments", 0, "basis"), "guessed"),
        ("evidence.json", ("evidence", 0, "factor"), "astrological"),
        ("ledger.json", ("entries", 0, "kind"), "rumor"),
    ],
)
def test_a_value_that_no_result_has_is_refused_with_its_place(name, path, value, shop, damaged):
    values = json.loads((damaged / name).read_text(encoding="utf-8"))
    place = values
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    (damaged / name).write_text(json.dumps(values), encoding="utf-8")
    sentence = refused(shop, damaged)
    assert name in sentence
    assert ".".join(map(str, path)) in sentence


@pytest.mark.parametrize(
    "text", ["customer_id\nC001\n", "customer_id,segment_id\nC001,one\n", "customer_id,segment_id\nC001\n"]
)
def test_customers_without_a_group_are_refused(text, shop, damaged):
    (damaged / "customers.csv").write_text(text)
    assert "customers.csv" in refused(shop, damaged)


def test_customers_that_are_not_those_of_the_orders_are_refused(shop, damaged):
    lines = (damaged / "customers.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (damaged / "customers.csv").write_text("".join(lines[:-1]), encoding="utf-8")
    assert "customers.csv" in refused(shop, damaged)
