"""Order files whose bytes or layout are broken: encodings, separators, quoting, lines."""

from __future__ import annotations

from pathlib import Path

from hostile_case import HEADER, ROWS, Chapter, change, dropped, many_rows, repaired, text_of, write_orders

encodings = Chapter("encodings")
layout = Chapter("layout")

GERMAN = change(column="product", values={0: "Grüner Tee", 5: "Geschenk für 130 €"})


@encodings.read("UTF-8 with a byte-order mark")
def utf8_with_mark(folder: Path) -> None:
    write_orders(folder, text_of(GERMAN).encode("utf-8-sig"))


@encodings.repaired("byte-order mark twice, as after two tools", repaired("byte-order mark", 0))
def mark_twice(folder: Path) -> None:
    write_orders(folder, b"\xef\xbb\xbf\xef\xbb\xbf" + text_of(GERMAN).encode())


@encodings.read("UTF-16 with a byte-order mark, as a spreadsheet's Unicode text")
def utf16_with_mark(folder: Path) -> None:
    write_orders(folder, text_of(GERMAN, delimiter="\t").encode("utf-16"))


@encodings.repaired("UTF-16 without a byte-order mark", repaired("utf-16-le", 0))
def utf16_without_mark(folder: Path) -> None:
    write_orders(folder, text_of(GERMAN).encode("utf-16-le"))


@encodings.read("UTF-16 without a mark, named in company.toml")
def utf16_named(folder: Path) -> None:
    write_orders(folder, text_of(GERMAN).encode("utf-16-le"), toml='[orders]\nencoding = "utf-16-le"\n')


@encodings.repaired("cp1252 with a euro sign and umlauts", repaired("cp1252", 0))
def cp1252_with_euro(folder: Path) -> None:
    write_orders(folder, text_of(GERMAN).encode("cp1252"))


@encodings.refused("bytes that neither UTF-8 nor cp1252 knows", "orders.csv", "encoding")
def bytes_of_no_encoding(folder: Path) -> None:
    write_orders(folder, text_of(change(column="product", values={2: "T\x81pot"})).encode("latin-1"))


@encodings.refused("UTF-8 and cp1252 in one file", "orders.csv", "line 7", "UTF-8")
def encodings_mixed(folder: Path) -> None:
    lines = text_of(GERMAN).splitlines()
    write_orders(folder, b"\n".join(line.encode("utf-8" if "Grün" in line else "cp1252") for line in lines))


@encodings.repaired("NUL bytes inside a cell", repaired("1 zero character; it was left out", 0))
def nul_bytes(folder: Path) -> None:
    write_orders(folder, text_of(change(column="product", values={2: "Tea\x00pot"})))


@encodings.refused("a declared encoding that is wrong", "orders.csv", "utf-8", "company.toml")
def wrong_encoding_named(folder: Path) -> None:
    write_orders(folder, text_of(GERMAN).encode("cp1252"), toml='[orders]\nencoding = "utf-8"\n')


@encodings.refused("a declared encoding that does not exist", "klingon", "encoding")
def unknown_encoding_named(folder: Path) -> None:
    write_orders(folder, text_of(), toml='[orders]\nencoding = "klingon"\n')


@layout.read("semicolons and decimal commas")
def semicolons(folder: Path) -> None:
    rows = change(column="amount", values=lambda cell: cell.replace(".", ","))
    write_orders(folder, text_of(rows, delimiter=";"))


@layout.read("tabs in a file called csv")
def tabs(folder: Path) -> None:
    write_orders(folder, text_of(delimiter="\t"))


@layout.read("pipes")
def pipes(folder: Path) -> None:
    write_orders(folder, text_of(delimiter="|"))


@layout.repaired("a first line that only says sep=;", repaired("sep=", 0))
def separator_line(folder: Path) -> None:
    write_orders(folder, "sep=;\r\n" + text_of(delimiter=";", ending="\r\n"))


