"""Verification of a report: whether its evidence is what its inputs give.

Three things meet here: what `evidence.json` says (plain values as read from the file), what the same inputs give today,
and the documents and tables themselves. Every statistic is recomputed and every quotation looked for from what is
stored, then everything else is compared with a book made anew. One failure is one line.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from segkit.analysis.evidence import family_p_values, recompute_statistic
from segkit.analysis.evidence_book import RESEARCH
from segkit.analysis.quotes import find_quote, quote_problem
from segkit.analysis.study import Study
from segkit.errors import InputError
from segkit.model.evidence import Direction, Evidence, SourceType, Statistic, Status, Strength
from segkit.model.factor import Factor
from segkit.words.verification import changed_field, joined, shown

RELATIVE_TOLERANCE = 1e-9
"""Numbers may differ by this much between machines (reference: evidence, section 1)."""
PILES = ("evidence", "appendix", "suggested", "invalid")
LONGEST_QUOTE = 10_000
"""Characters of a stored quotation that are looked for; sixty words are never as long."""
_ABSENT = "no such field"
_FILE = "evidence.json"
_PLAIN = 64
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that is not as the report says: where, what, and in which file of the report it was found."""

    where: str
    sentence: str
    file: str = _FILE

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{self.where}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked and what failed; ``notes`` say what a reader should know and is no failure."""

    failures: tuple[Failure, ...]
    statistics: int = 0
    quotes: int = 0
    transcribed: int = 0
    sources: int = 0
    links: int = 0
    notes: tuple[str, ...] = ()


class Inputs:
    """A company measured anew, and what was already recomputed from it."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self._family: tuple[float, ...] | None = None
        self._statistics: dict[tuple[int, str, str, bool], dict[str, Any]] = {}
        self._quotes: dict[tuple[str, str, str, str], str] = {}

    def recompute(self, segment_id: int, stored: Record) -> dict[str, Any]:
        """Recompute a statistic from its group, feature and level; the same question is answered once."""
        seed = self.study.company.segmentation.seed
        if self._family is None:
            self._family = family_p_values(self.study.table, self.study.segmentation, seed=seed)
        question = segment_id, stored["feature"], stored["level"], stored.get("p") is not None
        if question not in self._statistics:
            values: dict[str, Any] = {entry.name: stored.get(entry.name) for entry in fields(Statistic)}
            again = recompute_statistic(
                _holder(segment_id, Statistic(**values)),
                self.study.table,
                self.study.segmentation.assignments,
                family=self._family,
                seed=seed,
            )
            self._statistics[question] = {name: getattr(again, name) for name in values}
        return self._statistics[question]

    def find_again(self, source_id: str, words: str, *, prefix: str, suffix: str) -> str:
        """Return what is wrong with a quotation, or an empty text; the same words are looked for once."""
        question = source_id, words, prefix, suffix
        if question not in self._quotes:
            self._quotes[question] = _find_again(self.study, *question)
        return self._quotes[question]


def verify_evidence(stored: Record, expected: Record, inputs: Inputs) -> Verification:
    """Check a stored book of evidence against the inputs.

    Parameters
    ----------
    stored : mapping
        ``evidence.json`` as it was read.
    expected : mapping
        The book of the company measured anew, in the same plain form.
    inputs : Inputs
        The company measured anew from its files.

    Returns
    -------
    Verification
        Failures in the order of the file: sources, pieces, then gaps and counts.
    """
    items = [item for pile in PILES for item in records(stored, pile)]
    twins = {item["id"]: item for pile in PILES for item in expected[pile]}
    groups = [segment.id for segment in inputs.study.segmentation.summary.segments]
    # what the inputs themselves do not give is a shortcoming of the material, not of this report
    due = check_coverage(expected, segments=groups)
    coverage = check_coverage(stored, segments=groups)
    failures = [
        *_check_shape(stored, expected),
        *_check_sources(stored, expected, items),
        *(failure for item in items for failure in _check_item(item, twins.get(_name(item)), inputs)),
        *_check_missing(stored, expected),
        *_check_rest(stored, expected),
        *(failure for failure in coverage if failure not in due),
    ]
    quotes = [item["quote"] for item in items if isinstance(item.get("quote"), Mapping)]
    return Verification(
        failures=tuple(dict.fromkeys(failures)),
        statistics=sum(isinstance(item.get("statistic"), Mapping) for item in items),
        quotes=len(quotes),
        transcribed=sum(quote.get("provenance") == "transcribed" for quote in quotes),
        sources=len(records(stored, "sources")),
        notes=tuple(f"{failure}." for failure in coverage if failure in due),
    )


