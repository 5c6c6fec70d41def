"""``segkit verify`` as a person uses it: a report as it was made, then the same report with one thing changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from segkit.analysis.study import Study, open_study
from segkit.analysis.verification import Inputs
from segkit.cli import main
from segkit.errors import InputError
from segkit.publish.stored_report import find_company_of, read_values
from segkit.publish.verification import check_inputs, verify_results, verify_study
from tests.verification.companies import write_shop


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


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A working folder that holds the company ``shop`` and its report in ``reports/shop``."""
    from segkit.publish.reports import render_company

    place = tmp_path_factory.mktemp("work").resolve()
    folder = write_shop(place / "shop", documents=True)
    render_company(folder, place / "reports")
    return place


@pytest.fixture(scope="module")
def study(place: Path) -> Study:
    return open_study(place / "shop")


@pytest.fixture
def report(place: Path, tmp_path: Path) -> Path:
    """A copy of the report to change."""
    return shutil.copytree(place / "reports" / "shop", tmp_path / "copy" / "shop")


@pytest.fixture(scope="module")
def inputs(study: Study) -> Inputs:
    return Inputs(study)


@pytest.fixture
def verify(inputs: Inputs, report: Path) -> Callable[[], list[str]]:
    """Verify the copy by the measurement that is already there."""

    def lines() -> list[str]:
        manifest = read_values(report / "results" / "manifest.json", root=report)
        found = verify_study(report, inputs.study, manifest=manifest, inputs=inputs)
        return [str(failure) for failure in found.failures]

    return lines


@pytest.fixture
def verify_files(inputs: Inputs, report: Path) -> Callable[[], list[str]]:
    """Verify the result files of the copy, without its page."""

    def lines() -> list[str]:
        manifest = read_values(report / "results" / "manifest.json", root=report)
        return [str(failure) for failure in verify_results(report, inputs, manifest=manifest)[0].failures]

    return lines


def edit(path: Path, old: str, new: str, count: int = 1) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def page_of(report: Path, identifier: str) -> Path:
    """Return the page on which the element of an id stands, a chapter's own before the first page."""
    found = [
        path
        for path in sorted(report.glob("*.html"))
        if f' id="{identifier}"' in path.read_text(encoding="utf-8")
    ]
    assert found, identifier
    return min(found, key=lambda path: path.name == "index.html")


# the command


def test_a_report_as_it_was_made_is_found_beside_its_company_and_passes(place, capsys, monkeypatch):
    monkeypatch.chdir(place)
    code, out, error = run(capsys, "verify", "reports/shop")
    assert (code, error) == (0, "Measuring shop anew …\n")
    assert re.match(
        r"\d+ sources compared, \d+ statistics recomputed, \d+ quotations looked for again and \d+ links", out
    )
    assert "stands only in notes" in out or "stand only in notes" in out
    assert out.endswith("Everything is as the report says.\n")


def test_the_report_may_be_named_by_a_dot_and_the_company_by_an_option(
    place, report, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(report)
    code, out, error = run(capsys, "verify", ".", "--company", place / "shop", "--json")
    assert code == 0, error
    assert error == "Measuring shop anew …\n"
    said = json.loads(out)
    assert said["passed"] is True
    assert said["failures"] == []
    assert said["quotes"] >= 2


def test_a_report_elsewhere_whose_company_is_not_near_asks_for_it(report, tmp_path, capsys, monkeypatch):
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    code, out, error = run(capsys, "verify", report)
    assert (code, out) == (1, "")
    assert error.splitlines()[-1] == (
        "error: the company folder of shop was not found near empty or the report; give it with --company DIR."
    )


def test_a_company_that_is_gone_or_no_company_is_one_sentence(report, tmp_path, capsys):
    for folder in (tmp_path / "gone", report, tmp_path / "copy" / "shop" / "index.html"):
        code, out, error = run(capsys, "verify", report, "--company", folder)
        assert (code, out) == (1, "")
        assert error.splitlines()[-1].startswith("error: ")
        assert len(error.splitlines()) == 2


def test_the_company_is_found_near_by_by_its_settings_else_by_its_name(place, report, tmp_path, monkeypatch):
    manifest = read_values(report / "results" / "manifest.json", root=report)
    monkeypatch.chdir(place)
    renamed = report.rename(report.with_name("final version"))
    assert find_company_of(renamed, manifest) == place / "shop"
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="company folder of final version was not found near"):
        find_company_of(renamed, manifest)
    kept = shutil.copytree(place / "shop", tmp_path / "data" / "somewhere")
    assert find_company_of(renamed, manifest) == kept
    edit(kept / "company.toml", "GBP", "EUR")
    with pytest.raises(InputError, match="give it with --company DIR"):
        find_company_of(renamed, manifest)
    named = kept.rename(kept.with_name("Final Version"))
    assert find_company_of(renamed.rename(renamed.with_name("final-version")), manifest) == named
    (tmp_path / "company.toml").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    assert find_company_of(tmp_path / "copy" / "final-version", {"inputs": [5, {"path": []}]}) == named


