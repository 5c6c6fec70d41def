"""Documents made to break the reading: each is read or refused in one sentence, quickly, and the others are read."""

from __future__ import annotations

import os
import time

import pytest

from segkit.intake.documents import read_documents

GOOD = "<html><head><title>Good</title></head><body><p>We deliver on Tuesdays.</p></body></html>"


@pytest.fixture
def folder(tmp_path):
    """A company folder with one good page, whose neighbours are broken by the tests."""
    shop = tmp_path / "shop"
    (shop / "website").mkdir(parents=True)
    (shop / "research").mkdir()
    (shop / "website" / "good.html").write_text(GOOD)
    return shop


def read(folder):
    """Read the folder; the good page must be there whatever lies beside it, and every sentence be one line."""
    library = read_documents(folder, company_name="Acme")
    assert "page-good" in [item.source.id for item in library.documents]
    for item in library.unread:
        assert "\n" not in item.reason
        assert item.reason.endswith(".")
        assert item.reason.startswith(item.path)
        assert item.reason.isprintable()
    return library


def reasons(folder) -> list[str]:
    return [item.reason for item in read(folder).unread]


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("website/a.html", b"", "is empty"),
        ("website/a.html", b" \n\t ", "is empty"),
        ("website/a.html", b"\x89PNG\r\n" + bytes(8000), "is not a web page"),
        ("website/a.html", b"<div id=root></div><script>render()</script>", "drawn by scripts"),
        ("website/a.html", b"<html></html>", "holds no text"),
        ("website/a.html", b"%PDF-1.7 broken", "damaged or no PDF"),
        ("website/a.mhtml", b"no archive at all", "holds no page"),
        (
            "website/a.mhtml",
            b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n",
            "holds no page",
        ),
        ("website/a.docx", b"PK\x03\x04", "save it as PDF or HTML"),
        ("website/note.md", b"text", "save it as PDF or HTML"),
        ("research/a.docx", b"PK\x03\x04", "Markdown"),
        ("research/a", b"text", "no ending"),
        ("research/a.pdf", b"MZ\x90\x00", "damaged or no PDF"),
        ("research/a.txt", bytes(range(256)) * 9, "is no text"),
        ("research/a.txt", b"\xff\xfe\x00", "is no text"),
        ("research/a.txt", b"Caf\xe9\nCaf\xc3\xa9\n", "mixes encodings"),
        ("research/a.md", b"---\ntitle: x\n---\n\n", "holds no words"),
        ("research/a.md", b"---\ntitle: [x\n---\ntext", "line"),
        ("research/a.md", b"---\n" + b"- " * 20_000 + b"\n---\ntext", "lists within lists"),
        ("research/references.json", b"[1, 2", "is not JSON"),
        ("research/references.bib", b"@misc{a, title={open\n", "line 1"),
        ("research/references.bib", b"\xff\xfe\x00\x00\xff", "is no text"),
    ],
)
def test_a_broken_file_is_named_in_one_sentence_and_the_others_are_read(folder, name, raw, words):
    (folder / name).write_bytes(raw)
    (reason,) = reasons(folder)
    assert words in reason


@pytest.mark.parametrize("name", ["website/big.html", "research/big.pdf", "research/big.txt"])
def test_a_file_of_200_mb_is_refused_without_being_read(folder, name):
    with (folder / name).open("wb") as stream:
        stream.truncate(200 * 2**20)
    start = time.process_time()
    (reason,) = reasons(folder)
    assert (
        reason
        == f"{name} is too large (got 200 MB, at most 50 MB are read); save only the part that you quote."
    )
    assert time.process_time() - start < 2


def test_links_out_of_the_company_folder_are_refused_and_links_within_are_read(folder, tmp_path):
    secret = tmp_path / "secret.html"
    secret.write_text(GOOD.replace("Tuesdays", "SECRETS"))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "n.md").write_text('"A secret that nobody may see."')
    (folder / "website" / "leak.html").symlink_to(secret)
    (folder / "website" / "dots.html").symlink_to("../../secret.html")
    (folder / "research" / "leak").symlink_to(tmp_path / "notes")
    (folder / "website" / "loop").symlink_to(folder / "website")
    (folder / "website" / "gone.html").symlink_to(folder / "website" / "nothing.html")
    (folder / "website" / "same.html").symlink_to(folder / "website" / "good.html")
    library = read(folder)
    assert [item.source.id for item in library.documents] == ["page-good", "page-same"]
    assert "SECRETS" not in repr(library)
    found = {item.path: item.reason for item in library.unread}
    assert sorted(found) == [
        "research/leak",
        "website/dots.html",
        "website/gone.html",
        "website/leak.html",
        "website/loop",
    ]
    for path in ("research/leak", "website/dots.html", "website/leak.html"):
        assert "link out of the company folder" in found[path]


def test_a_folder_that_is_itself_a_link_out_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.html").write_text(GOOD)
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "website").symlink_to(tmp_path / "elsewhere")
    library = read_documents(shop)
    assert not library.documents
    assert "link out" in library.unread[0].reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes need a Unix system")
