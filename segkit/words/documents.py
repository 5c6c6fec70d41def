"""Sentences on pages and notes: what was read, what is worth saving, what waits for a decision."""

from __future__ import annotations

import re
from collections.abc import Sequence

from segkit.model.document import Library, Origin
from segkit.model.evidence import EvidenceBook, SourceType
from segkit.words.figures import join_words, plural

PAGES_WORTH_SAVING = (
    ("home page", "whom the company speaks to first"),
    ("about page", "what it stands for"),
    ("delivery and returns", "charges, thresholds, last order days"),
    ("a page for each kind of customer", "gifts, schools, trade, workshops: it names a group"),
    ("product pages of the best sellers", "prices, sizes, what it is for"),
    ("loyalty, refill or subscription page", "what brings people back, and its small print"),
    ("terms and questions page", "payment terms, codes, who may use them"),
)
"""Which pages of a website say most about customer groups, and what each gives."""
_MARKS = {
    "home page": r"(^|/)(index|home|start)\.\w+$|^https?://[^/]+/?$",
    "about page": r"about|our-story|story|ueber-uns|uber-uns|über uns",
    "delivery and returns": r"deliver|shipping|returns|versand|lieferung",
    "product pages of the best sellers": r"/products?/|/shop/|/item/",
    "loyalty, refill or subscription page": r"loyal|refill|subscri|reward|club|stamp|abo\b|treue",
    "terms and questions page": r"terms|faq|question|help|agb|conditions",
}
"""How a page of the kind is recognised by its file, address or title; a page for a kind of customer is not."""
HOW_TO_SAVE = (
    "In a browser: open the page, choose “Save page as”, take “HTML only” or “complete”, and put the file into website/. "
    "segkit opens no connection of its own."
)
HOW_TO_DECIDE = (
    "Write a key into company.toml under [evidence]: in accept if it speaks for the group, in against if it speaks "
    "against it, in reject if it should not be shown again. For example:"
)
_SHOWN_WORDS, _SHOWN_LETTERS = 24, 200
_SHOWN_FILES = 5


def pages_missing(library: Library) -> tuple[tuple[str, str], ...]:
    """Return the pages worth saving that none of the saved ones seems to be; all of them where none is saved."""
    pages = [document for document in library.documents if document.source.type is SourceType.WEBSITE]
    if not pages:
        return PAGES_WORTH_SAVING
    names = [text for page in pages for text in (page.source.path, page.source.url, page.source.title)]
    found = {kind for kind, marks in _MARKS.items() if any(re.search(marks, name.lower()) for name in names)}
    if any(page.products for page in pages):
        found.add("product pages of the best sellers")
    return tuple(row for row in PAGES_WORTH_SAVING if row[0] in _MARKS and row[0] not in found)


def library_sentences(library: Library) -> tuple[str, ...]:
    """Return what was read of pages and notes, one sentence a kind."""
    sentences = []
    pages = [document for document in library.documents if document.source.type is SourceType.WEBSITE]
    notes = [document for document in library.documents if document.source.type is SourceType.RESEARCH]
    if pages:
        count = sum(len(document.passages) for document in pages)
        products = sum(len(document.products) for document in pages)
        offers = f", {plural(products, 'product')} in their structured data" if products else ""
        sentences.append(f"{plural(len(pages), 'saved page')}: {plural(count, 'passage')}{offers}.")
    if notes:
        quotable = sum(passage.quotable for document in notes for passage in document.passages)
        parts = [
            plural(sum(document.origin is origin for document in notes), *words)
            for origin, words in (
                (Origin.PUBLICATION, ("saved publication", "saved publications")),
                (Origin.NOTE, ("note on a publication", "notes on publications")),
                (Origin.RECORD, ("record of your own", "records of your own")),
            )
            if any(document.origin is origin for document in notes)
        ]
        sentences.append(
            f"{plural(len(notes), 'research file')} ({join_words(parts)}): {plural(quotable, 'passage')} to quote."
        )
    return tuple(sentences)


def citation_gaps(library: Library) -> tuple[str, ...]:
    """Return what no reference list can do without: studies without author or year, pages without a day of saving."""
    sentences = []
    studies = [
        document.source.path
        for document in library.documents
        if document.source.type is SourceType.RESEARCH
        and not (document.source.authors and document.source.published)
    ]
    if studies:
        sentences.append(
            f"Without author or year: {join_words(studies[:_SHOWN_FILES])}{_more(studies)}. Say them in the front matter, or in "
            "research/references.bib with file = {name of the file}."
        )
    pages = [
        document.source.path
        for document in library.documents
        if document.source.type is SourceType.WEBSITE and not document.source.retrieved
    ]
    if pages:
        sentences.append(
            f"Without a day of saving: {join_words(pages[:_SHOWN_FILES])}{_more(pages)}. Add "
            '<meta name="segkit:retrieved" content="2026-01-31"> to the head of the page.'
        )
    return tuple(sentences)


def _more(paths: Sequence[str]) -> str:
    left = len(paths) - _SHOWN_FILES
    return f" and {left} more" if left > 0 else ""


def decided_sentence(book: EvidenceBook) -> str:
    """Return how many quotations count, and by whom; an empty text where none does."""
    found = [item for item in (*book.evidence, *book.appendix) if item.quote is not None]
    by = {who: sum(item.reviewed_by == who for item in found) for who in ("user", "number")}
    parts = [
        f"{plural(count, 'quotation')} {words}"
        for count, words in ((by["user"], "by your decision"), (by["number"], "by a number in it"))
        if count
    ]
    return f"Counted already: {join_words(parts)}." if parts else ""


def shortened(words: str) -> str:
    """Return the beginning of a quotation for a terminal.

    Examples
    --------
    >>> shortened("one two")
    '“one two”'
    """
    parts = words.split()
    shown = " ".join(parts[:_SHOWN_WORDS])
    if len(shown) > _SHOWN_LETTERS:  # an address, or a script that writes no blanks
        return f"“{shown[:_SHOWN_LETTERS]}…”"
    return f"“{shown}{' …' if len(parts) > _SHOWN_WORDS else ''}”"
