"""Saved pages and research as documents: the example company's material, and small folders written here."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from lxml import html

from segkit.intake.bundled import example_company
from segkit.intake.documents import read_documents
from segkit.model.document import Origin
from segkit.model.evidence import Provenance, SourceType

PAGE = "<!DOCTYPE html><html lang=en><head><title>{title}</title>{head}</head><body><main>{body}</main></body></html>"


@pytest.fixture(scope="module")
def folder() -> Path:
    return example_company("tenterfold")


@pytest.fixture(scope="module")
def library(folder):
    return read_documents(folder, company_name="Tenterfold Wool & Workshop")


@pytest.fixture
def shop(tmp_path):
    """Write files below a company folder and read it."""

    def read(company_name="Acme", **files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_documents(tmp_path, company_name=company_name)

    return read


def plain(text: str) -> str:
    return " ".join(text.split())


def test_each_file_of_the_example_is_a_document_with_its_hash(folder, library):
    assert not library.unread
    assert len(library.documents) == 16
    assert [item.source.id for item in library.documents] == sorted(
        item.source.id for item in library.documents
    )
    for document in library.documents:
        raw = (folder / document.source.path).read_bytes()
        assert document.source.sha256 == hashlib.sha256(raw).hexdigest()
        assert document.source.bytes == len(raw)
        assert document.source.text_sha256 == hashlib.sha256(document.text.encode()).hexdigest()
        website = document.source.path.startswith("website/")
        assert document.source.type is (SourceType.WEBSITE if website else SourceType.RESEARCH)


def test_every_sentence_of_a_page_is_in_its_text(folder, library):
    """Each paragraph, heading, list item and table cell that stands in a page's main part is found again."""
    checked = 0
    for path in sorted((folder / "website").glob("*.html")):
        text = plain(library.document(f"page-{path.stem}").text)
        main = html.fromstring(path.read_bytes()).find(".//main")
        for element in main.iter("p", "li", "td", "th", "caption", "h1", "h2", "h3"):
            if element.find(".//p") is None:
                words = plain(element.text_content())
                assert words in text, (path.name, words)
                checked += 1
    assert checked > 140


def test_navigation_cookie_bar_and_newsletter_are_in_no_page(library):
    pages = [item for item in library.documents if item.source.type is SourceType.WEBSITE]
    for document in pages:
        for words in (
            "cookies",
            "Accept all",
            "Letters from the Yard",
            "Skip to content",
            "shopData",
            "Basket",
            "©",
        ):
            assert words not in document.text, (document.source.id, words)


def test_a_passage_is_exactly_its_stretch_of_the_text_and_its_id_is_its_own(library):
    for document in library.documents:
        ids = [passage.id for passage in document.passages]
        assert len(set(ids)) == len(ids) > 0
        for passage in document.passages:
            assert passage.text == document.text[passage.start : passage.end] == passage.text.strip()
            assert re.fullmatch(re.escape(document.source.id) + r"-[0-9a-f]{6}(-[a-z]+)?", passage.id)
            assert len(passage.text.split()) <= 120


def test_a_passage_names_the_headings_above_it_and_a_row_its_table(library):
    page = library.document("page-workshops")
    row = next(item for item in page.passages if item.text.startswith("Learn to Knit |"))
    assert row.text == "Learn to Knit | Saturday 10 October or Saturday 14 November 2026, 10 to 1 | £45.00"
    assert row.heading == "Workshops at the long table > Autumn 2026"
    assert row.locator == "under “Autumn 2026”"


def test_only_quoted_words_of_notes_about_a_publication_are_quotable(library):
    note = library.document("restocking-survey-2026")
    assert note.origin is Origin.NOTE
    quotable = [item for item in note.passages if item.quotable]
    assert len(quotable) == 5
    assert {item.provenance for item in quotable} == {Provenance.TRANSCRIBED}
    for passage in quotable:
        assert note.text[passage.start - 1] == note.text[passage.end] == '"'
    remark = next(item for item in note.passages if "self-reported" in item.text)
    assert not remark.quotable


def test_interviews_quote_what_people_said_and_a_log_all_that_was_seen(library):
    interviews = library.document("customer-interviews-2026")
    log = library.document("shop-floor-log-2026")
    assert interviews.origin is log.origin is Origin.RECORD
    said = next(item for item in interviews.passages if item.text.startswith("I do not knit"))
    told = next(item for item in interviews.passages if item.text.startswith("He decides about ten days"))
    assert (said.quotable, said.provenance, told.quotable) == (True, Provenance.ORIGINAL, False)
    assert said.heading.endswith("1. Sends presents, Bristol")
    assert all(item.quotable for item in log.passages)
    seen = next(item for item in log.passages if item.text.startswith("A man in a suit"))
    assert seen.locator.endswith("after “Sat 4 July”")


def test_a_saved_article_is_the_publication_itself_and_marks_around_a_paragraph_are_left_out(library):
    article = library.document("school-craft-purchasing-2026")
    assert article.origin is Origin.PUBLICATION
    found = next(item for item in article.passages if item.text.startswith("Of the 66 orders"))
    assert found.text.endswith("mid-June to mid-July.")
    assert (found.quotable, found.provenance) == (True, Provenance.ORIGINAL)


