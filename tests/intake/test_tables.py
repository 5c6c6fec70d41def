"""Bytes and frames to all-text tables: nothing guessed, nothing lost without a word."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from segkit.errors import BadValueError, InputError, MissingColumnError, UnsupportedFormatError
from segkit.intake.encodings import CHUNK
from segkit.intake.identifiers import refuse_shortened_ids
from segkit.intake.tables import open_table
from segkit.intake.text_table import TextTable, distinct_cells

CONNECTION = duckdb.connect()  # one for all: opening one costs more than reading a small file
HEADER = "id,day,paid\n"
CLEAN = "".join(f"C{i},2024-01-05,{i}.50\n" for i in range(400))


def open_bytes(folder: Path, content: str | bytes, *, name: str = "orders.csv", **hints) -> TextTable:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path, connection=CONNECTION, name="orders", **hints)


def rows_of(table: TextTable) -> list[tuple]:
    return table.connection.execute("SELECT * FROM orders ORDER BY _row").fetchall()


def entry(table: TextTable, rule: str):
    (found,) = [entry for entry in (*table.rejected, *table.notes) if entry.rule == rule]
    return found


# The table of silent losses (engine reference, section 7), case by case.


def test_a_short_and_a_long_row_lose_only_themselves(tmp_path):
    table = open_bytes(tmp_path, HEADER + "A,1,2\nB,1\nC,1,2,3\n" + CLEAN)
    assert table.rows == 401
    assert table.source.rows == 403
    assert entry(table, "malformed rows").examples == (
        "row 3: 2 fields, expected 3",
        "row 4: 4 fields, expected 3",
    )
    assert [row[0] for row in rows_of(table)[:2]] == [2, 5]


def test_a_file_with_one_malformed_row_in_a_hundred_is_refused_by_row_and_fields(tmp_path):
    with pytest.raises(
        InputError, match=r"orders\.csv is malformed on 2 of 4 rows \(row 3: 2 fields, expected 3\)"
    ) as info:
        open_bytes(tmp_path, HEADER + "A,1,2\nB,1\nC,1,2,3\nD,1,2\n")
    assert info.value.rows == (3, 4)


def test_just_under_one_in_a_hundred_is_dropped_and_at_one_in_a_hundred_refused(tmp_path):
    clean = [f"C{i},1,2\n" for i in range(100)]
    assert open_bytes(tmp_path, HEADER + "B,1\n" + "".join(clean)).rows == 100
    with pytest.raises(InputError, match="malformed on 1 of 100 rows"):
        open_bytes(tmp_path, HEADER + "B,1\n" + "".join(clean[:99]))


def test_a_stray_opening_quote_counts_every_line_it_swallowed(tmp_path):
    table = open_bytes(tmp_path, HEADER + 'A,"x,2\nB,y,3\nC,"z",4\n' + CLEAN)
    lost = entry(table, "malformed rows")
    assert lost.rows == 3
    assert lost.examples == ("row 2: a quote that is not closed",)
    assert table.source.rows == 403
    assert rows_of(table)[0][:2] == (5, "C0")


def test_a_quote_never_closed_is_refused_naming_its_row(tmp_path):
    with pytest.raises(
        InputError, match=r"malformed on 401 of 401 rows \(row 2: a quote that is not closed\)"
    ):
        open_bytes(tmp_path, HEADER + 'A,"x,2\n' + CLEAN)


def test_a_quote_never_closed_in_a_long_file_is_refused_although_its_text_is_cut(tmp_path):
    many = "".join(f"C{i},2024-01-05,{i}.50\n" for i in range(150_000))
    with pytest.raises(InputError, match=r"malformed on 1\d\d,\d\d\d of 15\d,\d\d\d rows \(row 12: a quote"):
        open_bytes(
            tmp_path, HEADER + CLEAN[:0] + "".join(many.splitlines(keepends=True)[:10]) + 'A,"x,2\n' + many
        )


def test_two_stray_quotes_that_make_one_cell_of_two_rows_are_found(tmp_path):
    table = open_bytes(tmp_path, HEADER + 'A,"x,2\nB,y",3\nC,z,4\n' + CLEAN)
    lost = entry(table, "malformed rows")
    assert lost.examples == ("row 2: two stray quotes make one cell of several rows",)
    assert lost.rows == 2
    assert rows_of(table)[0] == (4, "C", "z", "4")


def test_an_odd_value_after_fifty_thousand_rows_stays_what_it_is(tmp_path):
    table = open_bytes(tmp_path, "id,n\n" + "".join(f"{i},1\n" for i in range(50_000)) + "X1,1\n")
    assert rows_of(table)[-1] == (50_002, "X1", "1")


def test_ids_keep_zeros_and_all_nineteen_digits(tmp_path):
    table = open_bytes(tmp_path, "id,zip,big\n00012,02134,9007199254740993123\n00013,,\n")
    assert rows_of(table) == [(2, "00012", "02134", "9007199254740993123"), (3, "00013", None, None)]


def test_na_none_and_null_are_values_and_blank_is_missing(tmp_path):
    table = open_bytes(tmp_path, 'country,name,x,y\nNA,None,null,""\nNULL,nan,  ,\n')
    assert rows_of(table) == [(2, "NA", "None", "null", None), (3, "NULL", "nan", None, None)]


def test_decimal_commas_under_semicolons_stay_whole(tmp_path):
    table = open_bytes(tmp_path, "id;n;paid\nA1;1,5;0,10\nA2;2,5;0,20\n")
    assert rows_of(table)[0] == (2, "A1", "1,5", "0,10")
    assert table.source.delimiter == ";"


def test_repeated_and_blank_header_names_become_unique_and_are_logged(tmp_path):
    table = open_bytes(tmp_path, "Name,name,,Name_2,_row\n1,2,3,4,5\n")
    assert table.columns == ("Name", "name_3", "column_3", "Name_2", "_row_2")
    assert len(entry(table, "header names made unique").examples) == 3


def test_a_total_row_at_the_end_is_no_order(tmp_path):
    table = open_bytes(tmp_path, HEADER + CLEAN + "Total,,80000.00\n")
    assert table.rows == 400
    assert table.source.rows == 401
    assert entry(table, "total row").examples == ("row 402: Total, 80000.00",)


def test_subtotal_tax_and_total_are_all_taken_off(tmp_path):
    table = open_bytes(tmp_path, "id;day;paid\nA;1;2\nB;1;2\nSumme;;4\nGesamt:;;5\n")
    assert [row[1] for row in rows_of(table)] == ["A", "B"]
    assert entry(table, "total row").rows == 2


def test_a_total_row_with_too_few_cells_is_a_total_and_not_malformed(tmp_path):
    table = open_bytes(tmp_path, "id,day,paid\nA,1,2\nTotal,2\n\n")
    assert table.rows == 1
    assert [e.rule for e in table.rejected] == ["total row"]


def test_a_customer_called_total_stays(tmp_path):
    assert open_bytes(tmp_path, "id,day,paid\nA,1,2\nTotal,1,2\n").rows == 2


def test_a_sep_line_names_the_delimiter_and_is_no_header(tmp_path):
    table = open_bytes(tmp_path, "sep=;\nid;paid\nA;1,50\n")
    assert rows_of(table) == [(3, "A", "1,50")]
    assert entry(table, "sep= line").rows == 0


def test_a_sep_line_may_name_a_tab(tmp_path):
    assert rows_of(open_bytes(tmp_path, "sep=\t\nid\tpaid\nA\t1,50\n")) == [(3, "A", "1,50")]


def test_a_preamble_is_skipped_and_said(tmp_path):
    table = open_bytes(tmp_path, 'Report of May\nby "Miller\n\nid,day,paid\nA,1,2\n')
    assert rows_of(table) == [(5, "A", "1", "2")]
    assert entry(table, "preamble").examples == ("Report of May", 'by "Miller')


def test_a_padded_preamble_is_not_taken_for_the_header(tmp_path):
    table = open_bytes(tmp_path, "Report,,\n,,\nid,day,paid\nA,1,2\n")
    assert table.columns == ("id", "day", "paid")


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
def test_every_usual_encoding_reads_the_same(tmp_path, encoding, name):
    table = open_bytes(tmp_path, "Straße,paid\nMüller,5\n".encode(encoding))
    assert table.columns == ("Straße", "paid")
    assert rows_of(table) == [(2, "Müller", "5")]
    assert table.source.encoding == name


def test_cp1252_is_said_with_a_line_that_it_changed(tmp_path):
    table = open_bytes(tmp_path, "id,paid\nA,5\nB,€ 7\n".encode("cp1252"))
    assert entry(table, "encoding").examples == ("line 3 reads 'B,€ 7'",)
    assert rows_of(table)[1][2] == "€ 7"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_wide_encodings_are_read_without_a_mark(tmp_path, encoding):
    table = open_bytes(tmp_path, ("id,paid\n" + "Müller,5\n" * 50).encode(encoding))
    assert rows_of(table)[0] == (2, "Müller", "5")


def test_bytes_valid_in_no_encoding_are_refused_with_the_line(tmp_path):
    with pytest.raises(InputError, match=r"not valid utf-8 nor cp1252 \(line 3 holds byte 0x81\)"):
        open_bytes(tmp_path, b"id,paid\nA,5\nB,\x81\n")


def test_an_encoding_can_be_named(tmp_path):
    table = open_bytes(tmp_path, "id,name\nA,Łódź\n".encode("cp1250"), encoding="cp1250")
    assert rows_of(table)[0][2] == "Łódź"


def test_a_named_encoding_that_does_not_fit_is_refused(tmp_path):
    with pytest.raises(InputError, match="not valid utf-8"):
        open_bytes(tmp_path, "id,name\nA,é\n".encode("cp1252"), encoding="utf8")
    with pytest.raises(InputError, match=r"'klingon' for orders\.csv is unknown"):
        open_bytes(tmp_path, HEADER + CLEAN, encoding="klingon")


def test_a_file_cut_within_a_character_is_not_utf_8(tmp_path):
    table = open_bytes(tmp_path, "id,name\nA,é".encode()[:-1])
    assert table.source.encoding == "cp1252"


def test_undecodable_bytes_deep_in_a_file_name_their_line(tmp_path):
    lines = CHUNK // 8 + 10
    with pytest.raises(InputError, match=f"line {lines + 2} holds byte 0x9D"):
        open_bytes(tmp_path, b"id,paid\n" + b"A,12345\n" * lines + b"B,\x9d\n")


# Lines: every one accounted for, whatever stands between them.


def test_rows_are_numbered_as_the_file_shows_them(tmp_path):
    text = 'id,note,paid\nA,"two\nlines",1\n\nB,x,2\nC,y\n,,\nD,"a\n\nb",3\n   \nE,z,4\n' + CLEAN
    table = open_bytes(tmp_path, text)
    assert [row[0] for row in rows_of(table)[:5]] == [2, 5, 8, 12, 13]
    assert entry(table, "malformed rows").examples == ("row 6: 2 fields, expected 3",)
    assert entry(table, "blank rows").rows == 2


def test_a_header_may_span_lines(tmp_path):
    table = open_bytes(tmp_path, 'id,"paid\nin euro","x\n\ny"\nA,5,1\n')
    assert table.columns == ("id", "paid in euro", "x y")
    assert rows_of(table) == [(5, "A", "5", "1")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_is_read(tmp_path, end):
    table = open_bytes(tmp_path, end.join(["id,note", 'A,"x"', "B,y", ""]))
    assert rows_of(table) == [(2, "A", "x"), (3, "B", "y")]


def test_mixed_line_ends_are_made_alike_and_said(tmp_path):
    table = open_bytes(tmp_path, "id,note\r\nA,x\nB,y\rz\r\n")
    assert rows_of(table) == [(2, "A", "x"), (3, "B", "y z")]
    assert entry(table, "line ends made alike")


def test_line_ends_across_chunks_are_one(tmp_path):
    filler = "A," + "x" * (CHUNK - len("id,note\n") - 3) + "\r\n"
    table = open_bytes(tmp_path, ("id,note\n" + filler + "B,y\n").encode())
    assert [row[:2] for row in rows_of(table)] == [(2, "A"), (3, "B")]


def test_blank_lines_across_chunks_are_counted_once(tmp_path):
    for shift in range(4):
        filler = "A," + "x" * (CHUNK - len("id,note\r\n") - 4 - shift) + "\r\n"
        table = open_bytes(tmp_path, ("id,note\r\n" + filler + "\r\nB,y\r\n").encode())
        assert [row[0] for row in rows_of(table)] == [2, 4]


def test_a_file_without_a_last_line_end_is_complete(tmp_path):
    assert open_bytes(tmp_path, "id,n\nA,1\nB,2").rows == 2


def test_a_file_that_ends_on_a_lone_return_is_complete(tmp_path):
    assert rows_of(open_bytes(tmp_path, "id,n\nA,1\nB,2\r")) == [(2, "A", "1"), (3, "B", "2 ")]


def test_rows_that_end_on_a_delimiter_keep_their_header(tmp_path):
    table = open_bytes(tmp_path, "id,day,paid\nA,1,2,\nB,1,2,\n")
    assert table.columns == ("id", "day", "paid")
    assert rows_of(table)[0] == (2, "A", "1", "2")


def test_quotes_within_unquoted_text_are_text(tmp_path):
    assert rows_of(open_bytes(tmp_path, 'id,item\nA,24" pipe\nB,say ""hi""\n'))[0][2] == '24" pipe'


def test_text_after_a_closing_quote_is_malformed(tmp_path):
    table = open_bytes(tmp_path, HEADER + 'A,"x"y,2\n' + CLEAN)
    assert entry(table, "malformed rows").examples == ("row 2: a stray quote",)


def test_formulas_and_markup_stay_text(tmp_path):
    table = open_bytes(tmp_path, 'id,note\nA,"=HYPERLINK(""http://x"",""y"")"\n<b>,@SUM(A1)\n')
    assert rows_of(table)[0][2] == '=HYPERLINK("http://x","y")'


def test_zero_characters_and_further_byte_order_marks_are_left_out_and_said(tmp_path):
    table = open_bytes(tmp_path, "\ufeff\ufeff" + HEADER + "A\0,1,2\n" + CLEAN)
    assert rows_of(table)[0][1] == "A"
    assert table.columns[0] == HEADER.partition(",")[0]
    assert "1 zero character and 2 byte-order marks" in entry(table, "stray characters").reason


def test_lines_of_two_encodings_are_refused_and_a_named_encoding_settles_it(tmp_path):
    content = HEADER.encode() + "é,1,2\n".encode() + "ü,1,2\n".encode("cp1252")
    with pytest.raises(InputError, match=r"line 2 is UTF-8 .* line 3 holds byte 0xFC, which is not"):
        open_bytes(tmp_path, content)
    assert rows_of(open_bytes(tmp_path, content, encoding="cp1252"))[1][1] == "ü"


def test_a_file_of_blank_comma_lines_counts_them(tmp_path):
    table = open_bytes(tmp_path, HEADER + "A,1,2\n" + ",,\n" * 500)
    assert table.rows == table.source.rows == 1
    assert entry(table, "blank rows").rows == 500


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_found(tmp_path, delimiter):
    table = open_bytes(tmp_path, "id,day,paid\nA,1,2\n".replace(",", delimiter))
    assert table.source.delimiter == delimiter
    assert rows_of(table) == [(2, "A", "1", "2")]


def test_a_delimiter_can_be_named(tmp_path):
    assert open_bytes(tmp_path, "id:day\nA:1,5;3\n", delimiter=":").columns == ("id", "day")


def test_a_delimiter_is_one_character(tmp_path):
    with pytest.raises(BadValueError, match=r"delimiter is '::' for orders\.csv; use one character"):
        open_bytes(tmp_path, "id::day\nA::1\n", delimiter="::")


def test_what_the_engine_cannot_read_is_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("segkit.intake.delimited.escape_wildcards", lambda _path: "/nowhere/at all.csv")
    with pytest.raises(
        InputError, match=r"cannot be read as text with delimiter ',' \(.*\); export it again"
    ):
        open_bytes(tmp_path, HEADER + CLEAN)


def test_columns_set_apart_by_spaces_are_read(tmp_path):
    table = open_bytes(tmp_path, " id    day  paid\r\n 00001  19970101   11.77\r\n 00002 19970112 12.00\r\n")
    assert rows_of(table) == [(2, "00001", "19970101", "11.77"), (3, "00002", "19970112", "12.00")]
    assert table.source.delimiter == "space"


def test_a_long_file_of_aligned_columns_is_cut_nowhere(tmp_path):
    lines = CHUNK // 12
    table = open_bytes(tmp_path, "id  day\n" + "".join(f"{i:07d}   {i % 9}\n" for i in range(lines)))
    assert table.rows == lines
    assert rows_of(table)[-1] == (lines + 1, f"{lines - 1:07d}", str((lines - 1) % 9))


def test_a_file_without_header_is_refused_unless_said(tmp_path):
    with pytest.raises(InputError, match=r"no header line.*header = false"):
        open_bytes(tmp_path, "00004,19970101,29.33\n")
    table = open_bytes(tmp_path, "00004,19970101,29.33\n00005,19970102,1\n", header=False)
    assert table.columns == ("column_1", "column_2", "column_3")
    assert rows_of(table)[0] == (1, "00004", "19970101", "29.33")


def test_a_cell_of_several_megabytes_is_malformed_and_not_fatal(tmp_path):
    text = "id,note\n" + "".join(f"A{i},x\n" for i in range(300)) + 'B,"' + "x" * 3_000_000 + '"\nC,y\n'
    table = open_bytes(tmp_path, text)
    assert entry(table, "malformed rows").rows == 1


def test_two_long_open_quotes_are_refused_as_indistinguishable(tmp_path):
    long = 'B,"' + "\n".join(["y,z"] * 6000) + "q\n"
    text = "id,note\n" + "".join(f"A{i},x\n" for i in range(300)) + long + 'C,"1"2\n' + long + 'D,"1"2\n'
    with pytest.raises(InputError, match=r"lines that cannot be told apart|malformed on"):
        open_bytes(tmp_path, text)


def test_names_with_wildcards_and_quotes_are_only_names(tmp_path):
    table = open_bytes(tmp_path, 'it\'s,"a ""b"""\n1,2\n', name="orders [new]'s?.csv")
    assert table.columns == ("it's", 'a "b"')
    assert table.connection.execute('SELECT "a ""b""" FROM orders').fetchall() == [("2",)]


