"""The steps before an order as far as events show them: how many took each, and how many went on.

Only what had time to go on is counted: a basket of yesterday has no outcome yet. Without events no step before the order has a
figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.opportunities import measure_share
from segkit.analysis.sales.order_book import Flags, Integers, SalesBook
from segkit.intake.pipeline import Pipeline
from segkit.model.flow_facts import Observability
from segkit.model.opportunity import Outcome
from segkit.model.sales_facts import FunnelStep
from segkit.model.sales_stage import SalesStage

BASKET_DAYS = 7
"""Days within which a basket or a checkout that leads to an order has led to it."""
VIEW_DAYS = 30
"""The same for a sign-up, a look at a product and a request for a quote."""
PEOPLE, BASKETS, QUOTES = "people", "baskets", "quotes"
QUOTE, WON_DEAL = "quote_requested", "won deal"
BASKET_EVENTS = ("cart_added", "checkout_started")
_KEY = 1 << 22
_MOMENTS = 1 << 36
_EPOCH = pd.Timestamp("1970-01-01").toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One step before the order: its event, what is counted, what goes on from it ("" nothing that can be told), in how many days."""

    stage: SalesStage
    name: str
    unit: str
    to: str
    window: int


_STEPS = (
    _Step(stage=SalesStage.PROSPECTING, name="visit", unit=PEOPLE, to="", window=VIEW_DAYS),
    _Step(stage=SalesStage.PROSPECTING, name="signed_up", unit=PEOPLE, to="order", window=VIEW_DAYS),
    _Step(stage=SalesStage.DISCOVERY, name="product_viewed", unit=PEOPLE, to="basket", window=VIEW_DAYS),
    _Step(stage=SalesStage.EVALUATING, name="cart_added", unit=BASKETS, to="order", window=BASKET_DAYS),
    _Step(stage=SalesStage.EVALUATING, name=QUOTE, unit=QUOTES, to="order", window=VIEW_DAYS),
    _Step(stage=SalesStage.EVALUATING, name="checkout_started", unit=BASKETS, to="order", window=BASKET_DAYS),
)


def measure_funnel(
    book: SalesBook, events: Any, *, pipeline: Pipeline | None = None
) -> tuple[FunnelStep, ...]:
    """Measure the steps from a visit to an order.

    Parameters
    ----------
    book : SalesBook
        The orders.
    events : Events or None
        What customers did besides ordering.
    pipeline : Pipeline, optional
        The CRM export, for requests for a quote whose reference names an opportunity: how that one ended is their outcome.

    Returns
    -------
    tuple of FunnelStep
        In order. A basket is one by its reference, else one customer's day, and a checkout is a basket too; people count once, from their
        first such event on. A view goes on to a basket, a request for a quote to its deal, else to a later order, everything else to an
        order of the same customer.

    Notes
    -----
    People whom the orders do not know are counted where they can be told apart; where the file names customers only, everybody who
    signed up has ordered by construction, and no share is given.
    """
    table = date_events(book, events)
    seen = set(table["event"]) if table is not None else set()
    steps = []
    for step in _STEPS:
        if table is None or step.name not in seen:
            steps.append(_unseen(step))
            continue
        if step.name == QUOTE:
            steps.append(_measure_quotes(book, table, step, source_id=events.source.id, pipeline=pipeline))
            continue
        steps.append(_measure(book, table, step, source_id=events.source.id))
    steps.append(
        FunnelStep(
            stage=SalesStage.WON,
            name="order",
            observability=Observability.OBSERVABLE,
            unit="orders",
            n=int(book.won.sum()),
            people=len(np.unique(book.days.customer)),
            source_id="orders",
        )
    )
    return tuple(steps)


def _unseen(step: _Step) -> FunnelStep:
    return FunnelStep(
        stage=step.stage, name=step.name, observability=Observability.NOT_OBSERVABLE, unit=step.unit
    )


def date_events(book: SalesBook, events: Any) -> pd.DataFrame | None:
    """Return the events with the number of the customer (-1 for others), the day and the reference; None without any."""
    table = getattr(events, "table", None)
    if table is None or not len(table):
        return None
    at = pd.to_datetime(table["at"]).to_numpy(dtype="datetime64[D]").astype(np.int64) + _EPOCH
    found = pd.DataFrame(
        {
            "number": book.lines.numbers_of(table["customer_id"]),
            "day": at,
            "moment": pd.to_datetime(table["at"]).to_numpy(dtype="datetime64[s]").astype(np.int64),
            "event": table["event"].astype(object),
            "reference": table["reference"].astype(object).where(table["reference"].notna(), ""),
            "product": table["product"].astype(object).where(table["product"].notna(), ""),
        }
    )
    kept: pd.DataFrame = found[found["day"] <= book.as_of]
    return kept


def _measure(book: SalesBook, table: pd.DataFrame, step: _Step, *, source_id: str) -> FunnelStep:
    starts = _starts(table, step)
    customer, day = starts["number"].to_numpy(dtype=np.int64), starts["day"].to_numpy(dtype=np.int64)
    went = _goes_on(_targets(book, table, step.to), customer, day, step.window)
    # the end of observation is the day after the last one that was seen
    undecided = ~went & (day + step.window >= book.as_of)
    told = bool(step.to) and (step.name != "signed_up" or bool((customer < 0).any()))
    onward = measure_share(int(went.sum()), int((~undecided).sum())) if told else None
    return FunnelStep(
        stage=step.stage,
        name=step.name,
        observability=Observability.OBSERVABLE,
        unit=step.unit,
        n=len(starts),
        undecided=int(undecided.sum()) if told else 0,
        onward=onward,
        window_days=step.window if told else None,
        people=len(np.unique(customer[customer >= 0])),
        source_id=source_id,
        onward_to=step.to if onward else "",
    )


