"""Book A: the ten-customer fixture of the reference (day: amount; as of 2026-10-31; 21 lines, 2,407.05)."""

from datetime import date

import pandas as pd

AS_OF = date(2026, 10, 31)
BOOK = {
    "C01": [
        ("2026-01-10", 120),
        ("2026-03-02", 95),
        ("2026-06-20", 140),
        ("2026-09-30", 130),
        ("2026-10-28", 150),
    ],
    "C02": [("2026-02-14", 60)],
    "C03": [("2026-05-05", 60)],
    "C04": [("2026-05-05", 45), ("2026-08-15", 45)],
    "C05": [("2026-10-30", 300)],
    "C06": [("2026-01-05", 20), ("2026-01-19", 25), ("2026-02-02", 20), ("2026-02-16", 22)],
    "C07": [("2026-07-07", 80), ("2026-07-07", 15)],
    "C08": [("2026-10-01", 500), ("2026-10-15", 450)],
    "C09": [("2026-03-03", 60)],
    "C10": [("2026-04-01", 35), ("2026-09-01", "35.05")],
}


def book_a_lines() -> pd.DataFrame:
    """Return the canonical lines: no order ids in the source, so one order per customer and day."""
    rows = [(customer, day, amount) for customer, orders in BOOK.items() for day, amount in orders]
    lines = pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])
    lines["order_id"] = lines["customer_id"] + "|" + lines["order_date"]
    lines["order_date"] = pd.to_datetime(lines["order_date"])
    lines["amount"] = [round(float(amount) * 10_000) for amount in lines["amount"]]
    lines["is_return"] = False
    return lines
