"""The sales stages: the assignment's six as definitions, and the stage lists of well-known systems that map onto them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class SalesStage(StrEnum):
    """One of the assignment's six stages, in the order in which they are always shown."""

    PROSPECTING = "prospecting"
    DISCOVERY = "discovery"
    EVALUATING = "evaluating"
    CLOSING = "closing"
    WON = "won"
    LOST = "lost"

    @property
    def is_closed(self) -> bool:
        """Return whether an opportunity in this stage is decided."""
        return self in {SalesStage.WON, SalesStage.LOST}


OPEN_STAGES = tuple(stage for stage in SalesStage if not stage.is_closed)


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesStageDefinition:
    """What one of the six stages is.

    ``label`` and ``also`` are its two names in the assignment; ``enters`` and ``leaves`` the signs of entry and exit, ``does`` what a
    company does in it, ``shows`` which file shows it: each for sales to people and for sales to organizations (``*_b2b``).
    """

    stage: SalesStage
    label: str
    also: str
    definition: str
    enters: str
    leaves: str
    does: str
    owner: str
    shows: str
    enters_b2b: str
    leaves_b2b: str
    does_b2b: str
    owner_b2b: str
    shows_b2b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineStage:
    """One stage of a company's own list: its name, which of the six it belongs to, and what its system presets.

    ``probability`` is a preset of 0..100, not knowledge; None where the system has none. ``aliases`` are names that mean the same
    in exports, lower-case.
    """

    id: str
    label: str
    stage: SalesStage
    probability: int | None = None
    forecast: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageModel:
    """A list of stages in order, the closed ones last: the assignment's, a system's or the company's own."""

    id: str
    label: str
    source: str
    stages: tuple[PipelineStage, ...]

    @property
    def open_stages(self) -> tuple[PipelineStage, ...]:
        """Return the stages of opportunities that are not decided, in order."""
        return tuple(item for item in self.stages if not item.stage.is_closed)

    def find(self, identifier: str) -> PipelineStage:
        """Return a stage by id.

        Raises
        ------
        KeyError
            The list has no such stage.
        """
        for item in self.stages:
            if item.id == identifier:
                return item
        raise KeyError(identifier)


@cache
def sales_stages() -> dict[SalesStage, SalesStageDefinition]:
    """Read the definitions of the six stages, in order.

    Examples
    --------
    >>> [(item.label, item.also) for item in sales_stages().values()][:2]
    [('Prospecting', 'Qualifying'), ('Discovery', 'Needs Analysis')]
    """
    table = _read()["stage"]
    return {stage: SalesStageDefinition(stage=stage, **table[stage]) for stage in SalesStage}


@cache
def stage_models() -> dict[str, StageModel]:
    """Read the stage lists, by id; the assignment's six come first.

    Examples
    --------
    >>> models = stage_models()
    >>> list(models)[:4], models["salesforce"].find("needs_analysis").stage.value
    (['assignment', 'salesforce', 'hubspot', 'espocrm'], 'discovery')
    """
    return {name: _model(name, values) for name, values in _read()["model"].items()}


def _model(name: str, values: dict[str, Any]) -> StageModel:
    stages = tuple(
        PipelineStage(
            **{
                **item,
                "stage": SalesStage(item["stage"]),
                "aliases": tuple(item.get("aliases", ())),
            }
        )
        for item in values["stages"]
    )
    return StageModel(id=name, label=values["label"], source=values["source"], stages=stages)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(
        resources.files("segkit.model").joinpath("sales_stages.toml").read_text(encoding="utf-8")
    )
