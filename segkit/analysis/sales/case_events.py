"""What a customer did before an order, as events show it: signed up, looked, filled a basket, began a checkout, asked for a quote."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from segkit.analysis.sales.funnel import BASKET_DAYS, VIEW_DAYS, date_events
from segkit.analysis.sales.order_book import SalesBook
from segkit.model.sales_facts import CaseStep
from segkit.model.sales_stage import SalesStage

EVER = 1_000_000
"""Days: how somebody came to the company is no older for having been long ago."""
_WHAT = (
    ("signed_up", "signed_up", SalesStage.PROSPECTING, EVER),
    ("product_viewed", "viewed", SalesStage.DISCOVERY, VIEW_DAYS),
    ("quote_requested", "quote_asked", SalesStage.DISCOVERY, VIEW_DAYS),
    ("cart_added", "basket", SalesStage.EVALUATING, BASKET_DAYS),
    ("checkout_started", "checkout", SalesStage.EVALUATING, BASKET_DAYS),
)


def steps_before(book: SalesBook, events: Any, *, number: int, day: int) -> list[CaseStep]:
    """Return the last event of each kind before an order, within the window of the funnel, as dated steps.

    A sign-up counts however long ago it was.
    """
    table = date_events(book, events)
    if table is None:
        return []
    own = table[(table["number"] == number) & (table["day"] <= day)]
    steps: dict[str, CaseStep] = {}
    for event, what, stage, window in _WHAT:
        rows = own[(own["event"] == event) & (own["day"] >= day - window)]
        if len(rows):
            steps[what] = _step(rows.iloc[-1], what, stage)
    return list(steps.values())


def _step(row: pd.Series, what: str, stage: SalesStage) -> CaseStep:
    product = str(row["product"]) if what == "viewed" else ""
    return CaseStep(stage=stage, what=what, on=date.fromordinal(int(row["day"])), detail=product)
