"""The whole report: one reference list, nothing untraced, who can run it again, and what belongs to a later chapter."""

from __future__ import annotations

from collections.abc import Iterator

from segkit.model.checklist import ChecklistItem
from segkit.model.evidence import EvidenceBook
from segkit.model.segment import SegmentationSummary
from segkit.publish.checklist.arguments import Arguments, untraced
from segkit.publish.checklist.judging import Asked, Found, absent, judge, yours
from segkit.words.figures import join_words, plural

TASK, LATER_TASK = "5 Whole report", "6 Strategy"
_ASKED = (
    Asked(
        id="references",
        item="One reference list with every source that is cited",
        criterion="C31",
        close="Run segkit verify on the report; it names the source.",
    ),
    Asked(
        id="traced",
        item="Every number and quotation in your own text stands in the evidence",
        criterion="C31",
        close="Correct the words in text/, bring their source, or take them out.",
    ),
    Asked(
        id="ranked",
        item="Each group's share of the revenue",
        criterion="C32",
        close="Name the column with the amounts in columns of [orders] in company.toml.",
    ),
    Asked(
        id="rerun",
        item="Anybody can run it again: files with their hashes, settings and versions",
        criterion="C32",
        close="Run segkit report again.",
    ),
)
_BRIEF = Asked(
    id="brevity",
    item="Short enough, and the answer first",
    criterion="C31",
    close="Leave out every sentence that would still be true with another company's name.",
)
_LATER = (
    Asked(id="value", item="Groups prioritised by revenue potential", criterion="C32"),
    Asked(id="kpis", item="KPIs for each group"),
    Asked(id="stakeholders", item="Validation with stakeholders", criterion="C32"),
    Asked(id="journey", item="Customer journey and personas"),
    Asked(id="monitoring", item="Monitoring as behavior shifts, with the next review date", criterion="C32"),
)
_LATER_CLOSE = "Write it yourself if your course asks for it."


def check_whole(
    summary: SegmentationSummary, book: EvidenceBook, *, arguments: Arguments
) -> Iterator[ChecklistItem]:
    """Yield the items on the report as a whole, then those that no report has yet."""
    found = {
        "references": _references(book),
        "traced": _traced(arguments),
        "ranked": _ranked(summary),
        "rerun": Found(met=True, why="listed under how this was made", where="#how-made"),
    }
    yield from judge(TASK, _ASKED, found)
    yield yours(TASK, _BRIEF, "")
    yield from absent(LATER_TASK, _LATER, close=_LATER_CLOSE, later=True)


def _references(book: EvidenceBook) -> Found:
    cited = {item.source_id for item in book.evidence}
    lacking = sorted(cited - {source.id for source in book.sources})
    why = f"{len(cited) - len(lacking)} of {plural(len(cited), 'source')} behind the evidence in one list"
    if lacking:
        why += f"; {join_words(lacking)} missing"
    return Found(met=bool(cited) and not lacking, some=bool(cited), why=why, where="#sources")


def _traced(arguments: Arguments) -> Found:
    loose = untraced(arguments)
    why = "segkit's own words hold only what was computed or quoted"
    if any(argument.by or argument.untraced for written in arguments.values() for argument in written):
        why = "all found in the evidence"
    if loose:
        why = f"{len(loose)} not found: {join_words([f'“{words}”' for words in loose])}"
    return Found(met=not loose, why=why, where="#how-made" if not loose else "#segment-1")


def _ranked(summary: SegmentationSummary) -> Found:
    revenues = [segment.revenue for segment in summary.segments]
    known = [revenue for revenue in revenues if revenue is not None]
    ranked = len(known) == len(revenues) > 0 and known == sorted(known, reverse=True)
    why = (
        "group 1 has the highest revenue"
        if ranked
        else f"{len(known)} of {plural(len(revenues), 'group')} with a revenue"
    )
    return Found(met=ranked, some=bool(known), why=why, where="#rules")
