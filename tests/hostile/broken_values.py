"""Order files whose dates or amounts are broken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hostile_case import (
    HEADER,
    WHOLE,
    Chapter,
    change,
    dropped,
    kept,
    many_rows,
    repaired,
    text_of,
    write_orders,
)

dates = Chapter("dates")
amounts = Chapter("amounts")


def _as(pattern: str) -> object:
    return lambda cell: date.fromisoformat(cell).strftime(pattern)


def _dates(folder: Path, values: object, toml: str = "", *, delimiter: str = ",") -> None:
    write_orders(folder, text_of(change(column="order_date", values=values), delimiter=delimiter), toml=toml)


def _amounts(folder: Path, values: object, toml: str = "", *, delimiter: str = ",") -> None:
    write_orders(folder, text_of(change(column="amount", values=values), delimiter=delimiter), toml=toml)


AMBIGUOUS = {i: f"{1 + i:02d}/{12 - i:02d}/2024" for i in range(10)}


@dates.refused("day and month cannot be told apart", "orders.csv", "row 2", "01/12/2024", "day_first")
def ambiguous_dates(folder: Path) -> None:
    _dates(folder, AMBIGUOUS)


@dates.read("the same, settled in company.toml")
def ambiguous_dates_settled(folder: Path) -> None:
    _dates(folder, AMBIGUOUS, "[orders]\nday_first = true\n")


@dates.refused("day first in one row and month first in another", "orders.csv", "25/12/2024", "12/25/2024")
def mixed_date_orders(folder: Path) -> None:
    _dates(folder, {**AMBIGUOUS, 3: "25/12/2024", 6: "12/25/2024"})


@dates.refused(
    "company.toml says day first and the file says month first", "orders.csv", "day first", "12/25/2024"
)
def date_order_contradicted(folder: Path) -> None:
    _dates(folder, {**AMBIGUOUS, 6: "12/25/2024"}, "[orders]\nday_first = true\n")


@dates.repaired("years of two digits", repaired("two digits", 10))
def two_digit_years(folder: Path) -> None:
    _dates(folder, _as("%d.%m.%y"))


@dates.repaired("spreadsheet serial numbers for dates", repaired("day numbers", 10))
def date_serials(folder: Path) -> None:
    _dates(folder, lambda cell: str((date.fromisoformat(cell) - date(1899, 12, 30)).days))


@dates.refused(
    "half dates, half serial numbers, as a spreadsheet leaves them", "orders.csv", "row", "order_date"
)
def half_converted_dates(folder: Path) -> None:
    cells = {i: f"{13 + i}/04/2024" for i in range(5)}
    _dates(folder, {**cells, **{i: f"2024-0{i - 4}-04 00:00:00" for i in range(5, 10)}})


@dates.refused("31 February", "orders.csv", "row 6", "31/02/2024")
def impossible_date(folder: Path) -> None:
    cells = {i: f"{13 + i}/04/2024" for i in range(10)}
    _dates(folder, {**cells, 4: "31/02/2024"})


@dates.refused("###### where a column was too narrow", "orders.csv", "########")
def hidden_dates(folder: Path) -> None:
    _dates(folder, {2: "########"})


@dates.refused("words for dates", "orders.csv", "last Tuesday")
def dates_in_words(folder: Path) -> None:
    _dates(folder, {2: "last Tuesday"})


@dates.repaired("one unreadable date among 300", dropped("date", 1), totals=(20, 299, 2990.00))
def one_bad_date(folder: Path) -> None:
    rows = change(many_rows(300), column="order_date", values={7: "soon"})
    write_orders(folder, text_of(rows))


@dates.repaired("an empty date", dropped("date", 1), totals=(6, 9, 329.75))
def empty_date(folder: Path) -> None:
    _dates(folder, {3: ""})


@dates.refused("every date empty", "orders.csv", "order_date")
def no_dates(folder: Path) -> None:
    _dates(folder, lambda _: "")


@dates.repaired("one date 75 years after the others", kept("2099-01-01", 1))
def future_date(folder: Path) -> None:
    _dates(folder, {9: "2099-01-01"})


@dates.repaired("orders after as_of", dropped("as_of", 2), totals=(5, 8, 307.50))
def orders_after_as_of(folder: Path) -> None:
    _dates(folder, {}, "[orders]\nas_of = 2024-05-01\n")


@dates.refused("1900-01-01, a spreadsheet's zero", "orders.csv", "row 2", "1900-01-01")
def year_1900(folder: Path) -> None:
    _dates(folder, {0: "1900-01-01"})


@dates.refused('9999-12-31, a system\'s "for ever"', "orders.csv", "row 11", "9999-12-31")
def year_9999(folder: Path) -> None:
    _dates(folder, {9: "9999-12-31"})


@dates.refused("29 February in a year without one", "orders.csv", "row 6", "2023-02-29")
def no_leap_year(folder: Path) -> None:
    _dates(folder, {4: "2023-02-29"})


@dates.refused("an offset of 25 hours", "orders.csv", "row 2", "+2500")
def impossible_offset(folder: Path) -> None:
    _dates(folder, lambda cell: f"{cell} 10:00:00 +2500")


@dates.read("lines of one order on two days", totals=(6, 9, 352.00))
def order_on_two_days(folder: Path) -> None:
    rows = change(column="order_id", values={3: "1003"})
    write_orders(folder, text_of(rows))


@dates.read("times with offsets: the local day is what counts")
def offsets(folder: Path) -> None:
    _dates(folder, lambda cell: f"{cell} 23:30:00 +0100")


@dates.read("summer and winter offsets, named zone", totals=WHOLE)
def two_offsets(folder: Path) -> None:
    write_orders(
        folder,
        text_of(
            change(
                column="order_date", values=lambda cell: f"{cell}T12:00:00+0{1 + (cell > '2024-03-31')}:00"
            )
        ),
    )


@dates.read("dates as whole numbers, 20240115")
def compact_dates(folder: Path) -> None:
    _dates(folder, lambda cell: cell.replace("-", ""))


@amounts.refused("1.234 in every row: thousand or fraction", "orders.csv", "row 2", "1.234", "decimal")
def ambiguous_thousands(folder: Path) -> None:
    _amounts(folder, lambda _: "1.234", delimiter=";")


@amounts.read("the same, settled in company.toml", totals=(6, 10, 12340.00))
def ambiguous_thousands_settled(folder: Path) -> None:
    _amounts(folder, lambda _: "1.234", '[orders]\ndecimal = ","\n', delimiter=";")


@amounts.read("1.234,50: points for thousands, commas for cents", totals=(6, 10, 12345.00))
def german_thousands(folder: Path) -> None:
    _amounts(folder, lambda _: "1.234,50", delimiter=";")


@amounts.refused("1,234.50 and 1.234,50 in one column", "orders.csv", "1.234,50", "decimal point")
def mixed_decimals(folder: Path) -> None:
    _amounts(folder, {1: "1,234.50", 2: "1.234,50"}, delimiter=";")


@amounts.repaired("currency signs and codes around the numbers", repaired("currency", 10))
def currency_signs(folder: Path) -> None:
    signs = ("€ {}", "{} €", "EUR {}", "{}\u00a0€", "€{}")
    rows = iter(range(10))
    _amounts(folder, lambda cell: signs[next(rows) % 5].format(cell.replace(".", ",")), delimiter=";")


@amounts.refused("euros in one row and dollars in another", "orders.csv", "row", "$")
def mixed_signs(folder: Path) -> None:
    _amounts(folder, {0: "€12.00", 1: "$18.50"})


@amounts.repaired(
    "(9.75): a refund as accountants write it", dropped("cancellation", 1), totals=(5, 9, 342.25)
)
def parentheses(folder: Path) -> None:
    _amounts(folder, {4: "(9.75)"})


@amounts.repaired("9.75-: the minus behind", dropped("cancellation", 1), totals=(5, 9, 342.25))
def minus_behind(folder: Path) -> None:
    _amounts(folder, {4: "9.75-"})


@amounts.repaired("\u22129.75: a typeset minus", dropped("cancellation", 1), totals=(5, 9, 342.25))
def typeset_minus(folder: Path) -> None:
    _amounts(folder, {4: "\u22129.75"})


@amounts.refused("nan", "orders.csv", "row 4", "amount", "nan")
def nan_amount(folder: Path) -> None:
    _amounts(folder, {2: "nan"})


@amounts.refused("infinity", "orders.csv", "row 4", "amount", "inf")
def infinite_amount(folder: Path) -> None:
    _amounts(folder, {2: "inf"})


@amounts.refused("1e3", "orders.csv", "row 4", "amount", "1e3")
def amount_with_exponent(folder: Path) -> None:
    _amounts(folder, {2: "1e3"})


@amounts.refused("#REF! from a spreadsheet", "orders.csv", "row 4", "#REF!")
def spreadsheet_error(folder: Path) -> None:
    _amounts(folder, {2: "#REF!"})


@amounts.refused("words for amounts", "orders.csv", "row 4", "twelve")
def amount_in_words(folder: Path) -> None:
    _amounts(folder, {2: "twelve"})


@amounts.refused("an amount of 30 digits", "orders.csv", "row 4", "amount")
def overflowing_amount(folder: Path) -> None:
    _amounts(folder, {2: "9" * 30 + ".00"})


@amounts.repaired("more decimals than money has", repaired("decimals", 1), totals=(6, 10, 352.0))
def many_decimals(folder: Path) -> None:
    _amounts(folder, {0: "12.000049"})


@amounts.refused("amounts whose sum overflows", "orders.csv", "amount")
def overflowing_sum(folder: Path) -> None:
    _amounts(folder, lambda _: "900000000000000.00")


@amounts.repaired("an empty amount", dropped("amount", 1), totals=(6, 9, 329.75))
def empty_amount(folder: Path) -> None:
    _amounts(folder, {3: ""})


@amounts.repaired("one unreadable amount among 300", dropped("amount", 1), totals=(20, 299, 2990.00))
def one_bad_amount(folder: Path) -> None:
    write_orders(folder, text_of(change(many_rows(300), column="amount", values={7: "n/a"})))


@amounts.read("every amount empty: as if there were none", totals=(6, 10, None))
def no_amounts(folder: Path) -> None:
    _amounts(folder, lambda _: "")


@amounts.repaired("every amount zero", kept("worth nothing", 10), totals=(6, 10, 0.0))
def all_zero(folder: Path) -> None:
    _amounts(folder, lambda _: "0.00")


@amounts.refused("every amount negative", "orders.csv", "cancellation")
def all_negative(folder: Path) -> None:
    _amounts(folder, lambda cell: f"-{cell}")


@amounts.refused("a quantity that is a word", "orders.csv", "row 3", "quantity", "two")
def quantity_in_words(folder: Path) -> None:
    lines = text_of().splitlines()
    cells = ["quantity", "1", "two", *["1"] * 8]
    write_orders(folder, "\n".join(f"{line},{cell}" for line, cell in zip(lines, cells, strict=True)))


def _with(folder: Path, name: str, cells: list[str], *, toml: str = "") -> None:
    lines = text_of().splitlines()
    write_orders(
        folder,
        "\n".join(f"{line},{cell}" for line, cell in zip(lines, [name, *cells], strict=True)),
        toml=toml,
    )


@amounts.refused("an endless quantity", "orders.csv", "row 3", "quantity", "inf")
def infinite_quantity(folder: Path) -> None:
    _with(folder, "quantity", ["1", "inf", *["1"] * 8])


@amounts.repaired(
    "a negative quantity with a negative amount", dropped("cancellation", 1), totals=(5, 9, 342.25)
)
def returned_quantity(folder: Path) -> None:
    rows = change(column="amount", values={4: "-9.75"})
    lines = [",".join((*row, "-1" if i == 4 else "1")) for i, row in enumerate(rows)]
    write_orders(folder, "\n".join([",".join((*HEADER, "quantity")), *lines]))


@amounts.refused("a discount that is a word", "orders.csv", "row 4", "discount", "half")
def discount_in_words(folder: Path) -> None:
    _with(folder, "discount", ["0.00", "1.00", "half", *["0.00"] * 7])


@amounts.refused(
    "yes and no in a column of returns, and then perhaps", "orders.csv", "row 3", "is_return", "perhaps"
)
def unclear_return(folder: Path) -> None:
    _with(folder, "is_return", ["no", "perhaps", *["no"] * 8])