def test_the_same_file_gives_the_same_table_twice(tmp_path):
    text = HEADER + "A,1,2\nB,1\n\n" + CLEAN
    one, two = open_bytes(tmp_path, text), open_bytes(tmp_path, text)
    assert (one.source, one.rejected, one.notes, rows_of(one)) == (
        two.source,
        two.rejected,
        two.notes,
        rows_of(two),
    )


def test_the_input_file_is_left_as_it_was(tmp_path):
    content = "sep=;\r\nid;note\r\nÄ;x\n".encode("cp1252")
    open_bytes(tmp_path, content)
    assert (tmp_path / "orders.csv").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


# What cannot be read is refused in one sentence.


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("o.csv", b"", "o.csv is empty; export"),
        ("o.csv", b"\n \n\n", "o.csv is empty"),
        ("o.csv", b"id,day\n", "o.csv has a header but no rows"),
        ("o.csv", b"id,day\n,\n,\n", "o.csv has a header but no rows of data"),
        ("o.csv", bytes(range(256)) * 20, "o.csv is not text but binary data"),
        ("o.csv", b"%PDF-1.7 x", "o.csv is a PDF document"),
        ("o.csv", b"\x89PNG\r\n", "o.csv is a picture"),
        ("o.csv", b"\x1f\x8b\x08", "o.csv is an archive"),
        ("o.csv", b"  <!DOCTYPE HTML><p>", "o.csv is a web page"),
        ("o.csv", b'[{"id": 1}]', "o.csv is a JSON file"),
        ("o.csv", b"PK\x03\x04broken", "o.csv is a damaged archive or workbook"),
        ("o.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "o.csv is an Office file of the old format"),
        ("o.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 x", "o.xls is an Office file of the old format"),
        ("o.docx", b"x", "o.docx is a Word document"),
        ("o.doc", b"x", "o.doc is a Word document"),
        ("o.numbers", b"x", "o.numbers is a Numbers workbook"),
        ("o.html", b"x", "o.html is a web page"),
        ("o.json", b"x", "o.json is a JSON file"),
        ("o.jpg", b"x", "o.jpg is a picture"),
        ("o.xlsx", b"id,day\n1,2\n", "o.xlsx is not an Excel workbook, whatever its name"),
        ("o.parquet", b"id,day\n1,2\n", "o.parquet is not a Parquet file, whatever its name"),
        ("o.parquet", b"PAR1xxxxPAR1", "o.parquet is a damaged Parquet file"),
        ("o.txt", b"Dear reader,\nthis is prose.\nNo table.\n", "o.txt holds no table"),
    ],
)
def test_what_is_no_order_file_is_refused_in_one_sentence(tmp_path, name, content, sentence):
    with pytest.raises(InputError) as info:
        open_bytes(tmp_path, content, name=name)
    message = str(info.value)
    assert message.startswith(sentence)
    assert ";" in message
    assert message.endswith(".")
    assert "\n" not in message