def test_a_changed_order_file_is_said_first_and_does_not_flood(place, report, tmp_path, capsys):
    folder = shutil.copytree(place / "shop", tmp_path / "shop")
    text = (folder / "orders.csv").read_text()
    (folder / "orders.csv").write_text(re.sub(r",(\d+)\.50,", lambda m: f",{int(m[1]) * 3 % 400}.10,", text))
    code, out, _ = run(capsys, "verify", report, "--company", folder)
    assert code == 1
    lines = out.splitlines()
    failures = [line for line in lines if line.startswith("  ")]
    assert failures[0].startswith("  source: orders.csv has changed since the report was made (sha256 ")
    assert len(failures) < 75  # a report of three chapters: some 60 parts of it change with one order
    assert max(map(len, failures)) < 1200
    assert any(re.match(r"  and \d+ more in evidence.json", line) for line in failures)
    assert re.fullmatch(r"\d+ things are not as the report says\.", lines[-1])


def test_an_order_file_that_is_gone_is_named_and_why_nothing_more_could_be_checked(
    place, report, tmp_path, capsys
):
    folder = shutil.copytree(place / "shop", tmp_path / "shop")
    (folder / "orders.csv").unlink()
    code, out, _ = run(capsys, "verify", report, "--company", folder)
    assert code == 1
    assert "  source: orders.csv is missing from the company folder\n" in out
    assert "  company folder: cannot be measured again: shop has no order history" in out


def test_pages_and_notes_that_are_gone_are_named(place, report, tmp_path, capsys):
    folder = shutil.copytree(place / "shop", tmp_path / "shop")
    for gone in ("research/who-comes-back.md", "website/delivery.html"):
        (folder / gone).unlink()
    code, out, _ = run(capsys, "verify", report, "--company", folder)
    assert code == 1
    assert "  source: research/who-comes-back.md is missing from the company folder\n" in out
    assert "  source: website/delivery.html is missing from the company folder\n" in out
    assert re.search(r"  S\d-\w+: quote names the source who-comes-back, which is no readable document", out)


def test_a_source_that_was_edited_and_one_that_came_later_are_named(place, report, tmp_path, capsys):
    folder = shutil.copytree(place / "shop", tmp_path / "shop")
    edit(folder / "research" / "who-comes-back.md", "81 come back", "91 come back")
    shutil.copy(folder / "website" / "delivery.html", folder / "website" / "new.html")
    code, out, _ = run(capsys, "verify", report, "--company", folder, "--json")
    assert code == 1
    said = [f"{failure['where']}: {failure['sentence']}" for failure in json.loads(out)["failures"]]
    assert any(
        line.startswith("source: research/who-comes-back.md has changed since the report was made")
        for line in said
    )
    assert any(re.match(r"S\d-\w+: quote: not found in research/who-comes-back.md", line) for line in said)
    assert any(
        "website/new.html is in the company folder, and the report was made without it" in line
        for line in said
    )


# the results beside the page


def test_other_versions_of_packages_are_a_remark_and_no_failure(study, report):
    edit(report / "results" / "manifest.json", '"pandas": "', '"pandas": "0.')
    manifest = read_values(report / "results" / "manifest.json", root=report)
    found = verify_study(report, study, manifest=manifest)
    assert found.failures == ()
    assert any(note.startswith("The report was made with other versions: pandas 0.") for note in found.notes)


def test_another_version_of_segkit_alone_is_no_failure_either(verify, report):
    edit(report / "results" / "manifest.json", '"segkit": "', '"segkit": "99.')
    edit(report / "index.html", "Made with segkit ", "Made with segkit 99.")
    assert verify() == []


