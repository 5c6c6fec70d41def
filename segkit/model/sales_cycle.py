"""The sales cycle as it is written up: verdicts, definitions and sentences, each composed from measured values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from segkit.model.criterion import Applies, Criterion
from segkit.model.flow_facts import Observability
from segkit.model.sales_facts import SalesFacts
from segkit.model.sales_stage import SalesStage, StageModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of a page or note that a verdict rests on; they stand there character by character."""

    source_id: str
    exact: str
    heading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionVerdict:
    """One letter of the framework: whether it applies, why, what stands for it, and what a seller would ask.

    ``reason`` are two or three sentences; ``proxies`` one sentence for each measured figure, with its n; ``threshold`` from where on a
    customer meets it; ``blind_spot`` what the figures do not show. ``overridden`` says what company.toml decided.
    """

    letter: str
    label: str
    criterion: Criterion
    applies: Applies
    reason: tuple[str, ...]
    proxies: tuple[str, ...]
    question: str
    threshold: str
    blind_spot: str
    quotations: tuple[Quotation, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    overridden: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualifiedRow:
    """One customer or opportunity in the table of marks: a text for each criterion, the count and the decision."""

    key: str
    segment: str
    marks: tuple[str, ...]
    met: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFramework:
    """The same criteria in another framework's order: its letters with their verdicts, and when it fits."""

    name: str
    letters: tuple[tuple[str, str], ...]  # label, verdict
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Qualification:
    """The qualification criteria of one company.

    ``answer`` is the short one: which letters apply. ``also`` is what else the company asks of a buyer, in its own words.
    """

    framework: str
    rule: str
    answer: str
    verdicts: tuple[CriterionVerdict, ...]
    rows: tuple[QualifiedRow, ...]
    row_note: str
    others: tuple[OtherFramework, ...]
    also: tuple[Quotation, ...] = ()

    def verdict(self, criterion: Criterion) -> CriterionVerdict:
        """Return the verdict on one criterion.

        Raises
        ------
        KeyError
            The framework does not ask it.
        """
        for item in self.verdicts:
            if item.criterion is criterion:
                return item
        raise KeyError(criterion)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpportunityDefinition:
    """What an opportunity is for this company: who, what, worth how much, by when; and what is none."""

    answer: str
    who: str
    what: str
    value: str
    when: str
    not_one: str
    sentences: tuple[str, ...] = ()
    evidence_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageVerdict:
    """One of the six stages: whether it applies and why, its signs, who does what in it, and what is seen of it.

    ``observability`` and ``n`` (of ``unit``) say what the files show; ``own_labels`` are the company's stages that belong to it.
    """

    stage: SalesStage
    label: str
    also: str
    applies: Applies
    reason: tuple[str, ...]
    enters: str
    leaves: str
    does: str
    owner: str
    observed: str
    not_observed: str
    observability: Observability
    n: int | None = None
    unit: str = ""
    own_labels: tuple[str, ...] = ()
    quotations: tuple[Quotation, ...] = ()
    evidence_ids: tuple[str, ...] = ()
    overridden: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleStep:
    """One step of a worked example as a sentence; ``observed`` False where nobody recorded it."""

    stage: SalesStage
    label: str
    on: date | None
    observed: bool
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleCheck:
    """One stated criterion held against the example: the page's words, what the order has, and what follows."""

    quotation: Quotation
    holds: str  # "yes" | "no" | "unknown"
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkedExample:
    """One real opportunity followed through the stages, and what the company's own criteria say of it."""

    title: str
    role: str
    answer: str
    steps: tuple[ExampleStep, ...]
    checks: tuple[ExampleCheck, ...]
    next: str
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One figure of the pipeline in words: what it is, what it says, and what it does not."""

    name: str  # "win_rate" | "time_to_close" | "velocity" | "forecast" | "ageing" | "lead_score" | "chain" | "quarters" | "reasons" | "history"
    title: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesCycle:
    """The third chapter: qualification, opportunity, stages, examples, the pipeline in words, and the facts behind them.

    ``problems`` name settings that fit nothing any more.
    """

    answer: tuple[str, ...]
    model: StageModel
    qualification: Qualification
    opportunity: OpportunityDefinition
    stages: tuple[StageVerdict, ...]
    examples: tuple[WorkedExample, ...]
    readings: tuple[Reading, ...]
    unobserved: tuple[str, ...]
    facts: SalesFacts
    problems: tuple[str, ...] = ()

    def stage(self, stage: SalesStage) -> StageVerdict:
        """Return the verdict on one of the six stages."""
        return next(item for item in self.stages if item.stage is stage)
