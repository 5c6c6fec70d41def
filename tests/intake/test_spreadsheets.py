"""Workbooks to all-text tables: the sheet's own types are kept, and one layout is told from another."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from segkit.errors import BadValueError, InputError, UnsupportedFormatError
from segkit.intake.amounts import parse_amounts
from segkit.intake.dates import parse_dates
from segkit.intake.identifiers import refuse_shortened_ids
from segkit.intake.spreadsheets import BATCH
from segkit.intake.tables import open_table
from segkit.intake.text_table import TextTable

CONNECTION = duckdb.connect()
HEADER = ["customer", "day", "paid"]
NOON = datetime(2024, 1, 5, 12, 30)  # noqa: DTZ001 - a sheet knows no zones


def write(
    folder: Path, sheets: dict[str, list[list[Any]]], *, hidden: str = "", name: str = "orders.xlsx"
) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title == hidden:
            sheet.sheet_state = "hidden"
    workbook.save(folder / name)
    return folder / name


def open_rows(folder: Path, rows: list[list[Any]], **hints) -> TextTable:
    return open_table(write(folder, {"Orders": rows}), connection=CONNECTION, name="orders", **hints)


def open_sheets(folder: Path, sheets: dict[str, list[list[Any]]], **hints) -> TextTable:
    return open_table(write(folder, sheets, **hints), connection=CONNECTION, name="orders")


def rows_of(table: TextTable) -> list[tuple]:
    return CONNECTION.execute("SELECT * FROM orders").fetchall()


def rules(table: TextTable) -> dict[str, int]:
    return {entry.rule: entry.rows for entry in (*table.rejected, *table.notes)}


def test_cells_keep_the_type_that_the_sheet_gives_them(tmp_path):
    table = open_rows(
        tmp_path,
        [
            ["id", "zip", "day", "when", "n", "paid", "flag", "mixed", "empty"],
            [12345.0, "00012", date(2024, 1, 5), NOON, 3, 1.5, True, 7, None],
            [12346, "NA", datetime(2024, 1, 6), datetime(2024, 1, 6), 4.0, 2, False, "7 pieces", " "],  # noqa: DTZ001
        ],
    )
    assert rows_of(table) == [
        (2, "12345", "00012", "2024-01-05", "2024-01-05 12:30:00", "3", "1.5", "true", "7", None),
        (3, "12346", "NA", "2024-01-06", "2024-01-06", "4", "2", "false", "7 pieces", None),
    ]
    assert dict(table.typed) == {
        "id": "int",
        "zip": "text",
        "day": "date",
        "when": "timestamp",
        "n": "int",
        "paid": "float",
        "flag": "bool",
        "mixed": "text",
        "empty": "text",
    }
    assert (table.rows, table.source.rows, table.source.path) == (2, 2, "orders.xlsx")
    assert len(table.source.sha256) == 64


def test_typed_cells_are_typed_again_without_a_guess(tmp_path):
    table = open_rows(tmp_path, [HEADER, ["C1", NOON, 1.234], ["C2", date(2024, 3, 4), 5]])
    dates, amounts = parse_dates(table, "day"), parse_amounts(table, "paid")
    found = CONNECTION.execute(f"SELECT {dates.day_sql}, {amounts.sql} FROM orders").fetchall()
    assert found == [(date(2024, 1, 5), 12_340), (date(2024, 3, 4), 50_000)]


def test_day_numbers_in_a_plain_column_are_converted_and_logged(tmp_path):
    table = open_rows(tmp_path, [HEADER, ["C1", 45296, 1], ["C2", 45297.5, 2]])
    reading = parse_dates(table, "day")
    assert CONNECTION.execute(f"SELECT {reading.day_sql} FROM orders").fetchall()[0] == (date(2024, 1, 5),)
    assert [(note.rule, note.rows) for note in reading.notes] == [("date serials", 2)]


def test_a_time_alone_is_text(tmp_path):
    assert rows_of(open_rows(tmp_path, [["id", "at"], ["a", time(9, 30)]])) == [(2, "a", "09:30:00")]


def test_long_numbers_keep_the_notation_that_gives_them_away(tmp_path):
    table = open_rows(
        tmp_path, [["id", "n"], [1.23456789012346e18, 1], ["1.23E+12", 2], [9007199254740991.0, 3]]
    )
    assert [row[1] for row in rows_of(table)] == ["1.23456789012346e+18", "1.23E+12", "9007199254740991"]
    with pytest.raises(BadValueError, match="2 ids that a spreadsheet shortened"):
        refuse_shortened_ids(table, "id")


def test_texts_that_begin_like_formulas_stay_text(tmp_path):
    path = write(tmp_path, {"Orders": [HEADER, ["=x", "2024-01-05", 1]]})
    as_inline_text(path)
    table = open_table(path, connection=CONNECTION, name="orders")
    assert rows_of(table)[0][1] == "=x"


def as_inline_text(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    sheet = sheet.replace('<c r="A2"><f>x</f><v /></c>', '<c r="A2" t="inlineStr"><is><t>=x</t></is></c>')
    sheet = sheet.replace('<c r="A2"><f>x</f><v></v></c>', '<c r="A2" t="inlineStr"><is><t>=x</t></is></c>')
    assert "inlineStr" in sheet
    sheet = sheet.replace(
        "</sheetData>", "</sheetData><!--<f>-->"
    )  # the search for formulas must look closer
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else content)


def test_a_formula_without_a_stored_result_is_refused_with_its_row(tmp_path):
    with pytest.raises(
        InputError, match=r"formulas without results \(row 3: '=B2\*2'\); open it in the spreadsheet"
    ) as info:
        open_rows(tmp_path, [HEADER, ["C1", "2024-01-05", 1], ["C2", "2024-01-05", "=B2*2"]])
    assert info.value.rows == (3,)


def test_rows_above_the_header_and_empty_columns_are_passed_over(tmp_path):
    table = open_rows(tmp_path, [["Report of May"], [], [None, *HEADER], [None, "C1", "2024-01-05", 1]])
    assert table.columns == ("customer", "day", "paid")
    assert rows_of(table) == [(4, "C1", "2024-01-05", "1")]
    assert rules(table) == {"preamble": 0}


def test_blank_rows_are_counted_and_totals_are_no_orders(tmp_path):
    table = open_rows(
        tmp_path, [HEADER, ["C1", "2024-01-05", 1], [None, " "], ["C2", "2024-01-06", 2], ["Total", None, 3]]
    )
    assert [row[0] for row in rows_of(table)] == [2, 4]
    assert rules(table) == {"total row": 1, "blank rows": 1}
    assert table.source.rows == 3


def test_rows_of_different_lengths_are_filled_up(tmp_path):
    table = open_rows(tmp_path, [HEADER, ["C1"], ["C2", "2024-01-06", 2]])
    assert rows_of(table)[0] == (2, "C1", None, None)


def test_a_sheet_without_header_is_refused_unless_said(tmp_path):
    rows = [[1, 45296, 2.5], [2, 45297, 3]]
    with pytest.raises(InputError, match="sheet 'Orders' has no header row"):
        open_rows(tmp_path, rows)
    table = open_rows(tmp_path, rows, header=False)
    assert table.columns == ("column_1", "column_2", "column_3")
    assert rows_of(table)[0] == (1, "1", "45296", "2.5")


def test_a_sheet_longer_than_a_batch_is_read_whole(tmp_path):
    rows = [["id", "n"], *([f"C{i}", i] for i in range(BATCH + 30)), ["Total", None]]
    table = open_rows(tmp_path, rows)
    assert table.rows == BATCH + 30
    last = CONNECTION.execute("SELECT max(_row), count(DISTINCT id) FROM orders").fetchall()
    assert last == [(BATCH + 31, BATCH + 30)]


# Several sheets.


def test_one_sheet_for_each_customer_makes_its_title_the_id(tmp_path):
    table = open_sheets(
        tmp_path,
        {
            "Miller": [["day", "paid"], ["2024-01-05", 1], ["Total", None]],
            "Jones": [["paid", "Day"], [2, "2024-01-06"], [3, "2024-01-07"]],
        },
    )
    assert table.columns == ("customer_id", "day", "paid")
    assert rows_of(table) == [
        (2, "Miller", "2024-01-05", "1"),
        (2, "Jones", "2024-01-06", "2"),
        (3, "Jones", "2024-01-07", "3"),
    ]
    assert rules(table) == {"total row": 1, "several sheets": 3}
    assert table.source.rows == 4


def test_sheets_that_name_their_customers_are_stacked(tmp_path):
    table = open_sheets(
        tmp_path, {"North": [HEADER, ["C1", "2024-01-05", 1]], "South": [HEADER, ["C1", "2024-02-05", 2]]}
    )
    assert table.columns == ("sheet", "customer", "day", "paid")
    assert [row[1] for row in rows_of(table)] == ["North", "South"]


def test_sheets_named_after_months_are_no_customers(tmp_path):
    table = open_sheets(
        tmp_path, {"Jan": [["day", "paid"], ["x", 1]], "Feb 2024": [["day", "paid"], ["y", 2]]}
    )
    assert table.columns[0] == "sheet"


def test_unrelated_sheets_are_refused_by_name(tmp_path):
    with pytest.raises(
        UnsupportedFormatError, match=r"2 sheets with different columns \('Orders' and 'Products'\); save"
    ):
        open_sheets(tmp_path, {"Orders": [HEADER, ["a", 1, 1]], "Products": [["sku", "name"], ["x", "y"]]})


def test_notes_and_hidden_sheets_are_passed_over_and_said(tmp_path):
    table = open_sheets(
        tmp_path,
        {
            "Read me": [["Made by hand"]],
            "Orders": [HEADER, ["C1", "2024-01-05", 1]],
            "Lists": [["a", "b"], [1, 2]],
            "Empty": [],
        },
        hidden="Lists",
    )
    assert table.columns == tuple(HEADER)
    (note,) = [note for note in table.notes if note.rule == "sheets passed over"]
    assert note.examples == ("Read me", "Lists", "Empty")


# Wide layouts.


def test_customers_in_rows_and_months_in_columns_become_rows(tmp_path):
    months = [datetime(2024, 1, 1), datetime(2024, 2, 1)]  # noqa: DTZ001
    table = open_rows(tmp_path, [["customer", *months], ["C1", 5, None], ["C2", 0, 7.5]])
    assert rows_of(table) == [(2, "C1", "2024-01-01", "5"), (3, "C2", "2024-02-01", "7.5")]
    assert dict(table.typed) == {"customer": "text", "order_date": "date", "amount": "float"}
    assert rules(table) == {"wide layout": 2}


# What cannot be read.


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], "holds no sheet with a table"),
        ([["only"], ["one"]], "holds no sheet with a table"),
        ([HEADER], "has a header but no rows"),
        ([HEADER, [None, " ", None]], "has a header but no rows"),
    ],
)
def test_a_workbook_without_orders_is_refused(tmp_path, rows, sentence):
    with pytest.raises(InputError, match=sentence):
        open_rows(tmp_path, rows)


def test_a_damaged_workbook_is_refused_in_one_sentence(tmp_path):
    path = write(tmp_path, {"Orders": [HEADER, ["C1", "2024-01-05", 1]]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:200]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with pytest.raises(
        InputError, match=r"orders\.xlsx is a damaged workbook \(\w+\); open it in the spreadsheet program"
    ):
        open_table(path, connection=CONNECTION, name="orders")


def test_a_workbook_under_the_name_of_a_csv_says_how_to_rename_it(tmp_path):
    path = write(tmp_path, {"Orders": [HEADER, ["C1", "2024-01-05", 1]]})
    with pytest.raises(
        UnsupportedFormatError,
        match=r"orders\.csv is an Excel workbook, whatever its name; rename it to orders\.xlsx",
    ):
        open_table(path.rename(tmp_path / "orders.csv"), connection=CONNECTION, name="orders")


def test_a_document_of_another_program_is_named_for_what_it_is(tmp_path):
    with zipfile.ZipFile(tmp_path / "orders.xlsx", "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    with pytest.raises(UnsupportedFormatError, match="is a Word document"):
        open_table(tmp_path / "orders.xlsx", connection=CONNECTION, name="orders")


def test_the_workbook_is_left_as_it_was(tmp_path):
    path = write(tmp_path, {"Orders": [HEADER, ["C1", "2024-01-05", 1]]})
    before = path.read_bytes()
    open_table(path, connection=CONNECTION, name="orders")
    assert path.read_bytes() == before
