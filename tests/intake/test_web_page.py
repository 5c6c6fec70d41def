"""Saved web pages: encodings, archives, main text, what a page says of itself."""

from __future__ import annotations

import pytest

from segkit.errors import BadValueError
from segkit.intake.page_metadata import read_page_citation
from segkit.intake.page_text import extract_page_text
from segkit.intake.passages import cut_passages
from segkit.intake.product_data import read_json_ld
from segkit.intake.web_page import read_page_archive, read_web_page

WORDS = "We deliver on Tuesdays to every village in the valley, and on Fridays to the farms above it."


def page_of(body: str, *, head: str = "", top: str = ""):
    markup = f"<!DOCTYPE html>{top}<html lang=en-GB><head>{head}</head><body>{body}</body></html>"
    return read_web_page(markup.encode(), label="website/a.html")


def text_of(body: str) -> str:
    return extract_page_text(page_of(body)).text


def cite(head: str, *, body: str = "<p>Text</p>", top: str = "", company_name: str = ""):
    page = page_of(body, head=head, top=top)
    return read_page_citation(page, json_ld=read_json_ld(page.tree), company_name=company_name)


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        (
            "utf-8",
            "<meta charset=iso-8859-1>",
        ),  # saved by a browser as UTF-8, with the server's old declaration
        ("utf-8-sig", ""),
        ("cp1252", "<meta charset=windows-1252>"),
        ("cp1252", "<meta charset=iso-8859-1>"),
        ("cp1252", ""),
        ("cp1250", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">'),
        ("utf-16", ""),
        ("utf-16-le", ""),
    ],
)
def test_a_page_in_any_usual_encoding_keeps_its_signs(encoding, head):
    raw = f"<html><head>{head}</head><body><p>Für 5 € – “schön” und gut.</p></body></html>".encode(encoding)
    assert extract_page_text(read_web_page(raw, label="a.html")).text == "Für 5 € – “schön” und gut."


def test_a_page_that_declares_an_unknown_charset_is_still_read():
    raw = b"<meta charset=klingon><p>\xa35 for a skein</p>"
    assert extract_page_text(read_web_page(raw, label="a.html")).text == "£5 for a skein"


def test_a_single_file_archive_gives_page_address_and_day():
    raw = (
        b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://shop.example/delivery\r\n"
        b"Subject: Delivery\r\nDate: Thu, 10 Sep 2026 09:15:31 -0000\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="----B"\r\n\r\n'
        b"------B\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        b"Content-Location: https://shop.example/delivery\r\n\r\n"
        b"<html><body><h1>Delivery</h1><p>Free from =C2=A360.</p><p>Else =C2=A34.20 a par=\r\ncel.</p></body></html>\r\n"
        b"------B\r\nContent-Type: text/css\r\n\r\np {}\r\n------B--\r\n"
    )
    page = read_page_archive(raw, label="website/a.mhtml")
    citation = read_page_citation(page, json_ld=[])
    assert (citation.url, citation.retrieved) == ("https://shop.example/delivery", "2026-09-10")
    assert extract_page_text(page).text == "Delivery\n\nFree from £60.\n\nElse £4.20 a parcel."


def test_an_archive_without_a_page_is_refused():
    with pytest.raises(BadValueError, match="holds no page"):
        read_page_archive(b"Content-Type: image/png\r\n\r\nxx", label="website/a.mhtml")


@pytest.mark.parametrize("raw", [b"only words", b"\x00\x01\x02\x03" * 500], ids=["words", "binary"])
def test_what_is_no_page_is_refused(raw):
    with pytest.raises(BadValueError, match="is not a web page"):
        read_web_page(raw, label="website/a.html")


def test_a_page_without_main_keeps_its_text_and_loses_what_surrounds_it():
    body = (
        '<div class="menu"><ul><li><a href=/>Home</a></li><li><a href=/s>Shop</a></li></ul></div>'
        '<div id="cookie-banner">We use cookies. <a href=/c>Settings</a></div>'
        f"<div><h1>Delivery</h1><p>{WORDS}</p><h2>Prices</h2>"
        "<table><tr><th>Where</th><th>Price</th></tr><tr><td>Village</td><td>£2</td></tr></table></div>"
        '<div class="site-footer">Imprint, privacy, newsletter</div>'
    )
    extracted = extract_page_text(page_of(body))
    assert extracted.text == f"Delivery\n\n{WORDS}\n\nPrices\n\nWhere | Price\nVillage | £2"
    row = cut_passages(extracted, source_id="page-a")[-1]
    assert (row.text, row.heading) == ("Village | £2", "Delivery > Prices")