def test_a_protected_workbook_is_named(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnsupportedFormatError, match="protected by a password; save a copy without one"):
        open_bytes(tmp_path, content, name="orders.xlsx")


def test_a_zip_under_the_name_of_a_csv_is_an_archive(tmp_path):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("orders.csv", "id,day\n1,2\n")
    with pytest.raises(UnsupportedFormatError, match=r"orders\.csv is an archive"):
        open_bytes(tmp_path, archive.getvalue())


def test_parquet_under_the_name_of_a_csv_says_how_to_rename_it(tmp_path):
    pl.DataFrame({"id": [1]}).write_parquet(tmp_path / "o.csv")
    with pytest.raises(UnsupportedFormatError, match=r"rename it to o\.parquet"):
        open_table(tmp_path / "o.csv", connection=CONNECTION, name="orders")


def test_a_folder_and_a_missing_file_are_told_apart(tmp_path):
    connection = CONNECTION
    with pytest.raises(InputError, match="is a folder"):
        open_table(tmp_path, connection=connection, name="orders")
    with pytest.raises(InputError, match=r"orders 2024\.csv does not exist; check the path"):
        open_table(str(tmp_path / "orders 2024.csv"), connection=connection, name="orders")


def test_a_file_that_may_not_be_read_says_so(tmp_path, monkeypatch):
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "o.csv").write_text("id,day\n1,2\n")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="cannot be opened \\(Permission denied\\)"):
        open_table(tmp_path / "o.csv", connection=CONNECTION, name="orders")


