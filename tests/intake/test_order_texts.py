"""Free text in orders becomes passages, without personal data (issue 3, documents)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from segkit.intake import order_texts
from segkit.intake.company import find_order_files, read_company, read_company_orders
from segkit.intake.masking import mask_text
from segkit.intake.order_texts import OrderTexts, read_order_texts
from segkit.intake.orders import read_orders
from segkit.model.document import Origin, Passage
from segkit.model.evidence import SourceType

TENTERFOLD = Path(__file__).parents[2] / "data" / "tenterfold"


@pytest.fixture(scope="module")
def shop() -> OrderTexts:
    """The texts in the example company's orders."""
    company = read_company(TENTERFOLD)
    files = find_order_files(Path(company.folder), company.orders.files)
    texts = read_order_texts(read_company_orders(company), files=files, settings=company.orders)
    assert texts is not None
    return texts


def the_passage(texts: OrderTexts, words: str) -> Passage:
    """Return the one passage that reads so."""
    (passage,) = (passage for passage in texts.document.passages if passage.text == words)
    return passage


def read_table(folder: Path, header: list[str], *rows: list[str], **switches: object) -> OrderTexts | None:
    """Write a table of the user's own and return its texts."""
    path = folder / "orders.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return read_order_texts(read_orders(path, **switches), files=[path])


def test_a_note_is_a_passage_that_names_its_order(shop: OrderTexts) -> None:
    """The locator leads a reader to the order and the column."""
    assert the_passage(shop, "30 days agreed by phone").locator == "order #TF4110, Notes"
    assert the_passage(shop, "30 days agreed by phone").quotable


def test_every_passage_stands_in_the_text_of_its_document(shop: OrderTexts) -> None:
    """A quotation can be anchored in the document as in any other."""
    document = shop.document
    assert (document.source.id, document.source.type, document.origin) == (
        "orders-text",
        SourceType.ORDER_HISTORY,
        Origin.RECORD,
    )
    assert document.source.path.startswith("orders_export.csv, orders_export_2.csv")
    assert all(document.text[p.start : p.end] == p.text for p in document.passages)
    assert len({p.id for p in document.passages}) == len(document.passages)


def test_notes_of_cancelled_orders_are_read_too_and_known_to_be_their_customers(shop: OrderTexts) -> None:
    """A cancelled order says why, although its lines are not used."""
    passage = the_passage(shop, "Ordered twice by mistake, customer asked to cancel the first")
    assert passage.locator == "order #TF4637, Notes"
    assert [customer for passage_id, customer in shop.customers if passage_id == passage.id] == ["C009"]


def test_an_order_in_two_overlapping_exports_is_counted_once(shop: OrderTexts) -> None:
    """Counts are of orders and customers, not of rows."""
    tags = next(p for p in shop.document.passages if p.text == "app, refill")
    count = next(count for count in shop.counts if count.passage_id == tags.id)
    assert (count.orders, count.customers) == (20, 3)


def test_gift_messages_are_masked_countable_and_never_quotable(shop: OrderTexts) -> None:
    """What somebody wrote to a friend is nobody's evidence, but that it was written is a fact."""
    messages = [p for p in shop.document.passages if p.heading == "gift_message"]
    assert len(messages) == 15
    assert not any(p.quotable for p in messages)
    assert the_passage(shop, "With love from [name] and [name]") in messages
    assert the_passage(shop, "Frohe Weihnachten, liebe [name]. [name] and [name]") in messages


def test_no_name_of_a_customer_or_recipient_is_left(shop: OrderTexts) -> None:
    """Whoever stands in a name column stands in no passage."""
    known = set()
    for name in ("orders_export.csv", "orders_export_2.csv"):
        with (TENTERFOLD / name).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                known |= {
                    w
                    for column in ("Billing Name", "Shipping Name")
                    for w in row[column].split()
                    if len(w) > 2
                }
    assert {"Beth", "Martin", "Gisela"} <= known
    assert not known & set(shop.document.text.replace("!", " ").replace(",", " ").replace(".", " ").split())


