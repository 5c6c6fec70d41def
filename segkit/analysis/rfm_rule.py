"""The RFM rule: two levels of recency, two of frequency and money, four groups from any book.

The plainest grouping there is, always shown beside the chosen one, and the fallback where neither rules nor clusters
can tell the customers apart. It always delivers as many groups as asked for: an empty or missing cell is filled by
splitting the largest group at its widest spend gap, a surplus one joins the cell with the same frequency and money.
Definition: reference *segmentation*, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Floats = NDArray[np.float64]

RFM_COLUMNS = ("recency_days", "frequency", "monetary_total")
"""What the rule looks at, in the customers table and in the feature table."""

CELLS = ("recent and active", "recent, little bought", "long ago, much bought", "long ago, little bought")
"""Cells 0 to 3: recency high or low by frequency-and-money high or low."""


@dataclass(frozen=True, slots=True, eq=False)
class RFMGroups:
    """Groups of the RFM rule: labels 0..k-1 and a sentence for each cell that was split or joined."""

    labels: Labels
    notes: tuple[str, ...]


def group_by_rfm(customers: pd.DataFrame, *, n_segments: int = 4) -> RFMGroups:
    """Group customers by the RFM rule.

    Recency, frequency and money are scored 1 or 2 (``min(2, floor(2 p) + 1)``, p the share of other customers that
    are strictly worse); frequency and money are averaged before they are scored.

    Parameters
    ----------
    customers : DataFrame
        Columns ``recency_days``, ``frequency`` and, where the data has amounts, ``monetary_total``.
    n_segments : int
        Groups to deliver, at most the number of customers.

    Returns
    -------
    RFMGroups

    Examples
    --------
    >>> book = pd.DataFrame({"recency_days": [3, 5, 200, 300], "frequency": [9, 1, 8, 1],
    ...                      "monetary_total": [900, 20, 700, 10]})
    >>> group_by_rfm(book).labels
    array([0, 1, 2, 3])
    """
    recency = _score(_percentile(-customers["recency_days"].to_numpy(dtype=float)))
    frequency = _percentile(customers["frequency"].to_numpy(dtype=float))
    has_money = "monetary_total" in customers.columns
    spend = customers["monetary_total" if has_money else "frequency"].to_numpy(dtype=float)
    value = _score((frequency + _percentile(spend)) / 2) if has_money else _score(frequency)
    labels = ((1 - recency) * 2 + (1 - value)).astype(np.int64)
    found = len(np.unique(labels))
    notes = _join_cells(labels, n_segments) + _split_cells(labels, spend, customers, n_segments)
    if found < 4 and n_segments == 4:
        notes = (f"the rule filled {found} of its 4 cells", *notes)
    return RFMGroups(labels=np.unique(labels, return_inverse=True)[1].astype(np.int64), notes=notes)


def _percentile(values: Floats) -> Floats:
    """Return the share of other customers that are strictly worse, 0..1."""
    ordered = np.sort(values)
    return np.searchsorted(ordered, values, side="left") / max(len(values) - 1, 1)


def _score(values: Floats) -> Labels:
    """Return 0 for the lower and 1 for the upper half of a value, by the score rule with two bins."""
    return np.minimum(1, np.floor(2 * _percentile(values) + 1e-12)).astype(np.int64)


def _join_cells(labels: Labels, n_segments: int) -> tuple[str, ...]:
    """Join the smallest cell to the one with the same frequency and money until few enough are left; in place."""
    notes = []
    while len(np.unique(labels)) > n_segments:
        cells, sizes = np.unique(labels, return_counts=True)
        smallest = int(cells[np.argmin(sizes)])
        partner = smallest ^ 2 if smallest ^ 2 in cells else int(cells[cells != smallest][-1])
        labels[labels == smallest] = partner
        notes.append(f'"{CELLS[smallest]}" was joined to "{CELLS[partner]}"')
    return tuple(notes)


def _split_cells(labels: Labels, spend: Floats, customers: pd.DataFrame, n_segments: int) -> tuple[str, ...]:
    """Split the largest group at its widest spend gap until enough are there; in place."""
    notes = []
    while len(cells := np.unique(labels)) < n_segments:
        sizes = np.array([(labels == cell).sum() for cell in cells])
        largest = int(cells[np.argmax(sizes)])
        rows = np.flatnonzero(labels == largest)
        upper, how = _upper_part(rows, spend, customers["recency_days"].to_numpy(dtype=float))
        labels[upper] = int(cells.max()) + 1 if cells.max() >= len(CELLS) - 1 else len(CELLS)
        notes.append(f"the largest group ({len(rows)} customers) was split {how}")
    return tuple(notes)


def _upper_part(rows: Labels, spend: Floats, recency: Floats) -> tuple[Labels, str]:
    """Return the rows above the widest gap in spend, else in recency, else the second half of the list."""
    for values, how in (
        (spend, "at its widest spend gap"),
        (recency, "at its widest gap in recency, as all spent alike"),
    ):
        ordered = np.sort(values[rows])
        gaps = np.diff(ordered)
        if not (gaps > 0).any():
            continue
        margin = 1 if len(rows) >= 4 and (gaps[1:-1] > 0).any() else 0
        inner = gaps[margin : len(gaps) - margin]
        at = margin + int(np.argmax(inner))
        return rows[values[rows] > ordered[at]], how
    return rows[len(rows) // 2 :], "in two halves by customer id, as nothing tells them apart"
