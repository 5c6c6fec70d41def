"""Who is drawn into a sample: random for a seed, spread over spend and recency, with buyers who came back.

Comes in: what each customer spent, when and how often. Goes out: the customers of each sample. The order of the rows in
the file plays no part, and neither does anything outside the values.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """One customer as the draw sees it: purchase days, spend in 1/10,000 units and the last day."""

    key: str
    days: int
    spend: int
    last: date


def draw_samples(
    buyers: Sequence[Buyer], *, customers: int, groups: int, seed: int
) -> tuple[tuple[Buyer, ...], ...]:
    """Draw several samples; no customer stands in two of them while customers last.

    Parameters
    ----------
    buyers : sequence of Buyer
        At least ``customers`` of them.
    customers, groups, seed : int
        Customers in a sample, number of samples, and what decides the draw.

    Notes
    -----
    In each sample at least half are repeat buyers, more where the file has more, as far as they last: who bought once
    shows no rhythm. Repeat buyers and the others are each ordered by spend and, within bands of like spend, by their last
    day; the order is cut into as many runs as customers are wanted, and each run gives one. So a sample holds high and low
    spend, recent and long silent customers.

    Examples
    --------
    >>> shop = [Buyer(key=f"c{n}", days=1 + n % 2, spend=n * 10, last=date(2026, 1, 1 + n)) for n in range(20)]
    >>> one, two = draw_samples(shop, customers=4, groups=2, seed=7)
    >>> sum(buyer.days > 1 for buyer in one), {buyer.key for buyer in one} & {buyer.key for buyer in two}
    (2, set())
    """
    share = sum(buyer.days > 1 for buyer in buyers) / len(buyers)
    wanted = max(math.ceil(customers / 2), round(customers * share))
    unused = sorted(buyers, key=lambda buyer: buyer.key)
    samples = []
    for group in range(groups):
        fresh = min(customers, len(unused))
        salt = f"{seed}:{customers}:{groups}:{group}"
        drawn = _draw(unused, fresh, wanted=wanted, left=groups - group, salt=salt)
        if fresh < customers:  # the file has no more customers: the rest has been drawn before
            taken = {buyer.key for buyer in drawn}
            again = [buyer for buyer in buyers if buyer.key not in taken]
            drawn += _draw(again, customers - fresh, wanted=wanted - fresh, left=1, salt=salt)
        taken = {buyer.key for buyer in drawn}
        unused = [buyer for buyer in unused if buyer.key not in taken]
        samples.append(tuple(sorted(drawn, key=lambda buyer: buyer.key)))
    return tuple(samples)


def _draw(buyers: Sequence[Buyer], count: int, *, wanted: int, left: int, salt: str) -> list[Buyer]:
    """Draw some customers, ``wanted`` repeat buyers among them as far as the samples still to draw leave some."""
    repeat = [buyer for buyer in buyers if buyer.days > 1]
    once = [buyer for buyer in buyers if buyer.days <= 1]
    most = max(len(repeat) // left, count - len(once) // left)
    from_repeat = max(0, min(count, wanted, most, len(repeat)), count - len(once))
    return [*_spread(repeat, from_repeat, salt=salt), *_spread(once, count - from_repeat, salt=salt)]


def _spread(buyers: Sequence[Buyer], count: int, *, salt: str) -> list[Buyer]:
    """Draw one customer from each run of like spend and recency."""
    if not count:
        return []
    by_spend = sorted(buyers, key=lambda buyer: (buyer.spend, buyer.key))
    bands = max(1, round(math.sqrt(count)))
    ordered = [
        buyer
        for band in _cut(by_spend, bands)
        for buyer in sorted(band, key=lambda buyer: (buyer.last, buyer.key))
    ]
    return [min(run, key=lambda buyer: _lot(buyer.key, salt)) for run in _cut(ordered, count)]


def _cut(buyers: Sequence[Buyer], parts: int) -> list[Sequence[Buyer]]:
    """Cut an order into parts whose sizes differ by one at most."""
    edges = [round(len(buyers) * part / parts) for part in range(parts + 1)]
    return [buyers[low:high] for low, high in pairwise(edges)]


def _lot(key: str, salt: str) -> bytes:
    """Return a customer's lot; it hangs on nothing but the seed and the key."""
    return hashlib.sha256(f"{salt}:{key}".encode()).digest()
