"""Personal data out of free text: names, e-mails, telephone numbers and addresses become placeholders.

Comes in: a text and the name words and postcodes that the order files know. Goes out: the text without them.
"""

from __future__ import annotations

import re
from collections.abc import Collection


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WORD = re.compile(r"[^\W\d_]{2,}")

_EMAIL = re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_PHONE = re.compile(r"(?<![\w.-])(?:\+|\(?00?\)?)?\(?\d[\d\s()/.-]{6,}\d(?![\w-])")
_DAY = re.compile(
    r"\s*(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})(?:\s+\d{1,2}[.:]\d{2})?\s*"
)
_UK_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.IGNORECASE)
_OTHER_POSTCODE = re.compile(
    r"\b(?:[A-Z]{2}\s\d{5}(?:-\d{4})?|[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s[A-Z]{2}|(?:D|A|CH|F)-\d{4,5})\b"
)
_ENDINGS = (
    "Street|St|Road|Rd|Lane|Ln|Avenue|Ave|Drive|Close|Court|Way|Place|Terrace|Gardens|Crescent|Square|Hill|Row|Mews"
    "|Grove|Boulevard|Blvd|Walk|Yard|Park"
)
_STREET = re.compile(rf"\b\d+\s?[A-Za-z]?,?\s+(?:[A-Z][\w\u2019']*\s+){{1,3}}(?:{_ENDINGS})\b\.?")
_STREET_DE = re.compile(
    r"\b(?:[A-ZÄÖÜ][\w.-]*[ -])?(?:[A-ZÄÖÜ][\w-]*(?:stra(?:ß|ss)e|str\.|weg|platz|allee|gasse|damm|ufer)"
    r"|Stra(?:ß|ss)e|Weg|Platz|Allee|Gasse|Damm|Ufer)\s+\d+\s?[a-z]?\b"
)
_HOUSE = re.compile(
    r"\b(?<!order )(?<!invoice )(?<!quote )(?:house |flat |door |hausnr\.?|apartment |apt\.?|no\.|nr\.|number )\s?\d+[a-z]?\b",
    re.IGNORECASE,
)
_TITLED = re.compile(
    r"\b(?:Mrs?|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau)\.?\s+(?:[A-ZÄÖÜ][^\W\d_]+(?:[-\s](?=[A-ZÄÖÜ]))?){1,2}"
)
_NUMBER = re.compile(r"\b\d{4,5}(?:-\d{3,4})?\b")
_RUN = re.compile(r"(?:\b\w['\u2019])?\[name\](?:(?:\s+|-|['\u2019])\[name\])*")

_ORDINARY = _words(
    """
    the and for from with you your our are was not but all can will may mark rose grace hope joy art
    summer autumn winter spring january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday christmas easter please order
    orders gift gifts shop store customer school studio room house class office company group team club
    centre center church society association college ltd limited llc inc plc gmbh ug ag kg ohg mbh co
    und der die das den dem ein eine mit von zum zur bei für fuer nicht bitte danke ist im am an auf aus
    in is it he she to of on or at no we us me my by be as so do if up januar februar märz mai juni juli
    oktober dezember montag dienstag mittwoch donnerstag freitag samstag sonntag schule firma laden
    verein kunde kundin bestellung lieferung geschenk wool yarn knit workshop refill trade app guest
    test unknown none null account cash till web online sales support info admin manager staff
    """
)
"""Words that names share with ordinary language: they are masked only beside another name."""


def mask_text(text: str, *, names: Collection[str] = (), postcodes: Collection[str] = ()) -> str:
    """Return a text with personal data replaced by ``[name]``, ``[email]``, ``[phone]`` and ``[address]``.

    Parameters
    ----------
    text : str
        Free text of an order.
    names : collection of str
        Words of the names in the order files, lower case.
    postcodes : collection of str
        Postcodes of digits only in the order files; other postcodes are known by their shape.

    Examples
    --------
    >>> mask_text("Beth, call 0114 496 0123 or leave it at 79 Mill Lane, S3 8VV", names={"beth"})
    '[name], call [phone] or leave it at [address]'
    """
    masked = _EMAIL.sub("[email]", text)
    masked = _PHONE.sub(_phone, masked)
    for pattern in (_STREET, _STREET_DE, _UK_POSTCODE, _OTHER_POSTCODE, _HOUSE):
        masked = pattern.sub("[address]", masked)
    known = frozenset(postcodes)
    masked = _NUMBER.sub(lambda number: "[address]" if number.group() in known else number.group(), masked)
    masked = re.sub(r"\[address\](?:[,;\s]+\[address\])+", "[address]", masked)
    masked = _TITLED.sub(lambda titled: f"{titled.group().split()[0]} [name]", masked)
    return _RUN.sub("[name]", _mask_names(masked, frozenset(names)))


def _phone(number: re.Match[str]) -> str:
    """Mask nine digits or more, and eight that begin as telephone numbers do; never a date."""
    written = number.group()
    digits = sum(map(str.isdigit, written))
    begins = written.lstrip("( ").startswith(("+", "0"))
    if _DAY.fullmatch(written) or digits < 8 or (digits == 8 and not begins):
        return written
    return "[phone]"


def _mask_names(text: str, names: frozenset[str]) -> str:
    """Replace name words; an ordinary word, or a short one in lower case, only beside another name."""
    words = [word for word in WORD.finditer(text) if not _placeholder(text, word)]
    sure = [word.group().lower() in names and _distinct(word.group()) for word in words]
    pieces, last = [], 0
    for place, word in enumerate(words):
        if word.group().lower() not in names:
            continue
        beside = any(
            sure[other] and abs(other - place) == 1 and _touching(text, words[other], word)
            for other in (place - 1, place + 1)
            if 0 <= other < len(words)
        )
        if sure[place] or (beside and word.group()[0].isupper()):
            pieces += [text[last : word.start()], "[name]"]
            last = word.end()
    return "".join((*pieces, text[last:]))


def _distinct(word: str) -> bool:
    if word.lower() in _ORDINARY:
        return False
    return word[0].isupper() or len(word) > 3


def _touching(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    first, second = sorted((one, other), key=lambda word: word.start())
    return text[first.end() : second.start()] in {" ", "-", "\u2019", "'"}


def _placeholder(text: str, word: re.Match[str]) -> bool:
    return text[word.start() - 1 : word.start()] == "[" and text[word.end() : word.end() + 1] == "]"
