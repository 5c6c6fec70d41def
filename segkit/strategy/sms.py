"""How a text message is counted: in parts, as the networks send it.

A text of GSM-7 characters holds 160 septets in one part and 153 in each of several; a character outside that alphabet makes
the whole text UCS-2, with 70 and 67 units. A character that takes two places is never split over two parts.

References
----------
3GPP TS 23.038, Alphabets and language-specific information, section 6.2.1 and its extension table.
"""

from __future__ import annotations

import re
import unicodedata

from segkit.model.message import SmsContent, SmsCount

GSM = "GSM-7"
UCS = "UCS-2"
GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters of one septet."""
GSM_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Characters of two septets: an escape and a second one."""
_LIMITS = {GSM: (160, 153), UCS: (70, 67)}
_LAST_OF_BMP = 0xFFFF
_LINK = re.compile(r"\{\{\s*link\s*\}\}")
_ASCII = {
    "‘": "'",
    "’": "'",
    "‚": ",",
    "‛": "'",
    "′": "'",
    "`": "'",
    "´": "'",
    "“": '"',
    "”": '"',
    "„": '"',
    "″": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "‐": "-",
    "\u2011": "-",  # a hyphen that does not break
    "−": "-",
    "…": "...",
    "•": "-",
    "·": "-",
    "×": "x",
    "™": "(TM)",
    "®": "(R)",
    "©": "(c)",
    "\t": " ",
    "\u00ad": "",  # soft hyphen
    "\u200b": "",  # zero-width space
    "\ufeff": "",
}
"""What a text editor puts in without being asked, and how to say it in ASCII."""


def count_sms(text: str) -> SmsCount:
    """Return how a text message is counted: its encoding, the units it takes and the parts that are sent and paid.

    Parameters
    ----------
    text : str
        What the phone receives: merge fields filled in, link and opt-out included.

    Examples
    --------
    >>> count_sms("a" * 161).parts
    2
    >>> count_sms("It’s here")
    SmsCount(encoding='UCS-2', units=9, parts=1, offending=('’',))
    """
    offending = tuple(dict.fromkeys(char for char in text if not _is_gsm(char)))
    encoding = UCS if offending else GSM
    widths = [_width(char, encoding) for char in text]
    single, several = _LIMITS[encoding]
    parts, used = 1, 0
    if sum(widths) > single:
        for width in widths:
            if used + width > several:  # the pair goes over as a whole, so a place may stay empty
                parts, used = parts + 1, 0
            used += width
    return SmsCount(encoding=encoding, units=sum(widths), parts=parts, offending=offending)


def suggest_ascii(text: str) -> str:
    """Return the text with what made it UCS-2 said in GSM-7 characters, where there is a way to say it.

    Letters of other scripts stay, because a transliteration is not what the customer reads.

    Examples
    --------
    >>> suggest_ascii("It’s here – at last… 🎉")
    "It's here - at last..."
    """
    said = "".join(char if _is_gsm(char) else _ascii(char) for char in text)
    return text if said == text else _tidy(said)


def _is_gsm(char: str) -> bool:
    return char in GSM_BASIC or char in GSM_EXTENDED


def _width(char: str, encoding: str) -> int:
    if encoding == GSM:
        return 2 if char in GSM_EXTENDED else 1
    return 2 if ord(char) > _LAST_OF_BMP else 1


def _ascii(char: str) -> str:
    """Return a character in GSM-7: its twin, its letter without the accent, nothing for a picture, or itself."""
    if char in _ASCII:
        return _ASCII[char]
    if unicodedata.category(char) in {"So", "Sk", "Cf", "Mn"}:  # emoji, modifiers, joiners
        return ""
    if unicodedata.category(char) == "Zs":
        return " "
    plain = "".join(part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part))
    return plain if plain and all(_is_gsm(part) for part in plain) else char


def _tidy(text: str) -> str:
    """Close the gaps that a left-out picture leaves."""
    return "\n".join(" ".join(part for part in line.split(" ") if part) for line in text.split("\n")).strip()


def whole_text(content: SmsContent) -> str:
    """Return a text message as it is sent, in Liquid: its words, its link and how to stop.

    Examples
    --------
    >>> whole_text(SmsContent(body="Tea: it is in.", sender="Tea", opt_out="Reply STOP to opt out", url="https://tea.example"))
    'Tea: it is in. https://tea.example Reply STOP to opt out'
    """
    said = _LINK.sub(lambda _: content.url, content.body)
    parts = [said.strip()]
    parts += [text for text in (content.url, content.opt_out) if text and text not in said]
    return " ".join(part for part in parts if part)
