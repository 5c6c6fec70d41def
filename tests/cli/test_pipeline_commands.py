"""What ``segkit new`` and ``segkit check`` say of a CRM export."""

from __future__ import annotations

import json
import sys
import tomllib

import pytest

from segkit.cli import main

ORDERS = "customer,order,date,amount\n" + "".join(
    f"K{customer},{customer}-{number},2026-0{number}-1{customer % 10},{10 * customer + number}.50\n"
    for customer in range(1, 7)
    for number in range(1, 4)
)
DEALS = """\
Record ID,Deal Name,Deal Stage,Amount,Close Date,Create Date,Deal owner,Associated Company ID,Associated Contact
901,Jars,Closed won,1200.50,2026-01-15,2025-12-20,RV,K1,Ann Lee
902,Labels,Contract sent,800,2026-09-30,2026-02-14,RV,K2,
903,Lids,Parked,450,2026-03-05,2026-02-23,TO,K9,
904,Caps,Appointment scheduled (Sales),95,2026-10-31,2026-03-01,TO,K9,
"""
HISTORY = "Record ID,Deal Stage,Date\n901,Contract sent,2026-01-02\n901,Closed won,2026-01-15\n902,Contract sent,2026-02-14\n"


def run(capsys, *words):
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
    return code, captured.out.replace("\u00a0", " "), captured.err


@pytest.fixture
def files(tmp_path):
    """Write order file, deals and their history."""
    for name, text in (("orders.csv", ORDERS), ("deals.csv", DEALS), ("moves.csv", HISTORY)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def new(capsys, files, *words):
    return run(capsys, "new", files / "shop", "--orders", files / "orders.csv", *words)


def test_new_copies_the_export_and_says_what_it_guessed(files, capsys):
    code, out, _ = new(
        capsys, files, "--pipeline", files / "deals.csv", "--stage-events", files / "moves.csv"
    )
    assert code == 0
    assert (files / "shop" / "pipeline.csv").read_text(encoding="utf-8") == DEALS
    assert (files / "shop" / "stage_events.csv").read_text(encoding="utf-8") == HISTORY
    assert "CRM export recognised: HubSpot." in out
    assert "  stage = Deal Stage" in out
    assert "Appointment scheduled (Sales) = Appointment scheduled (guessed)" in out
    assert "Stages to place in [pipeline.stages]: Parked." in out
    assert "Still to settle: pipeline.csv column 'Deal Stage'" in out


def test_what_new_writes_is_read_once_the_marks_are_filled_in(files, capsys):
    new(capsys, files, "--pipeline", files / "deals.csv")
    path = files / "shop" / "company.toml"
    text = path.read_text(encoding="utf-8")
    tables = tomllib.loads(text)["pipeline"]
    assert (tables["file"], tables["naming"]) == ("pipeline.csv", "hubspot")
    assert tables["columns"]["stage"] == "Deal Stage"
    assert tables["stages"] == {"Appointment scheduled (Sales)": "Appointment scheduled"}
    assert '# left out, they name people: "Associated Contact"' in text
    (line,) = [line for line in text.splitlines() if "NEEDED: one of" in line]
    assert line.startswith('# "Parked" = "..."')
    path.write_text(text.replace(line, '"Parked" = "Closed lost"'), encoding="utf-8")
    code, out, _ = run(capsys, "check", files / "shop")
    assert code == 0
    assert "4 rows read, 4 used" in out


def test_an_export_of_ones_own_leaves_marks_for_what_is_needed(files, capsys):
    (files / "own.csv").write_text("Lage;Wer\noffen;K1\n", encoding="utf-8")
    code, out, _ = new(capsys, files, "--pipeline", files / "own.csv")
    text = (files / "shop" / "company.toml").read_text(encoding="utf-8")
    assert code == 0
    assert "which opportunity a row is (got 'Lage', 'Wer')" in out
    assert '# opportunity_id = "..."' in text
    assert '# columns of the file: "Lage", "Wer"' in text
    assert tomllib.loads(text)["pipeline"] == {"file": "pipeline.csv"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--stage-events", "moves.csv"), "pass --pipeline FILE as well"),
        (("--pipeline", "absent.csv"), "does not exist"),
        (("--pipeline", "orders.pdf"), "is no table"),
    ],
)
def test_new_refuses_files_it_cannot_take_and_leaves_nothing_behind(
    files, capsys, monkeypatch, words, sentence
):
    monkeypatch.chdir(files)
    (files / "orders.pdf").write_bytes(b"%PDF-1.4")
    code, _, error = new(capsys, files, *words)
    assert code == 1
    assert sentence in error
    assert not (files / "shop").exists()


def test_check_says_what_was_read_of_the_example_company(capsys):
    from segkit.intake.bundled import example_company

    code, out, _ = run(capsys, "check", example_company("ballyquire"))
    assert code == 0
    said = out[out.index("Opportunities of the CRM") :]
    assert "pipeline.csv read by its column names: 73 rows read, 73 used" in said
    assert "Of them 15 open, 30 won and 28 lost." in said
    assert "2 to accounts without an order" in said
    assert "'Customer Evaluating'  Customer Evaluating  6 rows" in said


def test_check_names_what_was_dropped_and_repaired_and_guessed(files, capsys):
    rows = DEALS.replace("Parked", "Closed lost").replace("450,2026-03-05", "-450,2025-03-05")
    (files / "deals.csv").write_text(rows + "905,Crates,,5,,2026-03-01,TO,K3,\n", encoding="utf-8")
    new(capsys, files, "--pipeline", files / "deals.csv")
    _, out, _ = run(capsys, "check", files / "shop")
    assert "Opportunities dropped" in out
    assert "rows that do not say in which stage they stand e.g. row 6" in out
    assert "negative amounts were taken out e.g. row 4" in out
    assert "days of closing before the day of creation were taken out e.g. row 4" in out
    assert "Columns that name people were left out: 'Associated Contact'." in out
    assert "No history of stages" in out
    assert "Ann Lee" not in out


def test_check_says_how_to_add_an_export_only_where_organizations_buy(files, capsys):
    new(capsys, files)
    assert "CRM" not in run(capsys, "check", files / "shop")[1]
    path = files / "shop" / "company.toml"
    text = path.read_text(encoding="utf-8").replace("[company]", '[company]\nbusiness_model = "mixed"', 1)
    path.write_text(text, encoding="utf-8")
    out = run(capsys, "check", files / "shop")[1]
    assert "No CRM export" in out
    assert "pipeline.csv" in out


def test_the_json_of_check_holds_the_log_of_the_export(files, capsys):
    (files / "deals.csv").write_text(DEALS.replace("Parked", "Closed lost"), encoding="utf-8")
    new(capsys, files, "--pipeline", files / "deals.csv")
    code, out, _ = run(capsys, "check", files / "shop", "--json")
    log = json.loads(out)["pipeline"]
    assert code == 0
    assert (log["rows_read"], log["rows_used"], log["layout"]) == (4, 4, "HubSpot")
    assert log["outcomes"] == [["open", 2], ["won", 1], ["lost", 1]]
