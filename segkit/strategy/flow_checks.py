"""What is wrong with a flow or a set of flows, found before anything is drawn or exported.

No importer finds these: the schemas of the targets accept a link to a node that does not exist. The parts of one flow
are checked here and in the modules for its graph, its paths and its fields; a set of flows in `check_flow_set`.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Hashable, Mapping, Sequence

from segkit.model.flow import Flow
from segkit.model.flow_kind import flow_kinds
from segkit.model.lifecycle import stage_definitions
from segkit.strategy.flow_fault import FlowFault
from segkit.strategy.flow_fields import field_faults
from segkit.strategy.flow_paths import path_faults
from segkit.strategy.flow_shape import shape_faults
from segkit.words.figures import join_words

__all__ = ["FlowFault", "check_flow", "check_flow_set"]


def check_flow(flow: Flow) -> tuple[FlowFault, ...]:
    """Return what is wrong with one flow; an empty tuple where it is sound.

    Parameters
    ----------
    flow : Flow

    Returns
    -------
    tuple of FlowFault
        Faults of the graph first, then of paths, then of single fields. Where the graph comes round again there are no
        finite paths, and they are not checked.
    """
    shape = shape_faults(flow)
    looped = any(fault.id in {"cycle", "no_nodes", "no_entry", "unknown_entry"} for fault in shape)
    return (*shape, *(() if looped else path_faults(flow)), *field_faults(flow))


def check_flow_set(
    flows: Sequence[Flow], *, segments: Mapping[int, str] | None = None
) -> tuple[FlowFault, ...]:
    """Return what is wrong between flows: each group has one flow, each flow a stage of its own that its kind can serve.

    Parameters
    ----------
    flows : sequence of Flow
    segments : mapping of int to str, optional
        Id and name of every group that must have a flow.

    Returns
    -------
    tuple of FlowFault
    """
    return (
        *_repeated_ids(flows),
        *_repeated_stages(flows),
        *_repeated_segments(flows),
        *_segments_without(flows, segments or {}),
        *(fault for flow in flows for fault in (*_kind_faults(flow), *_evidence_faults(flow))),
    )


def _together(flows: Sequence[Flow], key: Callable[[Flow], Hashable]) -> list[list[Flow]]:
    """Return the flows that share a key, two or more at a time, in their order."""
    groups: dict[Hashable, list[Flow]] = {}
    for flow in flows:
        groups.setdefault(key(flow), []).append(flow)
    return [group for group in groups.values() if len(group) > 1]


def _repeated_ids(flows: Sequence[Flow]) -> list[FlowFault]:
    return [
        FlowFault(
            id="repeated_flow",
            flow_id=group[0].id,
            sentence=f"flow id {group[0].id!r} stands for {len(group)} flows "
            f"(got {join_words([flow.name for flow in group])}); give each an id of its own.",
        )
        for group in _together(flows, lambda flow: flow.id)
    ]


def _repeated_stages(flows: Sequence[Flow]) -> list[FlowFault]:
    return [
        FlowFault(
            id="repeated_stage",
            flow_id=group[1].id,
            sentence=f"stage {stage_definitions()[group[0].stage].label!r} is served by {len(group)} flows "
            f"(got {join_words([flow.id for flow in group])}); give each flow a stage of its own.",
        )
        for group in _together(flows, lambda flow: flow.stage)
    ]


def _repeated_segments(flows: Sequence[Flow]) -> list[FlowFault]:
    return [
        FlowFault(
            id="repeated_segment",
            flow_id=group[1].id,
            sentence=f"segment {group[0].segment_name!r} has {len(group)} flows "
            f"(got {join_words([flow.id for flow in group])}); keep one flow per segment.",
        )
        for group in _together(flows, lambda flow: flow.segment_id)
    ]


def _segments_without(flows: Sequence[Flow], segments: Mapping[int, str]) -> list[FlowFault]:
    served = {flow.segment_id for flow in flows}
    return [
        FlowFault(
            id="segment_without_flow",
            sentence=f"segment {name!r} has no flow (got flows for {_names(flows) or 'no segment'}); design one for it.",
        )
        for number, name in segments.items()
        if number not in served
    ]


def _names(flows: Sequence[Flow]) -> str:
    return join_words([repr(flow.segment_name) for flow in flows])


def _kind_faults(flow: Flow) -> list[FlowFault]:
    kinds = flow_kinds()
    if flow.kind not in kinds:
        near = difflib.get_close_matches(flow.kind, kinds, n=1)
        way_out = f"did you mean {near[0]!r}?" if near else f"choose one of {', '.join(kinds)}."
        return [
            FlowFault(
                id="unknown_kind",
                flow_id=flow.id,
                sentence=f"flow {flow.id!r} is of no known kind (got {flow.kind!r}); {way_out}",
            )
        ]
    stages = kinds[flow.kind].stages
    if flow.stage in stages:
        return []
    return [
        FlowFault(
            id="stage_not_served",
            flow_id=flow.id,
            sentence=f"flow {flow.id!r} stands in a stage that {kinds[flow.kind].label!r} cannot serve "
            f"(got {flow.stage.value!r}); put it into {join_words([stage.value for stage in stages], 'or')}.",
        )
    ]


def _evidence_faults(flow: Flow) -> list[FlowFault]:
    if flow.evidence_ids:
        return []
    return [
        FlowFault(
            id="no_evidence",
            flow_id=flow.id,
            sentence=f"flow {flow.id!r} rests on no evidence (got no evidence ids); "
            "name the evidence that speaks for it.",
        )
    ]
