"""Small invented books for the tests of the sales cycle, measured as a company's files are."""

from dataclasses import replace
from datetime import date

import pandas as pd

from segkit.analysis.sales.facts import measure_sales
from segkit.intake.orders import Orders, read_orders
from segkit.model.company import Company, SalesSettings
from segkit.model.document import Document, Library, Origin, Passage
from segkit.model.evidence import Source, SourceType
from tests.analysis.flow_orders import customers_of, one_segment

AS_OF = date(2026, 7, 1)
COLUMNS = ["customer_id", "order_id", "order_date", "amount", "order_status", "category"]


_ALIVE: list[Orders] = []
"""Orders whose file a copy still reads; it goes with the first of them."""


def book(*rows, columns=(), **switches) -> Orders:
    """Read rows of customer, order, day, amount, status and category, and what further columns say."""
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *columns])
    return read_orders(frame, currency="EUR", as_of=switches.pop("as_of", AS_OF), **switches)


def company(**values) -> Company:
    sales = SalesSettings(**values.pop("sales", {}))
    return Company(folder="/shop", slug="shop", name="Shop", sales=sales, **values)


def sales_of(orders, *, segments=None, **values):
    """Measure the sales cycle of a book; ``segments`` gives a segment id by customer id."""
    customers = customers_of(orders)
    assignments = one_segment(customers) if segments is None else pd.Series(segments)
    names = {int(number): f"Group {number}" for number in sorted(set(assignments))}
    given = {name: values.pop(name) for name in ("events", "pipeline", "library", "ledger") if name in values}
    return measure_sales(
        orders, company=company(**values), customers=customers, assignments=assignments, names=names, **given
    )


def attributes(orders: Orders, **columns) -> Orders:
    """Return the orders with a customer file; each column maps customer id to value."""
    frame = pd.DataFrame({name: pd.Series(values) for name, values in columns.items()})
    frame.index.name = "customer_id"
    sources = tuple((name, "customers.csv") for name in columns)
    _ALIVE.append(orders)
    return replace(orders, attributes=frame, attribute_sources=sources)


def page(text: str, *, name="page-terms", heading="Terms", kind=SourceType.WEBSITE) -> Document:
    """Return a saved page of passages separated by blank lines."""
    passages, start = [], 0
    for number, part in enumerate(text.split("\n\n")):
        passages.append(
            Passage(
                id=f"{name}-{number}",
                source_id=name,
                text=part,
                start=start,
                end=start + len(part),
                heading=heading,
            )
        )
        start += len(part) + 2
    source = Source(id=name, type=kind, title=name, path=f"website/{name}.html", sha256="0" * 64)
    return Document(source=source, origin=Origin.PUBLICATION, text=text, passages=tuple(passages))


def pages(*documents: Document) -> Library:
    return Library(documents=documents)


def proxy(facts, name):
    """Return a proxy by name."""
    return next(item for item in facts.proxies if item.name == name)


def marks(facts, customer):
    """Return mark and reason of each criterion of a customer."""
    row = next(item for item in facts.customers if item.customer_id == customer)
    return {item.criterion.value: (item.mark.value, item.because) for item in row.marks}
