"""Short names for groups: what a measured property is called when people are named after it.

A phrase is a name together with its claim, the conditions that a member must meet for the name to be true of them.
Which phrase fits a group is decided, and tested member by member, in ``segkit.analysis.naming``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind
from segkit.model.segment import Condition

MAX_WORDS = 3
MAX_LEVEL_LENGTH = 22

NEUTRAL_NAMES = (
    "Everyone else",
    "Mixed customers",
    "Other buyers",
    "In-between customers",
    "Further customers",
    "Remaining buyers",
    "Various customers",
    "Unsorted buyers",
    "Assorted customers",
    "Sundry buyers",
)
"""Names that claim nothing, for groups that nothing shared by two thirds of the members sets apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePhrase:
    """A name, or the first word of one, with the claim it makes.

    ``adjective`` phrases stand before a noun ("Monthly"); the others are names. ``weight`` (0..1) says how much the
    property tells about people; needs and places weigh more than spend and dates, which every group has.
    """

    text: str
    claims: tuple[Condition, ...]
    weight: float
    adjective: bool = False


@dataclass(frozen=True, slots=True)
class _Wording:
    """What a numeric feature is called when it is high or low; empty where there is no plain word."""

    high: str
    low: str
    high_adjective: str = ""
    low_adjective: str = ""
    weight: float = 0.6


_NUMBERS = {
    "recency_days": _Wording("Quiet customers", "Recent buyers", "Quiet", "Recent", 0.55),
    "frequency": _Wording("Regulars", "Occasional buyers", "Regular", "Occasional", 0.65),
    "average_order_value": _Wording(
        "Big-basket buyers", "Small-basket buyers", "Big-basket", "Small-basket", 0.6
    ),
    "monetary_total": _Wording("Top spenders", "Light spenders", "High-spend", "Low-spend", 0.5),
    "tenure_days": _Wording("Long-time customers", "Newcomers", "Long-time", "New", 0.55),
    "discount_share": _Wording("Bargain buyers", "Full-price buyers", "Bargain", "Full-price", 0.8),
    "return_share": _Wording("Frequent returners", "", "", "", 0.7),
    "distinct_products": _Wording("Wide-range buyers", "Few-product buyers", "Wide-range", "", 0.5),
    "items_per_order": _Wording("Bulk buyers", "Single-item buyers", "Bulk", "", 0.6),
    "lines_per_order": _Wording("Long-list buyers", "Short-list buyers", "Long-list", "Short-list", 0.5),
    "category_hhi": _Wording("One-category buyers", "All-round buyers", "", "All-round", 0.5),
    "age_years": _Wording("Older customers", "Younger customers", "Older", "Younger", 0.5),
}
_SHARES = {
    "weekend_share": ("Weekend shoppers", "Weekend", 0.7),
    "evening_share": ("Evening shoppers", "Evening", 0.65),
    "quarter_1_share": ("New-year shoppers", "New-year", 0.65),
    "quarter_2_share": ("April-to-June shoppers", "April-to-June", 0.65),
    "quarter_3_share": ("July-to-September shoppers", "July-to-September", 0.65),
    "quarter_4_share": ("Year-end shoppers", "Year-end", 0.65),
}
_RHYTHMS = (
    (5.0, 9.0, "Weekly"),
    (12.0, 17.0, "Fortnightly"),
    (24.0, 38.0, "Monthly"),
    (75.0, 105.0, "Quarterly"),
)
_FLAGS = {
    "used_coupon": ("Code users", 0.75),
    "sent_gift_message": ("Gift senders", 1.0),
    "ships_to_another_name": ("Gift senders", 0.9),
}
_PEOPLE = {  # what people are called after the kind of thing they buy
    "refill": "Refillers",
    "workshop": "Workshop goers",
    "course": "Course goers",
    "lesson": "Lesson goers",
    "event": "Event goers",
    "ticket": "Ticket buyers",
    "gift": "Gift buyers",
    "subscription": "Subscribers",
    "spare part": "Spare-part buyers",
}
_CHANNELS = {
    "pos": "Shop visitors",
    "store": "Shop visitors",
    "in store": "Shop visitors",
    "in-store": "Shop visitors",
    "retail": "Shop visitors",
    "web": "Online shoppers",
    "website": "Online shoppers",
    "online": "Online shoppers",
    "online store": "Online shoppers",
    "app": "App shoppers",
    "mobile": "Mobile shoppers",
    "mobile app": "App shoppers",
    "iphone": "App shoppers",
    "ios": "App shoppers",
    "android": "App shoppers",
    "desktop": "Desktop shoppers",
    "phone": "Phone orderers",
    "telephone": "Phone orderers",
    "wholesale": "Trade accounts",
    "b2b": "Trade accounts",
    "draft order": "Invoice customers",
    "shopify draft order": "Invoice customers",
}
_DEVICES = {"iphone": "iPhone shoppers", "ios": "iPhone shoppers", "android": "Android shoppers"}
"""As a sales channel these are the shop's own app; as a device they are not."""

