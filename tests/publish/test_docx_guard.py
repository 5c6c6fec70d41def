"""A Word document that somebody changed is never written over."""

import zipfile

import pytest

from segkit.publish.docx.guard import SEAL, edited_documents, free_name, is_unchanged, pack

PARTS = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w>text</w>"}


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "tenterfold.docx"
    path.write_bytes(pack(PARTS))
    return path


def test_a_document_as_it_was_written_is_known_again(written):
    assert is_unchanged(written)


def test_a_document_as_it_was_written_may_be_replaced(written):
    assert free_name(written) == written


@pytest.mark.parametrize("name", ["word/document.xml", SEAL])
def test_a_changed_part_is_an_edit(written, name):
    with zipfile.ZipFile(written) as package:
        parts = {entry: package.read(entry) for entry in package.namelist()}
    with zipfile.ZipFile(written, "w") as package:
        for entry, content in parts.items():
            package.writestr(entry, content + (b" " if entry == name else b""))
    assert not is_unchanged(written)


def test_a_part_that_was_added_is_an_edit(written):
    with zipfile.ZipFile(written, "a") as package:
        package.writestr("word/comments.xml", "<mine/>")
    assert not is_unchanged(written)


def test_a_part_that_was_removed_is_an_edit(written):
    with zipfile.ZipFile(written) as package:
        kept = {entry: package.read(entry) for entry in package.namelist() if entry != "word/document.xml"}
    with zipfile.ZipFile(written, "w") as package:
        for entry, content in kept.items():
            package.writestr(entry, content)
    assert not is_unchanged(written)


@pytest.mark.parametrize("content", [b"", b"not a package", b"PK\x03\x04 half of one", pack(PARTS)[:-30]])
def test_what_cannot_be_read_counts_as_somebody_elses(tmp_path, content):
    path = tmp_path / "mine.docx"
    path.write_bytes(content)
    assert not is_unchanged(path)
    assert free_name(path) == tmp_path / "mine-2.docx"


def test_a_folder_of_that_name_is_left_alone(tmp_path):
    (tmp_path / "a.docx").mkdir()
    assert free_name(tmp_path / "a.docx") == tmp_path / "a-2.docx"


def test_a_link_is_never_written_through(tmp_path, written):
    link = tmp_path / "link.docx"
    link.symlink_to(written)
    assert free_name(link) == tmp_path / "link-2.docx"


def test_a_dangling_link_is_never_written_through(tmp_path):
    link = tmp_path / "link.docx"
    link.symlink_to(tmp_path / "nowhere.docx")
    assert free_name(link) == tmp_path / "link-2.docx"


def test_names_are_counted_up_past_every_edited_copy(tmp_path):
    for name in ("a.docx", "a-2.docx", "a-3.docx"):
        (tmp_path / name).write_bytes(b"edited")
    assert free_name(tmp_path / "a.docx") == tmp_path / "a-4.docx"


def test_a_second_copy_that_nobody_edited_is_replaced_rather_than_joined_by_a_third(tmp_path):
    (tmp_path / "a.docx").write_bytes(b"edited")
    (tmp_path / "a-2.docx").write_bytes(pack(PARTS))
    assert free_name(tmp_path / "a.docx") == tmp_path / "a-2.docx"


def test_edited_documents_are_found_wherever_they_lie_in_a_report(tmp_path, written):
    (tmp_path / "drafts").mkdir()
    for name in ("drafts/mine.DOCX", "tenterfold-2.docx", "page.html"):
        (tmp_path / name).write_bytes(b"edited")
    found = [path.relative_to(tmp_path).as_posix() for path in edited_documents(tmp_path)]
    assert found == ["drafts/mine.DOCX", "tenterfold-2.docx"]


def test_a_folder_that_is_not_there_holds_no_edited_document(tmp_path):
    assert edited_documents(tmp_path / "nowhere") == ()


def test_the_same_parts_give_the_same_bytes_in_any_order():
    assert pack(PARTS) == pack(dict(reversed(PARTS.items())))


def test_no_entry_has_a_time(written):
    with zipfile.ZipFile(written) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
