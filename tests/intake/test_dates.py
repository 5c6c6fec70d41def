"""Dates and times from text: the whole column decides, the local day is kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from segkit.errors import BadValueError, MissingColumnError
from segkit.intake.dates import DateReading, parse_dates
from segkit.intake.text_table import TextTable
from segkit.model.cleaning import SourceFile

CONNECTION = duckdb.connect()


def table_of(*cells: str | None) -> TextTable:
    rows = [(row, cell) for row, cell in enumerate(cells, start=2)]
    CONNECTION.execute("CREATE OR REPLACE TABLE orders (_row BIGINT, sold VARCHAR)")
    if rows:
        CONNECTION.executemany("INSERT INTO orders VALUES (?, ?)", rows)
    source = SourceFile(path="orders.csv", sha256="", rows=len(rows))
    return TextTable(connection=CONNECTION, name="orders", columns=("sold",), source=source, rows=len(rows))


def read(*cells: str | None, **settings) -> DateReading:
    return parse_dates(table_of(*cells), "sold", **settings)


def values_of(reading: DateReading) -> list[tuple]:
    query = f"SELECT CAST({reading.day_sql} AS VARCHAR), CAST({reading.time_sql} AS VARCHAR) FROM orders ORDER BY _row"
    return CONNECTION.execute(query).fetchall()


def days(*cells: str | None, **settings) -> list[str | None]:
    return [day for day, _ in values_of(read(*cells, **settings))]


def times(*cells: str | None, **settings) -> list[str | None]:
    return [time for _, time in values_of(read(*cells, **settings))]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024-3-5", "2024-03-05"),
        ("2024/03/05", "2024-03-05"),
        ("2024.03.05", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("05.03.2024", "2024-03-05"),
        ("5.3.24", "2024-03-05"),
        ("25/03/2024", "2024-03-25"),
        ("3/25/2024", "2024-03-25"),
        ("25-03-2024", "2024-03-25"),
        ("03/25/24", "2024-03-25"),
        ("Sep 3, 2024", "2024-09-03"),
        ("Sept 3, 2024", None),
        ("Sep. 3, 2024", "2024-09-03"),
        ("September 3, 2024", "2024-09-03"),
        ("03-Sep-2024", "2024-09-03"),
        ("03-SEP-24", "2024-09-03"),
        ("3 September 2024", "2024-09-03"),
        ("3. May 2024", "2024-05-03"),
        ("Tue, 03 Sep 2024", "2024-09-03"),
        ("Tuesday, September 3, 2024", "2024-09-03"),
        ("2024-Sep-03", "2024-09-03"),
        (" 2024-03-05 ", "2024-03-05"),
        ("2024-02-29", "2024-02-29"),
        ("1970-01-01", "1970-01-01"),
        ("2100-12-31", "2100-12-31"),
    ],
)
def test_days_are_read_however_they_are_written(cell, day):
    assert days(cell, "2000-12-31")[0] == day


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("2010-12-01 08:26:00", "2010-12-01 08:26:00"),
        ("2010-12-01T08:26", "2010-12-01 08:26:00"),
        ("2010-12-01T08:26:00.5", "2010-12-01 08:26:00.5"),
        ("2010-12-01T08:26:00.1234567", "2010-12-01 08:26:00.123456"),
        ("10/25/2026 3:04 PM", "2026-10-25 15:04:00"),
        ("10/25/2026 12:04 am", "2026-10-25 00:04:00"),
        ("10/25/2026, 3:04:05 PM", "2026-10-25 15:04:05"),
        ("10/25/2026 3:04\u202fPM", "2026-10-25 15:04:00"),
        ("25/12/2024 9:05", "2024-12-25 09:05:00"),
        ("Sep 3, 2024 3:04PM", "2024-09-03 15:04:00"),
    ],
)
def test_times_are_read_however_they_are_written(cell, time):
    assert times(cell) == [time]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-30",
        "31/02/2024",
        "2024-13-01",
        "2024-01-01 25:00",
        "2024-01-01 10:60",
        "1969-12-31",
        "2101-01-01",
        "0024-01-01",
        "abc",
        "NA",
        "null",
        "2024-03",
        "2024",
        "20241301",
        "12345678",
        "2024-01-01 10:00 CET",
        "01/02",
        "1e5",
        "45",
        "99999",
    ],
)
def test_what_is_no_day_is_a_failure_with_its_row(cell):
    reading = read("2024-01-05", cell, "13.01.2024")
    assert [day for day, _ in values_of(reading)] == ["2024-01-05", None, "2024-01-13"]
    assert reading.failures == 1
    assert reading.examples == (f"row 3: {cell!r}",)


def test_counts_are_of_rows_and_examples_of_the_first_three_failures():
    reading = read("2024-01-05", None, " ", "x", "x", "y", "z", "w")
    assert (reading.cells, reading.blanks, reading.failures) == (8, 2, 5)
    assert reading.examples == ("row 5: 'x'", "row 7: 'y'", "row 8: 'z'")


def test_first_and_last_day_are_told():
    reading = read("2024-01-05 23:00", "2023-05-01 10:00")
    assert (reading.first, reading.last) == (date(2023, 5, 1), date(2024, 1, 5))


def test_a_value_above_twelve_settles_day_first():
    reading = read("03/04/2024", "3/4/2024", "25/06/2024")
    assert [day for day, _ in values_of(reading)] == ["2024-04-03", "2024-04-03", "2024-06-25"]
    assert reading.day_first is True
    assert reading.notes[0].reason == "'sold' is read day first, since row 4 is '25/06/2024'."


def test_a_value_above_twelve_settles_month_first_whatever_the_padding():
    reading = read("3/4/2024", "03/04/2024", "5/26/2024")
    assert [day for day, _ in values_of(reading)] == ["2024-03-04", "2024-03-04", "2024-05-26"]
    assert reading.day_first is False


def test_days_up_to_twelve_only_are_a_question_with_both_readings():
    with pytest.raises(
        BadValueError, match=r"row 3 '03/04/2024' can be 3 April 2024 or 4 March 2024.*day_first = true"
    ) as info:
        read("05/05/2024", "03/04/2024")
    assert info.value.rows == (3,)
    assert info.value.column == "sold"
    assert days("03/04/2024", day_first=True) == ["2024-04-03"]
    assert days("03/04/2024", day_first=False) == ["2024-03-04"]


def test_impossible_days_settle_nothing_and_are_not_quoted():
    with pytest.raises(BadValueError, match="row 3 '03/04/2024'"):
        read("13/14/2024", "03/04/2024")


def test_two_digit_years_are_quoted_in_full():
    with pytest.raises(BadValueError, match="can be 3 April 2024 or 4 March 2024"):
        read("03/04/24")
    with pytest.raises(BadValueError, match="can be 3 April 1999 or 4 March 1999"):
        read("03/04/99")


def test_the_same_day_and_month_throughout_need_no_answer():
    assert days("05/05/2024", "1/1/2024") == ["2024-05-05", "2024-01-01"]


def test_points_are_day_first_by_custom_and_that_is_said():
    reading = read("03.04.2024")
    assert values_of(reading)[0][0] == "2024-04-03"
    assert "as is usual with points" in reading.notes[0].reason


def test_points_are_month_first_when_a_value_says_so():
    assert days("03.04.2024", "03.25.2024") == ["2024-03-04", "2024-03-25"]


def test_both_orders_in_one_column_are_refused_with_a_row_of_each():
    with pytest.raises(
        BadValueError, match=r"mixes day first \(row 2: '25/12/2024'\) and month first \(row 3"
    ) as info:
        read("25/12/2024", "12/25/2024")
    assert info.value.rows == (2, 3)


def test_a_setting_against_a_cell_makes_it_a_failure():
    reading = read("25/12/2024", "12/25/2024", day_first=True)
    assert [day for day, _ in values_of(reading)] == ["2024-12-25", None]
    assert reading.failures == 1


def test_dashed_two_digit_years_may_lead():
    assert days("99-03-15", "98-12-01") == ["1999-03-15", "1998-12-01"]
    with pytest.raises(BadValueError, match="'24-03-15' can begin with the day, the month or the year"):
        read("24-03-15", "15-03-24")
    assert days("15-03-24", day_first=True) == ["2024-03-15"]
    assert days("15-03-99", "01-02-98") == ["1999-03-15", "1998-02-01"]


def test_several_formats_in_one_column_are_each_read():
    reading = read("2024-01-05", "05.02.2024", "Mar 5, 2024", "20240405", "2024-05-05 10:00")
    assert [day for day, _ in values_of(reading)] == [f"2024-0{month}-05" for month in range(1, 6)]
    assert [time for _, time in values_of(reading)] == [None, None, None, None, "2024-05-05 10:00:00"]
    assert reading.has_time is True


def test_spreadsheet_day_numbers_are_converted_and_logged():
    reading = read("45000", "45000.5", "45000,25", "2024-01-05")
    assert values_of(reading)[:3] == [
        ("2023-03-15", None),
        ("2023-03-15", "2023-03-15 12:00:00"),
        ("2023-03-15", "2023-03-15 06:00:00"),
    ]
    (note,) = [note for note in reading.notes if note.rule == "date serials"]
    assert (note.rows, note.examples) == (3, ("row 2: '45000'",))


def test_day_numbers_outside_the_years_are_failures():
    assert read("25569", "25568", "73415", "73416").failures == 2


def test_midnight_throughout_is_no_time_of_day():
    reading = read("2024-01-05 00:00:00", "2024-01-06 00:00")
    assert reading.has_time is False
    assert times("2024-01-05 00:00:00") == [None]
    assert reading.note == "Dates carry no time of day."


def test_times_without_zone_are_local_and_said_so():
    assert read("2024-01-05 10:00").note == "Times carry no time zone; they are read as local time."


def test_an_offset_without_a_zone_setting_keeps_the_day_of_the_text():
    reading = read(
        "2024-03-30 23:30:00 +0100",
        "2024-03-31T23:30:00+02:00",
        "2024-01-01T00:30:00Z",
        "2024-05-01T10:00:00-08",
    )
    assert [time for _, time in values_of(reading)] == [
        "2024-03-30 23:30:00",
        "2024-03-31 23:30:00",
        "2024-01-01 00:30:00",
        "2024-05-01 10:00:00",
    ]
    assert reading.offsets == ("+0100", "+02:00", "-08", "Z")
    assert "no time zone is set, so days and times are as written" in reading.note


def test_an_offset_with_a_zone_setting_moves_to_the_local_day():
    reading = read(
        "2024-03-30 23:30:00 -0500",
        "2024-01-01T23:30:00Z",
        "2024-07-01T00:30:00+05:30",
        timezone="Europe/Berlin",
    )
    assert values_of(reading) == [
        ("2024-03-31", "2024-03-31 06:30:00"),  # summer time began that night
        ("2024-01-02", "2024-01-02 00:30:00"),
        ("2024-06-30", "2024-06-30 21:00:00"),
    ]
    assert "are those of Europe/Berlin" in reading.note


def test_times_with_and_without_offset_may_stand_together():
    assert times("2024-01-01 10:00", "2024-01-01T10:00:00Z", timezone="Europe/Berlin") == [
        "2024-01-01 10:00:00",
        "2024-01-01 11:00:00",
    ]


def test_more_than_four_offsets_are_summed_up():
    cells = [f"2024-01-01 10:00:00+0{hour}:00" for hour in range(6)]
    assert read(*cells).note.startswith(
        "Times carry an offset (+00:00, +01:00, +02:00 and +03:00 and others);"
    )


def test_times_known_to_be_in_another_zone_are_moved():
    reading = read("2024-01-01 23:30", "2024-07-01", timezone="Europe/Berlin", source_timezone="UTC")
    assert values_of(reading) == [("2024-01-02", "2024-01-02 00:30:00"), ("2024-07-01", None)]
    assert reading.note == "Times are given in UTC; days and times are those of Europe/Berlin."


def test_times_known_to_be_in_another_zone_stay_without_a_setting():
    reading = read("2024-01-01 23:30", source_timezone="UTC")
    assert values_of(reading)[0][0] == "2024-01-01"
    assert reading.note == "Times are given in UTC; no time zone is set, so days and times are those of UTC."


def test_an_unknown_zone_is_refused_with_the_nearest_name():
    with pytest.raises(BadValueError, match="'Europe/Berln' is unknown; the nearest name is 'Europe/Berlin'"):
        read("2024-01-01", timezone="Europe/Berln")


@pytest.mark.parametrize("cells", [(), (None, " ")])
def test_an_empty_column_is_all_blank(cells):
    reading = read(*cells)
    assert (reading.cells, reading.blanks, reading.failures, reading.first) == (
        len(cells),
        len(cells),
        0,
        None,
    )
    assert days(*cells) == [None] * len(cells)


@pytest.mark.parametrize("cells", [("red", None), ("2024-03", "2024-04"), ("01/02/0001",)])
def test_a_column_without_a_single_date_is_refused(cells):
    with pytest.raises(BadValueError, match="'sold' holds no dates \\(row 2"):
        read(*cells, day_first=True)


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(MissingColumnError, match="lacks column 'date'; has 'sold'"):
        parse_dates(table_of("2024-01-01"), "date")


def test_formats_beyond_the_sample_are_found(monkeypatch):
    monkeypatch.setattr("segkit.intake.dates.SAMPLE", 1)
    reading = read(
        "2024-01-05", "2024-01-06", "6 Jan 2024", "45000", "2024-01-05 10:00:00Z", "x", timezone="UTC"
    )
    assert reading.failures == 1
    assert [day for day, _ in values_of(reading)] == [
        "2024-01-05",
        "2024-01-06",
        "2024-01-06",
        "2023-03-15",
        "2024-01-05",
        None,
    ]


DAY = st.dates(date(1970, 1, 1), date(2100, 12, 31))
WRITTEN = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%Y%m%d",
    "%a, %d %b %Y",
]


@settings(max_examples=80, deadline=None)
@given(values=st.lists(DAY, min_size=1, max_size=10), form=st.sampled_from(WRITTEN), padded=st.booleans())
@example(values=[date(2024, 2, 29)], form="%d/%m/%Y", padded=False)
def test_any_days_read_back_however_written(values, form, padded):
    numeric = form in {"%d/%m/%Y", "%m/%d/%Y"}
    cells = [value.strftime(form) for value in values]
    if numeric and not padded:
        cells = ["/".join(part.lstrip("0") for part in cell.split("/")) for cell in cells]
    answer = {"day_first": form == "%d/%m/%Y"} if numeric else {}
    assert days(*cells, **answer) == [value.isoformat() for value in values]


@settings(max_examples=60, deadline=None)
@given(st.lists(DAY, min_size=1, max_size=10), st.sampled_from(["%d/%m/%Y", "%m/%d/%Y"]))
def test_no_column_is_read_in_the_wrong_order(values, form):
    assume(any(value.day != value.month for value in values))
    cells = [value.strftime(form) for value in values]
    if any(value.day > 12 for value in values):
        assert days(*cells) == [value.isoformat() for value in values]
    else:
        with pytest.raises(BadValueError, match="is ambiguous"):
            read(*cells)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.datetimes(datetime(1980, 1, 1), datetime(2099, 12, 30)), min_size=1, max_size=8),  # noqa: DTZ001 - wall clocks
    st.integers(-12, 14),
)
def test_any_moment_with_an_offset_lands_on_its_universal_day(values, hours):
    cells = [f"{value:%Y-%m-%d %H:%M:%S}{hours:+03d}:00" for value in values]
    expected = [f"{(value - timedelta(hours=hours)).replace(microsecond=0).date()}" for value in values]
    assert days(*cells, timezone="UTC") == expected
    assert days(*cells) == [f"{value:%Y-%m-%d}" for value in values]


def test_days_that_a_spreadsheet_swapped_are_refused():
    texts = [f"{day}/04/2024" for day in range(13, 18)]
    converted = [f"2024-0{month}-04 00:00:00" for month in range(5, 10)]
    with pytest.raises(BadValueError, match="a spreadsheet has swapped day and month there"):
        read(*texts, *converted)


def test_texts_and_converted_dates_of_all_days_are_read():
    texts = [f"{day}/04/2024" for day in (3, 9, 11, 13, 14, 15)]
    reading = read(*texts, *(f"2024-05-{day}" for day in (10, 20, 25, 30)))
    assert reading.failures == 0


def test_years_of_two_digits_are_said_with_their_century():
    (note,) = [note for note in read("15.01.24", "16.01.99").notes if note.rule == "two-digit years"]
    assert (note.rows, note.examples) == (2, ("row 2: '15.01.24'",))


def test_an_offset_that_does_not_exist_is_a_failure():
    reading = read("2024-01-15 10:00:00 +0530", "2024-01-16 10:00:00 +2500")
    assert (reading.failures, reading.examples) == (1, ("row 3: '2024-01-16 10:00:00 +2500'",))
    assert reading.offsets == ("+0530",)
