"""PDF files as text, page by page, so that a quotation can be pointed at by its page.

In: the bytes of a file. Out: an :class:`~segkit.intake.passages.ExtractedText` whose blocks know their page, and what the
file says of its title, author and date.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version

import pypdf
from pypdf.errors import DependencyError, EmptyFileError, FileNotDecryptedError, LimitReachedError, PyPdfError

from segkit.errors import BadValueError
from segkit.intake.citation_data import Citation, plain_doi, read_authors, read_date
from segkit.intake.passages import Block, ExtractedText, clean_text

EXTRACTOR = f"pypdf {version('pypdf')}"
MOST_PAGES = 2_000
MOST_CHARACTERS = 2_000_000
LIMITS = pypdf.Configuration(
    zlib_maximum_output_length=20_000_000,
    lzw_maximum_output_length=20_000_000,
    run_length_maximum_output_length=20_000_000,
    array_based_stream_maximum_output_length=20_000_000,
    stream_decoding_work_maximum_length=60_000_000,
    stream_parsing_work_maximum_count=1_000_000,
    xform_maximum_invocations_per_extraction=500,
    page_tree_maximum_entries=20_000,
    page_tree_maximum_page_entries=20_000,
)
"""No page that a person reads needs more; a file made to exhaust a machine does."""

JUNK_TITLE = re.compile(
    r"^(?:untitled|unbenannt|document\d*|microsoft word\b.*|.*\.(?:docx?|indd|tex|dvi|qxd|pptx?))$",
    re.IGNORECASE,
)
BROWSER = re.compile(r"Mozilla/|Chrom(?:e|ium)|Skia/PDF|Firefox|Safari", re.IGNORECASE)
"""Programs that print a web page: the date is then the day it was saved, not the day it was published."""

RUNNING = re.compile(
    r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp]\.?[Mm]\.?)?(?:\s.*)?"
    r"|(?:file|https?)://\S+(?:\s+\d+\s?/\s?\d+)?|\d+\s?/\s?\d+"
)
"""What a browser prints above and below a page: day and hour with the title, the address, the page's number."""
EDGE_LINES = 3
"""Lines at the top and at the bottom of a page among which such a line is looked for."""
BULLET = re.compile(r"\s*[\u2022\u25aa\u25cf\u2023]\s")
PARAGRAPH_GAP = re.compile(r"\n[ \t\xa0]*\n\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFile:
    """What a PDF holds: its text and what its metadata say."""

    extracted: ExtractedText
    citation: Citation


def read_pdf(raw: bytes, *, label: str) -> PdfFile:
    """Read the text and metadata of a PDF.

    Parameters
    ----------
    raw : bytes
        The file.
    label : str
        Its name in messages.

    Returns
    -------
    PdfFile
        Of at most 2,000 pages; ``extracted.remark`` says so where there are more.

    Raises
    ------
    BadValueError
        The file is damaged, encrypted, has no pages, or no text because it was scanned.
    """
    try:
        with _quiet(), pypdf.apply_configuration(LIMITS):
            reader = pypdf.PdfReader(io.BytesIO(raw))
            _open(reader, label=label)
            pages = len(reader.pages)
            extracted = _read_pages(reader, pages=pages, label=label)
            citation = _read_metadata(reader)
    except BadValueError:
        raise
    except (DependencyError, FileNotDecryptedError):
        raise BadValueError(
            f"{label} is encrypted (got a cipher that cannot be opened here); save a copy without a password.",
            path=label,
        ) from None
    except EmptyFileError:
        raise BadValueError(f"{label} is empty (got 0 bytes); save the document again.", path=label) from None
    except Exception as error:  # noqa: BLE001 - a damaged file raises whatever its damage leads to
        raise BadValueError(
            f"{label} is damaged or no PDF (got {_first_words(error)}); open it and save it again as PDF.",
            path=label,
        ) from None
    if not pages:
        raise BadValueError(f"{label} has no pages (got 0); save the document again as PDF.", path=label)
    if not any(sign.isalnum() for sign in extracted.text):
        raise BadValueError(
            f"{label} holds no text (got {pages} scanned or drawn page{'s'[: pages != 1]}); "
            "save a copy with recognised text (OCR), or copy what you quote into a note.",
            path=label,
        )
    return PdfFile(extracted=extracted, citation=citation)


def _open(reader: pypdf.PdfReader, *, label: str) -> None:
    """Open a PDF that only forbids printing, which needs no password; refuse one that asks for it."""
    if reader.is_encrypted and not reader.decrypt(""):
        raise BadValueError(
            f"{label} is encrypted (got a PDF that asks for a password); save a copy without a password.",
            path=label,
        )


def _first_words(error: Exception) -> str:
    text = " ".join(clean_text(str(error)).split())[:60]
    return repr(text) if text else type(error).__name__


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the reader's complaints about slightly wrong files to itself, on the log and as warnings."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _read_pages(reader: pypdf.PdfReader, *, pages: int, label: str) -> ExtractedText:
    texts: list[str] = []
    blocks: list[Block] = []
    length = 0
    skipped = 0
    remark = ""
    for number in range(1, min(pages, MOST_PAGES) + 1):
        try:
            text = without_running_lines(clean_text(reader.pages[number - 1].extract_text())).strip()
        except (
            LimitReachedError,
            PyPdfError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
            RecursionError,
        ):
            skipped += 1
            continue
        if not text:
            continue
        if length + len(text) > MOST_CHARACTERS:
            remark = f"{label} holds more than {MOST_CHARACTERS:,} characters of text; only the first {number - 1} of {pages} pages were read."
            break
        start = length + (2 if texts else 0)
        texts.append(text)
        blocks += [
            Block(start=start + first, end=start + last, page=number) for first, last in page_paragraphs(text)
        ]
        length = start + len(text)
    if pages > MOST_PAGES and not remark:
        remark = f"{label} has {pages:,} pages; only the first {MOST_PAGES:,} were read."
    if skipped and not texts:
        raise BadValueError(
            f"{label} is damaged (got {skipped} of {pages} pages that cannot be read); open it and save it again as PDF.",
            path=label,
        )
    if skipped and not remark:
        remark = f"{label} has {skipped} of {pages} pages that could not be read; the others were."
    return ExtractedText(text="\n\n".join(texts), blocks=tuple(blocks), extractor=EXTRACTOR, remark=remark)


def without_running_lines(text: str) -> str:
    r"""Return a page without what a browser prints above and below it: nobody wrote it, and it tells where a file lies.

    Examples
    --------
    >>> without_running_lines("11/22/26, 6:05 AM Gifts\nMost people give.\nfile:///home/a/gifts.html 1/2")
    'Most people give.'
    """
    lines = text.strip().split("\n")
    inner = range(EDGE_LINES, len(lines) - EDGE_LINES)
    return "\n".join(
        line for place, line in enumerate(lines) if place in inner or not RUNNING.fullmatch(line.strip())
    )


def page_paragraphs(text: str) -> list[tuple[int, int]]:
    r"""Return where the paragraphs of a page stand: at blank lines, and where a line ends early with a full stop.

    Examples
    --------
    >>> page = "Of 31 beginners, 22 bought no\nyarn at all.\nThose who came back did so for\nthe company."
    >>> [page[start:end] for start, end in page_paragraphs(page)]
    ['Of 31 beginners, 22 bought no\nyarn at all.', 'Those who came back did so for\nthe company.']
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in [*PARAGRAPH_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        spans += _by_short_lines(text, start, end)
        start = gap.end() if gap else end
    return spans


def _by_short_lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    lines = text[start:end].split("\n")
    widest = max(len(line) for line in lines)
    first = at = start
    for line in lines:
        if BULLET.match(line) and at > first:
            yield from _stripped(text, first, at)
            first = at
        last = at + len(line)
        if line.rstrip().endswith((".", "!", "?", ".”", '."')) and len(line) < 0.8 * widest:
            yield from _stripped(text, first, last)
            first = last + 1
        at = last + 1
    yield from _stripped(text, first, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    words = text[start:end]
    first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    if first < last:
        yield first, last


def _read_metadata(reader: pypdf.PdfReader) -> Citation:
    """Return what the file says of itself; programs write file names as titles, which are no titles."""
    try:
        info = reader.metadata
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        return Citation()
    if info is None:
        return Citation()

    def one(key: str) -> str:
        value = info.get(key)
        return " ".join(clean_text(str(value)).split()) if isinstance(value, (str, bytes)) else ""

    title = one("/Title")
    made = read_date(one("/CreationDate"))
    printed = bool(BROWSER.search(f"{one('/Creator')} {one('/Producer')}"))
    doi = plain_doi(one("/doi") or one("/DOI") or one("/WPS-ARTICLEDOI"))
    return Citation(
        title="" if JUNK_TITLE.match(title) else title,
        authors=read_authors(one("/Author")) if one("/Author") else (),
        published="" if printed else made,
        retrieved=made if printed else "",
        more={"DOI": doi} if doi else {},
    )
