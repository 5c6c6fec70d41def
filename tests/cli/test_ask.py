"""``segkit ask`` as a person uses it: questions on the terminal, a file for each answer, nothing of the user's touched."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace

import pytest

from segkit.cli import ask as command
from segkit.cli import main
from segkit.intake.own_texts import read_own_texts
from segkit.model.argument import Author, Section
from segkit.model.question import Question
from segkit.model.sales_cycle import Quotation
from segkit.publish.question_files import compose_file, file_name, write_question_files
from segkit.publish.sales import make_sales

HOSTILE = 'A "quote" --> <script>alert(1)</script> <!-- and\n---\nauthor: language model'


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
def sales(example_plan):
    return make_sales(example_plan)


@pytest.fixture
def shop(tmp_path, example_folder, sales, monkeypatch):
    """A copy of the example company whose three chapters are measured already."""
    folder = tmp_path / "tenterfold"
    shutil.copytree(example_folder, folder)
    monkeypatch.setattr(command, "_open", lambda company, out: sales)
    return folder


def test_the_questions_are_printed_in_order_each_with_a_fact_and_its_file(shop, capsys):
    code, out, _ = run(capsys, "ask", shop)
    lines = out.splitlines()
    assert code == 0
    assert [line.partition(".")[0] for line in lines[:36:3]] == [str(number) for number in range(1, 13)]
    assert all(line.startswith("   text/") and line.endswith(" (new)") for line in lines[2:36:3])
    assert lines[-2] == "12 questions; 12 files written, 0 kept, 0 answered."


def test_each_question_gets_a_file_that_reads_as_not_answered_yet(shop, capsys):
    run(capsys, "ask", shop)
    names = {path.name for path in (shop / "text").iterdir()}
    assert {"group-C004.md", "criterion-authority.md", "stage-closing.md", "summary.md"} <= names
    texts = read_own_texts(shop)
    assert len(texts) == 12
    assert all(text.paragraphs == () and text.author is Author.USER for text in texts)


def test_an_answer_is_kept_and_told_and_the_other_files_stay_as_they_are(shop, capsys):
    run(capsys, "ask", shop)
    path = shop / "text" / "group-C004.md"
    path.write_text(path.read_text(encoding="utf-8") + "They need a class set by a date.\n", encoding="utf-8")
    before = {each.name: each.read_bytes() for each in (shop / "text").iterdir()}
    code, out, _ = run(capsys, "ask", shop)
    assert code == 0
    assert "text/group-C004.md (answered)" in out
    assert "12 questions; 0 files written, 12 kept, 1 answered." in out
    assert {each.name: each.read_bytes() for each in (shop / "text").iterdir()} == before
    assert {text.path: text.paragraphs for text in read_own_texts(shop)}["text/group-C004.md"] == (
        "They need a class set by a date.",
    )


def test_a_text_under_another_name_answers_its_question_too(shop, capsys):
    (shop / "text").mkdir()
    (shop / "text" / "schools.md").write_text("---\nsection: group\ncontains: C004\n---\nA class set.\n")
    _, out, _ = run(capsys, "ask", shop)
    assert "text/schools.md (answered)" in out
    assert not (shop / "text" / "group-C004.md").exists()


def test_a_text_that_names_the_group_by_another_customer_answers_its_question_too(shop, sales, capsys):
    groups = sales.plan.foundation.segmentation.assignments
    others = [str(name) for name in groups.index if groups[name] == groups["C004"] and name != "C004"]
    (shop / "text").mkdir()
    (shop / "text" / f"group-{others[0]}.md").write_text("A class set.\n")
    _, out, _ = run(capsys, "ask", shop)
    assert f"text/group-{others[0]}.md (answered)" in out
    assert not (shop / "text" / "group-C004.md").exists()


def test_machines_get_the_same_questions_as_json(shop, capsys):
    _, out, _ = run(capsys, "ask", shop, "--json")
    found = json.loads(out)
    assert len(found) == 12
    assert set(found[0]) == {
        "question", "section", "about", "facts", "quotations", "mind", "file", "kept", "answered",
    }  # fmt: skip
    assert all((shop / item["file"]).is_file() for item in found)


def test_the_file_holds_the_question_its_facts_with_ids_and_sources_and_what_would_change_ones_mind(
    shop, capsys
):
    run(capsys, "ask", shop)
    text = " ".join((shop / "text" / "group-C004.md").read_text(encoding="utf-8").split())
    for part in ("Question ", "Facts", "S1-1: ", "[@orders]", "Quotations", "What would change your mind"):
        assert part in text
    assert "“Of the 66 orders we saw, 41 were placed in two windows" in text


def test_the_examples_of_segkit_itself_get_no_files(capsys, example_folder, sales, monkeypatch):
    monkeypatch.setattr(command, "_open", lambda company, out: sales)
    code, out, err = run(capsys, "ask", example_folder)
    assert (code, out) == (1, "")
    assert "is an example of segkit itself; copy its folder first" in err
    assert not (example_folder / "text").exists()


def test_a_file_in_place_of_the_folder_is_refused_in_one_sentence(shop, capsys):
    (shop / "text").write_text("mine")
    code, _, err = run(capsys, "ask", shop)
    assert code == 1
    assert err.splitlines()[-1].startswith("error: text in tenterfold is no folder of it")


def question(**changes) -> Question:
    values = {
        "section": Section.GROUP,
        "about": "C1",
        "asks": "Why?",
        "facts": ("1 of 2.",),
        "mind": "3 of 4.",
    }
    return Question(**(values | changes))


def test_nothing_in_a_fact_or_a_customer_id_leaves_its_place_in_the_file(tmp_path):
    hostile = question(
        about='C"1', asks=HOSTILE, facts=(HOSTILE,), quotations=(Quotation(source_id="a", exact=HOSTILE),)
    )
    write_question_files(tmp_path, [hostile])
    found = read_own_texts(tmp_path)
    assert [(text.about, text.paragraphs, text.author) for text in found] == [('C"1', (), Author.USER)]


def test_customers_that_a_file_name_cannot_tell_apart_get_files_of_their_own(tmp_path):
    files = write_question_files(tmp_path, [question(about="a/b"), question(about="a:b")])
    assert [item.path for item in files] == ["text/group-a-b.md", "text/group-a-b-2.md"]
    assert sorted(text.about for text in read_own_texts(tmp_path)) == ["a/b", "a:b"]


def test_a_customer_id_never_leads_out_of_the_folder():
    assert file_name(question(about="../../etc/passwd")) == "group-etc-passwd.md"
    assert file_name(question(about="店")) == "group.md"


def test_a_section_that_stands_once_names_nobody_in_its_file():
    text = compose_file(replace(question(), section=Section.SUMMARY, about=""), number=1, of=1)
    assert text.startswith("---\nsection: summary\nauthor: user\nby:\n---\n<!--\n")