@layout.repaired("three lines of report title above the header", repaired("3 lines above its header", 0))
def preamble(folder: Path) -> None:
    write_orders(folder, "Order report\nShop: Tea, Ltd\nPrinted 2024-06-01\n" + text_of())


@layout.read("line breaks and separators inside quotes")
def quoted_breaks(folder: Path) -> None:
    write_orders(folder, text_of(change(column="product", values={1: '"Teapot,\n""large""\n"'})))


@layout.refused("a stray quote that swallows the rows after it", "orders.csv", "row 4", "quot")
def stray_quote(folder: Path) -> None:
    write_orders(folder, text_of(change(column="product", values={2: '"Teapot'})))


@layout.refused("one row too short and one too long among ten", "orders.csv", "row 3", "fields")
def ragged_rows(folder: Path) -> None:
    rows = [*ROWS]
    rows[1], rows[4] = rows[1][:4], (*rows[4], "extra")
    write_orders(folder, text_of(rows))


@layout.repaired("one broken row among 300", dropped("cannot be told apart", 1), totals=(20, 299, 2990.00))
def one_ragged_row(folder: Path) -> None:
    rows = many_rows(300)
    rows[150] = (*rows[150], "extra")
    write_orders(folder, text_of(rows))


@layout.repaired("a separator at the end of every line", repaired("blank or repeated column names", 0))
def trailing_separators(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "") for row in ROWS], (*HEADER, "")))


@layout.read("a separator at the end of every row but not of the header")
def trailing_separators_below(folder: Path) -> None:
    write_orders(folder, text_of([(*row, "") for row in ROWS]))


@layout.repaired("blank lines and lines of separators only", repaired("without a single value", 3))
def blank_lines(folder: Path) -> None:
    write_orders(folder, text_of([*ROWS[:3], ("",) * 6, *ROWS[3:], ("",) * 6, ("",) * 6]) + "\n\n")


@layout.repaired("a totals row at the end", dropped("sums up", 1))
def totals_row(folder: Path) -> None:
    write_orders(folder, text_of([*ROWS, ("Total", "", "", "352.00", "", "")]))


@layout.repaired("old Macintosh line ends", repaired("line ends", 0))
def carriage_returns(folder: Path) -> None:
    write_orders(folder, text_of(ending="\r"))


@layout.repaired("both kinds of line ends and none at the end", repaired("line ends", 0))
def mixed_line_ends(folder: Path) -> None:
    lines = text_of().splitlines()
    write_orders(folder, "\r\n".join(lines[:5]) + "\n" + "\n".join(lines[5:]))


@layout.read("a header in capitals with blanks around the names")
def shouting_header(folder: Path) -> None:
    write_orders(folder, text_of(header=[f" {name.upper()} " for name in HEADER]))


@layout.refused("no header: the first row is an order", "orders.csv", "header = false")
def no_header(folder: Path) -> None:
    write_orders(folder, "\n".join(",".join(row) for row in ROWS))


@layout.refused("the header and nothing below it", "orders.csv", "no ")
def header_only(folder: Path) -> None:
    write_orders(folder, text_of([]))


@layout.refused("an empty file", "orders.csv", "empty")
def empty_file(folder: Path) -> None:
    write_orders(folder, b"")


@layout.refused("only white space", "orders.csv", "empty")
def white_space(folder: Path) -> None:
    write_orders(folder, "  \n\n \t \n")


@layout.refused("one column of sentences, no table", "orders.csv")
def prose(folder: Path) -> None:
    write_orders(folder, "Dear team\nhere are the orders of last week\nregards\n")


@layout.read("a cell of 10,000 characters")
def long_cell(folder: Path) -> None:
    write_orders(folder, text_of(change(column="product", values={3: "tea " * 2500})))


@layout.read("300 extra columns")
def many_columns(folder: Path) -> None:
    extra = [f"extra_{i}" for i in range(300)]
    write_orders(folder, text_of([(*row, *("x",) * 300) for row in ROWS], (*HEADER, *extra)))
