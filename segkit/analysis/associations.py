"""What is bought after what, and how long until the same thing is bought again, per group.

Order lines in; the strongest pair of a group and the item with the most repeat buyers out. Pairs are counted sparsely in
the engine: only those that occur exist.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

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
CANDIDATES = 25
"""Items of a segment whose pace is looked at, those with most order lines first."""
MAX_LAG_DAYS = 180
"""A second purchase later than this has nothing to do with the first."""
BOOK = -1
"""Stands for all customers where segments are numbered; no segment has a negative number."""
_Pair: TypeAlias = tuple[
    int, float, int, str, str, float
]  # segment or BOOK, customers above lift 1, support, A, B, lift


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
    A customer counts for A then B when the first B came on a later purchase day than the first A, within 180 days. Lift is the share of
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
        f"SELECT {group.format('a.')} AS s, a.item, b.item, count(*) FROM firsts a JOIN firsts b "  # noqa: S608 - own names
        f"ON a.number = b.number AND b.day - a.day BETWEEN 1 AND {MAX_LAG_DAYS} GROUP BY 1, 2, 3 HAVING count(*) >= {MIN_SUPPORT}"
    )
    sizes = Counter(lines.segment.tolist())
    sizes[BOOK] = len(lines.customer_ids)
    ranked = []
    for segment, first, second, support in rows:
        expected = buyers[segment, first] * buyers[segment, second] / sizes[segment]
        ranked.append((segment, support - expected, support, str(first), str(second), support / expected))
    ranked.sort(key=lambda pair: (-pair[1], -pair[2], pair[3], pair[4]))
    return {
        segment: ProductPair(
            first=first,
            second=second,
            level=level.name,
            support=support,
            n_first=buyers[scope, first],
            lift=lift,
            median_lag_days=_median_lag(lines, first, second, segment=scope),
            scope="book" if scope == BOOK else "segment",
        )
        for segment, (scope, _, support, first, second, lift) in _choose_pairs(
            ranked, buyers, floor=_floor(lines)
        ).items()
    }


def _median_lag(lines: FlowLines, first: str, second: str, *, segment: int) -> float:
    """Return the median days from the first purchase of one item to that of another, for those who bought in this order."""
    ((lag,),) = lines.rows(
        "SELECT median(b.day - a.day) FROM firsts a JOIN firsts b "  # noqa: S608 - own number
        f"ON a.number = b.number AND b.day - a.day BETWEEN 1 AND {MAX_LAG_DAYS} WHERE a.item = ? AND b.item = ? AND (a.segment = ? OR ?)",
        [first, second, segment, segment == BOOK],
    )
    return float(lag)


def _choose_pairs(
    ranked: Sequence[_Pair], buyers: Mapping[tuple[int, str], int], *, floor: int
) -> dict[int, _Pair]:
    """Return each segment's own strongest pair, else the book's strongest that concerns it."""
    chosen: dict[int, _Pair] = {}
    for pair in ranked:
        if pair[0] != BOOK:
            chosen.setdefault(pair[0], pair)
    whole = [pair for pair in ranked if pair[0] == BOOK]
    for segment in sorted({segment for segment, _ in buyers} - {BOOK} - set(chosen)):
        fitting = next((pair for pair in whole if buyers.get((segment, pair[3]), 0) >= floor), None)
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
    Categories are looked at before products: what runs low is the refill, whatever its color. Of one level, the items with at
    least half as many finished gaps as the one with most are compared; the one with the most even gaps
    (smallest quartile dispersion) is taken, because what is used up is bought at an even pace. Ties go to more gaps, then names.
    Of each segment, the 25 products and categories with most order lines are looked at.
    """
    found: dict[int, list[tuple[float, int, str, Level]]] = {}
    for level in find_levels(lines):
        settled = set(found)
        for segment, item, closed, low, high in _repeat_buyers(lines, level, _floor(lines)):
            if segment not in settled:
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
        f"WITH common AS (SELECT segment, {column} AS item FROM bought WHERE segment >= 0 AND {column} IS NOT NULL "  # noqa: S608 - quoted name
        f"AND trim({column}) <> '' GROUP BY 1, 2 QUALIFY row_number() OVER (PARTITION BY segment ORDER BY count(*) DESC, "
        f"item) <= {CANDIDATES}), held AS (SELECT DISTINCT b.segment, c.item, b.number, b.day FROM bought b JOIN common c "
        f"ON b.segment = c.segment AND b.{column} = c.item), gaps AS (SELECT segment, item, number, "
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