# Parquet and frames keep their types.


def frame_of_everything() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [17850.0, None, 3.0],
            "zip": ["00012", "NA", " "],
            "day": [date(2024, 1, 5), None, date(2024, 1, 6)],
            "when": pd.to_datetime(["2024-01-05 10:30", None, "2024-01-06 00:00"]),
            "zoned": pd.to_datetime(["2024-03-30 23:30", None, "2024-07-01 00:10"]).tz_localize(
                "Europe/Berlin"
            ),
            "paid": [1.1, 2.25, 1e-7],
            "flag": [True, False, True],
            "kind": pd.Categorical(["u", "v", "u"]),
        }
    )


EVERYTHING = [
    (
        2,
        "17850",
        "00012",
        "2024-01-05",
        "2024-01-05 10:30:00",
        "2024-03-30 23:30:00+01:00",
        "1.1",
        "true",
        "u",
    ),
    (3, None, "NA", None, None, None, "2.25", "false", "v"),
    (4, "3", None, "2024-01-06", "2024-01-06 00:00:00", "2024-07-01 00:10:00+02:00", "1e-07", "true", "u"),
]


@pytest.mark.parametrize("route", ["pandas", "polars", "lazy", "pyarrow", "narwhals", "duckdb", "parquet"])
def test_every_route_of_a_frame_gives_the_same_text(tmp_path, route):
    frame = frame_of_everything()
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    if route == "parquet":
        frame.to_parquet(tmp_path / "o.parquet")
    source = {
        "pandas": lambda: frame,
        "polars": lambda: pl.from_arrow(arrow),
        "lazy": lambda: pl.from_arrow(arrow).lazy(),
        "pyarrow": lambda: arrow,
        "narwhals": lambda: nw.from_native(arrow),
        "duckdb": lambda: duckdb.from_arrow(arrow, connection=duckdb.connect()).select(
            "* EXCLUDE (zoned), zoned"
        ),
        "parquet": lambda: tmp_path / "o.parquet",
    }[route]()
    table = open_table(source, connection=CONNECTION, name="orders", label="o")
    rows = rows_of(table)
    if route == "duckdb":  # a relation keeps the moment but not the name of its zone
        position = table.columns.index("zoned") + 1
        assert rows[0][position] == "2024-03-30 22:30:00+00:00"
        rows = [(*row[:5], old[5], *row[5:-1]) for row, old in zip(rows, EVERYTHING, strict=True)]
    assert rows == EVERYTHING
    assert table.typed["id"] == "float"
    assert table.typed["zoned"] == "timestamptz"
    assert table.typed["zip"] == table.typed["kind"] == "text"
    assert table.source.rows == 3


