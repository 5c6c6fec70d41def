"""The names of stages in an export, and the stage list that they belong to.

Comes in: the names with their rows, and what ``company.toml`` says. Goes out: the list in use and the stage of every name;
a name that nothing places is refused with the nearest ones.
"""

from __future__ import annotations

import difflib
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from segkit.errors import BadValueError
from segkit.intake.columns import normalise
from segkit.model.company import PipelineSettings
from segkit.model.opportunity import Outcome, StageName
from segkit.model.sales_stage import PipelineStage, SalesStage, StageModel, stage_models

_SHOWN = 4
_LABELS = {SalesStage.WON: "Closed Won", SalesStage.LOST: "Closed Lost"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReading:
    """How the names of stages were read.

    Parameters
    ----------
    model : StageModel
        The list in use.
    places : mapping of str to (str, bool)
        A name as the file has it, the id of its stage, and whether that was guessed.
    chosen : bool
        Whether the list was guessed from the names rather than named in ``company.toml``.
    """

    model: StageModel
    places: Mapping[str, tuple[str, bool]]
    chosen: bool

    def names(self, rows: Mapping[str, int]) -> tuple[StageName, ...]:
        """Return every name with its rows, in the order of the list."""
        order = {stage.id: place for place, stage in enumerate(self.model.stages)}
        found = [
            StageName(raw=raw, stage_id=self.places[raw][0], rows=n, guessed=self.places[raw][1])
            for raw, n in rows.items()
        ]
        return tuple(sorted(found, key=lambda item: (order[item.stage_id], -item.rows, item.raw)))

    def closed(self, stage: SalesStage) -> str:
        """Return the id of the stage for won or lost opportunities."""
        return next(item.id for item in self.model.stages if item.stage is stage)


def read_stages(
    rows: Mapping[str, int],
    *,
    settings: PipelineSettings,
    file: str,
    column: str,
    elsewhere: tuple[str, str, Collection[str]] = ("", "", ()),
) -> StageReading:
    """Choose the stage list and place every name in it.

    Parameters
    ----------
    rows : mapping of str to int
        Names as the files have them, with their rows.
    settings : PipelineSettings
        ``naming``, ``stages`` and ``own`` of ``[pipeline]``.
    file, column : str
        Where they stand, for messages.
    elsewhere : tuple of (str, str, collection of str)
        Another file and column, and the names that stand only there.

    Raises
    ------
    BadValueError
        A name has no place in the list, or ``[pipeline.stages]`` names a stage that the list does not have.

    Notes
    -----
    Without ``naming`` the list that knows the most names is taken; of several the first, the assignment's before all.

    Examples
    --------
    >>> reading = read_stages({"Id. Decision Makers": 3, "Closed Won": 2}, settings=PipelineSettings(), file="p.csv", column="Stage")
    >>> reading.model.id, reading.places["Id. Decision Makers"]
    ('salesforce', ('decision_makers', False))
    """
    model, chosen = choose_model(rows, settings)
    wanted = {_key(raw): _target(model, raw, name) for raw, name in settings.stages}
    places: dict[str, tuple[str, bool]] = {}
    unknown: list[str] = []
    for raw in rows:
        place = (wanted[_key(raw)], False) if _key(raw) in wanted else place_name(model, raw)
        if place is None:
            unknown.append(raw)
        else:
            places[raw] = place
    here = [raw for raw in unknown if raw not in elsewhere[2]]
    if unknown and not here:
        file, column, _ = elsewhere
    if unknown:
        raise _refuse_unknown(here or unknown, rows, model=model, file=file, column=column)
    return StageReading(model=model, places=places, chosen=chosen)


def choose_model(rows: Mapping[str, int], settings: PipelineSettings) -> tuple[StageModel, bool]:
    """Return the stage list to use, and whether it was guessed: the one that knows, then places the most names.

    Examples
    --------
    >>> model, guessed = choose_model({"Qualified": 2, "Demo Scheduled": 1}, PipelineSettings())
    >>> model.id, guessed
    ('pipedrive', True)
    """
    own = own_model(settings)
    if own is not None:
        return own, False
    if settings.naming:
        return stage_models()[settings.naming], False
    mapped = {_key(raw): name for raw, name in settings.stages}
    names = [mapped.get(_key(raw), raw) for raw in rows]

    def count(model: StageModel) -> tuple[int, int]:
        places = [place for name in names if (place := place_name(model, name)) is not None]
        return sum(not guessed for _, guessed in places), len(places)

    return max(stage_models().values(), key=count), True  # of equals the first


def own_model(settings: PipelineSettings) -> StageModel | None:
    """Return the company's own stage list of ``[[pipeline.own]]``, or None.

    Stages for won and lost are added where the list lacks them.

    Examples
    --------
    >>> from segkit.model.company import OwnPipelineStage
    >>> settings = PipelineSettings(own=(OwnPipelineStage(name="Erstgespräch", stage="prospecting"),))
    >>> [stage.id for stage in own_model(settings).stages]
    ['erstgespraech', 'won', 'lost']
    """
    if not settings.own:
        return None
    stages: list[PipelineStage] = []
    for item in settings.own:
        identifier, number = normalise(item.name) or "stage", 1
        while any(stage.id == identifier for stage in stages):
            number += 1
            identifier = f"{normalise(item.name) or 'stage'}_{number}"
        stages.append(
            PipelineStage(
                id=identifier, label=item.name, stage=SalesStage(item.stage), probability=item.probability
            )
        )
    for closed, label in _LABELS.items():
        if all(stage.stage is not closed for stage in stages):
            stages.append(PipelineStage(id=closed.value, label=label, stage=closed))
    ordered = sorted(stages, key=lambda stage: (stage.stage is SalesStage.LOST) + stage.stage.is_closed)
    return StageModel(
        id="own",
        label="the company's own stages",
        source="company.toml, [[pipeline.own]]",
        stages=tuple(ordered),
    )


def place_name(model: StageModel, raw: str) -> tuple[str, bool] | None:
    """Return a name's stage in a list and whether that was guessed, or None.

    Guessed is a name without what stands in brackets, or a word for one of the six of which the list has one stage.

    Examples
    --------
    >>> model = stage_models()["assignment"]
    >>> place_name(model, "Closed Won"), place_name(model, "Verhandlung"), place_name(model, "Phase 3")
    (('won', False), ('closing', True), None)
    """
    found = _find(model, raw)
    if found is not None:
        return found, False
    bare = re.sub(r"\s*\([^()]*\)\s*$", "", raw)
    found = _find(model, bare)
    if found is not None:
        return found, True
    key = _squeeze(bare)
    for name, words in _words()["stages"].items():
        same = [stage.id for stage in model.stages if stage.stage == name]
        if key in words and len(same) == 1:
            return same[0], True
    return None


def read_status(raw: str) -> Outcome | None:
    """Return how an opportunity stands by a word of a status column, or None.

    Examples
    --------
    >>> read_status("Gewonnen").value, read_status("Phase 2")
    ('won', None)
    """
    key = _squeeze(raw)
    return next((Outcome(name) for name, words in _words()["status"].items() if key in words), None)


def _find(model: StageModel, name: str) -> str | None:
    """Return the stage that is called so: by id, label or alias, spaces and signs apart."""
    key = _squeeze(name)
    for stage in model.stages:
        if key and key in {_squeeze(other) for other in (stage.id, stage.label, *stage.aliases)}:
            return stage.id
    return None


def _target(model: StageModel, raw: str, name: str) -> str:
    """Return the stage that ``[pipeline.stages]`` gives a name."""
    found = _find(model, name)
    if found is None and _squeeze(name) in set(SalesStage):
        found = next((stage.id for stage in model.stages if stage.stage == _squeeze(name)), None)
    if found is None:
        labels = ", ".join(repr(stage.label) for stage in model.stages)
        raise BadValueError(
            f"company.toml pipeline.stages puts {raw!r} into {name!r}, which is no stage of {model.label}; use one of {labels}.",
            path="company.toml",
            column="pipeline.stages",
        )
    return found


def _refuse_unknown(
    unknown: Sequence[str], rows: Mapping[str, int], *, model: StageModel, file: str, column: str
) -> BadValueError:
    ordered = sorted(unknown, key=lambda raw: (-rows[raw], raw))
    shown = ", ".join(f"{raw[:40]!r}" for raw in ordered[:_SHOWN])
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    count = sum(rows[raw] for raw in unknown)
    nearest = _nearest_stage(model, ordered[0])
    known = ", ".join(repr(stage.label) for stage in model.stages)
    near = f"; nearest to {ordered[0][:40]!r} is {nearest!r}" if nearest else f"; its stages are {known}"
    example = nearest or "..."
    return BadValueError(
        f"{file} column {column!r} holds stages that are not among {model.label} ({shown}{more}, "
        f"{count} {'row' if count == 1 else 'rows'}{near}); place each in company.toml: "
        f'[pipeline.stages] "{ordered[0][:40]}" = "{example}".',
        path=file,
        column=column,
    )


def _nearest_stage(model: StageModel, raw: str) -> str:
    """Return the label of the stage whose name, alias or everyday word is nearest, or "" where none is near."""
    names = {
        _squeeze(word): stage.label
        for stage in model.stages
        for word in (stage.id, *stage.aliases, stage.label)
    }
    for name, words in _words()["stages"].items():
        same = [stage.label for stage in model.stages if stage.stage == name]
        names = {**dict.fromkeys(words, same[0]), **names} if same else names
    close = difflib.get_close_matches(_squeeze(raw), names, n=1, cutoff=0.6)
    return names[close[0]] if close else ""


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


@cache
def _squeeze(name: str) -> str:
    """Return letters and digits only, without case and accents."""
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        name = name.replace(umlaut, letters).replace(umlaut.upper(), letters)
    text = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in text.casefold() if sign.isalnum())


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    text = resources.files("segkit.intake").joinpath("pipeline_stages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
