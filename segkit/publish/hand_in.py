"""The report as one document to hand in, beside its pages: which formats, how many pages, and nobody's edits lost."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path

from segkit.errors import InputError
from segkit.publish.document import Document
from segkit.publish.docx import docx_bytes
from segkit.publish.docx.guard import edited_documents, free_name, is_unchanged
from segkit.publish.pdf import PDF_NEEDS, has_typst
from segkit.publish.pdf.limit import Fitted, keep_within, limit_words


class Format(StrEnum):
    """What a report is made as; the pages are always made."""

    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A document beside the pages: its file, how long it is (0 where nobody counted), and what a reader has to know of it."""

    path: Path
    pages: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HandIn:
    """The documents that were written, and what is to be said of them, a sentence each."""

    written: tuple[Written, ...] = ()
    notes: tuple[str, ...] = ()


def check_formats(formats: Collection[Format], pages: int | None) -> None:
    """Refuse what cannot be made, before anything is rendered.

    Raises
    ------
    InputError
        When an extra is not installed, or a page limit has nothing to limit.

    Examples
    --------
    >>> check_formats([Format.HTML], 12)
    Traceback (most recent call last):
    segkit.errors.InputError: --pages limits a document, and none is asked for; add --format pdf or --format docx.
    """
    if Format.PDF in formats and not has_typst():
        raise InputError(PDF_NEEDS)
    if Format.DOCX in formats and not (find_spec("docx") and find_spec("resvg_py")):
        raise InputError(
            "DOCX needs the packages python-docx and resvg-py; install them with: pip install 'segkit[docx]'."
        )
    if pages is not None and not set(formats) & {Format.PDF, Format.DOCX}:
        raise InputError(
            "--pages limits a document, and none is asked for; add --format pdf or --format docx."
        )


def write_hand_in(
    document: Document,
    folder: Path,
    name: str,
    *,
    formats: Collection[Format],
    pages: int | None,
    before: Path,
) -> HandIn:
    """Write a document in the formats asked for.

    Parameters
    ----------
    document : Document
    folder : Path
        Where the files go.
    name : str
        The files' name without its ending.
    formats : collection of Format
    pages : int or None
        How many pages the PDF may have; appendices are left out from the last on, and the Word file has the same ones.
    before : Path
        The folder that this one replaces: a Word file that was edited there keeps its name, and the new one takes another.
    """
    written: list[Written] = []
    notes: list[str] = []
    counts = has_typst() and (Format.PDF in formats or (Format.DOCX in formats and pages is not None))
    if counts:
        fitted = keep_within(document, pages)
        document = fitted.document
        notes += limit_words(fitted)
        if Format.PDF in formats:
            written.append(_write_pdf(fitted, folder / f"{name}.pdf"))
    if Format.DOCX in formats:
        place = free_name(before / f"{name}.docx").name
        (folder / place).write_bytes(docx_bytes(document))
        written.append(Written(path=folder / place))
        if place != f"{name}.docx":
            notes.append(f"{name}.docx was edited and stays as it is; the new one is {place}.")
        if pages is not None:
            notes.append(_word_pages(counts=counts))
    return HandIn(written=tuple(written), notes=tuple(notes))


def _write_pdf(fitted: Fitted, path: Path) -> Written:
    path.write_bytes(fitted.pdf)
    return Written(path=path, pages=fitted.pages)


def _word_pages(*, counts: bool) -> str:
    if counts:
        return "The pages are counted in the PDF; Word may break them otherwise."
    return "Pages cannot be counted without the package typst, so nothing was left out; pip install 'segkit[pdf]'."


def keep_files(before: Path, after: Path, name: str) -> None:
    """Copy what a person left in a report folder into the one that replaces it: edited documents, and files of their own.

    Parameters
    ----------
    before, after : Path
        The old folder and the new one.
    name : str
        What the documents of the report are called; its own PDF is not kept, because it says what the old report said.
    """
    for path in (*edited_documents(before), *_own_files(before, name)):
        place = after / path.relative_to(before)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, place, follow_symlinks=False)  # a link stays a link


def _own_files(folder: Path, name: str) -> list[Path]:
    """Return the files beside the pages that no report writes."""
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and path.suffix.lower() != ".html"
        and path.name != f"{name}.pdf"
        and not path.name.startswith((".", "~$"))
        and not is_unchanged(path)
    ]
