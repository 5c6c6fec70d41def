"""``segkit sample`` as a person uses it."""

from __future__ import annotations

import shutil
import sys

import pytest

from segkit.cli import main
from segkit.intake.bundled import example_company


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
def export(tmp_path):
    return shutil.copy(example_company() / "orders_export.csv", tmp_path / "orders.csv")


def test_what_was_drawn_is_said_with_customers_orders_and_rows(export, capsys):
    code, out, _ = run(capsys, "sample", export, "--customers", 4, "--seed", 1)
    assert code == 0
    assert "orders-sample-1.csv: 4 customers (4 with more than one purchase day), " in out
    assert "Names and addresses stand in the copy as they stand in the file." in out


def test_each_group_gets_a_file_of_its_own(export, capsys, tmp_path):
    code, out, _ = run(
        capsys, "sample", export, "--customers", 3, "--groups", 3, "--out", tmp_path / "team.csv"
    )
    assert code == 0
    assert sorted(path.name for path in tmp_path.glob("team*")) == ["team-1.csv", "team-2.csv", "team-3.csv"]
    assert "No customer stands in two of them." in out


def test_a_second_run_is_refused_in_one_sentence(export, capsys):
    run(capsys, "sample", export, "--customers", 4)
    code, out, err = run(capsys, "sample", export, "--customers", 4)
    assert (code, out) == (1, "")
    assert err.splitlines()[-1].startswith("error: orders-sample-0.csv exists and is never replaced")


def test_a_file_that_does_not_exist_is_named(tmp_path, capsys):
    code, _, err = run(capsys, "sample", tmp_path / "no.csv")
    assert code == 1
    assert err.splitlines()[-1] == "error: no.csv does not exist; check the path."


def test_the_settings_of_the_company_folder_tell_how_the_file_is_read(tmp_path, capsys):
    rows = "".join(f"{who};{day:02d}.01.2024;5\n" for who in "abcd" for day in (3, 20))
    (tmp_path / "orders.csv").write_text(f"wer;wann;was\n{rows}")
    code, _, _ = run(capsys, "sample", tmp_path / "orders.csv", "--customers", 3)
    assert code == 1
    (tmp_path / "company.toml").write_text(
        '[company]\nname = "x"\n[orders.columns]\ncustomer_id = "wer"\norder_date = "wann"\namount = "was"\n'
    )
    code, out, _ = run(capsys, "sample", tmp_path / "orders.csv", "--customers", 3)
    assert code == 0
    assert "3 customers (3 with more than one purchase day), 6 orders, 6 rows." in out
