"""Names that try to run something end up as text in the report, and a refused report leaves what was there."""

from __future__ import annotations

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from broken_injections import FORMULAS, MARKDOWN, SCRIPTS, TEMPLATES, quote
from hostile_case import HEADER, Run, run_segkit, snapshot, text_of, write_company, write_orders

ADDRESSES = {"link": {"href"}, "image": {"href", "xlink:href"}, "use": set()}
"""Attributes by which an element fetches something."""
TEXTS = (*SCRIPTS, *FORMULAS, *TEMPLATES, *MARKDOWN)
NAME = f"{SCRIPTS[0]}{TEMPLATES[0]} & Co"


class Page(HTMLParser):
    """What a page could run or fetch, and the text that a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.suspect: list[str] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside.append(tag)
        if tag in {"iframe", "object", "embed", "base", "form"}:
            self.suspect.append(tag)
        for name, value in attrs:
            outside = name in ADDRESSES.get(tag, {"src", "action"}) and not (value or "").startswith("data:")
            runs = name.startswith("on") or (value or "").strip().lower().startswith("javascript:")
            if outside or runs:
                self.suspect.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._inside[-1:] == ["script"]:
            self.scripts.append(data)
        elif self._inside[-1:] != ["style"]:
            self.text.append(data)


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path, Path]:
    """Render a company in which every name is an attack; return the run, the company and the report."""
    place = tmp_path_factory.mktemp("hostile").resolve()
    folder = place / "shop"
    rows = []
    for i, text in enumerate(TEXTS):
        for order in range(1 + i % 3):
            day = f"2024-{1 + (i + 3 * order) % 9:02d}-{13 + i % 15:02d}"
            other = TEXTS[(i + 7) % len(TEXTS)]
            rows.append(
                (quote(text), f"{i}-{order}", day, f"{10 + i}.50", quote(other), quote(SCRIPTS[i % 4]))
            )
    write_orders(folder, text_of(rows, (*HEADER[:5], quote(f"shelf {SCRIPTS[1]}"))))
    write_company(folder, name=json.dumps(NAME))
    run = run_segkit(["report", "shop", "--out", str(place / "reports")], place)
    return run, folder, place / "reports" / "shop"


@pytest.mark.slow
def test_a_company_whose_every_name_is_an_attack_gets_its_report(hostile_report):
    run, _, report = hostile_report
    assert (run.code, run.errors) == (0, [])
    assert (report / "index.html").is_file()
    outside = [path for path in run.changed if "/reports" not in path]
    assert outside == []


@pytest.mark.slow
def test_nothing_in_the_pages_runs_or_is_fetched_and_the_names_stand_as_text(hostile_report):
    pages = {path.name: Page(path.read_text(encoding="utf-8")) for path in hostile_report[2].glob("*.html")}
    assert len(pages) > 4
    for name, page in pages.items():
        assert page.suspect == [], name
        assert not [script for script in page.scripts if "alert(" in script], name
        assert NAME in "".join(page.text), name
    assert SCRIPTS[1] in "".join(text for page in pages.values() for text in page.text)


@pytest.mark.slow
def test_no_cell_of_a_table_file_is_a_formula_and_every_row_keeps_its_cells(hostile_report):
    files = sorted((hostile_report[2] / "tables").glob("*.csv"))
    assert len(files) > 5
    guarded = 0
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        assert len({len(row) for row in rows}) == 1, path.name
        cells = [cell for row in rows for cell in row]
        starts = [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert not [cell for cell in starts if not re.fullmatch(r"[+-]\d+(\.\d+)?", cell)], path.name
        guarded += sum(cell.startswith(("'=", "'+", "'-", "'@")) for cell in cells)
    assert guarded


@pytest.mark.slow
def test_ids_reach_the_machine_readable_customers_table_untouched(hostile_report):
    with (hostile_report[2] / "results" / "customers.csv").open(encoding="utf-8", newline="") as stream:
        ids = {row["customer_id"] for row in csv.DictReader(stream)}
    assert ids == {text.strip().lstrip("'") for text in TEXTS}  # spreadsheets guard codes with an apostrophe


@pytest.mark.slow
@pytest.mark.browser
def test_a_browser_opens_the_hostile_pages_without_a_dialog_an_error_or_a_request(hostile_report, browser):
    said: list[str] = []
    page = browser.new_page()
    page.on("dialog", lambda dialog: (said.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: said.append(request.url) if request.url[:5] == "http:" else None)
    titles = []
    for path in hostile_report[2].glob("*.html"):
        page.goto(path.as_uri())
        page.wait_for_timeout(300)
        titles.append(page.title())
    page.close()
    assert said == []
    assert all(NAME in title for title in titles)


@pytest.mark.slow
def test_a_report_that_is_refused_leaves_the_older_report_as_it_was(hostile_report):
    _, folder, report = hostile_report
    before = snapshot(report)
    orders = folder / "orders.csv"
    sound = orders.read_bytes()
    orders.write_bytes(sound.replace(b"10.50", b"ten"))
    run = run_segkit(["report", "shop", "--out", str(report.parent)], folder.parent)
    orders.write_bytes(sound)
    assert (run.code, len(run.errors)) == (1, 1)
    assert "'ten'" in run.sentence
    assert snapshot(report) == before
    assert run.changed == ()
