"""The evidence: how many pieces, of which kinds, how well each can be checked, and what speaks against a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from segkit.model.evidence import Direction, Evidence, EvidenceBook, Source, SourceType
from segkit.model.segment import SegmentationSummary
from segkit.publish.checklist.arguments import TEXTS
from segkit.publish.checklist.judging import Asked, Found, first_of
from segkit.words.figures import join_words, plural

_KINDS = {
    "orders": frozenset({SourceType.ORDER_HISTORY, SourceType.OTHER}),
    "research": frozenset({SourceType.RESEARCH, SourceType.SURVEY}),
    "website": frozenset({SourceType.WEBSITE}),
}
"""The kinds of source the assignment asks for; a survey of one's own customers is own research."""
LEAST, MOST = 2, 3
ASKED_OF_EVIDENCE = (
    Asked(
        id="evidence",
        item="2-3 pieces of evidence for each group",
        criterion="C3",
        close="Accept a suggested passage under accept in [evidence], or bring a page or a study that speaks of the group.",
    ),
    Asked(
        id="mind_changer",
        item="The one finding that would change your mind about each group",
        criterion="C3",
        close=f"Say {TEXTS} which finding would make you give the group up.",
    ),
    Asked(
        id="sources",
        item="Evidence from orders, research and website for each group",
        criterion="C4",
        close="Put a study into research/ or save the page that speaks to the group in website/, then run again.",
    ),
    Asked(
        id="order_figures",
        item="Figures from the orders that recompute, with n, definition and the other groups beside them",
        criterion="C5",
        close="Run segkit verify on the report and leave out what it names.",
    ),
    Asked(
        id="research",
        item="Research with author, year and publisher, and its own n and population",
        criterion="C6",
        close="Add author, year, publisher, n and population to the front matter of the file in research/.",
    ),
    Asked(
        id="website",
        item="Website quoted exactly and read as whom the company targets, not who buys",
        criterion="C7",
        close="Save the pages that speak to the groups in website/ and accept the passages that fit.",
    ),
    Asked(
        id="counter_evidence",
        item="Evidence against a group shown, and a flow or a draft changed by it",
        criterion="C8",
        close="Put the key of a passage that speaks against a group under against in [evidence].",
    ),
)


def judge_evidence(
    summary: SegmentationSummary, book: EvidenceBook, *, taken_up: frozenset[str] | None
) -> dict[str, Found]:
    """Return what the book of evidence has of each item, by its id."""
    sources = {source.id: source for source in book.sources}
    return {
        "evidence": _pieces(summary, book),
        "mind_changer": _mind_changers(summary, book),
        "sources": _kinds(summary, book, sources),
        "order_figures": _order_figures(book),
        "research": _research(book, sources),
        "website": _website(book, sources),
        "counter_evidence": _counter(book, taken_up),
    }


def _pieces(summary: SegmentationSummary, book: EvidenceBook) -> Found:
    counts = {segment.id: len(book.supporting(segment.id)) for segment in summary.segments}
    wrong = [f"evidence-{number}" for number, count in counts.items() if not LEAST <= count <= MOST]
    why = f"{join_words([str(count) for count in counts.values()])} pieces"
    waiting = f"; {_waiting(book)}" if wrong and book.suggested else ""
    return Found(
        met=not wrong, some=any(counts.values()), why=why + waiting, where=first_of(wrong, "evidence-1")
    )


def _mind_changers(summary: SegmentationSummary, book: EvidenceBook) -> Found:
    lacking = [f"segment-{one.id}" for one in summary.segments if not book.mind_changer(one.id)]
    total = len(summary.segments)
    why = f"{total - len(lacking)} of {plural(total, 'group')} have one"
    return Found(met=not lacking, some=len(lacking) < total, why=why, where=first_of(lacking, "segment-1"))


def _kinds(summary: SegmentationSummary, book: EvidenceBook, sources: Mapping[str, Source]) -> Found:
    """Judge each group by itself: three kinds of source, or an open line that says which is missing."""
    lacking: dict[str, list[int]] = {}
    for segment in summary.segments:
        used = {_type(item, sources) for item in book.supporting(segment.id)}
        for name, kinds in _KINDS.items():
            if not used & kinds:
                lacking.setdefault(name, []).append(segment.id)
    if not lacking:
        return Found(met=True, why="all three in every group", where="#evidence-1")
    names = {segment.id: segment.name for segment in summary.segments}
    why = "; ".join(
        f"{name} missing in {'every group' if len(groups) == len(names) else join_words([names[one] for one in groups])}"
        for name, groups in lacking.items()
    )
    waiting = f"; {_waiting(book)}" if book.suggested else ""
    first = min(number for groups in lacking.values() for number in groups)
    return Found(
        met=False, some=len(lacking) < len(_KINDS), why=why + waiting, where=f"#evidence-{first}", close=_close_kinds(lacking, book)
    )  # fmt: skip


