"""The Word document in a real office program: it opens, has its pages, its words and its pictures, and nothing is left of its fields."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

import pypdf
import pytest

HERE = Path(__file__).resolve()


def _module(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def soffice():
    """Return the path of LibreOffice, or skip visibly (fail under SEGKIT_REQUIRE=libreoffice)."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None:
        shared = _module("segkit_test_conftest", HERE.parents[1] / "conftest.py")
        shared.skip_or_fail(
            "libreoffice", "LibreOffice is not installed (Debian: apt-get install libreoffice-writer-nogui)"
        )
    return path


def _converted(soffice, content, folder):
    """Return the PDF that LibreOffice makes of a document, without settings of this machine and without the network."""
    (folder / "report.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        soffice,
        profile,
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(folder / "report.docx"),
    ]
    subprocess.run(
        command, check=True, capture_output=True, timeout=300, env={**os.environ, "HOME": str(folder)}
    )
    return pypdf.PdfReader(folder / "report.pdf")


@pytest.fixture(scope="module")
def samples():
    return _module("segkit_test_samples", HERE.parents[1] / "publish" / "samples.py")


@pytest.fixture(scope="module")
def pages(soffice, samples, tmp_path_factory):
    """Return the pages of the report with every kind of block."""
    from segkit.publish.document import plan_document
    from segkit.publish.docx import docx_bytes

    content = docx_bytes(plan_document({"report": samples.report()}))
    return _converted(soffice, content, tmp_path_factory.mktemp("office")).pages


@pytest.fixture(scope="module")
def text(pages):
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_document_opens_with_cover_contents_and_chapters(pages):
    assert 5 <= len(pages) <= 14
    assert "Customer groups" in pages[0].extract_text()
    assert "Contents" in pages[1].extract_text()


def test_no_page_is_empty(pages):
    assert all(len(page.extract_text()) > 40 for page in pages)


def test_what_blocks_say_stands_on_the_pages(text):
    for said in (
        "Regulars lead.",
        "Who orders pays",
        "No column says why people buy.",
        "134 read, 131 used",
        "(Bell, 2025)",
    ):
        assert said in text


def test_captions_are_numbered_and_references_to_them_say_the_same(text):
    assert re.search(r"Figure 2\. Three customers bring nine tenths", text)
    assert "See Figure 2, Regulars." in text


def test_no_field_is_broken(text):
    assert "Error" not in text
    assert not re.search(r"\\\* ARABIC|SEQ (Figure|Table)|REF _Ref", text)


def test_pages_are_numbered_from_the_contents_on(pages):
    assert f"Page 2 of {len(pages)}" in pages[1].extract_text()
    assert "Page 1 of" not in pages[0].extract_text()


def test_drawings_are_placed_as_pictures(pages):
    sizes = {image.image.size for page in pages for image in page.images}
    assert sizes
    assert all(width > height > 200 for width, height in sizes)


def test_a_report_full_of_attacks_opens_too(soffice, samples, tmp_path):
    from segkit.publish.document import plan_document
    from segkit.publish.docx import docx_bytes

    reader = _converted(soffice, docx_bytes(plan_document({"report": samples.hostile()})), tmp_path)
    assert len(reader.pages) > 3
