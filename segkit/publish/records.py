"""What a block's record must look like: the kinds, their fields and one check for all of them.

A record is plain JSON. It is what an executed notebook keeps, so it may also come from a stranger's file: nothing
is rendered that has not passed `check_record`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from segkit.errors import RenderError
from segkit.model.argument import Author
from segkit.model.checklist import Status
from segkit.model.criterion import Applies
from segkit.model.evidence import Direction, Provenance, SourceType, Strength
from segkit.model.evidence import Status as EvidenceStatus
from segkit.publish.message_record import MESSAGE_FIELDS, citing_parts

MIME = "application/vnd.segkit.block+json"
"""The media type under which a notebook output carries a record."""
VERSION = 1
"""The version of the record format; raised when a field changes its meaning."""

Record = dict[str, Any]


class Kind(StrEnum):
    """What a block can be."""

    TEXT = "text"
    KEY_FIGURES = "key_figures"
    FINDINGS = "findings"
    TABLE = "table"
    FIGURE = "figure"
    PLOTLY = "plotly"
    EVIDENCE = "evidence"
    SEGMENT = "segment"
    MESSAGE = "message"
    GAP = "gap"
    CHECKLIST = "checklist"
    PASSAGES = "passages"
    SOURCES = "sources"
    HOW_MADE = "how_made"
    FLOW = "flow"
    VERDICT = "verdict"


class Tone(StrEnum):
    """How a text block speaks: plain prose, the answer first, an aside, or a warning to the reader."""

    PLAIN = "plain"
    ANSWER = "answer"
    NOTE = "note"
    CAUTION = "caution"


_STATUSES = ("distinguishes", "no difference", "no column")
EVIDENCE_KINDS = ("statistic", "quote", "observation")
"""What a piece of evidence is: measured, somebody's words, or something seen."""


@dataclass(frozen=True, slots=True)
class _Added:
    """A field that reports made before it was added do without; checked where it is."""

    spec: Any


_PROVENANCES = ("", *Provenance)
_FIGURE_ITEM = {"label": str, "value": str, "note": str}
_TABLE = {
    "id": str,
    "caption": str,
    "note": str,
    "columns": [str],
    "numeric": [bool],
    "rows": [[str]],
    "row_headers": bool,
    "links": [str],
    "marks": [int],
}
_FIGURE = {
    "id": str,
    "title": str,
    "subtitle": str,
    "alt": str,
    "desc": str,
    "source": str,
    "n": str,
    "svg": str,
    "svg_narrow": str,
    "data": _TABLE,
}
_AUTHORED = {"author": tuple(Author), "by": str, "untraced": [str], "asks": str}
"""Who wrote the paragraphs of a block that argues; see `segkit.model.argument.Argument`."""
_FIELDS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"id": str, "paragraphs": [str], "bullets": [str], "tone": tuple(Tone), **_AUTHORED},
    Kind.KEY_FIGURES: {"id": str, "items": [_FIGURE_ITEM]},
    Kind.FINDINGS: {"id": str, "items": [{"title": str, "text": str, "links": [str]}]},
    Kind.TABLE: _TABLE,
    Kind.FIGURE: _FIGURE,
    Kind.PLOTLY: {"id": str, "spec": dict, "static": _FIGURE},
    Kind.EVIDENCE: {
        "id": str,
        "group": str,
        "number": int,
        "items": [
            {
                "id": str,
                "kind": EVIDENCE_KINDS,
                "claim": str,
                "factor": str,
                "source_type": tuple(SourceType),
                "statistic": str,
                "strength": tuple(Strength),
                "in_model": bool,
                "limits": str,
                "reading": str,
                "citation": str,
                "direction": tuple(Direction),
                "quote": str,
                "quote_context": str,
                "provenance": _PROVENANCES,
                "status": tuple(EvidenceStatus),
                "strength_reasons": [str],
                "key": str,
            }
        ],
        "gaps": [str],
    },
    Kind.SEGMENT: {
        "id": str,
        "number": int,
        "name": str,
        "rule": str,
        "size": str,
        "share": str,
        "revenue": str,
        "measures": [_FIGURE_ITEM],
        "profile": [{"factor": str, "status": _STATUSES, "text": str, "in_model": bool}],
        "exceptions": [str],
        "note": str,
        "why": [str],
        **_AUTHORED,
    },
    Kind.MESSAGE: MESSAGE_FIELDS | _AUTHORED,
    Kind.GAP: {"id": str, "title": str, "missing": str, "close": str},
    Kind.CHECKLIST: {
        "id": str,
        "caption": str,
        "items": [
            {
                "task": str,
                "item": str,
                "status": tuple(Status),
                "where": str,
                "why": str,
                "criterion": _Added(str),
                "close": _Added(str),
            }
        ],
    },
    Kind.PASSAGES: {
        "id": str,
        "sources": [
            {
                "citation": str,
                "title": str,
                "path": str,
                "published": str,
                "saved": str,
                "sha256": str,
                "quotes": [
                    {
                        "id": str,
                        "before": str,
                        "quote": str,
                        "after": str,
                        "where": str,
                        "provenance": _PROVENANCES,
                        "links": [str],
                    }
                ],
            }
        ],
    },
    Kind.SOURCES: {
        "id": str,
        "entries": [
            {
                "id": str,
                "text": str,
                "url": str,
                "sha256": str,
                "in_text": str,
                "runs": [{"text": str, "look": str, "url": str}],
                "path": str,
                "note": str,
            }
        ],
    },
    Kind.HOW_MADE: {"id": str, "pairs": [[str]]},
    Kind.FLOW: {
        "id": str,
        "number": int,
        "group": str,
        "name": str,
        "stage": str,
        "stage_text": str,
        "why": [str],
        "rival": str,
        "terms": [{"label": str, "text": str}],
        "cautions": [str],
        "links": [str],
        **_AUTHORED,
    },
    Kind.VERDICT: {
        "id": str,
        "name": str,
        "verdict": str,
        "applies": ("", *Applies),
        "why": [str],
        "terms": [{"label": str, "text": str}],
        "quotes": [{"quote": str, "citation": str, "heading": str}],
        "cautions": [str],
        "links": [str],
        **_AUTHORED,
    },
}
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*")
_TYPE_WORDS = {str: "text", int: "a whole number", bool: "true or false", dict: "an object"}
_VERBATIM = {"svg", "svg_narrow", "spec", "url", "quote", "before", "after", "key", "heading"}
"""Fields that are shown as they are: what looks like a citation in them is none."""
CITATION = re.compile(r"\[@([A-Za-z0-9][A-Za-z0-9_.:-]*)\]")
"""A citation inside a sentence: ``[@source-id]``."""


