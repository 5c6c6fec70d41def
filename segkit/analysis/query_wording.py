"""Wording of queries: what a feature is called in the words of people, pages and studies.

Data for ``queries``: phrases for numbers that are high or low, for flags, and for the levels of known columns; and by
which nouns a page names the people whom a topic of the lexicon is about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_TEMPLATES = {
    "share_of_category": "people who buy {}",
    "bought_category": "people who buy {}",
    "share_of_orders_with": "buyers of {} products",
    "category": "people who buy {}",
    "tagged": "{} orders",
    "gave_occasion": "a present for {}",
    "vendor": "goods of {}",
    "brand": "goods of {}",
    "shipping_method": "delivery by {}",
    "payment_method": "people who pay by {}",
    "channel": "orders through {}",
    "device": "orders on {}",
    "city": "people in {}",
    "country": "people in {}",
    "region": "people in {}",
    "gender": "{} people",
    "preferred_contact": "people who want to hear by {}",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """What people say when a number is high, and when it is low; empty where nobody would look for it."""

    high: str = ""
    low: str = ""

    @staticmethod
    def template(kind: str) -> str:
        """Return the phrase that a level of a column is put into."""
        return _TEMPLATES.get(kind, "{}")


_AGAIN = Wording("regulars who reorder often", "people who order rarely, now and then")
_GAP = Wording("long intervals between orders", "time between purchases, reorder every few weeks")
_MUCH = Wording("large orders, many at once")
NUMBERS: Mapping[str, Wording] = {
    "recency_days": Wording(high="lapsed customers who stopped buying"),
    "frequency": _AGAIN,
    "repeat_orders": _AGAIN,
    "purchase_days": _AGAIN,
    "median_gap_days": _GAP,
    "mean_gap_days": _GAP,
    "average_order_value": _MUCH,
    "items_per_order": _MUCH,
    "lines_per_order": _MUCH,
    "monetary_total": Wording(high="customers who spend most"),
    "tenure_days": Wording("long-time loyal customers", "new customers with a first order"),
    "active_span_days": Wording(),
    "distinct_products": Wording("people who try a wide range", "always the same product"),
    "category_hhi": Wording(),
    "return_share": Wording(high="goods sent back, returns"),
    "discount_share": Wording("buying at a discount with a code", "people who pay full price"),
    "used_coupon": Wording(high="buying at a discount with a code"),
    "weekend_share": Wording("shopping at the weekend", "orders on weekdays in office hours"),
    "evening_share": Wording("shopping in the evening", "orders in working hours"),
    "quarter_1_share": Wording(high="orders in the new year, from January"),
    "quarter_2_share": Wording(high="orders in spring, from April to June"),
    "quarter_3_share": Wording(high="orders in summer, from July to September"),
    "quarter_4_share": Wording(high="orders in the run-up to Christmas"),
    "age_years": Wording("older people", "young people in their twenties"),
    "left_note": Wording(),
}
DISTINCT: Mapping[str, str] = {
    "sent_gift_message": "a present with a personal message on a card",
    "ships_to_another_name": "presents posted to somebody else",
    "served_by_staff": "served in person by staff in the shop",
    "agreed_to_marketing": "people who sign up for the newsletter",
    "used_coupon": "buying at a discount with a code",
}
"""Flags, and what to ask when the level of a column is a bare code."""
_CHANNELS = {
    r"^(?:pos|store|in store|retail|till|shop)$": "bought in the shop at the till",
    r"^(?:app|iphone|android|ios|mobile app)$": "orders through the app",
    r"draft order|wholesale|b2b|purchase order": "orders by purchase order, paid on invoice",
    r"^(?:web|website|online|online store|web shop)$": "orders in the web shop",
    r"phone|telephone": "orders by phone",
    r"mobile": "orders on a mobile phone",
    r"desktop|computer|laptop": "orders at a computer",
    r"email|e mail|mail": "orders by email",
}
LEVELS: Mapping[str, Mapping[str, str]] = {
    "channel": _CHANNELS,
    "source": _CHANNELS,
    "platform": _CHANNELS,
    "device": {
        r"phone|mobile|android|ios|tablet|ipad": "orders on a mobile phone",
        r"desktop|computer|laptop|pc|mac": "orders at a computer",
    },
    "payment_method": {
        r"deposit|transfer|invoice|purchase order|account|wire|bacs|rechnung": "paid on invoice by bank transfer",
        r"paypal|apple|google|klarna|wallet|later": "paid with PayPal or a digital wallet",
        r"cash|bar": "paid in cash",
        r"card|shopify payments|stripe|visa|master": "paid by credit card",
    },
    "shipping_method": {
        r"pick ?up|collect|abhol": "orders picked up, click and collect",
        r"express|next day|same day|overnight": "express delivery the next day",
        r"international|abroad|overseas|worldwide": "parcels sent abroad",
    },
    "preferred_contact": {
        r"text|sms": "a text message before it starts",
        r"app|push": "a push notification from the app",
        r"phone|call": "people who want a phone call",
        r"post|letter": "a letter by post",
        r"mail": "news by email",
    },
    "household": {
        r"flat|flatmate|house share|shared": "people who share a flat",
        r"organi[sz]ation|institution|company": "schools, studios and other organizations",
        r"famil|child|kids": "families with children",
        r"single|alone|one person": "people who live alone",
        r"couple|partner": "couples",
    },
    "customer_type": {
        r"trade|business|b2b|wholesale|corporate|firm|reseller": "businesses with a trade account",
        r"school|teacher|education|studio|institution|organi[sz]ation": "schools, teachers and studios",
        r"private|consumer|individual|b2c": "private households",
    },
    "tagged": {
        r"trade|b2b|wholesale": "trade orders",
        r"^app$": "orders through the app",
    },
}
"""Patterns over a level in plain lower case, by column; the first that fits is the query."""
PREFIXES = re.compile(r"^(?:motivation|attitude|value|values|interest|likes|opinion|why|survey|need|use)_")
"""How survey columns begin; what follows is what was asked."""

AUDIENCES: Mapping[str, tuple[str, ...]] = {
    "need-based/gift": (
        "giver",
        "gift buyer",
        "gift giver",
        "sender",
        "someone buying a gift",
        "send a gift",
        "send a present",
    ),
    "need-based/occasion": ("giver", "guest", "host"),
    "need-based/refill": ("refiller", "restocker", "people who refill", "running low"),
    "need-based/learning": ("beginner", "learner", "novice", "attendee", "guest at a workshop"),
    "need-based/class_use": ("school", "teacher", "studio", "college", "classroom", "youth group", "club"),
    "need-based/repair": ("mender", "repairer"),
    "need-based/hobby": ("hobbyist", "maker"),
    "need-based/work_use": ("professional", "reseller", "workplace"),
    "need-based/pets": ("dog owner", "cat owner", "pet owner"),
    "demographic/organization": ("school", "teacher", "studio", "college", "organisation", "organization", "club"),
    "demographic/business": ("business customer", "small business", "firm", "trade customer", "trade account", "retailer"),
    "demographic/student": ("student", "undergraduate"),
    "demographic/pensioner": ("pensioner", "retiree", "grandparent", "retired people"),
    "demographic/family": ("parent", "family with", "mother", "father"),
    "demographic/housing": ("flatmate", "housemate", "tenant", "shared flat"),
    "demographic/gender": ("woman", "women"),
}  # fmt: skip
"""Nouns by which a page or a study names the people a topic is about."""
