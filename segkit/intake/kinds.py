"""What kind of file something is: by its first bytes, and only then by its name.

In: a path. Out: ``"text"``, ``"parquet"`` or ``"xlsx"``, or a refusal in one sentence with the way out.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from segkit.errors import InputError, UnsupportedFormatError

EXPORT = "export the orders as CSV or XLSX"
TABLE_SUFFIXES = {".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet"}
FOREIGN_SUFFIXES = {
    ".html": "a web page", ".htm": "a web page", ".xml": "an XML file", ".json": "a JSON file",
    ".jsonl": "a JSON file", ".ndjson": "a JSON file", ".md": "a Markdown text", ".rtf": "a rich-text document",
    ".doc": "a Word document", ".docx": "a Word document", ".odt": "a text document", ".ods": "an OpenDocument workbook",
    ".numbers": "a Numbers workbook", ".pages": "a Pages document", ".xls": "an Excel workbook of the old format",
    ".xlsb": "a binary Excel workbook", ".ppt": "a presentation", ".pptx": "a presentation", ".pdf": "a PDF document",
    ".png": "a picture", ".jpg": "a picture", ".jpeg": "a picture", ".gif": "a picture", ".webp": "a picture",
    ".heic": "a picture", ".tif": "a picture", ".tiff": "a picture", ".bmp": "a picture", ".svg": "a picture",
    ".zip": "an archive", ".gz": "an archive", ".7z": "an archive", ".rar": "an archive", ".tar": "an archive",
    ".eml": "an email", ".msg": "an email", ".sqlite": "a database", ".db": "a database", ".mdb": "a database",
    ".sql": "a database dump", ".py": "a program", ".ipynb": "a notebook", ".pkl": "a Python pickle",
    ".feather": "a Feather file", ".arrow": "an Arrow file", ".sav": "an SPSS file", ".dta": "a Stata file",
}  # fmt: skip
SIGNATURES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "an archive"),
    (b"BZh", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"SQLite format 3\0", "a database"),
    (b"{\\rtf", "a rich-text document"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"<?xml", "an XML file"),
)
JSON = re.compile(rb'\[?\s*\{\s*["}]')
"""How a list of objects, or an object a line, begins."""
PARTS = (
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "a binary Excel workbook"),
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a presentation"),
    ("Index/Document.iwa", "a Numbers workbook"),
    ("content.xml", "an OpenDocument file"),
)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of old Office files, and of new ones under a password."""
PASSWORD = "EncryptedPackage".encode("utf-16-le")
HEAD = 8192
CONTROL_SHARE = 0.05
"""Text has hardly any control characters besides tabs and line ends; one byte in nine of noise is one."""


def recognise(path: Path, *, label: str, encoding: str | None = None) -> str:
    """Tell which reader a file needs.

    Parameters
    ----------
    path : Path
        The file.
    label : str
        Its name in messages.
    encoding : str, optional
        A text encoding that the user named: then the file is text unless its first bytes say otherwise.

    Returns
    -------
    str
        ``"text"``, ``"parquet"`` or ``"xlsx"``.

    Raises
    ------
    InputError
        When there is no such file, it is empty, or its name and content disagree.
    UnsupportedFormatError
        When no table can be read from this kind of file.
    """
    if path.is_dir():
        raise InputError(f"{label} is a folder; give the path of one order file.", path=label)
    if not path.exists():
        raise InputError(f"{label} does not exist; check the path.", path=label)
    suffix = path.suffix.casefold()
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD)
    except OSError as error:
        raise InputError(
            f"{label} cannot be opened ({error.strerror}); check its permissions.", path=label
        ) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"):
        raise InputError(f"{label} is empty; {EXPORT} again.", path=label)
    content = look_inside(path, head)
    if content in {"xlsx", "parquet"}:
        check_name(suffix, content, label=label)
        return content
    if content == "password":
        raise UnsupportedFormatError(
            f"{label} is protected by a password; save a copy without one.", path=label
        )
    foreign = content or FOREIGN_SUFFIXES.get(suffix, "")
    if foreign:
        raise UnsupportedFormatError(
            f"{label} is {foreign}, from which no table is read; {EXPORT}.", path=label
        )
    if suffix in TABLE_SUFFIXES:
        kind = "an Excel workbook" if TABLE_SUFFIXES[suffix] == "xlsx" else "a Parquet file"
        text = "" if is_noise(head) else f"; if it is delimited text, rename it to {Path(label).stem}.csv"
        raise InputError(
            f"{label} is not {kind}, whatever its name{text or f'; {EXPORT} again'}.", path=label
        )
    if encoding is None and is_noise(head):
        raise UnsupportedFormatError(f"{label} is not text but binary data; {EXPORT}.", path=label)
    return "text"


def check_name(suffix: str, content: str, *, label: str) -> None:
    """Refuse a workbook or Parquet file under another name: what else is wrong with it is unknown."""
    if TABLE_SUFFIXES.get(suffix) == content:
        return
    kind, proper = ("an Excel workbook", ".xlsx") if content == "xlsx" else ("a Parquet file", ".parquet")
    raise UnsupportedFormatError(
        f"{label} is {kind}, whatever its name; rename it to {Path(label).stem}{proper}.", path=label
    )


def look_inside(path: Path, head: bytes) -> str:
    """Return what the content is: a reader's name, "password", a kind that is refused, or nothing for text."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(COMPOUND):
        return "password" if PASSWORD in path.read_bytes() else "an Office file of the old format"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        try:
            with zipfile.ZipFile(path) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, OSError):
            return "a damaged archive or workbook"
        return next((kind for part, kind in PARTS if part in names), "an archive")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if JSON.match(start):
        return "a JSON file"
    return next((kind for signature, kind in SIGNATURES if start.startswith(signature.lower())), "")


def is_noise(head: bytes) -> bool:
    """Tell whether bytes are no text in any encoding: too many control characters, and not 16-bit text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    zeros = max(head[::2].count(0), head[1::2].count(0))
    if zeros > 0.3 * len(head) / 2 and min(head[::2].count(0), head[1::2].count(0)) < zeros / 8:
        return False
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head)
    return control > CONTROL_SHARE * len(head)
