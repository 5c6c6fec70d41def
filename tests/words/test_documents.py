"""Sentences on pages and notes: what was read, what is worth saving, how a quotation looks on a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from segkit.model.document import Library, Origin, Product
from segkit.words.documents import (
    HOW_TO_DECIDE,
    HOW_TO_SAVE,
    PAGES_WORTH_SAVING,
    citation_gaps,
    library_sentences,
    pages_missing,
    shortened,
)
from tests.analysis.quoted_shop import GIFT, ORDERS, REFILL, SCHOOL, WEBSITE, document, library


def test_nothing_read_says_nothing():
    assert library_sentences(Library()) == ()
    assert library_sentences(library(document("orders-text", GIFT, kind=ORDERS))) == ()


def test_pages_are_counted_with_their_passages_and_products():
    page = document("page-a", GIFT, REFILL, kind=WEBSITE)
    sold = document("page-b", SCHOOL, kind=WEBSITE)
    offer = Product(source_id="page-b", name="Class pack")
    assert library_sentences(library(page)) == ("1 saved page: 2 passages.",)
    both = library(
        page, type(sold)(**{name: getattr(sold, name) for name in sold.__slots__} | {"products": (offer,)})
    )
    assert library_sentences(both) == ("2 saved pages: 3 passages, 1 product in their structured data.",)


def test_research_is_counted_by_how_near_it_is_to_the_words():
    found = library_sentences(
        library(
            document("study", GIFT, REFILL),
            document("note", SCHOOL, origin=Origin.NOTE),
            document("remarks", SCHOOL, origin=Origin.NOTE, quotable=False),
            document("visits", SCHOOL, origin=Origin.RECORD),
        )
    )
    assert found == (
        "4 research files (1 saved publication, 2 notes on publications and 1 record of your own): 4 passages to quote.",
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("one two", "“one two”"),
        ("  one\n two\t", "“one two”"),
        (" ".join("abcdefghijklmnopqrstuvwx"), f"“{' '.join('abcdefghijklmnopqrstuvwx')}”"),
        (" ".join("abcdefghijklmnopqrstuvwxy"), f"“{' '.join('abcdefghijklmnopqrstuvwx')} …”"),
        ("", "“”"),
    ],
)
def test_a_quotation_is_shown_by_its_first_words(words: str, shown: str):
    assert shortened(words) == shown


def test_a_word_without_an_end_is_cut_too():
    assert len(shortened("x" * 5000)) <= 250


def test_what_is_worth_saving_names_each_page_once_with_its_reason():
    assert len({page for page, _ in PAGES_WORTH_SAVING}) == len(PAGES_WORTH_SAVING) >= 5
    assert all(reason and not reason.endswith(".") for _, reason in PAGES_WORTH_SAVING)
    assert (
        max(len(page) for page, _ in PAGES_WORTH_SAVING) + max(len(why) for _, why in PAGES_WORTH_SAVING) < 94
    )


def test_the_ways_out_are_named_as_a_person_writes_them():
    assert "website/" in HOW_TO_SAVE
    assert all(word in HOW_TO_DECIDE for word in ("[evidence]", "accept", "against", "reject"))


def test_only_pages_that_none_of_the_saved_ones_seems_to_be_are_named():
    assert pages_missing(Library()) == PAGES_WORTH_SAVING
    saved = library(
        document("page-about", GIFT, kind=WEBSITE), document("page-delivery", REFILL, kind=WEBSITE)
    )
    missing = {page for page, _ in pages_missing(saved)}
    assert "about page" not in missing
    assert "delivery and returns" not in missing
    assert {"home page", "terms and questions page"} <= missing


def test_a_study_without_author_or_year_and_a_page_without_a_day_are_named_with_the_way_out():
    assert citation_gaps(Library()) == ()
    study, page = document("study", GIFT), document("page-a", REFILL, kind=WEBSITE)
    bare = replace(study, source=replace(study.source, authors=()))
    undated = replace(page, source=replace(page.source, retrieved=""))
    said = citation_gaps(library(bare, undated))
    assert study.source.path in said[0]
    assert "references.bib" in said[0]
    assert page.source.path in said[1]
