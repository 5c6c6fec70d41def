"""The kinds of flow: which part of the life cycle each serves, what starts it and what it needs."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from segkit.model.flow import Channel, TriggerKind
from segkit.model.lifecycle import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowKind:
    """One row of the catalogue; the fields are explained at the top of ``flow_kinds.toml``."""

    id: str
    label: str
    stages: tuple[Stage, ...]
    trigger: TriggerKind
    starts: str
    needs: str
    waits: tuple[int, ...]
    horizon_days: int
    exit: str
    kpi: str
    kpi_definition: str
    channel: Channel
    cues: tuple[str, ...]
    missing: str
    close: str
    event: str = ""


@cache
def flow_kinds() -> dict[str, FlowKind]:
    """Read the catalogue from ``flow_kinds.toml``, in its order.

    Examples
    --------
    >>> kinds = flow_kinds()
    >>> len(kinds), kinds["abandoned_cart"].stages[0].value
    (13, 'convert')
    """
    text = resources.files("segkit.model").joinpath("flow_kinds.toml").read_text(encoding="utf-8")
    return {name: _kind(name, table) for name, table in tomllib.loads(text).items()}


def _kind(name: str, table: dict[str, object]) -> FlowKind:
    values = dict(table)
    return FlowKind(
        id=name,
        stages=tuple(Stage(stage) for stage in _texts(values.pop("stages"))),
        trigger=TriggerKind(str(values.pop("trigger"))),
        waits=tuple(int(str(days)) for days in _items(values.pop("waits"))),
        horizon_days=int(str(values.pop("horizon"))),
        channel=Channel(str(values.pop("channel"))),
        cues=tuple(_texts(values.pop("cues"))),
        **{key: str(value) for key, value in values.items()},
    )


def _items(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [str(item) for item in _items(value)]
