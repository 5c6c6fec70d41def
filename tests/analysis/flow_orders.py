"""Order histories for the tests of flows: Book A and small invented shops, read as a user's file is read."""

from dataclasses import dataclass, field

import pandas as pd

from segkit.analysis.customers import collect_customers, describe_customers
from segkit.analysis.flow_facts import measure_flows
from segkit.intake.orders import Orders, read_orders
from tests.analysis.book_a import AS_OF, BOOK


def book_a_frame() -> pd.DataFrame:
    """Return Book A as a table that a user could have."""
    rows = [(customer, day, float(amount)) for customer, orders in BOOK.items() for day, amount in orders]
    return pd.DataFrame(rows, columns=["customer_id", "order_date", "amount"])


def read_frame(frame: pd.DataFrame, *, as_of=AS_OF, **switches) -> Orders:
    return read_orders(frame, currency="EUR", as_of=as_of, **switches)


def customers_of(orders: Orders) -> pd.DataFrame:
    return collect_customers(describe_customers(orders.scan(), as_of=orders.as_of))


def one_segment(customers: pd.DataFrame) -> pd.Series:
    """Put everybody into segment 1."""
    return pd.Series(1, index=pd.Index(customers["customer_id"], name="customer_id"), name="segment_id")


def facts_of(frame, *, segments=None, events=None, **switches):
    """Read a frame and measure its flows; ``segments`` gives a segment id by customer id."""
    orders = read_frame(frame, **switches)
    customers = customers_of(orders)
    assignments = one_segment(customers) if segments is None else pd.Series(segments)
    names = {int(number): f"Group {number}" for number in sorted(set(assignments))}
    return measure_flows(orders, customers=customers, assignments=assignments, names=names, events=events)


@dataclass(frozen=True)
class SomeEvents:
    """Stands for what intake reads from events.csv."""

    rows: tuple
    source: object = None
    log: dict = field(default_factory=dict)

    @property
    def table(self):
        names = ["customer_id", "event", "at", "product", "reference"]
        padded = [(*row, *[None] * (len(names) - len(row))) for row in self.rows]
        table = pd.DataFrame(padded, columns=names)
        return table.assign(at=pd.to_datetime(table["at"]))
