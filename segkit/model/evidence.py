"""Evidence: one claim about one segment, from one source, that can be checked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from segkit.model.factor import Factor
from segkit.model.segment import Basis


class SourceType(StrEnum):
    """Where a piece of evidence comes from."""

    ORDER_HISTORY = "order_history"
    RESEARCH = "research"
    WEBSITE = "website"
    SURVEY = "survey"
    OTHER = "other"


class Direction(StrEnum):
    """What the evidence says about the claim."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    CONTEXT = "context"


class Strength(StrEnum):
    """How far the evidence carries (reference: strength rubric)."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    DESCRIPTIVE = "descriptive"


class Provenance(StrEnum):
    """Whether the words were found where they were published."""

    ORIGINAL = "original"
    TRANSCRIBED = "transcribed"


class Status(StrEnum):
    """Whether a piece of evidence counts."""

    VALID = "valid"
    SUGGESTED = "suggested"
    """Found by retrieval; counts for nothing until a person or a comparable number decides."""
    INVALID = "invalid"
    """Its words were not found in the source, or not unambiguously; ``errors`` say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source: file and hash, how it is cited, and for an order history its rows and columns.

    Dates are ISO texts as far as they are known ("2025", "2026-05", "2026-05-18"). ``n`` and ``population`` are what a
    study says of itself. ``csl`` is the CSL-JSON record the reference list is made from.
    """

    id: str
    type: SourceType
    title: str
    path: str
    sha256: str
    n_rows: int | None = None
    columns: tuple[str, ...] = ()
    filter: str = ""
    reliability_note: str = ""
    kind: str = ""  # survey, article, report, interview, observation, webpage ...
    authors: tuple[str, ...] = ()  # "Family, Given", or an organisation
    publisher: str = ""
    published: str = ""
    url: str = ""
    retrieved: str = ""
    media_type: str = ""
    language: str = ""
    bytes: int | None = None
    text_sha256: str = ""
    extractor: str = ""  # name and version of what turned the file into text
    n: int | None = None
    population: str = ""
    fieldwork: str = ""
    csl: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """A recomputable comparison of a group with the rest.

    ``value`` describes the group, ``comparator`` the rest, both in ``unit``; ``effect`` is named by
    ``effect_name`` with its interval ``ci_low..ci_high`` at ``ci_level``. ``p`` and ``q`` are None where no
    test is valid (in-model features). ``k_group``/``k_rest`` are counts for yes/no features.
    """

    name: str
    feature: str
    value: float
    comparator: float
    unit: str
    n_group: int
    n_rest: int
    effect_name: str
    effect: float
    ci_low: float | None
    ci_high: float | None
    ci_level: float
    p: float | None
    q: float | None
    method: str
    seed: int | None = None
    k_group: int | None = None
    k_rest: int | None = None
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words found in a source, and exactly where.

    ``exact`` is the raw text ``start..end`` of the extracted document, with up to 32 characters before and after it;
    ``n_hits`` how often the words stand there; ``verified`` whether one place was settled exactly; ``verbatim`` whether
    what the user typed equals the raw text without any normalisation. ``provenance`` is ``original`` where the words
    were found in the saved publication and ``transcribed`` where they were found only in notes about it.
    """

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int
    n_hits: int
    verified: bool
    verbatim: bool
    provenance: Provenance
    passage_id: str = ""
    heading: str = ""
    page: int | None = None
    n_words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One claim about one segment and one factor, with everything needed to check it.

    ``key`` is what ``company.toml`` accepts, pins or rejects it by: it names the finding or passage and a customer of the
    segment, so that it survives a run that numbers the segments anew.

    ``basis`` says whether the claim may reach beyond these customers (30 or more of them and q <= .10) or only
    describes them; ``locator`` is the row query; ``definition`` names the columns and the filter.
    """

    id: str
    segment_id: int
    factor: Factor
    claim: str
    kind: str  # "statistic" | "quote" | "observation"
    direction: Direction
    source_id: str
    locator: str
    in_model: bool
    strength: Strength
    strength_reasons: tuple[str, ...]
    limits: str
    statistic: Statistic | None = None
    created_by: str = "rule"
    status: Status = Status.VALID
    basis: Basis = Basis.DESCRIPTIVE
    definition: str = ""
    quote: Quote | None = None
    errors: tuple[str, ...] = ()
    key: str = ""
    reviewed_by: str = ""  # "user" where company.toml decided; "number" where a comparable number did


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceGap:
    """What a segment lacks, as a sentence with the way to close it.

    ``about`` is a source type's value, or ``pieces``, ``validity`` or ``counter``.
    """

    segment_id: int
    about: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBook:
    """All evidence of one report: the best per segment, the rest in an appendix, and the test family size.

    ``evidence`` also keeps what speaks against a segment (direction contradicts). ``mind_changers`` holds, per
    segment id, the one finding that would change the author's mind, as a sentence. ``suggested`` waits for a person,
    ``invalid`` could not be found in its source; neither counts. ``unmatched`` are keys and sentences in ``company.toml``
    that fit nothing any more.
    """

    sources: tuple[Source, ...]
    evidence: tuple[Evidence, ...]
    appendix: tuple[Evidence, ...]
    n_tests: int
    gaps: tuple[EvidenceGap, ...] = ()
    mind_changers: tuple[tuple[int, str], ...] = ()
    suggested: tuple[Evidence, ...] = ()
    invalid: tuple[Evidence, ...] = ()
    unmatched: tuple[str, ...] = ()

    def of_segment(self, segment_id: int) -> tuple[Evidence, ...]:
        """Return the chosen evidence of one segment, best first."""
        return tuple(item for item in self.evidence if item.segment_id == segment_id)

    def supporting(self, segment_id: int) -> tuple[Evidence, ...]:
        """Return the evidence for a segment, best first."""
        return tuple(item for item in self.of_segment(segment_id) if item.direction is Direction.SUPPORTS)

    def against(self, segment_id: int) -> tuple[Evidence, ...]:
        """Return the evidence against a segment's story; it is kept, not dropped."""
        return tuple(item for item in self.of_segment(segment_id) if item.direction is Direction.CONTRADICTS)

    def mind_changer(self, segment_id: int) -> str:
        """Return the one finding that would change the author's mind about a segment, or an empty text."""
        return dict(self.mind_changers).get(segment_id, "")
