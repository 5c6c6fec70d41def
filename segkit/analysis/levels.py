"""What a group buys and uses most: products, categories, devices and occasions, by customers."""

from __future__ import annotations

from segkit.analysis.lines import NO_VALUE
from segkit.analysis.purchase_days import FlowLines, quote_column
from segkit.intake.columns import normalise
from segkit.model.flow_facts import LevelCount

TOP = 5
DEVICES = ("device", "device_type", "channel", "source", "sales_channel")
OCCASIONS = ("occasion", "anlass", "reason", "gift_occasion")
Levels = dict[int, tuple[LevelCount, ...]]


def count_levels(lines: FlowLines, column: str, *, label: str = "") -> Levels:
    """Count customers and orders by segment and name in a column.

    Parameters
    ----------
    lines : FlowLines
        From ``open_lines``.
    column : str
        The column; "" gives nothing.
    label : str
        Where given, any text counts as this one name: of free text only that there is one is told.

    Returns
    -------
    dict of int to tuple of LevelCount
        At most 5 a segment: most customers first, then orders, then name.
    """
    if not column:
        return {}
    text = f"trim(CAST({quote_column(column)} AS VARCHAR))"
    nothing = ", ".join(f"'{word}'" for word in sorted(NO_VALUE))
    name = "?" if label else text
    rows = lines.rows(
        f"WITH counted AS (SELECT segment, {name} AS name, count(DISTINCT number) AS customers, count(DISTINCT (number, order_id)) "  # noqa: S608 - quoted name
        f"AS orders FROM bought WHERE segment >= 0 AND {text} IS NOT NULL AND lower({text}) NOT IN ({nothing}) GROUP BY ALL) "
        "SELECT segment, name, customers, orders FROM counted QUALIFY row_number() OVER (PARTITION BY segment ORDER BY "
        f"customers DESC, orders DESC, name) <= {TOP} ORDER BY segment, customers DESC, orders DESC, name",
        [label] if label else [],
    )
    found: dict[int, list[LevelCount]] = {}
    for segment, level, customers, orders in rows:
        found.setdefault(int(segment), []).append(
            LevelCount(name=str(level), customers=int(customers), orders=int(orders))
        )
    return {segment: tuple(levels) for segment, levels in found.items()}


def count_devices(lines: FlowLines) -> Levels:
    """Count by the first column that says where or with what an order was placed."""
    return count_levels(lines, _first(lines, DEVICES))


def count_occasions(lines: FlowLines) -> Levels:
    """Count by the occasion of an order; without such a column, orders with a gift message."""
    column = _first(lines, OCCASIONS)
    if column:
        return count_levels(lines, column)
    return count_levels(lines, lines.find_column("gift_message"), label="with a gift message")


def _first(lines: FlowLines, names: tuple[str, ...]) -> str:
    """Return the column of the first name that the lines have."""
    plain = {normalise(column): column for column in reversed(lines.columns)}
    return next((plain[name] for name in names if name in plain), "")
