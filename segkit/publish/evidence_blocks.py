"""Blocks of evidence, of quoted passages and of the sources behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from segkit.model.evidence import Direction, SourceType, Status, Strength
from segkit.model.factor import Factor
from segkit.publish.block import Block
from segkit.publish.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """One piece of evidence as the card prints it.

    ``citation`` is a source id, ``statistic`` formatted text, ``kind`` what it is (statistic, quote or observation).
    ``quote`` are somebody's words and ``quote_context`` the id of a `PassageQuote`; ``id`` is the anchor that leads back
    from there. ``provenance`` is empty where nothing is quoted. An item whose ``status`` is not valid is shown apart and
    counts for nothing; ``key`` is what ``company.toml`` accepts or rejects it by. ``reading`` says in a sentence why quoted
    words speak for or against the group, where a number decided.
    """

    claim: str
    factor: Factor
    source_type: SourceType
    strength: Strength
    citation: str
    statistic: str = ""
    in_model: bool = False
    limits: str = ""
    direction: Direction = Direction.SUPPORTS
    id: str = ""
    kind: str = "statistic"
    quote: str = ""
    quote_context: str = ""
    provenance: str = ""
    status: Status = Status.VALID
    strength_reasons: tuple[str, ...] = ()
    key: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceCard(Block):
    """The evidence about one group. ``number`` is the segment's number, for its marker (0: none).

    ``gaps`` are sentences about what is missing and how to find it: a visible row, not silence.
    """

    kind: ClassVar[Kind] = Kind.EVIDENCE
    group: str
    items: tuple[EvidenceItem, ...]
    number: int = 0
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageQuote:
    """Quoted words with the text around them as it stands in the source; ``links`` lead back to what quotes them."""

    id: str
    quote: str
    before: str = ""
    after: str = ""
    where: str = ""
    provenance: str = ""
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageSource:
    """One source with its quoted passages; ``citation`` is its id, ``published`` and ``saved`` are days as text."""

    citation: str
    title: str
    path: str
    quotes: tuple[PassageQuote, ...]
    published: str = ""
    saved: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages(Block):
    """Every quotation of the report in its context, source by source."""

    kind: ClassVar[Kind] = Kind.PASSAGES
    sources: tuple[PassageSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRun:
    """A stretch of a reference in one look (``"italic"``, ``"bold"`` ... or empty), perhaps with an address."""

    text: str
    look: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """One source in the list: its id for ``[@id]``, the reference, its address and its file's hash.

    ``in_text`` is what stands where it is cited ("(Marchetti, 2025)"; the entry's number where empty), ``runs`` the
    reference with its looks and links; ``path`` and ``note`` say which file it is.
    """

    id: str
    text: str
    url: str = ""
    sha256: str = ""
    in_text: str = ""
    runs: tuple[SourceRun, ...] = ()
    path: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources(Block):
    """The reference list; citations on the page point here, and each entry is cited."""

    kind: ClassVar[Kind] = Kind.SOURCES
    entries: tuple[SourceEntry, ...]
