"""Order files whose columns, ids or customers are broken, and vendors' exports that cannot be an order history."""

from __future__ import annotations

from pathlib import Path

from hostile_case import (
    HEADER,
    ROWS,
    Chapter,
    change,
    dropped,
    kept,
    repaired,
    text_of,
    without,
    write_orders,
)

columns = Chapter("columns")
ids = Chapter("ids")
few = Chapter("small or constant")
vendors = Chapter("vendor exports")


def _without(folder: Path, column: str) -> None:
    header, rows = without(column)
    write_orders(folder, text_of(rows, header))


@columns.refused("no customer", "orders.csv", "who ordered", "columns")
def no_customer_column(folder: Path) -> None:
    _without(folder, "customer_id")


@columns.refused("no date", "orders.csv", "when an order was placed", "columns")
def no_date_column(folder: Path) -> None:
    _without(folder, "order_date")


@columns.read("no amount: recency and frequency still work", totals=(6, 10, None))
def no_amount_column(folder: Path) -> None:
    _without(folder, "amount")


@columns.repaired("no order id: one order per customer and day", kept("customer and day", 10))
def no_order_column(folder: Path) -> None:
    _without(folder, "order_id")


@columns.refused("two columns of the same name that matter", "orders.csv", "amount")
def duplicate_amount_header(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "1.00") for row in ROWS], (*HEADER, "amount")))


@columns.repaired("two columns of the same name that do not matter", repaired("repeated column names", 0))
def duplicate_extra_header(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "a", "b") for row in ROWS], (*HEADER, "shelf", "shelf")))


@columns.repaired("a column without a name", repaired("blank or repeated column names", 0))
def nameless_column(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "a") for row in ROWS], (*HEADER, "")))


@columns.refused("two columns that could be the customer", "orders.csv", "customer_id", "columns")
def two_customer_columns(folder: Path) -> None:
    header = ("customer_id", "cust_id", *HEADER[1:])
    write_orders(folder, text_of([(row[0], *row) for row in ROWS], header))


@columns.refused("company.toml names a column that is not there", "orders.csv", "'Kundennr'", "customer_id")
def mapped_column_missing(folder: Path) -> None:
    write_orders(folder, text_of(), toml='[orders]\ncolumns = { customer_id = "Kundennr" }\n')


@columns.refused("company.toml gives one column two meanings", "company.toml", "'customer_id' and 'order_id'")
def mapped_column_twice(folder: Path) -> None:
    toml = '[orders]\ncolumns = { customer_id = "order_id", order_id = "order_id" }\n'
    write_orders(folder, text_of(), toml=toml)


@columns.refused("the date column holds amounts", "orders.csv", "row 2", "12.00", "no dates")
def swapped_columns(folder: Path) -> None:
    write_orders(
        folder, text_of(), toml='[orders]\ncolumns = { order_date = "amount", amount = "country" }\n'
    )


@columns.refused("two order files with different columns", "orders_2.csv", "when an order was placed")
def files_that_differ(folder: Path) -> None:
    write_orders(folder, text_of(), toml='[orders]\nfiles = ["orders*.csv"]\n')
    (folder / "orders_2.csv").write_text("item,shelf\nTea,3\n", encoding="utf-8")


@columns.repaired("two overlapping order files", dropped("a later export holds", 10))
def overlapping_files(folder: Path) -> None:
    write_orders(folder, text_of(), toml='[orders]\nfiles = ["orders*.csv"]\n')
    (folder / "orders_2.csv").write_text(text_of(), encoding="utf-8")


@columns.read("columns that are called as segkit calls its own")
def our_own_names(folder: Path) -> None:
    names = (
        "line_no",
        "is_return",
        "recency_days",
        "frequency",
        "monetary_total",
        "segment_id",
        "rfm_score",
        "__row",
    )
    rows = [(*row, "1", "no", *["7"] * 6) for row in ROWS]
    write_orders(folder, text_of(rows, (*HEADER, *names)))


@columns.read("the customer is in another column than the one called customer_id")
def other_customer_column(folder: Path) -> None:
    header = ("Kundennr", *HEADER[1:], "customer_id")
    rows = [(*row, f"S{i}") for i, row in enumerate(ROWS)]
    write_orders(folder, text_of(rows, header), toml='[orders]\ncolumns = { customer_id = "Kundennr" }\n')


@columns.read("headers with quotes, line breaks and SQL")
def odd_headers(folder: Path) -> None:
    names = ('"a""; DROP TABLE orders; --"', '"two\nlines"', "it's", "\U0001f9f6", '"x,y"', "a" * 3000)
    write_orders(folder, text_of([(*row, *"123456") for row in ROWS], (*HEADER, *names)))


