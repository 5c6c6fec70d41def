"""The user's own columns: good guesses in two languages, no silent choice where two fit."""

from __future__ import annotations

import pytest

from segkit.errors import BadValueError, MissingColumnError
from segkit.intake.columns import is_personal, normalise
from segkit.intake.formats import find_format
from segkit.intake.mapping import Confidence, guess_columns, map_columns


def guessed(*names):
    return {guess.canonical: guess.source for guess in guess_columns(names)}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ("Kundennr.", "Bestelldatum", "Bestellnummer", "Menge", "Einzelpreis", "Artikel", "PLZ", "Land"),
            {
                "customer_id": "Kundennr.",
                "order_date": "Bestelldatum",
                "order_id": "Bestellnummer",
                "quantity": "Menge",
                "unit_price": "Einzelpreis",
                "product": "Artikel",
                "postcode": "PLZ",
                "country": "Land",
            },
        ),
        (
            (
                "InvoiceNo",
                "StockCode",
                "Description",
                "Quantity",
                "InvoiceDate",
                "UnitPrice",
                "CustomerID",
                "Country",
            ),
            {
                "customer_id": "CustomerID",
                "order_id": "InvoiceNo",
                "order_date": "InvoiceDate",
                "quantity": "Quantity",
                "unit_price": "UnitPrice",
                "product": "Description",
                "sku": "StockCode",
                "country": "Country",
            },
        ),
        (
            ("id", "user_id", "order_date", "status"),
            {
                "customer_id": "user_id",
                "order_id": "id",
                "order_date": "order_date",
                "order_status": "status",
            },
        ),
        (("Straße", "Währung", "Stück"), {"currency": "Währung", "quantity": "Stück"}),
    ],
)
def test_columns_are_recognised_in_english_and_german(names, expected):
    assert guessed(*names) == expected


def test_a_sure_name_wins_over_a_likely_one():
    guesses = {guess.canonical: guess for guess in guess_columns(["date", "order_date"])}
    assert guesses["order_date"].source == "order_date"
    assert guesses["order_date"].confidence is Confidence.SURE
    assert guesses["order_date"].rivals == ()


def test_two_columns_that_fit_alike_are_asked_about():
    with pytest.raises(BadValueError, match=r"2 columns that could be 'order_date'.*columns = \{ order_date"):
        map_columns(["customer_id", "Bestelldatum", "Kaufdatum"], file="x.csv", form=None)


def test_a_given_column_settles_a_tie():
    mapping = map_columns(
        ["customer_id", "Bestelldatum", "Kaufdatum"],
        file="x.csv",
        form=None,
        given=[("order_date", "Kaufdatum")],
    )
    assert mapping.sources_of("order_date") == ("Kaufdatum",)
    assert mapping.pass_through == ("Bestelldatum",)
    assert mapping.guesses[0].confidence is Confidence.GIVEN


def test_a_file_without_a_date_names_its_columns_and_the_way_out():
    with pytest.raises(
        MissingColumnError, match=r"'wer', 'was'.*\[orders\] columns = \{ order_date"
    ) as caught:
        map_columns(["wer", "was"], file="x.csv", form=None)
    assert caught.value.column == "order_date"


def test_a_file_without_anybody_who_ordered_is_refused():
    with pytest.raises(MissingColumnError, match="who ordered"):
        map_columns(["order_date", "amount"], file="x.csv", form=None)


def test_a_long_header_is_shortened_in_the_message():
    with pytest.raises(MissingColumnError, match="and 8 more"):
        map_columns([f"column {number}" for number in range(20)], file="x.csv", form=None)


def test_a_file_that_seems_to_lack_its_header_is_told_so():
    with pytest.raises(MissingColumnError, match="header = false"):
        map_columns(["00004", "1997-01-01", "29.33 EUR"], file="x.csv", form=None)


def test_a_given_column_that_is_not_there_names_the_nearest():
    with pytest.raises(MissingColumnError, match="did you mean 'Kunde'"):
        map_columns(["Kunde", "Datum"], file="x.csv", form=None, given=[("customer_id", "Kunden")])
    with pytest.raises(MissingColumnError, match="it has 'Kunde', 'Datum'"):
        map_columns(["Kunde", "Datum"], file="x.csv", form=None, given=[("customer_id", "xyz")])


def test_an_unknown_canonical_name_names_the_nearest():
    with pytest.raises(BadValueError, match="did you mean 'customer_id'"):
        map_columns(["Kunde"], file="x.csv", form=None, given=[("custommer_id", "Kunde")])
    with pytest.raises(BadValueError, match="use one of accepts_marketing"):
        map_columns(["Kunde"], file="x.csv", form=None, given=[("zzz", "Kunde")])


def test_a_column_may_be_given_by_position_or_other_capitals():
    names = ["column_1", "column_2", "Datum"]
    mapping = map_columns(
        names, file="x.csv", form=None, given=[("customer_id", "2"), ("order_date", "DATUM")]
    )
    assert mapping.sources_of("customer_id") == ("column_2",)
    assert mapping.sources_of("order_date") == ("Datum",)


def test_personal_columns_are_withheld():
    names = ["customer_id", "date", "FirstName", "customer_ip_address", "Straße", "Colour", "User-Agent"]
    mapping = map_columns(names, file="x.csv", form=None)
    assert mapping.pass_through == ("Colour",)
    assert mapping.withheld == ("FirstName", "customer_ip_address", "Straße", "User-Agent")


def test_a_vendor_export_keeps_only_known_useful_and_unknown_harmless_columns():
    form = find_format("shopify-orders")
    mapping = map_columns([*form.header, "Colour", "IP"], file="x.csv", form=form)
    assert "Location" in mapping.pass_through
    assert "Colour" in mapping.pass_through
    assert "Payment ID" not in mapping.pass_through
    assert mapping.withheld == ("IP",)


def test_a_joined_column_fills_what_a_vendor_lacks():
    form = find_format("shopify-orders")
    mapping = map_columns(
        [*form.header, "product_type", "weight_g"],
        file="x.csv",
        form=form,
        joined=["product_type", "weight_g"],
    )
    assert mapping.sources_of("category") == ("product_type",)
    assert "weight_g" in mapping.pass_through


def test_names_are_compared_without_capitals_signs_and_umlauts():
    assert normalise("  Größe (EU) ") == "groesse_eu"
    assert normalise("HTTPStatus") == "http_status"
    assert normalise("Prénom") == "prenom"


@pytest.mark.parametrize(
    "name", ["IP", "last_ip", "E-Mail", "Shipping Address1", "Card Last4", "Buyer", "Vorname"]
)
def test_what_identifies_a_person_is_personal(name):
    assert is_personal(name)


@pytest.mark.parametrize(
    "name", ["ProductName", "Shipping City", "description", "zip", "skip", "Card Brand of shop"]
)
def test_what_does_not_identify_a_person_is_not(name):
    assert not is_personal(name)