def test_a_pipe_does_not_make_the_reading_wait(folder):
    os.mkfifo(folder / "research" / "pipe.txt")
    assert "is no regular file" in reasons(folder)[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows forbids these names")
def test_names_with_line_ends_and_broken_bytes_are_refused_in_one_line(folder):
    (folder / "website" / "a\nb\x1b[31m.html").write_text(GOOD)
    try:
        (folder / os.fsdecode(b"website/\xff\xfe.html")).write_text(GOOD)
    except OSError:
        expected = 1  # this file system takes no such name
    else:
        expected = 2
    assert len(reasons(folder)) == expected


def test_odd_names_become_plain_ids_that_are_all_different(folder):
    for name in (
        "Größe & Preis.html",
        "GROESSE.html",
        "'; DROP TABLE.html",
        "<b>x</b>".replace("/", "") + ".html",
        "日本.html",
        "🧶.html",
        "-.html",
        "a" * 200 + ".html",
    ):
        (folder / "website" / name).write_text(GOOD)
    library = read(folder)
    ids = [item.source.id for item in library.documents]
    assert len(set(ids)) == len(ids) == 9
    assert all(id_.isascii() and not set(id_) - set("abcdefghijklmnopqrstuvwxyz0123456789-") for id_ in ids)
    assert {"page-document", "page-document-2", "page-grosse-preis"} <= set(ids)


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 30_000 + "deep" + "</div>" * 30_000,
        "<ul><li>" * 2_000 + "deep" + "</li></ul>" * 2_000,
        "".join(f"<p>Paragraph {n} of the page.</p>" for n in range(16_000)),
        "<p>" + "".join(f"<b>word{n} </b>" for n in range(50_000)) + "</p>",
        "<table>" + "".join(f"<tr><td>Item {n}<td>£{n}" for n in range(10_000)) + "</table>",
        "<img src='data:image/png;base64," + "A" * 5_000_000 + "'><p>One sentence.</p>",
        "<p>" + "wool " * 300_000 + "</p>",
        "<a href=x>" * 20_000,
        "<!--" * 100_000,
        "<p title='" + "x" * 1_000_000,
        "&amp;" * 300_000,
        "<script type='application/ld+json'>" + "[" * 100_000 + "</script><p>One sentence.</p>",
        "<script type='application/ld+json'>" + '{"@type": "Product", "offers": {"a": ' * 3_000 + "</script>",
        "<form>" * 5_000 + "<p>One sentence.</p>",
    ],
    ids=[
        *("deep boxes", "deep lists", "paragraphs", "inline", "rows", "picture", "one paragraph", "links", "comments"),
        *("attribute", "entities", "deep data", "cut data", "forms"),
    ],
)  # fmt: skip
def test_a_page_made_to_cost_time_costs_little(folder, body):
    (folder / "website" / "bomb.html").write_text(f"<html><body>{body}</body></html>")
    start = time.process_time()
    read(folder)
    assert time.process_time() - start < 15


@pytest.mark.parametrize(
    "text",
    ['"' * 100_000, "*" * 30_000, "[" * 30_000, "<a" * 30_000, "**a " * 20_000, "_a " * 20_000, "`" * 30_000, "“" * 30_000, "'a " * 30_000, "- " * 30_000, "#" * 30_000, "> " * 30_000, "| " * 30_000, "x\n" * 100_000, "<!--" * 20_000, "a.b " * 100_000, "(" * 30_000 + "e.g. " * 10_000],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_a_note_made_to_cost_time_costs_little(folder, text):
    (folder / "research" / "bomb.md").write_text(f'Words to read.\n\n{text}\n\n"A quotation at the end."')
    start = time.process_time()
    library = read(folder)
    assert time.process_time() - start < 10
    note = library.document("bomb")
    assert note is not None


def test_a_text_beyond_the_cap_is_read_to_the_cap_and_that_is_said(folder, monkeypatch):
    monkeypatch.setattr("segkit.intake.documents.LONGEST", 2_000)
    (folder / "research" / "long.txt").write_text("Wool is spun at one mill. " * 100)
    library = read(folder)
    assert library.unread[0].reason == (
        "research/long.txt holds 2,600 characters of text; only the first 2,000 were read."
    )
    assert 1_900 < len(library.document("long").text) <= 2_000


def test_attack_strings_stay_words(folder):
    (folder / "research" / "a.md").write_text(
        '---\ntitle: "<script>alert(1)</script>"\nurl: "javascript:alert(1)"\n---\n'
        '"=HYPERLINK(1) and {{ 7*7 }} and ${HOME} were all in the note."\n'
    )
    document = read(folder).document("a")
    assert document.source.url == ""
    assert document.source.title == "<script>alert(1)</script>"  # a page escapes it where it shows it
    assert document.passages[0].text == "=HYPERLINK(1) and {{ 7*7 }} and ${HOME} were all in the note."


def test_the_same_sentences_many_times_have_different_ids(folder):
    (folder / "website" / "same.html").write_text(
        "<html><body>" + "<p>We deliver on Tuesdays.</p>" * 100 + "</body></html>"
    )
    passages = read(folder).document("page-same").passages
    assert len({item.id for item in passages}) == len(passages) == 100


def test_reading_prints_nothing(folder, capfd, recwarn):
    (folder / "website" / "odd.html").write_text("<p>x" * 3)
    (folder / "research" / "odd.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF")
    (folder / "research" / "references.bib").write_text("@misc{a, title={x}, title={y}}\n@misc{a, title={z}}")
    read(folder)
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list
