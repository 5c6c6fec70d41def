"""Who wrote what: the statement at the end of a report, how to cite segkit, and the group's own line on its use of AI."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from segkit import __version__
from segkit.analysis.own_texts import left_texts
from segkit.analysis.study import Foundation
from segkit.model.argument import Author, Section
from segkit.publish.blocks import Text
from segkit.publish.own_words import arguments, author_of, foundation_of, own_text, sections
from segkit.publish.plan import Plan
from segkit.publish.records import Tone
from segkit.publish.sales import Sales
from segkit.publish.worksheet import worksheet_question
from segkit.words.figures import join_words, plural

CITED_AS = "The segkit team", "2026"
"""Author and year of segkit; those of CITATION.cff, which the wheel does not hold."""
PLACEHOLDER = "[write here what else you used]"
"""What a group replaces in its own line on the use of AI."""
_KINDS: Mapping[Section, tuple[str, str]] = {
    Section.SUMMARY: ("summary", "summaries"),
    Section.GROUP: ("group", "groups"),
    Section.FLOW: ("flow", "flows"),
    Section.MESSAGE: ("message", "messages"),
    Section.CRITERION: ("criterion", "criteria"),
    Section.OPPORTUNITY: ("opportunity", "opportunities"),
    Section.STAGE: ("stage", "stages"),
}


def statement(made: Foundation | Plan | Sales) -> Text:
    """Return who wrote how many of a report's arguments, how to cite segkit, and the line on the use of AI.

    Parameters
    ----------
    made : Foundation, Plan or Sales
        The report as far as it is made.

    Notes
    -----
    Nothing here says what the report is worth: a count of arguments is no grade.
    """
    written = _by_author(made)
    total = sum(sum(counts.values()) for counts in written.values())
    said = [
        _sentence(author, counts, total=total, by=_writers(made, author))
        for author, counts in written.items()
        if counts
    ]
    use = foundation_of(made).company.report.ai_use or _ai_use(written)
    return Text(
        id="authorship",
        paragraphs=("Who wrote the arguments of this report, how to cite segkit, and what AI was used for.",),
        bullets=(*said, *_not_shown(made), f"To cite segkit: {citation()}", f"Use of AI: {use}"),
        tone=Tone.NOTE,
    )


def citation() -> str:
    """Return segkit as an entry of a reference list.

    Examples
    --------
    >>> citation().startswith("The segkit team (2026). segkit (Version ")
    True
    """
    author, year = CITED_AS
    return f"{author} ({year}). segkit (Version {__version__}) [Computer software]."


def _by_author(made: Foundation | Plan | Sales) -> dict[Author | None, Counter[Section]]:
    """Return how many arguments of which section each author wrote; those a worksheet still asks for are nobody's."""
    found: dict[Author | None, Counter[Section]] = {author: Counter() for author in (*Author, None)}
    sales = made if isinstance(made, Sales) else None
    plan = sales.plan if sales else made if isinstance(made, Plan) else None
    for section, about in sections(made):
        author: Author | None = author_of(foundation_of(made), section, about)
        if author is Author.SEGKIT and worksheet_question(
            foundation_of(made), section, about, plan=plan, sales=sales
        ):
            author = None
        found[author][section] += 1
    return found


def _not_shown(made: Foundation | Plan | Sales) -> Iterator[str]:
    """Name the own texts that a whole report has no place for, such as one about a criterion that its framework does not ask."""
    if isinstance(made, Sales):
        foundation = foundation_of(made)
        placed = [own_text(foundation, section, about) for section, about in sections(made)]
        lost = [text.name for text in foundation.company.texts if text.paragraphs and text not in placed]
        if lost:
            yield f"Not shown, because this report has no such place: {join_words(lost)}."
        left = left_texts(foundation.company.texts, foundation.segmentation.assignments.index)
        if left:
            yield f"Not answered, and about customers who are not in the data: {join_words(left)}."


def _writers(made: Foundation | Plan | Sales, author: Author | None) -> Sequence[str]:
    """Return the names that an author's own texts give, each once."""
    texts = foundation_of(made).company.texts
    return tuple(
        dict.fromkeys(text.by for text in texts if text.author is author and text.paragraphs and text.by)
    )


def _sentence(author: Author | None, counts: Counter[Section], *, total: int, by: Sequence[str]) -> str:
    """Return what one author wrote: "segkit wrote 20 of 23 arguments (...), composed by rules from measured values."."""
    parts = [plural(count, *_KINDS[section]) for section, count in sorted(counts.items(), key=_place)]
    what = f"{sum(counts.values())} of {plural(total, 'argument')} ({join_words(parts)})"
    if author is None:
        return f"Nobody has written {what} yet."
    if author is Author.SEGKIT:
        return f"segkit wrote {what}, composed by rules from measured values."
    name = f" ({join_words(list(by))})" if by else ""
    if author is Author.USER:
        return f"The authors{name} wrote {what}."
    return f"A language model{name} wrote {what}, put in by the authors."


def _place(item: tuple[Section, int]) -> int:
    return list(_KINDS).index(item[0])


def _ai_use(written: Mapping[Author | None, Counter[Section]]) -> str:
    """Return the line that stands until a group writes its own in ``[report] ai_use``."""
    model = sum(written[Author.LANGUAGE_MODEL].values())
    asked = (
        f" {plural(model, 'argument')} marked so {'was' if model == 1 else 'were'} written by a language model."
        if model
        else ""
    )
    return (
        "segkit composed its text by rules from measured values and used no language model."
        f"{asked} {PLACEHOLDER}"
    )


def untraced_note(made: Foundation | Plan | Sales) -> str:
    """Return a sentence about what in the users' own text no evidence holds, or "" where all of it is traced."""
    found = [text for group in arguments(made).values() for each in group for text in each.untraced]
    kept = list(dict.fromkeys(found))
    if not kept:
        return ""
    verb = "is" if len(kept) == 1 else "are"
    return (
        f"{plural(len(kept), 'number or quotation', 'numbers or quotations')} in your own text {verb} not traced to "
        f"evidence: {'; '.join(kept)}."
    )