def test_citation_data_of_page_note_and_article_are_complete(library):
    page = library.document("page-gift-service").source
    assert (page.title, page.authors) == ("Gift service", ("Tenterfold Wool & Workshop",))
    assert (page.url, page.retrieved) == ("https://www.tenterfold.example/gift-service", "2026-09-10")
    note = library.document("one-text-once-2025").source
    assert note.authors == ("Okonjo, Adaeze", "Bell, Rory")
    assert (note.n, note.kind, note.published, note.retrieved) == (290, "report", "2025", "2026-08-17")
    assert note.fieldwork == "March to May 2025"
    assert note.reliability_note == "Fictional source written for the segkit example"
    article = library.document("school-craft-purchasing-2026").source
    assert article.authors == ("Whitcombe, Jo", "Sandhu, Amrit")
    assert (article.published, article.n, article.publisher) == (
        "2026-05-18",
        22,
        "Classroom Materials Review",
    )
    assert article.csl["container-title"] == "Classroom Materials Review"


def test_the_bibliography_adds_what_a_note_does_not_say(library):
    csl = library.document("after-the-first-class-2025").source.csl
    assert (csl["type"], csl["container-title"]) == ("article-journal", "Journal of Everyday Making")
    assert csl["volume"] == "7"  # stands in references.bib only
    assert csl["issued"] == {"date-parts": [[2025]]}


def test_products_of_a_page_come_with_price_and_article_number(library):
    (tin,) = library.document("page-hearth-sock-tin").products
    assert (tin.name, tin.sku, tin.price, tin.currency) == (
        "Hearth Sock Tin (starter kit)",
        "KIT-SOCK-TIN",
        "38.00",
        "GBP",
    )
    (box,) = library.document("page-hearth-gift-box").products
    assert (box.sku, box.price, box.availability, box.source_id) == (
        "GFT-BOX-HEARTH",
        "54.00",
        "InStock",
        "page-hearth-gift-box",
    )


def test_reading_twice_and_reading_a_page_alone_give_the_same_text(folder, library, tmp_path):
    assert read_documents(folder, company_name="Tenterfold Wool & Workshop") == library
    (tmp_path / "website").mkdir()
    shutil.copy(folder / "website/workshops.html", tmp_path / "website")
    (alone,) = read_documents(tmp_path, company_name="Tenterfold Wool & Workshop").documents
    assert alone == library.document("page-workshops")


def test_a_page_keeps_its_passage_ids_when_another_paragraph_changes(shop):
    before = shop(
        **{"website/a.html": PAGE.format(title="A", head="", body="<p>Wool from one mill.</p><p>Old.</p>")}
    )
    after = shop(
        **{
            "website/a.html": PAGE.format(
                title="A", head="", body="<p>New words here.</p><p>Wool from one mill.</p>"
            )
        }
    )
    (kept,) = [item.id for item in after.passages if item.text == "Wool from one mill."]
    assert kept in {item.id for item in before.passages}


def test_a_sentence_that_a_page_says_twice_has_two_ids(shop):
    body = "<p>Delivery is free from £60.</p><p>We pack on every working day.</p><p>Delivery is free from £60.</p>"
    (page,) = shop(**{"website/a.html": PAGE.format(title="A", head="", body=body)}).documents
    first, _, second = (item.id for item in page.passages)
    assert second == f"{first}-b"


def test_a_page_without_author_is_the_companys_and_one_without_date_has_no_retrieval_date(shop):
    (page,) = shop(
        **{"website/a.html": PAGE.format(title="Delivery | Acme", head="", body="<p>Free from £60.</p>")}
    ).documents
    assert page.source.authors == ("Acme",)
    assert page.source.title == "Delivery"
    assert page.source.retrieved == ""
    assert "accessed" not in page.source.csl


def test_sub_folders_are_read_and_asset_folders_of_saved_pages_are_not(shop):
    text = PAGE.format(title="A", head="", body="<p>Words of the page.</p>")
    library = shop(
        **{
            "website/shop/delivery.html": text,
            "website/delivery.html": text,
            "website/delivery_files/frame.html": text,
            "website/.hidden.html": text,
            "website/theme.css": "p {}",
        }
    )
    assert [(item.source.id, item.source.path) for item in library.documents] == [
        ("page-delivery", "website/delivery.html"),
        ("page-delivery-2", "website/shop/delivery.html"),
    ]
    assert not library.unread


def test_an_id_of_the_orders_is_not_given_to_a_note(shop):
    (note,) = shop(**{"research/orders-text.txt": 'They said "we never order online at all".'}).documents
    assert note.source.id == "orders-text-2"


def test_a_note_about_the_words_of_a_page_stays_transcribed_beside_the_original(shop):
    library = shop(
        **{
            "research/study.html": PAGE.format(
                title="Study", head="", body="<p>Half of them never return at all.</p>"
            ),
            "research/study-notes.md": '---\ntitle: Study\n---\n"Half of them never return at all."',
        }
    )
    found = {item.source_id: item.provenance for item in library.passages}
    assert found == {"study": Provenance.ORIGINAL, "study-notes": Provenance.TRANSCRIBED}


def test_a_company_without_the_two_folders_has_an_empty_library(tmp_path):
    library = read_documents(tmp_path)
    assert library.documents == library.unread == ()
