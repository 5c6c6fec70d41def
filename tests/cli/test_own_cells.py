"""Cells that a user adds to a copy of a notebook, from the company folder to the page, the PDF and the Word file."""

from __future__ import annotations

import io
import zipfile

import matplotlib.image
import nbformat
import numpy as np
import pypdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from segkit.cli import main
from segkit.publish.document import Foreign, Words, plain_text, plan_document
from segkit.publish.own_notebooks import copy_notebooks
from tests.verification.companies import write_shop

WORDS = "### What I saw on the market\n\nTwo stalls sold out.\n\n![Our stall on a Saturday](../research/stall.png)\n"
FRAME = "import pandas as pd\npd.DataFrame({'stall': ['north', 'south'], 'sold': [31, 12]})"
FIGURE = "import matplotlib.pyplot as plt\nplt.figure(figsize=(4, 2))\nplt.bar(['north', 'south'], [31, 12])\nplt.show()"
PRINT = "print('Sold in all:', 31 + 12)"


def picture() -> bytes:
    """Return a small PNG."""
    stream = io.BytesIO()
    matplotlib.image.imsave(stream, np.zeros((30, 60, 3)), format="png")
    return stream.getvalue()


def run(monkeypatch, *words: object) -> int:
    """Run the command line in this process; return its exit code."""
    monkeypatch.setattr("sys.argv", ["segkit", *map(str, words)])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


@pytest.fixture
def shop(tmp_path):
    """A company whose copy of the first notebook says and shows more."""
    folder = write_shop(tmp_path / "shop", customers=12)
    (folder / "research").mkdir()
    (folder / "research" / "stall.png").write_bytes(picture())
    copy_notebooks(folder)
    path = folder / "notebooks" / "segmentation.ipynb"
    notebook = nbformat.read(path, as_version=4)
    place = 1 + next(i for i, cell in enumerate(notebook.cells) if "tables.rules" in cell.source)
    notebook.cells[place:place] = [
        new_markdown_cell(WORDS),
        *map(new_code_cell, (FRAME, FIGURE, PRINT)),
    ]
    nbformat.write(notebook, path)
    return folder


def test_code_of_the_user_ends_with_one_sentence_and_the_old_report_stands(
    shop, tmp_path, capsys, monkeypatch
):
    old = tmp_path / "reports" / "shop"
    (old / "results").mkdir(parents=True)
    (old / "results" / "manifest.json").write_text("{}")
    (old / "index.html").write_text("the old report")
    assert run(monkeypatch, "report", shop, "--out", tmp_path / "reports") == 1
    assert "cell" in (said := capsys.readouterr().err)
    assert "'import pandas as pd'" in said
    assert "--trust" in said
    assert (old / "index.html").read_text() == "the old report"


@pytest.mark.slow
def test_trusted_cells_stand_in_the_page_the_pdf_and_the_word_file(shop, tmp_path, monkeypatch):
    pytest.importorskip("typst", reason="a PDF needs: pip install 'segkit[pdf]'")
    pytest.importorskip("docx", reason="a Word file needs: pip install 'segkit[docx]'")
    monkeypatch.setenv("MPLBACKEND", "svg")  # what a user may have set, and what would show no figure here
    asked = ["--trust", "--format", "pdf", "--format", "docx", "--out", tmp_path / "reports"]
    assert run(monkeypatch, "report", shop, *asked) == 0
    report = tmp_path / "reports" / "shop"
    said = ("What I saw on the market", "Two stalls sold out.", "north", "Sold in all: 43")

    page = (report / "segmentation.html").read_text(encoding="utf-8")
    assert not [words for words in said if words not in page]
    assert page.count('<img src="data:image/png;base64,') == 2
    assert 'alt="Our stall on a Saturday"' in page

    pdf = pypdf.PdfReader(report / "shop.pdf")
    words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    assert not [one for one in said if one not in words]
    assert sum(len(page.images) for page in pdf.pages) == 2

    with zipfile.ZipFile(report / "shop.docx") as word:
        text = word.read("word/document.xml").decode()
    assert not [one for one in said if one not in text]
    assert text.count('descr="Our stall on a Saturday"') == 1
    assert text.count('descr="Picture without a description"') == 1

    assert run(monkeypatch, "verify", report) == 0


def items(source: str):
    notebook = nbformat.v4.new_notebook(cells=[new_markdown_cell(f"# Shop\n\n{source}")])
    return plan_document({"shop": notebook}).chapters[0].items


def test_a_picture_between_words_stands_between_them_in_a_document():
    before, shown, after = items("Before ![Our stall](data:image/png;base64,QUJD) after.")
    assert shown == Foreign(data={"image/png": "QUJD", "text/plain": "Our stall"})
    said = [
        plain_text(token["children"])
        for part in (before, after)
        for token in part.tokens
        if "children" in token
    ]
    assert said == ["Before ", " after."]


def test_a_picture_that_is_no_data_of_the_report_stays_words_in_a_document():
    (only,) = items("See ![Our stall](https://example.org/a.png).")
    assert isinstance(only, Words)
