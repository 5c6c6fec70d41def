"""The report as a tagged PDF, laid out by Typst from the same records as the pages.

``pdf_bytes`` makes the file; `segkit.publish.pdf.limit.keep_within` leaves out appendices to keep a page limit.
"""

from segkit.publish.pdf.compiling import PDF_NEEDS, count_pages, has_typst, pdf_bytes

__all__ = ["PDF_NEEDS", "count_pages", "has_typst", "pdf_bytes"]
