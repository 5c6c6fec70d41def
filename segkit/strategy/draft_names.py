"""Names of products and categories as a sentence can bear them: short, without sizes, codes or anything that could run."""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_LENGTH = 40
_SIZE = re.compile(
    r"[,\s]+\d+(?:[.,]\d+)?\s*(?:g|kg|mg|ml|cl|l|litres?|oz|lbs?|cm|mm|m|in|inch|pcs|pieces|pack|pairs?|x)?\b\.?.*$",
    re.IGNORECASE,
)
_UNSAFE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>", re.DOTALL)
_LINK = re.compile(r"://|www\.|javascript:|\b\w+\.(?:com|net|org|io|ru|example)\b", re.IGNORECASE)
_DANGLING = re.compile(
    r"(?:(?:^|\s)(?:set|pack|box|roll|pair|bundle|bag))?(?:\s(?:of|with|and|for|in|the|a|an))+$",
    re.IGNORECASE,
)
"""What a name ends on once its size is gone ("pack of 72" leaves "pack of")."""
_LETTER = re.compile(r"[^\W\d_]")
_HEAVY = 0.7


@dataclass(frozen=True, slots=True)
class ProductName:
    """``core`` is the bare title ("Learn to Knit"), ``item`` what a sentence calls it ("Learn to Knit workshop"), ``noun`` its kind."""

    core: str
    item: str
    noun: str


NO_NAME = ProductName("", "", "")


def clean_text(text: str) -> str:
    """Return a text from the data without markup, template tags, links' schemes and control characters.

    Examples
    --------
    >>> clean_text("<b>Wool</b> {{ 7 | times: 7 }} {% if x %} fine")
    'Wool fine'
    """
    bare = _UNSAFE.sub(" ", text)
    bare = re.sub(r"[{}<>\[\]\\|`^~]|%(?=\})|(?<=\{)%", " ", bare)
    bare = "".join(char if char.isprintable() else " " for char in bare)
    return " ".join(bare.split()).lstrip("=+-@ ")


def name_product(title: str, *, category: str = "") -> ProductName:
    """Return how a sentence calls a product; empty where its title is no name.

    Examples
    --------
    >>> name_product("Workshop: Learn to Knit (Saturday)").item
    'Learn to Knit workshop'
    >>> name_product("Hearth Sock refill skein 100 g - Moss")
    ProductName(core='Hearth Sock refill skein', item='Hearth Sock refill skein', noun='skein')
    >>> name_product("WHITE HANGING HEART T-LIGHT HOLDER").item
    'white hanging heart t-light holder'
    """
    if _LINK.search(title):
        return NO_NAME
    text = clean_text(title)
    prefix = ""
    head, colon, rest = text.partition(": ")
    if colon and rest and len(head.split()) <= 2:
        prefix, text = head.lower(), rest
    core = _shorten(text)
    if not core:
        return NO_NAME
    if _is_shouted(core):
        core = core.lower()
    noun = prefix or _noun(core, category)
    item = f"{core} {prefix}" if prefix and not core.lower().endswith(prefix) else core
    return ProductName(core, item, noun) if len(item) <= MAX_LENGTH else ProductName(core, core, noun)


def name_goods(category: str) -> str:
    """Return a category as a plural in a sentence; empty where it is a code.

    Examples
    --------
    >>> name_goods("Class pack"), name_goods("Yarn"), name_goods("A-17"), name_goods("Accessory")
    ('class packs', 'yarn', '', 'accessories')
    """
    text = clean_text(category)
    if not text or any(char.isdigit() for char in text) or len(text) > 30 or _LINK.search(text):
        return ""
    text = text if text.isupper() and len(text) <= 4 else text.lower()
    if text.endswith("s") or text.split()[-1] in _MASS or re.search(r"\s(?:and|&|or)\s|,", text):
        return text
    if text.endswith("y") and text[-2:-1] not in "aeiou":
        return f"{text[:-1]}ies"
    return f"{text}es" if text.endswith(("x", "ch", "sh")) else f"{text}s"


def singular(goods: str) -> str:
    """Return one of the goods: "class packs" becomes "class pack".

    Examples
    --------
    >>> singular("workshops"), singular("accessories"), singular("yarn")
    ('workshop', 'accessory', 'yarn')
    """
    if goods.endswith("ies"):
        return f"{goods[:-3]}y"
    if goods.endswith(("ches", "shes", "xes")):
        return goods[:-2]
    return goods[:-1] if goods.endswith("s") and not goods.endswith("ss") else goods


_MASS = frozenset(
    [
        "yarn",
        "wool",
        "coffee",
        "tea",
        "clothing",
        "jewelry",
        "jewellery",
        "furniture",
        "equipment",
        "stationery",
        "tobacco",
        "software",
        "wine",
        "beer",
    ]
)


def _shorten(text: str) -> str:
    """Drop the variant, what stands in brackets and the size; give up on what is left with figures or is too long."""
    core = re.sub(r"\s*\([^)]*\)?", "", text)
    core = re.split(r"\s[-\u2013\u2014]\s", core)[0]
    core = _SIZE.sub("", core)
    if len(core) > MAX_LENGTH:
        core = core.split(",")[0]
    core = core.split(", ")[0].strip(" ,.;:-/!?\"'*")
    core = _DANGLING.sub("", core)
    letters = len(_LETTER.findall(core))
    fits = (
        3 <= len(core) <= MAX_LENGTH
        and letters >= _HEAVY * len(core)
        and not any(char.isdigit() for char in core)
    )
    return core if fits else ""


def _is_shouted(text: str) -> bool:
    return text.isupper() and len(text) > 4


def _noun(core: str, category: str) -> str:
    word = core.rsplit(maxsplit=1)[-1].strip("\"'").lower()
    if word.isalpha() and len(word) > 2:
        return word
    return singular(name_goods(category))
