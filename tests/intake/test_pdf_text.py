"""PDF files: text by page, metadata, and the files that hold none."""

from __future__ import annotations

import io
import zlib
from datetime import UTC, datetime

import pypdf
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from segkit.errors import BadValueError
from segkit.intake.documents import read_documents
from segkit.intake.pdf_text import read_pdf
from segkit.model.document import Origin

PAGES = (
    ("Sixty-two percent of par-", "ents reorder a “starter kit”", "within six weeks."),
    ("The \ufb01rst order is often a gift.", "It’s for somebody else."),
)


def make_pdf(*pages, **metadata) -> bytes:
    """Draw lines of text with embedded TrueType fonts, one figure a page."""
    stream = io.BytesIO()
    with (
        rc_context({"pdf.fonttype": 42, "font.family": "DejaVu Sans"}),
        PdfPages(stream, metadata=metadata) as pdf,
    ):
        for lines in pages:
            figure = Figure(figsize=(8.27, 11.69))
            for row, line in enumerate(lines):
                figure.text(0.1, 0.9 - 0.03 * row, line)
            pdf.savefig(figure)
    return stream.getvalue()


@pytest.fixture(scope="module")
def survey() -> bytes:
    return make_pdf(*PAGES, Title="Starter kits", Author="Cole, Idris; Bell, Rory")


def test_text_is_read_page_by_page_as_it_is_printed(survey):
    extracted = read_pdf(survey, label="research/x.pdf").extracted
    assert "par-\nents reorder a “starter kit”\nwithin six weeks." in extracted.text
    assert "The \ufb01rst order" in extracted.text
    assert "It’s for somebody else." in extracted.text
    pages = {extracted.text[block.start : block.end].split()[0]: block.page for block in extracted.blocks}
    assert (pages["Sixty-two"], pages["The"]) == (1, 2)


def test_a_pdf_is_a_publication_whose_passages_know_their_page(survey, tmp_path):
    (tmp_path / "research").mkdir()
    (tmp_path / "research" / "kits.pdf").write_bytes(survey)
    (document,) = read_documents(tmp_path).documents
    assert document.origin is Origin.PUBLICATION
    assert (document.source.title, document.source.authors) == ("Starter kits", ("Cole, Idris", "Bell, Rory"))
    assert document.source.media_type == "application/pdf"
    assert document.source.extractor == f"pypdf {pypdf.__version__}"
    first, *_, last = document.passages
    assert (first.page, first.locator, last.page, last.locator) == (1, "page 1", 2, "page 2")
    assert all(item.quotable for item in document.passages)


def refusal(raw: bytes) -> str:
    with pytest.raises(BadValueError, match=r"research/x\.pdf") as caught:
        read_pdf(raw, label="research/x.pdf")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def rewrite(raw: bytes, change) -> bytes:
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(raw)))
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_a_pdf_with_a_password_is_refused_and_one_that_forbids_printing_is_read(survey):
    locked = rewrite(survey, lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
    assert "is encrypted" in refusal(locked)
    open_to_read = rewrite(survey, lambda writer: writer.encrypt("", "owner", algorithm="RC4-128"))
    assert "Sixty-two" in read_pdf(open_to_read, label="x.pdf").extracted.text


def test_a_scanned_pdf_is_refused_with_the_way_out():
    assert "scanned or drawn page" in refusal(make_pdf((), ()))
    assert "OCR" in refusal(make_pdf(()))


def test_a_pdf_without_pages_is_refused():
    stream = io.BytesIO()
    pypdf.PdfWriter().write(stream)
    assert "has no pages" in refusal(stream.getvalue())


@pytest.mark.parametrize(
    "raw", [b"no pdf", b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 40], ids=["text", "head", "noise"]
)
def test_a_damaged_pdf_is_refused_in_one_sentence(raw):
    assert "is damaged or no PDF" in refusal(raw)


def test_a_pdf_that_breaks_off_is_refused_or_read_in_part(survey):
    for share in (0.2, 0.5, 0.9, 0.99):
        try:
            read_pdf(survey[: int(len(survey) * share)], label="x.pdf")
        except BadValueError as problem:
            assert "\n" not in str(problem)  # noqa: PT017 - either outcome is right, a traceback is not


def test_a_page_that_unpacks_to_very_much_is_left_out_and_said(survey):
    def blow_up(writer):
        page = writer.pages[1]
        stream = pypdf.generic.EncodedStreamObject()
        stream[pypdf.generic.NameObject("/Filter")] = pypdf.generic.NameObject("/FlateDecode")
        stream._data = zlib.compress(b"(wool) Tj " * 20_000_000, 1)
        page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)

    extracted = read_pdf(rewrite(survey, blow_up), label="research/x.pdf").extracted
    assert extracted.remark == "research/x.pdf has 1 of 2 pages that could not be read; the others were."
    assert "Sixty-two" in extracted.text


def test_the_names_that_programs_write_as_titles_are_no_titles():
    for title in ("Microsoft Word - draft.docx", "untitled", "paper.tex"):
        assert read_pdf(make_pdf(("Some words here.",), Title=title), label="x.pdf").citation.title == ""


def test_only_the_first_pages_of_a_very_long_pdf_are_read(survey, monkeypatch):
    monkeypatch.setattr("segkit.intake.pdf_text.MOST_PAGES", 1)
    extracted = read_pdf(survey, label="research/x.pdf").extracted
    assert extracted.remark == "research/x.pdf has 2 pages; only the first 1 were read."
    assert "somebody else" not in extracted.text


def test_the_date_of_a_page_printed_by_a_browser_is_the_day_it_was_saved():
    when = datetime(2026, 9, 10, 9, 15, tzinfo=UTC)
    printed = read_pdf(
        make_pdf(("Words.",), Creator="Mozilla/5.0 Chrome", CreationDate=when), label="x.pdf"
    ).citation
    assert (printed.published, printed.retrieved) == ("", "2026-09-10")
    written = read_pdf(make_pdf(("Words.",), Creator="LaTeX", CreationDate=when), label="x.pdf").citation
    assert (written.published, written.retrieved) == ("2026-09-10", "")


def test_bullets_are_paragraphs_and_page_numbers_are_no_passages(tmp_path):
    raw = make_pdf(
        ("What they want most of all is this:", "\u2022 certainty about the day", "\u2022 a card"),
        ("17",),
        ("End.",),
    )
    (tmp_path / "research").mkdir()
    (tmp_path / "research" / "list.pdf").write_bytes(raw)
    texts = [item.text for item in read_documents(tmp_path).passages]
    assert texts == [
        "What they want most of all is this:",
        "\u2022 certainty about the day",
        "\u2022 a card",
        "End.",
    ]