def test_a_frame_is_left_as_it_was():
    frame = frame_of_everything()
    before = frame.copy(deep=True)
    open_table(frame, connection=CONNECTION, name="orders")
    pd.testing.assert_frame_equal(frame, before)


def test_columns_of_mixed_types_become_text():
    frame = pd.DataFrame({"id": [1, "b", None], "n": [1, 2, 3]})
    table = open_table(frame, connection=CONNECTION, name="orders")
    assert [row[1] for row in rows_of(table)] == ["1", "b", None]


def test_nan_in_a_frame_is_blank_and_said(tmp_path):
    pl.DataFrame({"id": ["a", "b"], "paid": [1.5, float("nan")]}).write_parquet(tmp_path / "o.parquet")
    table = open_table(tmp_path / "o.parquet", connection=CONNECTION, name="orders")
    assert rows_of(table)[1] == (3, "b", None)
    assert entry(table, "NaN as blank").rows == 1


def test_nested_cells_become_text():
    table = open_table(duckdb.sql("SELECT 'a' AS id, [1, 2] AS items"), connection=CONNECTION, name="orders")
    assert rows_of(table) == [(2, "a", "[1, 2]")]


def test_decimals_keep_their_digits():
    table = open_table(
        duckdb.sql("SELECT 12.30::DECIMAL(9, 2) AS paid"), connection=CONNECTION, name="orders"
    )
    assert (table.typed["paid"], rows_of(table)) == ("decimal", [(2, "12.30")])


