"""A feature: one measured property of each customer, with the factor it speaks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from segkit.model.factor import Factor


class FeatureKind(StrEnum):
    """How a feature is compared: by size, by level, or by yes and no."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One column of the feature table, in words.

    Parameters
    ----------
    name : str
        Column in the feature table, for example ``"recency_days"`` or ``"share_of_category=Refills"``.
    label : str
        The noun phrase a reader sees: "days since the last order".
    unit : str
        "days", "orders", "EUR", "share" (0..1) or "" .
    columns : tuple of str
        Columns of the user's file that it was computed from.
    derived_from : tuple of str
        Names of other features of which it is a function (``monetary_total`` of ``frequency`` and
        ``average_order_value``); used by the circularity rule.
    level : str
        For a flag made from a category: the level it stands for.
    coverage : float
        Share of customers with a value, 0..1.
    """

    name: str
    factor: Factor
    kind: FeatureKind
    label: str
    unit: str = ""
    columns: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    level: str = ""
    coverage: float = 1.0