_PAYMENTS = {
    "bank deposit": "Invoice payers",
    "bank transfer": "Invoice payers",
    "invoice": "Invoice payers",
    "cash": "Cash payers",
    "cash on delivery": "Cash payers",
    "paypal": "PayPal payers",
    "paypal express checkout": "PayPal payers",
    "card": "Card payers",
    "credit card": "Card payers",
}
_TYPES = {
    "private": "Private customers",
    "consumer": "Private customers",
    "trade": "Trade accounts",
    "wholesale": "Trade accounts",
    "b2b": "Trade accounts",
    "business": "Business customers",
    "corporate": "Corporate customers",
    "teacher": "Teachers",
    "school": "Schools",
    "studio": "Studio accounts",
    "student": "Students",
    "organisation": "Organisations",
    "organization": "Organisations",
    "home office": "Home offices",
    "management": "Managers",
    "professional": "Professionals",
    "vip": "VIP customers",
}
_WEIGHTS = {
    Factor.NEED_BASED: 1.0,
    Factor.TECHNOGRAPHIC: 0.85,
    Factor.GEOGRAPHIC: 0.7,
    Factor.DEMOGRAPHIC: 0.6,
    Factor.BEHAVIORAL: 0.8,
    Factor.PSYCHOGRAPHIC: 0.4,
}


def level_words(level: str) -> str:
    """Return a category level as it can stand in a name, or an empty text where it is too long or not a word.

    Examples
    --------
    >>> level_words("HOME DECOR"), level_words("Class pack"), level_words("Men's Clothing & Accessories, other")
    ('Home decor', 'Class pack', '')
    """
    text = " ".join(level.replace("_", " ").split())
    if not re.search(r"[^\W\d]", text) or not re.fullmatch(r"[\w][\w '&.+-]*", text):
        return ""
    if len(text) > MAX_LEVEL_LENGTH or len(text.split()) > MAX_WORDS - 1:
        return ""
    if text.isupper() and len(text) > 4:
        text = text.lower()
    return text[0].upper() + text[1:]


def level_of(feature: Feature) -> str:
    """Return the level or word that a feature stands for, or an empty text."""
    return feature.level or feature.name.partition("=")[2]


def phrases_of(feature: Feature, *, middle: float, levels: tuple[str, ...] = ()) -> tuple[NamePhrase, ...]:
    """Return every phrase that a feature can give a name.

    Parameters
    ----------
    feature : Feature
        The property in words.
    middle : float
        Median of a numeric feature over all customers: "high" and "low" are meant against it.
    levels : tuple of str
        Levels of a categorical feature.

    Examples
    --------
    >>> gift = Feature(name="bought_category=Gift", factor=Factor.NEED_BASED, kind=FeatureKind.FLAG,
    ...                label="bought Gift", level="Gift")
    >>> [phrase.text for phrase in phrases_of(gift, middle=0.0)]
    ['Gift buyers']
    """
    if feature.kind is FeatureKind.CATEGORICAL:
        return tuple(phrase for level in levels for phrase in _level_phrases(feature, level))
    if feature.kind is FeatureKind.FLAG:
        return _flag_phrases(feature)
    if level_of(feature) or feature.name in _SHARES:
        return _share_phrases(feature)
    if feature.name == "median_gap_days":
        return _rhythm_phrases(feature)
    return _number_phrases(feature, middle)


