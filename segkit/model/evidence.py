"""Evidence: one claim about one segment, from one source, that can be checked again."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One source file with its hash; for an order history also its rows and columns."""

    id: str
    type: SourceType
    title: str
    path: str
    sha256: str
    n_rows: int | None = None
    columns: tuple[str, ...] = ()
    filter: str = ""
    reliability_note: str = ""


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
class Evidence:
    """One claim about one segment and one factor, with everything needed to check it.

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
    status: str = "valid"
    basis: Basis = Basis.DESCRIPTIVE
    definition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBook:
    """All evidence of one report: the best per segment, the rest in an appendix, and the test family size.

    ``evidence`` also keeps what speaks against a segment (direction contradicts). ``mind_changers`` holds, per
    segment id, the one finding that would change the author's mind, as a sentence.
    """

    sources: tuple[Source, ...]
    evidence: tuple[Evidence, ...]
    appendix: tuple[Evidence, ...]
    n_tests: int
    gaps: tuple[str, ...] = ()
    mind_changers: tuple[tuple[int, str], ...] = ()

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
