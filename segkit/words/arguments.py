"""Who wrote an argument, what in it is not traced, and what a page limit left out: the same words in every form of a report."""

from __future__ import annotations

from collections.abc import Sequence

from segkit.model.argument import Author


def written_by(author: str, by: str = "") -> str:
    """Say who wrote an argument; "" where segkit did.

    Examples
    --------
    >>> written_by("user", "Jo Bell"), written_by("language model"), written_by("segkit")
    ('Written by Jo Bell', 'Written with a language model', '')
    """
    if author == Author.SEGKIT:
        return ""
    if author == Author.LANGUAGE_MODEL:
        return f"Written with a language model{f' ({by})' if by else ''}"
    return f"Written by {by or 'the authors of this report'}"


def not_traced(untraced: Sequence[str]) -> str:
    """Say which numbers and quotations no evidence holds; "" where all are traced.

    Examples
    --------
    >>> not_traced(["7 of 9", "61 %"]), not_traced([])
    ('Not traced to the evidence of this report: 7 of 9; 61 %', '')
    """
    return f"Not traced to the evidence of this report: {'; '.join(untraced)}" if untraced else ""


def left_out_for_length(titles: Sequence[str]) -> str:
    """Say what a page limit left out of a document, and why its numbers skip.

    Examples
    --------
    >>> left_out_for_length(["Appendix C: How a sale is made"])
    'Left out to keep within the page limit: Appendix C: How a sale is made. It is in the HTML report, whose numbers figures and tables keep.'
    """
    where = "It is" if len(titles) == 1 else "They are"
    return f"Left out to keep within the page limit: {'; '.join(titles)}. {where} in the HTML report, whose numbers figures and tables keep."
