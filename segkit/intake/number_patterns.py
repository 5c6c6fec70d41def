"""How numbers are written: signs, thousands, decimals and currencies, as patterns for Python and the engine alike.

In: nothing. Out: patterns, and small functions over a cell's *shape*, its text with every digit written as 9 (a leading
zero before a point or comma stays 0, since it cannot stand between thousands).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

CURRENCIES = {
    "€": "EUR", "£": "GBP", "$": "$", "¥": "¥", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₴": "UAH",
    "₪": "ILS", "₫": "VND", "฿": "THB", "₦": "NGN", "₱": "PHP", "us$": "USD", "a$": "AUD", "ca$": "CAD",
    "c$": "CAD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL", "mx$": "MXN", "zł": "PLN", "kč": "CZK",
    "ft": "HUF", "fr.": "CHF", "sfr.": "CHF", "kr": "kr", "kr.": "kr", "lei": "RON", "rs": "Rs", "rs.": "Rs",
}  # fmt: skip
"""Signs by currency code; a sign that several currencies share ($, ¥, kr, Rs) stands for itself."""
CODES = (
    "COD", "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EGP",
    "EUR", "GBP", "HKD", "HRK", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KES", "KRW", "KWD", "MAD",
    "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR",
    "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "UYU", "VND", "ZAR",
)  # fmt: skip
SPACES = " \u00a0\u202f\u2009"
MINUS = "-\u2212\u2013"
"""Hyphen, minus sign and dash; first in a character class, where the hyphen is no range."""
THOUSANDS = f"'\u2019{SPACES}"
"""Signs that only ever stand between thousands, besides the point or comma that is not the decimal sign."""
DIGITS = 14
"""Digits before the decimal sign beyond which no amount is believed."""
EVERY_SIGN = (*CURRENCIES, *CODES)

PLAIN = rf"-?[0-9]{{1,{DIGITS}}}(\.[0-9]{{1,2}})?"
"""Cells with nothing to decide: digits, and a point that cannot stand between thousands."""
TINY = r"-?[0-9](?:\.[0-9]{1,20})?[eE]-[0-9]{2,3}"
"""Cells that a program wrote for numbers next to nothing."""
ZERO_FIRST = r"^[^0-9]*0[.,]"
"""Cells such as 0.125, whose sign cannot stand between thousands."""


def number_in(shape: str) -> str:
    """Return a shape from its first to its last digit: the point of "Fr." is no decimal sign.

    Examples
    --------
    >>> number_in("fr. 9'999.99-")
    "9'999.99"
    """
    digits = re.search(r"[.,]?[09](.*[09])?[.,]?", shape)
    return digits.group() if digits else ""


def currencies_in(shape: str) -> tuple[str, ...]:
    """Return the currency signs of a shape that is a number, in lower case.

    Examples
    --------
    >>> currencies_in("-€ 9,99"), currencies_in("(99 usd)"), currencies_in("9e-99")
    (('€',), ('usd',), ())
    """
    if re.fullmatch(TINY, shape):
        return ()
    around = re.sub(rf"[{MINUS}{SPACES}+()]", "", shape.replace(number_in(shape), "9", 1))
    return tuple(filter(None, around.casefold().split("9")))


def count_decimals(shape: str, decimal: str) -> int:
    """Return how many digits stand behind the decimal sign; many, where an exponent shifts it."""
    if re.fullmatch(TINY, shape):
        return 99
    return len(re.sub("[^09]", "", number_in(shape).partition(decimal)[2]))


@cache
def number_pattern(decimal: str, currencies: Collection[str] = EVERY_SIGN) -> str:
    """Return the full pattern of a cell, in the syntax that Python's and the engine's expressions share.

    Parameters
    ----------
    decimal : {".", ","}
        The decimal sign.
    currencies : collection of str
        Signs and codes that may stand before or behind the number.

    Examples
    --------
    >>> bool(re.fullmatch(number_pattern(","), "€ 1.234,50")), bool(re.fullmatch(number_pattern("."), "1.234,50"))
    (True, False)
    """
    other = "," if decimal == "." else "."
    between = "".join(THOUSANDS)
    whole = "|".join(
        (
            rf"[0-9]{{1,{DIGITS}}}",
            rf"[1-9][0-9]{{0,2}}(?:\{other}[0-9]{{3}}){{1,3}}",
            rf"[1-9][0-9]{{0,2}}(?:[{between}][0-9]{{3}}){{1,3}}",
            rf"[1-9][0-9]?(?:\{other}[0-9]{{2}}){{1,4}}\{other}[0-9]{{3}}",  # lakh and crore
        )
    )
    number = rf"(?:(?:{whole})(?:\{decimal}[0-9]{{0,30}})?|\{decimal}[0-9]{{1,30}})"
    space = f"[{SPACES}]*"
    signs = sorted(currencies, key=lambda sign: (-len(sign), sign))
    currency = f"(?i:{'|'.join(map(re.escape, signs))})"
    amount = f"(?:{currency}{space})?{number}(?:{space}{currency})?"
    minus = f"[{MINUS}]"
    return space + "(?:" + "|".join(
        (
            f"(?:{minus}|\\+)?{space}{amount}",
            f"{currency}{space}(?:{minus}|\\+){space}{number}",
            f"{amount}{space}{minus}",
            f"{number}{minus}{space}{currency}",
            f"\\({space}{amount}{space}\\)",
            f"{currency}{space}\\({number}\\)",
        )
    ) + ")" + space  # fmt: skip
