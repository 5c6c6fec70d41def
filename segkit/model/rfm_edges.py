"""Cut points of RFM scores as frozen values: learned from one table, used on the next."""

from __future__ import annotations

import math
from dataclasses import dataclass

from segkit.errors import BadValueError, MissingColumnError

MAX_BINS = 9
"""A score is one digit of a code."""


def check_bins(n_bins: int) -> int:
    """Return the number of scores if it is one digit from 2 on."""
    if not 2 <= n_bins <= MAX_BINS:
        raise BadValueError(f"n_bins is out of range (got {n_bins!r}); choose 2 to {MAX_BINS}.")
    return n_bins


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableEdges:
    """The cut points of one variable and how far ties blur them.

    Parameters
    ----------
    column : str
        ``recency_days``, ``frequency`` or ``monetary_total``.
    edges : tuple of float
        For score 2 .. n_bins the smallest value that reaches it, oriented so that high is good (recency is negated);
        ``inf`` for a score nobody reaches; empty where the variable has no score. Money in 1/10,000.
    counts : tuple of int
        Customers with score 1 .. n_bins in the table the edges were learned from; empty if unknown.
    largest_tie : float
        The value that most customers share, as in the column; NaN if unknown.
    largest_tie_share : float
        Share of customers with that value, 0..1; NaN if unknown.
    """

    column: str
    edges: tuple[float, ...]
    counts: tuple[int, ...] = ()
    largest_tie: float = math.nan
    largest_tie_share: float = math.nan

    def __post_init__(self) -> None:
        """Refuse edges that fall: a higher score would ask for less."""
        if any(math.isnan(edge) for edge in self.edges) or list(self.edges) != sorted(self.edges):
            raise BadValueError(
                f"edges of {self.column!r} do not rise (got {self.edges}); list the smallest value for scores 2, 3 and so on."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RFMEdges:
    """Frozen cut points: an output of relative scoring, an input of fixed scoring.

    Parameters
    ----------
    n_bins : int
        Scores run from 1 to ``n_bins``.
    n_customers : int
        Customers the edges were learned from; 0 where a user gave them.
    variables : tuple of VariableEdges
        One per column of the table, in the order recency, frequency, money; without money there are two.
    notes : tuple of str
        What a reader must know: variables without a score, missing money.
    """

    n_bins: int
    n_customers: int
    variables: tuple[VariableEdges, ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse edges of another length than the scores need."""
        check_bins(self.n_bins)
        for variable in self.variables:
            if len(variable.edges) not in {0, self.n_bins - 1}:
                raise BadValueError(
                    f"edges of {variable.column!r} do not fit {self.n_bins} scores (got {len(variable.edges)}); "
                    f"give {self.n_bins - 1} of them, or none for no score."
                )

    def of(self, column: str) -> VariableEdges:
        """Return the edges of one column."""
        for variable in self.variables:
            if variable.column == column:
                return variable
        known = [variable.column for variable in self.variables]
        raise MissingColumnError(
            f"edges lack column {column!r} (got {known}); score a table without it.", column=column
        )
