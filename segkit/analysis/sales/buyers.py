"""Who buys: organizations and givers, by signs that the orders and the customer file show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.analysis.sales.columns import GIFT_WORDS, KIND, TRADE_WORDS, find_attribute, words_of
from segkit.analysis.sales.order_book import Flags, SalesBook
from segkit.model.sales_facts import Buyers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signs:
    """Customers with a sign of trade and with a sign of a gift, by number, and the columns that could show it.

    ``told_apart`` is False in a "mixed" company none of whose columns tells organizations from people.
    """

    trade: Flags
    gift: Flags
    trade_columns: tuple[str, ...]
    gift_columns: tuple[str, ...]
    told_apart: bool = True

    @property
    def seen(self) -> bool:
        """Return whether any column could show that somebody buys for somebody else."""
        return bool(self.trade_columns or self.gift_columns)


def find_signs(book: SalesBook, *, attributes: pd.DataFrame | None, business_model: str) -> Signs:
    """Find the customers who buy for an organization, and those who give.

    Parameters
    ----------
    book : SalesBook
        The orders.
    attributes : pandas.DataFrame or None
        What the customer file says, by customer id.
    business_model : str
        In a "b2b" company every customer is an organization.

    Notes
    -----
    A column of tags counts as one that can show it only where some tag does: others may never have been meant to.
    """
    columns, frame = book.columns, book.orders
    trade = book.per_customer(frame["trade"]) > 0
    tagged = columns.tags if frame["tags"].str.contains(words_of(TRADE_WORDS)).any() else ""
    named = [columns.company, columns.tax_number, tagged, columns.terms, columns.purchase_order]
    kind = find_attribute(attributes.columns, KIND) if attributes is not None else ""
    if attributes is not None and kind:
        trade = trade | has_words(align(book, attributes[kind]), TRADE_WORDS)
        named.append(kind)
    if business_model == "b2b":
        trade = np.ones(book.n_customers, dtype=bool)
    gift = book.per_customer(frame["gift"]) > 0
    tagged = columns.tags if frame["tags"].str.contains(words_of(GIFT_WORDS)).any() else ""
    gifts = [columns.occasion, columns.gift_message, tagged, *columns.ship_to]
    return Signs(
        trade=trade,
        gift=gift,
        trade_columns=tuple(name for name in named if name),
        gift_columns=tuple(name for name in gifts if name),
        told_apart=business_model != "mixed" or any(named),
    )


def align(book: SalesBook, column: pd.Series) -> pd.Series:
    """Return a column of the customer file as text by customer number."""
    named = column.set_axis(column.index.astype(str)).reindex(book.lines.customer_ids)
    return named.astype("string").str.strip()


def has_words(texts: pd.Series, words: tuple[str, ...]) -> Flags:
    """Flag the texts that hold any of some words."""
    found = texts.str.lower().str.contains(words_of(words), regex=True)
    return found.fillna(value=False).to_numpy(dtype=bool)


def count_buyers(book: SalesBook, signs: Signs, *, business_model: str) -> Buyers:
    """Count who buys for an organization and who gives; None where no column could show it."""
    number = book.orders["number"].to_numpy()
    can_trade = bool(signs.trade_columns) or business_model == "b2b"
    can_gift = bool(signs.gift_columns)
    return Buyers(
        customers=book.n_customers,
        trade=int(signs.trade.sum()) if can_trade else None,
        trade_orders=int(signs.trade[number].sum()) if can_trade else None,
        gift=int(signs.gift.sum()) if can_gift else None,
        gift_orders=int(book.orders["gift"].sum()) if can_gift else None,
        trade_columns=signs.trade_columns,
        gift_columns=signs.gift_columns,
    )