def _level_phrases(feature: Feature, level: str) -> tuple[NamePhrase, ...]:
    claim = (Condition(feature=feature.name, operator="==", value=level),)
    key = " ".join(level.lower().replace("_", " ").split())
    kind = feature.name.removeprefix("favourite_")
    words = level_words(level)
    if kind in {"channel", "device", "source", "platform"}:
        known = _CHANNELS if kind == "channel" else {**_CHANNELS, **_DEVICES}
        text = known.get(key) or (f"{words} shoppers" if words else "")
    elif kind.startswith("payment"):
        text = _PAYMENTS.get(key) or (f"{words} payers" if words else "")
    elif feature.factor is Factor.GEOGRAPHIC:
        text = f"{words} customers" if words else ""
    elif feature.factor is Factor.DEMOGRAPHIC:
        text = _TYPES.get(key, "") or (f"{words} customers" if words and "type" in kind else "")
    elif feature.factor is Factor.NEED_BASED:
        text = _PEOPLE.get(key.removesuffix("s")) or (f"{words} buyers" if words else "")
    else:
        text = ""
    return (NamePhrase(text=text, claims=claim, weight=_WEIGHTS[feature.factor]),) if text else ()


def _flag_phrases(feature: Feature) -> tuple[NamePhrase, ...]:
    claim = (Condition(feature=feature.name, operator="==", value=True),)
    text, weight = _FLAGS.get(feature.name, ("", _WEIGHTS[feature.factor]))
    words = level_words(feature.level)
    prefix = feature.name.partition("=")[0]
    if not text and words:
        key = feature.level.lower().removesuffix("s")
        if prefix == "tagged":
            text = _TYPES.get(key) or _PEOPLE.get(key) or f"{words} customers"
        elif prefix == "used_coupon":
            text = f"{words} code users" if len(words.split()) == 1 else ""
        elif prefix == "gave_occasion":
            text = f"{words} senders"
        else:
            text = _PEOPLE.get(key) or f"{words} buyers"
            weight *= 0.95  # having bought it once says less than buying mostly that
    return (NamePhrase(text=text, claims=claim, weight=weight),) if text else ()


def _share_phrases(feature: Feature) -> tuple[NamePhrase, ...]:
    claim = (Condition(feature=feature.name, operator=">", value=0.5),)
    if feature.name in _SHARES:
        text, adjective, weight = _SHARES[feature.name]
        return (
            NamePhrase(text=text, claims=claim, weight=weight),
            NamePhrase(text=adjective, claims=claim, weight=weight, adjective=True),
        )
    words = level_words(level_of(feature))
    text = _PEOPLE.get(level_of(feature).lower().removesuffix("s")) or (f"{words} buyers" if words else "")
    if not text:
        return ()
    weight = _WEIGHTS[feature.factor]
    mostly = NamePhrase(text=text, claims=claim, weight=weight)
    if feature.name.startswith("share_of_orders_with="):  # a word has no yes-or-no feature beside it
        some = (Condition(feature=feature.name, operator=">", value=0.0),)
        return mostly, NamePhrase(text=text, claims=some, weight=0.9 * weight)
    return (mostly,)


def _rhythm_phrases(feature: Feature) -> tuple[NamePhrase, ...]:
    phrases = []
    for low, high, word in _RHYTHMS:
        claim = (
            Condition(feature=feature.name, operator=">", value=low),
            Condition(feature=feature.name, operator="<=", value=high),
        )
        phrases.append(NamePhrase(text=f"{word} buyers", claims=claim, weight=0.75))
        phrases.append(NamePhrase(text=word, claims=claim, weight=0.75, adjective=True))
    return tuple(phrases)


def _number_phrases(feature: Feature, middle: float) -> tuple[NamePhrase, ...]:
    wording = _NUMBERS.get(feature.name)
    if wording is None:
        return ()
    high = (Condition(feature=feature.name, operator=">", value=middle),)
    low = (Condition(feature=feature.name, operator="<", value=middle),)
    if feature.name == "frequency":
        single = (Condition(feature=feature.name, operator="<=", value=1.0),)
        low = single if middle <= 1 else low
        wording = _Wording("Regulars", "One-time buyers", "Regular", "One-time") if middle <= 1 else wording
    if feature.name in {"discount_share", "return_share"}:
        low = (Condition(feature=feature.name, operator="<=", value=0.0),)
    texts = (
        (wording.high, high, False),
        (wording.low, low, False),
        (wording.high_adjective, high, True),
        (wording.low_adjective, low, True),
    )
    return tuple(
        NamePhrase(text=text, claims=claims, weight=wording.weight, adjective=adjective)
        for text, claims, adjective in texts
        if text
    )