def test_a_page_inside_one_form_is_read_and_a_newsletter_form_is_not():
    text = text_of(
        f"<form><h1>Delivery</h1>{f'<p>{WORDS}</p>' * 5}</form><form><label>Your email</label></form>"
    )
    assert text.count(WORDS) == 5
    assert "email" not in text


def test_a_bakery_keeps_its_cookies():
    body = f'<div class="product cookies"><h2>Butter cookies</h2><p>Twelve for £6.</p></div><p>{WORDS}</p><p>{WORDS}</p>'
    assert "Butter cookies" in text_of(body)


def test_line_breaks_part_lines_and_other_white_space_does_not():
    assert text_of("<p>Tenter Yard<br>Sheffield\n  S3 8VV</p><p>Open   daily</p>") == (
        "Tenter Yard\nSheffield S3 8VV\n\nOpen daily"
    )


def test_nested_lists_and_cards_are_one_passage_an_item():
    body = (
        "<h1>Shop</h1><ul><li><h3>First Hat kit</h3><p>Needles and wool.</p></li>"
        "<li>Yarn that we keep<ul><li>Moss, which is the one that sells</li></ul></li></ul>"
    )
    passages = cut_passages(extract_page_text(page_of(body)), source_id="page-a")
    assert [(item.text, item.heading) for item in passages] == [
        ("Needles and wool.", "Shop > First Hat kit"),
        ("Yarn that we keep", "Shop > First Hat kit"),
        ("Moss, which is the one that sells", "Shop > First Hat kit"),
    ]


def test_a_product_grid_of_headings_alone_loses_no_price():
    body = "<h1>Kits</h1><h2>First Hat kit £29.50</h2><h2>Fell Mittens kit</h2><p>£32.00</p><h2>Scarf</h2>"
    passages = cut_passages(extract_page_text(page_of(body)), source_id="page-a")
    assert [item.text for item in passages] == ["First Hat kit £29.50", "£32.00", "Scarf"]


def test_a_code_within_a_sentence_stays_in_its_sentence():
    body = (
        f"<h1>Offer</h1><p>Take 10 % off with the code <code>HELLO10</code> once, <q>with a smile</q>.</p><p>{WORDS}</p>"
        * 3
    )
    assert "Take 10 % off with the code HELLO10 once, with a smile." in text_of(body)


def test_the_questions_of_an_accordion_are_its_headings_and_other_buttons_are_gone():
    body = (
        "<h1>Questions</h1><h3><button aria-expanded=false>When do you post?</button></h3><div role=tabpanel hidden>"
        f"<p>{WORDS}</p></div><h3><button>What does it cost?</button></h3><p>Nothing from £60 upwards, else £4.20.</p>"
        f"<button>Add to basket</button><p>{WORDS}</p>"
    )
    passages = cut_passages(extract_page_text(page_of(body)), source_id="page-a")
    assert [(item.text, item.heading) for item in passages[:2]] == [
        (WORDS, "Questions > When do you post?"),
        ("Nothing from £60 upwards, else £4.20.", "Questions > What does it cost?"),
    ]
    assert "Add to basket" not in text_of(body)


def test_a_page_that_has_only_the_shops_name_as_title_is_called_by_its_heading():
    head = '<title>Acme</title><meta property="og:title" content="Acme"><meta property="og:site_name" content="Acme">'
    assert cite(head, body="<h1>Delivery</h1><p>Text</p>").title == "Delivery"


def test_the_price_beside_an_article_is_not_lost():
    body = (
        f"<main><article><h1>Tin</h1>{''.join(f'<p>{n}. {WORDS}</p>' for n in range(6))}</article>"
        "<aside><h2>You may also like</h2><ul><li><a href=/h>First Hat kit</a> £29.50</li></ul></aside></main>"
    )
    passages = cut_passages(extract_page_text(page_of(body)), source_id="page-a")
    assert passages[-1].text == "First Hat kit £29.50"
    assert passages[-1].heading.endswith("You may also like")


