"""Figures and quotations in a person's own sentences, matched to what the evidence of a report states.

What is found again is traced. What is not is returned as it was written, to be marked: it may be true, but nothing here shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from segkit.analysis.quotes import find_quote
from segkit.analysis.stated_figures import Figure, FigureKind, day_word, find_figures
from segkit.model.document import Document

SHORTEST_QUOTE = 4
"""Words from which on what stands in quotation marks is a quotation, and not a name or a word used with a wink."""
LARGEST_SMALL_COUNT = 4
"""Counts up to this one, written in letters and without a unit, state nothing: "two reasons", "one flow for each"."""
_TINY = 1e-9
_POINTS = 0.5
"""How far a percentage may lie from a share that is written as k of n."""
_ROUGH = 2.5
"""How far one may lie from a part in words: a third of them is 31 to 36 %."""
_FAR = 10.0
"""How far one may lie to the side that "more than" or "almost" names."""
_ROUND_WHOLES = frozenset({2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 100.0, 1000.0})
"""Wholes in which a percentage is told: nine of ten, one in five."""

_QUOTED = re.compile(
    "\u201c(?P<a>[^\u201c\u201d]+)\u201d|\u201e(?P<b>[^\u201c\u201d\u201e]+)[\u201c\u201d]|\u00ab(?P<c>[^\u00ab\u00bb]+)\u00bb"
    '|\u00bb(?P<d>[^\u00ab\u00bb]+)\u00ab|"(?P<e>[^"]+)"|\u2018(?P<f>[^\u2018]{12,}?)\u2019(?!\\w)'
)
_CUT = re.compile(r"\s*(?:\[?(?:\u2026|\.\.\.)\]?)\s*")
_CITATION = re.compile(r"\[@([A-Za-z0-9][A-Za-z0-9_.:-]*)\]")
_SENTENCE = re.compile(r"(?<=[.!?\u201d\"\]])\s+(?=[A-Z\u201c\u201e\"])")
_NEXT_WORD = re.compile(r"[\s-]+[^\W\d_]{2,}")
_YEARS = (1900, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a report states: its figures by kind, its codes and names, and the documents that may be quoted.

    ``counts`` are (what is counted, how many); ``cited`` are the ids of sources that may be cited.
    """

    counts: frozenset[tuple[str, float]] = frozenset()
    amounts: frozenset[tuple[str, float]] = frozenset()
    percents: frozenset[float] = frozenset()
    shares: frozenset[tuple[float, float]] = frozenset()
    days: frozenset[float] = frozenset()
    words: frozenset[str] = frozenset()
    documents: tuple[Document, ...] = field(default=(), repr=False)
    cited: frozenset[str] = frozenset()

    def __or__(self, other: Known) -> Known:
        """Return what both state together."""
        return Known(
            counts=self.counts | other.counts,
            amounts=self.amounts | other.amounts,
            percents=self.percents | other.percents,
            shares=self.shares | other.shares,
            days=self.days | other.days,
            words=self.words | other.words,
            documents=(*self.documents, *(each for each in other.documents if each not in self.documents)),
            cited=self.cited | other.cited,
        )


def know(
    texts: Iterable[str] = (),
    *,
    counts: Iterable[tuple[str, float]] = (),
    amounts: Iterable[tuple[str, float]] = (),
    shares: Iterable[tuple[float, float]] = (),
    times: Iterable[float] = (),
    dates: Iterable[date] = (),
    names: Iterable[str] = (),
) -> Known:
    """Collect what sentences and values of a report state.

    Parameters
    ----------
    texts : iterable of str
        Sentences; every figure in them is known.
    counts, amounts, shares, times, dates, names : iterable
        Values that no sentence has: (what is counted, how many), (currency, amount), (k, n), days, dates, and codes or ids.
    """
    found = [figure for text in dict.fromkeys(texts) for figure in find_figures(text)]
    kinds = {kind: [figure for figure in found if figure.kind is kind] for kind in FigureKind}
    days = [figure.word for figure in kinds[FigureKind.DAY]] + [day_word(day) for day in dates]
    codes = [figure.word for figure in (*kinds[FigureKind.CODE], *kinds[FigureKind.CLOCK])]
    pairs = [(figure.values[0], figure.values[1]) for figure in kinds[FigureKind.SHARE] if not figure.word]
    return Known(
        counts=frozenset([*((noun, float(value)) for noun, value in counts), *_counted(found)]),
        amounts=frozenset(
            [*((unit, float(value)) for unit, value in amounts)]
            + [(figure.unit, value) for figure in kinds[FigureKind.MONEY] for value in figure.values]
        ),
        percents=frozenset(_values(kinds[FigureKind.PERCENT])),
        shares=frozenset([*((float(k), float(n)) for k, n in shares), *pairs]),
        days=frozenset(
            [*(float(each) for each in times)]
            + [value * figure.scale for figure in kinds[FigureKind.TIME] for value in figure.values]
        ),
        words=frozenset([*days, *codes, *(name.casefold() for name in names)]),
    )


