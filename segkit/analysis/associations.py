"""What is bought after what, and how long until the same thing is bought again, per group.

Order lines in; the strongest pair of a group and the item with the most repeat buyers out. Pairs are counted sparsely in
the engine: only those that occur exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from segkit.analysis.purchase_days import FlowLines, collect_purchase_days, quote_column
from segkit.analysis.survival import find_quantile, fit_curve, read_closed_quantiles
from segkit.model.flow_facts import ProductPair, ProductRhythm
from segkit.words.figures import SMALL_BOOK

MIN_SUPPORT = 3
"""Customers below which a pair or an item says nothing."""
SMALL_SUPPORT = 2
"""The same for items bought again, in books under 30 customers: every customer is looked at there."""
MAX_ITEMS = 300
"""Items that are paired, those with most customers first: pairs of rare items lack support anyway."""
BOOK = -1
"""Stands for all customers where segments are numbered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A column that says what was bought: "category" or "product"."""

    name: str
    column: str


def find_levels(lines: FlowLines) -> tuple[Level, ...]:
    """Return the columns that say what was bought, the coarser one first."""
    found = [
        Level(name="category", column=lines.find_column("category")),
        Level(name="product", column=lines.find_column("product", "sku")),
    ]
    return tuple(level for level in found if level.column)


def find_pairs(lines: FlowLines) -> dict[int, ProductPair]:
    """Find the strongest "after this, that" of each segment.

    Returns
    -------
    dict of int to ProductPair
        The segment's own pair with at least three customers; else the strongest of the book whose first part three customers
        of the segment bought (two in books under 30), with ``scope`` "book". Categories where they give a pair, else products.

    Notes
    -----
    A customer counts for A then B when the first B came on a later purchase day than the first A. Lift is the share of
    A's buyers with B later over the share of the group with B. Chosen is the pair with the most customers above what lift 1
    would give; then support, then names.
    """
    for level in find_levels(lines):
        found = _pairs_of(lines, level)
        if found:
            return found
    return {}


def _pairs_of(lines: FlowLines, level: Level) -> dict[int, ProductPair]:
    _collect_first_days(lines, level)
    group = f"UNNEST([{{}}segment, {BOOK}])"
    buyers = {
        (int(segment), str(item)): int(n)
        for segment, item, n in lines.rows(
            f"SELECT {group.format('')} AS s, item, count(*) FROM firsts GROUP BY 1, 2"  # noqa: S608 - own names
        )
    }
    rows = lines.rows(
        f"SELECT {group.format('a.')} AS s, a.item, b.item, count(*), median(b.day - a.day) FROM firsts a "  # noqa: S608 - own names
        f"JOIN firsts b ON a.number = b.number AND a.day < b.day GROUP BY 1, 2, 3 HAVING count(*) >= {MIN_SUPPORT} ORDER BY 1, 2, 3"
    )
    sizes = Counter(lines.segment.tolist())
    ranked = []
    for segment, first, second, support, lag in rows:
        n_first, n_second = buyers[segment, first], buyers[segment, second]
        total = len(lines.customer_ids) if segment == BOOK else sizes[segment]
        expected = n_first * n_second / total
        pair = ProductPair(
            first=str(first),
            second=str(second),
            level=level.name,
            support=int(support),
            n_first=n_first,
            lift=support / expected,
            median_lag_days=float(lag),
            scope="book" if segment == BOOK else "segment",
        )
        ranked.append((segment, support - expected, pair))
    ranked.sort(key=lambda item: (-item[1], -item[2].support, item[2].first, item[2].second))
    return _choose_pairs(ranked, buyers, floor=_floor(lines))


def _choose_pairs(
    ranked: Sequence[tuple[int, float, ProductPair]], buyers: Mapping[tuple[int, str], int], *, floor: int
) -> dict[int, ProductPair]:
    """Return each segment's own strongest pair, else the book's strongest that concerns it."""
    chosen: dict[int, ProductPair] = {}
    for segment, _, pair in ranked:
        if segment != BOOK:
            chosen.setdefault(segment, pair)
    whole = [pair for segment, _, pair in ranked if segment == BOOK]
    for segment in sorted({segment for segment, _ in buyers} - {BOOK} - set(chosen)):
        fitting = next((pair for pair in whole if buyers.get((segment, pair.first), 0) >= floor), None)
        if fitting is not None:
            chosen[segment] = fitting
    return chosen


def _collect_first_days(lines: FlowLines, level: Level) -> None:
    """Write the table ``firsts``: the day on which each customer first bought each of the most common items."""
    column = quote_column(level.column)
    lines.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE firsts AS WITH common AS (SELECT {column} AS item FROM bought WHERE {column} IS NOT NULL "  # noqa: S608 - quoted name
        f"AND trim({column}) <> '' GROUP BY 1 HAVING count(DISTINCT number) >= {MIN_SUPPORT} "
        f"ORDER BY count(DISTINCT number) DESC, 1 LIMIT {MAX_ITEMS}) "
        f"SELECT number, any_value(segment) AS segment, {column} AS item, min(day) AS day FROM bought "
        f"WHERE {column} IN (SELECT item FROM common) GROUP BY number, {column}"
    )


def _floor(lines: FlowLines) -> int:
    return SMALL_SUPPORT if len(lines.customer_ids) < SMALL_BOOK else MIN_SUPPORT


def find_repeats(lines: FlowLines) -> dict[int, ProductRhythm]:
    """Find what the customers of each segment buy again most evenly, with the time it takes.

    Returns
    -------
    dict of int to ProductRhythm
        Only segments with a product or category that three customers (two in books under 30) bought on two or more days.

    Notes
    -----
    Looked at are the items with at least half as many finished gaps as the one with most; the one with the most even gaps
    (smallest quartile dispersion) is taken, because what is used up is bought at an even pace. Ties go to more gaps, then names.
    """
    found: dict[int, list[tuple[float, int, str, Level]]] = {}
    for level in find_levels(lines):
        for segment, item, closed, low, high in _repeat_buyers(lines, level, _floor(lines)):
            found.setdefault(segment, []).append(((high - low) / (high + low), -closed, item, level))
    best = {}
    for segment, items in sorted(found.items()):
        most = max(-fewer for _, fewer, *_ in items)
        _, _, item, level = min((one for one in items if -2 * one[1] >= most), key=lambda one: one[:3])
        best[segment] = _measure_item(lines, segment, level, item)
    return best


def _repeat_buyers(lines: FlowLines, level: Level, floor: int) -> list[tuple[int, str, int, float, float]]:
    """Return segment, item, finished gaps and their lower and upper quartile, where enough customers bought it again."""
    column = quote_column(level.column)
    rows = lines.rows(
        f"WITH held AS (SELECT DISTINCT segment, {column} AS item, number, day FROM bought WHERE {column} IS NOT NULL "  # noqa: S608 - quoted name
        f"AND trim({column}) <> '' AND segment >= 0), gaps AS (SELECT segment, item, number, "
        "lead(day) OVER (PARTITION BY item, number ORDER BY day) - day AS gap FROM held) "
        "SELECT segment, item, count(*), quantile_cont(gap, 0.25), quantile_cont(gap, 0.75) FROM gaps WHERE gap IS NOT NULL "
        f"GROUP BY 1, 2 HAVING count(DISTINCT number) >= {floor} ORDER BY 1, 2"
    )
    return [
        (int(segment), str(item), int(n), float(low), float(high)) for segment, item, n, low, high in rows
    ]


def _measure_item(lines: FlowLines, segment: int, level: Level, item: str) -> ProductRhythm:
    days = collect_purchase_days(lines, column=level.column, item=item).of(lines.segment == segment)
    closed, still_open = days.gaps()
    return ProductRhythm(
        name=item,
        level=level.name,
        n_customers=len(still_open),
        n_closed=len(closed),
        n_open=len(still_open),
        median_days=find_quantile(fit_curve(closed, still_open), 0.5),
        closed_median_days=read_closed_quantiles(closed).q50,
    )


def level_column(lines: FlowLines, name: str) -> str:
    """Return the column of a level's name."""
    return next((level.column for level in find_levels(lines) if level.name == name), "")