def test_scripts_and_attributes_never_reach_the_text():
    body = (
        f"<h1>Shop</h1><p onclick='steal()'>{WORDS}</p><script>document.write('<p>steal()</p>')</script>"
        "<style>p::after {content: 'steal()'}</style><noscript>steal()</noscript><template><p>steal()</p></template>"
        "<svg><script>steal()</script></svg><p>Write &lt;script&gt; to us.</p><iframe srcdoc='<p>steal()</p>'></iframe>"
    )
    assert text_of(body) == f"Shop\n\n{WORDS}\n\nWrite <script> to us."


def test_signs_that_turn_the_reading_direction_are_left_out_and_ligatures_stay():
    assert (
        text_of("<p>The \ufb01rst \u202egift\u202c of all\u0085.</p><p>Two.</p>")
        == "The \ufb01rst gift of all.\n\nTwo."
    )


def test_scholarly_tags_win_over_the_rest():
    citation = cite(
        '<title>Gifts | Journal</title><meta name="citation_title" content="How gifts are bought">'
        '<meta name="citation_author" content="Jo van der Berg"><meta name="citation_author" content="Sandhu, Amrit">'
        '<meta name="citation_journal_title" content="Journal of Gifts"><meta name="citation_publication_date" content="2026/05/18">'
        '<meta name="citation_volume" content="7"><meta name="citation_firstpage" content="12"><meta name="citation_lastpage" content="19">'
        '<meta name="citation_doi" content="https://doi.org/10.1000/gifts.7"><meta property="og:title" content="Gifts!">'
    )
    assert citation.title == "How gifts are bought"
    assert citation.authors == ("van der Berg, Jo", "Sandhu, Amrit")
    assert (citation.container, citation.published, citation.csl_type) == (
        "Journal of Gifts",
        "2026-05-18",
        "article-journal",
    )
    assert citation.more == {"volume": "7", "page": "12\u201319", "DOI": "10.1000/gifts.7"}


def test_dublin_core_open_graph_and_structured_data_are_read():
    core = cite(
        '<meta name="DC.title" content="Gifts"><meta name="DC.creator" content="Bell, Rory"><meta name="DCTERMS.issued" content="2025-03">'
    )
    assert (core.title, core.authors, core.published) == ("Gifts", ("Bell, Rory",), "2025-03")
    graph = cite(
        '<meta property="og:title" content="Gifts - Shop"><meta property="og:site_name" content="Shop"><meta property="og:url" content="https://shop.example/g">'
    )
    assert (graph.title, graph.site_name, graph.url) == ("Gifts", "Shop", "https://shop.example/g")
    data = cite(
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", '
        '"author": [{"@type": "Person", "name": "Jo Bell"}, {"@type": "Organization", "name": "Wool Weekly"}], '
        '"publisher": {"@type": "Organization", "name": "Wool Weekly"}, "datePublished": "2026-02-03T10:00:00Z"}]}</script>'
    )
    assert data.authors == ("Bell, Jo", "Wool Weekly")
    assert (data.publisher, data.published, data.kind) == ("Wool Weekly", "2026-02-03", "article")


@pytest.mark.parametrize(
    ("comment", "url", "day"),
    [
        ("<!-- saved from url=(0028)https://shop.example/a?b=1 -->", "https://shop.example/a?b=1", ""),
        (
            "<!--\n Page saved with SingleFile \n url: https://shop.example/ \n saved date: Thu Sep 10 2026 09:15:31 GMT+0100 (x)\n-->",
            "https://shop.example/",
            "2026-09-10",
        ),
        ("<!-- Mirrored from shop.example/a by HTTrack Website Copier/3.x [XR&CO'2014], Thu, 10 Sep 2026 09:15:31 GMT -->", "https://shop.example/a", "2026-09-10"),
    ],
    ids=["browser", "SingleFile", "HTTrack"],
)  # fmt: skip
def test_what_the_saving_program_wrote_gives_address_and_day(comment, url, day):
    citation = cite("<title>A</title>", top=comment)
    assert (citation.url, citation.retrieved) == (url, day)


def test_only_addresses_of_the_web_become_links():
    assert (
        cite(
            '<link rel=canonical href="javascript:alert(1)"><meta property="og:url" content="https://a.example/x y">'
        ).url
        == ""
    )


def test_the_companys_name_in_the_author_tag_stays_one_name():
    assert cite(
        '<meta name=author content="Marks and Bell, Sheffield">', company_name="Marks and Bell, Sheffield"
    ).authors == ("Marks and Bell, Sheffield",)
