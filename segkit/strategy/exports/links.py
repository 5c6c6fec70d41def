"""What the schemas of the targets let pass: links to nodes that are not there, and what a server refuses by its own rules.

For payloads that somebody has changed by hand after the export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_ENTRY, _EXIT = "the entry", "ExitNode"


def flow_faults(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one sentence for each link of a Klaviyo payload that leads nowhere.

    Examples
    --------
    >>> flow_faults({"data": {"attributes": {"definition": {"entry_action_id": "a", "actions": []}}}})
    ("the entry leads to an action that does not exist (got 'a'); name an action or take the link out.",)
    """
    definition = payload["data"]["attributes"]["definition"]
    actions = definition["actions"]
    known = {action["temporary_id"] for action in actions}
    links = [(_ENTRY, definition["entry_action_id"])]
    links += [
        (f"action {action['temporary_id']!r}", link) for action in actions for link in _klaviyo_links(action)
    ]
    return tuple(
        f"{where} leads to an action that does not exist (got {link!r}); name an action or take the link out."
        for where, link in links
        if link is not None and link not in known
    )


def _klaviyo_links(action: Mapping[str, Any]) -> Iterator[Any]:
    yield from (action.get("links") or {}).values()
    for branch in (action.get("data") or {}).get("branches", ()):
        yield from (branch.get("links") or {}).values()


def journey_faults(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one sentence for each thing in a Dittofeed bundle that the server or the journey would stumble over."""
    definition = payload["journey"]["definition"]
    segments = {segment["id"]: segment["definition"] for segment in payload["segments"]}
    return (*_ghosts(definition), *_unknown_segments(definition, segments), *_rules(definition, segments))


def _ghosts(definition: Mapping[str, Any]) -> list[str]:
    known = {node["id"] for node in definition["nodes"]} | {_EXIT}
    links = [(_ENTRY, definition["entryNode"]["child"])]
    links += [(f"node {node['id']!r}", link) for node in definition["nodes"] for link in _journey_links(node)]
    return [
        f"{where} leads to a node that does not exist (got {link!r}); name a node or 'ExitNode'."
        for where, link in links
        if link not in known
    ]


def _journey_links(node: Mapping[str, Any]) -> Iterator[str]:
    variant = node.get("variant", {})
    yield from (node[key] for key in ("child", "timeoutChild") if key in node)
    yield from (variant[key] for key in ("trueChild", "falseChild") if key in variant)
    yield from (child["id"] for key in ("children", "segmentChildren") for child in node.get(key, ()))


def _asked(definition: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield each node that asks a segment: its name, its type, the segment's id."""
    entry = definition["entryNode"]
    if "segment" in entry:
        yield _ENTRY, entry["type"], entry["segment"]
    for node in definition["nodes"]:
        if "segment" in node.get("variant", {}):
            yield f"node {node['id']!r}", node["type"], node["variant"]["segment"]
        for child in node.get("segmentChildren", ()):
            yield f"node {node['id']!r}", node["type"], child["segmentId"]


def _unknown_segments(definition: Mapping[str, Any], segments: Mapping[str, Any]) -> list[str]:
    return [
        f"{where} asks a segment that is not in the bundle (got {segment!r}); add it."
        for where, _, segment in _asked(definition)
        if segment not in segments
    ]


def _rules(definition: Mapping[str, Any], segments: Mapping[str, Any]) -> list[str]:
    """Return the breaches of two rules of the server that its schema does not hold."""
    by_event = definition["entryNode"]["type"] == "EventEntryNode"
    faults = []
    for where, kind, segment in _asked(definition):
        keyed = segments.get(segment, {}).get("entryNode", {}).get("type") == "KeyedPerformed"
        if by_event and kind == "WaitForNode" and not keyed:
            faults.append(
                f"{where} waits for a segment without a key in a journey that an event starts (got {segment!r}); use a "
                "KeyedPerformed segment."
            )
        elif not by_event and keyed:
            faults.append(
                f"{where} asks a segment with a key in a journey that a segment starts (got {segment!r}); start it with an "
                "event."
            )
    return faults
