"""Queries: what to look for in pages and notes, from what sets each segment apart.

Findings in, a few queries per segment and factor out, in words people use: "presents posted to somebody else" for the flag
``ships_to_another_name``. A finding that does not separate gives none, and neither does a thing that a group merely lacks.
Beside them the words by which a page names the people of a segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from segkit.analysis.content_words import is_reason, stem
from segkit.analysis.query_wording import AUDIENCES, DISTINCT, LEVELS, NUMBERS, PREFIXES, Wording
from segkit.analysis.retrieval import Query
from segkit.analysis.selection import SUGGESTIVE
from segkit.analysis.traits import Finding
from segkit.model.document import Passage
from segkit.model.factor import Factor
from segkit.model.feature import FeatureKind
from segkit.model.lexicon import END, factor_lexicon, split_words

QUERIES_PER_FACTOR = 3
"""Queries of one segment and factor, the strongest findings first (project convention)."""
MAX_LEVEL_WORDS = 4
"""A longer level is a sentence or a code, not a name (project convention)."""
_FIRST = (Factor.NEED_BASED, *(factor for factor in Factor if factor is not Factor.NEED_BASED))
"""A tag "refill" is filed as behavior, yet it says what the product type says: need comes first."""
WHO = "who "
"""Begins an audience word that must follow "people who" within a few words: "who gift"."""
WHO_REACH = 8
_NAMES = frozenset(("city", "country", "region", "state", "province", "vendor", "brand"))
"""Columns whose levels are names and keep their capitals."""
_BOUGHT = frozenset(("share_of_category", "bought_category"))
"""What people buy by the name of a category; a word out of product names ("road", "red") names nobody."""
_WHO_AND_WHY = frozenset((Factor.NEED_BASED, Factor.DEMOGRAPHIC))
_NO_NAME = frozenset(
    [
        "yes",
        "no",
        "true",
        "false",
        "other",
        "none",
        "unknown",
        "standard",
        "default",
        "n/a",
        "na",
        "test",
        "mixed",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentQuery:
    """What to look for on behalf of a segment and a factor; ``key`` names the trait that it comes from."""

    segment_id: int
    factor: Factor
    query: Query
    key: str = ""


def segment_queries(
    findings: Sequence[Finding], *, per_factor: int = QUERIES_PER_FACTOR
) -> tuple[SegmentQuery, ...]:
    """Put what sets each segment apart into queries.

    Parameters
    ----------
    findings : sequence of Finding
        All findings of all segments (`segkit.analysis.evidence.measure_book`), those of the model included: what defines
        a group is what pages and notes may speak of.
    per_factor : int
        At most so many per segment and factor.

    Returns
    -------
    tuple of SegmentQuery
        By segment, then by factor, then by falling weight of the finding; no two of a segment look for the same.

    See Also
    --------
    segkit.analysis.retrieval.PassageIndex.search : what they are for.
    """
    found: list[SegmentQuery] = []
    for segment_id in sorted({finding.segment_id for finding in findings}):
        mine = [finding for finding in findings if finding.segment_id == segment_id and separates(finding)]
        mine.sort(key=lambda finding: (-finding.weight, finding.trait.key))
        found += _of_segment(mine, per_factor=per_factor)
    return tuple(found)


def _of_segment(findings: Sequence[Finding], *, per_factor: int) -> list[SegmentQuery]:
    """Return the queries of one segment; what two factors would ask alike is asked by the one named first below."""
    taken: set[frozenset[str]] = set()
    by_factor: dict[Factor, list[SegmentQuery]] = {factor: [] for factor in Factor}
    for factor in _FIRST:
        for finding in findings:
            query = query_of(finding) if finding.trait.feature.factor is factor else None
            if query is None or len(by_factor[factor]) == per_factor:
                continue
            asked = frozenset(stem(word) for word in _telling(query.text)) or frozenset([query.text])
            if asked not in taken:
                taken.add(asked)
                by_factor[factor].append(
                    SegmentQuery(
                        segment_id=finding.segment_id, factor=factor, query=query, key=finding.trait.key
                    )
                )
    return [query for factor in Factor for query in by_factor[factor]]


def separates(finding: Finding) -> bool:
    """Return whether a finding sets its segment apart: large enough, and clear or too large to pass over."""
    return finding.worth_saying and (finding.clear or abs(finding.statistic.effect) >= SUGGESTIVE)


def query_of(finding: Finding) -> Query | None:
    """Return a finding in words people use, or None where there are none for it.

    A yes/no trait or the share of a level asks only where the segment has more of it.
    """
    feature = finding.trait.feature
    wording = NUMBERS.get(feature.name)
    if wording is not None:
        text = wording.high if finding.positive else wording.low
        return _query(text, feature.factor) if text else None
    if not finding.positive:
        return None
    if feature.name in DISTINCT:
        return _query(DISTINCT[feature.name], feature.factor)
    kind = feature.name.partition("=")[0].removeprefix("favourite_")
    level = finding.trait.level or feature.level or feature.name.partition("=")[2]
    if level:
        return _level_query(kind, level, feature.factor)
    if feature.kind is FeatureKind.CATEGORICAL:
        return None
    # a survey item or a flag of the user's own: its name is all there is
    said = _plain(PREFIXES.sub("", feature.name))
    return _query(said, feature.factor, words=_telling(said)) if _telling(said) else None


def _level_query(kind: str, level: str, factor: Factor) -> Query | None:
    """Return the query for a level of a text column."""
    plain = _plain(level)
    known = LEVELS.get(kind, {})
    for pattern, text in known.items():
        if re.search(pattern, plain):
            return _query(text, factor)
    if plain in _NO_NAME or len(plain.split()) > MAX_LEVEL_WORDS or _is_code(level):
        return _query(DISTINCT[kind], factor) if kind in DISTINCT else None
    shown = " ".join(level.replace("_", " ").split()) if kind in _NAMES else plain
    text = Wording.template(kind).format(shown)
    return _query(text, factor, words=_telling(plain)) if _telling(plain) else None


def _query(text: str, factor: Factor, *, words: Iterable[str] = ()) -> Query:
    """Return a query with the topics that its words belong to."""
    topics = tuple(mention.topic.key for mention in factor_lexicon().mentions(text))
    missing = tuple(word for word in words if word not in text.lower())
    return Query(text=text, factor=factor, words=missing, expansions=topics)


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").lower().split())


def _telling(text: str) -> tuple[str, ...]:
    return tuple(word for word in split_words(text) if word != END and is_reason(word))


def _is_code(level: str) -> bool:
    """Return whether a level is a code: letters and digits run together, or no letters."""
    return bool(re.search(r"[^\W\d_]\d|\d[^\W\d_]", level)) or not re.search(r"[^\W\d_]{2}", level)


def segment_words(findings: Sequence[Finding], *, segment_id: int, name: str = "") -> tuple[str, ...]:
    """Return the words by which a page names the people of a segment, sorted.

    Parameters
    ----------
    findings : sequence of Finding
        All findings; those of other segments are passed over.
    segment_id : int
    name : str
        Of the segment: "Class pack buyers".

    Notes
    -----
    Who people are and what they need it for names them, not how often they buy. A word that sets another segment apart more is
    left to that one.
    """
    strongest: dict[str, tuple[float, int]] = {}
    for finding in findings:
        if finding.trait.feature.factor in _WHO_AND_WHY and finding.positive and separates(finding):
            for mark in _marks(finding):
                strongest[mark] = max(strongest.get(mark, (0.0, 0)), (finding.weight, -finding.segment_id))
    mine = {mark for mark, (_, owner) in strongest.items() if -owner == segment_id}
    named = {mention.topic.key for mention in factor_lexicon().mentions(name)}
    mine |= {key for key in named if key not in strongest}
    words = {word for mark in mine for word in AUDIENCES.get(mark, ())}
    words |= _bought_most(findings, segment_id) & mine
    return tuple(sorted(words | ({_plain(name)} if _telling(name) else set())))


def _bought_most(findings: Sequence[Finding], segment_id: int) -> set[str]:
    """Return the thing by which a segment stands out most among what it buys."""
    bought = [
        finding
        for finding in findings
        if finding.segment_id == segment_id
        and finding.trait.feature.name.partition("=")[0] in _BOUGHT
        and finding.positive
        and separates(finding)
    ]
    best = max(bought, key=lambda finding: (finding.weight, finding.trait.key), default=None)
    return {mark for mark in _marks(best) if mark.startswith(WHO)} if best is not None else set()


def _marks(finding: Finding) -> set[str]:
    """Return the topics that a finding speaks of, and the thing bought as what people do."""
    query = query_of(finding)
    marks = set(query.expansions) if query is not None else set()
    feature = finding.trait.feature
    if feature.name.partition("=")[0] in _BOUGHT and _telling(
        feature.level or feature.name.partition("=")[2]
    ):
        marks.add(f"{WHO}{_plain(feature.level or feature.name.partition('=')[2])}")
    return marks


def names_segment(passage: Passage, words: Sequence[str]) -> bool:
    """Return whether a passage names the people of a segment.

    Parameters
    ----------
    passage : Passage
        Its text and its heading are read.
    words : sequence of str
        From `segment_words`; of several words all must stand side by side.

    Examples
    --------
    >>> page = Passage(id="p", source_id="s", text="For schools and studios: sets of twenty.", start=0, end=40)
    >>> names_segment(page, ("school", "teacher")), names_segment(page, ("gift buyer",))
    (True, False)
    """
    said = [word if word == END else stem(word) for word in split_words(f"{passage.heading}. {passage.text}")]
    line, after_who = f" {' '.join(said)} ", f" {' '.join(_after_who(said))} "
    return any(
        f" {' '.join(stem(part) for part in split_words(word.removeprefix(WHO)))} "
        in (after_who if word.startswith(WHO) else line)
        for word in words
    )


def _after_who(said: Sequence[str]) -> list[str]:
    """Return the stems that follow a "who" closely in its clause: what the people named do."""
    following: list[str] = []
    for position in (place for place, word in enumerate(said) if word == "who"):
        clause = said[position + 1 : position + 1 + WHO_REACH]
        following += [*(clause[: clause.index(END)] if END in clause else clause), END]
    return following
