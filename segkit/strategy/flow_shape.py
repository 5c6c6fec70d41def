"""Faults in the shape of a flow: ids, links, entry, exit, loops, splits."""

from __future__ import annotations

from collections import Counter

from segkit.model.flow import Branch, Flow, MultiSplit, Node, RandomSplit, Split, WaitFor, links_of
from segkit.strategy.flow_fault import FlowFault
from segkit.strategy.flow_graph import find_cycles, links_by_id, nodes_by_id, reached_from
from segkit.words.figures import join_words


def shape_faults(flow: Flow) -> tuple[FlowFault, ...]:
    """Return the faults in the shape of a flow."""
    if not flow.nodes:
        return (_fault(flow, "no_nodes", "", "has no node (got none); add at least one message or task."),)
    return (
        *_repeated_nodes(flow),
        *_entry_faults(flow),
        *_dangling_links(flow),
        *_unreached_nodes(flow),
        *_cycles(flow),
        *_missing_exit(flow),
        *(fault for node in flow.nodes for fault in _split_faults(flow, node)),
    )


def _fault(flow: Flow, name: str, node: str, rest: str) -> FlowFault:
    subject = f"node {node!r} of flow {flow.id!r}" if node else f"flow {flow.id!r}"
    return FlowFault(id=name, flow_id=flow.id, node=node, sentence=f"{subject} {rest}")


def _repeated_nodes(flow: Flow) -> list[FlowFault]:
    counts = Counter(node.id for node in flow.nodes)
    return [
        _fault(
            flow,
            "repeated_node",
            name,
            f"shares its id (got {count} nodes); give each node an id of its own.",
        )
        for name, count in counts.items()
        if count > 1
    ]


def _entry_faults(flow: Flow) -> list[FlowFault]:
    if not flow.entry:
        return [_fault(flow, "no_entry", "", "has no entry (got ''); name the node it starts with.")]
    if flow.entry in nodes_by_id(flow):
        return []
    rest = f"starts with a node that does not exist (got {flow.entry!r}); name one of {_some(flow)}."
    return [_fault(flow, "unknown_entry", "", rest)]


def _some(flow: Flow) -> str:
    names = [repr(name) for name in nodes_by_id(flow)]
    return join_words(names[:5], "or") + (f" ({len(names) - 5} more)" if len(names) > 5 else "")


def _dangling_links(flow: Flow) -> list[FlowFault]:
    nodes = nodes_by_id(flow)
    return [
        _fault(
            flow,
            "dangling_link",
            node.id,
            f"leads to a node that does not exist (got {link!r}); name one of {_some(flow)}, or '' to leave the flow.",
        )
        for node in flow.nodes
        for link in dict.fromkeys(links_of(node))
        if link and link not in nodes
    ]


def _unreached_nodes(flow: Flow) -> list[FlowFault]:
    nodes = nodes_by_id(flow)
    if flow.entry not in nodes:
        return []
    reached = reached_from([flow.entry], links_by_id(flow))
    return [
        _fault(
            flow,
            "unreached_node",
            name,
            f"is never reached (got no path from {flow.entry!r}); link to it or take it out.",
        )
        for name in nodes
        if name not in reached
    ]


def _cycles(flow: Flow) -> list[FlowFault]:
    return [
        _fault(
            flow,
            "cycle",
            cycle[0],
            f"comes round again (got {' → '.join(cycle)}); lead one of these nodes on or out of the flow.",
        )
        for cycle in find_cycles(links_by_id(flow))
    ]


def _missing_exit(flow: Flow) -> list[FlowFault]:
    nodes = nodes_by_id(flow)
    reached = reached_from([flow.entry], links_by_id(flow))
    # a dangling link counts as a way out here: it is reported by its own name
    if not reached or any(link not in nodes for name in reached for link in links_of(nodes[name])):
        return []
    return [
        _fault(flow, "no_exit", "", "never ends (got no link to ''); lead at least one path out of the flow.")
    ]


def _split_faults(flow: Flow, node: Node) -> list[FlowFault]:
    if isinstance(node, MultiSplit):
        return _branch_faults(flow, node)
    if isinstance(node, (Split, RandomSplit, WaitFor)) and len(set(links_of(node))) == 1:
        end = repr(links_of(node)[0]) if links_of(node)[0] else "the exit"
        rest = (
            f"parts and leads both ways to the same place (got {end}); change one way or take the split out."
        )
        return [_fault(flow, "equal_branches", node.id, rest)]
    return []


def _branch_faults(flow: Flow, node: MultiSplit) -> list[FlowFault]:
    branches = node.branches
    if len(branches) < 2:
        rest = f"parts into fewer than two ways (got {len(branches)}); add a branch or take the split out."
        return [_fault(flow, "too_few_branches", node.id, rest)]
    faults = []
    if len({branch.next for branch in branches}) == 1:
        rest = (
            f"parts and leads every way to the same place (got {branches[0].next or 'the exit'!r}); "
            "change one way or take the split out."
        )
        faults.append(_fault(flow, "equal_branches", node.id, rest))
    if branches[-1].condition is not None:
        rest = (
            f"leaves out everyone who meets no condition (got {_named(branches[-1])} last); "
            "end with a branch without a condition."
        )
        faults.append(_fault(flow, "no_else_branch", node.id, rest))
    for branch in branches[:-1]:
        if branch.condition is None:
            rest = (
                f"takes everyone before its last branch (got {_named(branch)} without a condition); "
                "give it one or put it last."
            )
            faults.append(_fault(flow, "early_else_branch", node.id, rest))
    return faults


def _named(branch: Branch) -> str:
    return f"branch {branch.name!r}"
