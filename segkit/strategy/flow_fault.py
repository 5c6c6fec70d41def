"""One thing that is wrong with a flow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowFault:
    """What is wrong, where, and the way out, in one sentence. ``flow_id`` and ``node`` are empty where none is at fault."""

    id: str
    sentence: str
    flow_id: str = ""
    node: str = ""
