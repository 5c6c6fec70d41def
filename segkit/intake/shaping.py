"""From source rows to order lines, still as text: orders recognised, blank order columns filled, lists taken apart.

Comes in: ``source_rows`` and the mapping. Goes out: a relation with ``lid`` (line), ``line_no``, ``file_no``, ``_row``,
``grp`` (the order a line belongs to) and one text column for each mapped or passed column, under the user's name.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, replace

from segkit.intake.formats import OrderFormat
from segkit.intake.mapping import Mapping
from segkit.intake.sources import OWN, SourceRows
from segkit.intake.text_table import TextTable, fetch_count, fetch_row, quote_name, quote_text
from segkit.model.cleaning import LogEntry

MAX_DETAILS = 30
"""A details column with more keys than this holds free text."""
_LINE_LEVEL = ("quantity", "unit_price", "amount", "discount", "product", "sku", "category", "vendor")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapedLines:
    """Order lines as text.

    Parameters
    ----------
    table : TextTable
        Relation ``shaped``.
    names : mapping of str to str
        Canonical name -> column of ``table`` (the user's name for it).
    pass_through : tuple of str
        Columns of ``table`` that go through under their own names.
    repaired, kept : tuple of LogEntry
        What shaping did.
    """

    table: TextTable
    names: Table[str, str]
    pass_through: tuple[str, ...]
    repaired: tuple[LogEntry, ...] = ()
    kept: tuple[LogEntry, ...] = ()


def shape_lines(rows: SourceRows, mapping: Mapping, *, form: OrderFormat | None) -> ShapedLines:
    """Make one row per order line, with the columns of its order on every line.

    Parameters
    ----------
    rows : SourceRows
        The source rows, joins included.
    mapping : Mapping
        Which column means what.
    form : OrderFormat or None
        The vendor format.
    """
    connection = rows.table.connection
    names = _aliases(mapping)
    cells = {names[canonical]: _filled(sources) for canonical, sources in mapping.columns}
    cells |= {name: quote_name(name) for name in mapping.pass_through}
    if form and form.amount_less:
        cells |= {name: quote_name(name) for name in rows.table.columns if name in form.amount_less}
    if form and form.open_column in rows.table.columns:
        cells[form.open_column] = quote_name(form.open_column)
    _combine_moment(cells, names, mapping)
    details = form.details if form and form.details in rows.table.columns else ""
    if details:
        cells[details] = quote_name(details)
    picked = ", ".join(f"{sql} AS {quote_name(name)}" for name, sql in cells.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW picked AS SELECT line_no AS lid, line_no, file_no, _row, {picked} "
        f"FROM {rows.table.name}"
    )
    repaired: list[LogEntry] = []
    if form and form.line_columns:
        repaired += _fill_orders(rows, form, cells=list(cells), names=names)
    else:
        key = names.get("order_key") or names.get("order_id")
        order = f"coalesce({quote_name(key)}, 'row ' || line_no)" if key else "'row ' || line_no"
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW shaped AS SELECT *, file_no || '|' || {order} AS grp FROM picked"
        )
    columns = dict.fromkeys([*cells, *([names["order_key"]] if "order_key" in names else [])])
    table = replace(rows.table, name="shaped", columns=tuple(columns))
    passed = list(mapping.pass_through)
    if details:
        table, found = _unfold_details(table, details)
        if "gift_message" in found:
            names["gift_message"] = found.pop("gift_message")
        passed += list(found.values())
    if form and form.product_list and "product" in names:
        table, entry = _unfold_products(table, names)
        repaired += entry
    return ShapedLines(table=table, names=names, pass_through=tuple(passed), repaired=tuple(repaired))


def _aliases(mapping: Mapping) -> dict[str, str]:
    """Name each canonical column after the user's first source for it, so that messages speak the user's words."""
    names: dict[str, str] = {}
    used = set(mapping.pass_through)
    for canonical, sources in mapping.columns:
        alias = sources[0] if sources[0] not in used else f"{sources[0]} as {canonical}"
        used.add(alias)
        names[canonical] = alias
    return names


def _filled(sources: tuple[str, ...]) -> str:
    quoted = [quote_name(source) for source in sources]
    return quoted[0] if len(quoted) == 1 else f"coalesce({', '.join(quoted)})"


def _combine_moment(cells: dict[str, str], names: Table[str, str], mapping: Mapping) -> None:
    """Join a date column and a time column into one moment."""
    if mapping.has("order_time") and mapping.sources_of("order_time") != mapping.sources_of("order_date"):
        day, time = cells[names["order_date"]], cells.pop(names["order_time"])
        cells[names["order_date"]] = f"concat_ws(' ', {day}, {time})"


def _fill_orders(
    rows: SourceRows, form: OrderFormat, *, cells: list[str], names: dict[str, str]
) -> list[LogEntry]:
    """Carry the columns of an order from its first line to all of its lines."""
    connection = rows.table.connection
    order, moment = quote_name(names["order_id"]), quote_name(names["order_date"])
    given = "order_key" in names
    key = quote_name(names.setdefault("order_key", "order key"))
    filled = key if given else "NULL::VARCHAR"
    window = f"(PARTITION BY file_no, {order} ORDER BY line_no ROWS BETWEEN"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE grouped AS SELECT lid, file_no || '|' || "
        f"coalesce({order}, 'row ' || line_no) || '|' || coalesce(last_value({filled} IGNORE NULLS) OVER {window} "
        f"UNBOUNDED PRECEDING AND CURRENT ROW), first_value({filled} IGNORE NULLS) OVER {window} CURRENT ROW AND "
        "UNBOUNDED FOLLOWING), '') AS grp FROM picked"
    )
    by_line = {" ".join(name.casefold().split()) for name in form.line_columns}
    of_order = [name for name in cells if " ".join(name.casefold().split()) not in by_line]
    first = {name: f"arg_min({quote_name(name)}, lid)" for name in of_order}
    # without an id of its own, an order of a shop is its name at its moment
    first[names["order_key"]] = f"coalesce(arg_min({filled}, lid), arg_min({order} || ' ' || {moment}, lid))"
    heads = ", ".join(f"{sql} AS {quote_name(name)}" for name, sql in first.items())
    own = "".join(f", p.{quote_name(name)}" for name in cells if name not in of_order)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE heads AS SELECT grp, {heads} FROM picked JOIN grouped USING (lid) GROUP BY grp"
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE shaped AS SELECT p.lid, p.line_no, p.file_no, p._row{own}, h.* "
        "FROM picked p JOIN grouped g USING (lid) JOIN heads h USING (grp)"
    )
    if "order_status" not in names:
        return []
    lines = fetch_count(
        connection,
        f"SELECT count(*) FROM picked p JOIN shaped s USING (lid) WHERE p.{quote_name(names['order_status'])} IS NULL "
        f"AND s.{quote_name(names['order_status'])} IS NOT NULL",
    )
    if not lines:
        return []
    return [
        LogEntry(
            rule="order columns filled",
            reason="further lines of an order, which leave the order's columns blank; filled from its first line",
            rows=lines,
        )
    ]


def _unfold_details(table: TextTable, column: str) -> tuple[TextTable, dict[str, str]]:
    """Turn ``key: value`` lines of one column into columns of their own."""
    connection = table.connection
    name = quote_name(column)
    pattern = r"(?m)^[ \t]*([A-Za-z][A-Za-z0-9_ ]{0,39}):[ \t]*\S"
    keys = [
        str(key)
        for (key,) in connection.execute(
            f"SELECT DISTINCT trim(k) FROM (SELECT unnest(regexp_extract_all({name}, {quote_text(pattern)}, 1)) AS k "
            f"FROM {table.name} WHERE {name} IS NOT NULL) ORDER BY 1"
        ).fetchall()
    ]
    taken = {other.casefold() for other in (*table.columns, *OWN, "_row")}
    if not keys or len(keys) > MAX_DETAILS:
        return table, {}
    found = {key: key if key.casefold() not in taken else f"{key} ({column})" for key in keys}
    cells = ", ".join(_detail(name, key, alias) for key, alias in found.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW detailed AS SELECT * EXCLUDE ({name}), {cells} FROM {table.name}"
    )
    columns = (*(other for other in table.columns if other != column), *found.values())
    return replace(table, name="detailed", columns=columns), found


def _detail(column: str, key: str, alias: str) -> str:
    """Return the SQL of one key's value."""
    pattern = quote_text(rf"(?m)^[ \t]*{key}:[ \t]*(.*)$")
    return f"nullif(trim(regexp_extract({column}, {pattern}, 1)), '') AS {quote_name(alias)}"


def _unfold_products(table: TextTable, names: dict[str, str]) -> tuple[TextTable, list[LogEntry]]:
    """Take "2x Name, 1x Name" (with a multiplication sign) apart: a line with its quantity for each product."""
    connection = table.connection
    product = quote_name(names["product"])
    quantity = quote_name(names["quantity"]) if "quantity" in names else ""
    start = "(?:^|, ?)(\\d+)\u00d7 "
    kept = ", ".join(name for name in (product, quantity) if name)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE products AS SELECT line_no, unnest(counts) AS n, unnest(items[2:]) "
        "AS item, generate_subscripts(counts, 1) AS place FROM (SELECT line_no, "
        f"regexp_extract_all({product}, {quote_text(start)}, 1) AS counts, "
        f"string_split_regex({product}, {quote_text(start)}) AS items FROM {table.name}) WHERE len(counts) > 0"
    )
    orders, lines = fetch_row(connection, "SELECT count(DISTINCT line_no), count(*) FROM products")
    alias = quantity or quote_name("quantity")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unfolded AS SELECT row_number() OVER (ORDER BY t.line_no, place) AS lid, "
        f"t.* EXCLUDE (lid, {kept}), coalesce(trim(item), t.{product}) AS {product}, "
        f"coalesce(n, {'t.' + quantity if quantity else 'NULL'}) AS {alias} "
        f"FROM {table.name} t LEFT JOIN products USING (line_no)"
    )
    names.setdefault("quantity", "quantity")
    columns = tuple(dict.fromkeys((*table.columns, names["quantity"])))
    if not orders:
        return replace(table, name="unfolded", columns=columns), []
    entry = LogEntry(
        rule="product list taken apart",
        reason=f"orders whose products are written in one cell; they make {lines} lines",
        rows=int(str(orders)),
    )
    return replace(table, name="unfolded", columns=columns), [entry]