def _values(figures: Iterable[Figure]) -> list[float]:
    return [value for figure in figures for value in figure.values]


def _counted(figures: Iterable[Figure]) -> Iterator[tuple[str, float]]:
    for figure in figures:
        if figure.kind in {FigureKind.COUNT, FigureKind.SHARE} and figure.word != "part":
            yield from ((noun, value) for noun in figure.nouns or ("",) for value in figure.values)


def trace(paragraph: str, known: Known) -> tuple[str, ...]:
    """Return the figures, quotations and citations of a paragraph that a report's evidence does not hold, as written.

    Examples
    --------
    >>> known = know(["They order every 42 days, 9 of 10 online, for 286.20 GBP."])
    >>> trace("Nine of ten order online, about every six weeks, for some 290 GBP; 61 % of them twice.", known)
    ('61 %',)
    """
    untraced: list[tuple[int, str]] = []
    taken: list[tuple[int, int]] = []
    for match in _QUOTED.finditer(paragraph):
        words = next(group for group in match.groups() if group is not None)
        if len(re.findall(r"\w+", words)) >= SHORTEST_QUOTE:
            taken.append(match.span())
            if words.casefold() not in known.words and not _stands(words, known.documents):
                untraced.append((match.start(), match[0]))
    untraced += [
        (match.start(), match[0]) for match in _CITATION.finditer(paragraph) if match[1] not in known.cited
    ]
    for start, sentence in _sentences(paragraph):
        cited = {match[1] for match in _CITATION.finditer(sentence)}
        for figure in find_figures(sentence):
            place = start + figure.start
            if any(first <= place < last for first, last in taken):
                continue
            if _states_nothing(figure, sentence) or _is_known(figure, known):
                continue
            if any(
                _is_known(figure, _stated_in(document.text))
                for document in known.documents
                if document.source.id in cited
            ):
                continue
            untraced.append((place, _shown(figure, sentence)))
    return tuple(dict.fromkeys(text for _, text in sorted(untraced)))


def _sentences(paragraph: str) -> Iterator[tuple[int, str]]:
    start = 0
    for match in _SENTENCE.finditer(paragraph):
        yield start, paragraph[start : match.start()]
        start = match.end()
    yield start, paragraph[start:]


def _shown(figure: Figure, sentence: str) -> str:
    """Return a figure as it is written; a bare number with the word after it, so that a reader finds it."""
    if figure.kind is FigureKind.COUNT and (after := _NEXT_WORD.match(sentence, figure.end)):
        return sentence[figure.start : after.end()]
    return figure.text


def _states_nothing(figure: Figure, sentence: str) -> bool:
    """Return whether a figure is none that evidence could hold: a small count in letters, or the year of a citation."""
    if figure.kind is not FigureKind.COUNT:
        return False
    if figure.spelled:
        return figure.values[0] <= LARGEST_SMALL_COUNT
    before, after = sentence[: figure.start], sentence[figure.end :]
    in_brackets = before.rfind("(") > before.rfind(")") and ")" in after
    return in_brackets and _is_year(figure)


def _is_year(figure: Figure) -> bool:
    return (
        len(figure.text) == len("2026")
        and figure.text.isdigit()
        and _YEARS[0] <= figure.values[0] <= _YEARS[1]
    )


def _is_known(figure: Figure, known: Known) -> bool:
    return _CHECKS.get(figure.kind, _has_count)(figure, known)


def _has_word(figure: Figure, known: Known) -> bool:
    return figure.word in known.words


def _has_amount(figure: Figure, known: Known) -> bool:
    return any(_rounds(figure, value) for unit, value in known.amounts if _same_currency(figure.unit, unit))


def _has_percent(figure: Figure, known: Known) -> bool:
    return any(_rounds(figure, value) for value in _percents(known))


def _percents(known: Known) -> tuple[float, ...]:
    return (*known.percents, *(100 * k / n for k, n in known.shares if n))