def test_dates_and_codes_in_details_are_no_text(shop: OrderTexts) -> None:
    """`deliver_by: 2026-03-13` and a purchase order's number are read elsewhere."""
    assert not {"deliver_by", "purchase_order"} & {p.heading for p in shop.document.passages}
    assert the_passage(shop, "New baby").heading == "occasion"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ring 0114 496 0123 first", "Ring [phone] first"),
        ("call +44 (0)7700 900123, thanks", "call [phone], thanks"),
        ("mail jo.b@shop.example now", "mail [email] now"),
        ("leave at 12 Mill Lane, S3 8VV", "leave at [address]"),
        ("bei Gartenstraße 5a abgeben", "bei [address] abgeben"),
        ("next door at no. 79", "next door at [address]"),
        ("20357 Hamburg", "[address] Hamburg"),
        ("for Beth's class", "for [name]'s class"),
        ("for BETH and anna-lena", "for [name] and [name]"),
        ("Mr Okonkwo will collect", "Mr [name] will collect"),
        ("Frau Müller holt ab", "Frau [name] holt ab"),
        ("May Brown asked", "[name] asked"),
        ("deliver in May or by 2026-03-13", "deliver in May or by 2026-03-13"),
        ("order no. 79 and invoice 26-0029", "order no. 79 and invoice 26-0029"),
        ("100 g of 4 ply for 3 people, 12345 stitches", "100 g of 4 ply for 3 people, 12345 stitches"),
        ("an urgent order", "an urgent order"),
    ],
)
def test_personal_data_is_masked_and_the_rest_is_left(text: str, masked: str) -> None:
    """A month, a date and a number of the trade stay readable."""
    names = {"beth", "anna", "lena", "may", "brown", "an"}
    assert mask_text(text, names=names, postcodes={"20357"}) == masked


def test_texts_are_found_in_a_german_table_of_ones_own(tmp_path: Path) -> None:
    """Columns are known by their names in two languages; texts that read alike once masked are one passage."""
    texts = read_table(
        tmp_path,
        ["Bestellnr", "Kundennr", "Vorname", "Datum", "Betrag", "Bemerkung", "Stornogrund", "Grußtext"],
        ["1", "k1", "Anna", "2026-01-05", "10,00", "Bitte Anna anrufen", "", "Liebe Oma"],
        ["2", "k2", "Bernd", "2026-01-06", "12,00", "Bitte Bernd anrufen", "zu spät geliefert", ""],
    )
    assert texts is not None
    assert [(p.text, p.locator, p.quotable) for p in texts.document.passages] == [
        ("Bitte [name] anrufen", "order 1, Bemerkung", True),
        ("Liebe Oma", "order 1, Grußtext", False),
        ("zu spät geliefert", "order 2, Stornogrund", True),
    ]
    assert [customer for _, customer in texts.customers] == ["k1", "k2", "k1", "k2"]


def test_a_table_without_order_numbers_names_the_row(tmp_path: Path) -> None:
    """A text can be found again by the row that a spreadsheet shows."""
    texts = read_table(
        tmp_path, ["customer_id", "order_date", "amount", "note"], ["a", "2026-01-05", "10", "Wants blue"]
    )
    assert texts is not None
    assert texts.document.passages[0].locator == "row 2 of orders.csv, note"
    assert texts.customers == ((texts.document.passages[0].id, "a"),)


def test_orders_without_text_give_no_document(tmp_path: Path) -> None:
    """No column of text, or one without words, is no source."""
    assert read_table(tmp_path, ["customer_id", "order_date", "amount"], ["a", "2026-01-05", "10"]) is None
    assert (
        read_table(
            tmp_path, ["customer_id", "order_date", "amount", "note"], ["a", "2026-01-05", "10", "12-7"]
        )
        is None
    )


def test_many_texts_are_cut_to_the_most_frequent_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of the history, the document stays bounded."""
    monkeypatch.setattr(order_texts, "MAX_TEXTS", 3)
    rows = [
        [f"c{n}", "2026-01-05", "10", f"text number {'abcdefghij'[n]}{'abcdefghij'[n]}"] for n in range(10)
    ]
    texts = read_table(tmp_path, ["customer_id", "order_date", "amount", "note"], *rows, *rows[7:])
    assert texts is not None
    assert [p.text for p in texts.document.passages] == ["text number hh", "text number ii", "text number jj"]
    assert (
        "Only the 3 most frequent texts were read; 7 rarer ones are left out."
        in texts.document.source.reliability_note
    )
