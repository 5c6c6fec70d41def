"""The installed command as a user's shell sees it: exit codes, one line on standard error, files without permission."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from broken_files import CASES, judge
from hostile_case import Case, Run, run_segkit, snapshot, text_of, write_company, write_orders

MAIN = "from segkit.cli import main; main()"
POWERLESS = """
import ctypes, os, sys
if os.geteuid() == 0:  # root reads and writes everything unless these two capabilities are dropped
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        if ctypes.CDLL(None).prctl(24, capability, 0, 0, 0):  # PR_CAPBSET_DROP
            sys.exit("cannot drop")
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""
NAMES = (
    "bytes_of_no_encoding",
    "nan_amount",
    "unknown_key",
    "no_folder",
    "workbook_called_csv",
    "new_with_a_picture",
)
CHOSEN = [case for case in CASES if case.name in NAMES]


def run_shell(arguments: list[str], place: Path, *, powerless: bool = False) -> Run:
    """Run the command in a process of its own; powerless, file permissions hold for root too."""
    before = snapshot(place)
    command = [sys.executable, "-c", POWERLESS] if powerless else [sys.executable]
    done = subprocess.run(
        [*command, "-c", MAIN, *arguments],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    after = snapshot(place)
    changed = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    return Run(code=done.returncode, stdout=done.stdout, stderr=done.stderr, changed=tuple(changed))


@pytest.mark.parametrize("case", CHOSEN, ids=lambda case: case.name)
def test_a_shell_sees_one_sentence_and_exit_code_one(case: Case, tmp_path: Path):
    place = tmp_path.resolve()
    folder = place / case.folder
    case.make(folder)
    run = run_shell([part.format(folder=folder, place=place) for part in case.command], place)
    assert judge(case, run, None) == []


@pytest.fixture
def guarded_place(tmp_path: Path) -> Path:
    """Return a folder in which permissions can be tried, or skip visibly."""
    if os.name != "posix":
        pytest.skip("permissions of this kind exist on POSIX systems only")
    probe = [sys.executable, "-c", POWERLESS, "-c", "pass"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("the tests run as root and cannot lay down its power over files")
    return tmp_path.resolve()


@pytest.mark.parametrize("file", ["orders.csv", "company.toml", "customers.csv"])
def test_a_file_without_permission_is_named(file, guarded_place):
    folder = guarded_place / "shop"
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text("customer_id,age\nK01,31\n", encoding="utf-8")
    (folder / file).chmod(0o000)
    run = run_shell(["check", "shop"], guarded_place, powerless=True)
    (folder / file).chmod(0o600)
    assert (run.code, len(run.errors), run.changed) == (1, 1, ())
    assert file in run.sentence
    assert "permission" in run.sentence.lower()


@pytest.mark.parametrize(
    "command", [["report", "shop", "--out", "reports"], ["new", "reports/x", "--orders", "orders.csv"]]
)
def test_a_folder_that_cannot_be_written_is_named_before_any_work(command, guarded_place):
    write_orders(guarded_place / "shop", text_of())
    (guarded_place / "orders.csv").write_text(text_of(), encoding="utf-8")
    (guarded_place / "reports").mkdir(mode=0o555)
    run = run_shell(command, guarded_place, powerless=True)
    (guarded_place / "reports").chmod(0o755)
    assert (run.code, len(run.errors), run.changed) == (1, 1, ())
    assert "reports" in run.sentence


def test_a_folder_that_cannot_be_entered_is_named(guarded_place):
    write_orders(guarded_place / "shop", text_of())
    (guarded_place / "shop").chmod(0o000)
    run = run_shell(["check", "shop"], guarded_place, powerless=True)
    (guarded_place / "shop").chmod(0o755)
    assert (run.code, len(run.errors)) == (1, 1)
    assert "shop" in run.sentence


def test_segkit_new_writes_settings_that_hold_whatever_the_name_and_the_columns_are(tmp_path: Path):
    place = tmp_path.resolve()
    header = ('"Kunde ""x"""', '"order\\id"', "order_date", "amount", "product", "']country")
    (place / "history.csv").write_text(text_of(header=header), encoding="utf-8")
    name = 'A "B" \\ [orders]\ncurrency = "USD"'
    run = run_segkit(["new", "shop", "--orders", "history.csv", "--name", name], place)
    assert (run.code, run.errors) == (0, [])
    written = tomllib.loads((place / "shop" / "company.toml").read_text(encoding="utf-8"))
    assert written["company"]["name"] == name
    assert "USD" not in written["company"].get("currency", "")


def test_two_broken_keys_are_told_one_at_a_time_with_a_count(tmp_path: Path):
    place = tmp_path.resolve()
    write_company(place / "shop", toml='citty = "x"\nyear = 3\n')
    run = run_segkit(["check", "shop"], place)
    assert "1 more to correct" in run.sentence
