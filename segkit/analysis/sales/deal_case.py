"""One deal of the pipeline as a case: the stages it passed, with days, and the order that followed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.ageing import find_people, read_next_step
from segkit.analysis.sales.order_book import SalesBook
from segkit.intake.pipeline import Pipeline
from segkit.model.opportunity import Outcome
from segkit.model.sales_facts import CaseStep, OpportunityCase
from segkit.model.sales_stage import SalesStage


def find_deal(pipeline: Pipeline | None, identifier: str) -> int | None:
    """Return the row of an opportunity by id, None where there is none."""
    if pipeline is None:
        return None
    rows = np.flatnonzero(pipeline.table["opportunity_id"] == identifier)
    return int(rows[0]) if len(rows) else None


def last_won_deal(book: SalesBook, pipeline: Pipeline | None) -> int | None:
    """Return the row of the won opportunity that was closed last and whose stages and order are both known."""
    if pipeline is None or pipeline.moves is None:
        return None
    table = pipeline.table
    known = table["order_id"].isin(book.orders["order_id"]) & table["opportunity_id"].isin(
        pipeline.moves["opportunity_id"]
    )
    won = np.flatnonzero((table["status"] == Outcome.WON.value) & known & table["closed_at"].notna())
    if not len(won):
        return None
    ids = table["opportunity_id"].to_numpy(dtype=object)[won].astype(str)
    return int(won[np.lexsort((ids, table["closed_at"].to_numpy()[won]))[-1]])


def largest_open_deal(book: SalesBook, pipeline: Pipeline | None) -> int | None:
    """Return the row of the largest open opportunity, one with a planned close ahead before all others; None without an amount."""
    if pipeline is None:
        return None
    table = pipeline.table
    amount = table["amount"].to_numpy(dtype=np.float64, na_value=np.nan)
    rows = np.flatnonzero((table["status"] == Outcome.OPEN.value).to_numpy(dtype=bool) & ~np.isnan(amount))
    if not len(rows):
        return None
    ahead = (pd.to_datetime(table["expected_close"]) >= pd.Timestamp(book.day(book.as_of))).to_numpy(
        dtype=bool
    )
    ids = table["opportunity_id"].to_numpy(dtype=object)[rows].astype(str)
    return int(rows[np.lexsort((ids, -amount[rows], ~ahead[rows]))[0]])


def tell_deal(book: SalesBook, pipeline: Pipeline, row: int, *, role: str = "example") -> OpportunityCase:
    """Tell one opportunity by its moves between stages; without a history by what its own row dates."""
    deal: pd.Series = pipeline.table.iloc[row]
    known = deal["customer_id"] if isinstance(deal["customer_id"], str) else ""
    number = int(book.lines.numbers_of(pd.Series([known]))[0])
    closed, expected = _day(deal["closed_at"]), _day(deal["expected_close"])
    return OpportunityCase(
        kind="deal",
        role=role,
        key=str(deal["opportunity_id"]),
        customer_id=known,
        segment_id=book.segment_of(number),
        status=str(deal["status"]),
        amount=_amount(deal) or 0.0,
        opened=_day(deal["created_at"]) or closed or book.day(book.as_of),
        steps=(
            *_stages(pipeline, deal, as_of=book.day(book.as_of)),
            *_dates(deal),
            *_planned(pipeline, row),
            *_end(deal),
        ),
        closed=closed,
        expected=expected,
        # the name of a deal is free text in which people are named
        product=_text(deal["product"]),
    )


def _stages(pipeline: Pipeline, deal: pd.Series, *, as_of: date) -> list[CaseStep]:
    """Return a step for each of the open stages it stood in, and one unobserved for each that nobody recorded."""
    created = _day(deal["created_at"])
    steps = [CaseStep(stage=SalesStage.PROSPECTING, what="created", on=created, detail=_text(deal["source"]))]
    moves = pipeline.moves
    own = moves[moves["opportunity_id"] == deal["opportunity_id"]] if moves is not None else None
    if own is None or own.empty:
        return [*steps, *_unseen({SalesStage.PROSPECTING})]
    days = [_day(at) for at in own["at"]]
    until = [*days[1:], _day(deal["closed_at"]) or as_of]
    for to, entered, left in zip(own["to_stage"], days, until, strict=True):
        stage = pipeline.log.model.find(str(to))
        if stage.stage.is_closed or entered is None or left is None:
            continue
        steps.append(
            CaseStep(
                stage=stage.stage, what="stage", on=entered, detail=stage.label, days=(left - entered).days
            )
        )
    return steps + _unseen({step.stage for step in steps})


def _unseen(seen: set[SalesStage]) -> list[CaseStep]:
    names = {
        SalesStage.DISCOVERY: "asked",
        SalesStage.EVALUATING: "weighed",
        SalesStage.CLOSING: "settled",
    }
    return [
        CaseStep(stage=stage, what=what, observed=False) for stage, what in names.items() if stage not in seen
    ]


def _dates(deal: pd.Series) -> list[CaseStep]:
    """Return the day a close was expected on, and by how much it was moved."""
    expected, first = _day(deal["expected_close"]), _day(deal["first_expected_close"])
    if expected is None:
        return []
    steps = [CaseStep(stage=SalesStage.CLOSING, what="expected", on=expected)]
    if first and expected > first:
        steps.append(
            CaseStep(
                stage=SalesStage.CLOSING,
                what="slipped",
                on=expected,
                detail=first.isoformat(),
                days=(expected - first).days,
            )
        )
    return steps


def _planned(pipeline: Pipeline, row: int) -> list[CaseStep]:
    """Return the next step of an open opportunity as somebody wrote it down, without personal data."""
    deal = pipeline.table.iloc[row]
    text = read_next_step(pipeline.table, row, find_people(pipeline.table))
    if deal["status"] != Outcome.OPEN.value or not text:
        return []
    return [CaseStep(stage=pipeline.log.model.find(str(deal["stage"])).stage, what="next_step", detail=text)]


def _end(deal: pd.Series) -> list[CaseStep]:
    closed = _day(deal["closed_at"])
    amount = _amount(deal)
    if deal["status"] == Outcome.LOST.value:
        return [
            CaseStep(
                stage=SalesStage.LOST,
                what="lost",
                on=closed,
                detail=_text(deal["lost_reason"]),
                amount=amount,
            )
        ]
    if deal["status"] != Outcome.WON.value:
        return []
    steps = [CaseStep(stage=SalesStage.WON, what="won", on=closed, amount=amount)]
    order = _text(deal["order_id"])
    if order:
        steps.append(CaseStep(stage=SalesStage.WON, what="order_placed", detail=order))
    return steps


def _amount(deal: pd.Series) -> float | None:
    return round(float(str(deal["amount"])), 2) if pd.notna(deal["amount"]) else None


def _day(value: object) -> date | None:
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return None
    return pd.Timestamp(str(value)).date()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
