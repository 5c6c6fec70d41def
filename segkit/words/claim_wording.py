"""Wording of claims: the sentence of each measure, what a channel is called, and what a picture of value says.

Data for `segkit.words.claims`; ``{a}`` and ``{b}`` are the values of the group and of the others, ``{n}`` and ``{m}`` their
sizes.
"""

from __future__ import annotations

from collections.abc import Mapping

CHANNELS: Mapping[str, str] = {
    "pos": "at the shop till (pos)",
    "web": "in the web shop (web)",
    "online": "online",
    "app": "in the app",
    "iphone": "in the app (iphone)",
    "android": "in the app (android)",
    "shopify_draft_order": "by draft order (shopify_draft_order)",
    "phone": "by phone",
    "mail": "by mail",
}
NUMERIC_SENTENCES: Mapping[str, str] = {
    "recency_days": "These {n} customers last ordered {a} ago at the median; the other {m} did {b} ago",
    "frequency": "These {n} customers placed {a} each at the median; the other {m} placed {b}",
    "average_order_value": "A typical order of these {n} customers is worth {a}; one of the other {m} is worth {b} (medians)",
    "monetary_total": "These {n} customers spent {a} each in all at the median; the other {m} spent {b}",
    "tenure_days": "These {n} customers first ordered {a} ago at the median; the other {m} did {b} ago",
    "active_span_days": "From first to last order {a} passed for these {n} customers and {b} for the other {m} (medians)",
    "repeat_orders": "These {n} customers came back for {a} after the first at the median; the other {m} came back for {b}",
    "median_gap_days": "These {n} customers let {a} pass between two orders; the other {m} let {b} pass (medians)",
    "mean_gap_days": "On average {a} lie between two orders of these {n} customers and {b} for the other {m} (medians)",
    "distinct_products": "These {n} customers have tried {a} at the median; the other {m} have tried {b}",
    "items_per_order": "These {n} customers put {a} into an order at the median; the other {m} put in {b}",
    "lines_per_order": "An order of these {n} customers has {a} at the median; one of the other {m} has {b}",
    "return_share": "These {n} customers sent back {a} of their order lines on average; the other {m} sent back {b}",
    "discount_share": "On average {a} of the order lines of these {n} customers were bought at a discount; of the other {m}, {b}",
    "weekend_share": "On average {a} of the orders of these {n} customers fall on a weekend; of the other {m}, {b}",
    "evening_share": "On average {a} of the orders of these {n} customers come in after 18:00; of the other {m}, {b}",
    "share_of_category": "These {n} customers put {a} of their spending into {level} on average; the other {m} put in {b}",
    "category_hhi": "Spread over categories, where 1 means all in one: {a} for these {n} customers and {b} for the other {m} (medians)",
    "share_of_quarter": "On average {a} of the orders of these {n} customers fall in {level}; of the other {m}, {b}",
    "share_of_orders_with": "On average {a} of the orders of these {n} customers hold something with “{level}” in the product name; of the other {m}, {b}",
    "age_years": "These {n} customers are {a} old at the median; the other {m} are {b} old",
}

PICTURES: Mapping[str, tuple[str, str]] = {
    "recency_days": ("have been away for long", "bought recently"),
    "frequency": ("order often", "order seldom"),
    "average_order_value": ("place large orders", "place small orders"),
}
"""What more and what less of it says about people."""
