"""``segkit export`` as a person uses it: the flows of a report folder as files, or one sentence that says what is wrong."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.cli import main
from segkit.model.flow import Flow
from segkit.publish.json_values import to_plain
from segkit.publish.stored_flows import read_stored_flows

_home = Path(__file__).parents[1] / "strategy" / "exported_flows.py"
_spec = importlib.util.spec_from_file_location("exported_flows", _home)
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run the command line in this process; return exit code, standard output and standard error."""
    before, sys.argv = sys.argv, ["segkit", *map(str, words)]
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.argv = before
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def write(report: Path, *flows: Flow) -> None:
    results = report / "results"
    results.mkdir(parents=True, exist_ok=True)
    values = {
        "flows.json": {"flows": flows, "scores": [], "reasons": []},
        "messages.json": {"messages": tuple(samples.drafts().values())},
        "manifest.json": {"company": samples.COMPANY},
    }
    for name, value in values.items():
        (results / name).write_text(json.dumps(to_plain(value)), encoding="utf-8")


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A report folder with two flows and their messages."""
    write(tmp_path / "shop", samples.FIXTURE, replace(samples.EVERY_NODE, id="gone-3"))
    return tmp_path / "shop"


def test_what_is_read_back_is_what_was_written(report):
    stored = read_stored_flows(report)
    assert stored.company == samples.COMPANY
    assert stored.flows == (samples.FIXTURE, replace(samples.EVERY_NODE, id="gone-3"))
    assert stored.messages == samples.drafts()


@pytest.mark.parametrize("vendor", ["klaviyo", "dittofeed"])
def test_the_files_lie_in_the_report_and_what_was_written_is_said(report, capsys, vendor):
    code, out, error = run(capsys, "export", report, "--to", vendor)
    assert (code, error) == (0, "")
    folder = report / "exports" / vendor
    written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")}
    own = {"templates/c-email.html"} if vendor == "klaviyo" else set()
    assert written == {"cart-2.json", "gone-3.json", "bindings.json", "README.txt", *own}
    payload = json.loads((folder / "cart-2.json").read_text(encoding="utf-8"))
    assert payload["data" if vendor == "klaviyo" else "journey"]
    assert out.startswith(f"2 flows as drafts for {vendor.capitalize()}, in {folder}; nothing was sent.\n")
    count = len(json.loads((folder / "bindings.json").read_text(encoding="utf-8"))["bindings"])
    assert f"{count} values of your account to fill in" in out
    assert "cart-2.json" in out
    assert " warnings" in out
    assert "{{bind:" in out


def test_two_runs_write_the_same_bytes_to_any_folder(report, tmp_path, capsys):
    for name in ("a", "b"):
        assert run(capsys, "export", report, "--to", "klaviyo", "--out", tmp_path / name)[0] == 0
    first, second = (
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*.*")} for name in ("a", "b")
    )
    assert len(first) == 5
    assert first == second
    assert not (report / "exports").exists()


def test_a_report_without_messages_or_a_name_is_exported_too(report, capsys):
    (report / "results" / "messages.json").write_text('{"messages": []}', encoding="utf-8")
    (report / "results" / "manifest.json").unlink()
    assert run(capsys, "export", report, "--to", "klaviyo")[0] == 0
    assert read_stored_flows(report).company == "shop"


def spoil(report: Path, name: str, change) -> None:
    path = report / "results" / name
    values = json.loads(path.read_text(encoding="utf-8"))
    change(values)
    path.write_text(json.dumps(values), encoding="utf-8")


BROKEN = {
    "an unknown type of node": (
        lambda it: it["flows"][0]["nodes"][0].update(type="pause"),
        "flows.json is broken at flows.0.nodes.0",
    ),
    "a missing field": (
        lambda it: it["flows"][0].pop("entry"),
        "flows.json is broken at flows.0.entry: field required",
    ),
    "a text for a number": (
        lambda it: it["flows"][1]["reentry"].update(days="soon"),
        "flows.json is broken at flows.1.reentry.days",
    ),
    "no list": (lambda it: it.update(flows={"a": 1}), "flows.json is broken at flows: "),
    "no flows": (lambda it: it.pop("flows"), "flows.json is broken at flows: "),
    "none left": (lambda it: it.update(flows=[]), "results/flows.json holds no flow"),
    "a flow with a fault": (
        lambda it: it["flows"][0].update(entry="ghost"),
        "starts with a node that does not exist (got 'ghost')",
    ),
    "a flow id that leaves the folder": (
        lambda it: it["flows"][0].update(id="../../up"),
        "'../../up' cannot name a file",
    ),
    "one id twice": (lambda it: it["flows"][1].update(id="cart-2"), "'cart-2' cannot name a file"),
}


@pytest.mark.parametrize("case", BROKEN, ids=str)
def test_broken_flows_are_refused_in_one_sentence_and_nothing_is_written(report, capsys, case):
    change, words = BROKEN[case]
    spoil(report, "flows.json", change)
    code, out, error = run(capsys, "export", report, "--to", "dittofeed")
    assert (code, out) == (1, "")
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert error.endswith(".\n")
    assert words in error
    assert not (report / "exports").exists()


def test_a_broken_message_is_named(report, capsys):
    spoil(report, "messages.json", lambda it: it["messages"][1].update(channel="fax"))
    code, _, error = run(capsys, "export", report, "--to", "klaviyo")
    assert code == 1
    assert "messages.json is broken at messages.1.channel" in error
    assert "(got fax)" in error


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"flows": [], "flows": []}'])
def test_a_file_that_is_no_table_of_values_is_refused(report, capsys, content):
    (report / "results" / "flows.json").write_text(content, encoding="utf-8")
    code, _, error = run(capsys, "export", report, "--to", "klaviyo")
    assert code == 1
    assert error.startswith("error: results/flows.json ")


def test_a_folder_without_a_report_or_flows_is_refused(report, tmp_path, capsys):
    code, _, error = run(capsys, "export", tmp_path / "gone", "--to", "klaviyo")
    assert (code, error.count("\n")) == (1, 1)
    assert "is no report folder (no results folder in it)" in error
    (report / "results" / "flows.json").unlink()
    code, _, error = run(capsys, "export", report, "--to", "klaviyo")
    assert code == 1
    assert "results/flows.json is not there; render the report again" in error


def test_an_unknown_system_is_refused_with_a_suggestion(report, capsys):
    code, _, error = run(capsys, "export", report, "--to", "kaviyo")
    assert (code, error) == (1, "error: there is no export to 'kaviyo'; did you mean 'klaviyo'?\n")
    assert run(capsys, "export", report)[0] == 2
