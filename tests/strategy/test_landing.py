"""The page a message leads to."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from segkit.model.document import Library, Product
from segkit.strategy.landing import FILL_IN, find_landing, page_title

_spec = importlib.util.spec_from_file_location("drafted_flows", Path(__file__).parent / "drafted_flows.py")
world = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(world)


def land(kind="replenishment", *, segment=1, products=(), goods="", evidence=world.EVIDENCE, **more):
    return find_landing(
        world.make_flow(kind, segment=segment), products=products, goods=goods, evidence=evidence,
        library=more.get("library", world.LIBRARY), company=more.get("company", world.COMPANY),
    )  # fmt: skip


def test_the_page_the_evidence_quotes_is_the_one_that_serves_the_group():
    assert (land().source_id, land().reason) == ("page-refills", "S1-1")
    assert land("onboarding", segment=2).url == "https://www.woolly.example/workshops"


def test_a_page_is_found_by_its_title_where_no_evidence_quotes_one():
    assert land(goods="workshops", evidence=world.EMPTY_BOOK).source_id == "page-workshops"


def test_the_page_of_a_product_wins_where_the_flow_is_about_that_product():
    product = Product(source_id="page-hat", name="First Hat kit", price="29.50")
    page = replace(world.make_page("page-hat", "A kit for a hat."), products=(product,))
    library = Library(documents=(*world.LIBRARY.documents, page))
    assert land("back_in_stock", products=["First Hat kit - Blue"], library=library).source_id == "page-hat"
    assert land("win_back", products=["First Hat kit - Blue"], library=library).source_id == "page-refills"


def test_pages_about_delivery_or_privacy_are_no_place_to_choose_goods():
    page = world.make_page("page-delivery", "Refill, refill, refill: run out, restock, replenish, reorder.")
    library = Library(documents=(world.HOME, page))
    assert land(evidence=world.EMPTY_BOOK, library=library).source_id == "page-index"


def test_without_saved_pages_the_website_of_the_company_is_taken():
    assert land(library=Library()).url == "https://www.woolly.example"
    assert land(library=Library()).path == ""


@pytest.mark.parametrize("website", ["", "woolly", "javascript:alert(1)", "https://woolly.example/<script>"])
def test_without_any_address_a_visible_placeholder_stands(website: str):
    landing = land(library=Library(), company=replace(world.COMPANY, website=website))
    assert landing.url == FILL_IN
    assert not landing.is_known


def test_a_link_is_always_secure():
    page = world.make_page("page-refills", "Refill.", url="http://www.woolly.example/refills")
    assert land(library=Library(documents=(page,))).url == "https://www.woolly.example/refills"


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("Gift service | Woolly Wool", "Gift service"),
        ("Woolly Wool, Leeds", ""),
        ("{{ 7 }} Gifts", "Gifts"),
        ("x" * 50, ""),
    ],
)
def test_a_title_is_shown_only_where_a_sentence_can_bear_it(title: str, shown: str):
    assert page_title(world.make_page("page-a", "Text.", title=title), company="Woolly Wool") == shown
