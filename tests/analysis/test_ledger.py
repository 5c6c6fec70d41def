"""Prices, codes, deadlines, fees and policies form a ledger; what disagrees is printed (issue 3, documents)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from segkit.analysis.ledger import FactKind, OrderFact, build_ledger, collect_order_facts
from segkit.analysis.ledger_patterns import find_dates, find_money
from segkit.intake.company import find_order_files, read_company, read_company_orders
from segkit.intake.documents import read_documents
from segkit.intake.order_texts import read_order_texts
from segkit.model.document import Document, Library, Origin, Passage, Product
from segkit.model.evidence import Source, SourceType
from segkit.model.ledger import Ledger, LedgerEntry, LedgerKind

TENTERFOLD = Path(__file__).parents[2] / "data" / "tenterfold"
AS_OF = date(2026, 9, 7)


def page_of(
    name: str,
    *passages: str | tuple[str, str],
    saved: str = "2026-09-10",
    kind: SourceType = SourceType.WEBSITE,
    products: tuple[Product, ...] = (),
) -> Document:
    """Return a saved page; a passage is its text, or its headings and its text."""
    cut: list[Passage] = []
    start = 0
    for number, given in enumerate(passages):
        heading, text = given if isinstance(given, tuple) else ("", given)
        place = Passage(
            id=f"page-{name}-{number}",
            source_id=f"page-{name}",
            text=text,
            start=start,
            end=start + len(text),
            heading=heading,
            locator=f"part {number}",
        )
        cut.append(place)
        start += len(text) + 2
    source = Source(
        id=f"page-{name}", type=kind, title=name, path=f"website/{name}.html", sha256="", retrieved=saved
    )
    return Document(
        source=source,
        origin=Origin.PUBLICATION,
        text="\n\n".join(passage.text for passage in cut),
        passages=tuple(cut),
        products=products,
    )


def ledger_of(*pages: Document, facts: Sequence[OrderFact] = ()) -> Ledger:
    """Build the ledger of some pages."""
    return build_ledger(Library(documents=pages), order_facts=facts, as_of=AS_OF)


def sentences(*pages: Document, facts: Sequence[OrderFact] = ()) -> list[str]:
    """Return the conflicts between some pages as a reader sees them."""
    return [conflict.sentence for conflict in ledger_of(*pages, facts=facts).conflicts]


def the_entry(ledger: Ledger, kind: LedgerKind, subject: str) -> LedgerEntry:
    """Return the one entry of a kind about a subject."""
    (entry,) = (entry for entry in ledger.of_kind(kind) if entry.subject == subject)
    return entry


def sold(product: str, price: float, *, orders: int = 5, last: date = date(2026, 8, 1)) -> OrderFact:
    """Return a product's price in the orders."""
    return OrderFact(
        kind=FactKind.PRICE,
        subject=product,
        first=date(2025, 1, 1),
        last=last,
        orders=orders,
        amount=price,
        unit="GBP",
        recent=(price,),
        locator="order 7, price",
    )


@pytest.fixture(scope="module")
def shop() -> tuple[Ledger, Library, tuple[OrderFact, ...]]:
    """The ledger of the example company, with its library and what its orders say."""
    company = read_company(TENTERFOLD)
    orders = read_company_orders(company)
    texts = read_order_texts(
        orders, files=find_order_files(Path(company.folder), company.orders.files), settings=company.orders
    )
    library = read_documents(TENTERFOLD, company_name=company.name)
    assert texts is not None
    library = replace(library, documents=(*library.documents, texts.document))
    facts = collect_order_facts(orders)
    return build_ledger(library, order_facts=facts, as_of=orders.as_of), library, facts