@columns.read("a file name with brackets, a quote and a blank")
def odd_file_name(folder: Path) -> None:
    toml = """[orders]\nfiles = "orders [1] it's.csv"\n"""
    write_orders(folder, text_of(), file="orders [1] it's.csv", toml=toml)


@ids.refused("ids in scientific notation", "orders.csv", "row 2", "1.00E+05", "customer_id")
def scientific_ids(folder: Path) -> None:
    write_orders(
        folder, text_of(change(column="customer_id", values=lambda cell: f"1.0{int(cell[1:]) - 1}E+05"))
    )


@ids.read("leading zeros are part of an id", totals=(7, 10, 352.00))
def leading_zeros(folder: Path) -> None:
    rows = change(column="customer_id", values=lambda cell: cell.replace("K", "0"))
    write_orders(folder, text_of(change(rows, column="customer_id", values={1: "1"})))


@ids.repaired("blanks around ids", repaired("blanks around", 2))
def padded_ids(folder: Path) -> None:
    write_orders(folder, text_of(change(column="customer_id", values={1: " K01 ", 3: "K02 "})))


@ids.repaired("orders without a customer", dropped("who ordered", 2), totals=(5, 8, 307.50))
def some_without_customer(folder: Path) -> None:
    write_orders(folder, text_of(change(column="customer_id", values={8: "", 9: ""})))


@ids.refused("no order has a customer", "orders.csv", "'customer_id'", "who ordered")
def nobody(folder: Path) -> None:
    write_orders(folder, text_of(change(column="customer_id", values=lambda _: "")))


@ids.read("right-to-left, emoji and combining letters in ids and texts")
def unicode_ids(folder: Path) -> None:
    names = {
        "K01": "\u05d3\u05e0\u05d4",
        "K02": "\U0001f9f6\U0001f1e9\U0001f1ea",
        "K03": "e\u0301va",
        "K04": "\u202eevil\u202c",
    }
    rows = change(column="customer_id", values=lambda cell: names.get(cell, cell))
    write_orders(
        folder, text_of(change(rows, column="product", values=lambda cell: f"{cell} \u0001\U0001f375"))
    )


@ids.repaired("the same name composed and decomposed", repaired("same letters", 1))
def composed_and_decomposed(folder: Path) -> None:
    rows = change(column="customer_id", values={0: "Ren\u00e9", 1: "Rene\u0301"})
    write_orders(folder, text_of(rows))


@ids.read("customers called NA, None and null")
def ids_that_look_missing(folder: Path) -> None:
    names = {"K01": "NA", "K02": "None", "K03": "null", "K04": "nan", "K05": "NULL", "K06": "true"}
    write_orders(folder, text_of(change(column="customer_id", values=lambda cell: names[cell])))


@few.refused("one customer", "1 customer", "4 groups", "add orders")
def one_customer(folder: Path) -> None:
    write_orders(folder, text_of(change(column="customer_id", values=lambda _: "K01")))


@few.refused("one order", "1 customer", "4 groups", "add orders")
def one_order(folder: Path) -> None:
    write_orders(folder, text_of([ROWS[0]]))


@few.refused("3 customers, 4 groups asked for", "3 customers", "4 groups", "n_segments")
def three_customers(folder: Path) -> None:
    write_orders(folder, text_of(ROWS[:5]))


@few.read("3 customers, 3 groups asked for", totals=(3, 5, 102.50))
def three_customers_three_groups(folder: Path) -> None:
    write_orders(folder, text_of(ROWS[:5]), toml="[segmentation]\nn_segments = 3\n")


@few.read("exactly 4 customers", totals=(4, 7, 292.50))
def four_customers(folder: Path) -> None:
    write_orders(folder, text_of(ROWS[:7]))


@few.read("everybody ordered once", totals=(10, 10, 352.00))
def everybody_once(folder: Path) -> None:
    write_orders(folder, text_of([(f"K{i:02d}", *row[1:]) for i, row in enumerate(ROWS)]))


@few.read("every column constant", totals=(10, 10, 120.00))
def constant_columns(folder: Path) -> None:
    write_orders(folder, text_of([(f"K{i:02d}", f"{i}", *ROWS[0][2:]) for i in range(10)]))


@few.read("40 customers who are all alike", totals=(40, 40, 480.00))
def all_alike(folder: Path) -> None:
    write_orders(folder, text_of([(f"K{i:02d}", f"{i}", *ROWS[0][2:]) for i in range(40)]))


