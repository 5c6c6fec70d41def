"""Verification of a report: whether its evidence is what its inputs give.

Three things meet here: what `evidence.json` says (plain values as read from the file), what the same inputs give today,
and the documents and tables themselves. Every statistic is recomputed and every quotation looked for from what is
stored, then everything else is compared with a book made anew. One failure is one line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from segkit.analysis.evidence import family_p_values, recompute_statistic
from segkit.analysis.evidence_book import RESEARCH
from segkit.analysis.pipeline import Study
from segkit.analysis.quotes import find_quote, quote_problem
from segkit.errors import InputError
from segkit.model.evidence import Direction, Evidence, SourceType, Statistic, Status, Strength
from segkit.model.factor import Factor
from segkit.words.verification import changed_field

RELATIVE_TOLERANCE = 1e-9
"""Numbers may differ by this much between machines (reference: evidence, section 1)."""
PILES = ("evidence", "appendix", "suggested", "invalid")
Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One thing that is not as the report says: where, and what."""

    where: str
    sentence: str

    def __str__(self) -> str:
        """Return the line that is printed."""
        return f"{self.where}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What was checked and what failed."""

    failures: tuple[Failure, ...]
    statistics: int = 0
    quotes: int = 0
    transcribed: int = 0
    sources: int = 0
    links: int = 0