def _measure_quotes(
    book: SalesBook, table: pd.DataFrame, step: _Step, *, source_id: str, pipeline: Pipeline | None
) -> FunnelStep:
    """Measure requests for a quote: by the deal that the reference names, else by an order placed after the request."""
    asked = table[table["event"] == step.name]
    key = asked["reference"].where(asked["reference"] != "", asked["day"].astype(str))
    asked = asked.assign(key=key).groupby(["number", "key"], as_index=False)[["day", "moment"]].min()
    ended: dict[str, str] = {}
    if pipeline is not None:
        deals = pipeline.table
        ended = dict(zip(deals["opportunity_id"].astype(str), deals["status"].astype(str), strict=True))
    status = np.array([ended.get(key, "") for key in asked["key"]], dtype=object)
    of_deal = status != ""
    ordered = _ordered_after(book, asked, step.window)
    young = ~ordered & (asked["day"].to_numpy(dtype=np.int64) + step.window >= book.as_of)
    went = np.where(of_deal, status == Outcome.WON.value, ordered)
    undecided = np.where(of_deal, status == Outcome.OPEN.value, young)
    onward = measure_share(int(went.sum()), int((~undecided).sum()))
    goals = [goal for goal, some in ((WON_DEAL, of_deal.any()), ("order", (~of_deal).any())) if some]
    number = asked["number"].to_numpy(dtype=np.int64)
    return FunnelStep(
        stage=step.stage,
        name=step.name,
        observability=Observability.OBSERVABLE,
        unit=step.unit,
        n=len(asked),
        undecided=int(undecided.sum()),
        onward=onward,
        window_days=None if of_deal.all() else step.window,
        people=len(np.unique(number[number >= 0])),
        source_id=source_id,
        onward_to=" or ".join(goals) if onward else "",
    )


def _ordered_after(book: SalesBook, asked: pd.DataFrame, window: int) -> Flags:
    """Flag the requests after which the customer ordered; an order of the same moment is the request itself under another name."""
    order = book.orders[book.won]
    # without an hour an order of the same day may have come first
    hour = order["moment"].to_numpy(dtype=np.float64)
    moment = np.where(np.isnan(hour), (order["day"].to_numpy() - _EPOCH) * 86_400.0, hour)
    key = order["number"].to_numpy(dtype=np.int64) * _MOMENTS + moment.astype(np.int64)
    place = np.argsort(key, kind="stable")
    days = np.append(order["day"].to_numpy(dtype=np.int64)[place], np.iinfo(np.int64).max)
    owner = np.append(order["number"].to_numpy(dtype=np.int64)[place], -1)
    number = asked["number"].to_numpy(dtype=np.int64)
    following = np.searchsorted(key[place], number * _MOMENTS + asked["moment"].to_numpy(), side="right")
    within = days[following] <= asked["day"].to_numpy(dtype=np.int64) + window
    return np.asarray((number >= 0) & (owner[following] == number) & within)


def _starts(table: pd.DataFrame, step: _Step) -> pd.DataFrame:
    """Return one row for each thing counted, with its customer and the day from which it may go on."""
    rows = table[table["event"] == step.name]
    if step.name == "product_viewed":
        first: pd.DataFrame = rows[rows["number"] >= 0].groupby("number")["day"].min().reset_index()
        return first
    if step.unit == PEOPLE:
        known = rows[rows["number"] >= 0].groupby("number")["day"].min().reset_index()
        return pd.concat([known, rows[rows["number"] < 0][["number", "day"]]], ignore_index=True)
    touched = table[table["event"].isin(BASKET_EVENTS)] if step.unit == BASKETS else rows
    key = touched["reference"].where(touched["reference"] != "", touched["day"].astype(str))
    # a basket is left on the day it was last touched, by whichever event
    last: pd.DataFrame = touched.assign(key=key).groupby(["number", "key"])["day"].max().reset_index()
    if step.name == "checkout_started":
        begun = touched.assign(key=key)[touched["event"] == step.name]
        last = last.merge(begun[["number", "key"]].drop_duplicates(), on=["number", "key"])
    return last


def _targets(book: SalesBook, table: pd.DataFrame, to: str) -> Integers:
    """Return sorted keys of customer and day on which somebody went on."""
    if to == "order":
        customer, day = book.days.customer.astype(np.int64), book.days.day.astype(np.int64)
    else:
        rows = table[table["event"].isin(BASKET_EVENTS) & (table["number"] >= 0)]
        customer, day = rows["number"].to_numpy(dtype=np.int64), rows["day"].to_numpy(dtype=np.int64)
    return np.unique(customer * _KEY + day)


def _goes_on(targets: Integers, customer: Integers, day: Integers, window: int) -> np.ndarray:
    """Return whether each customer went on from a day to the end of the window."""
    key = customer * _KEY + day
    place = np.searchsorted(targets, key)
    found = np.append(targets, np.iinfo(np.int64).max)[place]
    return np.asarray((customer >= 0) & (found <= key + window))
