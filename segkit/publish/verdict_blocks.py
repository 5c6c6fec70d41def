"""The block of a verdict: what is judged, the verdict in a word, why, its terms, and the words it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from segkit.model.argument import Author
from segkit.publish.block import Block
from segkit.publish.flow_blocks import Term
from segkit.publish.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedWords:
    """Words of a source as they stand there: character by character, with the source and the heading they stand under."""

    quote: str
    citation: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCard(Block):
    """One verdict on a card: a criterion, a stage, or a definition.

    ``applies`` is a value of :class:`segkit.model.criterion.Applies`, or "" for a definition, which is no verdict;
    ``verdict`` says it in words. ``links`` are the anchors of the pieces of evidence it stands on.
    """

    kind: ClassVar[Kind] = Kind.VERDICT
    name: str
    verdict: str = ""
    applies: str = ""
    why: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    quotes: tuple[CitedWords, ...] = ()
    cautions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    author: Author = Author.SEGKIT
    by: str = ""
    untraced: tuple[str, ...] = ()
    asks: str = ""