def test_every_planted_conflict_of_the_example_company_is_found_and_no_other(shop) -> None:
    """The four contradictions that data/README.md tells of prices, dates, codes and promises; nothing false."""
    ledger, _, _ = shop
    assert [conflict.sentence for conflict in ledger.conflicts] == [
        (
            "website/gift-service.html still showed the code FIRESIDE15 on Thursday 10 September 2026, but by its own words it "
            "ended on Sunday 14 December 2025."
        ),
        (
            "Last order day for Christmas, UK: website/delivery-and-returns.html says Wednesday 16 December 2026, "
            "website/gift-service.html says Friday 18 December 2026."
        ),
        (
            "website/schools-and-studios.html says “We do not chase schools in August.”, but order #TF5540, Notes reads "
            "“Reminder sent 17 August, school office closed until 1 September”."
        ),
        (
            "website/schools-and-studios.html says “Studios and makers: pro forma for the first two orders, 30 days from the "
            "third order on.”, but order #TF4110, Payment Terms Name had “Net 30” as order number 2 of its customer."
        ),
    ]
    assert [conflict.rule for conflict in ledger.conflicts][:2] == [
        "leave the code out",
        "name neither date until the pages agree; promise nothing for orders after Wednesday 16 December 2026",
    ]


def test_every_entry_is_anchored_in_its_page(shop) -> None:
    """The exact words stand where the entry says; conflicts name entries that are in the ledger."""
    ledger, library, _ = shop
    for entry in ledger.entries:
        document = library.document(entry.source_id)
        if document and entry.end:
            assert document.text[entry.start : entry.end] == entry.exact
    ids = [entry.id for entry in ledger.entries]
    assert len(set(ids)) == len(ids)
    assert all(set(conflict.entries) <= set(ids) for conflict in ledger.conflicts)
    keys = [(entry.kind, entry.subject, entry.source_id) for entry in ledger.entries]
    assert all(one <= other for one, other in pairwise(keys))


def test_the_example_companys_offers_are_read(shop) -> None:
    """Prices, fees, thresholds and codes as the pages have them; a living code has not ended."""
    ledger, _, _ = shop
    on_pages = {
        (entry.subject, entry.value) for entry in ledger.entries if entry.source_id.startswith("page-")
    }
    assert {
        ("delivery, UK", "£4.20"),
        ("delivery, European Union", "£14.50"),
        ("free delivery, UK", "from £60"),
        ("gift wrap", "£4.50"),
        ("Hearth Gift Box", "£54.00"),
        ("Hearth Sock Tin (starter kit)", "38.00 GBP"),
        ("Class pack First Knits, 24 pupils", "£222.00"),
        ("First Hat kit", "£29.50"),
        ("Cradle Blanket kit", "£46.00"),
        ("Colourwork Yoke", "£72.00"),
        ("last order day for Christmas, European Union", "Friday 4 December 2026"),
    } <= on_pages
    hello = [entry for entry in ledger.of_kind(LedgerKind.CODE) if entry.subject == "HELLO10"]
    assert [(entry.source_id, entry.amount, entry.ended) for entry in hello] == [
        ("orders", None, False),
        ("page-index", 10.0, False),
    ]
    fireside = next(
        e for e in ledger.of_kind(LedgerKind.CODE) if (e.subject, e.amount) == ("FIRESIDE15", 15.0)
    )
    assert (fireside.day, fireside.ended, fireside.seen_on) == (date(2025, 12, 14), True, date(2026, 9, 10))


def test_a_sum_with_wrapping_is_no_price_of_the_product(shop) -> None:
    """ "A wrapped box comes to £58.50" gives the box no second price, and £16.50 a skein is no price of the tin."""
    ledger, _, _ = shop
    assert not [entry for entry in ledger.entries if entry.amount == 58.5]
    tin = [e for e in ledger.of_kind(LedgerKind.PRICE) if "Tin" in e.subject]
    assert {entry.amount for entry in tin} == {38.0}


def test_orders_tell_prices_before_discounts_codes_and_terms(shop) -> None:
    """What was paid is raised by the order's discount again; `Custom discount` is no code."""
    _, _, facts = shop
    by_name = {(fact.kind, fact.subject): fact for fact in facts}
    box = by_name[FactKind.PRICE, "Hearth Gift Box"]
    assert (box.amount, box.unit, box.orders) == (54.0, "GBP", 5)
    code = by_name[FactKind.CODE, "FIRESIDE15"]
    assert (code.first, code.last, code.orders) == (date(2025, 11, 30), date(2025, 12, 4), 2)
    assert code.samples == ((8.1, (54.0, 4.5)), (8.1, (54.0, 4.5)))
    studio = next(fact for fact in facts if fact.kind is FactKind.TERMS and "studio" in fact.tags)
    assert (studio.subject, studio.earliest, studio.locator) == (
        "Net 30",
        2,
        "order #TF4110, Payment Terms Name",
    )


