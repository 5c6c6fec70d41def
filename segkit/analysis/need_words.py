"""What people need, read from the words of product names, where an order history has no product category.

A word is chosen by how widespread it is, never by the groups: it must be in the orders of 5 % to 60 % of the
customers, and among those the words that name the most different products win. Colours, sizes, materials, numbers and
grammar are passed over by a fixed list. At most twelve words become features.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from segkit.analysis.lines import purchases, share_of_orders, to_pandas
from segkit.model.factor import Factor
from segkit.model.feature import Feature, FeatureKind

MAX_WORDS = 12
MIN_SHARE = 0.05
MAX_SHARE = 0.60
"""Share of customers who bought something with the word; outside, it separates too few or too many."""
MAX_OVERLAP = 0.5
"""Two words on more than this share of the same products say the same thing."""
SAMPLE_CUSTOMERS = 20_000
"""Customers among whom the spread of a word is measured; every k-th id, so the choice is repeatable."""
MAX_CANDIDATES = 200
"""Words whose spread is measured, by number of products."""
_NO_NEED = """
and the for with from set pack pair piece pieces size large small mini big medium assorted assort design style
colour color colours colors new old one two three four five six ten dozen left right
red blue green white black pink cream ivory silver gold grey gray yellow orange purple brown turquoise
natural clear dark light multi metal wood wooden glass ceramic paper plastic cotton wool steel leather
der die das und mit fur für aus les des avec pour per von non
"""
COMMON_WORDS = frozenset(_NO_NEED.split())
"""Words that name no need: grammar, colours, sizes, materials."""
_WORD = re.compile(r"[^\W\d_]{3,}")


def word_features(
    lines: Any,
    columns: Sequence[str],
    known: Sequence[tuple[Feature, pd.Series]],
    *,
    index: pd.Index,
    names: Mapping[str, str],
) -> list[tuple[Feature, pd.Series]]:
    """Return the share of orders with a word, per chosen word.

    Parameters
    ----------
    lines : narwhals frame
        Canonical order lines.
    columns : sequence of str
        Canonical columns present; without ``product`` there are no words.
    known : sequence of (Feature, pandas.Series)
        Features so far; with a readable category among them no word is needed.
    index : pandas.Index
        The customers.
    names : mapping of str to str
        Canonical column to the user's column.

    Returns
    -------
    list of (Feature, pandas.Series)
    """
    readable = [feature for feature, _ in known if feature.name.startswith("share_of_category=")]
    if "product" not in columns or any(not feature.level.isdigit() for feature in readable):
        return []
    bought = purchases(lines).filter(~nw.col("product").is_null())
    bought = bought.with_columns(nw.col("product").cast(nw.String))
    chosen = choose_words(bought, index=index)
    if not chosen:
        return []
    marks = [(word, nw.col("product").is_in(products)) for word, products in chosen]
    shares = share_of_orders(bought, marks, index=index)
    source = names.get("product", "product")
    found = []
    for word, _ in chosen:
        share = Feature(
            name=f"share_of_orders_with={word}",
            factor=Factor.NEED_BASED,
            kind=FeatureKind.NUMERIC,
            label=f"share of orders with “{word}” in a product name",
            unit="share",
            columns=(source,),
        )
        found.append((share, shares[word]))
    return found


def choose_words(lines: Any, *, index: pd.Index) -> list[tuple[str, list[str]]]:
    """Choose the words, each with the product texts that contain it.

    Parameters
    ----------
    lines : narwhals frame
        Purchases with a ``product`` text.
    index : pandas.Index
        The customers.

    Returns
    -------
    list of (str, list of str)
        At most `MAX_WORDS`, by number of products (ties by the word), each with its products sorted.
    """
    step = max(1, -(-len(index) // SAMPLE_CUSTOMERS))
    sampled = lines if step == 1 else lines.filter(nw.col("customer_id").is_in(list(index[::step])))
    texts = sorted(to_pandas(lines.select("product").unique())["product"].astype(str))
    words = _words_of(texts)
    counts = words.groupby("word")["product"].nunique()
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:MAX_CANDIDATES]
    spread = _share_of_customers(sampled, words[words["word"].isin([word for word, _ in ranked])])
    products = {str(word): frozenset(group) for word, group in words.groupby("word")["product"]}
    chosen: list[tuple[str, list[str]]] = []
    for word, _ in ranked:
        share, customers = spread.get(str(word), (0.0, 0))
        if not MIN_SHARE <= share <= MAX_SHARE or customers < 2:
            continue
        mine = products[str(word)]
        if any(len(mine & set(other)) / len(mine | set(other)) > MAX_OVERLAP for _, other in chosen):
            continue
        chosen.append((str(word), sorted(mine)))
        if len(chosen) == MAX_WORDS:
            break
    return chosen


def _words_of(texts: Sequence[str]) -> pd.DataFrame:
    """Return (product, word) pairs; a plural joins its singular where both occur."""
    pairs = [
        (text, word) for text in texts for word in sorted(set(_WORD.findall(text.lower())) - COMMON_WORDS)
    ]
    vocabulary = {word for _, word in pairs}
    rows = [(text, singular(word, vocabulary)) for text, word in pairs]
    frame = pd.DataFrame(rows, columns=["product", "word"])
    return frame[~frame["word"].isin(COMMON_WORDS)].drop_duplicates(ignore_index=True)


def singular(word: str, vocabulary: set[str] | frozenset[str]) -> str:
    """Return the singular of an English plural when it occurs among the words, else the word.

    Examples
    --------
    >>> singular("boxes", {"box", "boxes"}), singular("bags", {"bag", "bags"}), singular("glass", {"glass"})
    ('box', 'bag', 'glass')
    """
    for ending in ("es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and stem in vocabulary:
            return stem
    return word


def _share_of_customers(lines: Any, words: pd.DataFrame) -> dict[str, tuple[float, int]]:
    """Return, per word, the share and number of customers who bought a product that has it."""
    pairs = to_pandas(lines.select("customer_id", "product").unique())
    codes, _ = pd.factorize(pairs["customer_id"])
    n_customers = int(codes.max()) + 1 if len(codes) else 1
    pairs = pd.DataFrame({"customer": codes, "product": pairs["product"].astype(str)})
    joined = pairs.merge(words, on="product")[["word", "customer"]].drop_duplicates()
    counts = joined.groupby("word").size()
    return {str(word): (float(np.divide(count, n_customers)), int(count)) for word, count in counts.items()}
