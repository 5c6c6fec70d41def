"""The customer life cycle: its stages as definitions that the analysis applies and the writing half explains."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources


class Stage(StrEnum):
    """One part of the customer life cycle, in the order in which it is always shown."""

    CONSIDER = "consider"
    CONVERT = "convert"
    ONBOARD = "onboard"
    GROW = "grow"
    RETAIN = "retain"
    ADVOCATE = "advocate"
    WIN_BACK = "win_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageDefinition:
    """What a stage is, how a customer enters and leaves it, and which file shows it ("orders" or "events")."""

    stage: Stage
    label: str
    short: str
    definition: str
    enters: str
    leaves: str
    source: str


@cache
def stage_definitions() -> dict[Stage, StageDefinition]:
    """Read the definitions from ``lifecycle.toml``, in life-cycle order.

    Examples
    --------
    >>> [definition.label for definition in stage_definitions().values()][:3]
    ['Consider', 'Convert', 'Onboard']
    """
    text = resources.files("segkit.model").joinpath("lifecycle.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return {stage: StageDefinition(stage=stage, **tables[stage]) for stage in Stage}
