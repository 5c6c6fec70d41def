"""The report as a Word document: native headings, tables, captions and references that a student can edit."""

from __future__ import annotations

from importlib.util import find_spec

from segkit.errors import InputError
from segkit.publish.document import Document

__all__ = ["docx_bytes"]


def docx_bytes(document: Document) -> bytes:
    """Return a document as a DOCX file.

    Everything in it is native and can be edited: headings, contents, numbered captions and the references to them,
    tables with repeating headers, lists, footnote-free citations that lead to the reference list. Pictures carry their
    description. The same document gives the same bytes.

    Parameters
    ----------
    document : Document
        As `segkit.publish.document.plan_document` returns it.

    Raises
    ------
    InputError
        When the extra is not installed.
    RenderError
        When a record is malformed, or a citation or link leads nowhere.

    See Also
    --------
    segkit.publish.docx.guard.free_name : Where it may be written without losing anybody's edits.
    """
    if not (find_spec("docx") and find_spec("resvg_py")):
        raise InputError(
            "a Word document needs two packages that are not installed; pip install 'segkit[docx]', or take another --format."
        )
    from segkit.publish.docx.writer import write_document  # noqa: PLC0415 - an extra

    return write_document(document)
