"""What people buy, where, and with what, as features from the text columns of the order lines.

A product category gives the share of spend on each level and a flag "bought it"; every other text column that feeds a
factor gives the customer's favourite level; tags, discount codes, gift messages and deliveries to someone else give
flags. Text that identifies people (names, addresses, messages) is only ever asked yes-or-no questions on the engine.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from segkit.analysis.lines import (
    favourites,
    purchases,
    share_of_orders,
    spread,
    tally_levels,
    to_pandas,
    totals,
)
from segkit.model.factor import Factor, factor_of_column
from segkit.model.feature import Feature, FeatureKind

Columns = list[tuple[Feature, pd.Series]]
Excluded = list[tuple[str, str]]

TOP_LEVELS = 12
"""Levels of a category that become features, by number of customers."""
MAX_TEXTS = 5_000
"""A column with more different texts than this is free text or an identifier, not a list of levels."""
LONG_TEXT = 60
"""Levels longer than this on average are sentences."""

MEASURED = frozenset({
    "customer_id", "order_id", "order_date", "order_time", "line_no", "amount", "quantity", "discount", "is_return",
    "order_status", "accepts_marketing",
})  # fmt: skip
"""Columns that other features are made from, or that describe the paperwork."""
PRIVATE = re.compile(
    r"(^|_)(e?mail|phone|mobile|fax|street|address\d?|company|ip|initials|first_?name|last_?name|full_?name|surname)($|_)"
    r"|^((billing|shipping|delivery|customer|recipient|contact|buyer|user|client|account|employee|staff)_?)?name$"
    r"|^(sales_?rep|employee|cashier|staff|served_by)$"
)
"""Columns whose content identifies a person."""
_ALWAYS = {
    "channel": Factor.TECHNOGRAPHIC,
    "device": Factor.TECHNOGRAPHIC,
    "payment_method": Factor.TECHNOGRAPHIC,
    "shipping_method": Factor.BEHAVIORAL,
    "country": Factor.GEOGRAPHIC,
    "region": Factor.GEOGRAPHIC,
    "city": Factor.GEOGRAPHIC,
    "vendor": Factor.NEED_BASED,
}
CODE_LENGTH = 2
"""Product levels no longer than this are codes: "U", "W", "0"."""
PER_LINE = frozenset({"vendor"})
"""Favourites counted in lines, not orders: they are chosen product by product."""
_DELIVERY_PARTS = {"name": ("name",), "address": ("address", "address1", "street", "zip", "postcode")}


def normalise_name(column: str) -> str:
    """Return a column name in lower case, words joined by one underscore, camel case split.

    Examples
    --------
    >>> normalise_name("BirthDate"), normalise_name("Billing Name"), normalise_name("SKU")
    ('birth_date', 'billing_name', 'sku')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", column.strip())
    return "_".join(re.sub(r"[^0-9a-zA-Z]+", " ", spaced).lower().split())


def find_factor(column: str, overrides: Mapping[str, Factor]) -> Factor | None:
    """Return the factor of a user's column: the override, else by its name, else None."""
    if column in overrides:
        return overrides[column]
    return factor_of_column(column) or factor_of_column(normalise_name(column))


def is_private(column: str) -> bool:
    """Return whether a column holds personal data by its name.

    Examples
    --------
    >>> is_private("EmailAddress"), is_private("Billing Name"), is_private("product_name")
    (True, True, False)
    """
    name = normalise_name(column)
    return bool(PRIVATE.search(name)) and not name.startswith(
        ("product", "brand", "category", "item", "model")
    )


def category_features(
    lines: Any,
    columns: Sequence[str],
    *,
    customers: pd.DataFrame,
    names: Mapping[str, str],
    overrides: Mapping[str, Factor],
) -> tuple[Columns, Excluded]:
    """Return features from the text columns of the order lines, and the columns that gave none.

    Parameters
    ----------
    lines : narwhals frame
        Canonical order lines.
    columns : sequence of str
        Canonical and passed-through columns present.
    customers : pandas.DataFrame
        The customers table under its ``customer_id`` index; favourites it holds are taken from it.
    names : mapping of str to str
        Canonical column to the user's column.
    overrides : mapping of str to Factor
        Factor by the user's column name.

    Returns
    -------
    tuple of (list of (Feature, pandas.Series), list of (str, str))
        Features, then (column, reason) for what was left out.
    """
    found: Columns = []
    excluded: Excluded = []
    index = customers.index
    has_amount = "amount" in columns
    special = {"coupon", "tags", "gift_message", "note", "category", "product", "sku"}
    if "category" in columns:
        factor = overrides.get(names.get("category", "category"), Factor.NEED_BASED)
        found += _category(
            lines, factor=factor, index=index, source=names.get("category", "category"), has_amount=has_amount
        )
    for column in columns:
        source = names.get(column, column)
        if column in MEASURED or column in special or _names_occasion(source):
            continue
        factor_known = overrides.get(source) or _ALWAYS.get(column) or find_factor(source, overrides)
        if is_private(source) or is_private(column):
            excluded.append((source, "personal data"))
        elif factor_known is None:
            excluded.append((source, "feeds no factor by its name; name one in company.toml [factors]"))
        else:
            feature, reason = _favourite(
                lines, column, factor=factor_known, source=source, customers=customers
            )
            found += feature
            excluded += [(source, reason)] if reason else []
    found += _flags(lines, columns, index=index, names=names)
    excluded += [
        (names.get(column, column), "free text; only whether there is one is used")
        for column in ("gift_message", "note")
        if column in columns
    ]
    return found, excluded


