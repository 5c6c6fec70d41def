"""How far RFM names hang on single customers: remove each one in turn, rescore, count changed names.

In a small book a score is a rank in disguise: at ten customers one step is two people. The count belongs beside the
names wherever they are printed (reference: segmentation, section 4).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from segkit.analysis.rfm import score_rfm
from segkit.errors import NotEnoughDataError


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOneOut:
    """Name changes when each customer is removed in turn.

    Parameters
    ----------
    changes : int
        Names of the remaining customers that changed, over all removals.
    total : int
        Names that could have changed: N * (N - 1).
    by_removed : tuple of (str, int)
        Customer removed and how many of the others changed name, in the order of the table.
    by_renamed : tuple of (str, int)
        Customer and in how many of the N - 1 removals of others the name changed.
    """

    changes: int
    total: int
    by_removed: tuple[tuple[str, int], ...]
    by_renamed: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        """Share of names that changed, 0..1."""
        return self.changes / self.total


def leave_one_out_names(customers: pd.DataFrame, *, n_bins: int = 5) -> LeaveOneOut:
    """Count how many RFM names change when each customer is left out in turn.

    Parameters
    ----------
    customers : pandas.DataFrame
        Collected customers table (N >= 3 rows), with ``customer_id``; untouched. Where ``n_bins`` has no names the
        codes are compared.
    n_bins : int, default 5
        Number of scores.

    Raises
    ------
    NotEnoughDataError
        Fewer than 3 customers: nothing is left to compare.

    Notes
    -----
    N rescorings of N - 1 rows, O(N^2 log N): meant for small books.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": list("abcd"), "recency_days": [1, 20, 30, 40], "frequency": [4, 3, 2, 1]})
    >>> result = leave_one_out_names(table)
    >>> result.total
    12
    """
    if len(customers) < 3:
        raise NotEnoughDataError(
            f"leaving one customer out leaves nothing to compare (got {len(customers)} customers); it needs at least 3."
        )
    ids = [str(value) for value in customers["customer_id"]]
    before = _names(customers, n_bins)
    removed, renamed = [], dict.fromkeys(range(len(ids)), 0)
    for left_out in range(len(ids)):
        rest = [row for row in range(len(ids)) if row != left_out]
        after = _names(customers.iloc[rest], n_bins)
        changed = [row for row, name in zip(rest, after, strict=True) if name != before[row]]
        removed.append((ids[left_out], len(changed)))
        for row in changed:
            renamed[row] += 1
    return LeaveOneOut(
        changes=sum(count for _, count in removed),
        total=len(ids) * (len(ids) - 1),
        by_removed=tuple(removed),
        by_renamed=tuple((ids[row], count) for row, count in renamed.items()),
    )


def _names(customers: pd.DataFrame, n_bins: int) -> list[str]:
    scored = score_rfm(customers, n_bins=n_bins)
    column = "rfm_name" if "rfm_name" in scored else "rfm_score"
    names = scored[column]
    return [str(value) for value in names.where(names.notna(), scored["rfm_score"])]
