"""Which grouping is delivered: always as many groups as asked for, with how far the data supports them.

Comes after the feature table, goes to :mod:`segkit.analysis.segments`. Users who define groups get theirs; fewer than
30 customers are grouped by searched rules (:mod:`segkit.analysis.grouping_small`), more by k-means on all factors or
by the RFM rule (:mod:`segkit.analysis.grouping_clusters`). The groups are numbered by descending spend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from segkit.analysis.book import Book, Draft, open_book
from segkit.analysis.factors import FeatureTable
from segkit.analysis.grouping_clusters import group_large_book
from segkit.analysis.grouping_small import group_small_book
from segkit.analysis.grouping_user import defines_groups, group_by_definitions, nearest_customer
from segkit.analysis.rules import Alternatives
from segkit.errors import BadValueError, NotEnoughDataError
from segkit.model.company import SegmentationSettings, SegmentDefinition
from segkit.model.segment import Basis, ClusterCount, GroupingOption, Method, Rule
from segkit.words.figures import SMALL_BOOK
from segkit.words.intake import too_few_customers
from segkit.words.segments import write_held_out, write_rule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """The groups that are delivered, and the case for them.

    Parameters
    ----------
    assignments : Series
        Segment id of each customer, index customer ids (sorted); id 1 has the highest spend.
    rules : tuple of Rule
        ``rules[i]`` is the rule of segment ``i + 1``; its ``order`` says when it is tried.
    features, held_out, dropped : tuple of str
        What made the groups, what was kept out on purpose, what could not be used (with the reason).
    in_model : tuple of str
        Features that count as part of the model: the used ones, their functions and near copies.
    stability : tuple of float or None
        By segment, 0..1.
    names, descriptions : tuple of str
        What the user calls a segment; empty where the user says nothing.
    leave_one_out_changes, leave_one_out_total : int or None
        Of a small book: customers who change group when another is left out, and how many could.
    """

    method: Method
    basis: Basis
    assignments: pd.Series
    rules: tuple[Rule, ...]
    features: tuple[str, ...]
    held_out: tuple[str, ...]
    in_model: tuple[str, ...]
    dropped: tuple[str, ...]
    stability: tuple[float, ...] | None
    supported: bool
    verdict: str
    why_this_number: str
    options: tuple[GroupingOption, ...]
    cluster_counts: tuple[ClusterCount, ...]
    names: tuple[str, ...]
    descriptions: tuple[str, ...]
    leave_one_out_changes: int | None
    leave_one_out_total: int | None
    notes: tuple[str, ...]


def group_customers(
    table: FeatureTable, customers: pd.DataFrame, *, settings: SegmentationSettings
) -> Grouping:
    """Group customers: exactly as many groups as asked for, each customer in one.

    Parameters
    ----------
    table : FeatureTable
        One row per customer, columns of all factors.
    customers : DataFrame
        The customers table; ``customer_id`` as a column or as the index, ``recency_days``, ``frequency`` and, where
        the data has amounts, ``monetary_total`` in 1/10,000 units.
    settings : SegmentationSettings
        ``n_segments`` (2 or more), ``features``, ``seed`` and ``definitions``.

    Returns
    -------
    Grouping

    Raises
    ------
    NotEnoughDataError
        Fewer customers than groups asked for.
    BadValueError
        A setting names an unknown feature, column or customer, or a rule that cannot be read.

    Notes
    -----
    The order of rows and the currency unit change nothing. Equal spend is ordered by the smallest customer id.
    """
    book = open_book(table, customers, features=settings.features, seed=settings.seed)
    definitions = settings.definitions
    if defines_groups(definitions):
        draft = group_by_definitions(
            book, [item for item in definitions if item.rule or item.members or item.column]
        )
    else:
        _check_number(len(book.frame), settings.n_segments)
        small = len(book.frame) < SMALL_BOOK
        draft = (group_small_book if small else group_large_book)(book, n_segments=settings.n_segments)
    return _number_groups(book, draft, definitions)


def _check_number(n_customers: int, n_segments: int) -> None:
    if n_segments < 2:
        raise BadValueError(f"[segmentation] n_segments is {n_segments}; set it to 2 or more.")
    if n_customers < n_segments:
        raise NotEnoughDataError(too_few_customers(n_customers, n_segments))


def _number_groups(book: Book, draft: Draft, definitions: Sequence[SegmentDefinition]) -> Grouping:
    """Give the groups numbers by descending spend, and bind what the user says about them."""
    order = _order_by_spend(book, draft.labels)
    segment_of = np.empty(len(order), dtype=np.int64)
    segment_of[order] = np.arange(1, len(order) + 1)
    assignments = pd.Series(segment_of[draft.labels], index=book.frame.index, name="segment_id")
    position = {label: place for place, label in enumerate(draft.order, start=1)}
    rules = tuple(_as_rule(draft, label, position[label], book) for label in order)
    by_label: Sequence[Alternatives] = (
        draft.alternatives if draft.method in {Method.RULES, Method.USER} else ()
    )
    names, descriptions = _given_names(draft, order, assignments, definitions)
    notes = list(draft.notes)
    if book.held_out and draft.method is not Method.USER:
        notes.append(write_held_out(len(book.held_out), len(book.groupable)))
    return Grouping(
        method=draft.method,
        basis=Basis.DESCRIPTIVE if len(book.frame) < SMALL_BOOK or not draft.supported else Basis.INFERENTIAL,
        assignments=assignments,
        rules=rules,
        features=draft.used,
        held_out=book.held_out,
        in_model=tuple(sorted(book.in_model(draft.used, by_label))),
        dropped=draft.dropped,
        stability=tuple(draft.stability[label] for label in order) if draft.stability else None,
        supported=draft.supported,
        verdict=draft.verdict,
        why_this_number=draft.why_this_number,
        options=draft.options,
        cluster_counts=draft.cluster_counts,
        names=names,
        descriptions=descriptions,
        leave_one_out_changes=draft.changes,
        leave_one_out_total=draft.changes_total,
        notes=tuple(notes),
    )


def _order_by_spend(book: Book, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the labels by descending spend; equal spend by the smallest customer id (rows are sorted)."""
    groups = range(int(labels.max()) + 1)
    spend = {label: float(book.spend[labels == label].sum()) for label in groups}
    first = {label: int(np.argmax(labels == label)) for label in groups}
    return np.array(sorted(groups, key=lambda label: (-spend[label], first[label])), dtype=np.int64)


