"""Money taken off within an order is netted; an order of nothing but negatives is a cancellation, by switch."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from segkit.intake.orders import read_orders

ROWS = """customer,order,date,product,amount
K1,1,2026-01-13,Tea,20.00
K1,1,2026-01-13,Tea returned,-5.00
K2,2,2026-01-15,Cup,10.00
K2,3,2026-01-25,Cup back,-10.00
K3,4,2026-02-13,Pot,40.00
"""


@pytest.fixture
def orders_csv(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_a_refund_within_an_order_is_netted_and_said(orders_csv: Path):
    orders = read_orders(orders_csv)
    assert orders.log.revenue == Decimal(65)
    assert orders.log.orders == 3
    (kept,) = (entry for entry in orders.log.kept if entry.rule == "refunds within an order")
    assert (kept.rows, kept.amount) == (1, Decimal(-5))


def test_an_order_of_nothing_but_negatives_is_a_cancellation_until_told_otherwise(orders_csv: Path):
    (dropped,) = read_orders(orders_csv).log.dropped
    assert (dropped.rule, dropped.rows, dropped.amount) == ("cancellations", 1, Decimal(-10))
    netted = read_orders(orders_csv, cancellations="net").log
    assert netted.revenue == Decimal(55)
    assert netted.dropped == ()
