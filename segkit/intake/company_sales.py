"""The tables of ``company.toml`` that shape the sales cycle: [sales] and [pipeline]."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from segkit.intake.columns import normalise
from segkit.intake.company_table import Table, nearest, refuse
from segkit.intake.pipeline_columns import HISTORY_NAMES, PIPELINE_NAMES
from segkit.model.company import (
    OwnCriterion,
    OwnPipelineStage,
    OwnStage,
    PipelineSettings,
    SalesSettings,
)
from segkit.model.criterion import Criterion, frameworks
from segkit.model.sales_stage import SalesStage, stage_models


def _check_framework(name: str) -> str:
    known = {item.casefold(): item for item in frameworks()}
    if name.casefold() not in known:
        raise refuse(f"is not a framework; {nearest(name, tuple(frameworks()))}")
    return known[name.casefold()]


def _check_criterion(name: str) -> str:
    if name not in tuple(Criterion):
        raise refuse(f"is not a criterion; {nearest(name, [item.value for item in Criterion])}")
    return name


def _check_stage(name: str) -> str:
    if name not in tuple(SalesStage):
        raise refuse(f"is not one of the six stages; {nearest(name, [item.value for item in SalesStage])}")
    return name


def _check_naming(name: str) -> str:
    if name and name not in stage_models():
        raise refuse(f"is not a stage list; {nearest(name, tuple(stage_models()))}")
    return name


def _check_name_of_file(name: str) -> str:
    for kind in (PurePosixPath, PureWindowsPath):
        if kind(name).is_absolute() or ".." in kind(name).parts or PureWindowsPath(name).drive:
            raise refuse("leads outside the company folder; copy the file into it and give its name")
    return name


def _check_currency(code: str) -> str:
    if code and not (len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()):
        raise refuse("is not a currency code; write three capitals such as 'EUR'")
    return code


def _check_columns(columns: dict[str, str]) -> dict[str, str]:
    return _check_meanings(columns, PIPELINE_NAMES)


def _check_history_columns(columns: dict[str, str]) -> dict[str, str]:
    return _check_meanings(columns, HISTORY_NAMES)


def _check_meanings(columns: dict[str, str], known: tuple[str, ...]) -> dict[str, str]:
    for name in columns:
        if name not in known:
            raise refuse(f"holds the unknown name {name!r}; {nearest(name, known)}")
    return columns


def _check_own(stages: list[OwnPipelineStageTable]) -> list[OwnPipelineStageTable]:
    names = [stage.name.casefold() for stage in stages]
    for stage in stages:
        if names.count(stage.name.casefold()) > 1:
            raise refuse(f"holds the stage {stage.name!r} twice; keep one")
    if stages and all(SalesStage(stage.stage).is_closed for stage in stages):
        raise refuse("holds no open stage; add those in which an opportunity can stand")
    return stages


_Applies = Literal["", "yes", "partly", "no", "not_observable"]
_Stage = Annotated[str, AfterValidator(_check_stage)]
_File = Annotated[str, AfterValidator(_check_name_of_file)]


class OwnCriterionTable(Table):
    """Your decision about one criterion of qualification."""

    criterion: Annotated[str, AfterValidator(_check_criterion)] = Field(
        description="One of money, authority, need, timing, metrics, criteria, process, champion."
    )
    applies: _Applies = ""
    reason: str = Field("", description="Why; printed beside the verdict.")
    question: str = Field("", description="What a seller asks.")
    threshold: float | None = Field(None, gt=0, description="From which amount, or within how many days.")


class OwnStageTable(Table):
    """Your decision about one of the six stages."""

    stage: _Stage
    applies: _Applies = ""
    reason: str = ""
    enters: str = Field("", description="The sign of entry.")
    leaves: str = Field("", description="The sign of exit.")
    does: str = Field("", description="What the company does in it.")
    owner: str = Field("", description="Who owns it.")


class SalesTable(Table):
    """How the company sells."""

    framework: Annotated[str, AfterValidator(_check_framework)] = "BANT"
    needed: int | None = Field(
        None, ge=1, le=8, description="How many criteria must be met; default: the framework's rule."
    )
    lost_after: float = Field(
        3.0, gt=0, description="A silent customer counts as lost after so many times the own median gap."
    )
    opportunity: str = Field("", description="What an opportunity is, in your words.")
    example: str = Field("", description="An order or opportunity id to follow through the stages.")
    criteria: list[OwnCriterionTable] = Field([])
    stages: list[OwnStageTable] = Field([])

    @field_validator("criteria")
    @classmethod
    def _check_asked(cls, criteria: list[OwnCriterionTable], info: ValidationInfo) -> list[OwnCriterionTable]:
        framework = frameworks().get(info.data.get("framework", ""))
        asked = framework.criteria if framework else tuple(Criterion)
        for item in criteria:
            if item.criterion not in asked:
                others = [name for name, other in frameworks().items() if item.criterion in other.criteria]
                change = f", or set [sales] framework to {' or '.join(map(repr, others))}" if others else ""
                raise refuse(
                    f"decides on {item.criterion!r}, which {framework.id if framework else ''} does not ask; "
                    f"use one of {', '.join(repr(name.value) for name in asked)}{change}"
                )
        return criteria


class OwnPipelineStageTable(Table):
    """One stage of the company's own list."""

    name: str = Field(min_length=1, description="As the CRM writes it.")
    stage: _Stage = Field(
        description="One of the six: prospecting, discovery, evaluating, closing, won, lost."
    )
    probability: int | None = Field(None, ge=0, le=100, description="The CRM's preset; shown as such.")


class PipelineTable(Table):
    """How the CRM export is read. What is left out is guessed, and said."""

    file: _File = Field("", description="Name of the export; default pipeline.*")
    history: _File = Field("", description="Name of the history of stages; default stage_events.*")
    naming: Annotated[str, AfterValidator(_check_naming)] = Field(
        "", description="A stage list; default: guessed."
    )
    columns: Annotated[dict[str, str], AfterValidator(_check_columns)] = Field(
        {}, description="Our name = column of the export."
    )
    history_columns: Annotated[dict[str, str], AfterValidator(_check_history_columns)] = Field(
        {}, description="Our name = column of the history."
    )
    stages: dict[str, str] = Field({}, description="Name of a stage in the file = a stage of the list.")
    own: Annotated[list[OwnPipelineStageTable], AfterValidator(_check_own)] = Field([])
    currency: Annotated[str, AfterValidator(_check_currency)] = Field(
        "", description="Keep only opportunities in this currency."
    )
    day_first: bool | None = None
    decimal: Literal[".", ","] | None = None
    fields: list[str] = Field([], description="Columns that the lead score learns from.")


def to_sales(table: SalesTable) -> SalesSettings:
    """Turn the checked table into plain values."""
    return SalesSettings(
        **table.model_dump(exclude={"criteria", "stages"}),
        criteria=tuple(OwnCriterion(**item.model_dump()) for item in table.criteria),
        stages=tuple(OwnStage(**item.model_dump()) for item in table.stages),
    )


def to_pipeline(table: PipelineTable) -> PipelineSettings:
    """Turn the checked table into plain values."""
    return PipelineSettings(
        **table.model_dump(include={"file", "history", "naming", "currency", "day_first", "decimal"}),
        columns=tuple(table.columns.items()),
        history_columns=tuple(table.history_columns.items()),
        stages=tuple(table.stages.items()),
        own=tuple(OwnPipelineStage(**item.model_dump()) for item in table.own),
        fields=tuple(normalise(name) for name in table.fields),
    )
