"""Documents beside the pages: which are made, what is refused first, and whose edits stay."""

from __future__ import annotations

from pathlib import Path

import pytest

from segkit.errors import InputError
from segkit.publish import hand_in
from segkit.publish.blocks import Text
from segkit.publish.document import Chapter, Document, Shown
from segkit.publish.docx.guard import is_unchanged
from segkit.publish.hand_in import Format, check_formats, keep_files, write_hand_in
from segkit.publish.references import References

BOTH = (Format.PDF, Format.DOCX)


def chapter(name: str, title: str, sentences: int = 1) -> Chapter:
    said = tuple(f"Sentence {n} that takes room." for n in range(sentences))
    return Chapter(name=name, title=title, items=(Shown(record=Text(id=name, paragraphs=said).record()),))


@pytest.fixture
def document() -> Document:
    return Document(
        title="Ten customers",
        company=None,
        as_of=None,
        checklist=(),
        chapters=(chapter("body", "Who buys"),),
        appendices=(chapter("working", "Appendix A: Who buys", 200),),
        closing=(),
        references=References(labels={"body": "Body", "working": "Working"}),
    )


def write(document: Document, folder: Path, **changes: object) -> hand_in.HandIn:
    folder.mkdir(exist_ok=True)
    asked = {"formats": BOTH, "pages": None, "before": folder.with_name("none"), **changes}
    return write_hand_in(document, folder, "shop", **asked)


def test_both_documents_stand_beside_the_pages_with_their_pages_counted(document, tmp_path):
    made = write(document, tmp_path)
    assert [one.path.name for one in made.written] == ["shop.pdf", "shop.docx"]
    assert made.written[0].pages > 3
    assert (tmp_path / "shop.pdf").read_bytes().startswith(b"%PDF-")
    assert is_unchanged(tmp_path / "shop.docx")
    assert made.notes == ()


def test_the_word_file_leaves_out_the_same_appendices(document, tmp_path):
    made = write(document, tmp_path, pages=4)
    assert made.notes == (
        "Left out to keep within 4 pages: Appendix A: Who buys; the HTML report has it.",
        "The pages are counted in the PDF; Word may break them otherwise.",
    )
    assert (tmp_path / "shop.docx").stat().st_size < write_size(document, tmp_path / "whole")


def write_size(document: Document, folder: Path) -> int:
    return write(document, folder, formats=(Format.DOCX,)).written[0].path.stat().st_size


def test_without_typst_a_word_file_is_written_whole_and_that_is_said(document, tmp_path, monkeypatch):
    monkeypatch.setattr(hand_in, "has_typst", lambda: False)
    made = write(document, tmp_path, formats=(Format.DOCX,), pages=2)
    assert made.notes == (
        "Pages cannot be counted without the package typst, so nothing was left out; pip install 'segkit[pdf]'.",
    )


@pytest.mark.parametrize(
    ("formats", "missing", "words"),
    [([Format.PDF], "has_typst", "segkit[pdf]"), ([Format.DOCX], "find_spec", "segkit[docx]")],
)
def test_a_missing_extra_is_said_before_anything_is_made(formats, missing, words, monkeypatch):
    monkeypatch.setattr(hand_in, missing, lambda *_: None)
    with pytest.raises(InputError) as refused:
        check_formats(formats, None)
    assert words in str(refused.value)


def test_a_page_limit_without_a_document_is_refused():
    with pytest.raises(InputError, match="--format pdf"):
        check_formats([Format.HTML], 12)


def test_an_edited_word_file_keeps_its_name_and_the_new_one_takes_another(document, tmp_path):
    before = tmp_path / "before"
    write(document, before, formats=(Format.DOCX,))
    (before / "shop.docx").write_bytes(b"edited by hand")
    after = tmp_path / "after"
    made = write(document, after, formats=(Format.DOCX,), before=before)
    keep_files(before, after, "shop")
    assert (after / "shop.docx").read_bytes() == b"edited by hand"
    assert is_unchanged(after / "shop-2.docx")
    assert [one.path.name for one in made.written] == ["shop-2.docx"]
    assert made.notes == ("shop.docx was edited and stays as it is; the new one is shop-2.docx.",)


def test_a_report_without_documents_still_keeps_an_edited_one_and_a_persons_own_files(tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    (before / "drafts").mkdir(parents=True)
    after.mkdir()
    for name in ("shop.docx", "drafts/mine.docx", "notes.txt", "handed in.pdf"):
        (before / name).write_bytes(b"mine")
    for name in ("shop.pdf", "index.html", "old.html", ".DS_Store", "~$shop.docx.tmp"):
        (before / name).write_bytes(b"of the old report")
    keep_files(before, after, "shop")
    kept = sorted(path.relative_to(after).as_posix() for path in after.rglob("*") if path.is_file())
    assert kept == ["drafts/mine.docx", "handed in.pdf", "notes.txt", "shop.docx"]


def test_an_unchanged_word_file_gives_way_to_the_new_one(document, tmp_path):
    before, after = tmp_path / "before", tmp_path / "after"
    write(document, before, formats=(Format.DOCX,))
    made = write(document, after, formats=(Format.DOCX,), before=before)
    keep_files(before, after, "shop")
    assert [path.name for path in after.iterdir()] == ["shop.docx"]
    assert made.notes == ()