def test_the_order_of_pages_changes_nothing(shop) -> None:
    """The same pages in another order give the same ledger."""
    ledger, library, facts = shop
    turned = Library(documents=tuple(reversed(library.documents)))
    assert build_ledger(turned, order_facts=facts, as_of=date(2026, 9, 7)) == ledger


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("£54.00", [(54.0, "GBP")]),
        ("from £6 to 7.50 €", [(6.0, "GBP"), (7.5, "EUR")]),
        ("1.250,00 EUR", [(1250.0, "EUR")]),
        ("$1,299", [(1299.0, "USD")]),
        ("CHF 5.-", [(5.0, "CHF")]),
        ("20 Euro und 5 pounds", [(20.0, "EUR"), (5.0, "GBP")]),
        ("10 % of 30 days, 2026, No. 5", []),
    ],
)
def test_money_is_read_with_its_sign_before_or_behind(text: str, found: list[tuple[float, str]]) -> None:
    """Currency signs and codes, decimal comma and point."""
    assert [(money.amount, money.currency) for money in find_money(text)] == found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Friday 18 December 2026", date(2026, 12, 18)),
        ("December 18th, 2026", date(2026, 12, 18)),
        ("Freitag, den 18. Dezember 2026", date(2026, 12, 18)),
        ("18.12.2026", date(2026, 12, 18)),
        ("18/12/2026", date(2026, 12, 18)),
        ("2026-12-18", date(2026, 12, 18)),
        ("Friday 18 December", date(2026, 12, 18)),
        ("18 December", None),
    ],
)
def test_dates_are_read_in_words_and_figures(text: str, day: date | None) -> None:
    """A date without a year is settled by its weekday, or stays without one."""
    (found,) = find_dates(text, saved=date(2026, 9, 10))
    assert (found.day, found.fits) == (day, True)


def test_a_date_that_may_be_read_two_ways_and_one_that_does_not_exist_are_left_alone() -> None:
    """Nobody knows whether 5/6/2026 is in May or in June, and 31 June is no day."""
    assert find_dates("5/6/2026 and 31 June 2026") == ()


def test_two_general_deadlines_for_one_occasion_disagree() -> None:
    """Which page is right is not for the tool to say; the earlier date is safe."""
    early = page_of("a", ("Christmas 2026", "Last order day for Christmas is Wednesday 16 December 2026."))
    late = page_of("b", ("Christmas 2026", "Order by 18 December 2026 and it arrives before Christmas."))
    assert len(sentences(early, late)) == 1


@pytest.mark.parametrize(
    "other",
    [
        "Order by 18 December 2026 with express delivery for Christmas.",
        "Order by 4 December 2026 for delivery to the European Union before Christmas.",
        "Order personalised mugs by 10 December 2026 to have them before Christmas.",
        "Order by 16 December 2026 for Christmas.",
        "Order by 20 March 2027 for Easter.",
        "Order by 18 December 2025 for Christmas.",
        "Christmas Eve is on Thursday 24 December 2026.",
    ],
)
def test_deadlines_for_other_services_places_goods_or_years_do_not_disagree(other: str) -> None:
    """A false alarm costs more than a missed one."""
    page = page_of("a", "The last day to order for Christmas in the UK is Wednesday 16 December 2026.")
    assert sentences(page, page_of("b", ("Dates", other))) == []


def test_a_page_with_a_day_for_each_service_contradicts_nobody() -> None:
    """Two dates on one page tell things apart that the tool does not know."""
    several = page_of(
        "a",
        "Last order day for Christmas in the UK: 14 December 2026 with Blue Post.",
        "Last order day for Christmas in the UK: 18 December 2026 with Red Post.",
    )
    assert sentences(several, page_of("b", "Last order day for Christmas in the UK: 16 December 2026.")) == []