def test_what_is_no_frame_is_refused():
    with pytest.raises(InputError, match=r"neither a path nor a frame \(got int\)"):
        open_table(42, connection=CONNECTION, name="orders")


@pytest.mark.parametrize("frame", [pd.DataFrame({"a": []}), pd.DataFrame()])
def test_a_frame_without_rows_is_refused(frame):
    with pytest.raises(InputError, match="has no rows"):
        open_table(frame, connection=CONNECTION, name="orders")


def test_a_frame_with_two_columns_of_one_name_is_refused():
    with pytest.raises(InputError, match="two columns of one name"):
        open_table(pd.DataFrame([[1, 2]], columns=["a", "a"]), connection=CONNECTION, name="orders")


def test_a_dask_frame_is_refused_with_the_way_out(monkeypatch):
    class Dask:
        class implementation:  # noqa: N801 - stands for narwhals' attribute
            @staticmethod
            def is_dask() -> bool:
                return True

    monkeypatch.setattr(nw, "from_native", lambda _frame: Dask())
    with pytest.raises(UnsupportedFormatError, match="write Parquet and pass the path"):
        open_table(object(), connection=CONNECTION, name="orders")


# Wide layouts.


def test_a_column_for_each_month_becomes_a_row_for_each_filled_cell(tmp_path):
    table = open_bytes(tmp_path, "Kunde;Jan 2024;Feb 2024;Mrz;03/2024\nA;5,00;;x;0\nB;0,00;7,50;x;2\n")
    assert table.columns == ("Kunde", "Mrz", "order_date", "amount")
    assert [(row[1], *row[3:]) for row in rows_of(table)] == [
        ("A", "2024-01-01", "5,00"),
        ("B", "2024-02-01", "7,50"),
        ("B", "2024-03-01", "2"),
    ]
    assert table.rows == table.source.rows == 3
    assert entry(table, "wide layout").examples == ("column 'Jan 2024' is 2024-01-01",)


