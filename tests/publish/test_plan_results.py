"""The files of flow design: whole or not at all, the same bytes twice, and each what it says it is."""

from __future__ import annotations

import email
import json
import shutil
from email import policy
from pathlib import Path

import jsonschema
import pytest

from segkit.publish import plan_results
from segkit.publish.json_values import to_plain
from segkit.publish.plan_results import plan_checklist, plan_files, write_plan
from segkit.publish.results import result_files, write_results


@pytest.fixture(scope="module")
def written(example_study, example_plan, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "results"
    write_results(example_study, folder)
    write_plan(example_plan, folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_flow_is_drawn_as_text_and_exported_and_every_message_has_its_files(example_plan):
    names = set(plan_files(example_plan))
    for flow in example_plan.flows.flows:
        assert {f"flows/{flow.id}.dot", f"flows/{flow.id}.mmd"} <= names
        assert {f"exports/{vendor}/{flow.id}.json" for vendor in ("klaviyo", "dittofeed")} <= names
    for draft in example_plan.messages:
        kinds = ("txt",) if draft.sms else ("txt", "html", "eml")
        assert {f"messages/{draft.id}.{kind}" for kind in kinds} <= names
    assert {"flows.json", "messages.json", "checklist.json"} <= names


def test_files_are_the_plan_and_nothing_else(example_plan):
    files = plan_files(example_plan)
    assert json.loads(files["flows.json"]) == json.loads(json.dumps(to_plain(example_plan.flows)))
    messages = json.loads(files["messages.json"])["messages"]
    assert [item["id"] for item in messages] == [draft.id for draft in example_plan.messages]
    drawn = {name.split("/")[1].split(".")[0] for name in files if name.startswith("flows/")}
    assert drawn == {flow.id for flow in example_plan.flows.flows}


def test_two_writes_give_the_same_bytes(example_study, example_plan, written, tmp_path):
    write_results(example_study, tmp_path / "results")
    for _ in range(2):
        write_plan(example_plan, tmp_path / "results")
        assert contents(tmp_path / "results") == contents(written)


def test_the_plan_is_added_to_what_the_segmentation_left(example_study, example_plan, written):
    found = contents(written)
    for name, text in result_files(example_study).items():
        if name != "checklist.json":
            assert found[name].decode("utf-8") == text, name
    for name, content in plan_files(example_plan).items():
        assert found[name] == content, name


def test_without_results_of_the_segmentation_they_are_written_too(example_plan, written, tmp_path):
    write_plan(example_plan, tmp_path / "results")
    assert contents(tmp_path / "results") == contents(written)


def test_files_of_an_earlier_plan_are_gone(example_plan, written, tmp_path):
    target = tmp_path / "results"
    shutil.copytree(written, target)
    for name in ("flows/old-9.dot", "messages/old-9-1.eml", "exports/klaviyo/old-9.json"):
        (target / name).write_text("old")
    (target / "segments.json").touch()
    write_plan(example_plan, target)
    assert contents(target) == contents(written)


def test_an_empty_path_writes_nothing_and_still_returns_the_checklist(example_plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert write_plan(example_plan, "") == plan_checklist(example_plan)
    assert list(tmp_path.iterdir()) == []


def test_a_write_leaves_nothing_beside_the_results(example_plan, tmp_path):
    leftover = tmp_path / "results.part"
    leftover.mkdir()
    (leftover / "half.json").write_text("{}")
    write_plan(example_plan, tmp_path / "results")
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    assert not (tmp_path / "results" / "half.json").exists()


@pytest.mark.parametrize("failing", ["plan_files", "schema_files"])
def test_a_write_that_fails_leaves_the_results_as_they_were(
    failing, example_plan, written, tmp_path, monkeypatch
):
    target = tmp_path / "results"
    shutil.copytree(written, target)
    (target / "flows.json").write_text("{}")
    before = contents(target)

    def fail(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(plan_results, failing, fail)
    with pytest.raises(OSError, match="no space left"):
        write_plan(example_plan, target)
    assert contents(target) == before
    monkeypatch.undo()
    write_plan(example_plan, target)
    assert contents(target) == contents(written)
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


@pytest.mark.parametrize("name", ["flows", "messages", "checklist"])
def test_a_file_is_valid_by_the_schema_beside_it(name, written):
    schema = json.loads((written / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((written / f"{name}.json").read_text(encoding="utf-8")), schema)


def test_a_damaged_plan_is_not_valid(written):
    schema = json.loads((written / "schemas" / "flows.schema.json").read_text(encoding="utf-8"))
    damaged = json.loads((written / "flows.json").read_text(encoding="utf-8"))
    del damaged["flows"][0]["reentry"]
    with pytest.raises(jsonschema.ValidationError, match="reentry"):
        jsonschema.validate(damaged, schema)


def test_an_email_file_opens_with_both_parts_and_the_words_of_its_draft(example_plan, written):
    for draft in example_plan.messages:
        if draft.email is None:
            continue
        path = written / "messages" / f"{draft.id}.eml"
        parsed = email.message_from_bytes(path.read_bytes(), policy=policy.default)
        plain, html = (parsed.get_body((kind,)).get_content() for kind in ("plain", "html"))
        assert plain.split() == (written / "messages" / f"{draft.id}.txt").read_text("utf-8").split()
        assert draft.email.action.url.split("?")[0] in html
        assert parsed["Subject"]


def test_the_checklist_with_flows_asks_more_than_the_one_without(example_study, example_plan):
    before = json.loads(result_files(example_study)["checklist.json"])["checklist"]
    after = plan_checklist(example_plan)
    assert len(after) >= len(before)
    missing = [item.item for item in after if item.status == "missing"]
    assert len(missing) < sum(item["status"] == "missing" for item in before)


def test_no_person_appears_in_the_files(example_plan):
    keys = [key for _, key in example_plan.foundation.orders.identities]
    assert len(keys) == 10
    for name, content in plan_files(example_plan).items():
        assert not [key for key in keys if key.encode() in content], name


def test_a_flow_that_no_system_takes_is_told_beside_the_exports(example_plan, monkeypatch):
    from segkit.errors import FlowError

    refused = example_plan.flows.flows[0].id
    real = plan_results.export_flows

    def export(flows, *rest, **options):
        if flows[0].id == refused:
            raise FlowError(f"flow {refused!r} cannot go out; keep it.")
        return real(flows, *rest, **options)

    monkeypatch.setattr(plan_results, "export_flows", export)
    files = plan_files(example_plan)
    for vendor in ("klaviyo", "dittofeed"):
        assert refused in files[f"exports/{vendor}/not-exported.txt"].decode()
        assert f"exports/{vendor}/{refused}.json" not in files
        assert f"exports/{vendor}/{example_plan.flows.flows[1].id}.json" in files
