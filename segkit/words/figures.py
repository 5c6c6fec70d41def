"""Numbers as a reader sees them: thousands grouped, units said, small counts as counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
SMALL_BOOK = 30
"""Below this many customers shares are printed as counts (reference: segmentation, section 4)."""


def format_count(value: float) -> str:
    """Return a whole number with thousands separated by commas.

    Examples
    --------
    >>> format_count(12345)
    '12,345'
    """
    return f"{round(value):,}"


def format_number(value: float, digits: int = 1) -> str:
    """Return a number with at most ``digits`` decimals and no trailing zeros.

    Examples
    --------
    >>> format_number(3.0), format_number(1234.56)
    ('3', '1,234.6')
    """
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def minor_digits(currency: str) -> int:
    """Return how many decimals a currency is written with.

    Examples
    --------
    >>> minor_digits("JPY"), minor_digits("EUR"), minor_digits("KWD")
    (0, 2, 3)
    """
    if currency in {"JPY", "KRW", "CLP", "VND", "ISK", "XOF", "XAF", "PYG", "UGX"}:
        return 0
    return 3 if currency in {"KWD", "BHD", "OMR", "JOD", "TND", "IQD", "LYD"} else 2


def format_money(value: float | Decimal | None, currency: str = "") -> str:
    """Return an amount with the decimals of its currency and the code behind it.

    Examples
    --------
    >>> format_money(Decimal("1234.5"), "EUR").replace(NO_BREAK, " ")
    '1,234.50 EUR'
    """
    if value is None:
        return "no amount"
    digits = minor_digits(currency)
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    text = f"{rounded:,}"
    return f"{text}{NO_BREAK}{currency}" if currency else text


def format_percent(share: float) -> str:
    """Return a share 0..1 as a whole percentage, never rounding something to nothing.

    Examples
    --------
    >>> format_percent(0.746), format_percent(0.004), format_percent(0.998)
    ('75 %', 'under 1 %', 'over 99 %')
    """
    if 0 < share < 0.005:
        return f"under 1{NO_BREAK}%".replace(NO_BREAK, " ")
    if 0.995 < share < 1:
        return "over 99 %"
    return f"{share * 100:.0f} %"


def format_share(k: int, n: int) -> str:
    """Return "k of n", with a percentage only where n is large enough to carry one.

    Examples
    --------
    >>> format_share(2, 10)
    '2 of 10'
    >>> format_share(40, 160)
    '40 of 160 (25 %)'
    """
    text = f"{format_count(k)} of {format_count(n)}"
    return text if n < SMALL_BOOK else f"{text} ({format_percent(k / n)})"


def format_quantity(value: float, unit: str) -> str:
    """Return a value with its unit: days, orders, a currency code, "share" (as percent) or bare.

    Examples
    --------
    >>> format_quantity(1, "days"), format_quantity(0.25, "share"), format_quantity(39.5, "days")
    ('1 day', '25 %', '39.5 days')
    """
    if unit == "share":
        return format_percent(value)
    if len(unit) == 3 and unit.isupper():
        return format_money(value, unit)
    text = format_number(value)
    if not unit:
        return text
    singular = unit.removesuffix("s")
    return f"{text} {singular if text == '1' else unit}"


def with_article(noun: str) -> str:
    """Return a noun with "a" or "an" before it.

    Examples
    --------
    >>> with_article("Amazon report"), with_article("Shopify export")
    ('an Amazon report', 'a Shopify export')
    """
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    Examples
    --------
    >>> join_words(["a", "b", "c"]), join_words(["a"]), join_words([])
    ('a, b and c', 'a', '')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Return count and noun in agreement.

    Examples
    --------
    >>> plural(1, "customer"), plural(3, "customer"), plural(2, "category", "categories")
    ('1 customer', '3 customers', '2 categories')
    """
    return f"{format_count(count)} {noun if count == 1 else (nouns or noun + 's')}"


def lower_first(sentence: str) -> str:
    """Return a sentence ready to follow a colon: first letter small, no full stop; acronyms stay.

    Examples
    --------
    >>> lower_first("A typical order."), lower_first("RFM says so.")
    ('a typical order', 'RFM says so')
    """
    text = sentence.removesuffix(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def long_date(day: date) -> str:
    """Return a date in words, the same on every machine.

    Examples
    --------
    >>> long_date(date(2026, 9, 7))
    '7 September 2026'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
