"""Keeping within a page limit: appendices go first, from the last on, and nothing else ever does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from segkit.publish.document import Document
from segkit.publish.pdf.compiling import count_pages, pdf_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A document within its limit, or as near as leaving out appendices brings it; its PDF and how many pages that has."""

    document: Document
    pdf: bytes
    pages: int
    limit: int | None

    @property
    def over(self) -> int:
        """Pages above the limit."""
        return max(self.pages - self.limit, 0) if self.limit is not None else 0


def keep_within(document: Document, limit: int | None) -> Fitted:
    """Return the document with as many appendices as a limit has room for.

    Parameters
    ----------
    document : Document
    limit : int or None
        Pages that the PDF may have; None for no limit.
    """
    while True:
        pdf = pdf_bytes(document)
        pages = count_pages(pdf)
        if limit is None or pages <= limit or not document.appendices:
            return Fitted(document=document, pdf=pdf, pages=pages, limit=limit)
        *kept, last = document.appendices
        document = replace(document, appendices=tuple(kept), left_out=(last.title, *document.left_out))


def limit_words(fitted: Fitted) -> list[str]:
    """Return what was left out, and by how much the rest is still too long, in a sentence each.

    Examples
    --------
    >>> from segkit.publish.references import References
    >>> document = Document(title="T", company=None, as_of=None, checklist=(), chapters=(), appendices=(), closing=(), references=References(), left_out=("Appendix A: Who buys",))
    >>> limit_words(Fitted(document=document, pdf=b"", pages=14, limit=12))
    ['Left out to keep within 12 pages: Appendix A: Who buys; the HTML report has it.', 'The rest has 14 pages, 2 more than asked for; only appendices are ever left out, so shorten it in the Word file.']
    """
    said = []
    if fitted.document.left_out:
        has = "the HTML report has it" if len(fitted.document.left_out) == 1 else "the HTML report has them"
        said.append(
            f"Left out to keep within {fitted.limit} pages: {'; '.join(fitted.document.left_out)}; {has}."
        )
    if fitted.over:
        rest = "The rest" if fitted.document.left_out else "The document"
        said.append(
            f"{rest} has {fitted.pages} pages, {fitted.over} more than asked for; only appendices are ever left out, so shorten it in the Word file."
        )
    return said
