"""What a reader sees of blocks, sentence by sentence, and what must never stand there."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Any

from segkit.publish.records import CITATION
from segkit.words.messages import split_sentences

_UNREAD = frozenset(
    [
        "id",
        "kind",
        "version",
        "svg",
        "svg_narrow",
        "spec",
        "url",
        "quote",
        "before",
        "after",
        "key",
        "heading",
        "sha256",
        "path",
        "where",
        "links",
        "citation",
        "quote_context",
        "email",
        "sms",
        "offers",
        "fields",
        "evidence",
        "entries",
        "pairs",
        "where",
        "source_type",
        "strength",
        "status",
        "direction",
        "provenance",
        "in_text",
        "columns",
        "untraced",
        "author",
        "by",
        "applies",
    ]
)
"""Fields that are no prose of the report: ids and addresses, words of others, and messages to customers."""
_CITED = re.compile(rf" ?{CITATION.pattern}")
_WORDS_OF_OTHERS = re.compile(r"“[^”]*”")
_MODELS = [
    "argument",
    "cleaning",
    "criterion",
    "document",
    "event_log",
    "evidence",
    "factor",
    "flow",
    "flow_facts",
    "lifecycle",
    "message",
    "pipeline_facts",
    "sales_facts",
    "sales_stage",
    "segment",
    "opportunity",
]
LONGEST = 45
FILLER = (
    "leverage", "robust", "seamless", "unlock", "delve", "comprehensive", "holistic", "synergy", "in order to",
    "it is important to note",
)  # fmt: skip
_NOUNS = [
    "customer",
    "order",
    "day",
    "group",
    "flow",
    "member",
    "firing",
    "time",
    "message",
    "piece",
    "week",
    "month",
    "passage",
    "figure",
    "row",
    "page",
    "study",
    "opportunity",
    "deal",
    "draft",
]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one block."""

    block: str
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.block} ({self.field}): {self.text}"


def sentences(records: Iterable[Mapping[str, Any]]) -> list[Sentence]:
    """Return every sentence that records show, in reading order."""
    return [
        Sentence(str(record["id"]), field, _CITED.sub("", said).replace("\u00a0", " ").strip())
        for record in records
        for field, text in _texts(record)
        for said in (split_sentences(text) or [text])
        if text.strip()
    ]


def _texts(value: object, field: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key not in _UNREAD:
                yield from _texts(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, field)


def said_by_us(text: str) -> str:
    """Return a sentence without the words it quotes.

    >>> said_by_us("The page says “We write  monthly ..” and stops.")
    'The page says “…” and stops.'
    """
    return _WORDS_OF_OTHERS.sub("“…”", text)


def raw_names() -> re.Pattern[str]:
    """Return a pattern for the names that only the code uses: values and members of enums."""
    found: set[str] = set()
    for name in _MODELS:
        module = import_module(f"segkit.model.{name}")
        for _, kind in inspect.getmembers(module, inspect.isclass):
            if issubclass(kind, StrEnum) and kind is not StrEnum:
                found |= {member.value for member in kind} | {member.name for member in kind}
    raw = sorted(name for name in found if "_" in name)
    return re.compile(rf"(?<![\w\".])(?:{'|'.join(map(re.escape, raw))})(?![\w\".])")


PATTERNS = {
    "an unfilled slot": re.compile(r"\{\{|\}\}|\{[a-z_.]*\}|%[sdr]\b|\bnan\b|\bNaN\b|\bNaT\b|<NA>|(?<!\w)[-+]?inf\b|\bundefined\b"),
    "None": re.compile(r"(?<=[a-z:=(,] )None\b|^None$"),
    "a raw name": raw_names(),
    "a float with too many digits": re.compile(r"\d\.\d{7,}"),
    "one of many": re.compile(rf"(?<![\d.,/-])1 (?:{'|'.join(f'{noun}s' for noun in _NOUNS if noun != 'study')}|studies|opportunities)\b"),
    "many of one": re.compile(rf"(?<![\d.,/#])(?:[2-9]|[1-9]\d+|\d{{1,3}}(?:,\d{{3}})+) (?:{'|'.join(_NOUNS)})\b(?! (?:order|number))"),
    "two spaces": re.compile(r"\S  +\S"),
    "a space before a comma": re.compile(r" ,"),
    "two stops": re.compile(r"(?<!\.)\.\.(?!\.)"),
    "filler": re.compile(rf"\b(?:{'|'.join(FILLER)})", re.IGNORECASE),
}  # fmt: skip
"""What must never stand in a sentence, by what it is called."""


def n_words(text: str) -> int:
    """Return how many words a sentence has up to where it lets the reader rest; words it quotes count as one.

    >>> n_words("He says “a b c” twice; so do I.")
    4
    """
    return max(len(part.split()) for part in said_by_us(text).split("; "))


def masked(text: str, names: Iterable[str]) -> str:
    """Return a sentence with numbers and names of groups masked, so that two that differ in nothing else are the same.

    >>> masked("Regulars order 3 times.", ["Regulars"])
    'GROUP order # times.'
    """
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), "GROUP", text, flags=re.IGNORECASE)
    return re.sub(r"\d+(?:[.,]\d+)*", "#", text)
