"""Triggers that an order history alone does not show: baskets, views, stock and reviews.

With the right events they are tested like any other; without them the verdict is given and no figure at all, except where
something in the orders can stand in and the test says what for what.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from segkit.analysis.associations import level_column
from segkit.analysis.event_days import BASKETS, VIEWS
from segkit.analysis.firings import Firings, fire_on_events, next_purchase
from segkit.analysis.flow_book import FlowBook, FlowGroup
from segkit.analysis.purchase_days import Integers, collect_purchase_days, quote_column
from segkit.analysis.stock_gaps import list_waiting
from segkit.analysis.trials import Trial, catalogue_wait, start_test
from segkit.intake.columns import normalise
from segkit.model.flow_facts import Observability
from segkit.model.flow_kind import FlowKind
from segkit.words.figures import join_words, plural

DELIVERY = frozenset(
    {
        "delivered_at",
        "delivered_on",
        "delivery_date",
        "date_delivered",
        "order_delivered_customer_date",
        "lieferdatum",
        "zugestellt_am",
    }
)
"""Columns that say when a parcel arrived, compared after `normalise`."""


def try_abandoned_cart(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Test baskets and checkouts on days without an order; nothing can be seen without such events."""
    names = [name for name in book.event_names if name in BASKETS]
    if not names:
        return Trial(test=start_test(kind, group, Observability.NOT_OBSERVABLE))
    event = "checkout_started" if "checkout_started" in names else names[0]
    customer, day = _baskets(group, names)
    left = ~_ordered_on(book, customer, day)
    test = start_test(
        kind,
        group,
        Observability.OBSERVABLE,
        event=event,
        wait_days=kind.waits[0],
        wait_reason=f"{join_words(names)} without an order on the same day; hours within a day are the catalogue's",
    )
    return Trial(test=test, firings=fire_on_events(group.days, customer=customer[left], day=day[left]))


