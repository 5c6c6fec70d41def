"""Products in structured data."""

from __future__ import annotations

import json

from lxml.html import document_fromstring

from segkit.intake.product_data import read_json_ld, read_products


def products(markup: str):
    tree = document_fromstring(f"<html><body>{markup}</body></html>")
    return read_products(tree, source_id="page-a", json_ld=read_json_ld(tree))


def ld(data) -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    return f'<script type="application/ld+json">{text}</script>'


def short(found):
    return [(item.name, item.sku, item.price, item.currency) for item in found]


def test_a_product_in_a_graph_with_a_list_of_offers_is_read_once_per_price():
    data = {
        "@graph": [
            {"@type": "BreadcrumbList"},
            {
                "@type": ["Product", "Thing"],
                "name": "Tin",
                "sku": "T",
                "offers": [
                    {
                        "@type": "Offer",
                        "price": "38.00",
                        "priceCurrency": "GBP",
                        "availability": "https://schema.org/InStock",
                    },
                    {"@type": "Offer", "price": "45.00", "priceCurrency": "eur", "sku": "T-EU"},
                ],
            },
        ]
    }
    assert short(products(ld(data))) == [("Tin", "T", "38.00", "GBP"), ("Tin", "T-EU", "45.00", "EUR")]


def test_variants_of_a_product_group_and_an_aggregate_offer_are_read():
    group = {
        "@type": "ProductGroup",
        "name": "Sock yarn",
        "hasVariant": [
            {
                "@type": "Product",
                "name": "Sock yarn, Moss",
                "sku": "M",
                "offers": {"@type": "Offer", "price": 16.5, "priceCurrency": "GBP"},
            },
            {
                "@type": "Product",
                "name": "Sock yarn, Plum",
                "sku": "P",
                "offers": {"@type": "AggregateOffer", "lowPrice": "1.299,00", "priceCurrency": "EUR"},
            },
        ],
    }
    assert short(products(ld(group))) == [
        ("Sock yarn", "", "", ""),
        ("Sock yarn, Moss", "M", "16.5", "GBP"),
        ("Sock yarn, Plum", "P", "1299.00", "EUR"),
    ]


def test_a_number_keeps_the_zeros_that_the_page_writes():
    assert (
        products(
            ld('{"@type": "Product", "name": "Tin", "offers": {"price": 54.00, "priceCurrency": "GBP"}}')
        )[0].price
        == "54.00"
    )


def test_a_price_specification_counts_as_the_price():
    data = {
        "@type": "Product",
        "name": "Tin",
        "offers": {"priceSpecification": {"price": "9.80", "priceCurrency": "GBP"}},
    }
    assert short(products(ld(data))) == [("Tin", "", "9.80", "GBP")]


def test_microdata_gives_the_same_and_the_brand_is_not_the_product():
    markup = (
        '<div itemscope itemtype="https://schema.org/Product"><meta itemprop="sku" content="B">'
        '<div itemprop="brand" itemscope itemtype="https://schema.org/Brand"><meta itemprop="name" content="Tenterfold"></div>'
        '<h1 itemprop="name">Box</h1><div itemprop="offers" itemscope itemtype="https://schema.org/Offer">'
        '<meta itemprop="priceCurrency" content="GBP"><span itemprop="price">£54.00</span>'
        '<link itemprop="availability" href="https://schema.org/OutOfStock"></div></div>'
    )
    (box,) = products(markup)
    assert (box.name, box.sku, box.price, box.currency, box.availability) == (
        "Box",
        "B",
        "54.00",
        "GBP",
        "OutOfStock",
    )


def test_a_product_named_in_two_ways_is_given_once_and_fuller():
    markup = ld(
        {
            "@type": "Product",
            "name": "Box",
            "offers": {"price": "54.00", "priceCurrency": "GBP"},
            "description": "Gift",
        }
    ) + (
        '<div itemscope itemtype="https://schema.org/Product"><b itemprop="name">Box</b><i itemprop="price">54.00</i>'
        '<i itemprop="priceCurrency">GBP</i></div>'
    )
    (box,) = products(markup)
    assert box.description == "Gift"


def test_the_price_of_open_graph_is_read():
    markup = '<meta property="og:title" content="Tin"><meta property="product:price:amount" content="38,00"><meta property="product:price:currency" content="EUR">'
    assert short(products(markup)) == [("Tin", "", "38.00", "EUR")]


def test_broken_structured_data_is_passed_over_and_the_next_is_read():
    good = {"@type": "Product", "name": "Tin", "offers": {"price": "1"}}
    markup = (
        ld("{broken")
        + ld("[" * 30_000)
        + ld("null")
        + ld("<!-- " + json.dumps(good) + " -->")
        + ld({"@type": "Product", "name": None})
    )
    assert short(products(markup)) == [("Tin", "", "1", "")]
