"""Who ordered: one chain of keys, joined across orders, with stable labels where a key is personal.

Comes in: order lines in DuckDB with the identity columns the file has. Goes out: a table that gives every line
its customer, and the sentence that says by which rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from segkit.intake.text_table import fetch_count, quote_name, quote_text
from segkit.words.figures import join_words

PERSONAL_KINDS = ("email", "phone", "name")
_WORDS = {"customer_id": "customer id", "email": "e-mail", "phone": "phone", "name": "name and postcode"}
MIN_PHONE_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRule:
    """The chain that was used.

    Parameters
    ----------
    kinds : tuple of str
        Keys in the order of the chain; only those whose columns the file has.
    name_alone : bool
        Whether a name counts without a postcode.
    personal_id : bool
        Whether the customer ids are themselves personal (e-mails, names, handles).
    ambiguous : int
        Keys that belong to more than one customer and so joined nobody.
    """

    kinds: tuple[str, ...]
    name_alone: bool
    personal_id: bool
    ambiguous: int = 0

    def is_personal(self, kind: str) -> bool:
        """Say whether customers known by this key get a label instead of it."""
        return kind in PERSONAL_KINDS or self.personal_id

    def words(self, kind: str) -> str:
        """Return the key as a reader knows it."""
        return "name" if kind == "name" and self.name_alone else _WORDS[kind]

    def sentence(self, counts: Sequence[tuple[str, int]]) -> str:
        """Say how customers were told apart, with how many by which key.

        Parameters
        ----------
        counts : sequence of (str, int)
            Kind of key and number of customers known by it.

        Examples
        --------
        >>> rule = IdentityRule(kinds=("email", "phone"), name_alone=False, personal_id=False)
        >>> rule.sentence([("email", 9), ("phone", 1)])
        'Customers are told apart by e-mail, else phone (9 by e-mail, 1 by phone); an order that lacks e-mail joins the customer whose phone it carries; labels such as C001 stand for personal keys.'
        """
        chain = ", else ".join(self.words(kind) for kind in self.kinds)
        text = f"Customers are told apart by {chain}"
        shares = [f"{number:,} by {self.words(kind)}" for kind, number in counts if number]
        if len(self.kinds) > 1:
            text += f" ({', '.join(shares)})" if shares else ""
            later = join_words([self.words(kind) for kind in self.kinds[1:]], last="or")
            text += f"; an order that lacks {self.words(self.kinds[0])} joins the customer whose {later} it carries"
        if any(self.is_personal(kind) for kind, number in counts if number):
            text += "; labels such as C001 stand for personal keys"
        return f"{text}."


def normalised_key(kind: str, column: str, *, postcode: str = "", missing: Sequence[str] = ()) -> str:
    """Return the SQL expression of a key: case, spaces and punctuation do not make two customers.

    Parameters
    ----------
    kind : str
        ``"customer_id"``, ``"email"``, ``"phone"`` or ``"name"``.
    column : str
        SQL of the column.
    postcode : str
        SQL of the postcode, joined to a name; empty for the name alone.
    missing : sequence of str
        Customer ids that mean "guest".
    """
    if kind == "customer_id":
        text = f"nullif(trim({column}), '')"
        if missing:
            guests = ", ".join(quote_text(value) for value in missing)
            text = f"CASE WHEN trim({column}) NOT IN ({guests}) THEN {text} END"
        return text
    if kind == "email":
        return f"CASE WHEN {column} LIKE '%_@_%' THEN lower(trim({column})) END"
    if kind == "phone":
        digits = f"regexp_replace(regexp_replace({column}, '[^0-9]', '', 'g'), '^0+', '')"
        return f"CASE WHEN length({digits}) >= {MIN_PHONE_DIGITS} THEN {digits} END"
    name = f"lower(trim(regexp_replace({column}, '\\s+', ' ', 'g')))"
    known = f"regexp_matches({column}, '\\p{{L}}')"
    if not postcode:
        return f"CASE WHEN {known} THEN {name} END"
    code = f"upper(regexp_replace({postcode}, '[^0-9A-Za-z]', '', 'g'))"
    return f"CASE WHEN {known} AND {code} <> '' THEN {name} || ', ' || {code} END"


def looks_personal(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> bool:
    """Say whether most ids of a column are e-mail addresses, names (first names alone too) or written phone numbers.

    Examples
    --------
    >>> con = duckdb.connect()
    >>> _ = con.execute("CREATE TABLE t AS SELECT * FROM (VALUES ('Ann Lee'), ('Bo Ek'), ('C9')) v(who)")
    >>> looks_personal(con, "t", "who")
    True
    """
    name = quote_name(column)
    shape = (
        r"^[^@\s]+@[^@\s]+$|^\p{Lu}\p{Ll}+$|^\p{L}[\p{L}.'-]*(,?\s+\p{L}[\p{L}.'-]*)+$|^\+[\d\s()/.-]{7,}$"
    )
    return bool(
        fetch_count(
            connection,
            f"SELECT coalesce(avg(regexp_matches(trim({name}), {quote_text(shape)})::INT) > .5, false)::INT "
            f"FROM {table} WHERE {name} IS NOT NULL",
        )
    )


def resolve_identities(
    connection: duckdb.DuckDBPyConnection, *, table: str, rule_kinds: Sequence[tuple[str, str]]
) -> int:
    """Give every line its customer; write ``identities`` and ``key_owners``.

    The first key of the chain that a line has is its key. A key further down joins a line to the customer with
    whom the same key was seen beside a higher one; where two such customers share it, it joins nobody.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``table`` lives.
    table : str
        Lines with ``lid`` and the key columns.
    rule_kinds : sequence of (str, str)
        Kind and SQL expression of each key, in the order of the chain.

    Returns
    -------
    int
        Number of keys that belong to several customers.

    Notes
    -----
    ``identities``: lid, kind, key (NULL without identity). ``key_owners``: kind, key, owner_kind, owner_key for
    every key that belongs to one customer, used to join attributes.
    """
    if len(rule_kinds) == 1:
        _resolve_one_kind(connection, table=table, kind=rule_kinds[0][0], key=rule_kinds[0][1])
        return 0
    kinds = [kind for kind, _ in rule_kinds]
    keys = [f"k{position}" for position in range(len(kinds))]
    columns = ", ".join(f"{sql} AS {key}" for key, (_, sql) in zip(keys, rule_kinds, strict=True))
    connection.execute(f"CREATE OR REPLACE TEMP VIEW keyed AS SELECT lid, {columns} FROM {table}")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE key_sets AS SELECT DISTINCT {', '.join(keys)}, "
        "NULL::INTEGER AS owner_kind, NULL::VARCHAR AS owner_key FROM keyed"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE key_owners (kind VARCHAR, key VARCHAR, owner_kind VARCHAR, owner_key VARCHAR)"
    )
    ambiguous = 0
    for position, key in enumerate(keys):
        above = [f"{other} IS NULL" for other in keys[:position]]
        first = " AND ".join([*above, f"{key} IS NOT NULL"])
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE owners AS SELECT {key} AS key, any_value(owner) AS owner, "
            f"count(DISTINCT owner) AS n FROM (SELECT {key}, {{'k': owner_kind, 'v': owner_key}} AS owner "
            f"FROM key_sets WHERE {key} IS NOT NULL AND owner_key IS NOT NULL) GROUP BY {key}"
        )
        ambiguous += fetch_count(
            connection,
            f"SELECT count(DISTINCT {key}) FROM key_sets JOIN owners ON owners.key = key_sets.{key} "
            f"WHERE {first} AND n > 1",
        )
        connection.execute(
            f"UPDATE key_sets SET owner_kind = coalesce(found.owner.k, {position}), "
            f"owner_key = coalesce(found.owner.v, key_sets.{key}) "
            f"FROM (SELECT DISTINCT s.{key} AS key, o.owner FROM key_sets s LEFT JOIN owners o "
            f"ON o.key = s.{key} AND o.n = 1 WHERE s.{key} IS NOT NULL) found "
            f"WHERE found.key = key_sets.{key} AND {first}"
        )
    names = " ".join(f"WHEN {position} THEN {quote_text(kind)}" for position, kind in enumerate(kinds))
    for position, key in enumerate(keys):
        connection.execute(
            f"INSERT INTO key_owners SELECT {quote_text(kinds[position])}, {key}, "
            f"CASE min(owner_kind) {names} END, min(owner_key) FROM key_sets WHERE {key} IS NOT NULL GROUP BY {key} "
            "HAVING count(DISTINCT {'k': owner_kind, 'v': owner_key}) = 1"
        )
    match = " AND ".join(f"keyed.{key} IS NOT DISTINCT FROM key_sets.{key}" for key in keys)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE identities AS SELECT lid, CASE owner_kind {names} END AS kind, owner_key AS key "
        f"FROM keyed JOIN key_sets ON {match}"
    )
    return ambiguous


def _resolve_one_kind(connection: duckdb.DuckDBPyConnection, *, table: str, kind: str, key: str) -> None:
    """Do without joins where the file has a single identity column, as most large files do."""
    name = quote_text(kind)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW identities AS SELECT lid, {name} AS kind, {key} AS key FROM {table}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW key_owners AS SELECT DISTINCT kind, key, kind AS owner_kind, key AS owner_key "
        "FROM identities WHERE key IS NOT NULL"
    )


def label_customers(
    connection: duckdb.DuckDBPyConnection, *, lines: str, rule: IdentityRule
) -> tuple[tuple[str, str], ...]:
    """Write ``customers`` (kind, key, customer_id): the id itself, or a label where the key is personal.

    Labels run C001, C002, ... by the day of the first order, then by key.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``lines`` lives.
    lines : str
        Used lines with ``kind``, ``key`` and ``order_date``.
    rule : IdentityRule
        Says which kinds are personal.

    Returns
    -------
    tuple of (str, str)
        Label and key of each labelled customer; empty when no key is personal.
    """
    personal = ", ".join(quote_text(kind) for kind in rule.kinds if rule.is_personal(kind)) or "''"
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE customers AS SELECT kind, key, "
        f"row_number() OVER (PARTITION BY kind IN ({personal}) ORDER BY first_order, key, kind) AS place, "
        f"kind IN ({personal}) AS labelled, key AS customer_id "
        f"FROM (SELECT kind, key, min(order_date) AS first_order FROM {lines} GROUP BY kind, key)"
    )
    width = max(3, len(str(fetch_count(connection, "SELECT count(*) FROM customers WHERE labelled"))))
    clash = fetch_count(
        connection, "SELECT count(*) FROM customers WHERE NOT labelled AND regexp_matches(key, '^C\\d+$')"
    )
    prefix = "G" if clash else "C"
    connection.execute(
        f"UPDATE customers SET customer_id = '{prefix}' || lpad(place::VARCHAR, {width}, '0') WHERE labelled"
    )
    found = connection.execute(
        "SELECT customer_id, key FROM customers WHERE labelled ORDER BY place"
    ).fetchall()
    return tuple((str(label), str(key)) for label, key in found)


def collect_keys(connection: duckdb.DuckDBPyConnection, *, rule: IdentityRule) -> Any:
    """Return every key that belongs to one customer in use, as an Arrow table of kind, key and customer_id.

    Names beside ids tell no customers apart, but they are keys too: the export of another system may know customers only by them.
    None where the chain has a single kind of key and no such names: ids and labels then say it all.
    """
    named = "name" not in rule.kinds and _has_names(connection)
    if len(rule.kinds) == 1 and not named:
        return None
    keys = (
        "SELECT o.kind, o.key, c.customer_id FROM key_owners o JOIN customers c "
        "ON c.kind = o.owner_kind AND c.key = o.owner_key"
    )
    if named:
        keys += (
            f" UNION ALL SELECT 'name', n.key, min(c.customer_id) FROM (SELECT lid, {normalised_key('name', 'name')} AS key FROM typed) n "
            "JOIN used_lines u USING (lid) JOIN customers c ON c.kind = u.kind AND c.key = u.key "
            "WHERE n.key IS NOT NULL GROUP BY n.key HAVING count(DISTINCT c.customer_id) = 1"
        )
    return connection.sql(f"SELECT * FROM ({keys}) ORDER BY ALL").to_arrow_table()


def _has_names(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        fetch_count(
            connection,
            "SELECT count(*) FROM duckdb_columns() WHERE table_name = 'typed' AND column_name = 'name'",
        )
    )