def test_a_file_of_the_report_that_is_gone_is_named_once(verify, report):
    gone = (
        "results/evidence.json",
        "results/segments.json",
        "results/ledger.json",
        "results/cleaning.json",
        "results/checklist.json",
        "results/sales_cycle.json",
        "results/customers.csv",
        "results/schemas/evidence.schema.json",
        "index.html",
        "notebooks/segmentation.ipynb",
    )
    for name in gone:
        (report / name).unlink()
    lines = sorted(line.partition(" from ")[0] for line in verify())
    labels = [name.removeprefix("results/").removeprefix("schemas/") for name in gone]
    assert lines == sorted(f"{label}: is missing" for label in labels)


def test_a_changed_cell_of_the_customer_table_is_said_with_its_line(verify_files, report):
    path = report / "results" / "customers.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[3] = lines[3].replace(",", ",9", 1)
    path.write_text("".join(lines), encoding="utf-8")
    (line,) = verify_files()
    assert line.startswith("customers.csv: line 4 says ")


def test_another_number_of_groups_in_the_manifest_is_named(place, report, capsys):
    edit(report / "results" / "manifest.json", '"n_segments": 3', '"n_segments": 2')
    code, out, _ = run(capsys, "verify", report, "--company", place / "shop")
    assert code == 1
    assert "manifest.json: parameters.n_segments says 2, company folder gives 3" in out


def test_a_value_of_the_sales_cycle_that_was_edited_is_named_with_its_field(verify, report):
    edit(report / "results" / "sales_cycle.json", '"applies": "', '"applies": "not ')
    (line,) = verify()
    assert line.startswith("sales_cycle.json: qualification.verdicts[0].applies says ")


def test_words_of_the_sales_cycle_that_no_page_holds_are_named(verify, study, report):
    page = next(item.source for item in study.library.documents if item.source.path.endswith("delivery.html"))
    invented = json.dumps({"source_id": page.id, "exact": "Everybody may pay later.", "heading": ""})
    edit(report / "results" / "sales_cycle.json", '"also": []', f'"also": [{invented}]')
    said = f"quotes “Everybody may pay later.”, which does not stand in {page.path}"
    assert f"sales_cycle.json: {said}" in verify()


# the page


def test_a_claim_that_was_edited_only_on_the_page_is_named(verify, study, report):
    item = next(item for item in study.evidence.evidence if item.statistic)
    path = page_of(report, f"item-{item.id}")
    page = path.read_text(encoding="utf-8")
    start = page.index(f'id="item-{item.id}"')
    digit = re.compile(r"(?<=[ >])\d").search(page, page.index('<p class="claim">', start))
    path.write_text(page[: digit.start()] + "77" + page[digit.end() :], encoding="utf-8")
    lines = verify()
    assert f"{item.id}: the page has another claim than evidence.json" in lines
    assert any(line.startswith(f"{path.name}: at item-{item.id} says “") and "77" in line for line in lines)


def test_a_number_that_was_edited_anywhere_on_the_page_is_named_with_its_place(verify, report):
    path = page_of(report, "customers")
    page = path.read_text(encoding="utf-8")
    start = page.index('id="customers"')
    digit = re.compile(r">\d+<").search(page, start)
    path.write_text(f"{page[: digit.start()]}>987654<{page[digit.end() :]}", encoding="utf-8")
    (line,) = verify()
    assert line.startswith("segmentation_appendix.html: at customers")
    assert "987654" in line


def test_a_number_edited_on_the_page_and_in_its_notebook_is_still_caught(verify, study, report):
    size = f"{study.segmentation.summary.segments[0].size} of {len(study.customers)} customers"
    edit(report / "segmentation.html", size, "99 of 100 customers", -1)
    edit(report / "notebooks" / "segmentation.ipynb", size, "99 of 100 customers", -1)
    lines = verify()
    assert any(
        line.startswith("notebooks/segmentation.ipynb: ") and "99 of 100 customers" in line for line in lines
    )


def test_words_of_a_later_chapter_edited_on_the_page_and_in_its_notebook_are_still_caught(verify, report):
    edit(report / "sales_cycle.html", "<dd>Delivers.</dd>", "<dd>Nobody.</dd>")
    edit(report / "notebooks" / "sales_cycle.ipynb", '"text": "Delivers."', '"text": "Nobody."')
    (line,) = verify()
    assert line.startswith("notebooks/sales_cycle.ipynb: stage-won.terms[")
    assert "Nobody." in line


def test_a_quotation_that_was_edited_only_on_the_page_is_named(verify, study, report):
    item = next(item for item in study.evidence.evidence if item.quote)
    words = item.quote.exact.split()[-2]
    path = page_of(report, f"item-{item.id}")
    page = path.read_text(encoding="utf-8")
    start = page.index(words, page.index("<blockquote>", page.index(f'id="item-{item.id}"')))
    path.write_text(f"{page[:start]}never{page[start + len(words) :]}", encoding="utf-8")
    assert f"{item.id}: the page has another quotation than evidence.json" in verify()


