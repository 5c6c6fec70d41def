"""A company that is an attack in every field gets its report, and nothing in any file of it runs, asks or breaks."""

from __future__ import annotations

import csv
import getpass
import json
import re
import zipfile
from collections.abc import Iterator
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from attack_corpus import ATTACKS, OUTSIDE, TYPST, WORD, write_company
from hostile_case import Run, run_segkit

pytestmark = pytest.mark.slow

INJECTED = """() => {
  const found = [];
  const foreign = ['object', 'embed', 'base', 'form', 'input', 'textarea', 'frame', 'marquee', 'video', 'audio', 'math'];
  for (const node of document.querySelectorAll('*')) {
    const tag = node.localName;
    if (foreign.includes(tag)) found.push(tag);
    if (tag === 'iframe' && node.getAttribute('sandbox') !== '') found.push('iframe without a sandbox');
    if (tag === 'meta' && (node.httpEquiv || '').toLowerCase() === 'refresh') found.push('refresh');
    if (tag === 'link' && node.rel !== 'icon') found.push('link ' + node.rel);
    for (const each of node.attributes) {
      const value = each.value.trim().toLowerCase();
      if (each.name.startsWith('on') || /^(java|vb)script:/.test(value)) found.push(`${tag} ${each.name}=${each.value}`);
      if (['src', 'srcset', 'action', 'formaction', 'poster', 'data'].includes(each.name) && !value.startsWith('data:image/'))
        found.push(`${tag} ${each.name}=${each.value}`);
    }
  }
  return found;
}"""
_PLAIN_NUMBER = re.compile(r"[+-]?[\d.,]+\s?%?")
_FIELDS = {"SEQ", "REF", "PAGE", "PAGEREF", "TOC", "HYPERLINK", "NUMPAGES", "STYLEREF"}
"""What a field of our documents may be."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """Write and render the company with documents; return the run and the report folder."""
    pytest.importorskip("typst", reason="a PDF needs: pip install 'segkit[pdf]'")
    pytest.importorskip("docx", reason="a Word file needs: pip install 'segkit[docx]'")
    place = tmp_path_factory.mktemp("attacked").resolve()
    write_company(place / "shop")
    run = run_segkit(
        ["report", "shop", "--out", str(place / "reports"), "--format", "pdf", "--format", "docx"], place
    )
    return run, place / "reports" / "shop"


@pytest.fixture(scope="module")
def report(attacked: tuple[Run, Path]) -> Path:
    run, folder = attacked
    assert (run.code, run.errors) == (0, [])
    return folder


def texts(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.browser
def test_no_page_runs_injects_logs_or_asks_for_anything(report, browser):
    did: list[str] = []
    shown = ""
    for path in sorted(report.glob("*.html")):
        page = browser.new_context().new_page()
        page.on("dialog", lambda dialog: (did.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("console", lambda message: did.append(f"console {message.text}"))
        page.on("pageerror", lambda error: did.append(f"error {error}"))
        page.on(
            "request", lambda request: did.append(request.url) if request.url.startswith("http") else None
        )
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        page.wait_for_timeout(200)
        assert page.evaluate(INJECTED) == [], path.name
        assert page.locator("main").count() == 1, path.name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path.name
        shown += page.locator("body").inner_text()
        page.context.close()
    assert did == []
    assert [attack for attack in ATTACKS if squeezed(attack) not in squeezed(shown)] == []
    assert "root:" not in shown


def test_no_cell_of_a_table_begins_a_formula(report):
    files = sorted(report.glob("tables/*.csv"))
    assert len(files) > 10
    for path in files:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            cells = [cell for row in csv.reader(stream) for cell in row]
        risky = [
            cell for cell in cells if cell[:1] in "=+-@\t\r" and cell and not _PLAIN_NUMBER.fullmatch(cell)
        ]
        assert risky == [], path.name


def test_the_pdf_holds_the_attacks_as_text_and_nothing_that_acts(report):
    from pypdf import PdfReader

    reader = PdfReader(report / "shop.pdf")
    said = squeezed("".join(page.extract_text() for page in reader.pages))
    assert [attack for attack in (*TYPST, *WORD) if squeezed(attack)[:18] not in said] == []
    assert "root:" not in said
    raw = (report / "shop.pdf").read_bytes()
    for action in (b"/JavaScript", b"/Launch", b"/SubmitForm", b"/ImportData", b"/EmbeddedFile"):
        assert action not in raw
    links = [
        str(note.get_object().get("/A", {}).get("/URI", "https://"))
        for page in reader.pages
        for note in page.get("/Annots", [])
    ]
    assert [link for link in links if not link.startswith(("http://", "https://"))] == []


def test_the_word_file_has_no_field_or_relation_that_acts(report):
    with zipfile.ZipFile(report / "shop.docx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert not [name for name in parts if "vba" in name.lower() or "embeddings" in name]
    for name, content in parts.items():
        if name.endswith(".rels"):
            for relation in ET.fromstring(content):  # noqa: S314 - our own file
                outside = relation.get("TargetMode") == "External"
                assert not outside or relation.get("Type", "").endswith("/hyperlink"), name
                assert not outside or relation.get("Target", "").startswith(("http://", "https://")), name
    document = ET.fromstring(parts["word/document.xml"])  # noqa: S314 - our own file
    fields = [node.text or "" for node in document.iter(f"{_W}instrText")]
    fields += [node.get(f"{_W}instr", "") for node in document.iter(f"{_W}fldSimple")]
    assert [field for field in fields if field.split() and field.split()[0] not in _FIELDS] == []
    said = squeezed("".join(node.text or "" for node in document.iter(f"{_W}t")))
    assert [attack for attack in (*TYPST, *WORD) if squeezed(attack) not in said] == []


class Markup(HTMLParser):
    """Elements and attributes by which a message could act or ask for something."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.acts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "iframe", "object", "embed", "form", "base", "svg", "math"}:
            self.acts.append(tag)
        for name, value in attrs:
            said = (value or "").strip().lower()
            if name.startswith("on") or said.startswith(("javascript:", "vbscript:")) or OUTSIDE in said:
                self.acts.append(f"{tag} {name}={value}")


