"""Which columns of an order file speak of how something is sold: terms, dates, purchase orders, signs of trade and of a gift.

Names are compared after ``normalise``, in English and German; a column that no list knows says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from segkit.analysis.levels import OCCASIONS
from segkit.analysis.lines import NO_VALUE
from segkit.analysis.order_facts import is_terms_column
from segkit.analysis.purchase_days import quote_column
from segkit.intake.columns import normalise

PURCHASE_ORDER = (
    "purchase_order", "purchase_order_number", "purchase_order_no", "po_number", "po_no", "po", "customer_po", "bestellnummer_kunde",
    "kundenbestellnummer",
)  # fmt: skip
DATED = (
    "requested_delivery", "requested_delivery_date", "deliver_by", "delivery_by", "needed_by", "required_by", "required_date",
    "wunschtermin", "liefertermin",
)  # fmt: skip
DUE = ("due_date", "next_payment_due_at", "payment_due", "payment_due_date", "faellig_am", "faelligkeit")
PAID = ("paid_on", "paid_at", "payment_date", "date_paid", "bezahlt_am")
COMPANY = (
    "company",
    "company_name",
    "billing_company",
    "shipping_company",
    "organisation",
    "organization",
    "firma",
    "firmenname",
)
TAX_NUMBER = (
    "vat_id",
    "vat_number",
    "vat_no",
    "tax_id",
    "tax_number",
    "ust_id",
    "ustid",
    "ust_idnr",
    "umsatzsteuer_id",
)
KIND = ("customer_type", "account_type", "kundentyp", "customer_kind")
ROLE = ("purchasing_role", "buyer_role", "buying_role", "job_title", "funktion")
CONTRACT = ("contract", "has_contract", "vertrag", "rahmenvertrag")
OPENED = (
    "opened_on",
    "opened_at",
    "customer_since",
    "account_opened",
    "kunde_seit",
    "date_joined",
    "registered_on",
)
HOUSEHOLD = ("household", "haushalt", "household_type")
SHIP_TO = (
    ("billing_postcode", "shipping_postcode"), ("billing_zip", "shipping_zip"), ("billing_city", "shipping_city"),
    ("invoice_city", "delivery_city"), ("invoice_postcode", "delivery_postcode"),
)  # fmt: skip
"""Pairs of columns that differ where somebody else receives the goods."""
TRADE_WORDS = (
    "trade", "wholesale", "b2b", "reseller", "retailer", "school", "studio", "teacher", "business", "company", "organisation",
    "organization", "gewerbe", "haendler", "händler", "grosshandel", "großhandel", "schule", "firma",
)  # fmt: skip
"""Tags and kinds of customer that mean an organization."""
GIFT_WORDS = ("gift", "present", "geschenk")
LATER = r"\bnet\b|\bnetto\b|\d+\s*(?:days|tage)|on account|\binvoice\b|auf rechnung"
"""Terms that let a customer pay after delivery."""
INSTALMENTS = r"instal?ment|klarna|afterpay|clearpay|pay in \d|ratenzahlung|ratenkauf"


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesColumns:
    """The columns of the order lines by what they say; "" where there is none."""

    terms: str = ""
    purchase_order: str = ""
    dated: str = ""
    due: str = ""
    paid: str = ""
    company: str = ""
    tax_number: str = ""
    tags: str = ""
    occasion: str = ""
    gift_message: str = ""
    ship_to: tuple[str, str] = ("", "")


def find_columns(names: Iterable[str]) -> SalesColumns:
    """Return which of some columns speak of terms, dates, trade and gifts.

    Examples
    --------
    >>> found = find_columns(["order_id", "Payment Terms Name", "po_number", "deliver_by"])
    >>> found.terms, found.purchase_order, found.dated, found.due
    ('Payment Terms Name', 'po_number', 'deliver_by', '')
    """
    given = tuple(names)
    plain = {normalise(name): name for name in reversed(given)}
    pair = next(((plain[a], plain[b]) for a, b in SHIP_TO if a in plain and b in plain), ("", ""))
    return SalesColumns(
        terms=next((name for name in given if is_terms_column(name)), ""),
        purchase_order=first_of(plain, PURCHASE_ORDER),
        dated=first_of(plain, DATED),
        due=first_of(plain, DUE),
        paid=first_of(plain, PAID),
        company=first_of(plain, COMPANY),
        tax_number=first_of(plain, TAX_NUMBER),
        tags=plain.get("tags", ""),
        occasion=first_of(plain, OCCASIONS[:2] + OCCASIONS[3:]),
        gift_message=plain.get("gift_message", ""),
        ship_to=pair,
    )


def first_of(plain: dict[str, str], wanted: Iterable[str]) -> str:
    """Return the column of the first wanted name, "" where there is none."""
    return next((plain[name] for name in wanted if name in plain), "")


def find_attribute(names: Iterable[str], wanted: Iterable[str]) -> str:
    """Return the column of a customer file that has one of the wanted names."""
    return first_of({normalise(name): name for name in names}, wanted)


def text_of(column: str) -> str:
    """Return the SQL of a column's text, NULL where the export writes "nothing"."""
    if not column:
        return "CAST(NULL AS VARCHAR)"
    text = f"trim(CAST({quote_column(column)} AS VARCHAR))"
    nothing = ", ".join(f"'{word}'" for word in sorted(NO_VALUE))
    return f"CASE WHEN lower({text}) IN ({nothing}) THEN NULL ELSE {text} END"


def day_of(column: str) -> str:
    """Return the SQL of a column's day as a number, NULL where it is no date."""
    if not column:
        return "CAST(NULL AS BIGINT)"
    moment = f"TRY_CAST(left(CAST({quote_column(column)} AS VARCHAR), 10) AS DATE)"
    return f"date_diff('day', DATE '0001-01-01', {moment}) + 1"


def words_of(words: Iterable[str]) -> str:
    """Return a pattern that finds any of some words, also in the plural."""
    return r"\b(?:" + "|".join(words) + r")s?\b"