def _has_time(figure: Figure, known: Known) -> bool:
    return any(_rounds(figure, value / figure.scale) for value in known.days)


def _has_count(figure: Figure, known: Known) -> bool:
    """Return whether a count is known of what is counted, or a number without anything after it with any unit.

    "42 customers" asks for 42 customers, "a median of 42" is known where the evidence says 42 days.
    """
    if _is_year(figure) and _has_day(f"{figure.text}-?-?", known.words):
        return True
    told = {noun for noun, _ in known.counts} & set(figure.nouns)
    if told:
        return any(_rounds(figure, value) for noun, value in known.counts if noun in told)
    others = (
        (*known.percents, *known.days, *(value for _, value in known.amounts)) if not figure.nouns else ()
    )
    return any(_rounds(figure, value) for value in (*(value for _, value in known.counts), *others))


def _has_written_day(figure: Figure, known: Known) -> bool:
    return _has_day(figure.word, known.words)


def _has_day(word: str, words: frozenset[str]) -> bool:
    """Return whether a day, or one that fits where parts are left open, is known."""
    if word in words:
        return True
    pattern = re.compile(
        r"-".join(r"(?:\d+|\?)" if part == "?" else re.escape(part) for part in word.split("-"))
    )
    return any(pattern.fullmatch(each) for each in words) or any(
        re.fullmatch("-".join(".*" if part == "?" else re.escape(part) for part in each.split("-")), word)
        for each in words
        if each.startswith("?-")
    )


def _same_currency(one: str, other: str) -> bool:
    if "$" in {one, other}:
        return one.endswith(("$", "USD", "CAD", "AUD", "NZD", "SGD", "HKD")) and other.endswith(
            ("$", "USD", "CAD", "AUD", "NZD", "SGD", "HKD")
        )
    return one == other


def _has_share(figure: Figure, known: Known) -> bool:
    part, whole = figure.values
    if (part, whole) in known.shares:
        return True
    percents = _percents(known)
    stated = 100 * part / whole
    if figure.word:  # a part in words
        above, below = (_FAR if figure.hedge == side else _ROUGH for side in ("over", "under"))
        return any(-below <= value - stated <= above for value in percents)
    if whole not in _ROUND_WHOLES:
        return False
    slack = 50 / whole if figure.hedge and whole > LARGEST_SMALL_COUNT else _POINTS
    return any(abs(value - stated) <= slack for value in percents)


def _rounds(figure: Figure, value: float) -> bool:
    """Return whether a known value, rounded to as many digits as are written, is the one written.

    "290" rounds 286.2 to tens. One digit left of all, as in "300", takes a word that says so: "about 300".
    """
    return any(_rounds_to(figure, stated, value) for stated in figure.values)


def _rounds_to(figure: Figure, stated: float, value: float) -> bool:
    """Return whether a known value rounds to one reading of a figure; "over" and "under" look to one side."""
    decimals = figure.decimals if stated != round(stated) or figure.decimals < 3 else 0
    finest = 10.0**-decimals
    digits = f"{abs(stated):.0f}"
    kept = 1 if figure.hedge else 2
    zeros = min(len(digits) - len(digits.rstrip("0")), len(digits) - kept)
    coarsest = finest if decimals else 10.0 ** max(0, zeros)
    if figure.hedge == "over" and stated - _TINY <= value < stated + coarsest:
        return True
    if figure.hedge == "under" and stated - coarsest < value <= stated + _TINY:
        return True
    grain = finest if figure.hedge in {"over", "under"} else coarsest
    return abs(value - stated) <= grain / 2 + _TINY


def _stands(words: str, documents: Sequence[Document]) -> bool:
    """Return whether the words, or each stretch between dots that mark a cut, stand in one document."""
    parts = [part for part in (one.strip(" .,;:!?") for one in _CUT.split(words)) if re.search(r"\w", part)]
    return bool(parts) and any(
        all(find_quote(part, document).n_hits for part in parts) for document in documents
    )


@lru_cache(maxsize=64)
def _stated_in(text: str) -> Known:
    """Return the figures that a document states; a sentence that cites it may repeat them."""
    return know([text])


_CHECKS: dict[FigureKind, Callable[[Figure, Known], bool]] = {
    FigureKind.CODE: _has_word,
    FigureKind.CLOCK: _has_word,
    FigureKind.DAY: _has_written_day,
    FigureKind.SHARE: _has_share,
    FigureKind.MONEY: _has_amount,
    FigureKind.PERCENT: _has_percent,
    FigureKind.TIME: _has_time,
}
