"""Hand-made feature tables of an invented shop: four kinds of customers who differ in what, where and how they buy."""

import numpy as np
import pandas as pd

from segkit.analysis.factors import FeatureTable, assemble_features
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

N, F, C = FeatureKind.NUMERIC, FeatureKind.FLAG, FeatureKind.CATEGORICAL

SMALL = {  # three refillers, three at workshops, two who send gifts, two schools
    "name": ["A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "D1", "D2"],
    "recency_days": [20, 35, 28, 60, 12, 90, 70, 45, 33, 110],
    "frequency": [7, 6, 8, 3, 2, 4, 5, 4, 3, 4],
    "average_order_value": [40, 45, 38, 60, 52, 55, 65, 50, 320, 280],
    "median_gap_days": [42, 45, 40, 90, 120, 80, 95, 110, 130, 140],
    "gift": [0, 0.05, 0, 0, 0, 0, 0.8, 0.7, 0, 0],
    "refill": [0.9, 0.8, 0.85, 0.1, 0, 0, 0, 0.2, 0, 0],
    "workshop": [0, 0, 0, 0.6, 0.7, 0.8, 0, 0, 0, 0],
    "channel": ["app", "app", "web", "pos", "pos", "pos", "web", "web", "draft", "draft"],
    "payment": ["card", "card", "card", "cash", "card", "cash", "paypal", "paypal", "invoice", "invoice"],
    "city": [
        "Hull",
        "Kendal",
        "Hull",
        "Sheffield",
        "Sheffield",
        "Sheffield",
        "London",
        "London",
        "York",
        "York",
    ],
    "household": [
        "family",
        "couple",
        "family",
        "flat",
        "flat",
        "flat",
        "couple",
        "couple",
        "office",
        "office",
    ],
    "origin": [5, 5, 4, 2, 3, 2, 4, 3, 1, 2],
}


def feature(name, factor, kind, label="", *, unit="", columns=(), derived_from=(), level=""):
    return Feature(
        name=name,
        factor=factor,
        kind=kind,
        label=label or name.replace("_", " "),
        unit=unit,
        columns=columns or (name,),
        derived_from=derived_from,
        level=level,
    )


RECENCY = feature("recency_days", Factor.BEHAVIORAL, N, "days since the last order", unit="days")
FREQUENCY = feature("frequency", Factor.BEHAVIORAL, N, "number of orders", unit="orders")
ORDER_VALUE = feature("average_order_value", Factor.BEHAVIORAL, N, "spend per order", unit="EUR")
SPEND = feature(
    "monetary_total",
    Factor.BEHAVIORAL,
    N,
    "total spend",
    unit="EUR",
    derived_from=("frequency", "average_order_value"),
)
GAP = feature("median_gap_days", Factor.BEHAVIORAL, N, "median days between orders", unit="days")
CHANNEL = feature(
    "favourite_channel", Factor.TECHNOGRAPHIC, C, "channel of most orders", columns=("Channel",)
)
PAYMENT = feature(
    "favourite_payment_method", Factor.TECHNOGRAPHIC, C, "payment of most orders", columns=("Payment",)
)
CITY = feature("city", Factor.GEOGRAPHIC, C, "city")
HOUSEHOLD = feature("household", Factor.DEMOGRAPHIC, C, "household")
ORIGIN = feature("attitude_origin", Factor.PSYCHOGRAPHIC, N, "answer on origin", unit="points")


def share_of(level):
    return feature(
        f"share_of_category={level}", Factor.NEED_BASED, N, f"share of spend on {level}",
        unit="share", columns=("Category",), level=level,
    )  # fmt: skip


def bought(level):
    return feature(
        f"bought_category={level}", Factor.NEED_BASED, F, f"bought {level}",
        columns=("Category",), level=level, derived_from=(f"share_of_category={level}",),
    )  # fmt: skip


def small_shop(scale=1.0, rows=None):
    """Return the ten customers, with amounts multiplied by ``scale``; ``rows`` picks and orders customers."""
    shop = pd.DataFrame(SMALL).set_index("name")
    shop.index.name = "customer_id"
    shop = shop if rows is None else shop.loc[list(rows)]
    total = shop["frequency"] * shop["average_order_value"] * scale
    columns = [
        (RECENCY, shop["recency_days"]),
        (FREQUENCY, shop["frequency"]),
        (ORDER_VALUE, shop["average_order_value"] * scale),
        (SPEND, total),
        (GAP, shop["median_gap_days"]),
        (CHANNEL, shop["channel"]),
        (PAYMENT, shop["payment"]),
        (CITY, shop["city"]),
        (HOUSEHOLD, shop["household"]),
        (ORIGIN, shop["origin"]),
    ]
    for level, column in (("Gift", "gift"), ("Refill", "refill"), ("Workshop", "workshop")):
        columns += [(share_of(level), shop[column]), (bought(level), (shop[column] > 0).astype(float))]
    return assemble_features(columns, index=shop.index), customers_of(
        shop["recency_days"], shop["frequency"], total
    )


def customers_of(recency, frequency, total):
    """Return a customers table; ``total`` in currency units."""
    return pd.DataFrame(
        {
            "customer_id": [str(name) for name in frequency.index],
            "recency_days": recency.to_numpy(),
            "frequency": frequency.to_numpy(),
            "monetary_total": [round(float(value) * 10_000) for value in total],
        }
    )


def large_shop(n=120, seed=0, separation=1.0, scale=1.0):
    """Return n customers of four planted kinds; with ``separation`` 0 nothing but noise."""
    rng = np.random.default_rng(seed)
    kind = np.arange(n) % 4
    index = pd.Index([f"K{number:05d}" for number in range(n)], name="customer_id")
    strong = separation > 0
    frequency = pd.Series(1 + rng.poisson(3 + 3 * (kind == 0) * strong), index=index)
    value = pd.Series(np.exp(rng.normal(3.5 + 1.5 * (kind == 3) * strong, 0.3)) * scale, index=index)
    recency = pd.Series(rng.integers(1, 400, n), index=index)
    levels = np.array(["Tea", "Cake", "Gift", "Bulk"])
    shares = rng.dirichlet(np.full(4, 1.0), n) * (1 - 0.85 * separation)
    shares[np.arange(n), kind] += 0.85 * separation
    channel = np.where(
        rng.random(n) < (0.9 if strong else 0.25), np.array(["app", "web", "pos", "phone"])[kind], "web"
    )
    device = np.where(
        rng.random(n) < (0.8 if strong else 0.5), np.where(kind < 2, "mobile", "desktop"), "mobile"
    )
    city = np.where(
        rng.random(n) < (0.8 if strong else 0.25), np.array(["Hull", "York", "Leeds", "Bath"])[kind], "Bath"
    )
    country = np.where(rng.random(n) < 0.9, "GB", "IE")
    age = pd.Series(rng.normal(40 + 12 * (kind == 2) * strong, 6), index=index).round()
    total = frequency * value
    columns = [
        (RECENCY, recency),
        (FREQUENCY, frequency),
        (ORDER_VALUE, value),
        (SPEND, total),
        (
            feature("weekend_share", Factor.BEHAVIORAL, N, "share of weekend orders", unit="share"),
            rng.random(n),
        ),
        (
            feature("lines_per_order", Factor.BEHAVIORAL, N, "order lines per order", unit="lines"),
            rng.integers(1, 9, n),
        ),
        (CHANNEL, channel),
        (
            feature(
                "favourite_device", Factor.TECHNOGRAPHIC, C, "device of most orders", columns=("Device",)
            ),
            device,
        ),
        (CITY, city),
        (feature("country", Factor.GEOGRAPHIC, C, "country"), country),
        (feature("age_years", Factor.DEMOGRAPHIC, N, "age in years", unit="years"), age),
        *((share_of(level), shares[:, place]) for place, level in enumerate(levels)),
    ]
    as_series = [(item, pd.Series(values, index=index)) for item, values in columns]
    return assemble_features(as_series, index=index), customers_of(recency, frequency, total), kind


def bare_table(frame, features):
    """Return a feature table as it is, without leaving anything out."""
    return FeatureTable(frame=frame, features=tuple(features))