def _category(lines: Any, *, factor: Factor, index: pd.Index, source: str, has_amount: bool) -> Columns:
    """Return the share of spend and the flag "bought" for the most widespread levels."""
    tally = tally_levels(lines, "category", has_amount=has_amount)
    levels = top_levels(tally)
    spend = spread(tally, levels, index=index, value="spend")
    orders = spread(tally, levels, index=index, value="orders")
    whole = totals(tally, index=index, value="spend")
    known = totals(tally, index=index, value="orders") > 0
    shares = np.divide(spend, whole[:, None], out=np.full_like(spend, np.nan), where=(whole > 0)[:, None])
    noun = "spend on" if has_amount else "order lines for"
    found: Columns = []
    for position, level in enumerate(levels):
        said = level if not level.isdigit() else f"{source} {level}"
        share = Feature(
            name=f"share_of_category={level}",
            factor=factor,
            kind=FeatureKind.NUMERIC,
            label=f"share of {noun} {said}",
            unit="share",
            columns=(source,),
            level=level,
        )
        flag = Feature(
            name=f"bought_category={level}",
            factor=factor,
            kind=FeatureKind.FLAG,
            label=f"bought {said}",
            columns=(source,),
            derived_from=(share.name,),
            level=level,
        )
        found.append((share, pd.Series(shares[:, position], index=index)))
        found.append((flag, pd.Series(np.where(known, orders[:, position] > 0, np.nan), index=index)))
    return found


def top_levels(tally: pd.DataFrame, *, limit: int = TOP_LEVELS, min_customers: int = 2) -> list[str]:
    """Return the levels with the most customers, ties in code-point order."""
    counts = tally.groupby("level")["customer_id"].nunique()
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
    return [str(level) for level, count in ranked if count >= min_customers][:limit]


def _favourite(
    lines: Any, column: str, *, factor: Factor, source: str, customers: pd.DataFrame
) -> tuple[Columns, str]:
    """Return the level a customer chose most often as a feature, or the reason why there is none."""
    if f"favourite_{column}" in customers.columns:
        chosen = customers[f"favourite_{column}"]
    else:
        tally = tally_levels(lines, column, has_amount=False)
        chosen = favourites(tally, index=customers.index)
    levels = chosen.dropna().drop_duplicates()
    if len(levels) > MAX_TEXTS or (len(levels) and levels.str.len().mean() > LONG_TEXT):
        return [], "free text"
    if len(levels) > TOP_LEVELS and pd.to_numeric(levels, errors="coerce").notna().mean() > 0.5:
        return [], "numbers or codes, not levels"
    if normalise_name(source).startswith("product") and levels.str.len().max() <= CODE_LENGTH:
        return [], "codes without words; add a column that says what they mean"
    feature = Feature(
        name=f"favourite_{column}",
        factor=factor,
        kind=FeatureKind.CATEGORICAL,
        label=f"{normalise_name(column).replace('_', ' ')} of most {'lines' if column in PER_LINE else 'orders'}",
        columns=(source,),
    )
    return [(feature, chosen)], ""


def _flags(lines: Any, columns: Sequence[str], *, index: pd.Index, names: Mapping[str, str]) -> Columns:
    """Return yes/no features: codes, tags, gift messages, notes, marketing consent, delivery to someone else."""
    marks: list[tuple[Feature, Any]] = []
    if "coupon" in columns:
        source = names.get("coupon", "coupon")
        marks.append(
            (_flag("used_coupon", Factor.BEHAVIORAL, "used a discount code", source), _filled("coupon"))
        )
    if "gift_message" in columns:
        source = names.get("gift_message", "gift_message")
        label = "sent a gift message with an order"
        marks.append((_flag("sent_gift_message", Factor.NEED_BASED, label, source), _filled("gift_message")))
    if "sales_rep" in columns:
        source = names.get("sales_rep", "sales_rep")
        label = "had an order taken by a member of staff"
        marks.append((_flag("served_by_staff", Factor.TECHNOGRAPHIC, label, source), _filled("sales_rep")))
    if "note" in columns:
        source = names.get("note", "note")
        marks.append(
            (_flag("left_note", Factor.BEHAVIORAL, "left a note with an order", source), _filled("note"))
        )
    if "accepts_marketing" in columns:
        source = names.get("accepts_marketing", "accepts_marketing")
        label = "agreed to marketing on an order"
        marks.append(
            (_flag("agreed_to_marketing", Factor.BEHAVIORAL, label, source), nw.col("accepts_marketing"))
        )
    marks += _delivery(columns, names=names)
    marks += _listed(lines, columns, names=names)
    if not marks:
        return []
    shares = share_of_orders(purchases(lines), [(feature.name, mark) for feature, mark in marks], index=index)
    found = []
    for feature, _ in marks:
        share = shares[feature.name]
        found.append((feature, (share > 0).astype("float64").where(share.notna())))
    return found


