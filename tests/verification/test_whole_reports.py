"""Whole reports of a small company pass `segkit verify`: as a worksheet, with own texts, and with people named."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.verification.companies import write_shop

sys.path.insert(0, str(Path(__file__).parents[1] / "hostile"))
from hostile_case import run_segkit

pytestmark = pytest.mark.slow
OWN = """---
section: group
contains: K1
by: Jo Bell
---
They buy for others and plan ahead.

They came back 977 times.
"""


def rendered(place: Path, folder: Path, *options: str) -> Path:
    """Render a company and verify it; return the report's folder."""
    place = place.resolve()
    made = run_segkit(["report", folder.name, "--out", str(place / "reports"), *options], place)
    assert (made.code, made.errors) == (0, [])
    report = place / "reports" / folder.name
    checked = run_segkit(["verify", str(report), "--company", str(place / folder.name)], place)
    assert "Everything is as the report says." in checked.stdout
    assert (checked.code, checked.errors) == (0, [])
    return report


def shown(report: Path) -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted(report.glob("*.html")))


def test_a_fresh_worksheet_is_as_it_says(tmp_path):
    report = rendered(tmp_path, write_shop(tmp_path / "shop"), "--worksheet")
    assert "Nobody has written" in shown(report)


def test_a_report_with_own_texts_is_as_it_says(tmp_path):
    folder = write_shop(tmp_path / "shop")
    (folder / "text").mkdir()
    (folder / "text" / "group-K1.md").write_text(OWN, encoding="utf-8")
    (folder / "text" / "group-K99.md").write_text("<!-- Who are they? -->\n", encoding="utf-8")
    page = shown(rendered(tmp_path, folder))
    assert "They buy for others and plan ahead." in page
    assert "Jo Bell" in page
    assert "not traced" in page
    assert "about customers who are not in the data: text/group-K99.md" in page


def test_a_report_that_names_people_keeps_labels_in_results_and_notebooks_and_is_as_it_says(tmp_path):
    folder = write_shop(tmp_path / "shop", names="person{}@example.org")
    report = rendered(tmp_path, folder, "--identifiable")
    assert "person1@example.org" in shown(report)
    kept = [*(report / "results").rglob("*"), *(report / "notebooks").rglob("*")]
    assert len(kept) > 5
    assert not [path.name for path in kept if path.is_file() and b"@example.org" in path.read_bytes()]
