"""The tutorial's hour is run as it is written: every command, every change of a file, and what comes of them."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, STDOUT, run

import pytest

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs" / "tutorial.md"
_STEP = re.compile(
    r"(?ms)^<!-- (?P<verb>run|append to|write to|replace in) ?(?P<file>[^ :>]*)(?:: (?P<old>.*?))? -->\n```\w+\n(?P<body>.*?)^```$"
)


@dataclass
class Hour:
    """What a newcomer has after the hour: the folder, and what each command said."""

    folder: Path
    said: dict[str, str]


def do(step: re.Match[str], folder: Path, said: dict[str, str]) -> None:
    """Do one step of the tutorial as a reader would."""
    path = folder / step["file"]
    if step["verb"] == "run":
        for line in step["body"].splitlines():
            words = shlex.split(line, comments=True)
            assert words[0] == "segkit", line
            done = run(
                [sys.executable, "-c", "from segkit.cli import main; main()", *words[1:]], cwd=folder, stdout=PIPE, stderr=STDOUT, text=True, check=False
            )  # fmt: skip
            assert done.returncode == 0, f"{line}\n{done.stdout}"
            said[line] = done.stdout
    elif step["verb"] == "append to":
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{step['body']}", encoding="utf-8")
    elif step["verb"] == "write to":
        path.parent.mkdir(exist_ok=True)
        path.write_text(step["body"], encoding="utf-8")
    else:
        text = path.read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if line.startswith(step["old"]))
        path.write_text(text.replace(line, step["body"].rstrip().splitlines()[-1], 1), encoding="utf-8")


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Hour:
    pytest.importorskip("typst", reason="the tutorial hands in a PDF: pip install 'segkit[pdf]'")
    pytest.importorskip("docx", reason="the tutorial hands in a Word file: pip install 'segkit[docx]'")
    folder = tmp_path_factory.mktemp("newcomer")
    shutil.copy(ROOT / "docs" / "newcomer" / "orders.csv", folder / "orders.csv")
    steps = list(_STEP.finditer(TUTORIAL.read_text(encoding="utf-8")))
    assert len(steps) >= 8
    said: dict[str, str] = {}
    for step in steps:
        do(step, folder, said)
    return Hour(folder, said)


def pages(hour: Hour) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(hour.folder.glob("reports/roastery/*.html"))
    )


def test_the_hour_ends_with_pages_a_document_to_hand_in_and_flows_to_import(hour):
    report = hour.folder / "reports" / "roastery"
    for name in ("index.html", "roastery.docx", "roastery.pdf", "results/checklist.json"):
        assert (report / name).stat().st_size > 1000, name
    assert list((report / "exports" / "klaviyo").glob("*.json"))


def test_the_new_name_and_the_new_message_stand_in_the_report(hour):
    shown = pages(hour)
    assert "Office kitchens" in shown
    assert "The next case for your kitchen" in shown


def test_the_own_argument_stands_under_its_writer(hour):
    shown = pages(hour)
    assert "Offices do not buy coffee" in shown
    assert "Jo" in re.findall(r"Written by ([^<.]+)", shown)


def test_the_report_of_the_hour_is_verified_without_a_failure(hour):
    said = hour.said["segkit verify reports/roastery"]
    assert "Everything is as the report says." in said


def test_every_question_has_its_file_and_none_of_the_files_was_overwritten(hour):
    texts = sorted(path.name for path in (hour.folder / "roastery" / "text").iterdir())
    assert "group-K-02.md" in texts
    assert 2 <= len(texts) <= 13
