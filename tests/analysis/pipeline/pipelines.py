"""Pipelines for the tests: written by hand, and drawn from a seed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from segkit.analysis.pipeline.measure import measure_pipeline
from segkit.model.opportunity import MOVE_COLUMNS, OPPORTUNITY_COLUMNS
from segkit.model.sales_stage import stage_models

MODEL = stage_models()["assignment"]
AS_OF = date(2026, 9, 1)
DATES = ("created_at", "expected_close", "first_expected_close", "closed_at")


def make_table(*rows: dict) -> pd.DataFrame:
    """Return opportunities as intake hands them over; what a row does not name is missing."""
    table = pd.DataFrame([{"opportunity_id": f"O{i}", **row} for i, row in enumerate(rows)])
    table = table.reindex(columns=[*OPPORTUNITY_COLUMNS, *table.columns.difference(OPPORTUNITY_COLUMNS)])
    for column in table:
        if column in DATES:
            table[column] = pd.to_datetime(table[column])
        elif column == "amount":
            table[column] = table[column].astype(float)
        else:
            table[column] = table[column].astype(object).where(table[column].notna(), None)
    return table


def make_moves(*rows: tuple) -> pd.DataFrame:
    """Return moves (opportunity, from, to, day)."""
    moves = pd.DataFrame(rows, columns=list(MOVE_COLUMNS))
    moves["at"] = pd.to_datetime(moves["at"])
    return moves


def draw_pipeline(n: int, *, seed: int, history: bool = True) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Draw opportunities that walk through the four stages, some back, some still under way."""
    rng = np.random.default_rng(seed)
    rows, moves = [], []
    names = [stage.id for stage in MODEL.open_stages]
    last = np.datetime64(AS_OF)
    for i in range(n):
        day = np.datetime64("2025-01-01") + int(rng.integers(0, 580))
        row = {
            "opportunity_id": f"O{i:05d}",
            "amount": round(float(rng.lognormal(7, 1)), 2),
            "currency": "EUR",
            "created_at": day,
            "source": str(rng.choice(["fair", "phone", "web"])),
            "product": str(rng.choice(["jars", "bottles"])),
            "customer_id": f"C{int(rng.integers(0, 30)):02d}",
            "status": "open",
            "stage": names[0],
        }
        before, place = None, 0
        while day <= last and row["status"] == "open":
            moves.append((row["opportunity_id"], before, names[place], day))
            row["stage"] = before = names[place]
            day += int(rng.integers(0, 40))
            if day > last:
                break
            lucky = rng.random() < (0.75 if row["source"] == "fair" else 0.55)
            if not lucky or place == len(names) - 1:
                row["status"] = row["stage"] = "won" if lucky else "lost"
                row["closed_at"] = day
                moves.append((row["opportunity_id"], before, row["stage"], day))
            place = max(0, place - 1) if rng.random() < 0.1 else place + 1
        row["expected_close"] = row["created_at"] + int(rng.integers(20, 90))
        row["first_expected_close"] = row["expected_close"] - int(rng.integers(0, 2)) * 14
        rows.append(row)
    return make_table(*rows), make_moves(*moves) if history else None


def measure(table, moves=None, *, model=MODEL, **more):
    return measure_pipeline(table, moves, model=model, as_of=AS_OF, currency="EUR", **more)
