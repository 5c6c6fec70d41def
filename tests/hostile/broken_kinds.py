"""Things that are not a table of orders at all, whatever they are called."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from hostile_case import HEADER, ROWS, WHOLE, Chapter, repaired, text_of, write_company, write_orders

kinds = Chapter("not a table")

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
)
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


def _zip(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _workbook(rows: list[tuple[object, ...]], *, sheets: int = 1) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    for _ in range(sheets - 1):
        book.create_sheet()
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _parquet() -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({name: [row[i] for row in ROWS] for i, name in enumerate(HEADER)}), buffer)
    return buffer.getvalue()


@kinds.refused("a folder called orders.csv", "orders.csv", "folder")
def folder_for_a_file(folder: Path) -> None:
    write_company(folder)
    (folder / "orders.csv").mkdir()


@kinds.refused("random bytes", "orders.csv")
def random_bytes(folder: Path) -> None:
    write_orders(folder, bytes((i * 197 + 31 * (i // 7)) % 256 for i in range(4096)))


@kinds.refused("a zip archive called csv", "orders.csv", "archive", "export")
def zip_called_csv(folder: Path) -> None:
    write_orders(folder, _zip({"orders_export.csv": text_of()}))


@kinds.refused("a workbook called csv", "orders.csv", ".xlsx")
def workbook_called_csv(folder: Path) -> None:
    write_orders(folder, _workbook([HEADER, *ROWS]))


@kinds.refused("a CSV called xlsx", "orders.xlsx", "not an Excel workbook")
def csv_called_workbook(folder: Path) -> None:
    write_orders(folder, text_of(), file="orders.xlsx")


@kinds.refused("an old workbook (.xls inside)", "orders.xlsx", "old format", "export")
def old_workbook(folder: Path) -> None:
    write_orders(folder, OLE, file="orders.xlsx")


@kinds.refused("a workbook cut off in the middle", "orders.xlsx")
def cut_workbook(folder: Path) -> None:
    data = _workbook([HEADER, *ROWS])
    write_orders(folder, data[: len(data) // 2], file="orders.xlsx")


@kinds.refused("a workbook with nothing in it", "orders.xlsx")
def empty_workbook(folder: Path) -> None:
    write_orders(folder, _workbook([]), file="orders.xlsx")


@kinds.refused("a workbook with spreadsheet errors in cells", "orders.xlsx", "#REF!")
def workbook_with_errors(folder: Path) -> None:
    rows = [list(row) for row in ROWS]
    rows[2][3] = "#REF!"
    write_orders(folder, _workbook([HEADER, *map(tuple, rows)]), file="orders.xlsx")


@kinds.refused("a workbook of formulas that were never calculated", "orders.xlsx", "=10+2", "save it")
def workbook_of_formulas(folder: Path) -> None:
    rows = [(*row[:3], "=10+2", *row[4:]) for row in ROWS]
    write_orders(folder, _workbook([HEADER, *rows]), file="orders.xlsx")


@kinds.read("a workbook with real numbers and texts", totals=WHOLE)
def sound_workbook(folder: Path) -> None:
    rows = [(*row[:3], float(row[3]), *row[4:]) for row in ROWS]
    write_orders(folder, _workbook([HEADER, *rows]), file="orders.xlsx")


@kinds.repaired("a workbook with an empty second sheet", repaired("sheets without a table", 0))
def workbook_with_empty_sheet(folder: Path) -> None:
    write_orders(folder, _workbook([HEADER, *ROWS], sheets=2), file="orders.xlsx")


@kinds.refused("Parquet cut off", "orders.parquet")
def cut_parquet(folder: Path) -> None:
    data = _parquet()
    write_orders(folder, data[: len(data) // 2], file="orders.parquet")


@kinds.refused("Parquet called csv", "orders.csv", "arquet")
def parquet_called_csv(folder: Path) -> None:
    write_orders(folder, _parquet())


@kinds.refused("a Word document", "orders.docx", "CSV")
def word_document(folder: Path) -> None:
    write_orders(folder, _zip({"word/document.xml": "<w:document/>"}), file="orders.docx")


@kinds.refused("a PDF", "orders.pdf", "CSV")
def pdf_document(folder: Path) -> None:
    write_orders(folder, PDF, file="orders.pdf")


@kinds.refused("a picture, named in company.toml", "orders.png", "CSV")
def picture(folder: Path) -> None:
    write_orders(folder, PNG, file="orders.png", toml='[orders]\nfiles = "orders.png"\n')


@kinds.refused("a PDF called csv", "orders.csv", "PDF")
def pdf_called_csv(folder: Path) -> None:
    write_orders(folder, PDF)


@kinds.refused("a web page saved as csv", "orders.csv", "web page", "export")
def web_page(folder: Path) -> None:
    cells = "".join(f"<tr><td>{'</td><td>'.join(row)}</td></tr>" for row in ROWS)
    write_orders(folder, f"<!DOCTYPE html>\n<html><body><table>{cells}</table></body></html>\n")


@kinds.refused("JSON saved as csv", "orders.csv", "JSON")
def json_text(folder: Path) -> None:
    write_orders(folder, '[\n {"customer_id": "K01", "order_date": "2024-01-15", "amount": 12.0},\n {}\n]\n')


@kinds.refused("a compressed file", "orders.csv", "archive")
def compressed(folder: Path) -> None:
    import gzip

    write_orders(folder, gzip.compress(text_of().encode()))