class Inputs:
    """A company measured anew, and what was already recomputed from it."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self._family: tuple[float, ...] | None = None
        self._statistics: dict[tuple[int, Statistic], Statistic] = {}

    def recompute(self, item: Record, statistic: Statistic) -> Statistic:
        """Recompute a statistic; the same question is answered once."""
        seed = self.study.company.segmentation.seed
        if self._family is None:
            self._family = family_p_values(self.study.table, self.study.segmentation, seed=seed)
        question = int(item["segment_id"]), statistic
        if question not in self._statistics:
            self._statistics[question] = recompute_statistic(
                _holder(item, statistic),
                self.study.table,
                self.study.segmentation.assignments,
                family=self._family,
                seed=seed,
            )
        return self._statistics[question]


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
    items = [item for pile in PILES for item in _records(stored, pile)]
    failures = [
        *_check_shape(stored, expected),
        *_check_sources(stored, expected, items),
        *(failure for item in items for failure in _check_item(item, expected, inputs)),
        *_check_missing(stored, expected),
        *_check_rest(stored, expected),
        *check_coverage(
            stored, segments=[segment.id for segment in inputs.study.segmentation.summary.segments]
        ),
    ]
    quotes = [item["quote"] for item in items if isinstance(item.get("quote"), Mapping)]
    return Verification(
        failures=tuple(dict.fromkeys(failures)),
        statistics=sum(isinstance(item.get("statistic"), Mapping) for item in items),
        quotes=len(quotes),
        transcribed=sum(quote.get("provenance") == "transcribed" for quote in quotes),
        sources=len(_records(stored, "sources")),
    )


def differences(stored: object, expected: object, path: str = "") -> Iterator[tuple[str, object, object]]:
    """Yield every leaf in which two plain values differ: its path, what is stored and what is expected.

    Examples
    --------
    >>> list(differences({"a": [1, 2.0]}, {"a": [1, 2.5]}))
    [('a[1]', 2.0, 2.5)]
    """
    if isinstance(stored, Mapping) and isinstance(expected, Mapping):
        for key in [*expected, *(key for key in stored if key not in expected)]:
            name = f"{path}.{key}" if path else str(key)
            yield from differences(stored.get(key), expected.get(key), name)
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
    types = {source.get("id"): source.get("type") for source in _records(stored, "sources")}
    gaps = {(gap.get("segment_id"), gap.get("about")) for gap in _records(stored, "gaps")}
    kinds = {
        "order_history": {SourceType.ORDER_HISTORY.value, SourceType.OTHER.value},
        "research": {kind.value for kind in RESEARCH},
        "website": {SourceType.WEBSITE.value},
    }
    failures = []
    for segment in segments:
        pieces = [
            item
            for item in _records(stored, "evidence")
            if item.get("segment_id") == segment and item.get("direction") == "supports"
        ]
        where = f"group {segment}"
        if len(pieces) < 2 and (segment, "pieces") not in gaps:
            failures.append(
                Failure(where=where, sentence=f"has {len(pieces)} pieces of evidence and no gap says so")
            )
        for kind, members in kinds.items():
            silent = not any(types.get(item.get("source_id")) in members for item in pieces)
            if silent and (segment, kind) not in gaps and (segment, "pieces") not in gaps:
                failures.append(
                    Failure(
                        where=where,
                        sentence=f"has no evidence from {kind.replace('_', ' ')} and no gap says so",
                    )
                )
        failures += [
            Failure(where=str(item.get("id")), sentence="counts as evidence but is not valid")
            for item in pieces
            if item.get("status") != "valid"
        ]
    return failures


def _records(stored: Record, name: str) -> list[Record]:
    found = stored.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _same(one: object, other: object) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-15)
    return type(one) is type(other) and one == other


def _check_shape(stored: Record, expected: Record) -> list[Failure]:
    failures = []
    for name, value in expected.items():
        if name not in stored:
            failures.append(Failure(where="evidence.json", sentence=f"lacks {name!r}"))
        elif isinstance(value, list) and not (
            isinstance(stored[name], list)
            and (not value or all(isinstance(item, type(value[0])) for item in stored[name]))
        ):
            failures.append(Failure(where="evidence.json", sentence=f"{name!r} holds something else"))
    failures += [
        Failure(where="evidence.json", sentence=f"has {name!r}, which no report has")
        for name in stored
        if name not in expected
    ]
    return failures


def _check_sources(stored: Record, expected: Record, items: Sequence[Record]) -> list[Failure]:
    """Check that sources are those of the inputs, every citation has its source and every source its citation."""
    listed = {str(source.get("id")): source for source in _records(stored, "sources")}
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
    cited = {str(item.get("source_id")) for item in items}
    failures += [
        Failure(
            where=str(item.get("id")),
            sentence=f"cites the source {item.get('source_id')!r}, which is not listed",
        )
        for item in items
        if str(item.get("source_id")) not in listed
    ]
    failures += [
        Failure(where=f"source {source_id}", sentence="is listed and never cited")
        for source_id, source in listed.items()
        if source_id not in cited and source.get("type") != SourceType.ORDER_HISTORY.value
    ]
    return failures


def _check_item(item: Record, expected: Record, inputs: Inputs) -> list[Failure]:
    """Recompute or find again what is stored, then compare the rest with the piece made anew: one line at most."""
    where = str(item.get("id"))
    found: list[str] = []
    seen: list[str] = []
    if isinstance(item.get("statistic"), Mapping):
        found += _recompute(item, inputs)
        seen += ["statistic"] * bool(found)
    if isinstance(item.get("quote"), Mapping) and item.get("status") != Status.INVALID:
        problem = _find_again(item, inputs.study)
        found += [problem] if problem else []
        seen += ["quote"] * bool(problem)
    twin = next((twin for pile in PILES for twin in expected[pile] if twin["id"] == where), None)
    if twin is None:
        found.append("is no evidence that these inputs give")
    else:
        found += [
            changed_field(path, one, other)
            for path, one, other in differences(dict(item), dict(twin))
            if path.partition(".")[0] not in seen
        ]
    return [Failure(where=where, sentence="; ".join(found))] if found else []


def _compare(where: str, stored: Record, expected: Record) -> list[Failure]:
    """Return one line for a record, naming every field that differs."""
    found = [
        changed_field(path, one, other) for path, one, other in differences(dict(stored), dict(expected))
    ]
    return [Failure(where=where, sentence="; ".join(found))] if found else []


def _recompute(item: Record, inputs: Inputs) -> list[str]:
    """Recompute a statistic from what the file says it is, without the book made anew."""
    stored = item["statistic"]
    names = {entry.name for entry in fields(Statistic)}
    try:
        statistic = Statistic(**{name: value for name, value in stored.items() if name in names})
        again = inputs.recompute(item, statistic)
    except (InputError, TypeError, ValueError, KeyError) as error:
        return [f"statistic cannot be recomputed ({error})"]
    return [
        changed_field(f"statistic.{name}", stored.get(name), getattr(again, name))
        for name in sorted(names)
        if not _same(stored.get(name), getattr(again, name))
    ]


def _holder(item: Record, statistic: Statistic) -> Evidence:
    """Return as much of an Evidence as recomputation needs."""
    return Evidence(
        id=str(item.get("id")),
        segment_id=int(item["segment_id"]),
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


def _find_again(item: Record, study: Study) -> str:
    """Find a quotation again in the source the file names, from its own words."""
    stored = item["quote"]
    document = study.library.document(str(item.get("source_id")))
    if document is None:
        return f"quote names the source {item.get('source_id')!r}, which is no readable document"
    words = str(stored.get("exact", ""))
    again = find_quote(
        words, document, prefix=str(stored.get("prefix", "")), suffix=str(stored.get("suffix", ""))
    )
    problem = quote_problem(again, words, document=document)
    if problem:
        return f"quote: {problem}"
    return "" if again.exact == words else changed_field("quote.exact", words, again.exact)


def _check_missing(stored: Record, expected: Record) -> list[Failure]:
    """Name evidence that the inputs give and the file lacks."""
    failures = []
    for pile in PILES:
        have = [str(item.get("id")) for item in _records(stored, pile)]
        failures += [
            Failure(where=str(item["id"]), sentence=f"is missing from {pile}")
            for item in expected[pile]
            if item["id"] not in have
        ]
        failures += [
            Failure(where=name, sentence=f"stands twice in {pile}")
            for name in sorted(set(have))
            if have.count(name) > 1
        ]
    return failures


def _check_rest(stored: Record, expected: Record) -> list[Failure]:
    """Compare gaps, counts and sentences beside the evidence."""
    return [
        Failure(where=name, sentence="; ".join(found))
        for name in expected
        if name not in (*PILES, "sources") and name in stored
        for found in [[changed_field(*found) for found in differences(stored[name], expected[name], name)]]
        if found
    ]
