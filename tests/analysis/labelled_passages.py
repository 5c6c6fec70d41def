"""The labelled passages and queries of ``retrieval/``, and how many of them a search finds."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from segkit.model.document import Passage
from segkit.model.factor import Factor

FOLDER = Path(__file__).parent / "retrieval"
STYLES = ("natural", "paraphrase", "opposite", "unanswerable")
ANSWERABLE = STYLES[:3]
SPLITS = ("calibrate", "test")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledQuery:
    """One question about a group of customers and the passages that speak about it."""

    id: str
    factor: Factor
    text: str
    answers: frozenset[str]
    style: str
    split: str


Search = Callable[[LabelledQuery], Sequence[tuple[str, float]]]
"""From a query to passage ids with scores, best first; empty where nothing is good enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a search did on the ``n`` queries of one style in one half.

    ``top1`` and ``top3`` count answers in first place and among the first three, ``wrong`` how often something else came
    first. For queries without an answer everything returned is wrong.
    """

    n: int
    top1: int
    top3: int
    wrong: int


def labelled_passages() -> tuple[Passage, ...]:
    """Return the passages as the index takes them, each a document of its own."""
    rows = tomllib.loads((FOLDER / "passages.toml").read_text(encoding="utf-8"))["passage"]
    return tuple(
        Passage(id=row["id"], source_id=row["id"], text=row["text"], start=0, end=len(row["text"]))
        for row in rows
    )


def labelled_queries() -> tuple[LabelledQuery, ...]:
    """Return the queries."""
    rows = tomllib.loads((FOLDER / "queries.toml").read_text(encoding="utf-8"))["query"]
    return tuple(
        LabelledQuery(
            id=row["id"],
            factor=Factor(row["factor"]),
            text=row["text"],
            answers=frozenset(row["answers"]),
            style=row["style"],
            split=row["split"],
        )
        for row in rows
    )


def count_found(search: Search, queries: Iterable[LabelledQuery]) -> dict[tuple[str, str], Found]:
    """Search every query and count by half and style."""
    kept: dict[tuple[str, str], list[tuple[bool, bool, bool]]] = {
        (split, style): [] for split in SPLITS for style in STYLES
    }
    for query in queries:
        ids = [passage_id for passage_id, _ in search(query)]
        first = bool(ids) and ids[0] in query.answers
        kept[query.split, query.style].append(
            (first, not query.answers.isdisjoint(ids[:3]), bool(ids) and not first)
        )
    return {
        key: Found(
            n=len(rows),
            top1=sum(r[0] for r in rows),
            top3=sum(r[1] for r in rows),
            wrong=sum(r[2] for r in rows),
        )
        for key, rows in kept.items()
    }
