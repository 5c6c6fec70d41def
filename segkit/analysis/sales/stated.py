"""What the company's own pages ask of a buyer, sentence by sentence, each anchored where it stands.

Saved pages in; at most a few :class:`segkit.model.sales_facts.StatedCriterion` for each criterion out. A page shows what the company
asks, not what it gets: that is what the orders are held against it for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from segkit.analysis import ledger_patterns as written
from segkit.analysis.ledger_entries import CELL
from segkit.analysis.sales.stated_cues import CONDITION, CUES, WHO, Cue
from segkit.model.criterion import Criterion
from segkit.model.document import Document, Library, Passage
from segkit.model.evidence import SourceType
from segkit.model.ledger import Ledger, LedgerKind
from segkit.model.sales_facts import StatedCriterion

MAX_STATED = 4
"""Statements kept for each criterion, those that orders can be held against first."""
_NOT_A_NAME = frozenset({"public", "the", "all"})
_NOT_PEOPLE = frozenset(
    {
        "payment",
        "paying",
        "terms",
        "invoice",
        "invoices",
        "delivery",
        "prices",
        "note",
        "returns",
        "quotes",
        "quote",
    }
)
"""Words in front of a colon that begin a subject and not an audience."""


def find_stated(library: Library, *, ledger: Ledger) -> tuple[StatedCriterion, ...]:
    """Find what the company's pages ask of a buyer.

    Parameters
    ----------
    library : Library
        Documents; only saved pages are read, because notes and orders are not the company's word.
    ledger : Ledger
        Dates that two pages give differently are left out.

    Returns
    -------
    tuple of StatedCriterion
        By criterion, then best first: with a rule, with a figure, the longest. What two pages say alike is told once, by the page
        that asks more.
    """
    found = [
        item
        for document in library.documents
        if document.source.type is SourceType.WEBSITE
        for item in _read_page(document, ledger)
    ]
    asks = Counter(item.source_id for _, item in found)
    found.sort(key=lambda pair: (-asks[pair[1].source_id], pair[1].source_id, pair[1].start))
    best: dict[tuple[object, ...], tuple[Cue, StatedCriterion]] = {}
    for cue, item in found:
        best.setdefault(_sameness(cue, item), (cue, item))
    ranked = sorted(best.values(), key=lambda pair: _rank(*pair))
    kept: list[StatedCriterion] = []
    for criterion in Criterion:
        kept += [item for _, item in ranked if item.criterion is criterion][:MAX_STATED]
    return tuple(kept)


def _sameness(cue: Cue, item: StatedCriterion) -> tuple[object, ...]:
    """Return what two statements share that say the same: the words, or without a rule the way of asking and the figure."""
    words = " ".join(item.exact.lower().split()) if item.rule else ""
    return item.criterion, words or CUES.index(cue), item.amount, item.audience


def _rank(cue: Cue, item: StatedCriterion) -> tuple[object, ...]:
    """Put first what orders can be held against, then what has a figure, then what is asked in so many words."""
    clause = "what" in cue.pattern.groupindex
    return not item.rule, item.amount is None, not clause, -len(item.exact), item.source_id, item.start


def _read_page(document: Document, ledger: Ledger) -> Iterator[tuple[Cue, StatedCriterion]]:
    disputed = _disputed(document.source.id, ledger)
    for passage in document.passages:
        if not passage.quotable or CELL in passage.text:
            continue
        head = find_head(passage.text)
        for start, end in written.split_clauses(passage.text):
            sentence = passage.text[start:end].strip()
            at = passage.start + passage.text.index(sentence, start)
            seen: set[tuple[Criterion, int]] = set()
            for cue in CUES:
                item = _read(cue, sentence, at, passage, who=head)
                if item is None or (item.criterion, item.start) in seen:
                    continue
                seen.add((item.criterion, item.start))
                if not any(item.start < last and first < item.end for first, last in disputed):
                    yield cue, item


def _disputed(source_id: str, ledger: Ledger) -> list[tuple[int, int]]:
    """Return where the dates stand that another page gives differently."""
    named = {
        key
        for conflict in ledger.conflicts
        if conflict.kind is LedgerKind.DEADLINE
        for key in conflict.entries
    }
    return [
        (entry.start, entry.end)
        for entry in ledger.entries
        if entry.source_id == source_id and entry.id in named and entry.end
    ]


def _read(cue: Cue, sentence: str, at: int, passage: Passage, *, who: str) -> StatedCriterion | None:
    """Return what a sentence asks by one cue; None where it does not, or where the figure is missing that the cue needs."""
    match = cue.pattern.search(sentence)
    if match is None:
        return None
    figure = _figure(cue, sentence, match)
    if figure is None:
        return None
    first, last = match.span("what") if "what" in cue.pattern.groupindex else (0, len(sentence))
    amount, unit = figure
    exact = sentence[first:last]
    condition = CONDITION.search(exact)
    said = (condition["who"] or condition["to"]) if condition else find_head(sentence) or who
    return StatedCriterion(
        criterion=cue.criterion,
        source_id=passage.source_id,
        exact=exact,
        start=at + first,
        end=at + first + len(exact),
        heading=passage.heading.rpartition(" > ")[2],
        audience=next(iter(name_audiences(said)), "") if cue.rule != "signer" else "",
        rule=cue.rule,
        amount=amount,
        unit=unit,
    )


def _figure(cue: Cue, sentence: str, match: re.Match[str]) -> tuple[float | None, str] | None:
    """Return the figure that belongs to a cue with its unit; None where the sentence lacks it."""
    if cue.figure == "orders":
        return float(written.count_of(match)), "orders"
    if cue.figure == "money":
        money = written.find_money(sentence)
        return (money[-1].amount, money[-1].currency) if money else None
    if cue.figure == "days":
        span = written.SPAN.search(sentence)
        if span is None or not span["unit"].lower().startswith("day"):
            return None
        return float(written.count_of(span)), "days"
    if cue.figure == "date" and not re.search(written.DATE, sentence[match.end() :]):
        return None
    return None, ""


def find_head(text: str) -> str:
    """Return whom a text says in front of a colon that it is about; "" where that is no name of people.

    Examples
    --------
    >>> find_head("New makers: pro forma for the first two orders."), find_head("Send us four things: what you need.")
    ('New makers', '')
    """
    head = WHO.match(text)
    words = re.findall(r"\w+", head["who"].lower()) if head else []
    is_name = words and not any(
        word.isdigit() or word in written.NOT_A_NAME or word in _NOT_PEOPLE for word in words
    )
    return head["who"] if head and is_name else ""


def name_audiences(said: str) -> tuple[str, ...]:
    """Return whom some words are about, each in the singular.

    Examples
    --------
    >>> name_audiences("Studios and makers"), name_audiences("New makers"), name_audiences("")
    (('studio', 'maker'), ('new maker',), ())
    """
    parts = re.split(r"\s*(?:,|&|\band\b|\bor\b)\s*", said.lower())
    singular = (re.sub(r"(?<=\w{3})(?<!s)s$", "", part.strip()) for part in parts)
    return tuple(part for part in singular if part and part.split()[0] not in _NOT_A_NAME)