def test_two_days_in_one_sentence_are_told_apart_by_what_stands_beside_them() -> None:
    """A day for Europe under which the British one stands would send parcels too late."""
    behind = "The last day to order for Christmas is 16 December 2026 in the UK and 9 December 2026 for the rest of Europe."
    before = (
        "For Christmas the last day to order is for the UK 16 December 2026 and for Europe 9 December 2026."
    )
    for text in (behind, before):
        found = {
            one.subject: one.day for one in ledger_of(page_of("delivery", text)).of_kind(LedgerKind.DEADLINE)
        }
        assert found == {
            "last order day for Christmas, UK": date(2026, 12, 16),
            "last order day for Christmas, Europe": date(2026, 12, 9),
        }
    one = "The last day to order for Christmas in the UK is 16 December 2026; it leaves on 17 December 2026."
    (entry,) = ledger_of(page_of("delivery", one)).of_kind(LedgerKind.DEADLINE)
    assert entry.day == date(2026, 12, 16)


def test_the_ledger_keeps_prices_of_what_sells_and_compares_them_all() -> None:
    """Two thousand prices that nobody disputes bury the one that matters."""
    facts = [sold(f"Article Number {number}", 3.0, orders=1000 - number) for number in range(300)]
    facts.append(sold("Lantern Garland", 7.5, orders=2))
    page = page_of("lanterns", "Lantern Garland: £11.00.")
    ledger = ledger_of(page, facts=facts)
    kept = {entry.subject for entry in ledger.entries if entry.source_id == "orders"}
    assert len(kept) == 201
    assert {"Article Number 0", "Lantern Garland"} <= kept
    assert len(ledger.conflicts) == 1


def test_an_invoice_a_month_is_no_newsletter_and_a_parcel_no_product() -> None:
    ledger = ledger_of(
        page_of("trade", "We send one invoice at the end of the month.", "Small parcels go out for £5.95.")
    )
    assert ledger.entries == ()
    assert ledger_of(page_of("news", "We write once a month.")).entries[0].subject == "how often we write"


def test_a_weekday_that_does_not_fit_its_date_is_a_conflict_of_its_own() -> None:
    """A reader goes by the weekday or by the date, and one of them is wrong."""
    assert sentences(page_of("a", "Order by Thursday 18 December 2026 for Christmas.")) == [
        "website/a.html says “Thursday 18 December 2026”, but 18 December 2026 is a Friday."
    ]
    assert sentences(page_of("a", ("Christmas 2026", "Returns are open until Friday 15 January."))) == []
    assert sentences(page_of("a", "We opened on Monday 1 May 2019.")) == []


def test_a_code_on_an_old_page_is_not_still_shown() -> None:
    """A page saved while the code ran says nothing of today; the entry has ended all the same."""
    page = page_of("a", "15 % off with the code WOOL15, until 31 July 2026.", saved="2026-07-01")
    ledger = ledger_of(page)
    assert ledger.conflicts == ()
    assert the_entry(ledger, LedgerKind.CODE, "WOOL15").ended


def test_a_code_ended_on_many_pages_is_one_conflict() -> None:
    """One decision settles it."""
    pages = [page_of(f"p{n}", "15 % off with the code WOOL15, until 31 July 2026.") for n in range(3)]
    assert sentences(*pages) == [
        (
            "website/p0.html still showed the code WOOL15 on Thursday 10 September 2026 (so do 2 other pages), but by its own "
            "words it ended on Friday 31 July 2026."
        )
    ]


def code_used(*samples: tuple[float, tuple[float, ...]], last: date = date(2026, 8, 1)) -> OrderFact:
    """Return a code's use in the orders."""
    return OrderFact(
        kind=FactKind.CODE,
        subject="wool15",
        first=date(2026, 1, 1),
        last=last,
        orders=len(samples),
        unit="GBP",
        samples=samples,
        locator="order 7, coupon",
    )


