"""Amounts and quantities from text: exact, explicit, and never guessed."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from segkit.errors import BadValueError, MissingColumnError
from segkit.intake.amounts import AmountReading, parse_amounts, parse_numbers
from segkit.intake.text_table import TextTable
from segkit.model.cleaning import SourceFile

CONNECTION = duckdb.connect()


def table_of(*cells: str | None, kind: str = "") -> TextTable:
    rows = [(row, cell) for row, cell in enumerate(cells, start=2)]
    CONNECTION.execute("CREATE OR REPLACE TABLE orders (_row BIGINT, paid VARCHAR)")
    if rows:
        CONNECTION.executemany("INSERT INTO orders VALUES (?, ?)", rows)
    source = SourceFile(path="orders.csv", sha256="", rows=len(rows))
    typed = {"paid": kind} if kind else {}
    return TextTable(
        connection=CONNECTION, name="orders", columns=("paid",), source=source, rows=len(rows), typed=typed
    )


def values_of(reading: AmountReading) -> list:
    rows = CONNECTION.execute(f"SELECT {reading.sql} FROM orders ORDER BY _row").fetchall()
    return [value for (value,) in rows]


def units(*cells: str | None, **settings) -> list[int | None]:
    return values_of(parse_amounts(table_of(*cells), "paid", **settings))


def test_plain_amounts_become_whole_units_and_blanks_stay_blank():
    reading = parse_amounts(table_of("1.50", "2", "-3.25", None, " "), "paid")
    assert values_of(reading) == [15_000, 20_000, -32_500, None, None]
    assert (reading.cells, reading.blanks, reading.failures) == (5, 2, 0)
    assert (reading.decimal, reading.currency, reading.notes) == (".", "", ())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,234.50", 12_345_000),
        ("12,345,678.9", 123_456_789_000),
        ("1 234.50", 12_345_000),
        ("1\u00a0234.50", 12_345_000),
        ("1\u202f234.50", 12_345_000),
        ("1'234.50", 12_345_000),
        ("1’234.50", 12_345_000),
        ("12,34,567.00", 12_345_670_000),
        ("+5.00", 50_000),
        ("-5.00", -50_000),
        ("\u22125.00", -50_000),
        ("5.00-", -50_000),
        ("(5.00)", -50_000),
        ("( 5.00 )", -50_000),
        ("$5.00", 50_000),
        ("-$5.00", -50_000),
        ("$-5.00", -50_000),
        ("($5.00)", -50_000),
        ("$(5.00)", -50_000),
        ("$ 1,240.00", 12_400_000),
        ("5.00 USD", 50_000),
        ("usd 5.00", 50_000),
        ("US$5.00", 50_000),
        ("Fr. 5.50", 55_000),
        ("5.00-EUR", -50_000),
        (" 5.50 ", 55_000),
        (".50", 5_000),
        ("-.50", -5_000),
        ("5.", 50_000),
        ("0012.50", 125_000),
        ("0.125", 1_250),
        ("99999999999999.99", 999_999_999_999_999_900),
    ],
)
def test_amounts_are_read_however_they_are_written(cell, expected):
    assert units(cell, "1.25") == [expected, 12_500]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1.234,50", 12_345_000),
        ("1 234,5", 12_345_000),
        ("€ -1.234,50", -12_345_000),
        ("1.234.567", 12_345_670_000),
        (",5", 5_000),
        ("7 EUR", 70_000),
    ],
)
def test_decimal_commas_are_found_from_the_column(cell, expected):
    reading = parse_amounts(table_of(cell, "2,75"), "paid")
    assert values_of(reading) == [expected, 27_500]
    assert reading.decimal == ","
    assert any("decimal comma" in note.reason for note in reading.notes)


@pytest.mark.parametrize(
    "cell",
    [
        "1e3",
        "1E+12",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "abc",
        "10%",
        "1-2",
        "--5",
        "5,0,0",
        "1.2.3",
        "NA",
        "2x",
        "()",
        "$",
        "1,23,4",
        "123456789012345",
        "=1+1",
        "½",
    ],
)
def test_what_is_no_amount_is_a_failure_with_its_row(cell):
    reading = parse_amounts(table_of("2.50", cell, "3.50"), "paid")
    assert values_of(reading) == [25_000, None, 35_000]
    assert reading.failures == 1
    assert reading.examples == (f"row 3: {cell!r}",)


def test_failures_are_counted_all_and_three_are_shown_in_order():
    reading = parse_amounts(table_of("x", "1", "y", "x", "z", "zz"), "paid")
    assert reading.failures == 5
    assert reading.examples == ("row 2: 'x'", "row 4: 'y'", "row 6: 'z'")


def test_a_negative_exponent_is_next_to_nothing_and_said():
    reading = parse_amounts(table_of("5e-05", "1.5E-07", "-2e-05", "3"), "paid")
    assert values_of(reading) == [1, 0, 0, 30_000]
    assert reading.notes[0].rows == 3


def test_more_than_four_decimals_round_half_up_refunds_included():
    assert units("1.00005", "-1.00005", "61.019999999999996", "-0.00006") == [10_001, -10_000, 610_200, -1]


@pytest.mark.parametrize(
    ("cell", "as_point", "as_comma"),
    [("1.234", 12_340, 12_340_000), ("1,234", 12_340_000, 12_340), ("12.345", 123_450, 123_450_000)],
)
def test_thousands_or_decimals_is_a_question_until_a_setting_answers(cell, as_point, as_comma):
    with pytest.raises(
        BadValueError, match=r"'paid' is ambiguous: row 2 .* can be .*decimal = '\.' or ','"
    ) as info:
        units(cell, "7")
    assert info.value.column == "paid"
    assert info.value.rows == (2,)
    assert units(cell, decimal=".") == [as_point]
    assert units(cell, decimal=",") == [as_comma]


def test_both_readings_are_in_the_question():
    with pytest.raises(BadValueError, match=r"row 3 '-1,234' can be 1234 or 1\.234"):
        units("5", "-1,234")


@pytest.mark.parametrize(
    ("proof", "expected"),
    [
        ("2.5", 12_340),
        ("0.125", 12_340),
        ("1234.567", 12_340),
        ("2,5", 12_340_000),
        ("1.234.567", 12_340_000),
        (".5", 12_340),
    ],
)
def test_one_clear_cell_settles_the_others(proof, expected):
    assert units("1.234", proof)[0] == expected


def test_a_point_and_a_comma_as_decimal_signs_are_refused_with_both_rows():
    with pytest.raises(
        BadValueError, match=r"decimal point \(row 3: '1\.5'\) and a decimal comma \(row 2: '1,5'\)"
    ) as info:
        units("1,5", "1.5")
    assert info.value.rows == (3, 2)


def test_a_setting_against_the_cells_makes_them_failures():
    reading = parse_amounts(table_of("12.5", "3,5"), "paid", decimal=",")
    assert values_of(reading) == [None, 35_000]
    assert reading.failures == 1
    assert parse_amounts(table_of("12.5", "3", "4"), "paid", decimal=",").failures == 1


def test_a_setting_must_be_a_point_or_a_comma():
    with pytest.raises(BadValueError, match="decimal is ';'"):
        units("1", decimal=";")


def test_a_column_without_signs_settles_nothing():
    reading = parse_amounts(table_of("12", "1 000"), "paid")
    assert reading.decimal == ""
    assert values_of(reading) == [120_000, 10_000_000]


def test_numbers_with_a_type_have_a_decimal_point():
    assert values_of(parse_amounts(table_of("1.234", "2.5", kind="float"), "paid")) == [12_340, 25_000]
    assert values_of(parse_amounts(table_of("1.234", kind="decimal"), "paid", decimal=",")) == [12_340]


def test_a_column_of_words_is_refused_by_its_first_row():
    with pytest.raises(BadValueError, match=r"'paid' holds no numbers \(row 3: 'red'\)"):
        units(None, "red", "blue")


@pytest.mark.parametrize("cells", [(), (None, " ")])
def test_an_empty_column_is_all_blank(cells):
    reading = parse_amounts(table_of(*cells), "paid")
    assert (reading.cells, reading.blanks, reading.failures) == (len(cells), len(cells), 0)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(MissingColumnError, match="lacks column 'price'; has 'paid'"):
        parse_amounts(table_of("1"), "price")


@pytest.mark.parametrize(
    ("cells", "currency"),
    [
        (("€5", "6 EUR", "7"), "EUR"),
        (("$5", "($6)"), "$"),
        (("5 kr", "6 kr."), "kr"),
        (("5 chf", "Fr. 6.50"), "CHF"),
        (("5", "6"), ""),
    ],
)
def test_the_one_currency_of_the_cells_is_told(cells, currency):
    assert parse_amounts(table_of(*cells), "paid").currency == currency


def test_two_currencies_are_refused_with_a_row_of_each():
    with pytest.raises(
        BadValueError, match=r"mixes the currencies \$ and EUR \(row 2: '\$1' and row 4: '€2'\)"
    ) as info:
        units("$1", "3", "€2")
    assert info.value.rows == (2, 4)


def test_every_conversion_is_a_log_row_with_its_count():
    reading = parse_amounts(table_of("$1,000.00", "(2.00)", "3.00-", "4.00"), "paid")
    found = {note.reason.split(" with ")[1]: (note.rows, note.examples) for note in reading.notes}
    assert found == {
        "signs between thousands were read as numbers.": (1, ("row 2: '$1,000.00'",)),
        "brackets as minus were read as numbers.": (1, ("row 3: '(2.00)'",)),
        "minus behind the number were read as numbers.": (1, ("row 4: '3.00-'",)),
        "currency signs were read as numbers.": (1, ("row 2: '$1,000.00'",)),
    }


@pytest.mark.parametrize(("scale", "expected"), [(1, 13), (10, 125), (100, 1_250), (100_000, 1_250_000)])
def test_the_scale_is_any_power_of_ten(scale, expected):
    assert units("12.50", scale=scale) == [expected]


def test_another_scale_is_a_mistake():
    with pytest.raises(ValueError, match="scale is 300; use a power of ten"):
        units("1", scale=300)


def test_amounts_in_cents_use_a_smaller_scale():
    assert units("1250", "-99", scale=100) == [125_000, -9_900]


def test_quantities_are_numbers():
    reading = parse_numbers(table_of("2", "3.5", "-1", "1e3", "x", None), "paid")
    assert values_of(reading) == [2.0, 3.5, -1.0, None, None, None]
    assert reading.failures == 2
    assert values_of(parse_numbers(table_of("1.000,5", "2"), "paid")) == [1000.5, 2.0]


def test_the_reading_can_be_used_beside_other_columns():
    reading = parse_amounts(table_of("$5.00", "x"), "paid")
    rows = CONNECTION.execute(
        f"SELECT _row, {reading.sql} AS amount FROM orders WHERE {reading.sql} > 0"
    ).fetchall()
    assert rows == [(2, 50_000)]


MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def written(value: Decimal, *, decimal: str, thousands: str, minus: str) -> str:
    text = f"{abs(value):,.2f}".replace(",", "\0").replace(".", decimal).replace("\0", thousands)
    if value >= 0:
        return text
    return {"before": f"-{text}", "behind": f"{text}-", "brackets": f"({text})"}[minus]


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(MONEY, min_size=1, max_size=10),
    signs=st.sampled_from([(".", ","), (",", "."), (",", " "), (".", "'"), (".", ""), (",", "\u202f")]),
    minus=st.sampled_from(["before", "behind", "brackets"]),
    currency=st.sampled_from(["", "€", " EUR"]),
)
@example(values=[Decimal("-0.01")], signs=(",", "."), minus="behind", currency=" EUR")
def test_any_money_reads_back_however_written(values, signs, minus, currency):
    decimal, thousands = signs
    cells = [written(value, decimal=decimal, thousands=thousands, minus=minus) for value in values]
    if currency == "€":
        cells = [f"€{cell}" if not cell.startswith("-") else f"-€{cell[1:]}" for cell in cells]
    elif currency:
        cells = [cell + currency for cell in cells if not cell.endswith(")")] or ["1" + decimal + "00"]
        values = [v for v in values if minus != "brackets" or v >= 0] or [Decimal(1)]
    assert units(*cells) == [int(value * 10_000) for value in values]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(min_value=-(10**6), max_value=10**6, places=9), min_size=1, max_size=10))
def test_any_decimals_round_half_towards_plus_infinity(values):
    expected = [int((value * 10_000 + Decimal("0.5")).to_integral_value(ROUND_FLOOR)) for value in values]
    assert units(*[f"{value:f}" for value in values], decimal=".") == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.floats(allow_nan=False, allow_infinity=False, min_value=-1e9, max_value=1e9),
        min_size=1,
        max_size=10,
    )
)
def test_any_float_that_python_writes_is_read(values):
    found = units(*[repr(value) for value in values], decimal=".")
    for value, unit in zip(values, found, strict=True):
        assert unit is not None
        assert abs(unit - Decimal(repr(value)) * 10_000) <= Decimal("0.5")


def test_decimals_beyond_what_is_kept_are_said_and_zeros_are_not():
    reading = parse_amounts(table_of("12.000000", "3.14159", "2.5"), "paid")
    (note,) = [note for note in reading.notes if note.rule == "rounding"]
    assert (note.rows, note.examples) == (1, ("row 3: '3.14159'",))