@pytest.mark.parametrize(
    "header",
    [
        "customer,order_date,2024-01,2024-02",  # dates are there already
        "customer,name,phone,2024-01,2024-02",  # too few of the columns
        "customer,2024-01",  # one month is no layout
        "customer,01/02/2024,01/03/2024",  # could be two days
        "customer,30.02.2024,31.02.2024",  # no days at all
        "amount,2024-01,2024-02",  # its own amount
        "2024-01,2024-02,Q2024",  # a rest that is not long enough is still fine: see below
    ],
)
def test_a_table_that_is_not_clearly_wide_stays(tmp_path, header):
    table = open_bytes(tmp_path, header + "\n" + ",".join("1" * (header.count(",") + 1)) + "\n")
    if "Q2024" in header:
        assert table.columns == ("Q2024", "order_date", "amount")
    else:
        assert table.columns == tuple(header.split(","))


# Ids that a spreadsheet destroyed.


def test_ids_in_scientific_notation_are_refused_with_the_way_out(tmp_path):
    table = open_bytes(tmp_path, 'id,n\n12345,1\n1.23E+12,1\n1.23E+12,2\n"2,5E+15",3\n')
    with pytest.raises(
        BadValueError, match=r"'id' has 3 ids that a spreadsheet shortened \(row 3: '1.23E\+12'\)"
    ) as info:
        refuse_shortened_ids(table, "id")
    assert info.value.rows == (3, 5)