def test_a_code_used_after_its_end_or_for_another_percentage_is_told() -> None:
    """Fifteen percent of one line of an order is fifteen percent, of no line it is not."""
    page = page_of("a", "15 % off scarves with the code WOOL15, until 31 July 2026.", saved="2026-07-01")
    partly = code_used((9.0, (60.0, 40.0)), (3.0, (20.0,)), last=date(2026, 7, 31))
    assert sentences(page, facts=[partly]) == []
    late = code_used((9.0, (60.0, 40.0)), (3.0, (20.0,)))
    assert sentences(page, facts=[late]) == [
        (
            "website/a.html says that the code WOOL15 ended on Friday 31 July 2026, but order 7, coupon still used it on "
            "Saturday 1 August 2026."
        )
    ]
    other = code_used((20.0, (60.0, 40.0)), (4.0, (20.0,)), last=date(2026, 7, 1))
    assert sentences(page, facts=[other]) == [
        (
            "website/a.html gives 15 % off with the code WOOL15, but it took 20 % off 2 orders (order 7, coupon) and 15 % of "
            "no part of them."
        )
    ]


def test_what_looks_like_a_code_and_is_none_is_left_alone() -> None:
    """QR codes, dress codes and postcodes give no discount."""
    page = page_of(
        "a", "Scan the QR code BELOW. The dress code is SMART. Enter your postcode S38VV. See the code HERE."
    )
    assert ledger_of(page).entries == ()


def test_a_price_that_differs_between_text_structured_data_and_orders_is_told() -> None:
    """Three sources of one price: the page's words, its structured data, the orders."""
    product = Product(source_id="page-a", name="Moss Hat", price="21.00", currency="GBP")
    page = page_of("a", ("Hats > Moss Hat", "£20.00"), products=(product,))
    assert sentences(page) == [
        (
            "“Moss Hat” costs 20.00 GBP on website/a.html and 21.00 GBP on website/a.html (structured data); "
            "a sale may explain it."
        )
    ]
    page = page_of("a", "Moss Hat, £20.00: warm.", "Plum Hat, £22.00.")
    assert sentences(page, facts=[sold("Moss Hat", 18.5), sold("Plum Hat", 22.0)]) == [
        (
            "“Moss Hat” costs 20.00 GBP on website/a.html, but was last sold for 18.50 GBP before discounts (order 7, price); "
            "a sale or a new price may explain it."
        )
    ]


@pytest.mark.parametrize(
    "fact",
    [
        sold("Moss Hat", 18.5, last=date(2025, 6, 1)),
        sold("Moss Hat", 18.5, orders=1),
        sold("Moss Hat with bobble", 25.0),
        sold("Moss Hat", 16.67),
        replace(sold("Moss Hat", 18.5), unit="EUR"),
        replace(sold("Moss Hat", 18.5), recent=(18.5, 20.0)),
    ],
    ids=[
        "long ago",
        "one order",
        "another product",
        "without tax",
        "other currency",
        "was sold for it lately",
    ],
)
def test_an_order_does_not_contradict_a_page_without_reason(fact: OrderFact) -> None:
    """Old orders, single ones, variants, tax and sales explain a difference."""
    assert sentences(page_of("a", "Moss Hat, £20.00: warm."), facts=[fact]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Donate £5 to the flock.",
        "Knitters raised £500 for the fair.",
        "In 2025, £1 of every sale went to the mill.",
        "Was £54.00, now £43.20.",
        "With a band it is £13.80.",
        "You save £10 when you spend £100.",
    ],
)
def test_an_amount_in_a_sentence_is_no_price_of_a_product(text: str) -> None:
    """What stands before the amount is not a name."""
    assert ledger_of(page_of("a", text)).of_kind(LedgerKind.PRICE) == ()


def test_names_that_say_little_and_prices_from_are_not_held_against_each_other() -> None:
    """ "Small" costs what it costs on each page."""
    one = page_of(
        "a", "Small £10; Large £12", "Adults, £10.", "Moss Mitten kit from £20", ("You may also like", "£5")
    )
    two = page_of(
        "b", "Small £14; Large £16", "Adults, £12.", "Moss Mitten kit, £24", ("You may also like", "£9")
    )
    assert sentences(one, two) == []