def _close_kinds(lacking: Iterable[str], book: EvidenceBook) -> str:
    """Return the way to close a missing kind of source: what waits already comes first."""
    if book.suggested:
        return (
            "Decide on the suggested passages: put a key under accept, against or reject in [evidence] of company.toml; "
            "then bring a study or a page for what is still missing."
        )
    ways = {
        "research": "put a study with its author and year into research/",
        "website": "save the page that speaks to the group in website/",
        "orders": "look for the figure in the appendix and pin it under pin in [evidence]",
    }
    said = join_words([ways[name] for name in lacking])
    return f"{said[:1].upper()}{said[1:]}, then run again."


def _waiting(book: EvidenceBook) -> str:
    count = len(book.suggested)
    return f"{plural(count, 'passage')} {'waits' if count == 1 else 'wait'} for your yes or no"


def _order_figures(book: EvidenceBook) -> Found:
    shown = [item for item in book.evidence if item.kind == "statistic"]
    loose = [
        item for item in shown if item.statistic is None or not item.definition or not item.statistic.n_group
    ]
    why = f"{len(shown) - len(loose)} of {plural(len(shown), 'figure')} can be computed again"
    where = first_of([f"evidence-{item.segment_id}" for item in loose or shown])
    return Found(met=bool(shown) and not loose, some=bool(shown), why=why, where=where)


def _research(book: EvidenceBook, sources: Mapping[str, Source]) -> Found:
    cited = _cited(book, sources, SourceType.RESEARCH)
    unnamed = [source for source in cited if not (source.authors and source.published and source.publisher)]
    unsized = [source for source in cited if source.n is None or not source.population]
    items = [item for item in book.evidence if _type(item, sources) is SourceType.RESEARCH]
    first = first_of([f"evidence-{item.segment_id}" for item in items])
    if not cited:
        return Found(
            met=False, some=False, why="no study is cited", where="#evidence-1", close="Put a study with its author and year into research/."
        )  # fmt: skip
    why = f"{len(cited) - len(unnamed)} of {plural(len(cited), 'source')} with author, year and publisher"
    why += f", {len(cited) - len(unsized)} with n and population"
    lacking = list(dict.fromkeys(source.path or source.id for source in (*unnamed, *unsized)))
    if lacking:
        why += f"; look at {join_words(lacking)}"
    return Found(met=not lacking, why=why, where=first)


def _website(book: EvidenceBook, sources: Mapping[str, Source]) -> Found:
    items = [item for item in book.evidence if _type(item, sources) is SourceType.WEBSITE]
    exact = [item for item in items if item.quote is not None and item.quote.verified]
    if not items:
        return Found(met=False, some=False, why="no page is quoted", where="#evidence-1")
    why = f"{len(exact)} of {plural(len(items), 'quotation')} found word for word in the saved page"
    return Found(met=len(exact) == len(items), why=why, where=f"#evidence-{items[0].segment_id}")


def _type(item: Evidence, sources: Mapping[str, Source]) -> SourceType:
    """Return the kind of source of a piece; one that no list has is of no kind that counts."""
    source = sources.get(item.source_id)
    return source.type if source is not None else SourceType.OTHER


def _cited(book: EvidenceBook, sources: Mapping[str, Source], kind: SourceType) -> list[Source]:
    found = dict.fromkeys(item.source_id for item in book.evidence if _type(item, sources) is kind)
    return [sources[identifier] for identifier in found if identifier in sources]


def _counter(book: EvidenceBook, taken_up: frozenset[str] | None) -> Found:
    against: list[Evidence] = [item for item in book.evidence if item.direction is Direction.CONTRADICTS]
    if not against:
        return Found(
            met=False, some=False, why="nothing that speaks against a group is shown", where="#evidence-1"
        )
    used = [item for item in against if taken_up and item.id in taken_up]
    where = f"#evidence-{against[0].segment_id}"
    count = len(against)
    why = f"{plural(count, 'piece')} {'speaks' if count == 1 else 'speak'} against a group"
    if taken_up is None:
        return Found(
            met=False, why=f"{why}; this page has no flows that could answer", where=where, close="Read on in the chapter on flows."
        )  # fmt: skip
    why += f"; flows and drafts answer {len(used)}"
    close = f"Say {TEXTS} what the contradiction changes in the flow or the draft."
    return Found(met=bool(used), why=why, where=where, close=close)