def test_a_piece_of_evidence_cut_from_the_page_is_named(verify, study, report):
    item = study.evidence.evidence[0]
    path = page_of(report, f"item-{item.id}")
    page = path.read_text(encoding="utf-8")
    start = page.index(f'<li id="item-{item.id}"')
    end = page.index("<li id=", start + 5)
    path.write_text(page[:start] + page[end:], encoding="utf-8")
    assert f"{item.id}: stands nowhere on the page" in verify()


def test_links_and_citations_that_lead_nowhere_and_references_nobody_cites_are_named(verify, report):
    page = report / "index.html"
    edit(page, 'id="ref-orders"', 'id="ref-order"')
    edit(page, "</main>", '<p><a href="results/notes.txt">notes</a> <a href="#nowhere">there</a></p></main>')
    lines = verify()
    assert "index.html: a link leads to ref-orders, which is nowhere on the page" in lines
    assert "segmentation.html: a link leads to ref-orders, which is nowhere on index.html" in lines
    assert "index.html: the reference ref-order is listed and never cited" in lines
    assert "index.html: a link leads to nowhere, which is nowhere on the page" in lines
    assert "index.html: a link leads to the file results/notes.txt, which is not in the report" in lines


def test_words_added_outside_every_block_are_caught(verify, report):
    edit(report / "index.html", "<h1 ", "<p>Sales will double.</p><h1 ")
    (line,) = verify()
    assert line.startswith("index.html: ")
    assert "Sales will double." in line


def test_a_second_element_of_the_same_id_hides_nothing(verify, study, report):
    item = study.evidence.evidence[0]
    path = page_of(report, f"item-{item.id}")
    edit(
        path,
        f'<li id="item-{item.id}"',
        f'<li id="item-{item.id}"><p class="claim">They all love us.</p></li><li id="item-{item.id}"',
    )
    lines = verify()
    assert f"{path.name}: the id item-{item.id} is given to two elements" in lines
    assert f"{item.id}: the page has another claim than evidence.json" in lines


def test_a_page_of_a_chapter_that_is_gone_is_named_and_so_are_the_links_to_it(verify, report):
    (report / "flow_design.html").unlink()
    lines = verify()
    assert "flow_design.html: is missing from the report" in lines
    assert "index.html: a link leads to the file flow_design.html, which is not in the report" in lines


def test_a_link_to_a_place_that_another_page_lacks_is_named(verify, report):
    edit(report / "segmentation.html", ' id="page-segmentation"', ' id="page-other"')
    assert "index.html: a link leads to page-segmentation, which is nowhere on segmentation.html" in verify()


# the files beside the tables


def test_every_table_and_figure_has_its_file_and_each_is_linked(report):
    linked = {
        name
        for page in report.glob("*.html")
        for name in re.findall(r'class="csv" href="(tables/[^"]+)"', page.read_text(encoding="utf-8"))
    }
    assert linked == {f"tables/{path.name}" for path in (report / "tables").iterdir()}
    assert {"tables/rules.csv", "tables/evidence-overview.csv", "tables/customers.csv"} < linked


def test_a_file_of_a_table_that_was_edited_is_gone_or_has_no_table_is_named(verify, report):
    edit(report / "tables" / "rules.csv", "1", "7")
    (report / "tables" / "options.csv").unlink()
    (report / "tables" / "profits.csv").write_text("Profit\n1000\n")
    lines = verify()
    assert "tables/rules.csv: says something else than its table on the page" in lines
    assert "tables/options.csv: is missing or cannot be read; the report has its table" in lines
    assert "tables/profits.csv: is a file that no table of the report has" in lines


# report folders made to break it

HOSTILE = {
    "nothing": b"",
    "no JSON": b"{'a': 1}",
    "a list": b"[1, 2]",
    "a number": b"5",
    "a number that is none": b'{"n_tests": NaN, "sources": Infinity}',
    "a number too large": b'{"n_tests": ' + b"9" * 5000 + b"}",
    "a value twice": b'{"evidence": [], "evidence": []}',
    "nested lists": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested a little": b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}",
    "other bytes": b"\xff\xfe\x00\x01",
    "half a character": b'{"sources": [{"id": "\\ud800"}], "evidence": [{"id": "\\ud800\\u001b[2J"}]}',
    "wrong kinds": b'{"sources": {"a": 1}, "evidence": [1, null, {"id": 5, "statistic": {"feature": []}, "quote": [], '
    b'"segment_id": 1e999}], "gaps": "x", "suggested": [{"id": {}, "quote": {"exact": 5}, "source_id": []}]}',
}


