"""The commands as a person types them: what they print, where they write, how they end."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from segkit.cli import app, main

ORDERS = "customer,order,date,amount\n" + "".join(
    f"K{customer},{customer}-{number},2026-0{number}-1{customer % 10},{10 * customer + number}.50\n"
    for customer in range(1, 7)
    for number in range(1, 4)
)


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


@pytest.fixture
def company(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    code, _, error = run(
        capsys, "new", tmp_path / "shop", "--orders", tmp_path / "orders.csv", "--name", "Shop"
    )
    assert code == 0, error
    return tmp_path / "shop"


def test_help_lists_the_four_commands(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for command in ("new", "check", "report", "lab"):
        assert command in out


def test_version_is_one_line(capsys):
    from segkit import __version__

    assert run(capsys, "--version") == (0, f"segkit {__version__}\n", "")


def test_an_unknown_command_ends_with_two(capsys):
    code, _, error = run(capsys, "reprot")
    assert code == 2
    assert "reprot" in error


def test_new_says_what_it_recognised_and_what_comes_next(tmp_path, capsys):
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    code, out, _ = run(capsys, "new", tmp_path / "shop", "--orders", tmp_path / "orders.csv")
    assert code == 0
    assert "customer_id = customer" in out
    assert "segkit check" in out


def test_check_tells_what_was_read_and_which_factors_are_silent(company, capsys):
    code, out, _ = run(capsys, "check", company)
    assert code == 0
    assert "18 rows read, 18 used" in out
    assert "6 customers placed 18 orders" in out
    assert "no column" in out


def test_check_prints_json_for_machines(company, capsys):
    import json

    code, out, _ = run(capsys, "check", company, "--json")
    assert code == 0
    assert json.loads(out)["rows_used"] == 18


def test_check_refuses_more_groups_than_customers(company, capsys):
    settings = company / "company.toml"
    settings.write_text(settings.read_text().replace("n_segments = 4", "n_segments = 7"))
    code, _, error = run(capsys, "check", company)
    assert code == 1
    assert "6 customers but 7 groups" in error


def test_report_takes_several_companies_in_one_call_and_repeats_itself(company, tmp_path, capsys):
    second = tmp_path / "second"
    shutil.copytree(company, second)
    (second / "company.toml").write_text((second / "company.toml").read_text().replace('"Shop"', '"Second"'))
    out = tmp_path / "reports"
    code, printed, error = run(capsys, "report", company, second, "--out", out)
    assert code == 0, error
    pages = sorted(path.parent.name for path in out.glob("*/index.html"))
    assert pages == ["second", "shop"]
    assert printed.count("index.html") == 2
    first = {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*.*")) if path.is_file()}
    assert run(capsys, "report", company, second, "--out", out)[0] == 0
    again = {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*.*")) if path.is_file()}
    assert first.keys() == again.keys()
    assert [str(name) for name in first if first[name] != again[name]] == []


def test_report_never_replaces_a_folder_it_did_not_make(company, tmp_path, capsys):
    kept = tmp_path / "reports" / "shop" / "thesis.docx"
    kept.parent.mkdir(parents=True)
    kept.write_text("three months of work")
    code, _, error = run(capsys, "report", company, "--out", tmp_path / "reports")
    assert code == 1
    assert "is not a report" in error
    assert kept.read_text() == "three months of work"


def test_a_refused_report_leaves_nothing_behind(company, tmp_path, capsys):
    (company / "orders.csv").write_text("customer,order,date,amount\n", encoding="utf-8")
    code, _, error = run(capsys, "report", company, "--out", tmp_path / "reports")
    assert code == 1
    assert error.strip().splitlines()[-1].startswith("error: ")
    assert not list((tmp_path / "reports").glob("*"))


def test_lab_copies_the_notebooks_once_and_starts_jupyterlab(company, capsys, monkeypatch):
    started = []
    monkeypatch.setattr("segkit.cli.lab.subprocess.call", lambda command: started.append(command) or 0)
    assert run(capsys, "lab", company)[0] == 0
    copy = company / "notebooks" / "segmentation.ipynb"
    copy.write_text("{}")
    assert run(capsys, "lab", company)[0] == 0
    assert copy.read_text() == "{}", "a notebook that the user changed is kept"
    assert "jupyterlab" in started[0]


def test_a_bug_of_ours_is_one_sentence_too(capsys, monkeypatch):
    def fail() -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(app, "app", fail)
    code, _, error = run(capsys, "check")
    assert code == 70
    assert "SEGKIT_DEBUG=1" in error
    assert "Traceback" not in error