def letters(value: object) -> Iterator[str]:
    """Yield the HTML of every message in what a file for a campaign tool holds."""
    if isinstance(value, dict):
        yield from (value[key] for key in ("body", "html") if isinstance(value.get(key), str))
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from letters(each)


def test_messages_and_exports_hold_no_script(report):
    seen = 0
    for name, content in texts(report / "results" / "messages"):
        html = content.decode("utf-8") if name.endswith(".html") else ""
        if name.endswith(".eml"):
            message = message_from_bytes(content, policy=policy.default)
            assert "\n" not in str(message["Subject"])
            body = message.get_body(("html",))
            html = body.get_content() if body else ""
        assert Markup(html).acts == [], name
        seen += bool(html)
    assert seen
    exported = 0
    for name, content in texts(report / "results" / "exports"):
        if name.endswith(".json"):
            bodies = list(letters(json.loads(content)))
            assert [each for body in bodies for each in Markup(body).acts] == [], name
            exported += len(bodies)
        else:
            assert name.endswith(".txt"), name
    assert exported


def test_no_file_of_the_report_knows_where_it_was_made_or_by_whom(report):
    secrets = [str(report.parent.parent).encode(), str(Path.home()).encode() + b"/"]
    secrets += [f"/{getpass.getuser()}/".encode()]
    for name, content in texts(report):
        assert [secret for secret in secrets if secret in content] == [], name


def test_emails_of_customers_stand_in_no_file_of_the_report(report):
    for name, content in texts(report):
        assert b"@post.example" not in content, name


def test_the_report_is_verified_like_any_other(report):
    run = run_segkit(
        ["verify", str(report), "--company", str(report.parent.parent / "shop")], report.parent.parent
    )
    assert (run.code, run.errors) == (0, [])
    assert "Everything is as the report says." in run.stdout
