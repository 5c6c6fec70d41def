"""Words of the chapter on the sales cycle that tables, cards and charts share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from segkit.model.criterion import Applies
from segkit.model.sales_cycle import Quotation, StageVerdict
from segkit.publish.passages import one_line, plain
from segkit.words.figures import format_quantity, lower_first

_FIGURE = re.compile(r"\d[\d,.]*\b(?: of \d[\d,.]*\b)?")
_ASIDE = re.compile(r"\([^()]*\)|\[@[^\]]*\]")
VERDICT_WORDS = {
    Applies.YES: "applies",
    Applies.PARTLY: "applies in part",
    Applies.NO: "does not apply",
    Applies.NOT_OBSERVABLE: "not observable in these files",
}
NOT_SEEN = "not observable in these files"


def stage_name(verdict: StageVerdict) -> str:
    """Return the two names of a stage."""
    return f"{verdict.label} (or {verdict.also})" if verdict.also else verdict.label


def counted(verdict: StageVerdict) -> str:
    """Return what is counted in a stage; where only part of it shows, that part, and else that nothing does."""
    if verdict.n is not None:
        return format_quantity(verdict.n, verdict.unit)
    if verdict.observed:
        return f"seen in part: {lower_first(verdict.observed.partition('. ')[0])}"
    return NOT_SEEN


def cited(quotation: Quotation) -> str:
    """Return quoted words in quotation marks with their source; nothing in them is read as a citation."""
    return f"“{plain(one_line(quotation.exact))}” [@{quotation.source_id}]"


def sentences(*parts: str) -> str:
    """Return what is said as one text, without what is empty."""
    return " ".join(part for part in parts if part)


def upper_first(text: str) -> str:
    """Return a text that begins with a capital letter; the rest stays."""
    return f"{text[:1].upper()}{text[1:]}"


def is_sentence(text: str) -> bool:
    """Return whether words are a whole sentence and no fragment of one: a capital or a figure first, a stop last."""
    words = text.strip().strip("“”\"'")
    return not words[:1].islower() and words.endswith((".", "!", "?"))


def unsaid(found: Iterable[str], *, said: Iterable[str]) -> tuple[str, ...]:
    """Return the sentences that hold a figure of their own; shares and intervals in brackets are no figures of their own.

    Examples
    --------
    >>> unsaid(["Met in 24 of 35 deals (69 %).", "Met in 6 of 23 deals."], said=["Of those met 24 of 35 were won."])
    ('Met in 6 of 23 deals.',)
    """
    known = {figure for text in said for figure in _FIGURE.findall(text)}
    return tuple(
        text
        for text in found
        if not (figures := set(_FIGURE.findall(_ASIDE.sub("", text)))) or not figures <= known
    )
