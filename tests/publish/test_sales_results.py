"""The file of the sales cycle: whole or not at all, the same bytes twice, valid by its schema; and the plan read back for it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from segkit.errors import InputError
from segkit.publish import sales_results
from segkit.publish.json_values import json_text
from segkit.publish.plan_handover import reopen_plan
from segkit.publish.plan_results import plan_files, write_plan
from segkit.publish.results import write_results
from segkit.publish.sales import Sales, make_sales
from segkit.publish.sales_results import sales_checklist, sales_files, write_sales


@pytest.fixture(scope="module")
def sales(example_plan, sales_samples) -> Sales:
    return Sales(plan=example_plan, cycle=sales_samples.shop())


@pytest.fixture(scope="module")
def planned(example_study, example_plan, tmp_path_factory) -> Path:
    """Return the results of the first two chapters."""
    folder = tmp_path_factory.mktemp("planned") / "results"
    write_results(example_study, folder)
    write_plan(example_plan, folder)
    return folder


@pytest.fixture
def results(planned: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(planned, tmp_path / "results"))


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_cycle_is_added_to_what_the_chapters_before_left(sales, results):
    before = contents(results)
    write_sales(sales, results)
    after = contents(results)
    assert set(after) - set(before) == {"sales_cycle.json"}
    assert {name for name in before if before[name] != after[name]} == {"checklist.json"}
    assert after["sales_cycle.json"] == json_text(sales.cycle).encode()


def test_two_writes_give_the_same_bytes(sales, results):
    write_sales(sales, results)
    first = contents(results)
    write_sales(sales, results)
    assert contents(results) == first


def test_the_checklist_holds_all_three_chapters(sales, results):
    checklist = write_sales(sales, results)
    stored = json.loads((results / "checklist.json").read_text(encoding="utf-8"))["checklist"]
    assert [item["id"] for item in stored] == [item.id for item in checklist]
    open_ones = [item["id"] for item in stored if item["task"] == "4 Sales cycle" and item["status"] != "met"]
    assert open_ones == ["sales_words"]  # nobody has put the verdicts into words of their own


def test_an_empty_path_writes_nothing_and_still_returns_the_checklist(sales, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_sales(sales, "") == sales_checklist(sales)
    assert list(tmp_path.iterdir()) == []


def test_without_results_those_of_the_chapters_before_are_written_too(sales, planned, tmp_path):
    write_sales(sales, tmp_path / "results")
    found = contents(tmp_path / "results")
    assert set(found) == {*contents(planned), "sales_cycle.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_a_plan_that_was_read_back_gets_its_emails_again_where_they_are_lacking(sales, planned, tmp_path):
    bare = replace(sales, plan=replace(sales.plan, emails=()))
    write_sales(bare, tmp_path / "results")
    found = contents(tmp_path / "results")
    assert {name for name in found if name.startswith("messages/")} == {
        name for name in contents(planned) if name.startswith("messages/")
    }


@pytest.mark.parametrize("failing", ["sales_files", "schema_files"])
def test_a_write_that_fails_leaves_the_results_as_they_were(failing, sales, results, monkeypatch):
    before = contents(results)

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(sales_results, failing, fail)
    with pytest.raises(OSError, match="no space left"):
        write_sales(sales, results)
    assert contents(results) == before
    assert [path.name for path in results.parent.iterdir()] == ["results"]


@pytest.mark.parametrize("name", ["shop", "seller"])
def test_the_file_is_valid_by_the_schema_beside_it(name, sales, sales_samples, results):
    write_sales(replace(sales, cycle=getattr(sales_samples, name)()), results)
    schema = json.loads((results / "schemas" / "sales_cycle.schema.json").read_text(encoding="utf-8"))
    stored = json.loads((results / "sales_cycle.json").read_text(encoding="utf-8"))
    jsonschema.validate(stored, schema)
    del stored["stages"][0]["enters"]
    with pytest.raises(jsonschema.ValidationError, match="enters"):
        jsonschema.validate(stored, schema)


def test_no_person_appears_in_the_file(example_plan):
    sales = make_sales(example_plan)
    keys = [key for _, key in example_plan.foundation.orders.identities]
    assert len(keys) == 10
    text = sales_files(sales)["sales_cycle.json"]
    assert not [key for key in keys if key.encode() in text]


# the plan read back


@pytest.fixture
def measured(monkeypatch, example_study):
    """Let the foundation be the measured one, so that only the plan is read back."""
    monkeypatch.setattr("segkit.publish.plan_handover.open_foundation", lambda *_, **__: example_study)


@pytest.mark.usefixtures("measured")
def test_the_plan_read_back_is_the_plan_that_was_written(example_plan, planned, example_folder):
    plan = reopen_plan(example_folder, planned)
    assert json_text(plan.flows) == json_text(example_plan.flows)
    assert plan.messages == example_plan.messages
    assert plan.emails == ()
    assert plan.email_layout == ""


@pytest.mark.usefixtures("measured")
def test_the_cycle_on_the_plan_read_back_is_the_cycle_on_the_plan_made(example_plan, planned, example_folder):
    one, other = make_sales(reopen_plan(example_folder, planned)), make_sales(example_plan)
    assert json_text(one.cycle) == json_text(other.cycle)
    assert sales_checklist(one) == sales_checklist(other)


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("gone", ["manifest.json", "flows.json", "messages.json"])
def test_a_plan_that_is_not_whole_is_made_anew(gone, results, example_folder, monkeypatch):
    (results / gone).unlink()
    monkeypatch.setattr("segkit.publish.plan_handover.make_plan", lambda foundation: "made anew")
    assert reopen_plan(example_folder, results) == "made anew"
    assert reopen_plan(example_folder, "") == "made anew"


@pytest.mark.usefixtures("measured")
@pytest.mark.parametrize("name", ["flows.json", "messages.json"])
@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', ""], ids=["cut", "a list", "else", "empty"])
def test_a_broken_plan_is_refused_in_one_sentence_that_names_the_file(name, text, results, example_folder):
    (results / name).write_text(text)
    with pytest.raises(InputError) as caught:
        reopen_plan(example_folder, results)
    assert name in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.usefixtures("measured")
def test_a_flow_of_a_kind_that_is_none_is_refused_with_its_place(results, example_folder):
    values = json.loads((results / "flows.json").read_text(encoding="utf-8"))
    values["flows"][0]["stage"] = "somewhere"
    (results / "flows.json").write_text(json.dumps(values))
    with pytest.raises(InputError, match=r"flows\.json .*flows\.0\.stage.*flow_design\.ipynb again"):
        reopen_plan(example_folder, results)


def test_a_plan_of_other_files_is_refused(example_folder, planned, tmp_path):
    values = json.loads((planned / "manifest.json").read_text(encoding="utf-8"))
    values["inputs"][0]["sha256"] = "0" * 64
    folder = Path(shutil.copytree(planned, tmp_path / "stale"))
    (folder / "manifest.json").write_text(json.dumps(values))
    with pytest.raises(InputError, match="made from other inputs"):
        reopen_plan(example_folder, folder)


def test_the_files_of_the_plan_are_the_same_after_the_sales_cycle(example_plan, sales, results):
    write_sales(sales, results)
    found = contents(results)
    for name, content in plan_files(example_plan).items():
        if name != "checklist.json":
            assert found[name] == content, name
