"""Which columns speak for which factor, and for how many customers.

Comes in: the canonical file and the attributes. Goes out: one :class:`FactorCoverage` per factor.
"""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pandas as pd

from segkit.intake.columns import is_personal, normalise
from segkit.intake.text_table import quote_name, quote_text
from segkit.model.cleaning import FactorCoverage
from segkit.model.factor import Factor, factor_of_column

_BEHAVIOR = ("order_date", "amount", "quantity", "discount")
"""Typed columns: how people buy is in every order history."""


def find_factor(name: str, factors: Mapping[str, str]) -> Factor | None:
    """Return the factor of a column: the user's word first, then its name.

    Examples
    --------
    >>> find_factor("BirthDate", {}), find_factor("Colour", {"Colour": "need-based"}), find_factor("Colour", {})
    (<Factor.DEMOGRAPHIC: 'demographic'>, <Factor.NEED_BASED: 'need-based'>, None)
    """
    if name in factors:
        return Factor(factors[name])
    return factor_of_column(name) or factor_of_column(normalise(name))


def measure_coverage(
    connection: duckdb.DuckDBPyConnection,
    *,
    path: str,
    sources: Mapping[str, str],
    attributes: pd.DataFrame | None,
    surveys: frozenset[str],
    factors: Mapping[str, str],
    customers: int,
) -> tuple[FactorCoverage, ...]:
    """Count, for each factor, the customers with a value in at least one of its columns.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Any connection.
    path : str
        The canonical Parquet file.
    sources : mapping of str to str
        Column of the file -> name the user knows.
    attributes : pandas.DataFrame or None
        Index ``customer_id``.
    surveys : frozenset of str
        Attribute columns that are survey answers; psychographic unless their name says otherwise.
    factors : mapping of str to str
        The user's own choices.
    customers : int
        Number of customers in use.
    """
    by_factor: dict[Factor, list[str]] = {factor: [] for factor in Factor}
    for column, source in sources.items():
        factor = factors.get(source) or factors.get(column)
        found = Factor(factor) if factor else find_factor(column, factors) or find_factor(source, factors)
        if column in _BEHAVIOR and not factor:
            found = Factor.BEHAVIORAL
        if found is not None:
            by_factor[found].append(column)
    answers: dict[Factor, list[str]] = {factor: [] for factor in Factor}
    for name in map(str, attributes.columns) if attributes is not None else ():
        found = find_factor(name, factors)
        if found is None and name in surveys and not _is_paperwork(name):
            found = Factor.PSYCHOGRAPHIC
        if found is not None and (name in factors or not is_personal(name)):
            answers[found].append(name)
    return tuple(
        FactorCoverage(
            factor=factor,
            columns=tuple(
                dict.fromkeys([*(sources[column] for column in by_factor[factor]), *answers[factor]])
            ),
            share_of_customers=_share(
                connection, path, by_factor[factor], attributes, answers[factor], customers=customers
            ),
        )
        for factor in Factor
    )


def _share(
    connection: duckdb.DuckDBPyConnection,
    path: str,
    columns: list[str],
    attributes: pd.DataFrame | None,
    answers: list[str],
    *,
    customers: int,
) -> float:
    known: set[str] = set()
    if columns:
        any_value = " OR ".join(f"{quote_name(column)} IS NOT NULL" for column in columns)
        if not answers:
            found = connection.execute(
                f"SELECT count(DISTINCT customer_id) FROM read_parquet({quote_text(path)}) WHERE {any_value}"
            ).fetchall()
            return float(found[0][0]) / customers
        known = {
            str(customer)
            for (customer,) in connection.execute(
                f"SELECT DISTINCT customer_id FROM read_parquet({quote_text(path)}) WHERE {any_value}"
            ).fetchall()
        }
    if answers and attributes is not None:
        known |= set(attributes.index[attributes[answers].notna().any(axis=1)].astype(str))
    return len(known) / customers


def _is_paperwork(name: str) -> bool:
    """Say whether a survey column is about the filling-in, not about the person."""
    return normalise(name).startswith(
        ("answered", "submitted", "started", "completed", "response", "timestamp")
    )
