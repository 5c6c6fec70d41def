"""Qualification criteria: eight canonical ones, and the frameworks that are ordered choices of them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any


class Criterion(StrEnum):
    """One question that every framework asks in its own words."""

    MONEY = "money"
    AUTHORITY = "authority"
    NEED = "need"
    TIMING = "timing"
    METRICS = "metrics"
    CRITERIA = "criteria"
    PROCESS = "process"
    CHAMPION = "champion"


class Applies(StrEnum):
    """Whether a criterion or a stage applies to a company."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    NOT_OBSERVABLE = "not_observable"


class Mark(StrEnum):
    """Whether one customer or opportunity meets a criterion; unknown is not no."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Decision(StrEnum):
    """What the marks together say of one customer or opportunity."""

    QUALIFIED = "qualified"
    NOT_QUALIFIED = "not_qualified"
    UNDECIDED = "cannot_be_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionDefinition:
    """What a criterion asks: of people (``question``) and of organizations (``question_b2b``)."""

    criterion: Criterion
    label: str
    definition: str
    question: str
    question_b2b: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameworkLetter:
    """One letter of a framework: its name there, and the criterion it stands for."""

    letter: str
    label: str
    criterion: Criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """An ordered choice of criteria under its own names; qualified when ``needed`` of them are met."""

    id: str
    idea: str
    fits: str
    needed: int
    letters: tuple[FrameworkLetter, ...]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """Return the criteria in the framework's order."""
        return tuple(item.criterion for item in self.letters)


def decide(marks: tuple[Mark, ...], *, needed: int) -> Decision:
    """Decide from marks: unknown ones count neither way, so they may leave it open.

    Parameters
    ----------
    marks : tuple of Mark
        One for each criterion of the framework.
    needed : int
        How many must be met.

    Examples
    --------
    >>> decide((Mark.MET, Mark.MET, Mark.NOT_MET, Mark.UNKNOWN), needed=3).value
    'cannot_be_decided'
    >>> decide((Mark.MET, Mark.MET, Mark.MET, Mark.UNKNOWN), needed=3).value
    'qualified'
    >>> decide((Mark.MET, Mark.NOT_MET, Mark.NOT_MET, Mark.UNKNOWN), needed=3).value
    'not_qualified'
    """
    met, unknown = marks.count(Mark.MET), marks.count(Mark.UNKNOWN)
    if met >= needed:
        return Decision.QUALIFIED
    return Decision.UNDECIDED if met + unknown >= needed else Decision.NOT_QUALIFIED


@cache
def criteria() -> dict[Criterion, CriterionDefinition]:
    """Read what each criterion asks, in order.

    Examples
    --------
    >>> [item.label for item in criteria().values()][:4]
    ['Money', 'Authority', 'Need', 'Timing']
    """
    table = _read()["criterion"]
    return {name: CriterionDefinition(criterion=name, **table[name]) for name in Criterion}


@cache
def frameworks() -> dict[str, Framework]:
    """Read the frameworks by name; BANT first.

    Examples
    --------
    >>> [item.label for item in frameworks()["BANT"].letters]
    ['Budget', 'Authority', 'Need', 'Timeline']
    """
    return {name: _framework(name, values) for name, values in _read()["framework"].items()}


def _framework(name: str, values: dict[str, Any]) -> Framework:
    letters = tuple(
        FrameworkLetter(letter=item["letter"], label=item["label"], criterion=Criterion(item["criterion"]))
        for item in values["letters"]
    )
    return Framework(
        id=name, idea=values["idea"], fits=values["fits"], needed=values["needed"], letters=letters
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(
        resources.files("segkit.model").joinpath("criteria.toml").read_text(encoding="utf-8")
    )