def check_id(identifier: str, what: str) -> None:
    """Refuse an id that cannot be an anchor.

    Raises
    ------
    RenderError
        Unless the id starts with a letter and goes on with letters, digits, ``_ . : -``.

    Examples
    --------
    >>> check_id("segment-map", "figure")
    >>> check_id("segment map", "figure")
    Traceback (most recent call last):
    segkit.errors.RenderError: figure has no usable id (got 'segment map'); start with a letter, go on with letters, digits and _ . : - only.
    """
    if not _ID.fullmatch(identifier):
        raise RenderError(
            f"{what} has no usable id (got {identifier!r}); start with a letter, go on with letters, digits and _ . : - only."
        )


def check_record(record: object) -> Kind:
    """Check a record's kind, version, ids and fields; return its kind.

    Parameters
    ----------
    record : object
        What was found under `MIME`: anything, when the notebook is a stranger's.

    Raises
    ------
    RenderError
        Naming the block, the field and what was found there.

    Examples
    --------
    >>> check_record({"kind": "gap", "version": 1, "id": "g", "title": "", "missing": "no e-mail", "close": "ask"})
    <Kind.GAP: 'gap'>
    >>> check_record({"kind": "film", "version": 1})
    Traceback (most recent call last):
    segkit.errors.RenderError: block of kind 'film' cannot be rendered; known kinds are text, key_figures, ...
    """
    if not isinstance(record, Mapping):
        raise RenderError(
            f"block record is not an object (got {type(record).__name__}); run the notebook again."
        )
    name = record.get("kind")
    if not isinstance(name, str) or name not in {kind.value for kind in Kind}:
        known = ", ".join(kind.value for kind in Kind)
        raise RenderError(f"block of kind {name!r} cannot be rendered; known kinds are {known}.")
    if record.get("version") != VERSION:
        raise RenderError(
            f"block of kind {name!r} has record version {record.get('version')!r} but this segkit reads {VERSION}; run the notebook again."
        )
    kind = Kind(name)
    _check(record, _FIELDS[kind], f"{kind.value} block {record.get('id', '')!r}")
    check_id(record["id"], f"{kind.value} block")
    for identifier in _inner_ids(record):
        check_id(identifier, f"{kind.value} block {record['id']!r}")
    for table in _tables(kind, record):
        _check_table(table)
    if kind is Kind.HOW_MADE and any(len(pair) != 2 for pair in record["pairs"]):
        raise RenderError(
            f"how_made block {record['id']!r} has a row that is not a pair; give (label, value) rows."
        )
    return kind


def _check(value: object, spec: Any, where: str) -> None:
    """Compare a value with its specification: a type, a list of one, an object of fields, or a tuple of choices."""
    if isinstance(spec, dict):
        _check_fields(value, spec, where)
    elif isinstance(spec, list):
        if not isinstance(value, list):
            raise RenderError(f"{where} is not a list (got {value!r:.60}); run the notebook again.")
        for item in value:
            _check(item, spec[0], where)
    elif isinstance(spec, tuple):
        if value not in spec:
            choices = ", ".join(str(choice) for choice in spec)
            raise RenderError(f"{where} is not one of {choices} (got {value!r:.60}); run the notebook again.")
    elif not isinstance(value, spec) or (spec is int and isinstance(value, bool)):
        raise RenderError(f"{where} is not {_TYPE_WORDS[spec]} (got {value!r:.60}); run the notebook again.")


