"""Whether each customer meets money, authority, need and timing, and what the framework's rule makes of it.

All customers at once, as arrays of codes; written out by name only in small books. What nobody recorded is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from segkit.analysis.sales.buyers import Signs, align, has_words
from segkit.analysis.sales.columns import ROLE, find_attribute
from segkit.analysis.sales.order_book import Flags, Floats, Integers, SalesBook
from segkit.analysis.sales.outcomes import Pace
from segkit.analysis.sales.thresholds import money_threshold, timing_factor
from segkit.model.criterion import Criterion, Decision, Mark, decide
from segkit.model.sales_facts import CustomerMark, MarkCount, Qualified, Threshold

BANT = (Criterion.MONEY, Criterion.AUTHORITY, Criterion.NEED, Criterion.TIMING)
MARKS = (Mark.UNKNOWN, Mark.MET, Mark.NOT_MET)
"""Marks by code; 0 is unknown, so that what nobody set stays so."""
MET, NOT_MET = 1, 2
DECIDES = ("owner", "buyer", "purchas", "procure", "einkauf", "einkäufer", "inhaber", "managing director")
"""Roles, as stated, of people who may order by themselves."""
DECISIONS = (Decision.QUALIFIED, Decision.NOT_QUALIFIED, Decision.UNDECIDED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Marked:
    """One criterion for all customers: codes of `MARKS`, the id of the reason, and the figures behind it (NaN: none)."""

    code: Integers
    because: np.ndarray
    value: Floats
    n: Floats

    def at(self, number: int, criterion: Criterion) -> CustomerMark:
        """Return the mark of one customer."""
        value, n = self.value[number], self.n[number]
        return CustomerMark(
            criterion=criterion,
            mark=MARKS[self.code[number]],
            because=str(self.because[number]),
            value=None if np.isnan(value) else round(float(value), 2),
            n=None if np.isnan(n) else int(n),
        )


class _Draft:
    """Marks that are being set: the last rule that holds for a customer decides."""

    def __init__(self, n: int, because: str) -> None:
        self.code = np.zeros(n, dtype=np.int64)
        self.because = np.full(n, because, dtype=object)
        self.value = np.full(n, np.nan)
        self.n = np.full(n, np.nan)

    def set(
        self, who: Flags, code: int, because: str, *, value: Floats | None = None, n: Integers | None = None
    ) -> None:
        self.code[who], self.because[who] = code, because
        self.value[who] = np.nan if value is None else value[who]
        self.n[who] = np.nan if n is None else n[who]

    def done(self) -> Marked:
        return Marked(code=self.code, because=self.because, value=self.value, n=self.n)


def mark_customers(
    book: SalesBook,
    signs: Signs,
    pace: Pace,
    *,
    thresholds: tuple[Threshold, ...],
    attributes: pd.DataFrame | None,
    met_by_deal: Flags,
) -> dict[Criterion, Marked]:
    """Mark every customer on the four criteria that orders can speak of.

    Parameters
    ----------
    book, signs, pace : SalesBook, Signs, Pace
        The orders, who buys, and how often.
    thresholds : tuple of Threshold
        Of money and timing.
    attributes : pandas.DataFrame or None
        What the customer file says; a role of a buyer is read.
    met_by_deal : array of bool
        Customers for whom an opportunity of the pipeline says that the person who decides was met.
    """
    return {
        Criterion.MONEY: _money(book, money_threshold(thresholds)),
        Criterion.AUTHORITY: _authority(book, signs, attributes=attributes, met_by_deal=met_by_deal),
        Criterion.NEED: _need(book, pace),
        Criterion.TIMING: _timing(book, pace, factor=timing_factor(thresholds)),
    }


def _money(book: SalesBook, threshold: float) -> Marked:
    """Met where the average order reaches the threshold; unknown without a paid order."""
    draft, frame = _Draft(book.n_customers, "no_paid_order"), book.orders
    if not book.has_amount or np.isnan(threshold):
        return _Draft(book.n_customers, "not_measured").done()
    counted = book.won & ~frame["awaiting"].to_numpy(dtype=bool)
    number = frame["number"].to_numpy()[counted]
    orders = np.bincount(number, minlength=book.n_customers).astype(np.int64)
    total = np.bincount(
        number, weights=frame["amount"].to_numpy(dtype=np.float64)[counted], minlength=book.n_customers
    )
    # a cent decides nothing that floating point could turn
    average = np.round(total / np.maximum(orders, 1), 4)
    known = orders > 0
    draft.set(known & (average >= threshold), MET, "average_order", value=average, n=orders)
    draft.set(known & (average < threshold), NOT_MET, "average_order", value=average, n=orders)
    return draft.done()


def _authority(
    book: SalesBook, signs: Signs, *, attributes: pd.DataFrame | None, met_by_deal: Flags
) -> Marked:
    """Met for people who buy or give by themselves; for organizations only where somebody's say is recorded."""
    draft = _Draft(book.n_customers, "trade_unknown")
    gifts = book.per_customer(book.orders["gift"])
    if signs.told_apart:
        draft.set(~signs.trade, MET, "buys_for_self" if signs.seen else "nobody_else")
    draft.set(~signs.trade & signs.gift, MET, "gives", n=gifts)
    role = find_attribute(attributes.columns, ROLE) if attributes is not None else ""
    if attributes is not None and role:
        draft.set(signs.trade & has_words(align(book, attributes[role]), DECIDES), MET, "role")
    numbered = book.per_customer(book.orders["purchase_order"] != "")
    draft.set(signs.trade & (numbered > 0), MET, "purchase_order", n=numbered)
    draft.set(signs.trade & met_by_deal, MET, "authority_yes")
    return draft.done()


