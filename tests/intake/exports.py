"""Small invented exports for tests: rows as dictionaries, written under a vendor's full header."""

from __future__ import annotations

import csv
from pathlib import Path

from segkit.intake.formats import find_format

SHOPIFY = {
    "Financial Status": "paid",
    "Currency": "EUR",
    "Created at": "2024-03-30 23:30:00 +0100",
    "Lineitem quantity": "1",
    "Lineitem name": "Mug",
    "Lineitem price": "10.00",
    "Discount Amount": "0.00",
    "Refunded Amount": "0.00",
    "Billing Name": "Ann Lee",
    "Billing Zip": "'75008",
}
LINE = (
    "Name",
    "Created at",
    "Lineitem quantity",
    "Lineitem name",
    "Lineitem price",
    "Lineitem sku",
    "Vendor",
)


def write_csv(
    path: Path, rows: list[dict[str, str]], *, header: list[str] | None = None, sep: str = ","
) -> Path:
    """Write rows under a header; a column that a row lacks stays blank."""
    names = header or list(dict.fromkeys(name for row in rows for name in row))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, names, delimiter=sep)
        writer.writeheader()
        writer.writerows(rows)
    return path


def vendor_csv(path: Path, form: str, rows: list[dict[str, str]]) -> Path:
    """Write rows under a vendor's full header."""
    header = list(find_format(form).header)
    return write_csv(path, rows, header=header)


def shopify_order(number: int, *lines: dict[str, str], **first: str) -> list[dict[str, str]]:
    """Make the rows of one Shopify order: order columns on its first line only, as Shopify writes them."""
    columns = {name.replace("_", " "): value for name, value in first.items()}
    base = SHOPIFY | {
        "Name": f"#{number}",
        "Id": str(6_000_000_000_000 + number),
        "Email": f"c{number}@x.example",
    }
    rows = []
    for position, line in enumerate(lines or ({},)):
        row = base | columns | line
        if position:
            row = {name: value for name, value in row.items() if name in LINE}
        rows.append(row)
    if "Subtotal" not in columns:
        gross = sum(float(r["Lineitem price"]) * float(r["Lineitem quantity"]) for r in rows)
        rows[0]["Subtotal"] = f"{gross - float(rows[0]['Discount Amount']):.2f}"
    return rows
