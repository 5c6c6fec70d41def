"""Documents: saved pages and research notes as text that a quotation can be anchored in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from segkit.model.evidence import Provenance, Source


class Origin(StrEnum):
    """How near a document is to the words it holds."""

    PUBLICATION = "publication"
    """The saved page, article or PDF itself: every sentence is the source's."""
    NOTE = "note"
    """The user's notes on a publication kept elsewhere: only words in quotation marks are the source's."""
    RECORD = "record"
    """The user's own interviews or observations: the notes are the source, their quoted words what people said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of a document that can be retrieved and quoted.

    ``text`` equals ``document.text[start:end]``. ``id`` is the source id, a hyphen and six hex digits of the SHA-256 of
    the normalised text (a running letter is added where a document says the same twice), so that it survives added
    pages and changed neighbours. ``quotable`` is False for a note-taker's own words about somebody else's publication.
    """

    id: str
    source_id: str
    text: str
    start: int
    end: int
    heading: str = ""
    page: int | None = None  # of a PDF, counted from 1
    locator: str = ""  # "page 3", "order #1001, Note", "under “Stamps”"
    quotable: bool = True
    provenance: Provenance = Provenance.ORIGINAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What a page's structured data (JSON-LD or microdata) says of one product."""

    source_id: str
    name: str
    sku: str = ""
    price: str = ""  # as written, a decimal point: "54.00"
    currency: str = ""
    availability: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One readable source with its whole text, cut into passages."""

    source: Source
    origin: Origin
    text: str
    passages: tuple[Passage, ...]
    products: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadDocument:
    """A file that could not be used, with the one sentence that says why and what to do."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """All documents of a company, ordered by source id, and the files that could not be read."""

    documents: tuple[Document, ...] = ()
    unread: tuple[UnreadDocument, ...] = ()

    def document(self, source_id: str) -> Document | None:
        """Return the document of a source, or None."""
        return next((item for item in self.documents if item.source.id == source_id), None)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage, in document order."""
        return tuple(passage for document in self.documents for passage in document.passages)