def test_ids_that_only_look_a_little_like_numbers_pass(tmp_path):
    table = open_bytes(tmp_path, "id,n\n12E5,1\n1E3,2\nE+12,3\n00012,4\n")
    refuse_shortened_ids(table, "id")


def test_a_column_that_is_not_there_is_named(tmp_path):
    table = open_bytes(tmp_path, HEADER + CLEAN)
    with (
        pytest.raises(MissingColumnError, match="lacks column 'Id'; has 'id', 'day', 'paid'"),
        distinct_cells(table, "Id"),
    ):
        pass


# Round trips.

CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), include_characters="\n\t,;|\"'"),
    min_size=1,
    max_size=12,
).filter(lambda text: text.strip() and "\ufeff" not in text)
WORD = st.text("abcdefgXYZäßé ", min_size=1, max_size=8).filter(str.strip)


def as_csv(rows: list[list[str]], delimiter: str, end: str) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_MINIMAL, lineterminator=end).writerows(rows)
    return target.getvalue()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.integers(2, 4).flatmap(
        lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=8)
    ),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@example(rows=[["a\n\nb", "c"]], delimiter=",", end="\r\n", encoding="utf-16")
def test_any_table_written_as_csv_reads_back_equal(tmp_path, rows, delimiter, end, encoding):
    header = [f"name {letter}" for letter in "abcd"[: len(rows[0])]]
    text = as_csv([header, *rows], delimiter, end)
    lines = [1 + text_before.count("\n") for text_before in row_starts([header, *rows], delimiter, end)][1:]
    try:
        table = open_bytes(tmp_path, text.encode(encoding), delimiter=delimiter)
    except InputError as error:
        assert "stray quotes" in str(error)  # noqa: PT017 - only a cell that holds whole rows may be refused
        assert any("\n" in cell for row in rows for cell in row)
        return
    assert not table.rejected
    assert [list(row[1:]) for row in rows_of(table)] == rows
    assert [row[0] for row in rows_of(table)] == lines


def row_starts(rows: list[list[str]], delimiter: str, end: str) -> list[str]:
    return [as_csv(rows[:i], delimiter, end) for i in range(len(rows))]


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(WORD, min_size=3, max_size=3), min_size=1, max_size=6),
    encoding=st.sampled_from(["cp1252", "utf-8"]),
    delimiter=st.sampled_from(",;\t|"),
)
def test_any_words_read_back_without_hints(tmp_path, rows, encoding, delimiter):
    table = open_bytes(tmp_path, as_csv([["id", "word", "other"], *rows], delimiter, "\n").encode(encoding))
    assert not table.rejected
    assert [list(row[1:]) for row in rows_of(table)] == rows
    assert table.source.delimiter == delimiter
    assert table.source.rows == len(rows)
