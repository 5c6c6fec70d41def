"""What ``segkit report`` says of the assignment's list: the counts, and what to close first, on few lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from segkit.cli.checklist import MOST_LINES, say_checklist


def report(folder: Path, *statuses: str, item_id: str = "flows", close: str = "Set a target.") -> Path:
    items = [
        {
            "id": item_id,
            "task": "2 Flow design",
            "item": f"Item {number}",
            "status": status,
            "where": "#flows",
            "why": "",
            "criterion": "C19",
            "close": "" if status == "met" else close,
        }
        for number, status in enumerate(statuses, start=1)
    ]
    (folder / "results").mkdir()
    (folder / "results" / "checklist.json").write_text(json.dumps({"checklist": items}), encoding="utf-8")
    return folder / "index.html"


def test_the_counts_come_first_and_what_is_open_says_how_to_close_it(tmp_path, capsys):
    say_checklist(report(tmp_path, "met", "partly", "missing", "met", "yours to judge"))
    first, *rest = capsys.readouterr().out.splitlines()
    assert first == "Checklist: 2 met, 1 partly met, 1 missing, 1 yours to judge."
    assert rest == ["  missing Item 3: Set a target.", "  partly  Item 2: Set a target."]


def test_of_several_companies_only_the_counts_are_said(tmp_path, capsys):
    say_checklist(report(tmp_path, "met", "partly"), short=True)
    assert capsys.readouterr().out == "Checklist: 1 met, 1 partly met.\n"


@pytest.mark.parametrize("count", [MOST_LINES, MOST_LINES + 1, 40])
def test_at_most_twelve_lines_are_said(count, tmp_path, capsys):
    say_checklist(report(tmp_path, *["partly"] * count, close="Do it. " * 60))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 12
    assert all(len(line) <= 160 for line in lines)
    assert (f"and {count - MOST_LINES} more" in lines[-1]) is (count > MOST_LINES)


def test_what_only_needs_own_words_comes_last(tmp_path, capsys):
    page = report(tmp_path, "partly", "partly")
    path = tmp_path / "results" / "checklist.json"
    stored = json.loads(path.read_text(encoding="utf-8"))
    stored["checklist"][0]["id"] = "group_words"
    path.write_text(json.dumps(stored), encoding="utf-8")
    say_checklist(page)
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()[1:]] == ["2:", "1:"]