def test_two_thresholds_for_one_place_disagree_and_limited_offers_do_not() -> None:
    """Free delivery has one threshold, apart from a weekend and from express."""
    page = page_of("a", "Free UK delivery from £60.")
    assert sentences(page, page_of("b", "Free delivery in the UK over £50.")) == [
        "On “free delivery, UK”, website/a.html says “from £60” and website/b.html says “from £50”."
    ]
    others = (
        "This weekend free UK delivery over £30!",
        "Free express delivery in the UK over £90.",
        "Free delivery over £70.",
    )
    assert sentences(page, *(page_of(f"b{n}", text) for n, text in enumerate(others))) == []


def test_fees_disagree_only_for_a_named_place_and_without_conditions() -> None:
    """ "So delivery is £4.20" says nothing of parcels elsewhere."""
    table = page_of("a", ("Delivery charges", "United Kingdom | Tracked 48 | £4.20"))
    assert sentences(table, page_of("b", "UK delivery costs £3.90.")) == [
        "On “delivery, UK”, website/a.html says “£4.20” and website/b.html says “£3.90”."
    ]
    assert sentences(table, page_of("b", "A box comes to £80, so delivery is £6.")) == []
    assert sentences(table, page_of("b", "UK delivery over 20 kg costs £12.")) == []


def test_return_periods_disagree_and_exceptions_do_not() -> None:
    """Sale items, withdrawal by law and money paid back within days are other matters."""
    page = page_of("a", "You have 30 days to send back anything.")
    assert sentences(page, page_of("b", "Everything can be returned within 14 days.")) == [
        (
            "On “returns”, website/a.html says “You have 30 days to send back anything.” and website/b.html says “Everything "
            "can be returned within 14 days.”."
        )
    ]
    others = (
        "Sale items can be returned within 14 days.",
        "Ihr Widerrufsrecht beträgt 14 Tage.",
        "We refund returns within five working days.",
    )
    assert sentences(page, *(page_of(f"b{n}", text) for n, text in enumerate(others))) == []


def test_a_german_shop_is_read_too() -> None:
    """The cues are in two languages, dates and decimals as they are written there."""
    pages = (
        page_of(
            "versand",
            (
                "Versand",
                "Die Versandkosten nach Deutschland betragen 4,90 €. Nach Österreich kostet der Versand 9,90 €.",
            ),
            (
                "Weihnachten 2026",
                "Bestellen Sie bis 17. Dezember 2026, damit Ihr Paket vor Weihnachten ankommt.",
            ),
            ("Rückgabe", "Sie können alle Artikel innerhalb von 30 Tagen zurückgeben."),
            (
                "Angebote",
                "Mit dem Gutscheincode SOMMER10 sparen Sie 10 % auf alles, gültig bis 31. August 2026.",
            ),
            ("Wolle", "Sockenwolle 4-fach, 100 g: 7,95 €"),
        ),
        page_of("start", "Letzter Bestelltag für Weihnachten ist Mittwoch, der 16. Dezember 2026."),
    )
    ledger = ledger_of(*pages)
    assert [(entry.subject, entry.amount, entry.day) for entry in ledger.entries] == [
        ("SOMMER10", 10.0, date(2026, 8, 31)),
        ("last order day for Christmas", None, date(2026, 12, 16)),
        ("last order day for Christmas", None, date(2026, 12, 17)),
        ("delivery, Austria", 9.9, None),
        ("delivery, Germany", 4.9, None),
        ("returns", 30.0, None),
        ("Sockenwolle 4-fach, 100 g", 7.95, None),
    ]
    assert [conflict.kind for conflict in ledger.conflicts] == [LedgerKind.CODE, LedgerKind.DEADLINE]


def test_research_says_nothing_of_the_companys_own_offers() -> None:
    """A survey that mentions a price of another shop puts no price into the ledger."""
    assert ledger_of(page_of("survey", "Moss Hat, £20.00: warm.", kind=SourceType.RESEARCH)).entries == ()


def test_a_thousand_pages_that_say_the_same_are_quick_and_one_conflict() -> None:
    """Pairs of pages are never formed; time grows with the number of passages."""
    pages = [
        page_of(f"p{n}", "Order by 16 December 2026 for Christmas in the UK.", "Moss Hat, £20.00: warm.")
        for n in range(1000)
    ]
    pages.append(page_of("z", "Order by 18 December 2026 for Christmas in the UK."))
    assert len(sentences(*pages)) == 1
