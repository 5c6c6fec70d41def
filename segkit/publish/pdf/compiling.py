"""From the JSON of a document to the bytes of a PDF: the same bytes for the same document, on any machine, without a network."""

from __future__ import annotations

import importlib.util
import io
import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pypdf

from segkit.errors import InputError, RenderError
from segkit.publish.document import Document
from segkit.publish.pdf.document import lay_out

PDF_NEEDS = "PDF needs the package typst; install it with: pip install 'segkit[pdf]'."
"""What is said where the extra is not installed."""
_STANDARD: Any = "ua-1"
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a file whose report has none; a clock would give every run other bytes."""


def has_typst() -> bool:
    """Return whether a PDF can be made here."""
    return importlib.util.find_spec("typst") is not None


def pdf_bytes(document: Document) -> bytes:
    """Return a document as a tagged PDF (PDF/UA-1).

    Parameters
    ----------
    document : Document
        As `segkit.publish.document.plan_document` returns it.

    Raises
    ------
    InputError
        When the extra is not installed.
    RenderError
        When a record is malformed, a link leads nowhere, or the layout fails.
    """
    if not has_typst():
        raise InputError(PDF_NEEDS)
    import typst  # noqa: PLC0415 - an extra

    data, pictures = lay_out(document)
    template = files("segkit.publish.pdf").joinpath("report.typ").read_bytes()
    text = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    as_of = document.as_of
    stamp = datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC) if as_of else _EPOCH
    sources: Any = {
        "main.typ": template,
        "document.json": text,
        **pictures,
    }  # no file of the machine is in reach
    try:
        made = typst.compile(
            sources,
            format="pdf",
            pdf_standards=[_STANDARD],
            font_paths=_fonts(),
            timestamp=stamp,
        )
    except typst.TypstError as error:
        raise RenderError(
            f"the PDF could not be laid out ({error.message}); the HTML report holds the same, and this is worth a bug report."
        ) from None
    return bytes(made)


def count_pages(pdf: bytes) -> int:
    """Return the pages of a PDF."""
    return len(pypdf.PdfReader(io.BytesIO(pdf)).pages)


@cache
def _fonts() -> Any:
    """Return Typst's own fonts and those of matplotlib: none of the machine, so that pages break alike everywhere.

    matplotlib brings a font with a sign for every character there is, so no script of a customer's name stops a report.
    """
    import matplotlib as mpl  # noqa: PLC0415
    import typst  # noqa: PLC0415

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[Path(mpl.get_data_path(), "fonts", "ttf")],
    )