def try_browse_abandonment(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Test product views that no basket and no order followed by the next day."""
    names = [name for name in book.event_names if name in VIEWS]
    if not names:
        return Trial(test=start_test(kind, group, Observability.NOT_OBSERVABLE))
    customer, day = _event_days(group, names)
    wait = kind.waits[0]
    basket_customer, basket_day = _event_days(group, list(BASKETS))
    baskets = set(zip(basket_customer.tolist(), basket_day.tolist(), strict=True))
    quiet = np.array(
        [
            not any((one, on + later) in baskets for later in range(wait + 1))
            for one, on in zip(customer.tolist(), day.tolist(), strict=True)
        ],
        dtype=bool,
    )
    for later in range(wait + 1):
        quiet &= ~_ordered_on(book, customer, day + later)
    quiet &= day + wait <= book.as_of
    test = start_test(kind, group, Observability.OBSERVABLE, event=kind.event, **catalogue_wait(kind))
    firings = fire_on_events(group.days, customer=customer[quiet], day=day[quiet] + wait)
    return Trial(test=test, firings=firings)


def try_back_in_stock(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Test notices asked for and goods that came back; by events, else by gaps in a product's sales, else not at all."""
    if kind.event in book.event_names:
        return _try_stock_events(book, group, kind)
    gaps = book.stock_gaps
    if not gaps:
        return Trial(test=start_test(kind, group, Observability.NOT_OBSERVABLE))
    customer, day, returned = list_waiting(book.lines, group.members, gaps)
    longest = max(gaps, key=lambda gap: (gap.days, gap.item))
    test = start_test(
        kind,
        group,
        Observability.PROXY,
        stands_in=f"A pause in a product's sales far above its usual one stands in for being out of stock ({plural(len(gaps), 'pause')}, "
        f"the longest {longest.days} days of {longest.item}, usually {longest.usual}), and earlier buyers of the product stand in "
        "for those who waited for it. A product of one season pauses in the same way.",
        **catalogue_wait(kind),
    )
    order = np.lexsort((day, customer))
    firings = Firings(customer=customer[order], day=day[order], returned=returned[order])
    return Trial(test=test, firings=firings)


def _try_stock_events(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Fire for a customer's notice on the day its product is back; on the notice's day where no file says when that was."""
    notices = group.events[group.events["event"] == kind.event]
    back = book.events[book.events["event"] == "back_in_stock"]
    customer = notices["number"].to_numpy(dtype=np.int64)
    if not len(back):
        firings = fire_on_events(group.days, customer=customer, day=notices["day"].to_numpy(dtype=np.int64))
        test = start_test(
            kind,
            group,
            Observability.PROXY,
            event=kind.event,
            stands_in="The day on which a customer asked to be told stands in for the day on which the product was back.",
            **catalogue_wait(kind),
        )
        return Trial(test=test, firings=firings)
    restocked = {
        product: np.unique(rows["day"].to_numpy(dtype=np.int64)) for product, rows in back.groupby("product")
    }
    day = np.array(
        [
            _first_from(restocked.get(product), on)
            for product, on in zip(notices["product"], notices["day"], strict=True)
        ],
        dtype=np.int64,
    )
    known = day > 0
    customer, day = customer[known], day[known]
    returned = _orders_of(book, group, notices["product"].to_numpy(dtype=object)[known], customer, day)
    test = start_test(kind, group, Observability.OBSERVABLE, event=kind.event, **catalogue_wait(kind))
    order = np.lexsort((day, customer))
    return Trial(
        test=test, firings=Firings(customer=customer[order], day=day[order], returned=returned[order])
    )


def _orders_of(
    book: FlowBook, group: FlowGroup, products: np.ndarray, customer: Integers, day: Integers
) -> Integers:
    """Return the day of each customer's next order of the product, of anything where the orders know no such product."""
    returned = next_purchase(group.days, customer, day - 1)
    column = level_column(book.lines, "product")
    for product in sorted(set(products)) if column else []:
        bought = collect_purchase_days(book.lines, column=column, item=str(product))
        if len(bought.day):
            rows = products == product
            returned[rows] = next_purchase(bought, customer[rows], day[rows] - 1)
    return returned


def try_review_request(book: FlowBook, group: FlowGroup, kind: FlowKind) -> Trial:
    """Test the day on which a customer could judge what he or she bought: by delivery where known, else by the order day."""
    wait = kind.waits[0]
    column = next((name for name in book.lines.columns if normalise(name) in DELIVERY), "")
    delivered = _deliveries(book, group, column) if column else (np.empty(0, np.int64),) * 2
    seen = " Reviews are known from the events." if "review_left" in book.event_names else ""
    if len(delivered[0]):
        customer, start = delivered
        stands_in = f"{wait} days after {column} stand in for having used it.{seen}"
    else:
        customer, start = group.days.customer.astype(np.int64), group.days.day.astype(np.int64)
        stands_in = f"The order day plus {wait} days stands in for delivery and use.{seen}"
    reached = start + wait <= book.as_of
    missing = (
        kind.missing if not seen else "The files show who left a review, and seldom when a parcel arrived."
    )
    test = start_test(
        kind, group, Observability.PROXY, stands_in=stands_in, missing=missing, **catalogue_wait(kind)
    )
    fired = fire_on_events(group.days, customer=customer[reached], day=start[reached] + wait)
    due = Firings(
        customer=fired.customer,
        day=fired.day,
        returned=fired.returned,
        due_customer=customer[~reached],
        due_day=start[~reached] + wait,
    )
    return Trial(test=test, firings=due)


def _deliveries(book: FlowBook, group: FlowGroup, column: str) -> tuple[Integers, Integers]:
    """Return customer and day of each delivery that can be read."""
    name = quote_column(column)
    found = book.lines.arrays(
        "SELECT DISTINCT number, date_diff('day', DATE '0001-01-01', arrived) + 1 AS arrived FROM (SELECT number, "  # noqa: S608 - quoted name
        f"TRY_CAST(left(CAST({name} AS VARCHAR), 10) AS DATE) AS arrived FROM bought WHERE segment = ?) "
        "WHERE arrived IS NOT NULL ORDER BY 1, 2",
        [group.id],
    )
    customer = np.asarray(found["number"], dtype=np.int64)
    day = np.asarray(found["arrived"], dtype=np.int64)
    kept = day <= book.as_of
    return customer[kept], day[kept]


def _baskets(group: FlowGroup, names: list[str]) -> tuple[Integers, Integers]:
    """Return customer and last day of each basket: one by its reference where the file has one, else one a day."""
    rows = group.events[group.events["event"].isin(names)]
    basket = rows["reference"].where(rows["reference"] != "", rows["day"].astype(str))
    last: pd.DataFrame = rows.assign(basket=basket).groupby(["number", "basket"])[["day"]].max().reset_index()
    pairs = last[["number", "day"]].drop_duplicates().sort_values(["number", "day"])
    return pairs["number"].to_numpy(dtype=np.int64), pairs["day"].to_numpy(dtype=np.int64)


def _event_days(group: FlowGroup, names: list[str]) -> tuple[Integers, Integers]:
    """Return customer and day of each day with one of the events."""
    rows = group.events[group.events["event"].isin(names)]
    pairs: pd.DataFrame = rows[["number", "day"]].drop_duplicates()
    return pairs["number"].to_numpy(dtype=np.int64), pairs["day"].to_numpy(dtype=np.int64)


def _ordered_on(book: FlowBook, customer: Integers, day: Integers) -> np.ndarray:
    """Return whether each customer ordered on the day."""
    keys = book.days.customer.astype(np.int64) << 22 | book.days.day
    return np.isin(customer << 22 | day, keys)


def _first_from(days: Integers | None, on: int) -> int:
    """Return the first of some days from a day on, 0 where there is none."""
    if days is None:
        return 0
    place = int(np.searchsorted(days, on))
    return int(days[place]) if place < len(days) else 0