@pytest.mark.parametrize("name", ["evidence.json", "segments.json"])
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_result_file_that_is_none_is_a_line_by_its_name(verify_files, report, name, content):
    (report / "results" / name).write_bytes(content)
    lines = verify_files()
    assert lines
    assert all(line == " ".join(line.split()) and len(line) < 1500 for line in lines)
    if name == "segments.json" or b'"sources": [' not in content:
        assert any(line.startswith((f"{name}: ", "sources: ")) for line in lines)


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "half a character"])
def test_a_manifest_that_is_none_is_refused_or_named(place, report, capsys, name):
    (report / "results" / "manifest.json").write_bytes(HOSTILE[name])
    code, out, error = run(capsys, "verify", report, "--company", place / "shop")
    assert code == 1
    assert "Traceback" not in error
    assert error.splitlines()[-1].startswith("error: results/manifest.json ") or "manifest.json: " in out


@pytest.mark.parametrize(
    "entry",
    [
        {"path": "../../../etc/passwd", "sha256": "0"},
        {"path": "/etc/passwd", "sha256": "0"},
        {"path": "a\0b", "sha256": "0"},
        {"path": "x" * 5000, "sha256": 5},
        {"path": ["orders.csv"]},
        {},
    ],
    ids=range(6),
)
def test_an_input_that_is_none_is_named_and_nothing_outside_is_read(place, entry):
    (failure,) = check_inputs({"inputs": [entry, 5]}, place / "shop")
    assert "etc/passwd has changed" not in str(failure)
    assert failure.file == "company folder"


def test_files_that_are_links_or_folders_are_refused_by_name(verify_files, report, tmp_path):
    (tmp_path / "secret.csv").write_text("secret\n")
    results = report / "results"
    (results / "customers.csv").unlink()
    (results / "customers.csv").symlink_to(tmp_path / "secret.csv")
    (results / "ledger.json").unlink()
    (results / "ledger.json").symlink_to("ledger.json")
    (results / "cleaning.json").unlink()
    (results / "cleaning.json").mkdir()
    lines = verify_files()
    assert sorted(line.partition(":")[0] for line in lines) == [
        "cleaning.json",
        "customers.csv",
        "ledger.json",
    ]
    assert any("customers.csv: is a link that leads out of the report" in line for line in lines)
    assert not any("secret" in line for line in lines)


def test_a_file_larger_than_any_report_is_not_read(verify, report):
    for name in ("results/evidence.json", "results/customers.csv", "index.html"):
        os.truncate(report / name, 5_000_000_000)
    lines = verify()
    assert len(lines) == 3
    assert all("holds 5,000 MB, more than any report" in line for line in lines)


def test_a_file_that_may_not_be_read_is_a_line_by_its_name(verify_files, report, monkeypatch):
    read = Path.read_bytes

    def refuse(path):
        if path.name == "evidence.json":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert verify_files() == ["evidence.json: cannot be read (Permission denied); check its permissions"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<p id=a><p id=a>",
        b"<a href='#%ff'>" * 3,
        b"<div>" * 200_000,
        b"<b></i>" * 100_000,
        b"\xff",
        b"<![CDATA[",
        b"<!",
    ],
    ids=lambda content: f"{content[:12]!r} x {len(content)}",
)
def test_a_page_made_to_break_it_is_said_to_be_another(verify, report, content):
    (report / "index.html").write_bytes(content)
    assert any("index.html" in line for line in verify())


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"cells": 5, "nbformat": 4}', b'{"cells": [{"outputs": [5]}]}']
)
def test_a_notebook_that_is_none_is_named(verify, report, content):
    (report / "notebooks" / "segmentation.ipynb").write_bytes(content)
    (line,) = verify()
    assert line.startswith("notebooks/segmentation.ipynb: ")


def test_a_folder_that_holds_no_report_is_refused_in_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file", tmp_path / "gone"):
        code, out, error = run(capsys, "verify", path)
        assert (code, out) == (1, "")
        assert error.splitlines()[-1] == (
            f"error: {path} holds no report (no results/manifest.json); give the folder that `segkit report` wrote."
        )
