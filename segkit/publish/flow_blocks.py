"""The block of a flow: why this one for this group, its rules, its yardstick, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from segkit.model.argument import Author
from segkit.publish.block import Block
from segkit.publish.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One rule of a flow: what it is called, and the rule."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowCard(Block):
    """One flow on one page: the reasons, the strongest rejected rival, the terms, and the cautions.

    ``links`` are the anchors of the pieces of evidence it stands on. The steps are drawn in a figure of their own.
    """

    kind: ClassVar[Kind] = Kind.FLOW
    number: int
    group: str
    name: str
    stage: str
    stage_text: str
    why: tuple[str, ...]
    rival: str
    terms: tuple[Term, ...]
    cautions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    author: Author = Author.SEGKIT
    by: str = ""
    untraced: tuple[str, ...] = ()
    asks: str = ""
