"""The installed command as a user's shell sees it: exit codes, one line on standard error, files without permission."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from broken_files import CASES, judge
from hostile_case import Case, Run, run_segkit, snapshot, text_of, write_company, write_orders

NOBODY = 65534
NAMES = (
    "bytes_of_no_encoding",
    "nan_amount",
    "unknown_key",
    "no_folder",
    "workbook_called_csv",
    "new_with_a_picture",
)
CHOSEN = [case for case in CASES if case.name in NAMES]


def run_shell(arguments: list[str], place: Path, *, user: int | None = None) -> Run:
    """Run the command in a process of its own, as another user where one is given."""
    before = snapshot(place)
    done = subprocess.run(
        [sys.executable, "-c", "from segkit.cli import main; main()", *arguments],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        user=user,
        env={**os.environ, "HOME": str(place), "MPLCONFIGDIR": str(place), "PYTHONDONTWRITEBYTECODE": "1"},
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
def open_place() -> Iterator[Path]:
    """Return a folder that another user may enter; pytest's own belong to root alone."""
    with TemporaryDirectory(prefix="segkit-test-") as folder:
        place = Path(folder).resolve()
        place.chmod(0o755)
        yield place


@pytest.fixture
def ordinary_user() -> int | None:
    """Return the user to run as: root may read everything, so another one has to be used."""
    if os.name != "posix":
        pytest.skip("permissions of this kind exist on POSIX systems only")
    if os.geteuid() != 0:
        return None
    probe = subprocess.run(
        [sys.executable, "-c", "import segkit"], user=NOBODY, capture_output=True, check=False, cwd="/"
    )
    if probe.returncode:
        pytest.skip("the tests run as root and the installation cannot be read by another user")
    return NOBODY


@pytest.mark.parametrize("file", ["orders.csv", "company.toml", "customers.csv"])
def test_a_file_without_permission_is_named(file, open_place, ordinary_user):
    folder = open_place / "shop"
    write_orders(folder, text_of())
    (folder / "customers.csv").write_text("customer_id,age\nK01,31\n", encoding="utf-8")
    (folder / file).chmod(0o000)
    run = run_shell(["check", "shop"], open_place, user=ordinary_user)
    assert (run.code, len(run.errors), run.changed) == (1, 1, ())
    assert file in run.sentence
    assert "permission" in run.sentence.lower()


@pytest.mark.parametrize(
    "command", [["report", "shop", "--out", "reports"], ["new", "reports/x", "--orders", "orders.csv"]]
)
def test_a_folder_that_cannot_be_written_is_named_before_any_work(command, open_place, ordinary_user):
    write_orders(open_place / "shop", text_of())
    (open_place / "orders.csv").write_text(text_of(), encoding="utf-8")
    (open_place / "reports").mkdir(mode=0o555)
    run = run_shell(command, open_place, user=ordinary_user)
    assert (run.code, len(run.errors), run.changed) == (1, 1, ())
    assert "reports" in run.sentence


def test_a_folder_that_cannot_be_entered_is_named(open_place, ordinary_user):
    write_orders(open_place / "shop", text_of())
    (open_place / "shop").chmod(0o000)
    run = run_shell(["check", "shop"], open_place, user=ordinary_user)
    (open_place / "shop").chmod(0o755)
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
