"""The six factors of a segmentation: what each asks and which columns feed it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources


class Factor(StrEnum):
    """One of the six factors, in the order in which they are always shown."""

    DEMOGRAPHIC = "demographic"
    GEOGRAPHIC = "geographic"
    PSYCHOGRAPHIC = "psychographic"
    TECHNOGRAPHIC = "technographic"
    BEHAVIORAL = "behavioral"
    NEED_BASED = "need-based"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorDefinition:
    """What a factor asks, which column names feed it, and how to close a gap in it."""

    factor: Factor
    label: str
    question: str
    b2b_question: str
    columns: tuple[str, ...]
    close_the_gap: str


@cache
def factor_definitions() -> dict[Factor, FactorDefinition]:
    """Read the six definitions from ``factors.toml``, in display order."""
    text = resources.files("segkit.model").joinpath("factors.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return {
        factor: FactorDefinition(
            factor=factor,
            label=tables[factor]["label"],
            question=tables[factor]["question"],
            b2b_question=tables[factor]["b2b_question"],
            columns=tuple(tables[factor]["columns"]),
            close_the_gap=tables[factor]["close_the_gap"],
        )
        for factor in Factor
    }


def factor_of_column(column: str) -> Factor | None:
    """Return the factor that a column name feeds, or None.

    Examples
    --------
    >>> factor_of_column("Marital Status")
    <Factor.DEMOGRAPHIC: 'demographic'>
    >>> factor_of_column("total") is None
    True
    """
    name = "_".join(column.strip().lower().replace("-", " ").replace("_", " ").split())
    for definition in factor_definitions().values():
        if any(fnmatchcase(name, pattern) for pattern in definition.columns):
            return definition.factor
    return None
