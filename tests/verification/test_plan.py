"""Whatever is changed, taken away or added in the files of flow design is found, and its file is named."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from segkit.publish import plan_verification
from segkit.publish.plan_results import plan_files, write_plan
from segkit.publish.plan_verification import check_plan, has_flows
from tests.verification.mutations import apply, mutations, of_every_field, without

SAMPLE = 60
MESSAGES_SAMPLE = 30


@pytest.fixture(scope="module")
def report(example_plan, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    write_plan(example_plan, folder / "results")
    return folder


@pytest.fixture(autouse=True)
def once(monkeypatch, files):
    """Let the files of the plan be made once, not for each change."""
    monkeypatch.setattr(plan_verification, "plan_files", lambda plan: files)


@pytest.fixture(scope="module")
def files(example_plan) -> dict[str, bytes]:
    return plan_files(example_plan)


@pytest.fixture
def touched(report):
    """Change a file of the report for one test; it is put back afterwards."""
    before: dict[Path, bytes | None] = {}

    def touch(name: str, content: bytes | None) -> None:
        path = report / "results" / name
        before.setdefault(path, path.read_bytes() if path.is_file() else None)
        if content is None:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    yield touch
    for path, content in before.items():
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content)


def named(report: Path, plan) -> list[str]:
    return [failure.file for failure in check_plan(report, plan)]


def test_an_untouched_plan_raises_no_alarm(report, example_plan):
    assert list(check_plan(report, example_plan)) == []


def test_a_plan_made_anew_raises_no_alarm(report, example_study, monkeypatch):
    from segkit.publish.plan import make_plan

    monkeypatch.undo()
    assert list(check_plan(report, make_plan(example_study))) == []


@pytest.mark.parametrize(("name", "count"), [("flows.json", SAMPLE), ("messages.json", MESSAGES_SAMPLE)])
def test_one_changed_value_is_found_and_its_field_named(name, count, report, example_plan, files, touched):
    values = json.loads(files[name])
    chosen = random.Random(4).sample(list(mutations(values)), count)  # noqa: S311 - a sample, no secret
    for change in chosen:
        touched(name, json.dumps(apply(values, change)).encode())
        (failure,) = check_plan(report, example_plan)
        assert failure.file == failure.where == name
        assert str(change.path[0]) in failure.sentence, change


def test_every_field_of_every_kind_of_record_is_found_when_it_is_gone(report, example_plan, files, touched):
    for name in ("flows.json", "messages.json"):
        values = json.loads(files[name])
        for change in of_every_field(mutations(values), each=1)[::2]:
            if isinstance(change.path[-1], str):
                touched(name, json.dumps(without(values, change)).encode())
                assert named(report, example_plan) == [name], change
        touched(name, files[name])


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"flows": NaN}', b"\xff\xfe", b"{}"])
@pytest.mark.parametrize("name", ["flows.json", "messages.json", "checklist.json"])
def test_a_broken_file_is_named_without_a_traceback(name, content, report, example_plan, touched):
    touched(name, content)
    assert named(report, example_plan) == [name]


def text_files(files: dict[str, bytes]) -> list[str]:
    return [name for name in files if not name.endswith(".json")]


def test_one_changed_letter_in_any_text_email_drawing_or_export_is_found(
    report, example_plan, files, touched
):
    chance = random.Random(7)  # noqa: S311 - a sample, no secret
    names = text_files(files)
    assert {Path(name).suffix for name in names} >= {".eml", ".html", ".txt", ".dot", ".mmd"}
    for name in names:
        content = bytearray(files[name])
        letters = [place for place, byte in enumerate(content) if chr(byte).isalpha() and byte < 128]
        place = chance.choice(letters)
        content[place] = ord("e") if content[place] != ord("e") else ord("a")
        touched(name, bytes(content))
        assert named(report, example_plan) == [name]
        touched(name, files[name])


def test_one_changed_value_in_any_export_is_found(report, example_plan, files, touched):
    chance = random.Random(11)  # noqa: S311 - a sample, no secret
    exports = [name for name in files if name.startswith("exports/") and name.endswith(".json")]
    assert len(exports) >= 8
    for name in exports:
        values = json.loads(files[name])
        for change in chance.sample(found := list(mutations(values)), min(5, len(found))):
            touched(name, json.dumps(apply(values, change)).encode())
            assert named(report, example_plan) == [name], change
        touched(name, files[name])


def test_a_file_that_is_gone_is_named(report, example_plan, files, touched):
    for name in files:
        touched(name, None)
        (failure,) = check_plan(report, example_plan)
        assert failure.file == name
        assert "missing" in failure.sentence
        touched(name, files[name])


@pytest.mark.parametrize(
    "name",
    [
        "flows/extra.dot",
        "messages/extra.eml",
        "exports/klaviyo/extra.json",
        "exports/mautic/extra.json",
        "flows/.hidden",
    ],
)
def test_a_file_that_nobody_made_is_named(name, report, example_plan, touched):
    touched(name, b"{}")
    assert named(report, example_plan) == [name]


def test_a_link_out_of_the_report_is_no_file_of_it(report, example_plan, files, tmp_path, touched):
    name = next(name for name in files if name.endswith(".dot"))
    outside = tmp_path / "outside.dot"
    outside.write_bytes(files[name])
    path = report / "results" / name
    touched(name, None)
    path.symlink_to(outside)
    try:
        assert named(report, example_plan) == [name]
    finally:
        path.unlink()


def test_other_line_ends_are_no_change(report, example_plan, files, touched):
    for name in (name for name in files if name.endswith((".dot", ".mmd", ".txt"))):
        touched(name, files[name].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    assert named(report, example_plan) == []


@pytest.mark.parametrize(
    "trace", ["results/flows.json", "results/messages.json", "notebooks/flow_design.ipynb"]
)
def test_any_trace_of_the_chapter_asks_for_the_whole_of_it(trace, tmp_path, example_plan, files):
    assert not has_flows(tmp_path)
    path = tmp_path / trace
    path.parent.mkdir(parents=True)
    path.write_text("{}")
    assert has_flows(tmp_path)
    told = {name.partition("/")[0] for name in named(tmp_path, example_plan)}
    assert told == {name.partition("/")[0] for name in files}  # many files of one folder share a sentence


def test_a_report_without_the_chapter_is_no_report_with_flows(report, tmp_path):
    assert has_flows(report)
    folder = tmp_path / "report"
    shutil.copytree(report / "results" / "schemas", folder / "results" / "schemas")
    assert not has_flows(folder)
