"""What ``segkit check`` says of pages and notes, as a person reads it on a terminal of 100 columns."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.cli import main
from segkit.cli.documents import say_evidence, say_library
from segkit.model.document import Library, UnreadDocument
from segkit.model.evidence import Status
from segkit.model.ledger import Ledger

ORDERS = "customer,order,date,amount,gift_message\n" + "".join(
    f"K{customer},{customer}-{number},2026-0{number}-1{customer},{10 * customer + number}.50,{'Love' * (customer < 3)}\n"
    for customer in range(1, 7)
    for number in range(1, 4)
)
PAGE = """<html><head><title>Presents</title></head><body><main><h1>Presents</h1>
<p>We post presents to somebody else and write your personal message on a card by hand.</p>
</main></body></html>"""
HOSTILE = "\x1b[2J\x1b[31mred\x07\r\u202eturned\x00\x9b\nFeigned line\n\x85end"
KEY = re.compile(r"^    (\S+-[0-9a-f]{6}:\S+)  \((\S+)\)$", re.MULTILINE)


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]):
    """Return what is printed of a study."""

    def say(study) -> str:
        say_library(study.library)
        say_evidence(study)
        return capsys.readouterr().out

    return say


def bare(study, **parts: object):
    """Return a study without documents, but with these parts."""
    book = replace(study.evidence, suggested=(), invalid=(), unmatched=())
    return replace(study, **({"library": Library(), "ledger": Ledger(), "evidence": book} | parts))


# ----------------------------------------------------------------------------- the example


def test_pages_and_notes_of_the_example_are_counted(example_study, said):
    out = said(example_study)
    assert out.startswith("Pages and notes\n  9 saved pages: ")
    assert "7 research files (1 saved publication, 4 notes on publications and 2 records of your own)" in out
    assert "Worth saving" not in out
    assert "does not count" not in out


def test_every_suggestion_is_listed_under_its_group_with_its_key_its_factor_and_its_words(
    example_study, said
):
    out = said(example_study)
    suggested = example_study.evidence.suggested
    assert KEY.findall(out) == [
        (item.key, item.factor.value)
        for segment in example_study.segmentation.summary.segments
        for item in suggested
        if item.segment_id == segment.id
    ]
    assert len(suggested) > 10
    flat = " ".join(out.split())
    for item in suggested:
        assert " ".join(item.quote.exact.split()[:8]) in flat
        assert item.locator in flat
    for segment in example_study.segmentation.summary.segments:
        assert f"\n  {segment.name}\n" in out


def test_the_line_to_write_is_shown_with_a_key_that_fits(example_study, said):
    assert f'accept = ["{example_study.evidence.suggested[0].key}"]\n' in said(example_study)


def test_what_is_decided_already_is_not_asked_again(example_study, said):
    out = said(example_study)
    decided = (*example_study.company.evidence.accept, *example_study.company.evidence.against)
    assert decided
    assert [key for key in decided if key.partition(":")[0] in out] == []


def test_sources_that_disagree_are_listed(example_study, said):
    _, _, out = said(example_study).partition("Sources that disagree\n")
    flat = " ".join(out.split())
    for conflict in example_study.ledger.conflicts:
        assert conflict.sentence in flat
    assert "FIRESIDE15" in flat
    assert "Christmas" in flat


def test_no_line_is_longer_than_a_hundred_columns_and_no_key_is_broken(example_study, said):
    out = said(example_study)
    assert max(map(len, out.splitlines())) <= 100
    long = replace(example_study.evidence.suggested[0], key=f"page-{'long-' * 30}12ab34:C004")
    study = bare(example_study, evidence=replace(example_study.evidence, suggested=(long,)))
    assert long.key in said(study)


# ----------------------------------------------------------------------------- what is missing or does not count


def test_without_pages_it_says_which_are_worth_saving_and_how(example_study, said):
    out = said(bare(example_study))
    assert "No page of the company's website is saved yet. Worth saving:" in out
    assert "delivery and returns" in out
    assert "website/" in out
    assert max(map(len, out.splitlines())) <= 100
    assert "waiting for your yes or no" not in out
    assert "disagree" not in out


def test_files_that_could_not_be_read_are_named_with_the_reason(example_study, said):
    unread = (UnreadDocument(path="website/a.html", reason="website/a.html is empty; save the page again."),)
    out = said(bare(example_study, library=Library(unread=unread)))
    assert "  Not read: website/a.html is empty; save the page again.\n" in out


def test_what_does_not_count_is_listed_with_its_words(example_study, said):
    item = example_study.evidence.suggested[0]
    invalid = replace(item, status=Status.INVALID, errors=("not found in x.md; check the words",))
    book = replace(
        example_study.evidence, suggested=(), invalid=(invalid,), unmatched=("[evidence] pin names 'x'.",)
    )
    _, _, out = said(bare(example_study, evidence=book)).partition(
        "Evidence in company.toml that does not count\n"
    )
    flat = " ".join(out.split())
    assert " ".join(item.quote.exact.split()[:8]) in flat
    assert "not found in x.md; check the words" in flat
    assert "[evidence] pin names 'x'." in flat


def test_no_text_of_a_page_moves_the_cursor_or_feigns_a_line(example_study, said):
    item = example_study.evidence.suggested[0]
    hostile = replace(
        item,
        key=f"page-{HOSTILE}:C1",
        locator=HOSTILE,
        errors=(HOSTILE,),
        quote=replace(item.quote, exact=HOSTILE),
    )
    conflict = replace(example_study.ledger.conflicts[0], sentence=HOSTILE)
    study = bare(
        example_study,
        library=Library(unread=(UnreadDocument(path=HOSTILE, reason=HOSTILE),)),
        evidence=replace(
            example_study.evidence, suggested=(hostile,), invalid=(hostile,), unmatched=(HOSTILE,)
        ),
        ledger=Ledger(conflicts=(conflict,)),
    )
    out = said(study)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", out) == []
    assert out.count("red") >= 6
    assert not re.search(r"^(Feigned|end)", out, re.MULTILINE)


# ----------------------------------------------------------------------------- the command


def run(capsys: pytest.CaptureFixture[str], folder: Path) -> tuple[int, str, str]:
    before, sys.argv = sys.argv, ["segkit", "check", str(folder)]
    try:
        main()
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    finally:
        sys.argv = before
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_reads_lists_and_ends_well_whatever_does_not_fit(tmp_path: Path, capsys):
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    (tmp_path / "website").mkdir()
    (tmp_path / "website" / "presents.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "website" / "empty.html").write_text("", encoding="utf-8")
    (tmp_path / "website" / "\x1b[31mred\u202e.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "company.toml").write_text(
        '[company]\nname = "Shop"\n[segmentation]\nn_segments = 2\n[evidence]\naccept = ["page-gone-123456:K1"]\n'
        '[[evidence.own]]\ncontains = "K1"\nfactor = "need-based"\nsource = "presents.html"\n'
        'quote = "We post presents to nobody and write your personal message on a card."\n',
        encoding="utf-8",
    )
    code, out, error = run(capsys, tmp_path)
    assert code == 0, error
    assert "1 saved page: 1 passage" in " ".join(out.split())
    assert "Not read: website/empty.html is empty" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    flat = " ".join(out.partition("Evidence in company.toml that does not count")[2].split())
    assert "the closest passage is “We post presents to somebody else" in flat
    assert "'page-gone-123456:K1'" in flat