@few.repaired("every order cancelled but four", dropped("cancelled", 6), totals=(4, 4, 184.25))
def mostly_cancelled(folder: Path) -> None:
    states = [
        "paid",
        "cancelled",
        "Canceled",
        "paid",
        "paid",
        "cancelled",
        "cancelled",
        "CANCELLED",
        "cancelled",
        "paid",
    ]
    rows = [(*row, state) for row, state in zip(ROWS, states, strict=True)]
    rows[0] = ("K01", "1001", "2024-01-15", "141.15", "Green tea", "DE", "paid")
    write_orders(folder, text_of(rows, (*HEADER, "status")))


@few.refused("every order cancelled", "orders.csv", "cancelled")
def all_cancelled(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "cancelled") for row in ROWS], (*HEADER, "status")))


@vendors.refused("two currencies", "orders.csv", "row 4", "USD", "EUR")
def mixed_currencies(folder: Path) -> None:
    codes = ["EUR", "EUR", "USD", *["EUR"] * 7]
    rows = [(*row, code) for row, code in zip(ROWS, codes, strict=True)]
    write_orders(folder, text_of(rows, (*HEADER, "currency")))


@vendors.refused("the file's currency is not the company's", "orders.csv", "USD", "EUR")
def other_currency(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "USD") for row in ROWS], (*HEADER, "currency")))


SHOPIFY = "Name,Email,Financial Status,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Id"


@vendors.refused("Shopify: continuation lines without their order", "orders.csv", "who ordered")
def shopify_continuations_only(folder: Path) -> None:
    lines = [f"#{i},,,,,,2024-04-{i} 10:00:00 +0100,1,Tea,5.00," for i in range(13, 23)]
    write_orders(folder, "\n".join([SHOPIFY, *lines]))


@vendors.repaired(
    "Shopify: an order with a line that names no order", dropped("who ordered", 1), totals=(5, 5, 50.00)
)
def shopify_line_without_order(folder: Path) -> None:
    lines = [
        line
        for i in range(13, 18)
        for line in (
            f"#{i},c{i}@example.org,paid,EUR,10.00,10.00,2024-04-{i} 10:00:00 +0100,1,Tea,5.00,{i}00",
            f"#{i},,,,,,2024-04-{i} 10:00:00 +0100,1,Cup,5.00,",
        )
    ]
    write_orders(folder, "\n".join([SHOPIFY, *lines, ",,,,,,2024-04-19 10:00:00 +0100,1,Cup,5.00,"]))


@vendors.refused("Amazon: no field says who ordered", "orders.txt", "Amazon", "customer")
def amazon(folder: Path) -> None:
    header = "amazon-order-id\tpurchase-date\torder-status\titem-price\tquantity\tcurrency"
    rows = [f"{i}-1\t2024-04-{i}T10:00:00+00:00\tShipped\t5.00\t1\tEUR" for i in range(13, 23)]
    write_orders(folder, "\n".join([header, *rows]), file="orders.txt")


@vendors.refused("Shopify's customer list instead of its orders", "orders.csv", "customers", "order")
def shopify_customers(folder: Path) -> None:
    header = "First Name,Last Name,Email,Accepts Email Marketing,Total Spent,Total Orders"
    rows = [f"A,B{i},c{i}@example.org,yes,12.00,2" for i in range(10)]
    write_orders(folder, "\n".join([header, *rows]))


@vendors.refused("a vendor format that the file is not in", "orders.csv", "Shopify", "format")
def forced_format(folder: Path) -> None:
    write_orders(folder, text_of(), toml='[orders]\nformat = "shopify-orders"\n')


@vendors.repaired("an order for nothing", kept("worth nothing", 1), totals=(6, 10, 329.75))
def free_line(folder: Path) -> None:
    write_orders(folder, text_of(change(column="amount", values={3: "0.00"})))


@vendors.repaired("a row that stands twice", kept("repeat another row", 1), totals=(6, 10, 364.00))
def duplicate_row(folder: Path) -> None:
    write_orders(folder, text_of([ROWS[0], *ROWS]))


@ids.repaired("one order id for two customers", kept("several customers share", 1), totals=(6, 9, 352.00))
def order_of_two_customers(folder: Path) -> None:
    write_orders(folder, text_of(change(column="order_id", values={2: "1001"})))


@ids.repaired("some orders without an order id", kept("without an order id", 2))
def some_without_order_id(folder: Path) -> None:
    write_orders(folder, text_of(change(column="order_id", values={0: "", 5: ""})))


@ids.read("customer ids with decimals stay as they are written")
def decimal_ids(folder: Path) -> None:
    write_orders(folder, text_of(change(column="customer_id", values=lambda cell: f"1{cell[1:]}.0")))
