"""Who can be written to: whether an e-mail address or a phone number is on file, never the address itself.

Comes in: order lines and attribute files in DuckDB, after customers have their labels. Goes out: one frame of yes and no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

import duckdb
import pandas as pd

from segkit.intake.columns import normalise
from segkit.intake.identity import IdentityRule, normalised_key
from segkit.intake.text_table import ROW, TextTable, fetch_count, quote_name

_PATTERNS = {
    "email": ("*email*", "*e_mail*", "mail"),
    "phone": ("*phone*", "*telefon*", "tel", "*mobile*", "*handy*", "*mobilnummer*"),
}
_NO_ADDRESS = re.compile(
    r"(?:^|_)(?:accepts?|consent\w*|opt\w*|marketing|subscri\w*|newsletter|date|at|type|typ|model|modell|os|count"
    r"|verified|status|sent|opened|clicked|orders?|hash\w*)(?:_|$)"
)
"""Words of columns that are about addresses and hold none: a date of consent has digits, too."""


def find_contacts(
    connection: duckdb.DuckDBPyConnection,
    *,
    columns: Sequence[str],
    rule: IdentityRule,
    tables: Sequence[tuple[TextTable, str]] = (),
) -> pd.DataFrame | None:
    """Say of each customer whether an e-mail address and a phone number are on file.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Where ``typed``, ``identities`` and ``customers`` live.
    columns : sequence of str
        Canonical columns of ``typed``.
    rule : IdentityRule
        How customers were told apart; ids that are e-mail addresses are addresses, too.
    tables : sequence of (TextTable, str)
        Attribute files, each with the name of its table of ``_row`` and ``customer_id``.

    Returns
    -------
    pandas.DataFrame or None
        Index ``customer_id`` (every customer in use, sorted), bool columns ``has_email`` and ``has_phone``. None where
        no file has a column of either kind.

    Notes
    -----
    Any line of a customer counts, also one that cleaning left out: a cancelled order leaves its address. What is no
    address (no ``@``; fewer than six digits) does not count.
    """
    parts = [*_of_orders(connection, columns, rule), *(_of_table(*pair) for pair in tables)]
    known = " UNION ALL ".join(part for part in parts if part)
    if not known:
        return None
    frame = connection.execute(
        "SELECT customer_id, coalesce(bool_or(e), false) AS has_email, coalesce(bool_or(p), false) AS has_phone "
        f"FROM customers LEFT JOIN ({known}) USING (customer_id) GROUP BY customer_id ORDER BY customer_id"
    ).df()
    index = pd.Index(frame.pop("customer_id").astype(object), name="customer_id")
    return frame.astype(bool).set_index(index)


def _of_orders(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], rule: IdentityRule
) -> list[str]:
    """Return the queries of what the order files know."""
    found = [kind for kind in ("email", "phone") if kind in columns]
    parts = []
    if rule.personal_id and "customer_id" in rule.kinds:
        written = "kind = 'customer_id' AND key LIKE '%_@_%'"
        if fetch_count(connection, f"SELECT count(*) FROM customers WHERE {written}"):
            parts.append(f"SELECT customer_id, {written} AS e, false AS p FROM customers")
    if found and list(rule.kinds) == found[:1] == found:
        # customers known by nothing else: each has one, and the lines need not be read again
        parts.append(
            f"SELECT customer_id, {found == ['email']} AS e, {found == ['phone']} AS p FROM customers"
        )
    elif found:
        email, phone = (_filled(kind, [kind] if kind in found else []) for kind in ("email", "phone"))
        parts.append(
            f"SELECT customer_id, e, p FROM (SELECT kind, key, bool_or({email}) AS e, bool_or({phone}) AS p "
            "FROM typed JOIN identities USING (lid) WHERE key IS NOT NULL GROUP BY kind, key) "
            "JOIN customers USING (kind, key)"
        )
    return parts


def _of_table(table: TextTable, owners: str) -> str:
    """Return the query of what an attribute file knows, or an empty text."""
    found = {kind: address_columns(table.columns, kind) for kind in _PATTERNS}
    if not any(found.values()):
        return ""
    email, phone = (_filled(kind, columns) for kind, columns in found.items())
    return (
        f"SELECT o.customer_id, bool_or(t.e) AS e, bool_or(t.p) AS p FROM {quote_name(owners)} o JOIN "
        f"(SELECT {ROW}, {email} AS e, {phone} AS p FROM {quote_name(table.name)}) t USING ({ROW}) GROUP BY o.customer_id"
    )


def address_columns(names: Sequence[str], kind: str) -> list[str]:
    """Return the columns that hold e-mail addresses or phone numbers.

    Examples
    --------
    >>> address_columns(["E-Mail", "email_consent", "Accepts Email Marketing", "phone_opt_in_date"], "email")
    ['E-Mail']
    """
    return [
        name
        for name in names
        if any(fnmatchcase(normalise(name), pattern) for pattern in _PATTERNS[kind])
        and not _NO_ADDRESS.search(normalise(name))
    ]


def _filled(kind: str, columns: Sequence[str]) -> str:
    """Return the SQL that a row has an address of this kind."""
    tests = [f"({normalised_key(kind, quote_name(column))}) IS NOT NULL" for column in columns]
    return " OR ".join(tests) or "false"