def _need(book: SalesBook, pace: Pace) -> Marked:
    """Met where one category was bought on two days; not met where everything was taken back."""
    draft = _Draft(book.n_customers, "not_measured")
    if pace.level:
        draft.set(pace.purchases > 1, 0, "no_repeat", n=pace.purchases)
    draft.set(pace.purchases <= 1, 0, "one_order")
    draft.set(pace.again >= 2, MET, "same_category", n=pace.again)
    taken_back = book.orders["taken_back"].to_numpy(dtype=bool)
    all_back = (book.per_customer(taken_back) > 0) & (book.per_customer(~taken_back) == 0)
    draft.set(all_back, NOT_MET, "all_taken_back")
    return draft.done()


def _timing(book: SalesBook, pace: Pace, *, factor: float) -> Marked:
    """Met within a factor times the own median gap, and with an open order that names its date."""
    draft, gap = _Draft(book.n_customers, "one_order"), pace.median_gap
    known = ~np.isnan(gap)
    within = known & (pace.silent <= factor * np.nan_to_num(gap))
    silent = pace.silent.astype(np.float64)
    draft.set(within, MET, "within_gap", value=silent, n=pace.gaps)
    draft.set(known & ~within, NOT_MET, "beyond_gap", value=silent, n=pace.gaps)
    frame = book.orders
    ahead = frame["awaiting"].to_numpy(dtype=bool) & (frame["dated"].to_numpy() >= book.as_of)
    draft.set(book.per_customer(ahead) > 0, MET, "dated_order")
    return draft.done()


def count_marks(
    marked: dict[Criterion, Marked],
    criteria: Sequence[Criterion],
    *,
    segment: Integers,
    segments: Sequence[int],
) -> tuple[MarkCount, ...]:
    """Count met, not met and unknown for each criterion, in the book and in each segment."""
    groups: list[int | None] = [None, *segments]
    counts = []
    for criterion in criteria:
        one = marked.get(criterion)
        for group in groups:
            who = np.ones(len(segment), dtype=bool) if group is None else segment == group
            code = one.code[who] if one else np.zeros(int(who.sum()), dtype=np.int64)
            unknown, met, not_met = (int(n) for n in np.bincount(code, minlength=3))
            counts.append(
                MarkCount(criterion=criterion, segment_id=group, met=met, not_met=not_met, unknown=unknown)
            )
    return tuple(counts)


def count_decisions(
    marked: dict[Criterion, Marked], criteria: Sequence[Criterion], *, needed: int, n: int
) -> tuple[tuple[Decision, int], ...]:
    """Count customers by what the rule decides; the same as `decide` for each."""
    codes = [marked[criterion].code for criterion in criteria if criterion in marked]
    unasked = len(criteria) - len(codes)
    met = np.sum([code == MET for code in codes], axis=0) if codes else np.zeros(n, dtype=np.int64)
    unknown = unasked + (np.sum([code == 0 for code in codes], axis=0) if codes else 0)
    qualified = met >= needed
    undecided = ~qualified & (met + unknown >= needed)
    found = dict(
        zip(DECISIONS, (qualified.sum(), (~qualified & ~undecided).sum(), undecided.sum()), strict=True)
    )
    return tuple((decision, int(found[decision])) for decision in DECISIONS)


def list_qualified(
    book: SalesBook, marked: dict[Criterion, Marked], criteria: Sequence[Criterion], *, needed: int
) -> tuple[Qualified, ...]:
    """Write every customer out, by id; the criteria of the framework first."""
    return tuple(
        qualify(
            mark_all(marked, number, criteria),
            criteria,
            needed=needed,
            customer_id=book.label(number),
            segment_id=book.segment_of(number),
        )
        for number in range(book.n_customers)
    )


def mark_all(
    marked: dict[Criterion, Marked], row: int, criteria: Sequence[Criterion]
) -> tuple[CustomerMark, ...]:
    """Return the marks of one row, those of the framework first; a criterion that no file speaks of is unknown."""
    asked = (*criteria, *(criterion for criterion in BANT if criterion not in criteria))
    return tuple(
        marked[criterion].at(row, criterion) if criterion in marked else not_measured(criterion)
        for criterion in asked
    )


def not_measured(criterion: Criterion) -> CustomerMark:
    """Return the mark of a criterion that no file speaks of."""
    return CustomerMark(criterion=criterion, mark=Mark.UNKNOWN, because="not_measured")


def qualify(
    marks: tuple[CustomerMark, ...],
    criteria: Sequence[Criterion],
    *,
    needed: int,
    customer_id: str,
    segment_id: int | None,
    opportunity_id: str = "",
) -> Qualified:
    """Put marks together with what the framework's rule decides."""
    counted = tuple(item.mark for item in marks if item.criterion in criteria)
    return Qualified(
        customer_id=customer_id,
        segment_id=segment_id,
        marks=marks,
        met=counted.count(Mark.MET),
        decision=decide(counted, needed=needed),
        opportunity_id=opportunity_id,
    )