def _flag(name: str, factor: Factor, label: str, *sources: str, level: str = "") -> Feature:
    """Return the description of a yes/no feature."""
    return Feature(name=name, factor=factor, kind=FeatureKind.FLAG, label=label, columns=sources, level=level)


def _filled(column: str) -> Any:
    """Return the condition that a text is there and not blank."""
    return ~nw.col(column).is_null() & (nw.col(column).cast(nw.String).str.strip_chars() != "")


def _delivery(columns: Sequence[str], *, names: Mapping[str, str]) -> list[tuple[Feature, Any]]:
    """Compare who is billed with who receives, where both are in the file."""
    by_name = {normalise_name(names.get(column, column)): column for column in columns}
    marks = []
    words = {"name": "had an order sent to another person", "address": "had an order sent to another address"}
    for kind, parts in _DELIVERY_PARTS.items():
        for part in parts:
            billed, shipped = by_name.get(f"billing_{part}"), by_name.get(f"shipping_{part}")
            if billed is None or shipped is None:
                continue
            one, other = (nw.col(side).str.strip_chars().str.to_lowercase() for side in (billed, shipped))
            differs = _filled(billed) & _filled(shipped) & (one != other)
            sources = (names.get(billed, billed), names.get(shipped, shipped))
            marks.append(
                (_flag(f"ships_to_another_{kind}", Factor.NEED_BASED, words[kind], *sources), differs)
            )
            break
    return marks


def _listed(lines: Any, columns: Sequence[str], *, names: Mapping[str, str]) -> list[tuple[Feature, Any]]:
    """Return one flag per frequent tag, discount code and stated occasion."""
    marks = []
    for column, split in (("tags", True), ("coupon", False)):
        if column not in columns:
            continue
        texts = _texts(lines, column)
        if len(texts) > MAX_TEXTS:
            continue
        for level, members in _members(texts, split=split):
            label = f"have an order tagged “{level}”" if split else f"used the code “{level}”"
            feature = _flag(
                f"{'tagged' if split else 'used_coupon'}={level}",
                Factor.BEHAVIORAL,
                label,
                names.get(column, column),
                level=level,
            )
            marks.append((feature, nw.col(column).is_in(members)))
    for column in columns:
        source = names.get(column, column)
        own_column = _names_occasion(source)
        if not own_column and not normalise_name(source).startswith(("note_attributes", "gift_message")):
            continue
        found = _members(_texts(lines, column), split=False) if own_column else _occasions(lines, column)
        for level, members in found:
            label = f"named {level} as the occasion of an order"
            feature = _flag(f"gave_occasion={level}", Factor.NEED_BASED, label, source, level=level)
            if all(feature.name != other.name for other, _ in marks):
                marks.append((feature, nw.col(column).is_in(members)))
    return marks


def _names_occasion(source: str) -> bool:
    """Return whether a column holds the occasion of an order, as buyers picked it."""
    return normalise_name(source).rpartition("_")[2] in {"occasion", "occasions"}


def _texts(lines: Any, column: str) -> pd.DataFrame:
    """Return the different texts of a column with the number of customers who have each."""
    kept = purchases(lines).filter(_filled(column)).select("customer_id", nw.col(column).alias("text"))
    pairs = kept.group_by("customer_id", "text").agg(nw.len().alias("lines"))
    return to_pandas(pairs)[["customer_id", "text"]].sort_values(["text", "customer_id"], ignore_index=True)


def _members(texts: pd.DataFrame, *, split: bool) -> list[tuple[str, list[str]]]:
    """Return frequent levels, each with the raw texts that contain it."""
    distinct = texts["text"].drop_duplicates()
    pieces = distinct.str.split(",") if split else distinct.map(lambda text: [text])
    long = pd.DataFrame({"text": distinct, "level": pieces}).explode("level")
    long["level"] = long["level"].str.strip()
    return _frequent(texts.merge(long[long["level"] != ""], on="text"))


def _occasions(lines: Any, column: str) -> list[tuple[str, list[str]]]:
    """Return occasions that buyers named in an "occasion: ..." line, each with the raw texts that name it."""
    texts = _texts(lines, column)
    texts["level"] = texts["text"].str.extract(r"(?im)^\s*occasion\s*:\s*(.+?)\s*$", expand=False)
    return _frequent(texts.dropna(subset=["level"]))


def _frequent(long: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Return the most widespread levels of (customer_id, level, text) rows with their texts."""
    if long.empty:
        return []
    return [
        (level, sorted(long.loc[long["level"] == level, "text"].unique()))
        for level in top_levels(long, limit=8)
    ]
