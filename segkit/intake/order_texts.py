"""Free text in orders as one document: notes, tags, gift messages, reasons and terms, with personal data masked.

Comes in: an order history that was read, and its files, because notes of cancelled orders and the names to mask are
not kept with the order lines. Goes out: a :class:`~segkit.model.document.Document` of distinct texts, and who wrote
them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb

from segkit.errors import InputError
from segkit.intake.columns import normalise
from segkit.intake.engine import connect_engine
from segkit.intake.formats import OrderFormat
from segkit.intake.mapping import Mapping, map_columns
from segkit.intake.masking import WORD, mask_text
from segkit.intake.orders import Orders, choose_format
from segkit.intake.passages import passage_id
from segkit.intake.sources import SourceRows, stack_files
from segkit.intake.text_table import fetch_count, fetch_rows, quote_name, quote_text
from segkit.model.company import OrderSettings
from segkit.model.document import Document, Origin, Passage
from segkit.model.evidence import Source, SourceType

SOURCE_ID = "orders-text"
MAX_TEXTS = 5_000
"""Distinct texts that are kept, most frequent first."""
MAX_WRITERS = 1_000
"""Customers that are named for one text; ``counts`` holds the full number."""
MAX_LENGTH = 2_000
"""Characters of one text that are read; a longer cell is a pasted document."""

_TEXT = (
    "note", "notes", "*_note", "*_notes", "note_attributes", "*notiz*", "*comment*", "*kommentar*", "*bemerkung*",
    "*anmerkung*", "*message*", "*nachricht*", "*remark*", "*instruction*", "*hinweis*", "*reason*", "*grund",
    "*_grund_*", "tags", "*_tags", "schlagwort*", "*payment_terms*", "terms", "*zahlungsbedingung*", "*zahlungsziel*",
    "*occasion*", "*anlass*", "*grusstext*", "*grusskarte*", "*widmung*", "*greeting*", "*dedication*", "*feedback*",
)  # fmt: skip
_PRIVATE = ("*gift*message*", "*gift*note*", "*grusstext*", "*grusskarte*", "*widmung*", "*greeting*", "*dedication*",
            "*card_message*", "*geschenk*nachricht*", "*personal_message*")  # fmt: skip
_NOT_TEXT = ("*_id", "*_at", "*_date", "*datum*", "*_code", "*_number", "*_count", "is_*", "has_*")
_NAMES = (
    "*first_name*", "*last_name*", "*full_name*", "*firstname*", "*lastname*", "*surname*", "*vorname*", "*nachname*",
    "customer_name", "kundenname", "*billing_name", "*shipping_name", "ship_name", "bill_to_name", "ship_to_name",
    "recipient*", "*empfaenger*", "buyer", "buyer_name", "contact_name", "card_name", "employee", "staff_name",
)  # fmt: skip
_POSTCODES = ("*zip*", "*postcode*", "*postal_code*", "*plz*", "*postleitzahl*")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCount:
    """How many orders and customers hold one text."""

    passage_id: str
    orders: int
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTexts:
    """The texts of an order history as a document, and whose orders hold them.

    ``customers`` are pairs of passage id and customer id, in the order of the document and then by customer, at most
    1,000 a passage; ``counts`` are complete. A text of an order that nobody used (a cancelled first order) may have
    no customer.
    """

    document: Document
    customers: tuple[tuple[str, str], ...] = ()
    counts: tuple[TextCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    words: str
    column: str
    where: str
    private: bool
    orders: int
    cells: tuple[tuple[str, str], ...]  # the raw (column, text) pairs that read like this once masked


def read_order_texts(
    orders: Orders, *, files: Sequence[Path | Any], settings: OrderSettings | None = None
) -> OrderTexts | None:
    """Read the free text of an order history, with personal data masked.

    Parameters
    ----------
    orders : Orders
        The order history as it was read; says which customer an order belongs to.
    files : sequence of path or frame
        The order files it was read from, as :func:`~segkit.intake.company.find_order_files` returns them.
    settings : OrderSettings, optional
        How they were read.

    Returns
    -------
    OrderTexts or None
        None where no column holds text. Each passage is one distinct text of one column, most frequent first, at
        most 5,000. Gift messages are private words: masked like the rest, countable, never quotable.

    Notes
    -----
    Names come from the name columns of the files, word by word. Cells that hold only dates, numbers or codes are no
    text. Columns of ``key: value`` lines are taken apart.
    """
    with connect_engine() as connection:
        chosen = settings or OrderSettings()
        rows = stack_files(files, connection=connection, settings=chosen)
        form = choose_format(rows.table.columns, settings=chosen, label=rows.table.source.path)
        mapping = _map(rows, form, chosen)
        if not _collect_cells(connection, rows, mapping, form=form):
            return None
        found = fetch_count(
            connection, "SELECT count(*) FROM (SELECT DISTINCT label, words FROM order_cells)"
        )
        texts = _mask(connection, rows, mapping, kept=_most_frequent(connection))
        if not texts:
            return None
        return _document(connection, orders, texts, left_out=max(0, found - MAX_TEXTS))


def _map(rows: SourceRows, form: OrderFormat | None, settings: OrderSettings) -> Mapping:
    """Say which column means what, also where a joined table holds what an order history needs."""
    names = {name.casefold() for name in rows.table.columns}
    given = tuple((canonical, source) for canonical, source in settings.columns if source.casefold() in names)
    try:
        return map_columns(rows.table.columns, file=rows.table.source.path, form=form, given=given)
    except InputError:
        return Mapping(columns=tuple((canonical, (source,)) for canonical, source in given))


def _collect_cells(
    connection: duckdb.DuckDBPyConnection, rows: SourceRows, mapping: Mapping, *, form: OrderFormat | None
) -> bool:
    """Write ``order_cells``: one row for each order and text of a column, with the key of its customer."""
    order = mapping.sources_of("order_id") or mapping.sources_of("order_key")
    key = f"nullif(trim({quote_name(order[0])}), '')" if order else "NULL::VARCHAR"
    keys = [
        f"lower(trim({quote_name(source)}))"
        for kind in ("customer_id", "email", "phone", "name")
        for source in mapping.sources_of(kind)[:1]
    ]
    who = f"coalesce({', '.join(keys)})" if keys else "NULL::VARCHAR"
    parts = []
    for column in _text_columns(rows, mapping):
        cell = f"trim({quote_name(column)})"
        common = f"{key} AS order_id, {who} AS who, file_no, _row, line_no"
        if form and column == form.details:
            line = f"unnest(string_split({quote_name(column)}, chr(10)))"
            parts.append(
                f"SELECT trim(split_part(part, ':', 1)) AS label, "
                f"trim(substr(part, strpos(part, ':') + 1)) AS words, order_id, who, file_no, _row, line_no "
                f"FROM (SELECT {line} AS part, {common} FROM {rows.table.name} WHERE {cell} <> '') "
                f"WHERE strpos(part, ':') > 1"
            )
        else:
            parts.append(
                f"SELECT {quote_text(column)} AS label, {cell} AS words, {common} FROM {rows.table.name} "
                f"WHERE {cell} <> ''"
            )
    if not parts:
        return False
    word = quote_text(r"(^|[^\p{L}\d_-])\p{L}{2,}($|[^\p{L}\d_-])")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE order_cells AS "
        f"SELECT label, left(words, {MAX_LENGTH}) AS words, order_id, min(who) AS who, min(file_no) AS file_no, "
        f"arg_min(_row, line_no) AS row_no, min(line_no) AS line_no FROM ({' UNION ALL '.join(parts)}) "
        f"WHERE regexp_matches(words, {word}) AND lower(words) NOT IN ('none', 'nan', 'null', 'n/a', 'no', 'yes') "
        "GROUP BY label, words, order_id, CASE WHEN order_id IS NULL THEN line_no END"
    )
    return bool(fetch_count(connection, "SELECT count(*) FROM order_cells"))


def _text_columns(rows: SourceRows, mapping: Mapping) -> list[str]:
    """Return the columns that hold text somebody wrote, in file order."""
    sure = {source for name in ("tags", "note", "gift_message") for source in mapping.sources_of(name)}
    taken = {
        source
        for name, sources in mapping.columns
        if name not in {"tags", "note", "gift_message"}
        for source in sources
    }
    return [
        column
        for column in rows.table.columns
        if column in sure or (column not in taken and _fits(column, _TEXT) and not _fits(column, _NOT_TEXT))
    ]


def _fits(column: str, patterns: Sequence[str]) -> bool:
    plain = normalise(column)
    return any(fnmatchcase(plain, pattern) for pattern in patterns)


def _most_frequent(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int, str | None, int, int]]:
    """Return label, words, orders, first order, file and row of the most frequent texts."""
    return fetch_rows(
        connection,
        "SELECT label, words, count(*) AS n, arg_min(order_id, line_no), arg_min(file_no, line_no), "
        "arg_min(row_no, line_no) FROM order_cells GROUP BY label, words "
        f"ORDER BY n DESC, min(line_no), label, words LIMIT {MAX_TEXTS}",
    )


def _mask(
    connection: duckdb.DuckDBPyConnection,
    rows: SourceRows,
    mapping: Mapping,
    *,
    kept: Sequence[tuple[str, str, int, str | None, int, int]],
) -> list[_Text]:
    """Mask the texts and put together those that then read the same."""
    words = {word.lower() for _, text, *_ in kept for word in WORD.findall(text)}
    numbers = {number for _, text, *_ in kept for number in re.findall(r"\d{4,5}(?:-\d{3,4})?", text)}
    names = _seen(connection, rows, _name_columns(rows, mapping), wanted=words, pattern=r"\p{L}{2,}")
    zips = [column for column in rows.table.columns if _fits(column, _POSTCODES)]
    postcodes = _seen(connection, rows, zips, wanted=numbers, pattern=r"\d{4,5}(?:-\d{3,4})?")
    together: dict[tuple[str, str], _Text] = {}
    for label, text, n, order, file_no, row_no in kept:
        masked = mask_text(text, names=names, postcodes=postcodes)
        where = f"order {order}" if order else f"row {row_no} of {rows.labels[file_no]}"
        earlier = together.get((label, masked))
        together[label, masked] = _Text(
            words=masked,
            column=label,
            where=earlier.where if earlier else where,
            private=_fits(label, _PRIVATE) or label in mapping.sources_of("gift_message"),
            orders=n + (earlier.orders if earlier else 0),
            cells=(*(earlier.cells if earlier else ()), (label, text)),
        )
    return list(together.values())


def _name_columns(rows: SourceRows, mapping: Mapping) -> list[str]:
    own = {source for kind in ("name", "sales_rep") for source in mapping.sources_of(kind)}
    ids = {source for kind in ("order_id", "order_key", "customer_id") for source in mapping.sources_of(kind)}
    return [
        column
        for column in rows.table.columns
        if column in own or (_fits(column, _NAMES) and column not in ids)
    ]


def _seen(
    connection: duckdb.DuckDBPyConnection,
    rows: SourceRows,
    columns: Sequence[str],
    *,
    wanted: set[str],
    pattern: str,
) -> frozenset[str]:
    """Return which of the wanted words stand in some columns; what nobody wrote is never loaded."""
    if not columns or not wanted:
        return frozenset()
    cells = " UNION ".join(
        f"SELECT lower({quote_name(column)}) AS cell FROM {rows.table.name} WHERE {quote_name(column)} IS NOT NULL"
        for column in columns
    )
    found = connection.execute(
        f"SELECT DISTINCT word FROM (SELECT unnest(regexp_extract_all(cell, {quote_text(pattern)})) AS word "
        f"FROM ({cells})) WHERE word IN (SELECT unnest(?))",
        [sorted(wanted)],
    ).fetchall()
    return frozenset(str(word) for (word,) in found)


def _document(
    connection: duckdb.DuckDBPyConnection, orders: Orders, texts: Sequence[_Text], *, left_out: int
) -> OrderTexts:
    taken: dict[str, int] = {}
    passages: list[Passage] = []
    start = 0
    for text in texts:
        passages.append(
            Passage(
                id=passage_id(SOURCE_ID, text.words, taken=taken),
                source_id=SOURCE_ID,
                text=text.words,
                start=start,
                end=start + len(text.words),
                heading=text.column,
                locator=f"{text.where}, {text.column}",
                quotable=not text.private,
            )
        )
        start += len(text.words) + 2
    whole = "\n\n".join(text.words for text in texts)
    writers, counts = _writers(connection, orders, texts, [passage.id for passage in passages])
    source = _source(orders, texts, whole, left_out=left_out)
    document = Document(source=source, origin=Origin.RECORD, text=whole, passages=tuple(passages))
    return OrderTexts(document=document, customers=writers, counts=counts)


def _source(orders: Orders, texts: Sequence[_Text], whole: str, *, left_out: int) -> Source:
    further = {file for _, file in orders.attribute_sources}
    files = [file for file in orders.log.sources if file.path not in further]
    note = (
        "Written by customers and staff beside an order; names, addresses and numbers of people are masked."
    )
    if any(text.private for text in texts):
        note += " Gift messages are counted, never quoted."
    if left_out:
        note += (
            f" Only the {MAX_TEXTS:,} most frequent texts were read; {left_out:,} rarer ones are left out."
        )
    return Source(
        id=SOURCE_ID,
        type=SourceType.ORDER_HISTORY,
        title="Texts in the orders",
        path=", ".join(file.path for file in files),
        sha256=", ".join(file.sha256 for file in files),
        n_rows=sum(text.orders for text in texts),
        columns=tuple(dict.fromkeys(text.column for text in texts)),
        reliability_note=note,
        kind="order texts",
        text_sha256=hashlib.sha256(whole.encode()).hexdigest(),
        extractor="segkit order texts 1",
    )


def _writers(
    connection: duckdb.DuckDBPyConnection, orders: Orders, texts: Sequence[_Text], ids: Sequence[str]
) -> tuple[tuple[tuple[str, str], ...], tuple[TextCount, ...]]:
    """Return whose orders hold each text: by the order, else by the key that the customer's label stands for."""
    connection.execute("CREATE OR REPLACE TEMP TABLE kept (place INTEGER, label VARCHAR, words VARCHAR)")
    for at in range(0, len(texts), 500):
        block = [(place, *cell) for place, text in enumerate(texts[at : at + 500], at) for cell in text.cells]
        connection.execute(
            "INSERT INTO kept SELECT unnest(?), unnest(?), unnest(?)",
            [[row[0] for row in block], [row[1] for row in block], [row[2] for row in block]],
        )
    lines = f"read_parquet({quote_text(str(orders.path))})"
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE order_owners AS SELECT order_id, min(customer_id) AS customer_id FROM {lines} GROUP BY 1"
    )
    keys = orders.identities or ()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE key_labels AS SELECT lower(key) AS key, min(label) AS label "
        "FROM (SELECT unnest(?::VARCHAR[]) AS label, unnest(?::VARCHAR[]) AS key) GROUP BY 1 "
        f"UNION SELECT lower(customer_id), min(customer_id) FROM {lines} GROUP BY 1",
        [[label for label, _ in keys], [key for _, key in keys]],
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE writers AS SELECT DISTINCT k.place, coalesce(o.customer_id, l.label) AS customer_id "
        "FROM kept k JOIN order_cells c ON c.label = k.label AND c.words = k.words "
        "LEFT JOIN order_owners o ON o.order_id = c.order_id LEFT JOIN key_labels l ON l.key = c.who"
    )
    named = fetch_rows(
        connection,
        "SELECT place, customer_id FROM (SELECT *, row_number() OVER (PARTITION BY place ORDER BY customer_id) AS n "
        f"FROM writers WHERE customer_id IS NOT NULL) WHERE n <= {MAX_WRITERS} ORDER BY place, customer_id",
    )
    many = dict(fetch_rows(connection, "SELECT place, count(customer_id) FROM writers GROUP BY 1"))
    counts = (
        TextCount(passage_id=ids[place], orders=text.orders, customers=int(many.get(place, 0)))
        for place, text in enumerate(texts)
    )
    return tuple((ids[place], str(customer)) for place, customer in named), tuple(counts)
