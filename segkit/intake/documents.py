"""The company's saved website pages and the user's research as documents with passages.

In: the company folder. Out: a :class:`~segkit.model.document.Library`: each usable file in ``website/`` and ``research/``
as a source with its hash, citation data and passages, and one sentence for each file that cannot be used. Nothing is
fetched: pages are files that the user saved.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field, replace
from pathlib import Path

import trafilatura.meta

from segkit.errors import BadValueError, InputError
from segkit.intake.bibliography import Bibliography, Reference, read_bibtex, read_csl_json
from segkit.intake.citation_data import Citation, citation_from_fields, fill_gaps, make_csl, web_address
from segkit.intake.document_files import (
    ARCHIVE,
    ASSETS,
    FOLDERS,
    NOTE,
    PDF,
    READ_IN,
    DocumentFile,
    decode_note,
    read_bytes,
    walk_files,
)
from segkit.intake.notes import origin_of_note, read_note, separate_quotations, split_front_matter
from segkit.intake.page_metadata import read_page_citation
from segkit.intake.page_text import extract_page_text, quiet_extractor
from segkit.intake.passages import ExtractedText, clean_text, cut_passages
from segkit.intake.pdf_text import read_pdf
from segkit.intake.product_data import read_json_ld, read_products
from segkit.intake.web_page import read_page_archive, read_web_page
from segkit.model.document import Document, Library, Origin, Product, UnreadDocument
from segkit.model.evidence import Source, SourceType

LONGEST = 2_000_000
"""Characters of text that one document may hold; the rest is not read, and that is said."""
PAGES_BETWEEN_RESETS = 250

RESERVED = {"orders", "orders-text", "survey", "order-history"}
"""Ids of sources that are not documents of this folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What a file holds before it has an id."""

    extracted: ExtractedText
    citation: Citation
    origin: Origin
    media_type: str
    products: tuple[Product, ...] = ()


@dataclass(slots=True)
class _Reading:
    """What has been read so far."""

    root: Path
    company_name: str
    bibliography: Bibliography
    documents: list[Document] = field(default_factory=list)
    unread: list[UnreadDocument] = field(default_factory=list)
    ids: set[str] = field(default_factory=lambda: set(RESERVED))


def read_documents(folder: str | Path, *, company_name: str = "") -> Library:
    """Read the saved website pages and research of a company.

    Parameters
    ----------
    folder : path
        The company folder; ``website/`` and ``research/`` in it are walked with their sub-folders. Folders of assets that
        browsers save beside a page (``*_files``) and hidden files are left out.
    company_name : str
        Author of website pages that name none.

    Returns
    -------
    Library
        Documents ordered by source id; ``unread`` ordered by path, one sentence for each file that cannot be used or only
        in part. Without the two folders the library is empty.

    Notes
    -----
    ``website/`` holds ``.html``, ``.htm``, ``.xhtml``, ``.mhtml``, ``.mht`` and ``.pdf``; ``research/`` also ``.md`` and
    ``.txt``. ``research/*.bib`` and ``research/references.json`` complete what a file says of itself; where both state a
    field, the file wins. Entries there that belong to no saved file are no sources. Time is linear in the files' size.

    Examples
    --------
    >>> read_documents("no such folder")
    Library(documents=(), unread=())
    """
    root = Path(folder)
    if not root.is_dir():
        return Library()
    root = root.resolve()
    unread: list[UnreadDocument] = []
    files = [file for name, kind in FOLDERS.items() for file in walk_files(root, name, kind, unread)]
    references = [file for file in files if _holds_references(file)]
    reading = _Reading(
        root=root, company_name=company_name, bibliography=_read_references(references, unread), unread=unread
    )
    with quiet_extractor():
        for count, file in enumerate((item for item in files if not _holds_references(item)), start=1):
            _read_file(file, reading)
            if count % PAGES_BETWEEN_RESETS == 0:
                trafilatura.meta.reset_caches()
    return Library(
        documents=tuple(sorted(reading.documents, key=lambda item: item.source.id)),
        unread=tuple(sorted(reading.unread, key=lambda item: (item.path, item.reason))),
    )


def _holds_references(file: DocumentFile) -> bool:
    named = file.path.name.lower() == "references.json" or file.suffix == ".bib"
    return named and file.type is SourceType.RESEARCH


def _read_file(file: DocumentFile, reading: _Reading) -> None:
    media_type = READ_IN[file.type].get(file.suffix)
    if media_type is None and file.suffix in ASSETS:
        return
    try:
        raw = read_bytes(file, known=media_type is not None)
        content = _read_content(file, raw, media_type or "", reading)
        reading.documents.append(_make_document(file, raw, content, reading))
    except InputError as problem:
        reading.unread.append(UnreadDocument(path=file.label, reason=str(problem)))
        return
    if content.extracted.remark:
        reading.unread.append(UnreadDocument(path=file.label, reason=content.extracted.remark))


def _read_content(file: DocumentFile, raw: bytes, media_type: str, reading: _Reading) -> _Content:
    if file.suffix in NOTE:
        return _read_note(file, raw, media_type)
    if file.suffix in PDF or raw.startswith(b"%PDF-"):
        pdf = read_pdf(raw, label=file.label)
        return _Content(
            extracted=pdf.extracted,
            citation=pdf.citation,
            origin=Origin.PUBLICATION,
            media_type="application/pdf",
        )
    read = read_page_archive if file.suffix in ARCHIVE else read_web_page
    page = read(raw, label=file.label)
    json_ld = read_json_ld(page.tree)
    citation = read_page_citation(page, json_ld=json_ld, company_name=reading.company_name)
    products = read_products(page.tree, source_id="", json_ld=json_ld)
    extracted = extract_page_text(page)
    if not any(sign.isalnum() for sign in extracted.text):
        raise BadValueError(
            f"{file.label} holds no text (got a page that is drawn by scripts or has only pictures); "
            "wait until the page is shown, then save it as 'Web page, complete', or save it as PDF.",
            path=file.label,
        )
    origin = _stated_origin(citation.origin) or Origin.PUBLICATION
    extracted = separate_quotations(extracted, origin=origin, kind=citation.kind)
    return _Content(
        extracted=extracted, citation=citation, origin=origin, media_type=media_type, products=products
    )


def _read_note(file: DocumentFile, raw: bytes, media_type: str) -> _Content:
    text = clean_text(decode_note(file, raw))
    values, body = split_front_matter(text, label=file.label)
    citation = citation_from_fields(values)
    citation = replace(citation, url=web_address(citation.url))
    origin = _stated_origin(citation.origin) or origin_of_note(citation.kind)
    remark = ""
    if len(body) > LONGEST:
        remark = f"{file.label} holds {len(body):,} characters of text; only the first {LONGEST:,} were read."
    extracted = replace(read_note(body[:LONGEST], markdown=file.suffix != ".txt"), remark=remark)
    if not any(sign.isalnum() for sign in extracted.text):
        raise BadValueError(
            f"{file.label} holds no words (got front matter or signs only); write below it what the source says, its words "
            "in quotation marks.",
            path=file.label,
        )
    if not citation.title:
        citation = replace(citation, title=_first_heading(extracted))
    extracted = separate_quotations(extracted, origin=origin, kind=citation.kind)
    return _Content(extracted=extracted, citation=citation, origin=origin, media_type=media_type)


def _stated_origin(text: str) -> Origin | None:
    return Origin(text) if text in {item.value for item in Origin} else None


def _first_heading(extracted: ExtractedText) -> str:
    return extracted.blocks[0].headings[0] if extracted.blocks and extracted.blocks[0].headings else ""


def _make_document(file: DocumentFile, raw: bytes, content: _Content, reading: _Reading) -> Document:
    extracted = _shorten(content.extracted, label=file.label)
    if extracted is not content.extracted:
        reading.unread.append(UnreadDocument(path=file.label, reason=extracted.remark))
    citation = _complete(file, content.citation, reading)
    source_id = _unused_id(file, reading.ids)
    source = Source(
        id=source_id,
        type=file.type,
        title=citation.title,
        path=file.label,
        sha256=hashlib.sha256(raw).hexdigest(),
        bytes=len(raw),
        text_sha256=hashlib.sha256(extracted.text.encode()).hexdigest(),
        extractor=extracted.extractor,
        kind=citation.kind,
        authors=citation.authors,
        publisher=citation.publisher,
        published=citation.published,
        url=citation.url,
        retrieved=citation.retrieved,
        media_type=content.media_type,
        language=citation.language,
        n=citation.n,
        population=citation.population,
        fieldwork=citation.fieldwork,
        reliability_note=citation.note,
        csl=make_csl(citation, source_id=source_id, source_type=file.type),
    )
    return Document(
        source=source,
        origin=content.origin,
        text=extracted.text,
        passages=cut_passages(extracted, source_id=source_id),
        products=tuple(replace(product, source_id=source_id) for product in content.products),
    )


def _shorten(extracted: ExtractedText, *, label: str) -> ExtractedText:
    if len(extracted.text) <= LONGEST:
        return extracted
    blocks = tuple(
        replace(block, end=min(block.end, LONGEST)) for block in extracted.blocks if block.start < LONGEST
    )
    remark = (
        f"{label} holds {len(extracted.text):,} characters of text; only the first {LONGEST:,} were read."
    )
    return replace(extracted, text=extracted.text[:LONGEST], blocks=blocks, remark=remark)


def _complete(file: DocumentFile, citation: Citation, reading: _Reading) -> Citation:
    """Fill what the file does not say of itself: from the bibliography, then from what is known of its folder."""
    name, stem = file.path.name, file.path.stem
    if file.type is SourceType.RESEARCH:
        citation = fill_gaps(citation, reading.bibliography.find(citation, name=name, stem=stem))
    changes: dict[str, object] = {}
    if not citation.title:
        changes["title"] = " ".join(re.split(r"[-_\s]+", stem)).strip() or name
    if file.type is SourceType.WEBSITE:
        owner = reading.company_name or citation.site_name
        changes["kind"] = citation.kind if citation.kind not in {"", "article"} else "webpage"
        changes["site_name"] = citation.site_name or owner
        if not citation.authors and owner:
            changes["authors"] = (owner,)
    elif not citation.authors and (citation.site_name or citation.publisher):
        changes["authors"] = (citation.site_name or citation.publisher,)
    return replace(citation, **changes)  # type: ignore[arg-type]


def _unused_id(file: DocumentFile, taken: set[str]) -> str:
    """Return the source id of a file: its name in plain letters, with a number where another has it already."""
    prefix = "page-" if file.type is SourceType.WEBSITE else ""
    base = slug = prefix + (plain_id(file.path.stem) or "document")
    number = 1
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    taken.add(slug)
    return slug


def plain_id(name: str) -> str:
    """Return a name in lower-case letters, digits and hyphens.

    Examples
    --------
    >>> plain_id("Größen & Preise (2026)")
    'grossen-preise-2026'
    """
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-")


def _read_references(files: list[DocumentFile], unread: list[UnreadDocument]) -> Bibliography:
    references: list[Reference] = []
    for file in files:
        try:
            text = decode_note(file, read_bytes(file, known=True))
            if file.suffix == ".bib":
                entries, problems = read_bibtex(text, label=file.label)
                unread += [UnreadDocument(path=file.label, reason=reason) for reason in problems]
            else:
                entries = read_csl_json(text, label=file.label)
        except InputError as problem:
            unread.append(UnreadDocument(path=file.label, reason=str(problem)))
            continue
        references += entries
    return Bibliography.of(references)
