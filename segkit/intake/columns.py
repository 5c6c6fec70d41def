"""Column names: the canonical ones, how a user's spelling is compared, and which ones are personal."""

from __future__ import annotations

import re
import unicodedata
from fnmatch import fnmatchcase

IDENTITY_COLUMNS = ("customer_id", "email", "phone", "name", "postcode")
"""What can say who ordered; ``postcode`` only together with ``name``."""

OPTIONAL_TEXT = (
    "order_status",
    "product",
    "sku",
    "category",
    "vendor",
    "coupon",
    "channel",
    "device",
    "payment_method",
    "shipping_method",
    "country",
    "region",
    "city",
    "postcode",
    "tags",
    "note",
    "gift_message",
    "sales_rep",
    "accepts_marketing",
)
"""Canonical text columns that go through when the source has them."""

MONEY_COLUMNS = (
    "amount",
    "unit_price",
    "discount",
    "order_total",
    "order_discount",
    "order_subtotal",
    "refunded",
    "adjusted_total",
)
"""Columns that are read as money."""

CANONICAL_NAMES = (
    "customer_id",
    "email",
    "phone",
    "name",
    "order_id",
    "order_key",
    "order_date",
    "order_time",
    "timezone",
    "quantity",
    *MONEY_COLUMNS,
    "currency",
    "is_return",
    "cancelled_at",
    "user_agent",
    *OPTIONAL_TEXT,
)
"""Every name that a mapping may give."""

_PERSONAL = (
    "ip",
    "ip_*",
    "*_ip",
    "*_ip_*",
    "*ip_address*",
    "*email*",
    "*e_mail*",
    "*phone*",
    "*telefon*",
    "*mobile_number*",
    "handynummer",
    "fax",
    "name",
    "*first_name*",
    "*last_name*",
    "*full_name*",
    "*firstname*",
    "*lastname*",
    "*surname*",
    "*vorname*",
    "*nachname*",
    "customer_name",
    "kundenname",
    "*billing_name",
    "*shipping_name",
    "ship_name",
    "bill_to_name",
    "ship_to_name",
    "buyer",
    "buyer_*",
    "recipient*",
    "contact_name",
    "*street*",
    "*strasse*",
    "*address*",
    "*adresse*",
    "hausnummer",
    "card_name",
    "card_id",
    "card_last4",
    "card_number",
    "card_fingerprint",
    "card_exp*",
    "pan_suffix",
    "iban",
    "bic",
    "*password*",
    "*user_agent*",
    "date_of_death",
)


def normalise(name: str) -> str:
    """Return a column name as lower-case words joined by underscores, umlauts spelled out.

    Examples
    --------
    >>> normalise("CustomerID"), normalise("Straße & Nr."), normalise("Order Date (UTC)")
    ('customer_id', 'strasse_nr', 'order_date_utc')
    """
    text = name.strip()
    for umlaut, letters in (
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("Ä", "Ae"),
        ("Ö", "Oe"),
        ("Ü", "Ue"),
        ("ß", "ss"),
    ):
        text = text.replace(umlaut, letters)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"[\W_]+", "_", text.lower()).strip("_")


def is_personal(name: str) -> bool:
    """Say whether a column holds what identifies a person and so never passes through.

    Examples
    --------
    >>> is_personal("customer_ip_address"), is_personal("FirstName"), is_personal("ProductName")
    (True, True, False)
    """
    plain = normalise(name)
    return any(fnmatchcase(plain, pattern) for pattern in _PERSONAL)