def _as_rule(draft: Draft, label: int, order: int, book: Book) -> Rule:
    alternatives = draft.alternatives[label]
    sentence = draft.sentences[label] if draft.sentences else write_rule(alternatives, book.named)
    return Rule(order=order, alternatives=alternatives, sentence=sentence, fidelity=draft.fidelity)


def _given_names(
    draft: Draft, order: NDArray[np.int64], assignments: pd.Series, definitions: Sequence[SegmentDefinition]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names and notes by segment: from the definitions, then from ``contains``."""
    names = [draft.names[label] if draft.names else "" for label in order]
    notes = [draft.descriptions[label] if draft.descriptions else "" for label in order]
    bound: dict[int, str] = {}
    for item in definitions:
        if not item.contains:
            continue
        if item.contains not in assignments.index:
            raise BadValueError(
                f"[[segments]] contains = {item.contains!r} is not a customer in the orders; "
                f"{nearest_customer(item.contains, assignments.index)}.",
                column="contains",
            )
        segment = int(assignments.loc[item.contains])
        if segment in bound:
            raise BadValueError(
                f"[[segments]] customers {bound[segment]!r} and {item.contains!r} are in the same group; "
                "name the group once.",
                column="contains",
            )
        bound[segment] = item.contains
        names[segment - 1] = item.name or names[segment - 1]
        notes[segment - 1] = item.note or notes[segment - 1]
    return tuple(names), tuple(notes)