def differences(stored: object, expected: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield every leaf in which two plain values differ: its path, what is stored and what is expected.

    Examples
    --------
    >>> list(differences({"a": [1, 2.0]}, {"a": [1, 2.5]}))
    [('a[1]', 2.0, 2.5)]
    """
    if stored is expected:
        return
    if isinstance(stored, Mapping) and isinstance(expected, Mapping):
        for key in [*expected, *(key for key in stored if key not in expected)]:
            name = f"{path}.{key}" if path else str(key)
            if key not in stored or key not in expected:
                yield name, stored.get(key, _ABSENT), expected.get(key, _ABSENT)
            else:
                yield from differences(stored[key], expected[key], name)
    elif isinstance(stored, list) and isinstance(expected, list):
        if len(stored) != len(expected):
            yield f"number of {path}", len(stored), len(expected)
            return
        for position, (one, other) in enumerate(zip(stored, expected, strict=True)):
            yield from differences(one, other, f"{path}[{position}]")
    elif not _same(stored, expected):
        yield path, stored, expected


def check_coverage(stored: Record, *, segments: Sequence[int]) -> list[Failure]:
    """Check rule 8 on the stored book alone: two or three pieces per group, each kind of source or a gap that says so."""
    types = {_name(source): shown(source.get("type")) for source in records(stored, "sources")}
    gaps = [(gap.get("segment_id"), gap.get("about")) for gap in records(stored, "gaps")]
    kinds = {
        "order_history": {SourceType.ORDER_HISTORY.value, SourceType.OTHER.value},
        "research": {kind.value for kind in RESEARCH},
        "website": {SourceType.WEBSITE.value},
    }
    failures = []
    for segment in segments:
        pieces = [
            item
            for item in records(stored, "evidence")
            if item.get("segment_id") == segment and item.get("direction") == "supports"
        ]
        where = f"group {segment}"
        if len(pieces) < 2 and (segment, "pieces") not in gaps:
            failures.append(
                Failure(where=where, sentence=f"has {len(pieces)} pieces of evidence and no gap says so")
            )
        for kind, members in kinds.items():
            silent = not any(types.get(_name(item, "source_id")) in members for item in pieces)
            if silent and (segment, kind) not in gaps and (segment, "pieces") not in gaps:
                failures.append(
                    Failure(
                        where=where,
                        sentence=f"has no evidence from {kind.replace('_', ' ')} and no gap says so",
                    )
                )
        failures += [
            Failure(where=_name(item), sentence="counts as evidence but is not valid")
            for item in pieces
            if item.get("status") != "valid"
        ]
    return failures


def records(stored: Record, name: str) -> list[Record]:
    """Return the records of a list in a stored file, whatever else was put into it."""
    found = stored.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _name(record: Record, field: str = "id") -> str:
    """Return an id as lines print it; a stranger's may be anything."""
    name = record.get(field)
    if isinstance(name, str) and 0 < len(name) <= _PLAIN and name.isascii() and name.isprintable():
        return name
    return shown(name)


def _same(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int) and isinstance(other, int):
        return one == other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        try:
            return math.isclose(one, other, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-15)
        except OverflowError:  # a whole number beyond every float
            return False
    return type(one) is type(other) and one == other


def _check_shape(stored: Record, expected: Record) -> list[Failure]:
    failures = [
        Failure(where=name, sentence=f"is missing from {_FILE}") for name in expected if name not in stored
    ]
    failures += [
        Failure(where=name, sentence="is no list of records")
        for name in (*PILES, "sources")
        if name in stored and len(records(stored, name)) != _length(stored[name])
    ]
    failures += [
        Failure(where=shown(name), sentence="stands in no report's evidence")
        for name in stored
        if name not in expected
    ]
    return failures


def _length(value: object) -> int:
    return len(value) if isinstance(value, list) else -1


def _check_sources(stored: Record, expected: Record, items: Sequence[Record]) -> list[Failure]:
    """Check that sources are those of the inputs, every citation has its source and every source its citation."""
    listed = {_name(source): source for source in records(stored, "sources")}
    wanted = {str(source["id"]): source for source in expected["sources"]}
    failures = []
    for source_id, source in listed.items():
        if source_id not in wanted:
            failures.append(Failure(where=f"source {source_id}", sentence="is no source of this report"))
            continue
        failures += _compare(f"source {source_id}", source, wanted[source_id])
    failures += [
        Failure(where=f"source {source_id}", sentence="is missing from the list of sources")
        for source_id in wanted
        if source_id not in listed
    ]
    cited = {_name(item, "source_id") for item in items}
    failures += [
        Failure(
            where=_name(item),
            sentence=f"cites the source {_name(item, 'source_id')}, which is not listed",
        )
        for item in items
        if _name(item, "source_id") not in listed
    ]
    failures += [
        Failure(where=f"source {source_id}", sentence="is listed and never cited")
        for source_id, source in listed.items()
        if source_id not in cited and source.get("type") != SourceType.ORDER_HISTORY.value
    ]
    return failures


def _check_item(item: Record, twin: Record | None, inputs: Inputs) -> list[Failure]:
    """Recompute or find again what is stored, then compare the rest with the piece made anew: one line at most."""
    found: list[str] = []
    seen: list[str] = []
    if isinstance(item.get("statistic"), Mapping):
        found += _recompute(item, item["statistic"], inputs)
        seen += ["statistic"] * bool(found)
    if isinstance(item.get("quote"), Mapping) and item.get("status") != Status.INVALID:
        problem = _search(item, item["quote"], inputs)
        found += [problem] if problem else []
        seen += ["quote"] * bool(problem)
    if twin is None:
        found.append("is no evidence that these inputs give")
    else:
        found += [
            changed_field(path, one, other)
            for path, one, other in differences(item, twin)
            if path.partition(".")[0] not in seen
        ]
    return [Failure(where=_name(item), sentence=joined(found))] if found else []


def _compare(where: str, stored: object, expected: object, name: str = "") -> list[Failure]:
    """Return one line for a record, naming the fields that differ."""
    found = [changed_field(*found) for found in differences(stored, expected, name)]
    return [Failure(where=where, sentence=joined(found))] if found else []


def _recompute(item: Record, stored: Record, inputs: Inputs) -> list[str]:
    """Recompute a statistic from what the file says it is, without the book made anew."""
    segment_id = item.get("segment_id")
    if not isinstance(segment_id, int) or isinstance(segment_id, bool):
        return [f"statistic names no group (got {shown(segment_id)})"]
    if any(not isinstance(stored.get(name), str) for name in ("feature", "level")):
        return [f"statistic names no feature (got {shown(stored.get('feature'))})"]
    try:
        again = inputs.recompute(segment_id, stored)
    except (InputError, ArithmeticError, TypeError, ValueError, LookupError) as error:
        return [f"statistic cannot be recomputed ({shown(error)})"]
    if stored == again:
        return []
    return [
        changed_field(f"statistic.{name}", stored.get(name, _ABSENT), value)
        for name, value in again.items()
        if not _same(stored.get(name, _ABSENT), value)
    ]


def _holder(segment_id: int, statistic: Statistic) -> Evidence:
    """Return as much of an Evidence as recomputation needs."""
    return Evidence(
        id="",
        segment_id=segment_id,
        factor=Factor.BEHAVIORAL,
        claim="",
        kind="statistic",
        direction=Direction.SUPPORTS,
        source_id="",
        locator="",
        in_model=False,
        strength=Strength.WEAK,
        strength_reasons=(),
        limits="",
        statistic=statistic,
    )


def _search(item: Record, stored: Record, inputs: Inputs) -> str:
    """Look for a quotation in the source that the file names, by its own words and what stands around them."""
    words, prefix, suffix = (stored.get(name) for name in ("exact", "prefix", "suffix"))
    if not (isinstance(words, str) and isinstance(prefix, str) and isinstance(suffix, str)):
        return "quote holds no words"
    if max(map(len, (words, prefix, suffix))) > LONGEST_QUOTE:
        return f"quote is longer than {LONGEST_QUOTE:,} characters"
    return inputs.find_again(str(item.get("source_id")), words, prefix=prefix, suffix=suffix)


def _find_again(study: Study, source_id: str, words: str, prefix: str, suffix: str) -> str:
    document = study.library.document(source_id)
    if document is None:
        return f"quote names the source {shown(source_id)}, which is no readable document"
    again = find_quote(words, document, prefix=prefix, suffix=suffix)
    problem = quote_problem(again, words, document=document)
    if problem:
        return f"quote: {problem}"
    return "" if again.exact == words else changed_field("quote.exact", words, again.exact)


def _check_missing(stored: Record, expected: Record) -> list[Failure]:
    """Name evidence that the inputs give and the file lacks, holds twice or has put elsewhere."""
    failures = []
    for pile in (*PILES, "sources"):
        have = [_name(item) for item in records(stored, pile)]
        want = [str(item["id"]) for item in expected[pile]]
        if pile != "sources":  # a missing source is named where sources are compared
            failures += [
                Failure(where=name, sentence=f"is missing from {pile}") for name in want if name not in have
            ]
        failures += [
            Failure(where=name, sentence=f"stands twice in {pile}")
            for name, count in Counter(have).items()
            if count > 1
        ]
        if have != want and sorted(have) == sorted(want):
            failures.append(Failure(where=pile, sentence="stands in another order than the inputs give"))
    return failures


def _check_rest(stored: Record, expected: Record) -> list[Failure]:
    """Compare gaps, counts and sentences beside the evidence."""
    return [
        failure
        for name in expected
        if name not in (*PILES, "sources") and name in stored
        for failure in _compare(name, stored[name], expected[name], name)
    ]