def _check_fields(value: object, fields: Mapping[str, Any], where: str) -> None:
    if not isinstance(value, Mapping):
        raise RenderError(f"{where} is not an object (got {value!r:.60}); run the notebook again.")
    for field, spec in fields.items():
        if isinstance(spec, _Added):
            if field in value:
                _check(value[field], spec.spec, f"{where}, {field}")
            continue
        if field not in value:
            raise RenderError(f"{where} lacks {field!r}; run the notebook again.")
        _check(value[field], spec, f"{where}, {field}")


def _check_table(table: Mapping[str, Any]) -> None:
    """Refuse a table whose parts do not fit each other: a shifted column misleads without looking wrong."""
    width, height, where = len(table["columns"]), len(table["rows"]), f"table {table['id']!r}"
    check_id(table["id"], "table")
    for row in table["rows"]:
        if len(row) != width:
            raise RenderError(
                f"{where} has a row of {len(row)} cells under {width} columns; give one cell per column."
            )
    if len(table["numeric"]) not in {0, width}:
        raise RenderError(
            f"{where} has {len(table['numeric'])} numeric flags for {width} columns; give one per column."
        )
    for field in ("links", "marks"):
        if len(table[field]) not in {0, height}:
            raise RenderError(f"{where} has {len(table[field])} {field} for {height} rows; give one per row.")


def _tables(kind: Kind, record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if kind is Kind.TABLE:
        yield record
    figure = figure_of(record)
    if figure is not None:
        check_id(figure["id"], "figure")
        yield figure["data"]


def figure_of(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the figure in a record: itself, a Plotly chart's static twin, or None."""
    if record["kind"] == Kind.FIGURE:
        return record
    if record["kind"] == Kind.PLOTLY:
        static: Mapping[str, Any] = record["static"]
        return static
    return None


def ids_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return every id that a record claims on the page, its own first."""
    figure = figure_of(record)
    if figure is None:
        return (record["id"], *_inner_ids(record))
    own = (record["id"],) if record["id"] != figure["id"] else ()
    return (*own, figure["id"], figure["data"]["id"])


def _inner_ids(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the anchors inside a card of evidence or a list of passages."""
    if record["kind"] == Kind.EVIDENCE:
        return tuple(item["id"] for item in record["items"] if item["id"])
    if record["kind"] == Kind.PASSAGES:
        return tuple(quote["id"] for source in record["sources"] for quote in source["quotes"])
    return ()


def citations_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the source ids that a record cites, in order of appearance.

    Examples
    --------
    >>> citations_of({"kind": "text", "id": "t", "paragraphs": ["Ten orders [@orders], two notes [@n1]."]})
    ('orders', 'n1')
    """
    found: list[str] = []
    foreign = record["kind"] in {Kind.SOURCES, Kind.PASSAGES}  # what others say of themselves, shown as it is
    said = citing_parts(record) if record["kind"] == Kind.MESSAGE else record
    for field, text in _texts(said):
        if field == "citation":
            found.extend([text] if text else [])
        elif not foreign and field not in _VERBATIM:
            found.extend(CITATION.findall(text))
    return tuple(dict.fromkeys(found))


def named_sources(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the source ids that stand in fields made for them: each must be in the reference list.

    Examples
    --------
    >>> named_sources({"kind": "verdict", "why": ["So [@n1]."], "quotes": [{"quote": "x", "citation": "n2"}]})
    ('n2',)
    """
    return tuple(dict.fromkeys(text for field, text in _texts(record) if field == "citation" and text))


def links_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of other blocks that a record points to."""
    links: list[str] = []
    if record["kind"] == Kind.FINDINGS:
        links.extend(link for item in record["items"] for link in item["links"])
    elif record["kind"] == Kind.TABLE:
        links.extend(link[1:] for link in record["links"] if link.startswith("#"))
    elif record["kind"] == Kind.EVIDENCE:
        links.extend(item["quote_context"] for item in record["items"] if item["quote_context"])
    elif record["kind"] in {Kind.FLOW, Kind.VERDICT}:
        links.extend(record["links"])
    elif record["kind"] == Kind.PASSAGES:
        links.extend(
            link for source in record["sources"] for quote in source["quotes"] for link in quote["links"]
        )
    elif record["kind"] == Kind.CHECKLIST:
        links.extend(item["where"][1:] for item in record["items"] if item["where"].startswith("#"))
    return tuple(dict.fromkeys(links))


def _texts(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "spec":
                yield from _texts(inner, key)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, field)
